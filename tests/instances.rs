//! The instances of the repository, and what the loader says about broken ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regionfront::instance::{AreaNotFound, Instance, LEFT_OUT, LinkKind, describe, read_division};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances").join(name)
}

fn load(name: &str) -> Instance {
    Instance::load(&folder(name)).unwrap_or_else(|defects| panic!("{name} loads: {defects}"))
}

#[test]
fn viken_has_the_published_totals() {
    let viken = load("viken-2020");
    assert_eq!(viken.num_areas(), 51);
    assert_eq!(viken.population(), 1_241_165);
    assert_eq!(viken.flows.total_own(), 279_819);
    assert_eq!(viken.flows.total_between(), 159_785);
    assert_eq!(viken.areas.iter().map(|area| area.employed_residents).sum::<u64>(), 594_629);
    let oslo = viken.external.iter().find(|place| place.name == "oslo").expect("flows to Oslo");
    assert_eq!(oslo.to.iter().sum::<u64>(), 137_574);
    let count = |kind| viken.links.iter().filter(|link| link.kind == kind).count();
    assert_eq!(LinkKind::ALL.map(count), [104, 2, 1, 0]);
    assert_eq!(viken.shapes.as_ref().map(Vec::len), Some(51));
}

#[test]
fn only_fixed_links_tie_hvaler() {
    let viken = load("viken-2020");
    let hvaler = viken.find_area("Hvaler").expect("an area of Viken");
    let land = viken.components(&[LinkKind::Land]);
    assert_eq!(land.len(), 2);
    assert!(land.contains(&vec![hvaler]));
    assert_eq!(viken.components(&[LinkKind::Land, LinkKind::FixedLink]).len(), 1);
}

#[test]
fn norway_hangs_together_over_all_links() {
    let norway = load("norway-2020");
    assert_eq!(norway.num_areas(), 356);
    assert_eq!(norway.components(&LinkKind::ALL).len(), 1);
    assert_eq!(norway.divisions["ba_regions_2020"].regions.len(), 159);
}

#[test]
fn oslo_can_be_added_with_its_flows() {
    let viken = load("viken-2020");
    let with = viken.with_external_area("Oslo").expect("Oslo is an external area");
    let oslo = with.find_area("0301").expect("Oslo is an area now");
    assert_eq!(with.num_areas(), 52);
    assert_eq!(with.flows.get(oslo, oslo), 294_763);
    assert!(with.external.iter().all(|place| place.name == "elsewhere"));
    assert_eq!(with.neighbours(oslo, &[LinkKind::Land]).len(), 8);
    let odd = |code| with.oddities.iter().filter(move |odd| odd.code == code);
    assert_eq!(odd("W106").count(), 0, "employed residents still add up");
    // The national figures are rounded: one person who works in Oslo is missing from the flows.
    let jobs: Vec<&str> = odd("W105").map(|odd| odd.what.as_str()).collect();
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].contains("1 area "), "{}", jobs[0]);
    assert!(jobs[0].contains("Oslo (0301) 468375 against 468374"), "{}", jobs[0]);
    assert!(viken.with_external_area("Bergen").is_err());
}

#[test]
fn a_subset_and_an_external_area_may_be_taken_in_either_order() {
    let viken = load("viken-2020");
    let kept: Vec<usize> = (0..20).collect();
    let subset = viken.subset(&kept);
    assert!(subset.external.iter().any(|place| place.name == LEFT_OUT));
    let one = subset.with_external_area("Oslo").expect("an external area");
    let with = viken.with_external_area("Oslo").expect("an external area");
    // Oslo comes first by code.
    let other = with.subset(&(0..21).collect::<Vec<_>>());
    assert_eq!(one.flows, other.flows);
    assert_eq!(one.external, other.external);
    assert_eq!(one.links, other.links);
    assert_eq!(one.areas, other.areas);
    assert_eq!(one.divisions, other.divisions);
}

/// The rows of a CSV file of an instance, header included.
fn rows(file: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(folder(file)).expect("the file is there");
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn the_flows_of_2017_give_those_of_2020() {
    let viken = load("viken-2020");
    let crosswalk: BTreeMap<String, usize> = rows("viken-2020/crosswalk_2017_to_2020.csv")[1..]
        .iter()
        .map(|row| (row[0].clone(), viken.index_of_code(&row[2]).expect("an area of 2020")))
        .collect();
    assert_eq!(crosswalk.len(), 64);
    let mut summed = BTreeMap::new();
    for row in &rows("viken-2020/flows_2017_borders.csv")[1..] {
        let commuters: u64 = row[2].parse().expect("a count");
        *summed.entry((crosswalk[&row[0]], crosswalk[&row[1]])).or_insert(0) += commuters;
    }
    let flows: BTreeMap<_, _> =
        viken.flows.triples().map(|(from, to, commuters)| ((from, to), commuters)).collect();
    assert_eq!(summed, flows);
}

#[test]
fn the_instances_agree_on_viken_and_oslo() {
    let (viken, norway) = (load("viken-2020"), load("norway-2020"));
    let oslo = norway.index_of_code("0301").expect("Oslo");
    let place = viken.external.iter().find(|place| place.name == "oslo").expect("flows to Oslo");
    let index: Vec<usize> = viken
        .areas
        .iter()
        .map(|area| norway.index_of_code(&area.code).expect("it is in Norway, too"))
        .collect();
    for (at, area) in viken.areas.iter().enumerate() {
        assert_eq!(place.to[at], norway.flows.get(index[at], oslo), "{} to Oslo", area.name);
        assert_eq!(place.from[at], norway.flows.get(oslo, index[at]), "Oslo to {}", area.name);
        for other in 0..viken.num_areas() {
            assert_eq!(viken.flows.get(at, other), norway.flows.get(index[at], index[other]));
        }
        assert_eq!(area.population, norway.areas[index[at]].population);
    }
    let external = &viken.external_areas[0];
    let outside: u64 = (0..norway.num_areas())
        .filter(|area| *area != oslo && !index.contains(area))
        .map(|area| norway.flows.get(oslo, area))
        .sum();
    assert_eq!(external.to["elsewhere"], outside);
    assert_eq!(external.area.population, norway.areas[oslo].population);
}

#[test]
fn the_flows_of_viken_add_up_to_employed_and_jobs() {
    let viken = load("viken-2020");
    let odd: Vec<String> = viken.oddities.iter().map(ToString::to_string).collect();
    assert_eq!(odd.len(), 1, "{odd:?}");
    assert!(odd[0].starts_with("W103"), "{}", odd[0]);
    assert!(odd[0].contains("Hvaler (3011)"), "{}", odd[0]);
    assert!(odd[0].contains("fixed_link to Fredrikstad (3004)"), "{}", odd[0]);
}

#[test]
fn viken_is_described_with_its_divisions() {
    let viken = describe(&load("viken-2020"));
    assert_eq!(viken.flows.total, 439_604);
    assert_eq!(viken.connectivity[0].apart, [["Hvaler (3011)"]]);
    assert_eq!(viken.connectivity[1].parts, 1);
    let division = |name: &str| {
        viken.divisions.iter().find(|division| division.name == name).expect("a division")
    };
    let councils = division("regional_councils_2019");
    assert_eq!(councils.regions, 12);
    assert_eq!(councils.double_members, ["Jevnaker (3053)"]);
    let outside: BTreeSet<&str> =
        councils.outside.iter().filter_map(|label| label.split(' ').next()).collect();
    assert_eq!(outside, BTreeSet::from(["Halden", "Aremark", "Asker", "Bærum"]));
    let labour = division("ba_regions_2020");
    assert_eq!((labour.regions, labour.areas_covered), (14, 49));
    assert_eq!(labour.outside, ["Jevnaker (3053)", "Lunner (3054)"]);
    assert_eq!(division("buskerud_model").regions, 6);
    assert!(!viken.sources.is_empty() && !viken.licences.is_empty());
    let share = viken.flows.between_share_of_total.expect("there are flows");
    assert!((share - 159_785.0 / 439_604.0).abs() < 1e-12);
    assert!(!schemars::schema_for!(regionfront::instance::Description).as_value().is_null());
}

#[test]
fn islands_of_norway_are_named_with_what_ties_them() {
    let norway = load("norway-2020");
    let need = norway.oddities.iter().find(|odd| odd.code == "W104").expect("islands");
    assert!(need.what.contains("sea_link to"), "{}", need.what);
    assert_eq!(describe(&norway).connectivity[3].parts, 1);
}

#[test]
fn areas_are_found_by_code_name_and_name_in_other_capitals() {
    let norway = load("norway-2020");
    let code = |query: &str| norway.find_area(query).map(|area| norway.areas[area].code.as_str());
    assert_eq!(code("3039"), Ok("3039"));
    assert_eq!(code("Flå"), Ok("3039"));
    assert_eq!(code(" bÆRUM "), Ok("3024"));
    match code("Våler") {
        Err(AreaNotFound::Ambiguous { matches, .. }) => {
            assert_eq!(matches, ["Våler (3018)", "Våler (3419)"]);
        }
        other => panic!("two areas are called Våler, not {other:?}"),
    }
    for (query, meant) in [
        ("Drammenn", "Drammen (3005)"),
        ("301", "Oslo (0301)"),
        ("Fla", "Flå (3039)"),
        ("Baerum", "Bærum (3024)"),
    ] {
        let error = code(query).expect_err("no such area");
        assert!(error.to_string().contains(meant), "{error}");
    }
    assert!(code("").is_err());
}

#[test]
fn a_subset_keeps_every_commuter() {
    let viken = load("viken-2020");
    let kept: Vec<usize> = (10..30).collect();
    let subset = viken.subset(&kept);
    let sums = |instance: &Instance, area: usize| -> (u64, u64) {
        let to: u64 = instance.flows.row(area).iter().map(|flow| flow.1).sum();
        let from: u64 = instance.flows.triples().filter(|flow| flow.1 == area).map(|f| f.2).sum();
        let places = &instance.external;
        (
            to + places.iter().map(|place| place.to[area]).sum::<u64>(),
            from + places.iter().map(|place| place.from[area]).sum::<u64>(),
        )
    };
    for (new, &old) in kept.iter().enumerate() {
        assert_eq!(sums(&subset, new), sums(&viken, old), "{}", viken.areas[old].label());
        assert_eq!(subset.areas[new], viken.areas[old]);
    }
    assert_eq!(viken.subset(&(0..51).collect::<Vec<_>>()), viken, "nothing left out");
    let twice = viken.subset(&(5..40).collect::<Vec<_>>()).subset(&(5..25).collect::<Vec<_>>());
    assert_eq!(twice, subset, "in two steps or in one");
}

#[test]
fn a_division_is_read_from_any_file() {
    let viken = load("viken-2020");
    let path = folder("viken-2020/divisions/buskerud_model.csv");
    let division = read_division(&path, &viken).expect("a division of Viken");
    assert_eq!(division, viken.divisions["buskerud_model"]);
    let missing = read_division(&folder("nowhere.csv"), &viken).expect_err("no such file");
    assert!(missing.has("E102"));
    let norway = folder("norway-2020/divisions/ba_regions_2020.csv");
    assert!(read_division(&norway, &viken).expect_err("other areas").has("E112"));
}

#[test]
fn norway_of_today_has_the_published_totals() {
    let norway = load("norway-2024");
    let sum =
        |of: fn(&regionfront::instance::Area) -> u64| norway.areas.iter().map(of).sum::<u64>();
    assert_eq!(norway.num_areas(), 357);
    assert_eq!(sum(|area| area.population), 5_550_203);
    assert_eq!(sum(|area| area.employed_residents), 2_809_789);
    assert_eq!(sum(|area| area.jobs), 2_809_789);
    let between = norway.flows.triples().filter(|flow| flow.0 != flow.1).map(|flow| flow.2);
    assert_eq!(between.sum::<u64>(), 962_251);
    assert_eq!(norway.divisions["counties_2024"].regions.len(), 15);
}

#[test]
fn descriptors_name_every_column_and_file() {
    for name in ["viken-2020", "norway-2020", "norway-2024", "tiny"] {
        let text = std::fs::read_to_string(folder(name).join("datapackage.json")).expect("there");
        let package: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let mut described = BTreeSet::new();
        for resource in package["resources"].as_array().expect("a list") {
            let path = resource["path"].as_str().expect("a path");
            described.insert(path.to_owned());
            assert!(resource["sources"].as_array().is_some_and(|all| !all.is_empty()), "{path}");
            if resource["format"] == "csv" {
                let fields: Vec<&str> = resource["schema"]["fields"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|field| field["name"].as_str().expect("a name"))
                    .collect();
                assert_eq!(rows(&format!("{name}/{path}"))[0], fields, "{name}/{path}");
            }
        }
        for sub in ["", "divisions"] {
            for entry in std::fs::read_dir(folder(name).join(sub)).expect("a folder") {
                let entry = entry.expect("an entry");
                let file = Path::new(sub).join(entry.file_name()).display().to_string();
                if entry.path().is_file() && file != "datapackage.json" {
                    assert!(described.contains(&file), "{name}: {file} is not described");
                }
            }
        }
    }
}

/// A copy of the smallest instance, of which one area's name is written in an old encoding.
fn in_other_letters(name: &[u8], resource: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for file in ["areas.csv", "flows.csv", "adjacency.csv"] {
        let bytes = std::fs::read(folder("tiny").join(file)).expect("a file of the instance");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let (before, after) = text.split_once("Alder Bay").unwrap_or((&text, ""));
        let bytes = match file {
            "areas.csv" => [before.as_bytes(), name, after.as_bytes()].concat(),
            _ => text.into_bytes(),
        };
        std::fs::write(copy.path().join(file), bytes).expect("a small file");
    }
    if !resource.is_empty() {
        let text = format!(
            "{{\"resources\": [{{\"path\": \"areas.csv\", \"encoding\": \"{resource}\"}}]}}"
        );
        std::fs::write(copy.path().join("datapackage.json"), text).expect("a small file");
    }
    copy
}

/// Names in Latin-2 came out in other letters, and nothing could be said about it.
#[test]
fn the_encoding_of_a_folder_is_said_by_its_descriptor_or_by_who_loads_it() {
    let loaded = |name: &[u8], resource: &str, encoding: Option<&str>| {
        let copy = in_other_letters(name, resource);
        let encoding = encoding.map(|name| name.parse().expect("known"));
        Instance::load_in(copy.path(), None, encoding)
    };
    let latin2 = b"\xa3\xf3d\xbc";
    let named = |name: &[u8], resource, encoding| {
        let instance = loaded(name, resource, encoding).expect("it loads");
        let is_odd = instance.oddities.iter().any(|odd| odd.code == "W111");
        (instance.areas[0].name.clone(), is_odd)
    };
    assert_eq!(named(latin2, "", None), ("£ód¼".into(), true));
    assert_eq!(named(latin2, "utf-8", None), ("£ód¼".into(), true), "said of any file");
    assert_eq!(named(latin2, "", Some("iso-8859-2")), ("Łódź".into(), false));
    assert_eq!(named(latin2, "iso-8859-2", None), ("Łódź".into(), false));
    assert_eq!(named(latin2, "iso-8859-2", Some("cp437")), ("Łódź".into(), false));
    assert_eq!(named("Łódź".as_bytes(), "iso-8859-2", None), ("Łódź".into(), false));
    let defects = loaded(latin2, "klingon", None).expect_err("no encoding");
    assert!(defects.has("E170") && defects.to_string().contains("klingon"), "{defects}");
    let defects = loaded(b"\xff\xff", "", Some("shift_jis")).expect_err("other bytes");
    assert!(defects.has("E104"), "{defects}");
    // What is made of an instance keeps the remark.
    let copy = in_other_letters(latin2, "");
    let part = Instance::load(copy.path()).expect("it loads").subset(&[0, 1]);
    assert!(part.oddities.iter().any(|odd| odd.code == "W111"));
}
