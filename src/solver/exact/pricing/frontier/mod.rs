//! Pricing by a frontier: all regions at once where flows run between neighbours only.
//!
//! Take the nodes in a fixed order. After some of them only the *frontier* matters for what is to
//! come: the nodes passed that touch nodes ahead. Which of them a region `S` holds, how these are
//! connected so far, and whether `S` is begun or done, is a *state*; so a connected `S` is a path
//! through a layered graph of states with two arcs each, next node out or in, and on a thin graph
//! the states are few: frontiers of a planar graph with `n` nodes hold `O(√n)` nodes, and what is
//! connected inside one does not cross (Kawahara, Inoue, Iwashita, Minato, *Frontier-based search
//! for enumerating all constrained subgraphs with compressed representation*, IEICE Transactions on
//! Fundamentals, 2017; for districting, Fifield, Imai, Kawahara, Kenny, *The essential role of
//! empirical validation in legislative redistricting simulation*, Statistics and Public Policy,
//! 2020). Where every flow runs between neighbours, an arc into `S` is worth what the state says:
//!
//! ```text
//! own_v − π_v + Σ w_uv over neighbours u of v that are passed and in S
//! ```
//!
//! The weight of `S` is not in the state; it goes in with a multiplier. For any `λ`, the longest
//! path from a state on under `own_v − π_v − λ p_v` is a *potential* `h_λ`, found for all states in
//! one sweep backwards. A partial region of reduced value `g` and weight `p` then leads to no region
//! of a larger reduced value than
//!
//! ```text
//! min over λ of   g + h_λ(state) + λ (U − p)    where λ ≥ 0
//!                 g + h_λ(state) + λ (L − p)    where λ < 0
//! ```
//!
//! and a search forwards, with these bounds for a handful of multipliers, meets hardly anything but
//! the regions it is after. Pricing takes milliseconds where a search that grows regions node by
//! node does not end: counties by the dozen to a region, with populations equal to within a per cent.
//!
//! | file | idea |
//! |---|---|
//! | `order` | an order of the nodes with thin frontiers |
//! | `state` | what is known at a frontier, and how a node changes it |
//! | `diagram` | the layered graph of states |
//! | `potential` | multipliers, and the best way on from every state |
//! | `search` | regions above a threshold, from the front |
//! | `price` | the largest reduced value, by falling thresholds |
//!
//! Column generation around all this, with duals in a box, stands in `colgen::boxstep`.

mod diagram;
mod order;
mod potential;
mod price;
mod search;
mod state;

use self::diagram::Diagram;
use self::order::thin_order;
use crate::exact::problem::reduced::{Core, Resource};
use crate::exact::watch::Watch;

/// Most nodes of a problem it is tried on.
const MOST_NODES: usize = 256;

/// Weights in so few units are told apart one by one.
const FEW_UNITS: i64 = 64;

/// Exact pricing by the states of a frontier. Keeps its multiplier between calls.
pub(crate) struct Frontier<'a, const W: usize> {
    pub(crate) core: &'a Core<W>,
    pub(crate) watch: &'a Watch<'a>,
    diagram: Diagram<W>,
    window: Window,
    /// Multiplier of the weight that gave the best bound last.
    lambda: i64,
}

/// The weight that every region must keep within limits; all zero where there is none.
#[derive(Clone, Debug)]
struct Window {
    weight: Vec<i64>,
    min: i64,
    max: i64,
    /// Multipliers up to this keep sums in range.
    most_multiplier: i64,
    /// What all weights are multiples of, where no region holds many of it.
    unit: Option<i64>,
}

impl Window {
    /// How many weights are told apart, where they are few.
    fn num_weights(&self) -> Option<usize> {
        let unit = self.unit?;
        usize::try_from(self.max / unit + 1).ok()
    }

    /// The unit of weights that are few.
    fn unit_of(weight: &[i64], max: i64) -> Option<i64> {
        let unit = weight.iter().fold(0, |unit, &weight| greatest_common_divisor(unit, weight));
        (unit > 0 && max / unit < FEW_UNITS).then_some(unit)
    }

    fn new<const W: usize>(core: &Core<W>) -> Self {
        match core.resources.first() {
            Some(resource) => Self {
                weight: resource.weight.clone(),
                min: resource.min,
                max: resource.max,
                most_multiplier: resource.most_multiplier,
                unit: Self::unit_of(&resource.weight, resource.max),
            },
            None => {
                Self { weight: vec![0; core.n], min: 0, max: 0, most_multiplier: 0, unit: None }
            }
        }
    }
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl<'a, const W: usize> Frontier<'a, W> {
    /// A pricer, where the problem is one for it: flows and rules between neighbours only, at most
    /// one limited measure, frontiers thin enough. `None` as well when a limit strikes meanwhile.
    pub(crate) fn new(core: &'a Core<W>, watch: &'a Watch<'a>) -> Option<Self> {
        if !is_local(core) {
            return None;
        }
        let order = thin_order(core)?;
        let window = Window::new(core);
        let diagram = Diagram::new(core, order, &window, watch)?;
        Some(Self { core, watch, diagram, window, lambda: 0 })
    }
}

impl<const W: usize> Frontier<'_, W> {
    /// Whether some node is in no region.
    pub(crate) fn has_no_plan(&self) -> bool {
        self.diagram.forsaken().is_some()
    }
}

/// Whether what a region is worth and what it must keep shows between neighbours, but for one
/// measure.
fn is_local<const W: usize>(core: &Core<W>) -> bool {
    let flows_are_near = || {
        (0..core.n).all(|a| {
            (0..core.n).all(|b| core.pair[a * core.n + b] == 0 || core.neighbours[a].contains(b))
        })
    };
    core.n <= MOST_NODES
        && flows_are_near()
        && core.resources.len() <= 1
        && core.resources.iter().all(Resource::only_grows)
        && core.containment.is_empty()
        && core.extra.is_none()
        && (0..core.n).all(|node| {
            core.apart[node].is_subset(&core.neighbours[node])
                && core.companions[node].is_connected(&core.neighbours)
        })
}
