//! Derivations as text, and divisions as files of their own.

use regionfront_model::cell::TableWriter;
use std::io::{self, Write};

use regionfront_model::quantity::grouped;
use regionfront_solver::job::{SolutionStatus, Termination};

use super::curve::how_far_proven;
use super::style::{plain_table, seconds, write_within};
use crate::documents::{DerivationDocument, DivisionDocument, InstanceDocument};
use crate::words::{Lang, division_name};

impl DerivationDocument {
    /// Writes what was done and why, for reading.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let from = division_name(&self.from, Lang::En);
        writeln!(out, "{}, from {from}", self.instance.title)?;
        let mut table =
            plain_table(&[("step", false), ("regions", true), ("commuters inside", true)]);
        for stage in &self.stages {
            let inside = grouped(stage.internal_commuting);
            let step = step_in_words(&stage.step, stage.max_moved);
            table.add_row([step, stage.regions.to_string(), inside]);
        }
        writeln!(out, "{table}")?;
        for decision in &self.decisions {
            let area = decision.name.as_deref().zip(decision.code.as_deref());
            let area = area.map_or_else(String::new, |(name, code)| format!("{name} ({code}): "));
            let from = match decision.from.as_slice() {
                [] => "no region".to_owned(),
                names => names.join(" + "),
            };
            let change = match &decision.to {
                Some(to) => format!("{from} → {to}"),
                None => format!("{from}, unchanged"),
            };
            write_within(&format!("{}: {area}{change}", decision.step), 4, out)?;
            write_within(&format!("    {}", decision.why), 4, out)?;
        }
        if !self.solved.is_empty() {
            let mut table = plain_table(&[
                ("solved", false),
                ("regions", true),
                ("may move", true),
                ("moved", true),
                ("status", false),
                ("commuters inside", true),
                ("bound", true),
                ("time", true),
            ]);
            for solved in &self.solved {
                let cell =
                    |number: Option<usize>| number.map_or_else(String::new, |n| n.to_string());
                let figure = |figure: Option<u64>| figure.map_or_else(|| "–".to_owned(), grouped);
                table.add_row([
                    solved.step.clone(),
                    solved.k.to_string(),
                    cell(solved.max_moved),
                    cell(solved.moved),
                    match solved.solution {
                        SolutionStatus::ProvenOptimal => "proven optimal".to_owned(),
                        _ => solved.termination.word().replace('_', " "),
                    },
                    figure(solved.objective),
                    figure(solved.bound),
                    seconds(solved.wall_s),
                ]);
            }
            writeln!(out, "\n{table}")?;
            let curve = self.solved.iter().filter_map(|solved| {
                let ends = [Termination::Optimal, Termination::Infeasible];
                Some((solved.max_moved?, ends.contains(&solved.termination), solved.bound))
            });
            if let Some(words) = how_far_proven(&curve.collect::<Vec<_>>()) {
                write_within(&words, 0, out)?;
            }
        }
        for solved in &self.solved {
            if let Some(reason) = &solved.reason {
                let told = format!("{}, {} regions: {reason}", solved.step, solved.k);
                write_within(&told, 2, out)?;
            }
        }
        for division in &self.divisions {
            writeln!(out, "\n{}", division_name(&division.name, Lang::En))?;
            for (region, number) in division.regions.iter().zip(1..) {
                let names = region.areas.iter().map(|code| self.instance.areas.get(code));
                let names: Vec<&str> = names.flatten().map(String::as_str).collect();
                let told = format!("{number:>3} {}: {}", region.name, names.join(", "));
                write_within(&told, 4, out)?;
            }
        }
        Ok(())
    }
}

impl DivisionDocument {
    /// Writes it as a division file: `code,region,name`.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_csv(&self, instance: &InstanceDocument, out: &mut dyn Write) -> io::Result<()> {
        let mut table = TableWriter::new(out);
        table.write_record(["code", "region", "name"])?;
        for region in &self.regions {
            for code in &region.areas {
                let name = instance.areas.get(code).map_or("", String::as_str);
                table.write_record([code, &region.name, name])?;
            }
        }
        table.flush()
    }
}

/// A step, with how many areas could move where that is told.
pub(crate) fn step_in_words(step: &str, max_moved: Option<usize>) -> String {
    max_moved.map_or_else(|| step.to_owned(), |moved| format!("{step}, at most {moved} moved"))
}
