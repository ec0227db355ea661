//! What `solve --over-years` says.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::membership::from_plan;
use regionfront_model::instance::Year;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::job::{SolutionStatus, Termination};
use regionfront_solver::over_years::{Criterion, Fraction, YearHeld, YearsAnswer};

use super::assignment::{assignment, plan_name};
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
