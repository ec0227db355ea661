//! `--join`: runs of the same question, each of some k, become one run, as if it had been one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use regionfront_testkit::ran::{self, Ran};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

fn instance(name: &str) -> String {
    format!("{}/instances/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A command about k, with its run in the folder `out` of another.
fn run(question: &[&str], k: &str, folder: &Path, out: &str, more: &[&str]) -> Ran {
    let mut command = ran::command(BINARY, question);
    command.current_dir(folder).args(["--k", k, "-o", out]).args(more);
    Ran::of(&mut command)
}

/// The files of a run, but for when and how it came about.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in fs::read_dir(&inside).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("it is inside").to_string_lossy().into();
            let text = fs::read_to_string(&path).expect("UTF-8");
            found.insert(name, untimed(&path, text));
        }
    }
    found.retain(|name, _| name != "manifest.json" && name != "journal.ndjson");
    found
}

/// What a file says without the time that each k took, and the order in which things came about.
fn untimed(path: &Path, text: String) -> String {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("solve.json") => {
            let mut document: Value = serde_json::from_str(&text).expect("JSON");
            for result in document["results"].as_array_mut().expect("results") {
                result["wall_s"] = Value::Null;
            }
            document.to_string()
        }
        Some("solve.csv") => {
            let mut rows = csv::Reader::from_reader(text.as_bytes());
            let at = rows.headers().expect("a header").iter().position(|name| name == "wall_s");
            let row = |row: csv::StringRecord| -> Vec<String> {
                let cells = row.iter().enumerate().filter(|(column, _)| Some(*column) != at);
                cells.map(|(_, cell)| cell.to_owned()).collect()
            };
            let rows: Vec<Vec<String>> =
                rows.records().map(|record| row(record.expect("a row"))).collect();
            format!("{rows:?}")
        }
        // Proofs are written down as they are made, by any thread.
        Some("audit.ndjson") => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            lines.join("\n")
        }
        _ => text,
    }
}

/// Runs a question as a whole, and in parts that are joined, and compares the files.
fn joined_is_whole(question: &[&str], k: &str, parts: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = run(question, k, folder.path(), "whole", &[]);
    for (at, part) in parts.iter().enumerate() {
        run(question, part, folder.path(), &format!("part{at}"), &["--no-explain"]);
    }
    let names: Vec<String> = (0..parts.len()).map(|at| format!("part{at}")).collect();
    let names = names.join(",");
    let joined = run(question, k, folder.path(), "joined", &["--join", &names]);
    assert_eq!(joined.code, whole.code, "{}", joined.stderr);
    let (one, other) = (files(&folder.path().join("whole")), files(&folder.path().join("joined")));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, text) in &one {
        assert!(other.get(name) == Some(text), "{name} differs");
    }
    // It is a run like any other: there is nothing to go on with but what a limit left open.
    run(question, k, folder.path(), "joined", &["--resume"]);
    let resumed = files(&folder.path().join("joined"));
    assert!(resumed == one, "it does not go on as the whole one");
}

#[test]
fn solves_of_parts_are_the_solve_of_the_list() {
    let viken = instance("viken-2020");
    joined_is_whole(&["solve", &viken], "6..13", &["6..8", "13", "9..12"]);
    // Some of these have no plan, which is explained as in one run.
    let tiny = instance("tiny");
    let asked = ["solve", tiny.as_str(), "--no-scenario", "--min-areas", "2"];
    joined_is_whole(&asked, "1..6", &["1,5", "2..4", "6"]);
}

#[test]
fn fronts_of_parts_are_the_fronts_of_the_list_with_near_plans_and_audits() {
    let tiny = instance("tiny");
    let asked = [
        "front",
        &tiny,
        "--no-scenario",
        "--against",
        "min-population,kept-together,distance",
        "--reference",
        "districts",
        "--within",
        "10%",
        "--alternatives",
        "3",
        "--audit",
    ];
    joined_is_whole(&asked, "2..5", &["2", "4..5", "3"]);
}

/// A reply cut short by a limit is taken as it stands, and so is a plan that is not proven.
#[test]
fn what_a_limit_cut_short_is_joined_as_it_stands() {
    let viken = instance("viken-2020");
    let limited = ["front", viken.as_str(), "--node-limit", "2"];
    joined_is_whole(&limited, "8..9", &["8", "9"]);
    let limited = ["solve", viken.as_str(), "--node-limit", "1", "--max-population", "400000"];
    joined_is_whole(&limited, "7..9", &["7..8", "9"]);
}

#[test]
fn what_no_run_holds_is_not_solved_but_said() {
    let tiny = instance("tiny");
    for command in ["solve", "front"] {
        let folder = tempfile::tempdir().expect("a folder");
        let asked = [command, &tiny];
        run(&asked, "2", folder.path(), "two", &[]).exits(0);
        let joined = run(&asked, "2..3", folder.path(), "joined", &["--join", "two"]);
        joined.exits(5).says("no run has anything on k = 3");
        let resumed = run(&asked, "2..3", folder.path(), "joined", &["--resume"]).exits(0);
        assert!(!resumed.stderr.contains("no run has"), "{}", resumed.stderr);
    }
}

#[test]
fn runs_of_other_questions_are_not_joined() {
    let tiny = instance("tiny");
    let folder = tempfile::tempdir().expect("a folder");
    run(&["solve", &tiny], "2", folder.path(), "two", &["--seed", "1"]).exits(0);
    let asked = ["solve", tiny.as_str()];
    let refused = run(&asked, "2", folder.path(), "joined", &["--join", "two"]).exits(2);
    refused.says("E403").says("seed 1 there, 0 here");
    assert!(!folder.path().join("joined").exists(), "nothing is written");
    let none = run(&asked, "2", folder.path(), "joined", &["--join", "none"]).exits(2);
    none.says("E401").says("another run");
    run(&asked, "2", folder.path(), "two", &["--force"]).exits(0);
    let itself = run(&asked, "2", folder.path(), "two", &["--join", "two", "--force"]).exits(2);
    itself.says("E402");
    run(&asked, "2", folder.path(), "two", &["--resume"]).exits(0).says("1 of 1 k");
}
