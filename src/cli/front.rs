//! `front`: the Pareto front for every k of a list.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clap::Args;

use regionfront_model::defect::Defects;
use regionfront_model::instance::Instance;
use regionfront_model::quantity::Share;
use regionfront_report::{
    Format, FrontDocument, FrontResultDocument, FrontRunDocument, InstanceDocument, Manifest,
    OpenMode, OptionsDocument, OutputError, RecordedRun, ReplyDocument, RunStamp, front_files,
    known_replies, read_joined, write_front_csv, write_front_table,
};
use regionfront_solver::engine::{Interrupt, Limits};
use regionfront_solver::front::{
    Front, FrontTask, ObjectiveKind, ObjectiveSet, Reply, Swept, Terms, sweep_all,
};
use regionfront_solver::job::{Settings, Termination};

use super::args::{ProgressKind, QuestionArgs, count, duration};
use super::certify::{self, CertifyFlags};
use super::dry_run;
use super::engines::share_threads;
use super::exit::{self, Exit, Failure};
use super::explain::explain_proven;
use super::join::JoinArgs;
use super::memory;
use super::output::{data_to_stdout, json_to_stdout, say, to_stdout};
use super::question::Question;
use super::report::{self, ReportFlags};
use super::signals::Signals;
use super::solve::open_mode;

mod audit;
mod output;
mod progress;

use audit::{Audit, Failed};
use output::{Output, Saving};
use progress::Title;

/// What tells the seed of an audit from that of the fronts.
const AUDIT_SEED: u64 = 0xA0D1;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct FrontArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    /// Second objectives, separated by commas: min-population, min-jobs, min-employed, min-areas,
    /// max-population, min-self-containment, kept-together, distance, other-year; one front for each
    #[arg(
        long,
        value_name = "OBJECTIVES",
        value_delimiter = ',',
        default_value = "min-population",
        help_heading = "Fronts"
    )]
    pub(super) against: Vec<ObjectiveKind>,

    /// One front of all the objectives together; at most one of kept-together, distance and
    /// other-year
    #[arg(long, help_heading = "Fronts")]
    pub(super) joint: bool,

    /// The division of the instance that kept-together refers to, or the year of other-year
    #[arg(long, value_name = "NAME", help_heading = "Fronts")]
    pub(super) reference: Option<String>,

    /// Also find the plans within this share of the internal commuting of each point, and what
    /// they have in common: 0.005 or 0.5%
    #[arg(long, value_name = "SHARE", help_heading = "Fronts")]
    within: Option<Share>,

    /// Most plans found near a point, the best of them
    #[arg(
        long,
        value_name = "N",
        default_value = "100",
        requires = "within",
        help_heading = "Fronts"
    )]
    most_near: NonZeroUsize,

    /// Most other plans listed per point that equal it in every objective
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Fronts")]
    alternatives: usize,

    /// Prove every finished front again: each gap between neighbouring points by a solve that begins
    /// from nothing. With an output directory, --resume goes on with what is left
    #[arg(long, help_heading = "Fronts")]
    audit: bool,

    /// Longest time for one point: seconds, or 90s, 5m, 2h [default: none]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Solving")]
    time_limit: Option<Duration>,

    /// Longest time for all fronts, shared out among them [default: none]
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Solving")]
    total_time_limit: Option<Duration>,

    /// Most branch-and-bound nodes for one point [default: none]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Solving")]
    node_limit: Option<u64>,

    /// Most memory for the tables of solving, in MiB; larger problems are solved on groups of areas
    /// [default: three quarters of what the machine has to spare]
    #[arg(long, value_name = "MIB", value_parser = count, help_heading = "Solving")]
    memory: Option<u64>,

    /// Seed of everything random; the same seed gives the same plans
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Solving")]
    seed: u64,

    /// How many fronts are computed at a time [default: all cores]; the fronts do not depend on it
    #[arg(
        long, value_name = "N", help_heading = "Solving",
        value_parser = clap::value_parser!(u16).range(1..=1024)
    )]
    threads: Option<u16>,

    /// Directory for files: JSON, CSV, manifest, journal
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Continue the run in the output directory: proven points are kept, the rest is solved
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

    /// Show every point of a long front, not only its ends, its knee and some between
    #[arg(long, help_heading = "Output")]
    all_points: bool,

    /// How to show progress, on stderr
    #[arg(long, value_enum, default_value_t, value_name = "KIND", help_heading = "Output")]
    progress: ProgressKind,

    /// Exit with 0, not 4, when a limit struck and there are points
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
  regionfront front instances/viken-2020 --k 6..13 -o out
      internal commuting against the smallest region's population, every point proven
  regionfront front instances/viken-2020 --k 9 --against min-population,kept-together \\
      --reference regional_councils_2019 --joint
      a front of three objectives
  regionfront front instances/viken-2020 --k 9 --against other-year --reference 2022
      a front between two years: commuters inside of 2017 against those of 2022
  regionfront front instances/viken-2020 --k 12 --within 0.5% --most-near 50 -o out
      also the plans near each point, and which areas never part";

impl FrontArgs {
    /// The instance with the flows of the year that the front is against, where it is against one.
    pub(super) fn with_years(&self, instance: Instance) -> Result<Instance, Defects> {
        let reference = self.reference.as_deref();
        match ObjectiveSet::year_beside(&instance, &self.against, reference) {
            None => Ok(instance),
            Some(year) => {
                let encoding = self.question.letters.encoding;
                instance.with_flows_of(&self.question.instance, year, encoding)
            }
        }
    }
}

pub(super) fn run(args: &FrontArgs, quiet: bool) -> Result<Exit, Failure> {
    let question =
        Question::read_contradictory(&args.question, quiet, |instance| args.with_years(instance))?;
    let ks = question.require_k()?.to_vec();
    let problem = question.problem;
    args.report.refuse_language_alone(args.format == Format::Table)?;
    let reference = args.reference.as_deref();
    let sets = ObjectiveSet::resolve_all(&problem, &args.against, args.joint, reference)?;
    sets.iter().try_for_each(|set| {
        set.refuse_contradictions(&question.contradictions)?;
        ks.iter().try_for_each(|&k| set.refuse_without_limits(k))
    })?;
    let interrupt = Interrupt::default();
    let threads = share_threads(args.threads.map(usize::from));
    let terms = terms(args, threads, &interrupt);
    let mut document = FrontDocument::new(&problem, &sets, args.joint, options(args), &terms);
    let folder = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if args.dry_run {
        let files = folder.map(|folder| (folder, front_files(args.within.is_some(), args.audit)));
        to_stdout(|out| {
            dry_run::write(
                &document.instance,
                &document.scenario,
                "exact",
                &ks,
                files.as_ref(),
                out,
            )
        })?;
        return Ok(Exit::AsAsked);
    }
    if !quiet {
        say_dropped(&document);
    }
    let signals = Signals::raise(&interrupt).map_err(|error| Failure {
        exit: Exit::Fault,
        text: format!("E301 signals cannot be caught: {error}"),
    })?;

    // What comes beside the fronts: explanations and prices.
    let beside = Settings {
        seed: args.seed,
        time_limit: args.time_limit,
        total_time_limit: args.total_time_limit,
        memory: memory::limit(args.memory),
        interrupt: interrupt.clone(),
        ..Settings::default()
    };
    let fronting = Fronting {
        sets: &sets,
        ks: &ks,
        terms: &terms,
        threads,
        instance: &args.question.instance,
        folder: folder.map(|folder| (folder, open_mode(args.resume, args.force))),
        join: &args.join,
        progress: args.progress,
        explain: (!args.no_explain).then(|| beside.clone()),
        audit: args.audit,
        quiet,
    };
    let saved = fronting.run(&mut document)?.1;
    match args.format {
        Format::Json => json_to_stdout(&document)?,
        Format::Csv => data_to_stdout(|out| write_front_csv(&document, out))?,
        Format::Table => to_stdout(|out| {
            let lang = args.report.lang;
            let instance = InstanceDocument::new_in(&problem.instance, lang);
            let shown = FrontDocument { instance, ..document.clone() };
            write_front_table(&shown, args.all_points, lang, out)
        })?,
    }
    let manifest = saved?;
    if let (Some(folder), true) = (folder, args.certify.certificate) {
        certify::along(folder, quiet)?;
    }
    if let (Some(folder), Some(manifest), true) = (folder, manifest, args.report.report) {
        let run = RecordedRun::new(problem, RunStamp::from(&manifest));
        let run = run.with_fronts(&sets, &document.fronts)?.with_records_of(folder)?;
        report::write_run(run, Some(folder), folder, &args.report.options(true), &beside, quiet)?;
    }
    let ends: Vec<(Termination, bool)> =
        document.fronts.iter().map(|front| (front.termination, !front.points.is_empty())).collect();
    Ok(exit::of_ends(&ends, signals.received(), args.limit_ok))
}

/// Fronts to be computed, and where they go.
pub(super) struct Fronting<'a> {
    pub(super) sets: &'a [Arc<ObjectiveSet>],
    pub(super) ks: &'a [usize],
    pub(super) terms: &'a Terms,
    pub(super) threads: usize,
    /// Folder of the instance.
    pub(super) instance: &'a Path,
    /// The run directory.
    pub(super) folder: Option<(&'a Path, OpenMode)>,
    /// Runs to take the replies from.
    pub(super) join: &'a JoinArgs,
    pub(super) progress: ProgressKind,
    /// How to look for the rules that conflict where there is no plan, if at all.
    pub(super) explain: Option<Settings>,
    /// Whether finished fronts are proven again.
    pub(super) audit: bool,
    pub(super) quiet: bool,
}

/// How each front came about, and whether the run directory was written, with its manifest.
type Ran = (Vec<FrontRunDocument>, Result<Option<Manifest>, OutputError>);

impl Fronting<'_> {
    /// Computes the fronts, from where an earlier run left them; they enter the document. Hands
    /// back how each came about, and whether the run directory was written, with its manifest.
    pub(super) fn run(&self, document: &mut FrontDocument) -> Result<Ran, Failure> {
        let &Self { sets, ks, threads, quiet, .. } = self;
        self.join.refuse_into(self.folder.map(|(folder, _)| folder))?;
        let joined = read_joined::<ReplyDocument>(&self.join.join, &document.journal_header())?;
        let (mut output, replies) = self
            .folder
            .map(|(folder, mode)| {
                Output::open(folder, mode, document, threads, (self.instance, ks))
            })
            .transpose()?
            .unzip();
        let replies = replies.unwrap_or_default();
        let mut tasks = Vec::new();
        for set in sets {
            for &k in ks {
                let is_closed = self.join.is_asked();
                let known = match self.folder {
                    _ if is_closed => joined_replies(&joined, set, k)?,
                    Some((folder, _)) => known_replies(&replies, set, k, folder)?,
                    None => Vec::new(),
                };
                tasks.push(FrontTask { set: Arc::clone(set), k, known, is_closed });
            }
        }
        if !quiet {
            let holds = |task: &FrontTask| !task.known.is_empty();
            self.join.say_missing(ks, |k| tasks.iter().any(|task| task.k == k && holds(task)));
        }
        if let Some(output) = &mut output {
            output.begin();
        }
        let output = output.map(Mutex::new);
        if let (false, Some((_, OpenMode::Resume))) = (quiet, self.folder) {
            let known: usize = tasks.iter().map(kept).sum();
            let points = tasks.iter().flat_map(|task| &task.known[..kept(task)]);
            let points = points.filter(|reply| matches!(reply, Reply::Point(_))).count();
            say(&format!("resume: {points} points and {} more replies are kept", known - points));
        }
        let places: Vec<(&ObjectiveSet, usize, usize)> = sets
            .iter()
            .flat_map(|set| ks.iter().map(move |&k| (&**set, k)))
            .zip(&tasks)
            // Of joined runs nothing is in the journal of this one yet.
            .map(|((set, k), task)| (set, k, if task.is_closed { 0 } else { kept(task) }))
            .collect();
        let swept = self.sweep(&tasks, &places, output.as_ref());

        for (set, fronts) in sets.iter().zip(swept.0.chunks(ks.len())) {
            let fronts: Vec<&Swept> = fronts.iter().collect();
            document.enter(set, &fronts, sets.len() == 1);
        }
        let fronts: Vec<(&ObjectiveSet, &Front)> =
            places.iter().zip(&swept.0).map(|((set, ..), swept)| (*set, &swept.front)).collect();
        if let Some(settings) = &self.explain {
            for (set, fronts) in sets.iter().zip(document.fronts.chunks_mut(ks.len())) {
                explain_infeasible(set, settings, fronts);
            }
        }
        if self.audit {
            self.audit(&fronts, &mut document.fronts)?;
        }
        let runs = runs(&places, &swept);
        let saved = output.map_or(Ok(None), |output| {
            let output = output.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            output.finish(document, &fronts, runs.clone(), quiet).map(Some)
        });
        Ok((runs, saved))
    }

    /// Proves finished fronts again, within the limits of a point for each of their demands.
    fn audit(
        &self,
        fronts: &[(&ObjectiveSet, &Front)],
        documents: &mut [FrontResultDocument],
    ) -> Result<(), Failure> {
        let audit = Audit {
            // Another seed: other plans to begin from.
            seed: self.terms.seed ^ AUDIT_SEED,
            terms: self.terms,
            threads: self.threads,
            folder: self.folder.map(|(folder, _)| folder),
            joined: &self.join.join,
            quiet: self.quiet,
        };
        match audit.run(fronts, documents) {
            Ok(()) => Ok(()),
            Err(Failed::Engine(fault)) => {
                Err(Failure { exit: Exit::Fault, text: format!("E301 {fault}") })
            }
            Err(Failed::Output(error)) => Err(error.into()),
        }
    }

    /// Computes the fronts, with the number of replies of each.
    fn sweep(
        &self,
        tasks: &[FrontTask],
        places: &[(&ObjectiveSet, usize, usize)],
        output: Option<&Mutex<Output>>,
    ) -> (Vec<Swept>, Vec<usize>) {
        let titles = places
            .iter()
            .map(|(set, k, _)| Title { k: *k, against: set.words(), ideal: set.ideal(*k) })
            .collect();
        let watcher = progress::watcher(self.progress, self.quiet, titles);
        let counts: Vec<AtomicUsize> = tasks.iter().map(|_| AtomicUsize::new(0)).collect();
        let saving = Saving { tasks: places, output, next: &*watcher, counts: &counts };
        let swept = sweep_all(tasks, self.terms, self.threads, &saving);
        (swept, counts.into_iter().map(AtomicUsize::into_inner).collect())
    }
}

/// How many of the known replies need not be asked again.
fn kept(task: &FrontTask) -> usize {
    task.known.iter().take_while(|reply| !reply.is_cut_short()).count()
}

/// The replies for one front of the last named run that has any, as they stand.
fn joined_replies(
    joined: &[(PathBuf, Vec<ReplyDocument>)],
    set: &ObjectiveSet,
    k: usize,
) -> Result<Vec<Reply>, Failure> {
    for (folder, replies) in joined.iter().rev() {
        let known = known_replies(replies, set, k, folder)?;
        if !known.is_empty() {
            return Ok(known);
        }
    }
    Ok(Vec::new())
}

/// Adds to every front without a point why there is none.
fn explain_infeasible(set: &ObjectiveSet, settings: &Settings, fronts: &mut [FrontResultDocument]) {
    let is_infeasible = |front: &&FrontResultDocument| front.termination == Termination::Infeasible;
    let infeasible: Vec<usize> = fronts.iter().filter(is_infeasible).map(|front| front.k).collect();
    let mut explained = explain_proven(&set.problem, settings, &infeasible);
    for front in fronts {
        front.explanation = explained.remove(&front.k);
    }
}

fn terms(args: &FrontArgs, threads: usize, interrupt: &Interrupt) -> Terms {
    Terms {
        seed: args.seed,
        alternatives: args.alternatives,
        within: args.within,
        most_near: args.most_near.get(),
        point_limit: args.time_limit,
        limits: Limits {
            deadline: args.total_time_limit.and_then(|limit| Instant::now().checked_add(limit)),
            nodes: args.node_limit,
            memory: memory::limit(args.memory).map(|bytes| bytes / threads.max(1) as u64),
            interrupt: interrupt.clone(),
            ..Limits::default()
        },
    }
}

fn options(args: &FrontArgs) -> OptionsDocument {
    OptionsDocument {
        engine: "exact".to_owned(),
        seed: args.seed,
        time_limit_s: args.time_limit.map(|limit| limit.as_secs_f64()),
        total_time_limit_s: args.total_time_limit.map(|limit| limit.as_secs_f64()),
        node_limit: args.node_limit,
        gap_tolerance: 0.0,
        abs_gap_tolerance: 0,
    }
}

fn say_dropped(document: &FrontDocument) {
    for objective in document.objectives.iter().filter(|objective| !objective.dropped.is_empty()) {
        say(&format!(
            "along the front against {}, this limit does not hold: {}",
            objective.word,
            objective.dropped.join("; ")
        ));
    }
}

/// How the fronts came about.
fn runs(
    places: &[(&ObjectiveSet, usize, usize)],
    (swept, counts): &(Vec<Swept>, Vec<usize>),
) -> Vec<FrontRunDocument> {
    places
        .iter()
        .zip(swept)
        .zip(counts)
        .map(|(((set, k, num_known), swept), count)| FrontRunDocument {
            k: *k,
            against: set.objectives.iter().map(|it| it.kind().word().to_owned()).collect(),
            num_points: swept.front.points.len(),
            num_replies: *count,
            num_resumed: *num_known,
            wall_s: (swept.wall.as_secs_f64() * 1000.0).round() / 1000.0,
        })
        .collect()
}
