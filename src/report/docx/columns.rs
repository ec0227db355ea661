//! How wide the columns of a table are.

use super::{CELL_PADDING, Grid, Piece};

/// Most letters of a cell that ask for room in one line.
const LONG: usize = 60;

/// Widths of columns that sum to that of the text at most: by their longest words, which are never broken
/// where there is room, and what is left by how much they hold. The head is bold. `letters` tells how wide a
/// text is, plain or bold.
pub(super) fn widths(
    grid: &Grid,
    columns: usize,
    text_width: usize,
    letters: &dyn Fn(&str, bool) -> usize,
) -> Vec<usize> {
    let width_of = |column: usize, most: &dyn Fn(&str, bool) -> usize| {
        let rows = grid.rows.iter().enumerate();
        let width = |(at, row): (usize, &Vec<Vec<Piece>>)| {
            let pieces = row.get(column).into_iter().flatten();
            let text: String = pieces.map(|piece| piece.text.as_str()).collect();
            most(&text, at == 0)
        };
        rows.map(width).max().unwrap_or(0) + CELL_PADDING
    };
    let longest_word = |text: &str, is_bold: bool| {
        text.split(' ').map(|word| letters(word, is_bold)).max().unwrap_or(0)
    };
    let all_in_one_line =
        |text: &str, is_bold: bool| letters(&text.chars().take(LONG).collect::<String>(), is_bold);
    let mut widths: Vec<usize> =
        (0..columns).map(|column| width_of(column, &longest_word)).collect();
    let least: usize = widths.iter().sum();
    if least >= text_width {
        return widths.iter().map(|width| width * text_width / least).collect();
    }
    let wants: Vec<usize> = (0..columns)
        .map(|column| width_of(column, &all_in_one_line).saturating_sub(widths[column]))
        .collect();
    let wanted: usize = wants.iter().sum::<usize>().max(1);
    let left = (text_width - least).min(wanted);
    for (width, want) in widths.iter_mut().zip(wants) {
        *width += want * left / wanted;
    }
    widths
}
