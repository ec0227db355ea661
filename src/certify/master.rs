//! The linear program whose duals are the prices: set partitioning over the regions known so far.

use highs::{Col, ColProblem, HighsModelStatus, Model, Row, Sense, SolvedModel};
use regionfront_check::ground::Ground;
use regionfront_check::listing::Prices;
use regionfront_check::set::Set;

use crate::uncertified::Uncertified;

/// Shares up to this much count as nothing.
const TRACE: f64 = 1e-7;

/// The most a region can lack that an artificial column stands for, before it counts as proof.
const MOST_PENALTY: f64 = 1e8;

/// The program, solved again and again from its last basis.
pub(crate) struct Master<const W: usize> {
    model: Option<Model>,
    num_nodes: usize,
    num_regions: u32,
    rows: Vec<Row>,
    artificials: Vec<Col>,
    /// Columns that take a node away: with the artificial ones they keep prices in the box.
    surpluses: Vec<Col>,
    boxed: Option<PriceBox>,
    penalty: f64,
    columns: Vec<Column<W>>,
    scale: i64,
}

/// A region with its commuters inside, and its place in the program.
struct Column<const W: usize> {
    set: Set<W>,
    value: i64,
    place: Option<Col>,
}

/// Where the prices of nodes are kept (Marsten, Hogan, Blankenship, *The boxstep method for large-scale
/// optimization*, Operations Research, 1975). Without a box they swing widely where regions have many
/// nodes, as few regions of many nodes say little about any one of them.
#[derive(Clone, Debug)]
pub(crate) struct PriceBox {
    pub(crate) centre: Vec<i64>,
    pub(crate) width: i64,
}

/// An optimum of the program.
pub(crate) struct Optimum<const W: usize> {
    /// Its duals, rounded to parts of a commuter.
    pub(crate) prices: Prices,
    /// The regions in use, with their shares.
    pub(crate) shares: Vec<(Set<W>, f64)>,
    /// Whether the regions known make no plan, not even in parts.
    pub(crate) is_artificial: bool,
}

#[expect(clippy::cast_precision_loss, reason = "values are below 2^52 at the solver's edge")]
fn as_float(value: i64) -> f64 {
    value as f64
}

fn failed(what: impl std::fmt::Debug) -> Uncertified {
    Uncertified::Solver(format!("{what:?}"))
}

/// Solves go on from the last basis.
fn by_simplex(model: &mut Model) {
    model.set_option("solver", "simplex");
    model.set_option("presolve", "off");
}

impl<const W: usize> Master<W> {
    /// The program without any region. An artificial column costs more than all commuters bring.
    pub(crate) fn new(ground: &Ground<W>, scale: i64) -> Result<Self, Uncertified> {
        let all = ground.own.iter().sum::<i64>() + ground.pair.iter().sum::<i64>() / 2;
        let mut master = Self {
            model: None,
            num_nodes: ground.n,
            num_regions: u32::try_from(ground.k).map_err(|_| failed("too many regions"))?,
            rows: Vec::new(),
            artificials: Vec::new(),
            surpluses: Vec::new(),
            boxed: None,
            penalty: as_float(all) + 1.0,
            columns: Vec::new(),
            scale,
        };
        master.rebuild()?;
        Ok(master)
    }

    /// Builds the program anew from the regions added so far.
    fn rebuild(&mut self) -> Result<(), Uncertified> {
        let mut problem = ColProblem::new();
        self.rows = (0..self.num_nodes).map(|_| problem.add_row(1.0..=1.0)).collect();
        let regions = f64::from(self.num_regions);
        self.rows.push(problem.add_row(regions..=regions));
        let mut model = problem.try_optimise(Sense::Maximise).map_err(failed)?;
        model.make_quiet();
        model.set_option("threads", 1);
        model.set_option("parallel", "off");
        by_simplex(&mut model);
        self.artificials.clear();
        self.surpluses.clear();
        for (at, &row) in self.rows.iter().enumerate() {
            let edges = self.edges(at);
            let cost = edges.map_or(-self.penalty, |[low, _]| low);
            let artificial = model.try_add_column(cost, 0.0.., [(row, 1.0)]);
            self.artificials.push(artificial.map_err(failed)?);
            if let Some([_, high]) = edges {
                let surplus = model.try_add_column(-high, 0.0.., [(row, -1.0)]);
                self.surpluses.push(surplus.map_err(failed)?);
            }
        }
        for column in &mut self.columns {
            column.place = Some(enter(&mut model, &self.rows, column)?);
        }
        self.model = Some(model);
        Ok(())
    }

    /// The least and the largest price of a node that the box allows.
    fn edges(&self, node: usize) -> Option<[f64; 2]> {
        let PriceBox { centre, width } = self.boxed.as_ref()?;
        let price = centre.get(node)?;
        Some([price - width, price + width].map(|edge| as_float(edge) / as_float(self.scale)))
    }

    /// Keeps the prices of nodes in a box from now on.
    pub(crate) fn enclose(&mut self, boxed: PriceBox) -> Result<(), Uncertified> {
        let had_none = self.boxed.replace(boxed).is_none();
        if had_none {
            return self.rebuild();
        }
        for node in 0..self.num_nodes {
            if let (Some([low, high]), Some(model)) = (self.edges(node), self.model.as_mut()) {
                model.change_column_cost(self.artificials[node], low);
                model.change_column_cost(self.surpluses[node], -high);
            }
        }
        Ok(())
    }

    /// Adds a region.
    pub(crate) fn add(&mut self, set: Set<W>, value: i64) -> Result<(), Uncertified> {
        let mut column = Column { set, value, place: None };
        let model = self.model.as_mut().ok_or_else(|| failed("lost"))?;
        column.place = Some(enter(model, &self.rows, &column)?);
        self.columns.push(column);
        Ok(())
    }

    /// Makes artificial columns dearer; `false` when they are as dear as they may be.
    pub(crate) fn raise_penalty(&mut self) -> bool {
        if self.penalty >= MOST_PENALTY {
            return false;
        }
        self.penalty *= 8.0;
        let unboxed = if self.boxed.is_some() { self.num_nodes } else { 0 };
        if let Some(model) = self.model.as_mut() {
            for &column in &self.artificials[unboxed..] {
                model.change_column_cost(column, -self.penalty);
            }
        }
        true
    }

    /// Solves the program from its last basis and, where the simplex method loses its way from there,
    /// anew from none: first as ever, then by other means.
    fn solve_model(&mut self) -> Result<SolvedModel, Uncertified> {
        let mut ended = failed("lost");
        let anew =
            [("simplex_strategy", 1), ("simplex_strategy", 4), ("simplex_scale_strategy", 0)];
        for option in std::iter::once(None).chain(anew.into_iter().map(Some)) {
            if let Some((option, value)) = option {
                self.rebuild()?;
                if let Some(model) = self.model.as_mut() {
                    model.set_option(option, value);
                }
            }
            let Some(model) = self.model.take() else { continue };
            match model.try_solve() {
                Ok(solved) if solved.status() == HighsModelStatus::Optimal => return Ok(solved),
                Ok(solved) => ended = failed(solved.status()),
                Err(status) => ended = failed(status),
            }
        }
        Err(ended)
    }

    /// Solves the program.
    pub(crate) fn solve(&mut self) -> Result<Optimum<W>, Uncertified> {
        let solved = self.solve_model()?;
        let solution = solved.get_solution();
        #[expect(clippy::cast_possible_truncation, reason = "any whole price may be tried")]
        let rounded = |dual: f64| (dual * as_float(self.scale)).round() as i64;
        let (nodes, others) = solution.dual_rows().split_at(self.num_nodes);
        let share = |column: &Column<W>| Some((column.set, solution[column.place?]));
        let optimum = Optimum {
            prices: Prices {
                node: nodes.iter().map(|&dual| rounded(dual)).collect(),
                region: rounded(others[0]),
                scale: self.scale,
                balance: false,
            },
            shares: (self.columns.iter().filter_map(share))
                .filter(|&(_, share)| share > TRACE)
                .collect(),
            is_artificial: (self.artificials.iter().chain(&self.surpluses))
                .any(|&column| solution[column] > TRACE),
        };
        let mut model = Model::from(solved);
        by_simplex(&mut model);
        self.model = Some(model);
        Ok(optimum)
    }
}

fn enter<const W: usize>(
    model: &mut Model,
    rows: &[Row],
    column: &Column<W>,
) -> Result<Col, Uncertified> {
    let regions = rows[rows.len() - 1];
    let rows = column.set.iter().map(|node| (rows[node], 1.0)).chain([(regions, 1.0)]);
    model.try_add_column(as_float(column.value), 0.0.., rows).map_err(failed)
}
