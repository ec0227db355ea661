//! A bound for large problems: the dual of the master, minimised within a box that moves.
//!
//! Whatever the duals, pricing gives a bound. On large problems the duals of a master swing widely
//! from one solve to the next, and where exact pricing gives up, its bound at the master's optimum
//! is far off. So the duals are kept within a box around the best ones so far (the boxstep method:
//! Marsten, Hogan, Blankenship, *Operations Research*, 1975; as stabilised column generation: du
//! Merle and others, *Discrete Mathematics*, 1999). The box moves when the bound falls and shrinks
//! when it does not. Besides regions the master holds *loose* sets, the best ones but for
//! connectivity and lower limits at roots where pricing gave up: they keep the duals where the
//! bound is good, and the bound tends to that of the relaxation with such sets as regions.

use super::generate::{Columns, Ground};
use super::master::Optimum;
use super::pricing::{Cap, Pricer};
use super::relax::{WORTH, price};
use crate::engine::EngineFault;
use crate::graph::AreaSet;

/// The box is at most this many mean duals wide, either way, and at first this part of that.
const WIDEST: i64 = 16;
const NARROWER: i64 = 64;

/// The part of the bound that is not worth another round.
const CLOSE: i64 = 20_000;

/// Rounds of climbing between two pricings.
const ROUNDS: usize = 20;

/// Search nodes per root.
const NODES: u64 = 100;

/// The best bound found from these duals on, until it falls below `target` or a limit strikes. The
/// master starts from these regions.
pub(super) fn boxstep<const W: usize>(
    ground: &mut Ground<'_, W>,
    pricer: &mut Pricer<'_, W>,
    start: &Optimum<W>,
    target: i64,
) -> Result<i64, EngineFault> {
    let core = ground.core;
    let cap = Cap { nodes: NODES, columns: usize::MAX };
    let mut columns = Columns::new(core)?;
    for (set, _) in &start.shares {
        columns.master.add(&core.column(*set))?;
    }
    let size: i64 = start.duals.node.iter().map(|dual| dual.abs()).sum();
    let widest = WIDEST * (size / i64::try_from(core.n).expect("few nodes"));
    let mut width = widest / NARROWER;
    let mut best = i64::MAX;
    let mut centre = start.duals.clone();
    let mut tried = start.duals.clone();
    loop {
        let mut found = Vec::new();
        let outcome = price(pricer, &tried, cap, &mut found);
        for column in found {
            ground.pool.insert(column);
        }
        for column in pricer.loose.drain(..) {
            if !column.set.is_connected(&core.neighbours) {
                columns.master.add(&column)?;
            }
        }
        if outcome.bound < best {
            best = outcome.bound;
            centre = tried;
            width = (width + width / 2).min(widest);
            ground.watch.bound(best);
        } else {
            width /= 2;
        }
        if best < target || ground.watch.must_stop() || width < WORTH {
            return Ok(best);
        }
        tried = loop {
            columns.master.enclose(&centre, width)?;
            let duals = columns.generate(&AreaSet::EMPTY, ROUNDS, ground)?.duals;
            if best - duals.level(core) > best / CLOSE {
                break duals;
            }
            if width == widest || ground.watch.must_stop() {
                return Ok(best);
            }
            // Within the box there is nothing to gain; beyond it there may be.
            width = (width * 2).min(widest);
        };
    }
}
