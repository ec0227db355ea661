//! What is left to decide: decided regions taken out, groups contracted, limits tightened.

use std::collections::BTreeMap;

use super::{audit, row};
use regionfront_model::instance::Area;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Share};
use regionfront_model::scenario::{Bounds, Group, Problem};

/// The figures of a unit that limits speak of, in this order: population, areas, jobs, employed
/// residents.
pub(super) const NUM_FIGURES: usize = 4;

/// Areas the model moves as one: a single area, or a connected part of a group kept together.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// Its areas, ascending.
    pub(super) areas: Vec<usize>,
    /// Population, areas, jobs, employed residents.
    pub(super) figures: [u64; NUM_FIGURES],
    /// Commuters with both ends inside, own-area flow included.
    pub(super) inside: Commuters,
    /// Whether limits do not apply to its region.
    pub(super) is_exempt: bool,
}

/// The open part of a problem, over units in root order.
#[derive(Clone, Debug)]
pub(super) struct Open {
    /// Units that exempt their region from limits, then the others; by population, largest first; ties
    /// by smallest area index. A region's root is its first unit, so that limits do not apply to the
    /// regions of the first roots, and to all others.
    pub(super) units: Vec<Unit>,
    /// Units each unit touches, ascending.
    pub(super) neighbours: Vec<Vec<usize>>,
    /// Commuters between two units, both directions, none zero; keys `(i, j)` with `i < j`.
    pub(super) flows: BTreeMap<(usize, usize), Commuters>,
    /// For each unit, all units that share its region by rule, itself included, ascending.
    pub(super) mates: Vec<Vec<usize>>,
    /// For each unit, the units that may not share its region, ascending.
    pub(super) apart: Vec<Vec<usize>>,
    /// Limits per figure, tightened.
    limits: [Bounds; NUM_FIGURES],
    /// The same where limits do not apply.
    lifted: [Bounds; NUM_FIGURES],
    /// Least self-containment.
    share: Option<Share>,
    /// Regions to form.
    pub(super) num_regions: usize,
    /// Regions already decided.
    pub(super) decided: Vec<Vec<usize>>,
    /// Areas in all.
    pub(super) num_areas: usize,
    /// Commuters between areas that every plan holds inside: in decided regions and in units.
    pub(super) constant: Commuters,
}

impl Open {
    /// Limits per figure on the regions of a root.
    pub(super) fn bounds(&self, root: usize) -> &[Bounds; NUM_FIGURES] {
        if self.units[root].is_exempt { &self.lifted } else { &self.limits }
    }

    /// Least self-containment of the regions of a root.
    pub(super) fn share(&self, root: usize) -> Option<Share> {
        self.share.filter(|_| !self.units[root].is_exempt)
    }

    /// Most commuters any plan could hold inside: everything that can still share a region.
    pub(super) fn ceiling(&self) -> Commuters {
        self.constant + self.flows.values().sum::<Commuters>()
    }

    /// Commuters that the objective of the model counts as one: one, unless they are too many for
    /// floating point.
    pub(super) fn flow_size(&self) -> f64 {
        row::size(self.flows.values().copied().map(i128::from).max().unwrap_or(1))
    }

    /// The regions, as units with the root first, that break a limit: in whole numbers.
    pub(super) fn broken(&self, roots: &[usize]) -> Vec<Vec<usize>> {
        let mut regions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (unit, &root) in roots.iter().enumerate().filter(|(_, root)| **root < roots.len()) {
            let region = regions.entry(root).or_default();
            if unit == root { region.insert(0, unit) } else { region.push(unit) }
        }
        regions.into_values().filter(|region| !self.keeps_limits(region)).collect()
    }

    fn keeps_limits(&self, region: &[usize]) -> bool {
        let sum = |figure: usize| -> u64 {
            region.iter().map(|&unit| self.units[unit].figures[figure]).sum()
        };
        let bounds = self.bounds(region[0]);
        let within = (0..NUM_FIGURES).all(|figure| bounds[figure].contains(sum(figure)));
        within
            && self.share(region[0]).is_none_or(|share| {
                let alone: Commuters = region.iter().map(|&unit| self.units[unit].inside).sum();
                let between: Commuters = self
                    .flows
                    .iter()
                    .filter(|((a, b), _)| region.contains(a) && region.contains(b))
                    .map(|(_, count)| count)
                    .sum();
                share.is_reached_by(alone + between, sum(3))
            })
    }

    /// The plan in which unit `i` belongs to root `roots[i]`.
    pub(super) fn plan(&self, roots: &[usize]) -> Option<Plan> {
        let mut regions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (unit, &root) in self.units.iter().zip(roots) {
            regions.entry(root).or_default().extend(&unit.areas);
        }
        let all = self.decided.iter().chain(regions.values()).map(Vec::as_slice);
        Plan::from_regions(self.num_areas, all)
    }

    /// The root of each unit in a plan that keeps the rules.
    pub(super) fn roots(&self, plan: &Plan) -> Vec<usize> {
        let mut first: BTreeMap<u32, usize> = BTreeMap::new();
        self.units
            .iter()
            .enumerate()
            .map(|(at, unit)| *first.entry(plan.region_of(unit.areas[0])).or_insert(at))
            .collect()
    }
}

/// What reduction finds.
#[derive(Clone, Debug)]
pub(super) enum Reduction {
    /// Something is left to decide.
    Open(Box<Open>),
    /// The decided regions are the only plan there can be.
    Decided(Plan),
    /// No plan keeps the rules; why, in words.
    Impossible(String),
}

/// Reduces a problem to what is open.
pub(super) fn reduce(problem: &Problem, k: usize) -> Reduction {
    match try_reduce(problem, k) {
        Ok(reduction) => reduction,
        Err(reason) => Reduction::Impossible(reason),
    }
}

fn try_reduce(problem: &Problem, k: usize) -> Result<Reduction, String> {
    let num_areas = problem.instance.num_areas();
    let decided = decided_regions(problem)?;
    let mut taken = vec![None; num_areas];
    for (number, region) in decided.iter().enumerate() {
        for &area in region {
            if taken[area].replace(number).is_some() {
                let label = problem.instance.areas[area].label();
                return Err(format!("{label} stands in two decided regions"));
            }
        }
    }
    let classes = classes(problem);
    check_classes(problem, &classes, &taken)?;

    let num_open = taken.iter().filter(|number| number.is_none()).count();
    let Some(num_regions) = k.checked_sub(decided.len()) else {
        return Err(format!("{} regions are decided already, more than k = {k}", decided.len()));
    };
    if num_regions == 0 && num_open == 0 {
        let plan = Plan::from_regions(num_areas, decided.iter().map(Vec::as_slice))
            .ok_or("the decided regions do not form a plan")?;
        return Ok(Reduction::Decided(plan));
    }
    if num_regions == 0 {
        return Err(format!("{num_open} areas are left over for no region"));
    }
    open(problem, decided, &taken, &classes, num_regions)
        .map(|open| Reduction::Open(Box::new(open)))
}

/// Closed and fixed groups, each a region; those not fixed are checked against the limits.
fn decided_regions(problem: &Problem) -> Result<Vec<Vec<usize>>, String> {
    let rules = &problem.rules;
    let neighbours = audit::neighbours(problem);
    let mut decided: Vec<Vec<usize>> = Vec::new();
    for group in rules.closed.iter().chain(&rules.fixed) {
        let exempt = audit::is_exempt(problem, &group.areas);
        if !audit::is_connected(&neighbours, &group.areas) {
            return Err(format!("the decided region {} is not connected", name(problem, group)));
        }
        if !exempt && !audit::keeps_limits(&problem.instance, &rules.limits, &group.areas) {
            return Err(format!("the closed region {} breaks a limit", name(problem, group)));
        }
        if !decided.contains(&group.areas) {
            decided.push(group.areas.clone());
        }
    }
    Ok(decided)
}

fn name(problem: &Problem, group: &Group) -> String {
    if group.name.is_empty() {
        let first = group.areas.first();
        first.map_or_else(String::new, |&area| {
            format!("of {}", problem.instance.areas[area].label())
        })
    } else {
        format!("`{}`", group.name)
    }
}

/// The class of every area under "shares a region by rule", named by its smallest member.
fn classes(problem: &Problem) -> Vec<usize> {
    let mut class: Vec<usize> = (0..problem.instance.num_areas()).collect();
    for group in &problem.rules.together {
        for pair in group.areas.windows(2) {
            let (a, b) = (class[pair[0]], class[pair[1]]);
            for entry in &mut class {
                if *entry == a || *entry == b {
                    *entry = a.min(b);
                }
            }
        }
    }
    class
}

/// No class is cut by a decided region, no two areas kept apart are bound to share a region.
fn check_classes(
    problem: &Problem,
    class: &[usize],
    taken: &[Option<usize>],
) -> Result<(), String> {
    let label = |area: usize| problem.instance.areas[area].label();
    for (area, &first) in class.iter().enumerate() {
        if taken[area] != taken[first] {
            let (a, b) = (label(first), label(area));
            return Err(format!("{a} and {b} are kept together, a decided region parts them"));
        }
    }
    for group in &problem.rules.apart {
        for (at, &a) in group.areas.iter().enumerate() {
            for &b in &group.areas[at + 1..] {
                if class[a] == class[b] || (taken[a].is_some() && taken[a] == taken[b]) {
                    let (a, b) = (label(a), label(b));
                    return Err(format!("{a} and {b} are kept apart and share a region by rule"));
                }
            }
        }
    }
    Ok(())
}

fn figures(area: &Area) -> [u64; NUM_FIGURES] {
    [area.population, 1, area.jobs, area.employed_residents]
}

fn open(
    problem: &Problem,
    decided: Vec<Vec<usize>>,
    taken: &[Option<usize>],
    class: &[usize],
    num_regions: usize,
) -> Result<Open, String> {
    let instance = &problem.instance;
    let touching = audit::neighbours(problem);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for area in (0..taken.len()).filter(|&area| taken[area].is_none()) {
        members.entry(class[area]).or_default().push(area);
    }
    // A whole in several parts is exempt with each of them.
    let exempts =
        |area: usize| problem.rules.exempt.iter().any(|&exempt| class[exempt] == class[area]);
    let mut units: Vec<Unit> = members
        .values()
        .flat_map(|areas| audit::components(&touching, areas))
        .map(|areas| {
            let mut sums = [0; NUM_FIGURES];
            for &area in &areas {
                for (sum, figure) in sums.iter_mut().zip(figures(&instance.areas[area])) {
                    *sum += figure;
                }
            }
            let inside = audit::flow_within(instance, &areas, true);
            let is_exempt = areas.iter().any(|&area| exempts(area));
            Unit { areas, figures: sums, inside, is_exempt }
        })
        .collect();
    units.sort_by_key(|unit| (!unit.is_exempt, std::cmp::Reverse(unit.figures[0]), unit.areas[0]));

    let mut unit_of = vec![None; taken.len()];
    for (at, unit) in units.iter().enumerate() {
        for &area in &unit.areas {
            unit_of[area] = Some(at);
        }
    }
    let (limits, lifted) = tightened(problem, &units, num_regions)?;
    let mates: Vec<Vec<usize>> = units
        .iter()
        .map(|unit| {
            let same = |other: &Unit| class[other.areas[0]] == class[unit.areas[0]];
            (0..units.len()).filter(|&at| same(&units[at])).collect()
        })
        .collect();
    let decided_flow: Commuters =
        decided.iter().map(|region| audit::flow_within(instance, region, false)).sum();
    let unit_flow: Commuters =
        units.iter().map(|unit| audit::flow_within(instance, &unit.areas, false)).sum();
    Ok(Open {
        neighbours: unit_neighbours(&touching, &units, &unit_of),
        flows: unit_flows(problem, &unit_of),
        apart: unit_apart(problem, &unit_of, &mates),
        mates,
        limits,
        lifted,
        share: problem.rules.limits.min_self_containment,
        num_regions,
        decided,
        num_areas: taken.len(),
        constant: decided_flow + unit_flow,
        units,
    })
}

fn unit_neighbours(
    touching: &[Vec<usize>],
    units: &[Unit],
    unit_of: &[Option<usize>],
) -> Vec<Vec<usize>> {
    units
        .iter()
        .enumerate()
        .map(|(at, unit)| {
            let mut found: Vec<usize> = unit
                .areas
                .iter()
                .flat_map(|&area| touching[area].iter().filter_map(|&other| unit_of[other]))
                .filter(|&other| other != at)
                .collect();
            found.sort_unstable();
            found.dedup();
            found
        })
        .collect()
}

fn unit_flows(problem: &Problem, unit_of: &[Option<usize>]) -> BTreeMap<(usize, usize), Commuters> {
    let mut flows = BTreeMap::new();
    for (from, to, count) in problem.instance.flows.triples() {
        if let (Some(i), Some(j)) = (unit_of[from], unit_of[to])
            && i != j
        {
            *flows.entry((i.min(j), i.max(j))).or_default() += count;
        }
    }
    flows
}

fn unit_apart(
    problem: &Problem,
    unit_of: &[Option<usize>],
    mates: &[Vec<usize>],
) -> Vec<Vec<usize>> {
    let mut apart = vec![Vec::new(); mates.len()];
    for group in &problem.rules.apart {
        for &a in &group.areas {
            for &b in &group.areas {
                if let (Some(i), Some(j)) = (unit_of[a], unit_of[b])
                    && i != j
                {
                    for &mate in &mates[i] {
                        apart[mate].extend(&mates[j]);
                    }
                }
            }
        }
    }
    for list in &mut apart {
        list.sort_unstable();
        list.dedup();
    }
    apart
}

/// Limits with what the other regions must leave and cannot take: with total T over k regions,
/// max' = min(max, T − (k−1)·min) and min' = max(min, T − (k−1)·max). The second are the limits where
/// none apply. A region without limits may leave and take any amount; so where there may be one, all
/// that is left of this is that every region holds an area.
fn tightened(
    problem: &Problem,
    units: &[Unit],
    num_regions: usize,
) -> Result<([Bounds; NUM_FIGURES], [Bounds; NUM_FIGURES]), String> {
    let limits = &problem.rules.limits;
    let asked = [limits.population, limits.areas, limits.jobs, limits.employed];
    let has_exempt = units.iter().any(|unit| unit.is_exempt);
    let given = if has_exempt { [Bounds::default(); NUM_FIGURES] } else { asked };
    let words = ["inhabitants", "areas", "jobs", "employed residents"];
    let others = num_regions as u64 - 1;
    let mut bounds = given;
    for (at, bound) in bounds.iter_mut().enumerate() {
        let word = words[at];
        let total: u64 = units.iter().map(|unit| unit.figures[at]).sum();
        let least = given[at].min.unwrap_or(0).max(u64::from(at == 1));
        if least > 0 {
            let needed = others.checked_mul(least).filter(|&needed| needed <= total);
            let left = needed.map(|needed| total - needed).filter(|&left| left >= least);
            let left = left.ok_or_else(|| {
                format!("{num_regions} regions of at least {least} {word} need more than {total}")
            })?;
            bound.max = Some(bound.max.map_or(left, |max| max.min(left)));
        }
        if let Some(max) = given[at].max {
            let rest = total.saturating_sub(others.saturating_mul(max));
            if rest > max {
                return Err(format!(
                    "{num_regions} regions of at most {max} {word} cannot hold {total}"
                ));
            }
            if rest > 0 {
                bound.min = Some(bound.min.map_or(rest, |min| min.max(rest)));
            }
        }
        if bound.min.zip(bound.max).is_some_and(|(min, max)| min > max) {
            return Err(format!("no number of {word} is within the limits"));
        }
    }
    if !has_exempt {
        return Ok((bounds, bounds));
    }
    let both = |asked: Bounds, lifted: Bounds| Bounds {
        min: asked.min.max(lifted.min),
        max: [asked.max, lifted.max].into_iter().flatten().min(),
    };
    let limited = std::array::from_fn(|at| both(asked[at], bounds[at]));
    Ok((limited, bounds))
}
