//! The answer for one k, in the two status words: why it stopped, and what there is.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::engine::{Effort, StopReason, relative_gap};
use regionfront_model::quantity::Commuters;
use regionfront_verify::Verified;

/// Why solving ended.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Termination {
    /// The bound is closed in whole commuters.
    Optimal,
    /// Proven: no plan keeps the rules.
    Infeasible,
    /// The gap the user allows was reached.
    GapLimit,
    /// The time limit struck.
    TimeLimit,
    /// The node limit struck.
    NodeLimit,
    /// What was needed to go on did not fit into the memory allowed.
    MemoryLimit,
    /// The user interrupted.
    Interrupted,
    /// The engine's floating-point numbers are not fine enough to decide.
    Precision,
    /// The engine failed or said something that cannot be.
    Error,
}

impl Termination {
    /// The word in results.
    pub fn word(self) -> &'static str {
        match self {
            Self::Optimal => "optimal",
            Self::Infeasible => "infeasible",
            Self::GapLimit => "gap_limit",
            Self::TimeLimit => "time_limit",
            Self::NodeLimit => "node_limit",
            Self::MemoryLimit => "memory_limit",
            Self::Interrupted => "interrupted",
            Self::Precision => "precision",
            Self::Error => "error",
        }
    }
}

impl From<StopReason> for Termination {
    fn from(reason: StopReason) -> Self {
        match reason {
            StopReason::GapLimit => Self::GapLimit,
            StopReason::TimeLimit => Self::TimeLimit,
            StopReason::NodeLimit => Self::NodeLimit,
            StopReason::MemoryLimit => Self::MemoryLimit,
            StopReason::Interrupted => Self::Interrupted,
            StopReason::Precision => Self::Precision,
        }
    }
}

impl Termination {
    /// The limit that struck, where one did.
    pub fn stopped_by(self) -> Option<StopReason> {
        match self {
            Self::GapLimit => Some(StopReason::GapLimit),
            Self::TimeLimit => Some(StopReason::TimeLimit),
            Self::NodeLimit => Some(StopReason::NodeLimit),
            Self::MemoryLimit => Some(StopReason::MemoryLimit),
            Self::Interrupted => Some(StopReason::Interrupted),
            Self::Precision => Some(StopReason::Precision),
            Self::Optimal | Self::Infeasible | Self::Error => None,
        }
    }
}

impl fmt::Display for Termination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SolutionStatus {
    /// A plan, and the proof that none is better.
    ProvenOptimal,
    /// A plan.
    Feasible,
    /// No plan.
    None,
}

impl SolutionStatus {
    /// The word in results.
    pub fn word(self) -> &'static str {
        match self {
            Self::ProvenOptimal => "proven_optimal",
            Self::Feasible => "feasible",
            Self::None => "none",
        }
    }
}

impl fmt::Display for SolutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The judged answer for one k. A plan in it has passed the verifier: there is no other kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Number of regions asked for.
    pub k: usize,
    /// Why solving ended.
    pub termination: Termination,
    /// The plan, if one is known.
    pub plan: Option<Verified>,
    /// No plan holds more commuters than this; unknown after an error, void when infeasible.
    pub bound: Option<Commuters>,
    /// Why there is no plan, or what went wrong.
    pub reason: Option<String>,
    /// The engine that was asked.
    pub engine: String,
    /// Seed it was given.
    pub seed: u64,
    /// Relative gap it was allowed.
    pub gap_tolerance: f64,
    /// Absolute gap it was allowed, in commuters.
    pub abs_gap_tolerance: Commuters,
    /// Work done.
    pub effort: Effort,
    /// Time from the start of this solve to its end.
    pub wall: Duration,
}

impl Answer {
    /// What there is.
    pub fn solution(&self) -> SolutionStatus {
        match (&self.plan, self.termination) {
            (None, _) => SolutionStatus::None,
            (Some(_), Termination::Optimal) => SolutionStatus::ProvenOptimal,
            (Some(_), _) => SolutionStatus::Feasible,
        }
    }

    /// Internal commuting of the plan.
    pub fn objective(&self) -> Option<Commuters> {
        self.plan.as_ref().map(Verified::objective)
    }

    /// Bound less objective.
    pub fn gap_abs(&self) -> Option<Commuters> {
        Some(self.bound?.saturating_sub(self.objective()?))
    }

    /// (bound − objective) ÷ max(1, objective).
    pub fn gap_rel(&self) -> Option<f64> {
        Some(relative_gap(self.objective()?, self.bound?))
    }
}
