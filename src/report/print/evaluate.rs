//! An evaluation as CSV and as a table for reading.

use regionfront_model::cell::TableWriter;
use std::io::{self, Write};

use super::Format;
use comfy_table::Table;

use super::style::{dash, percent, plain_table, signed, write_within};
use crate::documents::{AgainstBestDocument, EvaluationDocument, write_json};
use regionfront_model::quantity::grouped;
use regionfront_solver::job::SolutionStatus;

impl EvaluationDocument {
    /// Writes it in a format; CSV has a row per region.
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

    fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let totals = &self.totals;
        writeln!(out, "{} in {}", self.division, self.instance.title)?;
        let mut table = plain_table(&[
            ("", true),
            ("region", false),
            ("areas", true),
            ("people", true),
            ("jobs", true),
            ("internal", true),
            ("supply", true),
            ("demand", true),
            ("valid", false),
        ]);
        for region in &self.regions {
            let figures = &region.figures;
            table.add_row([
                figures.id.to_string(),
                figures.name.clone(),
                figures.areas.len().to_string(),
                grouped(figures.population),
                grouped(figures.jobs),
                grouped(figures.internal_commuting),
                percent(figures.supply_self_containment),
                percent(figures.demand_self_containment),
                if region.valid { "yes" } else { "no" }.to_owned(),
            ]);
        }
        writeln!(out, "{table}")?;
        let terms = format!(
            "Internal: commuters between areas of the region. Supply, demand: people who live and \
             work inside ÷ employed residents, ÷ jobs. Valid, as a labour market of its own: both \
             at least {} from {} employed residents, {} from {} on.",
            percent(Some(self.validity.small_share)),
            grouped(self.validity.small_employed),
            percent(Some(self.validity.large_share)),
            grouped(self.validity.large_employed)
        );
        write_within(&terms, 0, out)?;
        writeln!(out)?;
        writeln!(
            out,
            "internal commuting: {} of {} between areas ({})",
            grouped(totals.internal_commuting),
            grouped(self.instance.commuters_between_areas),
            percent(totals.share)
        )?;
        writeln!(
            out,
            "covered: {} of {} areas ({}), {} people ({})",
            totals.areas_covered,
            self.instance.areas.len(),
            percent(totals.areas_covered_share),
            grouped(totals.population_covered),
            percent(totals.population_covered_share)
        )?;
        for (what, names) in [
            ("in several regions", self.names(&totals.double_members)),
            ("in no region", self.names(&totals.outside)),
            ("not contiguous", totals.not_contiguous.iter().map(String::as_str).collect()),
            ("across counties", totals.county_crossings.iter().map(String::as_str).collect()),
            ("not valid", totals.not_valid.iter().map(String::as_str).collect()),
        ] {
            if !names.is_empty() {
                write_within(&format!("{what}: {}", names.join(", ")), 2, out)?;
            }
        }
        if let Some(modularity) = totals.modularity {
            writeln!(out, "modularity: {modularity:.3}")?;
        }
        if !self.violations.is_empty() {
            writeln!(out, "\nrules it breaks (`regionfront check` judges the same):")?;
            for violation in &self.violations {
                write_within(&format!("{} {}", violation.code, violation.what), 4, out)?;
            }
        }
        for best in &self.against_best {
            writeln!(out)?;
            write_within(&best.sentence(), 0, out)?;
        }
        if !self.over_years.is_empty() {
            writeln!(out, "\n{}", self.years_table())?;
        }
        Ok(())
    }
}

impl EvaluationDocument {
    /// What it holds year by year.
    fn years_table(&self) -> Table {
        let mut table = plain_table(&[
            ("year", true),
            ("commuters inside", true),
            ("of", true),
            ("share", true),
            ("rules broken", true),
            ("best there is", true),
            ("lost", true),
        ]);
        for year in &self.over_years {
            let mark = if year.best_is_proven { "" } else { "*" };
            let lost = year
                .best
                .map(|best| signed(year.internal_commuting.cast_signed() - best.cast_signed()));
            table.add_row([
                year.year.to_string(),
                grouped(year.internal_commuting),
                grouped(year.commuters_between_areas),
                percent(year.share),
                year.violations.len().to_string(),
                year.best.map_or_else(dash, |best| format!("{}{mark}", grouped(best))),
                lost.unwrap_or_else(dash),
            ]);
        }
        table
    }
}

impl AgainstBestDocument {
    /// The comparison as a sentence.
    fn sentence(&self) -> String {
        let Some((objective, lost)) = self.objective.zip(self.lost) else {
            let reason = self.reason.as_deref().unwrap_or("no plan is known");
            return format!("best with {} regions: {}: {reason}", self.k, self.termination);
        };
        let word = match self.solution {
            SolutionStatus::ProvenOptimal => "best",
            _ => "best known",
        };
        let share = percent(self.lost_share.map(f64::abs));
        let distance = if lost < 0 {
            format!("the division holds {} more ({share})", grouped(lost.unsigned_abs()))
        } else {
            format!("the division loses {} of them ({share})", grouped(lost.unsigned_abs()))
        };
        format!(
            "{word} with {} regions under these rules: {} ({}); {distance}",
            self.k,
            grouped(objective),
            percent(self.share)
        )
    }
}
