//! Instances in other formats, read and written, and synthetic instances.

pub mod export;
pub mod import;
pub mod projection;
pub mod synthetic;
