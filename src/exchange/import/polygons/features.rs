//! Features of a GeoJSON collection into areas with rings.

use std::collections::{BTreeMap, BTreeSet};

use geojson::{Feature, FeatureCollection, GeometryValue, PolygonType};
use serde_json::Value;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Shape, closest, shorten};

use super::super::{exchange_codes, source};
use super::{Crs, PolygonOptions};

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

/// Properties that hold codes, in the order in which they are tried, whatever their capitals.
const CODES: [&str; 8] =
    ["code", "kommunenummer", "kommunenr", "komnr", "knr", "geoid", "region_code", "id"];
/// Properties that hold names.
const NAMES: [&str; 6] = ["name", "kommunenavn", "navn", "namelsad", "region_name", "label"];

/// Reads the features of a file.
pub(super) fn read(file: &str, bytes: &[u8], options: &PolygonOptions) -> Result<Pieces, Defects> {
    let text = source::text(file, bytes)?;
    let collection: FeatureCollection = text.parse().map_err(|error| {
        source::format(
            file,
            format!("the file is not a GeoJSON FeatureCollection: {error}"),
            "export the polygons as GeoJSON",
        )
    })?;
    if collection.features.is_empty() {
        let what = "the collection holds no features";
        return Err(source::format(file, what, "export the polygons again").into());
    }
    let crs = crs_of(file, &collection, options.crs)?;
    let features = &collection.features;
    let code_key = key(file, features, options.code.as_deref(), &CODES)?;
    let name_key = key(file, features, options.name.as_deref(), &NAMES)?;
    let population_key = key(file, features, options.population.as_deref(), &["population"])?;
    let has_ids = features.iter().all(|feature| feature.id.is_some());
    let mut notes = vec![format!("coordinates are {crs}")];
    notes.push(match (&code_key, has_ids) {
        (Some(key), _) => format!("codes are in the property `{key}`"),
        (None, true) => "codes are the ids of the features".to_owned(),
        (None, false) => {
            return Err(Defect::new(
                exchange_codes::PROPERTY,
                file,
                "no property of all features is known to hold codes",
                format!("name one with --code; there are {}", properties(features)),
            )
            .into());
        }
    });
    for (key, what) in [(&name_key, "names"), (&population_key, "populations")] {
        if let Some(key) = key {
            notes.push(format!("{what} are in the property `{key}`"));
        }
    }
    let mut defects = Defects::default();
    let mut collapsed = Vec::new();
    let mut pieces = Vec::with_capacity(features.len());
    for (at, feature) in collection.features.into_iter().enumerate() {
        let place = format!("{file}, feature {}", at + 1);
        let code = match &code_key {
            Some(key) => feature.property(key.as_str()).and_then(word),
            None => feature.id.as_ref().map(|id| match id {
                geojson::feature::Id::String(code) => code.trim().to_owned(),
                geojson::feature::Id::Number(code) => code.to_string(),
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
        let population = population_key.as_ref().and_then(|key| {
            let text = feature.property(key.as_str()).and_then(word).unwrap_or_default();
            let count = source::count(&text);
            if count.is_none() {
                defects.push(source::no_count(format!("{place}, property {key}"), &label, &text));
            }
            count
        });
        let value = feature.geometry.map(|geometry| geometry.value);
        let shape = shape_of(&place, &label, value, &mut collapsed, &mut defects);
        pieces.push(Piece { number: at + 1, code, name, population, shape });
    }
    check_range(file, &pieces, crs, &mut defects);
    defects.into_result()?;
    Ok(Pieces { areas: pieces, crs, notes, collapsed })
}

fn of_name(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!(" of {}", shorten(name)) }
}

/// The system that was asked for, else the file's own word for it, else WGS 84.
fn crs_of(file: &str, all: &FeatureCollection, asked: Option<Crs>) -> Result<Crs, Defects> {
    let said = all
        .foreign_members
        .as_ref()
        .and_then(|members| members.get("crs"))
        .and_then(|crs| crs.pointer("/properties/name"))
        .and_then(Value::as_str);
    match (asked, said) {
        (Some(asked), _) => Ok(asked),
        (None, None) => Ok(Crs::Wgs84),
        (None, Some(said)) => said.parse().map_err(|error: String| {
            let cure = "save the file in one of these, or pass --crs if the file is wrong";
            Defect::new(exchange_codes::COORDINATES, format!("{file}, crs"), error, cure).into()
        }),
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
        Value::Number(number) => {
            let text = number.to_string();
            Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
        }
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

/// Reports coordinates out of range once, with the system they look like.
fn check_range(file: &str, pieces: &[Piece], crs: Crs, defects: &mut Defects) {
    let mut outside = 0_usize;
    let mut first = None;
    let mut others: BTreeMap<bool, usize> = BTreeMap::new();
    let other = match crs {
        Crs::Wgs84 => Crs::Epsg25833,
        Crs::Epsg25833 => Crs::Wgs84,
    };
    for piece in pieces {
        for &point in piece.shape.iter().flatten().flatten() {
            if !crs.holds(point) {
                outside += 1;
                first.get_or_insert((piece, point));
                *others.entry(other.holds(point)).or_default() += 1;
            }
        }
    }
    let Some((piece, (x, y))) = first else { return };
    let cure = if others.contains_key(&false) {
        "save the file in WGS 84 (longitude, then latitude) or in EPSG:25833".to_owned()
    } else {
        let word = if other == Crs::Epsg25833 { "25833" } else { "4326" };
        format!("it looks like {other}: pass --crs {word}")
    };
    defects.push(Defect::new(
        exchange_codes::COORDINATES,
        format!("{file}, feature {}", piece.number),
        format!(
            "{outside} positions cannot be in {crs}, such as ({x}, {y}) of {}",
            if piece.name.is_empty() { &piece.code } else { &piece.name }
        ),
        cure,
    ));
}
