//! The inset of a map: its densest part, larger, with the names of its areas.

use std::fmt::Write as _;

use crate::maps::ground::{Frame, Inset};

use super::{ALONE, Dress, Flow, Map};

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
        begin(svg, inset, id);
        self.land(svg, (dress, id), coast, inset);
        if !between.is_empty() {
            let style = thin(2.8, inset);
            let _ = writeln!(svg, "<path class=\"border\"{style} d=\"{between}\"/>");
        }
        svg.push_str("</g>\n");
        self.flows(svg, flows, Some(inset));
        let _ = writeln!(svg, "</g>{}", frame("inset-frame", &inset.target));
    }

    /// The inset of the service's page without a plan: its areas are bound as those of the map are, and how
    /// thin its lines are is told to the page, which allows no style in place.
    pub(super) fn bound_inset(&self, svg: &mut String, coast: &str) {
        let Some(inset) = &self.ground.inset else { return };
        let _ = write!(svg, "<g class=\"inset\" data-scale=\"{}\">", inset.scale);
        begin(svg, inset, ALONE);
        self.land(svg, (Dress::Bound, ALONE), coast, inset);
        svg.push_str("</g></g></g>\n");
    }

    /// What a plan has in it: borders and names.
    pub(super) fn bound_inset_layer(&self, svg: &mut String, borders: &[((u32, u32), String)]) {
        let Some(inset) = &self.ground.inset else { return };
        svg.push_str("<g class=\"inset\">");
        enlarged(svg, inset, ALONE);
        for ((a, b), path) in borders {
            let _ = writeln!(svg, "<path class=\"border\" data-border=\"{a}-{b}\" d=\"{path}\"/>");
        }
        svg.push_str("</g></g>\n");
        for label in &self.names.inset {
            Self::label(svg, label, Dress::Bound, "inset-name");
        }
        let _ = writeln!(svg, "{}</g>", frame("inset-frame", &inset.target));
    }

    /// What lies below lines and names: places outside, areas, coast.
    fn land(&self, svg: &mut String, (dress, id): (Dress, &str), coast: &str, inset: &Inset) {
        let style = |width| if dress == Dress::Bound { String::new() } else { thin(width, inset) };
        for (path, _, _) in &self.ground.neighbours {
            let style = style(0.8);
            let _ = writeln!(
                svg,
                "<path class=\"neighbour\"{style} fill-rule=\"evenodd\" d=\"{path}\"/>"
            );
        }
        self.areas(svg, (dress, id), Some(inset));
        if !coast.is_empty() {
            let style = style(1.2);
            let _ = writeln!(svg, "<path class=\"coast\"{style} d=\"{coast}\"/>");
        }
    }
}

/// The frames, and the groups in which everything is larger.
fn begin(svg: &mut String, inset: &Inset, id: &str) {
    let _ = write!(
        svg,
        "{}<clipPath id=\"inset-{id}\">{}</clipPath>{}",
        frame("inset-source", &inset.source),
        frame("inset-clip", &inset.target),
        frame("inset-back", &inset.target),
    );
    enlarged(svg, inset, id);
}

/// The groups in which everything is larger, and nothing is seen outside of the frame.
fn enlarged(svg: &mut String, inset: &Inset, id: &str) {
    let Inset { source, target, scale, .. } = inset;
    let _ = writeln!(
        svg,
        "<g clip-path=\"url(#inset-{id})\"><g transform=\"translate({:.2} {:.2}) scale({scale})\">",
        target.left - source.left * scale,
        target.top - source.top * scale,
    );
}

fn frame(class: &str, it: &Frame) -> String {
    let (x, y, wide, high) = (it.left, it.top, it.width(), it.height());
    format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>"
    )
}

/// A line that is as wide in the inset as on the map.
pub(super) fn thin(width: f64, inset: &Inset) -> String {
    format!(" style=\"stroke-width:{:.2}\"", width / inset.scale)
}
