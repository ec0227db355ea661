//! `export`: an instance, and a division of it, in other formats.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use regionfront_exchange::export::{Export, ExportFormat, write_partition};
use regionfront_model::defect::Defects;
use regionfront_model::instance::{Instance, LinkKind, counted};
use regionfront_model::scenario::Rules;
use regionfront_report::{refuse_locked, save_file};

use super::args::LettersArgs;
use super::divisions::find_division;
use super::exit::{Exit, Failure};
use super::output::{data_to_stdout, say};
use super::question::say_assumed;
use super::reading::ReadingArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExportArgs {
    /// Folder of the instance
    #[arg(value_name = "INSTANCE")]
    instance: PathBuf,

    #[command(flatten)]
    letters: LettersArgs,

    /// Format
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: FormatName,

    /// Division to attach to the areas: a CSV file with the columns code,region, or the name of one
    /// in the instance
    #[arg(long, value_name = "DIVISION")]
    division: Option<PathBuf>,

    /// Kinds of links that count as neighbours
    #[arg(long, value_name = "KINDS", value_delimiter = ',', default_value = "land,fixed_link")]
    links: Vec<LinkKind>,

    /// File to write [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace the file where it exists
    #[arg(long, requires = "output")]
    force: bool,

    #[command(flatten)]
    reading: ReadingArgs,
}

/// Formats of exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// Spatial weights, for PySAL and GeoDa: neighbours only.
    Gal,
    /// JSON adjacency, for NetworkX and GerryChain: everything, the flows included.
    Networkx,
    /// GraphML, for NetworkX, igraph, Gephi and yEd: everything but the flows.
    Graphml,
    /// METIS: neighbours, weighted by commuters, and population; the division in FILE.part.K.
    Metis,
}

const EXAMPLES: &str = "\
`import weights` and `import graph` read the files again, and plans that others made of them.

Examples:
  regionfront export instances/viken-2020 --to networkx --division runs/viken/divisions/k09.csv \\
      -o viken.json
  regionfront export instances/viken-2020 --to gal --links land,fixed_link,ferry > viken.gal";

pub(super) fn run(args: &ExportArgs, quiet: bool) -> Result<Exit, Failure> {
    args.reading.begin()?;
    let format = match args.to {
        FormatName::Gal => ExportFormat::Gal,
        FormatName::Networkx => ExportFormat::Networkx,
        FormatName::Graphml => ExportFormat::Graphml,
        FormatName::Metis => ExportFormat::Metis,
    };
    let instance = Instance::load_in(&args.instance, None, args.letters.encoding)?;
    say_assumed(&instance, quiet);
    let division = args
        .division
        .as_deref()
        .map(|named| find_division(named, &instance, &Rules::default(), quiet))
        .transpose()?;
    let export = Export::new(&instance, &args.links, division.as_ref()).map_err(Defects::from)?;
    let partition = match format {
        ExportFormat::Metis => partition(args.output.as_deref(), &export)?,
        _ => None,
    };
    if format == ExportFormat::Gal && division.is_some() {
        return Err(Failure::usage(
            "E199",
            "--division",
            "GAL holds neighbours only",
            "leave --division out, or choose networkx, graphml or metis",
        ));
    }
    if let Some((path, _)) = &partition
        && path.exists()
        && !args.force
    {
        return Err(Failure::usage(
            "E402",
            path.display().to_string(),
            "it exists already",
            "replace it with --force, or name another",
        ));
    }
    if let Some(folder) = args.output.as_deref().and_then(Path::parent) {
        refuse_locked(folder)?;
    }
    match &args.output {
        None => data_to_stdout(|out| export.write(format, out))?,
        Some(path) => save_file(path, args.force, |out| export.write(format, out))?,
    }
    if let Some((path, text)) = &partition {
        save_file(path, args.force, |out| out.write_all(text.as_bytes()))?;
    }
    if !quiet {
        let mut said = vec![
            counted(instance.num_areas(), "area"),
            counted(export.num_edges(), "pair") + " of neighbours",
        ];
        let left = instance.links.iter().filter(|link| !args.links.contains(&link.kind)).count();
        if left > 0 {
            said.push(counted(left, "link") + " of other kinds left out");
        }
        said.extend(export.left_out());
        if let Some((path, _)) = &partition {
            said.push(format!("partition in {}", path.display()));
        }
        say(&said.join(", "));
    }
    Ok(Exit::AsAsked)
}

/// Where the partition of a METIS graph goes, and what it holds.
fn partition(
    output: Option<&Path>,
    export: &Export<'_>,
) -> Result<Option<(PathBuf, String)>, Failure> {
    let Some(num_regions) = export.num_regions() else { return Ok(None) };
    let Some(output) = output else {
        return Err(Failure::usage(
            "E199",
            "--division",
            "METIS holds a division in a file beside the graph",
            "name the graph's file with --output",
        ));
    };
    let text = write_partition(export).map_err(Defects::from)?;
    let mut path = output.as_os_str().to_owned();
    path.push(format!(".part.{num_regions}"));
    Ok(Some((path.into(), text)))
}
