//! A table into a crosswalk: which columns it has, what its weights are, and what it contradicts.
//!
//! Weights are populations, or anything else in proportion; or shares, in a column `share`, in per cent, or
//! below one. Shares of an area have to add up to a whole: where they do not, a part of it is missing, and
//! what it had would go to the others.

use std::collections::BTreeMap;

use super::super::codes;
use super::super::read::{Row, Table};
use super::{Crosswalk, WHOLE, shared_out};
use crate::defect::{Defect, Defects};
use crate::reading::{Decimal, Mark, NumberOptions, Numbers, Reading, code_fault, is_total_word};

/// By how much shares may miss their whole, in per cent: they are rounded.
const SLACK: u128 = 1;

/// The columns of a crosswalk.
struct Columns {
    old: usize,
    new: usize,
    old_name: Option<usize>,
    new_name: Option<usize>,
    new_county: Option<usize>,
    weight: Option<usize>,
    /// Whether the column of weights says that it holds shares.
    is_share: bool,
}

/// A part of an old area, with the weight that stands there.
struct Part {
    new: String,
    weight: Weight,
    line: u64,
}

/// What stands as a weight.
enum Weight {
    Number(Decimal),
    Missing(Mark),
    /// Something else, which was reported.
    Wrong,
}

/// Fills a crosswalk from its table.
pub(super) fn fill(crosswalk: &mut Crosswalk, table: &Table, defects: &mut Defects) {
    let Some(columns) = columns(table) else {
        defects.push(Defect::new(
            codes::COLUMN,
            format!("{}, row 1", table.file),
            "there are no two columns whose names begin with `code_`",
            "name the columns like code_2017,name_2017,code_2020, the old code first; oldCode and newCode \
             are understood, too",
        ));
        return;
    };
    crosswalk.columns = [columns.old, columns.new].map(|column| table.header()[column].clone());
    let (weights, are_percent) = weights(table, &columns);
    let numbers = Numbers::learn(weights.iter().copied(), NumberOptions::default());
    let mut parts: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for (row, &weight) in table.rows.iter().zip(&weights) {
        let [old, new] = [columns.old, columns.new].map(|column| row.get(column).to_owned());
        if !are_codes(table, row, &columns, defects) {
            continue;
        }
        name(&mut crosswalk.new_names, &new, row, columns.new_name, table, defects);
        name(&mut crosswalk.new_counties, &new, row, columns.new_county, table, defects);
        let known = crosswalk.old.entry(old.clone()).or_default();
        if known.name.is_empty() {
            row.get_or_empty(columns.old_name).clone_into(&mut known.name);
        }
        let weight = match numbers.read(weight) {
            Reading::Number(weight) => Weight::Number(weight),
            Reading::Missing(mark) => Weight::Missing(mark),
            Reading::Wrong(fault) => {
                defects.push(Defect::new(
                    codes::NOT_A_MEASURE,
                    format!("{}, row {}, column weight", table.file, row.line),
                    format!("the weight of `{old}` {}", fault.what()),
                    "write a number of at least 0, such as the population of the part",
                ));
                Weight::Wrong
            }
        };
        let of_old = parts.entry(old.clone()).or_default();
        if of_old.iter().any(|part| part.new == new) {
            defects.push(Defect::new(
                codes::CROSSWALK,
                table.at(row, &crosswalk.columns[0]),
                format!("the old area `{old}` stands twice"),
                "give every pair of an old and a new area one row",
            ));
            continue;
        }
        of_old.push(Part { new, weight, line: row.line });
    }
    let whole = whole_of(&parts, columns.is_share || are_percent, are_percent);
    for (old, mut parts) in parts {
        // Who gets the last person does not depend on the order of the rows.
        parts.sort_by(|one, other| one.new.cmp(&other.new));
        let place = format!(
            "{}, row {}, column {}",
            table.file,
            parts[parts.len().min(2) - 1].line,
            crosswalk.columns[0]
        );
        let found = weighed(&old, &parts, whole, columns.weight.is_some(), &place, defects);
        if let Some(known) = crosswalk.old.get_mut(&old) {
            known.parts = found;
        }
    }
}

/// The columns of a table: those whose names begin with `code_`, or those of the classifications of
/// statistical offices.
fn columns(table: &Table) -> Option<Columns> {
    let header = table.header();
    let mut coded = header.iter().filter(|name| name.starts_with("code_"));
    let (old, new) = match (coded.next(), coded.next()) {
        (Some(old), Some(new)) => (old.clone(), new.clone()),
        _ => [("oldCode", "newCode"), ("sourceCode", "targetCode")]
            .into_iter()
            .find(|(old, new)| table.column(old).is_some() && table.column(new).is_some())
            .map(|(old, new)| (old.to_owned(), new.to_owned()))?,
    };
    let beside = |code: &str, what: &str| {
        let upper = what[..1].to_uppercase() + &what[1..];
        table
            .column(&code.replacen("code_", &format!("{what}_"), 1))
            .filter(|_| code.starts_with("code_"))
            .or_else(|| {
                table.column(&code.replacen("Code", &upper, 1)).filter(|_| code.ends_with("Code"))
            })
    };
    let share = table.column("share");
    let weight = table.column("weight");
    Some(Columns {
        old: table.required(&old),
        new: table.required(&new),
        old_name: beside(&old, "name"),
        new_name: beside(&new, "name"),
        new_county: beside(&new, "county"),
        weight: weight.or(share),
        is_share: weight.is_none() && share.is_some(),
    })
}

/// The texts of all weights, and whether they are in per cent, which they say themselves; the sign is
/// left out then.
fn weights<'a>(table: &'a Table, columns: &Columns) -> (Vec<&'a str>, bool) {
    let texts: Vec<&str> =
        table.rows.iter().map(|row| row.get_or_empty(columns.weight).trim()).collect();
    let filled = || texts.iter().filter(|text| !text.is_empty());
    let are_percent = filled().next().is_some() && filled().all(|text| text.ends_with('%'));
    if !are_percent {
        return (texts, false);
    }
    (texts.into_iter().map(|text| text.trim_end_matches('%').trim_end()).collect(), true)
}

/// Whether both codes of a row are codes; what they are else is reported.
fn are_codes(table: &Table, row: &Row, columns: &Columns, defects: &mut Defects) -> bool {
    let mut are_sound = true;
    for column in [columns.old, columns.new] {
        let code = row.get(column);
        let (what, cure) = if code.is_empty() {
            ("a code is empty".to_owned(), "give the old and the new code")
        } else if let Some(fault) = code_fault(code) {
            (format!("the code `{code}` {fault}"), "export the table again with its codes as text")
        } else if is_total_word(code) {
            (format!("`{code}` is a word for a total, and no code"), "drop the row")
        } else {
            continue;
        };
        let place = table.at(row, &table.header()[column]);
        let kind = if code.is_empty() { codes::TEXT } else { codes::CROSSWALK };
        defects.push(Defect::new(kind, place, what, cure));
        are_sound = false;
    }
    are_sound
}

/// Takes down what a row calls its new area, or the county of it: one thing only.
fn name(
    known: &mut BTreeMap<String, String>,
    new: &str,
    row: &Row,
    column: Option<usize>,
    table: &Table,
    defects: &mut Defects,
) {
    let (Some(column), text) = (column, row.get_or_empty(column)) else { return };
    if text.is_empty() {
        return;
    }
    let first = known.entry(new.to_owned()).or_insert_with(|| text.to_owned());
    if first != text {
        defects.push(Defect::new(
            codes::CROSSWALK,
            table.at(row, &table.header()[column]),
            format!("the new area `{new}` is called `{text}` here and `{first}` above"),
            "give every new area one name and one county",
        ));
    }
}

/// What the weights of an area have to add up to, where they are shares.
fn whole_of(
    parts: &BTreeMap<String, Vec<Part>>,
    is_share: bool,
    are_percent: bool,
) -> Option<u128> {
    let one = Decimal::whole(1);
    let number = |part: &Part| match part.weight {
        Weight::Number(weight) => Some(weight),
        _ => None,
    };
    let all = || parts.values().flatten().filter_map(number);
    if are_percent || (is_share && all().any(|weight| weight > one)) {
        return Some(Decimal::whole(100).parts());
    }
    let of_split = || parts.values().filter(|parts| parts.len() > 1).flatten().filter_map(number);
    let look_so = of_split().all(|weight| weight <= one)
        && of_split().any(|weight| !weight.is_zero() && weight < one);
    (is_share || look_so).then_some(one.parts())
}

/// The parts of an old area with their weights in parts of [`WHOLE`].
fn weighed(
    old: &str,
    parts: &[Part],
    whole: Option<u128>,
    has_weights: bool,
    place: &str,
    defects: &mut Defects,
) -> Vec<(String, u64)> {
    let weights: Vec<u128> = parts
        .iter()
        .map(|part| match part.weight {
            Weight::Number(weight) => weight.parts(),
            _ => 0,
        })
        .collect();
    let are_given = parts.iter().all(|part| matches!(part.weight, Weight::Number(_)));
    let sum = weights.iter().fold(0_u128, |sum, one| sum.saturating_add(*one));
    if let Some(whole) = whole.filter(|_| are_given) {
        let slack = whole * SLACK / 100;
        // A single row may hold what others hold as populations.
        let is_off = sum + slack < whole || (sum > whole + slack && parts.len() > 1);
        if is_off {
            let thousandths = sum.saturating_mul(1000) / whole;
            defects.push(Defect::new(
                codes::CROSSWALK,
                place,
                format!(
                    "the shares of `{old}` add up to {}.{} % of it",
                    thousandths / 10,
                    thousandths % 10
                ),
                "give every part of it a row, so that they add up to the whole; populations of the parts, in \
                 place of shares, need not add up to anything",
            ));
            return Vec::new();
        }
    }
    if let [only] = parts {
        return vec![(only.new.clone(), WHOLE)];
    }
    if parts.iter().any(|part| matches!(part.weight, Weight::Wrong)) {
        return Vec::new();
    }
    if !are_given || sum == 0 {
        let missing = parts.iter().find_map(|part| match part.weight {
            Weight::Missing(mark) => Some((&part.new, mark)),
            _ => None,
        });
        let both =
            format!("the old area `{old}` goes to both `{}` and `{}`", parts[0].new, parts[1].new);
        let what = match missing {
            Some((new, mark)) if has_weights => {
                format!("{both}, and the weight of its part in `{new}` is {}", mark.words())
            }
            None => format!("{both}, and all their weights are 0"),
            Some(_) => both,
        };
        defects.push(Defect::new(
            codes::CROSSWALK,
            place,
            what,
            "give every old area one row, or a column `weight` with the share, or the population, of each of \
             its parts",
        ));
    }
    let shares = shared_out(WHOLE, &weights);
    parts.iter().map(|part| part.new.clone()).zip(shares).collect()
}
