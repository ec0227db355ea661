//! Workbooks as spreadsheet programs and scripts write them.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::defect::Defects;
use regionfront::import::Part;
use regionfront::import::matrix::{MatrixOptions, parse};
use zip::write::SimpleFileOptions;

/// A workbook of one sheet with these rows of XML. Style 1 is a date, style 2 a percentage.
fn workbook(rows: &[String]) -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{space}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rId1" Type="{space}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{space}/spreadsheetml/2006/main" xmlns:r="{space}/officeDocument/2006/relationships"><sheets><sheet name="Flows" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="rId1" Type="{space}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{space}/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{space}/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="{space}/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>"#,
                rows.concat()
            ),
        ),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).expect("a part");
        archive.write_all(text.as_bytes()).expect("memory");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A row, its cells given as what stands within `<c …>`: texts as `t:Oslo`, dates as `d:45352`,
/// formulas without a value as `f:B2+1`, with an empty text as `e:""`, numbers as they are; nothing
/// for no cell.
fn row(at: usize, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .zip('A'..)
        .map(|(cell, column)| {
            let place = format!("r=\"{column}{at}\"");
            match cell.split_once(':') {
                Some(("t", text)) => {
                    format!("<c {place} t=\"inlineStr\"><is><t>{text}</t></is></c>")
                }
                Some(("d", day)) => format!("<c {place} s=\"1\"><v>{day}</v></c>"),
                Some(("f", formula)) => format!("<c {place}><f>{formula}</f></c>"),
                Some(("e", formula)) => {
                    format!("<c {place} t=\"str\"><f>{formula}</f><v></v></c>")
                }
                _ if cell.is_empty() => String::new(),
                _ => format!("<c {place}><v>{cell}</v></c>"),
            }
        })
        .collect();
    format!("<row r=\"{at}\">{cells}</row>")
}

fn read(rows: &[&[&str]], options: &MatrixOptions) -> Result<Part, Defects> {
    let rows: Vec<String> = rows.iter().zip(1..).map(|(cells, at)| row(at, cells)).collect();
    parse("x.xlsx", &workbook(&rows), options)
}

fn flows(part: &Part) -> Vec<String> {
    let code = |area: usize| part.instance.areas[area].code.as_str();
    let triples = part.instance.flows.triples();
    triples.map(|(from, to, n)| format!("{} {} {n}", code(from), code(to))).collect()
}

/// The code `3-1` had become the first of March, and was read as 45352.
#[test]
fn dates_in_place_of_codes_are_refused() {
    let rows: [&[&str]; 3] =
        [&["t:from", "t:to", "t:n"], &["d:45352", "t:3024", "12"], &["t:3024", "d:45352", "15"]];
    let defects = read(&rows, &MatrixOptions::default()).expect_err("a date is no code");
    assert_eq!(defects.0[0].code, "E183", "{defects}");
    assert!(defects.0[0].what.contains("2024-03-01"), "{defects}");
}

/// Programs that write formulas work nothing out: every flow had been read as 0.
#[test]
fn formulas_without_values_are_refused() {
    let rows: [&[&str]; 3] =
        [&["", "t:A", "t:B"], &["t:A", "f:5+1", "2"], &["t:B", "3", "f:SUM(B2:C2)"]];
    let defects = read(&rows, &MatrixOptions::default()).expect_err("nobody worked them out");
    assert!(defects.0[0].what.contains("2 in all, first cell B2"), "{defects}");
    assert!(defects.0[0].cure.contains("save it there"), "{defects}");
    // A formula may well say nothing.
    let rows: [&[&str]; 3] =
        [&["", "t:A", "t:B"], &["t:A", "6", "2"], &["t:B", "3", "e:IF(1,&quot;&quot;,2)"]];
    let part = read(&rows, &MatrixOptions::default()).expect("sound");
    assert_eq!(flows(&part), ["A A 6", "A B 2", "B A 3"]);
}

#[test]
fn the_name_of_a_column_may_stand_a_row_higher() {
    let rows: [&[&str]; 6] = [
        &["t:Table 3"],
        &["", "t:Workplace", "", "t:In all"],
        &["t:Residence", "t:0301 Oslo", "t:3024 Bærum"],
        &["t:0301 Oslo", "5200", "1310", "6510"],
        &["t:3024 Bærum", "940", "8100", "9040"],
        &["t:In all", "6140", "9410", "15550"],
    ];
    let part = read(&rows, &MatrixOptions::default()).expect("sound");
    assert_eq!(
        flows(&part),
        ["0301 0301 5200", "0301 3024 1310", "3024 0301 940", "3024 3024 8100"]
    );
}

/// Rounded to whole people, shares are nobody.
#[test]
fn shares_are_no_people() {
    let rows: [&[&str]; 3] =
        [&["t:from", "t:to", "t:n"], &["t:A", "t:B", "0.52"], &["t:B", "t:A", "0.13"]];
    let rounded = MatrixOptions { round: true, ..MatrixOptions::default() };
    let defects = read(&rows, &rounded).expect_err("shares");
    assert!(defects.0[0].what.contains("shares"), "{defects}");
}

/// A proposal as a workbook, with names for codes, is the same as the file of the instance.
#[test]
fn a_division_in_a_workbook_is_the_one_in_the_file() {
    let areas = ["Alder Bay", "Birchwood", "Cedar Ford", "Elm Port", "Fern Hill", "Grove End"];
    let regions = ["Coast", "Coast", "Inland", "Port", "Port", "Port"];
    let mut rows = vec![row(1, &["t:Kommune", "t:Region"])];
    for (at, (area, region)) in (2..).zip(areas.iter().zip(regions)) {
        rows.push(row(at, &[&format!("t:{area}"), &format!("t:{region}")]));
    }
    rows.push(row(8, &["t:Fern Hill", "t:Inland"]));
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("proposal.xlsx");
    std::fs::write(&book, workbook(&rows)).expect("a file");
    let tiny = crate::instance_folder("tiny");
    let evaluated = |division: &str| -> serde_json::Value {
        let asked = ["evaluate", tiny.to_str().expect("UTF-8"), division, "--format", "json"];
        let output = regionfront_testkit::report::regionfront(&asked);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        serde_json::from_slice(&output.stdout).expect("a document")
    };
    let (from_book, from_file) = (evaluated(book.to_str().expect("UTF-8")), evaluated("districts"));
    assert_eq!(from_book["totals"], from_file["totals"]);
    assert_eq!(from_book["regions"], from_file["regions"]);
}

/// How somebody keeps a matrix in a workbook.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
struct Book {
    is_square: bool,
    codes_are_numbers: bool,
    figures_are_texts: bool,
    title: bool,
    /// A sign between the code and the name of one cell.
    named: Option<&'static str>,
    total: Option<&'static str>,
    nil: &'static str,
}

fn a_book() -> impl Strategy<Value = Book> {
    let named = prop::option::of(prop::sample::select(vec![" ", "\u{a0}"]));
    let total = prop::option::of(prop::sample::select(vec!["Total", "Riket", "Alle samlet"]));
    let nil = prop::sample::select(vec!["0", "t:-", "t:–"]);
    (any::<[bool; 4]>(), named, total, nil).prop_map(|(habits, named, total, nil)| Book {
        is_square: habits[0],
        codes_are_numbers: habits[1],
        figures_are_texts: habits[2],
        title: habits[3],
        named,
        total,
        nil,
    })
}

const PLACES: [(&str, &str); 4] =
    [("1103", "Stavanger"), ("3001", "Halden"), ("3403", "Hamar"), ("4601", "Bergen")];

impl Book {
    fn code(&self, (code, name): (&str, &str)) -> String {
        match self.named {
            Some(between) => format!("t:{code}{between}{name}"),
            None if self.codes_are_numbers => code.to_owned(),
            None => format!("t:{code}"),
        }
    }

    fn figure(&self, figure: u64) -> String {
        match figure {
            0 => self.nil.to_owned(),
            figure if self.figures_are_texts => format!("t:{figure}"),
            figure => figure.to_string(),
        }
    }

    fn bytes(&self, flows: &[Vec<u64>]) -> Vec<u8> {
        let mut labels: Vec<String> = PLACES.map(|place| self.code(place)).to_vec();
        let mut all: Vec<Vec<u64>> = flows.to_vec();
        if let Some(word) = self.total {
            labels.push(format!("t:{word}"));
            for row in &mut all {
                row.push(row.iter().sum());
            }
            all.push((0..labels.len()).map(|at| all.iter().map(|row| row[at]).sum()).collect());
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        if self.title {
            rows.push(vec!["t:Commuters by residence and workplace".to_owned()]);
        }
        if self.is_square {
            rows.push([vec![String::new()], labels.clone()].concat());
        } else {
            rows.push(["t:residence", "t:workplace", "t:commuters"].map(str::to_owned).to_vec());
        }
        for (from, figures) in labels.iter().zip(&all) {
            let figures: Vec<String> = figures.iter().map(|&figure| self.figure(figure)).collect();
            if self.is_square {
                rows.push([vec![from.clone()], figures].concat());
            } else {
                let pairs = labels.iter().zip(figures);
                rows.extend(pairs.map(|(to, figure)| vec![from.clone(), to.clone(), figure]));
            }
        }
        let rows: Vec<String> = rows
            .iter()
            .zip(1..)
            .map(|(cells, at)| row(at, &cells.iter().map(String::as_str).collect::<Vec<_>>()))
            .collect();
        workbook(&rows)
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1_919),
        ..ProptestConfig::default()
    })]

    /// A random matrix in a workbook comes back equal.
    #[test]
    fn matrices_in_workbooks_come_back(
        book in a_book(),
        figures in prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..40_000], 16),
    ) {
        let mut wanted: Vec<Vec<u64>> = figures.chunks(4).map(<[u64]>::to_vec).collect();
        // Nobody is the sum of the others.
        for (at, row) in wanted.iter_mut().enumerate() {
            row[at] += 50_000 + at as u64;
        }
        let part = parse("x.xlsx", &book.bytes(&wanted), &MatrixOptions::default());
        let part = part.map_err(|defects| TestCaseError::fail(format!("{defects}")))?;
        let codes: Vec<&str> = part.instance.areas.iter().map(|area| area.code.as_str()).collect();
        prop_assert_eq!(codes, PLACES.map(|place| place.0).to_vec());
        let read: Vec<Vec<u64>> =
            (0..4).map(|from| (0..4).map(|to| part.instance.flows.get(from, to)).collect()).collect();
        prop_assert_eq!(read, wanted);
    }
}
