//! A scenario as written: a TOML file, options of the command line, or both.
//!
//! Names are still names here; [`Problem::resolve`](super::Problem::resolve) turns them into area
//! indices. Every group and key carries its place, so that a defect found later can still be
//! pointed at.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::KList;
use super::texts::{self, Reasons, Texts, Translation};
use crate::instance::LinkKind;
use crate::quantity::{Persons, Share};

/// A list of areas, by name or code, with or without a name of its own.
///
/// In a file either `["Flå", "Hol"]` or `{ name = "Hallingdal", areas = ["Flå", "Hol"] }`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AreaGroup {
    /// What messages and reports call it; empty where it has no name.
    pub name: String,
    /// Names or codes.
    pub areas: Vec<String>,
    /// Where it was given, such as `default.toml:9 keep_together[1]`.
    #[serde(skip)]
    pub place: String,
}

/// Regions of a reference division.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionRegions {
    /// Name of a division of the instance, or path of a CSV file relative to the scenario file.
    pub division: String,
    /// Names of its regions; all of them where the key is left out.
    pub regions: Option<Vec<String>>,
    /// Folder to which a path is relative.
    #[serde(skip)]
    pub folder: PathBuf,
    /// Where it was given.
    #[serde(skip)]
    pub place: String,
}

/// Regions already decided: a list of areas, or regions of a division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum FixedRegions {
    /// One region, by its areas.
    Areas(AreaGroup),
    /// Regions of a reference division.
    Division(DivisionRegions),
}

/// The rules of one question, as written. Every key is optional; all limits are inclusive.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// What reports call it; the file's name where it is left out.
    pub name: Option<String>,
    /// What it asks, for people.
    pub description: Option<String>,
    /// Region counts to solve for, where the command line names none.
    pub k: Option<KList>,
    /// Link kinds that count as contiguous; land and fixed links where the key is left out.
    pub links: Option<Vec<LinkKind>>,
    /// The areas in question, by name or code; all where the key is left out. Flows to the others
    /// become an external place `left_out`.
    pub areas: Option<Vec<String>>,
    /// External areas to add, by name or code, whatever `areas` says.
    pub external_areas: Vec<String>,
    /// Fewest inhabitants of a region.
    pub min_population: Option<Persons>,
    /// Most inhabitants of a region.
    pub max_population: Option<Persons>,
    /// Fewest areas in a region.
    pub min_areas: Option<u64>,
    /// Most areas in a region.
    pub max_areas: Option<u64>,
    /// Fewest jobs in a region.
    pub min_jobs: Option<Persons>,
    /// Most jobs in a region.
    pub max_jobs: Option<Persons>,
    /// Fewest employed residents of a region.
    pub min_employed: Option<Persons>,
    /// Most employed residents of a region.
    pub max_employed: Option<Persons>,
    /// Least share, 0 to 1, of a region's employed residents who work inside it.
    pub min_self_containment: Option<Share>,
    /// Groups whose areas share one region, which may hold others too.
    pub keep_together: Vec<AreaGroup>,
    /// Groups no two areas of which share a region.
    pub keep_apart: Vec<AreaGroup>,
    /// Groups that are exactly a region, subject to the limits.
    pub closed: Vec<AreaGroup>,
    /// Regions already decided: exactly a region, exempt from the limits.
    pub fixed: Vec<FixedRegions>,
    /// Regions of a reference division whose areas share one region.
    pub keep_whole: Vec<DivisionRegions>,
    /// Areas, by name or code, whose region is exempt from the limits, whatever else it holds.
    pub limits_do_not_apply_to: Vec<String>,
    /// Why the rules are what they are, in a sentence each, by key: `max_population = "…"`.
    pub reasons: Reasons,
    /// Name, description and reasons in Norwegian.
    pub nb: Translation,
    /// Where keys were given, by key. Keys without an entry are called by their own name.
    #[serde(skip)]
    pub places: BTreeMap<String, String>,
}

impl Scenario {
    /// This scenario changed by another, usually the command line's.
    ///
    /// Keys with one value, and the lists `k`, `links` and `areas`, are replaced where `other`
    /// gives them; external areas and groups of every kind add to those already there. A reason that
    /// was given for another value does not outlive it.
    #[must_use]
    pub fn overridden_by(mut self, other: Self) -> Self {
        for key in texts::WITH_REASONS.into_iter().filter(|key| other.replaces(key)) {
            self.reasons.remove(key);
            self.nb.reasons.remove(key);
        }
        if other.name.is_some() {
            self.nb.name = None;
        }
        if other.description.is_some() {
            self.nb.description = None;
        }
        self.joined_with(other)
    }

    /// As [`Scenario::overridden_by`], where both are parts of one file.
    #[must_use]
    pub(super) fn joined_with(self, other: Self) -> Self {
        let mut reasons = self.reasons;
        reasons.extend(other.reasons);
        let mut both = Self {
            name: other.name.or(self.name),
            description: other.description.or(self.description),
            k: other.k.or(self.k),
            links: other.links.or(self.links),
            areas: other.areas.or(self.areas),
            min_population: other.min_population.or(self.min_population),
            max_population: other.max_population.or(self.max_population),
            min_areas: other.min_areas.or(self.min_areas),
            max_areas: other.max_areas.or(self.max_areas),
            min_jobs: other.min_jobs.or(self.min_jobs),
            max_jobs: other.max_jobs.or(self.max_jobs),
            min_employed: other.min_employed.or(self.min_employed),
            max_employed: other.max_employed.or(self.max_employed),
            min_self_containment: other.min_self_containment.or(self.min_self_containment),
            external_areas: self.external_areas,
            keep_together: self.keep_together,
            keep_apart: self.keep_apart,
            closed: self.closed,
            fixed: self.fixed,
            keep_whole: self.keep_whole,
            limits_do_not_apply_to: self.limits_do_not_apply_to,
            reasons,
            nb: other.nb.or(self.nb),
            places: self.places,
        };
        both.external_areas.extend(other.external_areas);
        both.keep_together.extend(other.keep_together);
        both.keep_apart.extend(other.keep_apart);
        both.closed.extend(other.closed);
        both.fixed.extend(other.fixed);
        both.keep_whole.extend(other.keep_whole);
        both.limits_do_not_apply_to.extend(other.limits_do_not_apply_to);
        both.places.extend(other.places);
        both
    }

    /// Whether it gives a value that takes the place of another's.
    fn replaces(&self, key: &str) -> bool {
        match key {
            "links" => self.links.is_some(),
            "areas" => self.areas.is_some(),
            "min_population" => self.min_population.is_some(),
            "max_population" => self.max_population.is_some(),
            "min_areas" => self.min_areas.is_some(),
            "max_areas" => self.max_areas.is_some(),
            "min_jobs" => self.min_jobs.is_some(),
            "max_jobs" => self.max_jobs.is_some(),
            "min_employed" => self.min_employed.is_some(),
            "max_employed" => self.max_employed.is_some(),
            "min_self_containment" => self.min_self_containment.is_some(),
            _ => false,
        }
    }

    /// Whether it sets a key that can have a reason.
    pub(super) fn sets(&self, key: &str) -> bool {
        match key {
            "external_areas" => !self.external_areas.is_empty(),
            "keep_together" => !self.keep_together.is_empty() || !self.keep_whole.is_empty(),
            "keep_apart" => !self.keep_apart.is_empty(),
            "closed" => !self.closed.is_empty(),
            "fixed" => !self.fixed.is_empty(),
            "limits_do_not_apply_to" => !self.limits_do_not_apply_to.is_empty(),
            _ => self.replaces(key),
        }
    }

    /// What people are told of it.
    pub(super) fn texts(&self) -> Texts {
        Texts {
            description: self.description.clone().unwrap_or_default(),
            reasons: self.reasons.clone(),
            nb: self.nb.clone(),
        }
    }

    /// Where a key was given, or the key itself.
    pub fn place<'a>(&'a self, key: &'a str) -> &'a str {
        self.places.get(key).map_or(key, String::as_str)
    }
}

impl AreaGroup {
    /// The value of a command-line option: `Flå,Hol`, or `Hallingdal=Flå,Hol` to name the group.
    pub fn from_option(option: &str, value: &str) -> Self {
        let (name, list) = value.split_once('=').unwrap_or(("", value));
        Self {
            name: name.trim().to_owned(),
            areas: comma_separated(list),
            place: option_place(option, value),
        }
    }
}

impl DivisionRegions {
    /// The value of a command-line option: `regional_councils_2019` for all regions of a division,
    /// `regional_councils_2019=Hallingdal,Numedal` for some. Paths are relative to the current
    /// folder.
    pub fn from_option(option: &str, value: &str) -> Self {
        let (division, regions) = match value.split_once('=') {
            Some((division, regions)) => (division, Some(comma_separated(regions))),
            None => (value, None),
        };
        Self {
            division: division.trim().to_owned(),
            regions,
            folder: PathBuf::new(),
            place: option_place(option, value),
        }
    }

    /// The file meant, when the division is not one of the instance's own.
    pub fn path(&self) -> PathBuf {
        self.folder.join(Path::new(&self.division))
    }
}

/// How messages call an option as it was typed: `--keep-together "Flå,Hol"`.
fn option_place(option: &str, value: &str) -> String {
    format!("{option} \"{value}\"")
}

/// The items of `Flå, Hol`, without the blanks around them.
pub fn comma_separated(list: &str) -> Vec<String> {
    list.split(',').map(|item| item.trim().to_owned()).collect()
}

/// The long form of a group in a file.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LongGroup {
    /// What messages and reports call the group.
    #[serde(default)]
    name: String,
    /// Its areas, by name or code.
    areas: Vec<String>,
}

/// Every key an entry of `fixed` may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LongFixed {
    name: Option<String>,
    areas: Option<Vec<String>>,
    division: Option<String>,
    regions: Option<Vec<String>>,
}

struct GroupVisitor;

impl<'de> Visitor<'de> for GroupVisitor {
    type Value = AreaGroup;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of areas such as [\"Flå\", \"Hol\"], or a table with `areas`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<AreaGroup, A::Error> {
        let areas = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(AreaGroup { areas, ..AreaGroup::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AreaGroup, A::Error> {
        let LongGroup { name, areas } = LongGroup::deserialize(MapAccessDeserializer::new(map))?;
        Ok(AreaGroup { name, areas, place: String::new() })
    }
}

impl<'de> Deserialize<'de> for AreaGroup {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GroupVisitor)
    }
}

struct FixedVisitor;

impl<'de> Visitor<'de> for FixedVisitor {
    type Value = FixedRegions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of areas, a table with `areas`, or a table with `division`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<FixedRegions, A::Error> {
        GroupVisitor.visit_seq(list).map(FixedRegions::Areas)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FixedRegions, A::Error> {
        let table = LongFixed::deserialize(MapAccessDeserializer::new(map))?;
        match table {
            LongFixed { name, areas: Some(areas), division: None, regions: None } => {
                let name = name.unwrap_or_default();
                Ok(FixedRegions::Areas(AreaGroup { name, areas, place: String::new() }))
            }
            LongFixed { name: None, areas: None, division: Some(division), regions } => {
                Ok(FixedRegions::Division(DivisionRegions {
                    division,
                    regions,
                    ..DivisionRegions::default()
                }))
            }
            _ => Err(serde::de::Error::custom(
                "a fixed region has either `areas` (and perhaps `name`) or `division` (and \
                 perhaps `regions`)",
            )),
        }
    }
}

impl<'de> Deserialize<'de> for FixedRegions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FixedVisitor)
    }
}

/// Schemas of the entries that have a short form.
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{AreaGroup, DivisionRegions, FixedRegions, LongGroup};

    impl JsonSchema for AreaGroup {
        fn schema_name() -> Cow<'static, str> {
            "AreaGroup".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let list = generator.subschema_for::<Vec<String>>();
            let table = generator.subschema_for::<LongGroup>();
            json_schema!({ "anyOf": [list, table] })
        }
    }

    impl JsonSchema for FixedRegions {
        fn schema_name() -> Cow<'static, str> {
            "FixedRegions".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let areas = generator.subschema_for::<AreaGroup>();
            let division = generator.subschema_for::<DivisionRegions>();
            json_schema!({ "anyOf": [areas, division] })
        }
    }
}
