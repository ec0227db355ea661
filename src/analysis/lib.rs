//! What divisions mean: indicators of regions, divisions evaluated, compared and derived, and why
//! there is no plan.

pub mod division;
pub mod explain;
pub mod indicators;
