//! Problems too large for tables of pairs: solved on groups of areas, other groups every time.
//!
//! The tables of the exact engine grow with the square of the number of nodes. Beyond what they can
//! hold, neighbours that exchange most are put into groups, none of them large, until there are few
//! enough, and the groups are searched as if they were areas: what is a plan of groups is a plan of
//! areas. Every further round makes other groups, which lie within the regions of the best plan, and
//! begins from that plan; so no round makes it worse, and what one holds together another moves. This
//! is the multilevel scheme of graph partitioning (Karypis, Kumar, *SIAM Journal on Scientific
//! Computing*, 1998), with heavy-edge matching.
//!
//! A bound on plans of groups bounds no plans of areas: here it is all commuters between areas.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::engine::{Effort, EngineFault, Limits, News, Observer, Outcome, Solved, StopReason};
use crate::exact::caps::{MOST_NODES, table_bytes};
use crate::exact::groups::Grouping;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::step::Step;
use crate::exact::steps::{Asked, Stepped, Steps};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;

/// So many groups are made at first. More than the survey takes on: that is for bounds, and a bound
/// on plans of groups is none.
const GROUPS: usize = 1_500;

/// At least so many groups to a region, where there may be as many.
const PER_REGION: usize = 4;

/// What numbers of groups are looked at, from the most down.
const STEP: usize = 64;

/// Search nodes of one round.
const NODES: u64 = 100_000;

/// Makes a session for a problem of groups.
type Make = for<'a> fn(&'a Problem, usize, u64) -> Result<Box<dyn Steps + Send + 'a>, EngineFault>;

/// A session for more nodes than tables can hold.
pub(crate) struct Coarse<'p> {
    problem: Cow<'p, Problem>,
    k: usize,
    seed: u64,
    start: Option<Plan>,
    make: Make,
}

impl<'p> Coarse<'p> {
    pub(crate) fn new(problem: Cow<'p, Problem>, k: usize, seed: u64, make: Make) -> Self {
        Self { problem, k, seed, start: None, make }
    }
}

impl Steps for Coarse<'_> {
    fn start_from(&mut self, plan: Plan) {
        self.start = Some(plan);
    }

    fn solve(
        &mut self,
        step: &Step,
        asked: &Asked<'_>,
        limits: &Limits,
        observer: &dyn Observer,
    ) -> Result<Stepped, EngineFault> {
        let all = self.problem.instance.flows.total_between();
        let bound = asked.ceiling.map_or(all, |most| most.min(all));
        let mut effort = Effort::default();
        // Groups know nothing of labels.
        let is_labelled =
            step.additive.as_ref().is_some_and(|floor| floor.measure.by_label.is_some());
        let most = most_groups(limits.memory);
        let too_large = |effort| {
            let outcome = Outcome::Unknown { bound, stopped_by: StopReason::MemoryLimit };
            Ok(stopped(outcome, effort))
        };
        if is_labelled || self.k > most {
            return too_large(effort);
        }
        let best = Best { observer, plan: Mutex::default() };
        let mut grouping = Grouping::new(&self.problem);
        let mut count = self.k.saturating_mul(PER_REGION).max(GROUPS).min(most);
        let mut start = self.start.take();
        let stopped_by = loop {
            if let Some(stopped_by) = limits.struck(effort.nodes) {
                break stopped_by;
            }
            if let Some((_, objective)) = &*best.plan()
                && limits.accepts(*objective, bound)
            {
                break StopReason::GapLimit;
            }
            let within = best.plan().as_ref().map(|best| best.0.clone()).or_else(|| start.take());
            let coarse = grouping.problem(count, within.as_ref(), step);
            let made = Nodes::contract(coarse).map_or(0, |nodes| nodes.len());
            if made > most {
                // Areas that touch nothing, or a star, do not make groups.
                if best.plan().is_none() {
                    return too_large(effort);
                }
                break StopReason::MemoryLimit;
            }
            let left = limits.nodes.map_or(NODES, |most| most.saturating_sub(effort.nodes));
            let round = Limits { nodes: Some(left.min(NODES)), ..limits.clone() };
            let mut session = (self.make)(coarse, self.k, self.seed)?;
            if let Some(plan) = within {
                session.start_from(plan);
            }
            self.seed = self.seed.wrapping_add(1);
            let stepped =
                session.solve(step, &Asked { most: 1, ..Asked::default() }, &round, &best)?;
            let spent = stepped.solved.effort;
            effort.nodes += spent.nodes.max(1);
            effort.columns = effort.columns.max(spent.columns);
            // Where groups leave no plan, smaller ones may.
            if best.plan().is_none() {
                count = (count + count / 2).min(most);
            }
        };
        let best = best.plan().take();
        let outcome = match best {
            None => Outcome::Unknown { bound, stopped_by },
            Some((plan, objective)) if objective >= bound => Outcome::Optimal { plan, objective },
            Some((plan, objective)) => Outcome::Feasible { plan, objective, bound, stopped_by },
        };
        Ok(stopped(outcome, effort))
    }
}

/// So many groups there may be tables for.
fn most_groups(memory: Option<u64>) -> usize {
    let fits = |count: &usize| memory.is_none_or(|most| table_bytes(*count) <= most);
    (0..=MOST_NODES).rev().step_by(STEP).find(fits).unwrap_or(0)
}

fn stopped(outcome: Outcome, effort: Effort) -> Stepped {
    let listed = match &outcome {
        Outcome::Optimal { plan, objective } | Outcome::Feasible { plan, objective, .. } => {
            vec![(plan.clone(), *objective)]
        }
        _ => Vec::new(),
    };
    Stepped { solved: Solved { outcome, effort }, listed, is_complete: false }
}

/// The best plan of all rounds. It passes better plans on, and keeps bounds on plans of groups back.
struct Best<'a> {
    observer: &'a dyn Observer,
    plan: Mutex<Option<(Plan, Commuters)>>,
}

impl Best<'_> {
    fn plan(&self) -> MutexGuard<'_, Option<(Plan, Commuters)>> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Best<'_> {
    fn news(&self, _: usize, _: News) {}

    fn found(&self, k: usize, plan: &dyn Fn() -> Plan, objective: Commuters) {
        let mut best = self.plan();
        if best.as_ref().is_none_or(|best| objective > best.1) {
            let plan = plan();
            self.observer.found(k, &|| plan.clone(), objective);
            self.observer.news(k, News::Incumbent(objective));
            *best = Some((plan, objective));
        }
    }
}
