//! An instance for the page of the service: its areas and flows as plain data, its map, plans drawn on
//! it and described, and the chart of a run while it grows.
//!
//! Everything is drawn by the code that draws reports. What is costly and the same for every plan (where
//! names can stand, where there is land) is found once, in [`Atlas::new`].

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use regionfront_model::instance::{Instance, Source};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Persons};

use crate::documents::SourceDocument;
use crate::maps::{self, Ground, Map, NO_REGION};
use crate::view::{self, AreaView};
use crate::words::Lang;

mod chart;
mod plan;

pub use chart::{ChartPoint, ChartSheet, ChartStage, chart};
pub use plan::{Before, PlanSheet};

/// An instance, laid out.
pub struct Atlas {
    ground: Ground<'static>,
}

/// What the page needs of an instance to show it and to count by itself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AtlasDocument {
    /// Title in the language.
    pub title: String,
    /// Year of the figures.
    pub year: Option<u16>,
    /// The further years it has figures of, ascending.
    pub other_years: Vec<u16>,
    /// The areas, by code.
    pub areas: Vec<AtlasArea>,
    /// Links between areas by their places in the list, with their kind.
    pub links: Vec<(usize, usize, &'static str)>,
    /// Flows by places in the list, from home to work, one after the other: home, work, commuters.
    pub flows: Vec<u64>,
    /// Divisions that exist.
    pub divisions: Vec<AtlasDivision>,
    /// Areas outside that may be added.
    pub external_areas: Vec<AreaView>,
    /// Commuters between different areas.
    pub commuters_between_areas: Commuters,
    /// Inhabitants.
    pub population: Persons,
    /// Where the data come from.
    pub sources: Vec<SourceDocument>,
    /// Licences of the data.
    pub licences: Vec<String>,
    /// The map without a plan, as SVG.
    pub map: String,
}

/// An area.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AtlasArea {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its county.
    pub county: String,
    /// Inhabitants.
    pub population: Persons,
    /// Employed persons who live here.
    pub employed: Persons,
    /// Employed persons who work here.
    pub jobs: Persons,
    /// Where its centre lies on the map.
    pub at: (f64, f64),
}

/// A division of the instance.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AtlasDivision {
    /// Its key.
    pub key: String,
    /// Its name in the language.
    pub name: String,
    /// Names of its regions, and the places of their areas in the list.
    pub regions: Vec<(String, Vec<usize>)>,
}

impl Atlas {
    /// Lays an instance out; `None` where it has no areas.
    pub fn new(instance: Instance) -> Option<Self> {
        Some(Self { ground: maps::ground_of(Cow::Owned(instance))? })
    }

    /// The instance.
    pub fn instance(&self) -> &Instance {
        &self.ground.instance
    }

    /// The instance as plain data, with its map.
    pub fn document(&self, lang: Lang) -> AtlasDocument {
        let instance = self.instance();
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        let areas =
            instance.areas.iter().zip(&self.ground.centres).map(|(area, &(x, y))| AtlasArea {
                code: area.code.clone(),
                name: area.name.clone(),
                county: area.county.clone(),
                population: area.population,
                employed: area.employed_residents,
                jobs: area.jobs,
                at: (tenths(x), tenths(y)),
            });
        let place = |index: usize| u64::try_from(index).unwrap_or(u64::MAX);
        let flows = instance
            .flows
            .triples()
            .flat_map(|(from, to, commuters)| [place(from), place(to), commuters]);
        let divisions = instance.divisions.values().map(|division| AtlasDivision {
            key: division.name.clone(),
            name: view::division_name(&division.name, lang),
            regions: division
                .regions
                .iter()
                .map(|region| (region.name.clone(), region.areas.clone()))
                .collect(),
        });
        let title = match lang {
            Lang::Nb if !instance.nb.title.is_empty() => &instance.nb.title,
            _ => &instance.title,
        };
        let external = instance.external_areas.iter().map(|external| AreaView {
            code: external.area.code.clone(),
            name: external.area.name.clone(),
        });
        AtlasDocument {
            title: title.clone(),
            year: instance.year,
            other_years: instance
                .years
                .iter()
                .copied()
                .filter(|&year| Some(year) != instance.year)
                .collect(),
            areas: areas.collect(),
            links: instance.links.iter().map(|link| (link.a, link.b, link.kind.word())).collect(),
            flows: flows.collect(),
            divisions: divisions.collect(),
            external_areas: external.collect(),
            commuters_between_areas: instance.flows.total_between(),
            population: instance.population(),
            sources: instance.sources.iter().map(source).collect(),
            licences: instance.licences.clone(),
            map: self.map(title),
        }
    }

    /// The map without a plan.
    fn map(&self, title: &str) -> String {
        let whole = Plan::from_labels(&vec![1; self.instance().num_areas()]);
        Map::new(&self.ground, &whole, &[NO_REGION], &[""], Vec::new()).bound(title)
    }
}

fn source(source: &Source) -> SourceDocument {
    SourceDocument { title: source.title.clone(), path: source.path.clone() }
}
