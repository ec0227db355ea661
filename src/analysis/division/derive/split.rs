//! `split`: the best contiguous split of one region, everything else kept.
//!
//! The region is a study area of its own: commuters to and from the rest become an external place,
//! so that the limits of the question, self-containment among them, mean what they always do.
//! Whoever solves [`Split::problem`] hands the plan back to [`Split::apply`].

use crate::indicators::region_names;
use regionfront_model::instance::{Division, DivisionRegion};
use regionfront_model::plan::Plan;
use regionfront_model::scenario::{Group, Problem, Rules, nearest};

use super::super::membership::in_order;
use super::Decision;

const STEP: &str = "split";

/// One region to be split.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The region as a question of its own.
    pub problem: Problem,
    /// Which region of the division it is.
    region: usize,
    /// Its areas in the whole instance.
    areas: Vec<usize>,
    /// Rules that could not be taken over, by name.
    dropped: Vec<String>,
}

/// Why a region cannot be split.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitRefused {
    /// There is no such region.
    #[error("the division has no region `{name}`{}", meant.as_ref().map_or_else(String::new, |name| format!("; did you mean `{name}`?")))]
    Unknown {
        /// What was asked for.
        name: String,
        /// What was probably meant.
        meant: Option<String>,
    },
    /// Double members would be torn.
    #[error("{} also in another region; use --resolve-overlaps first", areas.join(", "))]
    Overlaps {
        /// The areas, by name and code.
        areas: Vec<String>,
    },
}

/// Prepares the split of the region of that name.
///
/// Limits and links of the question hold for the parts. A group to be kept together, closed or
/// fixed is kept where it lies wholly inside the region and dropped elsewhere, which the log says;
/// groups to be kept apart are cut to the region.
///
/// # Errors
/// When there is no such region, or it holds double members.
pub fn split(problem: &Problem, division: &Division, name: &str) -> Result<Split, SplitRefused> {
    let regions = &division.regions;
    let region = regions.iter().position(|region| region.name == name).ok_or_else(|| {
        let names = regions.iter().map(|region| region.name.as_str());
        SplitRefused::Unknown {
            name: name.to_owned(),
            meant: nearest(name, names).map(str::to_owned),
        }
    })?;
    let mut areas = regions[region].areas.clone();
    areas.sort_unstable();
    let torn: Vec<String> = areas
        .iter()
        .filter(|area| regions.iter().filter(|region| region.areas.contains(area)).count() > 1)
        .map(|&area| problem.instance.areas[area].label())
        .collect();
    if !torn.is_empty() {
        return Err(SplitRefused::Overlaps { areas: torn });
    }
    let mut dropped = Vec::new();
    let mut inside = |groups: &[Group]| -> Vec<Group> {
        let mut kept = Vec::new();
        for group in groups {
            let places: Vec<usize> =
                group.areas.iter().filter_map(|area| areas.binary_search(area).ok()).collect();
            if places.len() == group.areas.len() {
                kept.push(Group { name: group.name.clone(), areas: places });
            } else if !places.is_empty() {
                let label = |&area: &usize| problem.instance.areas[area].label();
                let areas: Vec<String> = group.areas.iter().map(label).collect();
                dropped.push(if group.name.is_empty() {
                    areas.join(", ")
                } else {
                    group.name.clone()
                });
            }
        }
        kept
    };
    let rules = &problem.rules;
    let apart = rules
        .apart
        .iter()
        .map(|group| Group {
            name: group.name.clone(),
            areas: group.areas.iter().filter_map(|area| areas.binary_search(area).ok()).collect(),
        })
        .filter(|group| group.areas.len() > 1)
        .collect();
    let rules = Rules {
        links: rules.links.clone(),
        limits: rules.limits,
        texts: rules.texts.clone(),
        together: inside(&rules.together),
        closed: inside(&rules.closed),
        fixed: inside(&rules.fixed),
        exempt: rules.exempt.iter().filter_map(|area| areas.binary_search(area).ok()).collect(),
        apart,
    };
    let instance = problem.instance.subset(&areas);
    let problem = Problem { instance, scenario: problem.scenario.clone(), rules };
    Ok(Split { problem, region, areas, dropped })
}

impl Split {
    /// The division with the region replaced by the regions of a plan of [`Split::problem`]. They
    /// are named after their largest centres, with the code where the name is taken.
    ///
    /// # Panics
    /// When the plan is of another problem.
    pub fn apply(&self, division: &Division, plan: &Plan, why: &str) -> (Division, Vec<Decision>) {
        let mut division = division.clone();
        let old = division.regions.remove(self.region);
        let names = region_names(&self.problem.instance, &self.problem.rules, plan);
        let mut log: Vec<Decision> = self
            .dropped
            .iter()
            .map(|rule| Decision {
                step: STEP,
                area: None,
                from: vec![old.name.clone()],
                to: None,
                why: format!("the rule for {rule} reaches beyond the region and is left aside"),
            })
            .collect();
        for (name, places) in names.into_iter().zip(plan.regions()) {
            let areas: Vec<usize> = places.iter().map(|&place| self.areas[place]).collect();
            let is_taken = division.regions.iter().any(|region| region.name == name);
            let name = if is_taken { format!("{name} ({})", old.name) } else { name };
            log.extend(areas.iter().map(|&area| Decision {
                step: STEP,
                area: Some(area),
                from: vec![old.name.clone()],
                to: Some(name.clone()),
                why: why.to_owned(),
            }));
            division.regions.push(DivisionRegion { name, areas });
        }
        (in_order(division), log)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::instance::{Flows, LinkKind};
    use regionfront_testkit::rows::{division_of, instance_of};

    fn problem() -> Problem {
        let mut instance = instance_of(6);
        instance.flows = Flows::from_triples(6, [(1, 2, 9), (3, 2, 1), (3, 5, 7)]);
        let group = |name: &str, areas: &[usize]| Group { name: name.into(), areas: areas.into() };
        let rules = Rules {
            links: vec![LinkKind::Land],
            together: vec![group("in", &[1, 2]), group("across", &[0, 1]), group("out", &[4, 5])],
            apart: vec![group("", &[0, 1, 3])],
            ..Rules::default()
        };
        Problem { instance, scenario: String::new(), rules }
    }

    #[test]
    fn a_region_becomes_a_question_of_its_own_and_its_parts_come_back() {
        let problem = problem();
        let division = division_of("d", &[&[0], &[1, 2, 3], &[4, 5]]);
        let split = split(&problem, &division, "B").expect("it can be split");
        assert_eq!(split.problem.instance.num_areas(), 3);
        assert_eq!(split.problem.rules.together, [Group { name: "in".into(), areas: vec![0, 1] }]);
        assert_eq!(split.problem.rules.apart[0].areas, [0, 2]);
        assert_eq!(split.problem.instance.flows.total_between(), 10);
        assert_eq!(split.problem.instance.external[0].to, [0, 0, 7]);
        let plan = Plan::from_labels(&[1, 1, 2]);
        let (found, log) = split.apply(&division, &plan, "proven");
        let areas: Vec<&[usize]> = found.regions.iter().map(|region| &*region.areas).collect();
        assert_eq!(areas, [&[0][..], &[1, 2], &[3], &[4, 5]]);
        assert!(log[0].why.contains("across"));
        assert_eq!(log.len(), 4);
    }

    #[test]
    fn unknown_regions_and_double_members_are_refused() {
        let problem = problem();
        let division = division_of("d", &[&[0], &[1, 2, 3], &[3, 4, 5]]);
        assert!(matches!(split(&problem, &division, "Z"), Err(SplitRefused::Unknown { .. })));
        let refused = split(&problem, &division, "B").expect_err("area 4 is in two regions");
        assert!(refused.to_string().contains("Area 4 (0004)"), "{refused}");
    }
}
