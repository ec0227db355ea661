//! What an import did: counts and remarks, in the order in which they came up.

use std::fmt::Display;

use serde::Serialize;

/// A number with what it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Count {
    /// What is counted, such as `areas`.
    pub what: String,
    /// How many.
    pub number: u64,
}

/// A place of a source that is no area of the instance, and not counted as outside either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct LeftOut {
    /// Its code.
    pub code: String,
    /// Its name; empty where the source has none.
    pub name: String,
    /// Why.
    pub why: String,
}

/// What was done to make an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Account {
    /// Counts and totals.
    pub counts: Vec<Count>,
    /// What was left out, assumed or remains to be done, a sentence each.
    pub notes: Vec<String>,
    /// Every place that was left out, where the notes name the first few.
    pub left_out: Vec<LeftOut>,
}

impl Account {
    /// Adds a count.
    pub fn count(&mut self, what: impl Into<String>, number: u64) {
        self.counts.push(Count { what: what.into(), number });
    }

    /// Adds the number of some things.
    pub fn count_of(&mut self, what: impl Into<String>, things: usize) {
        self.count(what, u64::try_from(things).unwrap_or(u64::MAX));
    }

    /// Adds a remark.
    pub fn note(&mut self, text: impl Display) {
        self.notes.push(text.to_string());
    }
}
