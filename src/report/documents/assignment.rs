//! Plans as documents hold them: the region of every area, by area code, and what they are called.

use std::collections::BTreeMap;

use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;

/// The region of every area, by its code.
pub(crate) fn assignment(instance: &Instance, plan: &Plan) -> BTreeMap<String, u32> {
    let codes = instance.areas.iter().map(|area| area.code.clone());
    codes.zip(plan.labels().iter().copied()).collect()
}

/// The plan of an assignment.
///
/// # Errors
/// When it does not assign exactly the areas in question.
pub(crate) fn plan_of(
    instance: &Instance,
    assignment: &BTreeMap<String, u32>,
) -> Result<Plan, String> {
    if assignment.len() != instance.num_areas() {
        return Err(format!(
            "{} areas assigned, {} in question",
            assignment.len(),
            instance.num_areas()
        ));
    }
    let labels: Result<Vec<u32>, String> = instance
        .areas
        .iter()
        .map(|area| {
            let label = assignment.get(&area.code).copied();
            label.ok_or_else(|| format!("{} is not assigned", area.label()))
        })
        .collect();
    Ok(Plan::from_labels(&labels?))
}

/// `k06`: sorts as a number up to 99.
pub(crate) fn plan_name(k: usize) -> String {
    format!("k{k:02}")
}
