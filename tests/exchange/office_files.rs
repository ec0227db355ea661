//! Files as offices and their programs write them: Shapefile, GeoPackage, Parquet, METIS, PX and
//! JSON-stat under random local habits. What is read is what was written, or it is refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regionfront::import::graph::GraphOptions;
use regionfront::import::matrix::MatrixOptions;
use regionfront::import::polygons::PolygonOptions;
use regionfront::import::weights::WeightsOptions;
use regionfront::import::{Part, graph, matrix, polygons, weights};
use shapefile::dbase::{FieldValue, Record, TableWriterBuilder};
use shapefile::{Point, PolygonRing, Writer};

use super::{pair, pairs};

/// ETRS89 in zone 33 of UTM, as desktop programs write it beside a Shapefile.
const ZONE_33: &str = r#"PROJCS["ETRS_1989_UTM_Zone_33N",GEOGCS["GCS_ETRS_1989",DATUM["D_ETRS_1989",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

/// The corners of a square of one kilometre, the one at this place of a row near Oslo.
fn corners(at: usize) -> [(f64, f64); 4] {
    let west = 262_000.0 + 1_000.0 * f64::from(u32::try_from(at).expect("few areas"));
    let south = 6_649_000.0;
    [
        (west, south),
        (west, south + 1_000.0),
        (west + 1_000.0, south + 1_000.0),
        (west + 1_000.0, south),
    ]
}

/// Squares in a row as a Shapefile, in the order of their codes.
fn write_shapefile(path: &Path, codes: &[String], as_numbers: bool, code_last: bool) {
    let named = |name: &str| name.try_into().expect("a name of a field");
    let mut fields = TableWriterBuilder::new();
    let code = |fields: TableWriterBuilder| {
        if as_numbers {
            fields.add_numeric_field(named("KOMMNR"), 10, 0)
        } else {
            fields.add_character_field(named("KOMMNR"), 20)
        }
    };
    if !code_last {
        fields = code(fields);
    }
    fields = fields.add_character_field(named("NAVN"), 30).add_numeric_field(named("AREAL"), 12, 3);
    if code_last {
        fields = code(fields);
    }
    let mut writer = Writer::from_path(path, fields).expect("a Shapefile");
    for (at, code) in codes.iter().enumerate() {
        let ring = corners(at).map(|(x, y)| Point::new(x, y)).to_vec();
        let polygon = shapefile::Polygon::new(PolygonRing::Outer(ring));
        let mut record = Record::default();
        let value = if as_numbers {
            FieldValue::Numeric(Some(code.parse().expect("a number")))
        } else {
            FieldValue::Character(Some(code.clone()))
        };
        record.insert("KOMMNR".to_owned(), value);
        record.insert("NAVN".to_owned(), FieldValue::Character(Some(format!("Place {at}"))));
        record.insert("AREAL".to_owned(), FieldValue::Numeric(Some(1.25)));
        writer.write_shape_and_record(&polygon, &record).expect("a record");
    }
    drop(writer);
    std::fs::write(path.with_extension("prj"), ZONE_33).expect("a file");
}

fn write_geopackage(path: &Path, codes: &[String], is_turned: bool) {
    let book = rusqlite::Connection::open(path).expect("a database");
    book.execute_batch(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT,
           organization_coordsys_id INTEGER, definition TEXT);
         INSERT INTO gpkg_spatial_ref_sys VALUES (25833, 'EPSG', 25833, '');
         CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
           geometry_type_name TEXT, srs_id INTEGER);
         INSERT INTO gpkg_geometry_columns VALUES ('kommuner', 'geom', 'POLYGON', 25833);
         CREATE TABLE kommuner (fid INTEGER, kommunenummer TEXT, navn TEXT, geom BLOB);",
    )
    .expect("tables");
    for (at, code) in codes.iter().enumerate() {
        let mut ring = corners(at).to_vec();
        if is_turned {
            ring.reverse();
        }
        ring.push(ring[0]);
        let mut blob = vec![b'G', b'P', 0, 1];
        blob.extend(25_833_u32.to_le_bytes());
        blob.push(1);
        blob.extend(3_u32.to_le_bytes());
        blob.extend(1_u32.to_le_bytes());
        blob.extend(u32::try_from(ring.len()).expect("few points").to_le_bytes());
        for (x, y) in ring {
            blob.extend(x.to_le_bytes());
            blob.extend(y.to_le_bytes());
        }
        let row = rusqlite::params![i64::try_from(at).ok(), code, format!("Place {at}"), blob];
        book.execute("INSERT INTO kommuner VALUES (?1, ?2, ?3, ?4)", row).expect("a row");
    }
}

fn codes_in(part: &Part) -> Vec<&str> {
    part.instance.areas.iter().map(|area| area.code.as_str()).collect()
}

/// Neighbours in a row of areas.
fn in_a_row(codes: &[String]) -> BTreeSet<(String, String)> {
    codes
        .windows(2)
        .map(|two| if two[0] < two[1] { pair(&two[0], &two[1]) } else { pair(&two[1], &two[0]) })
        .collect()
}

#[test]
fn shapefiles_are_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kommuner.shp");
    let codes = ["0301", "3024", "3020"].map(str::to_owned);
    write_shapefile(&path, &codes, false, true);
    let part = polygons::read(&path, &PolygonOptions::default()).expect("sound");
    assert_eq!(pairs(&part), in_a_row(&codes));
    assert_eq!(part.instance.areas[0].name, "Place 0");
    let lengths: f64 = part.instance.links.iter().filter_map(|link| link.border_km).sum();
    assert!((lengths - 2.0).abs() < 0.01, "{lengths}");
    let notes = part.account.notes.join("; ");
    assert!(notes.contains("10.") && notes.contains("59.9"), "{notes}");
    // Without the table nobody knows the codes.
    std::fs::remove_file(path.with_extension("dbf")).expect("it is there");
    let defects = polygons::read(&path, &PolygonOptions::default()).expect_err("no codes");
    assert!(defects.0[0].cure.contains(".dbf"), "{defects}");
}

/// Names came out with signs for letters that are none, without a word.
#[test]
fn names_in_shapefiles_are_read_as_they_are_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("kommuner.shp");
    let codes = ["0301", "3024", "3020"].map(str::to_owned);
    let read = |letters: &[u8], cpg: Option<&str>, language: u8, asked: Option<&str>| {
        write_shapefile(&path, &codes, false, true);
        let mut table = std::fs::read(path.with_extension("dbf")).expect("a table");
        table[29] = language;
        let places: Vec<usize> = table
            .windows(5)
            .enumerate()
            .filter(|(_, five)| five == b"Place")
            .map(|(at, _)| at)
            .collect();
        for at in places {
            table[at..at + 5].copy_from_slice(letters);
        }
        std::fs::write(path.with_extension("dbf"), table).expect("room");
        let _ = std::fs::remove_file(path.with_extension("cpg"));
        if let Some(cpg) = cpg {
            std::fs::write(path.with_extension("cpg"), cpg).expect("room");
        }
        let encoding = asked.map(|name| name.parse().expect("known"));
        polygons::read(&path, &PolygonOptions { encoding, ..PolygonOptions::default() })
    };
    for (letters, cpg, language, asked) in [
        (b"Pl\xe5ce", Some("ISO 88591"), 0, None),
        (b"Pl\xe5ce", None, 0x57, None),
        (b"Pl\xe5ce", None, 0x03, None),
        (b"Pl\xe5ce", Some("UTF-8"), 0, Some("latin1")),
        (b"Pl\x86ce", Some("CP850"), 0, None),
        (b"Pl\x86ce", Some("OEM 850\r\n"), 0x03, None),
        (b"Pl\x86ce", None, 0x02, None),
        (b"Pl\x86ce", None, 0, Some("cp437")),
        (b"P\xc3\xa5ce", Some("UTF-8"), 0, None),
        (b"P\xc3\xa5ce", None, 0x57, None),
    ] {
        let part =
            read(letters, cpg, language, asked).unwrap_or_else(|told| panic!("{cpg:?}: {told}"));
        let name = &part.instance.areas[0].name;
        assert!(["Plåce 0", "Påce 0"].contains(&name.as_str()), "{cpg:?}, {language}: {name}");
        let is_said = part.account.notes.iter().any(|note| note.contains(".cpg"));
        assert_eq!(is_said, cpg.is_none() && asked.is_none(), "{:?}", part.account.notes);
    }
    for (cpg, what) in [("UTF-8", "the .cpg says UTF-8"), ("klingon", "names `klingon`")] {
        let defects = read(b"Pl\xe5ce", Some(cpg), 0, None).expect_err("it is not");
        assert_eq!(defects.0[0].code, "E104", "{defects}");
        assert!(
            defects.0[0].what.contains(what) && defects.0[0].cure.contains("--encoding"),
            "{defects}"
        );
    }
    // Nobody asks where all is ASCII, and capitals at the end of names are the same files.
    let part = read(b"Place", None, 0x57, None).expect("sound");
    assert!(
        !part.account.notes.iter().any(|note| note.contains(".cpg")),
        "{:?}",
        part.account.notes
    );
    std::fs::rename(path.with_extension("dbf"), path.with_extension("DBF")).expect("it is there");
    std::fs::rename(path.with_extension("prj"), path.with_extension("PRJ")).expect("it is there");
    assert_eq!(
        pairs(&polygons::read(&path, &PolygonOptions::default()).expect("sound")),
        in_a_row(&codes)
    );
}

/// A graph of `libpysal.graph`, with ids as texts, and an island.
pub(super) fn write_parquet(rows: &[(String, String, f64)]) -> Vec<u8> {
    let schema = parse_message_type(
        "message schema { REQUIRED BINARY focal (UTF8); REQUIRED BINARY neighbor (UTF8);
           REQUIRED DOUBLE weight; }",
    )
    .expect("a schema");
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::default());
    let mut writer =
        SerializedFileWriter::new(&mut bytes, Arc::new(schema), properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    let mut at = 0;
    while let Some(mut column) = group.next_column().expect("a column") {
        let text = |row: &(String, String, f64)| {
            ByteArray::from(if at == 0 { row.0.as_str() } else { row.1.as_str() })
        };
        if at < 2 {
            let texts: Vec<ByteArray> = rows.iter().map(text).collect();
            column.typed::<ByteArrayType>().write_batch(&texts, None, None).expect("texts");
        } else {
            let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
            column.typed::<DoubleType>().write_batch(&weights, None, None).expect("numbers");
        }
        column.close().expect("a column");
        at += 1;
    }
    group.close().expect("a group");
    writer.close().expect("a file");
    bytes
}

#[test]
fn weights_in_parquet_are_read() {
    let row = |a: &str, b: &str, weight: f64| (a.to_owned(), b.to_owned(), weight);
    let bytes = write_parquet(&[
        row("0301", "3024", 1.0),
        row("3024", "0301", 1.0),
        row("3024", "Ål", 0.5),
        row("Ål", "3024", 0.5),
        row("5555", "5555", 0.0),
    ]);
    let part = weights::parse("x.parquet", &bytes, &WeightsOptions::default()).expect("sound");
    assert_eq!(codes_in(&part), ["0301", "3024", "5555", "Ål"]);
    assert_eq!(pairs(&part), [pair("0301", "3024"), pair("3024", "Ål")].into());
    let defects = weights::parse("x.parquet", &bytes[..40], &WeightsOptions::default())
        .expect_err("it is cut off");
    assert_eq!(defects.0[0].code, "E190", "{defects}");
}

/// How a graph of METIS is written.
#[derive(Clone, Debug)]
struct Metis {
    n: usize,
    links: BTreeSet<(usize, usize)>,
    /// Whether lines hold a size, weights of the node, weights of edges.
    format: [bool; 3],
    has_remarks: bool,
    is_crlf: bool,
}

fn metis() -> impl Strategy<Value = Metis> {
    (2_usize..9, any::<[bool; 5]>()).prop_flat_map(|(n, habits)| {
        let all: Vec<(usize, usize)> =
            (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        prop::sample::subsequence(all.clone(), 1..=all.len()).prop_map(move |links| Metis {
            n,
            links: links.into_iter().collect(),
            format: [habits[0], habits[1], habits[2]],
            has_remarks: habits[3],
            is_crlf: habits[4],
        })
    })
}

impl Metis {
    fn text(&self) -> String {
        let [sizes, weights, edges] = self.format;
        let format: String = self.format.map(|one| if one { '1' } else { '0' }).iter().collect();
        let mut text = format!("{} {}", self.n, self.links.len());
        if sizes || weights || edges {
            let _ = write!(text, " {format}");
        }
        text.push('\n');
        for at in 0..self.n {
            if self.has_remarks {
                let _ = writeln!(text, "% the neighbours of node {}", at + 1);
            }
            let mut line: Vec<String> = Vec::new();
            if sizes {
                line.push("7".to_owned());
            }
            if weights {
                line.push(format!("{}", 100 + at));
            }
            for &(a, b) in &self.links {
                let Some(other) = [(a, b), (b, a)].into_iter().find(|one| one.0 == at) else {
                    continue;
                };
                line.push(format!("{}", other.1 + 1));
                if edges {
                    line.push("3".to_owned());
                }
            }
            let _ = writeln!(text, "{}", line.join(" "));
        }
        if self.is_crlf { text.replace('\n', "\r\n") } else { text }
    }
}

/// A table with named dimensions.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
struct Cube {
    names: Vec<&'static str>,
    figures: Vec<u64>,
    /// Which dimension comes first: residence, workplace, year.
    order: Vec<usize>,
    has_codes: bool,
    is_object: bool,
    is_wrapped: bool,
    is_utf8: bool,
}

const DIMENSIONS: [&str; 3] = ["bostedskommune", "arbeidssted", "år"];

fn a_cube() -> impl Strategy<Value = Cube> {
    let names = prop::sample::select(vec![
        vec!["0301", "3024", "3020"],
        vec!["0114", "0115", "0117"],
        vec!["A", "B", "C"],
    ]);
    let order = Just(vec![0_usize, 1, 2]).prop_shuffle();
    (names, prop::collection::vec(1_u64..90_000, 9), order, any::<[bool; 4]>()).prop_map(
        |(names, figures, order, habits)| Cube {
            names,
            figures,
            order,
            has_codes: habits[0],
            is_object: habits[1],
            is_wrapped: habits[2],
            is_utf8: habits[3],
        },
    )
}

impl Cube {
    fn size(&self, dimension: usize) -> usize {
        if dimension == 2 { 1 } else { self.names.len() }
    }

    /// Figures in the order of the file.
    fn cells(&self) -> Vec<u64> {
        let sizes = self.order.iter().map(|&dimension| self.size(dimension)).collect::<Vec<_>>();
        (0..sizes.iter().product())
            .map(|cell: usize| {
                let (mut rest, mut places) = (cell, [0; 3]);
                for (&dimension, size) in self.order.iter().zip(&sizes).rev() {
                    places[dimension] = rest % size;
                    rest /= size;
                }
                self.figures[places[0] * self.names.len() + places[1]]
            })
            .collect()
    }

    fn label(&self, at: usize) -> String {
        if self.has_codes { format!("Sted {}", self.names[at]) } else { self.names[at].to_owned() }
    }

    fn px(&self) -> Vec<u8> {
        let mut text = String::new();
        if self.is_utf8 {
            text.push_str("CHARSET=\"ANSI\";\nCODEPAGE=\"utf-8\";\n");
        } else {
            text.push_str("CHARSET=\"ANSI\";\n");
        }
        text.push_str("TITLE=\"Pendling \"\n\"etter sted\";\nDECIMALS=0;\n");
        let quoted = |names: Vec<String>| {
            let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            names.join(if self.is_wrapped { ",\n" } else { "," })
        };
        let named = |dimensions: &[usize]| {
            quoted(dimensions.iter().map(|&one| DIMENSIONS[one].to_owned()).collect())
        };
        let (stub, heading) = self.order.split_at(2);
        let _ = writeln!(text, "STUB={};\nHEADING={};", named(stub), named(heading));
        for &dimension in &self.order {
            let name = DIMENSIONS[dimension];
            let size = self.size(dimension);
            let labels: Vec<String> = match dimension {
                2 => vec!["2023".to_owned()],
                _ => (0..size).map(|at| self.label(at)).collect(),
            };
            let _ = writeln!(text, "VALUES(\"{name}\")={};", quoted(labels));
            if self.has_codes && dimension < 2 {
                let codes = self.names.iter().map(|&code| code.to_owned()).collect();
                let _ = writeln!(text, "CODES(\"{name}\")={};", quoted(codes));
            }
        }
        text.push_str("DATA=\n");
        let row = self.size(self.order[2]);
        for cells in self.cells().chunks(row) {
            let cells: Vec<String> = cells.iter().map(u64::to_string).collect();
            let _ = writeln!(text, "{}", cells.join(" "));
        }
        text.push_str(";\n");
        if self.is_utf8 {
            text.into_bytes()
        } else {
            text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin")).collect()
        }
    }

    fn json_stat(&self) -> String {
        let cells = self.cells();
        let value = if self.is_object {
            let cells: Vec<String> =
                cells.iter().enumerate().map(|(at, cell)| format!("\"{at}\":{cell}")).collect();
            format!("{{{}}}", cells.join(","))
        } else {
            format!("[{}]", cells.iter().map(u64::to_string).collect::<Vec<_>>().join(","))
        };
        let dimension = |&dimension: &usize| {
            let codes: Vec<&str> = if dimension == 2 { vec!["2023"] } else { self.names.clone() };
            let index = if self.is_wrapped {
                let index: Vec<String> =
                    codes.iter().enumerate().map(|(at, code)| format!("\"{code}\":{at}")).collect();
                format!("{{{}}}", index.join(","))
            } else {
                let index: Vec<String> = codes.iter().map(|code| format!("\"{code}\"")).collect();
                format!("[{}]", index.join(","))
            };
            let label = if self.has_codes && dimension < 2 {
                let labels: Vec<String> = codes
                    .iter()
                    .enumerate()
                    .map(|(at, code)| format!("\"{code}\":\"{}\"", self.label(at)))
                    .collect();
                format!(",\"label\":{{{}}}", labels.join(","))
            } else {
                String::new()
            };
            format!("\"{}\":{{\"category\":{{\"index\":{index}{label}}}}}", DIMENSIONS[dimension])
        };
        let ids: Vec<String> =
            self.order.iter().map(|&one| format!("\"{}\"", DIMENSIONS[one])).collect();
        let sizes: Vec<String> = self.order.iter().map(|&one| self.size(one).to_string()).collect();
        let dimensions: Vec<String> = self.order.iter().map(dimension).collect();
        format!(
            r#"{{"version":"2.0","class":"dataset","label":"Pendling","id":[{}],"size":[{}],"dimension":{{{}}},"value":{value}}}"#,
            ids.join(","),
            sizes.join(","),
            dimensions.join(",")
        )
    }

    fn is_in(&self, part: &Part) -> Result<(), TestCaseError> {
        let mut wanted = self.names.clone();
        wanted.sort_unstable();
        prop_assert_eq!(codes_in(part), wanted);
        let place = |code: &str| part.instance.index_of_code(code).expect("it is there");
        for (at, &from) in self.names.iter().enumerate() {
            for (to_at, &to) in self.names.iter().enumerate() {
                let wanted = self.figures[at * self.names.len() + to_at];
                prop_assert_eq!(part.instance.flows.get(place(from), place(to)), wanted);
            }
        }
        Ok(())
    }
}

/// Whether some row or column of figures is the sum of the others, and so is taken for a total.
fn has_a_total(figures: &[u64]) -> bool {
    let n = 3;
    let row = |at: usize| (0..n).map(|to| figures[at * n + to]).sum::<u64>();
    let column = |at: usize| (0..n).map(|from| figures[from * n + at]).sum::<u64>();
    let is_sum = |sums: [u64; 3]| sums.iter().any(|&one| 2 * one == sums.iter().sum::<u64>());
    is_sum([row(0), row(1), row(2)]) || is_sum([column(0), column(1), column(2)])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        rng_seed: RngSeed::Fixed(20_261_128),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn graphs_of_metis_come_back(drawn in metis()) {
        let part = graph::parse("x.graph", drawn.text().as_bytes(), None, &GraphOptions::default());
        let part = part.map_err(|defects| TestCaseError::fail(format!("{defects}: {}", drawn.text())))?;
        prop_assert_eq!(part.instance.areas.len(), drawn.n);
        let wanted: BTreeSet<(String, String)> =
            drawn.links.iter().map(|(a, b)| pair(&(a + 1).to_string(), &(b + 1).to_string())).collect();
        prop_assert_eq!(pairs(&part), wanted);
    }

    #[test]
    fn tables_in_px_and_json_stat_come_back(drawn in a_cube()) {
        prop_assume!(!has_a_total(&drawn.figures));
        for bytes in [drawn.px(), drawn.json_stat().into_bytes()] {
            match matrix::parse("x", &bytes, &MatrixOptions::default()) {
                Ok(part) => drawn.is_in(&part)?,
                // Figures that are sums of others, or nearly, may be totals and are asked about.
                Err(defects) => {
                    prop_assert!(defects.has("E185") || defects.has("E197"), "{}", defects);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        rng_seed: RngSeed::Fixed(20_261_129),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Numbers of a table lose their leading zeros; what is read has them again, or is refused.
    #[test]
    fn polygons_of_desktop_programs_come_back(
        start in 301_usize..9_990,
        n in 2_usize..7,
        as_numbers in any::<bool>(),
        code_last in any::<bool>(),
        is_turned in any::<bool>(),
    ) {
        let codes: Vec<String> = (0..n).map(|at| format!("{:04}", start + at)).collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let shp = folder.path().join("x.shp");
        write_shapefile(&shp, &codes, as_numbers, code_last);
        let options = PolygonOptions { code_width: Some(4), ..PolygonOptions::default() };
        let part = polygons::read(&shp, &options)
            .map_err(|defects| TestCaseError::fail(format!("{defects}")))?;
        prop_assert_eq!(pairs(&part), in_a_row(&codes));
        let gpkg = folder.path().join("x.gpkg");
        write_geopackage(&gpkg, &codes, is_turned);
        let part = polygons::read(&gpkg, &PolygonOptions::default())
            .map_err(|defects| TestCaseError::fail(format!("{defects}")))?;
        prop_assert_eq!(pairs(&part), in_a_row(&codes));
    }
}
