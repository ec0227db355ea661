//! Parts of an instance from formats of others: a file or folder of code per source.
//!
//! Every importer reads the real thing, reports all defects at once, and hands back a [`Part`]: what
//! the source holds of an instance, what was done to read it, and what is odd about it.

mod account;
mod codes;
pub mod graph;
pub mod matrix;
mod part;
pub mod polygons;
mod source;
mod spelling;
pub mod weights;

pub use account::{Account, Count};
pub use codes::EXCHANGE_CODES;
pub(crate) use codes::{MISFIT, NO_PLAN};
pub use part::{Holds, Part};

/// The first few of many, for a message.
fn some_of(all: &[String]) -> String {
    const MOST: usize = 5;
    let shown = all.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join("; ");
    if all.len() > MOST { format!("{shown}; … ({} in all)", all.len()) } else { shown }
}
