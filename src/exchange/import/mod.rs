//! Instances from other formats: a file or folder of code per source.
//!
//! Every importer reads the real thing, reports all defects at once, and hands back what it found
//! with an [`Account`] of what was read, left out and assumed on the way. Sources that hold a whole
//! instance give an [`Imported`], the others a [`Part`] of one: polygons hold adjacency, a matrix
//! holds flows.

mod account;
mod codes;
mod condition;
mod cube;
mod encoding;
mod exchange_codes;
pub mod graph;
pub mod matrix;
mod missing;
mod part;
mod people;
pub mod polygons;
pub mod published;
pub mod pxweb;
mod source;
mod spelling;
mod unit;
pub mod weights;
pub mod workbook;

pub use account::{Account, Count, LeftOut};
pub use codes::CODES;
pub use condition::Condition;
pub use encoding::read_in;
pub use exchange_codes::EXCHANGE_CODES;
pub use exchange_codes::{MISFIT, NO_PLAN};
pub use missing::Missing;
pub use part::{Holds, Part};
pub use people::{Populations, populations};
pub use regionfront_model::reading::Encoding;

use regionfront_model::instance::Instance;

/// An instance made from other formats.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The instance. It may lack adjacency, which the account says then.
    pub instance: Instance,
    /// What was done to make it.
    pub account: Account,
}

/// The first few of many, for a message.
fn some_of(all: &[String]) -> String {
    const MOST: usize = 5;
    let shown = all.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("; ");
    if all.len() > MOST { format!("{shown}; … ({} in all)", all.len()) } else { shown }
}
