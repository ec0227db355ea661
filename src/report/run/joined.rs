//! What runs of the same question hold, taken together: one k of a list here, another there.

use std::path::PathBuf;

use serde::de::DeserializeOwned;

use super::directory::refuse_journal;
use super::error::OutputError;
use super::journal::{JournalHeader, read_journal};
use super::names::JOURNAL;

/// The pieces that the journals in these folders hold, each with its folder. Only runs are joined that
/// `--resume` would continue.
///
/// # Errors
/// When a journal cannot be read, is damaged, or belongs to another question.
pub fn read_joined<E: DeserializeOwned>(
    folders: &[PathBuf],
    header: &JournalHeader,
) -> Result<Vec<(PathBuf, Vec<E>)>, OutputError> {
    let read = |folder: &PathBuf| {
        let journal = folder.join(JOURNAL);
        let held = read_journal::<E, _>(&journal, Some(header))
            .map_err(|error| refuse_journal(&journal, &error, "name the folder of another run"))?;
        Ok((folder.clone(), held.pieces))
    };
    folders.iter().map(read).collect()
}
