//! What a search over years finds on its way, and how a later search goes on from it.
//!
//! A search is a row of weighted questions, each of which follows from the answers before it. So whoever
//! keeps the answers has the whole search: another one that is handed them asks the next question as if it
//! had never been stopped, and ends with the same answer.

use crate::error::SolveError;
use crate::job::Termination;
use crate::over_years::{Criterion, Fraction, Terms, YearsAnswer, YearsQuestion};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;

/// The answer to one weighted question, proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Weight of every year.
    pub weights: Vec<u64>,
    /// The best plan under them, and what it holds, weighted; none where no plan keeps the rules.
    pub best: Option<(Plan, Commuters)>,
}

/// What is told on the way.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// A plan that is the best so far, verified; without a bound.
    SoFar(&'a YearsAnswer),
    /// A weighted question is answered.
    Weighed(&'a Weighed),
}

/// What an earlier search for the same number of regions found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Its weighted questions, in the order they were answered.
    pub weighed: Vec<Weighed>,
    /// Plans that it told of. They are not begun from, and count where no better one is found before a
    /// limit strikes.
    pub plans: Vec<Plan>,
}

impl Before {
    /// The answer to the question at this place of the row, if it was about these weights.
    pub(super) fn answer(&self, at: usize, weights: &[u64]) -> Option<&Weighed> {
        self.weighed.get(at).filter(|weighed| weighed.weights == weights)
    }

    /// All its plans.
    pub(super) fn plans(&self) -> impl Iterator<Item = &Plan> {
        let weighed = self.weighed.iter().filter_map(|weighed| weighed.best.as_ref());
        weighed.map(|(plan, _)| plan).chain(&self.plans)
    }
}

impl YearsQuestion {
    /// Holds what was kept of an earlier search against the rules of every year.
    ///
    /// # Errors
    /// When a plan breaks one of them, or holds another number of commuters than is said.
    pub fn check(&self, k: usize, before: &Before) -> Result<(), String> {
        for plan in before.plans() {
            self.verified(k, plan, &[]).map_err(told)?;
        }
        for Weighed { weights, best } in &before.weighed {
            if weights.len() != self.problems.len() {
                return Err(format!("{} weights for {} years", weights.len(), self.problems.len()));
            }
            let Some((plan, most)) = best else { continue };
            let held = self.held(plan).into_iter().zip(weights);
            let sum: u128 =
                held.map(|(inside, &weight)| u128::from(inside) * u128::from(weight)).sum();
            if sum != u128::from(*most) {
                return Err(format!("a plan holds {sum}, weighted, and not {most}"));
            }
        }
        Ok(())
    }

    /// The proven answer of an earlier search, from what was kept of it: the plan, if any keeps the rules,
    /// the most there is to hold in every year, as far as the criterion asks for it, and the number of
    /// weighted questions.
    ///
    /// # Errors
    /// When the plan breaks a rule in some year, or the figures of years do not fit.
    pub fn restore(
        &self,
        k: usize,
        plan: Option<Plan>,
        best: &[Commuters],
        rounds: usize,
    ) -> Result<YearsAnswer, String> {
        let Some(plan) = plan else {
            let termination = Termination::Infeasible;
            let held = Vec::new();
            return Ok(YearsAnswer {
                k,
                termination,
                plan: None,
                held,
                value: None,
                bound: None,
                rounds,
                is_comparison_cut: false,
            });
        };
        let is_sum = self.criterion == Criterion::Sum;
        let asked = if is_sum { 0 } else { self.problems.len() };
        if best.len() != asked {
            return Err(format!("the most to hold is there for {} years, not {asked}", best.len()));
        }
        let held = self.held(&plan);
        if held.iter().zip(best).any(|(held, best)| held > best) {
            return Err("a plan holds more in a year than the most there is".to_owned());
        }
        let value = if self.criterion == Criterion::Regret {
            Terms { a: best.to_vec(), b: vec![1; best.len()] }.loss(&held)
        } else {
            self.yardstick(&held)
        };
        let held = self.verified(k, &plan, best).map_err(told)?;
        let (termination, value): (_, Option<Fraction>) = (Termination::Optimal, Some(value));
        let (plan, bound, is_comparison_cut) = (Some(plan), value, false);
        Ok(YearsAnswer { k, termination, plan, held, value, bound, rounds, is_comparison_cut })
    }
}

fn told(error: SolveError) -> String {
    match error {
        SolveError::Failed { what, .. } => what,
        other => other.to_string(),
    }
}
