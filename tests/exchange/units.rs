//! Tables in thousands: they say so, and are asked what 1 counts for. They were read as so many people.

use regionfront::import::matrix::{MatrixOptions, parse};
use regionfront::import::pxweb::{Naming, Table, Value as Figure};
use serde_json::{Value, json};

use super::codes_of;

fn in_units(unit: Option<u64>) -> MatrixOptions {
    MatrixOptions { unit, ..MatrixOptions::default() }
}

/// Refused with the words that say it and the option that helps; with it, 12,400 from A to B.
#[track_caller]
fn is_in_thousands(name: &str, text: &str, words: &str) {
    let defects = parse(name, text.as_bytes(), &in_units(None)).expect_err(text);
    assert_eq!(defects.0[0].code, "E182", "{text}\n{defects}");
    assert!(defects.0[0].what.contains(words), "{text}\n{defects}");
    assert!(defects.0[0].cure.contains("--unit 1000"), "{defects}");
    assert_eq!(defects.0.len(), 1, "what follows from it is not told: {defects}");
    let part = parse(name, text.as_bytes(), &in_units(Some(1000)));
    let part = part.unwrap_or_else(|defects| panic!("{text}\n{defects}"));
    let flow = part.instance.flows.triples().find(|flow| (flow.0, flow.1) == (0, 1));
    assert_eq!(flow.map(|flow| flow.2), Some(12_400), "{text}");
    assert!(part.account.notes.iter().any(|note| note.contains("1,000 people")), "{text}");
}

#[test]
fn thousands_are_told_by_titles_headers_notes_and_columns() {
    let rows = "A;B;12,4\nB;A;3,1\nA;A;99,9\nB;B;70,2\n";
    is_in_thousands(
        "x.csv",
        &format!("Pendlere (1 000 personer)\n\nfra;til;n\n{rows}"),
        "1 000 personer",
    );
    is_in_thousands("x.csv", &format!("fra;til;Sysselsatte (i 1000)\n{rows}"), "i 1000");
    is_in_thousands("x.csv", &format!("fra;til;n\n{rows}\nTall i tusen.\n"), "Tall i tusen");
    let with_unit = rows.replace('\n', ";THS_PER;Thousand persons\n");
    is_in_thousands(
        "x.csv",
        &format!("fra;til;n;unit;unit label\n{with_unit}"),
        "Thousand persons",
    );
    let square = "Commuters, thousands\n;A;B;C\nA;80;12,4;1\nB;3;70;2\nC;1;2;30\n";
    is_in_thousands("x.csv", square, "Commuters, thousands");
    is_in_thousands(
        "x.csv",
        "Tsd. Pendler;A;B;C\nA;80;12,4;1\nB;3;70;2\nC;1;2;30\n",
        "Tsd. Pendler",
    );
}

#[test]
fn thousands_are_told_by_tables_with_named_dimensions() {
    let areas = |label: &str| json!({"label": label, "category": {"index": ["A", "B"], "label": {"A": "Aa", "B": "Bb"}}});
    let table = |contents: Value| {
        let table = json!({"version": "2.0", "class": "dataset", "id": ["home", "work", "ContentsCode"],
            "size": [2, 2, 1], "value": [99.9, 12.4, 3.1, 70.2],
            "dimension": {"home": areas("residence"), "work": areas("workplace"),
                "ContentsCode": {"label": "contents", "category": contents}}});
        table.to_string()
    };
    let of_unit = |unit: Value| {
        table(json!({"index": ["N"], "label": {"N": "Commuters"}, "unit": {"N": unit}}))
    };
    is_in_thousands(
        "x.json",
        &of_unit(json!({"base": "1 000 personer", "decimals": 1})),
        "1 000 personer",
    );
    is_in_thousands("x.json", &of_unit(json!({"base": "persons", "multiplier": 3})), "1000");
    is_in_thousands("x.json", &table(json!({"label": {"N": "Pendlare, tusental"}})), "tusental");
    let px = "AXIS-VERSION=\"2010\";\nTITLE=\"Pendling\";\nUNITS=\"1 000 personer\";\n\
              STUB=\"bosted\";\nHEADING=\"arbeidssted\";\nVALUES(\"bosted\")=\"A\",\"B\";\n\
              VALUES(\"arbeidssted\")=\"A\",\"B\";\nDATA=\n99.9 12.4\n3.1 70.2;\n";
    is_in_thousands("x.px", px, "1 000 personer");
    let answer = json!({"columns": [{"code": "bosted", "text": "bosted", "type": "d"},
            {"code": "arbeidssted", "text": "arbeidssted", "type": "d"},
            {"code": "N", "text": "Pendlere (1 000 personer)", "type": "c"}],
        "data": [{"key": ["A", "B"], "values": ["12.4"]}, {"key": ["B", "A"], "values": ["3.1"]},
            {"key": ["A", "A"], "values": ["99.9"]}, {"key": ["B", "B"], "values": ["70.2"]}]});
    is_in_thousands("x.json", &answer.to_string(), "1 000 personer");
}

#[test]
fn tables_of_the_service_are_asked_as_well() {
    let csv = "\"ArbstedKomm\";\"Bokommuen\";\"Sysselsatte (1 000 personer) 2022\"\n\
               \"3001\";\"3002\";\"12.4\"\n\"3002\";\"3001\";\"3.1\"\n";
    let of = |unit| Naming { unit, ..Naming::default() };
    let defects = Table::parse_as("x.csv", csv.as_bytes(), &of(None)).expect_err("thousands");
    assert_eq!(defects.0[0].code, "E182", "{defects}");
    let table = Table::parse_as("x.csv", csv.as_bytes(), &of(Some(1000))).expect("it is said");
    assert_eq!(table.cells[0].value, Figure::Count(12_400));
    assert!(table.notes.iter().any(|note| note.contains("1,000 people")), "{:?}", table.notes);
}

#[test]
fn people_who_are_no_thousands_can_be_said_to_be_people() {
    let text = "Commuters, thousands of them\n,A,B,C\nA,80,12,1\nB,3,70,2\nC,1,2,30\n";
    let part = parse("x.csv", text.as_bytes(), &in_units(Some(1))).expect("it is said");
    assert_eq!(part.instance.flows.get(0, 1), 12);
    // A limit in the title is no unit.
    let text = text.replace("Commuters, thousands of them", "Areas of more than 1 000 inhabitants");
    assert_eq!(
        parse("x.csv", text.as_bytes(), &in_units(None)).expect("read").instance.flows.get(0, 1),
        12
    );
    // Nor is the name of the only place that people come from.
    let text = "home code,home name,work code,work name,n\nA,Thousand Oaks,A,Thousand Oaks,80\n\
                A,Thousand Oaks,B,Ventura,12\n";
    let columns = Some(["home code", "work code", "n"].map(str::to_owned));
    let part = parse("x.csv", text.as_bytes(), &MatrixOptions { columns, ..in_units(None) });
    assert_eq!(part.expect("read").instance.flows.get(0, 1), 12);
    let huge = "from,to,n\nA,B,900000000000\nB,A,1\nA,A,4\nB,B,2\n";
    assert_eq!(codes_of(parse("x.csv", huge.as_bytes(), &in_units(Some(1_000_000)))), ["E196"]);
}
