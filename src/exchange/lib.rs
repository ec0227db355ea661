//! Instances in the formats of others, read and written, and synthetic instances.

pub mod export;
pub mod import;
pub mod synthetic;
