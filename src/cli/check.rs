//! `check`: the independent verifier as a command.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::indicators;
use regionfront_model::cell::TableWriter;
use regionfront_model::quantity::{Commuters, grouped};
use regionfront_report::{Format, InstanceDocument, ScenarioDocument, ViolationDocument, percent};
use regionfront_verify::judge_division;

use super::args::QuestionArgs;
use super::divisions::find_division;
use super::exit::{Exit, Failure};
use super::output::{data_to_stdout, json_to_stdout, to_stdout};
use super::question::Question;
use super::reading::ReadingArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    question: QuestionArgs,

    /// Division: a CSV file with the columns code,region, or the name of one in the instance
    #[arg(value_name = "DIVISION", help_heading = clap::builder::Resettable::Reset)]
    division: PathBuf,

    /// What to print
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    #[command(flatten)]
    reading: ReadingArgs,
}

const EXAMPLES: &str = "\
The number of regions is checked only when --k names one; a scenario's own list of k is not used.

Examples:
  regionfront check instances/viken-2020 out/divisions/k09.csv --k 9
  regionfront check instances/viken-2020 regional_councils_2019 --no-scenario";

/// What `check` found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct CheckDocument {
    /// Which document this is: `regionfront/check/1`.
    schema: String,
    /// Version of regionfront that wrote it.
    version: String,
    /// The data.
    instance: InstanceDocument,
    /// The rules.
    scenario: ScenarioDocument,
    /// Name of the division.
    division: String,
    /// How many regions it has.
    num_regions: usize,
    /// Whether it is a plan that keeps every rule.
    passed: bool,
    /// Commuters between different areas of the same region, where it passed.
    objective: Option<Commuters>,
    /// `objective` ÷ commuters between areas of the instance.
    share: Option<f64>,
    /// Everything that is wrong with it.
    violations: Vec<ViolationDocument>,
}

pub(super) fn run(args: &CheckArgs, quiet: bool) -> Result<Exit, Failure> {
    args.reading.begin()?;
    let k = match args.question.rules.k.as_ref().map(|list| list.0.as_slice()) {
        None => None,
        Some([k]) => Some(*k),
        Some(_) => {
            return Err(Failure::usage(
                "E502",
                "--k",
                "a division has one number of regions, not several",
                "name one, such as --k 9, or none to accept any number",
            ));
        }
    };
    let problem = Question::read(&args.question, quiet)?.problem;
    let division = find_division(&args.division, &problem.instance, &problem.rules, quiet)?;
    let judged = judge_division(&problem, &division, k);
    let objective = judged.as_ref().ok().map(regionfront_verify::Verified::objective);
    let violations = judged.err().unwrap_or_default();
    let document = CheckDocument {
        schema: "regionfront/check/1".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        instance: InstanceDocument::new(&problem.instance),
        scenario: ScenarioDocument::new(&problem),
        division: division.name.clone(),
        num_regions: division.regions.len(),
        passed: objective.is_some(),
        objective,
        share: objective
            .and_then(|objective| indicators::internal_share(&problem.instance, objective).value()),
        violations: violations.iter().map(ViolationDocument::from).collect(),
    };
    match args.format {
        Format::Json => json_to_stdout(&document)?,
        Format::Csv => data_to_stdout(|out| write_csv(&document, out))?,
        Format::Table => to_stdout(|out| write_text(&document, out))?,
    }
    Ok(if document.passed { Exit::AsAsked } else { Exit::CheckFailed })
}

fn write_csv(document: &CheckDocument, out: &mut dyn Write) -> std::io::Result<()> {
    let mut table = TableWriter::new(out);
    table.write_record(["code", "what"])?;
    for violation in &document.violations {
        table.write_record([&violation.code, &violation.what])?;
    }
    table.flush()
}

fn write_text(document: &CheckDocument, out: &mut dyn Write) -> std::io::Result<()> {
    let CheckDocument { division, num_regions, .. } = document;
    if let Some(objective) = document.objective {
        return writeln!(
            out,
            "passed: {division}, {num_regions} regions, {} of {} commuters between areas inside \
             ({})",
            grouped(objective),
            grouped(document.instance.commuters_between_areas),
            percent(document.share)
        );
    }
    writeln!(out, "failed: {division}, {num_regions} regions")?;
    for violation in &document.violations {
        writeln!(out, "  {} {}", violation.code, violation.what)?;
    }
    Ok(())
}
