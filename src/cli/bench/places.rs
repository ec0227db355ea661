//! `bench --places`: questions about many places, with what the engine comes to in its time.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::Instant;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::cell::TableWriter;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::quantity::{Commuters, grouped};
use regionfront_model::scenario::{Problem, Scenario};
use regionfront_report::{Format, plain_table, seconds};
use regionfront_solver::engine::{News, Observer};
use regionfront_solver::job::{self, Answer, Settings, SharedWatcher, Termination, Watcher};

use super::{BenchArgs, engine};
use crate::exit::{self, Exit, Failure};
use crate::memory;
use crate::output::{data_to_stdout, json_to_stdout, say, to_stdout};
use crate::signals::Signals;

/// The file of questions in the folder.
const QUESTIONS: &str = "questions.toml";

/// What `bench --places` measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct PlacesDocument {
    /// Which document this is: `regionfront/bench-places/1`.
    schema: String,
    /// Version of regionfront that wrote it.
    version: String,
    /// Seconds per question; `null` without a limit.
    time_limit_s: Option<f64>,
    /// One run per question, k and engine, in the order of the file.
    runs: Vec<PlaceRun>,
}

/// One question about a place, for one k and by one engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct PlaceRun {
    /// Folder of the instance.
    place: String,
    /// Its areas.
    areas: usize,
    /// The rules, as the file has them.
    rules: String,
    /// Number of regions.
    k: usize,
    /// The engine.
    engine: String,
    /// Why solving ended.
    termination: Termination,
    /// Commuters inside regions, in the best plan found.
    objective: Option<Commuters>,
    /// No plan holds more.
    bound: Option<Commuters>,
    /// (bound − objective) ÷ objective.
    gap_rel: Option<f64>,
    /// Seconds until the first plan.
    first_plan_s: Option<f64>,
    /// Seconds in all.
    wall_s: f64,
    /// Most memory the process held meanwhile, in MiB, where the system tells.
    peak_memory_mib: Option<f64>,
}

/// A question of the file.
struct Asked {
    place: String,
    rules: String,
    scenario: Scenario,
}

/// Notes when the first plan comes.
struct FirstPlan {
    begun: Instant,
    after: Mutex<Option<f64>>,
}

impl Observer for FirstPlan {
    fn news(&self, _: usize, news: News) {
        if let News::Incumbent(_) = news {
            let mut after = self.after.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            after.get_or_insert_with(|| to_millis(self.begun.elapsed().as_secs_f64()));
        }
    }
}

impl Watcher for FirstPlan {}

fn to_millis(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// Asks every question of the folder, one after the other.
pub(super) fn run(
    args: &BenchArgs,
    folder: &Path,
    settings: &Settings,
    quiet: bool,
) -> Result<Exit, Failure> {
    let questions = read(folder)?;
    let signals = Signals::raise(&settings.interrupt).map_err(Failure::signals)?;
    let mut document = PlacesDocument {
        schema: "regionfront/bench-places/1".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        time_limit_s: settings.time_limit.map(|limit| limit.as_secs_f64()),
        runs: Vec::new(),
    };
    let mut answers: Vec<Answer> = Vec::new();
    for question in &questions {
        let instance = Instance::load(&folder.join(&question.place))?;
        let problem = Arc::new(Problem::resolve(instance, &question.scenario)?);
        for &k in question.scenario.k.iter().flat_map(|list| &list.0) {
            for &name in &args.engine {
                let engine = engine(name);
                if !quiet {
                    say(&format!("{}, k = {k}: {} engine", question.place, engine.name()));
                }
                memory::reset_peak();
                let noted = Arc::new(FirstPlan { begun: Instant::now(), after: Mutex::new(None) });
                let watcher: SharedWatcher = noted.clone();
                let found = job::run(&problem, &[k], &engine, settings, &[], &watcher, &mut |_| {});
                let after = noted.after.lock().map_or(None, |after| *after);
                document.runs.extend(found.iter().map(|answer| {
                    PlaceRun::new(question, problem.instance.num_areas(), answer, after)
                }));
                answers.extend(found);
            }
        }
    }
    match args.format {
        Format::Json => json_to_stdout(&document)?,
        Format::Csv => data_to_stdout(|out| write_csv(&document, out))?,
        Format::Table => to_stdout(|out| write_text(&document, out))?,
    }
    Ok(match exit::of_answers(&answers, signals.received(), true) {
        exit @ (Exit::Fault | Exit::Interrupted(_)) => exit,
        _ => Exit::AsAsked,
    })
}

impl PlaceRun {
    fn new(question: &Asked, areas: usize, answer: &Answer, after: Option<f64>) -> Self {
        let objective = answer.objective();
        #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
        let gap = |objective: Commuters, bound: Commuters| {
            bound.saturating_sub(objective) as f64 / objective.max(1) as f64
        };
        Self {
            place: question.place.clone(),
            areas,
            rules: question.rules.clone(),
            k: answer.k,
            engine: answer.engine.clone(),
            termination: answer.termination,
            objective,
            bound: answer.bound,
            gap_rel: objective.zip(answer.bound).map(|(objective, bound)| gap(objective, bound)),
            first_plan_s: after,
            wall_s: to_millis(answer.wall.as_secs_f64()),
            peak_memory_mib: memory::peak_mib(),
        }
    }
}

/// Reads the questions of a folder; all defects at once.
fn read(folder: &Path) -> Result<Vec<Asked>, Defects> {
    let path = folder.join(QUESTIONS);
    let refused = |what: String| {
        Defects::from(Defect::new(
            "E511",
            path.display().to_string(),
            what,
            "write one table [[question]] per question, with place = \"FOLDER\", k and the rules of \
             a scenario",
        ))
    };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| refused(format!("the file of questions cannot be read: {error}")))?;
    let mut file: toml::Table =
        text.parse().map_err(|error| refused(format!("it is not TOML: {error}")))?;
    let Some(toml::Value::Array(tables)) = file.remove("question") else {
        return Err(refused("it holds no [[question]]".to_owned()));
    };
    let mut questions = Vec::new();
    for (at, table) in tables.into_iter().enumerate() {
        let number = at + 1;
        let toml::Value::Table(mut rules) = table else {
            return Err(refused(format!("question {number} is no table")));
        };
        let Some(toml::Value::String(place)) = rules.remove("place") else {
            return Err(refused(format!("question {number} names no place")));
        };
        let text = toml::to_string(&rules)
            .map_err(|error| refused(format!("question {number} cannot be read: {error}")))?;
        let mut scenario = Scenario::parse(&text, &format!("{QUESTIONS}, question {number}"))?;
        scenario.set_folder(folder);
        if scenario.k.is_none() {
            return Err(refused(format!("question {number} names no number of regions, k")));
        }
        rules.remove("k");
        let words: Vec<String> =
            rules.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        questions.push(Asked { place, rules: words.join(", "), scenario });
    }
    Ok(questions)
}

fn write_text(document: &PlacesDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = plain_table(&[
        ("place", false),
        ("areas", true),
        ("question", false),
        ("k", true),
        ("engine", false),
        ("ended", false),
        ("value", true),
        ("bound", true),
        ("gap", true),
        ("first plan", true),
        ("seconds", true),
        ("MiB", true),
    ]);
    table.set_width(super::WIDE);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    for run in &document.runs {
        table.add_row([
            run.place.clone(),
            run.areas.to_string(),
            run.rules.clone(),
            run.k.to_string(),
            run.engine.clone(),
            run.termination.to_string(),
            or_none(run.objective.map(grouped)),
            or_none(run.bound.map(grouped)),
            or_none(run.gap_rel.map(|gap| format!("{:.2} %", gap * 100.0))),
            or_none(run.first_plan_s.map(seconds)),
            seconds(run.wall_s),
            or_none(run.peak_memory_mib.map(|peak| format!("{peak:.0}"))),
        ]);
    }
    writeln!(out, "{table}")
}

fn write_csv(document: &PlacesDocument, out: &mut dyn Write) -> io::Result<()> {
    let mut table = TableWriter::new(out);
    table.write_record([
        "place",
        "areas",
        "rules",
        "k",
        "engine",
        "termination",
        "objective",
        "bound",
        "gap_rel",
        "first_plan_s",
        "wall_s",
        "peak_memory_mib",
    ])?;
    for run in &document.runs {
        let cell = |figure: Option<u64>| figure.map(|n| n.to_string()).unwrap_or_default();
        let real = |figure: Option<f64>| figure.map(|n| n.to_string()).unwrap_or_default();
        table.write_record([
            run.place.clone(),
            run.areas.to_string(),
            run.rules.clone(),
            run.k.to_string(),
            run.engine.clone(),
            run.termination.to_string(),
            cell(run.objective),
            cell(run.bound),
            real(run.gap_rel),
            real(run.first_plan_s),
            run.wall_s.to_string(),
            real(run.peak_memory_mib),
        ])?;
    }
    table.flush()
}
