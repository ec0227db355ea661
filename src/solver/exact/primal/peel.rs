//! A first plan by peeling: pieces least tied to the rest are cut off until there are `k` regions.
//!
//! Without a ceiling on regions the best plans hold one or few giants and as many regions as small
//! as the limits let them be; agglomeration from below does not find these, division from above
//! does. A candidate piece grows from every node along its strongest ties until it keeps the lower
//! limits. In every round the candidates that cut fewest commuters are peeled off, as far as they
//! leave each other alone, and the others are looked at anew.

use std::collections::BTreeMap;

use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::{Core, Resource};
use crate::graph::AreaSet;

/// The share of the regions still missing that one round peels off: one in this many.
const PER_ROUND: usize = 8;

/// The region of every node, numbered from zero: `k` connected regions that keep the lower limits.
/// `None` when the graph has more pieces than regions, when no piece is left to peel off, or when it is
/// time to stop, which is looked at before every piece.
pub(crate) fn peel<const W: usize>(
    core: &Core<W>,
    network: &Network,
    stop: &dyn Fn() -> bool,
) -> Option<Vec<usize>> {
    let mut label = vec![0; core.n];
    let mut regions: Vec<AreaSet<W>> =
        AreaSet::first_areas(core.n).components(&core.neighbours).collect();
    for (region, set) in regions.iter().enumerate() {
        for node in set.iter() {
            label[node] = region;
        }
    }
    while regions.len() < core.k {
        let mut candidates: Vec<(i64, usize, AreaSet<W>)> = (0..core.n)
            .take_while(|_| !stop())
            .filter_map(|seed| candidate(core, network, &label, &regions[label[seed]], seed))
            .collect();
        if stop() {
            return None;
        }
        candidates.sort_unstable_by_key(|&(cut, seed, _)| (cut, seed));
        let round = ((core.k - regions.len()) / PER_ROUND).max(1);
        let before = regions.len();
        for (_, seed, piece) in candidates {
            if regions.len() == core.k || regions.len() == before + round {
                break;
            }
            let region = label[seed];
            let rest = regions[region].difference(&piece);
            let stands = piece.iter().all(|node| label[node] == region)
                && is_large_enough(core, &rest)
                && !rest.is_empty()
                && rest.is_connected(&core.neighbours);
            if !stands {
                continue;
            }
            for node in piece.iter() {
                label[node] = regions.len();
            }
            regions[region] = rest;
            regions.push(piece);
        }
        if regions.len() == before {
            return None;
        }
    }
    (regions.len() == core.k).then_some(label)
}

fn is_large_enough<const W: usize>(core: &Core<W>, set: &AreaSet<W>) -> bool {
    let reaches = |resource: &Resource| Core::sum(&resource.weight, set) >= resource.min;
    core.resources.iter().all(reaches) && core.is_contained(set)
}

/// The piece around a node that could leave its region, with the commuters it would cut.
fn candidate<const W: usize>(
    core: &Core<W>,
    network: &Network,
    label: &[usize],
    region: &AreaSet<W>,
    seed: usize,
) -> Option<(i64, usize, AreaSet<W>)> {
    if !core.companions[seed].is_subset(region) {
        return None;
    }
    let mut piece = AreaSet::EMPTY;
    let mut cut = 0;
    // Commuters between the piece and each node it exchanges any with.
    let mut ties: BTreeMap<usize, i64> = BTreeMap::new();
    let mut next = seed;
    loop {
        for node in core.companions[next].difference(&piece).iter() {
            for &(other, flow) in &network.partners[node] {
                if label[other] == label[seed] {
                    cut += if piece.contains(other) { -flow } else { flow };
                    *ties.entry(other).or_default() += flow;
                }
            }
            piece.insert(node);
        }
        if is_large_enough(core, &piece) {
            break;
        }
        let edge = piece.boundary(&core.neighbours).intersection(region);
        next = edge.iter().max_by_key(|node| ties.get(node).copied().unwrap_or(0))?;
    }
    let rest = region.difference(&piece);
    (!rest.is_empty() && is_large_enough(core, &rest)).then_some((cut, seed, piece))
}
