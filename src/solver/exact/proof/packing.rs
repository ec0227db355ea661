//! How many regions there is room for under lower limits.
//!
//! Every region of a plan contains a connected set that just reaches the lower limits: taking away
//! any one node would part it, or leave it short. So `k` regions need `k` such *small sets* that are
//! disjoint, and there are far fewer of those than of regions. Where no `k` of them can be packed,
//! no plan exists, whatever commuters do: at the end of a front against the smallest region that is
//! the last thing to prove, and the relaxation, which may take regions in shares, is no help.
//!
//! Prices `y_i ≥ 0` of the nodes prove it: if every small set costs at least `D`, a packing of `k`
//! of them has a total loss, `Σ_S (y(S) − D)` and the prices of nodes left over, of just
//! `Σ_i y_i − k D`. With the prices of the linear relaxation little is left of that budget, and what
//! is left is searched depth first. (Set packing: Padberg, *On the facial structure of set packing
//! polyhedra*, Mathematical Programming, 1973. With limits from below only, the question is that of
//! the p-regions with a threshold in Duque, Anselin, Rey, *The max-p-regions problem*, Journal of
//! Regional Science, 2012.)

use crate::exact::caps::Cap;
use crate::exact::master::packing::packing_prices;
use crate::exact::problem::reduced::{Core, Resource};
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// What a small set costs, about.
const ONE: i64 = 1 << 30;

/// Whether it is proven that fewer than `k` regions have room. Gives up, which proves nothing, where
/// there are more small sets than `cap` allows, or more search nodes.
pub(crate) fn leaves_no_room<const W: usize>(core: &Core<W>, cap: Cap, watch: &Watch<'_>) -> bool {
    // What may weigh less for more nodes has no small sets.
    let limits: Vec<&Resource> =
        core.resources.iter().filter(|resource| resource.only_grows()).collect();
    let is_limited = limits.iter().any(|resource| resource.min > 0);
    if !is_limited || !core.labels.is_empty() {
        return false;
    }
    let Some(sets) = small_sets(core, &limits, cap, watch) else { return false };
    if sets.is_empty() {
        return true;
    }
    let Some(prices) = packing_prices(core.n, &sets, ONE) else { return false };
    let cost = |set: &AreaSet<W>| set.iter().map(|node| prices[node]).sum::<i64>();
    let least = sets.iter().map(cost).min().unwrap_or(0);
    let regions = i64::try_from(core.k).expect("few regions");
    let budget = prices.iter().sum::<i64>() - regions * least;
    let mut candidates: Vec<(i64, AreaSet<W>)> =
        sets.iter().map(|&set| (cost(&set) - least, set)).collect();
    candidates.retain(|(loss, _)| *loss <= budget);
    candidates.sort_unstable();
    let mut search = Packing { core, prices: &prices, watch, nodes_left: cap.nodes };
    let all = AreaSet::first_areas(core.n);
    search.packs(all, core.k, budget, &candidates) == Some(false)
}

/// All connected sets that reach the lower limits and would not without any one node, or `None`
/// where they are too many.
fn small_sets<const W: usize>(
    core: &Core<W>,
    limits: &[&Resource],
    cap: Cap,
    watch: &Watch<'_>,
) -> Option<Vec<AreaSet<W>>> {
    let mut growth = Growth { core, limits, watch, cap, sets: Vec::new(), nodes_left: cap.nodes };
    let mut barred = AreaSet::EMPTY;
    for root in 0..core.n {
        barred.insert(root);
        let start = AreaSet::single(root);
        growth.grow(start, core.neighbours[root].difference(&barred), barred)?;
    }
    Some(growth.sets)
}

/// Connected sets grown node by node, each once (Wernicke, IEEE/ACM Transactions on Computational
/// Biology and Bioinformatics, 2006).
struct Growth<'s, const W: usize> {
    core: &'s Core<W>,
    limits: &'s [&'s Resource],
    watch: &'s Watch<'s>,
    cap: Cap,
    sets: Vec<AreaSet<W>>,
    nodes_left: u64,
}

impl<const W: usize> Growth<'_, W> {
    /// Grows a set by nodes of its border, none of them barred. `None` when there are too many.
    fn grow(&mut self, set: AreaSet<W>, border: AreaSet<W>, mut barred: AreaSet<W>) -> Option<()> {
        self.nodes_left = self.nodes_left.checked_sub(1)?;
        if self.watch.count_node() {
            return None;
        }
        let core = self.core;
        let is_beyond = |resource: &&Resource| Core::sum(&resource.weight, &set) > resource.max;
        if self.limits.iter().any(is_beyond) || set.iter().any(|node| core.apart[node].meets(&set))
        {
            return Some(());
        }
        if reaches(self.limits, &set) {
            if is_small(core, self.limits, &set) {
                if self.sets.len() == self.cap.columns {
                    return None;
                }
                self.sets.push(set);
            }
            return Some(());
        }
        for node in border.iter() {
            barred.insert(node);
            let mut grown = set;
            grown.insert(node);
            let border = border.union(&core.neighbours[node]).difference(&barred);
            self.grow(grown, border.difference(&grown), barred)?;
        }
        Some(())
    }
}

/// Whether a set reaches every lower limit.
fn reaches<const W: usize>(limits: &[&Resource], set: &AreaSet<W>) -> bool {
    limits.iter().all(|resource| Core::sum(&resource.weight, set) >= resource.min)
}

/// Whether a set that reaches the lower limits would not without any one of its nodes, or would be
/// in parts.
fn is_small<const W: usize>(core: &Core<W>, limits: &[&Resource], set: &AreaSet<W>) -> bool {
    set.iter().all(|node| {
        let rest = set.difference(&AreaSet::single(node));
        rest.is_empty() || !reaches(limits, &rest) || !rest.is_connected(&core.neighbours)
    })
}

/// The search for a packing.
struct Packing<'s, const W: usize> {
    core: &'s Core<W>,
    prices: &'s [i64],
    watch: &'s Watch<'s>,
    nodes_left: u64,
}

impl<const W: usize> Packing<'_, W> {
    /// Whether so many of the candidates, each with its loss, can be packed into the open nodes
    /// within the budget. `None` when that took too long.
    fn packs(
        &mut self,
        open: AreaSet<W>,
        k: usize,
        budget: i64,
        candidates: &[(i64, AreaSet<W>)],
    ) -> Option<bool> {
        self.nodes_left = self.nodes_left.checked_sub(1)?;
        if self.watch.count_node() {
            return None;
        }
        if k == 0 {
            return Some(true);
        }
        if budget < 0 || self.room(open) < k {
            return Some(false);
        }
        // A node to be in one of the candidates, or left over at its price: the fewest ways.
        let mut ways = vec![0_usize; self.core.n];
        for node in candidates.iter().flat_map(|(_, set)| set.iter()) {
            ways[node] += 1;
        }
        let leaves = |node: usize| self.prices[node] <= budget;
        let pivot = open
            .iter()
            .filter(|&node| self.prices[node] > 0)
            .min_by_key(|&node| ways[node] + usize::from(leaves(node)));
        // Nothing open has a price: nothing more is lost, and any node with a way will do.
        let pivot = pivot.or_else(|| open.iter().find(|&node| ways[node] > 0));
        let Some(pivot) = pivot else { return Some(false) };
        for (loss, set) in candidates.iter().filter(|(_, set)| set.contains(pivot)) {
            let left = budget - loss;
            let rest: Vec<_> = candidates
                .iter()
                .filter(|(more, other)| *more <= left && !other.meets(set))
                .copied()
                .collect();
            if self.packs(open.difference(set), k - 1, left, &rest)? {
                return Some(true);
            }
        }
        let left = budget - self.prices[pivot];
        if left < 0 {
            return Some(false);
        }
        let rest: Vec<_> = candidates
            .iter()
            .filter(|(more, other)| *more <= left && !other.contains(pivot))
            .copied()
            .collect();
        self.packs(open.difference(&AreaSet::single(pivot)), k, left, &rest)
    }

    /// No more regions than this have room in the open nodes, by size.
    fn room(&self, open: AreaSet<W>) -> usize {
        open.components(&self.core.neighbours).map(|piece| self.core.most_regions(&piece)).sum()
    }
}
