//! Columns and rows of the model, and the rounds in which HiGHS solves it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::mpsc::Sender;

use highs::{Col, HighsModelStatus, HighsSolutionStatus, RowProblem, Sense, SolvedModel};

use crate::engine::compact::adapter::{Verdict, verdict};
use crate::engine::{Limits, StopReason};
use crate::quantity::{Commuters, Share};
use crate::scenario::{Bounds, Measure, Problem};

use super::Near;

/// Absolute gap at which HiGHS may stop: below one commuter, less its tolerances.
const WHOLE_COMMUTER_GAP: f64 = 0.9;

/// News from the solver's thread.
#[derive(Debug)]
pub(super) enum Round {
    /// No plan holds more.
    Bound(Commuters),
    /// A plan by labels, all of whose regions hang together.
    Plan(Vec<usize>),
    /// The last round closed its gap, and its plan hangs together.
    Closed,
    /// No labels fit.
    Infeasible,
    /// A limit struck.
    Stopped(StopReason),
    /// In words.
    Fault(String),
}

/// A row: its columns with their factors, and the bounds of their sum.
type Row = (Vec<(Col, f64)>, f64, f64);

/// The model, built.
pub(super) struct Model {
    problem: RowProblem,
    /// x by area and label; `None` where the area cannot bear the label.
    member: Vec<Vec<Option<Col>>>,
    /// z with the areas of their pair and their label.
    pairs: Vec<(usize, usize, usize)>,
    /// Decided regions by their areas, with `q` by label.
    decided: Vec<Vec<usize>>,
    neighbours: Vec<Vec<usize>>,
    num_columns: usize,
}

#[expect(clippy::cast_precision_loss, reason = "whole people, far below 2^52")]
fn real(count: u64) -> f64 {
    count as f64
}

impl Model {
    pub(super) fn new(problem: &Problem, near: &Near) -> Self {
        let num_areas = problem.instance.num_areas();
        let mut neighbours = vec![Vec::new(); num_areas];
        for (a, b) in problem.adjacency() {
            neighbours[a].push(b);
            neighbours[b].push(a);
        }
        let mut model = Self {
            problem: RowProblem::new(),
            member: Vec::new(),
            pairs: Vec::new(),
            decided: Vec::new(),
            neighbours,
            num_columns: 0,
        };
        model.add_members(near);
        let pairs = model.add_pairs(problem);
        model.add_labels(near);
        let exempt = model.add_decided(problem);
        model.add_limits(problem, &pairs, &exempt);
        model.add_groups(problem);
        model
    }

    pub(super) fn num_columns(&self) -> usize {
        self.num_columns
    }

    fn num_labels(&self) -> usize {
        self.member[0].len()
    }

    fn binary(&mut self) -> Col {
        self.num_columns += 1;
        self.problem.add_integer_column(0.0, 0..=1)
    }

    fn row(&mut self, (factors, least, most): Row) {
        self.problem.add_row(least..=most, factors);
    }

    /// The columns of all areas that can bear a label.
    fn bearers(&self, label: usize) -> Vec<(usize, Col)> {
        let of = |area: usize| self.member[area][label].map(|column| (area, column));
        (0..self.member.len()).filter_map(of).collect()
    }

    fn add_members(&mut self, near: &Near) {
        let homes = near.home.regions();
        let steps: Vec<Vec<Option<usize>>> =
            homes.iter().map(|home| steps_from(&self.neighbours, home)).collect();
        for area in 0..self.neighbours.len() {
            let mut columns = Vec::new();
            for (label, home) in homes.iter().enumerate() {
                let keeps_some = home.len() > near.max_moved;
                let in_reach = steps[label][area].is_some_and(|steps| steps <= near.max_moved);
                columns.push((!keeps_some || in_reach).then(|| self.binary()));
            }
            self.member.push(columns);
        }
    }

    /// The z of every pair with flow, by label.
    fn add_pairs(&mut self, problem: &Problem) -> Vec<Vec<(Col, Commuters)>> {
        let mut flows: BTreeMap<(usize, usize), Commuters> = BTreeMap::new();
        for (from, to, commuters) in problem.instance.flows.triples().filter(|(a, b, _)| a != b) {
            *flows.entry((from.min(to), from.max(to))).or_default() += commuters;
        }
        let mut by_label = vec![Vec::new(); self.num_labels()];
        for (&(i, j), &commuters) in &flows {
            let mut once = Vec::new();
            for (label, pairs) in by_label.iter_mut().enumerate() {
                let (Some(one), Some(other)) = (self.member[i][label], self.member[j][label])
                else {
                    continue;
                };
                self.num_columns += 1;
                let both = self.problem.add_column(real(commuters), 0..=1);
                self.pairs.push((i, j, label));
                pairs.push((both, commuters));
                once.push((both, 1.0));
                for end in [one, other] {
                    self.row((vec![(both, 1.0), (end, -1.0)], f64::NEG_INFINITY, 0.0));
                }
            }
            if once.len() > 1 {
                self.row((once, 0.0, 1.0));
            }
        }
        by_label
    }

    fn add_labels(&mut self, near: &Near) {
        let homes = near.home.regions();
        let mut stay = Vec::new();
        for area in 0..self.member.len() {
            let labels = self.member[area].iter().flatten().map(|&column| (column, 1.0)).collect();
            self.row((labels, 1.0, 1.0));
            let home = near.home.region_of(area) as usize - 1;
            stay.push((self.member[area][home].expect("home is in reach"), 1.0));
        }
        let least = real(self.member.len().saturating_sub(near.max_moved) as u64);
        self.row((stay, least, f64::INFINITY));
        for (label, home) in homes.iter().enumerate() {
            let bearers = self.bearers(label);
            let all = bearers.iter().map(|&(_, column)| (column, 1.0)).collect();
            self.row((all, 1.0, f64::INFINITY));
            if home.len() <= near.max_moved + 1 {
                continue;
            }
            for (area, column) in bearers {
                let beside = self.neighbours[area].iter().filter_map(|&j| self.member[j][label]);
                let mut factors: Vec<(Col, f64)> = beside.map(|beside| (beside, 1.0)).collect();
                factors.push((column, -1.0));
                self.row((factors, 0.0, f64::INFINITY));
            }
        }
    }

    /// Closed and fixed groups. For each label, the `q` under which limits do not hold.
    fn add_decided(&mut self, problem: &Problem) -> Vec<Vec<Col>> {
        let mut exempt = vec![Vec::new(); self.num_labels()];
        let rules = &problem.rules;
        let groups = rules.fixed.iter().map(|group| (group, true));
        for (group, is_fixed) in groups.chain(rules.closed.iter().map(|group| (group, false))) {
            let columns: Vec<Col> = (0..self.num_labels()).map(|_| self.binary()).collect();
            self.row((columns.iter().map(|&column| (column, 1.0)).collect(), 1.0, 1.0));
            for (label, &decided) in columns.iter().enumerate() {
                if is_fixed {
                    exempt[label].push(decided);
                }
                for area in 0..self.member.len() {
                    let is_inside = group.areas.binary_search(&area).is_ok();
                    match (self.member[area][label], is_inside) {
                        (Some(x), true) => self.row((vec![(x, 1.0), (decided, -1.0)], 0.0, 0.0)),
                        (None, true) => self.row((vec![(decided, 1.0)], 0.0, 0.0)),
                        (Some(x), false) => {
                            self.row((vec![(x, 1.0), (decided, 1.0)], 0.0, 1.0));
                        }
                        (None, false) => {}
                    }
                }
            }
            self.decided.push(group.areas.clone());
        }
        exempt
    }

    fn add_limits(
        &mut self,
        problem: &Problem,
        pairs: &[Vec<(Col, Commuters)>],
        exempt: &[Vec<Col>],
    ) {
        let instance = &problem.instance;
        let limits = &problem.rules.limits;
        for label in 0..self.num_labels() {
            let bearers = self.bearers(label);
            for measure in Measure::ALL {
                let Bounds { min, max } = measure.bounds(limits);
                let figure = |area: usize| measure.of(&instance.areas[area]);
                let total: u64 = bearers.iter().map(|&(area, _)| figure(area)).sum();
                let sum = |relief: f64| -> Vec<(Col, f64)> {
                    let figures = bearers.iter().map(|&(area, x)| (x, real(figure(area))));
                    figures.chain(exempt[label].iter().map(|&q| (q, relief))).collect()
                };
                if let Some(min) = min {
                    self.row((sum(real(min)), real(min), f64::INFINITY));
                }
                if let Some(max) = max.filter(|&max| max < total) {
                    self.row((sum(-real(total - max)), f64::NEG_INFINITY, real(max)));
                }
            }
            if let Some((part, whole)) = limits.min_self_containment.map(reduced) {
                let mut surplus: Vec<(Col, f64)> = bearers
                    .iter()
                    .map(|&(area, x)| {
                        let own = real(whole * instance.flows.get(area, area));
                        (x, own - real(part * instance.areas[area].employed_residents))
                    })
                    .collect();
                surplus.extend(pairs[label].iter().map(|&(z, n)| (z, real(whole * n))));
                let employed: u64 =
                    bearers.iter().map(|&(area, _)| instance.areas[area].employed_residents).sum();
                surplus.extend(exempt[label].iter().map(|&q| (q, real(part * employed))));
                self.row((surplus, 0.0, f64::INFINITY));
            }
        }
    }

    fn add_groups(&mut self, problem: &Problem) {
        for label in 0..self.num_labels() {
            for group in &problem.rules.together {
                for pair in group.areas.windows(2) {
                    let ends = [self.member[pair[0]][label], self.member[pair[1]][label]];
                    let factors: Vec<(Col, f64)> = ends
                        .into_iter()
                        .zip([1.0, -1.0])
                        .filter_map(|(x, f)| Some((x?, f)))
                        .collect();
                    if !factors.is_empty() {
                        self.row((factors, 0.0, 0.0));
                    }
                }
            }
            for group in &problem.rules.apart {
                let columns = group.areas.iter().filter_map(|&area| self.member[area][label]);
                let factors: Vec<(Col, f64)> = columns.map(|x| (x, 1.0)).collect();
                self.row((factors, 0.0, 1.0));
            }
        }
    }

    /// Solves, separates, and solves again, until every region hangs together. Nobody may be
    /// listening any more, so sending may fail.
    pub(super) fn rounds(
        self,
        limits: &Limits,
        seed: u64,
        start: Option<&[usize]>,
        sender: &Sender<Round>,
    ) {
        let end = self.try_rounds(limits, seed, start, sender);
        let _ = sender.send(end.unwrap_or_else(Round::Fault));
    }

    fn try_rounds(
        mut self,
        limits: &Limits,
        seed: u64,
        start: Option<&[usize]>,
        sender: &Sender<Round>,
    ) -> Result<Round, String> {
        let problem = std::mem::take(&mut self.problem);
        let mut model = problem
            .try_optimise(Sense::Maximise)
            .map_err(|status| format!("HiGHS refuses the model: {status:?}"))?;
        let start = start.map(|labels| self.values(labels));
        loop {
            set_options(&mut model, limits, seed)?;
            if let Some(values) = &start {
                model
                    .try_set_solution(Some(values), None, None, None)
                    .map_err(|status| format!("HiGHS refuses the warm start: {status:?}"))?;
            }
            let solved = model.try_solve().map_err(|status| format!("HiGHS failed: {status:?}"))?;
            let said = verdict(solved.status());
            match said {
                Verdict::Infeasible => return Ok(Round::Infeasible),
                Verdict::Fault(what) => return Err(format!("HiGHS: {what}")),
                Verdict::Closed | Verdict::TimeLimit | Verdict::NodeLimit => {}
            }
            if let Some(bound) = whole_bound(&solved) {
                let _ = sender.send(Round::Bound(bound));
            }
            let labels = has_solution(&solved)
                .then(|| self.labels(solved.get_solution().columns()))
                .transpose()?;
            let cuts = labels.as_ref().map_or_else(BTreeSet::new, |labels| self.cuts(labels));
            if let Some(labels) = labels.filter(|_| cuts.is_empty()) {
                let _ = sender.send(Round::Plan(labels));
            }
            match said {
                Verdict::TimeLimit => return Ok(Round::Stopped(StopReason::TimeLimit)),
                Verdict::NodeLimit => return Ok(Round::Stopped(StopReason::NodeLimit)),
                _ if cuts.is_empty() => return Ok(Round::Closed),
                _ => {}
            }
            if let Some(reason) = limits.struck(0) {
                return Ok(Round::Stopped(reason));
            }
            model = highs::Model::from(solved);
            for cut in cuts {
                for label in 0..self.num_labels() {
                    self.add_cut(&mut model, &cut, label)?;
                }
            }
        }
    }

    fn add_cut(&self, model: &mut highs::Model, cut: &Cut, label: usize) -> Result<(), String> {
        let ends = (self.member[cut.ends.0][label], self.member[cut.ends.1][label]);
        let (Some(one), Some(other)) = ends else { return Ok(()) };
        let between = cut.separator.iter().filter_map(|&area| self.member[area][label]);
        let factors = [(one, 1.0), (other, 1.0)].into_iter().chain(between.map(|x| (x, -1.0)));
        model
            .try_add_row(f64::NEG_INFINITY..=1.0, factors.collect::<Vec<_>>())
            .map(|_| ())
            .map_err(|status| format!("HiGHS refuses a row: {status:?}"))
    }

    /// The label of every area in a solution.
    fn labels(&self, values: &[f64]) -> Result<Vec<usize>, String> {
        self.member
            .iter()
            .map(|columns| {
                let is_set = |column: &Option<Col>| {
                    column.is_some_and(|column| values[column.index()] > 0.5)
                };
                columns.iter().position(is_set).ok_or_else(|| "HiGHS left an area out".to_owned())
            })
            .collect()
    }

    /// The values of all columns, in their order, for labels that keep the rules.
    fn values(&self, labels: &[usize]) -> Vec<f64> {
        let set = |is: bool| f64::from(u8::from(is));
        let mut values = Vec::with_capacity(self.num_columns);
        for (columns, &own) in self.member.iter().zip(labels) {
            values.extend(
                columns
                    .iter()
                    .enumerate()
                    .filter(|(_, column)| column.is_some())
                    .map(|(label, _)| set(label == own)),
            );
        }
        values.extend(
            self.pairs.iter().map(|&(i, j, label)| set(labels[i] == label && labels[j] == label)),
        );
        for areas in &self.decided {
            values.extend((0..self.num_labels()).map(|label| set(labels[areas[0]] == label)));
        }
        values
    }

    /// Rows that forbid the way in which regions fall into parts.
    fn cuts(&self, labels: &[usize]) -> BTreeSet<Cut> {
        let mut cuts = BTreeSet::new();
        for label in 0..self.num_labels() {
            let mut parts = self.parts(labels, label);
            parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
            if let Some((main, others)) = parts.split_first() {
                for part in others {
                    cuts.insert(self.cut(part, main[0]));
                    cuts.insert(self.cut(main, part[0]));
                }
            }
        }
        cuts
    }

    /// The areas beside a part that are reached from an area beyond it.
    fn cut(&self, part: &[usize], beyond: usize) -> Cut {
        let is_part = |area: &usize| part.contains(area);
        let beside: BTreeSet<usize> =
            part.iter().flat_map(|&area| &self.neighbours[area]).copied().collect();
        let mut seen = BTreeSet::from([beyond]);
        let mut queue = VecDeque::from([beyond]);
        let mut separator = BTreeSet::new();
        while let Some(area) = queue.pop_front() {
            for &next in self.neighbours[area].iter().filter(|next| !is_part(next)) {
                if beside.contains(&next) {
                    separator.insert(next);
                } else if seen.insert(next) {
                    queue.push_back(next);
                }
            }
        }
        Cut { ends: (part[0], beyond), separator: separator.into_iter().collect() }
    }

    /// The connected parts of the areas of one label.
    fn parts(&self, labels: &[usize], label: usize) -> Vec<Vec<usize>> {
        let mut left: BTreeSet<usize> =
            (0..labels.len()).filter(|&area| labels[area] == label).collect();
        let mut parts = Vec::new();
        while let Some(first) = left.pop_first() {
            let mut part = vec![first];
            let mut next = 0;
            while let Some(&area) = part.get(next) {
                next += 1;
                part.extend(self.neighbours[area].iter().filter(|other| left.remove(other)));
            }
            part.sort_unstable();
            parts.push(part);
        }
        parts
    }
}

/// Two areas, and areas that every path between them crosses, ascending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    ends: (usize, usize),
    separator: Vec<usize>,
}

/// Fewest steps from any area of a set.
fn steps_from(neighbours: &[Vec<usize>], areas: &[usize]) -> Vec<Option<usize>> {
    let mut steps = vec![None; neighbours.len()];
    let mut queue: VecDeque<usize> = areas.iter().copied().collect();
    for &area in areas {
        steps[area] = Some(0);
    }
    while let Some(area) = queue.pop_front() {
        let next = steps[area].map(|steps| steps + 1);
        for &other in &neighbours[area] {
            if steps[other].is_none() {
                steps[other] = next;
                queue.push_back(other);
            }
        }
    }
    steps
}

/// A share as a fraction in lowest terms.
fn reduced(share: Share) -> (u64, u64) {
    let (mut a, mut b) = (u64::from(Share::ONE), u64::from(share.millionths()));
    while b > 0 {
        (a, b) = (b, a % b);
    }
    (u64::from(share.millionths()) / a, u64::from(Share::ONE) / a)
}

fn set_options(model: &mut highs::Model, limits: &Limits, seed: u64) -> Result<(), String> {
    fn set<V: highs::HighsOptionValue>(
        model: &mut highs::Model,
        option: &str,
        value: V,
    ) -> Result<(), String> {
        model.try_set_option(option, value).map_err(|_| format!("HiGHS knows no option `{option}`"))
    }
    model.make_quiet();
    set(model, "threads", 1)?;
    set(model, "parallel", "off")?;
    let seed = i32::try_from(seed % (i32::MAX as u64)).expect("a remainder below 2^31");
    set(model, "random_seed", seed)?;
    set(model, "mip_rel_gap", limits.gap_rel.max(0.0))?;
    set(model, "mip_abs_gap", real(limits.gap_abs).max(WHOLE_COMMUTER_GAP))?;
    if let Some(nodes) = limits.nodes {
        set(model, "mip_max_nodes", i32::try_from(nodes).unwrap_or(i32::MAX))?;
    }
    if let Some(left) = limits.remaining() {
        set(model, "time_limit", left.as_secs_f64())?;
    }
    Ok(())
}

/// The largest whole number of commuters under the solver's bound; a millionth covers the rounding
/// of sums.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be finite and not negative, and flows stay far below 2^52"
)]
fn whole_bound(solved: &SolvedModel) -> Option<Commuters> {
    let bound = solved.double_info_value(c"mip_dual_bound").ok()?;
    bound.is_finite().then(|| (bound + 1e-6).floor().max(0.0) as Commuters)
}

/// Whether there is a feasible solution to read.
fn has_solution(solved: &SolvedModel) -> bool {
    solved.status() != HighsModelStatus::Infeasible
        && solved.int_info_value(c"primal_solution_status")
            == Ok(HighsSolutionStatus::Feasible as i64)
}
