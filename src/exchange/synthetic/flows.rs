//! Who commutes where: gravity with a decay by distance.

use super::chance::Chance;
use super::ground::Ground;
use super::people::People;
use regionfront_model::quantity::Commuters;

/// Distance in metres at which the pull of a place has fallen to about a third.
const DECAY: f64 = 20_000.0;

/// The pull of a city's jobs beside that of a place of as many people.
const PULL_OF_CITIES: f64 = 1.5;

/// The pull of one's own area beside that of another at no distance.
const PULL_OF_HOME: f64 = 1.5;

/// At least one in so many works in the own area.
const MOST_PER_HOME_WORKER: f64 = 10.0;

/// Flows of fewer commuters than this stay at home, the largest from an area excepted.
const FEWEST: Commuters = 3;

/// Flows as `(residence, workplace, commuters)`. Those from an area add up to its employed
/// residents, and at least one leads out of it.
///
/// The pull of a place at distance d is its people ÷ (1 + (d ÷ [`DECAY`])²)^1.5, times a chance from
/// 0.5 to 1.5 for every pair and direction.
pub(super) fn commute(
    ground: &Ground,
    people: &[People],
    chance: &mut Chance,
) -> Vec<(usize, usize, Commuters)> {
    let mut flows = Vec::new();
    for (home, own) in people.iter().enumerate() {
        let pulls: Vec<f64> = (0..people.len())
            .map(|to| if to == home { 0.0 } else { pull(ground, people, home, to, chance) })
            .collect();
        let others: f64 = pulls.iter().sum();
        let at_home =
            (real(own.population) * PULL_OF_HOME).max(others / (MOST_PER_HOME_WORKER - 1.0));
        let strongest = (0..pulls.len()).max_by(|&a, &b| pulls[a].total_cmp(&pulls[b]));
        let per_pull = real(own.employed) / (others + at_home);
        let mut left = own.employed;
        for (to, pull) in pulls.iter().enumerate() {
            let mut commuters = whole(pull * per_pull);
            if Some(to) == strongest {
                commuters = commuters.max(1);
            } else if commuters < FEWEST {
                continue;
            }
            left -= commuters;
            flows.push((home, to, commuters));
        }
        flows.push((home, home, left));
    }
    flows
}

fn pull(ground: &Ground, people: &[People], home: usize, to: usize, chance: &mut Chance) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "square metres of one country")]
    let distance = ground.squared_distance(home, to) as f64 / (DECAY * DECAY);
    let decay = (1.0 + distance) * (1.0 + distance).sqrt();
    let city = if people[to].is_city { PULL_OF_CITIES } else { 1.0 };
    real(people[to].population) * city / decay * (0.5 + chance.share())
}

#[expect(clippy::cast_precision_loss, reason = "people of one country")]
fn real(people: u64) -> f64 {
    people as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positive and below the number of employed residents"
)]
fn whole(people: f64) -> Commuters {
    people as Commuters
}
