//! `inspect`: what an instance holds and what is odd about it.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use regionfront_model::instance::describe::AreaPopulation;
use regionfront_model::instance::{Description, Instance, Year, describe};
use regionfront_model::quantity::grouped;
use regionfront_model::scenario::Scenario;
use regionfront_report::{keep_words, percent, plain_table};

use super::args::LettersArgs;
use super::exit::{Exit, Failure};
use super::output::{json_to_stdout, to_stdout};
use super::reading::ReadingArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  regionfront inspect instances/viken-2020")]
pub(super) struct InspectArgs {
    /// Folder of the instance
    #[arg(value_name = "INSTANCE")]
    instance: PathBuf,

    /// Figures of this year, where the instance holds several
    #[arg(long, value_name = "YEAR")]
    year: Option<Year>,

    #[command(flatten)]
    letters: LettersArgs,

    /// What to print
    #[arg(long, value_enum, default_value_t)]
    format: InspectFormat,

    #[command(flatten)]
    reading: ReadingArgs,
}

/// Formats of a description.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum InspectFormat {
    /// For reading.
    #[default]
    Table,
    /// One JSON document with a published schema.
    Json,
}

pub(super) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    args.reading.begin()?;
    let description =
        describe(&Instance::load_in(&args.instance, args.year, args.letters.encoding)?);
    match args.format {
        InspectFormat::Json => json_to_stdout(&description)?,
        InspectFormat::Table => to_stdout(|out| write_text(&description, &args.instance, out))?,
    }
    Ok(Exit::AsAsked)
}

fn write_text(
    description: &Description,
    folder: &Path,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    writeln!(out, "{} ({})", description.title, description.name)?;
    writeln!(out, "SHA-256 {}", description.sha256)?;
    if let Some(year) = description.year {
        let others = description.years.iter().filter(|&&other| other != year);
        let others: Vec<String> = others.map(ToString::to_string).collect();
        match others.as_slice() {
            [] => writeln!(out, "figures of {year}")?,
            others => {
                writeln!(out, "figures of {year}; others with --year: {}", others.join(", "))?;
            }
        }
    }
    writeln!(out, "\n{}", totals(description))?;
    writeln!(out, "\n{}", contiguity(description))?;
    if !description.divisions.is_empty() {
        writeln!(out, "\n{}", divisions(description))?;
    }
    let scenarios = Scenario::names(folder);
    for (word, names) in
        [("external areas", &description.external_areas), ("scenarios", &scenarios)]
    {
        if !names.is_empty() {
            writeln!(out, "\n{word}: {}", names.join(", "))?;
        }
    }
    writeln!(out, "\ndistances: {}", description.distances)?;
    if !description.has_shapes {
        writeln!(out, "no polygons (areas.geojson), so no maps")?;
    }
    writeln!(out)?;
    if description.oddities.is_empty() {
        writeln!(out, "nothing odd")?;
    } else {
        writeln!(out, "odd:")?;
        for oddity in &description.oddities {
            writeln!(out, "  {} {}: {}", oddity.code, oddity.at, oddity.what)?;
            writeln!(out, "       {}", oddity.help)?;
        }
    }
    writeln!(out)?;
    for source in &description.sources {
        let path = if source.path.is_empty() { "" } else { &format!(" <{}>", source.path) };
        writeln!(out, "source: {}{path}", source.title)?;
    }
    for licence in &description.licences {
        writeln!(out, "licence: {licence}")?;
    }
    Ok(())
}

fn totals(description: &Description) -> comfy_table::Table {
    let flows = &description.flows;
    let mut table = plain_table(&[("", false), ("number", true), ("", false)]);
    let people = |area: &AreaPopulation| format!("{}: {}", area.area, grouped(area.population));
    let (smallest, largest) = (&description.smallest_area, &description.largest_area);
    let mut add = |what: &str, number: u64, remark: String| {
        table.add_row([what.to_owned(), grouped(number), remark]);
    };
    let areas = u64::try_from(description.areas).unwrap_or(u64::MAX);
    add("areas", areas, format!("{}, {}", people(smallest), people(largest)));
    add("population", description.population, String::new());
    add("employed residents", description.employed_residents, String::new());
    add("jobs", description.jobs, String::new());
    add(
        "commuters in the areas",
        flows.total,
        format!("{} of employed residents", percent(flows.total_share_of_employed_residents)),
    );
    add("  within their own area", flows.own, percent(flows.own_share_of_total));
    add("  between areas", flows.between, percent(flows.between_share_of_total));
    for place in &description.external {
        add(
            &format!("  to {}", place.place),
            place.to,
            format!("{} of employed residents", percent(place.to_share_of_employed_residents)),
        );
        add(
            &format!("  from {}", place.place),
            place.from,
            format!("{} of jobs", percent(place.from_share_of_jobs)),
        );
    }
    table
}

fn contiguity(description: &Description) -> comfy_table::Table {
    let mut table = plain_table(&[
        ("links that count", false),
        ("parts", true),
        ("apart from the rest", false),
    ]);
    for links in &description.connectivity {
        let kinds: Vec<String> = links
            .kinds
            .iter()
            .map(|kind| {
                let count = description.links.iter().find(|count| count.kind == *kind);
                format!("{} {kind}", count.map_or(0, |count| count.count))
            })
            .collect();
        let apart: Vec<String> = links.apart.iter().map(|part| part.join(", ")).collect();
        table.add_row([kinds.join(" + "), links.parts.to_string(), apart.join(" | ")]);
    }
    table
}

fn divisions(description: &Description) -> comfy_table::Table {
    let mut table = plain_table(&[
        ("division", false),
        ("regions", true),
        ("areas", true),
        ("of population", true),
        ("in several regions", false),
        ("in none", false),
    ]);
    for division in &description.divisions {
        table.add_row([
            division.name.clone(),
            division.regions.to_string(),
            format!("{} of {}", division.areas_covered, description.areas),
            percent(division.covered_share_of_population),
            division.double_members.join(", "),
            shortened(&division.outside),
        ]);
    }
    // Keys are there to be typed, so none is broken.
    keep_words(&mut table, 0);
    table
}

/// A few names, then how many more.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 4;
    match names.len().saturating_sub(SHOWN) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..SHOWN].join(", ")),
    }
}
