//! `import weights`: adjacency from spatial weights, GAL and GWT.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use regionfront_exchange::import::weights::{self, WeightsFormat, WeightsOptions};
use regionfront_model::instance::LinkKind;

use super::into::IntoArgs;
use super::words::EncodingArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WeightsArgs {
    /// File of weights, as PySAL and GeoDa write them
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Format of the file [default: by its name, else by its lines]
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<WeightsName>,

    /// Kind of the links
    #[arg(long, value_name = "KIND", default_value = "land")]
    kind: LinkKind,

    /// Digits of a code: 4 makes 301 into 0301 [default: those of the longest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20))]
    code_width: Option<u8>,

    #[command(flatten)]
    encoding: EncodingArgs,

    #[command(flatten)]
    into: IntoArgs,
}

/// Formats of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WeightsName {
    Gal,
    Gwt,
}

const EXAMPLES: &str = "\
Examples:
  regionfront import weights viken.gal --into mine
  regionfront import weights ferries.gal --kind ferry --add --into mine";

pub(super) fn run(args: &WeightsArgs) -> Result<Exit, Failure> {
    let options = WeightsOptions {
        format: args.from.map(|name| match name {
            WeightsName::Gal => WeightsFormat::Gal,
            WeightsName::Gwt => WeightsFormat::Gwt,
        }),
        code_width: args.code_width.map(usize::from),
        kind: args.kind,
    };
    let part = args.encoding.part(
        &args.file,
        |file, bytes| weights::parse(file, bytes, &options),
        |path| weights::read(path, &options),
    )?;
    args.into.join(part, None)
}
