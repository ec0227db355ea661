//! `schema`: JSON Schemas of everything that is read and written.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use schemars::{Schema, schema_for};

use regionfront_batch::BatchSchema;
use regionfront_model::instance::Description;
use regionfront_model::scenario::Scenario;
use regionfront_report::{
    AccountDocument, CertificatesDocument, ComparisonDocument, DerivationDocument,
    EvaluationDocument, ExplainDocument, FrontDocument, JournalLine, Manifest, OverYearsDocument,
    OverYearsPieceDocument, PricesDocument, ReplyDocument, ReportDocument, RobustnessDocument,
    SolveDocument,
};

use super::bench::{BenchDocument, PlacesDocument, PublishedDocument};
use super::check::CheckDocument;
use super::exit::{Exit, Failure};
use super::output::json_to_stdout;
use super::progress::Event;
use super::study::Study;

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Without a name, one object with all schemas by name.

Example:
  regionfront schema solve > solve.schema.json")]
pub(super) struct SchemaArgs {
    /// Whose schema
    #[arg(value_enum)]
    name: Option<SchemaName>,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum SchemaName {
    /// `solve --format json` and `solve.json`.
    Solve,
    /// `solve --over-years … --format json` and `over-years.json`.
    OverYears,
    /// `front --format json` and `front.json`.
    Front,
    /// `robustness.json` of a run of `front`.
    Robustness,
    /// `bench --format json`.
    Bench,
    /// `bench --published … --format json`.
    BenchPublished,
    /// `bench --places --format json`.
    BenchPlaces,
    /// `check --format json`.
    Check,
    /// `explain --format json`.
    Explain,
    /// `evaluate --format json`.
    Evaluate,
    /// `compare --format json`.
    Compare,
    /// `derive --format json` and `derive.json`.
    Derive,
    /// `inspect --format json`.
    Inspect,
    /// `import … --format json`, `instance … --format json`.
    Account,
    /// A line of `--progress json`.
    Event,
    /// A line of `journal.ndjson` of a run of `solve`.
    Journal,
    /// A line of `journal.ndjson` of a run of `front`.
    FrontJournal,
    /// A line of `journal.ndjson` of a run of `solve --over-years`.
    OverYearsJournal,
    /// `manifest.json`.
    Manifest,
    /// `prices.json` of a run that a report was made of.
    Prices,
    /// `report.json`, and what the templates of reports see.
    Report,
    /// A batch file, once its TOML is read.
    Batch,
    /// A line of `batch.ndjson`.
    BatchJournal,
    /// `batch status --format json`.
    BatchStatus,
    /// A study file, once its TOML is read.
    Study,
    /// A scenario file, once its TOML is read.
    Scenario,
    /// A line of a certificate.
    Certificate,
    /// `certificates/index.json` of a run.
    Certificates,
}

pub(super) fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    if let Some(name) = args.name {
        json_to_stdout(&schema(name))?;
    } else {
        let all: BTreeMap<String, Schema> = SchemaName::value_variants()
            .iter()
            .filter_map(|&name| {
                Some((name.to_possible_value()?.get_name().to_owned(), schema(name)))
            })
            .collect();
        json_to_stdout(&all)?;
    }
    Ok(Exit::AsAsked)
}

/// The schema of that name, as a value.
#[cfg(feature = "service")]
pub(super) fn schema_of(name: &str) -> Option<serde_json::Value> {
    let name = SchemaName::from_str(name, false).ok()?;
    serde_json::to_value(schema(name)).ok()
}

fn schema(name: SchemaName) -> Schema {
    match name {
        SchemaName::Solve => schema_for!(SolveDocument),
        SchemaName::OverYears => schema_for!(OverYearsDocument),
        SchemaName::Bench => schema_for!(BenchDocument),
        SchemaName::BenchPublished => schema_for!(PublishedDocument),
        SchemaName::BenchPlaces => schema_for!(PlacesDocument),
        SchemaName::Check => schema_for!(CheckDocument),
        SchemaName::Explain => schema_for!(ExplainDocument),
        SchemaName::Evaluate => schema_for!(EvaluationDocument),
        SchemaName::Compare => schema_for!(ComparisonDocument),
        SchemaName::Derive => schema_for!(DerivationDocument),
        SchemaName::Inspect => schema_for!(Description),
        SchemaName::Account => schema_for!(AccountDocument),
        SchemaName::Event => schema_for!(Event),
        SchemaName::Front => schema_for!(FrontDocument),
        SchemaName::Robustness => schema_for!(Vec<RobustnessDocument>),
        SchemaName::FrontJournal => schema_for!(JournalLine<ReplyDocument>),
        SchemaName::OverYearsJournal => schema_for!(JournalLine<OverYearsPieceDocument>),
        SchemaName::Journal => schema_for!(JournalLine),
        SchemaName::Manifest => schema_for!(Manifest),
        SchemaName::Prices => schema_for!(PricesDocument),
        SchemaName::Report => schema_for!(ReportDocument),
        SchemaName::Batch => schema_for!(BatchSchema),
        SchemaName::BatchJournal => schema_for!(regionfront_batch::JournalLine),
        SchemaName::BatchStatus => schema_for!(regionfront_batch::BatchStatus),
        SchemaName::Study => schema_for!(Study),
        SchemaName::Scenario => schema_for!(Scenario),
        // Written by hand, as the checker's own structures are not to vouch for themselves.
        SchemaName::Certificate => serde_json::from_str(regionfront_check::SCHEMA)
            .expect("the schema of certificates is a schema"),
        SchemaName::Certificates => schema_for!(CertificatesDocument),
    }
}
