//! What comes before the search tree: first plans and, for large problems, the survey.

use crate::engine::EngineFault;
use crate::exact::colgen::climbing::Ground;
use crate::exact::colgen::first_bound::first_bound;
use crate::exact::colgen::oracle::Oracle;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::primal::agglomerate::agglomerate;
use crate::exact::primal::anneal::{HEAT, Schedule, anneal, grow};
use crate::exact::primal::neighbourhood::{FREE, Neighbourhoods};
use crate::exact::primal::partition::Partition;
use crate::exact::primal::peel::peel;
use crate::exact::problem::network::Network;
use crate::exact::problem::plan::NodePlan;
use crate::exact::proof::tree::Tree;
use crate::exact::survey::{HUGE, pays, survey};
use crate::graph::AreaSet;

/// Moves per annealing run and node.
const MOVES_PER_NODE: usize = 1000;

/// Moves that make a unit of work.
const MOVES_PER_UNIT: u64 = 4;

/// Annealing feeds the pool up to this many regions.
const POOL_FROM_ANNEALING: usize = 50_000;

/// Problems of more nodes are searched around a first plan once before they are surveyed, which may
/// take long.
const SLOW: usize = 512;

/// Makes first plans, and surveys a large problem. No plan has a larger value than returned, given
/// that none has a larger one than `ceiling`.
pub(crate) fn root_phase<const W: usize>(
    tree: &mut Tree<'_, W>,
    seed: u64,
    ceiling: i64,
) -> Result<i64, EngineFault> {
    // Annealing knows no labels.
    if !tree.core.labels.is_empty() {
        return Ok(ceiling);
    }
    let network = Network::new(tree.core);
    let mut ceiling = ceiling;
    if tree.core.n > tree.caps.middling {
        ceiling = ceiling.min(first_bound(tree.core, &|| tree.watch.must_stop()));
        tree.watch.bound(ceiling);
    }
    tree.anneal(seed, &network);
    // Climbing does not see additive measures, and where the frontier prices, nothing is left
    // to do for it.
    let is_surveyed =
        pays(tree.core, tree.caps.large) && tree.core.extra.is_none() && tree.root.is_none();
    if is_surveyed && !tree.watch.must_stop() {
        return Ok(ceiling.min(tree.survey(seed, &network)?));
    }
    Ok(ceiling)
}

impl<const W: usize> Tree<'_, W> {
    /// Anneals from random starts; large problems from one built up and one taken apart.
    fn anneal(&mut self, seed: u64, network: &Network) {
        let (core, watch) = (self.core, self.watch);
        if core.n > self.caps.large {
            let stop = || watch.must_stop();
            for start in [agglomerate, peel] {
                if let Some(start) = start(core, network, &stop) {
                    self.anneal_from(start, seed, network);
                }
            }
            if watch.must_stop() {
                return;
            }
        }
        let frontier = Frontier::new(core, watch);
        if frontier.as_ref().is_some_and(Frontier::has_no_plan) {
            self.root = frontier.map(Oracle::from);
            return;
        }
        // Where pricing finds good plans soon, any will do to start from; and where one run takes
        // long, there are better ways than a random start.
        let is_brief = frontier.is_some() || core.n > HUGE;
        self.may_be_thin = frontier.is_some();
        self.root = frontier.map(Oracle::from);
        for run in 0..self.caps.runs {
            if is_brief && self.incumbent.is_some() {
                return;
            }
            let seed = seed.wrapping_add(run);
            let Some(start) = grow(core, seed, &|| watch.must_stop()) else { return };
            self.anneal_from(start, seed, network);
            if watch.must_stop() {
                return;
            }
        }
    }

    /// Anneals from the region of every node.
    fn anneal_from(&mut self, start: Vec<usize>, seed: u64, network: &Network) {
        let (core, watch) = (self.core, self.watch);
        let moves = MOVES_PER_NODE * core.n;
        let schedule = Schedule { moves, heat: HEAT, pool: POOL_FROM_ANNEALING };
        let mut regions = vec![AreaSet::EMPTY; core.k];
        for (node, &region) in start.iter().enumerate() {
            regions[region].insert(node);
        }
        // A run may take long, and the start may be a plan already.
        self.start_from(regions);
        let mut partition = Partition::new(core, network, start, seed);
        let best = anneal(core, &mut partition, schedule, &mut self.pool, &|| watch.must_stop());
        watch.spend(u64::try_from(moves).unwrap_or(u64::MAX) / MOVES_PER_UNIT);
        // Annealing steers by prices in floating point; what it calls sound is looked at again.
        if let Some(plan) = best
            && plan.regions.iter().all(|set| core.is_region(set))
        {
            self.offer(plan);
        }
    }

    /// Looks for plans and a bound of a large problem. No plan has a larger value than returned.
    fn survey(&mut self, seed: u64, network: &Network) -> Result<i64, EngineFault> {
        let (core, watch) = (self.core, self.watch);
        if core.n > HUGE {
            let mut run = seed;
            while let Some(best) = self.incumbent.clone().filter(|_| !watch.must_stop()) {
                run = run.wrapping_add(1);
                self.search_around(best, false, run, network)?;
                let Some(best) = &self.incumbent else { break };
                self.anneal_from(best.labels(core.n), run, network);
            }
            return Ok(core.most_value());
        }
        if core.n > SLOW
            && let Some(best) = self.incumbent.clone()
        {
            self.search_around(best, true, seed, network)?;
        }
        let start = self.incumbent.clone();
        let mut pool = std::mem::take(&mut self.pool);
        let mut ground = Ground { core, network, pool: &mut pool, watch };
        let bound = survey(&mut ground, start, self.caps.pairs, &mut |plan| {
            self.offer(plan.clone());
            self.target()
        });
        self.pool = pool;
        bound
    }

    /// Searches around a plan, part by part, until nothing is gained, or only `once`.
    fn search_around(
        &mut self,
        plan: NodePlan<W>,
        once: bool,
        seed: u64,
        network: &Network,
    ) -> Result<(), EngineFault> {
        let mut pool = std::mem::take(&mut self.pool);
        let ground = Ground { core: self.core, network, pool: &mut pool, watch: self.watch };
        let mut search = Neighbourhoods::new(&ground, plan, None, FREE, seed);
        let mut tell = |plan: &NodePlan<W>| {
            self.offer(plan.clone());
            false
        };
        let ended = if once {
            search.stride(&ground, &mut tell)
        } else {
            search.exhaust(&ground, true, &mut tell)
        };
        self.pool = pool;
        ended
    }
}
