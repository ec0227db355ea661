//! Column generation: the linear relaxation of the set-partitioning master, and its bound.
//!
//! Known regions are priced first; only when none improves does the exact pricer search, at duals
//! smoothed towards the best ones so far (Wentges, *International Transactions in Operational Research*, 1997). Whatever
//! the duals, `Σ π + the k largest root values` bounds every plan, since the regions of a plan have
//! distinct roots; so the best bound so far stands even when the loop is cut short.

use std::collections::BTreeMap;

use crate::engine::EngineFault;
use crate::exact::caps::Cap;
use crate::exact::colgen::scout::Scout;
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::{Master, Optimum};
use crate::exact::master::pool::Pool;
use crate::exact::master::root_formulation::Split;
use crate::exact::pricing::root_search::{Pricer, Want};
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Most columns added to the master at a time, or half as many as nodes where that is more, and most
/// of them through one node.
const BATCH: usize = 40;
const PER_NODE: u8 = 2;

/// Share of the best duals in smoothed ones, in per cent.
const SMOOTHING: i64 = 50;

/// Price of an artificial column above which its use counts as proof against a plan only through
/// the bound; prices grow no further.
pub(crate) const MOST_PENALTY: f64 = 1e8;

/// Takes the regions of an optimum of the master with their shares; the answer is the target from
/// there on, the least value of a plan better than the incumbent.
pub(crate) type Offer<'o, const W: usize> = dyn FnMut(&[(AreaSet<W>, f64)]) -> i64 + 'o;

/// Duals with what they prove.
#[derive(Clone, Debug)]
pub(crate) struct Relaxation<const W: usize> {
    /// No plan has a larger value, scaled.
    pub(crate) bound: i64,
    /// Duals under which no region has a reduced value above the count dual, where the search for
    /// them was complete; the losses of regions against them are not negative.
    pub(crate) duals: Option<Duals>,
    /// The last fractional optimum.
    pub(crate) shares: Vec<(AreaSet<W>, f64)>,
}

/// What an earlier solve hands on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warm<const W: usize> {
    /// Regions that enter the master at once, where they keep the rules.
    pub(crate) regions: Vec<AreaSet<W>>,
    /// Duals to smooth towards.
    pub(crate) duals: Option<Duals>,
}

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
/// strikes. A root may take `first_nodes` search nodes at first, eightfold whenever truncated
/// searches find nothing more.
pub(crate) fn relax<const W: usize>(
    core: &Core<W>,
    pool: &mut Pool<W>,
    pricer: &mut Pricer<'_, W>,
    warm: &Warm<W>,
    target: i64,
    first_nodes: u64,
    watch: &Watch<'_>,
) -> Result<Relaxation<W>, EngineFault> {
    let ceiling = core.most_value();
    let mut master = Master::new(core)?;
    let mut entered = Entered::default();
    for &set in warm.regions.iter().filter(|set| core.is_region(set)) {
        let column = core.column(set);
        pool.insert(column);
        master.add(&column)?;
    }
    let mut best = Relaxation { bound: ceiling, duals: None, shares: Vec::new() };
    let mut best_level = i64::MAX;
    let mut anchor = warm.duals.clone();
    let mut smoothing = SMOOTHING;
    let mut cap = Cap { nodes: first_nodes, columns: usize::MAX };
    let mut scout = Scout::new(core);
    loop {
        let optimum = master.solve(watch)?;
        if entered.add_from_pool(core, pool, &mut master, &optimum)? > 0 {
            if watch.must_stop() {
                return Ok(best);
            }
            continue;
        }
        best.shares.clone_from(&optimum.shares);
        let tried = match &anchor {
            Some(anchor) if smoothing > 0 => anchor.mixed(&optimum.duals, smoothing),
            _ => optimum.duals.clone(),
        };
        if let Some(scout) = &mut scout
            && scout.scouts(&optimum, pool, watch)
        {
            if watch.must_stop() {
                return Ok(best);
            }
            continue;
        }
        let mut found = Vec::new();
        let before = watch.nodes();
        let outcome = price(pricer, &tried, cap, &mut found, &mut |_| ());
        if let Some(scout) = &mut scout {
            scout.go_on(watch.nodes() - before);
        }
        if outcome.bound < best.bound || anchor.is_none() {
            anchor = Some(tried.clone());
        }
        if outcome.bound < best.bound {
            best.bound = outcome.bound;
        }
        if !outcome.truncated {
            let lifted = tried.lifted(core, &outcome.tops);
            if let Some(level) = lifted.level(core).filter(|&level| level < best_level) {
                best_level = level;
                best.duals = Some(lifted);
            }
        }
        if best.bound < target || watch.must_stop() {
            return Ok(best);
        }
        let mut improves = false;
        for column in found {
            improves |= pool.insert(column) && optimum.duals.excess(&column) > core.worth();
        }
        if improves {
            smoothing = SMOOTHING;
        } else if smoothing > 0 {
            smoothing = 0;
        } else if outcome.truncated {
            cap.nodes = cap.nodes.saturating_mul(8);
        } else if optimum.artificial && master.penalty() < MOST_PENALTY {
            master.raise_penalty()?;
        } else {
            return Ok(best);
        }
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

/// Which regions of the pool are in the master, and which never will be.
#[derive(Default)]
pub(crate) struct Entered {
    closed: Vec<bool>,
}

impl Entered {
    /// Adds the most improving regions of the pool, few through any one node. How many.
    pub(crate) fn add_from_pool<const W: usize>(
        &mut self,
        core: &Core<W>,
        pool: &Pool<W>,
        master: &mut Master<W>,
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
            master.add(&column)?;
            added += 1;
            if added == BATCH.max(core.n / 2) {
                break;
            }
        }
        Ok(added)
    }
}
