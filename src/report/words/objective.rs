//! Second objectives as reports know them: their keys, directions and values.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Lang;

/// Whether more or less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sense {
    /// More is better.
    Max,
    /// Less is better.
    Min,
}

/// A second objective by its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Objective {
    /// Key, such as `min-population`.
    pub key: String,
}

/// What a value of an objective counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Whole things: people, jobs, areas.
    Whole,
    /// Shares between 0 and 1.
    Share,
    /// Kilometres.
    Kilometres,
}

impl Objective {
    /// The objective of a key, with hyphens or underscores.
    pub fn new(key: &str) -> Self {
        Self { key: key.replace('_', "-") }
    }

    /// Largest regions and distances are minimised, all others maximised.
    pub fn sense(&self) -> Sense {
        if self.key.starts_with("max-") || self.key == "distance" { Sense::Min } else { Sense::Max }
    }

    pub(crate) fn unit(&self) -> Unit {
        match self.key.as_str() {
            "distance" => Unit::Kilometres,
            "min-self-containment" | "kept-together" => Unit::Share,
            _ => Unit::Whole,
        }
    }

    /// What it is called; its key where the table of words does not know it.
    pub(crate) fn name(&self, lang: Lang) -> String {
        let key = format!("objective_{}", self.key.replace('-', "_"));
        lang.text(&key).map_or_else(|| self.key.replace('-', " "), str::to_owned)
    }

    /// A value with its unit.
    pub(crate) fn show(&self, lang: Lang, value: f64) -> String {
        match self.unit() {
            Unit::Share => lang.percent(value),
            Unit::Kilometres => format!("{}\u{a0}km", lang.decimal(value, 1)),
            Unit::Whole => lang.decimal(value, 0),
        }
    }

    /// Whether the first value is at least as good as the second.
    pub(crate) fn reaches(&self, value: f64, wanted: f64) -> bool {
        match self.sense() {
            Sense::Max => value >= wanted,
            Sense::Min => value <= wanted,
        }
    }
}
