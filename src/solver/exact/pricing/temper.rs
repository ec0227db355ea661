//! Pricing by annealing: what hill climbing leaves under the next hill.
//!
//! Where regions hold twenty areas or more, a climber that takes or drops one node at a time soon
//! ends on a hill. A tempered walk takes, drops or exchanges nodes, worse for better at first, from the
//! regions that the master uses and from single nodes, and climbs from the best region met. Nothing is
//! proven by it; but exact pricing is then left with the proof that no column is missing.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

use super::climb::Climber;
use crate::exact::master::pool::Pool;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Temperature at the end, as a share of that at the start.
const END: f64 = 0.01;

impl<const W: usize> Climber<'_, W> {
    /// Walks from these sets, so many moves each; regions met whose reduced value exceeds the count
    /// dual by more than `worth` go to the pool.
    pub(crate) fn temper(
        &mut self,
        seeds: &[AreaSet<W>],
        moves: usize,
        dice: &mut ChaCha8Rng,
        worth: i64,
        pool: &mut Pool<W>,
    ) {
        for seed in seeds {
            self.walk(seed, moves, dice);
            self.improve(worth, pool);
        }
    }

    /// Walks from a set, and goes back to the best large enough one met.
    fn walk(&mut self, seed: &AreaSet<W>, moves: usize, dice: &mut ChaCha8Rng) {
        self.restart(seed);
        let duals = self.duals.node.iter().map(|dual| dual.unsigned_abs() / self.core.n as u64);
        #[expect(clippy::cast_precision_loss, reason = "a temperature")]
        let mut temperature = duals.sum::<u64>().max(1) as f64;
        #[expect(clippy::cast_precision_loss, reason = "a temperature")]
        let cooling = END.powf(1.0 / moves.max(1) as f64);
        let mut edge = self.set.boundary(&self.core.neighbours);
        let mut best: Option<(i64, AreaSet<W>)> = None;
        for _ in 0..moves {
            temperature *= cooling;
            let kind = below(dice, 3);
            let taken = if kind == 1 { None } else { pick(&edge, dice) };
            let dropped = if kind == 0 { None } else { pick(&self.set, dice) };
            let group = |node: Option<usize>| {
                node.map_or(AreaSet::EMPTY, |node| self.core.companions[node])
            };
            let step = Step { taken: group(taken), dropped: group(dropped) };
            let Some(change) = self.change(&step) else { continue };
            #[expect(clippy::cast_precision_loss, reason = "a change that steers the walk")]
            let is_taken = change >= 0
                || !self.is_large_enough()
                || unit(dice) < (change as f64 / temperature).exp();
            if !is_taken || !self.stays_whole(&step) {
                continue;
            }
            for node in step.taken.iter() {
                self.take(node);
            }
            for node in step.dropped.iter() {
                self.drop(node);
            }
            edge = self.set.boundary(&self.core.neighbours);
            if best.is_none_or(|(most, _)| self.reduced > most) && self.is_large_enough() {
                best = Some((self.reduced, self.set));
            }
        }
        if let Some((_, set)) = best {
            self.restart(&set);
        }
    }

    /// What a move brings; `None` where there is none, or a limit or a rule bars it.
    fn change(&self, step: &Step<W>) -> Option<i64> {
        let core = self.core;
        let Step { taken, dropped } = step;
        let is_none = taken.is_empty() && dropped.is_empty();
        if is_none || taken.meets(&self.set) || taken.meets(dropped) {
            return None;
        }
        if taken.iter().any(|node| core.apart[node].meets(&self.set)) {
            return None;
        }
        let between = |one: &AreaSet<W>, other: &AreaSet<W>| -> i64 {
            let row = |node: usize| &core.pair[node * core.n..(node + 1) * core.n];
            one.iter().map(|node| other.iter().map(|at| row(node)[at]).sum::<i64>()).sum()
        };
        let gains = |set: &AreaSet<W>| set.iter().map(|node| self.gain[node]).sum::<i64>();
        let mut change = gains(taken) - gains(dropped) - between(taken, dropped);
        if taken.len() > 1 {
            change += between(taken, taken) / 2;
        }
        if dropped.len() > 1 {
            change += between(dropped, dropped) / 2;
        }
        let fits = core.resources.iter().zip(&self.held).all(|(resource, &before)| {
            let weight = |set: &AreaSet<W>| Core::sum(&resource.weight, set);
            let after = before + weight(taken) - weight(dropped);
            // A set that is still too small may only grow.
            after <= resource.max && (after >= resource.min || after > before)
        });
        fits.then_some(change)
    }

    /// Whether the set stays connected by a move. A single node taken touches the set.
    fn stays_whole(&self, step: &Step<W>) -> bool {
        if step.dropped.is_empty() && step.taken.len() == 1 {
            return true;
        }
        let set = self.set.union(&step.taken).difference(&step.dropped);
        !set.is_empty() && set.is_connected(&self.core.neighbours)
    }
}

/// Nodes taken and dropped, each with its companions.
struct Step<const W: usize> {
    taken: AreaSet<W>,
    dropped: AreaSet<W>,
}

/// A whole number below `count`.
fn below(dice: &mut ChaCha8Rng, count: usize) -> usize {
    let wide = u64::from(dice.next_u32()) * count as u64;
    usize::try_from(wide >> 32).expect("below count")
}

/// A number in `0.0..1.0`.
fn unit(dice: &mut ChaCha8Rng) -> f64 {
    f64::from(dice.next_u32()) / 4_294_967_296.0
}

/// A node of a set, if it has any.
fn pick<const W: usize>(set: &AreaSet<W>, dice: &mut ChaCha8Rng) -> Option<usize> {
    let count = set.len();
    if count == 0 { None } else { set.nth(below(dice, count)) }
}
