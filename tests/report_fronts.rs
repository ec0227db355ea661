//! Reports on fronts and divisions: runs that drop a limit, that were killed, that have several
//! objectives; what rules cost; and the reports of `evaluate`, `compare` and `study`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use regionfront_testkit::report::{
    fail, grouped, json_of, list, read, regionfront, succeed, text, viken,
};
use regionfront_testkit::schema::departures;
use serde_json::Value;

/// A run of `front` that drops a limit of its scenario, with its report.
fn run() -> &'static Path {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = text(folder.path());
        let question = ["front", &viken(), "--k", "12..13", "--min-areas", "2"];
        let against = ["--against", "min-areas", "-o", &out, "--report", "-q"];
        succeed(&[&question[..], &against[..]].concat());
        folder
    });
    folder.path()
}

fn tiny() -> String {
    format!("{}/instances/tiny", env!("CARGO_MANIFEST_DIR"))
}

/// A copy of the run's own files of these names.
fn copy_of_run(names: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in names {
        fs::copy(run().join(name), folder.path().join(name)).expect("a copy");
    }
    folder
}

fn fits_its_schema(report: &Value) {
    let output = regionfront(&["schema", "report"]);
    let schema: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    assert_eq!(departures(&schema, report), Vec::<String>::new());
}

/// Every identifier stands once, and every reference leads to one.
fn holds_together(page: &str) {
    let mut ids = BTreeSet::new();
    for part in page.split(" id=\"").skip(1) {
        let id = part.split('"').next().expect("a quote");
        assert!(ids.insert(id.to_owned()), "{id} stands twice");
    }
    for key in [" href=\"#", "aria-labelledby=\""] {
        for part in page.split(key).skip(1) {
            let named = part.split('"').next().expect("a quote");
            for id in named.split(' ') {
                assert!(ids.contains(id), "{key}{id} leads nowhere");
            }
        }
    }
}

#[test]
fn a_front_that_drops_a_limit_is_reported_with_its_own_numbers() {
    let (report, front) = (json_of(&run().join("report.json")), json_of(&run().join("front.json")));
    fits_its_schema(&report);
    let dropped = list(&report["objectives"][0]["dropped"]);
    assert_eq!(dropped.len(), 1, "the least number of areas is dropped, and the report says so");
    let (shown, fronts) = (list(&report["fronts"]), list(&front["fronts"]));
    assert_eq!(shown.len(), fronts.len());
    for (shown, front) in shown.iter().zip(fronts) {
        assert_eq!((&shown["k"], &shown["complete"]), (&front["k"], &front["complete"]));
        let points = list(&front["points"]);
        assert_eq!(list(&shown["points"]).len(), points.len(), "all in the tables");
        for (shown, point) in list(&shown["points"]).iter().zip(points) {
            for key in [
                "id",
                "objective",
                "share",
                "min_population",
                "max_population",
                "termination",
                "solution",
                "bound",
            ] {
                assert_eq!(shown[key], point[key], "{key}");
            }
            for (key, value) in point["against"].as_object().expect("an object") {
                assert_eq!(shown["against"][key].as_f64(), value.as_f64(), "{key}");
            }
        }
    }
    let page = read(&run().join("report.html"));
    holds_together(&page);
    let markdown = read(&run().join("report.md"));
    for point in fronts.iter().flat_map(|front| list(&front["points"])) {
        for key in ["objective", "min_population", "max_population"] {
            let number = grouped(point[key].as_u64().expect("a whole number"), ",");
            assert!(page.contains(&number) && markdown.contains(&number), "{number}");
        }
    }
    let mut book: Xlsx<_> = open_workbook(run().join("tables.xlsx")).expect("a workbook");
    let rows = book.worksheet_range("Divisions").expect("a sheet");
    let points: Vec<&Value> = fronts.iter().flat_map(|front| list(&front["points"])).collect();
    assert_eq!(rows.height(), points.len() + 1);
    for (row, point) in rows.rows().skip(1).zip(points) {
        assert_eq!(row[2], Data::Float(point["objective"].as_f64().expect("a number")));
        assert_eq!(row[4], Data::Float(point["against"]["min-areas"].as_f64().expect("a number")));
    }
}

#[test]
fn a_changed_front_is_refused() {
    let folder = copy_of_run(&["manifest.json", "front.json"]);
    let (out, path) = (text(folder.path()), folder.path().join("front.json"));
    let original = read(&path);
    fs::write(&path, original.replacen("\"part\": 2", "\"part\": 3", 1)).expect("room");
    fail(&["report", &out], "E407");
    fs::write(&path, original.replacen("\"objective\": 9", "\"objective\": 8", 1)).expect("room");
    fail(&["report", &out], "E407");
}

#[test]
fn a_front_that_was_killed_is_reported_as_far_as_its_journal_goes() {
    let folder = copy_of_run(&["manifest.json", "journal.ndjson"]);
    let (out, journal) = (text(folder.path()), folder.path().join("journal.ndjson"));
    let lines: Vec<String> = read(&journal).lines().map(str::to_owned).collect();
    // The header, two replies for k = 12, and a line torn by the kill; nothing for k = 13.
    // What was known on the way to a reply is not counted.
    let is_reply = |line: &&String| line.contains("\"k\":12") && !line.contains("\"interrupted\"");
    let of_12: Vec<&String> = lines.iter().filter(is_reply).collect();
    let torn = &of_12[2][..of_12[2].len() / 2];
    let text_so_far = format!("{}\n{}\n{}\n{torn}", lines[0], of_12[0], of_12[1]);
    fs::write(&journal, text_so_far).expect("room");
    succeed(&["report", &out, "-q"]);
    let report = json_of(&folder.path().join("report.json"));
    fits_its_schema(&report);
    let fronts = list(&report["fronts"]);
    assert_eq!(fronts.len(), 1);
    assert_eq!((fronts[0]["k"].as_u64(), fronts[0]["complete"].as_bool()), (Some(12), Some(false)));
    assert_eq!(list(&fronts[0]["points"]).len(), 2);
    let gap = &list(&fronts[0]["gaps"])[0];
    let last = &list(&fronts[0]["points"])[1];
    assert_eq!(gap["beyond"]["min-areas"], last["against"]["min-areas"]);
    assert!(gap["bound"].as_u64() <= last["objective"].as_u64());
    assert_eq!(list(&report["method"]["missing_ks"]), [Value::from(13)]);
    assert_eq!(read(&folder.path().join("report.html")).matches("class=\"warning\"").count(), 2);
}

#[test]
fn points_of_a_front_are_chosen_as_asked() {
    let folder = copy_of_run(&["manifest.json", "front.json"]);
    let out = text(folder.path());
    let shown = |more: &[&str]| -> Vec<(u64, u64, bool)> {
        succeed(&[&["report", &out, "--only", "json,html,md,svg", "-q", "--force"], more].concat());
        let report = json_of(&folder.path().join("report.json"));
        list(&report["plans"])
            .iter()
            .map(|plan| {
                let number = |value: &Value| value.as_u64().expect("a number");
                (number(&plan["k"]), number(&plan["point"]["number"]), plan["is_main"] == true)
            })
            .collect()
    };
    assert_eq!(shown(&[]).len(), 2, "the knees");
    let report = json_of(&folder.path().join("report.json"));
    let last = |at: usize| list(&report["fronts"][at]["points"]).len() as u64;
    let ends: Vec<(u64, u64)> =
        shown(&["--points", "ends"]).into_iter().map(|(k, number, _)| (k, number)).collect();
    assert_eq!(ends, [(12, 1), (12, last(0)), (13, 1), (13, last(1))]);
    assert_eq!(shown(&["--points", "2"]), [(12, 2, true), (13, 2, true)]);
    let at = shown(&["--at", "min-areas=3", "--points", "1"]);
    let main: Vec<u64> = at.iter().filter(|point| point.2).map(|point| point.1).collect();
    assert_eq!((at.len(), main), (4, vec![3, 3]), "the best with three areas stands for its front");
    assert!(!shown(&["--at", "min-population=20500"]).is_empty(), "or by another figure");
    fail(&["report", &out, "--points", "best"], "E510");
}

#[test]
fn prices_are_what_solving_without_the_rule_gives() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let patient = ["--only", "json", "--price-limit", "5m", "-o", &out, "-q"];
    succeed(&[&["report", &text(run())], &patient[..]].concat());
    let report = json_of(&folder.path().join("report.json"));
    for plan in list(&report["plans"]).iter().filter(|plan| plan["is_main"] == true) {
        let (k, least) = (plan["k"].to_string(), plan["point"]["against"]["min-areas"].to_string());
        let least = least.trim_end_matches(".0");
        let prices = list(&plan["prices"]);
        assert_eq!(prices.len(), 3, "Hallingdal, and both ends of the population");
        for (price, without) in prices.iter().zip([
            &["--min-population", "20000", "--max-population", "300000"][..],
            &["--scenario", "default", "--min-population", "0"],
            &["--scenario", "default", "--max-population", "99999999"],
        ]) {
            let scenario: &[&str] = if without.len() == 4 && without[0] == "--min-population" {
                &["--no-scenario"]
            } else {
                &[]
            };
            let viken = viken();
            let question =
                ["solve", &viken, "--k", &k, "--min-areas", least, "--format", "json", "-q"];
            let output = regionfront(&[&question[..], scenario, without].concat());
            let found: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
            let best = &found["results"][0]["objective"];
            assert_eq!(&price["objective"], best, "k = {k}: {price}");
            assert_eq!(price["is_proven"], true);
            let own = plan["point"]["objective"].as_u64().expect("a number");
            assert_eq!(price["price"].as_u64(), best.as_u64().map(|best| best - own));
        }
    }
    succeed(&[
        "report",
        &text(run()),
        "--only",
        "json",
        "--price-limit",
        "0",
        "-o",
        &out,
        "-q",
        "--force",
    ]);
    let report = json_of(&folder.path().join("report.json"));
    assert!(list(&report["plans"]).iter().all(|plan| list(&plan["prices"]).is_empty()));
}

#[test]
fn fronts_of_several_objectives_each_have_a_chart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let against = "min-population,max-population,min-self-containment,kept-together,distance";
    let question = ["front", &tiny(), "--k", "3..4", "--against", against];
    let rest = ["--reference", "districts", "-o", &out, "--report", "--lang", "nb", "-q"];
    succeed(&[&question[..], &rest[..]].concat());
    let report = json_of(&folder.path().join("report.json"));
    fits_its_schema(&report);
    assert_eq!(list(&report["fronts"]).len(), 10);
    let keys: Vec<&str> = against.split(',').collect();
    for reference in list(&report["references"]) {
        for key in &keys {
            assert!(
                reference["against"][key].is_number(),
                "{key}: every reference is on the chart"
            );
        }
    }
    for key in keys {
        let chart = read(&folder.path().join(format!("front-{key}.svg")));
        let chart = roxmltree::Document::parse(&chart).expect("well-formed");
        let of_class = |class: &str| {
            chart.descendants().filter(|node| node.attribute("class") == Some(class)).count()
        };
        assert_eq!(of_class("series"), 2, "{key}: a line per k");
    }
    holds_together(&read(&folder.path().join("report.html")));
    succeed(&["front", &tiny(), "--k", "3", "-o", &out, "--force", "-q"]);
    assert!(!folder.path().join("front-distance.svg").exists(), "--force takes reports along");
}

#[test]
fn other_commands_write_reports_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (councils, markets) = ("regional_councils_2019", "ba_regions_2020");
    let within = |name: &str| text(&folder.path().join(name));
    let viken = viken();
    let rest = ["--no-scenario", "--max-population", "300000", "--against-best", "-q"];
    let out = within("evaluate");
    succeed(&[&["evaluate", &viken, councils, "--report", "-o", &out], &rest[..]].concat());
    let out = within("compare");
    succeed(&["compare", &viken, councils, markets, "--report", "--lang", "nb", "-o", &out, "-q"]);
    let study = format!("{viken}/studies/councils_within_limits.toml");
    succeed(&["study", &study, "--report", "-o", &within("study"), "-q"]);
    for name in ["evaluate", "compare", "study"] {
        let report = json_of(&folder.path().join(name).join("report.json"));
        fits_its_schema(&report);
        let page = read(&folder.path().join(name).join("report.html"));
        holds_together(&page);
        for division in list(&report["divisions"]) {
            let map = folder.path().join(name).join("maps");
            let map = map.join(format!("{}.svg", division["id"].as_str().expect("an id")));
            roxmltree::Document::parse(&read(&map)).expect("well-formed");
            let mark = if name == "compare" { "\u{a0}" } else { "," };
            for region in list(&division["regions"]) {
                let people = grouped(region["population"].as_u64().expect("people"), mark);
                assert!(page.contains(&people), "{people}");
            }
        }
    }
    let evaluated = json_of(&folder.path().join("evaluate/report.json"));
    assert_eq!(list(&evaluated["divisions"]).len(), 1);
    assert_eq!(list(&evaluated["plans"]).len(), 1, "the best plan to hold it against");
    let output = regionfront(&["evaluate", &viken, councils, "--format", "json", "-q"]);
    let figures: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let whole = &evaluated["divisions"][0]["whole"];
    assert_eq!(whole["objective"], figures["totals"]["internal_commuting"]);
    for (shown, region) in
        list(&evaluated["divisions"][0]["regions"]).iter().zip(list(&figures["regions"]))
    {
        assert_eq!(shown["name"], region["name"]);
        assert_eq!(shown["internal_commuting"], region["internal_commuting"]);
        assert_eq!(shown["supply_self_containment"], region["supply_self_containment"]);
    }
    let compared = json_of(&folder.path().join("compare/report.json"));
    let output = regionfront(&["compare", &viken, councils, markets, "--format", "json", "-q"]);
    let figures: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    for key in ["difference", "areas_moved", "people_moved", "moved", "gained", "lost"] {
        assert_eq!(compared["comparisons"][0][key], figures["pairs"][0][key], "{key}");
    }
    let tables = json_of(&folder.path().join("study/report.json"));
    assert!(!list(&tables["tables"]).is_empty());
}
