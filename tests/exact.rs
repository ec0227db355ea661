//! The exact engine as it is used: against dynamic programming over all subsets where areas are
//! few, against the compact model where they are more, against a known optimum where sets of areas
//! need two words.

use std::path::Path;

use regionfront::compact::Compact;
use regionfront::engine::{Engine, Limits, Outcome, Silent, StopReason};
use regionfront::exact::Exact;
use regionfront::instance::Instance;
use regionfront::scenario::{Bounds, Problem, Scenario};
use regionfront::verify::verify;
use regionfront_testkit::shapes::problem;
use regionfront_testkit::subsets::Subsets;
use regionfront_testkit::{Sketch, group};

/// The proven optimum, its plan judged.
fn optimum(engine: &dyn Engine, problem: &Problem, k: usize) -> Option<u64> {
    let solved = engine.solve(problem, k, &Limits::default(), 1, None, &Silent);
    match solved.expect("the engine has no fault").outcome {
        Outcome::Optimal { plan, objective } => {
            verify(problem, k, plan, objective).expect("the judge agrees");
            Some(objective)
        }
        Outcome::Infeasible { .. } => None,
        other => panic!("{} k = {k}: no limit is set: {other:?}", problem.scenario),
    }
}

#[test]
fn the_subset_oracle_knows_a_chain() {
    // A –7– B –9– C –5– D, and 20 commuters from A to D, who do not touch.
    let problem =
        Sketch::chain(4).flow(0, 1, 7).flow(1, 2, 9).flow(2, 3, 5).flow(0, 3, 20).problem();
    let oracle = Subsets::of(&problem);
    let optima: Vec<Option<u64>> = (0..=5).map(|k| oracle.best(k)).collect();
    assert_eq!(optima, [None, Some(41), Some(16), Some(9), Some(0), None]);
}

#[test]
fn both_oracles_agree() {
    for seed in 0..300 {
        let problem = problem(seed, usize::try_from(1 + seed % 7).expect("small"));
        let subsets = Subsets::of(&problem);
        for (k, best) in
            regionfront_testkit::oracle::best_for_each_k(&problem).into_iter().enumerate()
        {
            let objective = best.map(|best| best.objective);
            assert_eq!(subsets.best(k).filter(|_| k > 0), objective, "shape {seed} k = {k}");
        }
    }
}

#[test]
fn shapes_of_nine_to_thirteen_areas_have_the_optima_of_the_oracle() {
    let mut feasible = 0;
    for seed in 0..130 {
        let num_areas = usize::try_from(9 + seed % 5).expect("small");
        let problem = problem(1_000_000 + seed, num_areas);
        let oracle = Subsets::of(&problem);
        for k in 1..=num_areas {
            let best = oracle.best(k);
            feasible += u32::from(best.is_some());
            assert_eq!(optimum(&Exact, &problem, k), best, "{} k = {k}", problem.scenario);
        }
    }
    assert!(feasible > 400, "only {feasible} of the questions have a plan");
}

#[test]
fn both_engines_agree_on_more_areas() {
    let (mut feasible, mut untold) = (0, 0);
    for seed in 0..24 {
        let num_areas = usize::try_from(15 + seed % 8).expect("small");
        let problem = problem(2_000_000 + seed, num_areas);
        let k = num_areas / 3 - usize::try_from(seed % 3).expect("small");
        let best = optimum(&Exact, &problem, k);
        feasible += u32::from(best.is_some());
        let solved = Compact.solve(&problem, k, &Limits::default(), 1, None, &Silent);
        match solved.expect("the engine has no fault").outcome {
            // Where floating point cannot tell, it says so: the truth lies in between.
            Outcome::Feasible { plan, objective, bound, stopped_by: StopReason::Precision } => {
                verify(&problem, k, plan, objective).expect("the judge agrees");
                assert!(Some(objective) <= best && best <= Some(bound), "{}", problem.scenario);
                untold += 1;
            }
            Outcome::Optimal { objective, .. } => {
                assert_eq!(Some(objective), best, "{} k = {k}", problem.scenario);
            }
            Outcome::Infeasible { .. } => assert_eq!(best, None, "{}", problem.scenario),
            other => panic!("{} k = {k}: no limit is set: {other:?}", problem.scenario),
        }
    }
    assert!(feasible > 8, "only {feasible} of the questions have a plan");
    assert!(untold <= 3, "{untold} questions are beyond the compact engine");
}

/// Eight by nine areas in twelve blocks of two by three; everybody works in their block, with
/// `10 + b` commuters between any two areas of block `b`.
///
/// Twelve regions hold all commuters. Each further one cuts a block: taking one area off block `b`
/// loses five pairs of `10 + b` commuters, a second one off the same block four more.
fn blocks() -> Problem {
    let (rows, columns) = (8, 9);
    let mut sketch = Sketch::new(rows * columns);
    let block = |area: usize| area / columns / 2 * 3 + area % columns / 3;
    for a in 0..rows * columns {
        if (a + 1) % columns > 0 {
            sketch = sketch.land(a, a + 1);
        }
        if a + columns < rows * columns {
            sketch = sketch.land(a, a + columns);
        }
        for b in 0..rows * columns {
            if a < b && block(a) == block(b) {
                sketch = sketch.flow(a, b, 10 + block(a) as u64);
            }
        }
    }
    let bounds = Bounds { min: None, max: Some(8) };
    sketch.rules(|rules| rules.limits.areas = bounds).problem()
}

#[test]
fn seventy_two_areas_have_a_known_optimum() {
    let problem = blocks();
    let total = (10..22).map(|each| each * 15).sum::<u64>();
    assert_eq!(optimum(&Exact, &problem, 12), Some(total));
    assert_eq!(optimum(&Exact, &problem, 13), Some(total - 5 * 10));
    assert_eq!(optimum(&Exact, &problem, 14), Some(total - 9 * 10));
}

/// The simplex method once lost its way in the master of this question, from the basis it had.
#[test]
fn a_master_that_loses_its_way_is_solved_anew() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&folder).expect("the instance loads");
    let file = folder.join("scenarios/contiguity_only.toml");
    let scenario = Scenario::read(&file).expect("the scenario is sound");
    let problem = Problem::resolve(instance, &scenario).expect("the rules resolve");
    assert_eq!(optimum(&Exact, &problem, 8), Some(157_186));
}

/// Groups in pieces once made pricing think a question had no plan: a piece of the rest may hold
/// an area taken along with an earlier piece.
#[test]
fn one_region_may_hold_a_group_in_pieces() {
    let sketch = Sketch::chain(4).populations(&[10, 20, 30, 40]).flow(0, 3, 7);
    let problem = sketch.rules(|rules| {
        rules.together.push(group("", &[0, 2]));
        rules.limits.population.min = Some(30);
    });
    assert_eq!(optimum(&Exact, &problem.problem(), 1), Some(7));
}

#[test]
fn a_region_asked_for_twice_is_one_region() {
    let twice = Sketch::chain(4).flow(0, 1, 7).rules(|rules| {
        rules.closed.push(group("", &[0, 1]));
        rules.fixed.push(group("", &[0, 1]));
        rules.limits.population.max = Some(10);
    });
    assert_eq!(optimum(&Exact, &twice.problem(), 3), Some(7), "a fixed region needs keep no limit");
}

/// A chain in which only neighbours commute to each other: the best plan cuts the weakest ties.
fn ties_of_a_chain(num_areas: usize) -> (Problem, Vec<u64>) {
    let ties: Vec<u64> = (1..num_areas as u64).map(|at| (at * 7919) % 1009 + at % 7).collect();
    let chain = ties
        .iter()
        .enumerate()
        .fold(Sketch::chain(num_areas), |sketch, (at, &tie)| sketch.flow(at, at + 1, tie));
    (chain.problem(), ties)
}

#[test]
fn large_chains_are_cut_where_ties_are_weakest() {
    // More than 128 areas: starts by agglomeration and peeling, climbing, diving, boxsteps.
    let (problem, mut ties) = ties_of_a_chain(150);
    let total: u64 = ties.iter().sum();
    ties.sort_unstable();
    for k in [20, 60, 149] {
        let kept = total - ties[..k - 1].iter().sum::<u64>();
        assert_eq!(optimum(&Exact, &problem, k), Some(kept), "k = {k}");
    }
}

#[test]
fn a_large_problem_stopped_early_has_a_plan_and_a_bound_below_all_commuters() {
    let instance = regionfront::synthetic::generate(200, 3);
    let problem = Problem::resolve(instance, &Scenario::default()).expect("no rules, no defects");
    let all: u64 = problem.instance.flows.triples().filter(|(a, b, _)| a != b).map(|it| it.2).sum();
    let limits = Limits { nodes: Some(20_000), ..Limits::default() };
    let solve = || Exact.solve(&problem, 60, &limits, 1, None, &Silent).expect("no fault").outcome;
    let outcome = solve();
    assert_eq!(outcome, solve(), "the same question has the same answer");
    let (plan, objective, bound) = match outcome {
        Outcome::Optimal { plan, objective } => (plan, objective, objective),
        Outcome::Feasible { plan, objective, bound, .. } => (plan, objective, bound),
        other => panic!("no plan: {other:?}"),
    };
    verify(&problem, 60, plan, objective).expect("the judge agrees");
    assert!(objective <= bound && bound < all, "{objective} ≤ {bound} < {all}");
}

/// The loader takes counts up to 10^15 in all, so the engine does.
#[test]
fn counts_up_to_the_loaders_limit_are_solved() {
    let large = 240_000_000_000_000;
    let problem = Sketch::chain(4)
        .populations(&[large, 1, large, large])
        .employed(&[large + 7, large, large + 1, large])
        .flow(0, 1, large)
        .flow(1, 2, large + 1)
        .flow(2, 3, large)
        .flow(3, 0, large - 1)
        .rules(|rules| rules.limits.population.min = Some(large))
        .problem();
    for (k, best) in
        [(1, Some(4 * large)), (2, Some(2 * large + 1)), (3, Some(large + 1)), (4, None)]
    {
        let solved = Exact
            .solve(&problem, k, &Limits::default(), 0, None, &Silent)
            .expect("the engine has no fault");
        match (solved.outcome, best) {
            (Outcome::Infeasible { .. }, None) => {}
            (Outcome::Optimal { plan, objective }, Some(best)) => {
                assert_eq!(objective, best, "k = {k}");
                assert!(verify(&problem, k, plan, objective).is_ok(), "k = {k}");
            }
            (outcome, _) => panic!("k = {k}: {outcome:?}"),
        }
    }
}
