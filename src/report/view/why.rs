//! Why there is no plan, in the language of the report.

use regionfront_model::norwegian;

use super::{WayView, WhyView};
use crate::documents::{ExplanationDocument, VerdictDocument};
use crate::run::RecordedFront;
use crate::words::{Lang, upper_first};

/// Why nothing stands for a front, in a sentence or several without a full stop. What no Norwegian is
/// known for is left out of a page in Norwegian.
pub(super) fn reason(front: &RecordedFront, lang: Lang) -> Option<String> {
    let reason = front.reason.as_deref()?;
    match lang {
        Lang::En => Some(reason.to_owned()),
        Lang::Nb => norwegian::sentences(reason),
    }
}

/// Which rules conflict and what would help.
pub(super) fn explanation(explanation: &ExplanationDocument, lang: Lang) -> Option<WhyView> {
    if explanation.verdict != VerdictDocument::Infeasible {
        return None;
    }
    let said = explanation.clone().in_lang(lang);
    let ways = said.relaxations.iter().map(|way| {
        let share = way.share.map_or_else(|| "–".to_owned(), |share| lang.percent(share));
        WayView { text: upper_first(&way.text), outcome: way.outcome(lang, &share) }
    });
    Some(WhyView {
        ways: ways.collect(),
        need: said.need(lang).unwrap_or_default().to_owned(),
        conflict: said.summary,
        reasons: said.reasons.iter().map(|reason| upper_first(reason)).collect(),
        complete: said.complete,
    })
}
