//! `import`: instances from other formats. A source is a file here with its arguments and a `run`,
//! registered in `Source`.

use clap::{Args, Subcommand};

use super::exit::{Exit, Failure};
use super::reading::ReadingArgs;

mod graph;
mod into;
mod matrix;
mod polygons;
mod pxweb;
mod weights;
mod words;

#[derive(Clone, Debug, Args)]
pub(super) struct ImportArgs {
    #[command(subcommand)]
    source: Source,

    #[command(flatten)]
    reading: ReadingArgs,
}

/// Where an instance can come from.
#[derive(Clone, Debug, Subcommand)]
enum Source {
    /// Statistics Norway's tables of commuting (03321) and population (07459)
    Pxweb(Box<pxweb::PxwebArgs>),
    /// Adjacency with border lengths from polygons (GeoJSON)
    Polygons(Box<polygons::PolygonsArgs>),
    /// Adjacency from spatial weights (GAL, GWT)
    Weights(Box<weights::WeightsArgs>),
    /// Adjacency, figures and a division from a graph (NetworkX JSON, GraphML, METIS)
    Graph(Box<graph::GraphArgs>),
    /// Flows from a matrix, square or long (CSV, XLSX)
    Matrix(Box<matrix::MatrixArgs>),
}

pub(super) fn run(args: &ImportArgs, quiet: bool) -> Result<Exit, Failure> {
    args.reading.begin()?;
    match &args.source {
        Source::Pxweb(args) => pxweb::run(args, quiet),
        Source::Polygons(args) => polygons::run(args),
        Source::Weights(args) => weights::run(args),
        Source::Graph(args) => graph::run(args),
        Source::Matrix(args) => matrix::run(args),
    }
}
