//! Incumbents by simulated annealing over connected partitions.
//!
//! A move carries one node across a border. Regions stay connected and non-empty; limits and group
//! rules may be broken on the way at a price. Every region met
//! that keeps all rules goes to the pool, so that annealing also supplies the first columns.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::core::{Core, SCALE};
use super::pool::Pool;
use super::pricing::Column;
use crate::graph::AreaSet;

/// Temperature at the start and end, in multiples of four times the mean flow between two nodes.
const START_HEAT: f64 = 16.0;
const END_HEAT: f64 = 0.05;

/// Price of breaking a limit by one unit, in multiples of the mean flow per unit.
const PRICE: f64 = 4.0;

/// Price of breaking another rule, in the same multiples as temperatures.
const BREACH: f64 = 20.0;

/// A plan over the nodes of a reduced problem, with its commuters inside, scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NodePlan<const W: usize> {
    /// Its regions.
    pub(super) regions: Vec<AreaSet<W>>,
    /// Commuters between different areas of the same region, scaled.
    pub(super) value: i64,
}

/// One annealing run over a reduced problem.
pub(super) struct Annealer<'a, const W: usize> {
    core: &'a Core<W>,
    rng: ChaCha8Rng,
    label: Vec<usize>,
    sets: Vec<AreaSet<W>>,
    value: Vec<i64>,
    /// Sum of every resource per region, `k × resources`.
    held: Vec<i64>,
    /// `flow[i * k + r]`: commuters between node `i` and region `r`, scaled.
    flow: Vec<i64>,
    /// Price per unit of excess or shortfall, per resource, scaled.
    unit_price: Vec<f64>,
    /// Four times the mean flow between two nodes, and a commuter: the measure of temperatures.
    mean: f64,
    /// Whether there are rules besides limits on additive measures.
    has_other_rules: bool,
    /// Price of what every region breaks.
    prices: Vec<f64>,
}

impl<'a, const W: usize> Annealer<'a, W> {
    /// An annealer with its own random numbers.
    pub(super) fn new(core: &'a Core<W>, seed: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "temperatures and prices")]
        let as_float = |value: i64| value as f64;
        // Limits have a price even where nobody commutes.
        let flow = as_float(core.pair.iter().sum::<i64>().max(SCALE));
        #[expect(clippy::cast_precision_loss, reason = "a number of pairs")]
        let pairs = (core.n * core.n) as f64;
        let unit_price = core
            .resources
            .iter()
            .map(|resource| PRICE * flow / as_float(resource.weight.iter().sum::<i64>().max(1)))
            .collect();
        let has_other_rules = !core.containment.is_empty()
            || (0..core.n).any(|i| core.companions[i].len() > 1 || !core.apart[i].is_empty());
        Self {
            core,
            rng: ChaCha8Rng::seed_from_u64(seed),
            label: vec![0; core.n],
            sets: vec![AreaSet::EMPTY; core.k],
            value: vec![0; core.k],
            held: vec![0; core.k * core.resources.len()],
            flow: vec![0; core.n * core.k],
            unit_price,
            mean: flow / pairs * 4.0 + as_float(SCALE),
            has_other_rules,
            prices: Vec::new(),
        }
    }

    fn below(&mut self, count: usize) -> usize {
        let wide = u64::from(self.rng.next_u32()) * count as u64;
        usize::try_from(wide >> 32).expect("below count")
    }

    fn unit(&mut self) -> f64 {
        f64::from(self.rng.next_u32()) / 4_294_967_296.0
    }

    /// Grows `k` connected regions from random starts. `false` when the graph has more pieces
    /// than regions.
    fn grow(&mut self) -> bool {
        let core = self.core;
        let all = AreaSet::first_areas(core.n);
        let mut starts: Vec<usize> = Vec::new();
        for piece in all.components(&core.neighbours) {
            let nodes: Vec<usize> = piece.iter().collect();
            starts.push(nodes[self.below(nodes.len())]);
        }
        if starts.len() > core.k {
            return false;
        }
        while starts.len() < core.k {
            let node = self.below(core.n);
            if !starts.contains(&node) {
                starts.push(node);
            }
        }
        self.label.fill(usize::MAX);
        self.sets.fill(AreaSet::EMPTY);
        let mut open = all;
        for (region, &start) in starts.iter().enumerate() {
            self.sets[region].insert(start);
            open.remove(start);
        }
        // The lightest region that can grow does, so that sizes stay near each other.
        let weight = |set: &AreaSet<W>| {
            core.resources.first().map_or_else(
                || i64::try_from(set.len()).unwrap_or(i64::MAX),
                |resource| Core::<W>::sum(&resource.weight, set),
            )
        };
        let mut edges: Vec<(i64, usize)> =
            self.sets.iter().enumerate().map(|(r, set)| (weight(set), r)).collect();
        while !open.is_empty() {
            edges.sort_unstable();
            let mut grown = false;
            for (heavy, region) in &mut edges {
                let region = *region;
                let edge: Vec<usize> = self.sets[region]
                    .boundary(&core.neighbours)
                    .intersection(&open)
                    .iter()
                    .collect();
                if edge.is_empty() {
                    continue;
                }
                let node = edge[self.below(edge.len())];
                self.sets[region].insert(node);
                open.remove(node);
                *heavy = weight(&self.sets[region]);
                grown = true;
                break;
            }
            if !grown {
                return false;
            }
        }
        true
    }

    fn tabulate(&mut self) {
        let core = self.core;
        let kinds = core.resources.len();
        self.flow.fill(0);
        for region in 0..core.k {
            let set = self.sets[region];
            self.value[region] = core.value(&set);
            for (at, resource) in core.resources.iter().enumerate() {
                self.held[region * kinds + at] = Core::<W>::sum(&resource.weight, &set);
            }
            for j in set.iter() {
                self.label[j] = region;
                for i in 0..core.n {
                    self.flow[i * core.k + region] += core.pair[i * core.n + j];
                }
            }
        }
    }

    /// Starts from random connected regions. `false` when there are none.
    pub(super) fn start_anew(&mut self) -> bool {
        if !self.grow() {
            return false;
        }
        self.tabulate();
        true
    }

    fn column(&self, region: usize) -> Column<W> {
        let set = self.sets[region];
        Column { set, value: self.value[region], gain: self.core.gain(&set) }
    }

    /// Price of the limits a region with these sums breaks, at `unit_price`.
    fn excess(&self, held: impl Fn(usize) -> i64) -> f64 {
        let mut sum = 0.0;
        for (at, resource) in self.core.resources.iter().enumerate() {
            let held = held(at);
            #[expect(clippy::cast_precision_loss, reason = "a price that steers the search")]
            let over = (held - resource.max).max(resource.min - held).max(0) as f64;
            sum += self.unit_price[at] * over;
        }
        sum
    }

    /// Price of the group rules and the self-containment floor a region breaks.
    fn breach(&self, set: &AreaSet<W>) -> f64 {
        if !self.has_other_rules {
            return 0.0;
        }
        let core = self.core;
        let unit = BREACH * self.mean;
        let mut sum = 0.0;
        for node in set.iter() {
            if !core.companions[node].is_subset(set) {
                sum += unit;
            }
            if core.apart[node].meets(set) {
                sum += unit;
            }
        }
        if !core.is_contained(set) {
            sum += unit;
        }
        sum
    }

    /// Price of everything a region breaks; nothing when it keeps every rule.
    fn region_price(&self, region: usize) -> f64 {
        let kinds = self.core.resources.len();
        self.excess(|at| self.held[region * kinds + at]) + self.breach(&self.sets[region])
    }

    /// A random move of one node into a neighbouring region that leaves its own connected.
    fn propose(&mut self) -> Option<Move<W>> {
        let core = self.core;
        let (k, kinds) = (core.k, core.resources.len());
        let node = self.below(core.n);
        let from = self.label[node];
        let outside = core.neighbours[node].difference(&self.sets[from]);
        if outside.is_empty() || self.sets[from].len() == 1 {
            return None;
        }
        let pick = self.below(outside.len());
        let to = self.label[outside.iter().nth(pick)?];
        let mut left = self.sets[from];
        left.remove(node);
        let inside = core.neighbours[node].intersection(&left);
        let start = AreaSet::single(inside.first()?);
        if inside.len() > 1 && !inside.is_subset(&AreaSet::flood(start, &left, &core.neighbours)) {
            return None;
        }
        let mut joined = self.sets[to];
        joined.insert(node);
        let weight = |at: usize| core.resources[at].weight[node];
        Some(Move {
            node,
            from,
            to,
            left,
            joined,
            loss: self.flow[node * k + from] + core.own[node],
            gain: self.flow[node * k + to] + core.own[node],
            left_price: self.excess(|at| self.held[from * kinds + at] - weight(at))
                + self.breach(&left),
            joined_price: self.excess(|at| self.held[to * kinds + at] + weight(at))
                + self.breach(&joined),
        })
    }

    fn make(&mut self, step: &Move<W>) {
        let core = self.core;
        let (n, k, kinds) = (core.n, core.k, core.resources.len());
        let &Move { node, from, to, .. } = step;
        for i in 0..n {
            let flow = core.pair[i * n + node];
            self.flow[i * k + from] -= flow;
            self.flow[i * k + to] += flow;
        }
        self.label[node] = to;
        self.sets[from] = step.left;
        self.sets[to] = step.joined;
        self.value[from] -= step.loss;
        self.value[to] += step.gain;
        for (at, resource) in core.resources.iter().enumerate() {
            self.held[from * kinds + at] -= resource.weight[node];
            self.held[to * kinds + at] += resource.weight[node];
        }
        self.prices[from] = step.left_price;
        self.prices[to] = step.joined_price;
    }

    /// Runs `moves` proposals from the current regions, cooling as it goes.
    ///
    /// Returns the best plan met that keeps every rule. Regions met go to the pool while it holds
    /// fewer than `pool_limit`.
    pub(super) fn run(
        &mut self,
        moves: usize,
        pool: &mut Pool<W>,
        pool_limit: usize,
        stop: &dyn Fn() -> bool,
    ) -> Option<NodePlan<W>> {
        let mut temperature = START_HEAT * self.mean;
        #[expect(clippy::cast_precision_loss, reason = "a temperature")]
        let cooling = (END_HEAT / START_HEAT).powf(1.0 / moves.max(1) as f64);
        self.prices = (0..self.core.k).map(|region| self.region_price(region)).collect();
        let mut value: i64 = self.value.iter().sum();
        let mut best: Option<NodePlan<W>> = None;
        let mut touched: Vec<usize> = (0..self.core.k).collect();
        for step in 0..=moves {
            for region in touched.drain(..) {
                if is_nothing(self.prices[region]) && pool.len() < pool_limit {
                    pool.insert(self.column(region));
                }
            }
            if best.as_ref().is_none_or(|best| value > best.value)
                && self.prices.iter().all(|&price| is_nothing(price))
            {
                best = Some(NodePlan { regions: self.sets.clone(), value });
            }
            if self.core.k < 2 || (step % 1024 == 0 && stop()) {
                break;
            }
            temperature *= cooling;
            let Some(candidate) = self.propose() else { continue };
            let broken = candidate.left_price + candidate.joined_price
                - self.prices[candidate.from]
                - self.prices[candidate.to];
            #[expect(clippy::cast_precision_loss, reason = "a change that steers the search")]
            let change = (candidate.gain - candidate.loss) as f64 - broken;
            if change < 0.0 && self.unit() >= (change / temperature).exp() {
                continue;
            }
            self.make(&candidate);
            value += candidate.gain - candidate.loss;
            touched.extend([candidate.from, candidate.to]);
        }
        best
    }
}

/// Whether a price is that of breaking nothing: prices are sums of terms that are not negative.
fn is_nothing(price: f64) -> bool {
    price <= 0.0
}

/// One node into another region.
struct Move<const W: usize> {
    node: usize,
    from: usize,
    to: usize,
    left: AreaSet<W>,
    joined: AreaSet<W>,
    /// Commuters the region left loses, scaled.
    loss: i64,
    /// Commuters the region joined gains, scaled.
    gain: i64,
    left_price: f64,
    joined_price: f64,
}
