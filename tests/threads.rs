//! One question on several threads: the same answer, to the last search node. And one that is answered soon
//! is not followed by a long search for plans of equal value.
#![cfg(unix)]

use std::process::{Command, Stdio};

use serde_json::Value;

/// What `solve` says about Paris, but for times and threads.
fn answer(question: &[&str], threads: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_regionfront"))
        .args(["solve", "instances/paris", "--threads", threads, "--format", "json", "--quiet"])
        .args(question)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mut document: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let result = document["results"][0].as_object_mut().expect("a result");
    result.remove("wall_s");
    document["results"].take()
}

#[test]
fn threads_change_nothing_but_the_time() {
    let question = ["--k", "24", "--min-population", "50000", "--max-population", "500000"];
    let one = answer(&question, "1");
    assert_eq!(one[0]["objective"], 167_653);
    assert_eq!(one[0]["termination"], "optimal");
    for threads in ["2", "5"] {
        assert_eq!(answer(&question, threads), one, "{threads} threads");
    }
}

/// A first bound proved the first plan within half a second; the relaxation that plans of equal value are
/// listed by did not end in two minutes.
#[test]
fn a_quick_proof_stays_quick() {
    let answer = answer(&["--k", "10", "--min-population", "50000"], "1");
    assert_eq!(answer[0]["objective"], 985_954);
    assert_eq!(answer[0]["termination"], "optimal");
    let nodes = answer[0]["nodes"].as_u64().expect("a count of search nodes");
    assert!(nodes < 300_000, "{nodes} search nodes");
}
