//! `datapackage.json`: name, title, sources and licences of an instance.
//!
//! The descriptor follows the Data Package standard. An instance loads without one; its name is the
//! folder's then, and it cannot say where its figures come from. Two properties are our own:
//! `title_nb`, the title in Norwegian, of the package and of sources, and `rounding`, the number
//! of persons by which the flows from an area may exceed its employed
//! residents because the counts were rounded. It is 0 unless the descriptor says otherwise.

use std::path::{Component, Path};

use serde::Deserialize;

use super::read::{Folder, shorten, text};
use super::{InstanceTexts, Source, codes};
use crate::defect::{Defect, Defects};

/// File name of the descriptor.
pub(super) const FILE: &str = "datapackage.json";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Package {
    name: String,
    title: String,
    title_nb: String,
    rounding: u32,
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
    /// Texts in Norwegian.
    pub(super) nb: InstanceTexts,
    /// Persons by which flows may exceed employed residents.
    pub(super) rounding: u32,
    /// Sources of the package and its resources, each once.
    pub(super) sources: Vec<Source>,
    /// Licences of the package and its resources, each once.
    pub(super) licences: Vec<String>,
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
    let Package { mut sources, mut licenses, resources, .. } = package;
    for resource in resources {
        let paths = match resource.path {
            Paths::One(path) => vec![path],
            Paths::Many(paths) => paths,
        };
        for path in paths {
            check_path(folder, &path, defects);
        }
        sources.extend(resource.sources);
        licenses.extend(resource.licenses);
    }
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
