//! `TopoJSON` into features: arcs that several areas share, put together into rings.
//!
//! The crate of this name is bound to a GeoJSON library of another version; what is needed of the
//! format is below.

use serde_json::{Map, Value, json};

/// Whether a document is `TopoJSON`.
pub(super) fn is_topology(document: &Value) -> bool {
    document.get("type").and_then(Value::as_str) == Some("Topology")
}

/// Names of the objects, which are layers.
pub(super) fn layers(document: &Value) -> Vec<String> {
    let objects = document.get("objects").and_then(Value::as_object);
    objects.map_or_else(Vec::new, |objects| objects.keys().cloned().collect())
}

/// The features of a layer, as GeoJSON, or what is wrong with it.
pub(super) fn features(document: &Value, layer: &str) -> Result<Vec<Value>, String> {
    let arcs = arcs(document)?;
    let object = document
        .get("objects")
        .and_then(|objects| objects.get(layer))
        .ok_or_else(|| format!("there is no object `{layer}`"))?;
    let geometries: Vec<&Value> = match object.get("geometries").and_then(Value::as_array) {
        Some(all) => all.iter().collect(),
        None => vec![object],
    };
    geometries
        .into_iter()
        .map(|geometry| {
            let kind = geometry.get("type").and_then(Value::as_str).unwrap_or_default();
            let lists = geometry.get("arcs").unwrap_or(&Value::Null);
            let coordinates = match kind {
                "Polygon" => polygon(lists, &arcs)?,
                "MultiPolygon" => {
                    let all = lists.as_array().ok_or("`arcs` is no list")?;
                    let all: Result<Vec<Value>, String> =
                        all.iter().map(|one| polygon(one, &arcs)).collect();
                    Value::Array(all?)
                }
                _ => Value::Null,
            };
            let mut feature = Map::new();
            feature.insert("type".to_owned(), json!("Feature"));
            let properties = geometry.get("properties").cloned().unwrap_or_else(|| json!({}));
            feature.insert("properties".to_owned(), properties);
            if let Some(id) = geometry.get("id") {
                feature.insert("id".to_owned(), id.clone());
            }
            let geometry = if coordinates.is_null() {
                Value::Null
            } else {
                json!({ "type": kind, "coordinates": coordinates })
            };
            feature.insert("geometry".to_owned(), geometry);
            Ok(Value::Object(feature))
        })
        .collect()
}

type Arc = Vec<[f64; 2]>;

/// The arcs in coordinates of the source. Where they are quantised, each position is the step from
/// the one before, on a grid.
fn arcs(document: &Value) -> Result<Vec<Arc>, String> {
    let pair = |value: Option<&Value>| -> Option<[f64; 2]> {
        let list = value?.as_array()?;
        Some([list.first()?.as_f64()?, list.get(1)?.as_f64()?])
    };
    let transform = document.get("transform");
    let scale = pair(transform.and_then(|transform| transform.get("scale")));
    let translate = pair(transform.and_then(|transform| transform.get("translate")));
    let all = document.get("arcs").and_then(Value::as_array).ok_or("it lists no arcs")?;
    all.iter()
        .enumerate()
        .map(|(number, arc)| {
            let fault = || format!("arc {number} is no list of positions");
            let positions = arc.as_array().ok_or_else(fault)?;
            let mut at = [0.0, 0.0];
            positions
                .iter()
                .map(|position| {
                    let position = pair(Some(position)).ok_or_else(fault)?;
                    Ok(match (scale, translate) {
                        (Some(scale), Some(translate)) => {
                            at = [at[0] + position[0], at[1] + position[1]];
                            [at[0] * scale[0] + translate[0], at[1] * scale[1] + translate[1]]
                        }
                        _ => position,
                    })
                })
                .collect()
        })
        .collect()
}

/// Rings of arcs; a negative number is an arc the other way round, counted from -1.
fn polygon(rings: &Value, arcs: &[Arc]) -> Result<Value, String> {
    let rings = rings.as_array().ok_or("`arcs` of a polygon is no list")?;
    let mut made = Vec::with_capacity(rings.len());
    for ring in rings {
        let mut points: Arc = Vec::new();
        for number in ring.as_array().ok_or("a ring is no list of arcs")? {
            let number = number.as_i64().ok_or("an arc is no number")?;
            let place = usize::try_from(if number < 0 { !number } else { number });
            let arc = place.ok().and_then(|place| arcs.get(place));
            let arc = arc.ok_or_else(|| format!("there is no arc {number}"))?;
            let skip = usize::from(!points.is_empty());
            if number < 0 {
                points.extend(arc.iter().rev().skip(skip));
            } else {
                points.extend(arc.iter().skip(skip));
            }
        }
        made.push(json!(points));
    }
    Ok(Value::Array(made))
}
