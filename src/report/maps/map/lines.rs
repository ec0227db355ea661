//! Lines and dots on a map: the graph that stands in for polygons, and ties.

use std::fmt::Write as _;

use crate::maps::ground::Ground;
use regionfront_model::quantity::Commuters;

use super::{Dress, Map, escape};

impl Map<'_> {
    /// The adjacency graph: links within regions whole, cut ones dashed, a dot per area.
    pub(super) fn graph(&self, svg: &mut String, dress: Dress) {
        let Ground { centres, instance, .. } = self.ground;
        for link in &instance.links {
            let is_cut = self.groups.region_of(link.a) != self.groups.region_of(link.b);
            let ((ax, ay), (bx, by)) = (centres[link.a], centres[link.b]);
            let _ = writeln!(
                svg,
                "<line class=\"{}\" x1=\"{ax:.1}\" y1=\"{ay:.1}\" x2=\"{bx:.1}\" y2=\"{by:.1}\"/>",
                if is_cut { "cut" } else { "link" }
            );
        }
        for (index, &(x, y)) in centres.iter().enumerate() {
            let label = escape(&instance.areas[index].label());
            let _ = writeln!(
                svg,
                "<circle{bound} fill=\"{}\" stroke=\"#222\" stroke-width=\"1.2\" cx=\"{x:.1}\" \
                 cy=\"{y:.1}\" r=\"9\"><title>{label}</title></circle>",
                self.fills[index],
                bound = self.bound_to(index, dress),
            );
        }
    }

    /// Ties as lines between the areas' centres, as wide as they are strong; the strongest on top.
    #[expect(clippy::cast_precision_loss, reason = "widths of lines")]
    pub(super) fn flows(&self, svg: &mut String, flows: &[(usize, usize, Commuters)]) {
        let most = flows.iter().map(|flow| flow.2).max().unwrap_or(1).max(1) as f64;
        for class in ["casing", "flow"] {
            for &(a, b, commuters) in flows.iter().rev() {
                let width = 1.0 + 8.0 * commuters as f64 / most;
                let width = if class == "casing" { width + 2.4 } else { width };
                let ((ax, ay), (bx, by)) = (self.ground.centres[a], self.ground.centres[b]);
                let _ = writeln!(
                    svg,
                    "<line class=\"{class}\" x1=\"{ax:.1}\" y1=\"{ay:.1}\" x2=\"{bx:.1}\" \
                     y2=\"{by:.1}\" stroke-width=\"{width:.1}\"/>"
                );
            }
        }
    }
}
