//! Synthetic instances of any size, for measuring what a solve costs.
//!
//! They look like a country from afar and are nowhere: areas in rows with jittered centres, borders
//! that make a connected planar graph, a few cities by rank and many small places, commuters by
//! gravity. Centres lie on the equator south of Ghana, in the sea, where a degree is the same length
//! either way and no one mistakes them for towns.
//!
//! **The same areas and seed give the same instance, byte by byte.** Places are whole metres, people
//! are whole, and what lies between uses only the operations that IEEE 754 rounds correctly.

use regionfront_model::instance::{Area, Flows, Instance, Link, LinkKind, Source};
use regionfront_model::quantity::Commuters;

mod chance;
mod flows;
mod ground;
mod people;

use chance::Chance;
use ground::Ground;

/// Metres in a degree of latitude, and of longitude on the equator.
const DEGREE: f64 = 111_195.0;

/// Fewest areas.
pub const FEWEST: usize = 2;

/// Most areas: flows are reckoned for every pair.
pub const MOST: usize = 20_000;

/// Invents an instance. Employed residents and jobs are the sums of the flows.
///
/// # Panics
/// With fewer areas than [`FEWEST`].
pub fn generate(num_areas: usize, seed: u64) -> Instance {
    assert!(num_areas >= FEWEST, "{num_areas} areas have no border");
    let mut chance = Chance::new(seed);
    let ground = Ground::new(num_areas, &mut chance);
    let people = people::settle(num_areas, &mut chance);
    let flows = Flows::from_triples(num_areas, flows::commute(&ground, &people, &mut chance));
    let mut jobs: Vec<Commuters> = vec![0; num_areas];
    for (_, workplace, commuters) in flows.triples() {
        jobs[workplace] += commuters;
    }
    let width = num_areas.to_string().len().max(4);
    let areas = (0..num_areas).map(|at| Area {
        code: format!("{:0width$}", at + 1),
        name: format!("Place {}", at + 1),
        population: people[at].population,
        employed_residents: people[at].employed,
        jobs: jobs[at],
        land_area_km2: ground.km2(at),
        position: Some(degrees(ground.centres[at])),
        ..Area::default()
    });
    let link = |(a, b)| Link { a, b, kind: LinkKind::Land, border_km: None, note: String::new() };
    Instance {
        name: format!("synthetic-{num_areas}-{seed}"),
        title: format!("Synthetic: {num_areas} areas, seed {seed}"),
        areas: areas.collect(),
        flows,
        links: ground.borders().into_iter().map(link).collect(),
        sources: vec![Source {
            title: format!(
                "regionfront {} instance generate --areas {num_areas} --seed {seed}; synthetic, no \
                 real places or people",
                env!("CARGO_PKG_VERSION")
            ),
            path: String::new(),
        }],
        licences: vec!["CC0-1.0".to_owned()],
        ..Instance::default()
    }
}

/// Latitude and longitude of a place in metres, to ten metres or so.
#[expect(clippy::cast_precision_loss, reason = "metres of one country")]
fn degrees((x, y): (i64, i64)) -> (f64, f64) {
    let rounded = |metres: i64| (metres as f64 / DEGREE * 10_000.0).round() / 10_000.0;
    (rounded(y), rounded(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_agree_and_everybody_commutes_somewhere() {
        for num_areas in [2, 3, 7, 60, 200] {
            let instance = generate(num_areas, 5);
            let mut jobs = vec![0; num_areas];
            for (at, area) in instance.areas.iter().enumerate() {
                let row = instance.flows.row(at);
                let sum: u64 = row.iter().map(|entry| entry.1).sum();
                assert_eq!(area.employed_residents, sum, "{}", area.label());
                assert!(area.employed_residents < area.population);
                assert!(row.len() > 1, "{} sends nobody out", area.label());
                for &(workplace, commuters) in row {
                    jobs[workplace] += commuters;
                }
            }
            let stated: Vec<u64> = instance.areas.iter().map(|area| area.jobs).collect();
            assert_eq!(stated, jobs);
        }
    }

    #[test]
    fn seeds_differ_and_repeat() {
        assert_eq!(generate(50, 3), generate(50, 3));
        assert_ne!(generate(50, 3).flows, generate(50, 4).flows);
    }
}
