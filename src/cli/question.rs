//! From the command line to a question: instance, scenario, rules, list of k.

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::instance::codes::ASSUMED_ENCODING;
use regionfront_model::scenario::{KList, Problem, Scenario};

use super::args::QuestionArgs;
use super::exit::Failure;
use super::output::{say, say_oddity};

/// A resolved question.
#[derive(Debug)]
pub(super) struct Question {
    /// Instance and rules.
    pub(super) problem: Problem,
    /// Numbers of regions, from the command line or the scenario.
    pub(super) k: Option<KList>,
    /// Contradictions of the rules that do not depend on k; only
    /// [`Question::read_contradictory`] lets them pass.
    pub(super) contradictions: Vec<Defect>,
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
        let (instance, scenario) = read_both(args, quiet, change)?;
        let problem = Problem::resolve(instance, &scenario)?;
        say_assumed(&problem.instance, quiet);
        Ok(Self { problem, k: scenario.k, contradictions: Vec::new() })
    }

    /// As [`Question::read_with`], where the rules may contradict each other.
    pub(super) fn read_contradictory(
        args: &QuestionArgs,
        quiet: bool,
        change: impl FnOnce(Instance) -> Result<Instance, Defects>,
    ) -> Result<Self, Failure> {
        let (instance, scenario) = read_both(args, quiet, change)?;
        let (problem, contradictions) = Problem::resolve_names(instance, &scenario)?;
        say_assumed(&problem.instance, quiet);
        Ok(Self { problem, k: scenario.k, contradictions })
    }

    /// Everything wrong with a question, without an answer to it.
    #[cfg(feature = "service")]
    pub(super) fn check(
        args: &QuestionArgs,
        may_contradict: bool,
        needs_k: bool,
        change: impl FnOnce(Instance) -> Result<Instance, Defects>,
    ) -> Result<Problem, Defects> {
        let (instance, scenario) = read_both(args, true, change)?;
        if needs_k && scenario.k.is_none() {
            return Err(no_k().into());
        }
        if may_contradict {
            Problem::resolve_names(instance, &scenario).map(|(problem, _)| problem)
        } else {
            Problem::resolve(instance, &scenario)
        }
    }

    /// The rules of a command line, not yet resolved.
    #[cfg(feature = "service")]
    pub(super) fn scenario(args: &QuestionArgs) -> Result<Scenario, Defects> {
        Ok(read_scenario(args, true)?.overridden_by(args.as_scenario()))
    }

    /// The list of k, or what to do without one.
    pub(super) fn require_k(&self) -> Result<&[usize], Failure> {
        match &self.k {
            Some(list) => Ok(&list.0),
            None => Err(Defects::from(no_k()).into()),
        }
    }
}

/// Says which files were read in an encoding that was assumed: their letters may be others.
pub(super) fn say_assumed(instance: &Instance, quiet: bool) {
    if !quiet {
        let assumed = instance.oddities.iter().filter(|odd| odd.code == ASSUMED_ENCODING);
        assumed.for_each(say_oddity);
    }
}

fn no_k() -> Defect {
    Defect::new(
        "E501",
        "--k",
        "neither the command line nor the scenario says how many regions there are to be",
        "add --k 9, or a range such as --k 6..13",
    )
}

fn read_both(
    args: &QuestionArgs,
    quiet: bool,
    change: impl FnOnce(Instance) -> Result<Instance, Defects>,
) -> Result<(Instance, Scenario), Defects> {
    let encoding = args.letters.encoding;
    let instance = Instance::load_in(&args.instance, args.year, encoding).and_then(change);
    match (instance, read_scenario(args, quiet)) {
        (Ok(instance), Ok(scenario)) => Ok((instance, scenario.overridden_by(args.as_scenario()))),
        (instance, scenario) => {
            let mut defects = instance.err().unwrap_or_default();
            defects.0.extend(scenario.err().unwrap_or_default().0);
            Err(defects)
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
