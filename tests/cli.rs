//! The binary from outside: stdout parses, stderr explains, the exit code matches.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use regionfront_testkit::ran::{self, Ran};
use regionfront_testkit::schema::departures;
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

/// An instance of the repository.
fn instance(name: &str) -> String {
    format!("{}/instances/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn command(arguments: &[&str]) -> Command {
    ran::command(BINARY, arguments)
}

fn run(arguments: &[&str]) -> Ran {
    Ran::of(&mut command(arguments))
}

/// `solve` on the tiny instance without a scenario.
fn solve(arguments: &[&str]) -> Ran {
    let tiny = instance("tiny");
    run(&[&["solve", &tiny, "--no-scenario"], arguments].concat())
}

fn results(document: &Value) -> &Vec<Value> {
    document["results"].as_array().expect("a list of results")
}

// ---- k ------------------------------------------------------------------------------------------

#[test]
fn one_region_holds_every_commuter() {
    let document = solve(&["--k", "1", "--format", "json"]).exits(0).json();
    let result = &results(&document)[0];
    assert_eq!(result["objective"], document["instance"]["commuters_between_areas"]);
    assert_eq!(result["share"], 1.0);
    assert_eq!(result["solution"], "proven_optimal");
}

#[test]
fn as_many_regions_as_areas_hold_none() {
    let document = solve(&["--k", "7", "--format", "json"]).exits(0).json();
    assert_eq!(results(&document)[0]["objective"], 0);
}

#[test]
fn more_regions_than_areas_are_infeasible() {
    let ran = solve(&["--k", "8", "--format", "json"]).exits(3);
    let document = ran.json();
    let result = &results(&document)[0];
    assert_eq!(
        (&result["termination"], &result["solution"]),
        (&"infeasible".into(), &"none".into())
    );
    assert_eq!((&result["objective"], &result["bound"]), (&Value::Null, &Value::Null));
    assert!(result["reason"].as_str().is_some_and(|reason| reason.contains("7 areas")));
}

#[test]
fn an_infeasible_k_stands_in_the_list_and_the_others_are_solved() {
    let document = solve(&["--k", "6..9", "--format", "json"]).exits(0).json();
    let terminations: Vec<&Value> =
        results(&document).iter().map(|result| &result["termination"]).collect();
    assert_eq!(terminations, ["optimal", "optimal", "infeasible", "infeasible"]);
}

#[test]
fn no_regions_and_a_range_upside_down_are_refused() {
    solve(&["--k", "0"]).exits(2).says("k = 0 has no meaning");
    solve(&["--k", "9..6"]).exits(2).says("use 6..9");
    solve(&["--k", "many"]).exits(2).says("not a list of region counts");
    solve(&[]).exits(2).says("E501").says("--k 6..13");
}

// ---- input --------------------------------------------------------------------------------------

#[test]
fn an_unknown_name_is_met_with_the_right_one() {
    solve(&["--k", "2", "--keep-together", "Birchwod,Elm Port"])
        .exits(2)
        .says("--keep-together \"Birchwod,Elm Port\"")
        .says("Birchwood");
    solve(&["--k", "2", "--warm-start", "distrcts"]).exits(2).says("did you mean `districts`?");
    let viken = instance("viken-2020");
    run(&["solve", &viken, "--scenario", "hallingdal_close"])
        .exits(2)
        .says("did you mean `hallingdal_closed`?");
}

#[test]
fn every_defect_of_an_instance_is_reported_at_once() {
    let broken = instance("broken/several-at-once");
    let ran = run(&["inspect", &broken]).exits(2);
    let codes = ran.stderr.lines().filter(|line| line.starts_with("E1")).count();
    assert!(codes > 1, "{}", ran.stderr);
    assert_eq!(ran.stdout, "");
}

#[test]
fn folders_that_cannot_be_read_are_input_defects() {
    run(&["solve", "/nonexistent", "--k", "2"]).exits(2).says("E101").says("/nonexistent");
    run(&["inspect", BINARY]).exits(2).says("E101");
}

#[test]
fn contradictory_rules_are_named_before_solving() {
    solve(&["--k", "2", "--keep-together", "0101,0102", "--keep-apart", "Alder Bay,Birchwood"])
        .exits(2)
        .says("E221");
    solve(&["--k", "2", "--min-population", "9", "--max-population", "8"]).exits(2).says("E220");
}

#[test]
fn bad_flags_are_usage_errors() {
    run(&[]).exits(2);
    run(&["solve"]).exits(2).says("INSTANCE");
    solve(&["--k", "2", "--colour"]).exits(2);
    solve(&["--k", "2", "--min-population", "many"]).exits(2).says("20_000");
    solve(&["--k", "2", "--time-limit", "soon"]).exits(2).says("5m");
    solve(&["--k", "2", "--gap", "2"]).exits(2).says("between 0 and 1");
    solve(&["--k", "2", "--links", "road"]).exits(2).says("fixed_link");
    solve(&["--k", "2", "--resume"]).exits(2).says("--output");
    solve(&["--k", "2", "--threads", "0"]).exits(2);
    solve(&["--k", "2", "--scenario", "default"]).exits(2).says("--no-scenario");
}

// ---- rules on the command line ------------------------------------------------------------------

#[test]
fn rules_of_the_command_line_are_kept() {
    let ran = solve(&[
        "--k",
        "3",
        "--format",
        "json",
        "--closed",
        "West=Alder Bay,Birchwood,Cedar Ford",
        "--min-population",
        "3 000",
        "--max-areas",
        "3",
        "--keep-apart",
        "0202,0204",
    ]);
    let document = ran.exits(0).json();
    let regions = results(&document)[0]["regions"].as_array().expect("regions").clone();
    assert_eq!(regions[0]["name"], "West");
    assert_eq!(regions[0]["areas"], serde_json::json!(["0101", "0102", "0103"]));
    assert_eq!(document["scenario"]["rules"]["population"]["min"], 3000);
}

#[test]
fn the_default_scenario_applies_and_is_named() {
    let viken = instance("viken-2020");
    let arguments = ["solve", &viken, "--k", "13", "--format", "json"];
    let ran = run(&arguments).exits(0).says("scenarios/default.toml");
    let result = results(&ran.json())[0].clone();
    assert_eq!(result["objective"], 92_708);
    assert!(result["regions"].as_array().expect("regions").iter().any(|region| {
        region["areas"].as_array().is_some_and(|areas| areas.contains(&"3039".into()))
    }));
    let quiet = run(&[&arguments[..], &["-q"]].concat()).exits(0);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    let ran = solve(&["--k", "2..3", "--dry-run", "-o", &out, "--closed", "0101"]).exits(0);
    assert!(ran.stdout.contains("closed: Alder Bay"), "{}", ran.stdout);
    assert!(ran.stdout.contains("would solve: k = 2, 3"), "{}", ran.stdout);
    assert!(ran.stdout.contains("maps/k02.svg"), "{}", ran.stdout);
    assert!(!Path::new(&out).exists());
}

// ---- output -------------------------------------------------------------------------------------

#[test]
fn every_format_parses() {
    let json = solve(&["--k", "2..3", "--format", "json"]).exits(0).json();
    let csv = solve(&["--k", "2..3", "--format", "csv"]).exits(0).stdout;
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    let headings = table.headers().expect("headings").clone();
    let column = headings.iter().position(|heading| heading == "objective").expect("a column");
    let objectives: Vec<String> =
        table.records().map(|row| row.expect("a row")[column].to_owned()).collect();
    let expected: Vec<String> =
        results(&json).iter().map(|result| result["objective"].to_string()).collect();
    assert_eq!(objectives, expected);
    let table = solve(&["--k", "2..3"]).exits(0).stdout;
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn documents_fit_their_schemas() {
    let tiny = instance("tiny");
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    let fits = |name: &str, document: &Value| {
        let schema = run(&["schema", name]).exits(0).json();
        assert_eq!(departures(&schema, document), Vec::<String>::new(), "{name}");
    };
    let solved = solve(&["--k", "1,3,8", "--format", "json", "-o", &out, "--progress", "json"]);
    let solved = solved.exits(0);
    fits("solve", &solved.json());
    let events: Vec<&str> = solved.stderr.lines().filter(|line| line.starts_with('{')).collect();
    assert!(events.iter().filter(|event| event.contains("\"finished\"")).count() == 3);
    for event in events {
        fits("event", &serde_json::from_str(event).expect("an event"));
    }
    fits("manifest", &read_json(&out, "manifest.json"));
    for line in read(&out, "journal.ndjson").lines() {
        fits("journal", &serde_json::from_str(line).expect("a line"));
    }
    let check = ["check", &tiny, "districts", "--no-scenario", "--format", "json"];
    fits("check", &run(&check).exits(6).json());
    fits("inspect", &run(&["inspect", &tiny, "--format", "json"]).exits(0).json());
    let bench = ["bench", &tiny, "--no-scenario", "--k", "2..3", "--engine", "exact,compact"];
    let bench = run(&[&bench[..], &["--format", "json"]].concat()).exits(0).json();
    fits("bench", &bench);
    assert_eq!(bench["contradictions"], serde_json::json!([]));
    let all = run(&["schema"]).exits(0).json();
    assert!(all["scenario"]["properties"]["keep_together"].is_object());
}

/// What is proven has no column of bounds, and no word is broken where there is one.
#[test]
fn words_of_a_table_are_not_broken() {
    let viken = instance("viken-2020");
    let asked = ["solve", &viken, "--k", "11..12", "--min-population", "100000", "--no-explain"];
    let closed = run(&asked).stdout;
    assert!(closed.contains("proven infeasible") && !closed.contains("bound"), "{closed}");
    let open = run(&[&asked[..], &["--gap", "50%"]].concat()).stdout;
    assert!(open.contains("bound"), "{open}");
    let broken = |word: &&str| word.starts_with("infeas") && *word != "infeasible";
    assert_eq!(open.split_whitespace().find(broken), None, "{open}");
}

#[test]
fn a_table_reads_well() {
    let ran = solve(&["--k", "3", "--closed", "West=0101,0102,0103"]).exits(0);
    // Times differ from run to run: they stand last in the row of k.
    let text: Vec<&str> = ran
        .stdout
        .lines()
        .map(|line| {
            let time = line.contains("proven optimal").then(|| line.trim_end().rsplit_once(' '));
            time.flatten().map_or(line, |(rest, _)| rest)
        })
        .map(str::trim_end)
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn help_reads_well() {
    insta::assert_snapshot!("help", run(&["--help"]).exits(0).stdout);
    insta::assert_snapshot!("help_solve", run(&["solve", "--help"]).exits(0).stdout);
}

#[test]
fn completions_are_there_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(run(&["completions", shell]).exits(0).stdout.contains("regionfront"), "{shell}");
    }
}

#[test]
fn a_full_disk_behind_stdout_is_reported() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let tiny = instance("tiny");
    for arguments in [
        &["solve", &tiny, "--no-scenario", "--k", "2"][..],
        &["inspect", &tiny],
        &["completions", "bash"],
        &["schema"],
    ] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let ran: Ran = command(arguments).stdout(full).output().expect("the binary runs").into();
        ran.exits(1).says("E405").says("stdout");
    }
}

#[test]
fn a_closed_pipe_is_success() {
    let tiny = instance("tiny");
    for arguments in [
        &["solve", &tiny, "--no-scenario", "--k", "1..7", "--format", "json"][..],
        &["schema"],
        &["completions", "zsh"],
        &["solve", "--help"],
    ] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("UTF-8");
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{arguments:?}: {stderr}");
    }
}

// ---- check --------------------------------------------------------------------------------------

#[test]
fn a_written_plan_passes_the_check_and_a_cut_one_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    solve(&["--k", "3", "-o", &out]).exits(0);
    let (tiny, division) = (instance("tiny"), format!("{out}/divisions/k03.csv"));
    let check = ["check", &tiny, &division, "--no-scenario"];
    let ran = run(&[&check[..], &["--k", "3"]].concat()).exits(0);
    assert!(ran.stdout.starts_with("passed: k03, 3 regions"), "{}", ran.stdout);
    let ran = run(&[&check[..], &["--k", "4"]].concat()).exits(6);
    assert!(ran.stdout.contains("3 regions where 4 are asked for"), "{}", ran.stdout);
    run(&[&check[..], &["--k", "3,4"]].concat()).exits(2).says("E502");
    let text = fs::read_to_string(&division).expect("the division");
    let cut: Vec<&str> = text.lines().filter(|line| !line.starts_with("0203")).collect();
    fs::write(&division, cut.join("\n")).expect("writable");
    let ran = run(&check).exits(6);
    assert!(ran.stdout.contains("Fern Hill (0203) stands in no region"), "{}", ran.stdout);
}

// ---- explain ------------------------------------------------------------------------------------

#[test]
fn a_conflict_is_explained_with_what_would_help() {
    let tiny = instance("tiny");
    let explain = ["explain", &tiny, "--no-scenario", "--closed", "West=0101,0102"];
    let explain = [&explain[..], &["--min-population", "1 000 000", "--k", "2"]].concat();
    let ran = run(&explain).exits(0);
    assert!(ran.stdout.starts_with("k = 2: "), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("A minimum population of 1,000,000 is impossible"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("lower the minimum population to"), "{}", ran.stdout);
    let document = run(&[&explain[..], &["--format", "json"]].concat()).exits(0).json();
    let schema = run(&["schema", "explain"]).exits(0).json();
    assert_eq!(departures(&schema, &document), Vec::<String>::new());
    let found = &document["explanations"][0];
    assert_eq!((&found["verdict"], &found["k"]), (&"infeasible".into(), &2.into()));
    assert_eq!(found["irreducible"], true);
    let again = run(&[&explain[..], &["--format", "json"]].concat()).exits(0);
    assert_eq!(again.json(), document);
}

#[test]
fn contradictory_rules_are_explained_where_solve_refuses_them() {
    let viken = instance("viken-2020");
    let rules = ["--scenario", "hallingdal_closed", "--min-population", "25000", "--k", "9"];
    run(&[&["solve", &viken], &rules[..]].concat()).exits(2).says("E226");
    let ran = run(&[&["explain", &viken], &rules[..]].concat()).exits(0);
    let told = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        told.contains(
            "k = 9: Hallingdal closed (20,532 people) and a minimum population of 25,000 cannot \
             both hold."
        ),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_feasible_k_needs_no_explanation() {
    let tiny = instance("tiny");
    let ran = run(&["explain", &tiny, "--no-scenario", "--k", "2"]).exits(0);
    assert_eq!(ran.stdout, "k = 2: feasible, nothing to explain\n");
    run(&["explain", &tiny, "--no-scenario"]).exits(2).says("E501");
}

#[test]
fn every_infeasible_result_is_explained() {
    let rules = ["--k", "2,8", "--min-areas", "2", "--format", "json"];
    let document = solve(&rules).exits(0).json();
    let schema = run(&["schema", "solve"]).exits(0).json();
    assert_eq!(departures(&schema, &document), Vec::<String>::new());
    assert_eq!(results(&document)[0]["explanation"], Value::Null);
    let explanation = &results(&document)[1]["explanation"];
    assert_eq!(explanation["summary"], "8 regions are impossible");
    assert_eq!(explanation["relaxations"][0]["k"], 3);
    let without = solve(&[&rules[..], &["--no-explain"]].concat()).exits(0).json();
    assert_eq!(results(&without)[1]["explanation"], Value::Null);
    let ran = solve(&["--k", "8", "--min-areas", "2"]).exits(3);
    assert!(ran.stdout.contains("k = 8: 8 regions are impossible."), "{}", ran.stdout);
    assert!(ran.stdout.contains("ask for 3 regions, the most"), "{}", ran.stdout);
}

// ---- limits -------------------------------------------------------------------------------------

/// A question that takes longer than any test waits.
fn endless() -> [String; 7] {
    [
        "solve".into(),
        instance("norway-2020"),
        "--no-scenario".into(),
        "--links=land,fixed_link,ferry,sea_link".into(),
        "--k=100".into(),
        "--min-population=3000".into(),
        "--format=json".into(),
    ]
}

fn endless_with<'a>(question: &'a [String; 7], more: &[&'a str]) -> Vec<&'a str> {
    question.iter().map(String::as_str).chain(more.iter().copied()).collect()
}

#[test]
fn a_limit_gives_the_plan_with_its_bound() {
    let question = endless();
    let arguments = endless_with(&question, &["--time-limit", "2"]);
    let ran = run(&arguments).exits(4);
    let result = results(&ran.json())[0].clone();
    assert_eq!(result["termination"], "time_limit");
    assert_eq!(result["solution"], "feasible");
    assert!(result["bound"].as_u64() > result["objective"].as_u64());
    assert!(result["wall_s"].as_f64().is_some_and(|seconds| seconds < 5.0));
    run(&[&arguments[..], &["--limit-ok"]].concat()).exits(0);
}

#[test]
fn a_gap_the_user_allows_is_as_asked() {
    let question = endless();
    let ran = run(&endless_with(&question, &["--gap", "90%", "--time-limit", "60"])).exits(0);
    assert_eq!(results(&ran.json())[0]["termination"], "gap_limit");
}

/// A running command that is killed when the test is over, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Starts a command and waits for a progress event of this kind.
    fn until(arguments: &[&str], event: &str) -> Self {
        let child = command(arguments)
            .args(["--progress", "json"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut running = Self(child);
        let mut stderr = BufReader::new(running.0.stderr.take().expect("piped"));
        let mut line = String::new();
        let wanted = format!("\"event\":\"{event}\"");
        while !line.contains(&wanted) {
            line.clear();
            let read = stderr.read_line(&mut line).expect("UTF-8");
            assert!(read > 0, "no `{event}` before the end");
        }
        // Read on, so that the command never writes to a closed pipe.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        running
    }

    fn signal(&self, name: &str) {
        let (signal, id) = (format!("-{name}"), self.0.id().to_string());
        let status = Command::new("kill").args([signal, id]).status().expect("kill runs");
        assert!(status.success());
    }

    /// Its exit code. A command that hears nothing must not keep the suite for ever.
    fn exit_code(mut self) -> Option<i32> {
        for _ in 0..12_000 {
            if let Some(status) = self.0.try_wait().expect("it is watched") {
                return status.code();
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        self.0.kill().expect("it is still there");
        panic!("it goes on two minutes after a signal");
    }
}

/// Whether the suite was told to outlive its terminal, as by `nohup`: what it starts is so as well, and
/// minds no hangup.
fn outlives_its_terminal() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

#[test]
fn interrupts_leave_the_incumbent_on_disk() {
    let question = endless();
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        if signal == "HUP" && outlives_its_terminal() {
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let out = path(&folder.path().join("out"));
        let running = Running::until(&endless_with(&question, &["-o", &out]), "incumbent");
        running.signal(signal);
        assert_eq!(running.exit_code(), Some(code));
        let document = read_json(&out, "solve.json");
        let result = &results(&document)[0];
        assert_eq!(result["termination"], "interrupted");
        assert_eq!(result["solution"], "feasible");
        assert_eq!(read_json(&out, "manifest.json")["statuses"][0]["termination"], "interrupted");
        // What was known before is there, too; the last line is the answer.
        let journal = read(&out, "journal.ndjson");
        let last = journal.lines().last().expect("a line");
        let last: serde_json::Value = serde_json::from_str(last).expect("JSON");
        assert_eq!(last["result"]["objective"], result["objective"]);
        assert_eq!(last["result"]["bound"], result["bound"]);
        assert!(read(&out, "assignment.csv").lines().count() > 300);
    }
}

#[test]
fn a_run_killed_outright_leaves_its_best_plan_in_the_journal() {
    let question = endless();
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    let running = Running::until(&endless_with(&question, &["-o", &out]), "incumbent");
    // It is there as soon as the journal has grown beyond its header.
    while fs::read_to_string(Path::new(&out).join("journal.ndjson"))
        .is_ok_and(|journal| journal.lines().count() < 2)
    {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    running.signal("KILL");
    assert_eq!(running.exit_code(), None);
    let journal = read(&out, "journal.ndjson");
    let line: Value = serde_json::from_str(journal.lines().nth(1).expect("a line")).expect("JSON");
    assert_eq!(line["result"]["termination"], "interrupted");
    assert!(line["result"]["bound"].as_u64() >= line["result"]["objective"].as_u64());
}

#[test]
fn one_process_writes_to_a_run_directory() {
    let question = endless();
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    let running = Running::until(&endless_with(&question, &["-o", &out]), "started");
    let holder = format!("process {} is writing to this directory", running.0.id());
    for mode in ["--resume", "--force"] {
        run(&endless_with(&question, &["-o", &out, mode])).exits(2).says("E410").says(&holder);
    }
    running.signal("INT");
    assert_eq!(running.exit_code(), Some(130));
    solve(&["--k", "2", "-o", &out, "--force"]).exits(0);
}

// ---- run directories ----------------------------------------------------------------------------

#[test]
fn a_run_directory_holds_every_file_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("new/out"));
    solve(&["--k", "2..3", "-o", &out]).exits(0).says("files: ");
    for name in ["solve.json", "manifest.json"] {
        read_json(&out, name);
    }
    let manifest = read_json(&out, "manifest.json");
    assert!(manifest["ended"].is_string());
    assert!(manifest["solvers"].as_array().is_some_and(|solvers| !solvers.is_empty()));
    let long = read(&out, "assignment.csv");
    assert_eq!(long.lines().next(), Some("\u{feff}k,code,name,region,region_name,area"));
    assert!(long.contains("2,0101,Alder Bay,1,"), "codes keep their zero: {long}");
    assert!(long.contains(",0101 Alder Bay\n"));
    assert_eq!(long.lines().count(), 1 + 2 * 7);
    assert_eq!(
        read(&out, "assignment_wide.csv").lines().next(),
        Some("\u{feff}code,name,area,k2,k3")
    );
    assert_eq!(read(&out, "regions.csv").lines().count(), 1 + 2 + 3);
    assert!(read(&out, "region_flows.csv").lines().count() > 1 + 4 + 9);
    for name in ["maps/k02.svg", "maps/k03.svg"] {
        let map = read(&out, name);
        assert!(map.starts_with("<svg ") && map.ends_with("</svg>\n"));
        assert_eq!(map.matches("<path fill=\"#").count(), 7, "one path per area");
    }
    let hidden = fs::read_dir(&out).expect("the folder").filter(|entry| {
        entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with('.'))
    });
    assert_eq!(hidden.count(), 0, "nothing half-written is left");
}

#[test]
fn a_directory_in_use_is_refused_before_solving() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(folder.path());
    let notes = folder.path().join("notes.txt");
    fs::write(&notes, "mine").expect("writable");
    solve(&["--k", "2", "-o", &out]).exits(2).says("E402").says("1 entry");
    solve(&["--k", "2", "-o", &out, "--resume"]).exits(2).says("E402");
    solve(&["--k", "2", "-o", &out, "--force"]).exits(0);
    solve(&["--k", "2", "-o", &out]).exits(2).says("E402").says("--resume");
    solve(&["--k", "3", "-o", &out, "--force"]).exits(0);
    assert!(!folder.path().join("maps/k02.svg").exists(), "the earlier run is gone");
    assert_eq!(fs::read_to_string(&notes).expect("still there"), "mine");
    solve(&["--k", "2", "-o", &path(&notes)]).exits(2).says("E401");
    solve(&["--k", "2", "-o", "/proc/nowhere"]).exits(2).says("E401");
}

/// The files of a finished run that must not depend on when, where or with how many threads, with
/// the times taken out.
fn lasting_files(out: &str) -> Vec<(String, String)> {
    let mut document = read_json(out, "solve.json");
    for result in document["results"].as_array_mut().expect("results") {
        result["wall_s"] = Value::Null;
    }
    let mut files = vec![("solve.json".to_owned(), document.to_string())];
    for name in ["assignment.csv", "assignment_wide.csv", "regions.csv", "region_flows.csv"] {
        files.push((name.to_owned(), read(out, name)));
    }
    for below in ["maps", "divisions"] {
        let mut names: Vec<PathBuf> = fs::read_dir(Path::new(out).join(below))
            .expect("the folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        names.sort();
        for name in names {
            let text = fs::read_to_string(&name).expect("UTF-8");
            let name = name.file_name().expect("a name").to_string_lossy();
            files.push((format!("{below}/{name}"), text));
        }
    }
    files
}

#[test]
fn threads_do_not_change_a_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let viken = instance("viken-2020");
    let files: Vec<_> = ["1", "2"]
        .iter()
        .map(|threads| {
            let out = path(&folder.path().join(threads));
            run(&["solve", &viken, "--k", "6..13", "-o", &out, "--threads", threads]).exits(0);
            lasting_files(&out)
        })
        .collect();
    assert_eq!(files[0].len(), 5 + 2 * 8);
    for (one, two) in files[0].iter().zip(&files[1]) {
        assert_eq!(one, two);
    }
}

#[test]
fn a_killed_run_continues_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let viken = instance("viken-2020");
    let whole = path(&folder.path().join("whole"));
    run(&["solve", &viken, "--k", "6..13", "-o", &whole]).exits(0);
    let killed = path(&folder.path().join("killed"));
    let arguments = ["solve", &viken, "--k", "6..13", "--threads", "1", "-o", &killed];
    let running = Running::until(&arguments, "finished");
    running.signal("KILL");
    assert_eq!(running.exit_code(), None);
    // And the line that was being written is torn.
    let journal = read(&killed, "journal.ndjson");
    fs::write(Path::new(&killed).join("journal.ndjson"), journal + "{\"result\":{\"k\":1")
        .expect("writable");
    run(&[&arguments[..], &["--resume"]].concat()).exits(0).says("already finished");
    assert_eq!(lasting_files(&killed), lasting_files(&whole));
    let again = run(&[&arguments[..], &["--resume"]].concat()).exits(0);
    assert!(again.stderr.contains("8 of 8"), "{}", again.stderr);
    assert_eq!(lasting_files(&killed), lasting_files(&whole));
}

#[test]
fn a_journal_of_another_question_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    solve(&["--k", "2", "-o", &out]).exits(0);
    let resume = ["--k", "2", "-o", &out, "--resume"];
    solve(&[&resume[..], &["--seed", "7"]].concat()).exits(2).says("E403").says("seed 0 there, 7");
    solve(&[&resume[..], &["--min-population", "5"]].concat()).exits(2).says("E403").says("rules");
    solve(&["--k", "3", "-o", &out, "--resume"]).exits(0);
    // A changed result does not pass the verifier.
    let journal = read(&out, "journal.ndjson").replace("\"0202\":1", "\"0202\":2");
    fs::write(Path::new(&out).join("journal.ndjson"), journal).expect("writable");
    solve(&resume).exits(2).says("E404");
}

#[test]
fn a_full_disk_costs_the_files_and_not_the_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = path(&folder.path().join("out"));
    // No file may grow beyond 4 KiB: writing fails there as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 8; exec \"$@\"";
    let ran: Ran = Command::new("sh")
        .args(["-c", script, "sh", BINARY, "solve", &instance("tiny"), "--no-scenario"])
        .args(["--k", "1..7", "--format", "csv", "-o", &out])
        .output()
        .expect("sh runs")
        .into();
    let ran = ran.exits(1).says("E405").says("--resume");
    assert_eq!(ran.stdout.lines().count(), 1 + 7, "the answer is printed all the same");
    for line in read(&out, "journal.ndjson").lines() {
        serde_json::from_str::<Value>(line).expect("whole lines only");
    }
    assert!(!Path::new(&out).join("solve.json").exists(), "no half file");
    solve(&["--k", "1..7", "-o", &out, "--resume"]).exits(0);
    read_json(&out, "solve.json");
}

#[test]
fn a_warm_start_that_breaks_a_rule_is_named_and_not_used() {
    let viken = instance("viken-2020");
    run(&["solve", &viken, "--k", "12", "--warm-start", "regional_councils_2019"])
        .exits(0)
        .says("warm start regional_councils_2019 is not used")
        .says("Jevnaker (3053) stands in 2 regions");
}

#[test]
fn messages_go_to_the_log_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = path(&folder.path().join("log.txt"));
    solve(&["--k", "2", "--log-file", &log, "-q"]).exits(0);
    assert!(fs::read_to_string(&log).expect("a log").contains("finished k=2"));
    solve(&["--k", "2", "--log-file", "/nonexistent/log"]).exits(2).says("E401");
}

#[test]
fn bench_sets_engines_side_by_side() {
    let tiny = instance("tiny");
    let arguments =
        ["bench", &tiny, "--no-scenario", "--k", "2..3", "--engine", "exact,compact", "-q"];
    let ran = run(&arguments).exits(0);
    for words in ["exact", "compact", "ratio: seconds ÷ seconds of exact"] {
        assert!(ran.stdout.contains(words), "{}", ran.stdout);
    }
    let csv = run(&[&arguments[..], &["--format", "csv"]].concat()).exits(0).stdout;
    assert_eq!(csv.lines().count(), 1 + 4);
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
