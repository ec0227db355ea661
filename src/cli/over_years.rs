//! `solve --over-years`: one plan for several years.

use std::path::Path;
use std::time::Instant;

use clap::{Args, ValueEnum};

use regionfront_analysis::division::membership::from_plan;
use regionfront_model::instance::{Instance, Year};
use regionfront_report::{Format, Lang, OpenMode, OverYearsDocument, OverYearsKept};
use regionfront_solver::SolveError;
use regionfront_solver::engine::{Interrupt, Limits};
use regionfront_solver::job::{Settings, Termination};
use regionfront_solver::over_years::{Before, Criterion, Told, YearsAnswer, YearsQuestion};

use super::args::QuestionArgs;
use super::exit::{self, Exit, Failure};
use super::output::{results_to_stdout, say};
use super::question::Question;
use super::report::{self, ReportFlags};
use super::signals::Signals;

mod keeping;

use keeping::{Keeping, Start};

/// One plan for several years.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Over years")]
pub(super) struct OverYearsArgs {
    /// One plan for all years of the instance: the most commuters inside on the sum, the largest
    /// least share in the worst year, or the smallest largest regret, which is the distance from the
    /// best plan of a year
    #[arg(long, value_enum, value_name = "CRITERION", conflicts_with = "year")]
    pub(super) over_years: Option<CriterionName>,

    /// These years only, separated by commas [default: all that the instance has]
    #[arg(long, value_name = "YEARS", value_delimiter = ',', requires = "over_years")]
    years: Vec<Year>,

    /// Limits hold by the figures of these years [default: of every year asked about]
    #[arg(long, value_name = "YEARS", value_delimiter = ',', requires = "over_years")]
    limits_in: Vec<Year>,
}

/// What a plan over several years is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CriterionName {
    /// All years together.
    Sum,
    /// The year with the least share inside.
    Worst,
    /// The year farthest from its own best plan.
    Regret,
}

impl From<CriterionName> for Criterion {
    fn from(name: CriterionName) -> Self {
        match name {
            CriterionName::Sum => Self::Sum,
            CriterionName::Worst => Self::Worst,
            CriterionName::Regret => Self::Regret,
        }
    }
}

/// Where the answer goes.
pub(super) struct Target<'a> {
    pub(super) folder: Option<&'a Path>,
    pub(super) mode: OpenMode,
    pub(super) format: Format,
    pub(super) limit_ok: bool,
    pub(super) report: ReportFlags,
    pub(super) quiet: bool,
}

/// Refuses an option that has no meaning over several years.
pub(super) fn refuse(options: &[(&'static str, bool)]) -> Result<(), Failure> {
    let Some((option, _)) = options.iter().find(|(_, is_given)| *is_given) else { return Ok(()) };
    Err(Failure::usage(
        "E520",
        *option,
        "over several years the option has no meaning",
        "leave it out, or leave out --over-years",
    ))
}

pub(super) fn run(
    args: &OverYearsArgs,
    criterion: CriterionName,
    question: &QuestionArgs,
    settings: &Settings,
    interrupt: &Interrupt,
    to: &Target<'_>,
) -> Result<Exit, Failure> {
    let there = Instance::load_in(&question.instance, None, question.letters.encoding)?;
    let mut years = if args.years.is_empty() { there.years.clone() } else { args.years.clone() };
    years.sort_unstable();
    years.dedup();
    if let Some(year) = years.iter().find(|year| !there.years.contains(year)) {
        let known: Vec<String> = there.years.iter().map(ToString::to_string).collect();
        return Err(Failure::usage(
            "E521",
            "--years",
            format!("there are no figures of {year}"),
            match known.as_slice() {
                [] => "the instance has no years; add years/flows_YEAR.csv to it".to_owned(),
                known => format!("the instance has figures of {}", known.join(", ")),
            },
        ));
    }
    if years.len() < 2 {
        return Err(Failure::usage(
            "E521",
            "--over-years",
            "there are figures of one year alone to weigh",
            "name two years with --years, or add years/flows_YEAR.csv and \
             years/areas_by_year.csv to the instance",
        ));
    }
    let limits_in = if args.limits_in.is_empty() { years.clone() } else { args.limits_in.clone() };
    if let Some(year) = limits_in.iter().find(|year| !years.contains(year)) {
        return Err(Failure::usage(
            "E521",
            "--limits-in",
            format!("{year} is none of the years asked about"),
            "add it to --years, or leave it out",
        ));
    }
    let (mut problems, mut figures) = (Vec::new(), Vec::new());
    let mut ks = None;
    for &year in &years {
        let asked = QuestionArgs { year: Some(year), ..question.clone() };
        let read = Question::read(&asked, to.quiet || ks.is_some())?;
        if ks.is_none() {
            ks = Some(read.require_k()?.to_vec());
        }
        figures.push(read.problem.instance.sha256.clone());
        problems.push(read.problem);
    }
    let ks = ks.unwrap_or_default();
    let first = problems[0].clone();
    let limited: Vec<usize> =
        (0..years.len()).filter(|&at| limits_in.contains(&years[at])).collect();
    let asked = YearsQuestion::new(problems, &limited, criterion.into()).map_err(failure)?;
    let signals = Signals::raise(interrupt).map_err(Failure::signals)?;
    let document = |answers: &[YearsAnswer]| {
        let criterion = criterion.into();
        OverYearsDocument::new(&first, criterion, &years, &limits_in, settings.seed, answers)
    };
    let header = document(&[]).journal_header(&figures, settings.node_limit);
    let nothing = |&k: &usize| Start { k, known: OverYearsKept::Before(Before::default()) };
    let (mut keeping, starts) = match to.folder {
        Some(folder) => {
            let (keeping, starts) =
                Keeping::open(folder, to.mode, &header, &asked, &first.instance, &ks, to.quiet)?;
            (Some(keeping), starts)
        }
        None => (None, ks.iter().map(nothing).collect()),
    };
    let answers = solve(&asked, starts, settings, &mut |news| {
        let Some(keeping) = &mut keeping else { return };
        match news {
            News::Told(k, told) => keeping.told(&first.instance, k, told),
            News::Answered(answer) => keeping.answered(&first.instance, answer),
            News::SoFar(answers) => keeping.so_far(&document(answers)),
        }
    })
    .map_err(failure)?;
    let document = document(&answers);
    let lang = to.report.lang;
    let mut shown = document.clone();
    if lang == Lang::Nb && to.format == Format::Table && !first.instance.nb.title.is_empty() {
        shown.instance.title.clone_from(&first.instance.nb.title);
    }
    results_to_stdout(to.format, |out| shown.write(to.format, lang, out))?;
    if let (Some(folder), Some(keeping)) = (to.folder, keeping) {
        keeping.finish(&document)?;
        if !to.quiet {
            say(&format!("files: {}", folder.display()));
        }
        if to.report.report {
            let divisions = answers.iter().zip(&document.results).filter_map(|(answer, result)| {
                let (instance, rules) = (&first.instance, &first.rules);
                let (plan, named) = (answer.plan.as_ref()?, result.division.as_ref()?);
                Some(from_plan(instance, rules, plan, &named.name))
            });
            let stamp = report::stamp(&first, "exact", settings.seed);
            let run = document.to_run(first.clone(), divisions.collect(), stamp);
            report::write_run(run, None, folder, &to.report.options(true), settings, to.quiet)?;
        }
    }
    let ends: Vec<(Termination, bool)> =
        answers.iter().map(|answer| (answer.termination, answer.plan.is_some())).collect();
    Ok(exit::of_ends(&ends, signals.received(), to.limit_ok))
}

/// What there is to keep of a run over years.
enum News<'a> {
    /// Something is found for this number of regions.
    Told(usize, Told<'a>),
    /// An answer stands.
    Answered(&'a YearsAnswer),
    /// The answers so far, of which one is new or better.
    SoFar(&'a [YearsAnswer]),
}

/// One k after the other; each gets its share of the time for all.
fn solve(
    asked: &YearsQuestion,
    starts: Vec<Start>,
    settings: &Settings,
    hear: &mut (dyn FnMut(News<'_>) + Send),
) -> Result<Vec<YearsAnswer>, SolveError> {
    let end = settings.within(settings.total_time_limit).until;
    let (mut answers, mut open) = (Vec::new(), Vec::new());
    for start in starts {
        match start.known {
            OverYearsKept::Answer(answer) => answers.push(answer),
            OverYearsKept::Before(before) => open.push((start.k, before)),
        }
    }
    for (at, (k, before)) in open.iter().enumerate() {
        let now = Instant::now();
        let left = u32::try_from(open.len() - at).unwrap_or(u32::MAX);
        let share = end.map(|end| now + end.saturating_duration_since(now) / left);
        let longest = settings.time_limit.and_then(|limit| now.checked_add(limit));
        let limits = Limits {
            deadline: [share, longest].into_iter().flatten().min(),
            nodes: settings.node_limit,
            memory: settings.memory,
            interrupt: settings.interrupt.clone(),
            ..Limits::default()
        };
        let with = |answer: &YearsAnswer| {
            let mut all: Vec<YearsAnswer> = answers.iter().chain([answer]).cloned().collect();
            all.sort_by_key(|answer| answer.k);
            all
        };
        let answer = asked.solve_from(before, *k, &limits, settings.seed, &mut |told| {
            hear(News::Told(*k, told));
            if let Told::SoFar(so_far) = told {
                hear(News::SoFar(&with(so_far)));
            }
        })?;
        if !answer.is_comparison_cut {
            hear(News::Answered(&answer));
        }
        answers = with(&answer);
        hear(News::SoFar(&answers));
    }
    Ok(answers)
}

fn failure(error: SolveError) -> Failure {
    match error {
        SolveError::Objectives(defects) => defects.into(),
        other => Failure { exit: Exit::Fault, text: other.to_string() },
    }
}
