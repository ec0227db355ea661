//! What the rules leave to be divided: the areas that no closed or fixed group holds, and the parts
//! they fall into.
//!
//! A region that is not itself a closed or fixed group lies wholly inside one part. The number of
//! regions of a part therefore lies between bounds that add up over the parts.

use super::{Group, Measure, Problem};
use crate::instance::LinkKind;

/// Connected components of some areas (ascending) under some link kinds, in the order of their
/// first areas, each ascending. Time O((areas + links) log areas).
pub(super) fn components(
    problem: &Problem,
    among: &[usize],
    kinds: &[LinkKind],
) -> Vec<Vec<usize>> {
    let mut roots: Vec<usize> = (0..among.len()).collect();
    for link in problem.instance.links.iter().filter(|link| kinds.contains(&link.kind)) {
        if let (Ok(a), Ok(b)) = (among.binary_search(&link.a), among.binary_search(&link.b)) {
            unite(&mut roots, a, b);
        }
    }
    // A root is the first of its component, so that the first time it is met opens it.
    let mut place = vec![0; among.len()];
    let mut found: Vec<Vec<usize>> = Vec::new();
    for (at, &area) in among.iter().enumerate() {
        let root = root_of(&mut roots, at);
        if root == at {
            place[at] = found.len();
            found.push(Vec::new());
        }
        found[place[root]].push(area);
    }
    found
}

pub(super) fn root_of(roots: &mut [usize], mut at: usize) -> usize {
    while roots[at] != at {
        roots[at] = roots[roots[at]];
        at = roots[at];
    }
    at
}

fn unite(roots: &mut [usize], a: usize, b: usize) {
    let (a, b) = (root_of(roots, a), root_of(roots, b));
    roots[a.max(b)] = a.min(b);
}

/// A part of the map in which regions are still to be drawn.
pub(super) struct Part {
    /// Its areas, ascending.
    pub(super) areas: Vec<usize>,
    /// Wholes that no region may cut: areas, those kept together counted once.
    pub(super) wholes: usize,
    /// Most areas of one keep-apart group.
    pub(super) apart: usize,
    /// Those of its wholes to whose regions limits do not apply.
    pub(super) exempt: Vec<usize>,
}

/// What the closed and fixed groups leave.
pub(super) struct Left {
    /// Regions the closed and fixed groups already are.
    pub(super) decided: usize,
    /// Those of them that are fixed, and so exempt from limits.
    pub(super) fixed: usize,
    /// Components of the areas left, under the chosen links.
    pub(super) parts: Vec<Part>,
}

impl Left {
    /// What the groups of a problem leave.
    pub(super) fn of(problem: &Problem) -> Self {
        let rules = &problem.rules;
        let mut fixed: Vec<&[usize]> = area_lists(&rules.fixed);
        fixed.sort_unstable();
        fixed.dedup();
        let num_fixed = fixed.len();
        let mut decided = fixed;
        decided.extend(area_lists(&rules.closed));
        decided.sort_unstable();
        decided.dedup();
        let num_areas = problem.instance.num_areas();
        let mut is_left = vec![true; num_areas];
        for area in decided.iter().copied().flatten() {
            is_left[*area] = false;
        }
        let left: Vec<usize> = (0..num_areas).filter(|&area| is_left[area]).collect();
        let mut roots: Vec<usize> = (0..num_areas).collect();
        for group in &rules.together {
            for pair in group.areas.windows(2) {
                unite(&mut roots, pair[0], pair[1]);
            }
        }
        let parts = components(problem, &left, &rules.links);
        let most_apart = most_apart(&parts, &rules.apart, num_areas);
        let parts = parts
            .into_iter()
            .zip(most_apart)
            .map(|(areas, apart)| {
                let mut roots_of = |areas: &mut dyn Iterator<Item = usize>| -> Vec<usize> {
                    let mut wholes: Vec<usize> =
                        areas.map(|area| root_of(&mut roots, area)).collect();
                    wholes.sort_unstable();
                    wholes.dedup();
                    wholes
                };
                let wholes = roots_of(&mut areas.iter().copied()).len();
                let is_here = |area: &usize| areas.binary_search(area).is_ok();
                let exempt = roots_of(&mut rules.exempt.iter().copied().filter(is_here));
                Part { areas, wholes, apart, exempt }
            })
            .collect();
        Self { decided: decided.len(), fixed: num_fixed, parts }
    }
}

/// The areas that are not in fixed regions, as wholes that no region cuts: closed groups, groups kept
/// together, single areas. By their first areas, each ascending.
pub(super) fn open_wholes(problem: &Problem) -> Vec<Vec<usize>> {
    let rules = &problem.rules;
    let num_areas = problem.instance.num_areas();
    let mut roots: Vec<usize> = (0..num_areas).collect();
    for group in rules.together.iter().chain(&rules.closed) {
        for pair in group.areas.windows(2) {
            unite(&mut roots, pair[0], pair[1]);
        }
    }
    let mut wholes: Vec<Vec<usize>> = vec![Vec::new(); num_areas];
    let is_fixed = held(&rules.fixed, num_areas);
    for (area, is_fixed) in is_fixed.into_iter().enumerate() {
        if !is_fixed {
            let root = root_of(&mut roots, area);
            wholes[root].push(area);
        }
    }
    wholes.retain(|whole| !whole.is_empty());
    wholes
}

/// For every part the most areas that one keep-apart group has in it.
fn most_apart(parts: &[Vec<usize>], apart: &[Group], num_areas: usize) -> Vec<usize> {
    let mut part_of = vec![None; num_areas];
    for (number, part) in parts.iter().enumerate() {
        for &area in part {
            part_of[area] = Some(number);
        }
    }
    let mut most = vec![0; parts.len()];
    for group in apart {
        let mut inside: Vec<usize> = group.areas.iter().filter_map(|&area| part_of[area]).collect();
        inside.sort_unstable();
        for run in inside.chunk_by(|one, other| one == other) {
            most[run[0]] = most[run[0]].max(run.len());
        }
    }
    most
}

/// Which areas stand in one of the groups.
pub(super) fn held(groups: &[Group], num_areas: usize) -> Vec<bool> {
    let mut is_held = vec![false; num_areas];
    for &area in groups.iter().flat_map(|group| &group.areas) {
        is_held[area] = true;
    }
    is_held
}

fn area_lists(groups: &[Group]) -> Vec<&[usize]> {
    groups.iter().map(|group| group.areas.as_slice()).collect()
}

/// How many areas two ascending lists share.
pub(super) fn common(few: &[usize], many: &[usize]) -> usize {
    few.iter().filter(|area| many.binary_search(area).is_ok()).count()
}

impl Part {
    /// Fewest regions this part can be divided into. One to which limits do not apply may hold any
    /// amount.
    pub(super) fn fewest(&self, problem: &Problem) -> u128 {
        if !self.exempt.is_empty() {
            return self.apart.max(1) as u128;
        }
        let by_limits = Measure::ALL.into_iter().filter_map(|measure| {
            let max = measure.bounds(&problem.rules.limits).max.filter(|&max| max > 0)?;
            Some(total(problem, measure, &self.areas).div_ceil(u128::from(max)))
        });
        by_limits.chain([1, self.apart as u128]).max().expect("the list holds 1")
    }

    /// Most regions this part can be divided into. No more are exempt from limits than there are areas
    /// to exempt them; the others share what is left.
    pub(super) fn most(&self, problem: &Problem) -> u128 {
        let exempt = &problem.rules.exempt;
        let limited: Vec<usize> =
            self.areas.iter().copied().filter(|area| exempt.binary_search(area).is_err()).collect();
        let by_limits = Measure::ALL.into_iter().filter_map(|measure| {
            let min = measure.bounds(&problem.rules.limits).min.filter(|&min| min > 0)?;
            let others = total(problem, measure, &limited) / u128::from(min);
            Some(others + self.exempt.len() as u128)
        });
        by_limits.chain([self.wholes as u128]).min().expect("the list holds the wholes")
    }
}

/// What some areas hold together.
pub(super) fn total(problem: &Problem, measure: Measure, areas: &[usize]) -> u128 {
    areas.iter().map(|&area| u128::from(measure.of(&problem.instance.areas[area]))).sum()
}
