//! What the plans of a front and the plans near them have in common.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::plan::Plan;
use regionfront_solver::front::{Front, ObjectiveSet, Robustness, robustness};

use super::question::codes;

/// `robustness.json`, for one front: over its points, their alternatives and the plans near them,
/// each plan counted once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RobustnessDocument {
    /// Number of regions.
    pub k: usize,
    /// The second objectives.
    pub against: Vec<String>,
    /// Different plans it is taken over.
    pub num_plans: usize,
    /// Whether the front is complete and no near plan is missing.
    pub complete: bool,
    /// Groups that share a region in every plan.
    pub cores: Vec<CoreDocument>,
    /// Areas that share a region with a core in some plans and not in others.
    pub swings: Vec<SwingDocument>,
}

/// Areas that never part, or those a swinging area joins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CoreDocument {
    /// Its number, from 1.
    pub core: usize,
    /// Codes of its areas.
    pub areas: Vec<String>,
    /// Their names.
    pub names: Vec<String>,
}

/// An area that swings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwingDocument {
    /// Its code.
    pub area: String,
    /// Its name.
    pub name: String,
    /// The cores it joins, by falling number of plans.
    pub between: Vec<SwingSideDocument>,
}

/// A core a swinging area joins in some plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwingSideDocument {
    /// Number of the core.
    pub core: usize,
    /// In how many plans.
    pub num_plans: usize,
}

/// The different plans of a front, and what they have in common.
pub(crate) struct Common {
    pub(crate) found: Robustness,
    is_complete: bool,
}

impl Common {
    pub(crate) fn new(front: &Front) -> Self {
        let plans: BTreeSet<&Plan> = front
            .points
            .iter()
            .flat_map(|point| {
                std::iter::once(point.plan.plan())
                    .chain(&point.alternatives)
                    .chain(point.near.iter().map(|(plan, _)| plan))
            })
            .collect();
        let plans: Vec<&Plan> = plans.into_iter().collect();
        let is_complete =
            front.is_complete() && front.points.iter().all(|point| point.is_near_complete);
        Self { found: robustness(&plans), is_complete }
    }

    pub(crate) fn document(&self, set: &ObjectiveSet, k: usize) -> RobustnessDocument {
        let instance = &set.problem.instance;
        let names =
            |areas: &[usize]| areas.iter().map(|&area| instance.areas[area].name.clone()).collect();
        let found = &self.found;
        RobustnessDocument {
            k,
            against: set.objectives.iter().map(|it| it.kind().word().to_owned()).collect(),
            num_plans: found.num_plans,
            complete: self.is_complete,
            cores: found
                .cores
                .iter()
                .zip(1..)
                .map(|(areas, core)| CoreDocument {
                    core,
                    areas: codes(instance, areas),
                    names: names(areas),
                })
                .collect(),
            swings: found
                .swings
                .iter()
                .map(|swing| SwingDocument {
                    area: instance.areas[swing.area].code.clone(),
                    name: instance.areas[swing.area].name.clone(),
                    between: swing
                        .between
                        .iter()
                        .map(|&(core, num_plans)| SwingSideDocument { core: core + 1, num_plans })
                        .collect(),
                })
                .collect(),
        }
    }
}
