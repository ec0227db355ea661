//! Divisions by what the command line calls them: a name in the instance, a CSV file, a plan of a
//! run or a point of its fronts.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::exit::Failure;
use super::output::{say, say_oddity};
use regionfront_analysis::division::membership::from_plan;
use regionfront_exchange::import::workbook::first_sheet;
use regionfront_model::defect::Defects;
use regionfront_model::instance::{
    Crosswalk, Division, Instance, division_of as division_of_bytes, read_division,
    read_division_noting, unreadable,
};
use regionfront_model::plan::Plan;
use regionfront_model::reading::Encoding;
use regionfront_model::scenario::{Rules, nearest};

/// Parts a run directory from one of its plans or points: `runs/front#k09-p003`.
const MARK: char = '#';

/// What is needed of `front.json`.
#[derive(Debug, Deserialize)]
struct Fronts {
    fronts: Vec<Points>,
}

/// The points of one front.
#[derive(Debug, Deserialize)]
struct Points {
    points: Vec<Point>,
}

/// A point, with the region of every area by its code.
#[derive(Debug, Deserialize)]
struct Point {
    id: String,
    assignment: BTreeMap<String, u32>,
}

/// The division of that name in the instance, that file, or that plan or point of a run.
pub(super) fn find_division(
    named: &Path,
    instance: &Instance,
    rules: &Rules,
    quiet: bool,
) -> Result<Division, Failure> {
    let divisions = &instance.divisions;
    let name = named.to_string_lossy();
    if let Some(division) = divisions.get(&*name) {
        return Ok(division.clone());
    }
    if named.is_file() && is_workbook(named) {
        let (text, notes) = first_sheet(named)?;
        notes.iter().filter(|_| !quiet).for_each(|note| say(&format!("{name}: {note}")));
        return Ok(division_of_bytes(&name, text.as_bytes(), instance)?);
    }
    if named.exists() {
        return read_aloud(named, instance, quiet);
    }
    if let Some((folder, id)) = name.rsplit_once(MARK)
        && Path::new(folder).is_dir()
    {
        return plan_of_run(Path::new(folder), id, instance, rules);
    }
    let own: Vec<&str> = divisions.keys().map(String::as_str).collect();
    let cure = match nearest(&name, own.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if own.is_empty() => "give the path of a CSV file".to_owned(),
        None => format!("use {}, or the path of a CSV file", own.join(", ")),
    };
    Err(Failure::usage(
        "E503",
        name.to_string(),
        "there is no such file, and no division of that name in the instance",
        cure,
    ))
}

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("xlsx"))
}

/// The bytes of a table that was handed in: those of a file, or of the first sheet of a workbook.
pub(super) fn table_bytes(path: &Path) -> Result<Vec<u8>, Defects> {
    if path.is_file() && is_workbook(path) {
        return first_sheet(path).map(|(text, _)| text.into_bytes());
    }
    std::fs::read(path).map_err(|error| unreadable(&path.display().to_string(), &error).into())
}

/// A crosswalk; says it where its letters may be others.
pub(super) fn read_crosswalk(
    path: &Path,
    encoding: Option<Encoding>,
    quiet: bool,
) -> Result<Crosswalk, Defects> {
    let (crosswalk, odd) =
        Crosswalk::of(&path.display().to_string(), table_bytes(path)?, encoding)?;
    odd.iter().filter(|_| !quiet).for_each(say_oddity);
    Ok(crosswalk)
}

/// The division in a file; says it where its letters may be others.
fn read_aloud(path: &Path, instance: &Instance, quiet: bool) -> Result<Division, Failure> {
    let (division, odd) = read_division_noting(path, instance)?;
    if let Some(odd) = odd.filter(|_| !quiet) {
        say_oddity(&odd);
    }
    Ok(division)
}

/// One division, or all plans or points of a run directory, by name.
pub(super) fn find_divisions(
    named: &Path,
    instance: &Instance,
    rules: &Rules,
    quiet: bool,
) -> Result<Vec<Division>, Failure> {
    let files = plan_files(named)?;
    let document = read_front(named)?;
    if files.is_empty() && document.is_none() {
        if named.join("divisions").is_dir() {
            return Err(missing(named, "the run holds no plan", "name a run that found one"));
        }
        return Ok(vec![find_division(named, instance, rules, quiet)?]);
    }
    let mut found = Vec::new();
    let mut defects = Defects::default();
    for file in files {
        match read_division(&file, instance) {
            Ok(mut division) => {
                division.name = format!("{}{MARK}{}", named.display(), division.name);
                found.push(division);
            }
            Err(more) => defects.0.extend(more.0),
        }
    }
    defects.into_result()?;
    for point in document.iter().flat_map(points) {
        found.push(division_of(named, point, instance, rules)?);
    }
    Ok(found)
}

/// A plan of a run of `solve`, or a point of a run of `front`.
fn plan_of_run(
    folder: &Path,
    id: &str,
    instance: &Instance,
    rules: &Rules,
) -> Result<Division, Failure> {
    let files = plan_files(folder)?;
    let stem = |file: &PathBuf| file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    if let Some(file) = files.iter().find(|file| stem(file).as_deref() == Some(id)) {
        let division = read_division(file, instance)?;
        return Ok(Division { name: format!("{}{MARK}{id}", folder.display()), ..division });
    }
    let document = read_front(folder)?;
    if let Some(point) = document.iter().flat_map(points).find(|point| point.id == id) {
        return division_of(folder, point, instance, rules);
    }
    let known: Vec<String> = files
        .iter()
        .filter_map(stem)
        .chain(document.iter().flat_map(points).map(|point| point.id.clone()))
        .collect();
    let cure = match (nearest(id, known.iter().map(String::as_str)), known.as_slice()) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, []) => "name a run that found a plan".to_owned(),
        (None, [only]) => format!("it holds {only}"),
        (None, [first, .., last]) => format!("it holds {first} to {last}"),
    };
    Err(missing(folder, format!("the run has no plan or point `{id}`"), cure))
}

/// The CSV files of the plans of a run of `solve`, sorted; none for other folders.
fn plan_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folder = folder.join("divisions");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(&folder).map_err(|error| {
        let what = format!("the divisions of the run cannot be read: {error}");
        missing(&folder, what, "check the permissions")
    })?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "csv"))
        .collect();
    files.sort();
    Ok(files)
}

/// The document of a run of `front`; `None` for other folders.
fn read_front(folder: &Path) -> Result<Option<Fronts>, Failure> {
    let file = folder.join("front.json");
    if !file.is_file() {
        return Ok(None);
    }
    let unreadable = |what: String| {
        missing(&file, format!("the fronts cannot be read: {what}"), "let `front` write them again")
    };
    let text = fs::read_to_string(&file).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&text).map(Some).map_err(|error| unreadable(error.to_string()))
}

fn points(document: &Fronts) -> impl Iterator<Item = &Point> {
    document.fronts.iter().flat_map(|front| &front.points)
}

/// A point's plan, its regions named as reports name them.
fn division_of(
    folder: &Path,
    point: &Point,
    instance: &Instance,
    rules: &Rules,
) -> Result<Division, Failure> {
    let areas = &instance.areas;
    let labels: Option<Vec<u32>> =
        areas.iter().map(|area| point.assignment.get(&area.code).copied()).collect();
    let Some(labels) = labels.filter(|labels| labels.len() == point.assignment.len()) else {
        return Err(missing(
            folder,
            format!("the areas of point `{}` are not those of the instance", point.id),
            "name the instance, the areas and the external areas of the run",
        ));
    };
    let name = format!("{}{MARK}{}", folder.display(), point.id);
    Ok(from_plan(instance, rules, &Plan::from_labels(&labels), &name))
}

fn missing(at: &Path, what: impl Into<String>, cure: impl Into<String>) -> Failure {
    Failure::usage("E503", at.display().to_string(), what, cure)
}
