//! What many good plans have in common: cores that never part, areas that swing.

use std::collections::BTreeMap;

use regionfront_model::plan::Plan;

/// How often areas share a region over a set of plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Robustness {
    /// Number of plans.
    pub num_plans: usize,
    /// `together[a * areas + b]`: plans in which two areas share a region.
    pub together: Vec<usize>,
    /// Groups of at least two areas that share a region in every plan, by smallest area.
    pub cores: Vec<Vec<usize>>,
    /// Areas that do not keep the same company, by area.
    pub swings: Vec<Swing>,
}

/// An area that swings between groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swing {
    /// The area.
    pub area: usize,
    /// Cores it shares a region with in some plans and not in others, with the number of plans, by
    /// falling number.
    pub between: Vec<(usize, usize)>,
}

/// The company areas keep over a set of plans of the same areas.
///
/// O(plans × areas²).
pub fn robustness(plans: &[&Plan]) -> Robustness {
    let num_areas = plans.first().map_or(0, |plan| plan.num_areas());
    let mut together = vec![0; num_areas * num_areas];
    for plan in plans {
        for region in plan.regions() {
            for &a in &region {
                for &b in &region {
                    together[a * num_areas + b] += 1;
                }
            }
        }
    }
    let always = |a: usize, b: usize| together[a * num_areas + b] == plans.len();
    let mut cores: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for area in 0..num_areas {
        let first = (0..=area).find(|&other| always(other, area)).unwrap_or(area);
        cores.entry(first).or_default().push(area);
    }
    let cores: Vec<Vec<usize>> = cores.into_values().filter(|core| core.len() > 1).collect();
    let swings = (0..num_areas)
        .filter_map(|area| {
            let mut between: Vec<(usize, usize)> = cores
                .iter()
                .enumerate()
                .map(|(at, core)| (at, together[area * num_areas + core[0]]))
                .filter(|&(_, count)| count > 0 && count < plans.len())
                .collect();
            between.sort_by_key(|&(at, count)| (std::cmp::Reverse(count), at));
            (!between.is_empty()).then_some(Swing { area, between })
        })
        .collect();
    Robustness { num_plans: plans.len(), together, cores, swings }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_never_part_and_swings_do() {
        let plans = [Plan::from_labels(&[1, 1, 1, 2, 2]), Plan::from_labels(&[1, 1, 2, 2, 2])];
        let found = robustness(&[&plans[0], &plans[1]]);
        assert_eq!(found.cores, [vec![0, 1], vec![3, 4]]);
        assert_eq!(found.swings, [Swing { area: 2, between: vec![(0, 1), (1, 1)] }]);
        assert_eq!(found.together[3], 0);
        assert_eq!(found.together[1], 2);
    }
}
