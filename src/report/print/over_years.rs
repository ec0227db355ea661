//! Plans over several years as CSV and as tables for reading.

use std::io::{self, Write};

use regionfront_model::cell::TableWriter;
use regionfront_model::instance::Year;
use regionfront_model::quantity::grouped;
use regionfront_solver::job::Termination;

use super::Format;
use super::style::{dash, percent, plain_table, signed, write_within};
use crate::documents::{OverYearsDocument, OverYearsResultDocument, YearHeldDocument, write_json};

/// A share in per cent, without the sign: the note below the table says it.
pub(super) fn per_cent(share: Option<f64>) -> String {
    share.map_or_else(dash, |share| format!("{:.1}", share * 100.0))
}

impl OverYearsDocument {
    /// Writes it in a format; CSV has a row per number of regions and year.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Json => write_json(self, out),
            Format::Csv => self.write_csv(out),
            Format::Table => self.write_table(out),
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

    fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        write_within(&self.instance.title, 0, out)?;
        write_within(&self.question(), 0, out)?;
        writeln!(out)?;
        let years: Vec<String> = self.years.iter().map(ToString::to_string).collect();
        let measure = match self.criterion.as_str() {
            "sum" => "sum",
            "worst" => "least",
            _ => "most lost",
        };
        let mut headings = vec![("k", true), (measure, true), ("at best", true), ("proof", false)];
        headings.extend(years.iter().map(|year| (year.as_str(), true)));
        let mut table = plain_table(&headings);
        for result in &self.results {
            let mut row = vec![
                result.k.to_string(),
                self.figure(result.value),
                self.figure(result.bound),
                match result.termination {
                    Termination::Optimal => "optimal".to_owned(),
                    Termination::Infeasible => "no plan".to_owned(),
                    _ => "open".to_owned(),
                },
            ];
            let shares = self.by_year(result, |year| per_cent(year.share));
            row.extend(shares);
            table.add_row(row);
        }
        writeln!(out, "{table}")?;
        write_within(
            "By year: per cent of all who commute between the areas that year and are kept inside.",
            0,
            out,
        )?;
        for result in &self.results {
            if !matches!(result.termination, Termination::Optimal | Termination::Infeasible) {
                let why = result.termination.word().replace('_', " ");
                write_within(
                    &format!("k = {}: stopped before the proof ({why}).", result.k),
                    0,
                    out,
                )?;
            }
        }
        let has_best =
            |result: &OverYearsResultDocument| result.years.iter().any(|year| year.best.is_some());
        if self.results.iter().any(has_best) {
            let mut headings = vec![("k", true)];
            headings.extend(years.iter().map(|year| (year.as_str(), true)));
            let mut table = plain_table(&headings);
            for result in self.results.iter().filter(|result| has_best(result)) {
                let lost = self.by_year(result, |year| {
                    year.best.map_or_else(dash, |best| {
                        signed(year.internal_commuting.cast_signed() - best.cast_signed())
                    })
                });
                table.add_row(std::iter::once(result.k.to_string()).chain(lost));
            }
            writeln!(out, "\n{table}")?;
            let what =
                "Commuters less than in the best plan for that year alone under the same rules.";
            write_within(what, 0, out)?;
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
    fn question(&self) -> String {
        let asked = match self.criterion.as_str() {
            "sum" => "The most commuters inside in all years together",
            "worst" => "The largest least share of commuters inside in any year",
            _ => "The smallest largest distance, in commuters, from the best plan of a year",
        };
        let list =
            |years: &[Year]| years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let limits = if self.limits_in == self.years {
            "in every year".to_owned()
        } else {
            format!("by the figures of {}", list(&self.limits_in))
        };
        format!("{asked}: {}; limits hold {limits}.", list(&self.years))
    }

    fn figure(&self, figure: Option<f64>) -> String {
        let Some(figure) = figure else { return dash() };
        if self.criterion == "worst" {
            return percent(Some(figure));
        }
        // A bound may lie between whole commuters.
        let whole = if self.criterion == "sum" { figure.floor() } else { figure.ceil() };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole commuters, not below zero"
        )]
        grouped(whole.max(0.0) as u64)
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
