//! The second objectives of one front, with the problem they are computed on.

use super::objective::{Objective, ObjectiveRequest};
use super::sweep::release;
use crate::defect::{Defect, Defects};
use crate::scenario::Problem;

/// The second objectives of one front.
#[derive(Debug)]
pub struct ObjectiveSet {
    /// What was asked for.
    pub requests: Vec<ObjectiveRequest>,
    /// The objectives, in the order asked for.
    pub objectives: Vec<Box<dyn Objective>>,
    /// The problem, its own limits on the objectives taken off.
    pub problem: Problem,
    /// Per objective, the limits that were taken off, in words.
    pub dropped: Vec<Vec<String>>,
}

impl ObjectiveSet {
    /// Resolves objectives over a problem.
    ///
    /// # Errors
    /// Everything the problem lacks for them, and more than one additive objective: the engine
    /// reaches for one sum at a time.
    pub fn resolve(problem: &Problem, requests: &[ObjectiveRequest]) -> Result<Self, Defects> {
        let mut defects = Vec::new();
        let mut objectives = Vec::new();
        for request in requests {
            match request.resolve(problem) {
                Ok(objective) => objectives.push(objective),
                Err(defect) => defects.push(defect),
            }
        }
        let additive: Vec<&str> = objectives
            .iter()
            .filter(|objective| objective.is_additive())
            .map(|objective| objective.kind().word())
            .collect();
        if additive.len() > 1 {
            defects.push(Defect::new(
                "E254",
                "--against",
                format!(
                    "{} are sums over the whole plan, and a joint front takes one such objective",
                    additive.join(" and ")
                ),
                "leave one of them out, or leave out --joint for one front each",
            ));
        }
        if !defects.is_empty() {
            return Err(Defects(defects));
        }
        let mut problem = problem.clone();
        let mut dropped = Vec::new();
        for objective in &objectives {
            let (released, words) = release(&problem, std::slice::from_ref(objective));
            problem = released;
            dropped.push(words);
        }
        Ok(Self { requests: requests.to_vec(), objectives, problem, dropped })
    }

    /// What no plan with `k` regions exceeds in the last objective, along which the front is swept.
    pub fn ideal(&self, k: usize) -> Option<f64> {
        self.objectives.last().map(|objective| objective.ideal(&self.problem, k).value())
    }

    /// The objectives' words, separated by commas.
    pub fn words(&self) -> String {
        let words: Vec<&str> =
            self.objectives.iter().map(|objective| objective.kind().word()).collect();
        words.join(",")
    }
}
