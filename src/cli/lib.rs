//! The command line: parse, ask, print, exit code.
//!
//! Results go to stdout and everything else to stderr. This is the only module that prints. To add
//! a command, write a file with its arguments and a `run`, and register it in `Command`.

use std::ffi::OsString;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use regionfront_solver::job::{THREAD_PREFIX, has_left_threads_behind};

mod args;
mod batch;
mod bench;
mod certify;
mod check;
mod compare;
mod completions;
mod derive;
mod divisions;
mod dry_run;
pub mod embed;
mod engines;
mod evaluate;
mod exit;
mod explain;
mod export;
mod front;
mod import;
mod inspect;
mod instance;
mod itself;
mod join;
mod logging;
mod memory;
mod output;
mod over_years;
mod progress;
mod question;
mod reading;
mod report;
mod schema;
#[cfg(feature = "service")]
mod service;
mod signals;
mod solve;
mod study;

use args::MessageArgs;
use exit::{Exit, Failure};
use output::say;

/// Proven best divisions of areas into k contiguous regions that maximise internal commuting.
#[derive(Debug, Parser)]
#[command(name = "regionfront", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    messages: MessageArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The best division for one k or a list of them, proven
    Solve(Box<solve::SolveArgs>),
    /// The Pareto front for every k: internal commuting against second objectives, complete, proven
    Front(Box<front::FrontArgs>),
    /// Judge a division by the rules with the independent verifier
    Check(Box<check::CheckArgs>),
    /// Certificates of a finished run, checked by an independent program
    Certify(certify::CertifyArgs),
    /// Why there is no plan: a smallest set of conflicting rules, and the nearest changes that help
    Explain(Box<explain::ExplainArgs>),
    /// All indicators of any division: plan, cover or partial
    Evaluate(Box<evaluate::EvaluateArgs>),
    /// How divisions differ: who moves, what it costs, how alike they are
    Compare(compare::CompareArgs),
    /// A division from a division: attach, assign, resolve, split, carry over, improve
    Derive(Box<derive::DeriveArgs>),
    /// Many runs from one file, side by side, resumable, in shards
    Batch(Box<batch::BatchArgs>),
    /// One planner's question, from a file, to tables
    Study(study::StudyArgs),
    /// What an instance holds and what is odd about it
    Inspect(inspect::InspectArgs),
    /// An instance from other formats
    Import(import::ImportArgs),
    /// An instance, and a division of it, in other formats: GAL, NetworkX, GraphML, METIS
    Export(export::ExportArgs),
    /// An instance from an instance: some of its areas, or merged ones; or a synthetic one
    Instance(instance::InstanceArgs),
    /// Region counts and engines side by side: value, bound, gap, time, nodes, columns
    Bench(Box<bench::BenchArgs>),
    /// Report files from a run, finished or not: page, tables, maps, spatial files
    Report(Box<report::ReportArgs>),
    /// Answer questions over HTTP, for people and programs without a command line
    #[cfg(feature = "service")]
    Serve(service::ServeArgs),
    /// Do the jobs of a service's store, in a process of its own
    #[cfg(feature = "service")]
    Work(service::WorkArgs),
    /// Tokens of a service: who may do what
    #[cfg(feature = "service")]
    Token(service::TokenArgs),
    /// Put a question to a server
    #[cfg(feature = "service")]
    Submit(service::SubmitArgs),
    /// How far the jobs of a server have come
    #[cfg(feature = "service")]
    Status(service::StatusArgs),
    /// What happens to a job of a server, as it happens
    #[cfg(feature = "service")]
    Events(service::EventsArgs),
    /// Stop a job of a server with what it has
    #[cfg(feature = "service")]
    Stop(service::StopJobArgs),
    /// The result of a job of a server, and its files
    #[cfg(feature = "service")]
    Results(service::ResultsArgs),
    /// Completions for a shell, on stdout
    Completions(completions::CompletionsArgs),
    /// JSON Schemas of what is read and written, on stdout
    Schema(schema::SchemaArgs),
}

const EXIT_CODES: &str = "\
Exit codes: 0 success · 1 internal fault or failed output · 2 usage or input · 3 proven infeasible
· 4 stopped at a limit with a plan (0 with --limit-ok) · 5 stopped without one · 6 a check failed
· 129, 130, 143 ended by SIGHUP, Ctrl-C, SIGTERM within a second, incumbents written. A list of k
exits with the first of 1, 129/130/143, 5, 4 that fits any k, with 3 if all are infeasible, or 0.

Results go to stdout, everything else to stderr. NO_COLOR is honoured.";

/// Codes of what can go wrong beside the input and the rules, with their meaning, in order.
pub const CODES: &[(&str, &str)] = &[
    ("E301", "an internal fault: please report it"),
    ("E302", "engines contradict each other: please report it"),
    ("E401", "the output directory, its journal or the log file cannot be used"),
    ("E402", "the output directory or file exists, and is not replaced without --force"),
    ("E403", "the journal belongs to another question, engine, seed, gap or version"),
    ("E404", "the journal is damaged, or a result in it does not pass the verifier"),
    ("E405", "writing a file or stdout failed; results go on to the other where possible"),
    ("E406", "there is no run in the directory, or a file of it cannot be read"),
    ("E407", "a plan of a run does not pass the verifier"),
    ("E408", "the instance or the rules of a run are not those it was made with, or not there"),
    ("E409", "a template of reports cannot be read or filled"),
    ("E410", "another process is writing to the output directory"),
    ("E501", "neither the command line nor the scenario names a number of regions"),
    ("E502", "a single number of regions is needed"),
    ("E503", "there is no such division: no file, none in the instance, no plan or point of a run"),
    ("E504", "a comparison needs two divisions or more"),
    ("E505", "no step is named, so that nothing would be derived"),
    ("E506", "a step does not fit the division"),
    ("E507", "flows on old borders do not add up to those of the instance"),
    ("E508", "a study cannot be read, or asks for what there is not"),
    ("E509", "a second objective is named twice, or a reference division no objective asks for"),
    ("E510", "a report is asked for points it does not know"),
    ("E511", "the questions about many places cannot be read"),
    ("E520", "an option that another one leaves without a meaning"),
    (
        "E521",
        "figures of several years are asked for, and there is one, or none of a year that is named",
    ),
    ("E522", "the time of a command that reads and writes is over"),
    ("E530", "a batch file cannot be read, or is not TOML"),
    ("E531", "a key of a batch does not exist, or has a value it cannot have"),
    ("E532", "a run of a batch has no name of its own, or extends what there is not"),
    ("E533", "there is no such shard, or its number cannot be told"),
    ("E534", "there is no batch in the directory, or its journal cannot be read"),
    ("E535", "shards do not belong together, or one is missing or unfinished"),
    ("E536", "a run of a batch ended without an answer"),
    ("E544", "a proven value of a published instance is not the published one"),
];

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    run_words(std::env::args_os()).into()
}

/// Runs a command line, the name of the program first, and gives its exit code.
fn run_words(words: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> u8 {
    std::panic::set_hook(Box::new(report_panic));
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(error) => {
            // Fails only when nobody reads.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    let exit = match catch_unwind(AssertUnwindSafe(|| cli.run())) {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => {
            say(&failure.text);
            failure.exit
        }
        Err(_) => Exit::Fault,
    };
    if has_left_threads_behind() {
        // They may still use what the libraries clean up at an ordinary end.
        let _ = std::io::stdout().flush();
        signal_hook::low_level::exit(exit.code().into());
    }
    exit.code()
}

impl Cli {
    fn run(self) -> Result<Exit, Failure> {
        logging::start(&self.messages)?;
        run(self.command, self.messages.quiet)
    }
}

/// Runs a command.
fn run(command: Command, quiet: bool) -> Result<Exit, Failure> {
    match command {
        Command::Solve(args) => solve::run(&args, quiet),
        Command::Front(args) => front::run(&args, quiet),
        Command::Check(args) => check::run(&args, quiet),
        Command::Certify(args) => certify::run(&args, quiet),
        Command::Explain(args) => explain::run(&args, quiet),
        Command::Evaluate(args) => evaluate::run(&args, quiet),
        Command::Compare(args) => compare::run(&args, quiet),
        Command::Derive(args) => derive::run(&args, quiet),
        Command::Batch(args) => batch::run(&args, quiet),
        Command::Study(args) => study::run(&args, quiet),
        Command::Inspect(args) => inspect::run(&args),
        Command::Import(args) => import::run(&args, quiet),
        Command::Export(args) => export::run(&args, quiet),
        Command::Instance(args) => instance::run(&args, quiet),
        Command::Bench(args) => bench::run(&args, quiet),
        Command::Report(args) => report::run(&args, quiet),
        #[cfg(feature = "service")]
        Command::Serve(args) => service::serve(&args, quiet),
        #[cfg(feature = "service")]
        Command::Work(args) => service::work(&args, quiet),
        #[cfg(feature = "service")]
        Command::Token(args) => service::token(&args),
        #[cfg(feature = "service")]
        Command::Submit(args) => service::submit(&args, quiet),
        #[cfg(feature = "service")]
        Command::Status(args) => service::status(&args),
        #[cfg(feature = "service")]
        Command::Events(args) => service::events(&args),
        #[cfg(feature = "service")]
        Command::Stop(args) => service::stop(&args),
        #[cfg(feature = "service")]
        Command::Results(args) => service::results(&args, quiet),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
        Command::Schema(args) => schema::run(&args),
    }
}

/// One line instead of a backtrace. Panics of solving threads are caught, reported with their k
/// and do not end the run, so they go to the log.
fn report_panic(info: &std::panic::PanicHookInfo<'_>) {
    let payload = info.payload();
    let what = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let at = info.location().map(ToString::to_string).unwrap_or_default();
    let thread = std::thread::current();
    if thread.name().is_some_and(|name| name.starts_with(THREAD_PREFIX)) {
        tracing::error!(thread = thread.name(), at, what, "an engine panicked");
    } else {
        say(&format!(
            "E301 internal fault in regionfront {}: {what} ({at}); please report this line and the \
             command",
            env!("CARGO_PKG_VERSION")
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
