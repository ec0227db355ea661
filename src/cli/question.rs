//! From the command line to a question: instance, scenario, rules, list of k.

use crate::defect::Defects;
use crate::instance::Instance;
use crate::scenario::{KList, Problem, Scenario};

use super::args::QuestionArgs;
use super::exit::Failure;
use super::output::say;

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
        Self::read_with(args, quiet, Ok)
    }

    /// As [`Question::read`], with the instance changed before the rules are resolved against it.
    pub(super) fn read_with(
        args: &QuestionArgs,
        quiet: bool,
        change: impl FnOnce(Instance) -> Result<Instance, Defects>,
    ) -> Result<Self, Failure> {
        let instance = Instance::load(&args.instance).and_then(change);
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
    if args.rules.no_scenario {
        return Ok(Scenario::default());
    }
    if let Some(named) = &args.rules.scenario {
        return Scenario::read(&Scenario::locate(&args.instance, named)?);
    }
    match Scenario::locate_default(&args.instance) {
        None => Ok(Scenario::default()),
        Some(path) => {
            if !quiet {
                say(&format!("scenario: {} (--no-scenario for no rules)", path.display()));
            }
            Scenario::read(&path)
        }
    }
}
