//! Checks a plan against the rules in whole numbers, before the engine believes it.
//!
//! Everything is read from the [`Problem`]; nothing from the model or the solver.

use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::{Limits, Problem};

/// Internal commuting of a plan that keeps every rule.
///
/// # Errors
/// In words, the first rule the plan breaks.
pub(super) fn internal_commuting(
    problem: &Problem,
    k: usize,
    plan: &Plan,
) -> Result<Commuters, String> {
    let instance = &problem.instance;
    if plan.num_areas() != instance.num_areas() || plan.num_regions() != k {
        return Err(format!(
            "{} areas in {} regions instead of {} in {k}",
            plan.num_areas(),
            plan.num_regions(),
            instance.num_areas()
        ));
    }
    let regions = plan.regions();
    let neighbours = neighbours(problem);
    for region in &regions {
        let exempt = is_exempt(problem, region);
        if !is_connected(&neighbours, region) {
            return Err(format!("the region of {} is split", first_label(instance, region)));
        }
        if !exempt && !keeps_limits(instance, &problem.rules.limits, region) {
            let label = first_label(instance, region);
            return Err(format!("the region of {label} breaks a limit"));
        }
    }
    check_groups(problem, plan, &regions)?;
    Ok(regions.iter().map(|region| flow_within(instance, region, false)).sum())
}

/// Whether limits do not apply to a region (ascending): it is fixed, or holds an area that exempts it.
pub(super) fn is_exempt(problem: &Problem, region: &[usize]) -> bool {
    problem.rules.fixed.iter().any(|group| group.areas == region)
        || region.iter().any(|area| problem.rules.exempt.contains(area))
}

fn check_groups(problem: &Problem, plan: &Plan, regions: &[Vec<usize>]) -> Result<(), String> {
    let rules = &problem.rules;
    let region_of = |area: usize| plan.region_of(area);
    for group in &rules.together {
        if group.areas.windows(2).any(|pair| region_of(pair[0]) != region_of(pair[1])) {
            return Err(format!("the group `{}` is not kept together", group.name));
        }
    }
    for group in &rules.apart {
        let mut seen: Vec<u32> = group.areas.iter().map(|&area| region_of(area)).collect();
        seen.sort_unstable();
        if seen.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!("the group `{}` is not kept apart", group.name));
        }
    }
    for group in rules.closed.iter().chain(&rules.fixed) {
        if !regions.contains(&group.areas) {
            return Err(format!("the group `{}` is not a region of its own", group.name));
        }
    }
    Ok(())
}

fn first_label(instance: &Instance, region: &[usize]) -> String {
    region.first().map_or_else(String::new, |&area| instance.areas[area].label())
}

/// Areas each area touches under the link kinds of the scenario.
pub(super) fn neighbours(problem: &Problem) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); problem.instance.num_areas()];
    for (a, b) in problem.adjacency() {
        lists[a].push(b);
        lists[b].push(a);
    }
    lists
}

/// Whether `nodes` (ascending) are connected among themselves. Time O(nodes · degree · log nodes).
pub(super) fn is_connected(neighbours: &[Vec<usize>], nodes: &[usize]) -> bool {
    components(neighbours, nodes).len() == 1
}

/// Connected components of the subgraph on `nodes` (ascending); each ascending, by first member.
pub(super) fn components(neighbours: &[Vec<usize>], nodes: &[usize]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; nodes.len()];
    let mut found = Vec::new();
    for start in 0..nodes.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut component = vec![nodes[start]];
        let mut next = 0;
        while let Some(&node) = component.get(next) {
            next += 1;
            for other in &neighbours[node] {
                if let Ok(at) = nodes.binary_search(other)
                    && !seen[at]
                {
                    seen[at] = true;
                    component.push(*other);
                }
            }
        }
        component.sort_unstable();
        found.push(component);
    }
    found
}

/// Whether a region keeps all limits.
pub(super) fn keeps_limits(instance: &Instance, limits: &Limits, region: &[usize]) -> bool {
    let sum = |figure: fn(&regionfront_model::instance::Area) -> u64| -> u64 {
        region.iter().map(|&area| figure(&instance.areas[area])).sum()
    };
    let employed = sum(|area| area.employed_residents);
    limits.population.contains(sum(|area| area.population))
        && limits.areas.contains(region.len() as u64)
        && limits.jobs.contains(sum(|area| area.jobs))
        && limits.employed.contains(employed)
        && limits
            .min_self_containment
            .is_none_or(|share| share.is_reached_by(flow_within(instance, region, true), employed))
}

/// Commuters with both ends in `region` (ascending), with or without own-area flow.
pub(super) fn flow_within(instance: &Instance, region: &[usize], own: bool) -> Commuters {
    let mut sum = 0;
    for &from in region {
        for &(to, count) in instance.flows.row(from) {
            if (own || to != from) && region.binary_search(&to).is_ok() {
                sum += count;
            }
        }
    }
    sum
}
