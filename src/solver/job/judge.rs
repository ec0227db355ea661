//! What to make of an engine's word.

use std::time::Duration;

use crate::engine::{Effort, Limits, Outcome, Solved, StopReason};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_verify::{Verified, verify};

use super::Settings;
use super::answer::{Answer, Termination};

/// An answer before it is signed with k, engine and time.
#[derive(Debug)]
pub(super) struct Finding {
    termination: Termination,
    plan: Option<Verified>,
    bound: Option<Commuters>,
    reason: Option<String>,
    effort: Effort,
}

impl Finding {
    pub(super) fn fault(what: String) -> Self {
        Self {
            termination: Termination::Error,
            plan: None,
            bound: None,
            reason: Some(what),
            effort: Effort::default(),
        }
    }

    pub(super) fn infeasible(reason: Option<String>) -> Self {
        Self {
            termination: Termination::Infeasible,
            plan: None,
            bound: None,
            reason,
            effort: Effort::default(),
        }
    }

    fn stopped(plan: Option<Verified>, bound: Commuters, stopped_by: StopReason) -> Self {
        // Bound and plan may meet in the very last moment: then the proof is complete.
        let closed = plan.as_ref().is_some_and(|plan| plan.objective() == bound);
        Self {
            termination: if closed { Termination::Optimal } else { stopped_by.into() },
            plan,
            bound: Some(bound),
            reason: None,
            effort: Effort::default(),
        }
    }

    /// The same, not called proven even where plan and bound meet: which of several best plans it
    /// is to be is decided at the end of a solve.
    pub(super) fn unproven(self) -> Self {
        match self.termination {
            Termination::Optimal => Self { termination: Termination::Interrupted, ..self },
            _ => self,
        }
    }

    pub(super) fn into_answer(
        self,
        k: usize,
        engine: &str,
        settings: &Settings,
        wall: Duration,
    ) -> Answer {
        Answer {
            k,
            termination: self.termination,
            plan: self.plan,
            bound: self.bound,
            reason: self.reason,
            engine: engine.to_owned(),
            seed: settings.seed,
            gap_tolerance: settings.gap_rel,
            abs_gap_tolerance: settings.gap_abs,
            effort: self.effort,
            wall,
        }
    }
}

/// What an engine told on its way.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The latest plan, not judged yet.
    latest: Option<(Plan, Commuters)>,
    best: Option<Verified>,
    bound: Option<Commuters>,
    is_news: bool,
    /// What is wrong with the last plan that did not pass.
    refused: Option<String>,
}

impl Told {
    /// A plan was found.
    pub(super) fn plan(&mut self, plan: Plan, objective: Commuters) {
        self.latest = Some((plan, objective));
        self.is_news = true;
    }

    /// No plan holds more.
    pub(super) fn bound(&mut self, bound: Commuters) {
        if self.bound.is_none_or(|known| bound < known) {
            self.bound = Some(bound);
            self.is_news = true;
        }
    }

    /// Whether something was told since the last look.
    pub(super) fn is_news(&self) -> bool {
        self.is_news
    }

    /// Judges the latest plan.
    pub(super) fn judge(&mut self, problem: &Problem, k: usize) {
        self.is_news = false;
        let Some((plan, objective)) = self.latest.take() else { return };
        match passed(problem, k, plan, objective) {
            Ok(plan) if self.best.as_ref().is_none_or(|best| objective > best.objective()) => {
                self.best = Some(plan);
            }
            Ok(_) => {}
            Err(what) => self.refused = Some(what),
        }
    }
}

/// The answer for a k that was stopped, or whose turn never came: the best plan told or known
/// beforehand, under the bound told or that every commuter between areas could be kept inside.
pub(super) fn so_far(
    problem: &Problem,
    told: &Told,
    known: Option<&Verified>,
    stopped_by: StopReason,
) -> Finding {
    if let Some(what) = &told.refused {
        return Finding::fault(what.clone());
    }
    let best = [told.best.as_ref(), known].into_iter().flatten();
    let best = best.max_by_key(|plan| plan.objective());
    let bound = at_most_all(problem, told.bound.unwrap_or(Commuters::MAX));
    if let Some(best) = best
        && bound < best.objective()
    {
        let (bound, best) = (bound, best.objective());
        return Finding::fault(format!("its bound of {bound} lies below a plan with {best}"));
    }
    Finding::stopped(best.cloned(), bound, stopped_by)
}

/// Accepts an engine's word only where it can be true. `known` is a judged plan for the same k.
pub(super) fn judge(
    problem: &Problem,
    k: usize,
    limits: &Limits,
    engine: &str,
    solved: Result<Solved, String>,
    known: Option<&Verified>,
) -> Finding {
    let solved = match solved {
        Ok(solved) => solved,
        Err(what) => return Finding::fault(what),
    };
    let found = accept(problem, k, limits, solved.outcome, known)
        .unwrap_or_else(|what| Finding::fault(format!("{engine} engine: {what}")));
    Finding { effort: solved.effort, ..found }
}

fn accept(
    problem: &Problem,
    k: usize,
    limits: &Limits,
    outcome: Outcome,
    known: Option<&Verified>,
) -> Result<Finding, String> {
    let best_known = known.map_or(0, Verified::objective);
    match outcome {
        Outcome::Optimal { plan, objective } => {
            let plan = passed(problem, k, plan, objective)?;
            if best_known > objective {
                return Err(format!(
                    "claims {objective} commuters as optimal, but a plan with {best_known} is known"
                ));
            }
            Ok(Finding {
                termination: Termination::Optimal,
                plan: Some(plan),
                bound: Some(objective),
                reason: None,
                effort: Effort::default(),
            })
        }
        Outcome::Feasible { plan, objective, bound, stopped_by } => {
            let plan = passed(problem, k, plan, objective)?;
            check_bound(bound, objective.max(best_known))?;
            if stopped_by == StopReason::GapLimit && !limits.accepts(objective, bound) {
                return Err(format!(
                    "stopped at the gap limit with {objective} commuters under a bound of {bound}, \
                     a wider gap than allowed"
                ));
            }
            let best = match known {
                Some(known) if known.objective() > objective => known.clone(),
                _ => plan,
            };
            Ok(Finding::stopped(Some(best), at_most_all(problem, bound), stopped_by))
        }
        Outcome::Infeasible { reason } => match known {
            Some(known) => Err(format!(
                "claims that no plan exists, but one with {} commuters is known",
                known.objective()
            )),
            None => Ok(Finding::infeasible(reason)),
        },
        Outcome::Unknown { bound, stopped_by } => {
            if stopped_by == StopReason::GapLimit {
                return Err("stopped at the gap limit without a plan".to_owned());
            }
            check_bound(bound, best_known)?;
            Ok(Finding::stopped(known.cloned(), at_most_all(problem, bound), stopped_by))
        }
    }
}

fn passed(problem: &Problem, k: usize, plan: Plan, claim: Commuters) -> Result<Verified, String> {
    verify(problem, k, plan, claim).map_err(|violations| {
        let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
        format!("its plan did not pass the verifier: {}", found.join("; "))
    })
}

fn check_bound(bound: Commuters, objective: Commuters) -> Result<(), String> {
    if bound < objective {
        return Err(format!("its bound of {bound} lies below a plan with {objective} commuters"));
    }
    Ok(())
}

/// No plan holds more than all commuters between areas, whatever an engine's first bound is.
fn at_most_all(problem: &Problem, bound: Commuters) -> Commuters {
    bound.min(problem.instance.flows.total_between())
}
