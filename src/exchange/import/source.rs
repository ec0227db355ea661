//! Source files into bytes and text, and pieces of text into figures.

use std::path::Path;

use serde_json::Value;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::codes::ENCODING;
use regionfront_model::instance::{shorten, unreadable};
use regionfront_model::reading::{
    NumberFault, NumberOptions, Numbers, Reading, decode, text_of_float,
};

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

/// The text in the bytes of a file, which must hold some, and a note where its encoding was assumed.
pub(super) fn text(file: &str, bytes: &[u8]) -> Result<(String, Option<String>), Defects> {
    if let Some((what, cure)) = container(bytes) {
        return Err(format(file, what, cure).into());
    }
    let Some(decoded) = decode(bytes) else {
        return Err(Defect::new(
            ENCODING,
            file,
            "the file is no text: it holds control characters",
            "give the file that was exported as text, or save it as UTF-8; text of older programs is read \
             with --encoding cp850, cp437 or macintosh",
        )
        .into());
    };
    if decoded.text.trim().is_empty() {
        return Err(format(file, "the file is empty", "export it again").into());
    }
    let assumed = decoded.assumed.map(|name| format!("{file} is not UTF-8 and was read as {name}"));
    let twice = read_twice(&decoded.text).map(|word| {
        format!(
            "`{word}` and other letters of {file} are UTF-8 that a program took for Windows-1252 before: \
             names are wrong; export it again"
        )
    });
    let note = match (assumed, twice) {
        (Some(one), Some(other)) => Some(format!("{one}; {other}")),
        (one, other) => one.or(other),
    };
    Ok((decoded.text, note))
}

/// The first word that is UTF-8 taken for Windows-1252: `Ã…lesund` is Ålesund.
fn read_twice(text: &str) -> Option<&str> {
    let is_suspect = |word: &&str| word.contains(['Ã', 'Â', 'Ä', 'Å', 'â']) && word.len() < 200;
    let is_sign =
        |letter: char| letter.is_whitespace() || [';', ',', '\t', '|', '"'].contains(&letter);
    text.split(is_sign).filter(is_suspect).take(10_000).find(|word| {
        let (bytes, _, has_errors) = encoding_rs::WINDOWS_1252.encode(word);
        let has_letters = || word.chars().filter(|letter| !letter.is_ascii()).count() > 1;
        !has_errors && has_letters() && std::str::from_utf8(&bytes).is_ok()
    })
}

/// What a file is that holds no text of its own, where its beginning says so.
fn container(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let begins = |mark: &[u8]| bytes.starts_with(mark);
    if begins(b"\x1f\x8b") || begins(b"BZh") || begins(b"\xfd7zXZ") || begins(b"7z\xbc\xaf") {
        Some(("the file is compressed", "unpack it first"))
    } else if begins(b"PK\x03\x04") {
        Some(("the file is an archive (ZIP)", "unpack it first, and give the file that is in it"))
    } else if begins(b"%PDF") {
        Some(("the file is a PDF", "export the table as text or as .xlsx"))
    } else if begins(b"fgb\x03") {
        Some(("the file is a FlatGeobuf", "convert it, as with `ogr2ogr polygons.gpkg FILE`"))
    } else if begins(b"PAR1") {
        Some((
            "the file is a table in Parquet",
            "polygons in it are converted with `ogr2ogr polygons.gpkg FILE`, graphs of libpysal are read by \
             `import weights`, other tables are saved as CSV",
        ))
    } else {
        None
    }
}

/// The JSON document in a text. Programs of others write `NaN` and `Infinity`, which JSON has not, for
/// figures that are missing: these become nothing, and a note.
pub(super) fn json(file: &str, text: &str) -> Result<(Value, Option<String>), Defects> {
    let error = match serde_json::from_str(text) {
        Ok(document) => return Ok((document, None)),
        Err(error) => error,
    };
    let (mended, times) = without_nan(text);
    if times > 0
        && let Ok(document) = serde_json::from_str(&mended)
    {
        let note = format!("`NaN` or `Infinity` where figures are missing, {times} in all");
        return Ok((document, Some(note)));
    }
    let cut = if error.is_eof() { "; the file has probably been cut off" } else { "" };
    let at = format!("{file}, row {}, column {}", error.line(), error.column());
    Err(format(at, format!("the file is not JSON: {error}{cut}"), "export it again").into())
}

/// A number of JSON that stands for a code or a name, as text: `3001.0` is 3001, `1e5` is 100000. One
/// of more digits than programs hold keeps an exponent, so that no code is made of it.
pub(super) fn number_as_word(number: &serde_json::Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(float) => text_of_float(float),
        None => number.to_string(),
    }
}

/// A text with `null` for every `NaN`, `Infinity` and `-Infinity` outside of strings, and how many
/// there were.
fn without_nan(text: &str) -> (String, usize) {
    let mut mended = String::with_capacity(text.len());
    let (mut is_string, mut is_escaped, mut times) = (false, false, 0);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if !is_string
            && let Some(word) =
                ["-Infinity", "Infinity", "NaN"].into_iter().find(|word| rest.starts_with(word))
        {
            mended.push_str("null");
            times += 1;
            rest = &rest[word.len()..];
            continue;
        }
        if is_string {
            is_string = is_escaped || letter != '"';
            is_escaped = !is_escaped && letter == '\\';
        } else {
            is_string = letter == '"';
        }
        mended.push(letter);
        rest = &rest[letter.len_utf8()..];
    }
    (mended, times)
}

/// A file that is not in its format.
pub(super) fn format(
    at: impl Into<String>,
    what: impl Into<String>,
    cure: impl Into<String>,
) -> Defect {
    Defect::new(exchange_codes::FORMAT, at, what, cure)
}

/// A count of people that stands alone: whole, from 0 to 10^15, and of one meaning only.
pub(super) fn count(text: &str) -> Option<u64> {
    if text.trim().is_empty() {
        return None;
    }
    match Numbers::default().read(text) {
        Reading::Number(number) => number.as_whole(),
        _ => None,
    }
}

/// Counts of people of one kind, with the places at which they stand and whose they are. What is no
/// count is a defect, and `None`.
pub(super) fn counts(
    texts: &[(String, String, String)],
    defects: &mut Defects,
) -> Vec<Option<u64>> {
    let all = texts.iter().map(|(_, _, text)| text.as_str());
    let numbers = Numbers::learn(all, NumberOptions::default());
    texts
        .iter()
        .map(|(at, whose, text)| {
            let (code, what, cure) = match numbers.read(text) {
                Reading::Number(number) => match number.as_whole() {
                    Some(count) => return Some(count),
                    None => (exchange_codes::FIGURE, "is not whole".to_owned(), "round it"),
                },
                Reading::Missing(mark) => (
                    exchange_codes::FIGURE,
                    format!("is {}", mark.words()),
                    "write the figure, or leave this attribute out (--population none) and take it from \
                     another source",
                ),
                Reading::Wrong(fault) => {
                    let is_open =
                        matches!(fault, NumberFault::Ambiguous(..) | NumberFault::Contradicts(_));
                    let code =
                        if is_open { exchange_codes::AMBIGUOUS } else { exchange_codes::FIGURE };
                    let cure = if is_open { "write figures without signs" } else { fault.cure() };
                    (code, fault.what(), cure)
                }
            };
            let what = format!("{whose}: `{}` {what}", shorten(text));
            defects.push(Defect::new(code, at.clone(), what, cure));
            None
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_json_are_codes_as_long_as_they_are_exact() {
        let word = |text: &str| number_as_word(&serde_json::from_str(text).expect("a number"));
        for (text, code) in [("301", "301"), ("3001.0", "3001"), ("1E5", "100000"), ("1.5", "1.5")]
        {
            assert_eq!(word(text), code);
        }
        for text in ["1e16", "410019500000000123456", "4.100195e+20"] {
            assert!(word(text).contains("e+"), "{text}: {}", word(text));
        }
    }

    #[test]
    fn letters_that_were_read_wrongly_before_are_told() {
        assert_eq!(read_twice("1507;Ã…lesund\n"), Some("Ã…lesund"));
        for text in ["1507;Ålesund\n", "São Paulo;Ängelholm;Âge;château", "Ä;ÄÖ", "plain"] {
            assert_eq!(read_twice(text), None, "{text}");
        }
        let (_, note) = text("x", "1507;Ã…lesund".as_bytes()).expect("text");
        assert!(note.expect("a note").contains("`Ã…lesund`"));
    }

    #[test]
    fn files_that_hold_no_text_are_named_by_what_they_are() {
        for (bytes, what) in [(&b"\x1f\x8b\x08"[..], "compressed"), (b"%PDF-1.7", "PDF")] {
            let defects = text("x", bytes).expect_err("no text");
            assert!(defects.0[0].what.contains(what), "{}", defects.0[0].what);
        }
    }

    #[test]
    fn what_json_has_not_becomes_nothing() {
        let (document, note) =
            json("x", r#"{"a": NaN, "b\"NaN": [-Infinity, "NaN"]}"#).expect("sound");
        assert_eq!(document, serde_json::json!({"a": null, "b\"NaN": [null, "NaN"]}));
        assert!(note.expect("a note").contains("2 in all"));
        assert!(json("x", "{\"a\": NaM}").is_err());
    }
}
