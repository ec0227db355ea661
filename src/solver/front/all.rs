//! Many fronts side by side.
//!
//! A front that overstays its limits ends with the replies there are and the plan told last.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::objective::Score;
use super::point::Front;
use super::set::ObjectiveSet;
use super::so_far::SoFar;
use super::sweep::{Reply, Sweep, SweepObserver, Terms, sweep};
use crate::coordinator::{Crew, Duty, GRACE, Line, Running, share_until};
use crate::engine::{News, Observer, StopReason};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;

/// One front to compute.
#[derive(Clone, Debug)]
pub struct FrontTask {
    /// Against what.
    pub set: Arc<ObjectiveSet>,
    /// Number of regions.
    pub k: usize,
    /// Replies of an earlier run, from the first.
    pub known: Vec<Reply>,
    /// Whether nothing more is asked: the front is what the replies say, and a demand after them counts
    /// as interrupted.
    pub is_closed: bool,
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
/// unless a clock or an interrupt strikes. A fault of the engine, or one that overstays its limits,
/// costs its front alone.
pub fn sweep_all(
    tasks: &[FrontTask],
    terms: &Terms,
    threads: usize,
    watcher: &dyn FrontWatcher,
) -> Vec<Swept> {
    sweep_with(tasks, terms, threads, GRACE, Arc::new(one), watcher)
}

/// Computes one front.
type Work = dyn Fn(FrontTask, &Terms, &dyn SweepObserver) -> Swept + Send + Sync;

fn sweep_with(
    tasks: &[FrontTask],
    terms: &Terms,
    threads: usize,
    grace: Duration,
    work: Arc<Work>,
    watcher: &dyn FrontWatcher,
) -> Vec<Swept> {
    let swept = vec![None; tasks.len()];
    let mut fronts = Fronts { tasks, terms, threads, work, watcher, swept };
    Crew::new(terms.limits.interrupt.clone(), grace).run(tasks.len(), threads, &mut fronts);
    fronts.swept.into_iter().map(|swept| swept.expect("every front has ended")).collect()
}

/// What a front tells on its way.
enum Word {
    News(News),
    Demanded(Vec<Option<Score>>),
    Found(Plan, Commuters),
    Replied(usize, Reply),
}

/// A front under way.
struct Sweeping {
    /// When the whole front has to end.
    deadline: Option<Instant>,
    so_far: SoFar,
}

/// A list of fronts, and those that have ended.
struct Fronts<'a> {
    tasks: &'a [FrontTask],
    terms: &'a Terms,
    threads: usize,
    work: Arc<Work>,
    watcher: &'a dyn FrontWatcher,
    swept: Vec<Option<Swept>>,
}

impl Duty for Fronts<'_> {
    type State = Sweeping;
    type News = Word;
    type Done = Swept;

    fn begin(&mut self, task: usize, crew: &mut Crew<Self>) {
        let mut terms = self.terms.clone();
        let waiting = self.tasks.len() - task;
        terms.limits.deadline =
            terms.limits.deadline.map(|end| share_until(end, waiting, self.threads));
        self.watcher.started(task);
        let (work, asked) = (Arc::clone(&self.work), self.tasks[task].clone());
        let (k, deadline) = (asked.k, terms.limits.deadline);
        let state = Sweeping { deadline, so_far: SoFar::default() };
        let end = self.end_of_demand(deadline);
        let started =
            crew.start(task, k, end, state, move |line| work(asked, &terms, &Adapter(line)));
        if let Err(what) = started {
            self.fail(task, format!("a solving thread did not start: {what}"), Duration::ZERO);
        }
    }

    fn hear(&mut self, running: &mut Running<Sweeping>, news: Word) {
        let so_far = &mut running.state.so_far;
        match news {
            Word::News(news) => {
                if let News::Bound(bound) = news {
                    so_far.bound(bound);
                }
                self.watcher.news(running.task, news);
            }
            Word::Demanded(beyond) => so_far.demanded(beyond),
            Word::Found(plan, objective) => so_far.found(plan, objective),
            Word::Replied(number, reply) => {
                so_far.replied(&reply);
                running.end = self.end_of_demand(running.state.deadline);
                running.begin_part();
                self.watcher.replied(running.task, number, &reply);
            }
        }
    }

    fn done(&mut self, running: Running<Sweeping>, done: Result<Swept, String>) {
        match done {
            Ok(swept) => self.finish(running.task, swept),
            Err(said) => {
                self.fail(running.task, format!("exact engine: {said}"), running.begun.elapsed());
            }
        }
    }

    fn abandon(&mut self, running: Running<Sweeping>, by: StopReason) {
        let FrontTask { set, k, .. } = &self.tasks[running.task];
        let (wall, mut so_far) = (running.begun.elapsed(), running.state.so_far);
        let number = so_far.number();
        if let Some(reply) = so_far.reply(set, *k, by) {
            self.watcher.replied(running.task, number, &reply);
            so_far.replied(&reply);
        }
        let front = so_far.front(set, *k, by);
        self.finish(running.task, Swept { front, wall, ..Swept::empty(*k) });
    }

    fn is_news(state: &Sweeping) -> bool {
        state.so_far.is_news()
    }

    fn save_so_far(&mut self, running: &mut Running<Sweeping>) {
        let FrontTask { set, k, .. } = &self.tasks[running.task];
        let so_far = &mut running.state.so_far;
        if let Some(reply @ Reply::Point(_)) = so_far.reply(set, *k, StopReason::Interrupted) {
            self.watcher.so_far(running.task, so_far.number(), &reply);
        }
    }
}

impl Fronts<'_> {
    /// When a demand posed now has to be answered.
    fn end_of_demand(&self, deadline: Option<Instant>) -> Option<Instant> {
        let longest = self.terms.point_limit;
        let point = longest.and_then(|longest| Instant::now().checked_add(longest));
        [deadline, point].into_iter().flatten().min()
    }

    fn finish(&mut self, task: usize, swept: Swept) {
        self.watcher.finished(task, &swept);
        self.swept[task] = Some(swept);
    }

    fn fail(&mut self, task: usize, fault: String, wall: Duration) {
        let empty = Swept::empty(self.tasks[task].k);
        self.finish(task, Swept { fault: Some(fault), wall, ..empty });
    }
}

fn one(task: FrontTask, terms: &Terms, observer: &dyn SweepObserver) -> Swept {
    let begun = Instant::now();
    let FrontTask { set, k, known, is_closed } = task;
    let mut swept = Swept::empty(k);
    let contradictions = set.problem.contradictions(k);
    if contradictions.is_empty() {
        let objectives = &set.objectives;
        let question = Sweep { problem: &set.problem, k, objectives, terms, is_closed };
        match sweep(&question, known, observer) {
            Ok(front) => swept.front = front,
            Err(fault) => swept.fault = Some(fault.to_string()),
        }
    } else {
        let reasons: Vec<String> =
            contradictions.into_iter().map(|contradiction| contradiction.what).collect();
        swept.reason = Some(reasons.join("; "));
    }
    swept.wall = begun.elapsed();
    swept
}

/// Sends home what a front tells.
struct Adapter<'a>(&'a Line<Word, Swept>);

impl Observer for Adapter<'_> {
    fn news(&self, _: usize, news: News) {
        self.0.tell(Word::News(news));
    }

    fn found(&self, _: usize, plan: &dyn Fn() -> Plan, objective: Commuters) {
        self.0.tell(Word::Found(plan(), objective));
    }
}

impl SweepObserver for Adapter<'_> {
    fn replied(&self, _: usize, number: usize, reply: &Reply) {
        self.0.tell(Word::Replied(number, reply.clone()));
    }

    fn demanded(&self, beyond: &[Option<Score>]) {
        self.0.tell(Word::Demanded(beyond.to_vec()));
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
        let task = |k| FrontTask { set: Arc::clone(&set), k, known: Vec::new(), is_closed: false };
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
        let swept = sweep_with(&tasks, &terms, 1, grace, work, &Unwatched);
        assert!(begun.elapsed() < Duration::from_secs(15), "nobody waits for it");
        let ks: Vec<usize> = swept.iter().map(|swept| swept.front.k).collect();
        assert_eq!(ks, [1, 2, 3]);
        assert!(swept[0].fault.is_none() && !swept[0].front.is_complete(), "points may be missing");
        assert!(swept[1].fault.is_none() && swept[2].fault.is_none());
    }
}
