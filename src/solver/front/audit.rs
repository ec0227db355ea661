//! Auditing a finished front: every gap between neighbouring points is proven empty again.
//!
//! A complete front answers a chain of demands, each with the most commuters a plan under it holds,
//! or with none. These *claims* follow from the points alone: whatever plan meets a demand, a
//! nondominated one does that holds as many commuters, and all of those are points of the front. So
//! each claim is put to a solve of its own, which begins from nothing and shares no region, dual,
//! list or bound with the sweep that found the front or with any other claim. Claims are independent:
//! they are checked side by side, in any order, and a check that was cut short goes on with those that
//! are left.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering as Order};
use std::time::Instant;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::objective::Score;
use super::point::{Front, FrontPoint};
use super::set::ObjectiveSet;
use super::sweep::Terms;
use crate::coordinator::{STACK_BYTES, THREAD_PREFIX};
use crate::engine::{EngineFault, Limits, Outcome, Silent, StopReason};
use crate::exact::{Asked, Session, Step};
use regionfront_model::quantity::Commuters;
use regionfront_verify::verify;

/// What a complete front says about one demand.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Number of regions.
    pub k: usize,
    /// Per second objective, the score that has to be exceeded; `None` where nothing is demanded.
    pub beyond: Vec<Option<Score>>,
    /// The most commuters a plan holds under the demand; `None` where there is no plan.
    pub most: Option<Commuters>,
    step: Step,
}

/// What came of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Proven again.
    Confirmed,
    /// Something else was proven; in words.
    Refuted(String),
    /// A limit struck first.
    Open(StopReason),
}

/// The claims of a complete front, in the order of its sweep. None where it is not complete.
pub fn claims(set: &ObjectiveSet, front: &Front) -> Vec<Claim> {
    let mut found = Vec::new();
    if front.is_complete() {
        let step = Step { limits: set.problem.rules.limits, ..Step::default() };
        let beyond = vec![None; set.objectives.len()];
        let demand = Demand { step, beyond };
        gather(set, front, &demand, set.objectives.len(), &mut found);
    }
    found
}

#[derive(Clone)]
struct Demand {
    step: Step,
    beyond: Vec<Option<Score>>,
}

/// Follows the sweep over the first `num` objectives, answered by the points of the front.
fn gather<'f>(
    set: &ObjectiveSet,
    front: &'f Front,
    demand: &Demand,
    num: usize,
    claims: &mut Vec<Claim>,
) -> Vec<&'f FrontPoint> {
    let Some(last) = num.checked_sub(1) else {
        let best = best(set, front, demand);
        claims.push(Claim {
            k: front.k,
            beyond: demand.beyond.clone(),
            most: best.map(|point| point.plan.objective()),
            step: demand.step.clone(),
        });
        return best.into_iter().collect();
    };
    let objective = &set.objectives[last];
    let mut demand = demand.clone();
    let mut points = Vec::new();
    loop {
        let found = gather(set, front, &demand, last, claims);
        let worst =
            found.iter().map(|point| point.scores[last]).max_by(|a, b| objective.compare(*a, *b));
        points.extend(found);
        let Some(worst) = worst else { return points };
        if !objective.demand_beyond(worst, &mut demand.step) {
            return points;
        }
        demand.beyond[last] = Some(worst);
    }
}

/// The point of most commuters under a demand; points come by falling commuters.
fn best<'f>(set: &ObjectiveSet, front: &'f Front, demand: &Demand) -> Option<&'f FrontPoint> {
    front.points.iter().find(|point| {
        let scores = point.scores.iter().zip(&demand.beyond);
        set.objectives.iter().zip(scores).all(|(objective, (score, beyond))| {
            beyond.is_none_or(|beyond| objective.compare(*score, beyond).is_lt())
        })
    })
}

/// Puts claims to cold solves, `threads` at a time, and tells each finding as it comes, by its place
/// in the list. Findings are handed back in the order of the list.
///
/// # Errors
/// When no threads can be had.
pub fn audit(
    set: &ObjectiveSet,
    claims: &[(usize, &Claim)],
    seed: u64,
    terms: &Terms,
    threads: usize,
    tell: &(dyn Fn(usize, &Finding) + Sync),
) -> Result<Vec<Finding>, EngineFault> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.max(1))
        .stack_size(STACK_BYTES)
        .thread_name(|number| format!("{THREAD_PREFIX} audit {number}"))
        .build()
        .map_err(|error| EngineFault { engine: "exact", what: error.to_string() })?;
    let next = AtomicUsize::new(0);
    let check = |_: &(usize, &Claim)| {
        // Begun in the order of the list, whichever thread is free.
        let at = next.fetch_add(1, Order::Relaxed);
        let (place, claim) = claims[at];
        let finding = put(set, claim, seed, &limits_of(terms));
        tell(place, &finding);
        (at, finding)
    };
    let mut found: Vec<(usize, Finding)> = pool.install(|| claims.par_iter().map(check).collect());
    found.sort_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(_, finding)| finding).collect())
}

/// The limits of one point, from now on.
fn limits_of(terms: &Terms) -> Limits {
    let mut limits = terms.limits.clone();
    let end = terms.point_limit.and_then(|longest| Instant::now().checked_add(longest));
    limits.deadline = [limits.deadline, end].into_iter().flatten().min();
    limits
}

/// Puts one claim to a session that knows nothing.
fn put(set: &ObjectiveSet, claim: &Claim, seed: u64, limits: &Limits) -> Finding {
    if let Some(reason) = limits.struck(0) {
        return Finding::Open(reason);
    }
    let solved = catch_unwind(AssertUnwindSafe(|| {
        let mut session = Session::new(&set.problem, claim.k, seed)?;
        let asked = Asked { most: 1, ..Asked::default() };
        session.solve(&claim.step, &asked, limits, &Silent)
    }));
    let outcome = match solved {
        Ok(Ok(stepped)) => stepped.solved.outcome,
        Ok(Err(fault)) => return Finding::Refuted(fault.to_string()),
        Err(_) => return Finding::Refuted("exact engine: panicked".to_owned()),
    };
    match (outcome, claim.most) {
        (Outcome::Infeasible { .. }, None) => Finding::Confirmed,
        (Outcome::Infeasible { .. }, Some(most)) => {
            Finding::Refuted(format!("no plan is found where one holds {most} commuters"))
        }
        (Outcome::Optimal { plan, objective }, most) => {
            // A plan to no region of which limits apply meets any demand.
            let is_exempt = |region: &Vec<usize>| set.problem.rules.exempts(region);
            if most.is_none() && plan.regions().iter().all(is_exempt) {
                return Finding::Confirmed;
            }
            if most == Some(objective) {
                return Finding::Confirmed;
            }
            match verify(&set.problem, claim.k, plan, objective) {
                Err(_) => Finding::Refuted("a plan did not pass the verifier".to_owned()),
                Ok(_) => Finding::Refuted(match most {
                    Some(most) => format!("a plan holds {objective} commuters, not {most}"),
                    None => format!("a plan holds {objective} commuters where there is to be none"),
                }),
            }
        }
        (Outcome::Feasible { stopped_by, .. } | Outcome::Unknown { stopped_by, .. }, _) => {
            Finding::Open(stopped_by)
        }
    }
}
