//! Column generation priced by the search from roots: the linear relaxation, and its bound.
//!
//! Known regions are priced first; only when none improves does the exact pricer search, at duals
//! smoothed towards the best ones so far (Wentges, *International Transactions in Operational Research*, 1997). The
//! best bound so far stands even when the loop is cut short.

use std::cell::RefCell;

use crate::engine::EngineFault;
use crate::exact::caps::{Cap, Caps};
use crate::exact::colgen::boxstep::Turn;
use crate::exact::colgen::columns::{Columns, Pricing};
use crate::exact::colgen::relaxation::{MOST_PENALTY, Relaxation, Warm};
use crate::exact::colgen::roots::{Priced, Roots};
use crate::exact::colgen::scout::Scout;
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::Optimum;
use crate::exact::master::pool::Pool;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;

/// Share of the best duals in smoothed ones, in per cent.
const SMOOTHING: i64 = 50;

/// Solves the relaxation until its bound falls below `target`, nothing improves, or a limit
/// strikes. A root may take `caps.first_nodes` search nodes at first, eightfold whenever truncated
/// searches find nothing more.
pub(crate) fn relax<const W: usize>(
    roots: &RefCell<Roots<'_, '_, W>>,
    pool: &mut Pool<W>,
    warm: &Warm<W>,
    target: i64,
    caps: &Caps,
    watch: &Watch<'_>,
) -> Result<Relaxation<W>, EngineFault> {
    let core = roots.borrow().core();
    warm.fill(core, pool);
    let mut smoothed = Smoothed::new(roots, warm, caps, watch)?;
    smoothed.go_on(pool, target)?;
    Ok(smoothed.best())
}

/// The search from roots at smoothed duals.
pub(super) struct Smoothed<'s, 'r, 'a, const W: usize> {
    columns: Columns<W>,
    steps: Steps<'s, 'r, 'a, W>,
}

impl<'s, 'r, 'a, const W: usize> Smoothed<'s, 'r, 'a, W> {
    /// Smoothed towards what is known beforehand.
    pub(super) fn new(
        roots: &'s RefCell<Roots<'r, 'a, W>>,
        warm: &Warm<W>,
        caps: &Caps,
        watch: &'s Watch<'s>,
    ) -> Result<Self, EngineFault> {
        let core = roots.borrow().core();
        let columns = Columns::new(core, &warm.regions)?;
        let steps = Steps {
            core,
            roots,
            watch,
            target: 0,
            is_done: false,
            best: Relaxation::unproven(core),
            best_level: i64::MAX,
            anchor: warm.duals.clone(),
            smoothing: SMOOTHING,
            cap: Cap { nodes: caps.first_nodes, columns: usize::MAX },
            scout: Scout::new(core, caps),
        };
        Ok(Self { columns, steps })
    }

    /// Goes on until it is done, another's turn comes, or a limit strikes. Whether it is done.
    pub(super) fn go_on(&mut self, pool: &mut Pool<W>, target: i64) -> Result<bool, EngineFault> {
        let Self { columns, steps } = self;
        steps.target = target;
        let (core, watch) = (steps.core, steps.watch);
        columns.generate(core, pool, steps, watch)?;
        Ok(steps.is_done || watch.must_stop())
    }

    /// No plan has a larger value, scaled, as far as it has come.
    pub(super) fn bound(&self) -> i64 {
        self.steps.best.bound
    }

    /// The duals smoothed towards.
    pub(super) fn anchor(&self) -> Option<&Duals> {
        self.steps.anchor.as_ref()
    }

    /// Smooths towards duals that another found.
    pub(super) fn draw_to(&mut self, duals: Duals) {
        self.steps.anchor = Some(duals);
    }

    /// What it has come to.
    pub(super) fn best(self) -> Relaxation<W> {
        self.steps.best
    }
}

/// The steps of smoothing.
struct Steps<'s, 'r, 'a, const W: usize> {
    core: &'a Core<W>,
    roots: &'s RefCell<Roots<'r, 'a, W>>,
    watch: &'s Watch<'s>,
    target: i64,
    /// Whether there is nothing left to improve.
    is_done: bool,
    best: Relaxation<W>,
    best_level: i64,
    /// The duals smoothed towards.
    anchor: Option<Duals>,
    smoothing: i64,
    cap: Cap,
    scout: Option<Scout<'a, W>>,
}

impl<const W: usize> Pricing<W> for Steps<'_, '_, '_, W> {
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
        let outcome = self.roots.borrow_mut().price(&tried, self.cap, &mut found);
        if let Some(scout) = &mut self.scout {
            scout.go_on(self.watch.nodes() - before);
        }
        self.learn(tried, &outcome);
        if self.best.bound < self.target || self.watch.must_stop() {
            self.is_done = true;
            return Ok(false);
        }
        let mut improves = false;
        for column in found {
            improves |= pool.insert(column) && optimum.duals.excess(&column) > self.core.worth();
        }
        let turn = self.roots.borrow().turn();
        if turn == Turn::Cut {
            return Ok(false);
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
            self.is_done = true;
        }
        Ok(!self.is_done && turn == Turn::On)
    }
}

impl<const W: usize> Steps<'_, '_, '_, W> {
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
