//! The files of a derivation.

use std::io;
use std::path::Path;

use regionfront_model::file_name::bent;

use super::error::OutputError;
use super::output_files::OutputFiles;
use crate::documents::{DerivationDocument, write_json};
use crate::print::write_curve;

/// What to do when the disk failed.
const AGAIN: &str = "run again with --force";

impl DerivationDocument {
    /// Writes the divisions as CSV files fit for every command, and the log as JSON and text.
    /// Files are written whole or not at all; what exists is replaced only with `force`.
    ///
    /// # Errors
    /// When a file exists already, or the folder cannot be written.
    pub fn save(&self, folder: &Path, force: bool) -> Result<(), OutputError> {
        let files = self.files().map_err(|error| OutputError::writing(folder, &error, AGAIN))?;
        files.spare(folder, &|_| force)?;
        files.write(folder, AGAIN)
    }

    fn files(&self) -> io::Result<OutputFiles> {
        let mut files = OutputFiles::default();
        for division in &self.divisions {
            let name = match self.divisions.as_slice() {
                [_] => "division.csv".to_owned(),
                _ => format!("{}.csv", bent(&division.name)),
            };
            files.make(name, |out| division.write_csv(&self.instance, out))?;
        }
        let curve = || self.solved.iter().filter(|solved| solved.max_moved.is_some());
        if curve().nth(1).is_some() {
            files.make("curve.csv", |out| write_curve(curve(), out))?;
        }
        files.make("derive.txt", |out| self.write_text(out))?;
        files.make("derive.json", |out| write_json(self, out))?;
        Ok(files)
    }
}
