//! Column generation: from the master's duals to regions that improve it, and to a bound.
//!
//! [`columns`] holds the loop; who prices in it, and how the duals are kept from swinging, is
//! [`boxstep`] for the frontier, [`smoothing`] and [`boxstep`] in [`turns`] for the search from [`roots`],
//! and [`climbing`] for walks without a bound.

pub(crate) mod boxstep;
pub(crate) mod climbing;
pub(crate) mod columns;
pub(crate) mod first_bound;
pub(crate) mod oracle;
pub(crate) mod relaxation;
pub(crate) mod roots;
pub(crate) mod scout;
pub(crate) mod smoothing;
pub(crate) mod turns;
