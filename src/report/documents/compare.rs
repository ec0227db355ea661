//! What `compare` says of divisions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::division::Comparison;
use regionfront_analysis::division::compare::Border;
use regionfront_analysis::indicators::Ratio;
use regionfront_model::instance::{Division, Instance, Year};
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_solver::over_years::{Criterion, Fraction};

use super::over_years::YearHeldDocument;
use super::procedure::ProcedureDocument;
use super::question::{InstanceDocument, codes};
use super::rounding::millionths;

/// How divisions differ, pair by pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparisonDocument {
    /// Which document this is: `regionfront/compare/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// Every pair of divisions, in the order given.
    pub pairs: Vec<PairDocument>,
    /// What each division holds by the figures of every year, the best by the criterion first; empty
    /// unless asked for.
    #[serde(default)]
    pub over_years: Vec<DivisionYearsDocument>,
    /// What the divisions hold once everybody is placed, and regions of one area have joined others.
    #[serde(default)]
    pub procedure: Vec<ProcedureDocument>,
}

/// What a division holds by the figures of every year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DivisionYearsDocument {
    /// Name of the division.
    pub division: String,
    /// How many regions it has.
    pub regions: usize,
    /// Commuters inside in all years together.
    pub sum: Commuters,
    /// The least share of commuters inside in any year.
    pub least_share: Option<f64>,
    /// The most commuters that it holds less than another one of the compared in any year.
    pub regret: Commuters,
    /// Year by year; `best` is the most that any of the compared divisions holds.
    pub years: Vec<YearHeldDocument>,
}

/// A division with what it holds by the figures of every year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DivisionHeld {
    /// Name of the division.
    pub division: String,
    /// How many regions it has.
    pub regions: usize,
    /// Years, with the commuters inside and all commuters between areas.
    pub years: Vec<(Year, Commuters, Commuters)>,
}

impl DivisionYearsDocument {
    /// Divisions of the same years in the order of the criterion, and of their names where that does
    /// not decide.
    pub fn ranked(divisions: &[DivisionHeld], criterion: Criterion) -> Vec<Self> {
        let best = |year: usize| divisions.iter().map(|it| it.years[year].1).max();
        let mut ranked: Vec<(Fraction, Self)> = divisions
            .iter()
            .map(|DivisionHeld { division: name, regions, years: held }| {
                let share = |&(_, inside, all): &(Year, Commuters, Commuters)| {
                    (all > 0).then(|| Fraction::new(i128::from(inside), u128::from(all)))
                };
                let least = held.iter().filter_map(share).min();
                let sum: Commuters = held.iter().map(|(_, inside, _)| inside).sum();
                let behind = |(at, held): (usize, &(Year, Commuters, Commuters))| {
                    best(at).unwrap_or_default() - held.1
                };
                let regret = held.iter().enumerate().map(behind).max().unwrap_or_default();
                let years = held.iter().enumerate().map(|(at, &(year, inside, all))| {
                    YearHeldDocument::new(year, inside, all, best(at))
                });
                let document = Self {
                    division: name.clone(),
                    regions: *regions,
                    sum,
                    least_share: least.map(|share| millionths(share.into())),
                    regret,
                    years: years.collect(),
                };
                // Less is better.
                let order = match criterion {
                    Criterion::Sum => Fraction::new(-i128::from(sum), 1),
                    Criterion::Worst => least.map_or(Fraction::new(0, 1), Fraction::negated),
                    Criterion::Regret => Fraction::new(i128::from(regret), 1),
                };
                (order, document)
            })
            .collect();
        ranked.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.division.cmp(&other.division)));
        ranked.into_iter().map(|(_, document)| document).collect()
    }
}

/// Two divisions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PairDocument {
    /// Name of the first division.
    pub first: String,
    /// Name of the second division.
    pub second: String,
    /// How many regions the first has.
    pub first_regions: usize,
    /// How many regions the second has.
    pub second_regions: usize,
    /// Internal commuting of the first.
    pub first_internal: Commuters,
    /// Internal commuting of the second.
    pub second_internal: Commuters,
    /// `second_internal` − `first_internal`.
    pub difference: i64,
    /// Areas both hold; all measures of similarity are over them.
    pub areas_compared: usize,
    /// Areas whose regions in the two are not matched to each other.
    pub areas_moved: usize,
    /// Their inhabitants.
    pub people_moved: Persons,
    /// `people_moved` ÷ inhabitants of the instance.
    pub people_moved_share: Option<f64>,
    /// Adjusted Rand index over areas: 1 for equal divisions.
    pub adjusted_rand: f64,
    /// Variation of information in nats, weighted by population: 0 for equal divisions.
    pub variation_of_information: f64,
    /// `variation_of_information` ÷ joint entropy.
    pub variation_share: f64,
    /// Homogeneity of the second against the first, over areas.
    pub homogeneity: f64,
    /// Completeness of the second against the first, over areas.
    pub completeness: f64,
    /// Harmonic mean of the two.
    pub v_measure: f64,
    /// Regions of the first, each with its partner in the second.
    pub matching: Vec<MatchDocument>,
    /// The areas that move.
    pub moved: Vec<MoveDocument>,
    /// Codes of areas only the second holds.
    pub joined: Vec<String>,
    /// Codes of areas only the first holds.
    pub left: Vec<String>,
    /// What regions have in common.
    pub intersections: Vec<IntersectionDocument>,
    /// Borders of the first that fall, with the commuters who become internal.
    pub gained: Vec<BorderDocument>,
    /// Borders of the second that rise, with the commuters who were internal.
    pub lost: Vec<BorderDocument>,
}

/// A region of the first division and its partner in the second.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MatchDocument {
    /// Region of the first division.
    pub first: String,
    /// Region of the second division; `null` where it has none.
    pub second: Option<String>,
}

/// An area that moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MoveDocument {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Inhabitants.
    pub population: Persons,
    /// Its regions in the first division.
    pub from: Vec<String>,
    /// Its regions in the second division.
    pub to: Vec<String>,
}

/// What two regions have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IntersectionDocument {
    /// Region of the first division; `null` for areas it leaves out.
    pub first: Option<String>,
    /// Region of the second division; `null` for areas it leaves out.
    pub second: Option<String>,
    /// Codes of the areas.
    pub areas: Vec<String>,
    /// Inhabitants.
    pub population: Persons,
}

/// A border that stands in only one of the divisions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BorderDocument {
    /// Regions on the one side; several for double members, none for areas left out.
    pub one: Vec<String>,
    /// Regions on the other side.
    pub other: Vec<String>,
    /// Commuters across it, both directions.
    pub commuters: Commuters,
    /// Pairs of areas with such commuters.
    pub pairs: usize,
}

impl ComparisonDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/compare/1";

    /// The document of comparisons within one instance.
    pub fn new(instance: &Instance, comparisons: &[Comparison]) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(instance),
            pairs: comparisons.iter().map(|pair| PairDocument::new(instance, pair)).collect(),
            over_years: Vec::new(),
            procedure: Vec::new(),
        }
    }
}

impl PairDocument {
    /// The document of one comparison.
    pub fn new(instance: &Instance, pair: &Comparison) -> Self {
        let (first, second) = (&pair.first, &pair.second);
        let people = Ratio { part: pair.people_moved(instance), whole: instance.population() };
        let similarity = &pair.similarity;
        Self {
            first: first.name.clone(),
            second: second.name.clone(),
            first_regions: first.regions.len(),
            second_regions: second.regions.len(),
            first_internal: pair.internal.0,
            second_internal: pair.internal.1,
            difference: pair.internal.1.cast_signed() - pair.internal.0.cast_signed(),
            areas_compared: similarity.areas,
            areas_moved: pair.moved.len(),
            people_moved: people.part,
            people_moved_share: people.value(),
            adjusted_rand: millionths(similarity.adjusted_rand),
            variation_of_information: millionths(similarity.variation_of_information),
            variation_share: millionths(similarity.variation_share),
            homogeneity: millionths(similarity.homogeneity),
            completeness: millionths(similarity.completeness),
            v_measure: millionths(similarity.v_measure),
            matching: first
                .regions
                .iter()
                .zip(&pair.matching.partner)
                .map(|(region, partner)| MatchDocument {
                    first: region.name.clone(),
                    second: partner.map(|partner| second.regions[partner].name.clone()),
                })
                .collect(),
            moved: pair
                .moved
                .iter()
                .map(|moved| MoveDocument {
                    code: instance.areas[moved.area].code.clone(),
                    name: instance.areas[moved.area].name.clone(),
                    population: instance.areas[moved.area].population,
                    from: names(first, &moved.from),
                    to: names(second, &moved.to),
                })
                .collect(),
            joined: codes(instance, &pair.joined),
            left: codes(instance, &pair.left),
            intersections: pair
                .intersections
                .iter()
                .map(|cell| IntersectionDocument {
                    first: cell.first.map(|region| first.regions[region].name.clone()),
                    second: cell.second.map(|region| second.regions[region].name.clone()),
                    areas: codes(instance, &cell.areas),
                    population: cell.population,
                })
                .collect(),
            gained: borders(first, &pair.gained),
            lost: borders(second, &pair.lost),
        }
    }
}

fn borders(division: &Division, borders: &[Border]) -> Vec<BorderDocument> {
    borders
        .iter()
        .map(|border| BorderDocument {
            one: names(division, &border.one),
            other: names(division, &border.other),
            commuters: border.commuters,
            pairs: border.pairs,
        })
        .collect()
}

fn names(division: &Division, regions: &[usize]) -> Vec<String> {
    regions.iter().map(|&region| division.regions[region].name.clone()).collect()
}
