//! Pricing: regions of largest reduced value under given duals.

pub(crate) mod climb;
pub(crate) mod frontier;
pub(crate) mod gathering;
pub(crate) mod lister;
pub(crate) mod root_search;
pub(crate) mod temper;
