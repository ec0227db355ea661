//! Exact pricing: regions of largest reduced value, by branch and bound over connected sets.
//!
//! Given duals `π` (one per node), the reduced value of a region `S` is
//! `r(S) = Σ_{i∈S} (own_i − π_i) + Σ_{i<j∈S} w_ij`. For every *root* in a fixed order the search
//! grows regions whose first node in that order is the root, so each region is met once. A search
//! node holds the areas taken and the areas still free; all others are out. Heavy areas come first
//! in the order: their roots hold most of the regions, and once they are out little is left.
//!
//! The bound of a search node stands in the module `bound`, what follows from rules and bound in
//! `tighten`.

mod bound;
mod knapsack;
mod label;
mod moat;
mod pocket;
mod tighten;

use crate::exact::caps::Cap;
use crate::exact::problem::column::Column;
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use crate::exact::caps::{LARGE, PLAIN_NODES};
use crate::exact::master::duals::Duals;
use crate::exact::master::root_formulation::Split;
use crate::exact::pricing::gathering::Gathering;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Inner capacities stay on where they take this part, one in so many, off the distance to the threshold.
const WORTHWHILE: i64 = 8;

/// What a search is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// For every root, its regions of record value: each better than the one before.
    Best,
    /// Every region above the threshold.
    All,
}

/// What one root gave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RootBound {
    /// No region of this root has a larger reduced value.
    pub(crate) bound: i64,
    /// Whether the search gave up; the bound is then the one before branching.
    pub(crate) truncated: bool,
}

/// Branch-and-bound search for regions of large reduced value. Keeps its split between calls.
pub(crate) struct Pricer<'a, const W: usize> {
    pub(crate) core: &'a Core<W>,
    watch: &'a Watch<'a>,
    /// Roots in search order.
    order: Vec<usize>,
    /// The label each of them is searched with in turn, if regions bear any.
    labels: Vec<Option<usize>>,
    /// Nodes that exchange commuters with each node, or share in the additive measure.
    pub(crate) partners: Vec<Vec<usize>>,
    /// `credit[i * n + j]` is `a_ij`, the part of the pair flow credited to `i`.
    pub(crate) credit: Vec<i64>,
    /// The root that flows were last credited away from, on large problems.
    credited: Option<usize>,
    /// Shifts to take back when a search node is left: from, to, amount.
    pub(crate) shifts: Vec<(usize, usize, i64)>,
    duals: Vec<i64>,
    /// Price per unit of the additive measure.
    unit: i64,
    /// `w_ij`, with the price of what a pair adds to the measure.
    pair: Vec<i64>,
    /// `c_i`, one row of `n` per depth.
    pub(crate) gain: Vec<i64>,
    /// `c_i − λ p_i` at the current search node, after moats.
    pub(crate) net: Vec<i64>,
    pub(crate) threshold: i64,
    pub(crate) root: usize,
    /// The label of the regions searched for, if they bear any.
    pub(crate) label: AreaSet<W>,
    want: Want,
    found: Vec<Column<W>>,
    max_found: usize,
    nodes_left: u64,
    /// Search nodes left for all searches to come.
    pub(crate) ration: u64,
    /// Search nodes of a root before it is searched anew with inner capacities; the largest number for
    /// never.
    pub(crate) plain_nodes: u64,
    /// Whether limits bind inside what single areas gather, too.
    pub(super) is_inner: bool,
    pub(super) gathering: Gathering,
    /// The bound of the root without them, where it was searched so first.
    plain_bound: Option<i64>,
    /// The roots, by their places, that took so long last that they begin with inner capacities.
    slow: Vec<bool>,
    stopped: bool,
    pub(crate) root_bound: Option<i64>,
    /// Whether the search has yet to branch.
    pub(crate) is_whole: bool,
    /// The free areas of the best set at the root but for connectivity and lower limits.
    pub(crate) closure: Option<AreaSet<W>>,
    /// What separators earn the nodes in the regions of some roots.
    terms: BTreeMap<usize, Vec<i64>>,
}

/// The state of a search node.
#[derive(Clone, Copy)]
pub(crate) struct State<const W: usize> {
    pub(crate) taken: AreaSet<W>,
    pub(crate) free: AreaSet<W>,
    /// Reduced value of the areas taken.
    pub(crate) value: i64,
    /// Weight of the areas taken in the first resource.
    pub(crate) used: i64,
    /// Multiplier of the first resource.
    pub(crate) lambda: i64,
    /// Whether `taken` is larger than at the parent.
    pub(crate) grown: bool,
}

impl<'a, const W: usize> Pricer<'a, W> {
    /// A pricer over a reduced problem.
    pub(crate) fn new(core: &'a Core<W>, watch: &'a Watch<'a>) -> Self {
        let n = core.n;
        let order = core.extra.as_ref().and_then(|extra| extra.order.clone());
        let mut order = order.unwrap_or_else(|| heaviest_first(core));
        order.extend(core.ghosts.iter());
        let mut labels: Vec<Option<usize>> = core.labels.iter().map(Some).collect();
        if labels.is_empty() {
            labels.push(None);
        }
        let slow = vec![false; order.len() * labels.len()];
        let mut credit = vec![0; n * n];
        for i in 0..n {
            for j in 0..i {
                let flow = core.pair[i * n + j];
                credit[i * n + j] = flow / 2;
                credit[j * n + i] = flow - flow / 2;
            }
        }
        let extra = core.extra.as_ref().map_or(&[][..], |extra| &extra.pair);
        let ties = |at: usize| core.pair[at] != 0 || extra.get(at).is_some_and(|&units| units != 0);
        let partners = (0..n).map(|i| (0..n).filter(|j| ties(i * n + j)).collect()).collect();
        Self {
            core,
            watch,
            order,
            labels,
            partners,
            credit,
            credited: None,
            shifts: Vec::new(),
            duals: vec![0; n],
            unit: 0,
            pair: core.pair.clone(),
            gain: vec![0; n * (n + 1)],
            net: vec![0; n],
            threshold: 0,
            root: 0,
            label: AreaSet::EMPTY,
            want: Want::Best,
            found: Vec::new(),
            max_found: 0,
            nodes_left: 0,
            ration: u64::MAX,
            plain_nodes: PLAIN_NODES,
            is_inner: false,
            plain_bound: None,
            gathering: Gathering::new(n, core.resources.len()),
            slow,
            stopped: false,
            root_bound: None,
            is_whole: true,
            closure: None,
            terms: BTreeMap::new(),
        }
    }

    /// Number of roots, each counted once per label where regions bear labels.
    pub(crate) fn num_roots(&self) -> usize {
        self.order.len() * self.labels.len()
    }

    /// How many threads there are.
    pub(crate) fn threads(&self) -> usize {
        self.watch.threads()
    }

    /// Whether a limit has struck.
    pub(crate) fn must_stop(&self) -> bool {
        self.watch.stopped().is_some()
    }

    /// What the regions of a root share with no other region of their plan: the root or, where
    /// regions bear labels, the label.
    pub(crate) fn class(&self, place: usize) -> usize {
        let root = self.order[place / self.labels.len()];
        self.labels[place % self.labels.len()].unwrap_or(root)
    }

    /// Sets the duals for the searches to come.
    pub(crate) fn set_duals(&mut self, duals: &Duals) {
        self.duals.clone_from(&duals.node);
        self.credited = None;
        let pairs = self.core.extra.as_ref().map_or(&[][..], |extra| &extra.pair);
        if duals.unit != self.unit && !pairs.is_empty() {
            let n = self.core.n;
            for i in 0..n {
                for j in 0..i {
                    let (at, back) = (i * n + j, j * n + i);
                    let flow = self.core.pair[at] + duals.unit * pairs[at];
                    self.pair[at] = flow;
                    self.pair[back] = flow;
                    self.credit[at] = self.credit[at].min(flow);
                    self.credit[back] = flow - self.credit[at];
                }
            }
        }
        self.unit = duals.unit;
    }

    /// `own_i − π_i`, with the price of what the node adds to the measure under the current root,
    /// or label.
    fn alone(&self, node: usize) -> i64 {
        let base = self.label.first().unwrap_or(self.root);
        let extra = self.core.extra.as_ref();
        let units = extra.map_or(0, |extra| extra.linear[base * self.core.n + node]);
        let term = self.terms.get(&self.root).map_or(0, |terms| terms[node]);
        self.core.own[node] - self.duals[node] + self.unit * units + term
    }

    /// Sets what separators earn the nodes in the regions of some roots. For a region of such a root
    /// that is never less than nothing, so that bounds stay valid.
    pub(crate) fn set_terms(&mut self, terms: BTreeMap<usize, Vec<i64>>) {
        self.terms = terms;
    }

    /// The split that the last root searched ended with.
    pub(crate) fn split(&self) -> Split<'_> {
        Split { root: self.root, n: self.core.n, credit: &self.credit }
    }

    /// The nodes that regions of a root may hold, the root included. Empty where there is none.
    pub(crate) fn domain(&mut self, root: usize) -> AreaSet<W> {
        let place = self.order.iter().position(|&node| node == root);
        self.root = root;
        let state = place.and_then(|place| self.root_state(place));
        state.map_or(AreaSet::EMPTY, |state| state.taken.union(&state.free))
    }

    /// The root at a place of the order.
    pub(crate) fn root_at(&self, place: usize) -> usize {
        self.order[place / self.labels.len()]
    }

    /// Searches one root (by its place in the order) for regions of reduced value above
    /// `threshold` and adds them to `found`.
    pub(crate) fn search_root(
        &mut self,
        place: usize,
        threshold: i64,
        want: Want,
        cap: Cap,
        found: &mut Vec<Column<W>>,
    ) -> RootBound {
        let at = place;
        let (place, label) = (place / self.labels.len(), self.labels[place % self.labels.len()]);
        self.root = self.order[place];
        self.label = label.into_iter().collect();
        self.threshold = threshold;
        self.want = want;
        self.found = std::mem::take(found);
        self.max_found = cap.columns;
        self.stopped = false;
        self.root_bound = None;
        self.plain_bound = None;
        if self.core.ghosts.contains(self.root) {
            self.record_ghost();
        } else if let Some(state) = self.root_state(place) {
            self.search_limited(at, state, cap);
        }
        *found = std::mem::take(&mut self.found);
        match self.root_bound {
            Some(bound) if self.stopped => RootBound { bound, truncated: true },
            // Searched to the end, or ruled out before a bound was needed.
            _ => RootBound { bound: self.threshold, truncated: false },
        }
    }

    /// Searches below a root: where a limit binds and that takes long, anew with inner capacities.
    fn search_limited(&mut self, at: usize, state: State<W>, cap: Cap) {
        let before = self.found.len();
        let within = state.taken.union(&state.free);
        let is_open = self.plain_nodes < u64::MAX;
        let binds = is_open
            && self
                .core
                .resources
                .iter()
                .any(|resource| Core::<W>::sum(&resource.weight, &within) > resource.max);
        let plainly = if binds { cap.nodes.min(self.plain_nodes) } else { cap.nodes };
        self.is_inner = binds && self.slow[at];
        if !self.is_inner {
            self.nodes_left = plainly;
            self.is_whole = true;
            self.explore(0, state);
            let is_short = self.nodes_left == 0 && self.ration > 0;
            let gave_up = is_short && self.stopped && self.watch.stopped().is_none();
            if !binds || !gave_up {
                return;
            }
            if self.want == Want::All {
                self.found.truncate(before);
            }
            self.stopped = false;
            self.is_inner = true;
            self.plain_bound = self.root_bound;
        }
        let Some(state) = self.root_state(at / self.labels.len()) else { return };
        self.nodes_left = cap.nodes;
        self.is_whole = true;
        self.explore(0, state);
        self.slow[at] = self.is_inner;
    }

    /// Goes back to the plain bound where inner capacities hardly lower it.
    fn judge_inner(&mut self) {
        let (Some(plain), Some(bound)) = (self.plain_bound, self.root_bound) else { return };
        self.is_inner &= plain - bound > (plain - self.threshold) / WORTHWHILE;
    }

    /// Credits every pair flow to the node farther from the root, in steps. A far cluster then
    /// holds the gains of its flows to areas near the root itself, and pays for the way from them.
    fn credit_the_far(&mut self) {
        self.credited = Some(self.root);
        let n = self.core.n;
        let mut steps = vec![usize::MAX; n];
        steps[self.root] = 0;
        let mut queue = vec![self.root];
        let mut at = 0;
        while at < queue.len() {
            let from = queue[at];
            at += 1;
            for to in self.core.neighbours[from].iter() {
                if steps[to] == usize::MAX {
                    steps[to] = steps[from] + 1;
                    queue.push(to);
                }
            }
        }
        for i in 0..n {
            for &j in self.partners[i].iter().filter(|&&j| j < i) {
                let flow = self.pair[i * n + j];
                let credit = match steps[i].cmp(&steps[j]) {
                    Ordering::Less => 0,
                    Ordering::Equal => flow / 2,
                    Ordering::Greater => flow,
                };
                self.credit[i * n + j] = credit;
                self.credit[j * n + i] = flow - credit;
            }
        }
    }

    /// The search node of a root: itself taken, later roots free where no rule bars them. `None`
    /// when a companion of the root comes earlier in the order.
    fn root_state(&mut self, place: usize) -> Option<State<W>> {
        let core = self.core;
        let n = core.n;
        let root = self.root;
        let earlier: AreaSet<W> = self.order[..place].iter().copied().collect();
        let others = core.labels.difference(&self.label);
        let mut companions = core.companions[root];
        for label in self.label.iter() {
            companions = companions.union(&core.companions[label]);
        }
        let barred = companions
            .iter()
            .fold(earlier.union(&others), |barred, companion| barred.union(&core.apart[companion]));
        if companions.meets(&barred) {
            return None;
        }
        if !self.begins_near(&earlier) {
            return None;
        }
        if core.n > LARGE && self.credited != Some(root) {
            self.credit_the_far();
        }
        let free: AreaSet<W> = self.order[place + 1..]
            .iter()
            .copied()
            .filter(|&node| !core.companions[node].meets(&barred) && core.ground.contains(node))
            .collect();
        for i in free.iter() {
            let credit = &self.credit[i * n..(i + 1) * n];
            let partners = self.partners[i].iter().filter(|&&j| free.contains(j));
            self.gain[i] =
                self.alone(i) + self.pair[i * n + root] + partners.map(|&j| credit[j]).sum::<i64>();
        }
        let mut state = State {
            taken: AreaSet::single(root),
            free,
            value: self.alone(root) - Core::sum(&self.duals, &self.label),
            used: core.resources.first().map_or(0, |resource| resource.weight[root]),
            lambda: 0,
            grown: true,
        };
        let takes =
            |node: usize| state.taken.contains(node) || self.take_with_rules(0, &mut state, node);
        companions.intersection(&core.ground).iter().all(takes).then_some(state)
    }

    /// Takes a free area: every other free area gets the whole flow to it.
    fn take(&mut self, row: usize, state: &mut State<W>, area: usize) {
        let n = self.core.n;
        state.free.remove(area);
        state.taken.insert(area);
        state.grown = true;
        let credit = &self.credit[area * n..(area + 1) * n];
        let gain = &mut self.gain[row * n..(row + 1) * n];
        let mut value = gain[area];
        for i in state.free.iter() {
            gain[i] += credit[i];
            value -= credit[i];
        }
        state.value += value;
        if let Some(resource) = self.core.resources.first() {
            state.used += resource.weight[area];
        }
    }

    /// Leaves a free area out: every other free area loses its part of the flow to it.
    fn leave_out(&mut self, row: usize, state: &mut State<W>, area: usize) {
        let n = self.core.n;
        state.free.remove(area);
        let credit = &self.credit[area * n..(area + 1) * n];
        let pair = &self.pair[area * n..(area + 1) * n];
        let gain = &mut self.gain[row * n..(row + 1) * n];
        for i in state.free.iter() {
            gain[i] -= pair[i] - credit[i];
        }
    }

    /// Takes an area (or one just taken) with its companions, and leaves out what may not join
    /// them. `false` when a rule is broken.
    pub(crate) fn take_with_rules(
        &mut self,
        row: usize,
        state: &mut State<W>,
        area: usize,
    ) -> bool {
        let core = self.core;
        let group = core.companions[area].intersection(&core.ground).difference(&state.taken);
        if !group.is_subset(&state.free) {
            return false;
        }
        let mut barred = AreaSet::EMPTY;
        for member in core.companions[area].iter() {
            barred = barred.union(&core.apart[member]);
        }
        if barred.meets(&state.taken) || barred.meets(&core.companions[area]) {
            return false;
        }
        for member in group.iter() {
            self.take(row, state, member);
        }
        for other in barred.intersection(&state.free).iter() {
            if state.free.contains(other) && !self.leave_out_with_rules(row, state, other) {
                return false;
            }
        }
        true
    }

    /// Leaves an area out, and its companions with it. `false` when one of them is taken.
    pub(crate) fn leave_out_with_rules(
        &mut self,
        row: usize,
        state: &mut State<W>,
        area: usize,
    ) -> bool {
        let group = self.core.companions[area];
        if group.meets(&state.taken) {
            return false;
        }
        for member in group.intersection(&state.free).iter() {
            self.leave_out(row, state, member);
        }
        true
    }

    /// Searches below a search node and takes its shifts of credit back.
    fn explore(&mut self, row: usize, state: State<W>) {
        let mark = self.shifts.len();
        self.search(row, state);
        let n = self.core.n;
        for (from, to, amount) in self.shifts.drain(mark..) {
            self.credit[from * n + to] += amount;
            self.credit[to * n + from] -= amount;
        }
    }

    fn search(&mut self, row: usize, mut state: State<W>) {
        loop {
            // The bound before branching is worth having even when the search stops at once.
            let open = self.tighten(row, &mut state);
            let weight = self.weight(&state);
            if self.is_whole && self.is_inner {
                self.judge_inner();
            }
            self.is_whole = false;
            self.record_closure(&state);
            self.nodes_left = self.nodes_left.saturating_sub(weight);
            self.ration = self.ration.saturating_sub(weight);
            self.watch.add_nodes(weight - 1);
            self.watch.spend(weight - 1);
            if self.watch.count_node() || self.nodes_left.min(self.ration) == 0 {
                self.stopped = true;
            }
            if self.stopped || !open {
                return;
            }
            if state.grown {
                self.record(&state);
                state.grown = false;
                if self.stopped {
                    return;
                }
            }
            let Some(area) = self.branching_area(&state) else { return };
            let n = self.core.n;
            self.gain.copy_within(row * n..(row + 1) * n, (row + 1) * n);
            let mut child = state;
            if self.take_with_rules(row + 1, &mut child, area) {
                self.explore(row + 1, child);
            }
            if self.stopped || !self.leave_out_with_rules(row, &mut state, area) {
                return;
            }
        }
    }

    /// How many plain search nodes take as long as this one.
    fn weight(&self, state: &State<W>) -> u64 {
        let free = state.free.len() as u64;
        if self.is_inner { 1 + free * free / 512 } else { 1 }
    }

    /// The free area next to the root's piece on which to branch: the largest net contribution in
    /// absolute value, so that one of the two children is small.
    fn branching_area(&self, state: &State<W>) -> Option<usize> {
        let neighbours = &self.core.neighbours;
        let piece = AreaSet::flood(AreaSet::single(self.root), &state.taken, neighbours);
        let edge = piece.boundary(neighbours).intersection(&state.free);
        edge.iter().max_by_key(|&i| (self.net[i].abs(), Reverse(i)))
    }

    /// Keeps the root's piece of the best set but for connectivity and lower limits, where there is a
    /// new one and it is a region worth keeping. On large problems such regions would be long in
    /// coming by taking one area after the other.
    fn record_closure(&mut self, state: &State<W>) {
        let Some(closure) = self.closure.take().filter(|_| self.want == Want::Best) else { return };
        let within = closure.union(&state.taken);
        let piece = AreaSet::flood(AreaSet::single(self.root), &within, &self.core.neighbours);
        let piece = piece.union(&self.label);
        if !self.core.is_region(&piece) || !self.core.leaves_divisible(&piece) {
            return;
        }
        let column = self.core.column(piece);
        let value = self.reduced(&column);
        if value > self.threshold && self.found.len() < self.max_found {
            self.found.push(column);
            self.threshold = value;
        }
    }

    /// Keeps a settled region with its label, if that is worth keeping.
    fn record_ghost(&mut self) {
        let set = AreaSet::single(self.root).union(&self.label);
        let column = self.core.column(set);
        let value = self.reduced(&column);
        if value <= self.threshold || !self.core.is_region(&set) || !self.core.is_near(&set) {
            return;
        }
        if self.found.len() >= self.max_found {
            self.stopped = true;
            self.root_bound = Some(value);
            return;
        }
        self.found.push(column);
        if self.want == Want::Best {
            self.threshold = value;
        }
    }

    /// Reduced value of a column.
    fn reduced(&self, column: &Column<W>) -> i64 {
        column.value + self.unit * column.gain - Core::sum(&self.duals, &column.set)
    }

    /// Keeps the areas taken if they are a region worth keeping.
    fn record(&mut self, state: &State<W>) {
        let set = state.taken.union(&self.label);
        if state.value <= self.threshold
            || !self.core.is_region(&set)
            || !self.core.leaves_divisible(&set)
        {
            return;
        }
        let mut value = state.value;
        let column = self.core.column(set);
        if self.terms.contains_key(&self.root) {
            // What separators earn is no gain of the region.
            value = self.reduced(&column);
            if value <= self.threshold {
                return;
            }
        }
        if self.found.len() >= self.max_found {
            self.stopped = true;
            return;
        }
        self.found.push(column);
        if self.want == Want::Best {
            self.threshold = value;
        }
    }
}

/// Nodes by falling weight in the first resource, or by falling commuters where there is none, then
/// by falling number of neighbours; first of all those that exempt their regions from limits, so that
/// regions of all other roots hold none of them.
fn heaviest_first<const W: usize>(core: &Core<W>) -> Vec<usize> {
    let mut order: Vec<usize> = core.ground.iter().collect();
    order.sort_by_cached_key(|&node| {
        let weight = match core.resources.first() {
            Some(resource) => resource.weight[node],
            None => core.pair[node * core.n..(node + 1) * core.n].iter().sum(),
        };
        let is_limited = !core.exempt.contains(node);
        (is_limited, Reverse(weight), Reverse(core.neighbours[node].len()), node)
    });
    order
}
