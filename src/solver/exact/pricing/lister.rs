//! One trait for all that lists regions of large reduced value.

use crate::exact::caps::Cap;
use crate::exact::master::duals::Duals;
use crate::exact::pricing::root_search::Pricer;
use crate::exact::pricing::root_search::Want;
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;

/// Lists regions of large reduced value.
pub(crate) trait Lister<const W: usize> {
    /// The problem whose regions they are.
    fn core(&self) -> &Core<W>;

    /// Adds the regions of reduced value above a threshold. Whether none is missing that stands in
    /// a plan; a cap may strike first.
    fn list(&mut self, duals: &Duals, threshold: i64, cap: Cap, found: &mut Vec<Column<W>>)
    -> bool;
}

impl<const W: usize> Lister<W> for Pricer<'_, W> {
    fn core(&self) -> &Core<W> {
        self.core
    }

    fn list(
        &mut self,
        duals: &Duals,
        threshold: i64,
        cap: Cap,
        found: &mut Vec<Column<W>>,
    ) -> bool {
        self.set_duals(duals);
        (0..self.num_roots())
            .all(|place| !self.search_root(place, threshold, Want::All, cap, found).truncated)
    }
}
