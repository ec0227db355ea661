//! Which unit may join which root: the index sets of the model after safe fixing.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use super::units::{NUM_FIGURES, Open};
use regionfront_model::quantity::Commuters;

/// The index sets of one root.
#[derive(Clone, Debug)]
pub(super) struct RootSets {
    /// The root.
    pub(super) root: usize,
    /// Units that may belong to it, ascending; the root comes first.
    pub(super) members: Vec<usize>,
    /// For each member, the last unit that every path from the root to it must cross; the root
    /// stands for itself.
    pub(super) dominator: Vec<usize>,
    /// Fewest steps from the root to each member.
    pub(super) depth: Vec<usize>,
    /// Pairs of members other than the root with flow between them, `(i, j, commuters)`, `i < j`.
    pub(super) pairs: Vec<(usize, usize, Commuters)>,
    /// Most units besides the root that fit under the limits.
    pub(super) room: usize,
}

impl RootSets {
    /// Where a unit stands among the members.
    pub(super) fn position(&self, unit: usize) -> Option<usize> {
        self.members.binary_search(&unit).ok()
    }

    /// Whether the rows along dominators alone keep this member connected to the root.
    pub(super) fn is_held_by_dominator(&self, open: &Open, at: usize) -> bool {
        open.neighbours[self.members[at]].binary_search(&self.dominator[at]).is_ok()
    }
}

/// Index sets of every unit that can be a root, in root order.
pub(super) fn index_sets(open: &Open) -> Vec<RootSets> {
    (0..open.units.len()).filter_map(|root| root_sets(open, root)).collect()
}

/// Whether there are roots enough, and one for every unit.
pub(super) fn leave_a_root_for_all(open: &Open, sets: &[RootSets]) -> bool {
    sets.len() >= open.num_regions
        && (0..open.units.len()).all(|unit| sets.iter().any(|set| set.position(unit).is_some()))
}

fn root_sets(open: &Open, root: usize) -> Option<RootSets> {
    let members = members(open, root)?;
    let dominator = dominators(open, root, &members);
    let mut pairs = Vec::new();
    for (&(i, j), &count) in &open.flows {
        if i != root
            && members.binary_search(&i).is_ok()
            && members.binary_search(&j).is_ok()
            && open.apart[i].binary_search(&j).is_err()
        {
            pairs.push((i, j, count));
        }
    }
    let depth = depths(open, root, &members);
    Some(RootSets {
        root,
        dominator,
        depth,
        pairs,
        room: most_beside_root(open, root, &members),
        members,
    })
}

/// Units that may belong to `root`, or `None` when it cannot be a root.
///
/// Only later units may (the root is the first of its region), only those a path of units within
/// every upper limit reaches, and never one whose mates may not. A root whose reachable units miss
/// a lower limit is none. This is L- and U-fixing of Validi, Buchanan and Lykhovyd (2022), for
/// several figures at once. Time O(rounds · edges · log units).
fn members(open: &Open, root: usize) -> Option<Vec<usize>> {
    let mut allowed: Vec<bool> = (0..open.units.len())
        .map(|unit| unit >= root && open.apart[root].binary_search(&unit).is_err())
        .collect();
    loop {
        let before = allowed.iter().filter(|&&may| may).count();
        let reached: Vec<Vec<Option<u64>>> =
            (0..NUM_FIGURES).map(|figure| lightest_paths(open, root, &allowed, figure)).collect();
        for unit in root..allowed.len() {
            allowed[unit] = allowed[unit]
                && (0..NUM_FIGURES).all(|figure| {
                    reached[figure][unit].is_some_and(|weight| {
                        open.bounds(root)[figure].max.is_none_or(|max| weight <= max)
                    })
                });
        }
        for unit in root..allowed.len() {
            allowed[unit] = allowed[unit] && open.mates[unit].iter().all(|&mate| allowed[mate]);
        }
        if !allowed[root] {
            return None;
        }
        if allowed.iter().filter(|&&may| may).count() == before {
            break;
        }
    }
    let members: Vec<usize> = (root..allowed.len()).filter(|&unit| allowed[unit]).collect();
    let reaches = |figure: usize| {
        let total: u64 = members.iter().map(|&unit| open.units[unit].figures[figure]).sum();
        open.bounds(root)[figure].min.is_none_or(|min| total >= min)
    };
    (0..NUM_FIGURES).all(reaches).then_some(members)
}

/// Least sum of one figure over the units of a path from the root, both ends counted (Dijkstra).
fn lightest_paths(open: &Open, root: usize, allowed: &[bool], figure: usize) -> Vec<Option<u64>> {
    let mut best: Vec<Option<u64>> = vec![None; allowed.len()];
    if !allowed[root] {
        return best;
    }
    let start = open.units[root].figures[figure];
    best[root] = Some(start);
    let mut heap = BinaryHeap::from([Reverse((start, root))]);
    while let Some(Reverse((weight, unit))) = heap.pop() {
        if best[unit] != Some(weight) {
            continue;
        }
        for &other in &open.neighbours[unit] {
            let through = weight + open.units[other].figures[figure];
            if allowed[other] && best[other].is_none_or(|known| through < known) {
                best[other] = Some(through);
                heap.push(Reverse((through, other)));
            }
        }
    }
    best
}

/// Fewest steps from the root to each member, inside the members.
fn depths(open: &Open, root: usize, members: &[usize]) -> Vec<usize> {
    distances_without(open, root, members, None)
        .into_iter()
        .map(|steps| steps.expect("members are reached from their root"))
        .collect()
}

/// Fewest steps from the root to each member along paths that avoid one unit.
fn distances_without(
    open: &Open,
    root: usize,
    members: &[usize],
    avoided: Option<usize>,
) -> Vec<Option<usize>> {
    let mut steps: Vec<Option<usize>> = vec![None; members.len()];
    steps[0] = Some(0);
    let mut queue = vec![(root, 0)];
    let mut next = 0;
    while let Some(&(unit, depth)) = queue.get(next) {
        next += 1;
        for &other in &open.neighbours[unit] {
            if Some(other) == avoided {
                continue;
            }
            if let Ok(at) = members.binary_search(&other)
                && steps[at].is_none()
            {
                steps[at] = Some(depth + 1);
                queue.push((other, depth + 1));
            }
        }
    }
    steps
}

/// Immediate dominators, by taking out each unit in turn. Time O(members · edges).
///
/// Of the units that part a member from the root, the last on the way is the farthest from the
/// root: dominators of one member form a chain of strictly growing depth.
fn dominators(open: &Open, root: usize, members: &[usize]) -> Vec<usize> {
    let depth = depths(open, root, members);
    let mut dominator = vec![root; members.len()];
    let mut dominator_depth = vec![0; members.len()];
    for (cut_at, &cut) in members.iter().enumerate().skip(1) {
        let steps = distances_without(open, root, members, Some(cut));
        for at in 1..members.len() {
            if at != cut_at && steps[at].is_none() && depth[cut_at] > dominator_depth[at] {
                dominator[at] = cut;
                dominator_depth[at] = depth[cut_at];
            }
        }
    }
    dominator
}

/// Most units besides the root that fit under every upper limit, each figure taken by itself.
fn most_beside_root(open: &Open, root: usize, members: &[usize]) -> usize {
    (0..NUM_FIGURES)
        .map(|figure| {
            let Some(max) = open.bounds(root)[figure].max else { return members.len() - 1 };
            let mut left = max.saturating_sub(open.units[root].figures[figure]);
            let mut weights: Vec<u64> =
                members[1..].iter().map(|&unit| open.units[unit].figures[figure]).collect();
            weights.sort_unstable();
            weights
                .into_iter()
                .take_while(|&weight| {
                    let fits = weight <= left;
                    left = left.saturating_sub(weight);
                    fits
                })
                .count()
        })
        .min()
        .unwrap_or(members.len() - 1)
}

/// A connected set of members around the root that misses a lower limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ShortSet {
    /// The figure in question.
    pub(super) figure: usize,
    /// Positions among the members, ascending; the root is one of them.
    pub(super) members: Vec<usize>,
    /// What is missing to the limit, above zero.
    pub(super) missing: u64,
}

/// Most sets per root and figure for which rows are added. Where floors are low there are fewer;
/// where they are high, the smallest sets say most.
const MOST_SHORT_SETS: usize = 200;

/// Connected sets around the root that miss a lower limit, smallest first.
pub(super) fn short_sets(open: &Open, set: &RootSets) -> Vec<ShortSet> {
    let mut found = Vec::new();
    for figure in 0..NUM_FIGURES {
        let Some(min) = open.bounds(set.root)[figure].min else { continue };
        let weight = |at: usize| open.units[set.members[at]].figures[figure];
        let mut seen = BTreeSet::from([vec![0]]);
        let mut queue = VecDeque::from([vec![0]]);
        let mut kept = 0;
        while let Some(members) = queue.pop_front() {
            let have: u64 = members.iter().map(|&at| weight(at)).sum();
            let Some(missing) = min.checked_sub(have).filter(|&missing| missing > 0) else {
                continue;
            };
            kept += 1;
            if kept > MOST_SHORT_SETS {
                break;
            }
            for at in border(open, set, &members) {
                let mut larger = members.clone();
                larger.insert(larger.partition_point(|&other| other < at), at);
                if seen.insert(larger.clone()) {
                    queue.push_back(larger);
                }
            }
            found.push(ShortSet { figure, members, missing });
        }
    }
    found
}

/// Members that touch a set of members without belonging to it; positions, ascending.
pub(super) fn border(open: &Open, set: &RootSets, inside: &[usize]) -> Vec<usize> {
    let mut border: Vec<usize> = inside
        .iter()
        .flat_map(|&at| &open.neighbours[set.members[at]])
        .filter_map(|&unit| set.position(unit))
        .filter(|at| inside.binary_search(at).is_err())
        .collect();
    border.sort_unstable();
    border.dedup();
    border
}
