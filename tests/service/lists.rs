//! A list of k: each k is done by itself, by any worker, and in the end they are one run, to the bytes of the
//! command.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;
use std::time::Duration;

use regionfront_testkit::ran::{Ran, command};
use serde_json::{Value, json};

use crate::database::database;
use crate::far::Worker;
use crate::lost::{children, until_events};
use crate::server::{BINARY, Served, instances};

/// Three fronts of some seconds each.
fn list() -> Value {
    json!({"instance": "viken-2020", "k": "8..10", "against": "min-population"})
}

/// What the command says of it.
fn by_command() -> String {
    let viken = format!("{}/viken-2020", instances());
    let asked =
        ["front", &viken, "--k", "8..10", "--against", "min-population", "--format", "json"];
    Ran::of(&mut command(BINARY, &asked)).exits(0).stdout
}

/// Waits until as many processes as that are at work for each of these at a time.
fn until_at_work(of: &[u32], wanted: usize) {
    for _ in 0..3000 {
        if of.iter().all(|&pid| children(pid).len() >= wanted) {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("{wanted} processes are never at work together");
}

fn kill(processes: &[u32]) {
    for process in processes {
        let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
    }
}

fn points(front: &Value) -> usize {
    front["points"].as_array().map_or(0, Vec::len)
}

fn results(served: &Served, job: &str) -> String {
    served.get(&format!("/jobs/{job}/results")).is(200).text()
}

#[test]
fn several_workers_answer_a_list_together() {
    let served = Served::with(&["--workers", "3"]);
    let job = served.submit("front", &list());
    until_at_work(&[served.pid()], 3);
    let status = served.until(&job, "successful");
    assert_eq!(status["attempts"], 1, "{status}");
    assert!(results(&served, &job) == by_command());
    let files = served.get(&format!("/jobs/{job}/files")).is(200).json();
    let names: BTreeSet<&str> = files["files"]
        .as_array()
        .expect("files")
        .iter()
        .filter_map(|file| file["name"].as_str())
        .collect();
    assert!(names.contains("manifest.json") && names.contains("journal.ndjson"), "{names:?}");
    assert!(names.iter().all(|name| !name.starts_with("parts")), "{names:?}");
}

#[test]
fn what_has_no_plan_is_explained_and_reported_as_in_one_run() {
    let served = Served::with(&["--workers", "2"]);
    let asked = json!({"instance": "tiny", "k": "1..6", "min_areas": 2, "report": true});
    let answer = served.post("solve", &asked, &[("Prefer", "wait=60")]).is(200).json();
    let terminations: Vec<&str> = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| result["termination"].as_str().expect("a word"))
        .collect();
    assert!(terminations.contains(&"optimal") && terminations.contains(&"infeasible"));
    let explained = |result: &Value| {
        (result["termination"] == "infeasible") == result["explanation"].is_object()
    };
    assert!(answer["results"].as_array().expect("results").iter().all(explained), "{answer}");
    let job = served.submit("solve", &asked);
    served.get(&format!("/jobs/{job}/report.html")).is(200);
}

#[test]
fn parts_that_are_killed_go_on_to_the_same_bytes() {
    let mut served = Served::with(&["--workers", "2"]);
    let job = served.submit("front", &list());
    until_events(&served, &job, "point", 4);
    kill(&children(served.pid()));
    until_events(&served, &job, "point", 12);
    served.kill();
    served.start();
    served.until(&job, "successful");
    assert!(results(&served, &job) == by_command());
}

#[test]
fn a_list_that_is_stopped_keeps_what_each_part_has() {
    let served = Served::with(&["--workers", "1"]);
    let stop = |job: &str| {
        served.ask("POST", &format!("/jobs/{job}/stop"), &[], b"").is(200);
        served.until(job, "successful");
        let half: Value = serde_json::from_str(&results(&served, job)).expect("JSON");
        half["fronts"].as_array().expect("fronts").clone()
    };
    let job = served.submit("front", &list());
    until_events(&served, &job, "point", 3);
    let first = stop(&job);
    assert_eq!(first.len(), 3, "every k is answered");
    assert!(points(&first[0]) >= 3 && first[0]["termination"] == "interrupted");
    assert_eq!((points(&first[2]), &first[2]["termination"]), (0, &json!("interrupted")));
    // Stopped again before anybody goes on with it, it has no less.
    assert_eq!(served.submit("front", &list()), job);
    let second = stop(&job);
    assert!(points(&second[0]) >= points(&first[0]), "{} points", points(&second[0]));
    assert_eq!(served.submit("front", &list()), job);
    served.until(&job, "successful");
    assert!(results(&served, &job) == by_command());
}

#[test]
fn machines_share_a_list() {
    let Some(store) = database() else { return };
    let served = Served::at(Some(&store), &["--workers", "0"]);
    let job = served.submit("front", &list());
    let (mut first, second) = (Worker::new(&store), Worker::new(&store));
    let pids = [first.id(), second.id()];
    until_at_work(&pids, 1);
    first.end();
    served.until(&job, "successful");
    assert!(results(&served, &job) == by_command());
}
