//! Incumbents by simulated annealing over connected partitions.
//!
//! Every region met that keeps all rules goes to the pool, so that annealing also supplies the
//! first columns.

use crate::exact::problem::plan::NodePlan;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::exact::master::pool::Pool;
use crate::exact::primal::partition::Partition;
use crate::exact::problem::reduced::Core;
use crate::graph::AreaSet;

/// Temperature at the start, in multiples of [`Partition::mean`].
pub(crate) const HEAT: f64 = 16.0;

/// Temperature at the end, in multiples of [`Partition::mean`].
const END_HEAT: f64 = 0.05;

/// Moves between two looks at the clock on small problems; with thousands of nodes one move takes long.
const MOVES_PER_LOOK: usize = 1024;

/// Nodes that regions grow by between two looks.
const NODES_PER_LOOK: usize = 64;

/// Nodes times moves between two looks.
const NODE_MOVES_PER_LOOK: usize = 1 << 16;

/// One move in this many is a transplant.
const TRANSPLANTS: usize = 8;

/// How long and from what temperature to anneal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// Moves drawn.
    pub(crate) moves: usize,
    /// Temperature at the start, in multiples of [`Partition::mean`].
    pub(crate) heat: f64,
    /// Regions met go to the pool while it holds fewer than this.
    pub(crate) pool: usize,
}

/// Anneals from a partition, cooling as it goes; returns the best plan met that keeps every rule.
pub(crate) fn anneal<const W: usize>(
    core: &Core<W>,
    partition: &mut Partition<'_, W>,
    schedule: Schedule,
    pool: &mut Pool<W>,
    stop: &dyn Fn() -> bool,
) -> Option<NodePlan<W>> {
    let mut temperature = schedule.heat * partition.mean;
    #[expect(clippy::cast_precision_loss, reason = "a temperature")]
    let cooling = (END_HEAT / schedule.heat).powf(1.0 / schedule.moves.max(1) as f64);
    let mut value = partition.value();
    let mut best = partition.keeps_rules().then(|| (partition.labels().to_vec(), value));
    for column in partition.all_columns() {
        if pool.len() < schedule.pool {
            pool.insert(column);
        }
    }
    let look = (NODE_MOVES_PER_LOOK / core.n.max(1)).clamp(1, MOVES_PER_LOOK);
    for step in 0..schedule.moves {
        if core.k < 2 || (step % look == 0 && stop()) {
            break;
        }
        temperature *= cooling;
        let drawn =
            if step % TRANSPLANTS == 0 { partition.transplant() } else { partition.shift() };
        let Some(drawn) = drawn else { continue };
        #[expect(clippy::cast_precision_loss, reason = "a change that steers the search")]
        let change = drawn.gain as f64 - drawn.broken;
        if change < 0.0 && partition.unit() >= (change / temperature).exp() {
            continue;
        }
        partition.make(&drawn);
        value += drawn.gain;
        for column in partition.columns(&drawn) {
            if pool.len() < schedule.pool {
                pool.insert(column);
            }
        }
        if partition.keeps_rules() && best.as_ref().is_none_or(|best| value > best.1) {
            match &mut best {
                Some((labels, most)) => {
                    labels.copy_from_slice(partition.labels());
                    *most = value;
                }
                none => *none = Some((partition.labels().to_vec(), value)),
            }
        }
    }
    best.map(|(labels, value)| {
        let mut regions = vec![AreaSet::EMPTY; core.k];
        for (node, region) in labels.into_iter().enumerate() {
            regions[region].insert(node);
        }
        NodePlan { regions, value }
    })
}

/// The region of every node after growing `k` connected regions from random starts. `None` when
/// the graph has more pieces than regions, or when it is time to stop.
pub(crate) fn grow<const W: usize>(
    core: &Core<W>,
    seed: u64,
    stop: &dyn Fn() -> bool,
) -> Option<Vec<usize>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |count: usize| {
        let wide = u64::from(rng.next_u32()) * count as u64;
        usize::try_from(wide >> 32).expect("below count")
    };
    let all = AreaSet::first_areas(core.n);
    let mut starts: Vec<usize> = Vec::new();
    for piece in all.components(&core.neighbours) {
        let nodes: Vec<usize> = piece.iter().collect();
        starts.push(nodes[below(nodes.len())]);
    }
    if starts.len() > core.k {
        return None;
    }
    let mut open = starts.iter().fold(all, |mut open, &start| {
        open.remove(start);
        open
    });
    while starts.len() < core.k {
        let node = open.iter().nth(below(open.len()))?;
        open.remove(node);
        starts.push(node);
    }
    // The lightest region that can grow does, so that sizes stay near each other.
    let weight = |set: &AreaSet<W>| {
        core.resources.first().map_or_else(
            || i64::try_from(set.len()).unwrap_or(i64::MAX),
            |resource| set.iter().map(|node| resource.weight[node].max(0)).sum(),
        )
    };
    let mut sets: Vec<AreaSet<W>> = starts.iter().copied().map(AreaSet::single).collect();
    let mut lightest: std::collections::BTreeSet<(i64, usize)> =
        sets.iter().enumerate().map(|(region, set)| (weight(set), region)).collect();
    for grown in 0.. {
        if open.is_empty() {
            break;
        }
        if grown % NODES_PER_LOOK == NODES_PER_LOOK - 1 && stop() {
            return None;
        }
        let (_, region) = lightest.pop_first()?;
        let edge = sets[region].boundary(&core.neighbours).intersection(&open);
        if edge.is_empty() {
            // It has no room and never will.
            continue;
        }
        let node = edge.iter().nth(below(edge.len()))?;
        sets[region].insert(node);
        open.remove(node);
        lightest.insert((weight(&sets[region]), region));
    }
    let mut labels = vec![0; core.n];
    for (region, set) in sets.iter().enumerate() {
        for node in set.iter() {
            labels[node] = region;
        }
    }
    Some(labels)
}
