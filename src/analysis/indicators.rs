//! Commuting statistics of the regions of a plan.
//!
//! Everything here is an integer; shares are pairs of integers until they are printed, and every
//! share names its denominator: employed residents for the supply side, jobs for the demand side,
//! commuters between areas for the share of a plan.

use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_model::scenario::{Group, Problem, Rules};

/// External places that stand for many places at once. They are counted in every flow, but they
/// are never named as the largest outside destination.
const AGGREGATES: [&str; 2] = ["elsewhere", "left_out"];

/// A part of a whole, both whole people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// The part.
    pub part: u64,
    /// The whole, the denominator.
    pub whole: u64,
}

impl Ratio {
    /// The ratio as a number, rounded to six decimals; `None` for a whole of zero.
    #[expect(clippy::cast_precision_loss, reason = "shown to people; counts stay below 2^52")]
    pub fn value(self) -> Option<f64> {
        (self.whole > 0)
            .then(|| (self.part as f64 / self.whole as f64 * 1_000_000.0).round() / 1_000_000.0)
    }
}

/// Where most of a region's out-commuters to any one place go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// Code of the area; `None` for a place outside the instance.
    pub code: Option<String>,
    /// Name of the area, or the word for the place.
    pub name: String,
    /// Residents of the region who work there.
    pub commuters: Commuters,
}

/// One region of a plan, with its commuting statistics.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionFigures {
    /// Number of the region, from 1: regions are numbered by the smallest area code inside.
    pub id: u32,
    /// Name of the region, see [`region_names`].
    pub name: String,
    /// Indices of its areas, ascending.
    pub areas: Vec<usize>,
    /// Inhabitants.
    pub population: Persons,
    /// Land area in square kilometres.
    pub land_area_km2: f64,
    /// Employed persons who live here.
    pub employed_residents: Persons,
    /// Employed persons who work here.
    pub jobs: Persons,
    /// Commuters between different areas of the region: its part of the objective.
    pub internal_commuting: Commuters,
    /// People who live and work in the same area of the region.
    pub own_area_flow: Commuters,
    /// People who work in the region and live outside it, in the instance or elsewhere.
    pub in_commuters: Commuters,
    /// People who live in the region and work outside it, in the instance or elsewhere.
    pub out_commuters: Commuters,
    /// The one outside place most residents work in; `None` when nobody commutes out.
    pub largest_destination: Option<Destination>,
    /// Index of the area with most jobs; the smallest code wins a tie.
    pub centre: usize,
}

impl RegionFigures {
    /// People who live and work inside ÷ employed residents.
    pub fn supply_self_containment(&self) -> Ratio {
        Ratio { part: self.live_and_work_inside(), whole: self.employed_residents }
    }

    /// People who live and work inside ÷ jobs.
    pub fn demand_self_containment(&self) -> Ratio {
        Ratio { part: self.live_and_work_inside(), whole: self.jobs }
    }

    fn live_and_work_inside(&self) -> Commuters {
        self.internal_commuting + self.own_area_flow
    }
}

/// The share of all commuters between areas whom a plan keeps inside its regions.
pub fn internal_share(instance: &Instance, objective: Commuters) -> Ratio {
    Ratio { part: objective, whole: instance.flows.total_between() }
}

/// Statistics of every region of a plan, in the order of their numbers.
///
/// Time O(k × flows + areas × external places).
pub fn regions(problem: &Problem, plan: &Plan) -> Vec<RegionFigures> {
    let instance = &problem.instance;
    let names = region_names(instance, &problem.rules, plan);
    plan.regions()
        .into_iter()
        .zip(names)
        .zip(1..)
        .map(|((areas, name), id)| region(instance, id, name, areas))
        .collect()
}

/// Statistics of one region, whatever other regions there are.
///
/// `areas` are ascending and not empty. Time O(flows + areas × external places).
///
/// # Panics
/// Without areas.
pub fn region(instance: &Instance, id: u32, name: String, areas: Vec<usize>) -> RegionFigures {
    let mut figures = standing_figures(instance, id, name, areas);
    add_flows(instance, &mut figures);
    figures
}

/// Flows between the regions of a plan: `table[from][to]`, by region number less one. The diagonal
/// holds everybody who lives and works in the region, own-area flow included.
pub fn region_flows(instance: &Instance, plan: &Plan) -> Vec<Vec<Commuters>> {
    let mut table = vec![vec![0; plan.num_regions()]; plan.num_regions()];
    for (residence, workplace, commuters) in instance.flows.triples() {
        table[region_index(plan, residence)][region_index(plan, workplace)] += commuters;
    }
    table
}

/// What the regions are called.
///
/// A region that is exactly a named group of the scenario bears its name (fixed before closed
/// before together); any other is named after its centre, the area with most jobs. Where two
/// regions would share a name, both get the code of their centre added.
pub fn region_names(instance: &Instance, rules: &Rules, plan: &Plan) -> Vec<String> {
    let regions = plan.regions();
    let names: Vec<String> = regions
        .iter()
        .map(|areas| {
            [&rules.fixed, &rules.closed, &rules.together]
                .into_iter()
                .find_map(|groups| group_name(groups, areas))
                .unwrap_or_else(|| instance.areas[instance.centre(areas)].name.clone())
        })
        .collect();
    names
        .iter()
        .zip(&regions)
        .map(|(name, areas)| {
            if names.iter().filter(|other| *other == name).count() == 1 {
                name.clone()
            } else {
                format!("{name} ({})", instance.areas[instance.centre(areas)].code)
            }
        })
        .collect()
}

fn group_name(groups: &[Group], areas: &[usize]) -> Option<String> {
    groups
        .iter()
        .find(|group| !group.name.is_empty() && group.areas == areas)
        .map(|group| group.name.clone())
}

fn standing_figures(
    instance: &Instance,
    id: u32,
    name: String,
    areas: Vec<usize>,
) -> RegionFigures {
    let sum = |figure: fn(&regionfront_model::instance::Area) -> u64| -> u64 {
        areas.iter().map(|&area| figure(&instance.areas[area])).sum()
    };
    RegionFigures {
        id,
        name,
        population: sum(|area| area.population),
        land_area_km2: areas.iter().map(|&area| instance.areas[area].land_area_km2).sum(),
        employed_residents: sum(|area| area.employed_residents),
        jobs: sum(|area| area.jobs),
        internal_commuting: 0,
        own_area_flow: 0,
        in_commuters: 0,
        out_commuters: 0,
        largest_destination: None,
        centre: instance.centre(&areas),
        areas,
    }
}

fn add_flows(instance: &Instance, region: &mut RegionFigures) {
    let mut is_inside = vec![false; instance.num_areas()];
    for &area in &region.areas {
        is_inside[area] = true;
    }
    // Out-commuters by workplace, for the largest of them.
    let mut reached = vec![0; instance.num_areas()];
    for (residence, workplace, commuters) in instance.flows.triples() {
        match (is_inside[residence], is_inside[workplace]) {
            (true, true) if residence == workplace => region.own_area_flow += commuters,
            (true, true) => region.internal_commuting += commuters,
            (true, false) => {
                region.out_commuters += commuters;
                reached[workplace] += commuters;
            }
            (false, true) => region.in_commuters += commuters,
            (false, false) => {}
        }
    }
    let mut largest: Option<Destination> = None;
    let mut offer = |code: Option<&str>, name: &str, commuters: Commuters| {
        // Strictly more, so that the smallest code wins a tie and areas go before places.
        if commuters > largest.as_ref().map_or(0, |best| best.commuters) {
            largest = Some(Destination {
                code: code.map(str::to_owned),
                name: name.to_owned(),
                commuters,
            });
        }
    };
    for (area, &commuters) in instance.areas.iter().zip(&reached) {
        offer(Some(&area.code), &area.name, commuters);
    }
    for place in &instance.external {
        let to: Commuters = region.areas.iter().map(|&area| place.to[area]).sum();
        let from: Commuters = region.areas.iter().map(|&area| place.from[area]).sum();
        region.out_commuters += to;
        region.in_commuters += from;
        if !AGGREGATES.contains(&place.name.as_str()) {
            offer(None, &place.name, to);
        }
    }
    region.largest_destination = largest;
}

fn region_index(plan: &Plan, area: usize) -> usize {
    plan.region_of(area) as usize - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::{ExternalPlace, Flows};
    use regionfront_testkit::rows::instance_of;

    /// Four areas; 0 and 1 form region 1, 2 and 3 region 2.
    fn problem() -> (Problem, Plan) {
        let mut instance = instance_of(4);
        instance.flows = Flows::from_triples(
            4,
            [(0, 0, 50), (0, 1, 10), (1, 0, 7), (1, 2, 5), (1, 3, 5), (3, 1, 2), (2, 3, 4)],
        );
        instance.external = vec![
            ExternalPlace { name: "oslo".into(), to: vec![3, 4, 0, 0], from: vec![0, 0, 1, 0] },
            ExternalPlace { name: "elsewhere".into(), to: vec![99, 0, 0, 0], from: vec![0; 4] },
        ];
        let problem = Problem {
            instance,
            scenario: String::new(),
            rules: regionfront_model::scenario::Rules::default(),
        };
        (problem, Plan::from_labels(&[1, 1, 2, 2]))
    }

    #[test]
    fn flows_are_split_into_internal_own_in_and_out() {
        let (problem, plan) = problem();
        let regions = regions(&problem, &plan);
        assert_eq!(regions[0].internal_commuting, 17);
        assert_eq!(regions[0].own_area_flow, 50);
        assert_eq!(regions[0].out_commuters, 10 + 7 + 99);
        assert_eq!(regions[0].in_commuters, 2);
        assert_eq!(regions[1].in_commuters, 10 + 1);
        assert_eq!(regions[1].out_commuters, 2);
        assert_eq!(internal_share(&problem.instance, 21).value(), Some(0.636_364));
        assert_eq!(region_flows(&problem.instance, &plan), vec![vec![67, 10], vec![2, 4]]);
    }

    #[test]
    fn the_largest_destination_is_a_place_and_no_aggregate() {
        let (problem, plan) = problem();
        let regions = regions(&problem, &plan);
        let first = regions[0].largest_destination.as_ref().expect("somebody commutes out");
        assert_eq!((first.name.as_str(), first.commuters), ("oslo", 7));
        let second = regions[1].largest_destination.as_ref().expect("somebody commutes out");
        assert_eq!(second.code.as_deref(), Some("0002"));
    }

    #[test]
    fn names_follow_the_scenario_then_the_centre_and_never_repeat() {
        let (mut problem, plan) = problem();
        problem.instance.areas[1].jobs = 900;
        problem.instance.areas[3].jobs = 900;
        assert_eq!(region_names(&problem.instance, &problem.rules, &plan), ["Area 2", "Area 4"]);
        problem.instance.areas[3].name = "Area 2".into();
        assert_eq!(
            region_names(&problem.instance, &problem.rules, &plan),
            ["Area 2 (0002)", "Area 2 (0004)"]
        );
        problem.rules.together = vec![Group { name: "The valley".into(), areas: vec![0, 1] }];
        assert_eq!(
            region_names(&problem.instance, &problem.rules, &plan),
            ["The valley", "Area 2"]
        );
    }

    #[test]
    fn a_share_of_nothing_is_no_number() {
        assert_eq!(Ratio { part: 0, whole: 0 }.value(), None);
    }
}
