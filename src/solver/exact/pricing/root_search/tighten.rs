//! What follows from rules and bound at a search node of the pricing.
//!
//! * **Fixing.** An area whose net contribution reaches the distance of the bound to the threshold
//!   is decided.
//! * **Reach.** Free areas that no path ties to the root are out; so is the search node when a
//!   taken area is cut off.
//! * **Pockets.** A piece of the rest too small to be a region of its own must be taken whole; the
//!   others must have room for `k − 1` regions.

use crate::exact::pricing::root_search::{Pricer, State};
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

impl<const W: usize> Pricer<'_, W> {
    /// Propagates rules and bounds until nothing changes. `false` when the search node holds no
    /// region above the threshold. Leaves the net contributions in `self.net`.
    pub(crate) fn tighten(&mut self, row: usize, state: &mut State<W>) -> bool {
        loop {
            if !self.reaches(row, state) || !self.fits(row, state) || !self.keep_near(row, state) {
                return false;
            }
            if state.grown {
                match self.swallow_pockets(row, state) {
                    None => return false,
                    Some(true) => continue,
                    Some(false) => {}
                }
            }
            let bound = self.bound(row, state);
            if self.is_whole {
                // Sets left out by fixing hold no more than the threshold.
                let within = bound.max(self.threshold);
                self.root_bound = Some(self.root_bound.map_or(bound, |before| before.min(within)));
            }
            if bound <= self.threshold {
                return false;
            }
            match self.fix(row, state, bound) {
                None => return false,
                Some(true) => {}
                Some(false) => return true,
            }
        }
    }

    /// Leaves out what no path ties to the root; `false` when that is a taken area.
    fn reaches(&mut self, row: usize, state: &mut State<W>) -> bool {
        let within = state.taken.union(&state.free);
        let start = AreaSet::single(self.root);
        let span = AreaSet::flood(start, &within, &self.core.neighbours);
        state.taken.is_subset(&span)
            && state.free.difference(&span).iter().all(|area| {
                !state.free.contains(area) || self.leave_out_with_rules(row, state, area)
            })
    }

    /// Leaves out areas too heavy to fit; `false` when a limit can no longer be kept.
    fn fits(&mut self, row: usize, state: &mut State<W>) -> bool {
        let core = self.core;
        for resource in &core.resources {
            let used = Core::<W>::sum(&resource.weight, &state.taken);
            // Free nodes to whose regions the limit does not apply weigh less than nothing.
            let lifted = state.free.intersection(&core.exempt);
            let relief: i64 = lifted.iter().map(|node| resource.weight[node].min(0)).sum();
            let room = resource.max - used - relief;
            if room < 0 {
                return false;
            }
            for area in state.free.iter() {
                if resource.weight[area] > room
                    && state.free.contains(area)
                    && !self.leave_out_with_rules(row, state, area)
                {
                    return false;
                }
            }
            let more: i64 = state.free.iter().map(|node| resource.weight[node].max(0)).sum();
            if used + more < resource.min {
                return false;
            }
        }
        core.can_be_contained(&state.taken, &state.free)
    }

    /// Takes every piece of the rest that is too small to be a region. `None` when one of them is
    /// out already, or when the other pieces are too small for `k − 1` regions; else whether
    /// anything was taken.
    fn swallow_pockets(&mut self, row: usize, state: &mut State<W>) -> Option<bool> {
        let core = self.core;
        let rest = core.ground.difference(&state.taken);
        let mut any = false;
        let mut most = core.ghosts.len();
        for piece in rest.components(&core.neighbours) {
            let regions = core.most_regions(&piece);
            most += regions;
            if regions == 0 {
                // Companions of an earlier piece may be taken by now.
                if !piece.is_subset(&state.taken.union(&state.free)) {
                    return None;
                }
                for area in piece.iter() {
                    if !state.taken.contains(area) && !self.take_with_rules(row, state, area) {
                        return None;
                    }
                }
                any = true;
            }
        }
        // What is taken later can only make pieces smaller.
        (most + 1 >= core.k).then_some(any)
    }

    /// Decides areas by their net contribution. `None` when that breaks a rule, else whether
    /// anything was decided.
    fn fix(&mut self, row: usize, state: &mut State<W>, bound: i64) -> Option<bool> {
        let slack = bound - self.threshold;
        let mut any = false;
        for area in state.free.iter() {
            let net = self.net[area];
            if net.abs() < slack {
                continue;
            }
            any = true;
            let kept = if state.free.contains(area) {
                if net > 0 {
                    self.take_with_rules(row, state, area)
                } else {
                    self.leave_out_with_rules(row, state, area)
                }
            } else {
                // Decided by an earlier one's companions: it must be the same decision.
                state.taken.contains(area) == (net > 0)
            };
            if !kept {
                return None;
            }
        }
        Some(any)
    }
}
