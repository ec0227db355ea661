//! `import polygons`: adjacency with border lengths, and polygons for maps, from GeoJSON.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::exit::{Exit, Failure};
use regionfront_exchange::import::polygons::{self, Axes, Contiguity, Crs, PolygonOptions};
use regionfront_model::instance::LinkKind;

use super::into::IntoArgs;
use super::words::EncodingArgs;

#[derive(Clone, Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PolygonsArgs {
    /// GeoJSON, `TopoJSON`, GeoPackage or Shapefile with a Polygon or MultiPolygon per area
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Coordinate system: its number in the EPSG register, such as 4326 (WGS 84) or 25833 (UTM zone
    /// 33) [default: the file's, else 4326]
    #[arg(long, value_name = "EPSG")]
    crs: Option<Crs>,

    /// Order of coordinates: xy with longitude first, yx with latitude first [default: xy, held
    /// against where land is]
    #[arg(long, value_enum)]
    axes: Option<AxesName>,

    /// Layer of a file with several [default: the only one with polygons]
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,

    /// What makes areas neighbours
    #[arg(long, value_enum, default_value_t)]
    contiguity: ContiguityName,

    /// Report gaps between areas up to so many metres
    #[arg(long, value_name = "METRES", default_value_t = 50.0, value_parser = metres)]
    near: f64,

    /// Make areas neighbours whose borders face each other across a gap of at most so many metres,
    /// for more than three times that [default: 0, none]
    #[arg(long, value_name = "METRES", default_value_t = 0.0, hide_default_value = true, value_parser = metres)]
    snap: f64,

    /// Tie islands to their nearest neighbour by links of this kind: ferry, `sea_link`, …
    #[arg(long, value_name = "KIND")]
    tie: Option<LinkKind>,

    /// Property that holds the code [default: the first of code, kommunenummer, GEOID, … that all
    /// have, else the features' ids]
    #[arg(long, value_name = "PROPERTY")]
    code: Option<String>,

    /// Property that holds the name
    #[arg(long, value_name = "PROPERTY")]
    name: Option<String>,

    /// Property that holds the population; `none` leaves it out
    #[arg(long, value_name = "PROPERTY")]
    population: Option<String>,

    /// Digits of a code: 4 makes 301 into 0301 [default: those of the longest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=20))]
    code_width: Option<u8>,

    /// Take several features with one code for parts of one area
    #[arg(long)]
    join: bool,

    #[command(flatten)]
    encoding: EncodingArgs,

    #[command(flatten)]
    into: IntoArgs,
}

/// What makes areas neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ContiguityName {
    /// A shared border of positive length.
    #[default]
    Rook,
    /// A shared border, or a point.
    Queen,
}

/// Orders of coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AxesName {
    /// Longitude or easting first.
    Xy,
    /// Latitude or northing first.
    Yx,
}

const EXAMPLES: &str = "\
Areas that touch in a point, nearly touch, or touch nothing are reported, with what to do.

Examples:
  regionfront import polygons instances/viken-2020/areas.geojson --into mine
  regionfront import polygons kommuner.geojson --crs 25833 --code kommunenummer --snap 5 --into mine";

/// A distance of at least 0 and at most 100 km: more is no gap.
fn metres(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of metres"))?;
    if (0.0..=100_000.0).contains(&number) {
        Ok(number)
    } else {
        Err("it must be from 0 to 100,000 metres".to_owned())
    }
}

pub(super) fn run(args: &PolygonsArgs) -> Result<Exit, Failure> {
    let options = PolygonOptions {
        crs: args.crs.clone(),
        axes: args.axes.map(|name| match name {
            AxesName::Xy => Axes::Xy,
            AxesName::Yx => Axes::Yx,
        }),
        layer: args.layer.clone(),
        contiguity: match args.contiguity {
            ContiguityName::Rook => Contiguity::Rook,
            ContiguityName::Queen => Contiguity::Queen,
        },
        code: args.code.clone(),
        name: args.name.clone(),
        population: args.population.clone(),
        code_width: args.code_width.map(usize::from),
        join: args.join,
        encoding: args.encoding.named(),
        near_m: args.near,
        snap_m: args.snap,
        tie: args.tie,
    };
    let part = if args.file.is_file() && polygons::is_shapefile(&args.file) {
        polygons::read(&args.file, &options)?
    } else {
        args.encoding.part(
            &args.file,
            |file, bytes| polygons::parse(file, bytes, &options),
            |path| polygons::read(path, &options),
        )?
    };
    args.into.join(part, None)
}
