//! Joining the shards of a batch.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{read, run_folder};
use super::{BatchFolder, BatchHeader, Record, Shard};
use regionfront_model::defect::{Defect, Defects};
use regionfront_report::{Header as _, OpenMode, OutputError};

/// Joins the folders of all shards of a batch into a folder such as the whole batch would have
/// left: the same tables and run directories, times apart.
///
/// # Errors
/// Refused, with everything that does not fit: folders that hold no batch, another batch, another
/// version, other data; a shard twice, missing or unfinished; an output directory in use.
pub fn merge(shards: &[PathBuf], output: &Path, mode: OpenMode) -> Result<BatchFolder, MergeError> {
    let mut defects = Defects::default();
    let mut found = Vec::new();
    for path in shards {
        match read(path) {
            Ok((header, records)) => found.push((path, header, records)),
            Err(defect) => defects.push(defect),
        }
    }
    check(&found, &mut defects);
    defects.into_result().map_err(MergeError::Refused)?;
    let Some((_, header, _)) = found.first() else {
        let what = "no folder of a shard is named";
        let defect = Defect::new("E535", "batch merge", what, "name the folders of all shards");
        return Err(MergeError::Refused(defect.into()));
    };
    let whole = BatchHeader { shard: Shard::WHOLE, ..header.clone() };
    let mut folder = BatchFolder::open(output, mode, whole)?;
    found.sort_by_key(|(_, header, _)| header.shard.number);
    for (at, name) in folder.header().runs.clone().iter().enumerate() {
        let of = found.len();
        let (path, _, records) = &found[at % of];
        let target = folder.run_folder(name);
        copy(&run_folder(path, name), &target).map_err(|error| {
            OutputError::Failed(Defect::new(
                "E405",
                target.display().to_string(),
                format!("copying the run failed: {error}"),
                "make room or mend the disk, then merge again with --force",
            ))
        })?;
        folder.enter(records[name].clone())?;
    }
    folder.write_tables()?;
    Ok(folder)
}

/// Why shards were not joined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// They do not belong together.
    #[error("{0}")]
    Refused(Defects),
    /// The output cannot be written.
    #[error("{0}")]
    Output(#[from] OutputError),
}

/// A shard: its folder and what it holds.
type Found<'a> = (&'a PathBuf, BatchHeader, BTreeMap<String, Record>);

/// How many missing shards are named.
const MOST_SHOWN: usize = 20;

fn check(found: &[Found<'_>], defects: &mut Defects) {
    let Some((first_path, first, _)) = found.first() else { return };
    let mut wrong = |path: &Path, what: String, cure: &str| {
        defects.push(Defect::new("E535", path.display().to_string(), what, cure));
    };
    let mut seen: BTreeMap<usize, &Path> = BTreeMap::new();
    for (path, header, records) in found {
        // The number of the shard is the one thing in which they may differ.
        let like_first = BatchHeader { shard: header.shard, ..first.clone() };
        let mut differences = header.differences(&like_first);
        if header.shard.of != first.shard.of {
            differences.push(format!("{} shards there, {} here", first.shard.of, header.shard.of));
        }
        if !differences.is_empty() {
            let differences = differences.join("; ");
            let what = format!("it does not go with {}: {differences}", first_path.display());
            wrong(path, what, "merge shards of one batch, one version and the same data");
            continue;
        }
        if let Some(other) = seen.insert(header.shard.number, path) {
            let what = format!("{} is shard {}, too", other.display(), header.shard);
            wrong(path, what, "name every shard once");
        }
        let open: Vec<&str> = header
            .own_runs()
            .filter(|name| !records.contains_key(*name))
            .map(String::as_str)
            .collect();
        if !open.is_empty() {
            let what = format!("{} runs are not finished, {} for one", open.len(), open[0]);
            wrong(path, what, "finish the shard with --resume");
        }
    }
    // The number of shards is whatever a journal says.
    let of = first.shard.of;
    let missing = (1..=of).filter(|number| !seen.contains_key(number));
    let shown: Vec<String> =
        missing.take(MOST_SHOWN).map(|number| format!("{number}/{of}")).collect();
    if !shown.is_empty() && defects.0.is_empty() {
        let more = (of - seen.len()).saturating_sub(shown.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let what = format!("shards are missing: {}{more}", shown.join(", "));
        defects.push(Defect::new("E535", "batch merge", what, "name the folders of all shards"));
    }
}

/// Copies a folder with all that is in it. A run that failed may have left none.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
