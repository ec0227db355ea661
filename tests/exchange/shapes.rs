//! Polygons in the containers and coordinates of others, and weights and graphs with their ids.

use regionfront::import::graph::{Ends, GraphOptions};
use regionfront::import::polygons::{Axes, Crs, PolygonOptions, parse, read};
use regionfront::import::weights::WeightsOptions;
use regionfront::import::{Part, graph, weights};

use super::{codes_of, oddities, pair, pairs};

/// Two squares side by side, west and east, as polygons of GeoJSON.
fn squares(x: f64, y: f64, size: f64, is_turned: bool) -> [String; 2] {
    [0.0, 1.0].map(|step| {
        let (west, east) = (x + step * size, x + (step + 1.0) * size);
        let points = [(west, y), (east, y), (east, y + size), (west, y + size), (west, y)];
        let points = points
            .map(|(x, y)| if is_turned { format!("[{y},{x}]") } else { format!("[{x},{y}]") });
        format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, points.join(","))
    })
}

fn features(squares: &[String; 2], crs: &str) -> String {
    let feature = |code: &str, geometry: &str| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"N{code}"}},"geometry":{geometry}}}"#
        )
    };
    let (one, two) = (feature("0101", &squares[0]), feature("0102", &squares[1]));
    format!(r#"{{"type":"FeatureCollection",{crs}"features":[{one},{two}]}}"#)
}

fn degrees() -> String {
    features(&squares(10.7, 59.9, 0.1, false), "")
}

fn border(part: &Part) -> f64 {
    part.instance.links[0].border_km.expect("a border")
}

fn sound(text: &str, options: &PolygonOptions) -> Part {
    parse("x", text.as_bytes(), options).unwrap_or_else(|defects| panic!("{defects}"))
}

#[test]
fn axes_in_the_wrong_order_are_noticed() {
    let turned = features(&squares(10.7, 59.9, 0.1, true), "");
    let defects =
        parse("x", turned.as_bytes(), &PolygonOptions::default()).expect_err("in the sea");
    assert_eq!(defects.0[0].code, "E195");
    assert!(defects.0[0].cure.contains("--axes yx"), "{defects}");
    let said = PolygonOptions { axes: Some(Axes::Yx), ..PolygonOptions::default() };
    let (right, mended) = (sound(&degrees(), &PolygonOptions::default()), sound(&turned, &said));
    assert!((border(&right) - border(&mended)).abs() < 1e-9);
    assert!((border(&right) - 11.14).abs() < 0.01, "0.1° of latitude");
    assert_eq!(right.instance.shapes, mended.instance.shapes);
    assert!(right.account.notes.join("; ").contains("10.7° to 10.9° E, 59.9° to 60.0° N"));
}

/// Coordinates of zone 33 under the name of zone 32 lay in the sea, and nothing was said.
#[test]
fn a_wrong_zone_is_noticed_where_it_leads_into_the_sea() {
    let named = |code: u32| {
        format!(
            r#""crs":{{"type":"name","properties":{{"name":"urn:ogc:def:crs:EPSG::{code}"}}}},"#
        )
    };
    // Bergen by zone 33, and by the zones beside it.
    let text = |code| features(&squares(-30_000.0, 6_730_000.0, 1_000.0, false), &named(code));
    let part = sound(&text(25833), &PolygonOptions::default());
    assert!(part.account.notes.join("; ").contains("5.4° to 5.4° E"), "{:?}", part.account.notes);
    for code in [25832, 32632] {
        let defects =
            parse("x", text(code).as_bytes(), &PolygonOptions::default()).expect_err("in the sea");
        assert_eq!(defects.0[0].code, "E195");
        assert!(defects.0[0].cure.contains(&format!("{} (", code + 1)), "{defects}");
    }
    // Named by hand it is believed.
    let said =
        PolygonOptions { crs: Some("25832".parse().expect("known")), ..PolygonOptions::default() };
    sound(&text(25832), &said);
}

/// `01`, `02` were taken for numbers of the features.
#[test]
fn codes_with_leading_zeros_number_nothing() {
    let text = degrees().replace("0101", "01").replace("0102", "02");
    let part = sound(&text, &PolygonOptions::default());
    assert_eq!(pairs(&part), [pair("01", "02")].into());
}

/// A program that writes codes as numbers loses digits; what it writes then is no code.
#[test]
fn numbers_that_have_lost_digits_are_no_codes() {
    let graph_of = |ids: [&str; 2]| {
        let [a, b] = ids;
        let text = format!(
            r#"{{"nodes":[{{"id":{a}}},{{"id":{b}}}],"links":[{{"source":{a},"target":{b}}}]}}"#
        );
        graph::parse("x.json", text.as_bytes(), None, &GraphOptions::default())
    };
    let part = graph_of(["1E5", "200000.0"]).unwrap_or_else(|defects| panic!("{defects}"));
    assert_eq!(pairs(&part), [pair("100000", "200000")].into());
    assert!(codes_of(graph_of(["4.1e20", "5.2e20"])).contains(&"E183"));
    assert!(codes_of(graph_of(["1e16", "2e16"])).contains(&"E183"));
}

#[test]
fn any_system_of_the_register_is_read() {
    for word in [
        "urn:ogc:def:crs:EPSG::25832",
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        "EPSG:25832",
        "25832",
        "https://epsg.io/25832.proj4",
    ] {
        assert_eq!(word.parse::<Crs>().expect("known").to_string(), "EPSG:25832");
    }
    for word in
        ["http://www.opengis.net/def/crs/EPSG/0/4326", "urn:ogc:def:crs:OGC:1.3:CRS84", "4258"]
    {
        assert_eq!(word.parse::<Crs>().expect("known"), Crs::Wgs84);
    }
    assert!("60000".parse::<Crs>().is_err() && "near here".parse::<Crs>().is_err());
    let metres = features(&squares(595_000.0, 6_640_000.0, 1000.0, false), "");
    let defects = parse("x", metres.as_bytes(), &PolygonOptions::default()).expect_err("metres");
    assert!(defects.0[0].cure.contains("25832 (10.7°"), "{defects}");
    let zone = |code: &str| {
        let crs = Some(code.parse().expect("known"));
        sound(&metres, &PolygonOptions { crs, ..PolygonOptions::default() })
    };
    let point = zone("25832").instance.shapes.expect("polygons")[0][0][0][0];
    assert!((point.0 - 10.70).abs() < 0.01 && (point.1 - 59.88).abs() < 0.01, "{point:?}");
    assert!((border(&zone("25832")) - 1.0).abs() < 0.001);
    // A kilometre of Web Mercator is half of one at sixty degrees.
    let web = features(
        &squares(1_200_000.0, 8_400_000.0, 1000.0, false),
        r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::3857"}},"#,
    );
    let km = border(&sound(&web, &PolygonOptions::default()));
    assert!((0.49..0.51).contains(&km), "{km}");
    let wrong = features(
        &squares(10.0, 60.0, 1.0, false),
        r#""crs":{"type":"link","properties":{"href":"http://epsg.io/25832.proj4"}},"#,
    );
    let defects = parse("x", wrong.as_bytes(), &PolygonOptions::default()).expect_err("degrees");
    assert!(defects.0[0].cure.contains("--crs 4326"), "{defects}");
}

#[test]
fn containers_of_every_kind_are_read() {
    let whole = degrees();
    let wanted = sound(&whole, &PolygonOptions::default());
    let squares = squares(10.7, 59.9, 0.1, false);
    let feature = |code: &str, at: usize| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"N{code}","x":NaN}},"geometry":{}}}"#,
            squares[at]
        )
    };
    let lines = format!("{}\n{}\n", feature("0101", 0), feature("0102", 1)).replace("NaN", "1");
    let layers =
        format!(r#"{{"Kommune":{whole},"Grense":{{"type":"FeatureCollection","features":[]}}}}"#);
    let with_nan = format!(
        r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
        feature("0101", 0),
        feature("0102", 1)
    );
    let topology = r#"{"type":"Topology","objects":{"k":{"type":"GeometryCollection","geometries":[
        {"type":"Polygon","arcs":[[0,1]],"properties":{"code":"0101","name":"N0101"}},
        {"type":"MultiPolygon","arcs":[[[-1,2]]],"properties":{"code":"0102","name":"N0102"}}]}},
        "transform":{"scale":[0.1,0.1],"translate":[10.7,59.9]},
        "arcs":[[[1,0],[0,1]],[[1,1],[-1,0],[0,-1],[1,0]],[[1,0],[1,0],[0,1],[-1,0]]]}"#;
    for text in [&lines, &layers, &with_nan, &topology.to_owned()] {
        let part = sound(text, &PolygonOptions::default());
        assert_eq!(pairs(&part), pairs(&wanted), "{text}");
        assert_eq!(part.instance.areas[0].name, "N0101");
        assert!((border(&part) - border(&wanted)).abs() < 1e-6, "{text}");
    }
    assert_eq!(sound(&feature("7", 0), &PolygonOptions::default()).instance.areas.len(), 1);
    let two = format!(r#"{{"a":{whole},"b":{whole}}}"#);
    let defects = parse("x", two.as_bytes(), &PolygonOptions::default()).expect_err("which?");
    assert!(defects.0[0].cure.contains("--layer"), "{defects}");
    assert_eq!(codes_of(parse("x", squares[0].as_bytes(), &PolygonOptions::default())), ["E190"]);
}

#[test]
fn geopackages_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("x.gpkg");
    let book = rusqlite::Connection::open(&path).expect("a database");
    book.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES (25832, 'EPSG', 25832, '');
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
           geometry_type_name TEXT, srs_id INTEGER);
         INSERT INTO gpkg_geometry_columns VALUES ('k', 'geom', 'MULTIPOLYGON', 25832);
         CREATE TABLE k (fid INTEGER, geom BLOB, code TEXT);",
    )
    .expect("tables");
    for (at, code) in (0_i32..).zip(["0101", "0102"]) {
        let (west, south) = (595_000.0 + 1000.0 * f64::from(at), 6_640_000.0);
        let mut blob = vec![b'G', b'P', 0, 1];
        blob.extend(25_832_u32.to_le_bytes());
        blob.push(1);
        blob.extend(3_u32.to_le_bytes());
        blob.extend(1_u32.to_le_bytes());
        blob.extend(5_u32.to_le_bytes());
        for (x, y) in [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0), (0.0, 0.0)] {
            blob.extend(f64::to_le_bytes(west + x));
            blob.extend(f64::to_le_bytes(south + y));
        }
        book.execute("INSERT INTO k VALUES (?1, ?2, ?3)", rusqlite::params![at, blob, code])
            .expect("a row");
    }
    drop(book);
    let part = read(&path, &PolygonOptions::default()).expect("sound");
    assert_eq!(pairs(&part), [pair("0101", "0102")].into());
    assert!((border(&part) - 1.0).abs() < 0.001);
}

#[test]
fn ids_that_only_number_features_are_no_codes() {
    let numbered = |more: &str| {
        let squares = squares(10.7, 59.9, 0.1, false);
        let feature = |id: usize| {
            format!(
                r#"{{"type":"Feature","id":{id},"properties":{{"FID":{id},{}}},"geometry":{}}}"#,
                more.replace('#', &id.to_string()),
                squares[id - 1]
            )
        };
        format!(r#"{{"type":"FeatureCollection","features":[{},{}]}}"#, feature(1), feature(2))
    };
    let part =
        sound(&numbered(r#""LAD23CD":"E0600000#","LAD23NM":"N#""#), &PolygonOptions::default());
    assert_eq!(part.instance.areas[1].code, "E06000002");
    let unknown = numbered(r#""what":"E#""#);
    let defects = parse("x", unknown.as_bytes(), &PolygonOptions::default()).expect_err("which?");
    assert!(
        defects.0[0].cure.contains("--code") && defects.0[0].cure.contains("`what`"),
        "{defects}"
    );
}

#[test]
fn a_border_of_an_exclave_alone_is_remarked_on() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"code":"A"},"geometry":{"type":"MultiPolygon","coordinates":[
            [[[10,60],[11,60],[11,61],[10,61],[10,60]]],
            [[[12.4,60.4],[12.6,60.4],[12.6,60.6],[12.4,60.6],[12.4,60.4]]]]}},
        {"type":"Feature","properties":{"code":"B"},"geometry":{"type":"Polygon","coordinates":[
            [[11,60],[12,60],[12,61],[11,61],[11,60]]]}},
        {"type":"Feature","properties":{"code":"C"},"geometry":{"type":"Polygon","coordinates":[
            [[12,60],[13,60],[13,61],[12,61],[12,60]],
            [[12.4,60.4],[12.4,60.6],[12.6,60.6],[12.6,60.4],[12.4,60.4]]]}}]}"#;
    let part = sound(text, &PolygonOptions::default());
    assert_eq!(part.instance.links.len(), 3);
    let said = oddities(&part, "W197");
    assert!(said.len() == 1 && said[0].starts_with("A–C"), "{said:?}");
}

/// Areas that lie on each other were read without a word.
#[test]
fn areas_on_each_other_are_remarked_on() {
    let square = |code: &str, west: f64, east: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}"}},"geometry":{{"type":"Polygon",
            "coordinates":[[[{west},60],[{east},60],[{east},61],[{west},61],[{west},60]]]}}}}"#
        )
    };
    let map = |squares: &[String]| {
        let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.join(","));
        sound(&text, &PolygonOptions::default())
    };
    let part = map(&[square("A", 10.0, 11.0), square("B", 10.7, 12.0), square("C", 12.0, 13.0)]);
    let said = oddities(&part, "W189");
    assert!(said.len() == 1 && said[0].contains("A (A) on B (B) (30 % of it)"), "{said:?}");
    let many: Vec<String> = (0..9)
        .map(|at| square(&format!("X{at}"), 10.0 + f64::from(at), 11.5 + f64::from(at)))
        .collect();
    let part = map(&many);
    let said = oddities(&part, "W189");
    assert!(said.len() == 1 && said[0].contains("(8 in all)"), "{said:?}");
    let part = map(&[square("A", 10.0, 11.0), square("B", 11.0, 12.0), square("C", 12.0, 13.0)]);
    assert!(oddities(&part, "W189").is_empty());
    // One that reaches a little into another was said to lie inside it.
    let north = square("B", 10.99, 12.0).replace(",60]", ",60.5]").replace(",61]", ",61.5]");
    let part = map(&[square("A", 10.0, 11.0), north]);
    let said = oddities(&part, "W194");
    assert!(said.iter().all(|said| !said.contains("lies inside")), "{said:?}");
    let within = square("B", 10.2, 10.8).replace(",60]", ",60.2]").replace(",61]", ",60.8]");
    let said = oddities(&map(&[square("A", 10.0, 11.0), within]), "W194").join("; ");
    assert!(said.contains("B (B) lies inside A (A)"), "{said}");
}

#[test]
fn ids_with_blanks_in_gal_are_cut_by_the_known_ones() {
    let read = |text: &str| weights::parse("x.gal", text.as_bytes(), &WeightsOptions::default());
    let blanks = "3\nROGERS PARK 1\nWEST RIDGE\nWEST RIDGE 2\nROGERS PARK EDISON PARK\nEDISON PARK 1\nWEST RIDGE\n";
    let part = read(blanks).expect("sound");
    assert_eq!(
        pairs(&part),
        [pair("EDISON PARK", "WEST RIDGE"), pair("ROGERS PARK", "WEST RIDGE")].into()
    );
    let quoted = "3\n\"Frankfurt Oder\" 1\nBerlin\nBerlin 1\n\"Frankfurt Oder\"\nZurich 0\n\n";
    assert_eq!(pairs(&read(quoted).expect("sound")), [pair("Berlin", "Frankfurt Oder")].into());
    let header = "0 2 中华人民共和国 省\n北京 1\n天津\n天津 1\n北京\n";
    assert_eq!(pairs(&read(header).expect("sound")).len(), 1);
    let open = "4\nA B 2\nA B C\nA 1\nA B\nB C 1\nA\nC 1\nA\n";
    assert_eq!(codes_of(read(open)), ["E190"], "A B, C or A, B C");
    let binary = weights::parse("x.swm", b"VARNAME\0\x01", &WeightsOptions::default());
    assert!(binary.expect_err("binary").0[0].what.contains("ArcGIS"));
}

#[test]
fn graphs_name_their_nodes_in_many_ways() {
    let read =
        |text: &str, options: &GraphOptions| graph::parse("x", text.as_bytes(), None, options);
    let plain = GraphOptions::default();
    let by_place = r#"{"nodes":[{"id":"3025"},{"id":"3049"},{"id":"3005"}],
        "links":[{"source":0,"target":1},{"source":1,"target":2}]}"#;
    let wanted = [pair("3025", "3049"), pair("3005", "3049")].into();
    assert_eq!(pairs(&read(by_place, &plain).expect("sound")), wanted);
    let named = r#"{"nodes":[{"name":"Asker"},{"name":"Lier"}],"links":[{"source":0,"target":1}]}"#;
    assert_eq!(pairs(&read(named, &plain).expect("sound")), [pair("Asker", "Lier")].into());
    let open = r#"{"nodes":[{"id":1,"name":"Asker"},{"id":0,"name":"Lier"},{"id":2,"name":"Modum"}],
        "links":[{"source":0,"target":2}]}"#;
    let defects = read(open, &plain).expect_err("ids or positions?");
    assert!(defects.0[0].cure.contains("--ends"), "{defects}");
    let ends = |ends| GraphOptions { ends: Some(ends), ..GraphOptions::default() };
    assert_eq!(pairs(&read(open, &ends(Ends::Ids)).expect("sound")), [pair("0", "2")].into());
    assert_eq!(pairs(&read(open, &ends(Ends::Positions)).expect("sound")), [pair("1", "2")].into());
    let nan = r#"{"nodes":[{"id":"A","area":NaN},{"id":"B","area":1}],"adjacency":[[{"id":"B"}],[{"id":"A"}]]}"#;
    assert_eq!(pairs(&read(nan, &plain).expect("sound")).len(), 1);
    let igraph = r#"<graphml><key id="v_name" for="node" attr.name="name" attr.type="string"/>
        <key id="v_p" for="node" attr.name="population" attr.type="double"/><graph edgedefault="undirected">
        <node id="n0"><data key="v_name">3001</data><data key="v_p">1.2e5</data></node>
        <node id="n1"><data key="v_name">3002</data><data key="v_p">500</data></node>
        <edge source="n0" target="n1"/></graph></graphml>"#;
    let part = read(igraph, &plain).expect("sound");
    assert_eq!(pairs(&part), [pair("3001", "3002")].into());
    assert_eq!(part.instance.areas[0].population, 120_000);
    let yed = igraph
        .replace(
            "<data key=\"v_name\">3001</data>",
            "<data key=\"d6\"><S><NodeLabel>3001</NodeLabel></S></data>",
        )
        .replace(
            "<data key=\"v_name\">3002</data>",
            "<data key=\"d6\"><S><NodeLabel>3002</NodeLabel></S></data>",
        );
    assert_eq!(pairs(&read(&yed, &plain).expect("sound")), [pair("3001", "3002")].into());
}

#[test]
fn populations_are_of_one_meaning() {
    let text = degrees()
        .replace(r#""name":"N0101""#, r#""name":"N0101","population":"5.000""#)
        .replace(r#""name":"N0102""#, r#""name":"N0102","population":"9000""#);
    assert_eq!(codes_of(parse("x", text.as_bytes(), &PolygonOptions::default())), ["E182"]);
    let none = PolygonOptions { population: Some("none".into()), ..PolygonOptions::default() };
    assert!(!sound(&text, &none).holds.population);
}
