//! `instance generate`: the same seed gives the same files, and what is generated is sound.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use regionfront::instance::{Instance, LinkKind};
use regionfront::synthetic;
use tempfile::TempDir;

fn regionfront(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_regionfront"))
        .args(arguments)
        .env_remove("COLUMNS")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

fn generate(areas: &str, seed: &str, folder: &Path) -> Output {
    let folder = folder.to_str().expect("UTF-8");
    regionfront(&["instance", "generate", "--areas", areas, "--seed", seed, "-o", folder])
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let read = |path: &Path| fs::read(path).expect("a file");
    entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), read(&entry.path())))
        .collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_inspect_is_content() {
    let parent = TempDir::new().expect("a temporary folder");
    let folder = |name: &str| parent.path().join(name).join("made");
    for (name, seed) in [("first", "7"), ("second", "7"), ("other", "8")] {
        let ran = generate("120", seed, &folder(name));
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    let first = files(&folder("first"));
    assert_eq!(first, files(&folder("second")));
    assert_ne!(first["flows.csv"], files(&folder("other"))["flows.csv"]);

    let loaded = Instance::load(&folder("first")).unwrap_or_else(|defects| panic!("{defects}"));
    assert_eq!(loaded.oddities, []);
    let generated = synthetic::generate(120, 7);
    assert_eq!(loaded.areas, generated.areas);
    assert_eq!(loaded.flows, generated.flows);
    assert_eq!(loaded.links, generated.links);
    assert!(loaded.areas.iter().all(|area| area.code.len() == 4));
    let path = folder("first");
    let ran = regionfront(&["inspect", path.to_str().expect("UTF-8")]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn graphs_are_connected_planar_and_flows_sparse() {
    for (num_areas, seed) in [(3, 0), (10, 1), (400, 2), (5_000, 3)] {
        let instance = synthetic::generate(num_areas, seed);
        assert_eq!(instance.components(&[LinkKind::Land]).len(), 1, "{num_areas} areas");
        let borders = instance.links.len();
        assert!((num_areas - 1..=3 * num_areas - 6).contains(&borders), "{borders} borders");
        let flows = instance.flows.triples().count();
        assert!(flows <= 200 * num_areas, "{flows} flows among {num_areas} areas");
        let total = |pick: fn(&regionfront::instance::Area) -> u64| -> u64 {
            instance.areas.iter().map(pick).sum()
        };
        let commuters = instance.flows.total_between() + instance.flows.total_own();
        assert_eq!(total(|area| area.employed_residents), commuters);
        assert_eq!(total(|area| area.jobs), commuters);
    }
}

#[test]
fn sizes_out_of_range_are_refused() {
    let parent = TempDir::new().expect("a temporary folder");
    for areas in ["1", "0", "20001", "many"] {
        assert_eq!(generate(areas, "0", &parent.path().join("made")).status.code(), Some(2));
    }
    assert!(!parent.path().join("made").exists());
}
