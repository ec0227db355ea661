//! What an instance holds and what is odd about it: the facts behind `inspect`.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Division, Instance, LinkKind, Source, Year};
use crate::defect::Defect;
use crate::quantity::{Commuters, Persons};

/// What an instance holds. Every share lies between 0 and 1, names its denominator, and is missing
/// where that is 0.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Description {
    /// Short name.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// The year its figures are of, where it says so.
    pub year: Option<Year>,
    /// Every year it holds figures of.
    pub years: Vec<Year>,
    /// SHA-256 over the files that were read.
    pub sha256: String,
    /// How many areas.
    pub areas: usize,
    /// Inhabitants.
    pub population: Persons,
    /// The area with the fewest inhabitants.
    pub smallest_area: AreaPopulation,
    /// The area with the most inhabitants.
    pub largest_area: AreaPopulation,
    /// Employed persons who live here.
    pub employed_residents: Persons,
    /// Employed persons who work here.
    pub jobs: Persons,
    /// Land area in square kilometres.
    pub land_area_km2: f64,
    /// Flows between the areas.
    pub flows: FlowTotals,
    /// Flows to and from elsewhere.
    pub external: Vec<ExternalTotals>,
    /// Areas outside that a scenario may add, by name and code.
    pub external_areas: Vec<String>,
    /// How many links of each kind; all kinds are listed.
    pub links: Vec<KindCount>,
    /// How the areas hang together as more link kinds count.
    pub connectivity: Vec<Connectivity>,
    /// Reference divisions.
    pub divisions: Vec<DivisionSummary>,
    /// How distances are measured: by `distances.csv`, or great circles.
    pub distances: String,
    /// Whether every area has a polygon for maps.
    pub has_shapes: bool,
    /// Sources to cite.
    pub sources: Vec<Source>,
    /// Licences of the data.
    pub licences: Vec<String>,
    /// What is odd.
    pub oddities: Vec<Oddity>,
}

/// An area and its inhabitants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AreaPopulation {
    /// Name and code.
    pub area: String,
    /// Inhabitants.
    pub population: Persons,
}

/// Totals of the flows between the areas.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FlowTotals {
    /// How many pairs of residence and workplace have commuters.
    pub pairs: usize,
    /// All commuters with residence and workplace in the areas.
    pub total: Commuters,
    /// Those who live and work in the same area.
    pub own: Commuters,
    /// Those who cross between areas: the most that regions can hold inside them.
    pub between: Commuters,
    /// `own` ÷ `total`.
    pub own_share_of_total: Option<f64>,
    /// `between` ÷ `total`.
    pub between_share_of_total: Option<f64>,
    /// `total` ÷ employed residents.
    pub total_share_of_employed_residents: Option<f64>,
}

/// Totals of the flows to and from one place outside.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ExternalTotals {
    /// The word for the place in the column names.
    pub place: String,
    /// Residents of the areas who work there.
    pub to: Commuters,
    /// People who live there and work in the areas.
    pub from: Commuters,
    /// `to` ÷ employed residents.
    pub to_share_of_employed_residents: Option<f64>,
    /// `from` ÷ jobs.
    pub from_share_of_jobs: Option<f64>,
}

/// How many links of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindCount {
    /// The kind.
    pub kind: LinkKind,
    /// How many pairs.
    pub count: usize,
}

/// How the areas hang together under some link kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Connectivity {
    /// The kinds that count.
    pub kinds: Vec<LinkKind>,
    /// How many parts there are; 1 means that all areas hang together.
    pub parts: usize,
    /// The parts beside the largest, each by the names and codes of its areas.
    pub apart: Vec<Vec<String>>,
}

/// One reference division.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DivisionSummary {
    /// Its name.
    pub name: String,
    /// How many regions.
    pub regions: usize,
    /// How many areas stand in a region.
    pub areas_covered: usize,
    /// `areas_covered` ÷ all areas.
    pub covered_share_of_areas: Option<f64>,
    /// Inhabitants of the areas that stand in a region ÷ all inhabitants.
    pub covered_share_of_population: Option<f64>,
    /// Areas in more than one region, by name and code.
    pub double_members: Vec<String>,
    /// Areas in no region, by name and code.
    pub outside: Vec<String>,
    /// Regions with areas in more than one county.
    pub county_crossings: Vec<String>,
}

/// Something odd that does not keep the instance from being used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Oddity {
    /// Stable code, `W1xx`.
    pub code: String,
    /// The file it stands in.
    pub at: String,
    /// What is odd.
    pub what: String,
    /// What to do about it, or what to know.
    pub help: String,
}

impl From<&Defect> for Oddity {
    fn from(defect: &Defect) -> Self {
        let Defect { code, at, what, cure } = defect.clone();
        Self { code: code.into(), at, what, help: cure }
    }
}

/// Describes an instance.
pub fn describe(instance: &Instance) -> Description {
    let total = |figure: fn(&super::Area) -> u64| instance.areas.iter().map(figure).sum::<u64>();
    let employed_residents = total(|area| area.employed_residents);
    let jobs = total(|area| area.jobs);
    let (own, between) = (instance.flows.total_own(), instance.flows.total_between());
    let population_of = |area: Option<&super::Area>| {
        area.map_or_else(AreaPopulation::default, |area| AreaPopulation {
            area: area.label(),
            population: area.population,
        })
    };
    let external = instance.external.iter().map(|place| {
        let (to, from) = (place.to.iter().sum(), place.from.iter().sum());
        ExternalTotals {
            place: place.name.clone(),
            to,
            from,
            to_share_of_employed_residents: share(to, employed_residents),
            from_share_of_jobs: share(from, jobs),
        }
    });
    Description {
        name: instance.name.clone(),
        title: instance.title.clone(),
        year: instance.year,
        years: instance.years.clone(),
        sha256: instance.sha256.clone(),
        areas: instance.num_areas(),
        population: instance.population(),
        smallest_area: population_of(instance.areas.iter().min_by_key(|area| area.population)),
        largest_area: population_of(instance.areas.iter().max_by_key(|area| area.population)),
        employed_residents,
        jobs,
        land_area_km2: instance.areas.iter().map(|area| area.land_area_km2).sum(),
        flows: FlowTotals {
            pairs: instance.flows.triples().count(),
            total: own + between,
            own,
            between,
            own_share_of_total: share(own, own + between),
            between_share_of_total: share(between, own + between),
            total_share_of_employed_residents: share(own + between, employed_residents),
        },
        external: external.collect(),
        external_areas: instance.external_areas.iter().map(|area| area.area.label()).collect(),
        links: LinkKind::ALL.map(|kind| count_links(instance, kind)).to_vec(),
        connectivity: (1..=LinkKind::ALL.len())
            .map(|kinds| connectivity(instance, &LinkKind::ALL[..kinds]))
            .collect(),
        divisions: instance
            .divisions
            .values()
            .map(|division| summarise(instance, division))
            .collect(),
        distances: instance.distance_words().to_owned(),
        has_shapes: instance.shapes.is_some(),
        sources: instance.sources.clone(),
        licences: instance.licences.clone(),
        oddities: instance.oddities.iter().map(Oddity::from).collect(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a ratio for people; sums stay far below 2^53")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn count_links(instance: &Instance, kind: LinkKind) -> KindCount {
    KindCount { kind, count: instance.links.iter().filter(|link| link.kind == kind).count() }
}

fn connectivity(instance: &Instance, kinds: &[LinkKind]) -> Connectivity {
    let mut parts = instance.components(kinds);
    let num_parts = parts.len();
    // Among equally large parts the first counts as the largest.
    let largest = (0..num_parts).rev().max_by_key(|&at| parts[at].len());
    if let Some(largest) = largest {
        parts.remove(largest);
    }
    let apart = parts.iter().map(|part| labels(instance, part)).collect();
    Connectivity { kinds: kinds.to_vec(), parts: num_parts, apart }
}

fn labels<'a>(instance: &Instance, areas: impl IntoIterator<Item = &'a usize>) -> Vec<String> {
    areas.into_iter().map(|&area| instance.areas[area].label()).collect()
}

fn summarise(instance: &Instance, division: &Division) -> DivisionSummary {
    let mut covered = BTreeSet::new();
    let mut double = BTreeSet::new();
    for &area in division.regions.iter().flat_map(|region| &region.areas) {
        if !covered.insert(area) {
            double.insert(area);
        }
    }
    let outside: Vec<usize> =
        (0..instance.num_areas()).filter(|area| !covered.contains(area)).collect();
    let population = covered.iter().map(|&area| instance.areas[area].population).sum();
    let counties = |areas: &[usize]| -> usize {
        areas.iter().map(|&area| &instance.areas[area].county).collect::<BTreeSet<_>>().len()
    };
    DivisionSummary {
        name: division.name.clone(),
        regions: division.regions.len(),
        areas_covered: covered.len(),
        covered_share_of_areas: share(covered.len() as u64, instance.num_areas() as u64),
        covered_share_of_population: share(population, instance.population()),
        double_members: labels(instance, &double),
        outside: labels(instance, &outside),
        county_crossings: division
            .regions
            .iter()
            .filter(|region| counties(&region.areas) > 1)
            .map(|region| region.name.clone())
            .collect(),
    }
}
