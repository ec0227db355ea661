//! The solve document: what one run of `solve` says, for people's scripts.
//!
//! Its fields are a published interface (`regionfront schema solve`): fields may be added, but
//! none changes its meaning without a new number in [`SolveDocument::SCHEMA`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::indicators::{self, RegionFigures};
use regionfront_model::instance::Instance;
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_model::scenario::Problem;
use regionfront_solver::engine::Effort;
use regionfront_solver::job::{Answer, Settings, SolutionStatus, Termination};
use regionfront_verify::verify;

use super::assignment::{assignment, plan_of};
use super::explain::ExplanationDocument;
use super::question::{InstanceDocument, ScenarioDocument, codes};
use super::rounding::{milliseconds, tenths};

/// Everything one run of `solve` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SolveDocument {
    /// Which document this is: `regionfront/solve/2`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// The rules, as resolved against the data.
    pub scenario: ScenarioDocument,
    /// How it was solved.
    pub options: OptionsDocument,
    /// One result per k, in the order asked for.
    pub results: Vec<ResultDocument>,
}

/// How it was solved. The number of threads is not here, as it changes nothing; the manifest of a
/// run directory holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OptionsDocument {
    /// The engine asked.
    pub engine: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Longest time for one k, in seconds.
    pub time_limit_s: Option<f64>,
    /// Longest time for the whole list, in seconds.
    pub total_time_limit_s: Option<f64>,
    /// Most branch-and-bound nodes for one k.
    pub node_limit: Option<u64>,
    /// Allowed relative gap.
    pub gap_tolerance: f64,
    /// Allowed absolute gap in commuters.
    pub abs_gap_tolerance: Commuters,
}

/// The answer for one k.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResultDocument {
    /// Number of regions.
    pub k: usize,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// Commuters between different areas of the same region, both directions.
    pub objective: Option<Commuters>,
    /// No plan holds more.
    pub bound: Option<Commuters>,
    /// `bound - objective`, in commuters.
    pub gap_abs: Option<Commuters>,
    /// `(bound - objective) / max(1, objective)`.
    pub gap_rel: Option<f64>,
    /// `objective` ÷ commuters between areas of the instance.
    pub share: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Option<Persons>,
    /// Inhabitants of the largest region.
    pub max_population: Option<Persons>,
    /// Whether the plan passed the independent verifier. False only where there is no plan.
    pub verified: bool,
    /// The engine asked.
    pub engine: String,
    /// Columns (feasible regions) held; for the compact model, its variables.
    pub columns: u64,
    /// Branch-and-bound nodes.
    pub nodes: u64,
    /// Seconds spent on this k.
    pub wall_s: f64,
    /// Seed the engine was given.
    pub seed: u64,
    /// Relative gap the engine was allowed.
    pub gap_tolerance: f64,
    /// Absolute gap the engine was allowed, in commuters.
    pub abs_gap_tolerance: Commuters,
    /// Why there is no plan, or what went wrong.
    pub reason: Option<String>,
    /// Which rules leave no plan, and what would help; only where there is none, and not in
    /// journals. Asked of the exact engine, whichever answered.
    #[serde(default)]
    pub explanation: Option<ExplanationDocument>,
    /// Region of every area, by area code; empty without a plan.
    pub assignment: BTreeMap<String, u32>,
    /// The regions; empty without a plan.
    pub regions: Vec<RegionDocument>,
}

/// One region of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionDocument {
    /// Its number, as in `assignment`: by the smallest area code inside.
    pub id: u32,
    /// The scenario's name for exactly these areas, else the area with most jobs.
    pub name: String,
    /// Codes of its areas.
    pub areas: Vec<String>,
    /// Code of the area with most jobs.
    pub centre: String,
    /// Inhabitants.
    pub population: Persons,
    /// Land area in square kilometres.
    pub land_area_km2: f64,
    /// Employed persons who live here.
    pub employed_residents: Persons,
    /// Employed persons who work here.
    pub jobs: Persons,
    /// Commuters between different areas of the region.
    pub internal_commuting: Commuters,
    /// People who live and work in the same area of the region.
    pub own_area_flow: Commuters,
    /// `(internal_commuting + own_area_flow) / employed_residents`.
    pub supply_self_containment: Option<f64>,
    /// `(internal_commuting + own_area_flow) / jobs`.
    pub demand_self_containment: Option<f64>,
    /// People who work here and live outside the region.
    pub in_commuters: Commuters,
    /// People who live here and work outside the region.
    pub out_commuters: Commuters,
    /// The one outside place most residents work in.
    pub largest_destination: Option<DestinationDocument>,
}

/// An outside place people commute to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DestinationDocument {
    /// Code of the area; `null` for a place outside the instance.
    pub code: Option<String>,
    /// Name of the area, or the word for the place.
    pub name: String,
    /// Residents of the region who work there.
    pub commuters: Commuters,
}

impl SolveDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/solve/2";

    /// A document with no results yet.
    pub fn new(problem: &Problem, engine: &str, settings: &Settings) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(&problem.instance),
            scenario: ScenarioDocument::new(problem),
            options: OptionsDocument {
                engine: engine.to_owned(),
                seed: settings.seed,
                time_limit_s: settings.time_limit.map(|limit| limit.as_secs_f64()),
                total_time_limit_s: settings.total_time_limit.map(|limit| limit.as_secs_f64()),
                node_limit: settings.node_limit,
                gap_tolerance: settings.gap_rel,
                abs_gap_tolerance: settings.gap_abs,
            },
            results: Vec::new(),
        }
    }
}

impl ResultDocument {
    /// The document of an answer.
    pub fn new(problem: &Problem, answer: &Answer) -> Self {
        let plan = answer.plan.as_ref().map(regionfront_verify::Verified::plan);
        let regions = plan.map_or_else(Vec::new, |plan| indicators::regions(problem, plan));
        let assignment =
            plan.map_or_else(BTreeMap::new, |plan| assignment(&problem.instance, plan));
        let share = |objective| indicators::internal_share(&problem.instance, objective).value();
        Self {
            k: answer.k,
            termination: answer.termination,
            solution: answer.solution(),
            objective: answer.objective(),
            bound: answer.bound,
            gap_abs: answer.gap_abs(),
            gap_rel: answer.gap_rel(),
            share: answer.objective().and_then(share),
            min_population: regions.iter().map(|region| region.population).min(),
            max_population: regions.iter().map(|region| region.population).max(),
            verified: answer.plan.is_some(),
            engine: answer.engine.clone(),
            columns: answer.effort.columns,
            nodes: answer.effort.nodes,
            wall_s: milliseconds(answer.wall),
            seed: answer.seed,
            gap_tolerance: answer.gap_tolerance,
            abs_gap_tolerance: answer.abs_gap_tolerance,
            reason: answer.reason.clone(),
            explanation: None,
            assignment,
            regions: regions
                .iter()
                .map(|region| RegionDocument::new(&problem.instance, region))
                .collect(),
        }
    }

    /// The document of what is known so far: short, as there may be many.
    pub fn so_far(problem: &Problem, answer: &Answer) -> Self {
        Self { regions: Vec::new(), ..Self::new(problem, answer) }
    }

    /// The answer this document was made from, its plan verified again.
    ///
    /// # Errors
    /// What does not hold: the document was changed, or belongs to another question.
    pub fn to_answer(&self, problem: &Problem) -> Result<Answer, String> {
        let plan = if self.assignment.is_empty() {
            None
        } else {
            Some(plan_of(&problem.instance, &self.assignment)?)
        };
        let plan = match (plan, self.objective) {
            (Some(plan), Some(objective)) => {
                let judged = verify(problem, self.k, plan, objective).map_err(|violations| {
                    let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
                    found.join("; ")
                })?;
                Some(judged)
            }
            (None, None) => None,
            _ => return Err("an assignment without an objective, or the reverse".to_owned()),
        };
        let answer = Answer {
            k: self.k,
            termination: self.termination,
            plan,
            bound: self.bound,
            reason: self.reason.clone(),
            engine: self.engine.clone(),
            seed: self.seed,
            gap_tolerance: self.gap_tolerance,
            abs_gap_tolerance: self.abs_gap_tolerance,
            effort: Effort { nodes: self.nodes, columns: self.columns },
            wall: std::time::Duration::try_from_secs_f64(self.wall_s)
                .map_err(|_| format!("{} is no number of seconds", self.wall_s))?,
        };
        if answer.solution() != self.solution {
            return Err(format!("`{}` does not fit `{}`", self.solution, self.termination));
        }
        if answer.objective() > answer.bound.or(answer.objective()) {
            return Err("the bound lies below the objective".to_owned());
        }
        Ok(answer)
    }
}

impl RegionDocument {
    /// The document of a region.
    pub fn new(instance: &Instance, region: &RegionFigures) -> Self {
        Self {
            id: region.id,
            name: region.name.clone(),
            areas: codes(instance, &region.areas),
            centre: instance.areas[region.centre].code.clone(),
            population: region.population,
            land_area_km2: tenths(region.land_area_km2),
            employed_residents: region.employed_residents,
            jobs: region.jobs,
            internal_commuting: region.internal_commuting,
            own_area_flow: region.own_area_flow,
            supply_self_containment: region.supply_self_containment().value(),
            demand_self_containment: region.demand_self_containment().value(),
            in_commuters: region.in_commuters,
            out_commuters: region.out_commuters,
            largest_destination: region.largest_destination.as_ref().map(|destination| {
                DestinationDocument {
                    code: destination.code.clone(),
                    name: destination.name.clone(),
                    commuters: destination.commuters,
                }
            }),
        }
    }
}
