//! Which areas stand in which regions of a division.

use crate::indicators::region_names;
use regionfront_model::instance::{Division, DivisionRegion, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Rules;

/// The regions of every area, by index into [`Division::regions`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    regions_of: Vec<Vec<usize>>,
}

impl Membership {
    /// Reads a division off, for an instance of that many areas.
    pub fn new(num_areas: usize, division: &Division) -> Self {
        let mut regions_of = vec![Vec::new(); num_areas];
        for (region, areas) in division.regions.iter().enumerate() {
            for &area in &areas.areas {
                regions_of[area].push(region);
            }
        }
        for regions in &mut regions_of {
            regions.dedup();
        }
        Self { regions_of }
    }

    /// The regions an area stands in, ascending; none where the division leaves it out.
    pub fn of(&self, area: usize) -> &[usize] {
        &self.regions_of[area]
    }

    /// Whether two areas stand in a common region.
    pub fn share(&self, a: usize, b: usize) -> bool {
        self.regions_of[a].iter().any(|region| self.regions_of[b].binary_search(region).is_ok())
    }

    /// Areas in at least one region, ascending.
    pub fn covered(&self) -> Vec<usize> {
        self.with(|count| count > 0)
    }

    /// Areas in no region, ascending.
    pub fn outside(&self) -> Vec<usize> {
        self.with(|count| count == 0)
    }

    /// Areas in more than one region, ascending.
    pub fn double_members(&self) -> Vec<usize> {
        self.with(|count| count > 1)
    }

    fn with(&self, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.regions_of.len()).filter(|&area| wanted(self.regions_of[area].len())).collect()
    }

    /// Commuters between different areas that share a region, both directions; each pair of areas
    /// once.
    pub fn internal_commuting(&self, instance: &Instance) -> Commuters {
        instance
            .flows
            .triples()
            .filter(|&(from, to, _)| from != to && self.share(from, to))
            .map(|(_, _, commuters)| commuters)
            .sum()
    }
}

/// A division as a plan, when it is one: every area in exactly one region.
pub fn to_plan(num_areas: usize, division: &Division) -> Option<Plan> {
    Plan::from_regions(num_areas, division.regions.iter().map(|region| region.areas.as_slice()))
}

/// A plan as a division, its regions named as reports name them.
pub fn from_plan(instance: &Instance, rules: &Rules, plan: &Plan, name: &str) -> Division {
    let names = region_names(instance, rules, plan);
    let regions = names
        .into_iter()
        .zip(plan.regions())
        .map(|(name, areas)| DivisionRegion { name, areas })
        .collect();
    Division { name: name.to_owned(), regions }
}

/// The division with its regions in the order of their smallest area codes, which is how regions
/// are numbered; empty regions are dropped.
#[must_use]
pub fn in_order(mut division: Division) -> Division {
    for region in &mut division.regions {
        region.areas.sort_unstable();
        region.areas.dedup();
    }
    division.regions.retain(|region| !region.areas.is_empty());
    division.regions.sort_by_key(|region| region.areas[0]);
    division
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::rows::{division_of, instance_of};

    #[test]
    fn a_pair_that_shares_two_regions_counts_once() {
        let mut instance = instance_of(4);
        instance.flows = regionfront_model::instance::Flows::from_triples(
            4,
            [(0, 1, 10), (1, 0, 5), (1, 2, 3), (2, 3, 100), (1, 1, 1000)],
        );
        let cover = division_of("cover", &[&[0, 1], &[0, 1, 2]]);
        let membership = Membership::new(4, &cover);
        assert_eq!(membership.internal_commuting(&instance), 18);
        assert_eq!(membership.double_members(), [0, 1]);
        assert_eq!(membership.outside(), [3]);
        assert!(to_plan(4, &cover).is_none());
    }

    #[test]
    fn a_plan_becomes_a_division_and_a_plan_again() {
        let instance = instance_of(4);
        let plan = Plan::from_labels(&[1, 2, 2, 1]);
        let division = from_plan(&instance, &Rules::default(), &plan, "ours");
        assert_eq!(to_plan(4, &division), Some(plan));
    }
}
