//! `bench`: region counts and engines side by side.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::cell::TableWriter;
use regionfront_model::quantity::grouped;
use regionfront_report::{
    Format, InstanceDocument, OptionsDocument, ResultDocument, ScenarioDocument, SolveDocument,
    plain_table, seconds,
};
use regionfront_solver::engine::Interrupt;
use regionfront_solver::job::{self, Answer, SolutionStatus, Termination};

use super::args::{
    EngineName, LettersArgs, LimitArgs, ProgressKind, QuestionArgs, RuleArgs, StopArgs,
};
use super::engines::{engine, share_threads};
use super::exit::{self, Exit, Failure};
use super::output::{data_to_stdout, json_to_stdout, say, to_stdout};
use super::question::Question;
use super::signals::Signals;
use super::{memory, progress};

mod places;
mod published;
mod published_document;

pub(super) use places::PlacesDocument;
pub(super) use published_document::PublishedDocument;

/// Width of the tables of benchmarks, which have a dozen columns: in less, figures break.
const WIDE: u16 = 120;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct BenchArgs {
    /// Folder of the instance, such as instances/viken-2020
    #[arg(value_name = "INSTANCE", required_unless_present_any = ["published", "places"])]
    instance: Option<PathBuf>,

    /// Instead: published instances of districting by counties, fewest borders cut. A folder of
    /// folders with nodes.csv, edges.csv and meta.json
    #[arg(
        long, value_name = "DIR",
        conflicts_with_all = ["instance", "RuleArgs", "LimitArgs", "total_time_limit"]
    )]
    published: Option<PathBuf>,

    /// Instead: many places. A folder of instances with a file questions.toml: one table
    /// `question` per question, with place = "FOLDER", k and the rules of a scenario
    #[arg(
        long, value_name = "DIR",
        conflicts_with_all = ["instance", "published", "RuleArgs", "LimitArgs", "total_time_limit"]
    )]
    places: Option<PathBuf>,

    #[command(flatten)]
    letters: LettersArgs,

    #[command(flatten)]
    rules: RuleArgs,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    stop: StopArgs,

    /// Engines, one after the other; the others' times are divided by the first one's
    #[arg(
        long,
        value_enum,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "exact",
        help_heading = "Solving"
    )]
    engine: Vec<EngineName>,

    /// How many k are solved at a time; 1 keeps solves from slowing each other down
    #[arg(
        long, value_name = "N", default_value_t = 1, help_heading = "Solving",
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    threads: u16,

    /// What to print
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    /// How to show progress, on stderr
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help_heading = "Output")]
    progress: ProgressKind,
}

const EXAMPLES: &str = "\
A limit that strikes is part of the measurement: the exit code stays 0, and a ratio becomes a lower
bound. Engines that contradict each other are a fault, exit code 1.

With --published every instance has rules of its own, and a proven value that is not the published
one ends with exit code 6.

Examples:
  regionfront bench instances/viken-2020 --k 6..13 --engine exact,compact --time-limit 60
  regionfront bench --published us-counties --time-limit 60
  regionfront bench --places instances --time-limit 60";

/// What `bench` measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct BenchDocument {
    /// Which document this is: `regionfront/bench/1`.
    schema: String,
    /// Version of regionfront that wrote it.
    version: String,
    /// The data.
    instance: InstanceDocument,
    /// The rules.
    scenario: ScenarioDocument,
    /// How it was solved; `engine` lists them all.
    options: OptionsDocument,
    /// How many k were solved at a time.
    threads: usize,
    /// Cores of the machine.
    cores: Option<usize>,
    /// What each engine did, in the order asked for.
    engines: Vec<EngineDocument>,
    /// Times of the other engines ÷ times of the first.
    ratios: Vec<RatioDocument>,
    /// Where engines contradict each other; always empty unless there is a fault.
    contradictions: Vec<String>,
}

/// What one engine did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct EngineDocument {
    /// The engine.
    engine: String,
    /// Seconds for the whole list.
    total_s: f64,
    /// Most memory the process held meanwhile, in MiB, where the system tells.
    peak_memory_mib: Option<f64>,
    /// One result per k.
    results: Vec<ResultDocument>,
}

/// Time of an engine ÷ time of the first engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct RatioDocument {
    /// The engine.
    engine: String,
    /// Number of regions; `null` for the whole list, by the sum of the times of its k.
    k: Option<usize>,
    /// The ratio; `null` where the first engine did not finish.
    ratio: Option<f64>,
    /// Whether the engine was stopped by a limit, so that the true ratio is larger.
    is_lower_bound: bool,
}

pub(super) fn run(args: &BenchArgs, quiet: bool) -> Result<Exit, Failure> {
    let threads = share_threads(Some(usize::from(args.threads)));
    let interrupt = Interrupt::default();
    let settings = args.stop.settings(threads, interrupt.clone());
    if let Some(folder) = &args.published {
        return published::run(args, folder, &settings, quiet);
    }
    if let Some(folder) = &args.places {
        return places::run(args, folder, &settings, quiet);
    }
    let question = Question::read(&args.question(), quiet)?;
    let ks = question.require_k()?.to_vec();
    let problem = Arc::new(question.problem);
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;

    let (mut engines, mut answers) = (Vec::new(), Vec::<Answer>::new());
    for &name in &args.engine {
        let engine = engine(name);
        if !quiet {
            say(&format!("{} engine: {} values of k", engine.name(), ks.len()));
        }
        memory::reset_peak();
        let begun = Instant::now();
        let watcher = progress::watcher(args.progress, quiet, ks.len());
        let found = job::run(&problem, &ks, &engine, &settings, &[], &watcher, &mut |_| {});
        engines.push(EngineDocument {
            engine: engine.name().to_owned(),
            total_s: (begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0,
            peak_memory_mib: memory::peak_mib(),
            results: found.iter().map(|answer| ResultDocument::new(&problem, answer)).collect(),
        });
        answers.extend(found);
    }
    let names: Vec<&str> = engines.iter().map(|engine| engine.engine.as_str()).collect();
    let base = SolveDocument::new(&problem, &names.join(","), &settings);
    let document = BenchDocument {
        schema: "regionfront/bench/1".to_owned(),
        version: base.version,
        instance: base.instance,
        scenario: base.scenario,
        options: base.options,
        threads,
        cores: std::thread::available_parallelism().ok().map(std::num::NonZero::get),
        ratios: ratios(&engines),
        contradictions: contradictions(&answers),
        engines,
    };
    match args.format {
        Format::Json => json_to_stdout(&document)?,
        Format::Csv => data_to_stdout(|out| write_csv(&document, out))?,
        Format::Table => to_stdout(|out| write_text(&document, out))?,
    }
    for contradiction in &document.contradictions {
        say(&format!("E302 {contradiction}"));
    }
    if !document.contradictions.is_empty() {
        return Ok(Exit::Fault);
    }
    Ok(match exit::of_answers(&answers, signals.received(), true) {
        exit @ (Exit::Fault | Exit::Interrupted(_)) => exit,
        _ => Exit::AsAsked,
    })
}

impl BenchArgs {
    fn question(&self) -> QuestionArgs {
        QuestionArgs {
            year: None,
            letters: self.letters,
            instance: self.instance.clone().unwrap_or_default(),
            rules: self.rules.clone(),
            limits: self.limits.clone(),
        }
    }
}

/// What cannot all be true among answers to the same question.
fn contradictions(answers: &[Answer]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, one) in answers.iter().enumerate() {
        for other in answers[at + 1..].iter().filter(|other| other.k == one.k) {
            for (bounded, planned) in [(one, other), (other, one)] {
                let Some(objective) = planned.objective() else { continue };
                let k = one.k;
                if bounded.termination == Termination::Infeasible {
                    found.push(format!(
                        "k = {k}: the {} engine claims that no plan exists, the {} engine has one",
                        bounded.engine, planned.engine
                    ));
                } else if let Some(bound) = bounded.bound.filter(|&bound| bound < objective) {
                    found.push(format!(
                        "k = {k}: the bound {bound} of the {} engine lies below the plan of the {} \
                         engine with {objective}",
                        bounded.engine, planned.engine
                    ));
                }
            }
        }
    }
    found
}

fn is_finished(result: &ResultDocument) -> bool {
    result.solution == SolutionStatus::ProvenOptimal
        || result.termination == Termination::Infeasible
        || result.termination == Termination::GapLimit
}

fn ratios(engines: &[EngineDocument]) -> Vec<RatioDocument> {
    let Some((first, others)) = engines.split_first() else { return Vec::new() };
    let mut ratios = Vec::new();
    for other in others {
        for (theirs, ours) in other.results.iter().zip(&first.results) {
            ratios.push(RatioDocument {
                engine: other.engine.clone(),
                k: Some(theirs.k),
                ratio: ratio(theirs.wall_s, ours.wall_s, is_finished(ours)),
                is_lower_bound: !is_finished(theirs),
            });
        }
        let sum = |engine: &EngineDocument| engine.results.iter().map(|result| result.wall_s).sum();
        ratios.push(RatioDocument {
            engine: other.engine.clone(),
            k: None,
            ratio: ratio(sum(other), sum(first), first.results.iter().all(is_finished)),
            is_lower_bound: !other.results.iter().all(is_finished),
        });
    }
    ratios
}

/// Times are known to the millisecond: a shorter one counts as one, which keeps the ratio modest.
fn ratio(theirs: f64, ours: f64, is_ours_finished: bool) -> Option<f64> {
    is_ours_finished.then(|| (theirs / ours.max(0.001) * 10.0).round() / 10.0)
}

fn ratio_text(document: &BenchDocument, engine: &str, k: Option<usize>) -> String {
    let found = document.ratios.iter().find(|ratio| ratio.engine == engine && ratio.k == k);
    match found.and_then(|found| Some((found.ratio?, found.is_lower_bound))) {
        None => String::new(),
        Some((ratio, false)) => format!("{ratio:.1}"),
        Some((ratio, true)) => format!("≥ {ratio:.1}"),
    }
}

fn write_text(document: &BenchDocument, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "{}", document.instance.title)?;
    if !document.scenario.name.is_empty() {
        writeln!(out, "Scenario: {}", document.scenario.name)?;
    }
    let mut table = plain_table(&[
        ("k", true),
        ("engine", false),
        ("termination", false),
        ("value", true),
        ("bound", true),
        ("gap", true),
        ("seconds", true),
        ("nodes", true),
        ("columns", true),
        ("ratio", true),
    ]);
    table.set_width(WIDE);
    let num_k = document.engines.first().map_or(0, |engine| engine.results.len());
    for at in 0..num_k {
        for engine in &document.engines {
            let result = &engine.results[at];
            table.add_row([
                result.k.to_string(),
                engine.engine.clone(),
                result.termination.to_string(),
                result.objective.map(grouped).unwrap_or_default(),
                result.bound.map(grouped).unwrap_or_default(),
                result.gap_rel.map(|gap| format!("{:.2} %", gap * 100.0)).unwrap_or_default(),
                seconds(result.wall_s),
                grouped(result.nodes),
                grouped(result.columns),
                ratio_text(document, &engine.engine, Some(result.k)),
            ]);
        }
    }
    for engine in &document.engines {
        let sum: f64 = engine.results.iter().map(|result| result.wall_s).sum();
        let mut row = vec!["all".to_owned(), engine.engine.clone()];
        row.extend(["", "", "", ""].map(str::to_owned));
        row.extend([seconds(sum), String::new(), String::new()]);
        row.push(ratio_text(document, &engine.engine, None));
        table.add_row(row);
    }
    writeln!(out, "{table}")?;
    for engine in &document.engines {
        let memory = engine
            .peak_memory_mib
            .map_or_else(String::new, |peak| format!(", peak memory {peak:.0} MiB"));
        writeln!(
            out,
            "{}: {} s for the list with {} at a time{memory}",
            engine.engine,
            seconds(engine.total_s),
            document.threads
        )?;
    }
    if let [first, _, ..] = document.engines.as_slice() {
        writeln!(
            out,
            "ratio: seconds ÷ seconds of {}; ≥ where a limit stopped the slower one",
            first.engine
        )?;
    }
    Ok(())
}

fn write_csv(document: &BenchDocument, out: &mut dyn Write) -> std::io::Result<()> {
    let mut table = TableWriter::new(out);
    table.write_record([
        "k",
        "engine",
        "termination",
        "solution",
        "objective",
        "bound",
        "gap_abs",
        "gap_rel",
        "wall_s",
        "nodes",
        "columns",
        "ratio",
        "ratio_is_lower_bound",
    ])?;
    for engine in &document.engines {
        for result in &engine.results {
            let ratio = document
                .ratios
                .iter()
                .find(|ratio| ratio.engine == engine.engine && ratio.k == Some(result.k));
            let cell = |figure: Option<u64>| figure.map(|n| n.to_string()).unwrap_or_default();
            let real = |figure: Option<f64>| figure.map(|n| n.to_string()).unwrap_or_default();
            table.write_record([
                result.k.to_string(),
                engine.engine.clone(),
                result.termination.to_string(),
                result.solution.to_string(),
                cell(result.objective),
                cell(result.bound),
                cell(result.gap_abs),
                real(result.gap_rel),
                result.wall_s.to_string(),
                result.nodes.to_string(),
                result.columns.to_string(),
                real(ratio.and_then(|ratio| ratio.ratio)),
                ratio.map(|ratio| ratio.is_lower_bound.to_string()).unwrap_or_default(),
            ])?;
        }
    }
    table.flush()
}
