//! A question as the package writes it: JSON, with the rules as the text of a scenario.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use serde::Deserialize;

use regionfront::cli::embed;
use regionfront::compact::Compact;
use regionfront::defect::{Defect, Defects};
use regionfront::engine::{Interrupt, Limits};
use regionfront::exact::Exact;
use regionfront::front::{ObjectiveKind, ObjectiveSet, Terms};
use regionfront::job::{Settings, SharedEngine};
use regionfront::quantity::Share;
use regionfront::report::OptionsDocument;
use regionfront::scenario::{Problem, Scenario};

use crate::fault;
use crate::instance::Instance;

/// What is asked, and how far to go. What is left out is as on the command line, but that no scenario
/// is taken unless it is named.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Question {
    /// A scenario of the instance, or a file.
    scenario: Option<String>,
    /// Further rules, as the text of a scenario file.
    rules: String,
    /// Numbers of regions.
    pub(crate) ks: Vec<usize>,
    /// Whether the compact engine answers.
    is_compact: bool,
    time_limit_s: Option<f64>,
    total_time_limit_s: Option<f64>,
    node_limit: Option<u64>,
    gap: f64,
    abs_gap: u64,
    seed: u64,
    threads: Option<usize>,
    memory_mib: Option<u64>,
    /// Divisions to begin from, as CSV.
    pub(crate) begin_from: Vec<String>,
    /// Second objectives of fronts.
    against: Vec<String>,
    joint: bool,
    reference: Option<String>,
    alternatives: usize,
}

impl Question {
    /// Reads what the package wrote.
    pub(crate) fn read(py: Python<'_>, text: &str) -> PyResult<Self> {
        serde_json::from_str(text).map_err(|error| fault::internal(py, error.to_string()))
    }

    fn scenario(&self, instance: &Instance) -> Result<Scenario, Defects> {
        let own = Scenario::parse(&self.rules, "rules")?;
        Ok(match &self.scenario {
            None => own,
            Some(named) => {
                Scenario::read(&Scenario::locate(&instance.folder, named)?)?.overridden_by(own)
            }
        })
    }

    /// Instance and rules, resolved.
    pub(crate) fn problem(&self, instance: &Instance) -> Result<Problem, Defects> {
        Problem::resolve((*instance.model).clone(), &self.scenario(instance)?)
    }

    /// As [`Question::problem`], where the rules may contradict each other.
    pub(crate) fn contradictory(
        &self,
        instance: &Instance,
    ) -> Result<(Problem, Vec<Defect>), Defects> {
        let mut model = (*instance.model).clone();
        let kinds = self.kinds()?;
        let beside = ObjectiveSet::year_beside(&model, &kinds, self.reference.as_deref());
        if let Some(year) = beside {
            let encoding = model.encoding;
            model = model.with_flows_of(&instance.folder, year, encoding)?;
        }
        Problem::resolve_names(model, &self.scenario(instance)?)
    }

    /// The engine that answers.
    pub(crate) fn engine(&self) -> SharedEngine {
        if self.is_compact { Arc::new(Compact) } else { Arc::new(Exact) }
    }

    /// Seed of everything random.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Longest time for one k.
    pub(crate) fn time_limit(&self) -> Option<Duration> {
        self.time_limit_s.map(limit)
    }

    /// How to solve.
    pub(crate) fn settings(&self, interrupt: &Interrupt) -> Settings {
        Settings {
            time_limit: self.time_limit(),
            total_time_limit: self.total_time_limit_s.map(limit),
            node_limit: self.node_limit,
            gap_rel: self.gap,
            gap_abs: self.abs_gap,
            memory: embed::memory_limit(self.memory_mib),
            seed: self.seed,
            threads: embed::share_threads(self.threads),
            interrupt: interrupt.clone(),
            ..Settings::default()
        }
    }

    /// The second objectives of the fronts that are asked for.
    pub(crate) fn objectives(&self, problem: &Problem) -> Result<Vec<Arc<ObjectiveSet>>, Defects> {
        let reference = self.reference.as_deref();
        ObjectiveSet::resolve_all(problem, &self.kinds()?, self.joint, reference)
    }

    fn kinds(&self) -> Result<Vec<ObjectiveKind>, Defect> {
        let kind = |word: &String| {
            word.parse::<ObjectiveKind>().map_err(|what| {
                Defect::new("E509", "against", what, "name second objectives as the command does")
            })
        };
        self.against.iter().map(kind).collect()
    }

    /// Whether all objectives make one front together.
    pub(crate) fn is_joint(&self) -> bool {
        self.joint
    }

    /// How far to go along fronts, so many at a time.
    pub(crate) fn terms(&self, threads: usize, interrupt: &Interrupt) -> Terms {
        let total = self.total_time_limit_s.map(limit);
        Terms {
            seed: self.seed,
            alternatives: self.alternatives,
            within: None::<Share>,
            most_near: 0,
            point_limit: self.time_limit(),
            limits: Limits {
                deadline: total.and_then(|limit| Instant::now().checked_add(limit)),
                nodes: self.node_limit,
                memory: embed::memory_limit(self.memory_mib)
                    .map(|bytes| bytes / threads.max(1) as u64),
                interrupt: interrupt.clone(),
                ..Limits::default()
            },
        }
    }

    /// How fronts are computed, as documents say it.
    pub(crate) fn front_options(&self) -> OptionsDocument {
        OptionsDocument {
            engine: "exact".to_owned(),
            seed: self.seed,
            time_limit_s: self.time_limit_s,
            total_time_limit_s: self.total_time_limit_s,
            node_limit: self.node_limit,
            gap_tolerance: 0.0,
            abs_gap_tolerance: 0,
        }
    }

    /// How many fronts are computed at a time.
    pub(crate) fn threads(&self) -> usize {
        embed::share_threads(self.threads)
    }
}

/// A time that the package has looked at; one beyond all clocks is none.
fn limit(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}
