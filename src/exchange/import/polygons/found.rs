//! Features of GeoJSON that were found in a file, whatever it is.

use geojson::{Feature, JsonObject};
use regionfront_model::instance::Shape;

/// Features, and what was said of them.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) features: Vec<Feature>,
    /// The file's own word for its coordinate system.
    pub(super) crs: Option<String>,
    pub(super) notes: Vec<String>,
}

/// A shape as a feature with these properties.
pub(super) fn feature_of(shape: &Shape, properties: JsonObject) -> Feature {
    let position = |&(x, y): &(f64, f64)| geojson::Position::from([x, y]);
    let ring = |ring: &Vec<(f64, f64)>| ring.iter().map(position).collect::<Vec<_>>();
    let coordinates = shape
        .iter()
        .map(|polygon| polygon.iter().map(ring).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    let geometry = geojson::Geometry::new(geojson::GeometryValue::MultiPolygon { coordinates });
    Feature {
        bbox: None,
        geometry: Some(geometry),
        id: None,
        properties: Some(properties),
        foreign_members: None,
    }
}
