//! Folders of instances: read as files, and written from them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use regionfront_model::atomic::TEMPORARY_PREFIX;

use crate::store::File;

/// Endings of the files of an instance.
pub(super) const ENDINGS: [&str; 5] = ["csv", "json", "geojson", "toml", "md"];

/// Folders inside an instance.
pub(super) const FOLDERS: [&str; 3] = ["divisions", "scenarios", "years"];

/// What a file looks like from outside: its name, its size, and when it was changed.
pub(super) type Stamp = (String, u64, Option<Duration>);

/// What the files of an instance in a folder look like, by name.
pub(super) fn stamps(folder: &Path) -> io::Result<Vec<Stamp>> {
    let mut found = Vec::new();
    let inside = FOLDERS.map(|inside| (folder.join(inside), format!("{inside}/")));
    let all = [(folder.to_owned(), String::new())].into_iter().chain(inside);
    for (folder, before) in all.filter(|(folder, _)| folder.is_dir()) {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let meta = fs::metadata(entry.path())?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if meta.is_file() && is_of_instance(&name) {
                let changed = meta.modified().ok();
                let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                found.push((format!("{before}{name}"), meta.len(), changed));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Reads the files that look so.
pub(super) fn read(folder: &Path, stamps: &[Stamp]) -> io::Result<Vec<File>> {
    let file =
        |(name, _, _): &Stamp| Ok(File { name: name.clone(), bytes: fs::read(folder.join(name))? });
    stamps.iter().map(file).collect()
}

/// Whether a file of that name belongs to an instance.
pub(super) fn is_of_instance(name: &str) -> bool {
    !name.starts_with('.')
        && Path::new(name)
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| ENDINGS.contains(&ending))
}

/// Writes files into `place/id/name`, all of them or none, unless they are there.
///
/// # Errors
/// When they cannot be written.
pub fn write_files(place: &Path, id: &str, name: &str, files: &[File]) -> io::Result<PathBuf> {
    let wanted = place.join(id).join(name);
    if wanted.is_dir() {
        return Ok(wanted);
    }
    fs::create_dir_all(place)?;
    let draft = place.join(format!("{TEMPORARY_PREFIX}{id}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&draft);
    let inner = draft.join(name);
    fs::create_dir_all(&inner)?;
    for file in files {
        let path = inner.join(&file.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, &file.bytes)?;
    }
    if let Err(error) = fs::rename(&draft, place.join(id)) {
        let _ = fs::remove_dir_all(&draft);
        // Another process may have been faster.
        if !wanted.is_dir() {
            return Err(error);
        }
    }
    Ok(wanted)
}
