//! A plan from a fractional optimum, by diving.
//!
//! Regions of whole share are fixed, or if there are none the one of largest share, and the relaxation
//! of what is left is solved again, with new regions found by climbing and separators as they are
//! broken, until no share is fractional. On large problems, where annealing is lost among local
//! optima and a proof is out of reach, this is where good plans come from (diving in column
//! generation: Sadykov and others, *INFORMS Journal on Computing*, 2019).

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::engine::EngineFault;
use crate::exact::colgen::climbing::Ground;
use crate::exact::colgen::columns::Columns;
use crate::exact::master::linear_program::Optimum;
use crate::exact::problem::plan::NodePlan;
use crate::graph::AreaSet;

/// Regions of at least this share are fixed together; if none is, the one of largest share.
const WHOLE: f64 = 0.999;

/// Shares below this count as none.
const NONE: f64 = 0.001;

/// Most decisions taken back.
const SETBACKS: usize = 40;

/// What dice may take off a share, at most.
const LEEWAY: f64 = 0.5;

/// Rounds of climbing between two fixings.
const ROUNDS: usize = 10;

/// Dives from the relaxation a master holds, and gives it back as it was but for new regions and
/// separators. The plan reached, if there is one. Dives other than the first, number 0, follow
/// shares as far as dice let them, and so reach other plans.
pub(crate) fn dive<const W: usize>(
    columns: &mut Columns<W>,
    ground: &mut Ground<'_, W>,
    number: u64,
) -> Result<Option<NodePlan<W>>, EngineFault> {
    let mut dice = (number > 0).then(|| ChaCha8Rng::seed_from_u64(number));
    let reached = descend(columns, ground, &mut || {
        dice.as_mut()
            .map_or(1.0, |dice| 1.0 - LEEWAY * f64::from(dice.next_u32()) / f64::from(u32::MAX))
    });
    columns.master.release();
    let value = |regions: &[AreaSet<W>]| regions.iter().map(|set| ground.core.value(set)).sum();
    Ok(reached?.map(|regions| NodePlan { value: value(&regions), regions }))
}

fn descend<const W: usize>(
    columns: &mut Columns<W>,
    ground: &mut Ground<'_, W>,
    weight: &mut dyn FnMut() -> f64,
) -> Result<Option<Vec<AreaSet<W>>>, EngineFault> {
    let core = ground.core;
    let all = AreaSet::first_areas(core.n);
    let mut decided: Vec<AreaSet<W>> = Vec::new();
    let mut setbacks = 0;
    loop {
        let barred = decided.iter().fold(AreaSet::EMPTY, AreaSet::union);
        let optimum = columns.climb_separated(&barred, ROUNDS, usize::MAX, ground)?;
        if ground.watch.must_stop() {
            return Ok(None);
        }
        let before = decided.len();
        if !optimum.artificial {
            let mut open: Vec<(AreaSet<W>, f64)> = optimum
                .shares
                .iter()
                .filter(|(set, share)| *share > NONE && !set.meets(&barred))
                .map(|&(set, share)| (set, if share < WHOLE { share * weight() } else { share }))
                .collect();
            if open.is_empty() {
                if let Some(node) = undecided(&optimum) {
                    columns.master.take(node);
                    continue;
                }
                decided.extend(written_out(&optimum));
                let covered = decided.iter().fold(AreaSet::EMPTY, AreaSet::union).len();
                let is_plan = covered == core.n
                    && decided.iter().map(AreaSet::len).sum::<usize>() == core.n
                    && decided.len() == core.k
                    && decided.iter().all(|set| core.is_region(set));
                return Ok(is_plan.then_some(decided));
            }
            open.sort_by(|a, b| b.1.total_cmp(&a.1));
            let mut rest = all.difference(&barred);
            for &(set, share) in &open {
                if decided.len() > before && share < WHOLE {
                    break;
                }
                let left = rest.difference(&set);
                let is_possible = set.is_subset(&rest)
                    && decided.len() < core.k
                    && core.is_divisible(&left, core.k - decided.len() - 1);
                if is_possible {
                    columns.master.fix(&set);
                    decided.push(set);
                    rest = left;
                }
            }
        }
        if decided.len() == before {
            setbacks += 1;
            let Some(last) = decided.pop().filter(|_| setbacks <= SETBACKS) else {
                return Ok(None);
            };
            columns.master.bar(&last);
        }
    }
}

/// The closure and the node of it of largest fractional share, where there is one.
fn undecided<const W: usize>(optimum: &Optimum<W>) -> Option<(usize, usize)> {
    let fractional = |share: f64| (NONE..WHOLE).contains(&share);
    let shares = optimum.selections.iter().enumerate().flat_map(|(closure, selection)| {
        selection.share.iter().enumerate().map(move |(node, &share)| (share, closure, node))
    });
    shares
        .filter(|&(share, ..)| fractional(share))
        .max_by(|a, b| a.0.total_cmp(&b.0).then((b.1, b.2).cmp(&(a.1, a.2))))
        .map(|(_, closure, node)| (closure, node))
}

/// The sets written out that are taken whole.
fn written_out<const W: usize>(optimum: &Optimum<W>) -> impl Iterator<Item = AreaSet<W>> + '_ {
    let nodes = |share: &[f64]| -> AreaSet<W> {
        (0..share.len()).filter(|&node| share[node] >= WHOLE).collect()
    };
    let taken = optimum.selections.iter().filter(|taken| taken.share[taken.root] >= WHOLE);
    taken.map(move |selection| nodes(&selection.share))
}
