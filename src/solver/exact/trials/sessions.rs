//! Sessions on trial against all partitions: steps with other limits and floors on an additive
//! measure, and lists of all plans near the best.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine::{Limits, Outcome, Silent};
use crate::exact::caps::Cap;
use crate::exact::caps::Caps;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::side::{Additive, ByCentre};
use crate::exact::problem::step::{Floor, Step};
use crate::exact::session::Wide;
use crate::exact::steps::{Asked, Steps};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Share};
use regionfront_model::scenario::{Bounds, Problem};
use regionfront_testkit::extremes;
use regionfront_testkit::oracle::{keeps_all, objective, partitions};
use regionfront_testkit::shapes::{
    Dice, exempt_problem, exempting, near_exempt_problem, near_problem, problem,
};

/// A measure with gains by pair, costs by centre, or both.
fn measure(dice: &mut Dice, n: usize) -> Additive {
    let units = |dice: &mut Dice| i64::try_from(dice.between(0, 20)).expect("small");
    let style = dice.below(3);
    let mut pairs = Vec::new();
    for a in 0..n {
        for b in a + 1..n {
            if style != 1 && dice.percent(60) {
                pairs.push((a, b, units(dice)));
            }
        }
    }
    let by_centre = (style > 0).then(|| {
        let mut rank: Vec<usize> = (0..n).collect();
        for at in (1..n).rev() {
            rank.swap(at, dice.below(at + 1));
        }
        ByCentre { cost: (0..n * n).map(|_| units(dice)).collect(), rank }
    });
    Additive { pairs, by_centre, by_label: None }
}

/// What the measure of a plan is, worked out anew.
fn measured(measure: &Additive, labels: &[usize]) -> i64 {
    let pairs: i64 = measure
        .pairs
        .iter()
        .filter(|(a, b, _)| labels[*a] == labels[*b])
        .map(|(_, _, units)| units)
        .sum();
    let costs: i64 = measure.by_centre.as_ref().map_or(0, |by_centre| {
        let n = labels.len();
        (0..n)
            .map(|area| {
                let centre = (0..n)
                    .filter(|&other| labels[other] == labels[area])
                    .min_by_key(|&other| by_centre.rank[other])
                    .expect("at least the area itself");
                by_centre.cost[centre * n + area]
            })
            .sum()
    });
    pairs - costs
}

/// Whether every region to which limits apply lies strictly above a self-containment.
fn is_above(problem: &Problem, labels: &[usize], (part, whole): (u64, u64)) -> bool {
    (0..labels.len()).all(|label| {
        let members: Vec<usize> = (0..labels.len()).filter(|&a| labels[a] == label).collect();
        let exempt = problem.rules.fixed.iter().any(|group| group.areas == members)
            || members.iter().any(|area| problem.rules.exempt.contains(area));
        let stay: u64 = members
            .iter()
            .flat_map(|&from| members.iter().map(move |&to| (from, to)))
            .map(|(from, to)| problem.instance.flows.get(from, to))
            .sum();
        let employed: u64 =
            members.iter().map(|&area| problem.instance.areas[area].employed_residents).sum();
        members.is_empty()
            || exempt
            || u128::from(stay) * u128::from(whole) > u128::from(part) * u128::from(employed)
    })
}

/// Makes a problem of so many areas from a seed.
type Shape = fn(u64, usize) -> Problem;

/// Walks one session through a few steps. What departs from all partitions judged one by one.
fn departures(seed: u64, shape: Shape, caps: Caps) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let n = 2 + dice.below(6);
    let mut problem = shape(seed, n);
    let k = 1 + dice.below(n);
    let base = problem.clone();
    let mut session = Wide::<1>::new(Cow::Borrowed(&base), k, seed, caps, Nodes::contract(&base));
    let measure = Arc::new(measure(&mut dice, n));
    let mut found = Vec::new();
    let mut limits = base.rules.limits;
    // A front in the small: limits that only tighten, with regions listed beforehand.
    let continues = dice.percent(50);
    for at in 0..6 {
        if continues {
            let least = limits.population.min.unwrap_or(0) + dice.between(0, 300);
            limits.population.min = Some(least);
        } else {
            limits = base.rules.limits;
        }
        if !continues && dice.percent(50) {
            let mean =
                base.instance.areas.iter().map(|area| area.population).sum::<u64>() / k as u64;
            limits.population =
                Bounds { min: Some(mean * dice.between(0, 100) / 100), max: limits.population.max };
        }
        problem.rules.limits = limits;
        let above = dice.percent(20).then(|| (dice.between(0, 60), 100));
        let mut plans: Vec<(Plan, Commuters, i64)> = partitions(n)
            .into_iter()
            .filter(|labels| labels.iter().max() == Some(&(k - 1)))
            .filter(|labels| keeps_all(&problem, labels))
            .filter(|labels| above.is_none_or(|above| is_above(&problem, labels, above)))
            .map(|labels| {
                let gain = measured(&measure, &labels);
                (Plan::from_labels(&labels), objective(&problem, &labels), gain)
            })
            .collect();
        // A floor some plan reaches exactly, or just misses.
        let additive = dice.percent(70).then(|| {
            let at = dice.below(plans.len());
            let least = plans.get(at).map_or(0, |plan| plan.2) + i64::from(dice.percent(30));
            Floor { measure: Arc::clone(&measure), least }
        });
        if let Some(floor) = &additive {
            plans.retain(|plan| plan.2 >= floor.least);
        }
        plans.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let millionths = u32::try_from(dice.between(0, 60_000)).expect("below a million");
        let slack = Share::from_millionths(millionths).expect("below one");
        let step = Step { limits, above_self_containment: above, additive, ..Step::default() };
        let asked = Asked { slack, continues, ..Asked::default() };
        let stepped = match session.solve(&step, &asked, &Limits::default(), &Silent) {
            Ok(stepped) => stepped,
            Err(fault) => {
                found.push(format!("seed {seed}, step {at}, k = {k}: {fault}"));
                break;
            }
        };
        let mut complain = |what: &str| {
            found.push(format!(
                "seed {seed}, step {at}, k = {k}: {what}; {:?}; {:?}",
                stepped.solved.outcome, problem.rules
            ));
        };
        match (&stepped.solved.outcome, plans.first()) {
            (Outcome::Infeasible { .. }, None) => {}
            (Outcome::Optimal { plan, objective }, Some(best)) => {
                if *objective != best.1 {
                    complain(&format!("the best plan holds {}", best.1));
                } else if !plans.iter().any(|known| known.0 == *plan && known.1 == *objective) {
                    complain("the plan breaks a rule");
                }
                let near: Vec<(Plan, Commuters)> = plans
                    .iter()
                    .filter(|plan| {
                        u128::from(best.1 - plan.1) * 1_000_000
                            <= u128::from(best.1) * u128::from(millionths)
                    })
                    .map(|plan| (plan.0.clone(), plan.1))
                    .collect();
                if stepped.is_complete && stepped.listed != near {
                    complain(&format!("listed {:?}, not {near:?}", stepped.listed));
                }
                if stepped.listed.first().is_none_or(|first| first.0 != *plan) {
                    complain("the plan does not lead the list");
                }
                if caps.first_nodes > 100 && !stepped.is_complete {
                    complain("the list is not complete");
                }
            }
            (_, best) => complain(&format!("all partitions give {best:?}")),
        }
    }
    found
}

fn trial(seeds: std::ops::Range<u64>, shape: Shape, caps: Caps) {
    let found: Vec<String> = seeds.flat_map(|seed| departures(seed, shape, caps)).collect();
    let first = found[..found.len().min(6)].join("\n");
    assert!(found.is_empty(), "{} departures:\n{first}", found.len());
}

#[test]
fn steps_find_and_list_all_plans_near_the_best() {
    trial(0..600, problem, super::no_annealing());
}

#[test]
fn steps_cut_short_still_find_the_best() {
    let enumeration = Cap { nodes: 50, columns: 3 };
    let caps = Caps { first_nodes: 5, enumeration, cover_nodes: 5, ..super::no_annealing() };
    trial(1000..1400, problem, caps);
}

#[test]
fn steps_with_exempt_regions_find_and_list_all_plans_near_the_best() {
    trial(6000..6400, exempt_problem, super::no_annealing());
    trial(6400..6600, near_exempt_problem, super::no_annealing());
    let extreme = |seed, num_areas| exempting(extremes::problem(seed, num_areas), seed);
    trial(6600..7000, extreme, super::no_annealing());
}

#[test]
fn steps_by_the_frontier_find_and_list_all_plans_near_the_best() {
    trial(2000..2600, near_problem, super::no_annealing());
}

#[test]
fn steps_at_the_extremes_find_and_list_all_plans_near_the_best() {
    trial(4000..5200, extremes::problem, super::no_annealing());
    trial(5200..5600, extremes::problem, Caps::default());
}

/// Walks a session through steps that only tighten, each of which is also put to a session that
/// knows nothing. Where the two differ, in words, and how many steps were compared.
fn warm_and_cold(seed: u64, shape: Shape) -> (Vec<String>, usize) {
    let mut dice = Dice::new(seed ^ 0xC01D);
    let n = 7 + dice.below(6);
    let problem = shape(seed, n);
    let k = 1 + dice.below(n / 2);
    let session = || {
        let caps = Caps::default();
        Wide::<1>::new(Cow::Borrowed(&problem), k, seed, caps, Nodes::contract(&problem))
    };
    let measure = Arc::new(measure(&mut dice, n));
    let mut warm = session();
    let mut step = Step { limits: problem.rules.limits, ..Step::default() };
    let by_measure = dice.percent(40);
    let asked = Asked { continues: true, ..Asked::default() };
    let mut found = Vec::new();
    for at in 0..40 {
        let stepped = warm.solve(&step, &asked, &Limits::default(), &Silent);
        let cold = session().solve(&step, &Asked::default(), &Limits::default(), &Silent);
        let (stepped, cold) = match (stepped, cold) {
            (Ok(stepped), Ok(cold)) => (stepped, cold),
            (warm, cold) => {
                found.push(format!("seed {seed}, step {at}, k = {k}: {warm:?}; cold {cold:?}"));
                return (found, at);
            }
        };
        let agree = match (&stepped.solved.outcome, &cold.solved.outcome) {
            (Outcome::Infeasible { .. }, Outcome::Infeasible { .. }) => return (found, at + 1),
            (Outcome::Optimal { objective: ours, .. }, Outcome::Optimal { objective, .. }) => {
                ours == objective
                    && (!stepped.is_complete || !cold.is_complete || stepped.listed == cold.listed)
            }
            _ => false,
        };
        let Outcome::Optimal { plan, .. } = &cold.solved.outcome else {
            found.push(format!("seed {seed}, step {at}, k = {k}: {stepped:?}; cold {cold:?}"));
            return (found, at + 1);
        };
        if !agree {
            found.push(format!("seed {seed}, step {at}, k = {k}: {stepped:?}; cold {cold:?}"));
            return (found, at + 1);
        }
        if by_measure {
            let least = plan.regions().iter().map(|region| measure.gain(region)).sum::<i64>() + 1;
            step.additive = Some(Floor { measure: Arc::clone(&measure), least });
        } else {
            let people = |region: &Vec<usize>| -> u64 {
                region.iter().map(|&area| problem.instance.areas[area].population).sum()
            };
            let regions = plan.regions();
            let limited = regions.iter().filter(|region| !problem.rules.exempts(region));
            let smallest = limited.map(people).min();
            let Some(smallest) = smallest else { return (found, at + 1) };
            step.limits.population.min = Some(smallest + 1);
        }
    }
    (found, 40)
}

/// What ends a step on the strength of what earlier ones handed on is what a session that knows
/// nothing finds out.
#[test]
fn warm_steps_agree_with_cold_ones() {
    let mut steps = 0;
    let mut found = Vec::new();
    for seed in 7000..7250 {
        for shape in [extremes::problem, problem, exempt_problem] {
            let (more, compared) = warm_and_cold(seed, shape);
            found.extend(more);
            steps += compared;
        }
    }
    let first = found[..found.len().min(4)].join("\n");
    assert!(found.is_empty(), "{} of {steps} steps differ:\n{first}", found.len());
    assert!(steps > 1_000, "{steps} steps");
}
