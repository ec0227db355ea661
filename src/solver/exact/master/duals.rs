//! Duals of the restricted master, in scaled integers, and what they prove.

use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::{Core, MOST_LEVEL};

/// An optimum of the restricted master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Duals {
    /// Dual of every node, scaled.
    pub(crate) node: Vec<i64>,
    /// Dual of the number of regions, scaled.
    pub(crate) count: i64,
    /// Price per unit of the additive measure asked for, scaled; not negative.
    pub(crate) unit: i64,
}

impl Duals {
    /// `Σ π + k σ − μ·least`: what plans fall short of by their losses. `None` where that is beyond
    /// the range of values: such duals prove nothing.
    pub(crate) fn level<const W: usize>(&self, core: &Core<W>) -> Option<i64> {
        let regions = i128::try_from(core.k).expect("few regions");
        let level = self.offset(core) + i128::from(self.count) * regions;
        i64::try_from(level).ok().filter(|level| level.abs() <= MOST_LEVEL)
    }

    /// `Σ π − μ·least`.
    pub(crate) fn offset<const W: usize>(&self, core: &Core<W>) -> i128 {
        let least = core.extra.as_ref().map_or(0, |extra| extra.least);
        let nodes: i128 = self.node.iter().copied().map(i128::from).sum();
        nodes - i128::from(self.unit) * i128::from(least)
    }

    /// Reduced value of a region less the count dual; its loss with the sign turned.
    pub(crate) fn excess<const W: usize>(&self, column: &Column<W>) -> i64 {
        column.value + self.unit * column.gain - Core::sum(&self.node, &column.set) - self.count
    }

    /// Duals with these largest reduced values under them, raised until no region has a loss below
    /// nothing.
    pub(crate) fn lifted<const W: usize>(mut self, core: &Core<W>, tops: &[(usize, i64)]) -> Self {
        if core.labels.is_empty() {
            let top = tops.iter().map(|&(_, top)| top).max();
            self.count = top.map_or(self.count, |top| top.max(self.count));
        } else {
            for &(label, top) in tops {
                self.node[label] += (top - self.count).max(0);
            }
        }
        self
    }

    pub(crate) fn mixed(&self, other: &Self, percent: i64) -> Self {
        let mix = |a: i64, b: i64| (a / 100) * percent + (b / 100) * (100 - percent);
        Self {
            node: self.node.iter().zip(&other.node).map(|(&a, &b)| mix(a, b)).collect(),
            count: mix(self.count, other.count),
            unit: mix(self.unit, other.unit),
        }
    }
}
