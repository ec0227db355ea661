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
//! Because limits live inside the columns, the linear relaxation is nearly the optimum. The steps,
//! one file each:
//!
//! 1. `reduce`: contract groups, take decided regions out, tighten limits; `core` is the result.
//! 2. `first`: first plans by simulated annealing (`incumbent`) over a `partition`, which also fills
//!    the `pool` of known regions.
//! 3. `relax`: column generation; `master` is the linear program, `pricing`, `bound`,
//!    `moat` and `tighten` find regions of largest reduced value exactly; where flows run between neighbours only,
//!    the `frontier` does, all regions at once (`oracle` says which).
//! 4. `tree`: all regions within the gap, an exact `cover` by them, and a `branch` where they are
//!    too many.
//!
//! Problems of more than 128 nodes, or 64 where regions may be giants, take a road of their own before
//! the tree, `large`:
//! starts built up (`agglomerate`) and taken apart (`peel`), columns found by hill climbing
//! (`climb`, `generate`), giants written out in the master (`closure`, `separate`), plans by diving
//! (`dive`), and these made better `part` by part (`neighbourhood`, `draft`).
//!
//! Where a plan is to stay near a given division, regions bear the labels of its regions, and labels
//! are nodes without areas: `label`.
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

mod agglomerate;
mod bound;
mod branch;
mod caps;
mod climb;
mod closure;
mod core;
mod cover;
mod dive;
mod draft;
mod extra;
mod first;
mod frontier;
mod generate;
mod incumbent;
mod label;
mod large;
mod listing;
mod master;
mod moat;
mod neighbourhood;
mod network;
mod oracle;
mod part;
mod partition;
mod peel;
mod pocket;
mod pool;
mod pricing;
#[doc(hidden)]
pub mod probe;
mod reduce;
mod relax;
mod separate;
mod session;
mod step;
mod tighten;
mod tree;
#[cfg(test)]
mod trials;
mod watch;

pub use self::extra::{Additive, ByCentre};
pub use self::session::{Asked, Session, Stepped};
pub use self::step::{Floor, Step};

use super::{Engine, EngineFault, Limits, Observer, Solved};
use crate::plan::Plan;
use crate::scenario::Problem;

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
