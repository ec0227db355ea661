//! One question on several threads: the same answer, to the last search node.
#![cfg(unix)]

use std::process::{Command, Stdio};

use serde_json::Value;

/// What `solve` says about Paris in 24 regions, but for times and threads.
fn answer(threads: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_regionfront"))
        .args(["solve", "instances/paris", "--k", "24", "--min-population", "50000"])
        .args(["--max-population", "500000", "--threads", threads, "--format", "json", "--quiet"])
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
    let one = answer("1");
    assert_eq!(one[0]["objective"], 167_653);
    assert_eq!(one[0]["termination"], "optimal");
    for threads in ["2", "5"] {
        assert_eq!(answer(threads), one, "{threads} threads");
    }
}
