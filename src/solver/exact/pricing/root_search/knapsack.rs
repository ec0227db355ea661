//! Inner capacities: what an area can gather at most from a region that has to keep a limit.
//!
//! The bound of the module `bound` lets every area gather all its flows to free areas and prices a
//! limit once, outside. For sums that grow with the square of a region, the best set at a multiplier
//! jumps from next to nothing to a giant, and the multiplier pays for a mixture of the two. A region
//! with prices on its areas under a limit is a *quadratic knapsack*; the bound that does not jump puts
//! the limit inside every area's own gathering (Caprara, Pisinger, Toth, *Exact solution of the
//! quadratic knapsack problem*, INFORMS Journal on Computing, 1999; it is the level-1 reformulation of
//! Adams and Sherali, *Management Science*, 1986, with the symmetry of pairs relaxed):
//!
//! ```text
//! split     w_ij = a_ij + a_ji                                       (any split is valid)
//! inside    Q_i  = max Σ_j a_ij y_j   s.t.  Σ_j p_j y_j ≤ room − p_i,  0 ≤ y ≤ 1
//! outside   max Σ_i (own_i − π_i + w(i, taken) + Q_i) x_i   s.t.  Σ_i p_i x_i within the limits
//! ```
//!
//! What areas gather, and how the split moves, is the matter of the module `gathering`; steps go
//! towards the threshold. Where several measures are limited, the outside takes the one that binds most.
//!
//! What is taken off the bound is taken off the net contribution of single areas, so that fixing,
//! pockets and moats go on from there.

use super::bound::lowest;
use super::{Pricer, State};
use crate::exact::pricing::gathering::{as_float, rounded};
use crate::exact::problem::reduced::Resource;

/// Steps of the split at a root, and below one.
const ROOT_STEPS: usize = 60;
const STEPS: usize = 3;

/// Steps that gain little before they are halved.
const PATIENCE: usize = 3;

/// Most tangents to the outer multiplier.
const TANGENTS: usize = 8;

/// The bound and the limit that binds outside, with its multiplier.
#[derive(Clone, Copy, Debug)]
struct Outside {
    bound: i64,
    kind: usize,
    lambda: i64,
}

impl<const W: usize> Pricer<'_, W> {
    /// The bound of a search node with inner capacities, if that is lower than `bound`; the split and
    /// the net contributions are then those it holds for.
    pub(super) fn inner_bound(&mut self, row: usize, state: &mut State<W>, bound: i64) -> i64 {
        let used: Vec<i64> = self
            .core
            .resources
            .iter()
            .map(|resource| state.taken.iter().map(|node| resource.weight[node]).sum())
            .collect();
        // What areas bring but for free ones.
        let n = self.core.n;
        let mut gathering = std::mem::take(&mut self.gathering);
        let (partners, credit) = (&self.partners, &self.credit);
        gathering.fill(state.free.iter(), &self.core.resources, |node| {
            let others = partners[node].iter().filter(|&&other| state.free.contains(other));
            others.map(move |&other| (other, credit[node * n + other]))
        });
        let linear: Vec<i64> = (0..gathering.nodes.len())
            .map(|at| {
                let node = gathering.nodes[at];
                let others = gathering.list(at).map(|place| gathering.nodes[gathering.to[place]]);
                self.gain[row * n + node]
                    - others.map(|other| credit[node * n + other]).sum::<i64>()
            })
            .collect();
        self.gathering = gathering;
        self.descend(state, &used, &linear);
        self.settle(row, state, &used, &linear, bound)
    }

    /// Moves the split towards a lower bound; the best one met is kept.
    fn descend(&mut self, state: &State<W>, used: &[i64], linear: &[i64]) {
        let steps = if self.is_whole { ROOT_STEPS } else { STEPS };
        let resources = &self.core.resources;
        let mut gathering = std::mem::take(&mut self.gathering);
        let mut best = i64::MAX;
        let mut length = 1.0;
        let mut idle = 0;
        let mut sum = Vec::with_capacity(linear.len());
        for step in 0..=steps {
            gathering.gather(resources, used);
            sum.clear();
            sum.extend(linear.iter().zip(&gathering.gathered).map(|(a, &b)| a + rounded(b)));
            let now = self.outside(state, used, &gathering.nodes, &sum);
            let gained = best.saturating_sub(now.bound);
            if gained > 0 {
                best = now.bound;
                gathering.keep();
            }
            if gained > (now.bound - self.threshold) / 1024 {
                idle = 0;
            } else {
                idle += 1;
                if idle > PATIENCE {
                    idle = 0;
                    length /= 2.0;
                }
            }
            if best <= self.threshold || step == steps {
                break;
            }
            let outer = resources.get(now.kind);
            let nodes = gathering.nodes.clone();
            let taken =
                |at: usize| sum[at] > now.lambda * outer.map_or(0, |outer| outer.weight[nodes[at]]);
            let far = as_float((now.bound - self.threshold).max(1));
            if !gathering.step(resources, used, taken, far, length) {
                break;
            }
        }
        self.gathering = gathering;
    }

    /// The bound for these sums: the least over the limits, each with its best multiplier.
    fn outside(&self, state: &State<W>, used: &[i64], nodes: &[usize], sum: &[i64]) -> Outside {
        let free: i64 = sum.iter().map(|&sum| sum.max(0)).sum();
        let mut best = Outside { bound: state.value + free, kind: 0, lambda: 0 };
        for (kind, resource) in self.core.resources.iter().enumerate() {
            let start = if kind == 0 { state.lambda } else { 0 };
            let (value, lambda) = priced(sum, nodes, resource, used[kind], start);
            if state.value + value < best.bound {
                best = Outside { bound: state.value + value, kind, lambda };
            }
        }
        best
    }

    /// Evaluates the best split in whole numbers. Where that gives a lower bound than the one known, it
    /// becomes the split of the search, with the net contributions that go with it. The lower bound.
    fn settle(
        &mut self,
        row: usize,
        state: &mut State<W>,
        used: &[i64],
        linear: &[i64],
        bound: i64,
    ) -> i64 {
        let core = self.core;
        let n = core.n;
        let gathering = std::mem::take(&mut self.gathering);
        let flow = |a: usize, b: usize| self.pair[a * n + b];
        let (credit, gathered) = gathering.evaluate(&core.resources, used, flow);
        let sum: Vec<i64> = linear.iter().zip(&gathered).map(|(a, b)| a + b).collect();
        let inner = self.outside(state, used, &gathering.nodes, &sum);
        if inner.bound < bound {
            let outer = core.resources.get(inner.kind);
            for (at, &node) in gathering.nodes.iter().enumerate() {
                for place in gathering.list(at).filter(|&place| place < gathering.back[place]) {
                    let other = gathering.nodes[gathering.to[place]];
                    self.credit_anew(row, (node, other), credit[place]);
                }
                let weight = outer.map_or(0, |outer| outer.weight[node]);
                self.net[node] = sum[at] - inner.lambda * weight;
            }
            if inner.kind == 0 {
                state.lambda = inner.lambda;
            }
        }
        self.gathering = gathering;
        inner.bound.min(bound)
    }

    /// Credits the first of two areas with so much of the flow between them.
    fn credit_anew(&mut self, row: usize, (node, other): (usize, usize), credit: i64) {
        let n = self.core.n;
        let change = credit - self.credit[node * n + other];
        if change != 0 {
            self.credit[node * n + other] += change;
            self.credit[other * n + node] -= change;
            self.gain[row * n + node] += change;
            self.gain[row * n + other] -= change;
            if row > 0 {
                self.shifts.push((other, node, change));
            }
        }
    }
}

/// The best of sums within the limits of a measure, by the best multiplier tangents find, and that
/// multiplier.
fn priced(sum: &[i64], nodes: &[usize], resource: &Resource, used: i64, start: i64) -> (i64, i64) {
    let weight = |at: usize| resource.weight[nodes[at]];
    let (need, room) = (resource.min - used, resource.max - used);
    let at = |lambda: i64| -> (i64, i64) {
        let (mut total, mut heavy) = (0, 0);
        for (at, &sum) in sum.iter().enumerate() {
            let net = sum - lambda * weight(at);
            if net > 0 {
                total += net;
                heavy += weight(at);
            }
        }
        (total, heavy)
    };
    let (total, heavy) = at(0);
    let (sign, limit) = if heavy > room {
        (1, room)
    } else if heavy < need {
        (-1, need)
    } else {
        return (total, 0);
    };
    let line = |mu: i64| {
        let (total, heavy) = at(sign * mu);
        (total + sign * mu * limit, sign * (limit - heavy))
    };
    let mut first = start * sign;
    if first <= 0 {
        let ratios = sum.iter().enumerate().filter(|&(at, _)| weight(at) > 0);
        first = ratios.map(|(at, &sum)| sign * sum / weight(at)).max().unwrap_or(0).max(0) / 2 + 1;
    }
    let at_zero = (total, sign * (limit - heavy));
    let most = resource.most_multiplier;
    let (best, mu) = lowest(at_zero, first, most, TANGENTS, line);
    (best, sign * mu)
}
