//! Large-neighbourhood search: parts of a plan, solved to the end by the engine itself.
//!
//! Around a node some dozens are set free, and the search tree finds the best division of that part
//! at once; all other regions stay. Parts are solved with one region more and with one fewer, too,
//! and where one place gains more by giving a region up than another loses by making one, the two
//! trade. A plan that no part and no trade improves is a local optimum of a strong kind, on problems
//! of whatever size (large neighbourhoods: Shaw, *Principles and Practice of Constraint Programming*,
//! 1998).

use std::cmp::Reverse;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::engine::EngineFault;
use crate::exact::colgen::climbing::Ground;
use crate::exact::master::duals::Duals;
use crate::exact::primal::draft::{Draft, Move};
use crate::exact::primal::part::Part;
use crate::exact::problem::plan::NodePlan;
use crate::graph::AreaSet;

/// Nodes set free around one, if there is room.
pub(crate) const FREE: usize = 40;

/// Numbers of regions tried beyond today's, and where their bids are kept.
const ONE_MORE: usize = 0;
const ONE_FEWER: usize = 1;

/// How a round goes about it.
struct Round {
    /// Around every node, or around as few as lie in one of so many of the nodes set free.
    one_in: usize,
    /// Whether bids are made.
    trades: bool,
}

impl Round {
    /// The strides first, then trades, and then every node.
    const SPREAD: Self = Self { one_in: 4, trades: false };
    const TRADING: Self = Self { one_in: 4, trades: true };
    const ALL: Self = Self { one_in: usize::MAX, trades: true };
}

/// A change that makes one region more, or gives one up.
struct Bid {
    moves: Vec<Move>,
    /// Commuters inside gained when it was made, scaled; below zero where it loses.
    gain: i64,
}

/// What has been tried around a node.
#[derive(Clone, Default)]
struct Tried {
    /// The regions of the part, with their versions.
    regions: Vec<(usize, u64)>,
    /// The least gain looked for with one region more, and with one fewer.
    least: [Option<i64>; 2],
}

/// The search around one plan.
pub(crate) struct Neighbourhoods<'d, const W: usize> {
    draft: Draft<'d, W>,
    duals: Option<&'d Duals>,
    free: usize,
    bids: [Vec<Bid>; 2],
    tried: Vec<Tried>,
    dice: ChaCha8Rng,
    /// Trades made.
    pub(crate) trades: usize,
}

impl<'d, const W: usize> Neighbourhoods<'d, W> {
    /// A search from a plan with so many nodes set free at a time, in an order drawn from `seed`.
    /// Parts are priced from these duals at first, if there are any.
    pub(crate) fn new(
        ground: &Ground<'d, W>,
        plan: NodePlan<W>,
        duals: Option<&'d Duals>,
        free: usize,
        seed: u64,
    ) -> Self {
        Self {
            draft: Draft::new(ground.core, plan),
            duals,
            free,
            bids: [Vec::new(), Vec::new()],
            tried: vec![Tried::default(); ground.core.n],
            dice: ChaCha8Rng::seed_from_u64(seed),
            trades: 0,
        }
    }

    /// The plan found so far.
    pub(crate) fn plan(&self) -> &NodePlan<W> {
        self.draft.plan()
    }

    /// Searches around nodes that lie apart, once, without trades. Every better plan is told.
    pub(crate) fn stride(
        &mut self,
        ground: &Ground<'d, W>,
        tell: &mut dyn FnMut(&NodePlan<W>) -> bool,
    ) -> Result<(), EngineFault> {
        self.round(&Round::SPREAD, ground, tell).map(|_| ())
    }

    /// Searches around nodes that lie apart, again and again, until nothing is gained any more, and if
    /// asked for around `every` node then; less far where a plan is found that `tell` is content with,
    /// or a limit strikes. Every better plan is told.
    pub(crate) fn exhaust(
        &mut self,
        ground: &Ground<'d, W>,
        every: bool,
        tell: &mut dyn FnMut(&NodePlan<W>) -> bool,
    ) -> Result<(), EngineFault> {
        let last = every.then_some(Round::ALL);
        for round in [Round::SPREAD, Round::TRADING].into_iter().chain(last) {
            let mut before = None;
            while before != Some(self.draft.plan().value) {
                before = Some(self.draft.plan().value);
                if self.round(&round, ground, tell)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// One round. Whether the search is over.
    fn round(
        &mut self,
        round: &Round,
        ground: &Ground<'d, W>,
        tell: &mut dyn FnMut(&NodePlan<W>) -> bool,
    ) -> Result<bool, EngineFault> {
        let reach = (self.free / round.one_in).max(1);
        let mut done = AreaSet::<W>::EMPTY;
        for node in self.order(ground.core.n) {
            if done.contains(node) {
                continue;
            }
            done = done.union(&nearest(node, reach, &ground.network.adjacent));
            let value = self.draft.plan().value;
            self.search(node, round.trades, ground)?;
            let is_content = self.draft.plan().value > value && tell(self.draft.plan());
            if is_content || ground.watch.must_stop() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All nodes, shuffled.
    fn order(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            let wide = u64::from(self.dice.next_u32()) * (last as u64 + 1);
            order.swap(last, usize::try_from(wide >> 32).expect("at most the last"));
        }
        order
    }

    /// Looks for a better plan around a node.
    fn search(
        &mut self,
        node: usize,
        trades: bool,
        ground: &Ground<'d, W>,
    ) -> Result<(), EngineFault> {
        let Some((mut part, regions)) = self.part(node, ground) else { return Ok(()) };
        let numbers: Vec<usize> = regions.iter().map(|region| region.0).collect();
        let k = numbers.len();
        if self.tried[node].regions != regions {
            self.tried[node] = Tried { regions, ..Tried::default() };
            if k > 1
                && let Some((better, _)) = part.solve(k, 0, ground.watch)?
                && let Some(change) = self.draft.change(&self.draft.moves(&numbers, &better))
            {
                self.draft.make(change);
                return Ok(());
            }
        }
        if !trades {
            return Ok(());
        }
        let regions_in_all = i64::try_from(ground.core.k).expect("few regions");
        for (side, k) in [(ONE_MORE, k + 1), (ONE_FEWER, k - 1)] {
            // It takes so much to gain together with the best bid of the other side. Bids of one
            // region more come first, for no more than a region holds on average.
            let average = self.draft.plan().value / regions_in_all;
            let best = self.bids[1 - side].iter().map(|bid| bid.gain).max();
            let least = match best {
                Some(best) => -best,
                None if side == ONE_MORE => -average,
                None => continue,
            };
            let was = &mut self.tried[node].least[side];
            if k == 0 || was.is_some_and(|was| was <= least) {
                continue;
            }
            *was = Some(least);
            if let Some((other, gain)) = part.solve(k, least, ground.watch)? {
                let bid = Bid { moves: self.draft.moves(&numbers, &other), gain };
                if self.trade(side, bid) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The part around a node, and its regions with their versions.
    fn part(&self, node: usize, ground: &Ground<'d, W>) -> Option<(Part<W>, Vec<(usize, u64)>)> {
        let mut count = self.free;
        while count > 0 {
            let free = nearest(node, count, &ground.network.adjacent);
            let regions = self.draft.regions_at(&free);
            let sets: Vec<AreaSet<W>> =
                regions.iter().map(|&(number, _)| self.draft.region(number)).collect();
            if let Some(part) = Part::new(ground, &sets, &free, self.duals) {
                return Some((part, regions));
            }
            count = count * 3 / 4;
        }
        None
    }

    /// Trades a bid with one of the other side, if together they gain, and keeps it otherwise. Whether
    /// it was traded.
    fn trade(&mut self, side: usize, bid: Bid) -> bool {
        let others = &mut self.bids[1 - side];
        others.sort_by_key(|other| Reverse(other.gain));
        for at in 0..others.len() {
            let other = &others[at];
            if other.gain + bid.gain <= 0 {
                break;
            }
            let is_same = |&(node, _): &Move| bid.moves.iter().any(|&(same, _)| same == node);
            if other.moves.iter().any(is_same) {
                continue;
            }
            let moves: Vec<Move> = bid.moves.iter().chain(&other.moves).copied().collect();
            // Bids were made for the plan of their time; what they gain now, only this tells.
            if let Some(change) = self.draft.change(&moves).filter(|change| change.gain > 0) {
                self.draft.make(change);
                others.remove(at);
                self.trades += 1;
                return true;
            }
        }
        self.bids[side].push(bid);
        false
    }
}

/// The nodes nearest to one, by steps from neighbour to neighbour.
fn nearest<const W: usize>(node: usize, count: usize, adjacent: &[Vec<usize>]) -> AreaSet<W> {
    let mut queue = vec![node];
    let mut near = AreaSet::single(node);
    let mut at = 0;
    while at < queue.len() {
        for &next in &adjacent[queue[at]] {
            if queue.len() >= count {
                return near;
            }
            if !near.contains(next) {
                near.insert(next);
                queue.push(next);
            }
        }
        at += 1;
    }
    near
}
