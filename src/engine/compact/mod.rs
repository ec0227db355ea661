//! The compact model.

mod adapter;
mod audit;
mod model;
mod sets;
mod solver;
mod units;

use std::sync::Arc;

use adapter::Verdict;
use solver::{Answer, End, Heard, Orders};
use units::{Open, Reduction};

use super::{Effort, Engine, EngineFault, Limits, News, Observer, Outcome, Solved, StopReason};
use crate::plan::Plan;
use crate::quantity::Commuters;
use crate::scenario::Problem;

/// The textbook mixed-integer model on HiGHS.
#[derive(Clone, Copy, Debug, Default)]
pub struct Compact;

impl Engine for Compact {
    fn name(&self) -> &'static str {
        "compact"
    }

    fn solve(
        &self,
        problem: &Problem,
        k: usize,
        limits: &Limits,
        seed: u64,
        warm_start: Option<&Plan>,
        observer: &dyn Observer,
    ) -> Result<Solved, EngineFault> {
        let question = Question { problem, k, limits };
        let open = match units::reduce(problem, k) {
            Reduction::Open(open) => Arc::new(*open),
            Reduction::Impossible(reason) => {
                let outcome = Outcome::Infeasible { reason: Some(reason) };
                return Ok(Solved { outcome, effort: Effort::default() });
            }
            Reduction::Decided(plan) => {
                let objective = question.audited(&plan)?;
                let outcome = Outcome::Optimal { plan, objective };
                return Ok(Solved { outcome, effort: Effort::default() });
            }
        };
        let mut best = Best::default();
        if let Some(plan) = warm_start
            && let Ok(objective) = audit::internal_commuting(problem, k, plan)
        {
            best.offer(plan.clone(), objective);
        }
        if let Some(stopped_by) = limits.struck(0) {
            let outcome = question.stopped(best, open.ceiling(), stopped_by);
            return Ok(Solved { outcome, effort: Effort::default() });
        }

        let start = best.0.as_ref().map(|(plan, _)| open.roots(plan));
        let orders = Orders { limits: limits.clone(), seed, start };
        let watched = solver::watch(&open, &orders, |heard| match heard {
            Heard::Plan(roots) => {
                let plan = open.plan(roots);
                if let Some(plan) = plan
                    && let Ok(objective) = audit::internal_commuting(problem, k, &plan)
                    && best.offer(plan, objective)
                {
                    observer.news(k, News::Incumbent(objective));
                }
            }
            Heard::Bound(bound) => observer.news(k, News::Bound(whole_bound(&open, bound))),
        })
        .map_err(fault)?;

        let effort = Effort { nodes: 0, columns: watched.num_columns as u64 };
        let ceiling = watched.relaxation.map_or(open.ceiling(), |bound| whole_bound(&open, bound));
        let outcome = match watched.end {
            End::Abandoned(reason) => question.stopped(best, ceiling, reason),
            End::Answered(answer) => question.judge(&open, &answer, best, ceiling, observer)?,
        };
        Ok(Solved { outcome, effort })
    }
}

/// The largest whole number of commuters under a bound on the flow between units.
///
/// A ten-thousandth covers the solver's tolerances; anything unusable counts as no bound.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be finite and not negative, and flows stay far below 2^52"
)]
fn whole_bound(open: &Open, bound: f64) -> Commuters {
    if !bound.is_finite() {
        return open.ceiling();
    }
    let whole = (bound + 1e-6).floor().max(0.0) as Commuters;
    whole.saturating_add(open.constant).min(open.ceiling())
}

fn fault(what: impl Into<String>) -> EngineFault {
    EngineFault { engine: "compact", what: what.into() }
}

/// The best plan so far, with its internal commuting.
#[derive(Clone, Debug, Default)]
struct Best(Option<(Plan, Commuters)>);

impl Best {
    /// Takes a plan over when it is better; says whether it was.
    fn offer(&mut self, plan: Plan, objective: Commuters) -> bool {
        let better = self.0.as_ref().is_none_or(|&(_, best)| objective > best);
        if better {
            self.0 = Some((plan, objective));
        }
        better
    }
}

/// What was asked.
struct Question<'a> {
    problem: &'a Problem,
    k: usize,
    limits: &'a Limits,
}

impl Question<'_> {
    /// Internal commuting of a plan the engine is about to return.
    fn audited(&self, plan: &Plan) -> Result<Commuters, EngineFault> {
        audit::internal_commuting(self.problem, self.k, plan)
            .map_err(|broken| fault(format!("the solver returned a wrong plan: {broken}")))
    }

    /// The outcome when a limit struck: what is best, under what bound.
    fn stopped(&self, best: Best, bound: Commuters, stopped_by: StopReason) -> Outcome {
        match best.0 {
            Some((plan, objective)) if bound <= objective => Outcome::Optimal { plan, objective },
            Some((plan, objective)) if self.limits.accepts(objective, bound) => {
                Outcome::Feasible { plan, objective, bound, stopped_by: StopReason::GapLimit }
            }
            Some((plan, objective)) => Outcome::Feasible { plan, objective, bound, stopped_by },
            None => Outcome::Unknown { bound, stopped_by },
        }
    }

    /// Reads the solver's answer, believing neither plan nor bound.
    fn judge(
        &self,
        open: &Open,
        answer: &Answer,
        mut best: Best,
        ceiling: Commuters,
        observer: &dyn Observer,
    ) -> Result<Outcome, EngineFault> {
        let verdict = adapter::verdict(answer.status);
        if let Verdict::Fault(what) = verdict {
            return Err(fault(format!("HiGHS: {what}")));
        }
        if verdict == Verdict::Infeasible {
            return match best.0 {
                None => Ok(Outcome::Infeasible { reason: None }),
                Some(_) => Err(fault("HiGHS calls infeasible what a known plan solves")),
            };
        }
        if let Some(roots) = &answer.roots {
            let plan = open.plan(roots).ok_or_else(|| fault("HiGHS left an area out"))?;
            let objective = self.audited(&plan)?;
            if best.offer(plan, objective) {
                observer.news(self.k, News::Incumbent(objective));
            }
        }
        let bound = whole_bound(open, answer.bound).min(ceiling);
        if let Some((_, objective)) = best.0
            && bound < objective
        {
            return Err(fault(format!(
                "HiGHS proves at most {bound} commuters, and a plan holds {objective}"
            )));
        }
        observer.news(self.k, News::Bound(bound));
        let stopped_by = match verdict {
            Verdict::TimeLimit => StopReason::TimeLimit,
            Verdict::NodeLimit => StopReason::NodeLimit,
            Verdict::Closed | Verdict::Infeasible | Verdict::Fault(_) => StopReason::GapLimit,
        };
        let outcome = self.stopped(best, bound, stopped_by);
        let closed = match &outcome {
            Outcome::Optimal { .. } | Outcome::Infeasible { .. } => true,
            Outcome::Feasible { objective, bound, .. } => self.limits.accepts(*objective, *bound),
            Outcome::Unknown { .. } => false,
        };
        if verdict == Verdict::Closed && !closed {
            return Err(fault("HiGHS calls its gap closed, and it is open"));
        }
        Ok(outcome)
    }
}
