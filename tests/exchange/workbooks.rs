//! Workbooks as spreadsheet programs and scripts write them.

use std::io::{Cursor, Write as _};

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
