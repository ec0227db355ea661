//! Matrices into flows.

use regionfront::import::matrix::{MatrixOptions, Shape, parse, read};
use regionfront::import::{Missing, Part};

use super::{codes_of, oddities, recorded};

fn parsed(text: &str, options: &MatrixOptions) -> Part {
    parse("x.csv", text.as_bytes(), options).unwrap_or_else(|defects| panic!("{defects}"))
}

/// Flows by code.
fn flows(part: &Part) -> Vec<(String, String, u64)> {
    let code = |area: usize| part.instance.areas[area].code.clone();
    part.instance.flows.triples().map(|(from, to, n)| (code(from), code(to), n)).collect()
}

fn expected() -> Vec<(String, String, u64)> {
    [
        ("0301", "0301", 100),
        ("0301", "3001", 5),
        ("3001", "0301", 20),
        ("3001", "3001", 50),
        ("3001", "3002", 3),
        ("3002", "0301", 7),
        ("3002", "3002", 40),
    ]
    .map(|(from, to, n)| (from.to_owned(), to.to_owned(), n))
    .to_vec()
}

#[test]
fn workbooks_are_read_square_and_long() {
    let file = recorded("openpyxl.xlsx");
    let part = read(&file, &MatrixOptions::default()).expect("sound");
    assert_eq!(flows(&part), expected());
    assert_eq!(oddities(&part, "W190").len(), 1, "codes were numbers");
    let notes = part.account.notes.join("\n");
    assert!(notes.contains("7 totals agree"), "{notes}");
    assert!(notes.contains("Pendling 2020"), "{notes}");
    assert!(notes.contains("empty cells, taken as 0: 1"), "{notes}");
    let sheet = MatrixOptions { sheet: Some("lang".into()), ..MatrixOptions::default() };
    assert_eq!(flows(&read(&file, &sheet).expect("sound")), expected());
    let none = MatrixOptions { sheet: Some("lange".into()), ..MatrixOptions::default() };
    let defects = read(&file, &none).expect_err("no such sheet");
    assert!(defects.0[0].cure.contains("did you mean `lang`"), "{}", defects.0[0].cure);
}

#[test]
fn separated_values_are_read_in_many_forms() {
    let square = "\u{feff};0301 Oslo;3001 Halden;I alt\r\n0301 Oslo;1 000;5;1005\r\n\
                  3001 Halden;20;50;70\r\nI alt;1020;55;1075\r\n";
    let part = parsed(square, &MatrixOptions::default());
    assert_eq!(part.instance.areas[0].label(), "Oslo (0301)");
    assert_eq!(part.instance.flows.get(0, 0), 1000);
    assert_eq!(part.instance.flows.get(1, 0), 20);
    let turned = parsed(square, &MatrixOptions { transposed: true, ..MatrixOptions::default() });
    assert_eq!(turned.instance.flows.get(0, 1), 20);
    let long = "home\twork\tpersons\nA\tB\t12\nB\tA\t3.0\n";
    let part = parsed(long, &MatrixOptions::default());
    assert_eq!(part.instance.flows.get(0, 1), 12);
    assert_eq!(part.instance.flows.get(1, 0), 3);
    let bare = parsed("A,B,12\nB,A,3\n", &MatrixOptions::default());
    assert_eq!(bare.instance.flows.total_between(), 15);
    let wide = "year,x,y,z\n2020,A,B,12\n2020,B,A,3\n";
    let columns = Some(["x", "y", "z"].map(str::to_owned));
    let part = parsed(wide, &MatrixOptions { columns, ..MatrixOptions::default() });
    assert_eq!(part.instance.flows.total_between(), 15);
    let employment = MatrixOptions { employment: true, ..MatrixOptions::default() };
    let part = parsed("a,A,B\nA,7,2\nB,1,9\n", &employment);
    let figures: Vec<(u64, u64)> =
        part.instance.areas.iter().map(|area| (area.employed_residents, area.jobs)).collect();
    assert_eq!(figures, [(9, 8), (10, 11)]);
}

#[test]
fn missing_figures_and_totals_are_told() {
    let missing = "a,A,B\nA,7,:\nB,..,9\n";
    let strict = MatrixOptions::default();
    assert_eq!(codes_of(parse("x", missing.as_bytes(), &strict)), ["E196", "E196"]);
    let lenient = MatrixOptions { missing: Missing::Count(0), ..MatrixOptions::default() };
    let part = parsed(missing, &lenient);
    assert_eq!(part.instance.flows.total_between(), 0);
    assert!(oddities(&part, "W195")[0].contains("from A to B; from B to A"));
    let totals = "a,A,B,Sum\nA,7,2,10\nB,1,9,10\nTotal,8,11,20\n";
    assert_eq!(codes_of(parse("x", totals.as_bytes(), &strict)), ["E197", "E197"]);
    let ignoring = MatrixOptions { ignore_totals: true, ..MatrixOptions::default() };
    assert_eq!(parsed(totals, &ignoring).instance.flows.total_between(), 3);
    let long = "from,to,n\nA,B,2\nB,A,1\nA,Total,2\nTotal,Total,4\n";
    assert_eq!(codes_of(parse("x", long.as_bytes(), &strict)), ["E197"]);
}

#[test]
fn broken_matrices_are_told() {
    let codes = |text: &str| codes_of(parse("x.csv", text.as_bytes(), &MatrixOptions::default()));
    assert_eq!(codes(""), ["E190"]);
    assert_eq!(codes("only\none\n"), ["E190"]);
    assert_eq!(codes("a,A,B\nA,7,2\nC,1,9\n"), ["E193", "E193"], "rows and columns differ");
    assert_eq!(codes("a,A,B\nA,7,2\nB,1,9,4\n"), ["E190"], "too long a row");
    assert_eq!(codes("a,A,B\nA,7,2.5\nB,-1,9\n"), ["E196", "E196"]);
    assert_eq!(codes("a,A,A\nA,7,2\n"), ["E192"], "a column twice");
    assert_eq!(codes("from,to,n\nA,B,2\nA,B,3\n"), ["E192"], "a pair twice");
    assert_eq!(codes("from,to,n\nA,,2\n"), ["E191"]);
    assert_eq!(codes("p,q,r,s\nA,B,2,3\n"), ["E191"], "which columns?");
    assert_eq!(codes("from,to,n\nA,B,9999999999999999\n"), ["E196"]);
    let much = "from,to,n\nA,B,900000000000000\nB,A,900000000000000\n";
    assert_eq!(codes(much), ["E196"], "the sum");
    let named = MatrixOptions {
        columns: Some(["from", "til", "n"].map(str::to_owned)),
        ..MatrixOptions::default()
    };
    assert_eq!(codes_of(parse("x", b"from,to,n\nA,B,2\n", &named)), ["E191"]);
    let sheet = MatrixOptions { sheet: Some("a".into()), ..MatrixOptions::default() };
    assert_eq!(codes_of(parse("x", b"from,to,n\nA,B,2\n", &sheet)), ["E191"]);
    let square = MatrixOptions { shape: Some(Shape::Square), ..MatrixOptions::default() };
    assert_eq!(codes_of(parse("x", b"from,to,n\nA,B,2\n", &square)), ["E196"]);
    assert_eq!(
        codes_of(parse("x", b"PK\x03\x04 and nothing", &MatrixOptions::default())),
        ["E190"]
    );
    assert_eq!(codes_of(parse("x", b"\xd0\xcf\x11\xe0", &MatrixOptions::default())), ["E190"]);
}
