//! `evaluate`, `compare`, `derive` and `study` from outside.
#![cfg(unix)]

use std::path::Path;

use regionfront_testkit::ran::{self, Ran};
use serde_json::Value;

fn instance(name: &str) -> String {
    format!("{}/instances/{name}", env!("CARGO_MANIFEST_DIR"))
}

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

fn run(arguments: &[&str]) -> Ran {
    Ran::of(&mut ran::command(BINARY, arguments))
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("room for a small file");
    path.to_str().expect("UTF-8").to_owned()
}

/// Names of regions came out in other letters, without a word.
#[test]
fn the_encoding_of_a_division_is_asked_for_or_said_to_be_assumed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("latin.csv");
    let east = |letter: &[u8]| -> Vec<u8> {
        let rows = ["3001", "3002"].map(|code| [code.as_bytes(), b",", letter, b"st\n"].concat());
        [b"code,region\n".to_vec(), rows.concat()].concat()
    };
    let viken = instance("viken-2020");
    let of = |letter: &[u8], more: &[&str]| {
        std::fs::write(&path, east(letter)).expect("a small file");
        let path = path.to_str().expect("UTF-8");
        let words = [&["evaluate", viken.as_str(), path, "--no-scenario"], more].concat();
        run(&words)
    };
    let ran = of(b"\xd8", &[]).exits(0);
    assert!(ran.stderr.contains("W111") && ran.stderr.contains("Windows-1252"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--encoding"), "{}", ran.stderr);
    assert!(ran.stdout.contains("Øst"), "{}", ran.stdout);
    assert!(of(b"\xd8", &["--quiet"]).exits(0).stderr.is_empty());
    let ran = of(b"\x9d", &["--encoding", "cp850"]).exits(0);
    assert!(!ran.stderr.contains("W111") && ran.stdout.contains("Øst"), "{}", ran.stdout);
    let ran = of("Ø".as_bytes(), &["--encoding", "cp850"]).exits(0);
    assert!(ran.stdout.contains("Øst"), "UTF-8 shows itself: {}", ran.stdout);
    let ran = of(b"\xff\xff", &["--encoding", "shift_jis"]).exits(2);
    assert!(ran.stderr.contains("E104") && ran.stderr.contains("Shift_JIS"), "{}", ran.stderr);
    // A division that a rule names.
    std::fs::write(&path, east(b"\xd8")).expect("a small file");
    let rule = format!("--keep-whole={}", path.display());
    let ran = run(&["solve", &viken, "--k", "6", "--no-scenario", &rule]).exits(0);
    assert!(ran.stderr.contains("W111"), "{}", ran.stderr);
}

#[test]
fn evaluate_says_what_planners_asked_for() {
    let viken = instance("viken-2020");
    let document = run(&[
        "evaluate",
        &viken,
        "regional_councils_2019",
        "--no-scenario",
        "--min-population",
        "20000",
        "--max-population",
        "300000",
        "--against-best",
        "--format",
        "json",
    ])
    .exits(0)
    .json_of(BINARY, "evaluate");
    assert_eq!(document["division"], "regional_councils_2019");
    let totals = &document["totals"];
    assert_eq!((&totals["regions"], &totals["areas_covered"]), (&12.into(), &47.into()));
    assert_eq!(totals["double_members"], serde_json::json!(["3053"]));
    assert_eq!(totals["outside"], serde_json::json!(["3001", "3012", "3024", "3025"]));
    assert_eq!(totals["internal_commuting"], 67_901);
    assert_eq!(totals["share"], 0.424_952);
    let best = &document["against_best"][0];
    assert_eq!((&best["objective"], &best["solution"]), (&96_331.into(), &"proven_optimal".into()));
    assert_eq!(best["lost"], 96_331 - 67_901);
    assert!(best["share"].as_f64().is_some_and(|share| (share - 0.603).abs() < 5e-4));
    let broken: Vec<&str> = document["violations"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|violation| violation["code"].as_str())
        .collect();
    assert_eq!(broken, ["V03", "V03", "V03", "V03", "V04", "V13", "V13"]);
}

/// Beside a division stands what comes of it once everybody is placed and single areas have joined others, in
/// what is printed and in every report that names it.
#[test]
fn divisions_are_told_like_with_like() {
    let viken = instance("viken-2020");
    let told = |document: &serde_json::Value| -> Vec<(String, String, u64, u64)> {
        let taken = document["procedure"].as_array().expect("a list").iter();
        let text = |it: &serde_json::Value, key: &str| it[key].as_str().expect("a text").to_owned();
        let figure = |it: &serde_json::Value, key: &str| it[key].as_u64().expect("a figure");
        let told = |it| {
            (
                text(it, "division"),
                text(it, "taken"),
                figure(it, "regions"),
                figure(it, "internal_commuting"),
            )
        };
        taken.map(told).collect()
    };
    let of = |division: &str, taken: &str, regions: u64, inside: u64| {
        (division.to_owned(), taken.to_owned(), regions, inside)
    };
    let ba = "ba_regions_2020";
    let councils = "regional_councils_2019";
    // As the studies have it: 14 regions become 10, by either way.
    let expected = [
        of(ba, "placed", 14, 88_168),
        of(ba, "nearest_centre", 10, 88_947),
        of(ba, "strongest_flow", 10, 89_540),
    ];
    let ran = run(&["evaluate", &viken, ba, "--format", "json"]).exits(0);
    assert_eq!(told(&ran.json_of(BINARY, "evaluate")), expected);
    let asked = ["compare", &viken, ba, "buskerud_model", councils, "--format", "json"];
    let found = told(&run(&asked).exits(0).json_of(BINARY, "compare"));
    assert_eq!(found[..3], expected);
    // Most of the Buskerud model would be made up.
    assert_eq!(found[3], of(councils, "placed", 12, 94_878));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().to_string_lossy();
    run(&["solve", &viken, "--k", "9", "-o", &out, "--report", "-q"]).exits(0);
    for page in ["report.html", "report.md"] {
        let page = std::fs::read_to_string(folder.path().join(page)).expect("a page");
        assert!(
            page.contains(
                "Labour market regions 2020, single municipalities with the nearest centre"
            )
        );
        assert!(page.contains("88,947"), "{page}");
    }
}

#[test]
fn evaluate_takes_any_format_and_threshold() {
    let tiny = instance("tiny");
    let table = run(&["evaluate", &tiny, "districts", "-q"]).exits(0).stdout;
    assert!(table.contains("internal commuting:"), "{table}");
    let csv = run(&["evaluate", &tiny, "districts", "--format", "csv", "-q"]).exits(0).stdout;
    assert!(csv.starts_with("region,name,num_areas,"), "{csv}");
    run(&["evaluate", &tiny, "districts", "--valid", "75%"]).exits(2).says("75%:3500");
    run(&["evaluate", &tiny, "district"]).exits(2).says("E503").says("did you mean `districts`");
}

#[test]
fn compare_sets_every_pair_side_by_side() {
    let viken = instance("viken-2020");
    let names = ["regional_councils_2019", "ba_regions_2020", "buskerud_model"];
    let all = [&["compare", viken.as_str()][..], &names[..], &["--format", "json"]].concat();
    let document = run(&all).exits(0).json_of(BINARY, "compare");
    assert_eq!(document["pairs"].as_array().map(Vec::len), Some(3));
    let first = [&all[..], &["--with-first"]].concat();
    let document = run(&first).exits(0).json_of(BINARY, "compare");
    assert_eq!(document["pairs"].as_array().map(Vec::len), Some(2));
    let table = run(&["compare", &viken, names[0], names[1]]).exits(0).stdout;
    assert!(table.contains("gained at borders") && table.contains("lost at borders"), "{table}");
    let csv = run(&["compare", &viken, names[0], names[1], "--format", "csv"]).exits(0).stdout;
    assert_eq!(csv.lines().count(), 2);
    run(&["compare", &viken, names[0]]).exits(2).says("E504");
}

#[test]
fn plans_of_a_run_are_compared_by_their_directory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("run");
    let out = out.to_str().expect("UTF-8");
    let tiny = instance("tiny");
    run(&["solve", &tiny, "--no-scenario", "--k", "2..4", "-o", out, "-q"]).exits(0);
    let document = run(&["compare", &tiny, "districts", out, "--with-first", "--format", "json"])
        .exits(0)
        .json_of(BINARY, "compare");
    assert_eq!(document["pairs"].as_array().map(Vec::len), Some(3));
}

#[test]
fn derive_writes_the_division_and_why() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("ten");
    let out_text = out.to_str().expect("UTF-8");
    let viken = instance("viken-2020");
    let arguments = [
        "derive",
        &viken,
        "ba_regions_2020",
        "--attach-singletons",
        "nearest-centre",
        "-o",
        out_text,
        "--format",
        "json",
    ];
    let document = run(&arguments).exits(0).json_of(BINARY, "derive");
    assert_eq!(document["stages"][0]["regions"], 14);
    assert_eq!(document["stages"][1]["regions"], 10);
    assert_eq!(document["decisions"].as_array().map(Vec::len), Some(4));
    let log = std::fs::read_to_string(out.join("derive.txt")).expect("it was written");
    assert!(log.contains("Sigdal (3045): Sigdal → Ringerike"), "{log}");
    let division = out.join("division.csv");
    let division = division.to_str().expect("UTF-8");
    let document = run(&["evaluate", &viken, division, "--format", "json"])
        .exits(0)
        .json_of(BINARY, "evaluate");
    assert_eq!(document["totals"]["regions"], 10);
    run(&arguments).exits(2).says("E402").says("--force");
    run(&[&arguments[..], &["--force"]].concat()).exits(0);
}

#[test]
fn a_split_is_proven_for_every_number_of_parts() {
    let viken = instance("viken-2020");
    let document = run(&[
        "derive",
        &viken,
        "ba_regions_2020",
        "--split",
        "Oslo/Bærum",
        "--into",
        "2..4",
        "--format",
        "json",
    ])
    .exits(0)
    .json_of(BINARY, "derive");
    let solved = document["solved"].as_array().expect("a list");
    assert_eq!(solved[0]["termination"], "infeasible");
    assert!(solved[1..].iter().all(|solved| solved["solution"] == "proven_optimal"));
    assert_eq!(document["divisions"].as_array().map(Vec::len), Some(2));
    run(&["derive", &viken, "ba_regions_2020", "--split", "Oslo", "--into", "2"])
        .exits(2)
        .says("E506")
        .says("Oslo/Bærum");
}

#[test]
fn improvement_is_a_curve_that_ends_at_the_best_plan() {
    let tiny = instance("tiny");
    let base = ["derive", &tiny, "districts", "--no-scenario", "--assign-missing"];
    let more = ["--resolve-overlaps", "--improve", "--max-moved", "0..7", "--format", "json"];
    let document = run(&[&base[..], &more[..]].concat()).exits(0).json_of(BINARY, "derive");
    let solved = document["solved"].as_array().expect("a list");
    let values: Vec<u64> =
        solved.iter().map(|solved| solved["objective"].as_u64().expect("a plan")).collect();
    assert!(values.is_sorted(), "{values:?}");
    assert!(solved.iter().all(|solved| solved["solution"] == "proven_optimal"));
    for solved in solved {
        assert!(solved["moved"].as_u64() <= solved["max_moved"].as_u64());
    }
    let k = solved[0]["k"].to_string();
    let best = run(&["solve", &tiny, "--no-scenario", "--k", &k, "--format", "json"]).exits(0);
    let best: Value = serde_json::from_str(&best.stdout).expect("JSON");
    assert_eq!(best["results"][0]["objective"].as_u64(), values.last().copied());
}

/// Today's councils under the default limits: every move that helps, to the best plan of all.
#[test]
fn the_curve_of_the_councils_is_proven_to_its_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("curve");
    let out = out.to_str().expect("UTF-8");
    let viken = instance("viken-2020");
    let base = ["derive", &viken, "regional_councils_2019", "--resolve-overlaps"];
    let more = ["--assign-missing", "--improve", "--max-moved", "0..", "-o", out];
    run(&[&base[..], &more[..]].concat()).exits(0);
    let text = std::fs::read_to_string(format!("{out}/curve.csv")).expect("a curve");
    let mut rows = text.lines();
    assert_eq!(rows.next(), Some("max_moved,moved,internal_commuting,bound,status"));
    for most in 0..3 {
        assert_eq!(rows.next(), Some(&*format!("{most},,,,infeasible")));
    }
    let values = [
        79_518, 82_719, 83_836, 84_176, 87_727, 90_238, 91_355, 91_905, 94_304, 94_756, 95_121,
        95_168, 95_620, 95_979, 96_155,
    ];
    for (value, moved) in values.into_iter().zip(3..) {
        let row = format!("{moved},{moved},{value},{value},proven_optimal");
        assert_eq!(rows.next(), Some(&*row));
    }
    assert_eq!(rows.next(), None, "the last one is the best plan for twelve regions");
}

#[test]
fn the_nearest_plan_that_keeps_the_rules_is_found() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let viken = instance("viken-2020");
    // The best plan for nine regions, with one municipality in the wrong place.
    let out = folder.path().join("run");
    let out = out.to_str().expect("UTF-8");
    run(&["solve", &viken, "--k", "9", "-o", out, "-q"]).exits(0);
    let text = std::fs::read_to_string(format!("{out}/divisions/k09.csv")).expect("a division");
    let moved = text.lines().find(|line| line.starts_with("3044,")).expect("Hol is there");
    let other = text.lines().find(|line| line.starts_with("3001,")).expect("Halden is there");
    let other = other.split(',').nth(1).expect("it has a region");
    let wrong = text.replace(moved, &format!("3044,{other},Hol"));
    let file = write(folder.path(), "wrong.csv", &wrong);
    let document = run(&["derive", &viken, &file, "--improve", "--format", "json"])
        .exits(0)
        .json_of(BINARY, "derive");
    let solved = document["solved"].as_array().expect("a list");
    assert_eq!(solved.len(), 2, "no moves are too few, one is enough");
    assert_eq!(solved[0]["termination"], "infeasible");
    assert_eq!(
        (&solved[1]["moved"], &solved[1]["solution"]),
        (&1.into(), &"proven_optimal".into())
    );
}

#[test]
fn steps_that_do_not_fit_are_refused() {
    let viken = instance("viken-2020");
    run(&["derive", &viken, "ba_regions_2020"]).exits(2).says("E505");
    run(&["derive", &viken, "regional_councils_2019", "--improve"])
        .exits(2)
        .says("E506")
        .says("--assign-missing");
    run(&["derive", &viken, "ba_regions_2020", "--improve", "--max-moved", "3..1"])
        .exits(2)
        .says("upside down");
}

#[test]
fn old_borders_are_carried_over() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let viken = instance("viken-2020");
    let file = write(
        folder.path(),
        "old.csv",
        "code,region\n0219,Vest\n0220,Vest\n0627,Drammen\n0628,Drammen\n0602,Drammen\n",
    );
    let crosswalk = format!("{viken}/crosswalk_2017_to_2020.csv");
    let flows = format!("{viken}/flows_2017_borders.csv");
    let arguments = ["derive", &viken, &file, "--crosswalk", &crosswalk, "--old-flows", &flows];
    let ran = run(&[&arguments[..], &["--resolve-overlaps", "--format", "json"]].concat());
    let document = ran.exits(0).says("all 439,604 commuters agree").json_of(BINARY, "derive");
    let decisions = document["decisions"].as_array().expect("a list");
    assert!(decisions.iter().any(|d| d["step"] == "crosswalk" && d["code"] == "3025"));
    assert!(decisions.iter().any(|d| d["step"] == "resolve-overlaps" && d["code"] == "3025"));
    // Flows of another year do not add up.
    let other = std::fs::read_to_string(&flows).expect("a file").replacen("116", "117", 1);
    let other = write(folder.path(), "other.csv", &other);
    run(&["derive", &viken, &file, "--crosswalk", &crosswalk, "--old-flows", &other])
        .exits(6)
        .says("E507");
    let unknown = write(folder.path(), "unknown.csv", "code,region\n9999,Nowhere\n");
    run(&["derive", &viken, &unknown, "--crosswalk", &crosswalk]).exits(2).says("9999");
}

/// Names of a study's areas are read in the letters that it names.
#[test]
fn a_study_names_the_encoding_of_its_instance() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mine = folder.path().join("mine");
    std::fs::create_dir(&mine).expect("a folder");
    for file in ["areas.csv", "flows.csv", "adjacency.csv"] {
        let text =
            std::fs::read_to_string(Path::new(&instance("tiny")).join(file)).expect("a file");
        let bytes = match text.split_once("Alder Bay") {
            Some((before, after)) => {
                [before.as_bytes(), b"\xa3\xf3d\xbc", after.as_bytes()].concat()
            }
            None => text.into_bytes(),
        };
        std::fs::write(mine.join(file), bytes).expect("room");
    }
    let free = write(folder.path(), "free.toml", "name = \"No rules\"\n");
    let of = |encoding: &str| {
        let text = format!(
            "title = \"Letters\"\ninstance = \"mine\"\nk = \"2\"\nscenarios = [{free:?}]\n{encoding}"
        );
        let file = write(folder.path(), "letters.toml", &text);
        let out = folder.path().join("letters");
        run(&["study", &file, "-o", out.to_str().expect("UTF-8"), "--force"])
    };
    assert!(of("").exits(0).stderr.contains("W111"));
    let ran = of("encoding = \"iso-8859-2\"\n").exits(0);
    assert!(!ran.stderr.contains("W111"), "{}", ran.stderr);
    of("encoding = \"latin-17\"\n").exits(2).says("E508").says("no encoding known here");
}

#[test]
fn a_study_writes_the_same_tables_every_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = format!(
        "title = \"Tiny\"\ninstance = {:?}\nk = \"2..3\"\nscenarios = [{:?}]\n\
         divisions = [\"districts\"]\n[[derive]]\nname = \"all\"\nfrom = \"districts\"\n\
         resolve_overlaps = true\nassign_missing = true\nimprove = \"0..2\"\n",
        instance("tiny"),
        write(folder.path(), "free.toml", "name = \"No rules\"\n"),
    );
    let file = write(folder.path(), "study.toml", &text);
    let read = |name: &str| {
        let out = folder.path().join(name);
        run(&["study", &file, "-o", out.to_str().expect("UTF-8"), "-q"]).exits(0);
        ["study.md", "prices.csv", "solved.csv", "distances.csv", "divisions.csv"]
            .map(|table| std::fs::read_to_string(out.join(table)).expect("it was written"))
    };
    assert_eq!(read("one"), read("two"));
    let wrong = write(folder.path(), "wrong.toml", "title = 1");
    run(&["study", &wrong, "-o", folder.path().to_str().expect("UTF-8")]).exits(2).says("E508");
}

/// All near-optimal divisions are there, and the tables over them are those on record.
#[test]
fn the_neighbours_of_hallingdal_are_the_ones_on_record() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let studies = format!("{}/studies", instance("viken-2020"));
    let file = format!("{studies}/hallingdal_neighbours.toml");
    let out = folder.path().to_str().expect("UTF-8");
    run(&["study", &file, "-o", out, "-q"]).exits(0);
    for table in ["near_company.csv", "near_neighbours.csv", "prices.csv", "study.md"] {
        let read = |folder: &str| {
            std::fs::read_to_string(Path::new(folder).join(table)).expect("it was written")
        };
        assert!(read(out) == read(&format!("{studies}/results/hallingdal_neighbours")), "{table}");
    }
    let nobody = "title = \"Whom?\"\nwithin = \"1%\"\nk = \"2\"\nscenarios = [\"free.toml\"]\n";
    write(folder.path(), "free.toml", "name = \"No rules\"\n");
    let text = format!("{nobody}instance = {:?}\n", instance("tiny"));
    let scenario = folder.path().join("free.toml");
    let text = text.replace("free.toml", scenario.to_str().expect("UTF-8"));
    let file = write(folder.path(), "nobody.toml", &text);
    let other = folder.path().join("other");
    let other = other.to_str().expect("UTF-8");
    run(&["study", &file, "-o", other]).exits(2).says("E508").says("watch");
}
