//! The exact engine: set partitioning over connected regions.
//!
//! One column per feasible region `S`: connected, within all limits, with `v(S)` commuters between
//! different areas inside.
//!
//! | symbol | meaning | in the code |
//! |---|---|---|
//! | `i` | node: an area, or areas contracted because they are kept together | `Core::members` |
//! | `w_ij` | commuters between two nodes, both directions | `Core::pair` |
//! | `own_i` | commuters between different areas inside a node | `Core::own` |
//! | `v(S)` | `Σ own_i + Σ w_ij` over the nodes and pairs of `S` | `Core::value` |
//! | `x_S` | share of region `S` in the master | `Optimum::shares` |
//! | `π_i`, `σ` | duals of node `i` and of the number of regions | `Duals` |
//!
//! ```text
//! maximise    Σ_S v(S) x_S
//! subject to  Σ_{S ∋ i} x_S = 1     for every node i      (π_i)
//!             Σ_S x_S = k                                 (σ)
//!             x_S ∈ {0, 1}          for every feasible region S
//! ```
//!
//! Because limits live inside the columns, the linear relaxation is nearly the optimum. A folder for
//! every chapter, each of which uses those before it only:
//!
//! 1. `problem`: contract groups, take decided regions out, tighten limits; `reduced` is the result,
//!    `column` a region of it. Where a plan is to stay near a given division, regions bear the labels
//!    of its regions, and labels are nodes without areas: `label`.
//! 2. `master`: the linear program, its `duals`, the `pool` of known regions, and the formulation of
//!    single roots, with `separation`, where regions are giants.
//! 3. `pricing`: regions of largest reduced value, found exactly by `root_search` with its `bound`,
//!    `moat` and `tighten`, and where limits bind with the inner capacities of `knapsack`; where flows run between neighbours only, by the `frontier`, all regions at
//!    once; and, without a bound, by climbing and, where regions are large, annealing (`temper`).
//! 4. `colgen`: column generation, which ends with duals and a bound, and bounds before any column
//!    (`first_bound`).
//! 5. `proof`: whether lower limits leave room for `k` regions at all (`packing`), all regions within
//!    the gap (`enumeration`), an exact `cover` by them, and `branching` where they are too many: the
//!    `tree` and its `branches`, in turns with longer lists of the whole problem (`deepening`).
//! 6. `primal`: plans annealed, built up, taken apart, dived for, and made better part by part.
//!
//! The `root_phase` makes first plans before the tree begins, and `polish` more of them from its first
//! relaxation, side by side (`parallel`). Problems of more than 128 nodes, or 64
//! where regions may be giants, are surveyed then (`survey`): columns found by climbing, giants written
//! out in the master, plans by diving.
//!
//! More than 5,120 nodes, or more than memory is allowed for, are solved on groups of areas (`coarse`),
//! by local search and under the bound of all commuters.
//!
//! A [`Session`] solves one problem for one k again and again, each [`Step`] with limits of its own
//! and, if asked, with an additive measure that plans must reach: the ε-constraints of a front.
//! Regions, duals and bounds of one step serve the next.
//!
//! Duals come from `HiGHS` in floating point and are rounded to a grid; from there on everything
//! is integer arithmetic in scaled commuters, and a bound holds whatever the duals are. Nothing
//! here depends on threads or the clock except where a limit strikes.
//!
//! Set partitioning for districting goes back to Garfinkel and Nemhauser (*Management Science*,
//! 1970) and, with column generation, to Mehrotra, Johnson and Nemhauser (*Management Science*,
//! 1998); listing columns by reduced cost to Baldacci, Christofides and Mingozzi (*Mathematical
//! Programming*, 2008). The problem is the p-functional regions problem of Kim, Chun and Kim
//! (*International Regional Science Review*, 2013).

mod caps;
mod coarse;
mod colgen;
mod groups;
mod master;
mod parallel;
mod polish;
mod pricing;
mod primal;
#[doc(hidden)]
pub mod probe;
mod problem;
mod proof;
mod root_phase;
mod session;
mod steps;
mod survey;
#[cfg(test)]
mod trials;
mod watch;

pub use self::problem::side::{Additive, ByCentre};
pub use self::problem::step::{Floor, Step};
pub use self::session::Session;
pub use self::steps::{Asked, Stepped};

use crate::engine::{Engine, EngineFault, Limits, Observer, Solved};
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// Set partitioning by column generation, enumeration and exact cover.
#[derive(Clone, Copy, Debug, Default)]
pub struct Exact;

impl Engine for Exact {
    fn name(&self) -> &'static str {
        "exact"
    }

    fn solve(
        &self,
        problem: &Problem,
        k: usize,
        limits: &Limits,
        seed: u64,
        warm_start: Option<&Plan>,
        observer: &dyn Observer,
    ) -> Result<Solved, EngineFault> {
        let mut session = Session::new(problem, k, seed)?;
        if let Some(plan) = warm_start {
            session.start_from(plan.clone());
        }
        let step = Step { limits: problem.rules.limits, ..Step::default() };
        Ok(session.solve(&step, &Asked::default(), limits, observer)?.solved)
    }
}
