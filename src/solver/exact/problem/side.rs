//! An additive measure beside commuting, which a plan must reach: the ε-constraint of a front.
//!
//! What a region adds may depend on pairs of areas it holds and on its centre: the area of lowest
//! rank inside. Taking ranks as the order of roots makes the root of a region the node of its
//! centre, so that costs by centre are linear within one root's search.

use crate::graph::AreaSet;

/// An additive measure of plans, in whole units; more is better.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Additive {
    /// `(a, b, units)`: gained when areas `a` and `b` share a region; not negative, each pair once.
    pub pairs: Vec<(usize, usize, i64)>,
    /// Costs by centre, where there are any.
    pub by_centre: Option<ByCentre>,
    /// The label of every area, from 0, where each region is to bear one of as many labels as there
    /// are regions, no two the same: an area in a region of another label costs a unit. Not
    /// together with costs by centre.
    pub by_label: Option<Vec<usize>>,
}

/// Costs of areas by the centre of their region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByCentre {
    /// `cost[centre * areas + area]`: what an area costs in a region with that centre.
    pub cost: Vec<i64>,
    /// Rank of every area; the centre of a region is its area of lowest rank. No two are equal.
    pub rank: Vec<usize>,
}

impl Additive {
    /// What a region adds but for its label.
    pub fn gain(&self, region: &[usize]) -> i64 {
        let pairs: i64 = self
            .pairs
            .iter()
            .filter(|(a, b, _)| region.contains(a) && region.contains(b))
            .map(|(_, _, units)| units)
            .sum();
        let costs: i64 = self.by_centre.as_ref().map_or(0, |by_centre| {
            let num_areas = by_centre.rank.len();
            let centre = region.iter().copied().min_by_key(|&area| by_centre.rank[area]);
            centre.map_or(0, |centre| {
                region.iter().map(|area| by_centre.cost[centre * num_areas + area]).sum()
            })
        });
        pairs - costs
    }
}

/// An additive measure over the nodes of a reduced problem.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    n: usize,
    /// Units gained by pairs of nodes, `n × n`, symmetric; empty when there are none.
    pub(crate) pair: Vec<i64>,
    /// `linear[root * n + node]`: units gained by a node in a region of that root, or label.
    pub(crate) linear: Vec<i64>,
    /// `home[label * n + node]`: areas of a node that have that label; empty without labels.
    pub(crate) home: Vec<i64>,
    /// Nodes by rank of their best area, when costs depend on the centre.
    pub(crate) order: Option<Vec<usize>>,
    place: Vec<usize>,
    /// What the regions together must reach.
    pub(crate) least: i64,
}

impl Extra {
    /// The measure over nodes; settled regions are counted towards `least`.
    pub(crate) fn new(
        measure: &Additive,
        least: i64,
        members: &[Vec<usize>],
        settled: &[Vec<usize>],
    ) -> Self {
        let n = members.len();
        let num_areas = members.iter().chain(settled).map(Vec::len).sum();
        let mut node_of = vec![usize::MAX; num_areas];
        for (node, areas) in members.iter().enumerate() {
            for &area in areas {
                node_of[area] = node;
            }
        }
        let mut own = vec![0; n];
        let mut pair = Vec::new();
        for &(a, b, units) in &measure.pairs {
            let (a, b) = (node_of[a], node_of[b]);
            if a >= n || b >= n {
                continue;
            }
            if a == b {
                own[a] += units;
            } else {
                pair.resize(n * n, 0);
                pair[a * n + b] += units;
                pair[b * n + a] += units;
            }
        }
        let mut linear = own.repeat(n);
        let mut order: Vec<usize> = (0..n).collect();
        if let Some(by_centre) = &measure.by_centre {
            let best = |node: usize| {
                members[node].iter().copied().min_by_key(|&area| by_centre.rank[area])
            };
            order.sort_by_key(|&node| best(node).map(|area| by_centre.rank[area]));
            for root in 0..n {
                let Some(centre) = best(root) else { continue };
                for node in 0..n {
                    let cost: i64 = members[node]
                        .iter()
                        .map(|area| by_centre.cost[centre * num_areas + area])
                        .sum();
                    linear[root * n + node] -= cost;
                }
            }
        }
        let mut home = Vec::new();
        if let Some(by_label) = &measure.by_label {
            // Nodes that hold areas, then labels, then settled regions.
            let ground = members.iter().filter(|areas| !areas.is_empty()).count();
            let labels = ground..n - settled.len();
            home.resize(n * n, 0);
            for label in labels.clone() {
                let areas = (0..n).zip(&members[..ground]).chain((labels.end..n).zip(settled));
                for (node, areas) in areas {
                    let same = areas.iter().filter(|&&area| by_label[area] == label - ground);
                    let same = same.count();
                    let at = label * n + node;
                    home[at] = i64::try_from(same).expect("few areas");
                    linear[at] -= i64::try_from(areas.len() - same).expect("few areas");
                }
            }
            order.sort_by_key(|node| !labels.contains(node));
        }
        let mut place = vec![0; n];
        for (at, &node) in order.iter().enumerate() {
            place[node] = at;
        }
        let settled_gain: i64 = settled.iter().map(|region| measure.gain(region)).sum();
        Self {
            n,
            pair,
            linear,
            home,
            order: measure.by_centre.is_some().then_some(order),
            place,
            least: least - settled_gain,
        }
    }

    /// No region adds or costs more units than this, nor do the regions of a plan together.
    pub(crate) fn most(&self) -> i64 {
        let pairs = self.pair.iter().sum::<i64>() / 2;
        let alone: i64 = (0..self.n)
            .map(|node| {
                let units = (0..self.n).map(|root| self.linear[root * self.n + node].abs());
                units.max().unwrap_or(0)
            })
            .sum();
        pairs + alone
    }

    /// What a region adds.
    pub(crate) fn gain<const W: usize>(&self, set: &AreaSet<W>) -> i64 {
        let Some(root) = set.iter().min_by_key(|&node| self.place[node]) else { return 0 };
        let alone: i64 = set.iter().map(|node| self.linear[root * self.n + node]).sum();
        if self.pair.is_empty() {
            return alone;
        }
        let doubled: i64 =
            set.iter().map(|a| set.iter().map(|b| self.pair[a * self.n + b]).sum::<i64>()).sum();
        alone + doubled / 2
    }
}
