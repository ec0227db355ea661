//! Polygons into adjacency.
//!
//! Seven maps that come with libpysal 4.14.1 (sids2, virginia, us48, mexicojoin, 10740, `stl_hom`,
//! columbus; 32 to 195 areas) were also read here: rook and queen adjacency were libpysal's own.

use std::collections::{BTreeMap, BTreeSet};

use regionfront::import::Part;
use regionfront::import::polygons::{Contiguity, Crs, PolygonOptions, parse, read};
use regionfront::instance::{Instance, LinkKind};

use super::{codes_of, instance_folder, oddities, pair, pairs};

/// A feature with a code and rings; coordinates are in thousandths of a degree, or in metres.
fn feature(code: &str, rings: &[&[(i32, i32)]], unit: f64) -> String {
    let rings: Vec<Vec<[f64; 2]>> = rings
        .iter()
        .map(|ring| {
            let closed = ring.iter().chain(ring.first());
            closed.map(|&(x, y)| [f64::from(x) * unit, f64::from(y) * unit]).collect()
        })
        .collect();
    let rings = serde_json::to_string(&rings).expect("numbers");
    format!(
        r#"{{"type":"Feature","properties":{{"code":{code},"name":"Area"}},
            "geometry":{{"type":"Polygon","coordinates":{rings}}}}}"#
    )
}

fn square(x: i32, y: i32, size: i32) -> Vec<(i32, i32)> {
    vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// A code and rings.
type Drawn<'a> = (&'a str, &'a [&'a [(i32, i32)]]);

/// Areas in EPSG:25833 around a point in Norway, in metres from it.
fn metres(areas: &[Drawn<'_>]) -> String {
    let features: Vec<String> = areas
        .iter()
        .map(|(code, rings)| {
            let moved: Vec<Vec<(i32, i32)>> = rings
                .iter()
                .map(|ring| ring.iter().map(|&(x, y)| (x + 262_000, y + 6_650_000)).collect())
                .collect();
            let moved: Vec<&[(i32, i32)]> = moved.iter().map(Vec::as_slice).collect();
            feature(&format!("{code:?}"), &moved, 1.0)
        })
        .collect();
    collection(&features)
}

fn utm() -> PolygonOptions {
    PolygonOptions { crs: Some(Crs::Epsg25833), ..PolygonOptions::default() }
}

fn parsed(text: &str, options: &PolygonOptions) -> Part {
    parse("areas.geojson", text.as_bytes(), options).unwrap_or_else(|defects| panic!("{defects}"))
}

fn length(part: &Part, a: &str, b: &str) -> f64 {
    let instance = &part.instance;
    let link = instance.links.iter().find(|link| {
        (instance.areas[link.a].code.as_str(), instance.areas[link.b].code.as_str()) == (a, b)
    });
    link.and_then(|link| link.border_km).expect("a border")
}

/// Land pairs with their lengths as an instance has them.
fn land(name: &str) -> (Instance, BTreeMap<(String, String), Option<f64>>) {
    let instance = Instance::load(&instance_folder(name)).expect("it loads");
    let code = |area: usize| instance.areas[area].code.clone();
    let land = instance
        .links
        .iter()
        .filter(|link| link.kind == LinkKind::Land)
        .map(|link| ((code(link.a), code(link.b)), link.border_km))
        .collect();
    (instance, land)
}

#[test]
fn viken_gives_its_land_pairs_and_the_two_that_meet_in_a_point() {
    let (instance, land) = land("viken-2020");
    let file = instance_folder("viken-2020").join("areas.geojson");
    let part = read(&file, &PolygonOptions::default()).expect("it is sound");
    assert_eq!(land.len(), 104);
    assert_eq!(pairs(&part), land.keys().cloned().collect::<BTreeSet<_>>());
    for (pair, km) in &land {
        let own = length(&part, &pair.0, &pair.1);
        let theirs = km.expect("a length");
        // Theirs were measured before the polygons were generalised, which straightens borders.
        let range = 0.85 * theirs..=1.01 * theirs + 0.05;
        assert!(range.contains(&own), "{pair:?}: {own} against {theirs}");
    }
    let contacts = oddities(&part, "W192");
    assert_eq!(contacts.len(), 2);
    assert!(contacts[0].contains("Drammen (3005)–Modum (3047)"), "{}", contacts[0]);
    assert!(contacts[1].contains("Øvre Eiker (3048)–Lier (3049)"), "{}", contacts[1]);
    assert!(oddities(&part, "W194")[0].contains("Hvaler (3011)"));
    assert_eq!(part.instance.shapes, instance.shapes, "polygons are kept to the digit");
    let names = |instance: &Instance| -> Vec<String> {
        instance.areas.iter().map(regionfront::instance::Area::label).collect()
    };
    assert_eq!(names(&part.instance), names(&instance));

    let queen = PolygonOptions { contiguity: Contiguity::Queen, ..PolygonOptions::default() };
    let part = read(&file, &queen).expect("it is sound");
    assert_eq!(part.instance.links.len(), 106);
    assert!(pairs(&part).contains(&pair("3048", "3049")));
    assert!(oddities(&part, "W192").is_empty());
}

#[test]
fn norway_gives_its_land_pairs() {
    let (_, land) = land("norway-2020");
    let file = instance_folder("norway-2020").join("areas.geojson");
    let options = PolygonOptions { tie: Some(LinkKind::SeaLink), ..PolygonOptions::default() };
    let part = read(&file, &options).expect("it is sound");
    let own: BTreeSet<(String, String)> = {
        let code = |area: usize| part.instance.areas[area].code.clone();
        let land = part.instance.links.iter().filter(|link| link.kind == LinkKind::Land);
        land.map(|link| (code(link.a), code(link.b))).collect()
    };
    let theirs: BTreeSet<(String, String)> = land.keys().cloned().collect();
    assert!(own.is_subset(&theirs), "{:?}", own.difference(&theirs).collect::<Vec<_>>());
    // Its 600 m of border on an islet are gone from these generalised polygons.
    let lost: Vec<_> = theirs.difference(&own).cloned().collect();
    assert_eq!(lost, [pair("1818", "1827")]);
    // Ålesund and Sula cross, as both were generalised by themselves; that is no border.
    assert!(oddities(&part, "W192").iter().any(|text| text.contains("Ålesund (1507)–Sula (1531)")));
    // Ties make one part of all.
    let ties = part.instance.links.iter().filter(|link| link.kind == LinkKind::SeaLink).count();
    let parts = part.account.counts.iter().find(|count| count.what == "parts").expect("a count");
    assert_eq!(u64::try_from(ties).expect("few") + 1, parts.number);
    assert_eq!(oddities(&part, "W194").len(), ties);
}

#[test]
fn borders_are_shared_whatever_their_vertices() {
    // A's east side is one edge; B and C share it with vertices of their own.
    let text = metres(&[
        ("A", &[&square(0, 0, 1000)]),
        ("B", &[&[(1000, -500), (2000, -500), (2000, 600), (1000, 600)]]),
        ("C", &[&[(1000, 600), (2000, 600), (2000, 1500), (1000, 1500)]]),
    ]);
    let part = parsed(&text, &utm());
    assert_eq!(pairs(&part).len(), 3);
    assert!((length(&part, "A", "B") - 0.6).abs() < 1e-9);
    assert!((length(&part, "A", "C") - 0.4).abs() < 1e-9);
    assert!((length(&part, "B", "C") - 1.0).abs() < 1e-9);
}

#[test]
fn lengths_are_geodesic_or_planar() {
    // A degree of latitude from 59° to 60° is 111.4 km on the ellipsoid.
    let side = |code: &str, x: i32| {
        feature(code, &[&[(x, 59_000), (x + 1000, 59_000), (x + 1000, 60_000), (x, 60_000)]], 0.001)
    };
    let text = collection(&[side("\"A\"", 10_000), side("\"B\"", 11_000)]);
    let km = length(&parsed(&text, &PolygonOptions::default()), "A", "B");
    assert!((km - 111.4).abs() < 0.02, "{km}");
}

#[test]
fn utm_becomes_longitude_and_latitude() {
    // Reference values of pyproj 3.7.2 (PROJ), EPSG:25833 to EPSG:4326.
    let reference = [
        ((262_000, 6_650_000), (10.741_565_893, 59.918_559_538)),
        ((1_113_800, 7_876_000), (31.440_719_052, 70.238_037_621)),
        ((-30_000, 6_760_000), (5.291_260_530, 60.622_410_796)),
        ((500_000, 7_000_000), (15.0, 63.129_339_713)),
    ];
    for ((x, y), (longitude, latitude)) in reference {
        let text = collection(&[feature("\"A\"", &[&[(x, y), (x + 9, y), (x, y + 9)]], 1.0)]);
        let part = parsed(&text, &utm());
        let point = part.instance.shapes.expect("polygons")[0][0][0][0];
        let off = (point.0 - longitude).abs().max((point.1 - latitude).abs());
        assert!(off < 1e-7, "{point:?} against {longitude}, {latitude}");
    }
}

#[test]
fn holes_points_gaps_and_islands_are_told() {
    let hole = square(400, 400, 200);
    let text = metres(&[
        ("A", &[&square(0, 0, 1000), &hole]),
        ("B", &[&hole]),
        ("C", &[&square(1000, 1000, 500)]), // meets A in a corner
        ("D", &[&square(-510, 0, 500)]),    // 10 m from A, side by side
        ("E", &[&square(5000, 0, 500)]),    // alone
        ("F", &[&square(100, 100, 100)]),   // inside A, which has no hole for it
    ]);
    let part = parsed(&text, &utm());
    assert_eq!(pairs(&part), BTreeSet::from([pair("A", "B")]));
    assert!((length(&part, "A", "B") - 0.8).abs() < 1e-9);
    let notes = part.account.notes.join("\n");
    assert!(notes.contains("Area (B) lies wholly inside Area (A)"), "{notes}");
    assert_eq!(oddities(&part, "W192"), ["Area (A)–Area (C) touch and share no border"]);
    let near = oddities(&part, "W193");
    assert_eq!(near.len(), 1);
    assert!(near[0].contains("Area (A)–Area (D): a gap of 10.0 m"), "{}", near[0]);
    let islands = oddities(&part, "W194");
    assert!(islands.iter().any(|text| text.contains("Area (F) lies inside Area (A)")));
    assert!(
        islands.iter().any(|text| text.contains("Area (E) is cut off") && text.contains("3.54"))
    );

    let snapped = parsed(&text, &PolygonOptions { snap_m: 12.0, ..utm() });
    assert_eq!(pairs(&snapped), BTreeSet::from([pair("A", "B"), pair("A", "D")]), "no corner");
    assert!((length(&snapped, "A", "D") - 0.5).abs() < 0.05);
    let queen = PolygonOptions { contiguity: Contiguity::Queen, ..utm() };
    assert_eq!(pairs(&parsed(&text, &queen)), BTreeSet::from([pair("A", "B"), pair("A", "C")]));
    let tied = parsed(&text, &PolygonOptions { tie: Some(LinkKind::Ferry), ..utm() });
    assert_eq!(tied.instance.links.len(), 1 + 4, "C, D, E and F");
}

#[test]
fn parts_of_one_area_are_joined_when_asked() {
    let text = metres(&[
        ("A", &[&square(0, 0, 100)]),
        ("A", &[&square(100, 0, 100)]),
        ("B", &[&square(200, 0, 100)]),
        ("B", &[&square(200, 0, 100)]), // the same again
    ]);
    let parse = |options: &PolygonOptions| parse("x", text.as_bytes(), options);
    assert_eq!(codes_of(parse(&utm())), ["E192"]);
    let part = parse(&PolygonOptions { join: true, ..utm() }).expect("joined");
    assert_eq!(pairs(&part), BTreeSet::from([pair("A", "B")]));
    assert!((length(&part, "A", "B") - 0.1).abs() < 1e-9, "the seam inside A is no border");
    assert_eq!(oddities(&part, "W195").len(), 1, "the repeated feature of B");
}

#[test]
fn outlines_that_cross_themselves_are_told() {
    let text = metres(&[
        ("A", &[&[(0, 0), (100, 100), (100, 0), (0, 100)]]), // a bow tie
        ("B", &[&square(100, 0, 100)]),
    ]);
    let part = parsed(&text, &utm());
    assert_eq!(pairs(&part), BTreeSet::from([pair("A", "B")]));
    let crossing = oddities(&part, "W196");
    assert_eq!(crossing.len(), 1);
    assert!(crossing[0].contains("Area (A) crosses itself"), "{}", crossing[0]);
}

#[test]
fn many_parts_are_borders_that_do_not_meet() {
    let codes: Vec<String> = (0..400).map(|number| format!("A{number:03}")).collect();
    let rings: Vec<Vec<(i32, i32)>> =
        (0..400).map(|number| square(number % 20 * 110, number / 20 * 110, 100)).collect();
    let rings: Vec<[&[(i32, i32)]; 1]> = rings.iter().map(|ring| [ring.as_slice()]).collect();
    let areas: Vec<Drawn<'_>> =
        codes.iter().zip(&rings).map(|(code, rings)| (code.as_str(), &rings[..])).collect();
    let text = metres(&areas);
    let part = parsed(&text, &utm());
    assert!(oddities(&part, "W194")[0].contains("400 parts"));
    assert!(oddities(&part, "W193").len() >= 760, "and every gap is told");
    let snapped = parsed(&text, &PolygonOptions { snap_m: 10.0, ..utm() });
    assert_eq!(snapped.instance.links.len(), 2 * 20 * 19, "no corners");
}

#[test]
fn numbers_become_codes_of_four_characters() {
    let text = collection(&[
        feature("301", &[&square(10_000, 59_000, 10)], 0.001),
        feature("3001", &[&square(10_010, 59_000, 10)], 0.001),
    ]);
    let part = parsed(&text, &PolygonOptions::default());
    assert_eq!(pairs(&part), BTreeSet::from([pair("0301", "3001")]));
    assert!(oddities(&part, "W190")[0].contains("301 → 0301"));
    let alone = collection(&[feature("301.0", &[&square(10_000, 59_000, 10)], 0.001)]);
    let wide = PolygonOptions { code_width: Some(4), ..PolygonOptions::default() };
    assert_eq!(parsed(&alone, &wide).instance.areas[0].code, "0301");
}

#[test]
fn the_wrong_coordinate_system_is_told() {
    let text = metres(&[("A", &[&square(0, 0, 100)])]);
    let defects = parse("x", text.as_bytes(), &PolygonOptions::default()).expect_err("metres");
    assert_eq!(defects.0.len(), 1);
    assert_eq!(defects.0[0].code, "E195");
    let cure = &defects.0[0].cure;
    assert!(cure.contains("25833 (10.7") && cure.contains("25832 (4.7"), "with places: {cure}");
    let degrees = collection(&[feature("\"A\"", &[&square(10_000, 59_000, 10)], 0.001)]);
    let defects = parse("x", degrees.as_bytes(), &utm()).expect_err("degrees");
    assert!(defects.0[0].cure.contains("--crs 4326"), "{}", defects.0[0].cure);
    // The file's own word is taken.
    let said = text.replacen(
        '{',
        r#"{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25833"}},"#,
        1,
    );
    parsed(&said, &PolygonOptions::default());
    let other = said.replace("25833", "3857");
    let part = parsed(&other, &PolygonOptions::default());
    assert!(part.account.notes.join("; ").contains("51.2° N"), "{:?}", part.account.notes);
    let other = said.replace("25833", "60000");
    assert_eq!(codes_of(parse("x", other.as_bytes(), &PolygonOptions::default())), ["E195"]);
}

#[test]
fn broken_files_are_told() {
    let parse = |text: &str| codes_of(parse("x", text.as_bytes(), &PolygonOptions::default()));
    assert_eq!(parse(""), ["E190"]);
    assert_eq!(parse("{"), ["E190"]);
    assert_eq!(parse(r#"{"type":"FeatureCollection","features":[]}"#), ["E190"]);
    let with = |properties: &str, geometry: &str| {
        collection(&[format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#
        )])
    };
    let good = r#"{"type":"Polygon","coordinates":[[[10,59],[11,59],[11,60],[10,59]]]}"#;
    assert_eq!(parse(&with(r#"{"nr":"A"}"#, good)), ["E191"], "no code");
    assert_eq!(parse(&with(r#"{"code":" "}"#, good)), ["E191"], "an empty code");
    assert_eq!(parse(&with(r#"{"code":"A"}"#, "null")), ["E194"]);
    let point = r#"{"type":"Point","coordinates":[10,59]}"#;
    assert_eq!(parse(&with(r#"{"code":"A"}"#, point)), ["E194"]);
    let open = r#"{"type":"Polygon","coordinates":[[[10,59],[11,59],[11,60],[10,60]]]}"#;
    assert_eq!(parse(&with(r#"{"code":"A"}"#, open)), ["E194"]);
    let flat = r#"{"type":"Polygon","coordinates":[[[10,59],[11,59],[10,59],[10,59]]]}"#;
    assert_eq!(parse(&with(r#"{"code":"A"}"#, flat)), ["E194"], "nothing is left of it");
    let named = PolygonOptions { code: Some("codes".into()), ..PolygonOptions::default() };
    let text = with(r#"{"code":"A"}"#, good);
    let result = regionfront::import::polygons::parse("x", text.as_bytes(), &named);
    let defects = result.expect_err("no such property");
    assert!(defects.0[0].cure.contains("did you mean `code`"), "{}", defects.0[0].cure);
}
