//! Engines: a [`Problem`] and a number of regions in, an [`Outcome`] out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;

/// Why an engine stopped before its proof was complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The gap the user allows was reached.
    GapLimit,
    /// The time limit struck.
    TimeLimit,
    /// The node limit struck.
    NodeLimit,
    /// What is needed to go on does not fit into the memory allowed.
    MemoryLimit,
    /// The user interrupted.
    Interrupted,
    /// The engine reckons in floating point, whose numbers are not fine enough to decide.
    Precision,
}

/// A request to stop, shared by everything that runs for one command. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// The flag itself, for a signal handler to raise.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// Asks everything to stop.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether stopping was asked for.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// An amount of work left to do, shared by everything it is meant for: a limit without a clock.
/// Cloning shares it.
///
/// A unit is about a search node; simplex iterations and moves of annealing count in proportion. The
/// same question takes the same work on every machine.
#[derive(Clone, Debug)]
pub struct Work(Arc<AtomicU64>);

impl Work {
    /// So many units.
    pub fn new(units: u64) -> Self {
        Self(Arc::new(AtomicU64::new(units)))
    }

    /// Units left.
    pub fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes units that have been spent off what is left.
    pub fn spend(&self, units: u64) {
        let rest = |left: u64| Some(left.saturating_sub(units));
        // The closure always gives a value, so that this cannot fail.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest);
    }
}

/// When one solve has to stop. Engines ask [`Limits::struck`] often enough to stop within a second.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// Wall-clock instant at which to stop.
    pub deadline: Option<Instant>,
    /// Most branch-and-bound nodes, over all trees of the solve.
    pub nodes: Option<u64>,
    /// Most work, where it is limited; it counts as a node limit.
    pub work: Option<Work>,
    /// Allowed relative gap, (bound − incumbent) ÷ max(1, incumbent).
    pub gap_rel: f64,
    /// Allowed absolute gap in commuters.
    pub gap_abs: Commuters,
    /// Most memory, in bytes, that the tables of this solve may take: looked at before they are made.
    pub memory: Option<u64>,
    /// Raised on Ctrl-C.
    pub interrupt: Interrupt,
    /// Threads one solve may work on, 0 as 1. The answer does not depend on them.
    pub threads: usize,
}

impl Limits {
    /// The limit that has struck, if one has; `nodes` is the count so far.
    pub fn struck(&self, nodes: u64) -> Option<StopReason> {
        if self.interrupt.is_raised() {
            Some(StopReason::Interrupted)
        } else if self.nodes.is_some_and(|limit| nodes >= limit)
            || self.work.as_ref().is_some_and(|work| work.left() == 0)
        {
            Some(StopReason::NodeLimit)
        } else if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            Some(StopReason::TimeLimit)
        } else {
            None
        }
    }

    /// Whether it is time to stop by the clock or on request. Work that is counted is left out: this
    /// is asked where there are no search nodes yet.
    pub(crate) fn is_late(&self) -> bool {
        self.interrupt.is_raised() || self.deadline.is_some_and(|end| Instant::now() >= end)
    }

    /// Whether the user is content with this incumbent under this bound.
    pub fn accepts(&self, incumbent: Commuters, bound: Commuters) -> bool {
        let gap = bound.saturating_sub(incumbent);
        gap <= self.gap_abs || relative_gap(incumbent, bound) <= self.gap_rel
    }

    /// Time left until the deadline; `None` without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

/// (bound − incumbent) ÷ max(1, incumbent).
#[expect(clippy::cast_precision_loss, reason = "a ratio for people; flows stay far below 2^52")]
pub fn relative_gap(incumbent: Commuters, bound: Commuters) -> f64 {
    bound.saturating_sub(incumbent) as f64 / incumbent.max(1) as f64
}

/// What is known when an engine returns. We maximise, so a bound is never below an incumbent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Bound and incumbent differ by less than one commuter.
    Optimal {
        /// The plan.
        plan: Plan,
        /// Its internal commuting, which is also the bound.
        objective: Commuters,
    },
    /// A limit struck first.
    Feasible {
        /// Best plan found.
        plan: Plan,
        /// Its internal commuting.
        objective: Commuters,
        /// No plan holds more than this.
        bound: Commuters,
        /// What struck.
        stopped_by: StopReason,
    },
    /// Proven: no plan keeps the rules with this many regions.
    Infeasible {
        /// Why, in words, where it is known.
        reason: Option<String>,
    },
    /// Nothing found, nothing proven. Neither an error nor `Infeasible`.
    Unknown {
        /// No plan holds more than this.
        bound: Commuters,
        /// What struck.
        stopped_by: StopReason,
    },
}

/// What a solve cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Branch-and-bound nodes.
    pub nodes: u64,
    /// Columns (regions) held; for the compact model, its variables.
    pub columns: u64,
}

/// An outcome with what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    /// What is known.
    pub outcome: Outcome,
    /// What it cost.
    pub effort: Effort,
}

/// A fault inside an engine or the library it calls. Never a limit and never infeasibility.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{engine} engine: {what}")]
pub struct EngineFault {
    /// Which engine.
    pub engine: &'static str,
    /// What happened.
    pub what: String,
}

/// News during a solve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A better plan was found.
    Incumbent(Commuters),
    /// The bound fell.
    Bound(Commuters),
}

/// Receives news; called from the thread that solves.
pub trait Observer: Sync {
    /// Something happened while solving for `k` regions.
    fn news(&self, k: usize, news: News);

    /// A better plan stands; called before its [`News::Incumbent`]. The plan is put together only
    /// where it is wanted, so that whoever stops a solve has it even if the engine never answers.
    fn found(&self, k: usize, plan: &dyn Fn() -> Plan, objective: Commuters) {
        let _ = (k, plan, objective);
    }
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn news(&self, _: usize, _: News) {}
}

/// A method that answers problems.
pub trait Engine: Sync {
    /// The word for it on the command line and in results.
    fn name(&self) -> &'static str;

    /// The best plan with exactly `k` regions, or what is known when a limit strikes.
    ///
    /// `warm_start` is a plan to begin from; an engine ignores it when it breaks a rule. The same
    /// problem, `k` and seed give the same outcome unless a wall-clock limit or interrupt strikes.
    ///
    /// # Errors
    /// [`EngineFault`] when the engine itself fails.
    fn solve(
        &self,
        problem: &Problem,
        k: usize,
        limits: &Limits,
        seed: u64,
        warm_start: Option<&Plan>,
        observer: &dyn Observer,
    ) -> Result<Solved, EngineFault>;
}

impl fmt::Debug for dyn Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
