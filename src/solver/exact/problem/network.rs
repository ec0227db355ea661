//! The reduced problem as lists: who touches whom, and who exchanges commuters with whom.
//!
//! Most pairs of municipalities exchange nobody, so the heuristics, which look at one node at a
//! time, walk lists where pricing walks tables.

use crate::exact::problem::reduced::Core;

/// Neighbours and flow partners of every node.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    /// Nodes that touch each node, ascending.
    pub(crate) adjacent: Vec<Vec<usize>>,
    /// Nodes that exchange commuters with each node, with how many in both directions, scaled.
    pub(crate) partners: Vec<Vec<(usize, i64)>>,
}

impl Network {
    /// The lists of a reduced problem.
    pub(crate) fn new<const W: usize>(core: &Core<W>) -> Self {
        let row = |node: usize| core.pair[node * core.n..(node + 1) * core.n].iter().copied();
        Self {
            adjacent: core.neighbours.iter().map(|set| set.iter().collect()).collect(),
            partners: (0..core.n)
                .map(|node| row(node).enumerate().filter(|&(_, flow)| flow != 0).collect())
                .collect(),
        }
    }
}
