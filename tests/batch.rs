//! Batches: the file, runs side by side, failures, kills, shards, merging, from outside.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use proptest::prelude::{prop_assert, proptest};
use regionfront::batch::{Batch, Counts, Plan};
use regionfront_testkit::ran::{self, Ran};
use regionfront_testkit::schema::departures;
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

/// Columns that differ from run to run.
const TIMINGS: [&str; 2] = ["wall_s", "peak_mib"];

fn instance(name: &str) -> String {
    format!("{}/instances/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// A folder with a batch file, for its outputs too.
struct Night {
    folder: tempfile::TempDir,
}

impl Night {
    fn new(text: &str) -> Self {
        let night = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::write(night.path("night.toml"), text).expect("writable");
        night
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn word(&self, name: &str) -> String {
        self.path(name).to_str().expect("UTF-8").to_owned()
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = command(&["batch", &self.word("night.toml")]);
        command.args(more);
        command
    }

    fn run(&self, out: &str, more: &[&str]) -> Ran {
        Ran::of(self.command(more).args(["-o", &self.word(out)]))
    }
}

fn command(arguments: &[&str]) -> Command {
    ran::command(BINARY, arguments)
}

fn run(arguments: &[&str]) -> Ran {
    Ran::of(&mut command(arguments))
}

/// The rows of a `batch.csv`, each by column, timings left out.
fn rows(folder: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(folder.join("batch.csv")).expect("batch.csv");
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().expect("headings").clone();
    let row = |record: csv::StringRecord| {
        let cells = headings.iter().zip(&record).map(|(name, cell)| (name.into(), cell.into()));
        let mut row: BTreeMap<String, String> = cells.collect();
        row.retain(|name, _| !TIMINGS.contains(&name.as_str()));
        row
    };
    reader.records().map(|record| row(record.expect("a row"))).collect()
}

/// `batch.parquet` as rows of text, timings left out.
fn parquet_rows(folder: &Path) -> Vec<String> {
    let file = fs::File::open(folder.join("batch.parquet")).expect("batch.parquet");
    let reader = SerializedFileReader::new(file).expect("a Parquet file");
    let rows = reader.get_row_iter(None).expect("rows");
    rows.map(|row| {
        let row = row.expect("a row");
        let cells = row.get_column_iter().filter(|(name, _)| !TIMINGS.contains(&name.as_str()));
        cells.map(|(name, cell)| format!("{name}={cell}")).collect::<Vec<_>>().join(";")
    })
    .collect()
}

/// Every file below a folder with its bytes, but for those that hold times.
fn untimed_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let timed = ["manifest.json", "journal.ndjson", "solve.json", "solve.csv"];
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let relative = path.strip_prefix(folder).expect("inside").to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.starts_with(".regionfront-") {
                // Half-written when its writer was killed; nobody reads it.
            } else if timed.contains(&name.as_str()) {
                found.insert(relative, Vec::new());
            } else {
                found.insert(relative, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// The folders of two batches are the same, times aside.
#[track_caller]
fn assert_same(one: &Path, other: &Path) {
    assert_eq!(rows(one), rows(other));
    assert_eq!(parquet_rows(one), parquet_rows(other));
    assert_eq!(untimed_files(&one.join("runs")), untimed_files(&other.join("runs")));
}

/// Eight quick runs of every kind.
fn small() -> String {
    format!(
        "title = \"A small night\"\n\
         [defaults]\ninstance = \"{}\"\nno_scenario = true\n\
         [[run]]\nname = \"plans\"\n\
         [run.matrix]\nk = [2, \"3..4\"]\nmin_population = [0, 10_000]\n\
         [[run]]\nname = \"fronts\"\nk = \"2..3\"\nagainst = [\"min-population\", \"distance\"]\n\
         [[run]]\nname = \"joint\"\nextends = \"fronts\"\njoint = true\n\
         [[run]]\nname = \"west\"\ncounties = \"West\"\nk = \"all\"\n\
         [[run]]\nname = \"none\"\nk = 5\nmin_population = 10_000\n",
        instance("tiny")
    )
}

// ---- the file -----------------------------------------------------------------------------------

fn parse(text: &str) -> Batch {
    Batch::parse(text, "night.toml").unwrap_or_else(|defects| panic!("{defects}"))
}

fn names(batch: &Batch) -> Vec<&str> {
    batch.runs.iter().map(|run| run.name.as_str()).collect()
}

#[test]
fn matrices_give_a_run_per_combination() {
    let batch = parse(
        "[[run]]\nname = \"a\"\ninstance = \"x\"\n\
         [run.matrix]\nscenario = [\"default\", \"rules/strict.toml\"]\nk = [\"6..8\", 12]\n",
    );
    assert_eq!(
        names(&batch),
        ["a-default-6..8", "a-default-12", "a-strict-6..8", "a-strict-12"],
        "the last axis turns fastest"
    );
    let last = &batch.runs[3];
    assert_eq!(last.spec.scenario.as_deref(), Some("rules/strict.toml"));
    assert_eq!(last.values["scenario"], "rules/strict.toml");
    assert_eq!(last.values["k"], "12");
}

#[test]
fn runs_inherit_from_defaults_and_from_each_other() {
    let batch = parse(
        "[defaults]\ninstance = \"x\"\nseed = 1\nk = 2\n\
         [[run]]\nname = \"base\"\ntemplate = true\nseed = 2\nmin_population = 5\n\
         [run.matrix]\nk = [3, 4]\n\
         [[run]]\nname = \"one\"\nextends = \"base\"\nk = 9\n\
         [[run]]\nname = \"two\"\nextends = \"base\"\nseed = 3\n\
         [run.matrix]\nmin_population = [6, 7]\n\
         [[run]]\nname = \"plain\"\n",
    );
    assert_eq!(names(&batch), ["one", "two-3-6", "two-3-7", "two-4-6", "two-4-7", "plain"]);
    let run = |name: &str| batch.runs.iter().find(|run| run.name == name).expect("a run");
    assert_eq!((run("one").spec.seed, run("one").rules.min_population), (2, Some(5)));
    assert_eq!((run("two-4-7").spec.seed, run("two-4-7").rules.min_population), (3, Some(7)));
    assert_eq!((run("plain").spec.seed, run("plain").rules.min_population), (1, None));
    let k = |name: &str| match &run(name).spec.k {
        Some(Counts::List(list)) => list.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!((k("one"), k("two-4-7"), k("plain")), ("9".into(), "4".into(), "2".into()));
}

/// An instance whose first area is called Łódź, in Latin-2.
fn in_latin2(folder: &Path) {
    for file in ["areas.csv", "flows.csv", "adjacency.csv"] {
        let bytes = fs::read(Path::new(&instance("tiny")).join(file)).expect("a file");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let bytes = match text.split_once("Alder Bay") {
            Some((before, after)) => {
                [before.as_bytes(), b"\xa3\xf3d\xbc", after.as_bytes()].concat()
            }
            None => text.into_bytes(),
        };
        fs::write(folder.join(file), bytes).expect("room");
    }
}

#[test]
fn the_encoding_of_an_instance_is_a_key_of_its_runs() {
    let night = Night::new(
        "[[run]]\nname = \"named\"\ninstance = \"mine\"\nk = 2\nencoding = \"iso-8859-2\"\n\
         [[run]]\nname = \"assumed\"\ninstance = \"mine\"\nk = 2\n",
    );
    fs::create_dir(night.path("mine")).expect("a folder");
    in_latin2(&night.path("mine"));
    night.run("out", &[]).exits(0);
    let name = |run: &str| {
        let text = fs::read_to_string(night.path("out").join("runs").join(run).join("solve.json"));
        let document: Value = serde_json::from_str(&text.expect("solve.json")).expect("JSON");
        document["instance"]["areas"]["0101"].as_str().expect("a name").to_owned()
    };
    assert_eq!(name("named"), "Łódź");
    assert_eq!(name("assumed"), "£ód¼");
    let wrong = "[[run]]\nname = \"a\"\ninstance = \"x\"\nk = 2\nencoding = \"latin-17\"\n";
    let told = Batch::parse(wrong, "night.toml").expect_err("there is none").to_string();
    assert!(told.contains("E531") && told.contains("no encoding known here"), "{told}");
}

#[test]
fn comments_and_the_order_of_keys_do_not_change_a_batch() {
    let sha256 = |text: &str| parse(text).sha256;
    let one = sha256("[[run]]\nname = \"a\"\ninstance = \"x\"\nk = 2\n");
    assert_eq!(one, sha256("# why\n[[run]]\nk = 2\ninstance = \"x\"\nname = \"a\"\n"));
    assert_ne!(one, sha256("[[run]]\nname = \"a\"\ninstance = \"x\"\nk = 3\n"));
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line() {
    let run = "[[run]]\nname = \"a\"\ninstance = \"x\"\n";
    let cases: &[(&str, &str, &str)] = &[
        ("name = ", "E530", "night.toml:1"),
        ("", "E532", "the batch has no run"),
        ("[defaults]\nname = \"x\"\n", "E531", "no meaning for all runs"),
        ("night = 1\n", "E531", "there is no key `night`"),
        ("run = 1\n", "E531", "write [[run]]"),
        ("[[run]]\ninstance = \"x\"\n", "E532", "a run has a name"),
        ("[[run]]\nname = \"a/b\"\ninstance = \"x\"\n", "E532", "is not a name"),
        ("[[run]]\nname = \"a\"\n", "E531", "it names no instance"),
        ("{run}min_popultion = 5\n", "E531", "did you mean `min_population`?"),
        ("{run}tme_limit = 5\n", "E531", "did you mean `time_limit`?"),
        ("{run}min_population = \"many\"\n", "E204", "night.toml:4 min_population"),
        ("{run}k = \"9..6\"\n", "E531", "night.toml:4 k"),
        ("{run}k = 0\n", "E531", "k = 0 has no meaning"),
        ("{run}time_limit = \"soon\"\n", "E531", "is not a time"),
        ("{run}against = \"beauty\"\n", "E531", "night.toml:4 against"),
        ("{run}joint = true\n", "E531", "with `against` only"),
        ("{run}against = \"distance\"\ngap = 0.1\n", "E531", "without `against` only"),
        ("{run}scenario = \"a\"\nno_scenario = true\n", "E531", "none is wanted"),
        ("{run}extends = \"b\"\n[[run]]\nname = \"bb\"\n", "E532", "did you mean `bb`?"),
        ("{run}extends = \"a\"\n", "E532", "extends itself"),
        ("{run}[[run]]\nname = \"A\"\ninstance = \"x\"\n", "E532", "another run is called `a`"),
        ("{run}[run.matrix]\nk = 3\n", "E531", "a list of at least one value"),
        ("{run}[run.matrix]\nk = []\n", "E531", "a list of at least one value"),
        ("{run}k = 2\n[run.matrix]\nk = [3]\n", "E531", "a key and an axis"),
        ("{run}[run.matrix]\nk = [3, 3]\n", "E532", "another run is called"),
        ("{run}[run.matrix]\nk = [3, \"x\"]\n", "E531", "not a list of region counts"),
        ("{run}[run.matrix]\nkk = [3]\n", "E531", "there is no key `kk`"),
        ("{run}matrix = 3\n", "E531", "a table of lists"),
        ("{run}[run.matrix]\nclosed = [{ areas = [\"A\"] }]\n", "E531", "runs of their own"),
    ];
    for (text, code, words) in cases {
        let text = text.replace("{run}", run);
        let defects = Batch::parse(&text, "night.toml").expect_err(&text);
        let said = defects.to_string();
        assert!(defects.has(code) && said.contains(words), "{text}\n{code} {words}\n{said}");
    }
    let several = "[[run]]\nname = \"a\"\ninstance = 3\nk = \"x\"\nmin_areas = -1\nfoo = 1\n";
    let defects = Batch::parse(several, "night.toml").expect_err("four");
    assert_eq!(defects.0.len(), 4, "all at once: {defects}");
}

#[test]
fn a_defect_that_many_runs_share_is_told_once() {
    let axis: Vec<String> = (0..50).map(|seed| seed.to_string()).collect();
    let text = format!(
        "[[run]]\nname = \"a\"\ninstance = \"x\"\nk = \"x\"\n[run.matrix]\nseed = [{}]\n",
        axis.join(", ")
    );
    assert_eq!(Batch::parse(&text, "night.toml").expect_err("one").0.len(), 1);
}

proptest! {
    /// A file cut, doubled and changed anywhere is read or refused, at once and without a panic.
    #[test]
    fn no_file_is_too_broken(
        cuts in proptest::collection::vec((0_usize..700, 0_usize..40), 0..4),
        put in "[\\[\\]={}\",.a-z0-9_\n]{0,12}",
    ) {
        let mut text: Vec<char> = small().chars().collect();
        for (from, length) in cuts {
            let from = from.min(text.len());
            let to = (from + length).min(text.len());
            text.splice(from..to, put.chars());
        }
        let text: String = text.into_iter().collect();
        match Batch::parse(&text, "night.toml") {
            Ok(batch) => prop_assert!(!batch.runs.is_empty()),
            Err(defects) => prop_assert!(!defects.0.is_empty()),
        }
    }
}

#[test]
fn the_example_of_the_guide_is_sound() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/guides/batches.md");
    let guide = fs::read_to_string(guide).expect("the guide");
    let (_, rest) = guide.split_once("```toml\n[defaults]").expect("an example of a batch");
    let (example, _) = rest.split_once("```").expect("its end");
    let batch = parse(&format!("[defaults]{example}"));
    assert_eq!(batch.runs.len(), 3 * 3 + 3);
    assert!(batch.runs[9..].iter().all(|run| run.spec.is_front()));
}

#[test]
fn the_shipped_batches_are_sound() {
    let file = format!("{}/batches/counties.toml", instance("norway-2020"));
    let batch = Batch::read(Path::new(&file)).unwrap_or_else(|defects| panic!("{defects}"));
    let plan = Plan::new(&batch);
    let mut counties: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for planned in &plan.runs {
        let size = planned.size.as_ref().unwrap_or_else(|defects| panic!("{defects}"));
        let county = planned.run.values["counties"].as_str();
        counties.entry(county).or_default().push(size.ks.len());
    }
    assert_eq!(counties.len(), 11);
    assert_eq!(counties["Oslo"], [1; 4], "one area");
    assert!(counties["Viken"].is_sorted_by(|more, fewer| more > fewer), "{counties:?}");
}

// ---- runs ---------------------------------------------------------------------------------------

#[test]
fn runs_are_what_solve_and_front_do() {
    let night = Night::new(&small());
    night.run("out", &["--format", "csv"]).exits(0);
    let out = night.path("out");
    let rows = rows(&out);
    let count = |run: &str| rows.iter().filter(|row| row["run"] == run).count();
    let expected = [
        ("plans-2-0", 1),
        ("plans-3..4-0", 2),
        ("plans-2-10000", 1),
        ("fronts", 4),
        ("joint", 2),
        ("west", 3),
        ("none", 1),
    ];
    for (run, rows) in expected {
        assert_eq!(count(run), rows, "{run}");
    }
    let none = rows.iter().find(|row| row["run"] == "none").expect("a row");
    assert_eq!((none["termination"].as_str(), none["solution"].as_str()), ("infeasible", "none"));
    let plans = rows.iter().find(|row| row["run"] == "plans-2-10000").expect("a row");
    assert_eq!(
        (plans["matrix_k"].as_str(), plans["matrix_min_population"].as_str()),
        ("2", "10000")
    );
    assert_eq!(plans["areas"], "7");
    assert_eq!(parquet_rows(&out).len(), rows.len());

    // The same by hand.
    let solved = night.word("solved");
    let tiny = instance("tiny");
    let question = ["solve", &tiny, "--no-scenario", "--k", "3..4", "--no-explain", "-o", &solved];
    run(&question).exits(0);
    assert_eq!(untimed_files(Path::new(&solved)), untimed_files(&out.join("runs/plans-3..4-0")));
    let fronts = night.word("swept");
    let question = ["front", &tiny, "--no-scenario", "--k", "2..3", "--against"];
    let against = ["min-population,distance", "-o", &fronts];
    run(&[&question[..], &against].concat()).exits(0);
    assert_eq!(untimed_files(Path::new(&fronts)), untimed_files(&out.join("runs/fronts")));
}

/// A front against another year reads the files of both.
#[test]
fn a_front_between_two_years_is_that_of_the_command() {
    let viken = instance("viken-2020");
    let night = Night::new(&format!(
        "[[run]]\nname = \"years\"\ninstance = \"{viken}\"\nk = 12\nagainst = \"other-year\"\n\
         reference = \"2022\"\n"
    ));
    night.run("out", &[]).exits(0);
    let front = night.word("swept");
    let against = ["--against", "other-year", "--reference", "2022", "-o", &front];
    run(&[&["front", &viken, "--k", "12"][..], &against].concat()).exits(0);
    let by_batch = untimed_files(&night.path("out").join("runs/years"));
    assert_eq!(untimed_files(Path::new(&front)), by_batch);
    night.run("out", &["--resume"]).exits(0);
}

#[test]
fn cores_and_memory_do_not_change_a_byte() {
    let night = Night::new(&small());
    night.run("one", &["--threads", "1"]).exits(0);
    night.run("three", &["--threads", "3", "--memory", "1"]).exits(0);
    night.run("many", &["--threads", "8", "--memory", "100000"]).exits(0);
    assert_same(&night.path("one"), &night.path("three"));
    assert_same(&night.path("one"), &night.path("many"));
}

#[test]
fn a_failure_is_a_row_and_the_others_go_on() {
    let tiny = instance("tiny");
    let run = |name: &str, rest: &str| format!("[[run]]\nname = \"{name}\"\nk = 2\n{rest}\n");
    let night = Night::new(&format!(
        "[defaults]\ninstance = \"{tiny}\"\n{}{}{}{}{}{}{}",
        run("first", ""),
        run("no_instance", "instance = \"nowhere\""),
        run("no_scenario_there", "scenario = \"defualt\""),
        run("no_county", "counties = \"Wset\""),
        run("no_area", "keep_together = [[\"Alder Bay\", \"Nowhere\"]]"),
        run("contradiction", "min_population = 9\nmax_population = 8"),
        run("last", "against = \"distance\""),
    ));
    night.run("out", &[]).exits(2);
    let found = rows(&night.path("out"));
    let of = |run: &str| found.iter().find(|row| row["run"] == run).expect("a row");
    for (run, words) in [
        ("no_instance", "E101"),
        ("no_scenario_there", "E205"),
        ("no_county", "did you mean `West`?"),
        ("no_area", "E206"),
        ("contradiction", "E220"),
    ] {
        let row = of(run);
        assert_eq!(row["termination"], "error", "{run}");
        assert!(row["reason"].contains(words), "{run}: {}", row["reason"]);
    }
    for run in ["first", "last"] {
        assert_eq!(of(run)["termination"], "optimal", "{run}");
    }
    let status = run_status(&night.path("out"));
    assert_eq!(status["failed"].as_object().expect("an object").len(), 5);
    // A batch of wrong runs only has rows, too; wrong engines are wrong before anything is done.
    night.run("out", &[]).exits(2).says("E402");
    let night =
        Night::new(&format!("[[run]]\nname = \"a\"\ninstance = \"{tiny}\"\nengine = \"x\"\n"));
    night.run("out", &[]).exits(2).says("E531").says("exact");
    assert!(!night.path("out").exists());
}

/// One page and one document tell of all runs; what came to nothing is told as what it is.
#[test]
fn a_batch_has_a_report_of_all_its_runs() {
    let night = Night::new(&format!(
        "{}[[run]]\nname = \"lost\"\nk = 2\ninstance = \"nowhere\"\n",
        small()
    ));
    night.run("out", &[]).exits(2);
    let out = night.word("out");
    run(&["report", &night.word("out/runs/west")]).exits(0);
    run(&["report", &out]).exits(0);
    let page = fs::read_to_string(night.path("out/report.html")).expect("the page");
    let page = page.replace("&#x2f;", "/");
    for said in [
        "<h1>A small night</h1>",
        "could not begin: the question or its data are wrong",
        "there is no such folder",
        "no plan",
        "complete front",
        "href=\"runs/west/report.html\"",
        "data:image/svg+xml,",
        "min_population: 10000",
    ] {
        assert!(page.contains(said), "{said}");
    }
    // A row for every row of batch.csv, and a section for every run.
    let rows = rows(&night.path("out"));
    let table = page.split("</table>").next().expect("the first table");
    assert!(table.matches("<tr>").count() > rows.len() / 2, "rows");
    let names: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row["run"].as_str()).collect();
    assert_eq!(page.matches("class=\"plan\"").count(), names.len());
    for name in &names {
        assert!(page.contains(&format!(">{name}</h2>")), "{name}");
    }
    let word = fs::read(night.path("out/report.docx")).expect("the document");
    assert_eq!(&word[..2], b"PK");
    let markdown = fs::read_to_string(night.path("out/report.md")).expect("Markdown");
    assert!(markdown.contains("# lost") && markdown.contains("maps/run-1.svg"));
    assert!(night.path("out/maps/run-1.svg").is_file());
    // Nothing is replaced unasked, and a run that is damaged since is told as one.
    fs::write(night.path("out/runs/west/manifest.json"), "{}").expect("writable");
    run(&["report", &out]).exits(2).says("E402");
    run(&["report", &out, "--force"]).exits(0);
    let page = fs::read_to_string(night.path("out/report.html")).expect("the page");
    assert!(page.contains("1 run cannot be read back."), "told");
    for option in [["--points", "ends"], ["--price-limit", "5"], ["--crs", "25833"]] {
        run(&[&["report", &out, "--force"], &option[..]].concat()).exits(2).says("E520");
    }
    run(&["report", &out, "--force", "--only", "gpkg"]).exits(2).says("E520");
}

/// The processes that a batch has begun.
fn children(batch: &Child) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{}/task", batch.id()));
    let Ok(threads) = threads else { return Vec::new() };
    threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|ids| ids.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn start(command: &mut Command) -> Running {
    Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs"))
}

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn num_finished(out: &Path) -> usize {
    let journal = fs::read_to_string(out.join("batch.ndjson")).unwrap_or_default();
    journal.lines().count().saturating_sub(1)
}

/// One run that takes its time, and a quick one.
fn slow_and_quick() -> Night {
    Night::new(&format!(
        "[[run]]\nname = \"slow\"\ninstance = \"{}\"\nk = 20\nengine = \"compact\"\n\
         links = [\"land\", \"fixed_link\", \"ferry\", \"sea_link\"]\nmax_population = 1_500_000\n\
         [[run]]\nname = \"quick\"\ninstance = \"{}\"\nk = 2\n",
        instance("norway-2020"),
        instance("tiny")
    ))
}

#[test]
fn a_killed_run_costs_itself_alone() {
    let night = slow_and_quick();
    let out = night.path("out");
    let mut batch = start(night.command(&["--threads", "2"]).args(["-o", &night.word("out")]));
    wait_until("quick is done", || num_finished(&out) == 1);
    wait_until("slow goes on", || children(&batch.0).len() == 1);
    let slow = &children(&batch.0)[0];
    assert!(Command::new("kill").args(["-KILL", slow]).status().expect("kill runs").success());
    assert_eq!(batch.0.wait().expect("a child").code(), Some(1));
    let rows = rows(&out);
    assert_eq!((rows[0]["run"].as_str(), rows[0]["termination"].as_str()), ("slow", "error"));
    assert!(rows[0]["reason"].contains("E536"), "{}", rows[0]["reason"]);
    assert!(rows[0]["reason"].contains("SIGKILL"), "{}", rows[0]["reason"]);
    assert_eq!((rows[1]["run"].as_str(), rows[1]["termination"].as_str()), ("quick", "optimal"));
}

#[test]
fn an_interrupt_ends_all_runs_and_keeps_the_finished() {
    let night = slow_and_quick();
    let out = night.path("out");
    let mut batch = start(night.command(&["--threads", "2"]).args(["-o", &night.word("out")]));
    wait_until("quick is done", || num_finished(&out) == 1);
    wait_until("slow goes on", || children(&batch.0).len() == 1);
    let id = batch.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    assert_eq!(batch.0.wait().expect("a child").code(), Some(143));
    let rows = rows(&out);
    assert_eq!(rows[0]["termination"], "interrupted");
    assert_eq!(rows[1]["termination"], "optimal");
    let status = run_status(&out);
    assert_eq!((&status["finished"], &status["begun"][0]["run"]), (&1.into(), &"slow".into()));
}

#[test]
fn a_batch_killed_again_and_again_ends_with_the_same_bytes() {
    let text = format!(
        "[defaults]\ninstance = \"{}\"\n\
         [[run]]\nname = \"plans\"\nk = \"11..13\"\n[run.matrix]\nseed = [1, 2, 3, 4]\n\
         [[run]]\nname = \"front\"\nk = \"12..13\"\nagainst = \"min-population\"\n\
         scenario = \"single_municipalities_allowed\"\n\
         [[run]]\nname = \"wrong\"\nk = 3\nscenario = \"nothing\"\n{}",
        instance("viken-2020"),
        small()
            .split_once("[[run]]")
            .map(|(_, runs)| {
                let runs = format!("[[run]]{runs}");
                let tiny = format!("instance = \"{}\"\nno_scenario = true\n", instance("tiny"));
                runs.replace("[[run]]\n", &format!("[[run]]\n{tiny}"))
            })
            .expect("runs"),
    );
    let night = Night::new(&text);
    night.run("whole", &[]).exits(2);
    let out = night.path("killed");
    for (more, pause) in [(0, 2), (1, 30), (1, 211), (2, 90), (1, 400), (3, 5), (2, 57)] {
        let before = num_finished(&out);
        let mut batch =
            start(&mut night.command(&["--resume", "--threads", "2", "-o", &night.word("killed")]));
        wait_until("more runs are done", || {
            num_finished(&out) >= before + more || batch.0.try_wait().expect("a child").is_some()
        });
        thread::sleep(Duration::from_millis(pause));
        let runs = children(&batch.0);
        batch.0.kill().expect("a child");
        batch.0.wait().expect("a child");
        // No run outlives its batch.
        wait_until("its runs have ended", || {
            runs.iter().all(|id| {
                let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                stat.is_empty() || stat.contains(") Z ") || !stat.contains("(regionfront)")
            })
        });
    }
    night.run("killed", &["--resume"]).exits(2).says("resume: ");
    assert_same(&night.path("whole"), &out);
    // And nothing is left to do, but for what failed.
    night.run("killed", &["--resume"]).exits(2).says("resume: 13 of 14 runs already finished");
    assert_same(&night.path("whole"), &out);
}

#[test]
fn a_batch_that_changed_is_not_continued() {
    let night = Night::new(&small());
    night.run("out", &[]).exits(0);
    night.run("out", &[]).exits(2).says("E402");
    night.run("out", &["--resume", "--shard", "1/2"]).exits(2).says("E403").says("shard 1/1 there");
    fs::write(night.path("night.toml"), small().replace("k = 5", "k = 6")).expect("writable");
    night.run("out", &["--resume"]).exits(2).says("E403").says("batch ");
    night.run("out", &["--force"]).exits(0);
    let changed = rows(&night.path("out"));
    assert_eq!(changed.iter().find(|row| row["run"] == "none").expect("a row")["k"], "6");
}

#[test]
fn a_run_whose_scenario_changed_is_done_again() {
    let night = Night::new(&format!(
        "[defaults]\ninstance = \"{}\"\nk = 2\n[[run]]\nname = \"a\"\nscenario = \"rules.toml\"\n\
         [[run]]\nname = \"b\"\n",
        instance("tiny")
    ));
    fs::write(night.path("rules.toml"), "min_population = 1000\n").expect("writable");
    night.run("out", &[]).exits(0);
    fs::write(night.path("rules.toml"), "min_population = 20000\n").expect("writable");
    night.run("out", &["--resume"]).exits(0).says("resume: 1 of 2 runs");
    let smallest = rows(&night.path("out"))[0]["min_population"].parse::<u64>().expect("a figure");
    assert!(smallest >= 20_000, "{smallest}");
}

// ---- shards -------------------------------------------------------------------------------------

/// A batch in this many shards, by the variables of Slurm.
fn in_shards(night: &Night, of: usize) -> Vec<String> {
    (1..=of)
        .map(|number| {
            let out = format!("shard-{number}");
            let mut command = night.command(&["-o", &night.word(&out)]);
            command.env("SLURM_ARRAY_TASK_ID", (number + 9).to_string());
            command.env("SLURM_ARRAY_TASK_MIN", "10");
            command.env("SLURM_ARRAY_TASK_COUNT", of.to_string());
            Ran::of(&mut command).says(&format!("shard {number}/{of}, by SLURM_ARRAY_TASK_ID"));
            night.word(&out)
        })
        .collect()
}

fn merge(night: &Night, shards: &[String], out: &str) -> Ran {
    let shards = shards.iter().map(String::as_str);
    let out = night.word(out);
    let arguments: Vec<&str> = ["batch", "merge"].into_iter().chain(shards).collect();
    run(&[&arguments[..], &["-o", &out]].concat())
}

#[test]
fn shards_merge_to_the_bytes_of_the_whole() {
    let night = Night::new(&small());
    night.run("whole", &[]).exits(0);
    let mut shards = in_shards(&night, 3);
    shards.reverse();
    merge(&night, &shards, "merged").exits(0).says("8 runs of 3 shards");
    assert_same(&night.path("whole"), &night.path("merged"));
    merge(&night, &shards, "merged").exits(2).says("E402");
    // What is merged can be continued, and has nothing left to do.
    night.run("merged", &["--resume"]).exits(0).says("8 of 8 runs already finished");
    assert_same(&night.path("whole"), &night.path("merged"));

    // Kubernetes, from 0, and the number of shards by flag or variable; more shards than runs.
    for index in 0..12 {
        let out = night.word(&format!("pod-{index}"));
        let mut command = night.command(&["-q", "-o", &out]);
        command.env("JOB_COMPLETION_INDEX", index.to_string());
        if index % 2 == 0 {
            command.args(["--shards", "12"]);
        } else {
            command.env("REGIONFRONT_SHARDS", "12");
        }
        assert_ne!(Ran::of(&mut command).code, Some(2));
    }
    let pods: Vec<String> = (0..12).map(|index| night.word(&format!("pod-{index}"))).collect();
    merge(&night, &pods, "pods").exits(0);
    assert_same(&night.path("whole"), &night.path("pods"));
    let mut lost = night.command(&["-o", &night.word("lost")]);
    Ran::of(lost.env("JOB_COMPLETION_INDEX", "0")).exits(2).says("E533").says("--shards");
}

#[test]
fn mixtures_of_shards_are_refused() {
    let night = Night::new(&small());
    let shards = in_shards(&night, 2);
    let journal = |shard: &str| Path::new(shard).join("batch.ndjson");
    let original = fs::read_to_string(journal(&shards[1])).expect("a journal");
    let refused = |text: &str, words: &str| {
        fs::write(journal(&shards[1]), text).expect("writable");
        merge(&night, &shards, "merged").exits(2).says("E535").says(words);
        assert!(!night.path("merged").exists());
    };
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    refused(&original.replacen(&version, "\"version\":\"9.9.9\"", 1), "version");
    let changed = |key: &str| {
        let at = original.find(key).expect("the key") + key.len();
        let mut text = original.clone();
        text.replace_range(at..at + 4, if &text[at..at + 4] == "0000" { "1111" } else { "0000" });
        text
    };
    refused(&changed("\"batch_sha256\":\""), "batch ");
    refused(&changed("tiny\":\""), "instance ");
    let lines: Vec<&str> = original.split_inclusive('\n').collect();
    refused(&lines[..lines.len() - 1].concat(), "1 runs are not finished");
    fs::write(journal(&shards[1]), "nonsense\n").expect("writable");
    merge(&night, &shards, "merged").exits(2).says("E534");
    fs::write(journal(&shards[1]), &original).expect("writable");

    merge(&night, &shards[..1], "merged").exits(2).says("shards are missing: 2/2");
    let twice = [shards.clone(), shards[..1].to_vec()].concat();
    merge(&night, &twice, "merged").exits(2).says("E535").says("too");
    merge(&night, &[night.word("nowhere")], "merged").exits(2).says("E534");
    let other = Night::new(&small().replace("k = 5", "k = 6"));
    let of_other = in_shards(&other, 2);
    merge(&night, &[shards[0].clone(), of_other[1].clone()], "merged").exits(2).says("batch ");
    merge(&night, &shards, "merged").exits(0);
}

fn recipe(name: &str) -> String {
    format!("{}/batches/recipes/{name}", instance("norway-2020"))
}

/// What cluster and shell tell a shard, apart from its number.
fn in_a_cluster(night: &Night, program: &mut Command, out: &str) {
    let folder = Path::new(BINARY).parent().expect("a folder").display();
    program
        .env("PATH", format!("{}:{folder}:/usr/local/bin:/usr/bin:/bin", night.word("bin")))
        .env("BATCH", night.word("night.toml"))
        .env("OUT", night.word(out))
        .stdin(Stdio::null());
}

#[test]
fn the_recipe_for_slurm_does_every_shard() {
    use std::os::unix::fs::PermissionsExt as _;
    let night = Night::new(&small());
    night.run("whole", &[]).exits(0);
    // As `srun` does on one machine: leave out its own options and begin the program.
    fs::create_dir(night.path("bin")).expect("writable");
    fs::write(night.path("bin/srun"), "#!/bin/sh\nshift\nexec \"$@\"\n").expect("writable");
    fs::set_permissions(night.path("bin/srun"), fs::Permissions::from_mode(0o755)).expect("ours");
    for task in ["1", "2", "3"] {
        let mut program = Command::new("bash");
        in_a_cluster(&night, program.arg(recipe("slurm.sh")), "tasks");
        program.env("SLURM_ARRAY_TASK_ID", task).env("SLURM_ARRAY_TASK_MAX", "3");
        program.env("SLURM_CPUS_PER_TASK", "2").env("SLURM_MEM_PER_NODE", "2048");
        Ran::of(&mut program).exits(0);
    }
    let shards = ["1", "2", "3"].map(|task| night.word(&format!("tasks/shard-{task}")));
    merge(&night, &shards, "merged").exits(0);
    assert_same(&night.path("whole"), &night.path("merged"));
}

#[test]
fn the_recipe_for_kubernetes_does_every_shard() {
    let text = fs::read_to_string(recipe("kubernetes.yaml")).expect("the recipe");
    assert!(text.contains("\n  completions: 11\n") && text.contains("value: \"11\"\n"), "{text}");
    let (_, script) = text.split_once("            - |\n").expect("a script");
    let script: Vec<&str> =
        script.lines().map_while(|line| line.strip_prefix("              ")).collect();
    let night = Night::new(&small());
    night.run("whole", &[]).exits(0);
    for index in ["0", "1", "2"] {
        let mut program = Command::new("sh");
        in_a_cluster(&night, program.args(["-c", &script.join("\n")]), "pods");
        program.env("REGIONFRONT_SHARDS", "3").env("JOB_COMPLETION_INDEX", index);
        program.env_remove("SLURM_ARRAY_TASK_ID");
        Ran::of(&mut program).exits(0);
    }
    let shards = ["0", "1", "2"].map(|index| night.word(&format!("pods/shard-{index}")));
    merge(&night, &shards, "merged").exits(0);
    assert_same(&night.path("whole"), &night.path("merged"));
}

// ---- looking ------------------------------------------------------------------------------------

fn run_status(out: &Path) -> Value {
    run(&["batch", "status", out.to_str().expect("UTF-8"), "--format", "json"]).exits(0).json()
}

fn schema(name: &str) -> Value {
    run(&["schema", name]).exits(0).json()
}

#[test]
fn a_dry_run_lists_the_runs_with_their_sizes() {
    let wrong = "[[run]]\nname = \"wrong\"\ncounties = \"Wst\"\nk = 2\n";
    let night = Night::new(&(small() + wrong));
    let dry = |more: &[&str]| Ran::of(&mut night.command(&[&["--dry-run"], more].concat()));
    let list = dry(&["--format", "json"]).exits(2).json();
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), 9);
    let of = |name: &str| list.iter().find(|run| run["run"] == name).expect("a run");
    let west = of("west");
    assert_eq!((&west["areas"], &west["adjacencies"]), (&3.into(), &3.into()));
    assert_eq!((&west["k"], &west["flows"]), (&"1..3".into(), &9.into()));
    assert!(west["memory_mib"].as_u64() > Some(10), "{west}");
    assert_eq!(of("fronts")["fronts"], 4);
    assert!(of("wrong")["wrong"].as_str().expect("a text").contains("did you mean `West`?"));
    assert_eq!(dry(&["--format", "csv"]).exits(2).stdout.lines().count(), 1 + 9 + 1);
    let text = dry(&["--shard", "2/5"]).exits(0).stdout;
    assert!(text.contains("2 runs, 4 k in all"), "{text}");
    assert_eq!(fs::read_dir(night.folder.path()).expect("a folder").count(), 1, "nothing written");
}

#[test]
fn the_state_of_a_batch_is_told() {
    let night = Night::new(&small());
    night.run("out", &["--shard", "1/2", "--progress", "json"]).says("\"event\":\"ended\"");
    let out = night.path("out");
    let status = run_status(&out);
    assert_eq!(departures(&schema("batch-status"), &status), Vec::<String>::new());
    assert_eq!((&status["runs"], &status["finished"]), (&4.into(), &4.into()));
    let text = run(&["batch", "status", out.to_str().expect("UTF-8")]).exits(0).stdout;
    assert!(text.contains("A small night, shard 1/2: 4 of 4 runs finished"), "{text}");
    assert!(text.contains("optimal, proven optimal"), "{text}");
    run(&["batch", "status", "/nowhere"]).exits(2).says("E534");
    let line_schema = schema("batch-journal");
    let journal = fs::read_to_string(out.join("batch.ndjson")).expect("a journal");
    for line in journal.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(departures(&line_schema, &line), Vec::<String>::new());
    }
    let file: toml::Table = small().parse().expect("TOML");
    let file = serde_json::to_value(file).expect("JSON");
    assert_eq!(departures(&schema("batch"), &file), Vec::<String>::new());
}
