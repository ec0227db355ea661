//! A plan from a fractional optimum, by diving.
//!
//! Regions of large share are fixed and the relaxation of what is left is solved again, with new
//! regions found by climbing, until no share is fractional. On large problems, where annealing is
//! lost among local optima and a proof is out of reach, this is where good plans come from (diving
//! in column generation: Sadykov and others, *INFORMS Journal on Computing*, 2019).

use super::generate::{Columns, Ground};
use crate::engine::EngineFault;
use crate::graph::AreaSet;

/// Regions of at least this share are fixed together; if none is, the one of largest share.
const SURE: f64 = 0.9;

/// Most decisions taken back.
const SETBACKS: usize = 40;

/// Rounds of climbing between two fixings.
const ROUNDS: usize = 10;

/// Dives from the relaxation a master holds, and gives it back as it was but for new regions. The
/// regions of a plan, if one is reached.
pub(super) fn dive<const W: usize>(
    columns: &mut Columns<W>,
    ground: &mut Ground<'_, W>,
) -> Result<Option<Vec<AreaSet<W>>>, EngineFault> {
    let reached = descend(columns, ground);
    columns.master.release();
    reached
}

fn descend<const W: usize>(
    columns: &mut Columns<W>,
    ground: &mut Ground<'_, W>,
) -> Result<Option<Vec<AreaSet<W>>>, EngineFault> {
    let core = ground.core;
    let all = AreaSet::first_areas(core.n);
    let mut decided: Vec<AreaSet<W>> = Vec::new();
    let mut setbacks = 0;
    loop {
        let barred = decided.iter().fold(AreaSet::EMPTY, AreaSet::union);
        let optimum = columns.generate(&barred, ROUNDS, ground)?;
        if ground.watch.must_stop() {
            return Ok(None);
        }
        let before = decided.len();
        if !optimum.artificial {
            let mut open = optimum.shares;
            open.retain(|(set, _)| !set.meets(&barred));
            if open.is_empty() {
                let covered = barred.len() == core.n && decided.len() == core.k;
                return Ok(covered.then_some(decided));
            }
            open.sort_by(|a, b| b.1.total_cmp(&a.1));
            let mut rest = all.difference(&barred);
            for (set, share) in open {
                if decided.len() > before && share < SURE {
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
