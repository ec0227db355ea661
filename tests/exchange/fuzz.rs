//! Importers on damaged files: they never panic, and whatever they refuse has code, place and cure.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::defect::Defects;
use regionfront::import::graph::{GraphFormat, GraphOptions};
use regionfront::import::matrix::{MatrixOptions, Shape};
use regionfront::import::polygons::{Crs, PolygonOptions};
use regionfront::import::weights::{WeightsFormat, WeightsOptions};
use regionfront::import::{Missing, Part, graph, matrix, polygons, weights};

use super::{instance_folder, recorded};

/// What may be done to the bytes of a file.
#[derive(Clone, Debug)]
enum Damage {
    /// One byte becomes another.
    Set(usize, u8),
    /// Bytes are lost.
    Cut(usize, usize),
    /// A stretch stands twice.
    Repeat(usize, usize),
    /// Something stands in between.
    Insert(usize, &'static str),
}

fn damage() -> impl Strategy<Value = Vec<Damage>> {
    let scraps = prop::sample::select(vec![
        "-",
        "0",
        "1e400",
        "NaN",
        "9999999999999999999999",
        "\"",
        "{",
        "]",
        ",",
        ";",
        "\n",
        " ",
        "\u{feff}",
        "null",
        "[[",
        "<",
        "&",
        "é",
        "%",
        "301",
        ":",
        "\0",
    ]);
    let one = prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        (any::<usize>(), 1..40_usize).prop_map(|(at, many)| Damage::Cut(at, many)),
        (any::<usize>(), 1..40_usize).prop_map(|(at, many)| Damage::Repeat(at, many)),
        (any::<usize>(), scraps).prop_map(|(at, text)| Damage::Insert(at, text)),
    ];
    prop::collection::vec(one, 1..5)
}

fn damaged(mut bytes: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for one in damage {
        let length = bytes.len().max(1);
        match *one {
            Damage::Set(at, byte) => {
                if let Some(place) = bytes.get_mut(at % length) {
                    *place = byte;
                }
            }
            Damage::Cut(at, many) => {
                let from = (at % length).min(bytes.len());
                bytes.drain(from..(from + many).min(bytes.len()));
            }
            Damage::Repeat(at, many) => {
                let from = (at % length).min(bytes.len());
                let again = bytes[from..(from + many).min(bytes.len())].to_vec();
                bytes.splice(from..from, again);
            }
            Damage::Insert(at, text) => {
                let from = (at % length).min(bytes.len());
                bytes.splice(from..from, text.bytes());
            }
        }
    }
    bytes
}

fn is_whole(result: Result<Part, Defects>) {
    match result {
        Ok(part) => {
            let num_areas = part.instance.areas.len();
            assert!(num_areas > 0, "something was read");
            for link in &part.instance.links {
                assert!(link.a < link.b && link.b < num_areas, "links are of areas");
                assert!(link.border_km.is_none_or(|km| km.is_finite() && km >= 0.0));
            }
            let codes: Vec<&String> = part.instance.areas.iter().map(|area| &area.code).collect();
            assert!(codes.is_sorted() && codes.windows(2).all(|two| two[0] != two[1]));
            for odd in &part.instance.oddities {
                assert!(odd.code.starts_with('W') && !odd.at.is_empty() && !odd.cure.is_empty());
            }
        }
        Err(defects) => {
            assert!(!defects.0.is_empty());
            for defect in &defects.0 {
                assert!(defect.code.starts_with('E'), "{defect}");
                for text in [&defect.at, &defect.what, &defect.cure] {
                    assert!(!text.is_empty(), "{defect}");
                }
            }
        }
    }
}

fn import(source: usize, bytes: &[u8]) {
    let options = GraphOptions::default;
    match source {
        0 => is_whole(polygons::parse("x", bytes, &PolygonOptions::default())),
        1 => {
            let utm = PolygonOptions {
                crs: Some(Crs::Epsg25833),
                snap_m: 5.0,
                join: true,
                ..PolygonOptions::default()
            };
            is_whole(polygons::parse("x", bytes, &utm));
        }
        2 | 3 => {
            let format = Some(if source == 2 { WeightsFormat::Gal } else { WeightsFormat::Gwt });
            let options = WeightsOptions { format, ..WeightsOptions::default() };
            is_whole(weights::parse("x", bytes, &options));
        }
        4 => is_whole(graph::parse("x", bytes, None, &options())),
        5 => {
            let format = Some(GraphFormat::Metis);
            let read = GraphOptions { format, ..options() };
            is_whole(graph::parse("x", bytes, Some(("p", b"0\n1\n")), &read));
            is_whole(graph::parse("x", bytes, None, &read));
        }
        _ => {
            for shape in [None, Some(Shape::Square), Some(Shape::Long)] {
                let options =
                    MatrixOptions { shape, missing: Missing::Count(0), ..MatrixOptions::default() };
                is_whole(matrix::parse("x", bytes, &options));
            }
        }
    }
}

/// A source and a sound file for it.
fn sound(which: usize) -> (usize, Vec<u8>) {
    let recorded = |name: &str| std::fs::read(recorded(name)).expect("a recorded file");
    let tiny = |name: &str| std::fs::read(instance_folder("tiny").join(name)).expect("a file");
    match which {
        0 => (0, tiny("areas.geojson")),
        1 => (1, tiny("areas.geojson")),
        2 => (2, recorded("libpysal.gal")),
        3 => (3, recorded("libpysal.gwt")),
        4 => (4, recorded("gerrychain.json")),
        5 => (4, recorded("networkx-node-link.json")),
        6 => (4, recorded("networkx.graphml")),
        7 => (5, b"% weights of nodes: population\n3 2 011\n5 2 1\n6 1 1 3 4\n7 2 4\n".to_vec()),
        8 => (6, tiny("flows.csv")),
        9 => (6, b"a;A;B;Sum\nA;7;2;9\nB;1;9;10\nSum;8;11;19\n".to_vec()),
        _ => (6, recorded("openpyxl.xlsx")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_200_101),
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_files_are_read_or_refused(which in 0..11_usize, damage in damage()) {
        let (source, bytes) = sound(which);
        import(source, &damaged(bytes, &damage));
    }

    #[test]
    fn any_text_is_read_or_refused(source in 0..7_usize, text in "[0-9A-B,;:\\-. \n%<>{}\\[\\]\"]{0,80}") {
        import(source, text.as_bytes());
    }
}
