//! Totals of parts: a label whose figures are the sums of some labels that stand side by side, as the
//! municipalities of a county do, is no area. They are told by their figures, whatever they are called,
//! and levels of totals one after the other.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_model::defect::{Defect, Defects};
use regionfront_model::instance::shorten;
use regionfront_model::reading::Decimal;

use super::super::exchange_codes;
use super::Listing;

/// The labels that are totals of parts. Their flows are taken out of the listing: nothing in them is not
/// in those of the parts.
///
/// # Errors
/// Where a part would have one member alone: of two labels with the same figures one is a total, and
/// nothing shows which.
pub(super) fn find(
    listing: &mut Listing,
    totals: &BTreeSet<usize>,
    is_area: &dyn Fn(&str) -> bool,
) -> Result<BTreeSet<usize>, Defects> {
    let mut found = BTreeSet::new();
    loop {
        let known: BTreeSet<usize> = totals.union(&found).copied().collect();
        let Some((label, parts)) = next(listing, &known, is_area) else { break };
        found.insert(label);
        let text = |label: &usize| format!("`{}`", shorten(&listing.labels[*label].text));
        let (first, last) = (text(&parts[0]), text(parts.last().expect("two at least")));
        let note = format!(
            "{} is the sum of {} labels, {first} to {last}, and so taken for a total",
            text(&label),
            parts.len()
        );
        listing.notes.push(note);
        listing.flows.retain(|flow| flow.from != label && flow.to != label);
    }
    if found.is_empty() {
        return Ok(found);
    }
    let known: BTreeSet<usize> = totals.union(&found).copied().collect();
    let mut defects = Defects::default();
    for [one, other] in twins(listing, &known) {
        let [one, other] = [one, other].map(|label| &listing.labels[label]);
        if is_area(&one.text) && is_area(&other.text) {
            continue;
        }
        defects.push(Defect::new(
            exchange_codes::IS_TOTAL,
            other.at.clone(),
            format!(
                "`{}` and `{}` have the same figures: one may be the total of the other",
                shorten(&one.text),
                shorten(&other.text)
            ),
            "name all totals with --totals LABEL,LABEL, or say that there are none: --totals none",
        ));
    }
    defects.into_result()?;
    Ok(found)
}

/// A label that is the sum of labels side by side, with these.
fn next(
    listing: &Listing,
    known: &BTreeSet<usize>,
    is_area: &dyn Fn(&str) -> bool,
) -> Option<(usize, Vec<usize>)> {
    let labels: Vec<usize> =
        (0..listing.labels.len()).filter(|label| !known.contains(label)).collect();
    let (from, to) = sums(listing, known);
    labels.iter().copied().filter(|&label| !is_area(&listing.labels[label].text)).find_map(
        |label| {
            // All that leaves, or all that comes, whatever has figures.
            let weights = if from[label].is_zero() { &to } else { &from };
            let wanted = weights[label];
            if wanted.is_zero() {
                return None;
            }
            let others: Vec<usize> =
                labels.iter().copied().filter(|&other| other != label).collect();
            let parts = runs(&others, weights, wanted)
                .into_iter()
                .find(|parts| is_sum(listing, known, label, parts))?;
            Some((label, parts))
        },
    )
}

/// What goes from and to every label, known totals left out.
fn sums(listing: &Listing, known: &BTreeSet<usize>) -> (Vec<Decimal>, Vec<Decimal>) {
    let nil = vec![Decimal::default(); listing.labels.len()];
    let (mut from, mut to) = (nil.clone(), nil);
    for flow in &listing.flows {
        if !known.contains(&flow.from) && !known.contains(&flow.to) {
            from[flow.from] = from[flow.from].plus(flow.value);
            to[flow.to] = to[flow.to].plus(flow.value);
        }
    }
    (from, to)
}

/// Runs of two labels or more whose weights add up to what is wanted, not all labels together.
fn runs(labels: &[usize], weights: &[Decimal], wanted: Decimal) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let (mut begin, mut sum) = (0, Decimal::default());
    for (end, &label) in labels.iter().enumerate() {
        sum = sum.plus(weights[label]);
        while sum > wanted && !sum.is_near(wanted) {
            sum = sum.minus(weights[labels[begin]]);
            begin += 1;
        }
        if sum.is_near(wanted) && end > begin && end + 1 - begin < labels.len() {
            found.push(labels[begin..=end].to_vec());
        }
    }
    found
}

/// Whether all figures of a label are the sums of those of the parts. Two of them are above nothing at
/// least, and the parts have figures of their own.
fn is_sum(listing: &Listing, known: &BTreeSet<usize>, label: usize, parts: &[usize]) -> bool {
    let parts: BTreeSet<usize> = parts.iter().copied().collect();
    let mut compared = 0_usize;
    for side in 0..2 {
        if !listing.seen[side].contains(&label) {
            continue;
        }
        let mut own: BTreeMap<usize, Decimal> = BTreeMap::new();
        let mut summed: BTreeMap<usize, Decimal> = BTreeMap::new();
        for flow in &listing.flows {
            let (here, there) = if side == 0 { (flow.from, flow.to) } else { (flow.to, flow.from) };
            if known.contains(&there) || flow.value.is_zero() {
                continue;
            }
            for (is_here, sums) in [(here == label, &mut own), (parts.contains(&here), &mut summed)]
            {
                if is_here {
                    let sum = sums.entry(there).or_default();
                    *sum = sum.plus(flow.value);
                }
            }
        }
        let is_same = own.len() == summed.len()
            && own.iter().zip(&summed).all(|((a, one), (b, other))| a == b && one.is_near(*other));
        if !is_same {
            return false;
        }
        compared += own.len();
    }
    let has_flows = |part: &usize| {
        listing
            .flows
            .iter()
            .any(|flow| !flow.value.is_zero() && (flow.from == *part || flow.to == *part))
    };
    compared >= 4 && parts.iter().filter(|part| has_flows(part)).count() >= 2
}

/// Pairs of labels that exchange the same with everybody, and exchange something.
fn twins(listing: &Listing, known: &BTreeSet<usize>) -> Vec<[usize; 2]> {
    let mut profiles: BTreeMap<usize, [BTreeMap<usize, Decimal>; 2]> = BTreeMap::new();
    for flow in &listing.flows {
        if known.contains(&flow.from) || known.contains(&flow.to) || flow.value.is_zero() {
            continue;
        }
        for (side, here, there) in [(0, flow.from, flow.to), (1, flow.to, flow.from)] {
            let sum = profiles.entry(here).or_default()[side].entry(there).or_default();
            *sum = sum.plus(flow.value);
        }
    }
    let mut by_profile: BTreeMap<&[BTreeMap<usize, Decimal>; 2], usize> = BTreeMap::new();
    let mut twins = Vec::new();
    for (&label, profile) in &profiles {
        if profile[0].len() + profile[1].len() < 4 {
            continue;
        }
        match by_profile.get(profile) {
            Some(&first) => twins.push([first, label]),
            None => {
                by_profile.insert(profile, label);
            }
        }
    }
    twins
}
