//! Documents, tables, files and maps of a run.
//!
//! Everything here is made from a [`SolveDocument`], and a document can only be made from
//! [answers](crate::job::Answer), whose plans have passed the verifier.
//!
//! To add a format, write a file with one [`Report`] and register it in [`report_for`]; to add a
//! file to run directories, register it in `run_files`.

use std::io::{self, Write};

mod atomic;
mod colours;
mod comparison;
mod csv;
mod derivation;
mod document;
mod evaluation;
mod explanation;
mod front;
mod instance_folder;
mod journal;
mod json;
mod manifest;
mod map;
mod projection;
mod question;
mod run_dir;
mod study;
mod table;

pub use comparison::{
    BorderDocument, ComparisonDocument, IntersectionDocument, MatchDocument, MoveDocument,
    PairDocument,
};
pub use csv::CsvReport;
pub use derivation::{
    DecisionDocument, DerivationDocument, DivisionDocument, DivisionRegionDocument, SolvedDocument,
    StageDocument,
};
pub use document::{
    DestinationDocument, OptionsDocument, RegionDocument, ResultDocument, SolveDocument,
};
pub use evaluation::{
    AgainstBestDocument, EvaluatedRegionDocument, EvaluationDocument, TotalsDocument,
    ValidityDocument, ViolationDocument,
};
pub use explanation::{
    ExplainDocument, ExplanationDocument, RelaxationDocument, RuleDocument, VerdictDocument,
};
pub use front::{
    AgainstDocument, CoreDocument, FrontDocument, FrontResultDocument, FrontRunDocument,
    FrontTermsDocument, MissingDocument, NearDocument, ObjectiveDocument, OverKDocument,
    PointDocument, PointPlaceDocument, ReplyDocument, RobustnessDocument, SwingDocument,
    front_files, write_front, write_front_csv, write_front_table,
};
pub use instance_folder::save_instance;
pub use journal::{JournalHeader, JournalLine};
pub use json::JsonReport;
pub use manifest::{FrontManifest, Manifest, SolverVersion, StatusDocument, timestamp};
pub use question::{
    GroupDocument, InstanceDocument, LimitDocument, RulesDocument, ScenarioDocument, SourceDocument,
};
pub use run_dir::{OpenMode, OutputError, RunDir, run_files};
pub use study::{DerivedDivision, SolvedScenario, StudyResults, Watched};
pub use table::{TableReport, percent, plain_table, seconds};

/// Width that tables keep within, in characters.
pub const TABLE_WIDTH: u16 = 100;

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

/// The report of a format.
pub fn report_for(format: Format) -> &'static dyn Report {
    match format {
        Format::Table => &TableReport,
        Format::Json => &JsonReport,
        Format::Csv => &CsvReport,
    }
}
