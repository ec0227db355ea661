//! Source files into bytes and text, and pieces of text into figures.

use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{LARGEST, read_text, shorten, unreadable};

use super::exchange_codes;

/// The name of a file as messages show it, and its bytes.
pub(super) fn bytes(path: &Path) -> Result<(String, Vec<u8>), Defects> {
    let file = path.display().to_string();
    // A pipe or a folder would be waited for, or fail with a poorer message.
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        let error = std::io::Error::from(std::io::ErrorKind::InvalidInput);
        return Err(unreadable(&file, &error).into());
    }
    match std::fs::read(path) {
        Ok(bytes) => Ok((file, bytes)),
        Err(error) => Err(unreadable(&file, &error).into()),
    }
}

/// The text in the bytes of a file, which must hold some.
pub(super) fn text(file: &str, bytes: &[u8]) -> Result<String, Defects> {
    let mut defects = Defects::default();
    let text = read_text(file, bytes, &mut defects);
    defects.into_result()?;
    if text.trim().is_empty() {
        return Err(format(file, "the file is empty", "export it again").into());
    }
    Ok(text)
}

/// A file that is not in its format.
pub(super) fn format(
    at: impl Into<String>,
    what: impl Into<String>,
    cure: impl Into<String>,
) -> Defect {
    Defect::new(exchange_codes::FORMAT, at, what, cure)
}

/// A count of people: whole, from 0 to 10^15. Spreadsheets write `12.0` for 12, which is accepted.
pub(super) fn count(text: &str) -> Option<u64> {
    let whole = match text.split_once('.') {
        Some((whole, zeros)) if zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let is_digits = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits {
        return None;
    }
    whole.parse().ok().filter(|&count| count <= LARGEST)
}

/// A figure that is no count.
pub(super) fn no_count(at: impl Into<String>, whose: &str, text: &str) -> Defect {
    Defect::new(
        exchange_codes::FIGURE,
        at,
        format!("{whose}: `{}` is not a whole number from 0 to 10^15", shorten(text)),
        "write whole people without signs or separators",
    )
}
