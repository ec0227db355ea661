//! Crosswalks: the areas of one year on the borders of another.
//!
//! Areas merge, are renamed and get new codes. An area that was split goes to several new ones, each
//! with a weight, such as its population: figures are shared out by the weights, and rounded so that
//! their sums are kept. Flows inside a split area, and between split ones, are shared out by the product
//! of the weights of both ends. Sums are exact.

mod carry;
mod share;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::share::{Parts, shared_out, spread};
use super::figures::{checked_sum, count};
use super::lookup::{Codes, Resolver};
use super::read::{Row, Table, assumed_oddity, in_utf8, unreadable};
use super::{Area, Flows, Instance, codes};
use crate::defect::{Defect, Defects};
use crate::reading::{Decimal, Encoding, NumberOptions, Numbers, Reading};

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
        Self::read_noting(path, None).map(|(crosswalk, _)| crosswalk)
    }

    /// As [`Crosswalk::read`], in this encoding where the file is not UTF-8, and with what is odd about
    /// it: that its encoding was assumed (`W111`).
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read_noting(
        path: &Path,
        encoding: Option<Encoding>,
    ) -> Result<(Self, Option<Defect>), Defects> {
        let mut defects = Defects::default();
        let (table, odd) = open_in(path, &[], encoding, &mut defects);
        let mut crosswalk = Self {
            old: BTreeMap::new(),
            new_names: BTreeMap::new(),
            new_counties: BTreeMap::new(),
        };
        if let Some(table) = table {
            crosswalk.fill(&table, &mut defects);
        }
        defects.into_result()?;
        Ok((crosswalk, odd))
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
    open_in(path, columns, None, defects).0
}

/// The table in a file that is in this encoding unless it is UTF-8, and what is odd about it.
fn open_in(
    path: &Path,
    columns: &[&str],
    encoding: Option<Encoding>,
    defects: &mut Defects,
) -> (Option<Table>, Option<Defect>) {
    let file = path.display().to_string();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            defects.push(unreadable(&file, &error));
            return (None, None);
        }
    };
    let Some(told) = in_utf8(&file, bytes, encoding, defects) else { return (None, None) };
    let odd = told.assumed.map(|encoding| assumed_oddity(&file, encoding));
    (Table::read(&file, &told.bytes, columns, defects), odd)
}
