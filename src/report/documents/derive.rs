//! What `derive` did and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::derive::{Decision, Derived};
use regionfront_model::instance::{Division, Instance};
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::job::{SolutionStatus, Termination};

use super::question::{InstanceDocument, ScenarioDocument, codes};
use super::rounding::milliseconds;

/// A derivation, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DerivationDocument {
    /// Which document this is: `regionfront/derive/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// The rules.
    pub scenario: ScenarioDocument,
    /// Name of the division it began from.
    pub from: String,
    /// The division at the beginning and after every step.
    pub stages: Vec<StageDocument>,
    /// Every decision, in order.
    pub decisions: Vec<DecisionDocument>,
    /// What was solved on the way; every plan passed the independent verifier.
    pub solved: Vec<SolvedDocument>,
    /// The divisions it gave.
    pub divisions: Vec<DivisionDocument>,
}

/// The division after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StageDocument {
    /// The step, by its option; `given` at the beginning.
    pub step: String,
    /// How many regions there are.
    pub regions: usize,
    /// Commuters between different areas that share a region.
    pub internal_commuting: Commuters,
    /// Most areas that could move, in an improvement.
    pub max_moved: Option<usize>,
}

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionDocument {
    /// The step, by its option.
    pub step: String,
    /// Code of the area it is about.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Regions before.
    pub from: Vec<String>,
    /// Region now; `null` where nothing changed.
    pub to: Option<String>,
    /// Why.
    pub why: String,
}

/// Something that was solved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SolvedDocument {
    /// The step, by its option.
    pub step: String,
    /// Parts of the split, or regions of the improved plan.
    pub k: usize,
    /// Most areas that could move.
    pub max_moved: Option<usize>,
    /// Areas that moved.
    pub moved: Option<usize>,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// Commuters between different areas inside, within the region that was split or in the plan.
    pub objective: Option<Commuters>,
    /// No plan holds more.
    pub bound: Option<Commuters>,
    /// Why there is no plan.
    pub reason: Option<String>,
    /// The engine that answered.
    pub engine: String,
    /// Seconds.
    pub wall_s: f64,
}

/// A division by codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionDocument {
    /// Its name.
    pub name: String,
    /// Its regions, by smallest code.
    pub regions: Vec<DivisionRegionDocument>,
}

/// A region by codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionRegionDocument {
    /// Its name.
    pub name: String,
    /// Codes of its areas.
    pub areas: Vec<String>,
}

impl DerivationDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/derive/1";

    /// The document of a derivation. `before` are decisions made on reading the division.
    pub fn new(problem: &Problem, from: &str, before: &[Decision], derived: &Derived) -> Self {
        let instance = &problem.instance;
        let decisions = before.iter().chain(&derived.log);
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(instance),
            scenario: ScenarioDocument::new(problem),
            from: from.to_owned(),
            stages: derived
                .stages
                .iter()
                .map(|stage| StageDocument {
                    step: stage.step.to_owned(),
                    regions: stage.regions,
                    internal_commuting: stage.internal,
                    max_moved: stage.max_moved,
                })
                .collect(),
            decisions: decisions
                .map(|decision| DecisionDocument {
                    step: decision.step.to_owned(),
                    code: decision.area.map(|area| instance.areas[area].code.clone()),
                    name: decision.area.map(|area| instance.areas[area].name.clone()),
                    from: decision.from.clone(),
                    to: decision.to.clone(),
                    why: decision.why.clone(),
                })
                .collect(),
            solved: derived
                .solved
                .iter()
                .map(|solved| SolvedDocument {
                    step: solved.step.to_owned(),
                    k: solved.answer.k,
                    max_moved: solved.max_moved,
                    moved: solved.moved,
                    termination: solved.answer.termination,
                    solution: solved.answer.solution(),
                    objective: solved.answer.objective(),
                    bound: solved.answer.bound,
                    reason: solved.answer.reason.clone(),
                    engine: solved.answer.engine.clone(),
                    wall_s: milliseconds(solved.answer.wall),
                })
                .collect(),
            divisions: derived
                .divisions
                .iter()
                .map(|division| DivisionDocument::new(instance, division))
                .collect(),
        }
    }
}

impl DivisionDocument {
    /// A division of an instance.
    pub fn new(instance: &Instance, division: &Division) -> Self {
        let regions = division.regions.iter().map(|region| DivisionRegionDocument {
            name: region.name.clone(),
            areas: codes(instance, &region.areas),
        });
        Self { name: division.name.clone(), regions: regions.collect() }
    }
}
