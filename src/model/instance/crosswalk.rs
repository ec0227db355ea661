//! Municipal mergers: a table from old areas to new ones, and what it carries over.
//!
//! A crosswalk is a CSV file whose first two columns beginning with `code_` are the old and the
//! new code, such as `code_2017,name_2017,code_2020`. Every old area goes to exactly one new area;
//! areas that were split cannot be carried over without figures of their parts. Sums are exact.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::figures::{checked_sum, count};
use super::lookup::{Codes, Resolver};
use super::read::{Row, Table, unreadable};
use super::{
    Area, Division, DivisionRegion, ExternalLink, ExternalPlace, Flows, Instance, Link, codes,
    oddities,
};
use crate::defect::{Defect, Defects};
use crate::quantity::Commuters;

/// Which new area each old area became part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosswalk {
    /// New code and old name by old code.
    old: BTreeMap<String, (String, String)>,
    /// Names of new areas by code, where the file gives them.
    new_names: BTreeMap<String, String>,
}

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
        let mut crosswalk = Self { old: BTreeMap::new(), new_names: BTreeMap::new() };
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
        let name_of = |code: &str| table.column(&code.replacen("code_", "name_", 1));
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
            let name = row.get_or_empty(name_of(old_code)).to_owned();
            let new_name = row.get_or_empty(name_of(new_code));
            if !new_name.is_empty() {
                self.new_names.insert(new.clone(), new_name.to_owned());
            }
            if let Some((before, _)) = self.old.insert(old.clone(), (new.clone(), name)) {
                let what = if before == new {
                    format!("the old area `{old}` stands twice")
                } else {
                    format!("the old area `{old}` goes to both `{before}` and `{new}`")
                };
                defects.push(Defect::new(
                    codes::CROSSWALK,
                    table.at(row, old_code),
                    what,
                    "give every old area one row; an area that was split cannot be carried over",
                ));
            }
        }
    }

    /// Old codes, ascending.
    pub fn old_codes(&self) -> impl Iterator<Item = &str> {
        self.old.keys().map(String::as_str)
    }

    /// The new code of an old area.
    pub fn new_code(&self, old: &str) -> Option<&str> {
        self.old.get(old).map(|(new, _)| new.as_str())
    }

    /// Name and code of an old area.
    pub fn old_label(&self, old: &str) -> String {
        match self.old.get(old) {
            Some((_, name)) if !name.is_empty() => format!("{name} ({old})"),
            _ => format!("`{old}`"),
        }
    }

    /// Old codes that make up each new area, by new code.
    pub fn parts(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (old, (new, _)) in &self.old {
            parts.entry(new).or_default().push(old);
        }
        parts
    }

    /// The side an instance stands on; the new one where both fit.
    ///
    /// # Errors
    /// Naming the areas of the instance that neither side has.
    pub fn side(&self, instance: &Instance) -> Result<Side, Defects> {
        let new: BTreeSet<&str> = self.old.values().map(|(new, _)| new.as_str()).collect();
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
    /// of an instance. What was commuting between parts of a new area becomes its own-area flow.
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
                self.new_index(instance, table, row, column, &listed[old].code, &mut defects)
            });
            let commuters = count(table, row, "commuters", "the flow", &mut defects);
            if let ([Some(from), Some(to)], Some(commuters)) = (ends, commuters) {
                triples.push((from, to, commuters));
            }
        }
        resolver.finish(&mut defects);
        let file = path.display().to_string();
        checked_sum(&file, triples.iter().map(|triple| triple.2), &mut defects);
        defects.into_result()?;
        Ok(Flows::from_triples(instance.num_areas(), triples))
    }

    fn new_index(
        &self,
        instance: &Instance,
        table: &Table,
        row: &Row,
        column: &str,
        old: &str,
        defects: &mut Defects,
    ) -> Option<usize> {
        let new = self.new_code(old)?;
        let found = instance.index_of_code(new);
        if found.is_none() {
            defects.push(Defect::new(
                codes::CROSSWALK,
                table.at(row, column),
                format!(
                    "{} goes to `{new}`, which the instance does not have",
                    self.old_label(old)
                ),
                "correct the crosswalk, or drop the row",
            ));
        }
        found
    }

    /// The old areas with nothing but code and name.
    fn old_areas(&self) -> Vec<Area> {
        self.old
            .iter()
            .map(|(code, (_, name))| Area {
                code: code.clone(),
                name: name.clone(),
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

impl Instance {
    /// The instance on the new borders of a crosswalk. Every figure is the sum over the parts.
    ///
    /// Commuting between parts of a new area becomes own-area flow; links between parts vanish,
    /// parallel links of one kind become one of summed length. Centre, position and county are
    /// those of the part with most jobs; so is the name where the crosswalk gives none. Divisions
    /// are carried over and may become covers. Polygons are not merged: there are none.
    ///
    /// # Panics
    /// When an area is not among the crosswalk's old ones: see [`Crosswalk::side`].
    #[must_use]
    pub fn carried(&self, crosswalk: &Crosswalk) -> Self {
        let code_of = |area: &Area| {
            crosswalk.new_code(&area.code).expect("all areas stand in the crosswalk").to_owned()
        };
        let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, area) in self.areas.iter().enumerate() {
            members.entry(code_of(area)).or_default().push(at);
        }
        let mut new_of = vec![0; self.num_areas()];
        for (new, old) in members.values().enumerate() {
            for &old in old {
                new_of[old] = new;
            }
        }
        let areas: Vec<Area> =
            members.iter().map(|(code, parts)| self.merged(crosswalk, code, parts)).collect();
        let pick = |figures: &[Commuters]| -> Vec<Commuters> {
            members.values().map(|parts| parts.iter().map(|&part| figures[part]).sum()).collect()
        };
        let triples = self.flows.triples().map(|(from, to, n)| (new_of[from], new_of[to], n));
        let mut instance = Self {
            flows: Flows::from_triples(areas.len(), triples),
            links: merged_links(&self.links, &new_of),
            external: self
                .external
                .iter()
                .map(|place| ExternalPlace {
                    name: place.name.clone(),
                    to: pick(&place.to),
                    from: pick(&place.from),
                })
                .collect(),
            external_links: merged_external_links(&self.external_links, crosswalk),
            divisions: self
                .divisions
                .iter()
                .map(|(name, division)| (name.clone(), merged_division(division, &new_of)))
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

    fn merged(&self, crosswalk: &Crosswalk, code: &str, parts: &[usize]) -> Area {
        let sum = |figure: fn(&Area) -> u64| parts.iter().map(|&at| figure(&self.areas[at])).sum();
        let main = self.centre(parts);
        let main = &self.areas[main];
        Area {
            code: code.to_owned(),
            name: crosswalk.new_names.get(code).unwrap_or(&main.name).clone(),
            population: sum(|area| area.population),
            employed_residents: sum(|area| area.employed_residents),
            jobs: sum(|area| area.jobs),
            land_area_km2: parts.iter().map(|&at| self.areas[at].land_area_km2).sum(),
            ..main.clone()
        }
    }
}

fn merged_links(links: &[Link], new_of: &[usize]) -> Vec<Link> {
    let mut merged: BTreeMap<_, Link> = BTreeMap::new();
    for link in links {
        let (a, b) = (new_of[link.a].min(new_of[link.b]), new_of[link.a].max(new_of[link.b]));
        if a == b {
            continue;
        }
        let link = Link { a, b, ..link.clone() };
        merged
            .entry((a, b, link.kind))
            .and_modify(|known| {
                known.border_km = known.border_km.zip(link.border_km).map(|(x, y)| x + y);
                if known.note.is_empty() {
                    known.note.clone_from(&link.note);
                }
            })
            .or_insert(link);
    }
    merged.into_values().collect()
}

fn merged_external_links(links: &[ExternalLink], crosswalk: &Crosswalk) -> Vec<ExternalLink> {
    let new = |code: &str| crosswalk.new_code(code).unwrap_or(code).to_owned();
    let mut merged: BTreeMap<_, ExternalLink> = BTreeMap::new();
    for link in links {
        let (a, b) = (new(&link.a).min(new(&link.b)), new(&link.a).max(new(&link.b)));
        let link = ExternalLink { a: a.clone(), b: b.clone(), ..link.clone() };
        merged
            .entry((a, b, link.kind))
            .and_modify(|known| {
                known.border_km = known.border_km.zip(link.border_km).map(|(x, y)| x + y);
            })
            .or_insert(link);
    }
    merged.into_values().collect()
}

fn merged_division(division: &Division, new_of: &[usize]) -> Division {
    let regions = division.regions.iter().map(|region| {
        let areas: BTreeSet<usize> = region.areas.iter().map(|&old| new_of[old]).collect();
        DivisionRegion { name: region.name.clone(), areas: areas.into_iter().collect() }
    });
    Division { name: division.name.clone(), regions: regions.collect() }
}
