//! What a run of a batch may say beside its rules.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use regionfront_model::quantity::{Share, duration};
use regionfront_model::reading::Encoding;
use regionfront_model::scenario::KList;
use regionfront_solver::front::ObjectiveKind;

/// One run but for its rules, as written: defaults, inheritance and matrix already applied.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// Folder of the instance, relative to the batch file.
    pub instance: PathBuf,
    /// What those files of the instance are written in that are not UTF-8, such as `latin1`; the
    /// descriptor's word, else windows-1252, where the key is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Letters>,
    /// A scenario of the instance by its name, or a file relative to the batch file; the
    /// instance's default scenario where the key is left out.
    pub scenario: Option<String>,
    /// Start from no rules at all, not from the instance's default scenario.
    pub no_scenario: bool,
    /// Only the areas of these counties, by the `county` column of the instance.
    pub counties: Vec1<String>,
    /// Numbers of regions; the scenario's where the key is left out.
    pub k: Option<Counts>,
    /// Second objectives: with any, the run computes fronts.
    pub against: Vec1<ObjectiveKind>,
    /// One front of all second objectives together.
    pub joint: bool,
    /// The division that `kept-together` refers to, or the year of `other-year`.
    pub reference: Option<String>,
    /// Also find the plans within this share of the internal commuting of each point.
    pub within: Option<Share>,
    /// Most plans found near a point.
    pub most_near: Option<NonZeroUsize>,
    /// Most other plans listed per point that equal it.
    pub alternatives: usize,
    /// The engine; the exact one where the key is left out.
    pub engine: Option<String>,
    /// Longest time for one k, or one point of a front.
    pub time_limit: Option<Time>,
    /// Longest time for the run.
    pub total_time_limit: Option<Time>,
    /// Most branch-and-bound nodes for one k, or one point of a front.
    pub node_limit: Option<u64>,
    /// Allowed relative gap.
    pub gap: Option<Share>,
    /// Allowed absolute gap in commuters.
    pub abs_gap: u64,
    /// Seed of everything random.
    pub seed: u64,
    /// How many k, or fronts, of this run are solved at a time; 1 where the key is left out.
    pub threads: Option<NonZeroUsize>,
    /// Memory it is expected to need, in MiB, where the estimate is known to be wrong.
    pub memory: Option<u64>,
}

impl Spec {
    /// Whether it computes fronts.
    pub fn is_front(&self) -> bool {
        !self.against.0.is_empty()
    }

    /// How many k, or fronts, are solved at a time.
    pub fn threads(&self) -> usize {
        self.threads.map_or(1, NonZeroUsize::get)
    }
}

/// Numbers of regions of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Every number that simple arithmetic on the rules leaves room for.
    All,
    /// These.
    List(KList),
}

/// The word for [`Counts::All`].
const ALL: &str = "all";

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str(ALL),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Written::deserialize(deserializer, "a region count, a list such as \"6..13\", or \"all\"")
            .and_then(|text| match text.as_str() {
                ALL => Ok(Self::All),
                list => list.parse().map(Self::List).map_err(D::Error::custom),
            })
    }
}

impl JsonSchema for Counts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Counts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<KList>();
        json_schema!({ "anyOf": [{ "const": ALL }, list] })
    }
}

/// A time: seconds, or a text such as `"90s"`, `"5m"`, `"2h"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Time(pub Duration);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.as_secs_f64())
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Written::deserialize(deserializer, "seconds, or a time such as \"5m\"")?;
        duration(&text).map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Time {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A time: seconds, or a number with s, m or h",
            "anyOf": [
                { "type": "number", "minimum": 0 },
                { "type": "string", "pattern": "^ *[0-9.]+ *[smh]? *$" }
            ]
        })
    }
}

/// An encoding, by one of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letters(pub Encoding);

impl Serialize for Letters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Letters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text =
            Written::deserialize(deserializer, "the name of an encoding, such as \"latin1\"")?;
        text.parse().map(Self).map_err(D::Error::custom)
    }
}

impl JsonSchema for Letters {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Letters".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An encoding by a name of the web, or cp437 or cp850",
            "type": "string"
        })
    }
}

/// A number or a text, as text.
struct Written(&'static str);

impl Written {
    fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
        expected: &'static str,
    ) -> Result<String, D::Error> {
        deserializer.deserialize_any(Self(expected))
    }
}

impl Visitor<'_> for Written {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }
}

/// A list, or one item in place of a list of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OneOrMore<T>")]
pub struct Vec1<T>(pub Vec<T>);

#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "one of the words known, or a list of them")]
enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> From<OneOrMore<T>> for Vec1<T> {
    fn from(items: OneOrMore<T>) -> Self {
        match items {
            OneOrMore::One(item) => Self(vec![item]),
            OneOrMore::More(items) => Self(items),
        }
    }
}

impl<T> Default for Vec1<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: JsonSchema> JsonSchema for Vec1<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}OrMore", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        OneOrMore::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_times_are_read_as_people_write_them() {
        let read = |text: &str| toml::from_str::<Spec>(text);
        let spec = read("k = \"all\"\ntime_limit = 1.5").expect("a spec");
        assert_eq!(spec.k, Some(Counts::All));
        assert_eq!(spec.time_limit, Some(Time(Duration::from_millis(1500))));
        let spec = read("k = 9\ntime_limit = \"5m\"\ncounties = \"Oslo\"").expect("a spec");
        assert_eq!(spec.k, Some(Counts::List(KList(vec![9]))));
        assert_eq!(spec.time_limit, Some(Time(Duration::from_secs(300))));
        assert_eq!(spec.counties.0, ["Oslo"]);
        assert!(read("k = \"9..6\"").expect_err("upside down").to_string().contains("6..9"));
        assert!(read("time_limit = \"soon\"").is_err());
        let spec = read("encoding = \"latin1\"").expect("a spec");
        assert_eq!(
            spec.encoding.map(|letters| letters.0.to_string()).as_deref(),
            Some("windows-1252")
        );
        let fault = read("encoding = \"latin-17\"").expect_err("there is none").to_string();
        assert!(fault.contains("is no encoding known here"), "{fault}");
        let plain = serde_json::to_string(&Spec::default()).expect("plain data");
        assert!(!plain.contains("encoding"), "batches of before keep their hash: {plain}");
        assert!(read("against = \"most-population\"").is_err());
        assert!(read("nonsense = 1").is_err());
    }
}
