//! Certificates of Viken on trial: with something changed, at random and as a forger would, none passes
//! that claims what is false. The engine, asked again, is the judge of claims that were changed.
//!
//! The suite tries a few dozen;
//! `TRIAL=10000 TRIAL_PYTHON=200 cargo test --release --test certify_trial -- --nocapture`
//! as many as are asked for, and tells what came of them.
#![allow(clippy::print_stdout, reason = "figures of a trial that was asked for")]

mod forge;
mod truth;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use regionfront::checker::{Checked, Rejection, check_text_within};
use regionfront_testkit::ran::{self, Ran};
use regionfront_testkit::shapes::Dice;
use serde_json::Value;
use tempfile::TempDir;

use forge::{Forged, Kind, forged};
use truth::{is_true, statement};

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");
const VIKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/viken-2020");
const CHECK_PY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checker/check.py");

/// A changed certificate that takes more search nodes counts as not proved: so many, or three times as
/// many as the unchanged one where that is more.
const LEAST_NODES: u64 = 12_000;

/// Trials whose certificate in Python takes longer count as not proved, in seconds.
const PATIENCE: &str = "20";

/// One municipality may be a region, so that a front against the number of areas has something to
/// trade.
const SINGLES: &str = "--scenario=single_municipalities_allowed";

/// The certificates that are tried: values and impossibilities one by one, and fronts.
const QUESTIONS: [&[&str]; 6] = [
    &["solve", VIKEN, "--k", "6..13"],
    &["solve", VIKEN, "--no-scenario", "--min-population", "60000", "--k", "14..20"],
    &[
        "solve",
        VIKEN,
        SINGLES,
        "--k",
        "9",
        "--keep-apart",
        "Asker,Bærum",
        "--closed",
        "Halden,Aremark",
    ],
    &["solve", VIKEN, "--scenario", "metropolitan_region", "--k", "8"],
    &["solve", VIKEN, "--scenario", "metropolitan_region_open", "--k", "8"],
    &["front", VIKEN, SINGLES, "--k", "13", "--against", "min-areas"],
];

/// A certificate to be changed.
struct Base {
    text: String,
    most_nodes: u64,
    stated: Vec<Value>,
}

impl Base {
    fn new(text: String) -> Self {
        let Checked { effort, .. } =
            check_text_within(Path::new(VIKEN), &text, None).expect("proved");
        let lines = lines(&text);
        let stated = lines[1..].iter().map(|claim| statement(&lines[0], claim)).collect();
        Self { text, most_nodes: LEAST_NODES.max(3 * effort.nodes), stated }
    }

    fn is_front(&self) -> bool {
        self.text.lines().next().is_some_and(|header| header.contains("\"front\""))
    }
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The certificates of a question.
fn certificates(question: &[&str]) -> Vec<Base> {
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
    assert!(!paths.is_empty(), "{question:?} is not certified: {}", ran.stderr);
    paths.iter().map(|path| Base::new(fs::read_to_string(path).expect("a certificate"))).collect()
}

/// What came of the trials of a kind.
#[derive(Default, Debug)]
struct Tally {
    tried: u32,
    rejected: u32,
    too_long: u32,
    /// Still proved, and says what it said.
    same: u32,
    /// Proved, says something else, and the engine finds the same.
    others: u32,
    /// Proved, says something else, and the engine cannot be asked or takes too long.
    open: u32,
    python: u32,
    python_too_long: u32,
}

/// The instance that a changed certificate is held against: Viken, or Viken with one table changed.
fn instance(table: Option<&(String, String)>, place: &TempDir) -> String {
    let Some((name, text)) = table else { return VIKEN.to_owned() };
    for file in ["areas.csv", "flows.csv", "adjacency.csv"] {
        fs::copy(Path::new(VIKEN).join(file), place.path().join(file)).expect("a copy");
    }
    fs::write(place.path().join(name), text).expect("a table");
    place.path().to_str().expect("a UTF-8 path").to_owned()
}

#[test]
fn no_changed_certificate_of_viken_claims_what_is_false() {
    let asked = |name: &str, else_wise: u32| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(else_wise)
    };
    let (wanted, in_python) = (asked("TRIAL", 56), asked("TRIAL_PYTHON", 8));
    let bases: Vec<Base> = QUESTIONS.iter().flat_map(|question| certificates(question)).collect();
    let fronts: Vec<&Base> = bases.iter().filter(|base| base.is_front()).collect();
    let place = TempDir::new().expect("a temporary folder");
    let mut dice = Dice::new(20);
    let mut tallies: BTreeMap<Kind, Tally> = BTreeMap::new();
    let (mut tried, mut turn) = (0, 0);
    while tried < wanted {
        let kind = Kind::ALL[turn % Kind::ALL.len()];
        turn += 1;
        let base = match kind {
            Kind::Chain => fronts[dice.below(fronts.len())],
            _ => &bases[dice.below(bases.len())],
        };
        let Some(changed) = forged(&base.text, kind, Path::new(VIKEN), &mut dice) else { continue };
        if changed.text == base.text && changed.table.is_none() {
            continue;
        }
        tried += 1;
        let tally = tallies.entry(kind).or_default();
        let reaches_python = u64::from(tried) * u64::from(in_python) / u64::from(wanted)
            > u64::from(tried - 1) * u64::from(in_python) / u64::from(wanted);
        try_one(base, &changed, tally, reaches_python, &place);
    }
    for (kind, tally) in &tallies {
        println!("{}: {tally:?}", kind.words());
    }
    let sum = |figure: fn(&Tally) -> u32| tallies.values().map(figure).sum::<u32>();
    println!(
        "all: {} tried, {} rejected, {} too long, {} same, {} others, {} open, {} in Python, {} too long",
        sum(|it| it.tried),
        sum(|it| it.rejected),
        sum(|it| it.too_long),
        sum(|it| it.same),
        sum(|it| it.others),
        sum(|it| it.open),
        sum(|it| it.python),
        sum(|it| it.python_too_long)
    );
}

fn try_one(base: &Base, changed: &Forged, tally: &mut Tally, in_python: bool, place: &TempDir) {
    let Forged { text, table } = changed;
    let folder = instance(table.as_ref(), place);
    tally.tried += 1;
    let verdict = check_text_within(Path::new(&folder), text, Some(base.most_nodes));
    if let Err(Rejection { line, reason, .. }) = &verdict {
        assert!(*line > 0 || reason == "nothing is claimed", "{reason}: {text}");
        assert!(!reason.is_empty());
        if reason.contains("effort allowed") {
            tally.too_long += 1;
        } else {
            tally.rejected += 1;
        }
    } else {
        let lines = lines(text);
        let (mut is_new, mut is_open) = (false, false);
        for claim in &lines[1..] {
            if base.stated.contains(&statement(&lines[0], claim)) {
                continue;
            }
            is_new = true;
            match is_true(BINARY, &folder, &lines[0], claim) {
                Some(true) => {}
                Some(false) => panic!("a false claim passes: {text}"),
                None => is_open = true,
            }
        }
        tally.open += u32::from(is_open);
        tally.others += u32::from(is_new && !is_open);
        tally.same += u32::from(!is_new);
    }
    // What took the compiled checker too long takes longer still in Python.
    let takes_long = matches!(&verdict, Err(why) if why.reason.contains("effort allowed"));
    if in_python && !takes_long {
        tally.python += 1;
        let path = place.path().join("changed.ndjson");
        fs::write(&path, text).expect("a file");
        let mut command = Command::new("timeout");
        command.args([PATIENCE, "python3", CHECK_PY, &folder]).arg(&path);
        let ran = Ran::of(&mut command);
        match (ran.code, &verdict) {
            (Some(0), Ok(_)) | (Some(6), Err(_)) => {}
            (Some(124), _) => tally.python_too_long += 1,
            // Whole numbers of Python have no largest.
            (Some(0), Err(why)) if why.reason.contains("too large") => {}
            (code, _) => panic!("Python: {code:?} {}, {verdict:?}: {text}", ran.stdout),
        }
    }
}
