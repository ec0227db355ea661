//! Long matrices: a row per pair, with residence, workplace and commuters.

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{counted, shorten};
use regionfront_model::reading::{Decimal, Numbers, is_own_word};

use super::super::{exchange_codes, source};
use super::columns::{self, Columns};
use super::grid::Grid;
use super::{Flow, Listing, MatrixOptions, choose, figure, refuse_unit};

pub(super) fn read(
    grid: &Grid,
    options: &MatrixOptions,
    defects: &mut Defects,
) -> Result<Listing, Defects> {
    let mut listing = Listing::default();
    let columns = columns::of(grid, options, &mut listing.notes)?;
    let rows = choose::chosen(
        grid,
        columns.first_row..grid.rows.len(),
        &options.conditions,
        &mut listing.notes,
    )?;
    refuse_unit(grid, &headings(grid, &columns, &rows), options)?;
    let numbers = Numbers::learn(
        rows.iter().filter_map(|&row| {
            grid.cell(row, columns.count)
                .filter(|cell| !cell.is_number)
                .map(|cell| cell.text.as_str())
        }),
        options.numbers,
    );
    listing.notes.extend(numbers.notes().iter().cloned());
    let codes = Codes::of(grid, &columns, &rows, options, &mut listing)?;
    let mut read: Vec<choose::Row> = Vec::with_capacity(rows.len());
    for (&row, [from, to]) in rows.iter().zip(codes.pairs) {
        let whose = || format!("from {from} to {to}");
        let figure =
            figure(grid, (row, columns.count), &whose, &numbers, options, &mut listing, defects);
        read.push((row, from, to, figure));
    }
    // What follows would repeat what is reported already.
    std::mem::take(defects).into_result()?;
    let read = choose::one_per_pair(grid, read, &columns, options, &mut listing.notes)?;
    for (row, from, to, value) in read {
        let (from, to) = (listing.label(&from, grid.at(row, columns.from[0])), {
            listing.label(&to, grid.at(row, columns.to[0]))
        });
        for (side, label) in [from, to].into_iter().enumerate() {
            let name = columns.names[side].map_or("", |column| grid.get(row, column));
            if !is_own_word(name) {
                listing.name(label, name);
            }
            listing.seen[side].insert(label);
        }
        let value = value.unwrap_or_default();
        listing.flows.push(Flow { at: (row, columns.count), from, to, value });
    }
    // A guess has to make sense: somewhere people live and work.
    if columns.is_guess
        && options.known.is_empty()
        && options.outside.is_empty()
        && listing.seen[0].is_disjoint(&listing.seen[1])
    {
        defects.push(Defect::new(
            exchange_codes::PROPERTY,
            grid.at(0, 0),
            "no residence is a workplace, too, if the first column holds residences and the second \
             workplaces",
            "name the columns with --columns RESIDENCE,WORKPLACE,COMMUTERS; a square matrix needs its \
             codes above the columns as well",
        ));
    }
    if listing.flows.iter().all(|flow| flow.value == Decimal::default()) && defects.0.is_empty() {
        defects.push(source::format(
            grid.file.as_str(),
            "the matrix holds no flow",
            "export it again, or name its columns with --columns",
        ));
    }
    listing.notes.push("the matrix is long".to_owned());
    Ok(listing)
}

/// What stands above the figures, and in columns that say the same of all of them, as those of units do.
fn headings(grid: &Grid, columns: &Columns, rows: &[usize]) -> Vec<String> {
    let alias = grid.aliases.get(columns.count).cloned();
    let name = (columns.first_row > 0).then(|| grid.get(0, columns.count).to_owned());
    // A place may be called Thousand Oaks.
    let names: Vec<usize> = columns.names.into_iter().flatten().collect();
    let used = [&columns.from[..], &columns.to, &[columns.count], &names].concat();
    let alike = (0..grid.width()).filter(|column| !used.contains(column)).filter_map(|column| {
        let mut texts = rows.iter().map(|&row| grid.get(row, column));
        let first = texts.next()?;
        texts.all(|text| text == first).then(|| first.to_owned())
    });
    name.into_iter().chain(alias).chain(alike).collect()
}

/// The codes of residence and workplace of every row.
struct Codes {
    pairs: Vec<[String; 2]>,
}

impl Codes {
    /// Codes are joined of their columns. Empty ones are those of the row above in an outline, as
    /// workbooks have them, or where asked for; else those of nowhere, which has a name at best.
    fn of(
        grid: &Grid,
        columns: &Columns,
        rows: &[usize],
        options: &MatrixOptions,
        listing: &mut Listing,
    ) -> Result<Self, Defects> {
        let mut defects = Defects::default();
        let cut = [0, 1].map(|side| cut_of(grid, columns, rows, side));
        if let Some(part) = (0..2).find(|&side| cut[side].iter().any(|&letters| letters > 0)) {
            let word = if part == 0 { "residences" } else { "workplaces" };
            listing.notes.push(format!(
                "parts of the codes of {word} have more leading zeros than those of the other side, \
                 which were left out"
            ));
        }
        let mut pairs: Vec<[String; 2]> = Vec::with_capacity(rows.len());
        let mut filled = 0_usize;
        let mut unnamed = 0_usize;
        let mut own: Option<(String, usize)> = None;
        for &row in rows {
            let mut pair: [String; 2] = Default::default();
            for (side, places) in [&columns.from, &columns.to].into_iter().enumerate() {
                let parts = places.iter().zip(&cut[side]);
                let mut code: String = parts
                    .map(|(&column, &letters)| grid.get(row, column).get(letters..).unwrap_or(""))
                    .collect();
                let is_outline = grid.is_workbook && places[0] < columns.count;
                if code.is_empty()
                    && (is_outline || options.fill)
                    && is_left(columns, side)
                    && let Some(above) = pairs.last()
                {
                    code.clone_from(&above[side]);
                    filled += 1;
                }
                if code.is_empty() {
                    let name = columns.names[side].map_or("", |column| grid.get(row, column));
                    let name =
                        if name.is_empty() { some_text(grid, row, columns, side) } else { name };
                    if options.outside.is_empty() || name.is_empty() {
                        let word = ["residence", "workplace"][side];
                        let of =
                            if name.is_empty() { String::new() } else { format!(" of `{name}`") };
                        defects.push(Defect::new(
                            exchange_codes::PROPERTY,
                            grid.at(row, places[0]),
                            format!("the {word}{of} is empty"),
                            "write the code of the area, or remove the row; --fill takes what \
                             stands above, --outside NAME counts places without a code as outside",
                        ));
                    } else {
                        unnamed += 1;
                    }
                    name.clone_into(&mut code);
                }
                pair[side] = code;
            }
            // `Same municipality` is the other end of the flow.
            for side in 0..2 {
                let name = columns.names[side].map_or("", |column| grid.get(row, column));
                let is_own = is_own_word(&pair[side]) || is_own_word(name);
                if is_own && !is_own_word(&pair[1 - side]) {
                    let word = if is_own_word(name) { name.to_owned() } else { pair[side].clone() };
                    own.get_or_insert((word, 0)).1 += 1;
                    let other = pair[1 - side].clone();
                    pair[side] = other;
                }
            }
            pairs.push(pair);
        }
        defects.into_result()?;
        if let Some((word, number)) = own {
            let rows = counted(number, "row");
            listing
                .notes
                .push(format!("`{}` was read as the area itself, in {rows}", shorten(&word)));
        }
        if filled > 0 {
            listing.notes.push(format!(
                "{} without a code, taken to be what stands above",
                counted(filled, "cell")
            ));
        }
        if unnamed > 0 {
            listing.notes.push(format!(
                "{} name a place without a code, which counts by its name",
                counted(unnamed, "row")
            ));
        }
        Ok(Self { pairs })
    }
}

/// Whether a side stands left of the other: only that one is an outline.
fn is_left(columns: &Columns, side: usize) -> bool {
    let (from, to) = (columns.from[0], columns.to[0]);
    if side == 0 { from < to } else { to < from }
}

/// The last text between the columns of a side's code and the next ones that are used.
fn some_text<'a>(grid: &'a Grid, row: usize, columns: &Columns, side: usize) -> &'a str {
    let own = if side == 0 { &columns.from } else { &columns.to };
    let other = if side == 0 { &columns.to } else { &columns.from };
    let Some(&last) = own.last() else { return "" };
    let end = other.iter().chain([&columns.count]).filter(|&&at| at > last).min();
    let between = last + 1..end.copied().unwrap_or_else(|| grid.width());
    between.rev().map(|column| grid.get(row, column)).find(|text| !text.is_empty()).unwrap_or("")
}

/// How many leading zeros the parts of a side's codes have more than those of the other: the United
/// States' tables write the state of a workplace with three digits, that of a residence with two.
fn cut_of(grid: &Grid, columns: &Columns, rows: &[usize], side: usize) -> Vec<usize> {
    let [own, other] =
        if side == 0 { [&columns.from, &columns.to] } else { [&columns.to, &columns.from] };
    if own.len() < 2 || own.len() != other.len() {
        return vec![0; own.len()];
    }
    let width = |column: usize| -> Option<usize> {
        let mut widths = rows
            .iter()
            .map(|&row| grid.get(row, column))
            .filter(|text| !text.is_empty())
            .map(|text| text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text.len()));
        let first = widths.next()??;
        widths.all(|width| width == Some(first)).then_some(first)
    };
    own.iter()
        .zip(other)
        .map(|(&own, &other)| {
            let (Some(mine), Some(theirs)) = (width(own), width(other)) else { return 0 };
            let more = mine.saturating_sub(theirs);
            let are_zeros = rows.iter().map(|&row| grid.get(row, own)).all(|text| {
                text.is_empty() || text[..more.min(text.len())].bytes().all(|byte| byte == b'0')
            });
            if are_zeros { more } else { 0 }
        })
        .collect()
}
