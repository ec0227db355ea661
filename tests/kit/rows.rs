//! A small instance for unit tests.

use regionfront_model::instance::{Area, Flows, Instance, Link, LinkKind};

/// `n` areas in a row, `Area 1 (0001)` to `Area n`, tied by land; 100 people, 50 employed residents
/// and 40 jobs each; no flows.
pub fn instance_of(n: usize) -> Instance {
    let areas = (1..=n)
        .map(|number| Area {
            code: format!("{number:04}"),
            name: format!("Area {number}"),
            county: String::new(),
            population: 100,
            employed_residents: 50,
            jobs: 40,
            land_area_km2: 10.0,
            centre: String::new(),
            position: None,
        })
        .collect();
    let links = (1..n)
        .map(|b| Link { a: b - 1, b, kind: LinkKind::Land, border_km: None, note: String::new() })
        .collect();
    Instance {
        name: "row".into(),
        title: "Areas in a row".into(),
        nb: regionfront_model::instance::InstanceTexts::default(),
        year: None,
        default_year: None,
        years: Vec::new(),
        other_year: None,
        areas,
        flows: Flows::from_triples(n, []),
        links,
        external: Vec::new(),
        external_areas: Vec::new(),
        external_links: Vec::new(),
        divisions: std::collections::BTreeMap::new(),
        distances: None,
        shapes: None,
        sources: Vec::new(),
        licences: Vec::new(),
        rounding: 0,
        epsg: None,
        encoding: None,
        sha256: String::new(),
        oddities: Vec::new(),
    }
}

/// A division with regions `A`, `B`, … of these areas.
pub fn division_of(name: &str, regions: &[&[usize]]) -> regionfront_model::instance::Division {
    let regions = regions
        .iter()
        .zip('A'..)
        .map(|(areas, letter)| regionfront_model::instance::DivisionRegion {
            name: letter.to_string(),
            areas: areas.to_vec(),
        })
        .collect();
    regionfront_model::instance::Division { name: name.into(), regions }
}
