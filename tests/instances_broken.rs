//! What the loader says about broken instances: every code, its place and its cure.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use regionfront::defect::{Defect, Defects};
use regionfront::instance::{Crosswalk, Instance, codes, describe};
use tempfile::TempDir;

fn instances() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("instances")
}

/// The folders of `instances/broken` and the codes each of them shows, errors or oddities.
const FOLDERS: [(&str, &[&str]); 21] = [
    ("duplicate-code", &["E111", "E112"]),
    ("empty-file", &["E103"]),
    ("fractional-count", &["E122"]),
    ("latin-1", &["W111"]),
    ("lost-leading-zero", &["E113"]),
    ("missing-column", &["E106"]),
    ("negative-count", &["E121"]),
    ("no-neighbour", &["W101", "W102"]),
    ("not-a-number", &["E120"]),
    ("one-sided-pair", &["E133"]),
    ("overflowing-count", &["E123"]),
    ("ragged-row", &["E107"]),
    ("repeated-pair", &["E132"]),
    ("self-adjacency", &["E130"]),
    ("semicolons", &["E105"]),
    ("several-at-once", &["E111", "E112", "E121", "E122", "E130", "E131"]),
    ("too-many-commuters", &["E125"]),
    ("two-parts", &["W102"]),
    ("unknown-code", &["E112"]),
    ("unknown-link-kind", &["E131"]),
    ("zero-population", &["W112"]),
];

#[test]
fn every_broken_folder_shows_its_defects_and_no_others() {
    let mut folders: Vec<String> = fs::read_dir(instances().join("broken"))
        .expect("the folder is there")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, FOLDERS.map(|(name, _)| name));
    // The folders hold three files only, so that these always show; the island is W103.
    let expected = ["W103", "W105", "W106", "W109"];
    for (name, codes) in FOLDERS {
        let found = match Instance::load(&instances().join("broken").join(name)) {
            Ok(instance) => instance.oddities,
            Err(defects) => defects.0,
        };
        let found: BTreeSet<&str> =
            found.iter().map(|defect| defect.code).filter(|c| !expected.contains(c)).collect();
        let found: Vec<&str> = found.into_iter().collect();
        assert_eq!(found, codes, "{name}");
    }
}

/// A copy of the tiny instance to be broken.
struct Copy(TempDir);

impl Copy {
    fn new() -> Self {
        let copy = Self(TempDir::new().expect("a temporary folder"));
        let tiny = instances().join("tiny");
        fs::create_dir(copy.path("divisions")).expect("an empty folder");
        for file in FILES {
            fs::copy(tiny.join(file), copy.path(file)).expect("the file is there");
        }
        copy
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("the file is there")
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(file), bytes).expect("the file can be written");
    }

    fn load(&self) -> Result<Instance, Defects> {
        Instance::load(self.0.path())
    }

    /// What is reported with this code, errors or oddities.
    fn reported(&self, code: &str) -> Vec<Defect> {
        let all = match self.load() {
            Ok(instance) => instance.oddities,
            Err(defects) => defects.0,
        };
        all.into_iter().filter(|defect| defect.code == code).collect()
    }
}

const FILES: [&str; 10] = [
    "datapackage.json",
    "areas.csv",
    "flows.csv",
    "adjacency.csv",
    "external_flows.csv",
    "areas.geojson",
    "external_areas.csv",
    "external_adjacency.csv",
    "distances.csv",
    "divisions/districts.csv",
];

/// How a file of the tiny instance is broken.
enum Break {
    /// One text, which must be there, is replaced by another.
    Replace(&'static str, &'static str),
    /// A text, which must be there, is made a million times as long.
    Lengthen(&'static str),
    /// Rows are added at the end.
    Append(&'static str),
    /// The file holds these bytes.
    Write(&'static [u8]),
    /// The file is gone.
    Remove,
}
use Break::{Append, Lengthen, Remove, Replace, Write};

/// Code, file, how it is broken, and what the message must hold: place, area and cure.
const BREAKS: &[(&str, &str, Break, &[&str])] = &[
    ("E102", "flows.csv", Remove, &["flows.csv", "missing"]),
    ("E103", "areas.csv", Write(b""), &["areas.csv", "empty"]),
    ("E103", "areas.csv", Write(b"\xef\xbb\xbf\r\n"), &["empty"]),
    ("E103", "flows.csv", Write(b"residence,workplace,commuters\n"), &["nothing below"]),
    ("E104", "areas.csv", Write(b"code,name\n0101,\x00\xc5\x07\n"), &["no text", "UTF-8"]),
    ("E104", "flows.csv", Write(b"\xff\xfer\0e"), &["no text"]),
    ("E105", "flows.csv", Write(b"residence;workplace;commuters\n0101;0101;5\n"), &["semicolons"]),
    ("E105", "flows.csv", Write(b"residence\tworkplace\tcommuters\n0101\t0101\t5\n"), &["tabs"]),
    ("E106", "areas.csv", Replace("population", "popluation"), &["`population`", "`popluation`"]),
    ("E106", "areas.csv", Replace("county", "name"), &["`name` stands twice"]),
    ("E106", "external_flows.csv", Replace("to_harbour", "to_habour"), &["`to_habour`"]),
    ("E106", "external_areas.csv", Replace("to_elsewhere", "to_there"), &["`to_elsewhere`"]),
    ("E107", "areas.csv", Replace("Birchwood,", "Birch,wood,"), &["row 3", "11 fields", "10"]),
    ("E109", "areas.csv", Lengthen("Birchwood"), &["row 3", "bytes"]),
    ("E108", "areas.csv", Replace("Birchwood", "\"Birchwood"), &["row 3", "quot"]),
    ("E110", "areas.csv", Replace("Birchwood", ""), &["row 3, column name", "0102"]),
    ("E110", "areas.csv", Replace("0102,", ","), &["row 3, column code", "Birchwood"]),
    ("E111", "areas.csv", Replace("0102,", "0101,"), &["row 3", "Birchwood", "Alder Bay (0101)"]),
    ("E111", "external_flows.csv", Replace("0102,", "0101,"), &["row 3", "Alder Bay (0101)"]),
    ("E112", "flows.csv", Append("0109,0101,1\n"), &["column residence", "0109", "did you mean"]),
    ("E112", "adjacency.csv", Append("0101,9999,land,,\n"), &["row 12, column b", "`9999`"]),
    (
        "E112",
        "divisions/districts.csv",
        Replace("0101,", "alder bay,"),
        &["divisions/districts.csv, row 2", "did you mean `0101` (Alder Bay)"],
    ),
    ("E112", "areas.geojson", Replace("\"code\":\"0101\"", "\"code\":\"7\""), &["feature 1", "`7`"]),
    ("E113", "flows.csv", Append("101,0203,1\n"), &["`101`", "Alder Bay (0101)", "write `0101`"]),
    ("E113", "areas.csv", Replace("0102,", "102,"), &["row 3", "Birchwood", "write `0102`"]),
    ("E120", "areas.csv", Replace("12000", "1 200"), &["row 2, column population", "Alder Bay"]),
    ("E120", "areas.csv", Replace("12000", ""), &["is empty", "Alder Bay (0101)"]),
    ("E121", "flows.csv", Replace("0101,0102,260", "0101,0102,-260"), &["row 3", "Birchwood"]),
    ("E122", "areas.csv", Replace("12000", "12000.0"), &["Alder Bay", "write `12000`"]),
    ("E122", "areas.csv", Replace("12000", "12000.5"), &["Alder Bay", "round"]),
    ("E123", "areas.csv", Replace("12000", "99999999999999999999999"), &["Alder Bay (0101)"]),
    ("E123", "areas.csv", Replace("12000", "999999999999999"), &["column population", "add up"]),
    (
        "E124",
        "areas.csv",
        Write(b"code,name,population,employed_residents,jobs\n0101,A,0,1,1\n"),
        &["column population", "every area"],
    ),
    (
        "W111",
        "divisions/districts.csv",
        Write(b"code,region\n0101,\xc5st\n"),
        &["divisions/districts.csv", "Windows-1252"],
    ),
    ("W112", "areas.csv", Replace("12000", "0"), &["column population", "Alder Bay (0101)"]),
    (
        "E125",
        "areas.csv",
        Replace("5200", "5199"),
        &["row 2, column employed_residents", "Alder Bay (0101)", "5199", "5200"],
    ),
    ("E125", "external_areas.csv", Replace("42534", "42533"), &["Harbour City (0301)", "42534"]),
    ("E126", "areas.csv", Replace("120.5", "-1"), &["column land_area_km2", "Alder Bay"]),
    ("E126", "areas.csv", Replace("60.0,10.0", "95.0,10.0"), &["centre_lat", "90"]),
    ("E126", "areas.csv", Replace("60.0,10.0", ",10.0"), &["centre_lat", "half"]),
    ("E126", "adjacency.csv", Replace("14.2", "NaN"), &["row 2, column border_km", "Alder Bay"]),
    ("E127", "flows.csv", Append("0101,0102,1\n"), &["row 3", "Alder Bay", "Birchwood (0102)"]),
    ("E128", "distances.csv", Append("0101,0102,18.5\n"), &["row 24", "row 2", "Birchwood (0102)"]),
    ("E126", "distances.csv", Replace("18.4", "far"), &["Alder Bay (0101) to Birchwood", "`far`"]),
    ("E126", "distances.csv", Replace("18.4", ""), &["row 2", "empty"]),
    ("E126", "distances.csv", Append("0101,0101,2\n"), &["row 24", "is not 0"]),
    ("E112", "distances.csv", Append("0101,0909,2\n"), &["row 24", "`0909`"]),
    ("E130", "adjacency.csv", Append("0101,0101,land,,\n"), &["row 12", "Alder Bay (0101)"]),
    ("E131", "adjacency.csv", Replace("fixed_link", "fixed link"), &["did you mean `fixed_link`"]),
    ("E132", "adjacency.csv", Append("0101,0102,land,14.2,\n"), &["row 12", "row 2", "Birchwood"]),
    ("E132", "adjacency.csv", Append("0102,0101,land,14.2,\n"), &["the other way round"]),
    (
        "E133",
        "adjacency.csv",
        Write(b"a,b,kind\n0101,0102,land\n0102,0101,land\n0101,0103,land\n0103,0101,land\n0103,0203,land\n"),
        &["row 6", "Fern Hill (0203) does not list Cedar Ford (0103)"],
    ),
    (
        "E134",
        "adjacency.csv",
        Write(b"a,b,kind,border_km\n0101,0102,land,5\n0102,0101,land,6\n"),
        &["row 3, column border_km", "Alder Bay (0101)"],
    ),
    ("E134", "adjacency.csv", Append("0102,0101,ferry,,\n"), &["row 12", "ferry", "land"]),
    ("E140", "external_flows.csv", Replace("0102,160,107,80,108\n", ""), &["Birchwood (0102)"]),
    ("E141", "external_areas.csv", Replace(",harbour,", ",nowhere,"), &["Harbour City (0301)"]),
    ("E141", "external_areas.csv", Replace("0301,", "0101,"), &["Harbour City (0101)"]),
    ("E141", "external_adjacency.csv", Append("0101,0102,land,,\n"), &["row 4", "adjacency.csv"]),
    ("E142", "distances.csv", Replace("0101,0102,18.4\n", ""), &["Alder Bay (0101)–Birchwood"]),
    ("E150", "areas.geojson", Write(b"{\"type\":\"Feature"), &["areas.geojson"]),
    ("E151", "areas.geojson", Replace("\"code\":\"0101\"", "\"code\":\"7\""), &["Alder Bay (0101)"]),
    (
        "E151",
        "areas.geojson",
        Write(b"{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"code\":\"0101\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[10,60]}}]}"),
        &["Alder Bay (0101) has no Polygon"],
    ),
    ("E152", "areas.geojson", Replace("[9.96,59.96]]", "[9.96,59.95]]"), &["Alder Bay", "begins"]),
    ("E160", "divisions/districts.csv", Append("0101,Coast\n"), &["row 9", "Alder Bay", "Coast"]),
    ("E170", "datapackage.json", Write(b"{\n  \"name\": 7}"), &["row 2"]),
    ("E171", "datapackage.json", Replace("\"areas.csv\"", "\"aeras.csv\""), &["aeras.csv"]),
    ("E171", "datapackage.json", Replace("\"areas.csv\"", "\"../areas.csv\""), &["does not stay"]),
    ("W101", "adjacency.csv", Replace("0202,0204,land,3.4,\n0203,0204,land,17.0,\n", ""), &["Grove End (0204)"]),
    ("W102", "adjacency.csv", Replace("0202,0204,land,3.4,\n0203,0204,land,17.0,\n", ""), &["2 parts", "Grove End (0204)", "fewer than 2"]),
    ("W103", "areas.csv", Append(""), &["Dune Island (0201)", "fixed_link to Elm Port (0202)"]),
    ("W104", "adjacency.csv", Replace("0201,0202,fixed_link,,Dune bridge\n", ""), &["Dune Island (0201)", "tied by ferry to Alder Bay (0101)"]),
    ("W105", "areas.csv", Replace("6480", "6481"), &["Alder Bay (0101)", "6481", "6480"]),
    ("W106", "areas.csv", Replace("5200", "5201"), &["Alder Bay (0101)", "5201", "5200"]),
    ("W107", "areas.csv", Replace("6480", "0"), &["Alder Bay (0101) has no jobs"]),
    ("W108", "areas.csv", Replace("Birchwood", "Alder Bay"), &["Alder Bay (0101)", "(0102)"]),
    ("W109", "datapackage.json", Remove, &["sources"]),
    (
        "W110",
        "flows.csv",
        Write(b"residence,workplace,commuters\n0101,0101,1\n0102,0103,1\n"),
        &["Alder Bay (0101)"],
    ),
];

#[test]
fn the_tiny_instance_is_sound() {
    let tiny = Copy::new().load().expect("nothing is broken yet");
    let odd: Vec<&str> = tiny.oddities.iter().map(|defect| defect.code).collect();
    assert_eq!(odd, ["W103"], "the island, tied by a bridge and a ferry");
}

#[test]
fn every_defect_has_its_code_place_area_and_cure() {
    for (code, file, how, fragments) in BREAKS {
        let copy = Copy::new();
        match how {
            Replace(old, new) => {
                let text = copy.read(file);
                assert!(text.contains(old), "{file} holds {old}");
                copy.write(file, text.replacen(old, new, 1));
            }
            Lengthen(old) => {
                let text = copy.read(file);
                copy.write(file, text.replacen(old, &old.repeat(1_000_000), 1));
            }
            Append(rows) => copy.write(file, copy.read(file) + rows),
            Write(bytes) => copy.write(file, bytes),
            Remove => fs::remove_file(copy.path(file)).expect("the file was there"),
        }
        let reported = copy.reported(code);
        assert!(
            reported.iter().any(|defect| {
                let message = defect.to_string();
                !defect.cure.is_empty() && fragments.iter().all(|part| message.contains(part))
            }),
            "{code} from {file} should name {fragments:?}, but: {reported:#?}\nof {:#?}",
            copy.load().err()
        );
        assert_eq!(code.starts_with('E'), copy.load().is_err(), "{code} decides on loading");
    }
}

#[test]
fn an_old_area_that_goes_to_two_new_ones_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("crosswalk.csv");
    fs::write(&file, "code_2017,name_2017,code_2020\n0101,Halden,3001\n0101,Halden,3002\n")
        .expect("a file");
    let defects = Crosswalk::read(&file).expect_err("it was split");
    assert!(defects.has("E161"), "{defects}");
    assert!(defects.to_string().contains("goes to both `3001` and `3002`"), "{defects}");
}

#[test]
fn every_code_is_tried() {
    // E101 has a test of its own, E172 those of years; E161 is of crosswalks, which loading does not
    // read, and E162 of assignments in forms of others.
    let apart = ["E101", "E161", "E162", "E172"];
    let tried: BTreeSet<&str> = BREAKS.iter().map(|case| case.0).chain(apart).collect();
    let listed: BTreeSet<&str> = codes::ALL.iter().map(|code| code.0).collect();
    assert_eq!(tried, listed);
    assert_eq!(listed.len(), codes::ALL.len(), "no code has two meanings");
}

#[test]
fn the_readme_lists_every_code() {
    let readme = fs::read_to_string(instances().join("README.md")).expect("it is there");
    for (code, meaning) in codes::ALL {
        let row = format!("| {code} | {meaning} |");
        assert!(readme.contains(&row), "instances/README.md lacks the row {row}");
    }
}

#[test]
fn what_is_no_folder_is_told_apart() {
    let copy = Copy::new();
    for (path, word) in [("nowhere", "no such folder"), ("areas.csv", "is a file")] {
        let defects = Instance::load(&copy.path(path)).expect_err("not an instance");
        assert!(defects.has("E101") && defects.to_string().contains(word), "{defects}");
    }
    let empty = TempDir::new().expect("a temporary folder");
    let defects = Instance::load(empty.path()).expect_err("nothing is in it");
    assert_eq!(defects.0.iter().filter(|defect| defect.code == "E102").count(), 3);
}

#[test]
fn a_folder_in_place_of_a_file_is_reported() {
    let copy = Copy::new();
    fs::remove_file(copy.path("flows.csv")).expect("the file was there");
    fs::create_dir(copy.path("flows.csv")).expect("an empty folder");
    assert_eq!(copy.reported("E102").len(), 1);
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_a_file_is_not_waited_for() {
    let copy = Copy::new();
    fs::remove_file(copy.path("flows.csv")).expect("the file was there");
    let made = std::process::Command::new("mkfifo").arg(copy.path("flows.csv")).status();
    assert!(made.expect("mkfifo runs").success());
    assert_eq!(copy.reported("E102").len(), 1);
}

#[test]
fn one_wrong_code_in_many_rows_is_reported_once() {
    let copy = Copy::new();
    copy.write("flows.csv", copy.read("flows.csv").replace(",0101,", ",0191,"));
    let reported = copy.reported("E112");
    assert_eq!(reported.len(), 1, "{reported:#?}");
    assert!(reported[0].what.contains("(in 5 rows)"), "{}", reported[0]);
}

#[test]
fn a_file_that_lists_every_pair_both_ways_is_the_same_instance() {
    let copy = Copy::new();
    let plain = copy.load().expect("nothing is broken");
    let text = copy.read("adjacency.csv");
    let mut both: Vec<String> = text.lines().map(str::to_owned).collect();
    for line in text.lines().skip(1) {
        let (a, rest) = line.split_once(',').expect("three columns and more");
        let (b, rest) = rest.split_once(',').expect("three columns and more");
        both.push(format!("{b},{a},{rest}"));
    }
    copy.write("adjacency.csv", both.join("\n"));
    assert_eq!(copy.load().expect("it is sound").links, plain.links);
}

#[test]
fn two_kinds_of_link_between_the_same_areas_are_sound() {
    let copy = Copy::new();
    copy.write("adjacency.csv", copy.read("adjacency.csv") + "0101,0102,ferry,,\n");
    assert_eq!(copy.load().expect("it is sound").links.len(), 11);
}

#[test]
fn byte_order_mark_crlf_spaces_and_column_order_do_not_matter() {
    let plain = Copy::new().load().expect("nothing is broken");
    let copy = Copy::new();
    for file in FILES {
        let mut text = copy.read(file).replace('\n', "\r\n");
        if Path::new(file).extension().is_some_and(|end| end == "csv") {
            text = text.replace(',', " , ").replace("\r\n", "\r\n\r\n");
        }
        copy.write(file, format!("\u{feff}{text}"));
    }
    let swapped: String = copy
        .read("flows.csv")
        .trim_start_matches('\u{feff}')
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(",") + "\r\n")
        .collect();
    copy.write("flows.csv", swapped);
    let mut other = copy.load().expect("nothing is broken");
    assert_ne!(other.sha256, plain.sha256, "the hash is over the bytes");
    other.sha256.clone_from(&plain.sha256);
    assert_eq!(other, plain);
}

#[test]
fn rows_are_counted_as_an_editor_counts_them() {
    let copy = Copy::new();
    let text = copy.read("areas.csv").replace('\n', "\r\n\r\n").replace("12000", "-5");
    copy.write("areas.csv", text);
    assert!(copy.reported("E121")[0].at.contains("row 3,"), "after the header and a blank line");
}

#[test]
fn declared_rounding_allows_a_person_more() {
    let copy = Copy::new();
    copy.write("areas.csv", copy.read("areas.csv").replace(",5200,", ",5199,"));
    assert_eq!(copy.reported("E125").len(), 1);
    let descriptor = copy.read("datapackage.json");
    copy.write("datapackage.json", descriptor.replacen('{', "{\"rounding\": 1,", 1));
    assert_eq!(copy.reported("W106").len(), 1, "it loads, and is odd");
}

#[test]
fn an_instance_without_descriptor_takes_the_name_of_its_folder() {
    let copy = Copy::new();
    fs::remove_file(copy.path("datapackage.json")).expect("the file was there");
    let instance = copy.load().expect("the descriptor is optional");
    assert_eq!(copy.0.path().file_name(), Some(instance.name.as_ref()));
    assert_eq!(instance.title, instance.name);
}

/// One change to the bytes of a file; the place is a share of its length.
#[derive(Clone, Debug)]
enum Mutation {
    Set(f64, u8),
    Insert(f64, Vec<u8>),
    Delete(f64, usize),
    Truncate(f64),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    // Bytes that mean something to the readers come up often.
    let byte =
        prop_oneof![any::<u8>(), proptest::sample::select(b"0-.,;\"\n\r\t{}[]:e \xff".to_vec())];
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 1..6),
        proptest::sample::select(vec![
            b"\n".to_vec(),
            b"0101".to_vec(),
            b",,".to_vec(),
            b"-1".to_vec(),
            b"18446744073709551615".to_vec(),
            b"1e400".to_vec(),
            "\u{feff}å–".as_bytes().to_vec(),
        ])
    ];
    prop_oneof![
        (0.0..1.0, byte).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (0.0..1.0, bytes).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (0.0..1.0, 1_usize..200).prop_map(|(at, length)| Mutation::Delete(at, length)),
        (0.0..1.0).prop_map(Mutation::Truncate),
    ]
}

impl Mutation {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a small file"
    )]
    fn apply(&self, bytes: &mut Vec<u8>) {
        let place = |share: f64| (share * bytes.len() as f64) as usize;
        match self {
            Self::Set(at, byte) => {
                let at = place(*at);
                if let Some(slot) = bytes.get_mut(at) {
                    *slot = *byte;
                }
            }
            Self::Insert(at, new) => {
                let at = place(*at);
                bytes.splice(at..at, new.iter().copied());
            }
            Self::Delete(at, length) => {
                let at = place(*at);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Self::Truncate(at) => bytes.truncate(place(*at)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever happens to the files, the loader returns, and what it loads can be used.
    #[test]
    fn mutated_files_never_panic(
        changes in proptest::collection::vec((0..FILES.len(), mutation()), 1..5)
    ) {
        let copy = Copy::new();
        for (file, mutation) in &changes {
            let mut bytes = fs::read(copy.path(FILES[*file])).expect("the file is there");
            mutation.apply(&mut bytes);
            copy.write(FILES[*file], bytes);
        }
        match copy.load() {
            Ok(instance) => {
                describe(&instance);
                let subset = instance.subset(&[0, instance.num_areas() - 1]);
                for area in &subset.external_areas {
                    subset.with_external_area(&area.area.code).expect("it was listed");
                }
            }
            Err(defects) => prop_assert!(!defects.0.is_empty()),
        }
    }
}
