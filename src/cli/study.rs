//! `study`: one planner's question, from a file, to tables.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use schemars::JsonSchema;
use serde::Deserialize;

use regionfront_analysis::division::derive::AttachBy;
use regionfront_analysis::division::derive::pipeline::{self, Improve, Solver, Steps};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::file_name;
use regionfront_model::instance::{Division, Instance, Year};
use regionfront_model::quantity::Share;
use regionfront_model::reading::Encoding;
use regionfront_model::scenario::rule::Side;
use regionfront_model::scenario::{KList, Measure, Problem, Scenario};
use regionfront_report::{
    DerivedDivision, NearOptimal, SolvedScenario, StudyResults, StudyTexts, Swept, Watched,
    open_output_folder,
};
use regionfront_solver::engine::{Interrupt, Limits};
use regionfront_solver::front::{FrontTask, ObjectiveSet, Terms, Unwatched, sweep_all};
use regionfront_solver::job::{self, Settings};

use super::args::{ProgressKind, StopArgs};
use super::divisions::find_division;
use super::engines::{engine, share_threads};
use super::exit::{self, Exit, Failure};
use super::output::{say, to_stdout};
use super::progress;
use super::question::say_assumed;
use super::report::{self, ReportFlags};
use super::signals::Signals;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct StudyArgs {
    /// The study: a TOML file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    stop: StopArgs,

    /// Directory for the tables
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    output: PathBuf,

    /// Write into a directory that holds something; files of the same names are replaced
    #[arg(long, help_heading = "Output")]
    force: bool,

    #[command(flatten)]
    report: ReportFlags,

    /// How to show progress, on stderr
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help_heading = "Output")]
    progress: ProgressKind,

    /// Exit with 0, not 4, when a limit struck and there is a plan
    #[arg(long, help_heading = "Output")]
    limit_ok: bool,
}

const EXAMPLES: &str = "\
A study names an instance, scenarios to solve, numbers of regions, divisions to hold against the
plans, and derivations. It writes CSV tables and study.md, without times: the same figures give the
same files.

Example:
  regionfront study instances/viken-2020/studies/hallingdal.toml -o out";

/// Most plans near one optimum.
const MOST_NEAR: usize = 10_000;

/// A study as written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Study {
    /// What reports call it.
    title: String,
    /// What it asks.
    #[serde(default)]
    question: String,
    /// Title and question in Norwegian.
    nb: Option<StudyTranslation>,
    /// A limit to go through, value by value: the first scenario is solved under each of them, in
    /// place of the scenarios.
    sweep: Option<StudySweep>,
    /// Years whose figures it goes through: the first scenario is solved by those of each, in place of
    /// the scenarios.
    #[serde(default)]
    years: Vec<Year>,
    /// Folder of the instance, relative to the file.
    instance: PathBuf,
    /// What those files of the instance, and of divisions, are written in that are not UTF-8, such as
    /// `latin1`.
    encoding: Option<String>,
    /// Numbers of regions; nothing is solved without.
    k: Option<KList>,
    /// Scenarios of the instance, by name or file. Prices are against the first; its rules hold
    /// for derivations.
    scenarios: Vec<String>,
    /// Divisions to hold against the plans, by name or file, relative to the study.
    #[serde(default)]
    divisions: Vec<String>,
    /// Derivations; their results are held against the plans, too.
    #[serde(default)]
    derive: Vec<StudyDerivation>,
    /// A group to look for in the plans.
    watch: Option<StudyGroup>,
    /// Look for it, too, in all plans that lose at most this share of the best one's internal
    /// commuting, such as "0.5%".
    within: Option<String>,
}

/// The texts of a study in another language.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StudyTranslation {
    /// What reports call it.
    title: String,
    /// What it asks.
    #[serde(default)]
    question: String,
}

/// A limit that a study goes through.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StudySweep {
    /// Key of the limit, such as `min_population`.
    key: String,
    /// Its values; 0 stands for no limit.
    values: Vec<u64>,
}

impl StudySweep {
    /// What the key limits.
    fn limit(&self) -> Option<(Measure, Side)> {
        let (side, word) = match self.key.split_once('_')? {
            ("min", word) => (Side::Min, word),
            ("max", word) => (Side::Max, word),
            _ => return None,
        };
        let measure = Measure::ALL.into_iter().find(|measure| measure.word() == word)?;
        Some((measure, side))
    }

    /// A question under each value, with a word for files.
    fn questions(&self, base: &Problem) -> Option<Vec<(String, Problem, Swept)>> {
        let (measure, side) = self.limit()?;
        let question = |&value: &u64| {
            let value = (value > 0).then_some(value);
            let mut problem = base.clone();
            let limits = &mut problem.rules.limits;
            let bounds = match measure {
                Measure::Population => &mut limits.population,
                Measure::Areas => &mut limits.areas,
                Measure::Jobs => &mut limits.jobs,
                Measure::Employed => &mut limits.employed,
            };
            match side {
                Side::Min => bounds.min = value,
                Side::Max => bounds.max = value,
            }
            let texts = &mut problem.rules.texts;
            texts.reasons.remove(&self.key);
            texts.nb.reasons.remove(&self.key);
            let figure = value.map_or_else(|| "none".to_owned(), |value| value.to_string());
            (format!("{}={figure}", self.key), problem, Swept { measure, side, value })
        };
        Some(self.values.iter().map(question).collect())
    }
}

/// One derivation of a study.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StudyDerivation {
    /// What the study calls it.
    name: String,
    /// The division it begins from.
    from: String,
    /// Leave double members in one region.
    #[serde(default)]
    resolve_overlaps: bool,
    /// Add areas left out.
    #[serde(default)]
    assign_missing: bool,
    /// Add regions of one area to others.
    attach_singletons: Option<AttachBy>,
    /// A region to split.
    split: Option<String>,
    /// Into so many parts.
    into: Option<KList>,
    /// Numbers of moved areas, such as "0..8", or "0.." as far as moving gains anything.
    improve: Option<String>,
}

/// A group of a study.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StudyGroup {
    /// What the study calls it.
    name: String,
    /// Its areas, by name or code.
    areas: Vec<String>,
}

impl StudyDerivation {
    fn steps(&self, at: &str) -> Result<Steps, Defects> {
        let improve = match &self.improve {
            Some(text) => Some(Improve::Within(text.parse().map_err(|what| wrong(at, what))?)),
            None => None,
        };
        if self.split.is_some() != self.into.is_some() {
            return Err(wrong(at, "`split` and `into` go together"));
        }
        Ok(Steps {
            resolve_overlaps: self.resolve_overlaps,
            assign_missing: self.assign_missing,
            attach_singletons: self.attach_singletons,
            split: self.split.clone().zip(self.into.clone()),
            improve,
        })
    }
}

fn wrong(at: &str, what: impl Into<String>) -> Defects {
    Defect::new("E508", at, what, "see `regionfront schema study`").into()
}

#[expect(clippy::too_many_lines, reason = "one study, from its file to its tables")]
pub(super) fn run(args: &StudyArgs, quiet: bool) -> Result<Exit, Failure> {
    let file = args.file.display().to_string();
    let text =
        std::fs::read_to_string(&args.file).map_err(|error| wrong(&file, error.to_string()))?;
    let study: Study = toml::from_str(&text).map_err(|error| wrong(&file, error.to_string()))?;
    for derivation in &study.derive {
        let at = format!("{file}, derive {}", derivation.name);
        file_name::check(&derivation.name).map_err(|what| wrong(&at, what))?;
    }
    open_output_folder(&args.output, args.force)?;
    let parent = args.file.parent().unwrap_or_else(|| Path::new("."));
    let folder = parent.join(&study.instance);
    let encoding: Option<Encoding> = match &study.encoding {
        Some(name) => {
            Some(name.parse().map_err(|what: String| wrong(&format!("{file}, encoding"), what))?)
        }
        None => None,
    };
    let instance = Instance::load_in(&folder, None, encoding)?;
    say_assumed(&instance, quiet);
    let mut problems = Vec::new();
    for named in &study.scenarios {
        let scenario = Scenario::read(&Scenario::locate(&folder, named)?)?;
        problems.push((named.clone(), Problem::resolve(instance.clone(), &scenario)?, None));
    }
    if !study.years.is_empty() {
        let [named] = study.scenarios.as_slice() else {
            return Err(wrong(&file, "years go with one scenario").into());
        };
        let scenario = Scenario::read(&Scenario::locate(&folder, named)?)?;
        problems.clear();
        for &year in &study.years {
            let instance = Instance::load_in(&folder, Some(year), encoding)?;
            problems.push((format!("year={year}"), Problem::resolve(instance, &scenario)?, None));
        }
    }
    if let Some(sweep) = &study.sweep {
        let [(_, base, _)] = problems.as_slice() else {
            return Err(wrong(&file, "a sweep goes with one scenario").into());
        };
        let Some(questions) = sweep.questions(base) else {
            let what = format!("`{}` is no limit to go through", sweep.key);
            return Err(wrong(&format!("{file}, sweep"), what).into());
        };
        problems = questions
            .into_iter()
            .map(|(word, problem, swept)| (word, problem, Some(swept)))
            .collect();
    }
    let Some(first) = problems.first().map(|(_, problem, _)| Arc::new(problem.clone())) else {
        return Err(wrong(&file, "a study names at least one scenario").into());
    };
    let watched = study.watch.as_ref().map(|group| watched(&instance, group, &file)).transpose()?;
    let within: Option<Share> = match &study.within {
        Some(text) => Some(text.parse().map_err(|what: String| wrong(&file, what))?),
        None => None,
    };
    if within.is_some() && watched.is_none() {
        return Err(wrong(&file, "`within` looks for a group; name it under `watch`").into());
    }
    let mut divisions: Vec<Division> = Vec::new();
    for named in &study.divisions {
        divisions.push(find_division(
            &located(named, &first, parent),
            &first.instance,
            &first.rules,
            quiet,
        )?);
    }

    let interrupt = Interrupt::default();
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    let ks = study.k.as_ref().map_or(&[][..], |list| &list.0);
    let solver = Solver {
        engine: engine(super::args::EngineName::default()),
        settings: args
            .stop
            .settings(share_threads(None), interrupt)
            .within(args.stop.total_time_limit),
        watcher: progress::watcher(args.progress, quiet, ks.len() * problems.len()),
    };
    let mut all = Vec::new();
    let mut scenarios = Vec::new();
    for (word, problem, swept) in problems {
        let shared = Arc::new(problem.clone());
        let Solver { engine, settings, watcher } = &solver;
        let answers = job::run(&shared, ks, engine, settings, &[], watcher, &mut |_| {});
        all.extend(answers.iter().cloned());
        scenarios.push(SolvedScenario {
            word,
            swept,
            year: problem.instance.year.filter(|_| !study.years.is_empty()),
            problem,
            answers,
        });
    }
    let near = match within {
        Some(within) => near_optimal(&scenarios, ks, within, &solver)?,
        None => Vec::new(),
    };
    let mut derived = Vec::new();
    for step in &study.derive {
        let at = format!("{file}, derive {}", step.name);
        let steps = step.steps(&at)?;
        let from = find_division(
            &located(&step.from, &first, parent),
            &first.instance,
            &first.rules,
            quiet,
        )?;
        let found = pipeline::run(&first, &from, &steps, &solver)
            .map_err(|refused| wrong(&at, refused.to_string()))?;
        all.extend(found.solved.iter().map(|solved| solved.answer.clone()));
        let results = found.divisions.iter().map(|division| {
            let suffix = division.name.strip_prefix(&from.name).unwrap_or_default();
            Division { name: format!("{}{suffix}", step.name), ..division.clone() }
        });
        divisions.extend(results);
        derived.push(DerivedDivision { name: step.name.clone(), from: from.name, derived: found });
    }
    let settings = solver.settings.clone();
    drop(solver);
    let results = StudyResults {
        nb: study.nb.map_or_else(
            || StudyTexts { title: study.title.clone(), question: study.question.clone() },
            |nb| StudyTexts { title: nb.title, question: nb.question },
        ),
        en: StudyTexts { title: study.title, question: study.question },
        scenarios,
        divisions,
        derived,
        watched,
        near,
        instance,
    };
    results.save(&args.output, args.force)?;
    to_stdout(|out| results.write_text(args.report.lang, out))?;
    if !quiet {
        say(&format!("files: {}", args.output.display()));
    }
    if args.report.report {
        let stamp = report::stamp(
            &first,
            engine(super::args::EngineName::default()).name(),
            args.stop.seed,
        );
        report::write_run(
            results.to_run(stamp),
            None,
            &args.output,
            &args.report.options(args.force),
            &settings,
            quiet,
        )?;
    }
    if all.is_empty() {
        return Ok(Exit::AsAsked);
    }
    Ok(exit::of_answers(&all, signals.received(), args.limit_ok))
}

/// The plans near the optimum of every scenario and number of regions, under the limits of the
/// solver.
fn near_optimal(
    scenarios: &[SolvedScenario],
    ks: &[usize],
    within: Share,
    solver: &Solver,
) -> Result<Vec<NearOptimal>, Failure> {
    let Settings { time_limit, until, node_limit, memory, seed, threads, ref interrupt, .. } =
        solver.settings;
    let limits = Limits {
        deadline: until,
        nodes: node_limit,
        memory: memory.map(|bytes| bytes / threads.max(1) as u64),
        interrupt: interrupt.clone(),
        ..Limits::default()
    };
    let terms = Terms {
        seed,
        alternatives: 0,
        within: Some(within),
        most_near: MOST_NEAR,
        point_limit: time_limit,
        limits,
    };
    let mut found = Vec::new();
    for SolvedScenario { word, problem, .. } in scenarios {
        // Without a second objective a front is its first point.
        let set = Arc::new(ObjectiveSet::resolve(problem, &[])?);
        let tasks: Vec<FrontTask> = ks
            .iter()
            .map(|&k| FrontTask { set: Arc::clone(&set), k, known: Vec::new(), is_closed: false })
            .collect();
        let swept = sweep_all(&tasks, &terms, threads, &Unwatched);
        if let Some(fault) = swept.iter().find_map(|swept| swept.fault.as_ref()) {
            return Err(Failure { exit: Exit::Fault, text: format!("E301 {fault}") });
        }
        let points =
            swept.into_iter().map(|swept| (swept.front.k, swept.front.points.into_iter().next()));
        found.push(NearOptimal {
            word: word.clone(),
            instance: problem.instance.clone(),
            points: points.collect(),
        });
    }
    Ok(found)
}

/// The name of a division of the instance, or a path relative to the study.
fn located(named: &str, problem: &Problem, parent: &Path) -> PathBuf {
    if problem.instance.divisions.contains_key(named) {
        PathBuf::from(named)
    } else {
        parent.join(named)
    }
}

fn watched(instance: &Instance, group: &StudyGroup, file: &str) -> Result<Watched, Defects> {
    let mut areas = Vec::new();
    for name in &group.areas {
        let area = instance.find_area(name);
        areas.push(area.map_err(|error| wrong(&format!("{file}, watch"), error.to_string()))?);
    }
    areas.sort_unstable();
    Ok(Watched { name: group.name.clone(), areas })
}
