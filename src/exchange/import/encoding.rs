//! A file in an encoding that was named.

use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::codes::ENCODING;
use regionfront_model::reading::Encoding;

use super::source;

/// The name of a file and its text in an encoding, as bytes in UTF-8. A byte order mark goes before what
/// was named.
///
/// # Errors
/// When the file cannot be read, is no text, or holds bytes that the encoding does not have.
pub fn read_in(encoding: Encoding, path: &Path) -> Result<(String, Vec<u8>), Defects> {
    let (file, bytes) = source::bytes(path)?;
    let is_binary = [&b"PK\x03\x04"[..], b"PAR1", b"SQLite format 3\0", &[0, 0, 0x27, 0x0a]]
        .iter()
        .any(|begin| bytes.starts_with(begin));
    if is_binary {
        let what = "the file is no text and says itself how it is written";
        return Err(Defect::new(ENCODING, file, what, "drop --encoding").into());
    }
    match encoding.decode(&bytes) {
        Some(text) => Ok((file, text.into_bytes())),
        None => Err(Defect::new(
            ENCODING,
            file,
            format!("the file holds bytes that {encoding} does not have"),
            "name another encoding with --encoding, or leave it to be told by the bytes",
        )
        .into()),
    }
}
