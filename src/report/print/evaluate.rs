//! An evaluation as CSV and as a table for reading.

use regionfront_model::cell::TableWriter;
use std::io::{self, Write};

use super::Format;
use comfy_table::Table;

use super::style::{
    count, dash, ended, give_names_room, plain_table, sentence, share, write_within,
};
use crate::documents::{AgainstBestDocument, EvaluationDocument, write_json};
use crate::words::{Lang, division_name};
use regionfront_solver::job::SolutionStatus;

impl EvaluationDocument {
    /// Writes it in a format, a table in the language; CSV has a row per region.
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

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = TableWriter::new(out);
        table.write_record([
            "region",
            "name",
            "num_areas",
            "areas",
            "centre",
            "population",
            "employed_residents",
            "jobs",
            "internal_commuting",
            "own_area_flow",
            "supply_self_containment",
            "demand_self_containment",
            "in_commuters",
            "out_commuters",
            "mean_km_to_centre",
            "largest_km_to_centre",
            "cohesion",
            "num_parts",
            "num_counties",
            "valid",
        ])?;
        let cell = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        for region in &self.regions {
            let figures = &region.figures;
            table.write_record([
                figures.id.to_string(),
                figures.name.clone(),
                figures.areas.len().to_string(),
                self.names(&figures.areas).join("; "),
                self.names(std::slice::from_ref(&figures.centre)).join(""),
                figures.population.to_string(),
                figures.employed_residents.to_string(),
                figures.jobs.to_string(),
                figures.internal_commuting.to_string(),
                figures.own_area_flow.to_string(),
                cell(figures.supply_self_containment),
                cell(figures.demand_self_containment),
                figures.in_commuters.to_string(),
                figures.out_commuters.to_string(),
                cell(region.mean_km_to_centre),
                cell(region.largest_km_to_centre),
                cell(region.cohesion),
                region.parts.len().to_string(),
                region.counties.len().to_string(),
                region.valid.to_string(),
            ])?;
        }
        table.flush()
    }

    fn names(&self, codes: &[String]) -> Vec<&str> {
        let name = |code: &String| self.instance.areas.get(code).map(String::as_str);
        codes.iter().map(|code| name(code).unwrap_or_default()).collect()
    }

    fn write_table(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        let totals = &self.totals;
        let values = [
            ("division", division_name(&self.division, lang)),
            ("title", self.instance.title.clone()),
        ];
        write_within(&lang.say("tty_division_in", &values), 2, out)?;
        let mut table = plain_table(&[
            ("", true),
            (lang.word("tty_region"), false),
            (lang.word("tty_areas"), true),
            (lang.word("tty_people"), true),
            (lang.word("tty_jobs"), true),
            (lang.word("tty_internal"), true),
            (lang.word("tty_supply"), true),
            (lang.word("tty_demand"), true),
            (lang.word("tty_valid"), false),
        ]);
        for region in &self.regions {
            let figures = &region.figures;
            table.add_row([
                figures.id.to_string(),
                figures.name.clone(),
                figures.areas.len().to_string(),
                count(lang, figures.population),
                count(lang, figures.jobs),
                count(lang, figures.internal_commuting),
                share(lang, figures.supply_self_containment),
                share(lang, figures.demand_self_containment),
                lang.word(if region.valid { "yes" } else { "tty_no" }).to_owned(),
            ]);
        }
        give_names_room(&mut table, 1);
        writeln!(out, "{table}")?;
        let validity = &self.validity;
        let terms = [
            ("small_share", share(lang, Some(validity.small_share))),
            ("small", count(lang, validity.small_employed)),
            ("large_share", share(lang, Some(validity.large_share))),
            ("large", count(lang, validity.large_employed)),
        ];
        write_within(&lang.say("tty_note_valid", &terms), 0, out)?;
        writeln!(out)?;
        let values = [
            ("inside", count(lang, totals.internal_commuting)),
            ("all", count(lang, self.instance.commuters_between_areas)),
            ("share", share(lang, totals.share)),
        ];
        write_within(&lang.say("tty_internal_of", &values), 2, out)?;
        let values = [
            ("areas", totals.areas_covered.to_string()),
            ("all", self.instance.areas.len().to_string()),
            ("share", share(lang, totals.areas_covered_share)),
            ("people", count(lang, totals.population_covered)),
            ("people_share", share(lang, totals.population_covered_share)),
        ];
        write_within(&lang.say("tty_covered", &values), 2, out)?;
        for (what, names) in [
            ("tty_several", self.names(&totals.double_members)),
            ("tty_outside", self.names(&totals.outside)),
            ("tty_not_contiguous", totals.not_contiguous.iter().map(String::as_str).collect()),
            ("tty_counties", totals.county_crossings.iter().map(String::as_str).collect()),
            ("tty_not_valid", totals.not_valid.iter().map(String::as_str).collect()),
        ] {
            if !names.is_empty() {
                write_within(&format!("{}: {}", lang.word(what), names.join(", ")), 2, out)?;
            }
        }
        for derived in &self.procedure {
            write_within(&derived.sentence(lang), 2, out)?;
        }
        if let Some(modularity) = totals.modularity {
            let value = lang.decimal(modularity, 3);
            writeln!(out, "{}", lang.say("tty_modularity", &[("value", value)]))?;
        }
        if !self.violations.is_empty() {
            writeln!(out, "\n{}", lang.word("tty_broken"))?;
            for violation in &self.violations {
                let what = sentence(lang, &violation.what);
                write_within(&format!("{} {what}", violation.code), 4, out)?;
            }
        }
        for best in &self.against_best {
            writeln!(out)?;
            write_within(&best.sentence(lang), 0, out)?;
        }
        if !self.over_years.is_empty() {
            writeln!(out, "\n{}", self.years_table(lang))?;
        }
        Ok(())
    }
}

impl EvaluationDocument {
    /// What it holds year by year.
    fn years_table(&self, lang: Lang) -> Table {
        let keys = ["year", "inside", "of", "share", "rules_broken", "best", "lost"];
        let headings = keys.map(|key| (lang.word(&format!("tty_{key}")), true));
        let mut table = plain_table(&headings);
        for year in &self.over_years {
            let mark = if year.best_is_proven { "" } else { "*" };
            let lost = year
                .best
                .map(|best| lang.signed(i128::from(year.internal_commuting) - i128::from(best)));
            table.add_row([
                year.year.to_string(),
                count(lang, year.internal_commuting),
                count(lang, year.commuters_between_areas),
                share(lang, year.share),
                year.violations.len().to_string(),
                year.best.map_or_else(dash, |best| format!("{}{mark}", count(lang, best))),
                lost.unwrap_or_else(dash),
            ]);
        }
        table
    }
}

impl AgainstBestDocument {
    /// The comparison as a sentence.
    fn sentence(&self, lang: Lang) -> String {
        let k = self.k.to_string();
        let Some((objective, lost)) = self.objective.zip(self.lost) else {
            let unknown = || lang.word("tty_best_unknown").to_owned();
            let reason = self.reason.as_deref().map_or_else(unknown, |it| sentence(lang, it));
            let why = format!("{}: {reason}", ended(lang, self.termination));
            return lang.say("tty_best_none", &[("k", k), ("why", why)]);
        };
        let key = match self.solution {
            SolutionStatus::ProvenOptimal => "tty_best_with",
            _ => "tty_best_known_with",
        };
        let distance = [
            ("count", count(lang, lost.unsigned_abs())),
            ("share", share(lang, self.lost_share.map(f64::abs))),
        ];
        let distance = lang.say(if lost < 0 { "tty_holds_more" } else { "tty_loses" }, &distance);
        let best = count(lang, objective);
        let values =
            [("k", k), ("best", best), ("share", share(lang, self.share)), ("distance", distance)];
        lang.say(key, &values)
    }
}
