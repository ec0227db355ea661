//! A front that is interrupted anywhere, and goes on from its replies, is the front of one run.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use regionfront::engine::{Interrupt, Limits, News, Observer};
use regionfront::front::{
    Front, ObjectiveKind, ObjectiveSet, Reply, Sweep, SweepObserver, Terms, sweep,
};
use regionfront::plan::Plan;
use regionfront_testkit::generate::{problems, repeatable};

use crate::enumeration::{front, furnish, objective_set, terms};

/// Raises the interrupt when it has heard so much.
struct Impatient {
    left: AtomicUsize,
    interrupt: Interrupt,
    replies: Mutex<Vec<Reply>>,
}

impl Impatient {
    fn hear(&self) {
        let left =
            self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        if left.is_err() {
            self.interrupt.raise();
        }
    }
}

impl Observer for Impatient {
    fn news(&self, _: usize, _: News) {
        self.hear();
    }

    fn found(&self, _: usize, _: &dyn Fn() -> Plan, _: u64) {
        self.hear();
    }
}

impl SweepObserver for Impatient {
    fn replied(&self, _: usize, _: usize, reply: &Reply) {
        self.replies.lock().expect("no panic").push(reply.clone());
        self.hear();
    }
}

/// Goes on with a front, and interrupts it when it has told so much: the replies that a later run goes on from, and whether
/// it was whole before.
fn interrupted(
    set: &ObjectiveSet,
    k: usize,
    after: usize,
    known: Vec<Reply>,
) -> Result<(Vec<Reply>, bool), TestCaseError> {
    let interrupt = Interrupt::default();
    let limits = Limits { interrupt: interrupt.clone(), ..Limits::default() };
    let terms = Terms { limits, ..terms() };
    let (problem, objectives) = (&set.problem, &set.objectives[..]);
    let question = Sweep { problem, k, objectives, terms: &terms, is_closed: false };
    let observer = Impatient { left: after.into(), interrupt, replies: Mutex::default() };
    sweep(&question, known, &observer).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
    let is_whole = !observer.interrupt.is_raised();
    let replies = observer.replies.into_inner().expect("no panic");
    Ok((replies, is_whole))
}

fn goes_on(
    set: &ObjectiveSet,
    k: usize,
    whole: &Front,
    known: Vec<Reply>,
) -> Result<(), TestCaseError> {
    let (problem, objectives, terms) = (&set.problem, &set.objectives[..], terms());
    let question = Sweep { problem, k, objectives, terms: &terms, is_closed: false };
    let again = sweep(&question, known, &crate::enumeration::Silent);
    let again = again.map_err(|fault| TestCaseError::fail(fault.to_string()))?;
    prop_assert_eq!(&again, whole);
    Ok(())
}

#[test]
fn a_front_interrupted_anywhere_goes_on_to_the_same_front() {
    let kinds = [ObjectiveKind::MinPopulation];
    TestRunner::new(repeatable(60))
        .run(&problems(4..=6), |problem| {
            let problem = furnish(problem);
            let Some(set) = objective_set(&problem, &kinds) else { return Ok(()) };
            for k in 2..problem.instance.num_areas() {
                let whole = front(&set, k, &terms())?;
                for after in 0..200 {
                    let (known, is_whole) = interrupted(&set, k, after, Vec::new())?;
                    goes_on(&set, k, &whole, known)?;
                    if is_whole {
                        break;
                    }
                }
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// A run that goes on and is stopped at once has no less than the one before it.
#[test]
fn a_front_interrupted_twice_keeps_its_plans() {
    let kinds = [ObjectiveKind::MinPopulation];
    TestRunner::new(repeatable(60))
        .run(&problems(4..=6), |problem| {
            let problem = furnish(problem);
            let Some(set) = objective_set(&problem, &kinds) else { return Ok(()) };
            for k in 2..problem.instance.num_areas() {
                let whole = front(&set, k, &terms())?;
                for after in 0..40 {
                    let (first, is_whole) = interrupted(&set, k, after, Vec::new())?;
                    for again in [0, 1, after / 2] {
                        let (second, _) = interrupted(&set, k, again, first.clone())?;
                        let held =
                            |replies: &[Reply]| replies.iter().filter_map(objective).sum::<u64>();
                        prop_assert!(held(&second) >= held(&first), "{second:?} of {first:?}");
                        goes_on(&set, k, &whole, second)?;
                    }
                    if is_whole {
                        break;
                    }
                }
            }
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

fn objective(reply: &Reply) -> Option<u64> {
    match reply {
        Reply::Point(point) => Some(point.plan.objective()),
        Reply::Nothing | Reply::Stopped { .. } => None,
    }
}
