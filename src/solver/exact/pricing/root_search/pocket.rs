//! Divisibility in the bound: what a region pays for leaving pockets behind.
//!
//! Take all profitable free areas along with those taken: what is left falls into pieces. A piece
//! too small to be a region must not stay behind. Either one of the profitable areas around it is
//! given up, or all of the piece is taken, so for every area `u` of the piece and the free areas
//! `B` around it `Σ_{b∈B} (1 − x_b) + x_u ≥ 1`. Multipliers for these inequalities lower the net
//! contributions of `B` and raise those of the piece, by dual ascent: as far as the cheapest area
//! of `B` allows and the piece asks. Then areas of `B` are no longer profitable, pieces grow, and
//! the step is repeated.

use crate::exact::pricing::root_search::{Pricer, State};
use crate::graph::AreaSet;

/// Most rounds of dual ascent at one search node.
const ROUNDS: usize = 8;

impl<const W: usize> Pricer<'_, W> {
    /// What the bound of a search node falls by, up to `wanted`. Changes the net contributions so
    /// that fixing by them stays valid.
    pub(crate) fn pockets(&mut self, state: &State<W>, wanted: i64) -> i64 {
        let neighbours = &self.core.neighbours;
        let mut paid = 0;
        for _ in 0..ROUNDS {
            let gains: AreaSet<W> = state.free.iter().filter(|&i| self.net[i] > 0).collect();
            let rest = self.core.ground.difference(&state.taken).difference(&gains);
            let before = paid;
            for piece in rest.components(neighbours) {
                if self.core.most_regions(&piece) > 0 {
                    continue;
                }
                let around = piece.boundary(neighbours).intersection(&gains);
                let Some(cheapest) = around.iter().map(|b| self.net[b]).min() else { continue };
                let asked = if piece.is_subset(&state.free) {
                    piece.iter().map(|u| -self.net[u]).sum()
                } else {
                    // An area of the piece is out: it cannot be taken at any price.
                    i64::MAX
                };
                let charge = cheapest.min(asked);
                if charge <= 0 {
                    continue;
                }
                for b in around.iter() {
                    self.net[b] -= charge;
                }
                if asked != i64::MAX {
                    let mut left = charge;
                    for u in piece.iter() {
                        let part = left.min(-self.net[u]);
                        self.net[u] += part;
                        left -= part;
                    }
                }
                paid += charge;
                if paid >= wanted {
                    return paid;
                }
            }
            if paid == before {
                break;
            }
        }
        paid
    }
}
