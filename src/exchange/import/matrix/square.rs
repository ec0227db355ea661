//! Square matrices: codes in the first row and the first column, commuters where they cross. A side
//! may have labels that the other has not: totals, and places outside.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::{Mark, NumberFault, Numbers, Reading, is_total_word};

use super::super::exchange_codes;
use super::super::source;
use super::columns;
use super::grid::Grid;
use super::{Flow, Listing, MatrixOptions, figure};

/// Whether most labels of columns are labels of rows, too, where the header stands in this row. Half
/// of them are enough, unless the row could be the first of a long matrix without a header.
pub(super) fn looks_square(grid: &Grid, header: usize) -> bool {
    let rows: BTreeSet<&str> = (header + 1..grid.rows.len()).map(|row| grid.get(row, 0)).collect();
    let columns: Vec<&str> = (1..grid.rows[header].1.len())
        .map(|column| grid.get(header, column))
        .filter(|column| !column.is_empty() && !is_total_word(column))
        .collect();
    let known = columns.iter().filter(|column| rows.contains(**column)).count();
    let is_figure = |text: &str| {
        Mark::of(text).is_some()
            || !matches!(Numbers::default().read(text), Reading::Wrong(NumberFault::NotANumber))
    };
    let is_pair = columns.len() == 2 && is_figure(columns[1]);
    // One label in a wide row is an area beside cells that are empty.
    if columns.len() == 1 && grid.width() > 2 {
        return false;
    }
    2 * known > columns.len() || (known > 0 && 2 * known == columns.len() && !is_pair)
}

pub(super) fn read(grid: &Grid, options: &MatrixOptions, defects: &mut Defects) -> Listing {
    let mut listing = Listing::default();
    let width = grid.rows[0].1.len();
    let columns = figures(grid, &mut listing);
    let rows: Vec<usize> = (1..grid.rows.len()).collect();
    check_labels(grid, &rows, &columns, defects);
    if !defects.0.is_empty() {
        return listing;
    }
    let numbers = Numbers::learn(
        rows.iter().flat_map(|&row| columns.iter().map(move |&column| (row, column))).filter_map(
            |(row, column)| {
                grid.cell(row, column).filter(|cell| !cell.is_number).map(|cell| cell.text.as_str())
            },
        ),
        options.numbers,
    );
    listing.notes.extend(numbers.notes().iter().cloned());
    // Where nil is written, an empty cell may mean something else.
    let is_nil = |text: &str| {
        Mark::is_nil(text)
            || matches!(numbers.read(text), Reading::Number(number) if number.is_zero())
    };
    listing.empty_is_nil = true;
    listing.writes_nil =
        rows.iter().any(|&row| columns.iter().any(|&column| is_nil(grid.get(row, column))));
    let column_labels: Vec<usize> = columns
        .iter()
        .map(|&column| listing.label(grid.get(0, column), grid.at(0, column)))
        .collect();
    let is_transposed =
        options.transposed || grid.is_transposed.unwrap_or_else(|| corner(grid, &mut listing));
    let sides = if is_transposed { [1, 0] } else { [0, 1] };
    listing.seen[sides[1]].extend(column_labels.iter().copied());
    for row in rows {
        let length = grid.rows[row].1.len();
        if length > width {
            defects.push(source::format(
                grid.at(row, length - 1),
                format!(
                    "the row of {} holds more figures than there are columns",
                    grid.get(row, 0)
                ),
                "remove what stands too far to the right",
            ));
        }
        let row_label = listing.label(grid.get(row, 0), grid.at(row, 0));
        if columns.first() == Some(&2) {
            listing.name(row_label, grid.get(row, 1));
        }
        listing.seen[sides[0]].insert(row_label);
        for (&column, &column_label) in columns.iter().zip(&column_labels) {
            let (from, to) =
                if is_transposed { (column_label, row_label) } else { (row_label, column_label) };
            let ends = [from, to].map(|label| listing.labels[label].text.clone());
            let whose = || format!("from {} to {}", ends[0], ends[1]);
            let place = (row, column);
            let value = figure(grid, place, &whose, &numbers, options, &mut listing, defects);
            if let Some(value) = value.filter(|value| !value.is_zero()) {
                listing.flows.push(Flow { at: place, from, to, value });
            }
        }
    }
    for (code, name) in &grid.names {
        if let Some(&label) = listing.by_text.get(code) {
            listing.name(label, name);
        }
    }
    let word = if is_transposed { "workplaces" } else { "residences" };
    listing.notes.push(format!("the matrix is square, its rows are {word}"));
    listing.is_square = true;
    listing
}

/// Whether the corner above the rows says that they are workplaces: it names rows and columns, in this
/// order, `Workplace \ Residence`. A single name may mean either, which is only told.
fn corner(grid: &Grid, listing: &mut Listing) -> bool {
    let text = grid.get(0, 0);
    let parts: Vec<&str> = text
        .split(['\\', '/', '|'])
        .map(|part| part.trim_matches(['↓', '→', '↘', ' ']))
        .filter(|part| !part.is_empty())
        .collect();
    let roles: Vec<Option<usize>> = parts.iter().map(|part| columns::role_of(part)).collect();
    match roles[..] {
        [Some(1), Some(0)] => {
            listing.notes.push(format!("by `{}` the rows are workplaces", shorten(text)));
            true
        }
        [Some(1)] => {
            listing.notes.push(format!(
                "`{}` stands above the rows, and is taken to name the columns; --transposed if the rows \
                 are workplaces",
                shorten(text)
            ));
            false
        }
        _ => false,
    }
}

/// The columns of figures. A column without a label, or one of texts that is no label of a row, holds
/// the names of the rows and is left out.
fn figures(grid: &Grid, listing: &mut Listing) -> Vec<usize> {
    let rows: BTreeSet<&str> = (1..grid.rows.len()).map(|row| grid.get(row, 0)).collect();
    let plain = Numbers::default();
    (1..grid.rows[0].1.len())
        .filter(|&column| {
            let is_text = |row: usize| {
                let text = grid.get(row, column);
                !text.is_empty()
                    && Mark::of(text).is_none()
                    && !text.bytes().any(|byte| byte.is_ascii_digit())
                    && matches!(plain.read(text), Reading::Wrong(_))
            };
            let label = grid.get(0, column);
            let is_names = column == 1
                && !rows.contains(label)
                && (1..grid.rows.len()).filter(|&row| is_text(row)).count() * 2 > grid.rows.len();
            if is_names {
                listing.notes.push(format!(
                    "column {} holds names, and no figures",
                    if label.is_empty() { "2".to_owned() } else { format!("`{}`", shorten(label)) }
                ));
            }
            !is_names
        })
        .collect()
}

/// Reports labels that are empty or stand twice.
fn check_labels(grid: &Grid, rows: &[usize], columns: &[usize], defects: &mut Defects) {
    let sides: [Vec<(usize, usize)>; 2] = [
        rows.iter().map(|&row| (row, 0)).collect(),
        columns.iter().map(|&column| (0, column)).collect(),
    ];
    for labels in sides {
        let mut first: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (row, column) in labels {
            let text = grid.get(row, column);
            if text.is_empty() {
                defects.push(Defect::new(
                    exchange_codes::PROPERTY,
                    grid.at(row, column),
                    "the row or column has no code",
                    "write the code of its area, or remove it",
                ));
            } else if let Some(&(row0, column0)) = first.get(text) {
                defects.push(Defect::new(
                    exchange_codes::TWICE,
                    grid.at(row, column),
                    format!("`{}` already stands at {}", shorten(text), grid.at(row0, column0)),
                    "keep one row and one column per area",
                ));
            } else {
                first.insert(text, (row, column));
            }
        }
    }
}
