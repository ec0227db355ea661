//! The inset of a map: its densest part, larger, with the names of its areas.

use std::fmt::Write as _;

use crate::maps::ground::{Frame, Inset};

use super::{Dress, Flow, Map};

impl Map<'_> {
    /// The densest part larger: areas, lines, flows; and a frame around what it shows on the map.
    pub(super) fn inset(
        &self,
        svg: &mut String,
        (dress, id): (Dress, &str),
        (between, coast): (&str, &str),
        flows: &[Flow],
    ) {
        let Some(inset) = &self.ground.inset else { return };
        let Inset { source, target, scale, .. } = inset;
        let frame = |class: &str, it: &Frame| {
            let (x, y, wide, high) = (it.left, it.top, it.width(), it.height());
            format!(
                "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" \
                 height=\"{high:.1}\"/>"
            )
        };
        let _ = writeln!(
            svg,
            "{}<clipPath id=\"inset-{id}\">{}</clipPath>{}<g clip-path=\"url(#inset-{id})\">\
             <g transform=\"translate({:.2} {:.2}) scale({scale})\">",
            frame("inset-source", source),
            frame("inset-clip", target),
            frame("inset-back", target),
            target.left - source.left * scale,
            target.top - source.top * scale,
        );
        for (path, _, _) in &self.ground.neighbours {
            let style = thin(0.8, inset);
            let _ = writeln!(
                svg,
                "<path class=\"neighbour\"{style} fill-rule=\"evenodd\" d=\"{path}\"/>"
            );
        }
        self.areas(svg, (dress, id), Some(inset));
        for (class, width, path) in [("coast", 1.2, coast), ("border", 2.8, between)] {
            if !path.is_empty() {
                let style = thin(width, inset);
                let _ = writeln!(svg, "<path class=\"{class}\"{style} d=\"{path}\"/>");
            }
        }
        svg.push_str("</g>\n");
        self.flows(svg, flows, Some(inset));
        let _ = writeln!(svg, "</g>{}", frame("inset-frame", target));
    }
}

/// A line that is as wide in the inset as on the map.
pub(super) fn thin(width: f64, inset: &Inset) -> String {
    format!(" style=\"stroke-width:{:.2}\"", width / inset.scale)
}
