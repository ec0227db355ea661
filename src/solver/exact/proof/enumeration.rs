//! All regions that near-best plans are made of, kept from one step of a front to the next.
//!
//! Against duals `d` every region has a loss that is not negative, and a plan falls short of their
//! level by the sum of its losses. So a list of all regions within a budget holds every plan down to
//! its *floor*, the level less the budget. Tighter limits only take regions and plans away: the list
//! serves every narrower step, and as long as a plan above the floor is found in it, that plan is the
//! best there is. Nothing has to be priced; duals that suit the narrower step come from the linear
//! relaxation over the list alone.

use crate::engine::EngineFault;
use crate::exact::caps::Cap;
use crate::exact::colgen::columns::{Columns, PoolAlone};
use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::pricing::lister::Lister;
use crate::exact::problem::reduced::Core;
use crate::exact::proof::cover::Candidate;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Regions, none missing that a plan down to the floor may use.
#[derive(Clone, Debug)]
pub(crate) struct Listing<const W: usize> {
    /// Duals against which no listed region has a negative loss.
    pub(crate) duals: Duals,
    /// Every plan of at least this value is made of listed regions, scaled.
    pub(crate) floor: i64,
    regions: Pool<W>,
}

/// The budget of a list, and the search nodes that it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    /// Scaled.
    pub(super) budget: i64,
    pub(super) nodes: u64,
}

impl<const W: usize> Listing<W> {
    /// Lists the regions within a budget, against duals of the whole relaxation. `None` when they are
    /// too many, or the budget is beyond what values may grow to.
    ///
    /// No plan holds less than nothing, so a budget above the level asks for no more than the level.
    pub(crate) fn enumerate(
        lister: &mut dyn Lister<W>,
        duals: &Duals,
        budget: i64,
        cap: Cap,
    ) -> Option<Self> {
        let level = duals.level(lister.core())?;
        let budget = budget.min(level.max(0));
        let threshold = duals.count.checked_sub(budget)?.checked_sub(1)?;
        let mut found = Vec::new();
        if !lister.list(duals, threshold, cap, &mut found) {
            return None;
        }
        let mut regions = Pool::default();
        for column in found {
            regions.insert(column);
        }
        Some(Self { duals: duals.clone(), floor: level - budget, regions })
    }

    /// The list without what is no region of a narrower problem, or in none of its plans.
    pub(crate) fn narrowed(mut self, core: &Core<W>) -> Self {
        self.regions.retain(|set| core.is_region(set) && core.leaves_divisible(set));
        self
    }

    /// The regions within a budget.
    pub(crate) fn within(&self, budget: i64) -> Vec<Candidate<W>> {
        let threshold = self.duals.count - budget - 1;
        self.regions
            .above(&self.duals.node, self.duals.unit, threshold)
            .into_iter()
            .map(|(excess, at)| {
                let column = self.regions.get(at);
                Candidate { set: column.set, loss: budget + 1 - excess, gain: column.gain }
            })
            .collect()
    }

    /// Finds the duals of the relaxation over the listed regions, from these regions on. Returns the
    /// regions its optimum uses.
    pub(crate) fn relax(
        &mut self,
        core: &Core<W>,
        start: &[AreaSet<W>],
        watch: &Watch<'_>,
    ) -> Result<Vec<AreaSet<W>>, EngineFault> {
        let mut columns = Columns::new(core, start)?;
        let optimum = columns.generate(core, &mut self.regions, &mut PoolAlone, watch)?;
        let duals = optimum.duals;
        let above = self.regions.above(&duals.node, duals.unit, duals.count);
        let lift = above.iter().map(|&(excess, _)| excess).max().unwrap_or(0);
        let lifted = Duals { count: duals.count + lift, ..duals };
        if lifted.level(core).is_some() {
            self.duals = lifted;
        }
        Ok(optimum.shares.into_iter().map(|share| share.0).collect())
    }
}
