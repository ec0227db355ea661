//! `evaluate`: all indicators of any division.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use regionfront_analysis::division::evaluate::{Validity, evaluate};
use regionfront_model::scenario::Problem;
use regionfront_report::{
    EvaluationDocument, Format, InstanceDocument, RecordedRun, YearDocument, open_output_folder,
};
use regionfront_solver::engine::Interrupt;
use regionfront_solver::job::{self, Answer, Settings};
use regionfront_verify::judge_division;

use super::args::{EngineName, ProgressKind, QuestionArgs, StopArgs};
use super::divisions::find_division;
use super::engines::{engine, share_threads};
use super::exit::{self, Exit, Failure};
use super::output::results_to_stdout;
use super::progress;
use super::question::Question;
use super::report::{self, ReportFlags};
use super::signals::Signals;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct EvaluateArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    /// Division: a CSV file with the columns code,region, or the name of one in the instance
    #[arg(value_name = "DIVISION", help_heading = clap::builder::Resettable::Reset)]
    division: PathBuf,

    /// Solve for the best plans under the same rules, and say how far the division is from them;
    /// for as many regions as it has, or for those of --k
    #[arg(long, help_heading = "Solving")]
    pub(super) against_best: bool,

    /// Say, too, what the division holds by the figures of every year that the instance has; with
    /// --against-best beside the best plan of each
    #[arg(long, help_heading = "Indicators", conflicts_with = "year")]
    over_years: bool,

    #[command(flatten)]
    stop: StopArgs,

    /// Which engine answers
    #[arg(long, value_enum, default_value_t, help_heading = "Solving")]
    engine: EngineName,

    /// When a region counts as a labour market of its own: self-containment on both sides and
    /// fewest employed residents, and from how many employed residents on a lower one is enough
    /// [default: 75%:3500,66.7%:25000]
    #[arg(long, value_name = "SHARE:N[,SHARE:N]", help_heading = "Indicators")]
    valid: Option<Validity>,

    /// Directory for the report
    #[arg(short, long, value_name = "DIR", requires = "report", help_heading = "Output")]
    output: Option<PathBuf>,

    /// Write into a directory that holds something; files of the same names are replaced
    #[arg(long, requires = "output", help_heading = "Output")]
    force: bool,

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
}

const EXAMPLES: &str = "\
A division may leave areas out or hold one in several regions. In such a cover a pair of areas
counts once. A division that breaks rules is evaluated all the same: the exit code is 0, and the
rules it breaks are listed.

Examples:
  regionfront evaluate instances/viken-2020 regional_councils_2019
  regionfront evaluate instances/viken-2020 regional_councils_2019 --against-best --no-scenario \\
      --min-population 20000 --max-population 300000
  regionfront evaluate instances/viken-2020 instances/viken-2020/best/default/k09.csv \\
      --over-years --against-best
      does a division of 2017 still hold by the figures of later years?
  regionfront evaluate instances/viken-2020 regional_councils_2019 --report -o out
      a page, maps and tables of the division
  regionfront evaluate instances/norway-2020 ba_regions_2020 --valid 60%:1000 --format csv";

impl EvaluateArgs {
    /// The first option that only has a meaning where something is solved.
    pub(super) fn for_solving(&self) -> Option<&'static str> {
        let stop = &self.stop;
        let options = [
            ("--k", self.question.rules.k.is_some()),
            ("--time-limit", stop.time_limit.is_some()),
            ("--total-time-limit", stop.total_time_limit.is_some()),
            ("--node-limit", stop.node_limit.is_some()),
            ("--limit-ok", self.limit_ok),
        ];
        options.into_iter().find_map(|(option, is_given)| is_given.then_some(option))
    }
}

pub(super) fn run(args: &EvaluateArgs, quiet: bool) -> Result<Exit, Failure> {
    args.report.refuse_language_alone(args.format == Format::Table)?;
    if !args.against_best
        && let Some(option) = args.for_solving()
    {
        return Err(Failure::usage(
            "E520",
            option,
            "without --against-best nothing is solved, so that the option changes nothing",
            "add --against-best, or leave the option out",
        ));
    }
    if let Some(folder) = &args.output {
        open_output_folder(folder, args.force)?;
    }
    let problem = Arc::new(Question::read(&args.question, quiet)?.problem);
    let division = find_division(&args.division, &problem.instance, &problem.rules, quiet)?;
    let validity = args.valid.unwrap_or_default();
    let evaluation = evaluate(&problem.instance, &problem.rules.links, &validity, &division);
    let violations = judge_division(&problem, &division, None).err().unwrap_or_default();
    let interrupt = Interrupt::default();
    let signals = Signals::raise(&interrupt).map_err(Failure::signals)?;
    let settings = args.stop.settings(share_threads(None), interrupt);
    let stop = Stop { settings: &settings, signals: &signals };
    let (answers, mut exit) = if args.against_best {
        let ks = match &args.question.rules.k {
            Some(list) => list.0.clone(),
            None => vec![evaluation.regions.len()],
        };
        best(args, &problem, &ks, &stop, quiet)
    } else {
        (Vec::new(), Exit::AsAsked)
    };
    let mut document =
        EvaluationDocument::new(&problem, &division, &validity, &evaluation, &violations, &answers);
    if args.over_years {
        let (years, solved) = over_years(args, &problem, &validity, &stop, quiet)?;
        document.over_years = years;
        if exit == Exit::AsAsked {
            exit = solved;
        }
    }
    let lang = args.report.lang;
    if args.format == Format::Table {
        document.instance = InstanceDocument::new_in(&problem.instance, lang);
    }
    results_to_stdout(args.format, |out| document.write(args.format, lang, out))?;
    if let Some(folder) = &args.output {
        let stamp = report::stamp(&problem, engine(args.engine).name(), args.stop.seed);
        let run = RecordedRun {
            divisions: vec![division],
            ..RecordedRun::new((*problem).clone(), stamp).with_answers(&answers)
        };
        report::write_run(run, None, folder, &args.report.options(args.force), &settings, quiet)?;
    }
    Ok(exit)
}

/// What ends a search for the best plan.
struct Stop<'a> {
    settings: &'a Settings,
    signals: &'a Signals,
}

/// What the division holds by the figures of every year, and the best plan of each where it is asked
/// for.
fn over_years(
    args: &EvaluateArgs,
    problem: &Problem,
    validity: &Validity,
    stop: &Stop<'_>,
    quiet: bool,
) -> Result<(Vec<YearDocument>, Exit), Failure> {
    if problem.instance.years.len() < 2 {
        return Err(Failure::usage(
            "E521",
            "--over-years",
            "the instance holds figures of one year alone",
            "add years/flows_YEAR.csv and years/areas_by_year.csv, or leave the option out",
        ));
    }
    let mut found = Vec::new();
    let mut exit = Exit::AsAsked;
    for &year in &problem.instance.years {
        let question = QuestionArgs { year: Some(year), ..args.question.clone() };
        let problem = Arc::new(Question::read(&question, true)?.problem);
        let division = find_division(&args.division, &problem.instance, &problem.rules, true)?;
        let evaluation = evaluate(&problem.instance, &problem.rules.links, validity, &division);
        let violations = judge_division(&problem, &division, None).err().unwrap_or_default();
        let mut answer = None;
        if args.against_best {
            let (answers, solved) = best(args, &problem, &[evaluation.regions.len()], stop, quiet);
            answer = answers.into_iter().next();
            if exit == Exit::AsAsked {
                exit = solved;
            }
        }
        found.push(YearDocument::new(&problem, &evaluation, &violations, answer.as_ref()));
    }
    Ok((found, exit))
}

fn best(
    args: &EvaluateArgs,
    problem: &Arc<Problem>,
    ks: &[usize],
    stop: &Stop<'_>,
    quiet: bool,
) -> (Vec<Answer>, Exit) {
    let watcher = progress::watcher(args.progress, quiet, ks.len());
    let engine = engine(args.engine);
    let answers = job::run(problem, ks, &engine, stop.settings, &[], &watcher, &mut |_| {});
    drop(watcher);
    let exit = exit::of_answers(&answers, stop.signals.received(), args.limit_ok);
    (answers, exit)
}
