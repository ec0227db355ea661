//! Comparisons of divisions as CSV and as tables for reading.

use regionfront_model::cell::TableWriter;
use std::io::{self, Write};

use regionfront_model::quantity::grouped;

use super::Format;
use super::style::{dash, percent, plain_table, signed, write_within};
use crate::documents::{ComparisonDocument, PairDocument, write_json};

/// A share in per cent, without the sign: the note below the table says it.
fn per_cent(share: Option<f64>) -> String {
    share.map_or_else(dash, |share| format!("{:.1}", share * 100.0))
}

impl ComparisonDocument {
    /// Writes it in a format; CSV has a row per pair.
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

    fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.instance.title)?;
        let mut table = plain_table(&[
            ("first", false),
            ("second", false),
            ("commuters", true),
            ("areas moved", true),
            ("people moved", true),
            ("adj. Rand", true),
            ("var. of inf.", true),
            ("V", true),
        ]);
        for pair in &self.pairs {
            table.add_row([
                format!("{} ({})", pair.first, pair.first_regions),
                format!("{} ({})", pair.second, pair.second_regions),
                signed(pair.difference),
                pair.areas_moved.to_string(),
                grouped(pair.people_moved),
                format!("{:.3}", pair.adjusted_rand),
                format!("{:.3}", pair.variation_of_information),
                format!("{:.3}", pair.v_measure),
            ]);
        }
        writeln!(out, "{table}")?;
        write_within(
            "Commuters: internal commuting of the second less that of the first. Moved: after the \
             best matching of regions. Variation of information: nats, weighted by population.",
            0,
            out,
        )?;
        if let [pair] = self.pairs.as_slice() {
            self.write_pair(pair, out)?;
        }
        self.write_over_years(out)
    }

    fn write_over_years(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(first) = self.over_years.first() else { return Ok(()) };
        let years: Vec<String> = first.years.iter().map(|year| year.year.to_string()).collect();
        let mut headings = vec![("division", false), ("sum", true), ("behind", true)];
        headings.extend(years.iter().map(|year| (year.as_str(), true)));
        let mut table = plain_table(&headings);
        for division in &self.over_years {
            let mut row =
                vec![division.division.clone(), grouped(division.sum), grouped(division.regret)];
            row.extend(division.years.iter().map(|year| per_cent(year.share)));
            table.add_row(row);
        }
        writeln!(out, "\n{table}")?;
        write_within(
            "By year: per cent of all who commute between the areas that year and are kept inside. \
             Sum: commuters inside in all years. Behind: the most commuters less than in the best of \
             these divisions in any year.",
            0,
            out,
        )
    }

    fn write_pair(&self, pair: &PairDocument, out: &mut dyn Write) -> io::Result<()> {
        let mut table =
            plain_table(&[("moved", false), ("people", true), ("from", false), ("to", false)]);
        for moved in &pair.moved {
            let (from, to) = (moved.from.join(" + "), moved.to.join(" + "));
            let name = format!("{} ({})", moved.name, moved.code);
            table.add_row([name, grouped(moved.population), from, to]);
        }
        if !pair.moved.is_empty() {
            writeln!(out, "\n{table}")?;
            writeln!(out, "{} of all people", percent(pair.people_moved_share))?;
        }
        let names = |codes: &[String]| -> String {
            let name = |code: &String| self.instance.areas.get(code).cloned().unwrap_or_default();
            codes.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        for (only, codes) in [(&pair.second, &pair.joined), (&pair.first, &pair.left)] {
            if !codes.is_empty() {
                writeln!(out, "only in {only}: {}", names(codes))?;
            }
        }
        for (heading, borders) in [
            (format!("gained at borders of {}", pair.first), &pair.gained),
            (format!("lost at borders of {}", pair.second), &pair.lost),
        ] {
            if borders.is_empty() {
                continue;
            }
            let mut table = plain_table(&[(&heading, false), ("and", false), ("commuters", true)]);
            for border in borders {
                table.add_row([side(&border.one), side(&border.other), grouped(border.commuters)]);
            }
            writeln!(out, "\n{table}")?;
        }
        Ok(())
    }
}

fn side(names: &[String]) -> String {
    if names.is_empty() { "(no region)".to_owned() } else { names.join(" + ") }
}
