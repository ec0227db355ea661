//! All regions that lose little against given prices.
//!
//! With a price `π_i` for every node and `σ` for a region, a region `S` *loses*
//!
//! ```text
//! loss(S) = Σ_{i∈S} π_i + σ − v(S),      v(S) = Σ_{i∈S} own_i + Σ_{i<j∈S} w_ij
//! ```
//!
//! All regions of a loss up to a budget are found by deciding nodes one by one. Roots are tried in
//! the order of falling prices, exempt ones first; the regions of a root hold no earlier root, so each is
//! met once. A
//! search node has nodes taken, free and left out, and is closed as soon as no region in between can
//! be within the budget:
//!
//! * **Bound.** A flow between two free nodes is credited to them in parts, `w_ij = a_ij + a_ji`: by
//!   halves, or as a maximum flow at the root has it. So a free node `i` gains at most
//!   `g_i = own_i − π_i + w(i, taken) + Σ_{j free} a_ij`, and a region gains at most what the taken nodes
//!   do and `Σ max(0, g_i)`. For a limit on a sum, every multiplier `λ ≥ 0` on what is left under
//!   the upper limit gives the bound `λ·room + Σ max(0, g_i − λ p_i)`, and with the signs turned for
//!   what the lower limit still asks; the best multiplier is that of the fractional knapsack.
//! * **Fixing.** A node whose net gain exceeds the distance to the budget is decided.
//! * **Reach, limits, pockets.** Free nodes out of reach or too heavy are left out; a piece of what is
//!   left over that is too small for any region must be taken whole.

use std::cmp::Reverse;

use crate::ground::{Ground, Limited, sum};
use crate::set::Set;

/// Sums of prices and scaled flows, and of multiplied weights, stay within this.
pub const LARGEST: i64 = 1 << 60;

/// How often flows are credited anew at a root.
const ROUNDS: usize = 3;

/// Prices of nodes and of a region, in parts of a commuter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// `π`, of every node.
    pub node: Vec<i64>,
    /// `σ`.
    pub region: i64,
    /// Parts of a commuter; even, so that half a flow is a whole number of them.
    pub scale: i64,
    /// Whether flows are credited anew at every root. Any credit is valid, and which is quicker
    /// differs.
    pub balance: bool,
}

impl Prices {
    /// Whether all sums with these prices stay in range.
    pub fn are_in_range<const W: usize>(&self, ground: &Ground<W>) -> bool {
        let flows = ground.own.iter().chain(&ground.pair).map(|&flow| i128::from(flow));
        let flows = flows.sum::<i128>() * i128::from(self.scale);
        let prices = self.node.iter().map(|&price| i128::from(price).abs()).sum::<i128>();
        let regions = i128::from(self.region).abs() * (ground.k as i128 + 1);
        flows + prices + regions <= i128::from(LARGEST)
    }

    /// `Σ π + k σ`: what a plan without any loss is worth.
    ///
    /// # Panics
    /// Where there are more regions than a signed number holds.
    pub fn level<const W: usize>(&self, ground: &Ground<W>) -> i64 {
        let k = i64::try_from(ground.k).expect("few regions");
        self.node.iter().sum::<i64>() + k * self.region
    }

    /// The loss of a region.
    pub fn loss<const W: usize>(&self, ground: &Ground<W>, set: &Set<W>) -> i64 {
        sum(&self.node, set) + self.region - self.scale * ground.value(set)
    }
}

/// A region with its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<const W: usize> {
    /// Its nodes.
    pub set: Set<W>,
    /// Its loss.
    pub loss: i64,
}

/// The search was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CutShort;

/// Tells every [usable](Ground::is_usable) region whose loss is within the budget to `found`, which
/// answers with the budget to go on with in this root.
///
/// # Errors
/// After `most_nodes` search nodes.
///
/// # Panics
/// When prices are missing, odd-scaled or [out of range](Prices::are_in_range).
pub fn list<const W: usize>(
    ground: &Ground<W>,
    prices: &Prices,
    budget: i64,
    most_nodes: u64,
    found: &mut dyn FnMut(Listed<W>) -> i64,
) -> Result<u64, CutShort> {
    assert!(prices.are_in_range(ground) && prices.scale % 2 == 0, "prices within range");
    let n = ground.n;
    let mut order: Vec<usize> = (0..n).collect();
    // Exempt nodes first: then limits apply to all regions of a root or to none.
    order.sort_by_key(|&node| (!ground.exempt.contains(node), Reverse(prices.node[node]), node));
    let scaled = |flow: &i64| flow * prices.scale;
    let mut search = Search {
        ground,
        limited: &[],
        base: (0..n).map(|i| scaled(&ground.own[i]) - prices.node[i]).collect(),
        flow: ground.pair.iter().map(scaled).collect(),
        credit: Vec::new(),
        is_balanced: prices.balance,
        partners: (0..n)
            .map(|i| (0..n).filter(|j| ground.pair[i * n + j] != 0).collect::<Set<W>>())
            .collect(),
        most_multiplier: ground
            .limited
            .iter()
            .map(|limited| LARGEST / limited.weight.iter().sum::<i64>().max(1))
            .collect(),
        gains: vec![0; n * (n + 1)],
        net: vec![0; n],
        best_net: vec![0; n],
        items: Vec::new(),
        budget,
        nodes: 0,
        most_nodes,
        found,
    };
    let mut later: Set<W> = Set::below(n);
    for root in order {
        later.remove(root);
        search.budget = budget;
        search.grow_root(root, later, prices.region)?;
    }
    Ok(search.nodes)
}

struct Search<'a, const W: usize> {
    ground: &'a Ground<W>,
    /// The limits on the regions of the root.
    limited: &'a [Limited],
    /// `own_i − π_i`.
    base: Vec<i64>,
    /// Flows between two nodes; `n × n`, symmetric.
    flow: Vec<i64>,
    /// `credit[i × n + j]` is the part of the flow between `i` and `j` credited to `i`.
    credit: Vec<i64>,
    /// Whether credit is moved at every root.
    is_balanced: bool,
    /// The nodes that exchange commuters with every node.
    partners: Vec<Set<W>>,
    /// Multipliers on each limited sum up to this stay in range.
    most_multiplier: Vec<i64>,
    /// `g_i`, a row of `n` for every depth.
    gains: Vec<i64>,
    /// `g_i − λ p_i` at the search node, for the sum tried and for the one with the best bound.
    net: Vec<i64>,
    best_net: Vec<i64>,
    items: Vec<usize>,
    budget: i64,
    nodes: u64,
    most_nodes: u64,
    found: &'a mut dyn FnMut(Listed<W>) -> i64,
}

/// A search node.
#[derive(Clone, Copy)]
struct State<const W: usize> {
    root: usize,
    taken: Set<W>,
    free: Set<W>,
    /// The loss of the nodes taken with its sign turned.
    gained: i64,
    /// Whether nodes have been taken since pockets were looked for.
    has_grown: bool,
    /// The nodes taken when they were last looked at as a region.
    seen: Set<W>,
}

impl<const W: usize> Search<'_, W> {
    fn grow_root(&mut self, root: usize, free: Set<W>, region: i64) -> Result<(), CutShort> {
        let n = self.ground.n;
        self.limited = self.ground.limits_of(root);
        self.credit = self.flow.iter().map(|flow| flow / 2).collect();
        for i in free.iter() {
            let credited = self.partners[i].and(&free);
            let credited: i64 = credited.iter().map(|j| self.credit[i * n + j]).sum();
            self.gains[i] = self.base[i] + self.flow[i * n + root] + credited;
        }
        let mut state = State {
            root,
            taken: Set::of(root),
            free,
            gained: self.base[root] - region,
            has_grown: true,
            seen: Set::EMPTY,
        };
        for other in self.ground.apart[root].and(&free).iter() {
            self.leave(0, &mut state, other);
        }
        if self.is_balanced {
            self.balance(&state);
        }
        self.explore(0, state)
    }

    /// Credits flows anew, away from nodes that gain to nodes that do not: along shortest paths over
    /// flows with credit left, as in a maximum flow. Carried to the end it is the best there is for one
    /// multiplier.
    fn balance(&mut self, state: &State<W>) {
        let mut bound = self.bound(0, state);
        for _ in 0..ROUNDS {
            let mut has_moved = false;
            while let Some(path) = self.credit_path(&state.free) {
                self.move_credit(&path);
                has_moved = true;
            }
            let lower = self.bound(0, state);
            if !has_moved || lower >= bound {
                return;
            }
            bound = lower;
        }
    }

    /// A shortest path from a node that gains to one that does not, each step over a flow that has
    /// credit at its beginning.
    fn credit_path(&self, free: &Set<W>) -> Option<Vec<usize>> {
        let n = self.ground.n;
        let mut from = vec![usize::MAX; n];
        let mut queue: Vec<usize> = free.iter().filter(|&i| self.best_net[i] > 0).collect();
        for &i in &queue {
            from[i] = i;
        }
        let mut at = 0;
        while at < queue.len() {
            let i = queue[at];
            at += 1;
            for j in self.partners[i].and(free).iter() {
                if from[j] < n || self.credit[i * n + j] == 0 {
                    continue;
                }
                from[j] = i;
                if self.best_net[j] < 0 {
                    let mut path = vec![j];
                    while from[path[path.len() - 1]] != path[path.len() - 1] {
                        path.push(from[path[path.len() - 1]]);
                    }
                    path.reverse();
                    return Some(path);
                }
                queue.push(j);
            }
        }
        None
    }

    fn move_credit(&mut self, path: &[usize]) {
        let n = self.ground.n;
        let (first, last) = (path[0], path[path.len() - 1]);
        let credits = path.windows(2).map(|step| self.credit[step[0] * n + step[1]]);
        let most = credits.min().unwrap_or(0);
        let amount = most.min(self.best_net[first]).min(-self.best_net[last]);
        for step in path.windows(2) {
            self.credit[step[0] * n + step[1]] -= amount;
            self.credit[step[1] * n + step[0]] += amount;
        }
        for (node, change) in [(first, -amount), (last, amount)] {
            self.gains[node] += change;
            self.best_net[node] += change;
        }
    }

    fn take(&mut self, row: usize, state: &mut State<W>, node: usize) {
        let n = self.ground.n;
        state.free.remove(node);
        state.taken.insert(node);
        state.has_grown = true;
        let gains = &mut self.gains[row * n..(row + 1) * n];
        state.gained += gains[node];
        for other in self.partners[node].and(&state.free).iter() {
            let credit = self.credit[node * n + other];
            gains[other] += credit;
            state.gained -= credit;
        }
        for other in self.ground.apart[node].and(&state.free).iter() {
            self.leave(row, state, other);
        }
    }

    fn leave(&mut self, row: usize, state: &mut State<W>, node: usize) {
        let n = self.ground.n;
        state.free.remove(node);
        let gains = &mut self.gains[row * n..(row + 1) * n];
        for other in self.partners[node].and(&state.free).iter() {
            gains[other] -= self.credit[other * n + node];
        }
    }

    fn explore(&mut self, row: usize, mut state: State<W>) -> Result<(), CutShort> {
        let ground = self.ground;
        let n = ground.n;
        loop {
            self.nodes += 1;
            if self.nodes > self.most_nodes {
                return Err(CutShort);
            }
            if !self.tighten(row, &mut state) {
                return Ok(());
            }
            if state.seen != state.taken {
                state.seen = state.taken;
                if -state.gained <= self.budget && ground.is_usable(&state.taken) {
                    let listed = Listed { set: state.taken, loss: -state.gained };
                    self.budget = (self.found)(listed);
                }
            }
            let piece = Set::of(state.root).reached(&state.taken, &ground.links);
            let edge = piece.iter().fold(Set::EMPTY, |edge, node| edge.or(&ground.links[node]));
            let edge = edge.and(&state.free);
            let largest = |&node: &usize| (self.best_net[node].abs(), Reverse(node));
            let Some(node) = edge.iter().max_by_key(largest) else { return Ok(()) };
            self.gains.copy_within(row * n..(row + 1) * n, (row + 1) * n);
            let mut with = state;
            self.take(row + 1, &mut with, node);
            self.explore(row + 1, with)?;
            self.leave(row, &mut state, node);
        }
    }

    /// Draws every conclusion there is. `false` when the search node holds no region within the
    /// budget.
    fn tighten(&mut self, row: usize, state: &mut State<W>) -> bool {
        let ground = self.ground;
        loop {
            let within = state.taken.or(&state.free);
            let reach = Set::of(state.root).reached(&within, &ground.links);
            if !state.taken.is_within(&reach) {
                return false;
            }
            for node in state.free.without(&reach).iter() {
                self.leave(row, state, node);
            }
            for limited in self.limited {
                let room = limited.most - sum(&limited.weight, &state.taken);
                if room < 0 {
                    return false;
                }
                for node in state.free.iter() {
                    if limited.weight[node] > room {
                        self.leave(row, state, node);
                    }
                }
                if sum(&limited.weight, &state.taken.or(&state.free)) < limited.least {
                    return false;
                }
            }
            if state.has_grown {
                match self.take_pockets(row, state) {
                    None => return false,
                    Some(true) => continue,
                    Some(false) => {}
                }
            }
            let spare = self.bound(row, state) + self.budget;
            if spare < 0 {
                return false;
            }
            let mut has_fixed = false;
            for node in state.free.iter() {
                let net = self.best_net[node];
                if net.abs() > spare && state.free.contains(node) {
                    has_fixed = true;
                    if net > 0 {
                        self.take(row, state, node);
                    } else {
                        self.leave(row, state, node);
                    }
                } else if net > spare {
                    // It must be taken, and a node taken before is kept apart from it.
                    return false;
                }
            }
            if !has_fixed {
                return true;
            }
        }
    }

    /// Takes every piece of the rest that is too small for a region. `None` when part of one is left
    /// out already, or the rest is too small for the other regions; else whether any was taken.
    fn take_pockets(&mut self, row: usize, state: &mut State<W>) -> Option<bool> {
        let ground = self.ground;
        state.has_grown = false;
        let mut rest = Set::below(ground.n).without(&state.taken);
        let mut any = false;
        let mut regions = 0;
        while let Some(first) = rest.first() {
            let piece = Set::of(first).reached(&rest, &ground.links);
            rest = rest.without(&piece);
            let (_, most) = ground.fewest_and_most(&piece);
            regions += most;
            if most == 0 {
                for node in piece.iter() {
                    if !state.free.contains(node) {
                        return None;
                    }
                    self.take(row, state, node);
                }
                any = true;
            }
        }
        // What is taken later can only make the pieces smaller.
        (i64::try_from(ground.k).is_ok_and(|k| regions >= k - 1)).then_some(any)
    }

    /// No region of the search node gains more. Leaves the net gains behind it in `best_net`.
    fn bound(&mut self, row: usize, state: &State<W>) -> i64 {
        let n = self.ground.n;
        let mut best: Option<i64> = None;
        for at in 0..self.limited.len() {
            let bound = self.knapsack(at, row, state);
            if best.is_none_or(|best| bound < best) {
                best = Some(bound);
                std::mem::swap(&mut self.net, &mut self.best_net);
            }
        }
        best.unwrap_or_else(|| {
            let gains = &self.gains[row * n..(row + 1) * n];
            self.best_net.copy_from_slice(gains);
            state.gained + state.free.iter().map(|node| gains[node].max(0)).sum::<i64>()
        })
    }

    /// The bound by one limited sum, with the multiplier of the fractional knapsack.
    fn knapsack(&mut self, at: usize, row: usize, state: &State<W>) -> i64 {
        let n = self.ground.n;
        let limited = &self.limited[at];
        let weight = &limited.weight;
        let gains = &self.gains[row * n..(row + 1) * n];
        let used = sum(weight, &state.taken);
        let (room, need) = (limited.most - used, limited.least - used);
        let heavy: i64 =
            state.free.iter().filter(|&node| gains[node] > 0).map(|node| weight[node]).sum();
        // What gains is too heavy: drop the least per weight. Too light: add the cheapest.
        let (multiplier, limit) = if heavy > room {
            let items = state.free.iter().filter(|&node| gains[node] > 0 && weight[node] > 0);
            (critical(&mut self.items, items, gains, weight, room), room)
        } else if heavy < need {
            let items = state.free.iter().filter(|&node| gains[node] <= 0 && weight[node] > 0);
            (critical(&mut self.items, items, gains, weight, need - heavy), need)
        } else {
            (0, 0)
        };
        let cap = self.most_multiplier[at];
        let multiplier = multiplier.clamp(-cap, cap);
        let mut bound = state.gained + multiplier * limit;
        for node in state.free.iter() {
            let net = gains[node] - multiplier * weight[node];
            self.net[node] = net;
            bound += net.max(0);
        }
        bound
    }
}

/// The gain per weight of the item that fills the room, items of the largest taken first.
fn critical(
    order: &mut Vec<usize>,
    items: impl Iterator<Item = usize>,
    gains: &[i64],
    weight: &[i64],
    mut room: i64,
) -> i64 {
    order.clear();
    order.extend(items);
    let cross = |a: usize, b: usize| i128::from(gains[a]) * i128::from(weight[b]);
    order.sort_unstable_by(|&a, &b| cross(b, a).cmp(&cross(a, b)).then(a.cmp(&b)));
    for &node in order.iter() {
        room -= weight[node];
        if room < 0 {
            return gains[node].div_euclid(weight[node]);
        }
    }
    order.last().map_or(0, |&node| gains[node].div_euclid(weight[node]))
}
