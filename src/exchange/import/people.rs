//! Populations by code, from a table with these two columns.

use std::collections::BTreeMap;
use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::{Encoding, NumberOptions, Numbers, delimiter_of, rows_of};

use super::{exchange_codes, read_in, source};

/// What was read, and what was assumed to read it.
pub type Populations = (BTreeMap<String, u64>, Vec<String>);

/// Reads the columns `code` and `population` of a CSV file, in this encoding where one was named.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn populations(path: &Path, encoding: Option<Encoding>) -> Result<Populations, Defects> {
    let (file, bytes) = match encoding {
        Some(encoding) => read_in(encoding, path)?,
        None => source::bytes(path)?,
    };
    let (text, assumed) = source::text(&file, &bytes)?;
    let mut notes: Vec<String> = assumed.into_iter().collect();
    let mut rows = rows_of(&text, delimiter_of(&text));
    let (_, header) = rows.next().unwrap_or_default();
    let mut defects = Defects::default();
    let mut column = |name: &str| {
        let place = header.iter().position(|column| column.eq_ignore_ascii_case(name));
        if place.is_none() {
            let what = format!("it has no column `{name}`");
            let cure = "give a CSV file with the columns code and population";
            defects.push(Defect::new(exchange_codes::PROPERTY, file.as_str(), what, cure));
        }
        place
    };
    let (Some(code), Some(population)) = (column("code"), column("population")) else {
        return Err(defects);
    };
    let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
    let rows: Vec<(usize, String, String)> =
        rows.map(|(line, row)| (line, cell(&row, code), cell(&row, population))).collect();
    let numbers = Numbers::learn(rows.iter().map(|row| row.2.as_str()), NumberOptions::default());
    notes.extend(numbers.notes().iter().map(|note| format!("{file}: {note}")));
    let texts: Vec<(String, String, String)> = rows
        .iter()
        .map(|(line, code, people)| {
            let at = format!("{file}, row {line}, column population");
            (at, format!("`{}`", shorten(code)), people.clone())
        })
        .collect();
    let counts = source::counts(&texts, &mut defects);
    let mut found = BTreeMap::new();
    for ((line, code, _), count) in rows.into_iter().zip(counts) {
        let Some(count) = count else { continue };
        if found.contains_key(&code) {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                format!("{file}, row {line}"),
                format!("`{}` stands in it twice", shorten(&code)),
                "keep one row per area",
            ));
        }
        found.insert(code, count);
    }
    defects.into_result()?;
    Ok((found, notes))
}
