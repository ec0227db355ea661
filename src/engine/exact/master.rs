//! The restricted master problem: the linear relaxation of set partitioning over known regions.
//!
//! Maximise `Σ v_S x_S` with every node in exactly one region and exactly `k` regions. Columns are
//! added to a living model, so that each solve starts from the last basis. One artificial column
//! per row keeps it feasible; while any is used, its objective lies below every plan's.

use highs::{Col, ColProblem, HighsModelStatus, Model, Row, Sense};

use super::core::{Core, SCALE};
use super::pricing::Column;
use crate::engine::EngineFault;
use crate::graph::AreaSet;

/// Duals are rounded to multiples of this many scaled units, so that they are exact integers.
const GRID: i64 = 1 << 10;

/// Shares up to this much count as nothing.
const TRACE: f64 = 1e-7;

/// An optimum of the restricted master.
#[derive(Clone, Debug)]
pub(super) struct Duals {
    /// Dual of every node, scaled.
    pub(super) node: Vec<i64>,
    /// Dual of the number of regions, scaled.
    pub(super) count: i64,
    /// Price per unit of the additive measure asked for, scaled; not negative.
    pub(super) unit: i64,
}

/// The restricted master over the columns added so far.
#[derive(Debug)]
pub(super) struct Master<const W: usize> {
    model: Option<Model>,
    node_rows: Vec<Row>,
    count_row: Row,
    least_row: Option<LeastRow>,
    artificials: Vec<Col>,
    penalty: f64,
    columns: Vec<Column<W>>,
}

/// The row of an additive measure. Its coefficients are divided by `size`, to lie near one.
#[derive(Clone, Copy, Debug)]
struct LeastRow {
    row: Row,
    size: f64,
}

/// An optimum of the restricted master.
#[derive(Clone, Debug)]
pub(super) struct Optimum<const W: usize> {
    /// Its duals, on the grid.
    pub(super) duals: Duals,
    /// Regions used, each with its share.
    pub(super) shares: Vec<(AreaSet<W>, f64)>,
    /// Whether an artificial column is still used.
    pub(super) artificial: bool,
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

fn unscaled(value: i64) -> f64 {
    as_float(value) / as_float(SCALE)
}

#[expect(clippy::cast_possible_truncation, reason = "any whole price gives a valid bound")]
fn scaled(value: f64) -> i64 {
    (value * as_float(SCALE)).round() as i64
}

#[expect(clippy::cast_possible_truncation, reason = "rounding to the grid is the purpose")]
fn on_grid(value: f64) -> i64 {
    (value * as_float(SCALE / GRID)).round() as i64 * GRID
}

impl<const W: usize> Master<W> {
    /// An empty master; `penalty` commuters is the price of an artificial column.
    pub(super) fn new(core: &Core<W>, penalty: f64) -> Result<Self, EngineFault> {
        let mut problem = ColProblem::new();
        let node_rows: Vec<Row> = (0..core.n).map(|_| problem.add_row(1.0..=1.0)).collect();
        #[expect(clippy::cast_precision_loss, reason = "a number of regions")]
        let regions = core.k as f64;
        let count_row = problem.add_row(regions..=regions);
        let least_row = core.extra.as_ref().map(|extra| {
            #[expect(clippy::cast_precision_loss, reason = "a row of a floating-point solver")]
            let (least, size) = (extra.least as f64, (extra.least.abs().max(1) as f64) / regions);
            LeastRow { row: problem.add_row(least / size..), size }
        });
        let mut model = problem
            .try_optimise(Sense::Maximise)
            .map_err(|status| fault(format!("the master was refused: {status:?}")))?;
        for (option, value) in [("presolve", "off"), ("solver", "simplex"), ("parallel", "off")] {
            model.set_option(option, value);
        }
        // One HiGHS scheduler serves the whole process; parallelism is ours.
        model.set_option("threads", 1);
        let mut artificials = Vec::new();
        let rows = node_rows.iter().map(|&row| (row, 1.0));
        let least = least_row.map(|least| (least.row, 1.0));
        for entry in rows.chain([(count_row, 1.0), (count_row, -1.0)]).chain(least) {
            let column = model
                .try_add_column(-penalty, 0.0.., [entry])
                .map_err(|status| fault(format!("an artificial was refused: {status:?}")))?;
            artificials.push(column);
        }
        Ok(Self {
            model: Some(model),
            node_rows,
            count_row,
            least_row,
            artificials,
            penalty,
            columns: Vec::new(),
        })
    }

    /// Raises the price of artificial columns a thousandfold.
    pub(super) fn raise_penalty(&mut self) -> Result<(), EngineFault> {
        self.penalty *= 1000.0;
        let model = self.model.as_mut().ok_or_else(lost)?;
        for &column in &self.artificials {
            model.change_column_cost(column, -self.penalty);
        }
        Ok(())
    }

    /// Price of an artificial column, in commuters.
    pub(super) fn penalty(&self) -> f64 {
        self.penalty
    }

    /// Adds a region.
    pub(super) fn add(&mut self, column: &Column<W>) -> Result<(), EngineFault> {
        let rows = column
            .set
            .iter()
            .map(|node| (self.node_rows[node], 1.0))
            .chain([(self.count_row, 1.0)])
            .chain(self.least_row.map(|least| (least.row, as_float(column.gain) / least.size)));
        self.model
            .as_mut()
            .ok_or_else(lost)?
            .try_add_column(unscaled(column.value), 0.0.., rows)
            .map_err(|status| fault(format!("a column was refused: {status:?}")))?;
        self.columns.push(*column);
        Ok(())
    }

    /// Solves the master from its last basis.
    pub(super) fn solve(&mut self) -> Result<Optimum<W>, EngineFault> {
        let model = self.model.take().ok_or_else(lost)?;
        let solved =
            model.try_solve().map_err(|status| fault(format!("the master failed: {status:?}")))?;
        if solved.status() != HighsModelStatus::Optimal {
            return Err(fault(format!("the master ended as {:?}", solved.status())));
        }
        let solution = solved.get_solution();
        let (node, others) = solution.dual_rows().split_at(self.node_rows.len());
        let duals = Duals {
            node: node.iter().map(|&dual| on_grid(dual)).collect(),
            count: on_grid(others[0]),
            unit: self.least_row.map_or(0, |least| scaled(-others[1] / least.size).max(0)),
        };
        let (artificials, shares) = solution.columns().split_at(self.artificials.len());
        let optimum = Optimum {
            duals,
            shares: self
                .columns
                .iter()
                .zip(shares)
                .filter(|(_, share)| **share > TRACE)
                .map(|(column, &share)| (column.set, share))
                .collect(),
            artificial: artificials.iter().any(|&share| share > TRACE),
        };
        self.model = Some(solved.into());
        Ok(optimum)
    }
}
