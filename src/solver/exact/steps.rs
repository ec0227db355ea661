//! What a session is asked step by step, and what it answers.

use std::cmp::Ordering;

use crate::engine::{EngineFault, Limits, Observer, Solved};
use crate::exact::problem::step::Step;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Share};

/// Most plans compared when nothing is asked but the best one.
const TIES: usize = 10_000;

/// What a step is asked for besides the best plan.
pub struct Asked<'a> {
    /// Plans down to this share of the best plan's internal commuting below it are listed.
    pub slack: Share,
    /// At most this many plans are listed.
    pub most: usize,
    /// Whether narrower steps follow, which this one may prepare for.
    pub continues: bool,
    /// No plan holds more, as an earlier step has shown.
    pub ceiling: Option<Commuters>,
    /// Which of two plans of equal internal commuting comes first; canonical labels decide where
    /// this does not.
    pub prefer: &'a dyn Fn(&Plan, &Plan) -> Ordering,
}

impl Default for Asked<'_> {
    fn default() -> Self {
        Self {
            slack: Share::default(),
            most: TIES,
            continues: false,
            ceiling: None,
            prefer: &|_, _| Ordering::Equal,
        }
    }
}

/// The answer to a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stepped {
    /// The best plan, or what is known when a limit strikes.
    pub solved: Solved,
    /// Plans within the slack, best first, with their internal commuting; the plan of the outcome
    /// leads.
    pub listed: Vec<(Plan, Commuters)>,
    /// Whether no plan within the slack is missing.
    pub is_complete: bool,
}

/// A session of some width.
pub(crate) trait Steps {
    fn start_from(&mut self, plan: Plan);

    fn solve(
        &mut self,
        step: &Step,
        asked: &Asked<'_>,
        limits: &Limits,
        observer: &dyn Observer,
    ) -> Result<Stepped, EngineFault>;
}
