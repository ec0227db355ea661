//! The oracle: every partition of up to eight areas (4,140 of them), judged one by one.
//!
//! Written plainly, sharing no code with engines, graph or verifier.

use regionfront_model::instance::Area;
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Bounds, Problem};

/// The best plan with one number of regions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// Commuters between different areas of one region.
    pub objective: u64,
    /// The region of every area, from 0.
    pub labels: Vec<usize>,
}

/// For `k` = 0, 1, …, number of areas: the best plan with exactly `k` regions that keeps every
/// rule, or `None` when there is none.
pub fn best_for_each_k(problem: &Problem) -> Vec<Option<Best>> {
    let num_areas = problem.instance.num_areas();
    assert!(num_areas <= 8, "the oracle enumerates; {num_areas} areas are too many");
    let mut best: Vec<Option<Best>> = vec![None; num_areas + 1];
    for labels in partitions(num_areas) {
        if !keeps_all(problem, &labels) {
            continue;
        }
        let k = labels.iter().max().map_or(0, |label| label + 1);
        let objective = objective(problem, &labels);
        if best[k].as_ref().is_none_or(|best| objective > best.objective) {
            best[k] = Some(Best { objective, labels });
        }
    }
    best
}

/// Every partition of `n` areas as a restricted-growth string: the first area has label 0, and
/// each later one at most one more than the largest label before it.
pub fn partitions(n: usize) -> Vec<Vec<usize>> {
    let mut strings = vec![Vec::new()];
    for _ in 0..n {
        strings = strings
            .into_iter()
            .flat_map(|string| {
                let next = string.iter().max().map_or(0, |largest| largest + 1);
                (0..=next).map(move |label| {
                    let mut longer = string.clone();
                    longer.push(label);
                    longer
                })
            })
            .collect();
    }
    strings
}

/// Whether every region is connected and every rule is kept.
pub fn keeps_all(problem: &Problem, labels: &[usize]) -> bool {
    let k = labels.iter().max().map_or(0, |label| label + 1);
    (0..k).all(|label| {
        let members: Vec<usize> = (0..labels.len()).filter(|&area| labels[area] == label).collect();
        is_connected(problem, &members) && keeps_limits(problem, &members)
    }) && keeps_groups(problem, labels)
}

/// Connected under the chosen links: marks spread from the first member until nothing changes.
pub fn is_connected(problem: &Problem, members: &[usize]) -> bool {
    let Some(&first) = members.first() else { return false };
    let mut marked = vec![first];
    loop {
        let before = marked.len();
        for link in &problem.instance.links {
            if !problem.rules.links.contains(&link.kind) {
                continue;
            }
            for (near, far) in [(link.a, link.b), (link.b, link.a)] {
                if marked.contains(&near) && members.contains(&far) && !marked.contains(&far) {
                    marked.push(far);
                }
            }
        }
        if marked.len() == before {
            return marked.len() == members.len();
        }
    }
}

pub fn keeps_groups(problem: &Problem, labels: &[usize]) -> bool {
    let rules = &problem.rules;
    let exactly = |areas: &[usize]| {
        (0..labels.len()).all(|area| areas.contains(&area) == (labels[area] == labels[areas[0]]))
    };
    rules
        .together
        .iter()
        .all(|group| group.areas.iter().all(|&area| labels[area] == labels[group.areas[0]]))
        && rules.apart.iter().all(|group| {
            group
                .areas
                .iter()
                .all(|&a| group.areas.iter().all(|&b| a == b || labels[a] != labels[b]))
        })
        && rules.closed.iter().all(|group| exactly(&group.areas))
        && rules.fixed.iter().all(|group| exactly(&group.areas))
}

pub fn keeps_limits(problem: &Problem, members: &[usize]) -> bool {
    let rules = &problem.rules;
    if rules.fixed.iter().any(|group| group.areas == members)
        || members.iter().any(|area| rules.exempt.contains(area))
    {
        return true;
    }
    let limits = &problem.rules.limits;
    let total = |figure: fn(&Area) -> u64| -> u64 {
        members.iter().map(|&area| figure(&problem.instance.areas[area])).sum()
    };
    let within = |bounds: Bounds, value: u64| {
        bounds.min.unwrap_or(0) <= value && value <= bounds.max.unwrap_or(u64::MAX)
    };
    let employed = total(|area| area.employed_residents);
    let mut live_and_work = 0;
    for &from in members {
        for &to in members {
            live_and_work += problem.instance.flows.get(from, to);
        }
    }
    let (part, whole) = limits.min_self_containment.map_or((0, 1), Share::fraction);
    within(limits.population, total(|area| area.population))
        && within(limits.areas, members.len() as u64)
        && within(limits.jobs, total(|area| area.jobs))
        && within(limits.employed, employed)
        && u128::from(live_and_work) * u128::from(whole) >= u128::from(part) * u128::from(employed)
}

/// Commuters between different areas of one region.
pub fn objective(problem: &Problem, labels: &[usize]) -> u64 {
    let mut sum = 0;
    for from in 0..labels.len() {
        for to in 0..labels.len() {
            if from != to && labels[from] == labels[to] {
                sum += problem.instance.flows.get(from, to);
            }
        }
    }
    sum
}
