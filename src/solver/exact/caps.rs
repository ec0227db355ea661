//! How hard each step tries before the next one takes over. No answer depends on it, only the time
//! to get there; so trials set it low to reach the steps that are seldom needed.

/// Problems of more nodes are large.
pub(crate) const LARGE: usize = 128;

/// Problems of more nodes get a bound before any column. Up to the large ones, they are scouted for
/// columns where exact pricing takes long, and plans are looked for again once the relaxation is solved.
pub(crate) const MIDDLING: usize = 64;

/// Simplex iterations before it is looked whether the solve was interrupted.
pub(crate) const SLICE: i32 = 2_000;

/// Search nodes of a root before it is searched anew with inner capacities.
pub(crate) const PLAIN_NODES: u64 = 40_000;

/// Most nodes the widest area sets hold.
pub(crate) const MOST_NODES: usize = 64 * 80;

/// Bytes that the tables over so many nodes take, at most: two of all pairs, the sets of nodes, and
/// the regions met.
pub(crate) fn table_bytes(nodes: usize) -> u64 {
    let (nodes, set) = (nodes as u64, MOST_NODES as u64 / 8);
    24 * nodes * nodes + 6 * set * nodes + 60_000 * (set + 32)
}

/// When a search gives up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cap {
    /// Most search nodes.
    pub(crate) nodes: u64,
    /// Most regions in the list they are added to.
    pub(crate) columns: usize,
}

/// Where the steps of a search give up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caps {
    /// Problems of more nodes, up to the large ones, are middling.
    pub(crate) middling: usize,
    /// Problems of more nodes are large.
    pub(crate) large: usize,
    /// Annealing runs.
    pub(crate) runs: u64,
    /// Search nodes per root at first; eightfold whenever truncated searches find nothing more.
    pub(crate) first_nodes: u64,
    /// Search nodes of the first turn of a relaxation; each is twice the one before.
    pub(crate) turn: u64,
    /// Most search nodes per root and most regions of an enumeration; branching takes over above.
    pub(crate) enumeration: Cap,
    /// Most regions of a list made beside the tree of branches; no such lists are made for none.
    pub(crate) deepest: usize,
    /// Most search nodes of a cover; branching takes over above.
    pub(crate) cover_nodes: u64,
    /// Most search nodes of a packing, and most small sets.
    pub(crate) packing: Cap,
    /// Search nodes of a root before it is searched anew with inner capacities.
    pub(crate) plain_nodes: u64,
    /// Most pairs of a root formulation written out at a time.
    pub(crate) pairs: usize,
    /// Simplex iterations between two looks at the clock.
    pub(crate) slice: i32,
}

impl Default for Caps {
    fn default() -> Self {
        Self {
            middling: MIDDLING,
            large: LARGE,
            runs: 6,
            first_nodes: 20_000,
            turn: 200_000,
            enumeration: Cap { nodes: 3_000_000, columns: 200_000 },
            deepest: 1_000_000,
            cover_nodes: 2_000_000,
            packing: Cap { nodes: 200_000, columns: 4_000 },
            plain_nodes: PLAIN_NODES,
            pairs: 8_000,
            slice: SLICE,
        }
    }
}

impl Caps {
    /// Whether a problem of so many nodes is neither small nor large.
    pub(crate) fn is_middling(&self, nodes: usize) -> bool {
        (self.middling + 1..=self.large).contains(&nodes)
    }
}
