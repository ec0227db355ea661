//! The files of plans over several years.

use std::io;
use std::path::Path;

use super::error::OutputError;
use super::output_files::OutputFiles;
use crate::documents::{OverYearsDocument, write_json};

/// Writes `over-years.json`, `over-years.csv` and a file per plan, which other commands take as a
/// division.
///
/// # Errors
/// When a file of another content is there without `force`, or writing fails.
pub fn save_over_years(
    document: &OverYearsDocument,
    folder: &Path,
    force: bool,
) -> Result<(), OutputError> {
    const AGAIN: &str = "make room or name another directory, then run it again";
    let files = files(document).map_err(|error| OutputError::writing(folder, &error, AGAIN))?;
    files.spare(folder, &|_| force)?;
    files.write(folder, AGAIN)
}

fn files(document: &OverYearsDocument) -> io::Result<OutputFiles> {
    let mut files = OutputFiles::default();
    files.make("over-years.json", |out| write_json(document, out))?;
    files.make("over-years.csv", |out| document.write_csv(out))?;
    for division in document.results.iter().filter_map(|result| result.division.as_ref()) {
        files.make(format!("divisions/{}.csv", division.name), |out| {
            division.write_csv(&document.instance, out)
        })?;
    }
    Ok(files)
}
