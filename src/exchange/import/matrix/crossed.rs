//! Square tables whose codes do not stand in the first row and the first column: groups of areas, such as
//! counties, stand above and beside them, names below or beside, and over all what rows and columns are.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::instance::{counted, shorten};
use regionfront_model::reading::{Mark, NumberFault, Numbers, Reading, is_total_word};

use super::super::some_of;
use super::columns::role_of;
use super::grid::Grid;

/// Rows at the top, and columns at the left, among which the codes are looked for.
const TOP: usize = 40;
const LEFT: usize = 4;

/// More rows than this make no square table.
const MOST_ROWS: usize = 50_000;

/// Where the codes of a square table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cross {
    row: usize,
    column: usize,
}

/// Makes the column of codes the first one, where it or the row of codes is not. What the rows are is kept in
/// the grid, names are, and the rest is told. How many rows there are above that of the codes, if that was
/// done.
pub(super) fn straighten(grid: &mut Grid) -> Option<usize> {
    let cross = cross(grid)?;
    let names = names_below(grid, cross);
    let roles = roles(grid, cross);
    let is_plain = cross.column == 0 && names.is_empty() && roles.is_none();
    if is_plain {
        return None;
    }
    if let Some((word, is_transposed)) = roles {
        let side = if is_transposed { "workplaces" } else { "residences" };
        grid.notes.push(format!("by `{}` the rows are {side}", shorten(&word)));
        grid.is_transposed = Some(is_transposed);
    }
    for &row in &names {
        grid.notes.push(format!("names of the columns stand in {}", grid.row_at(row)));
        for column in cross.column + 1..grid.rows[cross.row].1.len() {
            let pair = [grid.get(cross.row, column), grid.get(row, column)].map(str::to_owned);
            keep_name(grid, pair);
        }
    }
    if cross.column > 0 {
        let beside: Vec<String> = (0..cross.column)
            .map(|column| {
                let first = (0..grid.rows.len()).map(|row| grid.get(row, column));
                shorten(first.into_iter().find(|text| !text.is_empty()).unwrap_or_default())
            })
            .filter(|text| !text.is_empty())
            .collect();
        if !beside.is_empty() {
            grid.notes.push(format!(
                "{} left of the codes left out, with {}",
                counted(beside.len(), "column"),
                some_of(&beside)
            ));
        }
        name_rows(grid, cross);
    }
    for &row in names.iter().rev() {
        grid.rows.remove(row);
    }
    for (_, cells) in &mut grid.rows {
        cells.drain(..cross.column.min(cells.len()));
    }
    grid.left += cross.column;
    Some(cross.row)
}

fn keep_name(grid: &mut Grid, [code, name]: [String; 2]) {
    let is_word = name.chars().any(char::is_alphabetic) && !is_total_word(&name);
    if !code.is_empty() && is_word && code != name {
        grid.names.entry(code).or_insert(name);
    }
}

/// Takes the texts beside the codes of the rows for their names, where every row has one of its own.
fn name_rows(grid: &mut Grid, cross: Cross) {
    let beside = cross.column - 1;
    let rows: Vec<usize> = (cross.row + 1..grid.rows.len())
        .filter(|&row| !grid.get(row, cross.column).is_empty())
        .collect();
    let texts: BTreeSet<&str> =
        rows.iter().map(|&row| grid.get(row, beside)).filter(|text| !text.is_empty()).collect();
    if texts.len() == rows.len() {
        for row in rows {
            let pair = [grid.get(row, cross.column), grid.get(row, beside)].map(str::to_owned);
            keep_name(grid, pair);
        }
    }
}

/// The row and the column that hold the same codes, each once, with figures where they cross. Codes with
/// digits go before names, unless they are small figures of the table itself.
///
/// Time O(n log n) in the number of rows.
fn cross(grid: &Grid) -> Option<Cross> {
    let height = grid.rows.len();
    if height > MOST_ROWS {
        return None;
    }
    let mut found: Vec<((bool, usize), Cross)> = Vec::new();
    for column in 0..LEFT.min(grid.width()) {
        // The last row of every label, and the last row below which each stands once.
        let mut last: BTreeMap<&str, usize> = BTreeMap::new();
        let mut once_below = None;
        for row in 0..height {
            let text = grid.get(row, column);
            if is_label(text) {
                once_below = last.insert(text, row).max(once_below);
            }
        }
        for row in once_below.unwrap_or(0)..height.saturating_sub(1).min(TOP) {
            let across: Vec<&str> = (column + 1..grid.rows[row].1.len())
                .map(|at| grid.get(row, at))
                .filter(|text| is_label(text))
                .collect();
            let is_once = across.iter().collect::<BTreeSet<_>>().len() == across.len();
            let is_below = |label: &&&str| last.get(**label).is_some_and(|&at| at > row);
            let common = across.iter().filter(is_below).count();
            if !is_once || common < 2 || 2 * common <= across.len() {
                continue;
            }
            let has_digit = |label: &&&str| label.bytes().any(|byte| byte.is_ascii_digit());
            let are_codes = across.iter().filter(has_digit).count() * 2 > across.len();
            let (rank, cross) = ((are_codes, common), Cross { row, column });
            if has_figures(grid, cross) {
                found.push((rank, cross));
            }
        }
    }
    let is_within_figures = |cross: Cross| {
        found.iter().any(|&(_, outer)| {
            outer.row < cross.row && outer.column < cross.column && !agree(grid, outer, cross)
        })
    };
    let mut best: Option<((bool, usize), Cross)> = None;
    for &(rank, cross) in &found {
        if best.is_none_or(|(known, _)| rank > known) && !is_within_figures(cross) {
            best = Some((rank, cross));
        }
    }
    best.map(|(_, cross)| cross)
}

/// Whether codes that stand right of and below names mean the same areas: each has one name, whether it is
/// looked at above its column or beside its row. Figures that are codes by chance have two.
fn agree(grid: &Grid, names: Cross, codes: Cross) -> bool {
    let beside: BTreeMap<&str, &str> = (codes.row + 1..grid.rows.len())
        .map(|row| (grid.get(row, codes.column), grid.get(row, names.column)))
        .collect();
    (codes.column + 1..grid.rows[codes.row].1.len()).all(|column| {
        let beside = beside.get(grid.get(codes.row, column));
        beside.is_none_or(|beside| *beside == grid.get(names.row, column))
    })
}

/// Whether a text may be that of an area.
fn is_label(text: &str) -> bool {
    !text.is_empty() && !is_total_word(text)
}

fn is_figure(text: &str) -> bool {
    Mark::of(text).is_some()
        || !matches!(Numbers::default().read(text), Reading::Wrong(NumberFault::NotANumber))
}

/// Whether most of what stands right of and below the codes are figures.
fn has_figures(grid: &Grid, cross: Cross) -> bool {
    let cells = (cross.row + 1..grid.rows.len().min(cross.row + TOP)).flat_map(|row| {
        grid.rows[row].1.iter().skip(cross.column + 1).take(TOP).map(|cell| cell.text.as_str())
    });
    let filled: Vec<&str> = cells.filter(|text| !text.is_empty()).collect();
    2 * filled.iter().filter(|text| is_figure(text)).count() > filled.len()
}

/// Rows below that of the codes that hold names: texts only, and no code before them.
fn names_below(grid: &Grid, cross: Cross) -> Vec<usize> {
    (cross.row + 1..grid.rows.len().min(cross.row + 3))
        .take_while(|&row| {
            let mut right = grid.rows[row].1.iter().skip(cross.column + 1).map(|cell| &cell.text);
            let has_text = right.clone().any(|text| text.chars().any(char::is_alphabetic));
            grid.get(row, cross.column).is_empty()
                && has_text
                && right.all(|text| text.is_empty() || !is_figure(text))
        })
        .collect()
}

/// A word above or beside the codes that says what rows or columns are, and whether the rows are workplaces
/// by it. Words that contradict each other say nothing.
fn roles(grid: &Grid, cross: Cross) -> Option<(String, bool)> {
    let said = |row: usize, column: usize| {
        let text = grid.get(row, column);
        role_of(text).map(|role| (text.to_owned(), role))
    };
    // Above the columns, and beside the rows or in a row that says something of the columns, too.
    let above = (0..cross.row)
        .flat_map(|row| (cross.column + 1..grid.rows[row].1.len()).map(move |column| (row, column)))
        .find_map(|(row, column)| said(row, column));
    let of_columns = above.map(|(word, role)| (word, role == 0));
    let left = (0..=cross.row)
        .filter(|&row| row == cross.row || grid.rows[row].1.len() > cross.column + 1)
        .flat_map(|row| (0..=cross.column).map(move |column| (row, column)))
        .chain(
            (cross.row + 1..grid.rows.len().min(cross.row + TOP))
                .flat_map(|row| (0..cross.column).map(move |column| (row, column))),
        )
        // The corner alone is looked at where the table is read.
        .filter(|&at| cross.row + cross.column > 0 || at != (0, 0))
        .find_map(|(row, column)| said(row, column));
    let of_rows = left.map(|(word, role)| (word, role == 1));
    match (of_columns, of_rows) {
        (Some(columns), Some(rows)) if columns.1 == rows.1 => {
            Some((format!("{} \\ {}", rows.0, columns.0), rows.1))
        }
        (Some(columns), None) => Some(columns),
        (None, Some(rows)) if cross.column > 0 => Some(rows),
        // They contradict each other, or one word in the corner may name either.
        _ => None,
    }
}
