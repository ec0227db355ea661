//! `areas.geojson`: polygons for maps, one feature per area.
//!
//! A feature names its area by the property `code`, or else by its `id`. Coordinates are longitude
//! and latitude in degrees (WGS 84).

use std::collections::BTreeMap;

use geojson::{Feature, FeatureCollection, GeometryValue, PolygonType};
use serde_json::Value;

use super::lookup::{Codes, Resolver};
use super::read::text;
use super::{Shape, codes};
use crate::defect::{Defect, Defects};

/// The shapes of a file by area index. Areas without a feature are missing from the map.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    codes: &Codes,
    defects: &mut Defects,
) -> BTreeMap<usize, Shape> {
    let mut shapes = BTreeMap::new();
    let collection: FeatureCollection = match text(file, bytes, defects).parse() {
        Ok(collection) => collection,
        Err(error) => {
            defects.push(Defect::new(
                codes::GEOJSON,
                file,
                format!("the file is not a GeoJSON FeatureCollection: {error}"),
                "export the polygons as GeoJSON, or remove the file: only maps need it",
            ));
            return shapes;
        }
    };
    let mut resolver = Resolver::new(codes);
    for (at, feature) in collection.features.into_iter().enumerate() {
        let place = format!("{file}, feature {}", at + 1);
        let Some(code) = code_of(&feature) else {
            defects.push(Defect::new(
                codes::GEOJSON,
                place,
                "the feature has neither a property `code` nor an `id`",
                "give every feature the code of its area, as a string",
            ));
            continue;
        };
        let area = resolver.find(&code, || place.clone());
        let label = codes.label(&code);
        let value = feature.geometry.map(|geometry| geometry.value);
        let shape = shape_of(&place, &label, value, defects);
        let Some(area) = area else { continue };
        if shapes.insert(area, shape).is_some() {
            defects.push(Defect::new(
                codes::DUPLICATE_CODE,
                place,
                format!("{label} has a second feature"),
                "join the parts of an area into one MultiPolygon",
            ));
        }
    }
    resolver.finish(defects);
    shapes
}

/// Reports the areas that have no feature.
pub(super) fn check_complete(
    file: &str,
    shapes: &BTreeMap<usize, Shape>,
    codes: &Codes,
    defects: &mut Defects,
) {
    for area in (0..codes.len()).filter(|area| !shapes.contains_key(area)) {
        defects.push(Defect::new(
            codes::NO_POLYGON,
            file,
            format!("{} has no feature", codes.label_of(area)),
            "add its polygon, or remove the file: only maps need it",
        ));
    }
}

fn code_of(feature: &Feature) -> Option<String> {
    match feature.property("code") {
        Some(Value::String(code)) => Some(code.trim().to_owned()),
        Some(Value::Number(code)) => Some(code.to_string()),
        _ => feature.id.as_ref().map(|id| match id {
            geojson::feature::Id::String(code) => code.trim().to_owned(),
            geojson::feature::Id::Number(code) => code.to_string(),
        }),
    }
}

fn shape_of(
    place: &str,
    label: &str,
    value: Option<GeometryValue>,
    defects: &mut Defects,
) -> Shape {
    let polygons: Vec<PolygonType> = match value {
        Some(GeometryValue::Polygon { coordinates }) => vec![coordinates],
        Some(GeometryValue::MultiPolygon { coordinates }) => coordinates,
        _ => Vec::new(),
    };
    if polygons.iter().all(Vec::is_empty) {
        defects.push(Defect::new(
            codes::NO_POLYGON,
            place,
            format!("{label} has no Polygon or MultiPolygon"),
            "draw the area as a polygon, or remove the file: only maps need it",
        ));
    }
    let mut shape = Shape::new();
    for polygon in polygons {
        let mut rings = Vec::with_capacity(polygon.len());
        for ring in polygon {
            let points: Vec<(f64, f64)> = ring
                .iter()
                .map(|position| match position.as_slice() {
                    [longitude, latitude, ..] => (*longitude, *latitude),
                    _ => (f64::NAN, f64::NAN),
                })
                .collect();
            let fault = if points.len() < 4 {
                Some("has fewer than four points")
            } else if points.first() != points.last() {
                Some("does not end where it begins")
            } else if points.iter().any(|(longitude, latitude)| {
                !(-180.0..=180.0).contains(longitude) || !(-90.0..=90.0).contains(latitude)
            }) {
                Some("has a point outside longitude ±180 and latitude ±90")
            } else {
                None
            };
            if let Some(fault) = fault {
                defects.push(Defect::new(
                    codes::RING,
                    place,
                    format!("a ring of {label} {fault}"),
                    "close every ring; write longitude, then latitude, in degrees (WGS 84)",
                ));
            }
            rings.push(points);
        }
        shape.push(rings);
    }
    shape
}
