//! Graphs of `libpysal.graph` in Parquet: the columns `focal`, `neighbor` and `weight`. An area without
//! neighbours is its own, with a weight of 0.
//!
//! What such a graph cannot hold is refused: an end without a name, a weight that is no number, a pair
//! that stands twice, a neighbour that is no focal.

use std::collections::{BTreeMap, BTreeSet};

use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::record::Field;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::text_of_float;

use super::super::{exchange_codes, source};
use super::Listing;

/// Reads the graph in the bytes of a file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Listing, Defects> {
    let broken = |error: ::parquet::errors::ParquetError| {
        let what = format!("the Parquet file cannot be read: {error}");
        Defects::from(source::format(file, what, "write it again with libpysal's `to_parquet`"))
    };
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).map_err(broken)?;
    let mut listing = Listing::default();
    let mut defects = Defects::default();
    let mut places = BTreeSet::new();
    let mut rows: BTreeMap<(String, String), usize> = BTreeMap::new();
    let cure = "write the graph again with libpysal's `Graph.to_parquet`";
    for (at, row) in reader.get_row_iter(None).map_err(broken)?.enumerate() {
        let row = row.map_err(broken)?;
        let place = || format!("{file}, row {}", at + 1);
        let field = |name: &str| {
            row.get_column_iter().find(|(column, _)| *column == name).map(|(_, field)| field)
        };
        let (Some(focal), Some(neighbour)) = (field("focal"), field("neighbor")) else {
            let what = "the table has no columns `focal` and `neighbor`";
            return Err(source::format(file, what, cure).into());
        };
        let (Some(focal), Some(neighbour)) = (word(focal), word(neighbour)) else {
            defects.push(source::format(place(), "an end of the pair has no name", cure));
            continue;
        };
        let weight = field("weight").map(|weight| word(weight).unwrap_or_else(|| "NaN".to_owned()));
        let weight = weight.map(|weight| (weight.parse::<f64>().ok(), weight));
        if let Some((number, text)) = &weight
            && !number.is_some_and(f64::is_finite)
        {
            let what = format!("the weight `{}` is not a number", shorten(text));
            defects.push(source::format(place(), what, cure));
            continue;
        }
        if places.insert(focal.clone()) {
            listing.areas.push(focal.clone());
        }
        let pair = (focal, neighbour);
        if let Some(first) = rows.get(&pair) {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                place(),
                format!(
                    "`{}` to `{}` already stands in row {first}",
                    shorten(&pair.0),
                    shorten(&pair.1)
                ),
                "keep one row per pair and direction",
            ));
            continue;
        }
        rows.insert(pair.clone(), at + 1);
        if weight.is_none_or(|(number, _)| number != Some(0.0)) {
            listing.pairs.push(pair);
        }
    }
    let strangers: BTreeSet<&String> = rows
        .keys()
        .map(|(_, neighbour)| neighbour)
        .filter(|name| !places.contains(*name))
        .collect();
    // A row that was left out may be the one that names it.
    let is_whole = defects.0.is_empty();
    for stranger in strangers.into_iter().filter(|_| is_whole) {
        defects.push(Defect::new(
            exchange_codes::UNLISTED,
            file,
            format!("area `{}` is a neighbour and no focal", shorten(stranger)),
            "give every area rows of its own; one without neighbours is its own, with a weight of 0",
        ));
    }
    defects.into_result()?;
    listing.notes.push("weights are not used, apart from those of 0".to_owned());
    Ok(listing)
}

/// An end of a pair, or a weight, as text; none where it is empty. Whole numbers have no decimals.
fn word(field: &Field) -> Option<String> {
    let text = match field {
        Field::Null => return None,
        Field::Str(text) => text.trim().to_owned(),
        Field::Double(number) => text_of_float(*number),
        Field::Float(number) => text_of_float(f64::from(*number)),
        other => other.to_string(),
    };
    (!text.is_empty()).then_some(text)
}
