//! Shapefiles: polygons in `.shp`, what is known of them in `.dbf`, the coordinate system in `.prj`, and in
//! `.cpg` how texts are written.
//!
//! Without `.cpg` texts are UTF-8 where they can be, else in the code page that the `.dbf` names, else in
//! Windows-1252. Texts that are not in what a file says, or was said, are refused.

use std::path::{Path, PathBuf};

use ::shapefile::dbase::encoding::EncodingRs;
use ::shapefile::dbase::{FieldValue, ReaderBuilder};
use serde_json::{Map, Value};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::codes::ENCODING;
use regionfront_model::instance::{Shape, shorten};
use regionfront_model::reading::{Encoding, text_of_float};

use super::super::source;
use super::found::{Found, feature_of};

/// Whether some bytes begin as those of a `.shp`.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(&9994_i32.to_be_bytes())
}

/// The features of a Shapefile, whose texts are in this encoding where that was said.
pub(super) fn read(path: &Path, file: &str, asked: Option<Encoding>) -> Result<Found, Defects> {
    let broken = |what: &dyn std::fmt::Display| {
        let what = format!("the Shapefile cannot be read: {what}");
        let cure = "keep the files .shp, .shx, .dbf, .prj and .cpg together";
        Defects::from(source::format(file, what, cure))
    };
    let Some(table) = beside(path, "dbf") else {
        return Err(broken(&"there is no .dbf beside it, which holds the codes"));
    };
    let language = language_of(&table);
    let shapes = ::shapefile::ShapeReader::from_path(path).map_err(|error| broken(&error))?;
    let bytes = EncodingRs::from(encoding_rs::X_USER_DEFINED);
    let records = ReaderBuilder::new().with_encoding(bytes).open(table);
    let records = records.map_err(|error| broken(&error))?;
    let mut found = Found::default();
    if let Some(Ok(bytes)) = beside(path, "prj").map(std::fs::read) {
        found.crs = Some(source::text(file, &bytes)?.0);
    }
    let mut reader = ::shapefile::Reader::new(shapes, records);
    let mut all: Vec<(Shape, Map<String, Value>)> = Vec::new();
    for record in reader.iter_shapes_and_records() {
        let (shape, record) = record.map_err(|error| broken(&error))?;
        let properties = record.into_iter().map(|(name, value)| (name, property(value))).collect();
        all.push((polygons_of(&shape), properties));
    }
    let texts = all.iter().flat_map(|(_, properties)| properties.values());
    let texts: Vec<Vec<u8>> =
        texts.filter_map(Value::as_str).filter(|text| !text.is_ascii()).map(bytes_of).collect();
    let encoding = if texts.is_empty() {
        None
    } else {
        let (encoding, note) = encoding_of(path, file, asked, language, &texts)?;
        found.notes.extend(note);
        Some(encoding)
    };
    for (shape, mut properties) in all {
        for value in properties.values_mut() {
            if let (Some(encoding), Value::String(text)) = (encoding, &mut *value)
                && !text.is_ascii()
            {
                *text = decoded(encoding, &bytes_of(text)).unwrap_or_default();
            }
        }
        found.features.push(feature_of(&shape, properties));
    }
    Ok(found)
}

/// The file of this ending beside another, in small letters or in capitals.
fn beside(path: &Path, ending: &str) -> Option<PathBuf> {
    [ending.to_owned(), ending.to_uppercase()]
        .into_iter()
        .map(|ending| path.with_extension(ending))
        .find(|path| path.is_file())
}

/// The byte in which a `.dbf` says its code page.
fn language_of(table: &Path) -> u8 {
    use std::io::Read as _;
    let mut head = [0; 30];
    let read = std::fs::File::open(table).and_then(|mut file| file.read_exact(&mut head));
    read.map_or(0, |()| head[29])
}

/// The encoding of code pages that a `.dbf` can name; none for "that of this computer".
fn code_page(language: u8) -> Option<Encoding> {
    let name = match language {
        0x01 => "cp437",
        0x02 => "cp850",
        0x03 | 0x58 | 0x59 => "windows-1252",
        0x13 | 0x7b => "shift_jis",
        0x26 | 0x65 => "ibm866",
        0x4d | 0x7a => "gbk",
        0x4e | 0x79 => "euc-kr",
        0x4f | 0x78 => "big5",
        0x7c => "windows-874",
        0x7d => "windows-1255",
        0x7e => "windows-1256",
        0xc8 => "windows-1250",
        0xc9 => "windows-1251",
        0xca => "windows-1254",
        0xcb => "windows-1253",
        0xcc => "windows-1257",
        _ => return None,
    };
    name.parse().ok()
}

/// The encoding that a `.cpg` names: `UTF-8`, `ISO 88591`, `1252`, `ANSI 1250`, `OEM 850`, `65001`.
fn of_name(name: &str) -> Option<Encoding> {
    let name = name.trim().trim_matches('\0').trim_start_matches('\u{feff}').trim();
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    let other = match digits.as_str() {
        "65001" => "utf-8".to_owned(),
        iso if iso.starts_with("8859") && iso.len() > 4 => format!("iso-8859-{}", &iso[4..]),
        page => format!("windows-{page}"),
    };
    // A number alone stands for a code page; `8859-1` and the like are names already.
    name.parse().or_else(|_| other.parse()).or_else(|_| format!("cp{digits}").parse()).ok()
}

/// How texts are written, and what is to be said of it.
fn encoding_of(
    path: &Path,
    file: &str,
    asked: Option<Encoding>,
    language: u8,
    texts: &[Vec<u8>],
) -> Result<(Encoding, Option<String>), Defects> {
    let holds = |encoding: Encoding| texts.iter().all(|text| decoded(encoding, text).is_some());
    let refuse = |what: String| {
        let cure =
            "name the encoding of the .dbf with --encoding, such as latin1, cp850 or windows-1250";
        Err(Defects::from(Defect::new(ENCODING, file, what, cure)))
    };
    if let Some(asked) = asked {
        let note = format!("texts of the .dbf were read as {asked}, as asked");
        if !holds(asked) {
            return refuse(format!("the .dbf holds bytes that {asked} does not have"));
        }
        return Ok((asked, Some(note)));
    }
    if let Some(Ok(bytes)) = beside(path, "cpg").map(std::fs::read) {
        let name = String::from_utf8_lossy(&bytes).trim().to_owned();
        return match of_name(&name) {
            Some(encoding) if holds(encoding) => Ok((encoding, None)),
            Some(encoding) => refuse(format!(
                "the .cpg says {encoding}, and the .dbf holds bytes that this does not have"
            )),
            None => refuse(format!(
                "the .cpg names `{}`, which is no encoding known here",
                shorten(&name)
            )),
        };
    }
    let lacking = "no .cpg says how names are written";
    let utf8: Encoding = "utf-8".parse().expect("every program knows it");
    if holds(utf8) {
        return Ok((utf8, Some(format!("{lacking}: they are UTF-8"))));
    }
    if let Some(page) = code_page(language).filter(|page| holds(*page)) {
        let note = format!(
            "{lacking}: they were read as {page}, which the .dbf names; --encoding says otherwise"
        );
        return Ok((page, Some(note)));
    }
    let assumed: Encoding = "windows-1252".parse().expect("every program knows it");
    let note = format!("{lacking}: they were read as {assumed}; --encoding says otherwise");
    Ok((assumed, Some(note)))
}

/// The text in the bytes of a field; `None` where the encoding has it not. Fields have a width in bytes, so
/// that the last letter may be cut.
fn decoded(encoding: Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode(bytes).or_else(|| {
        let cut = |less: usize| encoding.decode(bytes.get(..bytes.len().checked_sub(less)?)?);
        (1..=3).find_map(cut)
    })
}

/// The bytes of a text that was read so that none of them is lost: those above ASCII became letters of
/// private use, from U+F780 on.
fn bytes_of(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match u8::try_from(u32::from(letter).wrapping_sub(0xf700)) {
            Ok(byte) if byte >= 0x80 => bytes.push(byte),
            _ => bytes.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    bytes
}

fn property(value: FieldValue) -> Value {
    match value {
        FieldValue::Character(text) => text.map_or(Value::Null, Value::from),
        FieldValue::Numeric(Some(number)) | FieldValue::Double(number) => {
            let text = text_of_float(number);
            text.parse::<i64>().map_or_else(|_| Value::from(number), Value::from)
        }
        FieldValue::Integer(number) => Value::from(number),
        FieldValue::Logical(truth) => truth.map_or(Value::Null, Value::from),
        FieldValue::Memo(text) => Value::from(text),
        _ => Value::Null,
    }
}

/// The rings of a shape. Those of a Shapefile say which of them are holes, and not of what: a hole
/// belongs to the outline before it here, which makes no difference to borders.
fn polygons_of(shape: &::shapefile::Shape) -> Shape {
    fn rings<P>(
        rings: &[::shapefile::PolygonRing<P>],
        position: impl Fn(&P) -> (f64, f64),
    ) -> Shape {
        let mut shape = Shape::new();
        for ring in rings {
            let points: Vec<(f64, f64)> = ring.points().iter().map(&position).collect();
            match (ring, shape.last_mut()) {
                (::shapefile::PolygonRing::Inner(_), Some(polygon)) => polygon.push(points),
                _ => shape.push(vec![points]),
            }
        }
        shape
    }
    match shape {
        ::shapefile::Shape::Polygon(polygon) => rings(polygon.rings(), |point| (point.x, point.y)),
        ::shapefile::Shape::PolygonM(polygon) => rings(polygon.rings(), |point| (point.x, point.y)),
        ::shapefile::Shape::PolygonZ(polygon) => rings(polygon.rings(), |point| (point.x, point.y)),
        _ => Shape::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_encodings_are_read_as_programs_write_them() {
        for (name, encoding) in [
            ("UTF-8", "UTF-8"),
            ("utf8\r\n", "UTF-8"),
            ("65001", "UTF-8"),
            ("ISO 88591", "windows-1252"),
            ("ISO-8859-15", "ISO-8859-15"),
            ("1252", "windows-1252"),
            ("ANSI 1250", "windows-1250"),
            ("OEM 850", "CP850"),
            ("CP437", "CP437"),
        ] {
            let found = of_name(name).map(|found| found.to_string());
            assert_eq!(found.as_deref(), Some(encoding), "{name}");
        }
        assert!(of_name("LDID/201x").is_none());
    }

    #[test]
    fn a_letter_that_the_width_of_a_field_cut_is_left_out() {
        let utf8: Encoding = "utf-8".parse().expect("known");
        assert_eq!(decoded(utf8, b"Str\xc3\xb8m\xc3").as_deref(), Some("Strøm"));
        assert_eq!(decoded(utf8, b"Str\xf8mmen"), None);
    }
}
