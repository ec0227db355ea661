//! Polygons in GeoJSON into adjacency with border lengths.
//!
//! Two areas are neighbours when they share a border of positive length (*rook*), or when they touch
//! at all (*queen*). What was not taken for a border and might be one is reported: contacts in a
//! point, gaps, islands.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Instance, Link, LinkKind, Shape, counted};
use regionfront_model::reading::Encoding;

use super::spelling::Spelling;
use super::{Holds, Part, exchange_codes, source};

mod borders;
mod containers;
mod crowd;
mod crs;
mod exclaves;
mod features;
mod found;
mod islands;
mod outlines;
mod overlaps;
mod place;
mod segments;
mod shapefile;
mod topojson;
mod wkb;
mod wkt;

use borders::{Borders, Pair};
pub use crs::Crs;
use features::Piece;

/// The number of longitude and latitude in the EPSG register.
const DEGREES: u16 = 4326;

/// What makes areas neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contiguity {
    /// A shared border of positive length.
    #[default]
    Rook,
    /// A shared border, or a point.
    Queen,
}

/// The order of coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axes {
    /// Longitude or easting first, as GeoJSON wants it.
    Xy,
    /// Latitude or northing first.
    Yx,
}

/// How polygons are to be read.
#[derive(Clone, Debug)]
pub struct PolygonOptions {
    /// Coordinate system; the file's own word for it, else WGS 84, when not given.
    pub crs: Option<Crs>,
    /// What makes areas neighbours.
    pub contiguity: Contiguity,
    /// Property that holds the code; guessed when not given.
    pub code: Option<String>,
    /// Property that holds the name; guessed when not given.
    pub name: Option<String>,
    /// Property that holds the population; `population` when every feature has that.
    pub population: Option<String>,
    /// Digits of a code.
    pub code_width: Option<usize>,
    /// Whether several features may be parts of one area.
    pub join: bool,
    /// How the texts of a Shapefile are written, where that was said.
    pub encoding: Option<Encoding>,
    /// Layer of a file with several; the only one with polygons when not given.
    pub layer: Option<String>,
    /// Order of coordinates, where it was said: nothing is held against it then.
    pub axes: Option<Axes>,
    /// Gaps up to so many metres are reported.
    pub near_m: f64,
    /// Gaps up to so many metres are closed where borders face each other for more than three times
    /// that; 0 closes none.
    pub snap_m: f64,
    /// Tie islands to their nearest neighbour by links of this kind.
    pub tie: Option<LinkKind>,
}

impl Default for PolygonOptions {
    fn default() -> Self {
        Self {
            crs: None,
            contiguity: Contiguity::Rook,
            code: None,
            name: None,
            population: None,
            code_width: None,
            join: false,
            encoding: None,
            layer: None,
            axes: None,
            near_m: 50.0,
            snap_m: 0.0,
            tie: None,
        }
    }
}

/// Reads the polygons in a file.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read(path: &Path, options: &PolygonOptions) -> Result<Part, Defects> {
    let (file, bytes) = source::bytes(path)?;
    parsed(Some(path), &file, &bytes, options)
}

/// Whether a file is a Shapefile, whose texts stand in another one beside it.
pub fn is_shapefile(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok_and(|()| shapefile::is_one(&head))
}

/// Reads the polygons in the bytes of a file.
///
/// # Errors
/// Everything that is wrong with them.
pub fn parse(file: &str, bytes: &[u8], options: &PolygonOptions) -> Result<Part, Defects> {
    parsed(None, file, bytes, options)
}

fn parsed(
    path: Option<&Path>,
    file: &str,
    bytes: &[u8],
    options: &PolygonOptions,
) -> Result<Part, Defects> {
    let found = features::read(path, file, bytes, options)?;
    let (mut part, shapes) = areas(file, found.areas, options)?;
    if !found.collapsed.is_empty() {
        part.odd(
            exchange_codes::LEFT_OUT,
            file,
            format!(
                "rings of fewer than three different points: {}",
                super::some_of(&found.collapsed)
            ),
            "they were left out; they bound nothing",
        );
    }
    for note in found.notes {
        part.account.note(note);
    }
    if let Some(misplaced) = place::misplaced(file, &shapes, &found.crs, options) {
        return Err(misplaced.into());
    }
    if let Some(misplaced) = place::in_another_zone(file, &shapes, &found.crs, options) {
        return Err(misplaced.into());
    }
    if let Some(extent) = place::Extent::of(&shapes, |point| found.crs.degrees(point)) {
        part.account.note(format!("the areas lie at {}", extent.shown()));
    }
    if let Some(what) = place::drawn_out(&shapes, &found.crs, options) {
        let cure = "pass --axes yx if it does, --axes xy if not";
        part.odd(exchange_codes::AXES, file, what, cure);
    }
    if let Some((one, other)) = crowd::crowded(&shapes) {
        let [one, other] = [one, other].map(|area| &part.instance.areas[area].code);
        return Err(source::format(
            file,
            format!(
                "areas lie on top of each other, {one} and {other} among more than a thousand pairs"
            ),
            "keep one polygon per area, each in its own place",
        )
        .into());
    }
    report_crossings(file, &mut part, &shapes, &found.crs);
    let borders = borders::find(&shapes, &found.crs, options.near_m.max(options.snap_m));
    link(&mut part, &borders, options);
    report_contacts(file, &mut part, &borders, options);
    report_enclosed(&mut part, &shapes, &found.crs, &borders);
    report_overlaps(file, &mut part, &shapes);
    report_exclaves(file, &mut part, &shapes, &found.crs, &borders);
    report_islands(file, &mut part, &shapes, &found.crs, options);
    part.instance.links.sort_by_key(|link| (link.a, link.b, link.kind));
    part.instance.shapes =
        Some(shapes.into_iter().map(|shape| in_degrees(shape, &found.crs)).collect());
    // Longitude and latitude are what an instance holds anyway.
    part.instance.epsg = found.crs.code().filter(|&code| code != DEGREES);
    part.holds.links = true;
    Ok(part)
}

/// The areas of the features, by code, with their polygons in the coordinates of the source.
fn areas(
    file: &str,
    pieces: Vec<Piece>,
    options: &PolygonOptions,
) -> Result<(Part, Vec<Shape>), Defects> {
    let mut defects = Defects::default();
    let spelled = pieces.iter().map(|piece| piece.code.clone());
    let spelling = Spelling::of(file, spelled, options.code_width, &mut defects);
    let mut by_code: BTreeMap<String, Piece> = BTreeMap::new();
    let mut order = Vec::new();
    let (mut joined, mut dropped) = (0_usize, Vec::new());
    let num_features = pieces.len();
    for piece in pieces {
        let code = spelling.full(&piece.code);
        let Some(first) = by_code.get_mut(&code) else {
            order.push(code.clone());
            by_code.insert(code, piece);
            continue;
        };
        if first.shape == piece.shape {
            dropped.push(format!("feature {} ({code})", piece.number));
        } else if options.join {
            first.shape.extend(piece.shape);
            joined += 1;
        } else {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                format!("{file}, feature {}", piece.number),
                match piece.name.as_str() {
                    "" => {
                        format!("{code} already has feature {}, with another polygon", first.number)
                    }
                    name => format!(
                        "{name} ({code}) already has feature {}, with another polygon",
                        first.number
                    ),
                },
                "pass --join if the features are parts of one area, or correct the code",
            ));
        }
    }
    defects.into_result()?;
    let mut part = Part::of_codes(by_code.keys());
    part.order = order;
    part.account.count_of("features", num_features);
    part.account.count_of("areas", by_code.len());
    if joined > 0 {
        let features = counted(joined, "feature");
        part.account.note(format!("joined to others of the same area: {features}"));
    }
    if !dropped.is_empty() {
        part.odd(
            exchange_codes::LEFT_OUT,
            file,
            format!("features that repeat another exactly: {}", super::some_of(&dropped)),
            "they were left out; nothing need be done",
        );
    }
    part.instance.oddities.extend(spelling.oddity);
    part.holds = Holds {
        population: by_code.values().all(|piece| piece.population.is_some()),
        ..Holds::default()
    };
    let mut shapes = Vec::with_capacity(by_code.len());
    for (area, piece) in part.instance.areas.iter_mut().zip(by_code.into_values()) {
        area.name = piece.name;
        area.population = piece.population.unwrap_or(0);
        shapes.push(piece.shape);
    }
    Ok((part, shapes))
}

fn in_degrees(mut shape: Shape, crs: &Crs) -> Shape {
    for point in shape.iter_mut().flatten().flatten() {
        *point = crs.degrees(*point);
    }
    shape
}

fn link(part: &mut Part, borders: &Borders, options: &PolygonOptions) {
    let land = |(a, b): Pair, border_km, note: String| Link {
        a,
        b,
        kind: LinkKind::Land,
        border_km,
        note,
    };
    let links = &mut part.instance.links;
    links.extend(borders.shared.iter().map(|(&pair, &km)| land(pair, Some(km), String::new())));
    let mut is_linked: BTreeSet<Pair> = borders.shared.keys().copied().collect();
    let snapped: Vec<(Pair, f64, f64)> = borders
        .near
        .iter()
        .filter(|(_, gap)| {
            options.snap_m > 0.0
                && gap.metres <= options.snap_m
                && is_facing(gap.facing_km, options.snap_m)
        })
        .map(|(&pair, gap)| (pair, gap.metres, gap.facing_km))
        .collect();
    for &(pair, metres, km) in &snapped {
        is_linked.insert(pair);
        links.push(land(pair, Some(km), format!("gap of {metres:.0} m closed")));
    }
    let mut points = 0_usize;
    if options.contiguity == Contiguity::Queen {
        for &pair in borders.contacts.iter().filter(|pair| !is_linked.contains(pair)) {
            links.push(land(pair, None, "meet in a point".to_owned()));
            points += 1;
        }
    }
    // The sum of none is negative nil.
    let total: f64 = borders.shared.values().sum::<f64>() + 0.0;
    part.account.count_of("pairs that share a border", borders.shared.len());
    part.account.note(format!("shared borders are {total:.1} km in all"));
    if options.snap_m > 0.0 {
        part.account.count_of("pairs whose gap was closed", snapped.len());
    }
    if options.contiguity == Contiguity::Queen {
        part.account.count_of("pairs that meet in a point, taken as neighbours", points);
    }
}

/// More parts than this are no islands but borders that do not meet.
const MOST_PARTS: usize = 300;

/// Whether borders that face each other so long are one, rather than a corner.
fn is_facing(facing_km: f64, within_m: f64) -> bool {
    facing_km * 1000.0 > 3.0 * within_m
}

fn label(instance: &Instance, area: usize) -> String {
    let area = &instance.areas[area];
    if area.name.is_empty() { area.code.clone() } else { area.label() }
}

fn pair_label(instance: &Instance, (a, b): Pair) -> String {
    format!("{}–{}", label(instance, a), label(instance, b))
}

fn report_contacts(file: &str, part: &mut Part, borders: &Borders, options: &PolygonOptions) {
    let linked: BTreeSet<Pair> = part.instance.links.iter().map(|link| (link.a, link.b)).collect();
    for pair in borders.contacts.iter().filter(|pair| !linked.contains(pair)) {
        let what = format!("{} touch and share no border", pair_label(&part.instance, *pair));
        part.odd(
            exchange_codes::CONTACT,
            file,
            what,
            "they count as neighbours with --contiguity queen",
        );
    }
    for (&pair, gap) in &borders.near {
        if linked.contains(&pair)
            || gap.metres > options.near_m
            || (borders.contacts.contains(&pair) && !is_facing(gap.facing_km, options.near_m))
        {
            continue;
        }
        let facing = gap.facing_km * 1000.0;
        let what = format!(
            "{}: a gap of {:.1} m; within {} m their edges face each other for {facing:.0} m",
            pair_label(&part.instance, pair),
            gap.metres,
            options.near_m.max(options.snap_m),
        );
        let metres = gap.metres.max(0.1);
        let cure = if facing > 3.0 * metres {
            format!("if that is one border, --snap {:.0} makes them neighbours", metres.ceil())
        } else {
            "if they are neighbours, add the pair to adjacency.csv".to_owned()
        };
        part.odd(exchange_codes::NEAR, file, what, cure);
    }
}

fn report_crossings(file: &str, part: &mut Part, shapes: &[Shape], crs: &Crs) {
    for (area, shape) in shapes.iter().enumerate() {
        if let Some((x, y)) = outlines::first_crossing(shape).map(|point| crs.degrees(point)) {
            let what = format!(
                "the outline of {} crosses itself at {x:.5}, {y:.5}",
                label(&part.instance, area)
            );
            let cure = "borders are measured all the same; mend the polygon for maps";
            part.odd(exchange_codes::CROSSES, file, what, cure);
        }
    }
}

/// Says which areas lie on each other. What lies in another whole, and touches nothing, is told by
/// [`report_islands`].
fn report_overlaps(file: &str, part: &mut Part, shapes: &[Shape]) {
    let linked: BTreeSet<Pair> = part.instance.links.iter().map(|link| (link.a, link.b)).collect();
    let swallowed = islands::swallowed(shapes, &linked);
    let overlaps = overlaps::find(shapes);
    let shown: Vec<String> = overlaps
        .found
        .iter()
        .filter(|one| !swallowed.contains(&(one.area, one.other)))
        .map(|one| {
            let [area, other] = [one.area, one.other].map(|area| label(&part.instance, area));
            format!("{area} on {other} ({:.0} % of it)", 100.0 * one.share)
        })
        .collect();
    if !shown.is_empty() {
        let what = format!("areas lie on each other: {}", super::some_of(&shown));
        let cure = "mend the polygons, or look at the links of these areas in adjacency.csv: only what they \
                    share of their outlines counts as a border";
        part.odd(exchange_codes::OVERLAP, file, what, cure);
    }
    if overlaps.is_cut {
        part.account
            .note("so many areas lie in the same place that not all overlaps were looked for");
    }
}

/// Says which areas touch only by parts that are not their largest.
fn report_exclaves(file: &str, part: &mut Part, shapes: &[Shape], crs: &Crs, borders: &Borders) {
    let links: BTreeSet<Pair> = borders.shared.keys().copied().collect();
    for pair in exclaves::links_by_exclaves(shapes, crs, &links) {
        let km = borders.shared.get(&pair).copied().unwrap_or_default();
        let what = format!(
            "{} touch only where a part lies apart from the largest ({km:.1} km)",
            pair_label(&part.instance, pair)
        );
        let cure =
            "drop the pair from adjacency.csv if such a border is not to hold a region together";
        part.odd(exchange_codes::EXCLAVE, file, what, cure);
    }
}

/// Says which areas lie wholly inside another.
fn report_enclosed(part: &mut Part, shapes: &[Shape], crs: &Crs, borders: &Borders) {
    let mut beside: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
    for (&(a, b), &km) in &borders.shared {
        beside.entry(a).or_default().push((b, km));
        beside.entry(b).or_default().push((a, km));
    }
    for (area, others) in beside {
        let [(around, km)] = others[..] else { continue };
        let rings = shapes[area].iter().flatten();
        let edges = rings.flat_map(|ring| ring.windows(2));
        let outline: f64 = edges.map(|ends| crs.kilometres(ends[0], ends[1])).sum();
        if (outline - km).abs() <= 1e-6 * outline {
            let (inside, around) = (label(&part.instance, area), label(&part.instance, around));
            part.account.note(format!("{inside} lies wholly inside {around}"));
        }
    }
}

fn report_islands(
    file: &str,
    part: &mut Part,
    shapes: &[Shape],
    crs: &Crs,
    options: &PolygonOptions,
) {
    let linked: BTreeSet<Pair> = part.instance.links.iter().map(|link| (link.a, link.b)).collect();
    for (inside, around) in islands::swallowed(shapes, &linked) {
        let what = format!(
            "{} lies inside {}, which has no hole for it, so that they share no border",
            label(&part.instance, inside),
            label(&part.instance, around)
        );
        part.odd(exchange_codes::ISLAND, file, what, "cut the area out of the one around it");
    }
    let num_parts = islands::parts(shapes.len(), &linked).len();
    part.account.count_of("parts", num_parts);
    if num_parts > MOST_PARTS {
        let what = format!("the areas are in {num_parts} parts, too many to tie");
        let cure = "borders do not seem to meet: see the gaps, and close them with --snap";
        part.odd(exchange_codes::ISLAND, file, what, cure);
        return;
    }
    let ties = islands::ties(shapes, crs, &linked);
    for tie in &ties {
        let group: Vec<String> =
            tie.group.iter().map(|&area| label(&part.instance, area)).collect();
        let nearest = pair_label(&part.instance, (tie.from, tie.to));
        let what = if let [alone] = &group[..] {
            format!("{alone} is cut off; nearest is {nearest}, {:.2} km", tie.kilometres)
        } else {
            let (number, some) = (group.len(), super::some_of(&group));
            format!(
                "{number} areas are cut off together: {some}; nearest are {nearest}, {:.2} km",
                tie.kilometres
            )
        };
        let cure = match options.tie {
            Some(kind) => format!("tied by a link of kind {kind}; check that it is real"),
            None => "tie them in adjacency.csv, or all of them with --tie sea_link".to_owned(),
        };
        part.odd(exchange_codes::ISLAND, file, what, cure);
        if let Some(kind) = options.tie {
            let (a, b) = (tie.from.min(tie.to), tie.from.max(tie.to));
            let note = format!("nearest across water, {:.2} km", tie.kilometres);
            part.instance.links.push(Link { a, b, kind, border_km: None, note });
        }
    }
}
