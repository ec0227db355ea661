//! A table as a statistics service gives it: dimensions with categories, and cells.

use std::path::Path;

use regionfront_model::defect::{Defect, Defects};

use super::{csv, json_stat};

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
            ],
        ),
        (Self::Region, &["region", "kommune", "municipality"]),
        (Self::Sex, &["kjonn", "kjønn", "sex", "gender"]),
        (Self::Age, &["alder", "age"]),
        (Self::Contents, &["contentscode", "statistikkvariabel", "contents"]),
        (Self::Time, &["tid", "år", "ar", "year", "time", "intervalyear"]),
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
pub struct Dimension {
    /// What it says of a cell.
    pub role: Role,
    /// Its categories, in the order of the table.
    pub categories: Vec<Category>,
}

/// Why a cell holds no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// `.`: it cannot occur.
    NotApplicable,
    /// `..` or `...`: it is not available.
    NotAvailable,
    /// `:`: it is withheld, so that nobody is recognised.
    Suppressed,
    /// Nothing is said of it.
    Unsaid,
}

impl Mark {
    /// The mark that a text stands for. A dash stands for nil, which is a figure.
    pub fn of(text: &str) -> Option<Self> {
        match text.trim() {
            "." => Some(Self::NotApplicable),
            ".." | "..." | "…" => Some(Self::NotAvailable),
            ":" => Some(Self::Suppressed),
            "" => Some(Self::Unsaid),
            _ => None,
        }
    }

    /// The mark in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotApplicable => "cannot occur (.)",
            Self::NotAvailable => "not available (..)",
            Self::Suppressed => "suppressed (:)",
            Self::Unsaid => "empty",
        }
    }
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
    /// What was peculiar about its form.
    pub notes: Vec<String>,
}

impl Table {
    /// Reads a table, JSON-stat or CSV.
    ///
    /// # Errors
    /// Everything that is wrong with the form of the file.
    pub fn read(path: &Path) -> Result<Self, Defects> {
        let file = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Self::parse(&file, &bytes),
            Err(error) => Err(Defect::new(
                "E172",
                file,
                format!("the table cannot be read: {error}"),
                "check the path and that you may read the file",
            )
            .into()),
        }
    }

    /// The table in the bytes of a file: JSON-stat where they begin with a brace, else CSV.
    ///
    /// # Errors
    /// Everything that is wrong with their form.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, Defects> {
        let (text, encoding) = decoded(bytes);
        if text.trim().is_empty() {
            return Err(Defect::new(
                "E172",
                file,
                "the table is empty",
                "download it again, as JSON-stat2 or CSV with codes",
            )
            .into());
        }
        let mut table = if text.trim_start().starts_with(['{', '[']) {
            json_stat::parse(file, &text)?
        } else {
            csv::parse(file, &text)?
        };
        table.notes.extend(encoding.map(|name| format!("{file} is read as {name}")));
        Ok(table)
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

/// Text of a file: UTF-8 with or without byte order mark, else ISO 8859-1, of which every byte is a
/// letter.
fn decoded(bytes: &[u8]) -> (String, Option<&'static str>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (bytes.iter().map(|&byte| char::from(byte)).collect(), Some("ISO 8859-1")),
    }
}

/// A text as a figure or mark. Whole numbers only; `12.0` is 12.
pub(super) fn value_of(text: &str) -> Result<Value, &'static str> {
    let text = text.trim();
    if let Some(mark) = Mark::of(text) {
        return Ok(Value::Missing(mark));
    }
    if matches!(text, "-" | "\u{2013}") {
        return Ok(Value::Count(0));
    }
    let digits = match text.split_once(['.', ',']) {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let is_count = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_count {
        return digits
            .parse()
            .ok()
            .filter(|&count| count <= regionfront_model::instance::LARGEST)
            .map(Value::Count)
            .ok_or("is more than 10^15 people");
    }
    match digits.parse::<f64>() {
        Ok(number) if number < 0.0 => Err("is negative"),
        Ok(_) => Err("is not a whole number"),
        Err(_) => Err("is not a number"),
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
        assert_eq!(Role::of("interval (year)"), Some(Role::Time));
        assert_eq!(Role::of("NACE2007"), None);
    }

    #[test]
    fn figures_and_marks_are_told_apart() {
        assert_eq!(value_of("12"), Ok(Value::Count(12)));
        assert_eq!(value_of("12.0"), Ok(Value::Count(12)));
        assert_eq!(value_of("-"), Ok(Value::Count(0)));
        assert_eq!(value_of(" .. "), Ok(Value::Missing(Mark::NotAvailable)));
        assert_eq!(value_of(":"), Ok(Value::Missing(Mark::Suppressed)));
        assert_eq!(value_of("1.5"), Err("is not a whole number"));
        assert_eq!(value_of("-3"), Err("is negative"));
        assert_eq!(value_of("NaN"), Err("is not a whole number"));
        assert_eq!(value_of("99999999999999999999"), Err("is more than 10^15 people"));
    }
}
