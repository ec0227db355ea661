//! Reports, looked at from outside: every number against the run's own, every file read back with
//! another program, the page opened in a browser where there is one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use regionfront_testkit::report::{
    browse, fail, grouped, json_of, list, read, regionfront, succeed, text, viken,
};
use regionfront_testkit::schema::departures;
use serde_json::Value;

/// A run of `solve` with its report, made once for all tests that only read it.
fn run() -> &'static Path {
    static RUN: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        succeed(&["solve", &viken(), "--k", "6..9", "-o", &text(folder.path()), "--report", "-q"]);
        folder
    });
    folder.path()
}

/// A copy of the run's own files, without its report.
fn copy_of_run() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["manifest.json", "journal.ndjson", "solve.json"] {
        fs::copy(run().join(name), folder.path().join(name)).expect("a copy");
    }
    folder
}

#[test]
fn a_run_with_a_report_holds_every_file() {
    for name in [
        "report.html",
        "report.md",
        "report.docx",
        "report.json",
        "tables.xlsx",
        "areas.geojson",
        "regions.geojson",
        "regions.gpkg",
        "front.svg",
        "maps/k06.svg",
        "maps/k09.svg",
        "maps/cores.svg",
    ] {
        let file = fs::metadata(run().join(name)).expect(name);
        assert!(file.len() > 500, "{name}");
    }
    if has_fonts() {
        for name in ["front.png", "maps/k06.png"] {
            let bytes = fs::read(run().join(name)).expect(name);
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n", "{name}");
        }
    } else {
        assert!(!run().join("front.png").exists(), "letters would be missing");
    }
    let left: Vec<PathBuf> = fs::read_dir(run())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| text(path).contains(".regionfront-"))
        .collect();
    assert!(left.is_empty(), "nothing temporary stays: {left:?}");
}

/// Whether the system has a typeface: without one there are no PNGs, and no half-empty ones either.
fn has_fonts() -> bool {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let mut folders: Vec<PathBuf> = ["/usr/share/fonts", "/usr/local/share/fonts"]
        .map(PathBuf::from)
        .into_iter()
        .chain([".fonts", ".local/share/fonts"].map(|name| home.join(name)))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["ttf", "otf", "ttc"].contains(&kind.to_lowercase().as_str()) {
                return true;
            }
        }
    }
    false
}

#[test]
fn every_number_of_the_document_is_the_runs_own() {
    let (report, solve) = (json_of(&run().join("report.json")), json_of(&run().join("solve.json")));
    let plans = list(&report["plans"]);
    let results = list(&solve["results"]);
    assert_eq!(plans.len(), results.len());
    for (plan, result) in plans.iter().zip(results) {
        assert_eq!(plan["k"], result["k"]);
        for key in ["objective", "share", "min_population", "max_population", "bound", "solution"] {
            assert_eq!(plan["point"][key], result[key], "{key}");
        }
        for (shown, region) in list(&plan["regions"]).iter().zip(list(&result["regions"])) {
            for key in [
                "id",
                "name",
                "population",
                "land_area_km2",
                "employed_residents",
                "jobs",
                "internal_commuting",
                "own_area_flow",
                "supply_self_containment",
                "demand_self_containment",
                "in_commuters",
                "out_commuters",
            ] {
                assert_eq!(shown[key], region[key], "{key}");
            }
            let codes = |areas: &Value, key: Option<&str>| -> BTreeSet<String> {
                let code = |area: &Value| key.map_or(area, |key| &area[key]).clone();
                list(areas).iter().map(|a| code(a).as_str().expect("a code").to_owned()).collect()
            };
            assert_eq!(codes(&shown["areas"], Some("code")), codes(&region["areas"], None));
        }
    }
}

#[test]
fn columns_sum_to_what_is_printed_below_them() {
    let report = json_of(&run().join("report.json"));
    for plan in list(&report["plans"]) {
        let sum = |key: &str| -> f64 {
            list(&plan["regions"]).iter().map(|r| r[key].as_f64().expect("a number")).sum()
        };
        assert!((sum("population_percent") - 100.0).abs() < 1e-6);
        let share = plan["point"]["share"].as_f64().expect("a share") * 100.0;
        assert!((sum("internal_percent") - (share * 10.0).round() / 10.0).abs() < 1e-6);
        let objective = plan["point"]["objective"].as_f64().expect("a number");
        assert!((sum("internal_commuting") - objective).abs() < 1e-6);
    }
}

#[test]
fn moves_across_a_border_change_what_they_say() {
    let report = json_of(&run().join("report.json"));
    for plan in list(&report["plans"]) {
        let moves = list(&plan["moves"]);
        assert!(!moves.is_empty());
        for moved in moves {
            let change = moved["change"].as_i64().expect("a number");
            let ties = |key: &str| moved[key].as_i64().expect("a number");
            assert_eq!(change, ties("ties_there") - ties("ties_here"));
            // The plan is proven best: what would gain is against a rule.
            let is_allowed = moved["is_allowed"].as_bool().expect("a flag");
            assert!(!(is_allowed && change > 0), "{moved}");
            assert_eq!(is_allowed, moved["because"] == "");
        }
    }
}

#[test]
fn pages_show_the_numbers_of_the_document_in_their_language() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let report = json_of(&run().join("report.json"));
    succeed(&["report", &text(run()), "--lang", "nb", "--only", "html,md", "-o", &out, "-q"]);
    let written: Vec<_> = fs::read_dir(folder.path()).expect("the folder").collect();
    assert_eq!(written.len(), 2, "only what was asked for");
    for (page, mark) in [
        (read(&run().join("report.html")), ","),
        (read(&run().join("report.md")), ","),
        (read(&folder.path().join("report.html")), "\u{a0}"),
        (read(&folder.path().join("report.md")), "\u{a0}"),
    ] {
        for plan in list(&report["plans"]) {
            let point = &plan["point"];
            let mut numbers: Vec<&Value> =
                ["objective", "min_population", "max_population"].map(|key| &point[key]).to_vec();
            for region in list(&plan["regions"]) {
                numbers
                    .extend(["population", "jobs", "internal_commuting"].map(|key| &region[key]));
            }
            for number in numbers {
                let shown = grouped(number.as_u64().expect("a whole number"), mark);
                assert!(page.contains(&shown), "{shown} is not on the page");
            }
        }
    }
    let page = read(&folder.path().join("report.html"));
    assert!(page.contains("<html lang=\"nb\">") && page.contains("Egendekning"));
    assert!(page.contains("66,1\u{a0}%") && !page.contains("66.1%"));
}

#[test]
fn the_page_stands_alone_and_is_accessible() {
    let page = read(&run().join("report.html"));
    // Stripes and frames are the page's own.
    let fetched = page.replace("url(#", "");
    for foreign in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!fetched.contains(foreign), "{foreign}");
    }
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
    let pictures = page.matches("role=\"img\"").count();
    assert!(pictures > 10);
    // The shapes that maps refer to are no picture of their own.
    assert_eq!(page.matches("<svg").count(), pictures + 1);
    assert!(page.matches("<desc").count() >= pictures, "every picture is described");
    assert_eq!(page.matches("<table").count(), page.matches("<caption").count());
    assert!(page.matches("scope=\"col\"").count() > page.matches("<table").count());
    for landmark in ["<main", "<nav", "<header", "<footer", "<h1"] {
        assert_eq!(page.matches(landmark).count(), 1, "{landmark}");
    }
}

#[test]
fn pictures_are_well_formed_and_neighbours_differ() {
    for name in ["front.svg", "maps/k06.svg", "maps/k09.svg", "maps/cores.svg"] {
        let svg = read(&run().join(name));
        let picture = roxmltree::Document::parse(&svg).expect(name);
        assert!(picture.descendants().any(|node| node.has_tag_name("title")), "{name}");
        if name.starts_with("maps/") {
            // On the map itself, and again in the inset of its densest part.
            let areas = |is_inset: bool| {
                let paths = picture.descendants().filter(|node| {
                    node.has_tag_name("path")
                        && node.has_attribute("fill")
                        && node.ancestors().any(|it| it.has_attribute("clip-path")) == is_inset
                });
                paths.count()
            };
            assert_eq!(areas(false), 51, "{name}");
            assert!((4..25).contains(&areas(true)), "{name}: {}", areas(true));
        }
    }
    let report = json_of(&run().join("report.json"));
    for plan in list(&report["plans"]) {
        let fill = |id: &Value| {
            let region = list(&plan["regions"]).iter().find(|region| region["id"] == *id);
            region.expect("a region")["fill"].clone()
        };
        for border in list(&plan["borders"]).iter().filter(|border| border["touches"] == true) {
            assert_ne!(fill(&border["a"]), fill(&border["b"]), "{border}");
        }
    }
    let hallingdal: BTreeSet<String> = list(&report["plans"])
        .iter()
        .flat_map(|plan| list(&plan["regions"]))
        .filter(|region| region["name"] == "Hallingdal")
        .map(|region| region["fill"].to_string())
        .collect();
    assert_eq!(hallingdal.len(), 1, "the same region keeps its colour");
}

#[test]
fn the_workbook_reads_back_typed() {
    let mut book: Xlsx<_> = open_workbook(run().join("tables.xlsx")).expect("a workbook");
    let report = json_of(&run().join("report.json"));
    let names = book.sheet_names();
    for name in ["Divisions", "Regions", "Municipalities", "Borders", "References", "Notes"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    let areas = book.worksheet_range("Municipalities").expect("a sheet");
    assert_eq!(areas.height(), 52);
    assert_eq!(areas.get((1, 0)), Some(&Data::String("3001".to_owned())), "codes are text");
    let regions = book.worksheet_range("Regions").expect("a sheet");
    let shown: Vec<&Value> =
        list(&report["plans"]).iter().flat_map(|plan| list(&plan["regions"])).collect();
    assert_eq!(regions.height(), shown.len() + 1);
    for (row, region) in regions.rows().skip(1).zip(shown) {
        assert_eq!(row[1].to_string(), region["name"].as_str().expect("a name"));
        for (column, key) in [(4, "population"), (7, "jobs"), (9, "internal_commuting")] {
            assert_eq!(row[column], Data::Float(region[key].as_f64().expect("a number")), "{key}");
        }
    }
    let divisions = book.worksheet_range("Divisions").expect("a sheet");
    for (row, front) in divisions.rows().skip(1).zip(list(&report["fronts"])) {
        let objective = front["points"][0]["objective"].as_f64().expect("a number");
        assert_eq!(row[2], Data::Float(objective));
    }
}

#[test]
fn geojson_is_right_handed_and_whole() {
    let report = json_of(&run().join("report.json"));
    let num_regions: usize =
        list(&report["plans"]).iter().map(|plan| list(&plan["regions"]).len()).sum();
    for (name, count) in [("areas.geojson", 51), ("regions.geojson", num_regions)] {
        let collection: geojson::FeatureCollection =
            read(&run().join(name)).parse().expect("valid GeoJSON");
        assert_eq!(collection.features.len(), count, "{name}");
        for feature in collection.features {
            let polygons = match feature.geometry.expect("a geometry").value {
                geojson::GeometryValue::Polygon { coordinates } => vec![coordinates],
                geojson::GeometryValue::MultiPolygon { coordinates } => coordinates,
                other => panic!("{name}: {other:?}"),
            };
            for rings in polygons {
                for (at, ring) in rings.iter().enumerate() {
                    assert!(ring.len() >= 4 && ring.first() == ring.last(), "{name}");
                    let twice: f64 =
                        ring.windows(2).map(|p| p[0][0] * p[1][1] - p[1][0] * p[0][1]).sum();
                    assert_eq!(twice > 0.0, at == 0, "{name}: outer rings turn left");
                }
            }
        }
    }
}

#[test]
fn the_geopackage_is_one() {
    let path = run().join("regions.gpkg");
    let bytes = fs::read(&path).expect("the file");
    assert_eq!(&bytes[..15], b"SQLite format 3");
    assert_eq!(&bytes[68..72], b"GPKG", "application_id");
    assert_eq!(u32::from_be_bytes([bytes[60], bytes[61], bytes[62], bytes[63]]), 10_300);
    let Ok(output) = Command::new("ogrinfo").args(["-ro", "-al", "-so"]).arg(&path).output() else {
        assert!(std::env::var_os("CI").is_none(), "ogrinfo is missing: run .ci/setup-tests");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    for layer in ["Layer name: areas", "Layer name: regions", "Layer name: cut_borders"] {
        assert!(said.contains(layer), "{said}");
    }
    assert!(said.contains(&format!("Feature Count: {}", 51 * 4)), "{said}");
    assert!(said.contains("WGS 84"), "{said}");
}

/// Every plan is a layer of its own, with a style as QGIS keeps it, in the system asked for.
#[test]
fn the_geopackage_has_a_styled_view_of_every_plan_in_the_system_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let crs = ["--only", "gpkg,json", "--crs", "EPSG:25833", "-q"];
    succeed(&[&["report", &text(run()), "-o", &out], &crs[..]].concat());
    let path = folder.path().join("regions.gpkg");
    let package = rusqlite::Connection::open(&path).expect("SQLite");
    let report = json_of(&folder.path().join("report.json"));
    for plan in list(&report["plans"]) {
        let (id, k) = (plan["id"].as_str().expect("an id"), plan["k"].as_i64().expect("a number"));
        let layer = format!("regions_{id}");
        let sql = format!("SELECT count(*), min(plan), max(plan) FROM {layer}");
        let found: (i64, String, String) = package
            .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .expect("the view");
        assert_eq!(found, (k, id.to_owned(), id.to_owned()));
        for name in [layer, format!("cut_borders_{id}")] {
            check_layer(&package, &name, usize::try_from(k).expect("small"));
        }
    }
    drop(package);
    let first = list(&report["plans"])[0]["id"].as_str().expect("an id").to_owned();
    let layer = format!("regions_{first}");
    let Ok(output) = Command::new("ogrinfo").args(["-ro", "-so"]).arg(&path).arg(&layer).output()
    else {
        assert!(std::env::var_os("CI").is_none(), "ogrinfo is missing: run .ci/setup-tests");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.is_empty(), "{errors}");
    for words in ["ETRS89 / UTM zone 33N", "ID[\"EPSG\",25833]", "Geometry: Multi Polygon"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // Back in degrees it is where the polygons of the instance are.
    let back = folder.path().join("back.geojson");
    let arguments = ["-f", "GeoJSON", "-t_srs", "EPSG:4326"];
    let output = Command::new("ogr2ogr").args(arguments).arg(&back).arg(&path).arg(&layer).output();
    assert!(output.expect("ogr2ogr beside ogrinfo").status.success());
    let shapes = format!("{}/areas.geojson", viken());
    assert!((west_of(&back) - west_of(Path::new(&shapes))).abs() < 1e-5);
}

/// A layer of a plan lies in metres where Viken is, and has a style with a symbol for each region.
fn check_layer(package: &rusqlite::Connection, name: &str, k: usize) {
    let sql = "SELECT c.srs_id, g.srs_id, c.min_x, c.max_y, s.styleQML, s.styleSLD, \
               s.useAsDefault FROM gpkg_contents c JOIN gpkg_geometry_columns g USING \
               (table_name) JOIN layer_styles s ON s.f_table_name = c.table_name \
               WHERE c.table_name = ?";
    let read = |row: &rusqlite::Row| {
        assert_eq!((row.get(0)?, row.get(1)?), (25833, 25833), "{name}");
        let (west, north): (f64, f64) = (row.get(2)?, row.get(3)?);
        assert!((50_000.0..300_000.0).contains(&west), "{name}: {west}");
        assert!((6_550_000.0..6_800_000.0).contains(&north), "{name}: {north}");
        assert!(row.get::<_, bool>(6)?);
        Ok((row.get::<_, String>(4)?, row.get::<_, String>(5)?))
    };
    let (qml, sld) = package.query_row(sql, [name], read).expect("a layer with a style");
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let qml = roxmltree::Document::parse_with_options(&qml, options).expect("XML");
    let sld = roxmltree::Document::parse(&sld).expect("XML");
    if name.starts_with("regions") {
        let count = |tag: &str| qml.descendants().filter(|node| node.has_tag_name(tag)).count();
        assert_eq!((count("category"), count("symbol")), (k, k), "{name}");
        let rule = ("http://www.opengis.net/sld", "Rule");
        assert_eq!(sld.descendants().filter(|node| node.has_tag_name(rule)).count(), k, "{name}");
    }
}

/// The smallest longitude of a GeoJSON file.
fn west_of(path: &Path) -> f64 {
    let mut west = f64::INFINITY;
    for feature in list(&json_of(path)["features"]) {
        let mut open = vec![&feature["geometry"]["coordinates"]];
        while let Some(value) = open.pop() {
            match value.as_array().map(Vec::as_slice) {
                Some([x, ..]) if x.is_number() => west = west.min(x.as_f64().expect("x")),
                Some(values) => open.extend(values),
                None => {}
            }
        }
    }
    west
}

#[test]
fn a_system_that_there_is_not_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    fail(&["report", &text(run()), "-o", &out, "--only", "gpkg", "--crs", "1", "-q"], "E520");
}

/// A report is a function of the run: made by the solver or read back, it has the same bytes, and
/// prices once found are recorded and not found again.
#[test]
fn a_run_read_back_gives_the_same_report_and_prices_are_recorded() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let before = read(&run().join("prices.json"));
    let prices: Value = serde_json::from_str(&before).expect("valid JSON");
    let schema = regionfront(&["schema", "prices"]);
    let schema: Value = serde_json::from_slice(&schema.stdout).expect("valid JSON");
    assert_eq!(departures(&schema, &prices), Vec::<String>::new());
    assert!(!list(&prices["plans"]).is_empty());
    succeed(&["report", &text(run()), "-o", &text(elsewhere.path()), "-q"]);
    for name in ["report.html", "report.md", "report.json", "regions.geojson"] {
        assert!(read(&run().join(name)) == read(&elsewhere.path().join(name)), "{name} differs");
    }
    assert_eq!(read(&run().join("prices.json")), before);
}

#[test]
fn prices_that_cannot_be_are_refused() {
    let folder = copy_of_run();
    let path = folder.path().join("prices.json");
    let mut prices = json_of(&run().join("prices.json"));
    prices["plans"][0]["prices"][0]["objective"] = 1.into();
    fs::write(&path, prices.to_string()).expect("a changed file");
    fail(&["report", &text(folder.path()), "-q"], "E407");
    prices["plans"][0]["plan"][0] = 999.into();
    fs::write(&path, prices.to_string()).expect("a changed file");
    succeed(&["report", &text(folder.path()), "--only", "json", "--price-limit", "0", "-q"]);
}

#[test]
fn a_stopped_run_is_reported_as_far_as_it_came() {
    let folder = copy_of_run();
    fs::remove_file(folder.path().join("solve.json")).expect("the file is there");
    let journal = folder.path().join("journal.ndjson");
    let lines: Vec<String> = read(&journal)
        .lines()
        .filter(|line| !line.contains("\"interrupted\""))
        .take(3)
        .map(str::to_owned)
        .collect();
    fs::write(&journal, format!("{}\n{{\"result\":{{\"k\":", lines.join("\n"))).expect("room");
    let out = text(folder.path());
    succeed(&["report", &out, "--only", "json,html", "-q"]);
    let report = json_of(&folder.path().join("report.json"));
    assert_eq!(list(&report["plans"]).len(), 2);
    assert_eq!(list(&report["method"]["missing_ks"]).len(), 2);
    assert!(read(&folder.path().join("report.html")).contains("class=\"warning\""));
}

#[test]
fn changed_runs_are_refused() {
    let folder = copy_of_run();
    let (out, solve) = (text(folder.path()), folder.path().join("solve.json"));
    let original = read(&solve);
    fs::write(&solve, original.replace("\"objective\": 1", "\"objective\": 2")).expect("room");
    fail(&["report", &out], "E407");
    fs::write(&solve, &original[..original.len() / 2]).expect("room");
    fail(&["report", &out], "E404");
    fs::write(&solve, &original).expect("room");
    let tiny = format!("{}/instances/tiny", env!("CARGO_MANIFEST_DIR"));
    fail(&["report", &out, "--instance", &tiny], "E408");
    let manifest = folder.path().join("manifest.json");
    let changed = read(&manifest).replace("\"max\": 300000", "\"max\": 400000");
    fs::write(&manifest, changed).expect("room");
    fail(&["report", &out], "E408");
    fs::remove_file(&manifest).expect("the file is there");
    fail(&["report", &out], "E406");
}

#[test]
fn templates_can_be_replaced() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let templates = text(&folder.path().join("templates"));
    succeed(&["report", "--write-templates", &templates]);
    let path = Path::new(&templates).join("report.md.j2");
    fs::write(&path, "{{ report.question.title }}: {{ report.plans[0].point.objective|whole }}\n")
        .expect("room");
    let out = text(&folder.path().join("out"));
    let report = ["report", &text(run()), "--only", "md", "-o", &out, "--template", &templates];
    succeed(&report);
    let page = read(&folder.path().join("out/report.md"));
    assert!(page.starts_with("Viken: 51 municipalities") && page.contains("113,478"), "{page}");
    fs::write(&path, "{{ nothing.of.the.kind }}").expect("room");
    fail(&report, "E409");
}

#[test]
fn the_report_document_fits_its_schema() {
    let output = regionfront(&["schema", "report"]);
    let schema: Value = serde_json::from_slice(&output.stdout).expect("valid JSON");
    let report = json_of(&run().join("report.json"));
    assert_eq!(departures(&schema, &report), Vec::<String>::new());
}

#[test]
fn a_browser_shows_and_prints_the_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pdf = folder.path().join("report.pdf");
    let page = format!("file://{}", run().join("report.html").display());
    let print = format!("--print-to-pdf={}", pdf.display());
    if browse(&["--no-pdf-header-footer", &print, &page]).is_none() {
        return;
    }
    let bytes = fs::read(&pdf).expect("the printed page");
    assert!(bytes.starts_with(b"%PDF") && bytes.len() > 50_000);

    // A copy that measures itself: nothing may stick out to the right, on a desk or on a phone.
    let measured = folder.path().join("measured.html");
    let script = "<script>addEventListener('load',()=>{const w=document.documentElement;\
                  document.title='wide '+w.scrollWidth+' of '+w.clientWidth+' maps '+\
                  [...document.querySelectorAll('svg.map use')].filter(\
                  u=>u.getBBox().width>0).length+' cut '+[...document.querySelectorAll(\
                  innerWidth>600?'.scroll':'.scroll:has(.cards)')].filter(\
                  e=>e.scrollWidth>e.clientWidth+1).length})</script></body>";
    let copy = read(&run().join("report.html")).replace("</body>", script);
    fs::write(&measured, copy).expect("room");
    for size in ["--window-size=1280,900", "--window-size=500,900"] {
        let address = format!("file://{}", measured.display());
        let output = browse(&[size, "--virtual-time-budget=3000", "--dump-dom", &address])
            .expect("the browser was there a moment ago");
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        let title = page.split("<title>").nth(1).and_then(|rest| rest.split('<').next());
        let words: Vec<&str> = title.expect("a title").split(' ').collect();
        let number = |at: usize| words[at].parse::<u32>().expect("a measured title");
        assert!(number(1) <= number(3), "{size}: {words:?}");
        assert!(number(5) >= 51 * 8, "{size}: the maps show their areas, {words:?}");
        // On a desk no table is cut, on a phone none whose rows are cards there.
        assert_eq!(number(7), 0, "{size}: {words:?}");
    }
}

/// What there is and each model, with map and regions, on the first sheet of A4, in both languages.
#[test]
fn a_study_of_models_begins_with_a_sheet_of_a4() {
    for (lang, named) in [("en", "12 regions"), ("nb", "12 regioner")] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = text(folder.path());
        let file = format!("{}/studies/three_models.toml", viken());
        let report = ["--report", "--lang", lang, "--force", "-q"];
        succeed(&[&["study", &file, "-o", &out], &report[..]].concat());
        let page = read(&folder.path().join("report.html"));
        let sheet = page.split("id=\"sheet\"").nth(1).expect("a sheet");
        let sheet = sheet.split("</section>").next().expect("its end");
        // The councils and the regions derived for the study, 13, 12, 9, 8 and 6 regions.
        assert_eq!(sheet.matches("<svg class=\"map").count(), 7, "{lang}");
        assert!(sheet.contains(named), "{lang}");
        let regions = 12 + 10 + 13 + 12 + 9 + 8 + 6;
        assert_eq!(sheet.matches("class=\"swatch\"").count(), regions, "{lang}");

        // Tables with a column per plan stay in the folder, and on a desk none is cut.
        assert!(folder.path().join("plans.csv").is_file() && !page.contains(">plans.csv<"));
        let measured = folder.path().join("measured.html");
        let script = "<script>addEventListener('load',()=>{document.title='cut '+[...document.\
                      querySelectorAll('.scroll')].filter(e=>e.scrollWidth>e.clientWidth+1)\
                      .length})</script></body>";
        fs::write(&measured, page.replace("</body>", script)).expect("room");
        let address = format!("file://{}", measured.display());
        for size in ["--window-size=1280,900", "--window-size=500,900"] {
            let dump = ["--virtual-time-budget=3000", "--dump-dom", address.as_str()];
            let Some(output) = browse(&[&[size], &dump[..]].concat()) else { return };
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(shown.contains("<title>cut 0</title>"), "{lang}, {size}");
        }

        check_document(folder.path());

        // The head and the sheet alone print on one page.
        let alone = "<style>main > :not(#sheet), .page-foot { display: none !important } \
                     #sheet { break-after: auto !important }</style></head>";
        let copy = folder.path().join("sheet.html");
        fs::write(&copy, page.replacen("</head>", alone, 1)).expect("room");
        let Some(count) = printed_pages(&copy) else { return };
        assert_eq!(count, 1, "{lang}");
        let whole = printed_pages(&folder.path().join("report.html"));
        assert!(whole > Some(1), "{lang}: {whole:?}");
    }
}

/// How many pages of A4 a page prints on; `None` without a browser.
fn printed_pages(page: &Path) -> Option<usize> {
    let pdf = page.with_extension("pdf");
    let print = format!("--print-to-pdf={}", pdf.display());
    let address = format!("file://{}", page.display());
    browse(&["--no-pdf-header-footer", &print, &address])?;
    let bytes = fs::read(&pdf).expect("the printed page");
    let mark = b"/Type /Page\n";
    Some(bytes.windows(mark.len()).filter(|window| window == mark).count())
}

/// The document for Word begins with the sheet, too, and no table is wider than the page.
fn check_document(folder: &Path) {
    let xml = document_of(folder);
    let sheet = xml.split("w:pageBreakBefore").next().expect("the sheet");
    assert!(sheet.len() < xml.len(), "the answer begins a page");
    let pictures = if has_fonts() { 7 } else { 0 };
    assert_eq!(sheet.matches("<w:drawing>").count(), pictures);
    assert_eq!(sheet.matches("<w:tbl>").count(), 2, "four models and three");
    // The tables of the study are too wide for a page that stands, and lie.
    let (standing, lying) = ("<w:pgSz w:w=\"11906\"", "<w:pgSz w:w=\"16838\"");
    assert_eq!((xml.matches(standing).count(), xml.matches(lying).count()), (2, 1));
    let at = |mark: &str| xml.find(mark).expect("a section");
    for (offset, table) in xml.match_indices("<w:tbl>").map(|(at, _)| (at, &xml[at..])) {
        let width = table.split("<w:tblW w:w=\"").nth(1).and_then(|rest| rest.split('"').next());
        let width: u32 = width.expect("a width").parse().expect("a number");
        let is_lying = (at(standing)..at(lying)).contains(&offset);
        assert!(width <= if is_lying { 14_570 } else { 9_638 }, "{width} twentieths of a point");
        assert!(table.contains("<w:tblLayout w:type=\"fixed\""));
    }
}

fn document_of(folder: &Path) -> String {
    let bytes = fs::read(folder.join("report.docx")).expect("a document");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut xml = String::new();
    let mut part = archive.by_name("word/document.xml").expect("the document");
    std::io::Read::read_to_string(&mut part, &mut xml).expect("text");
    xml
}

/// A municipality in two regions is striped, on the page and in the files: white it looked like a hole.
#[test]
fn areas_in_several_regions_are_striped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let councils = "regional_councils_2019";
    succeed(&["evaluate", &viken(), councils, "-o", &out, "--report", "-q"]);
    let page = read(&folder.path().join("report.html"));
    // Jevnaker stands in Hadeland and in Ringeriksregionen.
    assert_eq!(page.matches("fill=\"url(#several-map-division-1)\"").count(), 1);
    assert_eq!(page.matches("<pattern id=\"several-map-division-1\"").count(), 1);
    assert!(page.contains("striped ones in two or more"));
    let map = read(&folder.path().join("maps/division-1.svg"));
    // The area and its entry in the legend.
    assert_eq!(map.matches("fill=\"url(#several-map)\"").count(), 2);
    assert_eq!(map.matches("<pattern id=\"several-map\"").count(), 1);
    // Where nobody is in two regions there are no stripes.
    assert!(!read(&run().join("report.html")).contains("<pattern"));
}

/// Shaded maps: who leaves the municipality for work, and how many a region keeps, with the year.
#[test]
fn the_page_shades_self_containment_and_out_commuting() {
    let page = read(&run().join("report.html"));
    let report = json_of(&run().join("report.json"));
    let figures: Vec<&str> = page.split("class=\"wide shade\"").skip(1).collect();
    let plans = list(&report["plans"]);
    assert_eq!(figures.len(), plans.len() + 1);
    for (figure, plan) in figures[1..].iter().zip(plans) {
        let figure = figure.split("</figure>").next().expect("its end");
        for region in list(&plan["regions"]) {
            let share = region["supply_self_containment"].as_f64().expect("a share");
            let (name, told) = (region["name"].as_str().expect("a name"), share * 100.0);
            assert!(figure.contains(&format!("{name} {told:.0}%")), "{name} {told}");
        }
        assert!(figure.contains("Figures of 2017."), "the year");
        assert!((1..=5).contains(&figure.matches("class=\"swatch\"").count()));
    }
    let out = figures[0].split("</figure>").next().expect("its end");
    let (map, inset) = out.split_once("<clipPath").expect("an inset");
    assert_eq!(map.matches("<use href").count(), 51);
    assert!(inset.matches("<use href").count() >= 4);
    assert!(out.contains("Out-commuting") && out.contains("Figures of 2017."));
}

/// The largest flows across the borders are arrows with numbers, and by number both ends have a name.
#[test]
fn the_largest_flows_have_numbers_and_names() {
    let page = read(&run().join("report.html"));
    let report = json_of(&run().join("report.json"));
    let maps: Vec<&str> = page.split("aria-labelledby=\"ties-").skip(1).collect();
    assert_eq!(maps.len(), list(&report["plans"]).len());
    for (map, plan) in maps.iter().zip(list(&report["plans"])) {
        let figure = map.split("</figure>").next().expect("its end");
        let (drawn, listed) = figure.split_once("<ol class=\"flows\">").expect("a list");
        let numbers = drawn.matches("class=\"number\"").count();
        assert_eq!(numbers, 12);
        assert_eq!(listed.matches("<li>").count(), numbers);
        assert!(drawn.matches("class=\"flow\"").count() >= numbers, "an arrow each");
        let strongest = &plan["borders"][0]["strongest"][0];
        let (from, to) = (&strongest["from"]["name"], &strongest["to"]["name"]);
        let named =
            format!("{} → {}", from.as_str().expect("a name"), to.as_str().expect("a name"));
        assert!(listed.contains(&named), "{named}");
    }
}

/// Divisions that are compared stand side by side.
#[test]
fn compared_divisions_stand_side_by_side() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let names = ["regional_councils_2019", "ba_regions_2020", "buskerud_model"];
    succeed(&[&["compare", &viken()], &names[..], &["-o", &out, "--report", "-q"]].concat());
    let page = read(&folder.path().join("report.html"));
    let row = page.split("<ul class=\"multiples\"").nth(1).expect("a row of maps");
    let row = row.split("</ul>").next().expect("its end");
    assert_eq!(row.matches("<svg class=\"map mini\"").count(), names.len());
}

/// The document for Word says what the page in Markdown says, in the same order, with its pictures.
#[test]
fn the_document_for_word_holds_text_tables_and_maps() {
    let bytes = fs::read(run().join("report.docx")).expect("a document");
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> =
        archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let xml = document_of(run());
    let markdown = read(&run().join("report.md"));
    let headings = markdown.lines().filter(|line| line.starts_with('#')).count();
    assert!(headings > 5, "{markdown}");
    assert_eq!(xml.matches("w:val=\"Heading").count(), headings);
    let tables = markdown.lines().filter(|line| line.starts_with("|:") || line.starts_with("|-"));
    assert_eq!(xml.matches("<w:tbl>").count(), tables.count());
    let pictures = markdown.lines().filter(|line| line.starts_with("![")).count();
    let drawn = names
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "png"))
        .count();
    assert_eq!(drawn, if has_fonts() { pictures } else { 0 });
    assert!(xml.contains("105,642"), "the best nine regions are told");
    assert!(!xml.contains("**") && !xml.contains("]("), "no Markdown is left");
    // Rows of a table ran into each other, and the heading below into them.
    assert!(!xml.contains('|') && !xml.contains("# "), "tables are tables");
    // The head of a table stands again where it goes on; that of the question has none.
    assert_eq!(xml.matches("<w:tblHeader />").count() + 1, xml.matches("<w:tbl>").count());
}

/// A table of nine regions broke over two pages, a map parted from its caption, and plans began anywhere.
#[test]
fn plans_begin_a_page_and_short_tables_stay_whole() {
    let xml = document_of(run());
    let table = xml.split("<w:tbl>").find(|table| table.contains("105,642")).expect("a table");
    let table = table.split("</w:tbl>").next().expect("its end");
    let rows: Vec<&str> = table.split("<w:tr>").skip(1).collect();
    let stays = |row: &&str| row.contains("<w:keepNext />");
    assert_eq!(rows.iter().filter(|row| stays(row)).count() + 1, rows.len());
    let plans = read(&run().join("report.md"));
    let plans = plans.lines().filter(|line| line.starts_with("# ") && line.contains("{#k")).count();
    assert!(plans > 0);
    assert_eq!(xml.matches("<w:pageBreakBefore />").count(), plans);
    for caption in xml.split("<w:p ").filter(|paragraph| paragraph.contains("<w:drawing>")) {
        assert!(caption.contains("w:val=\"Caption\"") && caption.contains("<w:keepLines />"));
    }
    // The members have most of the width: in a narrow column a table of twelve regions ran over its page.
    let regions = xml.split("<w:tbl>").find(|table| table.contains(">Self-containment<"));
    let widths: Vec<u32> = regions
        .expect("a table of regions")
        .split("<w:gridCol w:w=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a width").parse().expect("a number"))
        .collect();
    assert!(3 * widths[1] > widths.iter().sum::<u32>(), "{widths:?}");
}

/// The sources of a map were letters of some 4 points in its picture.
#[test]
fn sources_of_maps_are_readable_in_word() {
    let xml = document_of(run());
    let maps = read(&run().join("report.md")).matches("](maps/").count();
    let told = xml.split("<w:p ").filter(|paragraph| {
        let Some((_, below)) = paragraph.split_once("<w:drawing>") else { return false };
        let letters = below.split("<w:sz w:val=\"").nth(1).and_then(|rest| rest.split('"').next());
        let half_points: Option<u32> = letters.and_then(|size| size.parse().ok());
        below.contains("Statistics Norway") && half_points >= Some(14)
    });
    assert_eq!(told.count(), if has_fonts() { maps } else { 0 });
    // As files of their own the maps keep them.
    assert!(read(&run().join("maps/k09.svg")).contains("class=\"source\""));
}

/// A division of others began below the question, and its map was on the next page.
#[test]
fn a_division_begins_a_page_in_word() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = text(folder.path());
    let asked = ["regional_councils_2019", "-o", &out, "--report", "-q"];
    succeed(&[&["evaluate", &viken()], &asked[..]].concat());
    let xml = document_of(folder.path());
    let heading = xml.split("<w:p ").find(|it| it.contains(">Regional councils 2019<"));
    assert!(heading.expect("its heading").contains("<w:pageBreakBefore />"));
    // The table stands below its map, and what is broken below the table.
    let at = |what: &str| xml.rfind(what).unwrap_or_else(|| panic!("{what} is told"));
    assert!(at("below the minimum") > at(">Hallingdal<"));
}

/// On paper a plan takes two pages: the table of moves was on a third one, half of it empty.
#[test]
fn a_plan_takes_two_pages_of_a4() {
    for lang in ["en", "nb"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let out = text(folder.path());
        let report = ["--report", "--lang", lang, "-q"];
        succeed(&[&["solve", &viken(), "--k", "6,9,13", "-o", &out], &report[..]].concat());
        let page = read(&folder.path().join("report.html"));
        for plan in ["k06", "k09", "k13"] {
            let alone = format!(
                "<style>body > :not(main, .shapes), main > :not(#{plan}) {{ display: none !important }} \
                 #{plan} {{ break-before: auto !important }}</style></head>"
            );
            let copy = folder.path().join("plan.html");
            fs::write(&copy, page.replacen("</head>", &alone, 1)).expect("room");
            let Some(count) = printed_pages(&copy) else { return };
            assert_eq!(count, 2, "{lang}, {plan}");
        }
    }
}

/// Headings, lists and tables stand apart from what is before them, else pandoc makes one paragraph of
/// them, and no line holds two of a list or table.
#[test]
fn blocks_of_the_markdown_stand_apart() {
    let markdown = read(&run().join("report.md"));
    let kind = |line: &str| {
        ["# ", "## ", "- ", "|"].iter().position(|mark| line.starts_with(mark)).unwrap_or(4)
    };
    let text = markdown.split("---\n").nth(2).expect("the text below the metadata");
    for (before, line) in text.lines().zip(text.lines().skip(1)) {
        assert!(!line.contains("||") && !line.contains(")- ["), "{line}");
        let apart = before.is_empty() || line.is_empty();
        assert!(apart || (kind(before) == kind(line) && kind(line) > 1), "{before}\n{line}");
    }
    let sources = text.lines().filter(|line| line.starts_with("- [")).count();
    assert!(sources >= 3, "a line per source");
}
