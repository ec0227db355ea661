//! An instance as a folder that can be loaded again.
//!
//! Tables, polygons, divisions and a descriptor with sources and licences are written; scenarios are
//! for the user to keep, and are left alone.

use std::io::{self, Write};
use std::path::Path;

use regionfront_model::defect::Defect;
use regionfront_model::instance::Instance;

use crate::documents::{DivisionDocument, InstanceDocument};
use crate::run::OutputError;
use regionfront_model::atomic::write_atomically;

mod account;
mod descriptor;
mod filled;
mod geometry;
mod parts;
mod positions;
mod tables;

pub use account::AccountDocument;
pub use parts::{JoinError, Joining, Piece as PartPiece, join_part, listed_areas};

/// Files that an instance may have beside its divisions and scenarios.
const FILES: [&str; 10] = [
    "areas.csv",
    "flows.csv",
    "adjacency.csv",
    "external_flows.csv",
    "distances.csv",
    "external_areas.csv",
    "external_adjacency.csv",
    "areas.geojson",
    "external_areas.geojson",
    descriptor::FILE,
];

/// Folder inside an instance's with answers of a service from which it is made.
pub const FETCHED: &str = "fetched";

/// Makes a folder for an instance, or sees that one may be used: one that holds nothing but what was
/// fetched for it, or any with `force`.
///
/// # Errors
/// When it cannot be made or read, and when it holds something and nothing is to be replaced.
pub fn open_instance_folder(folder: &Path, force: bool) -> Result<(), OutputError> {
    let unusable = |error: io::Error| {
        OutputError::Refused(Defect::new(
            "E401",
            folder.display().to_string(),
            format!("the output directory cannot be used: {error}"),
            "name a directory you may write to",
        ))
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let mut entries = std::fs::read_dir(folder).map_err(unusable)?.flatten();
    let is_free = entries.all(|entry| entry.file_name() == FETCHED);
    if is_free || force {
        return Ok(());
    }
    Err(OutputError::Refused(Defect::new(
        "E402",
        folder.display().to_string(),
        "the output directory is not empty",
        "name a new directory, or replace the instance in this one with --force",
    )))
}

/// Writes an instance into a folder and gives the names of the files. Files are written whole or not
/// at all. Those of an earlier instance that this one has not are removed, its divisions and
/// scenarios excepted.
///
/// An instance without links gets no `adjacency.csv`, so that loading it says what is missing.
///
/// # Errors
/// When the folder cannot be written.
pub fn save_instance(instance: &Instance, folder: &Path) -> Result<Vec<String>, OutputError> {
    let mut writer = FolderWriter { folder, written: Vec::new() };
    writer.write("areas.csv", &|out| tables::areas(instance, out))?;
    writer.write("flows.csv", &|out| tables::flows(instance, out))?;
    if !instance.links.is_empty() {
        writer.write("adjacency.csv", &|out| tables::adjacency(instance, out))?;
    }
    if !instance.external.is_empty() {
        writer.write("external_flows.csv", &|out| tables::external_flows(instance, out))?;
    }
    if instance.distances.is_some() {
        writer.write("distances.csv", &|out| tables::distances(instance, out))?;
    }
    if !instance.external_areas.is_empty() {
        writer.write("external_areas.csv", &|out| tables::external_areas(instance, out))?;
        if tables::external_links_within(instance).next().is_some() {
            writer.write("external_adjacency.csv", &|out| tables::external_links(instance, out))?;
        }
        if instance.external_areas.iter().any(|area| area.shape.is_some()) {
            writer.write("external_areas.geojson", &|out| geometry::external(instance, out))?;
        }
    }
    if let Some(shapes) = &instance.shapes {
        writer.write("areas.geojson", &|out| geometry::areas(instance, shapes, out))?;
    }
    let stamp = InstanceDocument::new(instance);
    for division in instance.divisions.values().filter(|division| !division.regions.is_empty()) {
        let document = DivisionDocument::new(instance, division);
        let name = format!("divisions/{}.csv", division.name);
        writer.write(&name, &|out| document.write_csv(&stamp, out))?;
    }
    let listed = writer.written.clone();
    writer.write(descriptor::FILE, &|out| descriptor::write(instance, folder, &listed, out))?;
    writer.remove_others()?;
    Ok(writer.written)
}

/// Copies a scenario file into a folder of scenarios.
///
/// # Errors
/// When it cannot be read or the folder cannot be written.
pub fn save_scenario(file: &Path, folder: &Path) -> Result<(), OutputError> {
    let path = folder.join(file.file_name().unwrap_or_default());
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::read(file))
        .and_then(|bytes| write_atomically(&path, |out| out.write_all(&bytes)))
        .map_err(|error| failed(&path, &error))
}

/// Writes a file, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn save_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    write_atomically(path, write).map_err(|error| failed(path, &error))
}

struct FolderWriter<'a> {
    folder: &'a Path,
    written: Vec<String>,
}

impl FolderWriter<'_> {
    fn write(
        &mut self,
        name: &str,
        write: &dyn Fn(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        let path = self.folder.join(name);
        let parent = path.parent().unwrap_or(self.folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| write_atomically(&path, write))
            .map_err(|error| failed(&path, &error))?;
        self.written.push(name.to_owned());
        Ok(())
    }

    fn remove_others(&self) -> Result<(), OutputError> {
        for name in FILES.iter().filter(|name| !self.written.iter().any(|own| own == *name)) {
            let path = self.folder.join(name);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed(&path, &error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn failed(path: &Path, error: &io::Error) -> OutputError {
    OutputError::Failed(Defect::new(
        "E405",
        path.display().to_string(),
        format!("writing failed: {error}"),
        "make room or mend the disk, then run again with --force",
    ))
}
