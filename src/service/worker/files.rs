//! The folder of a job: what is put there before, and what is taken from there at the end.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use regionfront_model::atomic::TEMPORARY_PREFIX;

use crate::instances::disk;
use crate::question::parts::PARTS;
use crate::question::{RUN, Work};
use crate::store::{Claim, File, Store, StoreError};

/// Most bytes of all files of a job.
const MOST: u64 = 2 << 30;

/// The file of a run directory from which a run goes on.
pub(super) const JOURNAL: &str = "journal.ndjson";

/// The file of a run directory in which an audit notes what it has proven.
const AUDIT: &str = "audit.ndjson";

/// The folder of what an earlier run of a job with parts found, beside its parts.
const EARLIER: &str = "earlier";

/// Makes the folder of a unit ready: what the client brought along, the files of jobs it needs, and
/// what the store has of its own run, where it goes on from there. Hands back the folders to be joined,
/// where the unit joins parts, the one that counts most last.
pub(super) fn prepare(
    store: &dyn Store,
    folder: &Path,
    claim: &Claim,
    work: &Work,
    result: &str,
) -> Result<Vec<String>, StoreError> {
    fs::create_dir_all(folder).map_err(|error| disk(&error))?;
    for (name, text) in &work.brought {
        fs::write(folder.join(name), text).map_err(|error| disk(&error))?;
    }
    for needed in &work.needs {
        put(store, needed, &folder.join(needed), "")?;
    }
    if claim.part.is_some() {
        put_part(store, claim, &folder.join(RUN))?;
    } else if claim.parts.is_empty() {
        // The result is to be written again, and not to be taken for the new one where it is not.
        put(store, &claim.id, &folder.join(RUN), result)?;
    } else {
        return put_parts(store, claim, folder);
    }
    Ok(Vec::new())
}

/// The name under which the store has a file of a run directory.
pub(super) fn kept_as(part: Option<&str>, name: &str) -> String {
    part.map_or_else(|| name.to_owned(), |part| format!("{PARTS}/{part}/{name}"))
}

/// What a job needs of a part that has ended.
pub(super) fn of_part(run: &Path, part: &str) -> io::Result<Vec<File>> {
    let mut found = Vec::new();
    for name in [JOURNAL, AUDIT] {
        match fs::read(run.join(name)) {
            Ok(bytes) => found.push(File { name: kept_as(Some(part), name), bytes }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// A file that the store has of a unit: of the part itself, or of its job where that was asked before.
fn kept_file(store: &dyn Store, claim: &Claim, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let part = claim.part.as_deref();
    let own = store.file(&claim.id, &kept_as(part, name))?;
    match (own, part) {
        (None, Some(_)) => store.file(&claim.id, name),
        (own, _) => Ok(own),
    }
}

/// How long the journal is that the store has of a unit, without what it says of other k.
pub(super) fn kept_journal_size(store: &dyn Store, claim: &Claim) -> Result<usize, StoreError> {
    let journal = kept_file(store, claim, JOURNAL)?.unwrap_or_default();
    Ok(match &claim.part {
        Some(part) => of_count(&journal, part).len(),
        None => journal.len(),
    })
}

/// Writes what the store has of a part into its run directory, unless that is there.
fn put_part(store: &dyn Store, claim: &Claim, run: &Path) -> Result<(), StoreError> {
    let mut files = Vec::new();
    for name in [JOURNAL, AUDIT] {
        files.extend(kept_file(store, claim, name)?.map(|bytes| (name.to_owned(), bytes)));
    }
    if run.is_dir() || files.is_empty() {
        return Ok(());
    }
    write_at_once(run, files.into_iter().map(Ok))
}

/// Writes what the store has of all parts into folders beside each other; hands them back.
fn put_parts(store: &dyn Store, claim: &Claim, folder: &Path) -> Result<Vec<String>, StoreError> {
    let earlier = [(EARLIER, None)];
    let parts = claim.parts.iter().map(|part| (part.as_str(), Some(part.as_str())));
    let mut joined = Vec::new();
    // What an earlier claim has left may be older than what the store has.
    match fs::remove_dir_all(folder.join(PARTS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(disk(&error)),
        _ => {}
    }
    for (inside, part) in earlier.into_iter().chain(parts) {
        let Some(journal) = store.file(&claim.id, &kept_as(part, JOURNAL))? else { continue };
        let journal = match part {
            Some(part) => of_count(&journal, part),
            None => journal,
        };
        let audit = store.file(&claim.id, &kept_as(part, AUDIT))?;
        let inside = format!("{PARTS}/{inside}");
        let files = [(JOURNAL, Some(journal)), (AUDIT, audit)];
        let files =
            files.into_iter().filter_map(|(name, bytes)| Some(Ok((name.to_owned(), bytes?))));
        write_at_once(&folder.join(&inside), files)?;
        joined.push(inside);
    }
    Ok(joined)
}

/// The lines of a journal that are about the k of a part, and its header. A part that went on from what an
/// earlier run of the job found has lines about other k, which are older than those of their own parts.
fn of_count(journal: &[u8], part: &str) -> Vec<u8> {
    #[derive(Deserialize)]
    struct Line {
        result: Option<Piece>,
    }
    #[derive(Deserialize)]
    struct Piece {
        k: u64,
    }
    let own: Option<u64> = part.trim_start_matches('k').parse().ok();
    let is_of_another = |line: &&[u8]| {
        let line: Option<Line> = serde_json::from_slice(line).ok();
        line.and_then(|line| line.result).is_some_and(|piece| Some(piece.k) != own)
    };
    journal
        .split_inclusive(|&byte| byte == b'\n')
        .filter(|line| !is_of_another(line))
        .flatten()
        .copied()
        .collect()
}

/// Makes a folder with these files, all of them or none.
fn write_at_once(
    folder: &Path,
    files: impl Iterator<Item = Result<(String, Vec<u8>), StoreError>>,
) -> Result<(), StoreError> {
    let draft = folder.with_extension("draft");
    let _ = fs::remove_dir_all(&draft);
    for file in files {
        let (name, bytes) = file?;
        let path = draft.join(name);
        let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
        parent.and_then(|()| fs::write(&path, bytes)).map_err(|error| disk(&error))?;
    }
    fs::rename(&draft, folder).map_err(|error| disk(&error))
}

/// Writes the files of a job but one into a folder, unless it is there.
fn put(store: &dyn Store, id: &str, folder: &Path, but: &str) -> Result<(), StoreError> {
    let files = store.files(id)?;
    if folder.is_dir() || files.is_empty() {
        return Ok(());
    }
    let wanted = files.into_iter().map(|(name, _)| name).filter(|name| name != but);
    let read = |name: String| Ok((name.clone(), store.file(id, &name)?.unwrap_or_default()));
    write_at_once(folder, wanted.map(read))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_says_nothing_of_other_k() {
        let journal = b"{\"header\":{\"seed\":0}}\n{\"result\":{\"k\":7,\"number\":0}}\n\
            {\"result\":{\"k\":8,\"number\":0}}\n{\"result\":{\"k\":7,\"nu";
        let kept = String::from_utf8(of_count(journal, "k7")).expect("UTF-8");
        assert_eq!(
            kept,
            "{\"header\":{\"seed\":0}}\n{\"result\":{\"k\":7,\"number\":0}}\n{\"result\":{\"k\":7,\"nu"
        );
    }
}
