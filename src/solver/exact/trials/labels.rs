//! Labelled regions on trial against all partitions: the best plan within every number of moved
//! areas, from homes of any shape.

use std::borrow::Cow;
use std::sync::Arc;

use super::{CUT_SHORT, no_annealing};
use crate::engine::{Limits, Outcome, Silent};
use crate::exact::caps::Caps;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::side::Additive;
use crate::exact::problem::step::{Floor, Step};
use crate::exact::session::Wide;
use crate::exact::steps::{Asked, Steps};
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_testkit::oracle::{keeps_all, objective, partitions};
use regionfront_testkit::shapes::{Dice, problem};
use regionfront_verify::verify;

/// Fewest moved areas under any way to pair regions with labels, tried one by one.
fn moves(home: &[usize], labels: &[usize], k: usize) -> usize {
    fn pair(kept: &[Vec<usize>], is_borne: &mut [bool], region: usize) -> usize {
        let Some(row) = kept.get(region) else { return 0 };
        let mut most = 0;
        for label in 0..row.len() {
            if !is_borne[label] {
                is_borne[label] = true;
                most = most.max(row[label] + pair(kept, is_borne, region + 1));
                is_borne[label] = false;
            }
        }
        most
    }
    let mut kept = vec![vec![0; k]; k];
    for (&region, &label) in labels.iter().zip(home) {
        kept[region][label] += 1;
    }
    home.len() - pair(&kept, &mut vec![false; k], 0)
}

/// For every number of moved areas, the most commuters a plan holds.
fn best_by_moves(problem: &Problem, home: &[usize], k: usize) -> Vec<Option<Commuters>> {
    let mut best = vec![None; home.len() + 1];
    for labels in partitions(home.len()) {
        if labels.iter().max().is_some_and(|&last| last + 1 == k) && keeps_all(problem, &labels) {
            let value = Some(objective(problem, &labels));
            for best in &mut best[moves(home, &labels, k)..] {
                *best = value.max(*best);
            }
        }
    }
    best
}

/// A home of `k` regions, seldom connected.
fn home(dice: &mut Dice, num_areas: usize, k: usize) -> Vec<usize> {
    let mut labels: Vec<usize> =
        (0..num_areas).map(|area| if area < k { area } else { dice.below(k) }).collect();
    for area in (1..num_areas).rev() {
        labels.swap(area, dice.below(area + 1));
    }
    labels
}

/// Solves every number of moves in one session, up or down, and compares.
fn trial<const W: usize>(seeds: std::ops::Range<u64>, caps: Caps) {
    let (mut plans, mut voids) = (0, 0);
    for seed in seeds {
        let problem = problem(seed, usize::try_from(3 + seed % 5).expect("small"));
        let num_areas = problem.instance.num_areas();
        let mut dice = Dice::new(seed);
        let k = 1 + dice.below(num_areas);
        let home = home(&mut dice, num_areas, k);
        let expected = best_by_moves(&problem, &home, k);
        let measure = Arc::new(Additive { by_label: Some(home.clone()), ..Additive::default() });
        let nodes = Nodes::contract(&problem);
        let mut session = Wide::<W>::new(Cow::Borrowed(&problem), k, seed, caps, nodes);
        let mut steps: Vec<usize> = (0..=num_areas).collect();
        if dice.percent(50) {
            steps.reverse();
        }
        for most in steps {
            let step = Step {
                limits: problem.rules.limits,
                additive: Some(Floor {
                    measure: Arc::clone(&measure),
                    least: -i64::try_from(most).expect("few moves"),
                }),
                ..Step::default()
            };
            let limits = Limits {
                nodes: dice.percent(20).then(|| dice.between(0, 60)),
                ..Limits::default()
            };
            let solved = session.solve(&step, &Asked::default(), &limits, &Silent);
            let outcome = solved.expect("the engine has no fault").solved.outcome;
            let best = expected[most];
            let told = format!("{}, home {home:?}, {most} moves: {outcome:?}", problem.scenario);
            if let Outcome::Optimal { plan, objective }
            | Outcome::Feasible { plan, objective, .. } = &outcome
            {
                assert!(verify(&problem, k, plan.clone(), *objective).is_ok(), "{told}");
                let labels: Vec<usize> =
                    plan.labels().iter().map(|&region| region as usize - 1).collect();
                assert!(moves(&home, &labels, k) <= most, "{told}");
            }
            match outcome {
                Outcome::Optimal { objective, .. } => {
                    plans += 1;
                    assert_eq!(Some(objective), best, "{told}");
                }
                Outcome::Infeasible { .. } => {
                    voids += 1;
                    assert_eq!(best, None, "{told}");
                }
                Outcome::Feasible { objective, bound, .. } => {
                    assert!(limits.nodes.is_some(), "{told}");
                    assert!(Some(objective) <= best && best <= Some(bound), "{told}");
                }
                Outcome::Unknown { bound, .. } => {
                    assert!(limits.nodes.is_some() && best <= Some(bound), "{told}");
                }
            }
        }
    }
    assert!(plans > 100 && voids > 100, "{plans} plans and {voids} proofs that there is none");
}

#[test]
fn every_number_of_moves_has_its_best_plan() {
    trial::<1>(30_000..32_000, no_annealing());
}

#[test]
fn branching_finds_it_too() {
    trial::<1>(132_000..133_000, CUT_SHORT);
    trial::<2>(233_000..233_200, CUT_SHORT);
}
