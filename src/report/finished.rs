//! A run directory read back: the question resolved again, every plan judged anew.
//!
//! The manifest says which instance it was and which rules; both are checked by their hashes. A run
//! of `front` is read from `front.json`; one of `solve` from `solve.json` or, where the run was
//! stopped or is under way, from its journal.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::defect::{Defect, Defects};
use crate::instance::Instance;
use crate::job::{SolutionStatus, Termination};
use crate::plan::Plan;
use crate::quantity::{Commuters, Share};
use crate::scenario::{AreaGroup, FixedRegions, Problem, Scenario};
use crate::verify::{Verified, verify};

use super::manifest::SolverVersion;
use super::model::Objective;
use super::question::{GroupDocument, InstanceDocument, RulesDocument, ScenarioDocument};
use super::{JournalLine, ResultDocument};

/// A run read back from its directory.
#[derive(Clone, Debug)]
pub struct FinishedRun {
    /// The question.
    pub problem: Problem,
    /// Where it came from.
    pub stamp: RunStamp,
    /// What stands for every k, in the order of the file.
    pub fronts: Vec<FinishedFront>,
    /// The second objectives; none for a run of `solve`.
    pub objectives: Vec<Objective>,
    /// Numbers of regions asked for, as far as the run tells.
    pub ks: Vec<usize>,
}

/// What stands for one k.
#[derive(Clone, Debug)]
pub struct FinishedFront {
    /// Number of regions.
    pub k: usize,
    /// Whether all there is to find was found and proven.
    pub complete: bool,
    /// Why there is no plan, or what went wrong.
    pub reason: Option<String>,
    /// The points by falling commuting, judged anew.
    pub points: Vec<FinishedPoint>,
}

/// One point of a front, or the one plan of a solve.
#[derive(Clone, Debug)]
pub struct FinishedPoint {
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
            "min_population" => Some(self.population.0 as f64),
            "max_population" => Some(self.population.1 as f64),
            _ => None,
        })
    }
}

/// What a manifest says of a run, as far as reports show it.
#[derive(Clone, Debug, Deserialize)]
pub struct RunStamp {
    /// Version of regionfront that ran.
    pub version: String,
    /// Solver libraries it was built with.
    #[serde(default)]
    pub solvers: Vec<SolverVersion>,
    /// The data.
    pub instance: InstanceDocument,
    /// Folder of the data, as it was then.
    #[serde(default)]
    pub instance_folder: PathBuf,
    /// The rules.
    pub scenario: ScenarioDocument,
    /// The command line.
    #[serde(default)]
    pub command_line: Vec<String>,
    /// When the run began, UTC.
    #[serde(default)]
    pub started: String,
    /// When it ended, UTC.
    #[serde(default)]
    pub ended: Option<String>,
    /// Options, as far as they are shown.
    #[serde(default)]
    pub options: StampedOptions,
    /// Numbers of regions asked for.
    #[serde(default)]
    pub ks: Vec<usize>,
}

/// Options that reports show.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct StampedOptions {
    /// Seed of everything random.
    pub seed: Option<u64>,
}

/// The parts of `front.json` a report reads.
#[derive(Deserialize)]
struct FrontFile {
    #[serde(default)]
    objectives: Vec<serde_json::Value>,
    fronts: Vec<FrontEntry>,
}

#[derive(Deserialize)]
struct FrontEntry {
    k: usize,
    #[serde(default)]
    complete: bool,
    #[serde(default)]
    reason: Option<String>,
    points: Vec<PointEntry>,
}

#[derive(Deserialize)]
struct PointEntry {
    objective: Commuters,
    #[serde(default)]
    against: BTreeMap<String, f64>,
    termination: Termination,
    solution: SolutionStatus,
    #[serde(default)]
    bound: Option<Commuters>,
    #[serde(default)]
    wall_s: Option<f64>,
    #[serde(default)]
    engine: String,
    assignment: BTreeMap<String, u32>,
}

/// What is read from `solve.json`.
#[derive(Deserialize)]
struct SolveFile {
    results: Vec<ResultDocument>,
}

impl FinishedRun {
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
        let problem = question(&stamp, instance)?;
        let mut run = Self {
            problem,
            fronts: Vec::new(),
            objectives: Vec::new(),
            ks: stamp.ks.clone(),
            stamp,
        };
        let front = folder.join("front.json");
        if front.exists() {
            run.read_front(&front)?;
        } else {
            run.read_solve(folder)?;
        }
        for front in &run.fronts {
            if !run.ks.contains(&front.k) {
                run.ks.push(front.k);
            }
        }
        run.ks.sort_unstable();
        run.fronts.sort_by_key(|front| front.k);
        Ok(run)
    }

    fn read_front(&mut self, path: &Path) -> Result<(), Defects> {
        let file: FrontFile = parse(path, &read(path)?)?;
        self.objectives = file.objectives.iter().filter_map(objective_of).collect();
        for entry in file.fronts {
            let mut points = Vec::new();
            for (number, point) in (1..).zip(entry.points) {
                let at = format!("{}, k = {}, point {number}", path.display(), entry.k);
                let plan = self.judged(&at, entry.k, &point.assignment, point.objective)?;
                points.push(FinishedPoint {
                    population: self.population(&plan),
                    plan,
                    against: point.against,
                    termination: point.termination,
                    solution: point.solution,
                    bound: point.bound,
                    wall_s: point.wall_s,
                    engine: point.engine,
                });
            }
            points.sort_by_key(|point| std::cmp::Reverse(point.plan.objective()));
            if self.objectives.is_empty() {
                self.objectives = points
                    .iter()
                    .flat_map(|p| p.against.keys())
                    .map(|k| Objective::new(k))
                    .collect();
                self.objectives.sort();
                self.objectives.dedup();
            }
            let (complete, reason) = (entry.complete, entry.reason);
            self.fronts.push(FinishedFront { k: entry.k, complete, reason, points });
        }
        Ok(())
    }

    fn read_solve(&mut self, folder: &Path) -> Result<(), Defects> {
        let path = folder.join("solve.json");
        let results = if path.exists() {
            parse::<SolveFile>(&path, &read(&path)?)?.results
        } else {
            journalled(&folder.join("journal.ndjson"))?
        };
        for result in results {
            let at = format!("{}, k = {}", path.display(), result.k);
            let points = match result.objective {
                None => Vec::new(),
                Some(objective) => {
                    let plan = self.judged(&at, result.k, &result.assignment, objective)?;
                    vec![FinishedPoint {
                        population: self.population(&plan),
                        plan,
                        against: BTreeMap::new(),
                        termination: result.termination,
                        solution: result.solution,
                        bound: result.bound,
                        wall_s: Some(result.wall_s),
                        engine: result.engine.clone(),
                    }]
                }
            };
            let complete =
                matches!(result.termination, Termination::Optimal | Termination::Infeasible);
            let front = FinishedFront { k: result.k, complete, reason: result.reason, points };
            self.fronts.retain(|other| other.k != front.k);
            self.fronts.push(front);
        }
        Ok(())
    }

    fn judged(
        &self,
        at: &str,
        k: usize,
        assignment: &BTreeMap<String, u32>,
        claim: Commuters,
    ) -> Result<Verified, Defects> {
        let refuse = |what: String| {
            Defect::new(
                "E407",
                at,
                format!("the plan does not pass the verifier: {what}"),
                "the file was changed, or the run is damaged: run it again",
            )
        };
        let areas = &self.problem.instance.areas;
        let labels: Option<Vec<u32>> =
            areas.iter().map(|area| assignment.get(&area.code).copied()).collect();
        let labels = labels
            .filter(|labels| labels.len() == assignment.len())
            .ok_or_else(|| refuse("it does not assign exactly the areas in question".to_owned()))?;
        verify(&self.problem, k, Plan::from_labels(&labels), claim).map_err(|violations| {
            let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
            refuse(found.join("; ")).into()
        })
    }

    fn population(&self, plan: &Verified) -> (u64, u64) {
        let areas = &self.problem.instance.areas;
        let sums: Vec<u64> = plan
            .plan()
            .regions()
            .iter()
            .map(|region| region.iter().map(|&area| areas[area].population).sum())
            .collect();
        (sums.iter().copied().min().unwrap_or(0), sums.iter().copied().max().unwrap_or(0))
    }
}

/// `"min_population"`, or an object with a `key` or `name`; commuting itself is no second one.
fn objective_of(value: &serde_json::Value) -> Option<Objective> {
    let key = value.as_str().or_else(|| {
        ["key", "name", "objective"].into_iter().find_map(|field| value.get(field)?.as_str())
    })?;
    let objective = Objective::new(key);
    (!["internal_commuting", "commuting", "internal", "objective"]
        .contains(&objective.key.as_str()))
    .then_some(objective)
}

/// The results of a journal; a torn last line, as a run under way may have, is passed over.
fn journalled(path: &Path) -> Result<Vec<ResultDocument>, Defects> {
    let bytes = read(path)?;
    let mut results = Vec::new();
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if line.ends_with(b"\n")
            && let JournalLine::Result(result) = parse::<JournalLine>(path, line)?
        {
            results.push(*result);
        }
    }
    Ok(results)
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

/// The question of a run: its instance, found and checked, and its rules, resolved again from the
/// manifest, so that no scenario file is needed.
fn question(stamp: &RunStamp, instance: Option<&Path>) -> Result<Problem, Defects> {
    let folder = instance.unwrap_or(&stamp.instance_folder);
    if folder.as_os_str().is_empty() {
        return Err(Defect::new(
            "E408",
            "manifest.json",
            "the manifest does not say where the instance is",
            "name its folder with --instance",
        )
        .into());
    }
    let place = folder.display().to_string();
    if !folder.is_dir() {
        return Err(Defect::new(
            "E408",
            place,
            "the instance of the run is not there",
            "name the folder where it is now with --instance",
        )
        .into());
    }
    let instance = Instance::load(folder)?;
    if instance.sha256 != stamp.instance.sha256 {
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        return Err(Defect::new(
            "E408",
            place,
            format!(
                "this is not the instance of the run: SHA-256 {}… there, {}… here",
                short(&stamp.instance.sha256),
                short(&instance.sha256)
            ),
            "name the folder of that instance with --instance, or run again",
        )
        .into());
    }
    let problem = Problem::resolve(instance.clone(), &scenario_of(stamp, &instance))?;
    if ScenarioDocument::new(&problem).sha256 != stamp.scenario.sha256 {
        return Err(Defect::new(
            "E408",
            "manifest.json",
            "the rules do not match their own hash",
            "the manifest was changed, or written by another version: run again",
        )
        .into());
    }
    Ok(problem)
}

/// The rules of a manifest as a scenario, everything by code.
fn scenario_of(stamp: &RunStamp, instance: &Instance) -> Scenario {
    let RulesDocument {
        links,
        keep_together,
        keep_apart,
        closed,
        fixed,
        population,
        areas,
        jobs,
        employed,
        min_self_containment,
    } = &stamp.scenario.rules;
    let groups = |groups: &[GroupDocument]| -> Vec<AreaGroup> {
        groups
            .iter()
            .map(|group| AreaGroup {
                name: group.name.clone(),
                areas: group.areas.clone(),
                place: "manifest.json".to_owned(),
            })
            .collect()
    };
    let in_question: Vec<String> = stamp.instance.areas.keys().cloned().collect();
    let outside = |code: &&String| instance.index_of_code(code).is_none();
    Scenario {
        name: Some(stamp.scenario.name.clone()),
        links: Some(links.clone()),
        external_areas: in_question.iter().filter(outside).cloned().collect(),
        // A subset only where it is one: a subset adds an external place.
        areas: instance
            .areas
            .iter()
            .any(|area| !stamp.instance.areas.contains_key(&area.code))
            .then_some(in_question),
        min_population: population.min,
        max_population: population.max,
        min_areas: areas.min,
        max_areas: areas.max,
        min_jobs: jobs.min,
        max_jobs: jobs.max,
        min_employed: employed.min,
        max_employed: employed.max,
        min_self_containment: min_self_containment.and_then(|share| Share::try_from(share).ok()),
        keep_together: groups(keep_together),
        keep_apart: groups(keep_apart),
        closed: groups(closed),
        fixed: groups(fixed).into_iter().map(FixedRegions::Areas).collect(),
        ..Scenario::default()
    }
}
