//! `serve`: questions over HTTP.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Duration;

use clap::Args;

use regionfront_service::http::{Access, Attended, Service, router};
use regionfront_service::instances::Instances;
use regionfront_service::limits::Limits;
use regionfront_service::server::Server;
use regionfront_service::store::Store;
use regionfront_service::worker::Worker;
use regionfront_service::{Bell, Gallery};
use regionfront_solver::engine::Interrupt;

use super::super::exit::{Exit, Failure};
use super::super::output::say;
use super::doors::CommandLine;
use super::stopped::Stopped;
use super::store::StoreArgs;
use super::work::JobArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(in super::super) struct ServeArgs {
    /// Where to listen; beyond this machine a token is needed
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8370")]
    listen: SocketAddr,

    #[command(flatten)]
    store: StoreArgs,

    /// Folder whose folders are instances
    #[arg(long, value_name = "DIR")]
    instances: Option<PathBuf>,

    #[command(flatten)]
    jobs: JobArgs,

    /// Most jobs that have not ended; further questions are told to wait
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    queue: u64,

    /// Most such jobs of one token
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    per_token: u64,

    /// Days after which jobs that have ended are forgotten, with their results [default: never]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u64).range(1..=36_500))]
    keep: Option<u64>,

    /// Longest time for the head of a request, and for the body of a question, in seconds
    #[arg(
        long, value_name = "SECONDS", default_value_t = 20,
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    patience: u64,

    /// Answer what was asked, and take no questions
    #[arg(long)]
    read_only: bool,

    /// Ask for a token on this machine, too
    #[arg(long)]
    require_token: bool,

    /// Show it in a browser
    #[arg(long)]
    open: bool,
}

const EXAMPLES: &str = "\
What is asked is kept in one file, and answered by processes of their own. Whatever is killed, nothing
that was accepted is lost. SIGTERM and Ctrl-C put running jobs back into the queue.

Examples:
  regionfront serve --instances instances
  curl -s localhost:8370/processes/solve/execution -H 'Content-Type: application/json' \\
      -H 'Prefer: wait=5' -d '{\"inputs\": {\"instance\": \"viken-2020\", \"k\": 9}}'
  regionfront serve --listen 0.0.0.0:8370 --store sqlite:///var/lib/regionfront/service.sqlite
  regionfront serve --workers 0 --store postgres://regionfront@db/regionfront";

pub(in super::super) fn run(args: &ServeArgs, quiet: bool) -> Result<Exit, Failure> {
    let opened = args.store.open()?;
    let store = Arc::clone(&opened.store);
    let needs_token = args.require_token || !args.listen.ip().is_loopback();
    check_tokens(args, &*store, needs_token)?;
    let settings = args.jobs.settings("serve", &opened)?;
    let limits = Limits {
        seconds: args.jobs.seconds(),
        queue: args.queue,
        per_token: args.per_token,
        patience: Duration::from_secs(args.patience),
        ..Limits::default()
    };
    let shown = args.instances.as_deref().map(served).transpose()?;
    let cannot = |what: &str, error: &dyn std::fmt::Display| Failure {
        exit: Exit::Usage,
        text: format!("E613 {what}: {error}\n     help: see `regionfront serve --help`"),
    };
    let server = Server::bind(args.listen)
        .map_err(|error| cannot(&format!("--listen {}", args.listen), &error))?;
    let address = server.address().map_err(|error| cannot("--listen", &error))?;
    let _lock = match lock(&opened.folder) {
        Locked::Ours(file) => {
            // Whoever had these is gone: a server holds its lock as long as it lives.
            let released = store
                .release_all(&format!("serve/{}/", opened.place))
                .map_err(|e| cannot("--store", &e))?;
            if released > 0 && !quiet {
                say(&format!("{released} jobs of an earlier server go on"));
            }
            Some(file)
        }
        // Their leases run out.
        Locked::Others | Locked::Unknown => None,
    };
    let stopped = Stopped::listen(&Interrupt::default())?;
    let bell = Arc::new(Bell::default());
    let instances = Instances::new(Arc::clone(&store), settings.instances(), shown, limits);
    let (checks, uploads) = limits.rooms();
    let service = Arc::new(Service {
        store: Arc::clone(&store),
        instances,
        gallery: Gallery::default(),
        doors: Arc::new(CommandLine),
        limits,
        access: Access { needs_token, is_read_only: args.read_only },
        bell: Arc::clone(&bell),
        version: env!("CARGO_PKG_VERSION"),
        checks,
        uploads,
        requests: AtomicU64::new(0),
        failures: AtomicU64::new(0),
        attended: Attended::default(),
    });
    let kept = Arc::clone(&store);
    let worker =
        Worker::start(store, settings, bell).map_err(|error| cannot("--workers", &error))?;
    if !quiet {
        say(&format!("listening on http://{address}"));
    }
    if args.open {
        open(&format!("http://{address}"));
    }
    let closer = server.closer();
    let (stopped, kept) = (&stopped, &kept);
    thread::scope(|scope| {
        scope.spawn(move || {
            stopped.wait();
            closer.close();
        });
        scope.spawn(|| {
            while let Some(days) = args.keep {
                forget(&**kept, days);
                if stopped.wait_for(BETWEEN) {
                    break;
                }
            }
        });
        server.run(router(service), &limits);
    });
    worker.close();
    Ok(Exit::AsAsked)
}

/// How often what is older than results are kept is looked for.
const BETWEEN: Duration = Duration::from_secs(600);

/// Forgets jobs that ended so many days ago.
fn forget(store: &dyn Store, days: u64) {
    match store.forget(Duration::from_secs(days * 86_400)) {
        Ok(0) => {}
        Ok(forgotten) => tracing::info!(forgotten, "old jobs are forgotten"),
        Err(error) => tracing::warn!(%error, "old jobs are not forgotten"),
    }
}

/// Where a token is needed, there is to be one.
fn check_tokens(args: &ServeArgs, store: &dyn Store, needs_token: bool) -> Result<(), Failure> {
    let has_none = store.tokens().is_ok_and(|tokens| tokens.is_empty());
    if needs_token && has_none {
        let what = format!("{} needs tokens, and the store has none", args.listen);
        let cure = "make one with `regionfront token add NAME`, or listen on 127.0.0.1";
        return Err(Failure::usage("E613", "--listen", what, cure));
    }
    Ok(())
}

/// The folder of instances, which must be there.
fn served(folder: &Path) -> Result<PathBuf, Failure> {
    let wrong = |what: String| {
        let at = format!("--instances {}", folder.display());
        Failure::usage("E613", at, what, "name a folder whose folders are instances")
    };
    if !folder.is_dir() {
        return Err(wrong("there is no such folder".to_owned()));
    }
    std::path::absolute(folder).map_err(|error| wrong(error.to_string()))
}

/// Shows a page in a browser. Where there is none, nothing happens.
fn open(url: &str) {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(before).arg(url);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = command.spawn() {
        tracing::warn!(%error, "no browser is opened");
    }
}

/// Who serves from a store.
enum Locked {
    /// This process, as long as the file is open.
    Ours(std::fs::File),
    /// Another process.
    Others,
    /// The system does not tell.
    Unknown,
}

/// Takes the lock of a store's only server.
fn lock(folder: &Path) -> Locked {
    let path = folder.join("server.lock");
    let file = std::fs::File::options().create(true).append(true).open(path);
    match file {
        Err(_) => Locked::Unknown,
        Ok(file) => take(file),
    }
}

#[cfg(unix)]
fn take(file: std::fs::File) -> Locked {
    use rustix::fs::{FlockOperation, flock};
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Locked::Ours(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Locked::Others,
        Err(_) => Locked::Unknown,
    }
}

#[cfg(not(unix))]
fn take(_: std::fs::File) -> Locked {
    Locked::Unknown
}
