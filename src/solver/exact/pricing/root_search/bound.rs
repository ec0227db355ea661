//! The bound of a search node: multiplier and split of pair flows.
//!
//! **Split.** Every pair flow is split, `w_ij = a_ij + a_ji`. A free area `i` can add at most
//! `c_i = own_i − π_i + w(i, taken) + Σ_{j free} a_ij`, so a region holds at most
//! `r(taken) + Σ max(0, c_i)`. Shifting `a_ij` from areas with positive to areas with negative net
//! contribution along augmenting paths tightens this; carried to the end it is the minimum cut of
//! the relaxed problem, which is the closure problem of Rhys (*Management Science*, 1970) and
//! Picard (*Management Science*, 1976): linear terms of any sign, nonnegative terms on pairs. Any
//! split is valid, so the split of the last search starts the next.
//!
//! **Multiplier.** A limit on the first additive measure `p` enters with a Lagrange multiplier:
//! `r(taken) + λ·limit + Σ max(0, c_i − λ p_i)`, with `λ ≥ 0` for the room left under the upper
//! limit and `λ ≤ 0` for what the lower limit still asks. The bound is convex and piecewise linear
//! in `λ`; tangents find its lowest point.
//!
//! Split and multiplier in turn get stuck where neither alone leads lower. At a root, where the bound
//! matters most, every multiplier tried is given its own minimum cut.
//!
//! What remains above the threshold is handed to the moats of the module `moat`.

use crate::exact::pricing::root_search::{Pricer, State};
use crate::graph::AreaSet;

/// Most tangents to a multiplier.
const TANGENTS: usize = 8;

impl<const W: usize> Pricer<'_, W> {
    /// The bound of a search node, best multiplier and split found; fills `self.net`.
    pub(crate) fn bound(&mut self, row: usize, state: &mut State<W>) -> i64 {
        let mut bound = self.multiplier_bound(row, state);
        if bound <= self.threshold {
            return bound;
        }
        self.fill_net(row, state);
        if self.is_inner {
            bound = self.inner_bound(row, state, bound);
            return self.charged_bound(state, bound);
        }
        loop {
            let shifted = if self.is_whole {
                self.shift_all(row, state)
            } else {
                self.shift_once(row, state)
            };
            bound -= shifted;
            if bound <= self.threshold || shifted == 0 {
                break;
            }
            let better = self.multiplier_bound(row, state);
            if better >= bound {
                break;
            }
            bound = better;
            if bound <= self.threshold {
                break;
            }
            self.fill_net(row, state);
            if row > 0 {
                break;
            }
        }
        if bound > self.threshold && self.is_whole {
            bound = self.joint_bound(row, state).unwrap_or(bound);
        }
        self.charged_bound(state, bound)
    }

    /// The bound of a search node less what pockets and moats charge.
    fn charged_bound(&mut self, state: &State<W>, mut bound: i64) -> i64 {
        if bound > self.threshold {
            bound -= self.pockets(state, bound - self.threshold);
        }
        if bound > self.threshold {
            bound -= self.moats(state, bound - self.threshold);
        }
        bound
    }

    fn fill_net(&mut self, row: usize, state: &State<W>) {
        let n = self.core.n;
        let gain = &self.gain[row * n..(row + 1) * n];
        match self.core.resources.first() {
            Some(resource) if state.lambda != 0 => {
                for i in state.free.iter() {
                    self.net[i] = gain[i] - state.lambda * resource.weight[i];
                }
            }
            _ => {
                for i in state.free.iter() {
                    self.net[i] = gain[i];
                }
            }
        }
    }

    /// `r(taken) + λ·limit + Σ max(0, c_i − λ p_i)` at the best multiplier found by tangents.
    fn multiplier_bound(&self, row: usize, state: &mut State<W>) -> i64 {
        let n = self.core.n;
        let gain = &self.gain[row * n..(row + 1) * n];
        let Some(resource) = self.core.resources.first() else {
            return state.value + state.free.iter().map(|i| gain[i].max(0)).sum::<i64>();
        };
        let weight = &resource.weight;
        // Sum of positive net contributions and the weight of the areas that give them.
        let at = |lambda: i64| -> (i64, i64) {
            let mut sum = 0;
            let mut heavy = 0;
            for i in state.free.iter() {
                let net = gain[i] - lambda * weight[i];
                if net > 0 {
                    sum += net;
                    heavy += weight[i];
                }
            }
            (sum, heavy)
        };
        let room = resource.max - state.used;
        let need = resource.min - state.used;
        let (sum, heavy) = at(0);
        // Reflecting λ < 0 turns the lower limit into an upper one: minimise over μ ≥ 0
        // `sum(σμ) + σμ·limit`, with slope `σ(limit − heavy)`.
        let (sign, limit) = if heavy > room {
            (1, room)
        } else if heavy < need {
            (-1, need)
        } else {
            state.lambda = 0;
            return state.value + sum;
        };
        let line = |mu: i64| -> (i64, i64) {
            let (sum, heavy) = at(sign * mu);
            (sum + sign * mu * limit, sign * (limit - heavy))
        };
        let mut first = (state.lambda * sign).max(0);
        if first == 0 {
            // Where the last area changes sides the slope turns.
            first = state
                .free
                .iter()
                .filter(|&i| weight[i] > 0)
                .map(|i| sign * gain[i] / weight[i])
                .filter(|&ratio| ratio > 0)
                .max()
                .unwrap_or(0)
                / 2
                + 1;
        }
        let at_zero = (sum, sign * (limit - heavy));
        let (best, mu) = lowest(at_zero, first, resource.most_multiplier, TANGENTS, line);
        state.lambda = sign * mu;
        state.value + best
    }

    /// The bound at the best multiplier, each with the best split for it; `None` where nothing is
    /// limited. Multiplier and split in turn may get stuck where neither alone leads lower.
    fn joint_bound(&mut self, row: usize, state: &mut State<W>) -> Option<i64> {
        let resource = self.core.resources.first()?;
        let room = resource.max - state.used;
        let need = resource.min - state.used;
        let first = state.lambda;
        let (sum, heavy) = self.cut_at(0, row, state);
        let (sign, limit) = if heavy > room {
            (1, room)
        } else if heavy < need {
            (-1, need)
        } else {
            return Some(state.value + sum);
        };
        let at_zero = (sum, sign * (limit - heavy));
        let first = (first * sign).max(1);
        let (best, mu) = lowest(at_zero, first, resource.most_multiplier, TANGENTS, |mu| {
            let (sum, heavy) = self.cut_at(sign * mu, row, state);
            (sum + sign * mu * limit, sign * (limit - heavy))
        });
        if state.lambda != sign * mu {
            self.cut_at(sign * mu, row, state);
        }
        Some(state.value + best)
    }

    /// Sum and weight of the best set at a multiplier; fills `self.net`.
    fn cut_at(&mut self, lambda: i64, row: usize, state: &mut State<W>) -> (i64, i64) {
        state.lambda = lambda;
        self.fill_net(row, state);
        let sum: i64 = state.free.iter().map(|i| self.net[i].max(0)).sum();
        let sum = sum - self.shift_all(row, state);
        let weight = &self.core.resources[0].weight;
        let heavy = self.closure.iter().flat_map(AreaSet::iter).map(|i| weight[i]).sum();
        (sum, heavy)
    }

    /// Moves credit from profitable areas straight to unprofitable ones. Returns what the bound
    /// falls by.
    fn shift_once(&mut self, row: usize, state: &State<W>) -> i64 {
        let n = self.core.n;
        let mut total = 0;
        let mut losers = AreaSet::EMPTY;
        for i in state.free.iter() {
            if self.net[i] < 0 {
                losers.insert(i);
            }
        }
        for from in state.free.difference(&losers).iter() {
            for to in losers.iter() {
                if self.net[from] <= 0 {
                    break;
                }
                let amount = self.net[from].min(-self.net[to]).min(self.credit[from * n + to]);
                if amount > 0 {
                    self.shift(row, from, to, amount);
                    total += amount;
                    if self.net[to] == 0 {
                        losers.remove(to);
                    }
                }
            }
        }
        total
    }

    pub(crate) fn shift(&mut self, row: usize, from: usize, to: usize, amount: i64) {
        let n = self.core.n;
        self.credit[from * n + to] -= amount;
        self.credit[to * n + from] += amount;
        self.gain[row * n + from] -= amount;
        self.gain[row * n + to] += amount;
        self.net[from] -= amount;
        self.net[to] += amount;
        if row > 0 {
            self.shifts.push((from, to, amount));
        }
    }

    /// Moves credit along shortest augmenting paths (Dinitz, 1970) until no profitable area reaches
    /// an unprofitable one, and keeps the areas a profitable one reaches: with those taken they are
    /// the best set but for connectivity and lower limits. Returns what the bound falls by.
    fn shift_all(&mut self, row: usize, state: &State<W>) -> i64 {
        let mut total = self.shift_once(row, state);
        let mut level = vec![usize::MAX; self.core.n];
        let mut next = vec![0; self.core.n];
        loop {
            level.fill(usize::MAX);
            let mut queue: Vec<usize> = state.free.iter().filter(|&i| self.net[i] > 0).collect();
            let sources = queue.len();
            for &i in &queue {
                level[i] = 0;
            }
            let mut last = usize::MAX;
            let mut at = 0;
            while at < queue.len() && level[queue[at]] < last {
                let from = queue[at];
                at += 1;
                for &to in &self.partners[from] {
                    if level[to] == usize::MAX
                        && state.free.contains(to)
                        && self.credit[from * self.core.n + to] > 0
                    {
                        level[to] = level[from] + 1;
                        if self.net[to] < 0 {
                            last = level[to];
                        }
                        queue.push(to);
                    }
                }
            }
            if last == usize::MAX {
                self.closure = Some(queue.into_iter().collect());
                return total;
            }
            next.fill(0);
            for &source in &queue[..sources] {
                while self.net[source] > 0 {
                    let pushed = self.push(row, source, self.net[source], &level, &mut next);
                    if pushed == 0 {
                        break;
                    }
                    total += pushed;
                }
            }
        }
    }

    /// Shifts up to `most` from an area along one path of rising levels to an unprofitable one.
    fn push(
        &mut self,
        row: usize,
        from: usize,
        most: i64,
        level: &[usize],
        next: &mut [usize],
    ) -> i64 {
        if self.net[from] < 0 {
            return most.min(-self.net[from]);
        }
        while let Some(&to) = self.partners[from].get(next[from]) {
            let room = most.min(self.credit[from * self.core.n + to]);
            // Levels are unset outside the free areas, which no level precedes.
            if level[to] == level[from] + 1 && room > 0 {
                let pushed = self.push(row, to, room, level, next);
                if pushed > 0 {
                    self.shift(row, from, to, pushed);
                    return pushed;
                }
            }
            next[from] += 1;
        }
        0
    }
}

/// The lowest point that tangents find of a convex function of a multiplier that is not negative,
/// of which value and slope are known: its value, and where it lies.
pub(super) fn lowest(
    (value, slope): (i64, i64),
    first: i64,
    most: i64,
    tangents: usize,
    mut line: impl FnMut(i64) -> (i64, i64),
) -> (i64, i64) {
    let mut best = (value, 0);
    let mut low = (0, value, slope);
    let mut high: Option<(i64, i64, i64)> = None;
    let mut mu = first.min(most);
    for _ in 0..tangents {
        let (value, slope) = line(mu);
        if value < best.0 {
            best = (value, mu);
        }
        if slope == 0 {
            break;
        }
        if slope < 0 {
            low = (mu, value, slope);
        } else {
            high = Some((mu, value, slope));
        }
        let next = match high {
            None => low.0 * 2 + 1,
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                reason = "any whole multiplier gives a valid bound; the best need not be met exactly"
            )]
            Some(high) => {
                let rise = (low.1 - high.1) as f64 - low.2 as f64 * low.0 as f64
                    + high.2 as f64 * high.0 as f64;
                (rise / (high.2 - low.2) as f64) as i64
            }
        };
        let next = next.min(most);
        if next <= low.0 || high.is_some_and(|high| next >= high.0) {
            break;
        }
        mu = next;
    }
    best
}
