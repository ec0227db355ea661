//! The regions of one root written out in the master, node by node and pair by pair.
//!
//! Where regions may be giants, no few of them span what the relaxation wants: it needs a new one
//! for every node it wavers about. So for a root `r` the master may hold, instead of columns, the
//! convex hull of all sets of nodes around it, connected or not:
//!
//! ```text
//! maximise    Σ_i c_i x_i + Σ_ij w_ij y_ij      c_i = own_i + w_ir
//! subject to  x_i ≤ x_r,  y_ij ≤ x_i,  y_ij ≤ x_j
//!             L x_r ≤ Σ_i p_i x_i ≤ U x_r       for every additive limit
//!             x_i ≤ Σ_{c ∈ C} x_c               for separators C of i and r, as they are broken
//! ```
//!
//! Without limits and separators its corners are sets: it is the selection problem of Rhys and of
//! Balinski (*Management Science*, 1970), whose matrix is totally unimodular. Separators bring
//! contiguity in (Carvajal and others, *Operations Research*, 2013; Oehrlein, Haunert, *Journal of
//! Spatial Information Science*, 2017). A price `ν` of a separator is a term on nodes in the pricing
//! of that root: what `C` earns and `i` pays is not negative for any connected set, so that a bound
//! on all sets under these terms is one on all regions.
//!
//! Pairs of few commuters are many. They have no variables, but are credited to their nodes in part,
//! by any split: a set then holds no less than it did. The split of the minimum cut in the pricing of
//! the root makes the same of them, at the duals it was made for, as if they had variables.

use std::cmp::Reverse;

use highs::{Col, ColProblem, HighsStatus, Model, Row};

use crate::exact::problem::reduced::{Core, MOST_SUM, Resource};
use crate::graph::AreaSet;

/// All sets around a root, and the separators between its nodes found so far.
#[derive(Debug)]
pub(crate) struct Closure<const W: usize> {
    /// The root.
    pub(crate) root: usize,
    /// The nodes that may be in, the root included.
    pub(crate) domain: AreaSet<W>,
    /// What each node of the domain brings, in scaled commuters.
    gains: Vec<(usize, i64)>,
    /// What it brings without the pairs that are not written out.
    alone: Vec<i64>,
    /// Commuters between the nodes of the domain but for the root, scaled.
    pairs: Vec<(usize, usize, i64)>,
    /// Those that are not written out.
    folded: Vec<(usize, usize, i64)>,
    limits: Vec<Resource>,
    separators: Vec<Separator<W>>,
    /// Where the model holds `x_i`, for every node of the domain.
    shares: Vec<(usize, Col)>,
    /// Where it holds `x_i ≤ x_r`, likewise,
    links: Vec<Row>,
    /// the least and the most of every limit, with the number of the first of the two,
    bounds: Vec<(usize, [Row; 2])>,
    /// `y_ij ≤ x_i` and `y_ij ≤ x_j`, until the nodes are written,
    ties: Vec<[Row; 2]>,
    /// and the separators.
    rows: Vec<usize>,
}

/// A set of nodes that every path from the root to a node crosses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Separator<const W: usize> {
    /// The node cut off.
    pub(crate) node: usize,
    /// The nodes crossed.
    pub(crate) across: AreaSet<W>,
}

/// How pair flows are split between their nodes.
pub(crate) struct Split<'a> {
    /// The root to which this applies.
    pub(crate) root: usize,
    /// Number of nodes.
    pub(crate) n: usize,
    /// What the first of two nodes is credited with, row by row.
    pub(crate) credit: &'a [i64],
}

/// What a solution of the master says about a closure.
#[derive(Clone, Debug)]
pub(crate) struct Selection<const W: usize> {
    /// The root.
    pub(crate) root: usize,
    /// The nodes that may be in.
    pub(crate) domain: AreaSet<W>,
    /// `x_i`, for every node of the problem.
    pub(crate) share: Vec<f64>,
    /// What separators and limits earn every node, scaled.
    pub(crate) terms: Vec<i64>,
}

#[expect(clippy::cast_precision_loss, reason = "values are below 2^52 at the solver's edge")]
fn as_float(value: i64) -> f64 {
    value as f64
}

impl<const W: usize> Closure<W> {
    /// All sets of nodes of the domain around a root of it. At most so many pairs, those of most
    /// commuters, are written out; of the others half is credited to either node.
    pub(crate) fn new(core: &Core<W>, root: usize, domain: AreaSet<W>, most_pairs: usize) -> Self {
        let row = |node: usize| &core.pair[node * core.n..(node + 1) * core.n];
        let others: Vec<usize> = domain.iter().filter(|&node| node != root).collect();
        let mut pairs: Vec<(usize, usize, i64)> = others
            .iter()
            .enumerate()
            .flat_map(|(at, &a)| others[at + 1..].iter().map(move |&b| (a, b, row(a)[b])))
            .filter(|pair| pair.2 > 0)
            .collect();
        pairs.sort_unstable_by_key(|&(a, b, flow)| (Reverse(flow), a, b));
        let folded = pairs.split_off(pairs.len().min(most_pairs));
        let nodes = std::iter::once(root).chain(others);
        let gain = |node: usize| core.own[node] + if node == root { 0 } else { row(node)[root] };
        let gains: Vec<(usize, i64)> = nodes.map(|node| (node, gain(node))).collect();
        let mut closure = Self {
            root,
            domain,
            alone: gains.iter().map(|gain| gain.1).collect(),
            gains,
            pairs,
            folded,
            limits: core.resources.clone(),
            separators: Vec::new(),
            shares: Vec::new(),
            links: Vec::new(),
            bounds: Vec::new(),
            ties: Vec::new(),
            rows: Vec::new(),
        };
        closure.fold(core.n, |a, b| row(a)[b] / 2);
        closure
    }

    /// Credits every pair that is not written out to its nodes, the first of the two that much.
    fn fold(&mut self, n: usize, credit: impl Fn(usize, usize) -> i64) {
        let mut folded = vec![0; n];
        for &(a, b, flow) in &self.folded {
            let first = credit(a, b).clamp(0, flow);
            folded[a] += first;
            folded[b] += flow - first;
        }
        for (gain, alone) in self.gains.iter_mut().zip(&self.alone) {
            gain.1 = alone + folded[gain.0];
        }
    }

    /// How many pairs are written out, and how many are not.
    pub(crate) fn num_pairs(&self) -> (usize, usize) {
        (self.pairs.len(), self.folded.len())
    }

    /// Writes all pairs out, in models to come.
    pub(crate) fn unfold(&mut self, n: usize) {
        self.pairs.append(&mut self.folded);
        self.fold(n, |_, _| 0);
    }

    /// The same in the model, by a split of all pairs.
    pub(crate) fn split(&mut self, model: &mut Model, size: f64, split: &Split<'_>) {
        self.fold(split.n, |a, b| split.credit[a * split.n + b]);
        for (&(_, gain), &(_, place)) in self.gains.iter().zip(&self.shares) {
            model.change_column_cost(place, as_float(gain) / size);
        }
    }

    /// Adds the pairs to a problem, with all rows. `size` is how many scaled units the objective
    /// counts in.
    pub(crate) fn write_pairs(&mut self, problem: &mut ColProblem, size: f64) {
        self.rows.clear();
        self.shares.clear();
        self.links = self.gains.iter().map(|_| problem.add_row(..=0.0)).collect();
        self.bounds.clear();
        for _ in &self.limits {
            let first = problem.num_rows();
            self.bounds.push((first, [problem.add_row(0.0..), problem.add_row(..=0.0)]));
        }
        for &(_, _, flow) in &self.pairs {
            let rows = [problem.add_row(..=0.0), problem.add_row(..=0.0)];
            problem.add_column(as_float(flow) / size, 0.0.., rows.map(|row| (row, 1.0)));
            self.ties.push(rows);
        }
    }

    /// Adds the nodes to a model made of what was written, with the rows of the master: one per
    /// node and that of the number of regions.
    pub(crate) fn write_nodes(
        &mut self,
        model: &mut Model,
        size: f64,
        nodes: &[Row],
        count: Row,
    ) -> Result<(), HighsStatus> {
        let mut ties: Vec<Vec<Row>> = vec![Vec::new(); nodes.len()];
        for (&(a, b, _), rows) in self.pairs.iter().zip(std::mem::take(&mut self.ties)) {
            ties[a].push(rows[0]);
            ties[b].push(rows[1]);
        }
        for (at, &(node, gain)) in self.gains.iter().enumerate() {
            let is_root = node == self.root;
            let mut entries = vec![(nodes[node], 1.0)];
            entries.extend(ties[node].iter().map(|&row| (row, -1.0)));
            if is_root {
                entries.push((count, 1.0));
                entries.extend(self.links[1..].iter().map(|&row| (row, -1.0)));
            } else {
                entries.push((self.links[at], 1.0));
            }
            for (limit, (_, rows)) in self.limits.iter().zip(&self.bounds) {
                // Divided by the largest weight, to lie near one.
                let largest = as_float(limit.largest());
                for (&row, bound) in rows.iter().zip([limit.min, limit.max]) {
                    let beyond = if is_root { as_float(bound) } else { 0.0 };
                    entries.push((row, (as_float(limit.weight[node]) - beyond) / largest));
                }
            }
            let column = model.try_add_column(as_float(gain) / size, 0.0.., entries)?;
            self.shares.push((node, column));
        }
        Ok(())
    }

    /// Adds the separators known to a model made of what was written.
    pub(crate) fn write_separators(&mut self, model: &mut Model) -> Result<(), HighsStatus> {
        for at in self.rows.len()..self.separators.len() {
            let Separator { node, across } = self.separators[at];
            let entries = self.shares.iter().filter_map(|&(other, column)| {
                let sign = if other == node { 1.0 } else { -1.0 };
                (other == node || across.contains(other)).then_some((column, sign))
            });
            self.rows.push(model.num_rows());
            model.try_add_row(..=0.0, entries)?;
        }
        Ok(())
    }

    /// Where the model holds the share of a node of the domain.
    pub(crate) fn place(&self, node: usize) -> Option<Col> {
        self.shares.iter().find(|share| share.0 == node).map(|share| share.1)
    }

    /// Takes separators in; how many are new.
    pub(crate) fn add(&mut self, separators: &[Separator<W>]) -> usize {
        let before = self.separators.len();
        for separator in separators {
            if !self.separators.contains(separator) {
                self.separators.push(*separator);
            }
        }
        self.separators.len() - before
    }

    /// Reads a solution. `price` turns the dual of a row into scaled units.
    pub(crate) fn selection(
        &self,
        n: usize,
        share_of: impl Fn(Col) -> f64,
        price: impl Fn(usize) -> f64,
    ) -> Selection<W> {
        let mut share = vec![0.0; n];
        for &(node, column) in &self.shares {
            share[node] = share_of(column);
        }
        let mut terms = vec![0; n];
        let mut left = MOST_SUM;
        for (separator, &row) in self.separators.iter().zip(&self.rows) {
            let price = rounded(price(row).max(0.0));
            let charged = price.saturating_mul(2 * i64::try_from(n).expect("few nodes"));
            // Any prices will do: those beyond what sums can hold are left out.
            if price == 0 || charged > left {
                continue;
            }
            left -= charged;
            terms[separator.node] -= price;
            for node in separator.across.iter() {
                terms[node] += price;
            }
        }
        for (limit, &(first, _)) in self.limits.iter().zip(&self.bounds) {
            let most = limit.most_multiplier / 4;
            let multiplier = |row: usize| rounded(price(row) / as_float(limit.largest()));
            let least = multiplier(first).clamp(-most, 0);
            let most = multiplier(first + 1).clamp(0, most);
            for node in self.domain.iter() {
                terms[node] -= (least + most) * limit.weight[node];
            }
            terms[self.root] += least * limit.min + most * limit.max;
        }
        Selection { root: self.root, domain: self.domain, share, terms }
    }
}

impl Resource {
    fn largest(&self) -> i64 {
        self.weight.iter().copied().max().unwrap_or(1).max(1)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "any whole price gives a valid bound")]
fn rounded(price: f64) -> i64 {
    price.round() as i64
}
