//! What all maps of an instance share: projected areas, places for names, positions of centres.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use regionfront_model::instance::{Instance, Shape};
use regionfront_model::plan::Plan;

use super::projection::{
    Borders, Owners, Point, Projection, borders, borders_of_pairs, edges, owners,
};

mod inset;

pub(crate) use inset::{INSET_SIZES, Inset};

/// Size of area names.
pub(crate) const SMALL_SIZE: f64 = 10.5;
/// Points per side of the grid on which places for names are sought.
const GRID: u32 = 24;
/// How many places are kept for a name.
const PLACES: usize = 60;
/// Room around a picture without polygons, in parts of its width.
const GRAPH_MARGIN: f64 = 0.06;

/// A place for a name and the distance from it to the nearest edge.
pub(crate) type Place = (f64, Point);

/// The ground of all maps of an instance.
#[derive(Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) instance: Cow<'a, Instance>,
    projection: Projection,
    /// Width of the picture.
    pub(crate) width: f64,
    /// Height of the picture.
    pub(crate) height: f64,
    /// Path of every area; empty without polygons.
    pub(crate) paths: Vec<String>,
    /// Where every area's centre lies.
    pub(crate) centres: Vec<Point>,
    /// Places for the name of every area, those with most room first.
    pub(crate) places: Vec<Vec<Place>>,
    /// Areas outside the instance with polygons: path, name, and places for it.
    pub(crate) neighbours: Vec<(String, String, Vec<Place>)>,
    /// Whether each cell of a grid over the picture holds land, row by row.
    land: Vec<bool>,
    /// Middles of the cells that hold none.
    free: Vec<Point>,
    /// The densest part, drawn larger beside the land.
    pub(crate) inset: Option<Inset>,
    /// Areas of every polygon edge.
    owners: Owners,
    margin: f64,
    /// Regions laid out lately: two plans of which one is made of the other share all but a few.
    regions: Mutex<BTreeMap<Vec<usize>, Arc<Region>>>,
}

/// Some areas taken together.
#[derive(Debug)]
pub(crate) struct Region {
    pub(crate) outline: Outline,
    /// Places for a name, those with most room first.
    pub(crate) places: Vec<Place>,
}

/// How many regions are remembered.
const REMEMBERED: usize = 512;

impl<'a> Ground<'a> {
    /// Lays an instance out on a picture of this width, no higher than `max_height`. Without
    /// polygons the areas are points where they lie or, where that is not known, on a circle.
    pub(crate) fn new(instance: &'a Instance, width: f64, max_height: f64) -> Option<Self> {
        Self::of(Cow::Borrowed(instance), width, max_height)
    }

    /// As [`Ground::new`], for an instance that is borrowed or the ground's own.
    pub(crate) fn of(instance: Cow<'a, Instance>, width: f64, max_height: f64) -> Option<Self> {
        let points: Vec<Shape>;
        let (extent, margin): (&[Shape], f64) = if let Some(shapes) = &instance.shapes {
            (shapes, 0.0)
        } else {
            points = positions(&instance).into_iter().map(|at| vec![vec![vec![at]]]).collect();
            (&points, width * GRAPH_MARGIN)
        };
        let projection = Projection::fit(extent, width - 2.0 * margin, max_height - 2.0 * margin)?;
        let mut ground = Self {
            instance,
            projection,
            width,
            height: projection.height + 2.0 * margin,
            paths: Vec::new(),
            centres: Vec::new(),
            places: Vec::new(),
            neighbours: Vec::new(),
            land: Vec::new(),
            free: Vec::new(),
            inset: None,
            owners: Owners::new(),
            margin,
            regions: Mutex::default(),
        };
        ground.owners = owners(ground.shapes());
        ground.paths = ground
            .shapes()
            .iter()
            .map(|shape| shape.iter().flatten().map(|ring| ground.path(ring, true)).collect())
            .collect();
        ground.places =
            (0..ground.shapes().len()).map(|area| ground.outline_of(&[area]).places()).collect();
        if ground.has_shapes() {
            ground.neighbours = ground.neighbours();
            (ground.land, ground.free) = ground.land();
            ground.inset = Inset::of(&ground);
        }
        ground.centres = ground.find_centres();
        Some(ground)
    }

    /// Polygons of the areas; none where the instance has none.
    pub(crate) fn shapes(&self) -> &[Shape] {
        self.instance.shapes.as_deref().unwrap_or_default()
    }

    /// The areas outside that have polygons, as far as they lie on the picture.
    fn neighbours(&self) -> Vec<(String, String, Vec<Place>)> {
        let mut neighbours = Vec::new();
        for external in &self.instance.external_areas {
            let Some(shape) = &external.shape else { continue };
            let path = shape.iter().flatten().map(|ring| self.path(ring, true)).collect();
            let edges: Vec<(Point, Point)> =
                edges(shape).map(|(a, b)| (self.project(a), self.project(b))).collect();
            let outline = Outline(boundary(&edges));
            let places = outline.places();
            if !places.is_empty() {
                neighbours.push((path, external.area.name.clone(), places));
            }
        }
        neighbours
    }

    /// Which cells of the picture hold land, neighbours included, and the middles of the others.
    fn land(&self) -> (Vec<bool>, Vec<Point>) {
        let outside = self.instance.external_areas.iter().filter_map(|area| area.shape.as_ref());
        let all: Vec<(Point, Point)> = self
            .shapes()
            .iter()
            .chain(outside)
            .flat_map(edges)
            .map(|(a, b)| (self.project(a), self.project(b)))
            .collect();
        let outline = boundary(&all);
        let (columns, rows) = self.cells();
        let mut land = vec![false; columns * rows];
        for (row, cells) in land.chunks_mut(columns).enumerate() {
            let y = middle(row);
            // Where the row's middle crosses the outline: between the first and the second is land.
            let crossings: Vec<f64> = crossings(y, &outline).collect();
            for (column, cell) in cells.iter_mut().enumerate() {
                let x = middle(column);
                *cell = crossings.iter().filter(|&&at| at < x).count() % 2 == 1;
            }
        }
        for &((ax, ay), (bx, by)) in &outline {
            let steps = 1.0 + ((bx - ax).hypot(by - ay) / (CELL / 2.0)).ceil();
            let mut along = 0.0;
            while along <= steps {
                let part = along / steps;
                let at = (ax + (bx - ax) * part, ay + (by - ay) * part);
                if let Some(cell) = cell_of(at, columns, rows) {
                    land[cell] = true;
                }
                along += 1.0;
            }
        }
        let free = (0..columns * rows)
            .filter(|&cell| !land[cell])
            .map(|cell| (middle(cell % columns), middle(cell / columns)))
            .collect();
        (land, free)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a picture of some hundred units"
    )]
    fn cells(&self) -> (usize, usize) {
        ((self.width / CELL).ceil() as usize, (self.height / CELL).ceil() as usize)
    }

    /// Middles of places that hold no land.
    pub(crate) fn free_places(&self) -> &[Point] {
        &self.free
    }

    /// Whether a rectangle holds no land.
    pub(crate) fn is_free(&self, frame: &Frame) -> bool {
        let (columns, rows) = self.cells();
        let mut y = frame.top;
        while y < frame.bottom + CELL {
            let mut x = frame.left;
            while x < frame.right + CELL {
                let at = (x.min(frame.right), y.min(frame.bottom));
                if cell_of(at, columns, rows).is_none_or(|cell| self.land[cell]) {
                    return false;
                }
                x += CELL;
            }
            y += CELL;
        }
        true
    }

    /// Where frames have room that hold no land.
    pub(crate) fn free_room(&self) -> FreeRoom {
        let (columns, rows) = self.cells();
        let mut sums = vec![0; (columns + 1) * (rows + 1)];
        for row in 0..rows {
            for column in 0..columns {
                let at = row * (columns + 1) + column;
                let land = usize::from(self.land[row * columns + column]);
                sums[at + columns + 2] = land + sums[at + 1] + sums[at + columns + 1] - sums[at];
            }
        }
        FreeRoom { columns, rows, sums }
    }

    /// The rectangle around an area.
    pub(crate) fn extent_of(&self, area: usize) -> Option<Frame> {
        let lines: Vec<(Point, Point)> =
            edges(&self.shapes()[area]).map(|(a, b)| (self.project(a), self.project(b))).collect();
        Frame::of(&lines)
    }

    /// The outline of some areas taken together.
    pub(crate) fn outline_of(&self, areas: &[usize]) -> Outline {
        let shapes = self.shapes();
        let all: Vec<(Point, Point)> = areas
            .iter()
            .flat_map(|&area| edges(&shapes[area]))
            .map(|(a, b)| (self.project(a), self.project(b)))
            .collect();
        Outline(boundary(&all))
    }

    /// Whether areas have polygons; otherwise the graph is drawn.
    pub(crate) fn has_shapes(&self) -> bool {
        self.instance.shapes.is_some()
    }

    /// Kilometres per unit of the picture; `None` where positions are made up.
    pub(crate) fn kilometres_per_unit(&self) -> Option<f64> {
        let is_real =
            self.has_shapes() || self.instance.areas.iter().all(|area| area.position.is_some());
        is_real.then(|| self.projection.kilometres_per_unit())
    }

    /// Paths of the lines between the groups of a plan, and around everything.
    pub(crate) fn lines(&self, groups: &Plan) -> (String, String) {
        let Borders { between_regions, outline } = borders(&self.owners, groups);
        (self.open_path(&between_regions), self.open_path(&outline))
    }

    /// Paths of the lines between every two groups of a plan that share one.
    pub(crate) fn lines_by_pair(&self, groups: &Plan) -> Vec<((u32, u32), String)> {
        let pairs = borders_of_pairs(&self.owners, groups).into_iter();
        pairs.map(|(pair, lines)| (pair, self.open_path(&lines))).collect()
    }

    fn open_path(&self, lines: &[Vec<(f64, f64)>]) -> String {
        lines.iter().map(|line| self.path(line, false)).collect()
    }

    /// Path of the lines between counties.
    pub(crate) fn county_lines(&self) -> String {
        let counties: Vec<&str> =
            self.instance.areas.iter().map(|area| area.county.as_str()).collect();
        self.lines(&Plan::from_labels(&counties)).0
    }

    /// Some areas taken together, with places for a name: a coarse search for the pole of
    /// inaccessibility. Without polygons there are none.
    pub(crate) fn region_of(&self, areas: &[usize]) -> Arc<Region> {
        let held = || self.regions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = held().get(areas) {
            return Arc::clone(known);
        }
        let outline = self.outline_of(areas);
        let places = outline.places();
        let region = Arc::new(Region { outline, places });
        let mut held = held();
        if held.len() >= REMEMBERED {
            held.clear();
        }
        held.insert(areas.to_vec(), Arc::clone(&region));
        region
    }

    fn find_centres(&self) -> Vec<Point> {
        positions(&self.instance)
            .into_iter()
            .enumerate()
            .map(|(area, position)| {
                let known = self.instance.areas[area].position.is_some();
                match self.places.get(area).and_then(|places| places.first()) {
                    Some(&(_, pole)) if !known => pole,
                    _ => self.project(position),
                }
            })
            .collect()
    }

    fn project(&self, position: (f64, f64)) -> Point {
        let (x, y) = self.projection.project(position);
        (x + self.margin, y + self.margin)
    }

    fn path(&self, line: &[(f64, f64)], is_closed: bool) -> String {
        let line = match line {
            [rest @ .., _] if is_closed => rest,
            line => line,
        };
        let mut path = String::new();
        for (at, &point) in line.iter().enumerate() {
            let (x, y) = self.project(point);
            let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
        }
        if is_closed {
            path.push('Z');
        }
        path
    }
}

/// Longitude and latitude of every area; on a circle unless all are known.
fn positions(instance: &Instance) -> Vec<(f64, f64)> {
    let known: Option<Vec<(f64, f64)>> =
        instance.areas.iter().map(|area| area.position.map(|(lat, lon)| (lon, lat))).collect();
    #[expect(clippy::cast_precision_loss, reason = "a number of areas")]
    known.unwrap_or_else(|| {
        let count = instance.num_areas() as f64;
        (0..instance.num_areas())
            .map(|area| {
                let (sin, cos) = (area as f64 / count * std::f64::consts::TAU).sin_cos();
                (sin, -cos)
            })
            .collect()
    })
}

/// The outline of some areas: the edges that stand once.
#[derive(Debug)]
pub(crate) struct Outline(Vec<(Point, Point)>);

impl Outline {
    /// Places inside, those with most room first.
    fn places(&self) -> Vec<Place> {
        let Some(frame) = Frame::of(&self.0) else { return Vec::new() };
        let mut places = Vec::new();
        for row in 0..GRID {
            let down = (f64::from(row) + 0.5) / f64::from(GRID);
            let (_, y) = frame.inside(0.0, down);
            // All places of a row are told apart by where the outline crosses it.
            let crossings: Vec<f64> = crossings(y, &self.0).collect();
            for column in 0..GRID {
                let point = frame.inside((f64::from(column) + 0.5) / f64::from(GRID), down);
                if crossings.iter().filter(|&&at| point.0 < at).count() % 2 == 1 {
                    places.push((self.room(point), point));
                }
            }
        }
        places.sort_by(|a, b| b.0.total_cmp(&a.0).then(order(a.1, b.1)));
        places.truncate(PLACES);
        places
    }

    /// Distance from a point to the nearest edge. Squares are compared, as a root of each would take
    /// longer than all else about a map.
    fn room(&self, point: Point) -> f64 {
        let squares = self.0.iter().map(|&edge| {
            let (x, y) = to_segment(point, edge);
            x * x + y * y
        });
        squares.fold(f64::MAX, |least, square| if square < least { square } else { least }).sqrt()
    }

    /// Whether a rectangle lies wholly inside: its middle does, and no edge touches it.
    pub(crate) fn holds(&self, frame: &Frame) -> bool {
        !self.0.iter().any(|&edge| frame.meets(edge)) && is_inside(frame.middle(), &self.0)
    }
}

/// Side of a cell of the grid that tells land from sea.
const CELL: f64 = 8.0;

/// The middle of a column or row of cells.
#[expect(clippy::cast_precision_loss, reason = "some hundred cells")]
fn middle(at: usize) -> f64 {
    (at as f64 + 0.5) * CELL
}

/// The cell of a point on the picture.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "checked to be on the picture"
)]
fn cell_of((x, y): Point, columns: usize, rows: usize) -> Option<usize> {
    let (column, row) = ((x / CELL).floor(), (y / CELL).floor());
    let is_on = column >= 0.0 && row >= 0.0 && column < columns as f64 && row < rows as f64;
    is_on.then(|| row as usize * columns + column as usize)
}

/// How many cells hold land above and to the left of every corner of the grid.
#[derive(Debug)]
pub(crate) struct FreeRoom {
    columns: usize,
    rows: usize,
    sums: Vec<usize>,
}

impl FreeRoom {
    /// The first place, from above and the left, for a frame without land that ends above a level.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "some hundred cells"
    )]
    pub(crate) fn place(&self, width: f64, height: f64, end: f64) -> Option<Point> {
        let (wide, high) = ((width / CELL).ceil() as usize, (height / CELL).ceil() as usize);
        let land = |column: usize, row: usize| self.sums[row * (self.columns + 1) + column];
        for row in 0..(self.rows + 1).saturating_sub(high) {
            // The last column may reach beyond the edge of the picture.
            for column in 0..self.columns.saturating_sub(wide) {
                let (right, bottom) = (column + wide, row + high);
                let inside = land(right, bottom) + land(column, row);
                if inside == land(column, bottom) + land(right, row) && bottom as f64 * CELL <= end
                {
                    return Some((column as f64 * CELL, row as f64 * CELL));
                }
            }
        }
        None
    }
}

/// A rectangle of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Frame {
    fn of(edges: &[(Point, Point)]) -> Option<Self> {
        let ((x, y), _) = *edges.first()?;
        let start = Self { left: x, right: x, top: y, bottom: y };
        Some(edges.iter().flat_map(|&(a, b)| [a, b]).fold(start, |frame, (x, y)| Self {
            left: frame.left.min(x),
            right: frame.right.max(x),
            top: frame.top.min(y),
            bottom: frame.bottom.max(y),
        }))
    }

    /// The room a text in the middle of a point takes.
    pub(crate) fn around(text: &str, size: f64, (x, y): Point) -> Self {
        let half = text_width(text, size) / 2.0;
        Self { left: x - half, right: x + half, top: y - size * 0.6, bottom: y + size * 0.6 }
    }

    /// The room a dot takes.
    pub(crate) fn dot((x, y): Point, radius: f64) -> Self {
        Self { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius }
    }

    /// Its middle.
    pub(crate) fn middle(&self) -> Point {
        (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom))
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether another lies wholly in it.
    pub(crate) fn contains(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.right >= other.right
            && self.top <= other.top
            && self.bottom >= other.bottom
    }

    /// The least that holds both.
    pub(crate) fn with(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            right: self.right.max(other.right),
            top: self.top.min(other.top),
            bottom: self.bottom.max(other.bottom),
        }
    }

    fn inside(&self, across: f64, down: f64) -> Point {
        (self.left + (self.right - self.left) * across, self.top + (self.bottom - self.top) * down)
    }

    /// Whether a line segment touches it: what is left of the segment between the four sides, by
    /// Liang and Barsky (1984).
    fn meets(&self, ((ax, ay), (bx, by)): (Point, Point)) -> bool {
        let (dx, dy) = (bx - ax, by - ay);
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (step, room) in [
            (-dx, ax - self.left),
            (dx, self.right - ax),
            (-dy, ay - self.top),
            (dy, self.bottom - ay),
        ] {
            if step == 0.0 {
                if room < 0.0 {
                    return false;
                }
            } else if step < 0.0 {
                from = from.max(room / step);
            } else {
                to = to.min(room / step);
            }
        }
        from <= to
    }

    /// Whether two rectangles share room.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether it lies wholly on a picture of this size.
    pub(crate) fn fits(&self, width: f64, height: f64) -> bool {
        self.left >= 0.0 && self.top >= 0.0 && self.right <= width && self.bottom <= height
    }
}

/// Width of a text, by a rough width per letter of a bold sans serif.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let letters: f64 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | '\'' | '|' | ' ' | 't' | 'f' | 'r' => 0.34,
            'm' | 'w' | 'M' | 'W' | 'Æ' | 'æ' | '%' => 0.88,
            letter if letter.is_uppercase() => 0.72,
            _ => 0.58,
        })
        .sum();
    letters * size
}

/// The edges that stand once: an edge that stands twice lies inside.
fn boundary(all: &[(Point, Point)]) -> Vec<(Point, Point)> {
    let mut sorted: Vec<(Point, Point)> =
        all.iter().map(|&(a, b)| if order(a, b).is_le() { (a, b) } else { (b, a) }).collect();
    sorted.sort_by(|a, b| order(a.0, b.0).then(order(a.1, b.1)));
    sorted.chunk_by(|a, b| a == b).filter(|same| same.len() == 1).map(|same| same[0]).collect()
}

fn order(a: Point, b: Point) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
}

/// Where a boundary crosses a level.
fn crossings(y: f64, boundary: &[(Point, Point)]) -> impl Iterator<Item = f64> + '_ {
    let crossing = boundary.iter().filter(move |&&((_, ay), (_, by))| (ay > y) != (by > y));
    crossing.map(move |&((ax, ay), (bx, by))| (bx - ax) * (y - ay) / (by - ay) + ax)
}

/// Even-odd rule: a ray to the right crosses the boundary an odd number of times.
fn is_inside((x, y): Point, boundary: &[(Point, Point)]) -> bool {
    crossings(y, boundary).filter(|&at| x < at).count() % 2 == 1
}

/// The way from the nearest point of a line segment to a point.
fn to_segment((x, y): Point, ((ax, ay), (bx, by)): (Point, Point)) -> Point {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((x - ax) * dx + (y - ay) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (x - ax - along * dx, y - ay - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::rows::instance_of;

    const SQUARE: [(Point, Point); 4] = [
        ((0.0, 0.0), (4.0, 0.0)),
        ((4.0, 0.0), (4.0, 4.0)),
        ((4.0, 4.0), (0.0, 4.0)),
        ((0.0, 4.0), (0.0, 0.0)),
    ];

    #[test]
    fn inside_and_distance_are_geometry() {
        assert!(is_inside((1.0, 2.0), &SQUARE));
        assert!(!is_inside((5.0, 2.0), &SQUARE));
        let room = |point, edge| Outline(vec![edge]).room(point);
        assert!((room((1.0, 2.0), SQUARE[3]) - 1.0).abs() < 1e-12);
        assert!((room((7.0, 8.0), SQUARE[1]) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn places_lie_inside_and_the_first_has_most_room() {
        let places = Outline(SQUARE.to_vec()).places();
        assert_eq!(places.len(), PLACES);
        assert!(places.iter().all(|&(_, at)| is_inside(at, &SQUARE)));
        assert!(places.windows(2).all(|pair| pair[0].0 >= pair[1].0));
        assert!(places[0].0 > 1.9, "the middle of the square has most room");
    }

    #[test]
    fn an_instance_without_polygons_or_positions_lies_on_a_circle() {
        let instance = instance_of(5);
        let ground = Ground::new(&instance, 500.0, 500.0).expect("five points");
        assert!(!ground.has_shapes() && ground.kilometres_per_unit().is_none());
        for (at, &(x, y)) in ground.centres.iter().enumerate() {
            assert!((0.0..=500.0).contains(&x) && (0.0..=500.0).contains(&y));
            assert!(!ground.centres[..at].contains(&(x, y)), "no two in one place");
        }
    }
}
