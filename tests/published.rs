//! `bench --published` from outside, on a made-up collection of which every answer is enumerated.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regionfront::scenario::Bounds;
use regionfront_testkit::Sketch;
use regionfront_testkit::oracle::best_for_each_k;
use regionfront_testkit::ran::{self, Ran};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Eight counties in two rows of four, and their borders.
const POPULATIONS: [u64; 8] = [30, 10, 25, 15, 20, 40, 5, 35];
const BORDERS: [(usize, usize); 10] =
    [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (0, 4), (1, 5), (2, 6), (3, 7)];

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

fn bench(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = ran::command(BINARY, &["bench", "--published"]);
    Ran::of(command.arg(folder).args(arguments))
}

/// The fewest borders that `k` regions of these populations cut, by trying every plan.
fn fewest_cut(k: usize, min: u64, max: u64) -> Option<u64> {
    let mut sketch = Sketch::new(POPULATIONS.len()).populations(&POPULATIONS);
    for (a, b) in BORDERS {
        sketch = sketch.land(a, b).flow(a, b, 1);
    }
    let within = Bounds { min: Some(min), max: Some(max) };
    let problem = sketch.rules(|rules| rules.limits.population = within).problem();
    let uncut = best_for_each_k(&problem)[k].as_ref()?.objective;
    Some(BORDERS.len() as u64 - uncut)
}

/// Writes an instance as collections share them: ids in an order of their own, geoids with zeros.
fn write(folder: &Path, mut meta: Value) {
    fs::create_dir_all(folder).expect("a folder");
    let mut nodes = "id,name,population,geoid\n".to_owned();
    for (at, population) in POPULATIONS.iter().enumerate().rev() {
        writeln!(nodes, "{},County {at},{population},0{at}", 100 - at).expect("a string");
    }
    let mut edges = "u,v,shared_perim\n".to_owned();
    for (a, b) in BORDERS {
        writeln!(edges, "{},{},0.5", 100 - a, 100 - b).expect("a string");
    }
    meta["n"] = POPULATIONS.len().into();
    meta["m"] = BORDERS.len().into();
    meta["total_population"] = POPULATIONS.iter().sum::<u64>().into();
    fs::write(folder.join("nodes.csv"), nodes).expect("nodes.csv");
    fs::write(folder.join("edges.csv"), edges).expect("edges.csv");
    fs::write(folder.join("meta.json"), meta.to_string()).expect("meta.json");
}

fn meta(k: usize, min: u64, max: u64) -> Value {
    let times = json!({ "slow": { "seconds": 9.5 }, "quick": { "seconds": 2.5 } });
    json!({ "instance": "made up", "k": k, "L": min, "U": max, "published_times": times })
}

/// Halves, thirds, and a question without an answer: no plan has four regions of 45 people.
fn collection() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for (name, k, min, max) in [("halves", 2, 85, 95), ("thirds", 3, 50, 70)] {
        let mut meta = meta(k, min, max);
        meta["optimal_value"] = fewest_cut(k, min, max).expect("there is a plan").into();
        write(&folder.path().join(name), meta);
    }
    assert_eq!(fewest_cut(4, 45, 45), None);
    let mut nothing = meta(4, 45, 45);
    nothing["optimal_value"] = Value::Null;
    nothing["feasible_with_contiguity"] = false.into();
    write(&folder.path().join("nothing"), nothing);
    fs::create_dir(folder.path().join("something else")).expect("a folder");
    folder
}

#[test]
fn every_answer_is_the_enumerated_one() {
    let folder = collection();
    let ran = bench(folder.path(), &["--engine", "exact,compact", "--format", "json"]).exits(0);
    let document = ran.json_of(BINARY, "bench-published");
    let runs = document["runs"].as_array().expect("runs");
    let names: Vec<&str> = runs.iter().filter_map(|run| run["instance"].as_str()).collect();
    assert_eq!(names, ["halves", "halves", "nothing", "nothing", "thirds", "thirds"]);
    for run in runs {
        assert_eq!(run["agreement"], "proven", "{run}");
        assert_eq!(run["fastest_published_s"], 2.5);
        assert_eq!((&run["areas"], &run["borders"]), (&8.into(), &10.into()));
        assert_eq!(run["cut_borders"], run["expected_cut_borders"]);
        assert_eq!(run["cut_borders"], run["bound"]);
    }
    assert_eq!(runs[2]["termination"], "infeasible");
    assert_eq!(runs[0]["cut_borders"], fewest_cut(2, 85, 95).expect("a plan"));
}

#[test]
fn tables_and_a_single_folder() {
    let folder = collection();
    let ran = bench(folder.path(), &["--quiet"]).exits(0);
    assert_eq!(ran.stdout.matches(", met").count(), 3, "{}", ran.stdout);
    assert!(ran.stdout.lines().all(|line| line.chars().count() <= 120), "{}", ran.stdout);
    let ran = bench(&folder.path().join("thirds"), &["--format", "csv"]).exits(0);
    assert_eq!(ran.stdout.lines().count(), 2);
    assert!(ran.stdout.contains(",proven_optimal,"), "{}", ran.stdout);
}

#[test]
fn a_mistaken_publication_is_told() {
    let folder = TempDir::new().expect("a temporary folder");
    let mut wrong = meta(2, 85, 95);
    wrong["optimal_value"] = (fewest_cut(2, 85, 95).expect("a plan") + 1).into();
    write(folder.path(), wrong);
    bench(folder.path(), &[]).exits(6).says("E544");
    let mut wrong = meta(2, 85, 95);
    wrong["feasible_with_contiguity"] = false.into();
    write(folder.path(), wrong);
    bench(folder.path(), &[]).exits(6).says("published is no plan");
}

#[test]
fn a_limit_leaves_the_answer_open() {
    let folder = collection();
    let ran = bench(&folder.path().join("halves"), &["--time-limit", "0", "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.exits(0).stdout).expect("JSON");
    let run = &document["runs"][0];
    assert!(["open", "reached", "proven"].contains(&run["agreement"].as_str().unwrap_or("")));
    assert!(run["bound"].as_u64() <= run["expected_cut_borders"].as_u64(), "{run}");
}

#[test]
fn broken_folders_are_told_all_at_once() {
    let folder = collection();
    let at = |name: &str| folder.path().join(name);
    fs::remove_file(at("halves/edges.csv")).expect("it was there");
    fs::write(at("nothing/nodes.csv"), "id,name,population,geoid\n1,A,many,01\n1,B,2,01\n,C,3,\n")
        .expect("nodes.csv");
    fs::write(at("thirds/edges.csv"), "u,v\n100,100\n100,99\n99,100\n7,98\n").expect("edges.csv");
    bench(folder.path(), &[])
        .exits(2)
        .says("E540")
        .says("halves/edges.csv")
        .says("nothing/nodes.csv, row 2: the population `many` of `A` is no whole number")
        .says("the geoid `01` of `B` stands in an earlier row")
        .says("the id of `C` is empty")
        .says("County 0 (00) borders on itself")
        .says("thirds/edges.csv, row 4: the border of County 1 (01) and County 0 (00)")
        .says("E543 ")
        .says("no county has the id `7`");
}

#[test]
fn descriptions_must_fit_the_tables() {
    let folder = TempDir::new().expect("a temporary folder");
    let broken = |change: &dyn Fn(&mut Value), words: &str| {
        write(folder.path(), meta(2, 85, 95));
        let path = folder.path().join("meta.json");
        let text = fs::read_to_string(&path).expect("meta.json");
        let mut meta: Value = serde_json::from_str(&text).expect("JSON");
        change(&mut meta);
        fs::write(&path, meta.to_string()).expect("meta.json");
        bench(folder.path(), &[]).exits(2).says("E541").says(words);
    };
    broken(&|meta| meta["n"] = 9.into(), "9 are stated, nodes.csv holds 8");
    broken(&|meta| meta["m"] = 9.into(), "9 are stated, edges.csv holds 10");
    broken(&|meta| meta["total_population"] = 1.into(), "1 are stated, nodes.csv holds 180");
    broken(&|meta| meta["k"] = 0.into(), "8 areas cannot make 0 regions");
    broken(&|meta| meta["k"] = 9.into(), "8 areas cannot make 9 regions");
    broken(&|meta| meta["k"] = "two".into(), "it does not say what it must");
    broken(&|meta| meta["L"] = 96.into(), "L = 96 is above U = 95");
    broken(&|meta| meta["optimal_value"] = 11.into(), "11 borders cannot be cut");
    broken(&|meta| meta["published_times"]["quick"]["seconds"] = (-1).into(), "no number of");
    fs::write(folder.path().join("nodes.csv"), "id,name\n1,A\n").expect("nodes.csv");
    bench(folder.path(), &[]).exits(2).says("E542").says("there is no column population, geoid");
}

#[test]
fn a_folder_without_instances_and_rules_of_ones_own_are_refused() {
    let folder = TempDir::new().expect("a temporary folder");
    bench(folder.path(), &[]).exits(2).says("E540").says("there is no published instance");
    bench(&folder.path().join("gone"), &[]).exits(2).says("the folder cannot be read");
    bench(folder.path(), &["--k", "3"]).exits(2).says("cannot be used with");
    bench(folder.path(), &["--min-population", "3"]).exits(2).says("cannot be used with");
}
