//! Units of measure. Commuters and persons are whole people: sums are exact, plans compare with `==`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Persons commuting between two places, by registered residence and workplace.
///
/// An integer, so that objectives of plans compare with `==` and a bound that lies less than one
/// commuter above an incumbent proves it optimal.
pub type Commuters = u64;

/// Persons: population, employed residents or jobs.
pub type Persons = u64;

/// A share between 0 and 1, held exactly in millionths.
///
/// Thresholds on self-containment are compared as integers, `part * 1_000_000 >= millionths *
/// whole`, so that no region passes or fails by rounding.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share {
    millionths: u32,
}

impl Share {
    /// Millionths in a whole.
    pub const ONE: u32 = 1_000_000;

    /// The share of that many millionths, or `None` above one.
    pub fn from_millionths(millionths: u32) -> Option<Self> {
        (millionths <= Self::ONE).then_some(Self { millionths })
    }

    /// How many millionths.
    pub fn millionths(self) -> u32 {
        self.millionths
    }

    /// Whether `part` of `whole` reaches this share. A whole of zero reaches every share.
    pub fn is_reached_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(Self::ONE) >= u128::from(self.millionths) * u128::from(whole)
    }
}

impl From<Share> for f64 {
    fn from(share: Share) -> f64 {
        f64::from(share.millionths) / f64::from(Share::ONE)
    }
}

impl TryFrom<f64> for Share {
    type Error = String;

    fn try_from(value: f64) -> Result<Self, String> {
        if !(0.0..=1.0).contains(&value) {
            return Err(format!("a share lies between 0 and 1, not {value}"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the value was just checked to lie in 0..=1, so the product fits"
        )]
        let millionths = (value * f64::from(Self::ONE)).round() as u32;
        Ok(Self { millionths })
    }
}

impl FromStr for Share {
    type Err = String;

    /// Reads `0.65` or `65%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (number, scale) = match text.trim().strip_suffix('%') {
            Some(percent) => (percent.trim(), 0.01),
            None => (text.trim(), 1.0),
        };
        let value: f64 =
            number.parse().map_err(|_| format!("`{text}` is not a share such as 0.65 or 65%"))?;
        Self::try_from(value * scale)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(*self))
    }
}

/// A whole number with a comma every three digits, as messages show figures: `20,532`.
pub fn grouped(number: impl Into<u128>) -> String {
    let digits = number.into().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time as people write it: seconds, or a number with `s`, `m` or `h`.
///
/// # Errors
/// What is not a time, with examples of what is.
pub fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1.0),
        Some((at, 'm')) => (&text[..at], 60.0),
        Some((at, 'h')) => (&text[..at], 3600.0),
        _ => (text, 1.0),
    };
    number
        .trim()
        .parse::<f64>()
        .ok()
        .and_then(|number| Duration::try_from_secs_f64(number * unit).ok())
        .ok_or_else(|| format!("`{text}` is not a time such as 60, 1.5, 90s, 5m or 2h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_grouped_by_thousands() {
        let texts = [0_u64, 999, 1000, 20_532, 1_241_165].map(grouped);
        assert_eq!(texts, ["0", "999", "1,000", "20,532", "1,241,165"]);
    }

    #[test]
    fn a_share_is_compared_without_rounding() {
        let two_thirds: Share = "0.666667".parse().expect("a share");
        assert!(!two_thirds.is_reached_by(2, 3), "0.666666… is below 0.666667");
        let share: Share = "66.6666%".parse().expect("a share");
        assert!(share.is_reached_by(2, 3));
    }

    #[test]
    fn shares_outside_zero_to_one_are_refused() {
        assert!("1.01".parse::<Share>().is_err());
        assert!("-0.1".parse::<Share>().is_err());
        assert!("NaN".parse::<Share>().is_err());
        assert!("half".parse::<Share>().is_err());
    }

    #[test]
    fn times_may_have_a_unit() {
        assert_eq!(duration("1.5"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        assert!(duration("-1").is_err());
        assert!(duration("soon").is_err());
        assert!(duration("1e300").is_err());
        assert!(duration("").is_err());
    }
}
