//! The program run from outside, and its files read back.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;

pub fn viken() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../instances/viken-2020").to_owned()
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("a UTF-8 path").to_owned()
}

pub fn regionfront(arguments: &[&str]) -> Output {
    Command::new(cargo_bin("regionfront")).args(arguments).output().expect("the binary runs")
}

pub fn succeed(arguments: &[&str]) {
    let output = regionfront(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
}

pub fn fail(arguments: &[&str], code: &str) {
    let output = regionfront(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(stderr.contains(code), "{stderr}");
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn json_of(path: &Path) -> Value {
    serde_json::from_str(&read(path)).expect("valid JSON")
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// 1234567 as `1,234,567`, or with another mark between groups.
pub fn grouped(number: u64, mark: &str) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).expect("digits"))
        .collect();
    groups.join(mark)
}

/// Chromium with a fresh profile, or `None` where there is none; an error on the build machine.
pub fn browse(arguments: &[&str]) -> Option<Output> {
    let profile = tempfile::tempdir().expect("a temporary folder");
    for browser in ["chromium", "chromium-browser", "google-chrome"] {
        let output = Command::new(browser)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(arguments)
            .output();
        if let Ok(output) = output {
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{browser}: {stderr}");
            return Some(output);
        }
    }
    assert!(std::env::var_os("CI").is_none(), "Chromium is missing: run .ci/setup-tests");
    None
}
