//! What the regions of a plan are made of, once the rules and the decisions of a proof are taken in.
//!
//! Areas that share a region by rule or decision are one *node*. Decided regions are taken out. What
//! is left has to be divided into `k` regions of nodes, and every limit on a sum is *tightened*: with
//! `T` the sum over all nodes, a region of a plan holds at least `T − (k − 1) · most` and at most
//! `T − (k − 1) · least`.
//!
//! Limits do not apply to regions that hold an *exempt* area. Its node weighs nothing in any sum, so that
//! `T` is what the others hold. With `m` such nodes at least `k − m` regions are within the limits:
//! beside a region of theirs there are `k − m − 1` more, and what a region of an exempt node holds is at
//! most `T − (k − m) · least` and, where there is one such node, at least `T − (k − 1) · most`.

use crate::document::{Limits, Rules};
use crate::instance::Instance;
use crate::reject::{Rejection, reject};
use crate::set::Set;

/// A sum over the nodes of a region that has limits.
#[derive(Clone, Debug)]
pub struct Limited {
    /// What every node adds.
    pub weight: Vec<i64>,
    /// Least a region of a plan holds.
    pub least: i64,
    /// Most a region of a plan holds.
    pub most: i64,
}

/// Nodes to be divided into `k` regions.
#[derive(Clone, Debug)]
pub struct Ground<const W: usize> {
    /// Number of nodes.
    pub n: usize,
    /// Number of regions to be made of them.
    pub k: usize,
    /// The areas of every node.
    pub members: Vec<Set<W>>,
    /// The nodes that touch every node.
    pub links: Vec<Set<W>>,
    /// The nodes that may not share a region with every node.
    pub apart: Vec<Set<W>>,
    /// Commuters between different areas of a node.
    pub own: Vec<i64>,
    /// Commuters between two nodes, both ways; `n × n`, symmetric.
    pub pair: Vec<i64>,
    /// Limited sums.
    pub limited: Vec<Limited>,
    /// Nodes with an exempt area.
    pub exempt: Set<W>,
    /// What the sums of their regions are at least and at most, as the others are within the limits.
    lifted: Vec<Limited>,
    /// Floor on people who live and work in a region ÷ its employed residents, with both by node.
    pub contained: Option<Contained>,
    /// Commuters between different areas of the decided regions.
    pub settled: i64,
    /// The areas that touch every area.
    area_links: Vec<Set<W>>,
    /// Whether some node falls into pieces, so that connected nodes do not make a connected region.
    has_loose_nodes: bool,
}

/// A floor on self-containment.
#[derive(Clone, Debug)]
pub struct Contained {
    /// The floor, a fraction.
    pub part: i64,
    /// Its denominator.
    pub whole: i64,
    /// People who live and work in the same area of a node.
    pub home: Vec<i64>,
    /// Employed residents of a node.
    pub employed: Vec<i64>,
}

/// The areas of groups, by place.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// Share a region.
    pub together: Vec<Vec<usize>>,
    /// No two share a region.
    pub apart: Vec<Vec<usize>>,
    /// Exactly a region, within the limits.
    pub closed: Vec<Vec<usize>>,
    /// Exactly a region.
    pub fixed: Vec<Vec<usize>>,
    /// Limits do not apply to the regions of these areas.
    pub exempt: Vec<usize>,
}

impl Groups {
    /// The groups of the rules.
    ///
    /// # Errors
    /// When an area is not in question.
    pub fn read(instance: &Instance, rules: &Rules) -> Result<Self, Rejection> {
        let read = |groups: &[Vec<String>]| {
            let one = |group: &Vec<String>| match group.as_slice() {
                [] => reject("a group of the rules names no area"),
                group => instance.areas(group),
            };
            groups.iter().map(one).collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            together: read(&rules.keep_together)?,
            apart: read(&rules.keep_apart)?,
            closed: read(&rules.closed)?,
            fixed: read(&rules.fixed)?,
            exempt: instance.areas(&rules.limits_do_not_apply_to)?,
        })
    }

    /// Whether no limit applies to a region of areas.
    pub(crate) fn is_free<const W: usize>(&self, region: &Set<W>) -> bool {
        let is_it = |group: &Vec<usize>| group.iter().copied().collect::<Set<W>>() == *region;
        self.exempt.iter().any(|&area| region.contains(area)) || self.fixed.iter().any(is_it)
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A limited sum: its name, what every area weighs in it, the least and the most.
type Sum = (&'static str, Vec<u64>, Option<u64>, Option<u64>);

/// What the areas weigh in every limited sum, with the limits.
pub(crate) fn sums(instance: &Instance, limits: &Limits) -> Vec<Sum> {
    let ones = vec![1; instance.codes.len()];
    let all = [
        ("population", &instance.population, limits.min_population, limits.max_population),
        ("areas", &ones, limits.min_areas, limits.max_areas),
        ("jobs", &instance.jobs, limits.min_jobs, limits.max_jobs),
        ("employed residents", &instance.employed, limits.min_employed, limits.max_employed),
    ];
    all.into_iter()
        .filter(|(_, _, least, most)| least.is_some() || most.is_some())
        .map(|(name, figures, least, most)| (name, figures.clone(), least, most))
        .collect()
}

impl<const W: usize> Ground<W> {
    /// The ground of `k` regions; `None` where rules, decisions and sums leave no room for a plan.
    pub fn new(instance: &Instance, groups: &Groups, limits: &Limits, k: usize) -> Option<Self> {
        let num_areas = instance.codes.len();
        let mut area_links = vec![Set::EMPTY; num_areas];
        for &(a, b) in &instance.links {
            area_links[a].insert(b);
            area_links[b].insert(a);
        }
        let mut decided: Vec<Set<W>> = Vec::new();
        for group in groups.closed.iter().chain(&groups.fixed) {
            let region: Set<W> = group.iter().copied().collect();
            if decided.contains(&region) {
                continue;
            }
            if !region.is_connected(&area_links) || decided.iter().any(|other| other.meets(&region))
            {
                return None;
            }
            decided.push(region);
        }
        let gone = decided.iter().fold(Set::EMPTY, super::set::Set::or);
        let mut members: Vec<Set<W>> = Vec::new();
        for node in merged(num_areas, &groups.together) {
            if !node.meets(&gone) {
                members.push(node);
            } else if !decided.iter().any(|region| node.is_within(region)) {
                return None;
            }
        }
        let k = k.checked_sub(decided.len())?;
        let n = members.len();
        if k > n || (k == 0 && n > 0) {
            return None;
        }
        let mut node_of = vec![usize::MAX; num_areas];
        for (node, areas) in members.iter().enumerate() {
            for area in areas.iter() {
                node_of[area] = node;
            }
        }
        let mut apart = vec![Set::EMPTY; n];
        for group in &groups.apart {
            for (at, &a) in group.iter().enumerate() {
                for &b in &group[at + 1..] {
                    let same = |region: &Set<W>| region.contains(a) && region.contains(b);
                    if members.iter().chain(&decided).any(same) {
                        return None;
                    }
                    if node_of[a] < n && node_of[b] < n {
                        apart[node_of[a]].insert(node_of[b]);
                        apart[node_of[b]].insert(node_of[a]);
                    }
                }
            }
        }
        let mut ground = Self {
            n,
            k,
            links: vec![Set::EMPTY; n],
            apart,
            own: vec![0; n],
            pair: vec![0; n * n],
            limited: Vec::new(),
            exempt: groups.exempt.iter().map(|&area| node_of[area]).filter(|&at| at < n).collect(),
            lifted: Vec::new(),
            contained: None,
            settled: 0,
            has_loose_nodes: members.iter().any(|node| !node.is_connected(&area_links)),
            area_links,
            members,
        };
        for &(a, b) in &instance.links {
            let (a, b) = (node_of[a], node_of[b]);
            if a != b && a < n && b < n {
                ground.links[a].insert(b);
                ground.links[b].insert(a);
            }
        }
        ground.count_flows(instance, limits, &node_of, &decided);
        ground.limit(instance, limits)?;
        let keeps = |region: &Set<W>| groups.is_free(region) || within(instance, limits, region);
        decided.iter().all(keeps).then_some(ground)
    }

    fn count_flows(
        &mut self,
        instance: &Instance,
        limits: &Limits,
        node_of: &[usize],
        decided: &[Set<W>],
    ) {
        let n = self.n;
        let mut home = vec![0; n];
        for &(from, to, count) in &instance.flows {
            let (a, b, count) = (node_of[from], node_of[to], signed(count));
            if a < n && b < n {
                if from == to {
                    home[a] += count;
                } else if a == b {
                    self.own[a] += count;
                } else {
                    self.pair[a * n + b] += count;
                    self.pair[b * n + a] += count;
                }
            } else if from != to
                && decided.iter().any(|region| region.contains(from) && region.contains(to))
            {
                self.settled += count;
            }
        }
        if let Some((part, whole)) = limits.min_self_containment {
            let employed = self.sums_of(&instance.employed);
            let (part, whole) = (signed(part), signed(whole));
            self.contained = Some(Contained { part, whole, home, employed });
        }
    }

    /// The sum of a figure over the areas of every node.
    fn sums_of(&self, figures: &[u64]) -> Vec<i64> {
        self.members
            .iter()
            .map(|areas| areas.iter().map(|area| signed(figures[area])).sum())
            .collect()
    }

    fn limit(&mut self, instance: &Instance, limits: &Limits) -> Option<()> {
        if self.k == 0 {
            return Some(());
        }
        let [k, num_exempt] = [self.k, self.exempt.len()].map(|count| count as i128);
        let strict = (k - num_exempt).max(0);
        for (_, figures, least, most) in sums(instance, limits) {
            let mut weight = self.sums_of(&figures);
            self.exempt.iter().for_each(|node| weight[node] = 0);
            let total: i64 = weight.iter().sum();
            let (least, most) = (signed(least.unwrap_or(0)), most.map_or(total, signed).min(total));
            let rest = |limit: i64, others: i128| i128::from(total) - others * i128::from(limit);
            let mut add = |to: fn(&mut Self) -> &mut Vec<Limited>, least: i128, most: i128| {
                let (least, most) = (i64::try_from(least).ok()?, i64::try_from(most).ok()?);
                to(self).push(Limited { weight: weight.clone(), least, most });
                Some(())
            };
            let left = rest(most, k - 1).max(0);
            let (lowest, highest) =
                (i128::from(least), i128::from(most).min(rest(least, (strict - 1).max(0))));
            if num_exempt == 0 {
                let lowest = lowest.max(left);
                (lowest <= highest).then_some(())?;
                add(|ground| &mut ground.limited, lowest, highest)?;
                continue;
            }
            add(|ground| &mut ground.limited, lowest, highest)?;
            let left = if num_exempt == 1 { left } else { 0 };
            (left <= rest(least, strict)).then_some(())?;
            add(|ground| &mut ground.lifted, left, rest(least, strict))?;
        }
        Some(())
    }

    /// The limits on the regions that hold this node and, unless it is exempt, no exempt one.
    pub(crate) fn limits_of(&self, node: usize) -> &[Limited] {
        if self.exempt.contains(node) { &self.lifted } else { &self.limited }
    }

    /// Commuters between different areas of a set of nodes.
    pub fn value(&self, set: &Set<W>) -> i64 {
        let mut own = 0;
        let mut twice = 0;
        for a in set.iter() {
            own += self.own[a];
            let row = &self.pair[a * self.n..(a + 1) * self.n];
            twice += set.iter().map(|b| row[b]).sum::<i64>();
        }
        own + twice / 2
    }

    /// The areas of a set of nodes.
    pub fn areas(&self, set: &Set<W>) -> Set<W> {
        set.iter().fold(Set::EMPTY, |areas, node| areas.or(&self.members[node]))
    }

    /// Whether a set of nodes keeps every rule on a single region, and leaves over what can be
    /// divided into the other regions as far as sums and pieces tell.
    pub fn is_usable(&self, set: &Set<W>) -> bool {
        self.keeps_limits(set)
            && self.is_joined(set)
            && set.iter().all(|node| !self.apart[node].meets(set))
            && self.is_divisible(&Set::below(self.n).without(set), self.k - 1)
    }

    fn keeps_limits(&self, set: &Set<W>) -> bool {
        let is_within =
            |limited: &Limited| (limited.least..=limited.most).contains(&sum(&limited.weight, set));
        if set.meets(&self.exempt) {
            return self.lifted.iter().all(is_within);
        }
        self.limited.iter().all(is_within)
            && self.contained.as_ref().is_none_or(|contained| {
                let inside = self.value(set) + sum(&contained.home, set);
                i128::from(inside) * i128::from(contained.whole)
                    >= i128::from(sum(&contained.employed, set)) * i128::from(contained.part)
            })
    }

    fn is_joined(&self, set: &Set<W>) -> bool {
        set.is_connected(&self.links)
            && (!self.has_loose_nodes || self.areas(set).is_connected(&self.area_links))
    }

    /// The fewest and the most regions a connected piece can be divided into, by its sums.
    pub(crate) fn fewest_and_most(&self, piece: &Set<W>) -> (i64, i64) {
        let mut fewest = 1;
        let [mut most, free] = [piece.len(), piece.and(&self.exempt).len()]
            .map(|count| i64::try_from(count).unwrap_or(i64::MAX));
        for limited in &self.limited {
            let total = sum(&limited.weight, piece);
            if limited.least > 0 {
                most = most.min(free + total / limited.least);
            }
            if free > 0 {
                continue;
            }
            if limited.most > 0 {
                fewest = fewest.max((total + limited.most - 1) / limited.most);
            } else if total > 0 {
                most = 0;
            }
        }
        (fewest, most)
    }

    /// Whether every connected piece of a set can be divided into a whole number of regions, and
    /// these numbers can add up to `k`, by sums alone.
    pub fn is_divisible(&self, set: &Set<W>, k: usize) -> bool {
        let (mut fewest, mut most) = (0, 0);
        let mut left = *set;
        while let Some(first) = left.first() {
            let piece = Set::of(first).reached(&left, &self.links);
            left = left.without(&piece);
            let (least, largest) = self.fewest_and_most(&piece);
            if least > largest {
                return false;
            }
            fewest += least;
            most += largest;
        }
        i64::try_from(k).is_ok_and(|k| (fewest..=most).contains(&k))
    }
}

/// The sum of a figure over a set.
pub(crate) fn sum<const W: usize>(figures: &[i64], set: &Set<W>) -> i64 {
    set.iter().map(|at| figures[at]).sum()
}

/// Areas by what shares a region; groups that overlap are joined.
fn merged<const W: usize>(num_areas: usize, groups: &[Vec<usize>]) -> Vec<Set<W>> {
    let mut nodes: Vec<Set<W>> = (0..num_areas).map(Set::of).collect();
    for group in groups {
        let wanted: Set<W> = group.iter().copied().collect();
        let (met, mut others): (Vec<_>, Vec<_>) =
            nodes.into_iter().partition(|node| node.meets(&wanted));
        others.push(met.iter().fold(Set::EMPTY, super::set::Set::or));
        nodes = others;
    }
    nodes.retain(|node| !node.is_empty());
    nodes.sort_unstable_by_key(Set::first);
    nodes
}

/// Whether a region of areas is within the limits.
pub(crate) fn within<const W: usize>(
    instance: &Instance,
    limits: &Limits,
    region: &Set<W>,
) -> bool {
    let total = |figures: &[u64]| region.iter().map(|area| u128::from(figures[area])).sum::<u128>();
    let sums_fit = sums(instance, limits).iter().all(|(_, figures, least, most)| {
        let held = total(figures);
        least.is_none_or(|least| held >= u128::from(least))
            && most.is_none_or(|most| held <= u128::from(most))
    });
    sums_fit
        && limits.min_self_containment.is_none_or(|(part, whole)| {
            let inside: u128 = instance
                .flows
                .iter()
                .filter(|(from, to, _)| region.contains(*from) && region.contains(*to))
                .map(|&(_, _, count)| u128::from(count))
                .sum();
            inside * u128::from(whole) >= total(&instance.employed) * u128::from(part)
        })
}
