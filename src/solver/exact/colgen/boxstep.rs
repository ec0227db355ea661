//! Column generation with duals in a box, priced by the frontier.
//!
//! With a dozen nodes or more to a region, the duals of a master swing widely: few regions of many
//! nodes say little about any one of them. So they are kept in a box around the best ones so far
//! (Marsten, Hogan, Blankenship, *The boxstep method for large-scale optimization*, Operations
//! Research, 1975). The first centre prices every region at what its borders cut: with
//! `π_i = own_i + Σ_j w_ij / 2` the reduced value of `S` is minus half the flow between `S` and the
//! rest. The box moves where the bound falls, and grows where nothing improves the master and its
//! optimum leans on an edge; where it does not, that optimum is the one without a box. The farther
//! duals lie apart, the less is a region's weight worth a price of its own, and the more partial
//! regions pass the bounds of the search: where pricing takes long, the box shrinks.
//!
//! All that is asked is whether a plan better than the incumbent may exist. So pricing stops at the
//! reduced value that `k` regions of a better plan need on average, where that is above what would
//! improve the master.

use crate::engine::EngineFault;
use crate::exact::colgen::columns::{Columns, Pricing};
use crate::exact::colgen::relaxation::{MOST_PENALTY, Offer, Relaxation, Warm};
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::{Master, Optimum};
use crate::exact::master::pool::Pool;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::problem::reduced::{Core, MOST_SUM};
use crate::graph::AreaSet;

/// The box is at first this part of the mean dual wide, either way.
const NARROW: i64 = 32;

/// Search nodes of one pricing that tell of a box too wide.
const COSTLY: u64 = 1_000_000;

/// Search nodes at first; eightfold whenever searches cut short find nothing more.
const NODES: u64 = 3_000_000;

/// Shares that add up to one within this cover a node.
const COVERED: f64 = 1e-6;

/// Solves the relaxation until its bound falls below the target, nothing improves, or a limit
/// strikes. Every optimum of the master is offered.
pub(crate) fn relax<const W: usize>(
    frontier: &mut Frontier<'_, W>,
    pool: &mut Pool<W>,
    warm: &Warm<W>,
    offer: &mut Offer<'_, W>,
) -> Result<Relaxation<W>, EngineFault> {
    let (core, watch) = (frontier.core, frontier.watch);
    let mut best = Relaxation::unproven(core);
    if frontier.has_no_plan() {
        best.bound = -core.scale;
        return Ok(best);
    }
    warm.fill(core, pool);
    let mut columns = Columns::new(core, &warm.regions)?;
    let centre = warm.duals.clone().unwrap_or_else(|| cut_prices(core));
    let size: i64 = centre.node.iter().map(|dual| dual.abs()).sum();
    let width = (size / i64::try_from(core.n).expect("few nodes") / NARROW).max(core.worth());
    let first = columns.master.penalty();
    let mut boxed =
        Boxed { frontier, offer, best, best_level: i64::MAX, centre, width, first, nodes: NODES };
    boxed.enclose(&mut columns.master)?;
    columns.generate(core, pool, &mut boxed, watch)?;
    Ok(boxed.best)
}

/// The frontier, priced at duals in a box.
struct Boxed<'s, 'a, 'o, const W: usize> {
    frontier: &'s mut Frontier<'a, W>,
    offer: &'s mut Offer<'o, W>,
    best: Relaxation<W>,
    best_level: i64,
    centre: Duals,
    width: i64,
    /// The first price of artificial columns.
    first: f64,
    /// Most search nodes of a pricing.
    nodes: u64,
}

impl<const W: usize> Pricing<W> for Boxed<'_, '_, '_, W> {
    fn improve(
        &mut self,
        optimum: &Optimum<W>,
        columns: &mut Columns<W>,
        pool: &mut Pool<W>,
    ) -> Result<bool, EngineFault> {
        let (core, watch) = (self.frontier.core, self.frontier.watch);
        self.best.shares.clone_from(&optimum.shares);
        let target = (self.offer)(&optimum.shares);
        let duals = &optimum.duals;
        // With no region above this, no plan is better than the incumbent.
        let regions = i64::try_from(core.k).expect("few regions");
        let enough = (target - 1 - duals.node.iter().sum::<i64>()).div_euclid(regions);
        let before = watch.nodes();
        let priced = self.frontier.price(duals, duals.count.max(enough), self.nodes);
        let lifted = Duals { count: duals.count.max(priced.top), ..duals.clone() };
        let level = lifted.level(core);
        let is_better = level.is_some_and(|level| level < self.best.bound);
        self.best.bound = level.map_or(self.best.bound, |level| self.best.bound.min(level));
        if let Some(level) = level.filter(|&level| !priced.truncated && level < self.best_level) {
            self.best_level = level;
            self.best.duals = Some(lifted);
        }
        if self.best.bound < target || watch.must_stop() {
            return Ok(false);
        }
        let mut improves = false;
        for column in priced.found {
            improves |= pool.insert(column) && duals.excess(&column) > core.worth();
        }
        if is_better {
            self.centre = duals.clone();
        }
        if watch.nodes() - before > COSTLY {
            self.width = (self.width / 2).max(core.worth());
        }
        self.enclose(&mut columns.master)?;
        if improves {
            return Ok(true);
        }
        if priced.truncated {
            self.nodes = self.nodes.saturating_mul(8);
        } else if !is_covered(core, &optimum.shares) && self.width < most_width(core) {
            self.centre = duals.clone();
            self.width = self.width.saturating_mul(2);
            self.enclose(&mut columns.master)?;
        } else if optimum.artificial && columns.master.penalty() < MOST_PENALTY {
            columns.master.raise_penalty()?;
            self.enclose(&mut columns.master)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl<const W: usize> Boxed<'_, '_, '_, W> {
    /// Keeps the duals of nodes within the box. The dual of the number of regions, which only the
    /// price of its artificial columns limits, must have room above the reduced values of all
    /// regions there.
    #[expect(clippy::cast_precision_loss, reason = "a ratio of prices")]
    fn enclose(&self, master: &mut Master<W>) -> Result<(), EngineFault> {
        let (core, width) = (self.frontier.core, self.width);
        let most = core.most_value();
        let room = self.centre.node.iter().fold(most, |sum, dual| {
            sum.saturating_add(dual.saturating_abs()).saturating_add(width)
        });
        // The first price is that of all commuters and one more.
        while master.penalty() < room as f64 / (most + core.scale) as f64 * self.first {
            master.raise_penalty()?;
        }
        master.enclose(&self.centre, width)
    }
}

/// Duals under which every region is worth minus half the flow it cuts.
fn cut_prices<const W: usize>(core: &Core<W>) -> Duals {
    let node = (0..core.n)
        .map(|node| {
            core.own[node] + core.pair[node * core.n..(node + 1) * core.n].iter().sum::<i64>() / 2
        })
        .collect();
    Duals { node, count: 0, unit: 0 }
}

/// Whether shares of regions cover every node once, so that the box takes no part.
fn is_covered<const W: usize>(core: &Core<W>, shares: &[(AreaSet<W>, f64)]) -> bool {
    let mut covered = vec![0.0; core.n];
    for (set, share) in shares {
        for node in set.iter() {
            covered[node] += share;
        }
    }
    covered.iter().all(|sum: &f64| (sum - 1.0).abs() < COVERED)
}

/// Boxes wider than this make no sense of what they hold.
fn most_width<const W: usize>(core: &Core<W>) -> i64 {
    MOST_SUM / i64::try_from(4 * core.n * (core.k + 1)).expect("few nodes")
}
