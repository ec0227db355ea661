//! Files and texts that mean harm, or that a slip of the pen made: nothing that exists is
//! overwritten, no name leaves its folder, a refusal leaves nothing behind, and nothing takes more
//! time than its size asks for.
//!
//! The sizes are such that time in the square of them would be noticed as a test that does not end.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use regionfront::import::graph::{self, GraphOptions};
use regionfront::import::matrix::{self, MatrixOptions};
use regionfront::import::polygons::{self, PolygonOptions};
use regionfront::import::weights::{self, WeightsOptions};
use regionfront::instance::{Instance, read_division};
use regionfront::scenario::{Problem, Scenario};
use regionfront_testkit::ran::{Ran, command};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

fn tiny() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/tiny")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn run(arguments: &[&str]) -> Ran {
    Ran::of(&mut command(env!("CARGO_BIN_EXE_regionfront"), arguments))
}

/// Every file below a folder with its contents, and every folder with nothing.
fn held(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut held = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                held.insert(path.clone(), Vec::new());
                open.push(path);
            } else {
                held.insert(path.clone(), fs::read(&path).expect("a file"));
            }
        }
    }
    held
}

/// A copy of an instance, changed.
fn copy_of_tiny(into: &Path, change: &dyn Fn(&str, String) -> String) -> PathBuf {
    let copy = into.join("instance");
    fs::create_dir_all(copy.join("divisions")).expect("room for folders");
    for (path, bytes) in held(&tiny()) {
        let name = text(path.strip_prefix(tiny()).expect("it lies inside")).to_owned();
        if path.is_file() {
            let was = String::from_utf8(bytes).expect("UTF-8");
            fs::write(copy.join(&name), change(&name, was)).expect("room for a small file");
        }
    }
    copy
}

#[test]
fn nothing_that_exists_is_overwritten_unless_forced() {
    let room = folder();
    let at = |name: &str| text(&room.path().join(name)).to_owned();
    let tiny = tiny();
    let tiny = text(&tiny);
    let study = at("study.toml");
    let lines =
        format!("title = \"T\"\ninstance = {tiny:?}\nscenarios = [\"{}\"]\nk = 2\n", at("s.toml"));
    fs::write(&study, lines).expect("room");
    fs::write(at("s.toml"), "").expect("room");
    let run_dir = at("run");
    run(&["solve", tiny, "--k", "2", "-o", &run_dir, "-q"]).exits(0);

    let report = ["report", run_dir.as_str(), "--only", "json,md", "-o"];
    let commands: Vec<(Vec<&str>, &str)> = vec![
        (vec!["derive", tiny, "districts", "--assign-missing", "-o"], "division.csv"),
        (vec!["study", &study, "-o"], "study.md"),
        (vec!["evaluate", tiny, "districts", "--report", "-o"], "report.md"),
        (vec!["compare", tiny, "districts", "districts", "--report", "-o"], "report.md"),
        (report.to_vec(), "report.md"),
    ];
    for (at_number, (command, file)) in commands.into_iter().enumerate() {
        let out = at(&format!("out-{at_number}"));
        fs::create_dir(&out).expect("room for a folder");
        fs::write(Path::new(&out).join(file), "mine").expect("room for a file");
        let before = held(Path::new(&out));
        let arguments = [&command[..], &[&out, "-q"]].concat();
        run(&arguments).exits(2).says("E402").says("--force");
        assert_eq!(held(Path::new(&out)), before, "{command:?}");
        run(&[&arguments[..], &["--force"]].concat()).exits(0);
        assert_ne!(fs::read(Path::new(&out).join(file)).expect("a file"), b"mine", "{command:?}");
    }

    let file = at("tiny.graph");
    let plan = format!("{run_dir}#k02");
    let export = ["export", tiny, "--to", "metis", "--division", &plan, "-q", "-o", &file];
    fs::write(&file, "mine").expect("room for a file");
    run(&export).exits(2).says("E402");
    assert_eq!(fs::read(&file).expect("a file"), b"mine");
    run(&[&export[..], &["--force"]].concat()).exits(0);
    let is_part = |path: &PathBuf| text(path).starts_with(&format!("{file}.part."));
    let part = held(room.path()).into_keys().find(is_part).expect("the division in a file");
    fs::remove_file(&file).expect("it was there");
    fs::write(&part, "mine").expect("room for a file");
    run(&export).exits(2).says("E402");
    assert!(!Path::new(&file).exists() && fs::read(&part).expect("a file") == b"mine");
    // What is no file is written to, not replaced.
    run(&["export", tiny, "--to", "gal", "-o", "/dev/null", "-q"]).exits(0);
    assert!(!Path::new("/dev/null").is_file());
}

#[test]
fn no_name_leaves_the_output_folder() {
    let room = folder();
    let inside = room.path().join("a/b/c");
    fs::create_dir_all(&inside).expect("room for folders");
    let tiny = tiny();
    let study = inside.join("study.toml");
    let scenario = inside.join("s.toml");
    fs::write(&scenario, "").expect("room");
    let base = format!(
        "title = \"T\"\ninstance = {:?}\nscenarios = [{:?}]\n",
        text(&tiny),
        text(&scenario)
    );
    for name in ["../../x", "/tmp/regionfront-escaped", "a/b", "..", "x\u{202e}"] {
        let derive =
            format!("[[derive]]\nname = {name:?}\nfrom = \"districts\"\nassign_missing = true\n")
                .replace("\\u{202e}", "\\u202e");
        fs::write(&study, format!("{base}{derive}")).expect("room");
        let before = held(room.path());
        run(&["study", text(&study), "-o", text(&inside.join("out"))]).exits(2).says("E508");
        assert_eq!(held(room.path()), before, "{name}");
        assert!(!Path::new("/tmp/regionfront-escaped.csv").exists());
    }

    // A run of `solve` is a division whose name is its path.
    let solved = inside.join("solved");
    run(&["solve", text(&tiny), "--k", "2", "-o", text(&solved), "-q"]).exits(0);
    let plan = format!("{}#k02", text(&solved));
    let graph = inside.join("graph.json");
    let export = ["export", text(&tiny), "--to", "networkx", "--division", &plan, "-o"];
    run(&[&export[..], &[text(&graph)]].concat()).exits(0);
    for name in ["../../x", "/tmp/regionfront-escaped", "a/b"] {
        let out = inside.join("imported");
        run(&["import", "graph", text(&graph), "--division-name", name, "--into", text(&out)])
            .exits(2)
            .says("--division-name");
        assert!(!out.exists(), "{name}");
    }

    let out = inside.join("derived");
    let before = held(&solved);
    let derive =
        ["derive", text(&tiny), &plan, "--improve", "--max-moved", "0..2", "-o", text(&out)];
    run(&derive).exits(0);
    assert_eq!(held(&solved), before);
    assert!(held(&out).keys().all(|path| path.parent() == Some(&out)), "{:?}", held(&out).keys());
}

#[test]
fn a_refusal_leaves_nothing_behind() {
    let room = folder();
    let at = |name: &str| text(&room.path().join(name)).to_owned();
    let tiny = tiny();
    let tiny = text(&tiny);
    let run_dir = at("run");
    run(&["solve", tiny, "--k", "2", "-o", &run_dir, "-q"]).exits(0);
    let templates = at("templates");
    fs::create_dir(&templates).expect("room for a folder");
    fs::write(Path::new(&templates).join("report.md.j2"), "{{ nothing.at.all }}").expect("room");
    let endless = at("endless");
    fs::create_dir(&endless).expect("room for a folder");
    let source = "{% for a in range(90000) %}{% for b in range(90000) %}x{% endfor %}{% endfor %}";
    fs::write(Path::new(&endless).join("report.html.j2"), source).expect("room");

    let before = held(room.path());
    for folder in [&templates, &endless] {
        for output in [run_dir.clone(), at("new/below")] {
            let report = ["report", &run_dir, "--template", folder, "-o", &output, "--force"];
            run(&[&report[..], &["-q"]].concat()).exits(2).says("E409");
            assert_eq!(held(room.path()), before);
        }
    }

    // A folder that holds a division which would not fit is refused before anything is replaced.
    let crosswalk = at("crosswalk.csv");
    let rows = "code_old,code_new,name_new\n0101,9001,All\n0102,9001,All\n0103,9001,All\n\
                0201,9001,All\n0202,9001,All\n0203,9001,All\n0204,9001,All\n";
    fs::write(&crosswalk, rows).expect("room");
    let copy = copy_of_tiny(room.path(), &|_, text| text);
    fs::write(copy.join("divisions/own.csv"), "code,region\n0101,a\n").expect("room");
    let before = held(room.path());
    run(&["instance", "merge", tiny, "--crosswalk", &crosswalk, "-o", text(&copy), "--force"])
        .exits(2)
        .says("own.csv");
    assert_eq!(held(room.path()), before);
}

/// A folder was written that did not load, and the command exited with 0.
#[test]
fn a_merge_to_areas_that_touch_nothing_loads() {
    let room = folder();
    let crosswalk = room.path().join("crosswalk.csv");
    let rows = "code_old,code_new,name_new\n0101,9001,All\n0102,9001,All\n0103,9001,All\n\
                0201,9001,All\n0202,9001,All\n0203,9001,All\n0204,9001,All\n";
    fs::write(&crosswalk, rows).expect("room");
    let out = room.path().join("merged");
    let tiny = tiny();
    let merge = ["instance", "merge", text(&tiny), "--crosswalk", text(&crosswalk)];
    run(&[&merge[..], &["-o", text(&out)]].concat()).exits(0);
    let merged = Instance::load(&out).unwrap_or_else(|defects| panic!("{defects}"));
    assert_eq!((merged.num_areas(), merged.links.len()), (1, 0));
    let alone = room.path().join("alone");
    run(&["instance", "subset", text(&tiny), "--areas", "0201", "-o", text(&alone)]).exits(0);
    assert!(Instance::load(&alone).expect("it loads").links.is_empty());
}

/// Names that steer terminals, end links, run in spreadsheets and mark up pages.
#[test]
fn names_that_mean_harm_are_only_names() {
    let room = folder();
    let evil =
        "=HYPERLINK(\"\"http://evil.example\"\") \u{1b}[2J\u{202e}<script>alert(1)</script>|*x*";
    let copy = copy_of_tiny(room.path(), &|name, was| match name {
        "areas.csv" => was
            .replace("Elm Port", "\u{202e}X")
            .replace("0101,Alder Bay", &format!("0101,\"{evil}\"")),
        "datapackage.json" => was.replace(
            "\"title\": \"Invented for this project\"",
            "\"title\": \"[x](javascript:alert(1))\", \"path\": \"javascript:alert(1)\"",
        ),
        _ => was,
    });
    let out = room.path().join("out");
    let ran = run(&["solve", text(&copy), "--k", "2", "--report", "-o", text(&out)]).exits(0);
    let steers = |text: &str| {
        text.chars().any(|letter| matches!(letter, '\u{1b}' | '\u{202e}' | '\u{7f}'..='\u{9f}'))
    };
    assert!(!steers(&ran.stdout) && !steers(&ran.stderr), "{}", ran.stdout);
    let shown = run(&["inspect", text(&copy)]).exits(0);
    assert!(!steers(&shown.stdout) && shown.stdout.contains('�'), "{}", shown.stdout);
    let unknown = run(&["solve", text(&copy), "--k", "2", "--keep-together", "\u{1b}[2J,\u{202e}"]);
    assert!(!steers(&unknown.exits(2).stderr));

    for (path, bytes) in held(&out) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let name = path.display();
        let ending = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
        if matches!(ending, "html" | "md" | "svg" | "json") {
            assert!(!steers(&text), "{name}");
        }
        if matches!(ending, "html" | "svg") {
            assert!(!text.contains("<script>alert"), "{name}");
        }
        if ending == "html" {
            assert!(!text.contains("href=\"javascript:"), "{name}");
        }
        if ending == "md" {
            // A bracket behind a backslash ends no link.
            assert!(!text.replace("\\]", "").contains("](javascript:"), "{name}");
            assert!(!text.contains("<script>"), "{name}");
        }
        if ending == "csv" {
            let text = text.trim_start_matches('\u{feff}');
            let mut table =
                csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            for row in table.records() {
                for cell in &row.expect("a row") {
                    let is_formula = cell.starts_with(['=', '@', '+', '-', '\t', '\r']);
                    assert!(!is_formula || cell.parse::<f64>().is_ok(), "{name}: {cell}");
                }
            }
        }
    }
    // The plan is read back with the names it has.
    let instance = Instance::load(&copy).expect("it loads");
    let plan = read_division(&out.join("divisions/k02.csv"), &instance).expect("a division");
    assert!(plan.regions.iter().all(|region| !region.name.starts_with('\'')), "{plan:?}");
}

#[test]
fn options_that_others_leave_without_a_meaning_are_refused() {
    let tiny = tiny();
    for option in [&["--time-limit", "5"][..], &["--k", "3"], &["--limit-ok"]] {
        let arguments = [&["evaluate", text(&tiny), "districts"], option].concat();
        run(&arguments).exits(2).says("E520").says("--against-best");
    }
    let room = folder();
    run(&["report", text(room.path()), "--write-templates", text(room.path())]).exits(2);
}

#[test]
fn divisions_of_two_hundred_thousand_rows_are_read_or_refused() {
    let instance = Instance::load(&tiny()).expect("it loads");
    let room = folder();
    let file = room.path().join("division.csv");
    let mut rows = "code,region\n".to_owned();
    for row in 0..200_000 {
        let _ = writeln!(rows, "{},r{row}", instance.areas[row % 7].code);
    }
    fs::write(&file, rows).expect("room");
    assert_eq!(read_division(&file, &instance).expect("a cover").regions.len(), 200_000);
    let mut rows = "code,region\n".to_owned();
    for row in 0..200_000 {
        let _ = writeln!(rows, "x{row},r{row}");
    }
    fs::write(&file, rows).expect("room");
    let defects = read_division(&file, &instance).expect_err("unknown codes");
    assert_eq!(defects.0.len(), 200_000);
    let told = defects.to_string();
    assert!(told.lines().count() < 200 && told.contains("199950 more of this kind"));
}

#[test]
fn twenty_thousand_groups_are_resolved_or_refused() {
    let mut instance = Instance::load(&tiny()).expect("it loads");
    instance.divisions.clear();
    let codes: Vec<String> = instance.areas.iter().map(|area| area.code.clone()).collect();
    for key in ["keep_together", "keep_apart", "closed", "fixed"] {
        let mut text = format!("{key} = [\n");
        for number in 0..20_000 {
            let (one, other) = (&codes[number % 7], &codes[(number / 7 + number + 1) % 7]);
            let _ = if one == other {
                writeln!(text, "[{one:?}],")
            } else {
                writeln!(text, "[{one:?}, {other:?}],")
            };
        }
        text.push_str("]\n");
        let scenario = Scenario::parse(&text, "groups.toml").expect("it is read");
        let _ = Problem::resolve(instance.clone(), &scenario);
    }
    let mut text = "keep_together = [\n".to_owned();
    for number in 0..20_000 {
        let _ = writeln!(text, "[\"x{number}\", \"y{number}\"],");
    }
    text.push_str("]\n");
    let scenario = Scenario::parse(&text, "groups.toml").expect("it is read");
    let defects = Problem::resolve(instance, &scenario).expect_err("unknown names");
    assert_eq!(defects.0.len(), 40_000);
    assert_eq!(defects.0[39_999].at, "groups.toml:20001 keep_together[20000]");
}

/// What conflicts is told although looking at every rule once for each of them would take minutes.
#[test]
fn thousands_of_rules_that_conflict_are_explained() {
    let room = folder();
    let viken = Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = Instance::load(&viken).expect("it loads");
    let code = |at: usize| &instance.areas[at].code;
    let mut text = "keep_apart = [\n".to_owned();
    let threes = (0..51).flat_map(|a| (0..a).flat_map(move |b| (0..b).map(move |c| [a, b, c])));
    for [a, b, c] in threes.take(20_000) {
        let _ = writeln!(text, "[{:?}, {:?}, {:?}],", code(a), code(b), code(c));
    }
    text.push_str("]\n");
    let scenario = room.path().join("apart.toml");
    fs::write(&scenario, text).expect("room for a file");
    let ran = run(&["solve", self::text(&viken), "--scenario", self::text(&scenario), "--k", "9"]);
    ran.exits(3).shows("kept apart");
}

#[test]
fn three_thousand_runs_that_extend_each_other_are_read() {
    let mut text = "[defaults]\ninstance = \"tiny\"\nk = 2\n".to_owned();
    for number in 0..3_000_usize {
        let _ = writeln!(text, "[[run]]\nname = \"r{number}\"\nseed = {number}");
        if let Some(before) = number.checked_sub(1) {
            let _ = writeln!(text, "extends = \"r{before}\"");
        }
    }
    let batch = regionfront::batch::Batch::parse(&text, "b.toml");
    let batch = batch.unwrap_or_else(|defects| panic!("{defects}"));
    assert_eq!(batch.runs.len(), 3_000);
    assert_eq!(batch.runs[2_999].spec.seed, 2_999);
    let circle = "[[run]]\nname = \"a\"\nextends = \"b\"\n[[run]]\nname = \"b\"\nextends = \"a\"\n";
    let defects = regionfront::batch::Batch::parse(circle, "b.toml").expect_err("a circle");
    assert!(defects.has("E532"), "{defects}");
}

#[test]
fn graphs_of_a_hundred_thousand_nodes_are_read() {
    let mut text = "<graphml><key id=\"d\" for=\"node\" attr.name=\"code\"/>\n<graph>\n".to_owned();
    for node in 0..100_000 {
        let _ = writeln!(text, "<node id=\"n{node}\"><data key=\"d\">{node:06}</data></node>");
    }
    for node in 1..100_000 {
        let _ = writeln!(text, "<edge source=\"n{}\" target=\"n{node}\"/>", node - 1);
    }
    text.push_str("</graph></graphml>");
    let part = graph::parse("g.graphml", text.as_bytes(), None, &GraphOptions::default());
    let part = part.unwrap_or_else(|defects| panic!("{defects}"));
    assert_eq!((part.instance.areas.len(), part.instance.links.len()), (100_000, 99_999));
}

#[test]
fn a_thousand_polygons_in_one_place_are_refused() {
    let mut ring = String::new();
    for step in 0..=400 {
        let angle = f64::from(step % 400) * std::f64::consts::TAU / 400.0;
        let _ =
            write!(ring, "[{:.9},{:.9}],", 10.0 + angle.cos() / 10.0, 60.0 + angle.sin() / 20.0);
    }
    let ring = ring.trim_end_matches(',');
    let features: Vec<String> = (0..1_000)
        .map(|code| {
            format!(
                "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code:04}\"}},\"geometry\":\
                 {{\"type\":\"Polygon\",\"coordinates\":[[{ring}]]}}}}"
            )
        })
        .collect();
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}]}}", features.join(","));
    let refused = polygons::parse("p.geojson", text.as_bytes(), &PolygonOptions::default());
    let defects = refused.map(|_| ()).expect_err("they lie on top of each other");
    assert!(defects.to_string().contains("on top of each other"), "{defects}");
}

#[test]
fn cells_of_megabytes_are_refused_in_few_words() {
    let room = folder();
    let copy = copy_of_tiny(room.path(), &|name, was| match name {
        "areas.csv" => was.replace("Alder Bay", &"x".repeat(30_000_000)),
        _ => was,
    });
    let defects = Instance::load(&copy).expect_err("no name is that long");
    assert!(defects.has("E109"), "{}", defects.0[0].code);
    assert!(defects.to_string().len() < 20_000);
}

/// Certificates are made again with the same bytes, and others in their place are not replaced unasked.
#[test]
fn certificates_of_other_contents_are_spared() {
    let room = folder();
    let out = room.path().join("out");
    let instance = tiny();
    run(&["solve", text(&instance), "--no-scenario", "--k", "2", "-o", text(&out)]).exits(0);
    run(&["certify", text(&out)]).exits(0);
    let made = held(&out);
    run(&["certify", text(&out)]).exits(0);
    assert_eq!(held(&out), made, "the same bytes");
    let certificate = out.join("certificates/k02.ndjson");
    fs::write(&certificate, "mine").expect("a writable file");
    run(&["certify", text(&out)]).exits(2).says("E402").says("--force");
    assert_eq!(fs::read(&certificate).expect("it is there"), b"mine");
    run(&["certify", text(&out), "--force"]).exits(0);
    assert_eq!(held(&out), made);
}

/// A line of neighbours whose codes hold blanks, and a number of them that no line can hold; and one that
/// is too long to be cut into codes.
#[test]
fn no_number_of_neighbours_is_counted_up_to() {
    for (count, neighbours) in [(u64::MAX, "B b".to_owned()), (9, "B b ".repeat(50_000))] {
        let text = format!("2\nA a {count}\n{neighbours}\nB b 1\nA a\n");
        let refused = weights::parse("w.gal", text.as_bytes(), &WeightsOptions::default());
        let defects = refused.expect_err("not so many codes");
        assert!(defects.to_string().contains("codes"), "{defects}");
    }
}

/// Squares side by side as GeoJSON, so many that reading them takes a second.
fn squares(side: u32) -> String {
    let mut features = Vec::new();
    for at in 0..side * side {
        let corner = |x: u32, y: u32| {
            [5 + (at % side + x), 58_000 + (at / side + y)].map(|part| f64::from(part) / 1_000.0)
        };
        let ring = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)];
        features.push(serde_json::json!({
            "type": "Feature",
            "properties": {"code": format!("{at:05}")},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }));
    }
    serde_json::json!({"type": "FeatureCollection", "features": features}).to_string()
}

#[test]
fn reading_ends_at_its_limit_and_at_a_signal_and_leaves_nothing() {
    let room = folder();
    let [large, many, new] = ["large", "many.geojson", "new"].map(|name| room.path().join(name));
    fs::write(&many, squares(150)).expect("a file");
    let (large, many, new) = (text(&large), text(&many), text(&new));
    run(&["instance", "generate", "--areas", "5000", "-o", large, "-q"]).exits(0);
    let tiny = tiny();
    let before = held(room.path());
    let commands: [&[&str]; 5] = [
        &["inspect", large],
        &["import", "polygons", many, "--code", "code", "--into", new],
        &["instance", "subset", large, "--areas", "00001,00002", "-o", new],
        &["export", large, "--to", "gal", "-o", new],
        &["check", text(&tiny), "/dev/stdin"],
    ];
    for words in commands {
        let start = |words: &[&str]| {
            let mut command = command(env!("CARGO_BIN_EXE_regionfront"), words);
            command.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::null());
            command.spawn().expect("it runs")
        };
        let mut limited = start(&[words, &["--time-limit", "0.02"]].concat());
        let _open = limited.stdin.take();
        Ran::from(limited.wait_with_output().expect("it ends")).exits(5).says("E522");
        let mut child = start(words);
        let _open = child.stdin.take();
        std::thread::sleep(Duration::from_millis(40));
        let id = child.id().to_string();
        Command::new("kill").arg(&id).status().expect("kill");
        assert_eq!(child.wait().expect("it ends").code(), Some(143), "{words:?}");
        assert_eq!(held(room.path()), before, "{words:?}");
    }
}

#[test]
fn outlines_that_do_not_touch_are_not_compared_edge_by_edge() {
    let ring = |centre: f64| -> Vec<[f64; 2]> {
        let turn = |at: u32| f64::from(at) / 40_000.0 * std::f64::consts::TAU;
        let at = |at: u32| [centre + 0.1 * turn(at).cos(), 60.0 + 0.1 * turn(at).sin()];
        (0..40_000).map(at).chain([at(0)]).collect()
    };
    let feature = |code: &str, centre: f64| {
        serde_json::json!({
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [ring(centre)]},
        })
    };
    let features = [feature("0001", 10.0), feature("0002", 11.0), feature("0003", 11.201)];
    let text = serde_json::json!({"type": "FeatureCollection", "features": features}).to_string();
    let options = PolygonOptions { code: Some("code".to_owned()), ..PolygonOptions::default() };
    let part = polygons::parse("x.geojson", text.as_bytes(), &options).expect("three islands");
    assert_eq!(part.instance.areas.len(), 3);
}

#[test]
fn defaults_of_thousands_of_keys_are_refused() {
    let mut text = "<graphml>".to_owned();
    for at in 0..4_000 {
        let _ =
            write!(text, "<key id='k{at}' for='node' attr.name='a{at}'><default>x</default></key>");
    }
    text.push_str("<graph edgedefault='undirected'>");
    for at in 0..4_000 {
        let _ = write!(text, "<node id='{at}'/>");
    }
    text.push_str("</graph></graphml>");
    let refused = graph::parse("x.graphml", text.as_bytes(), None, &GraphOptions::default());
    assert!(refused.expect_err("too many").to_string().contains("4000 keys with a default"));
}

#[test]
fn force_leaves_what_is_no_run_alone() {
    let room = folder();
    let out = room.path().join("mine");
    fs::create_dir_all(out.join("divisions")).expect("room");
    for name in ["divisions/k09.csv", "report.html"] {
        fs::write(out.join(name), "mine").expect("a file");
    }
    let tiny = tiny();
    run(&["solve", text(&tiny), "--k", "2", "-o", text(&out)]).exits(2).says("E402");
    run(&["solve", text(&tiny), "--k", "2", "-o", text(&out), "--force", "-q"]).exits(0);
    for name in ["divisions/k09.csv", "report.html"] {
        assert_eq!(fs::read_to_string(out.join(name)).expect("it is there"), "mine", "{name}");
    }
}

#[test]
fn nobody_writes_into_a_directory_that_is_locked() {
    let room = folder();
    let out = room.path().join("run");
    let tiny = tiny();
    run(&["solve", text(&tiny), "--k", "3", "-o", text(&out), "-q"]).exits(0);
    let lock = fs::File::create(out.join(".regionfront-lock")).expect("a lock");
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).expect("locked");
    let (tiny, out) = (text(&tiny), text(&out));
    let journal = format!("{out}/journal.ndjson");
    let commands: [&[&str]; 3] = [
        &["derive", tiny, "districts", "--resolve-overlaps", "-o", out, "--force"],
        &["export", tiny, "--to", "gal", "-o", &journal, "--force"],
        &["compare", tiny, "districts", "districts", "--report", "-o", out, "--force"],
    ];
    for words in commands {
        run(words).exits(2).says("E410");
    }
}

#[test]
fn more_moves_than_areas_are_as_many_as_there_are() {
    let tiny = tiny();
    let words = ["--resolve-overlaps", "--assign-missing", "--improve", "--max-moved"];
    let with = |most: &str| {
        let words = [&["derive", text(&tiny), "districts"][..], &words, &[most, "--format", "csv"]];
        run(&words.concat()).exits(0).stdout
    };
    assert_eq!(with("0..999999999"), with("0..7"));
}

#[test]
fn a_text_that_stands_in_thousands_of_cells_does_not_fill_the_memory() {
    let long = "x".repeat(32_000);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for at in 0..7_000_u32 {
        sheet.write(at / 70, u16::try_from(at % 70).expect("few"), &long).expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let refused = matrix::parse("x.xlsx", &bytes, &MatrixOptions::default());
    assert!(refused.expect_err("too much").to_string().contains("bytes of text"));
}

/// Results on stdout belong together as files do: a signal that comes while they are read lets them end.
#[test]
fn a_signal_does_not_cut_what_is_being_printed() {
    let room = folder();
    let large = room.path().join("large");
    let large = text(&large);
    run(&["instance", "generate", "--areas", "2000", "-o", large, "-q"]).exits(0);
    let mut command =
        command(env!("CARGO_BIN_EXE_regionfront"), &["export", large, "--to", "networkx"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
    let mut pipe = child.stdout.take().expect("a pipe");
    let mut printed = vec![0];
    pipe.read_exact(&mut printed).expect("the first letter");
    Command::new("kill").arg(child.id().to_string()).status().expect("kill");
    std::thread::sleep(Duration::from_millis(100));
    pipe.read_to_end(&mut printed).expect("the rest");
    serde_json::from_slice::<serde_json::Value>(&printed).expect("all of it");
    child.wait().expect("it ends");
}
