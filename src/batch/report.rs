//! A batch as its report shows it: read back from its folder, every plan verified again.

use std::collections::BTreeMap;
use std::path::Path;

use super::folder::{self, run_folder};
use super::{Ending, Record};
use regionfront_model::defect::Defects;
use regionfront_report::{BatchOutcome, BatchRecord, BatchRun, RecordedRun};

/// The file that a report of a run alone begins with.
const PAGE: &str = "report.html";

/// Reads the folder of a batch. A run that cannot be read back is told as one, and the others are read.
///
/// # Errors
/// When there is no batch, or its journal cannot be read.
pub fn recorded(path: &Path) -> Result<BatchRecord, Defects> {
    let (header, records) = folder::read(path)?;
    let runs = header.own_runs().map(|name| run(path, name, records.get(name)));
    Ok(BatchRecord { title: header.title.clone(), runs: runs.collect() })
}

fn run(path: &Path, name: &str, record: Option<&Record>) -> BatchRun {
    let values = record.and_then(|record| record.rows.first()).map(|row| &row.values);
    let values: &BTreeMap<String, String> = values.unwrap_or(const { &BTreeMap::new() });
    let page = run_folder(path, name).join(PAGE);
    let page = page.is_file().then(|| format!("runs/{name}/{PAGE}"));
    BatchRun {
        name: name.to_owned(),
        values: values.iter().map(|(axis, value)| (axis.clone(), value.clone())).collect(),
        outcome: record.map_or(BatchOutcome::Waiting, |record| outcome(path, record)),
        report: page,
    }
}

fn outcome(path: &Path, record: &Record) -> BatchOutcome {
    let reason = || {
        let found = record.rows.iter().find(|row| !row.reason.is_empty());
        found.map_or_else(String::new, |row| row.reason.clone())
    };
    match record.ending {
        Ending::Input => BatchOutcome::Input(reason()),
        Ending::Failed => BatchOutcome::Failed(reason()),
        Ending::Interrupted => BatchOutcome::Waiting,
        Ending::Done => match RecordedRun::read(&run_folder(path, &record.run), None) {
            Ok(run) => BatchOutcome::Done(Box::new(run)),
            Err(defects) => BatchOutcome::Unreadable(defects.to_string()),
        },
    }
}
