//! What the runs of a batch are about: each against its data.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::spec::Letters;
use super::{Batch, Counts, Run};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::scenario::{Problem, Scenario, nearest};
use regionfront_report::ScenarioDocument;
use regionfront_solver::front::ObjectiveSet;

/// A run's question.
#[derive(Debug)]
pub struct Question {
    /// Folder of the instance.
    pub folder: PathBuf,
    /// Instance and rules.
    pub problem: Problem,
    /// Numbers of regions.
    pub ks: Vec<usize>,
    /// Second objectives; none where plans are asked for.
    pub sets: Vec<Arc<ObjectiveSet>>,
}

/// How large a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// Areas in question.
    pub areas: usize,
    /// Pairs of areas that count as contiguous.
    pub adjacencies: usize,
    /// Pairs of areas with commuters, an area with itself included.
    pub flows: usize,
    /// Numbers of regions.
    pub ks: Vec<usize>,
    /// Fronts per k; 0 where plans are asked for.
    pub fronts: usize,
    /// Memory it is expected to need, in MiB.
    pub memory_mib: u64,
    /// SHA-256 of the data: of both years where there are two.
    pub instance_sha256: String,
    /// SHA-256 of the rules and the areas in question.
    pub scenario_sha256: String,
}

/// A run with its size, or with what is wrong with its input.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The run.
    pub run: Run,
    /// How large it is.
    pub size: Result<Size, Defects>,
}

/// All runs of a batch, looked at.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The runs, in the order of the batch.
    pub runs: Vec<Planned>,
    /// SHA-256 of every instance by its folder as written; empty where it cannot be read.
    pub instances: BTreeMap<String, String>,
}

impl Plan {
    /// Looks at every run. What is wrong with one is its own affair.
    pub fn new(batch: &Batch) -> Self {
        let mut loaded = Loaded::default();
        let runs = batch.runs.iter().map(|run| {
            let size = loaded.question(run, &batch.folder).map(|asked| Size::new(run, &asked));
            Planned { run: run.clone(), size }
        });
        let runs = runs.collect();
        let hash = |instance: &Result<Instance, Defects>| {
            instance.as_ref().map_or_else(|_| String::new(), |instance| instance.sha256.clone())
        };
        let instances =
            loaded.0.iter().map(|((folder, _), found)| (folder.display().to_string(), hash(found)));
        Self { runs, instances: instances.collect() }
    }
}

impl Question {
    /// The question of a run of a batch in this folder.
    ///
    /// # Errors
    /// Everything wrong with its instance, its scenario and its rules.
    pub fn read(run: &Run, folder: &Path) -> Result<Self, Defects> {
        Loaded::default().question(run, folder)
    }
}

/// Instances read so far, by their folders as written and the encoding that was said.
#[derive(Default)]
struct Loaded(BTreeMap<(PathBuf, Option<String>), Result<Instance, Defects>>);

impl Loaded {
    fn question(&mut self, run: &Run, batch: &Path) -> Result<Question, Defects> {
        let spec = &run.spec;
        let folder = batch.join(&spec.instance);
        let encoding = spec.encoding.map(|Letters(encoding)| encoding);
        let load = || Instance::load_in(&folder, None, encoding);
        let key = (spec.instance.clone(), encoding.map(|encoding| encoding.to_string()));
        let instance = self.0.entry(key).or_insert_with(load).clone();
        let scenario = scenario(run, &folder, batch);
        let (instance, scenario) = match (instance, scenario) {
            (Ok(instance), Ok(scenario)) => (instance, scenario),
            (instance, scenario) => {
                let mut defects = instance.err().unwrap_or_default();
                defects.0.extend(scenario.err().unwrap_or_default().0);
                return Err(defects);
            }
        };
        let reference = spec.reference.as_deref();
        let instance = match ObjectiveSet::year_beside(&instance, &spec.against.0, reference) {
            Some(year) => instance.with_flows_of(&folder, year, encoding)?,
            None => instance,
        };
        let mut rules = run.rules.clone();
        rules.set_folder(batch);
        if !spec.counties.0.is_empty() {
            rules.areas = Some(areas_of(run, &instance)?);
        }
        let scenario = scenario.overridden_by(rules);
        let problem = Problem::resolve(instance, &scenario)?;
        let ks = match &spec.k {
            Some(Counts::List(list)) => list.0.clone(),
            Some(Counts::All) => possible(run, &problem)?,
            None => {
                let missing = || {
                    let what = "neither the run nor its scenario says how many regions there \
                                are to be";
                    let cure = "add k = 9, k = \"6..13\" or k = \"all\"";
                    Defect::new("E501", run.place("k"), what, cure)
                };
                scenario.k.ok_or_else(missing)?.0
            }
        };
        let sets = if spec.is_front() {
            ObjectiveSet::resolve_all(&problem, &spec.against.0, spec.joint, reference)?
        } else {
            Vec::new()
        };
        Ok(Question { folder, problem, ks, sets })
    }
}

/// The scenario that the rules of a run come on top of.
fn scenario(run: &Run, instance: &Path, batch: &Path) -> Result<Scenario, Defects> {
    let spec = &run.spec;
    let Some(named) = &spec.scenario else {
        return match Scenario::locate_default(instance) {
            Some(path) if !spec.no_scenario => Scenario::read(&path),
            _ => Ok(Scenario::default()),
        };
    };
    let of_batch = batch.join(named);
    if !Scenario::names(instance).contains(named) && of_batch.is_file() {
        return Scenario::read(&of_batch);
    }
    let path = Scenario::locate(instance, named).map_err(|mut defects| {
        for defect in &mut defects.0 {
            defect.at = run.place("scenario");
        }
        defects
    })?;
    Scenario::read(&path)
}

/// The codes of the areas of the counties of a run.
fn areas_of(run: &Run, instance: &Instance) -> Result<Vec<String>, Defects> {
    let at = || run.place("counties");
    if run.rules.areas.is_some() {
        let what = "counties and areas are both named";
        return Err(Defect::new("E531", at(), what, "leave one of them out").into());
    }
    let mut defects = Defects::default();
    for county in &run.spec.counties.0 {
        let known = || instance.areas.iter().map(|area| area.county.as_str());
        if !known().any(|name| name == county) {
            let cure = match nearest(county, known().filter(|name| !name.is_empty())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "use a name of the column `county` of areas.csv".to_owned(),
            };
            let what = format!("no area lies in a county `{county}`");
            defects.push(Defect::new("E531", at(), what, cure));
        }
    }
    defects.into_result()?;
    let inside = instance.areas.iter().filter(|area| run.spec.counties.0.contains(&area.county));
    Ok(inside.map(|area| area.code.clone()).collect())
}

/// Every number of regions that arithmetic on the rules leaves room for.
fn possible(run: &Run, problem: &Problem) -> Result<Vec<usize>, Defects> {
    let all = 1..=problem.instance.num_areas();
    let ks: Vec<usize> = all.filter(|&k| problem.contradictions(k).is_empty()).collect();
    if ks.is_empty() {
        let what = "the rules leave room for no number of regions at all";
        let cure = "widen the limits, or let more links count as contiguous";
        return Err(Defect::new("E531", run.place("k"), what, cure).into());
    }
    Ok(ks)
}

impl Size {
    fn new(run: &Run, question: &Question) -> Self {
        let Question { problem, ks, sets, .. } = question;
        let areas = problem.instance.num_areas();
        let flows = problem.instance.flows.triples().count();
        let memory_mib = run.spec.memory.unwrap_or_else(|| {
            let tasks = ks.len() * sets.len().max(1);
            let is_compact = run.spec.engine.as_deref() == Some("compact");
            estimate(areas, flows, ks, run.spec.threads().min(tasks), is_compact)
        });
        Self {
            areas,
            adjacencies: problem.adjacency().len(),
            flows,
            ks: ks.clone(),
            fronts: sets.len(),
            memory_mib,
            instance_sha256: problem.instance.sha256.clone(),
            scenario_sha256: ScenarioDocument::new(problem).sha256,
        }
    }
}

/// Memory that a run of this size is expected to need, in MiB: the program and its data, and for
/// every k or front at a time what the engine holds.
///
/// Fitted from above to peaks that were measured: a county of Norway 26 to 34 MiB, all of Norway (356
/// areas) 45 MiB after a minute and a half. The exact engine's store of columns goes on growing on
/// what it cannot prove, hence the margin. The compact model grows with areas × k: 284 MiB for Viken
/// (51 areas) into 13.
fn estimate(areas: usize, flows: usize, ks: &[usize], threads: usize, is_compact: bool) -> u64 {
    const PROGRAM: u64 = 26;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let data = count(flows) / 1000;
    let most_k = count(ks.iter().copied().max().unwrap_or(1));
    let per_task = if is_compact {
        count(areas).saturating_mul(most_k) / 4 + 2 * count(areas)
    } else {
        2 + count(areas) / 5
    };
    PROGRAM + data + count(threads).saturating_mul(per_task)
}
