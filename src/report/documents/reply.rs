//! A reply along a front as a line of the journal, and back.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_solver::engine::StopReason;
use regionfront_solver::front::{FrontPoint, ObjectiveSet, Reply, Score};
use regionfront_solver::job::Termination;
use regionfront_verify::{Verified, verify};

/// The answer to one demand along a front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyDocument {
    /// Number of regions.
    pub k: usize,
    /// The second objectives, separated by commas.
    pub against: String,
    /// Which demand of this front, from 0.
    pub number: usize,
    /// The answer.
    pub reply: ReplyKind,
}

/// What a demand was answered with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// A plan.
    Point(Box<ReplyPoint>),
    /// Proven: no plan meets the demand.
    Nothing,
    /// A limit struck before there was a plan.
    Stopped {
        /// No plan that meets the demand holds more commuters than this.
        bound: Commuters,
        /// What struck.
        termination: Termination,
    },
}

/// A plan with its scores and the plans beside it. Plans are regions of the areas in the order of
/// their codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplyPoint {
    objective: Commuters,
    scores: Vec<Score>,
    bound: Commuters,
    termination: Termination,
    canonical: bool,
    plan: Vec<u32>,
    alternatives: Vec<Vec<u32>>,
    near: Vec<NearPlan>,
    near_complete: bool,
    /// Whether a clock or an interrupt may have struck while equal and near plans were compared: the demand is
    /// posed again by a later run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    comparison_cut: bool,
}

/// A plan near a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct NearPlan {
    objective: Commuters,
    plan: Vec<u32>,
}

impl ReplyDocument {
    /// The line for a reply.
    pub fn new(set: &ObjectiveSet, k: usize, number: usize, reply: &Reply) -> Self {
        let termination =
            |stopped: Option<StopReason>| stopped.map_or(Termination::Optimal, Termination::from);
        let labels = |plan: &Plan| plan.labels().to_vec();
        let reply = match reply {
            Reply::Nothing => ReplyKind::Nothing,
            Reply::Stopped { bound, by } => {
                ReplyKind::Stopped { bound: *bound, termination: termination(Some(*by)) }
            }
            Reply::Point(point) => ReplyKind::Point(Box::new(ReplyPoint {
                objective: point.plan.objective(),
                scores: point.scores.clone(),
                bound: point.bound,
                termination: termination(point.stopped_by),
                canonical: point.is_canonical,
                plan: labels(point.plan.plan()),
                alternatives: point.alternatives.iter().map(labels).collect(),
                near: point
                    .near
                    .iter()
                    .map(|(plan, objective)| NearPlan { objective: *objective, plan: labels(plan) })
                    .collect(),
                near_complete: point.is_near_complete,
                comparison_cut: point.is_comparison_cut,
            })),
        };
        Self { k, against: set.words(), number, reply }
    }

    /// Whether a limit cut the reply short: then it is to be asked for again.
    pub fn is_cut_short(&self) -> bool {
        match &self.reply {
            ReplyKind::Nothing => false,
            ReplyKind::Stopped { .. } => true,
            ReplyKind::Point(point) => {
                point.termination != Termination::Optimal || point.comparison_cut
            }
        }
    }

    /// Whether a later reply to the same demand, which a limit cut short, has no plan as good as this one,
    /// or an equal one under a weaker bound.
    fn says_more_than(&self, later: &Self) -> bool {
        let worth = |reply: &Self| {
            reply.point().map(|point| (point.objective, std::cmp::Reverse(point.bound)))
        };
        later.is_cut_short() && worth(self) > worth(later)
    }

    fn point(&self) -> Option<&ReplyPoint> {
        match &self.reply {
            ReplyKind::Point(point) => Some(point),
            ReplyKind::Nothing | ReplyKind::Stopped { .. } => None,
        }
    }

    fn scores(&self) -> Option<&[Score]> {
        self.point().map(|point| point.scores.as_slice())
    }

    /// The reply, every plan verified and every score computed again.
    ///
    /// # Errors
    /// What does not hold.
    pub fn to_reply(&self, set: &ObjectiveSet) -> Result<Reply, String> {
        let stopped = |termination: Termination| {
            let by = termination.stopped_by();
            by.ok_or_else(|| format!("`{termination}` is no limit that cuts a reply short"))
        };
        let point = match &self.reply {
            ReplyKind::Nothing => return Ok(Reply::Nothing),
            ReplyKind::Stopped { bound, termination } => {
                return Ok(Reply::Stopped { bound: *bound, by: stopped(*termination)? });
            }
            ReplyKind::Point(point) => point,
        };
        let stopped_by = match point.termination {
            Termination::Optimal => None,
            cut_short => Some(stopped(cut_short)?),
        };
        let problem = &set.problem;
        let judged = |labels: &[u32], objective: Commuters| -> Result<Verified, String> {
            let plan = Plan::from_labels(labels);
            verify(problem, self.k, plan, objective).map_err(|violations| {
                let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
                found.join("; ")
            })
        };
        let scores_of = |plan: &Plan| scores(set, plan);
        let plan = judged(&point.plan, point.objective)?;
        let scores = scores_of(plan.plan());
        if scores != point.scores {
            return Err("its scores are not those of its plan".to_owned());
        }
        if point.bound < point.objective {
            return Err("its bound lies below its objective".to_owned());
        }
        if stopped_by.is_none() && point.bound != point.objective {
            return Err("its bound is not its objective, though it is proven".to_owned());
        }
        let mut alternatives = Vec::new();
        for labels in &point.alternatives {
            let other = judged(labels, point.objective)?;
            if scores_of(other.plan()) != scores {
                return Err("an alternative has other scores".to_owned());
            }
            alternatives.push(other.plan().clone());
        }
        let mut near = Vec::new();
        for NearPlan { objective, plan } in &point.near {
            near.push((judged(plan, *objective)?.plan().clone(), *objective));
        }
        Ok(Reply::Point(Box::new(FrontPoint {
            bound: point.bound,
            plan,
            scores,
            stopped_by,
            is_canonical: point.canonical,
            alternatives,
            near,
            is_near_complete: point.near_complete,
            is_comparison_cut: point.comparison_cut,
        })))
    }
}

/// The scores of a plan on every objective of a set.
pub(crate) fn scores(set: &ObjectiveSet, plan: &Plan) -> Vec<Score> {
    set.objectives.iter().map(|objective| objective.score(&set.problem, plan)).collect()
}

/// The replies for one front that an earlier run left in the journal of a folder, every plan verified
/// again. Where a later run asked again, its replies replace the earlier ones, unless they know less.
///
/// # Errors
/// When a reply is missing or does not hold.
pub fn known_replies(
    replies: &[ReplyDocument],
    set: &ObjectiveSet,
    k: usize,
    folder: &Path,
) -> Result<Vec<Reply>, Defects> {
    let damaged = |number: usize, what: String| {
        Defect::new(
            "E404",
            format!("{}/journal.ndjson, k = {k}, reply {number}", folder.display()),
            format!("the reply cannot be used: {what}"),
            "start again with --force or in another directory",
        )
    };
    let words = set.words();
    let mut lines: Vec<&ReplyDocument> = Vec::new();
    for reply in replies.iter().filter(|reply| reply.k == k && reply.against == words) {
        if reply.number > lines.len() {
            return Err(damaged(reply.number, "an earlier one is missing".to_owned()).into());
        }
        match lines.get_mut(reply.number) {
            // A run that went on and was stopped at once may know less than the one before.
            Some(earlier) if earlier.says_more_than(reply) => {}
            // The demands that follow are the same.
            Some(earlier) if earlier.scores() == reply.scores() => *earlier = reply,
            _ => {
                lines.truncate(reply.number);
                lines.push(reply);
            }
        }
    }
    lines
        .into_iter()
        .map(|reply| reply.to_reply(set).map_err(|what| damaged(reply.number, what).into()))
        .collect()
}
