//! What the service asks of the command line: whether a question is sound, and the schemas.

use clap::Parser as _;

use regionfront_model::defect::{Defect, Defects};
use regionfront_service::Doors;
use regionfront_solver::front::ObjectiveSet;

use super::super::question::Question;
use super::super::schema::schema_of;
use super::super::{Cli, Command};

/// The command line as the service's doors.
pub(super) struct CommandLine;

impl Doors for CommandLine {
    fn check(&self, arguments: &[String]) -> Result<(), Defects> {
        match parse(arguments)?.command {
            Command::Solve(args) => Question::check(&args.question, false, true).map(drop),
            Command::Front(args) => {
                let problem = Question::check(&args.question, true, true)?;
                let reference = args.reference.as_deref();
                ObjectiveSet::resolve_all(&problem, &args.against, args.joint, reference).map(drop)
            }
            Command::Evaluate(args) => {
                if !args.against_best
                    && let Some(option) = args.for_solving()
                {
                    let what = "without `against_best` nothing is solved: it changes nothing";
                    let cure = "add `against_best`, or leave it out";
                    return Err(Defect::new("E520", option, what, cure).into());
                }
                Question::check(&args.question, false, false).map(drop)
            }
            Command::Derive(args) => Question::check(&args.question, false, false).map(drop),
            Command::Explain(args) => Question::check(&args.question, true, true).map(drop),
            _ => Ok(()),
        }
    }

    fn schema(&self, name: &str) -> Option<serde_json::Value> {
        schema_of(name)
    }
}

/// A command line, read as the terminal's is.
pub(super) fn parse(arguments: &[String]) -> Result<Cli, Defects> {
    let words = ["regionfront".to_owned()].into_iter().chain(arguments.iter().cloned());
    Cli::try_parse_from(words).map_err(|error| {
        let text = error.to_string();
        let what = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        Defect::new("E603", "inputs", what, "see the description of the process").into()
    })
}
