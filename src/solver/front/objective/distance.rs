//! How far people live from the centre of their region.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Objective, ObjectiveKind, Score, Sense};
use crate::exact::{Additive, ByCentre, Floor, Step};
use regionfront_model::defect::Defect;
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// Most areas: a table of all pairs is checked for its size before it is made.
const MOST_AREAS: usize = 5_120;

/// Units per kilometre: distances are whole hundreds of metres, so that sums are exact.
const PER_KM: u64 = 10;

/// Largest sum of people times units of distance: prices per unit leave so much room. Beyond 2^50 they
/// are coarse, and proofs take longer.
const MOST_UNITS: u64 = 1 << 57;

/// Population-weighted mean distance from home to the centre of the region, which is the area with
/// most jobs (ties: the first by code), minimised. People live at the centre of their area.
#[derive(Clone, Debug)]
pub(super) struct Distance {
    measure: Arc<Additive>,
    /// How distances are measured.
    words: &'static str,
}

impl Distance {
    pub(super) fn new(problem: &Problem) -> Result<Self, Defect> {
        let instance = &problem.instance;
        let areas = &instance.areas;
        let n = areas.len();
        if n > MOST_AREAS {
            return Err(Defect::new(
                "E256",
                "--against distance",
                format!(
                    "a table of distances between {n} areas is needed, and {MOST_AREAS} are the most"
                ),
                "choose another objective, or fewer areas with --areas",
            ));
        }
        let units: Vec<Option<i64>> =
            (0..n * n).map(|at| instance.distance_km(at % n, at / n).map(in_units)).collect();
        Self::check(instance, &units)?;
        let mut by_jobs: Vec<usize> = (0..n).collect();
        by_jobs.sort_by_key(|&area| (std::cmp::Reverse(areas[area].jobs), area));
        let mut rank = vec![0; n];
        for (place, &area) in by_jobs.iter().enumerate() {
            rank[area] = place;
        }
        let mut cost = vec![0; n * n];
        for ((cost, units), at) in cost.iter_mut().zip(units).zip(0..) {
            let people = i64::try_from(areas[at % n].population).unwrap_or(i64::MAX);
            *cost = people.saturating_mul(units.unwrap_or(0));
        }
        let measure = Additive {
            pairs: Vec::new(),
            by_centre: Some(ByCentre { cost, rank }),
            ..Additive::default()
        };
        Ok(Self { measure: Arc::new(measure), words: instance.distance_words() })
    }

    /// Whether every area is a known distance from every other, and none so far that sums of
    /// people and distances cannot be reckoned exactly.
    fn check(instance: &Instance, units: &[Option<i64>]) -> Result<(), Defect> {
        let areas = &instance.areas;
        let n = areas.len();
        let missing: BTreeSet<usize> = match instance.distances {
            None => (0..n).filter(|&area| areas[area].position.is_none()).collect(),
            Some(_) => (0..n * n).filter(|&at| units[at].is_none()).map(|at| at % n).collect(),
        };
        if !missing.is_empty() {
            let labels: Vec<String> = missing.iter().map(|&area| areas[area].label()).collect();
            let (at, what, cure) = match instance.distances {
                None => (
                    "areas.csv, columns centre_lat and centre_lon",
                    "no position for",
                    "give every area the position of its centre, or choose another objective",
                ),
                Some(_) => (
                    "distances.csv",
                    "some distances are missing for",
                    "give every pair of areas a distance, those added from outside included, or \
                     choose another objective",
                ),
            };
            return Err(Defect::new("E253", at, format!("{what} {}", labels.join(", ")), cure));
        }
        let farthest = units.iter().flatten().copied().max().unwrap_or(0).unsigned_abs();
        if instance.population().saturating_mul(farthest) > MOST_UNITS {
            return Err(Defect::new(
                "E255",
                "--against distance",
                format!(
                    "{} people times the longest distance is too large a sum",
                    instance.population()
                ),
                "choose another objective",
            ));
        }
        Ok(())
    }
}

/// Kilometres in hundreds of metres, rounded.
#[expect(clippy::cast_possible_truncation, reason = "distances are at most 100,000 km")]
#[expect(clippy::cast_precision_loss, reason = "a small constant")]
fn in_units(km: f64) -> i64 {
    (km * PER_KM as f64).round() as i64
}

impl Objective for Distance {
    fn kind(&self) -> ObjectiveKind {
        ObjectiveKind::Distance
    }

    fn sense(&self) -> Sense {
        Sense::Minimise
    }

    fn description(&self) -> String {
        format!(
            "mean distance in kilometres from home to the centre of the region, over all \
             inhabitants: {}",
            self.words
        )
    }

    fn score(&self, problem: &Problem, plan: &Plan) -> Score {
        self.score_regions(problem, &plan.regions())
    }

    fn score_regions(&self, problem: &Problem, regions: &[Vec<usize>]) -> Score {
        let gain: i64 = regions.iter().map(|region| self.measure.gain(region)).sum();
        let areas = &problem.instance.areas;
        let people: u64 = regions.iter().flatten().map(|&area| areas[area].population).sum();
        Score { part: gain.unsigned_abs(), whole: (people * PER_KM).max(1) }
    }

    fn ideal(&self, _: &Problem, _: usize) -> Score {
        Score::whole(0)
    }

    fn demand_beyond(&self, score: Score, step: &mut Step) -> bool {
        let cost = i64::try_from(score.part).unwrap_or(i64::MAX);
        step.additive = Some(Floor { measure: Arc::clone(&self.measure), least: 1 - cost });
        score.part > 0
    }

    fn is_additive(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_round_to_hundreds_of_metres() {
        assert_eq!([0.0, 0.04, 0.05, 111.195].map(in_units), [0, 0, 1, 1112]);
    }
}
