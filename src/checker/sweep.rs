//! The same list by a sweep over the nodes, where commuters work next door.
//!
//! Take the nodes in some order. After each only the *frontier* matters for what is to come: the nodes
//! passed that touch nodes ahead. Which of them a region holds, what of it hangs together so far, and
//! whether it has begun, is a *state*; a connected region is a way through the states, each node out or
//! in. On a thin graph the states are few (Kawahara, Inoue, Iwashita, Minato, *Frontier-based search for
//! enumerating all constrained subgraphs with compressed representation*, IEICE Transactions on
//! Fundamentals, 2017). Where all commuters live and work in nodes that touch, the state tells what the
//! next node gains.
//!
//! Weights are not in the state. For any *rate* `λ`, let every node pay `λ` for each unit of its weight;
//! the best way on from a state under these charges is found for all states in one sweep backwards. What
//! has gained `g` with a weight of `p` then gains in the end at most
//!
//! ```text
//! g + best(state) + λ (most − p)   where λ ≥ 0,      g + best(state) + λ (least − p)   where λ < 0
//! ```
//!
//! and a search forwards turns back where some rate shows that no region is within the budget. Order and
//! rates come with the certificate: any of them are valid, and which are quick differs.

use std::collections::BTreeMap;

use crate::ground::Ground;
use crate::listing::{CutShort, LARGEST, Listed, Prices};
use crate::reject::{Rejection, reject};
use crate::set::Set;

/// Most states there may be, all frontiers together.
const MOST_STATES: usize = 500_000;

/// Most nodes of a frontier.
const WIDEST: usize = 64;

/// Most rates; the best ways on are kept for all states at every rate.
const MOST_RATES: usize = 32;

/// No way leads on.
const NONE: u32 = u32::MAX;

/// What no way on is worth.
const NOTHING: i64 = i64::MIN / 4;

/// Rates at which nodes pay for their weight, in parts of a commuter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// The rates, each to be divided by `per`.
    pub rates: Vec<i64>,
    /// What they are divided by.
    pub per: i64,
}

/// The states of all frontiers, and the ways between them.
#[derive(Clone, Debug)]
pub struct Sweep {
    order: Vec<usize>,
    layers: Vec<Vec<Fork>>,
    weight: Vec<i64>,
    least: i64,
    most: i64,
}

/// The ways on from a state: the next node out, and in.
#[derive(Clone, Copy, Debug)]
struct Fork {
    next: [u32; 2],
    /// Commuters between the node and what the region holds of the frontier.
    flow: i64,
}

/// What is known at a frontier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    /// Whether the region has a node.
    has_begun: bool,
    /// For every node of the frontier the number of its piece of the region, or 0 outside of it.
    pieces: Vec<u16>,
}

/// The passing of a node: places in the frontier before it, to which the node itself comes last.
struct Passing {
    touching: Vec<(usize, i64)>,
    apart: Vec<usize>,
    kept: Vec<usize>,
}

impl Passing {
    /// The state after the node is left out or taken. `None` when no region begins so.
    fn pass(&self, state: &State, is_taken: bool) -> Option<State> {
        let mut pieces = state.pieces.clone();
        let is_inside = |place: &usize| state.pieces[*place] > 0;
        if is_taken {
            let is_whole = state.has_begun && pieces.iter().all(|&piece| piece == 0);
            if is_whole || self.apart.iter().any(is_inside) {
                return None;
            }
            let joined: Vec<u16> = self
                .touching
                .iter()
                .map(|&(place, _)| pieces[place])
                .filter(|&at| at > 0)
                .collect();
            let join = |piece: &mut u16| {
                if joined.contains(piece) {
                    *piece = u16::MAX;
                }
            };
            pieces.iter_mut().for_each(join);
        }
        pieces.push(if is_taken { u16::MAX } else { 0 });
        let kept: Vec<u16> = self.kept.iter().map(|&place| pieces[place]).collect();
        // A piece that no node of the frontier belongs to any more is the whole region, or is lost.
        let is_lost = |piece: &&u16| **piece > 0 && !kept.contains(piece);
        if let Some(lost) = pieces.iter().find(is_lost)
            && pieces.iter().any(|piece| *piece > 0 && piece != lost)
        {
            return None;
        }
        let mut seen: Vec<u16> = Vec::new();
        let number = |piece: u16| {
            if piece == 0 {
                return 0;
            }
            let at = seen.iter().position(|&known| known == piece).unwrap_or_else(|| {
                seen.push(piece);
                seen.len() - 1
            });
            u16::try_from(at + 1).expect("fewer pieces than areas")
        };
        let pieces = kept.into_iter().map(number).collect();
        Some(State { has_begun: state.has_begun || is_taken, pieces })
    }
}

impl Sweep {
    /// Whether all commuters work next door, and limits apply to all nodes.
    pub fn suits<const W: usize>(ground: &Ground<W>) -> bool {
        let n = ground.n;
        let is_near = |at: usize| ground.pair[at] == 0 || ground.links[at / n].contains(at % n);
        (0..n * n).all(is_near) && ground.exempt.is_empty()
    }

    /// All states in this order of the nodes.
    ///
    /// # Errors
    /// When it is no order of all nodes, commuters work elsewhere than next door, limits do not apply
    /// to some node, or the states are too many.
    ///
    /// # Panics
    /// When states are more than can be counted, which are too many before.
    pub fn new<const W: usize>(ground: &Ground<W>, order: Vec<usize>) -> Result<Self, Rejection> {
        let n = ground.n;
        if order.len() != n
            || order.iter().any(|&node| node >= n)
            || order.iter().copied().collect::<Set<W>>() != Set::below(n)
        {
            return reject("sweep: the order must name an area of every node once");
        }
        if !Self::suits(ground) {
            return reject("sweep: commuters between areas that do not touch, or exempt areas");
        }
        let (weight, least, most) = match ground.limited.first() {
            Some(limited) => (limited.weight.clone(), limited.least, limited.most),
            None => (vec![0; n], 0, 0),
        };
        let mut sweep = Self { order, layers: Vec::new(), weight, least, most };
        let mut states = vec![State { has_begun: false, pieces: Vec::new() }];
        let mut count = 0;
        let mut passed = Set::<W>::EMPTY;
        let mut frontier: Vec<usize> = Vec::new();
        for &node in &sweep.order {
            passed.insert(node);
            let places = |set: &Set<W>| -> Vec<usize> {
                (0..frontier.len()).filter(|&place| set.contains(frontier[place])).collect()
            };
            let touching = places(&ground.links[node]);
            let touching = touching
                .into_iter()
                .map(|place| (place, ground.pair[node * n + frontier[place]]))
                .collect();
            let apart = places(&ground.apart[node]);
            frontier.push(node);
            let is_open = |&place: &usize| !ground.links[frontier[place]].is_within(&passed);
            let kept: Vec<usize> = (0..frontier.len()).filter(is_open).collect();
            frontier = kept.iter().map(|&place| frontier[place]).collect();
            if frontier.len() > WIDEST {
                return reject("sweep: a frontier is too wide");
            }
            let passing = Passing { touching, apart, kept };
            let mut found: BTreeMap<State, u32> = BTreeMap::new();
            let mut next: Vec<State> = Vec::new();
            let mut layer = Vec::with_capacity(states.len());
            for state in &states {
                let ways = [false, true].map(|is_taken| {
                    passing.pass(state, is_taken).map_or(NONE, |after| {
                        *found.entry(after).or_insert_with_key(|after| {
                            next.push(after.clone());
                            u32::try_from(next.len() - 1).expect("states are counted")
                        })
                    })
                });
                let inside = passing.touching.iter().filter(|&&(place, _)| state.pieces[place] > 0);
                layer.push(Fork { next: ways, flow: inside.map(|&(_, flow)| flow).sum() });
            }
            count += next.len();
            if count > MOST_STATES {
                return reject("sweep: there are too many states");
            }
            sweep.layers.push(layer);
            states = next;
        }
        // In the end nothing is left of the frontier: there is a region, or none.
        for fork in sweep.layers.last_mut().into_iter().flatten() {
            for next in &mut fork.next {
                if *next != NONE {
                    *next = if states[*next as usize].has_begun { 0 } else { NONE };
                }
            }
        }
        Ok(sweep)
    }

    /// The nodes, in the order they are passed.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// How many states there are.
    pub fn num_states(&self) -> usize {
        self.layers.iter().map(Vec::len).sum()
    }

    /// Whether there are rates, not too many of them, and all sums with them stay in range.
    pub fn can_hold<const W: usize>(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        rates: &Rates,
    ) -> bool {
        let flows = ground.own.iter().chain(&ground.pair).map(|&flow| i128::from(flow));
        let flows = flows.sum::<i128>() * i128::from(prices.scale);
        let charged = prices.node.iter().map(|&price| i128::from(price).abs()).sum::<i128>();
        let gains = flows + charged + i128::from(prices.region).abs();
        let weight = self.weight.iter().chain([&self.most]).map(|&held| i128::from(held));
        let weight = weight.sum::<i128>();
        let is_in_range = |&rate: &i64| {
            gains * i128::from(rates.per) + i128::from(rate).abs() * weight <= i128::from(LARGEST)
        };
        rates.per > 0
            && (1..=MOST_RATES).contains(&rates.rates.len())
            && rates.rates.iter().all(is_in_range)
    }

    /// The best way on from every state at a rate: what it gains, times `per`, less the charges.
    fn best_ways(&self, gains: &[i64], scale: i64, rate: i64, per: i64) -> Vec<Vec<i64>> {
        let mut best = vec![vec![0]];
        for (layer, &node) in self.layers.iter().zip(&self.order).rev() {
            let next = &best[best.len() - 1];
            let alone = gains[node] * per - rate * self.weight[node];
            let way = |at: u32| if at == NONE { NOTHING } else { next[at as usize] };
            let taken = |fork: &Fork| match way(fork.next[1]) {
                NOTHING => NOTHING,
                way => way + alone + scale * fork.flow * per,
            };
            best.push(layer.iter().map(|fork| way(fork.next[0]).max(taken(fork))).collect());
        }
        best.reverse();
        best
    }

    /// No region loses less than this, divided by `per`, as this rate shows.
    pub fn least_loss<const W: usize>(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        rate: i64,
        per: i64,
    ) -> i64 {
        let best = self.best_ways(&gains(ground, prices), prices.scale, rate, per);
        prices.region * per - self.room(rate) - best[0][0]
    }

    /// What all weight a region may hold is charged at a rate.
    fn room(&self, rate: i64) -> i64 {
        rate * if rate < 0 { self.least } else { self.most }
    }

    /// Tells every [usable](Ground::is_usable) region whose loss is within the budget to `found`, which
    /// answers with the budget to go on with.
    ///
    /// # Errors
    /// After `most_nodes` search nodes.
    ///
    /// # Panics
    /// When the sums are [out of range](Self::can_hold).
    pub fn list<const W: usize>(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        rates: &Rates,
        budget: i64,
        most_nodes: u64,
        found: &mut dyn FnMut(Listed<W>) -> i64,
    ) -> Result<u64, CutShort> {
        assert!(self.can_hold(ground, prices, rates), "sums within range");
        let gains = gains(ground, prices);
        let ways = |&rate: &i64| {
            (rate, self.room(rate), self.best_ways(&gains, prices.scale, rate, rates.per))
        };
        let mut search = Search {
            sweep: self,
            ground,
            scale: prices.scale,
            per: i128::from(rates.per),
            best: rates.rates.iter().map(ways).collect(),
            gains: &gains,
            budget,
            nodes: 0,
            most_nodes,
            found,
        };
        let start = Part { state: 0, gained: -prices.region, weight: 0, taken: Set::EMPTY };
        search.explore(0, start)?;
        Ok(search.nodes)
    }
}

/// What every node gains alone.
fn gains<const W: usize>(ground: &Ground<W>, prices: &Prices) -> Vec<i64> {
    let own = ground.own.iter().zip(&prices.node);
    own.map(|(own, price)| own * prices.scale - price).collect()
}

/// What a region holds of the nodes passed.
#[derive(Clone, Copy)]
struct Part<const W: usize> {
    state: u32,
    gained: i64,
    weight: i64,
    taken: Set<W>,
}

struct Search<'a, const W: usize> {
    sweep: &'a Sweep,
    ground: &'a Ground<W>,
    scale: i64,
    per: i128,
    /// Each rate, what it charges for all weight, and the best ways on.
    best: Vec<(i64, i64, Vec<Vec<i64>>)>,
    gains: &'a [i64],
    budget: i64,
    nodes: u64,
    most_nodes: u64,
    found: &'a mut dyn FnMut(Listed<W>) -> i64,
}

impl<const W: usize> Search<'_, W> {
    /// What a region of this part gains at most, times `per`.
    fn bound(&self, layer: usize, part: &Part<W>) -> i128 {
        let at = |(rate, room, best): &(i64, i64, Vec<Vec<i64>>)| {
            i128::from(best[layer][part.state as usize]) + i128::from(room - rate * part.weight)
        };
        self.best.iter().map(at).min().unwrap_or(0) + i128::from(part.gained) * self.per
    }

    fn explore(&mut self, layer: usize, part: Part<W>) -> Result<(), CutShort> {
        self.nodes += 1;
        if self.nodes > self.most_nodes {
            return Err(CutShort);
        }
        let sweep = self.sweep;
        let Some(forks) = sweep.layers.get(layer) else {
            if -part.gained <= self.budget && self.ground.is_usable(&part.taken) {
                self.budget = (self.found)(Listed { set: part.taken, loss: -part.gained });
            }
            return Ok(());
        };
        let fork = forks[part.state as usize];
        let node = sweep.order[layer];
        let mut with = part;
        with.taken.insert(node);
        with.gained += self.gains[node] + self.scale * fork.flow;
        with.weight += sweep.weight[node];
        let mut ways: Vec<(i128, Part<W>)> = Vec::with_capacity(2);
        for (next, part) in fork.next.into_iter().zip([part, with]) {
            if next != NONE && part.weight <= sweep.most {
                let part = Part { state: next, ..part };
                ways.push((self.bound(layer + 1, &part), part));
            }
        }
        // The more promising one first, for those who make the budget smaller.
        ways.sort_by_key(|way| std::cmp::Reverse(way.0));
        for (bound, part) in ways {
            if bound >= -i128::from(self.budget) * self.per {
                self.explore(layer + 1, part)?;
            }
        }
        Ok(())
    }
}
