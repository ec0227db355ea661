//! Instances from other formats: a file or folder of code per source.
//!
//! Every importer reads the real thing, reports all defects at once, and hands back an [`Imported`]:
//! the instance, and an [`Account`] of what was read, left out and assumed on the way.

mod account;
mod codes;
pub mod published;
pub mod pxweb;

pub use account::{Account, Count, LeftOut};
pub use codes::CODES;

use crate::instance::Instance;

/// An instance made from other formats.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The instance. It may lack adjacency, which the account says then.
    pub instance: Instance,
    /// What was done to make it.
    pub account: Account,
}
