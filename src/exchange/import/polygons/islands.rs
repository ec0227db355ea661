//! Areas that touch no other, and what they might be tied to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use regionfront_model::instance::Shape;
use rstar::RTree;
use rstar::primitives::{GeomWithData, Line, Rectangle};

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
    let ways = Ways::new(shapes, crs);
    let mut parts = Parts::new(parts(shapes.len(), links), shapes.len());
    let mut ties = Vec::new();
    while let Some(number) = parts.first_to_tie() {
        let Some(way) = parts.nearest(number, &ways) else { return ties };
        let mut group = parts.all[number].areas.clone();
        group.sort_unstable();
        parts.unite(parts.of[way.from], parts.of[way.to]);
        ties.push(Tie { group, from: way.from, to: way.to, kilometres: ways.kilometres(&way) });
    }
    ties
}

/// The way from an area to the nearest of another part: metres, and metres between their boxes, both as
/// bits, which order as the figures do where these are not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    metres: u64,
    between_boxes: u64,
    from: usize,
    to: usize,
}

/// A part in the making.
#[derive(Default)]
struct Part {
    areas: Vec<usize>,
    /// Areas whose way out is not known.
    open: Vec<usize>,
    /// The ways out of the others, the nearest first. One that has come to lead inside is found again.
    ways: BinaryHeap<Reverse<Way>>,
}

/// All parts; united, the larger takes the smaller in, so that no area moves often.
struct Parts {
    all: Vec<Part>,
    /// The part of every area.
    of: Vec<usize>,
    /// Parts by their first area.
    by_first: BTreeMap<usize, usize>,
    first_of: Vec<usize>,
    /// Parts by size, the largest last and of equals the one that comes first.
    by_size: BTreeSet<(usize, Reverse<usize>)>,
}

impl Parts {
    fn new(parts: Vec<Vec<usize>>, num_areas: usize) -> Self {
        let mut of = vec![0; num_areas];
        for (number, part) in parts.iter().enumerate() {
            for &area in part {
                of[area] = number;
            }
        }
        let first_of: Vec<usize> = parts.iter().map(|part| part[0]).collect();
        Self {
            by_first: first_of.iter().enumerate().map(|(number, &first)| (first, number)).collect(),
            by_size: parts.iter().map(|part| (part.len(), Reverse(part[0]))).collect(),
            all: parts
                .into_iter()
                .map(|areas| Part { open: areas.clone(), areas, ways: BinaryHeap::new() })
                .collect(),
            of,
            first_of,
        }
    }

    /// The first part that is not the largest; `None` where there is one part only.
    fn first_to_tie(&self) -> Option<usize> {
        let &(_, Reverse(largest)) = self.by_size.last()?;
        self.by_first.iter().find(|&(&first, _)| first != largest).map(|(_, &number)| number)
    }

    /// The nearest way out of a part.
    fn nearest(&mut self, number: usize, ways: &Ways<'_>) -> Option<Way> {
        loop {
            while let Some(area) = self.all[number].open.pop() {
                let way = ways.nearest(area, |other| self.of[other] != number);
                self.all[number].ways.extend(way.map(Reverse));
            }
            let Reverse(way) = self.all[number].ways.pop()?;
            self.all[number].open.push(way.from);
            if self.of[way.to] != number {
                return Some(way);
            }
        }
    }

    fn unite(&mut self, a: usize, b: usize) {
        let is_larger = self.all[a].areas.len() >= self.all[b].areas.len();
        let (kept, gone) = if is_larger { (a, b) } else { (b, a) };
        for number in [kept, gone] {
            let first = self.first_of[number];
            self.by_size.remove(&(self.all[number].areas.len(), Reverse(first)));
            self.by_first.remove(&first);
        }
        let mut lost = std::mem::take(&mut self.all[gone]);
        for &area in &lost.areas {
            self.of[area] = kept;
        }
        let part = &mut self.all[kept];
        part.areas.append(&mut lost.areas);
        part.open.append(&mut lost.open);
        part.ways.append(&mut lost.ways);
        let first = self.first_of[kept].min(self.first_of[gone]);
        self.first_of[kept] = first;
        self.by_size.insert((part.areas.len(), Reverse(first)));
        self.by_first.insert(first, kept);
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

/// A box in a tree of boxes, with its area.
type Boxed = GeomWithData<Rectangle<[f64; 2]>, usize>;

/// Finds ways between areas. Boxes bound distances from below, so that few outlines are compared edge by
/// edge.
struct Ways<'a> {
    shapes: &'a [Shape],
    crs: &'a Crs,
    boxes: Vec<(Position, Position)>,
    /// The boxes in metres at the least scale there is anywhere: no two are farther from each other in
    /// it than they are.
    tree: RTree<Boxed>,
    least: (f64, f64),
}

/// A shape without an outline has no box.
fn is_drawn((low, high): &(Position, Position)) -> bool {
    low.0 <= high.0
}

/// Boxes in a tree, with the numbers they have, in units of so many metres.
fn tree_of(boxes: impl Iterator<Item = (Position, Position)>, scale: (f64, f64)) -> RTree<Boxed> {
    let scaled = |p: Position| [p.0 * scale.0, p.1 * scale.1];
    let drawn = boxes.enumerate().filter(|(_, ends)| is_drawn(ends));
    let rectangles = drawn.map(|(area, (low, high))| {
        Boxed::new(Rectangle::from_corners(scaled(low), scaled(high)), area)
    });
    RTree::bulk_load(rectangles.collect())
}

impl<'a> Ways<'a> {
    fn new(shapes: &'a [Shape], crs: &'a Crs) -> Self {
        let boxes: Vec<(Position, Position)> = shapes.iter().map(bounds).collect();
        let scales =
            boxes.iter().filter(|ends| is_drawn(ends)).map(|ends| crs.metres_per_unit(ends.0));
        let least = scales
            .reduce(|one, other| (one.0.min(other.0), one.1.min(other.1)))
            .unwrap_or((1.0, 1.0));
        let tree = tree_of(boxes.iter().copied(), least);
        Self { shapes, crs, boxes, tree, least }
    }

    /// The way from an area to the nearest of those that are outside.
    fn nearest(&self, from: usize, is_outside: impl Fn(usize) -> bool) -> Option<Way> {
        let (low, high) = self.boxes[from];
        let middle = (low.0.midpoint(high.0), low.1.midpoint(high.1));
        let centre = [middle.0 * self.least.0, middle.1 * self.least.1];
        let reach = (high.0 - low.0) / 2.0 * self.least.0;
        let radius = reach.hypot((high.1 - low.1) / 2.0 * self.least.1);
        let scale = self.crs.metres_per_unit(low);
        let mut near = self.tree.nearest_neighbor_iter_with_distance_2(&centre).peekable();
        let mut waiting: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
        let mut best: Option<Way> = None;
        loop {
            // Whatever may come before the first that waits.
            while let Some(&(_, square)) = near.peek() {
                let at_least = (square.sqrt() - radius).max(0.0).to_bits();
                if waiting.peek().is_some_and(|&Reverse((first, _))| first < at_least) {
                    break;
                }
                let Some((other, _)) = near.next() else { break };
                if is_outside(other.data) {
                    let metres = box_distance(self.boxes[from], self.boxes[other.data], scale);
                    waiting.push(Reverse((metres.to_bits(), other.data)));
                }
            }
            let Some(Reverse((between_boxes, to))) = waiting.pop() else { return best };
            // The scale differs a little from place to place.
            if best.is_some_and(|best| {
                f64::from_bits(between_boxes) > 1.1 * f64::from_bits(best.metres)
            }) {
                return best;
            }
            let Some((metres, ..)) = self.closest(from, to) else { continue };
            let way = Way { metres: metres.max(0.0).to_bits(), between_boxes, from, to };
            best = best.map_or(Some(way), |best| Some(best.min(way)));
        }
    }

    /// Metres between two areas, and where they are that near. The edges of one are looked for in a tree
    /// of those of the other, from the nearest on; of edges that are equally near the first ones count.
    fn closest(&self, from: usize, to: usize) -> Option<(f64, Position, Position)> {
        let origin = self.boxes[from].0;
        let scale = self.crs.metres_per_unit(origin);
        let flattened =
            |area: usize| edges(&self.shapes[area]).map(|edge| flat(edge, origin, scale));
        let there: Vec<Segment> = flattened(to).collect();
        let lines = there.iter().enumerate().map(|(at, &(start, end))| {
            GeomWithData::new(Line::new([start.0, start.1], [end.0, end.1]), at)
        });
        let tree = RTree::bulk_load(lines.collect());
        let mut best: Option<(f64, usize, Position, Position)> = None;
        for one in flattened(from) {
            let (start, end) = one;
            let middle = [start.0.midpoint(end.0), start.1.midpoint(end.1)];
            let half = (end.0 - start.0).hypot(end.1 - start.1) / 2.0;
            let here = best.map(|best| best.0);
            for (line, square) in tree.nearest_neighbor_iter_with_distance_2(&middle) {
                // No further edge is nearer; a hair more, as roots and sums are rounded.
                let at_least = square.sqrt() * (1.0 - 1e-9) - half;
                if best.is_some_and(|best| at_least > best.0) {
                    break;
                }
                let (metres, a, b) = closest_points(one, there[line.data]);
                let is_nearer = |best: (f64, usize, Position, Position)| {
                    metres < best.0
                        || metres <= best.0 && here != Some(best.0) && line.data < best.1
                };
                if best.is_none_or(is_nearer) {
                    best = Some((metres, line.data, a, b));
                }
            }
        }
        let best = best.map(|(metres, _, a, b)| (metres, a, b));
        let back = |p: Position| (origin.0 + p.0 / scale.0, origin.1 + p.1 / scale.1);
        best.map(|(metres, a, b)| (metres, back(a), back(b)))
    }

    fn kilometres(&self, way: &Way) -> f64 {
        self.closest(way.from, way.to).map_or(0.0, |(_, a, b)| self.crs.kilometres(a, b))
    }
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

/// Points of an outline that are looked at.
const MOST_POINTS: usize = 500;

/// The areas without a neighbour that lie inside another area which has no hole for them, as
/// `(inside, around)`.
pub(super) fn swallowed(shapes: &[Shape], links: &BTreeSet<Pair>) -> Vec<Pair> {
    let tied: BTreeSet<usize> = links.iter().flat_map(|&(a, b)| [a, b]).collect();
    let tree = tree_of(shapes.iter().map(bounds), (1.0, 1.0));
    let mut found = Vec::new();
    for inside in (0..shapes.len()).filter(|area| !tied.contains(area)) {
        let outline: Vec<Position> = shapes[inside].iter().flatten().flatten().copied().collect();
        let Some(&point) = outline.first() else { continue };
        // One that lies across a border has a point inside, too; some of them all tell.
        let some = || outline.iter().step_by(outline.len().div_ceil(MOST_POINTS));
        let around = tree
            .locate_all_at_point(&[point.0, point.1])
            .map(|boxed| boxed.data)
            .filter(|&area| area != inside && some().all(|&point| holds(&shapes[area], point)))
            .min();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Ties by looking at every pair of a part and the rest, as often as there are parts.
    fn plainly(shapes: &[Shape], crs: &Crs) -> Vec<(Vec<usize>, usize, usize)> {
        let ways = Ways::new(shapes, crs);
        let mut links = BTreeSet::new();
        let mut ties = Vec::new();
        loop {
            let parts = parts(shapes.len(), &links);
            let largest = (0..parts.len()).max_by_key(|&at| (parts[at].len(), Reverse(at)));
            let Some(at) = (0..parts.len()).find(|&at| Some(at) != largest) else { return ties };
            let group = parts[at].clone();
            let all = group.iter().flat_map(|&from| {
                let rest = (0..shapes.len()).filter(|to| !group.contains(to));
                rest.map(move |to| (from, to))
            });
            let way = |(from, to): (usize, usize)| {
                let scale = crs.metres_per_unit(ways.boxes[from].0);
                let boxes = box_distance(ways.boxes[from], ways.boxes[to], scale);
                let metres = ways.closest(from, to).expect("drawn").0;
                Way { metres: metres.to_bits(), between_boxes: boxes.to_bits(), from, to }
            };
            let best = all.map(way).min().expect("there is a rest");
            links.insert((best.from.min(best.to), best.from.max(best.to)));
            ties.push((group, best.from, best.to));
        }
    }

    fn squares(count: usize, place: impl Fn(usize) -> Position, side: f64) -> Vec<Shape> {
        let square = |at: usize| {
            let (x, y) = place(at);
            let ring = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
            vec![vec![ring.iter().map(|(a, b)| (x + a * side, y + b * side)).collect()]]
        };
        (0..count).map(square).collect()
    }

    #[test]
    fn ties_are_those_of_looking_at_every_pair() {
        let scattered = |at: usize| {
            let draw = |by: u64| {
                let mixed = (at as u64 + 1).wrapping_mul(by).rotate_left(29).wrapping_mul(by);
                f64::from(u32::try_from(mixed >> 40).expect("24 bits")) / f64::from(1_u32 << 24)
            };
            (10.0 + draw(0x9E37_79B9_7F4A_7C15), 59.0 + draw(0xD1B5_4A32_D192_ED03))
        };
        // The second are as far from each other on every side.
        let regular = |at: usize| {
            let (row, column) = (at / 7, at % 7);
            let step = |number: usize| f64::from(u32::try_from(number).expect("small")) * 1000.0;
            (300_000.0 + step(column), 6_600_000.0 + step(row))
        };
        let cases = [
            (Crs::Wgs84, squares(60, scattered, 0.01)),
            (Crs::Epsg25833, squares(49, regular, 400.0)),
        ];
        for (crs, shapes) in cases {
            let found = ties(&shapes, &crs, &BTreeSet::new());
            let found: Vec<_> =
                found.into_iter().map(|tie| (tie.group, tie.from, tie.to)).collect();
            assert_eq!(found.len(), shapes.len() - 1);
            assert_eq!(found, plainly(&shapes, &crs));
        }
    }
}
