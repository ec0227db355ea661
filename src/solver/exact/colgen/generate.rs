//! Column generation by climbing alone: quick, and without a bound.

use crate::engine::EngineFault;
use crate::exact::colgen::relax::Entered;
use crate::exact::master::linear_program::{Master, Optimum};
use crate::exact::master::pool::Pool;
use crate::exact::master::separation::separate;
use crate::exact::pricing::climb::Climber;
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::{Core, MOST_LEVEL};
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Separators around many roots that lower the relaxation by less than this share of it hardly matter.
const HARDLY: i64 = 1_000_000;

/// What the steps of a large search share.
pub(crate) struct Ground<'a, const W: usize> {
    /// The reduced problem.
    pub(crate) core: &'a Core<W>,
    /// The same as lists.
    pub(crate) network: &'a Network,
    /// Every region met.
    pub(crate) pool: &'a mut Pool<W>,
    /// Limits and news.
    pub(crate) watch: &'a Watch<'a>,
}

/// A master with the record of what has entered it.
pub(crate) struct Columns<const W: usize> {
    /// The master.
    pub(crate) master: Master<W>,
    entered: Entered,
}

impl<const W: usize> Columns<W> {
    /// A master without regions.
    pub(crate) fn new(core: &Core<W>) -> Result<Self, EngineFault> {
        Ok(Self { master: Master::new(core)?, entered: Entered::default() })
    }

    /// Solves the master until no region of the pool improves it, nor any that climbing finds in at
    /// most so many rounds, or a limit strikes. Regions through `barred` nodes stay out.
    pub(crate) fn generate(
        &mut self,
        barred: &AreaSet<W>,
        rounds: usize,
        ground: &mut Ground<'_, W>,
    ) -> Result<Optimum<W>, EngineFault> {
        let core = ground.core;
        let mut done = 0;
        loop {
            let mut optimum = self.master.solve(ground.watch)?;
            if ground.watch.must_stop() {
                return Ok(optimum);
            }
            let barrier = self.master.most_dual();
            for node in barred.iter() {
                // No region through such a node is worth having.
                optimum.duals.node[node] = barrier;
            }
            if self.enter(&optimum, ground)? > 0 {
                continue;
            }
            let seeds: Vec<AreaSet<W>> = optimum
                .shares
                .iter()
                .map(|share| share.0)
                .filter(|set| !set.meets(barred) && set.is_connected(&core.neighbours))
                .collect();
            let mut uphill = Climber::new(core, ground.network, &optimum.duals);
            done += 1;
            if done > rounds
                || uphill.climb(&seeds, core.worth(), ground.pool) == 0
                || self.enter(&optimum, ground)? == 0
            {
                return Ok(optimum);
            }
        }
    }

    /// The same with the separators that its selections break: solves the master anew at most so
    /// often, until none is left, they hardly matter any more, or a limit strikes.
    pub(crate) fn generate_separated(
        &mut self,
        barred: &AreaSet<W>,
        rounds: usize,
        most: usize,
        ground: &mut Ground<'_, W>,
    ) -> Result<Optimum<W>, EngineFault> {
        let mut last = MOST_LEVEL;
        for _ in 0..most {
            let optimum = self.generate(barred, rounds, ground)?;
            let level = optimum.duals.level(ground.core).unwrap_or(MOST_LEVEL);
            // A single root may take many rounds without a gain before there is one.
            let matters =
                optimum.selections.len() < 2 || !(0..level / HARDLY).contains(&(last - level));
            if ground.watch.must_stop() || self.separate(&optimum, ground.core)? == 0 || !matters {
                return Ok(optimum);
            }
            last = level;
        }
        self.generate(barred, rounds, ground)
    }

    /// Adds the separators broken by the selections of an optimum. How many are new.
    fn separate(&mut self, optimum: &Optimum<W>, core: &Core<W>) -> Result<usize, EngineFault> {
        let mut new = 0;
        for (closure, selection) in optimum.selections.iter().enumerate() {
            new += self.master.separate(closure, &separate(core, selection))?;
        }
        Ok(new)
    }

    fn enter(
        &mut self,
        optimum: &Optimum<W>,
        ground: &Ground<'_, W>,
    ) -> Result<usize, EngineFault> {
        self.entered.add_from_pool(ground.core, ground.pool, &mut self.master, optimum)
    }
}
