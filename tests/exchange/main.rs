//! Formats of others: every importer on good, odd and broken files, some of which other programs
//! wrote; exports that come back as they went; folders put together from several sources.

mod assignments;
mod crossed_tables;
mod crosswalks;
mod exports;
mod folders;
mod further_habits;
mod fuzz;
mod graphs;
mod habits;
mod matrices;
mod office_files;
mod other_offices;
mod polygons;
mod round_trips;
mod shapes;
mod units;
mod weightless;
mod weights;
mod workbooks;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regionfront::defect::Defects;
use regionfront::import::Part;

/// A file that another program wrote.
fn recorded(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchange/files").join(name)
}

fn instance_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances").join(name)
}

/// Pairs of neighbours by code, whatever the kind of link.
fn pairs(part: &Part) -> BTreeSet<(String, String)> {
    let code = |area: usize| part.instance.areas[area].code.clone();
    part.instance.links.iter().map(|link| (code(link.a), code(link.b))).collect()
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

/// The codes of what is wrong, in order. Every defect says where, what and what to do.
#[track_caller]
fn codes_of(result: Result<Part, Defects>) -> Vec<&'static str> {
    let defects = result.expect_err("something is wrong with it");
    for defect in &defects.0 {
        let is_whole = [&defect.at, &defect.what, &defect.cure].iter().all(|text| !text.is_empty());
        assert!(is_whole, "half a defect: {defect}");
    }
    defects.0.iter().map(|defect| defect.code).collect()
}

/// The oddities with a code.
fn oddities<'a>(part: &'a Part, code: &str) -> Vec<&'a str> {
    let odd = part.instance.oddities.iter().filter(|odd| odd.code == code);
    odd.map(|odd| odd.what.as_str()).collect()
}
