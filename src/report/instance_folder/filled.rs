//! `areas.csv` and `adjacency.csv` as they stand in a folder, with columns of others kept.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use regionfront_exchange::import::{MISFIT, Part};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Area, shorten};

/// A column of `areas.csv`: its name, whether a part knows it, and an area's cell.
type Column = (&'static str, bool, fn(&Area) -> String);

/// A CSV file with its columns as they are.
pub(super) struct RawTable {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl RawTable {
    pub(super) fn read(path: &Path) -> Result<Self, Defects> {
        match std::fs::read(path) {
            Ok(bytes) => Self::parse(path, &bytes),
            Err(error) => {
                Err(regionfront_model::instance::unreadable(&path.display().to_string(), &error)
                    .into())
            }
        }
    }

    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Defects> {
        let file = path.display().to_string();
        let mut defects = Defects::default();
        let text = regionfront_model::instance::read_text(&file, bytes, &mut defects);
        defects.into_result()?;
        let mut reader = ::csv::Reader::from_reader(text.as_bytes());
        let fault = |error: ::csv::Error| {
            let cure = "correct the file, or begin with a new folder";
            Defects::from(Defect::new(
                MISFIT,
                file.as_str(),
                format!("it is not CSV: {error}"),
                cure,
            ))
        };
        let trimmed = |record: &::csv::StringRecord| -> Vec<String> {
            record.iter().map(|field| field.trim().to_owned()).collect()
        };
        let header = trimmed(reader.headers().map_err(fault)?);
        let mut rows = Vec::new();
        for record in reader.records() {
            rows.push(trimmed(&record.map_err(fault)?));
        }
        Ok(Self { header, rows })
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = ::csv::Writer::from_writer(out);
        table.write_record(&self.header)?;
        for row in &self.rows {
            table.write_record(row)?;
        }
        table.flush()
    }
}

/// `areas.csv` as it is filled in.
pub(super) struct AreaTable {
    pub(super) file: String,
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    code: usize,
    name: usize,
}

impl AreaTable {
    pub(super) fn read(path: &Path) -> Result<Self, Defects> {
        let file = path.display().to_string();
        let raw = if path.exists() {
            RawTable::read(path)?
        } else {
            RawTable { header: vec!["code".to_owned(), "name".to_owned()], rows: Vec::new() }
        };
        let (Some(code), Some(name)) = (raw.column("code"), raw.column("name")) else {
            return Err(Defect::new(
                MISFIT,
                file,
                "it lacks the column `code` or `name`",
                "correct the header, or begin with a new folder",
            )
            .into());
        };
        Ok(Self { file, header: raw.header, rows: raw.rows, code, name })
    }

    /// Codes and names.
    pub(super) fn areas(&self) -> impl Iterator<Item = (&str, &str)> {
        self.rows.iter().map(|row| (row[self.code].as_str(), row[self.name].as_str()))
    }

    /// Latitude and longitude of the centres that are known, by code.
    pub(super) fn centres(&self) -> BTreeMap<&str, (f64, f64)> {
        let columns = ["centre_lat", "centre_lon"]
            .map(|name| self.header.iter().position(|column| column == name));
        let [Some(latitude), Some(longitude)] = columns else { return BTreeMap::new() };
        self.rows
            .iter()
            .filter_map(|row| {
                let [latitude, longitude] = [latitude, longitude].map(|at| row[at].parse().ok());
                Some((row[self.code].as_str(), (latitude?, longitude?)))
            })
            .collect()
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        RawTable { header: self.header.clone(), rows: self.rows.clone() }.write(out)
    }

    /// Fills in what a part knows. An area without a name is called by its code until a source
    /// names it; a name that is there stays.
    pub(super) fn fill(&mut self, part: &mut Part, replace: bool, defects: &mut Defects) {
        if self.rows.is_empty() {
            let sorted = part.instance.areas.iter().map(|area| &area.code);
            let is_ordered = part.order.len() == part.instance.areas.len();
            let codes: Vec<&String> =
                if is_ordered { part.order.iter().collect() } else { sorted.collect() };
            for code in codes {
                let mut row = vec![String::new(); self.header.len()];
                row[self.code].clone_from(code);
                self.rows.push(row);
            }
        }
        let areas: BTreeMap<&str, &Area> =
            part.instance.areas.iter().map(|area| (area.code.as_str(), area)).collect();
        let mut unnamed = 0_usize;
        for row in &mut self.rows {
            let given = areas.get(row[self.code].as_str()).map_or("", |area| area.name.as_str());
            if row[self.name].is_empty() || row[self.name] == row[self.code] {
                let code = row[self.code].clone();
                unnamed += usize::from(given.is_empty());
                row[self.name] = if given.is_empty() { code } else { given.to_owned() };
            }
        }
        let holds = part.holds;
        let has_counties = areas.values().any(|area| !area.county.is_empty());
        let figures: [Column; 4] = [
            ("county", has_counties, |area| area.county.clone()),
            ("population", holds.population, |area| area.population.to_string()),
            ("employed_residents", holds.employment, |area| area.employed_residents.to_string()),
            ("jobs", holds.employment, |area| area.jobs.to_string()),
        ];
        for (name, _, figure) in figures.into_iter().filter(|(_, is_known, _)| *is_known) {
            let column =
                self.header.iter().position(|column| column == name).unwrap_or_else(|| {
                    self.header.push(name.to_owned());
                    for row in &mut self.rows {
                        row.push(String::new());
                    }
                    self.header.len() - 1
                });
            let mut differing = Vec::new();
            for row in &mut self.rows {
                let Some(area) = areas.get(row[self.code].as_str()) else { continue };
                let new = figure(area);
                if row[column] == new || new.is_empty() {
                    continue;
                }
                if !row[column].is_empty() && !replace {
                    let (name, code) = (&row[self.name], &row[self.code]);
                    differing.push(format!("{name} ({code}) {} against {new}", row[column]));
                }
                row[column] = new;
            }
            if !differing.is_empty() {
                defects.push(Defect::new(
                    MISFIT,
                    format!("{}, column {name}", self.file),
                    format!("the source says otherwise: {}", some_of(&differing)),
                    "replace the folder's figures with --replace, or keep them with --take",
                ));
            }
        }
        if unnamed > 0 {
            part.account.note(format!(
                "{} called by their codes until a source names them",
                if unnamed == 1 { "1 area is".to_owned() } else { format!("{unnamed} areas are") }
            ));
        }
    }
}

/// The first few of many, for a message.
pub(super) fn some_of(all: &[String]) -> String {
    const MOST: usize = 8;
    let shown = all.iter().take(MOST).map(|text| shorten(text)).collect::<Vec<_>>().join("; ");
    if all.len() > MOST { format!("{shown}; … ({} in all)", all.len()) } else { shown }
}
