//! A table as a statistics service gives it: dimensions with categories, and cells.

use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::reading::{
    Decoded, Mark, NumberFault, NumberOptions, Numbers, Reading, decode,
};

use crate::import::Condition;
pub use crate::import::cube::Category;
use crate::import::cube::{self, Cube, Given};

use super::csv;

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
}

impl Naming {
    /// Whether dimensions were named: then codes are those of another office, and have any form.
    pub fn is_foreign(&self) -> bool {
        self.residence.is_some() || self.workplace.is_some() || self.region.is_some()
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
    /// Reads a table, JSON-stat or CSV.
    ///
    /// # Errors
    /// Everything that is wrong with the form of the file.
    pub fn read(path: &Path) -> Result<Self, Defects> {
        Self::read_as(path, &Naming::default())
    }

    /// Reads a table whose dimensions go by these names.
    ///
    /// # Errors
    /// Everything that is wrong with the form of the file.
    pub fn read_as(path: &Path, naming: &Naming) -> Result<Self, Defects> {
        let file = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::parse_as(&file, &bytes, naming),
            Err(error) => Err(Defect::new(
                "E172",
                file,
                format!("the table cannot be read: {error}"),
                "check the path and that you may read the file",
            )
            .into()),
        }
    }

    /// The table in the bytes of a file: JSON-stat where they begin with a brace, PX where with its
    /// keywords, else CSV.
    ///
    /// # Errors
    /// Everything that is wrong with their form.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Defects> {
        Self::parse_as(file, bytes, &Naming::default())
    }

    /// The table in the bytes of a file, whose dimensions go by these names.
    ///
    /// # Errors
    /// Everything that is wrong with their form.
    pub fn parse_as(file: &str, bytes: &[u8], naming: &Naming) -> Result<Self, Defects> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Err(Defect::new(
                "E172",
                file,
                "the table is a workbook, which does not say what its rows and columns are",
                "save it as JSON-stat2, PX or CSV with codes, or read it with `import matrix` and \
                 --columns",
            )
            .into());
        }
        let Some(Decoded { text, assumed }) = decode(bytes) else {
            return Err(Defect::new(
                "E172",
                file,
                "the table is no text: it holds control characters",
                "download it again, as JSON-stat2 or CSV with codes",
            )
            .into());
        };
        if text.trim().is_empty() {
            return Err(Defect::new(
                "E172",
                file,
                "the table is empty",
                "download it again, as JSON-stat2 or CSV with codes",
            )
            .into());
        }
        let mut table = if cube::is_cube(&text) {
            Self::of_cube(cube::parse(file, &text)?, naming)?
        } else {
            csv::parse(file, &text, naming)?
        };
        table.notes.extend(assumed.map(|name| format!("{file} is read as {name}")));
        Ok(table)
    }

    /// A table of a cube: dimensions of one category say the same of every cell and are left out
    /// where nobody knows them.
    fn of_cube(mut cube: Cube, naming: &Naming) -> Result<Self, Defects> {
        cube.keep(&naming.conditions)?;
        let mut defects = Defects::default();
        let mut dimensions: Vec<Dimension> = Vec::new();
        let mut kept = Vec::with_capacity(cube.axes.len());
        for axis in &cube.axes {
            let at = || format!("{}, dimension {}", cube.file, axis.id);
            let size = axis.categories.len();
            kept.push(None);
            match naming.role_of(&axis.id, &axis.label) {
                Some(role) if dimensions.iter().any(|known| known.role == role) => {
                    defects.push(Defect::new(
                        "E173",
                        at(),
                        format!("two dimensions are `{}`", role.word()),
                        "name the ones that are meant with --residence and --workplace",
                    ));
                }
                Some(role) if dimensions.len() < MOST_DIMENSIONS => {
                    *kept.last_mut().expect("one was pushed") = Some(dimensions.len());
                    dimensions.push(Dimension { role, categories: axis.categories.clone() });
                }
                None if size == 1 => {}
                _ => {
                    let first = axis.categories.first().map_or("", |one| one.code.as_str());
                    defects.push(Defect::new(
                        "E173",
                        at(),
                        format!(
                            "nobody knows what to do with the {size} categories of `{}`",
                            axis.id
                        ),
                        format!(
                            "choose one, as with --where \"{}={first}\"; if people live or work \
                             there, name the dimension with --residence or --workplace",
                            axis.id
                        ),
                    ));
                }
            }
        }
        std::mem::take(&mut defects).into_result()?;
        let texts = cube.cells.iter().filter_map(|given| match given {
            Given::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let (plain, numbers) = (Numbers::plain(), Numbers::learn(texts, NumberOptions::default()));
        let mut wrong: Vec<(usize, String)> = Vec::new();
        let mut cells = Vec::with_capacity(cube.cells.len());
        let mut place = 0_usize;
        cube.for_each(|categories, given| {
            let read = match given {
                Given::Number(text) => value_of(&plain, text),
                Given::Text(text) => value_of(&numbers, text),
                Given::Missing(mark) => Ok(Value::Missing(*mark)),
                Given::Wrong => Err("is not a number".to_owned()),
            };
            match read {
                Ok(value) => {
                    let mut at = [0; MOST_DIMENSIONS];
                    for (kept, &category) in kept.iter().zip(categories) {
                        if let Some(kept) = kept {
                            at[*kept] = u32::try_from(category).unwrap_or(u32::MAX);
                        }
                    }
                    cells.push(Cell { at, value });
                }
                Err(what) => wrong.push((place, what)),
            }
            place += 1;
        });
        for (place, what) in wrong {
            defects.push(Defect::new(
                "E174",
                format!("{}, value {place}", cube.file),
                format!("the cell {what}"),
                "the table must hold numbers of people",
            ));
        }
        defects.into_result()?;
        let notes = numbers.notes().iter().map(|note| format!("{}: {note}", cube.file)).collect();
        let Cube { file, title, source, .. } = cube;
        Ok(Self { file, title, source, dimensions, cells, notes })
    }

    /// The place of the dimension with this role.
    pub fn place(&self, role: Role) -> Option<usize> {
        self.dimensions.iter().position(|dimension| dimension.role == role)
    }

    /// The categories of the dimension with this role.
    pub fn categories(&self, role: Role) -> &[Category] {
        self.place(role).map_or(&[], |at| self.dimensions[at].categories.as_slice())
    }
}

/// A text as a figure or mark, by the habits of its table. Whole numbers only; `12.0` is 12.
pub(super) fn value_of(numbers: &Numbers, text: &str) -> Result<Value, String> {
    match numbers.read(text) {
        Reading::Missing(mark) => Ok(Value::Missing(mark)),
        Reading::Number(number) => {
            number.as_whole().map(Value::Count).ok_or_else(|| "is not a whole number".to_owned())
        }
        Reading::Wrong(NumberFault::TooLarge) => Err("is more than 10^15 people".to_owned()),
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
        assert_eq!(Role::of("vuosi", "interval (year)"), Some(Role::Time));
        assert_eq!(Role::of("NACE2007"), None);
    }

    #[test]
    fn figures_and_marks_are_told_apart() {
        let value_of = |text: &str| value_of(&Numbers::default(), text);
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
