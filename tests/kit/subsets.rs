//! The oracle for up to thirteen areas: dynamic programming over all subsets.
//!
//! `best[S][k]` is the most commuters that `k` regions dividing the areas `S` can hold. The region
//! of the first area of `S` is some feasible subset `R` of `S` that holds it, so
//! `best[S][k] = max over R of value(R) + best[S \ R][k − 1]`. Written plainly, sharing no code
//! with engines, graph or verifier; sets of areas are bits of a `usize`.

use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Bounds, Problem};

/// Every feasible region of a problem, and the best plans made of them.
pub struct Subsets {
    num_areas: usize,
    /// For every set of areas: commuters between different areas of it, if it can be a region.
    regions: Vec<Option<u64>>,
    /// `best[set * (num_areas + 1) + k]`.
    best: Vec<Option<u64>>,
}

impl Subsets {
    /// Judges every subset and finds the best plans for every number of regions.
    pub fn of(problem: &Problem) -> Self {
        let num_areas = problem.instance.num_areas();
        assert!(num_areas <= 13, "{num_areas} areas have too many subsets");
        let regions: Vec<Option<u64>> = feasible_regions(problem);
        let width = num_areas + 1;
        let mut best = vec![None; width << num_areas];
        best[0] = Some(0);
        for set in 1..1_usize << num_areas {
            let first = set & set.wrapping_neg();
            let others = set ^ first;
            // All subsets of `others`, the empty one last.
            let mut part = others;
            loop {
                if let Some(value) = regions[part | first] {
                    let rest = set ^ (part | first);
                    for k in 0..num_areas {
                        if let Some(held) = best[rest * width + k] {
                            let slot = &mut best[set * width + k + 1];
                            *slot = (*slot).max(Some(held + value));
                        }
                    }
                }
                if part == 0 {
                    break;
                }
                part = (part - 1) & others;
            }
        }
        Self { num_areas, regions, best }
    }

    /// The most commuters a plan with `k` regions holds; `None` when there is no plan.
    pub fn best(&self, k: usize) -> Option<u64> {
        if k > self.num_areas {
            return None;
        }
        self.best[((1 << self.num_areas) - 1) * (self.num_areas + 1) + k]
    }

    /// What the areas outside a region hold at best in `k − 1` regions: `None` when the region
    /// cannot stand in a plan with `k` regions.
    pub fn best_around(&self, region: usize, k: usize) -> Option<u64> {
        let rest = ((1 << self.num_areas) - 1) ^ region;
        self.best[rest * (self.num_areas + 1) + k - 1]
    }

    /// Every feasible region as bits, with its commuters inside.
    pub fn regions(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.regions.iter().enumerate().filter_map(|(set, value)| value.map(|value| (set, value)))
    }
}

fn feasible_regions(problem: &Problem) -> Vec<Option<u64>> {
    let n = problem.instance.num_areas();
    let rules = &problem.rules;
    let limits = &rules.limits;
    let mut touches = vec![0_usize; n];
    for link in &problem.instance.links {
        if rules.links.contains(&link.kind) {
            touches[link.a] |= 1 << link.b;
            touches[link.b] |= 1 << link.a;
        }
    }
    let bits = |areas: &[usize]| areas.iter().fold(0_usize, |set, area| set | 1 << area);
    let members = |set: usize| (0..n).filter(move |area| set >> area & 1 == 1);
    let within = |bounds: Bounds, value: u64| {
        bounds.min.unwrap_or(0) <= value && value <= bounds.max.unwrap_or(u64::MAX)
    };
    let is_connected = |set: usize| {
        let mut reached = set & set.wrapping_neg();
        loop {
            let more = members(reached).fold(reached, |more, area| more | touches[area] & set);
            if more == reached {
                return reached == set;
            }
            reached = more;
        }
    };
    let keeps_groups = |set: usize| {
        rules.together.iter().all(|group| {
            let held = set & bits(&group.areas);
            held == 0 || held == bits(&group.areas)
        }) && rules.apart.iter().all(|group| (set & bits(&group.areas)).count_ones() <= 1)
            && rules.closed.iter().chain(&rules.fixed).all(|group| {
                let exact = bits(&group.areas);
                set & exact == 0 || set == exact
            })
    };
    (0..1_usize << n)
        .map(|set| {
            if set == 0 || !keeps_groups(set) || !is_connected(set) {
                return None;
            }
            let mut inside = 0;
            let mut stay = 0;
            for from in members(set) {
                for to in members(set) {
                    let flow = problem.instance.flows.get(from, to);
                    if from == to { stay += flow } else { inside += flow }
                }
            }
            let sum = |figure: fn(&regionfront_model::instance::Area) -> u64| -> u64 {
                members(set).map(|area| figure(&problem.instance.areas[area])).sum()
            };
            let employed = sum(|area| area.employed_residents);
            let (part, whole) = limits.min_self_containment.map_or((0, 1), Share::fraction);
            let kept = within(limits.population, sum(|area| area.population))
                && within(limits.areas, u64::from(set.count_ones()))
                && within(limits.jobs, sum(|area| area.jobs))
                && within(limits.employed, employed)
                && u128::from(inside + stay) * u128::from(whole)
                    >= u128::from(part) * u128::from(employed);
            let exempt = rules.fixed.iter().any(|group| bits(&group.areas) == set)
                || set & bits(&rules.exempt) != 0;
            (kept || exempt).then_some(inside)
        })
        .collect()
}
