//! Polygons that lie on top of each other.
//!
//! Where areas are as they should be, few lie where another lies. A source that has the same polygon
//! a thousand times, or moved by a hair, has pairs of edges by the hundred million, and no borders.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use regionfront_model::instance::Shape;

/// How many pairs of areas may lie in the same place.
const MOST: usize = 1_000;

/// By how much of its extent the box of an area may differ from another that lies in the same place.
const SAME: f64 = 0.02;

/// Two areas that lie in the same place, where so many do that the source is no map.
pub(super) fn crowded(shapes: &[Shape]) -> Option<(usize, usize)> {
    let boxes: Vec<(usize, AABB<[f64; 2]>)> = shapes
        .iter()
        .enumerate()
        .filter_map(|(area, shape)| {
            let corners: Vec<[f64; 2]> =
                shape.iter().flatten().flatten().map(|&(x, y)| [x, y]).collect();
            (!corners.is_empty()).then(|| (area, AABB::from_points(&corners)))
        })
        .collect();
    // A point per area: its box's middle. Who lies in the same place has it close by.
    let middle = |of: &AABB<[f64; 2]>| {
        let (low, high) = (of.lower(), of.upper());
        [f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])]
    };
    let points = boxes.iter().enumerate().map(|(at, (_, of))| {
        GeomWithData::new(Rectangle::from_corners(middle(of), middle(of)), at)
    });
    let tree = RTree::bulk_load(points.collect());
    let mut pairs = 0_usize;
    for (at, (area, of)) in boxes.iter().enumerate() {
        let (low, high) = (of.lower(), of.upper());
        let slack = [0, 1].map(|axis| (high[axis] - low[axis]) * SAME);
        let [x, y] = middle(of);
        let around = AABB::from_corners([x - slack[0], y - slack[1]], [x + slack[0], y + slack[1]]);
        for found in tree.locate_in_envelope_intersecting(&around) {
            let (other, box_of) = &boxes[found.data];
            let is_alike = [0, 1].iter().all(|&axis| {
                (box_of.lower()[axis] - low[axis]).abs() <= slack[axis]
                    && (box_of.upper()[axis] - high[axis]).abs() <= slack[axis]
            });
            if found.data < at && is_alike {
                pairs += 1;
                if pairs > MOST {
                    return Some((*other, *area));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, size: f64) -> Shape {
        vec![vec![vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]]]
    }

    #[test]
    fn a_thousand_squares_in_one_place_are_no_map() {
        let same: Vec<Shape> = (0..1000).map(|_| square(1.0, 2.0, 3.0)).collect();
        assert!(crowded(&same).is_some());
        let moved: Vec<Shape> =
            (0..1000).map(|at| square(1.0 + f64::from(at) * 1e-6, 2.0, 3.0)).collect();
        assert!(crowded(&moved).is_some());
    }

    #[test]
    fn squares_side_by_side_and_within_each_other_are_a_map() {
        let side_by_side: Vec<Shape> =
            (0..2500).map(|at| square(f64::from(at % 50), f64::from(at / 50), 1.0)).collect();
        assert!(crowded(&side_by_side).is_none());
        let nested: Vec<Shape> = (1..100).map(|at| square(0.0, 0.0, f64::from(at))).collect();
        assert!(crowded(&nested).is_none());
    }
}
