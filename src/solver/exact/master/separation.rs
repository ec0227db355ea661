//! Separators that a fractional selection breaks.
//!
//! A connected set holds, with its root and another node, a node of every separator between the two.
//! Whether a selection does so in part is a question of maximum flow from the root through nodes of
//! capacity `x`: where less than `x_i` gets to `i`, the nodes of the minimum cut are a separator that
//! is broken (Carvajal and others, *Operations Research*, 2013). For every node the cut nearest to it
//! is taken: what lies beyond is cut off by it too, and waits for the next solution.

use petgraph::algo::dinics;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::exact::master::root_formulation::{Selection, Separator};
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Flow units in a share of one.
const UNITS: f64 = 1e6;

/// Least amount, in flow units, by which a separator must be broken.
const BROKEN: u64 = 1_000;

/// Separators broken by a selection, at most one per node cut off.
pub(crate) fn separate<const W: usize>(
    core: &Core<W>,
    selection: &Selection<W>,
) -> Vec<Separator<W>> {
    let units: Vec<u64> = selection.share.iter().map(|&share| in_units(share)).collect();
    let support: AreaSet<W> =
        selection.domain.iter().filter(|&node| units[node] > BROKEN).collect();
    let root = selection.root;
    if !support.contains(root) {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Pieces of the support that nothing ties to the root.
    let home = AreaSet::flood(AreaSet::single(root), &support, &core.neighbours);
    // What the root reaches through nodes taken whole gets all it asks for, and so do its neighbours.
    let whole: AreaSet<W> =
        support.iter().filter(|&node| units[node] + BROKEN >= units[root]).collect();
    let solid = AreaSet::flood(AreaSet::single(root), &whole, &core.neighbours);
    let mut settled = solid.union(&solid.boundary(&core.neighbours));
    for piece in support.difference(&home).components(&core.neighbours) {
        let across = nearest_to_root(core, &selection.domain, root, &piece);
        found.extend(piece.iter().map(|node| Separator { node, across }));
        settled = settled.union(&piece);
    }
    let network = Capacities::new(core, &selection.domain, &units);
    let mut open = support.difference(&settled);
    while let Some(node) = heaviest(&open, &units) {
        open.remove(node);
        if let Some((across, beyond)) = network.cut(core, root, node, units[node] - BROKEN) {
            found.push(Separator { node, across });
            open = open.difference(&beyond);
        }
    }
    found
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between nothing and one"
)]
fn in_units(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * UNITS).round() as u64
}

/// The node of largest share, the first among equals.
fn heaviest<const W: usize>(set: &AreaSet<W>, units: &[u64]) -> Option<usize> {
    set.iter().max_by_key(|&node| (units[node], std::cmp::Reverse(node)))
}

/// The nodes around a piece, or those of them that a path from the root gets to first.
fn nearest_to_root<const W: usize>(
    core: &Core<W>,
    domain: &AreaSet<W>,
    root: usize,
    piece: &AreaSet<W>,
) -> AreaSet<W> {
    let around = piece.boundary(&core.neighbours).intersection(domain);
    let within = domain.difference(&around);
    let home = AreaSet::flood(AreaSet::single(root), &within, &core.neighbours);
    around.intersection(&home.boundary(&core.neighbours))
}

/// The graph of a domain with every node split in two, an arc of its capacity between them.
struct Capacities<const W: usize> {
    graph: DiGraph<usize, u64>,
    domain: AreaSet<W>,
}

impl<const W: usize> Capacities<W> {
    fn new(core: &Core<W>, domain: &AreaSet<W>, units: &[u64]) -> Self {
        let mut graph = DiGraph::new();
        for (node, &capacity) in units.iter().enumerate() {
            let (entry, exit) = (graph.add_node(node), graph.add_node(node));
            if domain.contains(node) {
                graph.add_edge(entry, exit, capacity);
            }
        }
        let most = u64::try_from(core.n).expect("few nodes") * in_units(1.0);
        for node in domain.iter() {
            for other in core.neighbours[node].intersection(domain).iter() {
                graph.add_edge(exit(node), entry(other), most);
            }
        }
        Self { graph, domain: *domain }
    }

    /// The minimum cut nearest to a node, where less than `wanted` gets to it from the root, and the
    /// nodes beyond it.
    fn cut(
        &self,
        core: &Core<W>,
        root: usize,
        node: usize,
        wanted: u64,
    ) -> Option<(AreaSet<W>, AreaSet<W>)> {
        let (flow, by_arc) = dinics(&self.graph, exit(root), entry(node));
        if flow >= wanted {
            return None;
        }
        // Backwards along what is left of the capacities.
        let mut reached = vec![false; self.graph.node_count()];
        let mut queue = vec![entry(node)];
        reached[entry(node).index()] = true;
        while let Some(at) = queue.pop() {
            let mut visit = |from: NodeIndex| {
                if !std::mem::replace(&mut reached[from.index()], true) {
                    queue.push(from);
                }
            };
            for arc in self.graph.edges_directed(at, petgraph::Direction::Incoming) {
                if by_arc[arc.id().index()] < *arc.weight() {
                    visit(arc.source());
                }
            }
            for arc in self.graph.edges_directed(at, petgraph::Direction::Outgoing) {
                if by_arc[arc.id().index()] > 0 {
                    visit(arc.target());
                }
            }
        }
        let crossed = |&i: &usize| reached[exit(i).index()] && !reached[entry(i).index()];
        let across: AreaSet<W> = self.domain.iter().filter(crossed).collect();
        let within = self.domain.difference(&across);
        Some((across, AreaSet::flood(AreaSet::single(node), &within, &core.neighbours)))
    }
}

fn entry(node: usize) -> NodeIndex {
    NodeIndex::new(2 * node)
}

fn exit(node: usize) -> NodeIndex {
    NodeIndex::new(2 * node + 1)
}
