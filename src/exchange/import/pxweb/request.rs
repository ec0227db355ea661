//! What an instance is made of.

use super::table::Table;
use crate::import::Missing;
use regionfront_model::instance::Instance;

/// What to make an instance of.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Table 03321, whole or in parts.
    pub commuting: Vec<Table>,
    /// Table 07459, whole or in parts; none where the base has the population.
    pub population: Vec<Table>,
    /// Year of the flows; may be left out where the tables hold one.
    pub year: Option<u16>,
    /// Year of the population; the year of the flows, else the only one, where it is left out.
    pub population_year: Option<u16>,
    /// What flows that are not available count for.
    pub missing: Missing,
    /// Codes of places outside that get columns of their own among the external flows.
    pub places: Vec<String>,
    /// Whether the tables are those of another office than Statistics Norway.
    pub is_foreign: bool,
    /// An instance with the areas, their names, counties, centres, polygons, links and divisions.
    pub base: Option<Instance>,
}
