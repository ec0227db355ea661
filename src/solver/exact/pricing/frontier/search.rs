//! Regions above a threshold, searched from the front with potentials as bounds.

use crate::exact::caps::Cap;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::pricing::frontier::diagram::NONE;
use crate::exact::pricing::frontier::potential::Potential;
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// What a search found.
#[derive(Debug)]
pub(crate) struct Found<const W: usize> {
    /// Regions with their reduced values.
    pub(crate) regions: Vec<(Column<W>, i64)>,
    /// Whether none is missing.
    pub(crate) is_complete: bool,
}

impl<const W: usize> Frontier<'_, W> {
    /// The regions of reduced value above a threshold, or as many as are met before a cap strikes.
    pub(crate) fn search(
        &self,
        alone: &[i64],
        potentials: &[Potential],
        threshold: i64,
        cap: Cap,
    ) -> Found<W> {
        let regions = Vec::new();
        let mut search =
            Search { frontier: self, alone, potentials, threshold, cap, regions, stopped: false };
        let start = Partial { state: 0, value: 0, weight: 0, set: AreaSet::EMPTY };
        if search.bound(0, &start) > threshold {
            search.descend(0, start);
        }
        Found { regions: search.regions, is_complete: !search.stopped }
    }
}

struct Search<'s, const W: usize> {
    frontier: &'s Frontier<'s, W>,
    alone: &'s [i64],
    potentials: &'s [Potential],
    threshold: i64,
    cap: Cap,
    regions: Vec<(Column<W>, i64)>,
    stopped: bool,
}

/// The part of a region among the nodes passed.
#[derive(Clone, Copy)]
struct Partial<const W: usize> {
    state: u32,
    value: i64,
    weight: i64,
    set: AreaSet<W>,
}

impl<const W: usize> Search<'_, W> {
    fn bound(&self, layer: usize, part: &Partial<W>) -> i64 {
        let mut least = i64::MAX;
        for potential in self.potentials {
            least = least.min(potential.bound(layer, part.state, part.value, part.weight));
            if least <= self.threshold {
                break;
            }
        }
        least
    }

    fn descend(&mut self, layer: usize, part: Partial<W>) {
        self.cap.nodes = self.cap.nodes.saturating_sub(1);
        if self.frontier.watch.count_node() || self.cap.nodes == 0 {
            self.stopped = true;
        }
        if self.stopped {
            return;
        }
        let diagram = &self.frontier.diagram;
        let Some(forks) = diagram.layers.get(layer) else { return self.record(&part) };
        let fork = forks[part.state as usize];
        let node = diagram.order[layer];
        let mut taken = part;
        taken.set.insert(node);
        taken.value += self.alone[node] + fork.flow;
        taken.weight += self.frontier.window.weight[node];
        let mut branches = [(part, 0), (taken, 1)].map(|(mut part, kind)| {
            part.state = fork.next[kind];
            let is_open = part.state != NONE && part.weight <= self.frontier.window.max;
            (is_open.then(|| self.bound(layer + 1, &part)), part)
        });
        // The more promising one first.
        if branches[1].0 > branches[0].0 {
            branches.swap(0, 1);
        }
        for (bound, part) in branches {
            if bound.is_some_and(|bound| bound > self.threshold)
                && self.closes_well(layer, &part.set)
            {
                self.descend(layer + 1, part);
            }
        }
    }

    /// Whether every piece of the rest that a layer closes off can be divided into regions by size.
    fn closes_well(&self, layer: usize, set: &AreaSet<W>) -> bool {
        let (core, diagram) = (self.frontier.core, &self.frontier.diagram);
        let frontier = &diagram.frontier[layer];
        let mut left = diagram.leaving[layer].difference(set);
        while let Some(node) = left.first() {
            left.remove(node);
            if core.neighbours[node].meets(&frontier.difference(set)) {
                // Its piece is open.
                continue;
            }
            let rest = diagram.passed[layer].difference(set);
            let piece = AreaSet::flood(AreaSet::single(node), &rest, &core.neighbours);
            if !piece.meets(frontier) && !core.is_piece_divisible(&piece) {
                return false;
            }
            left = left.difference(&piece);
        }
        true
    }

    fn record(&mut self, part: &Partial<W>) {
        let core: &Core<W> = self.frontier.core;
        if part.value <= self.threshold
            || !core.is_region(&part.set)
            || !core.leaves_divisible(&part.set)
        {
            return;
        }
        if self.regions.len() >= self.cap.columns {
            self.stopped = true;
            return;
        }
        self.regions.push((core.column(part.set), part.value));
    }
}
