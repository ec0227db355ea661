//! The data of one study area: areas, flows, adjacency and divisions, as read from a folder.
//!
//! [`Instance::load`] reads a folder and reports everything that is wrong with it; [`codes`] lists
//! what that can be.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::defect::Defect;
use crate::quantity::{Commuters, Persons};
use crate::reading::Encoding;

mod areas;
pub mod codes;
mod components;
mod crosswalk;
pub mod describe;
mod descriptor;
mod distances;
mod division;
mod external;
mod figures;
mod flows;
mod geometry;
mod links;
mod load;
mod lookup;
mod names;
mod oddities;
mod read;
mod transform;
mod years;

pub use crosswalk::{Crosswalk, Side};
pub use describe::{Description, describe};
pub use distances::Distances;
pub use division::{division_of, read_division, read_division_noting};
pub use figures::LARGEST;
pub use links::read_adjacency;
pub(crate) use names::AreaIndex;
pub use names::AreaNotFound;
pub use read::{closest, counted, shorten, text as read_text, text_noting, unreadable};
pub use transform::LEFT_OUT;

/// One municipality, indivisible.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Area {
    /// Official code, a string: `0301` is not 301.
    pub code: String,
    /// Name, as printed.
    pub name: String,
    /// County, empty where unknown.
    pub county: String,
    /// Inhabitants.
    pub population: Persons,
    /// Employed persons who live here.
    pub employed_residents: Persons,
    /// Employed persons who work here.
    pub jobs: Persons,
    /// Land area in square kilometres.
    pub land_area_km2: f64,
    /// Name of the administrative centre, empty where unknown.
    pub centre: String,
    /// Latitude and longitude of the centre (WGS 84).
    pub position: Option<(f64, f64)>,
}

impl Area {
    /// Name and code, as messages show an area: `Flå (3039)`.
    pub fn label(&self) -> String {
        format!("{} ({})", self.name, self.code)
    }
}

/// How two areas touch.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// A shared border of positive length.
    Land,
    /// A road tunnel or bridge.
    FixedLink,
    /// A car ferry.
    Ferry,
    /// An assumed tie across water.
    SeaLink,
}

impl LinkKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [Self; 4] = [Self::Land, Self::FixedLink, Self::Ferry, Self::SeaLink];

    /// The word used in files and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::FixedLink => "fixed_link",
            Self::Ferry => "ferry",
            Self::SeaLink => "sea_link",
        }
    }
}

impl fmt::Display for LinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for LinkKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(|| {
            format!("`{text}` is not a link kind; use land, fixed_link, ferry or sea_link")
        })
    }
}

/// A pair of areas that touch, `a < b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Smaller area index.
    pub a: usize,
    /// Larger area index.
    pub b: usize,
    /// How they touch.
    pub kind: LinkKind,
    /// Length of the shared border in kilometres, where there is one.
    pub border_km: Option<f64>,
    /// A remark from the data, such as the name of a tunnel.
    pub note: String,
}

/// Directed commuting flows between the areas of an instance, sparse by residence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows {
    rows: Vec<Vec<(usize, Commuters)>>,
}

impl Flows {
    /// Flows from `(residence, workplace, commuters)`; repeated pairs are summed, zeros dropped.
    ///
    /// # Panics
    /// When an index is not below `num_areas`.
    pub fn from_triples(
        num_areas: usize,
        triples: impl IntoIterator<Item = (usize, usize, Commuters)>,
    ) -> Self {
        let mut sums: Vec<BTreeMap<usize, Commuters>> = vec![BTreeMap::new(); num_areas];
        for (residence, workplace, commuters) in triples {
            assert!(workplace < num_areas, "workplace {workplace} of {num_areas} areas");
            if commuters > 0 {
                *sums[residence].entry(workplace).or_default() += commuters;
            }
        }
        Self { rows: sums.into_iter().map(|row| row.into_iter().collect()).collect() }
    }

    /// Commuters who live in `residence` and work in `workplace`.
    pub fn get(&self, residence: usize, workplace: usize) -> Commuters {
        let row = &self.rows[residence];
        row.binary_search_by_key(&workplace, |entry| entry.0).map_or(0, |at| row[at].1)
    }

    /// The `(workplace, commuters)` pairs of one residence, by workplace, none zero.
    pub fn row(&self, residence: usize) -> &[(usize, Commuters)] {
        &self.rows[residence]
    }

    /// All `(residence, workplace, commuters)`, by residence then workplace, none zero.
    pub fn triples(&self) -> impl Iterator<Item = (usize, usize, Commuters)> + '_ {
        self.rows
            .iter()
            .enumerate()
            .flat_map(|(from, row)| row.iter().map(move |&(to, count)| (from, to, count)))
    }

    /// Commuters between different areas: the most a plan can hold inside its regions.
    pub fn total_between(&self) -> Commuters {
        self.triples().filter(|(from, to, _)| from != to).map(|(_, _, count)| count).sum()
    }

    /// People who live and work in the same area, over all areas.
    pub fn total_own(&self) -> Commuters {
        (0..self.rows.len()).map(|area| self.get(area, area)).sum()
    }
}

/// Commuters to and from places outside the instance, such as Oslo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalPlace {
    /// The word in the column names: `oslo` for `to_oslo` and `from_oslo`.
    pub name: String,
    /// Residents of each area who work there.
    pub to: Vec<Commuters>,
    /// People who live there and work in each area.
    pub from: Vec<Commuters>,
}

/// An area outside the instance that a scenario may add to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalArea {
    /// The area itself.
    pub area: Area,
    /// The external place that stands for it: its flows to and from the areas stand there.
    pub place: String,
    /// People who live and work in it.
    pub own_flow: Commuters,
    /// Its residents who work in each other external place.
    pub to: BTreeMap<String, Commuters>,
    /// People who live in each other external place and work in it.
    pub from: BTreeMap<String, Commuters>,
    /// Its polygons, where the instance has them.
    pub shape: Option<Shape>,
}

/// A pair that touches, at least one of them an [`ExternalArea`]; `a < b`, by code.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalLink {
    /// Smaller code.
    pub a: String,
    /// Larger code.
    pub b: String,
    /// How they touch.
    pub kind: LinkKind,
    /// Length of the shared border in kilometres, where there is one.
    pub border_km: Option<f64>,
    /// A remark from the data.
    pub note: String,
}

/// A named region of a division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivisionRegion {
    /// Name of the region.
    pub name: String,
    /// Indices of its areas, ascending.
    pub areas: Vec<usize>,
}

/// Any assignment of areas to regions, ours or not: it may leave areas out or hold one twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// File name without extension, such as `regional_councils_2019`.
    pub name: String,
    /// Its regions, in the order of first appearance in the file.
    pub regions: Vec<DivisionRegion>,
}

/// Where a part of the data comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Source {
    /// Title of the source, as it is to be cited.
    pub title: String,
    /// Address, where it has one.
    #[serde(default)]
    pub path: String,
}

/// A year, such as 2017.
pub type Year = u16;

/// Flows between the areas in a year beside the one that an instance's figures are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherYear {
    /// The year.
    pub year: Year,
    /// The flows.
    pub flows: Flows,
}

/// Texts of an instance in a further language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceTexts {
    /// Title for people; empty where there is none.
    pub title: String,
    /// Titles of sources, by the title they have in English.
    pub sources: BTreeMap<String, String>,
}

/// Closed rings of longitude and latitude; per polygon the outer ring first, then its holes.
pub type Shape = Vec<Vec<Vec<(f64, f64)>>>;

/// The data of one study area.
///
/// Areas are sorted by code, so that an area index orders like its code.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    /// Short name, from the descriptor or the folder.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Its texts in Norwegian, as far as the descriptor has them.
    pub nb: InstanceTexts,
    /// The year that its figures are of, where it says so: of commuting in the 4th quarter, and of the
    /// population on 1 January after, or as the sources say.
    pub year: Option<Year>,
    /// The year of its figures where none is asked for.
    pub default_year: Option<Year>,
    /// Every year it holds figures of, ascending.
    pub years: Vec<Year>,
    /// The areas, by code.
    pub areas: Vec<Area>,
    /// Flows between the areas.
    pub flows: Flows,
    /// Pairs that touch, by `(a, b, kind)`.
    pub links: Vec<Link>,
    /// Flows of a further year between the same areas, where that was asked for.
    pub other_year: Option<OtherYear>,
    /// Flows to and from elsewhere, one entry per place.
    pub external: Vec<ExternalPlace>,
    /// Areas outside that a scenario may add, by code.
    pub external_areas: Vec<ExternalArea>,
    /// Links of the external areas to the areas and to each other.
    pub external_links: Vec<ExternalLink>,
    /// Reference divisions by name.
    pub divisions: BTreeMap<String, Division>,
    /// Distances between areas, where the instance has them.
    pub distances: Option<Distances>,
    /// Polygons for maps, one per area, where the instance has them.
    pub shapes: Option<Vec<Shape>>,
    /// Sources to cite.
    pub sources: Vec<Source>,
    /// Licences of the data, as written in the descriptor.
    pub licences: Vec<String>,
    /// Persons by which the flows from an area may exceed its employed residents, as counts were
    /// rounded.
    pub rounding: u32,
    /// Number in the EPSG register of the coordinate system in which its maps are used, where the
    /// descriptor says so. Polygons in the folder are longitudes and latitudes all the same.
    pub epsg: Option<u16>,
    /// What files that are not UTF-8 were said to be written in, where that was said. Divisions of the
    /// instance that stand elsewhere are read so as well.
    pub encoding: Option<Encoding>,
    /// SHA-256 over the files that were read, in hexadecimal.
    pub sha256: String,
    /// What is odd about the instance, though nothing keeps it from being used.
    pub oddities: Vec<Defect>,
}

impl Instance {
    /// How many areas.
    pub fn num_areas(&self) -> usize {
        self.areas.len()
    }

    /// The index of the area with this code.
    pub fn index_of_code(&self, code: &str) -> Option<usize> {
        self.areas.binary_search_by(|area| area.code.as_str().cmp(code)).ok()
    }

    /// The area with most jobs among some; the smallest index wins a tie.
    ///
    /// # Panics
    /// Without areas.
    pub fn centre(&self, areas: &[usize]) -> usize {
        areas
            .iter()
            .copied()
            .max_by_key(|&area| (self.areas[area].jobs, std::cmp::Reverse(area)))
            .expect("a region is never empty")
    }

    /// Total population.
    pub fn population(&self) -> Persons {
        self.areas.iter().map(|area| area.population).sum()
    }
}
