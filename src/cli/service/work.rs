//! `work`: the jobs of a store, in a process of its own.

use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};

use regionfront_service::Bell;
use regionfront_service::worker::{Settings, Worker};
use regionfront_solver::engine::Interrupt;

use super::super::exit::{Exit, Failure};
use super::super::itself;
use super::super::output::say;
use super::one;
use super::stopped::Stopped;
use super::store::{Opened, StoreArgs};

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(in super::super) struct WorkArgs {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    jobs: JobArgs,
}

#[derive(Clone, Debug, Subcommand)]
enum Action {
    /// Do one job, told on stdin: how a worker does each of its jobs
    #[command(hide = true)]
    One,
}

/// How jobs are done.
#[derive(Clone, Debug, Args)]
pub(super) struct JobArgs {
    /// Jobs done at a time; the cores are shared out among them, and a list of k uses several
    /// [default: one for every two cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(0..=256))]
    workers: Option<u16>,

    /// Longest time of a job, or of each k of a list, in seconds: it is stopped then, with what it has
    /// [default: none]
    #[arg(long, value_name = "SECONDS")]
    job_time: Option<u64>,

    /// Most memory of the processes of a job that one worker runs together, in MiB [default: none]
    #[arg(long, value_name = "MIB")]
    job_memory: Option<u64>,

    /// How long a job is a worker's without a word from it, in seconds
    #[arg(
        long, value_name = "SECONDS", default_value_t = 15,
        value_parser = clap::value_parser!(u64).range(2..=3600)
    )]
    lease: u64,
}

const EXAMPLES: &str = "\
As many of them as there are cores for, beside a server with `--workers 0` or its own; on any number of
machines where the store is a PostgreSQL database.

Examples:
  regionfront work --store sqlite:///var/lib/regionfront/service.sqlite --workers 4
  REGIONFRONT_STORE=postgres://regionfront:secret@db/regionfront regionfront work";

impl JobArgs {
    /// Longest time of a job, in seconds.
    pub(super) fn seconds(&self) -> Option<u64> {
        self.job_time
    }

    /// The settings of a worker of this kind.
    pub(super) fn settings(&self, kind: &str, opened: &Opened) -> Result<Settings, Failure> {
        let program = itself::program().map_err(|error| Failure {
            exit: Exit::Fault,
            text: format!("E301 this program does not find itself: {error}"),
        })?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let slots = self.workers.map_or(cores.div_ceil(2), usize::from);
        Ok(Settings {
            name: format!("{kind}/{}/{}", opened.place, std::process::id()),
            program,
            folder: opened.folder.clone(),
            slots,
            threads: (cores / slots.max(1)).max(1),
            lease: Duration::from_secs(self.lease),
            seconds: self.job_time,
            memory_mib: self.job_memory,
        })
    }
}

pub(in super::super) fn run(args: &WorkArgs, quiet: bool) -> Result<Exit, Failure> {
    if let Some(Action::One) = &args.action {
        return one::run();
    }
    let opened = args.store.open()?;
    let settings = args.jobs.settings("work", &opened)?;
    let stopped = Stopped::listen(&Interrupt::default())?;
    if !quiet {
        say(&format!("working, {} jobs at a time", settings.slots));
    }
    let bell = Arc::new(Bell::default());
    let worker = Worker::start(opened.store, settings, bell).map_err(|error| Failure {
        exit: Exit::Fault,
        text: format!("E613 no worker can be started: {error}"),
    })?;
    stopped.wait();
    worker.close();
    Ok(Exit::AsAsked)
}
