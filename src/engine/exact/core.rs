//! The reduced problem the exact engine works on: groups contracted, decided regions taken out,
//! limits tightened, flows scaled to integers.
//!
//! Closed and fixed regions are constants: their areas leave the graph and `k` falls by their
//! number. Areas kept together become one *node* where they are connected; otherwise their pieces
//! become *companions*, which a region holds all or none of. With `T` the total of an additive
//! measure over the nodes, every region of a plan lies within `L' = max(L, T − (k−1)U)` and
//! `U' = min(U, T − (k−1)L)`.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::AreaSet;
use crate::plan::Plan;
use crate::quantity::{Commuters, Share};
use crate::scenario::{Bounds, Problem};

/// Scaled units per commuter. Duals and reduced costs are integers in these units, so pricing,
/// enumeration and cover compare exactly. The largest sums stay far below 2^63: a total of 2^32
/// commuters gives 2^56.
pub(super) const SCALE: i64 = 1 << 24;

/// An additive measure with limits that bind on every region.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    /// The measure of every node.
    pub(super) weight: Vec<i64>,
    /// Least a region may hold, tightened.
    pub(super) min: i64,
    /// Most a region may hold, tightened.
    pub(super) max: i64,
}

/// Self-containment as a sum over nodes and pairs that must not be negative:
/// 1,000,000 × inside flow − millionths × employed residents.
#[derive(Clone, Debug)]
pub(super) struct Containment {
    /// Contribution of every node alone.
    pub(super) own: Vec<i64>,
    /// Contribution of every pair of nodes, `n × n`, symmetric.
    pub(super) pair: Vec<i64>,
}

/// Why there is no plan, found while reducing.
pub(super) type Contradiction = String;

/// The reduced problem over sets of `64 × W` nodes.
#[derive(Clone, Debug)]
pub(super) struct Core<const W: usize> {
    /// Number of nodes.
    pub(super) n: usize,
    /// Number of regions still to form.
    pub(super) k: usize,
    /// Nodes that touch each node.
    pub(super) neighbours: Vec<AreaSet<W>>,
    /// Commuters inside each node, scaled.
    pub(super) own: Vec<i64>,
    /// Commuters between each pair of nodes, both directions, scaled; `n × n`, symmetric.
    pub(super) pair: Vec<i64>,
    /// Additive measures with limits.
    pub(super) resources: Vec<Resource>,
    /// The floor on self-containment, where there is one.
    pub(super) containment: Option<Containment>,
    /// Nodes that may not share a region with each node.
    pub(super) apart: Vec<AreaSet<W>>,
    /// Nodes that share every region of each node, itself included.
    pub(super) companions: Vec<AreaSet<W>>,
    /// The areas of each node.
    pub(super) members: Vec<Vec<usize>>,
    /// Closed and fixed regions, as areas.
    pub(super) settled: Vec<Vec<usize>>,
    /// Commuters inside the settled regions.
    pub(super) settled_flow: Commuters,
}

/// The nodes of a problem before they are given a width.
pub(super) struct Nodes {
    members: Vec<Vec<usize>>,
    settled: Vec<Vec<usize>>,
    /// Node lists that share a region without being connected.
    companions: Vec<Vec<usize>>,
}

impl Nodes {
    /// How many nodes the reduced problem has.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    /// Contracts the groups of a problem.
    pub(super) fn contract(problem: &Problem) -> Result<Self, Contradiction> {
        let num_areas = problem.instance.num_areas();
        let adjacency = neighbour_lists(problem);
        let settled: Vec<Vec<usize>> = problem
            .rules
            .closed
            .iter()
            .chain(&problem.rules.fixed)
            .map(|group| group.areas.clone())
            .collect();
        let mut is_settled = vec![false; num_areas];
        for region in &settled {
            if pieces(region, &adjacency).len() != 1 {
                return Err(format!(
                    "the region of {} is not connected under the chosen links",
                    names(problem, region)
                ));
            }
            for &area in region {
                if std::mem::replace(&mut is_settled[area], true) {
                    return Err(format!("{} is in two decided regions", names(problem, &[area])));
                }
            }
        }
        let groups = joined_groups(problem, num_areas);
        let mut members = Vec::new();
        let mut companions = Vec::new();
        for group in groups {
            let decided = group.iter().filter(|&&area| is_settled[area]).count();
            if decided == 0 {
                let parts = pieces(&group, &adjacency);
                let first = members.len();
                members.extend(parts);
                if members.len() > first + 1 {
                    companions.push((first..members.len()).collect());
                }
            } else if !settled.iter().any(|region| group.iter().all(|a| region.contains(a))) {
                return Err(format!(
                    "{} are kept together, but a decided region holds only some of them",
                    names(problem, &group)
                ));
            }
        }
        Ok(Self { members, settled, companions })
    }
}

fn names(problem: &Problem, areas: &[usize]) -> String {
    let labels: Vec<String> =
        areas.iter().map(|&area| problem.instance.areas[area].label()).collect();
    labels.join(", ")
}

fn neighbour_lists(problem: &Problem) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); problem.instance.num_areas()];
    for (a, b) in problem.adjacency() {
        lists[a].push(b);
        lists[b].push(a);
    }
    lists
}

/// Areas by the group they are kept together in; overlapping groups are joined, every other area
/// stands alone. Groups by smallest area.
fn joined_groups(problem: &Problem, num_areas: usize) -> Vec<Vec<usize>> {
    let mut sets = petgraph::unionfind::UnionFind::<usize>::new(num_areas);
    for group in &problem.rules.together {
        for pair in group.areas.windows(2) {
            sets.union(pair[0], pair[1]);
        }
    }
    let mut groups = BTreeMap::new();
    let mut first_of = vec![usize::MAX; num_areas];
    for area in 0..num_areas {
        let root = sets.find(area);
        if first_of[root] == usize::MAX {
            first_of[root] = area;
        }
        groups.entry(first_of[root]).or_insert_with(Vec::new).push(area);
    }
    groups.into_values().collect()
}

/// The connected pieces of a set of areas.
fn pieces(areas: &[usize], adjacency: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut rest: BTreeSet<usize> = areas.iter().copied().collect();
    let mut found = Vec::new();
    while let Some(start) = rest.pop_first() {
        let mut piece = vec![start];
        let mut at = 0;
        while at < piece.len() {
            for next in &adjacency[piece[at]] {
                if rest.remove(next) {
                    piece.push(*next);
                }
            }
            at += 1;
        }
        piece.sort_unstable();
        found.push(piece);
    }
    found
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl<const W: usize> Core<W> {
    /// Reduces a problem, already contracted, for `k` regions.
    pub(super) fn new(problem: &Problem, nodes: Nodes, k: usize) -> Result<Self, Contradiction> {
        let instance = &problem.instance;
        let Nodes { members, settled, companions: groups } = nodes;
        let n = members.len();
        let Some(k) = k.checked_sub(settled.len()).filter(|&k| (k == 0) == (n == 0)) else {
            return Err(format!(
                "{} regions are decided and {n} groups of areas are left, which {k} regions cannot hold",
                settled.len()
            ));
        };
        if k > n {
            return Err(format!("{k} regions are more than the {n} groups of areas to divide"));
        }
        let mut node_of = vec![usize::MAX; instance.num_areas()];
        for (node, areas) in members.iter().enumerate() {
            for &area in areas {
                node_of[area] = node;
            }
        }
        let mut neighbours = vec![AreaSet::EMPTY; n];
        for (a, b) in problem.adjacency() {
            let (a, b) = (node_of[a], node_of[b]);
            if a != b && a < n && b < n {
                neighbours[a].insert(b);
                neighbours[b].insert(a);
            }
        }
        let mut own = vec![0; n];
        let mut pair = vec![0; n * n];
        let mut inside = vec![0u64; n];
        for (from, to, count) in instance.flows.triples() {
            let (a, b) = (node_of[from], node_of[to]);
            if a >= n || b >= n {
                continue;
            }
            let flow = signed(count) * SCALE;
            if a != b {
                pair[a * n + b] += flow;
                pair[b * n + a] += flow;
            } else {
                inside[a] += count;
                if from != to {
                    own[a] += flow;
                }
            }
        }
        let settled_flow = settled.iter().map(|region| flow_between(problem, region)).sum();
        let containment = problem.rules.limits.min_self_containment.map(|share| {
            let million = i64::from(Share::ONE);
            let employed = |areas: &[usize]| -> i64 {
                signed(areas.iter().map(|&a| instance.areas[a].employed_residents).sum())
            };
            Containment {
                own: (0..n)
                    .map(|node| {
                        million * signed(inside[node])
                            - i64::from(share.millionths()) * employed(&members[node])
                    })
                    .collect(),
                pair: pair.iter().map(|&flow| flow / SCALE * million).collect(),
            }
        });
        let mut apart = vec![AreaSet::EMPTY; n];
        for group in &problem.rules.apart {
            for (at, &a) in group.areas.iter().enumerate() {
                for &b in &group.areas[at + 1..] {
                    let (node_a, node_b) = (node_of[a], node_of[b]);
                    let same_settled =
                        settled.iter().any(|region| region.contains(&a) && region.contains(&b));
                    if same_settled || (node_a == node_b && node_a < n) {
                        return Err(format!(
                            "{} are kept apart and together",
                            names(problem, &[a, b])
                        ));
                    }
                    if node_a < n && node_b < n {
                        apart[node_a].insert(node_b);
                        apart[node_b].insert(node_a);
                    }
                }
            }
        }
        let mut companions: Vec<AreaSet<W>> = (0..n).map(AreaSet::single).collect();
        for group in &groups {
            let set: AreaSet<W> = group.iter().copied().collect();
            for &node in group {
                companions[node] = set;
                if apart[node].meets(&set) {
                    return Err(format!(
                        "{} is kept apart from and together with the same area",
                        names(problem, &members[node])
                    ));
                }
            }
        }
        let mut core = Self {
            n,
            k,
            neighbours,
            own,
            pair,
            resources: Vec::new(),
            containment,
            apart,
            companions,
            members,
            settled,
            settled_flow,
        };
        core.add_resources(problem)?;
        core.check_closed(problem)?;
        Ok(core)
    }

    fn add_resources(&mut self, problem: &Problem) -> Result<(), Contradiction> {
        let limits = problem.rules.limits;
        let areas = &problem.instance.areas;
        let measures: [(&str, Bounds, Box<dyn Fn(usize) -> u64 + '_>); 4] = [
            ("population", limits.population, Box::new(|a| areas[a].population)),
            ("areas", limits.areas, Box::new(|_| 1)),
            ("jobs", limits.jobs, Box::new(|a| areas[a].jobs)),
            ("employed residents", limits.employed, Box::new(|a| areas[a].employed_residents)),
        ];
        for (name, bounds, measure) in measures {
            if bounds == Bounds::default() {
                continue;
            }
            let weight: Vec<i64> = self
                .members
                .iter()
                .map(|node| signed(node.iter().map(|&area| measure(area)).sum()))
                .collect();
            let total: i64 = weight.iter().sum();
            let others = i64::try_from(self.k).unwrap_or(i64::MAX) - 1;
            let floor = signed(bounds.min.unwrap_or(0));
            let ceiling = bounds.max.map_or(total, signed).min(total);
            if self.k > 0 {
                let min = floor.max(total.saturating_sub(others.saturating_mul(ceiling)));
                let max = ceiling.min(total.saturating_sub(others.saturating_mul(floor)));
                if min > max {
                    return Err(format!(
                        "{} regions within the limits on {name} cannot share {total}",
                        self.k
                    ));
                }
                self.resources.push(Resource { weight, min, max });
            }
        }
        Ok(())
    }

    /// Closed regions are subject to every limit; fixed ones are not.
    fn check_closed(&self, problem: &Problem) -> Result<(), Contradiction> {
        let limits = problem.rules.limits;
        for group in &problem.rules.closed {
            let sum = |measure: fn(&crate::instance::Area) -> u64| -> u64 {
                group.areas.iter().map(|&area| measure(&problem.instance.areas[area])).sum()
            };
            let inside: u64 = group
                .areas
                .iter()
                .map(|&a| problem.instance.flows.get(a, a))
                .sum::<u64>()
                + flow_between(problem, &group.areas);
            let employed = sum(|area| area.employed_residents);
            let kept = limits.population.contains(sum(|area| area.population))
                && limits.areas.contains(sum(|_| 1))
                && limits.jobs.contains(sum(|area| area.jobs))
                && limits.employed.contains(employed)
                && limits
                    .min_self_containment
                    .is_none_or(|share| share.is_reached_by(inside, employed));
            if !kept {
                return Err(format!(
                    "the closed region of {} breaks a limit",
                    names(problem, &group.areas)
                ));
            }
        }
        Ok(())
    }

    /// Commuters between different areas inside a set of nodes, scaled.
    pub(super) fn value(&self, set: &AreaSet<W>) -> i64 {
        let mut doubled = 0;
        let mut alone = 0;
        for a in set.iter() {
            alone += self.own[a];
            let row = &self.pair[a * self.n..(a + 1) * self.n];
            doubled += set.iter().map(|b| row[b]).sum::<i64>();
        }
        alone + doubled / 2
    }

    /// Sum of a weight over a set of nodes.
    #[inline]
    pub(super) fn sum(weight: &[i64], set: &AreaSet<W>) -> i64 {
        set.iter().map(|node| weight[node]).sum()
    }

    /// Whether a set of nodes can be a region on its own: connected and within every rule.
    pub(super) fn is_region(&self, set: &AreaSet<W>) -> bool {
        self.keeps_limits(set) && self.keeps_groups(set) && set.is_connected(&self.neighbours)
    }

    fn keeps_limits(&self, set: &AreaSet<W>) -> bool {
        self.resources.iter().all(|resource| {
            (resource.min..=resource.max).contains(&Self::sum(&resource.weight, set))
        }) && self.is_contained(set)
    }

    /// Whether a set reaches the floor on self-containment.
    pub(super) fn is_contained(&self, set: &AreaSet<W>) -> bool {
        self.containment.as_ref().is_none_or(|containment| {
            let mut doubled = 0;
            let mut alone = 0;
            for a in set.iter() {
                alone += containment.own[a];
                let row = &containment.pair[a * self.n..(a + 1) * self.n];
                doubled += set.iter().map(|b| row[b]).sum::<i64>();
            }
            alone + doubled / 2 >= 0
        })
    }

    /// Whether a set can still reach the floor on self-containment by adding free nodes: every
    /// free node counts with its flow to the set and half its flow to the other free nodes.
    pub(super) fn can_be_contained(&self, taken: &AreaSet<W>, free: &AreaSet<W>) -> bool {
        let Some(containment) = &self.containment else { return true };
        // Doubled, so that halves of pairs stay whole.
        let mut most = 0;
        for a in taken.iter() {
            let row = &containment.pair[a * self.n..(a + 1) * self.n];
            most += 2 * containment.own[a] + taken.iter().map(|b| row[b]).sum::<i64>();
        }
        for a in free.iter() {
            let row = &containment.pair[a * self.n..(a + 1) * self.n];
            let gain = 2 * (containment.own[a] + taken.iter().map(|b| row[b]).sum::<i64>())
                + free.iter().map(|b| row[b]).sum::<i64>();
            most += gain.max(0);
        }
        most >= 0
    }

    /// Whether a set splits no companions and unites none kept apart.
    pub(super) fn keeps_groups(&self, set: &AreaSet<W>) -> bool {
        set.iter()
            .all(|node| self.companions[node].is_subset(set) && !self.apart[node].meets(set))
    }

    /// The most regions a piece can be divided into by size; 0 when it is too small for one.
    pub(super) fn most_regions(&self, piece: &AreaSet<W>) -> usize {
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

    /// Whether what a region leaves over may still be divided into `k − 1` regions.
    ///
    /// Every connected piece of the rest needs a whole number of regions that fits its size, and
    /// these numbers must be able to sum to `k − 1`. A region that fails stands in no plan.
    pub(super) fn leaves_divisible(&self, region: &AreaSet<W>) -> bool {
        let rest = AreaSet::first_areas(self.n).difference(region);
        let mut least = 0;
        let mut most = 0;
        for piece in rest.components(&self.neighbours) {
            let Some(fewest) = self.fewest_regions(&piece) else { return false };
            let regions = self.most_regions(&piece);
            if fewest > regions {
                return false;
            }
            least += fewest;
            most += regions;
        }
        (least..=most).contains(&(self.k - 1))
    }

    /// Scaled commuters inside nodes and between them: no plan holds more.
    pub(super) fn most_value(&self) -> i64 {
        self.own.iter().sum::<i64>() + self.pair.iter().sum::<i64>() / 2
    }

    /// The plan of these regions and the settled ones.
    ///
    /// # Panics
    /// When the regions do not cover every node once.
    pub(super) fn plan(&self, regions: &[AreaSet<W>]) -> Plan {
        let regions: Vec<Vec<usize>> = regions
            .iter()
            .map(|set| set.iter().flat_map(|node| self.members[node].iter().copied()).collect())
            .chain(self.settled.iter().cloned())
            .collect();
        let num_areas = regions.iter().map(Vec::len).sum();
        Plan::from_regions(num_areas, regions.iter().map(Vec::as_slice))
            .expect("regions of a cover and settled regions hold every area once")
    }

    /// The regions of a plan as sets of nodes, settled ones left out. `None` when the plan splits
    /// a node or a settled region.
    pub(super) fn regions_of(&self, plan: &Plan) -> Option<Vec<AreaSet<W>>> {
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
        for (node, areas) in self.members.iter().enumerate() {
            let label = same(areas)?;
            if settled.contains(&label) {
                return None;
            }
            regions.entry(label).or_default().insert(node);
        }
        Some(regions.into_values().collect())
    }
}

/// Commuters between different areas of one region.
fn flow_between(problem: &Problem, region: &[usize]) -> Commuters {
    region
        .iter()
        .flat_map(|&from| problem.instance.flows.row(from).iter().map(move |entry| (from, entry)))
        .filter(|(from, (to, _))| from != to && region.contains(to))
        .map(|(_, (_, count))| count)
        .sum()
}
