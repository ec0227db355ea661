//! `import pxweb`: an instance from answers of Statistics Norway's tables.

use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::{Exit, Failure};
use crate::cli::instance::FolderArgs;
use crate::import::Imported;

#[derive(Clone, Debug, Args)]
pub(super) struct PxwebArgs {
    /// Answer of table 03321 (commuting), JSON-stat2 or CSV; repeatable where it came in parts
    #[arg(long, value_name = "FILE")]
    commuting: Vec<PathBuf>,

    #[command(flatten)]
    folder: FolderArgs,
}

pub(super) fn run(args: &PxwebArgs, _quiet: bool) -> Result<Exit, Failure> {
    args.folder.open()?;
    let Imported { instance, account } = Imported::default();
    args.folder.keep(instance, args.commuting.len().to_string(), account)
}
