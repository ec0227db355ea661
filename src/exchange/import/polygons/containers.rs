//! What polygons come in: GeoJSON in its several containers, `TopoJSON`, GeoPackage, Shapefile; all
//! into features of GeoJSON.

use std::path::Path;

use geojson::{Feature, FeatureCollection, JsonObject};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Shape, closest, shorten};
use regionfront_model::reading::Encoding;

use super::super::{exchange_codes, some_of, source};
use super::found::{Found, feature_of};
use super::{shapefile, topojson, wkb};

const CURE: &str = "export the polygons as GeoJSON, TopoJSON, GeoPackage or Shapefile";

/// The features in the bytes of a file; those of a GeoPackage or Shapefile are read from its path.
pub(super) fn read(
    path: Option<&Path>,
    file: &str,
    bytes: &[u8],
    layer: Option<&str>,
    encoding: Option<Encoding>,
) -> Result<Found, Defects> {
    if bytes.starts_with(b"SQLite format 3\0") {
        let path = path.ok_or_else(|| source::format(file, "it is a GeoPackage", CURE))?;
        return geopackage(path, file, layer);
    }
    if shapefile::is_one(bytes) {
        let path = path.ok_or_else(|| source::format(file, "it is a Shapefile", CURE))?;
        return shapefile::read(path, file, encoding);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        let what = "the file is an archive (ZIP)";
        return Err(source::format(file, what, "unpack it and give the file with polygons").into());
    }
    let (text, assumed) = source::text(file, bytes)?;
    let mut found = json(file, &text, layer)?;
    found.notes.splice(0..0, assumed);
    Ok(found)
}

fn json(file: &str, text: &str, layer: Option<&str>) -> Result<Found, Defects> {
    let mut found = Found::default();
    let document = match source::json(file, text) {
        Ok((document, note)) => {
            found.notes.extend(note);
            document
        }
        Err(defects) => {
            // One feature per line, perhaps with a separator before each.
            let Some(features) = sequence(text) else {
                let Some(kind) = other_format(text) else { return Err(defects) };
                let what = format!("the file is {kind}, which is not read");
                let cure = "convert it, as with `ogr2ogr polygons.gpkg FILE`";
                return Err(source::format(file, what, cure).into());
            };
            found.notes.push(format!(
                "the file is a sequence of {} features, and no collection",
                features.len()
            ));
            Value::Array(features)
        }
    };
    found.crs = crs_of(&document);
    let kind = document.get("type").and_then(Value::as_str).map(str::to_owned);
    let values: Vec<Value> = match (kind.as_deref(), document) {
        (Some("FeatureCollection"), document) => {
            list(file, document.get("features"), "`features` is no list")?
        }
        (Some("Feature"), document) => {
            found.notes.push("the file holds one feature, and no collection".to_owned());
            vec![document]
        }
        (Some("Topology"), document) => {
            debug_assert!(topojson::is_topology(&document), "its type says so");
            let layer = chosen(file, topojson::layers(&document), layer, &mut found.notes)?;
            topojson::features(&document, &layer)
                .map_err(|what| source::format(file, format!("TopoJSON: {what}"), CURE))?
        }
        (Some(kind), _) => {
            let what = format!("its container is `{}`, which has no codes", shorten(kind));
            return Err(source::format(file, what, "export features with their properties").into());
        }
        (None, Value::Array(all)) => all,
        (None, Value::Object(layers)) => of_layers(file, &layers, layer, &mut found)?,
        (None, _) => {
            let what = "its container is no FeatureCollection";
            return Err(source::format(file, what, CURE).into());
        }
    };
    let mut defects = Defects::default();
    for (at, value) in values.into_iter().enumerate() {
        match serde_json::from_value::<Feature>(value) {
            Ok(feature) => found.features.push(feature),
            Err(error) => defects.push(source::format(
                format!("{file}, feature {}", at + 1),
                format!("it is no feature of GeoJSON: {error}"),
                CURE,
            )),
        }
    }
    defects.into_result()?;
    Ok(found)
}

fn list(file: &str, value: Option<&Value>, what: &str) -> Result<Vec<Value>, Defects> {
    let list = value.and_then(Value::as_array).cloned();
    list.ok_or_else(|| source::format(file, what, CURE).into())
}

/// What a text with polygons is that is no JSON.
fn other_format(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    let head = text.lines().take(40).collect::<Vec<_>>().join("\n").to_lowercase();
    if head.starts_with('<') {
        Some(match head {
            head if head.contains("<kml") => "KML",
            head if head.contains("gml") => "GML",
            _ => "XML",
        })
    } else if head.starts_with("!table")
        || (head.starts_with("version") && head.contains("columns"))
    {
        Some("a table of MapInfo")
    } else if !head.starts_with(['{', '[']) && text.to_uppercase().contains("POLYGON") {
        Some("a table with outlines in its cells (WKT)")
    } else {
        None
    }
}

/// The features of a text that holds one per line.
fn sequence(text: &str) -> Option<Vec<Value>> {
    let lines = text.split(['\n', '\u{1e}']).map(str::trim).filter(|line| !line.is_empty());
    let features: Option<Vec<Value>> = lines.map(|line| serde_json::from_str(line).ok()).collect();
    features.filter(|features| {
        features.len() > 1 && features.iter().all(|one| one.get("type").is_some())
    })
}

/// An object per layer, as some agencies publish.
fn of_layers(
    file: &str,
    layers: &Map<String, Value>,
    layer: Option<&str>,
    found: &mut Found,
) -> Result<Vec<Value>, Defects> {
    let features = |layer: &Value| layer.get("features").and_then(Value::as_array).cloned();
    let filled: Vec<String> = layers
        .iter()
        .filter(|(_, value)| features(value).is_some_and(|all| all.iter().any(has_polygons)))
        .map(|(name, _)| name.clone())
        .collect();
    if filled.is_empty() {
        let what = "its container is no FeatureCollection, and no object of such";
        return Err(source::format(file, what, CURE).into());
    }
    let name = chosen(file, filled, layer, &mut found.notes)?;
    found.crs = layers.get(&name).and_then(crs_of).or_else(|| found.crs.take());
    Ok(layers.get(&name).and_then(features).unwrap_or_default())
}

fn has_polygons(feature: &Value) -> bool {
    let kind = feature.pointer("/geometry/type").and_then(Value::as_str);
    matches!(kind, Some("Polygon" | "MultiPolygon" | "GeometryCollection"))
}

/// The layer that is meant: the one asked for, else the only one.
fn chosen(
    file: &str,
    mut layers: Vec<String>,
    asked: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<String, Defects> {
    let listed: Vec<String> = layers.iter().map(|name| format!("`{}`", shorten(name))).collect();
    let refuse = |what: String, cure: String| {
        Err(Defect::new(exchange_codes::PROPERTY, file, what, cure).into())
    };
    match asked {
        Some(asked) if layers.iter().any(|name| name == asked) => Ok(asked.to_owned()),
        Some(asked) => {
            let near = closest(asked, layers.iter().map(String::as_str));
            let meant = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let what = format!("there is no layer `{}` with polygons", shorten(asked));
            refuse(what, format!("{meant}There are {}", some_of(&listed)))
        }
        None if layers.len() == 1 => {
            notes.push(format!("the layer {} was read", listed[0]));
            Ok(layers.remove(0))
        }
        None => refuse(
            format!("the file holds {} layers", layers.len()),
            format!("name one with --layer; there are {}", some_of(&listed)),
        ),
    }
}

/// The word for the coordinate system in a document: its name, or the address of its definition.
fn crs_of(document: &Value) -> Option<String> {
    let crs = document.get("crs")?;
    let word = crs
        .pointer("/properties/name")
        .or_else(|| crs.pointer("/properties/href"))
        .or_else(|| crs.pointer("/properties/code"))
        .unwrap_or(crs);
    match word {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn geopackage(path: &Path, file: &str, layer: Option<&str>) -> Result<Found, Defects> {
    let broken = |error: rusqlite::Error| {
        let what = format!("it is SQLite, and no GeoPackage that can be read: {error}");
        Defects::from(source::format(file, what, "export the polygons again"))
    };
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(broken)?;
    let mut tables = connection
        .prepare(
            "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns \
             WHERE upper(geometry_type_name) IN \
             ('POLYGON','MULTIPOLYGON','GEOMETRY','GEOMETRYCOLLECTION','MULTISURFACE') \
             ORDER BY table_name",
        )
        .map_err(broken)?;
    let tables: Vec<(String, String, i64)> = tables
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .and_then(Iterator::collect)
        .map_err(broken)?;
    let mut found = Found::default();
    if tables.is_empty() {
        return Err(source::format(file, "the GeoPackage has no layer of polygons", CURE).into());
    }
    let names = tables.iter().map(|(name, ..)| name.clone()).collect();
    let name = chosen(file, names, layer, &mut found.notes)?;
    let (_, geometry, srs) =
        tables.into_iter().find(|(table, ..)| *table == name).expect("it was chosen from these");
    found.crs = connection
        .query_row(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys \
             WHERE srs_id = ?1",
            [srs],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?)),
        )
        .ok()
        .map(|(organisation, code, definition)| {
            if organisation.eq_ignore_ascii_case("epsg") {
                format!("EPSG:{code}")
            } else {
                definition
            }
        })
        .filter(|word| word != "undefined");
    let quoted = name.replace('"', "\"\"");
    let mut rows = connection.prepare(&format!("SELECT * FROM \"{quoted}\"")).map_err(broken)?;
    let columns: Vec<String> = rows.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = rows.query([]).map_err(broken)?;
    while let Some(row) = rows.next().map_err(broken)? {
        let mut shape = Shape::new();
        let mut properties = JsonObject::new();
        for (at, column) in columns.iter().enumerate() {
            let value = match row.get_ref(at).map_err(broken)? {
                ValueRef::Blob(bytes) if *column == geometry => {
                    shape = wkb::shape_of(bytes).unwrap_or_default();
                    continue;
                }
                ValueRef::Integer(number) => Value::from(number),
                ValueRef::Real(number) => Value::from(number),
                ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            };
            properties.insert(column.clone(), value);
        }
        found.features.push(feature_of(&shape, properties));
    }
    Ok(found)
}

/// The collection of some features, for what asks all of them.
pub(super) fn collected(features: Vec<Feature>) -> FeatureCollection {
    FeatureCollection { bbox: None, features, foreign_members: None }
}
