//! `import graph`: adjacency, figures of areas and a division from graphs of other programs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use regionfront_exchange::import::graph::{self, Ends, GraphFormat, GraphOptions};
use regionfront_model::instance::LinkKind;

use super::into::IntoArgs;
use super::words::EncodingArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct GraphArgs {
    /// Graph: JSON of NetworkX or GerryChain (adjacency or node-link), GraphML, or METIS
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Format of the file [default: by its beginning]
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<GraphName>,

    /// Node attribute that holds the code [default: the first of code, kommunenummer, GEOID, … that
    /// all have, else the nodes' own names]
    #[arg(long, value_name = "ATTRIBUTE")]
    code: Option<String>,

    /// Node attribute that holds the name of the area
    #[arg(long, value_name = "ATTRIBUTE")]
    name: Option<String>,

    /// Node attribute that holds the population; `none` leaves it out, for METIS `population` takes the
    /// first weight of nodes
    #[arg(long, value_name = "ATTRIBUTE")]
    population: Option<String>,

    /// Node attribute that holds the region of a division [default: region]
    #[arg(long, value_name = "ATTRIBUTE")]
    division: Option<String>,

    /// Name of the division in the folder
    #[arg(long, value_name = "NAME")]
    division_name: Option<String>,

    /// Partition of a METIS graph: the number of a part per line
    #[arg(long, value_name = "FILE", conflicts_with = "encoding")]
    partition: Option<PathBuf>,

    /// Kind of links that do not say theirs
    #[arg(long, value_name = "KIND", default_value = "land")]
    kind: LinkKind,

    /// Digits of a code: 4 makes 301 into 0301 [default: those of the longest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20))]
    code_width: Option<u8>,

    /// What the ends of links in node-link JSON are [default: what they can be; asked for where both
    /// can be]
    #[arg(long, value_enum)]
    ends: Option<EndsName>,

    #[command(flatten)]
    encoding: EncodingArgs,

    #[command(flatten)]
    into: IntoArgs,
}

/// Formats of graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GraphName {
    Networkx,
    Graphml,
    Metis,
}

/// What the ends of links are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum EndsName {
    /// Ids of nodes.
    Ids,
    /// Positions in the list of nodes, from 0.
    Positions,
}

const EXAMPLES: &str = "\
Examples:
  regionfront import graph dual_graph.json --code GEOID20 --population TOTPOP --into mine
  regionfront import graph back.json --division district --division-name theirs --take division \\
      --into mine
  regionfront import graph viken.graph --partition viken.graph.part.9 --take division --into mine";

pub(super) fn run(args: &GraphArgs) -> Result<Exit, Failure> {
    let options = GraphOptions {
        format: args.from.map(|name| match name {
            GraphName::Networkx => GraphFormat::Networkx,
            GraphName::Graphml => GraphFormat::Graphml,
            GraphName::Metis => GraphFormat::Metis,
        }),
        code: args.code.clone(),
        name: args.name.clone(),
        population: args.population.clone(),
        division: args.division.clone(),
        partition: args.partition.clone(),
        code_width: args.code_width.map(usize::from),
        kind: args.kind,
        ends: args.ends.map(|name| match name {
            EndsName::Ids => Ends::Ids,
            EndsName::Positions => Ends::Positions,
        }),
    };
    let part = args.encoding.part(
        &args.file,
        |file, bytes| graph::parse(file, bytes, None, &options),
        |path| graph::read(path, &options),
    )?;
    args.into.join(part, args.division_name.as_deref())
}
