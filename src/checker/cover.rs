//! Exact cover: plans made of listed regions.
//!
//! The losses of a plan's regions add up to what it falls short of the level. So plans within a
//! budget are covers of all nodes by `k` listed regions whose losses stay within it. The uncovered
//! node in the fewest regions is covered next.

use crate::ground::Ground;
use crate::listing::{CutShort, Listed};
use crate::set::Set;

/// A plan of listed regions whose losses are within the budget together, if there is one. No loss may
/// be negative.
///
/// # Errors
/// After `most_nodes` search nodes.
pub fn cover<const W: usize>(
    ground: &Ground<W>,
    mut regions: Vec<Listed<W>>,
    budget: i64,
    most_nodes: u64,
) -> Result<Option<Vec<Set<W>>>, CutShort> {
    regions.sort_unstable_by_key(|region| (region.loss, region.set));
    let mut search = Search { ground, chosen: Vec::new(), nodes_left: most_nodes };
    let is_found = search.descend(Set::below(ground.n), ground.k, budget, regions)?;
    Ok(is_found.then_some(search.chosen))
}

struct Search<'a, const W: usize> {
    ground: &'a Ground<W>,
    chosen: Vec<Set<W>>,
    nodes_left: u64,
}

impl<const W: usize> Search<'_, W> {
    fn descend(
        &mut self,
        open: Set<W>,
        k: usize,
        mut budget: i64,
        mut regions: Vec<Listed<W>>,
    ) -> Result<bool, CutShort> {
        self.nodes_left = self.nodes_left.checked_sub(1).ok_or(CutShort)?;
        if k == 0 || open.is_empty() {
            return Ok(k == 0 && open.is_empty());
        }
        if !self.ground.is_divisible(&open, k) {
            return Ok(false);
        }
        // Some region through every open node is chosen: its least loss is spent in any case, and
        // may be taken off all regions through it.
        let Some(counts) = self.counts(&open, &regions) else { return Ok(false) };
        for &(_, node) in &counts {
            let mut least = i64::MAX;
            for region in regions.iter().filter(|region| region.set.contains(node)) {
                least = least.min(region.loss);
                if least == 0 {
                    break;
                }
            }
            if least > budget {
                return Ok(false);
            }
            if least > 0 {
                budget -= least;
                for region in regions.iter_mut().filter(|region| region.set.contains(node)) {
                    region.loss -= least;
                }
            }
        }
        regions.retain(|region| region.loss <= budget);
        let Some(counts) = self.counts(&open, &regions) else { return Ok(false) };
        let pivot = counts[0].1;
        for region in regions.iter().filter(|region| region.set.contains(pivot)) {
            let left = budget - region.loss;
            let disjoint = |other: &&Listed<W>| other.loss <= left && !other.set.meets(&region.set);
            let others = regions.iter().filter(disjoint).copied().collect();
            self.chosen.push(region.set);
            if self.descend(open.without(&region.set), k - 1, left, others)? {
                return Ok(true);
            }
            self.chosen.pop();
        }
        Ok(false)
    }

    /// The open nodes, those in the fewest regions first. `None` when one is in none.
    fn counts(&self, open: &Set<W>, regions: &[Listed<W>]) -> Option<Vec<(usize, usize)>> {
        let mut counts = vec![0; self.ground.n];
        for region in regions {
            for node in region.set.iter() {
                counts[node] += 1;
            }
        }
        let mut counts: Vec<(usize, usize)> =
            open.iter().map(|node| (counts[node], node)).collect();
        counts.sort_unstable();
        (counts.first()?.0 > 0).then_some(counts)
    }
}
