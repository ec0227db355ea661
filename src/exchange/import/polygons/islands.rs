//! Areas that touch no other, and what they might be tied to.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::instance::Shape;

use super::borders::Pair;
use super::crs::{Crs, Position};
use super::segments::{Segment, closest_points, flat};

/// A link that would tie a group of areas to the rest.
#[derive(Clone, Debug)]
pub(super) struct Tie {
    /// The areas that it would tie, ascending.
    pub(super) group: Vec<usize>,
    /// The area of the group it would start from.
    pub(super) from: usize,
    /// The area it would lead to.
    pub(super) to: usize,
    /// Kilometres between the two, as the crow flies.
    pub(super) kilometres: f64,
}

/// The ties that would make everything one part: the first part that is not the largest is tied to
/// its nearest neighbour, and so on until one part is left.
pub(super) fn ties(shapes: &[Shape], crs: &Crs, links: &BTreeSet<Pair>) -> Vec<Tie> {
    let boxes: Vec<(Position, Position)> = shapes.iter().map(bounds).collect();
    let mut links = links.clone();
    let mut ties = Vec::new();
    loop {
        let parts = parts(shapes.len(), &links);
        let largest =
            (0..parts.len()).max_by_key(|&part| (parts[part].len(), std::cmp::Reverse(part)));
        let Some(group) = (0..parts.len()).find(|&part| Some(part) != largest) else { return ties };
        let group = parts[group].clone();
        let rest: Vec<usize> =
            (0..shapes.len()).filter(|area| group.binary_search(area).is_err()).collect();
        let Some((from, to, kilometres)) = nearest(shapes, &boxes, crs, &group, &rest) else {
            return ties;
        };
        links.insert((from.min(to), from.max(to)));
        ties.push(Tie { group, from, to, kilometres });
    }
}

/// The connected parts, each ascending, in the order of their first areas.
pub(super) fn parts(num_areas: usize, links: &BTreeSet<Pair>) -> Vec<Vec<usize>> {
    let mut beside = vec![Vec::new(); num_areas];
    for &(a, b) in links {
        beside[a].push(b);
        beside[b].push(a);
    }
    let mut is_seen = vec![false; num_areas];
    let mut parts = Vec::new();
    for start in 0..num_areas {
        if std::mem::replace(&mut is_seen[start], true) {
            continue;
        }
        let (mut part, mut stack) = (Vec::new(), vec![start]);
        while let Some(area) = stack.pop() {
            part.push(area);
            for &next in &beside[area] {
                if !std::mem::replace(&mut is_seen[next], true) {
                    stack.push(next);
                }
            }
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

/// The closest pair of a group and the rest, with its distance in kilometres. Boxes bound the
/// distance from below, so that few outlines are compared edge by edge.
fn nearest(
    shapes: &[Shape],
    boxes: &[(Position, Position)],
    crs: &Crs,
    group: &[usize],
    rest: &[usize],
) -> Option<(usize, usize, f64)> {
    let scale_at = |area: usize| crs.metres_per_unit(boxes[area].0);
    let mut candidates: Vec<(f64, usize, usize)> = group
        .iter()
        .flat_map(|&from| rest.iter().map(move |&to| (from, to)))
        .map(|(from, to)| (box_distance(boxes[from], boxes[to], scale_at(from)), from, to))
        .collect();
    candidates.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut best: Option<(f64, usize, usize, Position, Position)> = None;
    for (at_least, from, to) in candidates {
        // The scale differs a little from place to place.
        if best.is_some_and(|best| at_least > 1.1 * best.0) {
            break;
        }
        let origin = boxes[from].0;
        let scale = scale_at(from);
        for one in edges(&shapes[from]).map(|edge| flat(edge, origin, scale)) {
            for other in edges(&shapes[to]).map(|edge| flat(edge, origin, scale)) {
                let (metres, a, b) = closest_points(one, other);
                if best.is_none_or(|best| metres < best.0) {
                    let back = |p: Position| (origin.0 + p.0 / scale.0, origin.1 + p.1 / scale.1);
                    best = Some((metres, from, to, back(a), back(b)));
                }
            }
        }
    }
    best.map(|(_, from, to, a, b)| (from, to, crs.kilometres(a, b)))
}

fn edges(shape: &Shape) -> impl Iterator<Item = Segment> + '_ {
    shape.iter().flatten().flat_map(|ring| ring.windows(2).map(|ends| (ends[0], ends[1])))
}

fn bounds(shape: &Shape) -> (Position, Position) {
    let mut low = (f64::INFINITY, f64::INFINITY);
    let mut high = (f64::NEG_INFINITY, f64::NEG_INFINITY);
    for &(x, y) in shape.iter().flatten().flatten() {
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    }
    (low, high)
}

/// Metres between two boxes, 0 where they overlap.
fn box_distance(
    one: (Position, Position),
    other: (Position, Position),
    (east, north): (f64, f64),
) -> f64 {
    let apart =
        |low: f64, high: f64, low2: f64, high2: f64| (low2 - high).max(low - high2).max(0.0);
    let x = apart(one.0.0, one.1.0, other.0.0, other.1.0) * east;
    let y = apart(one.0.1, one.1.1, other.0.1, other.1.1) * north;
    x.hypot(y)
}

/// The areas without a neighbour that lie inside another area which has no hole for them, as
/// `(inside, around)`.
pub(super) fn swallowed(shapes: &[Shape], links: &BTreeSet<Pair>) -> Vec<Pair> {
    let tied: BTreeSet<usize> = links.iter().flat_map(|&(a, b)| [a, b]).collect();
    let boxes: BTreeMap<usize, (Position, Position)> =
        shapes.iter().map(bounds).enumerate().collect();
    let mut found = Vec::new();
    for inside in (0..shapes.len()).filter(|area| !tied.contains(area)) {
        let Some(&point) = shapes[inside].iter().flatten().flatten().next() else { continue };
        let around = (0..shapes.len()).find(|&area| {
            let (low, high) = boxes[&area];
            let may = (low.0..=high.0).contains(&point.0) && (low.1..=high.1).contains(&point.1);
            area != inside && may && holds(&shapes[area], point)
        });
        found.extend(around.map(|around| (inside, around)));
    }
    found
}

/// Whether a point lies inside a shape, by the number of edges east of it.
fn holds(shape: &Shape, (x, y): Position) -> bool {
    let crosses = |((x0, y0), (x1, y1)): &Segment| {
        (*y0 > y) != (*y1 > y) && x < x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    };
    edges(shape).filter(crosses).count() % 2 == 1
}
