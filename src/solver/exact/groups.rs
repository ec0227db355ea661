//! Groups of areas in place of areas, by heavy-edge matching.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::exact::problem::contraction::neighbour_lists;
use crate::exact::problem::step::Step;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::{Group, Limits, Measure, Problem};

/// A group holds at most one of so many parts of the most a region may hold.
const PARTS: u64 = 8;

/// So many times the average of areas per group is the most.
const SPREAD: usize = 3;

/// Makes groups, others every time.
pub(crate) struct Grouping {
    /// The problem with the groups made last.
    coarse: Problem,
    /// How many groups the question itself asks for.
    own: usize,
    adjacent: Vec<Vec<usize>>,
    /// Areas in decided regions, which are left alone.
    is_settled: Vec<bool>,
    rounds: u64,
}

/// Groups in the making, by the area that stands for each.
struct Merging<'a> {
    of: Vec<usize>,
    areas: Vec<Vec<usize>>,
    /// Commuters to other groups.
    ties: Vec<BTreeMap<usize, Commuters>>,
    adjacent: Vec<Vec<usize>>,
    problem: &'a Problem,
    limits: &'a Limits,
    most_areas: usize,
}

impl Grouping {
    pub(crate) fn new(problem: &Problem) -> Self {
        let mut coarse = problem.clone();
        // What no engine asks for need not be held twice.
        coarse.instance.shapes = None;
        coarse.instance.divisions.clear();
        let mut is_settled = vec![false; problem.instance.num_areas()];
        for group in problem.rules.closed.iter().chain(&problem.rules.fixed) {
            for &area in &group.areas {
                is_settled[area] = true;
            }
        }
        Self {
            own: problem.rules.together.len(),
            adjacent: neighbour_lists(problem),
            coarse,
            is_settled,
            rounds: 0,
        }
    }

    /// The problem with neighbours kept together in about so many groups; where a plan is given,
    /// within its regions.
    pub(crate) fn problem(&mut self, count: usize, within: Option<&Plan>, step: &Step) -> &Problem {
        self.coarse.rules.together.truncate(self.own);
        let mut dice = ChaCha8Rng::seed_from_u64(self.rounds);
        self.rounds += 1;
        let num_areas = self.coarse.instance.num_areas();
        let mut merging = Merging::new(&self.coarse, &self.adjacent, &step.limits, count);
        let may_join = |a: usize, b: usize| {
            within.is_none_or(|plan| plan.region_of(a) == plan.region_of(b))
                && !self.is_settled[a]
                && !self.is_settled[b]
        };
        let mut left = num_areas;
        loop {
            let mut order: Vec<usize> =
                (0..num_areas).filter(|&area| merging.of[area] == area).collect();
            // Small groups first, so that sizes stay near each other; chance among equals.
            order.sort_by_cached_key(|&group| (merging.areas[group].len(), dice.next_u32()));
            let before = left;
            let mut is_matched = vec![false; num_areas];
            for group in order {
                if left <= count {
                    break;
                }
                if !is_matched[group]
                    && let Some(other) = merging.partner(group, &is_matched, &may_join)
                {
                    let kept = merging.merge(group, other);
                    is_matched[group] = true;
                    is_matched[other] = true;
                    is_matched[kept] = true;
                    left -= 1;
                }
            }
            if left <= count || left == before {
                break;
            }
        }
        let groups = merging.areas.into_iter().filter(|areas| areas.len() > 1);
        let groups: Vec<Group> = groups
            .map(|mut areas| {
                areas.sort_unstable();
                Group { name: String::new(), areas }
            })
            .collect();
        self.coarse.rules.together.extend(groups);
        &self.coarse
    }
}

impl<'a> Merging<'a> {
    fn new(
        problem: &'a Problem,
        adjacent: &[Vec<usize>],
        limits: &'a Limits,
        count: usize,
    ) -> Self {
        let num_areas = problem.instance.num_areas();
        let mut ties = vec![BTreeMap::new(); num_areas];
        for (from, to, flow) in problem.instance.flows.triples() {
            if from != to {
                *ties[from].entry(to).or_insert(0) += flow;
                *ties[to].entry(from).or_insert(0) += flow;
            }
        }
        Self {
            of: (0..num_areas).collect(),
            areas: (0..num_areas).map(|area| vec![area]).collect(),
            ties,
            adjacent: adjacent.to_vec(),
            problem,
            limits,
            most_areas: SPREAD * num_areas.div_ceil(count.max(1)),
        }
    }

    /// The neighbour that exchanges most with a group, of those it may be merged with.
    fn partner(
        &self,
        group: usize,
        is_matched: &[bool],
        may_join: &dyn Fn(usize, usize) -> bool,
    ) -> Option<usize> {
        self.adjacent[group]
            .iter()
            .map(|&other| self.group_of(other))
            .filter(|&other| other != group && !is_matched[other] && may_join(group, other))
            .filter(|&other| self.fits(group, other))
            .max_by_key(|&other| {
                let tie = self.ties[group].get(&other).copied().unwrap_or(0);
                (tie, Reverse(self.areas[other].len()), Reverse(other))
            })
    }

    fn group_of(&self, area: usize) -> usize {
        let mut at = area;
        while self.of[at] != at {
            at = self.of[at];
        }
        at
    }

    /// Whether two groups together are small enough, and none of their areas kept apart.
    fn fits(&self, a: usize, b: usize) -> bool {
        if self.areas[a].len() + self.areas[b].len() > self.most_areas {
            return false;
        }
        let both = || self.areas[a].iter().chain(&self.areas[b]);
        let is_small = Measure::ALL.into_iter().all(|measure| {
            measure.bounds(self.limits).max.is_none_or(|most| {
                let held: u64 =
                    both().map(|&area| measure.of(&self.problem.instance.areas[area])).sum();
                held <= most / PARTS
            })
        });
        is_small
            && self.problem.rules.apart.iter().all(|group| {
                both().filter(|area| group.areas.binary_search(area).is_ok()).count() < 2
            })
    }

    /// Merges two groups; the one with more ties stands for both.
    fn merge(&mut self, a: usize, b: usize) -> usize {
        let (kept, gone) = if self.ties[a].len() >= self.ties[b].len() { (a, b) } else { (b, a) };
        self.of[gone] = kept;
        let areas = std::mem::take(&mut self.areas[gone]);
        self.areas[kept].extend(areas);
        let adjacent = std::mem::take(&mut self.adjacent[gone]);
        self.adjacent[kept].extend(adjacent);
        for (other, tie) in std::mem::take(&mut self.ties[gone]) {
            self.ties[other].remove(&gone);
            if other != kept {
                *self.ties[kept].entry(other).or_insert(0) += tie;
                *self.ties[other].entry(kept).or_insert(0) += tie;
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regionfront_testkit::Sketch;

    #[test]
    fn groups_are_connected_and_lie_within_regions() {
        let mut sketch = Sketch::chain(60);
        for area in 0..59 {
            sketch = sketch.flow(area, area + 1, 5 + u64::try_from(area % 7).expect("small"));
        }
        let problem = sketch.problem();
        let mut grouping = Grouping::new(&problem);
        let step = Step { limits: problem.rules.limits, ..Step::default() };
        let coarse = grouping.problem(12, None, &step).clone();
        let held: usize = coarse.rules.together.iter().map(|group| group.areas.len() - 1).sum();
        assert!((12..=20).contains(&(60 - held)), "{} groups", 60 - held);
        for group in &coarse.rules.together {
            assert!(group.areas.windows(2).all(|pair| pair[1] == pair[0] + 1), "{group:?}");
        }
        let labels: Vec<u32> = (0..60).map(|area| if area < 31 { 1 } else { 2 }).collect();
        let plan = Plan::from_labels(&labels);
        let finer = grouping.problem(12, Some(&plan), &step);
        assert_ne!(finer.rules.together, coarse.rules.together);
        let splits = |group: &&Group| group.areas.contains(&30) && group.areas.contains(&31);
        assert_eq!(finer.rules.together.iter().find(splits), None);
    }
}
