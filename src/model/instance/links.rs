//! `adjacency.csv`: which areas touch, and how.
//!
//! A pair of areas and a link kind stand in one row. A file may instead list every pair in both
//! directions: when more pairs stand both ways than one way, a pair in one direction only is an
//! error, as its other half has probably been lost. Otherwise the second row of a pair is the error.
//! In either form a pair that names one link kind in one direction and another in the other is an
//! error, too; two kinds of link between the same areas stand in rows of the same direction.

use std::collections::BTreeMap;
use std::path::Path;

use super::figures::measure;
use super::lookup::{Codes, Resolver};
use super::read::{Table, in_utf8, unreadable};
use super::{Instance, Link, LinkKind, codes};
use crate::defect::{Defect, Defects};

/// Columns of `adjacency.csv`; `border_km` and `note` may be missing or empty.
pub(super) const REQUIRED: [&str; 3] = ["a", "b", "kind"];

/// A row as it stands in the file.
struct Listing {
    line: u64,
    from: usize,
    to: usize,
    link: Link,
}

/// Reads the links of an instance from any CSV file.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read_adjacency(path: &Path, instance: &Instance) -> Result<Vec<Link>, Defects> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Defects::from(unreadable(&file, &error)))?;
    let codes = Codes::new(&instance.areas, BTreeMap::new());
    let mut defects = Defects::default();
    let told = in_utf8(&file, bytes, instance.encoding, &mut defects);
    let table = told.and_then(|told| Table::of_others(&file, &told.bytes, &REQUIRED, &mut defects));
    let links = table.map_or_else(Vec::new, |table| read(&table, &codes, &mut defects));
    defects.into_result()?;
    Ok(links)
}

/// The links of a table, by `(a, b, kind)`.
pub(super) fn read(table: &Table, codes: &Codes, defects: &mut Defects) -> Vec<Link> {
    let mut resolver = Resolver::new(codes);
    let mut pairs: BTreeMap<(usize, usize, LinkKind), Vec<Listing>> = BTreeMap::new();
    for row in &table.rows {
        let text = |column| row.get(table.required(column));
        let (from, to) = (resolver.column(table, row, "a"), resolver.column(table, row, "b"));
        let label = format!("{}–{}", codes.label(text("a")), codes.label(text("b")));
        let kind = text("kind").parse::<LinkKind>();
        if kind.is_err() {
            let words = LinkKind::ALL.map(LinkKind::word);
            let meant = super::read::closest(text("kind"), words)
                .map_or_else(String::new, |word| format!("did you mean `{word}`? "));
            defects.push(Defect::new(
                codes::LINK_KIND,
                table.at(row, "kind"),
                format!("{label}: `{}` is not a link kind", super::read::shorten(text("kind"))),
                format!("{meant}Use {}", words.join(", ")),
            ));
        }
        let border_km = measure(table, row, "border_km", 0.0..=f64::MAX, &label, defects);
        if text("a") == text("b") && !text("a").is_empty() {
            defects.push(Defect::new(
                codes::SELF_ADJACENT,
                format!("{}, row {}", table.file, row.line),
                format!("{} is listed as its own neighbour", codes.label(text("a"))),
                "drop the row, or correct one of the codes",
            ));
            continue;
        }
        let (Some(from), Some(to), Ok(kind)) = (from, to, kind) else { continue };
        let (a, b) = (from.min(to), from.max(to));
        let note = row.get_or_empty(table.column("note")).to_owned();
        let link = Link { a, b, kind, border_km, note };
        let listing = Listing { line: row.line, from, to, link };
        pairs.entry((a, b, kind)).or_default().push(listing);
    }
    resolver.finish(defects);
    check_directions(&table.file, codes, &pairs, defects)
}

/// Applies the rule of the [module](self) and keeps the first row of every pair.
fn check_directions(
    file: &str,
    codes: &Codes,
    pairs: &BTreeMap<(usize, usize, LinkKind), Vec<Listing>>,
    defects: &mut Defects,
) -> Vec<Link> {
    let is_both_ways =
        |rows: &[Listing]| rows.iter().any(|row| (row.from, row.to) == (rows[0].to, rows[0].from));
    let both = pairs.values().filter(|rows| is_both_ways(rows)).count();
    let file_lists_both = 2 * both > pairs.len();
    let mut links = Vec::with_capacity(pairs.len());
    for rows in pairs.values() {
        let first = &rows[0];
        let label = format!("{}–{}", codes.label_of(first.from), codes.label_of(first.to));
        let kind = first.link.kind;
        let mut is_reversed_seen = false;
        for row in &rows[1..] {
            let at = format!("{file}, row {}", row.line);
            let is_reversed = row.from == first.to;
            if file_lists_both && is_reversed && !is_reversed_seen {
                is_reversed_seen = true;
                if row.link.border_km != first.link.border_km {
                    defects.push(Defect::new(
                        codes::CONTRADICTORY_LINK,
                        format!("{at}, column border_km"),
                        format!("{label} ({kind}) has another length than in row {}", first.line),
                        "write the same length in both directions",
                    ));
                }
            } else {
                let turned = if is_reversed { ", the other way round" } else { "" };
                defects.push(Defect::new(
                    codes::REPEATED_LINK,
                    at,
                    format!("{label} ({kind}) already stands in row {}{turned}", first.line),
                    "keep one row per pair and link kind",
                ));
            }
        }
        if let Some(other) = opposed(pairs, rows) {
            // Reported once, at the later row.
            if other.line < first.line {
                defects.push(Defect::new(
                    codes::CONTRADICTORY_LINK,
                    format!("{file}, row {}, column kind", first.line),
                    format!(
                        "{label} is {kind} here and {} in the other direction, in row {}",
                        other.link.kind, other.line
                    ),
                    "write the same link kind in both directions",
                ));
            }
        } else if file_lists_both && !is_both_ways(rows) {
            let (from, to) = (codes.label_of(first.from), codes.label_of(first.to));
            defects.push(Defect::new(
                codes::ONE_SIDED,
                format!("{file}, row {}", first.line),
                format!(
                    "{from} lists {to} as a neighbour ({kind}), but {to} does not list {from}, \
                     while {both} of {} pairs stand both ways",
                    pairs.len()
                ),
                format!("add the row from {to} to {from}, or drop this one"),
            ));
        }
        links.push(first.link.clone());
    }
    links
}

/// The row that links the same areas by another kind, where each kind stands in one direction only
/// and the directions differ.
fn opposed<'a>(
    pairs: &'a BTreeMap<(usize, usize, LinkKind), Vec<Listing>>,
    rows: &[Listing],
) -> Option<&'a Listing> {
    let first = &rows[0];
    let (a, b) = (first.link.a, first.link.b);
    let is_all_from = |rows: &[Listing], from| rows.iter().all(|row| row.from == from);
    LinkKind::ALL
        .into_iter()
        .filter(|&kind| kind != first.link.kind && is_all_from(rows, first.from))
        .filter_map(|kind| pairs.get(&(a, b, kind)))
        .find(|others| is_all_from(others, first.to))
        .map(|others| &others[0])
}
