//! `instance subset`: an instance of some of the areas of an instance.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::{FolderArgs, count_years, scenarios};
use crate::args::LettersArgs;
use crate::divisions::find_division;
use crate::exit::{Exit, Failure};
use crate::question::say_assumed;
use regionfront_exchange::import::Account;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{Area, Division, Instance};
use regionfront_model::scenario::Rules;
use regionfront_model::scenario::{comma_separated, nearest, unknown_area};
use regionfront_report::Links;

#[derive(Clone, Debug, Args)]
#[command(
    group = ArgGroup::new("which").required(true).args(["county", "areas", "areas_from", "division"]),
    after_help = "\
Commuters between the areas kept and the others become flows to and from the place left_out, so that
employed residents and jobs still add up. Divisions and polygons are cut to the areas, and scenarios
that name other areas are left out.

Examples:
  regionfront instance subset instances/norway-2020 --county Rogaland -o rogaland
  regionfront instance subset instances/viken-2020 --division ba_regions_2020 --region Kongsberg \\
      -o kongsberg"
)]
pub(super) struct SubsetArgs {
    /// Folder of the instance
    #[arg(value_name = "INSTANCE")]
    instance: PathBuf,

    #[command(flatten)]
    letters: LettersArgs,

    /// The areas of these counties, by name, or by the digits with which their codes begin
    #[arg(long, value_name = "LIST", help_heading = "Which areas")]
    county: Option<String>,

    /// These areas, by name or code
    #[arg(long, value_name = "LIST", help_heading = "Which areas")]
    areas: Option<String>,

    /// The areas whose names or codes stand in this file: one per line, or a CSV file with a column
    /// named code
    #[arg(long, value_name = "FILE", help_heading = "Which areas")]
    areas_from: Option<PathBuf>,

    /// Areas of a division: a CSV file with the columns code,region, or the name of one in the
    /// instance
    #[arg(long, value_name = "DIVISION", requires = "region", help_heading = "Which areas")]
    division: Option<PathBuf>,

    /// Which region of the division; repeatable
    #[arg(long, value_name = "NAME", requires = "division", help_heading = "Which areas")]
    region: Vec<String>,

    /// Drop all flows to and from places outside, also those to places the instance knows
    #[arg(long, help_heading = "Which areas")]
    drop_outside_flows: bool,

    #[command(flatten)]
    folder: FolderArgs,
}

pub(super) fn run(args: &SubsetArgs, quiet: bool) -> Result<Exit, Failure> {
    let before = Instance::load_in(&args.instance, None, args.letters.encoding)?;
    say_assumed(&before, quiet);
    let areas = args.choose(&before)?;
    args.folder.open()?;
    let mut instance = before.subset(&areas);
    let mut account = Account::default();
    account.count_of("areas kept", instance.num_areas());
    account.count_of("areas left out", before.num_areas() - instance.num_areas());
    account.count("commuters between the areas", instance.flows.total_between());
    account.count("commuters within their own area", instance.flows.total_own());
    for place in &instance.external {
        account.count(format!("commuters to {}", place.name), place.to.iter().sum());
        account.count(format!("commuters from {}", place.name), place.from.iter().sum());
    }
    let others = before.load_other_years(&args.instance, args.letters.encoding)?;
    let mut years: Vec<Instance> = others.iter().map(|year| year.subset(&areas)).collect();
    if args.drop_outside_flows {
        for of_year in years.iter_mut().chain([&mut instance]) {
            of_year.external.clear();
            of_year.external_areas.clear();
            of_year.external_links.clear();
        }
        account.note(
            "flows to and from places outside are dropped: self-containment still counts them as \
             employed residents and jobs",
        );
    }
    account.count_of("links kept", instance.links.len());
    account.count_of("links left out", before.links.len() - instance.links.len());
    cut_divisions(&before, &mut instance, &mut account);
    count_years(&years, &mut account);
    let scenarios = scenarios::carried(&args.instance, &instance, &mut account);
    let title = format!("{} of {}: {}", instance.num_areas(), before.num_areas(), before.title);
    args.folder.keep(instance, &years, title, Links::Known, &scenarios, account)
}

/// Drops divisions of which nothing is left, and says of the others how many regions are whole.
fn cut_divisions(before: &Instance, instance: &mut Instance, account: &mut Account) {
    for (name, division) in &before.divisions {
        let Some(now) = instance.divisions.get(name) else { continue };
        if now.regions.is_empty() {
            account.note(format!("the division {name} is left out: it holds none of the areas"));
            instance.divisions.remove(name);
            continue;
        }
        let whole = now.regions.iter().filter(|region| {
            let same = division.regions.iter().find(|other| other.name == region.name);
            same.is_some_and(|other| other.areas.len() == region.areas.len())
        });
        account.note(format!(
            "of the {} regions of the division {name}, {} are kept, {} of them whole",
            division.regions.len(),
            now.regions.len(),
            whole.count()
        ));
    }
}

impl SubsetArgs {
    /// Indices of the areas asked for.
    fn choose(&self, instance: &Instance) -> Result<Vec<usize>, Failure> {
        let chosen = if let Some(list) = &self.county {
            of_counties(instance, &comma_separated(list))?
        } else if let Some(list) = &self.areas {
            named(instance, &comma_separated(list), "--areas")?
        } else if let Some(file) = &self.areas_from {
            named(instance, &listed(file)?, &file.display().to_string())?
        } else if let Some(division) = &self.division {
            let division = find_division(division, instance, &Rules::default(), false)?;
            of_regions(&division, &self.region)?
        } else {
            Vec::new()
        };
        if chosen.is_empty() {
            return Err(Failure::usage(
                "E180",
                "instance subset",
                "no area is chosen",
                "name areas, counties or regions that the instance has",
            ));
        }
        Ok(chosen)
    }
}

fn of_counties(instance: &Instance, wanted: &[String]) -> Result<Vec<usize>, Defects> {
    let counties: BTreeSet<&str> = instance
        .areas
        .iter()
        .map(|area| area.county.as_str())
        .filter(|county| !county.is_empty())
        .collect();
    let mut defects = Defects::default();
    let mut chosen = Vec::new();
    for county in wanted {
        let lower = county.to_lowercase();
        let is_digits = !county.is_empty() && county.bytes().all(|byte| byte.is_ascii_digit());
        let is_in = |area: &Area| {
            area.county.to_lowercase() == lower || is_digits && area.code.starts_with(county)
        };
        let before = chosen.len();
        chosen.extend((0..instance.num_areas()).filter(|&at| is_in(&instance.areas[at])));
        if chosen.len() == before {
            let cure = match nearest(county, counties.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None if counties.is_empty() => "the instance names no counties; give the digits \
                     with which their codes begin"
                    .to_owned(),
                None => {
                    format!("use {}", counties.iter().copied().collect::<Vec<_>>().join(", "))
                }
            };
            let what = format!("no area lies in a county called `{county}`");
            defects.push(Defect::new("E180", "--county", what, cure));
        }
    }
    defects.into_result()?;
    Ok(chosen)
}

fn named(instance: &Instance, names: &[String], place: &str) -> Result<Vec<usize>, Defects> {
    let mut defects = Defects::default();
    let mut chosen = Vec::new();
    for name in names.iter().filter(|name| !name.is_empty()) {
        match instance.find_area(name) {
            Ok(area) => chosen.push(area),
            Err(error) => defects.push(unknown_area(place, &error)),
        }
    }
    defects.into_result()?;
    Ok(chosen)
}

fn of_regions(division: &Division, wanted: &[String]) -> Result<Vec<usize>, Defects> {
    let mut defects = Defects::default();
    let mut chosen = Vec::new();
    for name in wanted {
        if let Some(region) = division.regions.iter().find(|region| region.name == *name) {
            chosen.extend(&region.areas);
            continue;
        }
        let known: Vec<&str> = division.regions.iter().map(|region| region.name.as_str()).collect();
        let cure = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("use {}", known.join(", ")),
        };
        let what = format!("the division {} has no region called `{name}`", division.name);
        defects.push(Defect::new("E180", "--region", what, cure));
    }
    defects.into_result()?;
    Ok(chosen)
}

/// The names or codes in a file: the column `code` of a CSV file, else one per line.
fn listed(file: &Path) -> Result<Vec<String>, Defects> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Defect::new(
            "E180",
            file.display().to_string(),
            format!("the list cannot be read: {error}"),
            "check the path and that the file is UTF-8 text",
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let column = table
        .headers()
        .ok()
        .and_then(|header| header.iter().position(|name| name.trim() == "code"));
    let Some(column) = column else {
        return Ok(text.lines().map(|line| line.trim().to_owned()).collect());
    };
    let codes = table.records().filter_map(Result::ok);
    Ok(codes.filter_map(|row| Some(row.get(column)?.trim().to_owned())).collect())
}
