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

#[expect(clippy::too_many_lines, reason = "one format, read from its first line to its last")]
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
            "it begins with the number of areas, or with `0`, that number, a shapefile and a variable; \
             weights are read in GAL, GWT and the Parquet of libpysal",
        )
        .into());
    };
    if let [_, _, rest @ ..] = &header[..]
        && !rest.is_empty()
    {
        listing.notes.push(format!("the header names {}", shorten(&rest.join(", "))));
    }
    let mut first_row: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    let mut at = begin + 1;
    while at < lines.len() {
        if lines[at].is_empty() {
            at += 1;
            continue;
        }
        let row = at + 1;
        let place = format!("{file}, row {row}");
        // Codes may hold blanks; the number stands last.
        let split = lines[at].rsplit_once(char::is_whitespace);
        let Some((code, count)) = split.and_then(|(code, count)| {
            count.parse::<usize>().ok().map(|count| (unquoted(code.trim()), count))
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
        let mut neighbours = "";
        if count == 0 {
            at += usize::from(lines.get(at).is_some_and(|line| line.is_empty()));
        } else {
            neighbours = lines.get(at).copied().unwrap_or_default();
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
        entries.push(Entry { row, code, count, neighbours });
    }
    // Words of the longest code.
    let num_words = |code: &String| code.split_whitespace().count();
    let longest = listing.areas.iter().map(num_words).max().unwrap_or(0);
    let mut mentions: Vec<(usize, String)> = Vec::new();
    for entry in &entries {
        let found = if longest > 1 && !entry.neighbours.contains('"') {
            by_known_codes(entry, &first_row, longest)
        } else {
            Ok(words(entry.neighbours))
        };
        match found {
            Ok(found) if found.len() == entry.count => {
                for neighbour in found {
                    mentions.push((entry.row + 1, neighbour.clone()));
                    listing.pairs.push((entry.code.to_owned(), neighbour));
                }
            }
            Ok(found) => defects.push(source::format(
                format!("{file}, row {}", entry.row + 1),
                format!(
                    "{} neighbours of {} where row {} says {}",
                    found.len(),
                    entry.code,
                    entry.row,
                    entry.count
                ),
                CURE,
            )),
            Err(what) => defects.push(source::format(
                format!("{file}, row {}", entry.row + 1),
                format!("{what}: `{}`", shorten(entry.neighbours)),
                "codes hold blanks: write the file again with codes without them, or in quotation marks",
            )),
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

/// An area with its neighbours as the file has them.
struct Entry<'a> {
    row: usize,
    code: &'a str,
    count: usize,
    neighbours: &'a str,
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')).unwrap_or(text)
}

/// The words of a line; what stands in quotation marks is one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, piece) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(piece.to_owned());
        } else {
            words.extend(piece.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Most words of a line that is cut into codes: the ways to do so grow with their square.
const MOST_WORDS: usize = 2_000;

/// A line cut into as many codes as there are neighbours, all of them known. There may be one way to
/// do so only. No code has more words than `longest`.
fn by_known_codes(
    entry: &Entry<'_>,
    known: &BTreeMap<String, usize>,
    longest: usize,
) -> Result<Vec<String>, &'static str> {
    let words: Vec<&str> = entry.neighbours.split_whitespace().collect();
    if entry.count > words.len() {
        return Err("these are not so many codes of the file");
    }
    if words.len() > MOST_WORDS {
        return Err("there are too many words to tell where codes end");
    }
    // Ways to cut the first words into so many codes, by number of words and of codes, with the
    // beginning of the last code.
    let mut ways: BTreeMap<(usize, usize), (u64, usize)> = BTreeMap::from([((0, 0), (1, 0))]);
    for end in 1..=words.len() {
        for begin in end.saturating_sub(longest)..end {
            if !known.contains_key(words[begin..end].join(" ").as_str()) {
                continue;
            }
            for codes in 0..entry.count.min(end) {
                let Some(&(before, _)) = ways.get(&(begin, codes)) else { continue };
                let way = ways.entry((end, codes + 1)).or_insert((0, begin));
                *way = (way.0.saturating_add(before), begin);
            }
        }
    }
    match ways.get(&(words.len(), entry.count)) {
        None => Err("these are not so many codes of the file"),
        Some((1, _)) => {
            let (mut end, mut found) = (words.len(), Vec::new());
            for codes in (1..=entry.count).rev() {
                let begin = ways[&(end, codes)].1;
                found.push(words[begin..end].join(" "));
                end = begin;
            }
            found.reverse();
            Ok(found)
        }
        Some(_) => Err("there are several ways to cut the line into codes"),
    }
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
