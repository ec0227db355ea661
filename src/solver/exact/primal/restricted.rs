//! A plan from the regions known so far: the restricted master, solved in integers.
//!
//! Dives decide region by region and seldom take a decision back; a general solver of integer programs
//! over the few thousand regions of least loss sees combinations that no dive comes by (restricted
//! master heuristic: Joncour and others, *Electronic Notes in Discrete Mathematics* 36, 2010). It ends
//! at a number of search nodes, so that what is found does not depend on the clock.

use highs::{ColProblem, HighsModelStatus, HighsSolutionStatus, Sense};

use crate::exact::master::duals::Duals;
use crate::exact::master::pool::Pool;
use crate::exact::problem::plan::NodePlan;
use crate::exact::problem::reduced::Core;
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// Most regions, those of least loss.
const MOST_REGIONS: usize = 3_000;

/// Most search nodes of the integer program.
const MOST_NODES: i32 = 200;

/// Search nodes of ours that one of them takes as long as.
const WEIGHT: u64 = 500;

/// Losses are handed over in units of the gap, of which this is one.
const UNIT: f64 = 1_000.0;

/// The best plan of at least `target` that regions of the pool make, as far as the search goes.
/// `duals` price them: no region of a plan as good as that loses more than the whole gap. Where the
/// general solver fails there is no plan from it, and the solve goes on.
pub(crate) fn best_of_known<const W: usize>(
    core: &Core<W>,
    pool: &Pool<W>,
    duals: &Duals,
    target: i64,
    watch: &Watch<'_>,
) -> Option<NodePlan<W>> {
    let gap = duals.level(core).map(|level| level - target).filter(|&gap| gap > 0)?;
    let mut near: Vec<(i64, AreaSet<W>)> = (0..pool.len())
        .map(|at| pool.get(at))
        .map(|column| (-duals.excess(&column), column.set))
        .filter(|&(loss, set)| loss <= gap && core.is_region(&set))
        .collect();
    near.sort_unstable();
    near.truncate(MOST_REGIONS);
    if near.len() < core.k || watch.must_stop() {
        return None;
    }
    let taken = least_loss(core, &near, gap, watch)?;
    watch.spend(u64::from(MOST_NODES.unsigned_abs()) * WEIGHT);
    let rest = taken.iter().try_fold(AreaSet::first_areas(core.n), |rest, set| {
        set.is_subset(&rest).then(|| rest.difference(set))
    });
    let is_plan = taken.len() == core.k && rest.is_some_and(|rest| rest.is_empty());
    let value = taken.iter().map(|set| core.value(set)).sum();
    (is_plan && value >= target).then_some(NodePlan { regions: taken, value })
}

/// Regions that cover every node once and lose least, as far as the search goes.
fn least_loss<const W: usize>(
    core: &Core<W>,
    near: &[(i64, AreaSet<W>)],
    gap: i64,
    watch: &Watch<'_>,
) -> Option<Vec<AreaSet<W>>> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "losses only steer; what is found is counted again"
    )]
    let units = |loss: i64| loss as f64 / gap as f64 * UNIT;
    #[expect(clippy::cast_precision_loss, reason = "a number of regions")]
    let k = core.k as f64;
    let mut problem = ColProblem::new();
    let rows: Vec<_> = (0..core.n).map(|_| problem.add_row(1.0..=1.0)).collect();
    let count = problem.add_row(k..=k);
    for (loss, set) in near {
        let entries = set.iter().map(|node| (rows[node], 1.0)).chain([(count, 1.0)]);
        problem.add_integer_column(units(*loss), 0.0..=1.0, entries);
    }
    let mut model = problem.try_optimise(Sense::Minimise).ok()?;
    model.make_quiet();
    model.set_option("threads", 1);
    model.set_option("parallel", "off");
    model.set_option("mip_max_nodes", MOST_NODES);
    if let Some(left) = watch.limits().remaining() {
        model.set_option("time_limit", left.as_secs_f64());
    }
    let solved = model.try_solve().ok()?;
    let is_found = solved.status() != HighsModelStatus::Infeasible
        && solved.int_info_value(c"primal_solution_status")
            == Ok(HighsSolutionStatus::Feasible as i64);
    if !is_found {
        return None;
    }
    let solution = solved.get_solution();
    let taken = near.iter().zip(solution.columns()).filter(|(_, share)| **share > 0.5);
    Some(taken.map(|((_, set), _)| *set).collect())
}
