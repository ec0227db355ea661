//! Exact pricing of all roots, and what it proves.
//!
//! Whatever the duals, `Σ π + the k largest root values` bounds every plan, since the regions of a plan
//! have distinct roots.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::exact::caps::Cap;
use crate::exact::colgen::boxstep::{Answer, ExactPricer, Habits, Turn};
use crate::exact::master::duals::Duals;
use crate::exact::master::root_formulation::Split;
use crate::exact::parallel::side_by_side;
use crate::exact::pricing::lister::Lister;
use crate::exact::pricing::root_search::{Pricer, RootBound, Want};
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::Core;

/// Share of the duals of a problem before in the first centre of a box, in per cent. Without the cut,
/// the eight fronts of Viken without a ceiling took 132 processor seconds in place of 55; with a half
/// or three quarters of it, 79 and 105.
const KEPT: i64 = 80;

/// One exact pricing of all roots.
pub(crate) struct Priced {
    /// No plan has a larger value, scaled.
    pub(crate) bound: i64,
    /// The largest value of every root or, where regions bear labels, of every label.
    pub(super) tops: Vec<(usize, i64)>,
    /// Whether the search gave up at some root.
    pub(crate) truncated: bool,
    /// The roots where the search gave up above the count dual, the largest bound first.
    pub(crate) open: Vec<usize>,
}

/// The search from roots, which prices for whoever has the turn.
pub(crate) struct Roots<'s, 'a, const W: usize> {
    pricers: &'s mut [Pricer<'a, W>],
    threads: usize,
    /// Search nodes per root at first.
    first_nodes: u64,
    /// Search nodes of the turn.
    nodes: u64,
    /// Most of every pricer in it.
    ration: u64,
}

impl<'s, 'a, const W: usize> Roots<'s, 'a, W> {
    /// These pricers, on so many threads, with so many search nodes per root at first.
    pub(crate) fn new(pricers: &'s mut [Pricer<'a, W>], threads: usize, first_nodes: u64) -> Self {
        let mut roots = Self { pricers, threads, first_nodes, nodes: 0, ration: 0 };
        roots.begin(u64::MAX, u64::MAX);
        roots
    }
}

impl<'a, const W: usize> Roots<'_, 'a, W> {
    /// Prices all roots, as far as the search nodes of the turn go.
    pub(super) fn price(&mut self, duals: &Duals, cap: Cap, found: &mut Vec<Column<W>>) -> Priced {
        price_on(self.threads, self.pricers, duals, cap, found)
    }

    /// The problem.
    pub(super) fn core(&self) -> &'a Core<W> {
        self.pricers[0].core
    }

    /// Begins a turn that ends after the pricing in which so many search nodes are reached, or in the
    /// middle of one that takes as many again. Every pricer has the same part of these, so that where it
    /// is cut does not depend on the others.
    pub(super) fn begin(&mut self, nodes: u64, most: u64) {
        self.nodes = nodes;
        self.ration = most.div_ceil(self.pricers.len() as u64);
        for pricer in self.pricers.iter_mut() {
            pricer.ration = self.ration;
        }
    }

    /// Search nodes of the turn so far.
    pub(super) fn used(&self) -> u64 {
        self.pricers.iter().map(|pricer| self.ration - pricer.ration).sum()
    }

    /// How the turn stands.
    pub(super) fn turn(&self) -> Turn {
        if self.pricers.iter().any(|pricer| pricer.ration == 0) {
            Turn::Cut
        } else if self.used() >= self.nodes {
            Turn::Over
        } else {
            Turn::On
        }
    }
}

impl<const W: usize> ExactPricer<W> for &RefCell<Roots<'_, '_, W>> {
    fn habits(&self) -> Habits {
        let nodes = self.borrow().first_nodes;
        Habits { nodes, costly: u64::MAX, kept: KEPT, widens: true }
    }

    fn price(&mut self, duals: &Duals, lowest: i64, nodes: u64) -> Answer<W> {
        let mut roots = self.borrow_mut();
        let down_to = Duals { count: lowest, ..duals.clone() };
        let cap = Cap { nodes, columns: usize::MAX };
        let mut found = Vec::new();
        let priced = roots.price(&down_to, cap, &mut found);
        let lifted = duals.clone().lifted(roots.core(), &priced.tops);
        let bound = Some(priced.bound).filter(|&bound| bound < i64::MAX);
        Answer { bound, lifted, truncated: priced.truncated, found }
    }

    fn turn(&self) -> Turn {
        self.borrow().turn()
    }
}

/// Prices every root at the given duals, and tells each split it comes to.
pub(crate) fn price<const W: usize>(
    pricer: &mut Pricer<'_, W>,
    duals: &Duals,
    cap: Cap,
    found: &mut Vec<Column<W>>,
    tell: &mut dyn FnMut(&Split<'_>),
) -> Priced {
    pricer.set_duals(duals);
    let mut roots = Vec::new();
    for place in 0..pricer.num_roots() {
        roots.push(pricer.search_root(place, duals.count, Want::Best, cap, found));
        tell(&pricer.split());
        // Labels make many roots; what is left of them would take long even without branching.
        if !pricer.core.labels.is_empty() && pricer.must_stop() {
            return Priced { bound: i64::MAX, tops: Vec::new(), truncated: true, open: Vec::new() };
        }
    }
    priced(pricer, duals, &roots)
}

/// The same with the roots dealt out to several pricers, on so many threads.
pub(super) fn price_on<const W: usize>(
    threads: usize,
    pricers: &mut [Pricer<'_, W>],
    duals: &Duals,
    cap: Cap,
    found: &mut Vec<Column<W>>,
) -> Priced {
    if let [pricer] = pricers {
        return price(pricer, duals, cap, found, &mut |_| ());
    }
    let count = pricers.len();
    let num_roots = pricers[0].num_roots();
    let tasks: Vec<_> = pricers.iter_mut().enumerate().collect();
    let mut dealt: Vec<_> = side_by_side(threads, tasks, |(first, pricer)| {
        pricer.set_duals(duals);
        let search = |place| {
            let mut found = Vec::new();
            let root = pricer.search_root(place, duals.count, Want::Best, cap, &mut found);
            (root, found)
        };
        (first..num_roots).step_by(count).map(search).collect::<Vec<_>>().into_iter()
    });
    let mut roots = Vec::with_capacity(num_roots);
    for place in 0..num_roots {
        if let Some((root, columns)) = dealt[place % count].next() {
            roots.push(root);
            found.extend(columns);
        }
    }
    priced(&pricers[0], duals, &roots)
}

/// Lists the regions of all roots of reduced value above a threshold, the roots dealt out to several
/// pricers. Whether none is missing.
pub(super) fn list_on<const W: usize>(
    pricers: &mut [Pricer<'_, W>],
    duals: &Duals,
    threshold: i64,
    cap: Cap,
    found: &mut Vec<Column<W>>,
) -> bool {
    if let [pricer] = pricers {
        return pricer.list(duals, threshold, cap, found);
    }
    let count = pricers.len();
    let (num_roots, threads) = (pricers[0].num_roots(), pricers[0].threads());
    let tasks: Vec<_> = pricers.iter_mut().enumerate().collect();
    let listed = side_by_side(threads, tasks, |(first, pricer)| {
        pricer.set_duals(duals);
        let mut found = Vec::new();
        let is_complete = (first..num_roots).step_by(count).all(|place| {
            !pricer.search_root(place, threshold, Want::All, cap, &mut found).truncated
        });
        is_complete.then_some(found)
    });
    let count = listed.iter().flatten().map(Vec::len).sum::<usize>();
    let is_complete = listed.iter().all(Option::is_some) && found.len() + count <= cap.columns;
    found.extend(listed.into_iter().flatten().flatten());
    is_complete
}

/// What the bounds of all roots, in their order, come to.
fn priced<const W: usize>(pricer: &Pricer<'_, W>, duals: &Duals, roots: &[RootBound]) -> Priced {
    // The regions of a plan differ in their roots and, where they bear labels, in these.
    let mut tops: BTreeMap<usize, i64> = BTreeMap::new();
    for (place, root) in roots.iter().enumerate() {
        let top = tops.entry(pricer.class(place)).or_insert(root.bound);
        *top = root.bound.max(*top);
    }
    let tops: Vec<(usize, i64)> = tops.into_iter().collect();
    let mut bounds: Vec<i64> = tops.iter().map(|&(_, top)| top).collect();
    bounds.sort_unstable_by_key(|&bound| std::cmp::Reverse(bound));
    let core = pricer.core;
    let plans: i128 = bounds.iter().take(core.k).copied().map(i128::from).sum();
    let mut open: Vec<usize> = (0..roots.len())
        .filter(|&place| roots[place].truncated && roots[place].bound > duals.count + core.worth())
        .collect();
    open.sort_by_key(|&place| (std::cmp::Reverse(roots[place].bound), place));
    Priced {
        // Where it is out of range, nothing is known.
        bound: i64::try_from(duals.offset(core) + plans).unwrap_or(i64::MAX),
        tops,
        truncated: roots.iter().any(|root| root.truncated),
        open: open.into_iter().map(|place| pricer.root_at(place)).collect(),
    }
}
