//! What the integration tests share: small problems by hand, a generator, and an oracle.
#![allow(
    missing_docs,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    reason = "short names of sketches, for tests alone, which panic where they fail"
)]

use std::collections::BTreeMap;

use regionfront_model::instance::{Area, Flows, Instance, Link, LinkKind};
use regionfront_model::scenario::{Group, Problem, Rules};

pub mod extremes;
pub mod generate;
pub mod mutations;
pub mod oracle;
pub mod ran;
pub mod report;
pub mod rows;
pub mod schema;
pub mod shapes;
pub mod subsets;

/// Builds a small problem: areas `A` (01), `B` (02), …, each of 10 people, 5 employed residents
/// and 5 jobs, unless told otherwise.
#[derive(Clone)]
pub struct Sketch {
    areas: Vec<Area>,
    links: Vec<Link>,
    flows: Vec<(usize, usize, u64)>,
    rules: Rules,
}

impl Sketch {
    /// That many areas without links or flows; land and fixed links count as contiguous.
    pub fn new(num_areas: usize) -> Self {
        let areas = (0..num_areas)
            .map(|index| Area {
                code: format!("{:02}", index + 1),
                name: name(index),
                county: String::new(),
                population: 10,
                employed_residents: 5,
                jobs: 5,
                land_area_km2: 1.0,
                centre: String::new(),
                position: None,
            })
            .collect();
        let rules = Rules { links: vec![LinkKind::Land, LinkKind::FixedLink], ..Rules::default() };
        Self { areas, links: Vec::new(), flows: Vec::new(), rules }
    }

    /// A chain `A – B – C – …` of land borders.
    pub fn chain(num_areas: usize) -> Self {
        (1..num_areas).fold(Self::new(num_areas), |sketch, b| sketch.land(b - 1, b))
    }

    pub fn land(self, a: usize, b: usize) -> Self {
        self.link(a, b, LinkKind::Land)
    }

    pub fn link(mut self, a: usize, b: usize, kind: LinkKind) -> Self {
        let (a, b) = (a.min(b), a.max(b));
        self.links.push(Link { a, b, kind, border_km: None, note: String::new() });
        self
    }

    pub fn flow(mut self, from: usize, to: usize, commuters: u64) -> Self {
        self.flows.push((from, to, commuters));
        self
    }

    pub fn populations(mut self, figures: &[u64]) -> Self {
        for (area, &figure) in self.areas.iter_mut().zip(figures) {
            area.population = figure;
        }
        self
    }

    pub fn employed(mut self, figures: &[u64]) -> Self {
        for (area, &figure) in self.areas.iter_mut().zip(figures) {
            area.employed_residents = figure;
        }
        self
    }

    pub fn jobs(mut self, figures: &[u64]) -> Self {
        for (area, &figure) in self.areas.iter_mut().zip(figures) {
            area.jobs = figure;
        }
        self
    }

    pub fn rules(mut self, change: impl FnOnce(&mut Rules)) -> Self {
        change(&mut self.rules);
        self
    }

    pub fn instance(mut self) -> Instance {
        self.links.sort_by_key(|link| (link.a, link.b, link.kind));
        Instance {
            name: "sketch".into(),
            title: "A sketch".into(),
            nb: regionfront_model::instance::InstanceTexts::default(),
            year: None,
            default_year: None,
            years: Vec::new(),
            other_year: None,
            flows: Flows::from_triples(self.areas.len(), self.flows),
            areas: self.areas,
            links: self.links,
            external: Vec::new(),
            external_areas: Vec::new(),
            external_links: Vec::new(),
            divisions: BTreeMap::new(),
            distances: None,
            shapes: None,
            sources: Vec::new(),
            licences: Vec::new(),
            rounding: 0,
            epsg: None,
            encoding: None,
            sha256: String::new(),
            oddities: Vec::new(),
        }
    }

    pub fn problem(self) -> Problem {
        let rules = self.rules.clone();
        Problem { instance: self.instance(), scenario: "sketch".into(), rules }
    }
}

/// `A` to `Z`, then `A1`, `B1`, ….
fn name(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).expect("below 26"));
    if index < 26 { letter.to_string() } else { format!("{letter}{}", index / 26) }
}

/// A group of areas with a name.
pub fn group(name: &str, areas: &[usize]) -> Group {
    Group { name: name.into(), areas: areas.to_vec() }
}
