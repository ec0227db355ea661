//! What the project depends on keeps to `deny.toml`: licences, sources, bans. `cargo deny` says more,
//! of advisories above all; this needs no network and no further tool.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

fn policy() -> toml::Table {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    let text = std::fs::read_to_string(path).expect("deny.toml");
    text.parse().expect("deny.toml is TOML")
}

/// The packages that this system's build takes in, ours too.
fn packages() -> Vec<Value> {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc runs").stdout;
    let version = String::from_utf8(version).expect("UTF-8");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(["--all-features", "--filter-platform", host, "--manifest-path", MANIFEST])
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages: Vec<Value> = metadata["packages"].as_array().expect("packages").clone();
    assert!(packages.len() > 100, "{} packages only", packages.len());
    packages
}

fn texts(list: &toml::Value) -> BTreeSet<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|entry| entry.as_str().expect("a text")).collect()
}

/// Whether an SPDX expression can be met with the allowed licences. `/` is an old way to write OR.
fn is_met(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut tokens: Vec<&str> = spaced.split_whitespace().rev().collect();
    let met = any_of(&mut tokens, allowed);
    met && tokens.is_empty()
}

fn any_of(tokens: &mut Vec<&str>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = all_of(tokens, allowed);
    while tokens.last() == Some(&"OR") {
        tokens.pop();
        met |= all_of(tokens, allowed);
    }
    met
}

fn all_of(tokens: &mut Vec<&str>, allowed: &BTreeSet<&str>) -> bool {
    let mut met = one(tokens, allowed);
    while tokens.last() == Some(&"AND") {
        tokens.pop();
        met &= one(tokens, allowed);
    }
    met
}

fn one(tokens: &mut Vec<&str>, allowed: &BTreeSet<&str>) -> bool {
    match tokens.pop() {
        Some("(") => {
            let met = any_of(tokens, allowed);
            tokens.pop() == Some(")") && met
        }
        Some(licence) if tokens.last() == Some(&"WITH") => {
            tokens.pop();
            let exception = tokens.pop().unwrap_or_default();
            allowed.contains(format!("{licence} WITH {exception}").as_str())
        }
        Some(licence) => allowed.contains(licence),
        None => false,
    }
}

#[test]
fn licences_are_allowed() {
    let policy = policy();
    let allowed = texts(&policy["licenses"]["allow"]);
    let is_refused = |package: &Value| {
        let licence = package["license"].as_str();
        !licence.is_some_and(|licence| is_met(licence, &allowed))
    };
    let refused: Vec<String> = packages()
        .into_iter()
        .filter(is_refused)
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn sources_and_names_are_allowed() {
    let policy = policy();
    let registries = texts(&policy["sources"]["allow-registry"]);
    let banned = policy["bans"]["deny"].as_array().expect("a list").iter();
    let banned: BTreeSet<&str> =
        banned.map(|entry| entry["crate"].as_str().expect("a name")).collect();
    for package in packages() {
        let name = package["name"].as_str().expect("a name");
        assert!(!banned.contains(name), "{name} is banned");
        // A package without a source is a folder of this repository.
        let Some(source) = package["source"].as_str() else { continue };
        let registry = source.strip_prefix("registry+").unwrap_or(source);
        assert!(registries.contains(registry), "{name} comes from {source}");
    }
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    for met in [
        "MIT",
        "GPL-3.0 OR MIT",
        "GPL-3.0/MIT",
        "(GPL-3.0 OR MIT) AND ISC",
        "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
    ] {
        assert!(is_met(met, &allowed), "{met}");
    }
    for unmet in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "Apache-2.0", "(MIT"]
    {
        assert!(!is_met(unmet, &allowed), "{unmet}");
    }
}
