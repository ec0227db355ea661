//! The solver as programs use it: a problem, what is wished for, an answer.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::{Engine, Interrupt, Silent};
use crate::error::SolveError;
use crate::exact::Exact;
use crate::job::{
    self, Answer, Known, Settings, SharedEngine, SharedWatcher, Termination, Watcher,
};
use regionfront_model::scenario::Problem;
use regionfront_verify::Verified;

/// A question about the best plans of a problem.
///
/// Without further wishes the exact engine answers, without limits, on one thread.
///
/// ```
/// use std::path::Path;
/// use std::time::Duration;
///
/// use regionfront_model::instance::Instance;
/// use regionfront_model::scenario::{Problem, Scenario};
/// use regionfront_solver::Solver;
/// use regionfront_solver::job::Termination;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../instances/tiny"));
/// let instance = Instance::load(folder)?;
/// let problem = Problem::resolve(instance, &Scenario::default())?;
/// let best = Solver::new(&problem).k(2).time_limit(Duration::from_secs(60)).solve()?;
///
/// assert_eq!(best.termination, Termination::Optimal);
/// let plan = best.plan.expect("proven optimal, so there is a plan");
/// println!("{} commuters stay inside their region", plan.objective());
///
/// let of_each = Solver::new(&problem).threads(2).solve_each(1..=3)?;
/// assert!(of_each[0].objective() >= of_each[2].objective());
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is solved before solve or solve_each is called"]
pub struct Solver<'a> {
    problem: &'a Problem,
    k: Option<usize>,
    engine: SharedEngine,
    settings: Settings,
    known: Vec<Known>,
    watcher: Option<Arc<dyn Watcher>>,
}

impl<'a> Solver<'a> {
    /// A question about a problem.
    pub fn new(problem: &'a Problem) -> Self {
        Self {
            problem,
            k: None,
            engine: Arc::new(Exact),
            settings: Settings::default(),
            known: Vec::new(),
            watcher: None,
        }
    }

    /// So many regions.
    pub fn k(self, k: usize) -> Self {
        Self { k: Some(k), ..self }
    }

    /// Longest time for one k.
    pub fn time_limit(mut self, longest: Duration) -> Self {
        self.settings.time_limit = Some(longest);
        self
    }

    /// Longest time for all k together.
    pub fn total_time_limit(mut self, longest: Duration) -> Self {
        self.settings.total_time_limit = Some(longest);
        self
    }

    /// Most branch-and-bound nodes for one k.
    pub fn node_limit(mut self, most: u64) -> Self {
        self.settings.node_limit = Some(most);
        self
    }

    /// A plan will do whose (bound − objective) ÷ max(1, objective) is at most this.
    pub fn gap(mut self, relative: f64) -> Self {
        self.settings.gap_rel = relative;
        self
    }

    /// Seed of everything random; 0 unless said otherwise.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Threads: so many k are solved at a time, and those left over are shared by them. The answers do
    /// not depend on it.
    pub fn threads(mut self, threads: usize) -> Self {
        self.settings.threads = threads;
        self
    }

    /// Stops when this is raised.
    pub fn interrupt(mut self, interrupt: &Interrupt) -> Self {
        self.settings.interrupt = interrupt.clone();
        self
    }

    /// Begins from a plan, for the number of regions that it has.
    pub fn begin_from(mut self, plan: Verified) -> Self {
        self.known.push(Known { plan, is_start: true });
        self
    }

    /// Asks this engine.
    pub fn engine(self, engine: impl Engine + Send + 'static) -> Self {
        Self { engine: Arc::new(engine), ..self }
    }

    /// Tells how solving goes on.
    pub fn watcher(self, watcher: impl Watcher + 'static) -> Self {
        Self { watcher: Some(Arc::new(watcher)), ..self }
    }

    /// The best plan with so many regions, or what is known when a limit strikes.
    ///
    /// # Errors
    /// When no [`k`](Self::k) was named, and when the engine fails.
    pub fn solve(mut self) -> Result<Answer, SolveError> {
        let k = self.k.take().ok_or(SolveError::NoNumberOfRegions)?;
        let answer = self.solve_each([k])?.pop().ok_or(SolveError::NoNumberOfRegions)?;
        if answer.termination == Termination::Error {
            return Err(SolveError::Failed { k, what: answer.reason.unwrap_or_default() });
        }
        Ok(answer)
    }

    /// The same for each of several numbers of regions, in their order. A failure of the engine costs
    /// that answer alone, which [says so](Termination::Error).
    ///
    /// # Errors
    /// When no number of regions is named.
    pub fn solve_each(
        self,
        ks: impl IntoIterator<Item = usize>,
    ) -> Result<Vec<Answer>, SolveError> {
        let ks: Vec<usize> = ks.into_iter().collect();
        if ks.is_empty() {
            return Err(SolveError::NoNumberOfRegions);
        }
        // Shared rather than borrowed: an engine may outlast its limits.
        let problem = Arc::new(self.problem.clone());
        let watcher: SharedWatcher = self.watcher.unwrap_or_else(|| Arc::new(Silent));
        let (engine, settings, known) = (&self.engine, &self.settings, &self.known);
        Ok(job::run(&problem, &ks, engine, settings, known, &watcher, &mut |_| {}))
    }
}
