//! Columns of a CSV table that nobody knows and that hold no figures: further dimensions, such as industry
//! or mode of travel. They are chosen from or added up, as asked, before the table is made.

use std::collections::BTreeSet;

use ::csv::StringRecord;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};
use regionfront_model::reading::{Numbers, Reading};

use super::table::{Category, Naming, added_up, total_of};
use crate::import::{Condition, some_of};

/// Rows with their lines.
type Rows = Vec<(usize, StringRecord)>;

/// A table without further dimensions.
pub(super) struct Chosen {
    pub(super) header: StringRecord,
    pub(super) rows: Rows,
    pub(super) notes: Vec<String>,
}

/// Keeps the rows that are wanted, and the columns that are known or hold figures. Rows that then are about
/// the same add up.
///
/// # Errors
/// When a condition names no column or no value, or it is not said what to do with a column.
pub(super) fn choose(
    file: &str,
    header: &StringRecord,
    mut rows: Rows,
    naming: &Naming,
) -> Result<Chosen, Defects> {
    let mut defects = Defects::default();
    let mut asked = BTreeSet::new();
    for condition in &naming.conditions {
        match keep(header, &mut rows, condition) {
            Ok(column) => asked.insert(column),
            Err(mut found) => {
                defects.0.append(&mut found.0);
                continue;
            }
        };
    }
    std::mem::take(&mut defects).into_result()?;
    let mut notes = Vec::new();
    let mut left_out = BTreeSet::new();
    for (column, name) in header.iter().enumerate() {
        let is_known = naming.column(name).is_some();
        if is_known || !(asked.contains(&column) || holds_no_figure(&rows, column)) {
            continue;
        }
        left_out.insert(column);
        let values: BTreeSet<&str> = rows.iter().filter_map(|(_, row)| row.get(column)).collect();
        let categories: Vec<Category> = values
            .iter()
            .map(|value| Category { code: value.trim().to_owned(), label: value.trim().to_owned() })
            .collect();
        if categories.len() < 2 {
            continue;
        }
        if !naming.sum {
            let first = &categories[0].code;
            defects.push(Defect::new(
                "E173",
                format!("{file}, column {name}"),
                format!("nobody knows what to do with the {} categories of `{name}`", categories.len()),
                format!(
                    "choose one, as with --where \"{name}={first}\", or add them up with --sum; if people \
                     live or work there, name the column with --residence or --workplace"
                ),
            ));
            continue;
        }
        let total = total_of(&categories);
        notes.push(added_up(file, name, &categories, total));
        if let Some(total) = total {
            let wanted = &categories[total].code;
            rows.retain(|(_, row)| row.get(column).is_some_and(|value| value.trim() == wanted));
        }
    }
    defects.into_result()?;
    let rest = |row: &StringRecord| -> StringRecord {
        let kept = row.iter().enumerate().filter(|(column, _)| !left_out.contains(column));
        kept.map(|(_, field)| field).collect()
    };
    let rows = rows.iter().map(|(line, row)| (*line, rest(row))).collect();
    Ok(Chosen { header: rest(header), rows, notes })
}

/// Whether a column holds texts and no figure at all.
fn holds_no_figure(rows: &Rows, column: usize) -> bool {
    let numbers = Numbers::default();
    let is_text = |text: &str| matches!(numbers.read(text), Reading::Wrong(_));
    let is_figure = |text: &str| matches!(numbers.read(text), Reading::Number(_));
    let fields = || rows.iter().filter_map(|(_, row)| row.get(column));
    // Ages such as 15-24 look like figures that are withheld.
    let is_range = |text: &str| text.trim().starts_with(|first: char| first.is_ascii_digit());
    fields().any(|text| is_text(text) || (is_range(text) && !is_figure(text)))
        && !fields().any(is_figure)
}

/// Keeps the rows that a condition wants. Returns its column.
fn keep(header: &StringRecord, rows: &mut Rows, condition: &Condition) -> Result<usize, Defects> {
    let at = format!("--where {}", condition.column);
    let is_named = |name: &str| name.trim().to_lowercase() == condition.column.to_lowercase();
    let Some(column) = header.iter().position(is_named) else {
        let names: Vec<String> = header.iter().map(|name| format!("`{}`", shorten(name))).collect();
        let cure = format!("there are {}", some_of(&names));
        return Err(Defect::new("E173", at, "there is no such column", cure).into());
    };
    // A code may stand before its text, `1 Men`.
    let is = |field: &str, value: &String| {
        let field = field.trim();
        field == value
            || field
                .split_once(' ')
                .is_some_and(|(code, text)| code == value || text.trim() == value)
    };
    let fields: BTreeSet<&str> = rows.iter().filter_map(|(_, row)| row.get(column)).collect();
    let mut defects = Defects::default();
    for value in &condition.values {
        if fields.iter().any(|field| is(field, value)) {
            continue;
        }
        let meant = closest(value, fields.iter().copied())
            .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let all: Vec<String> = fields.iter().map(|field| format!("`{}`", shorten(field))).collect();
        let what = format!("it has no category `{}`", shorten(value));
        let cure = format!("{meant}There are {}", some_of(&all));
        defects.push(Defect::new("E173", at.clone(), what, cure));
    }
    defects.into_result()?;
    rows.retain(|(_, row)| {
        let field = row.get(column).unwrap_or_default();
        condition.values.iter().any(|value| is(field, value)) != condition.is_without
    });
    Ok(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str, conditions: &[&str], sum: bool) -> Result<Vec<String>, String> {
        let mut records: Vec<StringRecord> =
            text.lines().map(|line| line.split(';').collect()).collect();
        let header = records.remove(0);
        let rows = records.into_iter().enumerate().collect();
        let naming = Naming {
            residence: Some("home".into()),
            workplace: Some("work".into()),
            conditions: conditions.iter().map(|text| text.parse().expect("a condition")).collect(),
            sum,
            ..Naming::default()
        };
        let chosen = choose("t", &header, rows, &naming).map_err(|found| found.to_string())?;
        let line = |row: &StringRecord| row.iter().collect::<Vec<_>>().join(";");
        let rows = chosen.rows.iter().map(|(_, row)| line(row));
        Ok(std::iter::once(line(&chosen.header)).chain(rows).collect())
    }

    const TABLE: &str = "home;work;mode;band;n\n1;2;car;15-24;5\n1;2;foot;15-24;3\n1;2;car;25-66;9";

    #[test]
    fn further_columns_are_chosen_from_or_added_up() {
        let all = ["home;work;n", "1;2;5", "1;2;3", "1;2;9"];
        assert_eq!(chosen(TABLE, &[], true), Ok(all.map(str::to_owned).to_vec()));
        assert_eq!(
            chosen(TABLE, &["mode=car", "band!=25-66"], false),
            Ok(vec!["home;work;n".to_owned(), "1;2;5".to_owned()])
        );
        let asked = chosen(TABLE, &["mode=car"], false).expect_err("ages are left");
        assert!(asked.contains("2 categories of `band`") && asked.contains("--sum"), "{asked}");
    }

    #[test]
    fn a_total_among_the_categories_is_taken_alone() {
        let table = "home;work;mode;n\n1;2;car;5\n1;2;foot;3\n1;2;Total;8";
        let taken = ["home;work;n", "1;2;8"];
        assert_eq!(chosen(table, &[], true), Ok(taken.map(str::to_owned).to_vec()));
    }

    #[test]
    fn conditions_that_name_nothing_say_what_there_is() {
        let wrong = chosen(TABLE, &["mode=cars"], false).expect_err("no such category");
        assert!(wrong.contains("did you mean `car`"), "{wrong}");
        let wrong = chosen(TABLE, &["way=car"], false).expect_err("no such column");
        assert!(wrong.contains("there is no such column") && wrong.contains("`mode`"), "{wrong}");
    }

    #[test]
    fn ages_of_one_year_are_chosen_where_named() {
        let table = "home;work;band;n\n1;2;15;5\n1;2;16;3";
        let kept = ["home;work;n", "1;2;3"];
        assert_eq!(chosen(table, &["band=16"], false), Ok(kept.map(str::to_owned).to_vec()));
    }
}
