//! The independent judge of plans and divisions.
//!
//! It reads the instance, the rules and the plan, and nothing else: no engine, no graph code, not
//! even [`Problem::adjacency`]. A fault there cannot excuse itself here. Sums are taken in 128 bits,
//! so that no figure of an input can wrap around.
//!
//! A [`Verified`] plan has no other constructor than this module; whoever asks for one cannot be
//! handed an unchecked plan.

use std::collections::{BTreeMap, VecDeque};

use regionfront_model::instance::{Division, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::{Bounds, Group, Measure, Problem};

mod violation;

pub use violation::{CODES, Violation};

/// A plan that keeps every rule, with its objective as recomputed by the judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    plan: Plan,
    objective: Commuters,
}

impl Verified {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Commuters between different areas of the same region, both directions.
    pub fn objective(&self) -> Commuters {
        self.objective
    }
}

/// Judges a plan: every area in exactly one of exactly `k` regions, every region connected under
/// the chosen links, every rule kept, and the objective equal to `claim`.
///
/// Time O((areas + flows) log areas + links) without groups, plus O(areas) for each group.
///
/// # Errors
/// Everything that is wrong with it, in the order coverage, connectedness, rules, limits, objective.
pub fn verify(
    problem: &Problem,
    k: usize,
    plan: Plan,
    claim: Commuters,
) -> Result<Verified, Vec<Violation>> {
    let instance = &problem.instance;
    if plan.num_areas() != instance.num_areas() {
        return Err(vec![Violation::AreaCount {
            plan: plan.num_areas(),
            instance: instance.num_areas(),
        }]);
    }
    let mut found = Vec::new();
    if plan != Plan::from_labels(plan.labels()) {
        found.push(Violation::Labels);
    }
    let mut by_label: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (area, &label) in plan.labels().iter().enumerate() {
        by_label.entry(label).or_default().push(area);
    }
    let regions: Vec<Region> = by_label
        .into_iter()
        .map(|(label, areas)| Region { name: numbered(instance, label, &areas), areas })
        .collect();
    found.extend(region_count(&regions, k));
    found.extend(broken_rules(problem, &regions));
    let actual = internal_commuters(instance, &regions);
    if actual != u128::from(claim) {
        found.push(Violation::Objective { claim, actual });
    }
    if found.is_empty() { Ok(Verified { plan, objective: claim }) } else { Err(found) }
}

/// Judges any division, which may leave areas out or hold one twice. Without `k` it may have any
/// number of regions.
///
/// Covers and partial divisions are judged as far as they go: besides the areas left out and the
/// double members, each region is held against contiguity, rules and limits.
///
/// # Errors
/// Everything that is wrong with it.
pub fn judge_division(
    problem: &Problem,
    division: &Division,
    k: Option<usize>,
) -> Result<Verified, Vec<Violation>> {
    let instance = &problem.instance;
    let num_areas = instance.num_areas();
    let mut found = Vec::new();
    let mut memberships: Vec<Vec<&str>> = vec![Vec::new(); num_areas];
    let mut regions = Vec::new();
    for region in &division.regions {
        let mut areas = Vec::new();
        for &area in &region.areas {
            if let Some(names) = memberships.get_mut(area) {
                names.push(&region.name);
                areas.push(area);
            } else {
                found.push(Violation::UnknownArea { index: area, region: region.name.clone() });
            }
        }
        areas.sort_unstable();
        areas.dedup();
        if areas.is_empty() {
            found.push(Violation::EmptyRegion { region: region.name.clone() });
        } else {
            regions.push(Region { name: region.name.clone(), areas });
        }
    }
    for (area, names) in memberships.iter().enumerate() {
        let label = instance.areas[area].label();
        match names.len() {
            0 => found.push(Violation::LeftOut { area: label }),
            1 => {}
            _ => found.push(Violation::DoubleMember {
                area: label,
                regions: names.iter().map(ToString::to_string).collect(),
            }),
        }
    }
    if let Some(k) = k {
        found.extend(region_count(&regions, k));
    }
    found.extend(broken_rules(problem, &regions));
    if !found.is_empty() {
        return Err(found);
    }
    // No defect of coverage: every area has exactly one region.
    let mut labels = vec![0_usize; num_areas];
    for (label, region) in regions.iter().enumerate() {
        for &area in &region.areas {
            labels[area] = label;
        }
    }
    let plan = Plan::from_labels(&labels);
    let actual = internal_commuters(instance, &regions);
    match Commuters::try_from(actual) {
        Ok(objective) => Ok(Verified { plan, objective }),
        Err(_) => Err(vec![Violation::Objective { claim: Commuters::MAX, actual }]),
    }
}

/// A region under judgement.
struct Region {
    /// How messages call it.
    name: String,
    /// Its areas, ascending, no repeats.
    areas: Vec<usize>,
}

impl Region {
    fn holds(&self, area: usize) -> bool {
        self.areas.binary_search(&area).is_ok()
    }
}

/// `region 3 (Flå (3039), Nesbyen (3040) and 4 more)`.
fn numbered(instance: &Instance, label: u32, areas: &[usize]) -> String {
    const SHOWN: usize = 3;
    let shown = labels(instance, &areas[..areas.len().min(SHOWN)]).join(", ");
    match areas.len().saturating_sub(SHOWN) {
        0 => format!("region {label} ({shown})"),
        more => format!("region {label} ({shown} and {more} more)"),
    }
}

fn labels(instance: &Instance, areas: &[usize]) -> Vec<String> {
    areas.iter().map(|&area| instance.areas[area].label()).collect()
}

/// Exactly `k` regions; those given hold at least one area each.
fn region_count(regions: &[Region], k: usize) -> Option<Violation> {
    let found = regions.len();
    (found != k).then_some(Violation::RegionCount { wanted: k, found })
}

fn broken_rules(problem: &Problem, regions: &[Region]) -> Vec<Violation> {
    let mut found = split_regions(problem, regions);
    found.extend(parted_groups(problem, regions));
    found.extend(joined_areas(problem, regions));
    for group in &problem.rules.closed {
        found.extend(
            inexact(problem, regions, group)
                .map(|(group, difference)| Violation::ClosedBroken { group, difference }),
        );
    }
    for group in &problem.rules.fixed {
        found.extend(
            inexact(problem, regions, group)
                .map(|(group, difference)| Violation::FixedBroken { group, difference }),
        );
    }
    for region in regions {
        let is_fixed = problem.rules.fixed.iter().any(|group| group.areas == region.areas);
        let is_exempt = problem.rules.exempt.iter().any(|&area| region.holds(area));
        if !is_fixed && !is_exempt {
            found.extend(broken_limits(problem, region));
        }
    }
    found
}

/// Regions in several parts, by breadth-first search over the links of the chosen kinds.
fn split_regions(problem: &Problem, regions: &[Region]) -> Vec<Violation> {
    let instance = &problem.instance;
    let mut neighbours = vec![Vec::new(); instance.num_areas()];
    for link in &instance.links {
        if problem.rules.links.contains(&link.kind) {
            neighbours[link.a].push(link.b);
            neighbours[link.b].push(link.a);
        }
    }
    let mut found = Vec::new();
    for region in regions {
        let mut seen = vec![false; instance.num_areas()];
        let mut parts = Vec::new();
        for &start in &region.areas {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let mut part = Vec::new();
            let mut queue = VecDeque::from([start]);
            while let Some(area) = queue.pop_front() {
                part.push(area);
                for &next in &neighbours[area] {
                    if region.holds(next) && !seen[next] {
                        seen[next] = true;
                        queue.push_back(next);
                    }
                }
            }
            part.sort_unstable();
            parts.push(labels(instance, &part));
        }
        if parts.len() > 1 {
            found.push(Violation::SplitRegion { region: region.name.clone(), parts });
        }
    }
    found
}

/// Keep-together groups that no single region holds.
fn parted_groups(problem: &Problem, regions: &[Region]) -> Vec<Violation> {
    let instance = &problem.instance;
    let mut found = Vec::new();
    for group in &problem.rules.together {
        if regions.iter().any(|region| group.areas.iter().all(|&area| region.holds(area))) {
            continue;
        }
        let parts = regions
            .iter()
            .filter_map(|region| {
                let inside: Vec<usize> =
                    group.areas.iter().copied().filter(|&area| region.holds(area)).collect();
                (!inside.is_empty()).then(|| (region.name.clone(), labels(instance, &inside)))
            })
            .collect();
        found.push(Violation::TogetherBroken { group: called(instance, group), parts });
    }
    found
}

/// Regions that hold two areas of one keep-apart group.
fn joined_areas(problem: &Problem, regions: &[Region]) -> Vec<Violation> {
    let instance = &problem.instance;
    let mut found = Vec::new();
    for group in &problem.rules.apart {
        for region in regions {
            let inside: Vec<usize> =
                group.areas.iter().copied().filter(|&area| region.holds(area)).collect();
            if inside.len() > 1 {
                found.push(Violation::ApartBroken {
                    group: called(instance, group),
                    region: region.name.clone(),
                    areas: labels(instance, &inside),
                });
            }
        }
    }
    found
}

/// The group's name and how the regions that touch it differ from it, unless one equals it.
fn inexact(problem: &Problem, regions: &[Region], group: &Group) -> Option<(String, Vec<String>)> {
    let instance = &problem.instance;
    if regions.iter().any(|region| region.areas == group.areas) {
        return None;
    }
    let difference = regions
        .iter()
        .filter(|region| group.areas.iter().any(|&area| region.holds(area)))
        .map(|region| {
            let (inside, others): (Vec<usize>, Vec<usize>) =
                region.areas.iter().partition(|&area| group.areas.contains(area));
            let inside = labels(instance, &inside).join(", ");
            if others.is_empty() {
                format!("{} holds only {inside}", region.name)
            } else {
                let others = labels(instance, &others).join(", ");
                format!("{} holds {inside} with {others}", region.name)
            }
        })
        .collect();
    Some((called(instance, group), difference))
}

/// What the user calls a group, or its areas where it has no name.
fn called(instance: &Instance, group: &Group) -> String {
    if group.name.is_empty() {
        labels(instance, &group.areas).join(", ")
    } else {
        group.name.clone()
    }
}

/// Limits a region is not within.
fn broken_limits(problem: &Problem, region: &Region) -> Vec<Violation> {
    let areas = &problem.instance.areas;
    let limits = &problem.rules.limits;
    let sum = |figure: fn(&regionfront_model::instance::Area) -> u64| -> u128 {
        region.areas.iter().map(|&area| u128::from(figure(&areas[area]))).sum()
    };
    let employed = sum(|area| area.employed_residents);
    let figures: [(Measure, Bounds, u128); 4] = [
        (Measure::Population, limits.population, sum(|area| area.population)),
        (Measure::Areas, limits.areas, region.areas.len() as u128),
        (Measure::Jobs, limits.jobs, sum(|area| area.jobs)),
        (Measure::Employed, limits.employed, employed),
    ];
    let mut found = Vec::new();
    for (measure, bounds, value) in figures {
        let region = &region.name;
        if let Some(limit) = bounds.min.filter(|&min| value < u128::from(min)) {
            found.push(Violation::BelowMinimum { region: region.clone(), measure, value, limit });
        }
        if let Some(limit) = bounds.max.filter(|&max| value > u128::from(max)) {
            found.push(Violation::AboveMaximum { region: region.clone(), measure, value, limit });
        }
    }
    if let Some(share) = limits.min_self_containment {
        let inside = flows_inside(&problem.instance, region, |_, _| true);
        let (part, whole) = share.fraction();
        if inside * u128::from(whole) < u128::from(part) * employed {
            found.push(Violation::SelfContainment {
                region: region.name.clone(),
                inside,
                employed,
                limit: share,
            });
        }
    }
    found
}

/// The objective: commuters between different areas of the same region, both directions.
fn internal_commuters(instance: &Instance, regions: &[Region]) -> u128 {
    regions.iter().map(|region| flows_inside(instance, region, |from, to| from != to)).sum()
}

fn flows_inside(
    instance: &Instance,
    region: &Region,
    counts: impl Fn(usize, usize) -> bool,
) -> u128 {
    region
        .areas
        .iter()
        .flat_map(|&from| instance.flows.row(from).iter().map(move |&(to, flow)| (from, to, flow)))
        .filter(|&(from, to, _)| region.holds(to) && counts(from, to))
        .map(|(_, _, flow)| u128::from(flow))
        .sum()
}
