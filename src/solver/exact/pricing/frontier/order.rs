//! An order of the nodes with thin frontiers, by beam search.
//!
//! The number of states at a frontier of `f` nodes is about `3^f`, as each of them is out, in, or in
//! with another one; so an order costs the sum of these. What follows depends only on which nodes
//! are passed: of all orders that pass the same nodes the cheapest one is kept, and of all sets
//! passed, the cheapest few.

use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Sets of nodes kept per step.
const BEAM: usize = 40;

/// Widest frontier worth a try, which is also how many labels a state has room for.
pub(crate) const WIDEST: usize = 13;

/// An order in the making.
#[derive(Clone, Copy)]
struct Passed<const W: usize> {
    nodes: AreaSet<W>,
    frontier: AreaSet<W>,
    cost: u64,
    /// Where the last node and what came before stand in the trail.
    trail: usize,
}

/// An order of all nodes, or `None` when none is found whose frontiers are thin enough.
pub(crate) fn thin_order<const W: usize>(core: &Core<W>) -> Option<Vec<usize>> {
    let all = AreaSet::first_areas(core.n);
    // Every entry: a node and the entry before.
    let mut trail: Vec<(usize, usize)> = Vec::new();
    let start = Passed { nodes: AreaSet::EMPTY, frontier: AreaSet::EMPTY, cost: 0, trail: 0 };
    let mut beam = vec![start];
    for _ in 0..core.n {
        let mut next: Vec<(Passed<W>, usize)> = Vec::new();
        for passed in &beam {
            let mut ahead = passed.frontier.boundary(&core.neighbours).difference(&passed.nodes);
            if ahead.is_empty() {
                // At the start, and after a piece of the graph.
                ahead = all.difference(&passed.nodes);
            }
            for node in ahead.iter() {
                next.push((passed.with(node, core), node));
            }
        }
        next.retain(|(passed, _)| passed.frontier.len() <= WIDEST);
        next.sort_unstable_by_key(|(passed, node)| (passed.nodes, passed.cost, *node));
        next.dedup_by_key(|(passed, _)| passed.nodes);
        next.sort_unstable_by_key(|(passed, _)| (passed.cost, passed.nodes));
        next.truncate(BEAM);
        beam = next
            .into_iter()
            .map(|(passed, node)| {
                trail.push((node, passed.trail));
                Passed { trail: trail.len() - 1, ..passed }
            })
            .collect();
    }
    let mut at = beam.first()?.trail;
    let mut order = Vec::with_capacity(core.n);
    while order.len() < core.n {
        let (node, before) = trail[at];
        order.push(node);
        at = before;
    }
    order.reverse();
    Some(order)
}

impl<const W: usize> Passed<W> {
    fn with(&self, node: usize, core: &Core<W>) -> Self {
        let mut next = *self;
        next.nodes.insert(node);
        next.frontier.insert(node);
        let mut near = core.neighbours[node].intersection(&next.frontier);
        near.insert(node);
        for passed in near.iter() {
            if core.neighbours[passed].is_subset(&next.nodes) {
                next.frontier.remove(passed);
            }
        }
        let width = u32::try_from(next.frontier.len()).unwrap_or(u32::MAX);
        next.cost = self.cost.saturating_add(3_u64.saturating_pow(width));
        next
    }
}
