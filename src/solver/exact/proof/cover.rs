//! Exact cover: plans made of listed regions, depth first.
//!
//! Every candidate carries its *loss*, the amount by which its reduced value falls short of the
//! dual of the count row. The losses of a plan add up to the distance between the dual bound and
//! its value, so all plans down to a value are those with a total loss within a *budget*. The
//! uncovered node with the fewest candidates branches; candidates that overlap, or exceed the
//! budget after dual ascent, fall away on the way down, and so do partial plans whose rest cannot
//! be divided by size. Where plans must reach an additive measure, what they exceed it by is a loss
//! too, at its dual price `unit`.
//!
//! Different choices often leave the same nodes open for as many regions. What was found to be
//! beyond covering then is remembered, so that it is searched once.

use std::collections::BTreeMap;

use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Most sets of nodes remembered to be beyond covering, of the narrowest width; wider ones are fewer, so
/// that they take about as much memory.
const MOST_HOPELESS: usize = 500_000;

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
    let choices = candidates
        .iter()
        .map(|&Candidate { set, loss, gain }| Choice { set, loss, left: loss, gain })
        .collect();
    let mut search = Search {
        core,
        unit,
        budget,
        keep,
        chosen: Vec::new(),
        plans: Vec::new(),
        finds: 0,
        hopeless: (core.extra.is_none() && core.labels.is_empty()).then(BTreeMap::new),
        nodes_left: max_nodes,
        watch,
        stopped: false,
    };
    let open = AreaSet::first_areas(core.n);
    search.descend(Partial { open, k: core.k, lost: 0, spent: 0, gained: 0 }, choices);
    Covered { plans: search.plans, complete: !search.stopped }
}

/// A candidate in the search.
#[derive(Clone, Copy)]
struct Choice<const W: usize> {
    set: AreaSet<W>,
    loss: i64,
    /// What dual ascent has left of the loss.
    left: i64,
    gain: i64,
}

struct Search<'s, const W: usize> {
    core: &'s Core<W>,
    unit: i64,
    budget: i64,
    keep: Keep,
    chosen: Vec<AreaSet<W>>,
    plans: Vec<Cover<W>>,
    /// How many plans have been found.
    finds: u64,
    /// By what is open and how many regions are to cover it: none do with so much loss, or less. What
    /// has been chosen does not matter for that, but where a measure counts, or the order of labels.
    hopeless: Option<BTreeMap<(AreaSet<W>, usize), i64>>,
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
    /// Loss of the regions chosen.
    lost: i64,
    /// The same with what dual ascent has taken of those to come.
    spent: i64,
    /// What the chosen regions add to the additive measure.
    gained: i64,
}

impl<const W: usize> Search<'_, W> {
    fn descend(&mut self, plan: Partial<W>, choices: Vec<Choice<W>>) {
        self.nodes_left = self.nodes_left.saturating_sub(1);
        if self.watch.count_node() || self.nodes_left == 0 {
            self.stopped = true;
            return;
        }
        if plan.k == 0 {
            if plan.open.is_empty() {
                self.found(plan.lost, plan.gained);
            }
            return;
        }
        if plan.k == 1 {
            // The last region is what is left.
            if let Some(last) = choices.iter().find(|choice| choice.set == plan.open) {
                self.chosen.push(last.set);
                self.found(plan.lost + last.loss, plan.gained + last.gain);
                self.chosen.pop();
            }
            return;
        }
        let left = self.budget - plan.lost;
        let finds = self.finds;
        self.branch(plan, choices);
        if !self.stopped
            && self.finds == finds
            && let Some(hopeless) = &mut self.hopeless
            && hopeless.len() < MOST_HOPELESS / W
        {
            hopeless.insert((plan.open, plan.k), left);
        }
    }

    /// Tries every candidate of the node that has the fewest.
    fn branch(&mut self, mut plan: Partial<W>, mut choices: Vec<Choice<W>>) {
        let Some(pivot) = self.ascend(&mut plan, &mut choices) else { return };
        for at in 0..choices.len() {
            let choice = choices[at];
            if !choice.set.contains(pivot) {
                continue;
            }
            let next = Partial {
                open: plan.open.difference(&choice.set),
                k: plan.k - 1,
                lost: plan.lost + choice.loss,
                spent: plan.spent + choice.left,
                gained: plan.gained + choice.gain,
            };
            // The budget narrows as plans are found.
            if next.spent > self.budget
                || self.is_hopeless(&next)
                || !self.core.stays_near(&next.open, next.gained)
                || next.k > 1 && !self.core.is_divisible(&next.open, next.k)
            {
                continue;
            }
            let left = self.budget - next.spent;
            let rest = choices
                .iter()
                .filter(|other| {
                    other.left <= left
                        && !other.set.meets(&choice.set)
                        && self.core.are_in_order(&other.set, &choice.set)
                })
                .copied()
                .collect();
            self.chosen.push(choice.set);
            self.descend(next, rest);
            self.chosen.pop();
            if self.stopped {
                return;
            }
        }
    }

    /// Whether what is open is known to be beyond covering within what is left of the budget.
    fn is_hopeless(&self, plan: &Partial<W>) -> bool {
        let known = self.hopeless.as_ref().and_then(|hopeless| hopeless.get(&(plan.open, plan.k)));
        known.is_some_and(|&known| self.budget - plan.lost <= known)
    }

    /// Dual ascent: every open node in turn, the one with fewest candidates first, takes from its
    /// candidates the least loss any of them has, since one of them must be chosen. What is taken
    /// is spent in any case; candidates whose remaining loss exceeds the budget fall away.
    ///
    /// Returns the node with the fewest candidates left, or `None` when some node has none.
    fn ascend(&self, plan: &mut Partial<W>, choices: &mut Vec<Choice<W>>) -> Option<usize> {
        let mut order: Vec<(usize, usize)> = self.counts(plan, choices)?;
        // The candidates of every node, one after another.
        let mut starts = vec![0; self.core.n];
        let mut end = 0;
        for &(count, node) in &order {
            starts[node] = end;
            end += count;
        }
        let mut holders = vec![0; end];
        let mut next = starts.clone();
        for (at, choice) in choices.iter().enumerate() {
            for node in choice.set.iter() {
                holders[next[node]] = at;
                next[node] += 1;
            }
        }
        order.sort_unstable();
        for (count, node) in order {
            let holders = &holders[starts[node]..starts[node] + count];
            let least = holders.iter().map(|&at| choices[at].left).min()?;
            if least > 0 {
                plan.spent += least;
                for &at in holders {
                    choices[at].left -= least;
                }
            }
        }
        let left = self.budget - plan.spent;
        choices.retain(|choice| choice.left <= left);
        let counts = self.counts(plan, choices)?;
        counts.into_iter().min().map(|(_, node)| node)
    }

    /// Open nodes with the number of their candidates. `None` when a node has none.
    fn counts(&self, plan: &Partial<W>, choices: &[Choice<W>]) -> Option<Vec<(usize, usize)>> {
        let mut counts = vec![0; self.core.n];
        for choice in choices {
            for node in choice.set.iter() {
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
        self.finds += 1;
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
    use regionfront_testkit::shapes::Dice;

    fn candidates(sets: &[(&[usize], i64)]) -> Vec<Candidate<1>> {
        sets.iter()
            .map(|&(nodes, loss)| Candidate {
                set: nodes.iter().copied().collect(),
                loss: loss * SCALE,
                gain: i64::try_from(nodes.len()).expect("few nodes"),
            })
            .collect()
    }

    /// Nodes that all touch each other, no limits.
    fn core(n: usize, k: usize) -> Core<1> {
        let all = AreaSet::first_areas(n);
        Core {
            n,
            scale: SCALE,
            k,
            ground: all,
            labels: AreaSet::EMPTY,
            ghosts: AreaSet::EMPTY,
            neighbours: vec![all; n],
            own: vec![0; n],
            pair: vec![0; n * n],
            exempt: AreaSet::EMPTY,
            resources: Vec::new(),
            containment: Vec::new(),
            apart: vec![AreaSet::EMPTY; n],
            companions: (0..n).map(AreaSet::single).collect(),
            members: (0..n).map(|area| vec![area]).collect(),
            extra: None,
            settled: Vec::new(),
            settled_flow: 0,
        }
    }

    fn losses(k: usize, budget: i64, keep: Keep, sets: &[(&[usize], i64)]) -> Vec<i64> {
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, k, 0, SCALE, 0);
        let covered = cover(&core(4, k), 0, candidates(sets), budget * SCALE, keep, 1000, &watch);
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
        let covered =
            cover(&core(4, 2), 0, candidates(&SETS), 9 * SCALE, Keep::All(1), 1000, &watch);
        assert!(!covered.complete);
        assert_eq!(covered.plans.len(), 1);
    }

    /// Losses of all plans of `k` sets that cover the nodes of `open`.
    fn by_enumeration(open: AreaSet<1>, k: usize, sets: &[(AreaSet<1>, i64)]) -> Vec<i64> {
        let Some(first) = open.first() else { return if k == 0 { vec![0] } else { Vec::new() } };
        let mut losses = Vec::new();
        if k > 0 {
            for &(set, loss) in sets.iter().filter(|(set, _)| set.contains(first)) {
                if set.is_subset(&open) {
                    let rest = by_enumeration(open.difference(&set), k - 1, sets);
                    losses.extend(rest.into_iter().map(|more| loss + more));
                }
            }
        }
        losses
    }

    /// The same nodes may be left to different numbers of regions, and with different budgets: what
    /// is remembered of one says nothing of another.
    #[test]
    fn what_is_remembered_holds() {
        let mut found = 0;
        for seed in 0..400 {
            let mut dice = Dice::new(seed);
            let n = 8;
            let mut sets: BTreeMap<AreaSet<1>, i64> = BTreeMap::new();
            for _ in 0..60 {
                let size = 1 + dice.below(3);
                let set: AreaSet<1> = (0..size).map(|_| dice.below(n)).collect();
                sets.insert(set, i64::try_from(dice.below(30)).expect("small"));
            }
            let sets: Vec<(AreaSet<1>, i64)> = sets.into_iter().collect();
            for k in 3..=6 {
                let mut all = by_enumeration(AreaSet::first_areas(n), k, &sets);
                all.sort_unstable();
                let budget = [10, 40, 90][dice.below(3)];
                all.retain(|&loss| loss <= budget);
                let candidates: Vec<Candidate<1>> = sets
                    .iter()
                    .map(|&(set, loss)| Candidate { set, loss: loss * SCALE, gain: 0 })
                    .collect();
                let limits = Limits::default();
                let watch = Watch::new(&limits, &Silent, k, 0, SCALE, 0);
                let covered = |keep| {
                    let candidates = candidates.clone();
                    let core = core(n, k);
                    let covered =
                        cover(&core, 0, candidates, budget * SCALE, keep, 1_000_000, &watch);
                    assert!(covered.complete);
                    let mut losses: Vec<i64> =
                        covered.plans.iter().map(|plan| plan.1 / SCALE).collect();
                    losses.sort_unstable();
                    losses
                };
                assert_eq!(covered(Keep::Best), all[..all.len().min(1)], "seed {seed}, k {k}");
                found += all.len();
                assert_eq!(covered(Keep::All(1_000_000)), all, "seed {seed}, k {k}");
            }
        }
        assert!(found > 1_000, "{found}");
    }
}
