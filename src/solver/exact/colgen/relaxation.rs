//! What the linear relaxation of the set-partitioning master begins from, and what it ends in.

use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Price of an artificial column above which its use counts as proof against a plan only through
/// the bound; prices grow no further.
pub(crate) const MOST_PENALTY: f64 = 1e8;

/// Takes the regions of an optimum of the master with their shares; the answer is the target from
/// there on, the least value of a plan better than the incumbent.
pub(crate) type Offer<'o, const W: usize> = dyn FnMut(&[(AreaSet<W>, f64)]) -> i64 + 'o;

/// Duals with what they prove.
#[derive(Clone, Debug)]
pub(crate) struct Relaxation<const W: usize> {
    /// No plan has a larger value, scaled.
    pub(crate) bound: i64,
    /// Duals under which no region has a reduced value above the count dual, where the search for
    /// them was complete; the losses of regions against them are not negative.
    pub(crate) duals: Option<Duals>,
    /// The last fractional optimum.
    pub(crate) shares: Vec<(AreaSet<W>, f64)>,
}

impl<const W: usize> Relaxation<W> {
    /// Nothing proven yet but that no plan keeps more than all.
    pub(super) fn unproven(core: &Core<W>) -> Self {
        Self { bound: core.most_value(), duals: None, shares: Vec::new() }
    }
}

/// What an earlier solve hands on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Warm<const W: usize> {
    /// Regions that enter the master at once, where they keep the rules.
    pub(crate) regions: Vec<AreaSet<W>>,
    /// Duals to smooth towards, or to put a box around.
    pub(crate) duals: Option<Duals>,
    /// No plan has a larger value, as far as is known, scaled.
    pub(crate) ceiling: Option<i64>,
}

impl<const W: usize> Warm<W> {
    /// Puts the regions that keep the rules into a pool.
    pub(super) fn fill(&self, core: &Core<W>, pool: &mut Pool<W>) {
        for &set in self.regions.iter().filter(|set| core.is_region(set)) {
            pool.insert(core.column(set));
        }
    }
}
