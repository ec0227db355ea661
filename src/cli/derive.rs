//! `derive`: a division from a division.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use regionfront_analysis::division::derive::pipeline::{self, Derived, Improve, Solver, Steps};
use regionfront_analysis::division::derive::{AttachBy, Decision, Moving, carry_division};
use regionfront_model::instance::{Area, Crosswalk, Division, Instance, Side};
use regionfront_model::scenario::{KList, Problem};
use regionfront_report::{DerivationDocument, Format, open_output_folder, save_instance};
use regionfront_solver::engine::Interrupt;
use regionfront_solver::job::Answer;

use super::args::{EngineName, ProgressKind, QuestionArgs, StopArgs};
use super::divisions::{find_division, read_crosswalk, table_bytes};
use super::engines::{engine, share_threads};
use super::exit::{self, Exit, Failure};
use super::output::{data_to_stdout, json_to_stdout, say, say_oddity, to_stdout};
use super::progress;
use super::question::Question;
use super::signals::Signals;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DeriveArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    /// Division: a CSV file with the columns code,region, or the name of one in the instance
    #[arg(value_name = "DIVISION", help_heading = clap::builder::Resettable::Reset)]
    division: PathBuf,

    #[command(flatten)]
    steps: StepArgs,

    #[command(flatten)]
    stop: StopArgs,

    /// Which engine answers splits, and how far improvement can go
    #[arg(long, value_enum, default_value_t, help_heading = "Solving")]
    engine: EngineName,

    /// Directory for files: division.csv (or one file per number of parts or moves), the curve of
    /// commuters against moves in curve.csv, and what was done and why in derive.json and derive.txt
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Write into a directory that holds something; files of the same names are replaced
    #[arg(long, requires = "output", help_heading = "Output")]
    force: bool,

    /// What to print: the log, the log as JSON, or the (last) division as CSV
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    /// How to show progress, on stderr
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help_heading = "Output")]
    progress: ProgressKind,

    /// Exit with 0, not 4, when a limit struck and there is a plan
    #[arg(long, help_heading = "Output")]
    limit_ok: bool,
}

/// What to do.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Steps, taken in this order")]
struct StepArgs {
    /// Carry the division, which has old codes, to the areas of the instance; where the instance
    /// has old areas, carry both
    #[arg(long, value_name = "FILE")]
    crosswalk: Option<PathBuf>,

    /// Check that these flows between old areas add up exactly to the instance's
    #[arg(long, value_name = "FILE", requires = "crosswalk")]
    old_flows: Option<PathBuf>,

    /// Leave areas in several regions only in the one most of their out-commuters work in
    #[arg(long)]
    resolve_overlaps: bool,

    /// Add areas in no region to the region most of their out-commuters work in, of those they
    /// touch
    #[arg(long)]
    assign_missing: bool,

    /// Add regions of one area to a region of several that they touch
    #[arg(long, value_enum, value_name = "BY")]
    attach_singletons: Option<AttachName>,

    /// Split this region as well as can be, with everything else kept
    #[arg(long, value_name = "REGION", requires = "into")]
    split: Option<String>,

    /// Into so many parts: 3, or a list such as 2..5 for one division each
    #[arg(long, value_name = "LIST", requires = "split")]
    into: Option<KList>,

    /// Find the nearest plan that keeps the rules; with --max-moved the best within so many moves
    #[arg(long)]
    improve: bool,

    /// Most areas that may move: 4, 0..8 for a curve, or 0.. for all of it, to the best plan there is
    #[arg(long, value_name = "M", requires = "improve")]
    max_moved: Option<Moving>,
}

/// What decides where a region of one area goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AttachName {
    /// The nearest centre municipality, by distances.csv, else as the crow flies.
    NearestCentre,
    /// The region most of its out-commuters work in.
    StrongestFlow,
}

const EXAMPLES: &str = "\
Every step says what it did and why. What is solved is proven, or says that it is not, and passes
the independent verifier.

Examples:
  regionfront derive instances/viken-2020 ba_regions_2020 --assign-missing \\
      --attach-singletons nearest-centre -o ba10
  regionfront derive instances/viken-2020 ba10/division.csv --split Oslo/Bærum --into 3..5
  regionfront derive instances/viken-2020 mine.csv --improve --max-moved 0.. -o curve";

impl StepArgs {
    fn steps(&self) -> Steps {
        let improve = match self.max_moved {
            Some(range) => Improve::Within(range),
            None => Improve::Nearest,
        };
        Steps {
            resolve_overlaps: self.resolve_overlaps,
            assign_missing: self.assign_missing,
            attach_singletons: self.attach_singletons.map(|by| match by {
                AttachName::NearestCentre => AttachBy::NearestCentre,
                AttachName::StrongestFlow => AttachBy::StrongestFlow,
            }),
            split: self.split.clone().zip(self.into.clone()),
            improve: self.improve.then_some(improve),
        }
    }
}

pub(super) fn run(args: &DeriveArgs, quiet: bool) -> Result<Exit, Failure> {
    let steps = args.steps.steps();
    if steps == Steps::default() && args.steps.crosswalk.is_none() {
        return Err(Failure::usage(
            "E505",
            "derive",
            "no step is named, so that the division would stay as it is",
            "add --assign-missing, --attach-singletons, --split or another step of --help",
        ));
    }
    if let Some(folder) = &args.output {
        open_output_folder(folder, args.force)?;
    }
    let begun = begin(args, quiet)?;
    let interrupt = Interrupt::default();
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    let solver = Solver {
        engine: engine(args.engine),
        settings: args
            .stop
            .settings(share_threads(None), interrupt)
            .within(args.stop.total_time_limit),
        watcher: progress::watcher(args.progress, quiet, 1),
    };
    let problem = Arc::new(begun.problem);
    let derived = pipeline::run(&problem, &begun.division, &steps, &solver).map_err(|refused| {
        Failure::usage(
            "E506",
            begun.division.name.clone(),
            refused.to_string(),
            "see `regionfront derive --help`",
        )
    })?;
    drop(solver);
    let document = DerivationDocument::new(&problem, &begun.division.name, &begun.log, &derived);
    if let Some(folder) = &args.output {
        document.save(folder, args.force)?;
        if let Some(carried) = &begun.carried {
            let years = carried_years(args, carried)?;
            save_instance(carried, &years, &folder.join("instance"))?;
        }
    }
    match args.format {
        Format::Table => to_stdout(|out| document.write_text(out))?,
        Format::Json => json_to_stdout(&document)?,
        Format::Csv => data_to_stdout(|out| match document.divisions.last() {
            Some(division) => division.write_csv(&document.instance, out),
            None => Ok(()),
        })?,
    }
    if let Some(folder) = args.output.as_deref().filter(|_| !quiet) {
        say(&format!("files: {}", folder.display()));
    }
    Ok(exit_of(&derived, signals.received(), args.limit_ok))
}

/// A nearest plan is found by ruling out those that are nearer: only the last answer counts.
fn exit_of(derived: &Derived, signal: Option<u8>, limit_ok: bool) -> Exit {
    let answers: Vec<Answer> = derived.solved.iter().map(|solved| solved.answer.clone()).collect();
    if answers.is_empty() { Exit::AsAsked } else { exit::of_answers(&answers, signal, limit_ok) }
}

/// Where a derivation begins.
struct Beginning {
    problem: Problem,
    division: Division,
    log: Vec<Decision>,
    /// The instance on new borders, where it had old ones.
    carried: Option<Instance>,
}

fn begin(args: &DeriveArgs, quiet: bool) -> Result<Beginning, Failure> {
    let Some(path) = &args.steps.crosswalk else {
        let problem = Question::read(&args.question, quiet)?.problem;
        let division = find_division(&args.division, &problem.instance, &problem.rules, quiet)?;
        return Ok(Beginning { problem, division, log: Vec::new(), carried: None });
    };
    let encoding = args.question.letters.encoding;
    let crosswalk = read_crosswalk(path, encoding, quiet)?;
    let question = Question::read_with(&args.question, quiet, |instance| {
        Ok(match crosswalk.side(&instance)? {
            Side::Old => instance.carried(&crosswalk),
            Side::New => instance,
        })
    })?;
    let problem = question.problem;
    let is_old =
        crosswalk.side(&Instance::load_in(&args.question.instance, None, encoding)?)? == Side::Old;
    if let Some(file) = &args.steps.old_flows {
        check_flows(&crosswalk, file, &problem.instance, quiet)?;
    }
    let name = args.division.to_string_lossy();
    if let Some(division) = problem.instance.divisions.get(&*name).filter(|_| is_old) {
        // It was carried over with the instance.
        let (division, carried) = (division.clone(), Some(problem.instance.clone()));
        return Ok(Beginning { problem, division, log: Vec::new(), carried });
    }
    if !args.division.exists() {
        return Err(Failure::usage(
            "E503",
            name.to_string(),
            "there is no such file with old codes to carry over",
            "with --crosswalk, give the path of a CSV file with the old codes",
        ));
    }
    let file = args.division.display().to_string();
    let (old, odd) = crosswalk.old_division_of(&file, table_bytes(&args.division)?, encoding)?;
    odd.iter().filter(|_| !quiet).for_each(say_oddity);
    let stem = args.division.file_stem().unwrap_or_default().to_string_lossy();
    let (division, log) = carry_division(&problem.instance, &crosswalk, &stem, &old)?;
    let carried = is_old.then(|| problem.instance.clone());
    Ok(Beginning { problem, division, log, carried })
}

/// The figures of further years on new borders, where the question is about all areas.
fn carried_years(args: &DeriveArgs, carried: &Instance) -> Result<Vec<Instance>, Failure> {
    let Some(path) = &args.steps.crosswalk else { return Ok(Vec::new()) };
    let encoding = args.question.letters.encoding;
    let crosswalk = read_crosswalk(path, encoding, true)?;
    let folder = &args.question.instance;
    let mut years = Vec::new();
    let own = Instance::load_in(folder, carried.year, encoding)?;
    for year in own.load_other_years(folder, encoding)? {
        let year = year.carried(&crosswalk);
        let same = |(one, other): (&Area, &Area)| one.code == other.code;
        if year.num_areas() == carried.num_areas()
            && year.areas.iter().zip(&carried.areas).all(same)
        {
            years.push(year);
        }
    }
    Ok(years)
}

/// Sums old flows through the crosswalk and holds them against the instance's.
fn check_flows(
    crosswalk: &Crosswalk,
    file: &Path,
    instance: &Instance,
    quiet: bool,
) -> Result<(), Failure> {
    let summed = crosswalk.read_old_flows(file, instance)?;
    if summed == instance.flows {
        if !quiet {
            let total = summed.total_between() + summed.total_own();
            say(&format!(
                "{}: all {} commuters agree, pair by pair",
                file.display(),
                regionfront_model::quantity::grouped(total)
            ));
        }
        return Ok(());
    }
    let num_areas = instance.num_areas();
    let differing: Vec<String> = (0..num_areas)
        .flat_map(|from| (0..num_areas).map(move |to| (from, to)))
        .filter(|&(from, to)| summed.get(from, to) != instance.flows.get(from, to))
        .map(|(from, to)| {
            format!(
                "{} to {}: {} against {}",
                instance.areas[from].label(),
                instance.areas[to].label(),
                summed.get(from, to),
                instance.flows.get(from, to)
            )
        })
        .collect();
    let shown = differing.iter().take(5).cloned().collect::<Vec<_>>().join("; ");
    Err(Failure {
        exit: Exit::CheckFailed,
        text: format!(
            "E507 {}: {} pairs differ from the instance's flows: {shown}\n     help: check the \
             crosswalk and the years of both files",
            file.display(),
            differing.len()
        ),
    })
}
