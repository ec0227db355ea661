//! What all plans of a run have in common: cores that never part, and areas that swing.

use std::collections::BTreeMap;

use super::build::{area_view, by_population};
use super::{CoreView, StabilityView, SwingView};
use crate::plan::Plan;
use crate::report::colours;
use crate::report::finished::FinishedRun;

/// The classes of areas that share a region in every plan of a run, as a plan of their own; `None`
/// with fewer than two different plans. The second value counts the plans.
pub(in crate::report) fn classes(run: &FinishedRun) -> Option<(Plan, usize)> {
    let plans = different(run);
    if plans.len() < 2 {
        return None;
    }
    let signature =
        |area: usize| -> Vec<u32> { plans.iter().map(|plan| plan.region_of(area)).collect() };
    let signatures: Vec<Vec<u32>> = (0..run.problem.instance.num_areas()).map(signature).collect();
    let references: Vec<&Vec<u32>> = signatures.iter().collect();
    Some((Plan::from_labels(&references), plans.len()))
}

/// The cores and swings of a run.
pub(super) fn view(run: &FinishedRun) -> Option<StabilityView> {
    let instance = &run.problem.instance;
    let (classes, num_plans) = classes(run)?;
    let fills = colours::fills(instance, &[&classes]).remove(0);
    let members = classes.regions();
    let name = |class: usize| {
        let areas = &members[class];
        let centre = areas
            .iter()
            .copied()
            .max_by_key(|&area| (instance.areas[area].jobs, std::cmp::Reverse(area)))
            .expect("a class holds an area");
        instance.areas[centre].name.clone()
    };
    let mut cores: Vec<CoreView> = members
        .iter()
        .enumerate()
        .filter(|(_, areas)| areas.len() > 1)
        .map(|(class, areas)| CoreView {
            name: name(class),
            fill: colours::FILLS[fills[class]].to_owned(),
            areas: by_population(instance, areas),
            population: areas.iter().map(|&area| instance.areas[area].population).sum(),
        })
        .collect();
    cores.sort_by_key(|core| (std::cmp::Reverse(core.population), core.areas[0].code.clone()));
    let plans = different(run);
    let swings = members
        .iter()
        .filter(|areas| areas.len() == 1)
        .map(|areas| {
            let area = areas[0];
            let mut times: BTreeMap<usize, usize> = BTreeMap::new();
            for (class, others) in members.iter().enumerate() {
                let together = |plan: &&&Plan| plan.region_of(area) == plan.region_of(others[0]);
                let count = plans.iter().filter(together).count();
                if others[0] != area && count > 0 {
                    times.insert(class, count);
                }
            }
            let mut with: Vec<(String, usize)> =
                times.into_iter().map(|(class, count)| (name(class), count)).collect();
            with.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            SwingView { area: area_view(&instance.areas[area]), with }
        })
        .collect();
    Some(StabilityView { num_plans, cores, swings })
}

fn different(run: &FinishedRun) -> Vec<&Plan> {
    let mut plans: Vec<&Plan> =
        run.fronts.iter().flat_map(|front| &front.points).map(|point| point.plan.plan()).collect();
    plans.sort();
    plans.dedup();
    plans
}
