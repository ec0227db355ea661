//! Tables and figures in the house style.

use comfy_table::{
    Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Row, Table, TableStyle,
    Width,
};

use regionfront_model::norwegian;
use regionfront_model::quantity::grouped;
use regionfront_solver::job::Termination;

use crate::words::{Lang, division_name};

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

/// Writes a text in lines that keep within [`TABLE_WIDTH`], the first indented as it is, further ones by
/// so much.
pub(super) fn write_within(
    text: &str,
    indent: usize,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let first = text.len() - text.trim_start_matches(' ').len();
    let lines = lines_within(text, usize::from(TABLE_WIDTH) - indent.max(first));
    for (at, line) in lines.iter().enumerate() {
        writeln!(out, "{:at$}{line}", "", at = if at == 0 { first } else { indent })?;
    }
    Ok(())
}

/// Gives a column of names the room that the others leave, where each of these is as wide as its figures and
/// the longest word of its heading. Two blanks stand between columns, one where names need the room.
pub(super) fn give_names_room(table: &mut Table, names: usize) {
    let longest = |text: &str, between: char| {
        text.split(between).map(|part| part.chars().count()).max().unwrap_or(0)
    };
    let headings: Vec<String> =
        table.header().into_iter().flat_map(Row::cell_iter).map(Cell::content).collect();
    let widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(at, heading)| {
            let cells = table.row_iter().filter_map(|row| row.cell_iter().nth(at));
            let cells = cells.map(|cell| longest(&cell.content(), '\n')).max().unwrap_or(0);
            cells.max(longest(heading, if at == names { '\n' } else { ' ' }))
        })
        .collect();
    // The table puts one blank between columns by itself.
    let all = usize::from(TABLE_WIDTH);
    let tight = widths.iter().sum::<usize>() + widths.len().saturating_sub(1);
    let blank = u16::from(tight + widths.len() <= all);
    let others = tight + usize::from(blank) * widths.len() - widths[names];
    for (at, width) in widths.into_iter().enumerate() {
        let Some(column) = table.column_mut(at) else { continue };
        column.set_padding((0, blank));
        let width = if at == names { width.min(all.saturating_sub(others)) } else { width };
        let width = u16::try_from(width).unwrap_or(TABLE_WIDTH) + blank;
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
}

/// Keeps the words of a column whole, where that does not take more than half of the table.
pub fn keep_words(table: &mut Table, column: usize) {
    let half = Width::Fixed(TABLE_WIDTH / 2);
    let words = |cell: Option<&Cell>| -> usize {
        let text = cell.map(Cell::content).unwrap_or_default();
        text.split(' ').map(|word| word.chars().count() + 1).max().unwrap_or(0)
    };
    let longest = table.row_iter().map(|row| words(row.cell_iter().nth(column))).max();
    let longest = longest.unwrap_or(0).min(usize::from(TABLE_WIDTH) / 2);
    if let (Some(column), Ok(width)) = (table.column_mut(column), u16::try_from(longest + 1)) {
        let lower = Width::Fixed(width);
        column.set_constraint(ColumnConstraint::Boundaries { lower, upper: half });
    }
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

/// A figure with its groups; in English as tables on the terminal have it.
pub(super) fn count(lang: Lang, figure: u64) -> String {
    match lang {
        Lang::En => grouped(figure),
        Lang::Nb => lang.whole(figure.into()),
    }
}

/// A sentence in Norwegian where that is asked, and as it is where none is known.
pub(super) fn sentence(lang: Lang, english: &str) -> String {
    match lang {
        Lang::En => english.to_owned(),
        Lang::Nb => norwegian::sentences(english).unwrap_or_else(|| english.to_owned()),
    }
}

/// Why something ended, in words.
pub(super) fn ended(lang: Lang, termination: Termination) -> &'static str {
    lang.word(&format!("ended_{}", termination.word()))
}

/// What a division is called, and its number of regions where the name does not tell it.
pub(super) fn named_with_regions(key: &str, regions: usize, lang: Lang) -> String {
    let name = division_name(key, lang);
    let is_told = key.rsplit('#').next().is_some_and(|plan| plan == format!("k{regions:02}"));
    if is_told { name } else { format!("{name} ({regions})") }
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
