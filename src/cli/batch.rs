//! `batch`: many runs from one file.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use regionfront_batch::runner::{self, Budget, Launcher, Load};
use regionfront_batch::{
    Batch, BatchFolder, BatchHeader, BatchStatus, Counts, Ending, MergeError, Plan, Planned,
    Record, Shard, Size, merge, write_csv, write_table,
};
use regionfront_model::defect::{Defect, Defects};
use regionfront_report::Format;
use regionfront_solver::engine::Interrupt;

use super::args::{EngineName, ProgressKind};
use super::engines::share_threads;
use super::exit::{self, Exit, Failure};
use super::memory;
use super::output::{data_to_stdout, json_to_stdout, results_to_stdout, say, to_stdout};
#[cfg(feature = "service")]
use super::service::ServerArgs;
use super::signals::Signals;
use super::solve::open_mode;

mod listen;
mod one;
mod process;
#[cfg(feature = "service")]
mod remote;
mod tables;

use listen::Listening;
use process::{Job, Processes};

#[derive(Clone, Debug, Args)]
#[command(
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct BatchArgs {
    #[command(subcommand)]
    action: Option<Action>,

    /// The batch: a TOML file
    #[arg(value_name = "FILE", required = true)]
    file: Option<PathBuf>,

    /// Directory for the tables, the journal and a run directory per run
    #[arg(
        short,
        long,
        value_name = "DIR",
        required_unless_present = "dry_run",
        help_heading = "Output"
    )]
    output: Option<PathBuf>,

    /// Continue the batch in the output directory: finished runs are kept, failed and interrupted
    /// ones done again
    #[arg(long, conflicts_with = "force", help_heading = "Output")]
    resume: bool,

    /// Replace the batch in the output directory
    #[arg(long, help_heading = "Output")]
    force: bool,

    /// Cores to use [default: all]; the results do not depend on it
    #[arg(
        long, value_name = "N", help_heading = "Machine",
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    threads: Option<u16>,

    /// Memory to use, in MiB [default: what the machine has to spare]; by estimate, and a run
    /// larger than that is done alone
    #[arg(long, value_name = "MIB", help_heading = "Machine")]
    memory: Option<u64>,

    /// Only every n-th run: 2/4 is the second of four shards [default: in an array job of Slurm or
    /// an indexed job of Kubernetes the one that falls to this task, else all]
    #[arg(long, value_name = "I/N", conflicts_with = "shards", help_heading = "Machine")]
    shard: Option<Shard>,

    #[arg(long, value_name = "N", help = SHARDS_HELP, help_heading = "Machine")]
    shards: Option<NonZeroUsize>,

    #[cfg(feature = "service")]
    #[command(flatten)]
    server: ServerArgs,

    /// What to print
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    /// How to show progress, on stderr: a line per finished run, or JSON
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help_heading = "Output")]
    progress: ProgressKind,

    /// Exit with 0, not 4, when a limit struck and there are plans
    #[arg(long, help_heading = "Output")]
    limit_ok: bool,

    /// List the runs with their sizes, and stop
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Join the shards of a batch into what the whole batch would have left, times apart
    Merge(MergeArgs),
    /// How far a batch has come
    Status(StatusArgs),
    /// Do one run, told on stdin: how `batch` does each of its runs
    #[command(hide = true)]
    One,
}

#[derive(Clone, Debug, Args)]
struct MergeArgs {
    /// Output directories of all shards
    #[arg(value_name = "DIR", required = true)]
    shards: Vec<PathBuf>,

    /// Directory for the whole
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// Replace the batch in the output directory
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Debug, Args)]
struct StatusArgs {
    /// Output directory of a batch, also of one that is going on
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// What to print: a text, or a JSON document
    #[arg(long, value_enum, default_value_t)]
    format: tables::StatusFormat,
}

/// Not a doc comment, where the variable would need marks that the terminal would show.
const SHARDS_HELP: &str = "How many shards there are, where the array job does not tell [default: \
    REGIONFRONT_SHARDS of the environment]";

/// The variable that tells how many shards there are.
const SHARDS: &str = "REGIONFRONT_SHARDS";

const EXAMPLES: &str = "\
A batch file names runs: [defaults] for all, [[run]] with what is its own, `extends` for what it
shares with another, [run.matrix] for one run per combination of values. A failed run is a row with
its reason; the others go on.

Examples:
  regionfront batch counties.toml --dry-run
  regionfront batch counties.toml -o out
  regionfront batch counties.toml -o out --resume
  regionfront batch counties.toml -o shard-2 --shard 2/4
  regionfront batch merge shard-1 shard-2 shard-3 shard-4 -o whole
  regionfront batch status out

Exit codes are those of a list of k over all runs; a run with wrong input is 2, one that failed 1.";

pub(super) fn run(args: &BatchArgs, quiet: bool) -> Result<Exit, Failure> {
    match &args.action {
        Some(Action::Merge(merging)) => join(merging, quiet),
        Some(Action::Status(asked)) => status(asked),
        Some(Action::One) => one::run(),
        None => do_batch(args, quiet),
    }
}

fn do_batch(args: &BatchArgs, quiet: bool) -> Result<Exit, Failure> {
    let file = args.file.as_deref().unwrap_or(Path::new(""));
    let batch = Batch::read(file)?;
    check_engines(&batch)?;
    let shard = shard(args, quiet)?;
    let plan = Plan::new(&batch);
    let own: Vec<usize> = (0..plan.runs.len()).filter(|&at| shard.holds(at)).collect();
    let budget = Budget {
        threads: share_threads(args.threads.map(usize::from)),
        memory_mib: args.memory.or_else(memory::available_mib),
    };
    if args.dry_run {
        let planned: Vec<_> = own.iter().map(|&at| &plan.runs[at]).collect();
        results_to_stdout(args.format, |out| {
            tables::write_plan(&planned, budget, args.format, out)
        })?;
        let is_sound = planned.iter().all(|planned| planned.size.is_ok());
        return Ok(if is_sound { Exit::AsAsked } else { Exit::Usage });
    }
    let interrupt = Interrupt::default();
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    let output = args.output.as_deref().unwrap_or(Path::new(""));
    let header = BatchHeader::new(&batch, &plan, shard);
    let mut folder = BatchFolder::open(output, open_mode(args.resume, args.force), header)?;
    let open: Vec<usize> =
        own.iter().copied().filter(|&at| folder.finished(&plan.runs[at]).is_none()).collect();
    if !quiet && args.resume {
        let kept = own.len() - open.len();
        say(&format!("resume: {kept} of {} runs already finished", own.len()));
    }
    let mut failure = None;
    let (mut loads, mut ready) = (Vec::new(), Vec::new());
    for at in open.iter().copied() {
        let planned = &plan.runs[at];
        folder.forget(&planned.run.name);
        match &planned.size {
            Err(defects) => {
                let text = defects.to_string();
                let ks = match &planned.run.spec.k {
                    Some(Counts::List(list)) => &list.0[..],
                    _ => &[],
                };
                let record = Record::without_answer(&planned.run, Ending::Input, ks, &text);
                if !quiet {
                    say(&format!("{}: {text}", planned.run.name));
                }
                failure = failure.or(folder.enter(record).err());
            }
            Ok(size) => {
                let threads = planned.run.spec.threads();
                loads.push(Load { at, threads, memory_mib: size.memory_mib });
                ready.push((at, planned, size));
            }
        }
    }
    let (launcher, budget) = launcher(args, &batch, ready, &folder, budget, quiet)?;
    let mut listening =
        Listening::new(&plan, &mut folder, failure, loads.len(), args.progress, quiet);
    runner::run_all(&loads, budget, &*launcher, &interrupt, &mut listening);
    let mut failure = listening.into_failure();
    for at in open {
        let planned = &plan.runs[at];
        let is_missing = folder.records().all(|record| record.run != planned.run.name);
        if is_missing && let Ok(size) = &planned.size {
            let reason = "not begun";
            let ending = Ending::Interrupted;
            let record = Record::without_answer(&planned.run, ending, &size.ks, reason);
            failure = failure.or(folder.enter(record).err());
        }
    }
    failure = failure.or(folder.write_tables().err());
    show(&folder, args.format)?;
    if let Some(failure) = failure {
        return Err(failure.into());
    }
    if !quiet {
        say(&format!("files: {}", output.display()));
    }
    Ok(exit::of_records(folder.records(), signals.received(), args.limit_ok))
}

/// Who does the runs: processes of this machine, or a server, and within what.
fn launcher(
    args: &BatchArgs,
    batch: &Batch,
    ready: Vec<(usize, &Planned, &Size)>,
    folder: &BatchFolder,
    budget: Budget,
    quiet: bool,
) -> Result<(Box<dyn Launcher>, Budget), Failure> {
    #[cfg(feature = "service")]
    if let Some(client) = args.server.client_if_named(PATIENCE)? {
        let budget = Budget { threads: WAITED_FOR, memory_mib: None };
        return Ok((Box::new(remote::Remote::send(client, batch, ready, folder)?), budget));
    }
    let job = |(at, planned, size): (usize, &Planned, &Size)| {
        (at, Job::new(batch, planned, size, folder, args.force))
    };
    let jobs = ready.into_iter().map(job).collect();
    Ok((Box::new(Processes::new(jobs, quiet)?), budget))
}

/// How long a server that does not answer, or whose queue is full, is asked again.
#[cfg(feature = "service")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(600);

/// Runs of a server that are waited for at a time.
#[cfg(feature = "service")]
const WAITED_FOR: usize = 64;

/// Every engine named must be one there is.
fn check_engines(batch: &Batch) -> Result<(), Defects> {
    let mut defects = Defects::default();
    for run in &batch.runs {
        if let Some(name) = &run.spec.engine
            && let Err(what) = <EngineName as clap::ValueEnum>::from_str(name, false)
        {
            let at = run.place("engine");
            let defect =
                Defect::new("E531", at, format!("`{name}`: {what}"), "use exact or compact");
            if !defects.0.contains(&defect) {
                defects.push(defect);
            }
        }
    }
    defects.into_result()
}

/// The shard asked for, or the one a cluster gave this process.
fn shard(args: &BatchArgs, quiet: bool) -> Result<Shard, Defects> {
    if let Some(shard) = args.shard {
        return Ok(shard);
    }
    let variable = |name: &str| std::env::var(name).ok();
    let of = match (args.shards, variable(SHARDS)) {
        (Some(of), _) => Some(of),
        (None, None) => None,
        (None, Some(text)) => Some(text.trim().parse().map_err(|_| {
            let what = format!("`{text}` is no number of shards");
            Defect::new("E533", SHARDS, what, "set it to a number such as 11")
        })?),
    };
    let told = Shard::from_environment(of.map(NonZeroUsize::get), &variable)?;
    match told {
        None => Ok(Shard::WHOLE),
        Some((shard, variable)) => {
            if !quiet {
                say(&format!("shard {shard}, by {variable} (--shard 1/1 for all runs)"));
            }
            Ok(shard)
        }
    }
}

fn join(args: &MergeArgs, quiet: bool) -> Result<Exit, Failure> {
    let folder = merge(&args.shards, &args.output, open_mode(false, args.force)).map_err(
        |error| match error {
            MergeError::Refused(defects) => Failure::from(defects),
            MergeError::Output(error) => error.into(),
        },
    )?;
    if !quiet {
        let (runs, shards) = (folder.header().runs.len(), args.shards.len());
        say(&format!("{runs} runs of {shards} shards; files: {}", args.output.display()));
    }
    Ok(Exit::AsAsked)
}

fn status(args: &StatusArgs) -> Result<Exit, Failure> {
    let status = BatchStatus::read(&args.folder).map_err(Defects::from)?;
    match args.format {
        tables::StatusFormat::Json => json_to_stdout(&status)?,
        tables::StatusFormat::Text => to_stdout(|out| tables::write_status(&status, out))?,
    }
    Ok(Exit::AsAsked)
}

/// Prints the rows.
fn show(folder: &BatchFolder, format: Format) -> Result<(), Failure> {
    let rows = folder.rows();
    match format {
        Format::Json => json_to_stdout(&rows)?,
        Format::Csv => data_to_stdout(|out| write_csv(&rows, &folder.header().axes, out))?,
        Format::Table => to_stdout(|out| write_table(&rows, out))?,
    }
    Ok(())
}
