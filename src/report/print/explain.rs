//! Explanations of impossibility as text.

use std::io::{self, Write};

use super::style::share;
use crate::documents::{ExplanationDocument, VerdictDocument};
use crate::words::Lang;

impl ExplanationDocument {
    /// Writes it for reading; its own texts are in the language already. `previous` is the explanation
    /// printed before, whose conflict is not repeated.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write_text(
        &self,
        previous: Option<&Self>,
        lang: Lang,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let k = self.k;
        match self.verdict {
            VerdictDocument::Feasible => {
                return writeln!(out, "k = {k}: {}", lang.word("explain_feasible"));
            }
            VerdictDocument::Undecided => {
                return writeln!(out, "k = {k}: {}", lang.word("explain_undecided"));
            }
            VerdictDocument::Infeasible => {}
        }
        match previous.filter(|previous| previous.rules == self.rules && !self.rules.is_empty()) {
            Some(previous) => {
                let values = [("k", previous.k.to_string())];
                writeln!(out, "k = {k}: {}", lang.say("explain_as", &values))?;
            }
            None => self.write_conflict(lang, out)?,
        }
        for relaxation in &self.relaxations {
            writeln!(out, "  - {}", relaxation.text)?;
            writeln!(out, "    ({})", relaxation.outcome(lang, &share(lang, relaxation.share)))?;
        }
        if self.relaxations.is_empty() {
            writeln!(out, "  {}", lang.word("explain_no_way"))?;
        }
        if !self.complete {
            writeln!(out, "  ({})", lang.word("explain_incomplete"))?;
        }
        Ok(())
    }

    fn write_conflict(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "k = {}: {}.", self.k, self.summary)?;
        for reason in &self.reasons {
            writeln!(out, "  {} {reason}", lang.word("explain_because"))?;
        }
        if let Some(need) = self.need(lang) {
            writeln!(out, "  {need}")?;
        }
        Ok(())
    }
}
