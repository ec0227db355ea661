//! `instance`: an instance from an instance, or from nothing.

use clap::{Args, Subcommand};

use super::exit::{Exit, Failure};
use super::reading::ReadingArgs;
use regionfront_exchange::import::Account;
use regionfront_model::instance::Instance;

mod folder;
mod generate;
mod merge;
mod scenarios;
mod subset;

pub(super) use folder::FolderArgs;

#[derive(Clone, Debug, Args)]
pub(super) struct InstanceArgs {
    #[command(subcommand)]
    change: Change,

    #[command(flatten)]
    reading: ReadingArgs,
}

/// How an instance is made.
#[derive(Clone, Debug, Subcommand)]
enum Change {
    /// Some of its areas: a county, a list, a region of a division
    Subset(Box<subset::SubsetArgs>),
    /// Its areas merged through a crosswalk from old borders to new ones
    Merge(merge::MergeArgs),
    /// A synthetic one of any size, for measuring
    Generate(generate::GenerateArgs),
}

/// Says of how many further years figures are carried along.
fn count_years(years: &[Instance], account: &mut Account) {
    if !years.is_empty() {
        account.count_of("further years carried along", years.len());
    }
}

pub(super) fn run(args: &InstanceArgs, quiet: bool) -> Result<Exit, Failure> {
    args.reading.begin()?;
    match &args.change {
        Change::Subset(args) => subset::run(args, quiet),
        Change::Merge(args) => merge::run(args, quiet),
        Change::Generate(args) => generate::run(args),
    }
}
