//! Assignments of others under their habits: read as they were meant, or refused.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::instance::{Instance, division_of};

use super::instance_folder;

/// How somebody writes an assignment.
#[derive(Clone, Debug)]
struct Assignment {
    delimiter: char,
    has_header: bool,
    is_region_first: bool,
    by_name: bool,
    /// A further column, by its header and what stands in it.
    further: Option<[&'static str; 2]>,
    encoding: Option<&'static str>,
    ends: &'static str,
    /// The region of every area, by its place.
    regions: Vec<usize>,
}

fn an_assignment() -> impl Strategy<Value = Assignment> {
    let encodings = prop_oneof![
        Just(None),
        Just(Some("utf-16le")),
        Just(Some("windows-1252")),
        Just(Some("iso-8859-2")),
        Just(Some("cp850"))
    ];
    (
        prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')],
        any::<[bool; 4]>(),
        encodings,
        prop_oneof![Just("\n"), Just("\r\n")],
        proptest::collection::vec(0..3_usize, 7),
    )
        .prop_map(
            |(
                delimiter,
                [has_header, is_region_first, by_name, has_more],
                encoding,
                ends,
                regions,
            )| {
                Assignment {
                    delimiter,
                    has_header,
                    is_region_first,
                    by_name,
                    further: has_more.then_some(["Size", "7"]),
                    encoding,
                    ends,
                    regions,
                }
            },
        )
}

/// Names of regions in letters that every encoding drawn here has.
const REGIONS: [&str; 3] = ["Ö", "West", "Älv"];

impl Assignment {
    fn text(&self, instance: &Instance) -> String {
        let mut text = String::new();
        let mut row = |code: &str, region: &str, line: usize| {
            let mut cells =
                if self.is_region_first { vec![region, code] } else { vec![code, region] };
            cells.extend(self.further.map(|column| column[line]));
            text += &cells.join(&self.delimiter.to_string());
            text += self.ends;
        };
        if self.has_header {
            row("GEOID", "District", 0);
        }
        for (area, &region) in instance.areas.iter().zip(&self.regions) {
            row(if self.by_name { &area.name } else { &area.code }, REGIONS[region], 1);
        }
        text
    }

    fn bytes(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            None => text.into(),
            Some("utf-16le") => {
                let units = text.encode_utf16().flat_map(u16::to_le_bytes);
                b"\xff\xfe".iter().copied().chain(units).collect()
            }
            Some(page) => {
                // Ö, Ä and ä in the two code pages; the others are ASCII.
                let old = page == "cp850";
                let letter = |letter: char| match letter {
                    'Ö' => {
                        if old {
                            0x99
                        } else {
                            0xd6
                        }
                    }
                    'Ä' => {
                        if old {
                            0x8e
                        } else {
                            0xc4
                        }
                    }
                    other => u8::try_from(other).expect("ASCII"),
                };
                text.chars().map(letter).collect()
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, rng_seed: RngSeed::Fixed(1907), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn divisions_come_back_or_are_refused(drawn in an_assignment()) {
        let mut instance = Instance::load(&instance_folder("tiny")).expect("it loads");
        instance.encoding = drawn.encoding.map(|name| name.parse().expect("known"));
        let text = drawn.text(&instance);
        let bytes = drawn.bytes(&text);
        match division_of("x.csv", &bytes, &instance) {
            Ok(division) => {
                let mut read = vec![None; 7];
                for region in &division.regions {
                    for &area in &region.areas {
                        prop_assert!(read[area].is_none(), "{}", text);
                        read[area] = Some(region.name.clone());
                    }
                }
                let wanted: Vec<_> = drawn.regions.iter().map(|&at| Some(REGIONS[at].to_owned())).collect();
                prop_assert_eq!(read, wanted, "{}", text);
            }
            // A third column, without a header, may be the region as well.
            Err(defects) => prop_assert!(drawn.further.is_some() && !drawn.has_header, "{}\n{}", text, defects),
        }
    }
}
