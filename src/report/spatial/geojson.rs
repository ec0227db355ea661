//! `areas.geojson` and `regions.geojson`.

use geojson::{Feature, FeatureCollection, GeometryValue, JsonObject, JsonValue, feature::Id};

use super::Spatial;
use super::dissolve;

/// Every area once; for each plan a column with the number of its region and one with its name.
pub(crate) fn areas(spatial: &Spatial) -> FeatureCollection {
    let features = spatial.instance.areas.iter().zip(spatial.shapes).enumerate().map(
        |(index, (area, shape))| {
            let mut properties = JsonObject::new();
            properties.insert("code".into(), area.code.clone().into());
            properties.insert("name".into(), area.name.clone().into());
            properties.insert("county".into(), area.county.clone().into());
            properties.insert("population".into(), area.population.into());
            properties.insert("employed_residents".into(), area.employed_residents.into());
            properties.insert("jobs".into(), area.jobs.into());
            for (view, plan) in spatial.plans() {
                let region = plan.region_of(index);
                let name = &view.regions[region as usize - 1].name;
                properties.insert(view.id.replace('-', "_"), region.into());
                properties
                    .insert(format!("{}_name", view.id.replace('-', "_")), name.clone().into());
            }
            feature(area.code.clone(), &dissolve::area(shape), properties)
        },
    );
    FeatureCollection::new(features)
}

/// Every region of every plan, dissolved, with its indicators; `plan` tells them apart.
pub(crate) fn regions(spatial: &Spatial) -> FeatureCollection {
    let features = spatial.plans().flat_map(|(view, plan)| {
        view.regions.iter().zip(plan.regions()).map(move |(region, areas)| {
            let mut properties = JsonObject::new();
            let number = |share: Option<f64>| share.map_or(JsonValue::Null, JsonValue::from);
            let codes: Vec<&str> = region.areas.iter().map(|area| area.code.as_str()).collect();
            let entries: [(&str, JsonValue); 17] = [
                ("plan", view.id.clone().into()),
                ("k", view.k.into()),
                ("region", region.id.into()),
                ("name", region.name.clone().into()),
                ("fill", region.fill.clone().into()),
                ("areas", codes.into()),
                ("centre", region.centre.name.clone().into()),
                ("population", region.population.into()),
                ("land_area_km2", region.land_area_km2.into()),
                ("employed_residents", region.employed_residents.into()),
                ("jobs", region.jobs.into()),
                ("internal_commuting", region.internal_commuting.into()),
                ("own_area_flow", region.own_area_flow.into()),
                ("supply_self_containment", number(region.supply_self_containment)),
                ("demand_self_containment", number(region.demand_self_containment)),
                ("in_commuters", region.in_commuters.into()),
                ("out_commuters", region.out_commuters.into()),
            ];
            for (key, value) in entries {
                properties.insert(key.to_owned(), value);
            }
            let id = format!("{}-{}", view.id, region.id);
            feature(id, &dissolve::region(spatial.shapes, &areas), properties)
        })
    });
    FeatureCollection::new(features)
}

fn feature(id: String, shape: &geo::MultiPolygon, properties: JsonObject) -> Feature {
    let ring = |line: &geo::LineString| -> Vec<geojson::Position> {
        line.coords().map(|at| geojson::Position::from([at.x, at.y])).collect()
    };
    let mut polygons: Vec<Vec<Vec<geojson::Position>>> = shape
        .iter()
        .map(|polygon| {
            std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
        })
        .collect();
    let value = if polygons.len() == 1 {
        GeometryValue::Polygon { coordinates: polygons.remove(0) }
    } else {
        GeometryValue::MultiPolygon { coordinates: polygons }
    };
    Feature {
        bbox: None,
        geometry: Some(geojson::Geometry::new(value)),
        id: Some(Id::String(id)),
        properties: Some(properties),
        foreign_members: None,
    }
}
