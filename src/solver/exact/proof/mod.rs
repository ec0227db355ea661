//! From the relaxation to a proof: enumeration, exact cover, branching.

mod branches;
pub(crate) mod branching;
pub(crate) mod cover;
mod deepening;
pub(crate) mod enumeration;
pub(crate) mod packing;
pub(crate) mod tree;
