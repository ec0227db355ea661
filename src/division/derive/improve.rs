//! `improve`: how far a plan lies from another, counted in moved areas.

use crate::instance::Instance;
use crate::plan::Plan;
use crate::scenario::Rules;

use super::super::compare::compare;
use super::super::membership::from_plan;

/// How many areas change their region between two plans, after the best matching of regions.
pub fn moves_between(instance: &Instance, one: &Plan, other: &Plan) -> usize {
    let named = |plan: &Plan| from_plan(instance, &Rules::default(), plan, "");
    compare(instance, &named(one), &named(other)).moved.len()
}
