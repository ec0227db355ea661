//! The files of a run directory that holds fronts.

use regionfront_solver::front::{Front, ObjectiveSet};

use super::directory::RunDir;
use super::error::OutputError;
use crate::documents::{Common, FrontDocument, RobustnessDocument, write_json};
use crate::print::front_csv::{self as csv, Named};

/// UTF-8 byte order mark, for spreadsheets.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Writes every file of the fronts. `fronts` are those of the document, in its order.
///
/// # Errors
/// When the disk fails or is full. Files are written whole or not at all.
pub fn write_front(
    run_dir: &RunDir,
    document: &FrontDocument,
    fronts: &[(&ObjectiveSet, &Front)],
) -> Result<(), OutputError> {
    run_dir.write("front.json", |out| write_json(document, out))?;
    run_dir.write("front.csv", |out| {
        out.write_all(MARK)?;
        csv::write_front_csv(document, out)
    })?;
    let named: Vec<Named<'_>> = document
        .fronts
        .iter()
        .zip(fronts)
        .map(|(result, (set, front))| {
            (*set, *front, result.points.iter().map(|point| point.id.as_str()).collect())
        })
        .collect();
    run_dir.write("assignment.csv", |out| csv::assignment(&named, out))?;
    run_dir.write("assignment_wide.csv", |out| csv::assignment_wide(document, out))?;
    run_dir.write("regions.csv", |out| csv::regions(document, &named, out))?;
    if document.terms.within.is_none() {
        return Ok(());
    }
    run_dir.write("near.csv", |out| csv::near(document, &named, out))?;
    let common: Vec<(&ObjectiveSet, &Front, Common)> =
        fronts.iter().map(|(set, front)| (*set, *front, Common::new(front))).collect();
    run_dir.write("cooccurrence.csv", |out| csv::cooccurrence(&common, out))?;
    let documents: Vec<RobustnessDocument> =
        common.iter().map(|(set, front, common)| common.document(set, front.k)).collect();
    run_dir.write("robustness.json", |out| write_json(&documents, out))
}
