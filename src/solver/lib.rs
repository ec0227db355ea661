//! Proven best plans: the engines behind one trait, one question per k, and fronts.
//!
//! Knows no files but those that the compact model's solver writes while it runs.

pub mod allowance;
pub mod compact;
pub mod engine;
pub mod exact;
pub mod front;
pub mod graph;
pub mod job;
