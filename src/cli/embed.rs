//! For programs that carry the command within them, such as the package for Python: the command line
//! run on given words, and what it grants where nothing is said.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::text_noting;
use regionfront_model::reading::Encoding;
use regionfront_report::{CertificateDocument, RecordedRun};
use regionfront_solver::allowance::Allowance;

use crate::divisions::table_bytes;
pub use crate::engines::share_threads;
pub use crate::memory::limit as memory_limit;
use crate::{certify, explain, itself};

/// Runs a command line, and gives its exit code. `program` starts the command once more, for runs in
/// processes of their own; `arguments` do not name it.
pub fn run(program: PathBuf, arguments: Vec<OsString>) -> u8 {
    let words: Vec<OsString> =
        std::iter::once(OsString::from("regionfront")).chain(arguments).collect();
    itself::set(program, &words);
    crate::run_words(words)
}

/// The text of a table that was handed in, a file or the first sheet of a workbook, in this encoding where
/// it is not UTF-8. With it comes that its encoding was assumed (`W111`).
///
/// # Errors
/// When it cannot be read, is no text, or holds what the encoding does not have.
pub fn table(path: &Path, encoding: Option<Encoding>) -> Result<(String, Option<Defect>), Defects> {
    let file = path.display().to_string();
    text_noting(&file, table_bytes(path)?, encoding)
}

/// What `explain` may spend on one k.
pub fn explanation_allowance(time_limit: Option<Duration>) -> Allowance {
    explain::allowance(time_limit)
}

/// The certificates of a run, one for each k, with their texts; what cannot be certified says why.
pub fn certificates(
    run: &RecordedRun,
    instance: &Path,
    limit: Duration,
) -> Vec<(CertificateDocument, Option<String>)> {
    let certified = run.fronts.iter().map(|front| certify::one(run, front, instance, limit));
    certified.map(|(entry, text)| (entry, text.map(|(_, text)| text))).collect()
}
