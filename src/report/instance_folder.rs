//! An instance as a folder that can be loaded again: figures, flows, adjacency, divisions.
//!
//! Polygons, external areas and the descriptor are not written.

use std::io::{self, Write};
use std::path::Path;

use crate::defect::Defect;
use crate::instance::Instance;

use super::atomic::write_atomically;
use super::{DivisionDocument, InstanceDocument, OutputError};

/// Writes an instance into a folder. Files are written whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn save_instance(instance: &Instance, folder: &Path) -> Result<(), OutputError> {
    let failed = |path: &Path, error: &io::Error| {
        OutputError::Failed(Defect::new(
            "E405",
            path.display().to_string(),
            format!("writing failed: {error}"),
            "make room or mend the disk, then run again with --force",
        ))
    };
    let divisions = folder.join("divisions");
    std::fs::create_dir_all(&divisions).map_err(|error| failed(&divisions, &error))?;
    let write = |name: &str, write: &dyn Fn(&mut dyn Write) -> io::Result<()>| {
        let path = folder.join(name);
        write_atomically(&path, write).map_err(|error| failed(&path, &error))
    };
    write("areas.csv", &|out| areas(instance, out))?;
    write("flows.csv", &|out| flows(instance, out))?;
    write("adjacency.csv", &|out| adjacency(instance, out))?;
    if !instance.external.is_empty() {
        write("external_flows.csv", &|out| external_flows(instance, out))?;
    }
    if instance.distances.is_some() {
        write("distances.csv", &|out| distances(instance, out))?;
    }
    let stamp = InstanceDocument::new(instance);
    for division in instance.divisions.values() {
        let document = DivisionDocument::new(instance, division);
        write(&format!("divisions/{}.csv", division.name), &|out| document.write_csv(&stamp, out))?;
    }
    Ok(())
}

fn areas(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record([
        "code",
        "name",
        "county",
        "population",
        "employed_residents",
        "jobs",
        "land_area_km2",
        "centre",
        "centre_lat",
        "centre_lon",
    ])?;
    for area in &instance.areas {
        let (lat, lon) = area
            .position
            .map_or_else(Default::default, |(lat, lon)| (lat.to_string(), lon.to_string()));
        table.write_record([
            area.code.clone(),
            area.name.clone(),
            area.county.clone(),
            area.population.to_string(),
            area.employed_residents.to_string(),
            area.jobs.to_string(),
            ((area.land_area_km2 * 10.0).round() / 10.0).to_string(),
            area.centre.clone(),
            lat,
            lon,
        ])?;
    }
    table.flush()
}

fn flows(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(["residence", "workplace", "commuters"])?;
    for (from, to, commuters) in instance.flows.triples() {
        let (from, to) = (&instance.areas[from].code, &instance.areas[to].code);
        table.write_record([from, to, &commuters.to_string()])?;
    }
    table.flush()
}

fn adjacency(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(["a", "b", "kind", "border_km", "note"])?;
    for link in &instance.links {
        let km = link.border_km.map(|km| ((km * 10.0).round() / 10.0).to_string());
        table.write_record([
            &instance.areas[link.a].code,
            &instance.areas[link.b].code,
            link.kind.word(),
            &km.unwrap_or_default(),
            &link.note,
        ])?;
    }
    table.flush()
}

fn external_flows(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    let columns = instance
        .external
        .iter()
        .flat_map(|place| [format!("to_{}", place.name), format!("from_{}", place.name)]);
    table.write_record(std::iter::once("code".to_owned()).chain(columns))?;
    for (at, area) in instance.areas.iter().enumerate() {
        let figures = instance
            .external
            .iter()
            .flat_map(|place| [place.to[at].to_string(), place.from[at].to_string()]);
        table.write_record(std::iter::once(area.code.clone()).chain(figures))?;
    }
    table.flush()
}

fn distances(instance: &Instance, out: &mut dyn Write) -> io::Result<()> {
    let mut table = ::csv::Writer::from_writer(out);
    table.write_record(["from", "to", "km"])?;
    for from in 0..instance.num_areas() {
        for to in (0..instance.num_areas()).filter(|&to| to != from) {
            if let Some(km) = instance.distance_km(from, to) {
                let (from, to) = (&instance.areas[from].code, &instance.areas[to].code);
                table.write_record([from, to, &km.to_string()])?;
            }
        }
    }
    table.flush()
}
