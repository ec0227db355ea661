//! From longitude and latitude to a picture, and borders from shared polygon edges.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::instance::Shape;
use regionfront_model::plan::Plan;

/// A point of the picture, x to the right, y down.
pub(crate) type Point = (f64, f64);

/// Equirectangular projection, longitudes shrunk by the cosine of the middle latitude: shapes are
/// true in the middle, and within a county nobody sees the difference elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Projection {
    west: f64,
    north: f64,
    shrink: f64,
    scale: f64,
    /// Height of the picture for the width asked for.
    pub(crate) height: f64,
    width: f64,
}

impl Projection {
    /// Fits shapes into this width, but no higher than `max_height`. `None` without any point.
    pub(crate) fn fit(shapes: &[Shape], max_width: f64, max_height: f64) -> Option<Self> {
        let mut bounds: Option<(f64, f64, f64, f64)> = None;
        for &(lon, lat) in shapes.iter().flatten().flatten().flatten() {
            let (west, east, south, north) = bounds.unwrap_or((lon, lon, lat, lat));
            bounds = Some((west.min(lon), east.max(lon), south.min(lat), north.max(lat)));
        }
        let (west, east, south, north) = bounds?;
        let shrink = f64::midpoint(south, north).to_radians().cos();
        let (wide, high) = (((east - west) * shrink).max(1e-9), (north - south).max(1e-9));
        let scale = (max_width / wide).min(max_height / high);
        Some(Self { west, north, shrink, scale, height: high * scale, width: max_width })
            .map(|fitted| fitted.centred(wide * scale))
    }

    /// Shifts the picture to the middle of the width.
    fn centred(mut self, used: f64) -> Self {
        self.west -= (self.width - used) / 2.0 / (self.shrink * self.scale);
        self
    }

    /// Kilometres per unit of the picture: a degree of latitude on a sphere of the Earth's mean
    /// radius, 6,371 km.
    pub(crate) fn kilometres_per_unit(&self) -> f64 {
        6371.0_f64.to_radians() / self.scale
    }

    /// Where a longitude and latitude come to lie.
    pub(crate) fn project(&self, (lon, lat): (f64, f64)) -> Point {
        ((lon - self.west) * self.shrink * self.scale, (self.north - lat) * self.scale)
    }
}

/// A vertex in ten-millionths of a degree, so that shared vertices compare equal.
pub(crate) type Vertex = (i64, i64);

/// Chains of longitude and latitude.
pub(crate) type Lines = Vec<Vec<(f64, f64)>>;

/// Lines of a map.
#[derive(Debug, Default)]
pub(crate) struct Borders {
    /// Between two areas of different regions.
    pub(crate) between_regions: Lines,
    /// Around everything: edges of one area only.
    pub(crate) outline: Lines,
}

/// Sorts polygon edges into borders between regions and the outline.
pub(crate) fn borders(owners: &Owners, plan: &Plan) -> Borders {
    let (mut between, mut outline) = (Vec::new(), Vec::new());
    for (&edge, areas) in owners {
        let first = plan.region_of(areas[0]);
        if areas.len() == 1 {
            outline.push(edge);
        } else if areas.iter().any(|&area| plan.region_of(area) != first) {
            between.push(edge);
        }
    }
    Borders { between_regions: chains(&between), outline: chains(&outline) }
}

/// The borders between regions, one entry per pair of region numbers that share one.
pub(crate) fn borders_by_pair(shapes: &[Shape], plan: &Plan) -> BTreeMap<(u32, u32), Lines> {
    borders_of_pairs(&owners(shapes), plan)
}

/// As [`borders_by_pair`], of edges whose areas are known.
pub(crate) fn borders_of_pairs(owners: &Owners, plan: &Plan) -> BTreeMap<(u32, u32), Lines> {
    let mut pairs: BTreeMap<(u32, u32), Vec<(Vertex, Vertex)>> = BTreeMap::new();
    for (&edge, areas) in owners {
        let regions: BTreeSet<u32> = areas.iter().map(|&area| plan.region_of(area)).collect();
        let regions: Vec<u32> = regions.into_iter().collect();
        for (at, &a) in regions.iter().enumerate() {
            for &b in &regions[at + 1..] {
                pairs.entry((a, b)).or_default().push(edge);
            }
        }
    }
    pairs.into_iter().map(|(pair, edges)| (pair, chains(&edges))).collect()
}

/// The areas of every polygon edge.
pub(crate) type Owners = BTreeMap<(Vertex, Vertex), Vec<usize>>;

/// The areas of every edge.
pub(crate) fn owners(shapes: &[Shape]) -> Owners {
    let mut owners = Owners::new();
    for (area, shape) in shapes.iter().enumerate() {
        for (from, to) in edges(shape) {
            let (from, to) = (vertex(from), vertex(to));
            if from != to {
                owners.entry((from.min(to), from.max(to))).or_default().push(area);
            }
        }
    }
    owners
}

/// The edges of a shape.
pub(crate) fn edges(shape: &Shape) -> impl Iterator<Item = ((f64, f64), (f64, f64))> + '_ {
    shape.iter().flatten().flat_map(|ring| ring.windows(2).map(|pair| (pair[0], pair[1])))
}

/// Joins edges end to end: from ends and forks first, so that lines run as far as they can, then
/// the closed loops that are left.
fn chains(edges: &[(Vertex, Vertex)]) -> Lines {
    let mut beside: BTreeMap<Vertex, BTreeSet<Vertex>> = BTreeMap::new();
    for &(a, b) in edges {
        beside.entry(a).or_default().insert(b);
        beside.entry(b).or_default().insert(a);
    }
    let forks: Vec<Vertex> =
        beside.iter().filter(|(_, next)| next.len() != 2).map(|(&vertex, _)| vertex).collect();
    let all: Vec<Vertex> = beside.keys().copied().collect();
    let mut lines = Vec::new();
    for start in forks.into_iter().chain(all) {
        while let Some(first) = beside[&start].first().copied() {
            let mut line = vec![start];
            let (mut from, mut to) = (start, first);
            loop {
                unlink(&mut beside, from, to);
                line.push(to);
                let next = &beside[&to];
                if next.len() != 1 {
                    break;
                }
                (from, to) = (to, *next.first().expect("one is left"));
            }
            lines.push(line.into_iter().map(degrees).collect());
        }
    }
    lines
}

fn unlink(beside: &mut BTreeMap<Vertex, BTreeSet<Vertex>>, a: Vertex, b: Vertex) {
    for (from, to) in [(a, b), (b, a)] {
        beside.get_mut(&from).expect("both ends of an edge are known").remove(&to);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "degrees times 10^7 fit in 64 bits")]
fn vertex((lon, lat): (f64, f64)) -> Vertex {
    ((lon * 1e7).round() as i64, (lat * 1e7).round() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "degrees times 10^7 stay far below 2^52")]
fn degrees((lon, lat): Vertex) -> (f64, f64) {
    (lon as f64 / 1e7, lat as f64 / 1e7)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64) -> Shape {
        vec![vec![vec![(x, 0.0), (x + 1.0, 0.0), (x + 1.0, 1.0), (x, 1.0), (x, 0.0)]]]
    }

    #[test]
    fn shared_edges_are_borders_and_the_rest_is_outline() {
        let shapes = [square(0.0), square(1.0), square(2.0)];
        let borders = borders(&owners(&shapes), &Plan::from_labels(&[1, 1, 2]));
        assert_eq!(borders.between_regions, vec![vec![(2.0, 0.0), (2.0, 1.0)]]);
        assert_eq!(borders.outline.len(), 1, "one closed line around all three");
        assert_eq!(borders.outline[0].len(), 9);
    }

    #[test]
    fn a_picture_fits_its_frame() {
        let shapes = [square(0.0), square(1.0)];
        let fitted = Projection::fit(&shapes, 100.0, 1000.0).expect("there are points");
        let (x, y) = fitted.project((2.0, 0.0));
        assert!((x - 100.0).abs() < 1e-6 && (y - fitted.height).abs() < 1e-6);
        assert!(Projection::fit(&[], 1.0, 1.0).is_none());
    }
}
