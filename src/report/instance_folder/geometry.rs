//! Polygons of the areas, as they were read: one feature per area, one per line of the file.

use std::io::{self, Write};

use geojson::{Feature, Geometry, GeometryValue, JsonObject, feature::Id};

use regionfront_model::instance::{Area, Instance, Shape};

pub(super) fn areas(instance: &Instance, shapes: &[Shape], out: &mut dyn Write) -> io::Result<()> {
    write(instance.areas.iter().zip(shapes), out)
}

/// Polygons in the order in which their source has them, so that areas which another source numbers
/// can be told by it.
pub(super) fn areas_in_order(
    instance: &Instance,
    shapes: &[Shape],
    order: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    let places: Vec<usize> = order.iter().filter_map(|code| instance.index_of_code(code)).collect();
    if places.len() != instance.num_areas() {
        return areas(instance, shapes, out);
    }
    write(places.iter().map(|&at| (&instance.areas[at], &shapes[at])), out)
}

pub(super) fn external(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let shaped = instance
        .external_areas
        .iter()
        .filter_map(|external| Some((&external.area, external.shape.as_ref()?)));
    write(shaped, out)
}

fn write<'a>(
    shapes: impl Iterator<Item = (&'a Area, &'a Shape)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"features\":[")?;
    for (at, (area, shape)) in shapes.enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &feature(area, shape))?;
    }
    out.write_all(b"\n]}\n")
}

fn feature(area: &Area, shape: &Shape) -> Feature {
    let mut polygons: Vec<Vec<Vec<geojson::Position>>> = shape
        .iter()
        .map(|rings| {
            let ring = |ring: &Vec<(f64, f64)>| {
                ring.iter().map(|&(lon, lat)| geojson::Position::from([lon, lat])).collect()
            };
            rings.iter().map(ring).collect()
        })
        .collect();
    let value = if polygons.len() == 1 {
        GeometryValue::Polygon { coordinates: polygons.remove(0) }
    } else {
        GeometryValue::MultiPolygon { coordinates: polygons }
    };
    let mut properties = JsonObject::new();
    properties.insert("code".into(), area.code.clone().into());
    properties.insert("name".into(), area.name.clone().into());
    Feature {
        bbox: None,
        geometry: Some(Geometry::new(value)),
        id: Some(Id::String(area.code.clone())),
        properties: Some(properties),
        foreign_members: None,
    }
}
