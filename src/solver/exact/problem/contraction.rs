//! From a problem to its reduction: groups contracted, decided regions taken out, limits tightened.
//!
//! Closed and fixed regions are constants: their areas leave the graph and `k` falls by their
//! number. Areas kept together become one *node* where they are connected; otherwise their pieces
//! become *companions*, which a region holds all or none of.

use std::collections::{BTreeMap, BTreeSet};

use crate::exact::problem::reduced::{Containment, Core, MOST_SUM, Resource, scale_for};
use crate::exact::problem::side::Extra;
use crate::exact::problem::step::Step;
use crate::graph::AreaSet;
use regionfront_model::instance::Area;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::{Bounds, Limits, Measure, Problem};

/// Why there is no plan, found while reducing.
pub(crate) type Contradiction = String;

/// Why a problem was not reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unreduced {
    /// There is no plan.
    Contradiction(Contradiction),
    /// It was time to stop.
    Stopped,
}

impl From<Contradiction> for Unreduced {
    fn from(contradiction: Contradiction) -> Self {
        Self::Contradiction(contradiction)
    }
}

/// Flows read between two looks at the clock.
const FLOWS_PER_LOOK: usize = 1 << 14;

/// The nodes of a problem before they are given a width.
#[derive(Clone, Debug)]
pub(crate) struct Nodes {
    members: Vec<Vec<usize>>,
    settled: Vec<Vec<usize>>,
    /// Node lists that share a region without being connected.
    companions: Vec<Vec<usize>>,
}

impl Nodes {
    /// How many nodes the reduced problem has.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Contracts the groups of a problem.
    pub(crate) fn contract(problem: &Problem) -> Result<Self, Contradiction> {
        let num_areas = problem.instance.num_areas();
        let adjacency = neighbour_lists(problem);
        // A region may be asked for more than once, in a file and on the command line.
        let mut settled: Vec<Vec<usize>> = Vec::new();
        for group in problem.rules.closed.iter().chain(&problem.rules.fixed) {
            if !settled.contains(&group.areas) {
                settled.push(group.areas.clone());
            }
        }
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

/// Areas that touch each area under the chosen links.
pub(crate) fn neighbour_lists(problem: &Problem) -> Vec<Vec<usize>> {
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
    /// Reduces a problem, already contracted, for one step of `k` regions.
    pub(crate) fn new(
        problem: &Problem,
        nodes: &Nodes,
        k: usize,
        step: &Step,
    ) -> Result<Self, Unreduced> {
        Self::reduced(problem, nodes, k, step, &|| false)
    }

    /// The same, unless it is time to stop: of thousands of nodes the tables alone take long.
    pub(crate) fn reduced(
        problem: &Problem,
        nodes: &Nodes,
        k: usize,
        step: &Step,
        is_late: &dyn Fn() -> bool,
    ) -> Result<Self, Unreduced> {
        let Nodes { mut members, settled, companions: groups } = nodes.clone();
        let ground = members.len();
        let Some(open) = k.checked_sub(settled.len()).filter(|&k| (k == 0) == (ground == 0)) else {
            return Err(Unreduced::Contradiction(format!(
                "{} regions are decided, and {ground} groups of areas are left for the others",
                settled.len()
            )));
        };
        if open > ground {
            return Err(Unreduced::Contradiction(format!(
                "{open} regions are more than the {ground} groups of areas to divide"
            )));
        }
        let bears_labels =
            step.additive.as_ref().is_some_and(|floor| floor.measure.by_label.is_some());
        let (k, labels, ghosts) = if bears_labels { (k, k, settled.len()) } else { (open, 0, 0) };
        let n = ground + labels + ghosts;
        members.resize(n, Vec::new());
        let mut node_of = vec![usize::MAX; problem.instance.num_areas()];
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
        let flows = NodeFlows::new(problem, &node_of, n, is_late).ok_or(Unreduced::Stopped)?;
        let apart = apart(problem, &settled, &node_of, n)?;
        let mut companions: Vec<AreaSet<W>> = (0..n).map(AreaSet::single).collect();
        for group in &groups {
            let set: AreaSet<W> = group.iter().copied().collect();
            for &node in group {
                companions[node] = set;
                if apart[node].meets(&set) {
                    return Err(Unreduced::Contradiction(format!(
                        "{} is kept apart from and together with the same area",
                        names(problem, &members[node])
                    )));
                }
            }
        }
        check_closed(problem, step)?;
        let exempts = |areas: &Vec<usize>| problem.rules.exempts(areas);
        let is_exempt: Vec<bool> = (0..n)
            .map(|node| companions[node].iter().any(|other: usize| exempts(&members[other])))
            .collect();
        Ok(Self {
            n,
            scale: flows.scale,
            k,
            ground: AreaSet::first_areas(ground),
            labels: (ground..ground + labels).collect(),
            ghosts: (ground + labels..n).collect(),
            neighbours,
            exempt: (0..n).filter(|&node| is_exempt[node]).collect(),
            resources: resources(problem, step, &members, &is_exempt, open)?,
            containment: flows.containments(problem, step, &members, &is_exempt),
            extra: step
                .additive
                .as_ref()
                .map(|floor| Extra::new(&floor.measure, floor.least, &members, &settled)),
            own: flows.own,
            pair: flows.pair,
            apart,
            companions,
            settled_flow: settled.iter().map(|region| flow_between(problem, region)).sum(),
            members,
            settled,
        })
    }
}

/// Flows between and inside nodes.
struct NodeFlows {
    /// Commuters between different areas of a node, scaled.
    own: Vec<i64>,
    /// Commuters between two nodes, both directions, scaled.
    pair: Vec<i64>,
    /// People who live and work in the same area of the node.
    own_areas: Vec<i64>,
    /// Scaled units per commuter.
    scale: i64,
}

impl NodeFlows {
    /// The flows; `None` where it is time to stop.
    fn new(
        problem: &Problem,
        node_of: &[usize],
        n: usize,
        is_late: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let flows = problem.instance.flows.triples();
        let between = flows.filter(|(from, to, _)| from != to).map(|(_, _, count)| count);
        // The loader has added them up.
        let scale = scale_for(between.sum());
        let mut flows =
            Self { own: vec![0; n], pair: vec![0; n * n], own_areas: vec![0; n], scale };
        for (at, (from, to, count)) in problem.instance.flows.triples().enumerate() {
            if at % FLOWS_PER_LOOK == FLOWS_PER_LOOK - 1 && is_late() {
                return None;
            }
            let (a, b) = (node_of[from], node_of[to]);
            if a >= n || b >= n {
                continue;
            }
            if from == to {
                flows.own_areas[a] += signed(count);
                continue;
            }
            let flow = signed(count) * scale;
            if a == b {
                flows.own[a] += flow;
            } else {
                flows.pair[a * n + b] += flow;
                flows.pair[b * n + a] += flow;
            }
        }
        Some(flows)
    }

    /// The floors on self-containment: the rule of the problem, and the value to rise above. An exempt
    /// node contributes as much as all others together may lack.
    fn containments(
        &self,
        problem: &Problem,
        step: &Step,
        members: &[Vec<usize>],
        is_exempt: &[bool],
    ) -> Vec<Containment> {
        let areas = &problem.instance.areas;
        let employed: Vec<u64> = members
            .iter()
            .map(|node| node.iter().map(|&area| areas[area].employed_residents).sum())
            .collect();
        let rule = step
            .limits
            .min_self_containment
            .map(|share| (share.fraction().0, share.fraction().1, 0));
        let above = step.above_self_containment.map(|(part, whole)| (part, whole, 1));
        rule.into_iter()
            .chain(above)
            .map(|(part, whole, least)| {
                let (part, whole) = (i128::from(part), i128::from(whole));
                let mut own: Vec<i128> = (self.own_areas.iter().zip(&employed))
                    .map(|(&inside, &employed)| {
                        whole * i128::from(inside) - part * i128::from(employed)
                    })
                    .collect();
                let lacking: i128 = own.iter().map(|&own| (-own).max(0)).sum();
                for (own, _) in own.iter_mut().zip(is_exempt).filter(|(_, is_exempt)| **is_exempt) {
                    *own = least + lacking;
                }
                Containment { own, whole, least, scale: self.scale }
            })
            .collect()
    }
}

/// Which nodes may not share a region.
fn apart<const W: usize>(
    problem: &Problem,
    settled: &[Vec<usize>],
    node_of: &[usize],
    n: usize,
) -> Result<Vec<AreaSet<W>>, Contradiction> {
    let mut apart = vec![AreaSet::EMPTY; n];
    for group in &problem.rules.apart {
        for (at, &a) in group.areas.iter().enumerate() {
            for &b in &group.areas[at + 1..] {
                let (node_a, node_b) = (node_of[a], node_of[b]);
                let is_settled =
                    settled.iter().any(|region| region.contains(&a) && region.contains(&b));
                if is_settled || (node_a == node_b && node_a < n) {
                    return Err(format!("{} are kept apart and together", names(problem, &[a, b])));
                }
                if node_a < n && node_b < n {
                    apart[node_a].insert(node_b);
                    apart[node_b].insert(node_a);
                }
            }
        }
    }
    Ok(apart)
}

/// The limited additive measures, tightened: by the figures of the problem, then by those of every
/// further year.
fn resources(
    problem: &Problem,
    step: &Step,
    members: &[Vec<usize>],
    is_exempt: &[bool],
    k: usize,
) -> Result<Vec<Resource>, Contradiction> {
    let mut all = limited(&problem.instance.areas, &step.limits, members, is_exempt, k)?;
    for areas in &step.also {
        all.extend(limited(areas, &step.limits, members, is_exempt, k)?);
    }
    Ok(all)
}

/// The limited additive measures by these figures of the areas.
fn limited(
    areas: &[Area],
    limits: &Limits,
    members: &[Vec<usize>],
    is_exempt: &[bool],
    k: usize,
) -> Result<Vec<Resource>, Contradiction> {
    type Measure = fn(&Area) -> u64;
    let measures: [(&str, Bounds, Measure); 4] = [
        ("population", limits.population, |area| area.population),
        ("areas", limits.areas, |_| 1),
        ("jobs", limits.jobs, |area| area.jobs),
        ("employed residents", limits.employed, |area| area.employed_residents),
    ];
    let mut resources = Vec::new();
    for (name, bounds, measure) in measures {
        if bounds == Bounds::default() || k == 0 {
            continue;
        }
        let weight: Vec<i64> = members
            .iter()
            .map(|node| signed(node.iter().map(|&area| measure(&areas[area])).sum()))
            .collect();
        if is_exempt.contains(&true) {
            resources.extend(limited_but_for(is_exempt, &weight, bounds, k).ok_or_else(|| {
                format!(
                    "{k} regions, of which limits do not apply to some, leave too little {name}"
                )
            })?);
            continue;
        }
        let total: i64 = weight.iter().sum();
        let others = i64::try_from(k).unwrap_or(i64::MAX) - 1;
        let floor = signed(bounds.min.unwrap_or(0));
        let ceiling = bounds.max.map_or(total, signed).min(total);
        let min = floor.max(total.saturating_sub(others.saturating_mul(ceiling)));
        let max = ceiling.min(total.saturating_sub(others.saturating_mul(floor)));
        if min > max {
            return Err(format!("{k} regions within the limits on {name} cannot share {total}"));
        }
        let most_multiplier = MOST_SUM / total.max(1);
        resources.push(Resource { weight, most_multiplier, min, max });
    }
    Ok(resources)
}

/// An additive measure whose limits do not apply to the regions of some nodes, as a measure for either
/// limit: the upper one first. `None` where the lower limit leaves no plan. Columns hold at most 10^15,
/// so that sums over a few thousand nodes of what they weigh here fit.
fn limited_but_for(
    is_exempt: &[bool],
    weight: &[i64],
    bounds: Bounds,
    k: usize,
) -> Option<Vec<Resource>> {
    let others = i64::try_from(k).unwrap_or(i64::MAX) - 1;
    let with = |exempt: i64| -> Vec<i64> {
        let nodes = weight.iter().zip(is_exempt);
        nodes.map(|(&weight, &is_exempt)| if is_exempt { exempt } else { weight }).collect()
    };
    let rest: i64 = with(0).iter().sum();
    let made = |weight: Vec<i64>, min: i64, max: i64| {
        let most = weight.iter().map(|weight| weight.abs()).sum::<i64>().max(1);
        Resource { weight, most_multiplier: MOST_SUM / most, min, max }
    };
    let mut found = Vec::new();
    if let Some(ceiling) = bounds.max {
        let ceiling = signed(ceiling).min(rest);
        let weight = with((ceiling - rest).min(0));
        let total: i64 = weight.iter().sum();
        let lightest: i64 = weight.iter().filter(|&&weight| weight < 0).sum();
        let min = total.saturating_sub(others.saturating_mul(ceiling)).max(lightest);
        found.push(made(weight, min, ceiling));
    }
    if let Some(floor) = bounds.min {
        // No region without these nodes holds more than the rest.
        let floor = signed(floor).min(rest + 1);
        let weight = with(floor);
        let total: i64 = weight.iter().sum();
        let max = total.saturating_sub(others.saturating_mul(floor));
        if max < floor {
            return None;
        }
        found.push(made(weight, floor, max));
    }
    Some(found)
}

/// Closed regions are subject to every limit but where limits do not apply; fixed ones are not.
fn check_closed(problem: &Problem, step: &Step) -> Result<(), Contradiction> {
    let limits = &step.limits;
    for group in &problem.rules.closed {
        if problem.rules.exempts(&group.areas) {
            continue;
        }
        let is_within = |areas: &[Area]| {
            Measure::ALL.into_iter().all(|measure| {
                let held = group.areas.iter().map(|&area| measure.of(&areas[area])).sum();
                measure.bounds(limits).contains(held)
            })
        };
        let own: u64 = group.areas.iter().map(|&a| problem.instance.flows.get(a, a)).sum();
        let inside = own + flow_between(problem, &group.areas);
        let areas = &problem.instance.areas;
        let employed = group.areas.iter().map(|&area| areas[area].employed_residents).sum();
        let kept = is_within(areas)
            && step.also.iter().all(|areas| is_within(areas))
            && limits
                .min_self_containment
                .is_none_or(|share| share.is_reached_by(inside, employed))
            && step.above_self_containment.is_none_or(|(part, whole)| {
                u128::from(inside) * u128::from(whole) > u128::from(part) * u128::from(employed)
            });
        if !kept {
            return Err(format!(
                "the closed region of {} breaks a limit",
                names(problem, &group.areas)
            ));
        }
    }
    Ok(())
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
