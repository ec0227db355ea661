//! The nearest changes that help: how far one rule has to give way for a plan to exist.

use super::conflict::Conflict;
use super::probe::{Oracle, Stopped, Verdict};
use crate::indicators;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Persons, Share};
use regionfront_model::scenario::rule::{self, Rule, RuleSet, Side};
use regionfront_model::scenario::{Bounds, Limits, Measure};
use regionfront_solver::job::Termination;

/// How a question is changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A limit moved to this figure.
    Limit {
        /// What it counts.
        measure: Measure,
        /// Which end.
        side: Side,
        /// Its new figure.
        to: u64,
    },
    /// The minimum self-containment lowered to this share.
    SelfContainment {
        /// The new share.
        to: Share,
    },
    /// Another number of regions.
    Regions {
        /// The new number.
        to: usize,
        /// Whether the rules leave no plan with more regions, or none with fewer, so that this is
        /// the most or the fewest there can be.
        extreme: Option<Side>,
    },
    /// These rules left out.
    Without(Vec<Rule>),
}

/// A change that leaves a plan, and the best plan it leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxation {
    /// The change.
    pub change: Change,
    /// Whether a smaller change of the same kind is proven not to do. For rules left out: whether
    /// none of them can be spared.
    pub is_nearest: bool,
    /// What it leads to.
    pub outcome: Outcome,
}

/// The best plan known after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Number of regions.
    pub num_regions: usize,
    /// Commuters inside.
    pub objective: Commuters,
    /// Their share of all commuters between areas.
    pub share: Option<f64>,
    /// Whether no plan holds more.
    pub is_optimal: bool,
    /// Inhabitants of the smallest region.
    pub min_population: Persons,
    /// Inhabitants of the largest region.
    pub max_population: Persons,
}

/// The nearest relaxations of a conflict, each of one rule; where no one rule suffices, one of
/// several.
pub(super) fn find(oracle: &mut Oracle, conflict: &Conflict, k: usize) -> Vec<Relaxation> {
    let mut found = Vec::new();
    for (at, &rule) in conflict.rules.iter().enumerate() {
        // What one rule leaves of its time goes to the others; the last part is for several rules.
        oracle.begin_step(conflict.rules.len() - at + 1);
        if oracle.must_hurry() {
            oracle.leave_out();
            return found;
        }
        // Any change of one rule alone that helps is a change of a rule of every conflict.
        let mut others = oracle.all().clone();
        others.remove(&rule);
        match rule {
            Rule::Regions => found.extend(other_numbers(oracle, &others, k)),
            Rule::Limit(measure, side) => {
                found.extend(limit(oracle, &others, measure, side, k));
            }
            Rule::SelfContainment => found.extend(self_containment(oracle, &others, k)),
            _ => {
                if oracle.verdict(&others, k) == Verdict::Feasible {
                    let limits = oracle.problem().rules.limits;
                    let known = oracle.known(&others, k).cloned();
                    let outcome = outcome(oracle, &others, &limits, k, known);
                    found.extend(outcome.map(|outcome| Relaxation {
                        change: Change::Without(vec![rule]),
                        is_nearest: true,
                        outcome,
                    }));
                }
            }
        }
    }
    if found.is_empty() {
        oracle.begin_step(1);
        found.extend(several(oracle, k));
    }
    found
}

/// The best plan under changed rules, or the one that is known where time runs out.
fn outcome(
    oracle: &mut Oracle,
    rules: &RuleSet,
    limits: &Limits,
    k: usize,
    known: Option<Plan>,
) -> Option<Outcome> {
    let best = oracle.best_plan(rules, limits, k);
    let is_optimal = best.as_ref().is_some_and(|answer| answer.termination == Termination::Optimal);
    let best = best.and_then(|answer| answer.plan).map(|plan| plan.plan().clone());
    let plan = best.or(known)?;
    let instance = &oracle.problem().instance;
    let objective = instance
        .flows
        .triples()
        .filter(|(from, to, _)| from != to && plan.region_of(*from) == plan.region_of(*to))
        .map(|(_, _, commuters)| commuters)
        .sum();
    let populations = plan.regions().into_iter().map(|region| -> Persons {
        region.iter().map(|&area| instance.areas[area].population).sum()
    });
    let (min, max) = populations
        .fold((Persons::MAX, 0), |(min, max), people| (min.min(people), max.max(people)));
    Some(Outcome {
        num_regions: plan.num_regions(),
        objective,
        share: indicators::internal_share(instance, objective).value(),
        is_optimal,
        min_population: min,
        max_population: max,
    })
}

/// The nearest number of regions below and the nearest above that leave a plan.
fn other_numbers(oracle: &mut Oracle, others: &RuleSet, k: usize) -> Vec<Relaxation> {
    let num_areas = oracle.problem().instance.num_areas();
    let ceiling = oracle.ceiling(others);
    let below: Vec<usize> = (1..k.min(ceiling + 1)).rev().collect();
    let above: Vec<usize> = (k + 1..=num_areas.min(ceiling)).collect();
    let (below, is_below_nearest) = nearest(oracle, others, &below);
    let (above, is_above_nearest) = nearest(oracle, others, &above);
    let limits = oracle.problem().rules.limits;
    let mut found = Vec::new();
    for (to, is_nearest, is_extreme, side) in [
        (below, is_below_nearest, above.is_none() && is_above_nearest, Side::Max),
        (above, is_above_nearest, below.is_none() && is_below_nearest, Side::Min),
    ] {
        let Some(to) = to else { continue };
        let extreme = (is_extreme && is_nearest).then_some(side);
        let known = oracle.known(others, to).cloned();
        let outcome = outcome(oracle, others, &limits, to, known);
        found.extend(outcome.map(|outcome| Relaxation {
            change: Change::Regions { to, extreme },
            is_nearest,
            outcome,
        }));
    }
    found
}

/// The first of these numbers of regions that leaves a plan, and whether all before it are proven to
/// leave none. From the first that is not decided on they are no longer tried one by one: the way
/// out is wanted more than the proof that it is the nearest.
fn nearest(oracle: &mut Oracle, others: &RuleSet, ks: &[usize]) -> (Option<usize>, bool) {
    let mut at = 0;
    loop {
        let Some(&k) = ks.get(at) else { return (None, true) };
        if oracle.is_over() {
            return (None, false);
        }
        match oracle.verdict_for(others, k) {
            Verdict::Feasible => return (Some(k), true),
            Verdict::Infeasible => at += 1,
            Verdict::Undecided => break,
        }
    }
    // Ever longer strides until there is a plan, then back by halves.
    let (mut nearer, mut stride) = (at, 1);
    let mut found = loop {
        let next = (nearer + stride).min(ks.len() - 1);
        if next == nearer {
            return (None, false);
        }
        if oracle.verdict_for(others, ks[next]) == Verdict::Feasible {
            break next;
        }
        (nearer, stride) = (next, stride * 2);
    };
    while found - nearer > 1 {
        let middle = nearer.midpoint(found);
        match oracle.verdict_for(others, ks[middle]) {
            Verdict::Feasible => found = middle,
            _ => nearer = middle,
        }
    }
    (Some(ks[found]), false)
}

/// A limit at its nearest figure that leaves a plan.
fn limit(
    oracle: &mut Oracle,
    others: &RuleSet,
    measure: Measure,
    side: Side,
    k: usize,
) -> Option<Relaxation> {
    if oracle.verdict(others, k) != Verdict::Feasible {
        return None;
    }
    let given = measure.bounds(&oracle.problem().rules.limits);
    // What a plan keeps: the least or most any of its regions that are not exempt holds.
    let kept = |oracle: &Oracle, plan: &Plan| -> Option<u64> {
        let problem = oracle.problem();
        let regions = plan.regions().into_iter();
        let held = regions
            .filter(|region| !rule::is_exempt(problem, region))
            .filter_map(|region| u64::try_from(rule::total(problem, measure, &region)).ok());
        if side == Side::Min { held.min() } else { held.max() }
    };
    let mut known = oracle.known(others, k)?.clone();
    let mut kept_by_plan = kept(oracle, &known)?;
    let mut impossible = if side == Side::Min { given.min? } else { given.max? };
    let mut is_nearest = true;
    while kept_by_plan.abs_diff(impossible) > 1 {
        if oracle.must_hurry() {
            is_nearest = false;
            break;
        }
        let middle = kept_by_plan.midpoint(impossible);
        let limits = moved(&oracle.problem().rules.limits, measure, side, middle);
        let rules = oracle.all().clone();
        match oracle.any_plan(&rules, &limits, k) {
            Ok(Some(plan)) => {
                known = plan.plan().clone();
                kept_by_plan = kept(oracle, &known)?;
            }
            Ok(None) => impossible = middle,
            Err(Stopped) => {
                is_nearest = false;
                impossible = middle;
            }
        }
    }
    let limits = moved(&oracle.problem().rules.limits, measure, side, kept_by_plan);
    let rules = oracle.all().clone();
    let outcome = outcome(oracle, &rules, &limits, k, Some(known))?;
    let change = Change::Limit { measure, side, to: kept_by_plan };
    Some(Relaxation { change, is_nearest, outcome })
}

/// Limits with one of them moved.
fn moved(limits: &Limits, measure: Measure, side: Side, to: u64) -> Limits {
    let mut limits = *limits;
    let bounds: &mut Bounds = match measure {
        Measure::Population => &mut limits.population,
        Measure::Areas => &mut limits.areas,
        Measure::Jobs => &mut limits.jobs,
        Measure::Employed => &mut limits.employed,
    };
    match side {
        Side::Min => bounds.min = Some(to),
        Side::Max => bounds.max = Some(to),
    }
    limits
}

/// The largest minimum self-containment that leaves a plan, to the millionth.
fn self_containment(oracle: &mut Oracle, others: &RuleSet, k: usize) -> Option<Relaxation> {
    if oracle.verdict(others, k) != Verdict::Feasible {
        return None;
    }
    let kept = |oracle: &Oracle, plan: &Plan| -> Option<u32> {
        let problem = oracle.problem();
        plan.regions()
            .into_iter()
            .filter(|region| !rule::is_exempt(problem, region))
            .filter_map(|region| {
                let (inside, employed) = rule::containment(problem, &region);
                let whole = u128::from(Share::MILLION);
                (u128::from(inside) * whole).checked_div(u128::from(employed))
            })
            .map(|share| u32::try_from(share).unwrap_or(Share::MILLION).min(Share::MILLION))
            .min()
    };
    let mut known = oracle.known(others, k)?.clone();
    let mut kept_by_plan = kept(oracle, &known)?;
    let mut impossible = oracle.problem().rules.limits.min_self_containment?.millionths_up();
    let mut is_nearest = true;
    let rules = oracle.all().clone();
    let with = |oracle: &Oracle, millionths: u32| Limits {
        min_self_containment: Share::from_millionths(millionths),
        ..oracle.problem().rules.limits
    };
    while impossible > kept_by_plan + 1 {
        if oracle.must_hurry() {
            is_nearest = false;
            break;
        }
        let middle = kept_by_plan.midpoint(impossible);
        let limits = with(oracle, middle);
        match oracle.any_plan(&rules, &limits, k) {
            Ok(Some(plan)) => {
                known = plan.plan().clone();
                kept_by_plan = kept(oracle, &known)?;
            }
            Ok(None) => impossible = middle,
            Err(Stopped) => {
                is_nearest = false;
                impossible = middle;
            }
        }
    }
    let limits = with(oracle, kept_by_plan);
    let outcome = outcome(oracle, &rules, &limits, k, Some(known))?;
    let change = Change::SelfContainment { to: Share::from_millionths(kept_by_plan)? };
    Some(Relaxation { change, is_nearest, outcome })
}

/// Rules that have to be left out together, where no one rule suffices: what is left when rules are
/// kept one after the other as long as there is a plan, those least gladly given up first.
fn several(oracle: &mut Oracle, k: usize) -> Option<Relaxation> {
    let mut ordered: Vec<Rule> = oracle.all().iter().copied().collect();
    ordered.sort_by_key(|rule| rule.preference());
    let mut kept = RuleSet::new();
    // Known from here on: that there is any plan at all.
    oracle.verdict(&kept, k);
    let mut without = Vec::new();
    let mut is_nearest = true;
    for rule in ordered.into_iter().rev() {
        let mut more = kept.clone();
        more.insert(rule);
        match oracle.verdict(&more, k) {
            Verdict::Feasible => {
                kept = more;
                continue;
            }
            Verdict::Infeasible => {}
            Verdict::Undecided => is_nearest = false,
        }
        without.push(rule);
    }
    without.sort_unstable();
    let limits = oracle.problem().rules.limits;
    let k = if kept.contains(&Rule::Regions) { k } else { oracle.nearest_number(&kept, k)? };
    let known = oracle.known(&kept, k).cloned();
    let outcome = outcome(oracle, &kept, &limits, k, known)?;
    Some(Relaxation { change: Change::Without(without), is_nearest, outcome })
}
