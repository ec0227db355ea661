//! Tables of text without a meaning yet, from CSV and from workbooks.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{DataRef, Reader as _, Xlsx};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, counted, shorten};
use regionfront_model::reading::{
    Mark, clean, delimiter_of, huge_field_of, rows_of, text_of_float,
};

use super::super::cube::{self, Cube, Given};
use super::super::{exchange_codes, source};

/// Letters that a cell of a spreadsheet can hold.
const MOST_OF_A_CELL: usize = 32_767;

/// Most bytes of text in the cells of a sheet.
const MOST_LETTERS: usize = 200_000_000;

/// The most cells of a table: 5,000 areas squared and some.
const MOST_CELLS: usize = 30_000_000;

/// Bytes of a file that tell what it is.
const HEAD: usize = 4096;

/// Longest cell in bytes.
const LONGEST_CELL: usize = 1_000_000;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// What it shows.
    pub(super) text: String,
    /// Whether the file holds a number in it, and no text that looks like one.
    pub(super) is_number: bool,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, is_number: false }
    }
}

/// Rows of cells. Rows end with their last filled cell.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Name of the file, and of the sheet.
    pub(super) file: String,
    /// Rows that hold anything, with their numbers in the file, from 1.
    pub(super) rows: Vec<(usize, Vec<Cell>)>,
    /// What stands above or below the table, in full.
    pub(super) titles: Vec<String>,
    /// What was done to read it.
    pub(super) notes: Vec<String>,
    pub(super) is_workbook: bool,
    /// Cells of formulas whose values are not in the file.
    unworked: Vec<String>,
    /// Whether its first row is a header for certain.
    pub(super) has_header: bool,
    /// Whether its first row and first column are the codes of a square table for certain.
    pub(super) is_square: bool,
    /// Whether the rows of a square table are workplaces, where words above or beside it say so.
    pub(super) is_transposed: Option<bool>,
    /// Names by codes, where they stand beside the codes of a square table.
    pub(super) names: BTreeMap<String, String>,
    /// What people call the columns, where they have names for programs, too; empty where they have none.
    pub(super) aliases: Vec<String>,
    /// Columns at the left that were left out.
    pub(super) left: usize,
}

impl Grid {
    /// A cell, empty where there is none.
    pub(super) fn get(&self, row: usize, column: usize) -> &str {
        self.rows[row].1.get(column).map_or("", |cell| cell.text.as_str())
    }

    /// A cell, where there is one.
    pub(super) fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows[row].1.get(column)
    }

    /// A cell, as messages name its place: `row 3, column 2` or `cell B3`.
    pub(super) fn at(&self, row: usize, column: usize) -> String {
        let line = self.rows[row].0;
        let column = column + self.left;
        if self.is_workbook {
            format!("{}, cell {}{line}", self.file, letters(column))
        } else {
            format!("{}, row {line}, column {}", self.file, column + 1)
        }
    }

    /// A row, as messages name it.
    pub(super) fn row_at(&self, row: usize) -> String {
        format!("row {}", self.rows[row].0)
    }

    /// The number of columns of the longest row.
    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0)
    }

    /// How many cells of a row hold anything.
    pub(super) fn filled(&self, row: usize) -> usize {
        self.rows[row].1.iter().filter(|cell| !cell.text.is_empty()).count()
    }

    /// Adds a row, unless it is empty.
    pub(super) fn push(&mut self, line: usize, mut row: Vec<Cell>) {
        let filled = row.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
        row.truncate(filled);
        if !row.is_empty() {
            self.rows.push((line, row));
        }
    }
}

/// `A`, …, `Z`, `AA`, … as spreadsheets name columns.
pub(super) fn letters(column: usize) -> String {
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
    if bytes.starts_with(b"PK\x03\x04") && bytes.get(30..38) == Some(b"mimetype") {
        let what = "the file is a document of another office program, such as OpenDocument (.ods)";
        Err(source::format(file, what, "save it as .xlsx or as CSV").into())
    } else if bytes.starts_with(b"PK\x03\x04") {
        workbook(file, bytes, sheet)
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let what = "the file is a workbook in the old format of Excel (.xls)";
        Err(source::format(file, what, "save it as .xlsx or as CSV").into())
    } else {
        csv(file, bytes, sheet)
    }
}

fn long_cell(file: &str, line: usize, bytes: usize, begins: &str) -> Defect {
    source::format(
        format!("{file}, row {line}"),
        format!("a cell holds {bytes} bytes: `{}`", shorten(begins)),
        "no code, name or figure is that long: a quotation mark may be missing",
    )
}

fn csv(file: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Grid, Defects> {
    if sheet.is_some() {
        let what = "a sheet is named, and the file is no workbook (.xlsx)";
        return Err(Defect::new(exchange_codes::PROPERTY, file, what, "leave --sheet out").into());
    }
    // A table with named dimensions may be one line.
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    if !cube::may_be_cube(&head)
        && let Some(huge) = huge_field_of(bytes)
    {
        return Err(long_cell(file, huge.line, huge.bytes, &huge.begins).into());
    }
    let said = cube::in_utf8(bytes);
    let (text, assumed) = match &said {
        Some((bytes, encoding)) => {
            let (text, note) = source::text(file, bytes)?;
            (
                text,
                note.or_else(|| Some(format!("{file} was read as {encoding}, as it says itself"))),
            )
        }
        None => source::text(file, bytes)?,
    };
    if cube::is_cube(&text) {
        let mut grid = of_cube(&cube::parse(file, &text)?)?;
        grid.notes.extend(assumed);
        return Ok(grid);
    }
    if text.trim_start().starts_with('<') {
        let what = "the file is HTML or XML, whatever its name says, and no table of text";
        let cure = "open it in a spreadsheet program and save it as .xlsx or CSV";
        return Err(source::format(file, what, cure).into());
    }
    let delimiter = delimiter_of(&text);
    let mut grid = Grid { file: file.to_owned(), ..Grid::default() };
    grid.notes.extend(assumed);
    if delimiter != b',' {
        let word = match delimiter {
            b';' => "semicolons",
            b'\t' => "tabs",
            b'|' => "bars",
            b'^' => "carets",
            b'~' => "tildes",
            b':' => "colons",
            _ => "blanks",
        };
        grid.notes.push(format!("columns are separated by {word}"));
    }
    let mut cells = 0_usize;
    for (line, row) in rows_of(&text, delimiter) {
        cells += row.len();
        check_size(file, cells)?;
        if let Some(long) = row.iter().find(|cell| cell.len() > LONGEST_CELL) {
            return Err(long_cell(file, line, long.len(), long).into());
        }
        grid.push(line, row.into_iter().map(Cell::from).collect());
    }
    Ok(grid)
}

/// A table with named dimensions as a long one: a column of codes and one of names per dimension, and
/// the figures.
fn of_cube(cube: &Cube) -> Result<Grid, Defects> {
    let mut grid = Grid {
        file: cube.file.clone(),
        has_header: true,
        notes: cube.notes.clone(),
        titles: cube.said().map(str::to_owned).collect(),
        ..Grid::default()
    };
    let names = cube.axes.iter().flat_map(|axis| [axis.id.clone(), format!("{} label", axis.id)]);
    grid.push(1, names.chain(["value".to_owned()]).map(Cell::from).collect());
    grid.aliases = cube.axes.iter().flat_map(|axis| [axis.label.clone(), String::new()]).collect();
    let width = 2 * cube.axes.len() + 1;
    check_size(&cube.file, cube.cells.len().saturating_mul(width))?;
    let mut line = 1;
    cube.for_each(|at, given| {
        line += 1;
        let mut row: Vec<Cell> = Vec::with_capacity(width);
        for (&at, axis) in at.iter().zip(&cube.axes) {
            let category = &axis.categories[at];
            // Where there are no codes the texts stand for them, `0114 Upplands Väsby`, and are cut there.
            let label = Some(category.label.trim()).filter(|label| *label != category.code);
            let label = label.unwrap_or_default().to_owned();
            row.extend([category.code.clone(), label].map(Cell::from));
        }
        row.push(match given {
            Given::Number(text) => Cell { text: text.clone(), is_number: true },
            Given::Text(text) => Cell::from(text.clone()),
            Given::Missing(Mark::NotApplicable) => Cell::from(".".to_owned()),
            Given::Missing(Mark::Suppressed) => Cell::from(":".to_owned()),
            Given::Missing(Mark::NotAvailable | Mark::Unsaid) => Cell::from("..".to_owned()),
            Given::Wrong => Cell::from("?".to_owned()),
        });
        grid.push(line, row);
    });
    Ok(grid)
}

fn workbook(file: &str, bytes: &[u8], sheet: Option<&str>) -> Result<Grid, Defects> {
    let broken = |error: calamine::XlsxError| {
        let what = format!("the workbook cannot be read: {error}");
        Defects::from(source::format(file, what, "save it again as .xlsx, or as CSV"))
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = book.sheet_names();
    if let Some(asked) = sheet.filter(|asked| sheets.iter().all(|name| name != asked)) {
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
    let wanted: Vec<&String> =
        sheets.iter().filter(|name| sheet.is_none_or(|asked| asked == *name)).collect();
    let mut tables = Vec::new();
    for name in wanted {
        let grid = one_sheet(file, &mut book, name)?;
        if sheet.is_some() || (grid.rows.len() > 1 && grid.width() > 1) {
            tables.push((name, grid));
        }
        if tables.len() > 1 {
            break;
        }
    }
    if let [(first, grid), (second, _), ..] = &mut tables[..] {
        grid.notes.push(format!(
            "of {}, `{first}` was read; `{second}` holds a table, too: --sheet names another",
            counted(sheets.len(), "sheet")
        ));
    } else if let [(name, grid)] = &mut tables[..]
        && sheet.is_none()
        && sheets.len() > 1
    {
        grid.notes.push(format!(
            "of {}, `{name}` was read, the only one with a table",
            counted(sheets.len(), "sheet")
        ));
    }
    if let Some((_, grid)) = tables.into_iter().next() {
        match grid.unworked.first() {
            None => Ok(grid),
            Some(first) => Err(source::format(
                grid.file,
                format!(
                    "the values of formulas are not in the file, {} in all, first cell {first}",
                    grid.unworked.len()
                ),
                "open the workbook in a spreadsheet program and save it there, or export it as CSV",
            )
            .into()),
        }
    } else {
        let what = "no sheet of the workbook holds a table of two rows and two columns";
        Err(source::format(file, what, "export the flows again").into())
    }
}

/// The cells of a sheet; those that are merged hold what the first of them shows.
fn one_sheet(file: &str, book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Grid, Defects> {
    let broken = |error: calamine::XlsxError| {
        let what = format!("the sheet `{name}` cannot be read: {error}");
        Defects::from(source::format(file, what, "save it again as .xlsx, or as CSV"))
    };
    let mut grid =
        Grid { file: format!("{file}, sheet {name}"), is_workbook: true, ..Grid::default() };
    let mut reader = book.worksheet_cells_reader(name).map_err(broken)?;
    let mut row: Vec<Cell> = Vec::new();
    let mut line = 0;
    let (mut cells, mut letters_held) = (0_usize, 0_usize);
    let mut with_value: BTreeSet<(u32, u32)> = BTreeSet::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (at, column) = cell.get_position();
        if !matches!(cell.get_value(), DataRef::Empty) {
            with_value.insert((at, column));
        }
        let (at, column) = (at as usize, column as usize);
        let Some(found) = cell_of(cell.get_value()) else { continue };
        letters_held += found.text.len();
        check_letters(file, found.text.len(), letters_held)?;
        if at != line {
            grid.push(line + 1, std::mem::take(&mut row));
            line = at;
        }
        if column >= row.len() {
            cells += column + 1 - row.len();
            check_size(file, cells)?;
            row.resize(column + 1, Cell::default());
        }
        row[column] = found;
    }
    grid.push(line + 1, row);
    drop(reader);
    let formulas = book.worksheet_formula(name).map_err(broken)?;
    if let Some((top, left)) = formulas.start() {
        for (row, column, formula) in formulas.used_cells() {
            let (Ok(row), Ok(at)) = (u32::try_from(row), u32::try_from(column)) else { continue };
            if !formula.is_empty() && !with_value.contains(&(top + row, left + at)) {
                let column = letters((left + at) as usize);
                grid.unworked.push(format!("{column}{}", top + row + 1));
            }
        }
    }
    let merged = book.merge_cells_by_sheet_name(name).map_err(broken)?;
    fill_merged(&mut grid, &merged);
    Ok(grid)
}

/// Gives cells that are merged what the first of them shows: a text over several columns, or a text
/// over several rows. Numbers stay where they are.
fn fill_merged(grid: &mut Grid, merged: &[calamine::Dimensions]) {
    let mut filled = 0_usize;
    for area in merged {
        let (first, last) = (area.start.0 as usize + 1, area.end.0 as usize + 1);
        let (left, right) = (area.start.1 as usize, area.end.1 as usize);
        let Ok(top) = grid.rows.binary_search_by_key(&first, |row| row.0) else { continue };
        let Some(value) = grid.rows[top].1.get(left).cloned() else { continue };
        // A title merged over the whole table stays one cell.
        let is_title = right > left && grid.filled(top) == 1;
        if value.is_number || value.text.is_empty() || is_title {
            continue;
        }
        for (line, cells) in grid.rows[top..].iter_mut().take_while(|row| row.0 <= last) {
            for column in left..=right {
                if (*line, column) == (first, left) {
                    continue;
                }
                if column >= cells.len() {
                    cells.resize(column + 1, Cell::default());
                }
                if cells[column].text.is_empty() {
                    cells[column] = value.clone();
                    filled += 1;
                }
            }
        }
    }
    if filled > 0 {
        grid.notes.push(format!("{filled} merged cells hold what the first of them shows"));
    }
}

/// What a cell shows; numbers without an exponent and a fraction of zeros.
fn cell_of(value: &DataRef<'_>) -> Option<Cell> {
    let (text, is_number) = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => (number.to_string(), true),
        DataRef::Float(number) => (text_of_float(*number), true),
        DataRef::String(text) => (clean(text).into_owned(), false),
        DataRef::SharedString(text) => (clean(text).into_owned(), false),
        DataRef::Bool(truth) => (truth.to_string(), false),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), false),
        // As a date, so that nobody takes the number of its day for a code.
        DataRef::DateTime(date) if date.is_datetime() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            (format!("{year:04}-{month:02}-{day:02}"), false)
        }
        DataRef::DateTime(date) => (date.as_f64().to_string(), false),
        DataRef::Error(error) => (error.to_string(), false),
    };
    (!text.is_empty()).then_some(Cell { text, is_number })
}

/// Refuses a text that no spreadsheet program writes, and more texts than there is room for: a text that is
/// stored once may stand in any number of cells.
fn check_letters(file: &str, of_a_cell: usize, of_all: usize) -> Result<(), Defects> {
    let what = if of_a_cell > 4 * MOST_OF_A_CELL {
        format!(
            "a cell holds a text of {of_a_cell} bytes; spreadsheets hold {MOST_OF_A_CELL} letters"
        )
    } else if of_all > MOST_LETTERS {
        format!("the cells of the sheet hold more than {MOST_LETTERS} bytes of text")
    } else {
        return Ok(());
    };
    Err(source::format(file, what, "keep the part that holds the flows").into())
}

fn check_size(file: &str, cells: usize) -> Result<(), Defects> {
    if cells <= MOST_CELLS {
        return Ok(());
    }
    let what = format!("the table has more than {MOST_CELLS} cells");
    Err(source::format(file, what, "keep the part that holds the flows").into())
}
