//! Encodings that were named: a file in bytes that do not say what letters they are.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::codes::ENCODING;

use super::source;

/// An encoding by one of its names, as the web knows them: `latin1`, `windows-1250`, `utf-16le`,
/// `macintosh`, `shift_jis`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        encoding_rs::Encoding::for_label(text.as_bytes()).map(Self).ok_or_else(|| {
            format!(
                "`{text}` is no encoding known here; known are utf-8, utf-16le, windows-1252 (latin1), \
                 windows-1250, iso-8859-2, iso-8859-15, ibm866, macintosh, koi8-r, shift_jis, gb18030 \
                 and others of the web"
            )
        })
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Encoding {
    /// The name of a file and its text, as bytes in UTF-8. A byte order mark goes before what was
    /// named.
    ///
    /// # Errors
    /// When the file cannot be read, is no text, or holds bytes that the encoding does not have.
    pub fn read(self, path: &Path) -> Result<(String, Vec<u8>), Defects> {
        let (file, bytes) = source::bytes(path)?;
        let is_binary = [&b"PK\x03\x04"[..], b"PAR1", b"SQLite format 3\0", &[0, 0, 0x27, 0x0a]]
            .iter()
            .any(|begin| bytes.starts_with(begin));
        if is_binary {
            let what = "the file is no text and says itself how it is written";
            return Err(Defect::new(ENCODING, file, what, "drop --encoding").into());
        }
        let (text, used, has_errors) = self.0.decode(&bytes);
        if has_errors {
            return Err(Defect::new(
                ENCODING,
                file,
                format!("the file holds bytes that {} does not have", used.name()),
                "name another encoding with --encoding, or leave it to be told by the bytes",
            )
            .into());
        }
        Ok((file, text.into_owned().into_bytes()))
    }
}
