//! The files of an answer, made in memory and written together: nothing that exists is replaced
//! unless told, and what cannot be written to the end leaves nothing of itself behind.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use regionfront_model::atomic::write_atomically;
use regionfront_model::defect::Defect;
use regionfront_model::file_name::inside;

use super::error::OutputError;
use super::lock::refuse_locked;

/// Refuses a directory that holds something, unless files in it may be replaced, and one that another
/// process is writing to: before any work is done. Nothing is made.
///
/// # Errors
/// When it holds something, is written to, or is none.
pub fn open_output_folder(folder: &Path, force: bool) -> Result<(), OutputError> {
    let refuse = |code, what: String, cure: &str| {
        let at = folder.display().to_string();
        Err(OutputError::Refused(Defect::new(code, at, what, cure)))
    };
    let is_taken = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => {
            let what = format!("the output directory cannot be used: {error}");
            return refuse("E401", what, "name a directory you may write to");
        }
    };
    refuse_locked(folder)?;
    if !is_taken || force {
        return Ok(());
    }
    refuse(
        "E402",
        "the output directory is not empty".to_owned(),
        "name an empty or new directory, or use --force, which replaces files of the same names \
         and leaves others alone",
    )
}

/// Files to be written into a folder.
#[derive(Debug, Default)]
pub(crate) struct OutputFiles {
    files: Vec<(String, Vec<u8>)>,
}

impl OutputFiles {
    /// Adds a file. Its name may begin with folders.
    pub(crate) fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        self.files.push((name.into(), bytes));
    }

    /// Adds a file as a writer writes it.
    pub(crate) fn make(
        &mut self,
        name: impl Into<String>,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        write(&mut bytes)?;
        self.add(name, bytes);
        Ok(())
    }

    /// Their names, in the order added.
    pub(crate) fn names(&self) -> Vec<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Refuses to replace files of other contents, those aside that `may_go` names.
    pub(crate) fn spare(
        &self,
        folder: &Path,
        may_go: &dyn Fn(&str) -> bool,
    ) -> Result<(), OutputError> {
        let differs = |name: &str, bytes: &[u8]| {
            let path = folder.join(name);
            path.symlink_metadata().is_ok() && fs::read(path).map_or(true, |there| there != bytes)
        };
        let taken: Vec<&str> = self
            .files
            .iter()
            .filter(|(name, bytes)| !may_go(name) && differs(name, bytes))
            .map(|(name, _)| name.as_str())
            .collect();
        let Some((first, others)) = taken.split_first() else { return Ok(()) };
        let more = match others.len() {
            0 => "exists already".to_owned(),
            1 => "and 1 other file exist already".to_owned(),
            more => format!("and {more} other files exist already"),
        };
        Err(OutputError::Refused(Defect::new(
            "E402",
            folder.display().to_string(),
            format!("{first} {more}"),
            "replace them with --force, or name another directory",
        )))
    }

    /// Writes all of them. Where one fails, those before it that are new go again, and so do the
    /// folders made for them.
    pub(crate) fn write(self, folder: &Path, again: &str) -> Result<(), OutputError> {
        let mut made = Made::default();
        for (name, bytes) in &self.files {
            let written = inside(folder, name).and_then(|path| {
                made.folders(path.parent().unwrap_or(folder))?;
                let is_new = path.symlink_metadata().is_err();
                write_atomically(&path, |out| out.write_all(bytes))?;
                if is_new {
                    made.files.push(path);
                }
                Ok(())
            });
            if let Err(error) = written {
                made.remove();
                return Err(OutputError::writing(&folder.join(name), &error, again));
            }
        }
        Ok(())
    }
}

/// What was not there before.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Made {
    fn folders(&mut self, wanted: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = wanted
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .collect();
        for path in missing.into_iter().rev() {
            fs::create_dir(path)?;
            self.folders.push(path.to_owned());
        }
        Ok(())
    }

    /// As far as the disk lets it: the failure that is told is the first.
    fn remove(self) {
        for path in self.files {
            let _ = fs::remove_file(path);
        }
        for path in self.folders.into_iter().rev() {
            let _ = fs::remove_dir(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> OutputFiles {
        let mut files = OutputFiles::default();
        for name in names {
            files.add(*name, name.as_bytes().to_vec());
        }
        files
    }

    #[test]
    fn what_exists_is_spared_unless_it_is_the_same() {
        let room = tempfile::tempdir().expect("a temporary folder");
        let folder = room.path();
        files(&["a", "b/c"]).write(folder, "run again").expect("an empty folder");
        assert!(files(&["a", "b/c"]).spare(folder, &|_| false).is_ok(), "the same");
        fs::write(folder.join("b/c"), "mine").expect("a writable file");
        let refused = files(&["a", "b/c"]).spare(folder, &|_| false).expect_err("mine");
        assert!(refused.to_string().contains("b/c exists already"), "{refused}");
        assert!(files(&["a", "b/c"]).spare(folder, &|name| name.starts_with('b')).is_ok());
    }

    #[test]
    fn a_write_that_fails_leaves_nothing_behind() {
        let room = tempfile::tempdir().expect("a temporary folder");
        let folder = room.path().join("out");
        let failed = files(&["a", "b/c", "../d"]).write(&folder, "run again");
        assert!(matches!(failed, Err(OutputError::Failed(_))), "{failed:?}");
        assert_eq!(fs::read_dir(room.path()).expect("a folder").count(), 0);
    }
}
