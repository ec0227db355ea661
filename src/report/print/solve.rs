//! The solve document as tables for reading, within [`TABLE_WIDTH`](super::TABLE_WIDTH) characters
//! and without colours.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, Table, Width};

use regionfront_model::quantity::grouped;
use regionfront_solver::job::Termination;

use super::Report;
use super::style::{dash, percent, plain_table, seconds, write_within};
use crate::documents::{ResultDocument, SolveDocument};
use crate::words::Lang;

/// A row per k; when there is one k only, its regions follow.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableReport;

impl Report for TableReport {
    fn write(&self, document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", document.instance.title)?;
        if !document.scenario.name.is_empty() {
            writeln!(out, "Scenario: {}", document.scenario.name)?;
        }
        writeln!(out, "{}", summary(document))?;
        let inside = format!(
            "Commuters inside: between areas of the same region; share: of all {} between areas.",
            grouped(document.instance.commuters_between_areas)
        );
        write_within(&inside, 0, out)?;
        writeln!(out, "Smallest, largest: inhabitants of a region. Time: seconds.")?;
        let mut previous = None;
        for result in &document.results {
            if let Some(explanation) = &result.explanation {
                explanation.write_text(previous, Lang::En, out)?;
                previous = Some(explanation);
            } else if let Some(reason) = &result.reason {
                write_within(
                    &format!("k = {}: {}: {reason}", result.k, result.termination),
                    2,
                    out,
                )?;
            }
        }
        if let [result] = document.results.as_slice()
            && !result.regions.is_empty()
        {
            writeln!(out, "\n{}", region_table(document, result))?;
            write_within(
                "Internal: commuters between areas of the region. Self-cont.: people who live and \
                 work inside ÷ employed residents.",
                0,
                out,
            )?;
        }
        Ok(())
    }
}

/// A row per k; bounds and gaps only where they differ from what was found, so that a proven answer
/// fits on a narrow terminal.
fn summary(document: &SolveDocument) -> Table {
    let is_open = document.results.iter().any(|result| {
        result.termination != Termination::Infeasible
            && (result.objective.is_none() || result.objective != result.bound)
    });
    let mut headings =
        vec![("k", true), ("status", false), ("commuters inside", true), ("share", true)];
    if is_open {
        headings[2].0 = "inside";
        headings.extend([("bound", true), ("gap %", true)]);
    }
    headings.extend([("smallest", true), ("largest", true), ("time", true)]);
    let mut table = plain_table(&headings);
    for result in &document.results {
        let mut row = vec![
            result.k.to_string(),
            status(result),
            figure(result.objective),
            percent(result.share),
        ];
        if is_open {
            row.extend([figure(result.bound), gap(result)]);
        }
        row.extend([
            figure(result.min_population),
            figure(result.max_population),
            seconds(result.wall_s),
        ]);
        table.add_row(row);
    }
    // Where there is little room: so wide that "infeasible" is not broken, with a blank at either side.
    let has_infeasible =
        document.results.iter().any(|result| result.termination == Termination::Infeasible);
    if let Some(column) = table.column_mut(1).filter(|_| is_open && has_infeasible) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(12)));
    }
    table
}

fn region_table(document: &SolveDocument, result: &ResultDocument) -> Table {
    let mut table = plain_table(&[
        ("", true),
        ("region", false),
        ("areas", false),
        ("population", true),
        ("jobs", true),
        ("internal", true),
        ("self-cont.", true),
    ]);
    let names = &document.instance.areas;
    for region in &result.regions {
        let members: Vec<&str> = region
            .areas
            .iter()
            .map(|code| names.get(code).map_or(code.as_str(), String::as_str))
            .collect();
        table.add_row([
            region.id.to_string(),
            region.name.clone(),
            members.join(", "),
            grouped(region.population),
            grouped(region.jobs),
            grouped(region.internal_commuting),
            percent(region.supply_self_containment),
        ]);
    }
    if let Some(column) = table.column_mut(2) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(40)));
    }
    table
}

/// What to call the state of a result in one or two words.
fn status(result: &ResultDocument) -> String {
    match (result.termination, result.objective) {
        (Termination::Optimal, _) => "proven optimal".to_owned(),
        (Termination::Infeasible, _) => "proven infeasible".to_owned(),
        (Termination::Error, _) => "error".to_owned(),
        (stopped, Some(_)) => stopped.word().replace('_', " "),
        (stopped, None) => format!("{}, no plan", stopped.word().replace('_', " ")),
    }
}

fn gap(result: &ResultDocument) -> String {
    result.gap_rel.map_or_else(dash, |gap| format!("{:.2}", gap * 100.0))
}

fn figure(figure: Option<u64>) -> String {
    figure.map_or_else(dash, grouped)
}
