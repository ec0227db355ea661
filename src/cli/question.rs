//! From the command line to a question: instance, scenario, rules, list of k.

use std::path::{Path, PathBuf};

use crate::defect::{Defect, Defects};
use crate::instance::Instance;
use crate::scenario::{KList, Problem, Scenario};

use super::args::QuestionArgs;
use super::exit::Failure;
use super::output::say;

/// Where an instance keeps the scenario that applies when none is named.
const DEFAULT_SCENARIO: &str = "default";

/// A resolved question.
#[derive(Debug)]
pub(super) struct Question {
    /// Instance and rules.
    pub(super) problem: Problem,
    /// Numbers of regions, from the command line or the scenario.
    pub(super) k: Option<KList>,
}

impl Question {
    /// Reads and resolves everything a command line asks about. Defects of the instance and of the
    /// scenario file are reported together.
    pub(super) fn read(args: &QuestionArgs, quiet: bool) -> Result<Self, Failure> {
        let instance = Instance::load(&args.instance);
        let scenario = read_scenario(args, quiet);
        let (instance, scenario) = match (instance, scenario) {
            (Ok(instance), Ok(scenario)) => (instance, scenario),
            (instance, scenario) => {
                let mut defects = instance.err().unwrap_or_default();
                defects.0.extend(scenario.err().unwrap_or_default().0);
                return Err(defects.into());
            }
        };
        let scenario = scenario.overridden_by(args.as_scenario());
        let problem = Problem::resolve(instance, &scenario)?;
        Ok(Self { problem, k: scenario.k })
    }

    /// The list of k, or what to do without one.
    pub(super) fn require_k(&self) -> Result<&[usize], Failure> {
        match &self.k {
            Some(list) => Ok(&list.0),
            None => Err(Failure::usage(
                "E501",
                "--k",
                "neither the command line nor the scenario says how many regions there are to be",
                "add --k 9, or a range such as --k 6..13",
            )),
        }
    }
}

fn read_scenario(args: &QuestionArgs, quiet: bool) -> Result<Scenario, Defects> {
    let folder = args.instance.join("scenarios");
    if args.rules.no_scenario {
        return Ok(Scenario::default());
    }
    match &args.rules.scenario {
        Some(named) => Scenario::read(&find(named, &folder)?),
        None => {
            let path = in_folder(&folder, DEFAULT_SCENARIO);
            if !path.is_file() {
                return Ok(Scenario::default());
            }
            if !quiet {
                say(&format!("scenario: {} (--no-scenario for no rules)", path.display()));
            }
            Scenario::read(&path)
        }
    }
}

/// A file by its path, else a scenario of the instance by its name.
fn find(named: &Path, folder: &Path) -> Result<PathBuf, Defects> {
    let is_name = named.components().count() == 1 && named.extension().is_none();
    if named.exists() || !is_name {
        return Ok(named.to_owned());
    }
    let name = named.to_string_lossy();
    let path = in_folder(folder, &name);
    if path.is_file() {
        return Ok(path);
    }
    let known = scenario_names(folder);
    let near = known
        .iter()
        .map(|other| (strsim::jaro_winkler(&name, other), other))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let cure = match near {
        Some((_, other)) => format!("did you mean `{other}`?"),
        None if known.is_empty() => "give the path of a TOML file".to_owned(),
        None => format!("give the path of a TOML file, or one of: {}", known.join(", ")),
    };
    Err(Defect::new(
        "E201",
        format!("--scenario {name}"),
        format!("there is no such file, and no scenario of that name in {}", folder.display()),
        cure,
    )
    .into())
}

fn in_folder(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.toml"))
}

/// Names of the scenarios of an instance, sorted.
pub(super) fn scenario_names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let is_toml = path.extension().is_some_and(|extension| extension == "toml");
            is_toml.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))?
        })
        .collect();
    names.sort();
    names
}
