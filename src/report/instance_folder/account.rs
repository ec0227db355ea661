//! What was done to make an instance folder: as a document and as text.

use std::io::{self, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use regionfront_exchange::import::Account;
use regionfront_model::instance::Instance;
use regionfront_model::quantity::grouped;

use crate::{InstanceDocument, plain_table};

/// An instance folder that was written, and what was done to make it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AccountDocument {
    /// Which document this is: `regionfront/account/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The folder, as named on the command line.
    pub folder: String,
    /// The instance.
    pub instance: InstanceDocument,
    /// Files written, relative to the folder.
    pub files: Vec<String>,
    /// Counts, and remarks on what was left out, assumed or remains to be done.
    #[serde(flatten)]
    pub account: Account,
}

impl AccountDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/account/1";

    /// The document of a folder.
    pub fn new(instance: &Instance, folder: &Path, files: Vec<String>, account: Account) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            folder: folder.display().to_string(),
            instance: InstanceDocument::new(instance),
            files,
            account,
        }
    }

    /// Writes it for reading.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{} ({})\n", self.instance.title, self.instance.name)?;
        let mut table = plain_table(&[("", false), ("number", true)]);
        for count in &self.account.counts {
            table.add_row([count.what.clone(), grouped(count.number)]);
        }
        writeln!(out, "{table}")?;
        if !self.account.notes.is_empty() {
            writeln!(out)?;
        }
        for note in &self.account.notes {
            writeln!(out, "- {note}")?;
        }
        writeln!(out, "\n{}: {}", self.folder, self.files.join(", "))
    }
}
