//! The frontier on trial: at random duals it lists every region of every plan, its largest reduced
//! value is that of the best region, and its bounds hold wherever it is stopped; on more nodes it
//! lists what the search from roots does.

use super::prices::{Priced, UNCAPPED, random_duals};
use crate::engine::{Limits, Silent};
use crate::exact::master::duals::Duals;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::pricing::lister::Lister;
use crate::exact::pricing::root_search::Pricer;
use crate::exact::problem::column::Column;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::reduced::{Core, SCALE};
use crate::exact::problem::step::Step;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_testkit::shapes::{Dice, near_problem, problem};
use regionfront_testkit::subsets::Subsets;

#[test]
fn the_frontier_misses_no_region_of_a_plan() {
    let limits = Limits::default();
    let mut tried = 0;
    for seed in 0..2500 {
        let num_areas = usize::try_from(2 + seed % 10).expect("small");
        let problem = near_problem(seed, num_areas);
        let oracle = Subsets::of(&problem);
        let mut dice = Dice::new(seed);
        for k in 1..=num_areas {
            let Some(case) = Priced::new(&problem, &oracle, k) else { continue };
            let watch = Watch::new(&limits, &Silent, k, 0, case.core.scale, case.core.most_value());
            let mut frontier = Frontier::new(&case.core, &watch).expect("few nodes, near flows");
            tried += 1;
            for _ in 0..3 {
                let duals = random_duals(&mut dice, &case.core);
                let mut checked = case.check_list(&mut frontier, &duals);
                for nodes in [1, 5, 50, u64::MAX] {
                    checked = checked.and_then(|()| check_top(&case, &mut frontier, &duals, nodes));
                }
                if let Err(what) = checked {
                    panic!("{}, k = {k}: {what}; {:?}", problem.scenario, problem.rules);
                }
            }
        }
    }
    assert!(tried > 4000, "only {tried} questions have a plan");
}

/// The largest reduced value is that of the best region of a plan, or above it.
fn check_top(
    case: &Priced,
    frontier: &mut Frontier<'_, 1>,
    duals: &Duals,
    nodes: u64,
) -> Result<(), String> {
    let priced = frontier.largest(duals, duals.count, nodes);
    let best = priced.found.iter().map(|column| duals.excess(column)).max();
    if case.top(duals) > Some(priced.top.max(duals.count)) {
        return Err(format!("a region lies above the bound at {nodes} nodes"));
    }
    if nodes == u64::MAX && (priced.truncated || best.unwrap_or(0) != priced.top - duals.count) {
        return Err(format!("the best region has {best:?}, not {}", priced.top - duals.count));
    }
    Ok(())
}

/// Prices near those that make every region worth what it cuts.
fn near_duals(dice: &mut Dice, core: &Core<1>) -> Duals {
    let unit = core.most_value() / i64::try_from(4 * core.n).expect("small") + 1;
    let node = (0..core.n)
        .map(|node| {
            let around: i64 = core.pair[node * core.n..(node + 1) * core.n].iter().sum();
            let off = i64::try_from(dice.between(0, 200)).expect("small") - 100;
            around / 2 + unit / 100 * off
        })
        .collect();
    Duals { node, count: -2 * unit, unit: 0 }
}

#[test]
fn both_pricers_list_the_same() {
    let limits = Limits::default();
    let mut regions = 0;
    for seed in 0..150 {
        let num_areas = usize::try_from(12 + seed % 11).expect("small");
        let problem = near_problem(10_000 + seed, num_areas);
        let mut dice = Dice::new(seed);
        for k in 2..6 {
            let Ok(nodes) = Nodes::contract(&problem) else { continue };
            let step = Step { limits: problem.rules.limits, ..Step::default() };
            let Ok(core) = Core::<1>::new(&problem, &nodes, k, &step) else { continue };
            let watch = Watch::new(&limits, &Silent, k, 0, core.scale, core.most_value());
            let mut frontier = Frontier::new(&core, &watch).expect("thin enough");
            let mut pricer = Pricer::new(&core, &watch);
            let duals = near_duals(&mut dice, &core);
            let list = |pricer: &mut dyn Lister<1>| -> Vec<(AreaSet<1>, i64)> {
                let mut found: Vec<Column<1>> = Vec::new();
                assert!(pricer.list(&duals, duals.count, UNCAPPED, &mut found));
                let mut found: Vec<_> = found.iter().map(|it| (it.set, it.value)).collect();
                found.sort_unstable();
                found
            };
            let (ours, theirs) = (list(&mut frontier), list(&mut pricer));
            assert_eq!(ours, theirs, "{} k = {k}", problem.scenario);
            regions += ours.len();
        }
    }
    assert!(regions > 1000, "only {regions} regions");
}

/// Where flows cross more than borders, or more than one measure is limited, the search from roots
/// stays in charge.
#[test]
fn far_flows_are_not_for_the_frontier() {
    let limits = Limits::default();
    let mut declined = 0;
    for seed in 0..200 {
        let problem = problem(seed, 8);
        let Ok(nodes) = Nodes::contract(&problem) else { continue };
        let step = Step { limits: problem.rules.limits, ..Step::default() };
        let Ok(core) = Core::<1>::new(&problem, &nodes, 2, &step) else { continue };
        let watch = Watch::new(&limits, &Silent, 2, 0, SCALE, SCALE);
        let is_near = (0..core.n).all(|a| {
            (0..core.n).all(|b| core.pair[a * core.n + b] == 0 || core.neighbours[a].contains(b))
        });
        let is_taken = Frontier::new(&core, &watch).is_some();
        assert!(!is_taken || (is_near && core.resources.len() < 2), "{}", problem.scenario);
        declined += u32::from(!is_taken);
    }
    assert!(declined > 100, "declined only {declined}");
}
