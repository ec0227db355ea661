//! Geometry for maps of other programs: areas, dissolved regions, cut borders.
//!
//! Rings follow RFC 7946: outer rings counterclockwise, holes clockwise, coordinates of six
//! decimals (a decimetre).

use geo::orient::{Direction, Orient as _};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon, unary_union};

use regionfront_model::instance::Shape;
use regionfront_model::plan::Plan;

use crate::maps::borders_by_pair;

/// The polygons of an area, right-handed.
pub(crate) fn area(shape: &Shape) -> MultiPolygon {
    MultiPolygon::new(polygons(shape)).orient(Direction::Default)
}

/// The union of some areas, right-handed; shared borders disappear.
pub(crate) fn region(shapes: &[Shape], areas: &[usize]) -> MultiPolygon {
    let all: Vec<Polygon> = areas.iter().flat_map(|&area| polygons(&shapes[area])).collect();
    let rounded = |line: &LineString| -> LineString {
        let mut points: Vec<Coord> = line.coords().map(|&at| six_decimals(at)).collect();
        points.dedup();
        LineString::new(points)
    };
    let union = unary_union(&all).orient(Direction::Default);
    let polygons = union.0.iter().map(|polygon| {
        Polygon::new(
            rounded(polygon.exterior()),
            // A hole of fewer than four points is no ring but a gap between generalised borders.
            polygon.interiors().iter().map(rounded).filter(|ring| ring.0.len() >= 4).collect(),
        )
    });
    MultiPolygon::new(polygons.filter(|polygon| polygon.exterior().0.len() >= 4).collect())
}

/// The border between every two regions that share one, by region numbers.
pub(crate) fn cut_borders(shapes: &[Shape], plan: &Plan) -> Vec<((u32, u32), MultiLineString)> {
    borders_by_pair(shapes, plan)
        .into_iter()
        .map(|(pair, lines)| {
            let lines = lines.into_iter().map(|line| {
                LineString::new(line.into_iter().map(|(x, y)| Coord { x, y }).collect())
            });
            (pair, MultiLineString::new(lines.collect()))
        })
        .collect()
}

fn polygons(shape: &Shape) -> Vec<Polygon> {
    let ring = |points: &Vec<(f64, f64)>| {
        LineString::new(points.iter().map(|&(x, y)| Coord { x, y }).collect())
    };
    shape
        .iter()
        .filter_map(|rings| {
            let (outer, holes) = rings.split_first()?;
            Some(Polygon::new(ring(outer), holes.iter().map(ring).collect()))
        })
        .collect()
}

fn six_decimals(at: Coord) -> Coord {
    let round = |value: f64| (value * 1e6).round() / 1e6;
    Coord { x: round(at.x), y: round(at.y) }
}

#[cfg(test)]
mod tests {
    use geo::Area as _;

    use super::*;

    fn square(x: f64, y: f64) -> Shape {
        // Clockwise, as some files have them.
        vec![vec![vec![(x, y), (x, y + 1.0), (x + 1.0, y + 1.0), (x + 1.0, y), (x, y)]]]
    }

    #[test]
    fn shared_borders_disappear_and_rings_turn_left() {
        let shapes = [square(0.0, 0.0), square(1.0, 0.0), square(5.0, 0.0)];
        let both = region(&shapes, &[0, 1]);
        assert_eq!(both.0.len(), 1);
        assert!((both.signed_area() - 2.0).abs() < 1e-6, "counterclockwise, two squares");
        assert_eq!(region(&shapes, &[0, 2]).0.len(), 2, "apart they stay apart");
        assert!(area(&shapes[0]).signed_area() > 0.0);
    }

    #[test]
    fn a_ring_of_areas_has_a_hole() {
        let shapes: Vec<Shape> =
            (0..9).map(|at| square(f64::from(at % 3), f64::from(at / 3))).collect();
        let around = region(&shapes, &[0, 1, 2, 3, 5, 6, 7, 8]);
        assert_eq!(around.0[0].interiors().len(), 1);
        assert!((around.signed_area() - 8.0).abs() < 1e-6);
    }
}
