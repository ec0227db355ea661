//! What `evaluate` says of a division.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::evaluate::{EvaluatedRegion, Evaluation, Validity};
use regionfront_analysis::indicators::Ratio;
use regionfront_model::instance::{Division, Instance, Year};
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_model::scenario::Problem;
use regionfront_solver::job::{Answer, SolutionStatus, Termination};
use regionfront_verify::Violation;

use super::procedure::ProcedureDocument;
use super::question::{InstanceDocument, ScenarioDocument, codes};
use super::rounding::{millionths, tenths};
use super::solve::RegionDocument;

/// A division in figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationDocument {
    /// Which document this is: `regionfront/evaluate/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// The rules it is held against.
    pub scenario: ScenarioDocument,
    /// Name of the division.
    pub division: String,
    /// When a region counts as a labour market of its own.
    pub validity: ValidityDocument,
    /// Figures of the whole.
    pub totals: TotalsDocument,
    /// Its regions, by smallest code.
    pub regions: Vec<EvaluatedRegionDocument>,
    /// The rules of the scenario it breaks, by the independent verifier.
    pub violations: Vec<ViolationDocument>,
    /// How it compares with the best plans; empty unless asked for.
    pub against_best: Vec<AgainstBestDocument>,
    /// What it holds by the figures of every year of the instance; empty unless asked for.
    #[serde(default)]
    pub over_years: Vec<YearDocument>,
    /// What it holds once everybody is placed, and regions of one area have joined others.
    #[serde(default)]
    pub procedure: Vec<ProcedureDocument>,
}

/// What a division holds by the figures of one year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YearDocument {
    /// The year.
    pub year: Year,
    /// Commuters between different areas that share a region.
    pub internal_commuting: Commuters,
    /// All commuters between areas in that year.
    pub commuters_between_areas: Commuters,
    /// `internal_commuting` ÷ `commuters_between_areas`.
    pub share: Option<f64>,
    /// Rules that it breaks by the figures of that year, in words.
    pub violations: Vec<String>,
    /// Commuters inside in the best plan of as many regions by the figures of that year; `null`
    /// where it was not asked for, or none is known.
    pub best: Option<Commuters>,
    /// Whether `best` is proven.
    pub best_is_proven: bool,
}

impl YearDocument {
    /// What a division holds in the year of a problem, and the best answer there is.
    pub fn new(
        problem: &Problem,
        evaluation: &Evaluation,
        violations: &[Violation],
        best: Option<&Answer>,
    ) -> Self {
        Self {
            year: problem.instance.year.unwrap_or_default(),
            internal_commuting: evaluation.internal_commuting.part,
            commuters_between_areas: evaluation.internal_commuting.whole,
            share: evaluation.internal_commuting.value().map(millionths),
            violations: violations.iter().map(ToString::to_string).collect(),
            best: best.and_then(Answer::objective),
            best_is_proven: best
                .is_some_and(|answer| answer.solution() == SolutionStatus::ProvenOptimal),
        }
    }
}

/// Thresholds of self-containment, on both supply and demand side. In between, in proportion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ValidityDocument {
    /// Fewest employed residents of a region.
    pub small_employed: Persons,
    /// Share asked of a region of so many.
    pub small_share: f64,
    /// From how many employed residents on the lower share is enough.
    pub large_employed: Persons,
    /// Share asked of such regions.
    pub large_share: f64,
}

/// Figures of a division as a whole. Every area, and every pair of areas, counts once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TotalsDocument {
    /// How many regions.
    pub regions: usize,
    /// Areas in at least one region.
    pub areas_covered: usize,
    /// `areas_covered` ÷ areas of the instance.
    pub areas_covered_share: Option<f64>,
    /// Inhabitants of areas in at least one region.
    pub population_covered: Persons,
    /// `population_covered` ÷ inhabitants of the instance.
    pub population_covered_share: Option<f64>,
    /// Codes of areas in several regions.
    pub double_members: Vec<String>,
    /// Codes of areas in no region.
    pub outside: Vec<String>,
    /// Names of regions that are not connected under the chosen links.
    pub not_contiguous: Vec<String>,
    /// Names of regions with areas in more than one county.
    pub county_crossings: Vec<String>,
    /// Commuters between different areas that share a region, both directions.
    pub internal_commuting: Commuters,
    /// `internal_commuting` ÷ commuters between areas of the instance.
    pub share: Option<f64>,
    /// `internal_commuting` and own-area flow ÷ employed residents, over covered areas.
    pub supply_self_containment: Option<f64>,
    /// `internal_commuting` and own-area flow ÷ jobs, over covered areas.
    pub demand_self_containment: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Option<Persons>,
    /// Inhabitants of the largest region.
    pub max_population: Option<Persons>,
    /// Directed modularity of the flows between areas.
    pub modularity: Option<f64>,
    /// Names of regions that are no labour markets of their own.
    pub not_valid: Vec<String>,
}

/// One region. A double member counts in each of its regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluatedRegionDocument {
    /// Its figures, as those of a region of a plan; the name is that of the division.
    #[serde(flatten)]
    pub figures: RegionDocument,
    /// `jobs` ÷ `employed_residents`.
    pub jobs_per_employed_resident: Option<f64>,
    /// Mean distance of inhabitants to the centre: as `distances.csv` gives it, else as the crow
    /// flies between municipal centres.
    pub mean_km_to_centre: Option<f64>,
    /// Largest such distance.
    pub largest_km_to_centre: Option<f64>,
    /// Directed pairs of different areas with commuters ÷ all such pairs.
    pub cohesion: Option<f64>,
    /// Parts it falls into under the chosen links, by codes; one where it is contiguous.
    pub parts: Vec<Vec<String>>,
    /// Counties of its areas.
    pub counties: Vec<String>,
    /// Whether it is a labour market of its own.
    pub valid: bool,
}

/// One thing that is wrong with a division.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ViolationDocument {
    /// Stable code, `V..`.
    pub code: String,
    /// What is wrong, in words.
    pub what: String,
}

impl From<&Violation> for ViolationDocument {
    fn from(violation: &Violation) -> Self {
        Self { code: violation.code().to_owned(), what: violation.to_string() }
    }
}

/// The best plan with so many regions under the same rules, and how far the division is from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgainstBestDocument {
    /// Number of regions.
    pub k: usize,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is; `proven_optimal` makes it the best.
    pub solution: SolutionStatus,
    /// Internal commuting of the best plan.
    pub objective: Option<Commuters>,
    /// No plan holds more.
    pub bound: Option<Commuters>,
    /// `objective` ÷ commuters between areas.
    pub share: Option<f64>,
    /// `objective` less the division's internal commuting. Negative where the division, which may
    /// break the rules, holds more.
    pub lost: Option<i64>,
    /// `lost` ÷ `objective`.
    pub lost_share: Option<f64>,
    /// Why there is no plan.
    pub reason: Option<String>,
}

impl EvaluationDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/evaluate/1";

    /// The document of an evaluation. `answers` are the best plans to compare with.
    pub fn new(
        problem: &Problem,
        division: &Division,
        validity: &Validity,
        evaluation: &Evaluation,
        violations: &[Violation],
        answers: &[Answer],
    ) -> Self {
        let instance = &problem.instance;
        let internal = evaluation.internal_commuting.part;
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(instance),
            scenario: ScenarioDocument::new(problem),
            division: division.name.clone(),
            validity: ValidityDocument {
                small_employed: validity.small.1,
                small_share: validity.small.0.into(),
                large_employed: validity.large.1,
                large_share: validity.large.0.into(),
            },
            totals: TotalsDocument::new(instance, evaluation),
            regions: evaluation
                .regions
                .iter()
                .map(|region| EvaluatedRegionDocument::new(instance, region))
                .collect(),
            violations: violations.iter().map(ViolationDocument::from).collect(),
            against_best: answers
                .iter()
                .map(|answer| AgainstBestDocument::new(instance, answer, internal))
                .collect(),
            over_years: Vec::new(),
            procedure: ProcedureDocument::all(instance, &problem.rules.links, division),
        }
    }
}

impl TotalsDocument {
    fn new(instance: &Instance, evaluation: &Evaluation) -> Self {
        let regions = &evaluation.regions;
        let named = |wanted: fn(&EvaluatedRegion) -> bool| -> Vec<String> {
            let found = regions.iter().filter(|region| wanted(region));
            found.map(|region| region.figures.name.clone()).collect()
        };
        let areas =
            Ratio { part: evaluation.covered.len() as u64, whole: evaluation.num_areas as u64 };
        let extremes = evaluation.extremes();
        Self {
            regions: regions.len(),
            areas_covered: evaluation.covered.len(),
            areas_covered_share: areas.value(),
            population_covered: evaluation.population_covered.part,
            population_covered_share: evaluation.population_covered.value(),
            double_members: codes(instance, &evaluation.double_members),
            outside: codes(instance, &evaluation.outside),
            not_contiguous: named(|region| region.parts.len() > 1),
            county_crossings: named(|region| region.counties.len() > 1),
            internal_commuting: evaluation.internal_commuting.part,
            share: evaluation.internal_commuting.value(),
            supply_self_containment: evaluation.supply_self_containment.value(),
            demand_self_containment: evaluation.demand_self_containment.value(),
            min_population: extremes.map(|(smallest, _)| smallest.1),
            max_population: extremes.map(|(_, largest)| largest.1),
            modularity: evaluation.modularity.map(millionths),
            not_valid: named(|region| !region.is_valid),
        }
    }
}

impl EvaluatedRegionDocument {
    fn new(instance: &Instance, region: &EvaluatedRegion) -> Self {
        let figures = &region.figures;
        let jobs = Ratio { part: figures.jobs, whole: figures.employed_residents };
        Self {
            figures: RegionDocument::new(instance, figures),
            jobs_per_employed_resident: jobs.value(),
            mean_km_to_centre: region.reach.map(|reach| tenths(reach.mean_km)),
            largest_km_to_centre: region.reach.map(|reach| tenths(reach.largest_km)),
            cohesion: region.cohesion.value(),
            parts: region.parts.iter().map(|part| codes(instance, part)).collect(),
            counties: region.counties.clone(),
            valid: region.is_valid,
        }
    }
}

impl AgainstBestDocument {
    /// An answer beside a division that holds so many commuters.
    pub fn new(instance: &Instance, answer: &Answer, internal: Commuters) -> Self {
        let objective = answer.objective();
        let share = |part| Ratio { part, whole: instance.flows.total_between() }.value();
        let lost = objective.map(|best| best.cast_signed() - internal.cast_signed());
        Self {
            k: answer.k,
            termination: answer.termination,
            solution: answer.solution(),
            objective,
            bound: answer.bound,
            share: objective.and_then(share),
            lost,
            lost_share: lost.zip(objective).and_then(|(lost, best)| {
                let size = Ratio { part: lost.unsigned_abs(), whole: best }.value()?;
                Some(if lost < 0 { -size } else { size })
            }),
            reason: answer.reason.clone(),
        }
    }
}
