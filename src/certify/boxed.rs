//! Column generation with the prices of nodes in a box, regions found by a sweep.
//!
//! With a dozen nodes and more to a region prices swing widely: few regions of many nodes say little
//! about any one of them, and the wilder prices are, the less a single rate of the weight shows. So they
//! are kept in a box around the best ones so far (Marsten, Hogan, Blankenship, *The boxstep method for
//! large-scale optimization*, Operations Research, 1975), which moves where the level falls and grows
//! where nothing improves and the optimum leans on an edge.

use std::collections::BTreeSet;

use regionfront_check::ground::Ground;
use regionfront_check::listing::{LARGEST, Prices};
use regionfront_check::set::Set;

use crate::master::{Master, Optimum, PriceBox};
use crate::prove::{BATCH, Caps, Prover, Relaxed, loses_too_little};
use crate::sweeper::Sweeper;
use crate::uncertified::Uncertified;

/// The box of prices is at first this part of the mean price wide, either way.
const NARROW_BOX: i64 = 32;

/// Search nodes of a sweep at first; eightfold whenever sweeps cut short find nothing more.
const FIRST_SWEEP: u64 = 1_000_000;

impl<const W: usize> Prover<'_, W> {
    /// Column generation with the prices of nodes in a box that moves to the best ones so far, until
    /// they prove the claim at once or nothing lowers the level. Any prices will do: the best ones met
    /// are handed on.
    pub(crate) fn relax_by_sweep(
        &mut self,
        ground: &Ground<W>,
        scale: i64,
        sweeper: &mut Sweeper,
    ) -> Result<Relaxed<W>, Uncertified> {
        let n = ground.n;
        let mut master = Master::<W>::new(ground, scale)?;
        // At these prices a region loses half of the commuters it parts.
        let row = |node: usize| ground.pair[node * n..(node + 1) * n].iter().sum::<i64>();
        let mut centre: Vec<i64> =
            (0..n).map(|node| scale * ground.own[node] + scale * row(node) / 2).collect();
        let size: i64 = centre.iter().sum();
        let mut width = (size / as_signed(n) / NARROW_BOX).max(1);
        let widest = LARGEST / as_signed(4 * n * (ground.k + 1));
        let mut met: BTreeSet<Set<W>> = BTreeSet::new();
        for areas in &self.pool.regions {
            let nodes: Set<W> = (0..n).filter(|&node| ground.members[node].meets(areas)).collect();
            if ground.areas(&nodes) == *areas && ground.is_usable(&nodes) && met.insert(nodes) {
                master.add(nodes, ground.value(&nodes))?;
            }
        }
        master.enclose(PriceBox { centre: centre.clone(), width })?;
        let mut best: Option<(i64, Optimum<W>)> = None;
        let mut most_nodes = FIRST_SWEEP;
        loop {
            self.check_clock()?;
            let mut optimum = master.solve()?;
            if !optimum.prices.are_in_range(ground) {
                return Err(Uncertified::Unreadable("prices are too large".to_owned()));
            }
            let Some(swept) = sweeper.price(ground, &optimum.prices, BATCH, most_nodes) else {
                return Err(Uncertified::Unreadable("rates are too large".to_owned()));
            };
            let mut has_new = false;
            for set in swept.regions {
                if met.insert(set) {
                    master.add(set, ground.value(&set))?;
                    has_new = true;
                }
            }
            let is_inside = !optimum.is_artificial;
            let found = optimum.prices.node.clone();
            if swept.is_whole {
                optimum.prices.region -= swept.lowest;
                let level = optimum.prices.level(ground);
                if best.as_ref().is_none_or(|(least, _)| level < *least) {
                    centre.clone_from(&found);
                    let is_proved = self.budget(ground, &optimum.prices) < 0;
                    best = Some((level, optimum));
                    if is_proved {
                        break;
                    }
                }
            } else {
                width = (width / 2).max(1);
            }
            if !has_new {
                if !swept.is_whole {
                    if most_nodes >= self.caps.listing_nodes {
                        break;
                    }
                    most_nodes = most_nodes.saturating_mul(8).min(self.caps.listing_nodes);
                } else if is_inside || width >= widest {
                    break;
                } else {
                    centre = found;
                    width = width.saturating_mul(2).min(widest);
                }
            }
            master.enclose(PriceBox { centre: centre.clone(), width })?;
        }
        self.pool.extend(met.iter().map(|set| ground.areas(set)));
        let Some((_, optimum)) = best else {
            return Err(Uncertified::TooLarge("the search for regions is too large"));
        };
        sweeper.tune_for(ground, &optimum.prices);
        Ok(Relaxed { optimum, listed: None, is_complete: true })
    }

    /// Whether the checker will take these prices for a proof by this sweep, in reasonable time.
    pub(crate) fn is_proof_by_sweep(
        &self,
        ground: &Ground<W>,
        prices: &Prices,
        sweeper: &Sweeper,
    ) -> Result<bool, Uncertified> {
        let budget = self.budget(ground, prices).max(-1);
        let Caps { listing_nodes, regions, .. } = *self.caps;
        match sweeper.listed(ground, prices, budget, listing_nodes, regions) {
            Some(listed) if !loses_too_little(&listed) => self.is_uncovered(ground, listed, prices),
            _ => Ok(false),
        }
    }
}

fn as_signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
