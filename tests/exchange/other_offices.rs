//! Tables in the shapes of other statistical offices: what their dimensions are called, texts in place of
//! codes, rows by keys.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::import::Part;
use regionfront::import::matrix::{MatrixOptions, parse};
use regionfront::import::pxweb::{Role, Table, Value as Figure};
use serde_json::{Value, json};

/// A table of two areas in JSON-stat, whose dimensions have these ids and labels.
fn json_stat(home: [&str; 2], work: [&str; 2]) -> String {
    let areas = |label: &str| {
        json!({"label": label, "category": {
            "index": {"101": 0, "147": 1}, "label": {"101": "København", "147": "Frederiksberg"}}})
    };
    let mut dimension = serde_json::Map::new();
    dimension.insert(home[0].to_owned(), areas(home[1]));
    dimension.insert(work[0].to_owned(), areas(work[1]));
    let table = json!({"version": "2.0", "class": "dataset", "id": [home[0], work[0]], "size": [2, 2],
        "dimension": Value::Object(dimension), "value": [1000, 20, 30, 500]});
    table.to_string()
}

#[track_caller]
fn read(name: &str, text: &str) -> Part {
    let part = parse(name, text.as_bytes(), &MatrixOptions::default());
    part.unwrap_or_else(|defects| panic!("{text}: {defects}"))
}

fn flows(part: &Part) -> Vec<u64> {
    let code = |area: usize| part.instance.areas[area].code.clone();
    let mut triples: Vec<(String, String, u64)> =
        part.instance.flows.triples().map(|(from, to, n)| (code(from), code(to), n)).collect();
    triples.sort();
    triples.into_iter().map(|(.., n)| n).collect()
}

#[test]
fn dimensions_go_by_what_offices_and_people_call_them() {
    for (home, work) in [
        (["BOPKOM", "bopælskommune"], ["ARBKOM", "arbejdsstedskommune"]),
        (["OMR1", "bopælsområde"], ["OMR2", "arbejdsstedsområde"]),
        (["Asuinkunta", "Asuinkunta"], ["Työpaikan kunta", "Työpaikan kunta"]),
        (["Municipality of residence", "x"], ["Municipality of workplace", "y"]),
        (["Bostadslan", "bostadslän"], ["Arbetslan", "arbetslän"]),
        (["WoonregioS", "Woonregio's"], ["WerkregioS", "Werkregio's"]),
        (["d1", "Sveitarfélag búsetu"], ["d2", "Vinnustaður"]),
        (["Region", "Bostadskommun"], ["Arbetsort", "arbetsställekommun"]),
    ] {
        let part = read("t.json", &json_stat(home, work));
        assert_eq!(flows(&part), [1000, 20, 30, 500], "{home:?}");
        assert_eq!(part.instance.areas[0].name, "København");
        let turned = read("t.json", &json_stat(work, home));
        assert_eq!(flows(&turned), [1000, 30, 20, 500], "{work:?} before {home:?}");
    }
}

const PX: &str = "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2010\";\nTITLE=\"Pendling\";\n\
    STUB=\"bostadskommun\",\"arbetskommun\";\nHEADING=\"år\";\n\
    VALUES(\"bostadskommun\")=\"0114 Upplands Väsby\",\"0115 Vallentuna\";\n\
    VALUES(\"arbetskommun\")=\"0114 Upplands Väsby\",\"0115 Vallentuna\";\n\
    VALUES(\"år\")=\"2022\";\nDATA=\n10 2\n3 7;\n";

/// Texts stood for codes, and were the names, too: `0114` was called `0114 Upplands Väsby`.
#[test]
fn texts_of_px_without_codes_are_cut_into_code_and_name() {
    let part = read("t.px", PX);
    assert_eq!(part.instance.areas[0].label(), "Upplands Väsby (0114)");
    assert_eq!(flows(&part), [10, 2, 3, 7]);
}

/// Rows by KEYS were refused.
#[test]
fn rows_of_px_by_keys_are_read() {
    let keyed = PX.replace(
        "DATA=\n10 2\n3 7;",
        "KEYS(\"bostadskommun\")=VALUES;\nKEYS(\"arbetskommun\")=VALUES;\nDATA=\n\
         \"0115 Vallentuna\",\"0115 Vallentuna\",7\n\"0114 Upplands Väsby\",\"0114 Upplands Väsby\",10\n\
         \"0114 Upplands Väsby\",\"0115 Vallentuna\",2;",
    );
    let part = read("t.px", &keyed);
    assert_eq!(flows(&part), [10, 2, 7]);
    let notes = part.account.notes.join("; ");
    assert!(notes.contains("1 of 4 are left out"), "{notes}");
}

/// `Same municipality` became an area of that name.
#[test]
fn words_for_the_area_itself_are_the_area_itself() {
    let rows =
        "residence;workplace;commuters\nA;Same municipality;5\nA;B;2\nB;Same municipality;3\n";
    let part = read("t.csv", rows);
    assert_eq!(flows(&part), [5, 2, 3]);
    assert_eq!(part.instance.areas.len(), 2);
    let notes = part.account.notes.join("; ");
    assert!(
        notes.contains("`Same municipality` was read as the area itself, in 2 rows"),
        "{notes}"
    );
}

/// Of two columns of one name the first was taken, without a word.
#[test]
fn columns_of_one_name_are_asked_about() {
    let rows = "residence;workplace;commuters;commuters\nA;A;5;6\nA;B;2;3\nB;A;1;1\n";
    let told = parse("t.csv", rows.as_bytes(), &MatrixOptions::default()).expect_err("which one?");
    assert_eq!(told.0[0].code, "E191");
    assert!(told.0[0].what.contains("#3 and #4"), "{told}");
    let columns = Some(["residence", "workplace", "#4"].map(str::to_owned));
    let options = MatrixOptions { columns, ..MatrixOptions::default() };
    let part = parse("t.csv", rows.as_bytes(), &options).expect("named");
    assert_eq!(flows(&part), [6, 3, 1]);
}

#[test]
fn codes_and_names_in_german_and_french_are_known() {
    let rows = "Wohnort-Code;Wohnort;Arbeitsort-Code;Arbeitsort;Erwerbstätige\n\
        261;Zürich;261;Zürich;5\n261;Zürich;351;Bern;2\n351;Bern;261;Zürich;3\n";
    let part = read("t.csv", rows);
    assert_eq!(flows(&part), [5, 2, 3]);
    assert_eq!(part.instance.areas[1].name, "Bern");
}

/// How somebody saved a table of flows from the pages of an office.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
struct Saved {
    delimiter: char,
    /// Codes alone, before their texts, or beside them.
    codes: usize,
    is_quoted: bool,
    is_wide: bool,
    has_title: bool,
    is_latin1: bool,
    is_turned: bool,
}

fn saved() -> impl Strategy<Value = Saved> {
    let delimiter = prop::sample::select(vec![';', ',', '\t']);
    (delimiter, 0..3_usize, any::<[bool; 5]>()).prop_map(|(delimiter, codes, habits)| Saved {
        delimiter,
        codes,
        is_quoted: habits[0],
        is_wide: habits[1],
        has_title: habits[2],
        is_latin1: habits[3],
        is_turned: habits[4],
    })
}

const AREAS: [(&str, &str); 3] = [("0301", "Oslo"), ("1507", "Ålesund"), ("3039", "Flå")];
const YEARS: [&str; 2] = ["2021", "2022"];

impl Saved {
    fn row(&self, cells: &[String]) -> String {
        let cell =
            |cell: &String| if self.is_quoted { format!("\"{cell}\"") } else { cell.clone() };
        cells.iter().map(cell).collect::<Vec<_>>().join(&self.delimiter.to_string()) + "\n"
    }

    fn place(&self, (code, name): (&str, &str)) -> Vec<String> {
        match self.codes {
            0 => vec![code.to_owned()],
            1 => vec![format!("{code} {name}")],
            _ => vec![code.to_owned(), name.to_owned()],
        }
    }

    fn ends(&self, [one, other]: [Vec<String>; 2]) -> Vec<String> {
        if self.is_turned { [other, one].concat() } else { [one, other].concat() }
    }

    /// Figures by residence, workplace and year.
    fn bytes(&self, figure: impl Fn(usize, usize, usize) -> u64) -> Vec<u8> {
        let heads = ["bostedskommune", "arbeidsstedskommune"].map(|name| match self.codes {
            2 => vec![format!("{name} kode"), format!("{name} navn")],
            _ => vec![name.to_owned()],
        });
        let mut text = String::new();
        if self.has_title {
            text.push_str("03321: Sysselsatte\n\n");
        }
        let figures: Vec<String> = if self.is_wide {
            YEARS.map(|year| format!("Sysselsatte {year}")).to_vec()
        } else {
            ["år", "Sysselsatte"].map(str::to_owned).to_vec()
        };
        text.push_str(&self.row(&[self.ends(heads), figures].concat()));
        for (home, &from) in AREAS.iter().enumerate() {
            for (work, &to) in AREAS.iter().enumerate() {
                let ends = self.ends([self.place(from), self.place(to)]);
                if self.is_wide {
                    let all = (0..YEARS.len()).map(|year| figure(home, work, year).to_string());
                    text.push_str(&self.row(&[ends, all.collect()].concat()));
                    continue;
                }
                for (at, year) in YEARS.iter().enumerate() {
                    let own = vec![(*year).to_owned(), figure(home, work, at).to_string()];
                    text.push_str(&self.row(&[ends.clone(), own].concat()));
                }
            }
        }
        if self.is_latin1 {
            text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect()
        } else {
            text.into_bytes()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(3321),
        ..ProptestConfig::default()
    })]

    /// A random table of an office, saved as CSV, comes back equal.
    #[test]
    fn saved_tables_come_back(
        saved in saved(),
        figures in prop::collection::vec(0_u64..90_000, AREAS.len() * AREAS.len() * YEARS.len()),
    ) {
        let figure = |home: usize, work: usize, year: usize| {
            figures[(home * AREAS.len() + work) * YEARS.len() + year]
        };
        let table = Table::parse("x.csv", &saved.bytes(figure));
        let table = table.map_err(|defects| TestCaseError::fail(format!("{defects}")))?;
        let place = |role| table.place(role).expect("it has this dimension");
        let [home, work, time] = [Role::Residence, Role::Workplace, Role::Time].map(place);
        prop_assert_eq!(table.cells.len(), figures.len());
        for cell in &table.cells {
            let code = |dimension: usize| {
                let at = usize::try_from(cell.at[dimension]).expect("few");
                table.dimensions[dimension].categories[at].code.as_str()
            };
            let area = |code: &str| AREAS.iter().position(|area| area.0 == code).expect("an area");
            let year = YEARS.iter().position(|year| *year == code(time)).expect("a year");
            let wanted = figure(area(code(home)), area(code(work)), year);
            prop_assert_eq!(cell.value, Figure::Count(wanted), "{:?}", cell);
        }
    }
}
