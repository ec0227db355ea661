//! An instance as the service's page shows it.

use std::borrow::Borrow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::reading::Encoding;
use regionfront_model::scenario::{FixedRegions, Group, Problem, Scenario};
use regionfront_report::{Atlas, Before, ChartStage, Lang, chart};
use regionfront_service::{PlanAsked, RulesSaid, Shown};

use super::super::Command;
use super::super::args::QuestionArgs;
use super::super::question::Question;
use super::parse::parse;

/// How many questions about an instance are held ready.
const HELD: usize = 4;

/// An instance in a folder.
#[derive(Default)]
pub(super) struct ShownInstance {
    folder: PathBuf,
    /// The questions asked lately, by their command line.
    resolved: Mutex<Vec<(Vec<String>, Arc<Resolved>)>>,
    /// The instances they are about, laid out, by what chooses their areas and figures.
    laid: Mutex<Vec<(String, Arc<Atlas>)>>,
    /// Their documents, by that and the language: everybody who opens the page wants them.
    told: Mutex<Vec<(String, Arc<String>)>>,
}

/// Rules as the page reads them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RulesSheet {
    /// The rules as the text of a scenario file.
    toml: String,
    /// The rules as inputs of a question.
    inputs: Value,
    /// Name of the scenario.
    name: String,
    /// Numbers of regions that it asks for.
    k: Vec<usize>,
    /// Kinds of links that connect.
    links: Vec<&'static str>,
    /// Areas that are kept together.
    together: Vec<GroupSheet>,
    /// Areas of which no two share a region.
    apart: Vec<GroupSheet>,
    /// Areas that are exactly a region.
    closed: Vec<GroupSheet>,
    /// Regions that are decided already.
    fixed: Vec<GroupSheet>,
    /// Why not all of the rules can hold.
    contradictions: Vec<ContradictionSheet>,
}

/// Areas that a rule is about.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupSheet {
    /// Its name.
    name: String,
    /// Codes of the areas.
    areas: Vec<String>,
}

/// A contradiction of rules.
#[derive(Debug, Serialize, JsonSchema)]
struct ContradictionSheet {
    /// Its code.
    code: String,
    /// Where.
    at: String,
    /// What is wrong.
    what: String,
    /// What to do.
    help: String,
    /// The number of regions it is about; none where it is about all.
    k: Option<usize>,
}

/// A question about the instance.
struct Resolved {
    /// What chooses its areas and figures.
    about: String,
    scenario: Scenario,
    problem: Problem,
    contradictions: Vec<Defect>,
    atlas: Arc<Atlas>,
}

impl ShownInstance {
    /// The instance in a folder, which is read when it is asked about.
    pub(super) fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), ..Self::default() }
    }

    /// The question of a command line.
    fn question(&self, arguments: &[String]) -> Result<Arc<Resolved>, Defects> {
        if let Some(resolved) = kept(&self.resolved, arguments) {
            return Ok(resolved);
        }
        let args = question_args(arguments)?;
        let scenario = Question::scenario(&args)?;
        let resolved = Arc::new(self.resolve(scenario, args.year, args.letters.encoding)?);
        keep(&self.resolved, arguments.to_vec(), &resolved);
        Ok(resolved)
    }

    /// The question that a scenario asks about the figures of a year.
    fn resolve(
        &self,
        scenario: Scenario,
        year: Option<u16>,
        encoding: Option<Encoding>,
    ) -> Result<Resolved, Defects> {
        let instance = Instance::load_in(&self.folder, year, encoding)?;
        let key =
            format!("{year:?} {encoding:?} {:?} {:?}", scenario.areas, scenario.external_areas);
        let (problem, contradictions) = Problem::resolve_names(instance, &scenario)?;
        let atlas = if let Some(atlas) = kept(&self.laid, &key) {
            atlas
        } else {
            let atlas = Atlas::new(problem.instance.clone()).ok_or_else(|| {
                let what = "there is no area to show";
                Defects::from(Defect::new("E603", "inputs.areas", what, "name some"))
            })?;
            let atlas = Arc::new(atlas);
            keep(&self.laid, key.clone(), &atlas);
            atlas
        };
        Ok(Resolved { about: key, scenario, problem, contradictions, atlas })
    }

    /// The question of a scenario file that a client wrote. Its divisions are the instance's: a path
    /// would be one of this machine.
    fn written(&self, text: &str) -> Result<Resolved, Defects> {
        let scenario = Scenario::parse(text, "scenario.toml")?;
        let instance = Instance::load(&self.folder)?;
        let named =
            scenario.keep_whole.iter().chain(scenario.fixed.iter().filter_map(
                |fixed| match fixed {
                    FixedRegions::Division(regions) => Some(regions),
                    FixedRegions::Areas(_) => None,
                },
            ));
        let mut defects = Defects::default();
        for regions in named.filter(|named| !instance.divisions.contains_key(&named.division)) {
            let shown: String = regions.division.chars().take(60).collect();
            let what = format!("the instance has no division `{shown}`");
            let cure = "name one of the instance";
            defects.push(Defect::new("E603", regions.place.clone(), what, cure));
        }
        defects.into_result()?;
        self.resolve(scenario, None, None)
    }
}

/// Keeps something for the next who asks for it, in the place of what was asked for longest ago.
fn keep<K, V>(held: &Mutex<Vec<(K, Arc<V>)>>, key: K, value: &Arc<V>) {
    let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
    if held.len() >= HELD {
        held.remove(0);
    }
    held.push((key, Arc::clone(value)));
}

/// What was kept.
fn kept<K: Borrow<Q>, Q: Eq + ?Sized, V>(
    held: &Mutex<Vec<(K, Arc<V>)>>,
    key: &Q,
) -> Option<Arc<V>> {
    let held = held.lock().unwrap_or_else(PoisonError::into_inner);
    let found = held.iter().find(|(known, _)| known.borrow() == key);
    found.map(|(_, value)| Arc::clone(value))
}

fn question_args(arguments: &[String]) -> Result<QuestionArgs, Defects> {
    match parse(arguments)?.command {
        Command::Solve(args) => Ok(args.question),
        Command::Front(args) => Ok(args.question),
        Command::Evaluate(args) => Ok(args.question),
        Command::Derive(args) => Ok(args.question),
        Command::Explain(args) => Ok(args.question),
        _ => {
            let what = "this is about no rules";
            Err(Defect::new("E603", "job", what, "name a job of solve or front").into())
        }
    }
}

/// The language of a tag; English where it is another.
fn language(tag: &str) -> Lang {
    Lang::ALL.into_iter().find(|lang| lang.tag() == tag).unwrap_or_default()
}

/// A document as JSON.
fn plain(document: impl serde::Serialize) -> Result<String, Defects> {
    serde_json::to_string(&document).map_err(|error| {
        Defect::new("E301", "server", error.to_string(), "please report it").into()
    })
}

impl Shown for ShownInstance {
    fn atlas(&self, arguments: &[String], tag: &str) -> Result<String, Defects> {
        let resolved = self.question(arguments)?;
        let lang = language(tag);
        let key = format!("{} {}", lang.tag(), resolved.about);
        if let Some(text) = kept(&self.told, key.as_str()) {
            return Ok((*text).clone());
        }
        let text = Arc::new(plain(resolved.atlas.document(lang))?);
        keep(&self.told, key, &text);
        Ok((*text).clone())
    }

    fn plan(&self, arguments: &[String], plan: &PlanAsked, tag: &str) -> Result<String, Defects> {
        let resolved = self.question(arguments)?;
        let before = Before { labels: &plan.before.0, fills: &plan.before.1 };
        let before = (!before.labels.is_empty()).then_some(before);
        let sheet = resolved.atlas.plan(&resolved.problem, &plan.labels, before, language(tag));
        let sheet = sheet.ok_or_else(|| {
            let (told, areas) = (plan.labels.len(), resolved.problem.instance.num_areas());
            let what = format!("{told} labels for {areas} areas");
            Defect::new("E603", "?labels", what, "send a number for every area, 0 for no region")
        })?;
        plain(sheet)
    }

    fn rules(&self, said: &RulesSaid) -> Result<String, Defects> {
        let (resolved, text) = match said {
            RulesSaid::Text(text) => (Arc::new(self.written(text)?), Some(text.clone())),
            RulesSaid::Arguments(arguments) => {
                let resolved = self.question(arguments)?;
                (resolved, self.file_of(&question_args(arguments)?))
            }
        };
        let Resolved { scenario, problem, contradictions, .. } = &*resolved;
        let inputs = pruned(json!(scenario));
        let text = text.unwrap_or_else(|| toml::to_string(&inputs).unwrap_or_default());
        let told = |defect: &Defect, k: Option<usize>| ContradictionSheet {
            code: defect.code.to_string(),
            at: defect.at.clone(),
            what: defect.what.clone(),
            help: defect.cure.clone(),
            k,
        };
        let mut found: Vec<ContradictionSheet> =
            contradictions.iter().map(|defect| told(defect, None)).collect();
        let counts = scenario.k.as_ref().map(|list| list.0.clone()).unwrap_or_default();
        if contradictions.is_empty() {
            for &k in &counts {
                let of_k = problem.contradictions(k);
                found.extend(of_k.iter().map(|defect| told(defect, Some(k))));
            }
        }
        let codes = |group: &Group| GroupSheet {
            name: group.name.clone(),
            areas: group
                .areas
                .iter()
                .map(|&area| problem.instance.areas[area].code.clone())
                .collect(),
        };
        let groups = |groups: &[Group]| groups.iter().map(codes).collect();
        let rules = &problem.rules;
        plain(RulesSheet {
            toml: text,
            inputs: without_texts(inputs),
            name: problem.scenario.clone(),
            k: counts,
            links: rules.links.iter().map(|kind| kind.word()).collect(),
            together: groups(&rules.together),
            apart: groups(&rules.apart),
            closed: groups(&rules.closed),
            fixed: groups(&rules.fixed),
            contradictions: found,
        })
    }

    fn chart(
        &self,
        arguments: &[String],
        events: &[String],
        is_over: bool,
        tag: &str,
    ) -> Result<String, Defects> {
        let resolved = self.question(arguments)?;
        let reference = arguments.iter().find_map(|word| word.strip_prefix("--reference="));
        let stage = ChartStage { events, is_over, reference };
        plain(chart(&resolved.problem, stage, language(tag)))
    }
}

impl ShownInstance {
    /// The text of the scenario file that a question names and does not change.
    fn file_of(&self, args: &QuestionArgs) -> Option<String> {
        let is_changed = args.as_scenario() != Scenario::default();
        let name = args.rules.scenario.as_deref().filter(|_| !is_changed)?;
        fs::read_to_string(Scenario::locate(&self.folder, name).ok()?).ok()
    }
}

/// A scenario without the keys that say nothing.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.into_iter().map(|(key, value)| (key, pruned(value)));
            let says_something = |value: &Value| match value {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(list) => !list.is_empty(),
                Value::Object(object) => !object.is_empty(),
                _ => true,
            };
            Value::Object(kept.filter(|(_, value)| says_something(value)).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(pruned).collect()),
        value => value,
    }
}

/// The keys of a scenario that are inputs of a question: all but what is for people.
fn without_texts(inputs: Value) -> Value {
    let Value::Object(object) = inputs else { return inputs };
    let is_text = |key: &str| matches!(key, "name" | "description" | "reasons" | "nb");
    let kept: Map<String, Value> = object.into_iter().filter(|(key, _)| !is_text(key)).collect();
    Value::Object(kept)
}
