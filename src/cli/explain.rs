//! `explain`: why there is no plan, and what would help.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};

use regionfront_analysis::explain::Explainer;
use regionfront_model::scenario::Problem;
use regionfront_report::{
    ExplainDocument, ExplanationDocument, InstanceDocument, Lang, ScenarioDocument, VerdictDocument,
};
use regionfront_solver::allowance::Allowance;
use regionfront_solver::engine::Interrupt;
use regionfront_solver::job::Settings;

use super::args::{EngineName, QuestionArgs, duration};
use super::certify;
use super::engines::engine;
use super::exit::{Exit, Failure};
use super::memory;
use super::output::{json_to_stdout, say, to_stdout};
use super::question::Question;
use super::signals::Signals;

/// Units of work other commands spend on explaining all k without a plan: some seconds.
const WORK_BESIDE: u64 = 1_500_000;

/// Longest time for that where the question has a limit of time.
const TIME_BESIDE: Duration = Duration::from_secs(5);

/// Units of work `explain` spends on one k unless it is told a time.
const WORK_FOR_ONE: u64 = 20_000_000;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    /// Longest time for one k: seconds, or 90s, 5m, 2h; what was not proven by then is named.
    /// Without it a fixed amount of work is done for each k, the same on every machine
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Solving")]
    time_limit: Option<Duration>,

    /// Which engine answers
    #[arg(long, value_enum, default_value_t, help_heading = "Solving")]
    engine: EngineName,

    /// Seed of everything random; the same seed gives the same explanation
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Solving")]
    seed: u64,

    /// Write a certificate for every k without a plan into this folder, checked by an independent
    /// program
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    certificate: Option<PathBuf>,

    /// What to print
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: ExplainFormat,

    /// Language of the explanations: English, or Norwegian bokmål
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    lang: Lang,
}

/// Formats of an explanation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// For reading.
    #[default]
    Text,
    /// One JSON document with a published schema.
    Json,
}

const EXAMPLES: &str = "\
Exits with 0 when every k is explained or feasible, with 5 when some k was not decided in time. Rules
that contradict each other whatever the number of regions are explained, too, where other commands
refuse them.

Examples:
  regionfront explain instances/viken-2020 --k 13 --min-population 95000
  regionfront explain instances/viken-2020 --scenario hallingdal_closed --min-population 25000
  regionfront explain instances/viken-2020 --k 13 --min-population 95000 --lang nb";

pub(super) fn run(args: &ExplainArgs, quiet: bool) -> Result<Exit, Failure> {
    let question = Question::read_contradictory(&args.question, quiet, Ok)?;
    let ks = question.require_k()?.to_vec();
    let problem = question.problem;
    let engine = engine(args.engine);
    let interrupt = Interrupt::default();
    let signals = Signals::raise(&interrupt).map_err(|error| Failure {
        exit: Exit::Fault,
        text: format!("E301 signals cannot be caught: {error}"),
    })?;
    let settings =
        Settings { seed: args.seed, memory: memory::limit(None), interrupt, ..Settings::default() };
    let mut explainer = Explainer::new(&problem, &engine, &settings);
    let allowance = allowance(args.time_limit);
    let explanations: Vec<ExplanationDocument> = ks
        .iter()
        .map(|&k| {
            let explanation = explainer.explain(k, allowance);
            ExplanationDocument::new(&problem, &explanation).in_lang(args.lang)
        })
        .collect();
    let document = ExplainDocument {
        schema: ExplainDocument::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        instance: InstanceDocument::new(&problem.instance),
        scenario: ScenarioDocument::new(&problem),
        engine: engine.name().to_owned(),
        seed: args.seed,
        time_limit_s: args.time_limit.map(|limit| limit.as_secs_f64()),
        explanations,
    };
    match args.format {
        ExplainFormat::Json => json_to_stdout(&document)?,
        ExplainFormat::Text => to_stdout(|out| write_text(&document, args.lang, out))?,
    }
    if let Some(folder) = &args.certificate {
        certify(&problem, &args.question.instance, folder, &document.explanations, quiet)?;
    }
    let is_undecided = |found: &ExplanationDocument| found.verdict == VerdictDocument::Undecided;
    Ok(match signals.received() {
        Some(signal) => Exit::Interrupted(signal),
        None if document.explanations.iter().any(is_undecided) => {
            if !quiet {
                say("not every k was decided: give more time with --time-limit");
            }
            Exit::StoppedWithoutPlan
        }
        None => Exit::AsAsked,
    })
}

/// What may be spent on one k.
pub(super) fn allowance(time_limit: Option<Duration>) -> Allowance {
    time_limit.map_or(Allowance::Work(WORK_FOR_ONE), Allowance::Time)
}

/// Certifies that there is no plan, for every k of which that is proven.
fn certify(
    problem: &Problem,
    instance: &Path,
    folder: &Path,
    explanations: &[ExplanationDocument],
    quiet: bool,
) -> Result<(), Failure> {
    let mut texts = Vec::new();
    for ExplanationDocument { k, verdict, .. } in explanations {
        if *verdict != VerdictDocument::Infeasible {
            continue;
        }
        let name = format!("k{k:02}.ndjson");
        let told = match certify::without_plan(problem, instance, *k) {
            Ok((text, claims)) => {
                texts.push((name.clone(), text));
                format!("certificate: {}: {}", folder.join(name).display(), claims.join(" "))
            }
            Err(reason) => format!("k = {k}: not certified: {reason}"),
        };
        if !quiet {
            say(&told);
        }
    }
    certify::write_without_plan(folder, &texts)
}

/// What may be spent on what comes beside the answer to a question: so much work, or a time where the
/// question itself has one.
pub(super) fn beside(settings: &Settings, work: u64) -> Allowance {
    let longest = [settings.total_time_limit, settings.time_limit].into_iter().flatten().min();
    longest.map_or(Allowance::Work(work), |longest| Allowance::Time(longest.min(TIME_BESIDE)))
}

/// Why there is no plan with each of these k, which is proven already, as far as an amount of work
/// for all of them goes, or a time where the question itself has one. An interrupt leaves out what is not yet explained.
pub(super) fn explain_proven(
    problem: &Problem,
    settings: &Settings,
    ks: &[usize],
) -> BTreeMap<usize, ExplanationDocument> {
    let mut found = BTreeMap::new();
    if ks.is_empty() {
        return found;
    }
    let mut explainer = Explainer::new(problem, &engine(EngineName::Exact), settings);
    let whole = beside(settings, WORK_BESIDE);
    for (&k, left) in ks.iter().zip((1..=ks.len()).rev()) {
        let share = whole.less(explainer.spent()).part(left as u64);
        let explanation = explainer.explain_proven(k, share);
        if settings.interrupt.is_raised() {
            break;
        }
        found.insert(k, ExplanationDocument::new(problem, &explanation));
    }
    found
}

fn write_text(document: &ExplainDocument, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
    let mut previous = None;
    for explanation in &document.explanations {
        explanation.write_text(previous, lang, out)?;
        previous = Some(explanation);
    }
    Ok(())
}
