//! `datapackage.json`: name, title, sources, licences and the files of an instance.
//!
//! Every column has a type, so that other readers of data packages keep `0301` as it is.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use regionfront_model::instance::{self, Instance, Year};

/// File name of the descriptor.
pub(super) const FILE: &str = "datapackage.json";

/// Columns that hold whole numbers, beside those of places outside.
const COUNTS: [&str; 5] = ["population", "employed_residents", "jobs", "commuters", "own_flow"];

/// Columns that hold decimal numbers.
const MEASURES: [&str; 4] = ["land_area_km2", "centre_lat", "centre_lon", "border_km"];

#[derive(Serialize)]
struct Package<'a> {
    profile: &'a str,
    name: String,
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title_nb: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<Year>,
    #[serde(skip_serializing_if = "is_nil")]
    rounding: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    crs: Option<String>,
    licenses: Vec<Licence<'a>>,
    sources: Vec<Source<'a>>,
    resources: Vec<Resource<'a>>,
}

#[derive(Serialize)]
struct Licence<'a> {
    name: String,
    title: &'a str,
}

#[derive(Serialize)]
struct Source<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    path: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title_nb: &'a str,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: String,
    path: &'a str,
    format: &'a str,
    encoding: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema>,
}

#[derive(Serialize)]
struct Schema {
    fields: Vec<Field>,
}

#[derive(Serialize)]
struct Field {
    name: String,
    r#type: &'static str,
}

/// The descriptor of a folder, or a new one, with the coordinate system of its maps, which the
/// GeoPackage of a report is written in. `None` where another is named already that is to stay, and
/// where the descriptor cannot be read, which loading the instance says.
pub(super) fn with_crs(folder: &Path, epsg: u16, replaces: bool) -> Option<Vec<u8>> {
    let mut package = match std::fs::read(folder.join(FILE)) {
        Ok(bytes) => serde_json::from_slice(&bytes).ok()?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            serde_json::json!({ "profile": "data-package", "name": plain(&name), "resources": [] })
        }
        Err(_) => return None,
    };
    let keys = package.as_object_mut()?;
    let is_named =
        keys.get("crs").and_then(serde_json::Value::as_str).is_some_and(|it| !it.is_empty());
    if is_named && !replaces {
        return None;
    }
    keys.insert("crs".to_owned(), format!("EPSG:{epsg}").into());
    let mut written = serde_json::to_vec_pretty(&package).ok()?;
    written.push(b'\n');
    Some(written)
}

/// What a source is cited as.
fn cited<'a>(instance: &'a Instance, source: &'a instance::Source) -> Source<'a> {
    Source {
        title: &source.title,
        path: &source.path,
        title_nb: instance.nb.sources.get(&source.title).map_or("", String::as_str),
    }
}

/// What is cited for a file whose figures are of one year, where there are several: what is not cited
/// for all of them.
fn sources_of<'a>(instance: &'a Instance, years: &'a [Instance], file: &str) -> Vec<Source<'a>> {
    let is_lasting = |source: &instance::Source| {
        years.iter().chain([instance]).all(|other| other.sources.contains(source))
    };
    let is_of = |other: &&Instance| {
        other.year.is_some_and(|year| super::year_files(year).iter().any(|own| own == file))
    };
    let is_default = ["areas.csv", "flows.csv", "external_flows.csv"].contains(&file);
    let of = if is_default { Some(instance) } else { years.iter().find(is_of) };
    let Some(of) = of.filter(|_| !years.is_empty()) else { return Vec::new() };
    of.sources.iter().filter(|source| !is_lasting(source)).map(|it| cited(of, it)).collect()
}

/// Writes the descriptor of an instance with these files of a folder.
pub(super) fn write(
    instance: &Instance,
    years: &[Instance],
    folder: &Path,
    files: &[String],
    out: &mut dyn Write,
) -> io::Result<()> {
    let licence = |title| Licence { name: plain(title), title };
    let package = Package {
        profile: "data-package",
        name: plain(&instance.name),
        title: &instance.title,
        title_nb: &instance.nb.title,
        year: instance.year,
        rounding: instance.rounding,
        crs: instance.epsg.map(|code| format!("EPSG:{code}")),
        licenses: instance.licences.iter().map(|title| licence(title)).collect(),
        sources: instance.sources.iter().map(|source| cited(instance, source)).collect(),
        resources: files
            .iter()
            .map(|file| resource(folder, file, sources_of(instance, years, file)))
            .collect::<io::Result<_>>()?,
    };
    serde_json::to_writer_pretty(&mut *out, &package)?;
    out.write_all(b"\n")
}

fn resource<'a>(
    folder: &Path,
    file: &'a str,
    sources: Vec<Source<'a>>,
) -> io::Result<Resource<'a>> {
    let path = Path::new(file);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let is_table = path.extension().is_some_and(|extension| extension == "csv");
    let name = if is_table { plain(&stem) } else { format!("{}-map", plain(&stem)) };
    let format = if is_table { "csv" } else { "geojson" };
    let schema = if is_table { Some(schema(&folder.join(path))?) } else { None };
    Ok(Resource { name, path: file, format, encoding: "utf-8", sources, schema })
}

/// The columns of a table, by its header.
fn schema(path: &Path) -> io::Result<Schema> {
    let mut table = ::csv::Reader::from_path(path)?;
    let fields = table.headers()?.iter().map(|name| {
        let is_count = COUNTS.contains(&name)
            || name == "year"
            || name.starts_with("to_")
            || name.starts_with("from_");
        let r#type = if is_count {
            "integer"
        } else if MEASURES.contains(&name) {
            "number"
        } else {
            "string"
        };
        Field { name: name.to_owned(), r#type }
    });
    Ok(Schema { fields: fields.collect() })
}

/// A text as a name of the Data Package standard: small letters, digits, `-`, `.` and `_`.
fn plain(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'a'..='z' | '0'..='9' | '.' | '_' => letter,
            'æ' | 'ä' | 'å' => 'a',
            'ø' | 'ö' => 'o',
            _ => '-',
        })
        .collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_nil(number: &u32) -> bool {
    *number == 0
}
