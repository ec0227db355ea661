//! What all plans of a run have in common: cores that never part, and areas that swing.

use std::collections::BTreeMap;

use super::areas::{area_view, by_population};
use super::{CoreView, StabilityView, SwingView};
use crate::maps;
use crate::run::RecordedRun;
use regionfront_model::plan::Plan;

/// The plans that are looked at together: those shown in full, or, where only one is, every point.
fn compared<'a>(run: &'a RecordedRun, shown: &[&'a Plan]) -> (Vec<&'a Plan>, bool) {
    let distinct = |mut plans: Vec<&'a Plan>| {
        plans.sort();
        plans.dedup();
        plans
    };
    let of_shown = distinct(shown.to_vec());
    if of_shown.len() > 1 {
        return (of_shown, true);
    }
    let points = run.fronts.iter().flat_map(|front| &front.points);
    (distinct(points.map(|point| point.plan.plan()).collect()), false)
}

/// The classes of areas that share a region in every plan, as a plan of their own; `None` with
/// fewer than two different plans.
pub(crate) fn classes(run: &RecordedRun, shown: &[&Plan]) -> Option<Plan> {
    let (plans, _) = compared(run, shown);
    if plans.len() < 2 {
        return None;
    }
    let signature =
        |area: usize| -> Vec<u32> { plans.iter().map(|plan| plan.region_of(area)).collect() };
    let signatures: Vec<Vec<u32>> = (0..run.problem.instance.num_areas()).map(signature).collect();
    let references: Vec<&Vec<u32>> = signatures.iter().collect();
    Some(Plan::from_labels(&references))
}

/// The cores and swings of a run.
pub(super) fn view(run: &RecordedRun, shown: &[&Plan]) -> Option<StabilityView> {
    let instance = &run.problem.instance;
    let classes = classes(run, shown)?;
    let (plans, of_shown) = compared(run, shown);
    let fills = maps::fills(instance, &[&classes]).remove(0);
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
            fill: maps::FILLS[fills[class]].to_owned(),
            areas: by_population(instance, areas),
            population: areas.iter().map(|&area| instance.areas[area].population).sum(),
        })
        .collect();
    cores.sort_by_key(|core| (std::cmp::Reverse(core.population), core.areas[0].code.clone()));
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
    Some(StabilityView { num_plans: plans.len(), of_shown, cores, swings })
}
