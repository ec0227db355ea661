//! Outlines that cross themselves, as bow ties do.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use regionfront_model::instance::Shape;

use super::crs::Position;
use super::segments::crossing;

/// Where the outline of a shape first crosses itself. Rings may touch; only edges that cross inside
/// of both count.
pub(super) fn first_crossing(shape: &Shape) -> Option<Position> {
    let rings = shape.iter().flatten();
    let edges: Vec<_> =
        rings.flat_map(|ring| ring.windows(2).map(|ends| (ends[0], ends[1]))).collect();
    let boxes = edges.iter().enumerate().map(|(at, (from, to))| {
        GeomWithData::new(Rectangle::from_corners([from.0, from.1], [to.0, to.1]), at)
    });
    let tree = RTree::bulk_load(boxes.collect());
    edges.iter().enumerate().find_map(|(at, &edge)| {
        let bounds = AABB::from_corners([edge.0.0, edge.0.1], [edge.1.0, edge.1.1]);
        let others = tree.locate_in_envelope_intersecting(&bounds).map(|found| found.data);
        let first = others.filter(|&other| other > at && crossing(edge, edges[other]).is_some());
        first.min().and_then(|other| crossing(edge, edges[other]))
    })
}
