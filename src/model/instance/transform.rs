//! Instances made from instances: some areas only, or an external area added.
//!
//! Add external areas before taking a subset or after, the result is the same.

use std::collections::BTreeMap;

use super::names::{AreaNotFound, find};
use super::{
    Division, DivisionRegion, ExternalPlace, Flows, Instance, Link, OtherYear, codes, oddities,
};
use crate::defect::Defect;

/// The external place that stands for the areas a subset leaves out.
pub const LEFT_OUT: &str = "left_out";

impl Instance {
    /// The instance that holds only these areas.
    ///
    /// Flows to and from the others become those of the external place [`LEFT_OUT`]. Links,
    /// divisions and shapes are restricted; a region of which nothing is left is dropped. The hash
    /// stays that of the files.
    ///
    /// # Panics
    /// When an index is not below the number of areas.
    #[must_use]
    pub fn subset(&self, areas: &[usize]) -> Self {
        let mut kept = areas.to_vec();
        kept.sort_unstable();
        kept.dedup();
        let mut place_of = vec![None; self.num_areas()];
        for (new, &old) in kept.iter().enumerate() {
            place_of[old] = Some(new);
        }
        let pick = |figures: &[u64]| -> Vec<u64> { kept.iter().map(|&old| figures[old]).collect() };

        let mut left_out = ExternalPlace {
            name: LEFT_OUT.into(),
            to: vec![0; kept.len()],
            from: vec![0; kept.len()],
        };
        let mut triples = Vec::new();
        for (from, to, commuters) in self.flows.triples() {
            match (place_of[from], place_of[to]) {
                (Some(from), Some(to)) => triples.push((from, to, commuters)),
                (Some(from), None) => left_out.to[from] += commuters,
                (None, Some(to)) => left_out.from[to] += commuters,
                (None, None) => {}
            }
        }
        let mut external: Vec<ExternalPlace> = self
            .external
            .iter()
            .map(|place| ExternalPlace {
                name: place.name.clone(),
                to: pick(&place.to),
                from: pick(&place.from),
            })
            .collect();
        let mut external_areas = self.external_areas.clone();
        if kept.len() < self.num_areas() {
            // An external area may still be added: what it exchanges with the areas left out.
            for area in &mut external_areas {
                let Some(place) = self.external.iter().find(|place| place.name == area.place)
                else {
                    continue;
                };
                let gone = |figures: &[u64]| -> u64 {
                    figures
                        .iter()
                        .zip(&place_of)
                        .filter(|(_, at)| at.is_none())
                        .map(|(n, _)| n)
                        .sum()
                };
                *area.to.entry(LEFT_OUT.into()).or_default() += gone(&place.from);
                *area.from.entry(LEFT_OUT.into()).or_default() += gone(&place.to);
            }
            match external.iter_mut().find(|place| place.name == LEFT_OUT) {
                Some(before) => {
                    for at in 0..kept.len() {
                        before.to[at] += left_out.to[at];
                        before.from[at] += left_out.from[at];
                    }
                }
                None => external.push(left_out),
            }
        }
        let links = self
            .links
            .iter()
            .filter_map(|link| {
                Some(Link { a: place_of[link.a]?, b: place_of[link.b]?, ..link.clone() })
            })
            .collect();
        let mut instance = Self {
            areas: kept.iter().map(|&old| self.areas[old].clone()).collect(),
            flows: Flows::from_triples(kept.len(), triples),
            other_year: self.other_year.as_ref().map(|other| {
                let inside = other.flows.triples().filter_map(|(from, to, commuters)| {
                    Some((place_of[from]?, place_of[to]?, commuters))
                });
                let flows = Flows::from_triples(kept.len(), inside);
                OtherYear { year: other.year, flows }
            }),
            links,
            external,
            external_areas,
            divisions: self.map_divisions(|old| place_of[old]),
            shapes: self
                .shapes
                .as_ref()
                .map(|shapes| kept.iter().map(|&old| shapes[old].clone()).collect()),
            ..self.clone()
        };
        instance.oddities = oddities::again(&instance);
        instance
    }

    /// The instance with an external area among its areas, named by code or name.
    ///
    /// Its flows come from the columns of its place, which then is no external place any more. It
    /// joins no division, and its shape is empty where the instance has none for it.
    ///
    /// # Errors
    /// A defect when no external area, or more than one, has that code or name.
    pub fn with_external_area(&self, code_or_name: &str) -> Result<Self, Defect> {
        let candidates = self.external_areas.iter().map(|external| &external.area);
        let found = find(candidates.clone(), code_or_name).map_err(|error| {
            let labels: Vec<String> = candidates.map(super::Area::label).collect();
            let cure = match error {
                AreaNotFound::Unknown { .. } if labels.is_empty() => {
                    match self.year.filter(|_| self.year != self.default_year) {
                        Some(year) => format!(
                            "there are none of {year}; years/external_areas_{year}.csv lists them"
                        ),
                        None => "the instance has none; external_areas.csv lists them".to_owned(),
                    }
                }
                _ => format!("the external areas are {}", labels.join(", ")),
            };
            Defect::new(
                codes::EXTERNAL_AREA,
                "external_areas",
                format!("among the external areas, {error}"),
                cure,
            )
        })?;
        let added = &self.external_areas[found];
        let new = self.areas.partition_point(|area| area.code < added.area.code);
        let shift = |old: usize| old + usize::from(old >= new);

        let mut triples: Vec<_> = self
            .flows
            .triples()
            .map(|(from, to, commuters)| (shift(from), shift(to), commuters))
            .collect();
        triples.push((new, new, added.own_flow));
        let mut external = Vec::new();
        for place in &self.external {
            if place.name == added.place {
                for old in 0..self.num_areas() {
                    triples.push((shift(old), new, place.to[old]));
                    triples.push((new, shift(old), place.from[old]));
                }
            } else {
                let mut place = place.clone();
                let figure = |figures: &BTreeMap<String, u64>| {
                    figures.get(&place.name).copied().unwrap_or(0)
                };
                let (to, from) = (figure(&added.to), figure(&added.from));
                place.to.insert(new, to);
                place.from.insert(new, from);
                external.push(place);
            }
        }
        let mut instance = Self {
            flows: Flows::from_triples(self.num_areas() + 1, triples),
            // External areas have figures of one year.
            other_year: None,
            external,
            divisions: self.map_divisions(|old| Some(shift(old))),
            ..self.clone()
        };
        instance.external_areas.remove(found);
        instance.areas.insert(new, added.area.clone());
        if let Some(shapes) = &mut instance.shapes {
            shapes.insert(new, added.shape.clone().unwrap_or_default());
        }
        for link in &mut instance.links {
            (link.a, link.b) = (shift(link.a), shift(link.b));
        }
        for link in &self.external_links {
            if link.a != added.area.code && link.b != added.area.code {
                continue;
            }
            // The other end may be an area left out, or an external area not added (yet).
            if let (Some(a), Some(b)) =
                (instance.index_of_code(&link.a), instance.index_of_code(&link.b))
            {
                instance.links.push(Link {
                    a,
                    b,
                    kind: link.kind,
                    border_km: link.border_km,
                    note: link.note.clone(),
                });
            }
        }
        instance.links.sort_by_key(|link| (link.a, link.b, link.kind));
        instance.oddities = oddities::again(&instance);
        Ok(instance)
    }

    /// The divisions with other indices; areas without one are dropped, and regions without areas.
    fn map_divisions(&self, new: impl Fn(usize) -> Option<usize>) -> BTreeMap<String, Division> {
        let map = |division: &Division| Division {
            name: division.name.clone(),
            regions: division
                .regions
                .iter()
                .map(|region| DivisionRegion {
                    name: region.name.clone(),
                    areas: region.areas.iter().filter_map(|&old| new(old)).collect(),
                })
                .filter(|region| !region.areas.is_empty())
                .collect(),
        };
        self.divisions.iter().map(|(name, division)| (name.clone(), map(division))).collect()
    }
}
