//! Cells of tables that people open in a spreadsheet.
//!
//! A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and a formula can
//! fetch and send. A text that begins so gets an apostrophe in front, which spreadsheets take for
//! "this is text"; numbers stay numbers, and a code such as `0301` stays as it is. Readers of
//! divisions take the apostrophe off again.

use std::borrow::Cow;
use std::io::{self, Write};

/// What says that the rest of a cell is text.
const TEXT: char = '\'';

/// A cell that no spreadsheet runs.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if begins_formula(cell) && !is_number(cell) {
        Cow::Owned(format!("{TEXT}{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// What [`guarded`] made a cell of.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix(TEXT).filter(|rest| begins_formula(rest)).unwrap_or(cell)
}

/// Also in the wide forms that some spreadsheets take for the same, and behind what they skip.
fn begins_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// `-5`, `+47`, `-0.5`, `-1e-7`, and a lone dash, which many tables have for nothing.
fn is_number(cell: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_digit() || "+-.eE".contains(letter);
    cell == "-" || (cell.chars().all(plain) && cell.parse::<f64>().is_ok())
}

/// Writes a table as comma separated values, every cell [`guarded`].
#[derive(Debug)]
pub struct TableWriter<W: Write>(csv::Writer<W>);

impl<W: Write> TableWriter<W> {
    /// Writes to another writer.
    pub fn new(to: W) -> Self {
        Self(csv::Writer::from_writer(to))
    }

    /// Writes a row.
    ///
    /// # Errors
    /// Whatever the writer reports, and where a row has more or fewer cells than the first.
    pub fn write_record<T: AsRef<str>>(
        &mut self,
        row: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        for cell in row {
            self.0.write_field(guarded(cell.as_ref()).as_bytes())?;
        }
        Ok(self.0.write_record(None::<&[u8]>)?)
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_texts_and_come_back() {
        for cell in [
            "=HYPERLINK(\"http://a.b\")",
            "+cmd|' /C calc'!A0",
            "-2+3+cmd|' /C calc'!A0",
            "@SUM(A1)",
            "\t=1",
            "＝1",
            "-Ål",
            "--1",
        ] {
            assert_eq!(guarded(cell), format!("'{cell}"));
            assert_eq!(unguarded(&guarded(cell)), cell);
        }
    }

    #[test]
    fn codes_numbers_and_names_stay_as_they_are() {
        for cell in ["0301", "-5", "+47", "-0.5", "-1e-7", "-", "", "Ål", "'s-Hertogenbosch", "1=2"]
        {
            assert_eq!(guarded(cell), cell);
            assert_eq!(unguarded(cell), cell);
        }
    }

    #[test]
    fn tables_are_written_with_guarded_cells() {
        let mut out = Vec::new();
        let mut table = TableWriter::new(&mut out);
        table.write_record(["code", "name"]).expect("memory does not fail");
        table.write_record(["0301", "=1+1"]).expect("memory does not fail");
        table.flush().expect("memory does not fail");
        drop(table);
        assert_eq!(out, b"code,name\n0301,'=1+1\n");
    }
}
