//! Areas by name or code, as people write them.

use std::collections::BTreeMap;

use super::read::closest;
use super::{Area, Instance};

/// Why a name or code leads to no single area.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AreaNotFound {
    /// No area has it.
    #[error("no area is called `{query}`{}", hint(.suggestions))]
    Unknown {
        /// What was asked for.
        query: String,
        /// Name and code of areas that may be meant, the most likely first.
        suggestions: Vec<String>,
    },
    /// Several areas have it.
    #[error("`{query}` may be {}; write the code", .matches.join(" or "))]
    Ambiguous {
        /// What was asked for.
        query: String,
        /// Name and code of the areas.
        matches: Vec<String>,
    },
}

fn hint(suggestions: &[String]) -> String {
    if suggestions.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", suggestions.join(" or "))
    }
}

impl Instance {
    /// The index of the area with this code, this name, or this name in other capitals, tried in
    /// that order.
    ///
    /// # Errors
    /// [`AreaNotFound`] when there is none or more than one.
    pub fn find_area(&self, name_or_code: &str) -> Result<usize, AreaNotFound> {
        find(self.areas.iter(), name_or_code)
    }
}

/// The areas of an instance by code and name, for whoever looks up many.
pub(crate) struct AreaIndex<'a> {
    areas: &'a [Area],
    by_code: BTreeMap<&'a str, usize>,
    by_name: BTreeMap<&'a str, Vec<usize>>,
    by_lower: BTreeMap<String, Vec<usize>>,
}

impl<'a> AreaIndex<'a> {
    /// The areas of an instance.
    pub(crate) fn of(instance: &'a Instance) -> Self {
        let mut index = Self {
            areas: &instance.areas,
            by_code: BTreeMap::new(),
            by_name: BTreeMap::new(),
            by_lower: BTreeMap::new(),
        };
        for (at, area) in instance.areas.iter().enumerate() {
            index.by_code.entry(&area.code).or_insert(at);
            index.by_name.entry(&area.name).or_default().push(at);
            index.by_lower.entry(area.name.to_lowercase()).or_default().push(at);
        }
        index
    }

    /// As [`Instance::find_area`]; suggestions, for which all names are compared, only where they
    /// are wanted.
    pub(crate) fn find(&self, query: &str, suggests: bool) -> Result<usize, AreaNotFound> {
        let wanted = query.trim();
        if let Some(&at) = self.by_code.get(wanted) {
            return Ok(at);
        }
        let named = self.by_name.get(wanted).or_else(|| self.by_lower.get(&wanted.to_lowercase()));
        match named.map(Vec::as_slice) {
            Some([at]) => Ok(*at),
            Some(several) => Err(AreaNotFound::Ambiguous {
                query: wanted.to_owned(),
                matches: several.iter().map(|&at| self.areas[at].label()).collect(),
            }),
            None => {
                let suggestions =
                    if suggests { suggest(self.areas.iter(), wanted) } else { Vec::new() };
                Err(AreaNotFound::Unknown { query: wanted.to_owned(), suggestions })
            }
        }
    }
}

/// The place of the one area among several that has this code or name.
pub(super) fn find<'a>(
    areas: impl Iterator<Item = &'a Area> + Clone,
    query: &str,
) -> Result<usize, AreaNotFound> {
    let wanted = query.trim();
    if let Some(at) = areas.clone().position(|area| area.code == wanted) {
        return Ok(at);
    }
    let lower = wanted.to_lowercase();
    let named: [Vec<(usize, &Area)>; 2] = [
        areas.clone().enumerate().filter(|(_, area)| area.name == wanted).collect(),
        areas.clone().enumerate().filter(|(_, area)| area.name.to_lowercase() == lower).collect(),
    ];
    for matches in named {
        match matches[..] {
            [] => {}
            [(at, _)] => return Ok(at),
            _ => {
                return Err(AreaNotFound::Ambiguous {
                    query: wanted.to_owned(),
                    matches: matches.iter().map(|(_, area)| area.label()).collect(),
                });
            }
        }
    }
    Err(AreaNotFound::Unknown { query: wanted.to_owned(), suggestions: suggest(areas, wanted) })
}

/// Labels of the areas a word may be meant for: by code where it is a number, perhaps one that has
/// lost its leading zero, else by name.
fn suggest<'a>(areas: impl Iterator<Item = &'a Area> + Clone, word: &str) -> Vec<String> {
    let is_code = word.bytes().all(|byte| byte.is_ascii_digit());
    let key = |area: &'a Area| -> &'a str { if is_code { &area.code } else { &area.name } };
    let bare = |code: &'a str| code.trim_start_matches('0');
    let best = match areas.clone().map(key).find(|code| is_code && bare(code) == word) {
        Some(with_zero) => with_zero,
        None => match closest(word, areas.clone().map(key)) {
            Some(alike) => alike,
            None => return Vec::new(),
        },
    };
    areas.filter(|area| key(area) == best).map(Area::label).collect()
}
