//! Logs: warnings on stderr, more with `-v`, everything in a file with `--log-file`.

use std::fs::OpenOptions;
use std::io;
use std::sync::Mutex;

use tracing::Level;
use tracing_subscriber::fmt::writer::{BoxMakeWriter, MakeWriterExt as _};

use super::args::MessageArgs;
use super::exit::Failure;

/// Starts logging as asked for.
pub(super) fn start(args: &MessageArgs) -> Result<(), Failure> {
    let level = match (args.quiet, args.verbose) {
        (true, _) => Level::ERROR,
        (false, 0) => Level::WARN,
        (false, 1) => Level::INFO,
        (false, _) => Level::DEBUG,
    };
    let stderr = io::stderr.with_max_level(level);
    let (writer, most) = match &args.log_file {
        None => (BoxMakeWriter::new(stderr), level),
        Some(path) => {
            let file =
                OpenOptions::new().create(true).append(true).open(path).map_err(|error| {
                    Failure::usage(
                        "E401",
                        format!("--log-file {}", path.display()),
                        format!("the log file cannot be opened: {error}"),
                        "name a file you may write to",
                    )
                })?;
            (BoxMakeWriter::new(stderr.and(Mutex::new(file))), level.max(Level::DEBUG))
        }
    };
    tracing_subscriber::fmt()
        .with_max_level(most)
        .with_writer(writer)
        .with_target(false)
        .with_ansi(false)
        // What cannot be logged, to a stderr that is closed for one, is no reason to panic.
        .log_internal_errors(false)
        .init();
    Ok(())
}
