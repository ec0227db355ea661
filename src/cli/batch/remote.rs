//! Runs of a batch as jobs of a server.
//!
//! All runs are put into its queue first; each is then waited for, and its files fetched. A run is its
//! question, so that a batch that was interrupted, and is sent again, finds its jobs where they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use regionfront_batch::runner::Launcher;
use regionfront_batch::{Batch, BatchFolder, Ending, Planned, Question, Record, Run, Size};
use regionfront_model::defect::Defects;
use regionfront_model::instance::Instance;
use regionfront_model::scenario::Scenario;
use regionfront_report::{
    FrontDocument, InstanceDocument, Manifest, ScenarioDocument, SolveDocument,
};

use super::super::exit::{Exit, Failure};
use super::super::service::{Client, download, problem_text};

/// What a server decides, takes from elsewhere, or has no use for.
const NOT_SENT: [&str; 10] = [
    "instance",
    "counties",
    "k",
    "threads",
    "memory",
    "scenario",
    "name",
    "description",
    "reasons",
    "nb",
];

/// What only plans have.
const OF_PLANS: [&str; 3] = ["engine", "gap", "abs_gap"];

/// What only fronts have.
const OF_FRONTS: [&str; 6] =
    ["against", "joint", "reference", "within", "most_near", "alternatives"];

/// What is 0 where nothing is said.
const ZERO: [&str; 3] = ["seed", "abs_gap", "alternatives"];

/// A run at the server.
struct Sent {
    run: Run,
    ks: Vec<usize>,
    folder: PathBuf,
    /// What its scenario is called, where that is a file that the server does not have.
    scenario: Option<String>,
    /// The job, or why there is none.
    job: Result<String, (Ending, String)>,
}

impl Sent {
    /// What its scenario is called here, where a server calls it so.
    fn scenario_name(&self, there: String) -> String {
        self.scenario.clone().unwrap_or(there)
    }
}

/// Has every run done by a server.
pub(super) struct Remote {
    client: Client,
    sent: BTreeMap<usize, Sent>,
    is_stopped: AtomicBool,
}

impl Remote {
    /// Puts runs into the queue of a server.
    pub(super) fn send(
        client: Client,
        batch: &Batch,
        runs: Vec<(usize, &Planned, &Size)>,
        folder: &BatchFolder,
    ) -> Result<Self, Failure> {
        let mut instances = BTreeMap::new();
        let mut sent = BTreeMap::new();
        for (at, planned, size) in runs {
            let run = &planned.run;
            let place = batch.folder.join(&run.spec.instance);
            if !instances.contains_key(&place) {
                instances.insert(place.clone(), client.upload(&place)?);
            }
            let process = if run.spec.is_front() { "front" } else { "solve" };
            let asked = inputs(run, size, &batch.folder, &instances[&place]);
            let scenario = asked.as_ref().ok().and_then(|asked| asked.scenario.clone());
            let job = match asked {
                Err(what) => Err((Ending::Input, what)),
                Ok(Inputs { values: inputs, .. }) => {
                    match client.submit(process, &Value::Object(inputs)) {
                        Ok(job) => Ok(job["jobID"].as_str().unwrap_or_default().to_owned()),
                        Err(failure) if failure.exit == Exit::Usage => {
                            Err((Ending::Input, failure.text))
                        }
                        Err(failure) => return Err(failure),
                    }
                }
            };
            let (ks, folder) = (size.ks.clone(), folder.run_folder(&run.name));
            sent.insert(at, Sent { run: run.clone(), ks, folder, scenario, job });
        }
        Ok(Self { client, sent, is_stopped: AtomicBool::new(false) })
    }

    /// Waits for a run, and hands back what came of it.
    fn fetch(&self, sent: &Sent) -> Result<Record, (Ending, String)> {
        let job = sent.job.as_ref().map_err(Clone::clone)?;
        let failed = |failure: Failure| (Ending::Failed, format!("E536 {}", failure.text));
        let is_over = || self.is_stopped.load(Ordering::SeqCst);
        let Some(status) = self.client.until_end(job, &is_over).map_err(failed)? else {
            let what = "not waited for: the server goes on with it, and --resume fetches it";
            return Err((Ending::Interrupted, what.to_owned()));
        };
        match status["status"].as_str() {
            Some("successful") => {}
            Some("failed") => {
                let problem = &status["problem"];
                let is_input = problem["status"] == 422;
                let ending = if is_input { Ending::Input } else { Ending::Failed };
                return Err((ending, problem_text(problem, 500)));
            }
            _ => return Err((Ending::Interrupted, "dismissed at the server".to_owned())),
        }
        // Whatever an earlier try left is the batch's own.
        if sent.folder.is_dir() {
            std::fs::remove_dir_all(&sent.folder).map_err(|error| {
                (Ending::Failed, format!("E405 {}: {error}", sent.folder.display()))
            })?;
        }
        download(&self.client, job, &sent.folder).map_err(failed)?;
        let record = if sent.run.spec.is_front() {
            let mut document: FrontDocument = read(&sent.folder, "front.json")?;
            document.scenario.name = sent.scenario_name(document.scenario.name);
            let manifest: Manifest = read(&sent.folder, "manifest.json")?;
            let runs = manifest.front.map(|front| front.runs).unwrap_or_default();
            Record::of_front(&sent.run, &document, &runs, None)
        } else {
            let mut document: SolveDocument = read(&sent.folder, "solve.json")?;
            document.scenario.name = sent.scenario_name(document.scenario.name);
            Record::of_solve(&sent.run, &document, None)
        };
        Ok(record)
    }
}

impl Launcher for Remote {
    fn launch(&self, at: usize) -> Record {
        let sent = &self.sent[&at];
        self.fetch(sent).unwrap_or_else(|(ending, what)| {
            Record::without_answer(&sent.run, ending, &sent.ks, &what)
        })
    }

    fn stop(&self) {
        self.is_stopped.store(true, Ordering::SeqCst);
    }
}

fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, (Ending, String)> {
    let path = folder.join(name);
    let wrong = |what: String| (Ending::Failed, format!("E536 {}: {what}", path.display()));
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// A run as a server is asked it.
struct Inputs {
    values: Map<String, Value>,
    /// What its scenario is called, where that is a file that the server does not have.
    scenario: Option<String>,
}

/// A run as the inputs of a process. A scenario of the instance goes by its name, and the rules of one in
/// a file of its own, which a server does not have, by the codes of their areas.
fn inputs(run: &Run, size: &Size, batch: &Path, instance: &str) -> Result<Inputs, String> {
    let said = |defects: Defects| defects.to_string();
    let place = batch.join(&run.spec.instance);
    let named = run.spec.scenario.as_ref();
    let file = named.filter(|named| !Scenario::names(&place).contains(named));
    // Seldom: reading an instance anew for each of thousands of runs takes its time.
    let is_resolved = file.is_some() || !run.spec.counties.0.is_empty();
    let question = is_resolved.then(|| Question::read(run, batch)).transpose().map_err(said)?;
    let mut rules = run.rules.clone();
    let mut scenario = None;
    if let (Some(_), Some(Question { problem, .. })) = (file, &question) {
        let encoding = run.spec.encoding.map(|letters| letters.0);
        let here = Instance::load_in(&place, None, encoding).map_err(said)?;
        let about = InstanceDocument::new(&problem.instance);
        rules = ScenarioDocument::new(problem).as_scenario(&about, &here, "scenario");
        scenario = Some(problem.scenario.clone());
    }

    let mut values = Map::new();
    let spec = serde_json::to_value(&run.spec).map_err(|error| error.to_string())?;
    let rules = serde_json::to_value(rules).map_err(|error| error.to_string())?;
    let keys = [rules, spec].into_iter().filter_map(|value| match value {
        Value::Object(object) => Some(object),
        _ => None,
    });
    for (key, value) in keys.flatten() {
        let is_left_out = NOT_SENT.contains(&key.as_str())
            || (run.spec.is_front() && OF_PLANS.contains(&key.as_str()))
            || (!run.spec.is_front() && OF_FRONTS.contains(&key.as_str()))
            || (ZERO.contains(&key.as_str()) && value == 0)
            || says_nothing(&value);
        if !is_left_out {
            values.insert(key, value);
        }
    }
    values.insert("instance".to_owned(), json!(instance));
    values.insert("k".to_owned(), json!(size.ks));
    // As a local batch does.
    values.insert("no_explain".to_owned(), json!(true));
    if file.is_some() {
        values.insert("no_scenario".to_owned(), json!(true));
    } else if let Some(named) = named {
        values.insert("scenario".to_owned(), json!(named));
    }
    if let (None, Some(Question { problem, .. })) = (file, &question) {
        let is_inside = |county: &String| run.spec.counties.0.contains(county);
        let inside = problem.instance.areas.iter().filter(|area| is_inside(&area.county));
        let codes: Vec<&str> = inside.map(|area| area.code.as_str()).collect();
        values.insert("areas".to_owned(), json!(codes));
    }
    Ok(Inputs { values, scenario })
}

/// What is as if it were not there.
fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}
