//! One question and a list of k in, one judged answer per k out: the only door to the engines.
//!
//! Every k is solved on its own, in a thread of its own, as many at a time as asked for; answers
//! come back in the order of the list. An engine is not trusted: its plan passes the
//! [judge](regionfront_verify) before anything else sees it, its bound must not lie below a known plan,
//! and an engine that lies, panics or overstays its limit costs that k alone.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::coordinator::{Crew, Duty, GRACE, Line, Running, share_until};
use crate::engine::{
    Engine, EngineFault, Interrupt, Limits, News, Observer, Solved, StopReason, Work,
};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_verify::Verified;

mod answer;
mod judge;

pub use crate::coordinator::{THREAD_PREFIX, has_left_threads_behind};
pub use answer::{Answer, SolutionStatus, Termination};

use judge::{Finding, Told};

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
    /// Threads, at least one: so many k are solved at a time, and those left over are shared by them.
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
    let end = settings.within(settings.total_time_limit).until;
    let answers = vec![None; ks.len()];
    let mut job = Job { problem, ks, engine, settings, known, watcher, end, answers, save };
    Crew::new(settings.interrupt.clone(), settings.grace).run(ks.len(), settings.threads, &mut job);
    job.into_answers()
}

/// A list of k, and what has been answered of it.
struct Job<'a> {
    problem: &'a Arc<Problem>,
    ks: &'a [usize],
    engine: &'a SharedEngine,
    settings: &'a Settings,
    known: &'a [Known],
    watcher: &'a SharedWatcher,
    end: Option<Instant>,
    answers: Vec<Option<Answer>>,
    save: &'a mut dyn FnMut(Saved<'_>),
}

/// What an engine tells on its way.
enum Word {
    /// A better plan.
    Found(Plan, Commuters),
    /// A better bound.
    Bound(Commuters),
}

/// What an engine answered, and the time it took.
type Timed = (Result<Solved, EngineFault>, Duration);

/// One k under way.
struct Solving {
    limits: Limits,
    told: Told,
}

impl Duty for Job<'_> {
    type State = Solving;
    type News = Word;
    type Done = Timed;

    /// Answers at once what needs no engine, and starts a thread for the rest.
    fn begin(&mut self, task: usize, crew: &mut Crew<Self>) {
        let k = self.ks[task];
        self.watcher.started(k);
        let limits = self.limits(task);
        let contradictions = self.problem.contradictions(k);
        if !contradictions.is_empty() {
            let reasons: Vec<String> = contradictions.into_iter().map(|found| found.what).collect();
            let finding = Finding::infeasible(Some(reasons.join("; ")));
            return self.finish(task, finding, Duration::ZERO);
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
            return self.finish(task, finding, Duration::ZERO);
        }
        let (problem, engine, watcher) =
            (Arc::clone(self.problem), Arc::clone(self.engine), Arc::clone(self.watcher));
        let warm_start: Option<Plan> = self.known(k, true).map(|start| start.plan().clone());
        let (seed, asked, end) = (self.settings.seed, limits.clone(), limits.deadline);
        let state = Solving { limits, told: Told::default() };
        let started = crew.start(task, k, end, state, move |line| {
            let begun = Instant::now();
            let observer = Forward { watcher: &*watcher, line };
            let solved = engine.solve(&problem, k, &asked, seed, warm_start.as_ref(), &observer);
            (solved, begun.elapsed())
        });
        if let Err(what) = started {
            let finding = Finding::fault(format!("a solving thread did not start: {what}"));
            self.finish(task, finding, Duration::ZERO);
        }
    }

    fn hear(&mut self, running: &mut Running<Solving>, news: Word) {
        let told = &mut running.state.told;
        match news {
            Word::Found(plan, objective) => told.plan(plan, objective),
            Word::Bound(bound) => told.bound(bound),
        }
    }

    fn done(&mut self, running: Running<Solving>, done: Result<Self::Done, String>) {
        let (k, name) = (self.ks[running.task], self.engine.name());
        let (solved, wall) = match done {
            Ok((solved, wall)) => (solved.map_err(|fault| fault.to_string()), wall),
            Err(said) => (Err(format!("{name} engine: {said}")), running.begun.elapsed()),
        };
        let known = self.known(k, false);
        let finding = judge::judge(self.problem, k, &running.state.limits, name, solved, known);
        self.finish(running.task, finding, wall);
    }

    fn abandon(&mut self, mut running: Running<Solving>, by: StopReason) {
        let k = self.ks[running.task];
        running.state.told.judge(self.problem, k);
        let finding = judge::so_far(self.problem, &running.state.told, self.known(k, false), by);
        self.finish(running.task, finding, running.begun.elapsed());
    }

    fn is_news(state: &Solving) -> bool {
        state.told.is_news()
    }

    fn save_so_far(&mut self, running: &mut Running<Solving>) {
        let k = self.ks[running.task];
        let told = &mut running.state.told;
        told.judge(self.problem, k);
        let by = StopReason::Interrupted;
        let finding = judge::so_far(self.problem, told, self.known(k, false), by);
        let (engine, wall) = (self.engine.name(), running.begun.elapsed());
        let answer = finding.unproven().into_answer(k, engine, self.settings, wall);
        if answer.plan.is_some() {
            (self.save)(Saved::SoFar(&answer));
        }
    }
}

impl<'a> Job<'a> {
    fn into_answers(self) -> Vec<Answer> {
        self.answers.into_iter().map(|answer| answer.expect("every k was answered")).collect()
    }

    fn limits(&self, task: usize) -> Limits {
        let settings = self.settings;
        let waiting = self.ks.len() - task;
        let share = self.end.map(|end| share_until(end, waiting, settings.threads));
        let longest = settings.time_limit.and_then(|limit| Instant::now().checked_add(limit));
        Limits {
            deadline: [longest, share].into_iter().flatten().min(),
            nodes: settings.node_limit,
            work: settings.work.clone(),
            gap_rel: settings.gap_rel,
            gap_abs: settings.gap_abs,
            memory: settings.memory.map(|bytes| bytes / settings.threads.max(1) as u64),
            interrupt: settings.interrupt.clone(),
            threads: settings.threads / self.ks.len().max(1),
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

    fn finish(&mut self, task: usize, finding: Finding, wall: Duration) {
        let answer = finding.into_answer(self.ks[task], self.engine.name(), self.settings, wall);
        (self.save)(Saved::Answer(&answer));
        self.watcher.finished(&answer);
        self.answers[task] = Some(answer);
    }
}

/// Lets an engine talk to a watcher and to the coordinator.
struct Forward<'a> {
    watcher: &'a dyn Watcher,
    line: &'a Line<Word, Timed>,
}

impl Observer for Forward<'_> {
    fn news(&self, k: usize, news: News) {
        if let News::Bound(bound) = news {
            self.line.tell(Word::Bound(bound));
        }
        self.watcher.news(k, news);
    }

    fn found(&self, _: usize, plan: &dyn Fn() -> Plan, objective: Commuters) {
        self.line.tell(Word::Found(plan(), objective));
    }
}
