//! Documents as JSON.

use std::io::{self, Write};

use super::Report;
use crate::documents::{SolveDocument, write_json};

/// One indented JSON document and a newline.
#[derive(Clone, Copy, Debug, Default)]
pub struct JsonReport;

impl Report for JsonReport {
    fn write(&self, document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
        write_json(document, out)
    }
}
