//! Plans over several years as CSV and as tables for reading.

use std::io::{self, Write};

use regionfront_model::cell::TableWriter;
use regionfront_model::instance::Year;
use regionfront_solver::job::{SolutionStatus, Termination};

use super::Format;
use super::style::{dash, plain_table, share, write_within};
use crate::documents::{OverYearsDocument, OverYearsResultDocument, YearHeldDocument, write_json};
use crate::words::Lang;

impl OverYearsDocument {
    /// Writes it in a format, a table in the language; CSV has a row per number of regions and year.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write(&self, format: Format, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Json => write_json(self, out),
            Format::Csv => self.write_csv(out),
            Format::Table => self.write_table(lang, out),
        }
    }

    /// A row per number of regions and year.
    pub(crate) fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = TableWriter::new(out);
        table.write_record([
            "k",
            "criterion",
            "termination",
            "solution",
            "value",
            "bound",
            "year",
            "internal_commuting",
            "commuters_between_areas",
            "share",
            "best",
        ])?;
        let text = |figure: Option<f64>| figure.map_or_else(String::new, |it| it.to_string());
        for result in &self.results {
            let head = [
                result.k.to_string(),
                self.criterion.clone(),
                result.termination.word().to_owned(),
                result.solution.word().to_owned(),
                text(result.value),
                text(result.bound),
            ];
            for year in &result.years {
                let tail = [
                    year.year.to_string(),
                    year.internal_commuting.to_string(),
                    year.commuters_between_areas.to_string(),
                    text(year.share),
                    year.best.map_or_else(String::new, |best| best.to_string()),
                ];
                table.write_record(head.iter().chain(&tail))?;
            }
            if result.years.is_empty() {
                table.write_record(head.iter().cloned().chain(vec![String::new(); 5]))?;
            }
        }
        table.flush()
    }

    fn write_table(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        write_within(&self.instance.title, 0, out)?;
        write_within(&self.question(lang), 0, out)?;
        writeln!(out)?;
        let years: Vec<String> = self.years.iter().map(ToString::to_string).collect();
        let measure = lang.say(&format!("years_col_{}", self.criterion), &[]);
        let at_best = lang.word("years_col_best");
        let mut headings = vec![
            ("k", true),
            (&measure, true),
            (at_best, true),
            (lang.word("years_col_proof"), false),
        ];
        headings.extend(years.iter().map(|year| (year.as_str(), true)));
        let mut table = plain_table(&headings);
        for result in &self.results {
            let mut row = vec![
                result.k.to_string(),
                self.figure(lang, result.value),
                self.figure(lang, result.bound),
                proof(lang, result).to_owned(),
            ];
            row.extend(self.by_year(result, |year| {
                year.share.map_or_else(dash, |share| lang.decimal(share * 100.0, 1))
            }));
            table.add_row(row);
        }
        writeln!(out, "{table}")?;
        write_within(lang.word("years_note"), 0, out)?;
        for result in &self.results {
            if !matches!(result.termination, Termination::Optimal | Termination::Infeasible) {
                let why = match lang {
                    Lang::En => format!(" ({})", result.termination.word().replace('_', " ")),
                    Lang::Nb => String::new(),
                };
                let values = [("k", result.k.to_string()), ("why", why)];
                write_within(&lang.say("years_stopped", &values), 0, out)?;
            }
        }
        if self.results.iter().any(has_best) {
            let mut headings = vec![("k", true)];
            headings.extend(years.iter().map(|year| (year.as_str(), true)));
            let mut table = plain_table(&headings);
            for result in self.results.iter().filter(|result| has_best(result)) {
                let lost = self.by_year(result, |year| lost(lang, year));
                table.add_row(std::iter::once(result.k.to_string()).chain(lost));
            }
            writeln!(out, "\n{table}")?;
            write_within(lang.word("years_lost"), 0, out)?;
        }
        if let [OverYearsResultDocument { division: Some(division), .. }] = self.results.as_slice()
        {
            writeln!(out)?;
            for region in &division.regions {
                let name = |code: &String| self.instance.areas.get(code).cloned();
                let areas: Vec<String> = region.areas.iter().filter_map(name).collect();
                write_within(&format!("{}: {}", region.name, areas.join(", ")), 2, out)?;
            }
        }
        Ok(())
    }

    /// What is asked, as a sentence.
    pub(crate) fn question(&self, lang: Lang) -> String {
        let limits = if self.limits_in == self.years {
            lang.word("years_limits_every").to_owned()
        } else {
            lang.say("years_limits_some", &[("years", list(&self.limits_in))])
        };
        let values = [("years", list(&self.years)), ("limits", limits)];
        lang.say(&format!("years_question_{}", self.criterion), &values)
    }

    /// What it answers, a sentence for every number of regions and one that says how sure it is.
    pub(crate) fn answer(&self, lang: Lang) -> Vec<String> {
        let sentence = |result: &OverYearsResultDocument| {
            let key = match result.solution {
                SolutionStatus::None if result.termination == Termination::Infeasible => "none",
                SolutionStatus::None => "unknown",
                _ => self.criterion.as_str(),
            };
            let values = [("k", result.k.to_string()), ("value", self.figure(lang, result.value))];
            lang.say(&format!("years_answer_{key}"), &values)
        };
        let is_open = |result: &&OverYearsResultDocument| {
            !matches!(result.termination, Termination::Optimal | Termination::Infeasible)
        };
        let open: Vec<String> =
            self.results.iter().filter(is_open).map(|result| result.k.to_string()).collect();
        let certainty = match open.as_slice() {
            [] => lang.word("years_proven").to_owned(),
            open => lang.say("years_open_some", &[("ks", lang.list(open))]),
        };
        self.results.iter().map(sentence).chain([certainty]).collect()
    }

    /// A row per number of regions, a column per year: what is kept inside, and how much less than in the
    /// best plan for that year alone. What the table is called, its headings and its rows.
    pub(crate) fn answer_table(&self, lang: Lang) -> (String, Vec<String>, Vec<Vec<String>>) {
        let words = |key: &str| lang.word(key).to_owned();
        let has_best = self.results.iter().any(has_best);
        let mut headings = vec![words("col_k"), words("years_col_proof")];
        headings.extend(self.years.iter().map(ToString::to_string));
        let cell = |year: &YearHeldDocument| {
            let share = year.share.map_or_else(dash, |share| lang.percent(share));
            match year.best {
                Some(_) => format!("{share} ({})", lost(lang, year)),
                None => share,
            }
        };
        let row = |result: &OverYearsResultDocument| {
            let head = [result.k.to_string(), proof(lang, result).to_owned()];
            head.into_iter().chain(self.by_year(result, cell)).collect()
        };
        let name = words(if has_best { "years_table_lost" } else { "years_table" });
        (name, headings, self.results.iter().map(row).collect())
    }

    fn figure(&self, lang: Lang, figure: Option<f64>) -> String {
        let Some(figure) = figure else { return dash() };
        if self.criterion == "worst" {
            return share(lang, Some(figure));
        }
        // A bound may lie between whole commuters.
        let whole = if self.criterion == "sum" { figure.floor() } else { figure.ceil() };
        #[expect(clippy::cast_possible_truncation, reason = "whole commuters, not below zero")]
        lang.whole(whole.max(0.0) as i128)
    }

    fn by_year(
        &self,
        result: &OverYearsResultDocument,
        figure: impl Fn(&YearHeldDocument) -> String,
    ) -> Vec<String> {
        let of_year = |year: &Year| {
            result.years.iter().find(|held| held.year == *year).map_or_else(dash, &figure)
        };
        self.years.iter().map(of_year).collect()
    }
}

fn list(years: &[Year]) -> String {
    years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn has_best(result: &OverYearsResultDocument) -> bool {
    result.years.iter().any(|year| year.best.is_some())
}

/// How many commuters fewer are kept inside than in the best plan for that year alone.
fn lost(lang: Lang, year: &YearHeldDocument) -> String {
    year.best.map_or_else(dash, |best| {
        lang.signed((year.internal_commuting.cast_signed() - best.cast_signed()).into())
    })
}

fn proof(lang: Lang, result: &OverYearsResultDocument) -> &'static str {
    lang.word(match result.termination {
        Termination::Optimal => "years_optimal",
        Termination::Infeasible => "years_none",
        _ => "years_open",
    })
}
