//! Areas, flows, adjacency and divisions; plans; the rules of one question.
//!
//! Everything else rests on this crate, and it rests on nothing of ours.

pub mod atomic;
pub mod cell;
pub mod defect;
pub mod file_name;
pub mod instance;
pub mod likeness;
pub mod norwegian;
pub mod plan;
pub mod quantity;
pub mod reading;
pub mod scenario;
pub mod staged;
pub mod visible;

/// What the tests of other crates share, which calls this crate by its name: a test of this crate has
/// types of its own, and so cannot depend on the kit.
#[cfg(test)]
#[path = "../../tests/kit/rows.rs"]
#[expect(unreachable_pub, dead_code, reason = "public in the kit, and used in part")]
mod rows;
#[cfg(test)]
extern crate self as regionfront_model;
