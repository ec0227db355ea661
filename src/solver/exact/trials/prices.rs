//! The pricer on trial: at random duals it must list every region of every plan, and its bounds
//! must hold wherever it is stopped.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::engine::{Limits, Silent};
use crate::exact::caps::Cap;
use crate::exact::colgen::first_bound::first_bound;
use crate::exact::master::duals::Duals;
use crate::exact::pricing::lister::Lister;
use crate::exact::pricing::root_search::{Pricer, Want};
use crate::exact::problem::column::Column;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::reduced::{Core, SCALE};
use crate::exact::problem::step::Step;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_model::scenario::Problem;
use regionfront_testkit::shapes::{Dice, dense_problem, problem};
use regionfront_testkit::subsets::Subsets;

/// Duals of a plausible size: most near what regions hold per area, some far off, some zero.
pub(crate) fn random_duals(dice: &mut Dice, core: &Core<1>) -> Duals {
    let mean = core.most_value() / SCALE / i64::try_from(core.n).expect("small") + 1;
    let spread = u64::try_from(2 * mean).expect("not negative");
    let mut dual = |chance: usize| -> i64 {
        let size = i64::try_from(dice.between(0, spread)).expect("small") * SCALE;
        match dice.below(8) {
            0 => 0,
            1 => -size,
            2 => size * 50,
            _ if chance > 0 => size / 3 * 2,
            _ => size,
        }
    };
    let node = (0..core.n).map(|_| dual(1)).collect();
    let count = dual(0) - dual(0);
    Duals { node, count, unit: 0 }
}

/// A question about k regions with everything known about it.
pub(crate) struct Priced {
    pub(crate) core: Core<1>,
    /// Feasible regions that hold no settled area, as bits, with their values.
    pub(super) regions: BTreeMap<usize, i64>,
    /// Those that stand in a plan.
    in_plans: Vec<usize>,
    /// Value of the best plan, settled regions left out.
    pub(super) best: i64,
}

fn scaled(commuters: u64) -> i64 {
    i64::try_from(commuters).expect("few commuters") * SCALE
}

impl Priced {
    /// `None` when there is no plan or nothing to price.
    pub(crate) fn new(problem: &Problem, oracle: &Subsets, k: usize) -> Option<Self> {
        let best = oracle.best(k)?;
        let nodes = Nodes::contract(problem).expect("there is a plan");
        let step = Step { limits: problem.rules.limits, ..Step::default() };
        let core = Core::<1>::new(problem, &nodes, k, &step).expect("there is a plan");
        if core.k == 0 {
            return None;
        }
        let settled = core.settled.iter().flatten().fold(0_usize, |bits, area| bits | 1 << area);
        let regions: BTreeMap<usize, i64> = oracle
            .regions()
            .filter(|(set, _)| set & settled == 0)
            .map(|(set, value)| (set, scaled(value)))
            .collect();
        let in_plans =
            regions.keys().copied().filter(|&set| oracle.best_around(set, k).is_some()).collect();
        let best = scaled(best - core.settled_flow);
        Some(Self { core, regions, in_plans, best })
    }

    /// The areas of a set of nodes, as bits.
    fn areas(&self, set: AreaSet<1>) -> usize {
        let areas = set.iter().flat_map(|node| &self.core.members[node]);
        areas.fold(0, |bits, area| bits | 1 << area)
    }

    /// The nodes of a region given by its areas, as bits.
    pub(super) fn nodes(&self, areas: usize) -> AreaSet<1> {
        (0..self.core.n).filter(|&node| areas >> self.core.members[node][0] & 1 == 1).collect()
    }

    /// The largest reduced value of a region that stands in a plan.
    pub(crate) fn top(&self, duals: &Duals) -> Option<i64> {
        self.in_plans.iter().map(|&set| self.reduced(set, duals)).max()
    }

    fn reduced(&self, set: usize, duals: &Duals) -> i64 {
        self.regions[&set] - Core::sum(&duals.node, &self.nodes(set))
    }

    /// Every region above the threshold that stands in a plan is listed, none twice or wrongly.
    pub(crate) fn check_list(
        &self,
        pricer: &mut dyn Lister<1>,
        duals: &Duals,
    ) -> Result<(), String> {
        let mut columns: Vec<Column<1>> = Vec::new();
        if !pricer.list(duals, duals.count, UNCAPPED, &mut columns) {
            return Err("a list without a cap is incomplete".into());
        }
        let listed: BTreeMap<usize, i64> =
            columns.iter().map(|column| (self.areas(column.set), column.value)).collect();
        if listed.len() < columns.len() {
            return Err("a region is listed twice".into());
        }
        for (set, value) in &listed {
            if self.regions.get(set) != Some(value) {
                return Err(format!("{set:b} is no region of value {value}"));
            }
        }
        let missed = self
            .in_plans
            .iter()
            .find(|&&set| self.reduced(set, duals) > duals.count && !listed.contains_key(&set));
        missed.map_or(Ok(()), |set| Err(format!("region {set:b} is not listed")))
    }

    /// Bounds hold over every region of a plan and over the best plan, when the search of each
    /// root may take so many nodes.
    fn check_bounds(
        &self,
        pricer: &mut Pricer<'_, 1>,
        duals: &Duals,
        nodes: u64,
    ) -> Result<(), String> {
        let mut found = Vec::new();
        let cap = Cap { nodes, ..UNCAPPED };
        let mut bounds: Vec<i64> = (0..pricer.num_roots())
            .map(|place| pricer.search_root(place, duals.count, Want::Best, cap, &mut found).bound)
            .collect();
        bounds.sort_unstable_by_key(|&bound| Reverse(bound));
        let top = self.top(duals);
        if top > Some(bounds[0]) {
            return Err(format!("a region lies above all bounds at {nodes} nodes"));
        }
        let plans = duals.node.iter().sum::<i64>() + bounds[..self.core.k].iter().sum::<i64>();
        if plans < self.best {
            return Err(format!("the best plan lies above its bound at {nodes} nodes"));
        }
        let record = found.iter().map(|c| self.reduced(self.areas(c.set), duals)).max();
        if nodes == u64::MAX && record.is_some_and(|record| record != bounds[0]) {
            return Err("the largest bound is not the best region".into());
        }
        Ok(())
    }
}

pub(crate) const UNCAPPED: Cap = Cap { nodes: u64::MAX, columns: usize::MAX };

fn check_pricing(seeds: std::ops::Range<u64>, problem: fn(u64, usize) -> Problem) {
    for seed in seeds {
        let num_areas = usize::try_from(2 + seed % 9).expect("small");
        let problem = problem(seed, num_areas);
        let oracle = Subsets::of(&problem);
        let mut dice = Dice::new(seed);
        for k in 1..=num_areas {
            let Some(case) = Priced::new(&problem, &oracle, k) else { continue };
            let limits = Limits::default();
            let watch = Watch::new(&limits, &Silent, k, 0, case.core.scale, case.core.most_value());
            // Its split of the flows is what the duals before have left.
            let mut pricer = Pricer::new(&case.core, &watch);
            pricer.plain_nodes = [1, 3, 1_000][k % 3];
            for _ in 0..4 {
                let duals = random_duals(&mut dice, &case.core);
                pricer.set_duals(&duals);
                let mut checked = case.check_list(&mut pricer, &duals);
                for nodes in [1, 2, 5, 20, u64::MAX] {
                    checked = checked.and_then(|()| case.check_bounds(&mut pricer, &duals, nodes));
                }
                if let Err(what) = checked {
                    panic!("{}, k = {k}: {what}; {:?}", problem.scenario, problem.rules);
                }
            }
        }
    }
}

#[test]
fn pricing_misses_no_region_of_a_plan() {
    check_pricing(0..5000, problem);
}

/// Where everybody commutes everywhere and several limits bind, the inner capacities do the work.
#[test]
fn pricing_misses_no_region_of_a_dense_plan_under_limits() {
    check_pricing(50_000..53_000, dense_problem);
}

/// What is known before any column must bound the best plan, whatever the limits.
#[test]
fn bounds_before_any_column_hold() {
    let mut lower = 0;
    for seed in 40_000..43_000 {
        let num_areas = usize::try_from(2 + seed % 9).expect("small");
        let problem = if seed % 2 == 0 { problem } else { dense_problem }(seed, num_areas);
        let oracle = Subsets::of(&problem);
        for k in 1..=num_areas {
            let Some(case) = Priced::new(&problem, &oracle, k) else { continue };
            let bound = first_bound(&case.core, &|| false);
            lower += usize::from(bound < case.core.most_value());
            let name = &problem.scenario;
            assert!(bound >= case.best, "{name}, k = {k}: {bound} is below {}", case.best);
        }
    }
    assert!(lower > 1_000, "only {lower} bounds say anything");
}
