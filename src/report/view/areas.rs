//! Areas as views show them.

use super::AreaView;
use regionfront_model::instance::{Area, Instance};

/// An area by code and name.
pub(super) fn area_view(area: &Area) -> AreaView {
    AreaView { code: area.code.clone(), name: area.name.clone() }
}

/// Areas by falling population, then by code.
pub(super) fn by_population(instance: &Instance, areas: &[usize]) -> Vec<AreaView> {
    let mut sorted = areas.to_vec();
    sorted.sort_by_key(|&area| (std::cmp::Reverse(instance.areas[area].population), area));
    sorted.into_iter().map(|area| area_view(&instance.areas[area])).collect()
}
