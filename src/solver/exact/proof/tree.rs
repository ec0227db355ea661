//! From the relaxation to a proof: enumeration within the gap, exact cover, and branching.
//!
//! Against the duals of the relaxation every region has a loss that is not negative, and a plan
//! falls short of the dual level by the sum of its losses. So all plans within a *budget* of the
//! level are made of regions whose loss is within it. The budget is doubled from a thousandth of
//! the level: when a cover exists within it, the best one is optimal; when none does, the bound
//! falls by the budget. Where regions become too many, two nodes that share a region in part are
//! branched on, together or apart (Ryan, Foster 1981): see the module `branches`.
//!
//! In the end all plans down to a value are listed, the best among them first; ties are broken by
//! a rank the caller gives and then by canonical labels, so that the answer does not depend on the
//! way it was found.

use std::cmp::Ordering;

use crate::engine::{EngineFault, Limits, Work};
use crate::exact::caps::{Cap, Caps};
use crate::exact::colgen::oracle::Oracle;
use crate::exact::colgen::relaxation::{Relaxation, Warm};
use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::problem::plan::NodePlan;
use crate::exact::problem::reduced::Core;
use crate::exact::proof::cover::{Candidate, Keep, cover};
use crate::exact::proof::enumeration::{Listed, Listing};
use crate::exact::proof::packing::leaves_no_room;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Share};

/// What may be spent on narrower problems to come, as a multiple of what this one took.
const RESERVE: u64 = 2;

/// The least of that. A step answered from a list takes hardly any search nodes, and still wants stock
/// for the next: without it, a front without a ceiling took five times as long.
const LEAST_RESERVE: u64 = 30_000;

/// Most regions listed for them.
const MOST_IN_RESERVE: usize = 20_000;

/// Search nodes per root of an enumeration, at least, where plans are polished.
const FEW_NODES: u64 = 100_000;

/// Work on the relaxation of a middling problem that is solved but for ties.
const WORK_ON_TIES: u64 = 500_000;

/// Search nodes of a cover against duals of a wider problem, before new ones are found.
const FEW_COVER_NODES: u64 = 300;

/// Search nodes of a cover by regions met so far, and the least part of the level, one in so many, that
/// plans are not looked for below it.
const MET_COVER_NODES: u64 = 20_000;
const LEAST_SHARE: i64 = 16;

/// What is asked of a search besides the best value.
pub(crate) struct Ask<'a> {
    /// No plan has a larger value, as far as is known beforehand, scaled.
    pub(crate) ceiling: i64,
    /// Plans down to this share of the best plan's commuters below it are listed.
    pub(crate) slack: Share,
    /// Commuters in decided regions, which that share counts in.
    pub(crate) settled: Commuters,
    /// At most this many.
    pub(crate) most: usize,
    /// Whether narrower problems follow, for which regions are listed beforehand.
    pub(crate) continues: bool,
    /// Among plans of equal value, the one this puts first is preferred; canonical labels decide
    /// what is equal here too.
    pub(crate) prefer: &'a dyn Fn(&Plan, &Plan) -> Ordering,
}

/// The search for a best plan over one reduced problem.
pub(crate) struct Tree<'a, const W: usize> {
    pub(crate) core: &'a Core<W>,
    pub(crate) watch: &'a Watch<'a>,
    pub(crate) caps: Caps,
    pub(crate) pool: Pool<W>,
    pub(super) warm: Warm<W>,
    /// Regions near the duals of the root, or of the root of a wider problem.
    listing: Option<Listing<W>>,
    /// The lists made, in their order.
    pub(super) lists: Vec<Listed>,
    pub(crate) incumbent: Option<NodePlan<W>>,
    /// The pricer of the whole problem, once it has been set up, where it is the frontier.
    pub(crate) root: Option<Oracle<'a, W>>,
    /// Whether it may be.
    pub(crate) may_be_thin: bool,
    /// Looks for plans once the relaxation of the whole problem is solved.
    pub(crate) polish: Option<Polish<W>>,
    /// Plans of a smaller value are of no interest, scaled.
    pub(super) least: i64,
}

/// Looks for plans from a relaxation; each number is a search of its own.
pub(crate) type Polish<const W: usize> =
    fn(&mut Tree<'_, W>, &Relaxation<W>, u64) -> Result<(), EngineFault>;

/// What is known of a branch.
pub(super) struct Closed<const W: usize> {
    pub(super) relaxed: Relaxation<W>,
    /// No plan of the branch better than the incumbent has a larger value.
    pub(super) bound: i64,
    /// Two nodes to branch on.
    pub(super) pair: Option<(usize, usize)>,
    /// Search nodes of the relaxation and of lists, and of looking for plans then.
    pub(super) spent: u64,
    pub(super) polished: u64,
}

/// What the search ends with.
pub(crate) struct Ended<const W: usize> {
    /// The best plan found.
    pub(crate) incumbent: Option<NodePlan<W>>,
    /// No plan has a larger value, scaled. Below zero when there is no plan.
    pub(crate) bound: i64,
    /// Plans within the slack, best first, with their values; the first is the incumbent.
    pub(crate) listed: Vec<(Plan, i64)>,
    /// Whether no plan within the slack is missing.
    pub(crate) is_complete: bool,
    /// All regions met.
    pub(crate) pool: Pool<W>,
    /// What the next solve may start from.
    pub(crate) warm: Warm<W>,
    /// What narrower problems may be answered from.
    pub(crate) listing: Option<Listing<W>>,
}

impl<'a, const W: usize> Tree<'a, W> {
    /// A search that starts from regions known and from what an earlier solve hands on.
    pub(crate) fn new(
        core: &'a Core<W>,
        watch: &'a Watch<'a>,
        caps: Caps,
        pool: Pool<W>,
        warm: Warm<W>,
        listing: Option<Listing<W>>,
    ) -> Self {
        Self {
            core,
            watch,
            caps,
            pool,
            warm,
            listing,
            lists: Vec::new(),
            incumbent: None,
            root: None,
            may_be_thin: true,
            polish: None,
            least: 0,
        }
    }

    /// Least value of a plan better than the incumbent.
    pub(crate) fn target(&self) -> i64 {
        self.incumbent.as_ref().map_or(0, |plan| plan.value + self.core.scale).max(self.least)
    }

    /// Leaves out plans that hold no more than this, scaled.
    pub(crate) fn seek_above(&mut self, value: i64) {
        self.least = value + self.core.scale;
    }

    pub(crate) fn offer(&mut self, plan: NodePlan<W>) {
        if self.incumbent.as_ref().is_none_or(|best| plan.value > best.value)
            && self.core.reaches_least(&plan.regions)
        {
            self.watch.incumbent(plan.value, &|| self.core.plan(&plan.regions));
            self.incumbent = Some(plan);
        }
    }

    pub(super) fn offer_regions(&mut self, regions: Vec<AreaSet<W>>) {
        let value = regions.iter().map(|set| self.core.value(set)).sum();
        self.offer(NodePlan { regions, value });
    }

    /// Takes a plan to start from, unless it breaks a rule.
    pub(crate) fn start_from(&mut self, regions: Vec<AreaSet<W>>) {
        if regions.len() == self.core.k && regions.iter().all(|set| self.core.is_region(set)) {
            self.offer_regions(regions);
        }
    }

    /// Searches until the gap is closed or a limit strikes.
    pub(crate) fn solve(mut self, ask: &Ask<'_>) -> Result<Ended<W>, EngineFault> {
        let mut ceiling = ask.ceiling;
        let before = self.watch.nodes();
        let mut root_duals = None;
        if let Some(mut listing) = self.listing.take() {
            ceiling = self.cover_listed(&mut listing, ceiling)?;
            let is_closed = ceiling < self.target() && self.lowest(ask) >= listing.floor;
            root_duals = is_closed.then(|| listing.duals.clone());
            self.listing = Some(listing);
        }
        self.watch.bound(ceiling.max(self.target() - self.core.scale));
        let is_open = ceiling >= self.target();
        if is_open {
            if self.watch.must_stop() {
                return Ok(self.stopped(ceiling));
            }
            let closed = self.close_root(ceiling)?;
            self.warm.regions = closed.relaxed.shares.iter().map(|share| share.0).collect();
            self.warm.duals.clone_from(&closed.relaxed.duals);
            root_duals.clone_from(&closed.relaxed.duals);
            if let Some(most) = self.branch(&closed)? {
                return Ok(self.stopped(most));
            }
        }
        // On large problems the relaxation alone may take longer than all that came before.
        if root_duals.is_none() && self.incumbent.is_some() && self.core.n <= self.caps.large {
            // Closed without a relaxation; listing needs its duals.
            root_duals = self.duals_to_list_by(ask)?;
        }
        let spent = self.watch.nodes() - before;
        let (listed, is_complete) = match &root_duals {
            Some(duals) => self.list(duals, ask),
            None => (Vec::new(), false),
        };
        // Nothing follows where there is no plan.
        if ask.continues && is_open && self.incumbent.is_some() {
            self.stock_up(spent);
        }
        if let Some((plan, value)) = listed.first()
            && let Some(regions) = self.core.regions_of(plan)
        {
            self.incumbent = Some(NodePlan { regions, value: *value });
        }
        let bound = self.target() - self.core.scale;
        let ended = self.stopped(bound);
        // Where plans could not be listed, the best one is still known.
        let listed = if listed.is_empty() { ended.listed } else { listed };
        Ok(Ended { listed, is_complete, ..ended })
    }

    /// Lists regions beyond those needed, for the narrower problems to come, for about as many search
    /// nodes as have been spent on this one.
    fn stock_up(&mut self, spent: u64) {
        let Some(mut listing) = self.listing.take() else { return };
        let mut oracle = self.root_oracle();
        let duals = listing.duals.clone();
        let start = self.watch.nodes();
        let Some(level) = duals.level(self.core) else { return };
        let mut budget = (level - listing.floor).max(level / 1000);
        // A list within the whole level holds every plan: there is nothing beyond it.
        while budget < level {
            let left =
                (start + (RESERVE * spent).max(LEAST_RESERVE)).saturating_sub(self.watch.nodes());
            let cap = Cap { nodes: left, columns: MOST_IN_RESERVE };
            budget = (2 * budget).clamp(1, level);
            match Listing::enumerate(&mut oracle, &duals, budget, cap) {
                Some(longer) => listing = longer,
                None => break,
            }
        }
        self.listing = Some(listing);
    }

    /// Duals of the whole problem, to list plans by. Where nothing but ties is to be listed, a proof
    /// that was quick is not followed by a long search for them.
    fn duals_to_list_by(&mut self, ask: &Ask<'_>) -> Result<Option<Duals>, EngineFault> {
        let limits = self.watch.limits();
        let is_brief = self.caps.is_middling(self.core.n)
            && ask.slack.fraction().0 == 0
            && !ask.continues
            && limits.nodes.is_none()
            && limits.work.is_none();
        let proven = self.target() - self.core.scale;
        let mut oracle = self.root_oracle();
        if oracle.is_frontier() || !is_brief {
            let duals = self.relax(self.core, &mut oracle, proven, self.watch)?.duals;
            self.keep_root(oracle);
            return Ok(duals);
        }
        // Another frontier need not be tried.
        self.keep_root(oracle);
        let limits = Limits { work: Some(Work::new(WORK_ON_TIES)), ..limits.clone() };
        let watch = self.watch.part(1).under(&limits);
        let mut oracle = Oracle::new(self.core, &watch, false, &self.caps);
        let duals = self.relax(self.core, &mut oracle, proven, &watch)?.duals;
        self.watch.gather(&watch);
        Ok(duals)
    }

    /// Closes the whole problem as far as that goes.
    fn close_root(&mut self, bound: i64) -> Result<Closed<W>, EngineFault> {
        let mut oracle = self.root_oracle();
        let mut listing = self.listing.take();
        let mut closed = self.close(self.core, &mut oracle, bound, true, &mut listing)?;
        self.listing = listing;
        if closed.bound >= self.target()
            && closed.relaxed.duals.is_some()
            && self.caps.is_middling(self.core.n)
            && !oracle.is_frontier()
            && let Some(polish) = self.polish
        {
            let before = self.watch.nodes();
            polish(self, &closed.relaxed, 0)?;
            closed.polished = self.watch.nodes() - before;
        }
        self.keep_root(oracle);
        Ok(closed)
    }

    /// The end of a search that knows no more than this bound.
    fn stopped(self, bound: i64) -> Ended<W> {
        let known = self.incumbent.as_ref().map_or(-self.core.scale, |plan| plan.value);
        let bound = bound.max(known);
        self.watch.bound(bound);
        let listed =
            self.incumbent.iter().map(|best| (self.core.plan(&best.regions), best.value)).collect();
        Ended {
            incumbent: self.incumbent,
            bound,
            listed,
            is_complete: false,
            pool: self.pool,
            warm: self.warm,
            listing: self.listing,
        }
    }

    /// The pricer of the whole problem.
    fn root_oracle(&mut self) -> Oracle<'a, W> {
        let (core, watch, caps) = (self.core, self.watch, self.caps);
        self.root.take().unwrap_or_else(|| Oracle::new(core, watch, self.may_be_thin, &caps))
    }

    /// Keeps the pricer of the whole problem for later, or the knowledge of which it is.
    fn keep_root(&mut self, oracle: Oracle<'a, W>) {
        self.may_be_thin = oracle.is_frontier();
        self.root = Some(oracle).filter(Oracle::is_frontier);
    }

    /// Relaxes a branch and closes its gap by enumeration and cover, as far as that goes. The
    /// longest list made for that takes the place of `listing`.
    pub(super) fn close(
        &mut self,
        core: &Core<W>,
        oracle: &mut Oracle<'_, W>,
        bound: i64,
        is_root: bool,
        listing: &mut Option<Listing<W>>,
    ) -> Result<Closed<W>, EngineFault> {
        let before = self.watch.nodes();
        let relaxed = self.relax(core, oracle, bound, self.watch)?;
        let mut bound = bound.min(relaxed.bound);
        if is_root
            && self.incumbent.is_none()
            && bound >= self.target()
            && leaves_no_room(core, self.caps.packing, self.watch)
        {
            bound = -core.scale;
        }
        if bound >= self.target()
            && let Some(duals) = &relaxed.duals
        {
            self.watch.bound(bound.max(self.target() - self.core.scale));
            let mut cap = self.caps.enumeration;
            if (!is_root || self.caps.is_middling(core.n)) && !oracle.is_frontier() {
                // Where a gap is wide, listing what lies in it takes longer than branching.
                let spent = self.watch.nodes() - before;
                cap.nodes = cap.nodes.min((spent / 2).max(FEW_NODES));
            }
            *listing = None;
            self.cover_met(core, duals, bound);
            bound = self.enumerate(core, oracle, duals, bound, cap, listing);
        }
        let pair = core.branching_pair(&relaxed.shares, oracle.is_frontier());
        let spent = self.watch.nodes() - before;
        Ok(Closed { relaxed, bound, pair, spent, polished: 0 })
    }

    /// The relaxation of a branch, of which no plan is known to have a larger value than `ceiling`.
    fn relax(
        &mut self,
        core: &Core<W>,
        oracle: &mut Oracle<'_, W>,
        ceiling: i64,
        watch: &Watch<'_>,
    ) -> Result<Relaxation<W>, EngineFault> {
        let mut warm = Warm { ceiling: Some(ceiling), ..self.warm.clone() };
        warm.regions.extend(self.incumbent.iter().flat_map(|plan| plan.regions.iter().copied()));
        let mut pool = std::mem::take(&mut self.pool);
        let caps = self.caps;
        let mut offer = |shares: &[(AreaSet<W>, f64)]| {
            if let Some(regions) = whole_plan(core, shares) {
                self.offer_regions(regions);
            }
            self.target()
        };
        let relaxed = oracle.relax(&mut pool, &warm, &mut offer, &caps, watch);
        self.pool = pool;
        relaxed
    }

    /// Closes the gap of a branch by enumeration and cover, as far as that goes. No plan of the branch
    /// better than the incumbent has a larger value than returned; the longest list stays in
    /// `listing`.
    fn enumerate(
        &mut self,
        core: &Core<W>,
        oracle: &mut Oracle<'_, W>,
        duals: &Duals,
        bound: i64,
        cap: Cap,
        listing: &mut Option<Listing<W>>,
    ) -> i64 {
        let Some(level) = duals.level(core) else { return bound };
        let (nodes, watch) = (self.caps.cover_nodes, self.watch);
        let mut lists = std::mem::take(&mut self.lists);
        let bound = self.cover_within(core, duals, bound.min(level), 0, nodes, &mut |budget| {
            if listing.as_ref().is_none_or(|listing| level - listing.floor < budget) {
                let before = watch.nodes();
                *listing = Some(Listing::enumerate(oracle, duals, budget, cap)?);
                lists.push(Listed { budget, nodes: watch.nodes() - before });
            }
            listing.as_ref().map(|listing| listing.within(budget))
        });
        self.lists = lists;
        bound
    }

    /// Looks for a plan among the regions met so far, so that regions need be listed no further than
    /// the gap to it.
    pub(crate) fn cover_met(&mut self, core: &Core<W>, duals: &Duals, bound: i64) {
        let Some(level) = duals.level(core) else { return };
        let most = bound.min(level);
        let mut more = (level / 1000).max(self.core.scale);
        while most >= self.target() && more <= level / LEAST_SHARE {
            let budget = (level - most + more).clamp(0, level - self.target());
            let threshold = duals.count - budget - 1;
            let near = self.pool.above(&duals.node, duals.unit, threshold);
            if near.len() > MOST_IN_RESERVE {
                return;
            }
            let mut candidates = Vec::new();
            for (excess, at) in near {
                let column = self.pool.get(at);
                if core.is_region(&column.set) && core.leaves_divisible(&column.set) {
                    let loss = budget + 1 - excess;
                    candidates.push(Candidate { set: column.set, loss, gain: column.gain });
                }
            }
            let nodes = MET_COVER_NODES.min(self.caps.cover_nodes);
            let keep = Keep::Best;
            let covered = cover(core, duals.unit, candidates, budget, keep, nodes, self.watch);
            let found = !covered.plans.is_empty();
            for (regions, _) in covered.plans {
                self.offer_regions(regions);
            }
            if found || !covered.complete {
                return;
            }
            more = more.saturating_mul(2);
        }
    }

    /// The same for the whole problem from a list made for a wider one, without pricing.
    fn cover_listed(&mut self, listing: &mut Listing<W>, bound: i64) -> Result<i64, EngineFault> {
        let core = self.core;
        let capped = |bound: i64, listing: &Listing<W>| {
            let level = listing.duals.level(core);
            level.map_or(bound, |level| bound.min(level.max(listing.floor - 1)))
        };
        let mut bound = capped(bound, listing);
        for nodes in [FEW_COVER_NODES, self.caps.cover_nodes] {
            let Listing { duals, floor, .. } = &*listing;
            bound = self.cover_within(core, duals, bound, *floor, nodes, &mut |budget| {
                Some(listing.within(budget))
            });
            if bound < self.target().max(listing.floor) || nodes == self.caps.cover_nodes {
                break;
            }
            // Duals of this very problem are found sooner than a cover against those of another. Where
            // the list is a small part of what there is, they say less than those.
            self.warm.regions = listing.relax(core, &self.warm.regions, self.watch)?;
            let level = |duals: &Duals| self.pool.level(core, duals).unwrap_or(i64::MAX);
            if self.warm.duals.as_ref().is_none_or(|old| level(&listing.duals) < level(old)) {
                self.warm.duals = Some(listing.duals.clone());
            }
            bound = capped(bound, listing);
        }
        Ok(bound)
    }

    /// Covers by ever more regions around some duals, those within a budget at a time, until a plan
    /// is found that must be the best, all plans down to the floor have been considered, or there
    /// are no more regions to be had. No plan better than the incumbent has a larger value than
    /// returned.
    fn cover_within(
        &mut self,
        core: &Core<W>,
        duals: &Duals,
        bound: i64,
        floor: i64,
        nodes: u64,
        regions: &mut dyn FnMut(i64) -> Option<Vec<Candidate<W>>>,
    ) -> i64 {
        let Some(level) = duals.level(core) else { return bound };
        let mut most = bound;
        let mut more = (level / 1000).max(self.core.scale);
        loop {
            let lowest = self.target().max(floor);
            if most < lowest {
                return most;
            }
            let gap = level - lowest;
            let budget = (level - most + more).clamp(0, gap);
            // A gap nearly reached is closed at once.
            let budget = if budget > gap - gap / 4 { gap } else { budget };
            let Some(candidates) = regions(budget) else { return most };
            let keep = Keep::Best;
            let covered = cover(core, duals.unit, candidates, budget, keep, nodes, self.watch);
            let found = !covered.plans.is_empty();
            for (regions, _) in covered.plans {
                self.offer_regions(regions);
            }
            if !covered.complete {
                return most;
            }
            if found {
                return self.target() - self.core.scale;
            }
            most = level - budget - 1;
            more = (2 * more).min(gap.max(self.core.scale));
        }
    }

    /// Plans of at least this value are listed.
    fn lowest(&self, ask: &Ask<'_>) -> i64 {
        let Some(best) = &self.incumbent else { return 0 };
        let settled = i128::from(ask.settled) * i128::from(self.core.scale);
        let (part, whole) = ask.slack.fraction();
        let slack = (i128::from(best.value) + settled) * i128::from(part) / i128::from(whole);
        i64::try_from(i128::from(best.value) - slack).unwrap_or(0).max(0)
    }

    /// The plans within the slack of the incumbent, proven optimal, best first, and whether none is
    /// missing. Empty when they could not be listed.
    fn list(&mut self, duals: &Duals, ask: &Ask<'_>) -> (Vec<(Plan, i64)>, bool) {
        let core = self.core;
        let Some(best) = &self.incumbent else { return (Vec::new(), true) };
        let Some(level) = duals.level(core) else { return (Vec::new(), false) };
        let best = best.value;
        let lowest = self.lowest(ask);
        let budget = level - lowest;
        let known = self.listing.take();
        let known = known.filter(|known| known.duals == *duals && known.floor <= lowest);
        let mut cap = self.caps.enumeration;
        if self.caps.is_middling(core.n) && !self.may_be_thin {
            cap.nodes = cap.nodes.min(FEW_NODES);
        }
        self.listing =
            known.or_else(|| Listing::enumerate(&mut self.root_oracle(), duals, budget, cap));
        let Some(listing) = &self.listing else { return (Vec::new(), false) };
        let candidates = listing.within(budget);
        let keep = Keep::All(ask.most);
        let covered =
            cover(core, duals.unit, candidates, budget, keep, self.caps.cover_nodes, self.watch);
        let mut plans: Vec<(Plan, i64)> = covered
            .plans
            .iter()
            .map(|(regions, loss)| (core.plan(regions), level - loss))
            .collect();
        plans.sort_by(|(a, a_value), (b, b_value)| {
            b_value.cmp(a_value).then_with(|| (ask.prefer)(a, b)).then_with(|| a.cmp(b))
        });
        // A cut-off list may have missed the best plan.
        if plans.first().is_none_or(|(_, value)| *value < best) {
            return (Vec::new(), false);
        }
        (plans, covered.complete)
    }
}

/// The plan a fractional optimum stands for when no region has a share between nothing and all.
fn whole_plan<const W: usize>(
    core: &Core<W>,
    shares: &[(AreaSet<W>, f64)],
) -> Option<Vec<AreaSet<W>>> {
    let mut rest = AreaSet::first_areas(core.n);
    for (set, _) in shares {
        if !set.is_subset(&rest) || !core.is_region(set) {
            return None;
        }
        rest = rest.difference(set);
    }
    let regions: Vec<AreaSet<W>> = shares.iter().map(|share| share.0).collect();
    (rest.is_empty() && regions.len() == core.k).then_some(regions)
}
