//! Reference divisions: `divisions/*.csv` with the columns `code,region`.
//!
//! Assignments of other programs are read as well: with other names of columns, semicolons or tabs,
//! without a header, with names of areas in place of codes or behind them (`0301 Oslo`, `Oslo (0301)`, `K-0301`),
//! below a title.
//!
//! A division may leave areas out, by giving them no row or no region, and may hold an area in
//! several regions. Only the same area twice in the same region is an error.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::lookup::{Codes, Resolver};
use super::read::{Table, assumed_oddity, huge_defect, in_utf8, shorten, unreadable};
use super::{Division, DivisionRegion, Instance, codes};
use crate::cell::unguarded;
use crate::defect::{Defect, Defects};
use crate::reading::{Line, decode, delimiter_of, huge_field_of, rows_of};

/// Reads a division of an instance from any CSV file. Its name is the file's, without extension.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read_division(path: &Path, instance: &Instance) -> Result<Division, Defects> {
    read_division_noting(path, instance).map(|(division, _)| division)
}

/// As [`read_division`], with what is odd about the file: that its encoding was assumed (`W111`), as it is
/// not UTF-8 and the instance was not loaded with another.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read_division_noting(
    path: &Path,
    instance: &Instance,
) -> Result<(Division, Option<Defect>), Defects> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Defects::from(unreadable(&file, &error)))?;
    noting(&file, bytes, instance)
}

/// As [`read_division`], from the bytes of a file.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn division_of(file: &str, bytes: &[u8], instance: &Instance) -> Result<Division, Defects> {
    noting(file, bytes.to_vec(), instance).map(|(division, _)| division)
}

fn noting(
    file: &str,
    bytes: Vec<u8>,
    instance: &Instance,
) -> Result<(Division, Option<Defect>), Defects> {
    let codes = Codes::new(&instance.areas, BTreeMap::new());
    let mut defects = Defects::default();
    let Some(told) = in_utf8(file, bytes, instance.encoding, &mut defects) else {
        return Err(defects);
    };
    let division = parse(file, &told.bytes, &codes, &mut defects);
    defects.into_result()?;
    Ok((division, told.assumed.map(|encoding| assumed_oddity(file, encoding))))
}

/// The division in the bytes of a file.
pub(super) fn parse(file: &str, bytes: &[u8], codes: &Codes, defects: &mut Defects) -> Division {
    let name = Path::new(file)
        .file_stem()
        .map_or_else(|| file.to_owned(), |stem| stem.to_string_lossy().into_owned());
    let mut division = Division { name, regions: Vec::new() };
    let Some((listed, has_names)) = rows(file, bytes, codes, defects) else { return division };
    let mut resolver = Resolver::new(codes);
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut members: BTreeSet<(usize, usize)> = BTreeSet::new();
    for Listed { line, at, code, region } in listed {
        let by_name = || meant(codes, &code).filter(|_| has_names);
        let Some(area) = by_name().or_else(|| resolver.find(&code, || at.clone())) else {
            continue;
        };
        let region = unguarded(&region);
        if region.is_empty() {
            continue;
        }
        let at = *known.entry(region.to_owned()).or_insert(division.regions.len());
        if at == division.regions.len() {
            division.regions.push(DivisionRegion { name: region.to_owned(), areas: Vec::new() });
        }
        if members.insert((at, area)) {
            division.regions[at].areas.push(area);
        } else {
            defects.push(Defect::new(
                codes::DIVISION_ROW,
                format!("{file}, row {line}"),
                format!("{} stands twice in the region {region}", codes.label_of(area)),
                "drop one of the rows",
            ));
        }
    }
    resolver.finish(defects);
    for region in &mut division.regions {
        region.areas.sort_unstable();
    }
    division
}

/// A row: its line, the place of its code, and its two fields.
struct Listed {
    line: u64,
    at: String,
    code: String,
    region: String,
}

/// The rows of a file of our own form, with the columns `code` and `region`, else of any other, and
/// whether names may stand for codes in it.
fn rows(
    file: &str,
    bytes: &[u8],
    codes: &Codes,
    defects: &mut Defects,
) -> Option<(Vec<Listed>, bool)> {
    if let Some(huge) = huge_field_of(bytes) {
        defects.push(huge_defect(file, &huge));
        return None;
    }
    let first = decode(bytes).map(|decoded| decoded.text);
    let header =
        first.as_deref().and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    let names: Vec<&str> = header.unwrap_or_default().split(',').map(str::trim).collect();
    let is_ours = ["code", "region"].iter().all(|name| names.contains(name));
    let Some(text) = first.filter(|text| !is_ours && !text.trim().is_empty()) else {
        let table = Table::read(file, bytes, &["code", "region"], defects)?;
        let field = |row: &super::read::Row, column| row.get(table.required(column)).to_owned();
        let rows = table.rows.iter().map(|row| Listed {
            line: row.line,
            at: table.at(row, "code"),
            code: field(row, "code"),
            region: field(row, "region"),
        });
        return Some((rows.collect(), false));
    };
    let mut rows: Vec<Line> = rows_of(&text, delimiter_of(&text)).collect();
    // Titles stand above the table, in one cell each.
    let filled = |row: &[String]| row.iter().filter(|cell| !cell.is_empty()).count();
    let titles = rows.iter().take_while(|(_, row)| filled(row) == 1).count();
    if titles < rows.len() {
        rows.drain(..titles);
    }
    let is_area = |text: &str| meant(codes, text).is_some();
    // A first row whose region stands below again, or whose cells are numbers, is no header: its area is
    // unknown.
    let is_row = |row: &[String]| {
        let stands_below = |column: usize, cell: &String| {
            rows[1..].iter().any(|(_, below)| below.get(column) == Some(cell) && !cell.is_empty())
        };
        row.iter().all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()))
            || row.iter().enumerate().any(|(column, cell)| stands_below(column, cell))
    };
    let has_header =
        rows.first().is_some_and(|(_, row)| !row.iter().any(|cell| is_area(cell)) && !is_row(row));
    let header: Vec<String> = if has_header {
        rows[0].1.iter().map(|name| name.to_lowercase()).collect()
    } else {
        Vec::new()
    };
    let body = &rows[usize::from(has_header)..];
    // An assignment has few columns, whatever a row that went wrong holds.
    let width = body.iter().map(|(_, row)| row.len()).max().unwrap_or(0).min(64);
    let areas_in = |column: usize| {
        body.iter().filter(|(_, row)| row.get(column).is_some_and(|cell| is_area(cell))).count()
    };
    let code = (0..width).rev().max_by_key(|&column| areas_in(column)).unwrap_or(0);
    let regions = header.iter().position(|name| REGIONS.contains(&name.as_str()));
    let region = regions
        .filter(|&column| column != code)
        .or_else(|| (width == 2).then_some(1 - code.min(1)));
    let Some(region) = region else {
        defects.push(Defect::new(
            codes::COLUMN,
            format!("{file}, row 1"),
            "it is not clear which columns hold the code of an area and its region",
            "name them code and region",
        ));
        return None;
    };
    if body.is_empty() {
        let what = "the file holds a header and nothing below it";
        defects.push(Defect::new(codes::EMPTY, file, what, "add the rows"));
        return None;
    }
    if let Some(region) = named_once(body, region) {
        defects.push(Defect::new(
            codes::REGION_ONCE,
            format!("{file}, row {}", body[0].0),
            format!("every region, such as `{}`, stands in one row, and rows below have none", shorten(&region)),
            "write its region into every row, as cells that were merged do not; leave areas in no region out",
        ));
        return None;
    }
    let listed = body.iter().map(|(line, row)| {
        let field = |column: usize| row.get(column).cloned().unwrap_or_default();
        Listed {
            line: u64::try_from(*line).unwrap_or(u64::MAX),
            at: format!("{file}, row {line}, column {}", code + 1),
            code: field(code),
            region: field(region),
        }
    });
    Some((listed.collect(), true))
}

/// The area that a text names: by its code, its name, or both.
fn meant(codes: &Codes, text: &str) -> Option<usize> {
    if let Some(area) = codes.find(text).or_else(|| codes.find_name(text)) {
        return Some(area);
    }
    let pairs = [
        text.split_once([' ', '\u{a0}']),
        text.strip_suffix(')')
            .and_then(|text| text.rsplit_once('('))
            .map(|(name, code)| (code, name)),
        text.strip_prefix("K-").map(|code| (code, "")),
    ];
    pairs.into_iter().flatten().find_map(|(code, name)| {
        let area = codes.find(code.trim())?;
        let name = name.trim().trim_start_matches(['-', '\u{2013}', ':']).trim();
        let label = format!("{name} ({})", code.trim());
        let is_its_name = codes.label_of(area).to_lowercase() == label.to_lowercase();
        (name.is_empty() || is_its_name).then_some(area)
    })
}

/// The first region, where each stands in one row only and rows without one follow: what is left of merged
/// cells, or of a list that names a region above its areas.
fn named_once(body: &[Line], region: usize) -> Option<String> {
    let cell =
        |row: &'_ [String]| row.get(region).map(String::as_str).unwrap_or_default().to_owned();
    let regions: Vec<String> = body.iter().map(|(_, row)| cell(row)).collect();
    let named: Vec<&String> = regions.iter().filter(|region| !region.is_empty()).collect();
    let distinct: BTreeSet<&&String> = named.iter().collect();
    let is_suspect = named.len() > 1
        && distinct.len() == named.len()
        && regions.len() >= 2 * named.len()
        && !regions[0].is_empty();
    is_suspect.then(|| named[0].clone())
}

/// Names of the column of regions in assignments of others, in small letters.
const REGIONS: [&str; 19] = [
    "region",
    "kommuneregion",
    "regionråd",
    "regionnavn",
    "inndeling",
    "bo- og arbeidsmarkedsregion",
    "district",
    "assignment",
    "part",
    "partition",
    "cluster",
    "group",
    "label",
    "plan",
    "zone",
    "cd",
    "regionid",
    "region_id",
    "district_id",
];
