//! `instance subset` and `instance merge` from outside.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use regionfront::instance::{Instance, LEFT_OUT};
use regionfront_testkit::ran::{self, Ran};
use tempfile::TempDir;

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances").join(name)
}

const BINARY: &str = env!("CARGO_BIN_EXE_regionfront");

/// `regionfront instance ACTION INSTANCE … -o OUTPUT`.
fn run(action: &str, instance: &Path, output: &Path, arguments: &[&str]) -> Ran {
    let mut command = ran::command(BINARY, &["instance", action]);
    Ran::of(command.arg(instance).args(arguments).arg("-o").arg(output))
}

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

fn load(folder: &Path) -> Instance {
    Instance::load(folder).unwrap_or_else(|defects| panic!("{defects}"))
}

/// The figures of an instance apart from its name, title and hash.
fn content(mut instance: Instance) -> Instance {
    instance.name.clear();
    instance.title.clear();
    instance.sha256.clear();
    instance.oddities.clear();
    // A subset has a title of its own, and the figures of one year.
    instance.nb.title.clear();
    instance.nb.sources.clear();
    (instance.default_year, instance.year) = (None, None);
    instance.years.clear();
    instance
}

#[test]
fn viken_taken_out_of_norway_has_the_flows_of_viken() {
    let (folder, viken) = (folder(), shipped("viken-2020"));
    let codes = viken.join("areas.csv").display().to_string();
    let norway = shipped("norway-2020");
    run("subset", &norway, folder.path(), &["--areas-from", &codes]).exits(0).shows("159,785");
    let (subset, viken) = (load(folder.path()), load(&viken));
    assert_eq!(subset.flows, viken.flows);
    let link = |link: &regionfront::instance::Link| (link.a, link.b, link.kind);
    let links = |instance: &Instance| instance.links.iter().map(link).collect::<Vec<_>>();
    assert_eq!(links(&subset), links(&viken));
    assert_eq!(subset.shapes.as_ref().map(Vec::len), Some(51));
    // Nobody is lost: what the areas exchange with the rest of the country is the external flow.
    let norway = load(&norway);
    let place = |code: &str| norway.index_of_code(code).expect("it lies in Norway");
    let inside: Vec<usize> = subset.areas.iter().map(|area| place(&area.code)).collect();
    let [left_out] = subset.external.as_slice() else { panic!("one place: {:?}", subset.external) };
    assert_eq!(left_out.name, LEFT_OUT);
    for (at, &area) in inside.iter().enumerate() {
        let outwards: u64 = norway
            .flows
            .row(area)
            .iter()
            .filter(|flow| !inside.contains(&flow.0))
            .map(|flow| flow.1)
            .sum();
        assert_eq!(left_out.to[at], outwards, "{}", subset.areas[at].label());
    }
    let inwards: u64 = norway
        .flows
        .triples()
        .filter(|(from, to, _)| !inside.contains(from) && inside.contains(to))
        .map(|flow| flow.2)
        .sum();
    assert_eq!(left_out.from.iter().sum::<u64>(), inwards);
}

#[test]
fn every_way_to_choose_areas_chooses_the_same() {
    let (viken, folder) = (shipped("viken-2020"), folder());
    let list = folder.path().join("list.txt");
    std::fs::write(&list, "\u{feff}Flå\n3040\nGol\n\nHemsedal\r\nÅl\nHol\n").expect("room");
    let list = list.display().to_string();
    let ways: [&[&str]; 4] = [
        &["--areas", "Flå, 3040, Gol, Hemsedal, Ål, Hol"],
        &["--areas-from", &list],
        &["--division", "buskerud_model", "--region", "Hallingdal"],
        &[
            "--division",
            "ba_regions_2020",
            "--region",
            "Gol",
            "--region",
            "Nesbyen",
            "--region",
            "Hol",
        ],
    ];
    let mut found = Vec::new();
    for (at, way) in ways.iter().enumerate() {
        let output = folder.path().join(at.to_string());
        let ran = run("subset", &viken, &output, way);
        if ran.code == Some(0) {
            found.push(content(load(&output)));
        } else {
            // The labour market regions may have other names; what is there is said.
            assert!(ran.stderr.contains("E180") && at == 3, "{}", ran.stderr);
        }
    }
    assert!(found.len() >= 3 && found.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(found[0].num_areas(), 6);
}

#[test]
fn everything_of_an_instance_survives_a_subset_of_all_its_areas() {
    for name in ["tiny", "viken-2020", "norway-2020"] {
        let folder = folder();
        let whole = load(&shipped(name));
        let codes = shipped(name).join("areas.csv").display().to_string();
        run("subset", &shipped(name), folder.path(), &["--areas-from", &codes]).exits(0);
        assert_eq!(content(load(folder.path())), content(whole), "{name}");
    }
}

#[test]
fn scenarios_that_name_other_areas_are_left_out_and_said_so() {
    let folder = folder();
    let areas = ["--areas", "Flå,Nesbyen,Gol,Hemsedal,Ål,Hol"];
    run("subset", &shipped("viken-2020"), folder.path(), &areas)
        .exits(0)
        .shows("the scenario hallingdal_numedal is left out: no area is called `Flesberg`");
    let scenarios = regionfront::scenario::Scenario::names(folder.path());
    assert!(scenarios.contains(&"default".to_owned()));
    assert!(!scenarios.contains(&"hallingdal_numedal".to_owned()));
    let kept = std::fs::read(folder.path().join("scenarios/default.toml")).expect("it is there");
    let given = std::fs::read(shipped("viken-2020").join("scenarios/default.toml"));
    assert_eq!(kept, given.expect("it is there"));
    // Oslo can still be added, with what it exchanges with the areas left out.
    let with_oslo = load(folder.path()).with_external_area("Oslo").expect("it is an external area");
    assert_eq!(with_oslo.num_areas(), 7);
}

#[test]
fn outside_flows_can_be_dropped() {
    let folder = folder();
    let arguments = ["--county", "Viken", "--drop-outside-flows"];
    run("subset", &shipped("viken-2020"), folder.path(), &arguments)
        .exits(0)
        .shows("flows to and from places outside are dropped");
    let instance = load(folder.path());
    assert!(instance.external.is_empty() && instance.external_areas.is_empty());
    assert_eq!(instance.flows, load(&shipped("viken-2020")).flows);
}

#[test]
fn counties_go_by_name_and_by_digits() {
    let folder = folder();
    let norway = shipped("norway-2020");
    let [one, other] = ["one", "other"].map(|name| folder.path().join(name));
    run("subset", &norway, &one, &["--county", "rogaland"]).exits(0);
    run("subset", &norway, &other, &["--county", "11"]).exits(0);
    assert_eq!(content(load(&one)), content(load(&other)));
    assert!(load(&one).areas.iter().all(|area| area.county == "Rogaland"));
    run("subset", &norway, &folder.path().join("x"), &["--county", "Rogalnad"])
        .exits(2)
        .shows("did you mean Rogaland?");
}

#[test]
fn wrong_choices_are_named_all_at_once() {
    let (folder, viken) = (folder(), shipped("viken-2020"));
    let output = folder.path().join("x");
    let ran = run("subset", &viken, &output, &["--areas", "Fla,Hool,Ål"]).exits(2);
    assert_eq!(ran.stderr.matches("E206").count(), 2, "{}", ran.stderr);
    run("subset", &viken, &output, &[]).exits(2).shows("--county");
    run("subset", &viken, &output, &["--division", "none", "--region", "A"]).exits(2).shows("E503");
    run("subset", &viken, &output, &["--areas-from", "nowhere"]).exits(2).shows("E180");
    run("subset", &viken, &output, &["--areas", " , "]).exits(2).shows("no area is chosen");
    assert!(!output.exists(), "nothing is written before the choice is clear");
}

#[test]
fn a_folder_that_holds_something_is_replaced_only_when_told() {
    let (folder, tiny) = (folder(), shipped("tiny"));
    let first = load(&tiny).areas[0].code.clone();
    let code = load(&tiny).areas.iter().map(|area| area.code.clone()).collect::<Vec<_>>().join(",");
    run("subset", &tiny, folder.path(), &["--areas", &code]).exits(0);
    run("subset", &tiny, folder.path(), &["--areas", &code]).exits(2).shows("E402");
    assert!(folder.path().join("external_flows.csv").exists());
    let more = ["--areas", &code, "--drop-outside-flows", "--force", "--title", "Small"];
    run("subset", &tiny, folder.path(), &more).exits(0);
    assert!(!folder.path().join("external_flows.csv").exists(), "it is of the earlier instance");
    assert_eq!(load(folder.path()).title, "Small");
    // One area has no links, and is an instance all the same.
    let alone = folder.path().join("alone");
    run("subset", &tiny, &alone, &["--areas", &first]).exits(0);
    assert_eq!(load(&alone).num_areas(), 1);
}

#[test]
fn the_account_fits_its_schema() {
    let folder = folder();
    let arguments = ["--county", "Viken", "--format", "json"];
    let ran = run("subset", &shipped("viken-2020"), folder.path(), &arguments).exits(0);
    ran.json_of(BINARY, "account");
}

// ---- merge --------------------------------------------------------------------------------------

#[test]
fn merged_areas_have_the_sums_of_their_parts() {
    let (folder, tiny) = (folder(), shipped("tiny"));
    let before = load(&tiny);
    let crosswalk = folder.path().join("crosswalk.csv");
    let rows: Vec<String> = before
        .areas
        .iter()
        .enumerate()
        .map(|(at, area)| format!("{},N{}", area.code, at / 2))
        .collect();
    let rows = rows.join("\n");
    std::fs::write(&crosswalk, format!("code_old,code_new\n{rows}")).expect("room");
    let crosswalk = crosswalk.display().to_string();
    let output = folder.path().join("merged");
    run("merge", &tiny, &output, &["--crosswalk", &crosswalk])
        .exits(0)
        .shows("polygons are not merged");
    let merged = load(&output);
    assert_eq!(merged.num_areas(), before.num_areas().div_ceil(2));
    assert_eq!(merged.population(), before.population());
    let mut sums: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (from, to, commuters) in before.flows.triples() {
        *sums.entry((from / 2, to / 2)).or_default() += commuters;
    }
    assert_eq!(
        merged.flows.triples().map(|(a, b, n)| ((a, b), n)).collect::<BTreeMap<_, _>>(),
        sums
    );
    for (before, after) in before.external.iter().zip(&merged.external) {
        assert_eq!(before.to.iter().sum::<u64>(), after.to.iter().sum::<u64>());
        assert_eq!(before.from.iter().sum::<u64>(), after.from.iter().sum::<u64>());
    }
    assert_eq!(merged.sources, before.sources);
    run("merge", &output, &folder.path().join("again"), &["--crosswalk", &crosswalk])
        .exits(2)
        .shows("E181");
    let other = shipped("viken-2020");
    run("merge", &other, &folder.path().join("other"), &["--crosswalk", &crosswalk])
        .exits(2)
        .shows("E161");
}

/// The flows of Viken on the borders of 2017, merged, are those of Viken, to the last commuter.
#[test]
fn the_flows_of_2017_merge_into_those_of_viken() {
    let (folder, viken) = (folder(), shipped("viken-2020"));
    let old = folder.path().join("old");
    std::fs::create_dir(&old).expect("a new folder");
    let table = |name: &str| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_path(viken.join(name)).expect("it is there");
        let rows = reader.records().map(|row| row.expect("a row"));
        rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
    };
    let (crosswalk, flows) = (table("crosswalk_2017_to_2020.csv"), table("flows_2017_borders.csv"));
    let mut areas = String::from("code,name,population,employed_residents,jobs\n");
    for row in &crosswalk {
        let commuters = |column: usize| -> u64 {
            let own = flows.iter().filter(|flow| flow[column] == row[0]);
            own.map(|flow| flow[2].parse::<u64>().expect("a count")).sum()
        };
        writeln!(areas, "{},{},1,{},{}", row[0], row[1], commuters(0), commuters(1))
            .expect("strings grow");
    }
    std::fs::write(old.join("areas.csv"), areas).expect("room");
    std::fs::copy(viken.join("flows_2017_borders.csv"), old.join("flows.csv")).expect("room");
    // A path through all of them: what touches what does not matter here.
    let pairs = crosswalk.windows(2).map(|pair| format!("{},{},land", pair[0][0], pair[1][0]));
    let links = pairs.collect::<Vec<_>>().join("\n");
    std::fs::write(old.join("adjacency.csv"), format!("a,b,kind\n{links}\n")).expect("room");
    let file = viken.join("crosswalk_2017_to_2020.csv").display().to_string();
    let output = folder.path().join("new");
    run("merge", &old, &output, &["--crosswalk", &file]).exits(0).shows("159,785");
    assert_eq!(load(&output).flows, load(&viken).flows);
}

/// The regions of Kongsberg, with the figures of six years.
fn kongsberg() -> TempDir {
    let folder = folder();
    let region = ["--division", "ba_regions_2020", "--region", "Kongsberg"];
    run("subset", &shipped("viken-2020"), folder.path(), &region)
        .exits(0)
        .shows("further years carried along");
    folder
}

fn load_year(folder: &Path, year: u16) -> Instance {
    Instance::load_year(folder, Some(year)).unwrap_or_else(|defects| panic!("{defects}"))
}

/// The sources of an instance, in any order.
fn cited(instance: &Instance) -> std::collections::BTreeSet<&str> {
    instance.sources.iter().map(|source| source.title.as_str()).collect()
}

#[test]
fn a_subset_has_the_figures_of_every_year() {
    let (folder, viken) = (kongsberg(), shipped("viken-2020"));
    let (subset, whole) = (load(folder.path()), load(&viken));
    assert_eq!((subset.year, subset.default_year), (Some(2017), Some(2017)));
    assert_eq!(subset.years, [2017, 2018, 2019, 2020, 2021, 2022]);
    let place = |code: &str| whole.index_of_code(code).expect("it lies in Viken");
    let kept: Vec<usize> = subset.areas.iter().map(|area| place(&area.code)).collect();
    for &year in &whole.years {
        let (found, of_year) = (load_year(folder.path(), year), load_year(&viken, year));
        let expected = of_year.subset(&kept);
        assert_eq!(found.areas, expected.areas, "{year}");
        assert_eq!(found.flows, expected.flows, "{year}");
        assert_eq!(found.external, expected.external, "{year}");
        assert_eq!(cited(&found), cited(&expected), "{year}");
    }
    assert_ne!(load_year(folder.path(), 2022).flows, subset.flows);
}

#[test]
fn merged_areas_have_the_figures_of_every_year() {
    let (before, after) = (kongsberg(), folder());
    let areas = load(before.path()).areas;
    let mut crosswalk = "code_old,code_new,name_new\n".to_owned();
    for (at, area) in areas.iter().enumerate() {
        // The first two become one.
        let new = if at < 2 { &areas[0] } else { area };
        writeln!(crosswalk, "{},N{},{}", area.code, new.code, new.name).expect("memory");
    }
    let file = after.path().with_extension("crosswalk.csv");
    std::fs::write(&file, crosswalk).expect("a file");
    let arguments = ["--crosswalk", file.to_str().expect("UTF-8")];
    run("merge", before.path(), after.path(), &arguments).exits(0).shows("further years");
    std::fs::remove_file(&file).expect("it is there");
    for year in [2017, 2022] {
        let (old, new) = (load_year(before.path(), year), load_year(after.path(), year));
        assert_eq!(new.num_areas() + 1, old.num_areas());
        assert_eq!(new.population(), old.population(), "{year}");
        let all = |instance: &Instance| instance.flows.total_between() + instance.flows.total_own();
        assert_eq!(all(&new), all(&old), "{year}");
        let joined = old.flows.get(0, 1) + old.flows.get(1, 0);
        assert_eq!(new.flows.total_between() + joined, old.flows.total_between(), "{year}");
    }
}

#[test]
fn flows_of_a_further_year_are_imported_by_one_command() {
    let folder = kongsberg();
    let before = load(folder.path());
    let codes: Vec<&str> = before.areas.iter().map(|area| area.code.as_str()).collect();
    let matrix = folder.path().join("matrix.csv");
    let written = |count: u64| {
        let mut text = "home,work,persons\n".to_owned();
        for (from, home) in (0..).zip(&codes) {
            for (to, work) in (0..).zip(&codes) {
                writeln!(text, "{home},{work},{}", count + 10 * from + to).expect("memory");
            }
        }
        std::fs::write(&matrix, text).expect("a file");
    };
    let import = |more: &[&str]| {
        let mut command = ran::command(BINARY, &["import", "matrix"]);
        command.arg(&matrix).args(["--columns", "home,work,persons", "--into"]).arg(folder.path());
        Ran::of(command.args(more))
    };
    written(5);
    import(&["--year", "2017"]).exits(2).says("2017 is the year of areas.csv");
    import(&["--year", "2023"]).exits(0).shows("the population of 2023 is not given");
    let found = load_year(folder.path(), 2023);
    assert_eq!(found.flows.get(1, 2), 17);
    assert_eq!(found.population(), before.population());
    let residents: u64 = (0..found.num_areas()).map(|to| found.flows.get(0, to)).sum();
    assert_eq!(found.areas[0].employed_residents, residents);
    assert_eq!(load(folder.path()).years, [2017, 2018, 2019, 2020, 2021, 2022, 2023]);
    // What stands for other years stays, and other figures replace nothing by themselves.
    assert_eq!(load_year(folder.path(), 2022).areas[0].population, 28_793);
    written(6);
    import(&["--year", "2023"]).exits(2).says("--replace");
    let people = folder.path().join("people.csv");
    let mut table = "code,population\n".to_owned();
    for code in &codes {
        writeln!(table, "{code},1000").expect("memory");
    }
    std::fs::write(&people, table).expect("a file");
    let people = people.to_str().expect("UTF-8").to_owned();
    import(&["--year", "2023", "--replace", "--population", &people]).exits(0);
    let found = load_year(folder.path(), 2023);
    assert_eq!((found.flows.get(1, 2), found.areas[2].population), (18, 1_000));
}
