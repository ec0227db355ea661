//! The rows of a batch as columns, as CSV and as a table for reading.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::Row;
use regionfront_model::cell::TableWriter;
use regionfront_model::quantity::grouped;
use regionfront_report::{plain_table, seconds};
use regionfront_solver::job::Termination;

/// A column: its name and a cell per row.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) cells: Cells,
}

/// Cells of one kind. Codes and names are text, whatever they look like.
pub(super) enum Cells {
    Text(Vec<String>),
    Whole(Vec<Option<u64>>),
    Real(Vec<Option<f64>>),
    Truth(Vec<bool>),
}

impl Cells {
    fn text(&self, row: usize) -> String {
        match self {
            Self::Text(cells) => cells[row].clone(),
            Self::Whole(cells) => cells[row].map_or_else(String::new, |cell| cell.to_string()),
            Self::Real(cells) => cells[row].map_or_else(String::new, |cell| cell.to_string()),
            Self::Truth(cells) => cells[row].to_string(),
        }
    }
}

/// The columns of rows; axes of matrices come last, under `matrix_` and their names.
pub(super) fn columns(rows: &[&Row], axes: &BTreeSet<String>) -> Vec<Column> {
    fn of<T>(rows: &[&Row], get: impl Fn(&Row) -> T) -> Vec<T> {
        rows.iter().map(|row| get(row)).collect()
    }
    let text = |get: fn(&Row) -> String| Cells::Text(of(rows, get));
    let whole = |get: fn(&Row) -> Option<u64>| Cells::Whole(of(rows, get));
    let real = |get: fn(&Row) -> Option<f64>| Cells::Real(of(rows, get));
    let count = |number: Option<usize>| number.and_then(|number| u64::try_from(number).ok());
    let counts = |get: fn(&Row) -> Option<usize>| Cells::Whole(of(rows, |row| count(get(row))));
    let fixed = [
        ("run", text(|row| row.run.clone())),
        ("kind", text(|row| row.kind.word().to_owned())),
        ("instance", text(|row| row.instance.clone())),
        ("scenario", text(|row| row.scenario.clone())),
        ("k", counts(|row| row.k)),
        ("against", text(|row| row.against.clone())),
        ("termination", text(|row| row.termination.to_string())),
        ("solution", text(|row| row.solution.to_string())),
        ("objective", whole(|row| row.objective)),
        ("bound", whole(|row| row.bound)),
        ("gap_abs", whole(|row| row.gap_abs)),
        ("gap_rel", real(|row| row.gap_rel)),
        ("share", real(|row| row.share)),
        ("min_population", whole(|row| row.min_population)),
        ("max_population", whole(|row| row.max_population)),
        ("points", counts(|row| row.points)),
        ("verified", Cells::Truth(of(rows, |row| row.verified))),
        ("engine", text(|row| row.engine.clone())),
        ("seed", whole(|row| Some(row.seed))),
        ("areas", counts(|row| row.areas)),
        ("wall_s", real(|row| row.wall_s)),
        ("peak_mib", real(|row| row.peak_mib)),
        ("version", text(|row| row.version.clone())),
        ("instance_sha256", text(|row| row.instance_sha256.clone())),
        ("scenario_sha256", text(|row| row.scenario_sha256.clone())),
        ("reason", text(|row| row.reason.clone())),
    ];
    let fixed = fixed.into_iter().map(|(name, cells)| Column { name: name.to_owned(), cells });
    let of_axes = axes.iter().map(|axis| Column {
        name: format!("matrix_{axis}"),
        cells: Cells::Text(of(rows, |row| row.values.get(axis).cloned().unwrap_or_default())),
    });
    fixed.chain(of_axes).collect()
}

/// Writes rows as comma separated values, with the axes of the matrices as last columns.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_csv(rows: &[&Row], axes: &BTreeSet<String>, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns(rows, axes);
    let mut table = TableWriter::new(out);
    table.write_record(columns.iter().map(|column| column.name.as_str()))?;
    for row in 0..rows.len() {
        table.write_record(columns.iter().map(|column| column.cells.text(row)))?;
    }
    table.flush()
}

/// Writes rows for reading.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_table(rows: &[&Row], out: &mut dyn Write) -> io::Result<()> {
    let mut table = plain_table(&[
        ("run", false),
        ("k", true),
        ("status", false),
        ("commuters inside", true),
        ("bound", true),
        ("gap", true),
        ("points", true),
        ("time", true),
    ]);
    let dash = || "–".to_owned();
    for row in rows {
        let status = match (row.termination, row.objective) {
            (Termination::Optimal, _) => "proven optimal".to_owned(),
            (Termination::Infeasible, _) => "proven infeasible".to_owned(),
            (Termination::Error, _) => "error".to_owned(),
            (stopped, Some(_)) => stopped.word().replace('_', " "),
            (stopped, None) => format!("{}, no plan", stopped.word().replace('_', " ")),
        };
        table.add_row([
            row.run.clone(),
            row.k.map_or_else(dash, |k| k.to_string()),
            status,
            row.objective.map_or_else(dash, grouped),
            row.bound.map_or_else(dash, grouped),
            row.gap_rel.map_or_else(dash, |gap| format!("{:.2} %", gap * 100.0)),
            row.points.map_or_else(dash, |points| points.to_string()),
            row.wall_s.map_or_else(dash, seconds),
        ]);
    }
    writeln!(out, "{table}")
}
