//! Primal heuristics: plans built up, taken apart, annealed, dived for, and made better.

pub(crate) mod agglomerate;
pub(crate) mod anneal;
pub(crate) mod dive;
pub(crate) mod draft;
pub(crate) mod neighbourhood;
pub(crate) mod part;
pub(crate) mod partition;
pub(crate) mod peel;
pub(crate) mod restricted;
