//! One job of a service, in a process of its own.
//!
//! What to do comes on stdin as a line of JSON: a command line. Stdin stays open as a lifeline: a byte on
//! it asks to stop with what there is, as a signal would, and its end means that the worker is gone.

use std::io::{BufRead as _, Read as _};
use std::thread;

use signal_hook::consts::SIGTERM;
use signal_hook::low_level;

use regionfront_service::worker::Told;

use super::super::exit::{Exit, Failure};
use super::parse::parse;

pub(super) fn run() -> Result<Exit, Failure> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    let told: Told = read
        .map_err(|error| error.to_string())
        .and_then(|_| serde_json::from_str(&line).map_err(|error| error.to_string()))
        .map_err(|what| {
            let what = format!("no job is told on stdin: {what}");
            Failure::usage("E611", "work one", what, "let `regionfront serve` do its jobs")
        })?;
    if let Some(memory_mib) = told.memory_mib {
        limit_memory(memory_mib);
    }
    let command = parse(&told.arguments)?.command;
    thread::spawn(hold_lifeline);
    super::super::run(command, false)
}

/// Stops or ends this process as the worker does.
fn hold_lifeline() {
    let mut byte = [0];
    loop {
        match std::io::stdin().lock().read(&mut byte) {
            Ok(0) | Err(_) => low_level::exit(143),
            // The command catches it as it catches every signal.
            Ok(_) => drop(low_level::raise(SIGTERM)),
        }
    }
}

/// Lets this process have so much memory at most, where the system can.
#[cfg(unix)]
fn limit_memory(memory_mib: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::As);
    let most = memory_mib.saturating_mul(1 << 20);
    let limit = Rlimit { current: Some(most), maximum: before.maximum };
    if let Err(error) = setrlimit(Resource::As, limit) {
        tracing::warn!(%error, "memory is not limited");
    }
}

#[cfg(not(unix))]
fn limit_memory(_: u64) {
    tracing::warn!("memory is not limited on this system");
}
