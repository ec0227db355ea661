//! CSV as the service and its web pages give it.
//!
//! Columns are separated by semicolons, commas or tabs. A title may stand above the header, and
//! footnotes below the last row. Codes stand in a column of their own, before the text
//! (`0301 Oslo`), or alone. Figures stand in one column, or in one for every year.

use std::collections::BTreeMap;

use ::csv::{ReaderBuilder, StringRecord};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::{NumberOptions, Numbers};

use super::codes::{is_code, year_in};
use super::further;
use super::table::{Category, Cell, Dimension, MOST_DIMENSIONS, Naming, Role, Table, value_of};
use crate::import::unit;

/// Lines at the top among which the header is looked for.
const TOP: usize = 10;

/// How many defects of one kind are reported one by one.
const SHOWN: usize = 10;

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    /// Codes, or codes and texts, of a dimension.
    Key(Role),
    /// Texts beside the codes of a dimension.
    Label(Role),
    /// Figures of a year, where the header names one, and of a quantity.
    Figures { year: Option<String>, contents: String },
}

/// The table in a text.
pub(super) fn parse(file: &str, text: &str, naming: &Naming) -> Result<Table, Defects> {
    let (delimiter, skipped) = header_of(text, naming).ok_or_else(|| {
        Defect::new(
            "E173",
            file,
            "no line at the top names dimensions such as Region, ArbstedKomm or Bokommuen",
            "download the table again, as CSV with codes and with all variables in columns",
        )
    })?;
    // The reader counts blank lines as nothing, lines within quotes as one record.
    let body = text.split_inclusive('\n').take(skipped).map(str::len).sum::<usize>();
    let body = text.get(body..).unwrap_or_default();
    let records = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(body.as_bytes())
        .into_records();
    let mut records: Vec<StringRecord> = records.filter_map(Result::ok).collect();
    if records.is_empty() {
        return Ok(Table { file: file.to_owned(), ..Table::default() });
    }
    let header = records.remove(0);
    let footnotes = records.iter().rev().take_while(|record| record.len() < header.len()).count();
    records.truncate(records.len() - footnotes);
    let rows: Vec<(usize, StringRecord)> =
        records.into_iter().enumerate().map(|(at, record)| (at + skipped + 2, record)).collect();
    let further::Chosen { header, rows, notes } = further::choose(file, &header, rows, naming)?;
    let above = text.lines().take(skipped);
    let quantities = header.iter().filter(|name| naming.column(name).is_none());
    unit::refuse(file, above.chain(quantities), naming.unit)?;
    let mut builder = Builder::new(file, &header, naming)?;
    for (line, record) in &rows {
        builder.row(*line, record);
    }
    let mut table = builder.finish()?;
    table.notes.extend(notes);
    table.notes.extend(unit::note(naming.unit).map(|note| format!("{file}: {note}")));
    if footnotes > 0 {
        table.notes.push(format!("{file}: {footnotes} lines below the table are left out"));
    }
    Ok(table)
}

/// The delimiter, and how many lines stand above the header: those under which most dimensions are
/// known.
fn header_of(text: &str, naming: &Naming) -> Option<(u8, usize)> {
    let mut best = None;
    for (at, line) in text.lines().take(TOP).enumerate() {
        for delimiter in [b';', b',', b'\t'] {
            let mut reader = ReaderBuilder::new()
                .has_headers(false)
                .delimiter(delimiter)
                .from_reader(line.as_bytes());
            let Some(Ok(record)) = reader.records().next() else { continue };
            let known = record.iter().filter(|name| naming.column(name).is_some()).count();
            if known > 0 && record.len() > 1 && best.is_none_or(|(most, _)| known > most) {
                best = Some((known, (delimiter, at)));
            }
        }
    }
    best.map(|(_, found)| found)
}

/// A table being read row by row.
struct Builder<'a> {
    file: &'a str,
    columns: Vec<Column>,
    is_foreign: bool,
    numbers: NumberOptions,
    unit: Option<u64>,
    /// Whether codes and texts stand in columns of their own.
    has_labels: Vec<Role>,
    dimensions: Vec<Dimension>,
    places: Vec<BTreeMap<String, u32>>,
    /// Line, place and text of every figure.
    figures: Vec<(usize, [u32; MOST_DIMENSIONS], String)>,
    defects: Defects,
    uncoded: BTreeMap<Role, (usize, String)>,
    wrong: usize,
}

impl<'a> Builder<'a> {
    fn new(file: &'a str, header: &StringRecord, naming: &Naming) -> Result<Self, Defects> {
        let roles: Vec<Option<(Role, Option<bool>)>> =
            header.iter().map(|name| naming.column(name)).collect();
        let coded = |role| roles.contains(&Some((role, Some(false))));
        let named = |role| roles.contains(&Some((role, Some(true))));
        let columns: Vec<Column> = header
            .iter()
            .zip(&roles)
            .map(|(name, role)| match *role {
                Some((role, Some(true))) => Column::Label(role),
                Some((role, None)) if coded(role) => Column::Label(role),
                Some((role, _)) => Column::Key(role),
                None => {
                    let year = year_in(name);
                    let contents = match &year {
                        Some(year) => name.replace(year.as_str(), ""),
                        None => name.to_owned(),
                    };
                    Column::Figures { year, contents: contents.trim().to_owned() }
                }
            })
            .collect();
        let mut builder = Self {
            file,
            is_foreign: naming.is_foreign(),
            numbers: naming.numbers,
            unit: naming.unit,
            has_labels: columns
                .iter()
                .filter_map(|column| match column {
                    Column::Label(role) if coded(*role) || named(*role) => Some(*role),
                    _ => None,
                })
                .collect(),
            columns,
            dimensions: Vec::new(),
            places: Vec::new(),
            figures: Vec::new(),
            defects: Defects::default(),
            uncoded: BTreeMap::new(),
            wrong: 0,
        };
        builder.lay_out()?;
        Ok(builder)
    }

    /// Gives every dimension its place: those with a column, the years of the header, and the
    /// quantities where there are several.
    fn lay_out(&mut self) -> Result<(), Defects> {
        let mut roles: Vec<Role> = Vec::new();
        for column in &self.columns {
            if let Column::Key(role) = column {
                if roles.contains(role) {
                    self.defects.push(Defect::new(
                        "E173",
                        format!("{}, header", self.file),
                        format!("two columns are `{}`", role.word()),
                        "keep one of them, or mark them as code and name",
                    ));
                }
                roles.push(*role);
            }
        }
        let has_time = roles.contains(&Role::Time);
        let mut years = Vec::new();
        let mut quantities = Vec::new();
        for column in &mut self.columns {
            if let Column::Figures { year, contents } = column {
                if has_time {
                    *year = None;
                }
                years.extend(year.clone());
                quantities.push(contents.clone());
            }
        }
        if quantities.is_empty() {
            self.defects.push(Defect::new(
                "E173",
                format!("{}, header", self.file),
                "there is no column of figures",
                "download the table again, as CSV with codes",
            ));
        }
        let differ = quantities.iter().any(|quantity| *quantity != quantities[0]);
        if !has_time && !years.is_empty() {
            roles.push(Role::Time);
        }
        if !roles.contains(&Role::Contents) && differ {
            roles.push(Role::Contents);
        }
        if roles.len() > MOST_DIMENSIONS {
            self.defects.push(Defect::new(
                "E173",
                format!("{}, header", self.file),
                "there are too many dimensions",
                "give a table of commuting, or one of population",
            ));
        }
        std::mem::take(&mut self.defects).into_result()?;
        self.places = vec![BTreeMap::new(); roles.len()];
        self.dimensions =
            roles.into_iter().map(|role| Dimension { role, categories: Vec::new() }).collect();
        Ok(())
    }

    fn row(&mut self, line: usize, record: &StringRecord) {
        if record.len() != self.columns.len() {
            let (found, wanted) = (record.len(), self.columns.len());
            self.wrong(
                line,
                format!("the row holds {found} fields where the header names {wanted}"),
            );
            return;
        }
        let columns = std::mem::take(&mut self.columns);
        let mut at = [0; MOST_DIMENSIONS];
        for (column, field) in columns.iter().zip(record) {
            let Column::Key(role) = column else { continue };
            let text = columns.iter().zip(record).find_map(|(other, text)| {
                (*other == Column::Label(*role) && self.has_labels.contains(role)).then_some(text)
            });
            let (code, label) = self.coded(*role, field.trim(), text);
            self.set(&mut at, *role, &code, &label);
        }
        for (column, field) in columns.iter().zip(record) {
            let Column::Figures { year, contents } = column else { continue };
            let mut at = at;
            if let Some(year) = year {
                self.set(&mut at, Role::Time, year, year);
            }
            if !columns.contains(&Column::Key(Role::Contents)) {
                self.set(&mut at, Role::Contents, contents, contents);
            }
            self.figures.push((line, at, field.trim().to_owned()));
        }
        self.columns = columns;
    }

    /// Code and text of a field.
    fn coded(&mut self, role: Role, field: &str, text: Option<&str>) -> (String, String) {
        if let Some(text) = text {
            return (field.to_owned(), text.trim().to_owned());
        }
        if !matches!(role, Role::Workplace | Role::Residence | Role::Region) || is_code(field) {
            return (field.to_owned(), field.to_owned());
        }
        match field.split_once(' ') {
            Some((code, text)) if is_code(code) => (code.to_owned(), text.trim().to_owned()),
            _ if self.is_foreign => (field.to_owned(), field.to_owned()),
            _ => {
                let (rows, _) = self.uncoded.entry(role).or_insert((0, field.to_owned()));
                *rows += 1;
                (field.to_owned(), field.to_owned())
            }
        }
    }

    /// Notes the category of a dimension, if the table has that dimension.
    fn set(&mut self, at: &mut [u32; MOST_DIMENSIONS], role: Role, code: &str, label: &str) {
        let Some(place) = self.dimensions.iter().position(|dimension| dimension.role == role)
        else {
            return;
        };
        let known = &mut self.places[place];
        let categories = &mut self.dimensions[place].categories;
        at[place] = known.get(code).copied().unwrap_or_else(|| {
            let next = u32::try_from(categories.len()).unwrap_or(u32::MAX);
            known.insert(code.to_owned(), next);
            categories.push(Category { code: code.to_owned(), label: label.to_owned() });
            next
        });
    }

    fn wrong(&mut self, line: usize, what: String) {
        self.wrong += 1;
        if self.wrong <= SHOWN {
            self.defects.push(Defect::new(
                "E174",
                format!("{}, row {line}", self.file),
                what,
                "the table must hold numbers of people, of one meaning each: say which signs stand \
                 between thousands (--thousands) or before decimals (--decimal), leave those of footnotes \
                 out (--footnotes), or download it again",
            ));
        }
    }

    fn finish(mut self) -> Result<Table, Defects> {
        // What one figure means the others show.
        let figures = std::mem::take(&mut self.figures);
        let texts = figures.iter().map(|(_, _, text)| text.as_str());
        let numbers = Numbers::learn(texts, self.numbers);
        let mut cells = Vec::with_capacity(figures.len());
        for (line, at, text) in figures {
            match value_of(&numbers, &text, self.unit) {
                Ok(value) => cells.push(Cell { at, value }),
                Err(what) => self.wrong(line, format!("`{}` {what}", shorten(&text))),
            }
        }
        for (role, (rows, first)) in &self.uncoded {
            self.defects.push(Defect::new(
                "E173",
                format!("{}, column {}", self.file, role.word()),
                format!("{rows} rows name a place without its code, first `{first}`"),
                "download the table with codes, or with codes and texts (CSV3, JSON-stat2)",
            ));
        }
        if self.wrong > SHOWN {
            self.defects.push(Defect::new(
                "E174",
                self.file,
                format!("{} further rows or cells are wrong", self.wrong - SHOWN),
                "download the table again",
            ));
        }
        self.defects.into_result()?;
        let file = self.file.to_owned();
        let notes = numbers.notes().iter().map(|note| format!("{file}: {note}")).collect();
        Ok(Table { file, dimensions: self.dimensions, cells, notes, ..Table::default() })
    }
}
