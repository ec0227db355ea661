//! One problem and one k, solved step by step.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine::{Effort, EngineFault, Limits, News, Observer, Outcome, Solved, StopReason};
use crate::exact::caps::{Caps, MOST_NODES, table_bytes};
use crate::exact::coarse::Coarse;
use crate::exact::colgen::relaxation::Warm;
use crate::exact::master::pool::Pool;
use crate::exact::polish::polish;
use crate::exact::problem::contraction::{Contradiction, Nodes, Unreduced};
use crate::exact::problem::reduced::Core;
use crate::exact::problem::side::Additive;
use crate::exact::problem::step::Step;
use crate::exact::proof::enumeration::Listing;
use crate::exact::proof::tree::{Ask, Tree};
use crate::exact::root_phase::root_phase;
use crate::exact::steps::{Asked, Stepped, Steps};
use crate::exact::watch::Watch;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

/// A problem and a number of regions, with what earlier steps found out.
pub struct Session<'p> {
    steps: Box<dyn Steps + Send + 'p>,
}

impl std::fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl<'p> Session<'p> {
    /// A session for `k` regions.
    ///
    /// # Errors
    /// When there are more commuters than the engine can count.
    pub fn new(problem: &'p Problem, k: usize, seed: u64) -> Result<Self, EngineFault> {
        Self::with_room(Cow::Borrowed(problem), k, seed, 0)
    }

    /// A session for `k` regions that may bear labels.
    ///
    /// # Errors
    /// When there are more commuters than the engine can count.
    pub fn labelled(problem: Cow<'p, Problem>, k: usize, seed: u64) -> Result<Self, EngineFault> {
        let settled = problem.rules.closed.len() + problem.rules.fixed.len();
        Self::with_room(problem, k, seed, k + settled)
    }

    /// A session with room for so many nodes that hold no areas.
    #[expect(clippy::unnecessary_wraps, reason = "the doors promise a fault, whatever the width")]
    fn with_room(
        problem: Cow<'p, Problem>,
        k: usize,
        seed: u64,
        more: usize,
    ) -> Result<Self, EngineFault> {
        let nodes = Nodes::contract(&problem);
        let caps = Caps::default();
        let count = nodes.as_ref().map_or(0, |nodes| nodes.len() + more);
        let in_groups = |problem| {
            Coarse::new(problem, k, seed, |problem, k, seed| {
                Ok(Session::new(problem, k, seed)?.steps)
            })
        };
        let steps: Box<dyn Steps + Send + 'p> = match count {
            0..=64 => Box::new(Wide::<1>::new(problem, k, seed, caps, nodes)),
            65..=128 => Box::new(Wide::<2>::new(problem, k, seed, caps, nodes)),
            129..=256 => Box::new(Wide::<4>::new(problem, k, seed, caps, nodes)),
            257..=384 => Box::new(Wide::<6>::new(problem, k, seed, caps, nodes)),
            385..=1024 => Box::new(Wide::<16>::new(problem, k, seed, caps, nodes)),
            1025..=MOST_NODES => Box::new(Roomy {
                count,
                coarse: in_groups(problem.clone()),
                exact: Wide::<80>::new(problem, k, seed, caps, nodes),
            }),
            _ => Box::new(in_groups(problem)),
        };
        Ok(Self { steps })
    }

    /// A plan to begin the next step from; it is ignored when it breaks a rule of that step.
    pub fn start_from(&mut self, plan: Plan) {
        self.steps.start_from(plan);
    }

    /// Solves one step. The same steps in the same order give the same answers unless a wall-clock
    /// limit or interrupt strikes.
    ///
    /// # Errors
    /// [`EngineFault`] when the engine itself fails.
    pub fn solve(
        &mut self,
        step: &Step,
        asked: &Asked<'_>,
        limits: &Limits,
        observer: &dyn Observer,
    ) -> Result<Stepped, EngineFault> {
        self.steps.solve(step, asked, limits, observer)
    }
}

/// A session for so many nodes that their tables may not fit into memory.
struct Roomy<'p> {
    count: usize,
    exact: Wide<'p, 80>,
    coarse: Coarse<'p>,
}

impl Steps for Roomy<'_> {
    fn start_from(&mut self, plan: Plan) {
        self.coarse.start_from(plan.clone());
        self.exact.start_from(plan);
    }

    fn solve(
        &mut self,
        step: &Step,
        asked: &Asked<'_>,
        limits: &Limits,
        observer: &dyn Observer,
    ) -> Result<Stepped, EngineFault> {
        if limits.memory.is_none_or(|most| table_bytes(self.count) <= most) {
            self.exact.solve(step, asked, limits, observer)
        } else {
            self.coarse.solve(step, asked, limits, observer)
        }
    }
}

/// A session over area sets of width `W`.
pub(crate) struct Wide<'p, const W: usize> {
    problem: Cow<'p, Problem>,
    k: usize,
    seed: u64,
    caps: Caps,
    nodes: Result<Nodes, Contradiction>,
    start: Option<Plan>,
    pool: Pool<W>,
    /// The additive measure that the gains of the regions in the pool are of.
    measured: Option<Arc<Additive>>,
    warm: Warm<W>,
    /// Regions near some duals, all there are under the limits of that step.
    listing: Option<(Step, Listing<W>)>,
    is_annealed: bool,
}

impl<'p, const W: usize> Wide<'p, W> {
    pub(crate) fn new(
        problem: Cow<'p, Problem>,
        k: usize,
        seed: u64,
        caps: Caps,
        nodes: Result<Nodes, Contradiction>,
    ) -> Self {
        Self {
            problem,
            k,
            seed,
            caps,
            nodes,
            start: None,
            pool: Pool::default(),
            measured: None,
            warm: Warm::default(),
            listing: None,
            is_annealed: false,
        }
    }
}

fn settled(outcome: Outcome, effort: Effort) -> Stepped {
    let listed = match &outcome {
        Outcome::Optimal { plan, objective } => vec![(plan.clone(), *objective)],
        _ => Vec::new(),
    };
    Stepped { solved: Solved { outcome, effort }, listed, is_complete: true }
}

fn infeasible(contradiction: &Contradiction) -> Stepped {
    let reason = Some(contradiction.clone());
    settled(Outcome::Infeasible { reason }, Effort::default())
}

/// What is known before there are any tables: no plan holds more than all commuters.
fn unreduced(problem: &Problem, asked: &Asked<'_>, limits: &Limits) -> Stepped {
    let all = problem.instance.flows.total_between();
    let bound = asked.ceiling.map_or(all, |most| most.min(all));
    let stopped_by = limits.struck(0).unwrap_or(StopReason::Interrupted);
    let outcome = Outcome::Unknown { bound, stopped_by };
    let solved = Solved { outcome, effort: Effort::default() };
    Stepped { solved, listed: Vec::new(), is_complete: false }
}

impl<const W: usize> Steps for Wide<'_, W> {
    fn start_from(&mut self, plan: Plan) {
        self.start = Some(plan);
    }

    fn solve(
        &mut self,
        step: &Step,
        asked: &Asked<'_>,
        limits: &Limits,
        observer: &dyn Observer,
    ) -> Result<Stepped, EngineFault> {
        let nodes = match &self.nodes {
            Ok(nodes) => nodes,
            Err(contradiction) => return Ok(infeasible(contradiction)),
        };
        let is_late = || limits.is_late();
        let core = match Core::<W>::reduced(&self.problem, nodes, self.k, step, &is_late) {
            Ok(core) => core,
            Err(Unreduced::Contradiction(contradiction)) => return Ok(infeasible(&contradiction)),
            Err(Unreduced::Stopped) => return Ok(unreduced(&self.problem, asked, limits)),
        };
        if core.k == 0 {
            if !core.reaches_least(&[]) {
                return Ok(infeasible(&"the decided regions fall short".to_owned()));
            }
            let objective = core.settled_flow;
            observer.found(self.k, &|| core.plan(&[]), objective);
            observer.news(self.k, News::Incumbent(objective));
            let outcome = Outcome::Optimal { plan: core.plan(&[]), objective };
            return Ok(settled(outcome, Effort::default()));
        }
        // What is settled counts in an earlier bound, too; a bound beyond all commuters says nothing.
        let ceiling = asked
            .ceiling
            .and_then(|most| core.scaled(most.saturating_sub(core.settled_flow)))
            .map_or(core.most_value(), |most| most.min(core.most_value()));
        let watch = Watch::new(limits, observer, self.k, core.settled_flow, core.scale, ceiling)
            .sliced(self.caps.slice)
            .over(core.n);
        let (mut pool, mut warm) = (std::mem::take(&mut self.pool), std::mem::take(&mut self.warm));
        let asked_for = step.additive.as_ref().map(|floor| &floor.measure);
        let is_measured = match (&self.measured, asked_for) {
            (Some(measured), Some(measure)) => Arc::ptr_eq(measured, measure),
            (None, None) => true,
            _ => false,
        };
        if !is_measured {
            pool.measure_anew(|set| core.gain(set));
            self.measured = asked_for.cloned();
            // A price per unit of another measure says nothing, and may be out of range for this one.
            if let Some(duals) = &mut warm.duals {
                duals.unit = 0;
            }
        }
        let listing = self
            .listing
            .take()
            .filter(|(wider, _)| step.is_within(wider))
            .map(|(_, listing)| listing.narrowed(&core));
        let mut tree = Tree::new(&core, &watch, self.caps, pool, warm, listing);
        if let Some(regions) = self.start.take().and_then(|plan| core.regions_of(&plan)) {
            tree.start_from(regions);
        }
        let ceiling = if std::mem::replace(&mut self.is_annealed, true) {
            ceiling
        } else {
            tree.polish = Some(polish);
            root_phase(&mut tree, self.seed, ceiling)?
        };
        let ask = Ask {
            ceiling,
            slack: asked.slack,
            settled: core.settled_flow,
            most: asked.most,
            continues: asked.continues,
            prefer: asked.prefer,
        };
        let ended = tree.solve(&ask)?;
        let effort = Effort { nodes: watch.nodes(), columns: ended.pool.len() as u64 };
        self.pool = ended.pool;
        self.warm = ended.warm;
        self.listing = ended.listing.map(|listing| (step.clone(), listing));
        let inside = |scaled: i64| core.commuters(scaled) + core.settled_flow;
        let bound = inside(ended.bound);
        let stopped_by = watch.stopped().unwrap_or(StopReason::Interrupted);
        let outcome = match ended.incumbent {
            Some(best) => {
                let plan = core.plan(&best.regions);
                let objective = inside(best.value);
                if bound == objective {
                    Outcome::Optimal { plan, objective }
                } else {
                    Outcome::Feasible { plan, objective, bound, stopped_by }
                }
            }
            None if ended.bound < 0 => Outcome::Infeasible { reason: None },
            None => Outcome::Unknown { bound, stopped_by },
        };
        Ok(Stepped {
            solved: Solved { outcome, effort },
            listed: ended.listed.into_iter().map(|(plan, value)| (plan, inside(value))).collect(),
            is_complete: ended.is_complete,
        })
    }
}
