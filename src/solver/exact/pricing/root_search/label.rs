//! Labels in the search: what keeps regions near the home they bear the label of. The model stands in
//! `problem::label`.

use crate::exact::pricing::root_search::{Pricer, State};
use crate::graph::AreaSet;

impl<const W: usize> Pricer<'_, W> {
    /// Whether a region of root and label that holds none of these earlier nodes can keep near.
    pub(crate) fn begins_near(&self, earlier: &AreaSet<W>) -> bool {
        let core = self.core;
        let (Some(extra), Some(label)) = (core.moving(), self.label.first()) else { return true };
        let left: i64 = earlier.iter().map(|node| core.at_home(extra, label, node)).sum();
        extra.linear[label * core.n + self.root] - left >= extra.least
    }

    /// Takes free areas that cannot stay behind, and leaves out those that cannot come, for want of
    /// moves; `false` when too many areas have moved already.
    pub(crate) fn keep_near(&mut self, row: usize, state: &mut State<W>) -> bool {
        let core = self.core;
        let (Some(extra), Some(label)) = (core.moving(), self.label.first()) else { return true };
        let all = core.ground.union(&core.ghosts);
        loop {
            let out = all.difference(&state.taken).difference(&state.free);
            let arrived: i64 =
                state.taken.iter().map(|node| -extra.linear[label * core.n + node]).sum();
            let left: i64 = out.iter().map(|node| core.at_home(extra, label, node)).sum();
            let room = -extra.least - arrived - left;
            if room < 0 {
                return false;
            }
            let before = state.free;
            for node in before.iter() {
                if !state.free.contains(node) {
                    continue;
                }
                let kept = if -extra.linear[label * core.n + node] > room {
                    self.leave_out_with_rules(row, state, node)
                } else if core.at_home(extra, label, node) > room {
                    self.take_with_rules(row, state, node)
                } else {
                    true
                };
                if !kept {
                    return false;
                }
            }
            if state.free == before {
                return true;
            }
        }
    }
}
