//! From the relaxation to a proof: enumeration, exact cover, branching.

pub(crate) mod branching;
pub(crate) mod cover;
pub(crate) mod enumeration;
pub(crate) mod packing;
pub(crate) mod tree;
