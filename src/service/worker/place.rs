//! The folder where workers of one machine have their files: whose it is, and what is left in it.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::question::hexadecimal;
use crate::store::Store;

/// The file with the name of a place.
const NAME: &str = "place";

/// How long a folder of a job that has ended is left alone: another worker may just be ending it.
const LEFT: Duration = Duration::from_secs(3600);

/// The name of the place that a folder is, by which its workers are told from those of others. It is
/// given once, by chance.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn place(folder: &Path) -> io::Result<String> {
    let file = folder.join(NAME);
    if !file.is_file() {
        let mut chance = [0_u8; 8];
        getrandom::fill(&mut chance).map_err(io::Error::other)?;
        let name = hexadecimal(&chance);
        let draft = folder.join(format!("{NAME}.{name}"));
        fs::write(&draft, &name)?;
        // Whole or not at all; another process may have been faster.
        let _ = fs::rename(&draft, &file);
    }
    fs::read_to_string(file)
}

/// Removes what is left of jobs that have ended, of workers that ended before they could.
pub(super) fn tidy(store: &dyn Store, jobs: &Path) {
    let Ok(entries) = fs::read_dir(jobs) else { return };
    for entry in entries.flatten() {
        let changed = entry.metadata().and_then(|meta| meta.modified()).ok();
        let age = changed.and_then(|changed| changed.elapsed().ok());
        let name = entry.file_name().to_string_lossy().into_owned();
        let id = name.split('-').next().unwrap_or_default();
        let is_over = || store.job(id).is_ok_and(|job| job.is_none_or(|job| job.status.is_end()));
        if age.is_some_and(|age| age >= LEFT) && is_over() {
            // What stays costs room only.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
