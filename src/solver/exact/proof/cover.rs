//! Exact cover: plans made of listed regions, depth first.
//!
//! Every candidate carries its *loss*, the amount by which its reduced value falls short of the
//! dual of the count row. The losses of a plan add up to the distance between the dual bound and
//! its value, so all plans down to a value are those with a total loss within a *budget*. The
//! uncovered node with the fewest candidates branches; candidates that overlap, or exceed the
//! budget after dual ascent, fall away on the way down, and so do partial plans whose rest cannot
//! be divided by size. Where plans must reach an additive measure, what they exceed it by is a loss
//! too, at its dual price `unit`.

use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// A region with its loss.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<const W: usize> {
    /// Its nodes.
    pub(crate) set: AreaSet<W>,
    /// Loss against the dual bound, scaled; not negative.
    pub(crate) loss: i64,
    /// What it adds to the additive measure asked for.
    pub(crate) gain: i64,
}

/// Which plans to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// The best plan: each kept plan narrows the budget to plans at least one commuter better.
    Best,
    /// All plans within the budget, at most this many.
    All(usize),
}

/// A plan found, with its total loss.
pub(crate) type Cover<const W: usize> = (Vec<AreaSet<W>>, i64);

/// How a cover search ended.
#[derive(Clone, Debug)]
pub(crate) struct Covered<const W: usize> {
    /// The plans kept; for [`Keep::Best`], at most one.
    pub(crate) plans: Vec<Cover<W>>,
    /// Whether no plan that was asked for is missing.
    pub(crate) complete: bool,
}

/// Plans made of disjoint candidates, one per region asked for, with a total loss of at most
/// `budget`.
///
/// Gives up after `max_nodes` search nodes.
pub(crate) fn cover<const W: usize>(
    core: &Core<W>,
    unit: i64,
    mut candidates: Vec<Candidate<W>>,
    budget: i64,
    keep: Keep,
    max_nodes: u64,
    watch: &Watch<'_>,
) -> Covered<W> {
    candidates.sort_unstable_by_key(|candidate| (candidate.loss, candidate.set));
    let mut search = Search {
        core,
        unit,
        budget,
        keep,
        chosen: Vec::new(),
        plans: Vec::new(),
        nodes_left: max_nodes,
        watch,
        stopped: false,
    };
    let open = AreaSet::first_areas(core.n);
    search.descend(Partial { open, k: core.k, spent: 0, gained: 0 }, candidates);
    Covered { plans: search.plans, complete: !search.stopped }
}

struct Search<'s, const W: usize> {
    core: &'s Core<W>,
    unit: i64,
    budget: i64,
    keep: Keep,
    chosen: Vec<AreaSet<W>>,
    plans: Vec<Cover<W>>,
    nodes_left: u64,
    watch: &'s Watch<'s>,
    stopped: bool,
}

/// A plan in the making.
#[derive(Clone, Copy)]
struct Partial<const W: usize> {
    /// Nodes not covered yet.
    open: AreaSet<W>,
    /// Regions still to choose.
    k: usize,
    /// Loss so far.
    spent: i64,
    /// What the chosen regions add to the additive measure.
    gained: i64,
}

impl<const W: usize> Search<'_, W> {
    fn descend(&mut self, mut plan: Partial<W>, mut candidates: Vec<Candidate<W>>) {
        self.nodes_left = self.nodes_left.saturating_sub(1);
        if self.watch.count_node() || self.nodes_left == 0 {
            self.stopped = true;
            return;
        }
        if plan.k == 0 {
            if plan.open.is_empty() {
                self.found(plan.spent, plan.gained);
            }
            return;
        }
        if plan.k == 1 {
            // The last region is what is left.
            if let Some(last) = candidates.iter().find(|candidate| candidate.set == plan.open) {
                self.chosen.push(last.set);
                self.found(plan.spent + last.loss, plan.gained + last.gain);
                self.chosen.pop();
            }
            return;
        }
        if !self.core.is_divisible(&plan.open, plan.k) {
            return;
        }
        let Some(pivot) = self.ascend(&mut plan, &mut candidates) else { return };
        for at in 0..candidates.len() {
            let candidate = candidates[at];
            if !candidate.set.contains(pivot) {
                continue;
            }
            let next = Partial {
                open: plan.open.difference(&candidate.set),
                k: plan.k - 1,
                spent: plan.spent + candidate.loss,
                gained: plan.gained + candidate.gain,
            };
            // The budget narrows as plans are found.
            if next.spent > self.budget || !self.core.stays_near(&next.open, next.gained) {
                continue;
            }
            let left = candidates
                .iter()
                .filter(|other| {
                    next.spent + other.loss <= self.budget
                        && !other.set.meets(&candidate.set)
                        && self.core.are_in_order(&other.set, &candidate.set)
                })
                .copied()
                .collect();
            self.chosen.push(candidate.set);
            self.descend(next, left);
            self.chosen.pop();
            if self.stopped {
                return;
            }
        }
    }

    /// Dual ascent: every open node in turn, the one with fewest candidates first, takes from its
    /// candidates the least loss any of them has, since one of them must be chosen. What is taken
    /// is spent in any case; candidates whose remaining loss exceeds the budget fall away.
    ///
    /// Returns the node with the fewest candidates left, or `None` when some node has none.
    fn ascend(&self, plan: &mut Partial<W>, candidates: &mut Vec<Candidate<W>>) -> Option<usize> {
        let mut order: Vec<(usize, usize)> = self.counts(plan, candidates)?;
        order.sort_unstable();
        for (_, node) in order {
            let containing = || candidates.iter().filter(|other| other.set.contains(node));
            let least = containing().map(|candidate| candidate.loss).min()?;
            if least > 0 {
                plan.spent += least;
                for candidate in candidates.iter_mut() {
                    if candidate.set.contains(node) {
                        candidate.loss -= least;
                    }
                }
            }
        }
        let left = self.budget - plan.spent;
        candidates.retain(|candidate| candidate.loss <= left);
        let counts = self.counts(plan, candidates)?;
        counts.into_iter().min().map(|(_, node)| node)
    }

    /// Open nodes with the number of their candidates. `None` when a node has none.
    fn counts(
        &self,
        plan: &Partial<W>,
        candidates: &[Candidate<W>],
    ) -> Option<Vec<(usize, usize)>> {
        let mut counts = vec![0; self.core.n];
        for candidate in candidates {
            for node in candidate.set.iter() {
                counts[node] += 1;
            }
        }
        plan.open.iter().map(|node| (counts[node] > 0).then_some((counts[node], node))).collect()
    }

    fn found(&mut self, spent: i64, gained: i64) {
        let surplus = self.core.extra.as_ref().map_or(0, |extra| gained - extra.least);
        let spent = spent + surplus.max(0) * self.unit;
        if surplus < 0 || spent > self.budget {
            return;
        }
        match self.keep {
            Keep::Best => {
                self.plans = vec![(self.chosen.clone(), spent)];
                self.budget = spent - self.core.scale;
            }
            Keep::All(most) => {
                if self.plans.len() == most {
                    self.stopped = true;
                } else {
                    self.plans.push((self.chosen.clone(), spent));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Limits, Silent};
    use crate::exact::problem::reduced::SCALE;

    fn candidates(sets: &[(&[usize], i64)]) -> Vec<Candidate<1>> {
        sets.iter()
            .map(|&(nodes, loss)| Candidate {
                set: nodes.iter().copied().collect(),
                loss: loss * SCALE,
                gain: i64::try_from(nodes.len()).expect("few nodes"),
            })
            .collect()
    }

    /// Four nodes that all touch each other, no limits.
    fn core(k: usize) -> Core<1> {
        let all = AreaSet::first_areas(4);
        Core {
            n: 4,
            scale: SCALE,
            k,
            ground: all,
            labels: AreaSet::EMPTY,
            ghosts: AreaSet::EMPTY,
            neighbours: vec![all; 4],
            own: vec![0; 4],
            pair: vec![0; 16],
            resources: Vec::new(),
            containment: Vec::new(),
            apart: vec![AreaSet::EMPTY; 4],
            companions: (0..4).map(AreaSet::single).collect(),
            members: (0..4).map(|area| vec![area]).collect(),
            extra: None,
            settled: Vec::new(),
            settled_flow: 0,
        }
    }

    fn losses(k: usize, budget: i64, keep: Keep, sets: &[(&[usize], i64)]) -> Vec<i64> {
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, k, 0, SCALE, 0);
        let covered = cover(&core(k), 0, candidates(sets), budget * SCALE, keep, 1000, &watch);
        assert!(covered.complete);
        let mut losses: Vec<i64> = covered.plans.iter().map(|plan| plan.1 / SCALE).collect();
        losses.sort_unstable();
        losses
    }

    const SETS: [(&[usize], i64); 6] =
        [(&[0, 1], 3), (&[2, 3], 4), (&[0], 0), (&[1, 2, 3], 5), (&[1], 1), (&[2], 0)];

    #[test]
    fn finds_the_plan_of_least_loss() {
        assert_eq!(losses(2, 9, Keep::Best, &SETS), [5]);
        assert_eq!(losses(2, 4, Keep::Best, &SETS), [0; 0]);
        assert_eq!(losses(3, 9, Keep::Best, &SETS), [5]);
    }

    #[test]
    fn finds_all_plans_within_the_budget() {
        assert_eq!(losses(2, 7, Keep::All(10), &SETS), [5, 7]);
        assert_eq!(losses(2, 6, Keep::All(10), &SETS), [5]);
    }

    #[test]
    fn says_when_plans_are_missing() {
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, 2, 0, SCALE, 0);
        let covered = cover(&core(2), 0, candidates(&SETS), 9 * SCALE, Keep::All(1), 1000, &watch);
        assert!(!covered.complete);
        assert_eq!(covered.plans.len(), 1);
    }
}
