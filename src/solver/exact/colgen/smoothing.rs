//! Column generation priced by the search from roots: the linear relaxation, and its bound.
//!
//! Known regions are priced first; only when none improves does the exact pricer search, at duals
//! smoothed towards the best ones so far (Wentges, *International Transactions in Operational Research*, 1997). The
//! best bound so far stands even when the loop is cut short.

use crate::engine::EngineFault;
use crate::exact::caps::{Cap, Caps};
use crate::exact::colgen::columns::{Columns, Pricing};
use crate::exact::colgen::relaxation::{MOST_PENALTY, Relaxation, Warm};
use crate::exact::colgen::roots::{Priced, price_on};
use crate::exact::colgen::scout::Scout;
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::Optimum;
use crate::exact::master::pool::Pool;
use crate::exact::pricing::root_search::Pricer;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;

/// Share of the best duals in smoothed ones, in per cent.
const SMOOTHING: i64 = 50;

/// Solves the relaxation until its bound falls below `target`, nothing improves, or a limit
/// strikes. A root may take `caps.first_nodes` search nodes at first, eightfold whenever truncated
/// searches find nothing more.
pub(crate) fn relax<const W: usize>(
    core: &Core<W>,
    pool: &mut Pool<W>,
    pricers: &mut [Pricer<'_, W>],
    warm: &Warm<W>,
    target: i64,
    caps: &Caps,
    watch: &Watch<'_>,
) -> Result<Relaxation<W>, EngineFault> {
    warm.fill(core, pool);
    let mut columns = Columns::new(core, &warm.regions)?;
    let mut smoothed = Smoothed {
        core,
        pricers,
        watch,
        target,
        best: Relaxation::unproven(core),
        best_level: i64::MAX,
        anchor: warm.duals.clone(),
        smoothing: SMOOTHING,
        cap: Cap { nodes: caps.first_nodes, columns: usize::MAX },
        scout: Scout::new(core, caps),
    };
    columns.generate(core, pool, &mut smoothed, watch)?;
    Ok(smoothed.best)
}

/// The search from roots at smoothed duals.
struct Smoothed<'s, 'a, const W: usize> {
    core: &'s Core<W>,
    pricers: &'s mut [Pricer<'a, W>],
    watch: &'s Watch<'s>,
    target: i64,
    best: Relaxation<W>,
    best_level: i64,
    /// The duals smoothed towards.
    anchor: Option<Duals>,
    smoothing: i64,
    cap: Cap,
    scout: Option<Scout<'s, W>>,
}

impl<const W: usize> Pricing<W> for Smoothed<'_, '_, W> {
    fn improve(
        &mut self,
        optimum: &Optimum<W>,
        columns: &mut Columns<W>,
        pool: &mut Pool<W>,
    ) -> Result<bool, EngineFault> {
        self.best.shares.clone_from(&optimum.shares);
        if let Some(scout) = &mut self.scout
            && scout.scouts(optimum, pool, self.watch)
        {
            return Ok(!self.watch.must_stop());
        }
        let tried = match &self.anchor {
            Some(anchor) if self.smoothing > 0 => anchor.mixed(&optimum.duals, self.smoothing),
            _ => optimum.duals.clone(),
        };
        let mut found = Vec::new();
        let before = self.watch.nodes();
        let outcome = price_on(self.watch.threads(), self.pricers, &tried, self.cap, &mut found);
        if let Some(scout) = &mut self.scout {
            scout.go_on(self.watch.nodes() - before);
        }
        self.learn(tried, &outcome);
        if self.best.bound < self.target || self.watch.must_stop() {
            return Ok(false);
        }
        let mut improves = false;
        for column in found {
            improves |= pool.insert(column) && optimum.duals.excess(&column) > self.core.worth();
        }
        if improves {
            self.smoothing = SMOOTHING;
        } else if self.smoothing > 0 {
            self.smoothing = 0;
        } else if outcome.truncated {
            self.cap.nodes = self.cap.nodes.saturating_mul(8);
        } else if optimum.artificial && columns.master.penalty() < MOST_PENALTY {
            columns.master.raise_penalty()?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

impl<const W: usize> Smoothed<'_, '_, W> {
    /// Keeps what a pricing proves.
    fn learn(&mut self, tried: Duals, outcome: &Priced) {
        if !outcome.truncated {
            let lifted = tried.clone().lifted(self.core, &outcome.tops);
            if let Some(level) = lifted.level(self.core).filter(|&level| level < self.best_level) {
                self.best_level = level;
                self.best.duals = Some(lifted);
            }
        }
        if outcome.bound < self.best.bound || self.anchor.is_none() {
            self.anchor = Some(tried);
        }
        self.best.bound = self.best.bound.min(outcome.bound);
    }
}
