//! From the relaxation to a proof: enumeration within the gap, exact cover, and branching.
//!
//! Against the duals of the relaxation every region has a loss that is not negative, and a plan
//! falls short of the dual level by the sum of its losses. So all plans within a *budget* of the
//! level are made of regions whose loss is within it. The budget is doubled from a thousandth of
//! the level: when a cover exists within it, the best one is optimal; when none does, the bound
//! falls by the budget. Where regions become too many, two nodes that share a region in part are
//! branched on, together or apart (Ryan, Foster 1981), the branch of largest bound first.
//!
//! Ties: of all optimal plans, the one whose canonical labels come first is returned, so that the
//! answer does not depend on the way it was found.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::branch::Decision;
use super::core::{Core, SCALE};
use super::cover::{Candidate, Cover, Keep, cover};
use super::incumbent::{Annealer, NodePlan};
use super::master::Duals;
use super::pool::Pool;
use super::pricing::{Cap, Pricer, Want};
use super::relax::{Relaxation, relax};
use super::watch::Watch;
use crate::engine::EngineFault;
use crate::graph::AreaSet;

/// Annealing runs and moves per run and node.
const RUNS: u64 = 6;
const MOVES_PER_NODE: usize = 1000;

/// Annealing feeds the pool up to this many regions.
const POOL_FROM_ANNEALING: usize = 50_000;

/// Enumeration gives up, and branching takes over, above these.
const ENUMERATION: Cap = Cap { nodes: 3_000_000, columns: 200_000 };
const COVER_NODES: u64 = 2_000_000;

/// Most optimal plans compared for the canonical one.
const TIES: usize = 10_000;

/// The search for a best plan over one reduced problem.
pub(super) struct Tree<'a, const W: usize> {
    core: &'a Core<W>,
    watch: &'a Watch<'a>,
    pool: Pool<W>,
    incumbent: Option<NodePlan<W>>,
}

/// What the search ends with.
pub(super) struct Ended<const W: usize> {
    /// The best plan found.
    pub(super) incumbent: Option<NodePlan<W>>,
    /// No plan has a larger value, scaled. Below zero when there is no plan.
    pub(super) bound: i64,
    /// Regions in the pool.
    pub(super) columns: usize,
}

/// How enumerating within the gap ended.
enum Enumerated {
    /// The incumbent is the best plan of this branch or above it.
    Done,
    /// Too many regions; no plan of this branch has a value above this.
    TooMany(i64),
}

impl<'a, const W: usize> Tree<'a, W> {
    /// A search that starts from nothing.
    pub(super) fn new(core: &'a Core<W>, watch: &'a Watch<'a>) -> Self {
        Self { core, watch, pool: Pool::default(), incumbent: None }
    }

    /// Least value of a plan better than the incumbent.
    fn target(&self) -> i64 {
        self.incumbent.as_ref().map_or(0, |plan| plan.value + SCALE)
    }

    fn offer(&mut self, plan: NodePlan<W>) {
        if self.incumbent.as_ref().is_none_or(|best| plan.value > best.value) {
            self.watch.incumbent(plan.value);
            self.incumbent = Some(plan);
        }
    }

    fn offer_regions(&mut self, regions: Vec<AreaSet<W>>) {
        let value = regions.iter().map(|set| self.core.value(set)).sum();
        self.offer(NodePlan { regions, value });
    }

    /// Takes a plan to start from, unless it breaks a rule.
    pub(super) fn start_from(&mut self, regions: Vec<AreaSet<W>>) {
        if regions.len() == self.core.k && regions.iter().all(|set| self.core.is_region(set)) {
            self.offer_regions(regions);
        }
    }

    /// Anneals from random starts.
    fn anneal(&mut self, seed: u64) {
        let moves = MOVES_PER_NODE * self.core.n;
        for run in 0..RUNS {
            let mut annealer = Annealer::new(self.core, seed.wrapping_add(run));
            if !annealer.start_anew() {
                return;
            }
            let watch = self.watch;
            let best =
                annealer.run(moves, &mut self.pool, POOL_FROM_ANNEALING, &|| watch.must_stop());
            if let Some(plan) = best {
                self.offer(plan);
            }
            if watch.must_stop() {
                return;
            }
        }
    }

    /// Searches until the gap is closed or a limit strikes.
    pub(super) fn solve(mut self, seed: u64) -> Result<Ended<W>, EngineFault> {
        self.anneal(seed);
        let mut open = Open::from([((Reverse(self.watch.best_bound()), 0), Vec::new())]);
        let mut last_id = 0;
        let mut root_duals = None;
        while let Some(((Reverse(bound), id), decisions)) = open.pop_first() {
            self.watch.bound(bound.max(self.target() - SCALE));
            if bound < self.target() {
                break;
            }
            if self.watch.must_stop() {
                return Ok(self.ended(bound));
            }
            let Some(core) = self.core.decided(&decisions) else { continue };
            let mut pricer = Pricer::new(&core, self.watch);
            let relaxed = self.relax(&core, &mut pricer)?;
            let mut bound = bound.min(relaxed.bound);
            if bound >= self.target()
                && let Some(duals) = &relaxed.duals
            {
                self.watch.bound(bound.max(best_open(&open)).max(self.target() - SCALE));
                match self.enumerate(&core, &mut pricer, duals) {
                    Enumerated::Done => bound = self.target() - SCALE,
                    Enumerated::TooMany(most) => bound = bound.min(most),
                }
            }
            if id == 0 {
                root_duals = relaxed.duals;
            }
            if bound < self.target() {
                continue;
            }
            if self.watch.must_stop() {
                let most = bound.max(best_open(&open));
                return Ok(self.ended(most));
            }
            let Some((a, b)) = core.branching_pair(&relaxed.shares) else {
                return Err(EngineFault {
                    engine: "exact",
                    what: "nothing to branch on, yet the gap is open".into(),
                });
            };
            for together in [true, false] {
                last_id += 1;
                let mut child = decisions.clone();
                child.push(Decision { a, b, together });
                open.insert((Reverse(bound), last_id), child);
            }
        }
        if let Some(duals) = root_duals {
            self.make_canonical(&duals);
        }
        let bound = self.target() - SCALE;
        Ok(self.ended(bound))
    }

    fn ended(self, bound: i64) -> Ended<W> {
        let known = self.incumbent.as_ref().map_or(-SCALE, |plan| plan.value);
        let bound = bound.max(known);
        self.watch.bound(bound);
        Ended { incumbent: self.incumbent, bound, columns: self.pool.len() }
    }

    fn relax(
        &mut self,
        core: &Core<W>,
        pricer: &mut Pricer<'_, W>,
    ) -> Result<Relaxation<W>, EngineFault> {
        let target = self.target();
        let seeds: Vec<AreaSet<W>> = self
            .incumbent
            .iter()
            .flat_map(|plan| plan.regions.iter().copied())
            .filter(|set| core.is_region(set))
            .collect();
        let relaxed = relax(core, &mut self.pool, pricer, &seeds, target, self.watch)?;
        if let Some(regions) = whole_plan(core, &relaxed.shares) {
            self.offer_regions(regions);
        }
        Ok(relaxed)
    }

    /// Regions whose loss is within the budget. `None` when they are too many.
    fn candidates(
        &mut self,
        pricer: &mut Pricer<'_, W>,
        duals: &Duals,
        budget: i64,
    ) -> Option<Vec<Candidate<W>>> {
        pricer.set_duals(&duals.node);
        let mut found = Vec::new();
        for place in 0..pricer.num_roots() {
            let threshold = duals.count - budget - 1;
            let root = pricer.search_root(place, threshold, Want::All, ENUMERATION, &mut found);
            if root.truncated {
                return None;
            }
        }
        let candidates = found
            .iter()
            .map(|column| Candidate {
                set: column.set,
                loss: duals.count + Core::sum(&duals.node, &column.set) - column.value,
            })
            .collect();
        Some(candidates)
    }

    /// Closes the gap of a branch by enumeration and cover.
    fn enumerate(
        &mut self,
        core: &Core<W>,
        pricer: &mut Pricer<'_, W>,
        duals: &Duals,
    ) -> Enumerated {
        let level = duals.level(core.k);
        let all = AreaSet::first_areas(core.n);
        let mut budget = level / 1000;
        // No plan of this branch has a larger value.
        let mut most = level;
        loop {
            let gap = level - self.target();
            if gap < 0 {
                return Enumerated::Done;
            }
            budget = budget.clamp(0, gap);
            let Some(candidates) = self.candidates(pricer, duals, budget) else {
                return Enumerated::TooMany(most);
            };
            let covered =
                cover(all, core.k, candidates, budget, Keep::Best, COVER_NODES, self.watch);
            let found = !covered.plans.is_empty();
            for (regions, _) in covered.plans {
                self.offer_regions(regions);
            }
            if !covered.complete {
                return Enumerated::TooMany(most);
            }
            if found || budget == gap {
                return Enumerated::Done;
            }
            most = level - budget - 1;
            budget = budget.saturating_mul(2).max(SCALE);
        }
    }

    /// Replaces the incumbent, proven optimal, by the optimal plan whose canonical labels come
    /// first, where all optimal plans can be listed.
    fn make_canonical(&mut self, duals: &Duals) {
        let Some(best) = &self.incumbent else { return };
        let budget = duals.level(self.core.k) - best.value;
        let value = best.value;
        let mut pricer = Pricer::new(self.core, self.watch);
        let Some(candidates) = self.candidates(&mut pricer, duals, budget) else { return };
        let all = AreaSet::first_areas(self.core.n);
        let keep = Keep::All(TIES);
        let covered =
            cover(all, self.core.k, candidates, budget, keep, COVER_NODES, self.watch);
        if !covered.complete {
            return;
        }
        let labels = |cover: &Cover<W>| self.core.plan(&cover.0);
        if let Some(first) = covered.plans.iter().min_by_key(|cover| labels(cover)) {
            self.incumbent = Some(NodePlan { regions: first.0.clone(), value });
        }
    }
}

/// The nodes still open, by bound and number.
type Open = BTreeMap<(Reverse<i64>, u64), Vec<Decision>>;

/// The largest bound among open nodes; below every value when there are none.
fn best_open(open: &Open) -> i64 {
    open.first_key_value().map_or(-SCALE, |((Reverse(bound), _), _)| *bound)
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
    (rest.is_empty() && shares.len() == core.k).then(|| shares.iter().map(|s| s.0).collect())
}
