//! Column generation priced by the search from roots: the linear relaxation, and its bound.
//!
//! Known regions are priced first; only when none improves does the exact pricer search, at duals
//! smoothed towards the best ones so far (Wentges, *International Transactions in Operational Research*, 1997). Whatever
//! the duals, `Σ π + the k largest root values` bounds every plan, since the regions of a plan have
//! distinct roots; so the best bound so far stands even when the loop is cut short.

use std::collections::BTreeMap;

use crate::engine::EngineFault;
use crate::exact::caps::{Cap, Caps};
use crate::exact::colgen::columns::{Columns, Pricing};
use crate::exact::colgen::relaxation::{MOST_PENALTY, Relaxation, Warm};
use crate::exact::colgen::scout::Scout;
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::Optimum;
use crate::exact::master::pool::Pool;
use crate::exact::master::root_formulation::Split;
use crate::exact::parallel::side_by_side;
use crate::exact::pricing::root_search::{Pricer, RootBound, Want};
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;

/// Share of the best duals in smoothed ones, in per cent.
const SMOOTHING: i64 = 50;

/// One exact pricing of all roots.
pub(crate) struct Priced {
    /// No plan has a larger value, scaled.
    pub(crate) bound: i64,
    /// The largest value of every root or, where regions bear labels, of every label.
    tops: Vec<(usize, i64)>,
    /// Whether the search gave up at some root.
    pub(crate) truncated: bool,
    /// The roots where the search gave up above the count dual, the largest bound first.
    pub(crate) open: Vec<usize>,
}

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

/// Prices every root at the given duals, and tells each split it comes to.
pub(crate) fn price<const W: usize>(
    pricer: &mut Pricer<'_, W>,
    duals: &Duals,
    cap: Cap,
    found: &mut Vec<Column<W>>,
    tell: &mut dyn FnMut(&Split<'_>),
) -> Priced {
    pricer.set_duals(duals);
    let mut roots = Vec::new();
    for place in 0..pricer.num_roots() {
        roots.push(pricer.search_root(place, duals.count, Want::Best, cap, found));
        tell(&pricer.split());
        // Labels make many roots; what is left of them would take long even without branching.
        if !pricer.core.labels.is_empty() && pricer.must_stop() {
            return Priced { bound: i64::MAX, tops: Vec::new(), truncated: true, open: Vec::new() };
        }
    }
    priced(pricer, duals, &roots)
}

/// The same with the roots dealt out to several pricers, on so many threads.
fn price_on<const W: usize>(
    threads: usize,
    pricers: &mut [Pricer<'_, W>],
    duals: &Duals,
    cap: Cap,
    found: &mut Vec<Column<W>>,
) -> Priced {
    if let [pricer] = pricers {
        return price(pricer, duals, cap, found, &mut |_| ());
    }
    let count = pricers.len();
    let num_roots = pricers[0].num_roots();
    let tasks: Vec<_> = pricers.iter_mut().enumerate().collect();
    let mut dealt: Vec<_> = side_by_side(threads, tasks, |(first, pricer)| {
        pricer.set_duals(duals);
        let search = |place| {
            let mut found = Vec::new();
            let root = pricer.search_root(place, duals.count, Want::Best, cap, &mut found);
            (root, found)
        };
        (first..num_roots).step_by(count).map(search).collect::<Vec<_>>().into_iter()
    });
    let mut roots = Vec::with_capacity(num_roots);
    for place in 0..num_roots {
        if let Some((root, columns)) = dealt[place % count].next() {
            roots.push(root);
            found.extend(columns);
        }
    }
    priced(&pricers[0], duals, &roots)
}

/// What the bounds of all roots, in their order, come to.
fn priced<const W: usize>(pricer: &Pricer<'_, W>, duals: &Duals, roots: &[RootBound]) -> Priced {
    // The regions of a plan differ in their roots and, where they bear labels, in these.
    let mut tops: BTreeMap<usize, i64> = BTreeMap::new();
    for (place, root) in roots.iter().enumerate() {
        let top = tops.entry(pricer.class(place)).or_insert(root.bound);
        *top = root.bound.max(*top);
    }
    let tops: Vec<(usize, i64)> = tops.into_iter().collect();
    let mut bounds: Vec<i64> = tops.iter().map(|&(_, top)| top).collect();
    bounds.sort_unstable_by_key(|&bound| std::cmp::Reverse(bound));
    let core = pricer.core;
    let plans: i128 = bounds.iter().take(core.k).copied().map(i128::from).sum();
    let mut open: Vec<usize> = (0..roots.len())
        .filter(|&place| roots[place].truncated && roots[place].bound > duals.count + core.worth())
        .collect();
    open.sort_by_key(|&place| (std::cmp::Reverse(roots[place].bound), place));
    Priced {
        // Where it is out of range, nothing is known.
        bound: i64::try_from(duals.offset(core) + plans).unwrap_or(i64::MAX),
        tops,
        truncated: roots.iter().any(|root| root.truncated),
        open: open.into_iter().map(|place| pricer.root_at(place)).collect(),
    }
}
