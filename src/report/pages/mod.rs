//! Pages of a report, and the pictures that stand on them.

mod drawn;
mod page;
mod shades;

pub use page::TEMPLATES;

pub(crate) use drawn::Drawn;
pub(crate) use page::{Pages, Pictures};
