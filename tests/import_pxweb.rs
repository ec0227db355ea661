//! Tables of `PxWeb` into instances: every form they come in, what is odd about them, what breaks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use regionfront::defect::Defects;
use regionfront::import::Imported;
use regionfront::import::pxweb::{Missing, Request, Role, Table, build};
use regionfront::instance::{Flows, Instance};
use serde_json::{Value as Json, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> PathBuf {
    root().join("tests/pxweb").join(name)
}

#[track_caller]
fn read(name: &str) -> Table {
    Table::read(&fixture(name)).unwrap_or_else(|defects| panic!("{name}: {defects}"))
}

fn viken() -> Instance {
    Instance::load(&root().join("instances/viken-2020")).expect("it loads")
}

/// Flows and population of 2017 from these files.
fn request(commuting: &str, population: &str) -> Request {
    Request {
        commuting: vec![read(commuting)],
        population: vec![read(population)],
        year: Some(2017),
        ..Request::default()
    }
}

#[track_caller]
fn refused(request: &Request) -> Defects {
    build(request).map(|found| found.account).expect_err("it is refused")
}

fn has_note(found: &Imported, words: &str) -> bool {
    found.account.notes.iter().any(|note| note.contains(words))
}

/// What every form of the fixture means.
#[track_caller]
fn is_as_expected(found: &Imported) {
    let instance = &found.instance;
    let areas: Vec<(&str, &str, u64, u64, u64)> = instance
        .areas
        .iter()
        .map(|area| {
            let (code, name) = (area.code.as_str(), area.name.as_str());
            (code, name, area.population, area.employed_residents, area.jobs)
        })
        .collect();
    let expected = [
        ("0301", "Oslo", 8100, 5052, 5065),
        ("1601", "Trondheim", 3100, 2111, 2134),
        ("1638", "Orkdal", 510, 395, 353),
    ];
    assert_eq!(areas, expected);
    let flows: Vec<(usize, usize, u64)> = instance.flows.triples().collect();
    let expected = [
        (0, 0, 5000),
        (0, 1, 40),
        (0, 2, 3),
        (1, 0, 60),
        (1, 1, 2000),
        (1, 2, 50),
        (2, 0, 5),
        (2, 1, 90),
        (2, 2, 300),
    ];
    assert_eq!(flows, expected);
    assert_eq!(instance.external.len(), 1);
    assert_eq!(
        (&instance.external[0].to, &instance.external[0].from),
        (&vec![9, 1, 0], &vec![0, 4, 0])
    );
}

// ---- forms --------------------------------------------------------------------------------------

#[test]
fn json_stat_is_read_in_every_form() {
    for name in ["commuting.json", "commuting_sparse.json", "commuting_v1.json"] {
        let found = build(&request(name, "population.json")).expect(name);
        is_as_expected(&found);
        assert!(has_note(&found, "Orkland (5059)"), "{name}: {:?}", found.account);
    }
}

#[test]
fn csv_is_read_in_every_form() {
    for name in
        ["commuting.csv", "commuting_codes.csv", "commuting_named.csv", "commuting_wide_latin1.csv"]
    {
        for population in ["population.json", "population.csv"] {
            let mut request = request(name, population);
            if population == "population.csv" {
                // Codes only: names come from nowhere else.
                let found = build(&request).expect(name);
                assert_eq!(found.instance.areas[1].name, "1601");
                let mut base = found.instance;
                for (area, name) in base.areas.iter_mut().zip(["Oslo", "Trondheim", "Orkdal"]) {
                    name.clone_into(&mut area.name);
                }
                request.base = Some(base);
            }
            is_as_expected(&build(&request).expect(name));
        }
    }
}

#[test]
fn what_is_peculiar_about_a_file_is_said() {
    let found =
        build(&request("commuting_wide_latin1.csv", "population.json")).expect("it is read");
    assert!(has_note(&found, "Windows-1252"), "{:?}", found.account);
    assert!(has_note(&found, "2 lines below the table"), "{:?}", found.account);
    assert_eq!(read("commuting_wide_latin1.csv").categories(Role::Time).len(), 2);
}

#[test]
fn a_table_may_come_in_parts_that_overlap() {
    let whole = read("commuting.json");
    let place = whole.place(Role::Workplace).expect("it has workplaces");
    let part = |keep: &dyn Fn(u32) -> bool| {
        let mut part = whole.clone();
        part.cells.retain(|cell| keep(cell.at[place]));
        part
    };
    let mut parts = request("commuting.json", "population.json");
    parts.commuting = vec![part(&|at| at < 3), part(&|at| at > 1)];
    let found = build(&parts).expect("they make the whole");
    is_as_expected(&found);
    assert!(has_note(&found, "stand twice, with the same figures"));
    for cell in &mut parts.commuting[1].cells {
        if cell.value == regionfront::import::pxweb::Value::Count(40) {
            cell.value = regionfront::import::pxweb::Value::Count(41);
        }
    }
    assert!(refused(&parts).has("E174"), "two figures for one flow");
}

#[test]
fn series_over_mergers_go_by_the_new_codes() {
    let base = build(&request("commuting.json", "population.json")).expect("it is read").instance;
    let mut base = base;
    for (area, code) in base.areas.iter_mut().zip(["0301", "5001", "5059"]) {
        code.clone_into(&mut area.code);
    }
    let request = Request {
        commuting: vec![read("commuting_mergers.json")],
        base: Some(base),
        ..Request::default()
    };
    let found = build(&request).expect("K-5001 is 5001");
    assert_eq!(found.instance.flows.get(2, 1), 90);
    assert!(has_note(&found, "nobody from or to the outside"), "{:?}", found.account);
}

// ---- years and validity -------------------------------------------------------------------------

#[test]
fn codes_count_in_the_years_they_are_valid() {
    let mut later = request("commuting.json", "population.json");
    later.year = Some(2018);
    let found = build(&later).expect("2018 is there, too");
    let codes: Vec<&str> = found.instance.areas.iter().map(|area| area.code.as_str()).collect();
    assert_eq!(codes, ["0301", "5001"]);
    assert_eq!(found.instance.areas[1].name, "Trondheim - Tråante");
    assert_eq!(found.instance.flows.get(1, 0), 60);
    assert_eq!(found.instance.population(), 8120 + 3120);
    assert!(has_note(&found, "not valid in 2018: Trondheim (1601), Orkdal (1638), Orkland (5059)"));
    assert!(found.account.counts.iter().any(|count| count.what.contains("sums of others")));
    let left_out: Vec<&str> = found.account.left_out.iter().map(|of| of.code.as_str()).collect();
    assert_eq!(left_out, ["1601", "1638", "5059", "0"]);
}

#[test]
fn a_year_is_chosen_or_asked_for() {
    let mut several = request("commuting.json", "population.json");
    several.year = None;
    assert!(refused(&several).to_string().contains("2017, 2018"), "the years are listed");
    several.year = Some(2016);
    assert!(refused(&several).has("E176"));
    several.year = Some(2017);
    several.population_year = Some(2018);
    let defects = refused(&several);
    assert!(defects.has("E177"), "population on borders that the flows do not have: {defects}");
    assert!(defects.to_string().contains("5001"), "{defects}");
}

#[test]
fn counties_get_their_names_where_the_table_has_them() {
    let found = build(&request("commuting.json", "population.json")).expect("it is read");
    let counties: Vec<&str> =
        found.instance.areas.iter().map(|area| area.county.as_str()).collect();
    assert_eq!(counties, ["Oslo", "Sør-Trøndelag", "Sør-Trøndelag"]);
}

// ---- missing and suppressed ---------------------------------------------------------------------

#[test]
fn flows_without_figures_are_refused_unless_told_what_they_count_for() {
    let mut request = request("commuting_suppressed.json", "population.json");
    let defects = refused(&request);
    assert_eq!(defects.0.iter().filter(|defect| defect.code == "E175").count(), 2, "{defects}");
    let text = defects.to_string();
    for words in ["2 flows are suppressed (:)", "1 flow is not available (..)", "--missing 0"] {
        assert!(text.contains(words), "`{words}` is not in {text}");
    }
    for (count, expected) in [(0, 0), (2, 2)] {
        request.missing = Missing::Count(count);
        let found = build(&request).expect("it was said what they count for");
        assert_eq!(found.instance.flows.get(0, 1), expected, "Oslo to Trondheim");
        assert_eq!(found.instance.flows.get(2, 0), expected, "Orkdal to Oslo");
        assert!(has_note(&found, &format!("counted as {count} each")), "{:?}", found.account);
    }
}

#[test]
fn an_area_without_population_is_refused() {
    let mut table: Json =
        serde_json::from_slice(&std::fs::read(fixture("population.json")).expect("it is there"))
            .expect("it is JSON");
    let codes: Vec<String> = table["dimension"]["Region"]["category"]["index"]
        .as_object()
        .expect("a map")
        .keys()
        .cloned()
        .collect();
    assert!(codes.contains(&"1638".to_owned()));
    // Region 5 is Orkdal; two sexes, two years.
    table["value"][20] = Json::Null;
    table["status"] = json!({ "20": ":" });
    let mut request = request("commuting.json", "population.json");
    request.population = vec![parsed(&table)];
    assert!(refused(&request).to_string().contains("Orkdal (1638)"));
}

// ---- places outside, base -----------------------------------------------------------------------

#[test]
fn places_outside_get_columns_of_their_own() {
    let mut request = request("commuting.json", "population.json");
    request.places = vec!["Spitsbergen".to_owned(), "9999".to_owned()];
    let external = build(&request).expect("both are there").instance.external;
    let names: Vec<&str> = external.iter().map(|place| place.name.as_str()).collect();
    assert_eq!(names, ["spitsbergen", "uoppgitt"]);
    assert_eq!((&external[0].to, &external[1].to), (&vec![2, 1, 0], &vec![7, 0, 0]));
    request.places = vec!["Atlantis".to_owned(), "Oslo".to_owned()];
    assert_eq!(refused(&request).0.len(), 2);
}

#[test]
fn without_population_there_must_be_a_base() {
    let request =
        Request { population: Vec::new(), ..request("commuting.json", "population.json") };
    assert!(refused(&request).has("E177"));
}

// ---- round trips --------------------------------------------------------------------------------

/// The flows of Viken with Oslo and the rest of the country, as the table would hold them.
struct VikenTable {
    codes: Vec<(String, String)>,
    cells: Vec<u64>,
}

fn viken_table(instance: &Instance) -> VikenTable {
    let mut codes: Vec<(String, String)> =
        instance.areas.iter().map(|area| (area.code.clone(), area.name.clone())).collect();
    codes.push(("0301".to_owned(), "Oslo kommune".to_owned()));
    codes.push(("9999".to_owned(), "Unknown".to_owned()));
    let (n, size) = (instance.num_areas(), codes.len());
    let mut cells = vec![0; size * size];
    for (from, to, commuters) in instance.flows.triples() {
        cells[to * size + from] = commuters;
    }
    for (outside, place) in instance.external.iter().enumerate() {
        for area in 0..n {
            cells[(n + outside) * size + area] = place.to[area];
            cells[area * size + n + outside] = place.from[area];
        }
    }
    VikenTable { codes, cells }
}

impl VikenTable {
    fn json(&self) -> Json {
        let size = self.codes.len();
        let index: serde_json::Map<String, Json> = self
            .codes
            .iter()
            .enumerate()
            .map(|(at, (code, _))| (code.clone(), at.into()))
            .collect();
        let label: serde_json::Map<String, Json> =
            self.codes.iter().map(|(code, name)| (code.clone(), name.clone().into())).collect();
        let places = json!({ "category": { "index": index, "label": label } });
        json!({
            "class": "dataset",
            "version": "2.0",
            "id": ["ArbstedKomm", "Bokommuen", "ContentsCode", "Tid"],
            "size": [size, size, 1, 1],
            "dimension": {
                "ArbstedKomm": places,
                "Bokommuen": places,
                "ContentsCode": { "category": { "label": { "Sysselsatte": "Employed" } } },
                "Tid": { "category": { "index": ["2017"] } },
            },
            "value": self.cells,
        })
    }

    fn csv(&self, delimiter: char) -> String {
        let size = self.codes.len();
        let d = delimiter;
        let mut text = format!("ArbstedKomm{d}Bokommuen{d}Tid{d}\"03321: Commuting\"\n");
        for (at, commuters) in self.cells.iter().enumerate() {
            let ((work, to), (live, from)) = (&self.codes[at / size], &self.codes[at % size]);
            writeln!(text, "\"{work} {to}\"{d}\"{live} {from}\"{d}2017{d}{commuters}")
                .expect("strings grow");
        }
        text
    }
}

fn parsed(json: &Json) -> Table {
    Table::parse("table.json", json.to_string().as_bytes()).expect("it is sound")
}

#[test]
fn the_flows_of_viken_come_back_to_the_last_commuter() {
    let viken = viken();
    let table = viken_table(&viken);
    let tables = [
        parsed(&table.json()),
        Table::parse("table.csv", table.csv(';').as_bytes()).expect("it is sound"),
        Table::parse("table.csv", table.csv(',').as_bytes()).expect("it is sound"),
    ];
    for commuting in tables {
        let found = build(&Request {
            commuting: vec![commuting],
            places: vec!["Oslo".to_owned()],
            base: Some(viken.clone()),
            ..Request::default()
        })
        .expect("it is Viken");
        let back = found.instance;
        assert_eq!(back.flows, viken.flows);
        assert_eq!(back.external, viken.external);
        assert_eq!(back.areas, viken.areas, "employed residents and jobs are the sums");
        assert_eq!(back.links, viken.links);
        assert_eq!(back.divisions, viken.divisions);
    }
}

// ---- broken -------------------------------------------------------------------------------------

/// The fixture with one thing changed.
fn broken(change: impl FnOnce(&mut Json)) -> Result<Table, Defects> {
    let bytes = std::fs::read(fixture("commuting.json")).expect("it is there");
    let mut json = serde_json::from_slice(&bytes).expect("it is JSON");
    change(&mut json);
    Table::parse("broken.json", json.to_string().as_bytes())
}

#[test]
fn what_is_broken_is_named() {
    let list = |json: &mut Json| json["value"].as_array_mut().map(std::mem::take).expect("a list");
    let cases: Vec<(&str, &str, Result<Table, Defects>)> = vec![
        ("E172", "not JSON-stat", broken(|json| *json = json!([1, 2]))),
        ("E172", "is not an object", broken(|json| drop(json["dimension"].take()))),
        ("E172", "`id` and `size`", broken(|json| drop(json["size"].take()))),
        ("E174", "one length", broken(|json| json["size"] = json!([8, 8, 1]))),
        ("E174", "5 million", broken(|json| json["size"] = json!([9_000_000, 8, 1, 2]))),
        ("E174", "5 million", broken(|json| json["size"] = json!([u64::MAX, u64::MAX, 1, 2]))),
        (
            "E174",
            "holds 127 cells where the dimensions make 128",
            broken(|json| {
                let mut values = list(json);
                values.pop();
                json["value"] = values.into();
            }),
        ),
        ("E174", "`size` says 7", broken(|json| json["size"] = json!([7, 8, 1, 2]))),
        ("E174", "is negative", broken(|json| json["value"][5] = json!(-1))),
        ("E174", "is not a whole number", broken(|json| json["value"][5] = json!(1.5))),
        ("E174", "is not a number", broken(|json| json["value"][5] = json!("many"))),
        ("E174", "10^15", broken(|json| json["value"][5] = json!(u64::MAX))),
        ("E174", "more of this kind", broken(|json| json["value"] = vec![json!(-1); 128].into())),
        ("E174", "not there", broken(|json| json["value"] = json!({ "128": 1 }))),
        ("E174", "neither a list nor a map", broken(|json| json["value"] = json!("all"))),
        (
            "E174",
            "one place",
            broken(|json| {
                json["dimension"]["Tid"]["category"]["index"] = json!({ "2017": 0, "2018": 0 });
            }),
        ),
        (
            "E174",
            "0, 1, 2",
            broken(|json| {
                json["dimension"]["Tid"]["category"]["index"] = json!({ "2017": 0, "2018": 2 });
            }),
        ),
        ("E174", "no `category`", broken(|json| drop(json["dimension"]["Tid"].take()))),
        ("E173", "two dimensions", broken(|json| json["id"][1] = "ArbstedKomm".into())),
        ("E179", "Too many values", broken(|json| *json = json!({ "error": "Too many values" }))),
        ("E172", "is empty", Table::parse("x", b"\xef\xbb\xbf \n")),
        ("E172", "cut off", Table::parse("x", br#"{"class": "dataset", "value": [1, 2"#)),
        ("E173", "names dimensions", Table::parse("x", b"<!DOCTYPE html>\n<html><body>no</body>")),
        ("E173", "no column of figures", Table::parse("x", b"ArbstedKomm,Bokommuen\n0301,0301\n")),
        ("E173", "without its code", Table::parse("x", b"arbeidssted,bosted,n\nOslo,Oslo,1\n")),
        (
            "E174",
            "row 3",
            Table::parse("x", b"ArbstedKomm,Bokommuen,n\n0301,0301,1\n0301,1601,one\n"),
        ),
        (
            "E174",
            "holds 2 fields",
            Table::parse("x", b"ArbstedKomm,Bokommuen,n\n0301,0301\n0301,1601,3\n"),
        ),
        ("E173", "two columns", Table::parse("x", b"Region,Region,n\n0301,0301,1\n")),
    ];
    for (code, words, result) in cases {
        let defects = result.expect_err(words);
        assert!(defects.has(code), "{words}: {defects}");
        assert!(defects.to_string().contains(words), "`{words}` is not in: {defects}");
    }
    assert!(Table::read(Path::new("nowhere.json")).expect_err("no such file").has("E172"));
}

#[test]
fn tables_that_do_not_fit_are_refused() {
    let mut swapped = request("commuting.json", "population.json");
    std::mem::swap(&mut swapped.commuting, &mut swapped.population);
    assert!(refused(&swapped).to_string().contains("no dimension `ArbstedKomm`"));
    let lost = broken(|json| {
        let category = &mut json["dimension"]["Bokommuen"]["category"];
        let text = category.to_string().replace("\"0301\"", "\"301\"");
        *category = serde_json::from_str(&text).expect("still JSON");
    });
    let mut request = request("commuting.json", "population.json");
    request.commuting = vec![lost.expect("the form is sound")];
    let defects = refused(&request);
    assert!(defects.has("E113") && defects.to_string().contains("it is 0301"), "{defects}");
    let two = broken(|json| {
        json["size"][2] = 2.into();
        json["dimension"]["ContentsCode"]["category"]["index"] = json!(["A", "B"]);
        json["value"] = vec![json!(1); 256].into();
    });
    request.commuting = vec![two.expect("the form is sound")];
    assert!(refused(&request).to_string().contains("A, B"), "which of them is not clear");
    let huge = broken(|json| json["value"] = vec![json!(1_000_000_000_000_000_u64); 128].into());
    request.commuting = vec![huge.expect("every figure is possible")];
    assert!(refused(&request).to_string().contains("add up to more than 10^15"));
}

// ---- the command --------------------------------------------------------------------------------

fn command(output: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_regionfront"))
        .args(["import", "pxweb", "-o"])
        .arg(output)
        .args(arguments)
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (ran.status.code(), text(ran.stdout), text(ran.stderr))
}

#[test]
fn the_command_writes_an_instance_or_says_what_is_missing() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let path = |name: &str| fixture(name).display().to_string();
    let (flows, people) = (path("commuting_wide_latin1.csv"), path("population.json"));
    let tables = ["--commuting", &flows, "--population", &people, "--year", "2017"];
    let bare = folder.path().join("bare");
    let (code, stdout, _) = command(&bare, &tables);
    assert_eq!(code, Some(0));
    for words in ["no links: --adjacency", "adjacency.csv must be added", "Windows-1252"] {
        assert!(stdout.contains(words), "`{words}` is not in {stdout}");
    }
    assert!(!bare.join("adjacency.csv").exists());
    assert_eq!(Instance::load(&bare).expect_err("it has no links").0.len(), 1);

    let links = folder.path().join("links.csv");
    std::fs::write(&links, "a,b,kind,border_km\n0301,1601,land,12.345\n1601,1638,ferry,\n")
        .expect("room");
    let links = links.display().to_string();
    let whole = folder.path().join("whole");
    let (code, _, stderr) = command(&whole, &[&tables[..], &["--adjacency", &links]].concat());
    assert_eq!(code, Some(0), "{stderr}");
    let instance = Instance::load(&whole).expect("inspect is content with it");
    assert_eq!((instance.links.len(), instance.links[0].border_km), (2, Some(12.345)));
    assert_eq!(instance.areas[0].employed_residents, 5052);

    let suppressed = path("commuting_suppressed.json");
    let refused = ["--commuting", &suppressed, "--population", "nowhere", "--year", "2017"];
    let (code, _, stderr) = command(&folder.path().join("x"), &refused);
    assert!(code == Some(2) && stderr.contains("E172"), "{stderr}");
    let refused = ["--commuting", &suppressed, "--population", &people, "--year", "2017"];
    let (code, _, stderr) = command(&folder.path().join("x"), &refused);
    assert!(code == Some(2) && stderr.contains("E175"), "{stderr}");
    let taken = [&refused[..], &["--missing", "0"]].concat();
    assert_eq!(command(&folder.path().join("x"), &taken).0, Some(0));
}

// ---- never a panic ------------------------------------------------------------------------------

/// Reads and, where that succeeds, builds; whatever happens, it returns.
fn attempt(bytes: &[u8]) {
    let Ok(table) = Table::parse("fuzz", bytes) else { return };
    for year in [None, Some(2017)] {
        let _ = build(&Request {
            commuting: vec![table.clone()],
            population: vec![table.clone()],
            year,
            missing: Missing::Count(1),
            ..Request::default()
        });
        let _ = build(&Request {
            commuting: vec![table.clone()],
            year,
            base: build(&request("commuting.json", "population.json")).ok().map(|it| it.instance),
            ..Request::default()
        });
    }
}

fn any_fixture() -> impl Strategy<Value = Vec<u8>> {
    let names = [
        "commuting.json",
        "commuting_sparse.json",
        "commuting_v1.json",
        "commuting_mergers.json",
        "population.json",
        "commuting_wide_latin1.csv",
        "commuting_named.csv",
        "population.csv",
    ];
    let files = names.map(|name| std::fs::read(fixture(name)).expect("it is there"));
    proptest::sample::select(files.to_vec())
}

/// Any JSON, with the words of JSON-stat more often than not.
fn any_json() -> impl Strategy<Value = Json> {
    let word = proptest::sample::select(vec![
        "id",
        "size",
        "dimension",
        "category",
        "index",
        "label",
        "value",
        "status",
        "dataset",
        "ArbstedKomm",
        "Bokommuen",
        "Region",
        "Tid",
        "2017",
        "0301",
        ".",
        ":",
        "error",
    ]);
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (0_u64..5).prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        word.clone().prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|entries| {
                entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn bytes_of_any_kind_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        attempt(&bytes);
    }

    #[test]
    fn json_of_any_kind_does_no_harm(json in any_json()) {
        attempt(json.to_string().as_bytes());
    }

    #[test]
    fn good_files_cut_and_changed_do_no_harm(
        file in any_fixture(),
        cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
    ) {
        let mut bytes = file;
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        attempt(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        attempt(&bytes);
    }

    #[test]
    fn cells_moved_about_do_no_harm(
        file in any_fixture(),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        length in 0_usize..60,
    ) {
        let from = from.index(file.len());
        let piece = file[from..file.len().min(from + length)].to_vec();
        let to = to.index(file.len());
        let bytes = [&file[..to], &piece, &file[to..]].concat();
        attempt(&bytes);
    }

    #[test]
    fn any_flows_come_back(cells in prop::collection::vec(0_u64..1_000_000, 9)) {
        let codes = ["0301", "1601", "1638"];
        let mut text = String::from("Bokommuen;ArbstedKomm;2017\n");
        for (at, commuters) in cells.iter().enumerate() {
            writeln!(text, "{};{};{commuters}", codes[at / 3], codes[at % 3]).expect("strings grow");
        }
        let table = Table::parse("table", text.as_bytes()).expect("it is sound");
        let found = build(&Request {
            commuting: vec![table],
            population: vec![read("population.json")],
            ..Request::default()
        })
        .expect("it is sound");
        let flows = Flows::from_triples(3, cells.iter().enumerate().map(|(at, &n)| (at / 3, at % 3, n)));
        prop_assert_eq!(found.instance.flows, flows);
    }
}
