//! The best plan over several years, against plain enumeration.

use proptest::prelude::*;

use regionfront::SolveError;
use regionfront::engine::Limits;
use regionfront::instance::Flows;
use regionfront::job::Termination;
use regionfront::over_years::{Before, Criterion, Fraction, Told, YearsQuestion};
use regionfront::quantity::Share;
use regionfront::scenario::Problem;
use regionfront_testkit::Sketch;
use regionfront_testkit::generate::{problems, repeatable};
use regionfront_testkit::oracle::{keeps_all, objective, partitions};

/// The same question by the figures of another year: every figure changed by its own dice.
fn another_year(problem: &Problem, dice: &[u8]) -> Problem {
    let mut other = problem.clone();
    let mut rolls = dice.iter().copied().cycle();
    let mut roll = || u64::from(rolls.next().expect("dice are there"));
    for area in &mut other.instance.areas {
        area.population = (area.population + roll() % 7).saturating_sub(3);
        area.jobs = (area.jobs + roll() % 5).saturating_sub(2);
        area.employed_residents += roll() % 3;
    }
    let n = other.instance.areas.len();
    let mut triples: Vec<(usize, usize, u64)> = problem
        .instance
        .flows
        .triples()
        .map(|(from, to, count)| (from, to, (count + roll() % 9).saturating_sub(4)))
        .collect();
    if n > 1 {
        let mut area = || usize::try_from(roll()).expect("a byte") % n;
        let (from, to) = (area(), area());
        triples.push((from, to, 1 + roll() % 20));
    }
    other.instance.flows = Flows::from_triples(n, triples);
    other
}

/// By enumeration: what the criterion makes of the best plan with every number of regions.
fn enumerated(
    problems: &[Problem],
    limited: &[usize],
    criterion: Criterion,
) -> Vec<Option<Fraction>> {
    let n = problems[0].instance.num_areas();
    let mut plans: Vec<Vec<Vec<u64>>> = vec![Vec::new(); n + 1];
    for labels in partitions(n) {
        if limited.iter().all(|&at| keeps_all(&problems[at], &labels)) {
            let k = labels.iter().max().map_or(0, |label| label + 1);
            plans[k].push(problems.iter().map(|it| objective(it, &labels)).collect());
        }
    }
    let whole = |number: u64| Fraction::new(i128::from(number), 1);
    plans
        .iter()
        .map(|plans| match criterion {
            Criterion::Sum => plans.iter().map(|held| whole(held.iter().sum())).max(),
            Criterion::Worst => {
                let least = |held: &Vec<u64>| {
                    let shares = held.iter().zip(problems).filter_map(|(&inside, problem)| {
                        let all = problem.instance.flows.total_between();
                        (all > 0).then(|| Fraction::new(i128::from(inside), u128::from(all)))
                    });
                    shares.min().unwrap_or_else(|| whole(1))
                };
                plans.iter().map(least).max()
            }
            Criterion::Regret => {
                let best: Vec<u64> = (0..problems.len())
                    .map(|at| plans.iter().map(|held| held[at]).max().unwrap_or(0))
                    .collect();
                let regret = |held: &Vec<u64>| {
                    whole(best.iter().zip(held).map(|(best, held)| best - held).max().unwrap_or(0))
                };
                plans.iter().map(regret).min()
            }
        })
        .collect()
}

fn agrees(problems: &[Problem], limited: &[usize]) -> Result<(), TestCaseError> {
    for criterion in [Criterion::Sum, Criterion::Worst, Criterion::Regret] {
        let question = YearsQuestion::new(problems.to_vec(), limited, criterion)
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        for (k, best) in enumerated(problems, limited, criterion).iter().enumerate().skip(1) {
            let answer = question
                .solve(k, &Limits::default(), 1)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let proven =
                if best.is_some() { Termination::Optimal } else { Termination::Infeasible };
            prop_assert_eq!(answer.termination, proven, "{:?}, k = {}", criterion, k);
            prop_assert_eq!(answer.value, *best, "{:?}, k = {}", criterion, k);
            prop_assert_eq!(answer.bound, *best, "{:?}, k = {}", criterion, k);
            prop_assert_eq!(answer.plan.is_some(), best.is_some());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(repeatable(150))]

    #[test]
    fn plans_over_years_agree_with_enumeration(
        problem in problems(1..=6),
        dice in prop::collection::vec(any::<u8>(), 40..80),
        is_partly_limited in any::<bool>(),
    ) {
        let mut problem = problem;
        problem.rules.limits.min_self_containment = None;
        let second = another_year(&problem, &dice);
        let third = another_year(&second, &dice[1..]);
        let limited: &[usize] = if is_partly_limited { &[1] } else { &[0, 1, 2] };
        agrees(&[problem, second, third], limited)?;
    }
}

/// Where a limit strikes, the best least share lies between the plan's and the bound.
#[test]
fn a_limit_leaves_the_optimum_between_plan_and_bound() {
    let (mut struck, mut bounded) = (0, 0);
    let chain = |seed: u64, year: u64| {
        (0..7).fold(Sketch::chain(8), |sketch, at| {
            let at_64 = u64::try_from(at).expect("small");
            sketch.flow(at, at + 1, 1 + (seed * 7 + year * 5 + at_64 * at_64 * 3) % 11).flow(
                at,
                (at + 3) % 8,
                (seed * 5 + year * 3 + at_64 * 7) % 9,
            )
        })
    };
    for seed in 0..20 {
        let problems = [chain(seed, 0).problem(), chain(seed, 1).problem()];
        let best = enumerated(&problems, &[0, 1], Criterion::Worst);
        let question =
            YearsQuestion::new(problems.to_vec(), &[0, 1], Criterion::Worst).expect("a question");
        for nodes in [0, 1, 3, 9] {
            let limits = Limits { nodes: Some(nodes), ..Limits::default() };
            let answer = question.solve(3, &limits, 0).expect("an answer");
            struck += usize::from(answer.termination == Termination::NodeLimit);
            bounded += usize::from(answer.bound < Some(Fraction::new(1, 1)));
            let best = best[3].expect("a chain is divided");
            assert!(answer.value <= Some(best), "{seed}, {nodes}: {answer:?}");
            assert!(answer.bound >= Some(best), "{seed}, {nodes}: {answer:?}");
        }
    }
    assert!(
        struck > 20 && bounded > 0,
        "{struck} times a limit struck, {bounded} bounds told something"
    );
}

/// A plan that is best in neither year may be best in the worst of them, and by regret.
#[test]
fn a_compromise_is_found_that_no_single_year_and_no_sum_prefers() {
    // A – B – C – D in a chain, three regions: one of the three borders is taken away. A and B
    // exchange 10 and 0, C and D 0 and 10, B and C 4 in either year.
    let year =
        |first, last| Sketch::chain(4).flow(0, 1, first).flow(1, 2, 4).flow(2, 3, last).problem();
    let problems = [year(10, 0), year(0, 10)];
    let value = |criterion| {
        let question =
            YearsQuestion::new(problems.to_vec(), &[0, 1], criterion).expect("a question");
        let answer = question.solve(3, &Limits::default(), 0).expect("an answer");
        (answer.termination, answer.value.expect("a plan"), answer.held)
    };
    let (termination, value_of_worst, held) = value(Criterion::Worst);
    assert_eq!((termination, value_of_worst), (Termination::Optimal, Fraction::new(4, 14)));
    assert_eq!(held.iter().map(|year| year.inside).collect::<Vec<_>>(), [4, 4]);
    assert_eq!(value(Criterion::Sum).1, Fraction::new(10, 1));
    assert_eq!(value(Criterion::Regret).1, Fraction::new(6, 1));
}

/// What is told on the way is never better than the answer, gets better, and is there before it.
#[test]
fn plans_are_told_as_they_are_found() {
    let mut told = 0;
    for seed in 0..40 {
        let problem = regionfront_testkit::shapes::problem(seed, 8);
        let mut later = problem.clone();
        let flows: Vec<_> =
            problem.instance.flows.triples().map(|(from, to, n)| (to, from, 2 * n)).collect();
        later.instance.flows = regionfront::instance::Flows::from_triples(8, flows);
        let problems = vec![problem, later];
        let Ok(question) = YearsQuestion::new(problems.clone(), &[0], Criterion::Sum) else {
            continue;
        };
        let mut found = Vec::new();
        let answer = question
            .solve_from(&Before::default(), 3, &Limits::default(), 1, &mut |told| {
                if let Told::SoFar(so_far) = told {
                    found.push(so_far.clone());
                }
            })
            .expect("the engine has no fault");
        assert!(found.windows(2).all(|pair| pair[0].value < pair[1].value), "seed {seed}");
        assert_eq!(answer.plan.is_some(), !found.is_empty(), "seed {seed}");
        if let Some(last) = found.last() {
            assert!(last.value <= answer.value && last.bound.is_none(), "seed {seed}");
            assert_eq!(last.held.len(), problems.len(), "seed {seed}");
            told += found.len();
        }
    }
    assert!(told > 20, "{told} plans are told");
}

#[test]
fn limits_hold_in_every_year_named() {
    // B grows: with A it is within 10 people in the first year only.
    let year = |people| {
        Sketch::chain(3)
            .populations(&[4, people, 4])
            .flow(0, 1, 9)
            .flow(1, 2, 5)
            .rules(|rules| rules.limits.population.max = Some(10))
            .problem()
    };
    let problems = [year(6), year(7)];
    let termination = |limited: &[usize]| {
        let question =
            YearsQuestion::new(problems.to_vec(), limited, Criterion::Sum).expect("a question");
        let answer = question.solve(2, &Limits::default(), 0).expect("an answer");
        (answer.termination, answer.value)
    };
    assert_eq!(termination(&[0]), (Termination::Optimal, Some(Fraction::new(18, 1))));
    assert_eq!(termination(&[0, 1]), (Termination::Infeasible, None));
}

#[test]
fn years_that_cannot_be_weighed_are_refused() {
    let problem = Sketch::chain(3).flow(0, 1, 9).problem();
    let code = |problems: Vec<Problem>, limited: &[usize]| {
        let refused = YearsQuestion::new(problems, limited, Criterion::Worst).err();
        refused.map(|error: SolveError| error.code())
    };
    assert_eq!(code(vec![problem.clone(), problem.clone()], &[0, 1]), None);
    assert_eq!(code(Vec::new(), &[]), Some("E257"));
    assert_eq!(code(vec![problem.clone()], &[]), Some("E257"), "no year is limited");
    let longer = Sketch::chain(4).flow(0, 1, 9).problem();
    assert_eq!(code(vec![problem.clone(), longer], &[0]), Some("E257"));
    let mut contained = problem;
    contained.rules.limits.min_self_containment = Share::from_millionths(500_000);
    assert_eq!(code(vec![contained], &[0]), Some("E257"));
}

/// Whatever part of an earlier search is kept, the one that goes on from it ends with the same answer, and
/// answers no weighted question twice. What does not fit the figures is refused.
#[test]
fn a_search_goes_on_from_any_part_of_an_earlier_one() {
    let (mut longest, mut with_plan) = (0, 0);
    for seed in 0..12 {
        let first = regionfront_testkit::shapes::problem(seed, 8);
        let dice: Vec<u8> = (0..60).map(|at: u8| at.wrapping_mul(37).wrapping_add(11)).collect();
        let second = another_year(&first, &dice);
        let third = another_year(&second, &dice[7..]);
        for criterion in [Criterion::Sum, Criterion::Worst, Criterion::Regret] {
            let problems = vec![first.clone(), second.clone(), third.clone()];
            let Ok(question) = YearsQuestion::new(problems, &[0], criterion) else { continue };
            let search = |before: &Before| {
                let mut kept = Before::default();
                let limits = Limits::default();
                let answer = question.solve_from(before, 3, &limits, 5, &mut |told| match told {
                    Told::SoFar(so_far) => kept.plans.extend(so_far.plan.clone()),
                    Told::Weighed(weighed) => kept.weighed.push(weighed.clone()),
                });
                (answer.expect("an answer"), kept)
            };
            let (answer, all) = search(&Before::default());
            longest = longest.max(all.weighed.len());
            with_plan += usize::from(answer.plan.is_some());
            for part in 0..=all.weighed.len() {
                let weighed = all.weighed[..part].to_vec();
                let before = Before { weighed, plans: all.plans.clone() };
                question.check(3, &before).expect("it is what was found");
                let (again, more) = search(&before);
                assert_eq!(again, answer, "{criterion:?}, seed {seed}, {part}");
                assert_eq!(more.weighed, all.weighed[part..], "{criterion:?}, seed {seed}, {part}");
                assert_eq!(more.plans, [], "nothing better is there to tell");
            }
            let best: Vec<u64> = answer.held.iter().filter_map(|year| year.best).collect();
            let restored = question.restore(3, answer.plan.clone(), &best, answer.rounds);
            assert_eq!(restored.expect("it is what was found"), answer);
            let mut wrong = all;
            if let Some((_, most)) = wrong.weighed.iter_mut().find_map(|it| it.best.as_mut()) {
                *most += 1;
                question.check(3, &wrong).expect_err("the plan holds less");
            }
        }
    }
    assert!(longest > 4 && with_plan > 12, "{longest} questions, {with_plan} plans");
}

/// A limit that strikes at once leaves the best of the plans that the search before told of.
#[test]
fn a_search_that_is_stopped_again_is_no_worse_than_before() {
    let year =
        |first, last| Sketch::chain(4).flow(0, 1, first).flow(1, 2, 4).flow(2, 3, last).problem();
    for criterion in [Criterion::Sum, Criterion::Worst, Criterion::Regret] {
        let question =
            YearsQuestion::new(vec![year(10, 0), year(0, 10)], &[0, 1], criterion).expect("years");
        let plan = question.solve(3, &Limits::default(), 0).expect("an answer").plan;
        let before = Before { plans: plan.iter().cloned().collect(), ..Before::default() };
        let limits = Limits::default();
        limits.interrupt.raise();
        let answer = question.solve_from(&before, 3, &limits, 0, &mut |_| ()).expect("an answer");
        assert_eq!((answer.termination, answer.plan), (Termination::Interrupted, plan));
    }
}
