//! What one source holds of an instance.

use std::collections::BTreeMap;

use crate::defect::Defect;
use crate::instance::{Area, Instance};

use super::Account;

/// What one source holds of an instance: polygons hold adjacency and no flows, a matrix flows and no
/// adjacency. Several parts add up to an instance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// Areas and what is known about them; an empty name and the figures that [`Holds`] denies are
    /// unknown. Its oddities are what is odd about the source.
    pub instance: Instance,
    /// Which figures are known.
    pub holds: Holds,
    /// What was read and done.
    pub account: Account,
}

/// Which figures a part knows. Names, polygons and divisions are known where they are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// The population of every area.
    pub population: bool,
    /// Employed residents and jobs of every area.
    pub employment: bool,
    /// Adjacency.
    pub links: bool,
    /// Flows.
    pub flows: bool,
}

impl Part {
    /// Areas of these codes, which are sorted, each once, and nothing known about them.
    pub(super) fn of_codes<'a>(codes: impl IntoIterator<Item = &'a String>) -> Self {
        let areas = codes.into_iter().map(|code| Area { code: code.clone(), ..Area::default() });
        Self {
            instance: Instance { areas: areas.collect(), ..Instance::default() },
            ..Self::default()
        }
    }

    /// Adds an oddity.
    pub(super) fn odd(
        &mut self,
        code: &'static str,
        at: impl Into<String>,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.instance.oddities.push(Defect::new(code, at, what, cure));
    }

    /// The same part with the areas kept whose codes are known elsewhere, under these indices.
    #[must_use]
    pub fn restricted(&self, keep: &[bool]) -> Self {
        let mut index = BTreeMap::new();
        for (old, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
            index.insert(old, index.len());
        }
        let whole = &self.instance;
        let mut instance = Instance { oddities: whole.oddities.clone(), ..Instance::default() };
        instance.areas = index.keys().map(|&old| whole.areas[old].clone()).collect();
        instance.links = whole
            .links
            .iter()
            .filter_map(|link| {
                let (&a, &b) = index.get(&link.a).zip(index.get(&link.b))?;
                Some(crate::instance::Link { a, b, ..link.clone() })
            })
            .collect();
        // A part without flows has no rows for them.
        if self.holds.flows {
            instance.flows = crate::instance::Flows::from_triples(
                index.len(),
                whole.flows.triples().filter_map(|(from, to, count)| {
                    Some((*index.get(&from)?, *index.get(&to)?, count))
                }),
            );
        }
        instance.shapes = whole
            .shapes
            .as_ref()
            .map(|shapes| index.keys().map(|&old| shapes[old].clone()).collect());
        for (name, division) in &whole.divisions {
            let mut division = division.clone();
            for region in &mut division.regions {
                region.areas =
                    region.areas.iter().filter_map(|area| index.get(area).copied()).collect();
            }
            division.regions.retain(|region| !region.areas.is_empty());
            instance.divisions.insert(name.clone(), division);
        }
        Self { instance, holds: self.holds, account: self.account.clone() }
    }
}
