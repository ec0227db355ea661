//! Parts of an instance, from several sources, put together in one folder.
//!
//! A part brings what its source holds: areas with the figures that are known, adjacency, flows,
//! polygons, divisions. `areas.csv` is filled in column by column; its other columns are left alone.
//! What the folder holds already stays, unless it is to be replaced, and is said when it differs.
//! Everything is checked before anything is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regionfront_exchange::import::{MISFIT, Part};
use regionfront_model::atomic::write_atomically;
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::file_name;
use regionfront_model::instance::{Area, Instance, Year, counted};
use regionfront_model::quantity::grouped;

use super::filled::{AreaTable, RawTable, some_of};
use super::further_year::FurtherYear;
use super::tables::bytes;
use super::{
    AREAS_BY_YEAR, DivisionDocument, InstanceDocument, OutputError, centres, descriptor, failed,
    further_year, geometry, positions, tables,
};

/// What a part can bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Codes, names and figures of areas.
    Areas,
    /// Who touches whom.
    Adjacency,
    /// Who works where.
    Flows,
    /// Polygons for maps.
    Polygons,
    /// A division.
    Division,
}

/// How a part joins a folder.
#[expect(clippy::struct_excessive_bools, reason = "they do not depend on each other")]
#[derive(Clone, Debug, Default)]
pub struct Joining {
    /// Whether what the folder holds is replaced where it differs.
    pub replace: bool,
    /// Whether links are added to those in the folder.
    pub add_links: bool,
    /// Whether areas that the folder does not list are left out.
    pub only_known: bool,
    /// Whether the part numbers areas in the order of the polygons in the folder, or of its
    /// `areas.csv`, or of [`Self::positions`].
    pub by_position: bool,
    /// A file in whose order areas are numbered.
    pub positions: Option<PathBuf>,
    /// The year that the part's flows are of, where that is not the year of `areas.csv`: they become
    /// figures of a further year, and nothing else is taken.
    pub year: Option<Year>,
    /// The population of that year by code, where it is known.
    pub population: Option<BTreeMap<String, u64>>,
    /// What is taken of the part; everything when empty.
    pub take: BTreeSet<Piece>,
    /// Name of a division that comes along.
    pub division_name: Option<String>,
}

impl Joining {
    /// What is said of a further year.
    fn further(&self, year: Year) -> FurtherYear<'_> {
        FurtherYear { year, population: self.population.as_ref(), replace: self.replace }
    }
}

/// Why a part did not join a folder.
#[derive(Debug)]
pub enum JoinError {
    /// It does not fit.
    Misfit(Defects),
    /// The folder cannot be written.
    Output(OutputError),
}

impl From<Defects> for JoinError {
    fn from(defects: Defects) -> Self {
        Self::Misfit(defects)
    }
}

impl From<OutputError> for JoinError {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

/// Codes and names of the areas that a folder lists; none where it has no `areas.csv`.
///
/// # Errors
/// When that file cannot be read.
pub fn listed_areas(folder: &Path) -> Result<Vec<(String, String)>, Defects> {
    let table = AreaTable::read(&folder.join("areas.csv"))?;
    Ok(table.areas().map(|(code, name)| (code.to_owned(), name.to_owned())).collect())
}

/// Adds a part to the instance in a folder, which is made if need be, and gives the names of the
/// files written. What was done is added to the part's account.
///
/// # Errors
/// When the part does not fit what the folder holds, or the folder cannot be written.
pub fn join_part(
    part: &mut Part,
    folder: &Path,
    joining: &Joining,
) -> Result<Vec<String>, JoinError> {
    let mut table = AreaTable::read(&folder.join("areas.csv"))?;
    fit_codes(part, &table, folder, joining)?;
    centres::check(part, &table)?;
    if let Some(year) = joining.year {
        let files = further_year::files(part, &table, folder, &joining.further(year))?;
        return write_new(folder, files, joining);
    }
    let takes = |piece| joining.take.is_empty() || joining.take.contains(&piece);
    if let Some(name) = &joining.division_name {
        file_name::check(name).map_err(|what| {
            Defects::from(Defect::new(MISFIT, "--division-name", what, "give another name"))
        })?;
        part.instance.divisions = std::mem::take(&mut part.instance.divisions)
            .into_values()
            .take(1)
            .map(|division| {
                let division =
                    regionfront_model::instance::Division { name: name.clone(), ..division };
                (name.clone(), division)
            })
            .collect();
    }
    let mut defects = Defects::default();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    if takes(Piece::Areas) || table.rows.is_empty() {
        table.fill(part, joining.replace, &mut defects);
        files.push(("areas.csv".to_owned(), bytes(|out| table.write(out))));
    }
    let instance = &part.instance;
    if part.holds.flows && takes(Piece::Flows) {
        files.push(("flows.csv".to_owned(), bytes(|out| tables::flows(instance, out))));
        if !instance.external.is_empty() {
            let all: Vec<&str> = table.areas().map(|(code, _)| code).collect();
            let written = bytes(|out| tables::external_flows_of(instance, &all, out));
            files.push(("external_flows.csv".to_owned(), written));
        }
    }
    if part.holds.links && takes(Piece::Adjacency) {
        let path = folder.join("adjacency.csv");
        let written = if joining.add_links && path.exists() {
            let (written, added) = added_links(&path, instance)?;
            part.account.count_of("links added", added);
            written
        } else {
            bytes(|out| tables::adjacency(instance, out))
        };
        files.push(("adjacency.csv".to_owned(), written));
    }
    if let Some(shapes) = instance.shapes.as_ref().filter(|_| takes(Piece::Polygons)) {
        let written = bytes(|out| geometry::areas_in_order(instance, shapes, &part.order, out));
        files.push(("areas.geojson".to_owned(), written));
        if let Some(code) = instance.epsg
            && let Some(written) = descriptor::with_crs(folder, code, joining.replace)
        {
            files.push((descriptor::FILE.to_owned(), written));
        }
    }
    if takes(Piece::Division) {
        let stamp = InstanceDocument::new(instance);
        for division in instance.divisions.values() {
            let document = DivisionDocument::new(instance, division);
            let name = format!("divisions/{}.csv", file_name::bent(&division.name));
            files.push((name, bytes(|out| document.write_csv(&stamp, out))));
        }
    }
    defects.into_result()?;
    write_new(folder, files, joining)
}

/// Writes the files that say something new, and gives their names.
fn write_new(
    folder: &Path,
    mut files: Vec<(String, Vec<u8>)>,
    joining: &Joining,
) -> Result<Vec<String>, JoinError> {
    let mut defects = Defects::default();
    files.retain(|(name, new)| is_new(folder, name, new, joining, &mut defects));
    defects.into_result()?;
    for (name, new) in &files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(folder))
            .and_then(|()| write_atomically(&path, |out| out.write_all(new)))
            .map_err(|error| failed(&path, &error))?;
    }
    Ok(files.into_iter().map(|(name, _)| name).collect())
}

/// Whether a file is to be written. One that holds something else is a defect unless it is to be
/// replaced; `areas.csv` was checked cell by cell, and adjacency that is added to and a descriptor keep
/// what they had.
fn is_new(folder: &Path, name: &str, new: &[u8], joining: &Joining, defects: &mut Defects) -> bool {
    let Ok(old) = std::fs::read(folder.join(name)) else { return true };
    if old == new {
        return false;
    }
    let is_checked = name == "areas.csv"
        || name == AREAS_BY_YEAR
        || name == descriptor::FILE
        || (name == "adjacency.csv" && joining.add_links);
    if !is_checked && !joining.replace {
        let or_add = if name == "adjacency.csv" { ", add to it with --add" } else { "" };
        defects.push(Defect::new(
            MISFIT,
            folder.join(name).display().to_string(),
            "the folder holds this already, with other contents",
            format!("replace it with --replace{or_add}, or leave it as it is with --take"),
        ));
    }
    true
}

/// The rows of `adjacency.csv` with those links that it lacks below them, and how many these are.
fn added_links(path: &Path, instance: &Instance) -> Result<(Vec<u8>, usize), Defects> {
    let table = RawTable::read(path)?;
    let columns = ["a", "b", "kind"].map(|name| table.column(name));
    let [Some(a), Some(b), Some(kind)] = columns else {
        return Err(Defect::new(
            MISFIT,
            path.display().to_string(),
            "it lacks one of the columns a, b and kind",
            "correct the file, or replace it with --replace",
        )
        .into());
    };
    let known: BTreeSet<(String, String, String)> = table
        .rows
        .iter()
        .map(|row| {
            (
                row[a].clone().min(row[b].clone()),
                row[a].clone().max(row[b].clone()),
                row[kind].clone(),
            )
        })
        .collect();
    let codes = |link: &regionfront_model::instance::Link| {
        (
            instance.areas[link.a].code.clone(),
            instance.areas[link.b].code.clone(),
            link.kind.word().to_owned(),
        )
    };
    let mut fresh = Instance { areas: instance.areas.clone(), ..Instance::default() };
    fresh.links =
        instance.links.iter().filter(|link| !known.contains(&codes(link))).cloned().collect();
    let listing = bytes(|out| tables::adjacency(&fresh, out));
    let listing = RawTable::parse(path, &listing)?;
    let mut whole = table;
    for row in &listing.rows {
        let cells = whole.header.iter().map(|name| {
            listing.column(name).map_or_else(String::new, |column| row[column].clone())
        });
        let cells = cells.collect();
        whole.rows.push(cells);
    }
    Ok((bytes(|out| whole.write(out)), fresh.links.len()))
}

/// Gives the areas of a part the codes of the folder, and holds them against each other.
fn fit_codes(
    part: &mut Part,
    table: &AreaTable,
    folder: &Path,
    joining: &Joining,
) -> Result<(), Defects> {
    if joining.by_position {
        let codes = positions::codes(part, table, folder, joining.positions.as_deref())?;
        *part = part.recoded(&codes);
    }
    if table.rows.is_empty() {
        return Ok(());
    }
    let known: BTreeMap<&str, &str> = table.areas().collect();
    recode_names(part, table, &known);
    let label = |area: &Area| {
        if area.name.is_empty() { area.code.clone() } else { area.label() }
    };
    let strangers: Vec<String> = part
        .instance
        .areas
        .iter()
        .filter(|area| !known.contains_key(area.code.as_str()))
        .map(label)
        .collect();
    let own: BTreeSet<&str> = part.instance.areas.iter().map(|area| area.code.as_str()).collect();
    let missing: Vec<String> = known
        .iter()
        .filter(|(code, _)| !own.contains(**code))
        .map(|(code, name)| format!("{name} ({code})"))
        .collect();
    if !strangers.is_empty() && (!joining.only_known || strangers.len() == own.len()) {
        let digits = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = part.instance.areas.iter().any(|area| {
            digits(&area.code) && known.contains_key(format!("0{}", area.code).as_str())
        });
        let numbers = (0..=known.len()).map(|number| number.to_string()).collect::<BTreeSet<_>>();
        let cure = if is_short {
            format!(
                "codes lost a leading zero: pass --code-width {}",
                known.keys().map(|code| code.len()).max().unwrap_or(4)
            )
        } else if own.len() == known.len() && own.iter().all(|code| numbers.contains(*code)) {
            "areas are numbered: if that is the order of the polygons or of areas.csv, pass \
             --by-position"
                .to_owned()
        } else if part.holds.flows {
            "correct the codes; --outside NAME counts these places as outside, so that flows to and \
         from them are kept"
            .to_owned()
        } else {
            "correct the codes; --only-known leaves these areas out".to_owned()
        };
        return Err(Defect::new(
            MISFIT,
            table.file.as_str(),
            format!(
                "{} of the source {} not in the folder: {}",
                counted(strangers.len(), "area"),
                if strangers.len() == 1 { "is" } else { "are" },
                some_of(&strangers)
            ),
            cure,
        )
        .into());
    }
    if !strangers.is_empty() {
        let before = part.instance.flows.triples().map(|flow| flow.2).sum::<u64>();
        let keep: Vec<Option<String>> = part
            .instance
            .areas
            .iter()
            .map(|area| known.contains_key(area.code.as_str()).then(|| area.code.clone()))
            .collect();
        *part = part.recoded(&keep);
        let after = part.instance.flows.triples().map(|flow| flow.2).sum::<u64>();
        part.account.note(format!(
            "areas that the folder does not list were left out: {}",
            some_of(&strangers)
        ));
        if before > after {
            let people = grouped(before - after);
            part.account
                .note(format!("{people} commuters from or to these were left out with them"));
        }
    }
    if !missing.is_empty() {
        let what = format!("areas of the folder that the source lacks: {}", some_of(&missing));
        part.account.note(what);
    }
    Ok(())
}

/// Gives areas that the source calls by the names of the folder's areas the codes of these, where
/// the name belongs to one only.
fn recode_names(part: &mut Part, table: &AreaTable, known: &BTreeMap<&str, &str>) {
    let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (code, name) in table.areas() {
        by_name.entry(name.to_lowercase()).or_default().push(code);
    }
    let own: BTreeSet<String> = part.instance.areas.iter().map(|area| area.code.clone()).collect();
    let mut named = Vec::new();
    let codes: Vec<Option<String>> = part
        .instance
        .areas
        .iter()
        .map(|area| {
            let found = by_name.get(&area.code.to_lowercase()).map(Vec::as_slice);
            match found {
                Some([only]) if !known.contains_key(area.code.as_str()) && !own.contains(*only) => {
                    named.push(format!("{} ({only})", area.code));
                    Some((*only).to_owned())
                }
                _ => Some(area.code.clone()),
            }
        })
        .collect();
    let distinct: BTreeSet<&Option<String>> = codes.iter().collect();
    if !named.is_empty() && distinct.len() == codes.len() {
        *part = part.recoded(&codes);
        part.account.note(format!("areas were known by their names: {}", some_of(&named)));
    }
}
