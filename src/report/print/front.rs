//! Fronts as tables for reading.

use std::io::{self, Write};

use serde_json::Number;

use regionfront_solver::job::SolutionStatus;

use super::style::{count, ended, plain_table, sentence, share, write_within};
use crate::documents::{
    ExplanationDocument, FrontDocument, FrontResultDocument, ObjectiveDocument, PointDocument,
};
use crate::words::{Lang, Objective, lower_first};

/// Points shown of a long front, unless all are asked for.
const MOST_SHOWN: usize = 12;

/// A table per front, then the front over all k, in a language.
///
/// # Errors
/// Whatever the writer reports.
pub fn write_front_table(
    document: &FrontDocument,
    shows_all: bool,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", document.instance.title)?;
    let name = document.scenario.name_in(lang);
    if !name.is_empty() {
        writeln!(out, "{}", lang.say("tty_scenario", &[("name", name.to_owned())]))?;
    }
    for objective in &document.objectives {
        let word = ("word", measured(&objective.word, lang));
        let text = match lang {
            Lang::En => {
                lang.say("tty_against", &[word, ("description", objective.description.clone())])
            }
            // Its name says it all.
            Lang::Nb => lang.say("tty_against_only", &[word]),
        };
        write_within(&text, 2, out)?;
        if !objective.dropped.is_empty() {
            let dropped: Vec<String> =
                objective.dropped.iter().map(|rule| sentence(lang, rule)).collect();
            let text = lang.say("tty_not_held", &[("rules", dropped.join("; "))]);
            write_within(&format!("  {text}"), 4, out)?;
        }
    }
    let mut previous = None;
    let explanations: Vec<Option<ExplanationDocument>> = document
        .fronts
        .iter()
        .map(|front| Some(front.explanation.clone()?.in_lang(lang)))
        .collect();
    for (front, explanation) in document.fronts.iter().zip(&explanations) {
        writeln!(out)?;
        write_within(&heading(front, lang), 2, out)?;
        if let Some(explanation) = explanation {
            explanation.write_text(previous, lang, out)?;
            previous = Some(explanation);
        }
        let points: Vec<(usize, &PointDocument)> =
            front.points.iter().map(|point| (front.k, point)).collect();
        write_points(document, &front.against, &points, (shows_all, lang), out)?;
        let proven = front.points.iter().filter(|it| it.solution == SolutionStatus::ProvenOptimal);
        let ids: Vec<&str> =
            proven.filter(|point| !point.canonical).map(|point| point.id.as_str()).collect();
        if !ids.is_empty() {
            let text = lang.say("tty_equals", &[("ids", ids.join(", "))]);
            write_within(&format!("  {text}"), 4, out)?;
        }
        for missing in &front.missing {
            let beyond = missing.beyond.iter().map(|(word, score)| {
                lang.say(
                    "tty_beyond",
                    &[("word", measured(word, lang)), ("value", figure(score, lang))],
                )
            });
            let beyond: Vec<String> = beyond.collect();
            let any = lang.word("tty_beyond_any").to_owned();
            let values = [
                ("beyond", if beyond.is_empty() { any } else { beyond.join(", ") }),
                ("bound", count(lang, missing.bound)),
                ("why", ended(lang, missing.termination).to_owned()),
            ];
            write_within(&format!("  {}", lang.say("tty_missing", &values)), 4, out)?;
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
        let key = if over.complete { "tty_over_all" } else { "tty_over_all_incomplete" };
        let values = [
            ("against", all_measured(&over.against, lang)),
            ("count", counted(points.len(), lang)),
        ];
        writeln!(out, "\n{}", lang.say(key, &values))?;
        write_points(document, &over.against, &points, (shows_all, lang), out)?;
    }
    let all = count(lang, document.instance.commuters_between_areas);
    writeln!(out)?;
    write_within(&lang.say("tty_note_inside", &[("all", all)]), 0, out)?;
    writeln!(out, "{}", lang.word("tty_note_extremes"))
}

/// What a second objective is called: in English by the word for it, which is what is typed.
fn measured(word: &str, lang: Lang) -> String {
    match lang {
        Lang::En => word.to_owned(),
        Lang::Nb => lower_first(&Objective::new(word).name(lang)),
    }
}

fn all_measured(words: &[String], lang: Lang) -> String {
    let names: Vec<String> = words.iter().map(|word| measured(word, lang)).collect();
    names.join(&format!(" {} ", lang.word("and")))
}

fn counted(points: usize, lang: Lang) -> String {
    lang.say("tty_points", &[("count", points.to_string())])
}

/// What an audit adds to that.
fn audited(front: &FrontResultDocument, lang: Lang) -> String {
    let Some(audit) = &front.audit else { return String::new() };
    let key = if audit.is_whole() { "tty_audited" } else { "tty_audited_part" };
    let values = [("all", audit.claims.to_string()), ("some", audit.confirmed.to_string())];
    format!("; {}", lang.say(key, &values))
}

fn heading(front: &FrontResultDocument, lang: Lang) -> String {
    let points = ("count", counted(front.points.len(), lang));
    let ended = ended(lang, front.termination).to_owned();
    let state = match (&front.reason, front.points.is_empty(), front.complete) {
        (Some(reason), ..) => format!("{ended}: {}", sentence(lang, reason)),
        (None, true, true) => {
            format!("{}{}", lang.word("ended_proven_infeasible"), audited(front, lang))
        }
        (None, _, true) => {
            format!("{}{}", lang.say("tty_complete", &[points]), audited(front, lang))
        }
        (None, _, false) => lang.say("tty_incomplete", &[points, ("why", ended)]),
    };
    let against = all_measured(&front.against, lang);
    lang.say("tty_front", &[("k", front.k.to_string()), ("against", against), ("state", state)])
}

fn write_points(
    document: &FrontDocument,
    against: &[String],
    points: &[(usize, &PointDocument)],
    (shows_all, lang): (bool, Lang),
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
    let mut headings = vec![
        (lang.word("tty_point"), false),
        ("k", true),
        (lang.word("tty_inside"), true),
        (lang.word("tty_share"), true),
    ];
    let named: Vec<String> = words.iter().map(|word| measured(word, lang)).collect();
    headings.extend(named.iter().map(|name| (name.as_str(), true)));
    headings.extend([
        (lang.word("tty_smallest"), true),
        (lang.word("tty_largest"), true),
        (lang.word("tty_status"), false),
    ]);
    let mut table = plain_table(&headings);
    for &at in &shown {
        let (k, point) = points[at];
        let mut row = vec![
            point.id.clone(),
            k.to_string(),
            count(lang, point.objective),
            share(lang, point.share),
        ];
        row.extend(words.iter().map(|word| {
            let is_share = is_share(&document.objectives, word);
            point.against.get(*word).map_or_else(String::new, |score| {
                if is_share { share(lang, score.as_f64()) } else { figure(score, lang) }
            })
        }));
        row.extend([
            point.min_population.map_or_else(String::new, |people| count(lang, people)),
            point.max_population.map_or_else(String::new, |people| count(lang, people)),
            match point.solution {
                SolutionStatus::ProvenOptimal => lang.word("tty_proven").to_owned(),
                _ => lang.say("tty_bound_of", &[("bound", count(lang, point.bound))]),
            },
        ]);
        table.add_row(row);
    }
    writeln!(out, "{table}")?;
    if shown.len() < points.len() {
        let rest = (points.len() - shown.len()).to_string();
        let values = [("rest", rest), ("all", points.len().to_string())];
        writeln!(out, "  {}", lang.say("tty_not_shown", &values))?;
    }
    Ok(())
}

fn is_share(objectives: &[ObjectiveDocument], word: &str) -> bool {
    objectives.iter().any(|objective| {
        objective.word == word && ["min-self-containment", "kept-together"].contains(&word)
    })
}

fn figure(score: &Number, lang: Lang) -> String {
    match (score.as_u64(), score.as_f64()) {
        (Some(whole), _) => count(lang, whole),
        (None, Some(fraction)) => lang.decimal(fraction, 4),
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
