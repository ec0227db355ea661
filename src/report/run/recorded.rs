//! A run as reports see it: made by a solver, or read back from its directory, the question resolved
//! and every plan verified again.
//!
//! The manifest says which instance it was and which rules; both are checked by their hashes. A run
//! of `front` is read from `front.json`, one of `solve` from `solve.json`, and either of them from
//! its journal where the run was stopped or is under way.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::Comparison;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Division, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::front::{ObjectiveSet, Price};
use regionfront_solver::job::{Answer, SolutionStatus, Termination};
use regionfront_verify::Verified;

use super::certificate::{CertificateDocument, CertificatesDocument};
use super::journal::JournalLine;
use crate::documents::{
    AuditDocument, ExplanationDocument, FrontResultDocument, ResultDocument, milliseconds,
    plan_name,
};
use crate::words::Objective;

mod front;
mod stamp;
mod study;

pub use stamp::{RunStamp, StampedOptions};
pub use study::{ScenarioLabel, StudyMapView, StudyRecord, StudyView};

/// A run, made by a solver or read back from its directory.
#[derive(Debug)]
pub struct RecordedRun {
    /// The question, with the rules as they were asked for.
    pub problem: Problem,
    /// Where it came from.
    pub stamp: RunStamp,
    /// The second objectives, one set for each front over k, with the problem along it; none for a
    /// run of `solve`.
    pub sets: Vec<Arc<ObjectiveSet>>,
    /// What stands for every set and k, in that order.
    pub fronts: Vec<RecordedFront>,
    /// Numbers of regions asked for, as far as the run tells.
    pub ks: Vec<usize>,
    /// The study that was made, where it is one.
    pub study: Option<StudyRecord>,
    /// Divisions shown for themselves: evaluated, compared, or those of a study.
    pub divisions: Vec<Division>,
    /// How divisions differ, pair by pair.
    pub comparisons: Vec<Comparison>,
    /// Tables shown as they are.
    pub tables: Vec<PlainTable>,
    /// The certificates made for the run.
    pub certificates: Vec<CertificateDocument>,
    /// What the rules cost, by the name of the point, as far as it was asked for.
    pub prices: BTreeMap<String, Vec<Price>>,
}

/// A table of ready text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlainTable {
    /// What it is called.
    pub name: String,
    /// Headings.
    pub headings: Vec<String>,
    /// Rows, a text per heading.
    pub rows: Vec<Vec<String>>,
}

/// What stands for one k.
#[derive(Clone, Debug)]
pub struct RecordedFront {
    /// Number of regions.
    pub k: usize,
    /// Place of its objectives in [`RecordedRun::sets`]; `None` for a run of `solve`.
    pub set: Option<usize>,
    /// Whether all there is to find was found and proven.
    pub complete: bool,
    /// Why there is no plan, or what went wrong.
    pub reason: Option<String>,
    /// The points by falling commuting, verified again.
    pub points: Vec<RecordedPoint>,
    /// Where points may be missing.
    pub gaps: Vec<Gap>,
    /// What an audit of it found, where there was one.
    pub audit: Option<AuditDocument>,
    /// Which rules conflict where there is no plan, as far as it was asked for.
    pub explanation: Option<ExplanationDocument>,
}

/// Where points of a front may be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// They score strictly better than this, by objective; empty where nothing was demanded.
    pub beyond: BTreeMap<String, f64>,
    /// None of them holds more commuters than this.
    pub bound: Commuters,
}

/// One point of a front, or the one plan of a solve.
#[derive(Clone, Debug)]
pub struct RecordedPoint {
    /// Its name: that of `front.json`, such as `k06-p012`, or `k06` for a run of `solve`.
    pub id: String,
    /// The plan.
    pub plan: Verified,
    /// Inhabitants of its smallest and of its largest region.
    pub population: (u64, u64),
    /// Values of the second objectives, by key.
    pub against: BTreeMap<String, f64>,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// No plan holds more commuters.
    pub bound: Option<Commuters>,
    /// Seconds spent on it, where known.
    pub wall_s: Option<f64>,
    /// Engine that found it; empty where not known.
    pub engine: String,
}

impl RecordedPoint {
    /// The value of an objective: as the front says, or counted from the plan.
    pub fn value(&self, objective: &Objective) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "populations stay below 2^52")]
        self.against.get(&objective.key).copied().or(match objective.key.as_str() {
            "min-population" => Some(self.population.0 as f64),
            "max-population" => Some(self.population.1 as f64),
            _ => None,
        })
    }
}

/// What is read from `solve.json`.
#[derive(Deserialize)]
struct SolveFile {
    results: Vec<ResultDocument>,
}

impl RecordedRun {
    /// A question on which nothing stands yet.
    pub fn new(problem: Problem, stamp: RunStamp) -> Self {
        Self {
            problem,
            ks: stamp.ks.clone(),
            stamp,
            sets: Vec::new(),
            fronts: Vec::new(),
            study: None,
            divisions: Vec::new(),
            comparisons: Vec::new(),
            tables: Vec::new(),
            certificates: Vec::new(),
            prices: BTreeMap::new(),
        }
    }

    /// Enters answers that need no run directory: the types see to it that they have been judged.
    #[must_use]
    pub fn with_answers(mut self, answers: &[Answer]) -> Self {
        self.ks = answers.iter().map(|answer| answer.k).collect();
        self.fronts =
            answers.iter().map(|answer| front_of(&self.problem.instance, answer)).collect();
        self
    }

    /// Enters why there is no plan, by the number of regions.
    #[must_use]
    pub fn with_explanations(mut self, results: &[ResultDocument]) -> Self {
        for front in &mut self.fronts {
            let of_front = results.iter().find(|result| result.k == front.k);
            front.explanation = of_front.and_then(|result| result.explanation.clone());
        }
        self
    }

    /// Enters fronts against these sets of objectives, their plans judged again.
    ///
    /// # Errors
    /// When a plan does not pass the verifier.
    pub fn with_fronts(
        mut self,
        sets: &[Arc<ObjectiveSet>],
        fronts: &[FrontResultDocument],
    ) -> Result<Self, Defects> {
        self.sets = sets.to_vec();
        let read = |front: &FrontResultDocument| self.front(Path::new("front.json"), front.clone());
        self.fronts = fronts.iter().map(read).collect::<Result<_, _>>()?;
        self.put_in_order();
        Ok(self)
    }

    /// Reads a run directory. The instance is looked for where the manifest says, unless `instance`
    /// names another folder.
    ///
    /// # Errors
    /// When the directory holds no run, the instance or the rules are not those of the run, or a
    /// plan does not pass the verifier.
    pub fn read(folder: &Path, instance: Option<&Path>) -> Result<Self, Defects> {
        let path = folder.join("manifest.json");
        let bytes = fs::read(&path).map_err(|error| {
            Defect::new(
                "E406",
                folder.display().to_string(),
                format!("there is no run to report on: manifest.json cannot be read: {error}"),
                "name the directory given to solve or front with -o",
            )
        })?;
        let stamp: RunStamp = parse(&path, &bytes)?;
        let problem = stamp::question(&stamp, instance)?;
        let sets = match &stamp.front {
            Some(front) => stamp::objective_sets(&problem, front)?,
            None => Vec::new(),
        };
        let mut run = Self { sets, ..Self::new(problem, stamp) };
        run.fronts = match &run.stamp.front {
            Some(_) => run.read_front(folder)?,
            None => run.read_solve(folder)?,
        };
        run.put_in_order();
        run.with_records_of(folder)
    }

    /// Enters what a run directory holds beside results: the certificates of the run, and the prices
    /// at its plans.
    ///
    /// # Errors
    /// When a file of these is damaged, or holds a price that cannot be.
    pub fn with_records_of(mut self, folder: &Path) -> Result<Self, Defects> {
        let certificates = CertificatesDocument::read(folder, &self.stamp.started)?;
        self.certificates = certificates.map_or_else(Vec::new, |document| document.certificates);
        self.enter_prices(folder)?;
        Ok(self)
    }

    fn put_in_order(&mut self) {
        for front in &self.fronts {
            if !self.ks.contains(&front.k) {
                self.ks.push(front.k);
            }
        }
        self.ks.sort_unstable();
        self.fronts.sort_by_key(|front| (front.set, front.k));
    }

    /// The rules that hold along a front.
    pub fn problem_of(&self, front: &RecordedFront) -> &Problem {
        front.set.map_or(&self.problem, |set| &self.sets[set].problem)
    }

    /// The second objectives of a front; none for a run of `solve`.
    pub fn objectives_of(&self, front: &RecordedFront) -> Vec<Objective> {
        front.set.map_or_else(Vec::new, |set| objectives(&self.sets[set]))
    }

    /// All second objectives, in the order asked for.
    pub fn objectives(&self) -> Vec<Objective> {
        self.sets.iter().flat_map(|set| objectives(set)).collect()
    }

    fn read_solve(&self, folder: &Path) -> Result<Vec<RecordedFront>, Defects> {
        let path = folder.join("solve.json");
        let results = if path.exists() {
            parse::<SolveFile>(&path, &read(&path)?)?.results
        } else {
            journalled(&folder.join("journal.ndjson"))?
        };
        let mut fronts: Vec<RecordedFront> = Vec::new();
        // The last line about a k holds all that the earlier ones do.
        let last: BTreeMap<usize, ResultDocument> =
            results.into_iter().map(|result| (result.k, result)).collect();
        for result in last.into_values() {
            let at = format!("{}, k = {}", path.display(), result.k);
            let answer = result.to_answer(&self.problem).map_err(|what| {
                refused(&at, format!("the plan does not pass the verifier: {what}"))
            })?;
            let front = front_of(&self.problem.instance, &answer);
            fronts.push(RecordedFront { explanation: result.explanation, ..front });
        }
        Ok(fronts)
    }
}

/// The one point, if any, that an answer is.
fn front_of(instance: &Instance, answer: &Answer) -> RecordedFront {
    let point = answer.plan.as_ref().map(|plan| RecordedPoint {
        id: plan_name(answer.k),
        population: population(instance, plan.plan()),
        plan: plan.clone(),
        against: BTreeMap::new(),
        termination: answer.termination,
        solution: answer.solution(),
        bound: answer.bound,
        wall_s: Some(milliseconds(answer.wall)),
        engine: answer.engine.clone(),
    });
    RecordedFront {
        k: answer.k,
        set: None,
        complete: matches!(answer.termination, Termination::Optimal | Termination::Infeasible),
        reason: answer.reason.clone(),
        points: point.into_iter().collect(),
        gaps: Vec::new(),
        audit: None,
        explanation: None,
    }
}

fn objectives(set: &ObjectiveSet) -> Vec<Objective> {
    set.objectives.iter().map(|objective| Objective::new(objective.kind().word())).collect()
}

pub(super) fn refused(at: &str, what: String) -> Defect {
    Defect::new("E407", at, what, "the file was changed, or the run is damaged: run it again")
}

/// Inhabitants of the smallest and of the largest region.
fn population(instance: &Instance, plan: &Plan) -> (u64, u64) {
    let people = |region: &Vec<usize>| -> u64 {
        region.iter().map(|&area| instance.areas[area].population).sum()
    };
    let sums: Vec<u64> = plan.regions().iter().map(people).collect();
    (sums.iter().copied().min().unwrap_or(0), sums.iter().copied().max().unwrap_or(0))
}

/// The pieces of a journal; a torn last line, as a run under way may have, is passed over.
fn journalled<E: DeserializeOwned>(path: &Path) -> Result<Vec<E>, Defects> {
    let bytes = read(path)?;
    let mut pieces = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.ends_with(b"\n")
            && let JournalLine::Result(piece) = parse::<JournalLine<E>>(path, line)?
        {
            pieces.push(*piece);
        }
    }
    Ok(pieces)
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Defects> {
    fs::read(path).map_err(|error| {
        Defect::new(
            "E406",
            path.display().to_string(),
            format!("the file cannot be read: {error}"),
            "name the directory given to solve or front with -o",
        )
        .into()
    })
}

pub(super) fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, Defects> {
    serde_json::from_slice(bytes).map_err(|error| {
        Defect::new(
            "E404",
            path.display().to_string(),
            format!("the file is damaged: {error}"),
            "run again with the same options and --resume",
        )
        .into()
    })
}
