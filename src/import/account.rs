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

/// What was done to make an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Account {
    /// Counts and totals.
    pub counts: Vec<Count>,
    /// What was left out, assumed or remains to be done, a sentence each.
    pub notes: Vec<String>,
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
