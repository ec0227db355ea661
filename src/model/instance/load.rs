//! A folder into an [`Instance`].
//!
//! Everything is checked and all defects are reported together; the [codes](super::codes) say what
//! can be wrong. Files are read, and hashed, in the order of [`Instance::load`]. Files the loader
//! does not know, such as scenarios, are left alone.

use std::path::Path;

use super::areas::{self, Listed};
use super::lookup::Codes;
use super::read::{Folder, Table, assumed_oddity, hash_of};
use super::{
    Area, Flows, Instance, OtherYear, Shape, Year, descriptor, distances, division, external,
    flows, geometry, links, oddities, years,
};
use crate::defect::Defects;
use crate::reading::Encoding;

const SHAPES: &str = "areas.geojson";

impl Instance {
    /// Loads the instance in a folder, with the figures of its default year.
    ///
    /// # Errors
    /// All defects found in its files. What is merely odd stands in [`Instance::oddities`].
    pub fn load(folder: &Path) -> Result<Self, Defects> {
        Self::load_year(folder, None)
    }

    /// The same instance with the figures of every other year that its folder holds.
    ///
    /// # Errors
    /// As [`Instance::load_in`].
    pub fn load_other_years(
        &self,
        folder: &Path,
        encoding: Option<Encoding>,
    ) -> Result<Vec<Self>, Defects> {
        let others = self.years.iter().filter(|&&year| Some(year) != self.year);
        others.map(|&year| Self::load_in(folder, Some(year), encoding)).collect()
    }

    /// The instance with the flows of a further year beside its own, so that plans can be weighed by
    /// both. Its hash covers the files of both years.
    ///
    /// # Errors
    /// As [`Instance::load_in`].
    pub fn with_flows_of(
        self,
        folder: &Path,
        year: Year,
        encoding: Option<Encoding>,
    ) -> Result<Self, Defects> {
        let other = Self::load_in(folder, Some(year), encoding)?;
        let sha256 = hash_of(&[self.sha256.as_bytes(), other.sha256.as_bytes()]);
        let other_year = Some(OtherYear { year, flows: other.flows });
        Ok(Self { other_year, sha256, ..self })
    }

    /// Loads the instance in a folder, with the figures of a year; `None` is its default year.
    ///
    /// # Errors
    /// As [`Instance::load`], and when there are no figures of the year (`E172`).
    pub fn load_year(folder: &Path, year: Option<Year>) -> Result<Self, Defects> {
        Self::load_in(folder, year, None)
    }

    /// As [`Instance::load_year`], where files that are not UTF-8 are in this encoding, those excepted of
    /// which the descriptor names another. Without one it is assumed, which is an oddity (`W111`).
    ///
    /// # Errors
    /// As [`Instance::load_year`], and when a file holds what the encoding does not have (`E104`).
    pub fn load_in(
        folder: &Path,
        year: Option<Year>,
        encoding: Option<Encoding>,
    ) -> Result<Self, Defects> {
        let mut folder = Folder::open(folder, encoding)?;
        let found = &mut Defects::default();
        let descriptor = descriptor::read(&mut folder, found);
        let mut years = years::listed(&folder, found);
        // The files of another year, where it is another.
        let other = year.filter(|_| year != descriptor.year);
        if let Some(other) = other.filter(|other| !years.contains(other)) {
            years.extend(descriptor.year);
            years.sort_unstable();
            years.dedup();
            found.push(years::unknown(other, &years));
            return Err(std::mem::take(found));
        }
        years.extend(descriptor.year);
        years.sort_unstable();
        years.dedup();
        let descriptor = match other {
            Some(other) => descriptor.of_year(other),
            None => descriptor,
        };
        let (flows_file, external_file) = match other {
            Some(year) => years::files(year),
            None => ("flows.csv".to_owned(), "external_flows.csv".to_owned()),
        };

        let table = required(&mut folder, "areas.csv", &areas::REQUIRED, found);
        let mut listed = table.as_ref().map_or_else(Vec::new, |table| areas::read(table, found));
        let skipped = table.map_or_else(Default::default, |table| table.skipped);
        let codes = areas::known_codes("areas.csv", &listed, found).excusing(skipped.clone());

        if let Some(year) = other {
            years::enter(&mut folder, year, &mut listed, &codes, found);
        }

        let table = required(&mut folder, &flows_file, &flows::REQUIRED, found);
        let triples = table.map_or_else(Vec::new, |table| flows::read(&table, &codes, found));
        // A header alone says that no two areas touch.
        let table = folder.required("adjacency.csv", found).and_then(|bytes| {
            Table::read_or_bare("adjacency.csv", &bytes, &links::REQUIRED, true, found)
        });
        let links = table.map_or_else(Vec::new, |table| links::read(&table, &codes, found));

        let places = optional(&mut folder, &external_file, &["code"], found)
            .map_or_else(Vec::new, |table| flows::read_external(&table, &codes, &listed, found));
        flows::check_residents(&listed, &triples, &places, descriptor.rounding, found);
        let files = match other {
            Some(year) => {
                external::Files { areas: years::external_areas(year), flows: external_file }
            }
            None => external::Files { areas: external::AREAS.to_owned(), flows: external_file },
        };
        let (external_areas, external_links) =
            external::read(&mut folder, &files, &listed, &places, descriptor.rounding, found);
        let distances =
            optional(&mut folder, "distances.csv", &distances::REQUIRED, found).map(|table| {
                let inside: Vec<Area> = listed.iter().map(|listed| listed.area.clone()).collect();
                let outside: Vec<Area> =
                    external_areas.iter().map(|external| external.area.clone()).collect();
                distances::read(&table, &inside, &outside, skipped, found)
            });
        let shapes = read_shapes(&mut folder, &codes, found);

        let mut divisions = std::collections::BTreeMap::new();
        for file in folder.csv_files("divisions", found) {
            if let Some(bytes) = folder.optional(&file, found) {
                let division = division::parse(&file, &bytes, &codes, found);
                divisions.insert(division.name.clone(), division);
            }
        }
        std::mem::take(found).into_result()?;

        let mut instance = Self {
            name: descriptor.name,
            title: descriptor.title,
            nb: descriptor.nb,
            year: year.or(descriptor.year),
            default_year: descriptor.year,
            years,
            flows: Flows::from_triples(listed.len(), triples),
            areas: listed.into_iter().map(|Listed { area, .. }| area).collect(),
            links,
            other_year: None,
            external: places,
            external_areas,
            external_links,
            divisions,
            distances,
            shapes,
            sources: descriptor.sources,
            licences: descriptor.licences,
            rounding: descriptor.rounding,
            epsg: descriptor.epsg,
            encoding,
            oddities: Vec::new(),
            sha256: String::new(),
        };
        instance.oddities = oddities::find(&instance);
        let assumed = folder.assumed.iter().map(|(file, name)| assumed_oddity(file, name));
        instance.oddities.extend(assumed);
        instance.oddities.sort_by_key(|defect| defect.code);
        instance.sha256 = folder.sha256();
        Ok(instance)
    }
}

fn required(
    folder: &mut Folder,
    file: &str,
    columns: &[&str],
    found: &mut Defects,
) -> Option<Table> {
    let bytes = folder.required(file, found)?;
    Table::read(file, &bytes, columns, found)
}

fn optional(
    folder: &mut Folder,
    file: &str,
    columns: &[&str],
    found: &mut Defects,
) -> Option<Table> {
    let bytes = folder.optional(file, found)?;
    Table::read(file, &bytes, columns, found)
}

fn read_shapes(folder: &mut Folder, codes: &Codes, found: &mut Defects) -> Option<Vec<Shape>> {
    let bytes = folder.optional(SHAPES, found)?;
    let before = found.0.len();
    let shapes = geometry::read(SHAPES, &bytes, codes, found);
    // A file that is no GeoJSON at all lacks every area; that need not be said area by area.
    if !shapes.is_empty() || found.0.len() == before {
        geometry::check_complete(SHAPES, &shapes, codes, found);
    }
    Some(shapes.into_values().collect())
}
