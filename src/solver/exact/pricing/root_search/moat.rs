//! Connectivity in the bound: what profitable clusters pay for a way to the areas taken.
//!
//! After the multiplier and the split, every free area has a net contribution. A *cluster* of
//! profitable areas that does not touch the root's piece cannot count unless a path of unprofitable
//! areas is taken with it. So it pays for the cheapest area on its boundary, a *moat* around it,
//! absorbs what it has paid off, and goes on until its gains are spent or it touches home: dual
//! ascent for node-weighted prize-collecting Steiner trees (Wong, *Mathematical Programming*,
//! 1984). Every boundary area is charged at most what taking it costs, every cluster at most its
//! gains, so the sum of charges may be taken off the bound.

use crate::exact::pricing::root_search::{Pricer, State};
use crate::graph::AreaSet;

/// A profitable cluster on its way home.
struct Cluster<const W: usize> {
    /// The areas whose gains pay, with all they have reached.
    reached: AreaSet<W>,
    /// What is left of the gains; unlimited when a taken area must be reached.
    purse: i64,
}

impl<const W: usize> Pricer<'_, W> {
    /// What the bound of a search node falls by, up to `wanted`. Lowers the net contributions of
    /// clusters and raises those of the areas charged, so that fixing by them stays valid.
    pub(crate) fn moats(&mut self, state: &State<W>, wanted: i64) -> i64 {
        let neighbours = &self.core.neighbours;
        let gains: AreaSet<W> = state.free.iter().filter(|&i| self.net[i] > 0).collect();
        let solid = state.taken.union(&gains);
        let mut home = AreaSet::flood(AreaSet::single(self.root), &solid, neighbours);
        let mut loose = solid.difference(&home);
        let mut paid = 0;
        while let Some(first) = loose.first() {
            let reached = AreaSet::flood(AreaSet::single(first), &solid, neighbours);
            loose = loose.difference(&reached);
            let funders = reached.intersection(&gains);
            let forced = reached.meets(&state.taken);
            let purse = if forced { i64::MAX } else { funders.iter().map(|i| self.net[i]).sum() };
            let mut cluster = Cluster { reached, purse };
            paid += self.walk_home(state, &solid, &home, &mut cluster, wanted - paid);
            if !forced {
                // Without a funder the bound loses at most what its cluster has left.
                for i in funders.iter() {
                    self.net[i] = self.net[i].min(cluster.purse);
                }
            }
            if paid >= wanted {
                break;
            }
            if cluster.reached.meets(&home) {
                home = home.union(&cluster.reached);
            }
        }
        paid
    }

    /// Charges the boundary of a cluster until it touches home, is out of means, or has paid
    /// `wanted`. Returns what it paid.
    fn walk_home(
        &mut self,
        state: &State<W>,
        solid: &AreaSet<W>,
        home: &AreaSet<W>,
        cluster: &mut Cluster<W>,
        wanted: i64,
    ) -> i64 {
        let neighbours = &self.core.neighbours;
        let mut paid = 0;
        loop {
            if cluster.reached.meets(home) {
                return paid;
            }
            let edge = cluster.reached.boundary(neighbours).intersection(&state.free);
            let Some(price) = edge.iter().map(|i| -self.net[i]).min() else { return paid };
            let charge = price.min(cluster.purse);
            paid += charge;
            if cluster.purse != i64::MAX {
                cluster.purse -= charge;
            }
            for i in edge.iter() {
                self.net[i] += charge;
            }
            if charge < price || paid >= wanted {
                return paid;
            }
            let crossed: AreaSet<W> = edge.iter().filter(|&i| self.net[i] == 0).collect();
            let within = solid.union(&cluster.reached).union(&crossed);
            cluster.reached = AreaSet::flood(cluster.reached.union(&crossed), &within, neighbours);
        }
    }
}
