//! What one source holds of an instance.

use std::collections::BTreeMap;

use regionfront_model::defect::Defect;
use regionfront_model::instance::{Area, ExternalPlace, Flows, Instance, Link};

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
    /// Codes of the areas in the order of the source, where that has one.
    pub order: Vec<String>,
}

/// Which figures a part knows. Names, polygons and divisions are known where they are there.
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
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

    /// The same part under other codes; areas without one are left out, with all that leads to them.
    ///
    /// # Panics
    /// Unless there is an entry for every area, and every code stands once.
    #[must_use]
    pub fn recoded(&self, codes: &[Option<String>]) -> Self {
        let whole = &self.instance;
        let by_code: BTreeMap<&String, usize> =
            codes.iter().enumerate().filter_map(|(at, code)| Some((code.as_ref()?, at))).collect();
        let old: Vec<usize> = by_code.values().copied().collect();
        let mut new = vec![None; whole.areas.len()];
        for (at, &old) in old.iter().enumerate() {
            new[old] = Some(at);
        }
        let mut instance =
            Instance { oddities: whole.oddities.clone(), epsg: whole.epsg, ..Instance::default() };
        instance.areas = by_code
            .iter()
            .map(|(&code, &old)| Area { code: code.clone(), ..whole.areas[old].clone() })
            .collect();
        for link in &whole.links {
            if let Some((one, other)) = new[link.a].zip(new[link.b]) {
                let (a, b) = (one.min(other), one.max(other));
                instance.links.push(Link { a, b, ..link.clone() });
            }
        }
        instance.links.sort_by_key(|link| (link.a, link.b, link.kind));
        // A part without flows has no rows for them.
        if self.holds.flows {
            let kept = whole
                .flows
                .triples()
                .filter_map(|(from, to, count)| Some((new[from]?, new[to]?, count)));
            instance.flows = Flows::from_triples(old.len(), kept);
        }
        // Flows with the outside go with their areas.
        instance.external = whole
            .external
            .iter()
            .map(|place| ExternalPlace {
                name: place.name.clone(),
                to: old.iter().map(|&old| place.to[old]).collect(),
                from: old.iter().map(|&old| place.from[old]).collect(),
            })
            .collect();
        instance.shapes = whole
            .shapes
            .as_ref()
            .map(|shapes| old.iter().map(|&old| shapes[old].clone()).collect());
        for (name, division) in &whole.divisions {
            let mut division = division.clone();
            for region in &mut division.regions {
                region.areas = region.areas.iter().filter_map(|&area| new[area]).collect();
                region.areas.sort_unstable();
            }
            division.regions.retain(|region| !region.areas.is_empty());
            instance.divisions.insert(name.clone(), division);
        }
        let renamed: BTreeMap<&str, &String> = whole
            .areas
            .iter()
            .zip(codes)
            .filter_map(|(area, code)| Some((area.code.as_str(), code.as_ref()?)))
            .collect();
        let order = self.order.iter().filter_map(|code| renamed.get(code.as_str()));
        let order = order.map(|code| (*code).clone()).collect();
        Self { instance, holds: self.holds, account: self.account.clone(), order }
    }
}
