//! Tables of text without a meaning yet, from CSV and from workbooks.

use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, counted, shorten};

use super::super::{exchange_codes, source};

/// The most cells of a table: 5,000 areas squared and some.
const MOST_CELLS: usize = 30_000_000;

/// Rows of cells. Rows end with their last filled cell.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Name of the file, and of the sheet.
    pub(super) file: String,
    /// Rows that hold anything, with their numbers in the file, from 1.
    pub(super) rows: Vec<(usize, Vec<String>)>,
    /// What was done to read it.
    pub(super) notes: Vec<String>,
    is_workbook: bool,
}

impl Grid {
    /// A cell, empty where there is none.
    pub(super) fn get(&self, row: usize, column: usize) -> &str {
        self.rows[row].1.get(column).map_or("", String::as_str)
    }

    /// A cell, as messages name its place: `row 3, column 2` or `cell B3`.
    pub(super) fn at(&self, row: usize, column: usize) -> String {
        let line = self.rows[row].0;
        if self.is_workbook {
            format!("{}, cell {}{line}", self.file, letters(column))
        } else {
            format!("{}, row {line}, column {}", self.file, column + 1)
        }
    }

    /// The number of columns of the longest row.
    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0)
    }
}

/// `A`, …, `Z`, `AA`, … as spreadsheets name columns.
fn letters(column: usize) -> String {
    let mut text = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        text.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    text
}

/// The table in the bytes of a file: a workbook, which is a ZIP archive, or CSV.
pub(super) fn read(file: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Grid, Defects> {
    if bytes.starts_with(b"PK\x03\x04") {
        workbook(file, bytes, sheet)
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let what = "the file is a workbook in the old format of Excel (.xls)";
        Err(source::format(file, what, "save it as .xlsx or as CSV").into())
    } else {
        csv(file, bytes, sheet)
    }
}

fn csv(file: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Grid, Defects> {
    if sheet.is_some() {
        let what = "a sheet is named, and the file is no workbook (.xlsx)";
        return Err(Defect::new(exchange_codes::PROPERTY, file, what, "leave --sheet out").into());
    }
    let text = source::text(file, bytes)?;
    let delimiter = delimiter_of(&text);
    let mut grid = Grid { file: file.to_owned(), ..Grid::default() };
    if delimiter != b',' {
        let word = match delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "bars",
        };
        grid.notes.push(format!("columns are separated by {word}"));
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut cells = 0_usize;
    for record in reader.records() {
        let record = record.map_err(|error| {
            source::format(file, format!("the file is not CSV: {error}"), "export it again")
        })?;
        let line = record.position().map_or(0, ::csv::Position::line);
        let row: Vec<String> = record.iter().map(|field| field.trim().to_owned()).collect();
        cells += row.len();
        check_size(file, cells)?;
        grid.push(usize::try_from(line).unwrap_or(usize::MAX), row);
    }
    grid.checked()
}

/// The delimiter that stands most often in the first line that has any; a comma wins a tie.
fn delimiter_of(text: &str) -> u8 {
    let count = |line: &str, wanted: u8| line.bytes().filter(|&byte| byte == wanted).count();
    text.lines()
        .find_map(|line| {
            [b'|', b'\t', b';', b',']
                .into_iter()
                .map(|delimiter| (count(line, delimiter), delimiter))
                .filter(|(times, _)| *times > 0)
                .max_by_key(|(times, _)| *times)
        })
        .map_or(b',', |(_, delimiter)| delimiter)
}

fn workbook(file: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Grid, Defects> {
    let broken = |error: calamine::XlsxError| {
        let what = format!("the workbook cannot be read: {error}");
        Defects::from(source::format(file, what, "save it again as .xlsx, or as CSV"))
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = book.sheet_names();
    let name = match sheet {
        Some(asked) if sheets.iter().any(|name| name == asked) => asked.to_owned(),
        Some(asked) => {
            let meant = closest(asked, sheets.iter().map(String::as_str))
                .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            return Err(Defect::new(
                exchange_codes::PROPERTY,
                file,
                format!("there is no sheet `{}`", shorten(asked)),
                format!("{meant}There are {}", sheets.join(", ")),
            )
            .into());
        }
        None => sheets
            .first()
            .cloned()
            .ok_or_else(|| source::format(file, "the workbook has no sheets", "save it again"))?,
    };
    let mut grid =
        Grid { file: format!("{file}, sheet {name}"), is_workbook: true, ..Grid::default() };
    if sheet.is_none() && sheets.len() > 1 {
        grid.notes.push(format!("of {}, `{name}` was read", counted(sheets.len(), "sheet")));
    }
    let mut reader = book.worksheet_cells_reader(&name).map_err(broken)?;
    let mut row: Vec<String> = Vec::new();
    let mut line = 0;
    let mut cells = 0_usize;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (at, column) = cell.get_position();
        let (at, column) = (at as usize, column as usize);
        let Some(text) = text_of(cell.get_value()) else { continue };
        if at != line {
            grid.push(line + 1, std::mem::take(&mut row));
            line = at;
        }
        if column >= row.len() {
            cells += column + 1 - row.len();
            check_size(file, cells)?;
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    grid.push(line + 1, row);
    grid.checked()
}

/// What a cell shows; numbers without an exponent and a fraction of zeros.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(truth) => truth.to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::DateTime(date) => date.as_f64().to_string(),
        DataRef::Error(error) => error.to_string(),
    };
    (!text.is_empty()).then_some(text)
}

fn check_size(file: &str, cells: usize) -> Result<(), Defects> {
    if cells <= MOST_CELLS {
        return Ok(());
    }
    let what = format!("the table has more than {MOST_CELLS} cells");
    Err(source::format(file, what, "keep the part that holds the flows").into())
}

impl Grid {
    fn push(&mut self, line: usize, mut row: Vec<String>) {
        let filled = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        row.truncate(filled);
        if !row.is_empty() {
            self.rows.push((line, row));
        }
    }

    /// Rows of titles before the table, with one filled cell each, are left out.
    fn checked(mut self) -> Result<Self, Defects> {
        let is_title = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count() <= 1;
        let titles = self.rows.iter().take_while(|(_, row)| is_title(row)).count();
        if titles > 0 && titles < self.rows.len() {
            let shown: Vec<String> =
                self.rows.drain(..titles).map(|(_, row)| shorten(&row.concat())).collect();
            self.notes.push(format!("rows above the table were left out: {}", shown.join("; ")));
        }
        if self.rows.len() < 2 || self.width() < 2 {
            let what = "the file holds no table of two rows and two columns";
            return Err(source::format(self.file, what, "export the flows again").into());
        }
        Ok(self)
    }
}
