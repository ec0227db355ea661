//! Branching on two nodes: together or apart (Ryan, Foster 1981).
//!
//! Both branches are rules the reduced problem has anyway, companions and nodes kept apart, so the
//! pricer needs nothing new.

use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Shares closer than this to nothing or all are not fractional.
const WHOLE: f64 = 1e-6;

/// Two nodes and whether they share a region.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decision {
    /// One node.
    pub(crate) a: usize,
    /// The other.
    pub(crate) b: usize,
    /// Whether they share a region.
    pub(crate) together: bool,
}

impl<const W: usize> Core<W> {
    /// The problem with these decisions as rules. `None` when they contradict each other.
    pub(crate) fn decided(&self, decisions: &[Decision]) -> Option<Self> {
        let mut core = self.clone();
        for decision in decisions {
            let (a, b) = (decision.a, decision.b);
            if decision.together {
                let joint = core.companions[a].union(&core.companions[b]);
                for node in joint.iter() {
                    core.companions[node] = joint;
                }
            } else {
                core.apart[a].insert(b);
                core.apart[b].insert(a);
            }
        }
        let consistent = (0..core.n).all(|node| !core.apart[node].meets(&core.companions[node]));
        consistent.then_some(core)
    }

    /// The regions of the only plan left where every two neighbours are decided: a connected
    /// region then holds nothing but companions.
    pub(crate) fn decided_regions(&self) -> Vec<AreaSet<W>> {
        let firsts = self.ground.iter().filter(|&node| self.companions[node].first() == Some(node));
        self.labelled(firsts.map(|node| self.companions[node].intersection(&self.ground)).collect())
    }

    /// Two nodes that share a region in part, as evenly as any; among equals the first pair. Where
    /// no share is fractional, two neighbours about which nothing is decided. If asked for, neighbours
    /// only: where none of them share a region in part, no region has a share between nothing and
    /// all, as a connected region is made of neighbours.
    pub(crate) fn branching_pair(
        &self,
        shares: &[(AreaSet<W>, f64)],
        neighbours_only: bool,
    ) -> Option<(usize, usize)> {
        let n = self.n;
        let mut joint = vec![0.0; n * n];
        for (set, share) in shares {
            for a in set.iter() {
                for b in set.iter().filter(|&b| b > a) {
                    joint[a * n + b] += share;
                }
            }
        }
        let mut best = None;
        let mut least = 0.5 - WHOLE;
        for a in 0..n {
            for b in a + 1..n {
                // While artificial columns are used, companions may share a region in part.
                let is_decided = self.companions[a].contains(b) || self.apart[a].contains(b);
                if is_decided || (neighbours_only && !self.neighbours[a].contains(b)) {
                    continue;
                }
                let off = (joint[a * n + b] - 0.5_f64).abs();
                if off < least {
                    least = off;
                    best = Some((a, b));
                }
            }
        }
        best.or_else(|| {
            (0..n).find_map(|a| {
                self.neighbours[a]
                    .difference(&self.apart[a])
                    .difference(&self.companions[a])
                    .first()
                    .map(|b| (a, b))
            })
        })
    }
}
