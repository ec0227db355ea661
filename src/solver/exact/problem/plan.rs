//! A plan over the nodes of a reduced problem.

use crate::graph::AreaSet;

/// A plan over the nodes of a reduced problem, with its commuters inside, scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NodePlan<const W: usize> {
    /// Its regions.
    pub(crate) regions: Vec<AreaSet<W>>,
    /// Commuters between different areas of the same region, scaled.
    pub(crate) value: i64,
}

impl<const W: usize> NodePlan<W> {
    /// The region of each of `n` nodes.
    pub(crate) fn labels(&self, n: usize) -> Vec<usize> {
        let mut labels = vec![0; n];
        for (region, set) in self.regions.iter().enumerate() {
            for node in set.iter() {
                labels[node] = region;
            }
        }
        labels
    }
}
