//! Fields into figures: whole people, lengths, coordinates.

use super::codes;
use super::read::{Row, Table, shorten};
use crate::defect::{Defect, Defects};
pub use crate::quantity::LARGEST;
use crate::reading::{NumberFault, Numbers, Reading};

/// A count of people, or its defect.
///
/// `whose` names the area or pair the figure belongs to.
pub(super) fn count(
    table: &Table,
    row: &Row,
    column: &str,
    whose: &str,
    defects: &mut Defects,
) -> Option<u64> {
    let text = row.get(table.required(column));
    let (code, what, cure) = match parse_count(text) {
        Ok(count) => return Some(count),
        Err(fault) => fault,
    };
    let shown = shorten(text);
    defects.push(Defect::new(
        code,
        table.at(row, column),
        format!("{whose}: `{shown}` {what}"),
        cure,
    ));
    None
}

fn parse_count(text: &str) -> Result<u64, (&'static str, &'static str, String)> {
    const WHOLE: &str = "write whole people, such as 31373, without signs or separators";
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if all_digits(text) {
        return text.parse().ok().filter(|&count| count <= LARGEST).ok_or_else(|| {
            (codes::OVERFLOW, "is more than 10^15 people", "check the figure".to_owned())
        });
    }
    if text.is_empty() {
        return Err((
            codes::NOT_A_COUNT,
            "is empty",
            "write the figure, or 0 where it is nil".into(),
        ));
    }
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}'])
        && rest.parse::<f64>().is_ok_and(f64::is_finite)
    {
        return Err((
            codes::NEGATIVE,
            "is negative",
            "people are counted from 0 up; leave a flow that is unknown out".into(),
        ));
    }
    let number = text.parse::<f64>().ok().filter(|value| !value.is_nan());
    match number {
        Some(value) if value.is_infinite() => {
            Err((codes::OVERFLOW, "is more than 10^15 people", "check the figure".into()))
        }
        Some(_) if is_open(text) => Err((
            codes::FRACTIONAL,
            "is not written as a whole number",
            "write whole people without a sign: a point may stand between thousands or before \
             decimals"
                .to_owned(),
        )),
        Some(_) => {
            let whole = text.split_once('.').filter(|(whole, fraction)| {
                all_digits(whole) && fraction.bytes().all(|byte| byte == b'0')
            });
            let cure = match whole {
                Some((whole, _)) => format!("write `{whole}`"),
                None => "round it to whole people".to_owned(),
            };
            Err((codes::FRACTIONAL, "is not written as a whole number", cure))
        }
        None => Err((codes::NOT_A_COUNT, "is not a number", WHOLE.into())),
    }
}

/// Whether a figure can be one of two numbers, as `1.000` can.
fn is_open(text: &str) -> bool {
    matches!(Numbers::default().read(text), Reading::Wrong(NumberFault::Ambiguous(..)))
}

/// A decimal number of an optional column within a closed range; `None` when it is empty or wrong.
pub(super) fn measure(
    table: &Table,
    row: &Row,
    column: &str,
    range: std::ops::RangeInclusive<f64>,
    whose: &str,
    defects: &mut Defects,
) -> Option<f64> {
    let text = row.get_or_empty(table.column(column));
    if text.is_empty() {
        return None;
    }
    // NaN lies in no range.
    let value = text.parse::<f64>().ok().filter(|value| range.contains(value));
    if value.is_none() {
        let (low, high) = (range.start(), range.end());
        let bounds = if *high < f64::MAX {
            format!("from {low} to {high}")
        } else {
            format!("of at least {low}")
        };
        defects.push(Defect::new(
            codes::NOT_A_MEASURE,
            table.at(row, column),
            format!("{whose}: `{}` is not a number {bounds}", shorten(text)),
            "write a decimal number with a point, such as 16.3, or leave the field empty",
        ));
    }
    value
}

/// Adds up counts and reports a sum above [`LARGEST`] once.
pub(super) fn checked_sum(at: &str, counts: impl IntoIterator<Item = u64>, defects: &mut Defects) {
    let mut sum = 0_u64;
    for count in counts {
        sum = match sum.checked_add(count) {
            Some(sum) if sum <= LARGEST => sum,
            _ => {
                defects.push(Defect::new(
                    codes::OVERFLOW,
                    at,
                    "the figures add up to more than 10^15 people",
                    "check for a figure that is far too large",
                ));
                return;
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_whole_people_within_the_limit() {
        assert_eq!(parse_count("0"), Ok(0));
        assert_eq!(parse_count("007"), Ok(7));
        assert_eq!(parse_count("1000000000000000"), Ok(LARGEST));
        let code = |text| parse_count(text).expect_err("not a count").0;
        for (text, expected) in [
            ("1000000000000001", codes::OVERFLOW),
            ("18446744073709551616", codes::OVERFLOW),
            ("1e999", codes::OVERFLOW),
            ("inf", codes::OVERFLOW),
            ("-1", codes::NEGATIVE),
            ("\u{2212}1", codes::NEGATIVE),
            ("-0.5", codes::NEGATIVE),
            ("0.5", codes::FRACTIONAL),
            ("1e3", codes::FRACTIONAL),
            ("", codes::NOT_A_COUNT),
            ("NaN", codes::NOT_A_COUNT),
            ("1,000", codes::NOT_A_COUNT),
            ("0x10", codes::NOT_A_COUNT),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sum_may_reach_the_limit_and_not_pass_it() {
        let found = |counts: &[u64]| {
            let mut defects = Defects::default();
            checked_sum("here", counts.iter().copied(), &mut defects);
            defects.0.len()
        };
        assert_eq!(found(&[LARGEST - 1, 1]), 0);
        assert_eq!(found(&[LARGEST, 1, 1]), 1, "once");
        assert_eq!(found(&[u64::MAX, u64::MAX]), 1);
    }
}
