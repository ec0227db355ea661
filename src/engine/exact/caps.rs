//! How hard each step tries before the next one takes over. No answer depends on it, only the time
//! to get there; so trials set it low to reach the steps that are seldom needed.

use super::large::LARGE;
use super::pricing::Cap;

/// Where the steps of a search give up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    /// Problems of more nodes are large.
    pub(super) large: usize,
    /// Annealing runs.
    pub(super) runs: u64,
    /// Search nodes per root at first; eightfold whenever truncated searches find nothing more.
    pub(super) first_nodes: u64,
    /// Most search nodes per root and most regions of an enumeration; branching takes over above.
    pub(super) enumeration: Cap,
    /// Most search nodes of a cover; branching takes over above.
    pub(super) cover_nodes: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            large: LARGE,
            runs: 6,
            first_nodes: 20_000,
            enumeration: Cap { nodes: 3_000_000, columns: 200_000 },
            cover_nodes: 2_000_000,
        }
    }
}
