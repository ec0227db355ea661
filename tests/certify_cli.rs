//! Certificates from outside: `--certificate` on `solve`, `front` and `explain`, `certify` for a finished
//! run; what they write, what both checkers say of it, and what is told where nothing is certified.

use std::fs;
use std::path::Path;
use std::process::Command;

use calamine::{Reader as _, Xlsx, open_workbook};
use regionfront::checker;
use regionfront_testkit::ran::{self, Ran};
use regionfront_testkit::schema::departures;
use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");
const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/tiny");
const VIKEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instances/viken-2020");
const CHECK_PY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/checker/check.py");

fn regionfront(arguments: &[&str]) -> Ran {
    Ran::of(&mut ran::command(BINARY, arguments))
}

fn check_py(instance: &str, certificate: &Path) -> Ran {
    Ran::of(Command::new("python3").arg(CHECK_PY).arg(instance).arg(certificate))
}

/// A run in a folder of its own.
fn run(arguments: &[&str], code: i32) -> (TempDir, Ran) {
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().to_str().expect("a UTF-8 path");
    let ran = regionfront(&[arguments, &["-o", out]].concat()).exits(code);
    (folder, ran)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).expect("JSON")
}

fn schema(name: &str) -> Value {
    regionfront(&["schema", name]).exits(0).json()
}

/// The list of a run's certificates, which fits its schema.
fn index(folder: &Path) -> Vec<Value> {
    let document = json(&folder.join("certificates/index.json"));
    assert_eq!(departures(&schema("certificates"), &document), Vec::<String>::new());
    document["certificates"].as_array().expect("a list").clone()
}

/// Words up to the second objective, which the two checkers name differently, and which holds an
/// apostrophe that pages write otherwise.
fn start_of(words: &str) -> &str {
    words.split(" by the ").next().unwrap_or(words)
}

/// Whether both checkers find a certificate proved, in the words of the list, and every line of it
/// fits the schema.
fn is_proved(instance: &str, folder: &Path, entry: &Value) {
    let file = folder.join(entry["file"].as_str().expect("a file"));
    let text = read(&file);
    assert_eq!(entry["bytes"].as_u64(), Some(text.len() as u64));
    let schema = schema("certificate");
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(departures(&schema, &line), Vec::<String>::new());
    }
    let checked = checker::check(Path::new(instance), &file).expect("proved");
    assert_eq!(entry["claims"], Value::from(checked.words.clone()));
    let said = check_py(instance, &file).exits(0).stdout;
    assert!(said.contains(": proved"), "{said}");
    for words in &checked.words {
        assert!(said.contains(start_of(words)), "{words} is not in {said}");
    }
}

#[test]
fn optima_and_impossibilities_are_certified_along_the_way() {
    let question = ["solve", TINY, "--k", "2..5", "--min-population", "5000", "--certificate"];
    let (folder, ran) = run(&question, 0);
    let list = index(folder.path());
    assert_eq!(list.len(), 4);
    ran.says("certificates: 4 of 4 checked by the independent checker");
    for (entry, result) in list.iter().zip(2..) {
        assert_eq!((&entry["k"], &entry["certified"]), (&result.into(), &true.into()));
        is_proved(TINY, folder.path(), entry);
    }
    let claims = |at: usize| list[at]["claims"][1].as_str().expect("words").to_owned();
    assert!(claims(0).contains("the plan is allowed and keeps"), "{}", claims(0));

    // No plan at all is a claim like any other.
    let question = ["solve", TINY, "--k", "6", "--min-population", "8000", "--certificate"];
    let (folder, _) = run(&question, 3);
    let list = index(folder.path());
    assert_eq!(list[0]["claims"][1], "k = 6: no plan is allowed.");
    is_proved(TINY, folder.path(), &list[0]);
}

#[test]
fn certify_makes_the_same_certificates_afterwards() {
    let question = ["front", TINY, "--k", "2..3", "-q"];
    let (along, _) = run(&[&question[..], &["--certificate"]].concat(), 0);
    let (later, _) = run(&question, 0);
    assert!(!later.path().join("certificates").exists());
    let ran = regionfront(&["certify", later.path().to_str().expect("a UTF-8 path")]).exits(0);
    let (first, second) = (index(along.path()), index(later.path()));
    assert_eq!(first, second);
    for entry in &first {
        is_proved(TINY, along.path(), entry);
        let file = entry["file"].as_str().expect("a file");
        assert_eq!(read(&along.path().join(file)), read(&later.path().join(file)));
        assert!(ran.stdout.contains(&format!("{file}: proved")), "{}", ran.stdout);
        assert!(ran.stdout.contains(entry["claims"][1].as_str().expect("words")));
    }
    // The run is made again: certificates of the one before do not stay.
    let out = along.path().to_str().expect("a UTF-8 path");
    regionfront(&["front", TINY, "--k", "2", "-o", out, "--force", "-q"]).exits(0);
    assert!(!along.path().join("certificates/k03.ndjson").exists());
    assert!(!along.path().join("certificates/index.json").exists());
}

#[test]
fn every_objective_that_can_be_is_certified_and_the_others_say_why_not() {
    for against in ["min-population", "max-population", "min-jobs", "min-employed", "min-areas"] {
        let question = ["front", TINY, "--k", "3", "--against", against, "--certificate", "-q"];
        let (folder, _) = run(&question, 0);
        let list = index(folder.path());
        assert_eq!(list[0]["certified"], true, "{against}: {}", list[0]);
        is_proved(TINY, folder.path(), &list[0]);
    }
    for (against, reason) in [
        ("distance", "fronts against distance are not certified"),
        ("min-self-containment", "fronts against min-self-containment are not certified"),
        ("kept-together", "fronts against kept-together are not certified"),
    ] {
        let reference: &[&str] =
            if against == "kept-together" { &["--reference", "districts"] } else { &[] };
        let question = ["front", TINY, "--k", "3", "--against", against, "--certificate"];
        let (folder, ran) = run(&[&question[..], reference].concat(), 0);
        ran.says(&format!("k = 3: not certified: {reason}"));
        let list = index(folder.path());
        assert_eq!((&list[0]["certified"], &list[0]["file"]), (&false.into(), &Value::Null));
        let ran = regionfront(&["certify", folder.path().to_str().expect("a UTF-8 path")]);
        ran.exits(6).shows(&format!("k = 3: not certified: {reason}"));
    }
    let joint = ["--against", "min-population,max-population", "--joint", "--report"];
    let question = ["front", TINY, "--k", "3", "--certificate"];
    let (folder, ran) = run(&[&question[..], &joint].concat(), 0);
    let reason = "fronts of several objectives together are not certified";
    ran.says(&format!("k = 3: not certified: {reason}"));
    for page in ["report.md", "report.html"] {
        assert!(!read(&folder.path().join(page)).contains("checked by an independent program"));
    }
}

#[test]
fn reports_carry_the_claim_the_checkers_word_and_where_the_file_lies() {
    for (lang, told, none) in [
        (
            "en",
            "Proof checked by an independent program.",
            "not certified: fronts against distance",
        ),
        (
            "nb",
            "Beviset er kontrollert av et uavhengig program.",
            "ikke sertifisert: fronts against distance",
        ),
    ] {
        let question = ["front", TINY, "--k", "3", "--against", "min-population,distance"];
        let (folder, _) = run(&[&question[..], &["--certificate", "-q"]].concat(), 0);
        let out = folder.path().to_str().expect("a UTF-8 path");
        regionfront(&["report", out, "--lang", lang, "-q"]).exits(0);
        let list = index(folder.path());
        let proved: Vec<&Value> = list.iter().filter(|entry| entry["certified"] == true).collect();
        assert_eq!((list.len(), proved.len()), (2, 1));
        let file = proved[0]["file"].as_str().expect("a file");
        assert!(folder.path().join(file).is_file());
        for name in ["report.md", "report.html"] {
            // A page escapes strokes and apostrophes.
            let page =
                read(&folder.path().join(name)).replace("&#x2f;", "/").replace("&#x27;", "'");
            assert!(page.contains(told) && page.contains(file) && page.contains(none), "{page}");
            for claim in proved[0]["claims"].as_array().expect("claims") {
                assert!(page.contains(start_of(claim.as_str().expect("words"))), "{claim}: {page}");
            }
            let link = if name == "report.md" {
                format!("[{file}]({file})")
            } else {
                format!("<a href=\"{file}\">")
            };
            assert!(page.contains(&link), "{link} is no link in {page}");
        }
        let mut book: Xlsx<_> =
            open_workbook(folder.path().join("tables.xlsx")).expect("a workbook");
        let notes = book.sheet_names().last().expect("sheets").clone();
        let notes = book.worksheet_range(&notes).expect("notes");
        let notes: Vec<String> = notes.rows().map(|row| row[0].to_string()).collect();
        assert!(notes.iter().any(|line| line == told), "{notes:?}");
        assert!(notes.iter().any(|line| line.ends_with(file)), "{notes:?}");
        assert!(notes.iter().any(|line| line.contains(none)), "{notes:?}");
        let report = json(&folder.path().join("report.json"));
        assert_eq!(report["method"]["certificates"], Value::from(list));
    }
}

/// Regions of more than a million people, where the credit of flows decides whether the search ends: for
/// seven of them the checker in Python had not ended in minutes.
#[test]
fn python_checks_large_regions_under_a_floor_on_self_containment() {
    let question = ["solve", VIKEN, "--no-scenario", "--min-self-containment", "0.3", "--k", "7"];
    let (folder, _) = run(&[&question[..], &["--certificate", "-q"]].concat(), 0);
    let list = index(folder.path());
    assert_eq!(list[0]["certified"], true, "{}", list[0]);
    is_proved(VIKEN, folder.path(), &list[0]);
}

#[test]
fn explain_certifies_that_there_is_no_plan() {
    let folder = TempDir::new().expect("a temporary folder");
    let proofs = folder.path().join("proofs");
    let out = proofs.to_str().expect("a UTF-8 path");
    let question = ["explain", TINY, "--k", "2,6", "--min-population", "8000"];
    let arguments = [&question[..], &["--certificate", out]].concat();
    regionfront(&arguments).exits(0).says("k = 6: no plan is allowed.");
    let files: Vec<_> = fs::read_dir(&proofs).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 1, "a k with plans has no such certificate");
    let path = proofs.join("k06.ndjson");
    check_py(TINY, &path).exits(0).shows("k = 6: no plan is allowed.");
    // The same again is no overwriting; another certificate is.
    regionfront(&arguments).exits(0);
    fs::write(&path, "something else").expect("a file");
    regionfront(&arguments).exits(2).says("E402");
    assert_eq!(read(&path), "something else");
}

#[test]
fn what_was_not_proven_is_not_certified() {
    let question = ["solve", VIKEN, "--k", "9", "--time-limit", "0", "--certificate"];
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().to_str().expect("a UTF-8 path");
    let ran = regionfront(&[&question[..], &["-o", out]].concat());
    assert!(matches!(ran.code, Some(4 | 5)), "{:?}: {}", ran.code, ran.stderr);
    ran.says("certificates: 0 of 1 checked").says("k = 9: not certified: ");
    regionfront(&["certify", out]).exits(6).shows("k = 9: not certified: ");
}

#[test]
fn a_certificate_needs_a_place_and_a_run() {
    regionfront(&["solve", TINY, "--k", "3", "--certificate"]).exits(2).says("--output");
    let folder = TempDir::new().expect("a temporary folder");
    regionfront(&["certify", folder.path().to_str().expect("a UTF-8 path")]).exits(2);
}

#[test]
fn forgeries_are_named_by_line() {
    let (folder, _) = run(&["solve", VIKEN, "--k", "9", "--certificate", "-q"], 0);
    let path = folder.path().join("certificates/k09.ndjson");
    let text = read(&path);
    let forged = text.replacen("\"keeps\":105642", "\"keeps\":105643", 1);
    assert_ne!(text, forged);
    fs::write(&path, &forged).expect("a file");
    check_py(VIKEN, &path).exits(6).shows("line 2: plan: it keeps 105642 commuters, not 105643");
    let rejection = checker::check(Path::new(VIKEN), &path).expect_err("a forgery");
    assert_eq!((rejection.line, rejection.place.as_str()), (2, "plan"));
    // Another instance.
    fs::write(&path, &text).expect("a file");
    check_py(TINY, &path).exits(6).shows("line 1: adjacency.csv is not the file");
    // No plan, of which there is one.
    let (folder, _) = run(&["solve", TINY, "--k", "3", "--certificate", "-q"], 0);
    let path = folder.path().join("certificates/k03.ndjson");
    let text = read(&path);
    let mut claim: Value =
        serde_json::from_str(text.lines().nth(1).expect("a claim")).expect("JSON");
    let entries = claim.as_object_mut().expect("an object");
    entries.remove("plan");
    entries.remove("keeps");
    let header = text.lines().next().expect("a header");
    fs::write(&path, format!("{header}\n{claim}\n")).expect("a file");
    check_py(TINY, &path).exits(6).shows("line 2: proof: ");
}
