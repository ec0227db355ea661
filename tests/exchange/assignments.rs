//! Assignments of others under their habits: read as they were meant, or refused.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::import::workbook::first_sheet;
use regionfront::instance::{Division, Instance, division_of};
use rust_xlsxwriter::{Format, Workbook};

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

/// The region of every area of `tiny` by name; nothing where an area is in two.
fn regions_of(division: &Division) -> Option<Vec<Option<String>>> {
    let mut found = vec![None; 7];
    for region in &division.regions {
        for &area in &region.areas {
            if found[area].replace(region.name.clone()).is_some() {
                return None;
            }
        }
    }
    Some(found)
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
                let wanted: Vec<_> = drawn.regions.iter().map(|&at| Some(REGIONS[at].to_owned())).collect();
                prop_assert_eq!(regions_of(&division), Some(wanted), "{}", text);
            }
            // A third column, without a header, may be the region as well.
            Err(defects) => prop_assert!(drawn.further.is_some() && !drawn.has_header, "{}\n{}", text, defects),
        }
    }
}

/// How somebody writes an assignment in a spreadsheet.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
struct Sheet {
    has_header: bool,
    /// Whether areas stand by region, each region written once: in merged cells, or not.
    once: Option<bool>,
    is_region_first: bool,
    how: Naming,
    has_title: bool,
    /// Rows left empty above, and whether another sheet stands before this one, without a table.
    empty: u32,
    has_cover: bool,
    numbered_regions: bool,
    regions: Vec<usize>,
}

/// How areas are named.
#[derive(Clone, Copy, Debug)]
enum Naming {
    Code,
    /// The code as a number: zeros at its beginning are lost.
    Number,
    Name,
    /// `0101 Alder Bay`
    Both,
    /// `Alder Bay (0101)`
    Behind,
}

fn a_sheet() -> impl Strategy<Value = Sheet> {
    let how = prop_oneof![
        Just(Naming::Code),
        Just(Naming::Number),
        Just(Naming::Name),
        Just(Naming::Both),
        Just(Naming::Behind)
    ];
    (
        any::<[bool; 5]>(),
        proptest::option::of(any::<bool>()),
        how,
        0..3_u32,
        proptest::collection::vec(0..3_usize, 7),
    )
        .prop_map(|(habits, once, how, empty, regions)| Sheet {
            has_header: habits[0],
            once,
            is_region_first: habits[1],
            how,
            has_title: habits[2],
            empty,
            has_cover: habits[3],
            numbered_regions: habits[4],
            regions,
        })
}

impl Sheet {
    fn region(&self, at: usize) -> String {
        if self.numbered_regions { (at + 1).to_string() } else { REGIONS[at].to_owned() }
    }

    fn bytes(&self, instance: &Instance) -> Vec<u8> {
        let mut book = Workbook::new();
        if self.has_cover {
            book.add_worksheet().write_string(0, 0, "About these figures").expect("a cell");
        }
        let sheet = book.add_worksheet();
        let mut line = self.empty;
        if self.has_title {
            sheet.write_string(line, 0, "Regions as proposed").expect("a cell");
            line += 2;
        }
        let [area_at, region_at] = if self.is_region_first { [1, 0] } else { [0, 1] };
        if self.has_header {
            sheet.write_string(line, area_at, "Kommune").expect("a cell");
            sheet.write_string(line, region_at, "Region").expect("a cell");
            line += 1;
        }
        let mut order: Vec<usize> = (0..7).collect();
        if self.once.is_some() {
            order.sort_by_key(|&area| self.regions[area]);
        }
        let mut before = None;
        for &at in &order {
            let area = &instance.areas[at];
            let text = match self.how {
                Naming::Code | Naming::Number => area.code.clone(),
                Naming::Name => area.name.clone(),
                Naming::Both => format!("{} {}", area.code, area.name),
                Naming::Behind => format!("{} ({})", area.name, area.code),
            };
            if matches!(self.how, Naming::Number) {
                let number: u32 = area.code.parse().expect("a number");
                sheet.write_number(line, area_at, number).expect("a cell");
            } else {
                sheet.write_string(line, area_at, text).expect("a cell");
            }
            let region = self.regions[at];
            if self.once.is_none() || before != Some(region) {
                let alike = order.iter().filter(|&&other| self.regions[other] == region).count();
                let last = line + u32::try_from(alike).expect("few") - 1;
                let name = self.region(region);
                if self.once == Some(true) && last > line {
                    let format = Format::new();
                    sheet
                        .merge_range(line, region_at, last, region_at, &name, &format)
                        .expect("merged");
                } else if self.numbered_regions {
                    let number: u32 = name.parse().expect("a number");
                    sheet.write_number(line, region_at, number).expect("a cell");
                } else {
                    sheet.write_string(line, region_at, name).expect("a cell");
                }
            }
            before = Some(region);
            line += 1;
        }
        book.save_to_buffer().expect("a workbook")
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400, rng_seed: RngSeed::Fixed(1911), failure_persistence: None, ..ProptestConfig::default()
    })]

    /// A division in a spreadsheet comes back equal or is refused, never different.
    #[test]
    fn divisions_in_workbooks_come_back_or_are_refused(drawn in a_sheet()) {
        let instance = Instance::load(&instance_folder("tiny")).expect("it loads");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("d.xlsx");
        std::fs::write(&path, drawn.bytes(&instance)).expect("room");
        let Ok((text, _)) = first_sheet(&path) else {
            return Err(TestCaseError::fail("every workbook drawn here holds a table"));
        };
        match division_of("d.xlsx", text.as_bytes(), &instance) {
            Ok(division) => {
                let wanted: Vec<_> = drawn.regions.iter().map(|&at| Some(drawn.region(at))).collect();
                prop_assert_eq!(regions_of(&division), Some(wanted), "{}", text);
            }
            // Codes have lost their zeros, or regions are written once without being merged.
            Err(defects) => prop_assert!(
                matches!(drawn.how, Naming::Number) || drawn.once == Some(false) || !drawn.has_header,
                "{}\n{}", text, defects
            ),
        }
    }
}

/// A region that is written once, above or beside its areas, was read as one of a single area, and the
/// others as areas in no region.
#[test]
fn regions_written_once_are_asked_about() {
    let instance = Instance::load(&instance_folder("tiny")).expect("it loads");
    let codes: Vec<&str> = instance.areas.iter().map(|area| area.code.as_str()).collect();
    let rows = |regions: &[&str]| {
        let rows = codes.iter().zip(regions).map(|(code, region)| format!("{region};{code}\n"));
        format!("Region;Kommune\n{}", rows.collect::<String>())
    };
    let once = rows(&["West", "", "", "East", "", "", ""]);
    let told = division_of("d.csv", once.as_bytes(), &instance).expect_err("what are the others?");
    assert!(told.has("E162") && told.to_string().contains("West"), "{told}");
    // One that leaves areas out is read, and so is one below a title.
    let partial =
        format!("Regions as proposed\n\n{}", rows(&["West", "West", "", "East", "East", "", ""]));
    let division = division_of("d.csv", partial.as_bytes(), &instance).expect("sound");
    assert_eq!(
        division.regions.iter().map(|region| region.areas.len()).collect::<Vec<_>>(),
        [2, 2]
    );
}
