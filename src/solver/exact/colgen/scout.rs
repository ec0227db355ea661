//! Columns found by annealing where exact pricing takes long.
//!
//! Regions of many areas are found by walks in a fraction of the time that a search for the best one
//! takes. So between two exact pricings the scout looks for columns, at duals smoothed by those before
//! and then at those of the master, until it finds no more. What is left to exact pricing is the proof.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::exact::caps::Caps;
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::Optimum;
use crate::exact::master::pool::Pool;
use crate::exact::parallel::{TASKS, side_by_side};
use crate::exact::pricing::climb::Climber;
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Exact pricing takes long where it takes more search nodes than this.
const LONG: u64 = 50_000;

/// Moves per node and walk, at smoothed duals and then at those of the master, before pricing is exact
/// again.
const MOVES: [usize; 2] = [40, 120];

/// So many moves take as long as a search node.
const MOVES_PER_NODE: u64 = 5;

/// Exact pricing, and with it a bound, comes after so many finds at the latest.
const ROUNDS: usize = 24;

/// Share of older duals in smoothed ones, in per cent.
const SMOOTHING: i64 = 50;

/// Looks for columns where exact pricing takes long, until it finds no more.
pub(super) struct Scout<'a, const W: usize> {
    core: &'a Core<W>,
    network: Network,
    /// Walks set out, which seeds the dice of the next.
    walks: u64,
    /// Duals of late, the older ones ever less.
    duals: Option<Duals>,
    /// Whether exact pricing takes long.
    is_slow: bool,
    /// How often in turn nothing was found.
    dry: usize,
    /// How often something was, since the last exact pricing.
    rounds: usize,
}

impl<'a, const W: usize> Scout<'a, W> {
    /// `None` where annealing does not see all that counts, or pricing is quick.
    pub(super) fn new(core: &'a Core<W>, caps: &Caps) -> Option<Self> {
        let sees = core.extra.is_none() && core.labels.is_empty();
        (sees && caps.is_middling(core.n)).then(|| Self {
            core,
            network: Network::new(core),
            walks: 0,
            duals: None,
            is_slow: true,
            dry: 0,
            rounds: 0,
        })
    }

    /// Looks for regions that improve the master, at duals smoothed first. Whether there are any in
    /// the pool now.
    pub(super) fn scouts(
        &mut self,
        optimum: &Optimum<W>,
        pool: &mut Pool<W>,
        watch: &Watch<'_>,
    ) -> bool {
        if !self.is_slow || self.rounds == ROUNDS {
            return false;
        }
        let used = optimum.shares.iter().map(|share| share.0);
        let seeds: Vec<AreaSet<W>> =
            used.chain((0..self.core.n).map(|node| self.core.companions[node])).collect();
        while self.dry < MOVES.len() {
            let duals = match self.duals.take() {
                Some(duals) if self.dry == 0 => duals.mixed(&optimum.duals, SMOOTHING),
                _ => optimum.duals.clone(),
            };
            let moves = MOVES[self.dry] * self.core.n;
            let first = pool.len();
            watch.spend((seeds.len() * moves) as u64 / MOVES_PER_NODE);
            let tasks = (0..TASKS).map(|task| (task, self.walks + task as u64)).collect();
            self.walks += TASKS as u64;
            let pools = side_by_side(watch.threads(), tasks, |(task, dice)| {
                let mut found = Pool::default();
                let mut dice = ChaCha8Rng::seed_from_u64(dice);
                let seeds: Vec<AreaSet<W>> =
                    seeds.iter().skip(task).step_by(TASKS).copied().collect();
                let mut climber = Climber::new(self.core, &self.network, &duals);
                climber.temper(&seeds, moves, &mut dice, self.core.worth(), &mut found);
                found
            });
            for found in pools {
                for at in 0..found.len() {
                    pool.insert(found.get(at));
                }
            }
            self.duals = Some(duals);
            let mut new = (first..pool.len()).map(|at| pool.get(at));
            if new.any(|column| optimum.duals.excess(&column) > self.core.worth()) {
                self.dry = 0;
                self.rounds += 1;
                return true;
            }
            self.dry += 1;
        }
        false
    }

    /// Looks again after an exact pricing that took so many search nodes.
    pub(super) fn go_on(&mut self, nodes: u64) {
        self.is_slow = nodes > LONG;
        self.dry = 0;
        self.rounds = 0;
    }
}
