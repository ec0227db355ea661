//! The largest reduced value, by falling thresholds.
//!
//! Where a region of reduced value above the threshold exists, it is found, and a search that finds
//! none is a proof. From the bound of the potentials the threshold falls in steps until regions come:
//! enough for the master, and not the thousands that lie below. The work of a search grows with the
//! depth like a power, so steps grow only while searches are short.

use crate::exact::caps::Cap;
use crate::exact::master::duals::Duals;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::pricing::lister::Lister;
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;

/// The first step down is this part of the way to the lowest threshold.
const STEPS: i64 = 50;

/// Searches of fewer nodes are short.
const SHORT: u64 = 10_000;

/// Regions that are enough for one pricing.
const ENOUGH: usize = 10;

/// Most regions taken from one search.
const MOST: usize = 2000;

/// Lists may take this many times the search nodes of a single root.
const ROOTS: u64 = 8;

/// What one pricing gave.
#[derive(Debug)]
pub(crate) struct Priced<const W: usize> {
    /// No region has a larger reduced value.
    pub(crate) top: i64,
    /// Whether the search for it was cut short.
    pub(crate) truncated: bool,
    /// Regions of large reduced value, the largest among them unless the search was cut short or
    /// the largest is not above the lowest threshold.
    pub(crate) found: Vec<Column<W>>,
}

impl<const W: usize> Frontier<'_, W> {
    /// `own − π` for every node.
    fn alone(&self, duals: &Duals) -> Vec<i64> {
        self.core.own.iter().zip(&duals.node).map(|(own, dual)| own - dual).collect()
    }

    /// Prices all regions, down to a reduced value of no interest, in so many search nodes a search.
    pub(crate) fn largest(&mut self, duals: &Duals, lowest: i64, nodes: u64) -> Priced<W> {
        if self.diagram.is_empty() {
            return Priced { top: lowest, truncated: false, found: Vec::new() };
        }
        let alone = self.alone(duals);
        let (potentials, bound) = self.potentials(&alone);
        let mut step = ((bound.saturating_sub(lowest)) / STEPS).max((self.core.scale / 64).max(1));
        let mut threshold = bound;
        loop {
            threshold = threshold.saturating_sub(step).max(lowest);
            let cap = Cap { nodes, columns: MOST };
            let before = self.watch.nodes();
            let found = self.search(&alone, &potentials, threshold, cap);
            if self.watch.nodes() - before < SHORT {
                step = step.saturating_mul(2);
            }
            let best = found.regions.iter().map(|(_, value)| *value).max();
            if !found.is_complete || found.regions.len() >= ENOUGH || threshold == lowest {
                return Priced {
                    top: if found.is_complete { best.unwrap_or(threshold) } else { bound },
                    truncated: !found.is_complete,
                    found: found.regions.into_iter().map(|(column, _)| column).collect(),
                };
            }
        }
    }
}

impl<const W: usize> Lister<W> for Frontier<'_, W> {
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
        if self.diagram.is_empty() {
            return true;
        }
        let alone = self.alone(duals);
        let (potentials, _) = self.potentials(&alone);
        let cap = Cap { nodes: cap.nodes.saturating_mul(ROOTS), ..cap };
        let listed = self.search(&alone, &potentials, threshold, cap);
        found.extend(listed.regions.into_iter().map(|(column, _)| column));
        listed.is_complete
    }
}
