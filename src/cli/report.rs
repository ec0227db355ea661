//! `report`: report files from a run directory.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use regionfront_model::scenario::Problem;
use regionfront_report::{
    At, DearestRule, Lang, Piece, Published, RecordedRun, Replaces, ReportOptions, RunStamp,
    Selection, StampedOptions, TABLE_WIDTH, dearest_rules, lines_within, publish, save_file,
};

use regionfront_solver::allowance::Allowance;
use regionfront_solver::engine::Interrupt;
use regionfront_solver::front::{Priced, prices};
use regionfront_solver::job::{Answer, Settings, Termination};

use super::args::duration;
use super::exit::{Exit, Failure};
use super::explain::beside;
use super::itself::command_line;
use super::output::say;
use super::signals::Signals;

/// Units of work for the prices of all rules: those of the shipped instance take a fifth of it.
const WORK_FOR_PRICES: u64 = 5_000_000;

/// Units of work for the prices at the one plan that a terminal shows.
const WORK_FOR_ONE: u64 = 500_000;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ReportArgs {
    /// Directory of a run, or of a batch: what solve, front or batch was given with -o
    #[arg(value_name = "RUN_DIR", required_unless_present = "write_templates")]
    run_dir: Option<PathBuf>,

    /// Where to write [default: into the run directory]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,

    /// Replace what the directory holds of an earlier report
    #[arg(long)]
    force: bool,

    /// Where the instance is now, if it has moved since the run
    #[arg(long, value_name = "DIR")]
    instance: Option<PathBuf>,

    /// Language: English, or Norwegian bokmål
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,

    /// Only these pieces, separated by commas [default: all]
    #[arg(long, value_enum, value_name = "PIECES", value_delimiter = ',')]
    only: Vec<Piece>,

    /// Which points of a front to show in full: knee, ends, or numbers of points; separated by
    /// commas [default: knee]. All points stand in the tables
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    points: Vec<String>,

    /// Show the best point that reaches this value, such as min-population=30000; repeatable
    #[arg(long, value_name = "KEY=VALUE")]
    at: Vec<At>,

    /// Longest time for finding again what each rule costs, all of them together: seconds, or 90s,
    /// 5m; 0 leaves it out [default: what is recorded, else a fixed amount of work, some seconds]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    price_limit: Option<Duration>,

    /// Coordinate system of the GeoPackage, by its number in the EPSG register, such as 25833 [default:
    /// `crs` of the instance's descriptor, else longitude and latitude]
    #[arg(long, value_name = "EPSG", value_parser = epsg)]
    crs: Option<u16>,

    /// Folder of templates that replace ours: report.html.j2, report.md.j2, style.css
    #[arg(long, value_name = "DIR")]
    template: Option<PathBuf>,

    /// Write our templates into this folder, to start from, and stop
    #[arg(long, value_name = "DIR", exclusive = true)]
    write_templates: Option<PathBuf>,
}

/// Options of the other commands that can write a report.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct ReportFlags {
    /// Write a report into the output directory, as `regionfront report` does
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(super) report: bool,

    /// Language of the report, of tables for reading and of a study's answer
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(super) lang: Lang,
}

impl ReportFlags {
    /// Refuses a language where neither a report nor a table is written in it.
    pub(super) fn refuse_language_alone(self, has_table: bool) -> Result<(), Failure> {
        if self.report || has_table || self.lang == Lang::En {
            return Ok(());
        }
        Err(Failure::usage(
            "E520",
            "--lang",
            "JSON and CSV are the same in every language, and without --report nothing else is written",
            "add --report, leave --format out, or leave --lang out",
        ))
    }

    /// The report asked for: everything, in this language. Files are replaced where the directory
    /// is the command's own or to be replaced.
    pub(super) fn options(self, replaces: bool) -> ReportOptions {
        let replaces = if replaces { Replaces::All } else { Replaces::Nothing };
        ReportOptions { lang: self.lang, replaces, ..ReportOptions::default() }
    }
}

const EXAMPLES: &str = "\
Every plan is verified and every figure computed again; the instance and the rules must be those of
the run, by their hashes. A run that was stopped is reported as far as it came.

Examples:
  regionfront report out
      everything: a page, Markdown, Word, workbook, JSON, maps, spatial files
  regionfront report out --lang nb --only html,xlsx -o rapport
      a page and tables in Norwegian, elsewhere
  regionfront report runs/counties --lang nb
      one page and one document about all runs of a batch
  regionfront report out --points ends,knee --at min-population=30000
      more points of every front";

pub(super) fn run(args: &ReportArgs, quiet: bool) -> Result<Exit, Failure> {
    if let Some(folder) = &args.write_templates {
        write_templates(folder)?;
        return Ok(Exit::AsAsked);
    }
    let run_dir = args.run_dir.as_deref().expect("required by the command line");
    let mut selection = Selection { at: args.at.clone(), ..Selection::default() };
    for word in &args.points {
        selection.add(word).map_err(|what| {
            Failure::usage("E510", "--points", what, "use knee, ends or numbers from 1")
        })?;
    }
    let options = ReportOptions {
        lang: args.lang,
        selection,
        only: args.only.clone(),
        templates: args.template.clone(),
        epsg: args.crs,
        replaces: match &args.output {
            _ if args.force => Replaces::All,
            None => Replaces::Maps,
            Some(_) => Replaces::Nothing,
        },
    };
    let folder = args.output.as_deref().unwrap_or(run_dir);
    if run_dir.join(BATCH).is_file() {
        return of_batch(args, run_dir, folder, &options, quiet);
    }
    let mut run = RecordedRun::read(run_dir, args.instance.as_deref())?;
    let interrupt = Interrupt::default();
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    let pricing = Pricing {
        allowance: args.price_limit.map_or(Allowance::Work(WORK_FOR_PRICES), Allowance::Time),
        is_again: args.price_limit.is_some(),
        interrupt,
    };
    let is_new = enter_prices(&mut run, &options, &pricing);
    if let Some(signal) = signals.received() {
        // Nothing of the report stands yet.
        return Ok(Exit::Interrupted(signal));
    }
    write(&run, folder, &options, quiet)?;
    if is_new {
        record_prices(&run, run_dir, quiet);
    }
    Ok(signals.received().map_or(Exit::AsAsked, Exit::Interrupted))
}

/// The number of a coordinate system: `25833` or `EPSG:25833`.
fn epsg(text: &str) -> Result<u16, String> {
    let number = text.strip_prefix("EPSG:").unwrap_or(text);
    number.parse().map_err(|_| format!("`{text}` is no number of the EPSG register, such as 25833"))
}

/// The journal of a batch: the folder that holds it is one of a batch.
const BATCH: &str = "batch.ndjson";

/// Writes one report about all runs of a batch.
fn of_batch(
    args: &ReportArgs,
    batch: &Path,
    folder: &Path,
    options: &ReportOptions,
    quiet: bool,
) -> Result<Exit, Failure> {
    let given = [
        ("--points", !args.points.is_empty()),
        ("--at", !args.at.is_empty()),
        ("--price-limit", args.price_limit.is_some()),
        ("--instance", args.instance.is_some()),
        ("--crs", args.crs.is_some()),
    ];
    if let Some((option, _)) = given.iter().find(|(_, is_given)| *is_given) {
        return Err(Failure::usage(
            "E520",
            *option,
            "the report of a batch has no such option",
            format!("leave it out, or report on a run: {}/runs/NAME", batch.display()),
        ));
    }
    let published = regionfront_batch::recorded(batch)?.publish(folder, options)?;
    tell(&published, folder, quiet);
    Ok(Exit::AsAsked)
}

/// How prices are found.
struct Pricing {
    allowance: Allowance,
    /// Whether what is recorded is found again.
    is_again: bool,
    interrupt: Interrupt,
}

/// Writes the report of what has just been computed, with prices within the limits of that, and says
/// what was written. They are recorded where the folder is that of a run.
pub(super) fn write_run(
    mut run: RecordedRun,
    run_dir: Option<&Path>,
    folder: &Path,
    options: &ReportOptions,
    settings: &Settings,
    quiet: bool,
) -> Result<(), Failure> {
    let pricing = Pricing {
        allowance: beside(settings, WORK_FOR_PRICES),
        is_again: false,
        interrupt: settings.interrupt.clone(),
    };
    let is_new = enter_prices(&mut run, options, &pricing);
    write(&run, folder, options, quiet)?;
    if let Some(run_dir) = run_dir.filter(|_| is_new) {
        record_prices(&run, run_dir, quiet);
    }
    Ok(())
}

/// The rule that costs most at every proven optimum, in sentences, found within a fixed amount of work
/// or the time of the question; `None` where none is known to cost anything.
pub(super) fn dearest_rule(
    problem: &Problem,
    answers: &[Answer],
    settings: &Settings,
    lang: Lang,
) -> Option<String> {
    let proven = answers.iter().filter(|answer| answer.termination == Termination::Optimal);
    let (ks, priced): (Vec<usize>, Vec<Priced>) = proven
        .filter_map(|answer| {
            let plan = answer.plan.as_ref()?;
            Some((answer.k, Priced { problem, set: None, plan }))
        })
        .unzip();
    let work = (WORK_FOR_ONE * priced.len() as u64).min(WORK_FOR_PRICES);
    let (allowance, threads) = (beside(settings, work), rayon::current_num_threads());
    let found = prices(&priced, settings.seed, allowance, threads, &settings.interrupt);
    let dearest: Vec<DearestRule> = ks
        .into_iter()
        .zip(priced.iter().zip(found))
        .filter_map(|(k, (priced, found))| {
            let own = priced.plan.objective();
            let dear = found.into_iter().filter(|price| price.objective > own);
            // The first of equals.
            let dearest = dear
                .reduce(|best, next| if next.objective > best.objective { next } else { best })?;
            let (is_proven, price) = (dearest.is_proven(), dearest.objective - own);
            Some(DearestRule { k, rule: dearest.rule, price, is_proven })
        })
        .collect();
    let sentences = dearest_rules(problem, &dearest, lang);
    let lines = sentences.iter().flat_map(|text| lines_within(text, usize::from(TABLE_WIDTH)));
    (!sentences.is_empty()).then(|| lines.collect::<Vec<_>>().join("\n"))
}

/// Enters what the rules cost at the plans that stand for their fronts, as far as no earlier report
/// recorded it; again within a limit, if there is one, and not at all within none. Whether some are new:
/// they are to be recorded once the report stands, for a report that is refused leaves nothing behind.
/// After an interrupt those that were found are left out: they say no more than that time was over.
fn enter_prices(run: &mut RecordedRun, options: &ReportOptions, pricing: &Pricing) -> bool {
    if pricing.allowance == Allowance::Time(Duration::ZERO) {
        run.prices.clear();
        return false;
    }
    let is_open = |id: &str| pricing.is_again || !run.prices.contains_key(id);
    let (ids, plans): (Vec<String>, Vec<Priced>) = options
        .standing(run)
        .into_iter()
        .filter(|(id, _)| is_open(id))
        .map(|(id, priced)| (id.to_owned(), priced))
        .unzip();
    if plans.is_empty() || pricing.interrupt.is_raised() {
        return false;
    }
    let seed = run.stamp.options.seed.unwrap_or(0);
    let threads = rayon::current_num_threads();
    let found = prices(&plans, seed, pricing.allowance, threads, &pricing.interrupt);
    if pricing.interrupt.is_raised() {
        return false;
    }
    run.prices.extend(ids.into_iter().zip(found));
    true
}

fn record_prices(run: &RecordedRun, run_dir: &Path, quiet: bool) {
    if let Err(error) = run.record_prices(run_dir)
        && !quiet
    {
        say(&format!("the prices of rules are not recorded: {error}"));
    }
}

/// Writes the report of a run and says what was written.
fn write(
    run: &RecordedRun,
    folder: &Path,
    options: &ReportOptions,
    quiet: bool,
) -> Result<(), Failure> {
    tell(&publish(run, folder, options)?, folder, quiet);
    Ok(())
}

/// Says what was written.
fn tell(published: &Published, folder: &Path, quiet: bool) {
    if !quiet {
        for note in &published.notes {
            say(&format!("report: {note}"));
        }
        let most = match published.files.as_slice() {
            [] => "nothing to write".to_owned(),
            [first, ..] => {
                format!(
                    "{} and {} more files",
                    folder.join(first).display(),
                    published.files.len() - 1
                )
            }
        };
        say(&format!("report: {most}"));
    }
}

/// The stamp of a report on what has just been computed by the exact engine, or by none.
pub(super) fn stamp(problem: &Problem, engine: &str, seed: u64) -> RunStamp {
    let options = StampedOptions { engine: engine.to_owned(), seed: Some(seed) };
    RunStamp::now(problem, options, command_line())
}

fn write_templates(folder: &Path) -> Result<(), Failure> {
    let failed = |path: &Path, error: &std::io::Error| {
        Failure::usage(
            "E409",
            path.display().to_string(),
            format!("writing failed: {error}"),
            "name a folder you may write to",
        )
    };
    let paths = regionfront_report::TEMPLATES.iter().map(|(name, _)| folder.join(name));
    if let Some(path) = paths.into_iter().find(|path| path.exists()) {
        return Err(Failure::usage(
            "E409",
            path.display().to_string(),
            "the template is there already",
            "name another folder, or remove it",
        ));
    }
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    for (name, text) in regionfront_report::TEMPLATES {
        let path = folder.join(name);
        save_file(&path, false, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}
