//! `bench --published`: published instances, in cut borders beside published times.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::published_document::{Agreement, PublishedDocument, RunDocument};
use super::{BenchArgs, engine};
use crate::exit::{self, Exit, Failure};
use crate::output::{data_to_stdout, json_to_stdout, say, to_stdout};
use crate::progress;
use crate::signals::Signals;
use regionfront_exchange::import::published::{self, Published};
use regionfront_model::cell::TableWriter;
use regionfront_model::instance::LinkKind;
use regionfront_model::scenario::{Bounds, Limits, Problem, Rules};
use regionfront_report::{Format, plain_table, seconds};
use regionfront_solver::job::{self, Settings, Termination};

/// Solves every instance in a folder with every engine, one after the other.
pub(super) fn run(
    args: &BenchArgs,
    folder: &Path,
    settings: &Settings,
    quiet: bool,
) -> Result<Exit, Failure> {
    let instances = published::read(folder)?;
    let signals = Signals::raise(&settings.interrupt).map_err(Failure::signals)?;
    let mut document = PublishedDocument::new(settings);
    let mut answers = Vec::new();
    for published in &instances {
        let (problem, k) = (Arc::new(problem(published)), published.num_regions);
        for &name in &args.engine {
            let engine = engine(name);
            if !quiet {
                say(&format!("{}, k = {k}: {} engine", published.instance.name, engine.name()));
            }
            let watcher = progress::watcher(args.progress, quiet, 1);
            let found = job::run(&problem, &[k], &engine, settings, &[], &watcher, &mut |_| {});
            document.runs.extend(found.iter().map(|answer| RunDocument::new(published, answer)));
            answers.extend(found);
        }
    }
    match args.format {
        Format::Json => json_to_stdout(&document)?,
        Format::Csv => data_to_stdout(|out| write_csv(&document, out))?,
        Format::Table => to_stdout(|out| write_text(&document, out))?,
    }
    for run in document.runs.iter().filter(|run| run.termination == Termination::Error) {
        say(&format!("E301 {}: {}", run.instance, run.reason.as_deref().unwrap_or_default()));
    }
    let contradicted: Vec<&RunDocument> =
        document.runs.iter().filter(|run| run.agreement == Agreement::Contradicts).collect();
    for run in &contradicted {
        say(&format!(
            "E544 {}: published is {}, the {} engine ends as {} with {} borders cut\n     help: see \
             which of them is mistaken; every plan here has passed the verifier",
            run.instance,
            expected(run).replace('–', "nothing"),
            run.engine,
            run.termination,
            run.cut_borders.map_or("no".to_owned(), |cut| cut.to_string())
        ));
    }
    Ok(match exit::of_answers(&answers, signals.received(), true) {
        exit @ (Exit::Fault | Exit::Interrupted(_)) => exit,
        _ if !contradicted.is_empty() => Exit::CheckFailed,
        _ => Exit::AsAsked,
    })
}

/// The question of a published instance.
fn problem(published: &Published) -> Problem {
    let population =
        Bounds { min: Some(published.min_population), max: Some(published.max_population) };
    Problem {
        instance: published.instance.clone(),
        scenario: String::new(),
        rules: Rules {
            links: vec![LinkKind::Land],
            limits: Limits { population, ..Limits::default() },
            ..Rules::default()
        },
    }
}

fn figure(figure: Option<u64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| figure.to_string())
}

fn expected(run: &RunDocument) -> String {
    if run.is_expected_infeasible { "no plan".to_owned() } else { figure(run.expected_cut_borders) }
}

/// Why solving ended, in a word or two.
fn result(run: &RunDocument) -> &'static str {
    match run.termination {
        Termination::Optimal => "proven",
        Termination::Infeasible => "no plan",
        Termination::Error => "error",
        Termination::Interrupted => "stopped",
        Termination::GapLimit
        | Termination::TimeLimit
        | Termination::NodeLimit
        | Termination::MemoryLimit
        | Termination::Precision => "limit",
    }
}

fn write_text(document: &PublishedDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = plain_table(&[
        ("", false),
        ("n", true),
        ("m", true),
        ("k", true),
        ("engine", false),
        ("result", false),
        ("cut", true),
        ("bound", true),
        ("gap", true),
        ("time", true),
        ("fastest", true),
        ("ratio", true),
        ("published", false),
    ]);
    table.set_width(super::WIDE);
    for run in &document.runs {
        let sign = if run.is_proven() { "" } else { "≥ " };
        let agreement = match run.agreement {
            Agreement::Nothing => String::new(),
            agreement if run.is_expected_infeasible => format!("none, {}", agreement.table_word()),
            agreement => {
                format!("{}, {}", figure(run.expected_cut_borders), agreement.table_word())
            }
        };
        table.add_row([
            run.instance.clone(),
            run.areas.to_string(),
            run.borders.to_string(),
            run.k.to_string(),
            run.engine.clone(),
            result(run).to_owned(),
            figure(run.cut_borders),
            figure(run.bound),
            run.gap_rel.map_or("–".to_owned(), |gap| format!("{:.0} %", gap * 100.0)),
            seconds(run.wall_s),
            run.fastest_published_s.map_or("–".to_owned(), seconds),
            run.ratio.map_or("–".to_owned(), |ratio| format!("{sign}{ratio:.1}")),
            agreement,
        ]);
    }
    writeln!(out, "{table}")?;
    writeln!(
        out,
        "n counties, m borders; cut: borders between regions; bound: no plan cuts fewer; published:\n\
         the fewest borders that can be cut. Times in seconds; fastest: of the published ones;\n\
         ratio: time ÷ fastest, ≥ where a limit struck."
    )
}

fn write_csv(document: &PublishedDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(out);
    table.write_record([
        "instance",
        "engine",
        "areas",
        "borders",
        "k",
        "min_population",
        "max_population",
        "termination",
        "solution",
        "cut_borders",
        "bound",
        "gap_rel",
        "wall_s",
        "nodes",
        "columns",
        "fastest_published_s",
        "ratio",
        "expected_cut_borders",
        "is_expected_infeasible",
        "agreement",
        "reason",
    ])?;
    for run in &document.runs {
        let cell = |figure: Option<u64>| figure.map(|n| n.to_string()).unwrap_or_default();
        let real = |figure: Option<f64>| figure.map(|n| n.to_string()).unwrap_or_default();
        table.write_record([
            run.instance.clone(),
            run.engine.clone(),
            run.areas.to_string(),
            run.borders.to_string(),
            run.k.to_string(),
            run.min_population.to_string(),
            run.max_population.to_string(),
            run.termination.to_string(),
            run.solution.to_string(),
            cell(run.cut_borders),
            cell(run.bound),
            real(run.gap_rel),
            run.wall_s.to_string(),
            run.nodes.to_string(),
            run.columns.to_string(),
            real(run.fastest_published_s),
            real(run.ratio),
            cell(run.expected_cut_borders),
            run.is_expected_infeasible.to_string(),
            run.agreement.word().to_owned(),
            run.reason.clone().unwrap_or_default(),
        ])?;
    }
    table.flush()
}
