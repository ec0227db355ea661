//! `solve`: the best division for every k of a list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;
use regionfront_report::{
    Format, InstanceDocument, JournalHeader, Manifest, OpenMode, OutputError, RecordedRun,
    ResultDocument, RunDir, RunStamp, SolveDocument, read_joined, report_for, run_files,
};
use regionfront_solver::engine::Interrupt;
use regionfront_solver::job::{self, Answer, Known, Saved, Settings, SharedEngine, Termination};
use regionfront_verify::judge_division;

use super::args::{EngineName, ProgressKind, QuestionArgs, StopArgs};
use super::certify::{self, CertifyFlags};
use super::divisions::find_division;
use super::engines::{engine, share_threads};
use super::exit::{self, Exit, Failure};
use super::explain::explain_proven;
use super::itself::command_line;
use super::join::JoinArgs;
use super::output::{results_to_stdout, say, to_stdout};
use super::over_years::{self, OverYearsArgs};
use super::question::Question;
use super::report::ReportFlags;
use super::signals::Signals;
use super::{dry_run, progress, report};

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct SolveArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    #[command(flatten)]
    over_years: OverYearsArgs,

    #[command(flatten)]
    stop: StopArgs,

    /// Which engine answers
    #[arg(long, value_enum, default_value_t, help_heading = "Solving")]
    engine: EngineName,

    /// Threads: for several k at a time, and for one k of a middling or large problem where there are
    /// more threads than k [default: all cores]; the results do not depend on it
    #[arg(
        long, value_name = "N", help_heading = "Solving",
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    threads: Option<u16>,

    /// A division to begin from: a CSV file, or one of the instance; used for the k it has regions
    /// for, if it keeps the rules; repeatable
    #[arg(long, value_name = "DIVISION", help_heading = "Solving")]
    warm_start: Vec<PathBuf>,

    /// Directory for files: JSON, CSV, maps, manifest, journal
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Continue the run in the output directory: finished k are kept, the others solved; over years, those
    /// begun go on from what was found
    #[arg(long, requires = "output", conflicts_with = "force", help_heading = "Output")]
    resume: bool,

    /// Replace the run in the output directory, or write beside files that are not ours
    #[arg(long, requires = "output", help_heading = "Output")]
    force: bool,

    #[command(flatten)]
    join: JoinArgs,

    #[command(flatten)]
    certify: CertifyFlags,

    #[command(flatten)]
    report: ReportFlags,

    /// What to print
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    format: Format,

    /// How to show progress, on stderr
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help_heading = "Output")]
    progress: ProgressKind,

    /// Exit with 0, not 4, when a limit struck and there is a plan
    #[arg(long, help_heading = "Output")]
    limit_ok: bool,

    /// Do not look for the rules that conflict where there is no plan
    #[arg(long, help_heading = "Output")]
    no_explain: bool,

    /// Say what would be solved and written, and stop
    #[arg(long, help_heading = "Output")]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  regionfront solve instances/viken-2020 --k 6..13 -o out
      every number of regions from 6 to 13, under the instance's default scenario
  regionfront solve instances/viken-2020 --k 9 --no-scenario --min-population 20000 \\
      --keep-together \"Hallingdal=Flå,Nesbyen,Gol,Hemsedal,Ål,Hol\" --keep-apart \"Asker,Bærum\"
      one number of regions, under rules of one's own
  regionfront solve instances/viken-2020 --k 6..13 --total-time-limit 5m --limit-ok --format json
      at most five minutes, for another program
  regionfront solve instances/viken-2020 --k 9 --over-years worst --max-population 310000
      one division for all years of the instance: the best in the worst of them";

pub(super) fn run(args: &SolveArgs, quiet: bool) -> Result<Exit, Failure> {
    if let Some(criterion) = args.over_years.over_years {
        return run_over_years(args, criterion, quiet);
    }
    args.report.refuse_language_alone(args.format == Format::Table)?;
    let question = Question::read(&args.question, quiet)?;
    let ks = question.require_k()?.to_vec();
    let problem = Arc::new(question.problem);
    let engine = engine(args.engine);
    let threads = share_threads(args.threads.map(usize::from));
    let interrupt = Interrupt::default();
    let settings = args.stop.settings(threads, interrupt.clone());
    let document = SolveDocument::new(&problem, engine.name(), &settings);
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if args.dry_run {
        let files =
            output.map(|folder| (folder, run_files(&ks, problem.instance.shapes.is_some())));
        to_stdout(|out| {
            let (instance, scenario) = (&document.instance, &document.scenario);
            dry_run::write(instance, scenario, engine.name(), &ks, files.as_ref(), out)
        })?;
        return Ok(Exit::AsAsked);
    }

    let known = warm_starts(args, &problem, &ks, quiet)?;
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    let solving = Solving {
        problem: &problem,
        ks: &ks,
        engine: &engine,
        settings: &settings,
        instance: &args.question.instance,
        folder: output.map(|folder| (folder, open_mode(args.resume, args.force))),
        join: &args.join,
        explain: !args.no_explain,
        progress: args.progress,
        quiet,
    };
    let Solved { document, answers, saved } = solving.run(document, known)?;
    let lang = args.report.lang;
    let shown = SolveDocument {
        instance: InstanceDocument::new_in(&problem.instance, lang),
        ..document.clone()
    };
    results_to_stdout(args.format, |out| match args.format {
        Format::Table => report_for(args.format, lang).write(&shown, out),
        Format::Json | Format::Csv => report_for(args.format, lang).write(&document, out),
    })?;
    if let (Format::Table, false) = (args.format, quiet)
        && let Some(sentence) = report::dearest_rule(&problem, &answers, &settings, lang)
    {
        to_stdout(|out| writeln!(out, "\n{sentence}"))?;
    }
    let manifest = saved?;
    if let (Some(folder), true) = (output, args.certify.certificate) {
        certify::along(folder, quiet)?;
    }
    if let (Some(folder), Some(manifest), true) = (output, manifest, args.report.report) {
        let run = RecordedRun::new(Problem::clone(&problem), RunStamp::from(&manifest));
        let run = run.with_answers(&answers).with_explanations(&document.results);
        let run = run.with_records_of(folder)?;
        report::write_run(run, Some(folder), folder, &args.report.options(true), &settings, quiet)?;
    }
    Ok(exit::of_answers(&answers, signals.received(), args.limit_ok))
}

/// One plan for several years, which goes its own way.
fn run_over_years(
    args: &SolveArgs,
    criterion: over_years::CriterionName,
    quiet: bool,
) -> Result<Exit, Failure> {
    over_years::refuse(&[
        ("--engine", args.engine != EngineName::default()),
        ("--warm-start", !args.warm_start.is_empty()),
        ("--gap", f64::from(args.stop.gap) > 0.0),
        ("--abs-gap", args.stop.abs_gap > 0),
        ("--join", args.join.is_asked()),
        ("--certificate", args.certify.certificate),
        ("--dry-run", args.dry_run),
        ("--no-explain", args.no_explain),
        ("--progress", !matches!(args.progress, ProgressKind::Auto | ProgressKind::None)),
    ])?;
    let interrupt = Interrupt::default();
    let settings = args.stop.settings(1, interrupt.clone());
    let target = over_years::Target {
        folder: args.output.as_deref().filter(|path| *path != Path::new("-")),
        mode: open_mode(args.resume, args.force),
        format: args.format,
        limit_ok: args.limit_ok,
        report: args.report,
        quiet,
    };
    over_years::run(&args.over_years, criterion, &args.question, &settings, &interrupt, &target)
}

/// How to open an output directory.
pub(super) fn open_mode(resume: bool, force: bool) -> OpenMode {
    match (resume, force) {
        (true, _) => OpenMode::Resume,
        (_, true) => OpenMode::Force,
        _ => OpenMode::New,
    }
}

/// A question that is read, and where its answers go.
pub(super) struct Solving<'a> {
    pub(super) problem: &'a Arc<Problem>,
    pub(super) ks: &'a [usize],
    pub(super) engine: &'a SharedEngine,
    pub(super) settings: &'a Settings,
    /// Folder of the instance.
    pub(super) instance: &'a Path,
    /// The run directory.
    pub(super) folder: Option<(&'a Path, OpenMode)>,
    /// Runs to take the answers from.
    pub(super) join: &'a JoinArgs,
    /// Whether to look for the rules that conflict where there is no plan.
    pub(super) explain: bool,
    pub(super) progress: ProgressKind,
    pub(super) quiet: bool,
}

/// What came of it.
pub(super) struct Solved {
    pub(super) document: SolveDocument,
    pub(super) answers: Vec<Answer>,
    /// Whether the run directory was written, and with which manifest, if there is one.
    pub(super) saved: Result<Option<Manifest>, OutputError>,
}

impl Solving<'_> {
    /// Solves every k that an earlier run has not finished; the results enter the document.
    pub(super) fn run(
        &self,
        mut document: SolveDocument,
        mut known: Vec<Known>,
    ) -> Result<Solved, Failure> {
        let Self { problem, ks, engine, settings, quiet, .. } = *self;
        self.join.refuse_into(self.folder.map(|(folder, _)| folder))?;
        let joined = self.joined(&document)?;
        if !quiet {
            self.join.say_missing(ks, |k| joined.iter().any(|answer| answer.k == k));
        }
        let mut run_dir =
            self.folder.map(|(folder, mode)| Output::open(folder, mode, &document)).transpose()?;
        let mut answers = Vec::new();
        if let Some(output) = &mut run_dir {
            let (finished, unfinished) = output.earlier_answers(problem, ks, quiet)?;
            if !quiet && !finished.is_empty() {
                say(&format!("resume: {} of {} k already finished", finished.len(), ks.len()));
            }
            answers = finished;
            known.extend(unfinished);
            let manifest = Manifest::begin(&document, settings.threads, command_line());
            output.begin(manifest.about(self.instance, ks));
            for answer in &joined {
                let saved = output.run_dir.save(ResultDocument::new(problem, answer));
                output.note(saved);
            }
        }
        answers.extend(joined);

        let open: Vec<usize> =
            ks.iter().copied().filter(|&k| answers.iter().all(|answer| answer.k != k)).collect();
        let watcher = progress::watcher(self.progress, quiet, open.len());
        let save = &mut |saved: Saved<'_>| {
            if let Some(output) = &mut run_dir {
                let saved = match saved {
                    Saved::SoFar(answer) => {
                        output.run_dir.save_so_far(ResultDocument::so_far(problem, answer))
                    }
                    Saved::Answer(answer) => {
                        output.run_dir.save(ResultDocument::new(problem, answer))
                    }
                };
                output.note(saved);
            }
        };
        // What the joined runs do not hold counts as interrupted before it began.
        let stopped = Settings { interrupt: Interrupt::default(), ..settings.clone() };
        stopped.interrupt.raise();
        let solving = if self.join.is_asked() { &stopped } else { settings };
        answers.extend(job::run(problem, &open, engine, solving, &known, &watcher, save));
        drop(watcher);
        answers.sort_by_key(|answer| answer.k);
        document.results =
            answers.iter().map(|answer| ResultDocument::new(problem, answer)).collect();
        if self.explain {
            let is_infeasible =
                |result: &&ResultDocument| result.termination == Termination::Infeasible;
            let infeasible: Vec<usize> =
                document.results.iter().filter(is_infeasible).map(|result| result.k).collect();
            let mut explained = explain_proven(problem, settings, &infeasible);
            for result in &mut document.results {
                result.explanation = explained.remove(&result.k);
            }
        }
        let saved =
            run_dir.map_or(Ok(None), |output| output.finish(problem, &document, &answers, quiet));
        Ok(Solved { document, answers, saved })
    }

    /// What the runs to be joined found, for every k that one of them has; the last named stands.
    fn joined(&self, document: &SolveDocument) -> Result<Vec<Answer>, Failure> {
        let mut found = BTreeMap::new();
        for (folder, results) in
            read_joined::<ResultDocument>(&self.join.join, &JournalHeader::new(document))?
        {
            // The last line about a k holds all that the earlier ones do.
            for result in results.into_iter().filter(|result| self.ks.contains(&result.k)) {
                found.insert(result.k, (folder.clone(), result));
            }
        }
        found
            .into_values()
            .map(|(folder, result)| {
                recorded(self.problem, &folder, &result, "name the folder of another run")
            })
            .collect()
    }
}

/// An answer that the journal of a folder holds.
fn recorded(
    problem: &Problem,
    folder: &Path,
    result: &ResultDocument,
    cure: &str,
) -> Result<Answer, Failure> {
    result.to_answer(problem).map_err(|what| {
        Failure::usage(
            "E404",
            format!("{}/journal.ndjson, k = {}", folder.display(), result.k),
            format!("the result does not pass the verifier: {what}"),
            cure,
        )
    })
}

/// The run directory during a run. The first failed write is remembered and reported at the end:
/// what is being solved is worth more than stopping at once.
struct Output {
    run_dir: RunDir,
    earlier: Vec<ResultDocument>,
    manifest: Option<Manifest>,
    failure: Option<OutputError>,
    folder: PathBuf,
}

impl Output {
    fn open(folder: &Path, mode: OpenMode, document: &SolveDocument) -> Result<Self, OutputError> {
        let (run_dir, earlier) = RunDir::open(folder, mode, &JournalHeader::new(document))?;
        let folder = folder.to_owned();
        Ok(Self { run_dir, earlier, manifest: None, failure: None, folder })
    }

    /// What the journal holds for these k: answers that need no more solving, and plans of the
    /// others. Those are not begun from, so that a continued run ends as an undisturbed one.
    fn earlier_answers(
        &mut self,
        problem: &Problem,
        ks: &[usize],
        quiet: bool,
    ) -> Result<(Vec<Answer>, Vec<Known>), Failure> {
        let (mut finished, mut unfinished) = (Vec::<Answer>::new(), Vec::new());
        // The last line about a k holds all that the earlier ones do.
        let others: BTreeSet<usize> =
            self.earlier.iter().map(|result| result.k).filter(|k| !ks.contains(k)).collect();
        if !others.is_empty() && !quiet {
            let others: Vec<String> = others.iter().map(ToString::to_string).collect();
            say(&format!(
                "resume: not asked for, and left out of the tables: k = {}; the journal keeps them",
                others.join(", ")
            ));
        }
        let last: BTreeMap<usize, ResultDocument> = self
            .earlier
            .drain(..)
            .filter(|result| ks.contains(&result.k))
            .map(|result| (result.k, result))
            .collect();
        for result in last.into_values() {
            let answer = recorded(
                problem,
                &self.folder,
                &result,
                "start again with --force or in another directory",
            )?;
            let is_done = matches!(
                answer.termination,
                Termination::Optimal | Termination::Infeasible | Termination::GapLimit
            );
            if is_done {
                finished.push(answer);
            } else if let Some(plan) = answer.plan {
                unfinished.push(Known { plan, is_start: false });
            }
        }
        Ok((finished, unfinished))
    }

    fn begin(&mut self, manifest: Manifest) {
        let written = self.run_dir.write_manifest(&manifest);
        self.note(written);
        self.manifest = Some(manifest);
    }

    fn note(&mut self, written: Result<(), OutputError>) {
        if let Err(error) = written
            && self.failure.is_none()
        {
            tracing::warn!(%error, "solving goes on");
            self.failure = Some(error);
        }
    }

    fn finish(
        mut self,
        problem: &Problem,
        document: &SolveDocument,
        answers: &[Answer],
        quiet: bool,
    ) -> Result<Option<Manifest>, OutputError> {
        let plans: Vec<(usize, &Plan)> = answers
            .iter()
            .filter_map(|answer| Some((answer.k, answer.plan.as_ref()?.plan())))
            .collect();
        let written = self.run_dir.write_results(problem, document, &plans);
        self.note(written);
        let mut manifest = self.manifest.take();
        if let Some(manifest) = &mut manifest {
            manifest.end(document);
            let written = self.run_dir.write_manifest(manifest);
            self.note(written);
        }
        let written = self.run_dir.write_maps(problem, document, &plans);
        self.note(written);
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        if !quiet {
            let without = if problem.instance.shapes.is_some() {
                ""
            } else {
                " (no maps: the instance has no areas.geojson)"
            };
            say(&format!("files: {}{without}", self.folder.display()));
        }
        Ok(manifest)
    }
}

/// The divisions to begin from. One that cannot be read is an error; one that breaks a rule or has
/// another number of regions is named and not used.
fn warm_starts(
    args: &SolveArgs,
    problem: &Problem,
    ks: &[usize],
    quiet: bool,
) -> Result<Vec<Known>, Failure> {
    let mut known = Vec::new();
    for named in &args.warm_start {
        let division = find_division(named, &problem.instance, &problem.rules, quiet)?;
        let because = match judge_division(problem, &division, None) {
            Ok(plan) if ks.contains(&plan.plan().num_regions()) => {
                known.push(Known { plan, is_start: true });
                continue;
            }
            Ok(plan) => format!("it has {} regions", plan.plan().num_regions()),
            Err(violations) => {
                let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
                found.join("; ")
            }
        };
        if !quiet {
            say(&format!("warm start {} is not used: {because}", named.display()));
        }
    }
    Ok(known)
}
