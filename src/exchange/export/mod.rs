//! An instance, and a division of it, in other formats: a file of code per format.
//!
//! | format | carries |
//! |---|---|
//! | GAL | neighbours |
//! | NetworkX JSON | neighbours with kinds, border lengths and commuters between them; names and figures of areas; all flows; the division |
//! | GraphML | the same without the flows that are not between neighbours |
//! | METIS | neighbours, commuters between them as weights of edges, population as weights of nodes; the division as a partition in a file of its own |
//!
//! All are simple graphs: a pair that is linked in two ways is one edge. What they carry comes back
//! as it was through [`import`](crate::import).

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::import::NO_PLAN;
use regionfront_model::defect::Defect;
use regionfront_model::instance::{Division, Instance, LinkKind, counted};
use regionfront_model::quantity::Commuters;

mod gal;
mod graphml;
mod metis;
mod networkx;

pub use metis::write_partition;

/// Formats of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Spatial weights, for PySAL and GeoDa.
    Gal,
    /// JSON adjacency, for NetworkX and GerryChain.
    Networkx,
    /// GraphML, for NetworkX, igraph, Gephi and yEd.
    Graphml,
    /// METIS, for METIS, KaHIP and NetworKit.
    Metis,
}

impl ExportFormat {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Gal => "gal",
            Self::Networkx => "networkx",
            Self::Graphml => "graphml",
            Self::Metis => "metis",
        }
    }
}

/// What is exported.
#[derive(Debug)]
pub struct Export<'a> {
    instance: &'a Instance,
    /// Pairs of neighbours, by `(a, b)`.
    edges: BTreeMap<(usize, usize), Edge>,
    division: Option<&'a Division>,
    /// Region of every area, as an index into the division's.
    regions: Vec<Option<usize>>,
}

/// A pair of neighbours.
#[derive(Debug)]
struct Edge {
    /// How they touch, in the order of the kinds.
    kinds: Vec<LinkKind>,
    border_km: Option<f64>,
    note: String,
    /// Commuters both ways.
    commuters: Commuters,
}

impl<'a> Export<'a> {
    /// The export of an instance with the links of some kinds, and of a division of it.
    ///
    /// # Errors
    /// When the division holds an area twice: a node has one region.
    pub fn new(
        instance: &'a Instance,
        kinds: &[LinkKind],
        division: Option<&'a Division>,
    ) -> Result<Self, Defect> {
        let mut regions = vec![None; instance.num_areas()];
        for (at, region) in division.iter().flat_map(|division| division.regions.iter().enumerate())
        {
            for &area in &region.areas {
                if let Some(first) = regions[area].replace(at) {
                    let names = division.map_or(&[][..], |division| &division.regions);
                    return Err(Defect::new(
                        NO_PLAN,
                        division.map_or("", |division| &division.name),
                        format!(
                            "{} is in {} and in {}, and a node has one region",
                            instance.areas[area].label(),
                            names[first].name,
                            region.name
                        ),
                        "leave it in one of them, as `derive --resolve-overlaps` does",
                    ));
                }
            }
        }
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for link in instance.links.iter().filter(|link| kinds.contains(&link.kind)) {
            let (a, b) = (link.a, link.b);
            let edge = edges.entry((a, b)).or_insert_with(|| Edge {
                kinds: Vec::new(),
                border_km: link.border_km,
                note: link.note.clone(),
                commuters: instance.flows.get(a, b) + instance.flows.get(b, a),
            });
            edge.kinds.push(link.kind);
        }
        Ok(Self { instance, edges, division, regions })
    }

    /// Writes it.
    ///
    /// # Errors
    /// Whatever the writer reports.
    pub fn write(&self, format: ExportFormat, out: &mut dyn Write) -> io::Result<()> {
        match format {
            ExportFormat::Gal => gal::write(self, out),
            ExportFormat::Networkx => networkx::write(self, out),
            ExportFormat::Graphml => graphml::write(self, out),
            ExportFormat::Metis => metis::write(self, out),
        }
    }

    /// How many pairs of neighbours.
    pub fn num_edges(&self) -> usize {
        self.edges.len()
    }

    /// How many regions the division has, if there is one.
    pub fn num_regions(&self) -> Option<usize> {
        self.division.map(|division| division.regions.len())
    }

    /// Areas that the division leaves out, as a remark.
    pub fn left_out(&self) -> Option<String> {
        self.division?;
        let missing = self.regions.iter().filter(|region| region.is_none()).count();
        (missing > 0).then(|| format!("{} in no region of the division", counted(missing, "area")))
    }

    /// Neighbours of every area, ascending.
    fn neighbours(&self) -> Vec<Vec<(usize, &Edge)>> {
        let mut neighbours = vec![Vec::new(); self.instance.num_areas()];
        for (&(a, b), edge) in &self.edges {
            neighbours[a].push((b, edge));
            neighbours[b].push((a, edge));
        }
        for row in &mut neighbours {
            row.sort_by_key(|(area, _)| *area);
        }
        neighbours
    }

    /// Name of an area's region.
    fn region(&self, area: usize) -> Option<&str> {
        Some(self.division?.regions[self.regions[area]?].name.as_str())
    }
}

impl Edge {
    /// `land`, or `land+ferry` where a pair is linked in several ways.
    fn kind(&self) -> String {
        self.kinds.iter().map(|kind| kind.word()).collect::<Vec<_>>().join("+")
    }
}

/// Text in one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
