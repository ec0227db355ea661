//! Tables with named dimensions, as statistical offices give them: JSON-stat, PX, and `PxWeb`'s own JSON.

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};
use regionfront_model::reading::{Encoding, Mark};

use super::{Condition, some_of};

mod answer;
mod json_stat;
mod px;

/// Most cells a table may have. Services give less than a million at a time.
pub(super) const MOST_CELLS: usize = 5_000_000;

/// One value of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its code, such as `0301` or `K-0301`.
    pub code: String,
    /// Its text, such as `Oslo kommune` or `Trondheim (-2017)`; the code where there is none.
    pub label: String,
}

/// A dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    pub(super) id: String,
    /// Its name for people; the id where there is none.
    pub(super) label: String,
    pub(super) categories: Vec<Category>,
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// A number of the format itself.
    Number(String),
    /// A text, which may be one.
    Text(String),
    Missing(Mark),
    /// Something that is no figure at all.
    Wrong,
}

/// A table whose cells stand by the places of their categories; the last dimension runs fastest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cube {
    pub(super) file: String,
    /// Title and source, as the table gives them.
    pub(super) title: String,
    pub(super) source: String,
    pub(super) axes: Vec<Axis>,
    pub(super) cells: Vec<Given>,
    /// What its figures count, as it says, `1 000 personer`, each with the category that it is said of, or
    /// with nothing where it is said of all.
    pub(super) units: Vec<(String, String)>,
    /// What was done to read it.
    pub(super) notes: Vec<String>,
}

/// Whether a text is that of such a table: JSON, or the first keyword of PX.
pub(super) fn is_cube(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) || px::is_px(text)
}

/// Whether a text that begins like this may be such a table.
pub(super) fn may_be_cube(head: &str) -> bool {
    head.trim_start().starts_with(['{', '[']) || px::begins_px(head)
}

/// The bytes of a table in UTF-8, and what they were written in, where they are not and say themselves what
/// they are.
pub(super) fn in_utf8(bytes: &[u8]) -> Option<(Vec<u8>, Encoding)> {
    if std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let encoding = px::encoding_of(bytes)?;
    Some((encoding.decode(bytes)?.into_bytes(), encoding))
}

/// The table in a text.
pub(super) fn parse(file: &str, text: &str) -> Result<Cube, Defects> {
    if px::is_px(text) { px::parse(file, text) } else { json_stat::parse(file, text) }
}

impl Cube {
    /// Calls `each` for every cell, with the places of its categories.
    pub(super) fn for_each(&self, mut each: impl FnMut(&[usize], &Given)) {
        let mut counter = vec![0_usize; self.axes.len()];
        for given in &self.cells {
            each(&counter, given);
            for (position, axis) in counter.iter_mut().zip(&self.axes).rev() {
                *position += 1;
                if *position < axis.categories.len() {
                    break;
                }
                *position = 0;
            }
        }
    }

    /// What it says of all its figures: its title, its units, and categories that are the only ones.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        let only: Vec<&str> = self
            .axes
            .iter()
            .filter_map(|axis| match &axis.categories[..] {
                [category] => Some([category.code.as_str(), category.label.as_str()]),
                _ => None,
            })
            .flatten()
            .collect();
        let is_of_all = |of: &str| of.is_empty() || only.contains(&of);
        let units: Vec<&str> = self
            .units
            .iter()
            .filter(|(of, _)| is_of_all(of))
            .map(|(_, unit)| unit.as_str())
            .collect();
        [self.title.as_str()].into_iter().chain(units).chain(only)
    }

    /// The place of the dimension with this id or name, whatever its capitals.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        let is = |text: &str| text.to_lowercase() == name.trim().to_lowercase();
        self.axes
            .iter()
            .position(|axis| is(&axis.id))
            .or_else(|| self.axes.iter().position(|axis| is(&axis.label)))
    }

    /// Keeps the categories that fulfil conditions, by code or text.
    pub(super) fn keep(&mut self, conditions: &[Condition]) -> Result<(), Defects> {
        let mut defects = Defects::default();
        for condition in conditions {
            let at = format!("--where {}", condition.column);
            let Some(place) = self.place(&condition.column) else {
                let names: Vec<String> =
                    self.axes.iter().map(|axis| format!("`{}`", shorten(&axis.id))).collect();
                let cure = format!("there are {}", some_of(&names));
                defects.push(Defect::new("E173", at, "there is no such dimension", cure));
                continue;
            };
            let categories = &self.axes[place].categories;
            let is = |category: &Category, value: &String| {
                category.code == *value || category.label.trim() == value
            };
            for value in &condition.values {
                if categories.iter().any(|category| is(category, value)) {
                    continue;
                }
                let texts = categories.iter().flat_map(|one| [one.code.as_str(), &one.label]);
                let meant = closest(value, texts)
                    .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                let all: Vec<String> = categories
                    .iter()
                    .map(|category| format!("`{}` ({})", category.code, shorten(&category.label)))
                    .collect();
                let what = format!("it has no category `{}`", shorten(value));
                let cure = format!("{meant}There are {}", some_of(&all));
                defects.push(Defect::new("E173", at.clone(), what, cure));
            }
            let kept: Vec<bool> = categories
                .iter()
                .map(|category| {
                    let is_named = condition.values.iter().any(|value| is(category, value));
                    is_named != condition.is_without
                })
                .collect();
            self.restrict(place, &kept);
        }
        defects.into_result()
    }

    fn restrict(&mut self, place: usize, kept: &[bool]) {
        let mut keep = Vec::with_capacity(self.cells.len());
        self.for_each(|at, _| keep.push(kept[at[place]]));
        let mut keep = keep.into_iter();
        self.cells.retain(|_| keep.next().unwrap_or(false));
        let mut kept = kept.iter().copied();
        self.axes[place].categories.retain(|_| kept.next().unwrap_or(false));
    }
}
