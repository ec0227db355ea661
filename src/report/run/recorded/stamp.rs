//! What a manifest says of a run, and the question it stands for, resolved again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use serde::Deserialize;

use crate::documents::{InstanceDocument, ScenarioDocument};
use crate::run::manifest::{FrontManifest, Manifest, SolverVersion, solvers, timestamp};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::scenario::Problem;
use regionfront_solver::front::{ObjectiveRequest, ObjectiveSet};

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
    /// What was asked for along fronts; only for a run of fronts.
    #[serde(default)]
    pub front: Option<FrontManifest>,
}

impl From<&Manifest> for RunStamp {
    fn from(manifest: &Manifest) -> Self {
        let options = StampedOptions {
            engine: manifest.options.engine.clone(),
            seed: Some(manifest.options.seed),
        };
        Self {
            version: manifest.version.clone(),
            solvers: manifest.solvers.clone(),
            instance: manifest.instance.clone(),
            instance_folder: manifest.instance_folder.clone(),
            scenario: manifest.scenario.clone(),
            command_line: manifest.command_line.clone(),
            started: manifest.started.clone(),
            ended: manifest.ended.clone(),
            options,
            ks: manifest.ks.clone(),
            front: manifest.front.clone(),
        }
    }
}

impl RunStamp {
    /// The stamp of what has just been computed and never went to disk.
    pub fn now(problem: &Problem, options: StampedOptions, command_line: Vec<String>) -> Self {
        let now = timestamp(SystemTime::now());
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            solvers: solvers(),
            instance: InstanceDocument::new(&problem.instance),
            instance_folder: PathBuf::new(),
            scenario: ScenarioDocument::new(problem),
            command_line,
            started: now.clone(),
            ended: Some(now),
            options,
            ks: Vec::new(),
            front: None,
        }
    }
}

/// Options that reports show.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct StampedOptions {
    /// The engine.
    #[serde(default)]
    pub engine: String,
    /// Seed of everything random.
    pub seed: Option<u64>,
}

/// The question of a run: its instance, found and checked, and its rules, resolved again from the
/// manifest, so that no scenario file is needed.
pub(super) fn question(stamp: &RunStamp, instance: Option<&Path>) -> Result<Problem, Defects> {
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
    // Another instance may have no figures of that year; its hash tells them apart.
    let encoding = stamp.instance.encoding.as_deref().and_then(|name| name.parse().ok());
    let instance = match Instance::load_in(folder, stamp.instance.year, encoding) {
        Err(defects) if defects.has("E172") => Instance::load(folder)?,
        loaded => loaded?,
    };
    let instance = match stamp.instance.other_year {
        Some(year) if instance.years.contains(&year) => {
            instance.with_flows_of(folder, year, encoding)?
        }
        _ => instance,
    };
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
    let problem = Problem::resolve(
        instance.clone(),
        &stamp.scenario.as_scenario(&stamp.instance, &instance, "manifest.json"),
    )?;
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

/// The sets of objectives of a run of `front`, each with the problem its plans are judged by: along
/// a front, the scenario's own limit on an objective is dropped.
pub(super) fn objective_sets(
    problem: &Problem,
    front: &FrontManifest,
) -> Result<Vec<Arc<ObjectiveSet>>, Defects> {
    let mut requests = Vec::new();
    for objective in &front.objectives {
        let kind = objective.word.parse().map_err(|what| {
            Defect::new(
                "E404",
                "manifest.json",
                format!("the file is damaged: {what}"),
                "the manifest was changed, or written by another version: run again",
            )
        })?;
        requests.push(ObjectiveRequest { kind, reference: objective.reference.clone() });
    }
    let size = if front.terms.joint { requests.len() } else { 1 };
    requests
        .chunks(size.max(1))
        .map(|requests| ObjectiveSet::resolve(problem, requests).map(Arc::new))
        .collect()
}
