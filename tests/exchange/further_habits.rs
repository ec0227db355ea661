//! More files as others write them, each of which was once read wrongly without a word or refused for
//! the wrong reason: delimiters, scripts, footnotes, places that are no areas, sides that change places.
#![allow(
    clippy::format_push_string,
    reason = "texts are put together as they will stand in a file"
)]

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::import::matrix::{MatrixOptions, Outside, Totals, parse};
use regionfront::import::{Missing, Part};
use regionfront::instance::{Instance, division_of};
use regionfront::reading::NumberOptions;

fn read(text: &str, options: &MatrixOptions) -> Part {
    parse("x.csv", text.as_bytes(), options).unwrap_or_else(|defects| panic!("{text}\n{defects}"))
}

/// What is said where a text is refused under this code: what is wrong, and what helps.
#[track_caller]
fn refused(text: &str, options: &MatrixOptions, code: &str, words: &[&str]) {
    let defects = match parse("x.csv", text.as_bytes(), options) {
        Err(defects) => defects,
        Ok(part) => panic!("{text}\nwas read: {:?}", flows(&part)),
    };
    assert_eq!(defects.0[0].code, code, "{defects}");
    let said = defects.to_string();
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

fn flows(part: &Part) -> Vec<String> {
    let code = |area: usize| part.instance.areas[area].code.as_str();
    let triples = part.instance.flows.triples();
    triples.map(|(from, to, n)| format!("{} {} {n}", code(from), code(to))).collect()
}

fn notes(part: &Part) -> String {
    let odd = part.instance.oddities.iter().map(|odd| odd.what.clone());
    part.account.notes.iter().cloned().chain(odd).collect::<Vec<_>>().join("\n")
}

fn plain() -> MatrixOptions {
    MatrixOptions::default()
}

/// `-8, Does not apply` was an area with 39,936 jobs.
#[test]
fn places_that_are_no_area_by_their_word_are_asked_for() {
    let numbered = "from;to;n\nA1;A1;312\nA1;A2;12\nA1;-8;99\nA2;A1;41\nA2;A2;500\n";
    refused(numbered, &plain(), "E186", &["`-8`", "--outside \"elsewhere=-8\"", "--where"]);
    let named = "bopæl;arbejdssted;antal\n101 København;101 København;3000\n101 København;147 \
                 Frederiksberg;400\n101 København;998 Uoplyst;55\n147 Frederiksberg;101 København;900\n\
                 147 Frederiksberg;147 Frederiksberg;1000\n147 Frederiksberg;999 Udland;20\n";
    refused(named, &plain(), "E186", &["`998 Uoplyst`", "`999 Udland`", "elsewhere=998,999"]);
    let place = |text: &str| text.parse::<Outside>().expect("a place");
    let outside = |text: &str| MatrixOptions { outside: vec![place(text)], ..plain() };
    for option in ["elsewhere=998,999", "elsewhere"] {
        let part = read(named, &outside(option));
        assert_eq!(part.instance.areas.len(), 2, "{option}");
        assert_eq!(part.instance.external[0].to, [55, 20], "{option}");
    }
    let known =
        vec![("A1".into(), "A".into()), ("A2".into(), "B".into()), ("-8".into(), "C".into())];
    assert_eq!(read(numbered, &MatrixOptions { known, ..plain() }).instance.areas.len(), 3);
}

/// `Arbeitsort;Wohnort;Einpendler` was read as residence, workplace and commuters, in this order.
#[test]
fn what_columns_say_goes_before_their_order() {
    for header in [
        "Arbeitsort;Wohnort;Einpendler",
        "til;fra;antal",
        "nach;von;Zahl der Leute",
        "arbetsställekommun;bostadskommun;förvärvsarbetande",
    ] {
        let text = format!("{header}\nA1;A1;312\nA2;A1;12\nA1;A2;41\nA2;A2;500\n");
        let part = read(&text, &plain());
        assert_eq!(flows(&part), ["A1 A1 312", "A1 A2 12", "A2 A1 41", "A2 A2 500"], "{header}");
    }
    // One name that contradicts the order: nothing is guessed.
    let text = "place;from;n\nA1;A1;312\nA1;A2;12\nA2;A1;41\n";
    refused(text, &plain(), "E191", &["--columns"]);
}

/// `Arbeidssted \ Bosted` above the rows says that they are workplaces.
#[test]
fn the_corner_says_what_rows_are() {
    let body = ";A1;A2;A3\nA1;1;2;3\nA2;4;5;6\nA3;7;8;9\n";
    for corner in ["Arbeidssted \\ Bosted", "Workplace / Residence", "Arbeitsort ↓ / Wohnort →"]
    {
        let part = read(&format!("{corner}{body}"), &plain());
        assert_eq!(part.instance.flows.get(1, 0), 2, "{corner}");
        assert!(notes(&part).contains("the rows are workplaces"), "{corner}");
    }
    for corner in ["Bosted \\ Arbeidssted", "", "place of work", "Kommune"] {
        assert_eq!(
            read(&format!("{corner}{body}"), &plain()).instance.flows.get(0, 1),
            2,
            "{corner}"
        );
    }
    assert!(notes(&read(&format!("place of work{body}"), &plain())).contains("--transposed"));
}

/// A square matrix without a header was a long one: from A1 to a place called 312.
#[test]
fn a_guess_has_to_make_sense() {
    refused(
        "A1;312;12\nA2;41;500\n",
        &plain(),
        "E191",
        &["no residence is a workplace", "--columns"],
    );
}

/// `01` among `0114` and `0115` was an area of its own, with everybody in it once more.
#[test]
fn levels_of_codes_are_asked_for() {
    let text = "Bostad;Arbete;Antal\n01;01;5300\n0114;0114;3000\n0114;0115;400\n0115;0114;900\n\
                0115;0115;1000\n";
    refused(text, &plain(), "E185", &["`01`", "--totals \"01\" --ignore-totals", "--totals none"]);
    let totals = Totals::Named(vec!["01".into()]);
    let part = read(text, &MatrixOptions { totals, ignore_totals: true, ..plain() });
    assert_eq!(part.instance.flows.total_own(), 4000);
    let none = MatrixOptions { totals: Totals::Named(Vec::new()), ..plain() };
    assert_eq!(read(text, &none).instance.areas.len(), 3);
    // Areas that are only numbered.
    let mut text = "from;to;n\n".to_owned();
    for at in 1..=1100 {
        text += &format!("{at};{};{}\n", at % 1100 + 1, at % 7 + 1);
    }
    assert_eq!(read(&text, &plain()).instance.areas.len(), 1100);
}

#[test]
fn shares_are_no_people() {
    let text = ";A1;A2;A3\nA1;80.0;15.0;5.0\nA2;10.0;85.0;5.0\nA3;20.0;20.0;60.0\n";
    refused(text, &plain(), "E196", &["shares"]);
}

/// A zero width space, letters of another script and capitals made two areas of one.
#[test]
fn codes_that_look_alike_are_one_or_remarked_on() {
    let text = "from;to;n\n\u{200b}A1;A1\u{a0};312\nA1;A2;12\nA2;\u{feff}A1;41\nA2;A2\u{ad};500\n";
    assert_eq!(flows(&read(text, &plain())), ["A1 A1 312", "A1 A2 12", "A2 A1 41", "A2 A2 500"]);
    let rings = "from;to;n\nÅs;Åmot;5\nA\u{30a}mot;A\u{30a}s;9\n";
    assert_eq!(read(rings, &plain()).instance.areas.len(), 2);
    for other in ["a1", "\u{410}1"] {
        let text = format!("from;to;n\nA1;A1;40\nA1;A2;5\n{other};A2;7\nA2;A1;9\nA2;A2;30\n");
        assert!(notes(&read(&text, &plain())).contains("look alike"), "{other}");
    }
}

#[test]
fn signs_of_footnotes_are_named_and_left_out_when_asked() {
    let text = "from;to;n\nA1;A1;312\nA1;A2;12*\nA2;A1;410 (p)\nA2;A2;500 1)\n";
    refused(text, &plain(), "E196", &["is 12 with `*` behind it", "--footnotes"]);
    refused("from;to;n\nA1;A1;5\nA1;A2;(12)\nA2;A2;1\n", &plain(), "E196", &["in brackets"]);
    let numbers = NumberOptions { footnotes: true, ..NumberOptions::default() };
    let part = read(text, &MatrixOptions { numbers, ..plain() });
    assert_eq!(flows(&part), ["A1 A1 312", "A1 A2 12", "A2 A1 410", "A2 A2 500"]);
    assert!(notes(&part).contains("left out, as asked, 3 in all, as in `12*`"), "{}", notes(&part));
}

#[test]
fn figures_that_a_spreadsheet_spoilt_are_named() {
    for (figure, words) in [
        ("12.mai", "is a date"),
        ("#REF!", "an error"),
        ("#########", "want of room"),
        ("12-", "is negative"),
        ("1.5k", "is not a number"),
    ] {
        refused(
            &format!("from;to;n\nA1;A1;3\nA1;A2;{figure}\nA2;A2;5\n"),
            &plain(),
            "E196",
            &[words],
        );
    }
}

#[test]
fn files_that_are_no_tables_are_named_by_what_they_are() {
    let html = "<html><table><tr><td>from</td></tr></table></html>";
    refused(html, &plain(), "E190", &["HTML or XML", ".xlsx"]);
    for (bytes, word) in [
        (&b"\x1f\x8b\x08\0\0"[..], "compressed"),
        (b"%PDF-1.4", "PDF"),
        (
            b"PK\x03\x04\x14\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x08\0\0\0mimetypeapp",
            "OpenDocument",
        ),
    ] {
        let defects = parse("x", bytes, &plain()).expect_err("no table");
        assert!(defects.to_string().contains(word), "{defects}");
    }
}

#[test]
fn letters_that_were_read_wrongly_are_remarked_on() {
    let part = read("from;to;n\nÃ…s;Ã…s;5\nÃ…s;B;4\nB;B;4\n", &plain());
    assert!(notes(&part).contains("names are wrong"), "{}", notes(&part));
}

/// Empty cells were counted as 0, in long tables too, where a row of nobody would not be there.
#[test]
fn empty_figures_are_nil_in_squares_and_asked_for_in_rows() {
    let missing = MatrixOptions { missing: Missing::Count(0), ..plain() };
    let long = "from;to;n\nA1;A1;312\nA1;A2;\nA2;A1;41\nA2;A2;500\n";
    refused(long, &plain(), "E196", &["from A1 to A2: the cell is empty", "--missing"]);
    assert_eq!(flows(&read(long, &missing)).len(), 3);
    let square = ";A1;A2;A3\nA1;312;;5\nA2;41;500;\nA3;1;2;3\n";
    assert!(notes(&read(square, &plain())).contains("empty cells, taken as 0: 2"));
    assert!(!notes(&read(square, &plain())).contains("others hold 0"));
    for nil in ["0", "-"] {
        let square = square.replacen(";5", &format!(";{nil}"), 1);
        let part = read(&square, &plain());
        assert_eq!(flows(&part).len(), 6);
        assert!(notes(&part).contains("others hold 0"), "{}", notes(&part));
    }
}

/// Rows above one with an empty figure were taken for titles, and the figure above for its own.
#[test]
fn a_row_with_an_empty_figure_is_no_header() {
    let missing = MatrixOptions { missing: Missing::Count(0), ..plain() };
    for third in ["2023", "personas", "n"] {
        let text = format!("residencia;trabajo;{third}\nA1;A1;500\nA1;A2;\nA2;A1;7\nA2;A2;400\n");
        refused(&text, &plain(), "E196", &["from A1 to A2: the cell is empty"]);
        assert_eq!(flows(&read(&text, &missing)), ["A1 A1 500", "A2 A1 7", "A2 A2 400"], "{third}");
    }
    let bare = "A1;A1;500\nA1;A2;\nA2;A1;7\nA2;A2;400\n";
    refused(bare, &plain(), "E196", &["from A1 to A2: the cell is empty"]);
}

/// A PX file in an old encoding says which; its names came out in other letters.
#[test]
fn px_is_read_in_the_encoding_that_it_names() {
    let px = |page: &str, east: &[u8]| {
        let head =
            format!("CHARSET=\"ANSI\";\nCODEPAGE=\"{page}\";\nSTUB=\"home\";\nHEADING=\"work\";\n");
        let values = ["home", "work"].map(|name| {
            [format!("VALUES(\"{name}\")=\"A\",\"").as_bytes(), east, b"\";\n"].concat()
        });
        [head.as_bytes(), &values.concat(), b"DATA=\n1 2\n3 4;\n"].concat()
    };
    for (page, east) in [("850", &b"\x9dst"[..]), ("1252", b"\xd8st"), ("iso-8859-15", b"\xd8st")] {
        let part = parse("x.px", &px(page, east), &plain()).expect("a table");
        assert_eq!(part.instance.areas[1].code, "Øst", "{page}");
        assert!(notes(&part).contains("as it says itself"), "{}", notes(&part));
    }
    let part = parse("x.px", &px("klingon", b"\xd8st"), &plain()).expect("a table");
    assert!(notes(&part).contains("was read as Windows-1252"), "{}", notes(&part));
}

#[test]
fn the_json_that_pxweb_answers_with_is_a_table() {
    let answer = |rows: &str| {
        format!(
            r#"{{"columns":[{{"code":"Bostadskommun","text":"bostadskommun","type":"d"}},
            {{"code":"Arbetskommun","text":"arbetskommun","type":"d"}},
            {{"code":"Tid","text":"år","type":"t"}},
            {{"code":"000001","text":"Antal","type":"c"}}],"comments":[],"data":[{rows}]}}"#
        )
    };
    let row = |from: &str, to: &str, n: &str| {
        format!(r#"{{"key":["{from}","{to}","2022"],"values":["{n}"]}}"#)
    };
    let all =
        [row("A1", "A1", "9"), row("A1", "A2", "4"), row("A2", "A1", "3"), row("A2", "A2", "7")];
    let part = read(&answer(&all.join(",")), &plain());
    assert_eq!(flows(&part), ["A1 A1 9", "A1 A2 4", "A2 A1 3", "A2 A2 7"]);
    // What is left out, or withheld, is asked for.
    refused(&answer(&all[..3].join(",")), &plain(), "E196", &["--missing"]);
    refused(
        &answer(&[&all[..3], &[row("A2", "A2", "..")]].concat().join(",")),
        &plain(),
        "E196",
        &[],
    );
    refused(&answer(&[&all[..], &all[..1]].concat().join(",")), &plain(), "E174", &["another row"]);
}

/// Mail programs write other letters than those of ASCII as `+AMU-`; that was taken for a name.
#[test]
fn utf_7_is_read_and_remarked_on() {
    let part = read("from;to;n\n+AMU-s;+AMU-s;5\n+AMU-s;B;4\nB;B;4\n", &plain());
    assert!(part.instance.areas.iter().any(|area| area.code == "Ås"));
    assert!(notes(&part).contains("was read as UTF-7"), "{}", notes(&part));
}

/// The first row of an assignment without a header was left out where its area is unknown.
#[test]
fn an_unknown_area_in_the_first_row_is_no_header() {
    let area = |code: &str| regionfront::instance::Area {
        code: code.to_owned(),
        name: code.to_owned(),
        ..regionfront::instance::Area::default()
    };
    let areas = ["0301", "3001", "3002"].map(area).to_vec();
    let instance = Instance { areas, ..Instance::default() };
    for text in ["301;East\n3001;East\n3002;West\n", "9999;1\n3001;2\n3002;2\n"] {
        let defects = division_of("x.csv", text.as_bytes(), &instance).expect_err("it is unknown");
        assert!(defects.to_string().contains("row 1"), "{defects}");
    }
    let text = "GEOID20;District\n3001;East\n3002;West\n";
    assert_eq!(
        division_of("x.csv", text.as_bytes(), &instance).expect("a division").regions.len(),
        2
    );
}

/// Digits of a script.
fn digits(number: u64, nil: char) -> String {
    let digit = |digit: char| {
        char::from_u32(u32::from(nil) + digit.to_digit(10).expect("a digit")).expect("a letter")
    };
    number.to_string().chars().map(digit).collect()
}

fn utf32(text: &str, has_mark: bool, unit: fn(u32) -> [u8; 4]) -> Vec<u8> {
    let mark = if has_mark { "\u{feff}" } else { "" };
    mark.chars().chain(text.chars()).flat_map(|letter| unit(u32::from(letter))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        rng_seed: RngSeed::Fixed(19),
        ..ProptestConfig::default()
    })]

    /// Flows under rare delimiters, digits of any script, any order of columns, either side of a square,
    /// signs of footnotes, letters that nobody sees and UTF-32: they come back equal or are refused.
    #[test]
    fn rare_habits_are_understood_or_refused(
        figures in prop::collection::vec(prop::collection::vec(1_u64..90_000, 3..=3), 3..=3),
        delimiter in prop::sample::select(vec!["^", "~", ":", "  ", ";", ",", "\t", "|"]),
        nil in prop::sample::select(vec!['0', '\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}']),
        sign in prop::sample::select(vec!["", "*", "¹", "[1]", "r"]),
        unseen in prop::sample::select(vec!["", "\u{200b}", "\u{feff}", "\u{ad}"]),
        order in prop::sample::select(vec![[0, 1, 2], [1, 0, 2], [2, 0, 1], [2, 1, 0]]),
        is_square in any::<bool>(),
        is_turned in any::<bool>(),
        wide in 0_u8..5,
    ) {
        let codes = ["Åmot", "Berg", "Dovre"];
        let figure = |from: usize, to: usize| {
            format!("{}{sign}", digits(figures[from][to], nil))
        };
        let mut text = String::new();
        if is_square {
            let corner = if is_turned { "workplace/residence" } else { "residence/workplace" };
            text += &[&[corner][..], &codes].concat().join(delimiter);
            for (row, code) in codes.iter().enumerate() {
                let cell = |column| if is_turned { figure(column, row) } else { figure(row, column) };
                let cells: Vec<String> = (0..3).map(cell).collect();
                text += &format!("\n{}{unseen}{delimiter}{}", code, cells.join(delimiter));
            }
        } else {
            let names = ["residence", "workplace", "commuters"];
            text += &order.map(|at| names[at]).join(delimiter);
            for from in 0..3 {
                for to in 0..3 {
                    let cells =
                        [format!("{unseen}{}", codes[from]), codes[to].to_owned(), figure(from, to)];
                    text += &format!("\n{}", order.map(|at| cells[at].clone()).join(delimiter));
                }
            }
        }
        text.push('\n');
        let bytes = match wide {
            1 => utf32(&text, true, u32::to_le_bytes),
            2 => utf32(&text, true, u32::to_be_bytes),
            3 => utf32(&text, false, u32::to_le_bytes),
            4 => utf32(&text, false, u32::to_be_bytes),
            _ => text.clone().into_bytes(),
        };
        let numbers = NumberOptions { footnotes: !sign.is_empty(), ..NumberOptions::default() };
        let options = MatrixOptions { numbers, ..plain() };
        match parse("x.csv", &bytes, &options) {
            Ok(part) => {
                let read: Vec<String> =
                    part.instance.areas.iter().map(|area| area.code.clone()).collect();
                prop_assert_eq!(&read, &["Berg", "Dovre", "Åmot"], "{}", text);
                let places = [2, 0, 1];
                for from in 0..3 {
                    for to in 0..3 {
                        let flow = part.instance.flows.get(places[from], places[to]);
                        prop_assert_eq!(flow, figures[from][to], "{}", text);
                    }
                }
            }
            // One of them may be the sum of the others, or at least as much.
            Err(defects) => {
                prop_assert!(["E185", "E197"].contains(&defects.0[0].code), "{}\n{}", text, defects);
            }
        }
    }
}

/// Small figures in a table without those who work at home were taken for its codes.
#[test]
fn small_figures_are_no_codes() {
    for [nil, total] in [["-", "Utpendling i alt"], ["0", "Total"], ["", "I alt"], ["–", "Sum ut"]]
    {
        let text = format!(
            ";A;B;C;{total}\nA;{nil};2;1;3\nB;3;{nil};0;3\nC;1;1;{nil};2\nInnpendling i alt;4;3;1;8\n"
        );
        let part = read(&text, &plain());
        assert_eq!(flows(&part), ["A B 2", "A C 1", "B A 3", "C A 1", "C B 1"], "{text}");
    }
    // Codes beside names are codes still, also where they are numbers as small.
    let text = ";;Ås;Bø;Ål\n;;3;1;2\nÅs;3;40;2;1\nBø;1;3;50;2\nÅl;2;1;3;60\n";
    assert_eq!(flows(&read(text, &plain()))[..3], ["1 1 50", "1 2 2", "1 3 3"]);
}

/// With `--missing 0` two of three areas were taken for possible totals, as nobody else commuted to them.
#[test]
fn what_has_nothing_beside_it_is_no_total() {
    let text = "from;to;n\n01001;01002;312\n01001;01003;*\n01002;01001;410\n01003;01002;x\n";
    let part = read(text, &MatrixOptions { missing: Missing::Count(0), ..plain() });
    assert_eq!(flows(&part), ["01001 01002 312", "01002 01001 410"]);
    assert!(notes(&part).contains("01001 to 01003"), "{}", notes(&part));
}

/// The names below `Residence` and `Place of Work` were not told, and each that was missing told all of them.
#[test]
fn a_header_of_two_rows_is_told_in_full_and_once() {
    let text = "Residence;Residence;Place of Work;Place of Work;Flow\nState;County;State;County;Workers\n\
                01;001;01;001;10\n01;001;01;003;4\n01;003;01;003;7\n";
    let named = ["`Residence State`", "`Place of Work County`", "`Flow Workers`"];
    refused(text, &plain(), "E191", &named);
    let of =
        |columns: [&str; 3]| MatrixOptions { columns: Some(columns.map(str::to_owned)), ..plain() };
    let options = of(["State+County", "State+County", "Workers"]);
    let defects = parse("x.csv", text.as_bytes(), &options).expect_err("no such columns");
    assert_eq!(defects.0.len(), 1, "{defects}");
    let said = defects.to_string();
    assert!(named.iter().all(|name| said.contains(name)), "{said}");
    assert!(
        said.contains("`State` for residence") && said.contains("`Workers` for commuters"),
        "{said}"
    );
    let options = of([
        "Residence State+Residence County",
        "Place of Work State+Place of Work County",
        "Flow Workers",
    ]);
    assert_eq!(flows(&read(text, &options)), ["01001 01001 10", "01001 01003 4", "01003 01003 7"]);
}

/// `I alt` was added to men and women where figures, rounded one by one, did not add up.
#[test]
fn a_total_by_its_word_is_not_added_to_its_parts() {
    for [all, men, women] in
        [["I alt", "Mænd", "Kvinder"], ["Both sexes", "Men", "Women"], ["TOT", "M", "K"]]
    {
        let rows = |sex: &str, more: u32| {
            let row = |pair: &str, n: u32| format!("{pair};{sex};{}\n", n + more);
            [row("A;A", 100), row("A;B", 20), row("B;A", 30), row("B;B", 90)].concat()
        };
        let text = format!("fra;til;sex;n\n{}{}{}", rows(all, 103), rows(men, 0), rows(women, 4));
        let sum = MatrixOptions { sum: true, ..plain() };
        let cure = format!("--where \"sex={all}\"");
        refused(&text, &sum, "E184", &["is a total by its word", &cure]);
        let two = format!("fra;til;sex;n\n{}{}", rows(all, 103), rows(men, 0));
        refused(&two, &sum, "E184", &["is a total by its word"]);
    }
}

/// Only years under a header that says so were never added up: quarters, months and days were.
#[test]
fn quarters_and_months_are_not_added_up() {
    let sum = MatrixOptions { sum: true, ..plain() };
    for (name, [one, other]) in [
        ("kvartal", ["2022K1", "2022K2"]),
        ("Quarter", ["Q1", "Q2"]),
        ("month", ["2022-01", "2022-02"]),
        ("Måned", ["januar", "februar"]),
        ("x", ["2022M11", "2022M12"]),
        ("x", ["2022-03-01", "2022-03-02"]),
        ("date", ["1.3.2022", "2.3.2022"]),
        ("TIME_PERIOD", ["2021", "2022"]),
    ] {
        let rows =
            |when: &str| format!("A;A;{when};50\nA;B;{when};5\nB;A;{when};6\nB;B;{when};70\n");
        let text = format!("fra;til;{name};n\n{}{}", rows(one), rows(other));
        let cure = format!("--where \"{name}=");
        refused(&text, &sum, "E184", &["holds several times", one, &cure]);
    }
    // Time on the way, and codes that begin with 20, are no time.
    for (name, [one, other]) in [("time", ["under 30 min", "30 min"]), ("mode", ["2001", "2002"])] {
        let rows =
            |which: &str| format!("A;A;{which};50\nA;B;{which};5\nB;A;{which};6\nB;B;{which};70\n");
        let text = format!("fra;til;{name};n\n{}{}", rows(one), rows(other));
        assert_eq!(flows(&read(&text, &sum)), ["A A 100", "A B 10", "B A 12", "B B 140"], "{name}");
    }
}

/// Years above men and women were told alone, and names beside the codes of rows were lost.
#[test]
fn years_above_men_and_women_and_names_beside_codes_are_told() {
    for above in ["2021;2021;2022;2022", "2021;;2022;"] {
        let text = format!(
            "Bosted;Arbeidssted;{above}\nBosted;Arbeidssted;Menn;Kvinner;Menn;Kvinner\n0301;0301;10;11;12;13\n\
             0301;1103;1;2;3;4\n1103;0301;5;6;7;8\n1103;1103;50;51;52;53\n"
        );
        refused(&text, &plain(), "E191", &["`2021 Menn`", "`2022 Kvinner`"]);
    }
    // A title of two cells is no upper header.
    let text = "Tabell 1;Pendling\nBosted;Navn;Arbeidssted;Navn;Antall\n0301;Oslo;1103;Stavanger;5\n\
                1103;Stavanger;0301;Oslo;4\n";
    assert_eq!(flows(&read(text, &plain())), ["0301 1103 5", "1103 0301 4"]);
    let text = "kode;navn;0301;1103;4601\n0301;Oslo;1000;5;7\n1103;Stavanger;8;900;3\n4601;Bergen;9;2;800\n";
    let part = read(text, &plain());
    let names: Vec<&str> = part.instance.areas.iter().map(|area| area.name.as_str()).collect();
    assert_eq!(names, ["Oslo", "Stavanger", "Bergen"]);
}
