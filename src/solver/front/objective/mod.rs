//! Second objectives: how a plan scores, and what demanding more asks of the engine.

mod bottleneck;
mod distance;
mod kept_together;
mod other_year;
mod self_containment;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exact::Step;
use regionfront_model::defect::Defect;
use regionfront_model::instance::Flows;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// Codes of what a problem can lack for an objective, with their meaning, in order.
pub const CODES: &[(&str, &str)] = &[
    ("E250", "an objective needs a reference division or year and none is named"),
    ("E251", "the instance has no reference division or year of that name"),
    ("E252", "no region of the reference division holds two areas of the instance"),
    ("E253", "areas have no position or no distance to each other"),
    ("E254", "a joint front takes one objective that is a sum over the whole plan"),
    ("E255", "people times distances, or commuters, add up to more than can be reckoned exactly"),
    ("E256", "a table of distances between all areas is larger than any engine can use"),
    (
        "E257",
        "years cannot be weighed against each other: other areas, or a rule or sums beyond reach",
    ),
    ("E258", "a front along the smallest or largest region where limits may apply to no region"),
];

/// Which way a score is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// More is better.
    Maximise,
    /// Less is better.
    Minimise,
}

/// A score: an exact fraction, `whole` being 1 for whole numbers. Compared by cross-multiplying.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Numerator.
    pub part: u64,
    /// Denominator, at least 1.
    pub whole: u64,
}

impl Score {
    /// A whole number.
    pub fn whole(part: u64) -> Self {
        Self { part, whole: 1 }
    }

    /// The score for people.
    #[expect(clippy::cast_precision_loss, reason = "for people; comparisons are exact")]
    pub fn value(self) -> f64 {
        self.part as f64 / self.whole as f64
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u128::from(self.part) * u128::from(other.whole);
        let right = u128::from(other.part) * u128::from(self.whole);
        left.cmp(&right)
    }
}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Score {}

/// The second objectives there are, by their words on the command line.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectiveKind {
    /// The smallest region's population, maximised.
    MinPopulation,
    /// The smallest region's jobs, maximised.
    MinJobs,
    /// The smallest region's employed residents, maximised.
    MinEmployed,
    /// The smallest region's number of areas, maximised.
    MinAreas,
    /// The largest region's population, minimised.
    MaxPopulation,
    /// The weakest region's supply-side self-containment, maximised.
    MinSelfContainment,
    /// The share of the pairs a reference division holds together that the plan keeps, maximised.
    KeptTogether,
    /// The population's mean distance to the centre of its region, minimised.
    Distance,
    /// The commuters inside by the figures of another year, maximised.
    OtherYear,
}

impl ObjectiveKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::MinPopulation,
        Self::MinJobs,
        Self::MinEmployed,
        Self::MinAreas,
        Self::MaxPopulation,
        Self::MinSelfContainment,
        Self::KeptTogether,
        Self::Distance,
        Self::OtherYear,
    ];

    /// Whether it refers to something by name: a division, or a year.
    pub fn has_reference(self) -> bool {
        matches!(self, Self::KeptTogether | Self::OtherYear)
    }

    /// The word on the command line and in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::MinPopulation => "min-population",
            Self::MinJobs => "min-jobs",
            Self::MinEmployed => "min-employed",
            Self::MinAreas => "min-areas",
            Self::MaxPopulation => "max-population",
            Self::MinSelfContainment => "min-self-containment",
            Self::KeptTogether => "kept-together",
            Self::Distance => "distance",
            Self::OtherYear => "other-year",
        }
    }
}

impl fmt::Display for ObjectiveKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for ObjectiveKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.word() == text).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|kind| kind.word()).collect();
            format!("`{text}` is not a second objective; use one of {}", words.join(", "))
        })
    }
}

/// A second objective as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectiveRequest {
    /// Which one.
    pub kind: ObjectiveKind,
    /// What it refers to: the name of a division for [`ObjectiveKind::KeptTogether`], a year for
    /// [`ObjectiveKind::OtherYear`].
    pub reference: Option<String>,
}

/// A second objective over one problem.
pub trait Objective: fmt::Debug + Send + Sync {
    /// Which one it is.
    fn kind(&self) -> ObjectiveKind;

    /// Which way its score is better.
    fn sense(&self) -> Sense;

    /// What the score measures, with its unit and denominator, in words.
    fn description(&self) -> String;

    /// The score of a plan.
    fn score(&self, problem: &Problem, plan: &Plan) -> Score;

    /// The score of any regions, which may leave areas out or hold some twice: taken over the areas
    /// they hold, as often as they hold them.
    fn score_regions(&self, problem: &Problem, regions: &[Vec<usize>]) -> Score;

    /// No plan with `k` regions scores better than this; what tells how far along a front is.
    fn ideal(&self, problem: &Problem, k: usize) -> Score;

    /// Takes the scenario's own limit on the same measure off a step. Returns what was dropped, in
    /// words.
    fn release(&self, step: &mut Step) -> Option<String> {
        let _ = step;
        None
    }

    /// Demands of a step that plans score strictly better than this. `false` when none can.
    fn demand_beyond(&self, score: Score, step: &mut Step) -> bool;

    /// The flows of which it is the internal commuting, where it is that of any: the best score is then
    /// found as the best plan of a year is.
    fn flows(&self) -> Option<&Flows> {
        None
    }

    /// Whether it takes up the one additive measure a step can ask for.
    fn is_additive(&self) -> bool {
        false
    }
}

impl dyn Objective {
    /// Orders scores from better to worse.
    pub fn compare(&self, left: Score, right: Score) -> Ordering {
        match self.sense() {
            Sense::Maximise => right.cmp(&left),
            Sense::Minimise => left.cmp(&right),
        }
    }
}

impl ObjectiveRequest {
    /// The objective over a problem.
    ///
    /// # Errors
    /// When the problem lacks what it needs: a reference division, positions of the areas.
    pub fn resolve(&self, problem: &Problem) -> Result<Box<dyn Objective>, Defect> {
        use bottleneck::{Bottleneck, Measure};
        let smallest = |measure| -> Box<dyn Objective> { Box::new(Bottleneck::smallest(measure)) };
        Ok(match self.kind {
            ObjectiveKind::MinPopulation => smallest(Measure::Population),
            ObjectiveKind::MinJobs => smallest(Measure::Jobs),
            ObjectiveKind::MinEmployed => smallest(Measure::Employed),
            ObjectiveKind::MinAreas => smallest(Measure::Areas),
            ObjectiveKind::MaxPopulation => Box::new(Bottleneck::largest_population()),
            ObjectiveKind::MinSelfContainment => Box::new(self_containment::SelfContainment),
            ObjectiveKind::KeptTogether => {
                Box::new(kept_together::KeptTogether::new(problem, self.reference.as_deref())?)
            }
            ObjectiveKind::Distance => Box::new(distance::Distance::new(problem)?),
            ObjectiveKind::OtherYear => {
                Box::new(other_year::OtherYear::new(problem, self.reference.as_deref())?)
            }
        })
    }
}

/// Regions of a plan to which limits apply: those a bottleneck is taken over. All of them when limits
/// apply to none.
fn open_regions(problem: &Problem, plan: &Plan) -> Vec<Vec<usize>> {
    let is_exempt = |region: &Vec<usize>| problem.rules.exempts(region);
    let regions = plan.regions();
    if regions.iter().all(is_exempt) {
        return regions;
    }
    regions.into_iter().filter(|region| !is_exempt(region)).collect()
}
