//! `distances.csv`: how far it is from area to area, by road or however the file measures it.
//!
//! A row `from,to,km` gives the distance from home to the centre of a region, in kilometres. It
//! holds for the way back, too, unless a row of its own says otherwise. Every pair of areas needs a
//! distance; external areas may have theirs. An area is no way from itself. Without the file,
//! distances are great circles between the positions of areas.

use std::collections::{BTreeMap, BTreeSet};

use super::figures::measure;
use super::lookup::{Codes, Resolver};
use super::read::{Table, shorten};
use super::{Area, Instance, codes};
use crate::defect::{Defect, Defects};

/// Columns of the file.
pub(super) const REQUIRED: [&str; 3] = ["from", "to", "km"];

/// Longest distance accepted, in kilometres: more than any road.
const LONGEST_KM: f64 = 100_000.0;

/// Mean radius of the earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.0088;

/// Pairs without a distance that a message names.
const MOST_NAMED: usize = 5;

/// Distances between areas, by their codes.
#[derive(Clone, Debug, PartialEq)]
pub struct Distances {
    codes: Vec<String>,
    /// `km[from * codes + to]`.
    km: Vec<Option<f64>>,
}

impl Distances {
    /// The distances between areas with these codes, sorted, as a function of their places gives
    /// them.
    pub fn new(codes: Vec<String>, km: impl Fn(usize, usize) -> Option<f64>) -> Self {
        let n = codes.len();
        Self { codes, km: (0..n * n).map(|at| km(at / n, at % n)).collect() }
    }

    /// The distance from one code to another; `None` where the file has none.
    pub fn km(&self, from: &str, to: &str) -> Option<f64> {
        let place = |code: &str| self.codes.binary_search_by(|known| known.as_str().cmp(code)).ok();
        self.km[place(from)? * self.codes.len() + place(to)?]
    }
}

impl Instance {
    /// Kilometres from the centre of one area to that of another: those of `distances.csv`, or
    /// where the instance has no such file, the great circle (haversine) between their positions.
    /// `None` where the one has no row or the other lacks a position.
    pub fn distance_km(&self, from: usize, to: usize) -> Option<f64> {
        let (from, to) = (&self.areas[from], &self.areas[to]);
        match &self.distances {
            Some(distances) => distances.km(&from.code, &to.code),
            None => great_circle_km(from.position?, to.position?),
        }
    }

    /// How its distances are measured, in words.
    pub fn distance_words(&self) -> &'static str {
        match self.distances {
            Some(_) => "as distances.csv gives them",
            None => "great circle between the centres of areas",
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "an arm of a lookup")]
fn great_circle_km((lat_a, lon_a): (f64, f64), (lat_b, lon_b): (f64, f64)) -> Option<f64> {
    let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
    let h = half(lat_a, lat_b)
        + lat_a.to_radians().cos() * lat_b.to_radians().cos() * half(lon_a, lon_b);
    Some(2.0 * EARTH_RADIUS_KM * h.clamp(0.0, 1.0).sqrt().asin())
}

/// The distances of a table. `areas` need one for every pair of them; `external` areas may have
/// some.
pub(super) fn read(
    table: &Table,
    areas: &[Area],
    external: &[Area],
    excused: BTreeSet<String>,
    defects: &mut Defects,
) -> Distances {
    let mut all: Vec<Area> = areas.iter().chain(external).cloned().collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all.dedup_by(|a, b| a.code == b.code);
    let codes = Codes::new(&all, BTreeMap::new()).excusing(excused);
    let mut resolver = Resolver::new(&codes);
    let mut given: BTreeMap<(usize, usize), (f64, u64)> = BTreeMap::new();
    // Pairs with a row, sound or not: a row that is wrong is not also missing.
    let mut mentioned = BTreeSet::new();
    for row in &table.rows {
        let text = |column| row.get(table.required(column));
        let (from, to) = (resolver.column(table, row, "from"), resolver.column(table, row, "to"));
        let label = || format!("{} to {}", codes.label(text("from")), codes.label(text("to")));
        let before = defects.0.len();
        let km = measure(table, row, "km", 0.0..=LONGEST_KM, &label(), defects);
        let mut wrong = |what: String, cure: &str| {
            defects.push(Defect::new(codes::NOT_A_MEASURE, table.at(row, "km"), what, cure));
        };
        let (Some(from), Some(to)) = (from, to) else { continue };
        mentioned.insert((from, to));
        match km {
            Some(km) if from == to && km > 0.0 => wrong(
                format!("{}: `{}` is not 0", label(), shorten(text("km"))),
                "an area is no way from itself; write 0, or drop the row",
            ),
            None if text("km").is_empty() => wrong(
                format!("{}: the distance is empty", label()),
                "write kilometres with a point, such as 16.3",
            ),
            _ => {}
        }
        if let Some((_, first)) = given.get(&(from, to)) {
            defects.push(Defect::new(
                codes::REPEATED_DISTANCE,
                format!("{}, row {}", table.file, row.line),
                format!("the distance from {} already stands in row {first}", label()),
                "keep one row per pair and direction",
            ));
        } else if defects.0.len() == before {
            given.insert((from, to), (km.unwrap_or(0.0), row.line));
        }
    }
    resolver.finish(defects);
    let km = |from: usize, to: usize| {
        let found = given.get(&(from, to)).or_else(|| given.get(&(to, from)));
        if from == to { Some(0.0) } else { found.map(|(km, _)| *km) }
    };
    let distances = Distances::new(all.iter().map(|area| area.code.clone()).collect(), km);
    let is_inside = |at: usize| areas.iter().any(|area| area.code == all[at].code);
    let inside: Vec<usize> = (0..all.len()).filter(|&at| is_inside(at)).collect();
    let missing: Vec<(usize, usize)> = inside
        .iter()
        .enumerate()
        .flat_map(|(place, &a)| inside[place + 1..].iter().map(move |&b| (a, b)))
        .filter(|&(a, b)| km(a, b).is_none())
        .filter(|&(a, b)| !mentioned.contains(&(a, b)) && !mentioned.contains(&(b, a)))
        .collect();
    // Rows of a wrong form are reported already; what they held is missing for that reason.
    if !missing.is_empty() && table.skipped.is_empty() {
        let named: Vec<String> = missing
            .iter()
            .take(MOST_NAMED)
            .map(|&(a, b)| format!("{}–{}", all[a].label(), all[b].label()))
            .collect();
        let more = match missing.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        defects.push(Defect::new(
            codes::MISSING_DISTANCE,
            table.file.as_str(),
            format!("no distance for {}{more}", named.join(", ")),
            "add a row for each pair, in either direction, or remove the file: distances are \
             great circles then",
        ));
    }
    distances
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::instance_of;

    #[test]
    fn without_a_file_distances_are_those_of_the_globe() {
        let mut instance = instance_of(2);
        assert_eq!(instance.distance_km(0, 1), None);
        instance.areas[0].position = Some((60.0, 10.0));
        instance.areas[1].position = Some((61.0, 10.0));
        let km = instance.distance_km(0, 1).expect("both have positions");
        assert!((km - 111.195).abs() < 0.001, "a degree of latitude, {km}");
        assert_eq!(instance.distance_km(0, 0), Some(0.0));
    }

    fn table(text: &str) -> (Distances, Vec<(&'static str, String)>) {
        let instance = instance_of(3);
        let codes: Vec<&str> = instance.areas.iter().map(|area| area.code.as_str()).collect();
        let mut text = text.to_owned();
        for (letter, code) in ["A", "B", "C"].into_iter().zip(codes) {
            text = text.replace(letter, code);
        }
        let mut defects = Defects::default();
        let table = Table::read("distances.csv", text.as_bytes(), &REQUIRED, &mut defects)
            .expect("it has the columns");
        let found = read(&table, &instance.areas, &[], BTreeSet::new(), &mut defects);
        let defects = defects.0.into_iter().map(|defect| (defect.code, defect.what)).collect();
        (found, defects)
    }

    #[test]
    fn a_row_holds_both_ways_unless_the_way_back_has_its_own() {
        let (found, defects) = table("from,to,km\nA,B,10\nB,A,12.5\nC,A,7\nB,C,3\n");
        assert_eq!(defects, []);
        let instance = instance_of(3);
        let code = |at: usize| instance.areas[at].code.as_str();
        let km = |from, to| found.km(code(from), code(to));
        assert_eq!((km(0, 1), km(1, 0)), (Some(10.0), Some(12.5)));
        assert_eq!((km(0, 2), km(2, 0)), (Some(7.0), Some(7.0)));
        assert_eq!((km(1, 1), found.km("nowhere", code(0))), (Some(0.0), None));
    }

    #[test]
    fn every_defect_is_reported() {
        let (_, defects) = table("from,to,km\nA,B,ten\nA,A,1\nA,C,-4\nB,C,1\nB,C,1\nC,B,\n");
        let codes: Vec<&str> = defects.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, ["E126", "E126", "E126", "E128", "E126"], "{defects:?}");
        let (_, defects) = table("from,to,km\nA,B,1\n");
        assert_eq!(defects.len(), 1);
        assert_eq!(defects[0].0, "E142");
    }
}
