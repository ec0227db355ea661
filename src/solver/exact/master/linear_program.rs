//! The restricted master problem: the linear relaxation of set partitioning over known regions.
//!
//! Maximise `Σ v_S x_S` with every node in exactly one region and exactly `k` regions. Columns are
//! added to a living model, so that each solve starts from the last basis. One artificial column
//! per row keeps it feasible; while any is used, its objective lies below every plan's. Where regions
//! may be giants, those of some roots stand in it node by node, as a [`Closure`]; one solve may then
//! take longer than there is time, so that each is cut short where a limit strikes.

use crate::exact::master::duals::Duals;
use std::time::{Duration, Instant};

use highs::{Col, ColProblem, HighsModelStatus, HighsStatus, Model, Row, Sense, SolvedModel};

use crate::engine::EngineFault;
use crate::exact::master::root_formulation::{Closure, Selection, Separator, Split};
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::{Core, MOST_SUM};
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Duals are rounded to multiples of this part of a commuter, so that they are exact integers.
const GRID: i64 = 1 << 14;

/// Objectives up to about this size suit a floating-point solver.
const LARGE: f64 = 1_048_576.0;

/// From this attempt on at a model that is not solved, its additive measure is measured anew.
const MEASURED_ANEW_FROM: usize = 4;

/// Shares up to this much count as nothing.
const TRACE: f64 = 1e-7;

/// The restricted master over the columns added so far.
#[derive(Debug)]
pub(crate) struct Master<const W: usize> {
    model: Option<Model>,
    num_nodes: usize,
    /// How many regions, where no row of labels says so.
    regions: Option<f64>,
    least: Option<Least>,
    rows: Rows,
    artificials: Vec<Col>,
    penalty: f64,
    /// Scaled units per unit of the objective, which is commuters up to about a million of them
    /// and keeps to that size beyond.
    size: f64,
    /// Duals are multiples of this, scaled.
    grid: i64,
    /// Duals are cut off here, scaled: any dual gives a valid bound, and sums of duals must stay
    /// in range however dear artificial columns are.
    most_dual: i64,
    /// So is the price per unit of the additive measure.
    most_unit: i64,
    columns: Vec<Column<W>>,
    /// Where the model holds each of them.
    places: Vec<Col>,
    /// Columns of the model that are held at a share.
    held: Vec<Col>,

    /// Columns that keep the duals of nodes below the upper ends of a box, where there is one.
    lids: Vec<Col>,
    enclosure: Option<(Duals, i64)>,
    /// Roots whose regions are written out beside the columns.
    closures: Vec<Closure<W>>,
    /// How long the model has been solved since it was built.
    spent: Duration,
}

/// What an additive measure must reach. The row is divided by `size`, to lie near one.
#[derive(Clone, Copy, Debug)]
struct Least {
    least: f64,
    size: f64,
}

/// The rows of the model: one per node; the number of regions, and the additive measure if any.
#[derive(Debug, Default)]
struct Rows {
    nodes: Vec<Row>,
    others: Vec<Row>,
}

/// An optimum of the restricted master.
#[derive(Clone, Debug)]
pub(crate) struct Optimum<const W: usize> {
    /// Its duals, on the grid.
    pub(crate) duals: Duals,
    /// Regions used, each with its share.
    pub(crate) shares: Vec<(AreaSet<W>, f64)>,
    /// Whether an artificial column is still used.
    pub(crate) artificial: bool,
    /// What is taken of the sets written out, root by root.
    pub(crate) selections: Vec<Selection<W>>,
}

fn fault(what: impl Into<String>) -> EngineFault {
    EngineFault { engine: "exact", what: what.into() }
}

fn lost() -> EngineFault {
    fault("the master was lost by an earlier fault")
}

#[expect(clippy::cast_precision_loss, reason = "values are below 2^52 at the solver's edge")]
fn as_float(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, reason = "any whole price gives a valid bound")]
fn rounded(value: f64) -> i64 {
    value.round() as i64
}

/// Solves go on from the last basis.
fn by_simplex(model: &mut Model) {
    model.set_option("solver", "simplex");
    model.set_option("presolve", "off");
}

impl<const W: usize> Master<W> {
    /// An empty master. An artificial column costs a little more than all commuters bring.
    pub(crate) fn new(core: &Core<W>) -> Result<Self, EngineFault> {
        let ceiling = as_float(core.most_value());
        let size = as_float(core.scale) * (ceiling / as_float(core.scale) / LARGE).max(1.0);
        let penalty = ceiling / size + 1.0;
        #[expect(clippy::cast_precision_loss, reason = "a number of regions")]
        let regions = core.k as f64;
        let least = core.extra.as_ref().map(|extra| {
            let size = as_float(extra.least.abs().max(1)) / regions;
            Least { least: as_float(extra.least) / size, size }
        });
        let mut master = Self {
            model: None,
            num_nodes: core.n,
            regions: core.labels.is_empty().then_some(regions),
            least,
            rows: Rows::default(),
            artificials: Vec::new(),
            penalty,
            size,
            grid: (core.scale / GRID).max(1),
            most_dual: MOST_SUM / i64::try_from(core.n * (core.k + 1)).expect("few nodes"),
            most_unit: core.extra.as_ref().map_or(0, |extra| {
                MOST_SUM / extra.most().saturating_add(extra.least.saturating_abs()).max(1)
            }),
            columns: Vec::new(),
            places: Vec::new(),
            held: Vec::new(),
            lids: Vec::new(),
            enclosure: None,
            closures: Vec::new(),
            spent: Duration::ZERO,
        };
        master.rebuild()?;
        Ok(master)
    }

    /// Builds the model anew from the columns added so far.
    fn rebuild(&mut self) -> Result<(), EngineFault> {
        let mut problem = ColProblem::new();
        self.rows.nodes = (0..self.num_nodes).map(|_| problem.add_row(1.0..=1.0)).collect();
        let count_row = match self.regions {
            Some(regions) => problem.add_row(regions..=regions),
            None => problem.add_row(f64::NEG_INFINITY..),
        };
        let least_row = self.least.map(|least| problem.add_row(least.least..));
        self.rows.others = std::iter::once(count_row).chain(least_row).collect();
        for closure in &mut self.closures {
            closure.write_pairs(&mut problem, self.size);
        }
        let mut model = problem
            .try_optimise(Sense::Maximise)
            .map_err(|status| fault(format!("the master was refused: {status:?}")))?;
        model.set_option("parallel", "off");
        by_simplex(&mut model);
        self.spent = Duration::ZERO;
        if !self.closures.is_empty() {
            // From no basis at all, inner points are the shorter way through so many rows.
            model.set_option("solver", "ipm");
            model.set_option("presolve", "on");
        }
        // One HiGHS scheduler serves the whole process; parallelism is ours.
        model.set_option("threads", 1);
        let rows = self.rows.nodes.iter().chain([&count_row]).map(|&row| (row, 1.0));
        let more = [(count_row, -1.0)].into_iter().chain(least_row.map(|row| (row, 1.0)));
        self.artificials.clear();
        for entry in rows.chain(more) {
            let column = model
                .try_add_column(-self.penalty, 0.0.., [entry])
                .map_err(|status| fault(format!("an artificial was refused: {status:?}")))?;
            self.artificials.push(column);
        }
        for closure in &mut self.closures {
            closure
                .write_nodes(&mut model, self.size, &self.rows.nodes, count_row)
                .map_err(|status| fault(format!("a node was refused: {status:?}")))?;
        }
        self.model = Some(model);
        for closure in 0..self.closures.len() {
            self.write_separators(closure)?;
        }
        self.lids.clear();
        if let Some((centre, width)) = self.enclosure.take() {
            self.enclose(&centre, width)?;
        }
        self.places.clear();
        for column in std::mem::take(&mut self.columns) {
            self.add(&column)?;
        }
        Ok(())
    }

    /// Raises the price of artificial columns eightfold: enough to settle most doubts, and little
    /// enough that the duals, which follow it, stay precise.
    pub(crate) fn raise_penalty(&mut self) -> Result<(), EngineFault> {
        self.penalty *= 8.0;
        let model = self.model.as_mut().ok_or_else(lost)?;
        for &column in &self.artificials {
            model.change_column_cost(column, -self.penalty);
        }
        Ok(())
    }

    /// Keeps the duals of nodes within `width` of these, scaled: artificial columns cost as much as
    /// the lower ends of the box, and columns with the sign turned, the upper ends. The dual of the
    /// number of regions stays free, so that there are duals for whatever regions are known.
    pub(crate) fn enclose(&mut self, centre: &Duals, width: i64) -> Result<(), EngineFault> {
        let size = self.size;
        let model = self.model.as_mut().ok_or_else(lost)?;
        let cost = |dual: i64| as_float(dual) / size;
        if self.lids.is_empty() {
            for &row in &self.rows.nodes {
                let lid = model
                    .try_add_column(0.0, 0.0.., [(row, -1.0)])
                    .map_err(|status| fault(format!("a lid was refused: {status:?}")))?;
                self.lids.push(lid);
            }
        }
        for (at, &dual) in centre.node.iter().enumerate() {
            model.change_column_cost(self.artificials[at], cost(dual - width));
            model.change_column_cost(self.lids[at], -cost(dual + width));
        }
        self.enclosure = Some((centre.clone(), width));
        Ok(())
    }

    /// Writes out all sets around roots, beside the columns. The model is built anew.
    pub(crate) fn write_out(&mut self, closures: Vec<Closure<W>>) -> Result<(), EngineFault> {
        self.closures.extend(closures);
        self.rebuild()
    }

    /// Writes out all pairs around the roots written out, if there are some left and no more than so
    /// many in all; says whether it did. The model is built anew.
    pub(crate) fn unfold(&mut self, most_pairs: usize) -> Result<bool, EngineFault> {
        let num_pairs = self.closures.iter().map(Closure::num_pairs);
        let (written, folded) =
            num_pairs.fold((0, 0), |sum, pairs| (sum.0 + pairs.0, sum.1 + pairs.1));
        if folded == 0 || written + folded > most_pairs {
            return Ok(false);
        }
        for closure in &mut self.closures {
            closure.unfold(self.num_nodes);
        }
        self.rebuild()?;
        Ok(true)
    }

    /// Splits the pairs that are not written out around a root, if it is.
    pub(crate) fn split(&mut self, split: &Split<'_>) {
        let written = self.closures.iter_mut().find(|closure| closure.root == split.root);
        if let (Some(closure), Some(model)) = (written, self.model.as_mut()) {
            closure.split(model, self.size, split);
        }
    }

    /// Takes separators between the nodes of a closure in; how many are new.
    pub(crate) fn separate(
        &mut self,
        closure: usize,
        separators: &[Separator<W>],
    ) -> Result<usize, EngineFault> {
        let new = self.closures[closure].add(separators);
        self.write_separators(closure)?;
        Ok(new)
    }

    fn write_separators(&mut self, closure: usize) -> Result<(), EngineFault> {
        let model = self.model.as_mut().ok_or_else(lost)?;
        self.closures[closure]
            .write_separators(model)
            .map_err(|status| fault(format!("a separator was refused: {status:?}")))
    }

    /// The largest dual there is, scaled.
    pub(crate) fn most_dual(&self) -> i64 {
        self.most_dual
    }

    /// Price of an artificial column.
    pub(crate) fn penalty(&self) -> f64 {
        self.penalty
    }

    /// Adds a region.
    pub(crate) fn add(&mut self, column: &Column<W>) -> Result<(), EngineFault> {
        let gain = self.least.map(|least| as_float(column.gain) / least.size);
        let others = std::iter::once(1.0).chain(gain);
        let rows = column
            .set
            .iter()
            .map(|node| (self.rows.nodes[node], 1.0))
            .chain(self.rows.others.iter().copied().zip(others));
        let place = self
            .model
            .as_mut()
            .ok_or_else(lost)?
            .try_add_column(as_float(column.value) / self.size, 0.0.., rows)
            .map_err(|status| fault(format!("a column was refused: {status:?}")))?;
        self.columns.push(*column);
        self.places.push(place);
        Ok(())
    }

    /// Makes a region part of every plan from here on, if it has been added.
    pub(crate) fn fix(&mut self, set: &AreaSet<W>) {
        self.hold(set, 1.0..=1.0);
    }

    /// Makes a region part of no plan from here on, if it has been added.
    pub(crate) fn bar(&mut self, set: &AreaSet<W>) {
        self.hold(set, 0.0..=0.0);
    }

    /// Makes a node part of the region of a root written out, from here on.
    pub(crate) fn take(&mut self, (closure, node): (usize, usize)) {
        if let Some(place) = self.closures[closure].place(node) {
            self.hold_at(place, 1.0..=1.0);
        }
    }

    /// Takes back what was fixed, barred and taken.
    pub(crate) fn release(&mut self) {
        for place in std::mem::take(&mut self.held) {
            if let Some(model) = self.model.as_mut() {
                model.change_column_bounds(place, 0.0..);
            }
        }
    }

    fn hold(&mut self, set: &AreaSet<W>, share: std::ops::RangeInclusive<f64>) {
        if let Some(at) = self.columns.iter().position(|column| column.set == *set) {
            self.hold_at(self.places[at], share);
        }
    }

    fn hold_at(&mut self, place: Col, share: std::ops::RangeInclusive<f64>) {
        if let Some(model) = self.model.as_mut() {
            model.change_column_bounds(place, share);
            self.held.push(place);
        }
    }

    /// A dual in scaled units on the grid.
    fn on_grid(&self, dual: f64) -> i64 {
        let most = self.most_dual / self.grid;
        rounded(dual * self.size / as_float(self.grid)).clamp(-most, most) * self.grid
    }

    /// Measures the row of the additive measure by the most that a region adds or costs, where that is
    /// more than regions have to reach on average: figures far from one lead the simplex method astray.
    fn measure_anew(&mut self) {
        if let Some(least) = &mut self.least {
            let gains = self.columns.iter().map(|column| as_float(column.gain).abs());
            let size = gains.fold(least.size, f64::max);
            least.least = least.least * least.size / size;
            least.size = size;
        }
    }

    /// Solves the model from its last basis, and where the simplex method loses its way from
    /// there, anew from none: first as ever, then by other means, the last of which holds from then on.
    /// What it has come to, where a limit strikes before.
    fn solve_model(&mut self, watch: &Watch<'_>) -> Result<SolvedModel, EngineFault> {
        let mut ended = String::new();
        let anew = [
            ("simplex_strategy", 1),
            ("simplex_strategy", 4),
            ("simplex_scale_strategy", 0),
            ("simplex_strategy", 1),
            ("simplex_strategy", 4),
        ];
        for (attempt, option) in std::iter::once(None).chain(anew.into_iter().map(Some)).enumerate()
        {
            if let Some((option, value)) = option {
                if attempt == MEASURED_ANEW_FROM {
                    self.measure_anew();
                }
                self.rebuild()?;
                let model = self.model.as_mut().ok_or_else(lost)?;
                by_simplex(model);
                model.set_option(option, value);
            }
            match self.solve_in_slices(watch) {
                Ok(solved) if solved.status() == HighsModelStatus::Optimal => return Ok(solved),
                Ok(solved) if watch.must_stop() => return Ok(solved),
                Ok(solved) => ended = format!("{:?}", solved.status()),
                Err(status) => ended = format!("{status:?}"),
            }
        }
        Err(fault(format!("the master ended as {ended}")))
    }

    /// Solves the model until a limit strikes. It is interrupted between slices of iterations, which
    /// double: a simplex method that begins anew too often may never get on.
    fn solve_in_slices(&mut self, watch: &Watch<'_>) -> Result<SolvedModel, HighsStatus> {
        let mut model = self.model.take().ok_or(HighsStatus::Error)?;
        let mut slice = watch.slice();
        loop {
            model.set_option("simplex_iteration_limit", slice);
            let begun = Instant::now();
            if let Some(deadline) = watch.limits().deadline {
                // Its clock runs on from solve to solve.
                let until = self.spent + deadline.saturating_duration_since(begun);
                model.set_option("time_limit", until.as_secs_f64());
            }
            let solved = model.try_solve()?;
            self.spent += begun.elapsed();
            let iterations = solved.int_info_value(c"simplex_iteration_count").unwrap_or(0);
            watch.spend_on_program(u64::try_from(iterations).unwrap_or(0));
            if solved.status() != HighsModelStatus::ReachedIterationLimit || watch.must_stop() {
                return Ok(solved);
            }
            model = solved.into();
            by_simplex(&mut model);
            slice = slice.saturating_mul(2);
        }
    }

    /// Solves the master. Where a limit strikes before it is solved, this is no optimum; but its duals
    /// bound all plans as any do.
    pub(crate) fn solve(&mut self, watch: &Watch<'_>) -> Result<Optimum<W>, EngineFault> {
        let solved = self.solve_model(watch)?;
        let solution = solved.get_solution();
        let (node, others) = solution.dual_rows().split_at(self.num_nodes);
        let duals = Duals {
            node: node.iter().map(|&dual| self.on_grid(dual)).collect(),
            count: self.on_grid(others[0]),
            unit: self.least.map_or(0, |least| {
                rounded(-others[1] * self.size / least.size).clamp(0, self.most_unit)
            }),
        };
        let price = |row: usize| solution.dual_rows()[row] * self.size;
        let selected =
            |closure: &Closure<W>| closure.selection(self.num_nodes, |at| solution[at], price);
        let optimum = Optimum {
            duals,
            shares: self
                .columns
                .iter()
                .zip(&self.places)
                .map(|(column, &place)| (column.set, solution[place]))
                .filter(|&(_, share)| share > TRACE)
                .collect(),
            selections: self.closures.iter().map(selected).collect(),
            artificial: self.artificials.iter().any(|&column| solution[column] > TRACE),
        };
        let mut model = solved.into();
        by_simplex(&mut model);
        self.model = Some(model);
        Ok(optimum)
    }
}
