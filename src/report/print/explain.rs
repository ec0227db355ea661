//! Explanations of impossibility as text.

use std::io::{self, Write};

use regionfront_model::quantity::grouped;

use super::style::percent;
use crate::documents::{ExplanationDocument, RelaxationDocument, VerdictDocument};

impl ExplanationDocument {
    /// Writes it for reading. `previous` is the explanation printed before, whose conflict is not
    /// repeated.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_text(&self, previous: Option<&Self>, out: &mut dyn Write) -> io::Result<()> {
        let k = self.k;
        match self.verdict {
            VerdictDocument::Feasible => {
                return writeln!(out, "k = {k}: feasible, nothing to explain");
            }
            VerdictDocument::Undecided => {
                return writeln!(out, "k = {k}: not decided in time whether there is a plan");
            }
            VerdictDocument::Infeasible => {}
        }
        match previous.filter(|previous| previous.rules == self.rules && !self.rules.is_empty()) {
            Some(previous) => writeln!(out, "k = {k}: as for k = {}", previous.k)?,
            None => self.write_conflict(out)?,
        }
        for relaxation in &self.relaxations {
            writeln!(out, "  - {}", relaxation.text)?;
            writeln!(out, "    ({})", relaxation.outcome())?;
        }
        if self.relaxations.is_empty() {
            writeln!(out, "  no way out was found")?;
        }
        if !self.complete {
            writeln!(out, "  (not searched to the end: more time may find more)")?;
        }
        Ok(())
    }

    fn write_conflict(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "k = {}: {}.", self.k, self.summary)?;
        for reason in &self.reasons {
            writeln!(out, "  because {reason}")?;
        }
        match (self.irreducible, self.rules.len()) {
            (true, 0 | 1) => {}
            (true, 2) => writeln!(out, "  Without either of these rules there is a plan.")?,
            (true, _) => writeln!(out, "  Without any one of these rules there is a plan.")?,
            (false, _) => {
                writeln!(out, "  Perhaps some of these rules alone conflict: not proven in time.")?;
            }
        }
        Ok(())
    }
}

impl RelaxationDocument {
    /// What it leads to, in words.
    fn outcome(&self) -> String {
        let regions = if self.k == 1 {
            format!("1 region of {} people", grouped(self.max_population))
        } else {
            format!(
                "{} regions of {} to {} people",
                self.k,
                grouped(self.min_population),
                grouped(self.max_population)
            )
        };
        let proven = if self.proven_optimal { "" } else { ", perhaps more" };
        format!(
            "{regions}; {} commuters inside, {}{proven}",
            grouped(self.objective),
            percent(self.share)
        )
    }
}
