//! Longer lists of the whole problem, and more plans, beside the tree of branches.
//!
//! Where regions are large and limits bind, the two halves of a branch have hardly lower bounds than the
//! branch, and a list of all regions within a larger budget lowers the bound of everything at once; on
//! other problems a few branches close what no list could hold. Which it is shows only on the way. So
//! they take turns: regions of the whole problem are listed as far as twice the search nodes of the root
//! go, and covered (the enumeration of routes within the gap: Baldacci, Christofides, Mingozzi,
//! *Mathematical Programming* 115, 2008), the tree has as many, and both twice as many the next time. Plans
//! are looked for again when as many search nodes have gone by as the last such search took.
//!
//! How many search nodes a list takes grows about exponentially with its budget, a little slower when
//! budgets are large. So two lists tell how far the next may go.

use crate::engine::EngineFault;
use crate::exact::caps::Cap;
use crate::exact::colgen::oracle::Oracle;
use crate::exact::colgen::relaxation::Relaxation;
use crate::exact::master::duals::Duals;
use crate::exact::proof::cover::{Keep, cover};
use crate::exact::proof::enumeration::{Listed, Listing};
use crate::exact::proof::tree::{Closed, Tree};

/// A list is expected to take this part of the search nodes it may take, one in so many.
const CAUTION: f64 = 2.0;

/// A list goes so many times as far as what is covered, where nothing is known of how lists grow.
const FIRST_STEP: f64 = 1.25;

/// At least so much does the logarithm of the search nodes rise from one list to the next.
const LEAST_RISE: f64 = 0.1;

/// What is known of the whole problem while its branches are closed.
pub(super) struct Deepening<'a, 'r, const W: usize> {
    oracle: Oracle<'a, W>,
    relaxed: &'r Relaxation<W>,
    duals: &'r Duals,
    level: i64,
    /// No plan better than the incumbent has a larger value.
    pub(super) bound: i64,
    /// The last two lists, and the last that was given up, as if it had taken twice as long.
    before: Option<Listed>,
    last: Option<Listed>,
    failed: Option<Listed>,
    /// Search nodes of the whole solve when the last turn ended, and of the tree until the next one.
    ended: u64,
    wait: u64,
    /// Search nodes of the next turn.
    turn: u64,
    /// The same of the last search for plans, and how many there have been.
    polished: u64,
    rest: u64,
    searches: u64,
}

impl<'a, 'r, const W: usize> Deepening<'a, 'r, W> {
    /// From a root that could not be closed. `None` where it was, or lists are of no use.
    pub(super) fn new(tree: &Tree<'a, W>, root: &'r Closed<W>) -> Option<Self> {
        let core = tree.core;
        if root.bound < tree.target()
            || tree.caps.deepest == 0
            || core.n > tree.caps.large
            || tree.may_be_thin
            || !core.labels.is_empty()
        {
            return None;
        }
        let duals = root.relaxed.duals.as_ref()?;
        let level = duals.level(core)?;
        Some(Self {
            oracle: Oracle::new(core, tree.watch, false, &tree.caps),
            relaxed: &root.relaxed,
            duals,
            level,
            bound: root.bound.min(level),
            before: tree.lists.iter().rev().nth(1).copied(),
            last: tree.lists.last().copied(),
            failed: None,
            ended: tree.watch.nodes(),
            wait: 0,
            turn: 2 * root.spent,
            polished: tree.watch.nodes(),
            rest: root.polished,
            searches: 1,
        })
    }

    /// How far a list may go that takes no more than so many search nodes, as is to be expected.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "how far a list goes is a guess; what is listed is counted"
    )]
    fn reach(&self, gap: i64, nodes: u64) -> i64 {
        let pairs = [(self.before, self.last), (self.last, self.failed)];
        let rises = pairs.into_iter().filter_map(|(one, other)| rise(one?, other?));
        let further = match (self.last, rises.reduce(f64::max)) {
            (Some(last), Some(rise)) => {
                let room = (nodes as f64 / CAUTION / last.nodes.max(1) as f64).ln();
                (last.budget as f64 + room / rise).max(0.0)
            }
            _ => ((self.level - self.bound) as f64 * FIRST_STEP).max(self.level as f64 / 1000.0),
        } as i64;
        // A gap nearly reached is closed at once.
        if further > gap - gap / 8 { gap } else { further }
    }
}

/// By how much the logarithm of the search nodes rises with the budget from one list to another; where
/// the other goes no further, nothing is known.
#[expect(clippy::cast_precision_loss, reason = "a guess")]
fn rise(one: Listed, other: Listed) -> Option<f64> {
    let more = (other.nodes.max(1) as f64 / one.nodes.max(1) as f64).ln().max(LEAST_RISE);
    (other.budget > one.budget).then(|| more / (other.budget - one.budget) as f64)
}

impl<'a, const W: usize> Tree<'a, W> {
    /// Gives the whole problem a turn, where it is due.
    pub(super) fn deepen(
        &mut self,
        deepening: &mut Deepening<'a, '_, W>,
    ) -> Result<(), EngineFault> {
        let now = self.watch.nodes();
        if now - deepening.ended < deepening.wait {
            return Ok(());
        }
        self.list_deeper(deepening, deepening.turn);
        deepening.wait = deepening.turn;
        deepening.turn *= 2;
        let now = self.watch.nodes();
        if deepening.bound >= self.target()
            && now - deepening.polished >= deepening.rest
            && let Some(polish) = self.polish
        {
            polish(self, deepening.relaxed, deepening.searches)?;
            deepening.searches += 1;
            deepening.polished = self.watch.nodes();
            deepening.rest = deepening.polished - now;
        }
        deepening.ended = self.watch.nodes();
        Ok(())
    }

    /// Lists and covers as far as so many search nodes go.
    fn list_deeper(&mut self, deepening: &mut Deepening<'a, '_, W>, most: u64) {
        let core = self.core;
        let end = self.watch.nodes() + most;
        while deepening.bound >= self.target() && !self.watch.must_stop() {
            let gap = deepening.level - self.target();
            let left = end.saturating_sub(self.watch.nodes());
            let budget = deepening.reach(gap, left);
            if left == 0 || deepening.level - budget > deepening.bound {
                return;
            }
            deepening.oracle.ration(left);
            let cap = Cap { nodes: left, columns: self.caps.deepest };
            let before = self.watch.nodes();
            let listing = Listing::enumerate(&mut deepening.oracle, deepening.duals, budget, cap);
            let nodes = self.watch.nodes() - before;
            let Some(listing) = listing else {
                deepening.failed = Some(Listed { budget, nodes: 2 * nodes });
                return;
            };
            deepening.before = deepening.last.replace(Listed { budget, nodes });
            let (unit, most) = (deepening.duals.unit, self.caps.cover_nodes);
            let within = listing.within(budget);
            let covered = cover(core, unit, within, budget, Keep::Best, most, self.watch);
            let found = !covered.plans.is_empty();
            for (regions, _) in covered.plans {
                self.offer_regions(regions);
            }
            if !covered.complete {
                return;
            }
            // A plan within the budget is the best there is.
            deepening.bound =
                if found { self.target() - core.scale } else { deepening.level - budget - 1 };
        }
    }
}
