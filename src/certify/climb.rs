//! Regions worth having, found by hill climbing: one area more or less at a time.

use std::collections::BTreeSet;

use regionfront_check::ground::Ground;
use regionfront_check::listing::Prices;
use regionfront_check::set::Set;

/// Climbs from every seed to where no single step loses less, and hands every usable region on the
/// way that loses less than nothing to `found`.
pub(crate) fn climb<const W: usize>(
    ground: &Ground<W>,
    prices: &Prices,
    seeds: impl Iterator<Item = Set<W>>,
    found: &mut BTreeSet<Set<W>>,
) {
    let mut seen: BTreeSet<Set<W>> = BTreeSet::new();
    for seed in seeds {
        let mut at = seed;
        let mut loss = prices.loss(ground, &at);
        while seen.insert(at) {
            let Some((next, lower)) = step(ground, prices, &at, loss, found) else { break };
            (at, loss) = (next, lower);
        }
    }
}

/// The best neighbour of a region, if it loses less.
fn step<const W: usize>(
    ground: &Ground<W>,
    prices: &Prices,
    set: &Set<W>,
    loss: i64,
    found: &mut BTreeSet<Set<W>>,
) -> Option<(Set<W>, i64)> {
    let n = ground.n;
    let edge = set.iter().fold(Set::EMPTY, |edge, node| edge.or(&ground.links[node])).without(set);
    let mut best: Option<(Set<W>, i64)> = None;
    let tie = |node: usize| {
        let row = &ground.pair[node * n..(node + 1) * n];
        prices.node[node]
            - prices.scale * (ground.own[node] + set.iter().map(|other| row[other]).sum::<i64>())
    };
    for node in edge.iter().chain(set.iter()) {
        let mut next = *set;
        let changed = if set.contains(node) {
            next.remove(node);
            loss - tie(node)
        } else {
            next.insert(node);
            loss + tie(node)
        };
        let is_better = best.is_none_or(|(_, best)| changed < best);
        if changed >= 0 && (changed >= loss || !is_better) {
            continue;
        }
        if !next.is_connected(&ground.links) || is_too_heavy(ground, &next) {
            continue;
        }
        if changed < 0 && ground.is_usable(&next) {
            found.insert(next);
        }
        if is_better {
            best = Some((next, changed));
        }
    }
    best.filter(|&(_, changed)| changed < loss)
}

fn is_too_heavy<const W: usize>(ground: &Ground<W>, set: &Set<W>) -> bool {
    let held = |weight: &[i64]| set.iter().map(|node| weight[node]).sum::<i64>();
    ground.limited.iter().any(|limited| held(&limited.weight) > limited.most)
}
