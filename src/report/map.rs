//! `maps/kNN.svg`: a plan as a map.
//!
//! Areas are filled with the colour of their region, thin lines part areas, thick ones regions; the
//! name of a region stands where it has most room.

use std::fmt::Write as _;

use crate::instance::Shape;
use crate::plan::Plan;
use crate::scenario::Problem;

use super::colours::{FILLS, fills};
use super::projection::{Point, Projection, borders, edges};
use super::table::percent;
use super::{RegionDocument, ResultDocument, SolveDocument};

/// Width of the picture.
const WIDTH: f64 = 1000.0;
/// Most height the map itself takes.
const MAP_HEIGHT: f64 = 1000.0;
/// Empty edge around everything.
const MARGIN: f64 = 24.0;
/// Room above the map for the title.
const HEADER: f64 = 64.0;
/// Size of region names.
const NAME_SIZE: f64 = 17.0;
/// Distance between lines of the sources.
const SOURCE_LINE: f64 = 15.0;
/// Characters that fit into a line of the sources.
const SOURCE_WIDTH: usize = 165;
/// Points per side of the grid on which the place of a name is sought.
const GRID: u32 = 28;

/// A map for every plan of the document, by k; none where the instance has no polygons.
pub(super) fn draw_all(
    problem: &Problem,
    document: &SolveDocument,
    plans: &[(usize, &Plan)],
) -> Vec<(usize, String)> {
    let Some(shapes) = &problem.instance.shapes else { return Vec::new() };
    let Some(projection) = Projection::fit(shapes, WIDTH - 2.0 * MARGIN, MAP_HEIGHT) else {
        return Vec::new();
    };
    let only_plans: Vec<&Plan> = plans.iter().map(|&(_, plan)| plan).collect();
    let all_fills = fills(&problem.instance, &only_plans);
    plans
        .iter()
        .zip(all_fills)
        .filter_map(|(&(k, plan), fills)| {
            let result = document.results.iter().find(|result| result.k == k)?;
            Some((k, Map { shapes, projection, document, result, plan, fills }.draw()))
        })
        .collect()
}

struct Map<'a> {
    shapes: &'a [Shape],
    projection: Projection,
    document: &'a SolveDocument,
    result: &'a ResultDocument,
    plan: &'a Plan,
    fills: Vec<usize>,
}

impl Map<'_> {
    fn draw(&self) -> String {
        let sources = self.sources();
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let footer = sources.len() as f64 * SOURCE_LINE + MARGIN;
        let height = (HEADER + self.projection.height + footer + MARGIN).ceil();
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\" \
             font-family=\"Helvetica, Arial, 'Liberation Sans', sans-serif\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            escape(&self.title()),
            escape(&self.description())
        );
        self.heading(&mut svg);
        let _ = writeln!(svg, "<g transform=\"translate({MARGIN} {HEADER})\">");
        self.areas(&mut svg);
        self.lines(&mut svg);
        self.names(&mut svg);
        svg.push_str("</g>\n");
        let mut y = HEADER + self.projection.height + MARGIN;
        for line in sources {
            y += SOURCE_LINE;
            let _ = writeln!(
                svg,
                "<text x=\"{MARGIN}\" y=\"{y:.0}\" font-size=\"11\" fill=\"#666\">{}</text>",
                escape(&line)
            );
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn title(&self) -> String {
        let result = self.result;
        let regions = if result.k == 1 { "region" } else { "regions" };
        format!("{}: {} {regions}", self.document.instance.title, result.k)
    }

    /// What the map shows, for those who cannot see it.
    fn description(&self) -> String {
        let regions: Vec<String> = self
            .result
            .regions
            .iter()
            .map(|region| format!("{}: {}", region.name, self.members(region).join(", ")))
            .collect();
        regions.join(". ")
    }

    fn members(&self, region: &RegionDocument) -> Vec<&str> {
        let names = &self.document.instance.areas;
        region.areas.iter().filter_map(|code| names.get(code)).map(String::as_str).collect()
    }

    fn heading(&self, svg: &mut String) {
        let result = self.result;
        let standing = match result.solution {
            crate::job::SolutionStatus::ProvenOptimal => "proven optimal".to_owned(),
            _ => format!("best found, at most {} below the best", percent(result.gap_rel)),
        };
        let scenario = match self.document.scenario.name.as_str() {
            "" => String::new(),
            name => format!(" · {name}"),
        };
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"32\" font-size=\"20\" font-weight=\"bold\">{}</text>\n\
             <text x=\"{MARGIN}\" y=\"54\" font-size=\"14\" fill=\"#444\">{}</text>",
            escape(&self.title()),
            escape(&format!(
                "{} of commuters between areas stay inside ({standing}){scenario}",
                percent(result.share)
            ))
        );
    }

    fn areas(&self, svg: &mut String) {
        let _ = writeln!(
            svg,
            "<g stroke=\"#fff\" stroke-width=\"0.8\" stroke-linejoin=\"round\" \
             fill-rule=\"evenodd\">"
        );
        for ((area, shape), (code, name)) in
            self.shapes.iter().enumerate().zip(&self.document.instance.areas)
        {
            let fill = FILLS[self.fills[self.region(area)]];
            let rings = shape.iter().flatten();
            let path: String = rings.map(|ring| self.path(ring, true)).collect();
            if !path.is_empty() {
                let label = escape(&format!("{name} ({code})"));
                let _ = writeln!(
                    svg,
                    "<path fill=\"{fill}\" d=\"{path}\"><title>{label}</title></path>"
                );
            }
        }
        svg.push_str("</g>\n");
    }

    fn lines(&self, svg: &mut String) {
        let borders = borders(self.shapes, self.plan);
        for (lines, width, colour) in
            [(borders.outline, 0.8, "#555"), (borders.between_regions, 2.6, "#222")]
        {
            let path: String = lines.iter().map(|line| self.path(line, false)).collect();
            let _ = writeln!(
                svg,
                "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
                 stroke-linejoin=\"round\" stroke-linecap=\"round\" d=\"{path}\"/>"
            );
        }
    }

    fn names(&self, svg: &mut String) {
        let mut taken: Vec<Frame> = Vec::new();
        // The smallest regions have least choice, so they choose first.
        let mut regions: Vec<&RegionDocument> = self.result.regions.iter().collect();
        regions.sort_by(|a, b| a.land_area_km2.total_cmp(&b.land_area_km2).then(a.id.cmp(&b.id)));
        let _ = writeln!(
            svg,
            "<g font-size=\"{NAME_SIZE}\" font-weight=\"bold\" text-anchor=\"middle\" \
             fill=\"#111\" stroke=\"#fff\" stroke-width=\"3.5\" stroke-linejoin=\"round\" \
             paint-order=\"stroke\">"
        );
        for region in regions {
            let places = self.places(region);
            let frame = |&(_, place): &(f64, Point)| Frame::around(&region.name, place);
            let free = places
                .iter()
                .find(|place| !taken.iter().any(|other| other.overlaps(&frame(place))))
                .or(places.first());
            if let Some(place) = free {
                taken.push(frame(place));
                let (x, y) = place.1;
                let _ = writeln!(
                    svg,
                    "<text x=\"{x:.0}\" y=\"{:.0}\">{}</text>",
                    y + NAME_SIZE * 0.35,
                    escape(&region.name)
                );
            }
        }
        svg.push_str("</g>\n");
    }

    /// Points inside a region with their distance to its edge, those with most room first: a
    /// coarse search for the pole of inaccessibility.
    fn places(&self, region: &RegionDocument) -> Vec<(f64, Point)> {
        let members: Vec<usize> = (0..self.plan.num_areas())
            .filter(|&area| self.plan.region_of(area) == region.id)
            .collect();
        let all: Vec<(Point, Point)> = members
            .iter()
            .flat_map(|&area| edges(&self.shapes[area]))
            .map(|(a, b)| (self.projection.project(a), self.projection.project(b)))
            .collect();
        let Some(frame) = Frame::of(&all) else { return Vec::new() };
        // An edge that stands twice lies inside the region; only the others bound it.
        let mut sorted: Vec<(Point, Point)> =
            all.iter().map(|&(a, b)| if order(a, b).is_le() { (a, b) } else { (b, a) }).collect();
        sorted.sort_by(|a, b| order(a.0, b.0).then(order(a.1, b.1)));
        let edge: Vec<(Point, Point)> = sorted
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() == 1)
            .map(|same| same[0])
            .collect();
        let mut places = Vec::new();
        for (column, row) in (0..GRID * GRID).map(|at| (at % GRID, at / GRID)) {
            let point = frame.inside(
                (f64::from(column) + 0.5) / f64::from(GRID),
                (f64::from(row) + 0.5) / f64::from(GRID),
            );
            if is_inside(point, &edge) {
                let room = edge.iter().map(|&edge| distance(point, edge)).fold(f64::MAX, f64::min);
                places.push((room, point));
            }
        }
        places.sort_by(|a, b| b.0.total_cmp(&a.0).then(order(a.1, b.1)));
        places
    }

    fn path(&self, line: &[(f64, f64)], is_closed: bool) -> String {
        let line = match line {
            [rest @ .., _] if is_closed => rest,
            line => line,
        };
        let mut path = String::new();
        for (at, &point) in line.iter().enumerate() {
            let (x, y) = self.projection.project(point);
            let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
        }
        if is_closed {
            path.push('Z');
        }
        path
    }

    fn region(&self, area: usize) -> usize {
        self.plan.region_of(area) as usize - 1
    }

    /// Sources and licences, broken into lines.
    fn sources(&self) -> Vec<String> {
        let instance = &self.document.instance;
        let mut words = vec![format!("regionfront {}.", self.document.version)];
        if !instance.sources.is_empty() {
            let titles: Vec<&str> =
                instance.sources.iter().map(|source| source.title.as_str()).collect();
            words.push(format!("Data: {}.", titles.join("; ")));
        }
        if !instance.licences.is_empty() {
            words.push(format!("Licences of the data: {}.", instance.licences.join("; ")));
        }
        let mut lines = vec![String::new()];
        for word in words.join(" ").split(' ') {
            let line = lines.last_mut().expect("there is always a line");
            if !line.is_empty() && line.chars().count() + word.chars().count() >= SOURCE_WIDTH {
                lines.push(word.to_owned());
            } else {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines
    }
}

/// A rectangle of the picture.
#[derive(Clone, Copy, Debug)]
struct Frame {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Frame {
    fn of(edges: &[(Point, Point)]) -> Option<Self> {
        let ((x, y), _) = *edges.first()?;
        let start = Self { left: x, right: x, top: y, bottom: y };
        Some(edges.iter().fold(start, |frame, &((x, y), _)| Self {
            left: frame.left.min(x),
            right: frame.right.max(x),
            top: frame.top.min(y),
            bottom: frame.bottom.max(y),
        }))
    }

    /// The room a name takes, by a rough width per letter.
    fn around(name: &str, (x, y): Point) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "names are short")]
        let half = name.chars().count() as f64 * NAME_SIZE * 0.31;
        Self {
            left: x - half,
            right: x + half,
            top: y - NAME_SIZE * 0.6,
            bottom: y + NAME_SIZE * 0.6,
        }
    }

    fn inside(&self, across: f64, down: f64) -> Point {
        (self.left + (self.right - self.left) * across, self.top + (self.bottom - self.top) * down)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

fn order(a: Point, b: Point) -> std::cmp::Ordering {
    a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
}

/// Even-odd rule: a ray to the right crosses the boundary an odd number of times.
fn is_inside((x, y): Point, boundary: &[(Point, Point)]) -> bool {
    let crossings = boundary.iter().filter(|&&((ax, ay), (bx, by))| {
        (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    });
    crossings.count() % 2 == 1
}

/// Distance from a point to a line segment.
fn distance((x, y): Point, ((ax, ay), (bx, by)): (Point, Point)) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((x - ax) * dx + (y - ay) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (x - ax - along * dx).hypot(y - ay - along * dy)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!((distance((1.0, 2.0), SQUARE[3]) - 1.0).abs() < 1e-12);
        assert!((distance((7.0, 8.0), SQUARE[1]) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(escape("<Å & \"Ø\">"), "&lt;Å &amp; &quot;Ø&quot;&gt;");
    }
}
