//! `bench --places` from outside: many questions from one small file.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use regionfront_testkit::ran::{Ran, command};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

const QUESTIONS: &str = r#"
[[question]]
place = "tiny"
k = "2..3"
min_population = 10_000

[[question]]
place = "tiny"
k = 2
keep_together = [["Dune Island", "Grove End"]]
"#;

fn bench(folder: &Path, arguments: &[&str]) -> Ran {
    let folder = folder.to_str().expect("UTF-8");
    let arguments = [&["bench", "--places", folder], arguments].concat();
    Ran::of(&mut command(BINARY, &arguments))
}

/// A folder with one instance and these questions.
fn places(questions: &str) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let tiny = folder.path().join("tiny");
    fs::create_dir(&tiny).expect("a folder");
    for entry in fs::read_dir("instances/tiny").expect("the instance").flatten() {
        if entry.path().is_file() {
            fs::copy(entry.path(), tiny.join(entry.file_name())).expect("a copy");
        }
    }
    fs::create_dir(tiny.join("divisions")).expect("a folder");
    for entry in fs::read_dir("instances/tiny/divisions").expect("its divisions").flatten() {
        fs::copy(entry.path(), tiny.join("divisions").join(entry.file_name())).expect("a copy");
    }
    fs::write(folder.path().join("questions.toml"), questions).expect("a file");
    folder
}

#[test]
fn every_question_is_answered() {
    let folder = places(QUESTIONS);
    let ran = bench(folder.path(), &["--format", "json"]).exits(0);
    let document = ran.json_of(BINARY, "bench-places");
    let runs = document["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 3);
    for run in runs {
        assert_eq!(run["place"], "tiny");
        assert_eq!(run["areas"], 7);
        assert_eq!(run["termination"], "optimal");
        assert_eq!(run["objective"], run["bound"]);
        assert_eq!(run["gap_rel"], 0.0);
        assert!(run["first_plan_s"].as_f64() <= run["wall_s"].as_f64().map(|wall| wall + 0.1));
    }
    assert_eq!(runs[1]["k"], 3);
    assert_eq!(runs[0]["rules"], "min_population = 10000");

    let ran = bench(folder.path(), &["--quiet"]).exits(0);
    assert_eq!(ran.stdout.matches("optimal").count(), 3, "{}", ran.stdout);
    let ran = bench(folder.path(), &["--quiet", "--format", "csv"]).exits(0);
    assert_eq!(ran.stdout.lines().count(), 4);
    ran.shows("min_population = 10000");
}

#[test]
fn questions_that_cannot_be_read_are_told() {
    let broken = [
        ("[[question]]\nk = 2\n", "E511"),
        ("[[question]]\nplace = \"tiny\"\n", "E511"),
        ("question = 3\n", "E511"),
        ("not TOML", "E511"),
        ("[[question]]\nplace = \"tiny\"\nk = 2\nmin_populaton = 3\n", "E203"),
        ("[[question]]\nplace = \"nowhere\"\nk = 2\n", "E101"),
    ];
    for (questions, code) in broken {
        let folder = places(questions);
        bench(folder.path(), &[]).exits(2).says(code);
    }
}
