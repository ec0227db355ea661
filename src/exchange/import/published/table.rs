//! A CSV table whose columns are found by name.

use std::fs::File;
use std::path::Path;

use super::unreadable;
use regionfront_model::defect::{Defect, Defects};

/// The columns asked for of a table.
pub(super) struct Table<const N: usize> {
    /// The code of its defects.
    code: &'static str,
    /// Its path, for messages.
    path: String,
    /// Cells of the columns asked for, in that order, with the row of the file (1 is the header).
    pub(super) rows: Vec<(u64, [String; N])>,
}

impl<const N: usize> Table<N> {
    /// Reads these columns; the others are passed over.
    pub(super) fn read(
        folder: &Path,
        file: &str,
        columns: [&str; N],
        code: &'static str,
        defects: &mut Defects,
    ) -> Option<Self> {
        let path = folder.join(file);
        let at = path.display().to_string();
        let opened = match File::open(&path) {
            Ok(opened) => opened,
            Err(error) => {
                let cure = "every instance has meta.json, nodes.csv and edges.csv";
                defects.0.extend(unreadable(&path, &format!("it cannot be read: {error}"), cure).0);
                return None;
            }
        };
        let mut reader = csv::Reader::from_reader(opened);
        let mut broken = |error: &csv::Error| {
            let cure =
                "write a table in UTF-8 with commas and a header, as many cells in every row";
            defects.push(Defect::new(code, at.clone(), error.to_string(), cure));
        };
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => {
                broken(&error);
                return None;
            }
        };
        let name = |cell: &str| cell.trim_start_matches('\u{feff}').trim().to_owned();
        let names: Vec<String> = header.iter().map(name).collect();
        let places = columns.map(|column| names.iter().position(|name| name == column));
        let missing: Vec<&str> = columns
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.is_none())
            .map(|(column, _)| *column)
            .collect();
        if !missing.is_empty() {
            defects.push(Defect::new(
                code,
                at,
                format!("there is no column {}", missing.join(", ")),
                format!("the columns needed are {}", columns.join(", ")),
            ));
            return None;
        }
        let mut rows = Vec::new();
        for (number, record) in (2..).zip(reader.records()) {
            match record {
                Ok(record) => {
                    let cell = |place: Option<usize>| place.and_then(|place| record.get(place));
                    rows.push((number, places.map(|at| cell(at).unwrap_or("").trim().to_owned())));
                }
                Err(error) => {
                    broken(&error);
                    return None;
                }
            }
        }
        Some(Self { code, path: at, rows })
    }

    /// A defect of a row.
    pub(super) fn defect(&self, row: u64, what: String, cure: &str) -> Defect {
        Defect::new(self.code, format!("{}, row {row}", self.path), what, cure)
    }
}
