//! Area sets and connectivity for the engines.
//!
//! The verifier has its own breadth-first search and does not use this module.

mod set;

pub use set::AreaSet;
