//! METIS graphs: nodes numbered from 1 in the order of codes, weighted by population, edges by the
//! commuters both ways.
//!
//! METIS wants weights of edges above 0: pairs between which nobody commutes have 1. Codes and names
//! stand in comments, which METIS skips and our own import reads.

use std::io::{self, Write};

use crate::import::NO_PLAN;
use regionfront_model::defect::Defect;

use super::{Export, line};

pub(super) fn write(export: &Export<'_>, out: &mut dyn Write) -> io::Result<()> {
    let instance = export.instance;
    writeln!(out, "% {}", line(&instance.title))?;
    writeln!(out, "% weights of nodes: population")?;
    writeln!(out, "% weights of edges: commuters both ways, 1 where there are none")?;
    for (at, area) in instance.areas.iter().enumerate() {
        let code = area.code.split_whitespace().collect::<Vec<_>>().join("_");
        writeln!(out, "% area {} {code} {}", at + 1, line(&area.name))?;
    }
    if let Some(division) = export.division {
        writeln!(out, "% division {}", line(&division.name))?;
        for (at, region) in division.regions.iter().enumerate() {
            writeln!(out, "% region {at} {}", line(&region.name))?;
        }
    }
    writeln!(out, "{} {} 011", instance.num_areas(), export.edges.len())?;
    for (area, neighbours) in instance.areas.iter().zip(export.neighbours()) {
        write!(out, "{}", area.population)?;
        for (other, edge) in neighbours {
            write!(out, " {} {}", other + 1, edge.commuters.max(1))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The division as METIS writes partitions: the number of the region per line, from 0.
///
/// # Errors
/// When areas are in no region.
pub fn write_partition(export: &Export<'_>) -> Result<String, Defect> {
    let mut text = String::new();
    for (area, region) in export.instance.areas.iter().zip(&export.regions) {
        let Some(region) = region else {
            return Err(Defect::new(
                NO_PLAN,
                export.division.map_or("", |division| &division.name),
                format!("{} is in no region, and a partition leaves no node out", area.label()),
                "put it into one, as `derive --assign-missing` does",
            ));
        };
        text.push_str(&region.to_string());
        text.push('\n');
    }
    Ok(text)
}
