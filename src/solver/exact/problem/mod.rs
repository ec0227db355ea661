//! The reduced problem: nodes in place of areas, tightened limits, side constraints, columns.

pub(crate) mod column;
pub(crate) mod contraction;
pub(crate) mod label;
pub(crate) mod network;
pub(crate) mod plan;
pub(crate) mod reduced;
pub(crate) mod side;
pub(crate) mod step;
