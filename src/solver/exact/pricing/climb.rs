//! Pricing by hill climbing: improving regions found quickly, and none proven not to exist.
//!
//! From a seed the climber takes or drops one node at a time, whichever brings most reduced value,
//! until neither brings any; seeds are single nodes and the regions the master uses. On large
//! problems this finds nearly all the columns the master wants, and exact pricing is left with the
//! proof that no others are worth having.

use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// A single node grows on for this many nodes that bring nothing, in case the next ones do.
const PATIENCE: usize = 3;

/// Hill climbing over connected sets, at given duals.
pub(crate) struct Climber<'a, const W: usize> {
    pub(super) core: &'a Core<W>,
    network: &'a Network,
    pub(super) duals: &'a Duals,
    /// Reduced value a node brings to the set, or would lose by leaving it.
    pub(super) gain: Vec<i64>,
    pub(super) set: AreaSet<W>,
    /// Reduced value of the set.
    pub(super) reduced: i64,
    /// Sum of every resource over the set.
    pub(super) held: Vec<i64>,
}

impl<'a, const W: usize> Climber<'a, W> {
    /// A climber at these duals. They must put no price on an additive measure, which hill climbing
    /// does not see.
    pub(crate) fn new(core: &'a Core<W>, network: &'a Network, duals: &'a Duals) -> Self {
        Self {
            core,
            network,
            duals,
            gain: (0..core.n).map(|node| core.own[node] - duals.node[node]).collect(),
            set: AreaSet::EMPTY,
            reduced: 0,
            held: vec![0; core.resources.len()],
        }
    }

    /// Climbs from every node and from these regions; regions met whose reduced value exceeds the
    /// count dual by more than `worth` go to the pool. How many were new.
    pub(crate) fn climb(&mut self, seeds: &[AreaSet<W>], worth: i64, pool: &mut Pool<W>) -> usize {
        let known = pool.len();
        for node in 0..self.core.n {
            self.restart(&self.core.companions[node].clone());
            self.grow(worth, pool);
            self.improve(worth, pool);
        }
        for seed in seeds {
            self.restart(seed);
            self.improve(worth, pool);
        }
        pool.len() - known
    }

    pub(super) fn restart(&mut self, seed: &AreaSet<W>) {
        for node in self.set.difference(seed).iter() {
            self.drop(node);
        }
        for node in seed.difference(&self.set).iter() {
            self.take(node);
        }
    }

    pub(super) fn take(&mut self, node: usize) {
        self.set.insert(node);
        self.reduced += self.gain[node];
        for &(other, flow) in &self.network.partners[node] {
            self.gain[other] += flow;
        }
        for (held, resource) in self.held.iter_mut().zip(&self.core.resources) {
            *held += resource.weight[node];
        }
    }

    pub(super) fn drop(&mut self, node: usize) {
        self.set.remove(node);
        self.reduced -= self.gain[node];
        for &(other, flow) in &self.network.partners[node] {
            self.gain[other] -= flow;
        }
        for (held, resource) in self.held.iter_mut().zip(&self.core.resources) {
            *held -= resource.weight[node];
        }
    }

    /// Whether every resource stays within its limits when the sums change by a node's weight,
    /// times `sign`.
    fn fits(&self, node: usize, sign: i64) -> bool {
        self.core.resources.iter().zip(&self.held).all(|(resource, held)| {
            let held = held + sign * resource.weight[node];
            held <= resource.max && (sign > 0 || held >= resource.min)
        })
    }

    pub(super) fn is_large_enough(&self) -> bool {
        self.core.resources.iter().zip(&self.held).all(|(resource, &held)| held >= resource.min)
    }

    /// The neighbour that brings most, if one fits.
    fn best_to_take(&self) -> Option<(i64, usize)> {
        let edge = self.set.boundary(&self.core.neighbours);
        edge.iter()
            .filter(|&node| !self.core.apart[node].meets(&self.set) && self.fits(node, 1))
            .map(|node| (self.gain[node], node))
            .max()
    }

    /// Grows from the set as it is, and goes back to the best size met.
    fn grow(&mut self, worth: i64, pool: &mut Pool<W>) {
        let mut path = Vec::new();
        let mut sum = 0;
        // The best sum met on a set that is large enough, and how long the path was.
        let mut best = self.is_large_enough().then_some((0, 0));
        while let Some((gain, node)) = self.best_to_take() {
            if let Some((most, at)) = best
                && (path.len() >= at + PATIENCE && sum <= most && gain <= 0)
            {
                break;
            }
            self.take(node);
            path.push(node);
            sum += gain;
            self.offer(worth, pool);
            if self.is_large_enough() && best.is_none_or(|(most, _)| sum > most) {
                best = Some((sum, path.len()));
            }
        }
        for &node in path[best.map_or(path.len(), |(_, at)| at)..].iter().rev() {
            self.drop(node);
        }
    }

    /// Takes and drops nodes while that brings anything.
    pub(super) fn improve(&mut self, worth: i64, pool: &mut Pool<W>) {
        loop {
            self.offer(worth, pool);
            let taken = self.best_to_take().filter(|&(gain, _)| gain > 0);
            let dropped = self
                .set
                .iter()
                .filter(|&node| -self.gain[node] > taken.map_or(0, |(gain, _)| gain))
                .filter(|&node| self.fits(node, -1) && self.stays_connected_without(node))
                .min_by_key(|&node| (self.gain[node], node));
            match (dropped, taken) {
                (Some(node), _) => self.drop(node),
                (None, Some((_, node))) => self.take(node),
                (None, None) => return,
            }
        }
    }

    fn stays_connected_without(&self, node: usize) -> bool {
        let mut rest = self.set;
        rest.remove(node);
        !rest.is_empty() && rest.is_connected(&self.core.neighbours)
    }

    /// Puts the set into the pool if it is a region worth having.
    fn offer(&self, worth: i64, pool: &mut Pool<W>) {
        if self.reduced - self.duals.count > worth && self.core.is_region(&self.set) {
            pool.insert(self.core.column(self.set));
        }
    }
}
