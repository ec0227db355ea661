//! `instance generate`: a synthetic instance of any size.

use clap::Args;

use super::FolderArgs;
use crate::exit::{Exit, Failure};
use regionfront_exchange::import::Account;
use regionfront_exchange::synthetic::{self, FEWEST, MOST};
use regionfront_report::Links;

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Areas lie in rows with jittered centres and touch by the Gabriel graph, which is planar and connected.
A few are cities by rank, the others small; people commute by gravity, and flows of fewer than three
are left out. The same areas and seed give the same files.

Example:
  regionfront instance generate --areas 1000 --seed 7 -o synthetic-1000")]
pub(super) struct GenerateArgs {
    /// How many areas: 2 to 20000
    #[arg(long, value_name = "N", value_parser = size)]
    areas: usize,

    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    #[command(flatten)]
    folder: FolderArgs,
}

fn size(text: &str) -> Result<usize, String> {
    match crate::args::count(text)?.try_into() {
        Ok(size) if (FEWEST..=MOST).contains(&size) => Ok(size),
        _ => Err(format!("between {FEWEST} and {MOST} areas can be generated")),
    }
}

pub(super) fn run(args: &GenerateArgs) -> Result<Exit, Failure> {
    args.folder.open()?;
    let instance = synthetic::generate(args.areas, args.seed);
    let mut account = Account::default();
    account.count_of("areas", instance.num_areas());
    account.count("inhabitants", instance.population());
    account.count_of("links", instance.links.len());
    account.count_of("flows", instance.flows.triples().count());
    account.count("commuters between areas", instance.flows.total_between());
    account.count("commuters within their own area", instance.flows.total_own());
    account.note("everything is synthetic: no real places, no real people");
    let title = instance.title.clone();
    args.folder.keep(instance, &[], title, Links::Known, &[], account)
}
