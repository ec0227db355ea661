//! `flows.csv` and `external_flows.csv`: who works where.

use std::collections::BTreeMap;

use super::areas::Listed;
use super::figures::{checked_sum, count};
use super::lookup::{Codes, Resolver};
use super::read::Table;
use super::{ExternalPlace, codes};
use crate::defect::{Defect, Defects};
use crate::quantity::Commuters;

/// `(residence, workplace, commuters)`.
pub(super) type Triple = (usize, usize, Commuters);

/// Columns of `flows.csv`.
pub(super) const REQUIRED: [&str; 3] = ["residence", "workplace", "commuters"];

/// The flows between areas.
pub(super) fn read(table: &Table, codes: &Codes, defects: &mut Defects) -> Vec<Triple> {
    let mut resolver = Resolver::new(codes);
    let mut seen: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    let mut triples = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let text = |column| row.get(table.required(column));
        let from = resolver.column(table, row, "residence");
        let to = resolver.column(table, row, "workplace");
        // Labels are built for defects only: this file is by far the longest.
        let label =
            || format!("{} to {}", codes.label(text("residence")), codes.label(text("workplace")));
        let plain = text("commuters").parse().ok().filter(|&count| count <= super::LARGEST);
        let commuters =
            plain.or_else(|| count(table, row, "commuters", &format!("from {}", label()), defects));
        let (Some(from), Some(to)) = (from, to) else { continue };
        if let Some(first) = seen.insert((from, to), row.line) {
            defects.push(Defect::new(
                codes::REPEATED_FLOW,
                format!("{}, row {}", table.file, row.line),
                format!("the flow from {} already stands in row {first}", label()),
                "keep one row per pair; add the figures up if both are meant",
            ));
        }
        triples.extend(commuters.map(|commuters| (from, to, commuters)));
    }
    resolver.finish(defects);
    checked_sum(
        &format!("{}, column commuters", table.file),
        triples.iter().map(|flow| flow.2),
        defects,
    );
    triples
}

/// Flows to and from places outside: columns `to_PLACE` and `from_PLACE`, a row for every area.
pub(super) fn read_external(
    table: &Table,
    codes: &Codes,
    areas: &[Listed],
    defects: &mut Defects,
) -> Vec<ExternalPlace> {
    let mut places: Vec<ExternalPlace> = Vec::new();
    for column in table.header() {
        let (place, other) = match (column.strip_prefix("to_"), column.strip_prefix("from_")) {
            (Some(place), _) => (place, format!("from_{place}")),
            (_, Some(place)) => (place, format!("to_{place}")),
            _ => continue,
        };
        if table.column(&other).is_none() {
            defects.push(Defect::new(
                codes::COLUMN,
                format!("{}, row 1", table.file),
                format!("the column `{column}` is there and `{other}` is missing"),
                "a place needs both columns; write 0 where a direction is nil",
            ));
        } else if !places.iter().any(|known| known.name == place) {
            let zeros = vec![0; codes.len()];
            places.push(ExternalPlace { name: place.to_owned(), to: zeros.clone(), from: zeros });
        }
    }
    let mut resolver = Resolver::new(codes);
    let mut seen: BTreeMap<usize, u64> = BTreeMap::new();
    for row in &table.rows {
        let area = resolver.column(table, row, "code");
        let label = codes.label(row.get(table.required("code")));
        if let Some(first) = area.and_then(|area| seen.insert(area, row.line)) {
            defects.push(Defect::new(
                codes::DUPLICATE_CODE,
                table.at(row, "code"),
                format!("{label} already stands in row {first}"),
                "keep one row per area",
            ));
        }
        for place in &mut places {
            let mut figure =
                |column: String| count(table, row, &column, &label, defects).unwrap_or(0);
            let to = figure(format!("to_{}", place.name));
            let from = figure(format!("from_{}", place.name));
            if let Some(area) = area {
                place.to[area] = to;
                place.from[area] = from;
            }
        }
    }
    resolver.finish(defects);
    for (at, listed) in areas.iter().enumerate() {
        if !seen.contains_key(&at) {
            defects.push(Defect::new(
                codes::MISSING_ROW,
                table.file.as_str(),
                format!("{} has no row", listed.area.label()),
                "add its row, with 0 where there are no commuters",
            ));
        }
    }
    let figures = places.iter().flat_map(|place| place.to.iter().chain(&place.from)).copied();
    checked_sum(&table.file, figures, defects);
    places
}

/// Reports the areas from which more people commute than it has employed residents, own-area flow
/// and flows to elsewhere included. `rounding` persons more are allowed.
pub(super) fn check_residents(
    areas: &[Listed],
    flows: &[Triple],
    external: &[ExternalPlace],
    rounding: u32,
    defects: &mut Defects,
) {
    let mut inside = vec![0_u128; areas.len()];
    for &(from, _, commuters) in flows {
        inside[from] += u128::from(commuters);
    }
    for (at, listed) in areas.iter().enumerate() {
        let Some(employed) = listed.employed_residents else { continue };
        let outside: u128 = external.iter().map(|place| u128::from(place.to[at])).sum();
        let flows = inside[at] + outside;
        if flows > u128::from(employed) + u128::from(rounding) {
            let parts = if outside > 0 {
                format!(" ({} to the areas, {outside} elsewhere)", inside[at])
            } else {
                String::new()
            };
            defects.push(Defect::new(
                codes::TOO_MANY_COMMUTERS,
                format!("areas.csv, row {}, column employed_residents", listed.line),
                format!(
                    "{} has {employed} employed residents, but {flows} commute from it{parts}",
                    listed.area.label()
                ),
                "check the flows from the area and its employed residents: they must come from \
                 the same year and count the same people",
            ));
        }
    }
}
