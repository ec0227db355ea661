//! Lines and dots on a map: the graph that stands in for polygons, and flows as arrows.

use std::fmt::Write as _;

use crate::maps::ground::{Frame, Ground, Inset};
use crate::maps::projection::Point;

use super::names::Label;
use super::{Dress, Flow, Map, escape};

/// Size of the numbers of flows.
const NUMBER_SIZE: f64 = 12.0;

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
                bound = self.bound_to(index, dress, false),
            );
        }
    }

    /// Flows as arrows between the areas' centres, as wide as they are strong; the strongest on top.
    #[expect(clippy::cast_precision_loss, reason = "widths of lines")]
    pub(super) fn flows(&self, svg: &mut String, flows: &[Flow], inset: Option<&Inset>) {
        let most = flows.iter().map(Flow::commuters).max().unwrap_or(1).max(1) as f64;
        for flow in flows.iter().rev() {
            let width = 1.5 + 6.5 * flow.commuters() as f64 / most;
            let ((ax, ay), (bx, by)) = self.ends(flow, inset);
            let length = (bx - ax).hypot(by - ay);
            if length < 1.0 {
                continue;
            }
            let ((ux, uy), half) = (((bx - ax) / length, (by - ay) / length), width / 2.0);
            let head = (width * 1.4 + 5.0).min(length * 0.6);
            let wing = half + 3.0;
            // Along the arrow, and to its side.
            let at = |along: f64, aside: f64| {
                format!("{:.1} {:.1}", ax + ux * along - uy * aside, ay + uy * along + ux * aside)
            };
            let neck = length - head;
            let _ = writeln!(
                svg,
                "<path class=\"flow\" d=\"M{}L{}L{}L{}L{}L{}L{}Z\"/>",
                at(0.0, half),
                at(neck, half),
                at(neck, wing),
                at(length, 0.0),
                at(neck, -wing),
                at(neck, -half),
                at(0.0, -half),
            );
        }
    }

    /// The numbers of flows beside their middles, in the inset where it shows both ends.
    pub(super) fn flow_numbers(&self, svg: &mut String, flows: &[Flow]) {
        let mut taken: Vec<Frame> = self.names.groups.iter().map(Label::frame).collect();
        taken.extend(self.names.inset.iter().map(Label::frame));
        for (flow, number) in flows.iter().zip(1..) {
            let inset = self.ground.inset.as_ref().filter(|inset| {
                [flow.from, flow.to].iter().all(|&area| inset.shows(self.ground.centres[area]))
            });
            let ((ax, ay), (bx, by)) = self.ends(flow, inset);
            let places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]
                .map(|part| (ax + (bx - ax) * part, ay + (by - ay) * part));
            let number = i32::to_string(&number);
            let room = |&at: &(f64, f64)| Frame::around(&number, NUMBER_SIZE, at);
            let is_free = |at: &&(f64, f64)| !taken.iter().any(|other| other.overlaps(&room(at)));
            let &(x, y) = places.iter().find(is_free).unwrap_or(&places[0]);
            taken.push(room(&(x, y)));
            let y = y + NUMBER_SIZE * 0.35;
            let _ =
                writeln!(svg, "<text class=\"number\" x=\"{x:.1}\" y=\"{y:.1}\">{number}</text>");
        }
    }

    /// Where a flow begins and ends, on the map or in its inset.
    fn ends(&self, flow: &Flow, inset: Option<&Inset>) -> (Point, Point) {
        let at = |area: usize| {
            let at = self.ground.centres[area];
            inset.map_or(at, |inset| inset.at(at))
        };
        (at(flow.from), at(flow.to))
    }
}
