//! What the judge can find, in the user's words.

use thiserror::Error;

use regionfront_model::quantity::{Commuters, Share, grouped};
use regionfront_model::scenario::Measure;

/// Every code with its meaning, in order.
pub const CODES: &[(&str, &str)] = &[
    ("V01", "the plan was made for another number of areas"),
    ("V02", "a region holds an area the instance does not have"),
    ("V03", "an area stands in no region"),
    ("V04", "an area stands in more than one region, or twice in one"),
    ("V05", "a region holds no area"),
    ("V06", "the regions of a plan are not numbered in the order of their first areas"),
    ("V07", "there are more or fewer regions than asked for"),
    ("V08", "a region is not connected under the chosen links"),
    ("V09", "a group to be kept together is parted"),
    ("V10", "areas to be kept apart share a region"),
    ("V11", "a closed group is not exactly a region"),
    ("V12", "a fixed region is not kept as it was"),
    ("V13", "a region is below a minimum"),
    ("V14", "a region is above a maximum"),
    ("V15", "a region is below the minimum self-containment"),
    ("V16", "the objective is not what the flows add up to"),
];

/// One way in which a plan or division fails. Areas are given by name and code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Violation {
    /// The plan was made for another instance.
    #[error("the plan assigns {plan} areas, the instance has {instance}")]
    AreaCount {
        /// Areas in the plan.
        plan: usize,
        /// Areas in the instance.
        instance: usize,
    },
    /// A division refers to an area the instance does not hold.
    #[error("{region} holds area number {index}, which the instance does not have")]
    UnknownArea {
        /// The area's index.
        index: usize,
        /// The region that holds it.
        region: String,
    },
    /// An area stands in no region.
    #[error("{area} stands in no region")]
    LeftOut {
        /// The area.
        area: String,
    },
    /// An area stands in a region more than once, or in several.
    #[error("{area} stands in {} regions: {}", regions.len(), regions.join(", "))]
    DoubleMember {
        /// The area.
        area: String,
        /// Every region that lists it; one that lists it twice stands here twice.
        regions: Vec<String>,
    },
    /// A region without areas.
    #[error("{region} holds no area")]
    EmptyRegion {
        /// The region.
        region: String,
    },
    /// The labels of a plan are not numbered from 1 by the smallest area inside.
    #[error("the regions of the plan are not numbered from 1 in the order of their first areas")]
    Labels,
    /// Not exactly `k` regions.
    #[error("{found} regions where {wanted} are asked for")]
    RegionCount {
        /// How many there should be.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// A region that falls into parts under the chosen links.
    #[error("{region} falls into {} parts: {}", parts.len(), in_parts(parts))]
    SplitRegion {
        /// The region.
        region: String,
        /// The areas of each part.
        parts: Vec<Vec<String>>,
    },
    /// A group to be kept together is not.
    #[error("{group}, to be kept together, is parted: {}", by_region(parts))]
    TogetherBroken {
        /// The group.
        group: String,
        /// Regions that hold some of it, each with the areas it holds.
        parts: Vec<(String, Vec<String>)>,
    },
    /// Areas to be kept apart share a region.
    #[error("{} are to be kept apart ({group}) and share {region}", areas.join(" and "))]
    ApartBroken {
        /// The group.
        group: String,
        /// The region they share.
        region: String,
        /// The areas.
        areas: Vec<String>,
    },
    /// A closed group is not exactly a region.
    #[error("{group} is to be exactly one region: {}", difference.join("; "))]
    ClosedBroken {
        /// The group.
        group: String,
        /// How the regions that touch it differ from it.
        difference: Vec<String>,
    },
    /// A region already decided is not kept as it was.
    #[error("{group} is a region already decided: {}", difference.join("; "))]
    FixedBroken {
        /// The group.
        group: String,
        /// How the regions that touch it differ from it.
        difference: Vec<String>,
    },
    /// A region below a minimum.
    #[error(
        "{region} holds {}, the minimum {measure} is {}",
        measure.with_unit(*value), grouped(*limit)
    )]
    BelowMinimum {
        /// The region.
        region: String,
        /// What is counted.
        measure: Measure,
        /// What the region holds.
        value: u128,
        /// The least it may hold.
        limit: u64,
    },
    /// A region above a maximum.
    #[error(
        "{region} holds {}, the maximum {measure} is {}",
        measure.with_unit(*value), grouped(*limit)
    )]
    AboveMaximum {
        /// The region.
        region: String,
        /// What is counted.
        measure: Measure,
        /// What the region holds.
        value: u128,
        /// The most it may hold.
        limit: u64,
    },
    /// Too few of a region's employed residents work inside it.
    #[error(
        "{region} employs {} of its {} employed residents, the minimum self-containment is {limit}",
        grouped(*inside), grouped(*employed)
    )]
    SelfContainment {
        /// The region.
        region: String,
        /// People who live and work inside, own-area flow included.
        inside: u128,
        /// Employed residents.
        employed: u128,
        /// The least share.
        limit: Share,
    },
    /// The claimed objective is not what the flows add up to.
    #[error("{} commuters claimed, {} counted", grouped(*claim), grouped(*actual))]
    Objective {
        /// What was claimed.
        claim: Commuters,
        /// What the judge counted.
        actual: u128,
    },
}

impl Violation {
    /// Stable code, one per kind of violation.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AreaCount { .. } => "V01",
            Self::UnknownArea { .. } => "V02",
            Self::LeftOut { .. } => "V03",
            Self::DoubleMember { .. } => "V04",
            Self::EmptyRegion { .. } => "V05",
            Self::Labels => "V06",
            Self::RegionCount { .. } => "V07",
            Self::SplitRegion { .. } => "V08",
            Self::TogetherBroken { .. } => "V09",
            Self::ApartBroken { .. } => "V10",
            Self::ClosedBroken { .. } => "V11",
            Self::FixedBroken { .. } => "V12",
            Self::BelowMinimum { .. } => "V13",
            Self::AboveMaximum { .. } => "V14",
            Self::SelfContainment { .. } => "V15",
            Self::Objective { .. } => "V16",
        }
    }
}

fn in_parts(parts: &[Vec<String>]) -> String {
    parts.iter().map(|part| part.join(", ")).collect::<Vec<_>>().join(" | ")
}

fn by_region(parts: &[(String, Vec<String>)]) -> String {
    parts
        .iter()
        .map(|(region, areas)| format!("{} in {region}", areas.join(", ")))
        .collect::<Vec<_>>()
        .join("; ")
}
