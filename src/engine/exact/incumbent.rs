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
    price: Vec<f64>,
}

impl<'a, const W: usize> Annealer<'a, W> {
    /// An annealer with its own random numbers.
    pub(super) fn new(core: &'a Core<W>, seed: u64) -> Self {
        Self {
            core,
            rng: ChaCha8Rng::seed_from_u64(seed),
            label: vec![0; core.n],
            sets: vec![AreaSet::EMPTY; core.k],
            value: vec![0; core.k],
            held: vec![0; core.k * core.resources.len()],
            flow: vec![0; core.n * core.k],
            price: vec![0.0; core.resources.len()],
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
            for at in 0..edges.len() {
                let region = edges[at].1;
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
                edges[at].0 = weight(&self.sets[region]);
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

    /// Price of the limits a region with these sums breaks, per unit of `self.price`.
    fn excess(&self, held: impl Fn(usize) -> i64) -> f64 {
        let mut sum = 0.0;
        for (at, resource) in self.core.resources.iter().enumerate() {
            let held = held(at);
            #[expect(clippy::cast_precision_loss, reason = "a price that steers the search")]
            let over = (held - resource.max).max(resource.min - held).max(0) as f64;
            sum += self.price[at] * over;
        }
        sum
    }

    /// Price of the group rules and the self-containment floor a region breaks.
    fn breach(&self, set: &AreaSet<W>, unit: f64) -> f64 {
        let core = self.core;
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
        let core = self.core;
        let (n, k, kinds) = (core.n, core.k, core.resources.len());
        let grouped = !core.containment.is_empty()
            || (0..n).any(|i| core.companions[i].len() > 1 || !core.apart[i].is_empty());
        #[expect(clippy::cast_precision_loss, reason = "a temperature")]
        let mean = core.pair.iter().sum::<i64>() as f64 / (n * n) as f64 * 4.0 + SCALE as f64;
        let start_heat = START_HEAT * mean;
        let end_heat = mean * END_HEAT;
        #[expect(clippy::cast_precision_loss, reason = "a temperature")]
        let cooling = (end_heat / start_heat).powf(1.0 / moves.max(1) as f64);
        let mut temperature = start_heat;
        #[expect(clippy::cast_precision_loss, reason = "a price that steers the search")]
        let unit_price: Vec<f64> = core
            .resources
            .iter()
            .map(|r| {
                let total: i64 = r.weight.iter().sum();
                PRICE * core.pair.iter().sum::<i64>() as f64 / total.max(1) as f64
            })
            .collect();
        self.price.clone_from(&unit_price);
        let breach_price = mean * 20.0;
        let region_price = |this: &Self, region: usize, set: &AreaSet<W>| {
            this.excess(|at| this.held[region * kinds + at])
                + if grouped { this.breach(set, breach_price) } else { 0.0 }
        };
        let mut prices: Vec<f64> =
            (0..k).map(|region| region_price(self, region, &self.sets[region])).collect();
        let mut best: Option<NodePlan<W>> = None;
        let mut value: i64 = self.value.iter().sum();
        if prices.iter().all(|&price| price == 0.0) {
            best = Some(NodePlan { regions: self.sets.clone(), value });
        }
        for region in 0..k {
            if prices[region] == 0.0 {
                pool.insert(self.column(region));
            }
        }
        if k < 2 {
            return best;
        }
        for step in 0..moves {
            if step % 1024 == 0 && stop() {
                break;
            }
            temperature *= cooling;
            let node = self.below(n);
            let from = self.label[node];
            let outside = core.neighbours[node].difference(&self.sets[from]);
            let count = outside.len();
            if count == 0 || self.sets[from].len() == 1 {
                continue;
            }
            let pick = self.below(count);
            let to = self.label[outside.iter().nth(pick).expect("pick is below the count")];
            let mut left = self.sets[from];
            left.remove(node);
            let inside = core.neighbours[node].intersection(&left);
            let Some(first) = inside.first() else { continue };
            if inside.len() > 1
                && !inside.is_subset(&AreaSet::flood(
                    AreaSet::single(first),
                    &left,
                    &core.neighbours,
                ))
            {
                continue;
            }
            let mut joined = self.sets[to];
            joined.insert(node);
            let out_flow = self.flow[node * k + from] + core.own[node];
            let in_flow = self.flow[node * k + to] + core.own[node];
            let mut left_price =
                self.excess(|at| self.held[from * kinds + at] - core.resources[at].weight[node]);
            let mut joined_price =
                self.excess(|at| self.held[to * kinds + at] + core.resources[at].weight[node]);
            if grouped {
                left_price += self.breach(&left, breach_price);
                joined_price += self.breach(&joined, breach_price);
            }
            #[expect(clippy::cast_precision_loss, reason = "a change that steers the search")]
            let change = (in_flow - out_flow) as f64
                - (left_price + joined_price - prices[from] - prices[to]);
            if change < 0.0 && self.unit() >= (change / temperature).exp() {
                continue;
            }
            for i in 0..n {
                let flow = core.pair[i * n + node];
                self.flow[i * k + from] -= flow;
                self.flow[i * k + to] += flow;
            }
            self.label[node] = to;
            self.sets[from] = left;
            self.sets[to] = joined;
            self.value[from] -= out_flow;
            self.value[to] += in_flow;
            value += in_flow - out_flow;
            for (at, resource) in core.resources.iter().enumerate() {
                self.held[from * kinds + at] -= resource.weight[node];
                self.held[to * kinds + at] += resource.weight[node];
            }
            prices[from] = left_price;
            prices[to] = joined_price;
            for region in [from, to] {
                if prices[region] == 0.0 && pool.len() < pool_limit {
                    pool.insert(self.column(region));
                }
            }
            if best.as_ref().is_none_or(|best| value > best.value)
                && prices.iter().all(|&price| price == 0.0)
            {
                best = Some(NodePlan { regions: self.sets.clone(), value });
            }
        }
        best
    }
}
