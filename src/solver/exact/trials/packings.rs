//! Packings on trial: what leaves no room has no plan, and nearly all that has no plan for want of
//! room is found.

use crate::engine::{Limits, Silent};
use crate::exact::caps::{Cap, Caps};
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::reduced::{Core, SCALE};
use crate::exact::problem::step::Step;
use crate::exact::proof::packing::leaves_no_room;
use crate::exact::watch::Watch;
use regionfront_model::scenario::{Bounds, Limits as Rules, Problem};
use regionfront_testkit::shapes::problem;
use regionfront_testkit::subsets::Subsets;

/// Whether there is no room; `None` where the engine finds a contradiction before.
fn is_full(problem: &Problem, k: usize, cap: Cap) -> Option<bool> {
    let nodes = Nodes::contract(problem).ok()?;
    let step = Step { limits: problem.rules.limits, ..Step::default() };
    let core = Core::<1>::new(problem, &nodes, k, &step).ok().filter(|core| core.k > 0)?;
    let limits = Limits::default();
    let watch = Watch::new(&limits, &Silent, k, 0, SCALE, core.most_value());
    Some(leaves_no_room(&core, cap, &watch))
}

#[test]
fn what_leaves_no_room_has_no_plan() {
    let (mut full, mut missed) = (0, 0);
    for seed in 40_000..42_500 {
        let problem = problem(seed, 4 + usize::try_from(seed % 7).expect("small"));
        let oracle = Subsets::of(&problem);
        for k in 1..=problem.instance.num_areas() {
            let Some(is_full) = is_full(&problem, k, Caps::default().packing) else { continue };
            let has_plan = oracle.best(k).is_some();
            assert!(!(is_full && has_plan), "seed {seed}, k = {k}: {:?}", problem.rules);
            full += usize::from(is_full);
            missed += usize::from(!is_full && !has_plan);
            // Cut short, it proves less, and nothing false.
            for nodes in [1, 5, 25] {
                let cap = Cap { nodes, columns: 3 };
                assert!(self::is_full(&problem, k, cap) == Some(false) || !has_plan, "seed {seed}");
            }
        }
    }
    assert!(full > 500, "{full} without room, {missed} without a plan for other reasons");
}

/// With lower limits alone and all areas connected, there is a plan exactly where there is room: what
/// is left over joins a neighbour.
#[test]
fn without_ceilings_room_is_all_it_takes() {
    let (mut full, mut tried) = (0, 0);
    for seed in 43_000..45_000 {
        let mut problem = problem(seed, 4 + usize::try_from(seed % 6).expect("small"));
        let least = |bounds: Bounds| Bounds { max: None, ..bounds };
        let limits = Rules {
            population: least(problem.rules.limits.population),
            areas: least(problem.rules.limits.areas),
            jobs: least(problem.rules.limits.jobs),
            employed: least(problem.rules.limits.employed),
            ..Rules::default()
        };
        let links = std::mem::take(&mut problem.rules.links);
        problem.rules = regionfront_model::scenario::Rules { links, limits, ..Default::default() };
        let oracle = Subsets::of(&problem);
        if oracle.best(1).is_none() {
            continue;
        }
        for k in 1..=problem.instance.num_areas() {
            let Some(is_full) = is_full(&problem, k, Caps::default().packing) else { continue };
            let is_limited = limits != Rules::default();
            assert_eq!(is_full, is_limited && oracle.best(k).is_none(), "seed {seed}, k = {k}");
            full += usize::from(is_full);
            tried += 1;
        }
    }
    assert!(full > 100 && tried > 3 * full, "{full} of {tried}");
}
