//! One process per run directory.
//!
//! A file in the directory is locked by whoever writes there, and says who that is. The lock is the
//! system's, so that it ends with the process however that ends; the file is taken away at an
//! ordinary end. Where the system has no such locks nothing is locked.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use regionfront_model::atomic::{TEMPORARY_PREFIX, flush};
use regionfront_model::defect::Defect;

use super::error::OutputError;

/// The lock of a run directory, held as long as this lives.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of a directory.
    ///
    /// # Errors
    /// When another process holds it, with its number, or it cannot be written.
    pub(super) fn take(folder: &Path) -> Result<Self, OutputError> {
        let path = folder.join(format!("{TEMPORARY_PREFIX}lock"));
        let unusable = |error: io::Error| {
            OutputError::Refused(Defect::new(
                "E401",
                path.display().to_string(),
                format!("the output directory cannot be locked: {error}"),
                "name a directory you may write to",
            ))
        };
        loop {
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(&path).map_err(unusable)?;
            if !lock(&file).map_err(unusable)? {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                return Err(refuse(folder, holder.trim()));
            }
            // Whoever held it before may have taken the file away meanwhile.
            if is_there(&path, &file).map_err(unusable)? {
                let holder = format!("process {}\n", std::process::id());
                // On the disk at once: a file that is taken away while the system is still writing it
                // holds up whoever closes it, and that may be after a signal.
                file.set_len(0)
                    .and_then(|()| file.write_all(holder.as_bytes()))
                    .and_then(|()| flush(&file))
                    .map_err(unusable)?;
                return Ok(Self { path, _file: file });
            }
        }
    }
}

/// Refuses a directory that another process is writing to.
///
/// # Errors
/// When one holds its lock.
pub fn refuse_locked(folder: &Path) -> Result<(), OutputError> {
    let path = folder.join(format!("{TEMPORARY_PREFIX}lock"));
    let Ok(mut file) = File::options().read(true).write(true).open(path) else { return Ok(()) };
    if lock(&file).unwrap_or(true) {
        return Ok(());
    }
    let mut holder = String::new();
    let _ = file.read_to_string(&mut holder);
    Err(refuse(folder, holder.trim()))
}

impl Drop for Lock {
    fn drop(&mut self) {
        // One that is left behind is locked by nobody.
        let _ = fs::remove_file(&self.path);
    }
}

fn refuse(folder: &Path, holder: &str) -> OutputError {
    let holder = if holder.is_empty() { "another process" } else { holder };
    OutputError::Refused(Defect::new(
        "E410",
        folder.display().to_string(),
        format!("{holder} is writing to this directory"),
        "wait until it has ended, end it, or name another directory",
    ))
}

/// Locks a file, unless another process has.
#[cfg(unix)]
fn lock(file: &File) -> io::Result<bool> {
    use rustix::fs::{FlockOperation, flock};
    match flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(error) if error == rustix::io::Errno::WOULDBLOCK => Ok(false),
        // Some network disks have no locks.
        Err(error)
            if error == rustix::io::Errno::OPNOTSUPP || error == rustix::io::Errno::NOLCK =>
        {
            Ok(true)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn lock(_: &File) -> io::Result<bool> {
    Ok(true)
}

/// Whether a path still leads to this open file.
#[cfg(unix)]
pub(super) fn is_there(path: &Path, file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
pub(super) fn is_there(_: &Path, _: &File) -> io::Result<bool> {
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_second_one_is_refused_with_the_holder_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = Lock::take(folder.path()).expect("nobody holds it");
        let refused = Lock::take(folder.path()).expect_err("it is held").to_string();
        let holder = format!("process {} is writing", std::process::id());
        assert!(refused.contains("E410") && refused.contains(&holder), "{refused}");
        drop(held);
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 0);
        drop(Lock::take(folder.path()).expect("it is free again"));
    }
}
