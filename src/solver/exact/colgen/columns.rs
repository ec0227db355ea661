//! The loop of column generation, the same whoever prices.
//!
//! The master is solved; regions of the pool that improve it enter; only where none does is pricing
//! asked, which puts new ones into the pool, moves the duals, or says that it is done. (Desaulniers,
//! Desrosiers, Solomon, *Column Generation*, Springer, 2005, chapter 1.)

use crate::engine::EngineFault;
use crate::exact::master::linear_program::{Master, Optimum};
use crate::exact::master::pool::Pool;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Most columns added to the master at a time, or half as many as nodes where that is more, and most
/// of them through one node.
const BATCH: usize = 40;
const PER_NODE: u8 = 2;

/// What the loop asks where no known region improves the master.
pub(crate) trait Pricing<const W: usize> {
    /// Changes the duals of an optimum before anything is priced at them.
    fn adjust(&self, _optimum: &mut Optimum<W>, _columns: &Columns<W>) {}

    /// Looks for regions, which go into the pool, or changes the master. Whether it is worth solving
    /// again.
    fn improve(
        &mut self,
        optimum: &Optimum<W>,
        columns: &mut Columns<W>,
        pool: &mut Pool<W>,
    ) -> Result<bool, EngineFault>;
}

/// Nothing but the pool.
pub(crate) struct PoolAlone;

impl<const W: usize> Pricing<W> for PoolAlone {
    fn improve(
        &mut self,
        _: &Optimum<W>,
        _: &mut Columns<W>,
        _: &mut Pool<W>,
    ) -> Result<bool, EngineFault> {
        Ok(false)
    }
}

/// A master with the record of what has entered it.
pub(crate) struct Columns<const W: usize> {
    /// The master.
    pub(crate) master: Master<W>,
    /// By place in the pool: whether a region is in the master, or never will be.
    closed: Vec<bool>,
}

impl<const W: usize> Columns<W> {
    /// A master that begins with those of the regions that keep the rules.
    pub(crate) fn new<'r>(
        core: &Core<W>,
        regions: impl IntoIterator<Item = &'r AreaSet<W>>,
    ) -> Result<Self, EngineFault> {
        let mut master = Master::new(core)?;
        for set in regions.into_iter().filter(|set| core.is_region(set)) {
            master.add(&core.column(*set))?;
        }
        Ok(Self { master, closed: Vec::new() })
    }

    /// Solves the master until neither the pool nor pricing improves it, or a limit strikes. Returns
    /// the last optimum.
    pub(crate) fn generate(
        &mut self,
        core: &Core<W>,
        pool: &mut Pool<W>,
        pricing: &mut dyn Pricing<W>,
        watch: &Watch<'_>,
    ) -> Result<Optimum<W>, EngineFault> {
        loop {
            let mut optimum = self.master.solve(watch)?;
            pricing.adjust(&mut optimum, self);
            let goes_on = if self.enter(core, pool, &optimum)? > 0 {
                !watch.must_stop()
            } else {
                pricing.improve(&optimum, self, pool)?
            };
            if !goes_on {
                return Ok(optimum);
            }
        }
    }

    /// Adds the most improving regions of the pool, few through any one node. How many.
    pub(super) fn enter(
        &mut self,
        core: &Core<W>,
        pool: &Pool<W>,
        optimum: &Optimum<W>,
    ) -> Result<usize, EngineFault> {
        self.closed.resize(pool.len(), false);
        let mut hits =
            pool.above(&optimum.duals.node, optimum.duals.unit, optimum.duals.count + core.worth());
        hits.retain(|&(_, at)| !self.closed[at]);
        hits.sort_unstable_by_key(|&(excess, at)| (std::cmp::Reverse(excess), at));
        let mut through = vec![0u8; core.n];
        let mut added = 0;
        for (_, at) in hits {
            let column = pool.get(at);
            if column.set.iter().all(|node| through[node] >= PER_NODE) {
                continue;
            }
            self.closed[at] = true;
            if !core.is_region(&column.set) || !core.leaves_divisible(&column.set) {
                continue;
            }
            for node in column.set.iter() {
                through[node] = through[node].saturating_add(1);
            }
            self.master.add(&column)?;
            added += 1;
            if added == BATCH.max(core.n / 2) {
                break;
            }
        }
        Ok(added)
    }
}
