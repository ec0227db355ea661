//! Fronts as programs ask for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::all::{FrontTask, Unwatched, sweep_all};
use super::objective::{ObjectiveKind, ObjectiveRequest};
use super::point::Front;
use super::set::ObjectiveSet;
use super::sweep::Terms;
use crate::engine::{Interrupt, Limits};
use crate::error::SolveError;
use regionfront_model::instance::Year;
use regionfront_model::quantity::Share;
use regionfront_model::scenario::Problem;

/// A question about the fronts of a problem.
///
/// Without further wishes there are no limits, one thread, and no plans beside the points.
#[derive(Clone, Debug)]
#[must_use = "nothing is solved before run is called"]
pub struct FrontQuestion<'a> {
    problem: &'a Problem,
    ks: Vec<usize>,
    requests: Vec<ObjectiveRequest>,
    terms: Terms,
    time_limit: Option<Duration>,
    threads: usize,
}

impl Front {
    /// A question about the fronts of a problem.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use regionfront_model::instance::Instance;
    /// use regionfront_model::scenario::{Problem, Scenario};
    /// use regionfront_solver::front::Front;
    /// use regionfront_solver::front::ObjectiveKind::MinPopulation;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../instances/tiny"));
    /// let instance = Instance::load(folder)?;
    /// let problem = Problem::resolve(instance, &Scenario::default())?;
    /// for front in Front::of(&problem).k(2..=3).against(MinPopulation).run()? {
    ///     assert!(front.is_complete());
    ///     for point in &front.points {
    ///         let (inside, smallest) = (point.plan.objective(), point.scores[0]);
    ///         println!("{} regions: {inside} inside, smallest {}", front.k, smallest.value());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn of(problem: &Problem) -> FrontQuestion<'_> {
        FrontQuestion {
            problem,
            ks: Vec::new(),
            requests: Vec::new(),
            terms: Terms {
                seed: 0,
                alternatives: 0,
                within: None,
                most_near: 0,
                point_limit: None,
                limits: Limits::default(),
            },
            time_limit: None,
            threads: 1,
        }
    }
}

impl FrontQuestion<'_> {
    /// A front for each of these numbers of regions.
    pub fn k(mut self, ks: impl IntoIterator<Item = usize>) -> Self {
        self.ks.extend(ks);
        self
    }

    /// Against this objective; against several together, if it is called again.
    pub fn against(self, kind: ObjectiveKind) -> Self {
        self.against_request(kind, None)
    }

    /// Against how many pairs of a division of the instance stay together.
    pub fn against_division(self, name: &str) -> Self {
        self.against_request(ObjectiveKind::KeptTogether, Some(name.to_owned()))
    }

    /// Against the commuters inside by the figures of another year, whose flows stand beside those of
    /// the instance ([`Instance::with_flows_of`](regionfront_model::instance::Instance::with_flows_of)).
    pub fn against_year(self, year: Year) -> Self {
        self.against_request(ObjectiveKind::OtherYear, Some(year.to_string()))
    }

    fn against_request(mut self, kind: ObjectiveKind, reference: Option<String>) -> Self {
        self.requests.push(ObjectiveRequest { kind, reference });
        self
    }

    /// With so many other plans per point that equal it in everything.
    pub fn alternatives(mut self, most: usize) -> Self {
        self.terms.alternatives = most;
        self
    }

    /// With the plans within this share of a point's internal commuting, the best so many.
    pub fn near(mut self, within: Share, most: usize) -> Self {
        (self.terms.within, self.terms.most_near) = (Some(within), most);
        self
    }

    /// Longest time for one point.
    pub fn point_limit(mut self, longest: Duration) -> Self {
        self.terms.point_limit = Some(longest);
        self
    }

    /// Longest time for all fronts together.
    pub fn time_limit(self, longest: Duration) -> Self {
        Self { time_limit: Some(longest), ..self }
    }

    /// Seed of everything random; 0 unless said otherwise.
    pub fn seed(mut self, seed: u64) -> Self {
        self.terms.seed = seed;
        self
    }

    /// How many fronts are computed at a time. They do not depend on it.
    pub fn threads(self, threads: usize) -> Self {
        Self { threads, ..self }
    }

    /// Stops when this is raised.
    pub fn interrupt(mut self, interrupt: &Interrupt) -> Self {
        self.terms.limits.interrupt = interrupt.clone();
        self
    }

    /// The fronts, in the order of their numbers of regions. One that a limit cut short says where
    /// points may be missing; one without points and without gaps is proven to have none.
    ///
    /// # Errors
    /// When no [`k`](Self::k) was named, the problem lacks what an objective needs, or the engine
    /// fails.
    pub fn run(mut self) -> Result<Vec<Front>, SolveError> {
        if self.ks.is_empty() {
            return Err(SolveError::NoNumberOfRegions);
        }
        let set = Arc::new(ObjectiveSet::resolve(self.problem, &self.requests)?);
        self.ks.iter().try_for_each(|&k| set.refuse_without_limits(k))?;
        self.terms.limits.deadline =
            self.time_limit.and_then(|longest| Instant::now().checked_add(longest));
        let task = |&k: &usize| FrontTask {
            set: Arc::clone(&set),
            k,
            known: Vec::new(),
            is_closed: false,
        };
        let tasks: Vec<FrontTask> = self.ks.iter().map(task).collect();
        let failed = |k: usize, what: String| SolveError::Failed { k, what };
        sweep_all(&tasks, &self.terms, self.threads, &Unwatched)
            .into_iter()
            .map(|swept| match swept.fault {
                Some(what) => Err(failed(swept.front.k, what)),
                None => Ok(swept.front),
            })
            .collect()
    }
}
