//! Square tables whose codes do not stand in the first row and the first column: groups of areas above and
//! beside them, names below or beside, words over all that say what rows and columns are.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::import::Part;
use regionfront::import::matrix::{MatrixOptions, parse};
use rust_xlsxwriter::{Format, Workbook};

const CODES: [&str; 3] = ["0301", "1507", "1505"];
const NAMES: [&str; 3] = ["Oslo", "Ålesund", "Kristiansund"];
const FLOWS: [[u64; 3]; 3] = [[1000, 20, 3], [40, 900, 15], [6, 14, 800]];

/// A table with merged areas: `(row, first column, last row, last column)`.
struct Table {
    rows: Vec<Vec<String>>,
    merged: Vec<(u32, u16, u32, u16)>,
}

fn words(row: &[&str]) -> Vec<String> {
    row.iter().map(|word| (*word).to_owned()).collect()
}

impl Table {
    /// Rows of words above, and of the three areas, each with what stands before its figures.
    fn of(above: &[&[&str]], before: [&[&str]; 3]) -> Self {
        let mut rows: Vec<Vec<String>> = above.iter().map(|row| words(row)).collect();
        for (before, flows) in before.iter().zip(FLOWS) {
            let mut row = words(before);
            row.extend(flows.iter().map(u64::to_string));
            rows.push(row);
        }
        Self { rows, merged: Vec::new() }
    }

    fn merged(mut self, area: (u32, u16, u32, u16)) -> Self {
        self.merged.push(area);
        self
    }

    fn xlsx(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in (0..).zip(&self.rows) {
            for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
                let is_figure = cell.len() < 4 || cell == "1000";
                match cell.parse::<u32>().ok().filter(|_| is_figure) {
                    Some(number) => sheet.write_number(row, column, number),
                    None => sheet.write_string(row, column, cell),
                }
                .expect("a cell");
            }
        }
        for &(top, left, bottom, right) in &self.merged {
            let text = self.rows[top as usize][usize::from(left)].clone();
            sheet.merge_range(top, left, bottom, right, &text, &Format::new()).expect("merged");
        }
        book.save_to_buffer().expect("a workbook")
    }

    fn csv(&self) -> Vec<u8> {
        let rows: Vec<String> = self.rows.iter().map(|row| row.join(";")).collect();
        rows.join("\n").into_bytes()
    }
}

/// Checks the flows of a part, and whether it knows the names.
#[track_caller]
fn holds(part: &Part, is_transposed: bool, has_names: bool) {
    let index = |code: &str| {
        part.instance.areas.iter().position(|area| area.code == code).expect("the area is there")
    };
    for (row, from) in CODES.iter().enumerate() {
        for (column, to) in CODES.iter().enumerate() {
            let (from, to) = if is_transposed { (to, from) } else { (from, to) };
            let flow = part.instance.flows.get(index(from), index(to));
            assert_eq!(flow, FLOWS[row][column], "{from} to {to}: {:?}", part.account.notes);
        }
    }
    assert_eq!(part.instance.areas.len(), 3, "{:?}", part.instance.areas);
    if has_names {
        for (code, name) in CODES.iter().zip(NAMES) {
            assert_eq!(part.instance.areas[index(code)].name, name);
        }
    }
}

#[track_caller]
fn both(table: &Table, is_transposed: bool, has_names: bool) -> Part {
    let options = MatrixOptions::default();
    let told = |defects| panic!("{defects}");
    holds(&parse("t.csv", &table.csv(), &options).unwrap_or_else(told), is_transposed, has_names);
    let part = parse("t.xlsx", &table.xlsx(), &options).unwrap_or_else(told);
    holds(&part, is_transposed, has_names);
    part
}

#[test]
fn a_word_over_the_codes_is_no_header_of_theirs() {
    let above: &[&[&str]] = &[&["Bosted", "Arbeidssted"], &["", "0301", "1507", "1505"]];
    let codes = [&["0301"][..], &["1507"], &["1505"]];
    let table = Table::of(above, codes).merged((0, 1, 0, 3));
    let part = both(&table, false, false);
    let notes = part.account.notes.join("; ");
    assert!(notes.contains("the rows are residences"), "{notes}");
    both(&Table::of(above, codes).merged((0, 1, 0, 3)).merged((0, 0, 1, 0)), false, false);
    // Turned round, the words say so.
    let turned: &[&[&str]] = &[&["Arbeidssted", "Bosted"], &["", "0301", "1507", "1505"]];
    both(&Table::of(turned, codes).merged((0, 1, 0, 3)), true, false);
    let one: &[&[&str]] = &[&["", "Bosted"], &["", "0301", "1507", "1505"]];
    both(&Table::of(one, codes).merged((0, 1, 0, 3)), true, false);
}

#[test]
fn groups_above_and_beside_the_codes_are_left_out() {
    let above: &[&[&str]] =
        &[&["", "", "Oslo fylke", "Møre og Romsdal", ""], &["", "", "0301", "1507", "1505"]];
    let before = [&["Oslo fylke", "0301"][..], &["Møre og Romsdal", "1507"], &["", "1505"]];
    let table = Table::of(above, before).merged((0, 3, 0, 4)).merged((3, 0, 4, 0));
    both(&table, false, false);
    let word: &[&[&str]] = &[&["", "", "Arbeidssted"], &["", "", "0301", "1507", "1505"]];
    let before = [&["Bosted", "0301"][..], &["", "1507"], &["", "1505"]];
    let part =
        both(&Table::of(word, before).merged((0, 2, 0, 4)).merged((2, 0, 4, 0)), false, false);
    let notes = part.account.notes.join("; ");
    assert!(notes.contains("by `Bosted \\ Arbeidssted` the rows are residences"), "{notes}");
}

#[test]
fn names_below_or_beside_the_codes_are_names() {
    let names: [&[&str]; 3] = [&["0301", "Oslo"], &["1507", "Ålesund"], &["1505", "Kristiansund"]];
    let below: &[&[&str]] =
        &[&["", "", "0301", "1507", "1505"], &["", "", "Oslo", "Ålesund", "Kristiansund"]];
    both(&Table::of(below, names), false, true);
    let titled: &[&[&str]] = &[&["Bosted", "", "Arbeidssted"], below[0], below[1]];
    both(&Table::of(titled, names).merged((0, 2, 0, 4)), false, true);
    let first: [&[&str]; 3] = [&["Oslo", "0301"], &["Ålesund", "1507"], &["Kristiansund", "1505"]];
    both(&Table::of(&[below[0]], first), false, true);
    // Names above the codes are no codes.
    let above: &[&[&str]] = &[below[1], below[0]];
    both(&Table::of(above, names), false, false);
}

#[test]
fn places_in_messages_are_those_of_the_file() {
    let above: &[&[&str]] = &[&["", "", "Arbeidssted"], &["", "", "0301", "1507", "1505"]];
    let before = [&["Bosted", "0301"][..], &["", "1507"], &["", "1505"]];
    let mut table = Table::of(above, before);
    table.rows[3][4] = "many".to_owned();
    let defects = parse("t.csv", &table.csv(), &MatrixOptions::default()).expect_err("no figure");
    assert!(defects.0[0].at.ends_with("row 4, column 5"), "{defects}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, rng_seed: RngSeed::Fixed(1909), failure_persistence: None, ..ProptestConfig::default()
    })]

    /// Whatever stands above and beside the codes, the flows are the same or the table is refused.
    #[test]
    fn crossed_tables_come_back_or_are_refused(
        roles in 0..4_usize,
        has_groups in any::<bool>(),
        has_names_below in any::<bool>(),
        beside in 0..4_usize,
        has_title in any::<bool>(),
        as_book in any::<bool>(),
    ) {
        let before: [&[&str]; 3] = match beside {
            0 => [&["0301"], &["1507"], &["1505"]],
            1 => [&["0301", "Oslo"], &["1507", "Ålesund"], &["1505", "Kristiansund"]],
            2 => [&["Oslo", "0301"], &["Ålesund", "1507"], &["Kristiansund", "1505"]],
            _ => [&["East", "0301"], &["West", "1507"], &["", "1505"]],
        };
        let left = before[0].len();
        let padded = |cells: &[&str]| {
            let mut row = vec![String::new(); left];
            row.extend(words(cells));
            row
        };
        let (rows_are, columns_are) = match roles {
            1 => ("Bosted", "Arbeidssted"),
            2 => ("Arbeidssted", "Bosted"),
            3 => ("", "Bosted"),
            _ => ("", ""),
        };
        let mut table = Table::of(&[], before);
        if has_names_below {
            table.rows.insert(0, padded(&NAMES));
        }
        table.rows.insert(0, padded(&CODES));
        if has_groups {
            table.rows.insert(0, padded(&["East", "West", ""]));
        }
        if !columns_are.is_empty() {
            let mut row = padded(&[columns_are]);
            rows_are.clone_into(&mut row[0]);
            table.rows.insert(0, row);
        }
        if has_title {
            table.rows.insert(0, words(&["Commuting by home and work"]));
        }
        let bytes = if as_book { table.xlsx() } else { table.csv() };
        if let Ok(part) = parse("t", &bytes, &MatrixOptions::default()) {
            holds(&part, roles > 1, false);
        }
    }
}
