//! How far people live from the centre of their region.

use std::sync::Arc;

use super::{Objective, ObjectiveKind, Score, Sense};
use crate::defect::Defect;
use crate::engine::exact::{Additive, ByCentre, Floor, Step};
use crate::instance::Area;
use crate::plan::Plan;
use crate::scenario::Problem;

/// Mean radius of the earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Units per kilometre: distances are whole hundreds of metres, so that sums are exact.
const PER_KM: u64 = 10;

/// Population-weighted mean distance from the area's centre to the centre of the region, which is
/// the area with most jobs (ties: the first by code), minimised.
#[derive(Clone, Debug)]
pub(super) struct Distance {
    measure: Arc<Additive>,
}

impl Distance {
    pub(super) fn new(problem: &Problem) -> Result<Self, Defect> {
        let areas = &problem.instance.areas;
        let n = areas.len();
        let missing: Vec<String> =
            areas.iter().filter(|area| area.position.is_none()).map(Area::label).collect();
        if !missing.is_empty() {
            return Err(Defect::new(
                "E253",
                "areas.csv, columns centre_lat and centre_lon",
                format!("no position for {}", missing.join(", ")),
                "give every area the position of its centre, or choose another objective",
            ));
        }
        let mut by_jobs: Vec<usize> = (0..n).collect();
        by_jobs.sort_by_key(|&area| (std::cmp::Reverse(areas[area].jobs), area));
        let mut rank = vec![0; n];
        for (place, &area) in by_jobs.iter().enumerate() {
            rank[area] = place;
        }
        let mut cost = vec![0; n * n];
        for centre in 0..n {
            for (at, area) in areas.iter().enumerate() {
                let (Some(from), Some(to)) = (areas[centre].position, area.position) else {
                    continue;
                };
                let units = great_circle_units(from, to);
                let people = i64::try_from(area.population).unwrap_or(i64::MAX);
                cost[centre * n + at] = people.saturating_mul(units);
            }
        }
        let measure = Additive { pairs: Vec::new(), by_centre: Some(ByCentre { cost, rank }) };
        Ok(Self { measure: Arc::new(measure) })
    }
}

/// Great-circle distance (haversine) between positions in degrees, in hundreds of metres.
#[expect(clippy::cast_possible_truncation, reason = "no distance on earth exceeds 21,000 km")]
#[expect(clippy::cast_precision_loss, reason = "a small constant")]
fn great_circle_units(from: (f64, f64), to: (f64, f64)) -> i64 {
    let (lat_a, lon_a) = (from.0.to_radians(), from.1.to_radians());
    let (lat_b, lon_b) = (to.0.to_radians(), to.1.to_radians());
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a);
    let km = 2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin();
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
        "mean distance in kilometres from home to the centre of the region, over all inhabitants: \
         great circle between the centres of areas"
            .to_owned()
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
    fn a_degree_of_latitude_is_about_111_kilometres() {
        assert_eq!(great_circle_units((59.0, 10.0), (60.0, 10.0)), 1112);
        assert_eq!(great_circle_units((59.9, 10.7), (59.9, 10.7)), 0);
    }
}
