//! Links that rest on an exclave: two areas whose largest parts do not touch.

use std::collections::BTreeSet;

use regionfront_model::instance::Shape;

use super::borders::{self, Pair};
use super::crs::{Crs, Position};

/// Those of some links that hold between largest parts not at all. An area of one part has no
/// exclave.
pub(super) fn links_by_exclaves(shapes: &[Shape], crs: &Crs, links: &BTreeSet<Pair>) -> Vec<Pair> {
    let has_parts: Vec<bool> = shapes.iter().map(|shape| shape.len() > 1).collect();
    let asked: Vec<Pair> =
        links.iter().copied().filter(|&(a, b)| has_parts[a] || has_parts[b]).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    // Only the largest parts of the areas in question, and the others whole.
    let concerned: BTreeSet<usize> = asked.iter().flat_map(|&(a, b)| [a, b]).collect();
    let reduced: Vec<Shape> = shapes
        .iter()
        .enumerate()
        .map(
            |(area, shape)| {
                if concerned.contains(&area) { vec![largest(shape, crs)] } else { Shape::new() }
            },
        )
        .collect();
    let touching = borders::find(&reduced, crs, 0.0).shared;
    asked.into_iter().filter(|pair| !touching.contains_key(pair)).collect()
}

/// The polygon with the largest outline's area.
fn largest(shape: &Shape, crs: &Crs) -> Vec<Vec<Position>> {
    let size = |polygon: &&Vec<Vec<Position>>| {
        let Some(ring) = polygon.first() else { return 0.0 };
        let scale = ring.first().map_or((1.0, 1.0), |&point| crs.metres_per_unit(point));
        let double: f64 =
            ring.windows(2).map(|ends| ends[0].0 * ends[1].1 - ends[1].0 * ends[0].1).sum();
        double.abs() * scale.0 * scale.1
    };
    let found = shape.iter().max_by(|one, other| size(one).total_cmp(&size(other)));
    found.cloned().unwrap_or_default()
}
