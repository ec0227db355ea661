//! `import`: instances from other formats. A source is a file here with its arguments and a `run`,
//! registered in `Source`.

use clap::{Args, Subcommand};

use super::exit::{Exit, Failure};

mod pxweb;

#[derive(Clone, Debug, Args)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    source: Source,
}

/// Where an instance can come from.
#[derive(Clone, Debug, Subcommand)]
enum Source {
    /// Statistics Norway's tables of commuting (03321) and population (07459)
    Pxweb(Box<pxweb::PxwebArgs>),
}

pub(super) fn run(args: &ImportArgs, quiet: bool) -> Result<Exit, Failure> {
    match &args.source {
        Source::Pxweb(args) => pxweb::run(args, quiet),
    }
}
