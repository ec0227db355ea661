//! The reduced problem the exact engine works on, and what makes a set of nodes a region of it.
//!
//! With `T` the total of an additive measure over the nodes, every region of a plan lies within
//! `L' = max(L, T − (k−1)U)` and `U' = min(U, T − (k−1)L)`.
//!
//! Limits that do not apply to the regions of some nodes `E` stay sums over all regions, with other
//! weights for these nodes. A region with one of them keeps a lower limit `L` whatever it holds where
//! each weighs `L`, and an upper limit `U` where each weighs `min(0, U − P)`, with `P` the total of all
//! other nodes; a region with none of them weighs what it did. So such a measure makes two, one with
//! either limit, and everything that holds for sums of any sign holds for them.

use std::collections::{BTreeMap, BTreeSet};

use crate::exact::problem::column::Column;
use crate::exact::problem::side::Extra;
use crate::graph::AreaSet;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;

/// Most scaled units per commuter. Duals and reduced costs are integers in such units, so pricing,
/// enumeration and cover compare exactly.
pub(crate) const SCALE: i64 = 1 << 24;

/// All commuters together are at most this many scaled units, or one of them is more than that.
const MOST_VALUE: i64 = 1 << 56;

/// Sums of duals over the nodes, and of multiplied weights, stay within this: with the commuters
/// they stay below 2^63.
pub(crate) const MOST_SUM: i64 = 1 << 59;

/// Scaled units per commuter where there are so many: as many as leave room for all of them.
pub(crate) fn scale_for(commuters: Commuters) -> i64 {
    let commuters = i64::try_from(commuters).unwrap_or(i64::MAX).max(1);
    let most = MOST_VALUE / commuters;
    let mut scale = SCALE;
    while scale > most.max(1) {
        scale /= 2;
    }
    scale
}

/// Levels of duals, the largest scaled values there are, stay within this: two of them add up, and
/// what is left between them can be told. Beyond it duals prove nothing.
pub(crate) const MOST_LEVEL: i64 = 1 << 61;

/// An additive measure with limits that bind on every region.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    /// The measure of every node; below zero where an upper limit does not apply to its region.
    pub(crate) weight: Vec<i64>,
    /// Multipliers up to this keep sums of multiplied weights in range.
    pub(crate) most_multiplier: i64,
    /// Least a region may hold, tightened.
    pub(crate) min: i64,
    /// Most a region may hold, tightened.
    pub(crate) max: i64,
}

impl Resource {
    /// Whether a set never weighs less for having more nodes.
    pub(crate) fn only_grows(&self) -> bool {
        self.weight.iter().all(|&weight| weight >= 0)
    }
}

/// A floor on self-containment: denominator × people who live and work inside − numerator ×
/// employed residents.
#[derive(Clone, Debug)]
pub(crate) struct Containment {
    /// Contribution of every node, but for its commuters between areas. Shares have up to 18 digits,
    /// and people are up to 10^15: products need more than 64 bits.
    pub(crate) own: Vec<i128>,
    /// Contribution of a commuter between areas: the denominator.
    pub(crate) whole: i128,
    /// What the sum must reach.
    pub(crate) least: i128,
    /// Scaled units per commuter.
    pub(crate) scale: i64,
}

impl Containment {
    /// The sum for a region of these nodes' own contributions and this scaled value.
    pub(crate) fn reached(&self, own: i128, value: i64) -> i128 {
        own + self.whole * i128::from(value / self.scale)
    }

    /// The sum of the nodes' own contributions.
    pub(crate) fn held<const W: usize>(&self, set: &AreaSet<W>) -> i128 {
        set.iter().map(|node| self.own[node]).sum()
    }
}

/// The reduced problem over sets of `64 × W` nodes.
#[derive(Clone, Debug)]
pub(crate) struct Core<const W: usize> {
    /// Number of nodes.
    pub(crate) n: usize,
    /// Scaled units per commuter.
    pub(crate) scale: i64,
    /// Number of regions still to form; where regions bear labels, of all regions.
    pub(crate) k: usize,
    /// The nodes that hold areas: all of them but where regions bear labels.
    pub(crate) ground: AreaSet<W>,
    /// The nodes that stand for labels, one of which every region holds.
    pub(crate) labels: AreaSet<W>,
    /// The nodes that stand for settled regions, which bear labels too.
    pub(crate) ghosts: AreaSet<W>,
    /// Nodes that touch each node.
    pub(crate) neighbours: Vec<AreaSet<W>>,
    /// Commuters inside each node, scaled.
    pub(crate) own: Vec<i64>,
    /// Commuters between each pair of nodes, both directions, scaled; `n × n`, symmetric.
    pub(crate) pair: Vec<i64>,
    /// The nodes to whose regions limits do not apply.
    pub(crate) exempt: AreaSet<W>,
    /// Additive measures with limits.
    pub(crate) resources: Vec<Resource>,
    /// Floors on self-containment.
    pub(crate) containment: Vec<Containment>,
    /// Nodes that may not share a region with each node.
    pub(crate) apart: Vec<AreaSet<W>>,
    /// Nodes that share every region of each node, itself included.
    pub(crate) companions: Vec<AreaSet<W>>,
    /// The areas of each node.
    pub(crate) members: Vec<Vec<usize>>,
    /// The additive measure a plan must reach, where there is one.
    pub(crate) extra: Option<Extra>,
    /// Closed and fixed regions, as areas.
    pub(crate) settled: Vec<Vec<usize>>,
    /// Commuters inside the settled regions.
    pub(crate) settled_flow: Commuters,
}

/// Whole commuters in a value of so many units each, rounded down; below zero none.
pub(crate) fn commuters(scaled: i64, scale: i64) -> Commuters {
    Commuters::try_from(scaled.div_euclid(scale)).unwrap_or(0)
}

impl<const W: usize> Core<W> {
    /// Commuters between different areas inside a set of nodes, scaled.
    pub(crate) fn value(&self, set: &AreaSet<W>) -> i64 {
        let mut doubled = 0;
        let mut alone = 0;
        for a in set.iter() {
            alone += self.own[a];
            let row = &self.pair[a * self.n..(a + 1) * self.n];
            doubled += set.iter().map(|b| row[b]).sum::<i64>();
        }
        alone + doubled / 2
    }

    /// Least reduced value, scaled, for a column to be worth adding.
    pub(crate) fn worth(&self) -> i64 {
        (self.scale / 256).max(1)
    }

    /// Commuters as a scaled value, unless they are beyond its range.
    pub(crate) fn scaled(&self, commuters: Commuters) -> Option<i64> {
        i64::try_from(commuters).ok()?.checked_mul(self.scale)
    }

    /// Whole commuters in a scaled value, rounded down; bounds below zero read as zero.
    pub(crate) fn commuters(&self, scaled: i64) -> Commuters {
        commuters(scaled, self.scale)
    }

    /// Sum of a weight over a set of nodes.
    #[inline]
    pub(crate) fn sum(weight: &[i64], set: &AreaSet<W>) -> i64 {
        set.iter().map(|node| weight[node]).sum()
    }

    /// Whether a set of nodes can be a region on its own: connected and within every rule.
    pub(crate) fn is_region(&self, set: &AreaSet<W>) -> bool {
        if self.labels.is_empty() {
            return self.is_body(set) && self.keeps_groups(set);
        }
        let body = set.difference(&self.labels);
        set.intersection(&self.labels).len() == 1
            && if body.meets(&self.ghosts) { body.len() == 1 } else { self.is_body(&body) }
            && self.keeps_groups(set)
    }

    /// Whether a set of nodes that hold areas is connected and within the limits.
    fn is_body(&self, set: &AreaSet<W>) -> bool {
        self.keeps_limits(set) && set.is_connected(&self.neighbours)
    }

    fn keeps_limits(&self, set: &AreaSet<W>) -> bool {
        self.resources.iter().all(|resource| {
            (resource.min..=resource.max).contains(&Self::sum(&resource.weight, set))
        }) && self.is_contained(set)
    }

    /// A set of nodes as a column.
    pub(crate) fn column(&self, set: AreaSet<W>) -> Column<W> {
        Column { set, value: self.value(&set), gain: self.gain(&set) }
    }

    /// What a region adds to the additive measure.
    pub(crate) fn gain(&self, set: &AreaSet<W>) -> i64 {
        self.extra.as_ref().map_or(0, |extra| extra.gain(set))
    }

    /// Whether regions together reach the additive measure asked for.
    pub(crate) fn reaches_least(&self, regions: &[AreaSet<W>]) -> bool {
        self.extra.as_ref().is_none_or(|extra| {
            regions.iter().map(|set| extra.gain(set)).sum::<i64>() >= extra.least
        })
    }

    /// What a node weighs in a resource or, numbered on, in a floor on self-containment.
    pub(crate) fn weight(&self, kind: usize, node: usize) -> i128 {
        match self.resources.get(kind) {
            Some(resource) => i128::from(resource.weight[node]),
            None => self.containment[kind - self.resources.len()].own[node],
        }
    }

    /// Sums of [`Self::weight`] over a set, for every kind.
    pub(crate) fn held(&self, set: &AreaSet<W>) -> impl Iterator<Item = i128> + '_ {
        let kinds = self.resources.len() + self.containment.len();
        let set = *set;
        (0..kinds).map(move |kind| set.iter().map(|node| self.weight(kind, node)).sum())
    }

    /// Whether a set reaches the floor on self-containment.
    pub(crate) fn is_contained(&self, set: &AreaSet<W>) -> bool {
        if self.containment.is_empty() {
            return true;
        }
        let value = self.value(set);
        self.containment.iter().all(|containment| {
            containment.reached(containment.held(set), value) >= containment.least
        })
    }

    /// Whether a set can still reach the floor on self-containment by adding free nodes: every
    /// free node counts with its flow to the set and half its flow to the other free nodes.
    pub(crate) fn can_be_contained(&self, taken: &AreaSet<W>, free: &AreaSet<W>) -> bool {
        if self.containment.is_empty() {
            return true;
        }
        let value = self.value(taken);
        // Doubled, so that halves of pairs stay whole.
        let flows: Vec<i64> = free
            .iter()
            .map(|a| {
                let row = &self.pair[a * self.n..(a + 1) * self.n];
                let ours = taken.iter().map(|b| row[b]).sum::<i64>();
                let theirs = free.iter().map(|b| row[b]).sum::<i64>();
                2 * (self.own[a] + ours) + theirs
            })
            .collect();
        self.containment.iter().all(|containment| {
            let held = containment.reached(containment.held(taken), value);
            let gains = free
                .iter()
                .zip(&flows)
                .map(|(a, &flow)| containment.reached(2 * containment.own[a], flow).max(0));
            2 * held + gains.sum::<i128>() >= 2 * containment.least
        })
    }

    /// Whether a set splits no companions and unites none kept apart.
    pub(crate) fn keeps_groups(&self, set: &AreaSet<W>) -> bool {
        set.iter().all(|node| self.companions[node].is_subset(set) && !self.apart[node].meets(set))
    }

    /// The most regions a piece can be divided into by size; 0 when it is too small for one.
    pub(crate) fn most_regions(&self, piece: &AreaSet<W>) -> usize {
        self.resources
            .iter()
            .filter(|resource| resource.min > 0)
            .map(|resource| Self::sum(&resource.weight, piece) / resource.min)
            .map(|most| usize::try_from(most).unwrap_or(usize::MAX))
            .fold(piece.len(), usize::min)
    }

    /// The fewest regions a piece can be divided into by size. `None` when there is no such number.
    fn fewest_regions(&self, piece: &AreaSet<W>) -> Option<usize> {
        let mut fewest = 1;
        for resource in &self.resources {
            let total = Self::sum(&resource.weight, piece);
            if resource.max > 0 {
                fewest = fewest.max((total + resource.max - 1) / resource.max);
            } else if total > 0 {
                return None;
            }
        }
        usize::try_from(fewest).ok()
    }

    /// Whether a connected piece may be divided into a whole number of regions by size.
    pub(crate) fn is_piece_divisible(&self, piece: &AreaSet<W>) -> bool {
        self.fewest_regions(piece).is_some_and(|fewest| fewest <= self.most_regions(piece))
    }

    /// Whether what a region leaves over may still be divided into `k − 1` regions. A region that
    /// fails stands in no plan.
    pub(crate) fn leaves_divisible(&self, region: &AreaSet<W>) -> bool {
        self.is_divisible(&AreaSet::first_areas(self.n).difference(region), self.k - 1)
            && self.is_near(region)
    }

    /// Whether a set may be divided into `k` regions by size: every connected piece needs a whole
    /// number of regions, and these numbers must be able to sum to `k`.
    pub(crate) fn is_divisible(&self, set: &AreaSet<W>, k: usize) -> bool {
        let mut least = set.intersection(&self.ghosts).len();
        let mut most = least;
        for piece in set.intersection(&self.ground).components(&self.neighbours) {
            let Some(fewest) = self.fewest_regions(&piece) else { return false };
            let regions = self.most_regions(&piece);
            if fewest > regions {
                return false;
            }
            least += fewest;
            most += regions;
        }
        (least..=most).contains(&k)
    }

    /// Scaled commuters inside nodes and between them: no plan holds more.
    pub(crate) fn most_value(&self) -> i64 {
        self.own.iter().sum::<i64>() + self.pair.iter().sum::<i64>() / 2
    }

    /// The plan of these regions and the settled ones.
    ///
    /// # Panics
    /// When the regions do not cover every node once.
    pub(crate) fn plan(&self, regions: &[AreaSet<W>]) -> Plan {
        let regions: Vec<Vec<usize>> = regions
            .iter()
            .filter(|set| !set.meets(&self.ghosts))
            .map(|set| set.iter().flat_map(|node| self.members[node].iter().copied()).collect())
            .chain(self.settled.iter().cloned())
            .collect();
        let num_areas = regions.iter().map(Vec::len).sum();
        Plan::from_regions(num_areas, regions.iter().map(Vec::as_slice))
            .expect("regions of a cover and settled regions hold every area once")
    }

    /// The regions of a plan as sets of nodes, settled ones left out or, where regions bear
    /// labels, all of them with the best. `None` when the plan splits a node or a settled region.
    pub(crate) fn regions_of(&self, plan: &Plan) -> Option<Vec<AreaSet<W>>> {
        let num_areas: usize = self.members.iter().chain(&self.settled).map(Vec::len).sum();
        if plan.num_areas() != num_areas {
            return None;
        }
        let same = |areas: &Vec<usize>| {
            let label = plan.region_of(areas[0]);
            areas.iter().all(|&area| plan.region_of(area) == label).then_some(label)
        };
        let settled: Option<BTreeSet<u32>> = self.settled.iter().map(same).collect();
        let settled = settled?;
        let mut regions: BTreeMap<u32, AreaSet<W>> = BTreeMap::new();
        for node in self.ground.iter() {
            let label = same(&self.members[node])?;
            if settled.contains(&label) {
                return None;
            }
            regions.entry(label).or_default().insert(node);
        }
        Some(self.labelled(regions.into_values().collect()))
    }
}
