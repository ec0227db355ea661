//! The lines of a certificate, as they are written.
//!
//! A certificate is a text file with one JSON value per line: a [`Header`], then one [`Claim`] per
//! line. Unknown keys are refused, so that nothing is skipped that a newer form may mean.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// What the first line calls itself.
pub const FORMAT: &str = "regionfront/certificate/1";

/// The value of a key that may be left out and, where it stands, is not `null`.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// The first line: the data and the rules that all claims are about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub certificate: String,
    /// SHA-256 of every file of the instance that is read, by its name.
    pub instance: BTreeMap<String, String>,
    /// The rules every plan has to keep.
    pub rules: Rules,
    /// Prices are counted in this part of a commuter; an even number.
    pub scale: i64,
    /// What the claims trace together, where they are a front.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub front: Option<Front>,
}

/// Rules, areas by their codes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The areas in question; all of the instance where the key is left out.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub areas: Option<Vec<String>>,
    /// Areas outside that are added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_areas: Vec<String>,
    /// Kinds of link that count as contiguous.
    pub links: Vec<String>,
    /// Groups whose areas share a region, which may hold others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_together: Vec<Vec<String>>,
    /// Groups no two areas of which share a region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep_apart: Vec<Vec<String>>,
    /// Groups that are exactly a region, within all limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<Vec<String>>,
    /// Groups that are exactly a region, to which limits do not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<Vec<String>>,
    /// Areas to whose regions limits do not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits_do_not_apply_to: Vec<String>,
    /// Limits on every other region.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
}

/// Limits on every region that is not fixed and holds no exempt area; all of them inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Least population.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub min_population: Option<u64>,
    /// Largest population.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub max_population: Option<u64>,
    /// Least number of areas.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub min_areas: Option<u64>,
    /// Largest number of areas.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub max_areas: Option<u64>,
    /// Fewest jobs.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub min_jobs: Option<u64>,
    /// Most jobs.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub max_jobs: Option<u64>,
    /// Fewest employed residents.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub min_employed: Option<u64>,
    /// Most employed residents.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub max_employed: Option<u64>,
    /// People who live and work in the region ÷ its employed residents, at least this fraction.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub min_self_containment: Option<(u64, u64)>,
}

impl Limits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The claims of one k, in order, leave no plan out that none of their plans equals or beats in both
/// respects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// The second objective.
    pub against: Against,
}

/// Second objectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The smallest region's population, maximised.
    MinPopulation,
    /// The smallest region's jobs, maximised.
    MinJobs,
    /// The smallest region's employed residents, maximised.
    MinEmployed,
    /// The smallest region's number of areas, maximised.
    MinAreas,
    /// The largest region's population, minimised.
    MaxPopulation,
}

/// One claim with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Number of regions.
    pub k: usize,
    /// Limits that take the place of those of the rules, in this claim.
    #[serde(default, skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
    /// The best plan: its regions. No plan is allowed where it is left out.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub plan: Option<Vec<Vec<String>>>,
    /// Commuters between different areas of a region that the plan keeps; no plan keeps more.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub keeps: Option<u64>,
    /// Why not.
    pub proof: Proof,
}

/// How a [sweep](crate::sweep) is made. Any order and any rates find the same regions, and which are
/// quick differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// The order in which areas are passed, one of each node.
    pub order: Vec<String>,
    /// Rates at which areas are charged for the first limited figure, each divided by `per`.
    pub rates: Vec<i64>,
    /// What they are divided by.
    pub per: i64,
}

/// Why no plan keeps more, or none is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Proof {
    /// By the rules alone: sums and pieces leave no room for a plan.
    Rules,
    /// By prices.
    Prices {
        /// A price for every area in question, in ascending order of their codes.
        areas: Vec<i64>,
        /// A price for a region.
        region: i64,
        /// A hint for the search: whether flows are credited anew at every root. It changes how long
        /// the search takes, and never what it finds.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        balance: bool,
        /// A hint to search by a sweep.
        #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
        sweep: Option<Hint>,
    },
    /// Two areas share a region or do not, and neither allows such a plan.
    Split {
        /// The two areas.
        pair: (String, String),
        /// Why not where they share a region.
        together: Box<Proof>,
        /// Why not where they do not.
        apart: Box<Proof>,
    },
}
