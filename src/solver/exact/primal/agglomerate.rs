//! A first plan by greedy agglomeration.
//!
//! Every node begins as a region; neighbours are merged until `k` are left. Regions too small for a
//! limit go first, the smallest at a time, to the neighbour they exchange most commuters with; then
//! the two neighbours that exchange most. This is the objective's own form of the hierarchical
//! aggregation of Masser and Brown (Intramax; *Environment and Planning A*, 1975).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::Core;

/// Regions in the making. A merged region keeps the number of one of its two parts.
struct Merging<'a, const W: usize> {
    core: &'a Core<W>,
    /// The nodes of every region; none once it has been merged away.
    nodes: Vec<Vec<usize>>,
    adjacent: Vec<BTreeSet<usize>>,
    /// Commuters to other regions, adjacent or not, scaled.
    flow: Vec<BTreeMap<usize, i64>>,
    /// Sum of every resource per region, `n × resources`.
    held: Vec<i64>,
    left: usize,
}

/// The region of every node, numbered from zero: `k` connected regions that keep the limits where
/// merging in this order can. `None` when the graph has more pieces than regions, or when it is time to
/// stop, which is looked at before every merger.
pub(crate) fn agglomerate<const W: usize>(
    core: &Core<W>,
    network: &Network,
    stop: &dyn Fn() -> bool,
) -> Option<Vec<usize>> {
    let mut merging = Merging::new(core, network);
    merging.fill_up(stop);
    merging.merge_strongest(stop);
    (merging.left == core.k).then(|| merging.labels())
}

impl<'a, const W: usize> Merging<'a, W> {
    fn new(core: &'a Core<W>, network: &Network) -> Self {
        let weights = |node: usize| core.resources.iter().map(move |res| res.weight[node]);
        Self {
            core,
            nodes: (0..core.n).map(|node| vec![node]).collect(),
            adjacent: network.adjacent.iter().map(|list| list.iter().copied().collect()).collect(),
            flow: network.partners.iter().map(|list| list.iter().copied().collect()).collect(),
            held: (0..core.n).flat_map(weights).collect(),
            left: core.n,
        }
    }

    fn held(&self, region: usize) -> &[i64] {
        let kinds = self.core.resources.len();
        &self.held[region * kinds..(region + 1) * kinds]
    }

    /// Commuters two regions exchange, scaled.
    fn tie(&self, a: usize, b: usize) -> i64 {
        self.flow[a].get(&b).copied().unwrap_or(0)
    }

    /// The share of its lower limits a region reaches, in millionths: the least over all resources.
    fn filled(&self, region: usize) -> i64 {
        let limits = self.core.resources.iter().zip(self.held(region));
        limits
            .filter(|(resource, _)| resource.min > 0)
            .map(|(resource, &held)| {
                let share = i128::from(held) * 1_000_000 / i128::from(resource.min);
                i64::try_from(share).unwrap_or(i64::MAX)
            })
            .min()
            .unwrap_or(i64::MAX)
    }

    /// Whether two regions may become one.
    fn may_merge(&self, a: usize, b: usize) -> bool {
        let within = self
            .core
            .resources
            .iter()
            .zip(self.held(a).iter().zip(self.held(b)))
            .all(|(resource, (&one, &other))| one + other <= resource.max);
        let strangers = |node: &usize| {
            let apart = &self.core.apart[*node];
            !apart.is_empty() && self.nodes[b].iter().any(|&other| apart.contains(other))
        };
        within && !self.nodes[a].iter().any(strangers)
    }

    /// Merges regions below a lower limit, the least filled first.
    fn fill_up(&mut self, stop: &dyn Fn() -> bool) {
        let mut queue: BinaryHeap<Reverse<(i64, usize)>> =
            (0..self.core.n).map(|region| Reverse((self.filled(region), region))).collect();
        while self.left > self.core.k {
            let Some(Reverse((filled, region))) = queue.pop() else { return };
            if filled >= 1_000_000 {
                return;
            }
            if self.nodes[region].is_empty() || filled != self.filled(region) {
                continue;
            }
            let strongest = self.adjacent[region]
                .iter()
                .copied()
                .filter(|&other| self.may_merge(region, other))
                .max_by_key(|&other| (self.tie(region, other), Reverse(other)));
            if stop() {
                return;
            }
            if let Some(other) = strongest {
                let merged = self.merge(region, other);
                queue.push(Reverse((self.filled(merged), merged)));
            }
        }
    }

    /// Merges the neighbours that exchange most, until `k` regions are left.
    fn merge_strongest(&mut self, stop: &dyn Fn() -> bool) {
        let mut queue = BinaryHeap::new();
        for a in 0..self.core.n {
            for &b in self.adjacent[a].range(a + 1..) {
                queue.push((self.tie(a, b), Reverse((a, b))));
            }
        }
        while self.left > self.core.k {
            let Some((tie, Reverse((a, b)))) = queue.pop() else { return };
            if !self.adjacent[a].contains(&b) || tie != self.tie(a, b) || !self.may_merge(a, b) {
                continue;
            }
            if stop() {
                return;
            }
            let merged = self.merge(a, b);
            for &other in &self.adjacent[merged] {
                let pair = (merged.min(other), merged.max(other));
                queue.push((self.tie(merged, other), Reverse(pair)));
            }
        }
    }

    /// Merges two regions; the one with more flow partners keeps its number, which is returned.
    fn merge(&mut self, a: usize, b: usize) -> usize {
        let (kept, gone) = if self.flow[a].len() >= self.flow[b].len() { (a, b) } else { (b, a) };
        let nodes = std::mem::take(&mut self.nodes[gone]);
        self.nodes[kept].extend(nodes);
        for other in std::mem::take(&mut self.adjacent[gone]) {
            self.adjacent[other].remove(&gone);
            if other != kept {
                self.adjacent[other].insert(kept);
                self.adjacent[kept].insert(other);
            }
        }
        for (other, tie) in std::mem::take(&mut self.flow[gone]) {
            self.flow[other].remove(&gone);
            if other != kept {
                *self.flow[other].entry(kept).or_default() += tie;
                *self.flow[kept].entry(other).or_default() += tie;
            }
        }
        let kinds = self.core.resources.len();
        for kind in 0..kinds {
            self.held[kept * kinds + kind] += self.held[gone * kinds + kind];
        }
        self.left -= 1;
        kept
    }

    fn labels(&self) -> Vec<usize> {
        let mut labels = vec![0; self.core.n];
        for (label, nodes) in self.nodes.iter().filter(|nodes| !nodes.is_empty()).enumerate() {
            for &node in nodes {
                labels[node] = label;
            }
        }
        labels
    }
}
