//! `import pxweb`: an instance from Statistics Norway's tables, from files or from its service.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};

use crate::args::{count, duration};
use crate::exit::{Exit, Failure};
use crate::instance::FolderArgs;
use crate::output::say;
use regionfront_exchange::import::pxweb::fetch::{self, SSB, Settings};
use regionfront_exchange::import::pxweb::{Naming, Request, Table, build};
use regionfront_exchange::import::{Account, Condition, Encoding, Imported, Missing, read_in};
use regionfront_model::defect::Defects;
use regionfront_model::instance::{Instance, read_adjacency};
use regionfront_model::reading::NumberOptions;
use regionfront_model::scenario::comma_separated;
use regionfront_report::{FETCHED, Links};

use super::words::{DecimalName, ThousandsName, missing};

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Args)]
#[command(
    group = ArgGroup::new("from").required(true).multiple(true).args(["commuting", "fetch"]),
    after_help = "\
The areas are those of --base, else the municipalities with a population. Codes count in the years
their texts name (`Trondheim (-2017)`), sums such as counties are left out, `K-0301` is 0301. Flows
to and from everybody else become external flows. A flow marked as not available (..) or suppressed
(:) is refused unless --missing says what it counts for; one marked as impossible (.) is nobody.

Examples:
  regionfront import pxweb --commuting 03321.json --population 07459.csv --year 2023 \\
      --adjacency adjacency.csv -o norway-2023
  regionfront import pxweb --fetch --year 2021 --base instances/viken-2020 --place Oslo \\
      -o viken-2021"
)]
pub(super) struct PxwebArgs {
    /// Table of commuting (03321) as JSON-stat, PX or CSV; repeatable where it came in parts
    #[arg(long, value_name = "FILE", help_heading = "Tables", conflicts_with = "fetch")]
    commuting: Vec<PathBuf>,

    /// Table of population (07459) as JSON-stat, PX or CSV; repeatable [default: the base's population]
    #[arg(long, value_name = "FILE", help_heading = "Tables", conflicts_with = "fetch")]
    population: Vec<PathBuf>,

    /// Dimension of another office's table that says where people live, by id or name
    #[arg(
        long,
        value_name = "DIM",
        help_heading = "Tables",
        conflicts_with = "fetch",
        requires = "workplace"
    )]
    residence: Option<String>,

    /// Dimension of another office's table that says where they work
    #[arg(
        long,
        value_name = "DIM",
        help_heading = "Tables",
        conflicts_with = "fetch",
        requires = "residence"
    )]
    workplace: Option<String>,

    /// Dimension of another office's table of population that says where people live
    #[arg(long, value_name = "DIM", help_heading = "Tables", requires = "residence")]
    region: Option<String>,

    /// Take only these categories of a dimension of the flows, by code or text, or leave them out; A|B
    /// are several; repeatable
    #[arg(
        long = "where",
        value_name = "DIM=CODE",
        help_heading = "Tables",
        conflicts_with = "fetch"
    )]
    conditions: Vec<Condition>,

    /// Add up the categories of other dimensions of the flows, such as sex or age, or take their total;
    /// never over years
    #[arg(long, help_heading = "Tables", conflicts_with = "fetch")]
    sum: bool,

    /// Sign between thousands in figures that are texts [default: what the figures show]
    #[arg(
        long,
        value_enum,
        value_name = "SIGN",
        help_heading = "Tables",
        conflicts_with = "fetch"
    )]
    thousands: Option<ThousandsName>,

    /// Sign before decimals in figures that are texts [default: what the figures show]
    #[arg(
        long,
        value_enum,
        value_name = "SIGN",
        help_heading = "Tables",
        conflicts_with = "fetch"
    )]
    decimal: Option<DecimalName>,

    /// Leave signs of footnotes and marks of quality behind figures out (`12*`, `12 (p)`), and brackets
    /// around them
    #[arg(long, help_heading = "Tables", conflicts_with = "fetch")]
    footnotes: bool,

    /// How many people 1 counts for among the flows: 1000 where they are in thousands [default: 1; a
    /// table that says otherwise is refused]
    #[arg(
        long,
        value_name = "N",
        help_heading = "Tables",
        value_parser = clap::value_parser!(u64).range(1..=1_000_000)
    )]
    unit: Option<u64>,

    /// Encoding of the tables, such as latin1 or windows-1250 [default: told by their bytes]
    #[arg(long, value_name = "NAME", help_heading = "Tables", conflicts_with = "fetch")]
    encoding: Option<Encoding>,

    /// Year of the flows [default: the only one in the table; with --fetch the latest]
    #[arg(long, value_name = "YEAR", help_heading = "Tables")]
    year: Option<u16>,

    /// Year of the population [default: that of the flows, else the only one in the table]
    #[arg(long, value_name = "YEAR", help_heading = "Tables")]
    population_year: Option<u16>,

    /// What a flow that is not available or suppressed counts for: a number of people, or refuse
    #[arg(long, value_name = "N", default_value = "refuse", value_parser = missing, help_heading = "Tables")]
    missing: Missing,

    /// Instance that has the areas, with names, counties, polygons, links and divisions
    #[arg(long, value_name = "INSTANCE", help_heading = "Areas")]
    base: Option<PathBuf>,

    /// Links between the areas: a CSV file with the columns a,b,kind [default: the base's]
    #[arg(long, value_name = "FILE", help_heading = "Areas")]
    adjacency: Option<PathBuf>,

    /// Places outside that get columns of their own among the external flows, by code or name
    #[arg(long, value_name = "LIST", help_heading = "Areas")]
    place: Option<String>,

    /// Ask the service for the tables, over HTTPS
    #[arg(long, help_heading = "Fetching")]
    fetch: bool,

    /// Fetch the flows only; the population is the base's
    #[arg(long, requires = "fetch", requires = "base", help_heading = "Fetching")]
    no_population: bool,

    /// Address under which the service has its tables
    #[arg(long, value_name = "URL", default_value = SSB, help_heading = "Fetching")]
    url: String,

    /// Folder for answers; what is there is not asked for again [default: fetched/ in the output]
    #[arg(long, value_name = "DIR", help_heading = "Fetching")]
    cache: Option<PathBuf>,

    /// Longest time for one answer: seconds, or 90s, 5m
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = duration, help_heading = "Fetching")]
    timeout: Duration,

    /// How often to ask again where the service is busy or does not answer
    #[arg(long, value_name = "N", default_value_t = 4, help_heading = "Fetching")]
    retries: u32,

    /// Most cells the service gives in one answer
    #[arg(long, value_name = "N", default_value_t = 800_000, value_parser = cells, help_heading = "Fetching")]
    cells: usize,

    /// Most queries in a minute
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = cells, help_heading = "Fetching")]
    queries_per_minute: usize,

    #[command(flatten)]
    folder: FolderArgs,
}

pub(super) fn run(args: &PxwebArgs, quiet: bool) -> Result<Exit, Failure> {
    let base = args.base.as_deref().map(Instance::load).transpose()?;
    args.folder.open()?;
    let mut request = Request {
        year: args.year,
        population_year: args.population_year,
        missing: args.missing,
        places: args.place.as_deref().map(comma_separated).unwrap_or_default(),
        base,
        ..Request::default()
    };
    let mut before = Account::default();
    if args.fetch {
        let fetched = fetch::fetch(
            &args.settings(),
            args.year,
            (!args.no_population).then_some(args.population_year),
            &mut |step| {
                if !quiet {
                    say(step);
                }
            },
        )?;
        request.commuting = fetched.commuting;
        request.population = fetched.population;
        request.year = Some(fetched.year);
        before = fetched.account;
    } else {
        read_files(args, &mut request)?;
    }
    let Imported { mut instance, mut account } = build(&request)?;
    account.counts.splice(0..0, before.counts);
    account.notes.splice(0..0, before.notes);
    if let Some(file) = &args.adjacency {
        instance.links = read_adjacency(file, &instance)?;
    }
    if instance.links.is_empty() {
        account.note("no links: --adjacency takes them from a file, --base from an instance");
    }
    account.count_of("links", instance.links.len());
    let title = instance.title.clone();
    args.folder.keep(instance, &[], title, Links::ToCome, &[], account)
}

/// Reads all files, and reports the defects of all of them.
fn read_files(args: &PxwebArgs, request: &mut Request) -> Result<(), Defects> {
    let mut defects = Defects::default();
    let mut read = |paths: &[PathBuf], naming: &Naming| -> Vec<Table> {
        let tables = paths.iter().map(|path| match args.encoding {
            None => Table::read_as(path, naming),
            Some(encoding) => {
                let (file, bytes) = read_in(encoding, path)?;
                Table::parse_as(&file, &bytes, naming)
            }
        });
        tables
            .filter_map(|table| table.map_err(|mut found| defects.0.append(&mut found.0)).ok())
            .collect()
    };
    let numbers = NumberOptions {
        thousands: args.thousands.map(ThousandsName::sign),
        decimal: args.decimal.map(DecimalName::sign),
        footnotes: args.footnotes,
    };
    let commuting = Naming {
        residence: args.residence.clone(),
        workplace: args.workplace.clone(),
        region: None,
        conditions: args.conditions.clone(),
        sum: args.sum,
        numbers,
        unit: args.unit,
    };
    let population = Naming { region: args.region.clone(), numbers, ..Naming::default() };
    request.is_foreign = commuting.is_foreign();
    request.commuting = read(&args.commuting, &commuting);
    request.population = read(&args.population, &population);
    defects.into_result()
}

impl PxwebArgs {
    fn settings(&self) -> Settings {
        let kept = self.cache.clone().unwrap_or_else(|| self.folder.path().join(FETCHED));
        Settings {
            url: self.url.clone(),
            cells: self.cells,
            per_minute: self.queries_per_minute,
            timeout: self.timeout,
            retries: self.retries,
            ..Settings::ssb(&kept)
        }
    }
}

fn cells(text: &str) -> Result<usize, String> {
    let number = count(text)?;
    let number = usize::try_from(number).map_err(|error| error.to_string())?;
    if number == 0 { Err("at least 1 is needed".to_owned()) } else { Ok(number) }
}
