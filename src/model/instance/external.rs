//! `external_areas.csv`, `external_adjacency.csv`, `external_areas.geojson`: areas outside that a
//! scenario may add, such as the city next door.
//!
//! The first has the columns of `areas.csv` and besides: `place`, the word that stands for the area
//! in the columns `to_PLACE` and `from_PLACE` of `external_flows.csv`, where its flows to and from
//! the areas are taken from; `own_flow`; and `to_PLACE` and `from_PLACE` for every other place.

use std::collections::{BTreeMap, BTreeSet};

use super::areas::{self, Listed};
use super::figures::{checked_sum, count};
use super::links;
use super::lookup::Codes;
use super::read::{Folder, Row, Table};
use super::{Area, ExternalArea, ExternalLink, ExternalPlace, codes, geometry};
use crate::defect::{Defect, Defects};

pub(super) const AREAS: &str = "external_areas.csv";
const ADJACENCY: &str = "external_adjacency.csv";
const SHAPES: &str = "external_areas.geojson";

/// The files with the figures of a year.
pub(super) struct Files {
    /// The areas themselves.
    pub(super) areas: String,
    /// Their flows to and from the areas of the instance.
    pub(super) flows: String,
}

/// The external areas of a folder and their links.
pub(super) fn read(
    folder: &mut Folder,
    files: &Files,
    inside: &[Listed],
    places: &[ExternalPlace],
    rounding: u32,
    defects: &mut Defects,
) -> (Vec<ExternalArea>, Vec<ExternalLink>) {
    // What is read is hashed: a further year without external areas has none of their files.
    if files.areas != AREAS && !folder.holds(&files.areas) {
        return (Vec::new(), Vec::new());
    }
    let bytes = [&files.areas, ADJACENCY, SHAPES].map(|file| folder.optional(file, defects));
    let [Some(area_bytes), link_bytes, shape_bytes] = bytes else {
        return (Vec::new(), Vec::new());
    };
    let required: Vec<&str> = areas::REQUIRED.into_iter().chain(["place", "own_flow"]).collect();
    let Some(table) = Table::read(&files.areas, &area_bytes, &required, defects) else {
        return (Vec::new(), Vec::new());
    };
    let listed = areas::read(&table, defects);
    let known: BTreeSet<&str> = inside.iter().map(|listed| listed.area.code.as_str()).collect();
    let mut taken = BTreeSet::new();
    let mut external = Vec::with_capacity(listed.len());
    for listed in &listed {
        let Some(row) = table.rows.iter().find(|row| row.line == listed.line) else { continue };
        let area = read_area(&table, row, (listed, files), places, defects);
        if known.contains(area.area.code.as_str()) {
            defects.push(Defect::new(
                codes::EXTERNAL_AREA,
                table.at(row, "code"),
                format!("{} is an area of the instance already", area.area.label()),
                "keep it in one of the two files",
            ));
        }
        if !taken.insert(area.place.clone()) {
            defects.push(Defect::new(
                codes::EXTERNAL_AREA,
                table.at(row, "place"),
                format!("{} shares the place `{}`", area.area.label(), area.place),
                "every external area needs its own columns in external_flows.csv",
            ));
        }
        check_residents(&area, (listed, files), places, rounding, defects);
        external.push(area);
    }
    let figures = external
        .iter()
        .flat_map(|area| area.to.values().chain(area.from.values()).chain([&area.own_flow]));
    checked_sum(&files.areas, figures.copied(), defects);
    if let Some(bytes) = shape_bytes {
        let plain: Vec<Area> = external.iter().map(|area| area.area.clone()).collect();
        let codes = Codes::new(&plain, BTreeMap::new());
        for (at, shape) in geometry::read(SHAPES, &bytes, &codes, defects) {
            external[at].shape = Some(shape);
        }
    }
    let links =
        link_bytes.map(|bytes| read_links(&bytes, inside, &external, defects)).unwrap_or_default();
    (external, links)
}

fn read_area(
    table: &Table,
    row: &Row,
    (listed, files): (&Listed, &Files),
    places: &[ExternalPlace],
    defects: &mut Defects,
) -> ExternalArea {
    let label = listed.area.label();
    let place = row.get(table.required("place")).to_owned();
    if !places.iter().any(|known| known.name == place) {
        defects.push(Defect::new(
            codes::EXTERNAL_AREA,
            table.at(row, "place"),
            format!("{} has no columns to_{place} and from_{place} for {label}", files.flows),
            "add the columns with its commuters, or correct the place",
        ));
    }
    let own_flow = count(table, row, "own_flow", &label, defects).unwrap_or(0);
    let mut area = ExternalArea {
        area: listed.area.clone(),
        place,
        own_flow,
        to: BTreeMap::new(),
        from: BTreeMap::new(),
        shape: None,
    };
    for other in places.iter().filter(|other| other.name != area.place) {
        for (way, figures) in [("to", &mut area.to), ("from", &mut area.from)] {
            let column = format!("{way}_{}", other.name);
            if table.column(&column).is_some() {
                let figure = count(table, row, &column, &label, defects).unwrap_or(0);
                figures.insert(other.name.clone(), figure);
            } else {
                defects.push(Defect::new(
                    codes::COLUMN,
                    format!("{}, row 1", table.file),
                    format!("the column `{column}` is missing, which {label} needs"),
                    "add its commuters to and from every other place of external_flows.csv",
                ));
            }
        }
    }
    area
}

/// The check on employed residents, as for the areas of the instance.
fn check_residents(
    area: &ExternalArea,
    (listed, files): (&Listed, &Files),
    places: &[ExternalPlace],
    rounding: u32,
    defects: &mut Defects,
) {
    let inwards = places.iter().filter(|place| place.name == area.place);
    let flows: u128 = inwards
        .flat_map(|place| &place.from)
        .chain(area.to.values())
        .chain([&area.own_flow])
        .map(|&commuters| u128::from(commuters))
        .sum();
    let Some(employed) = listed.employed_residents else { return };
    if flows > u128::from(employed) + u128::from(rounding) {
        defects.push(Defect::new(
            codes::TOO_MANY_COMMUTERS,
            format!("{}, row {}, column employed_residents", files.areas, listed.line),
            format!(
                "{} has {employed} employed residents, but {flows} commute from it",
                area.area.label()
            ),
            "check own_flow, the from_ column of external_flows.csv and the to_ columns",
        ));
    }
}

fn read_links(
    bytes: &[u8],
    inside: &[Listed],
    external: &[ExternalArea],
    defects: &mut Defects,
) -> Vec<ExternalLink> {
    let Some(table) = Table::read(ADJACENCY, bytes, &links::REQUIRED, defects) else {
        return Vec::new();
    };
    let mut all: Vec<Area> = inside
        .iter()
        .map(|listed| &listed.area)
        .chain(external.iter().map(|area| &area.area))
        .cloned()
        .collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all.dedup_by(|a, b| a.code == b.code);
    let codes = Codes::new(&all, BTreeMap::new());
    let is_external = |code: &str| external.iter().any(|area| area.area.code == code);
    for row in &table.rows {
        let [a, b] = ["a", "b"].map(|column| row.get(table.required(column)));
        if !is_external(a) && !is_external(b) && codes.find(a).is_some() && codes.find(b).is_some()
        {
            defects.push(Defect::new(
                codes::EXTERNAL_AREA,
                format!("{ADJACENCY}, row {}", row.line),
                format!("neither {} nor {} is an external area", codes.label(a), codes.label(b)),
                "move the row to adjacency.csv",
            ));
        }
    }
    links::read(&table, &codes, defects)
        .into_iter()
        .map(|link| ExternalLink {
            a: all[link.a].code.clone(),
            b: all[link.b].code.clone(),
            kind: link.kind,
            border_km: link.border_km,
            note: link.note,
        })
        .collect()
}
