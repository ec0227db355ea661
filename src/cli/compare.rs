//! `compare`: how divisions differ.

use std::path::PathBuf;

use clap::Args;

use regionfront_analysis::division::compare;
use regionfront_analysis::division::evaluate::{Validity, evaluate};
use regionfront_model::instance::{Instance, Year};
use regionfront_model::scenario::{Problem, Rules};
use regionfront_report::{
    ComparisonDocument, DivisionHeld, DivisionYearsDocument, Format, InstanceDocument,
    ProcedureDocument, RecordedRun, open_output_folder,
};
use regionfront_solver::job::Settings;

use super::args::LettersArgs;
use super::divisions::find_divisions;
use super::exit::{Exit, Failure};
use super::output::results_to_stdout;
use super::over_years::CriterionName;
use super::question::say_assumed;
use super::reading::ReadingArgs;
use super::report::{self, ReportFlags};

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompareArgs {
    /// Folder of the instance, such as instances/viken-2020
    #[arg(value_name = "INSTANCE")]
    instance: PathBuf,

    /// Figures of this year, where the instance holds several
    #[arg(long, value_name = "YEAR")]
    year: Option<Year>,

    #[command(flatten)]
    letters: LettersArgs,

    /// Divisions, two or more: CSV files, names of divisions in the instance, RUN#POINT for a plan
    /// or point of a run, or the directory of a run, which stands for all of them
    #[arg(value_name = "DIVISION", required = true)]
    divisions: Vec<PathBuf>,

    /// Say, too, what each division holds by the figures of every year that the instance has, the
    /// best first: on the sum, in the worst year, or by regret against the others
    #[arg(long, value_enum, value_name = "CRITERION", conflicts_with = "year")]
    over_years: Option<CriterionName>,

    /// Compare each with the first only, not every pair
    #[arg(long)]
    with_first: bool,

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

    #[command(flatten)]
    reading: ReadingArgs,
}

const EXAMPLES: &str = "\
Areas in several regions, or in none, are allowed. Measures of similarity are over the areas both
divisions hold; areas only one holds are listed.

Examples:
  regionfront compare instances/viken-2020 regional_councils_2019 ba_regions_2020
  regionfront compare instances/viken-2020 regional_councils_2019 out --with-first --format csv
  regionfront compare instances/viken-2020 regional_councils_2019 ba_regions_2020 --report -o out
      both maps, who moves, and what it does to commuting, as a page
  regionfront compare instances/viken-2020 regional_councils_2019 ba_regions_2020 --over-years worst
      which of them holds more in the worst of all years
  regionfront compare instances/viken-2020 regional_councils_2019 'runs/front#k12-p001'
       a point of a front; a run of solve has plans, such as 'runs/viken#k12'";

pub(super) fn run(args: &CompareArgs, quiet: bool) -> Result<Exit, Failure> {
    args.reading.begin()?;
    args.report.refuse_language_alone(args.format == Format::Table)?;
    if let Some(folder) = &args.output {
        open_output_folder(folder, args.force)?;
    }
    let instance = Instance::load_in(&args.instance, args.year, args.letters.encoding)?;
    say_assumed(&instance, quiet);
    let problem = Problem { instance, scenario: String::new(), rules: Rules::default() };
    let mut divisions = Vec::new();
    for named in &args.divisions {
        divisions.extend(find_divisions(named, &problem.instance, &problem.rules, quiet)?);
    }
    if divisions.len() < 2 {
        return Err(Failure::usage(
            "E504",
            "DIVISION",
            "there is only one division to compare",
            "name another one, or the directory of a run with several plans",
        ));
    }
    let mut comparisons = Vec::new();
    for (at, first) in divisions.iter().enumerate() {
        if at > 0 && args.with_first {
            break;
        }
        for second in &divisions[at + 1..] {
            comparisons.push(compare(&problem.instance, first, second));
        }
    }
    let mut document = ComparisonDocument::new(&problem.instance, &comparisons);
    let (instance, links) = (&problem.instance, &problem.rules.links);
    document.procedure =
        divisions.iter().flat_map(|it| ProcedureDocument::all(instance, links, it)).collect();
    if let Some(criterion) = args.over_years {
        document.over_years = over_years(args, &problem.instance.years, criterion)?;
    }
    let lang = args.report.lang;
    let shown = match args.format {
        Format::Table => ComparisonDocument {
            instance: InstanceDocument::new_in(&problem.instance, lang),
            ..document
        },
        Format::Json | Format::Csv => document,
    };
    results_to_stdout(args.format, |out| shown.write(args.format, lang, out))?;
    if let Some(folder) = &args.output {
        let stamp = report::stamp(&problem, "", 0);
        let run = RecordedRun { divisions, comparisons, ..RecordedRun::new(problem, stamp) };
        report::write_run(
            run,
            None,
            folder,
            &args.report.options(args.force),
            &Settings::default(),
            quiet,
        )?;
    }
    Ok(Exit::AsAsked)
}

/// What every division holds by the figures of each of these years.
fn over_years(
    args: &CompareArgs,
    years: &[Year],
    criterion: CriterionName,
) -> Result<Vec<DivisionYearsDocument>, Failure> {
    if years.len() < 2 {
        return Err(Failure::usage(
            "E521",
            "--over-years",
            "the instance holds figures of one year alone",
            "add years/flows_YEAR.csv and years/areas_by_year.csv, or leave the option out",
        ));
    }
    let mut held: Vec<DivisionHeld> = Vec::new();
    for (at, &year) in years.iter().enumerate() {
        let instance = Instance::load_in(&args.instance, Some(year), args.letters.encoding)?;
        let mut divisions = Vec::new();
        for named in &args.divisions {
            divisions.extend(find_divisions(named, &instance, &Rules::default(), true)?);
        }
        for (place, division) in divisions.iter().enumerate() {
            let found = evaluate(&instance, &[], &Validity::default(), division);
            let inside = found.internal_commuting;
            if at == 0 {
                held.push(DivisionHeld {
                    division: division.name.clone(),
                    regions: division.regions.len(),
                    years: Vec::new(),
                });
            }
            held[place].years.push((year, inside.part, inside.whole));
        }
    }
    Ok(DivisionYearsDocument::ranked(&held, criterion.into()))
}
