//! A column of the master.

use crate::graph::AreaSet;

/// A feasible region with its commuters inside, scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Column<const W: usize> {
    /// Its nodes.
    pub(crate) set: AreaSet<W>,
    /// Commuters between different areas inside, scaled.
    pub(crate) value: i64,
    /// What it adds to the additive measure asked for, if any.
    pub(crate) gain: i64,
}
