//! The tree of branches: the one of largest bound first, both of its halves at a time.
//!
//! The two halves of a branch are closed side by side: each from what was known before either, and what
//! they met is gathered in their order, so that the tree is the same on any number of threads. Nearly
//! every half would have been closed in turn anyway, as the bound of its parent was not good enough.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::engine::EngineFault;
use crate::exact::colgen::oracle::Oracle;
use crate::exact::parallel::side_by_side;
use crate::exact::problem::column::Column;
use crate::exact::problem::plan::NodePlan;
use crate::exact::proof::branching::Decision;
use crate::exact::proof::deepening::Deepening;
use crate::exact::proof::tree::{Closed, Tree};

/// The branches still open, by bound and number.
type Open = BTreeMap<(Reverse<i64>, u64), Branch>;

/// A branch that may hold a plan better than the best known.
struct Branch {
    decisions: Vec<Decision>,
    /// Two nodes to branch on next.
    pair: Option<(usize, usize)>,
}

/// What closing a half came to, with what was met on the way.
struct Half<const W: usize> {
    decisions: Vec<Decision>,
    closed: Closed<W>,
    incumbent: Option<NodePlan<W>>,
    met: Vec<Column<W>>,
}

impl<const W: usize> Tree<'_, W> {
    /// Branches until no branch can hold a plan better than the incumbent. Where a limit strikes before,
    /// the bound of all that is open.
    pub(super) fn branch(&mut self, root: &Closed<W>) -> Result<Option<i64>, EngineFault> {
        let whole = Branch { decisions: Vec::new(), pair: root.pair };
        let mut open = Open::from([((Reverse(root.bound), 0), whole)]);
        let mut last_id = 0;
        let mut deepening = Deepening::new(self, root);
        while let Some(((Reverse(bound), _), branch)) = open.pop_first() {
            let mut bound = bound;
            if bound >= self.target()
                && let Some(deepening) = &mut deepening
            {
                self.deepen(deepening)?;
                bound = bound.min(deepening.bound);
            }
            self.watch.bound(bound.max(self.target() - self.core.scale));
            if bound < self.target() {
                break;
            }
            if self.watch.must_stop() {
                return Ok(Some(bound));
            }
            let Some((a, b)) = branch.pair else {
                // Every pair of neighbours is decided: one plan at most is left.
                if let Some(core) = self.core.decided(&branch.decisions) {
                    self.start_from(core.decided_regions());
                }
                continue;
            };
            let halves = [true, false].map(|together| {
                let mut decisions = branch.decisions.clone();
                decisions.push(Decision { a, b, together });
                decisions
            });
            for Half { decisions, closed, .. } in self.close_halves(halves, bound)? {
                last_id += 1;
                if closed.bound >= self.target() {
                    let branch = Branch { decisions, pair: closed.pair };
                    open.insert((Reverse(closed.bound), last_id), branch);
                }
            }
        }
        Ok(None)
    }

    /// Closes both halves of a branch as far as that goes. Halves that contradict themselves are left
    /// out.
    fn close_halves(
        &mut self,
        halves: [Vec<Decision>; 2],
        bound: i64,
    ) -> Result<Vec<Half<W>>, EngineFault> {
        let before = &*self;
        let close = |decisions| before.close_half(decisions, bound);
        let made = side_by_side(self.watch.threads(), halves.into(), close);
        let mut halves = Vec::new();
        for half in made {
            let Some(mut half) = half? else { continue };
            for column in half.met.drain(..) {
                self.pool.insert(column);
            }
            if let Some(plan) = half.incumbent.take() {
                self.offer(plan);
            }
            halves.push(half);
        }
        Ok(halves)
    }

    /// Closes one half by a search of its own.
    fn close_half(
        &self,
        decisions: Vec<Decision>,
        bound: i64,
    ) -> Result<Option<Half<W>>, EngineFault> {
        let Some(core) = self.core.decided(&decisions) else { return Ok(None) };
        let watch = self.watch.part(2);
        let (pool, warm) = (self.pool.clone(), self.warm.clone());
        let mut tree = Tree::new(self.core, &watch, self.caps, pool, warm, None);
        tree.incumbent.clone_from(&self.incumbent);
        tree.may_be_thin = self.may_be_thin;
        tree.least = self.least;
        let mut oracle = Oracle::new(&core, &watch, self.may_be_thin, &self.caps);
        let closed = tree.close(&core, &mut oracle, bound, false, &mut None)?;
        self.watch.gather(&watch);
        let met = (self.pool.len()..tree.pool.len()).map(|at| tree.pool.get(at)).collect();
        Ok(Some(Half { decisions, closed, incumbent: tree.incumbent, met }))
    }
}
