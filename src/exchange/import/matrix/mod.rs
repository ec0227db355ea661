//! Matrices of commuters into flows: square, with a row per residence and a column per workplace, or
//! long, with a row per pair; CSV or a workbook (XLSX).
//!
//! Rows and columns of totals are held against the sums and left out. Places that are no areas become
//! places outside, where that was asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::{Decimal, Mark, NumberFault, NumberOptions, Numbers, Reading};

use super::{Condition, Missing, Part, exchange_codes, source, unit};

mod assemble;
mod choose;
mod columns;
mod crossed;
mod frame;
mod grid;
mod long;
mod outside;
mod part_totals;
mod square;
mod totals;

use grid::Grid;
pub use outside::Outside;
pub use totals::Totals;

/// Shapes of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A row per residence and a column per workplace.
    Square,
    /// A row per pair.
    Long,
}

/// How a matrix is to be read.
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
#[derive(Clone, Debug, Default)]
pub struct MatrixOptions {
    /// Shape; by the header when not given.
    pub shape: Option<Shape>,
    /// Whether rows are workplaces and columns residences.
    pub transposed: bool,
    /// Columns of residence, workplace and commuters in a long matrix: a name, `#3`, or several
    /// joined by `+`.
    pub columns: Option<[String; 3]>,
    /// Columns of the names of residence and workplace.
    pub names: Option<[String; 2]>,
    /// Sheet of a workbook; the first with a table when not given.
    pub sheet: Option<String>,
    /// Lines at the top to be left out.
    pub skip: Option<usize>,
    /// How many rows make the header.
    pub header: Option<usize>,
    /// Which rows of a long matrix count.
    pub conditions: Vec<Condition>,
    /// Whether rows of one pair are added up.
    pub sum: bool,
    /// Whether an empty code is that of the row above.
    pub fill: bool,
    /// How figures are written, where that was said.
    pub numbers: NumberOptions,
    /// How many people 1 counts for, where that was said: 1,000 where figures are in thousands.
    pub unit: Option<u64>,
    /// Whether figures that are not whole are rounded.
    pub round: bool,
    /// Digits of a code.
    pub code_width: Option<usize>,
    /// What figures that are missing count for.
    pub missing: Missing,
    /// Which labels are totals.
    pub totals: Totals,
    /// Whether totals that are not the sums are accepted, as they count people from elsewhere.
    pub ignore_totals: bool,
    /// Whether employed residents and jobs are the sums of the flows.
    pub employment: bool,
    /// Codes and names of the areas, where they are known.
    pub known: Vec<(String, String)>,
    /// Whether places that are not known count as outside, `elsewhere` when [`Self::outside`] names
    /// none.
    pub only_known: bool,
    /// Places outside.
    pub outside: Vec<Outside>,
}

/// A label of a row or column, with the place of its first mention.
#[derive(Clone, Debug)]
struct Label {
    at: String,
    text: String,
    name: String,
}

/// A flow between two labels, with its place in the grid.
#[derive(Clone, Copy, Debug)]
struct Flow {
    at: (usize, usize),
    from: usize,
    to: usize,
    value: Decimal,
}

/// What a matrix lists, as the file spells it.
#[derive(Debug, Default)]
struct Listing {
    labels: Vec<Label>,
    by_text: BTreeMap<String, usize>,
    /// Labels seen as residences and as workplaces. Labels count up in the order of the file.
    seen: [BTreeSet<usize>; 2],
    flows: Vec<Flow>,
    notes: Vec<String>,
    is_square: bool,
    empty: usize,
    /// Whether empty cells are nil, as square tables have them.
    empty_is_nil: bool,
    /// Whether nil is written in other cells.
    writes_nil: bool,
    missing: Vec<String>,
    nil: usize,
}

impl Listing {
    /// The label of this text.
    fn label(&mut self, text: &str, at: String) -> usize {
        if let Some(&known) = self.by_text.get(text) {
            return known;
        }
        self.by_text.insert(text.to_owned(), self.labels.len());
        self.labels.push(Label { at, text: text.to_owned(), name: String::new() });
        self.labels.len() - 1
    }

    /// Gives a label a name, unless it has one.
    fn name(&mut self, label: usize, name: &str) {
        if self.labels[label].name.is_empty() {
            name.clone_into(&mut self.labels[label].name);
        }
    }
}

/// Reads a matrix.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read(path: &Path, options: &MatrixOptions) -> Result<Part, Defects> {
    let (file, bytes) = source::bytes(path)?;
    parse(&file, &bytes, options)
}

/// Reads a matrix from the bytes of a file.
///
/// # Errors
/// Everything that is wrong with them.
pub fn parse(file: &str, bytes: &[u8], options: &MatrixOptions) -> Result<Part, Defects> {
    let mut grid = frame::framed(grid::read(file, bytes, options.sheet.as_deref())?, options)?;
    let notes = std::mem::take(&mut grid.notes);
    let shape = options.shape.unwrap_or_else(|| {
        let is_long = options.columns.is_some()
            || !options.conditions.is_empty()
            || !(grid.is_square || square::looks_square(&grid, 0));
        if is_long { Shape::Long } else { Shape::Square }
    });
    let mut defects = Defects::default();
    let mut listing = match shape {
        Shape::Square => {
            refuse_unit(&grid, &[grid.get(0, 0).to_owned()], options)?;
            square::read(&grid, options, &mut defects)
        }
        Shape::Long => long::read(&grid, options, &mut defects)?,
    };
    // What follows would repeat what is reported already.
    defects.into_result()?;
    let one = Decimal::whole(options.unit.unwrap_or(1));
    let has_some = listing.flows.iter().any(|flow| !flow.value.is_zero());
    if has_some && listing.flows.iter().all(|flow| flow.value < one) {
        let what = "all figures are below 1: they are shares, and no numbers of people";
        let cure = "give the column with numbers of people";
        return Err(Defect::new(exchange_codes::FIGURE, grid.file, what, cure).into());
    }
    listing.notes.splice(0..0, notes);
    listing.notes.extend(unit::note(options.unit));
    assemble::part_of(&grid, listing, options)
}

/// Refuses figures that do not count single people, by what stands above or below them, or beside all of
/// them: it explains what else may seem wrong with them.
fn refuse_unit(grid: &Grid, headings: &[String], options: &MatrixOptions) -> Result<(), Defects> {
    let said = headings.iter().chain(&grid.titles).map(String::as_str);
    unit::refuse(&grid.file, said, options.unit)
}

/// Rows with their numbers, and what was done to read them.
pub(super) type NumberedRows = (Vec<(usize, Vec<String>)>, Vec<String>);

/// The rows of the first sheet of a workbook that holds a table, with their numbers, and what was done to
/// read it.
pub(super) fn rows_of_workbook(file: &str, bytes: &[u8]) -> Result<NumberedRows, Defects> {
    if !bytes.starts_with(b"PK\x03\x04") {
        let what = "the file is no workbook (.xlsx), whatever its name says";
        return Err(source::format(file, what, "save it as .xlsx, or name it .csv").into());
    }
    let grid = grid::read(file, bytes, None)?;
    let texts = |cells: Vec<grid::Cell>| cells.into_iter().map(|cell| cell.text).collect();
    let rows = grid.rows.into_iter().map(|(line, cells)| (line, texts(cells))).collect();
    Ok((rows, grid.notes))
}

/// A figure, or what is said of it: empty is 0 where the table writes nil so, a sign for what is missing
/// counts for what was asked.
fn figure(
    grid: &Grid,
    (row, column): (usize, usize),
    whose: &dyn Fn() -> String,
    numbers: &Numbers,
    options: &MatrixOptions,
    listing: &mut Listing,
    defects: &mut Defects,
) -> Option<Decimal> {
    let empty = grid::Cell::default();
    let cell = grid.cell(row, column).unwrap_or(&empty);
    if cell.text.is_empty() && listing.empty_is_nil {
        listing.empty += 1;
        return Some(Decimal::default());
    }
    let reading =
        if cell.is_number { Numbers::plain().read(&cell.text) } else { numbers.read(&cell.text) };
    let reading = match reading {
        Reading::Number(number) => number
            .times(options.unit.unwrap_or(1))
            .map_or(Reading::Wrong(NumberFault::TooLarge), Reading::Number),
        other => other,
    };
    let (code, what, cure) = match reading {
        Reading::Number(number) if number.as_whole().is_some() || options.round => {
            listing.nil += usize::from(Mark::is_nil(&cell.text));
            return Some(number);
        }
        Reading::Number(_) => (
            exchange_codes::FIGURE,
            "is not a whole number".to_owned(),
            "round weighted estimates to whole people with --round, which says what that changes",
        ),
        Reading::Missing(mark) => {
            if let Missing::Count(count) = options.missing {
                listing.missing.push(whose());
                return Some(Decimal::whole(count));
            }
            (
                exchange_codes::FIGURE,
                match mark {
                    Mark::Unsaid => "is empty, and nothing says that this is 0".to_owned(),
                    _ => format!("stands for a figure that is {}", mark.words()),
                },
                "write the figure, or say what such a flow is to count for: --missing 0, or another \
                 number of people",
            )
        }
        Reading::Wrong(fault) => {
            let is_open = matches!(fault, NumberFault::Ambiguous(..) | NumberFault::Contradicts(_));
            let code = if is_open { exchange_codes::AMBIGUOUS } else { exchange_codes::FIGURE };
            (code, fault.what(), fault.cure())
        }
    };
    let shown = if cell.text.is_empty() {
        "the cell".to_owned()
    } else {
        format!("`{}`", shorten(&cell.text))
    };
    defects.push(Defect::new(
        code,
        grid.at(row, column),
        format!("{}: {shown} {what}", whose()),
        cure,
    ));
    None
}
