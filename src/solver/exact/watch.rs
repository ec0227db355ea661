//! What a running solve tells the outside, and when it has to stop.

use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering::Relaxed};

use crate::engine::{Limits, News, Observer, StopReason};
use crate::exact::caps::SLICE;
use crate::exact::problem::reduced::commuters;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;

/// Search nodes between two looks at the clock.
const NODES_PER_LOOK: u64 = 512;

/// Units of work that a linear program takes, and each of its iterations.
const WORK_PER_PROGRAM: u64 = 50;
const WORK_PER_ITERATION: u64 = 4;

/// A search node is a unit of work in problems of fewer nodes than this; beyond, it takes more with
/// their square, and a simplex iteration with their number.
const SMALL: u64 = 64;

/// Reasons to stop, by number, and the number of none.
const REASONS: [StopReason; 5] = [
    StopReason::GapLimit,
    StopReason::TimeLimit,
    StopReason::NodeLimit,
    StopReason::Interrupted,
    StopReason::Precision,
];
const NOT_STOPPED: u8 = u8::MAX;

/// The value of no plan.
const NONE: i64 = i64::MIN;

/// Counts search nodes, asks the limits, passes on news. Values are scaled and without the settled
/// regions; news is in commuters and with them.
pub(crate) struct Watch<'a> {
    limits: &'a Limits,
    observer: &'a dyn Observer,
    k: usize,
    settled: Commuters,
    scale: i64,
    slice: i32,
    nodes: AtomicU64,
    /// Nodes that have been counted as work.
    charged: AtomicU64,
    /// How many times larger than a small problem this one is.
    size: u64,
    next_look: AtomicU64,
    /// The number of a reason to stop.
    stopped: AtomicU8,
    /// Below every value while there is none.
    incumbent: AtomicI64,
    bound: AtomicI64,
    /// The watch over the whole solve, where this one is over a part of it that is done beside others.
    whole: Option<&'a Watch<'a>>,
    /// Search nodes of the whole when this part began.
    begun: u64,
    threads: usize,
}

impl<'a> Watch<'a> {
    /// A watch over the solve for `k` regions, `settled` commuters of which are decided; `bound`
    /// is valid from the start. Values have `scale` units per commuter.
    pub(crate) fn new(
        limits: &'a Limits,
        observer: &'a dyn Observer,
        k: usize,
        settled: Commuters,
        scale: i64,
        bound: i64,
    ) -> Self {
        Self {
            limits,
            observer,
            k,
            settled,
            scale,
            slice: SLICE,
            nodes: AtomicU64::new(0),
            charged: AtomicU64::new(0),
            size: 0,
            next_look: AtomicU64::new(0),
            stopped: AtomicU8::new(NOT_STOPPED),
            incumbent: AtomicI64::new(NONE),
            bound: AtomicI64::new(bound),
            whole: None,
            begun: 0,
            threads: limits.threads,
        }
    }

    /// A watch over one of so many parts of a solve, which are done side by side. It counts its own
    /// search nodes, so that what depends on their number does not depend on the other parts; bounds
    /// and a gap that is small enough are for the whole to see.
    pub(crate) fn part<'b>(&'b self, parts: usize) -> Watch<'b>
    where
        'a: 'b,
    {
        let nodes = self.nodes();
        Watch {
            limits: self.limits,
            observer: self.observer,
            k: self.k,
            settled: self.settled,
            scale: self.scale,
            slice: self.slice,
            nodes: AtomicU64::new(nodes),
            charged: AtomicU64::new(nodes),
            size: self.size,
            next_look: AtomicU64::new(0),
            stopped: AtomicU8::new(self.stopped.load(Relaxed)),
            incumbent: AtomicI64::new(NONE),
            bound: AtomicI64::new(self.bound.load(Relaxed)),
            whole: Some(self),
            begun: nodes,
            threads: self.threads / parts.max(1),
        }
    }

    /// The same under limits of its own.
    pub(crate) fn under<'b>(self, limits: &'b Limits) -> Watch<'b>
    where
        'a: 'b,
    {
        Watch { limits, ..self }
    }

    /// Counts the search nodes of a part, and stops where it was stopped by the limits of the whole.
    pub(crate) fn gather(&self, part: &Watch<'_>) {
        self.add_nodes(part.nodes() - part.begun);
        if let Some(reason) = part.stopped().filter(|_| std::ptr::eq(self.limits, part.limits)) {
            self.stop(reason);
        }
    }

    /// The same, with so many simplex iterations between two looks at the clock.
    pub(crate) fn sliced(self, slice: i32) -> Self {
        Self { slice, ..self }
    }

    /// Simplex iterations between two looks at the clock.
    pub(crate) fn slice(&self) -> i32 {
        self.slice
    }

    /// The limits.
    pub(crate) fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// Counts one search node. `true` when the solve has to stop.
    #[inline]
    pub(crate) fn count_node(&self) -> bool {
        let nodes = self.nodes.fetch_add(1, Relaxed) + 1;
        if nodes >= self.next_look.load(Relaxed) {
            return self.must_stop();
        }
        self.stopped.load(Relaxed) != NOT_STOPPED
    }

    /// Counts the search nodes of a search within this one, which has counted their work.
    pub(crate) fn add_nodes(&self, nodes: u64) {
        self.nodes.fetch_add(nodes, Relaxed);
        self.charged.fetch_add(nodes, Relaxed);
    }

    /// The same over so many nodes: what a search node and a simplex iteration take grows with them.
    pub(crate) fn over(self, nodes: usize) -> Self {
        Self { size: nodes as u64 / SMALL, ..self }
    }

    /// Counts work that is no search nodes.
    pub(crate) fn spend(&self, units: u64) {
        if let Some(work) = &self.limits.work {
            work.spend(units);
        }
    }

    /// Counts the work of a linear program.
    pub(crate) fn spend_on_program(&self, iterations: u64) {
        let each = WORK_PER_ITERATION * (1 + self.size);
        self.spend(WORK_PER_PROGRAM.saturating_add(iterations.saturating_mul(each)));
    }

    /// Whether a limit has struck; looks at the clock.
    pub(crate) fn must_stop(&self) -> bool {
        let nodes = self.nodes();
        // Another thread may have counted on meanwhile.
        let new = nodes.saturating_sub(self.charged.swap(nodes, Relaxed));
        self.spend(new.saturating_mul(1 + self.size * self.size));
        let next = nodes + NODES_PER_LOOK;
        let next = self.limits.nodes.map_or(next, |limit| next.min(limit.max(nodes + 1)));
        self.next_look.store(next, Relaxed);
        if self.stopped().is_none()
            && let Some(reason) = self.limits.struck(nodes)
        {
            self.stop(reason);
        }
        self.stopped().is_some()
    }

    /// Why the solve has to stop, if it has.
    pub(crate) fn stopped(&self) -> Option<StopReason> {
        REASONS.get(usize::from(self.stopped.load(Relaxed))).copied()
    }

    /// Stops for a reason, unless there was one before.
    fn stop(&self, reason: StopReason) {
        let number = REASONS.iter().position(|&other| other == reason).unwrap_or_default();
        let number = u8::try_from(number).expect("few reasons");
        let _ = self.stopped.compare_exchange(NOT_STOPPED, number, Relaxed, Relaxed);
    }

    /// How many threads may work on this solve: one where nodes or work are limited, as what is found
    /// must not depend on who counts first.
    pub(crate) fn threads(&self) -> usize {
        let is_counted = self.limits.nodes.is_some() || self.limits.work.is_some();
        if is_counted { 1 } else { self.threads.max(1) }
    }

    /// Search nodes so far.
    pub(crate) fn nodes(&self) -> u64 {
        self.nodes.load(Relaxed)
    }

    /// A plan of this value was found.
    pub(crate) fn incumbent(&self, value: i64, plan: &dyn Fn() -> Plan) {
        self.tell(value, plan);
        self.look_at_gap();
    }

    /// The same beside other work, which must not end earlier for it: who finds a plan first depends
    /// on the threads.
    pub(crate) fn tell(&self, value: i64, plan: &dyn Fn() -> Plan) {
        if let Some(whole) = self.whole {
            return whole.tell(value, plan);
        }
        if value > self.incumbent.fetch_max(value, Relaxed) {
            self.observer.found(self.k, plan, self.inside(value));
            self.observer.news(self.k, News::Incumbent(self.inside(value)));
        }
    }

    /// No plan has a larger value.
    pub(crate) fn bound(&self, bound: i64) {
        if self.whole.is_some() {
            return;
        }
        let known = self.bound.fetch_min(bound, Relaxed);
        if bound < known {
            if self.inside(bound) < self.inside(known) {
                self.observer.news(self.k, News::Bound(self.inside(bound)));
            }
            self.look_at_gap();
        }
    }

    /// Commuters in a value, with the settled ones.
    fn inside(&self, value: i64) -> Commuters {
        commuters(value, self.scale) + self.settled
    }

    /// Stops when the user is content; a closed gap needs no stop.
    fn look_at_gap(&self) {
        let incumbent = self.incumbent.load(Relaxed);
        if incumbent == NONE {
            return;
        }
        let (incumbent, bound) = (self.inside(incumbent), self.inside(self.bound.load(Relaxed)));
        if bound > incumbent && self.limits.accepts(incumbent, bound) {
            self.stop(StopReason::GapLimit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Silent;
    use crate::exact::problem::reduced::SCALE;

    #[test]
    fn a_node_limit_strikes_at_its_count() {
        let limits = Limits { nodes: Some(3), ..Limits::default() };
        let watch = Watch::new(&limits, &Silent, 2, 0, SCALE, SCALE);
        assert_eq!([false, false, true], [(); 3].map(|()| watch.count_node()));
        assert_eq!(watch.stopped(), Some(StopReason::NodeLimit));
    }

    #[test]
    fn a_bound_rounds_down_to_whole_commuters() {
        assert_eq!(commuters(7 * SCALE + SCALE - 1, SCALE), 7);
        assert_eq!(commuters(-1, SCALE), 0);
    }
}
