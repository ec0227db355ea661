//! Bytes of a folder into tables: encoding, delimiter, header and field counts are checked here, the
//! meaning of the fields by the callers.
//!
//! A byte order mark, CRLF line ends, blank lines and spaces around fields are accepted. Columns may
//! stand in any order, and columns nobody asks for are ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::codes;
use crate::defect::{Defect, Defects};
use crate::likeness::likeness;
use crate::reading::{
    Encoding, HugeField, Told, decode, delimiter_of, huge_field, huge_field_of, rows_of, told,
};

/// A folder whose files are hashed as they are read.
pub(super) struct Folder {
    path: PathBuf,
    hash: Sha256,
    /// What files that are not UTF-8 are written in, where whoever reads the folder says so.
    named: Option<Encoding>,
    /// The same, for single files, where the descriptor says so; this goes first.
    pub(super) of_files: BTreeMap<String, Encoding>,
    /// Files that are not UTF-8 and of which nobody says so, with what they were read as.
    pub(super) assumed: Vec<(String, &'static str)>,
}

impl Folder {
    /// Opens a folder, in which files that are not UTF-8 are written as `named` says.
    pub(super) fn open(path: &Path, named: Option<Encoding>) -> Result<Self, Defect> {
        let refuse = |what: String, cure: &str| {
            Err(Defect::new(codes::FOLDER, path.display().to_string(), what, cure))
        };
        match std::fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                refuse("there is no such folder".into(), "check the path")
            }
            Err(error) => {
                refuse(format!("the folder cannot be read: {error}"), "check the permissions")
            }
            Ok(meta) if !meta.is_dir() => refuse(
                "an instance is a folder, and this is a file".into(),
                "name the folder that holds areas.csv, flows.csv and adjacency.csv",
            ),
            Ok(_) => match std::fs::read_dir(path) {
                Err(error) => {
                    refuse(format!("the folder cannot be read: {error}"), "check the permissions")
                }
                Ok(_) => Ok(Self {
                    path: path.to_owned(),
                    hash: Sha256::new(),
                    named,
                    of_files: BTreeMap::new(),
                    assumed: Vec::new(),
                }),
            },
        }
    }

    /// The name of the folder itself.
    pub(super) fn name(&self) -> String {
        let full = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        full.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    }

    /// The contents of a file, in UTF-8 where its encoding was named, or `None` when it is not there.
    /// What is read is hashed as it stands, with its name and length, in the order of the calls.
    pub(super) fn optional(&mut self, file: &str, defects: &mut Defects) -> Option<Vec<u8>> {
        let path = self.path.join(file);
        // A pipe would be waited for without end.
        if std::fs::metadata(&path).is_ok_and(|meta| !meta.is_file()) {
            defects.push(unreadable(file, &ErrorKind::InvalidInput.into()));
            return None;
        }
        match std::fs::read(path) {
            Ok(bytes) => {
                for part in [file.as_bytes(), &bytes] {
                    self.hash.update((part.len() as u64).to_le_bytes());
                    self.hash.update(part);
                }
                let named = self.of_files.get(file).copied().or(self.named);
                let told = in_utf8(file, bytes, named, defects)?;
                self.assumed.extend(told.assumed.map(|name| (file.to_owned(), name)));
                Some(told.bytes)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                defects.push(unreadable(file, &error));
                None
            }
        }
    }

    /// The contents of a file that must be there.
    pub(super) fn required(&mut self, file: &str, defects: &mut Defects) -> Option<Vec<u8>> {
        let before = defects.0.len();
        let bytes = self.optional(file, defects);
        if bytes.is_none() && defects.0.len() == before {
            defects.push(Defect::new(
                codes::FILE,
                file,
                format!("the file is missing from {}", self.path.display()),
                "an instance needs areas.csv, flows.csv and adjacency.csv",
            ));
        }
        bytes
    }

    /// Whether the folder holds this file.
    pub(super) fn holds(&self, file: &str) -> bool {
        self.path.join(file).is_file()
    }

    /// The CSV files of a subfolder, sorted, as paths inside this folder.
    pub(super) fn csv_files(&self, subfolder: &str, defects: &mut Defects) -> Vec<String> {
        let entries = match std::fs::read_dir(self.path.join(subfolder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                defects.push(unreadable(subfolder, &error));
                return Vec::new();
            }
        };
        let mut files = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let is_csv = Path::new(&name).extension().is_some_and(|end| end == "csv");
                    if is_csv && !name.starts_with('.') {
                        files.push(format!("{subfolder}/{name}"));
                    }
                }
                Err(error) => defects.push(unreadable(subfolder, &error)),
            }
        }
        files.sort();
        files
    }

    /// SHA-256 over everything read, in hexadecimal.
    pub(super) fn sha256(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
}

/// SHA-256 over parts one after the other, in hexadecimal.
pub(super) fn hash_of(parts: &[&[u8]]) -> String {
    hexadecimal(&Sha256::digest(parts.concat()))
}

fn hexadecimal(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string succeeds");
        text
    })
}

/// A file or folder that is there and cannot be read.
pub fn unreadable(file: &str, error: &std::io::Error) -> Defect {
    Defect::new(
        codes::FILE,
        file,
        format!("it cannot be read: {error}"),
        "check that it is a plain file and that you may read it",
    )
}

/// Some bytes of a file, in UTF-8 where they are not and their encoding was named; nothing, and a defect,
/// where it is another.
pub(super) fn in_utf8(
    file: &str,
    bytes: Vec<u8>,
    named: Option<Encoding>,
    defects: &mut Defects,
) -> Option<Told> {
    let told = told(bytes, named);
    if let (None, Some(encoding)) = (&told, named) {
        defects.push(Defect::new(
            codes::ENCODING,
            file,
            format!("the file holds bytes that {encoding} does not have"),
            "name another encoding, or save the file as UTF-8",
        ));
    }
    told
}

/// What to say of a file whose encoding was assumed.
pub(super) fn assumed_oddity(file: &str, encoding: &str) -> Defect {
    Defect::new(
        codes::ASSUMED_ENCODING,
        file,
        format!("the file is not UTF-8 and was read as {encoding}"),
        "check its letters; say what it is with --encoding or as `encoding` of its resource in \
         datapackage.json, or save it as UTF-8",
    )
}

/// Text of a file, in any encoding that [`decode`] knows; nothing, and a defect, where it is no text.
pub fn text(file: &str, bytes: &[u8], defects: &mut Defects) -> String {
    decode(bytes).map_or_else(
        || {
            defects.push(Defect::new(
                codes::ENCODING,
                file,
                "the file is no text: it holds control characters",
                "save the file as UTF-8",
            ));
            String::new()
        },
        |decoded| decoded.text,
    )
}

/// The text of a file that was handed in, in this encoding where it is not UTF-8, and what is odd about
/// it: that its encoding was assumed (`W111`).
///
/// # Errors
/// When it is no text, or holds what the encoding does not have.
pub fn text_noting(
    file: &str,
    bytes: Vec<u8>,
    encoding: Option<Encoding>,
) -> Result<(String, Option<Defect>), Defects> {
    let mut defects = Defects::default();
    let told = in_utf8(file, bytes, encoding, &mut defects);
    let (bytes, assumed) = told.map_or_else(Default::default, |told| (told.bytes, told.assumed));
    let text = text(file, &bytes, &mut defects);
    defects.into_result()?;
    Ok((text, assumed.map(|encoding| assumed_oddity(file, encoding))))
}

/// A text short enough for a message.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// Longest field in bytes.
const LONGEST_FIELD: usize = 1_000_000;

fn long_field(file: &str, line: u64, bytes: usize, begins: &str) -> Defect {
    Defect::new(
        codes::LONG,
        format!("{file}, row {line}"),
        format!("a field holds {bytes} bytes: `{}`", shorten(begins)),
        "no code, name or figure is that long: a quotation mark may be missing",
    )
}

/// A file with a field that is too long for the rest to be looked at.
pub(super) fn huge_defect(file: &str, huge: &HugeField) -> Defect {
    long_field(file, huge.line as u64, huge.bytes, &huge.begins)
}

/// A CSV file with a header.
pub(super) struct Table {
    /// Path inside the instance folder.
    pub(super) file: String,
    header: Vec<String>,
    /// The rows that have as many fields as the header.
    pub(super) rows: Vec<Row>,
    /// All fields of the rows that were left out because their form is wrong.
    pub(super) skipped: BTreeSet<String>,
}

/// One row of a table.
pub(super) struct Row {
    /// Line in the file; the header is row 1.
    pub(super) line: u64,
    fields: Vec<String>,
}

impl Row {
    /// The field of a column.
    pub(super) fn get(&self, column: usize) -> &str {
        &self.fields[column]
    }

    /// The field of a column the file may lack; empty then.
    pub(super) fn get_or_empty(&self, column: Option<usize>) -> &str {
        column.map_or("", |column| &self.fields[column])
    }
}

impl Table {
    /// Reads a table and reports what is wrong with its form. `None` when the columns named in
    /// `required` are not all there, or nothing stands below the header.
    pub(super) fn read(
        file: &str,
        bytes: &[u8],
        required: &[&str],
        defects: &mut Defects,
    ) -> Option<Self> {
        Self::read_or_bare(file, bytes, required, false, defects)
    }

    /// As [`Table::read`], where `may_be_bare` says that nothing below the header is an answer, too.
    pub(super) fn read_or_bare(
        file: &str,
        bytes: &[u8],
        required: &[&str],
        may_be_bare: bool,
        defects: &mut Defects,
    ) -> Option<Self> {
        if let Some(huge) = huge_field(bytes, b',') {
            defects.push(huge_defect(file, &huge));
            return None;
        }
        let before = defects.0.len();
        let text = text(file, bytes, defects);
        if text.trim().is_empty() {
            if defects.0.len() == before {
                defects.push(Defect::new(
                    codes::EMPTY,
                    file,
                    "the file is empty",
                    format!("write a header ({}) and the rows", required.join(",")),
                ));
            }
            return None;
        }
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut records = reader.records();
        let header: Vec<String> = match records.next() {
            Some(Ok(record)) => record.iter().map(|field| field.trim().to_owned()).collect(),
            _ => Vec::new(),
        };
        if !header_is_sound(file, &header, required, defects) {
            return None;
        }
        let mut rows = Vec::new();
        let mut skipped = BTreeSet::new();
        let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
        for record in records {
            // The text is valid UTF-8 and field counts may vary, so nothing is left to fail.
            let Ok(record) = record else { continue };
            let line = lines.line_of(record.position().map_or(0, csv::Position::byte));
            if let Some(long) = record.iter().find(|field| field.len() > LONGEST_FIELD) {
                defects.push(long_field(file, line, long.len(), long));
                continue;
            }
            let fields = record.iter().map(|field| field.trim().to_owned());
            if record.iter().any(|field| field.contains(['\n', '\r'])) {
                defects.push(Defect::new(
                    codes::QUOTE,
                    format!("{file}, row {line}"),
                    "a quoted field runs over the end of the row",
                    "close the quotation mark; one inside a field is written twice",
                ));
                skipped.extend(fields);
            } else if record.len() == header.len() {
                rows.push(Row { line, fields: fields.collect() });
            } else {
                defects.push(ragged(file, line, &header, &record));
                skipped.extend(fields);
            }
        }
        if rows.is_empty() && !may_be_bare {
            if defects.0.len() == before {
                defects.push(Defect::new(
                    codes::EMPTY,
                    file,
                    "the file holds a header and nothing below it",
                    "add the rows",
                ));
            }
            return None;
        }
        Some(Self { file: file.to_owned(), header, rows, skipped })
    }

    /// As [`Table::read`], from a file that somebody hands in beside an instance: semicolons, tabs or bars
    /// may stand between its columns.
    pub(super) fn of_others(
        file: &str,
        bytes: &[u8],
        required: &[&str],
        defects: &mut Defects,
    ) -> Option<Self> {
        if let Some(huge) = huge_field_of(bytes) {
            defects.push(huge_defect(file, &huge));
            return None;
        }
        let text = text(file, bytes, defects);
        let delimiter = delimiter_of(&text);
        if !matches!(delimiter, b';' | b'\t' | b'|') {
            return Self::read(file, bytes, required, defects);
        }
        let mut lines = rows_of(&text, delimiter);
        let (_, header) = lines.next().unwrap_or_default();
        if !header_is_sound(file, &header, required, defects) {
            return None;
        }
        let mut table =
            Self { file: file.to_owned(), header, rows: Vec::new(), skipped: BTreeSet::new() };
        for (line, fields) in lines {
            let line = u64::try_from(line).unwrap_or(u64::MAX);
            if fields.len() == table.header.len() {
                table.rows.push(Row { line, fields });
            } else {
                defects.push(ragged(
                    file,
                    line,
                    &table.header,
                    &csv::StringRecord::from(fields.clone()),
                ));
                table.skipped.extend(fields);
            }
        }
        Some(table)
    }

    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The place of a column that [`Table::read`] was told to require.
    pub(super) fn required(&self, name: &str) -> usize {
        self.column(name).expect("the header was checked for the required columns")
    }

    /// The names of all columns, in order.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// A field, as messages name its place.
    pub(super) fn at(&self, row: &Row, column: &str) -> String {
        format!("{}, row {}, column {column}", self.file, row.line)
    }
}

/// Counts lines on the way through a text.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record found from this byte on. The reader's own count leaves out the line
    /// ends that it skips before a record, those of blank lines among them.
    fn line_of(&mut self, byte: u64) -> u64 {
        let start = usize::try_from(byte).unwrap_or(usize::MAX).min(self.text.len());
        while let Some(&now) = self.text.get(self.at) {
            let is_end = matches!(now, b'\n' | b'\r');
            if self.at >= start && !is_end {
                break;
            }
            let is_half = now == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            self.line += u64::from(is_end && !is_half);
            self.at += 1;
        }
        self.line
    }
}

fn ragged(file: &str, line: u64, header: &[String], record: &csv::StringRecord) -> Defect {
    let shown: Vec<&str> = record.iter().collect();
    Defect::new(
        codes::RAGGED,
        format!("{file}, row {line}"),
        format!(
            "the row holds {} where the header names {}: `{}`",
            counted(record.len(), "field"),
            counted(header.len(), "column"),
            shorten(&shown.join(","))
        ),
        "add or remove commas; a field that holds a comma stands in quotation marks",
    )
}

/// `1 field`, `2 fields`.
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// Checks a header for the required columns; a wrong delimiter is told from missing columns.
fn header_is_sound(
    file: &str,
    header: &[String],
    required: &[&str],
    defects: &mut Defects,
) -> bool {
    let missing: Vec<&str> = required
        .iter()
        .copied()
        .filter(|name| !header.iter().any(|column| column == name))
        .collect();
    let joined = header.join(",");
    for (delimiter, word) in [(';', "semicolons"), ('\t', "tabs"), ('|', "bars")] {
        let split: Vec<&str> =
            joined.split(delimiter).map(|part| part.trim().trim_matches('"')).collect();
        if missing.iter().any(|name| split.contains(name)) && split.len() > 1 {
            defects.push(Defect::new(
                codes::DELIMITER,
                format!("{file}, row 1"),
                format!("the columns are separated by {word}"),
                "save the file with commas between the columns",
            ));
            return false;
        }
    }
    for name in &missing {
        let close = closest(name, header.iter().map(String::as_str));
        let hint = close.map_or_else(String::new, |found| format!("; did you mean `{found}`?"));
        defects.push(Defect::new(
            codes::COLUMN,
            format!("{file}, row 1"),
            format!("the column `{name}` is missing{hint}"),
            format!("the header needs {}", required.join(",")),
        ));
    }
    for (at, name) in header.iter().enumerate() {
        if !name.is_empty() && header[..at].contains(name) {
            defects.push(Defect::new(
                codes::COLUMN,
                format!("{file}, row 1, column {name}"),
                format!("the column `{name}` stands twice"),
                "keep one of them",
            ));
        }
    }
    missing.is_empty()
}

/// The candidate most like a word, if one is alike enough to be meant.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (likeness(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.85)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}
