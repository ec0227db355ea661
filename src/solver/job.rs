//! One question and a list of k in, one judged answer per k out: the only door to the engines.
//!
//! Every k is solved on its own, in a thread of its own, as many at a time as asked for; answers
//! come back in the order of the list. An engine is not trusted: its plan passes the
//! [judge](regionfront_verify) before anything else sees it, its bound must not lie below a known plan,
//! and an engine that lies, panics or overstays its limit costs that k alone.
//!
//! **Stopping.** An engine tells every better plan and every bound as it finds them. The coordinator
//! judges the plan and saves it at once, so that a process killed outright loses nothing but time,
//! and an engine that has not answered [`Settings::grace`] after its deadline or an interrupt is not
//! waited for: what it told stands, its thread is left behind (a thread cannot be killed) and ends
//! with the process. That is why the problem, the engine and the watcher are shared rather than
//! borrowed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine::{Engine, Interrupt, Limits, News, Observer, Solved, StopReason, Work};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_verify::Verified;

mod answer;
mod judge;
mod pace;

pub use answer::{Answer, SolutionStatus, Termination};

use judge::{Finding, Told};
pub(crate) use pace::Pace;

/// How often the coordinator looks at the clock and the interrupt.
const TICK: Duration = Duration::from_millis(20);

/// Stack of a solving thread: engines recurse once per area and more.
const STACK_BYTES: usize = 64 << 20;

/// How long after its deadline or an interrupt an engine may still answer, so that there is time
/// left within a second to write what it told.
pub(crate) const GRACE: Duration = Duration::from_millis(400);

/// Whether some engine was not waited for, so that a thread of it may still run.
static LEFT_BEHIND: AtomicBool = AtomicBool::new(false);

/// Whether threads were left behind that may still run: then a process had better end without the
/// clean-up of the libraries that they use.
pub fn has_left_threads_behind() -> bool {
    LEFT_BEHIND.load(Ordering::Relaxed)
}

/// Remembers that a thread was left behind.
pub(crate) fn leave_thread_behind() {
    LEFT_BEHIND.store(true, Ordering::Relaxed);
}

/// Name of every solving thread begins with this; a panic hook can tell them by it.
pub const THREAD_PREFIX: &str = "solve k=";

/// How to solve, apart from the question itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Longest time for one k.
    pub time_limit: Option<Duration>,
    /// Longest time for the whole list. Each k that starts gets an equal share of what is left, so
    /// that an early k cannot starve the later ones.
    pub total_time_limit: Option<Duration>,
    /// When everything has to end, however many jobs it takes.
    pub until: Option<Instant>,
    /// Most branch-and-bound nodes for one k.
    pub node_limit: Option<u64>,
    /// Most work for the whole list.
    pub work: Option<Work>,
    /// Allowed relative gap, (bound − objective) ÷ max(1, objective).
    pub gap_rel: f64,
    /// Allowed absolute gap in commuters.
    pub gap_abs: u64,
    /// Most memory, in bytes, that the tables of all solves under way may take together.
    pub memory: Option<u64>,
    /// Seed of everything random.
    pub seed: u64,
    /// How many k are solved at a time, at least one.
    pub threads: usize,
    /// Raised to stop everything.
    pub interrupt: Interrupt,
    /// How long after its deadline or an interrupt an engine may still answer.
    pub grace: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            time_limit: None,
            total_time_limit: None,
            until: None,
            node_limit: None,
            work: None,
            gap_rel: 0.0,
            gap_abs: 0,
            memory: None,
            seed: 0,
            threads: 1,
            interrupt: Interrupt::default(),
            grace: GRACE,
        }
    }
}

impl Settings {
    /// The same, but that everything ends within this time from now: for a question that takes
    /// several jobs to answer.
    #[must_use]
    pub fn within(&self, limit: Option<Duration>) -> Self {
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        Self { until: [self.until, end].into_iter().flatten().min(), ..self.clone() }
    }

    /// Whether the time for everything has passed.
    pub fn is_over(&self) -> bool {
        self.until.is_some_and(|end| Instant::now() >= end)
    }
}

/// Hears what happens during a job: news from the solving threads, starts and answers from the
/// thread that runs the job.
pub trait Watcher: Observer + Send {
    /// Solving for `k` regions begins.
    fn started(&self, k: usize) {
        let _ = k;
    }

    /// An answer stands, judged.
    fn finished(&self, answer: &Answer) {
        let _ = answer;
    }
}

impl Watcher for crate::engine::Silent {}

/// What there is to save of one k.
#[derive(Clone, Copy, Debug)]
pub enum Saved<'a> {
    /// What is known so far, in case nothing more is: it reads as if solving had been interrupted
    /// now. Another one or the answer follows, unless the process ends before.
    SoFar(&'a Answer),
    /// The answer.
    Answer(&'a Answer),
}

/// A plan known beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The plan, judged.
    pub plan: Verified,
    /// Whether the engine begins from it. A plan that is not begun from changes nothing but this:
    /// the answer is never worse, and an engine that contradicts it is found out.
    pub is_start: bool,
}

/// Any engine, shared with solving threads.
pub type SharedEngine = Arc<dyn Engine + Send>;

/// Any watcher, shared with solving threads.
pub type SharedWatcher = Arc<dyn Watcher>;

/// Answers a question for every k of a list; the answers stand in the order of the list.
///
/// A k that contradicts the rules by arithmetic is answered as infeasible without solving. What an
/// engine says must agree with the `known` plans that have the right number of regions. `save`
/// receives each answer as soon as it stands, in the order of completion, and before that what is
/// known so far whenever a better plan or bound is.
///
/// With equal settings the answers are equal, times apart, whatever the number of threads, unless
/// a clock or an interrupt struck.
pub fn run(
    problem: &Arc<Problem>,
    ks: &[usize],
    engine: &SharedEngine,
    settings: &Settings,
    known: &[Known],
    watcher: &SharedWatcher,
    save: &mut dyn FnMut(Saved<'_>),
) -> Vec<Answer> {
    Coordinator::new(problem, ks, engine, settings, known, watcher).run(save)
}

/// What a solving thread sends home.
enum Word {
    /// A better plan.
    Found(Plan, Commuters),
    /// A better bound.
    Bound(Commuters),
    /// The answer, and the time it took.
    Solved(Result<Solved, String>, Duration),
}

/// A solve under way.
struct Running {
    slot: usize,
    limits: Limits,
    begun: Instant,
    told: Told,
    pace: Pace,
}

struct Coordinator<'a> {
    problem: &'a Arc<Problem>,
    ks: &'a [usize],
    engine: &'a SharedEngine,
    settings: &'a Settings,
    known: &'a [Known],
    watcher: &'a SharedWatcher,
    end: Option<Instant>,
    interrupted_at: Option<Instant>,
    running: Vec<Running>,
    answers: Vec<Option<Answer>>,
    sender: Sender<(usize, Word)>,
    receiver: Receiver<(usize, Word)>,
}

impl<'a> Coordinator<'a> {
    fn new(
        problem: &'a Arc<Problem>,
        ks: &'a [usize],
        engine: &'a SharedEngine,
        settings: &'a Settings,
        known: &'a [Known],
        watcher: &'a SharedWatcher,
    ) -> Self {
        let (sender, receiver) = channel();
        Self {
            problem,
            ks,
            engine,
            settings,
            known,
            watcher,
            end: settings.within(settings.total_time_limit).until,
            interrupted_at: None,
            running: Vec::new(),
            answers: vec![None; ks.len()],
            sender,
            receiver,
        }
    }

    fn run(mut self, save: &mut dyn FnMut(Saved<'_>)) -> Vec<Answer> {
        let mut next = 0;
        while next < self.ks.len() || !self.running.is_empty() {
            while next < self.ks.len() && self.running.len() < self.settings.threads.max(1) {
                self.begin(next, save);
                next += 1;
            }
            match self.receiver.recv_timeout(TICK) {
                Ok(word) => {
                    self.hear(word, save);
                    // Of all that was told meanwhile only the latest is worth saving.
                    while let Ok(word) = self.receiver.try_recv() {
                        self.hear(word, save);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    unreachable!("the coordinator holds a sender of its own")
                }
            }
            self.abandon_overdue(save);
            self.save_so_far(save);
        }
        self.answers.into_iter().map(|answer| answer.expect("every k was answered")).collect()
    }

    /// Answers at once what needs no engine, and starts a thread for the rest.
    fn begin(&mut self, slot: usize, save: &mut dyn FnMut(Saved<'_>)) {
        let k = self.ks[slot];
        self.watcher.started(k);
        let limits = self.limits(slot);
        let contradictions = self.problem.contradictions(k);
        if !contradictions.is_empty() {
            let reasons: Vec<String> = contradictions.into_iter().map(|found| found.what).collect();
            let finding = Finding::infeasible(Some(reasons.join("; ")));
            return self.finish(slot, finding, Duration::ZERO, save);
        }
        let out_of_time = self.end.is_some_and(|end| Instant::now() >= end);
        if self.settings.interrupt.is_raised() || out_of_time {
            let stopped_by = if self.settings.interrupt.is_raised() {
                StopReason::Interrupted
            } else {
                StopReason::TimeLimit
            };
            let told = Told::default();
            let finding = judge::so_far(self.problem, &told, self.known(k, false), stopped_by);
            return self.finish(slot, finding, Duration::ZERO, save);
        }
        let begun = Instant::now();
        if let Err(what) = self.spawn(slot, limits.clone(), begun) {
            let finding = Finding::fault(format!("a solving thread did not start: {what}"));
            return self.finish(slot, finding, Duration::ZERO, save);
        }
        let (told, pace) = (Told::default(), Pace::new(begun));
        self.running.push(Running { slot, limits, begun, told, pace });
    }

    fn limits(&self, slot: usize) -> Limits {
        let settings = self.settings;
        let now = Instant::now();
        let share = self.end.map(|end| {
            let left = end.saturating_duration_since(now);
            let waiting = self.ks.len() - slot;
            let rounds = waiting.div_ceil(settings.threads.max(1));
            left / u32::try_from(rounds).unwrap_or(u32::MAX)
        });
        let longest = [settings.time_limit, share].into_iter().flatten().min();
        Limits {
            deadline: longest.and_then(|longest| now.checked_add(longest)),
            nodes: settings.node_limit,
            work: settings.work.clone(),
            gap_rel: settings.gap_rel,
            gap_abs: settings.gap_abs,
            memory: settings.memory.map(|bytes| bytes / settings.threads.max(1) as u64),
            interrupt: settings.interrupt.clone(),
        }
    }

    /// The best plan known for `k`, among all or among those to begin from.
    fn known(&self, k: usize, only_starts: bool) -> Option<&'a Verified> {
        self.known
            .iter()
            .filter(|known| known.is_start || !only_starts)
            .map(|known| &known.plan)
            .filter(|plan| plan.plan().num_regions() == k)
            .max_by_key(|plan| plan.objective())
    }

    fn spawn(&self, slot: usize, limits: Limits, begun: Instant) -> std::io::Result<()> {
        let k = self.ks[slot];
        let (problem, engine, watcher) =
            (Arc::clone(self.problem), Arc::clone(self.engine), Arc::clone(self.watcher));
        let warm_start: Option<Plan> = self.known(k, true).map(|start| start.plan().clone());
        let (seed, sender) = (self.settings.seed, self.sender.clone());
        thread::Builder::new().name(format!("{THREAD_PREFIX}{k}")).stack_size(STACK_BYTES).spawn(
            move || {
                // A panic leaves nothing behind that is used again: the plan never arrives.
                let solved = catch_unwind(AssertUnwindSafe(|| {
                    let observer = Forward { watcher: &*watcher, slot, sender: &sender };
                    engine.solve(&problem, k, &limits, seed, warm_start.as_ref(), &observer)
                }));
                let solved = match solved {
                    Ok(Ok(solved)) => Ok(solved),
                    Ok(Err(fault)) => Err(fault.to_string()),
                    Err(payload) => Err(format!("{} engine: {}", engine.name(), said(&*payload))),
                };
                // Nobody listens any more when this solve was abandoned.
                let _ = sender.send((slot, Word::Solved(solved, begun.elapsed())));
            },
        )?;
        Ok(())
    }

    fn hear(&mut self, (slot, word): (usize, Word), save: &mut dyn FnMut(Saved<'_>)) {
        let Some(at) = self.running.iter().position(|running| running.slot == slot) else {
            return; // abandoned earlier
        };
        let (solved, wall) = match word {
            Word::Found(plan, objective) => return self.running[at].told.plan(plan, objective),
            Word::Bound(bound) => return self.running[at].told.bound(bound),
            Word::Solved(solved, wall) => (solved, wall),
        };
        let running = self.running.swap_remove(at);
        let k = self.ks[running.slot];
        let finding = judge::judge(
            self.problem,
            k,
            &running.limits,
            self.engine.name(),
            solved,
            self.known(k, false),
        );
        self.finish(running.slot, finding, wall, save);
    }

    /// Saves what is known so far of every k about which something new was told.
    fn save_so_far(&mut self, save: &mut dyn FnMut(Saved<'_>)) {
        let mut running = std::mem::take(&mut self.running);
        for running in running.iter_mut().filter(|running| running.told.is_news()) {
            if !running.pace.allows() {
                continue;
            }
            let k = self.ks[running.slot];
            running.told.judge(self.problem, k);
            running.pace.take(|| {
                let known = self.known(k, false);
                let finding =
                    judge::so_far(self.problem, &running.told, known, StopReason::Interrupted);
                let (engine, wall) = (self.engine.name(), running.begun.elapsed());
                let answer = finding.unproven().into_answer(k, engine, self.settings, wall);
                if answer.plan.is_some() {
                    save(Saved::SoFar(&answer));
                }
            });
        }
        self.running = running;
    }

    fn abandon_overdue(&mut self, save: &mut dyn FnMut(Saved<'_>)) {
        let now = Instant::now();
        if self.interrupted_at.is_none() && self.settings.interrupt.is_raised() {
            self.interrupted_at = Some(now);
        }
        let grace = self.settings.grace;
        let interrupted_at = self.interrupted_at;
        let is_overdue = |running: &mut Running| {
            [running.limits.deadline, interrupted_at]
                .into_iter()
                .flatten()
                .any(|stop| now.saturating_duration_since(stop) > grace)
        };
        let overdue: Vec<Running> = self.running.extract_if(.., is_overdue).collect();
        for mut running in overdue {
            leave_thread_behind();
            let k = self.ks[running.slot];
            running.told.judge(self.problem, k);
            let stopped_by = if interrupted_at.is_some() {
                StopReason::Interrupted
            } else {
                StopReason::TimeLimit
            };
            let finding =
                judge::so_far(self.problem, &running.told, self.known(k, false), stopped_by);
            self.finish(running.slot, finding, running.begun.elapsed(), save);
        }
    }

    fn finish(
        &mut self,
        slot: usize,
        finding: Finding,
        wall: Duration,
        save: &mut dyn FnMut(Saved<'_>),
    ) {
        let answer = finding.into_answer(self.ks[slot], self.engine.name(), self.settings, wall);
        save(Saved::Answer(&answer));
        self.watcher.finished(&answer);
        self.answers[slot] = Some(answer);
    }
}

/// Lets an engine talk to a watcher and to the coordinator. Nobody listens any more to one that was
/// abandoned.
struct Forward<'a> {
    watcher: &'a dyn Watcher,
    slot: usize,
    sender: &'a Sender<(usize, Word)>,
}

impl Observer for Forward<'_> {
    fn news(&self, k: usize, news: News) {
        if let News::Bound(bound) = news {
            let _ = self.sender.send((self.slot, Word::Bound(bound)));
        }
        self.watcher.news(k, news);
    }

    fn found(&self, _: usize, plan: &dyn Fn() -> Plan, objective: Commuters) {
        let _ = self.sender.send((self.slot, Word::Found(plan(), objective)));
    }
}

/// What a panic said.
fn said(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned());
    format!("panicked: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}
