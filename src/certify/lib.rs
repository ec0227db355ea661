//! Finds proofs that [`regionfront_check`] accepts.
//!
//! A proof is prices, and the best prices are the duals of set partitioning over all regions. They
//! come from column generation: a linear program over the regions known, hill climbing and then the
//! checker's own listing of regions that lose less than nothing. So what is cheap to check is what is
//! found. Where commuters work next door, prices are kept in a box and regions found by the checker's
//! sweep. Where the listed regions are too many, two areas share a region or do not.
//!
//! Nothing here has to be trusted: a mistake makes a certificate that is rejected.

mod boxed;
mod climb;
mod master;
mod produce;
mod prove;
mod sweeper;
mod uncertified;

pub use produce::{Asked, Produced, produce};
pub use prove::Caps;
pub use uncertified::Uncertified;
