//! Which areas share a border, and how long it is.
//!
//! An edge that two areas have in common, from vertex to vertex, is a piece of their border. What is
//! left are the free edges: the coast, and borders whose vertices differ. Two of those share the
//! stretch over which they lie side by side within two centimetres, whatever their vertices. An
//! [R-tree](rstar) finds the candidates.
//!
//! An edge that one area has twice is inside of it, between two of its parts, and counts for
//! nothing. The time is O(n log n) in the number of edges as long as few free edges lie close
//! together.

use std::collections::{BTreeMap, BTreeSet};

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use regionfront_model::instance::Shape;

use super::crs::{Crs, Position};
use super::segments::{self, Segment};

/// Metres within which edges count as the same line.
const SAME_M: f64 = 0.02;

/// A pair of areas, the smaller index first.
pub(super) type Pair = (usize, usize);

/// How areas lie to each other.
#[derive(Debug, Default)]
pub(super) struct Borders {
    /// Pairs with a border of positive length, and that length in kilometres.
    pub(super) shared: BTreeMap<Pair, f64>,
    /// Pairs without one that meet in a point or cross.
    pub(super) contacts: BTreeSet<Pair>,
    /// Pairs without a border that come within the distance asked for.
    pub(super) near: BTreeMap<Pair, Gap>,
}

/// Two areas that nearly touch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gap {
    /// Smallest distance in metres.
    pub(super) metres: f64,
    /// Kilometres over which their edges face each other within the distance asked for.
    pub(super) facing_km: f64,
}

/// A vertex in grains of the coordinate system, so that shared vertices compare equal.
type Vertex = (i64, i64);

/// An edge of one area only.
struct Free {
    area: usize,
    line: Segment,
}

/// Finds all pairs of areas that touch, or come within `near_m` metres.
pub(super) fn find(shapes: &[Shape], crs: &Crs, near_m: f64) -> Borders {
    let mut borders = Borders::default();
    let mut free = Vec::new();
    for (_, (line, owners)) in owners(shapes, crs) {
        let owners = odd_ones(&owners);
        if let [area] = owners[..] {
            free.push(Free { area, line });
        }
        for pair in pairs(&owners) {
            *borders.shared.entry(pair).or_default() += crs.kilometres(line.0, line.1);
        }
    }
    let contacts = meeting(shapes, crs);
    close_pairs(&free, crs, near_m.max(SAME_M), |one, other| {
        let pair = (one.area.min(other.area), one.area.max(other.area));
        let scale = crs.metres_per_unit(one.line.0);
        if let Some((from, to)) = segments::together(one.line, other.line, scale, SAME_M) {
            *borders.shared.entry(pair).or_default() += crs.kilometres(from, to);
        }
        let metres = segments::distance(one.line, other.line, scale);
        if metres <= near_m.max(SAME_M) {
            let gap =
                borders.near.entry(pair).or_insert(Gap { metres: f64::INFINITY, facing_km: 0.0 });
            gap.metres = gap.metres.min(metres);
            gap.facing_km += segments::facing(one.line, other.line, scale, near_m) / 1000.0;
        }
    });
    let shared = &borders.shared;
    let touching = borders.near.iter().filter(|(_, gap)| gap.metres <= SAME_M);
    borders.contacts = contacts.into_iter().chain(touching.map(|(&pair, _)| pair)).collect();
    borders.contacts.retain(|pair| !shared.contains_key(pair));
    borders.near.retain(|pair, _| !shared.contains_key(pair));
    borders
}

/// The areas of every edge, once per time the edge stands in the area.
fn owners(shapes: &[Shape], crs: &Crs) -> BTreeMap<(Vertex, Vertex), (Segment, Vec<usize>)> {
    let mut owners: BTreeMap<(Vertex, Vertex), (Segment, Vec<usize>)> = BTreeMap::new();
    for (area, shape) in shapes.iter().enumerate() {
        for ring in shape.iter().flatten() {
            for ends in ring.windows(2) {
                let (from, to) = (vertex(ends[0], crs), vertex(ends[1], crs));
                if from != to {
                    let key = (from.min(to), from.max(to));
                    let line = if from < to { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
                    owners.entry(key).or_insert((line, Vec::new())).1.push(area);
                }
            }
        }
    }
    owners
}

#[expect(clippy::cast_possible_truncation, reason = "coordinates in range, in grains, fit 64 bits")]
fn vertex((x, y): Position, crs: &Crs) -> Vertex {
    ((x * crs.grain()).round() as i64, (y * crs.grain()).round() as i64)
}

/// The areas, each once, that stand in a sorted list an odd number of times.
fn odd_ones(areas: &[usize]) -> Vec<usize> {
    let runs = areas.chunk_by(|one, other| one == other);
    runs.filter(|run| run.len() % 2 == 1).map(|run| run[0]).collect()
}

fn pairs(areas: &[usize]) -> impl Iterator<Item = Pair> + '_ {
    areas
        .iter()
        .enumerate()
        .flat_map(|(at, &one)| areas[at + 1..].iter().map(move |&other| (one, other)))
}

/// Pairs of areas that have a vertex in common.
fn meeting(shapes: &[Shape], crs: &Crs) -> BTreeSet<Pair> {
    let mut at: BTreeMap<Vertex, BTreeSet<usize>> = BTreeMap::new();
    for (area, shape) in shapes.iter().enumerate() {
        for &point in shape.iter().flatten().flatten() {
            at.entry(vertex(point, crs)).or_default().insert(area);
        }
    }
    let together = at.into_values().map(|areas| areas.into_iter().collect::<Vec<_>>());
    together.flat_map(|areas| pairs(&areas).collect::<Vec<_>>()).collect()
}

/// Calls `each` for every pair of free edges of different areas whose boxes come within `metres`.
fn close_pairs(free: &[Free], crs: &Crs, metres: f64, mut each: impl FnMut(&Free, &Free)) {
    let corners = |line: &Segment| ([line.0.0, line.0.1], [line.1.0, line.1.1]);
    let boxes = free.iter().enumerate().map(|(at, edge)| {
        let (from, to) = corners(&edge.line);
        GeomWithData::new(Rectangle::from_corners(from, to), at)
    });
    let tree = RTree::bulk_load(boxes.collect());
    for (at, edge) in free.iter().enumerate() {
        let (from, to) = corners(&edge.line);
        let bounds = AABB::from_corners(from, to);
        let scale = crs.metres_per_unit(edge.line.0);
        let (east, north) = (metres / scale.0, metres / scale.1);
        let (low, high) = (bounds.lower(), bounds.upper());
        let wide =
            AABB::from_corners([low[0] - east, low[1] - north], [high[0] + east, high[1] + north]);
        let mut found: Vec<usize> = tree
            .locate_in_envelope_intersecting(&wide)
            .map(|found| found.data)
            .filter(|&other| other > at && free[other].area != edge.area)
            .collect();
        // The tree's order is its own; sums must not depend on it.
        found.sort_unstable();
        for other in found {
            each(edge, &free[other]);
        }
    }
}
