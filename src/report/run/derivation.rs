//! The files of a derivation.

use std::io::{self, Write};
use std::path::Path;

use regionfront_model::atomic::write_atomically;
use regionfront_model::defect::Defect;

use super::error::OutputError;
use crate::documents::{DerivationDocument, write_json};
use crate::print::write_curve;

impl DerivationDocument {
    /// Writes the divisions as CSV files fit for every command, and the log as JSON and text.
    /// Files are written whole or not at all; those of an earlier derivation only with `force`.
    ///
    /// # Errors
    /// When the folder holds a derivation already, or cannot be written.
    pub fn save(&self, folder: &Path, force: bool) -> Result<(), OutputError> {
        let log = folder.join("derive.json");
        if log.exists() && !force {
            return Err(OutputError::Refused(Defect::new(
                "E402",
                folder.display().to_string(),
                "the output directory holds an earlier derivation",
                "replace it with --force, or name another directory",
            )));
        }
        std::fs::create_dir_all(folder).map_err(|error| {
            OutputError::Refused(Defect::new(
                "E401",
                folder.display().to_string(),
                format!("the output directory cannot be used: {error}"),
                "name a directory you may write to",
            ))
        })?;
        let write = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
            let path = folder.join(name);
            write_atomically(&path, write)
                .map_err(|error| OutputError::writing(&path, &error, "run again with --force"))
        };
        for division in &self.divisions {
            let name = match self.divisions.as_slice() {
                [_] => "division.csv".to_owned(),
                _ => format!("{}.csv", division.name),
            };
            write(&name, &|out| division.write_csv(&self.instance, out))?;
        }
        let curve = || self.solved.iter().filter(|solved| solved.max_moved.is_some());
        if curve().nth(1).is_some() {
            write("curve.csv", &|out| write_curve(curve(), out))?;
        }
        write("derive.txt", &|out| self.write_text(out))?;
        write("derive.json", &|out| write_json(self, out))
    }
}
