//! A connected partition that changes by small moves, with what each move would bring.
//!
//! A *shift* carries one node across a border. A *transplant* dissolves a small region into a
//! neighbour and carves a new one out of a third: no row of shifts does that while regions may not
//! become empty. Regions stay connected; limits and group rules may be broken at a price.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::exact::problem::column::Column;
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Price of breaking a limit by one unit, in multiples of the mean flow per unit.
const PRICE: f64 = 4.0;

/// Price of breaking another rule, in multiples of [`Partition::mean`].
const BREACH: f64 = 20.0;

/// Most nodes of a region that a transplant dissolves.
const SMALL: usize = 12;

/// A connected partition of the nodes into `k` regions.
pub(crate) struct Partition<'a, const W: usize> {
    core: &'a Core<W>,
    network: &'a Network,
    rng: ChaCha8Rng,
    /// Region of every node.
    label: Vec<usize>,
    sets: Vec<AreaSet<W>>,
    /// Commuters inside each region, scaled.
    value: Vec<i64>,
    /// Per region, the sum of every resource, then the nodes' part of every self-containment.
    held: Vec<i128>,
    /// Price of what every region breaks, and how many break anything.
    price: Vec<f64>,
    num_broken: usize,
    /// Price per unit of excess or shortfall, per resource, scaled.
    unit_price: Vec<f64>,
    /// Four times the mean flow between two nodes, and a commuter: the measure of temperatures.
    pub(crate) mean: f64,
    /// Whether there are group rules.
    has_groups: bool,
    /// Nodes seen in the running search, by its number.
    seen: Vec<u64>,
    search: u64,
    queue: Vec<usize>,
}

/// A region as a move would leave it.
#[derive(Clone, Copy, Debug)]
struct Changed<const W: usize> {
    region: usize,
    set: AreaSet<W>,
    value: i64,
    price: f64,
}

/// A move that keeps regions connected and non-empty.
#[derive(Clone, Debug)]
pub(crate) struct Move<const W: usize> {
    changed: [Option<Changed<W>>; 3],
    /// Commuters inside gained, scaled.
    pub(crate) gain: i64,
    /// What more rules are broken, at their price.
    pub(crate) broken: f64,
}

impl<'a, const W: usize> Partition<'a, W> {
    /// A partition by the region of every node, which must be connected and numbered below `k`;
    /// its moves are drawn from `seed`.
    pub(crate) fn new(
        core: &'a Core<W>,
        network: &'a Network,
        label: Vec<usize>,
        seed: u64,
    ) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "temperatures and prices")]
        let as_float = |value: i64| value as f64;
        // Limits have a price even where nobody commutes.
        let total = network.partners.iter().flatten().map(|&(_, flow)| flow).sum::<i64>();
        let flow = as_float(total.max(core.scale));
        #[expect(clippy::cast_precision_loss, reason = "a number of pairs")]
        let pairs = (core.n * core.n) as f64;
        let unit_price = core
            .resources
            .iter()
            .map(|resource| {
                let all: i64 = resource.weight.iter().map(|&weight| weight.max(0)).sum();
                PRICE * flow / as_float(all.max(1))
            })
            .collect();
        let has_groups =
            (0..core.n).any(|i| core.companions[i].len() > 1 || !core.apart[i].is_empty());
        let mut sets = vec![AreaSet::EMPTY; core.k];
        for (node, &region) in label.iter().enumerate() {
            sets[region].insert(node);
        }
        let mut partition = Self {
            core,
            network,
            rng: ChaCha8Rng::seed_from_u64(seed),
            label,
            value: sets.iter().map(|set| core.value(set)).collect(),
            held: sets.iter().flat_map(|set| core.held(set)).collect(),
            sets,
            price: Vec::new(),
            num_broken: 0,
            unit_price,
            mean: flow / pairs * 4.0 + as_float(core.scale),
            has_groups,
            seen: vec![0; core.n],
            search: 0,
            queue: Vec::new(),
        };
        partition.price = (0..core.k)
            .map(|region| {
                let set = &partition.sets[region];
                partition.priced(set, partition.value[region], partition.held_by(region))
            })
            .collect();
        partition.num_broken = partition.price.iter().filter(|&&price| price > 0.0).count();
        partition
    }

    /// Commuters inside all regions, scaled.
    pub(crate) fn value(&self) -> i64 {
        self.value.iter().sum()
    }

    /// Whether every rule is kept. Prices are sums of terms that are not negative.
    pub(crate) fn keeps_rules(&self) -> bool {
        self.num_broken == 0
    }

    /// Region of every node.
    pub(crate) fn labels(&self) -> &[usize] {
        &self.label
    }

    /// The regions a move would make that keep every rule.
    pub(crate) fn columns<'m>(&'m self, step: &'m Move<W>) -> impl Iterator<Item = Column<W>> + 'm {
        step.changed.iter().flatten().filter(|changed| changed.price <= 0.0).map(|changed| Column {
            set: changed.set,
            value: changed.value,
            gain: self.core.gain(&changed.set),
        })
    }

    /// The regions that keep every rule.
    pub(crate) fn all_columns(&self) -> impl Iterator<Item = Column<W>> + '_ {
        (0..self.core.k).filter(|&region| self.price[region] <= 0.0).map(|region| Column {
            set: self.sets[region],
            value: self.value[region],
            gain: self.core.gain(&self.sets[region]),
        })
    }

    /// A whole number below `count`.
    fn below(&mut self, count: usize) -> usize {
        let wide = u64::from(self.rng.next_u32()) * count as u64;
        usize::try_from(wide >> 32).expect("below count")
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.rng.next_u32()) / 4_294_967_296.0
    }

    fn kinds(&self) -> usize {
        self.core.resources.len() + self.core.containment.len()
    }

    fn held_by(&self, region: usize) -> impl Fn(usize) -> i128 + '_ {
        let kinds = self.kinds();
        move |kind| self.held[region * kinds + kind]
    }

    /// Price of everything a region breaks; nothing when it keeps every rule.
    fn priced(&self, set: &AreaSet<W>, value: i64, held: impl Fn(usize) -> i128) -> f64 {
        let core = self.core;
        let mut sum = 0.0;
        for (kind, resource) in core.resources.iter().enumerate() {
            let held = held(kind);
            #[expect(clippy::cast_precision_loss, reason = "a price that steers the search")]
            let over = (held - i128::from(resource.max)).max(i128::from(resource.min) - held).max(0)
                as f64;
            sum += self.unit_price[kind] * over;
        }
        for (at, containment) in core.containment.iter().enumerate() {
            let reached = containment.reached(held(core.resources.len() + at), value);
            if reached < containment.least {
                #[expect(clippy::cast_precision_loss, reason = "a price that steers the search")]
                let short = (containment.least - reached) as f64 / containment.whole as f64;
                #[expect(clippy::cast_precision_loss, reason = "a price that steers the search")]
                let commuters = core.scale as f64 * short;
                sum += PRICE * commuters + self.mean;
            }
        }
        if self.has_groups {
            for node in set.iter() {
                let parted = !core.companions[node].is_subset(set);
                let met = core.apart[node].meets(set);
                sum += BREACH * self.mean * f64::from(u8::from(parted) + u8::from(met));
            }
        }
        sum
    }

    /// Commuters between a node and a region, scaled.
    fn tie(&self, node: usize, region: usize) -> i64 {
        let partners = self.network.partners[node].iter();
        partners.filter(|(other, _)| self.label[*other] == region).map(|(_, flow)| flow).sum()
    }

    /// Whether a set without `nodes` taken out is still connected, given one node that stays.
    /// `wanted` nodes have to be met: those that could be cut off.
    fn stays_connected(&mut self, region: usize, out: &AreaSet<W>, wanted: &AreaSet<W>) -> bool {
        let Some(start) = wanted.first() else { return true };
        let mut missing = wanted.len() - 1;
        if missing == 0 {
            return true;
        }
        self.search += 1;
        self.queue.clear();
        self.queue.push(start);
        self.seen[start] = self.search;
        let mut at = 0;
        while at < self.queue.len() {
            for &next in &self.network.adjacent[self.queue[at]] {
                if self.label[next] != region
                    || self.seen[next] == self.search
                    || out.contains(next)
                {
                    continue;
                }
                self.seen[next] = self.search;
                if wanted.contains(next) {
                    missing -= 1;
                    if missing == 0 {
                        return true;
                    }
                }
                self.queue.push(next);
            }
            at += 1;
        }
        false
    }

    /// A region as it would be with other members.
    fn changed(
        &self,
        region: usize,
        set: AreaSet<W>,
        value: i64,
        moved: &Moved<'_, W>,
    ) -> Changed<W> {
        let held = self.held_by(region);
        let price = self.priced(&set, value, |kind| {
            let sum = |set: &AreaSet<W>| {
                set.iter().map(|node| self.core.weight(kind, node)).sum::<i128>()
            };
            held(kind) + moved.joined.map_or(0, sum) - moved.left.map_or(0, sum)
        });
        Changed { region, set, value, price }
    }

    fn assembled(&self, changed: [Option<Changed<W>>; 3]) -> Move<W> {
        let all = changed.iter().flatten();
        let gain = all.clone().map(|new| new.value - self.value[new.region]).sum();
        let broken = all.map(|new| new.price - self.price[new.region]).sum();
        Move { changed, gain, broken }
    }

    /// A random shift that leaves both regions connected, where the one drawn does.
    pub(crate) fn shift(&mut self) -> Option<Move<W>> {
        let core = self.core;
        let node = self.below(core.n);
        let from = self.label[node];
        let adjacent = &self.network.adjacent[node];
        let outside = adjacent.iter().filter(|&&other| self.label[other] != from).count();
        if outside == 0 || outside == adjacent.len() {
            // Inside its region, or all of it.
            return None;
        }
        let pick = self.below(outside);
        let mut over =
            self.network.adjacent[node].iter().filter(|&&other| self.label[other] != from);
        let to = self.label[*over.nth(pick)?];
        let single = AreaSet::single(node);
        let inside = core.neighbours[node].intersection(&self.sets[from]);
        if !self.stays_connected(from, &single, &inside) {
            return None;
        }
        let mut left = self.sets[from];
        left.remove(node);
        let mut joined = self.sets[to];
        joined.insert(node);
        let loss = self.tie(node, from) + core.own[node];
        let gain = self.tie(node, to) + core.own[node];
        let out = Moved { joined: None, left: Some(&single) };
        let into = Moved { joined: Some(&single), left: None };
        let left = self.changed(from, left, self.value[from] - loss, &out);
        let joined = self.changed(to, joined, self.value[to] + gain, &into);
        Some(self.assembled([Some(left), Some(joined), None]))
    }

    /// A random transplant that leaves all regions connected, where the one drawn does.
    pub(crate) fn transplant(&mut self) -> Option<Move<W>> {
        let core = self.core;
        let node = self.below(core.n);
        let small = self.label[node];
        let outside = core.neighbours[node].difference(&self.sets[small]);
        if self.sets[small].len() > SMALL || outside.is_empty() {
            return None;
        }
        let pick = self.below(outside.len());
        let host = self.label[outside.iter().nth(pick)?];
        let seed = self.below(core.n);
        let donor = self.label[seed];
        if donor == small {
            return None;
        }
        let carved = self.carve(donor, seed)?;
        let dissolved = self.sets[small];
        let inside = core.value(&carved);
        let cut: i64 = carved.iter().map(|node| self.tie(node, donor)).sum::<i64>()
            - 2 * (inside - Core::<W>::sum(&core.own, &carved));
        let mut tie: i64 = dissolved.iter().map(|node| self.tie(node, host)).sum();
        let new = self.changed(
            small,
            carved,
            inside,
            &Moved { joined: Some(&carved), left: Some(&dissolved) },
        );
        if donor == host {
            let rest = self.sets[host].difference(&carved);
            if !dissolved.boundary(&core.neighbours).meets(&rest) {
                return None;
            }
            let lost = carved.iter().map(|node| self.tie(node, small)).sum::<i64>();
            tie -= lost;
            let both = self.changed(
                host,
                rest.union(&dissolved),
                self.value[host] - inside - cut + self.value[small] + tie,
                &Moved { joined: Some(&dissolved), left: Some(&carved) },
            );
            return Some(self.assembled([Some(both), Some(new), None]));
        }
        let hosted = self.changed(
            host,
            self.sets[host].union(&dissolved),
            self.value[host] + self.value[small] + tie,
            &Moved { joined: Some(&dissolved), left: None },
        );
        let rest = self.changed(
            donor,
            self.sets[donor].difference(&carved),
            self.value[donor] - inside - cut,
            &Moved { joined: None, left: Some(&carved) },
        );
        Some(self.assembled([Some(hosted), Some(rest), Some(new)]))
    }

    /// A part of a region around a node, large enough for the lower limits and at times larger,
    /// that leaves the rest connected.
    fn carve(&mut self, region: usize, seed: usize) -> Option<AreaSet<W>> {
        let core = self.core;
        let whole = self.sets[region];
        let mut carved = AreaSet::single(seed);
        loop {
            let enough = core
                .resources
                .iter()
                .all(|resource| Core::<W>::sum(&resource.weight, &carved) >= resource.min)
                && core.is_contained(&carved);
            if enough && self.below(2) == 0 {
                break;
            }
            let edge = carved.boundary(&core.neighbours).intersection(&whole);
            if edge.is_empty() {
                return None;
            }
            let pick = self.below(edge.len());
            carved.insert(edge.iter().nth(pick)?);
        }
        let rest = whole.difference(&carved);
        let edge = carved.boundary(&core.neighbours).intersection(&rest);
        (!rest.is_empty() && self.stays_connected(region, &carved, &edge)).then_some(carved)
    }

    /// Makes a move.
    pub(crate) fn make(&mut self, step: &Move<W>) {
        let kinds = self.kinds();
        for new in step.changed.iter().flatten() {
            let region = new.region;
            for node in new.set.iter() {
                self.label[node] = region;
            }
            for (kind, held) in self.core.held(&new.set).enumerate() {
                self.held[region * kinds + kind] = held;
            }
            self.num_broken += usize::from(new.price > 0.0);
            self.num_broken -= usize::from(self.price[region] > 0.0);
            self.price[region] = new.price;
            self.value[region] = new.value;
            self.sets[region] = new.set;
        }
    }
}

/// Nodes that come and go.
struct Moved<'s, const W: usize> {
    joined: Option<&'s AreaSet<W>>,
    left: Option<&'s AreaSet<W>>,
}
