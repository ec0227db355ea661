//! Tables as comma separated values, UTF-8, LF.
//!
//! **Codes and spreadsheets.** A CSV file cannot tell a spreadsheet that `0301` is text: opened by
//! a double click, Excel shows 301, quoted or not. Formula tricks that prevent it would break every
//! other reader. So `code` is plain, for programs (`pandas.read_csv(path, dtype=str)`), and beside
//! it stands `area`, code and name in one cell (`0301 Oslo`), which no spreadsheet mistakes for a
//! number. To keep the codes themselves, import the file as text instead of opening it. A text that
//! would run as a formula is [guarded](regionfront_model::cell::guarded). Files begin
//! with a byte order mark, without which Excel garbles `Ål`; what goes to stdout does not.

use std::collections::BTreeMap;
use std::io::{self, Write};

use regionfront_analysis::indicators;
use regionfront_model::cell::TableWriter;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

use super::Report;
use crate::documents::{InstanceDocument, RegionDocument, ResultDocument, SolveDocument};

/// UTF-8 byte order mark.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// One row per k.
#[derive(Clone, Copy, Debug, Default)]
pub struct CsvReport;

impl Report for CsvReport {
    fn write(&self, document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
        let mut table = TableWriter::new(out);
        table.write_record([
            "k",
            "termination",
            "solution",
            "objective",
            "bound",
            "gap_abs",
            "gap_rel",
            "share",
            "min_population",
            "max_population",
            "verified",
            "engine",
            "columns",
            "nodes",
            "wall_s",
            "seed",
            "gap_tolerance",
            "abs_gap_tolerance",
            "reason",
            "explanation",
        ])?;
        for result in &document.results {
            table.write_record([
                result.k.to_string(),
                result.termination.to_string(),
                result.solution.to_string(),
                cell(result.objective),
                cell(result.bound),
                cell(result.gap_abs),
                cell(result.gap_rel),
                cell(result.share),
                cell(result.min_population),
                cell(result.max_population),
                result.verified.to_string(),
                result.engine.clone(),
                result.columns.to_string(),
                result.nodes.to_string(),
                result.wall_s.to_string(),
                result.seed.to_string(),
                result.gap_tolerance.to_string(),
                result.abs_gap_tolerance.to_string(),
                result.reason.clone().unwrap_or_default(),
                result.explanation.as_ref().map(|found| found.summary.clone()).unwrap_or_default(),
            ])?;
        }
        table.flush()
    }
}

/// `solve.csv`: a row per k.
pub(crate) fn solve(document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(MARK)?;
    CsvReport.write(document, out)
}

/// `assignment.csv`: a row per k and area.
pub(crate) fn assignment(document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = marked(out)?;
    table.write_record(["k", "code", "name", "region", "region_name", "area"])?;
    for result in &document.results {
        let names: BTreeMap<u32, &str> =
            result.regions.iter().map(|region| (region.id, region.name.as_str())).collect();
        for (code, region) in &result.assignment {
            let name = area_name(document, code);
            table.write_record([
                &result.k.to_string(),
                code,
                name,
                &region.to_string(),
                names[region],
                &format!("{code} {name}"),
            ])?;
        }
    }
    table.flush()
}

/// `assignment_wide.csv`: a row per area, a column of region numbers per k with a plan.
pub(crate) fn assignment_wide(document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = marked(out)?;
    let planned = || document.results.iter().filter(|result| !result.assignment.is_empty());
    let headings = ["code", "name", "area"].map(str::to_owned).into_iter();
    table.write_record(headings.chain(planned().map(|result| format!("k{}", result.k))))?;
    for (code, name) in &document.instance.areas {
        let leading = [code.clone(), name.clone(), format!("{code} {name}")].into_iter();
        table.write_record(
            leading.chain(planned().map(|result| result.assignment[code].to_string())),
        )?;
    }
    table.flush()
}

/// `regions.csv`: a row per k and region.
pub(crate) fn regions(document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = marked(out)?;
    table.write_record(["k"].iter().chain(&REGION_COLUMNS))?;
    for result in &document.results {
        for region in &result.regions {
            let leading = std::iter::once(result.k.to_string());
            table.write_record(leading.chain(region_cells(&document.instance, region)))?;
        }
    }
    table.flush()
}

/// Columns of a region in `regions.csv`.
pub(crate) const REGION_COLUMNS: [&str; 17] = [
    "region",
    "name",
    "num_areas",
    "areas",
    "centre",
    "population",
    "land_area_km2",
    "employed_residents",
    "jobs",
    "internal_commuting",
    "own_area_flow",
    "supply_self_containment",
    "demand_self_containment",
    "in_commuters",
    "out_commuters",
    "largest_destination",
    "largest_destination_commuters",
];

/// A region in these columns.
pub(crate) fn region_cells(instance: &InstanceDocument, region: &RegionDocument) -> [String; 17] {
    let name = |code: &str| instance.areas.get(code).map_or(code, String::as_str).to_owned();
    let members: Vec<String> = region.areas.iter().map(|code| name(code)).collect();
    let destination = region.largest_destination.as_ref();
    [
        region.id.to_string(),
        region.name.clone(),
        region.areas.len().to_string(),
        members.join("; "),
        name(&region.centre),
        region.population.to_string(),
        region.land_area_km2.to_string(),
        region.employed_residents.to_string(),
        region.jobs.to_string(),
        region.internal_commuting.to_string(),
        region.own_area_flow.to_string(),
        cell(region.supply_self_containment),
        cell(region.demand_self_containment),
        region.in_commuters.to_string(),
        region.out_commuters.to_string(),
        destination.map(|place| place.name.clone()).unwrap_or_default(),
        cell(destination.map(|place| place.commuters)),
    ]
}

/// `region_flows.csv`: commuters from region to region; the flow of a region to itself includes
/// people who live and work in the same area. Outside places have no number.
pub(crate) fn region_flows(
    problem: &Problem,
    plans: &[(usize, &Plan)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let instance = &problem.instance;
    let mut table = marked(out)?;
    table.write_record(["k", "from", "from_name", "to", "to_name", "commuters"])?;
    for (k, plan) in plans {
        let names = indicators::region_names(instance, &problem.rules, plan);
        let k = k.to_string();
        let flows = indicators::region_flows(instance, plan);
        for (from, (row, areas)) in flows.iter().zip(plan.regions()).enumerate() {
            let number = (from + 1).to_string();
            for (to, commuters) in row.iter().enumerate() {
                table.write_record([
                    &k,
                    &number,
                    &names[from],
                    &(to + 1).to_string(),
                    &names[to],
                    &commuters.to_string(),
                ])?;
            }
            for place in &instance.external {
                let leaving: u64 = areas.iter().map(|&area| place.to[area]).sum();
                let arriving: u64 = areas.iter().map(|&area| place.from[area]).sum();
                let (name, outside) = (&names[from], &place.name);
                table.write_record([&k, &number, name, "", outside, &leaving.to_string()])?;
                table.write_record([&k, "", outside, &number, name, &arriving.to_string()])?;
            }
        }
    }
    table.flush()
}

/// `divisions/kNN.csv`: one plan as a division, for `check` and `--warm-start`.
pub(crate) fn division(
    document: &SolveDocument,
    result: &ResultDocument,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = TableWriter::new(out);
    table.write_record(["code", "region", "name"])?;
    for region in &result.regions {
        for code in &region.areas {
            table.write_record([code, &region.name, area_name(document, code)])?;
        }
    }
    table.flush()
}

pub(crate) fn marked(out: &mut dyn Write) -> io::Result<TableWriter<&mut dyn Write>> {
    out.write_all(MARK)?;
    Ok(TableWriter::new(out))
}

fn area_name<'a>(document: &'a SolveDocument, code: &'a str) -> &'a str {
    document.instance.areas.get(code).map_or(code, String::as_str)
}

pub(crate) fn cell<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
