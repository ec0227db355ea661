//! What the service asks of the command line: whether a question is sound, and the schemas.

use std::path::Path;
use std::sync::Arc;

use schemars::schema_for;

use regionfront_model::defect::{Defect, Defects};
use regionfront_report::{AtlasDocument, ChartSheet, PlanSheet};
use regionfront_service::{Doors, Shown};
use regionfront_solver::front::ObjectiveSet;

use super::super::Command;
use super::super::question::Question;
use super::super::schema::schema_of;
use super::parse::parse;
use super::shown::{RulesSheet, ShownInstance};

/// The command line as the service's doors.
pub(super) struct CommandLine;

impl Doors for CommandLine {
    fn check(&self, arguments: &[String]) -> Result<(), Defects> {
        match parse(arguments)?.command {
            Command::Solve(args) => Question::check(&args.question, false, true, Ok).map(drop),
            Command::Front(args) => {
                let problem = Question::check(&args.question, true, true, |instance| {
                    args.with_years(instance)
                })?;
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
                Question::check(&args.question, false, false, Ok).map(drop)
            }
            Command::Derive(args) => Question::check(&args.question, false, false, Ok).map(drop),
            Command::Explain(args) => Question::check(&args.question, true, true, Ok).map(drop),
            _ => Ok(()),
        }
    }

    fn show(&self, folder: &Path) -> Arc<dyn Shown> {
        Arc::new(ShownInstance::of(folder))
    }

    fn schema(&self, name: &str) -> Option<serde_json::Value> {
        let drawn = match name {
            "atlas" => schema_for!(AtlasDocument),
            "plan" => schema_for!(PlanSheet),
            "rules" => schema_for!(RulesSheet),
            "chart" => schema_for!(ChartSheet),
            _ => return schema_of(name),
        };
        serde_json::to_value(drawn).ok()
    }
}
