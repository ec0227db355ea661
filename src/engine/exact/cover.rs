//! Exact cover: plans made of listed regions, depth first.
//!
//! Every candidate carries its *loss*, the amount by which its reduced value falls short of the
//! dual of the count row. The losses of a plan add up to the distance between the dual bound and
//! its value, so all plans down to a value are those with a total loss within a *budget*. The
//! uncovered node with the fewest candidates branches, candidates in order of loss; those that
//! overlap or exceed the budget fall away on the way down. Where plans must reach an additive
//! measure, what they exceed it by is a loss too, at its dual price.

use super::core::SCALE;
use super::watch::Watch;
use crate::graph::AreaSet;

/// A region with its loss.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<const W: usize> {
    /// Its nodes.
    pub(super) set: AreaSet<W>,
    /// Loss against the dual bound, scaled; not negative.
    pub(super) loss: i64,
    /// What it adds to the additive measure asked for.
    pub(super) gain: i64,
}

/// An additive measure that plans must reach.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Least {
    /// What the gains must add up to.
    pub(super) least: i64,
    /// Loss per unit above that, scaled; not negative.
    pub(super) unit: i64,
}

/// Which plans to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// The best plan: each kept plan narrows the budget to plans at least one commuter better.
    Best,
    /// All plans within the budget, at most this many.
    All(usize),
}

/// A plan found, with its total loss.
pub(super) type Cover<const W: usize> = (Vec<AreaSet<W>>, i64);

/// How a cover search ended.
#[derive(Clone, Debug)]
pub(super) struct Covered<const W: usize> {
    /// The plans kept; for [`Keep::Best`], at most one.
    pub(super) plans: Vec<Cover<W>>,
    /// Whether no plan that was asked for is missing.
    pub(super) complete: bool,
}

/// Plans of `k` disjoint candidates that cover `all` with a total loss of at most `budget`.
///
/// Gives up after `max_nodes` search nodes.
pub(super) fn cover<const W: usize>(
    all: AreaSet<W>,
    k: usize,
    mut candidates: Vec<Candidate<W>>,
    budget: i64,
    least: Option<Least>,
    keep: Keep,
    max_nodes: u64,
    watch: &Watch<'_>,
) -> Covered<W> {
    candidates.sort_unstable_by_key(|candidate| (candidate.loss, candidate.set));
    let mut search = Search {
        budget,
        least,
        keep,
        chosen: Vec::new(),
        plans: Vec::new(),
        nodes_left: max_nodes,
        watch,
        stopped: false,
    };
    search.descend(all, k, &candidates, (0, 0));
    Covered { plans: search.plans, complete: !search.stopped }
}

struct Search<'s, const W: usize> {
    budget: i64,
    least: Option<Least>,
    keep: Keep,
    chosen: Vec<AreaSet<W>>,
    plans: Vec<Cover<W>>,
    nodes_left: u64,
    watch: &'s Watch<'s>,
    stopped: bool,
}

impl<const W: usize> Search<'_, W> {
    fn descend(&mut self, open: AreaSet<W>, k: usize, candidates: &[Candidate<W>], (spent, gained): (i64, i64)) {
        self.nodes_left = self.nodes_left.saturating_sub(1);
        if self.watch.count_node() || self.nodes_left == 0 {
            self.stopped = true;
            return;
        }
        if k == 0 {
            if open.is_empty() {
                self.found(spent, gained);
            }
            return;
        }
        if k == 1 {
            // The last region is what is left.
            if let Some(last) = candidates.iter().find(|candidate| candidate.set == open)
                && spent + last.loss <= self.budget
            {
                self.chosen.push(last.set);
                self.found(spent + last.loss, gained + last.gain);
                self.chosen.pop();
            }
            return;
        }
        let mut counts = vec![0u32; W * 64];
        for candidate in candidates {
            for node in candidate.set.iter() {
                counts[node] += 1;
            }
        }
        let Some(pivot) = open.iter().min_by_key(|&node| counts[node]) else { return };
        for candidate in candidates {
            let spent = spent + candidate.loss;
            if spent > self.budget {
                return;
            }
            if !candidate.set.contains(pivot) {
                continue;
            }
            let left: Vec<Candidate<W>> = candidates
                .iter()
                .filter(|other| {
                    spent + other.loss <= self.budget && !other.set.meets(&candidate.set)
                })
                .copied()
                .collect();
            self.chosen.push(candidate.set);
            let gained = gained + candidate.gain;
            self.descend(open.difference(&candidate.set), k - 1, &left, (spent, gained));
            self.chosen.pop();
            if self.stopped {
                return;
            }
        }
    }

    fn found(&mut self, spent: i64, gained: i64) {
        let surplus = self.least.map_or(0, |least| gained - least.least);
        let spent = spent + surplus.max(0) * self.least.map_or(0, |least| least.unit);
        if surplus < 0 || spent > self.budget {
            return;
        }
        match self.keep {
            Keep::Best => {
                self.plans = vec![(self.chosen.clone(), spent)];
                self.budget = spent - SCALE;
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

    fn candidates(sets: &[(&[usize], i64)]) -> Vec<Candidate<1>> {
        sets.iter()
            .map(|&(nodes, loss)| Candidate {
                set: nodes.iter().copied().collect(),
                loss: loss * SCALE,
                gain: i64::try_from(nodes.len()).expect("few nodes"),
            })
            .collect()
    }

    fn losses(k: usize, budget: i64, keep: Keep, sets: &[(&[usize], i64)]) -> Vec<i64> {
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, k, 0, 0);
        let all = AreaSet::first_areas(4);
        let covered = cover(all, k, candidates(sets), budget * SCALE, None, keep, 1000, &watch);
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
        let watch = Watch::new(&limits, &Silent, 2, 0, 0);
        let all = AreaSet::first_areas(4);
        let covered = cover(all, 2, candidates(&SETS), 9 * SCALE, None, Keep::All(1), 1000, &watch);
        assert!(!covered.complete);
        assert_eq!(covered.plans.len(), 1);
    }
}
