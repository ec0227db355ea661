//! Regions that lose least by a sweep: an order of the nodes with thin frontiers, and rates of the
//! weight that make the search turn back early.

use std::collections::{BTreeMap, BTreeSet};

use regionfront_check::ground::Ground;
use regionfront_check::listing::{CutShort, LARGEST, Listed, Prices};
use regionfront_check::set::Set;
use regionfront_check::sweep::{Rates, Sweep};

/// Sets of nodes kept per step of the search for an order.
const BEAM: usize = 40;

/// Most states that are worth a try, as far as an order tells.
const MOST_STATES: u64 = 20_000_000;

/// Rates beside the best one, in per cents of the mean price of a unit of weight.
const AROUND: [i64; 16] = [-100, -60, -40, -25, -15, -10, -5, -2, 2, 5, 10, 15, 25, 40, 60, 100];

/// The best rate is looked for among so many mean prices on both sides of nothing.
const WIDEST: i64 = 64;

/// A sweep with the rates for the prices at hand.
pub(crate) struct Sweeper {
    pub(crate) sweep: Sweep,
    rates: Option<Rates>,
}

impl Sweeper {
    /// A sweep over the nodes, if commuters work next door and frontiers are thin enough.
    pub(crate) fn new<const W: usize>(ground: &Ground<W>) -> Option<Self> {
        let order = Sweep::suits(ground).then(|| thin_order(ground)).flatten()?;
        let sweep = Sweep::new(ground, order).ok()?;
        Some(Self { sweep, rates: None })
    }

    /// The rates of the last search.
    pub(crate) fn rates(&self) -> Option<&Rates> {
        self.rates.as_ref()
    }

    /// Looks for the rates that show most of these prices: the best one, and some around it.
    fn tune<const W: usize>(&self, ground: &Ground<W>, prices: &Prices) -> Option<Rates> {
        let total = ground.limited.first().map_or(0, |limited| limited.weight.iter().sum::<i64>());
        let size: i64 = prices.node.iter().map(|price| price.abs()).sum();
        let mut per = u64::try_from(total.max(1)).ok()?.next_power_of_two().cast_signed();
        // A mean price of a unit of weight, times `per`.
        let unit = |per: i64| {
            i64::try_from(i128::from(size) * i128::from(per) / i128::from(total.max(1))).ok()
        };
        let fits = |per: i64| {
            unit(per)?.checked_mul(2 * WIDEST).filter(|_| per < LARGEST / 2).filter(|&widest| {
                let rates = Rates { rates: vec![widest], per };
                self.sweep.can_hold(ground, prices, &rates)
            })
        };
        while fits(per).is_none() {
            per /= 2;
            if per == 0 {
                return None;
            }
        }
        let unit = unit(per)?;
        let loss = |rate: i64| self.sweep.least_loss(ground, prices, rate, per);
        // What a rate shows is concave in it.
        let (mut low, mut high) = (-WIDEST * unit, WIDEST * unit);
        while high - low > 2 {
            let third = (high - low) / 3;
            let (a, b) = (low + third, high - third);
            if loss(a) < loss(b) { low = a } else { high = b }
        }
        let best = (low..=high).max_by_key(|&rate| loss(rate))?;
        let mut rates = vec![best];
        for percent in AROUND {
            let rate = best + unit / 100 * percent;
            if !rates.contains(&rate) {
                rates.push(rate);
            }
        }
        if total == 0 {
            rates = vec![0];
        }
        let rates = Rates { rates, per };
        self.sweep.can_hold(ground, prices, &rates).then_some(rates)
    }

    /// Sets the rates for prices that are to be listed by.
    pub(crate) fn tune_for<const W: usize>(&mut self, ground: &Ground<W>, prices: &Prices) {
        self.rates = self.tune(ground, prices);
    }

    /// The regions that lose least, and less than nothing, so many at most. `None` where the prices are
    /// out of range.
    pub(crate) fn price<const W: usize>(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        most: usize,
        most_nodes: u64,
    ) -> Option<Swept<W>> {
        let rates = self.tune(ground, prices)?;
        let mut best: BTreeSet<(i64, Set<W>)> = BTreeSet::new();
        let mut record = |region: Listed<W>| {
            best.insert((region.loss, region.set));
            if best.len() > most {
                best.pop_last();
            }
            match best.last() {
                Some((loss, _)) if best.len() == most => loss - 1,
                _ => -1,
            }
        };
        let searched = self.sweep.list(ground, prices, &rates, -1, most_nodes, &mut record);
        let lowest = best.first().map_or(0, |(loss, _)| *loss);
        let regions = best.into_iter().map(|(_, set)| set).collect();
        Some(Swept { lowest, regions, is_whole: searched.is_ok() })
    }

    /// All regions within a budget, unless they are too many.
    pub(crate) fn listed<const W: usize>(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        budget: i64,
        most_nodes: u64,
        most: usize,
    ) -> Option<Vec<Listed<W>>> {
        let mut regions: Vec<Listed<W>> = Vec::new();
        let mut keep = |region| {
            regions.push(region);
            if regions.len() <= most { budget } else { i64::MIN / 4 }
        };
        let searched: Result<u64, CutShort> =
            self.sweep.list(ground, prices, self.rates.as_ref()?, budget, most_nodes, &mut keep);
        searched.ok().filter(|_| regions.len() <= most).map(|_| regions)
    }
}

/// What one search found.
pub(crate) struct Swept<const W: usize> {
    /// The least loss of a region found, or nothing.
    pub(crate) lowest: i64,
    /// Regions that lose less than nothing.
    pub(crate) regions: Vec<Set<W>>,
    /// Whether no region loses less.
    pub(crate) is_whole: bool,
}

/// An order in the making.
#[derive(Clone)]
struct Passed<const W: usize> {
    nodes: Set<W>,
    frontier: Set<W>,
    /// Some `3^f` states at a frontier of `f` nodes.
    cost: u64,
    order: Vec<usize>,
}

/// An order of all nodes whose frontiers are thin, by beam search: of all orders that pass the same
/// nodes the cheapest is kept, and of all sets passed the cheapest few.
fn thin_order<const W: usize>(ground: &Ground<W>) -> Option<Vec<usize>> {
    let all = Set::<W>::below(ground.n);
    let start = Passed { nodes: Set::EMPTY, frontier: Set::EMPTY, cost: 0, order: Vec::new() };
    let mut beam = vec![start];
    for _ in 0..ground.n {
        let mut next: BTreeMap<Set<W>, Passed<W>> = BTreeMap::new();
        for passed in &beam {
            let near =
                passed.frontier.iter().fold(Set::EMPTY, |near, at| near.or(&ground.links[at]));
            let mut ahead = near.without(&passed.nodes);
            if ahead.is_empty() {
                ahead = all.without(&passed.nodes);
            }
            for node in ahead.iter() {
                let mut nodes = passed.nodes;
                nodes.insert(node);
                let mut frontier = passed.frontier;
                frontier.insert(node);
                let is_open = |&at: &usize| !ground.links[at].is_within(&nodes);
                let frontier: Set<W> = frontier.iter().filter(is_open).collect();
                let width = u32::try_from(frontier.len()).ok()?;
                let cost = passed.cost.saturating_add(3_u64.saturating_pow(width));
                if next.get(&nodes).is_none_or(|known| cost < known.cost) {
                    let order = passed.order.iter().copied().chain([node]).collect();
                    next.insert(nodes, Passed { nodes, frontier, cost, order });
                }
            }
        }
        beam = next.into_values().collect();
        beam.sort_by_key(|passed| passed.cost);
        beam.truncate(BEAM);
    }
    beam.into_iter().next().filter(|passed| passed.cost <= MOST_STATES).map(|passed| passed.order)
}
