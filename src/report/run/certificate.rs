//! What certificates a run has, and what the checker says of them: `certificates/index.json`.

use std::fs;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::defect::{Defect, Defects};

use super::error::OutputError;
use super::output_files::OutputFiles;
use crate::documents::write_json;

/// Folder of the certificates in a run directory.
pub const CERTIFICATES: &str = "certificates";

/// The list of the certificates of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CertificatesDocument {
    /// Which document this is: `regionfront/certificates/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// When the run began that they belong to; of another run they say nothing.
    pub run_started: String,
    /// One for every k and front.
    pub certificates: Vec<CertificateDocument>,
}

/// A certificate, or why there is none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CertificateDocument {
    /// Number of regions.
    pub k: usize,
    /// Second objectives of the front, if it is one.
    pub against: Vec<String>,
    /// Whether the independent checker finds everything proved.
    pub certified: bool,
    /// The file, from the run directory; `null` where there is none.
    pub file: Option<String>,
    /// Its size in bytes.
    pub bytes: u64,
    /// Sets of prices in it.
    pub prices: usize,
    /// What is proved, in the words of the checker; empty unless certified.
    pub claims: Vec<String>,
    /// Why it is not certified.
    pub reason: Option<String>,
}

impl CertificatesDocument {
    /// Value of `schema`.
    pub const SCHEMA: &str = "regionfront/certificates/1";

    /// The list in a run directory; `None` where there is none, or it belongs to another run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &Path, run_started: &str) -> Result<Option<Self>, Defects> {
        let path = folder.join(CERTIFICATES).join("index.json");
        let Ok(bytes) = fs::read(&path) else { return Ok(None) };
        let document: Self = serde_json::from_slice(&bytes).map_err(|error| {
            Defect::new(
                "E407",
                path.display().to_string(),
                format!("the list of certificates cannot be read: {error}"),
                "make the certificates again with regionfront certify",
            )
        })?;
        Ok(Some(document).filter(|document| document.run_started == run_started))
    }

    /// Writes the list, and the certificates by name beside it. What is there with other contents is
    /// replaced with `force` only; without it nothing is written then.
    ///
    /// # Errors
    /// When the disk fails or is full, or something would be replaced.
    pub fn write(
        &self,
        folder: &Path,
        texts: &[(String, String)],
        force: bool,
    ) -> Result<(), OutputError> {
        let again = "make the certificates again with regionfront certify";
        let mut files = OutputFiles::default();
        for (name, text) in texts {
            files.add(format!("{CERTIFICATES}/{name}"), text.clone().into_bytes());
        }
        let index = format!("{CERTIFICATES}/index.json");
        files
            .make(index, |out| write_json(self, out))
            .map_err(|error| OutputError::writing(folder, &error, again))?;
        files.spare(folder, &|_| force)?;
        files.write(folder, again)
    }
}
