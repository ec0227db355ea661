//! Printing: results to stdout, everything else to stderr.

use std::io::{self, IsTerminal as _, Write};

use regionfront_model::atomic::begin_writing;
use regionfront_model::defect::Defect;
use regionfront_model::visible::{VisibleWriter, visible};
use regionfront_report::{Format, OutputError, write_json};

/// Writes a text for people to stdout: nothing in it steers a terminal.
pub(super) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    data_to_stdout(|out| write(&mut VisibleWriter::new(out)))
}

/// Writes results of a format to stdout: a table for people as [`to_stdout`], others for programs.
pub(super) fn results_to_stdout(
    format: Format,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    if format == Format::Table { to_stdout(write) } else { data_to_stdout(write) }
}

/// Writes what programs read to stdout, letter by letter, unless a terminal shows it. Whoever closed
/// the pipe had enough: that is success.
pub(super) fn data_to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    begin_writing();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written = if io::stdout().is_terminal() {
        write(&mut VisibleWriter::new(&mut out))
    } else {
        write(&mut out)
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            // What is still in the buffer would fail again when it is dropped.
            let (_, _) = out.into_parts();
            Err(OutputError::Failed(Defect::new(
                "E405",
                "stdout",
                format!("writing failed: {error}"),
                "send it elsewhere, or make room",
            )))
        }
        _ => Ok(()),
    }
}

/// Prints a value as an indented JSON document.
pub(super) fn json_to_stdout(document: &impl serde::Serialize) -> Result<(), OutputError> {
    data_to_stdout(|out| write_json(document, out))
}

/// Says on stderr what is odd, and what to do about it.
pub(super) fn say_oddity(odd: &Defect) {
    say(&format!("{} {}: {} ({})", odd.code, odd.at, odd.what, odd.cure));
}

/// Says something on stderr, which may be closed. Nothing in it steers a terminal.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(text));
}
