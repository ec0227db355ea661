//! A run directory read back: the question resolved again, every plan judged anew.
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
use regionfront_solver::front::ObjectiveSet;
use regionfront_solver::job::{Answer, SolutionStatus, Termination};
use regionfront_verify::Verified;

use super::certificate::{CertificateDocument, CertificatesDocument};
use super::journal::JournalLine;
use crate::documents::{AuditDocument, ResultDocument, milliseconds, plan_name};
use crate::words::Objective;

mod front;
mod stamp;

pub use stamp::{RunStamp, StampedOptions};

/// A run read back from its directory.
#[derive(Debug)]
pub struct FinishedRun {
    /// The question, with the rules as they were asked for.
    pub problem: Problem,
    /// Where it came from.
    pub stamp: RunStamp,
    /// The second objectives, one set for each front over k, with the problem along it; none for a
    /// run of `solve`.
    pub sets: Vec<Arc<ObjectiveSet>>,
    /// What stands for every set and k, in that order.
    pub fronts: Vec<FinishedFront>,
    /// Numbers of regions asked for, as far as the run tells.
    pub ks: Vec<usize>,
    /// Divisions shown for themselves: evaluated, compared, or those of a study.
    pub divisions: Vec<Division>,
    /// How divisions differ, pair by pair.
    pub comparisons: Vec<Comparison>,
    /// Tables shown as they are.
    pub tables: Vec<PlainTable>,
    /// The certificates made for the run.
    pub certificates: Vec<CertificateDocument>,
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
pub struct FinishedFront {
    /// Number of regions.
    pub k: usize,
    /// Place of its objectives in [`FinishedRun::sets`]; `None` for a run of `solve`.
    pub set: Option<usize>,
    /// Whether all there is to find was found and proven.
    pub complete: bool,
    /// Why there is no plan, or what went wrong.
    pub reason: Option<String>,
    /// The points by falling commuting, judged anew.
    pub points: Vec<FinishedPoint>,
    /// Where points may be missing.
    pub gaps: Vec<FrontGap>,
    /// What an audit of it found, where there was one.
    pub audit: Option<AuditDocument>,
}

/// Where points of a front may be missing.
#[derive(Clone, Debug)]
pub struct FrontGap {
    /// They score strictly better than this, by objective; empty where nothing was demanded.
    pub beyond: BTreeMap<String, f64>,
    /// None of them holds more commuters than this.
    pub bound: Commuters,
}

/// One point of a front, or the one plan of a solve.
#[derive(Clone, Debug)]
pub struct FinishedPoint {
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

impl FinishedPoint {
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

impl FinishedRun {
    /// A question on which nothing stands yet.
    pub fn new(problem: Problem, stamp: RunStamp) -> Self {
        Self {
            problem,
            ks: stamp.ks.clone(),
            stamp,
            sets: Vec::new(),
            fronts: Vec::new(),
            divisions: Vec::new(),
            comparisons: Vec::new(),
            tables: Vec::new(),
            certificates: Vec::new(),
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
        let certificates = CertificatesDocument::read(folder, &stamp.started)?;
        let certificates = certificates.map_or_else(Vec::new, |document| document.certificates);
        let mut run = Self { sets, certificates, ..Self::new(problem, stamp) };
        run.fronts = match &run.stamp.front {
            Some(_) => run.read_front(folder)?,
            None => run.read_solve(folder)?,
        };
        for front in &run.fronts {
            if !run.ks.contains(&front.k) {
                run.ks.push(front.k);
            }
        }
        run.ks.sort_unstable();
        run.fronts.sort_by_key(|front| (front.set, front.k));
        Ok(run)
    }

    /// The rules that hold along a front.
    pub fn problem_of(&self, front: &FinishedFront) -> &Problem {
        front.set.map_or(&self.problem, |set| &self.sets[set].problem)
    }

    /// The second objectives of a front; none for a run of `solve`.
    pub fn objectives_of(&self, front: &FinishedFront) -> Vec<Objective> {
        front.set.map_or_else(Vec::new, |set| objectives(&self.sets[set]))
    }

    /// All second objectives, in the order asked for.
    pub fn objectives(&self) -> Vec<Objective> {
        self.sets.iter().flat_map(|set| objectives(set)).collect()
    }

    fn read_solve(&self, folder: &Path) -> Result<Vec<FinishedFront>, Defects> {
        let path = folder.join("solve.json");
        let results = if path.exists() {
            parse::<SolveFile>(&path, &read(&path)?)?.results
        } else {
            journalled(&folder.join("journal.ndjson"))?
        };
        let mut fronts: Vec<FinishedFront> = Vec::new();
        for result in results {
            let at = format!("{}, k = {}", path.display(), result.k);
            let answer = result.to_answer(&self.problem).map_err(|what| {
                refused(&at, format!("the plan does not pass the verifier: {what}"))
            })?;
            fronts.retain(|other| other.k != answer.k);
            fronts.push(front_of(&self.problem.instance, &answer));
        }
        Ok(fronts)
    }
}

/// The one point, if any, that an answer is.
fn front_of(instance: &Instance, answer: &Answer) -> FinishedFront {
    let point = answer.plan.as_ref().map(|plan| FinishedPoint {
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
    FinishedFront {
        k: answer.k,
        set: None,
        complete: matches!(answer.termination, Termination::Optimal | Termination::Infeasible),
        reason: answer.reason.clone(),
        points: point.into_iter().collect(),
        gaps: Vec::new(),
        audit: None,
    }
}

fn objectives(set: &ObjectiveSet) -> Vec<Objective> {
    set.objectives.iter().map(|objective| Objective::new(objective.kind().word())).collect()
}

fn refused(at: &str, what: String) -> Defect {
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

fn read(path: &Path) -> Result<Vec<u8>, Defects> {
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

fn parse<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, Defects> {
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
