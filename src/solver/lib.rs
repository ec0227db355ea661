//! Proven best plans: the engines behind one trait, one question per k, and fronts.
//!
//! [`Solver`] and [`Front::of`](front::Front::of) are what programs call; [`job`] and [`front`] let
//! them watch, save and continue what is asked.
//!
//! Knows no files but those that the compact model's solver writes while it runs.

pub mod allowance;
mod ask;
pub mod compact;
mod coordinator;
pub mod engine;
mod error;
pub mod exact;
pub mod front;
pub mod graph;
pub mod job;
pub mod over_years;

pub use ask::Solver;
pub use error::SolveError;
