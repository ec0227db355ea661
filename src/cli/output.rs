//! Printing: results to stdout, everything else to stderr.

use std::io::{self, Write};

use regionfront_model::defect::Defect;
use regionfront_report::{OutputError, write_json};

/// Writes results to stdout. Whoever closed the pipe had enough: that is success.
pub(super) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
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
    to_stdout(|out| write_json(document, out))
}

/// Says something on stderr, which may be closed.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// The command line, argument by argument.
pub(super) fn command_line() -> Vec<String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()
}
