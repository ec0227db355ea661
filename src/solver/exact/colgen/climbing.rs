//! Column generation by climbing alone: quick, and without a bound.

use crate::engine::EngineFault;
use crate::exact::colgen::columns::{Columns, Pricing};
use crate::exact::master::linear_program::Optimum;
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

/// Climbing from the regions of the master's optimum, round by round.
struct Climbing<'s, 'a, const W: usize> {
    core: &'s Core<W>,
    network: &'s Network,
    watch: &'s Watch<'a>,
    /// Regions through these nodes stay out.
    barred: &'s AreaSet<W>,
    /// Rounds left.
    rounds: usize,
}

impl<const W: usize> Pricing<W> for Climbing<'_, '_, W> {
    fn adjust(&self, optimum: &mut Optimum<W>, columns: &Columns<W>) {
        let barrier = columns.master.most_dual();
        for node in self.barred.iter() {
            // No region through such a node is worth having.
            optimum.duals.node[node] = barrier;
        }
    }

    fn improve(
        &mut self,
        optimum: &Optimum<W>,
        columns: &mut Columns<W>,
        pool: &mut Pool<W>,
    ) -> Result<bool, EngineFault> {
        if self.rounds == 0 || self.watch.must_stop() {
            return Ok(false);
        }
        self.rounds -= 1;
        let core = self.core;
        let seeds: Vec<AreaSet<W>> = optimum
            .shares
            .iter()
            .map(|share| share.0)
            .filter(|set| !set.meets(self.barred) && set.is_connected(&core.neighbours))
            .collect();
        let mut uphill = Climber::new(core, self.network, &optimum.duals);
        Ok(uphill.climb(&seeds, core.worth(), pool) > 0 && columns.enter(core, pool, optimum)? > 0)
    }
}

impl<const W: usize> Columns<W> {
    /// Solves the master until no region of the pool improves it, nor any that climbing finds in at
    /// most so many rounds, or a limit strikes. Regions through `barred` nodes stay out.
    fn climb(
        &mut self,
        barred: &AreaSet<W>,
        rounds: usize,
        ground: &mut Ground<'_, W>,
    ) -> Result<Optimum<W>, EngineFault> {
        let Ground { core, network, ref mut pool, watch } = *ground;
        let mut climbing = Climbing { core, network, watch, barred, rounds };
        self.generate(core, pool, &mut climbing, watch)
    }

    /// The same with the separators that its selections break: solves the master anew at most so
    /// often, until none is left, they hardly matter any more, or a limit strikes.
    pub(crate) fn climb_separated(
        &mut self,
        barred: &AreaSet<W>,
        rounds: usize,
        most: usize,
        ground: &mut Ground<'_, W>,
    ) -> Result<Optimum<W>, EngineFault> {
        let mut last = MOST_LEVEL;
        for _ in 0..most {
            let optimum = self.climb(barred, rounds, ground)?;
            let level = optimum.duals.level(ground.core).unwrap_or(MOST_LEVEL);
            // A single root may take many rounds without a gain before there is one.
            let matters =
                optimum.selections.len() < 2 || !(0..level / HARDLY).contains(&(last - level));
            if ground.watch.must_stop() || self.separate(&optimum, ground.core)? == 0 || !matters {
                return Ok(optimum);
            }
            last = level;
        }
        self.climb(barred, rounds, ground)
    }

    /// Adds the separators broken by the selections of an optimum. How many are new.
    fn separate(&mut self, optimum: &Optimum<W>, core: &Core<W>) -> Result<usize, EngineFault> {
        let mut new = 0;
        for (closure, selection) in optimum.selections.iter().enumerate() {
            new += self.master.separate(closure, &separate(core, selection))?;
        }
        Ok(new)
    }
}
