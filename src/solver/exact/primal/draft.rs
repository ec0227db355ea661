//! A plan under change: nodes move between its regions, and every change is looked at as a whole
//! before it is made.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::exact::problem::plan::NodePlan;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// A node and the region it goes to. A region that is new has the number `k`.
pub(crate) type Move = (usize, usize);

/// A plan, region by region.
pub(crate) struct Draft<'a, const W: usize> {
    core: &'a Core<W>,
    plan: NodePlan<W>,
    /// Region of every node.
    label: Vec<usize>,
    /// Commuters inside each region, scaled.
    value: Vec<i64>,
    /// How often each region has changed.
    version: Vec<u64>,
}

/// Regions in the place of others of the same numbers.
pub(crate) struct Change<const W: usize> {
    /// Number, nodes and commuters inside, scaled.
    regions: Vec<(usize, AreaSet<W>, i64)>,
    /// Commuters inside gained, scaled.
    pub(crate) gain: i64,
}

impl<'a, const W: usize> Draft<'a, W> {
    /// A draft that begins as a plan of `k` regions.
    pub(crate) fn new(core: &'a Core<W>, plan: NodePlan<W>) -> Self {
        Self {
            core,
            label: plan.labels(core.n),
            value: plan.regions.iter().map(|set| core.value(set)).collect(),
            version: vec![0; core.k],
            plan,
        }
    }

    /// The plan as it stands.
    pub(crate) fn plan(&self) -> &NodePlan<W> {
        &self.plan
    }

    /// The nodes of a region; none of one that is new.
    pub(crate) fn region(&self, number: usize) -> AreaSet<W> {
        self.plan.regions.get(number).copied().unwrap_or_default()
    }

    /// The regions that hold any of these nodes, ascending, with their versions.
    pub(crate) fn regions_at(&self, nodes: &AreaSet<W>) -> Vec<(usize, u64)> {
        let mut regions: Vec<usize> = nodes.iter().map(|node| self.label[node]).collect();
        regions.sort_unstable();
        regions.dedup();
        regions.into_iter().map(|region| (region, self.version[region])).collect()
    }

    /// The moves that put regions in the place of others that hold the same nodes. Each takes the
    /// number of the one it shares most nodes with, as far as these go.
    pub(crate) fn moves(&self, old: &[usize], new: &[AreaSet<W>]) -> Vec<Move> {
        let mut shared = Vec::new();
        for (at, set) in new.iter().enumerate() {
            let common = |&number: &usize| set.intersection(&self.region(number)).len();
            shared.extend(old.iter().map(|number| (Reverse(common(number)), *number, at)));
        }
        shared.sort_unstable();
        let mut numbers = vec![None; new.len()];
        for (_, number, at) in shared {
            if numbers[at].is_none() && !numbers.contains(&Some(number)) {
                numbers[at] = Some(number);
            }
        }
        let mut moves = Vec::new();
        for (set, number) in new.iter().zip(numbers) {
            let number = number.unwrap_or(self.core.k);
            let leaves = |&node: &usize| self.label[node] != number;
            moves.extend(set.iter().filter(leaves).map(|node| (node, number)));
        }
        moves
    }

    /// What moves of different nodes make of the regions. `None` unless there are as many regions as
    /// before, all within the rules.
    pub(crate) fn change(&self, moves: &[Move]) -> Option<Change<W>> {
        let mut sets = BTreeMap::new();
        for &(node, number) in moves {
            let from = self.label[node];
            sets.entry(from).or_insert_with(|| self.region(from)).remove(node);
            sets.entry(number).or_insert_with(|| self.region(number)).insert(node);
        }
        if let Some(set) = sets.remove(&self.core.k) {
            let (&number, _) = sets.iter().find(|(_, set)| set.is_empty())?;
            sets.insert(number, set);
        }
        let mut change = Change { regions: Vec::new(), gain: 0 };
        for (number, set) in sets {
            if set.is_empty() || !self.core.is_region(&set) {
                return None;
            }
            let value = self.core.value(&set);
            change.gain += value - self.value[number];
            change.regions.push((number, set, value));
        }
        Some(change)
    }

    /// Makes a change of the plan as it stands.
    pub(crate) fn make(&mut self, change: Change<W>) {
        self.plan.value += change.gain;
        for (number, set, value) in change.regions {
            for node in set.iter() {
                self.label[node] = number;
            }
            self.plan.regions[number] = set;
            self.value[number] = value;
            self.version[number] += 1;
        }
    }
}
