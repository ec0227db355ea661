//! Many fronts side by side.
//!
//! Fronts run on threads of a pool; what they tell comes home over a channel, and the watcher hears
//! it in the thread that waits for them. An engine that does not stop when it has to is not waited
//! for: its front ends with the replies there are and the plan told last, its thread is left behind
//! with the pool (a thread cannot be killed), and the fronts still to come get a new pool. That is
//! why tasks share what they need.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::objective::Score;
use super::point::Front;
use super::set::ObjectiveSet;
use super::so_far::SoFar;
use super::sweep::{Reply, Sweep, SweepObserver, Terms, sweep};
use crate::engine::{EngineFault, News, Observer, StopReason};
use crate::job::{GRACE, Pace, leave_thread_behind};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;

/// Stack of a solving thread: engines recurse once per area and more.
pub(super) const STACK_BYTES: usize = 64 << 20;

/// How often the coordinator looks at the clock and the interrupt.
const TICK: Duration = Duration::from_millis(20);

/// One front to compute.
#[derive(Clone, Debug)]
pub struct FrontTask {
    /// Against what.
    pub set: Arc<ObjectiveSet>,
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

impl Swept {
    /// Nothing yet.
    fn empty(k: usize) -> Self {
        Self {
            front: Front { k, ..Front::default() },
            reason: None,
            fault: None,
            wall: Duration::ZERO,
        }
    }
}

/// Hears how fronts grow; tasks are named by their place in the list.
pub trait FrontWatcher {
    /// A task begins.
    fn started(&self, task: usize);

    /// Something happened on the way to the next reply.
    fn news(&self, task: usize, news: News);

    /// The `number`-th demand, from 0, was answered, now or in an earlier run.
    fn replied(&self, task: usize, number: usize, reply: &Reply);

    /// What is known so far about the `number`-th demand, as if it had been interrupted now. Another
    /// one or the reply follows, unless the process ends before.
    fn so_far(&self, task: usize, number: usize, reply: &Reply) {
        let _ = (task, number, reply);
    }

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
/// When no threads can be had. A fault of the engine, or one that overstays its limits, costs its
/// front alone.
pub fn sweep_all(
    tasks: &[FrontTask],
    terms: &Terms,
    threads: usize,
    watcher: &dyn FrontWatcher,
) -> Result<Vec<Swept>, EngineFault> {
    Coordinator::new(tasks, terms, threads.max(1), GRACE, Arc::new(one), watcher)?.run()
}

/// Computes one front.
type Work = dyn Fn(FrontTask, &Terms, &dyn SweepObserver) -> Swept + Send + Sync;

/// What a front tells on its way.
enum Word {
    News(News),
    Demanded(Vec<Option<Score>>),
    Found(Plan, Commuters),
    Replied(usize, Reply),
    Finished(Box<Swept>),
}

/// A front under way.
struct Running {
    task: usize,
    begun: Instant,
    /// When its latest demand was posed.
    asked: Instant,
    deadline: Option<Instant>,
    so_far: SoFar,
    pace: Pace,
}

struct Coordinator<'a> {
    tasks: &'a [FrontTask],
    terms: &'a Terms,
    threads: usize,
    grace: Duration,
    work: Arc<Work>,
    watcher: &'a dyn FrontWatcher,
    pool: ThreadPool,
    running: Vec<Running>,
    swept: Vec<Option<Swept>>,
    interrupted: Option<Instant>,
    sender: Sender<(usize, Word)>,
    receiver: Receiver<(usize, Word)>,
}

fn pool(threads: usize) -> Result<ThreadPool, EngineFault> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(STACK_BYTES)
        .thread_name(|number| format!("{} front {number}", crate::job::THREAD_PREFIX))
        .build()
        .map_err(|error| EngineFault { engine: "exact", what: error.to_string() })
}

impl<'a> Coordinator<'a> {
    fn new(
        tasks: &'a [FrontTask],
        terms: &'a Terms,
        threads: usize,
        grace: Duration,
        work: Arc<Work>,
        watcher: &'a dyn FrontWatcher,
    ) -> Result<Self, EngineFault> {
        let (sender, receiver) = channel();
        Ok(Self {
            tasks,
            terms,
            threads,
            grace,
            work,
            watcher,
            pool: pool(threads)?,
            running: Vec::new(),
            swept: vec![None; tasks.len()],
            interrupted: None,
            sender,
            receiver,
        })
    }

    fn run(mut self) -> Result<Vec<Swept>, EngineFault> {
        let mut next = 0;
        while next < self.tasks.len() || !self.running.is_empty() {
            while next < self.tasks.len() && self.running.len() < self.threads {
                self.begin(next);
                next += 1;
            }
            match self.receiver.recv_timeout(TICK) {
                Ok((task, word)) => {
                    self.hear(task, word);
                    // Of all that was told meanwhile only the latest is worth saving.
                    while let Ok((task, word)) = self.receiver.try_recv() {
                        self.hear(task, word);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            self.abandon_overdue()?;
            self.tell_so_far();
        }
        let missing = || EngineFault { engine: "exact", what: "a front was lost".to_owned() };
        self.swept.into_iter().map(|swept| swept.ok_or_else(missing)).collect()
    }

    fn begin(&mut self, task: usize) {
        let rounds = (self.tasks.len() - task).div_ceil(self.threads);
        let terms = share(self.terms, rounds);
        let now = Instant::now();
        self.watcher.started(task);
        self.running.push(Running {
            task,
            begun: now,
            asked: now,
            deadline: terms.limits.deadline,
            so_far: SoFar::default(),
            pace: Pace::new(now),
        });
        let (work, asked) = (Arc::clone(&self.work), self.tasks[task].clone());
        let observer = Adapter { task, sender: self.sender.clone() };
        self.pool.spawn(move || {
            let swept = work(asked, &terms, &observer);
            observer.tell(Word::Finished(Box::new(swept)));
        });
    }

    fn hear(&mut self, task: usize, word: Word) {
        let Some(at) = self.running.iter().position(|running| running.task == task) else {
            return; // abandoned earlier
        };
        match word {
            Word::News(news) => {
                if let News::Bound(bound) = news {
                    self.running[at].so_far.bound(bound);
                }
                self.watcher.news(task, news);
            }
            Word::Demanded(beyond) => self.running[at].so_far.demanded(beyond),
            Word::Found(plan, objective) => self.running[at].so_far.found(plan, objective),
            Word::Replied(number, reply) => {
                let now = Instant::now();
                let running = &mut self.running[at];
                (running.asked, running.pace) = (now, Pace::new(now));
                running.so_far.replied(&reply);
                self.watcher.replied(task, number, &reply);
            }
            Word::Finished(swept) => {
                self.running.swap_remove(at);
                self.finish(task, *swept);
            }
        }
    }

    fn finish(&mut self, task: usize, swept: Swept) {
        self.watcher.finished(task, &swept);
        self.swept[task] = Some(swept);
    }

    /// Tells what is known so far about demands on which something new was told.
    fn tell_so_far(&mut self) {
        let watcher = self.watcher;
        for running in self.running.iter_mut().filter(|running| running.so_far.is_news()) {
            if running.pace.allows() {
                let Running { task, so_far, pace, .. } = running;
                let asked = &self.tasks[*task];
                pace.take(|| {
                    let reply = so_far.reply(&asked.set, asked.k, StopReason::Interrupted);
                    if let Some(reply @ Reply::Point(_)) = reply {
                        watcher.so_far(*task, so_far.number(), &reply);
                    }
                });
            }
        }
    }

    fn abandon_overdue(&mut self) -> Result<(), EngineFault> {
        let now = Instant::now();
        if self.interrupted.is_none() && self.terms.limits.interrupt.is_raised() {
            self.interrupted = Some(now);
        }
        let (interrupted, longest, grace) = (self.interrupted, self.terms.point_limit, self.grace);
        let is_overdue = |running: &mut Running| {
            let point = longest.and_then(|longest| running.asked.checked_add(longest));
            [running.deadline, point, interrupted]
                .into_iter()
                .flatten()
                .any(|stop| now.saturating_duration_since(stop) > grace)
        };
        let overdue: Vec<Running> = self.running.extract_if(.., is_overdue).collect();
        if !overdue.is_empty() {
            self.pool = pool(self.threads)?;
        }
        let by = match interrupted {
            Some(_) => StopReason::Interrupted,
            None => StopReason::TimeLimit,
        };
        for mut running in overdue {
            leave_thread_behind();
            let FrontTask { set, k, .. } = &self.tasks[running.task];
            let number = running.so_far.number();
            if let Some(reply) = running.so_far.reply(set, *k, by) {
                self.watcher.replied(running.task, number, &reply);
                running.so_far.replied(&reply);
            }
            let front = running.so_far.front(set, *k, by);
            let wall = running.begun.elapsed();
            self.finish(running.task, Swept { front, wall, ..Swept::empty(*k) });
        }
        Ok(())
    }
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

fn one(task: FrontTask, terms: &Terms, observer: &dyn SweepObserver) -> Swept {
    let begun = Instant::now();
    let FrontTask { set, k, known } = task;
    let mut swept = Swept::empty(k);
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

/// Sends home what a front tells. Nobody listens any more to one that was abandoned.
struct Adapter {
    task: usize,
    sender: Sender<(usize, Word)>,
}

impl Adapter {
    fn tell(&self, word: Word) {
        let _ = self.sender.send((self.task, word));
    }
}

impl Observer for Adapter {
    fn news(&self, _: usize, news: News) {
        self.tell(Word::News(news));
    }

    fn found(&self, _: usize, plan: &dyn Fn() -> Plan, objective: Commuters) {
        self.tell(Word::Found(plan(), objective));
    }
}

impl SweepObserver for Adapter {
    fn replied(&self, _: usize, number: usize, reply: &Reply) {
        self.tell(Word::Replied(number, reply.clone()));
    }

    fn demanded(&self, beyond: &[Option<Score>]) {
        self.tell(Word::Demanded(beyond.to_vec()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Limits;
    use regionfront_model::scenario::{Problem, Rules};
    use regionfront_testkit::rows::instance_of;

    #[test]
    fn a_front_that_overstays_is_abandoned_and_the_others_go_on() {
        let problem =
            Problem { instance: instance_of(3), scenario: String::new(), rules: Rules::default() };
        let set = Arc::new(ObjectiveSet::resolve(&problem, &[]).expect("it needs nothing"));
        let task = |k| FrontTask { set: Arc::clone(&set), k, known: Vec::new() };
        let tasks = [task(1), task(2), task(3)];
        let terms = Terms {
            seed: 0,
            alternatives: 0,
            within: None,
            most_near: 0,
            point_limit: Some(Duration::from_millis(10)),
            limits: Limits::default(),
        };
        let work: Arc<Work> = Arc::new(|task: FrontTask, _: &Terms, _: &dyn SweepObserver| {
            if task.k == 1 {
                std::thread::sleep(Duration::from_secs(20));
            }
            Swept::empty(task.k)
        });
        let grace = Duration::from_millis(500);
        let begun = Instant::now();
        let swept = Coordinator::new(&tasks, &terms, 1, grace, work, &Unwatched)
            .and_then(Coordinator::run)
            .expect("there are threads");
        assert!(begun.elapsed() < Duration::from_secs(15), "nobody waits for it");
        let ks: Vec<usize> = swept.iter().map(|swept| swept.front.k).collect();
        assert_eq!(ks, [1, 2, 3]);
        assert!(swept[0].fault.is_none() && !swept[0].front.is_complete(), "points may be missing");
        assert!(swept[1].fault.is_none() && swept[2].fault.is_none());
    }
}
