//! Crosswalks: the areas of one year on the borders of another.
//!
//! Areas merge, are renamed and get new codes. An area that was split goes to several new ones, each
//! with a weight, such as its population: figures are shared out by the weights, and rounded so that
//! their sums are kept. Flows inside a split area, and between split ones, are shared out by the product
//! of the weights of both ends. Sums are exact.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::figures::{checked_sum, count};
use super::lookup::{Codes, Resolver};
use super::read::{Row, Table, unreadable};
use super::{
    Area, Division, DivisionRegion, ExternalLink, ExternalPlace, Flows, Instance, Link, LinkKind,
    codes, oddities,
};
use crate::defect::{Defect, Defects};
use crate::quantity::Commuters;
use crate::reading::{Decimal, NumberOptions, Numbers, Reading};

/// Which new areas each old area became, or became part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosswalk {
    old: BTreeMap<String, Old>,
    /// Names of new areas by code, where the file gives them.
    new_names: BTreeMap<String, String>,
    /// Counties of new areas by code, where the file gives them.
    new_counties: BTreeMap<String, String>,
}

/// What became of an old area.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Old {
    name: String,
    /// New codes with their weights, in parts of [`WHOLE`]; one, unless the area was split.
    parts: Vec<(String, u64)>,
}

/// Parts of a whole in which weights are held.
const WHOLE: u64 = 1_000_000_000;

/// On which side of a crosswalk an instance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Its areas are old ones.
    Old,
    /// Its areas are new ones.
    New,
}

impl Crosswalk {
    /// Reads a crosswalk.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read(path: &Path) -> Result<Self, Defects> {
        let mut defects = Defects::default();
        let table = open(path, &[], &mut defects);
        let mut crosswalk = Self {
            old: BTreeMap::new(),
            new_names: BTreeMap::new(),
            new_counties: BTreeMap::new(),
        };
        if let Some(table) = table {
            crosswalk.fill(&table, &mut defects);
        }
        defects.into_result()?;
        Ok(crosswalk)
    }

    fn fill(&mut self, table: &Table, defects: &mut Defects) {
        let columns: Vec<&String> =
            table.header().iter().filter(|column| column.starts_with("code_")).collect();
        let [old_code, new_code, ..] = columns[..] else {
            defects.push(Defect::new(
                codes::COLUMN,
                format!("{}, row 1", table.file),
                "there are no two columns whose names begin with `code_`",
                "name the columns like code_2017,name_2017,code_2020, the old code first",
            ));
            return;
        };
        let beside = |code: &str, what: &str| table.column(&code.replacen("code_", what, 1));
        let weight = table.column("weight").or_else(|| table.column("share"));
        let numbers = Numbers::learn(
            table.rows.iter().map(|row| row.get_or_empty(weight)),
            NumberOptions::default(),
        );
        let mut weights: BTreeMap<String, Vec<(String, Option<Decimal>, u64)>> = BTreeMap::new();
        for row in &table.rows {
            let text = |column: &str| row.get(table.required(column)).to_owned();
            let (old, new) = (text(old_code), text(new_code));
            if old.is_empty() || new.is_empty() {
                defects.push(Defect::new(
                    codes::TEXT,
                    format!("{}, row {}", table.file, row.line),
                    "a code is empty",
                    "give the old and the new code",
                ));
                continue;
            }
            for (known, what) in
                [(&mut self.new_names, "name_"), (&mut self.new_counties, "county_")]
            {
                let text = row.get_or_empty(beside(new_code, what));
                if !text.is_empty() {
                    known.insert(new.clone(), text.to_owned());
                }
            }
            let name = row.get_or_empty(beside(old_code, "name_"));
            let known = self.old.entry(old.clone()).or_default();
            if known.name.is_empty() {
                name.clone_into(&mut known.name);
            }
            let weight = match numbers.read(row.get_or_empty(weight)) {
                Reading::Number(weight) => Some(weight),
                Reading::Missing(_) => None,
                Reading::Wrong(fault) => {
                    defects.push(Defect::new(
                        codes::NOT_A_MEASURE,
                        format!("{}, row {}, column weight", table.file, row.line),
                        format!("the weight of `{old}` {}", fault.what()),
                        "write a number of at least 0, such as the population of the part",
                    ));
                    None
                }
            };
            let parts = weights.entry(old.clone()).or_default();
            if parts.iter().any(|(code, ..)| *code == new) {
                defects.push(Defect::new(
                    codes::CROSSWALK,
                    table.at(row, old_code),
                    format!("the old area `{old}` stands twice"),
                    "give every pair of an old and a new area one row",
                ));
                continue;
            }
            parts.push((new, weight, row.line));
        }
        for (old, parts) in weights {
            let found = Self::weighed(&old, &parts, table, old_code, defects);
            if let Some(known) = self.old.get_mut(&old) {
                known.parts = found;
            }
        }
    }

    /// The parts of an old area with their weights in parts of [`WHOLE`].
    fn weighed(
        old: &str,
        parts: &[(String, Option<Decimal>, u64)],
        table: &Table,
        old_code: &str,
        defects: &mut Defects,
    ) -> Vec<(String, u64)> {
        if let [(only, ..)] = parts {
            return vec![(only.clone(), WHOLE)];
        }
        let weights: Vec<u128> =
            parts.iter().map(|(_, weight, _)| weight.map_or(0, Decimal::parts)).collect();
        if parts.iter().any(|(_, weight, _)| weight.is_none())
            || weights.iter().all(|one| *one == 0)
        {
            defects.push(Defect::new(
                codes::CROSSWALK,
                format!("{}, row {}, column {old_code}", table.file, parts[1].2),
                format!("the old area `{old}` goes to both `{}` and `{}`", parts[0].0, parts[1].0),
                "give every old area one row, or a column `weight` with the share, or the \
                 population, of each of its parts",
            ));
        }
        let shares = shared_out(WHOLE, &weights);
        parts.iter().map(|(code, ..)| code.clone()).zip(shares).collect()
    }

    /// Old codes, ascending.
    pub fn old_codes(&self) -> impl Iterator<Item = &str> {
        self.old.keys().map(String::as_str)
    }

    /// The new codes of an old area: one, or those of its parts; none where the crosswalk does not
    /// hold it.
    pub fn new_codes(&self, old: &str) -> impl Iterator<Item = &str> {
        let parts = self.old.get(old).into_iter().flat_map(|old| &old.parts);
        parts.map(|(new, _)| new.as_str())
    }

    /// Names and codes of the old areas that were split.
    pub fn split(&self) -> Vec<String> {
        let split = self.old.iter().filter(|(_, old)| old.parts.len() > 1);
        split.map(|(code, _)| self.old_label(code)).collect()
    }

    /// Name and code of an old area.
    pub fn old_label(&self, old: &str) -> String {
        match self.old.get(old) {
            Some(Old { name, .. }) if !name.is_empty() => format!("{name} ({old})"),
            _ => format!("`{old}`"),
        }
    }

    /// Old codes that make up each new area, by new code.
    pub fn parts(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (code, old) in &self.old {
            for (new, _) in &old.parts {
                parts.entry(new).or_default().push(code);
            }
        }
        parts
    }

    /// The side an instance stands on; the new one where both fit.
    ///
    /// # Errors
    /// Naming the areas of the instance that neither side has.
    pub fn side(&self, instance: &Instance) -> Result<Side, Defects> {
        let parts = self.old.values().flat_map(|old| &old.parts);
        let new: BTreeSet<&str> = parts.map(|(new, _)| new.as_str()).collect();
        let missing = |has: &dyn Fn(&str) -> bool| -> Vec<String> {
            let lacking = instance.areas.iter().filter(|area| !has(&area.code));
            lacking.map(Area::label).collect()
        };
        let not_new = missing(&|code| new.contains(code));
        let not_old = missing(&|code| self.old.contains_key(code));
        if not_new.is_empty() {
            return Ok(Side::New);
        }
        if not_old.is_empty() {
            return Ok(Side::Old);
        }
        let fewer = if not_new.len() <= not_old.len() { not_new } else { not_old };
        Err(Defect::new(
            codes::CROSSWALK,
            "crosswalk",
            format!("it does not hold {}", fewer.join(", ")),
            "add the areas; one that did not change goes to itself",
        )
        .into())
    }

    /// Reads a division by old codes: for every region, in the order of the file, its name and its
    /// old codes.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read_old_division(&self, path: &Path) -> Result<Vec<(String, Vec<String>)>, Defects> {
        let mut defects = Defects::default();
        let table = open(path, &["code", "region"], &mut defects);
        let listed = self.old_areas();
        let codes = Codes::new(&listed, BTreeMap::new());
        let mut resolver = Resolver::new(&codes);
        let mut regions: Vec<(String, Vec<String>)> = Vec::new();
        if let Some(table) = &table {
            for row in &table.rows {
                let Some(area) = resolver.column(table, row, "code") else { continue };
                let name = row.get(table.required("region"));
                if name.is_empty() {
                    continue;
                }
                let code = listed[area].code.clone();
                match regions.iter_mut().find(|(known, _)| known == name) {
                    Some((_, codes)) => codes.push(code),
                    None => regions.push((name.to_owned(), vec![code])),
                }
            }
        }
        resolver.finish(&mut defects);
        defects.into_result()?;
        Ok(regions)
    }

    /// Reads flows by old codes (`residence,workplace,commuters`) and sums them over the new areas
    /// of an instance. What was commuting between parts of a new area becomes its own-area flow; what
    /// was commuting to or from a split one is shared out.
    ///
    /// # Errors
    /// Everything that is wrong with the file, and new codes the instance does not have.
    pub fn read_old_flows(&self, path: &Path, instance: &Instance) -> Result<Flows, Defects> {
        let mut defects = Defects::default();
        let table = open(path, &["residence", "workplace", "commuters"], &mut defects);
        let listed = self.old_areas();
        let codes = Codes::new(&listed, BTreeMap::new());
        let mut resolver = Resolver::new(&codes);
        let mut triples = Vec::new();
        let rows = table.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
        for (table, row) in rows {
            let ends = ["residence", "workplace"].map(|column| {
                let old = resolver.column(table, row, column)?;
                self.new_places(instance, table, row, column, &listed[old].code, &mut defects)
            });
            let commuters = count(table, row, "commuters", "the flow", &mut defects);
            if let ([Some(from), Some(to)], Some(commuters)) = (ends, commuters) {
                triples.extend(spread(commuters, &from, &to));
            }
        }
        resolver.finish(&mut defects);
        let file = path.display().to_string();
        checked_sum(&file, triples.iter().map(|triple| triple.2), &mut defects);
        defects.into_result()?;
        Ok(Flows::from_triples(instance.num_areas(), triples))
    }

    /// The areas of an instance that an old one became, with their weights.
    fn new_places(
        &self,
        instance: &Instance,
        table: &Table,
        row: &Row,
        column: &str,
        old: &str,
        defects: &mut Defects,
    ) -> Option<Parts> {
        let mut places = Parts::new();
        for (new, weight) in &self.old.get(old)?.parts {
            match instance.index_of_code(new) {
                Some(found) => places.push((found, *weight)),
                None => defects.push(Defect::new(
                    codes::CROSSWALK,
                    table.at(row, column),
                    format!(
                        "{} goes to `{new}`, which the instance does not have",
                        self.old_label(old)
                    ),
                    "correct the crosswalk, or drop the row",
                )),
            }
        }
        (!places.is_empty()).then_some(places)
    }

    /// The old areas with nothing but code and name.
    fn old_areas(&self) -> Vec<Area> {
        self.old
            .iter()
            .map(|(code, old)| Area {
                code: code.clone(),
                name: old.name.clone(),
                ..Area::default()
            })
            .collect()
    }
}

fn open(path: &Path, columns: &[&str], defects: &mut Defects) -> Option<Table> {
    let file = path.display().to_string();
    match std::fs::read(path) {
        Ok(bytes) => Table::read(&file, &bytes, columns, defects),
        Err(error) => {
            defects.push(unreadable(&file, &error));
            None
        }
    }
}

/// New areas with their weights in parts of [`WHOLE`].
type Parts = Vec<(usize, u64)>;

/// A number in parts by weights: each is its share rounded down, and those with the largest remainders
/// get one more, the first of them where they are alike.
fn shared_out(number: u64, weights: &[u128]) -> Vec<u64> {
    // Weights are below 10^18, numbers at most 10^15: products fit.
    let largest = weights.iter().copied().max().unwrap_or(0);
    let scale = (largest / 1_000_000_000_000_000_000).max(1);
    let weights: Vec<u128> = weights.iter().map(|weight| weight / scale).collect();
    let sum: u128 = weights.iter().sum::<u128>().max(1);
    let product = |weight: u128| u128::from(number) * weight;
    let mut shares: Vec<u64> = weights
        .iter()
        .map(|&weight| u64::try_from(product(weight) / sum).unwrap_or(u64::MAX))
        .collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&at| (std::cmp::Reverse(product(weights[at]) % sum), at));
    let given: u64 = shares.iter().sum();
    let rest = usize::try_from(number.saturating_sub(given)).unwrap_or(0);
    for &at in order.iter().take(rest) {
        shares[at] += 1;
    }
    shares
}

/// A flow between areas that may be split, by the product of the weights of both ends.
fn spread(commuters: u64, from: &Parts, to: &Parts) -> Vec<(usize, usize, u64)> {
    let pairs: Vec<(usize, usize)> =
        from.iter().flat_map(|one| to.iter().map(move |other| (one.0, other.0))).collect();
    let weights: Vec<u128> = from
        .iter()
        .flat_map(|one| to.iter().map(move |other| u128::from(one.1) * u128::from(other.1)))
        .collect();
    let shares = shared_out(commuters, &weights);
    pairs.into_iter().zip(shares).map(|((from, to), share)| (from, to, share)).collect()
}

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
        instance.oddities = oddities::find(&instance);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_keep_their_sum_and_follow_the_weights() {
        assert_eq!(shared_out(10, &[2, 1, 1]), [5, 3, 2], "the first of two alike gets the rest");
        assert_eq!(shared_out(1, &[1, 3]), [0, 1]);
        assert_eq!(shared_out(0, &[1, 1]), [0, 0]);
        let parts = vec![(0, 600_000_000), (1, 400_000_000)];
        let spread = spread(100, &parts, &parts);
        assert_eq!(spread, [(0, 0, 36), (0, 1, 24), (1, 0, 24), (1, 1, 16)]);
    }
}
