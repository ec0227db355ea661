//! Engines against the oracle: on every small random problem, for every number of regions, an
//! engine proves the oracle's optimum or that there is no plan. The judge and the contradiction
//! checks stand the same trial.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use regionfront::compact::Compact;
use regionfront::engine::{Engine, Limits, Outcome, Silent, StopReason};
use regionfront::exact::Exact;
use regionfront::plan::Plan;
use regionfront::scenario::{Bounds, Problem, Rules};
use regionfront::verify::verify;
use regionfront_testkit::extremes;
use regionfront_testkit::generate::{
    Switches, connected, instances, problems, repeatable, with_rules,
};
use regionfront_testkit::oracle::{Best, best_for_each_k, partitions};
use regionfront_testkit::shapes::{exempt_problem, exempting};

/// Every engine on trial.
const ENGINES: [&dyn Engine; 2] = [&Compact, &Exact];

/// Each rule kind alone, none, and all of them.
fn switch_settings() -> Vec<Switches> {
    let none = Switches::NONE;
    vec![
        none,
        Switches { together: true, ..none },
        Switches { apart: true, ..none },
        Switches { closed: true, ..none },
        Switches { fixed: true, ..none },
        Switches { population: true, ..none },
        Switches { areas: true, ..none },
        Switches { jobs: true, ..none },
        Switches { employed: true, ..none },
        Switches { self_containment: true, ..none },
        Switches { fixed: true, population: true, jobs: true, ..none },
        Switches { closed: true, together: true, apart: true, employed: true, ..none },
    ]
}

/// Every engine answers every `k`, those beyond the number of areas included, as the oracle does.
fn engines_agree(problem: &Problem) -> Result<(), TestCaseError> {
    let mut expected = best_for_each_k(problem);
    expected.push(None);
    for engine in ENGINES {
        for (k, best) in expected.iter().enumerate().skip(1) {
            let solved = engine
                .solve(problem, k, &Limits::default(), 1, None, &Silent)
                .map_err(|fault| TestCaseError::fail(fault.to_string()))?;
            match (solved.outcome, best) {
                (Outcome::Infeasible { .. }, None) => {}
                // What reckons in floating point may say that it cannot tell.
                (
                    Outcome::Feasible {
                        objective, bound, stopped_by: StopReason::Precision, ..
                    },
                    Some(best),
                ) if engine.name() == "compact" => {
                    prop_assert!((objective..=bound).contains(&best.objective), "k = {}", k);
                }
                (Outcome::Unknown { bound, stopped_by: StopReason::Precision }, best)
                    if engine.name() == "compact" =>
                {
                    prop_assert!(best.as_ref().is_none_or(|best| best.objective <= bound));
                }
                (Outcome::Optimal { plan, objective }, Some(best)) => {
                    prop_assert_eq!(objective, best.objective, "{} k = {}", engine.name(), k);
                    prop_assert!(
                        verify(problem, k, plan, objective).is_ok(),
                        "{} k = {}",
                        engine.name(),
                        k
                    );
                }
                (outcome, best) => {
                    let name = engine.name();
                    prop_assert!(false, "{name} k = {k}: {outcome:?}, the oracle has {best:?}");
                }
            }
        }
    }
    Ok(())
}

#[test]
fn there_are_as_many_partitions_as_bell_numbers_say() {
    let counts: Vec<usize> = (0..=8).map(|n| partitions(n).len()).collect();
    assert_eq!(counts, [1, 1, 2, 5, 15, 52, 203, 877, 4140]);
}

#[test]
fn the_oracle_knows_a_chain() {
    // A –7– B –9– C –5– D, and 20 commuters from A to D, who do not touch.
    let problem = regionfront_testkit::Sketch::chain(4)
        .flow(0, 1, 7)
        .flow(1, 2, 9)
        .flow(2, 3, 5)
        .flow(0, 3, 20)
        .problem();
    let best = best_for_each_k(&problem);
    let objectives: Vec<Option<u64>> =
        best.iter().map(|best| best.as_ref().map(|best| best.objective)).collect();
    assert_eq!(objectives, [None, Some(41), Some(16), Some(9), Some(0)]);
    assert_eq!(best[2], Some(Best { objective: 16, labels: vec![0, 0, 0, 1] }));
}

proptest! {
    #![proptest_config(repeatable(300))]

    #[test]
    fn engines_agree_with_enumeration(problem in problems(1..=7)) {
        engines_agree(&problem)?;
    }

    #[test]
    fn engines_agree_without_rules_on_connected_graphs(problem in connected(2..=8)) {
        engines_agree(&problem)?;
    }

    #[test]
    fn the_oracles_plans_pass_the_judge(problem in problems(1..=8)) {
        for (k, best) in best_for_each_k(&problem).into_iter().enumerate() {
            let Some(Best { objective, labels }) = best else { continue };
            let plan = Plan::from_labels(&labels);
            let verified = verify(&problem, k, plan.clone(), objective);
            prop_assert_eq!(verified.map(|verified| verified.objective()), Ok(objective));
            prop_assert!(verify(&problem, k, plan.clone(), objective + 1).is_err());
            prop_assert!(verify(&problem, k + 1, plan, objective).is_err());
        }
    }
}

proptest! {
    #![proptest_config(repeatable(4000))]

    #[test]
    fn contradictions_are_never_found_where_there_is_a_plan(problem in problems(1..=6)) {
        let best = best_for_each_k(&problem);
        if best.iter().any(Option::is_some) {
            prop_assert_eq!(problem.contradictory_rules(), []);
        }
        for (k, best) in best.iter().enumerate() {
            if best.is_some() {
                prop_assert_eq!(problem.contradictions(k), []);
            }
        }
    }
}

/// Figures from nothing to 10^12, shares of any number of places, shapes and rules at the ends of what
/// is possible.
#[test]
fn engines_agree_with_enumeration_at_the_extremes() {
    for seed in 0..400 {
        let problem = extremes::problem(seed, 1 + usize::try_from(seed % 6).expect("small"));
        engines_agree(&problem).unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    }
}

/// Limits do not apply to the regions of some areas, whatever else these hold: both engines, the judge
/// and the contradictions know.
#[test]
fn engines_agree_where_limits_do_not_apply_to_the_regions_of_some_areas() {
    let mut freed = 0;
    for seed in 0..500 {
        let num_areas = 2 + usize::try_from(seed % 6).expect("small");
        let problem = if seed % 5 == 0 {
            exempting(extremes::problem(seed, num_areas), seed)
        } else {
            exempt_problem(seed, num_areas)
        };
        engines_agree(&problem).unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
        let best = best_for_each_k(&problem);
        if best.iter().any(Option::is_some) {
            assert_eq!(problem.contradictory_rules(), [], "seed {seed}");
        }
        let mut limited = problem.clone();
        limited.rules.exempt.clear();
        for (k, (best, before)) in best.iter().zip(best_for_each_k(&limited)).enumerate() {
            let Some(Best { objective, labels }) = best else {
                assert_eq!(before, None, "seed {seed}, k = {k}: an exemption only allows more");
                continue;
            };
            assert_eq!(problem.contradictions(k), [], "seed {seed}, k = {k}");
            let plan = Plan::from_labels(labels);
            assert!(verify(&problem, k, plan, *objective).is_ok(), "seed {seed}, k = {k}");
            freed += usize::from(before.is_none_or(|before| before.objective < *objective));
        }
    }
    assert!(freed > 150, "{freed} optima are freed by the exemption");
}

/// What counting finds without any solving is never wrong where limits do not apply to some regions.
#[test]
fn no_plan_with_exempt_regions_contradicts_the_arithmetic() {
    let mut found = 0;
    for seed in 10_000..13_000 {
        let problem = exempt_problem(seed, 2 + usize::try_from(seed % 5).expect("small"));
        for (k, best) in best_for_each_k(&problem).iter().enumerate().skip(1) {
            let contradictions = problem.contradictions(k);
            found += usize::from(best.is_none() && !contradictions.is_empty());
            assert!(best.is_none() || contradictions.is_empty(), "seed {seed}: {contradictions:?}");
        }
    }
    assert!(found > 500, "{found} numbers of regions are ruled out by counting");
}

/// Each kind of rule alone, so that a fault in one is not hidden by another.
#[test]
fn engines_and_contradictions_agree_with_enumeration_for_each_kind_of_rule() {
    for switches in switch_settings() {
        let strategy = instances(2..=6).prop_flat_map(move |it| with_rules(it, switches));
        TestRunner::new(repeatable(60))
            .run(&strategy, |problem| {
                engines_agree(&problem)?;
                let best = best_for_each_k(&problem);
                for (k, best) in best.iter().enumerate() {
                    prop_assert!(best.is_none() || problem.contradictions(k).is_empty());
                }
                Ok(())
            })
            .unwrap_or_else(|failure| panic!("{switches:?}: {failure}"));
    }
}

/// What the generator makes: enough of every sort, or the properties above prove little.
#[test]
fn the_generator_spreads() {
    const CASES: u32 = 2000;
    let mut runner = TestRunner::new(repeatable(CASES));
    let strategy = problems(1..=6);
    let mut seen = std::collections::BTreeMap::<&str, u32>::new();
    for _ in 0..CASES {
        let problem = strategy.new_tree(&mut runner).expect("a problem").current();
        let rules = &problem.rules;
        let limits = &rules.limits;
        let best = best_for_each_k(&problem);
        let feasible = best.iter().flatten().count();
        let contradicted = !problem.contradictory_rules().is_empty();
        let whole = problem.instance.num_areas();
        let bare = Problem {
            rules: Rules { links: rules.links.clone(), ..Default::default() },
            ..problem.clone()
        };
        let connected =
            regionfront_testkit::oracle::is_connected(&bare, &(0..whole).collect::<Vec<_>>());
        for (what, is_so) in [
            ("connected", connected),
            ("disconnected", !connected),
            ("feasible for several k", feasible > 1),
            ("infeasible for every k", feasible == 0),
            ("found contradictory", contradicted),
            ("infeasible without a contradiction found", feasible == 0 && !contradicted),
            ("together", !rules.together.is_empty()),
            ("apart", !rules.apart.is_empty()),
            ("closed", !rules.closed.is_empty()),
            ("fixed", !rules.fixed.is_empty()),
            ("population", limits.population != Bounds::default()),
            ("areas", limits.areas != Bounds::default()),
            ("jobs", limits.jobs != Bounds::default()),
            ("employed", limits.employed != Bounds::default()),
            ("self-containment", limits.min_self_containment.is_some()),
            (
                "feasible with limits and groups",
                feasible > 0
                    && limits.population != Bounds::default()
                    && !(rules.together.is_empty() && rules.apart.is_empty()),
            ),
            ("some flow is zero", problem.instance.flows.triples().count() < whole * whole),
            ("a single area", whole == 1),
            ("six areas", whole == 6),
        ] {
            *seen.entry(what).or_default() += u32::from(is_so);
        }
    }
    for (what, count) in &seen {
        assert!(*count >= CASES / 100, "{what}: only {count} of {CASES}; all: {seen:#?}");
    }
}
