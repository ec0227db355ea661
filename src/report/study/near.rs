//! With whom a group shares its region in all plans near the optimum.

use std::collections::BTreeMap;

use super::{Rows, Watched, cell, header};
use regionfront_analysis::indicators::Ratio;
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_solver::front::FrontPoint;

/// The plans near the optimum of one scenario, by number of regions.
#[derive(Debug)]
pub struct NearOptimal {
    /// The scenario's word.
    pub word: String,
    /// The instance of the scenario.
    pub instance: Instance,
    /// Number of regions and the optimum with the plans near it; `None` where there is no plan, or
    /// none was found.
    pub points: Vec<(usize, Option<FrontPoint>)>,
}

impl NearOptimal {
    /// The optimum and the plans near it, where there are any.
    pub(super) fn plans(&self) -> impl Iterator<Item = (usize, &FrontPoint)> {
        self.points.iter().filter_map(|(k, point)| Some((*k, point.as_ref()?)))
    }

    pub(super) fn group(&self, whole: &Instance, watched: &Watched) -> Vec<usize> {
        let codes = watched.areas.iter().map(|&area| &whole.areas[area].code);
        codes.filter_map(|code| self.instance.index_of_code(code)).collect()
    }
}

/// The areas that share a region with the group, region by region; regions by smallest area.
pub(super) fn company(plan: &Plan, group: &[usize]) -> Vec<Vec<usize>> {
    let regions = plan.regions();
    let holding = regions.iter().filter(|region| group.iter().any(|area| region.contains(area)));
    holding
        .map(|region| region.iter().copied().filter(|area| !group.contains(area)).collect())
        .collect()
}

/// Company in words: names, regions separated by bars.
pub(super) fn company_words(instance: &Instance, company: &[Vec<usize>]) -> String {
    let words = company.iter().map(|areas| {
        let names: Vec<&str> =
            areas.iter().map(|&area| instance.areas[area].name.as_str()).collect();
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    });
    words.collect::<Vec<_>>().join(" | ")
}

/// A row per company the group keeps in plans near the optimum: in how many of them, and what the
/// best of them loses. By falling number of plans.
pub(super) fn companies(near: &[NearOptimal], whole: &Instance, watched: &Watched) -> Rows {
    let mut rows = header(&[
        "scenario",
        "k",
        "optimum",
        "plans",
        "complete",
        "group",
        "regions_of_group",
        "shares_with",
        "plans_with",
        "least_loss",
    ]);
    for scenario in near {
        let group = scenario.group(whole, watched);
        for (k, point) in scenario.plans() {
            let best = point.plan.objective();
            let mut found: BTreeMap<Vec<Vec<usize>>, (usize, Commuters)> = BTreeMap::new();
            for (plan, objective) in &point.near {
                let entry = found.entry(company(plan, &group)).or_insert((0, *objective));
                *entry = (entry.0 + 1, entry.1.max(*objective));
            }
            let mut found: Vec<_> = found.into_iter().collect();
            found.sort_by_key(|(_, (plans, most))| {
                (std::cmp::Reverse(*plans), std::cmp::Reverse(*most))
            });
            for (company, (plans, most)) in found {
                rows.push(vec![
                    scenario.word.clone(),
                    k.to_string(),
                    best.to_string(),
                    point.near.len().to_string(),
                    is_complete(point).to_string(),
                    watched.name.clone(),
                    company.len().to_string(),
                    company_words(&scenario.instance, &company),
                    plans.to_string(),
                    (best - most).to_string(),
                ]);
            }
        }
    }
    rows
}

/// A row per area that shares a region with some of the group in some plan near the optimum.
pub(super) fn neighbours(near: &[NearOptimal], whole: &Instance, watched: &Watched) -> Rows {
    let mut rows = header(&[
        "scenario",
        "k",
        "code",
        "name",
        "plans_with",
        "plans",
        "share_of_plans",
        "complete",
    ]);
    for scenario in near {
        let group = scenario.group(whole, watched);
        for (k, point) in scenario.plans() {
            let mut counts: BTreeMap<usize, u64> = BTreeMap::new();
            for (plan, _) in &point.near {
                for area in company(plan, &group).into_iter().flatten() {
                    *counts.entry(area).or_default() += 1;
                }
            }
            let mut counts: Vec<(usize, u64)> = counts.into_iter().collect();
            counts.sort_by_key(|&(area, count)| (std::cmp::Reverse(count), area));
            let whole = point.near.len() as u64;
            for (area, part) in counts {
                let area = &scenario.instance.areas[area];
                rows.push(vec![
                    scenario.word.clone(),
                    k.to_string(),
                    area.code.clone(),
                    area.name.clone(),
                    part.to_string(),
                    whole.to_string(),
                    cell(Ratio { part, whole }.value()),
                    is_complete(point).to_string(),
                ]);
            }
        }
    }
    rows
}

/// Whether the optimum is proven and no plan near it is missing.
fn is_complete(point: &FrontPoint) -> bool {
    point.is_proven() && point.is_near_complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_is_told_region_by_region() {
        let instance = regionfront_testkit::rows::instance_of(5);
        let plan = Plan::from_labels(&[1, 1, 2, 2, 3]);
        assert_eq!(company(&plan, &[0, 1]), [Vec::<usize>::new()]);
        let split = company(&plan, &[1, 2]);
        assert_eq!(split, [vec![0], vec![3]]);
        let names = [&instance.areas[0].name, &instance.areas[3].name];
        assert_eq!(company_words(&instance, &split), format!("{} | {}", names[0], names[1]));
        assert_eq!(company_words(&instance, &company(&plan, &[4])), "nobody");
    }
}
