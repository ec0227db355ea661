//! Explanations of impossibility as text.

use std::io::{self, Write};

use super::style::{share, write_within};
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
                return write_within(
                    &format!("k = {k}: {}", lang.word("explain_feasible")),
                    2,
                    out,
                );
            }
            VerdictDocument::Undecided => {
                return write_within(
                    &format!("k = {k}: {}", lang.word("explain_undecided")),
                    2,
                    out,
                );
            }
            VerdictDocument::Infeasible => {}
        }
        match previous.filter(|previous| previous.rules == self.rules && !self.rules.is_empty()) {
            Some(previous) => {
                let values = [("k", previous.k.to_string())];
                write_within(&format!("k = {k}: {}", lang.say("explain_as", &values)), 2, out)?;
            }
            None => self.write_conflict(lang, out)?,
        }
        for relaxation in &self.relaxations {
            write_within(&format!("  - {}", relaxation.text), 4, out)?;
            let outcome = relaxation.outcome(lang, &share(lang, relaxation.share));
            write_within(&format!("    ({outcome})"), 5, out)?;
        }
        if self.relaxations.is_empty() {
            write_within(&format!("  {}", lang.word("explain_no_way")), 2, out)?;
        }
        if !self.complete {
            write_within(&format!("  ({})", lang.word("explain_incomplete")), 3, out)?;
        }
        Ok(())
    }

    fn write_conflict(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        write_within(&format!("k = {}: {}.", self.k, self.summary), 2, out)?;
        for reason in &self.reasons {
            write_within(&format!("  {} {reason}", lang.word("explain_because")), 4, out)?;
        }
        if let Some(need) = self.need(lang) {
            write_within(&format!("  {need}"), 2, out)?;
        }
        Ok(())
    }
}
