//! The survey of large problems on trial on small ones, where everything is known: its bound must
//! lie above the best plan, its plans must be plans, and separators must earn no region less than
//! nothing.

use crate::engine::{Limits, Silent};
use crate::exact::colgen::climbing::Ground;
use crate::exact::master::pool::Pool;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::{Core, SCALE};
use crate::exact::problem::step::Step;
use crate::exact::survey::survey;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_testkit::shapes::problem;
use regionfront_testkit::subsets::Subsets;

#[test]
fn surveys_bound_every_plan_and_find_plans() {
    let (mut surveyed, mut closed, mut reached) = (0, 0, 0);
    for seed in 30_000..30_150 {
        let problem = problem(seed, usize::try_from(3 + seed % 8).expect("small"));
        let oracle = Subsets::of(&problem);
        for k in 1..=problem.instance.num_areas() {
            let Ok(nodes) = Nodes::contract(&problem) else { continue };
            let step = Step { limits: problem.rules.limits, ..Step::default() };
            let Ok(core) = Core::<1>::new(&problem, &nodes, k, &step) else { continue };
            if core.k == 0 {
                continue;
            }
            let best = oracle.best(k).map(|best| {
                i64::try_from(best - core.settled_flow).expect("few commuters") * SCALE
            });
            let limits = Limits { nodes: Some(20_000), ..Limits::default() };
            let watch =
                Watch::new(&limits, &Silent, k, core.settled_flow, core.scale, core.most_value());
            let network = Network::new(&core);
            let mut ground = Ground {
                core: &core,
                network: &network,
                pool: &mut Pool::default(),
                watch: &watch,
            };
            let mut most = None;
            let bound = survey(&mut ground, None, 3, &mut |plan| {
                let regions = &plan.regions;
                let value: i64 = regions.iter().map(|set| core.value(set)).sum();
                assert_eq!(value, plan.value, "{}", problem.scenario);
                let nodes = regions.iter().fold(AreaSet::EMPTY, AreaSet::union);
                assert!(regions.iter().all(|set| core.is_region(set)), "{}", problem.scenario);
                assert_eq!((regions.len(), nodes.len()), (core.k, core.n), "{}", problem.scenario);
                assert!(Some(value) <= best, "{}, k = {k}: more than there is", problem.scenario);
                most = most.max(Some(value));
                value + SCALE
            })
            .expect("the master is sound");
            assert!(best.is_none_or(|best| best <= bound), "{}, k = {k}", problem.scenario);
            surveyed += usize::from(best.is_some());
            reached += usize::from(best.is_some() && most == best);
            closed += usize::from(best.is_some_and(|best| bound < best + SCALE));
        }
    }
    assert!(surveyed > 180, "only {surveyed} problems had a plan");
    assert!(closed * 2 > surveyed, "{closed} bounds of {surveyed} are tight");
    assert!(reached * 2 > surveyed, "{reached} best plans of {surveyed} were found");
}
