//! `datapackage.json`: name, title, sources and licences of an instance.
//!
//! The descriptor follows the Data Package standard. An instance loads without one; its name is the
//! folder's then, and it cannot say where its figures come from. Four properties are our own:
//! `year`, the year of the figures in the files that name none; `title_nb`, the title in Norwegian, of
//! the package and of sources; `crs`, the coordinate system in which its maps are used, such as
//! `EPSG:25833`; and `rounding`, the number of persons by which the flows from an area
//! may exceed its employed residents because the counts were rounded: 0 unless the descriptor says
//! otherwise.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

use super::read::{Folder, shorten, text};
use super::{InstanceTexts, Source, Year, codes, years};
use crate::defect::{Defect, Defects};
use crate::reading::Encoding;

/// File name of the descriptor.
pub(super) const FILE: &str = "datapackage.json";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Package {
    name: String,
    title: String,
    title_nb: String,
    year: Option<Year>,
    rounding: u32,
    crs: String,
    sources: Vec<Cited>,
    licenses: Vec<Licence>,
    resources: Vec<Resource>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Licence {
    name: String,
    title: String,
    path: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Resource {
    path: Paths,
    encoding: String,
    sources: Vec<Cited>,
    licenses: Vec<Licence>,
}

/// A source, perhaps with its title in Norwegian.
#[derive(Debug, Deserialize)]
struct Cited {
    #[serde(flatten)]
    source: Source,
    #[serde(default)]
    title_nb: String,
}

/// One path or several, as the standard allows.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Paths {
    One(String),
    Many(Vec<String>),
}

impl Default for Paths {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

/// What the loader needs of a descriptor.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Descriptor {
    /// Short name.
    pub(super) name: String,
    /// Title for people.
    pub(super) title: String,
    /// The year of the figures in the files that name none.
    pub(super) year: Option<Year>,
    /// Texts in Norwegian.
    pub(super) nb: InstanceTexts,
    /// Persons by which flows may exceed employed residents.
    pub(super) rounding: u32,
    /// Number of the coordinate system of its maps in the EPSG register.
    pub(super) epsg: Option<u16>,
    /// Sources of the package and its resources, each once; those of figures of other years apart.
    pub(super) sources: Vec<Source>,
    /// Sources of the figures that are of the default year.
    of_default: Vec<Source>,
    /// Sources of the figures of other years.
    of_years: BTreeMap<Year, Vec<Source>>,
    /// Licences of the package and its resources, each once.
    pub(super) licences: Vec<String>,
}

/// The number of a coordinate system: `EPSG:25833` or `25833`; none where nothing is said.
fn epsg(crs: &str, defects: &mut Defects) -> Option<u16> {
    if crs.is_empty() {
        return None;
    }
    let code = crs.strip_prefix("EPSG:").unwrap_or(crs).parse().ok();
    if code.is_none() {
        defects.push(Defect::new(
            codes::DESCRIPTOR,
            FILE,
            format!("the coordinate system `{}` has no number of the EPSG register", shorten(crs)),
            "write it as EPSG:25833, or drop `crs`",
        ));
    }
    code
}

/// Reads the descriptor of a folder, if it has one.
pub(super) fn read(folder: &mut Folder, defects: &mut Defects) -> Descriptor {
    let package = folder.optional(FILE, defects).map_or_else(Package::default, |bytes| {
        serde_json::from_str(&text(FILE, &bytes, defects)).unwrap_or_else(|error| {
            defects.push(Defect::new(
                codes::DESCRIPTOR,
                format!("{FILE}, row {}, column {}", error.line(), error.column()),
                format!("the descriptor cannot be understood: {error}"),
                "correct the JSON, or remove the file: an instance loads without it",
            ));
            Package::default()
        })
    });
    let mut descriptor = Descriptor { rounding: package.rounding, ..Descriptor::default() };
    let folder_name = folder.name();
    let or = |text: String, other: &str| if text.is_empty() { other.to_owned() } else { text };
    descriptor.name = or(package.name, &folder_name);
    descriptor.title = or(package.title, &descriptor.name);
    descriptor.nb.title = package.title_nb;
    descriptor.year = package.year;
    descriptor.epsg = epsg(&package.crs, defects);
    let Package { mut sources, mut licenses, resources, .. } = package;
    // What is cited for more than the figures of a year.
    let mut lasting = Vec::new();
    for resource in resources {
        let paths = match resource.path {
            Paths::One(path) => vec![path],
            Paths::Many(paths) => paths,
        };
        for path in &paths {
            check_path(folder, path, defects);
            note_encoding(folder, path, &resource.encoding, defects);
        }
        let year = paths.iter().find_map(|path| years::of_file(path));
        if paths.iter().any(|path| years::holds(path)) {
            let Some(year) = year else { continue };
            let of_year = descriptor.of_years.entry(year).or_default();
            for Cited { source, title_nb } in resource.sources {
                if !title_nb.is_empty() {
                    descriptor.nb.sources.insert(source.title.clone(), title_nb);
                }
                if !of_year.contains(&source) {
                    of_year.push(source);
                }
            }
            continue;
        }
        let cited = resource.sources.iter().map(|cited| cited.source.clone());
        if paths.iter().any(|path| years::CHANGING.contains(&path.as_str())) {
            descriptor.of_default.extend(cited);
        } else if paths.iter().any(|path| years::is_lasting(path)) {
            lasting.extend(cited);
        }
        sources.extend(resource.sources);
        licenses.extend(resource.licenses);
    }
    descriptor.of_default.retain(|source| !lasting.contains(source));
    for Cited { source, title_nb } in sources {
        if !title_nb.is_empty() {
            descriptor.nb.sources.insert(source.title.clone(), title_nb);
        }
        if !descriptor.sources.contains(&source) {
            descriptor.sources.push(source);
        }
    }
    for Licence { name, title, path } in licenses {
        let licence = or(or(title, &name), &path);
        if !licence.is_empty() && !descriptor.licences.contains(&licence) {
            descriptor.licences.push(licence);
        }
    }
    descriptor
}

impl Descriptor {
    /// As it is for the figures of another year: their sources in place of those of the default year.
    pub(super) fn of_year(mut self, year: Year) -> Self {
        self.title = format!("{}, figures of {year}", self.title);
        if !self.nb.title.is_empty() {
            self.nb.title = format!("{}, tall for {year}", self.nb.title);
        }
        let dropped = std::mem::take(&mut self.of_default);
        self.sources.retain(|source| !dropped.contains(source));
        let own = self.of_years.remove(&year).unwrap_or_default();
        self.sources.splice(0..0, own);
        self
    }
}

/// Remembers what a file is written in, where its resource says so.
fn note_encoding(folder: &mut Folder, path: &str, name: &str, defects: &mut Defects) {
    // UTF-8 is what the standard takes for granted, and what descriptors say of any file.
    if name.is_empty() || ["utf-8", "utf8"].contains(&name.to_lowercase().as_str()) {
        return;
    }
    match name.parse::<Encoding>() {
        Ok(encoding) => {
            folder.of_files.insert(path.to_owned(), encoding);
        }
        Err(what) => defects.push(Defect::new(
            codes::DESCRIPTOR,
            format!("{FILE}, resources, encoding of `{}`", shorten(path)),
            what,
            "name one of these, or save the file as UTF-8 and drop the property",
        )),
    }
}

/// A resource is an address on the web, or a file that is there. Only paths that stay inside the
/// folder are looked at.
fn check_path(folder: &Folder, path: &str, defects: &mut Defects) {
    if path.starts_with("http://") || path.starts_with("https://") {
        return;
    }
    let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if !is_inside || !folder.holds(path) {
        let what = if is_inside { "is not in the folder" } else { "does not stay in the folder" };
        defects.push(Defect::new(
            codes::RESOURCE,
            format!("{FILE}, resources"),
            format!("the file `{}` {what}", shorten(path)),
            "correct the path, or drop the resource",
        ));
    }
}
