//! What a rule costs: the best plan without it that is as good in everything else.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};

use super::objective::{Objective, Score, Sense};
use super::set::ObjectiveSet;
use crate::allowance::Allowance;
use crate::coordinator::{STACK_BYTES, THREAD_PREFIX};
use crate::engine::{Interrupt, Limits, Outcome, Silent, Work};
use crate::exact::{Asked, Session, Step};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_model::scenario::rule::{Rule, without};
use regionfront_verify::{Verified, verify};

/// A plan whose rules are to be priced.
#[derive(Clone, Copy, Debug)]
pub struct Priced<'a> {
    /// The rules it keeps.
    pub problem: &'a Problem,
    /// The second objectives in which a plan without the rule must be as good; none where
    /// commuting alone counts.
    pub set: Option<&'a ObjectiveSet>,
    /// The plan.
    pub plan: &'a Verified,
}

/// What there is without one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// The rule left out.
    pub rule: Rule,
    /// The most commuters a known plan without it holds: never fewer than the plan priced.
    pub objective: Commuters,
    /// No plan without it holds more than this; `None` where a limit struck before anything was
    /// known.
    pub bound: Option<Commuters>,
}

impl Price {
    /// Whether no plan without the rule holds more than the one known.
    pub fn is_proven(&self) -> bool {
        self.bound == Some(self.objective)
    }
}

/// The prices of every rule that can be given up one at a time, for every plan: groups kept
/// together, apart or closed, and limits. Regions already decided, contiguity and the number of
/// regions are what the question is, and have no price.
///
/// Answered by the exact engine, `threads` at a time. Of a time, each price that begins gets an equal
/// share of what is left; of work, each gets as much, so that prices are the same on any number of
/// threads. What is found is judged by the verifier, and what is not proven says so. From an interrupt
/// on nothing more is found.
///
/// Leaving out a rule never rules out a plan, so a price is never negative.
pub fn prices(
    plans: &[Priced<'_>],
    seed: u64,
    allowance: Allowance,
    threads: usize,
    interrupt: &Interrupt,
) -> Vec<Vec<Price>> {
    let tasks: Vec<(usize, Rule)> = plans
        .iter()
        .enumerate()
        .flat_map(|(at, priced)| rules(priced.problem).into_iter().map(move |rule| (at, rule)))
        .collect();
    let unknown = |&(at, rule): &(usize, Rule)| Price {
        rule,
        objective: plans[at].plan.objective(),
        bound: None,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK_BYTES)
        .thread_name(|number| format!("{THREAD_PREFIX} price {number}"))
        .build();
    let end = match allowance {
        Allowance::Time(longest) => Instant::now().checked_add(longest),
        Allowance::Work(_) | Allowance::Unlimited => None,
    };
    let work = match allowance.part(tasks.len() as u64) {
        Allowance::Work(units) => Some(units),
        Allowance::Time(_) | Allowance::Unlimited => None,
    };
    let waiting = Mutex::new(tasks.len());
    let found: Vec<Price> = match pool {
        Err(_) => tasks.iter().map(unknown).collect(),
        Ok(pool) => pool.install(|| {
            tasks
                .par_iter()
                .with_max_len(1)
                .map(|task| {
                    let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                    let rounds = u32::try_from(waiting.div_ceil(threads.max(1))).unwrap_or(1);
                    *waiting -= 1;
                    drop(waiting);
                    let now = Instant::now();
                    let deadline =
                        end.map(|end| now + end.saturating_duration_since(now) / rounds.max(1));
                    let limits = Limits {
                        deadline,
                        work: work.map(Work::new),
                        interrupt: interrupt.clone(),
                        ..Limits::default()
                    };
                    if limits.is_late() {
                        return unknown(task);
                    }
                    price(&plans[task.0], task.1, seed, &limits).unwrap_or_else(|| unknown(task))
                })
                .collect()
        }),
    };
    let mut prices = vec![Vec::new(); plans.len()];
    for ((at, _), price) in tasks.iter().zip(found) {
        prices[*at].push(price);
    }
    prices
}

/// The rules that can be given up one at a time, in the order of sentences.
fn rules(problem: &Problem) -> Vec<Rule> {
    let is_priced = |rule: &Rule| match rule {
        Rule::Closed(_)
        | Rule::Together(_)
        | Rule::Apart(_)
        | Rule::Limit(..)
        | Rule::SelfContainment => true,
        Rule::Fixed(_) | Rule::Regions | Rule::Contiguity | Rule::NotCounted(_) => false,
    };
    Rule::all(problem).into_iter().filter(is_priced).collect()
}

/// One price; `None` where the engine failed or had no time.
fn price(priced: &Priced<'_>, rule: Rule, seed: u64, limits: &Limits) -> Option<Price> {
    let Priced { problem, set, plan } = *priced;
    let freed = without(problem, rule);
    let k = plan.plan().num_regions();
    let mut step = Step { limits: freed.rules.limits, ..Step::default() };
    let objectives = set.map_or(&[][..], |set| &set.objectives);
    for objective in objectives {
        let score = objective.score(problem, plan.plan());
        if let Some(short) = just_short_of(objective.as_ref(), score) {
            objective.demand_beyond(short, &mut step);
        }
    }
    let mut session = Session::new(&freed, k, seed).ok()?;
    let asked = Asked { most: 1, ..Asked::default() };
    let stepped = session.solve(&step, &asked, limits, &Silent).ok()?;
    let (found, bound): (Option<(Plan, Commuters)>, Commuters) = match stepped.solved.outcome {
        Outcome::Optimal { plan, objective } => (Some((plan, objective)), objective),
        Outcome::Feasible { plan, objective, bound, .. } => (Some((plan, objective)), bound),
        Outcome::Unknown { bound, .. } => (None, bound),
        // Cannot be: the plan priced keeps all that is asked for.
        Outcome::Infeasible { .. } => return None,
    };
    // A demand on a share can be a little weaker than the score: then the plan found only bounds.
    let is_as_good = |other: &Plan| {
        objectives.iter().all(|objective| {
            let scores = [other, plan.plan()].map(|plan| objective.score(problem, plan));
            objective.compare(scores[0], scores[1]).is_le()
        })
    };
    let known = found
        .filter(|(other, _)| is_as_good(other))
        .and_then(|(other, objective)| verify(&freed, k, other, objective).ok())
        .map_or(0, |verified| verified.objective());
    let objective = known.max(plan.objective());
    Some(Price { rule, objective, bound: Some(bound.max(objective)) })
}

/// A score such that whatever is strictly better is at least as good as this one, or, for shares
/// of employed residents, hardly worse; `None` where everything is at least as good.
fn just_short_of(objective: &dyn Objective, score: Score) -> Option<Score> {
    let part = match objective.sense() {
        Sense::Maximise => score.part.checked_sub(1)?,
        Sense::Minimise => score.part + 1,
    };
    Some(Score { part, ..score })
}
