//! Documents for reading and for spreadsheets: tables, text, CSV.

use std::io::{self, Write};

use crate::documents::SolveDocument;
use crate::words::Lang;

mod compare;
pub(crate) mod csv;
mod curve;
mod derive;
mod evaluate;
mod explain;
mod front;
pub(crate) mod front_csv;
mod json;
mod over_years;
mod solve;
mod style;

pub use csv::CsvReport;
pub use front::write_front_table;
pub use front_csv::write_front_csv;
pub use json::JsonReport;
pub use solve::TableReport;
pub use style::{TABLE_WIDTH, keep_words, lines_within, percent, plain_table, seconds};

pub(crate) use curve::write_curve;
pub(crate) use derive::step_in_words;
pub(crate) use style::signed;

/// One format of a finished list of results.
pub trait Report {
    /// Writes the document.
    ///
    /// # Errors
    /// Whatever the writer reports.
    fn write(&self, document: &SolveDocument, out: &mut dyn Write) -> io::Result<()>;
}

/// Formats results can be printed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For reading.
    #[default]
    Table,
    /// One JSON document with a published schema.
    Json,
    /// One row per k, comma separated.
    Csv,
}

/// The report of a format, a table in the language.
pub fn report_for(format: Format, lang: Lang) -> Box<dyn Report> {
    match format {
        Format::Table => Box::new(TableReport { lang }),
        Format::Json => Box::new(JsonReport),
        Format::Csv => Box::new(CsvReport),
    }
}
