//! Square matrices: codes in the first row and the first column, commuters where they cross.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};

use super::super::{exchange_codes, source};
use super::{Grid, Label, Listing, MatrixOptions, cell_label, figure, is_total};

/// Whether most labels of columns are labels of rows, too. Half of them are enough, unless the row
/// could be the first of a long matrix without a header.
pub(super) fn looks_square(grid: &Grid) -> bool {
    let rows: BTreeSet<&str> = (1..grid.rows.len()).map(|row| grid.get(row, 0)).collect();
    let columns: Vec<&str> = (1..grid.rows[0].1.len())
        .map(|column| grid.get(0, column))
        .filter(|column| !is_total(column))
        .collect();
    let known = columns.iter().filter(|column| rows.contains(**column)).count();
    let is_pair = columns.len() == 2 && source::count(columns[1]).is_some();
    2 * known > columns.len() || (known > 0 && 2 * known == columns.len() && !is_pair)
}

pub(super) fn read(grid: &Grid, options: &MatrixOptions, defects: &mut Defects) -> Listing {
    let mut listing = Listing::default();
    let columns: Vec<(usize, Label)> =
        (1..grid.rows[0].1.len()).map(|column| (column, cell_label(grid, 0, column))).collect();
    let rows: Vec<(usize, Label)> =
        (1..grid.rows.len()).map(|row| (row, cell_label(grid, row, 0))).collect();
    check_labels(&grid.file, &rows, &columns, defects);
    if !defects.0.is_empty() {
        return listing;
    }
    for &(row, ref row_label) in &rows {
        let width = grid.rows[row].1.len();
        if width > columns.len() + 1 {
            defects.push(source::format(
                grid.at(row, width - 1),
                format!("the row of {} holds more figures than there are columns", row_label.text),
                "remove what stands too far to the right",
            ));
        }
        for &(column, ref column_label) in &columns {
            let (from, to) = if options.transposed {
                (column_label, row_label)
            } else {
                (row_label, column_label)
            };
            let whose = format!("from {} to {}", from.text, to.text);
            let at = || grid.at(row, column);
            let text = grid.get(row, column);
            let Some(count) = figure(at, &whose, text, options, &mut listing, defects) else {
                continue;
            };
            let entry = (at(), count);
            match (is_total(&from.text), is_total(&to.text)) {
                (true, true) => listing.grand_total = Some(entry),
                (true, false) => {
                    listing.to_totals.insert(to.text.clone(), entry);
                }
                (false, true) => {
                    listing.from_totals.insert(from.text.clone(), entry);
                }
                (false, false) if count > 0 => {
                    listing.flows.push((entry.0, from.text.clone(), to.text.clone(), count));
                }
                (false, false) => {}
            }
        }
    }
    let areas = rows.into_iter().map(|(_, label)| label);
    listing.labels = areas.filter(|label| !is_total(&label.text)).collect();
    let word = if options.transposed { "workplaces" } else { "residences" };
    listing.notes.push(format!("the matrix is square, its rows are {word}"));
    listing
}

/// Reports labels that are empty, stand twice, or stand on one side only.
fn check_labels(
    file: &str,
    rows: &[(usize, Label)],
    columns: &[(usize, Label)],
    defects: &mut Defects,
) {
    let mut sides: [BTreeMap<&str, &str>; 2] = Default::default();
    for (side, labels) in sides.iter_mut().zip([rows, columns]) {
        for (_, label) in labels {
            if label.text.is_empty() {
                defects.push(Defect::new(
                    exchange_codes::PROPERTY,
                    label.at.clone(),
                    "the row or column has no code",
                    "write the code of its area, or remove it",
                ));
            } else if let Some(first) = side.insert(&label.text, &label.at) {
                defects.push(Defect::new(
                    exchange_codes::TWICE,
                    label.at.clone(),
                    format!("`{}` already stands at {first}", shorten(&label.text)),
                    "keep one row and one column per area",
                ));
            }
        }
    }
    let [rows, columns] = &sides;
    for (side, other, word) in [(rows, columns, "column"), (columns, rows, "row")] {
        for (text, at) in side.iter().filter(|(text, _)| !is_total(text)) {
            if other.contains_key(text) {
                continue;
            }
            let near = closest(text, other.keys().copied().filter(|near| !side.contains_key(near)));
            let meant = near.map_or_else(String::new, |near| {
                format!("the {word} `{}` is alike: correct one of them; otherwise ", shorten(near))
            });
            defects.push(Defect::new(
                exchange_codes::UNLISTED,
                (*at).to_owned(),
                format!("`{}` has no {word}", shorten(text)),
                format!("{meant}give every area of {file} a row and a column"),
            ));
        }
    }
}
