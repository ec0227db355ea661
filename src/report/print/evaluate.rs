//! An evaluation as CSV and as a table for reading.

use regionfront_model::cell::TableWriter;
use std::io::{self, Write};

use super::Format;
use super::style::{percent, plain_table};
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
            ("population", true),
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
        writeln!(
            out,
            "Internal: commuters between areas of the region. Supply, demand: people who live and \
             work\ninside ÷ employed residents, ÷ jobs. Valid: both at least {} from {} employed \
             residents,\n{} from {} on.\n",
            percent(Some(self.validity.small_share)),
            grouped(self.validity.small_employed),
            percent(Some(self.validity.large_share)),
            grouped(self.validity.large_employed)
        )?;
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
                writeln!(out, "{what}: {}", names.join(", "))?;
            }
        }
        if let Some(modularity) = totals.modularity {
            writeln!(out, "modularity: {modularity:.3}")?;
        }
        if !self.violations.is_empty() {
            writeln!(out, "\nrules it breaks (`regionfront check` judges the same):")?;
            for violation in &self.violations {
                writeln!(out, "  {} {}", violation.code, violation.what)?;
            }
        }
        for best in &self.against_best {
            writeln!(out, "\n{}", best.sentence())?;
        }
        Ok(())
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
