//! Features of a GeoJSON collection into areas with rings.

use std::collections::BTreeSet;
use std::path::Path;

use geojson::{Feature, GeometryValue, PolygonType};
use serde_json::Value;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Shape, closest, shorten};

use super::super::{exchange_codes, source};
use super::containers;
use super::found::Found;
use super::{Axes, Crs, PolygonOptions};

/// One feature.
#[derive(Debug)]
pub(super) struct Piece {
    /// Number in the file, from 1.
    pub(super) number: usize,
    /// Code as the source spells it.
    pub(super) code: String,
    /// Name, empty where there is none.
    pub(super) name: String,
    /// Inhabitants, where a property gives them.
    pub(super) population: Option<u64>,
    /// Polygons in the coordinates of the source.
    pub(super) shape: Shape,
}

/// The features of a file, and how they were understood.
#[derive(Debug)]
pub(super) struct Pieces {
    pub(super) areas: Vec<Piece>,
    pub(super) crs: Crs,
    /// Where codes and names were found, a sentence each.
    pub(super) notes: Vec<String>,
    /// Areas with a ring of fewer than three different points, which was left out.
    pub(super) collapsed: Vec<String>,
}

/// Properties that hold codes, in the order in which they are tried, whatever their capitals. Tables of
/// Shapefiles cut names at ten letters.
const CODES: [&str; 22] = [
    "code",
    "kommunenummer",
    "kommunenum",
    "kommunenr",
    "kommnr",
    "komm_nr",
    "knkod",
    "natcode",
    "pro_com_t",
    "bfs_nummer",
    "komnr",
    "knr",
    "geoid",
    "geoid20",
    "geoid10",
    "region_code",
    "kommunkod",
    "kom_kode",
    "ags",
    "insee_com",
    "codgeo",
    "id",
];
/// Properties that hold names.
const NAMES: [&str; 14] = [
    "name",
    "kommunenavn",
    "kommunenav",
    "navn",
    "namelsad",
    "region_name",
    "region_nam",
    "label",
    "knnamn",
    "kommunnamn",
    "komnavn",
    "namefin",
    "comune",
    "gen",
];

/// Reads the features of a file.
pub(super) fn read(
    path: Option<&Path>,
    file: &str,
    bytes: &[u8],
    options: &PolygonOptions,
) -> Result<Pieces, Defects> {
    let Found { features, crs: said, mut notes } =
        containers::read(path, file, bytes, options.layer.as_deref(), options.encoding)?;
    let collection = containers::collected(features);
    if collection.features.is_empty() {
        let what = "the collection holds no features";
        return Err(source::format(file, what, "export the polygons again").into());
    }
    let crs = crs_of(file, said.as_deref(), options.crs.clone())?;
    let features = &collection.features;
    let code_key = code_key(file, features, options.code.as_deref())?;
    let name_key = key(file, features, options.name.as_deref(), &NAMES)?;
    let population_key = match options.population.as_deref() {
        Some("none") => None,
        asked => key(file, features, asked, &["population"])?,
    };
    notes.push(format!("coordinates are {crs}"));
    if options.axes == Some(Axes::Yx) {
        notes.push("latitude or northing stands first, as said".to_owned());
    }
    notes.push(match &code_key {
        Some(key) => format!("codes are in the property `{key}`"),
        None => "codes are the ids of the features".to_owned(),
    });
    for (key, what) in [(&name_key, "names"), (&population_key, "populations")] {
        if let Some(key) = key {
            notes.push(format!("{what} are in the property `{key}`"));
        }
    }
    let mut defects = Defects::default();
    let mut collapsed = Vec::new();
    let mut pieces: Vec<Piece> = Vec::with_capacity(features.len());
    let mut populations = Vec::new();
    for (at, feature) in collection.features.into_iter().enumerate() {
        let place = format!("{file}, feature {}", at + 1);
        let code = match &code_key {
            Some(key) => feature.property(key.as_str()).and_then(word),
            None => feature.id.as_ref().map(|id| match id {
                geojson::feature::Id::String(code) => code.trim().to_owned(),
                geojson::feature::Id::Number(code) => source::number_as_word(code),
            }),
        };
        let name = name_key.as_ref().and_then(|key| name_in(feature.property(key.as_str())?));
        let name = name.unwrap_or_default();
        let Some(code) = code.filter(|code| !code.is_empty()) else {
            defects.push(Defect::new(
                exchange_codes::PROPERTY,
                place,
                format!("the feature{} has no code", of_name(&name)),
                "give every feature the code of its area",
            ));
            continue;
        };
        let label = if name.is_empty() { code.clone() } else { format!("{name} ({code})") };
        if let Some(key) = &population_key {
            let text = feature.property(key.as_str()).and_then(word).unwrap_or_default();
            populations.push((format!("{place}, property {key}"), label.clone(), text));
        }
        let value = feature.geometry.map(|geometry| geometry.value);
        let mut shape = shape_of(&place, &label, value, &mut collapsed, &mut defects);
        if options.axes == Some(Axes::Yx) {
            for point in shape.iter_mut().flatten().flatten() {
                *point = (point.1, point.0);
            }
        }
        pieces.push(Piece { number: at + 1, code, name, population: None, shape });
    }
    for (piece, count) in pieces.iter_mut().zip(source::counts(&populations, &mut defects)) {
        piece.population = count;
    }
    check_range(file, &pieces, &crs, options, &mut defects);
    defects.into_result()?;
    Ok(Pieces { areas: pieces, crs, notes, collapsed })
}

fn of_name(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" of {}", shorten(name)) }
}

/// The system that was asked for, else the file's own word for it, else WGS 84.
fn crs_of(file: &str, said: Option<&str>, asked: Option<Crs>) -> Result<Crs, Defects> {
    match (asked, said) {
        (Some(asked), _) => Ok(asked),
        (None, None) => Ok(Crs::Wgs84),
        (None, Some(said)) => said.parse().map_err(|error: String| {
            let cure = "name the system with --crs EPSG, or save the file in WGS 84";
            Defect::new(exchange_codes::COORDINATES, format!("{file}, crs"), error, cure).into()
        }),
    }
}

/// The property with the codes; none where the ids of the features are codes. Ids that only number
/// the features are none, and neither is a property `id` that does.
fn code_key(
    file: &str,
    features: &[Feature],
    asked: Option<&str>,
) -> Result<Option<String>, Defects> {
    let numbers = |values: Vec<Option<String>>| {
        let numbers: Option<BTreeSet<usize>> =
            // `01` numbers nothing: it is a code, and so are all.
            values
                .into_iter()
                .map(|value| value.filter(|value| !has_leading_zero(value))?.parse().ok())
                .collect();
        numbers.is_some_and(|numbers| {
            let (first, last) = (numbers.first(), numbers.last());
            numbers.len() == features.len()
                && features.len() > 1
                && first.is_some_and(|&first| first <= 1)
                && last.zip(first).is_some_and(|(last, first)| last - first + 1 == numbers.len())
        })
    };
    let values = |key: &str| -> Vec<Option<String>> {
        features.iter().map(|feature| feature.property(key).and_then(word)).collect()
    };
    let found = key(file, features, asked, &CODES)?;
    if asked.is_some() || found.as_ref().is_some_and(|key| !numbers(values(key))) {
        return Ok(found);
    }
    // A name that ends like one of codes, as `LAD23CD`, and other values for every feature.
    let alike: Vec<String> = properties_of(features)
        .into_iter()
        .filter(|key| {
            let lower = key.to_lowercase();
            let ends = ["cd", "code", "kode", "kod", "_id", "geoid", "ags", "insee_com", "insee"];
            let values = values(key);
            let distinct: BTreeSet<&Option<String>> = values.iter().collect();
            ends.iter().any(|end| lower.ends_with(end))
                && distinct.len() == features.len()
                && !distinct.contains(&None)
                && !numbers(values.clone())
        })
        .collect();
    let ids: Vec<Option<String>> = features
        .iter()
        .map(|feature| {
            feature.id.as_ref().map(|id| match id {
                geojson::feature::Id::String(code) => code.clone(),
                geojson::feature::Id::Number(code) => source::number_as_word(code),
            })
        })
        .collect();
    let has_ids = ids.iter().all(Option::is_some);
    let others = properties_of(features).len() - usize::from(found.is_some());
    let is_numbering = numbers(ids);
    match (&alike[..], &found) {
        ([only], _) => Ok(Some(only.clone())),
        // Numbers are all there is: they are the codes.
        (_, Some(_)) if others == 0 => Ok(found),
        (_, None) if has_ids && (!is_numbering || others == 0) => Ok(None),
        _ => {
            let what = if found.is_some() || has_ids {
                "ids only number the features, and no property is known to hold codes"
            } else {
                "no property of all features is known to hold codes"
            };
            let cure = format!("name one with --code; there are {}", properties(features));
            Err(Defect::new(exchange_codes::PROPERTY, file, what, cure).into())
        }
    }
}

/// The property that is meant: the one asked for, else the first guess that every feature has.
fn key(
    file: &str,
    features: &[Feature],
    asked: Option<&str>,
    guesses: &[&str],
) -> Result<Option<String>, Defects> {
    let has = |key: &str| features.iter().all(|feature| feature.property(key).is_some());
    if let Some(asked) = asked {
        if features.iter().any(|feature| feature.property(asked).is_some()) {
            return Ok(Some(asked.to_owned()));
        }
        let all = properties_of(features);
        let meant = closest(asked, all.iter().map(String::as_str))
            .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        return Err(Defect::new(
            exchange_codes::PROPERTY,
            file,
            format!("no feature has a property `{asked}`"),
            format!("{meant}There are {}", properties(features)),
        )
        .into());
    }
    let keys = properties_of(features);
    Ok(guesses.iter().find_map(|guess| {
        keys.iter().find(|key| key.eq_ignore_ascii_case(guess) && has(key)).cloned()
    }))
}

fn properties_of(features: &[Feature]) -> BTreeSet<String> {
    let keys = features.iter().filter_map(|feature| feature.properties.as_ref());
    keys.flat_map(|properties| properties.keys().cloned()).collect()
}

fn properties(features: &[Feature]) -> String {
    let all: Vec<String> =
        properties_of(features).into_iter().take(20).map(|key| format!("`{key}`")).collect();
    if all.is_empty() { "no properties at all".to_owned() } else { all.join(", ") }
}

/// A text or a whole number, as text.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(source::number_as_word(number)),
        _ => None,
    }
}

/// A name, or the first of several with their languages, as Kartverket gives them.
fn name_in(value: &Value) -> Option<String> {
    match value {
        Value::Array(names) => names.first().and_then(name_in),
        Value::Object(name) => name.get("navn").or_else(|| name.get("name")).and_then(word),
        other => word(other),
    }
}

fn shape_of(
    place: &str,
    label: &str,
    value: Option<GeometryValue>,
    collapsed: &mut Vec<String>,
    defects: &mut Defects,
) -> Shape {
    let mut polygons: Vec<PolygonType> = Vec::new();
    let mut values: Vec<GeometryValue> = value.into_iter().collect();
    while let Some(value) = values.pop() {
        match value {
            GeometryValue::Polygon { coordinates } => polygons.push(coordinates),
            GeometryValue::MultiPolygon { coordinates } => polygons.extend(coordinates),
            GeometryValue::GeometryCollection { geometries } => {
                values.extend(geometries.into_iter().map(|geometry| geometry.value));
            }
            _ => {}
        }
    }
    let before = defects.0.len();
    let mut fault = |what: String, cure: &str| {
        defects.push(Defect::new(exchange_codes::POLYGON, place, what, cure));
    };
    if polygons.iter().all(Vec::is_empty) {
        fault(format!("{label} has no Polygon or MultiPolygon"), "draw the area as a polygon");
    }
    let mut shape = Shape::new();
    for polygon in polygons {
        let mut rings = Vec::with_capacity(polygon.len());
        for ring in polygon {
            let points: Vec<(f64, f64)> = ring
                .iter()
                .map(|position| match position.as_slice() {
                    [x, y, ..] => (*x, *y),
                    _ => (f64::NAN, f64::NAN),
                })
                .collect();
            let distinct: BTreeSet<(u64, u64)> =
                points.iter().map(|point| (point.0.to_bits(), point.1.to_bits())).collect();
            let wrong = if points.iter().any(|point| !point.0.is_finite() || !point.1.is_finite()) {
                Some("has a position without two numbers")
            } else if points.len() < 4 {
                Some("has fewer than four positions")
            } else if points.first() != points.last() {
                Some("does not end where it begins")
            } else {
                None
            };
            match wrong {
                Some(wrong) => fault(
                    format!("a ring of {label} {wrong}"),
                    "close every ring: its last position repeats the first",
                ),
                // Simplification leaves such rings of what is small; they bound nothing.
                None if distinct.len() < 3 => collapsed.push(label.to_owned()),
                None => rings.push(points),
            }
        }
        if !rings.is_empty() {
            shape.push(rings);
        }
    }
    if shape.is_empty() && defects.0.len() == before {
        defects.push(Defect::new(
            exchange_codes::POLYGON,
            place,
            format!("{label} has no ring of three different points"),
            "draw the area as a polygon",
        ));
    }
    shape
}

/// Reports coordinates out of range once, with the systems they may be in and where the areas would
/// lie then; and degrees where metres were said.
fn check_range(
    file: &str,
    pieces: &[Piece],
    crs: &Crs,
    options: &PolygonOptions,
    defects: &mut Defects,
) {
    let points = || {
        let of = |piece| {
            let Piece { shape, .. }: &Piece = piece;
            shape.iter().flatten().flatten().copied().map(move |point| (piece, point))
        };
        pieces.iter().flat_map(of)
    };
    let is_degree = |(x, y): (f64, f64)| x.abs() <= 180.0 && y.abs() <= 180.0;
    let at = |piece: &Piece| format!("{file}, feature {}", piece.number);
    let whose = |piece: &Piece| {
        if piece.name.is_empty() { piece.code.clone() } else { piece.name.clone() }
    };
    let Some((first, (x, y))) = points().next() else { return };
    if !crs.is_degrees() && points().all(|(_, point)| is_degree(point)) {
        defects.push(Defect::new(
            exchange_codes::COORDINATES,
            at(first),
            format!(
                "{} has metres, and all positions are like ({x}, {y}) of {}",
                crs,
                whose(first)
            ),
            "these look like degrees: pass --crs 4326",
        ));
        return;
    }
    let outside: Vec<(&Piece, (f64, f64))> =
        points().filter(|(_, point)| !crs.holds(*point)).collect();
    let Some(&(piece, (x, y))) = outside.first() else { return };
    let are_turned = outside.iter().all(|(_, (x, y))| crs.holds((*y, *x)));
    let shapes: Vec<Shape> = pieces.iter().map(|piece| piece.shape.clone()).collect();
    let cure = if are_turned && options.axes.is_none() {
        "they can be with latitude, or northing, first: pass --axes yx".to_owned()
    } else if crs.is_degrees() {
        let guesses = super::place::guesses(&shapes);
        if guesses.is_empty() {
            "name the system with --crs EPSG, or save the file in WGS 84".to_owned()
        } else {
            format!(
                "these look like metres: name their system with --crs EPSG. By that the areas would \
                 lie: {}",
                guesses.join("; ")
            )
        }
    } else if points().all(|(_, point)| Crs::Wgs84.holds(point)) {
        "these look like degrees: pass --crs 4326".to_owned()
    } else {
        "name another system with --crs EPSG".to_owned()
    };
    defects.push(Defect::new(
        exchange_codes::COORDINATES,
        at(piece),
        format!(
            "{} positions cannot be in {crs}, such as ({x}, {y}) of {}",
            outside.len(),
            whose(piece)
        ),
        cure,
    ));
}

/// Whether a number is written as a code is: `007`.
fn has_leading_zero(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0')
}
