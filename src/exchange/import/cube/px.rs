//! PX, the format of `PxWeb`'s files: keywords with values, the last of them `DATA`.
//!
//! Texts stand in quotation marks and may run over several lines, which are joined. Rows are the
//! dimensions of `STUB`, columns those of `HEADING`; the last dimension runs fastest. Where `KEYS` says what
//! stands before each row, by codes or by texts, rows of zeros are left out.

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
        units: keywords
            .iter()
            .filter(|((keyword, _), _)| keyword == "UNITS")
            .flat_map(|((_, of), texts)| texts.iter().map(|text| (of.clone(), text.clone())))
            .collect(),
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
    let keyed: Vec<Option<&String>> = listed("STUB")
        .iter()
        .map(|name| get("KEYS", name).or_else(|| get("KEYS", "")).and_then(|by| by.first()))
        .collect();
    if keyed.iter().any(Option::is_some) {
        let (cells, note) = by_keys(&cube, data, &keyed)?;
        cube.cells = cells;
        cube.notes.push(note);
        return Ok(cube);
    }
    cube.cells = pieces(data).map(cell).collect();
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

/// What stands in `DATA`, one by one: texts with their quotation marks, and figures.
fn pieces(data: &str) -> impl Iterator<Item = &str> {
    let data = outside_quotes(data, ';').map_or(data, |end| &data[..end]);
    let mut is_quoted = false;
    let is_between = move |letter: char| {
        is_quoted ^= letter == '"';
        !is_quoted && matches!(letter, ' ' | '\n' | '\r' | '\t' | ',')
    };
    data.split(is_between).filter(|piece| !piece.is_empty())
}

fn cell(piece: &str) -> Given {
    match piece.strip_prefix('"') {
        Some(text) => Mark::of(text.trim_matches('"'))
            .map_or_else(|| Given::Text(text.trim_matches('"').to_owned()), Given::Missing),
        None => Given::Number(piece.to_owned()),
    }
}

/// The cells of a file whose rows begin with what they are of, and how many rows it leaves out: those hold
/// zeros only. `keyed` says of every dimension of the rows whether codes or texts stand there.
fn by_keys(
    cube: &Cube,
    data: &str,
    keyed: &[Option<&String>],
) -> Result<(Vec<Given>, String), Defects> {
    let fault = |what: String| Defects::from(Defect::new("E174", &cube.file, what, CURE));
    let (rows, columns) = cube.axes.split_at(keyed.len());
    let mut places: Vec<BTreeMap<&str, usize>> = Vec::with_capacity(rows.len());
    for (axis, by) in rows.iter().zip(keyed) {
        let key = |category: &'_ Category| match by.map(|by| by.to_uppercase()).as_deref() {
            Some("CODES") => Ok(0),
            Some("VALUES") => Ok(1),
            _ => Err(fault(format!(
                "KEYS does not say whether `{}` stands before the rows by CODES or by VALUES ({})",
                shorten(&axis.id),
                category.code
            ))),
        };
        let mut known = BTreeMap::new();
        for (at, category) in axis.categories.iter().enumerate() {
            let word = if key(category)? == 0 { &category.code } else { &category.label };
            known.insert(word.as_str(), at);
        }
        places.push(known);
    }
    let size = |axes: &[Axis]| axes.iter().map(|axis| axis.categories.len()).product::<usize>();
    let (height, width) = (size(rows), size(columns));
    // A figure that stands in no row is 0.
    let mut cells = vec![Given::Number("0".to_owned()); height * width];
    let mut is_given = vec![false; height];
    let pieces: Vec<&str> = pieces(data).collect();
    let length = rows.len() + width;
    if !pieces.len().is_multiple_of(length) {
        return Err(fault(format!(
            "DATA holds {} keys and figures, and its rows have {length} each",
            pieces.len()
        )));
    }
    for (number, row) in pieces.chunks(length).enumerate() {
        let mut place = 0;
        for ((word, known), axis) in row.iter().zip(&places).zip(rows) {
            let word = word.trim_matches('"').trim();
            let at = known.get(word).ok_or_else(|| {
                let what = format!(
                    "row {} of DATA begins with `{}`, which is none of `{}`",
                    number + 1,
                    shorten(word),
                    shorten(&axis.id)
                );
                fault(what)
            })?;
            place = place * axis.categories.len() + at;
        }
        if std::mem::replace(&mut is_given[place], true) {
            return Err(fault(format!("row {} of DATA stands twice", number + 1)));
        }
        for (at, piece) in row[rows.len()..].iter().enumerate() {
            cells[place * width + at] = cell(piece);
        }
    }
    let left_out = is_given.iter().filter(|is_given| !**is_given).count();
    let note = format!(
        "rows stand by their KEYS; {left_out} of {height} are left out, which are zeros by the format"
    );
    Ok((cells, note))
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
    fn rows_by_keys_are_those_of_a_whole_table() {
        let keyed = SMALL.replace(
            "DATA=\n1 \"..\"\n3 4;",
            "KEYS(\"home\")=CODES;\nKEYS(\"work\")=VALUES;\nDATA=\n\
                \"02\",\"B\" 4 \"01\",\"A\", 1\n\"01\",\"B\",\"..\";",
        );
        let cube = parse("x", &keyed).expect("sound");
        let whole = parse("x", &SMALL.replace("3 4", "0 4")).expect("sound");
        assert_eq!(cube.cells, whole.cells);
        assert!(cube.notes[0].contains("1 of 4 are left out"), "{:?}", cube.notes);
        let faults = |from: &str, to: &str| {
            parse("x", &keyed.replace(from, to)).expect_err("broken").to_string()
        };
        assert!(
            faults("\"02\",\"B\" 4", "\"03\",\"B\" 4").contains("`03`, which is none of `home`")
        );
        assert!(faults("\"02\",\"B\" 4", "\"02\",\"B\"").contains("its rows have 3 each"));
        assert!(faults("\"02\",\"B\" 4", "\"01\",\"B\" 4").contains("stands twice"));
        assert!(faults("KEYS(\"work\")=VALUES;", "").contains("by CODES or by VALUES"));
    }

    #[test]
    fn texts_in_data_may_hold_blanks() {
        let cube = parse("x", &SMALL.replace("\"..\"", "\"not given\"")).expect("sound");
        assert_eq!(cube.cells.len(), 4);
        assert_eq!(cube.cells[1], Given::Text("not given".into()));
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
