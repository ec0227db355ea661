//! Tables in the shapes of other statistical offices: what their dimensions are called, texts in place of
//! codes, rows by keys.

use regionfront::import::Part;
use regionfront::import::matrix::{MatrixOptions, parse};
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
