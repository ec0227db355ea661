//! Documents as JSON.

use std::io::{self, Write};

use serde::Serialize;

/// Writes a document, indented, and a newline.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_json<T: Serialize>(document: &T, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}
