//! What limits count.

use std::fmt;

use super::{Bounds, Limits};
use crate::instance::Area;
use crate::quantity::grouped;

/// What a limit counts; sums over the areas of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Inhabitants.
    Population,
    /// Areas.
    Areas,
    /// Employed persons who work there.
    Jobs,
    /// Employed persons who live there.
    Employed,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 4] = [Self::Population, Self::Areas, Self::Jobs, Self::Employed];

    /// What an area adds to its region.
    pub fn of(self, area: &Area) -> u64 {
        match self {
            Self::Population => area.population,
            Self::Areas => 1,
            Self::Jobs => area.jobs,
            Self::Employed => area.employed_residents,
        }
    }

    /// The limits on this measure.
    pub fn bounds(self, limits: &Limits) -> Bounds {
        match self {
            Self::Population => limits.population,
            Self::Areas => limits.areas,
            Self::Jobs => limits.jobs,
            Self::Employed => limits.employed,
        }
    }

    /// The word in the keys and options of limits: `population` in `min_population`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::Areas => "areas",
            Self::Jobs => "jobs",
            Self::Employed => "employed",
        }
    }

    /// A figure with its unit: `20,532 people`.
    pub fn with_unit(self, figure: impl Into<u128>) -> String {
        let figure = figure.into();
        let unit = match (self, figure) {
            (Self::Population, 1) => "person",
            (Self::Population, _) => "people",
            (Self::Areas, 1) => "area",
            (Self::Areas, _) => "areas",
            (Self::Jobs, 1) => "job",
            (Self::Jobs, _) => "jobs",
            (Self::Employed, 1) => "employed resident",
            (Self::Employed, _) => "employed residents",
        };
        format!("{} {unit}", grouped(figure))
    }
}

impl fmt::Display for Measure {
    /// The measure as messages call it: `the minimum population`, `the maximum number of areas`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Population => "population",
            Self::Areas => "number of areas",
            Self::Jobs => "number of jobs",
            Self::Employed => "number of employed residents",
        })
    }
}
