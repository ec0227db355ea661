//! Tables read from files: JSON-stat, PX or CSV.

use std::path::Path;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::reading::{Decoded, Numbers, decode};

use super::csv;
use super::table::{
    Cell, Dimension, MOST_DIMENSIONS, Naming, Table, Value, added_up, total_of, value_of,
};
use crate::import::cube::{self, Cube, Given};
use crate::import::unit;

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
        let said = cube::in_utf8(bytes);
        let bytes = said.as_ref().map_or(bytes, |(bytes, _)| bytes);
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
        if naming.sum {
            table.add_up();
        }
        let as_it_says =
            said.map(|(_, encoding)| format!("{file} is read as {encoding}, as it says"));
        table.notes.extend(as_it_says);
        table.notes.extend(assumed.map(|name| format!("{file} is read as {name}")));
        Ok(table)
    }

    /// A table of a cube: dimensions of one category say the same of every cell and are left out
    /// where nobody knows them.
    fn of_cube(mut cube: Cube, naming: &Naming) -> Result<Self, Defects> {
        cube.keep(&naming.conditions)?;
        unit::refuse(&cube.file, cube.said(), naming.unit)?;
        let mut defects = Defects::default();
        let mut dimensions: Vec<Dimension> = Vec::new();
        let mut kept = Vec::with_capacity(cube.axes.len());
        // Where dimensions are added up: the category that is their total, and what is to be told.
        let mut only: Vec<Option<usize>> = Vec::with_capacity(cube.axes.len());
        let mut added: Vec<String> = Vec::new();
        for axis in &cube.axes {
            let at = || format!("{}, dimension {}", cube.file, axis.id);
            let size = axis.categories.len();
            kept.push(None);
            only.push(None);
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
                None if naming.sum => {
                    let total = total_of(&axis.categories);
                    added.push(added_up(&cube.file, &axis.id, &axis.categories, total));
                    *only.last_mut().expect("one was pushed") = total;
                }
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
                            "choose one, as with --where \"{}={first}\", or add them up with --sum; if \
                             people live or work there, name the dimension with --residence or \
                             --workplace",
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
        let (plain, numbers) = (Numbers::plain(), Numbers::learn(texts, naming.numbers));
        let mut wrong: Vec<(usize, String)> = Vec::new();
        let mut cells = Vec::with_capacity(cube.cells.len());
        let mut place = 0_usize;
        cube.for_each(|categories, given| {
            if only.iter().zip(categories).any(|(only, &at)| only.is_some_and(|only| only != at)) {
                place += 1;
                return;
            }
            let read = match given {
                Given::Number(text) => value_of(&plain, text, naming.unit),
                Given::Text(text) => value_of(&numbers, text, naming.unit),
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
        let mut notes: Vec<String> =
            numbers.notes().iter().map(|note| format!("{}: {note}", cube.file)).collect();
        notes.extend(added);
        notes.extend(unit::note(naming.unit).map(|note| format!("{}: {note}", cube.file)));
        notes.extend(cube.notes.iter().map(|note| format!("{}: {note}", cube.file)));
        let Cube { file, title, source, .. } = cube;
        Ok(Self { file, dimensions, cells, title, source, notes })
    }
}
