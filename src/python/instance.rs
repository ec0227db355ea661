//! An instance, loaded from its folder, and what Python is told of it.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use serde::Serialize;

use regionfront::cli::embed;
use regionfront::defect::{Defect, Defects};
use regionfront::import::Encoding;
use regionfront::import::polygons::{self, PolygonOptions};
use regionfront::instance::{self as model, Division, describe, division_of};
use regionfront::scenario::Scenario;

use crate::answer::json;
use crate::fault;

/// The data of one study area, as read from a folder.
#[pyclass(frozen, module = "regionfront._native")]
#[derive(Debug)]
pub(crate) struct Instance {
    /// The folder it was read from.
    pub(crate) folder: PathBuf,
    /// What was read.
    pub(crate) model: Arc<model::Instance>,
}

#[pymethods]
impl Instance {
    /// Reads a folder, with the figures of a year where it holds several; files that are not UTF-8 are
    /// in this encoding.
    #[new]
    #[pyo3(signature = (folder, year=None, encoding=None))]
    fn new(
        py: Python<'_>,
        folder: PathBuf,
        year: Option<u16>,
        encoding: Option<&str>,
    ) -> PyResult<Self> {
        let encoding = parsed(encoding).map_err(|wrong| fault::raised(py, &wrong.into()))?;
        let loaded = py.detach(|| model::Instance::load_in(&folder, year, encoding));
        match loaded {
            Ok(loaded) => Ok(Self { folder, model: Arc::new(loaded) }),
            Err(defects) => Err(fault::raised(py, &defects)),
        }
    }

    /// What it holds and what is odd about it, as `regionfront inspect --format json` has it.
    fn describe(&self, py: Python<'_>) -> PyResult<String> {
        json(py, &describe(&self.model))
    }

    /// Its areas, flows, links and divisions, by code, and the names of its scenarios.
    fn tables(&self, py: Python<'_>) -> PyResult<String> {
        json(py, &Tables::new(self))
    }
}

/// The encoding of that name.
fn parsed(name: Option<&str>) -> Result<Option<Encoding>, Defect> {
    let wrong =
        |what: String| Defect::new("E104", "encoding", what, "name one of these, or leave it out");
    name.map(str::parse).transpose().map_err(wrong)
}

/// The text of a file that was handed in, in this encoding where it is not UTF-8, as the command reads it:
/// the first sheet of a workbook, too. With it comes what was assumed, in words.
#[pyfunction]
#[pyo3(signature = (path, encoding=None))]
pub(crate) fn text_of(
    py: Python<'_>,
    path: PathBuf,
    encoding: Option<&str>,
) -> PyResult<(String, Option<String>)> {
    let raise = |found: Defects| fault::raised(py, &found);
    let encoding = parsed(encoding).map_err(|wrong| raise(wrong.into()))?;
    let (text, odd) = py.detach(move || embed::table(&path, encoding)).map_err(raise)?;
    Ok((text, odd.as_ref().map(fault::remark)))
}

/// A division of the instance, or one written as CSV.
pub(crate) fn division(
    instance: &model::Instance,
    (name, text): Named,
) -> Result<Division, Defects> {
    if let Some(text) = text {
        let division = division_of(&name, text.as_bytes(), instance)?;
        return Ok(Division { name, ..division });
    }
    instance.divisions.get(&name).cloned().ok_or_else(|| {
        let own: Vec<&str> = instance.divisions.keys().map(String::as_str).collect();
        let cure = if own.is_empty() {
            "hand over the division itself: a Series of regions by code".to_owned()
        } else {
            format!("use {}, or hand over the division itself", own.join(", "))
        };
        Defect::new("E503", name, "the instance has no division of that name", cure).into()
    })
}

/// A division: its name, and its text as CSV unless it is one of the instance.
pub(crate) type Named = (String, Option<String>);

/// An instance as Python makes tables from it.
#[derive(Serialize)]
struct Tables<'a> {
    areas: Vec<AreaRow<'a>>,
    /// Residence, workplace, commuters.
    flows: Vec<(&'a str, &'a str, u64)>,
    links: Vec<LinkRow<'a>>,
    external: Vec<PlaceRow<'a>>,
    /// Name of the division, name of the region, code of the area.
    divisions: Vec<(&'a str, &'a str, &'a str)>,
    scenarios: Vec<String>,
}

#[derive(Serialize)]
struct AreaRow<'a> {
    code: &'a str,
    name: &'a str,
    county: &'a str,
    population: u64,
    employed_residents: u64,
    jobs: u64,
    land_area_km2: f64,
}

#[derive(Serialize)]
struct LinkRow<'a> {
    a: &'a str,
    b: &'a str,
    kind: &'static str,
    border_km: Option<f64>,
}

/// Commuters to and from a place outside, by area.
#[derive(Serialize)]
struct PlaceRow<'a> {
    name: &'a str,
    to: &'a [u64],
    from: &'a [u64],
}

impl<'a> Tables<'a> {
    fn new(instance: &'a Instance) -> Self {
        let model = &*instance.model;
        let code = |at: usize| model.areas[at].code.as_str();
        let members = |division: &'a Division| {
            division.regions.iter().flat_map(move |region| {
                region
                    .areas
                    .iter()
                    .map(move |&at| (division.name.as_str(), region.name.as_str(), code(at)))
            })
        };
        Self {
            areas: model
                .areas
                .iter()
                .map(|area| AreaRow {
                    code: &area.code,
                    name: &area.name,
                    county: &area.county,
                    population: area.population,
                    employed_residents: area.employed_residents,
                    jobs: area.jobs,
                    land_area_km2: area.land_area_km2,
                })
                .collect(),
            flows: model.flows.triples().map(|(from, to, n)| (code(from), code(to), n)).collect(),
            links: model
                .links
                .iter()
                .map(|link| LinkRow {
                    a: code(link.a),
                    b: code(link.b),
                    kind: link.kind.word(),
                    border_km: link.border_km,
                })
                .collect(),
            external: model
                .external
                .iter()
                .map(|place| PlaceRow { name: &place.name, to: &place.to, from: &place.from })
                .collect(),
            divisions: model.divisions.values().flat_map(members).collect(),
            scenarios: Scenario::names(&instance.folder),
        }
    }
}

/// A pair of codes with the length of the border in kilometres.
type Border = (String, String, f64);

/// Which areas share a border of positive length, from `GeoJSON` with a property `code`, coordinates in
/// degrees: pairs of codes with the length of the border in kilometres, and what is odd about them.
#[pyfunction]
pub(crate) fn borders(py: Python<'_>, geojson: &str) -> PyResult<(Vec<Border>, Vec<String>)> {
    let options = PolygonOptions { code: Some("code".to_owned()), ..PolygonOptions::default() };
    let read = py.detach(|| polygons::parse("geometry.geojson", geojson.as_bytes(), &options));
    let part = read.map_err(|defects| fault::raised(py, &defects))?;
    let code = |at: usize| part.instance.areas[at].code.clone();
    let links = part.instance.links.iter();
    let pairs =
        links.map(|link| (code(link.a), code(link.b), link.border_km.unwrap_or(0.0))).collect();
    let oddities = part.instance.oddities.iter().map(|odd| odd.what.clone());
    Ok((pairs, oddities.collect()))
}
