//! Files that are there whole or not at all.

use std::fs::{File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Whether this process has to end soon.
static IN_HASTE: AtomicBool = AtomicBool::new(false);

/// From here on nothing waits for the disk. What is written outlives the process all the same, though
/// not a power cut; waiting may take seconds while others write, and cannot be interrupted.
pub fn make_haste() {
    IN_HASTE.store(true, Ordering::Relaxed);
}

/// Whether this process has begun to write results.
static HAS_BEGUN: Mutex<bool> = Mutex::new(false);

/// From here on results are written that belong together: files, or lines of stdout.
pub fn begin_writing() {
    *HAS_BEGUN.lock().unwrap_or_else(PoisonError::into_inner) = true;
}

/// Does this, such as ending the process, unless it has begun to write results; nothing is begun meanwhile.
pub fn unless_writing(end: impl FnOnce()) {
    let has_begun = HAS_BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
    if !*has_begun {
        end();
    }
}

/// Flushes a file to the disk, unless this process has to end soon.
///
/// # Errors
/// What the file system says.
pub fn flush(file: &File) -> io::Result<()> {
    if IN_HASTE.load(Ordering::Relaxed) { Ok(()) } else { file.sync_all() }
}

/// Beginning of the names of files still being written.
pub const TEMPORARY_PREFIX: &str = ".regionfront-";

/// Writes a file under another name beside `path`, flushes it to the disk and renames it, so that
/// a reader finds the old file or the new one and a full disk leaves the old one in place.
///
/// # Errors
/// What writing says, or the file system.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    // The parent of a bare file name is empty.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the umask leaves of this. The default is private to the user.
        builder.permissions(Permissions::from_mode(0o666));
    }
    begin_writing();
    let file = builder.tempfile_in(folder)?;
    let mut buffer = BufWriter::new(file);
    write(&mut buffer)?;
    let file = buffer.into_inner().map_err(io::IntoInnerError::into_error)?;
    flush(file.as_file())?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Makes a rename last through a power cut.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { flush(&File::open(folder)?) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("a.txt");
        write_atomically(&path, |out| out.write_all(b"old")).expect("room for three bytes");
        let failed = write_atomically(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        });
        assert_eq!(failed.expect_err("the writer failed").kind(), io::ErrorKind::StorageFull);
        assert_eq!(std::fs::read(&path).expect("the old file"), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 1);
    }
}
