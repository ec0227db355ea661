//! Scenarios: reading, resolving, and contradictions in the user's words.

use std::fs;
use std::path::{Path, PathBuf};

use regionfront::defect::{Defect, Defects};
use regionfront::engine::{Engine, Limits as EngineLimits, Outcome, Silent};
use regionfront::exact::Exact;
use regionfront::instance::{Division, DivisionRegion, Instance, LinkKind};
use regionfront::plan::Plan;
use regionfront::quantity::Share;
use regionfront::scenario::{
    AreaGroup, Bounds, DivisionRegions, Group, KList, Limits, Problem, Rules, Scenario,
};
use regionfront::verify::verify;
use regionfront_testkit::{Sketch, group};

/// A – B – C – D – E on land, A – F by ferry, with two overlapping divisions.
fn instance() -> Instance {
    let mut sketch = Sketch::new(6).link(0, 5, LinkKind::Ferry);
    for a in 0..4 {
        sketch = sketch.land(a, a + 1);
    }
    let mut instance = sketch.flow(0, 1, 4).flow(1, 4, 2).instance();
    let region =
        |name: &str, areas: &[usize]| DivisionRegion { name: name.into(), areas: areas.to_vec() };
    let councils = vec![region("West", &[0, 1]), region("Middle", &[1, 2]), region("Isle", &[5])];
    instance
        .divisions
        .insert("councils".into(), Division { name: "councils".into(), regions: councils });
    instance
}

fn scenario(text: &str) -> Scenario {
    Scenario::parse(text, "test.toml").unwrap_or_else(|defects| panic!("{defects}"))
}

fn resolve(text: &str) -> Result<Problem, Defects> {
    Problem::resolve(instance(), &scenario(text))
}

/// The one defect a scenario resolves to, as `code at: what | cure`.
fn only_defect(text: &str) -> String {
    let defects = resolve(text).expect_err("a defect");
    let [Defect { code, at, what, cure }] = defects.0.as_slice() else { panic!("{defects}") };
    format!("{code} {at}: {what} | {cure}")
}

fn codes(defects: &[Defect]) -> Vec<&str> {
    defects.iter().map(|defect| defect.code).collect()
}

#[test]
fn an_empty_scenario_asks_for_contiguity_over_land_and_fixed_links() {
    let problem = resolve("").expect("nothing to object to");
    let links = vec![LinkKind::Land, LinkKind::FixedLink];
    assert_eq!(problem.rules, Rules { links, ..Rules::default() });
}

#[test]
fn every_key_reaches_the_rules() {
    let problem = resolve(
        r#"
        name = "All"
        description = "Every key"
        k = 2
        links = ["ferry", "land", "land"]
        areas = ["A", "02", "c", "D", "E", "F"]
        min_population = 1
        max_population = 1_000
        min_areas = 1
        max_areas = 6
        min_jobs = 2
        max_jobs = 60
        min_employed = 3
        max_employed = 70
        min_self_containment = 0.0
        keep_together = [["C", "D"], { name = "Pair", areas = ["B", "C"] }]
        keep_apart = [["A", "E"]]
        closed = [["E"]]
        fixed = [["F"]]
        keep_whole = [{ division = "councils", regions = ["Middle"] }]
        limits_do_not_apply_to = ["E", "A", "01"]
        "#,
    )
    .expect("a feasible question");
    let bounds = |min, max| Bounds { min: Some(min), max: Some(max) };
    assert_eq!(
        problem.rules,
        Rules {
            links: vec![LinkKind::Land, LinkKind::Ferry],
            together: vec![group("Pair + Middle", &[1, 2, 3])],
            apart: vec![group("", &[0, 4])],
            closed: vec![group("", &[4])],
            fixed: vec![group("", &[5])],
            exempt: vec![0, 4],
            limits: Limits {
                population: bounds(1, 1000),
                areas: bounds(1, 6),
                jobs: bounds(2, 60),
                employed: bounds(3, 70),
                min_self_containment: Share::from_millionths(0),
            },
            texts: problem.rules.texts.clone(),
        }
    );
    assert_eq!(problem.scenario, "All");
}

#[test]
fn a_region_of_a_division_goes_by_its_name_where_no_area_does() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020");
    let instance = regionfront::instance::Instance::load(&folder).expect("the instance loads");
    let scenario = Scenario::parse("keep_together = [[\"hallingdal\"]]", "here.toml");
    let problem = Problem::resolve(instance, &scenario.expect("a scenario")).expect("it resolves");
    let group = &problem.rules.together[0];
    let names: Vec<&str> =
        group.areas.iter().map(|&at| problem.instance.areas[at].name.as_str()).collect();
    assert_eq!(names, ["Flå", "Nesbyen", "Gol", "Hemsedal", "Ål", "Hol"]);
    assert_eq!(group.name, "Hallingdal");
}

#[test]
fn every_defect_of_a_file_is_found_with_its_line() {
    let text = "k = \"13..6\"\nmin_popluation = 5\nmax_areas = -3\nkeep_together = [[3001]]\n\
                links = [\"tunnel\"]\nmin_self_containment = 1.5\n\n[[closed]]\nname = \"x\"\n\
                area = [\"A\"]\n[[fixed]]\nname = \"x\"\ndivision = \"y\"\n";
    let defects = Scenario::parse(text, "bad.toml").expect_err("eight defects");
    let lines: Vec<String> = defects
        .0
        .iter()
        .map(|Defect { code, at, what, cure }| format!("{code} {at}: {what} | {cure}"))
        .collect();
    let expected = [
        "E204 bad.toml:1 k: the range `13..6` is upside down: use 6..13",
        "E203 bad.toml:2 min_popluation: there is no key `min_popluation` | did you mean `min_population`?",
        "E204 bad.toml:3 max_areas: invalid value: integer `-3`, expected a whole number",
        "E204 bad.toml:4 keep_together: invalid type: integer `3001`, expected a string | write names",
        "E204 bad.toml:5 links: unknown variant `tunnel`",
        "E204 bad.toml:6 min_self_containment: a share lies between 0 and 1, not 1.5",
        "E203 bad.toml:10 closed: there is no key `area` | did you mean `areas`?",
        "E204 bad.toml:11 fixed: a fixed region has either `areas`",
    ];
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, start) in lines.iter().zip(expected) {
        assert!(line.starts_with(start), "{line}\n   should start {start}");
    }
}

#[test]
fn text_that_is_not_toml_is_a_defect_with_its_line() {
    let defects = Scenario::parse("k = 9\nlinks = [\n", "bad.toml").expect_err("not TOML");
    assert!(codes(&defects.0).iter().all(|code| *code == "E202"), "{defects}");
    assert!(defects.0[0].at.starts_with("bad.toml:"), "{defects}");
}

#[test]
fn a_file_that_cannot_be_read_is_a_defect() {
    let missing = Scenario::read(Path::new("/nowhere/at/all.toml")).expect_err("no such file");
    assert_eq!(codes(&missing.0), ["E201"]);
}

#[test]
fn a_file_without_a_name_is_called_after_itself() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("mine.toml");
    fs::write(&path, "\u{feff}k = \"2,4\"\r\n").expect("a writable folder");
    let scenario = Scenario::read(&path).expect("a scenario");
    assert_eq!(scenario.name.as_deref(), Some("mine"));
    assert_eq!(scenario.k, Some(KList(vec![2, 4])));
}

#[test]
fn the_command_line_replaces_values_and_adds_groups() {
    let file =
        scenario("k = 3\nmin_population = 5\nmax_population = 50\nkeep_apart = [[\"A\", \"B\"]]");
    let options = Scenario {
        k: Some(KList(vec![2])),
        min_population: Some(7),
        keep_apart: vec![AreaGroup::from_option("--keep-apart", "far=C, D")],
        ..Scenario::default()
    };
    let both = file.overridden_by(options);
    assert_eq!(both.k, Some(KList(vec![2])));
    assert_eq!((both.min_population, both.max_population), (Some(7), Some(50)));
    assert_eq!(both.keep_apart.len(), 2);
    assert_eq!(both.keep_apart[1].name, "far");
    assert_eq!(both.keep_apart[1].areas, ["C", "D"]);
    assert_eq!(both.keep_apart[1].place, "--keep-apart \"far=C, D\"");
}

#[test]
fn names_are_looked_up_and_all_unknown_ones_reported() {
    let defects = resolve(
        "links = []\nkeep_together = [[\"Aa\", \"B\"], [\"B\", \"b\"], []]\n\
         keep_whole = [{ division = \"council\" }, { division = \"councils\" },\n\
         { division = \"councils\", regions = [\"Wset\"] }]\nexternal_areas = []",
    )
    .expect_err("six defects");
    assert_eq!(codes(&defects.0), ["E213", "E206", "E208", "E209", "E210", "E212", "E211"]);
    let text = defects.to_string();
    assert!(text.contains("test.toml:2 keep_together[1]: no area is called `Aa`"), "{text}");
    assert!(text.contains("did you mean `councils`?"), "{text}");
    assert!(text.contains("B (02) stands in both West and Middle of councils"), "{text}");
    assert!(text.contains("did you mean `West`?"), "{text}");
}

#[test]
fn a_rule_on_an_area_left_out_is_a_defect() {
    let text = only_defect("areas = [\"A\", \"B\"]\nkeep_together = [[\"A\", \"C\"]]");
    assert!(text.starts_with("E207 test.toml:2 keep_together[1]: C (03) is not among"), "{text}");
    assert!(only_defect("areas = [\"A\", \"Q9\"]").starts_with("E206 test.toml:1 areas"));
    assert!(only_defect("areas = []").starts_with("E215"));
    assert!(only_defect("external_areas = [\"Oslo\"]").starts_with("E214"));
}

#[test]
fn a_subset_keeps_what_is_left_of_reference_regions() {
    let problem = resolve(
        "areas = [\"B\", \"C\", \"D\"]\nkeep_whole = [{ division = \"councils\", regions = [\"Middle\"] }]",
    )
    .expect("B, C and D are a chain");
    assert_eq!(problem.instance.num_areas(), 3);
    assert_eq!(problem.rules.together, [group("Middle", &[0, 1])]);
    let text = only_defect(
        "areas = [\"A\", \"B\"]\nfixed = [{ division = \"councils\", regions = [\"Isle\"] }]",
    );
    assert!(text.starts_with("E211") && text.contains("has no area in question"), "{text}");
}

#[test]
fn a_division_may_come_from_a_file_beside_the_scenario() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("mine.csv"), "code,region\n01,X\n02,X\n03,Y\n").expect("written");
    let path = folder.path().join("it.toml");
    fs::write(
        &path,
        "areas = [\"A\", \"B\", \"D\", \"C\"]\nkeep_whole = [{ division = \"mine.csv\" }]",
    )
    .expect("written");
    let scenario = Scenario::read(&path).expect("a scenario");
    let problem = Problem::resolve(instance(), &scenario).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(problem.rules.together, [group("X", &[0, 1])], "Y has one area and says nothing");
    let option = DivisionRegions::from_option("--keep-whole", "councils=West, Isle");
    assert_eq!(option.regions, Some(vec!["West".into(), "Isle".into()]));
}

#[test]
fn overlapping_groups_become_one() {
    let text = "keep_together = [{ name = \"1\", areas = [\"A\", \"B\"] }, [\"D\", \"E\"],\n\
                { name = \"3\", areas = [\"B\", \"C\"] }, { name = \"4\", areas = [\"C\", \"D\"] }]";
    let problem = resolve(text).expect("all on one chain");
    assert_eq!(problem.rules.together, [group("1 + 3 + 4", &[0, 1, 2, 3, 4])]);
}

#[test]
fn the_same_closed_region_may_be_given_twice() {
    let problem = resolve("closed = [[\"A\", \"B\"], [\"B\", \"A\"], [\"F\"]]\nfixed = [[\"F\"]]")
        .expect("no contradiction");
    assert_eq!(problem.rules.closed, [group("", &[0, 1])]);
    assert_eq!(problem.rules.fixed, [group("", &[5])]);
}

#[test]
fn contradictions_are_named_in_the_users_words() {
    let cases = [
        (
            "min_jobs = 9\nmax_jobs = 8",
            "E220 test.toml:1 min_jobs and test.toml:2 max_jobs: the minimum number of jobs is 9, above the maximum of 8",
        ),
        (
            "keep_together = [[\"A\", \"B\"]]\nkeep_apart = [[\"B\", \"A\"]]",
            "E221 test.toml:1 keep_together[1] and test.toml:2 keep_apart[1]: A (01) and B (02) are to be kept together and apart",
        ),
        (
            "closed = [[\"A\", \"B\"]]\nfixed = [{ name = \"Mid\", areas = [\"B\", \"C\"] }]",
            "E222 test.toml:1 closed[1] and test.toml:2 fixed[1]: A (01) and B (02) and Mid are each to be exactly a region and share B (02)",
        ),
        (
            "closed = [[\"A\", \"B\"]]\nkeep_together = [[\"B\", \"C\"]]",
            "E223 test.toml:1 closed[1] and test.toml:2 keep_together[1]: A (01) and B (02) is to be exactly a region and holds B (02) but not C (03)",
        ),
        (
            "closed = [[\"A\", \"B\"]]\nkeep_apart = [[\"A\", \"B\", \"C\"]]",
            "E224 test.toml:1 closed[1] and test.toml:2 keep_apart[1]: ",
        ),
        (
            "closed = [{ name = \"Sound\", areas = [\"A\", \"F\"] }]",
            "E225 test.toml:1 closed[1]: Sound is to be exactly a region but falls into 2 parts under land and fixed_link: A (01) | F (06) | count ferry as contiguous too",
        ),
        (
            "closed = [{ name = \"Pair\", areas = [\"A\", \"B\"] }]\nlinks = [\"land\", \"ferry\"]\nmin_population = 25",
            "E226 test.toml:1 closed[1]: Pair closed holds 20 people, the minimum population is 25",
        ),
        (
            "keep_together = [{ name = \"Pair\", areas = [\"A\", \"B\"] }]\nmax_population = 15",
            "E227 test.toml:1 keep_together[1] and test.toml:2 max_population: Pair kept together holds 20 people, the maximum population is 15",
        ),
        (
            "keep_together = [[\"B\", \"F\"]]",
            "E228 test.toml:1 keep_together[1]: B (02) and F (06) cannot be kept together: no way under land and fixed_link leads from B (02) to F (06) | count ferry as contiguous too",
        ),
        (
            "keep_together = [[\"A\", \"C\"]]\nclosed = [[\"B\"]]",
            "E228 test.toml:1 keep_together[1]: A (01) and C (03) cannot be kept together: no way under land and fixed_link leads around the closed and fixed regions from A (01) to C (03) | take the areas",
        ),
        (
            "min_population = 20",
            "E229 test.toml:1 min_population: F (06) can join nothing else under land and fixed_link and the rules, and holds 10 people; the minimum population is 20 | count ferry as contiguous too",
        ),
        (
            "min_population = 40\nmax_population = 49\nfixed = [[\"F\"]]",
            "E230 limits: A (01), B (02), C (03) and 2 more areas would need at least 2 regions",
        ),
    ];
    for (text, start) in cases {
        let message = only_defect(text);
        assert!(message.starts_with(start), "{message}\n   should start {start}");
    }
}

#[test]
fn an_area_alone_above_a_maximum_is_named() {
    let sketch = Sketch::chain(3).populations(&[10, 40, 10]);
    let problem = sketch
        .rules(|rules| {
            rules.limits.population.max = Some(30);
            rules.together = vec![Group { name: String::new(), areas: vec![0, 1] }];
        })
        .problem();
    let found = problem.contradictory_rules();
    assert_eq!(codes(&found), ["E227"], "not once more for the group");
    assert_eq!(found[0].what, "B (02) alone holds 40 people, the maximum population is 30");
}

#[test]
fn self_containment_of_closed_groups_and_parts_is_checked() {
    let problem = |closed: Vec<Group>| {
        Sketch::chain(3)
            .flow(0, 0, 4)
            .flow(1, 1, 1)
            .flow(2, 2, 1)
            .rules(|rules| {
                rules.closed = closed;
                rules.limits.min_self_containment = Share::from_millionths(500_000);
            })
            .problem()
            .contradictory_rules()
    };
    let closed = problem(vec![group("Rest", &[1, 2])]);
    assert_eq!(
        closed[0].what,
        "Rest closed employs 2 of its 10 employed residents, the minimum self-containment is 0.5"
    );
    assert_eq!(codes(&problem(Vec::new())), ["E229"], "6 of 15");
}

#[test]
fn numbers_of_regions_are_ruled_out_with_their_figures() {
    let sketch = || Sketch::chain(6).populations(&[10, 20, 30, 40, 50, 60]);
    let cases: [(Problem, usize, &str); 8] = [
        (sketch().problem(), 0, "E240 a plan has at least one region"),
        (sketch().problem(), 7, "E241 7 regions cannot be made of 6 areas"),
        (
            sketch().rules(|rules| rules.together = vec![group("", &[0, 1, 2])]).problem(),
            5,
            "E241 with what is kept together or decided, 4 wholes are left to be put into 5 regions",
        ),
        (
            sketch().rules(|rules| rules.apart = vec![group("Rivals", &[0, 2, 4])]).problem(),
            2,
            "E242 Rivals: 3 areas to be kept apart need 3 regions",
        ),
        (
            sketch().rules(|rules| rules.closed = vec![group("", &[2])]).problem(),
            2,
            "E243 k = 2 leaves too few regions for 1 region closed or fixed and 2 separate parts under land and fixed_link (A (01) and B (02) | D (04), E (05) and F (06))",
        ),
        (
            sketch().rules(|rules| rules.limits.population.min = Some(60)).problem(),
            4,
            "E244 4 regions of at least 60 people need 240, there are 210",
        ),
        (
            sketch()
                .rules(|rules| {
                    rules.limits.population.min = Some(60);
                    rules.fixed = vec![group("", &[5])];
                })
                .problem(),
            4,
            "E244 3 regions of at least 60 people besides the fixed regions need 180, there are 150",
        ),
        (
            sketch().rules(|rules| rules.limits.population.max = Some(100)).problem(),
            2,
            "E245 2 regions of at most 100 people hold 200, there are 210",
        ),
    ];
    for (problem, k, start) in cases {
        let found = problem.contradictions(k);
        assert_eq!(found.len(), 1, "{found:?}");
        let message = format!("{} {}", found[0].code, found[0].what);
        assert!(message.starts_with(start), "{message}\n   should start {start}");
        assert_eq!(found[0].at, format!("k = {k}"));
    }
}

#[test]
fn separate_parts_bound_the_number_of_regions_each_for_itself() {
    // 90 people on either side of a fixed region: three regions of 60 would need 180 in one piece.
    let problem = Sketch::chain(5)
        .populations(&[45, 45, 5, 45, 45])
        .rules(|rules| {
            rules.limits.population.min = Some(60);
            rules.fixed = vec![group("", &[2])];
        })
        .problem();
    assert_eq!(codes(&problem.contradictions(4)), ["E246"]);
    assert_eq!(problem.contradictions(3), []);
}

fn viken() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances/viken-2020")
}

#[test]
fn the_scenarios_of_viken_resolve() {
    let instance = Instance::load(&viken()).unwrap_or_else(|defects| panic!("{defects}"));
    let names = Scenario::names(&viken());
    for wanted in ["contiguity_only", "default", "hallingdal_closed", "hallingdal_numedal"] {
        assert!(names.iter().any(|name| name == wanted), "{wanted}");
    }
    for name in names {
        let path = Scenario::locate(&viken(), &name).expect("the name of a file just listed");
        let scenario = Scenario::read(&path).unwrap_or_else(|defects| panic!("{defects}"));
        assert_eq!(scenario.k, Some(KList((6..=13).collect())), "{name}");
        let problem =
            Problem::resolve(instance.clone(), &scenario).unwrap_or_else(|it| panic!("{it}"));
        for k in 6..=13 {
            assert_eq!(problem.contradictions(k), [], "{name}, k = {k}");
        }
    }
}

#[test]
fn the_default_of_viken_keeps_hallingdal_together() {
    let path = Scenario::locate_default(&viken()).expect("viken-2020 has a default");
    let scenario = Scenario::read(&path).expect("a good scenario");
    let instance = Instance::load(&viken()).expect("a good instance");
    let problem = Problem::resolve(instance, &scenario).expect("feasible");
    assert_eq!(problem.scenario, "Hallingdal kept together");
    let [hallingdal] = problem.rules.together.as_slice() else { panic!("one group") };
    let codes: Vec<&str> =
        hallingdal.areas.iter().map(|&area| problem.instance.areas[area].code.as_str()).collect();
    assert_eq!(codes, ["3039", "3040", "3041", "3042", "3043", "3044"]);
    assert_eq!(problem.rules.limits.population, Bounds { min: Some(20_000), max: Some(300_000) });
    assert_eq!(Scenario::locate_default(Path::new("/nowhere")), None);
}

#[test]
fn viken_closed_hallingdal_is_too_small_for_a_higher_minimum() {
    let instance = Instance::load(&viken()).expect("a good instance");
    let path = Scenario::locate(&viken(), "hallingdal_closed").expect("it is shipped");
    let mut scenario = Scenario::read(&path).expect("a good scenario");
    scenario.min_population = Some(25_000);
    let defects = Problem::resolve(instance, &scenario).expect_err("20,532 people are too few");
    assert_eq!(defects.0[0].code, "E226");
    assert_eq!(
        defects.0[0].what,
        "Hallingdal closed holds 20,532 people, the minimum population is 25,000"
    );
}

#[test]
fn viken_reference_divisions_can_be_kept_whole() {
    let load = || Instance::load(&viken()).expect("a good instance");
    let whole = |division: &str| {
        let keep_whole = vec![DivisionRegions::from_option("--keep-whole", division)];
        Problem::resolve(load(), &Scenario { keep_whole, ..Scenario::default() })
    };
    let councils = whole("regional_councils_2019").expect_err("Jevnaker is in two");
    assert_eq!(codes(&councils.0), ["E212"]);
    assert!(councils.0[0].what.starts_with("Jevnaker (3053) stands in both"), "{councils}");
    assert!(whole("regional_councils_2019=Hallingdal").is_ok());
    let oslo = Scenario { external_areas: vec!["Oslo".into()], ..Scenario::default() };
    let problem = Problem::resolve(load(), &oslo).unwrap_or_else(|it| panic!("{it}"));
    assert_eq!(problem.instance.num_areas(), 52);
}

/// `--areas` beside `--external-areas` took the external area away again.
#[test]
fn external_areas_stay_beside_a_list_of_areas() {
    let instance = Instance::load(&viken()).expect("a good instance");
    let asked = |external: &[&str]| {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let scenario = Scenario {
            areas: Some(names(&["Lørenskog", "Bærum", "Asker"])),
            external_areas: names(external),
            ..Scenario::default()
        };
        let problem = Problem::resolve(instance.clone(), &scenario);
        problem.unwrap_or_else(|defects| panic!("{defects}")).instance
    };
    let (without, with) = (asked(&[]), asked(&["Oslo"]));
    assert_eq!((without.num_areas(), with.num_areas()), (3, 4));
    assert!(with.find_area("Oslo").is_ok());
    assert!(with.flows.total_between() > without.flows.total_between());
}

#[test]
fn scenarios_are_located_by_name_or_path() {
    let path = viken().join("scenarios/default.toml");
    assert_eq!(Scenario::locate(&viken(), "default").expect("by name"), path);
    let by_path = Scenario::locate(&viken(), path.to_str().expect("UTF-8")).expect("by path");
    assert_eq!(by_path, path);
    let defects = Scenario::locate(&viken(), "halingdal_closed").expect_err("a slip of the pen");
    assert_eq!(codes(&defects.0), ["E205"]);
    assert_eq!(defects.0[0].cure, "did you mean `hallingdal_closed`?");
}

/// Every `"E2xx"` and `"Vxx"` in the sources stands in the published list, and the other way round.
#[test]
fn every_code_is_listed() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let used = |files: &[&str], letter: char| -> Vec<String> {
        let mut used = Vec::new();
        for file in files {
            let text = fs::read_to_string(sources.join(file)).expect("a source file");
            let quoted = text.split('"').filter(|word| word.starts_with(letter) && word.len() <= 4);
            used.extend(quoted.filter(|word| word[1..].parse::<u16>().is_ok()).map(str::to_owned));
        }
        used.sort();
        used.dedup();
        used
    };
    let listed = |list: &[(&str, &str)]| -> Vec<String> {
        list.iter().map(|(code, _)| (*code).to_owned()).collect()
    };
    let scenario = ["arithmetic.rs", "contradictions.rs", "read.rs", "resolve.rs"]
        .map(|file| format!("model/scenario/{file}"));
    let scenario: Vec<&str> = scenario.iter().map(String::as_str).collect();
    assert_eq!(used(&scenario, 'E'), listed(regionfront::scenario::CODES));
    assert_eq!(used(&["verify/violation.rs"], 'V'), listed(regionfront::verify::CODES));
}

#[test]
fn the_schema_knows_every_form() {
    let schema = serde_json::to_value(schemars::schema_for!(Scenario)).expect("JSON");
    let keys = schema["properties"].as_object().expect("an object schema");
    for key in ["k", "keep_together", "fixed", "keep_whole", "min_self_containment", "links"] {
        assert!(keys.contains_key(key), "{key}");
    }
    assert!(!keys.contains_key("places"));
    assert_eq!(schema["additionalProperties"], false);
}

/// The text of a scenario counts, not the nearest floating-point number.
#[test]
fn a_share_is_read_as_it_is_written() {
    let share = |text: &str| {
        let text = format!("min_self_containment = {text}");
        let scenario = Scenario::parse(&text, "rules").expect("it reads");
        scenario.min_self_containment.expect("it is given")
    };
    // Two of three employed residents in either area.
    let problem = |share: Share| {
        Sketch::chain(2)
            .employed(&[3, 3])
            .flow(0, 0, 2)
            .flow(0, 1, 1)
            .flow(1, 1, 2)
            .flow(1, 0, 1)
            .rules(|rules| rules.limits.min_self_containment = Some(share))
            .problem()
    };
    for (text, is_kept) in [
        ("0.6666666", true),
        ("0.66666666666666666", true),
        ("0.66666666666666667", false),
        ("\"66.666666666666666 %\"", true),
        ("0.666_666_7", false),
        ("0", true),
        ("1", false),
    ] {
        let problem = problem(share(text));
        let plan = Plan::from_labels(&[0, 1]);
        assert_eq!(verify(&problem, 2, plan, 0).is_ok(), is_kept, "{text}");
        let solved = Exact
            .solve(&problem, 2, &EngineLimits::default(), 0, None, &Silent)
            .expect("the engine has no fault");
        let is_found = matches!(solved.outcome, Outcome::Optimal { objective: 0, .. });
        assert_eq!(is_found, is_kept, "{text}");
    }
    for text in ["0.1234567890123456789", "1.5", "-0.1", "\"half\"", "nan"] {
        let text = format!("min_self_containment = {text}");
        assert!(Scenario::parse(&text, "rules").is_err(), "{text}");
    }
}
