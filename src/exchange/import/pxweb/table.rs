//! A table as a statistics service gives it: dimensions with categories, and cells.

use std::collections::BTreeMap;

use regionfront_model::reading::{
    Mark, NumberFault, NumberOptions, Numbers, Reading, is_everybody_word,
};

use crate::import::Condition;
pub use crate::import::cube::Category;

/// Most dimensions a table here can have, those with a single category and no role left out.
pub const MOST_DIMENSIONS: usize = 5;

/// What a dimension says of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Where people work: `ArbstedKomm`.
    Workplace,
    /// Where people live: `Bokommuen`.
    Residence,
    /// Where people live, in a table of population: `Region`.
    Region,
    /// `Kjonn`.
    Sex,
    /// `Alder`.
    Age,
    /// What is counted: `ContentsCode`.
    Contents,
    /// `Tid`.
    Time,
}

impl Role {
    /// Every role with the names by which it goes, in small letters without blanks: codes first,
    /// then texts in Norwegian and English.
    const NAMES: [(Self, &'static [&'static str]); 7] = [
        (
            Self::Workplace,
            &[
                "arbstedkomm",
                "arbeidsstedskommune",
                "arbeidssted",
                "municipalityofwork",
                "municipalityofworkingplace",
                "placeofwork",
                "workplace",
                "arbetskommun",
                "arbetsställekommun",
                "arbejdsstedskommune",
                "arbkom",
                "työpaikkakunta",
                "työskentelykunta",
            ],
        ),
        (
            Self::Residence,
            &[
                "bokommuen",
                "bokommune",
                "bostedskommune",
                "bosted",
                "municipalityofresidence",
                "placeofresidence",
                "residence",
                "bostadskommun",
                "bopælskommune",
                "bopkom",
                "asuinkunta",
            ],
        ),
        (Self::Region, &["region", "kommune", "municipality"]),
        (Self::Sex, &["kjonn", "kjønn", "sex", "gender", "kon", "kön", "køn", "sukupuoli"]),
        (Self::Age, &["alder", "age"]),
        (
            Self::Contents,
            &["contentscode", "statistikkvariabel", "contents", "tabellinnehåll", "tiedot"],
        ),
        (Self::Time, &["tid", "år", "ar", "year", "time", "vuosi", "intervalyear"]),
    ];

    /// The role of a dimension or column of this name.
    pub fn of(name: &str) -> Option<Self> {
        let name = plain(name);
        let found = Self::NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
        found.map(|(role, _)| *role)
    }

    /// The name that the service itself gives the dimension.
    pub fn word(self) -> &'static str {
        match self {
            Self::Workplace => "ArbstedKomm",
            Self::Residence => "Bokommuen",
            Self::Region => "Region",
            Self::Sex => "Kjonn",
            Self::Age => "Alder",
            Self::Contents => "ContentsCode",
            Self::Time => "Tid",
        }
    }
}

/// A name in small letters, without blanks and signs.
pub(super) fn plain(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

/// A dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// What it says of a cell.
    pub role: Role,
    /// Its categories, in the order of the table.
    pub categories: Vec<Category>,
}

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number of people.
    Count(u64),
    /// No figure.
    Missing(Mark),
}

impl Value {
    /// Both together. What cannot be adds nothing, what is missing leaves the sum missing.
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Count(one), Self::Count(other)) => Self::Count(one.saturating_add(other)),
            (Self::Missing(Mark::NotApplicable), other) => other,
            (one, Self::Missing(Mark::NotApplicable)) | (one @ Self::Missing(_), _) => one,
            (_, missing) => missing,
        }
    }
}

/// The place of the total among some categories.
pub(super) fn total_of(categories: &[Category]) -> Option<usize> {
    categories.iter().position(|category| is_everybody_word(&category.label))
}

/// What was added up, for the account.
pub(super) fn added_up(
    file: &str,
    name: &str,
    categories: &[Category],
    total: Option<usize>,
) -> String {
    match total {
        Some(total) => {
            format!("{file}: of `{name}` its total was taken, `{}`", categories[total].label)
        }
        None => {
            format!(
                "{file}: the {} categories of `{name}` were added up, as asked",
                categories.len()
            )
        }
    }
}

/// A cell: the place of its category in every dimension, and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Places of its categories, by dimension; 0 beyond the last dimension.
    pub at: [u32; MOST_DIMENSIONS],
    /// What it holds.
    pub value: Value,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Where it comes from, as messages name it.
    pub file: String,
    /// Its dimensions.
    pub dimensions: Vec<Dimension>,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Its title and its source, as it gives them.
    pub title: String,
    /// See there.
    pub source: String,
    /// What was peculiar about its form.
    pub notes: Vec<String>,
}

/// What the dimensions of a table are called, where that was said: tables of other offices than
/// Statistics Norway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// The dimension that says where people live.
    pub residence: Option<String>,
    /// The one that says where they work.
    pub workplace: Option<String>,
    /// The one that says where they live in a table of population.
    pub region: Option<String>,
    /// Which categories count.
    pub conditions: Vec<Condition>,
    /// Whether the categories of other dimensions, such as sex or age, are added up: their total where
    /// there is one, else all. Years and quantities never are.
    pub sum: bool,
    /// How figures are written, where they are texts and that was said.
    pub numbers: NumberOptions,
    /// How many people 1 counts for, where that was said: 1,000 where figures are in thousands.
    pub unit: Option<u64>,
}

impl Naming {
    /// Whether dimensions were named: then codes are those of another office, and have any form.
    pub fn is_foreign(&self) -> bool {
        self.residence.is_some() || self.workplace.is_some() || self.region.is_some()
    }

    /// The role of a column, and whether it is its texts: `bostedskommune`, `Region kode`,
    /// `Region navn`.
    pub(super) fn column(&self, header: &str) -> Option<(Role, Option<bool>)> {
        if let Some(role) = self.role_of(header, header) {
            return Some((role, None));
        }
        let name = plain(header);
        let ends = [("kode", false), ("code", false), ("nummer", false), ("nr", false)];
        let ends = ends.into_iter().chain([("navn", true), ("name", true), ("tekst", true)]);
        ends.chain([("text", true)])
            .find_map(|(end, is_text)| Some((Role::of(name.strip_suffix(end)?)?, Some(is_text))))
    }

    /// The role of a dimension or column, by id or name.
    pub(super) fn role_of(&self, id: &str, label: &str) -> Option<Role> {
        let is = |name: &Option<String>| {
            name.as_ref().is_some_and(|name| {
                [id, label].iter().any(|text| text.to_lowercase() == name.trim().to_lowercase())
            })
        };
        if is(&self.residence) {
            return Some(Role::Residence);
        }
        if is(&self.workplace) {
            return Some(Role::Workplace);
        }
        if is(&self.region) {
            return Some(Role::Region);
        }
        let known = Role::of(id).or_else(|| Role::of(label));
        // Those that were named are the ones.
        known.filter(|role| match role {
            Role::Residence => self.residence.is_none(),
            Role::Workplace => self.workplace.is_none(),
            Role::Region => self.region.is_none(),
            _ => true,
        })
    }
}

impl Table {
    /// The place of the dimension with this role.
    pub fn place(&self, role: Role) -> Option<usize> {
        self.dimensions.iter().position(|dimension| dimension.role == role)
    }

    /// Adds up over dimensions of sex and age: takes their total where there is one, else all.
    pub(super) fn add_up(&mut self) {
        while let Some(at) = self
            .dimensions
            .iter()
            .position(|dimension| matches!(dimension.role, Role::Sex | Role::Age))
        {
            let dimension = self.dimensions.remove(at);
            let total = total_of(&dimension.categories);
            let word = dimension.role.word();
            self.notes.push(added_up(&self.file, word, &dimension.categories, total));
            self.cells.retain(|cell| total.is_none_or(|total| cell.at[at] as usize == total));
            for cell in &mut self.cells {
                cell.at.copy_within(at + 1.., at);
                cell.at[MOST_DIMENSIONS - 1] = 0;
            }
        }
        self.merge();
    }

    /// Adds up the cells of one place. A figure that is missing makes the sum missing.
    fn merge(&mut self) {
        let mut sums: BTreeMap<[u32; MOST_DIMENSIONS], Value> = BTreeMap::new();
        for Cell { at, value } in self.cells.drain(..) {
            sums.entry(at).and_modify(|sum| *sum = sum.plus(value)).or_insert(value);
        }
        self.cells = sums.into_iter().map(|(at, value)| Cell { at, value }).collect();
    }

    /// The categories of the dimension with this role.
    pub fn categories(&self, role: Role) -> &[Category] {
        self.place(role).map_or(&[], |at| self.dimensions[at].categories.as_slice())
    }
}

/// A text as a figure or mark, by the habits of its table, 1 of which counts for so many people. Whole
/// people only; `12.0` is 12.
pub(super) fn value_of(numbers: &Numbers, text: &str, unit: Option<u64>) -> Result<Value, String> {
    let too_large = || "is more than 10^15 people".to_owned();
    match numbers.read(text) {
        Reading::Missing(mark) => Ok(Value::Missing(mark)),
        Reading::Number(number) => {
            let number = number.times(unit.unwrap_or(1)).ok_or_else(too_large)?;
            number.as_whole().map(Value::Count).ok_or_else(|| "is not a whole number".to_owned())
        }
        Reading::Wrong(NumberFault::TooLarge) => Err(too_large()),
        Reading::Wrong(fault) => Err(fault.what()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_go_by_codes_and_by_texts_in_two_languages() {
        assert_eq!(Role::of("ArbstedKomm"), Some(Role::Workplace));
        assert_eq!(Role::of("municipality of residence"), Some(Role::Residence));
        assert_eq!(Role::of("Kjønn"), Some(Role::Sex));
        assert_eq!(Role::of("vuosi"), Some(Role::Time));
        assert_eq!(Role::of("NACE2007"), None);
    }

    #[test]
    fn figures_and_marks_are_told_apart() {
        let value_of = |text: &str| value_of(&Numbers::default(), text, None);
        assert_eq!(value_of("12"), Ok(Value::Count(12)));
        assert_eq!(value_of("12.0"), Ok(Value::Count(12)));
        assert_eq!(value_of("-"), Ok(Value::Count(0)));
        assert_eq!(value_of(" .. "), Ok(Value::Missing(Mark::NotAvailable)));
        assert_eq!(value_of(":"), Ok(Value::Missing(Mark::Suppressed)));
        assert_eq!(value_of("1.5"), Err("is not a whole number".to_owned()));
        assert_eq!(value_of("-3"), Err("is negative".to_owned()));
        assert_eq!(value_of("NaN"), Ok(Value::Missing(Mark::NotAvailable)));
        assert_eq!(value_of("99999999999999999999"), Err("is more than 10^15 people".to_owned()));
    }
}
