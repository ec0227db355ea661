//! What is done on middling problems only, on trial on small ones: bounds before columns, scouting,
//! roots dealt out, and plans from the relaxation, made side by side.

use super::{CUT_SHORT, no_annealing, solve, trial};
use crate::engine::{Limits, Outcome, Silent};
use crate::exact::caps::Caps;
use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::primal::restricted::best_of_known;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::reduced::{Core, SCALE};
use crate::exact::problem::step::Step;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_testkit::shapes::problem;
use regionfront_testkit::subsets::Subsets;

#[test]
fn the_road_of_middling_problems_leads_to_the_optimum() {
    trial::<1>(0..600, 10, Caps { middling: 0, ..no_annealing() });
    trial::<1>(600..900, 10, Caps { middling: 0, ..CUT_SHORT });
}

/// To the last search node.
#[test]
fn threads_change_nothing() {
    // Lists beside the tree that are given up, and such as are made to the end.
    let caps = [5, 1000].map(|deepest| Caps { middling: 0, deepest, ..CUT_SHORT });
    for seed in 0..150 {
        let num_areas = usize::try_from(4 + seed % 7).expect("small");
        let problem = problem(seed, num_areas);
        for (k, caps) in (1..=num_areas).flat_map(|k| caps.map(|caps| (k, caps))) {
            let on = |threads| {
                let limits = Limits { threads, ..Limits::default() };
                let solved = solve::<1>(&problem, k, &limits, caps);
                let plan = match solved.outcome {
                    Outcome::Optimal { plan, objective } => Some((plan, objective)),
                    _ => None,
                };
                (plan, solved.effort.nodes, solved.effort.columns)
            };
            assert_eq!(on(1), on(3), "shape {seed}, k = {k}");
        }
    }
}

#[test]
fn the_best_of_all_regions_is_the_optimum() {
    let mut found = 0;
    for seed in 0..60 {
        let problem = problem(seed, usize::try_from(4 + seed % 5).expect("small"));
        let oracle = Subsets::of(&problem);
        let Ok(nodes) = Nodes::contract(&problem) else { continue };
        for k in 1..=problem.instance.num_areas() {
            let step = Step { limits: problem.rules.limits, ..Step::default() };
            let Ok(core) = Core::<1>::new(&problem, &nodes, k, &step) else { continue };
            let Some(best) = oracle.best(k).filter(|_| core.k > 0) else { continue };
            let best = i64::try_from(best - core.settled_flow).expect("few commuters") * SCALE;
            let limits = Limits::default();
            let watch = Watch::new(&limits, &Silent, k, 0, core.scale, core.most_value());
            let mut pool = Pool::default();
            for bits in 1..1_u64 << core.n {
                let set: AreaSet<1> = (0..core.n).filter(|&node| bits >> node & 1 == 1).collect();
                if core.is_region(&set) {
                    pool.insert(core.column(set));
                }
            }
            // However dear nodes are, a plan's losses add up to what it falls short of the level.
            let node = vec![core.most_value() / 2 + 1; core.n];
            let duals = Duals { node, count: 0, unit: 0 };
            let plan = best_of_known(&core, &pool, &duals, best, &watch);
            let plan = plan.unwrap_or_else(|| panic!("shape {seed}, k = {k}: no plan of {best}"));
            assert_eq!(plan.value, best, "shape {seed}, k = {k}");
            let above = best_of_known(&core, &pool, &duals, best + SCALE, &watch);
            assert!(above.is_none(), "shape {seed}, k = {k}: {above:?} is better than the best");
            found += 1;
        }
    }
    assert!(found > 100, "{found} plans");
}
