//! Documents, tables, files and maps of a run.
//!
//! What a run prints and keeps is made from a [`SolveDocument`], and a document can only be made
//! from [answers](regionfront_solver::job::Answer), whose plans have passed the verifier. To add a format, write
//! a file with one [`Report`] and register it in [`report_for`]; to add a file to run directories,
//! register it in `run_files`.
//!
//! A full report is made from a run directory: [`FinishedRun`] reads it back and has every plan
//! judged anew, [`ReportDocument`] holds everything a report shows, and [`publish()`] writes pages,
//! tables, maps and spatial files from it, a file of code each. To add a piece, write that file and
//! register it in [`Piece`].

use std::io::{self, Write};

use regionfront_model::atomic;

mod assignment;
mod chart;
mod colours;
mod comparison;
mod csv;
mod derivation;
mod dissolve;
mod document;
mod drawn;
mod evaluation;
mod explanation;
mod finished;
mod front;
mod geopackage;
mod ground;
mod instance_folder;
mod journal;
mod json;
mod manifest;
mod map;
mod model;
mod page;
mod projection;
mod publish;
mod question;
mod raster;
mod run_dir;
mod spatial;
mod study;
mod table;
mod words;
mod workbook;

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
pub use finished::{
    FinishedFront, FinishedPoint, FinishedRun, FrontGap, PlainTable, RunStamp, StampedOptions,
};
pub use front::{
    AgainstDocument, CoreDocument, FrontDocument, FrontResultDocument, FrontRunDocument,
    FrontTermsDocument, MissingDocument, NearDocument, ObjectiveDocument, OverKDocument,
    PointDocument, PointPlaceDocument, ReplyDocument, RobustnessDocument, SwingDocument,
    front_files, known_replies, write_front, write_front_csv, write_front_table,
};
pub use instance_folder::{
    AccountDocument, FETCHED, JoinError, Joining, PartPiece, join_part, open_instance_folder,
    save_file, save_instance, save_scenario,
};
pub use journal::{Header, read_journal, short};
pub use journal::{JournalHeader, JournalLine};
pub use json::{JsonReport, write_json};
pub use manifest::{FrontManifest, Manifest, SolverVersion, StatusDocument, timestamp};
pub use model::{
    AreaView, At, BorderView, CoreView, DataView, DivisionView, FrontView, GapView, LikenessView,
    MethodView, MoveView, Objective, ObjectiveView, Pick, PlanView, PointView, PriceView,
    QuestionView, ReferenceView, RegionView, ReportDocument, Selection, Sense, StabilityView,
    SwingView, TieView,
};
pub use page::TEMPLATES;
pub use publish::{Piece, Published, ReportOptions, publish};
pub use question::hexadecimal;
pub use question::{
    GroupDocument, InstanceDocument, LimitDocument, RulesDocument, ScenarioDocument, SourceDocument,
};
pub use run_dir::{Layout, remove_if_there};
pub use run_dir::{OpenMode, OutputError, RunDir, run_files};
pub use study::{DerivedDivision, NearOptimal, SolvedScenario, StudyResults, Watched};
pub use table::{TableReport, percent, plain_table, seconds};
pub use words::{Lang, rounded_to_sum};

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
