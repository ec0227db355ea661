//! Areas that a source numbers: in the order of the polygons that it was made from, or else of the
//! folder's table, and held against where the areas lie.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use regionfront_exchange::import::polygons::{self, PolygonOptions};
use regionfront_exchange::import::{MISFIT, Part};
use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::counted;

use super::filled::{AreaTable, RawTable};

/// A box: west, south, east, north.
type Bounds = [f64; 4];

/// Codes of the folder's polygons in the order of their file, and the boxes they lie in.
struct Polygons {
    order: Vec<String>,
    bounds: BTreeMap<String, Bounds>,
}

impl Polygons {
    fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let collection: Value = serde_json::from_slice(&bytes).ok()?;
        let mut polygons = Self { order: Vec::new(), bounds: BTreeMap::new() };
        for feature in collection.get("features")?.as_array()? {
            let code = feature.pointer("/properties/code")?.as_str()?.to_owned();
            let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
            widen(&mut bounds, feature.pointer("/geometry/coordinates")?);
            polygons.bounds.insert(code.clone(), bounds);
            polygons.order.push(code);
        }
        Some(polygons)
    }

    /// Of the links of a part, under these codes, how many join areas whose boxes touch.
    fn touching(&self, part: &Part, codes: &[String]) -> (usize, usize) {
        let links = part.instance.links.iter().filter_map(|link| {
            Some((self.bounds.get(&codes[link.a])?, self.bounds.get(&codes[link.b])?))
        });
        let (mut touching, mut all) = (0, 0);
        for (one, other) in links {
            // Some ten metres: borders are generalised.
            let gap = 1e-4;
            let is_apart = one[0] > other[2] + gap
                || other[0] > one[2] + gap
                || one[1] > other[3] + gap
                || other[1] > one[3] + gap;
            touching += usize::from(!is_apart);
            all += 1;
        }
        (touching, all)
    }
}

fn widen(bounds: &mut Bounds, coordinates: &Value) {
    let Some(list) = coordinates.as_array() else { return };
    if let [x, y, ..] = list.as_slice()
        && let (Some(x), Some(y)) = (x.as_f64(), y.as_f64())
    {
        *bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
        return;
    }
    for inner in list {
        widen(bounds, inner);
    }
}

/// The codes that the numbered areas of a part stand for.
pub(super) fn codes(
    part: &mut Part,
    table: &AreaTable,
    folder: &Path,
    file: Option<&Path>,
) -> Result<Vec<Option<String>>, Defects> {
    let numbers = numbers(part, table)?;
    let polygons = Polygons::read(&folder.join("areas.geojson"));
    let rows: Vec<String> = table.areas().map(|(code, _)| code.to_owned()).collect();
    let mut orders: Vec<(String, Vec<String>)> = Vec::new();
    if let Some(file) = file {
        orders.push((file.display().to_string(), order_of(file)?));
    } else {
        let of_polygons = polygons.as_ref().map(|polygons| polygons.order.clone());
        orders.extend(of_polygons.map(|order| ("areas.geojson".to_owned(), order)));
        if orders.first().is_none_or(|(_, order)| *order != rows) {
            orders.push(("areas.csv".to_owned(), rows.clone()));
        }
    }
    orders.retain(|(_, order)| order.len() == numbers.len());
    if orders.is_empty() {
        return Err(misfit(part, table));
    }
    let in_order = |order: &[String]| -> Vec<String> {
        numbers.iter().map(|&number| order[number].clone()).collect()
    };
    let mut tried = Vec::new();
    for (name, order) in &orders {
        let codes = in_order(order);
        let Some(polygons) = &polygons else {
            part.account.note(format!(
                "areas are numbered in the order of {name}; without polygons that could not be \
                 checked"
            ));
            return Ok(codes.into_iter().map(Some).collect());
        };
        let (touching, all) = polygons.touching(part, &codes);
        if 10 * touching >= 9 * all {
            part.account.note(format!(
                "areas are numbered in the order of {name}: {touching} of {} join areas that lie \
                 side by side",
                counted(all, "link")
            ));
            return Ok(codes.into_iter().map(Some).collect());
        }
        tried.push(format!("{name}, {touching} of {}", counted(all, "link")));
    }
    Err(Defect::new(
        MISFIT,
        table.file.as_str(),
        format!(
            "the source numbers areas in another order: by that of {} join areas that lie side by \
             side",
            tried.join("; by that of ")
        ),
        "name the file whose order it is, with polygons or a column `code`: --by-position=FILE",
    )
    .into())
}

/// Codes in the order of a file: polygons, or a table with a column `code`.
fn order_of(file: &Path) -> Result<Vec<String>, Defects> {
    if file.extension().is_some_and(|end| end == "csv") {
        let table = RawTable::read(file)?;
        let Some(code) = table.column("code") else {
            return Err(Defect::new(
                MISFIT,
                file.display().to_string(),
                "it has no column `code`",
                "name the column with the codes so",
            )
            .into());
        };
        return Ok(table.rows.iter().map(|row| row[code].clone()).collect());
    }
    Ok(polygons::read(file, &PolygonOptions::default())?.order)
}

/// The numbers of the areas of a part, from 0.
fn numbers(part: &Part, table: &AreaTable) -> Result<Vec<usize>, Defects> {
    let num_areas = part.instance.areas.len();
    let numbers: Vec<usize> =
        part.instance.areas.iter().filter_map(|area| area.code.parse().ok()).collect();
    let (first, last) = (numbers.iter().min(), numbers.iter().max());
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    sorted.dedup();
    match (first, last) {
        (Some(&first), Some(&last))
            if first <= 1 && sorted.len() == num_areas && last - first + 1 == num_areas =>
        {
            Ok(numbers.into_iter().map(|number| number - first).collect())
        }
        _ => Err(misfit(part, table)),
    }
}

fn misfit(part: &Part, table: &AreaTable) -> Defects {
    Defect::new(
        MISFIT,
        table.file.as_str(),
        format!(
            "the source's {} cannot stand for the {} of areas.csv",
            counted(part.instance.areas.len(), "area"),
            counted(table.rows.len(), "row")
        ),
        "--by-position needs areas numbered from 0 or 1 without gaps, and as many rows",
    )
    .into()
}
