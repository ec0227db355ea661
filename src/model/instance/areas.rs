//! `areas.csv`: one row per area.

use std::collections::BTreeMap;

use super::figures::{checked_sum, count, measure};
use super::lookup::Codes;
use super::read::{Row, Table};
use super::{Area, codes};
use crate::defect::{Defect, Defects};
use crate::quantity::Persons;

/// Columns an area needs. `county`, `land_area_km2`, `centre`, `centre_lat` and `centre_lon` may be
/// missing or empty.
pub(super) const REQUIRED: [&str; 5] = ["code", "name", "population", "employed_residents", "jobs"];

/// An area with the row it stands in.
#[derive(Debug)]
pub(super) struct Listed {
    /// The area; figures that could not be read are 0.
    pub(super) area: Area,
    /// Row in its file.
    pub(super) line: u64,
    /// Employed residents, where they could be read.
    pub(super) employed_residents: Option<Persons>,
}

/// The areas of a table, sorted by code, each code once.
pub(super) fn read(table: &Table, defects: &mut Defects) -> Vec<Listed> {
    let mut by_code: BTreeMap<String, Listed> = BTreeMap::new();
    for row in &table.rows {
        let listed = read_row(table, row, defects);
        let code = listed.area.code.clone();
        if code.is_empty() {
            continue;
        }
        if let Some(first) = by_code.get(&code) {
            defects.push(Defect::new(
                codes::DUPLICATE_CODE,
                table.at(row, "code"),
                format!(
                    "{} has the code of {} in row {}",
                    listed.area.label(),
                    first.area.label(),
                    first.line
                ),
                "keep one row per area; correct the code or drop the row",
            ));
        } else {
            by_code.insert(code, listed);
        }
    }
    let nobody = by_code.values().all(|listed| listed.area.population == 0);
    // Figures that could not be read are 0, too, and reported already.
    if nobody && !by_code.is_empty() && defects.0.is_empty() {
        defects.push(Defect::new(
            codes::NO_POPULATION,
            format!("{}, column population", table.file),
            "the population of every area is 0",
            "write the population; areas where nobody lives may stand among others",
        ));
    }
    for column in ["population", "employed_residents", "jobs"] {
        let figures = by_code.values().map(|listed| match column {
            "population" => listed.area.population,
            "jobs" => listed.area.jobs,
            _ => listed.area.employed_residents,
        });
        checked_sum(&format!("{}, column {column}", table.file), figures, defects);
    }
    by_code.into_values().collect()
}

fn read_row(table: &Table, row: &Row, defects: &mut Defects) -> Listed {
    let text = |column| row.get_or_empty(table.column(column)).to_owned();
    let (code, name) = (text("code"), text("name"));
    for (column, value, other) in [("code", &code, &name), ("name", &name, &code)] {
        if value.is_empty() {
            defects.push(Defect::new(
                codes::TEXT,
                table.at(row, column),
                format!("the {column} of `{other}` is empty"),
                format!("write the {column} of the area"),
            ));
        }
    }
    let label = format!("{name} ({code})");
    let mut figure = |column| count(table, row, column, &label, defects);
    let population = figure("population");
    let employed_residents = figure("employed_residents");
    let jobs = figure("jobs");
    let mut number = |column, range| measure(table, row, column, range, &label, defects);
    let land_area_km2 = number("land_area_km2", 0.0..=f64::MAX).unwrap_or(0.0);
    let latitude = number("centre_lat", -90.0..=90.0);
    let longitude = number("centre_lon", -180.0..=180.0);
    if text("centre_lat").is_empty() != text("centre_lon").is_empty() {
        let column = if latitude.is_none() { "centre_lat" } else { "centre_lon" };
        defects.push(Defect::new(
            codes::NOT_A_MEASURE,
            table.at(row, column),
            format!("{label}: half of the centre's position is empty"),
            "write both latitude and longitude, or neither",
        ));
    }
    let area = Area {
        code,
        name,
        county: text("county"),
        population: population.unwrap_or(0),
        employed_residents: employed_residents.unwrap_or(0),
        jobs: jobs.unwrap_or(0),
        land_area_km2,
        centre: text("centre"),
        position: latitude.zip(longitude),
    };
    Listed { area, line: row.line, employed_residents }
}

/// Reports the codes that are shorter than the others because they lost leading zeros, and gives
/// the known codes with the full spellings beside them.
///
/// Codes count as having lost zeros when all codes are digits, most have the same length of at
/// least three, and those in question are shorter. Areas numbered 1, 2, 3, … are left alone.
pub(super) fn known_codes(file: &str, areas: &[Listed], defects: &mut Defects) -> Codes {
    let mut aliases = BTreeMap::new();
    let longest = areas.iter().map(|listed| listed.area.code.len()).max().unwrap_or(0);
    let full = areas.iter().filter(|listed| listed.area.code.len() == longest).count();
    let digits = areas.iter().all(|listed| listed.area.code.bytes().all(|b| b.is_ascii_digit()));
    let numbered =
        (1..=9_u8).all(|number| areas.iter().any(|listed| listed.area.code == number.to_string()));
    if digits && longest >= 3 && 2 * full > areas.len() && !numbered {
        for (at, listed) in areas.iter().enumerate() {
            let Area { code, name, .. } = &listed.area;
            if code.len() < longest {
                let padded = format!("{code:0>longest$}");
                defects.push(Defect::new(
                    codes::LOST_ZERO,
                    format!("{file}, row {}, column code", listed.line),
                    format!(
                        "code `{code}` of {name} has {} digits where {full} of {} codes have \
                         {longest}: it has lost its leading zero",
                        code.len(),
                        areas.len()
                    ),
                    format!("write `{padded}`; import the column as text, not as numbers"),
                ));
                aliases.insert(padded, at);
            }
        }
    }
    let plain: Vec<Area> = areas.iter().map(|listed| listed.area.clone()).collect();
    Codes::new(&plain, aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost_zeros(codes: &[String]) -> Vec<String> {
        let listed: Vec<Listed> = codes
            .iter()
            .map(|code| Listed {
                area: Area { code: code.clone(), name: "X".into(), ..Area::default() },
                line: 2,
                employed_residents: None,
            })
            .collect();
        let mut defects = Defects::default();
        let known = known_codes("areas.csv", &listed, &mut defects);
        assert!(
            defects.0.iter().all(|defect| defect.code == codes::LOST_ZERO),
            "nothing else is looked for"
        );
        codes
            .iter()
            .map(|code| format!("{code:0>4}"))
            .filter(|padded| !codes.contains(padded) && known.find(padded).is_some())
            .collect()
    }

    #[test]
    fn shorter_codes_have_lost_a_zero() {
        let codes = ["301", "3001", "3002", "3003"].map(str::to_owned);
        assert_eq!(lost_zeros(&codes), ["0301"]);
    }

    #[test]
    fn codes_of_one_length_plain_numbering_and_words_are_left_alone() {
        assert!(lost_zeros(&["301", "302"].map(str::to_owned)).is_empty());
        let numbered: Vec<String> = (1..=3000).map(|number: u32| number.to_string()).collect();
        assert!(lost_zeros(&numbered).is_empty());
        assert!(lost_zeros(&["N1", "N10", "N11", "N12"].map(str::to_owned)).is_empty());
    }
}
