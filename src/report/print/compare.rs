//! Comparisons of divisions as CSV and as tables for reading.

use regionfront_model::cell::TableWriter;
use std::io::{self, Write};

use super::Format;
use super::style::{
    count, dash, give_names_room, named_with_regions, plain_table, share, write_within,
};
use crate::documents::{ComparisonDocument, PairDocument, write_json};
use crate::words::{Lang, division_name};

impl ComparisonDocument {
    /// Writes it in a format, a table in the language; CSV has a row per pair.
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
            "first",
            "second",
            "first_regions",
            "second_regions",
            "first_internal",
            "second_internal",
            "difference",
            "areas_compared",
            "areas_moved",
            "people_moved",
            "adjusted_rand",
            "variation_of_information",
            "variation_share",
            "homogeneity",
            "completeness",
            "v_measure",
        ])?;
        for pair in &self.pairs {
            table.write_record([
                pair.first.clone(),
                pair.second.clone(),
                pair.first_regions.to_string(),
                pair.second_regions.to_string(),
                pair.first_internal.to_string(),
                pair.second_internal.to_string(),
                pair.difference.to_string(),
                pair.areas_compared.to_string(),
                pair.areas_moved.to_string(),
                pair.people_moved.to_string(),
                pair.adjusted_rand.to_string(),
                pair.variation_of_information.to_string(),
                pair.variation_share.to_string(),
                pair.homogeneity.to_string(),
                pair.completeness.to_string(),
                pair.v_measure.to_string(),
            ])?;
        }
        table.flush()
    }

    fn write_table(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.instance.title)?;
        let mut table = plain_table(&[
            (lang.word("tty_first_second"), false),
            (lang.word("tty_commuters"), true),
            (lang.word("tty_areas_moved"), true),
            (lang.word("tty_people_moved"), true),
            (lang.word("tty_rand"), true),
            (lang.word("tty_variation"), true),
            ("V", true),
        ]);
        for pair in &self.pairs {
            table.add_row([
                // One above the other: side by side, their words would be broken.
                format!(
                    "{}\n→ {}",
                    named_with_regions(&pair.first, pair.first_regions, lang),
                    named_with_regions(&pair.second, pair.second_regions, lang),
                ),
                lang.signed(pair.difference.into()),
                pair.areas_moved.to_string(),
                count(lang, pair.people_moved),
                lang.decimal(pair.adjusted_rand, 3),
                lang.decimal(pair.variation_of_information, 3),
                lang.decimal(pair.v_measure, 3),
            ]);
        }
        give_names_room(&mut table, 0);
        writeln!(out, "{table}")?;
        write_within(lang.word("tty_note_compared"), 0, out)?;
        if !self.procedure.is_empty() {
            writeln!(out, "\n{}", lang.word("tty_procedure"))?;
        }
        for derived in &self.procedure {
            write_within(&derived.sentence(lang), 2, out)?;
        }
        if let [pair] = self.pairs.as_slice() {
            self.write_pair(pair, lang, out)?;
        }
        self.write_over_years(lang, out)
    }

    fn write_over_years(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = self.over_years.first() else { return Ok(()) };
        let years: Vec<String> = first.years.iter().map(|year| year.year.to_string()).collect();
        let mut headings = vec![
            (lang.word("tty_division"), false),
            (lang.word("tty_sum"), true),
            (lang.word("tty_behind"), true),
        ];
        headings.extend(years.iter().map(|year| (year.as_str(), true)));
        let mut table = plain_table(&headings);
        // Without the sign: the note below the table says it.
        let per_cent =
            |share: Option<f64>| share.map_or_else(dash, |share| lang.decimal(share * 100.0, 1));
        for division in &self.over_years {
            let mut row = vec![
                division_name(&division.division, lang),
                count(lang, division.sum),
                count(lang, division.regret),
            ];
            row.extend(division.years.iter().map(|year| per_cent(year.share)));
            table.add_row(row);
        }
        give_names_room(&mut table, 0);
        writeln!(out, "\n{table}")?;
        write_within(lang.word("tty_note_years"), 0, out)
    }

    fn write_pair(&self, pair: &PairDocument, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        let headings = [("moved", false), ("people", true), ("from", false), ("to", false)];
        let mut table = plain_table(
            &headings.map(|(key, is_figure)| (lang.word(&format!("tty_{key}")), is_figure)),
        );
        for moved in &pair.moved {
            let (from, to) = (moved.from.join(" + "), moved.to.join(" + "));
            let name = format!("{} ({})", moved.name, moved.code);
            table.add_row([name, count(lang, moved.population), from, to]);
        }
        if !pair.moved.is_empty() {
            writeln!(out, "\n{table}")?;
            let share = share(lang, pair.people_moved_share);
            writeln!(out, "{}", lang.say("tty_of_all", &[("share", share)]))?;
        }
        let names = |codes: &[String]| -> String {
            let name = |code: &String| self.instance.areas.get(code).cloned().unwrap_or_default();
            codes.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        for (only, codes) in [(&pair.second, &pair.joined), (&pair.first, &pair.left)] {
            if !codes.is_empty() {
                let values = [("division", division_name(only, lang)), ("names", names(codes))];
                write_within(&lang.say("tty_only_in", &values), 2, out)?;
            }
        }
        for (key, division, borders) in [
            ("tty_gained_at", &pair.first, &pair.gained),
            ("tty_lost_at", &pair.second, &pair.lost),
        ] {
            if borders.is_empty() {
                continue;
            }
            let heading = lang.say(key, &[("division", division_name(division, lang))]);
            let mut table = plain_table(&[
                (&heading, false),
                (lang.word("tty_and"), false),
                (lang.word("tty_commuters"), true),
            ]);
            for border in borders {
                let (one, other) = (side(&border.one, lang), side(&border.other, lang));
                table.add_row([one, other, count(lang, border.commuters)]);
            }
            writeln!(out, "\n{table}")?;
        }
        Ok(())
    }
}

fn side(names: &[String], lang: Lang) -> String {
    if names.is_empty() { lang.word("tty_no_region").to_owned() } else { names.join(" + ") }
}
