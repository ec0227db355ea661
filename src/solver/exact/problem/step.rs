//! What one solve asks for beyond the rules of its problem: a step along a front.

use std::sync::Arc;

use crate::exact::problem::side::Additive;
use regionfront_model::instance::Area;
use regionfront_model::scenario::Limits;

/// One step: limits on regions, and what the plan as a whole must reach.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// Limits on every region that is not exempt, in place of the problem's.
    pub limits: Limits,
    /// Every region that is not exempt must have a supply-side self-containment strictly above this
    /// fraction, given as part and whole.
    pub above_self_containment: Option<(u64, u64)>,
    /// An additive measure the plan must reach.
    pub additive: Option<Floor>,
    /// The areas with their figures of further years, by which the limits on sums hold as well.
    pub also: Vec<Arc<[Area]>>,
}

/// A floor on an additive measure.
#[derive(Clone, Debug)]
pub struct Floor {
    /// The measure.
    pub measure: Arc<Additive>,
    /// What the regions of the plan must add up to at least, decided regions included.
    pub least: i64,
}

impl Step {
    /// Whether every region and plan this step allows is allowed by another one too, as far as can
    /// be told by comparing limit with limit. Measures must be the very same.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        let (ours, theirs) = (&self.limits, &other.limits);
        let bounds = [
            (ours.population, theirs.population),
            (ours.areas, theirs.areas),
            (ours.jobs, theirs.jobs),
            (ours.employed, theirs.employed),
        ];
        bounds.iter().all(|(ours, theirs)| {
            ours.min.unwrap_or(0) >= theirs.min.unwrap_or(0)
                && ours.max.unwrap_or(u64::MAX) <= theirs.max.unwrap_or(u64::MAX)
        }) && ours.min_self_containment >= theirs.min_self_containment
            && is_above(self.above_self_containment, other.above_self_containment)
            && other
                .also
                .iter()
                .all(|theirs| self.also.iter().any(|ours| Arc::ptr_eq(ours, theirs)))
            && match (&self.additive, &other.additive) {
                (Some(ours), Some(theirs)) => {
                    Arc::ptr_eq(&ours.measure, &theirs.measure) && ours.least >= theirs.least
                }
                (None, None) => true,
                _ => false,
            }
    }
}

/// Whether a fraction demanded is at least another one.
fn is_above(ours: Option<(u64, u64)>, theirs: Option<(u64, u64)>) -> bool {
    match (ours, theirs) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some((a, b)), Some((c, d))) => {
            u128::from(a) * u128::from(d) >= u128::from(c) * u128::from(b)
        }
    }
}
