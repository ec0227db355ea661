//! Areas that lie on each other over more than a strip along their border.
//!
//! Each area is cut along lines from west to east, and what of them lies in another area, too, is
//! measured. Strips of overlap along borders, which every map has that was drawn by hand, are less than what
//! counts. The time is O(n log n) in the number of edges where few areas lie in the same place, and never
//! more than so many times their number.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use regionfront_model::instance::Shape;

/// Lines that cut an area.
const LINES: usize = 101;

/// The share of the smaller area from which an overlap counts.
const LEAST: f64 = 0.01;

/// How often an edge is looked at, on average, at most.
const MOST_LOOKS: usize = 40;

/// An area that lies on another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Overlap {
    /// The smaller of the two.
    pub(super) area: usize,
    /// The other.
    pub(super) other: usize,
    /// How much of the smaller lies on the other.
    pub(super) share: f64,
}

/// What was found, the largest share first.
#[derive(Debug, Default)]
pub(super) struct Overlaps {
    pub(super) found: Vec<Overlap>,
    /// Whether so many areas lie in the same place that not all of them were looked at.
    pub(super) is_cut: bool,
}

/// Finds areas of which a hundredth or more lies on another.
pub(super) fn find(shapes: &[Shape]) -> Overlaps {
    let boxes: Vec<Option<AABB<[f64; 2]>>> = shapes
        .iter()
        .map(|shape| {
            let corners: Vec<[f64; 2]> =
                shape.iter().flatten().flatten().map(|&(x, y)| [x, y]).collect();
            (!corners.is_empty()).then(|| AABB::from_points(&corners))
        })
        .collect();
    let extent = |area: usize| {
        boxes[area].map_or(0.0, |of| {
            let (low, high) = (of.lower(), of.upper());
            (high[0] - low[0]) * (high[1] - low[1])
        })
    };
    let of_tree = boxes.iter().enumerate().filter_map(|(area, of)| {
        let of = of.as_ref()?;
        Some(GeomWithData::new(Rectangle::from_corners(of.lower(), of.upper()), area))
    });
    let tree = RTree::bulk_load(of_tree.collect());
    let edges = |area: usize| shapes[area].iter().flatten().map(Vec::len).sum::<usize>();
    let cost = |area: usize| edges(area) + LINES;
    let mut looks = MOST_LOOKS * (0..shapes.len()).map(cost).sum::<usize>();
    let mut overlaps = Overlaps::default();
    for (area, of) in boxes.iter().enumerate() {
        let Some(of) = of else { continue };
        let (low, high) = (of.lower()[1], of.upper()[1]);
        let cuts = Cuts { low, step: (high - low) / count(LINES) };
        let mut own: Option<Vec<Vec<(f64, f64)>>> = None;
        // The smaller of two is measured, once.
        let mut others: Vec<usize> = tree
            .locate_in_envelope_intersecting(of)
            .map(|found| found.data)
            .filter(|&other| (extent(area), area) < (extent(other), other))
            .collect();
        others.sort_unstable();
        for other in others {
            let needed = cost(other);
            if needed > looks {
                overlaps.is_cut = true;
                break;
            }
            looks -= needed;
            let own = own.get_or_insert_with(|| cuts.spans(&shapes[area]));
            let whole: f64 = own.iter().flatten().map(|(from, to)| to - from).sum();
            let theirs = cuts.spans(&shapes[other]);
            let both: f64 = own.iter().zip(&theirs).map(|(own, their)| common(own, their)).sum();
            if whole > 0.0 && both / whole >= LEAST {
                overlaps.found.push(Overlap { area, other, share: both / whole });
            }
        }
    }
    overlaps.found.sort_by(|one, other| {
        other
            .share
            .total_cmp(&one.share)
            .then((one.area, one.other).cmp(&(other.area, other.other)))
    });
    overlaps
}

#[expect(clippy::cast_precision_loss, reason = "numbers of lines are small")]
fn count(number: usize) -> f64 {
    number as f64
}

/// Lines from west to east, the first half a step above the lowest point of an area.
struct Cuts {
    low: f64,
    step: f64,
}

impl Cuts {
    /// Where each line is inside a shape, from west to east.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "numbers of lines, between 0 and how many there are"
    )]
    fn spans(&self, shape: &Shape) -> Vec<Vec<(f64, f64)>> {
        let mut crossings = vec![Vec::new(); LINES];
        let line = |y: f64| ((y - self.low) / self.step - 0.5).clamp(-1.0, count(LINES));
        for ends in shape.iter().flatten().flat_map(|ring| ring.windows(2)) {
            let ((x0, y0), (x1, y1)) = (ends[0], ends[1]);
            let (from, to) = (line(y0.min(y1)).floor(), line(y0.max(y1)).ceil());
            let (first, end) = (from.max(0.0) as usize, (to.max(0.0) as usize + 1).min(LINES));
            for (at, crossed) in crossings.iter_mut().enumerate().take(end).skip(first) {
                let y = self.low + (count(at) + 0.5) * self.step;
                if (y0 > y) != (y1 > y) {
                    crossed.push(x0 + (y - y0) / (y1 - y0) * (x1 - x0));
                }
            }
        }
        crossings
            .into_iter()
            .map(|mut crossed: Vec<f64>| {
                crossed.sort_unstable_by(f64::total_cmp);
                crossed.chunks_exact(2).map(|ends| (ends[0], ends[1])).collect()
            })
            .collect()
    }
}

/// The length that two sorted lists of spans have in common.
fn common(one: &[(f64, f64)], other: &[(f64, f64)]) -> f64 {
    let (mut a, mut b, mut sum) = (0, 0, 0.0);
    while let (Some(&(from, to)), Some(&(begin, end))) = (one.get(a), other.get(b)) {
        sum += (to.min(end) - from.max(begin)).max(0.0);
        if to < end { a += 1 } else { b += 1 }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Shape {
        let (right, top) = (x + width, y + height);
        vec![vec![vec![(x, y), (right, y), (right, top), (x, top), (x, y)]]]
    }

    #[test]
    fn what_lies_on_another_is_measured_by_the_smaller() {
        let shapes = [rectangle(0.0, 0.0, 10.0, 10.0), rectangle(9.0, 2.0, 4.0, 4.0)];
        let found = find(&shapes).found;
        assert_eq!((found.len(), found[0].area, found[0].other), (1, 1, 0));
        assert!((found[0].share - 0.25).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn neighbours_holes_and_strips_are_no_overlaps() {
        let side_by_side = [rectangle(0.0, 0.0, 1.0, 1.0), rectangle(1.0, 0.0, 1.0, 1.0)];
        assert!(find(&side_by_side).found.is_empty());
        let mut around = rectangle(0.0, 0.0, 10.0, 10.0);
        around[0].extend(rectangle(4.0, 4.0, 2.0, 2.0).remove(0));
        assert!(find(&[around, rectangle(4.0, 4.0, 2.0, 2.0)]).found.is_empty());
        let strip = [rectangle(0.0, 0.0, 1.0, 1.0), rectangle(0.995, 0.0, 1.0, 1.0)];
        assert!(find(&strip).found.is_empty());
        let turned = [rectangle(0.0, 0.0, 1.0, 1.0), rectangle(0.0, 0.98, 1.0, 1.0)];
        assert_eq!(find(&turned).found.len(), 1);
    }

    #[test]
    fn areas_in_one_place_take_time_by_their_number() {
        let all: Vec<Shape> =
            (0..300).map(|at| rectangle(0.0, 0.0, 1.0 + f64::from(at), 1.0)).collect();
        let found = find(&all);
        assert!(found.is_cut);
        assert!(found.found.len() <= MOST_LOOKS * all.len());
    }

    #[test]
    fn flat_and_empty_shapes_are_nothing() {
        let flat = vec![vec![vec![(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 0.0)]]];
        assert!(find(&[flat, Shape::new(), rectangle(0.0, -1.0, 3.0, 3.0)]).found.is_empty());
    }
}
