//! PX, the format of `PxWeb`'s files: keywords with values, the last of them `DATA`.
//!
//! Texts stand in quotation marks and may run over several lines, which are joined. Rows are the
//! dimensions of `STUB`, columns those of `HEADING`; the last dimension runs fastest.

use std::collections::BTreeMap;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::{Encoding, Mark};

use super::{Axis, Category, Cube, Given, MOST_CELLS};

const CURE: &str = "download the table again, as PX, JSON-stat2 or CSV with codes";

/// Whether a text begins like PX.
pub(super) fn is_px(text: &str) -> bool {
    begins_px(text) && text.contains("DATA=")
}

/// Whether a text begins with a keyword that such files begin with.
pub(super) fn begins_px(text: &str) -> bool {
    let first = text.trim_start();
    let keyword: String = first.chars().take_while(|letter| *letter != '=').collect();
    ["CHARSET", "AXIS-VERSION", "CODEPAGE", "LANGUAGE", "MATRIX", "TITLE", "CREATION-DATE"]
        .iter()
        .any(|known| keyword.trim() == *known)
}

/// What a PX file says itself that it is written in, where that is known here.
pub(super) fn encoding_of(bytes: &[u8]) -> Option<Encoding> {
    // Keywords are ASCII whatever the encoding.
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    if !begins_px(head.trim_start_matches('\u{feff}')) {
        return None;
    }
    let (_, rest) = head.split_once("CODEPAGE=")?;
    let name = rest.trim_start().strip_prefix('"')?.split('"').next()?.trim();
    // `1252` is what Windows calls the code page.
    name.parse().or_else(|_| format!("windows-{name}").parse()).ok()
}

/// Bytes in which the encoding is looked for.
const HEAD: usize = 4096;

/// Values by keyword and what it is of: `VALUES("Region")`.
type Keywords = BTreeMap<(String, String), Vec<String>>;

/// The table in a text.
pub(super) fn parse(file: &str, text: &str) -> Result<Cube, Defects> {
    let fault = |what: &str| Defects::from(Defect::new("E172", file, what, CURE));
    let (head, data) = text
        .split_once("DATA=")
        .ok_or_else(|| fault("the PX file holds no DATA; it has probably been cut off"))?;
    let keywords = keywords(head);
    let get = |keyword: &str, of: &str| keywords.get(&(keyword.to_owned(), of.to_owned()));
    if keywords.keys().any(|(keyword, _)| keyword == "KEYS") {
        let what = "the PX file lists its rows by KEYS, which is not read";
        return Err(Defect::new("E172", file, what, "save it as JSON-stat2 or CSV").into());
    }
    let listed = |keyword: &str| get(keyword, "").cloned().unwrap_or_default();
    let names: Vec<String> = listed("STUB").into_iter().chain(listed("HEADING")).collect();
    if names.is_empty() {
        return Err(fault("the PX file names no dimensions in STUB or HEADING"));
    }
    let mut defects = Defects::default();
    let mut cube = Cube {
        file: file.to_owned(),
        title: listed("TITLE").concat(),
        source: listed("SOURCE").concat(),
        ..Cube::default()
    };
    for name in names {
        let labels = get("VALUES", &name).cloned().unwrap_or_default();
        if labels.is_empty() {
            defects.push(Defect::new(
                "E174",
                file,
                format!("the PX file has no VALUES of `{}`", shorten(&name)),
                CURE,
            ));
            continue;
        }
        let codes = get("CODES", &name).cloned().unwrap_or_else(|| labels.clone());
        if codes.len() != labels.len() {
            let what = format!("CODES and VALUES of `{}` are not of one length", shorten(&name));
            defects.push(Defect::new("E174", file, what, CURE));
        }
        let categories =
            codes.into_iter().zip(labels).map(|(code, label)| Category { code, label }).collect();
        cube.axes.push(Axis { id: name.clone(), label: name, categories });
    }
    defects.into_result()?;
    let wanted = cube
        .axes
        .iter()
        .try_fold(1_usize, |product, axis| product.checked_mul(axis.categories.len()))
        .filter(|&cells| cells <= MOST_CELLS);
    let Some(wanted) = wanted else {
        return Err(fault("the PX file promises more than 5 million cells"));
    };
    cube.cells = cells(data);
    if cube.cells.len() != wanted {
        let found = cube.cells.len();
        let what = format!("DATA holds {found} cells where the dimensions make {wanted}");
        return Err(Defect::new("E174", file, what, CURE).into());
    }
    Ok(cube)
}

/// Keywords of the language the file is written in; those of further languages, `VALUES[en]`, are
/// passed over.
fn keywords(head: &str) -> Keywords {
    let mut keywords = Keywords::new();
    for statement in statements(head) {
        let Some((key, values)) =
            outside_quotes(&statement, '=').map(|at| (&statement[..at], &statement[at + 1..]))
        else {
            continue;
        };
        let (keyword, of) = key.split_once('(').unwrap_or((key, ""));
        let keyword = keyword.trim().to_uppercase();
        if keyword.contains('[') {
            continue;
        }
        let of = texts(of).into_iter().next().unwrap_or_default();
        keywords.insert((keyword, of), texts(values));
    }
    keywords
}

/// The byte of the first such letter outside of quotation marks.
fn outside_quotes(text: &str, wanted: char) -> Option<usize> {
    let mut is_quoted = false;
    text.char_indices().find_map(|(at, letter)| {
        is_quoted ^= letter == '"';
        (!is_quoted && letter == wanted).then_some(at)
    })
}

fn statements(head: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = head;
    while let Some(at) = outside_quotes(rest, ';') {
        found.push(rest[..at].to_owned());
        rest = &rest[at + 1..];
    }
    found
}

/// Texts in quotation marks, separated by commas; those that follow each other without one are one.
/// What has no quotation marks is one text.
fn texts(values: &str) -> Vec<String> {
    if !values.contains('"') {
        let plain = values.trim().trim_end_matches(')').trim();
        return if plain.is_empty() { Vec::new() } else { vec![plain.to_owned()] };
    }
    let mut found: Vec<String> = Vec::new();
    let mut begins_text = true;
    for (at, piece) in values.split('"').enumerate() {
        if at % 2 == 0 {
            begins_text = at == 0 || piece.contains(',');
        } else if begins_text || found.is_empty() {
            found.push(piece.to_owned());
        } else if let Some(last) = found.last_mut() {
            last.push_str(piece);
        }
    }
    found.into_iter().map(|text| text.trim().to_owned()).collect()
}

fn cells(data: &str) -> Vec<Given> {
    let data = outside_quotes(data, ';').map_or(data, |end| &data[..end]);
    let cell = |text: &str| match text.strip_prefix('"') {
        Some(text) => Mark::of(text.trim_matches('"'))
            .map_or_else(|| Given::Text(text.trim_matches('"').to_owned()), Given::Missing),
        None => Given::Number(text.to_owned()),
    };
    data.split([' ', '\n', '\r', '\t', ',']).filter(|text| !text.is_empty()).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2006\";\nTITLE=\"Flows; \"\n\"of two\";\n\
        STUB=\"home\",\"work\";\nHEADING=\"year\";\nVALUES(\"home\")=\"A\",\"B\";\n\
        VALUES[en](\"home\")=\"X\",\"Y\";\nCODES(\"home\")=\"01\",\"02\";\n\
        VALUES(\"work\")=\"A\",\"B\";\nVALUES(\"year\")=\"2022\";\nDATA=\n1 \"..\"\n3 4;\n";

    #[test]
    fn keywords_become_dimensions_and_cells() {
        let cube = parse("x", SMALL).expect("sound");
        assert_eq!(cube.title, "Flows; of two");
        assert_eq!(cube.axes[0].categories[1], Category { code: "02".into(), label: "B".into() });
        assert_eq!(cube.axes.len(), 3);
        assert_eq!(cube.cells[1], Given::Missing(Mark::NotAvailable));
        assert_eq!(cube.cells[3], Given::Number("4".into()));
    }

    #[test]
    fn what_is_missing_is_named() {
        let faults = |from: &str, to: &str| {
            parse("x", &SMALL.replace(from, to)).expect_err("broken").to_string()
        };
        assert!(faults("VALUES(\"work\")", "VALUES(\"wirk\")").contains("no VALUES of `work`"));
        assert!(faults("3 4;", "3;").contains("3 cells where the dimensions make 4"));
    }
}
