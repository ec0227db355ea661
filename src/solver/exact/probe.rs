//! The inner steps of the engine one by one, for the benches; no part of the public face.
//!
//! Pricing, master and annealing decide the speed of the engine, and none can be timed from
//! outside: a whole solve mixes them. A door for benches is narrower than public modules, and needs
//! no feature, which would compile the crate and its solver twice.

use std::cell::RefCell;

use crate::engine::{Limits, Silent};
use crate::exact::caps::Cap;
use crate::exact::caps::Caps;
use crate::exact::colgen::relaxation::Warm;
use crate::exact::colgen::roots::Roots;
use crate::exact::colgen::smoothing::relax;
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::Master;
use crate::exact::master::pool::Pool;
use crate::exact::pricing::root_search::{Pricer, Want};
use crate::exact::primal::anneal::{HEAT, Schedule, anneal, grow};
use crate::exact::primal::partition::Partition;
use crate::exact::problem::contraction::Nodes;
use crate::exact::problem::network::Network;
use crate::exact::problem::plan::NodePlan;
use crate::exact::problem::reduced::Core;
use crate::exact::problem::step::Step;
use crate::exact::watch::Watch;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;

/// Regions kept from the annealing, which are the columns of the master.
const POOL: usize = 5_000;

/// A problem as the engine holds it, with the duals that close its linear relaxation.
pub struct Probe {
    core: Core<1>,
    pool: Pool<1>,
    duals: Duals,
}

impl Probe {
    /// Anneals once and solves the relaxation.
    ///
    /// `None` for more than 64 groups of areas, for rules that allow no plan, and where the
    /// relaxation needs more search nodes than pricing is given.
    pub fn new(problem: &Problem, k: usize) -> Option<Self> {
        let nodes = Nodes::contract(problem).ok().filter(|nodes| nodes.len() <= 64)?;
        let step = Step { limits: problem.rules.limits, ..Step::default() };
        let core = Core::new(problem, &nodes, k, &step).ok()?;
        let mut pool = Pool::default();
        annealed(&core, 0, 50_000, &mut pool);
        let limits = Limits::default();
        let watch = Watch::new(&limits, &Silent, k, 0, core.scale, core.most_value());
        let mut known = pool.clone();
        let mut pricer = Pricer::new(&core, &watch);
        let caps = Caps::default();
        let warm = Warm::default();
        let pricers = std::slice::from_mut(&mut pricer);
        let roots = Roots::new(pricers, 1, caps.first_nodes);
        let relaxed = relax(&RefCell::new(roots), &mut known, &warm, 0, &caps, &watch).ok()?;
        let duals = relaxed.duals?;
        Some(Self { core, pool, duals })
    }

    /// One annealing run from random regions: the commuters inside its best plan.
    pub fn anneal(&self, seed: u64, moves: usize) -> Option<Commuters> {
        let best = annealed(&self.core, seed, moves, &mut Pool::default())?;
        Some(self.core.commuters(best.value))
    }

    /// The linear program over the pool, from no basis: how many regions have a share.
    pub fn master(&self) -> Option<usize> {
        let mut master = Master::new(&self.core).ok()?;
        for at in 0..self.pool.len() {
            master.add(&self.pool.get(at)).ok()?;
        }
        let limits = Limits::default();
        let watch =
            Watch::new(&limits, &Silent, self.core.k, 0, self.core.scale, self.core.most_value());
        Some(master.solve(&watch).ok()?.shares.len())
    }

    /// One exact pricing of all roots at the closing duals, which is the proof of the relaxation:
    /// how many search nodes it took.
    pub fn price(&self) -> u64 {
        let limits = Limits::default();
        let watch =
            Watch::new(&limits, &Silent, self.core.k, 0, self.core.scale, self.core.most_value());
        let mut pricer = Pricer::new(&self.core, &watch);
        pricer.set_duals(&self.duals);
        let cap = Cap { nodes: u64::MAX, columns: usize::MAX };
        let mut found = Vec::new();
        for place in 0..pricer.num_roots() {
            pricer.search_root(place, self.duals.count, Want::Best, cap, &mut found);
        }
        watch.nodes()
    }
}

/// Anneals once from random regions; the best plan, if one was met.
fn annealed(core: &Core<1>, seed: u64, moves: usize, pool: &mut Pool<1>) -> Option<NodePlan<1>> {
    let network = Network::new(core);
    let mut partition = Partition::new(core, &network, grow(core, seed, &|| false)?, seed);
    let schedule = Schedule { moves, heat: HEAT, pool: POOL };
    anneal(core, &mut partition, schedule, pool, &|| false)
}
