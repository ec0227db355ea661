//! An instance as a folder that can be loaded again.
//!
//! Tables, polygons, divisions and a descriptor with sources and licences are written; scenarios are
//! for the user to keep, and are left alone.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::file_name::{bent, inside};
use regionfront_model::instance::{Instance, Year, read_division};
use regionfront_model::staged::StagedFolder;

use crate::documents::{DivisionDocument, InstanceDocument};
use crate::run::{OutputError, remove_if_there};
use regionfront_model::atomic::write_atomically;

mod account;
mod centres;
mod descriptor;
mod filled;
mod further_year;
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

/// The figures that the areas have in further years.
const AREAS_BY_YEAR: &str = "years/areas_by_year.csv";

/// The files with flows of a further year, and with external areas of it.
fn year_files(year: Year) -> [String; 3] {
    ["flows", "external_flows", "external_areas"].map(|file| format!("years/{file}_{year}.csv"))
}

/// Folder inside an instance's with answers of a service from which it is made.
pub const FETCHED: &str = "fetched";

/// Sees that a folder may become an instance's: one that is not there, or holds nothing but what was
/// fetched for it, or any with `force`. Nothing is made.
///
/// # Errors
/// When it cannot be read, and when it holds something and nothing is to be replaced.
pub fn open_instance_folder(folder: &Path, force: bool) -> Result<(), OutputError> {
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(OutputError::Refused(Defect::new(
                "E401",
                folder.display().to_string(),
                format!("the output directory cannot be used: {error}"),
                "name a directory you may write to",
            )));
        }
    };
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

/// Whether an instance without links is one whose areas do not touch, or one whose links are still
/// to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// They are those of the instance, and `adjacency.csv` says so even where there are none.
    Known,
    /// Where there are none they are still to come: no `adjacency.csv`, so that loading says so.
    ToCome,
}

/// An instance written out of sight, to be looked at before it is put into its folder.
#[derive(Debug)]
pub struct StagedInstance {
    staged: StagedFolder,
    folder: PathBuf,
    written: Vec<String>,
}

impl StagedInstance {
    /// Writes an instance, with its figures of further years and copies of scenario files.
    ///
    /// # Errors
    /// When there is no room for it.
    pub fn write(
        instance: &Instance,
        years: &[Instance],
        links: Links,
        scenarios: &[PathBuf],
        folder: &Path,
    ) -> Result<Self, OutputError> {
        let staged = StagedFolder::of(folder).map_err(|error| failed(folder, &error))?;
        let written = write_instance(instance, years, links, &staged.path())?;
        for file in scenarios {
            save_scenario(file, &staged.path().join("scenarios"))?;
        }
        Ok(Self { staged, folder: folder.to_owned(), written })
    }

    /// Loads what was written, every year of it, and holds the divisions that would stay in the folder
    /// against it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn load(&self) -> Result<Instance, Defects> {
        let loaded = Instance::load(&self.staged.path())?;
        loaded.load_other_years(&self.staged.path(), None)?;
        let mut defects = Defects::default();
        let stay = std::fs::read_dir(self.folder.join("divisions")).into_iter().flatten().flatten();
        for path in stay.map(|entry| entry.path()) {
            let is_csv = path.extension().is_some_and(|end| end == "csv");
            let own = path.file_name().unwrap_or_default().to_string_lossy();
            if is_csv
                && !own.starts_with('.')
                && !self.written.contains(&format!("divisions/{own}"))
                && let Err(found) = read_division(&path, &loaded)
            {
                defects.0.extend(found.0);
            }
        }
        defects.into_result()?;
        Ok(loaded)
    }

    /// Puts the instance into its folder and gives the names of its files. Those of an earlier
    /// instance that this one has not are removed, its divisions and scenarios excepted.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn put(self) -> Result<Vec<String>, OutputError> {
        let Self { staged, folder, written } = self;
        staged.put().map_err(|error| failed(&folder, &error))?;
        remove_others(&folder, &written)?;
        Ok(written)
    }
}

/// Writes an instance, with its figures of further years, into a folder and gives the names of the
/// files. Files are written whole or not at all. Those of an earlier instance that this one has not are
/// removed, its divisions and scenarios excepted.
///
/// # Errors
/// When the folder cannot be written.
pub fn save_instance(
    instance: &Instance,
    years: &[Instance],
    folder: &Path,
) -> Result<Vec<String>, OutputError> {
    let staged = StagedInstance::write(instance, years, Links::Known, &[], folder)?;
    staged.put()
}

fn write_instance(
    instance: &Instance,
    years: &[Instance],
    links: Links,
    folder: &Path,
) -> Result<Vec<String>, OutputError> {
    let mut writer = FolderWriter { folder, written: Vec::new() };
    writer.write("areas.csv", &|out| tables::areas(instance, out))?;
    writer.write("flows.csv", &|out| tables::flows(instance, out))?;
    if !instance.links.is_empty() || links == Links::Known {
        writer.write("adjacency.csv", &|out| tables::adjacency(instance, out))?;
    }
    if !instance.external.is_empty() {
        writer.write("external_flows.csv", &|out| tables::external_flows(instance, out))?;
    }
    if instance.distances.is_some() {
        let mut table = Vec::new();
        tables::distances(instance, &mut table).expect("writing to memory succeeds");
        // An area alone has no distances.
        if table.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).count() > 1 {
            writer.write("distances.csv", &|out| out.write_all(&table))?;
        }
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
        let name = format!("divisions/{}.csv", bent(&division.name));
        writer.write(&name, &|out| document.write_csv(&stamp, out))?;
    }
    for of_year in years {
        let [flows, external, areas] = year_files(of_year.year.unwrap_or_default());
        writer.write(&flows, &|out| tables::flows(of_year, out))?;
        if !of_year.external.is_empty() {
            writer.write(&external, &|out| tables::external_flows(of_year, out))?;
        }
        if !of_year.external_areas.is_empty() {
            writer.write(&areas, &|out| tables::external_areas(of_year, out))?;
        }
    }
    if !years.is_empty() {
        writer.write(AREAS_BY_YEAR, &|out| tables::areas_by_year(years, out))?;
    }
    let listed = writer.written.clone();
    writer
        .write(descriptor::FILE, &|out| descriptor::write(instance, years, folder, &listed, out))?;
    Ok(writer.written)
}

/// Copies a scenario file into a folder of scenarios.
///
/// # Errors
/// When it cannot be read or the folder cannot be written.
fn save_scenario(file: &Path, folder: &Path) -> Result<(), OutputError> {
    let path = folder.join(file.file_name().unwrap_or_default());
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::read(file))
        .and_then(|bytes| write_atomically(&path, |out| out.write_all(&bytes)))
        .map_err(|error| failed(&path, &error))
}

/// Writes a file, whole or not at all. One that is there is replaced only with `force`; what is there
/// and is no file, such as `/dev/stdout`, is written to.
///
/// # Errors
/// When it is there and not to be replaced, or cannot be written.
pub fn save_file(
    path: &Path,
    force: bool,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), OutputError> {
    let written = match std::fs::metadata(path) {
        Ok(there) if !there.is_file() && !there.is_dir() => {
            let file = std::fs::OpenOptions::new().write(true).open(path);
            file.and_then(|file| {
                let mut out = io::BufWriter::new(file);
                write(&mut out)?;
                out.flush()
            })
        }
        Ok(_) if !force => return Err(exists(path)),
        _ => write_atomically(path, write),
    };
    written.map_err(|error| failed(path, &error))
}

/// A file that is there and is not to be replaced.
pub(super) fn exists(path: &Path) -> OutputError {
    OutputError::Refused(Defect::new(
        "E402",
        path.display().to_string(),
        "it exists already",
        "replace it with --force, or name another",
    ))
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
        inside(self.folder, name)
            .and_then(|path| {
                std::fs::create_dir_all(path.parent().unwrap_or(self.folder))?;
                write_atomically(&path, write)
            })
            .map_err(|error| failed(&self.folder.join(name), &error))?;
        self.written.push(name.to_owned());
        Ok(())
    }
}

fn remove_others(folder: &Path, written: &[String]) -> Result<(), OutputError> {
    let of_years = std::fs::read_dir(folder.join("years")).into_iter().flatten().flatten();
    let of_years = of_years.map(|entry| format!("years/{}", entry.file_name().to_string_lossy()));
    let names = FILES.iter().map(ToString::to_string).chain(of_years.filter(|name| {
        let is_of_a_year = |year| year_files(year).contains(name);
        name == AREAS_BY_YEAR || year_of(name).is_some_and(is_of_a_year)
    }));
    for name in names.filter(|name| !written.contains(name)) {
        let path = folder.join(name);
        remove_if_there(&path).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// The year at the end of a file's name.
fn year_of(name: &str) -> Option<Year> {
    name.strip_suffix(".csv")?.rsplit('_').next()?.parse().ok()
}

fn failed(path: &Path, error: &io::Error) -> OutputError {
    OutputError::Failed(Defect::new(
        "E405",
        path.display().to_string(),
        format!("writing failed: {error}"),
        "make room or mend the disk, then run again with --force",
    ))
}
