//! The folder of a job: what is put there before, and what is taken from there at the end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use regionfront_model::atomic::TEMPORARY_PREFIX;

use crate::instances::disk;
use crate::question::{RUN, Work};
use crate::store::{File, Store, StoreError};

/// Most bytes of all files of a job.
const MOST: u64 = 2 << 30;

/// Makes the folder of a job ready: what the client brought along, the files of jobs it needs, and
/// what the store has of its own run, where it goes on from there.
pub(super) fn prepare(
    store: &dyn Store,
    folder: &Path,
    id: &str,
    work: &Work,
    result: &str,
) -> Result<(), StoreError> {
    fs::create_dir_all(folder).map_err(|error| disk(&error))?;
    for (name, text) in &work.brought {
        fs::write(folder.join(name), text).map_err(|error| disk(&error))?;
    }
    for needed in &work.needs {
        put(store, needed, &folder.join(needed), "")?;
    }
    // The result is to be written again, and not to be taken for the new one where it is not.
    put(store, id, &folder.join(RUN), result)
}

/// Writes the files of a job but one into a folder, unless it is there.
fn put(store: &dyn Store, id: &str, folder: &Path, but: &str) -> Result<(), StoreError> {
    let files = store.files(id)?;
    if folder.is_dir() || files.is_empty() {
        return Ok(());
    }
    let draft = folder.with_extension("draft");
    let _ = fs::remove_dir_all(&draft);
    for (name, _) in files.into_iter().filter(|(name, _)| name != but) {
        let path = draft.join(&name);
        let bytes = store.file(id, &name)?.unwrap_or_default();
        let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
        parent.and_then(|()| fs::write(&path, bytes)).map_err(|error| disk(&error))?;
    }
    fs::rename(&draft, folder).map_err(|error| disk(&error))
}

/// All files of a run directory, by their path in it.
pub(super) fn collect(folder: &Path) -> io::Result<Vec<File>> {
    let (mut found, mut folders, mut left) = (Vec::new(), vec![PathBuf::new()], MOST);
    while let Some(inside) = folders.pop() {
        let here = folder.join(&inside);
        if !here.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&here)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(inside.join(&name));
            } else if kind.is_file() && !name.starts_with(TEMPORARY_PREFIX) {
                let bytes = fs::read(entry.path())?;
                let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                left = left.checked_sub(size).ok_or_else(|| {
                    io::Error::other(format!("the files of a job are larger than {MOST} bytes"))
                })?;
                let parts: Vec<String> = inside
                    .iter()
                    .map(|part| part.to_string_lossy().into_owned())
                    .chain([name])
                    .collect();
                found.push(File { name: parts.join("/"), bytes });
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}
