//! What `solve --over-years` says.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::membership::from_plan;
use regionfront_model::instance::{Instance, Year};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::job::{SolutionStatus, Termination};
use regionfront_solver::over_years::{
    Before, Criterion, Fraction, Told, Weighed, YearHeld, YearsAnswer, YearsQuestion,
};

use super::assignment::{assignment, plan_name, plan_of};
use super::derive::DivisionDocument;
use super::question::{InstanceDocument, ScenarioDocument};
use super::rounding::millionths;

/// The best plans over several years, one per number of regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverYearsDocument {
    /// Which document this is: `regionfront/over-years/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data, by the figures of the first year.
    pub instance: InstanceDocument,
    /// The rules.
    pub scenario: ScenarioDocument,
    /// `sum`, `worst` or `regret`.
    pub criterion: String,
    /// The years, ascending.
    pub years: Vec<Year>,
    /// Those in which limits hold.
    pub limits_in: Vec<Year>,
    /// Seed of everything random.
    pub seed: u64,
    /// One per number of regions.
    pub results: Vec<OverYearsResultDocument>,
}

/// The best plan with one number of regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverYearsResultDocument {
    /// Number of regions.
    pub k: usize,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// What the criterion makes of the plan: commuters of all years, the least share, or the largest
    /// distance in commuters.
    pub value: Option<f64>,
    /// No plan is better than this.
    pub bound: Option<f64>,
    /// What the plan holds by the figures of every year.
    pub years: Vec<YearHeldDocument>,
    /// The regions, by name.
    pub division: Option<DivisionDocument>,
    /// The region of every area, by its code.
    pub assignment: Option<BTreeMap<String, u32>>,
}

/// What a plan holds in one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YearHeldDocument {
    /// The year.
    pub year: Year,
    /// Commuters between different areas of one region.
    pub internal_commuting: Commuters,
    /// All commuters between areas in that year.
    pub commuters_between_areas: Commuters,
    /// `internal_commuting` ÷ `commuters_between_areas`.
    pub share: Option<f64>,
    /// The most that a plan under the same rules holds inside in that year, proven; `null` where it
    /// was not asked for.
    pub best: Option<Commuters>,
}

/// A piece of a run over years, as its journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OverYearsPieceDocument {
    /// Number of regions.
    pub k: usize,
    /// What was found.
    pub found: OverYearsFoundDocument,
}

/// What a run over years found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverYearsFoundDocument {
    /// A plan that was the best so far.
    SoFar {
        /// The region of every area, by its code.
        assignment: BTreeMap<String, u32>,
    },
    /// The best plan where years weigh differently, proven.
    Weighed {
        /// Weight of every year.
        weights: Vec<u64>,
        /// Commuters of all years that the plan holds inside, weighted; `null` where no plan keeps the
        /// rules.
        most: Option<Commuters>,
        /// The region of every area, by its code.
        assignment: Option<BTreeMap<String, u32>>,
    },
    /// The answer, proven.
    Answer {
        /// The most that a plan under the same rules holds inside, year by year; empty where that was not
        /// asked for.
        best: Vec<Commuters>,
        /// Weighted questions it took.
        rounds: usize,
        /// The region of every area, by its code; `null` where no plan keeps the rules.
        assignment: Option<BTreeMap<String, u32>>,
    },
}

impl OverYearsPieceDocument {
    /// What was told on the way.
    pub fn told(instance: &Instance, k: usize, told: Told<'_>) -> Option<Self> {
        let found = match told {
            Told::SoFar(answer) => {
                let plan = answer.plan.as_ref()?;
                OverYearsFoundDocument::SoFar { assignment: assignment(instance, plan) }
            }
            Told::Weighed(weighed) => OverYearsFoundDocument::Weighed {
                weights: weighed.weights.clone(),
                most: weighed.best.as_ref().map(|(_, most)| *most),
                assignment: weighed.best.as_ref().map(|(plan, _)| assignment(instance, plan)),
            },
        };
        Some(Self { k, found })
    }

    /// An answer, if it is proven: one that a limit cut short is not kept, but what it found is.
    pub fn answer(instance: &Instance, answer: &YearsAnswer) -> Option<Self> {
        if !matches!(answer.termination, Termination::Optimal | Termination::Infeasible) {
            return None;
        }
        let found = OverYearsFoundDocument::Answer {
            best: answer.held.iter().filter_map(|year| year.best).collect(),
            rounds: answer.rounds,
            assignment: answer.plan.as_ref().map(|plan| assignment(instance, plan)),
        };
        Some(Self { k: answer.k, found })
    }
}

/// What a journal holds of one number of regions.
#[derive(Clone, Debug)]
pub enum OverYearsKept {
    /// The answer.
    Answer(YearsAnswer),
    /// What the search goes on from.
    Before(Before),
}

impl OverYearsKept {
    /// What these pieces hold of `k` regions, held against the figures of every year.
    ///
    /// # Errors
    /// When a plan in them breaks a rule, or figures do not fit.
    pub fn read(
        question: &YearsQuestion,
        instance: &Instance,
        k: usize,
        pieces: &[OverYearsPieceDocument],
    ) -> Result<Self, String> {
        let plan = |assigned: Option<&BTreeMap<String, u32>>| -> Result<Option<Plan>, String> {
            assigned.map(|assigned| plan_of(instance, assigned)).transpose()
        };
        let mut before = Before::default();
        for piece in pieces.iter().filter(|piece| piece.k == k) {
            match &piece.found {
                OverYearsFoundDocument::SoFar { assignment } => {
                    before.plans.push(plan_of(instance, assignment)?);
                }
                OverYearsFoundDocument::Weighed { weights, most, assignment } => {
                    let best = match (plan(assignment.as_ref())?, *most) {
                        (Some(plan), Some(most)) => Some((plan, most)),
                        (None, None) => None,
                        _ => return Err("a plan without what it holds, or the reverse".to_owned()),
                    };
                    before.weighed.push(Weighed { weights: weights.clone(), best });
                }
                OverYearsFoundDocument::Answer { best, rounds, assignment } => {
                    let plan = plan(assignment.as_ref())?;
                    return question.restore(k, plan, best, *rounds).map(Self::Answer);
                }
            }
        }
        question.check(k, &before)?;
        Ok(Self::Before(before))
    }
}

/// The word for a criterion.
pub(crate) fn word(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Sum => "sum",
        Criterion::Worst => "worst",
        Criterion::Regret => "regret",
    }
}

impl OverYearsDocument {
    const SCHEMA: &'static str = "regionfront/over-years/1";

    /// The document of answers. `problem` is the question by the figures of the first year.
    pub fn new(
        problem: &Problem,
        criterion: Criterion,
        years: &[Year],
        limits_in: &[Year],
        seed: u64,
        answers: &[YearsAnswer],
    ) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(&problem.instance),
            scenario: ScenarioDocument::new(problem),
            criterion: word(criterion).to_owned(),
            years: years.to_vec(),
            limits_in: limits_in.to_vec(),
            seed,
            results: answers
                .iter()
                .map(|answer| OverYearsResultDocument::new(problem, answer))
                .collect(),
        }
    }
}

impl OverYearsResultDocument {
    fn new(problem: &Problem, answer: &YearsAnswer) -> Self {
        let (instance, rules) = (&problem.instance, &problem.rules);
        let solution = match (&answer.plan, answer.termination) {
            (None, _) => SolutionStatus::None,
            (Some(_), Termination::Optimal) => SolutionStatus::ProvenOptimal,
            (Some(_), _) => SolutionStatus::Feasible,
        };
        let division = answer.plan.as_ref().map(|plan| {
            let name = plan_name(answer.k);
            DivisionDocument::new(instance, &from_plan(instance, rules, plan, &name))
        });
        let figure = |fraction: Fraction| millionths(fraction.into());
        Self {
            k: answer.k,
            termination: answer.termination,
            solution,
            value: answer.value.map(figure),
            bound: answer.bound.map(figure),
            years: answer.held.iter().map(YearHeldDocument::from).collect(),
            division,
            assignment: answer.plan.as_ref().map(|plan| assignment(instance, plan)),
        }
    }
}

impl YearHeldDocument {
    /// Commuters inside and all commuters of a year, with the most there is to hold.
    pub(crate) fn new(
        year: Year,
        inside: Commuters,
        between: Commuters,
        best: Option<Commuters>,
    ) -> Self {
        let share = Fraction::new(i128::from(inside), u128::from(between.max(1)));
        Self {
            year,
            internal_commuting: inside,
            commuters_between_areas: between,
            share: (between > 0).then(|| millionths(share.into())),
            best,
        }
    }
}

impl From<&YearHeld> for YearHeldDocument {
    fn from(held: &YearHeld) -> Self {
        Self::new(held.year.unwrap_or_default(), held.inside, held.between, held.best)
    }
}
