//! Units of measure. Commuters and persons are whole people: sums are exact, plans compare with `==`.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Persons commuting between two places, by registered residence and workplace.
///
/// An integer, so that objectives of plans compare with `==` and a bound that lies less than one
/// commuter above an incumbent proves it optimal.
pub type Commuters = u64;

/// Persons: population, employed residents or jobs.
pub type Persons = u64;

/// The largest count, and the largest sum of a column. Far above any population, and far below
/// 2^53, so that sums neither overflow nor lose a person where a solver reckons in floating point.
pub const LARGEST: u64 = 1_000_000_000_000_000;

/// A share between 0 and 1, held exactly as it was written: a decimal is a fraction.
///
/// Thresholds on self-containment are compared as integers, `part × whole of the share ≥ part of the
/// share × whole`, so that no region passes or fails by rounding. At most [`Share::MOST_PLACES`]
/// decimal places are kept; more are refused, never rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    part: u64,
    /// A power of ten, the smallest that does.
    whole: u64,
}

impl Share {
    /// Most decimal places: tenth powers up to this one fit 64 bits.
    pub const MOST_PLACES: usize = 18;

    /// Millionths in a whole.
    pub const MILLION: u32 = 1_000_000;

    /// The share of that many millionths, or `None` above one.
    pub fn from_millionths(millionths: u32) -> Option<Self> {
        (millionths <= Self::MILLION).then(|| Self::lowest(millionths.into(), Self::MILLION.into()))
    }

    /// The least number of whole millionths that reaches this share.
    pub fn millionths_up(self) -> u32 {
        let scaled = u128::from(self.part) * u128::from(Self::MILLION);
        u32::try_from(scaled.div_ceil(self.whole.into())).unwrap_or(Self::MILLION)
    }

    /// Numerator and denominator.
    pub fn fraction(self) -> (u64, u64) {
        (self.part, self.whole)
    }

    /// Whether `part` of `whole` reaches this share. A whole of zero reaches every share. Exact for
    /// numbers up to 2^64.
    pub fn is_reached_by(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(self.whole) >= u128::from(self.part) * u128::from(whole)
    }

    fn lowest(mut part: u64, mut whole: u64) -> Self {
        while whole > 1 && part.is_multiple_of(10) {
            part /= 10;
            whole /= 10;
        }
        Self { part, whole }
    }

    /// Reads a decimal number, with or without an exponent, times ten to some power.
    fn decimal(text: &str, power: i32) -> Option<Result<Self, String>> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text, 0_i32),
        };
        let mantissa = mantissa.strip_prefix('+').unwrap_or(mantissa);
        let (whole, places) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{places}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // The number is `digits × 10^power`.
        let places = i32::try_from(places.len()).ok()?;
        let power = exponent.checked_add(power)?.checked_sub(places)?;
        let ended = digits.trim_end_matches('0');
        let zeros = i32::try_from(digits.len() - ended.len()).ok()?;
        let power = power.checked_add(zeros)?;
        let significant = ended.trim_start_matches('0');
        if significant.is_empty() {
            return Some(Ok(Self::default()));
        }
        let size = i32::try_from(significant.len()).ok()?.checked_add(power)?;
        if size > 1 || (size == 1 && (significant != "1" || power != 0)) {
            return Some(Err(format!("a share lies between 0 and 1, not {text}")));
        }
        let places = usize::try_from(power.checked_neg()?).ok()?;
        if places > Self::MOST_PLACES {
            return Some(Err(format!(
                "a share has at most {} decimal places, and `{text}` has {places}",
                Self::MOST_PLACES
            )));
        }
        let whole = 10_u64.pow(u32::try_from(places).ok()?);
        Some(Ok(Self { part: significant.parse().ok()?, whole }))
    }
}

impl Default for Share {
    fn default() -> Self {
        Self { part: 0, whole: 1 }
    }
}

impl Ord for Share {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u128::from(self.part) * u128::from(other.whole);
        left.cmp(&(u128::from(other.part) * u128::from(self.whole)))
    }
}

impl PartialOrd for Share {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Share> for f64 {
    #[expect(clippy::cast_precision_loss, reason = "for people; comparisons are exact")]
    fn from(share: Share) -> f64 {
        share.part as f64 / share.whole as f64
    }
}

impl TryFrom<f64> for Share {
    type Error = String;

    /// The shortest decimal that reads as this number: what people wrote, up to 15 digits.
    fn try_from(value: f64) -> Result<Self, String> {
        if !(0.0..=1.0).contains(&value) {
            return Err(format!("a share lies between 0 and 1, not {value}"));
        }
        value.abs().to_string().parse()
    }
}

impl FromStr for Share {
    type Err = String;

    /// Reads `0.65` or `65%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (number, power) = match text.strip_suffix('%') {
            Some(percent) => (percent.trim(), -2),
            None => (text, 0),
        };
        if number.strip_prefix('-').is_some_and(|rest| rest.parse::<f64>().is_ok()) {
            return Err(format!("a share lies between 0 and 1, not {text}"));
        }
        Self::decimal(number, power)
            .unwrap_or_else(|| Err(format!("`{text}` is not a share such as 0.65 or 65%")))
    }
}

impl fmt::Display for Share {
    /// The decimal, all its places.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.whole.ilog10() as usize;
        if places == 0 {
            return write!(f, "{}", self.part);
        }
        write!(f, "0.{:0places$}", self.part)
    }
}

/// A number where that reads back as the same share, else a text.
impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = f64::from(*self);
        if Self::try_from(number).as_ref() == Ok(self) {
            serializer.serialize_f64(number)
        } else {
            serializer.serialize_str(&self.to_string())
        }
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShareVisitor)
    }
}

struct ShareVisitor;

impl Visitor<'_> for ShareVisitor {
    type Value = Share;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share between 0 and 1, such as 0.65 or \"65%\"")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Share, E> {
        Share::try_from(value).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Share, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Share, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Share, E> {
        text.parse().map_err(E::custom)
    }
}

impl JsonSchema for Share {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Share".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A share: a number, or a text with all its decimal places or in per cent.",
            "anyOf": [
                { "type": "number", "minimum": 0, "maximum": 1 },
                { "type": "string", "pattern": "^[0-9.]+([eE][-+]?[0-9]+)? ?%?$" },
            ],
        })
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
        for text in ["66.6666%", "0.6666666", "0.666666666666666666", "6666666.6e-7"] {
            let share: Share = text.parse().expect("a share");
            assert!(share.is_reached_by(2, 3), "{text} is below 2/3");
        }
        let above: Share = "0.666666666666666667".parse().expect("a share");
        assert!(!above.is_reached_by(2, 3));
        assert!(above.is_reached_by(1, 1) && above.is_reached_by(0, 0));
    }

    #[test]
    fn a_share_is_the_decimal_it_was_written_as() {
        for (text, fraction, shown) in [
            ("0.650", (65, 100), "0.65"),
            ("65%", (65, 100), "0.65"),
            (".5", (5, 10), "0.5"),
            ("1", (1, 1), "1"),
            ("1.000", (1, 1), "1"),
            ("100%", (1, 1), "1"),
            ("0", (0, 1), "0"),
            ("0.0%", (0, 1), "0"),
            ("1e-6", (1, 1_000_000), "0.000001"),
            ("0.081633", (81_633, 1_000_000), "0.081633"),
        ] {
            let share: Share = text.parse().expect("a share");
            assert_eq!((share.fraction(), share.to_string().as_str()), (fraction, shown), "{text}");
            let again: Share = shown.parse().expect("a share");
            assert_eq!(again, share, "{text}");
        }
        assert!("0.0000000000000000001".parse::<Share>().is_err(), "19 places");
        let (less, more): (Share, Share) =
            ("0.3".parse().expect("a share"), "0.30000000000000004".parse().expect("a share"));
        assert!(less < more && less == Share::try_from(0.3).expect("a share"));
        assert_eq!([less, more].map(Share::millionths_up), [300_000, 300_001]);
    }

    #[test]
    fn shares_of_many_places_are_written_as_text() {
        let json = |text: &str| {
            let share: Share = text.parse().expect("a share");
            let json = serde_json::to_string(&share).expect("it can be written");
            assert_eq!(serde_json::from_str::<Share>(&json).ok(), Some(share), "{text}");
            json
        };
        assert_eq!(json("0.65"), "0.65");
        assert_eq!(json("0.666666666666666666"), "\"0.666666666666666666\"");
        assert_eq!(serde_json::from_str::<Share>("1").ok(), "1".parse().ok());
        assert!(serde_json::from_str::<Share>("-0.5").is_err());
    }

    #[test]
    fn shares_outside_zero_to_one_are_refused() {
        assert!("1.01".parse::<Share>().is_err());
        assert!("10".parse::<Share>().is_err());
        assert!("2".parse::<Share>().is_err());
        assert!("101%".parse::<Share>().is_err());
        assert!("".parse::<Share>().is_err());
        assert!(".".parse::<Share>().is_err());
        assert!("1e99999999999".parse::<Share>().is_err());
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
