//! Many fronts side by side.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::point::Front;
use super::set::ObjectiveSet;
use super::sweep::{Reply, Sweep, SweepObserver, Terms, sweep};
use crate::engine::{EngineFault, News, Observer};

/// Stack of a solving thread: engines recurse once per area and more.
const STACK_BYTES: usize = 64 << 20;

/// One front to compute.
#[derive(Debug)]
pub struct FrontTask<'a> {
    /// Against what.
    pub set: &'a ObjectiveSet,
    /// Number of regions.
    pub k: usize,
    /// Replies of an earlier run, from the first.
    pub known: Vec<Reply>,
}

/// What came of a task.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The front; empty after a fault.
    pub front: Front,
    /// Why there is no point, where the rules alone tell.
    pub reason: Option<String>,
    /// What went wrong.
    pub fault: Option<String>,
    /// Time it took.
    pub wall: Duration,
}

/// Hears how fronts grow; tasks are named by their place in the list.
pub trait FrontWatcher: Sync {
    /// A task begins.
    fn started(&self, task: usize);

    /// Something happened on the way to the next reply.
    fn news(&self, task: usize, news: News);

    /// The `number`-th demand, from 0, was answered, now or in an earlier run.
    fn replied(&self, task: usize, number: usize, reply: &Reply);

    /// A task has ended.
    fn finished(&self, task: usize, swept: &Swept);
}

/// Looks away.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl FrontWatcher for Unwatched {
    fn started(&self, _: usize) {}

    fn news(&self, _: usize, _: News) {}

    fn replied(&self, _: usize, _: usize, _: &Reply) {}

    fn finished(&self, _: usize, _: &Swept) {}
}

/// Computes fronts, `threads` at a time, begun in the order of the list and handed back in it.
///
/// `terms.limits.deadline` ends everything; each front that begins gets an equal share of what is
/// left, so that an early one cannot starve the later ones. A k that contradicts the rules by
/// arithmetic has an empty front and a reason. The fronts do not depend on the number of threads,
/// unless a clock or an interrupt strikes.
///
/// # Errors
/// When no threads can be had. A fault of the engine costs its front alone.
pub fn sweep_all(
    tasks: Vec<FrontTask<'_>>,
    terms: &Terms,
    threads: usize,
    watcher: &dyn FrontWatcher,
) -> Result<Vec<Swept>, EngineFault> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK_BYTES)
        .thread_name(|number| format!("{} front {number}", crate::job::THREAD_PREFIX))
        .build()
        .map_err(|error| EngineFault { engine: "exact", what: error.to_string() })?;
    let waiting = AtomicUsize::new(tasks.len());
    let done: Vec<Mutex<Option<Swept>>> = tasks.iter().map(|_| Mutex::default()).collect();
    pool.in_place_scope_fifo(|scope| {
        for (at, task) in tasks.into_iter().enumerate() {
            let (waiting, done) = (&waiting, &done);
            scope.spawn_fifo(move |_| {
                let rounds = waiting.fetch_sub(1, Ordering::Relaxed).div_ceil(threads);
                watcher.started(at);
                let swept = one(task, &share(terms, rounds), &Adapter { task: at, watcher });
                watcher.finished(at, &swept);
                *done[at].lock().unwrap_or_else(PoisonError::into_inner) = Some(swept);
            });
        }
    });
    let missing = || EngineFault { engine: "exact", what: "a front was lost".to_owned() };
    done.into_iter()
        .map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner).ok_or_else(missing))
        .collect()
}

/// The terms of a front that begins now, with so many rounds left, its own included.
fn share(terms: &Terms, rounds: usize) -> Terms {
    let mut terms = terms.clone();
    let now = Instant::now();
    if let Some(end) = terms.limits.deadline {
        let left = end.saturating_duration_since(now);
        let rounds = u32::try_from(rounds.max(1)).unwrap_or(u32::MAX);
        terms.limits.deadline = Some(now + left / rounds);
    }
    terms
}

fn one(task: FrontTask<'_>, terms: &Terms, observer: &Adapter<'_>) -> Swept {
    let begun = Instant::now();
    let FrontTask { set, k, known } = task;
    let mut swept = Swept {
        front: Front { k, ..Front::default() },
        reason: None,
        fault: None,
        wall: Duration::ZERO,
    };
    let contradictions = set.problem.contradictions(k);
    if contradictions.is_empty() {
        let question = Sweep { problem: &set.problem, k, objectives: &set.objectives, terms };
        // A panic leaves nothing behind that is used again: the front never arrives.
        match catch_unwind(AssertUnwindSafe(|| sweep(&question, known, observer))) {
            Ok(Ok(front)) => swept.front = front,
            Ok(Err(fault)) => swept.fault = Some(fault.to_string()),
            Err(_) => swept.fault = Some("exact engine: panicked".to_owned()),
        }
    } else {
        let reasons: Vec<String> =
            contradictions.into_iter().map(|contradiction| contradiction.what).collect();
        swept.reason = Some(reasons.join("; "));
    }
    swept.wall = begun.elapsed();
    swept
}

/// Tells a watcher which task the news are of.
struct Adapter<'a> {
    task: usize,
    watcher: &'a dyn FrontWatcher,
}

impl Observer for Adapter<'_> {
    fn news(&self, _: usize, news: News) {
        self.watcher.news(self.task, news);
    }
}

impl SweepObserver for Adapter<'_> {
    fn replied(&self, _: usize, number: usize, reply: &Reply) {
        self.watcher.replied(self.task, number, reply);
    }
}
