//! The exact engine on trial against dynamic programming over all subsets: its parts one by one,
//! without the annealing that would hide a bound that is too low, and with its steps cut so short
//! that the seldom needed ones must do the work.

mod boxes;
mod frontiers;
mod labels;
mod middlings;
mod neighbourhoods;
mod packings;
mod prices;
mod sessions;
mod stops;
mod surveys;

use std::borrow::Cow;

use crate::engine::{Limits, Outcome, Silent, Solved, StopReason};
use crate::exact::caps::{Cap, Caps, LARGE, MIDDLING};
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::reduced::Core;
use crate::exact::problem::step::Step;
use crate::exact::proof::branching::Decision;
use crate::exact::session::Wide;
use crate::exact::steps::{Asked, Steps};
use crate::graph::AreaSet;
use regionfront_model::scenario::Problem;
use regionfront_testkit::shapes::{
    Dice, dense_problem, exempt_problem, near_exempt_problem, near_problem, problem,
};
use regionfront_testkit::subsets::Subsets;
use regionfront_verify::verify;

fn solve<const W: usize>(problem: &Problem, k: usize, limits: &Limits, caps: Caps) -> Solved {
    let mut session = Wide::<W>::new(Cow::Borrowed(problem), k, 1, caps, Nodes::contract(problem));
    let step = Step { limits: problem.rules.limits, ..Step::default() };
    let stepped = session.solve(&step, &Asked::default(), limits, &Silent);
    stepped.expect("the engine has no fault").solved
}

/// Solves every `k` and compares with the oracle. What differs, in words.
fn departures<const W: usize>(problem: &Problem, caps: Caps) -> Vec<String> {
    let oracle = Subsets::of(problem);
    let mut found = Vec::new();
    for k in 1..=problem.instance.num_areas() + 1 {
        let outcome = solve::<W>(problem, k, &Limits::default(), caps).outcome;
        let best = oracle.best(k);
        let agrees = match &outcome {
            Outcome::Infeasible { .. } => best.is_none(),
            Outcome::Optimal { plan, objective } => {
                best == Some(*objective) && verify(problem, k, plan.clone(), *objective).is_ok()
            }
            _ => false,
        };
        if !agrees {
            found.push(format!(
                "{}, k = {k}: {outcome:?}, the oracle has {best:?}; {:?}",
                problem.scenario, problem.rules
            ));
        }
    }
    found
}

/// Tries shapes of 2 to `most` areas, as many as there are seeds.
fn trial<const W: usize>(seeds: std::ops::Range<u64>, most: u64, caps: Caps) {
    trial_of::<W>(problem, seeds, most, caps);
}

/// The same with flows between neighbours only.
fn near_trial<const W: usize>(seeds: std::ops::Range<u64>, most: u64, caps: Caps) {
    trial_of::<W>(near_problem, seeds, most, caps);
}

/// The same with any shape.
fn trial_of<const W: usize>(
    shape: fn(u64, usize) -> Problem,
    seeds: std::ops::Range<u64>,
    most: u64,
    caps: Caps,
) {
    let found: Vec<String> = seeds
        .flat_map(|seed| {
            let num_areas = usize::try_from(2 + seed % (most - 1)).expect("small");
            departures::<W>(&shape(seed, num_areas), caps)
        })
        .collect();
    assert!(
        found.is_empty(),
        "{} departures:\n{}",
        found.len(),
        found[..found.len().min(6)].join("\n")
    );
}

/// The usual caps, but few pairs written out at a time and short slices: trials are small, and yet to
/// reach these steps.
fn small() -> Caps {
    Caps { plain_nodes: 3, pairs: 3, slice: 7, ..Caps::default() }
}

/// These without annealing, which would find the optimum and hide a bound below it.
fn no_annealing() -> Caps {
    Caps { runs: 0, turn: 30, ..small() }
}

/// Everything cut so short that branching must close the gap.
const CUT_SHORT: Caps = Caps {
    middling: MIDDLING,
    large: LARGE,
    runs: 0,
    first_nodes: 5,
    turn: 40,
    enumeration: Cap { nodes: 50, columns: 3 },
    deepest: 5,
    cover_nodes: 5,
    packing: Cap { nodes: 9, columns: 9 },
    plain_nodes: 3,
    pairs: 3,
    slice: 7,
};

#[test]
fn columns_alone_give_the_optimum() {
    trial::<1>(0..2500, 11, no_annealing());
}

#[test]
fn branching_alone_gives_the_optimum() {
    trial::<1>(0..1500, 10, CUT_SHORT);
}

/// Where the root stays open, longer lists of the whole problem and plans beside the tree lead to the
/// optimum, from one pricer and from several.
#[test]
fn deeper_lists_give_the_optimum() {
    let caps = Caps { deepest: 1000, cover_nodes: 50, ..CUT_SHORT };
    trial::<1>(7000..8500, 10, caps);
    trial::<1>(8500..9000, 10, Caps { middling: 0, ..caps });
    trial_of::<1>(exempt_problem, 9000..9500, 10, caps);
    trial_of::<1>(dense_problem, 9500..10_000, 10, caps);
}

/// While artificial columns are used, companions share a region in part; the tree once chose such a
/// pair again and again.
#[test]
fn a_pair_decided_is_not_branched_on_again() {
    let mut decided = 0;
    for seed in 0..50 {
        let problem = problem(seed, 6);
        let Ok(nodes) = Nodes::contract(&problem) else { continue };
        let step = Step { limits: problem.rules.limits, ..Step::default() };
        let Ok(core) = Core::<1>::new(&problem, &nodes, 2, &step) else { continue };
        for together in [true, false] {
            let half = AreaSet::first_areas(core.n.min(2));
            let Some((a, b)) = core.branching_pair(&[(half, 0.5)], false) else { continue };
            let Some(core) = core.decided(&[Decision { a, b, together }]) else { continue };
            assert_ne!(core.branching_pair(&[(half, 0.5)], false), Some((a, b)), "shape {seed}");
            decided += 1;
        }
    }
    assert!(decided > 50, "{decided} pairs decided");
}

#[test]
fn wider_sets_give_the_same_answers() {
    trial::<2>(5000..5100, 10, no_annealing());
    trial::<4>(5100..5150, 10, CUT_SHORT);
    trial::<6>(5200..5250, 10, no_annealing());
}

#[test]
fn the_road_of_large_problems_leads_to_the_optimum() {
    trial::<1>(6000..6300, 10, Caps { large: 0, ..no_annealing() });
}

#[test]
fn the_frontier_gives_the_optimum() {
    near_trial::<1>(0..1500, 11, no_annealing());
    near_trial::<2>(1500..1600, 10, small());
}

#[test]
fn the_frontier_gives_the_optimum_by_branching() {
    near_trial::<1>(3000..4000, 10, CUT_SHORT);
}

/// Where limits do not apply to the regions of some areas, every road leads to the optimum.
#[test]
fn exempt_regions_are_those_of_the_optimum() {
    trial_of::<1>(exempt_problem, 0..1500, 11, no_annealing());
    trial_of::<1>(exempt_problem, 1500..2500, 10, CUT_SHORT);
    trial_of::<2>(exempt_problem, 2500..2600, 10, small());
    trial_of::<1>(exempt_problem, 2600..2900, 10, Caps { large: 0, ..no_annealing() });
    trial_of::<1>(exempt_problem, 2900..3200, 10, Caps { middling: 0, ..no_annealing() });
    trial_of::<1>(exempt_problem, 3200..3400, 10, Caps { middling: 0, ..CUT_SHORT });
    trial_of::<1>(near_exempt_problem, 0..800, 11, no_annealing());
    trial_of::<1>(near_exempt_problem, 800..1200, 10, CUT_SHORT);
}

/// Whatever strikes, the optimum lies between the objective and the bound.
#[test]
fn limits_leave_the_optimum_between_plan_and_bound() {
    let mut struck = 0;
    for seed in 20_000..21_500 {
        let num_areas = usize::try_from(4 + seed % 7).expect("small");
        let problem =
            if seed % 3 == 0 { near_problem(seed, num_areas) } else { problem(seed, num_areas) };
        let oracle = Subsets::of(&problem);
        let mut dice = Dice::new(seed);
        let caps = if dice.percent(50) { no_annealing() } else { CUT_SHORT };
        let k = 1 + dice.below(problem.instance.num_areas());
        let mut limits = Limits::default();
        match dice.below(3) {
            0 => limits.nodes = Some(dice.between(0, 40)),
            1 => limits.gap_abs = dice.between(1, 300),
            _ => limits.gap_rel = 0.05,
        }
        let best = oracle.best(k);
        let name = &problem.scenario;
        match solve::<1>(&problem, k, &limits, caps).outcome {
            Outcome::Optimal { plan, objective } => {
                assert_eq!(Some(objective), best, "{name} k = {k}");
                assert!(verify(&problem, k, plan, objective).is_ok(), "{name} k = {k}");
            }
            Outcome::Infeasible { .. } => assert_eq!(best, None, "{name} k = {k}"),
            Outcome::Feasible { plan, objective, bound, stopped_by } => {
                struck += 1;
                assert!(Some(objective) <= best && best <= Some(bound), "{name} k = {k}");
                assert!(objective < bound, "{name} k = {k}: a closed gap is a proof");
                assert!(verify(&problem, k, plan, objective).is_ok(), "{name} k = {k}");
                let content = limits.accepts(objective, bound);
                assert_eq!(stopped_by == StopReason::GapLimit, content, "{name} k = {k}");
            }
            Outcome::Unknown { bound, stopped_by } => {
                struck += 1;
                assert!(best <= Some(bound), "{name} k = {k}");
                assert_eq!(stopped_by, StopReason::NodeLimit, "{name} k = {k}");
            }
        }
    }
    assert!(struck > 100, "limits struck only {struck} times");
}
