//! What one solve asks for beyond the rules of its problem: a step along a front.

use std::sync::Arc;

use super::extra::Additive;
use crate::scenario::Limits;

/// One step: limits on regions, and what the plan as a whole must reach.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Limits on every region that is not fixed, in place of the problem's.
    pub limits: Limits,
    /// Every region that is not fixed must have a supply-side self-containment strictly above this
    /// fraction, given as part and whole.
    pub above_self_containment: Option<(u64, u64)>,
    /// An additive measure the plan must reach.
    pub additive: Option<Floor>,
}

/// A floor on an additive measure.
#[derive(Clone, Debug)]
pub struct Floor {
    /// The measure.
    pub measure: Arc<Additive>,
    /// What the regions of the plan must add up to at least, decided regions included.
    pub least: i64,
}
