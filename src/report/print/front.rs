//! Fronts as tables for reading.

use std::io::{self, Write};

use serde_json::Number;

use regionfront_model::quantity::grouped;
use regionfront_solver::job::SolutionStatus;

use super::style::{percent, plain_table, write_within};
use crate::documents::{FrontDocument, FrontResultDocument, ObjectiveDocument, PointDocument};
use crate::words::Lang;

/// Points shown of a long front, unless all are asked for.
const MOST_SHOWN: usize = 12;

/// A table per front, then the front over all k.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_front_table(
    document: &FrontDocument,
    shows_all: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", document.instance.title)?;
    if !document.scenario.name.is_empty() {
        writeln!(out, "Scenario: {}", document.scenario.name)?;
    }
    for objective in &document.objectives {
        writeln!(out, "Against {}: {}", objective.word, objective.description)?;
        if !objective.dropped.is_empty() {
            writeln!(out, "  not held along this front: {}", objective.dropped.join("; "))?;
        }
    }
    let mut previous = None;
    for front in &document.fronts {
        writeln!(out, "\n{}", heading(front))?;
        if let Some(explanation) = &front.explanation {
            explanation.write_text(previous, Lang::En, out)?;
            previous = Some(explanation);
        }
        let points: Vec<(usize, &PointDocument)> =
            front.points.iter().map(|point| (front.k, point)).collect();
        write_points(document, &front.against, &points, shows_all, out)?;
        let proven = front.points.iter().filter(|it| it.solution == SolutionStatus::ProvenOptimal);
        let ids: Vec<&str> =
            proven.filter(|point| !point.canonical).map(|point| point.id.as_str()).collect();
        if !ids.is_empty() {
            writeln!(
                out,
                "  other plans equal these in everything and were not all compared: {}",
                ids.join(", ")
            )?;
        }
        for missing in &front.missing {
            let beyond: Vec<String> = missing
                .beyond
                .iter()
                .map(|(word, score)| format!("{word} beyond {}", figure(score)))
                .collect();
            let beyond = if beyond.is_empty() { "any".to_owned() } else { beyond.join(", ") };
            writeln!(
                out,
                "  points may be missing: {beyond}; none holds more than {} commuters ({})",
                grouped(missing.bound),
                missing.termination.word().replace('_', " ")
            )?;
        }
    }
    for over in &document.over_k {
        let points: Vec<(usize, &PointDocument)> = over
            .points
            .iter()
            .filter_map(|place| {
                let front = document
                    .fronts
                    .iter()
                    .find(|front| front.k == place.k && front.against == over.against)?;
                Some((place.k, front.points.iter().find(|point| point.id == place.id)?))
            })
            .collect();
        if document.fronts.iter().filter(|front| front.against == over.against).count() < 2 {
            continue;
        }
        let incomplete = if over.complete { "" } else { ", from incomplete fronts" };
        writeln!(
            out,
            "\nOver all k against {}: {}{incomplete}",
            over.against.join(" and "),
            counted(points.len())
        )?;
        write_points(document, &over.against, &points, shows_all, out)?;
    }
    let inside = format!(
        "Commuters inside: between areas of the same region; share: of all {} between areas.",
        grouped(document.instance.commuters_between_areas)
    );
    writeln!(out)?;
    write_within(&inside, 0, out)?;
    writeln!(out, "Smallest, largest: inhabitants of a region.")
}

fn counted(points: usize) -> String {
    match points {
        1 => "1 point".to_owned(),
        count => format!("{count} points"),
    }
}

/// What an audit adds to that.
fn audited(front: &FrontResultDocument) -> String {
    match &front.audit {
        None => String::new(),
        Some(audit) if audit.is_whole() => {
            format!("; audited: all {} demands proven again from nothing", audit.claims)
        }
        Some(audit) => format!(
            "; audited in part: {} of {} demands proven again from nothing",
            audit.confirmed, audit.claims
        ),
    }
}

fn heading(front: &FrontResultDocument) -> String {
    let count = counted(front.points.len());
    let state = match (&front.reason, front.points.is_empty(), front.complete) {
        (Some(reason), ..) => format!("{}: {reason}", front.termination),
        (None, true, true) => format!("proven infeasible{}", audited(front)),
        (None, _, true) => format!("{count}, complete and proven{}", audited(front)),
        (None, _, false) => {
            format!("{count}, not complete: {}", front.termination.word().replace('_', " "))
        }
    };
    format!("k = {} against {}: {state}", front.k, front.against.join(" and "))
}

fn write_points(
    document: &FrontDocument,
    against: &[String],
    points: &[(usize, &PointDocument)],
    shows_all: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if points.is_empty() {
        return Ok(());
    }
    let shown = if shows_all { (0..points.len()).collect() } else { shown(points, &against[0]) };
    // The smallest and the largest region stand in every table anyway.
    let words: Vec<&String> = against
        .iter()
        .filter(|word| !["min-population", "max-population"].contains(&word.as_str()))
        .collect();
    let mut headings =
        vec![("point", false), ("k", true), ("commuters inside", true), ("share", true)];
    headings.extend(words.iter().map(|word| (word.as_str(), true)));
    headings.extend([("smallest", true), ("largest", true), ("status", false)]);
    let mut table = plain_table(&headings);
    for &at in &shown {
        let (k, point) = points[at];
        let mut row =
            vec![point.id.clone(), k.to_string(), grouped(point.objective), percent(point.share)];
        row.extend(words.iter().map(|word| {
            let is_share = is_share(&document.objectives, word);
            point.against.get(*word).map_or_else(String::new, |score| {
                if is_share { percent(score.as_f64()) } else { figure(score) }
            })
        }));
        row.extend([
            point.min_population.map_or_else(String::new, grouped),
            point.max_population.map_or_else(String::new, grouped),
            match point.solution {
                SolutionStatus::ProvenOptimal => "proven".to_owned(),
                _ => format!("bound {}", grouped(point.bound)),
            },
        ]);
        table.add_row(row);
    }
    writeln!(out, "{table}")?;
    if shown.len() < points.len() {
        let rest = points.len() - shown.len();
        writeln!(out, "  {rest} of {} points are not shown (--all-points)", points.len())?;
    }
    Ok(())
}

fn is_share(objectives: &[ObjectiveDocument], word: &str) -> bool {
    objectives.iter().any(|objective| {
        objective.word == word && ["min-self-containment", "kept-together"].contains(&word)
    })
}

fn figure(score: &Number) -> String {
    match (score.as_u64(), score.as_f64()) {
        (Some(whole), _) => grouped(whole),
        (None, Some(fraction)) => format!("{fraction:.4}"),
        (None, None) => score.to_string(),
    }
}

/// Which points of a long front to show: both ends, the knee, and others evenly spaced.
fn shown(points: &[(usize, &PointDocument)], word: &str) -> Vec<usize> {
    if points.len() <= MOST_SHOWN {
        return (0..points.len()).collect();
    }
    let last = points.len() - 1;
    let steps = MOST_SHOWN - 2;
    let mut shown: Vec<usize> = (0..=steps).map(|step| last * step / steps).collect();
    shown.push(knee(points, word));
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// The point furthest from the line between the ends, both objectives scaled to the range of the
/// front; the first of several.
#[expect(clippy::cast_precision_loss, reason = "a choice of what to show")]
fn knee(points: &[(usize, &PointDocument)], word: &str) -> usize {
    let at = |place: usize| {
        let point = points[place].1;
        let score = point.against.get(word).and_then(Number::as_f64).unwrap_or(0.0);
        (point.objective as f64, score)
    };
    let (first, last) = (at(0), at(points.len() - 1));
    let scaled = |value: f64, from: f64, to: f64| {
        if (to - from).abs() > 0.0 { (value - from) / (to - from) } else { 0.0 }
    };
    let mut best = (0, 0.0);
    for place in 0..points.len() {
        let (objective, score) = at(place);
        // Along the line both shares are equal: what was gained and what was paid.
        let distance = scaled(score, first.1, last.1) - scaled(objective, first.0, last.0);
        if distance > best.1 {
            best = (place, distance);
        }
    }
    best.0
}
