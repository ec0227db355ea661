//! Tables and figures in the house style.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use regionfront_model::quantity::grouped;

use crate::words::Lang;

/// Width that tables keep within, in characters.
pub const TABLE_WIDTH: u16 = 80;

/// Nothing but a line under the headings.
const RULE_UNDER_HEADING: TableStyle =
    TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// An empty table in the house style with these headings; those marked true are figures and stand
/// to the right.
pub fn plain_table(headings: &[(&str, bool)]) -> Table {
    let mut table = Table::new();
    table
        .load_style(RULE_UNDER_HEADING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(TABLE_WIDTH)
        .set_header(headings.iter().map(|(heading, _)| *heading));
    for (column, (_, is_figure)) in table.column_iter_mut().zip(headings) {
        if *is_figure {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// A text in lines of this many characters at most, broken between words. A word that is longer has a
/// line of its own.
pub fn lines_within(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    // Not at the blanks that keep a number together.
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Writes a text in lines that keep within [`TABLE_WIDTH`]; further lines are indented by so much.
pub(super) fn write_within(
    text: &str,
    indent: usize,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let lines = lines_within(text, usize::from(TABLE_WIDTH) - indent);
    for (at, line) in lines.iter().enumerate() {
        writeln!(out, "{:at$}{line}", "", at = if at == 0 { 0 } else { indent })?;
    }
    Ok(())
}

/// A share as a percentage with one decimal, or an en dash.
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(dash, |share| format!("{:.1} %", share * 100.0))
}

/// The same in a language; in English as tables on the terminal have it.
pub(crate) fn share(lang: Lang, share: Option<f64>) -> String {
    match lang {
        Lang::En => percent(share),
        Lang::Nb => share.map_or_else(dash, |share| lang.percent(share)),
    }
}

/// Seconds with two decimals.
pub fn seconds(seconds: f64) -> String {
    format!("{seconds:.2}")
}

/// What stands for a figure that there is not.
pub(super) fn dash() -> String {
    "–".to_owned()
}

/// A figure with its sign: `+1,234`, `−56`, `0`.
pub(crate) fn signed(figure: i64) -> String {
    let sign = match figure.signum() {
        1 => "+",
        -1 => "−",
        _ => "",
    };
    format!("{sign}{}", grouped(figure.unsigned_abs()))
}
