//! Statistics Norway's tables 03321 (commuting) and 07459 (population), as its service `PxWeb` gives
//! them, into an instance.
//!
//! [`Table`] reads JSON-stat and CSV, [`build()`] makes an instance of tables, [`fetch`] asks the
//! service for them.

mod areas;
mod build;
mod codes;
mod collect;
mod csv;
pub mod fetch;
mod further;
mod read;
mod request;
mod sources;
mod table;
mod telling;

pub use super::Missing;
pub use build::build;
pub use regionfront_model::reading::Mark;
pub use request::Request;
pub use table::{Category, Cell, Dimension, MOST_DIMENSIONS, Naming, Role, Table, Value};

/// The table of commuters by workplace and residence.
pub const COMMUTING: &str = "03321";

/// The table of population by region, sex and age.
pub const POPULATION: &str = "07459";
