//! The table in a file: without the titles above it, the notes below it, and with one header.

use regionfront_model::defect::Defects;
use regionfront_model::instance::{counted, shorten};
use regionfront_model::reading::{Mark, NumberOptions, Numbers, Reading};

use super::super::{some_of, source};
use super::grid::{Cell, Grid};
use super::{MatrixOptions, Shape, columns, crossed, square};

/// Rows at the top among which the header is looked for.
const TOP: usize = 40;

/// Leaves what is not the table out of a grid. Its first row is the header then, unless the table has
/// none, which is told by [`Grid::has_header`] or by its figures.
pub(super) fn framed(mut grid: Grid, options: &MatrixOptions) -> Result<Grid, Defects> {
    if let Some(skip) = options.skip {
        let before = grid.rows.len();
        grid.rows.retain(|(line, _)| *line > skip);
        let gone = before - grid.rows.len();
        grid.notes.push(format!("{} at the top left out, as asked", counted(gone, "row")));
    }
    cut_notes(&mut grid);
    let may_be_square = options.columns.is_none()
        && options.conditions.is_empty()
        && options.shape != Some(Shape::Long)
        && options.header.is_none()
        && !grid.has_header;
    if may_be_square && let Some(above) = crossed::straighten(&mut grid) {
        fill_from_above(&mut grid, above);
        cut_above(&mut grid, above);
        grid.is_square = true;
    } else if options.header.is_none() && !grid.has_header {
        let (first, is_double) = header_of(&grid, options);
        if !is_double {
            fill_from_above(&mut grid, first);
        }
        cut_above(&mut grid, first);
        if is_double {
            join_headers(&mut grid, 2);
        }
    } else {
        let titles = (0..grid.rows.len()).take_while(|&row| grid.filled(row) <= 1).count();
        cut_above(&mut grid, titles);
        if let Some(rows) = options.header {
            join_headers(&mut grid, rows);
        }
    }
    if grid.rows.len() < 2 || grid.width() < 2 {
        let what = "the file holds no table of two rows and two columns";
        return Err(source::format(grid.file, what, "export the flows again").into());
    }
    Ok(grid)
}

/// A row in words.
fn words(row: &[Cell]) -> String {
    let cells: Vec<&str> =
        row.iter().map(|cell| cell.text.as_str()).filter(|text| !text.is_empty()).collect();
    cells.join(" ")
}

/// Some rows in words, for an account.
fn shown(rows: &[String]) -> String {
    some_of(&rows.iter().map(|row| shorten(row)).collect::<Vec<_>>())
}

/// Leaves out rows below the table: those with one filled cell, and those after an empty row that
/// hold no figure.
fn cut_notes(grid: &mut Grid) {
    let numbers = Numbers::learn([], NumberOptions::default());
    let has_figure = |row: &[Cell]| {
        row.iter().skip(1).any(|cell| matches!(numbers.read(&cell.text), Reading::Number(_)))
    };
    let is_note = |grid: &Grid, at: usize| {
        let (line, row) = &grid.rows[at];
        let is_alone = grid.filled(at) <= 1;
        let is_apart = at > 0 && grid.rows[at - 1].0 + 1 < *line;
        // A row of a square matrix may hold nothing but its label.
        let is_label = row.first().is_some_and(|cell| {
            grid.rows.iter().take(TOP).any(|(_, top)| top.iter().skip(1).any(|one| *one == *cell))
        });
        (is_alone && !is_label) || (is_apart && !has_figure(row))
    };
    let mut notes = Vec::new();
    // What follows an empty row with no figure in it, or stands alone at the end, is a note.
    while grid.rows.len() > 2 {
        let last = grid.rows.len() - 1;
        if !is_note(grid, last) {
            let begin = (1..=last).rev().find(|&at| grid.rows[at - 1].0 + 1 < grid.rows[at].0);
            let all_notes = begin.is_some_and(|begin| {
                begin > 2 && grid.rows[begin..].iter().all(|(_, row)| !has_figure(row))
            });
            let (true, Some(begin)) = (all_notes, begin) else { break };
            notes.extend(grid.rows.drain(begin..).map(|(_, row)| words(&row)).rev());
            continue;
        }
        notes.extend(grid.rows.pop().map(|(_, row)| words(&row)));
    }
    notes.reverse();
    if !notes.is_empty() {
        grid.notes.push(format!("rows below the table were left out: {}", shown(&notes)));
        grid.titles.extend(notes);
    }
}

fn cut_above(grid: &mut Grid, first: usize) {
    if first > 0 && first < grid.rows.len() {
        let titles: Vec<String> = grid.rows.drain(..first).map(|(_, row)| words(&row)).collect();
        grid.notes.push(format!("rows above the table were left out: {}", shown(&titles)));
        grid.titles.extend(titles);
    }
}

/// Gives columns without a name the one that stands a row higher, as that of totals beside a header of two
/// rows does.
fn fill_from_above(grid: &mut Grid, first: usize) {
    let Some(above) = first.checked_sub(1).filter(|&above| grid.filled(above) > 1) else { return };
    let width = grid.rows[first..].iter().map(|(_, row)| row.len()).max().unwrap_or(0);
    let mut named = Vec::new();
    for column in 1..width {
        let name = grid.get(above, column).to_owned();
        if name.is_empty() || !grid.get(first, column).is_empty() {
            continue;
        }
        let header = &mut grid.rows[first].1;
        if header.len() <= column {
            header.resize(column + 1, Cell::default());
        }
        header[column] = Cell::from(name.clone());
        named.push(name);
    }
    if !named.is_empty() {
        grid.notes.push(format!("names of columns stand a row higher: {}", some_of(&named)));
    }
}

/// The row of the header, or the first one where there is none, and whether the row above belongs to
/// the header, too (that one is given then).
fn header_of(grid: &Grid, options: &MatrixOptions) -> (usize, bool) {
    let top = grid.rows.len().saturating_sub(1).min(TOP);
    let asked = options.columns.as_ref();
    for row in 0..top {
        // Titles of one cell are no header; nor is what two columns say above a wider table.
        if grid.filled(row) < 2 {
            continue;
        }
        let is_upper = repeats(grid, row)
            && row + 1 < grid.rows.len()
            && has_twins(grid, row + 1)
            && grid.filled(row + 1) >= 2;
        if asked.is_some_and(|asked| columns::are_numbers(asked)) {
            match (is_upper, row > 0 && has_twins(grid, row) && grid.filled(row - 1) >= 2) {
                (true, _) => continue,
                (false, true) => return (row - 1, true),
                (false, false) => return (row, false),
            }
        }
        let is_known = match asked {
            Some(asked) => columns::all_named(grid, row, asked),
            // What stands above a row of names says whose they are.
            None => !is_upper && !tells_apart(grid, row) && columns::are_known(grid, row),
        };
        if is_known || (asked.is_none() && square::looks_square(grid, row)) {
            return (row, false);
        }
        if row > 0 && has_twins(grid, row) && grid.filled(row - 1) >= 2 {
            return (row - 1, true);
        }
    }
    // Else the first row that is as wide as the table, or the first that is followed by such rows.
    let widths: Vec<usize> = (0..grid.rows.len()).map(|row| grid.rows[row].1.len()).collect();
    let mut sorted = widths.clone();
    sorted.sort_unstable();
    let usual = sorted.get(sorted.len() / 2).copied().unwrap_or(0);
    let first = widths.iter().take(TOP).position(|&width| width >= usual);
    let first = first.unwrap_or(0).min(grid.rows.len().saturating_sub(1));
    (first, false)
}

/// Whether a text stands twice in a row, as years do above men and women.
fn repeats(grid: &Grid, row: usize) -> bool {
    let cells: Vec<&str> = grid.rows[row].1.iter().map(|cell| cell.text.as_str()).collect();
    cells.iter().enumerate().any(|(at, text)| !text.is_empty() && cells[..at].contains(text))
}

/// Whether the row above tells names apart that stand twice in a row: it says something between them, or
/// above the second.
fn tells_apart(grid: &Grid, row: usize) -> bool {
    let Some(above) = row.checked_sub(1).filter(|_| has_twins(grid, row)) else { return false };
    let width = grid.rows[row].1.len();
    (0..width).any(|first| {
        let text = grid.get(row, first);
        let twin =
            (first + 1..width).find(|&second| !text.is_empty() && grid.get(row, second) == text);
        twin.is_some_and(|second| (first + 1..=second).any(|at| !grid.get(above, at).is_empty()))
    })
}

/// Whether a row names a column twice, as a header does whose upper row says of what.
fn has_twins(grid: &Grid, row: usize) -> bool {
    let cells: Vec<&str> = grid.rows[row].1.iter().map(|cell| cell.text.as_str()).collect();
    let is_word = |text: &str| text.chars().any(char::is_alphabetic) && Mark::of(text).is_none();
    let has_figure = grid.rows[row].1.iter().any(|cell| cell.is_number);
    !has_figure
        && cells.iter().filter(|text| !text.is_empty()).all(|text| is_word(text))
        && cells.iter().enumerate().any(|(at, text)| !text.is_empty() && cells[..at].contains(text))
}

/// Makes one header of several rows. In the upper ones a text stands for the empty cells to its
/// right, too.
fn join_headers(grid: &mut Grid, rows: usize) {
    let rows = rows.clamp(1, grid.rows.len().saturating_sub(1).max(1));
    if rows == 1 {
        return;
    }
    let width = grid.rows[..rows].iter().map(|(_, row)| row.len()).max().unwrap_or(0);
    let mut names = vec![Vec::<String>::new(); width];
    for at in 0..rows {
        let mut above = String::new();
        for (column, name) in names.iter_mut().enumerate() {
            let own = grid.get(at, column);
            if at + 1 == rows {
                above.clear();
            }
            if !own.is_empty() {
                own.clone_into(&mut above);
            }
            if !above.is_empty() && name.last() != Some(&above) {
                name.push(above.clone());
            }
        }
    }
    let line = grid.rows[rows - 1].0;
    let header: Vec<Cell> = names.into_iter().map(|parts| Cell::from(parts.join(" "))).collect();
    grid.rows.splice(..rows, [(line, header)]);
    grid.has_header = true;
    grid.notes.push(format!("{rows} rows make the header; names are joined by a blank"));
}
