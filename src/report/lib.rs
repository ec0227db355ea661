//! Documents, tables, files and maps of a run.
//!
//! What a run prints and keeps is made from a [`SolveDocument`], and a document can only be made
//! from [answers](regionfront_solver::job::Answer), whose plans have passed the verifier. To add a format, write
//! a file in `print` with one [`Report`] and register it in [`report_for`]; to add a file to run
//! directories, register it in `run_files`.
//!
//! A full report is made from a run directory: [`RecordedRun`] reads it back and has every plan
//! verified again, [`ReportDocument`] holds everything a report shows, and [`publish()`] writes pages,
//! tables, maps and spatial files from it. To add a piece, write a file of code for it and register it
//! in [`Piece`].
//!
//! | folder | holds |
//! |---|---|
//! | `words` | texts of reports in every language |
//! | `documents` | the published documents, as JSON with a schema |
//! | `print` | documents as tables, text and CSV |
//! | `maps` | maps as SVG and PNG |
//! | `run` | run directories: journal, manifest, files, and a run read back |
//! | `view` | what a report shows, as plain data |
//! | `charts`, `spatial`, `workbook`, `pages` | its pieces |
//! | `publish` | all of them, written |
//! | `batch` | the report of many runs |
//! | `atlas` | an instance, its plans and its runs for the page of the service |
//! | `study`, `instance_folder` | folders of studies and of instances |

mod atlas;
mod batch;
mod charts;
mod documents;
mod docx;
mod instance_folder;
mod maps;
mod pages;
mod print;
mod publish;
mod run;
mod spatial;
mod study;
mod view;
mod words;
mod workbook;

pub use atlas::{
    Atlas, AtlasArea, AtlasDivision, AtlasDocument, Before, ChartPoint, ChartSheet, ChartStage,
    PlanSheet, chart,
};
pub use batch::{BatchOutcome, BatchRecord, BatchRun};
pub use documents::{
    AgainstBestDocument, AgainstDocument, AuditDocument, BorderDocument, ComparisonDocument,
    CoreDocument, DecisionDocument, DerivationDocument, DestinationDocument, DivisionDocument,
    DivisionHeld, DivisionRegionDocument, DivisionYearsDocument, EvaluatedRegionDocument,
    EvaluationDocument, ExplainDocument, ExplanationDocument, FrontDocument, FrontResultDocument,
    FrontRunDocument, FrontTermsDocument, GroupDocument, InstanceDocument, IntersectionDocument,
    LimitDocument, MatchDocument, MissingDocument, MoveDocument, NearDocument, ObjectiveDocument,
    OptionsDocument, OverKDocument, OverYearsDocument, OverYearsKept, OverYearsPieceDocument,
    OverYearsResultDocument, PairDocument, PointDocument, PointPlaceDocument, PriceDocument,
    PricedPlanDocument, PricesDocument, ProcedureDocument, RegionDocument, RelaxationDocument,
    ReplyDocument, ResultDocument, RobustnessDocument, RuleDocument, RulesDocument,
    ScenarioDocument, SolveDocument, SolvedDocument, SourceDocument, StageDocument, SwingDocument,
    TotalsDocument, ValidityDocument, VerdictDocument, ViolationDocument, YearDocument,
    YearHeldDocument, hexadecimal, known_replies, write_json,
};
pub use instance_folder::{
    AccountDocument, FETCHED, JoinError, Joining, Links, PartPiece, StagedInstance, join_part,
    listed_areas, open_instance_folder, save_file, save_instance,
};
pub use pages::TEMPLATES;
pub use print::{
    CsvReport, Format, JsonReport, Report, TABLE_WIDTH, TableReport, keep_words, lines_within,
    percent, plain_table, report_for, seconds, write_front_csv, write_front_table,
};
pub use publish::{Piece, Published, Replaces, ReportOptions, publish};
pub use run::{
    AUDIT, CERTIFICATES, CertificateDocument, CertificatesDocument, FrontManifest, Gap, Header,
    JournalHeader, JournalLine, Layout, Manifest, OpenMode, OutputError, PlainTable, RecordedFront,
    RecordedPoint, RecordedRun, RunDir, RunStamp, ScenarioLabel, SolverVersion, StampedOptions,
    StatusDocument, StudyMapView, StudyRecord, StudyView, front_files, open_output_folder,
    read_joined, read_journal, refuse_locked, remove_if_there, run_files, save_over_years, short,
    timestamp, write_front,
};
pub use study::{
    DerivedDivision, NearOptimal, SolvedScenario, StudyResults, StudyTexts, Swept, Watched,
};
pub use view::{
    AreaView, At, BorderView, CoreView, DataView, DearestRule, DivisionView, FrontView,
    LikenessView, MethodView, MoveView, ObjectiveView, Pick, PlanView, PointView, PriceView,
    QuestionView, ReferenceView, RegionView, ReportDocument, Selection, StabilityView, SwingView,
    TieView, dearest_rules, rule_sentence,
};
pub use words::{Lang, Objective, Sense, rounded_to_sum};
