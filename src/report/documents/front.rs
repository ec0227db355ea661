//! The front document: what one run of `front` says, for people's scripts.
//!
//! It holds no times and no counts of work, so that the same question has the same bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

use regionfront_analysis::indicators;
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_model::scenario::Problem;
use regionfront_solver::front::{
    Front, FrontPoint, Missing, Objective, ObjectiveSet, Score, Sense, Swept, Terms, over_k,
};
use regionfront_solver::job::{SolutionStatus, Termination};

use super::assignment::{assignment, plan_name};
use super::explain::ExplanationDocument;
use super::question::{InstanceDocument, ScenarioDocument};
use super::solve::OptionsDocument;

/// Everything one run of `front` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontDocument {
    /// Which document this is: `regionfront/front/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// The rules, as resolved against the data; see `dropped` of the objectives.
    pub scenario: ScenarioDocument,
    /// How it was solved; `time_limit_s` and `node_limit` hold for one point.
    pub options: OptionsDocument,
    /// What was asked for along the fronts.
    pub terms: FrontTermsDocument,
    /// The second objectives. The first is always internal commuting, maximised.
    pub objectives: Vec<ObjectiveDocument>,
    /// The fronts, by objectives and k.
    pub fronts: Vec<FrontResultDocument>,
    /// The fronts over all k, one for each front's objectives.
    pub over_k: Vec<OverKDocument>,
}

/// What was asked for along the fronts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontTermsDocument {
    /// Whether all objectives make one front together.
    pub joint: bool,
    /// Most other plans listed per point that equal it in everything.
    pub alternatives: usize,
    /// Plans within this share of a point's internal commuting are kept with it.
    pub within: Option<f64>,
    /// At most this many of them, the best.
    pub most_near: Option<usize>,
}

/// A second objective.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectiveDocument {
    /// The word for it, as in `--against`.
    pub word: String,
    /// Which way it is better.
    pub sense: Sense,
    /// What it measures.
    pub description: String,
    /// The reference division, where it has one.
    pub reference: Option<String>,
    /// Limits of the scenario that do not hold along fronts of this objective, in words.
    pub dropped: Vec<String>,
}

/// The front for one k.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontResultDocument {
    /// Number of regions.
    pub k: usize,
    /// The second objectives of this front.
    pub against: Vec<String>,
    /// Whether every nondominated point is there, each proven.
    pub complete: bool,
    /// `optimal` for a complete front, `infeasible` when there is no plan at all, else what struck
    /// first.
    pub termination: Termination,
    /// Why there is no plan, or what went wrong.
    pub reason: Option<String>,
    /// Why the rules that hold along this front leave no plan, and what would help; a time limit
    /// of its own may cut it short, which it says.
    pub explanation: Option<ExplanationDocument>,
    /// The points, by falling `objective`.
    pub points: Vec<PointDocument>,
    /// Where points may be missing; empty for a complete front.
    pub missing: Vec<MissingDocument>,
    /// What an audit of the complete front found, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<AuditDocument>,
}

/// What an audit of a complete front found: every demand of its sweep, put to a solve that begins from
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AuditDocument {
    /// How many demands the front answers: one for each gap between neighbouring points, and those at
    /// its ends.
    pub claims: usize,
    /// How many of them are proven again.
    pub confirmed: usize,
    /// What was proven instead, in words.
    pub refuted: Vec<String>,
}

impl AuditDocument {
    /// Whether every demand is proven again.
    pub fn is_whole(&self) -> bool {
        self.confirmed == self.claims
    }
}

/// Scores by objective.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgainstDocument {
    /// Numerator of the score.
    pub part: u64,
    /// Its denominator; 1 for whole numbers.
    pub whole: u64,
}

/// A point of a front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointDocument {
    /// Its name within this run: front and place, such as `k06-p012`.
    pub id: String,
    /// Commuters between different areas of the same region, both directions.
    pub objective: Commuters,
    /// `objective` ÷ commuters between areas of the instance.
    pub share: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Option<Persons>,
    /// Inhabitants of the largest region.
    pub max_population: Option<Persons>,
    /// Scores on the second objectives, by word; fractions rounded to nine decimals.
    pub against: BTreeMap<String, Number>,
    /// The same scores as exact fractions.
    pub exact: BTreeMap<String, AgainstDocument>,
    /// Why solving ended: `optimal` for a proven point.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// No plan that demands as much holds more commuters.
    pub bound: Commuters,
    /// Whether the plan passed the independent verifier: always.
    pub verified: bool,
    /// Whether the plan is the first, by region numbers, of all that equal it in everything. False
    /// where they could not all be compared; another run may then show another of them.
    pub canonical: bool,
    /// Region of every area, by area code.
    pub assignment: BTreeMap<String, u32>,
    /// Other plans with the same `objective` and scores, as many as asked for.
    pub alternatives: Vec<BTreeMap<String, u32>>,
    /// The plans near this point, when asked for; `near.csv` holds them.
    pub near: Option<NearDocument>,
}

/// The plans near a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NearDocument {
    /// How many there are, the point's own plan included.
    pub num_plans: usize,
    /// Whether no plan within the distance asked for is missing.
    pub complete: bool,
    /// Internal commuting of the last of them.
    pub least_objective: Commuters,
}

/// Where points may be missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingDocument {
    /// Missing points score strictly better than this, by word; absent where nothing was demanded.
    pub beyond: BTreeMap<String, Number>,
    /// Scores of the plan found there; `null` when none was, and everything beyond may be missing.
    pub up_to: Option<BTreeMap<String, Number>>,
    /// No missing point holds more commuters than this.
    pub bound: Commuters,
    /// What struck.
    pub termination: Termination,
}

/// A front over all k.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverKDocument {
    /// The second objectives.
    pub against: Vec<String>,
    /// Whether the fronts it is made of are complete.
    pub complete: bool,
    /// The points that no point of any k equals or betters everywhere, by falling `objective`.
    pub points: Vec<PointPlaceDocument>,
}

/// Where to find a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PointPlaceDocument {
    /// Number of regions.
    pub k: usize,
    /// Its `id`.
    pub id: String,
}

/// How the fronts of a run came about, for the manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontRunDocument {
    /// Number of regions.
    pub k: usize,
    /// The second objectives.
    pub against: Vec<String>,
    /// Points of the front.
    pub num_points: usize,
    /// Demands that were answered in all.
    pub num_replies: usize,
    /// How many of the answers came from the journal.
    pub num_resumed: usize,
    /// Seconds this run spent on the front.
    pub wall_s: f64,
}

impl FrontDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/front/1";

    /// A document without fronts yet.
    pub fn new(
        problem: &Problem,
        sets: &[Arc<ObjectiveSet>],
        joint: bool,
        options: OptionsDocument,
        terms: &Terms,
    ) -> Self {
        let objectives = sets
            .iter()
            .flat_map(|set| {
                set.objectives.iter().zip(&set.requests).zip(&set.dropped).map(
                    |((objective, request), dropped)| ObjectiveDocument {
                        word: objective.kind().word().to_owned(),
                        sense: objective.sense(),
                        description: objective.description(),
                        reference: request.reference.clone(),
                        dropped: dropped.clone(),
                    },
                )
            })
            .collect();
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(&problem.instance),
            scenario: ScenarioDocument::new(problem),
            options,
            terms: FrontTermsDocument {
                joint,
                alternatives: terms.alternatives,
                within: terms.within.map(f64::from),
                most_near: terms.within.map(|_| terms.most_near),
            },
            objectives,
            fronts: Vec::new(),
            over_k: Vec::new(),
        }
    }

    /// Enters the fronts of a set of objectives, by rising k.
    pub fn enter(&mut self, set: &ObjectiveSet, swept: &[&Swept], is_only_set: bool) {
        let against = words(set);
        let documents: Vec<FrontResultDocument> =
            swept.iter().map(|swept| FrontResultDocument::new(set, swept, is_only_set)).collect();
        let fronts: Vec<Front> = swept.iter().map(|swept| swept.front.clone()).collect();
        let points = over_k(&fronts, &set.objectives)
            .into_iter()
            .map(|(front, point)| PointPlaceDocument {
                k: documents[front].k,
                id: documents[front].points[point].id.clone(),
            })
            .collect();
        let complete = documents.iter().all(|front| front.complete);
        self.over_k.push(OverKDocument { against, complete, points });
        self.fronts.extend(documents);
    }
}

impl FrontResultDocument {
    /// The document of one front; the names of its points tell the objectives where the run has
    /// fronts of several sets.
    pub(crate) fn new(set: &ObjectiveSet, swept: &Swept, is_only_set: bool) -> Self {
        let front = &swept.front;
        let name = if is_only_set {
            plan_name(front.k)
        } else {
            format!("{}-{}", words(set).join("+"), plan_name(front.k))
        };
        let complete = swept.fault.is_none() && front.is_complete();
        let stopped = front
            .missing
            .first()
            .map(|missing| missing.stopped_by)
            .or_else(|| front.points.iter().find_map(|point| point.stopped_by));
        let termination = match (swept.fault.is_some(), stopped) {
            (true, _) => Termination::Error,
            (_, Some(reason)) => reason.into(),
            (_, None) if front.points.is_empty() => Termination::Infeasible,
            (_, None) => Termination::Optimal,
        };
        Self {
            k: front.k,
            against: words(set),
            complete,
            termination,
            reason: swept.fault.clone().or_else(|| swept.reason.clone()),
            explanation: None,
            points: front
                .points
                .iter()
                .zip(1..)
                .map(|(point, number)| {
                    PointDocument::new(set, point, format!("{name}-p{number:03}"))
                })
                .collect(),
            missing: front
                .missing
                .iter()
                .map(|missing| MissingDocument::new(&set.objectives, missing))
                .collect(),
            audit: None,
        }
    }

    /// What there is.
    pub fn solution(&self) -> SolutionStatus {
        match (self.points.is_empty(), self.complete) {
            (true, _) => SolutionStatus::None,
            (false, true) => SolutionStatus::ProvenOptimal,
            (false, false) => SolutionStatus::Feasible,
        }
    }
}

impl PointDocument {
    fn new(set: &ObjectiveSet, point: &FrontPoint, id: String) -> Self {
        let instance = &set.problem.instance;
        let plan = point.plan.plan();
        let populations: Vec<Persons> = plan
            .regions()
            .iter()
            .map(|region| region.iter().map(|&area| instance.areas[area].population).sum())
            .collect();
        let exact = set.objectives.iter().zip(&point.scores).map(|(objective, score)| {
            let score = AgainstDocument { part: score.part, whole: score.whole };
            (objective.kind().word().to_owned(), score)
        });
        Self {
            id,
            objective: point.plan.objective(),
            share: indicators::internal_share(instance, point.plan.objective()).value(),
            min_population: populations.iter().copied().min(),
            max_population: populations.iter().copied().max(),
            against: figures(&set.objectives, &point.scores),
            exact: exact.collect(),
            termination: point.stopped_by.map_or(Termination::Optimal, Termination::from),
            solution: match point.stopped_by {
                None => SolutionStatus::ProvenOptimal,
                Some(_) => SolutionStatus::Feasible,
            },
            bound: point.bound,
            verified: true,
            canonical: point.is_canonical,
            assignment: assignment(instance, plan),
            alternatives: point
                .alternatives
                .iter()
                .map(|other| assignment(instance, other))
                .collect(),
            near: point.near.last().map(|(_, least)| NearDocument {
                num_plans: point.near.len(),
                complete: point.is_near_complete,
                least_objective: *least,
            }),
        }
    }
}

impl MissingDocument {
    fn new(objectives: &[Box<dyn Objective>], missing: &Missing) -> Self {
        let beyond = objectives.iter().zip(&missing.beyond).filter_map(|(objective, score)| {
            Some((objective.kind().word().to_owned(), figure((*score)?)))
        });
        Self {
            beyond: beyond.collect(),
            up_to: missing.up_to.as_ref().map(|scores| figures(objectives, scores)),
            bound: missing.bound,
            termination: missing.stopped_by.into(),
        }
    }
}

fn words(set: &ObjectiveSet) -> Vec<String> {
    set.objectives.iter().map(|objective| objective.kind().word().to_owned()).collect()
}

fn figures(objectives: &[Box<dyn Objective>], scores: &[Score]) -> BTreeMap<String, Number> {
    objectives
        .iter()
        .zip(scores)
        .map(|(objective, score)| (objective.kind().word().to_owned(), figure(*score)))
        .collect()
}

/// A score as a JSON number: whole numbers as such, fractions to nine decimals.
fn figure(score: Score) -> Number {
    let rounded = (score.value() * 1e9).round() / 1e9;
    match score.whole {
        1 => score.part.into(),
        _ => Number::from_f64(rounded).unwrap_or_else(|| 0.into()),
    }
}
