//! The proof of one claim: prices by column generation, and branching where they do not do.

use std::collections::BTreeSet;
use std::time::Instant;

use regionfront_check::claim::{Question, budget, node_prices};
use regionfront_check::cover::cover;
use regionfront_check::document::Proof;
use regionfront_check::ground::Ground;
use regionfront_check::instance::Instance;
use regionfront_check::listing::{CutShort, Listed, Prices, list};
use regionfront_check::set::Set;

use crate::climb::climb;
use crate::master::{Master, Optimum};
use crate::uncertified::Uncertified;

/// Where the search for a proof gives up.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Most search nodes of a listing.
    pub listing_nodes: u64,
    /// Most regions of a listing; branching takes over above.
    pub regions: usize,
    /// Most search nodes of a cover; branching takes over above.
    pub cover_nodes: u64,
    /// Most ends of a proof.
    pub leaves: usize,
    /// When to give up.
    pub deadline: Option<Instant>,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            listing_nodes: 20_000_000,
            regions: 20_000,
            cover_nodes: 200_000,
            leaves: 1_000,
            deadline: None,
        }
    }
}

/// What one claim leaves for the next.
#[derive(Clone, Debug)]
pub(crate) struct Pool<const W: usize> {
    /// Regions known, as sets of areas.
    regions: BTreeSet<Set<W>>,
    /// The prices of the last proof, by area and of a region.
    last: Option<(Vec<i64>, i64)>,
}

impl<const W: usize> Default for Pool<W> {
    fn default() -> Self {
        Self { regions: BTreeSet::new(), last: None }
    }
}

impl<const W: usize> Pool<W> {
    /// Adds regions.
    pub(crate) fn extend(&mut self, regions: impl IntoIterator<Item = Set<W>>) {
        self.regions.extend(regions);
    }
}

/// Most regions that enter the program at a time.
const BATCH: usize = 60;

/// Regions per node that a program begins with.
const BEGIN: usize = 6;

/// Search nodes of a listing that are not worth looking for a quicker one.
const FEW_NODES: u64 = 4_000;

/// A loss below nothing that hardly matters, as a share of a commuter.
const HARDLY: i64 = 256;

/// A proof that no plan keeps more than `keeps` commuters or, without it, that there is no plan.
///
/// # Errors
/// Why there is none.
pub(crate) fn prove<const W: usize>(
    instance: &Instance,
    question: &Question,
    keeps: Option<u64>,
    caps: &Caps,
    pool: &mut Pool<W>,
) -> Result<Proof, Uncertified> {
    Prover { instance, keeps, caps, pool, leaves: 0, balance: false }.prove(question)
}

struct Prover<'a, const W: usize> {
    instance: &'a Instance,
    keeps: Option<u64>,
    caps: &'a Caps,
    pool: &'a mut Pool<W>,
    leaves: usize,
    /// Whether listings credit flows anew.
    balance: bool,
}

impl<const W: usize> Prover<'_, W> {
    fn prove(&mut self, question: &Question) -> Result<Proof, Uncertified> {
        self.leaves += 1;
        if self.leaves > self.caps.leaves {
            return Err(Uncertified::TooLarge("the proof takes too many cases"));
        }
        let Question { groups, limits, k, scale } = question;
        let Some(ground) = Ground::<W>::new(self.instance, groups, limits, *k) else {
            return Ok(Proof::Rules);
        };
        if ground.k == 0 {
            let is_proved = budget(&ground, 0, *scale, self.keeps) < 0;
            return if is_proved { Ok(Proof::Rules) } else { Err(Uncertified::Refuted) };
        }
        if !ground.is_divisible(&Set::below(ground.n), ground.k) {
            return Ok(Proof::Rules);
        }
        self.balance = ground.limited.is_empty();
        let Optimum { mut prices, shares, .. } = self.relax(&ground, *scale)?;
        if self.is_proof(&ground, &mut prices)? {
            let mut areas = vec![0; self.instance.codes.len()];
            for (node, members) in ground.members.iter().enumerate() {
                areas[members.first().expect("a node holds areas")] = prices.node[node];
            }
            let Prices { region, balance, .. } = prices;
            self.pool.last = Some((areas.clone(), region));
            return Ok(Proof::Prices { areas, region, balance });
        }
        let Some(pair) = branching_pair(&ground, &shares) else {
            return Err(Uncertified::TooLarge("too many regions are nearly as good"));
        };
        let pair = pair.map(|node| ground.members[node].first().expect("a node holds areas"));
        let together = self.prove(&question.decided(pair, true))?;
        let apart = self.prove(&question.decided(pair, false))?;
        let [a, b] = pair.map(|area| self.instance.codes[area].clone());
        Ok(Proof::Split { pair: (a, b), together: Box::new(together), apart: Box::new(apart) })
    }

    fn check_clock(&self) -> Result<(), Uncertified> {
        match self.caps.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                Err(Uncertified::TooLarge("the time for it ran out"))
            }
            _ => Ok(()),
        }
    }

    /// Column generation to the end: prices under which no region loses less than nothing.
    fn relax(&mut self, ground: &Ground<W>, scale: i64) -> Result<Optimum<W>, Uncertified> {
        let mut master = Master::<W>::new(ground, scale)?;
        let mut known: Vec<(Set<W>, i64, bool)> = Vec::new();
        let mut met: BTreeSet<Set<W>> = BTreeSet::new();
        let node_of = |areas: &Set<W>| -> Option<Set<W>> {
            let nodes: Set<W> =
                (0..ground.n).filter(|&node| ground.members[node].meets(areas)).collect();
            (ground.areas(&nodes) == *areas && ground.is_usable(&nodes)).then_some(nodes)
        };
        for nodes in self.pool.regions.iter().filter_map(node_of) {
            if met.insert(nodes) {
                known.push((nodes, ground.value(&nodes), false));
            }
        }
        // What loses little against the last prices is likely to lose little now.
        if let Some(prices) = self.last_prices(ground, scale) {
            let mut near: Vec<(i64, usize)> = known
                .iter()
                .enumerate()
                .map(|(at, (set, ..))| (prices.loss(ground, set), at))
                .collect();
            near.sort_unstable();
            for &(_, at) in near.iter().take(BEGIN * ground.n) {
                master.add(known[at].0, known[at].1)?;
                known[at].2 = true;
            }
        }
        loop {
            self.check_clock()?;
            let optimum = master.solve()?;
            let prices = &optimum.prices;
            if !prices.are_in_range(ground) {
                return Err(Uncertified::Unreadable("prices are too large".to_owned()));
            }
            if enter(&mut master, &mut known, prices)? {
                continue;
            }
            let mut found = BTreeSet::new();
            let seeds = optimum.shares.iter().map(|share| share.0);
            climb(ground, prices, seeds.chain((0..ground.n).map(Set::of)), &mut found);
            let mut lowest = 0;
            if !found.iter().any(|set| !met.contains(set)) {
                lowest = self.price(ground, prices, &mut found)?;
            }
            let mut has_new = false;
            for set in found {
                if met.insert(set) {
                    known.push((set, ground.value(&set), false));
                    has_new = true;
                }
            }
            if has_new && lowest < -scale / HARDLY {
                continue;
            }
            if has_new && lowest == 0 {
                continue;
            }
            if optimum.is_artificial && master.raise_penalty() {
                continue;
            }
            self.pool.extend(known.iter().map(|(set, _, _)| ground.areas(set)));
            let mut optimum = optimum;
            optimum.prices.region -= lowest;
            return Ok(optimum);
        }
    }

    fn last_prices(&self, ground: &Ground<W>, scale: i64) -> Option<Prices> {
        let (areas, region) = self.pool.last.as_ref()?;
        node_prices(ground, areas, *region, scale).filter(|prices| prices.are_in_range(ground))
    }

    /// Adds regions that lose less than nothing to `found`, for every root those of record; the least
    /// loss there is.
    fn price(
        &mut self,
        ground: &Ground<W>,
        prices: &Prices,
        found: &mut BTreeSet<Set<W>>,
    ) -> Result<i64, Uncertified> {
        let most = self.caps.listing_nodes;
        // Which credit is quicker shows on the way.
        for (cap, turns) in [(most / 16, false), (most / 16, true), (most, true), (most, true)] {
            self.balance ^= turns;
            self.check_clock()?;
            let prices = Prices { balance: self.balance, ..prices.clone() };
            let mut lowest = 0;
            let mut record = |region: Listed<W>| {
                found.insert(region.set);
                lowest = lowest.min(region.loss);
                region.loss - 1
            };
            if list(ground, &prices, -1, cap, &mut record).is_ok() {
                return Ok(lowest);
            }
            if lowest < -prices.scale {
                // What was found on the way will do.
                return Ok(lowest);
            }
        }
        Err(Uncertified::TooLarge("the search for regions is too large"))
    }

    /// Whether the checker will take these prices for a proof, in reasonable time; sets which credit
    /// is quicker.
    fn is_proof(&mut self, ground: &Ground<W>, prices: &mut Prices) -> Result<bool, Uncertified> {
        prices.balance = self.balance;
        let budget = budget(ground, prices.level(ground), prices.scale, self.keeps);
        let Some((mut regions, nodes)) =
            self.listed(ground, prices, budget, self.caps.listing_nodes)
        else {
            return Ok(false);
        };
        if nodes > FEW_NODES {
            let other = Prices { balance: !prices.balance, ..prices.clone() };
            if let Some((listed, _)) = self.listed(ground, &other, budget, nodes - 1) {
                (regions, *prices) = (listed, other);
            }
        }
        if regions.iter().any(|region| region.loss < 0) {
            return Ok(false);
        }
        if budget < 0 {
            return Ok(true);
        }
        match cover(ground, regions, budget, self.caps.cover_nodes) {
            Ok(None) => Ok(true),
            Ok(Some(_)) => Err(Uncertified::Refuted),
            Err(CutShort) => Ok(false),
        }
    }

    /// The regions within a budget and what it took to list them, unless they are too many.
    fn listed(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        budget: i64,
        most_nodes: u64,
    ) -> Option<(Vec<Listed<W>>, u64)> {
        let most = self.caps.regions;
        let budget = budget.max(-1);
        let mut regions: Vec<Listed<W>> = Vec::new();
        let mut keep = |region| {
            regions.push(region);
            // A full list ends the search soon.
            if regions.len() <= most { budget } else { i64::MIN / 4 }
        };
        let nodes = list(ground, prices, budget, most_nodes, &mut keep).ok()?;
        (regions.len() <= most).then_some((regions, nodes))
    }
}

/// Adds the regions that lose least, if below nothing, to the program. Whether there was any.
fn enter<const W: usize>(
    master: &mut Master<W>,
    known: &mut [(Set<W>, i64, bool)],
    prices: &Prices,
) -> Result<bool, Uncertified> {
    let loss = |(set, value, _): &(Set<W>, i64, bool)| {
        set.iter().map(|node| prices.node[node]).sum::<i64>() + prices.region - prices.scale * value
    };
    let mut improving: Vec<(i64, usize)> = known
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.2)
        .map(|(at, column)| (loss(column), at))
        .filter(|&(loss, _)| loss < -prices.scale / HARDLY)
        .collect();
    improving.sort_unstable();
    improving.truncate(BATCH);
    for &(_, at) in &improving {
        master.add(known[at].0, known[at].1)?;
        known[at].2 = true;
    }
    Ok(!improving.is_empty())
}

/// The two nodes whose sharing a region is most in doubt; neighbours first.
fn branching_pair<const W: usize>(
    ground: &Ground<W>,
    shares: &[(Set<W>, f64)],
) -> Option<[usize; 2]> {
    let mut best: Option<(f64, [usize; 2])> = None;
    for a in 0..ground.n {
        for b in ground.links[a].iter().filter(|&b| b > a && !ground.apart[a].contains(b)) {
            let both = shares.iter().filter(|(set, _)| set.contains(a) && set.contains(b));
            let doubt = (both.map(|share| share.1).sum::<f64>() - 0.5).abs();
            if doubt < 0.5 - 1e-6 && best.is_none_or(|(least, _)| doubt < least - 1e-9) {
                best = Some((doubt, [a, b]));
            }
        }
    }
    let undecided = || {
        (0..ground.n).find_map(|a| {
            ground.links[a].iter().find(|&b| b > a && !ground.apart[a].contains(b)).map(|b| [a, b])
        })
    };
    best.map(|(_, pair)| pair).or_else(undecided)
}
