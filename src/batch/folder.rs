//! The folder of a batch: its journal, its tables, and a run directory for every run.
//!
//! ```text
//! batch.ndjson      a header, then a line per finished run, flushed at once
//! batch.csv         a row per run and k
//! batch.parquet     the same
//! runs/NAME/        what `solve` or `front` would have written
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Batch, Ending, Plan, Planned, Record, Row, Shard, name, parquet, table};
use regionfront_model::defect::Defect;
use regionfront_report::{
    self, Header, Layout, OpenMode, OutputError, RunDir, read_journal, short,
};

const JOURNAL: &str = "batch.ndjson";
const CSV: &str = "batch.csv";
const PARQUET: &str = "batch.parquet";
const RUNS: &str = "runs";

const LAYOUT: Layout = Layout { journal: JOURNAL, marks: &[JOURNAL], clear };

/// UTF-8 byte order mark, for spreadsheets.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// A line of the journal of a batch.
pub type JournalLine = regionfront_report::JournalLine<Record, BatchHeader>;

/// What the journal of a batch belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchHeader {
    /// Which file this is: `regionfront/batch-journal/1`.
    pub schema: String,
    /// Version of regionfront.
    pub version: String,
    /// What reports call the batch.
    pub title: String,
    /// SHA-256 over all that its runs say.
    pub batch_sha256: String,
    /// Which of its runs are done here.
    pub shard: Shard,
    /// SHA-256 of every instance, by its folder as written; empty where it cannot be read.
    pub instances: BTreeMap<String, String>,
    /// The axes of its matrices.
    pub axes: BTreeSet<String>,
    /// Names of all its runs, also of those other shards do, in the order of the file.
    pub runs: Vec<String>,
}

impl BatchHeader {
    /// The header of a shard of a batch.
    pub fn new(batch: &Batch, plan: &Plan, shard: Shard) -> Self {
        Self {
            schema: "regionfront/batch-journal/1".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            title: batch.title.clone(),
            batch_sha256: batch.sha256.clone(),
            shard,
            instances: plan.instances.clone(),
            axes: batch.runs.iter().flat_map(|run| run.values.keys().cloned()).collect(),
            runs: batch.runs.iter().map(|run| run.name.clone()).collect(),
        }
    }

    /// Names of the runs that are done here.
    pub fn own_runs(&self) -> impl Iterator<Item = &String> {
        let is_own = |(at, _): &(usize, &String)| self.shard.holds(*at);
        self.runs.iter().enumerate().filter(is_own).map(|(_, name)| name)
    }
}

impl Header for BatchHeader {
    fn differences(&self, found: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let mut compare = |what: &str, ours: String, theirs: String| {
            if ours != theirs {
                differences.push(format!("{what} {theirs} there, {ours} here"));
            }
        };
        compare("format", self.schema.clone(), found.schema.clone());
        compare("version", self.version.clone(), found.version.clone());
        compare("batch", short(&self.batch_sha256), short(&found.batch_sha256));
        compare("shard", self.shard.to_string(), found.shard.to_string());
        let folders: BTreeSet<&String> =
            self.instances.keys().chain(found.instances.keys()).collect();
        for folder in folders {
            let hash = |header: &Self| match header.instances.get(folder).map(String::as_str) {
                None | Some("") => "none".to_owned(),
                Some(sha256) => short(sha256),
            };
            compare(&format!("instance {folder}"), hash(self), hash(found));
        }
        differences
    }
}

/// An open folder of a batch.
#[derive(Debug)]
pub struct BatchFolder {
    path: PathBuf,
    dir: RunDir,
    header: BatchHeader,
    records: BTreeMap<String, Record>,
}

impl BatchFolder {
    /// Opens a folder, creating it if need be, with the records of the batch that it continues.
    ///
    /// # Errors
    /// When it cannot be written, holds something else, or another batch.
    pub fn open(path: &Path, mode: OpenMode, header: BatchHeader) -> Result<Self, OutputError> {
        let (dir, records) = RunDir::open_as::<Record, _>(&LAYOUT, path, mode, &header)?;
        Ok(Self { path: path.to_owned(), dir, header, records: last_of_each(records) })
    }

    /// The run directory of a run.
    pub fn run_folder(&self, run: &str) -> PathBuf {
        run_folder(&self.path, run)
    }

    /// What the batch is.
    pub fn header(&self) -> &BatchHeader {
        &self.header
    }

    /// The record of a run that needs no more doing: it was done, a limit may have struck, and its
    /// rules have not changed since.
    pub fn finished(&self, planned: &Planned) -> Option<&Record> {
        let record = self.records.get(&planned.run.name)?;
        let sha256 = &planned.size.as_ref().ok()?.scenario_sha256;
        let is_same = record.rows.iter().all(|row| row.scenario_sha256 == *sha256);
        (record.ending == Ending::Done && is_same).then_some(record)
    }

    /// Leaves out what came of a run earlier, until it is done again.
    pub fn forget(&mut self, run: &str) {
        self.records.remove(run);
    }

    /// Enters what came of a run. What was interrupted does not get into the journal, so that it
    /// is done again.
    ///
    /// # Errors
    /// When the disk fails or is full.
    pub fn enter(&mut self, record: Record) -> Result<(), OutputError> {
        let saved = match record.ending {
            Ending::Interrupted => Ok(()),
            _ => self.dir.save(&record),
        };
        self.records.insert(record.run.clone(), record);
        saved
    }

    /// The rows of all runs with a record, in the order of the batch.
    pub fn rows(&self) -> Vec<&Row> {
        let records = self.header.own_runs().filter_map(|name| self.records.get(name));
        records.flat_map(|record| &record.rows).collect()
    }

    /// What came of the runs, in the order of the batch.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.header.own_runs().filter_map(|name| self.records.get(name))
    }

    /// Writes the tables.
    ///
    /// # Errors
    /// When the disk fails or is full. Files are written whole or not at all.
    pub fn write_tables(&self) -> Result<(), OutputError> {
        let rows = self.rows();
        self.dir.write(CSV, |out| {
            out.write_all(MARK)?;
            table::write_csv(&rows, &self.header.axes, out)
        })?;
        let bytes = parquet::encode(&table::columns(&rows, &self.header.axes));
        self.dir.write(PARQUET, |out| out.write_all(&bytes.map_err(io::Error::other)?))
    }
}

/// How far a batch has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BatchStatus {
    /// Which document this is: `regionfront/batch-status/1`.
    pub schema: String,
    /// What the batch is.
    pub batch: BatchHeader,
    /// How many runs are done here.
    pub runs: usize,
    /// Those with an answer or an error.
    pub finished: usize,
    /// Those begun and not finished, or interrupted.
    pub begun: Vec<Begun>,
    /// Those not begun.
    pub waiting: usize,
    /// Rows by termination and solution, such as `optimal proven_optimal`.
    pub rows: BTreeMap<String, usize>,
    /// Runs that ended without an answer, with the reason.
    pub failed: BTreeMap<String, String>,
}

/// A run that is begun and not finished.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Begun {
    /// Its name.
    pub run: String,
    /// Results in its own journal: finished k, or replies along fronts.
    pub saved: usize,
}

impl BatchStatus {
    /// Reads the folder of a batch, without changing it.
    ///
    /// # Errors
    /// When there is no batch, or its journal cannot be read.
    pub fn read(path: &Path) -> Result<Self, Defect> {
        let (header, records) = read(path)?;
        let mut rows = BTreeMap::new();
        for row in records.values().flat_map(|record| &record.rows) {
            *rows.entry(format!("{} {}", row.termination, row.solution)).or_insert(0) += 1;
        }
        let failed = records.values().filter(|record| record.ending != Ending::Done);
        let failed = failed.map(|record| {
            let with_reason = record.rows.iter().find(|row| !row.reason.is_empty());
            (record.run.clone(), with_reason.map_or_else(String::new, |row| row.reason.clone()))
        });
        let open: Vec<&String> =
            header.own_runs().filter(|name| !records.contains_key(*name)).collect();
        let begun: Vec<Begun> = open
            .iter()
            .filter_map(|name| {
                let journal = run_folder(path, name).join("journal.ndjson");
                let text = std::fs::read_to_string(journal).ok()?;
                let saved = text.matches('\n').count().saturating_sub(1);
                Some(Begun { run: (*name).clone(), saved })
            })
            .collect();
        Ok(Self {
            schema: "regionfront/batch-status/1".to_owned(),
            runs: header.own_runs().count(),
            finished: records.len(),
            waiting: open.len() - begun.len(),
            begun,
            rows,
            failed: failed.collect(),
            batch: header,
        })
    }
}

/// The header and the records of a folder, by run.
pub(super) fn read(path: &Path) -> Result<(BatchHeader, BTreeMap<String, Record>), Defect> {
    let journal = path.join(JOURNAL);
    let unusable =
        |what: String, cure: &str| Defect::new("E534", journal.display().to_string(), what, cure);
    let cure = "name the output directory of `regionfront batch`";
    let held = read_journal::<Record, BatchHeader>(&journal, None)
        .map_err(|error| unusable(format!("the journal cannot be read: {error}"), cure))?;
    let header = held.header.ok_or_else(|| unusable("the journal is empty".to_owned(), cure))?;
    // They become folders.
    for run in &header.runs {
        name::check(run).map_err(|what| unusable(format!("a run of the journal: {what}"), cure))?;
    }
    Ok((header, last_of_each(held.pieces)))
}

pub(super) fn run_folder(path: &Path, run: &str) -> PathBuf {
    path.join(RUNS).join(run)
}

/// A run that was done again, after a failure, replaces what came of it before.
fn last_of_each(records: Vec<Record>) -> BTreeMap<String, Record> {
    records.into_iter().map(|record| (record.run.clone(), record)).collect()
}

/// The tables and the journal; run directories replace themselves as they are done again.
fn clear(path: &Path) -> io::Result<()> {
    [JOURNAL, CSV, PARQUET]
        .iter()
        .try_for_each(|name| regionfront_report::remove_if_there(&path.join(name)))
}
