//! Pareto fronts: internal commuting against one or more second objectives, exact and complete.
//!
//! **ε-constraint method.** The first point of a front is the best plan without a demand on the
//! second objective; each further one is the best plan strictly beyond the last point's score,
//! until there is none (Haimes, Lasdon, Wismer, *IEEE Transactions on Systems, Man, and
//! Cybernetics*, 1971). Scores are whole numbers or exact fractions, so "strictly beyond" leaves
//! nothing out. Among plans of equal commuting the one of best score is taken, the lexicographic
//! second step; so no point is dominated, not even weakly, and both ends are there.
//!
//! **Several second objectives at once.** Sweep the last objective; within each demand on it,
//! compute the whole front of the others; then demand more than the lowest score met there. A
//! nondominated point with a higher score is still feasible, and at the last level that admits it,
//! it is on the front of the others. What other levels dominate is taken out at the end.
//!
//! Bottleneck objectives (the smallest region's population, the weakest self-containment) are
//! limits on regions; additive ones (pairs kept together, distance) are one row of the master. A
//! new objective is one file in `objective` and one line in its list.

mod all;
mod ask;
mod audit;
mod near;
mod objective;
mod point;
mod price;
mod set;
mod so_far;
mod sweep;

pub use all::{FrontTask, FrontWatcher, Swept, Unwatched, sweep_all};
pub use ask::FrontQuestion;
pub use audit::{Claim, Finding, audit, claims};
pub use near::{Robustness, Swing, robustness};
pub use objective::{CODES, Objective, ObjectiveKind, ObjectiveRequest, Score, Sense};
pub use point::{Front, FrontPoint, Missing, over_k};
pub use price::{Price, Priced, prices};
pub use set::ObjectiveSet;
pub use sweep::{Reply, Sweep, SweepObserver, Terms, release, sweep};
