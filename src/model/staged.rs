//! Folders that are there whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::atomic::{TEMPORARY_PREFIX, begin_writing};

/// A folder that is filled out of sight, and put in its place when nothing is wrong with it. One that
/// is not put anywhere leaves nothing behind.
#[derive(Debug)]
pub struct StagedFolder {
    /// Removed with all it holds when dropped.
    room: TempDir,
    target: PathBuf,
}

/// The folder in the making inside its room, so that it has the rights of any new folder.
const MADE: &str = "made";

impl StagedFolder {
    /// An empty folder on the disk of the one that it is to become, or to be put into.
    ///
    /// # Errors
    /// When no folder can be made there.
    pub fn of(target: &Path) -> io::Result<Self> {
        begin_writing();
        let room = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempdir_in(ground(target))?;
        fs::create_dir(room.path().join(MADE))?;
        Ok(Self { room, target: target.to_owned() })
    }

    /// The folder to fill.
    pub fn path(&self) -> PathBuf {
        self.room.path().join(MADE)
    }

    /// Puts the folder in its place. Where there is a folder already, files of the same names are
    /// replaced, one by one, and the others stay.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn put(self) -> io::Result<()> {
        let made = self.path();
        if self.target.is_dir() {
            return move_into(&made, &self.target);
        }
        if let Some(parent) = self.target.parent().filter(|path| !path.as_os_str().is_empty()) {
            fs::create_dir_all(parent)?;
        }
        fs::rename(made, &self.target)
    }
}

/// The folder that is there already: this one, or the nearest above it.
pub fn ground(folder: &Path) -> &Path {
    let here = Path::new(".");
    let above = folder.ancestors();
    above
        .map(|path| if path.as_os_str().is_empty() { here } else { path })
        .find(|path| path.is_dir())
        .unwrap_or(here)
}

fn move_into(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            move_into(&entry.path(), &target)?;
        } else {
            fs::rename(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_folder_that_is_not_put_leaves_nothing_behind() {
        let room = tempfile::tempdir().expect("a temporary folder");
        let staged = StagedFolder::of(&room.path().join("a/b/c")).expect("room for a folder");
        fs::write(staged.path().join("x"), "half").expect("room for a file");
        drop(staged);
        assert!(names(room.path()).is_empty());
    }

    #[test]
    fn a_folder_is_put_in_its_place_and_spares_what_is_there() {
        let room = tempfile::tempdir().expect("a temporary folder");
        let target = room.path().join("a/b");
        for text in ["old", "new"] {
            let staged = StagedFolder::of(&target).expect("room for a folder");
            fs::create_dir(staged.path().join("below")).expect("room for a folder");
            fs::write(staged.path().join("below/x"), text).expect("room for a file");
            staged.put().expect("it can be put");
            assert_eq!(fs::read_to_string(target.join("below/x")).expect("the file"), text);
            fs::write(target.join("below/mine"), "mine").expect("room for a file");
        }
        assert_eq!(names(&target), ["below"]);
        assert_eq!(names(&target.join("below")), ["mine", "x"]);
        assert_eq!(names(room.path()), ["a"]);
    }
}
