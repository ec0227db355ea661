//! Certificates of Viken on trial: with something changed, at random and as a forger would, none passes
//! that claims what is false. The engine, asked again, is the judge of claims that were changed.
//!
//! The suite tries a few dozen; `TRIAL=10000 cargo test --release --test certify_trial -- --nocapture`
//! as many as are asked for, and tells what came of them.
#![allow(clippy::print_stdout, reason = "figures of a trial that was asked for")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use regionfront::checker::{Rejection, check_text_within};
use regionfront_testkit::mutations::mutated;
use regionfront_testkit::ran::{self, Ran};
use regionfront_testkit::shapes::Dice;
use serde_json::{Value, json};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");
const VIKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/viken-2020");
const CHECK_PY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checker/check.py");

/// Search nodes after which a changed certificate counts as not proved: about ten times what the
/// largest unchanged one takes.
const MOST_NODES: u64 = 500_000;

/// Trials whose certificate in Python takes longer count as not proved.
const PATIENCE: &str = "20";

/// Without a least number of areas, which a front against it goes through.
const OLD_RULES: &str = "--scenario=single_municipalities_allowed";

/// The certificates that are tried: values, impossibilities, and a front.
const QUESTIONS: [&[&str]; 4] = [
    &["solve", VIKEN, "--k", "6..13"],
    &["solve", VIKEN, "--no-scenario", "--min-population", "60000", "--k", "16..20"],
    &["front", VIKEN, OLD_RULES, "--k", "13", "--against", "min-areas"],
    &["solve", VIKEN, OLD_RULES, "--k", "9", "--external-areas=Oslo", "--max-population=800000"],
];

/// The certificates of a question, one text each.
fn certificates(question: &[&str]) -> Vec<String> {
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().to_str().expect("a UTF-8 path");
    let ran = Ran::of(&mut ran::command(
        BINARY,
        &[question, &["--certificate", "-q", "-o", out]].concat(),
    ));
    assert!(matches!(ran.code, Some(0 | 3)), "{question:?}: {}", ran.stderr);
    let mut paths: Vec<_> = fs::read_dir(folder.path().join("certificates"))
        .expect("certificates")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "ndjson"))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a certificate")).collect()
}

/// One text that claims what the texts of one question claim: they share their first line.
fn joined(texts: &[String]) -> String {
    let header = texts[0].lines().next().expect("a header");
    let claims = texts.iter().flat_map(|text| text.lines().skip(1));
    std::iter::once(header).chain(claims).fold(String::new(), |text, line| text + line + "\n")
}

/// What a forger does who knows the format: a plan that is not the best, with what it keeps as the
/// checker itself tells it; prices that leave no budget; a plan withheld; a point of a front left out.
fn forged(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let at = 1 + dice.below(lines.len() - 1);
    let kind = dice.below(4);
    if kind == 0 {
        move_an_area(&mut lines, at, dice);
    }
    if kind == 1 && lines.len() > 3 {
        // A point is left out, and the demand after it follows on the one before.
        let limits = lines[at]["limits"].clone();
        lines.remove(at);
        if at < lines.len() {
            lines[at]["limits"] = limits;
        }
    }
    if kind == 2 {
        let entries = lines[at.min(2)].as_object_mut().expect("a claim");
        entries.remove("plan");
        entries.remove("keeps");
    }
    // Cheaper regions and areas leave less to be spent, until nothing is.
    let at = at.min(lines.len() - 1);
    if let Some(prices) = lines[at]["proof"].get_mut("prices").and_then(Value::as_object_mut) {
        let cut = i64::try_from(dice.between(0, 400_000)).expect("small");
        if dice.percent(50) {
            let region = prices["region"].as_i64().expect("a price");
            prices["region"] = json!(region - cut);
        } else if let Some(areas) = prices["areas"].as_array_mut() {
            for area in areas.iter_mut() {
                *area = json!(area.as_i64().expect("a price") - cut / 16);
            }
        }
    }
    lines.iter().fold(String::new(), |text, line| text + &line.to_string() + "\n")
}

/// Moves an area to another region and enters what the checker says that the plan keeps.
fn move_an_area(lines: &mut [Value], at: usize, dice: &mut Dice) {
    for _ in 0..30 {
        let Some(mut plan) = lines[at]["plan"].as_array().cloned() else { return };
        let (from, to) = (dice.below(plan.len()), dice.below(plan.len()));
        let regions = [from, to].map(|at| plan[at].as_array().map_or(0, Vec::len));
        if from == to || regions[0] < 2 {
            continue;
        }
        let area = plan[from].as_array_mut().expect("a region").remove(dice.below(regions[0]));
        plan[to].as_array_mut().expect("a region").push(area);
        let mut claim = lines[at].clone();
        claim["plan"] = json!(plan);
        let text = format!("{}\n{claim}\n", lines[0]);
        let Err(Rejection { reason, .. }) = check_text_within(Path::new(VIKEN), &text, Some(1_000))
        else {
            continue;
        };
        let told = reason.strip_prefix("the plan keeps ").and_then(|told| told.split(' ').next());
        if let Some(keeps) = told.and_then(|told| told.parse::<u64>().ok()) {
            claim["keeps"] = json!(keeps);
            lines[at] = claim;
            return;
        }
    }
}

/// A claim without its proof, under its rules.
fn statement(header: &Value, claim: &Value) -> Value {
    let mut claim = claim.clone();
    claim.as_object_mut().expect("a claim").remove("proof");
    json!([header["rules"], header["instance"], claim])
}

/// What a claim says, asked of the engine again; `None` where the question cannot be put to it.
fn is_true(header: &Value, claim: &Value) -> Option<bool> {
    let rules = &header["rules"];
    for key in ["areas", "keep_apart", "closed", "fixed"] {
        if !rules[key].is_null() {
            return None;
        }
    }
    let words = |value: &Value| -> Vec<String> {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let mut arguments: Vec<String> =
        ["solve", VIKEN, "--no-scenario", "--format", "json", "-q", "--k"]
            .map(str::to_owned)
            .to_vec();
    arguments.extend([
        claim["k"].to_string(),
        "--links".to_owned(),
        words(&rules["links"]).join(","),
    ]);
    for group in rules["keep_together"].as_array().map(Vec::as_slice).unwrap_or_default() {
        arguments.extend(["--keep-together".to_owned(), words(group).join(",")]);
    }
    let external = words(&rules["external_areas"]);
    if !external.is_empty() {
        arguments.extend(["--external-areas".to_owned(), external.join(",")]);
    }
    let mut limits: BTreeMap<String, Value> = BTreeMap::new();
    for from in [&rules["limits"], &claim["limits"]] {
        for (key, value) in from.as_object().into_iter().flatten() {
            limits.insert(key.clone(), value.clone());
        }
    }
    for (key, value) in limits {
        if key == "min_self_containment" {
            return None;
        }
        arguments.extend([format!("--{}", key.replace('_', "-")), value.to_string()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = Ran::of(&mut ran::command(BINARY, &arguments));
    match ran.code {
        Some(0) => Some(ran.json()["results"][0]["objective"] == claim["keeps"]),
        Some(3) => Some(claim["keeps"].is_null()),
        // Limits that contradict each other leave no plan, which is told before any solving.
        Some(2) if ran.stderr.starts_with("E23") => Some(claim["keeps"].is_null()),
        _ => panic!("{arguments:?}: {:?} {}", ran.code, ran.stderr),
    }
}

#[derive(Default, Debug)]
struct Tally {
    tried: u32,
    rejected: u32,
    too_long: u32,
    same_claims: u32,
    true_claims: u32,
    python: u32,
    python_too_long: u32,
}

#[test]
fn no_changed_certificate_of_viken_claims_what_is_false() {
    let wanted: u32 = std::env::var("TRIAL").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let in_python: u32 =
        std::env::var("TRIAL_PYTHON").ok().and_then(|text| text.parse().ok()).unwrap_or(8);
    let place = TempDir::new().expect("a temporary folder");
    let mut dice = Dice::new(20);
    let each = wanted.div_ceil(4);
    for question in QUESTIONS {
        let text = joined(&certificates(question));
        check_text_within(Path::new(VIKEN), &text, Some(MOST_NODES)).expect("proved");
        let lines: Vec<Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let stated: Vec<Value> =
            lines[1..].iter().map(|claim| statement(&lines[0], claim)).collect();
        let mut tally = Tally::default();
        while tally.tried < each {
            let changed =
                if dice.percent(25) { forged(&text, &mut dice) } else { mutated(&text, &mut dice) };
            if changed == text {
                continue;
            }
            tally.tried += 1;
            let verdict = check_text_within(Path::new(VIKEN), &changed, Some(MOST_NODES));
            if let Err(Rejection { line, reason, .. }) = &verdict {
                assert!(*line > 0 || reason == "nothing is claimed", "{reason}: {changed}");
                assert!(!reason.is_empty());
                if reason.contains("effort allowed") {
                    tally.too_long += 1;
                } else {
                    tally.rejected += 1;
                }
            } else {
                let lines: Vec<Value> =
                    changed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
                let mut is_new = false;
                for claim in &lines[1..] {
                    if stated.contains(&statement(&lines[0], claim)) {
                        continue;
                    }
                    is_new = true;
                    assert_ne!(is_true(&lines[0], claim), Some(false), "{changed}");
                }
                tally.same_claims += u32::from(!is_new);
                tally.true_claims += u32::from(is_new);
            }
            // What took the compiled checker too long takes longer still in Python.
            let takes_long = matches!(&verdict, Err(why) if why.reason.contains("effort allowed"));
            if tally.python < in_python.div_ceil(4) && !takes_long {
                tally.python += 1;
                let path = place.path().join("changed.ndjson");
                fs::write(&path, &changed).expect("a file");
                let mut command = Command::new("timeout");
                command.args([PATIENCE, "python3", CHECK_PY, VIKEN]).arg(&path);
                let ran = Ran::of(&mut command);
                match (ran.code, &verdict) {
                    (Some(0), Ok(_)) | (Some(6), Err(_)) => {}
                    (Some(124), _) => tally.python_too_long += 1,
                    // Whole numbers of Python have no largest.
                    (Some(0), Err(why)) if why.reason.contains("too large") => {}
                    (code, _) => panic!("Python: {code:?} {}, {verdict:?}: {changed}", ran.stdout),
                }
            }
        }
        println!("{question:?}: {tally:?}");
    }
}
