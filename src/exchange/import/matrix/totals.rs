//! Which labels are totals: those with a word for it, those that were named, and those whose figures
//! are the sums of all others, whatever they are called.

use std::collections::BTreeSet;

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::{counted, shorten};
use regionfront_model::reading::{Decimal, is_total_word};

use super::super::{exchange_codes, some_of};
use super::grid::Grid;
use super::{Listing, MatrixOptions, part_totals};

/// Which labels are taken for totals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Totals {
    /// Words for it, and what the sums show.
    #[default]
    BySums,
    /// These labels, and no others.
    Named(Vec<String>),
}

/// Sums from and to every label over those flows that have no total at an end.
pub(super) struct Sums {
    pub(super) from: Vec<Decimal>,
    pub(super) to: Vec<Decimal>,
    pub(super) all: Decimal,
}

impl Sums {
    pub(super) fn of(listing: &Listing, totals: &BTreeSet<usize>) -> Self {
        let nil = vec![Decimal::default(); listing.labels.len()];
        let mut sums = Self { from: nil.clone(), to: nil, all: Decimal::default() };
        for flow in &listing.flows {
            if !totals.contains(&flow.from) && !totals.contains(&flow.to) {
                sums.from[flow.from] = sums.from[flow.from].plus(flow.value);
                sums.to[flow.to] = sums.to[flow.to].plus(flow.value);
                sums.all = sums.all.plus(flow.value);
            }
        }
        sums
    }
}

/// The labels that are totals.
pub(super) fn find(
    listing: &mut Listing,
    options: &MatrixOptions,
    is_area: &dyn Fn(&str) -> bool,
) -> Result<BTreeSet<usize>, Defects> {
    let mut defects = Defects::default();
    if let Totals::Named(names) = &options.totals {
        let mut totals = BTreeSet::new();
        for name in names {
            match listing.labels.iter().position(|label| label.text == *name) {
                Some(label) => {
                    totals.insert(label);
                }
                None => defects.push(Defect::new(
                    exchange_codes::UNLISTED,
                    "--totals",
                    format!("`{}` is no label of the matrix", shorten(name)),
                    "write it as the file does, or none",
                )),
            }
        }
        defects.into_result()?;
        return Ok(totals);
    }
    let mut totals: BTreeSet<usize> = (0..listing.labels.len())
        .filter(|&label| is_total_word(&listing.labels[label].text))
        .collect();
    totals.extend(part_totals::find(listing, &totals, is_area)?);
    loop {
        let sums = Sums::of(listing, &totals);
        let found = (0..listing.labels.len()).find(|&label| {
            !totals.contains(&label)
                && !is_area(&listing.labels[label].text)
                && stands_at_an_end(listing, label, &totals)
                && compares(listing, label, &totals, &sums, Comparison::Equal)
        });
        let Some(label) = found else { break };
        totals.insert(label);
        listing.notes.push(format!(
            "`{}` is the sum of all others, and so taken for a total",
            shorten(&listing.labels[label].text)
        ));
    }
    let sums = Sums::of(listing, &totals);
    for label in 0..listing.labels.len() {
        let text = &listing.labels[label].text;
        let is_on_both = listing.seen.iter().all(|side| side.contains(&label));
        if totals.contains(&label)
            || is_area(text)
            || !is_on_both
            || !stands_at_an_end(listing, label, &totals)
        {
            continue;
        }
        if compares(listing, label, &totals, &sums, Comparison::AtLeast) {
            defects.push(Defect::new(
                exchange_codes::IS_TOTAL,
                listing.labels[label].at.clone(),
                format!(
                    "from and to `{}` there are always at least as many as from and to all others \
                     together: it may be a total that counts people from elsewhere",
                    shorten(text)
                ),
                format!("say that it is one with --totals \"{text}\", or that it is an area with --totals none"),
            ));
        }
    }
    defects.into_result()?;
    Ok(totals)
}

/// Refuses a code with which two others or more begin, where all of them are numbers and these are at
/// least two digits longer and of one length: that of a county, whose sum the row may be.
pub(super) fn refuse_levels(
    listing: &Listing,
    codes: &[String],
    totals: &BTreeSet<usize>,
) -> Result<(), Defects> {
    let left: Vec<usize> = (0..codes.len()).filter(|at| !totals.contains(at)).collect();
    let is_number = |code: &str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
    let longest = left.iter().map(|&at| codes[at].len()).max().unwrap_or(0);
    if longest < 4 || !left.iter().all(|&at| is_number(&codes[at])) {
        return Ok(());
    }
    let (long, short): (Vec<usize>, Vec<usize>) =
        left.iter().partition(|&&at| codes[at].len() == longest);
    // Areas that are only numbered have codes of every length.
    if short.iter().any(|&at| codes[at].len() + 2 > longest) {
        return Ok(());
    }
    let begins =
        |&&at: &&usize| long.iter().filter(|&&one| codes[one].starts_with(&codes[at])).count();
    let levels: Vec<usize> = short.iter().filter(|at| begins(at) > 1).copied().collect();
    let Some(&first) = levels.first() else { return Ok(()) };
    let listed: Vec<&str> = levels.iter().map(|&at| listing.labels[at].text.as_str()).collect();
    Err(Defect::new(
        exchange_codes::IS_TOTAL,
        listing.labels[first].at.clone(),
        format!(
            "other codes begin with these, so that they may be totals of parts: {}",
            some_of(&listed.iter().map(|text| format!("`{}`", shorten(text))).collect::<Vec<_>>())
        ),
        format!(
            "say that they are with --totals \"{}\" --ignore-totals, or that they are areas with --totals none",
            listed.join(",")
        ),
    )
    .into())
}

/// Refuses figures that are shares: those from every area, or to every area, add up to 100.
pub(super) fn refuse_shares(
    grid: &Grid,
    listing: &Listing,
    totals: &BTreeSet<usize>,
) -> Result<(), Defects> {
    let sums = Sums::of(listing, totals);
    let half = Decimal::whole(1).minus(Decimal::MILLIONTH);
    let are_shares = |sums: &[Decimal], side: usize| {
        let others = listing.seen[side].iter().filter(|label| !totals.contains(label));
        let mut all = others.map(|&label| sums[label]).filter(|sum| !sum.is_zero());
        let is_share = |sum: &Decimal| sum.distance(Decimal::whole(100)) < half;
        let first = all.by_ref().take(3).filter(is_share).count();
        first == 3 && all.all(|sum| is_share(&sum))
    };
    for (sums, side, word) in [(&sums.from, 0, "from"), (&sums.to, 1, "to")] {
        if are_shares(sums, side) {
            let what = format!(
                "the figures {word} every area add up to 100: they are shares, and no numbers of people"
            );
            let cure = "give the table with numbers of people";
            return Err(Defect::new(exchange_codes::FIGURE, grid.file.clone(), what, cure).into());
        }
    }
    Ok(())
}

/// Totals stand first or last in a square matrix; in a long one the order says nothing.
fn stands_at_an_end(listing: &Listing, label: usize, totals: &BTreeSet<usize>) -> bool {
    if !listing.is_square {
        return true;
    }
    listing.seen.iter().filter(|side| side.contains(&label)).all(|side| {
        let mut others = side.iter().filter(|other| !totals.contains(other));
        let first = others.next();
        first == Some(&label) || others.next_back().or(first) == Some(&label)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    AtLeast,
}

/// Whether the figures of a label are the sums of all others, or at least these, on every side on
/// which it stands. Two sums above 0 at least are compared.
fn compares(
    listing: &Listing,
    label: usize,
    totals: &BTreeSet<usize>,
    sums: &Sums,
    comparison: Comparison,
) -> bool {
    let num_labels = listing.labels.len();
    let mut own = [vec![Decimal::default(); num_labels], vec![Decimal::default(); num_labels]];
    let mut both = Decimal::default();
    for flow in &listing.flows {
        let is_own = (flow.from == label, flow.to == label);
        match is_own {
            (true, true) => both = both.plus(flow.value),
            (false, true) => own[0][flow.from] = own[0][flow.from].plus(flow.value),
            (true, false) => own[1][flow.to] = own[1][flow.to].plus(flow.value),
            (false, false) => {}
        }
    }
    let is_on = [listing.seen[1].contains(&label), listing.seen[0].contains(&label)];
    let mut compared = 0_usize;
    for axis in 0..2 {
        if !is_on[axis] {
            continue;
        }
        let side = &listing.seen[axis];
        let others: Vec<usize> = side
            .iter()
            .copied()
            .filter(|other| *other != label && !totals.contains(other))
            .collect();
        // The sum of one is no total.
        if others.len() < 2 {
            return false;
        }
        for other in others {
            let with_it = if axis == 0 { sums.from[other] } else { sums.to[other] };
            let value = own[axis][other];
            let rest = with_it.minus(value);
            let fits = match comparison {
                Comparison::Equal => value.is_near(rest),
                Comparison::AtLeast => value >= rest,
            };
            if !fits {
                return false;
            }
            // Where there is nothing else, nothing is shown by having at least as much.
            compared += usize::from(!value.is_zero() && !rest.is_zero());
        }
    }
    let without = sums.all.minus(sums.from[label]).minus(sums.to[label]).plus(both);
    let is_corner_right = match comparison {
        Comparison::Equal => both.is_zero() || both.is_near(without),
        Comparison::AtLeast => both >= without,
    };
    compared >= 2 && is_corner_right
}

/// Holds the figures of totals against the sums, and says what they were.
pub(super) fn check(
    grid: &Grid,
    listing: &mut Listing,
    totals: &BTreeSet<usize>,
    ignore: bool,
) -> Result<(), Defects> {
    let sums = Sums::of(listing, totals);
    let is_whole = listing.flows.iter().all(|flow| flow.value.as_whole().is_some());
    let (mut checked, mut defects) = (0_usize, Defects::default());
    for flow in &listing.flows {
        let of_total = (totals.contains(&flow.from), totals.contains(&flow.to));
        let (whose, sum) = match of_total {
            (false, false) => continue,
            (true, true) => ("of everything".to_owned(), sums.all),
            (false, true) => {
                (format!("from {}", listing.labels[flow.from].text), sums.from[flow.from])
            }
            (true, false) => (format!("to {}", listing.labels[flow.to].text), sums.to[flow.to]),
        };
        checked += 1;
        let most = if is_whole { Decimal::default() } else { Decimal::whole(1) };
        if flow.value.distance(sum) > most {
            defects.push(Defect::new(
                exchange_codes::TOTAL,
                grid.at(flow.at.0, flow.at.1),
                format!(
                    "the total {whose} is {}, the figures add up to {}",
                    flow.value.shown(),
                    sum.shown()
                ),
                "correct the figures; if totals count people from elsewhere, pass --ignore-totals",
            ));
        }
    }
    let wrong = defects.0.len();
    if ignore {
        if checked > 0 {
            listing.notes.push(format!("totals left out: {checked}, {wrong} of them not the sums"));
        }
        return Ok(());
    }
    defects.into_result()?;
    if checked > 0 {
        let what = counted(checked, "total");
        listing.notes.push(format!("{what} agree with the sums and were left out"));
    }
    Ok(())
}
