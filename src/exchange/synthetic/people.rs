//! How many people live where: a few cities by rank, and many small places.

use super::chance::Chance;
use regionfront_model::quantity::Persons;

/// Areas per city.
const AREAS_PER_CITY: usize = 40;

/// The people of one area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct People {
    /// Inhabitants.
    pub(super) population: Persons,
    /// Employed persons among them.
    pub(super) employed: Persons,
    /// Whether the area is a city.
    pub(super) is_city: bool,
}

/// Settles people. Small places follow a Pareto law of exponent 2, from 3,000 to 40,000 people. The
/// city of rank r has 1 ÷ r of the people of the first (Zipf), which has 40,000 times the root of the
/// number of areas. Of 100 inhabitants 44 to 52 are employed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "whole people from small positive numbers"
)]
pub(super) fn settle(num_areas: usize, chance: &mut Chance) -> Vec<People> {
    let mut populations: Vec<Persons> = (0..num_areas)
        // The share left is above 0.
        .map(|_| (3_000.0 / (1.0 - chance.share()).sqrt()).min(40_000.0) as Persons)
        .collect();
    let num_cities = (num_areas / AREAS_PER_CITY).max(1);
    let largest = (40_000.0 * (num_areas as f64).sqrt()) as Persons;
    let mut cities = Vec::new();
    while cities.len() < num_cities {
        let place = chance.below(u32::try_from(num_areas).expect("far fewer areas")) as usize;
        if !cities.contains(&place) {
            cities.push(place);
        }
    }
    for (rank, &city) in (1..).zip(&cities) {
        // Not below the largest of the small places.
        populations[city] = (largest / rank).max(40_000);
    }
    let people = populations.into_iter().enumerate().map(|(at, population)| {
        let employed = population * Persons::from(44 + chance.below(9)) / 100;
        People { population, employed, is_city: cities.contains(&at) }
    });
    people.collect()
}
