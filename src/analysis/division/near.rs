//! The best plan within a number of moved areas of a given plan, proven; and so the whole curve of
//! commuting against moves.
//!
//! The given plan, *home*, has `k` regions, and so has the new one. Every new region bears the
//! label of one home region, and an area has *moved* when its region does not bear its home's. Some
//! labelling moves at most `m` areas exactly when the best matching of regions does, which is what
//! [`moves_between`] counts: the model chooses the matching. It is the exact engine's set
//! partitioning with labelled regions, where `m` bounds an additive measure (see
//! `exact/problem/label.rs` for the mathematics).
//!
//! The curve is the front of commuting against moved areas, and each `m` a step along it. One
//! [`Home`] serves them all: the best plan of one `m` starts the next, and regions and duals are
//! handed on.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use regionfront_model::instance::{Division, DivisionRegion, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::engine::{Engine, EngineFault, Limits, Observer, Outcome, Solved};
use regionfront_solver::exact::{Additive, Asked, Floor, Session, Step};

use super::best_matching;

/// The plan to stay near, and what is known about plans near it.
pub struct Home {
    plan: Plan,
    moved: Arc<Additive>,
    /// What earlier solves found out; begun with the first.
    session: Mutex<Option<Session<'static>>>,
}

impl std::fmt::Debug for Home {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Home").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Home {
    /// A plan to stay near; it need not keep the rules.
    pub fn new(plan: Plan) -> Self {
        let labels = plan.labels().iter().map(|&region| region as usize - 1).collect();
        let moved = Arc::new(Additive { by_label: Some(labels), ..Additive::default() });
        Self { plan, moved, session: Mutex::new(None) }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The best plan within so many moved areas. All that share a home answer one problem.
#[derive(Clone, Debug)]
pub struct Near {
    /// The plan to stay near.
    pub home: Arc<Home>,
    /// Most areas that may move.
    pub max_moved: usize,
    /// No plan of as many regions holds more commuters, where that is known.
    pub ceiling: Option<Commuters>,
}

/// How many areas change their region between two plans, after the best matching of regions.
pub fn moves_between(instance: &Instance, home: &Plan, plan: &Plan) -> usize {
    let labels = aligned(instance, home, plan);
    (0..plan.num_areas()).filter(|&area| labels[area] != home.region_of(area) as usize - 1).count()
}

/// A plan by the labels, from 0, of the regions of another they match best; regions without a
/// partner get labels that are left, or new ones.
fn aligned(instance: &Instance, home: &Plan, plan: &Plan) -> Vec<usize> {
    let partner = best_matching(instance, &bare(plan), &bare(home)).partner;
    let mut free = (0..).filter(|label| !partner.contains(&Some(*label)));
    let labels: Vec<usize> = partner
        .iter()
        .map(|&label| label.unwrap_or_else(|| free.next().expect("there is no last number")))
        .collect();
    plan.labels().iter().map(|&region| labels[region as usize - 1]).collect()
}

/// The regions of a plan, without names.
fn bare(plan: &Plan) -> Division {
    let region = |areas| DivisionRegion { name: String::new(), areas };
    Division { name: String::new(), regions: plan.regions().into_iter().map(region).collect() }
}

impl Engine for Near {
    fn name(&self) -> &'static str {
        "near"
    }

    fn solve(
        &self,
        problem: &Problem,
        k: usize,
        limits: &Limits,
        seed: u64,
        warm_start: Option<&Plan>,
        observer: &dyn Observer,
    ) -> Result<Solved, EngineFault> {
        let instance = &problem.instance;
        let home = &self.home.plan;
        if home.num_regions() != k || home.num_areas() != instance.num_areas() {
            return Err(fault("the plan to stay near has another number of regions or areas"));
        }
        // A session is left whole or not at all: after a panic it is begun again.
        let mut session = self.home.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut resumed = match session.take() {
            Some(session) => session,
            None => Session::labelled(Cow::Owned(problem.clone()), k, seed)?,
        };
        if let Some(plan) = warm_start {
            resumed.start_from(plan.clone());
        }
        let least = -i64::try_from(self.max_moved).unwrap_or(i64::MAX);
        let step = Step {
            limits: problem.rules.limits,
            additive: Some(Floor { measure: Arc::clone(&self.home.moved), least }),
            ..Step::default()
        };
        let moves = |plan: &Plan| moves_between(instance, home, plan);
        let fewer = |a: &Plan, b: &Plan| -> Ordering { moves(a).cmp(&moves(b)) };
        let asked = Asked { ceiling: self.ceiling, prefer: &fewer, ..Asked::default() };
        let mut solved = resumed.solve(&step, &asked, limits, observer)?.solved;
        *session = Some(resumed);
        if let Outcome::Infeasible { reason: reason @ None } = &mut solved.outcome {
            *reason = Some(format!(
                "no plan of {k} regions within {} moved areas keeps the rules",
                self.max_moved
            ));
        }
        Ok(solved)
    }
}

fn fault(what: impl Into<String>) -> EngineFault {
    EngineFault { engine: "near", what: what.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::division::Membership;
    use regionfront_model::instance::{Flows, LinkKind};
    use regionfront_model::scenario::{Bounds, Group, Limits as RegionLimits, Rules};
    use regionfront_testkit::rows::instance_of;

    #[test]
    fn moves_are_counted_after_the_best_matching() {
        let instance = instance_of(5);
        let home = Plan::from_labels(&[1, 1, 1, 2, 2]);
        assert_eq!(moves_between(&instance, &home, &home), 0);
        assert_eq!(moves_between(&instance, &home, &Plan::from_labels(&[1, 2, 2, 2, 2])), 2);
        // The first area becomes a region, the rest of it joins the others: labels 2 and 1 stay.
        assert_eq!(moves_between(&instance, &home, &Plan::from_labels(&[1, 1, 2, 2, 3])), 2);
    }

    fn row(n: usize, flows: &[(usize, usize, u64)]) -> Problem {
        let mut instance = instance_of(n);
        instance.flows = Flows::from_triples(n, flows.iter().copied());
        let rules = Rules { links: vec![LinkKind::Land], ..Rules::default() };
        Problem { instance, scenario: String::new(), rules }
    }

    fn best(problem: &Problem, home: &Plan, max_moved: usize) -> Outcome {
        let home = Arc::new(Home::new(home.clone()));
        let near = Near { home: Arc::clone(&home), max_moved, ceiling: None };
        let silent = regionfront_solver::engine::Silent;
        near.solve(problem, home.plan().num_regions(), &Limits::default(), 0, None, &silent)
            .expect("no fault")
            .outcome
    }

    /// Internal commuting of a plan that keeps the rules.
    fn judged(problem: &Problem, k: usize, plan: &Plan) -> Option<Commuters> {
        let membership = Membership::new(problem.instance.num_areas(), &bare(plan));
        let objective = membership.internal_commuting(&problem.instance);
        regionfront_verify::verify(problem, k, plan.clone(), objective).is_ok().then_some(objective)
    }

    /// Every plan of a small problem, by brute force.
    fn by_hand(problem: &Problem, home: &Plan, max_moved: usize) -> Option<Commuters> {
        let (n, k) = (problem.instance.num_areas(), home.num_regions());
        let num_plans = k.pow(u32::try_from(n).expect("few areas"));
        (0..num_plans)
            .filter_map(|number| {
                let labels: Vec<usize> =
                    (0..n).map(|at| number / k.pow(u32::try_from(at).expect("few")) % k).collect();
                let plan = Plan::from_labels(&labels);
                let near = plan.num_regions() == k
                    && moves_between(&problem.instance, home, &plan) <= max_moved;
                if near { judged(problem, k, &plan) } else { None }
            })
            .max()
    }

    #[test]
    fn brute_force_agrees() {
        let flows = [
            (0, 1, 3),
            (1, 2, 9),
            (2, 3, 4),
            (3, 4, 8),
            (4, 5, 2),
            (5, 6, 7),
            (0, 2, 5),
            (2, 4, 6),
            (1, 5, 40),
            (6, 3, 3),
        ];
        let mut problem = row(7, &flows);
        let mut ring = problem.instance.links[0].clone();
        (ring.a, ring.b) = (0, 6);
        problem.instance.links.push(ring);
        let home = Plan::from_labels(&[1, 1, 2, 2, 3, 3, 3]);
        for limits in [None, Some(200), Some(300)] {
            let population = Bounds { min: limits, max: None };
            problem.rules.limits = RegionLimits { population, ..RegionLimits::default() };
            for max_moved in 0..6 {
                let expected = by_hand(&problem, &home, max_moved);
                match (best(&problem, &home, max_moved), expected) {
                    (Outcome::Optimal { objective, .. }, Some(expected)) => {
                        assert_eq!(objective, expected, "{limits:?}, {max_moved}");
                    }
                    (Outcome::Infeasible { .. }, None) => {}
                    other => panic!("{limits:?}, {max_moved}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn groups_are_kept() {
        let flows = [(0, 1, 3), (1, 2, 9), (2, 3, 4), (3, 4, 8), (4, 5, 2), (0, 4, 50)];
        let group = |areas: &[usize]| vec![Group { name: String::new(), areas: areas.to_vec() }];
        let home = Plan::from_labels(&[1, 1, 2, 2, 3, 3]);
        let population = Bounds { min: Some(200), max: Some(300) };
        let limits = RegionLimits { population, ..RegionLimits::default() };
        let base = row(6, &flows).rules;
        for rules in [
            Rules { together: group(&[1, 2]), limits, ..base.clone() },
            Rules { apart: group(&[0, 1]), ..base.clone() },
            Rules { closed: group(&[0, 1, 2]), ..base.clone() },
            Rules { fixed: group(&[5]), limits, ..base.clone() },
        ] {
            let problem = Problem { rules, ..row(6, &flows) };
            for max_moved in 0..5 {
                let found = match best(&problem, &home, max_moved) {
                    Outcome::Optimal { objective, .. } => Some(objective),
                    Outcome::Infeasible { .. } => None,
                    other => panic!("{other:?}"),
                };
                assert_eq!(found, by_hand(&problem, &home, max_moved), "{:?}", problem.rules);
            }
        }
    }
}
