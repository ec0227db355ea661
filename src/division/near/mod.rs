//! The best plan within a number of moved areas of a given plan, proven.
//!
//! The given plan, *home*, has `k` regions, and so has the new one. Every new region bears the
//! label of one home region, and an area has *moved* when its label is not that of its home region.
//! Some labelling moves at most `m` areas exactly when the best matching of regions does, so that
//! the model need not know the matching: it chooses it.
//!
//! # Model
//!
//! | symbol | meaning | domain |
//! |---|---|---|
//! | `h(i)` | home label of area `i` | data |
//! | `x_ir` | area `i` bears label `r` | binary |
//! | `z_ijr` | both areas of a pair with flow do | `[0, 1]` |
//! | `q_gr` | decided region `g` bears label `r` | binary |
//!
//! Maximise Σ `w_ij z_ijr`, subject to
//!
//! | row | for | says |
//! |---|---|---|
//! | Σ over `r` of `x_ir` = 1 | `i` | one label each |
//! | Σ over `i` of `x_ir` ≥ 1 | `r` | no label is lost |
//! | Σ over `i` of `x_i,h(i)` ≥ `n − m` | | at most `m` moves |
//! | `z_ijr` ≤ `x_ir`, `z_ijr` ≤ `x_jr`; Σ over `r` of `z_ijr` ≤ 1 | pairs | pairs |
//! | `L` ≤ Σ `p_i x_ir` ≤ `U` | `r`, figures with limits | limits; a fixed region is exempt by its `q` |
//! | Σ (`own_i − s e_i`) `x_ir` + Σ `w_ij z_ijr` ≥ 0 | `r` | self-containment, multiplied out to whole coefficients |
//! | `x_ir` = `x_jr`; `x_ir` + `x_jr` ≤ 1 | groups | together, apart |
//! | `x_ir` = `q_gr` inside `g`, `x_ir` ≤ 1 − `q_gr` outside | closed and fixed groups | exactly a region |
//! | `x_ir` ≤ Σ over neighbours `j` of `x_jr` | `i`, labels with more than `m + 1` home areas | no stray area |
//! | `x_ar` + `x_br` ≤ 1 + Σ over `C` of `x_cr` | `C` parts `a` from `b` | contiguity |
//!
//! A label with more than `m` home areas keeps one of them, so that an area farther than `m` steps
//! from all of them cannot bear it: those `x` are left out. The last family is separated in
//! rounds: HiGHS solves, regions that fall into parts give rows, until none does (J. Oehrlein,
//! J.-H. Haunert, *A cutting-plane method for contiguity-constrained spatial aggregation*, Journal
//! of Spatial Information Science 15, 2017). Every round's bound holds for the question itself.
//!
//! # Where it stops
//!
//! With few moves little is left to decide; with many the relaxation grows weak, since half of an
//! area may sit in two regions at once. A limit in time then gives plan and bound, not a proof.

mod model;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::engine::{
    Effort, Engine, EngineFault, Limits, News, Observer, Outcome, Solved, StopReason,
};
use crate::instance::{Division, DivisionRegion, Instance};
use crate::plan::Plan;
use crate::quantity::Commuters;
use crate::scenario::Problem;

use super::{Membership, best_matching};
use model::{Model, Round};

/// How often limits are asked for while HiGHS runs.
const POLL: Duration = Duration::from_millis(20);

/// How long HiGHS may overrun the deadline before it is left behind.
const GRACE: Duration = Duration::from_millis(500);

/// The best plan within so many moved areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The plan to stay near; it need not keep the rules.
    pub home: Plan,
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

/// Internal commuting of a plan.
fn commuters(instance: &Instance, plan: &Plan) -> Commuters {
    Membership::new(instance.num_areas(), &bare(plan)).internal_commuting(instance)
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
        if self.home.num_regions() != k || self.home.num_areas() != instance.num_areas() {
            return Err(fault("the plan to stay near has another number of regions or areas"));
        }
        let known = [Some(&self.home), warm_start]
            .into_iter()
            .flatten()
            .filter(|plan| moves_between(instance, &self.home, plan) <= self.max_moved)
            .filter_map(|plan| judged(problem, k, plan))
            .max_by_key(|(_, objective)| *objective);
        let mut search = Search { near: self, limits, k, observer, best: known, bound: None };
        search.run(problem, seed)
    }
}

/// A plan with its objective, when it keeps the rules.
fn judged(problem: &Problem, k: usize, plan: &Plan) -> Option<(Plan, Commuters)> {
    let objective = commuters(&problem.instance, plan);
    crate::verify::verify(problem, k, plan.clone(), objective)
        .ok()
        .map(|judged| (judged.plan().clone(), objective))
}

fn fault(what: impl Into<String>) -> EngineFault {
    EngineFault { engine: "near", what: what.into() }
}

struct Search<'a> {
    near: &'a Near,
    limits: &'a Limits,
    k: usize,
    observer: &'a dyn Observer,
    best: Option<(Plan, Commuters)>,
    bound: Option<Commuters>,
}

impl Search<'_> {
    /// Solves rounds on a thread of its own and watches the limits: HiGHS cannot be stopped from
    /// safe code, so that upon an interrupt it is left behind.
    fn run(&mut self, problem: &Problem, seed: u64) -> Result<Solved, EngineFault> {
        let model = Model::new(problem, self.near);
        let effort = Effort { nodes: 0, columns: model.num_columns() as u64 };
        let start =
            self.best.as_ref().map(|(plan, _)| aligned(&problem.instance, &self.near.home, plan));
        let (sender, receiver) = channel();
        let limits = self.limits.clone();
        std::thread::Builder::new()
            .name("near".into())
            .spawn(move || model.rounds(&limits, seed, start.as_deref(), &sender))
            .map_err(|error| fault(format!("no thread for the solver: {error}")))?;
        let all = problem.instance.flows.total_between();
        let outcome = loop {
            match receiver.recv_timeout(POLL) {
                Ok(Round::Bound(bound)) => self.lower(bound),
                Ok(Round::Plan(labels)) => self.offer(problem, &labels)?,
                Ok(Round::Closed) => break self.closed()?,
                Ok(Round::Infeasible) if self.best.is_some() => {
                    return Err(fault("HiGHS calls infeasible what a known plan solves"));
                }
                Ok(Round::Infeasible) => {
                    let reason = format!(
                        "no plan of {} regions within {} moved areas keeps the rules",
                        self.k, self.near.max_moved
                    );
                    break Outcome::Infeasible { reason: Some(reason) };
                }
                Ok(Round::Stopped(reason)) => break self.stopped(all, reason),
                Ok(Round::Fault(what)) => return Err(fault(what)),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(fault("the solver's thread broke off"));
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            let late = self.limits.deadline.is_some_and(|end| Instant::now() >= end + GRACE);
            if self.limits.interrupt.is_raised() {
                break self.stopped(all, StopReason::Interrupted);
            } else if late {
                break self.stopped(all, StopReason::TimeLimit);
            }
        };
        Ok(Solved { outcome, effort })
    }

    fn lower(&mut self, bound: Commuters) {
        let bound = self.near.ceiling.map_or(bound, |ceiling| bound.min(ceiling));
        if self.bound.is_none_or(|known| bound < known) {
            self.bound = Some(bound);
            self.observer.news(self.k, News::Bound(bound));
        }
    }

    /// A plan by labels, all of whose regions hang together.
    fn offer(&mut self, problem: &Problem, labels: &[usize]) -> Result<(), EngineFault> {
        let plan = Plan::from_labels(labels);
        let moved = moves_between(&problem.instance, &self.near.home, &plan);
        let (plan, objective) = judged(problem, self.k, &plan)
            .filter(|_| moved <= self.near.max_moved)
            .ok_or_else(|| fault("HiGHS returned a plan that breaks the rules"))?;
        if self.best.as_ref().is_none_or(|(_, best)| objective > *best) {
            self.best = Some((plan, objective));
            self.observer.news(self.k, News::Incumbent(objective));
        }
        Ok(())
    }

    fn closed(&self) -> Result<Outcome, EngineFault> {
        match (&self.best, self.bound) {
            (Some((plan, objective)), Some(bound)) if bound == *objective => {
                Ok(Outcome::Optimal { plan: plan.clone(), objective: *objective })
            }
            (Some((_, objective)), Some(bound)) if bound < *objective => {
                Err(fault(format!("HiGHS proves at most {bound}, and a plan holds {objective}")))
            }
            (Some((plan, objective)), Some(bound)) if self.limits.accepts(*objective, bound) => {
                Ok(Outcome::Feasible {
                    plan: plan.clone(),
                    objective: *objective,
                    bound,
                    stopped_by: StopReason::GapLimit,
                })
            }
            _ => Err(fault("HiGHS calls its gap closed, and it is open")),
        }
    }

    fn stopped(&self, all: Commuters, stopped_by: StopReason) -> Outcome {
        let bound = self.bound.or(self.near.ceiling).unwrap_or(all);
        match self.best.clone() {
            Some((plan, objective)) if bound <= objective => Outcome::Optimal { plan, objective },
            Some((plan, objective)) => Outcome::Feasible { plan, objective, bound, stopped_by },
            None => Outcome::Unknown { bound, stopped_by },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::{Flows, LinkKind};
    use crate::scenario::{Bounds, Group, Limits as RegionLimits, Rules};
    use crate::test_support::instance_of;

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
        let near = Near { home: home.clone(), max_moved, ceiling: None };
        let silent = crate::engine::Silent;
        near.solve(problem, home.num_regions(), &Limits::default(), 0, None, &silent)
            .expect("no fault")
            .outcome
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
                if near { judged(problem, k, &plan).map(|found| found.1) } else { None }
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
