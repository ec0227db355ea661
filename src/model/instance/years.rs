//! Figures of further years, in the folder `years` of an instance.
//!
//! `flows.csv`, `external_flows.csv` and `areas.csv` hold the figures of the default year, which the
//! descriptor names. `years/flows_2022.csv` and `years/external_flows_2022.csv` hold those of another,
//! in the same columns, and `years/areas_by_year.csv` the population, employed residents and jobs of
//! every area in it. What does not change from year to year – names, links, polygons, divisions –
//! stands once. External areas can be added in another year where `years/external_areas_2022.csv` holds their
//! figures of it, in the columns of `external_areas.csv`.

use std::collections::BTreeMap;

use super::areas::Listed;
use super::figures::count;
use super::lookup::{Codes, Resolver};
use super::read::{Folder, Table};
use super::{Year, codes};
use crate::defect::{Defect, Defects};

const FOLDER: &str = "years";
const FLOWS: &str = "flows_";
const AREAS: &str = "years/areas_by_year.csv";
const REQUIRED: [&str; 5] = ["code", "year", "population", "employed_residents", "jobs"];

/// The years with figures of their own beside the default, ascending.
pub(super) fn listed(folder: &Folder, defects: &mut Defects) -> Vec<Year> {
    let files = folder.csv_files(FOLDER, defects);
    let mut years: Vec<Year> = files.iter().filter_map(|file| of_flows(file)).collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// Files with figures of the default year.
pub(super) const CHANGING: [&str; 3] = ["areas.csv", "flows.csv", "external_flows.csv"];

/// Whether a file holds what does not change from year to year.
pub(super) fn is_lasting(file: &str) -> bool {
    file == "adjacency.csv" || file == "areas.geojson" || file.starts_with("divisions/")
}

/// Whether a file stands among the figures of further years.
pub(super) fn holds(file: &str) -> bool {
    file.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// The year of a file of flows.
fn of_flows(file: &str) -> Option<Year> {
    let stem = file.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".csv")?;
    stem.strip_prefix(FLOWS)?.parse().ok()
}

/// The year of a file that holds the figures of one.
pub(super) fn of_file(file: &str) -> Option<Year> {
    let stem = file.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".csv")?;
    stem.rsplit('_').next()?.parse().ok()
}

/// The files of flows and of external flows of a year.
pub(super) fn files(year: Year) -> (String, String) {
    (format!("{FOLDER}/{FLOWS}{year}.csv"), format!("{FOLDER}/external_flows_{year}.csv"))
}

/// The file of external areas with figures of a year.
pub(super) fn external_areas(year: Year) -> String {
    format!("{FOLDER}/external_areas_{year}.csv")
}

/// Enters the figures that the areas have in a year.
pub(super) fn enter(
    folder: &mut Folder,
    year: Year,
    areas: &mut [Listed],
    codes: &Codes,
    defects: &mut Defects,
) {
    let Some(bytes) = folder.required(AREAS, defects) else { return };
    let Some(table) = Table::read(AREAS, &bytes, &REQUIRED, defects) else { return };
    let wanted = year.to_string();
    let mut resolver = Resolver::new(codes);
    let mut seen: BTreeMap<usize, u64> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.get(table.required("year")) == wanted) {
        let area = resolver.column(&table, row, "code");
        let label = codes.label(row.get(table.required("code")));
        let mut figure = |column| count(&table, row, column, &label, defects).unwrap_or(0);
        let (population, employed) = (figure("population"), figure("employed_residents"));
        let jobs = figure("jobs");
        let Some(area) = area else { continue };
        if let Some(first) = seen.insert(area, row.line) {
            defects.push(Defect::new(
                codes::DUPLICATE_CODE,
                table.at(row, "code"),
                format!("{label} already has figures of {year} in row {first}"),
                "keep one row per area and year",
            ));
        }
        let listed = &mut areas[area];
        listed.area.population = population;
        listed.area.employed_residents = employed;
        listed.area.jobs = jobs;
        listed.employed_residents = Some(employed);
    }
    resolver.finish(defects);
    for (at, listed) in areas.iter().enumerate() {
        if !seen.contains_key(&at) {
            defects.push(Defect::new(
                codes::MISSING_ROW,
                AREAS,
                format!("{} has no figures of {year}", listed.area.label()),
                "add its row",
            ));
        }
    }
}

/// That there are no figures of a year.
pub(super) fn unknown(year: Year, known: &[Year]) -> Defect {
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    let help = if known.is_empty() {
        "the instance does not say which year its figures are of: write `year` into \
         datapackage.json"
            .to_owned()
    } else {
        format!("use {}", known.join(", "))
    };
    Defect::new(codes::YEAR, "--year", format!("the instance holds no figures of {year}"), help)
}
