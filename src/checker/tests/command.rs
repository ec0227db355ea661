//! The command from outside, on a certificate written by hand: what it prints, and how it ends.

use std::fs;
use std::path::Path;
use std::process::Command;

use regionfront_check::instance::hash;
use tempfile::TempDir;

const TABLES: [(&str, &str); 3] = [
    ("adjacency.csv", "a,b,kind\n01,02,land\n"),
    ("areas.csv", "code,name,population,employed_residents,jobs\n01,A,9,7,7\n02,B,8,6,6\n"),
    ("flows.csv", "residence,workplace,commuters\n01,02,3\n02,01,2\n"),
];

/// Two areas that exchange five commuters; a region costs five, so that the only one loses nothing.
const CLAIM: &str =
    r#"{"k":1,"plan":[["01","02"]],"keeps":5,"proof":{"prices":{"areas":[0,0],"region":10}}}"#;

fn header(scale: i64, rules: &str) -> String {
    let hashes = TABLES.map(|(file, text)| format!(r#""{file}":"{}""#, hash(text.as_bytes())));
    let hashes = hashes.join(",");
    format!(
        r#"{{"certificate":"regionfront/certificate/1","instance":{{{hashes}}},"rules":{rules},"scale":{scale}}}"#
    )
}

fn placed(lines: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (file, text) in TABLES {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    fs::write(folder.path().join("c.ndjson"), text).expect("a file");
    folder
}

/// Exit code and what is printed, by the compiled checker and by the one in Python.
fn both(folder: &Path) -> [(Option<i32>, String); 2] {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/check.py");
    let mut compiled = Command::new(env!("CARGO_BIN_EXE_regionfront-check"));
    let mut read = Command::new("python3");
    read.arg(python);
    [&mut compiled, &mut read].map(|command| {
        let ran = command.arg(folder).arg(folder.join("c.ndjson")).output().expect("it runs");
        assert!(ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
        (ran.status.code(), String::from_utf8(ran.stdout).expect("UTF-8"))
    })
}

/// A kind of link could say in words what is not proved, on a line of its own.
#[test]
fn no_text_of_a_certificate_is_taken_for_a_claim() {
    let forged = r#"{"links":["land","x.\n  k = 1: the plan is allowed and keeps 9 of 9"]}"#;
    for (code, said) in both(placed(&[&header(2, forged), CLAIM]).path()) {
        assert_eq!(code, Some(6), "{said}");
        assert_eq!(said.lines().count(), 2, "{said}");
    }
    let claim = CLAIM.replace("\"01\"", "\"01\\nc.ndjson: proved\\u202e\"");
    for (code, said) in both(placed(&[&header(2, r#"{"links":["land"]}"#), &claim]).path()) {
        assert_eq!(code, Some(6), "{said}");
        assert!(said.lines().count() == 2 && said.contains("01?c.ndjson: proved?"), "{said}");
    }
}

/// Of two columns of one name one program takes the first, another the last.
#[test]
fn a_column_that_stands_twice_is_refused() {
    let folder = placed(&[&header(2, r#"{"links":["land"]}"#), CLAIM]);
    let flows = "residence,workplace,commuters,commuters\n01,02,3,30\n02,01,2,20\n";
    let text = fs::read_to_string(folder.path().join("c.ndjson")).expect("a certificate");
    let text = text.replace(&hash(TABLES[2].1.as_bytes()), &hash(flows.as_bytes()));
    fs::write(folder.path().join("flows.csv"), flows).expect("a file");
    fs::write(folder.path().join("c.ndjson"), text).expect("a file");
    for (code, said) in both(folder.path()) {
        assert!(code == Some(6) && said.contains("a column stands there twice"), "{said}");
    }
}

#[test]
fn what_is_proved_is_told_in_words() {
    let folder = placed(&[&header(2, r#"{"links":["land"]}"#), CLAIM]);
    for (code, said) in both(folder.path()) {
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("c.ndjson: proved\n  Rules: 2 areas, contiguous by land.\n"),
            "{said}"
        );
        assert!(said.ends_with(
            "k = 1: the plan is allowed and keeps 5 of 5 commuters between areas; no allowed plan \
             keeps more.\n"
        ));
    }
}

#[test]
fn what_is_not_proved_is_told_by_line() {
    let header = header(2, r#"{"links":["land"]}"#);
    let cheap = CLAIM.replace(r#""region":10"#, r#""region":9"#);
    for (claim, why) in [
        (CLAIM.replace(r#""keeps":5"#, r#""keeps":4"#), "keeps 5 commuters, not 4"),
        (cheap, "less than nothing"),
        ("{}".to_owned(), ""),
    ] {
        let folder = placed(&[&header, &claim]);
        for (code, said) in both(folder.path()) {
            assert_eq!(code, Some(6), "{said}");
            assert!(said.contains("not proved\n  line 2: ") && said.contains(why), "{said}");
        }
    }
}

/// Scaled commuters of decided regions can exceed 64 bits; that left no budget, and so no plan.
#[test]
fn commuters_beyond_all_measure_prove_nothing() {
    let flows = "residence,workplace,commuters\n01,02,1000000000000000\n";
    let rules = r#"{"links":["land"],"fixed":[["01","02"]]}"#;
    let header =
        header(1 << 20, rules).replace(&hash(TABLES[2].1.as_bytes()), &hash(flows.as_bytes()));
    let folder = placed(&[&header, r#"{"k":1,"proof":"rules"}"#]);
    fs::write(folder.path().join("flows.csv"), flows).expect("a file");
    for (code, said) in both(folder.path()) {
        assert_eq!(code, Some(6), "{said}");
    }
}

#[test]
fn without_a_certificate_it_tells_its_usage() {
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_regionfront-check"))
            .args(arguments)
            .output()
            .expect("it runs")
    };
    for arguments in [&[][..], &["folder"]] {
        let ran = run(arguments);
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("Usage: regionfront-check"));
    }
    let ran = run(&["--help"]);
    assert_eq!(ran.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("INSTANCE CERTIFICATE"));
    let version = String::from_utf8(run(&["--version"]).stdout).expect("UTF-8");
    assert_eq!(version.trim(), concat!("regionfront-check ", env!("CARGO_PKG_VERSION")));
}
