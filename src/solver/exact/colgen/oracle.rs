//! Who prices: the frontier where it can, else the search that grows regions from roots.

use std::cell::RefCell;

use crate::engine::EngineFault;
use crate::exact::caps::Cap;
use crate::exact::caps::Caps;
use crate::exact::colgen::relaxation::{Offer, Relaxation, Warm};
use crate::exact::colgen::roots::{Roots, list_on};
use crate::exact::colgen::turns::{self, Way};
use crate::exact::colgen::{boxstep, smoothing};
use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::parallel::TASKS;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::pricing::lister::Lister;
use crate::exact::pricing::root_search::Pricer;
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;

/// Problems of more nodes have one pricer, whose tables are large.
const MOST_DEALT: usize = 512;

/// So many nodes to a region make it a giant.
const GIANT: usize = 8;

/// An exact pricer over a reduced problem.
pub(crate) enum Oracle<'a, const W: usize> {
    /// All regions at once, by the states of a frontier.
    Frontier(Box<Frontier<'a, W>>),
    /// Root by root, by branch and bound; roots are dealt out where that pays.
    Roots(Vec<Pricer<'a, W>>),
}

impl<'a, const W: usize> From<Frontier<'a, W>> for Oracle<'a, W> {
    fn from(frontier: Frontier<'a, W>) -> Self {
        Self::Frontier(Box::new(frontier))
    }
}

impl<'a, const W: usize> Oracle<'a, W> {
    /// The one that suits the problem. The frontier, which takes a while to set up, is tried unless it
    /// is known not to.
    pub(crate) fn new(
        core: &'a Core<W>,
        watch: &'a Watch<'a>,
        may_suit: bool,
        caps: &Caps,
    ) -> Self {
        if let Some(frontier) = may_suit.then(|| Frontier::new(core, watch)).flatten() {
            return frontier.into();
        }
        let pays = (caps.middling + 1..=MOST_DEALT).contains(&core.n) && core.labels.is_empty();
        let count = if pays { TASKS } else { 1 };
        Self::Roots((0..count).map(|_| Pricer::new(core, watch)).collect())
    }

    /// Whether it is the frontier.
    pub(crate) fn is_frontier(&self) -> bool {
        matches!(self, Self::Frontier(_))
    }

    /// Search nodes for all searches from roots to come, dealt out evenly.
    pub(crate) fn ration(&mut self, nodes: u64) {
        if let Self::Roots(pricers) = self {
            let count = pricers.len() as u64;
            for pricer in pricers {
                pricer.ration = nodes.div_ceil(count);
            }
        }
    }

    /// The linear relaxation, until its bound falls below the target or a limit strikes. Optima of
    /// the master are offered.
    pub(crate) fn relax(
        &mut self,
        pool: &mut Pool<W>,
        warm: &Warm<W>,
        offer: &mut Offer<'_, W>,
        caps: &Caps,
        watch: &Watch<'_>,
    ) -> Result<Relaxation<W>, EngineFault> {
        match self {
            Self::Frontier(frontier) if frontier.has_no_plan() => {
                let core = frontier.core;
                Ok(Relaxation { bound: -core.scale, ..Relaxation::unproven(core) })
            }
            Self::Frontier(frontier) => {
                let core = frontier.core;
                boxstep::relax(core, frontier.as_mut(), pool, warm, offer, watch)
            }
            Self::Roots(pricers) => {
                let core = pricers[0].core;
                for pricer in pricers.iter_mut() {
                    pricer.plain_nodes = caps.plain_nodes;
                }
                let roots = RefCell::new(Roots::new(pricers, watch.threads(), caps.first_nodes));
                if core.n <= caps.large && core.labels.is_empty() {
                    let is_known = warm.duals.is_some() || has_giants(core);
                    let first = if is_known { Way::Boxed } else { Way::Smoothed };
                    return turns::relax(&roots, first, pool, warm, offer, caps, watch);
                }
                let target = offer(&[]);
                let relaxed = smoothing::relax(&roots, pool, warm, target, caps, watch)?;
                offer(&relaxed.shares);
                Ok(relaxed)
            }
        }
    }
}

/// Whether regions are many nodes each and nothing limits them: a box around prices by the cut is then
/// a good start, where duals of the master alone are far from any that pricing is quick at.
fn has_giants<const W: usize>(core: &Core<W>) -> bool {
    core.resources.is_empty() && core.n >= GIANT * core.k
}

impl<const W: usize> Lister<W> for Oracle<'_, W> {
    fn core(&self) -> &Core<W> {
        match self {
            Self::Frontier(frontier) => frontier.core(),
            Self::Roots(pricers) => pricers[0].core(),
        }
    }

    fn list(
        &mut self,
        duals: &Duals,
        threshold: i64,
        cap: Cap,
        found: &mut Vec<Column<W>>,
    ) -> bool {
        match self {
            Self::Frontier(frontier) => frontier.list(duals, threshold, cap, found),
            Self::Roots(pricers) => list_on(pricers, duals, threshold, cap, found),
        }
    }
}
