//! Two ways to the relaxation, in turns.
//!
//! Duals smoothed towards the best ones so far, or duals in a box: on either there are places where it
//! takes tens of times the search nodes of the other, and nothing known beforehand tells which they
//! are. So each has a turn of so many search nodes, and the next one is twice as long: whichever is the
//! quick one, both together take at most a few times what it takes alone (on such portfolios: Gomes,
//! Selman, *Algorithm portfolios*, Artificial Intelligence, 2001). Regions that one finds are columns of
//! the other, and the one whose bound is behind begins its turn at the duals of the one ahead: without
//! that, a box lost far from good duals never comes back.

use std::cell::RefCell;

use crate::engine::EngineFault;
use crate::exact::caps::Caps;
use crate::exact::colgen::boxstep::Boxed;
use crate::exact::colgen::relaxation::{Offer, Relaxation, Warm};
use crate::exact::colgen::roots::Roots;
use crate::exact::colgen::smoothing::Smoothed;
use crate::exact::master::pool::Pool;
use crate::exact::watch::Watch;

/// Whose turn it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Smoothed duals.
    Smoothed,
    /// Duals in a box.
    Boxed,
}

impl Way {
    fn other(self) -> Self {
        match self {
            Self::Smoothed => Self::Boxed,
            Self::Boxed => Self::Smoothed,
        }
    }
}

/// Solves the relaxation until its bound falls below the target, nothing improves, or a limit
/// strikes.
pub(crate) fn relax<const W: usize>(
    roots: &RefCell<Roots<'_, '_, W>>,
    first: Way,
    pool: &mut Pool<W>,
    warm: &Warm<W>,
    offer: &mut Offer<'_, W>,
    caps: &Caps,
    watch: &Watch<'_>,
) -> Result<Relaxation<W>, EngineFault> {
    let core = roots.borrow().core();
    warm.fill(core, pool);
    let target = offer(&[]);
    let mut smoothed = Smoothed::new(roots, warm, caps, watch)?;
    let mut pricer = roots;
    let mut boxed = Boxed::new(core, &mut pricer, warm, offer, watch)?;
    let mut used = [0; 2];
    let mut nodes = caps.turn;
    let last = 'turns: loop {
        for way in [first, first.other()] {
            let used = &mut used[way as usize];
            if *used >= nodes {
                continue;
            }
            let left = nodes - *used;
            roots.borrow_mut().begin(left, left.saturating_add(nodes));
            let (behind, ahead) =
                (smoothed.bound() > boxed.bound(), smoothed.bound() < boxed.bound());
            let is_done = match way {
                Way::Smoothed => {
                    if behind {
                        smoothed.draw_to(boxed.centre().clone());
                    }
                    smoothed.go_on(pool, boxed.target().max(target))?
                }
                Way::Boxed => {
                    if let Some(duals) = smoothed.anchor().filter(|_| ahead) {
                        boxed.move_to(duals)?;
                    }
                    boxed.go_on(pool)?
                }
            };
            *used += roots.borrow().used();
            if is_done {
                break 'turns way;
            }
        }
        nodes = nodes.saturating_mul(2);
    };
    roots.borrow_mut().begin(u64::MAX, u64::MAX);
    let (smoothed, boxed) = (smoothed.best(), boxed.best());
    let (last, other) = match last {
        Way::Smoothed => (smoothed, boxed),
        Way::Boxed => (boxed, smoothed),
    };
    offer(&last.shares);
    let bound = last.bound.min(other.bound);
    Ok(Relaxation { bound, duals: last.duals.or(other.duals), shares: last.shares })
}
