//! Published instances of districting by counties, fewest borders cut, from a folder as such
//! collections share them.
//!
//! An instance is a folder with three files:
//!
//! - `nodes.csv` with the columns `id,name,population,geoid`; the geoid becomes the area's code;
//! - `edges.csv` with the columns `u,v` holding ids; further columns are passed over;
//! - `meta.json` with the number of regions `k`, the least and the greatest population `L` and `U`
//!   of a region, both inclusive, and what is published about it: `optimal_value` in cut borders,
//!   `feasible_with_contiguity`, and solving times in `published_times` or
//!   `fastest_published_seconds`. Its `n`, `m` and `total_population` must be those of the tables.
//!
//! Every border becomes a land link with one commuter across. A plan then holds as many commuters
//! as there are uncut borders, so that *fewest cut borders* is *most commuters inside*, and a bound
//! of either is one of the other.

use std::path::{Path, PathBuf};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::Instance;
use regionfront_model::quantity::Persons;

mod meta;
mod table;
mod tables;

/// Files of an instance.
const FILES: [&str; 3] = ["meta.json", "nodes.csv", "edges.csv"];

/// A published instance and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The counties and their borders; one commuter across each.
    pub instance: Instance,
    /// How many regions.
    pub num_regions: usize,
    /// Fewest inhabitants of a region.
    pub min_population: Persons,
    /// Most inhabitants of a region.
    pub max_population: Persons,
    /// What the publication says the answer is.
    pub expected: Expected,
    /// The shortest published solving time in seconds.
    pub fastest_s: Option<f64>,
}

/// The answer according to a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The fewest borders that a plan can cut.
    CutBorders(u64),
    /// There is no plan.
    Infeasible,
    /// It does not say.
    Unknown,
}

/// Reads a folder with a folder per instance, by name, or the folder of a single one.
///
/// # Errors
/// Every defect of every instance (`E540` to `E543`).
pub fn read(folder: &Path) -> Result<Vec<Published>, Defects> {
    let folders = instances_in(folder)?;
    let (mut found, mut defects) = (Vec::new(), Defects::default());
    for folder in folders {
        match read_one(&folder) {
            Ok(published) => found.push(published),
            Err(more) => defects.0.extend(more.0),
        }
    }
    defects.into_result()?;
    Ok(found)
}

/// The folders of the instances: those that hold at least one of the files.
fn instances_in(folder: &Path) -> Result<Vec<PathBuf>, Defects> {
    let holds_instance = |path: &Path| FILES.iter().any(|file| path.join(file).is_file());
    if holds_instance(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    let entries = std::fs::read_dir(folder).map_err(|error| {
        unreadable(folder, &format!("the folder cannot be read: {error}"), "check the path")
    })?;
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).filter(|path| holds_instance(path)).collect();
    found.sort();
    if found.is_empty() {
        return Err(unreadable(
            folder,
            "there is no published instance, neither here nor in the folders within",
            "name a folder whose folders hold meta.json, nodes.csv and edges.csv",
        ));
    }
    Ok(found)
}

fn read_one(folder: &Path) -> Result<Published, Defects> {
    let mut defects = Defects::default();
    let meta = meta::read(folder, &mut defects);
    let nodes = tables::nodes(folder, &mut defects);
    let edges = nodes.as_ref().and_then(|nodes| tables::edges(folder, nodes, &mut defects));
    let (Some(meta), Some(nodes), Some(edges)) = (meta, nodes, edges) else {
        return Err(defects);
    };
    let population =
        nodes.iter().try_fold(0_u64, |sum, node| sum.checked_add(node.area.population));
    meta.check(folder, nodes.len(), edges.len(), population, &mut defects);
    defects.into_result()?;
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let instance = tables::instance(name.unwrap_or_default(), meta.title(), nodes, &edges);
    Ok(meta.published(instance))
}

/// A file or folder that cannot be read.
fn unreadable(path: &Path, what: &str, cure: &str) -> Defects {
    Defect::new("E540", path.display().to_string(), what, cure).into()
}
