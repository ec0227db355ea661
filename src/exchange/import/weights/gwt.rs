//! GWT: a header, then a line per pair: two codes and a weight.
//!
//! The header is `0`, the number of areas, the name of a shapefile and that of the variable with the
//! codes, or the number alone. Areas without neighbours stand in no line. A weight of 0 is no
//! neighbour; other weights, which may be distances, are not used.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;

use super::super::{exchange_codes, source};
use super::Listing;

pub(super) fn read(file: &str, text: &str) -> Result<Listing, Defects> {
    let mut defects = Defects::default();
    let mut listing = Listing::default();
    let mut rows = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let (at, header) = rows.next().unwrap_or_default();
    let fields: Vec<&str> = header.split_whitespace().collect();
    let number = match fields[..] {
        [number] | [_, number] | [_, number, _] | [_, number, _, _] => number.parse::<usize>().ok(),
        _ => None,
    };
    let Some(number) = number else {
        return Err(source::format(
            format!("{file}, row {}", at + 1),
            format!("`{}` is no header of a GWT file", shorten(header)),
            "it begins with `0`, the number of areas, a shapefile and a variable; weights are read in GAL, \
             GWT and the Parquet of libpysal",
        )
        .into());
    };
    let mut areas: BTreeSet<&str> = BTreeSet::new();
    let mut first_row: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut zeros = 0_usize;
    for (at, line) in rows {
        let place = || format!("{file}, row {}", at + 1);
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [from, to, weight] = fields[..] else {
            let what = format!("`{}` is not two codes and a weight", shorten(line));
            defects.push(source::format(place(), what, "write two codes and a number"));
            continue;
        };
        let Some(weight) = weight.parse::<f64>().ok().filter(|weight| weight.is_finite()) else {
            let what = format!("the weight `{}` is not a number", shorten(weight));
            defects.push(source::format(place(), what, "write two codes and a number"));
            continue;
        };
        areas.extend([from, to]);
        if let Some(first) = first_row.insert((from, to), at + 1) {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                place(),
                format!("`{}` to `{}` already stands in row {first}", shorten(from), shorten(to)),
                "keep one row per pair and direction",
            ));
        }
        if weight == 0.0 {
            zeros += 1;
        } else {
            listing.pairs.push((from.to_owned(), to.to_owned()));
        }
    }
    if areas.len() > number {
        defects.push(source::format(
            format!("{file}, row {}", at + 1),
            format!("the header says {number} areas, and {} have neighbours", areas.len()),
            "correct the header",
        ));
    }
    defects.into_result()?;
    listing.areas = areas.iter().map(|&code| code.to_owned()).collect();
    listing.notes.push("weights are not used".to_owned());
    if areas.len() < number {
        listing.notes.push(format!(
            "{} have no neighbour and so no code in the file: the header says {number} areas, and \
             {} are named",
            regionfront_model::instance::counted(number - areas.len(), "area"),
            areas.len()
        ));
    }
    if zeros > 0 {
        listing.notes.push(format!("rows with the weight 0, which is no neighbour: {zeros}"));
    }
    Ok(listing)
}
