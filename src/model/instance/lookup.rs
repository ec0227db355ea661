//! Codes into area indices. A code that stands nowhere in `areas.csv` is reported once per file,
//! with what was probably meant.

use std::collections::{BTreeMap, BTreeSet};

use super::read::{Row, Table, closest, counted, shorten};
use super::{Area, codes};
use crate::defect::{Defect, Defects};

/// The known codes of an instance.
pub(super) struct Codes {
    index: BTreeMap<String, usize>,
    names: Vec<String>,
    /// By name in small letters; nothing where several have it.
    by_name: BTreeMap<String, Option<usize>>,
    labels: Vec<String>,
    aliases: BTreeMap<String, usize>,
    excused: BTreeSet<String>,
}

impl Codes {
    /// The codes of areas, which keep their order as indices. `aliases` are further spellings that
    /// are already reported as defects, so that they are not reported again in every other file.
    pub(super) fn new(areas: &[Area], aliases: BTreeMap<String, usize>) -> Self {
        let mut by_name: BTreeMap<String, Option<usize>> = BTreeMap::new();
        for (at, area) in areas.iter().enumerate() {
            let found = by_name.entry(area.name.to_lowercase());
            found.and_modify(|only| *only = None).or_insert(Some(at));
        }
        Self {
            by_name,
            index: areas.iter().enumerate().map(|(at, area)| (area.code.clone(), at)).collect(),
            names: areas.iter().map(|area| area.name.clone()).collect(),
            labels: areas.iter().map(Area::label).collect(),
            aliases,
            excused: BTreeSet::new(),
        }
    }

    /// The same codes, where these words are not reported as unknown codes: rows of `areas.csv` that
    /// could not be read hold them.
    pub(super) fn excusing(self, excused: BTreeSet<String>) -> Self {
        Self { excused, ..self }
    }

    /// How many areas there are.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// The index of a code.
    pub(super) fn find(&self, code: &str) -> Option<usize> {
        self.index.get(code).or_else(|| self.aliases.get(code)).copied()
    }

    /// The index of the only area with this name, whatever its capitals.
    pub(super) fn find_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.to_lowercase()).copied().flatten()
    }

    /// Name and code of an area; the bare code when nobody knows it.
    pub(super) fn label(&self, code: &str) -> String {
        match self.find(code) {
            Some(at) => format!("{} ({code})", self.names[at]),
            None => format!("`{}`", shorten(code)),
        }
    }

    /// Name and code of an area.
    pub(super) fn label_of(&self, area: usize) -> String {
        self.labels[area].clone()
    }

    /// Name and code of the area that a code is probably meant to be.
    fn meant(&self, code: &str) -> Option<String> {
        let label = |(code, &at): (&String, &usize)| format!("`{code}` ({})", self.names[at]);
        if let Some((found, at)) =
            self.index.iter().find(|(_, at)| self.names[**at].to_lowercase() == code.to_lowercase())
        {
            return Some(label((found, at)));
        }
        let found = closest(code, self.index.keys().map(String::as_str))?;
        self.index.get_key_value(found).map(label)
    }

    /// Why a code is unknown, and the cure.
    pub(super) fn explain(&self, code: &str, rows: usize) -> (&'static str, String, String) {
        let shown = shorten(code);
        let others =
            if rows > 1 { format!(" (in {})", counted(rows, "row")) } else { String::new() };
        if let Some((full, &at)) = lost_zero_of(code, &self.index) {
            return (
                codes::LOST_ZERO,
                format!(
                    "code `{shown}` of {} ({full}) has lost its leading zero{others}",
                    self.names[at]
                ),
                format!("write `{full}`; import the column as text, not as numbers"),
            );
        }
        let stripped = code.trim_start_matches('0');
        if stripped.len() < code.len()
            && let Some((short, &at)) = self.index.get_key_value(stripped)
        {
            return (
                codes::LOST_ZERO,
                format!(
                    "code `{shown}` is `{short}` in areas.csv, where {} has lost its leading \
                     zero{others}",
                    self.names[at]
                ),
                format!("write `{shown}` in areas.csv; import the column as text, not as numbers"),
            );
        }
        let cure = match self.meant(code) {
            Some(meant) => format!("did you mean {meant}? Otherwise add the area or drop the row"),
            None => "add the area to areas.csv, or drop the row".to_owned(),
        };
        let what = if code.is_empty() {
            format!("the code is empty{others}")
        } else {
            format!("area `{shown}` is not listed in areas.csv{others}")
        };
        let kind = if code.is_empty() { codes::TEXT } else { codes::UNKNOWN_CODE };
        (kind, what, cure)
    }
}

/// The known code that has become `code` by losing zeros at its front.
fn lost_zero_of<'a>(
    code: &str,
    index: &'a BTreeMap<String, usize>,
) -> Option<(&'a String, &'a usize)> {
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    index.iter().find(|(full, _)| {
        full.len() > code.len()
            && full.ends_with(code)
            && full[..full.len() - code.len()].bytes().all(|byte| byte == b'0')
    })
}

/// How many unknown codes of a file get a hint what was meant.
const MOST_EXPLAINED: usize = 100;

/// Collects the unknown codes of one file.
pub(super) struct Resolver<'a> {
    codes: &'a Codes,
    unknown: BTreeMap<String, (usize, String, usize)>,
}

impl<'a> Resolver<'a> {
    /// Nothing unknown yet.
    pub(super) fn new(codes: &'a Codes) -> Self {
        Self { codes, unknown: BTreeMap::new() }
    }

    /// The area of a code that stands at `at`. Without any areas nothing is known and nothing is
    /// reported: whatever went wrong with `areas.csv` is already.
    pub(super) fn find(&mut self, code: &str, at: impl FnOnce() -> String) -> Option<usize> {
        let found = self.codes.find(code);
        if found.is_none() && self.codes.len() > 0 && !self.codes.excused.contains(code) {
            let order = self.unknown.len();
            self.unknown.entry(code.to_owned()).or_insert_with(|| (order, at(), 0)).2 += 1;
        }
        found
    }

    /// The area named in a column of a row.
    pub(super) fn column(&mut self, table: &Table, row: &Row, column: &str) -> Option<usize> {
        self.find(row.get(table.required(column)), || table.at(row, column))
    }

    /// Reports every unknown code once, at its first place.
    pub(super) fn finish(self, defects: &mut Defects) {
        let mut unknown: Vec<_> = self.unknown.into_iter().collect();
        unknown.sort_by_key(|(_, (order, ..))| *order);
        for (number, (code, (_, at, rows))) in unknown.into_iter().enumerate() {
            // What was meant is looked for among all codes, and thousands of hints help nobody.
            let (kind, what, cure) = if number < MOST_EXPLAINED {
                self.codes.explain(&code, rows)
            } else {
                let what = format!("area `{}` is not listed in areas.csv", shorten(&code));
                (codes::UNKNOWN_CODE, what, "add the area to areas.csv, or drop the row".to_owned())
            };
            defects.push(Defect::new(kind, at, what, cure));
        }
    }
}
