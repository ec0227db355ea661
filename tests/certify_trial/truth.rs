//! What a changed claim says, asked of the engine again.

use std::collections::BTreeMap;

use regionfront_testkit::ran::{self, Ran};
use serde_json::{Value, json};

/// Questions that take longer stay open.
const PATIENCE: &str = "30";

/// A claim without its proof, under its rules.
pub(crate) fn statement(header: &Value, claim: &Value) -> Value {
    let mut claim = claim.clone();
    claim.as_object_mut().expect("a claim").remove("proof");
    json!([header["rules"], header["instance"], claim])
}

fn words(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// Whether a claim is true of the instance in a folder; `None` where the question cannot be put to the
/// engine, or takes it too long.
pub(crate) fn is_true(binary: &str, folder: &str, header: &Value, claim: &Value) -> Option<bool> {
    let rules = &header["rules"];
    if !rules["areas"].is_null() {
        return None;
    }
    let mut arguments: Vec<String> =
        ["solve", folder, "--no-scenario", "--format", "json", "-q", "--no-explain", "--threads=1"]
            .map(str::to_owned)
            .to_vec();
    arguments.extend(["--time-limit", PATIENCE, "--k"].map(str::to_owned));
    arguments.push(claim["k"].to_string());
    arguments.push(format!("--links={}", words(&rules["links"]).join(",")));
    for key in ["keep_together", "keep_apart", "closed", "fixed"] {
        for group in rules[key].as_array().map(Vec::as_slice).unwrap_or_default() {
            let flag = key.replace('_', "-");
            arguments.push(format!("--{flag}={}", words(group).join(",")));
        }
    }
    let free = words(&rules["limits_do_not_apply_to"]);
    if !free.is_empty() {
        arguments.push(format!("--limits-do-not-apply-to={}", free.join(",")));
    }
    let external = words(&rules["external_areas"]);
    if !external.is_empty() {
        arguments.push(format!("--external-areas={}", external.join(",")));
    }
    let mut limits: BTreeMap<&String, &Value> = BTreeMap::new();
    for from in [&rules["limits"], &claim["limits"]] {
        limits.extend(from.as_object().into_iter().flatten());
    }
    for (key, value) in limits {
        if key == "min_self_containment" {
            return None;
        }
        arguments.push(format!("--{}={value}", key.replace('_', "-")));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = Ran::of(&mut ran::command(binary, &arguments));
    match ran.code {
        Some(0) => Some(ran.json()["results"][0]["objective"] == claim["keeps"]),
        Some(3) => Some(claim["keeps"].is_null()),
        // Limits that contradict each other leave no plan, which is told before any solving.
        Some(2) if ran.stderr.starts_with("E23") => Some(claim["keeps"].is_null()),
        // The loader has rules of its own for figures, links and codes.
        Some(2 | 4 | 5) => None,
        _ => panic!("{arguments:?}: {:?} {}", ran.code, ran.stderr),
    }
}
