//! What the files of a run are called, and which files are therefore ours to replace.

use std::fs;
use std::io;
use std::path::Path;

use regionfront_solver::front::ObjectiveKind;

use super::certificate::CERTIFICATES;
use crate::documents::plan_name;

pub(super) const JOURNAL: &str = "journal.ndjson";
pub(super) const MANIFEST: &str = "manifest.json";

/// Files a report may leave beside a run, maps apart.
const REPORT_FILES: [&str; 11] = [
    PRICES,
    "report.html",
    "report.md",
    "report.docx",
    "report.json",
    "tables.xlsx",
    "areas.geojson",
    "regions.geojson",
    "regions.gpkg",
    "front.svg",
    "front.png",
];

/// The file names a run for these k writes; `has_map` where the instance has polygons.
pub fn run_files(ks: &[usize], has_map: bool) -> Vec<String> {
    let mut names: Vec<String> = [
        MANIFEST,
        JOURNAL,
        "solve.json",
        "solve.csv",
        "assignment.csv",
        "assignment_wide.csv",
        "regions.csv",
        "region_flows.csv",
    ]
    .map(str::to_owned)
    .to_vec();
    names.extend(ks.iter().map(|&k| format!("divisions/{}.csv", plan_name(k))));
    if has_map {
        names.extend(ks.iter().map(|&k| format!("maps/{}.svg", plan_name(k))));
    }
    names
}

/// The answer over several years, and its table.
pub(super) const OVER_YEARS: [&str; 2] = ["over-years.json", "over-years.csv"];

/// What the rules cost at plans that reports showed.
pub(super) const PRICES: &str = "prices.json";

/// What audits have proven again so far, a line each.
pub const AUDIT: &str = "audit.ndjson";

/// The names of the files; `has_near` where plans near the points are asked for, `has_audit` where
/// the fronts are to be audited.
pub fn front_files(has_near: bool, has_audit: bool) -> Vec<String> {
    let mut names = vec![
        MANIFEST,
        JOURNAL,
        "front.json",
        "front.csv",
        "assignment.csv",
        "assignment_wide.csv",
        "regions.csv",
    ];
    if has_near {
        names.extend(["near.csv", "cooccurrence.csv", "robustness.json"]);
    }
    if has_audit {
        names.push(AUDIT);
    }
    names.into_iter().map(str::to_owned).collect()
}

/// Removes what an earlier run wrote, and nothing else; from a folder without a run nothing.
///
/// # Errors
/// When a file cannot be removed.
pub(super) fn remove_earlier_run(folder: &Path) -> io::Result<()> {
    if ![JOURNAL, MANIFEST].iter().any(|mark| folder.join(mark).exists()) {
        return Ok(());
    }
    let of_report = REPORT_FILES.map(str::to_owned);
    let over_years = OVER_YEARS.map(str::to_owned);
    let ours = run_files(&[], false).into_iter().chain(front_files(true, true));
    let ours = ours.chain(over_years).chain(of_report);
    for name in ours {
        remove_if_there(&folder.join(name))?;
    }
    for kind in ObjectiveKind::ALL {
        for extension in ["svg", "png"] {
            remove_if_there(&folder.join(format!("front-{kind}.{extension}")))?;
        }
    }
    remove_if_there(&folder.join(CERTIFICATES).join("index.json"))?;
    for (below, extension) in
        [("divisions", "csv"), ("maps", "svg"), ("maps", "png"), (CERTIFICATES, "ndjson")]
    {
        let below = folder.join(below);
        if !below.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&below)? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            let is_ours =
                is_plan(stem) || below.ends_with("maps") && (stem == "cores" || is_division(stem));
            if is_ours && path.extension().is_some_and(|found| found == extension) {
                remove_if_there(&path)?;
            }
        }
    }
    Ok(())
}

/// Whether a file is named after a plan: `k09`, `k09-p003`, or `distance-k09-p003` where a run has
/// fronts of several objectives.
fn is_plan(stem: &str) -> bool {
    let from_k = match stem.rsplit_once("-k") {
        Some((objective, rest)) if is_objective(objective) => Some(rest),
        _ => stem.strip_prefix('k'),
    };
    from_k.is_some_and(|rest| {
        let (k, point) = rest.split_once("-p").unwrap_or((rest, "1"));
        k.parse::<usize>().is_ok() && point.parse::<usize>().is_ok()
    })
}

/// Whether a file is named after a division of a report: `division-1`.
fn is_division(stem: &str) -> bool {
    stem.strip_prefix("division-").is_some_and(|number| number.parse::<usize>().is_ok())
}

/// Whether a name is the word for a second objective. Joint fronts stand alone and need no names.
fn is_objective(name: &str) -> bool {
    name.parse::<ObjectiveKind>().is_ok()
}

/// Removes a file; that it is not there is no error.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
