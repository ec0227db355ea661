//! The rules of one question, resolved against an instance.
//!
//! A [`Problem`] is what engines and the verifier read: areas by index, names already resolved,
//! limits as integers. All limits are inclusive.

use crate::instance::{Instance, LinkKind};
use crate::quantity::Share;

mod arithmetic;
mod codes;
mod contradictions;
mod file;
mod klist;
mod measure;
mod parts;
mod read;
mod resolve;
pub mod rule;
mod texts;

pub use codes::CODES;
pub use contradictions::{called, list};
pub use file::{AreaGroup, DivisionRegions, FixedRegions, Scenario, comma_separated};
pub use klist::KList;
pub use measure::Measure;
pub use read::{Entry, SourceText, bad_value, nearest};
pub use resolve::{DEFAULT_LINKS, unknown_area};
pub use texts::{Reasons, Texts, Translation};

/// Inclusive limits on a whole number; `None` leaves that side open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// At least this much.
    pub min: Option<u64>,
    /// At most this much.
    pub max: Option<u64>,
}

impl Bounds {
    /// Whether a value lies within.
    pub fn contains(self, value: u64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

/// Limits every region must keep, those excepted that [`Rules::exempts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Inhabitants of a region.
    pub population: Bounds,
    /// Areas in a region.
    pub areas: Bounds,
    /// Jobs in a region.
    pub jobs: Bounds,
    /// Employed residents of a region.
    pub employed: Bounds,
    /// Least supply-side self-containment: people who live and work inside the region (own-area
    /// flow included) ÷ its employed residents.
    pub min_self_containment: Option<Share>,
}

/// A named group of areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the user calls it; empty where it has no name.
    pub name: String,
    /// Area indices, ascending, no repeats.
    pub areas: Vec<usize>,
}

/// The rules of one question, by area index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Link kinds that count as contiguous, ascending.
    pub links: Vec<LinkKind>,
    /// Groups whose areas share one region, which may hold others too.
    pub together: Vec<Group>,
    /// Groups no two areas of which share a region.
    pub apart: Vec<Group>,
    /// Groups that are exactly a region, subject to all limits.
    pub closed: Vec<Group>,
    /// Regions already decided: exactly a region, exempt from the limits.
    pub fixed: Vec<Group>,
    /// Areas whose region, whatever else it holds, is exempt from the limits; ascending, no repeats.
    pub exempt: Vec<usize>,
    /// Limits on every region that is not exempt.
    pub limits: Limits,
    /// What people are told of them; decides nothing.
    pub texts: Texts,
}

impl Rules {
    /// Whether limits do not apply to a region (ascending): it is fixed, or holds an area whose region
    /// is exempt.
    pub fn exempts(&self, region: &[usize]) -> bool {
        self.fixed.iter().any(|group| group.areas == region)
            || self.exempt.iter().any(|area| region.binary_search(area).is_ok())
    }
}

/// One question about one instance: everything but the number of regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The areas in question, after subsetting and adding external areas.
    pub instance: Instance,
    /// Name of the scenario.
    pub scenario: String,
    /// The rules, resolved.
    pub rules: Rules,
}

impl Problem {
    /// Pairs of areas contiguous under the chosen link kinds, `a < b`, sorted, no repeats.
    pub fn adjacency(&self) -> Vec<(usize, usize)> {
        let mut pairs: Vec<(usize, usize)> = self
            .instance
            .links
            .iter()
            .filter(|link| self.rules.links.contains(&link.kind))
            .map(|link| (link.a, link.b))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }
}
