//! What is known of a front before its engine answers.

use super::objective::Score;
use super::point::{Front, FrontPoint, Missing};
use super::set::ObjectiveSet;
use super::sweep::Reply;
use crate::engine::StopReason;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_verify::verify;

/// The replies of a front so far, and what was told about the demand under way.
#[derive(Debug, Default)]
pub(super) struct SoFar {
    replies: usize,
    points: Vec<FrontPoint>,
    missing: Vec<Missing>,
    /// The demand under way.
    beyond: Option<Vec<Option<Score>>>,
    found: Option<(Plan, Commuters)>,
    bound: Option<Commuters>,
    is_news: bool,
}

impl SoFar {
    /// The next demand is posed.
    pub(super) fn demanded(&mut self, beyond: Vec<Option<Score>>) {
        (self.found, self.bound, self.is_news) = (None, None, false);
        self.beyond = Some(beyond);
    }

    /// A better plan for the demand.
    pub(super) fn found(&mut self, plan: Plan, objective: Commuters) {
        self.found = Some((plan, objective));
        self.is_news = true;
    }

    /// No plan that meets the demand holds more.
    pub(super) fn bound(&mut self, bound: Commuters) {
        self.bound = Some(self.bound.map_or(bound, |known| known.min(bound)));
    }

    /// The demand was answered.
    pub(super) fn replied(&mut self, reply: &Reply) {
        self.replies += 1;
        let beyond = self.beyond.take().unwrap_or_default();
        let mut miss = |up_to, bound, stopped_by| {
            self.missing.push(Missing { beyond: beyond.clone(), up_to, bound, stopped_by });
        };
        match reply {
            Reply::Point(point) => {
                if let Some(by) = point.stopped_by {
                    miss(Some(point.scores.clone()), point.bound, by);
                }
                self.points.push((**point).clone());
            }
            Reply::Nothing => {}
            Reply::Stopped { bound, by } => miss(None, *bound, *by),
        }
        (self.found, self.bound, self.is_news) = (None, None, false);
    }

    /// Whether a plan was found since the last look.
    pub(super) fn is_news(&self) -> bool {
        self.is_news
    }

    /// Which demand is under way, from 0.
    pub(super) fn number(&self) -> usize {
        self.replies
    }

    /// The reply to the demand under way if it is stopped now; `None` where no demand is. A plan that
    /// does not pass the verifier is no reply.
    pub(super) fn reply(&mut self, set: &ObjectiveSet, k: usize, by: StopReason) -> Option<Reply> {
        self.is_news = false;
        let beyond = self.beyond.as_ref()?;
        let problem = &set.problem;
        let most = problem.instance.flows.total_between();
        let bound = self.bound.map_or(most, |bound| bound.min(most));
        let verified = self
            .found
            .as_ref()
            .and_then(|(plan, objective)| verify(problem, k, plan.clone(), *objective).ok());
        let Some(plan) = verified else { return Some(Reply::Stopped { bound, by }) };
        let scores: Vec<Score> =
            set.objectives.iter().map(|objective| objective.score(problem, plan.plan())).collect();
        let falls_short =
            set.objectives.iter().zip(&scores).zip(beyond).any(|((objective, score), beyond)| {
                beyond.is_some_and(|beyond| objective.compare(*score, beyond).is_ge())
            });
        if falls_short || plan.objective() > bound {
            return Some(Reply::Stopped { bound, by });
        }
        Some(Reply::Point(Box::new(FrontPoint {
            plan,
            scores,
            bound,
            stopped_by: Some(by),
            is_canonical: false,
            alternatives: Vec::new(),
            near: Vec::new(),
            is_near_complete: false,
            is_comparison_cut: true,
        })))
    }

    /// The front of all replies so far. Points may be missing even where every reply so far is
    /// proven: no more were asked for.
    pub(super) fn front(mut self, set: &ObjectiveSet, k: usize, by: StopReason) -> Front {
        if self.missing.is_empty() {
            let beyond = vec![None; set.objectives.len()];
            let bound = set.problem.instance.flows.total_between();
            self.missing.push(Missing { beyond, up_to: None, bound, stopped_by: by });
        }
        let mut front = Front { k, points: self.points, missing: self.missing };
        front.keep_nondominated(&set.objectives);
        front
    }
}
