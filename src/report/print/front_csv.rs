//! Fronts as comma separated values.

use std::collections::BTreeSet;
use std::io::{self, Write};

use regionfront_analysis::indicators;
use regionfront_model::cell::TableWriter;
use regionfront_solver::front::{Front, ObjectiveSet};

use super::csv::{REGION_COLUMNS, cell, marked, region_cells};
use crate::documents::{Common, FrontDocument, PointDocument, RegionDocument};

/// `front.csv`: a row per point, without a byte order mark.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_front_csv(document: &FrontDocument, out: &mut dyn Write) -> io::Result<()> {
    let over_k: BTreeSet<&str> = document
        .over_k
        .iter()
        .flat_map(|front| front.points.iter().map(|point| point.id.as_str()))
        .collect();
    let words: Vec<&str> =
        document.objectives.iter().map(|objective| objective.word.as_str()).collect();
    let mut table = TableWriter::new(out);
    let leading =
        ["against", "k", "point", "objective", "share", "min_population", "max_population"];
    let trailing = [
        "termination",
        "solution",
        "bound",
        "verified",
        "over_k",
        "alternatives",
        "near_plans",
        "near_complete",
    ];
    table.write_record(leading.iter().chain(&words).chain(&trailing))?;
    for front in &document.fronts {
        for point in &front.points {
            let mut row = vec![
                front.against.join(","),
                front.k.to_string(),
                point.id.clone(),
                point.objective.to_string(),
                cell(point.share),
                cell(point.min_population),
                cell(point.max_population),
            ];
            row.extend(words.iter().map(|word| cell(point.against.get(*word))));
            row.extend([
                point.termination.to_string(),
                point.solution.to_string(),
                point.bound.to_string(),
                point.verified.to_string(),
                over_k.contains(point.id.as_str()).to_string(),
                point.alternatives.len().to_string(),
                cell(point.near.map(|near| near.num_plans)),
                cell(point.near.map(|near| near.complete)),
            ]);
            table.write_record(row)?;
        }
    }
    table.flush()
}

fn points(document: &FrontDocument) -> impl Iterator<Item = (usize, &PointDocument)> {
    document.fronts.iter().flat_map(|front| front.points.iter().map(|point| (front.k, point)))
}

/// `assignment_wide.csv`: a row per area, a column of region numbers per point.
pub(crate) fn assignment_wide(document: &FrontDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = marked(out)?;
    let headings = ["code", "name", "area"].map(str::to_owned).into_iter();
    table.write_record(headings.chain(points(document).map(|(_, point)| point.id.clone())))?;
    for (code, name) in &document.instance.areas {
        let leading = [code.clone(), name.clone(), format!("{code} {name}")].into_iter();
        table.write_record(
            leading.chain(points(document).map(|(_, point)| point.assignment[code].to_string())),
        )?;
    }
    table.flush()
}

/// The points of a front with their ids.
pub(crate) type Named<'a> = (&'a ObjectiveSet, &'a Front, Vec<&'a str>);

/// `assignment.csv`: a row per point and area.
pub(crate) fn assignment(fronts: &[Named<'_>], out: &mut dyn Write) -> io::Result<()> {
    let mut table = marked(out)?;
    table.write_record(["point", "k", "code", "name", "region", "region_name", "area"])?;
    for (set, front, ids) in fronts {
        let problem = &set.problem;
        for (point, id) in front.points.iter().zip(ids) {
            let plan = point.plan.plan();
            let names = indicators::region_names(&problem.instance, &problem.rules, plan);
            for (area, &region) in problem.instance.areas.iter().zip(plan.labels()) {
                table.write_record([
                    id,
                    front.k.to_string().as_str(),
                    &area.code,
                    &area.name,
                    region.to_string().as_str(),
                    &names[region as usize - 1],
                    format!("{} {}", area.code, area.name).as_str(),
                ])?;
            }
        }
    }
    table.flush()
}

/// `regions.csv`: a row per point and region.
pub(crate) fn regions(
    document: &FrontDocument,
    fronts: &[Named<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = marked(out)?;
    table.write_record(["point", "k"].iter().chain(&REGION_COLUMNS))?;
    for (set, front, ids) in fronts {
        let instance = &set.problem.instance;
        for (point, id) in front.points.iter().zip(ids) {
            for region in indicators::regions(&set.problem, point.plan.plan()) {
                let region = RegionDocument::new(instance, &region);
                let mut row = vec![(*id).to_owned(), front.k.to_string()];
                row.extend(region_cells(&document.instance, &region));
                table.write_record(row)?;
            }
        }
    }
    table.flush()
}

/// `near.csv`: a row per plan near a point, a column of region numbers per area.
pub(crate) fn near(
    document: &FrontDocument,
    fronts: &[Named<'_>],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = marked(out)?;
    let headings = ["point", "k", "plan", "objective"].map(str::to_owned).into_iter();
    table.write_record(headings.chain(document.instance.areas.keys().cloned()))?;
    for (_, front, ids) in fronts {
        for (point, id) in front.points.iter().zip(ids) {
            for ((plan, objective), number) in point.near.iter().zip(1..) {
                let leading = [
                    (*id).to_owned(),
                    front.k.to_string(),
                    format!("{number}"),
                    objective.to_string(),
                ];
                table.write_record(
                    leading.into_iter().chain(plan.labels().iter().map(ToString::to_string)),
                )?;
            }
        }
    }
    table.flush()
}

/// `cooccurrence.csv`: a row per front and pair of areas, with the plans in which they share a
/// region.
pub(crate) fn cooccurrence(
    parts: &[(&ObjectiveSet, &Front, Common)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = marked(out)?;
    table.write_record([
        "against",
        "k",
        "code_a",
        "name_a",
        "code_b",
        "name_b",
        "plans_together",
        "plans",
    ])?;
    for (set, front, Common { found, .. }) in parts {
        let areas = &set.problem.instance.areas;
        if found.num_plans == 0 {
            continue;
        }
        for a in 0..areas.len() {
            for b in a + 1..areas.len() {
                table.write_record([
                    &set.words(),
                    &front.k.to_string(),
                    &areas[a].code,
                    &areas[a].name,
                    &areas[b].code,
                    &areas[b].name,
                    &found.together[a * areas.len() + b].to_string(),
                    &found.num_plans.to_string(),
                ])?;
            }
        }
    }
    table.flush()
}
