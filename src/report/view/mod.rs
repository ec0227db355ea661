//! The report document: everything a report shows, as plain data.
//!
//! Templates are fed from it and nothing else, and `report.json` holds it, so that anyone can feed
//! a report writer of their own (`regionfront schema report`). Every plan in it has just passed the
//! verifier, and every figure is computed again from the instance. Texts are in the report's
//! language; numbers are plain.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::quantity::{Commuters, Persons};
use regionfront_solver::job::{SolutionStatus, Termination};

use crate::documents::{AuditDocument, PairDocument, ProcedureDocument, SourceDocument};
use crate::run::{CertificateDocument, Gap, PlainTable, SolverVersion, StudyView};
use crate::words::{Lang, Sense};

mod answer;
mod areas;
mod borders;
mod build;
mod divisions;
mod prices;
mod references;
mod regions;
mod rules;
mod select;
mod stability;
mod tables;
mod why;

pub use prices::{DearestRule, dearest_rules, rule_sentence};
pub use select::{At, Pick, Selection};

pub(crate) use crate::words::division_name;
pub(crate) use borders::{borders as plan_borders, cut_flows, tie_view};
pub(crate) use build::{Brief, brief, build, standing};
pub(crate) use divisions::{classes as division_classes, sentence as broken_sentence};
pub(crate) use references::all_of as references_of;
pub(crate) use regions::views as region_views;
pub(crate) use rules::unit;
pub(crate) use stability::classes;

/// Everything a report shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReportDocument {
    /// Which document this is: `regionfront/report/2`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// Language of its texts.
    pub lang: Lang,
    /// What was asked.
    pub question: QuestionView,
    /// The study that was made, where it is one's report.
    #[serde(default)]
    pub study: Option<StudyView>,
    /// The answer, a sentence each.
    pub answer: Vec<String>,
    /// Second objectives; empty where commuting alone was maximised.
    pub objectives: Vec<ObjectiveView>,
    /// What was found for every k, in the order asked for.
    pub fronts: Vec<FrontView>,
    /// The plans shown in full, by k and then by falling `objective`.
    pub plans: Vec<PlanView>,
    /// Divisions to compare with.
    pub references: Vec<ReferenceView>,
    /// Divisions shown for themselves, whether or not they follow any rules.
    pub divisions: Vec<DivisionView>,
    /// How divisions differ, pair by pair; they go by what they are called.
    pub comparisons: Vec<PairDocument>,
    /// Further tables, as a study has them.
    pub tables: Vec<PlainTable>,
    /// What all plans have in common; `null` with fewer than two plans.
    pub stability: Option<StabilityView>,
    /// How the result was obtained.
    pub method: MethodView,
    /// What it rests on.
    pub data: DataView,
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuestionView {
    /// Title of the instance.
    pub title: String,
    /// Name of the scenario; empty where it has none.
    pub scenario: String,
    /// What the scenario asks, in its own words; empty where it does not say.
    #[serde(default)]
    pub description: String,
    /// Numbers of regions asked for.
    pub ks: Vec<usize>,
    /// How many areas there are to divide.
    pub num_areas: usize,
    /// Their inhabitants.
    pub population: Persons,
    /// Commuters between different areas: the denominator of every `share`.
    pub commuters_between_areas: Commuters,
    /// People who live and work in the same area; no division changes them.
    pub own_area_commuters: Commuters,
    /// The rules in plain words, a sentence each.
    pub rules: Vec<String>,
    /// Why each of them is what it is, in the same order; empty where the scenario does not say.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// A second objective.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectiveView {
    /// Its key in `against`, such as `min-population`.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// Whether more or less of it is better.
    pub sense: Sense,
    /// Key of the division it refers to, where it refers to one.
    pub reference: Option<String>,
    /// The limits of the scenario that do not hold along its front, a sentence each.
    pub dropped: Vec<String>,
}

/// What was found for one k.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrontView {
    /// Number of regions.
    pub k: usize,
    /// Keys of its second objectives; empty where commuting alone was maximised.
    pub against: Vec<String>,
    /// Whether everything there is to find was found, and proven.
    pub complete: bool,
    /// Why there is no plan, or what went wrong; `null` where there is one.
    pub reason: Option<String>,
    /// Which rules conflict, and what would help; `null` where there is a plan, or nothing is known.
    #[serde(default)]
    pub explanation: Option<WhyView>,
    /// The nondominated points, by falling `objective`; one where commuting alone was maximised.
    pub points: Vec<PointView>,
    /// Where points may be missing; empty for a complete front.
    pub gaps: Vec<Gap>,
    /// What an audit of it found; `null` where there was none. Always there, as templates ask for it.
    #[serde(default)]
    pub audit: Option<AuditDocument>,
}

/// Why there is no plan, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WhyView {
    /// Which rules conflict.
    pub conflict: String,
    /// What the arithmetic of these rules says, a sentence each without a full stop.
    pub reasons: Vec<String>,
    /// Whether each of the rules is needed for the conflict; empty where there is nothing to say.
    pub need: String,
    /// What would help, and what it leads to.
    pub ways: Vec<WayView>,
    /// Whether nothing was left out for want of time.
    pub complete: bool,
}

/// A change of the rules that leaves a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WayView {
    /// The change.
    pub text: String,
    /// What it leads to.
    pub outcome: String,
}

/// One point: a plan in brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointView {
    /// Its name: that of `front.json`, such as `k06-p012`, or `k06` for a run of `solve`.
    pub id: String,
    /// Its number within its front, from 1.
    pub number: usize,
    /// Commuters between different areas of the same region.
    pub objective: Commuters,
    /// `objective` ÷ commuters between areas.
    pub share: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Persons,
    /// Inhabitants of the largest region.
    pub max_population: Persons,
    /// Values of the second objectives, by key.
    pub against: BTreeMap<String, f64>,
    /// Why solving ended.
    pub termination: Termination,
    /// What there is.
    pub solution: SolutionStatus,
    /// No plan holds more commuters.
    pub bound: Option<Commuters>,
    /// `(bound - objective) / max(1, objective)`.
    pub gap_rel: Option<f64>,
    /// Whether it stands among `plans`, under the same identifier.
    pub is_shown: bool,
}

/// A plan in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanView {
    /// Identifier, that of its point. Files are named after it.
    pub id: String,
    /// Number of regions.
    pub k: usize,
    /// Keys of the second objectives of its front.
    pub against: Vec<String>,
    /// Whether it stands for its front where only one plan per front is shown.
    pub is_main: bool,
    /// Why it is shown: `only`, `knee`, `best`, `end`, `at`, `number`.
    pub picked: Vec<Pick>,
    /// The point.
    pub point: PointView,
    /// Seconds spent on it, where known.
    pub wall_s: Option<f64>,
    /// Its regions, by number.
    pub regions: Vec<RegionView>,
    /// Where two regions touch or exchange most commuters, those cut most first.
    pub borders: Vec<BorderView>,
    /// What every border area would gain or lose on the other side, best first.
    pub moves: Vec<MoveView>,
    /// How it relates to each reference, in the order of `references`.
    pub likeness: Vec<LikenessView>,
    /// What each rule costs at this point; empty for plans that do not stand for their front.
    pub prices: Vec<PriceView>,
}

/// What a rule costs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PriceView {
    /// The rule, a sentence.
    pub rule: String,
    /// The most commuters known to stay inside without it, all else as good.
    pub objective: Commuters,
    /// No division without it keeps more than this; `null` where nothing is known.
    pub bound: Option<Commuters>,
    /// `objective` less that of the plan: what the rule costs, or, where not proven, at least costs.
    pub price: Commuters,
    /// Whether that is proven.
    pub is_proven: bool,
}

/// An area by code and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AreaView {
    /// Code, a string.
    pub code: String,
    /// Name.
    pub name: String,
}

/// One region of a plan. Percentages are rounded so that each column sums.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionView {
    /// Its number, by the smallest area code inside.
    pub id: u32,
    /// The scenario's name for exactly these areas, else the area with most jobs.
    pub name: String,
    /// Its colour on every map, `#RRGGBB`: regions that overlap most from plan to plan share it.
    pub fill: String,
    /// Its areas, by falling population.
    pub areas: Vec<AreaView>,
    /// The area with most jobs.
    pub centre: AreaView,
    /// Inhabitants.
    pub population: Persons,
    /// Inhabitants in per cent of all; the column sums to 100.
    pub population_percent: f64,
    /// Land area in square kilometres.
    pub land_area_km2: f64,
    /// Employed persons who live here.
    pub employed_residents: Persons,
    /// Employed persons who work here.
    pub jobs: Persons,
    /// `jobs / employed_residents`.
    pub jobs_per_employed_resident: Option<f64>,
    /// Commuters between different areas of the region; the column sums to the plan's `objective`.
    pub internal_commuting: Commuters,
    /// `internal_commuting` in per cent of all commuters between areas; the column sums to the plan's
    /// share.
    pub internal_percent: f64,
    /// People who live and work in the same area.
    pub own_area_flow: Commuters,
    /// `(internal_commuting + own_area_flow) / employed_residents`.
    pub supply_self_containment: Option<f64>,
    /// `(internal_commuting + own_area_flow) / jobs`.
    pub demand_self_containment: Option<f64>,
    /// People who work here and live outside the region.
    pub in_commuters: Commuters,
    /// People who live here and work outside the region.
    pub out_commuters: Commuters,
    /// Name of the one outside place most residents work in; empty when nobody commutes out.
    pub largest_destination: String,
    /// Residents who work there.
    pub largest_destination_commuters: Commuters,
}

/// Two regions and what their border cuts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BorderView {
    /// Smaller region number.
    pub a: u32,
    /// Larger region number.
    pub b: u32,
    /// Name of region `a`.
    pub a_name: String,
    /// Name of region `b`.
    pub b_name: String,
    /// Whether the two touch under the chosen links.
    pub touches: bool,
    /// Commuters between the two, both directions.
    pub commuters: Commuters,
    /// The strongest ties among them, at most three.
    pub strongest: Vec<TieView>,
}

/// The commuters between two areas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TieView {
    /// The area that sends more.
    pub from: AreaView,
    /// The other.
    pub to: AreaView,
    /// Commuters from `from` to `to`.
    pub there: Commuters,
    /// Commuters from `to` to `from`.
    pub back: Commuters,
}

/// An area on a border, moved across it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MoveView {
    /// The area.
    pub area: AreaView,
    /// Number of its region.
    pub from: u32,
    /// Name of its region.
    pub from_name: String,
    /// Number of the region it touches.
    pub to: u32,
    /// Name of the region it touches.
    pub to_name: String,
    /// Commuters between the area and the rest of its region, both directions.
    pub ties_here: Commuters,
    /// Commuters between the area and the other region, both directions.
    pub ties_there: Commuters,
    /// `ties_there - ties_here`: what the plan's `objective` would gain.
    pub change: i64,
    /// Whether the plan would still keep every rule.
    pub is_allowed: bool,
    /// Which rule stands against it; empty where it is allowed.
    pub because: String,
    /// Values of the second objectives after the move, by key.
    pub against: BTreeMap<String, f64>,
    /// Whether any of them would be worse than before.
    pub worsens: bool,
}

/// A division to compare with. It may leave areas out or hold some twice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReferenceView {
    /// Its key: the file name without extension.
    pub key: String,
    /// What it is called here.
    pub name: String,
    /// How many regions it has.
    pub num_regions: usize,
    /// Areas in at least one region.
    pub num_covered: usize,
    /// Inhabitants of those areas ÷ all inhabitants.
    pub population_covered: Option<f64>,
    /// Areas in no region.
    pub left_out: Vec<AreaView>,
    /// Areas in more than one region.
    pub double_members: Vec<AreaView>,
    /// Commuters between different areas that share a region, each counted once.
    pub objective: Commuters,
    /// `objective` ÷ commuters between areas.
    pub share: Option<f64>,
    /// Inhabitants of the smallest region.
    pub min_population: Persons,
    /// Name of the smallest region.
    pub smallest: String,
    /// Inhabitants of the largest region.
    pub max_population: Persons,
    /// Whether every area stands in exactly one region.
    pub is_partition: bool,
    /// Values of the second objectives, by key, taken over the areas it holds.
    pub against: BTreeMap<String, f64>,
    /// What it holds once everybody is placed, and regions of one area have joined others.
    #[serde(default)]
    pub procedure: Vec<ProcedureDocument>,
}

/// A division shown for itself. A double member counts in each of its regions; in the whole every
/// commuter counts once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionView {
    /// Identifier: `division-1` for the first. Files are named after it.
    pub id: String,
    /// Its figures as a whole.
    pub whole: ReferenceView,
    /// Its regions.
    pub regions: Vec<RegionView>,
    /// The rules of the question that it breaks, a sentence each; always empty where there are no
    /// rules.
    pub violations: Vec<String>,
}

/// How a plan relates to a reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LikenessView {
    /// Key of the reference.
    pub reference: String,
    /// Regions of the reference that lie wholly inside one region of the plan.
    pub kept_whole: usize,
    /// Names of those that are parted.
    pub parted: Vec<String>,
    /// Share of the pairs of areas that share a region there and share one here; `null` where it
    /// has no pairs.
    pub pairs_kept: Option<f64>,
    /// Commuters the plan keeps inside beyond the reference; negative where it keeps fewer.
    pub commuters_gained: i64,
}

/// What all plans have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StabilityView {
    /// How many different plans were compared.
    pub num_plans: usize,
    /// Whether they are those shown in full; else every point of every front.
    pub of_shown: bool,
    /// Sets of two and more areas that share a region in every plan, by falling population.
    pub cores: Vec<CoreView>,
    /// Areas that share a region with no other area in every plan.
    pub swings: Vec<SwingView>,
}

/// Areas that share a region in every plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CoreView {
    /// Name: its area with most jobs.
    pub name: String,
    /// Its colour on the map, `#RRGGBB`.
    pub fill: String,
    /// Its areas, by falling population.
    pub areas: Vec<AreaView>,
    /// Its inhabitants.
    pub population: Persons,
}

/// An area that has no company it always keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SwingView {
    /// The area.
    pub area: AreaView,
    /// Names of cores and other such areas it shares a region with, and in how many plans; the
    /// most frequent first.
    pub with: Vec<(String, usize)>,
}

/// How the result was obtained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MethodView {
    /// Version of regionfront that solved it.
    pub version: String,
    /// Engines that answered.
    pub engines: Vec<String>,
    /// Solver libraries it was built with.
    pub solvers: Vec<SolverVersion>,
    /// Seed of everything random.
    pub seed: Option<u64>,
    /// When the run began, UTC.
    pub started: String,
    /// When it ended, UTC; empty where it did not.
    pub ended: String,
    /// Seconds spent on all k together, where known.
    pub wall_s: Option<f64>,
    /// SHA-256 of the instance.
    pub instance_sha256: String,
    /// SHA-256 of the rules and the areas in question.
    pub scenario_sha256: String,
    /// The command line, argument by argument.
    pub command_line: Vec<String>,
    /// Certificates that the independent checker was given, and what it says of them.
    pub certificates: Vec<CertificateDocument>,
    /// Points shown or listed, all verified again for this report.
    pub num_points: usize,
    /// How many of them are proven optimal.
    pub num_proven: usize,
    /// Numbers of regions for which nothing stands yet; the run was stopped or is under way.
    pub missing_ks: Vec<usize>,
}

/// What the result rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DataView {
    /// Short name of the instance.
    pub name: String,
    /// Sources to cite.
    pub sources: Vec<SourceDocument>,
    /// Licences of the data.
    pub licences: Vec<String>,
    /// Caveats, a sentence each.
    pub caveats: Vec<String>,
}

impl ReportDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/report/2";

    /// The plans that stand for their front.
    pub fn main_plans(&self) -> impl Iterator<Item = &PlanView> {
        self.plans.iter().filter(|plan| plan.is_main)
    }

    /// The sets of second objectives that have fronts of their own, in order; one empty set where
    /// commuting alone was maximised.
    pub fn sets(&self) -> Vec<&[String]> {
        let mut sets: Vec<&[String]> = Vec::new();
        for front in &self.fronts {
            if !sets.contains(&front.against.as_slice()) {
                sets.push(&front.against);
            }
        }
        sets
    }
}
