//! GAL: a header, then per area its code and the number of its neighbours, and in the next line the
//! neighbours.
//!
//! PySAL's header is the number of areas. GeoDa's is `0`, the number, the name of a shapefile and
//! that of the variable with the codes. The line of an area without neighbours may be empty or
//! missing.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{closest, shorten};

use super::super::{exchange_codes, source};
use super::Listing;

const CURE: &str = "write the file again with PySAL or GeoDa";

pub(super) fn read(file: &str, text: &str) -> Result<Listing, Defects> {
    let mut defects = Defects::default();
    let mut listing = Listing::default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let begin = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    let header: Vec<&str> = lines[begin].split_whitespace().collect();
    let number = match header[..] {
        [number] | [_, number, ..] => number.parse::<usize>().ok(),
        [] => None,
    };
    let Some(number) = number else {
        return Err(source::format(
            format!("{file}, row {}", begin + 1),
            format!("`{}` is no header of a GAL file", shorten(lines[begin])),
            "it begins with the number of areas, or with `0`, that number, a shapefile and a \
             variable",
        )
        .into());
    };
    if let [_, _, rest @ ..] = &header[..]
        && !rest.is_empty()
    {
        listing.notes.push(format!("the header names {}", shorten(&rest.join(", "))));
    }
    let mut first_row: BTreeMap<String, usize> = BTreeMap::new();
    let mut mentions: Vec<(usize, String)> = Vec::new();
    let mut at = begin + 1;
    while at < lines.len() {
        if lines[at].is_empty() {
            at += 1;
            continue;
        }
        let row = at + 1;
        let place = format!("{file}, row {row}");
        let fields: Vec<&str> = lines[at].split_whitespace().collect();
        let Some((code, count)) = (match fields[..] {
            [code, count] => count.parse::<usize>().ok().map(|count| (code, count)),
            _ => None,
        }) else {
            defects.push(source::format(
                place,
                format!("`{}` is not a code and the number of its neighbours", shorten(lines[at])),
                CURE,
            ));
            // From here on codes and neighbours cannot be told apart.
            break;
        };
        at += 1;
        let mut neighbours: Vec<&str> = Vec::new();
        if count == 0 {
            at += usize::from(lines.get(at).is_some_and(|line| line.is_empty()));
        } else {
            neighbours =
                lines.get(at).map_or_else(Vec::new, |line| line.split_whitespace().collect());
            if neighbours.len() != count {
                defects.push(source::format(
                    format!("{file}, row {}", at + 1),
                    format!(
                        "{} neighbours of {code} where row {row} says {count}",
                        neighbours.len()
                    ),
                    CURE,
                ));
            }
            at += 1;
        }
        if let Some(first) = first_row.insert(code.to_owned(), row) {
            defects.push(Defect::new(
                exchange_codes::TWICE,
                place,
                format!("area `{}` already stands in row {first}", shorten(code)),
                "keep one entry per area",
            ));
        }
        listing.areas.push(code.to_owned());
        for neighbour in neighbours {
            mentions.push((row + 1, neighbour.to_owned()));
            listing.pairs.push((code.to_owned(), neighbour.to_owned()));
        }
    }
    if listing.areas.len() != number && defects.0.is_empty() {
        defects.push(source::format(
            format!("{file}, row {}", begin + 1),
            format!("the header says {number} areas, and {} are listed", listing.areas.len()),
            "the file may be cut short; write it again",
        ));
    }
    if defects.0.is_empty() {
        check_listed(file, &mentions, &first_row, &mut defects);
    }
    defects.into_result()?;
    Ok(listing)
}

/// Reports neighbours that have no entry of their own, each once.
fn check_listed(
    file: &str,
    mentions: &[(usize, String)],
    first_row: &BTreeMap<String, usize>,
    defects: &mut Defects,
) {
    let mut reported = BTreeSet::new();
    for (row, neighbour) in mentions {
        if first_row.contains_key(neighbour) || !reported.insert(neighbour) {
            continue;
        }
        let near = closest(neighbour, first_row.keys().map(String::as_str));
        let meant = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        defects.push(Defect::new(
            exchange_codes::UNLISTED,
            format!("{file}, row {row}"),
            format!("area `{}` is a neighbour and has no entry", shorten(neighbour)),
            format!("{meant}Give every area an entry of its own"),
        ));
    }
}
