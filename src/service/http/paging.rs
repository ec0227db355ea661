//! Long lists a page at a time, as the standard has it: `limit`, `offset`, and a link to what follows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::discovery::link;
use crate::problem::Problem;

/// Most that a page holds: who asks for more is given so much.
const MOST: u64 = 1000;

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// So many at most.
    pub(super) limit: u64,
    /// Without the first so many.
    pub(super) offset: u64,
}

impl Page {
    /// The page asked for, of `usual` length where none is said.
    pub(super) fn of(asked: &BTreeMap<String, String>, usual: u64) -> Result<Self, Problem> {
        let number = |key: &str| {
            let value = asked.get(key)?;
            Some(value.parse::<u64>().map_err(|_| refused(key, value)))
        };
        let limit = number("limit").transpose()?.unwrap_or(usual).min(MOST);
        if limit == 0 {
            return Err(refused("limit", "0"));
        }
        let offset = number("offset").transpose()?.unwrap_or(0).min(u64::from(u32::MAX));
        Ok(Self { limit, offset })
    }

    /// Links of a page of so many in all: to itself, and to the next one, with what else was asked.
    pub(super) fn links(
        self,
        path: &str,
        asked: &BTreeMap<String, String>,
        in_all: u64,
    ) -> Vec<Value> {
        let kind = "application/json";
        let mut links = vec![link(path, "self", kind, "this document")];
        let next = self.offset.saturating_add(self.limit);
        if next < in_all {
            let kept = asked.iter().filter(|(key, _)| *key != "offset" && *key != "limit");
            let kept: Vec<String> = kept.map(|(key, value)| format!("&{key}={value}")).collect();
            let kept = kept.concat();
            let href = format!("{path}?limit={}&offset={next}{kept}", self.limit);
            links.push(link(&href, "next", kind, "what follows"));
        }
        links
    }
}

/// A parameter that cannot be had.
pub(super) fn refused(key: &str, value: &str) -> Problem {
    let value: String = value.chars().take(60).collect();
    let key: String = key.chars().take(60).collect();
    let what = format!("`{value}` cannot be had");
    Problem::new(400, "E603", format!("?{key}"), what, "see /api for the parameters")
}

/// The parameters and their schemas, for the description of the interface.
pub(super) fn parameters() -> [(&'static str, Value); 2] {
    // Who asks for more than a list holds is given what it holds, as the standard has it.
    let count = json!({"type": "integer", "minimum": 1});
    let number = json!({"type": "integer", "minimum": 0});
    [("limit", count), ("offset", number)]
}
