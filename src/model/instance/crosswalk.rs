//! Crosswalks: the areas of one year on the borders of another.
//!
//! Areas merge, are renamed and get new codes. An area that was split goes to several new ones, each
//! with a weight, such as its population: figures are shared out by the weights, and rounded so that
//! their sums are kept. Flows inside a split area, and between split ones, are shared out by the product
//! of the weights of both ends. Sums are exact.

mod carry;
mod fill;
mod share;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::share::{Parts, shared_out, spread};
use super::figures::{checked_sum, count};
use super::lookup::{Codes, Resolver};
use super::read::{Row, Table, assumed_oddity, in_utf8, unreadable};
use super::{Area, Flows, Instance, codes};
use crate::defect::{Defect, Defects};
use crate::reading::Encoding;

/// Which new areas each old area became, or became part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crosswalk {
    /// The columns of the old and the new code.
    columns: [String; 2],
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
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| unreadable(&file, &error))?;
        Self::of(&file, bytes, encoding)
    }

    /// As [`Crosswalk::read_noting`], from the bytes of a file.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn of(
        file: &str,
        bytes: Vec<u8>,
        encoding: Option<Encoding>,
    ) -> Result<(Self, Option<Defect>), Defects> {
        let mut defects = Defects::default();
        let (table, odd) = open_in(file, bytes, &[], encoding, &mut defects);
        let mut crosswalk = Self {
            columns: Default::default(),
            old: BTreeMap::new(),
            new_names: BTreeMap::new(),
            new_counties: BTreeMap::new(),
        };
        if let Some(table) = table {
            fill::fill(&mut crosswalk, &table, &mut defects);
        }
        defects.into_result()?;
        Ok((crosswalk, odd))
    }

    /// The columns of the old and the new code.
    pub fn columns(&self) -> (&str, &str) {
        let [old, new] = &self.columns;
        (old, new)
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
        // A spreadsheet takes the zeros at the beginning away.
        let cut = |code: &str| code.trim_start_matches('0').to_owned();
        let is_known = |code: &str| self.old.contains_key(code) || new.contains(code);
        let lost = instance.areas.iter().find(|area| {
            let short = cut(&area.code);
            short != area.code && !is_known(&area.code) && is_known(&short)
        });
        let cure = lost.map_or_else(
            || "add the areas; one that did not change goes to itself".to_owned(),
            |area| {
                let short = cut(&area.code);
                format!("codes have lost their leading zeros: write `{}` for `{short}`", area.code)
            },
        );
        let what = format!("it does not hold {}", some_of(&fewer));
        Err(Defect::new(codes::CROSSWALK, "crosswalk", what, cure).into())
    }

    /// Reads a division by old codes: for every region, in the order of the file, its name and its
    /// old codes.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn read_old_division(&self, path: &Path) -> Result<Vec<(String, Vec<String>)>, Defects> {
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| unreadable(&file, &error))?;
        self.old_division_of(&file, bytes, None).map(|(regions, _)| regions)
    }

    /// As [`Crosswalk::read_old_division`], from the bytes of a file that is in this encoding where it is
    /// not UTF-8, and with what is odd about it.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    #[expect(clippy::type_complexity, reason = "regions with their codes, and an oddity")]
    pub fn old_division_of(
        &self,
        file: &str,
        bytes: Vec<u8>,
        encoding: Option<Encoding>,
    ) -> Result<(Vec<(String, Vec<String>)>, Option<Defect>), Defects> {
        let mut defects = Defects::default();
        let (table, odd) = open_in(file, bytes, &["code", "region"], encoding, &mut defects);
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
        Ok((regions, odd))
    }

    /// Reads flows by old codes (`residence,workplace,commuters`) and sums them over the new areas
    /// of an instance. What was commuting between parts of a new area becomes its own-area flow; what
    /// was commuting to or from a split one is shared out.
    ///
    /// # Errors
    /// Everything that is wrong with the file, and new codes the instance does not have.
    pub fn read_old_flows(&self, path: &Path, instance: &Instance) -> Result<Flows, Defects> {
        let mut defects = Defects::default();
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| unreadable(&file, &error))?;
        let columns = ["residence", "workplace", "commuters"];
        let (table, _) = open_in(&file, bytes, &columns, instance.encoding, &mut defects);
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

/// The table in the bytes of a file that is in this encoding unless it is UTF-8, and what is odd about it.
fn open_in(
    file: &str,
    bytes: Vec<u8>,
    columns: &[&str],
    encoding: Option<Encoding>,
    defects: &mut Defects,
) -> (Option<Table>, Option<Defect>) {
    let Some(told) = in_utf8(file, bytes, encoding, defects) else { return (None, None) };
    let odd = told.assumed.map(|encoding| assumed_oddity(file, encoding));
    (Table::of_others(file, &told.bytes, columns, defects), odd)
}

/// The first few of many, for a message.
fn some_of(all: &[String]) -> String {
    const MOST: usize = 20;
    let shown = all.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if all.len() > MOST { format!("{shown}, … ({} in all)", all.len()) } else { shown }
}
