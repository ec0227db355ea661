//! `front` from outside: golden fronts, kills at any moment, journals, threads, limits, schemas.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use regionfront_testkit::ran::{self, Ran};
use regionfront_testkit::schema::departures;
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

/// Everything `front` can be asked about the tiny instance.
const EVERYTHING: &str = "min-population,min-jobs,min-employed,min-areas,max-population,\
    min-self-containment,kept-together,distance";

fn instance(name: &str) -> String {
    format!("{}/instances/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn command(arguments: &[&str]) -> Command {
    ran::command(BINARY, &[&["front"], arguments].concat())
}

fn run(arguments: &[&str]) -> Ran {
    Ran::of(&mut command(arguments))
}

/// The rules of the fronts on record, without a least number of areas.
const OF_RECORD: &str = "--scenario=single_municipalities_allowed";

fn tiny(arguments: &[&str]) -> Ran {
    run(&[&[instance("tiny").as_str(), "--no-scenario"], arguments].concat())
}

/// The tiny instance with every objective, near plans and alternatives.
fn everything(out: &str, more: &[&str]) -> Ran {
    let question = [
        "--k",
        "2..4",
        "--against",
        EVERYTHING,
        "--reference",
        "districts",
        "--within",
        "10%",
        "--alternatives",
        "3",
        "-o",
        out,
    ];
    tiny(&[&question[..], more].concat())
}

fn schema(name: &str) -> Value {
    let output = Command::new(BINARY).args(["schema", name]).output().expect("the binary runs");
    serde_json::from_slice(&output.stdout).expect("a schema")
}

fn path(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn read(out: &str, name: &str) -> String {
    fs::read_to_string(Path::new(out).join(name)).expect("a file of the run")
}

fn read_json(out: &str, name: &str) -> Value {
    serde_json::from_str(&read(out, name)).expect("a JSON document")
}

/// The files that must not depend on when, where or with how many threads.
fn lasting_files(out: &str) -> Vec<(String, String)> {
    let mut names: Vec<String> = fs::read_dir(out)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| !["manifest.json", "journal.ndjson"].contains(&name.as_str()))
        .collect();
    names.sort();
    assert!(names.contains(&"front.json".to_owned()), "{names:?}");
    names.into_iter().map(|name| (name.clone(), read(out, &name))).collect()
}

#[track_caller]
fn assert_same_files(one: &str, other: &str) {
    let (one, other) = (lasting_files(one), lasting_files(other));
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one.0, other.0);
        assert!(one.1 == other.1, "{} differs", one.0);
    }
    assert_eq!(one.len(), other.len());
}

fn list<'a>(document: &'a Value, key: &str) -> &'a Vec<Value> {
    document[key].as_array().expect("a list")
}

// ---- golden -------------------------------------------------------------------------------------

#[test]
fn the_fronts_of_viken_are_known() {
    let viken = instance("viken-2020");
    let ran = run(&[&viken, OF_RECORD, "--k", "12..13", "--format", "json"])
        .exits(0)
        .says("minimum population of 20,000");
    let document = ran.json();
    assert_eq!(departures(&schema("front"), &document), Vec::<String>::new());
    let fronts = list(&document, "fronts");
    let counts: Vec<usize> = fronts.iter().map(|front| list(front, "points").len()).collect();
    assert_eq!(counts, [146, 141]);
    assert!(fronts.iter().all(|front| front["complete"] == true));
    let last = list(&fronts[1], "points").last().expect("points");
    assert_eq!((&last["objective"], &last["min_population"]), (&31_105.into(), &81_947.into()));
    assert_eq!(last["against"]["min-population"], 81_947);
    for front in fronts {
        let points = list(front, "points");
        for pair in points.windows(2) {
            assert!(pair[0]["objective"].as_u64() > pair[1]["objective"].as_u64());
            assert!(pair[0]["min_population"].as_u64() < pair[1]["min_population"].as_u64());
        }
        for point in points {
            assert_eq!(point["solution"], "proven_optimal");
            assert_eq!(point["objective"], point["bound"]);
            assert!(point["max_population"].as_u64() <= Some(300_000));
        }
    }
}

/// Number of regions, points, and a hash over the pairs of commuting and smallest population of
/// every point in order, as found and proven at first.
const GOLDEN: [(u64, usize, u64); 8] = [
    (6, 64, 0x276b_f460_2699_1c83),
    (7, 111, 0x3773_44b7_2a11_6885),
    (8, 128, 0x0d1a_00e8_473f_1a4a),
    (9, 128, 0x0553_aa4b_418b_1602),
    (10, 130, 0x86fc_abc3_1eee_84a7),
    (11, 129, 0x7084_b7f2_547e_1b71),
    (12, 146, 0x2afe_a751_852f_e21e),
    (13, 141, 0x788c_fcec_3ba0_da12),
];

/// The hash of a front: 64-bit FNV-1a, taking whole figures where that takes bytes.
fn hash(points: &[Value]) -> u64 {
    let figures = points.iter().flat_map(|point| [&point["objective"], &point["min_population"]]);
    figures.fold(0xcbf2_9ce4_8422_2325, |hash, figure| {
        (hash ^ figure.as_u64().expect("a count")).wrapping_mul(0x0100_0000_01b3)
    })
}

fn fronts_are_golden(ks: &str) {
    let viken = instance("viken-2020");
    let document = run(&[&viken, OF_RECORD, "--k", ks, "--format", "json"]).exits(0).json();
    for front in list(&document, "fronts") {
        let points = list(front, "points");
        let (k, count, golden) =
            *GOLDEN.iter().find(|golden| front["k"] == golden.0).expect("a golden front");
        assert_eq!(front["complete"], true, "k = {k}");
        assert_eq!((points.len(), hash(points)), (count, golden), "k = {k}");
    }
}

/// Both ends and everything between: the hardest front with a ceiling, and an easier one.
#[test]
fn whole_fronts_of_viken_are_known() {
    fronts_are_golden("6,9,12..13");
}

#[test]
fn the_other_fronts_of_viken_are_known() {
    fronts_are_golden("7..8,10..11");
}

// ---- nothing lost -------------------------------------------------------------------------------

#[test]
fn a_journal_cut_anywhere_continues_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = path(&folder.path().join("whole"));
    everything(&whole, &["--threads", "1"]).exits(0);
    let journal = read(&whole, "journal.ndjson");
    let cut = path(&folder.path().join("cut"));
    // Steps of a prime number of bytes, so that cuts fall everywhere within lines.
    for keep in (0..journal.len()).step_by(journal.len() / 23 + 7) {
        fs::create_dir_all(&cut).expect("writable");
        fs::write(Path::new(&cut).join("journal.ndjson"), &journal[..keep]).expect("writable");
        everything(&cut, &["--resume"]).exits(0).says("resume: ");
        assert_same_files(&whole, &cut);
        let line_schema = schema("front-journal");
        for line in read(&cut, "journal.ndjson").lines() {
            let line = serde_json::from_str(line).expect("whole lines only");
            assert_eq!(departures(&line_schema, &line), Vec::<String>::new());
        }
        fs::remove_dir_all(&cut).expect("writable");
    }
}

/// Killed when the test is over, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> Running {
    Running(
        command(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs"),
    )
}

fn num_replies(out: &str) -> usize {
    let journal = fs::read_to_string(Path::new(out).join("journal.ndjson")).unwrap_or_default();
    // What was known on the way to a reply is not counted.
    let replies = journal.lines().filter(|line| !line.contains("\"interrupted\""));
    replies.count().saturating_sub(1)
}

#[test]
fn a_run_killed_again_and_again_continues_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let viken = instance("viken-2020");
    let whole = path(&folder.path().join("whole"));
    run(&[&viken, OF_RECORD, "--k", "12..13", "-o", &whole]).exits(0);
    let killed = path(&folder.path().join("killed"));
    let question =
        [&viken, OF_RECORD, "--k", "12..13", "-o", &killed, "--resume", "--threads", "2"];
    for (extra, pause) in [(3, 7), (40, 31), (90, 3), (60, 59)] {
        let before = num_replies(&killed);
        let mut running = start(&question);
        while num_replies(&killed) < before + extra
            && running.0.try_wait().expect("a child").is_none()
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(pause));
        running.0.kill().expect("a child");
        running.0.wait().expect("a child");
    }
    let document = run(&[&question[..], &["--format", "json"]].concat()).exits(0).says("resume: ");
    assert_eq!(list(&document.json(), "fronts").len(), 2);
    assert_same_files(&whole, &killed);
    let manifest = read_json(&killed, "manifest.json");
    assert!(manifest["front"]["runs"][0]["num_resumed"].as_u64() > Some(10), "{manifest}");
}

#[test]
fn an_interrupt_leaves_what_was_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let viken = instance("viken-2020");
    let out = path(&folder.path().join("out"));
    let mut running = start(&[&viken, "--k", "9", "-o", &out]);
    while num_replies(&out) < 3 {
        assert!(running.0.try_wait().expect("a child").is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    assert_eq!(running.0.wait().expect("a child").code(), Some(130));
    let document = read_json(&out, "front.json");
    let front = &document["fronts"][0];
    assert_eq!((&front["complete"], &front["termination"]), (&false.into(), &"interrupted".into()));
    assert!(list(front, "points").len() >= 3);
    assert_eq!(list(front, "missing").len(), 1);
}

#[test]
fn a_refused_resume_leaves_the_manifest_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    let question = [&instance("tiny"), "--no-scenario", "--k", "2", "-o", &out];
    run(&question).exits(0);
    let journal = fs::read_to_string(Path::new(&out).join("journal.ndjson")).expect("UTF-8");
    let damaged = journal.replace("\"objective\":", "\"objective\":1");
    assert_ne!(damaged, journal);
    fs::write(Path::new(&out).join("journal.ndjson"), &damaged).expect("writable");
    let before = fs::read(Path::new(&out).join("manifest.json")).expect("a manifest");
    run(&[&question[..], &["--resume", "--threads", "2"]].concat()).exits(2).says("E404");
    assert_eq!(fs::read(Path::new(&out).join("manifest.json")).expect("a manifest"), before);
}

#[test]
fn a_journal_of_another_question_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    tiny(&["--k", "3", "-o", &out]).exits(0);
    tiny(&["--k", "3", "-o", &out]).exits(2).says("E402");
    let resume = ["--k", "3", "-o", &out, "--resume"];
    let with = |more: &[&str]| tiny(&[&resume[..], more].concat());
    with(&["--max-population", "30000"]).exits(2).says("E403").says("rules");
    with(&["--within", "1%"]).exits(2).says("E403").says("within none there, 0.01 here");
    with(&["--seed", "7"]).exits(2).says("E403").says("seed 0 there, 7 here");
    let viken = instance("viken-2020");
    run(&[&viken, "--k", "13", "-o", &out, "--resume"]).exits(2).says("E403").says("instance");
    // More objectives and more k go on in the same directory.
    with(&["--against", "min-jobs"]).exits(0);
    // Another version's, a changed plan, a reply lost between others.
    // Without what was known on the way to a reply.
    let journal = read(&out, "journal.ndjson");
    let kept = journal.split_inclusive('\n').filter(|line| !line.contains("\"interrupted\""));
    let journal: String = kept.collect();
    let change = |from: &str, to: &str| {
        assert!(journal.contains(from), "{from} is not in {journal}");
        fs::write(Path::new(&out).join("journal.ndjson"), journal.replacen(from, to, 1))
            .expect("writable");
    };
    change("\"version\":\"", "\"version\":\"9");
    with(&[]).exits(2).says("E403").says("version");
    change("\"objective\":", "\"objective\":1");
    with(&[]).exits(2).says("E404").says("reply 0");
    change("\"number\":0", "\"number\":5");
    with(&[]).exits(2).says("E404");
    // A journal of `solve` is none of `front`.
    let solved = path(&folder.path().join("solved"));
    let status = Command::new(BINARY)
        .args(["solve", &instance("tiny"), "--no-scenario", "--k", "3", "-q", "-o", &solved])
        .stdout(Stdio::null())
        .status()
        .expect("the binary runs");
    assert!(status.success());
    tiny(&["--k", "3", "-o", &solved, "--resume"]).exits(2).says("E403").says("format");
}

// ---- determinism, files, schemas ----------------------------------------------------------------

#[test]
fn threads_do_not_change_a_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, two] = ["1", "2"].map(|threads| {
        let out = path(&folder.path().join(threads));
        everything(&out, &["--threads", threads]).exits(0);
        out
    });
    assert_same_files(&one, &two);
    let document = read_json(&one, "front.json");
    assert_eq!(departures(&schema("front"), &document), Vec::<String>::new());
    assert_eq!(list(&document, "fronts").len(), 8 * 3);
    assert_eq!(list(&document, "over_k").len(), 8);
    let robustness = read_json(&one, "robustness.json");
    assert_eq!(departures(&schema("robustness"), &robustness), Vec::<String>::new());
    let manifest = read_json(&one, "manifest.json");
    assert_eq!(departures(&schema("manifest"), &manifest), Vec::<String>::new());
    assert!(manifest["ended"].is_string());
    let points: usize =
        list(&document, "fronts").iter().map(|front| list(front, "points").len()).sum();
    assert_eq!(read(&one, "front.csv").lines().count(), 1 + points);
    assert_eq!(read(&one, "assignment.csv").lines().count(), 1 + 7 * points);
    assert_eq!(read(&one, "assignment_wide.csv").lines().count(), 1 + 7);
    assert!(read(&one, "near.csv").lines().count() > points);
    assert_eq!(read(&one, "cooccurrence.csv").lines().count(), 1 + 8 * 3 * 21);
}

#[test]
fn progress_tells_of_points() {
    let ran = tiny(&["--k", "3", "--progress", "json"]).exits(0);
    let schema = schema("event");
    let mut points = 0;
    for line in ran.stderr.lines() {
        let event: Value = serde_json::from_str(line).expect("one event per line");
        assert_eq!(departures(&schema, &event), Vec::<String>::new());
        points += usize::from(event["event"] == "point");
    }
    assert!(points > 0, "{}", ran.stderr);
}

#[test]
fn a_joint_front_runs_and_two_sums_are_refused() {
    let joint = ["--k", "3..4", "--joint", "--reference", "districts", "--against"];
    let with = |against: &str| tiny(&[&joint[..], &[against, "--format", "json"]].concat());
    let document = with("min-population,kept-together").exits(0).json();
    assert_eq!(list(&document, "fronts").len(), 2);
    assert_eq!(
        document["fronts"][0]["against"],
        serde_json::json!(["min-population", "kept-together"])
    );
    with("distance,kept-together").exits(2).says("E254");
    with("min-jobs,min-jobs,kept-together").exits(2).says("E509");
    tiny(&["--k", "3", "--against", "kept-together"]).exits(2).says("E250");
    tiny(&["--k", "3", "--reference", "districts"]).exits(2).says("E509");
    tiny(&["--k", "3", "--against", "beauty"]).exits(2).says("min-self-containment");
}

/// A point of a front is a division to every command that takes one.
#[test]
fn points_of_fronts_are_divisions() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    tiny(&["--k", "3", "-o", &out]).exits(0);
    let tiny = instance("tiny");
    let other = |arguments: &[&str]| {
        let output = Command::new(BINARY).args(arguments).output().expect("the binary runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    };
    let (first, last) = (format!("{out}#k03-p001"), format!("{out}#k03-p002"));
    let document = other(&["compare", &tiny, &first, &last, "--format", "json"]).exits(0).json();
    assert_ne!(document["pairs"][0]["difference"], 0, "{document}");
    other(&["compare", &tiny, &out, "--with-first"]).exits(0);
    let evaluated =
        other(&["evaluate", &tiny, "--no-scenario", &first, "--format", "json"]).exits(0).json();
    let objective = &read_json(&out, "front.json")["fronts"][0]["points"][0]["objective"];
    assert_eq!(&evaluated["totals"]["internal_commuting"], objective);
    other(&["check", &tiny, "--no-scenario", &last]).exits(0);
    let wrong = format!("{out}#k03-p999");
    other(&["evaluate", &tiny, &wrong]).exits(2).says("E503").says("did you mean `k03-p00");
    let viken = instance("viken-2020");
    other(&["evaluate", &viken, &first]).exits(2).says("not those of the instance");
}

// ---- limits and infeasibility -------------------------------------------------------------------

#[test]
fn a_limit_says_what_may_be_missing_and_the_rest_follows() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = path(&folder.path().join("whole"));
    let viken = instance("viken-2020");
    let question = |out: &str, more: &[&str]| {
        run(&[&[viken.as_str(), OF_RECORD, "--k", "13", "-q", "-o", out], more].concat())
    };
    question(&whole, &[]).exits(0);
    // Ten points are known; the time is up before the next.
    let part = path(&folder.path().join("part"));
    fs::create_dir_all(&part).expect("writable");
    let journal: Vec<String> = read(&whole, "journal.ndjson")
        .lines()
        .filter(|line| !line.contains("\"interrupted\""))
        .take(11)
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(Path::new(&part).join("journal.ndjson"), journal.concat()).expect("writable");
    question(&part, &["--resume", "--total-time-limit", "0", "--limit-ok"]).exits(0);
    question(&part, &["--resume", "--total-time-limit", "0"]).exits(4);
    let document = read_json(&part, "front.json");
    let front = &document["fronts"][0];
    let points = list(front, "points");
    assert_eq!((&front["complete"], &front["termination"]), (&false.into(), &"time_limit".into()));
    assert!(points.len() >= 10);
    let tenth = &points[9];
    let missing = &list(front, "missing")[0];
    assert_eq!(missing["beyond"]["min-population"], tenth["min_population"]);
    assert!(missing["bound"].as_u64() <= tenth["objective"].as_u64());
    // Nothing that is not listed as missing is missing.
    let complete = read_json(&whole, "front.json");
    let complete = list(&complete["fronts"][0], "points");
    assert_eq!(complete[..10], points[..10]);
    assert!(complete[10]["objective"].as_u64() <= missing["bound"].as_u64());
    // Without the limit it ends as an undisturbed run.
    question(&part, &["--resume"]).exits(0);
    assert_same_files(&whole, &part);
}

#[test]
fn an_infeasible_k_stands_beside_the_others() {
    let document = tiny(&["--k", "6..9", "--format", "json"]).exits(0).json();
    let terminations: Vec<&Value> =
        list(&document, "fronts").iter().map(|front| &front["termination"]).collect();
    assert_eq!(terminations, ["optimal", "optimal", "infeasible", "infeasible"]);
    let explanation = &document["fronts"][2]["explanation"];
    assert_eq!(explanation["verdict"], "infeasible");
    assert_eq!(explanation["irreducible"], true);
    assert_eq!(explanation["rules"][0]["key"], "k");
    assert!(document["fronts"][0]["explanation"].is_null());
    let ran = tiny(&["--k", "8..9"]).exits(3);
    assert!(ran.stdout.contains("infeasible"), "{}", ran.stdout);
    assert!(ran.stdout.contains("ask for 7 regions"), "{}", ran.stdout);
    let without = tiny(&["--k", "8..9", "--no-explain"]).exits(3);
    assert!(!without.stdout.contains("ask for 7 regions"), "{}", without.stdout);
}

/// What conflicts along a front is what holds along it: the limit on the objective does not.
#[test]
fn rules_that_conflict_are_explained_and_a_dropped_limit_is_none_of_them() {
    let ceiling = ["--k", "2", "--max-population", "20000", "--min-population", "1000"];
    let document = tiny(&[&ceiling[..], &["--format", "json"]].concat()).exits(3).json();
    assert_eq!(departures(&schema("front"), &document), Vec::<String>::new());
    let explanation = &document["fronts"][0]["explanation"];
    let keys: Vec<&Value> = list(explanation, "rules").iter().map(|rule| &rule["key"]).collect();
    assert!(keys.contains(&&"max_population".into()), "{explanation}");
    assert!(!keys.contains(&&"min_population".into()), "{explanation}");
    let relaxations = list(explanation, "relaxations");
    assert!(relaxations.iter().any(|way| way["keys"][0] == "max_population"), "{explanation}");
}

/// A closed valley below the minimum contradicts the rules, but not along a front that drops it.
#[test]
fn a_contradiction_with_a_dropped_limit_is_none() {
    let rules = ["--k", "3", "--closed", "Dune Island", "--min-population", "1000"];
    let document = tiny(&[&rules[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!(document["fronts"][0]["complete"], true);
    tiny(&[&rules[..], &["--against", "min-jobs"]].concat()).exits(2).says("Dune Island");
}

/// Every demand is proven again, once: what an audit cut short has proven is kept.
#[test]
fn an_audit_proves_a_front_again_and_goes_on_where_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("run"));
    let question =
        ["--k", "2..3", "--against", "min-population,distance", "--audit", "--output", &out];
    tiny(&question).exits(0).says("demands proven again");
    let document = read_json(&out, "front.json");
    assert_eq!(departures(&schema("front"), &document), [] as [String; 0]);
    for front in list(&document, "fronts") {
        let audit = &front["audit"];
        assert_eq!(audit["claims"], audit["confirmed"], "{audit}");
        let points = list(front, "points").len() as u64;
        assert!(audit["claims"].as_u64().is_some_and(|claims| claims >= points), "{audit}");
        assert_eq!(list(audit, "refuted").len(), 0);
    }
    let lines = read(&out, "audit.ndjson");
    // A kill may cut the last line off.
    fs::write(Path::new(&out).join("audit.ndjson"), &lines[..lines.len() / 2]).expect("it is ours");
    tiny(&[&question[..], &["--resume"]].concat()).exits(0);
    assert_eq!(read_json(&out, "front.json"), document);
    let mut again: Vec<String> = read(&out, "audit.ndjson").lines().map(str::to_owned).collect();
    again.retain(|line| line.ends_with('"'));
    let mut before: Vec<&str> = lines.lines().collect();
    again.sort_unstable();
    before.sort_unstable();
    assert_eq!(again, before, "each once");
    let table = tiny(&[&question[..], &["--resume", "--format", "table"]].concat()).exits(0);
    assert!(table.stdout.contains("demands proven again from nothing"), "{}", table.stdout);
}
