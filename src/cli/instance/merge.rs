//! `instance merge`: an instance on the new borders of a crosswalk.

use std::path::PathBuf;

use clap::Args;

use super::{FolderArgs, count_years, scenarios};
use crate::args::LettersArgs;
use crate::divisions::read_crosswalk;
use crate::exit::{Exit, Failure};
use crate::question::say_assumed;
use regionfront_exchange::import::Account;
use regionfront_model::instance::{Instance, Side, read_adjacency};
use regionfront_report::Links;

#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Every figure is the sum over the parts, exactly: commuters between parts of a new area live and work
in it, links between parts vanish, parallel ones add up. An old area that was split has a row for every
part, with its weight in a column `weight`: figures are shared out by it. Names and counties of the new
areas stand in columns name_… and county_…. Polygons are not merged.

Example:
  regionfront instance merge borders-2017 --crosswalk crosswalk_2017_to_2020.csv -o borders-2020")]
pub(super) struct MergeArgs {
    /// Folder of the instance with the old areas
    #[arg(value_name = "INSTANCE")]
    instance: PathBuf,

    #[command(flatten)]
    letters: LettersArgs,

    /// CSV file, or workbook, whose first two columns named code_… are the old and the new code, a row for every
    /// old area, or for every part of one that was split
    #[arg(long, value_name = "FILE")]
    crosswalk: PathBuf,

    /// Links between the new areas: a CSV file with the columns a,b,kind [default: those of the old
    /// areas; parts of a split area get all of its links]
    #[arg(long, value_name = "FILE")]
    adjacency: Option<PathBuf>,

    #[command(flatten)]
    folder: FolderArgs,
}

pub(super) fn run(args: &MergeArgs, quiet: bool) -> Result<Exit, Failure> {
    let encoding = args.letters.encoding;
    let crosswalk = read_crosswalk(&args.crosswalk, encoding, quiet)?;
    let before = Instance::load_in(&args.instance, None, encoding)?;
    say_assumed(&before, quiet);
    if crosswalk.side(&before)? == Side::New {
        return Err(Failure::usage(
            "E181",
            args.instance.display().to_string(),
            "its areas are the new ones of the crosswalk already, so that nothing would be merged",
            "give the instance with the old areas, or turn the columns of the crosswalk round",
        ));
    }
    args.folder.open()?;
    let mut merged = before.carried(&crosswalk);
    if let Some(file) = &args.adjacency {
        merged.links = read_adjacency(file, &merged)?;
    }
    let mut account = Account::default();
    let (old, new) = crosswalk.columns();
    account.note(format!("areas go from `{old}` to `{new}`"));
    account.count_of("areas before", before.num_areas());
    account.count_of("areas now", merged.num_areas());
    let parts = crosswalk.parts();
    let is_merged = |code: &str| parts.get(code).is_some_and(|parts| parts.len() > 1);
    let joined = merged.areas.iter().filter(|area| is_merged(&area.code)).count();
    account.count_of("areas made of several", joined);
    let split = crosswalk.split();
    if !split.is_empty() {
        account.count_of("areas that were split", split.len());
        account.note(format!(
            "figures of {} are shared out by weights, flows by the product of the weights of both \
             ends, rounded so that sums are kept",
            split.join(", ")
        ));
        if args.adjacency.is_none() {
            account.note(
                "links of their parts are assumed: all those of the whole, and on land to each other; \
                 --adjacency gives true ones",
            );
        }
    }
    account.count("commuters between areas before", before.flows.total_between());
    account.count("commuters between areas now", merged.flows.total_between());
    account.count("commuters within their own area now", merged.flows.total_own());
    account.count_of("links now", merged.links.len());
    account.count_of("divisions carried over", merged.divisions.len());
    if before.shapes.is_some() {
        account.note("polygons are not merged: add areas.geojson with the new borders for maps");
    }
    let years = before.load_other_years(&args.instance, encoding)?;
    let years: Vec<Instance> = years.iter().map(|year| year.carried(&crosswalk)).collect();
    count_years(&years, &mut account);
    let scenarios = scenarios::carried(&args.instance, &merged, &mut account);
    let title = format!("{}, merged", before.title);
    args.folder.keep(merged, &years, title, Links::Known, &scenarios, account)
}
