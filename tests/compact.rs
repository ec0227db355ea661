//! The compact model: proven optima, limits, interrupts and warm starts. The oracle tests hold it
//! against enumeration besides.

use std::path::Path;
use std::time::{Duration, Instant};

use regionfront::compact::Compact;
use regionfront::engine::{Engine, Limits, Outcome, Silent, StopReason};
use regionfront::exact::Exact;
use regionfront::instance::Instance;
use regionfront::plan::Plan;
use regionfront::scenario::{Bounds, Problem, Scenario};
use regionfront::verify::verify;
use regionfront_testkit::{Sketch, group};

fn solve(problem: &Problem, k: usize, limits: &Limits, warm_start: Option<&Plan>) -> Outcome {
    let solved = Compact.solve(problem, k, limits, 1, warm_start, &Silent);
    solved.expect("the engine has no fault").outcome
}

/// The proven optimum, its plan judged.
fn optimum(problem: &Problem, k: usize) -> Option<u64> {
    match solve(problem, k, &Limits::default(), None) {
        Outcome::Optimal { plan, objective } => {
            verify(problem, k, plan, objective).expect("the judge agrees");
            Some(objective)
        }
        Outcome::Infeasible { .. } => None,
        other => panic!("no limit is set: {other:?}"),
    }
}

/// Viken under one of its scenarios, with these limits on population.
fn viken(scenario: &str, population: Bounds) -> Problem {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&folder).expect("the instance loads");
    let file = folder.join("scenarios").join(scenario).with_extension("toml");
    let scenario = Scenario::read(&file).expect("the scenario is sound");
    let mut problem = Problem::resolve(instance, &scenario).expect("the rules resolve");
    problem.rules.limits.population = population;
    problem
}

/// A chain A – B – C – D – E with strong ties A–B and C–D, and 50 commuters from A to E.
fn chain() -> Sketch {
    Sketch::chain(5)
        .populations(&[50, 10, 20, 40, 30])
        .flow(0, 1, 30)
        .flow(1, 2, 5)
        .flow(3, 2, 25)
        .flow(3, 4, 8)
        .flow(0, 4, 50)
}

/// Four by four areas with uneven flows between all of them, in regions of three to five areas.
fn grid() -> Problem {
    let mut sketch = Sketch::new(16);
    for a in 0..16 {
        if a % 4 < 3 {
            sketch = sketch.land(a, a + 1);
        }
        if a < 12 {
            sketch = sketch.land(a, a + 4);
        }
        for b in 0..16 {
            let count = u64::try_from(a * a * 7 + b * 13 + a * b * 5).expect("small") % 31;
            sketch = sketch.flow(a, b, count);
        }
    }
    let bounds = Bounds { min: Some(3), max: Some(5) };
    sketch.rules(|rules| rules.limits.areas = bounds).problem()
}

#[test]
fn contiguity_keeps_the_ends_of_a_chain_apart() {
    let problem = chain().problem();
    let optima: Vec<Option<u64>> = (1..=6).map(|k| optimum(&problem, k)).collect();
    assert_eq!(optima, [Some(118), Some(63), Some(55), Some(30), Some(0), None]);
}

#[test]
fn each_rule_changes_the_optimum_as_it_should() {
    let base = chain();
    let with = |change: &dyn Fn(&mut regionfront::scenario::Rules)| {
        optimum(&base.clone().rules(|rules| change(rules)).problem(), 2)
    };
    assert_eq!(with(&|_| {}), Some(63));
    // What lies between has to come along: D may join A, B and C, and better does.
    assert_eq!(with(&|rules| rules.together.push(group("", &[0, 2]))), Some(60));
    assert_eq!(with(&|rules| rules.together.push(group("", &[0, 3]))), Some(60));
    assert_eq!(with(&|rules| rules.together.push(group("", &[0, 4]))), None);
    assert_eq!(with(&|rules| rules.apart.push(group("", &[0, 1]))), Some(38));
    assert_eq!(with(&|rules| rules.apart.push(group("", &[0, 2, 4]))), None);
    assert_eq!(with(&|rules| rules.closed.push(group("", &[0, 1, 2]))), Some(43));
    assert_eq!(with(&|rules| rules.fixed.push(group("", &[4]))), Some(60));
    assert_eq!(with(&|rules| rules.fixed.push(group("", &[0, 4]))), None);
    let at_least = |min| Bounds { min: Some(min), max: None };
    assert_eq!(with(&|rules| rules.limits.population = at_least(70)), Some(43));
    assert_eq!(with(&|rules| rules.limits.population = at_least(71)), None);
    assert_eq!(with(&|rules| rules.limits.areas = at_least(3)), None);
    let at_most = |max| Bounds { min: None, max: Some(max) };
    assert_eq!(with(&|rules| rules.limits.areas = at_most(3)), Some(63));
    assert_eq!(with(&|rules| rules.limits.jobs = at_most(14)), None);
    assert_eq!(with(&|rules| rules.limits.employed = at_least(15)), None);
}

#[test]
fn self_containment_counts_people_who_stay() {
    // Employed residents 40, 40, 40; everyone not in a flow below works elsewhere.
    let base = Sketch::chain(3)
        .employed(&[40, 40, 40])
        .flow(0, 0, 20)
        .flow(0, 1, 10)
        .flow(1, 1, 10)
        .flow(1, 2, 12)
        .flow(2, 2, 28);
    let at_least = |millionths| {
        let share = regionfront::quantity::Share::from_millionths(millionths);
        let problem = base.clone().rules(|rules| rules.limits.min_self_containment = share);
        optimum(&problem.problem(), 2)
    };
    // {A}: 20 of 40; {B, C}: 50 of 80. {A, B}: 40 of 80; {C}: 28 of 40.
    assert_eq!(at_least(500_000), Some(12));
    assert_eq!(at_least(500_001), None);
    let one = base.rules(|rules| {
        rules.limits.min_self_containment = regionfront::quantity::Share::from_millionths(666_666);
    });
    assert_eq!(optimum(&one.problem(), 1), Some(22), "80 of 120");
}

#[test]
fn a_fixed_region_is_exempt_from_limits_and_a_closed_one_is_not() {
    let limited = chain().rules(|rules| rules.limits.population.min = Some(60));
    let fixed = limited.clone().rules(|rules| rules.fixed.push(group("E", &[4])));
    let closed = limited.rules(|rules| rules.closed.push(group("E", &[4])));
    assert_eq!(optimum(&fixed.problem(), 3), Some(55));
    assert_eq!(optimum(&closed.problem(), 3), None);
}

#[test]
fn limits_do_not_apply_to_the_region_of_an_exempt_area() {
    let limited = chain().rules(|rules| rules.limits.population.min = Some(60));
    let exempt = limited.clone().rules(|rules| rules.exempt = vec![4]);
    assert_eq!(optimum(&limited.problem(), 3), None);
    assert_eq!(optimum(&exempt.problem(), 3), Some(55), "E alone");
}

#[test]
fn no_time_gives_a_bound_and_the_warm_start() {
    let problem = chain().problem();
    let limits = Limits { deadline: Some(Instant::now()), ..Limits::default() };
    let nothing = solve(&problem, 2, &limits, None);
    assert_eq!(nothing, Outcome::Unknown { bound: 118, stopped_by: StopReason::TimeLimit });
    let plan = Plan::from_labels(&[1, 1, 2, 2, 2]);
    let expected = Outcome::Feasible {
        plan: plan.clone(),
        objective: 63,
        bound: 118,
        stopped_by: StopReason::TimeLimit,
    };
    assert_eq!(solve(&problem, 2, &limits, Some(&plan)), expected);
    let split = Plan::from_labels(&[1, 2, 2, 2, 1]);
    assert_eq!(solve(&problem, 2, &limits, Some(&split)), nothing, "it breaks contiguity");
}

#[test]
fn a_warm_start_does_not_change_the_optimum() {
    let problem = chain().problem();
    for labels in [[1, 1, 2, 2, 2], [1, 2, 2, 2, 2], [1, 1, 1, 1, 2], [1, 2, 2, 2, 1]] {
        let start = Plan::from_labels(&labels);
        let outcome = solve(&problem, 2, &Limits::default(), Some(&start));
        let Outcome::Optimal { objective, .. } = outcome else { panic!("{outcome:?}") };
        assert_eq!(objective, 63);
    }
}

#[test]
fn a_wide_gap_or_a_node_limit_leaves_an_honest_bound() {
    let problem = grid();
    let best = optimum(&problem, 4).expect("the rows are a plan");
    let rows: Vec<usize> = (0..16).map(|area| area / 4).collect();
    let start = Plan::from_labels(&rows);
    let settings = [
        (Limits { gap_rel: 1.0, ..Limits::default() }, StopReason::GapLimit),
        (Limits { nodes: Some(1), ..Limits::default() }, StopReason::NodeLimit),
    ];
    for (limits, expected) in settings {
        let outcome = solve(&problem, 4, &limits, Some(&start));
        let Outcome::Feasible { plan, objective, bound, stopped_by } = outcome else {
            panic!("{expected:?}: {outcome:?}")
        };
        assert_eq!(stopped_by, expected);
        assert!((objective..=bound).contains(&best), "{objective} to {bound}, optimum {best}");
        assert_eq!(limits.accepts(objective, bound), expected == StopReason::GapLimit);
        verify(&problem, 4, plan, objective).expect("the judge agrees");
    }
}

#[test]
fn an_interrupt_ends_the_solve() {
    let problem = viken("default", Bounds { min: Some(20_000), max: Some(300_000) });
    for wait in [Duration::ZERO, Duration::from_millis(100), Duration::from_secs(1)] {
        // No other limit: a solve that did not listen would go on to a proof, or for ever.
        let limits = Limits::default();
        let interrupt = limits.interrupt.clone();
        let raised = std::thread::spawn(move || {
            std::thread::sleep(wait);
            interrupt.raise();
        });
        let outcome = solve(&problem, 6, &limits, None);
        raised.join().expect("the other thread ends");
        let (Outcome::Unknown { bound, stopped_by } | Outcome::Feasible { bound, stopped_by, .. }) =
            outcome
        else {
            panic!("after {wait:?}: {outcome:?}")
        };
        assert_eq!(stopped_by, StopReason::Interrupted);
        assert!((113_478..=159_785).contains(&bound), "after {wait:?}: {bound}");
    }
}

#[test]
fn a_deadline_ends_the_solve() {
    let problem = viken("default", Bounds { min: Some(20_000), max: Some(300_000) });
    for seconds in [0.2, 1.0] {
        let deadline = Instant::now() + Duration::from_secs_f64(seconds);
        let limits = Limits { deadline: Some(deadline), ..Limits::default() };
        let outcome = solve(&problem, 6, &limits, None);
        let (Outcome::Unknown { bound, stopped_by } | Outcome::Feasible { bound, stopped_by, .. }) =
            outcome
        else {
            panic!("after {seconds} s: {outcome:?}")
        };
        assert_eq!(stopped_by, StopReason::TimeLimit);
        assert!((113_478..=159_785).contains(&bound), "after {seconds} s: {bound}");
    }
}

/// The plan is given, so that all the time goes into the bound.
#[test]
fn it_proves_what_the_exact_engine_finds() {
    let without_ceiling =
        viken("single_municipalities_allowed", Bounds { min: Some(20_000), max: None });
    let without_limits = viken("contiguity_only", Bounds::default());
    for (problem, k, value) in [(without_ceiling, 9, 128_318), (without_limits, 13, 153_957)] {
        let solved = Exact.solve(&problem, k, &Limits::default(), 1, None, &Silent);
        let outcome = solved.expect("the engine has no fault").outcome;
        let Outcome::Optimal { plan, objective } = outcome else { panic!("{outcome:?}") };
        assert_eq!(objective, value);
        let audited = solve(&problem, k, &Limits::default(), Some(&plan));
        assert!(
            matches!(audited, Outcome::Optimal { objective, .. } if objective == value),
            "k = {k}: {audited:?}"
        );
    }
}
