//! A folder of an instance as an archive, to be uploaded.

use std::io::{self, Cursor, Write as _};
use std::path::Path;

use zip::DateTime;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::folder;

/// Packs what belongs to an instance, the same bytes for the same files.
///
/// # Errors
/// When the folder cannot be read.
pub fn pack(folder: &Path) -> io::Result<Vec<u8>> {
    let stamps = folder::stamps(folder)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for file in folder::read(folder, &stamps)? {
        archive.start_file(file.name, options).map_err(io::Error::other)?;
        archive.write_all(&file.bytes)?;
    }
    Ok(archive.finish().map_err(io::Error::other)?.into_inner())
}
