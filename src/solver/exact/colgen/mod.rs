//! Column generation: from the master's duals to regions that improve it, and to a bound.

pub(crate) mod first_bound;
pub(crate) mod frontier;
pub(crate) mod generate;
pub(crate) mod oracle;
pub(crate) mod relax;
pub(crate) mod scout;
