//! A plan on the map, with its regions, borders and broken rules. It may be under work: areas may stand
//! in no region, and rules may be broken.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use regionfront_analysis::indicators::internal_share;
use regionfront_model::instance::{Division, DivisionRegion};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_verify::judge_division;

use super::Atlas;
use crate::maps::{FILLS, Map, NO_REGION, fills, fills_after};
use crate::view::{self, BorderView, RegionView};
use crate::words::Lang;

/// A plan drawn and described.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanSheet {
    /// Group of every area, from 1 in the order of the areas.
    pub labels: Vec<u32>,
    /// The group of areas that stand in no region, where there are such.
    pub none: Option<u32>,
    /// Fill of every group, `#RRGGBB`.
    pub colours: Vec<String>,
    /// Places of the fills in the list of fills, to be handed in again as [`Before`].
    pub fills: Vec<usize>,
    /// Borders, centres and names, as SVG.
    pub layer: String,
    /// The regions; `id` is the group.
    pub regions: Vec<RegionView>,
    /// The borders, those cut most first.
    pub borders: Vec<BorderView>,
    /// Commuters between different areas of one region.
    pub objective: Commuters,
    /// Their share of all commuters between areas.
    pub share: Option<f64>,
    /// What the plan breaks, a sentence each.
    pub broken: Vec<String>,
}

/// The plan that was shown before, whose fills are kept where regions overlap.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Group of every area.
    pub labels: &'a [u32],
    /// Fill of every group.
    pub fills: &'a [usize],
}

impl Atlas {
    /// Draws a plan: the region of every area, 0 where it stands in none. The problem is of this
    /// instance. `None` where the labels are not one per area.
    pub fn plan(
        &self,
        problem: &Problem,
        labels: &[u32],
        before: Option<Before<'_>>,
        lang: Lang,
    ) -> Option<PlanSheet> {
        let instance = self.instance();
        if labels.len() != instance.num_areas() || problem.instance.num_areas() != labels.len() {
            return None;
        }
        let plan = Plan::from_labels(labels);
        let none = labels.iter().position(|&label| label == 0).map(|area| plan.region_of(area));
        let fills = match before.and_then(|before| known(before, labels.len())) {
            Some((earlier, fills)) => fills_after(instance, &earlier, &fills, &plan),
            None => fills(instance, &[&plan]).remove(0),
        };
        let is_none = |group: u32| none == Some(group);
        let colours: Vec<&str> = fills
            .iter()
            .zip(1..)
            .map(|(&fill, group)| if is_none(group) { NO_REGION } else { FILLS[fill] })
            .collect();
        let all = view::region_views(problem, &plan, &fills, lang);
        let names: Vec<String> = all.iter().map(|region| region.name.clone()).collect();
        let shown: Vec<&str> = all
            .iter()
            .map(|region| if is_none(region.id) { "" } else { region.name.as_str() })
            .collect();
        let borders = view::plan_borders(problem, &plan, &names);
        let borders = borders.into_iter().filter(|border| !is_none(border.a) && !is_none(border.b));
        let borders = borders.collect();
        let centres = all
            .iter()
            .filter(|region| !is_none(region.id))
            .filter_map(|region| instance.index_of_code(&region.centre.code))
            .collect();
        let layer = Map::new(&self.ground, &plan, &colours, &shown, centres).bound_layer();
        let regions: Vec<RegionView> =
            all.into_iter().filter(|region| !is_none(region.id)).collect();
        let objective = regions.iter().map(|region| region.internal_commuting).sum();
        Some(PlanSheet {
            none,
            colours: colours.into_iter().map(str::to_owned).collect(),
            layer,
            objective,
            share: internal_share(instance, objective).value(),
            broken: broken(problem, &plan, &regions, lang),
            borders,
            regions,
            labels: plan.labels().to_vec(),
            fills,
        })
    }
}

/// The plan before, where it is one of these areas and its fills are some that there are.
fn known(before: Before<'_>, areas: usize) -> Option<(Plan, Vec<usize>)> {
    let plan = Plan::from_labels(before.labels);
    let fits = before.labels.len() == areas
        && before.fills.len() == plan.num_regions()
        && before.fills.iter().all(|&fill| fill < FILLS.len());
    fits.then(|| (plan, before.fills.to_vec()))
}

/// What a plan breaks, in the words of reports.
fn broken(problem: &Problem, plan: &Plan, regions: &[RegionView], lang: Lang) -> Vec<String> {
    let wanted: BTreeSet<u32> = regions.iter().map(|region| region.id).collect();
    let groups = plan.regions().into_iter().zip(1..).filter(|(_, group)| wanted.contains(group));
    let division = Division {
        name: String::new(),
        regions: groups
            .zip(regions)
            .map(|((areas, _), region)| DivisionRegion { name: region.name.clone(), areas })
            .collect(),
    };
    let found = judge_division(problem, &division, None).err().unwrap_or_default();
    found.iter().map(|violation| view::broken_sentence(violation, lang)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::scenario::Scenario;
    use regionfront_testkit::rows::instance_of;

    fn sheet(labels: &[u32], before: Option<Before<'_>>) -> Option<PlanSheet> {
        let atlas = Atlas::new(instance_of(6)).expect("six areas");
        let problem = Problem::resolve(instance_of(6), &Scenario::default()).expect("no rules");
        atlas.plan(&problem, labels, before, Lang::En)
    }

    #[test]
    fn a_plan_under_work_is_drawn_with_what_it_breaks() {
        let sheet = sheet(&[7, 7, 0, 3, 3, 7], None).expect("one label per area");
        assert_eq!(sheet.labels, [1, 1, 2, 3, 3, 1]);
        assert_eq!(sheet.none, Some(2));
        assert_eq!(sheet.regions.iter().map(|region| region.id).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(sheet.colours[1], NO_REGION);
        assert!(sheet.borders.iter().all(|border| border.a != 2 && border.b != 2));
        assert!(!sheet.broken.is_empty(), "an area stands in no region");
        assert!(!sheet.layer.contains("style="), "the page's policy forbids styles in place");
    }

    #[test]
    fn regions_keep_their_fill_from_the_plan_before() {
        let first = sheet(&[1, 1, 1, 2, 2, 2], None).expect("a plan");
        let labels = first.labels.clone();
        let before = Before { labels: &labels, fills: &[4, 9] };
        let second = sheet(&[1, 1, 2, 2, 2, 2], Some(before)).expect("a plan");
        assert_eq!(second.fills, [4, 9]);
        let nonsense = Before { labels: &labels, fills: &[99, 1] };
        assert_eq!(sheet(&labels, Some(nonsense)).expect("a plan").fills, first.fills);
    }

    #[test]
    fn labels_that_are_not_one_per_area_are_no_plan() {
        assert!(sheet(&[1, 2], None).is_none());
    }
}
