//! `meta.json`: the question, and what is published about its answer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{Expected, Published, unreadable};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::quantity::Persons;

/// What is read of it; other keys are passed over.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Meta {
    instance: Option<String>,
    n: Option<u64>,
    m: Option<u64>,
    k: usize,
    #[serde(rename = "L")]
    min_population: Persons,
    #[serde(rename = "U")]
    max_population: Persons,
    total_population: Option<Persons>,
    optimal_value: Option<u64>,
    feasible_with_contiguity: Option<bool>,
    #[serde(default)]
    published_times: BTreeMap<String, PublishedTime>,
    fastest_published_seconds: Option<f64>,
}

#[derive(Clone, Debug, Deserialize)]
struct PublishedTime {
    seconds: Option<f64>,
}

fn path(folder: &Path) -> PathBuf {
    folder.join("meta.json")
}

pub(super) fn read(folder: &Path, defects: &mut Defects) -> Option<Meta> {
    let path = path(folder);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let cure = "every instance has meta.json, nodes.csv and edges.csv, in UTF-8";
            defects.0.extend(unreadable(&path, &format!("it cannot be read: {error}"), cure).0);
            return None;
        }
    };
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(meta) => Some(meta),
        Err(error) => {
            defects.push(Defect::new(
                "E541",
                path.display().to_string(),
                format!("it does not say what it must: {error}"),
                "write a JSON object with the whole numbers k, L and U at least",
            ));
            None
        }
    }
}

impl Meta {
    /// Reports what does not agree with the tables, or with itself.
    pub(super) fn check(
        &self,
        folder: &Path,
        num_nodes: usize,
        num_edges: usize,
        population: Option<Persons>,
        defects: &mut Defects,
    ) {
        let mut wrong = |key: &str, what: String, cure: &str| {
            let at = format!("{}, {key}", path(folder).display());
            defects.push(Defect::new("E541", at, what, cure));
        };
        let (nodes, edges) = (as_u64(num_nodes), as_u64(num_edges));
        for (key, stated, counted, file) in [
            ("n", self.n, Some(nodes), "nodes.csv"),
            ("m", self.m, Some(edges), "edges.csv"),
            ("total_population", self.total_population, population, "nodes.csv"),
        ] {
            if let Some(stated) = stated
                && counted != Some(stated)
            {
                let counted = counted.map_or("too many to count".to_owned(), |n| n.to_string());
                let what = format!("{stated} are stated, {file} holds {counted}");
                wrong(key, what, "take the tables and the description from the same place");
            }
        }
        if self.total_population.is_none() && population.is_none() {
            let what = "the populations of nodes.csv are too many to count".to_owned();
            wrong("total_population", what, "correct the populations");
        }
        if self.k == 0 || self.k > num_nodes {
            let what = format!("{nodes} areas cannot make {} regions", self.k);
            wrong("k", what, "write a number of regions from 1 to the number of areas");
        }
        if self.min_population > self.max_population {
            let what = format!("L = {} is above U = {}", self.min_population, self.max_population);
            wrong("L", what, "L is the least population of a region, U the greatest");
        }
        if let Some(value) = self.optimal_value.filter(|&value| value > edges) {
            let what = format!("{value} borders cannot be cut where there are {edges}");
            wrong("optimal_value", what, "write the number of borders that a best plan cuts");
        }
        if self.optimal_value.is_some() && self.feasible_with_contiguity == Some(false) {
            let what = "an optimum is stated, and that there is no plan".to_owned();
            wrong("optimal_value", what, "state one of them");
        }
        if self.times().any(|seconds| !seconds.is_finite() || seconds < 0.0) {
            let what = "a published time is no number of seconds".to_owned();
            wrong("published_times", what, "write seconds, or leave the time out");
        }
    }

    /// The title, where it has one.
    pub(super) fn title(&self) -> Option<String> {
        self.instance.clone()
    }

    pub(super) fn published(self, instance: Instance) -> Published {
        let expected = match (self.optimal_value, self.feasible_with_contiguity) {
            (Some(value), _) => Expected::CutBorders(value),
            (None, Some(false)) => Expected::Infeasible,
            (None, _) => Expected::Unknown,
        };
        let fastest_s = self.times().min_by(f64::total_cmp);
        Published {
            instance,
            num_regions: self.k,
            min_population: self.min_population,
            max_population: self.max_population,
            expected,
            fastest_s,
        }
    }

    fn times(&self) -> impl Iterator<Item = f64> + '_ {
        let listed = self.published_times.values().filter_map(|time| time.seconds);
        listed.chain(self.fastest_published_seconds)
    }
}

fn as_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
