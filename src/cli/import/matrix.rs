//! `import matrix`: flows from a matrix of commuters.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use regionfront_exchange::import::matrix::{self, MatrixOptions, Shape};

use super::into::IntoArgs;

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MatrixArgs {
    /// Matrix: CSV (commas, semicolons, tabs or bars) or a workbook (.xlsx)
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Shape of the matrix [default: square where rows and columns have the same codes]
    #[arg(long, value_enum)]
    shape: Option<ShapeName>,

    /// Rows of a square matrix are workplaces, columns residences
    #[arg(long)]
    transposed: bool,

    /// Columns of residence, workplace and commuters in a long matrix
    #[arg(long, value_name = "R,W,C", value_delimiter = ',', num_args = 3)]
    columns: Vec<String>,

    /// Sheet of a workbook [default: the first]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,

    /// Digits of a code: 4 makes 301 into 0301 [default: those of the longest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20))]
    code_width: Option<u8>,

    /// Take figures that are missing (`:`, `.`, `-`) as 0
    #[arg(long)]
    missing_as_zero: bool,

    /// Accept totals that are not the sums, because they count people from elsewhere
    #[arg(long)]
    ignore_totals: bool,

    /// Write employed residents and jobs, too, as the sums of the flows
    #[arg(long)]
    employment: bool,

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
Rows and columns called Total, Sum or I alt are held against the sums and left out.

Examples:
  regionfront import matrix pendling.xlsx --sheet 2020 --employment --into mine
  regionfront import matrix od.csv --columns home,work,persons --only-known --into mine";

pub(super) fn run(args: &MatrixArgs) -> Result<Exit, Failure> {
    let columns: Option<[String; 3]> = match <[String; 3]>::try_from(args.columns.clone()) {
        Ok(columns) => Some(columns),
        Err(none) if none.is_empty() => None,
        Err(_) => {
            return Err(Failure::usage(
                "E191",
                "--columns",
                "it names three columns",
                "name those of residence, workplace and commuters",
            ));
        }
    };
    let options = MatrixOptions {
        shape: args.shape.map(|name| match name {
            ShapeName::Square => Shape::Square,
            ShapeName::Long => Shape::Long,
        }),
        transposed: args.transposed,
        columns,
        sheet: args.sheet.clone(),
        code_width: args.code_width.map(usize::from),
        missing_as_zero: args.missing_as_zero,
        ignore_totals: args.ignore_totals,
        employment: args.employment,
    };
    args.into.join(matrix::read(&args.file, &options)?, None)
}
