//! An instance carried through a crosswalk to its new borders.

use std::collections::{BTreeMap, BTreeSet};

use super::share::{Parts, shared_out, spread};
use super::{Crosswalk, Old, WHOLE};
use crate::instance::{
    Area, Division, DivisionRegion, ExternalLink, ExternalPlace, Flows, Instance, Link, LinkKind,
    oddities,
};
use crate::quantity::Commuters;

impl Instance {
    /// The instance on the new borders of a crosswalk. Every figure is the sum over the parts.
    ///
    /// Commuting between parts of a new area becomes own-area flow; links between parts vanish,
    /// parallel links of one kind become one of summed length. Centre, position and county are
    /// those of the part with most jobs, unless the crosswalk names the county; so is the name where
    /// the crosswalk gives none. Divisions are carried over and may become covers. Polygons are not
    /// merged: there are none.
    ///
    /// Figures of an area that was split are shared out by weights. Which links its parts have nobody
    /// can tell: they get all of its links, without lengths, and are linked on land to each other.
    ///
    /// # Panics
    /// When an area is not among the crosswalk's old ones: see [`Crosswalk::side`].
    #[must_use]
    pub fn carried(&self, crosswalk: &Crosswalk) -> Self {
        let olds: Vec<&Old> = self
            .areas
            .iter()
            .map(|area| crosswalk.old.get(&area.code).expect("all areas stand in the crosswalk"))
            .collect();
        let new: BTreeSet<&str> =
            olds.iter().flat_map(|old| &old.parts).map(|(code, _)| code.as_str()).collect();
        let index: BTreeMap<&str, usize> =
            new.iter().enumerate().map(|(at, &code)| (code, at)).collect();
        let parts: Vec<Parts> = olds
            .iter()
            .map(|old| {
                old.parts.iter().map(|(code, weight)| (index[code.as_str()], *weight)).collect()
            })
            .collect();
        let spread_sum = |figures: &[Commuters]| -> Vec<Commuters> {
            let mut sums = vec![0; new.len()];
            for (&figure, parts) in figures.iter().zip(&parts) {
                let weights: Vec<u128> = parts.iter().map(|part| u128::from(part.1)).collect();
                for (part, share) in parts.iter().zip(shared_out(figure, &weights)) {
                    sums[part.0] += share;
                }
            }
            sums
        };
        let triples: Vec<(usize, usize, u64)> = self
            .flows
            .triples()
            .flat_map(|(from, to, n)| spread(n, &parts[from], &parts[to]))
            .collect();
        let external: Vec<ExternalPlace> = self
            .external
            .iter()
            .map(|place| ExternalPlace {
                name: place.name.clone(),
                to: spread_sum(&place.to),
                from: spread_sum(&place.from),
            })
            .collect();
        let flows = Flows::from_triples(new.len(), triples);
        let mut areas = self.merged(crosswalk, &new, &parts);
        let population: Vec<u64> = self.areas.iter().map(|area| area.population).collect();
        for (area, people) in areas.iter_mut().zip(spread_sum(&population)) {
            area.population = people;
        }
        self.add_employment(&mut areas, &flows, &external, &spread_sum);
        let mut instance = Self {
            flows,
            links: merged_links(&self.links, &parts),
            external,
            external_links: merged_external_links(&self.external_links, crosswalk),
            divisions: self
                .divisions
                .iter()
                .map(|(name, division)| (name.clone(), merged_division(division, &parts)))
                .collect(),
            // How far it is between merged areas nobody has measured.
            distances: None,
            shapes: None,
            areas,
            ..self.clone()
        };
        instance.oddities = oddities::again(&instance);
        instance
    }

    /// The new areas with their names and places, and without figures but the land area.
    fn merged(&self, crosswalk: &Crosswalk, new: &BTreeSet<&str>, parts: &[Parts]) -> Vec<Area> {
        // Who brings how many jobs; the smallest index wins a tie.
        let mut main: Vec<Option<(u128, usize)>> = vec![None; new.len()];
        let mut land = vec![0.0; new.len()];
        for (old, parts) in parts.iter().enumerate() {
            for &(at, weight) in parts {
                let jobs = u128::from(self.areas[old].jobs) * u128::from(weight);
                if main[at].is_none_or(|(most, _)| jobs > most) {
                    main[at] = Some((jobs, old));
                }
                #[expect(clippy::cast_precision_loss, reason = "a share of square kilometres")]
                let share = weight as f64 / WHOLE as f64;
                land[at] += self.areas[old].land_area_km2 * share;
            }
        }
        new.iter()
            .enumerate()
            .map(|(at, &code)| {
                let (_, old) = main[at].expect("every new area has a part");
                let area = &self.areas[old];
                // The largest part of a split area keeps its centre.
                let largest = parts[old].iter().max_by_key(|part| part.1).map(|part| part.0);
                let keeps = largest == Some(at);
                Area {
                    code: code.to_owned(),
                    name: crosswalk.new_names.get(code).unwrap_or(&area.name).clone(),
                    county: crosswalk.new_counties.get(code).unwrap_or(&area.county).clone(),
                    land_area_km2: land[at],
                    centre: if keeps { area.centre.clone() } else { String::new() },
                    position: area.position.filter(|_| keeps),
                    ..Area::default()
                }
            })
            .collect()
    }

    /// Employed residents and jobs: the sums of the new flows, and what the old ones had beyond
    /// theirs, shared out.
    fn add_employment(
        &self,
        areas: &mut [Area],
        flows: &Flows,
        external: &[ExternalPlace],
        spread_sum: &dyn Fn(&[Commuters]) -> Vec<Commuters>,
    ) {
        let sums = |flows: &Flows, external: &[ExternalPlace], number: usize| {
            let (mut out_of, mut into) = (vec![0_u64; number], vec![0_u64; number]);
            for (from, to, commuters) in flows.triples() {
                out_of[from] += commuters;
                into[to] += commuters;
            }
            for place in external {
                for at in 0..number {
                    out_of[at] += place.to[at];
                    into[at] += place.from[at];
                }
            }
            (out_of, into)
        };
        let (old_out, old_in) = sums(&self.flows, &self.external, self.num_areas());
        let (new_out, new_in) = sums(flows, external, areas.len());
        let beyond = |figure: fn(&Area) -> u64, sums: &[u64], is_more: bool| -> Vec<u64> {
            let pairs = self.areas.iter().zip(sums);
            pairs
                .map(|(area, &sum)| {
                    let (stated, summed) = (figure(area), sum);
                    if is_more {
                        stated.saturating_sub(summed)
                    } else {
                        summed.saturating_sub(stated)
                    }
                })
                .collect()
        };
        let figures = |figure: fn(&Area) -> u64, old: &[u64], new: &[u64]| -> Vec<u64> {
            let more = spread_sum(&beyond(figure, old, true));
            let less = spread_sum(&beyond(figure, old, false));
            let sums = new.iter().zip(more).zip(less);
            sums.map(|((sum, more), less)| (sum + more).saturating_sub(less)).collect()
        };
        let employed = figures(|area| area.employed_residents, &old_out, &new_out);
        let jobs = figures(|area| area.jobs, &old_in, &new_in);
        for ((area, employed), jobs) in areas.iter_mut().zip(employed).zip(jobs) {
            (area.employed_residents, area.jobs) = (employed, jobs);
        }
    }
}

fn merged_links(links: &[Link], parts: &[Parts]) -> Vec<Link> {
    let mut merged: BTreeMap<_, Link> = BTreeMap::new();
    let mut add = |one: usize, other: usize, link: Link| {
        let (a, b) = (one.min(other), one.max(other));
        if a == b {
            return;
        }
        let link = Link { a, b, ..link };
        merged
            .entry((a, b, link.kind))
            .and_modify(|known| {
                known.border_km = known.border_km.zip(link.border_km).map(|(x, y)| x + y);
                if known.note.is_empty() {
                    known.note.clone_from(&link.note);
                }
            })
            .or_insert(link);
    };
    for link in links {
        let is_whole = parts[link.a].len() == 1 && parts[link.b].len() == 1;
        for &(one, _) in &parts[link.a] {
            for &(other, _) in &parts[link.b] {
                // How long the border of a part is nobody can tell.
                let border_km = link.border_km.filter(|_| is_whole);
                add(one, other, Link { border_km, ..link.clone() });
            }
        }
    }
    for parts in parts.iter().filter(|parts| parts.len() > 1) {
        for (at, &(one, _)) in parts.iter().enumerate() {
            for &(other, _) in &parts[at + 1..] {
                let note = "assumed: parts of one area".to_owned();
                let link = Link { a: one, b: other, kind: LinkKind::Land, border_km: None, note };
                add(one, other, link);
            }
        }
    }
    merged.into_values().collect()
}

fn merged_external_links(links: &[ExternalLink], crosswalk: &Crosswalk) -> Vec<ExternalLink> {
    let new = |code: &str| -> Vec<String> {
        let found: Vec<String> = crosswalk.new_codes(code).map(str::to_owned).collect();
        if found.is_empty() { vec![code.to_owned()] } else { found }
    };
    let mut merged: BTreeMap<_, ExternalLink> = BTreeMap::new();
    for link in links {
        let (ones, others) = (new(&link.a), new(&link.b));
        let is_whole = ones.len() == 1 && others.len() == 1;
        for (one, other) in ones.iter().flat_map(|one| others.iter().map(move |other| (one, other)))
        {
            let (a, b) = (one.min(other).clone(), one.max(other).clone());
            let border_km = link.border_km.filter(|_| is_whole);
            let link = ExternalLink { a: a.clone(), b: b.clone(), border_km, ..link.clone() };
            merged
                .entry((a, b, link.kind))
                .and_modify(|known| {
                    known.border_km = known.border_km.zip(link.border_km).map(|(x, y)| x + y);
                })
                .or_insert(link);
        }
    }
    merged.into_values().collect()
}

fn merged_division(division: &Division, parts: &[Parts]) -> Division {
    let regions = division.regions.iter().map(|region| {
        let new = region.areas.iter().flat_map(|&old| parts[old].iter().map(|part| part.0));
        let areas: BTreeSet<usize> = new.collect();
        DivisionRegion { name: region.name.clone(), areas: areas.into_iter().collect() }
    });
    Division { name: division.name.clone(), regions: regions.collect() }
}
