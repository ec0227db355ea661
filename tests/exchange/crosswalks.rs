//! Crosswalks as others write them: weights, names and codes that contradict themselves are named, shares
//! that lose a part of an area are refused.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::instance::{Crosswalk, Instance};

use super::instance_folder;

fn read(text: &str) -> Result<Crosswalk, String> {
    let found = Crosswalk::of("x.csv", text.as_bytes().to_vec(), None);
    found.map(|(crosswalk, _)| crosswalk).map_err(|defects| defects.to_string())
}

/// What is wrong with the rows of a split area, beside one that stays.
#[track_caller]
fn refused(header: &str, rows: &str, what: &str) {
    let told = read(&format!("{header}\n02,B,02,B,\n{rows}")).expect_err("something is wrong");
    assert!(told.contains(what), "{told}");
    assert!(told.contains("help: ") || told.contains("x.csv"), "{told}");
}

const WEIGHT: &str = "code_2020,name_2020,code_2024,name_2024,weight";
const SHARE: &str = "code_2020,name_2020,code_2024,name_2024,share";

#[test]
fn shares_that_are_not_the_whole_are_refused() {
    refused(SHARE, "01,A,11,P,0.4\n01,A,12,Q,0.4\n", "add up to 80.0 % of it");
    refused(WEIGHT, "01,A,11,P,0.4\n01,A,12,Q,0.4\n", "add up to 80.0 % of it");
    refused(SHARE, "01,A,11,P,0.5\n", "add up to 50.0 % of it");
    refused(SHARE, "01,A,11,P,0.9\n01,A,12,Q,0.4\n", "add up to 130.0 % of it");
    refused(SHARE, "01,A,11,P,40\n01,A,12,Q,40\n", "add up to 80.0 % of it");
    refused(WEIGHT, "01,A,11,P,40 %\n01,A,12,Q,50 %\n", "add up to 90.0 % of it");
    // Populations add up to nothing in particular, and shares are rounded.
    for rows in [
        "01,A,11,P,58509\n01,A,12,Q,9357\n",
        "01,A,11,P,0.333\n01,A,12,Q,0.333\n01,A,13,R,0.333\n",
        "01,A,11,P,60 %\n01,A,12,Q,40 %\n",
        "01,A,11,P,1\n01,A,12,Q,1\n",
    ] {
        let crosswalk = read(&format!("{WEIGHT}\n02,B,02,B,\n{rows}"));
        let crosswalk = crosswalk.unwrap_or_else(|told| panic!("{rows}: {told}"));
        assert_eq!(crosswalk.split(), ["A (01)"]);
    }
}

#[test]
fn weights_that_are_none_are_named_and_nothing_else_is() {
    let told = |rows: &str| read(&format!("{WEIGHT}\n{rows}")).expect_err("something is wrong");
    let negative = told("01,A,11,P,1.5\n01,A,12,Q,-0.5\n");
    assert!(negative.contains("is negative") && !negative.contains("goes to both"), "{negative}");
    let missing = told("01,A,11,P,NaN\n01,A,12,Q,0.4\n");
    assert!(missing.contains("the weight of its part in `11` is not available"), "{missing}");
    assert!(told("01,A,11,P,0\n01,A,12,Q,0\n").contains("all their weights are 0"));
    assert!(told("01,A,11,P,01.feb\n01,A,12,Q,0.3\n").contains("is a date"));
    let twice = told("01,A,11,P,0.4\n01,A,11,P,0.6\n");
    assert!(twice.contains("stands twice"), "{twice}");
}

#[test]
fn codes_and_names_have_to_be_some_and_of_one_meaning() {
    let told = |rows: &str| read(&format!("{WEIGHT}\n{rows}")).expect_err("something is wrong");
    assert!(told("01,A,11,P,4\n01,A,12,Q,6\n01,A,Total,Total,10\n").contains("a word for a total"));
    assert!(told("1.5E+03,A,11,P,\n").contains("is a number with an exponent"));
    assert!(told("01,A,11,P,\n02,B,11,Q,\n").contains("is called `Q` here and `P` above"));
    assert!(told("01,A,,P,\n").contains("a code is empty"));
}

#[test]
fn tables_of_statistical_offices_are_read() {
    let semicolons = "code_2020;name_2020;code_2024;weight\n01;A;11;0,4\n01;A;12;0,6\n02;B;02;1\n";
    assert_eq!(read(semicolons).expect("sound").split(), ["A (01)"]);
    let klass = "oldCode;oldName;newCode;newName\n01;A;11;P\n02;B;11;P\n";
    let crosswalk = read(klass).expect("sound");
    assert_eq!(crosswalk.columns(), ("oldCode", "newCode"));
    assert_eq!(crosswalk.parts()["11"], ["01", "02"]);
    assert_eq!(crosswalk.old_label("01"), "A (01)");
    let latin = "code_2020\tname_2020\tcode_2024\n01\t\u{c5}l\t11\n";
    let bytes: Vec<u8> = latin.chars().map(|letter| u8::try_from(letter).expect("Latin")).collect();
    let (crosswalk, odd) = Crosswalk::of("x.csv", bytes, None).expect("sound");
    assert_eq!(crosswalk.old_label("01"), "Ål (01)");
    assert_eq!(odd.expect("assumed").code, "W111");
}

/// A spreadsheet has taken the zeros away: the message says so, and not that areas are missing.
#[test]
fn codes_that_lost_their_zeros_are_told() {
    let instance = Instance::load(&instance_folder("tiny")).expect("it loads");
    let short = |code: &str| code.trim_start_matches('0').to_owned();
    let rows: Vec<String> =
        instance.areas.iter().map(|area| format!("{0},9{0}\n", short(&area.code))).collect();
    let rows = rows.concat();
    let crosswalk = read(&format!("code_2020,code_2024\n{rows}")).expect("sound by itself");
    let told = crosswalk.side(&instance).expect_err("codes differ").to_string();
    assert!(told.contains("lost their leading zeros: write `0"), "{told}");
}

/// How somebody writes a crosswalk in which the first two areas are split, and the next two merged.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
struct Habit {
    delimiter: char,
    /// Parts of a hundred that the first parts get.
    parts: [u32; 2],
    /// Weights as populations, shares of one, or per cent.
    how: usize,
    is_share: bool,
    has_comma: bool,
    is_latin: bool,
    is_crlf: bool,
    is_turned: bool,
}

impl Habit {
    fn weight(self, hundredths: u32) -> String {
        let text = match self.how {
            0 => (hundredths * 13).to_string(),
            1 => format!("{}.{:02}", hundredths / 100, hundredths % 100),
            2 => format!("{hundredths} %"),
            _ => format!("{hundredths}.0%"),
        };
        if self.has_comma { text.replace('.', ",") } else { text }
    }

    fn bytes(self, instance: &Instance) -> Vec<u8> {
        let mut rows = Vec::new();
        for (at, area) in instance.areas.iter().enumerate() {
            let row = |new: &str, weight: String| {
                [&area.code, &area.name, new, "Å", &weight].join(&self.delimiter.to_string())
            };
            match self.parts.get(at) {
                Some(&part) => {
                    rows.push(row(&format!("8{at}1"), self.weight(part)));
                    rows.push(row(&format!("8{at}2"), self.weight(100 - part)));
                }
                None if at < 4 => rows.push(row("900", String::new())),
                None => rows.push(row(&area.code, String::new())),
            }
        }
        if self.is_turned {
            rows.reverse();
        }
        let weight = if self.is_share { "share" } else { "weight" };
        let header = ["code_2020", "name_2020", "code_2024", "county_2024", weight];
        rows.insert(0, header.join(&self.delimiter.to_string()));
        let text = rows.join(if self.is_crlf { "\r\n" } else { "\n" });
        if self.is_latin {
            text.chars().map(|letter| u8::try_from(letter).expect("Latin")).collect()
        } else {
            text.into_bytes()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300, rng_seed: RngSeed::Fixed(1913), failure_persistence: None, ..ProptestConfig::default()
    })]

    /// However a crosswalk is written, it carries an instance to the same figures, or is refused.
    #[test]
    fn crosswalks_come_back_or_are_refused(
        delimiter in prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')],
        parts in [1_u32..100, 1_u32..100],
        how in 0..4_usize,
        habits in any::<[bool; 5]>(),
    ) {
        let [is_share, has_comma, is_latin, is_crlf, is_turned] = habits;
        let habit = Habit {
            delimiter, parts, how, is_share, is_latin, is_crlf, is_turned,
            has_comma: has_comma && delimiter != ',',
        };
        let instance = Instance::load(&instance_folder("tiny")).expect("it loads");
        let plain = Habit {
            delimiter: ',', how: 0, is_share: false, has_comma: false, is_latin: false, is_crlf: false,
            is_turned: false, ..habit
        };
        let read = |habit: Habit| Crosswalk::of("x.csv", habit.bytes(&instance), None);
        let (wanted, _) = read(plain).expect("sound");
        match read(habit) {
            Ok((crosswalk, _)) => {
                let [wanted, found] = [wanted, crosswalk].map(|crosswalk| instance.carried(&crosswalk));
                prop_assert_eq!(&wanted.areas, &found.areas, "{:?}", habit);
                prop_assert_eq!(&wanted.flows, &found.flows, "{:?}", habit);
            }
            // Populations are no shares.
            Err(defects) => prop_assert!(how == 0 && is_share, "{:?}: {}", habit, defects),
        }
    }
}
