//! Limits on what is too large: memory, and numbers of areas no table of pairs can be made for.

use std::time::{Duration, Instant};

use regionfront::engine::{Engine, Limits, Outcome, Silent, StopReason};
use regionfront::exact::Exact;
use regionfront::instance::LinkKind;
use regionfront::scenario::{Problem, Rules};
use regionfront::verify::verify;

fn invented(num_areas: usize, least: u64) -> Problem {
    let mut rules = Rules { links: vec![LinkKind::Land], ..Rules::default() };
    rules.limits.population.min = Some(least);
    let instance = regionfront::synthetic::generate(num_areas, 7);
    Problem { instance, scenario: String::new(), rules }
}

#[test]
fn what_does_not_fit_into_memory_is_solved_on_groups() {
    let problem = invented(1_100, 50_000);
    let limits = Limits { memory: Some(45 << 20), gap_rel: f64::INFINITY, ..Limits::default() };
    let solved = Exact.solve(&problem, 40, &limits, 1, None, &Silent).expect("no fault");
    let Outcome::Feasible { plan, objective, bound, stopped_by } = solved.outcome.clone() else {
        panic!("a plan is found: {:?}", solved.outcome);
    };
    verify(&problem, 40, plan, objective).expect("it keeps the rules of areas, not of groups only");
    assert_eq!(bound, problem.instance.flows.total_between());
    assert_eq!(stopped_by, StopReason::GapLimit, "content with any plan");
    let again = Exact.solve(&problem, 40, &limits, 1, None, &Silent).expect("no fault");
    assert_eq!(again, solved, "the same limits, the same plan");
}

#[test]
fn more_regions_than_groups_end_at_the_limit() {
    let problem = invented(1_100, 0);
    let limits = Limits { memory: Some(45 << 20), ..Limits::default() };
    let solved = Exact.solve(&problem, 1_000, &limits, 1, None, &Silent).expect("no fault");
    assert!(matches!(solved.outcome, Outcome::Unknown { stopped_by: StopReason::MemoryLimit, .. }));
}

#[test]
fn thousands_of_areas_have_a_plan_and_a_bound() {
    let problem = invented(6_000, 20_000);
    let deadline = Instant::now() + Duration::from_secs(60);
    // Content with any plan.
    let limits = Limits { deadline: Some(deadline), gap_rel: f64::INFINITY, ..Limits::default() };
    let solved = Exact.solve(&problem, 100, &limits, 1, None, &Silent).expect("no fault");
    let Outcome::Feasible { plan, objective, .. } = solved.outcome else {
        panic!("a plan is found: {:?}", solved.outcome);
    };
    verify(&problem, 100, plan, objective).expect("it keeps the rules");
}
