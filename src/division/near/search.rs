//! Depth first over moves, with a bound on what further moves can gain.

use std::collections::VecDeque;

use crate::engine::{Limits, StopReason};
use crate::plan::Plan;
use crate::quantity::Commuters;
use crate::scenario::{Bounds, Measure, Problem};

/// What the search reports on its way.
pub(super) trait Judge {
    /// A plan by labels that holds more commuters than the best so far, and whether it keeps the
    /// rules.
    fn accepts(&mut self, labels: &[usize], objective: Commuters) -> bool;
}

/// How the search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    /// What struck, if anything did.
    pub(super) stopped_by: Option<StopReason>,
    /// No plan holds more; meaningless where nothing struck and no plan was found.
    pub(super) bound: Commuters,
    /// Nodes of the tree.
    pub(super) nodes: u64,
}

/// Signed commuters: gains and losses.
type Gain = i64;

/// State of the search. Labels are numbered from 0.
pub(super) struct Search<'a> {
    problem: &'a Problem,
    limits: &'a Limits,
    ceiling: Commuters,
    num_labels: usize,
    /// Commuters between two areas, both directions; 0 with itself.
    pairs: Vec<Vec<Gain>>,
    /// For each area, the others by commuters, most first; none without.
    partners: Vec<Vec<usize>>,
    neighbours: Vec<Vec<usize>>,
    labels: Vec<usize>,
    /// Moved already, or never to move in this part of the tree.
    is_settled: Vec<bool>,
    /// Commuters between an area and a label.
    to_label: Vec<Vec<Gain>>,
    objective: Gain,
    best: Option<Gain>,
    open_bound: Gain,
    nodes: u64,
    stopped_by: Option<StopReason>,
}

/// An area that may move, with what each label promises.
struct Candidate {
    area: usize,
    /// `(promise, label)`, best first.
    options: Vec<(Gain, usize)>,
}

/// So many areas must arrive at a label, or leave it, before a limit is kept.
#[derive(Clone, Copy)]
struct Requirement {
    label: usize,
    arrives: bool,
    count: usize,
}

impl Requirement {
    /// What a candidate promises if it moves as required.
    fn promise(&self, candidate: &Candidate, label: usize) -> Option<Gain> {
        if self.arrives {
            let option = candidate.options.iter().find(|(_, aim)| *aim == self.label);
            option.map(|(promise, _)| *promise)
        } else {
            (label == self.label).then(|| candidate.options[0].0)
        }
    }
}

impl<'a> Search<'a> {
    pub(super) fn new(
        problem: &'a Problem,
        limits: &'a Limits,
        home: &Plan,
        ceiling: Commuters,
        known: Option<Commuters>,
    ) -> Self {
        let instance = &problem.instance;
        let n = instance.num_areas();
        let mut pairs = vec![vec![0; n]; n];
        for (from, to, commuters) in instance.flows.triples().filter(|(from, to, _)| from != to) {
            pairs[from][to] += commuters.cast_signed();
            pairs[to][from] += commuters.cast_signed();
        }
        let partners = pairs
            .iter()
            .map(|row| {
                let mut partners: Vec<usize> = (0..n).filter(|&other| row[other] > 0).collect();
                partners.sort_by_key(|&other| std::cmp::Reverse(row[other]));
                partners
            })
            .collect();
        let mut neighbours = vec![Vec::new(); n];
        for (a, b) in problem.adjacency() {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
        let labels: Vec<usize> = home.labels().iter().map(|&region| region as usize - 1).collect();
        let num_labels = home.num_regions();
        let mut to_label = vec![vec![0; num_labels]; n];
        let mut objective = 0;
        for area in 0..n {
            for other in 0..n {
                to_label[area][labels[other]] += pairs[area][other];
            }
            objective += to_label[area][labels[area]];
        }
        Self {
            problem,
            limits,
            ceiling,
            num_labels,
            pairs,
            partners,
            neighbours,
            is_settled: vec![false; n],
            labels,
            to_label,
            objective: objective / 2,
            best: known.map(Commuters::cast_signed),
            open_bound: 0,
            nodes: 0,
            stopped_by: None,
        }
    }

    /// Searches all plans within so many moves.
    pub(super) fn run(mut self, max_moved: usize, judge: &mut dyn Judge) -> Ended {
        self.explore(max_moved, judge);
        let best = self.best.unwrap_or(0);
        let bound = if self.stopped_by.is_some() { self.open_bound.max(best) } else { best };
        Ended {
            stopped_by: self.stopped_by,
            bound: bound.unsigned_abs().min(self.ceiling),
            nodes: self.nodes,
        }
    }

    fn is_done(&self) -> bool {
        self.stopped_by.is_some()
            || self.best.is_some_and(|best| best >= self.ceiling.cast_signed())
    }

    /// Tries the labels as they are, then every way to move at most `left` further areas.
    fn explore(&mut self, left: usize, judge: &mut dyn Judge) {
        self.nodes += 1;
        let mut required = self.requirements();
        if self.moves_needed(&required) == 0
            && self.best.is_none_or(|best| self.objective > best)
            && judge.accepts(&self.labels, self.objective.unsigned_abs())
        {
            self.best = Some(self.objective);
        }
        let mut excluded = Vec::new();
        while left > 0 && !self.is_done() && self.moves_needed(&required) <= left {
            let mut candidates = self.candidates(left);
            candidates.sort_by_key(|found| (std::cmp::Reverse(found.options[0].0), found.area));
            let (promised, next) = self.most_promised(&candidates, &required, left);
            let (bound, Some(next)) = (self.objective + promised, next) else { break };
            if self.best.is_some_and(|best| bound <= best) {
                break;
            }
            if let Some(reason) = self.limits.struck(self.nodes) {
                self.stopped_by = Some(reason);
            }
            let Candidate { area, options } = candidates.swap_remove(next);
            let home = self.labels[area];
            self.is_settled[area] = true;
            for (_, label) in options {
                if self.is_done() {
                    break;
                }
                self.relabel(area, label);
                self.explore(left - 1, judge);
                self.relabel(area, home);
            }
            if self.stopped_by.is_some() {
                // What was left of this node held no more than this.
                self.open_bound = self.open_bound.max(bound);
            }
            excluded.push(area);
            // Without this area a requirement may need more of the others.
            required = self.requirements();
        }
        for area in excluded {
            self.is_settled[area] = false;
        }
    }

    /// An upper bound on what further moves can gain, and the candidate to decide on next; none
    /// where nothing can move as it must.
    ///
    /// Each requirement bounds by itself: the best of the moves it asks for, be they losses, and
    /// beside them the best gains. The lowest bound counts, and its best move is decided on.
    fn most_promised(
        &self,
        candidates: &[Candidate],
        required: &[Requirement],
        left: usize,
    ) -> (Gain, Option<usize>) {
        let gain = |found: &Candidate| found.options[0].0.max(0);
        let free: Gain = candidates.iter().take(left).map(gain).sum();
        let mut lowest = (free, (!candidates.is_empty()).then_some(0));
        let mut decided = false;
        for requirement in required {
            let mut forced: Vec<(Gain, usize)> = candidates
                .iter()
                .enumerate()
                .filter_map(|(at, found)| {
                    Some((requirement.promise(found, self.labels[found.area])?, at))
                })
                .collect();
            forced.sort_by_key(|&(promise, at)| (std::cmp::Reverse(promise), at));
            if forced.len() < requirement.count {
                return (0, None);
            }
            forced.truncate(requirement.count);
            let asked: Gain = forced.iter().map(|(promise, _)| promise).sum();
            // Of the others the best gains; a forced candidate could gain more elsewhere, so that
            // it is not taken out.
            let beside: Gain =
                candidates.iter().take(left.saturating_sub(requirement.count)).map(gain).sum();
            if !decided || asked + beside < lowest.0 {
                lowest = (lowest.0.min(asked + beside), Some(forced[0].1));
                decided = true;
            }
        }
        lowest
    }

    fn relabel(&mut self, area: usize, label: usize) {
        let before = self.labels[area];
        self.objective += self.to_label[area][label] - self.to_label[area][before];
        self.labels[area] = label;
        for other in 0..self.labels.len() {
            self.to_label[other][before] -= self.pairs[area][other];
            self.to_label[other][label] += self.pairs[area][other];
        }
    }

    /// Every area that may move, with an upper bound on its part of what moves can gain.
    fn candidates(&self, left: usize) -> Vec<Candidate> {
        let n = self.labels.len();
        let may: Vec<Vec<bool>> =
            (0..self.num_labels).map(|label| self.in_reach(label, left)).collect();
        (0..n)
            .filter(|&area| !self.is_settled[area])
            .filter_map(|area| {
                let home = self.labels[area];
                let mut options: Vec<(Gain, usize)> = (0..self.num_labels)
                    .filter(|&label| label != home && may[label][area])
                    .map(|label| {
                        let alone = self.to_label[area][label] - self.to_label[area][home];
                        // Half of what each pair of moves gains beyond its two single moves,
                        // rounded up.
                        let shared = self.best_partners(area, &may[label], left - 1);
                        (alone + (shared + 1) / 2, label)
                    })
                    .collect();
                options.sort_by_key(|&(promise, label)| (std::cmp::Reverse(promise), label));
                (!options.is_empty()).then_some(Candidate { area, options })
            })
            .collect()
    }

    /// Most that pairs of an area with so many others can gain beyond single moves: their
    /// commuters once when both come from one label, and once when both may go to the same.
    fn best_partners(&self, area: usize, may_follow: &[bool], count: usize) -> Gain {
        if count == 0 {
            return 0;
        }
        let mut most: Vec<Gain> = Vec::with_capacity(count + 1);
        for &other in &self.partners[area] {
            let commuters = self.pairs[area][other];
            if most.len() == count && 2 * commuters <= most[count - 1] {
                break;
            }
            if self.is_settled[other] {
                continue;
            }
            let times =
                Gain::from(self.labels[other] == self.labels[area]) + Gain::from(may_follow[other]);
            let at = most.partition_point(|&gain| gain >= times * commuters);
            most.insert(at, times * commuters);
            most.truncate(count);
        }
        most.iter().sum()
    }

    /// Areas that so many moves can bring to a label, contiguously.
    fn in_reach(&self, label: usize, left: usize) -> Vec<bool> {
        let n = self.labels.len();
        let members: Vec<usize> = (0..n).filter(|&area| self.labels[area] == label).collect();
        let unsettled = members.iter().filter(|&&area| !self.is_settled[area]).count();
        // All its areas could leave and others found it anew elsewhere.
        if unsettled == members.len() && unsettled < left {
            return self.is_settled.iter().map(|settled| !settled).collect();
        }
        let mut steps = vec![usize::MAX; n];
        let mut queue: VecDeque<usize> = members.iter().copied().collect();
        for &area in &members {
            steps[area] = 0;
        }
        while let Some(area) = queue.pop_front() {
            if steps[area] == left {
                continue;
            }
            for &next in &self.neighbours[area] {
                if !self.is_settled[next] && steps[next] == usize::MAX {
                    steps[next] = steps[area] + 1;
                    queue.push_back(next);
                }
            }
        }
        steps.iter().map(|&steps| steps > 0 && steps <= left).collect()
    }

    /// A number of moves without which the rules cannot be kept: never too large.
    fn moves_needed(&self, required: &[Requirement]) -> usize {
        let rules = &self.problem.rules;
        // An arrival helps one region over its minimum, a departure one under its maximum.
        let sum = |arrives: bool| -> usize {
            let same = required.iter().filter(|requirement| requirement.arrives == arrives);
            let mut most = vec![0; self.num_labels];
            for requirement in same {
                most[requirement.label] = most[requirement.label].max(requirement.count);
            }
            most.into_iter().sum()
        };
        let mut needed = sum(true).max(sum(false));
        for group in &rules.together {
            let mut counts = vec![0; self.num_labels];
            for &area in &group.areas {
                counts[self.labels[area]] += 1;
            }
            needed = needed.max(group.areas.len() - counts.iter().max().copied().unwrap_or(0));
        }
        for group in rules.closed.iter().chain(&rules.fixed) {
            let wrong = |label: usize| -> usize {
                (0..self.labels.len())
                    .filter(|&area| {
                        (self.labels[area] == label) != group.areas.binary_search(&area).is_ok()
                    })
                    .count()
            };
            needed = needed.max((0..self.num_labels).map(wrong).min().unwrap_or(0));
        }
        needed
    }

    /// What the limits ask for. Nothing where there are fixed regions: any could be exempt.
    fn requirements(&self) -> Vec<Requirement> {
        let rules = &self.problem.rules;
        let mut required = Vec::new();
        if !rules.fixed.is_empty() {
            return required;
        }
        let areas = &self.problem.instance.areas;
        for measure in Measure::ALL {
            let Bounds { min, max } = measure.bounds(&rules.limits);
            if min.is_none() && max.is_none() {
                continue;
            }
            let figure = |area: usize| measure.of(&areas[area]);
            let mut totals = vec![0_u64; self.num_labels];
            for (area, &label) in self.labels.iter().enumerate() {
                totals[label] += figure(area);
            }
            for (label, &total) in totals.iter().enumerate() {
                let missing = min.map_or(0, |min| min.saturating_sub(total));
                let excess = max.map_or(0, |max| total.saturating_sub(max));
                for (amount, arrives) in [(missing, true), (excess, false)] {
                    if amount > 0 {
                        let count = self.fewest(figure, amount, label, arrives);
                        required.push(Requirement { label, arrives, count });
                    }
                }
            }
        }
        required
    }

    /// Fewest unsettled areas that arrive at a label, or leave it, with so much between them; more
    /// than there are areas where all of them are too little.
    fn fewest(
        &self,
        figure: impl Fn(usize) -> u64,
        mut amount: u64,
        label: usize,
        arrives: bool,
    ) -> usize {
        let mut figures: Vec<u64> = (0..self.labels.len())
            .filter(|&area| !self.is_settled[area] && (self.labels[area] == label) != arrives)
            .map(figure)
            .collect();
        figures.sort_unstable_by(|a, b| b.cmp(a));
        for (count, figure) in figures.iter().enumerate() {
            if amount == 0 {
                return count;
            }
            amount = amount.saturating_sub(*figure);
        }
        if amount == 0 { figures.len() } else { self.labels.len() + 1 }
    }
}
