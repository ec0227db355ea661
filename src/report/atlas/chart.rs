//! The chart of a run while it grows, from the events that the run told.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::front::{ObjectiveKind, ObjectiveSet};

use crate::charts::{LivePoint, live, live_over_k};
use crate::view;
use crate::words::{Lang, Objective};

/// What a chart is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct ChartStage<'a> {
    /// Events of the run, a JSON object each, as `--progress json` tells them.
    pub events: &'a [String],
    /// Whether the run has ended.
    pub is_over: bool,
    /// The division that keeping together refers to.
    pub reference: Option<&'a str>,
}

/// A chart and what is on it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChartSheet {
    /// The chart, as SVG; empty where there is no point yet.
    pub svg: String,
    /// Key of the second objective; empty for a run of `solve`.
    pub against: String,
    /// Its name in the language.
    pub against_name: String,
    /// Its points, in the order found.
    pub points: Vec<ChartPoint>,
}

/// A point of a chart.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChartPoint {
    /// What the chart calls it, as `data-point`.
    pub key: String,
    /// Number of regions.
    pub k: usize,
    /// Internal commuting.
    pub objective: Commuters,
    /// Value of the second objective.
    pub score: Option<f64>,
    /// The value as people read it.
    pub score_text: String,
    /// No plan that demands as much holds more.
    pub bound: Commuters,
}

/// What is read of an event; keys that a kind does not have are left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Told {
    event: String,
    k: usize,
    against: String,
    objective: Option<Commuters>,
    scores: Vec<f64>,
    bound: Option<Commuters>,
}

/// The chart of a run about a problem. Of several second objectives, the first set's first is shown.
pub fn chart(problem: &Problem, stage: ChartStage<'_>, lang: Lang) -> ChartSheet {
    let told: Vec<Told> =
        stage.events.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let set = told.iter().find(|told| told.event == "point").map(|told| told.against.clone());
    let second = set.as_ref().and_then(|set| set.split(',').next()).map(Objective::new);
    let points: Vec<LivePoint> = match &set {
        Some(set) => told
            .iter()
            .filter(|told| told.event == "point" && told.against == *set)
            .filter_map(point)
            .collect(),
        None => incumbents(&told),
    };
    let total = problem.instance.flows.total_between();
    let kinds = second.as_ref().and_then(|second| second.key.parse::<ObjectiveKind>().ok());
    let sets = kinds
        .and_then(|kind| ObjectiveSet::resolve_all(problem, &[kind], false, stage.reference).ok());
    let references = view::references_of(&problem.instance, &sets.unwrap_or_default(), lang);
    let drawn = match &second {
        Some(second) => {
            let mut open: BTreeSet<usize> = points.iter().map(|point| point.k).collect();
            for ended in told.iter().filter(|told| told.event == "finished") {
                open.remove(&ended.k);
            }
            if stage.is_over {
                open.clear();
            }
            live(&points, &open, total, second, &references, lang)
        }
        None => live_over_k(&points, total, &references, lang),
    };
    let score_text = |score: Option<f64>| match (&second, score) {
        (Some(second), Some(score)) => second.show(lang, score),
        _ => String::new(),
    };
    ChartSheet {
        svg: drawn.map(|chart| chart.embedded()).unwrap_or_default(),
        against_name: second.as_ref().map(|second| second.name(lang)).unwrap_or_default(),
        points: points
            .iter()
            .map(|point| ChartPoint {
                key: point.key(),
                k: point.k,
                objective: point.objective,
                score: point.score,
                score_text: score_text(point.score),
                bound: point.bound,
            })
            .collect(),
        against: second.map(|second| second.key).unwrap_or_default(),
    }
}

fn point(told: &Told) -> Option<LivePoint> {
    Some(LivePoint {
        k: told.k,
        objective: told.objective?,
        score: Some(*told.scores.first()?),
        bound: told.bound?,
    })
}

/// Of a run of `solve`: the best plan and the bound of every k so far.
fn incumbents(told: &[Told]) -> Vec<LivePoint> {
    let mut best: BTreeMap<usize, (Option<Commuters>, Option<Commuters>)> = BTreeMap::new();
    for told in told {
        let (objective, bound) = best.entry(told.k).or_default();
        *objective = told.objective.or(*objective);
        *bound = told.bound.or(*bound);
    }
    best.into_iter()
        .filter_map(|(k, (objective, bound))| {
            let (objective, bound) = (objective?, bound?);
            Some(LivePoint { k, objective, score: None, bound })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_model::scenario::Scenario;
    use regionfront_testkit::rows::instance_of;

    fn drawn(events: &[&str], is_over: bool) -> ChartSheet {
        let problem = Problem::resolve(instance_of(6), &Scenario::default()).expect("no rules");
        let events: Vec<String> = events.iter().map(|event| (*event).to_owned()).collect();
        chart(&problem, ChartStage { events: &events, is_over, reference: None }, Lang::En)
    }

    #[test]
    fn a_front_is_open_until_its_k_or_the_run_has_ended() {
        let point = r#"{"event":"point","k":2,"against":"min-population","objective":9,"scores":[4],"bound":9}"#;
        let ended = r#"{"event":"finished","k":2,"objective":9,"bound":9}"#;
        assert!(drawn(&[point], false).svg.contains("ceiling"));
        assert!(!drawn(&[point, ended], false).svg.contains("ceiling"));
        assert!(!drawn(&[point], true).svg.contains("ceiling"));
        assert_eq!(drawn(&[point], true).points[0].key, "2-9-4");
    }

    #[test]
    fn a_solve_shows_the_latest_plan_and_bound_of_every_k() {
        let told = [
            r#"{"event":"incumbent","k":2,"objective":5}"#,
            r#"{"event":"bound","k":2,"bound":9}"#,
            r#"{"event":"incumbent","k":2,"objective":8}"#,
            r#"{"event":"incumbent","k":3,"objective":4}"#,
        ];
        let sheet = drawn(&told, false);
        assert_eq!(sheet.points.len(), 1, "without a bound nothing is drawn");
        assert_eq!((sheet.points[0].objective, sheet.points[0].bound), (8, 9));
    }

    #[test]
    fn nonsense_is_no_chart() {
        assert!(drawn(&["", "[]", "{\"event\":\"point\"}", "{}"], false).svg.is_empty());
    }
}
