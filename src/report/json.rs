//! Documents as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::{Report, SolveDocument};

/// One indented JSON document and a newline.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonReport;

impl Report for JsonReport {
    fn write(&self, document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
        write_json(document, out)
    }
}

/// Writes a document, indented, and a newline.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_json<T: Serialize>(document: &T, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    out.write_all(b"\n")
}
