//! The files of a run directory that holds fronts.

use regionfront_solver::front::{Front, ObjectiveSet};

use super::super::run_dir::{JOURNAL, MANIFEST, RunDir};
use super::super::{OutputError, write_json};
use super::csv::{self, Named};
use super::document::FrontDocument;
use super::robustness::{Common, RobustnessDocument, write_cooccurrence};

/// UTF-8 byte order mark, for spreadsheets.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The names of the files; `has_near` where plans near the points are asked for.
pub fn front_files(has_near: bool) -> Vec<String> {
    let mut names = vec![
        MANIFEST,
        JOURNAL,
        "front.json",
        "front.csv",
        "assignment.csv",
        "assignment_wide.csv",
        "regions.csv",
    ];
    if has_near {
        names.extend(["near.csv", "cooccurrence.csv", "robustness.json"]);
    }
    names.into_iter().map(str::to_owned).collect()
}

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
    run_dir.write("cooccurrence.csv", |out| write_cooccurrence(&common, out))?;
    let documents: Vec<RobustnessDocument> =
        common.iter().map(|(set, front, common)| common.document(set, front.k)).collect();
    run_dir.write("robustness.json", |out| write_json(&documents, out))
}
