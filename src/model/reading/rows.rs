//! Separated values of others into rows: which sign separates columns, and in which line a row
//! stands.

use std::borrow::Cow;

use super::digits::in_ascii;
use unicode_normalization::UnicodeNormalization as _;

/// Signs that separate columns; where a file can be read by several, the first of them counts.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];

/// Signs that separate columns where none of the others does. A blank stands for any number of them.
const RARE: [u8; 4] = [b'^', b'~', b':', b' '];

/// Rows that are looked at to find the delimiter.
const LOOKED_AT: usize = 300;

/// A row, with its line in the file, from 1.
pub type Line = (usize, Vec<String>);

/// The sign that separates columns: the one by which most rows have one and the same number of them.
pub fn delimiter_of(text: &str) -> u8 {
    let widths = |delimiter: u8| -> Vec<usize> {
        rows_of(text, delimiter).take(LOOKED_AT).map(|(_, row)| row.len()).collect()
    };
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let widths = widths(delimiter);
        let alike = |width: usize| widths.iter().filter(|&&one| one == width).count();
        let most = widths.iter().copied().filter(|&width| width > 1).map(alike).max().unwrap_or(0);
        if most > best.0 {
            best = (most, delimiter);
        }
    }
    if best.0 > 0 {
        return best.1;
    }
    // All rows have to agree: the rare signs stand in texts as well.
    let is_table = |delimiter: &u8| {
        let widths = widths(*delimiter);
        widths.len() > 1 && widths[0] > 1 && widths.iter().all(|&width| width == widths[0])
    };
    RARE.into_iter().find(is_table).unwrap_or(best.1)
}

/// Fields of more bytes than this are found before a table is taken apart, which would hold them several
/// times over.
const HUGE_FIELD: usize = 16_000_000;

/// Bytes that a delimiter is guessed from.
const HEAD: usize = 1 << 16;

/// The first field of more than 16 million bytes, where columns are separated by what separates them at
/// the beginning.
pub fn huge_field_of(bytes: &[u8]) -> Option<HugeField> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    huge_field(bytes, delimiter_of(&head))
}

/// A field that is too long to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HugeField {
    /// The line it begins in, from 1.
    pub line: usize,
    /// How long it is.
    pub bytes: usize,
    /// Its first letters.
    pub begins: String,
}

/// The first field of more than 16 million bytes, where this sign separates columns.
///
/// Time O(bytes), and no memory.
pub fn huge_field(bytes: &[u8], delimiter: u8) -> Option<HugeField> {
    // No field is longer than all of them.
    if bytes.len() <= HUGE_FIELD {
        return None;
    }
    let is_end = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
    let mut start = 0;
    while start < bytes.len() {
        let mut end = start;
        if bytes[start] == b'"' {
            // A quotation mark written twice closes and opens again.
            end += 1;
            while end < bytes.len() && (bytes[end] != b'"' || bytes.get(end + 1) == Some(&b'"')) {
                end += 1 + usize::from(bytes[end] == b'"');
            }
        }
        while end < bytes.len() && !is_end(bytes[end]) {
            end += 1;
        }
        let end = end.min(bytes.len());
        if end - start > HUGE_FIELD {
            return Some(HugeField {
                line: bytes[..start].split(|&byte| byte == b'\n').count(),
                bytes: end - start,
                begins: String::from_utf8_lossy(&bytes[start..start + 240]).into_owned(),
            });
        }
        start = end + 1;
    }
    None
}

/// The rows of a text that hold anything, fields trimmed and without what protects them from
/// spreadsheets.
pub fn rows_of(text: &str, delimiter: u8) -> Box<dyn Iterator<Item = Line> + '_> {
    if delimiter == b' ' {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        return Box::new(
            lines.map(|(at, line)| (at + 1, line.split_whitespace().map(bare).collect())),
        );
    }
    let rows = records(text, delimiter);
    Box::new(rows.map(|(line, record)| (line, record.iter().map(bare).collect())))
}

/// A text as it is meant: without blanks at its ends and without letters that nobody sees, such as the
/// zero width space and the byte order mark, and with every accent in its letter, `Å` in place of an `A`
/// and a ring.
pub fn clean(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    // Japanese tables have codes in digits of full width.
    if text.chars().all(|letter| ('\u{ff10}'..='\u{ff19}').contains(&letter)) {
        return in_ascii(text);
    }
    let is_unseen = |letter: &char| {
        matches!(letter, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    let seen: String = text.chars().filter(|letter| !is_unseen(letter)).nfc().collect();
    Cow::Owned(seen.trim().to_owned())
}

/// A field without what keeps spreadsheets from making a number of it: `="0301"` and `'0301` are 0301.
fn bare(field: &str) -> String {
    let field = clean(field);
    if let Some(text) = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return text.trim().to_owned();
    }
    match field.strip_prefix('\'') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.to_owned()
        }
        _ => field.into_owned(),
    }
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = (usize, csv::StringRecord)> + '_ {
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let bytes = text.as_bytes();
    let (mut at, mut line) = (0, 1);
    // Text is UTF-8 and rows may be of any length: nothing is left to fail.
    reader.into_records().filter_map(Result::ok).map(move |record| {
        // The reader's own count leaves out blank lines.
        let begin = record.position().map_or(0, csv::Position::byte);
        let begin = usize::try_from(begin).unwrap_or(usize::MAX).min(bytes.len());
        while let Some(&now) = bytes.get(at) {
            let is_end = matches!(now, b'\n' | b'\r');
            if at >= begin && !is_end {
                break;
            }
            let is_half = now == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            line += usize::from(is_end && !is_half);
            at += 1;
        }
        (line, record)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_what_makes_rows_alike() {
        assert_eq!(delimiter_of("a,b,c\n1,2,3\n"), b',');
        assert_eq!(delimiter_of("a;b\n1,5;2,5\n3,5;4\n"), b';');
        assert_eq!(delimiter_of("Flows, by place, of 2020\n\na\tb\tc\n1\t2\t3\n1\t2\t3\n"), b'\t');
        assert_eq!(delimiter_of("\"a;b\",\"c;d\"\n\"1;2\",3\n"), b',');
        assert_eq!(delimiter_of("one\n"), b',');
        assert_eq!(delimiter_of("a^b^c\n1^2^3\n"), b'^');
        assert_eq!(delimiter_of("a:b:c\n1:2:3\n"), b':');
        assert_eq!(delimiter_of("a  b c\n1 2   3\n"), b' ');
        assert_eq!(delimiter_of("a title: long\na,b\n12:30,1\n"), b',');
        assert_eq!(delimiter_of("a title of five words\none two\n"), b',');
    }

    #[test]
    fn letters_that_nobody_sees_are_no_part_of_a_code() {
        for text in ["\u{200b}A1", " A1\u{a0}", "A\u{ad}1", "\u{feff}A1 ", "A1\u{200e}"] {
            assert_eq!(clean(text), "A1", "{text:?}");
        }
        assert_eq!(clean("１３１０１"), "13101");
        assert_eq!(clean("A\u{30a}mot"), "Åmot");
        assert_eq!(clean("Nore og Uvdal"), "Nore og Uvdal");
    }

    #[test]
    fn what_protects_codes_from_spreadsheets_is_no_part_of_them() {
        let text = "=\"0301\";\"=\"\"0302\"\"\";'0303;'s-Hertogenbosch;'12'\n";
        let (_, row) = rows_of(text, b';').next().expect("a row");
        assert_eq!(row, ["0301", "0302", "0303", "'s-Hertogenbosch", "'12'"]);
    }

    #[test]
    fn a_huge_field_is_found_in_quotation_marks_and_out_of_them() {
        let long = "x".repeat(HUGE_FIELD + 1);
        let found = huge_field_of(format!("a,b\n1,{long}\n").as_bytes()).expect("it is huge");
        assert_eq!((found.line, found.bytes, found.begins.len()), (2, HUGE_FIELD + 1, 240));
        let open = format!("a;b\n1;2\n1;\"{}\n", "2;3\n".repeat(HUGE_FIELD / 4 + 1));
        assert_eq!(huge_field_of(open.as_bytes()).map(|found| found.line), Some(3));
        let rows = "\"1;2\";\"\"\"3\"\n".repeat(HUGE_FIELD / 12 + 1);
        assert_eq!(huge_field_of(rows.as_bytes()), None);
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let rows: Vec<(usize, usize)> = rows_of("a,b\n\n\"x\ny\",2\r\n\r\n3,4\n", b',')
            .map(|(line, row)| (line, row.len()))
            .collect();
        assert_eq!(rows, [(1, 2), (3, 2), (6, 2)]);
    }
}
