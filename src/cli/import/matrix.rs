//! `import matrix`: flows from a matrix of commuters.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use regionfront_exchange::import::matrix::{self, MatrixOptions, Outside, Shape, Totals};
use regionfront_exchange::import::{Condition, Missing};
use regionfront_model::reading::NumberOptions;

use super::into::IntoArgs;
use super::words::{DecimalName, EncodingArgs, ThousandsName, missing};

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MatrixArgs {
    /// Matrix: CSV (commas, semicolons, tabs or bars), a workbook (.xlsx), JSON-stat or PX
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Shape of the matrix [default: square where rows and columns have the same codes]
    #[arg(long, value_enum)]
    shape: Option<ShapeName>,

    /// Rows of a square matrix are workplaces, columns residences
    #[arg(long)]
    transposed: bool,

    /// Columns of residence, workplace and commuters in a long matrix: names, or #1, #2, …; codes
    /// that are split over columns are joined as in STATE+COUNTY; names with a comma stand in quotes
    #[arg(long, value_name = "R,W,C")]
    columns: Option<String>,

    /// Columns of the names of residence and workplace [default: those beside the codes]
    #[arg(long, value_name = "R,W")]
    names: Option<String>,

    /// Sheet of a workbook [default: the first that holds a table]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,

    /// Leave so many lines at the top out [default: titles are found]
    #[arg(long, value_name = "LINES")]
    skip: Option<usize>,

    /// How many rows make the header [default: 1, or 2 where names stand twice]
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u8).range(1..=10))]
    header: Option<u8>,

    /// Take only rows of a long matrix with this value, or with another one than this; A|B are
    /// several values; may be repeated
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    conditions: Vec<Condition>,

    /// Add up the rows of one pair, as over sex or age; never over years
    #[arg(long)]
    sum: bool,

    /// An empty code is the one above it
    #[arg(long)]
    fill: bool,

    /// Sign between thousands [default: what the figures show]
    #[arg(long, value_enum, value_name = "SIGN")]
    thousands: Option<ThousandsName>,

    /// Sign before decimals [default: what the figures show]
    #[arg(long, value_enum, value_name = "SIGN")]
    decimal: Option<DecimalName>,

    /// Leave signs of footnotes and marks of quality behind figures out (`12*`, `12 (p)`, `500 1)`),
    /// and brackets around them
    #[arg(long)]
    footnotes: bool,

    /// How many people 1 counts for: 1000 where figures are in thousands [default: 1; a table that says
    /// otherwise is refused]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    unit: Option<u64>,

    /// Round weighted estimates to whole people, and say what that changes
    #[arg(long)]
    round: bool,

    /// Digits of a code: 4 makes 301 into 0301 [default: those of the longest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20))]
    code_width: Option<u8>,

    /// What figures that are missing (`:`, `*`, `x`, `.`, `NA`) count for: `refuse`, or a number of
    /// people
    #[arg(long, value_name = "WHAT", default_value = "refuse", value_parser = missing)]
    missing: Missing,

    /// The same as --missing 0
    #[arg(long, hide = true, conflicts_with = "missing")]
    missing_as_zero: bool,

    /// Labels that are totals, or `none` [default: words such as Total, and what sums show]
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    totals: Vec<String>,

    /// Accept totals that are not the sums, because they count people from elsewhere
    #[arg(long)]
    ignore_totals: bool,

    /// Write employed residents and jobs, too, as the sums of the flows
    #[arg(long)]
    employment: bool,

    /// Count places that are no areas as this place outside; NAME=CODE,CODE counts only these; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    outside: Vec<Outside>,

    #[command(flatten)]
    encoding: EncodingArgs,

    #[command(flatten)]
    into: IntoArgs,
}

/// Shapes of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ShapeName {
    /// A row per residence and a column per workplace.
    Square,
    /// A row per pair.
    Long,
}

const EXAMPLES: &str = "\
Rows and columns of totals are told by their sums, whatever they are called, and left out.

Examples:
  regionfront import matrix pendling.xlsx --sheet 2020 --employment --into mine
  regionfront import matrix od.csv --columns home,work,persons --outside elsewhere --into mine
  regionfront import matrix od.csv --where year=2020 --sum --into mine";

/// Names separated by commas; those that hold one stand in quotation marks.
fn names<const N: usize>(option: &str, text: Option<&str>) -> Result<Option<[String; N]>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let names = regionfront_model::reading::rows_of(text, b',').next().map(|(_, names)| names);
    match <[String; N]>::try_from(names.unwrap_or_default()) {
        Ok(names) if names.iter().all(|name| !name.is_empty()) => Ok(Some(names)),
        _ => Err(Failure::usage(
            "E191",
            option,
            format!("it names {N} columns, separated by commas"),
            "write a name that holds a comma in quotation marks",
        )),
    }
}

pub(super) fn run(args: &MatrixArgs) -> Result<Exit, Failure> {
    let none = args.totals.iter().any(|word| word == "none");
    let options = MatrixOptions {
        shape: args.shape.map(|name| match name {
            ShapeName::Square => Shape::Square,
            ShapeName::Long => Shape::Long,
        }),
        transposed: args.transposed,
        columns: names("--columns", args.columns.as_deref())?,
        names: names("--names", args.names.as_deref())?,
        sheet: args.sheet.clone(),
        skip: args.skip,
        header: args.header.map(usize::from),
        conditions: args.conditions.clone(),
        sum: args.sum,
        fill: args.fill,
        numbers: NumberOptions {
            thousands: args.thousands.map(ThousandsName::sign),
            decimal: args.decimal.map(DecimalName::sign),
            footnotes: args.footnotes,
        },
        unit: args.unit,
        round: args.round,
        code_width: args.code_width.map(usize::from),
        missing: if args.missing_as_zero { Missing::Count(0) } else { args.missing },
        totals: match (none, args.totals.is_empty()) {
            (true, _) => Totals::Named(Vec::new()),
            (false, true) => Totals::BySums,
            (false, false) => Totals::Named(args.totals.clone()),
        },
        ignore_totals: args.ignore_totals,
        employment: args.employment,
        known: args.into.listed_areas()?,
        only_known: args.into.is_only_known(),
        outside: args.outside.clone(),
    };
    let part = args.encoding.part(
        &args.file,
        |file, bytes| matrix::parse(file, bytes, &options),
        |path| matrix::read(path, &options),
    )?;
    args.into.join(part, None)
}
