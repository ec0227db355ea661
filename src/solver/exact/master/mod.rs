//! The restricted master: its linear program, duals, the pool of known regions, and the formulation
//! of single roots with its separators. Alone with HiGHS.

pub(crate) mod duals;
pub(crate) mod linear_program;
pub(crate) mod packing;
pub(crate) mod pool;
pub(crate) mod root_formulation;
pub(crate) mod separation;
