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
//! 1. `core`: contract groups, take decided regions out, tighten limits.
//! 2. `incumbent`: simulated annealing, which also fills the `pool` of known regions.
//! 3. `relax`: column generation; `master` is the linear program, `pricing`, `bound` and
//!    `moat` find regions of largest reduced value exactly.
//! 4. `tree`: all regions within the gap, an exact `cover` by them, and a `branch` where they are
//!    too many.
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

mod bound;
mod branch;
mod core;
mod cover;
mod incumbent;
mod master;
mod moat;
mod pocket;
mod pool;
mod pricing;
#[doc(hidden)]
pub mod probe;
mod relax;
mod tree;
mod watch;

use self::core::{Contradiction, Core, Nodes};
use self::tree::Tree;
use self::watch::{Watch, commuters};
use super::{Effort, Engine, EngineFault, Limits, News, Observer, Outcome, Solved, StopReason};
use crate::plan::Plan;
use crate::scenario::Problem;

/// Most nodes the widest area sets hold.
pub const MOST_NODES: usize = 64 * 80;

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
        let nodes = match Nodes::contract(problem) {
            Ok(nodes) => nodes,
            Err(contradiction) => return Ok(infeasible(contradiction)),
        };
        let request = Request { problem, k, limits, seed, warm_start, observer };
        match nodes.len() {
            0..=64 => request.solve::<1>(nodes),
            65..=128 => request.solve::<2>(nodes),
            129..=256 => request.solve::<4>(nodes),
            257..=384 => request.solve::<6>(nodes),
            385..=1024 => request.solve::<16>(nodes),
            1025..=MOST_NODES => request.solve::<80>(nodes),
            more => Err(EngineFault {
                engine: "exact",
                what: format!("{more} groups of areas are more than the {MOST_NODES} it can hold"),
            }),
        }
    }
}

fn infeasible(contradiction: Contradiction) -> Solved {
    Solved {
        outcome: Outcome::Infeasible { reason: Some(contradiction) },
        effort: Effort::default(),
    }
}

/// One call of the engine.
struct Request<'a> {
    problem: &'a Problem,
    k: usize,
    limits: &'a Limits,
    seed: u64,
    warm_start: Option<&'a Plan>,
    observer: &'a dyn Observer,
}

impl Request<'_> {
    fn solve<const W: usize>(&self, nodes: Nodes) -> Result<Solved, EngineFault> {
        let core = match Core::<W>::new(self.problem, nodes, self.k) {
            Ok(core) => core,
            Err(contradiction) => return Ok(infeasible(contradiction)),
        };
        if core.k == 0 {
            let objective = core.settled_flow;
            self.observer.news(self.k, News::Incumbent(objective));
            let outcome = Outcome::Optimal { plan: core.plan(&[]), objective };
            return Ok(Solved { outcome, effort: Effort::default() });
        }
        let watch =
            Watch::new(self.limits, self.observer, self.k, core.settled_flow, core.most_value());
        let mut tree = Tree::new(&core, &watch);
        if let Some(regions) = self.warm_start.and_then(|plan| core.regions_of(plan)) {
            tree.start_from(regions);
        }
        let ended = tree.solve(self.seed)?;
        let effort = Effort { nodes: watch.nodes(), columns: ended.columns as u64 };
        let bound = commuters(ended.bound) + core.settled_flow;
        let stopped_by = watch.stopped().unwrap_or(StopReason::Interrupted);
        let outcome = match ended.incumbent {
            Some(best) => {
                let plan = core.plan(&best.regions);
                let objective = commuters(best.value) + core.settled_flow;
                if bound == objective {
                    Outcome::Optimal { plan, objective }
                } else {
                    Outcome::Feasible { plan, objective, bound, stopped_by }
                }
            }
            None if ended.bound < 0 => Outcome::Infeasible { reason: None },
            None => Outcome::Unknown { bound, stopped_by },
        };
        Ok(Solved { outcome, effort })
    }
}
