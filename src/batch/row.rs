//! What came of runs: one row per run and k, for fronts per run, k and front.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Run;
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_report::{
    FrontDocument, FrontResultDocument, FrontRunDocument, InstanceDocument, ResultDocument,
    ScenarioDocument, SolveDocument,
};
use regionfront_solver::job::{SolutionStatus, Termination};

/// What a run computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The best plan for every k.
    Solve,
    /// The front for every k.
    Front,
}

impl Kind {
    /// The word in results.
    pub fn word(self) -> &'static str {
        match self {
            Self::Solve => "solve",
            Self::Front => "front",
        }
    }
}

/// How a run ended, beside what its rows say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With an answer for every k.
    Done,
    /// Its input is wrong.
    Input,
    /// It failed, or was ended from outside.
    Failed,
    /// It was interrupted, or never begun.
    Interrupted,
}

/// What came of a run: a line of the journal of the batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Name of the run.
    pub run: String,
    /// How it ended.
    pub ending: Ending,
    /// A row for every k, in the order of the list.
    pub rows: Vec<Row>,
}

/// One row of `batch.csv`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// Name of the run; its files are in `runs/` under this name.
    pub run: String,
    /// What it computes.
    pub kind: Kind,
    /// Name of the instance, or the folder where it could not be read.
    pub instance: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Number of regions; `null` where a run failed before that was known.
    pub k: Option<usize>,
    /// The second objectives of the front, separated by commas; empty for plans.
    pub against: String,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// Commuters between different areas of the same region; for fronts of the first point.
    pub objective: Option<Commuters>,
    /// No plan holds more.
    pub bound: Option<Commuters>,
    /// `bound - objective`, in commuters.
    pub gap_abs: Option<Commuters>,
    /// `(bound - objective) / max(1, objective)`.
    pub gap_rel: Option<f64>,
    /// `objective` ÷ commuters between areas of the instance.
    pub share: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Option<Persons>,
    /// Inhabitants of the largest region.
    pub max_population: Option<Persons>,
    /// Points of the front; `null` for plans.
    pub points: Option<usize>,
    /// Whether the plan passed the independent verifier. False only where there is no plan.
    pub verified: bool,
    /// The engine.
    pub engine: String,
    /// Seed it was given.
    pub seed: u64,
    /// Areas in question.
    pub areas: Option<usize>,
    /// Seconds spent on this k.
    pub wall_s: Option<f64>,
    /// Most memory the run's process held, in MiB, over all its k; where the system tells.
    pub peak_mib: Option<f64>,
    /// Version of regionfront.
    pub version: String,
    /// SHA-256 of the instance; empty where it could not be read.
    pub instance_sha256: String,
    /// SHA-256 of the rules and the areas in question; empty where they could not be read.
    pub scenario_sha256: String,
    /// Why there is no plan, or what went wrong.
    pub reason: String,
    /// The run's value on every axis of the matrix.
    pub values: BTreeMap<String, String>,
}

impl Record {
    /// A run without an answer: a row for every k, or one where these are not known.
    pub fn without_answer(run: &Run, ending: Ending, ks: &[usize], reason: &str) -> Self {
        let mut row = Row::blank(run);
        if ending == Ending::Interrupted {
            row.termination = Termination::Interrupted;
        }
        reason.clone_into(&mut row.reason);
        let ks: Vec<Option<usize>> =
            if ks.is_empty() { vec![None] } else { ks.iter().copied().map(Some).collect() };
        let rows = ks.into_iter().map(|k| Row { k, ..row.clone() }).collect();
        Self { run: run.name.clone(), ending, rows }
    }

    /// A finished run of `solve`.
    pub fn of_solve(run: &Run, document: &SolveDocument, peak_mib: Option<f64>) -> Self {
        let row = |result: &ResultDocument| Row {
            k: Some(result.k),
            termination: result.termination,
            solution: result.solution,
            objective: result.objective,
            bound: result.bound,
            gap_abs: result.gap_abs,
            gap_rel: result.gap_rel,
            share: result.share,
            min_population: result.min_population,
            max_population: result.max_population,
            verified: result.verified,
            engine: result.engine.clone(),
            wall_s: Some(result.wall_s),
            peak_mib,
            reason: result.reason.clone().unwrap_or_default(),
            ..Row::about(run, &document.instance, &document.scenario)
        };
        Self::of_rows(run, document.results.iter().map(row).collect())
    }

    /// A finished run of `front`; `runs` tell how the fronts of the document came about.
    pub fn of_front(
        run: &Run,
        document: &FrontDocument,
        runs: &[FrontRunDocument],
        peak_mib: Option<f64>,
    ) -> Self {
        let row = |(front, came_about): (&FrontResultDocument, &FrontRunDocument)| {
            let first = front.points.first();
            let objective = first.map(|point| point.objective);
            // Where the first point is missing, what bounds it is what was to be demanded of it.
            let missing = front.missing.iter().map(|missing| missing.bound).max();
            let bound = first.map(|point| point.bound).or(missing);
            Row {
                k: Some(front.k),
                against: front.against.join(","),
                termination: front.termination,
                solution: front.solution(),
                objective,
                bound,
                gap_abs: objective.zip(bound).map(|(low, high)| high.saturating_sub(low)),
                gap_rel: objective
                    .zip(bound)
                    .map(|(low, high)| regionfront_solver::engine::relative_gap(low, high)),
                share: first.and_then(|point| point.share),
                min_population: first.and_then(|point| point.min_population),
                max_population: first.and_then(|point| point.max_population),
                points: Some(front.points.len()),
                verified: first.is_some(),
                engine: document.options.engine.clone(),
                wall_s: Some(came_about.wall_s),
                peak_mib,
                reason: front.reason.clone().unwrap_or_default(),
                ..Row::about(run, &document.instance, &document.scenario)
            }
        };
        Self::of_rows(run, document.fronts.iter().zip(runs).map(row).collect())
    }

    fn of_rows(run: &Run, rows: Vec<Row>) -> Self {
        let any = |wanted: Termination| rows.iter().any(|row| row.termination == wanted);
        let ending = if any(Termination::Error) {
            Ending::Failed
        } else if any(Termination::Interrupted) {
            Ending::Interrupted
        } else {
            Ending::Done
        };
        Self { run: run.name.clone(), ending, rows }
    }
}

impl Row {
    /// What is known of a run without its data, as a row that ended with an error.
    fn blank(run: &Run) -> Self {
        Self {
            run: run.name.clone(),
            kind: if run.spec.is_front() { Kind::Front } else { Kind::Solve },
            instance: run.spec.instance.display().to_string(),
            scenario: run.spec.scenario.clone().unwrap_or_default(),
            k: None,
            against: String::new(),
            termination: Termination::Error,
            solution: SolutionStatus::None,
            objective: None,
            bound: None,
            gap_abs: None,
            gap_rel: None,
            share: None,
            min_population: None,
            max_population: None,
            points: None,
            verified: false,
            engine: run.spec.engine.clone().unwrap_or_default(),
            seed: run.spec.seed,
            areas: None,
            wall_s: None,
            peak_mib: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance_sha256: String::new(),
            scenario_sha256: String::new(),
            reason: String::new(),
            values: run.values.clone(),
        }
    }

    fn about(run: &Run, instance: &InstanceDocument, scenario: &ScenarioDocument) -> Self {
        Self {
            instance: instance.name.clone(),
            scenario: scenario.name.clone(),
            areas: Some(instance.areas.len()),
            instance_sha256: instance.sha256.clone(),
            scenario_sha256: scenario.sha256.clone(),
            ..Self::blank(run)
        }
    }
}
