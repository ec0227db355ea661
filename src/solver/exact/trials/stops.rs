//! Everything that takes long before the search tree looks whether it is time to stop.

use std::cell::Cell;

use crate::engine::{Interrupt, Limits};
use crate::exact::colgen::first_bound::first_bound;
use crate::exact::primal::agglomerate::agglomerate;
use crate::exact::primal::anneal::{HEAT, Schedule, anneal, grow};
use crate::exact::primal::partition::Partition;
use crate::exact::primal::peel::peel;
use crate::exact::problem::contraction::{Nodes, Unreduced};
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::Core;
use crate::exact::problem::step::Step;
use crate::exact::{Asked, Session};
use regionfront_model::scenario::Problem;
use regionfront_testkit::Sketch;

/// Nodes, regions, and inhabitants that a region needs.
const NODES: usize = 300;
const REGIONS: usize = 10;
const LEAST: u64 = 20;

/// A row of areas, each of which exchanges commuters with the next ones.
fn row() -> Problem {
    let mut sketch = Sketch::chain(NODES);
    for area in 0..NODES {
        for next in area + 1..NODES.min(area + 70) {
            sketch = sketch.flow(area, next, 1 + u64::try_from(next % 7).expect("small"));
        }
    }
    let sketch = sketch.populations(&[1; NODES]);
    sketch.rules(|rules| rules.limits.population.min = Some(LEAST)).problem()
}

fn step(problem: &Problem) -> Step {
    Step { limits: problem.rules.limits, ..Step::default() }
}

/// How often something looks, where it is never time; and how often more, where it is at the second
/// look.
fn looks(run: &mut dyn FnMut(&dyn Fn() -> bool)) -> (usize, usize) {
    let count = |from: usize, run: &mut dyn FnMut(&dyn Fn() -> bool)| {
        let looks = Cell::new(0);
        run(&|| {
            looks.set(looks.get() + 1);
            looks.get() >= from
        });
        looks.get()
    };
    let all = count(usize::MAX, run);
    (all, count(2, run) - 2)
}

#[test]
fn what_comes_before_the_tree_looks_whether_it_is_time() {
    let problem = row();
    let nodes = Nodes::contract(&problem).expect("no groups");
    let step = step(&problem);
    let core = Core::<6>::new(&problem, &nodes, REGIONS, &step).expect("there is a plan");
    let network = Network::new(&core);
    let expect = |what: &str, least: usize, run: &mut dyn FnMut(&dyn Fn() -> bool)| {
        let (all, more) = looks(run);
        assert!(all >= least, "{what} looks {all} times");
        // Some look once more on the way out.
        assert!(more <= 3, "{what} looks {more} times more when it is time");
    };
    expect("agglomeration", NODES - REGIONS, &mut |stop| {
        agglomerate(&core, &network, stop);
    });
    expect("peeling", NODES, &mut |stop| {
        peel(&core, &network, stop);
    });
    expect("growing", NODES / 100, &mut |stop| {
        grow(&core, 1, stop);
    });
    expect("the first bound", 2 * NODES, &mut |stop| {
        first_bound(&core, stop);
    });
    let start = grow(&core, 1, &|| false).expect("one piece");
    let moves = 10_000;
    expect("annealing", moves / 250, &mut |stop| {
        let mut partition = Partition::new(&core, &network, start.clone(), 1);
        let schedule = Schedule { moves, heat: HEAT, pool: 100 };
        anneal(
            &core,
            &mut partition,
            schedule,
            &mut crate::exact::master::pool::Pool::default(),
            stop,
        );
    });
}

#[test]
fn tables_are_not_finished_when_it_is_time() {
    let problem = row();
    let nodes = Nodes::contract(&problem).expect("no groups");
    let looks = Cell::new(0);
    let is_late = || {
        looks.set(looks.get() + 1);
        true
    };
    let reduced = Core::<6>::reduced(&problem, &nodes, REGIONS, &step(&problem), &is_late);
    assert_eq!(reduced.err(), Some(Unreduced::Stopped));
    assert_eq!(looks.get(), 1);
}

/// What is interrupted before it has begun knows no more than that there are so many commuters.
#[test]
fn an_interrupted_question_is_unknown() {
    let problem = row();
    let interrupt = Interrupt::default();
    interrupt.raise();
    let limits = Limits { interrupt, ..Limits::default() };
    let mut session = Session::new(&problem, REGIONS, 1).expect("few commuters");
    let silent = crate::engine::Silent;
    let stepped = session
        .solve(&step(&problem), &Asked::default(), &limits, &silent)
        .expect("no fault")
        .solved;
    let all = problem.instance.flows.total_between();
    let stopped_by = crate::engine::StopReason::Interrupted;
    assert_eq!(stepped.outcome, crate::engine::Outcome::Unknown { bound: all, stopped_by });
}
