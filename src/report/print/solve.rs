//! The solve document as tables for reading, in a language, within [`TABLE_WIDTH`](super::TABLE_WIDTH) characters
//! and without colours.

use std::io::{self, Write};

use comfy_table::{ColumnConstraint, Table, Width};

use regionfront_solver::job::Termination;

use super::Report;
use super::style::{
    count, dash, ended, keep_words, plain_table, seconds, sentence, share, write_within,
};
use crate::documents::{ExplanationDocument, ResultDocument, SolveDocument};
use crate::words::Lang;

/// A row per k; when there is one k only, its regions follow.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableReport {
    /// The language of headings and notes.
    pub lang: Lang,
}

impl Report for TableReport {
    fn write(&self, document: &SolveDocument, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.lang;
        writeln!(out, "{}", document.instance.title)?;
        let name = document.scenario.name_in(lang);
        if !name.is_empty() {
            writeln!(out, "{}", lang.say("tty_scenario", &[("name", name.to_owned())]))?;
        }
        writeln!(out, "{}", summary(document, lang))?;
        let all = count(lang, document.instance.commuters_between_areas);
        write_within(&lang.say("tty_note_inside", &[("all", all)]), 0, out)?;
        writeln!(out, "{}", lang.word("tty_note_time"))?;
        let mut previous = None;
        let explanations: Vec<Option<ExplanationDocument>> = document
            .results
            .iter()
            .map(|result| Some(result.explanation.clone()?.in_lang(lang)))
            .collect();
        for (result, explanation) in document.results.iter().zip(&explanations) {
            if let Some(explanation) = explanation {
                explanation.write_text(previous, lang, out)?;
                previous = Some(explanation);
            } else if let Some(reason) = &result.reason {
                let why = ended(lang, result.termination);
                let reason = sentence(lang, reason);
                write_within(&format!("k = {}: {why}: {reason}", result.k), 2, out)?;
            }
        }
        if let [result] = document.results.as_slice()
            && !result.regions.is_empty()
        {
            writeln!(out, "\n{}", region_table(document, result, lang))?;
            write_within(lang.word("tty_note_regions"), 0, out)?;
        }
        Ok(())
    }
}

/// A row per k; bounds and gaps only where they differ from what was found, so that a proven answer
/// fits on a narrow terminal.
fn summary(document: &SolveDocument, lang: Lang) -> Table {
    let is_open = document.results.iter().any(|result| {
        result.termination != Termination::Infeasible
            && (result.objective.is_none() || result.objective != result.bound)
    });
    let inside = if is_open { "tty_inside_short" } else { "tty_inside" };
    let mut headings = vec![
        ("k", true),
        (lang.word("tty_status"), false),
        (lang.word(inside), true),
        (lang.word("tty_share"), true),
    ];
    if is_open {
        headings.extend([(lang.word("tty_bound"), true), (lang.word("tty_gap"), true)]);
    }
    for key in ["tty_smallest", "tty_largest", "tty_time"] {
        headings.push((lang.word(key), true));
    }
    let figure = |figure: Option<u64>| figure.map_or_else(dash, |figure| count(lang, figure));
    let mut table = plain_table(&headings);
    for result in &document.results {
        let mut row = vec![
            result.k.to_string(),
            status(result, lang),
            figure(result.objective),
            share(lang, result.share),
        ];
        if is_open {
            row.extend([figure(result.bound), gap(result, lang)]);
        }
        row.extend([
            figure(result.min_population),
            figure(result.max_population),
            match lang {
                Lang::En => seconds(result.wall_s),
                Lang::Nb => lang.decimal(result.wall_s, 2),
            },
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

fn region_table(document: &SolveDocument, result: &ResultDocument, lang: Lang) -> Table {
    let mut table = plain_table(&[
        ("", true),
        (lang.word("tty_region"), false),
        (lang.word("tty_areas"), false),
        (lang.word("tty_population"), true),
        (lang.word("tty_jobs"), true),
        (lang.word("tty_internal"), true),
        (lang.word("tty_self"), true),
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
            count(lang, region.population),
            count(lang, region.jobs),
            count(lang, region.internal_commuting),
            share(lang, region.supply_self_containment),
        ]);
    }
    keep_words(&mut table, 1);
    if let Some(column) = table.column_mut(2) {
        column.set_constraint(ColumnConstraint::UpperBoundary(Width::Fixed(40)));
    }
    table
}

/// What to call the state of a result in one or two words.
fn status(result: &ResultDocument, lang: Lang) -> String {
    match (result.termination, result.objective) {
        (Termination::Optimal, _) => lang.word("proven_optimal").to_owned(),
        (Termination::Infeasible, _) => lang.word("ended_proven_infeasible").to_owned(),
        (Termination::Error, _) => lang.word("ended_error").to_owned(),
        (stopped, Some(_)) => ended(lang, stopped).to_owned(),
        (stopped, None) => lang.say("ended_no_plan", &[("why", ended(lang, stopped).to_owned())]),
    }
}

fn gap(result: &ResultDocument, lang: Lang) -> String {
    result.gap_rel.map_or_else(dash, |gap| match lang {
        Lang::En => format!("{:.2}", gap * 100.0),
        Lang::Nb => lang.decimal(gap * 100.0, 2),
    })
}
