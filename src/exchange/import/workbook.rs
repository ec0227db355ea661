//! A table handed in as a workbook, as text separated by semicolons.

use std::path::Path;

use regionfront_model::defect::{Defect, Defects};

use super::{matrix, source};

/// The first sheet of a workbook that holds a table, as text: a line per row, and semicolons between
/// cells. With it comes what was done to read it.
///
/// Whole numbers are written without decimals: a code that a spreadsheet has made a number is a code again,
/// but for its leading zeros. Dates are written as dates, and cells that are merged hold what the first of
/// them shows.
///
/// # Errors
/// When it is no workbook, or holds no table.
pub fn first_sheet(path: &Path) -> Result<(String, Vec<String>), Defects> {
    let (file, bytes) = source::bytes(path)?;
    let (rows, notes) = matrix::rows_of_workbook(&file, &bytes).map_err(unreadable)?;
    let mut text = String::new();
    let mut lines = 0;
    for (line, cells) in rows {
        // Places in messages are those of the sheet.
        while lines + 1 < line {
            text.push('\n');
            lines += 1;
        }
        let cells: Vec<String> = cells.iter().map(|cell| field(cell)).collect();
        text.push_str(&cells.join(";"));
        text.push('\n');
        lines += 1;
    }
    Ok((text, notes))
}

/// What is wrong with a workbook is that it cannot be read.
fn unreadable(defects: Defects) -> Defects {
    let defects = defects.0.into_iter().map(|defect| Defect { code: "E102", ..defect });
    Defects(defects.collect())
}

/// A cell as a field, in quotes where it holds marks of the text itself.
fn field(text: &str) -> String {
    if text.contains([';', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"").replace(['\n', '\r'], " "))
    } else {
        text.to_owned()
    }
}
