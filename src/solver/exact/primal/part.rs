//! A part of a plan as a problem of its own.
//!
//! Some nodes of some regions are set free; what is left of these regions moves as *blocks*, one for
//! every connected piece. Blocks and free nodes are to be divided anew.

use std::cmp::Ordering;

use crate::engine::{EngineFault, Limits, Silent};
use crate::exact::caps::Cap;
use crate::exact::caps::{Caps, PLAIN_NODES, SLICE};
use crate::exact::colgen::climbing::Ground;
use crate::exact::colgen::relaxation::Warm;
use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::problem::column::Column;
use crate::exact::problem::network::Network;
use crate::exact::problem::reduced::{Containment, Core, Resource};
use crate::exact::proof::tree::{Ask, Tree};
use crate::exact::watch::Watch;
use crate::graph::AreaSet;
use regionfront_model::quantity::Share;

/// Most blocks of a part: as many as the narrowest sets hold.
const MOST_BLOCKS: usize = 64;

/// Search nodes per part. Of those of Norway that took more, none had a better plan.
const NODES: u64 = 100_000;

/// A part is small, or it is given up.
const CAPS: Caps = Caps {
    middling: MOST_BLOCKS,
    large: MOST_BLOCKS,
    runs: 0,
    first_nodes: 5_000,
    turn: 100_000,
    enumeration: Cap { nodes: 50_000, columns: 20_000 },
    deepest: 0,
    cover_nodes: 50_000,
    // There is a plan.
    packing: Cap { nodes: 0, columns: 0 },
    plain_nodes: PLAIN_NODES,
    pairs: 8_000,
    slice: SLICE,
};

/// Blocks to divide into regions, and the regions they make now.
pub(crate) struct Part<const W: usize> {
    core: Core<1>,
    blocks: Vec<AreaSet<W>>,
    current: Vec<AreaSet<1>>,
    /// Commuters inside these, scaled.
    value: i64,
    pool: Pool<1>,
    warm: Warm<1>,
}

impl<const W: usize> Part<W> {
    /// Sets the `free` nodes of some regions free. Known regions and duals of the whole problem make
    /// a start. `None` where that makes too many blocks.
    pub(crate) fn new(
        ground: &Ground<'_, W>,
        regions: &[AreaSet<W>],
        free: &AreaSet<W>,
        duals: Option<&Duals>,
    ) -> Option<Self> {
        let mut blocks = Vec::new();
        let mut current: Vec<AreaSet<1>> = Vec::new();
        for region in regions {
            let first = blocks.len();
            blocks.extend(region.intersection(free).iter().map(AreaSet::single));
            blocks.extend(region.difference(free).components(&ground.core.neighbours));
            if blocks.len() > MOST_BLOCKS {
                return None;
            }
            current.push((first..blocks.len()).collect());
        }
        let core = Core::of_blocks(ground.core, ground.network, &blocks, regions.len());
        let duals = duals.map(|duals| Duals {
            node: blocks.iter().map(|set| Core::sum(&duals.node, set)).collect(),
            ..duals.clone()
        });
        let value = current.iter().map(|set| core.value(set)).sum();
        let pool = pool_of_blocks(ground.pool, &blocks);
        let warm = Warm { regions: current.clone(), duals, ceiling: None };
        Some(Self { core, blocks, current, value, pool, warm })
    }

    /// The best division into `k` regions with what it gains, scaled, if that is more than `more` and
    /// found soon.
    pub(crate) fn solve(
        &mut self,
        k: usize,
        more: i64,
        watch: &Watch<'_>,
    ) -> Result<Option<(Vec<AreaSet<W>>, i64)>, EngineFault> {
        self.core.k = k;
        let limits = Limits {
            deadline: watch.limits().deadline,
            interrupt: watch.limits().interrupt.clone(),
            nodes: Some(NODES),
            work: watch.limits().work.clone(),
            ..Limits::default()
        };
        let ceiling = self.core.most_value();
        let inner = Watch::new(&limits, &Silent, k, 0, self.core.scale, ceiling);
        let pool = std::mem::take(&mut self.pool);
        let mut tree = Tree::new(&self.core, &inner, CAPS, pool, self.warm.clone(), None);
        tree.seek_above(self.value + more);
        if k == self.current.len() {
            tree.start_from(self.current.clone());
        }
        let ended = tree.solve(&Ask {
            ceiling,
            slack: Share::default(),
            settled: 0,
            most: 1,
            continues: false,
            prefer: &|_, _| Ordering::Equal,
        })?;
        watch.add_nodes(inner.nodes());
        self.pool = ended.pool;
        let nodes = |set: &AreaSet<1>| {
            set.iter().fold(AreaSet::EMPTY, |sum: AreaSet<W>, block| sum.union(&self.blocks[block]))
        };
        let better = ended.incumbent.filter(|best| best.value > self.value + more);
        Ok(better.map(|best| (best.regions.iter().map(nodes).collect(), best.value - self.value)))
    }
}

/// The known regions that are made of these blocks.
fn pool_of_blocks<const W: usize>(known: &Pool<W>, blocks: &[AreaSet<W>]) -> Pool<1> {
    let all = blocks.iter().fold(AreaSet::EMPTY, AreaSet::union);
    let mut pool = Pool::default();
    for Column { set, value, gain } in (0..known.len()).map(|at| known.get(at)) {
        if set.is_subset(&all)
            && blocks.iter().all(|block| !block.meets(&set) || block.is_subset(&set))
        {
            let set = (0..blocks.len()).filter(|&block| blocks[block].is_subset(&set)).collect();
            pool.insert(Column { set, value, gain });
        }
    }
    pool
}

impl Core<1> {
    /// The problem of dividing some connected blocks of nodes into `k` regions.
    fn of_blocks<const W: usize>(
        whole: &Core<W>,
        network: &Network,
        blocks: &[AreaSet<W>],
        k: usize,
    ) -> Self {
        let n = blocks.len();
        let mut holder = vec![n; whole.n];
        for (block, set) in blocks.iter().enumerate() {
            for node in set.iter() {
                holder[node] = block;
            }
        }
        let holders = |nodes: &mut dyn Iterator<Item = usize>| -> AreaSet<1> {
            nodes.map(|node| holder[node]).filter(|&block| block < n).collect()
        };
        let sums = |weight: &[i64]| -> Vec<i64> {
            blocks.iter().map(|set| Core::sum(weight, set)).collect()
        };
        let mut own = sums(&whole.own);
        let mut pair = vec![0; n * n];
        let mut neighbours = vec![AreaSet::EMPTY; n];
        let mut apart = vec![AreaSet::EMPTY; n];
        let mut companions: Vec<AreaSet<1>> = (0..n).map(AreaSet::single).collect();
        for (a, set) in blocks.iter().enumerate() {
            let mut inside = 0;
            for node in set.iter() {
                for &(other, flow) in &network.partners[node] {
                    match holder[other] {
                        b if b == a => inside += flow,
                        b if b < n => pair[a * n + b] += flow,
                        _ => {}
                    }
                }
                let touching = holders(&mut network.adjacent[node].iter().copied());
                neighbours[a] = neighbours[a].union(&touching);
                apart[a] = apart[a].union(&holders(&mut whole.apart[node].iter()));
                companions[a] = companions[a].union(&holders(&mut whole.companions[node].iter()));
            }
            own[a] += inside / 2;
            neighbours[a].remove(a);
        }
        let resource =
            |limits: &Resource| Resource { weight: sums(&limits.weight), ..limits.clone() };
        let containment = |floor: &Containment| Containment {
            own: blocks.iter().map(|set| floor.held(set)).collect(),
            ..floor.clone()
        };
        Self {
            n,
            scale: whole.scale,
            k,
            ground: AreaSet::first_areas(n),
            labels: AreaSet::EMPTY,
            ghosts: AreaSet::EMPTY,
            neighbours,
            own,
            pair,
            exempt: (0..n).filter(|&block| blocks[block].meets(&whole.exempt)).collect(),
            resources: whole.resources.iter().map(resource).collect(),
            containment: whole.containment.iter().map(containment).collect(),
            apart,
            companions,
            members: (0..n).map(|block| vec![block]).collect(),
            extra: None,
            settled: Vec::new(),
            settled_flow: 0,
        }
    }
}
