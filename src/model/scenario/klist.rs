//! Lists of region counts: `9`, `6..13`, `6,8,9,12..13`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Region counts to solve for: ascending, no repeats, none zero, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KList(pub Vec<usize>);

impl KList {
    /// No question asks for more counts than this; a longer list is a slip of the pen.
    const LONGEST: usize = 10_000;
}

impl FromStr for KList {
    type Err = String;

    /// Reads counts and ranges separated by commas; both ends of a range belong to it.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut counts = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (first, last) = match part.split_once("..") {
                Some((first, last)) => (count(text, first)?, count(text, last)?),
                None => (count(text, part)?, count(text, part)?),
            };
            if first > last {
                return Err(format!("the range `{part}` is upside down: use {last}..{first}"));
            }
            if last - first >= Self::LONGEST || counts.len() + (last - first) >= Self::LONGEST {
                return Err(format!("`{text}` asks for more than {} region counts", Self::LONGEST));
            }
            counts.extend(first..=last);
        }
        counts.sort_unstable();
        counts.dedup();
        Ok(Self(counts))
    }
}

fn count(text: &str, part: &str) -> Result<usize, String> {
    match part.trim().parse() {
        Ok(0) => Err("a plan has at least one region: k = 0 has no meaning".into()),
        Ok(count) => Ok(count),
        Err(_) => Err(format!(
            "`{text}` is not a list of region counts; write 9, or 6..13 (both ends included), \
             or 6,8,9,12..13"
        )),
    }
}

impl fmt::Display for KList {
    /// The shortest list that reads back as the same: `6..13`, `6,8,9,12,13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, run) in self.0.chunk_by(|a, b| a + 1 == *b).enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            match run {
                [only] => write!(f, "{only}")?,
                [first, .., last] => write!(f, "{first}..{last}")?,
                [] => {}
            }
        }
        Ok(())
    }
}

impl Serialize for KList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountOrText;

        impl Visitor<'_> for CountOrText {
            type Value = KList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a region count such as 9, or a list such as \"6..13\"")
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<KList, E> {
                value.to_string().parse().map_err(E::custom)
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<KList, E> {
                value.to_string().parse().map_err(E::custom)
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<KList, E> {
                value.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(CountOrText)
    }
}

impl JsonSchema for KList {
    fn schema_name() -> Cow<'static, str> {
        "KList".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Region counts: 9, \"6..13\" (both ends included) or \"6,8,9,12..13\"",
            "anyOf": [
                { "type": "integer", "minimum": 1 },
                {
                    "type": "string",
                    "pattern": r"^ *[0-9]+ *(\.\. *[0-9]+ *)?(, *[0-9]+ *(\.\. *[0-9]+ *)?)*$"
                }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<usize>, String> {
        text.parse::<KList>().map(|list| list.0)
    }

    #[test]
    fn counts_and_ranges_are_sorted_without_repeats() {
        assert_eq!(read("9"), Ok(vec![9]));
        assert_eq!(read("6..8"), Ok(vec![6, 7, 8]));
        assert_eq!(read(" 12..13, 6 ,8,9,9"), Ok(vec![6, 8, 9, 12, 13]));
        assert_eq!(read("5..5"), Ok(vec![5]));
    }

    #[test]
    fn lists_without_meaning_are_refused() {
        assert!(read("13..6").expect_err("upside down").contains("use 6..13"));
        assert!(read("0..3").expect_err("zero").contains("at least one region"));
        for text in ["", "6,", "six", "-1", "6-13", "6..", "1.5", "99999999999999999999"] {
            assert!(read(text).expect_err(text).contains("is not a list"), "{text}");
        }
        for text in ["1..1000000000000", "1..9000,1..9000", "1..18446744073709551615"] {
            assert!(read(text).expect_err(text).contains("more than"), "{text}");
        }
    }

    #[test]
    fn a_list_prints_as_it_reads() {
        for text in ["9", "6..13", "6,8..9,12..13"] {
            assert_eq!(text.parse::<KList>().expect("a list").to_string(), text);
        }
    }
}
