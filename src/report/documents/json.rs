//! Documents as JSON.

use std::io::{self, Write};

use regionfront_model::visible::VisibleWriter;
use serde::Serialize;

/// Writes a document, indented, and a newline. Letters that would steer a terminal are escaped.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_json<T: Serialize>(document: &T, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(VisibleWriter::json(&mut *out), document)?;
    out.write_all(b"\n")
}
