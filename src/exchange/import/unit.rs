//! What a figure of a table counts: one person, or so many as its words say.

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::says_unit;

use super::exchange_codes;

/// Refuses a table one of whose texts says that its figures do not count single people, unless it was said
/// what they count.
pub(super) fn refuse<'a>(
    file: &str,
    texts: impl IntoIterator<Item = &'a str>,
    unit: Option<u64>,
) -> Result<(), Defects> {
    let said = texts.into_iter().find(|text| says_unit(text)).filter(|_| unit.is_none());
    let Some(said) = said else { return Ok(()) };
    let what = format!("by its words its figures do not count single people: `{}`", shorten(said));
    let cure = "say how many people 1 counts for: --unit 1000 for thousands, --unit 1 where they are \
                people after all; rates are no numbers of people";
    Err(Defect::new(exchange_codes::AMBIGUOUS, file, what, cure).into())
}

/// What was asked for, for the account.
pub(super) fn note(unit: Option<u64>) -> Option<String> {
    let unit = unit.filter(|&unit| unit != 1)?;
    Some(format!(
        "every 1 counts for {} people, as asked",
        regionfront_model::quantity::grouped(unit)
    ))
}
