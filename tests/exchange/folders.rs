//! `import … --into` and `export` from outside: folders put together from several sources.
#![cfg(unix)]

use std::path::Path;

use regionfront::instance::Instance;
use regionfront_testkit::ran::{self, Ran};

use super::{instance_folder, recorded};

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

fn run(arguments: &[&str]) -> Ran {
    Ran::of(&mut ran::command(BINARY, arguments))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect("a file that was written")
}

/// Viken as JSON has everything but polygons; its polygons have the rest.
/// The coordinate system that a map names, or the user, comes into the descriptor: reports write their
/// GeoPackage in it. What the descriptor held stays.
#[test]
fn the_coordinate_system_of_imported_polygons_comes_into_the_descriptor() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let into = folder.path().join("mine");
    let square = |x: i32| {
        let corners = [(0, 0), (1000, 0), (1000, 1000), (0, 1000), (0, 0)];
        corners.map(|(dx, dy)| format!("[{},{}]", 262_000 + x + dx, 6_650_000 + dy)).join(",")
    };
    let features = [("01", 0), ("02", 1000)].map(|(code, x)| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
            square(x)
        )
    });
    let named = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25833"}},"#;
    let map =
        format!(r#"{{"type":"FeatureCollection",{named}"features":[{}]}}"#, features.join(","));
    let file = folder.path().join("map.geojson");
    std::fs::write(&file, &map).expect("room");
    let (file, into_text) = (text(&file), text(&into));
    run(&["import", "polygons", &file, "--into", &into_text]).exits(0);
    let descriptor = || -> serde_json::Value {
        let bytes = std::fs::read(into.join("datapackage.json")).expect("a descriptor");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    assert_eq!(descriptor()["crs"], "EPSG:25833");
    // Another one that stands there stays unless it is to be replaced.
    let own = r#"{"name":"mine","title":"My areas","crs":"EPSG:25832"}"#;
    std::fs::write(into.join("datapackage.json"), own).expect("room");
    run(&["import", "polygons", &file, "--into", &into_text]).exits(0);
    assert_eq!(descriptor()["crs"], "EPSG:25832");
    run(&["import", "polygons", &file, "--into", &into_text, "--replace"]).exits(0);
    assert_eq!(descriptor()["crs"], "EPSG:25833");
    assert_eq!(descriptor()["title"], "My areas");
}

#[test]
fn a_graph_and_polygons_make_an_instance() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (file, mine) = (text(&temporary.path().join("v.json")), temporary.path().join("mine"));
    let (viken, into) = (text(&instance_folder("viken-2020")), text(&mine));
    let division = text(&instance_folder("viken-2020").join("divisions/ba_regions_2020.csv"));
    let kinds = "land,fixed_link,ferry,sea_link";
    run(&[
        "export",
        &viken,
        "--to",
        "networkx",
        "--links",
        kinds,
        "--division",
        &division,
        "-o",
        &file,
    ])
    .exits(0)
    .shows("in no region of the division");
    let polygons = format!("{viken}/areas.geojson");
    run(&["import", "polygons", &polygons, "--into", &into])
        .exits(0)
        .shows("not an instance yet: E106 areas.csv");
    // The graph has the adjacency with fixed links, which the polygons lack.
    run(&["import", "graph", &file, "--into", &into]).exits(2).shows("E198").shows("adjacency.csv");
    run(&["import", "graph", &file, "--replace", "--into", &into])
        .exits(0)
        .shows("oddities that `inspect` lists");
    let (own, whole) = (Instance::load(&mine), Instance::load(&instance_folder("viken-2020")));
    let (own, whole) = (own.expect("it loads"), whole.expect("it loads"));
    assert_eq!(own.flows, whole.flows);
    assert_eq!(own.shapes, whole.shapes);
    assert_eq!(own.links.len(), whole.links.len());
    assert_eq!(own.divisions["ba_regions_2020"], whole.divisions["ba_regions_2020"]);
    run(&["inspect", &into]).exits(0);
    // Once more: nothing is new.
    run(&["import", "graph", &file, "--into", &into]).exits(0).shows("held all of this already");
}

#[test]
fn a_matrix_and_weights_make_an_instance_piece_by_piece() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (folder, mine) = (temporary.path(), temporary.path().join("mine"));
    let into = text(&mine);
    let book = text(&recorded("openpyxl.xlsx"));
    run(&["import", "matrix", &book, "--employment", "--into", &into])
        .exits(0)
        .shows("3 areas are called by their codes")
        .shows("`population` is missing");
    // Weights of five areas, two of which the folder does not know.
    let gal = text(&recorded("libpysal.gal"));
    run(&["import", "weights", &gal, "--into", &into]).exits(2).shows("E198").shows("--only-known");
    run(&["import", "weights", &gal, "--only-known", "--into", &into]).exits(0).shows("left out");
    let graph = text(&recorded("gerrychain.json"));
    run(&["import", "graph", &graph, "--only-known", "--into", &into]).exits(2).shows("otherwise");
    run(&["import", "graph", &graph, "--only-known", "--take", "areas", "--into", &into])
        .exits(2)
        .shows("column jobs");
    run(&[
        "import",
        "graph",
        &graph,
        "--only-known",
        "--replace",
        "--take",
        "areas",
        "--into",
        &into,
    ])
    .exits(0);
    assert_eq!(
        read(&mine, "areas.csv"),
        "code,name,employed_residents,jobs,population\n0301,Harbour,42534,44285,90000\n\
         3001,Alder,5200,6480,12000\n3002,Birch & Co,3600,2900,8000\n"
    );
    assert_eq!(
        read(&mine, "adjacency.csv"),
        "a,b,kind,border_km,note\n0301,3001,land,,\n0301,3002,land,,\n3001,3002,land,,\n"
    );
    run(&["inspect", &into]).exits(0);
    // A ferry is added, by the numbers of rows.
    let ferry = folder.join("ferry.gal");
    std::fs::write(&ferry, "3\n0 0\n\n1 1\n2\n2 1\n1\n").expect("room for a small file");
    let weights = |extra: &[&str]| {
        let file = text(&ferry);
        let mut arguments = vec!["import", "weights", &file, "--kind", "ferry", "--into", &into];
        arguments.extend(extra);
        run(&arguments)
    };
    weights(&["--add"]).exits(2).shows("--by-position");
    weights(&["--by-position"]).exits(2).shows("--add");
    weights(&["--by-position", "--add"]).exits(0);
    weights(&["--by-position", "--add"]).exits(0).shows("held all of this already");
    assert!(read(&mine, "adjacency.csv").ends_with("3001,3002,land,,\n3001,3002,ferry,,\n"));
}

/// Numbers mean the order of the polygons, which is not that of the codes.
#[test]
fn numbered_areas_go_by_the_order_of_the_polygons() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = temporary.path();
    let write = |name: &str, contents: &str| {
        std::fs::write(folder.join(name), contents).expect("room for a small file");
        text(&folder.join(name))
    };
    let square = |code: &str, west: u32| {
        let east = west + 1;
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon",
            "coordinates":[[[{west},60],[{east},60],[{east},61],[{west},61],[{west},60]]]}}}}"#
        )
    };
    let row: Vec<String> = [("D", 10), ("A", 11), ("C", 12), ("B", 13)]
        .map(|(code, west)| square(code, west))
        .to_vec();
    let polygons = write(
        "p.geojson",
        &format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, row.join(",")),
    );
    let weights = write("w.gal", "4\n1 1\n2\n2 2\n1 3\n3 2\n2 4\n4 1\n3\n");
    let mine = text(&folder.join("mine"));
    run(&["import", "polygons", &polygons, "--into", &mine]).exits(0);
    run(&["import", "weights", &weights, "--into", &mine, "--replace"])
        .exits(2)
        .says("--by-position");
    run(&["import", "weights", &weights, "--by-position", "--replace", "--into", &mine])
        .exits(0)
        .shows("3 of 3 links join areas that lie side by side");
    let adjacency = read(Path::new(&mine), "adjacency.csv");
    for pair in ["A,D,land", "A,C,land", "B,C,land"] {
        assert!(adjacency.contains(pair), "{adjacency}");
    }
    // Numbers by the codes join areas that lie apart.
    let table = write("t.csv", "code\nA\nB\nC\nD\n");
    let by_table = format!("--by-position={table}");
    run(&["import", "weights", &weights, &by_table, "--replace", "--into", &mine])
        .exits(2)
        .says("another order");
}

#[test]
fn flows_to_elsewhere_and_long_lists_of_defects() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = temporary.path().join("mine");
    std::fs::create_dir(&folder).expect("room");
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("room");
    write(
        "areas.csv",
        "code,name,population,employed_residents,jobs\nA,A,100,45,21\nB,B,100,24,25\n",
    );
    write("adjacency.csv", "a,b,kind\nA,B,land\n");
    let flows = temporary.path().join("long.csv");
    let rows = "residence,workplace,commuters\nA,A,10\nA,B,5\nA,9999,30\nB,B,20\nB,A,4\n9999,A,7\n";
    std::fs::write(&flows, rows).expect("room");
    let (file, into) = (text(&flows), text(&folder));
    run(&["import", "matrix", &file, "--into", &into]).exits(2).says("--outside");
    run(&["import", "matrix", &file, "--outside", "elsewhere", "--into", &into]).exits(0);
    let external = read(&folder, "external_flows.csv");
    assert_eq!(external, "code,to_elsewhere,from_elsewhere\nA,30,7\nB,0,0\n");
    let instance = Instance::load(&folder).expect("it loads");
    assert_eq!(instance.external[0].to, [30, 0]);
    let many: Vec<String> = (0..200).map(|at| format!("A,{at},1.5\n")).collect();
    let many = many.concat();
    std::fs::write(&flows, format!("residence,workplace,commuters\n{many}")).expect("room");
    let ran = run(&["import", "matrix", &file, "--into", &into]).exits(2);
    assert!(ran.stderr.contains("150 more of this kind"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("E196").count(), 51);
}

#[test]
fn plans_go_to_the_neighbours_and_back() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = temporary.path();
    let (mine, plan) = (folder.join("mine"), folder.join("plan.csv"));
    let into = text(&mine);
    let tiny = text(&instance_folder("tiny"));
    let instance = Instance::load(&instance_folder("tiny")).expect("it loads");
    let rows = instance.areas.iter().enumerate().map(|(at, area)| {
        format!("{},{}\n", area.code, if at < 3 { "One & only" } else { "Other" })
    });
    std::fs::write(&plan, format!("code,region\n{}", rows.collect::<String>())).expect("room");
    let plan = text(&plan);
    for (format, file) in [("networkx", "t.json"), ("graphml", "t.graphml"), ("metis", "t.graph")] {
        let file = text(&folder.join(file));
        run(&["export", &tiny, "--to", format, "--division", &plan, "-o", &file]).exits(0);
        let name = format!("from_{format}");
        let partition = format!("{file}.part.2");
        let mut arguments =
            vec!["import", "graph", &file, "--take", "division", "--division-name", &name];
        if format == "metis" {
            arguments.extend(["--partition", &partition]);
        }
        arguments.extend(["--into", &into]);
        run(&arguments).exits(0);
        let back = read(&mine, &format!("divisions/{name}.csv"));
        let theirs = back.lines().filter(|line| line.contains("One & only")).count();
        assert_eq!((back.lines().count(), theirs), (1 + instance.num_areas(), 3), "{back}");
    }
    run(&["export", &tiny, "--to", "gal", "--division", &plan]).exits(2).shows("E199");
    run(&["export", &tiny, "--to", "metis", "--division", &plan]).exits(2).shows("--output");
    let gal = run(&["export", &tiny, "--to", "gal"]).exits(0).stdout;
    assert!(gal.starts_with("7\n0101 "), "{gal}");
}

#[test]
fn the_account_keeps_its_schema() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let into = text(temporary.path());
    let file = text(&instance_folder("viken-2020").join("areas.geojson"));
    let ran = run(&["import", "polygons", &file, "--format", "json", "--into", &into]).exits(0);
    let document = ran.json_of(BINARY, "account");
    assert_eq!(document["counts"][2]["number"], 104);
}

#[test]
fn usage_that_makes_no_sense_is_refused() {
    let file = text(&recorded("libpysal.gal"));
    run(&["import", "weights", &file]).exits(2).shows("--into");
    run(&["import", "weights", "nowhere.gal", "--into", "x"]).exits(2).shows("E102");
    run(&["import", "weights", env!("CARGO_MANIFEST_DIR"), "--into", "x"]).exits(2).shows("E102");
    run(&["import", "polygons", &file, "--near", "-1", "--into", "x"]).exits(2);
    run(&["import", "polygons", &file, "--crs", "9999", "--into", "x"]).exits(2).shows("25833");
    run(&["import", "matrix", &file, "--columns", "a,b", "--into", "x"]).exits(2);
    run(&["export", "nowhere", "--to", "gal"]).exits(2).shows("E101");
}

/// A neighbouring zone of UTM leads from Oslo to Uppsala, which is land as well.
#[test]
fn polygons_far_from_the_centres_of_the_folder_are_refused() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (mine, file) = (temporary.path().join("mine"), temporary.path().join("p.geojson"));
    std::fs::create_dir(&mine).expect("a folder");
    let areas = "code,name,centre_lat,centre_lon\n\
                 01,A,59.92,10.75\n02,B,59.92,10.77\n03,C,59.92,\n04,D,63.4,10.4\n";
    std::fs::write(mine.join("areas.csv"), areas).expect("a table");
    let feature = |at: u32| {
        let (west, south) = (261_000 + 1_000 * at, 6_649_000);
        let (east, north) = (west + 1_000, south + 1_000);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"0{at}"}},"geometry":{{"type":"Polygon","coordinates":
            [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    };
    let features: Vec<String> = (1..=4).map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    std::fs::write(&file, text).expect("a file");
    let import = |crs: &str| {
        let (into, file) = (mine.to_string_lossy(), file.to_string_lossy());
        run(&["import", "polygons", &file, "--crs", crs, "--into", &into])
    };
    import("25834").exits(2).shows("E198").shows("3 of 3 areas with a centre").shows("--crs");
    assert!(!mine.join("adjacency.csv").exists());
    // One that lies elsewhere may have a wrong centre.
    import("25833").exits(0).shows("1 of 3 areas with a centre").shows(": 04");
    assert!(mine.join("adjacency.csv").exists());
}
