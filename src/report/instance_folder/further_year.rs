//! Flows of a further year, joined to an instance that has those of another.

use std::collections::BTreeMap;
use std::path::Path;

use regionfront_exchange::import::{MISFIT, Part};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Area, Instance, Year};
use regionfront_model::quantity::grouped;

use super::filled::{AreaTable, RawTable};
use super::tables::bytes;
use super::{AREAS_BY_YEAR, tables, year_files};

/// A further year, and what is said of it beside its flows.
pub(super) struct FurtherYear<'a> {
    /// The year.
    pub(super) year: Year,
    /// The population by code, where it is known.
    pub(super) population: Option<&'a BTreeMap<String, u64>>,
    /// Whether other figures of the year are replaced.
    pub(super) replace: bool,
}

/// The files that hold the figures of a year: flows, flows to and from elsewhere, and what the areas
/// had. Employed residents and jobs are the sums of the flows unless the part knows them.
///
/// # Errors
/// When areas are missing, or the year is that of `areas.csv`, or there are other figures of it.
pub(super) fn files(
    part: &mut Part,
    table: &AreaTable,
    folder: &Path,
    further: &FurtherYear<'_>,
) -> Result<Vec<(String, Vec<u8>)>, Defects> {
    let year = further.year;
    let refuse =
        |at: String, what: &str, cure: &str| Defects::from(Defect::new(MISFIT, at, what, cure));
    let known = Instance::load(folder)?;
    if known.default_year.is_none_or(|own| own == year) {
        let at = folder.join("datapackage.json").display().to_string();
        return Err(match known.default_year {
            None => refuse(
                at,
                "it does not say which year the figures in areas.csv and flows.csv are of",
                "write `\"year\": 2017` into it, with their year",
            ),
            Some(_) => refuse(
                at,
                &format!("{year} is the year of areas.csv and flows.csv"),
                "leave --year out, or name another",
            ),
        });
    }
    if !part.holds.flows {
        let at = "--year".to_owned();
        return Err(refuse(at, "the source holds no flows", "name a source of flows"));
    }
    let instance = &part.instance;
    let population = populations(&known, further, &mut part.account)?;
    let all: Vec<&str> = table.areas().map(|(code, _)| code).collect();
    let mut rows = Vec::new();
    for (code, population) in all.iter().zip(population) {
        let at = instance.index_of_code(code);
        let figures = at.map(|at| {
            if part.holds.employment {
                (instance.areas[at].employed_residents, instance.areas[at].jobs)
            } else {
                sums(instance, at)
            }
        });
        let (employed_residents, jobs) = figures.unwrap_or_default();
        let code = (*code).to_owned();
        rows.push(Area { code, population, employed_residents, jobs, ..Area::default() });
    }
    if !part.holds.employment {
        part.account.note(format!(
            "employed residents and jobs of {year} are the sums of the flows, those to and from \
             places outside included"
        ));
    }
    part.account
        .count(format!("commuters between areas in {year}"), instance.flows.total_between());
    let [flows, external, _] = year_files(year);
    let mut files = vec![(flows, bytes(|out| tables::flows(instance, out)))];
    if !instance.external.is_empty() {
        files.push((external, bytes(|out| tables::external_flows_of(instance, &all, out))));
    }
    let by_year = areas_by_year(folder, &rows, further)?;
    files.push((AREAS_BY_YEAR.to_owned(), bytes(|out| by_year.write(out))));
    Ok(files)
}

/// Everybody who lives in an area, or works in it, by the flows.
fn sums(instance: &Instance, at: usize) -> (u64, u64) {
    let residents: u64 = instance.flows.row(at).iter().map(|(_, count)| count).sum();
    let jobs: u64 = (0..instance.num_areas()).map(|from| instance.flows.get(from, at)).sum();
    let to: u64 = instance.external.iter().map(|place| place.to[at]).sum();
    let from: u64 = instance.external.iter().map(|place| place.from[at]).sum();
    (residents + to, jobs + from)
}

/// The population of every area: that of the year where it is given, else the one the instance has.
fn populations(
    known: &Instance,
    further: &FurtherYear<'_>,
    account: &mut regionfront_exchange::import::Account,
) -> Result<Vec<u64>, Defects> {
    let year = further.year;
    let Some(given) = further.population else {
        let own = known.default_year.map_or_else(String::new, |own| format!(" of {own}"));
        account.note(format!(
            "the population of {year} is not given: that{own} stands in its place, {} in all",
            grouped(known.population())
        ));
        return Ok(known.areas.iter().map(|area| area.population).collect());
    };
    let mut defects = Defects::default();
    let found = known.areas.iter().map(|area| {
        given.get(&area.code).copied().unwrap_or_else(|| {
            let what = format!("{} has no population in {year}", area.label());
            defects.push(Defect::new(MISFIT, "--population", what, "add its row"));
            0
        })
    });
    let found = found.collect();
    defects.into_result()?;
    Ok(found)
}

/// `years/areas_by_year.csv` with the rows of the year: those of other years stay.
fn areas_by_year(
    folder: &Path,
    rows: &[Area],
    further: &FurtherYear<'_>,
) -> Result<RawTable, Defects> {
    let year = further.year;
    let path = folder.join(AREAS_BY_YEAR);
    let header: Vec<String> = tables::YEAR_COLUMNS.map(str::to_owned).to_vec();
    let mut table =
        if path.exists() { RawTable::read(&path)? } else { RawTable { header, rows: Vec::new() } };
    let places: BTreeMap<&str, usize> = tables::YEAR_COLUMNS
        .into_iter()
        .filter_map(|name| Some((name, table.column(name)?)))
        .collect();
    let wanted = year.to_string();
    let is_of_year = |row: &Vec<String>| places.get("year").is_some_and(|&at| row[at] == wanted);
    let new: Vec<Vec<String>> = rows
        .iter()
        .map(|area| {
            let mut row = vec![String::new(); table.header.len()];
            for (name, cell) in tables::YEAR_COLUMNS.into_iter().zip(tables::year_cells(area, year))
            {
                if let Some(&at) = places.get(name) {
                    row[at] = cell;
                }
            }
            row
        })
        .collect();
    let old: Vec<Vec<String>> = table.rows.iter().filter(|row| is_of_year(row)).cloned().collect();
    if !old.is_empty() && old != new && !further.replace {
        return Err(Defect::new(
            MISFIT,
            path.display().to_string(),
            format!("it holds other figures of {year} already"),
            "replace them with --replace",
        )
        .into());
    }
    table.rows.retain(|row| !is_of_year(row));
    table.rows.extend(new);
    Ok(table)
}
