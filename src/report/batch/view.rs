//! What the report of a batch shows, in its language.

use std::fmt::Write as _;

use serde::Serialize;

use regionfront_model::norwegian;
use regionfront_solver::job::SolutionStatus;

use super::{BatchOutcome, BatchRecord, BatchRun};
use crate::maps::{self, Key, Map, Texts};
use crate::run::{RecordedFront, RecordedRun};
use crate::view::{Brief, FrontView, ObjectiveView, QuestionView, brief, region_views};
use crate::words::Lang;

/// Everything the report of a batch shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BatchView {
    pub(crate) lang: Lang,
    version: String,
    title: String,
    /// What came of the batch, a sentence each.
    answer: Vec<String>,
    runs: Vec<RunView>,
    /// Whether some run is a front.
    has_points: bool,
    /// Sources of the data of all runs, each once.
    sources: Vec<String>,
}

/// One run.
#[derive(Clone, Debug, Serialize)]
struct RunView {
    /// Identifier: `run-1` for the first. Maps are named after it.
    id: String,
    name: String,
    values: Vec<(String, String)>,
    /// `done`, `input`, `failed`, `unreadable` or `waiting`.
    state: &'static str,
    /// The state in words.
    state_text: String,
    /// Why there is no answer; empty where there is one.
    reasons: Vec<ReasonView>,
    /// How many reasons there are beyond those.
    more_reasons: usize,
    report: Option<String>,
    question: Option<QuestionView>,
    objectives: Vec<ObjectiveView>,
    rows: Vec<RowView>,
    /// The map of its first plan, for a page and as a file.
    map: Option<String>,
    map_file: Option<String>,
    map_caption: String,
    /// Sources of its data.
    sources: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, Serialize)]
struct ReasonView {
    /// Code and place of what is wrong; empty where it has none.
    place: String,
    /// What is wrong and what helps.
    text: String,
    /// Whether that is in the language of the report.
    is_said: bool,
}

/// How many reasons are told: of a limit that is wrong there may be one for every area.
const REASONS: usize = 3;

/// What stands for one number of regions.
#[derive(Clone, Debug, Serialize)]
struct RowView {
    k: usize,
    commuters: Option<u64>,
    share: Option<f64>,
    smallest: Option<u64>,
    largest: Option<u64>,
    /// Points of a front; `null` for a plan.
    points: Option<usize>,
    /// Whether the plan is proven optimal, the front complete, or that there is none proven.
    is_proven: bool,
    status: String,
}

impl BatchView {
    /// The view of a batch, and the maps of its runs as files, by their names without ending.
    pub(crate) fn new(batch: &BatchRecord, lang: Lang) -> (Self, Vec<(String, String)>) {
        let mut maps = Vec::new();
        let runs: Vec<RunView> =
            batch.runs.iter().zip(1..).map(|(run, at)| view(run, at, lang, &mut maps)).collect();
        let mut sources: Vec<String> = Vec::new();
        for source in runs.iter().flat_map(|run| &run.sources) {
            if !sources.contains(source) {
                sources.push(source.clone());
            }
        }
        let title = match batch.title.as_str() {
            "" => lang.word("batch_title").to_owned(),
            title => title.to_owned(),
        };
        let answer = answer(&runs, lang);
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let has_points = runs.iter().flat_map(|run| &run.rows).any(|row| row.points.is_some());
        (Self { lang, version, title, answer, runs, has_points, sources }, maps)
    }
}

impl BatchRun {
    fn done(&self) -> Option<&RecordedRun> {
        match &self.outcome {
            BatchOutcome::Done(run) => Some(run),
            _ => None,
        }
    }
}

/// How many runs there are, what came of them, and how much of it is proven.
fn answer(runs: &[RunView], lang: Lang) -> Vec<String> {
    let count = |state: &str| runs.iter().filter(|run| run.state == state).count();
    let say = |key: &str, count: usize| lang.say(key, &[("count", count.to_string())]);
    let mut found = vec![lang.say(
        "batch_answer",
        &[("count", runs.len().to_string()), ("done", count("done").to_string())],
    )];
    let rows: Vec<&RowView> = runs.iter().flat_map(|run| &run.rows).collect();
    if !rows.is_empty() {
        let proven = rows.iter().filter(|row| row.is_proven).count();
        let values = [("count", rows.len().to_string()), ("proven", proven.to_string())];
        found.push(lang.say("batch_proven", &values));
    }
    for (state, key) in [
        ("input", "batch_count_input"),
        ("failed", "batch_count_failed"),
        ("unreadable", "batch_count_unreadable"),
        ("waiting", "batch_count_waiting"),
    ] {
        let count = count(state);
        if count > 0 {
            found.push(say(key, count));
        }
    }
    found
}

fn view(run: &BatchRun, at: usize, lang: Lang, maps: &mut Vec<(String, String)>) -> RunView {
    let (state, reason) = match &run.outcome {
        BatchOutcome::Done(_) => ("done", ""),
        BatchOutcome::Input(reason) => ("input", reason.as_str()),
        BatchOutcome::Failed(reason) => ("failed", reason.as_str()),
        BatchOutcome::Unreadable(reason) => ("unreadable", reason.as_str()),
        BatchOutcome::Waiting => ("waiting", ""),
    };
    let told = defects(reason);
    let mut found = RunView {
        id: format!("run-{at}"),
        name: run.name.clone(),
        values: run.values.clone(),
        state,
        state_text: lang.word(&format!("batch_state_{state}")).to_owned(),
        reasons: told.iter().take(REASONS).map(|told| reason_view(told, lang)).collect(),
        more_reasons: told.len().saturating_sub(REASONS),
        report: run.report.clone(),
        question: None,
        objectives: Vec::new(),
        rows: Vec::new(),
        map: None,
        map_file: None,
        map_caption: String::new(),
        sources: Vec::new(),
    };
    if let Some(run) = run.done() {
        let Brief { question, objectives, fronts, data } = brief(run, lang);
        found.sources = data.sources.into_iter().map(|source| source.title).collect();
        if let Some((front, svg)) = map(run, &question, lang) {
            let k = front.k;
            found.map_caption = lang.say("map_label", &[("k", k.to_string())]);
            found.map = Some(address(&svg));
            let name = format!("maps/{}", found.id);
            found.map_file = Some(format!("{name}.svg"));
            maps.push((name, svg));
        }
        found.rows = fronts.iter().map(|front| row(front, lang)).collect();
        found.question = Some(question);
        found.objectives = objectives;
    }
    found
}

/// The defects of a message, each with its line of help.
fn defects(message: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in message.lines().filter(|line| !line.trim().is_empty()) {
        match found.last_mut() {
            Some(last) if line.starts_with(' ') => {
                last.push('\n');
                last.push_str(line);
            }
            _ => found.push(line.to_owned()),
        }
    }
    found
}

fn reason_view(defect: &str, lang: Lang) -> ReasonView {
    let said = match lang {
        Lang::En => Some(defect.replacen("\n     help: ", "; ", 1)),
        Lang::Nb => norwegian::defects(defect).or_else(|| norwegian::sentences(defect)),
    };
    let is_said = said.is_some();
    let text = said.unwrap_or_else(|| defect.to_owned());
    // `E101 areas.csv, row 1: the file is empty`.
    let has_code = |place: &str| {
        place.starts_with('E') && place.bytes().skip(1).take(3).all(|byte| byte.is_ascii_digit())
    };
    match text.split_once(": ") {
        Some((place, text)) if has_code(place) => {
            ReasonView { place: place.to_owned(), text: text.to_owned(), is_said }
        }
        _ => ReasonView { place: String::new(), text, is_said },
    }
}

fn row(front: &FrontView, lang: Lang) -> RowView {
    let first = front.points.first();
    let status = match first {
        None => {
            let none = lang.word(if front.complete { "batch_none" } else { "batch_not_found" });
            let reason = front.reason.as_ref().map(|reason| format!(": {reason}"));
            format!("{none}{}", reason.unwrap_or_default())
        }
        Some(_) if !front.against.is_empty() => {
            let key = if front.complete { "batch_complete" } else { "batch_incomplete" };
            lang.word(key).to_owned()
        }
        Some(point) if point.solution == SolutionStatus::ProvenOptimal => {
            lang.word("proven_optimal").to_owned()
        }
        Some(point) => {
            let gap = point.gap_rel.map_or_else(|| "–".to_owned(), |gap| lang.percent(gap));
            lang.say("best_found", &[("gap", gap)])
        }
    };
    RowView {
        k: front.k,
        commuters: first.map(|point| point.objective),
        share: first.and_then(|point| point.share),
        smallest: first.map(|point| point.min_population),
        largest: first.map(|point| point.max_population),
        points: (!front.against.is_empty()).then_some(front.points.len()),
        is_proven: front.complete,
        status,
    }
}

/// The map of the plan that keeps most commuters inside with the first number of regions that has one.
fn map<'a>(
    run: &'a RecordedRun,
    question: &QuestionView,
    lang: Lang,
) -> Option<(&'a RecordedFront, String)> {
    let front = run.fronts.iter().find(|front| !front.points.is_empty())?;
    let plan = front.points[0].plan.plan();
    let problem = &run.problem;
    let ground = maps::ground(problem)?;
    let fills = maps::fills(&problem.instance, &[plan]).remove(0);
    let regions = region_views(problem, plan, &fills, lang);
    let colours: Vec<&str> = regions.iter().map(|region| region.fill.as_str()).collect();
    let names: Vec<&str> = regions.iter().map(|region| region.name.as_str()).collect();
    let drawn = Map::new(&ground, plan, &colours, &names, Vec::new());
    let keys = regions.iter().map(|region| Key {
        fill: region.fill.clone(),
        name: region.name.clone(),
        note: maps::key_note(lang, region.population, region.areas.len()),
    });
    let description: Vec<String> = regions.iter().map(|region| region.name.clone()).collect();
    let svg = drawn.standalone(&Texts {
        title: maps::map_title(lang, &question.title, front.k),
        subtitle: question.scenario.clone(),
        description: lang.list(&description),
        legend: keys.collect(),
        sources: String::new(),
    });
    Some((front, svg))
}

/// A picture as an address, for a page that holds pictures of several instances.
fn address(svg: &str) -> String {
    let mut address = String::with_capacity(svg.len() + svg.len() / 4);
    address.push_str("data:image/svg+xml,");
    for letter in svg.chars() {
        match letter {
            '%' | '#' | '"' | '\'' | '<' | '>' | '&' | '\n' => {
                let _ = write!(address, "%{:02X}", u32::from(letter));
            }
            _ => address.push(letter),
        }
    }
    address
}
