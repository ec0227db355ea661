//! The proof of one claim: prices by column generation, and branching where they do not do.

use std::collections::BTreeSet;
use std::time::Instant;

use regionfront_check::claim::{Question, budget, node_prices};
use regionfront_check::cover::cover;
use regionfront_check::document::{Hint, Proof};
use regionfront_check::ground::Ground;
use regionfront_check::instance::Instance;
use regionfront_check::listing::{CutShort, Listed, Prices, list};
use regionfront_check::set::Set;

use crate::climb::climb;
use crate::master::{Master, Optimum};
use crate::sweeper::Sweeper;
use crate::uncertified::Uncertified;

/// Where the search for a proof gives up.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Most search nodes of a listing.
    pub listing_nodes: u64,
    /// Most search nodes of all listings for regions that lose less than nothing.
    pub all_nodes: u64,
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
            all_nodes: u64::MAX,
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
    pub(crate) regions: BTreeSet<Set<W>>,
    /// The prices of the last proof, by area and of a region.
    last: Option<(Vec<i64>, i64)>,
    /// Search nodes of the listing with them.
    last_nodes: u64,
    /// Whether listings credit flows anew, once that is known.
    balance: Option<bool>,
    /// Listings of some length so far.
    long_listings: u32,
}

impl<const W: usize> Default for Pool<W> {
    fn default() -> Self {
        Self {
            regions: BTreeSet::new(),
            last: None,
            last_nodes: 0,
            balance: None,
            long_listings: 0,
        }
    }
}

impl<const W: usize> Pool<W> {
    /// Adds regions.
    pub(crate) fn extend(&mut self, regions: impl IntoIterator<Item = Set<W>>) {
        self.regions.extend(regions);
    }
}

/// Most regions that enter the program at a time.
pub(crate) const BATCH: usize = 60;

/// Regions per node that a program begins with.
const BEGIN: usize = 6;

/// Search nodes of a listing that are not worth looking for a quicker one.
const FEW_NODES: u64 = 4_000;

/// Search nodes of the first look for regions that lose less than nothing.
const GLANCE: u64 = 16_000;

/// Regions that the last prices may leave to list for a claim, before it gets prices of its own.
const FEW_REGIONS: usize = 500;

/// The budget up to which a search for regions that lose less than nothing lists the others as well.
const NARROW: i64 = 64;

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
    let mut within = |caps| {
        Prover { instance, keeps, caps, pool, leaves: 0, nodes: 0, balance: false }.prove(question)
    };
    // A case that takes a long search is mostly two cases that take short ones.
    let short = Caps {
        listing_nodes: caps.listing_nodes / LONG,
        all_nodes: caps.listing_nodes / 2,
        cover_nodes: caps.cover_nodes / 10,
        leaves: caps.leaves / MANY,
        ..*caps
    };
    match within(&short) {
        Err(Uncertified::TooLarge(_)) => within(caps),
        ended => ended,
    }
}

/// A long search has so many times the nodes of a short one.
const LONG: u64 = 40;

/// A proof is first looked for with so many times fewer cases.
const MANY: usize = 25;

pub(crate) struct Prover<'a, const W: usize> {
    instance: &'a Instance,
    keeps: Option<u64>,
    pub(crate) caps: &'a Caps,
    pub(crate) pool: &'a mut Pool<W>,
    leaves: usize,
    /// Search nodes of listings for regions that lose less than nothing.
    nodes: u64,
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
        self.balance = self.pool.balance.unwrap_or(ground.limited.is_empty());
        let mut sweeper = Sweeper::new(&ground);
        if sweeper.is_none()
            && let Some(prices) = self.by_last_prices(&ground, *scale)?
        {
            return Ok(self.proof(&ground, &prices, None));
        }
        let relaxed = match &mut sweeper {
            Some(sweeper) => self.relax_by_sweep(&ground, *scale, sweeper)?,
            None => self.relax(&ground, *scale)?,
        };
        let Optimum { mut prices, shares, .. } = relaxed.optimum;
        let is_proof = match relaxed.listed {
            _ if !relaxed.is_complete => false,
            Some(listed) => self.is_uncovered(&ground, listed, &prices)?,
            None => match &sweeper {
                Some(sweeper) => self.is_proof_by_sweep(&ground, &prices, sweeper)?,
                None => self.is_proof(&ground, &mut prices)?,
            },
        };
        if is_proof {
            return Ok(self.proof(&ground, &prices, sweeper.as_ref()));
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

    /// The prices as a proof, kept for the next claim.
    fn proof(&mut self, ground: &Ground<W>, prices: &Prices, sweeper: Option<&Sweeper>) -> Proof {
        let mut areas = vec![0; self.instance.codes.len()];
        for (node, members) in ground.members.iter().enumerate() {
            areas[members.first().expect("a node holds areas")] = prices.node[node];
        }
        let Prices { region, balance, .. } = *prices;
        self.pool.last = Some((areas.clone(), region));
        self.pool.balance = Some(balance);
        let code = |&node: &usize| {
            let first = ground.members[node].first().expect("a node holds areas");
            self.instance.codes[first].clone()
        };
        let hint = |sweeper: &Sweeper| {
            let rates = sweeper.rates()?;
            let order = sweeper.sweep.order().iter().map(code).collect();
            Some(Hint { order, rates: rates.rates.clone(), per: rates.per })
        };
        Proof::Prices { areas, region, balance, sweep: sweeper.and_then(hint) }
    }

    /// The last prices, if they prove this as well, at about the same effort: where limits only become
    /// tighter, as along a front, no region loses less than nothing that did not before.
    fn by_last_prices(
        &mut self,
        ground: &Ground<W>,
        scale: i64,
    ) -> Result<Option<Prices>, Uncertified> {
        let Some(prices) = self.last_prices(ground, scale) else { return Ok(None) };
        let prices = Prices { balance: self.balance, ..prices };
        let budget = self.budget(ground, &prices);
        let most = 2 * self.pool.last_nodes + FEW_NODES;
        let listed = listed(ground, &prices, budget, most, FEW_REGIONS);
        let Some((regions, _)) = listed.filter(|(regions, _)| !loses_too_little(regions)) else {
            return Ok(None);
        };
        let is_proof = self.is_uncovered(ground, regions, &prices)?;
        Ok(is_proof.then_some(prices))
    }

    pub(crate) fn budget(&self, ground: &Ground<W>, prices: &Prices) -> i64 {
        budget(ground, prices.level(ground), prices.scale, self.keeps)
    }

    pub(crate) fn check_clock(&self) -> Result<(), Uncertified> {
        match self.caps.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                Err(Uncertified::TooLarge("the time for it ran out"))
            }
            _ => Ok(()),
        }
    }

    /// Column generation to the end: prices under which no region loses less than nothing.
    fn relax(&mut self, ground: &Ground<W>, scale: i64) -> Result<Relaxed<W>, Uncertified> {
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
            let mut listed = None;
            if !found.iter().any(|set| !met.contains(set)) {
                let Some(found_least) = self.price(ground, prices, &mut found)? else {
                    self.pool.extend(known.iter().map(|(set, _, _)| ground.areas(set)));
                    return Ok(Relaxed { optimum, listed: None, is_complete: false });
                };
                (lowest, listed) = found_least;
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
            optimum.prices.balance = self.balance;
            return Ok(Relaxed { optimum, listed, is_complete: true });
        }
    }

    fn last_prices(&self, ground: &Ground<W>, scale: i64) -> Option<Prices> {
        let (areas, region) = self.pool.last.as_ref()?;
        node_prices(ground, areas, *region, scale).filter(|prices| prices.are_in_range(ground))
    }

    /// Adds regions that lose less than nothing to `found`, for every root those of record. Returns the
    /// least loss there is and, where that is nothing, all regions within the budget if they are few;
    /// nothing where the search is too large.
    fn price(
        &mut self,
        ground: &Ground<W>,
        prices: &Prices,
        found: &mut BTreeSet<Set<W>>,
    ) -> Result<Option<Priced<W>>, Uncertified> {
        let most = self.caps.listing_nodes;
        let wanted = self.budget(ground, prices).max(-1);
        let budget = if wanted <= NARROW * prices.scale { wanted } else { -1 };
        // Which credit is quicker shows on the way. Long before the end, what a short search finds will do.
        let caps = [GLANCE.min(most), GLANCE.min(most), most / 16, most / 16, most, most];
        for (turn, cap) in caps.into_iter().enumerate() {
            self.balance ^= turn > 0;
            self.check_clock()?;
            if self.nodes > self.caps.all_nodes {
                return Err(Uncertified::TooLarge("the search for regions is too large"));
            }
            let prices = Prices { balance: self.balance, ..prices.clone() };
            let mut lowest = 0;
            let mut regions = Vec::new();
            let mut record = |region: Listed<W>| {
                if region.loss < 0 {
                    found.insert(region.set);
                    lowest = lowest.min(region.loss);
                    return region.loss - 1;
                }
                regions.push(region);
                if regions.len() <= self.caps.regions { budget } else { -1 }
            };
            let searched = list(ground, &prices, budget, cap, &mut record);
            self.nodes += searched.unwrap_or(cap);
            if let Ok(nodes) = searched {
                let is_whole = lowest == 0 && budget == wanted;
                if !is_whole || regions.len() > self.caps.regions {
                    return Ok(Some((lowest, None)));
                }
                self.pool.last_nodes = nodes;
                // Now and then the other credit is tried, which may be quicker for the checker, too.
                self.pool.long_listings += u32::from(nodes > FEW_NODES);
                if nodes > FEW_NODES && self.pool.long_listings.is_power_of_two() {
                    let other = Prices { balance: !prices.balance, ..prices };
                    if let Some((_, fewer)) =
                        listed(ground, &other, wanted, nodes - 1, self.caps.regions)
                    {
                        self.pool.last_nodes = fewer;
                        self.balance = other.balance;
                    }
                }
                return Ok(Some((lowest, Some(regions))));
            }
            if lowest < -prices.scale {
                // What was found on the way will do.
                return Ok(Some((lowest, None)));
            }
        }
        Ok(None)
    }

    /// Whether the checker will take these prices for a proof, in reasonable time; sets which credit
    /// is quicker.
    fn is_proof(&mut self, ground: &Ground<W>, prices: &mut Prices) -> Result<bool, Uncertified> {
        prices.balance = self.balance;
        let budget = self.budget(ground, prices);
        let Caps { listing_nodes, regions: most, .. } = *self.caps;
        let Some((mut regions, nodes)) = listed(ground, prices, budget, listing_nodes, most) else {
            return Ok(false);
        };
        self.pool.last_nodes = nodes;
        if nodes > FEW_NODES {
            let other = Prices { balance: !prices.balance, ..prices.clone() };
            if let Some((listed, fewer)) = listed(ground, &other, budget, nodes - 1, most) {
                self.pool.last_nodes = fewer;
                (regions, *prices) = (listed, other);
            }
        }
        if loses_too_little(&regions) {
            return Ok(false);
        }
        self.is_uncovered(ground, regions, prices)
    }

    /// Whether no plan is made of these regions, all those within the budget.
    pub(crate) fn is_uncovered(
        &self,
        ground: &Ground<W>,
        regions: Vec<Listed<W>>,
        prices: &Prices,
    ) -> Result<bool, Uncertified> {
        let budget = self.budget(ground, prices);
        if budget < 0 {
            return Ok(true);
        }
        match cover(ground, regions, budget, self.caps.cover_nodes) {
            Ok(None) => Ok(true),
            Ok(Some(_)) => Err(Uncertified::Refuted),
            Err(CutShort) => Ok(false),
        }
    }
}

/// The regions within a budget and what it took to list them, unless they are too many.
fn listed<const W: usize>(
    ground: &Ground<W>,
    prices: &Prices,
    budget: i64,
    most_nodes: u64,
    most: usize,
) -> Option<(Vec<Listed<W>>, u64)> {
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

/// The least loss of a region and, where that is nothing, the regions within the budget if they are few.
type Priced<const W: usize> = (i64, Option<Vec<Listed<W>>>);

/// The end of column generation.
pub(crate) struct Relaxed<const W: usize> {
    pub(crate) optimum: Optimum<W>,
    /// All regions within the budget, if they were listed on the way.
    pub(crate) listed: Option<Vec<Listed<W>>>,
    /// Whether no region loses less than nothing; else there may be some that were not found.
    pub(crate) is_complete: bool,
}

pub(crate) fn loses_too_little<const W: usize>(regions: &[Listed<W>]) -> bool {
    regions.iter().any(|region| region.loss < 0)
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
