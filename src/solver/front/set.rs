//! The second objectives of one front, with the problem they are computed on.

use std::sync::Arc;

use super::objective::{Objective, ObjectiveKind, ObjectiveRequest};
use super::sweep::release;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Instance, Year};
use regionfront_model::scenario::Problem;

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

    /// The sets of the fronts asked for: one of all kinds together, or one for each. `reference` is
    /// the division or the year that one of them refers to.
    ///
    /// # Errors
    /// When a kind is named twice, a reference serves no kind, or a set cannot be resolved.
    pub fn resolve_all(
        problem: &Problem,
        kinds: &[ObjectiveKind],
        joint: bool,
        reference: Option<&str>,
    ) -> Result<Vec<Arc<Self>>, Defects> {
        if let Some(twice) = kinds
            .iter()
            .enumerate()
            .find_map(|(at, kind)| kinds[..at].contains(kind).then_some(kind))
        {
            let what = format!("{twice} is named twice");
            return Err(Defect::new("E509", "--against", what, "name each objective once").into());
        }
        let mut referring = kinds.iter().filter(|kind| kind.has_reference());
        match (reference, referring.next(), referring.next()) {
            (Some(_), None, _) => {
                let what = "no objective of this run refers to a division or a year";
                let cure = "add --against kept-together or other-year, or leave the reference out";
                return Err(Defect::new("E509", "--reference", what, cure).into());
            }
            (_, Some(one), Some(two)) => {
                let what = format!("{one} and {two} refer to different things");
                let cure = "ask for one of them, and for the other in a run of its own";
                return Err(Defect::new("E509", "--against", what, cure).into());
            }
            _ => {}
        }
        let requests: Vec<ObjectiveRequest> = kinds
            .iter()
            .map(|&kind| {
                let reference = reference.map(str::to_owned).filter(|_| kind.has_reference());
                ObjectiveRequest { kind, reference }
            })
            .collect();
        let size = if joint { requests.len() } else { 1 };
        requests
            .chunks(size.max(1))
            .map(|requests| Self::resolve(problem, requests).map(Arc::new))
            .collect()
    }

    /// The year, other than the instance's own, whose flows these kinds need beside
    /// ([`Instance::with_flows_of`]), where the instance has figures of it.
    pub fn year_beside(
        instance: &Instance,
        kinds: &[ObjectiveKind],
        reference: Option<&str>,
    ) -> Option<Year> {
        let year = reference.filter(|_| kinds.contains(&ObjectiveKind::OtherYear))?;
        let year = year.trim().parse().ok()?;
        (instance.years.contains(&year) && instance.year != Some(year)).then_some(year)
    }

    /// Refuses rules that contradict each other although a limit on the objective is dropped. Those
    /// that only that limit brought about do no harm along its front. `found` are the contradictions
    /// of the rules as they were asked for, which name their places.
    ///
    /// # Errors
    /// What is left of them.
    pub fn refuse_contradictions(&self, found: &[Defect]) -> Result<(), Defects> {
        let left = self.problem.contradictory_rules();
        let is_left = |found: &&Defect| left.iter().any(|left| left.what == found.what);
        let named: Vec<Defect> = found.iter().filter(is_left).cloned().collect();
        Defects(if named.len() == left.len() { named } else { left }).into_result()
    }

    /// Refuses a bottleneck over `k` regions where limits may apply to none of them: such a plan meets
    /// whatever is demanded of its smallest or largest region.
    ///
    /// # Errors
    /// `E258`, with the objective.
    pub fn refuse_without_limits(&self, k: usize) -> Result<(), Defects> {
        let rules = &self.problem.rules;
        let is_fixed = |area: &usize| rules.fixed.iter().any(|group| group.areas.contains(area));
        let num_exempt = rules.exempt.iter().filter(|area| !is_fixed(area)).count();
        let bottleneck = self.objectives.iter().find(|objective| !objective.is_additive());
        let Some(objective) = bottleneck.filter(|_| num_exempt > 0) else { return Ok(()) };
        if k > rules.fixed.len() + num_exempt {
            return Ok(());
        }
        let what = format!(
            "k = {k}: limits may apply to none of the regions, so that there is no {}",
            objective.description()
        );
        let cure = "ask for more regions, or let limits apply to the regions of fewer areas";
        Err(Defect::new("E258", "--against", what, cure).into())
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
