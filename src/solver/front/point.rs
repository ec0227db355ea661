//! Points and fronts, and which points dominate which.

use super::objective::{Objective, Score};
use crate::engine::StopReason;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_verify::Verified;

/// A point of a front.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPoint {
    /// Its plan, judged.
    pub plan: Verified,
    /// Scores on the second objectives, in their order.
    pub scores: Vec<Score>,
    /// No plan that demands as much holds more commuters than this.
    pub bound: Commuters,
    /// What struck before the proof was complete; `None` when the point is proven.
    pub stopped_by: Option<StopReason>,
    /// Whether the plan is the first, by canonical labels, of all that equal it in everything.
    /// False where they could not all be compared: then a run started again may find another of them.
    pub is_canonical: bool,
    /// Other plans with the same commuting and the same scores, as many as asked for.
    pub alternatives: Vec<Plan>,
    /// Plans within the distance asked for, this one included.
    pub near: Vec<(Plan, Commuters)>,
    /// Whether no plan within that distance is missing.
    pub is_near_complete: bool,
    /// Whether a clock or an interrupt may have struck while equal and near plans were compared: asked
    /// again, the same question may list more, and name another plan of equal ones.
    pub is_comparison_cut: bool,
}

impl FrontPoint {
    /// Whether nothing holds more commuters under the same demands.
    pub fn is_proven(&self) -> bool {
        self.stopped_by.is_none()
    }

    /// The point with a further bound, of a search that was stopped so; one that is proven stays as it is.
    pub(super) fn within(self, bound: Commuters, by: StopReason) -> Self {
        if self.is_proven() {
            return self;
        }
        // No bound lies below a plan.
        let bound = self.bound.min(bound).max(self.plan.objective());
        Self { bound, stopped_by: Some(by), ..self }
    }

    /// Whether another point is at least as good everywhere.
    fn is_covered_by(&self, other: &Self, objectives: &[Box<dyn Objective>]) -> bool {
        other.plan.objective() >= self.plan.objective()
            && objectives
                .iter()
                .zip(self.scores.iter().zip(&other.scores))
                .all(|(objective, (own, others))| objective.compare(*others, *own).is_le())
    }
}

/// Where points may be missing: a demand whose answer is not proven.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// Per second objective, the score that was to be exceeded; `None` where nothing was demanded.
    pub beyond: Vec<Option<Score>>,
    /// Scores of the plan found there; `None` when none was.
    pub up_to: Option<Vec<Score>>,
    /// No missing point holds more commuters than this.
    pub bound: Commuters,
    /// What struck.
    pub stopped_by: StopReason,
}

/// The front for one k: points by falling internal commuting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Front {
    /// Number of regions.
    pub k: usize,
    /// The points.
    pub points: Vec<FrontPoint>,
    /// Where points may be missing; empty when the front is complete.
    pub missing: Vec<Missing>,
}

impl Front {
    /// Whether every nondominated point is there, each proven.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.points.iter().all(FrontPoint::is_proven)
    }

    /// Sorts the points by falling commuting and takes out those another one covers; of points
    /// equal everywhere the first stays.
    pub(super) fn keep_nondominated(&mut self, objectives: &[Box<dyn Objective>]) {
        self.points.sort_by_key(|point| std::cmp::Reverse(point.plan.objective()));
        let kept: Vec<bool> = (0..self.points.len())
            .map(|at| {
                let point = &self.points[at];
                !self.points.iter().enumerate().any(|(other_at, other)| {
                    other_at != at
                        && point.is_covered_by(other, objectives)
                        && (other_at < at || !other.is_covered_by(point, objectives))
                })
            })
            .collect();
        let mut kept = kept.into_iter();
        self.points.retain(|_| kept.next().unwrap_or(true));
    }
}

/// The front over all k: `(front, point)` places of the points no point of any k covers, by falling
/// commuting; of equal points the one with fewest regions.
pub fn over_k(fronts: &[Front], objectives: &[Box<dyn Objective>]) -> Vec<(usize, usize)> {
    let mut all: Vec<(usize, usize)> = fronts
        .iter()
        .enumerate()
        .flat_map(|(at, front)| (0..front.points.len()).map(move |point| (at, point)))
        .collect();
    let point = |place: &(usize, usize)| &fronts[place.0].points[place.1];
    all.sort_by_key(|place| (std::cmp::Reverse(point(place).plan.objective()), fronts[place.0].k));
    all.iter()
        .enumerate()
        .filter(|(at, place)| {
            !all.iter().enumerate().any(|(other_at, other)| {
                other_at != *at
                    && point(place).is_covered_by(point(other), objectives)
                    && (other_at < *at || !point(other).is_covered_by(point(place), objectives))
            })
        })
        .map(|(_, place)| *place)
        .collect()
}
