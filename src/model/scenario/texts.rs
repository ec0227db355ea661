//! What people are told of a scenario: names, descriptions and reasons, in English and in Norwegian.
//!
//! Texts decide nothing: two scenarios that differ in them alone ask the same question, and the hash
//! over the rules is the same.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::defect::{Defect, Defects};

/// Keys that can have a reason.
pub(super) const WITH_REASONS: [&str; 17] = [
    "links",
    "areas",
    "external_areas",
    "min_population",
    "max_population",
    "min_areas",
    "max_areas",
    "min_jobs",
    "max_jobs",
    "min_employed",
    "max_employed",
    "min_self_containment",
    "keep_together",
    "keep_apart",
    "closed",
    "fixed",
    "limits_do_not_apply_to",
];

/// Why a rule is what it is, by the key of the rule.
pub type Reasons = BTreeMap<String, String>;

/// The texts of a scenario in a further language. A text left out is shown in English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Translation {
    /// What reports call it.
    pub name: Option<String>,
    /// What it asks.
    pub description: Option<String>,
    /// Why its rules are what they are, by key.
    pub reasons: Reasons,
}

/// What people are told of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Texts {
    /// What it asks, in English; empty where nothing is said.
    pub description: String,
    /// Why its rules are what they are, in English, by key.
    pub reasons: Reasons,
    /// All of it, and the name, in Norwegian.
    pub nb: Translation,
}

impl Texts {
    /// Why the rule of a key is what it is, in Norwegian where `nb` says so and it is known.
    pub fn reason(&self, key: &str, nb: bool) -> Option<&str> {
        let translated = self.nb.reasons.get(key).filter(|_| nb);
        translated.or_else(|| self.reasons.get(key)).map(String::as_str)
    }
}

impl Translation {
    /// This one, completed from another where it says nothing.
    #[must_use]
    pub(super) fn or(self, other: Self) -> Self {
        let mut reasons = other.reasons;
        reasons.extend(self.reasons);
        Self {
            name: self.name.or(other.name),
            description: self.description.or(other.description),
            reasons,
        }
    }
}

/// A reason for a key that is no rule, or has no value in the scenario.
pub(super) fn check(place: &str, reasons: &Reasons, given: &dyn Fn(&str) -> bool) -> Defects {
    let mut defects = Defects::default();
    for key in reasons.keys() {
        if !WITH_REASONS.contains(&key.as_str()) {
            defects.push(Defect::new(
                "E204",
                place,
                format!("there is no rule `{key}` to give a reason for"),
                format!("use {}", WITH_REASONS.join(", ")),
            ));
        } else if !given(key) {
            defects.push(Defect::new(
                "E204",
                place,
                format!("a reason is given for `{key}`, which the scenario does not set"),
                "set it, or remove the reason",
            ));
        }
    }
    defects
}
