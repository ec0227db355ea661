//! What `bench --published` measured, in cut borders.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_exchange::import::published::{Expected, Published};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Persons;
use regionfront_solver::job::{Answer, Settings, SolutionStatus, Termination};

/// What `bench --published` measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PublishedDocument {
    /// Which document this is: `regionfront/bench-published/1`.
    schema: String,
    /// Version of regionfront that wrote it.
    version: String,
    /// Longest time for one instance, in seconds.
    time_limit_s: Option<f64>,
    /// Most branch-and-bound nodes for one instance.
    node_limit: Option<u64>,
    /// Seed of everything random.
    seed: u64,
    /// Threads that helpers of engines share.
    threads: usize,
    /// Cores of the machine.
    cores: Option<usize>,
    /// A run per instance and engine.
    pub(super) runs: Vec<RunDocument>,
}

/// What one engine did with one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct RunDocument {
    /// Name of the instance: its folder's.
    pub(super) instance: String,
    /// The engine.
    pub(super) engine: String,
    /// Number of counties.
    pub(super) areas: usize,
    /// Number of borders between them.
    pub(super) borders: u64,
    /// Number of regions.
    pub(super) k: usize,
    /// Fewest inhabitants of a region, inclusive.
    pub(super) min_population: Persons,
    /// Most inhabitants of a region, inclusive.
    pub(super) max_population: Persons,
    /// Why solving ended.
    pub(super) termination: Termination,
    /// What there is.
    pub(super) solution: SolutionStatus,
    /// Borders cut by the plan, which has passed the independent verifier.
    pub(super) cut_borders: Option<u64>,
    /// No plan cuts fewer.
    pub(super) bound: Option<u64>,
    /// (cut borders − bound) ÷ max(1, cut borders).
    pub(super) gap_rel: Option<f64>,
    /// Seconds.
    pub(super) wall_s: f64,
    /// Branch-and-bound nodes.
    pub(super) nodes: u64,
    /// Columns held; for the compact model, its variables.
    pub(super) columns: u64,
    /// The shortest published time in seconds.
    pub(super) fastest_published_s: Option<f64>,
    /// Seconds ÷ shortest published time: below 1 where the engine is the faster one. A lower bound
    /// where a limit struck.
    pub(super) ratio: Option<f64>,
    /// The published number of cut borders; `null` where there is none.
    pub(super) expected_cut_borders: Option<u64>,
    /// Whether it is published that there is no plan.
    pub(super) is_expected_infeasible: bool,
    /// How this run compares with what is published.
    pub(super) agreement: Agreement,
    /// Why there is no plan, or what went wrong.
    pub(super) reason: Option<String>,
}

/// How a run compares with a published answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Agreement {
    /// The published answer is proven.
    Proven,
    /// The published value is reached but not proven.
    Reached,
    /// Neither: a limit struck first.
    Open,
    /// What is proven, or the plan found, contradicts the published answer.
    Contradicts,
    /// Nothing is published.
    Nothing,
}

impl Agreement {
    /// The word in tables, where the result says whether it is proven.
    pub(super) fn table_word(self) -> &'static str {
        match self {
            Self::Proven | Self::Reached => "met",
            Self::Open => "open",
            Self::Contradicts => "contradicted",
            Self::Nothing => "",
        }
    }

    /// The word in CSV files.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Reached => "reached",
            Self::Open => "open",
            Self::Contradicts => "contradicts",
            Self::Nothing => "nothing",
        }
    }

    /// `cut` and `bound` in cut borders; a `bound` of 0 says nothing.
    fn new(expected: Expected, termination: Termination, cut: Option<u64>, bound: u64) -> Self {
        let is_infeasible = termination == Termination::Infeasible;
        match expected {
            Expected::Unknown => Self::Nothing,
            Expected::Infeasible if is_infeasible => Self::Proven,
            Expected::Infeasible if cut.is_some() => Self::Contradicts,
            Expected::Infeasible => Self::Open,
            Expected::CutBorders(value) => {
                if is_infeasible || bound > value || cut.is_some_and(|cut| cut < value) {
                    Self::Contradicts
                } else if cut != Some(value) {
                    Self::Open
                } else if termination == Termination::Optimal {
                    Self::Proven
                } else {
                    Self::Reached
                }
            }
        }
    }
}

impl PublishedDocument {
    /// A document with no runs yet.
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            schema: "regionfront/bench-published/1".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            time_limit_s: settings.time_limit.map(|limit| limit.as_secs_f64()),
            node_limit: settings.node_limit,
            seed: settings.seed,
            threads: settings.threads,
            cores: std::thread::available_parallelism().ok().map(std::num::NonZero::get),
            runs: Vec::new(),
        }
    }
}

impl RunDocument {
    /// What an answer to the question of a published instance says in cut borders.
    pub(super) fn new(published: &Published, answer: &Answer) -> Self {
        let instance = &published.instance;
        let borders = as_u64(instance.links.len());
        let cut_borders = answer.plan.as_ref().map(|plan| cut(published, plan.plan()));
        let bound = answer.bound.map(|bound| borders.saturating_sub(bound));
        let wall_s = (answer.wall.as_secs_f64() * 1000.0).round() / 1000.0;
        let (expected_cut_borders, is_expected_infeasible) = match published.expected {
            Expected::CutBorders(value) => (Some(value), false),
            Expected::Infeasible => (None, true),
            Expected::Unknown => (None, false),
        };
        Self {
            instance: instance.name.clone(),
            engine: answer.engine.clone(),
            areas: instance.num_areas(),
            borders,
            k: published.num_regions,
            min_population: published.min_population,
            max_population: published.max_population,
            termination: answer.termination,
            solution: answer.solution(),
            cut_borders,
            bound,
            gap_rel: cut_borders.zip(bound).map(|(cut, bound)| gap(cut, bound)),
            wall_s,
            nodes: answer.effort.nodes,
            columns: answer.effort.columns,
            fastest_published_s: published.fastest_s,
            // Times are known to the millisecond.
            ratio: published
                .fastest_s
                .map(|fastest| (wall_s / fastest.max(0.001) * 1000.0).round() / 1000.0),
            expected_cut_borders,
            is_expected_infeasible,
            agreement: Agreement::new(
                published.expected,
                answer.termination,
                cut_borders,
                bound.unwrap_or(0),
            ),
            reason: answer.reason.clone(),
        }
    }

    /// Whether the run ended with an answer, not at a limit.
    pub(super) fn is_proven(&self) -> bool {
        matches!(self.termination, Termination::Optimal | Termination::Infeasible)
    }
}

/// Borders between areas of different regions, counted from the plan itself.
fn cut(published: &Published, plan: &Plan) -> u64 {
    let labels = plan.labels();
    as_u64(published.instance.links.iter().filter(|link| labels[link.a] != labels[link.b]).count())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of borders stay far below 2^52")]
fn gap(cut: u64, bound: u64) -> f64 {
    cut.saturating_sub(bound) as f64 / cut.max(1) as f64
}

fn as_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_proven_or_shown_contradicts() {
        use Termination::{Infeasible, Optimal, TimeLimit};
        let of = |termination, cut, bound| {
            Agreement::new(Expected::CutBorders(10), termination, cut, bound)
        };
        assert_eq!(of(Optimal, Some(10), 10), Agreement::Proven);
        assert_eq!(of(TimeLimit, Some(10), 7), Agreement::Reached);
        assert_eq!(of(TimeLimit, Some(12), 7), Agreement::Open);
        assert_eq!(of(TimeLimit, None, 7), Agreement::Open);
        assert_eq!(of(Optimal, Some(9), 9), Agreement::Contradicts);
        assert_eq!(of(Optimal, Some(11), 11), Agreement::Contradicts);
        assert_eq!(of(TimeLimit, Some(12), 11), Agreement::Contradicts);
        assert_eq!(of(Infeasible, None, 0), Agreement::Contradicts);
        let none = |termination, cut| Agreement::new(Expected::Infeasible, termination, cut, 0);
        assert_eq!(none(Infeasible, None), Agreement::Proven);
        assert_eq!(none(TimeLimit, None), Agreement::Open);
        assert_eq!(none(TimeLimit, Some(3)), Agreement::Contradicts);
    }
}
