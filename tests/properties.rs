//! What must hold between answers of the exact engine, whatever they are: problems relabelled,
//! scaled, loosened and tightened. Problems are shaped like real ones, with 8 to 16 areas.

use proptest::prelude::*;
use regionfront::engine::{Engine, Limits, Outcome, Silent};
use regionfront::exact::Exact;
use regionfront::instance::{Flows, Link, LinkKind};
use regionfront::plan::Plan;
use regionfront::scenario::{Bounds, Group, Problem, Rules};
use regionfront::verify::verify;
use regionfront_testkit::shapes::{Dice, problem};

fn answer(
    problem: &Problem,
    k: usize,
    seed: u64,
    warm_start: Option<&Plan>,
) -> Option<(u64, Plan)> {
    let solved = Exact.solve(problem, k, &Limits::default(), seed, warm_start, &Silent);
    match solved.expect("the engine has no fault").outcome {
        Outcome::Optimal { plan, objective } => {
            verify(problem, k, plan.clone(), objective).expect("the judge agrees");
            Some((objective, plan))
        }
        Outcome::Infeasible { .. } => None,
        other => panic!("no limit is set: {other:?}"),
    }
}

fn optimum(problem: &Problem, k: usize) -> Option<u64> {
    answer(problem, k, 1, None).map(|(objective, _)| objective)
}

/// A problem with a number of regions, and dice for what is done to it.
fn questions() -> impl Strategy<Value = (Problem, usize, Dice)> {
    (any::<u64>(), 8_usize..=16).prop_map(|(seed, num_areas)| {
        let mut dice = Dice::new(!seed);
        let k = 2 + dice.below(num_areas / 2);
        (problem(seed, num_areas), k, dice)
    })
}

/// The same problem without rules on groups or limits.
fn bare(problem: Problem) -> Problem {
    let rules = Rules { links: problem.rules.links.clone(), ..Rules::default() };
    Problem { rules, ..problem }
}

/// The same problem tied together by a chain of land borders.
fn connected(problem: Problem) -> Problem {
    (1..problem.instance.num_areas()).fold(problem, |problem, b| touching(problem, b - 1, b))
}

/// The same problem with one more border.
fn touching(mut problem: Problem, a: usize, b: usize) -> Problem {
    let (a, b) = (a.min(b), a.max(b));
    let link = Link { a, b, kind: LinkKind::Land, border_km: None, note: String::new() };
    let links = &mut problem.instance.links;
    if a != b && !links.iter().any(|known| (known.a, known.b, known.kind) == (a, b, link.kind)) {
        links.push(link);
        links.sort_by_key(|link| (link.a, link.b, link.kind));
    }
    problem
}

/// The same problem with area `i` at `place[i]`.
fn relabelled(problem: &Problem, place: &[usize]) -> Problem {
    let mut other = problem.clone();
    for (from, &to) in place.iter().enumerate() {
        let code = other.instance.areas[to].code.clone();
        other.instance.areas[to] = problem.instance.areas[from].clone();
        other.instance.areas[to].code = code;
    }
    for link in &mut other.instance.links {
        let (a, b) = (place[link.a], place[link.b]);
        (link.a, link.b) = (a.min(b), a.max(b));
    }
    other.instance.links.sort_by_key(|link| (link.a, link.b, link.kind));
    let flows = problem.instance.flows.triples();
    other.instance.flows =
        Flows::from_triples(place.len(), flows.map(|(a, b, count)| (place[a], place[b], count)));
    let rules = &mut other.rules;
    let kinds: [&mut Vec<Group>; 4] =
        [&mut rules.together, &mut rules.apart, &mut rules.closed, &mut rules.fixed];
    for group in kinds.into_iter().flatten() {
        group.areas = group.areas.iter().map(|&area| place[area]).collect();
        group.areas.sort_unstable();
    }
    other
}

/// A bound of one measure a little tighter.
fn tighter(dice: &mut Dice, bounds: Bounds, total: u64, k: usize) -> Bounds {
    let mean = total / k as u64;
    if dice.percent(50) {
        Bounds {
            min: Some(bounds.min.unwrap_or(0).max(mean * dice.between(40, 90) / 100)),
            ..bounds
        }
    } else {
        let max = mean * dice.between(110, 200) / 100 + 1;
        Bounds { max: Some(bounds.max.map_or(max, |known| known.min(max))), ..bounds }
    }
}

proptest! {
    #![proptest_config(regionfront_testkit::generate::repeatable(60))]

    #[test]
    fn the_order_of_areas_does_not_matter((problem, k, mut dice) in questions()) {
        let mut place: Vec<usize> = (0..problem.instance.num_areas()).collect();
        for at in (1..place.len()).rev() {
            place.swap(at, dice.below(at + 1));
        }
        prop_assert_eq!(optimum(&problem, k), optimum(&relabelled(&problem, &place), k));
    }

    #[test]
    fn scaled_flows_scale_the_optimum((problem, k, mut dice) in questions()) {
        let factor = dice.between(2, 3);
        let mut scaled = problem.clone();
        let flows = problem.instance.flows.triples();
        let n = problem.instance.num_areas();
        scaled.instance.flows =
            Flows::from_triples(n, flows.map(|(a, b, count)| (a, b, count * factor)));
        for area in &mut scaled.instance.areas {
            area.employed_residents *= factor;
        }
        let employed = &mut scaled.rules.limits.employed;
        employed.min = employed.min.map(|min| min * factor);
        employed.max = employed.max.map(|max| max * factor);
        prop_assert_eq!(optimum(&scaled, k), optimum(&problem, k).map(|best| best * factor));
    }

    #[test]
    fn one_more_border_never_lowers_the_optimum((problem, k, mut dice) in questions()) {
        let n = problem.instance.num_areas();
        let more = touching(problem.clone(), dice.below(n), dice.below(n));
        prop_assert!(optimum(&problem, k) <= optimum(&more, k));
    }

    #[test]
    fn a_tighter_limit_never_raises_the_optimum((problem, k, mut dice) in questions()) {
        let mut tight = problem.clone();
        let areas = &problem.instance.areas;
        let limits = &mut tight.rules.limits;
        if dice.percent(70) {
            let total = areas.iter().map(|area| area.population).sum();
            limits.population = tighter(&mut dice, limits.population, total, k);
        } else {
            limits.areas = tighter(&mut dice, limits.areas, areas.len() as u64, k);
        }
        prop_assert!(optimum(&tight, k) <= optimum(&problem, k));
    }

    #[test]
    fn the_ends_are_known((problem, _, _) in questions()) {
        let problem = connected(bare(problem));
        let n = problem.instance.num_areas();
        let between = problem.instance.flows.triples().filter(|(a, b, _)| a != b);
        let total: u64 = between.map(|flow| flow.2).sum();
        prop_assert_eq!(optimum(&problem, 1), Some(total));
        prop_assert_eq!(optimum(&problem, n), Some(0));
        prop_assert_eq!(optimum(&problem, n + 1), None);
    }

    #[test]
    fn without_limits_more_regions_never_hold_more((problem, k, _) in questions()) {
        let problem = connected(bare(problem));
        prop_assert!(optimum(&problem, k + 1) <= optimum(&problem, k));
    }

    #[test]
    fn seeds_and_warm_starts_do_not_change_the_answer((problem, k, _) in questions()) {
        let first = answer(&problem, k, 1, None);
        prop_assert_eq!(&first, &answer(&problem, k, 2, None), "another seed");
        if let Some((_, best)) = &first {
            prop_assert_eq!(&first, &answer(&problem, k, 3, Some(best)), "the best plan to begin from");
        }
        let split: Vec<usize> = (0..problem.instance.num_areas()).map(|area| area % k).collect();
        let start = Plan::from_labels(&split);
        prop_assert_eq!(&first, &answer(&problem, k, 1, Some(&start)), "any plan to begin from");
    }
}
