//! A table handed in as a workbook: its first sheet, as text separated by semicolons.

use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};

use regionfront_model::defect::{Defect, Defects};

/// The first sheet of a workbook as text, a line per row and semicolons between cells. Whole numbers
/// are written without decimals: a code that a spreadsheet has made a number is a code again, but for
/// its leading zeros.
///
/// # Errors
/// When it is no workbook, or holds no sheet.
pub fn first_sheet(path: &Path) -> Result<String, Defects> {
    let broken = |what: String| -> Defects {
        Defect::new(
            "E102",
            path.display().to_string(),
            format!("the workbook cannot be read: {what}"),
            "save it as .xlsx with the table on the first sheet, or as CSV",
        )
        .into()
    };
    let mut book: Xlsx<_> =
        open_workbook(path).map_err(|error: calamine::XlsxError| broken(error.to_string()))?;
    let sheet = book.worksheet_range_at(0).ok_or_else(|| broken("it has no sheet".into()))?;
    let sheet = sheet.map_err(|error| broken(error.to_string()))?;
    let mut text = String::new();
    for row in sheet.rows() {
        let cells: Vec<String> = row.iter().map(cell).collect();
        text.push_str(&cells.join(";"));
        text.push('\n');
    }
    Ok(text)
}

/// A cell as a field, in quotes where it holds marks of the text itself.
fn cell(data: &Data) -> String {
    let text = match data {
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        other => other.to_string(),
    };
    if text.contains([';', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"").replace(['\n', '\r'], " "))
    } else {
        text
    }
}
