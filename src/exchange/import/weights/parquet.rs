//! Graphs of `libpysal.graph` in Parquet: the columns `focal`, `neighbor` and `weight`. An area without
//! neighbours is its own, with a weight of 0.

use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
use ::parquet::record::Field;

use regionfront_model::defect::Defects;

use super::super::source;
use super::Listing;

/// Reads the graph in the bytes of a file.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Listing, Defects> {
    let broken = |error: ::parquet::errors::ParquetError| {
        let what = format!("the Parquet file cannot be read: {error}");
        Defects::from(source::format(file, what, "write it again with libpysal's `to_parquet`"))
    };
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).map_err(broken)?;
    let mut listing = Listing::default();
    let mut places = std::collections::BTreeSet::new();
    for row in reader.get_row_iter(None).map_err(broken)? {
        let row = row.map_err(broken)?;
        let field = |name: &str| {
            row.get_column_iter().find(|(column, _)| *column == name).map(|(_, field)| field)
        };
        let (Some(focal), Some(neighbour)) = (field("focal"), field("neighbor")) else {
            let what = "the table has no columns `focal` and `neighbor`";
            let cure = "write it with libpysal's `Graph.to_parquet`";
            return Err(source::format(file, what, cure).into());
        };
        let (focal, neighbour) = (word(focal), word(neighbour));
        if places.insert(focal.clone()) {
            listing.areas.push(focal.clone());
        }
        let is_nil = field("weight").is_some_and(|weight| word(weight).parse() == Ok(0.0_f64));
        if !is_nil {
            listing.pairs.push((focal, neighbour));
        }
    }
    for (_, neighbour) in &listing.pairs {
        if places.insert(neighbour.clone()) {
            listing.areas.push(neighbour.clone());
        }
    }
    listing.notes.push("weights are not used, apart from those of 0".to_owned());
    Ok(listing)
}

fn word(field: &Field) -> String {
    match field {
        Field::Str(text) => text.clone(),
        Field::Long(number) => number.to_string(),
        Field::Int(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}
