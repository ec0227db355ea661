//! Plans from the relaxation of the whole problem, where that leaves a gap.
//!
//! Dives with dice of their own, and the best combination of the regions known, are independent: each
//! is an attempt that starts from what was known before all of them, and is searched around part by
//! part. So they are made side by side. What they met is combined once more in the end.

use crate::engine::EngineFault;
use crate::exact::colgen::climbing::Ground;
use crate::exact::colgen::columns::Columns;
use crate::exact::colgen::relaxation::Relaxation;
use crate::exact::master::pool::Pool;
use crate::exact::parallel::side_by_side;
use crate::exact::primal::dive::dive;
use crate::exact::primal::neighbourhood::{FREE, Neighbourhoods};
use crate::exact::primal::restricted::best_of_known;
use crate::exact::problem::column::Column;
use crate::exact::problem::network::Network;
use crate::exact::problem::plan::NodePlan;
use crate::exact::problem::reduced::Core;
use crate::exact::proof::tree::Tree;
use crate::exact::watch::Watch;

/// Dives from the relaxation at a time.
const DIVES: u64 = 2;

/// A way to a plan.
#[derive(Clone, Copy)]
enum Attempt {
    /// The best of the regions known.
    Combination,
    /// A dive of this number.
    Dive(u64),
}

/// Looks for plans, by dives of other dice every `time`.
pub(crate) fn polish<const W: usize>(
    tree: &mut Tree<'_, W>,
    relaxed: &Relaxation<W>,
    time: u64,
) -> Result<(), EngineFault> {
    let core = tree.core;
    // Neither dives nor parts know labels and measures.
    if core.extra.is_some() || !core.labels.is_empty() {
        return Ok(());
    }
    let network = Network::new(core);
    let outset = Outset {
        core,
        watch: tree.watch,
        network: &network,
        relaxed,
        start: tree.incumbent.clone(),
        target: tree.target(),
    };
    let dives = (time * DIVES..(time + 1) * DIVES).map(Attempt::Dive);
    let attempts = std::iter::once(Attempt::Combination).chain(dives).collect();
    let known = &tree.pool;
    let made = side_by_side(tree.watch.threads(), attempts, |attempt| outset.make(attempt, known));
    for attempt in made {
        let (plan, met) = attempt?;
        for column in met {
            tree.pool.insert(column);
        }
        if let Some(plan) = plan {
            tree.offer(plan);
        }
    }
    let last = Outset { start: None, target: tree.target(), ..outset };
    if let (Some(plan), _) = last.make(Attempt::Combination, &tree.pool)? {
        tree.offer(plan);
    }
    Ok(())
}

/// A plan, if one was reached, and the regions met on the way to it.
type Reached<const W: usize> = (Option<NodePlan<W>>, Vec<Column<W>>);

/// What every attempt starts from.
struct Outset<'a, const W: usize> {
    core: &'a Core<W>,
    watch: &'a Watch<'a>,
    network: &'a Network,
    relaxed: &'a Relaxation<W>,
    /// Searched around by dives that reach no plan.
    start: Option<NodePlan<W>>,
    /// Least value of a plan better than all known.
    target: i64,
}

impl<const W: usize> Outset<'_, W> {
    fn make(&self, attempt: Attempt, known: &Pool<W>) -> Result<Reached<W>, EngineFault> {
        let (core, watch, duals) = (self.core, self.watch, self.relaxed.duals.as_ref());
        if watch.must_stop() {
            return Ok((None, Vec::new()));
        }
        let mut pool = known.clone();
        let mut ground = Ground { core, network: self.network, pool: &mut pool, watch };
        let (plan, seed) = match attempt {
            Attempt::Combination => {
                let Some(duals) = duals else { return Ok((None, Vec::new())) };
                (best_of_known(core, ground.pool, duals, self.target, watch), 0)
            }
            Attempt::Dive(number) => {
                let mut columns =
                    Columns::new(core, self.relaxed.shares.iter().map(|(set, _)| set))?;
                let plan = dive(&mut columns, &mut ground, number)?;
                (plan.or_else(|| self.start.clone()), number)
            }
        };
        let Some(plan) = plan else { return Ok((None, Vec::new())) };
        let tell = |plan: &NodePlan<W>| {
            if core.reaches_least(&plan.regions) {
                watch.tell(plan.value, &|| core.plan(&plan.regions));
            }
            false
        };
        tell(&plan);
        let mut search = Neighbourhoods::new(&ground, plan, duals, FREE, seed);
        search.exhaust(&ground, false, &mut |plan| tell(plan))?;
        let best = search.plan().clone();
        for &set in &best.regions {
            ground.pool.insert(core.column(set));
        }
        let met = (known.len()..pool.len()).map(|at| pool.get(at)).collect();
        Ok((Some(best), met))
    }
}
