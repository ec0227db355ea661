//! Column generation with duals in a box, priced exactly.
//!
//! With a dozen nodes or more to a region, the duals of a master swing widely: few regions of many
//! nodes say little about any one of them, and one optimum of the master has many duals. So they are
//! kept in a box around the best ones so far (Marsten, Hogan, Blankenship, *The boxstep method for
//! large-scale optimization*, Operations Research, 1975). The first centre prices every region at what
//! its borders cut: with `π_i = own_i + Σ_j w_ij / 2` the reduced value of `S` is minus half the flow
//! between `S` and the rest. The box moves where the bound falls, and grows where nothing improves the
//! master and its optimum leans on an edge; where it does not, that optimum is the one without a box.
//! The farther duals lie apart, the less is a region's weight worth a price of its own, and the more
//! partial regions pass the bounds of the search: where pricing takes long, the box shrinks.
//!
//! Where a similar problem was solved before, its duals are a better centre. Drawn a little towards the
//! cut, time after time, they do not drift to where pricing takes long: of all duals of an optimum that
//! has many, the box then holds those of a kind that searches are short for.
//!
//! All that is asked is whether a plan better than the incumbent may exist. So pricing stops at the
//! reduced value that `k` regions of a better plan need on average, where that is above what would
//! improve the master.

use crate::engine::EngineFault;
use crate::exact::colgen::columns::{Columns, Pricing};
use crate::exact::colgen::relaxation::{MOST_PENALTY, Offer, Relaxation, Warm};
use crate::exact::master::duals::Duals;
use crate::exact::master::linear_program::{Master, Optimum};
use crate::exact::master::pool::Pool;
use crate::exact::pricing::frontier::Frontier;
use crate::exact::problem::column::Column;
use crate::exact::problem::reduced::{Core, MOST_SUM};
use crate::exact::watch::Watch;
use crate::graph::AreaSet;

/// The box is at first this part of the mean dual wide, either way.
const NARROW: i64 = 32;

/// What the frontier may take: see [`Habits`].
const NODES: u64 = 3_000_000;
const COSTLY: u64 = 1_000_000;

/// A box whose optimum exceeds what plans can hold by more than this part of it is too narrow for
/// pricing to tell anything.
const FAR: i64 = 32;

/// Shares that add up to one within this cover a node.
const COVERED: f64 = 1e-6;

/// What one exact pricing came to.
pub(crate) struct Answer<const W: usize> {
    /// No plan has a larger value, scaled; nothing where that is out of range.
    pub(crate) bound: Option<i64>,
    /// The duals, raised until no region has a loss below nothing.
    pub(crate) lifted: Duals,
    /// Whether the search was cut short.
    pub(crate) truncated: bool,
    /// Regions of large reduced value.
    pub(crate) found: Vec<Column<W>>,
}

/// What suits a pricer.
#[derive(Clone, Copy)]
pub(crate) struct Habits {
    /// Search nodes of a search at first; eightfold whenever searches cut short find nothing more.
    pub(crate) nodes: u64,
    /// Search nodes of one pricing that tell of a box too wide.
    pub(crate) costly: u64,
    /// Share of the duals of a problem before in the first centre, in per cent; the rest is the cut.
    pub(crate) kept: i64,
    /// Whether a box widens unpriced where its optimum is beyond what plans can hold.
    pub(crate) widens: bool,
}

/// How the turn of one way to price stands, while others wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It goes on.
    On,
    /// It is over.
    Over,
    /// It ended in the middle of a pricing, which is to be done again.
    Cut,
}

/// Prices all regions exactly.
pub(crate) trait ExactPricer<const W: usize> {
    /// What suits it.
    fn habits(&self) -> Habits;

    /// The regions of largest reduced value at these duals, down to a reduced value of no interest, in so
    /// many search nodes a search.
    fn price(&mut self, duals: &Duals, lowest: i64, nodes: u64) -> Answer<W>;

    /// How its turn stands.
    fn turn(&self) -> Turn {
        Turn::On
    }
}

impl<const W: usize> ExactPricer<W> for Frontier<'_, W> {
    fn habits(&self) -> Habits {
        Habits { nodes: NODES, costly: COSTLY, kept: 100, widens: false }
    }

    fn price(&mut self, duals: &Duals, lowest: i64, nodes: u64) -> Answer<W> {
        let priced = self.largest(duals, lowest, nodes);
        let lifted = Duals { count: duals.count.max(priced.top), ..duals.clone() };
        let bound = lifted.level(self.core);
        Answer { bound, lifted, truncated: priced.truncated, found: priced.found }
    }
}

/// Solves the relaxation until its bound falls below the target, nothing improves, or a limit
/// strikes. Every optimum of the master is offered.
pub(crate) fn relax<const W: usize>(
    core: &Core<W>,
    pricer: &mut dyn ExactPricer<W>,
    pool: &mut Pool<W>,
    warm: &Warm<W>,
    offer: &mut Offer<'_, W>,
    watch: &Watch<'_>,
) -> Result<Relaxation<W>, EngineFault> {
    let mut boxed = Boxed::new(core, pricer, warm, offer, watch)?;
    warm.fill(core, pool);
    boxed.go_on(pool)?;
    Ok(boxed.best())
}

/// A pricer at duals in a box.
pub(super) struct Boxed<'s, 'o, const W: usize> {
    columns: Columns<W>,
    steps: Steps<'s, 'o, W>,
}

impl<'s, 'o, const W: usize> Boxed<'s, 'o, W> {
    /// A box around what is known beforehand, or around the cut.
    pub(super) fn new(
        core: &'s Core<W>,
        pricer: &'s mut dyn ExactPricer<W>,
        warm: &Warm<W>,
        offer: &'s mut Offer<'o, W>,
        watch: &'s Watch<'s>,
    ) -> Result<Self, EngineFault> {
        let mut columns = Columns::new(core, &warm.regions)?;
        let habits = pricer.habits();
        let cut = cut_prices(core);
        let centre =
            warm.duals.as_ref().map_or(cut.clone(), |duals| duals.mixed(&cut, habits.kept));
        let size: i64 = centre.node.iter().map(|dual| dual.abs()).sum();
        let width = (size / i64::try_from(core.n).expect("few nodes") / NARROW).max(core.worth());
        let steps = Steps {
            core,
            watch,
            pricer,
            habits,
            offer,
            best: Relaxation::unproven(core),
            best_level: i64::MAX,
            centre,
            width,
            first: columns.master.penalty(),
            nodes: habits.nodes,
            ceiling: warm.ceiling.filter(|_| habits.widens),
            target: 0,
            is_done: false,
        };
        steps.enclose(&mut columns.master)?;
        Ok(Self { columns, steps })
    }

    /// Goes on until it is done, another's turn comes, or a limit strikes. Whether it is done.
    pub(super) fn go_on(&mut self, pool: &mut Pool<W>) -> Result<bool, EngineFault> {
        let Self { columns, steps } = self;
        let (core, watch) = (steps.core, steps.watch);
        columns.generate(core, pool, steps, watch)?;
        Ok(steps.is_done || watch.must_stop())
    }

    /// No plan has a larger value, scaled, as far as it has come.
    pub(super) fn bound(&self) -> i64 {
        self.steps.best.bound
    }

    /// Moves the box to duals that another found, drawn towards the cut as those known beforehand.
    pub(super) fn move_to(&mut self, duals: &Duals) -> Result<(), EngineFault> {
        let steps = &mut self.steps;
        steps.centre = duals.mixed(&cut_prices(steps.core), steps.habits.kept);
        steps.enclose(&mut self.columns.master)
    }

    /// Where the box is.
    pub(super) fn centre(&self) -> &Duals {
        &self.steps.centre
    }

    /// What it has come to.
    pub(super) fn best(self) -> Relaxation<W> {
        self.steps.best
    }

    /// The least value of a plan better than the incumbent.
    pub(super) fn target(&self) -> i64 {
        self.steps.target
    }
}

/// The steps of the box.
struct Steps<'s, 'o, const W: usize> {
    core: &'s Core<W>,
    watch: &'s Watch<'s>,
    pricer: &'s mut dyn ExactPricer<W>,
    habits: Habits,
    offer: &'s mut Offer<'o, W>,
    best: Relaxation<W>,
    best_level: i64,
    centre: Duals,
    width: i64,
    /// The first price of artificial columns.
    first: f64,
    /// Most search nodes of a search.
    nodes: u64,
    /// What no plan holds more than, where that tells of a box too narrow.
    ceiling: Option<i64>,
    /// The least value of a plan better than the incumbent.
    target: i64,
    /// Whether there is nothing left to improve.
    is_done: bool,
}

impl<const W: usize> Pricing<W> for Steps<'_, '_, W> {
    fn improve(
        &mut self,
        optimum: &Optimum<W>,
        columns: &mut Columns<W>,
        pool: &mut Pool<W>,
    ) -> Result<bool, EngineFault> {
        let (core, watch) = (self.core, self.watch);
        self.best.shares.clone_from(&optimum.shares);
        self.target = (self.offer)(&optimum.shares);
        let duals = &optimum.duals;
        let is_at_the_edge = !is_covered(core, &optimum.shares) && self.width < most_width(core);
        if is_at_the_edge && self.is_beyond_reach(duals) {
            self.widen(duals, &mut columns.master)?;
            return Ok(!watch.must_stop());
        }
        let before = watch.nodes();
        let priced = self.pricer.price(duals, self.lowest(duals), self.nodes);
        let is_better = priced.bound.is_some_and(|bound| bound < self.best.bound);
        self.best.bound = priced.bound.map_or(self.best.bound, |bound| self.best.bound.min(bound));
        let level = priced.lifted.level(core);
        if let Some(level) = level.filter(|&level| !priced.truncated && level < self.best_level) {
            self.best_level = level;
            self.best.duals = Some(priced.lifted);
        }
        if self.best.bound < self.target || watch.must_stop() {
            self.is_done = true;
            return Ok(false);
        }
        let mut improves = false;
        for column in priced.found {
            improves |= pool.insert(column) && duals.excess(&column) > core.worth();
        }
        if is_better {
            self.centre = duals.clone();
        }
        if self.pricer.turn() == Turn::Cut {
            return Ok(false);
        }
        if watch.nodes() - before > self.habits.costly {
            self.width = (self.width / 2).max(core.worth());
        }
        self.enclose(&mut columns.master)?;
        if improves {
            return Ok(self.pricer.turn() == Turn::On);
        }
        if priced.truncated {
            self.nodes = self.nodes.saturating_mul(8);
        } else if is_at_the_edge {
            self.widen(duals, &mut columns.master)?;
        } else if optimum.artificial && columns.master.penalty() < MOST_PENALTY {
            columns.master.raise_penalty()?;
            self.enclose(&mut columns.master)?;
        } else {
            self.is_done = true;
        }
        Ok(!self.is_done && self.pricer.turn() == Turn::On)
    }
}

impl<const W: usize> Steps<'_, '_, W> {
    /// The reduced value below which regions are of no interest: with none above it, no plan is better
    /// than the incumbent, or none improves the master.
    fn lowest(&self, duals: &Duals) -> i64 {
        let regions = i128::try_from(self.core.k).expect("few regions");
        let enough = (i128::from(self.target) - 1 - duals.offset(self.core)).div_euclid(regions);
        i64::try_from(enough).map_or(duals.count, |enough| duals.count.max(enough))
    }

    /// Whether the optimum of the box is far above what plans can hold.
    fn is_beyond_reach(&self, duals: &Duals) -> bool {
        let Some(ceiling) = self.ceiling else { return false };
        duals.level(self.core).is_some_and(|level| level > ceiling.saturating_add(ceiling / FAR))
    }

    /// Doubles the box around these duals.
    fn widen(&mut self, duals: &Duals, master: &mut Master<W>) -> Result<(), EngineFault> {
        self.centre = duals.clone();
        self.width = self.width.saturating_mul(2);
        self.enclose(master)
    }

    /// Keeps the duals of nodes within the box. The dual of the number of regions, which only the
    /// price of its artificial columns limits, must have room above the reduced values of all
    /// regions there.
    #[expect(clippy::cast_precision_loss, reason = "a ratio of prices")]
    fn enclose(&self, master: &mut Master<W>) -> Result<(), EngineFault> {
        let (core, width) = (self.core, self.width);
        let most = core.most_value();
        let room = self.centre.node.iter().fold(most, |sum, dual| {
            sum.saturating_add(dual.saturating_abs()).saturating_add(width)
        });
        // The first price is that of all commuters and one more.
        while master.penalty() < room as f64 / (most + core.scale) as f64 * self.first {
            master.raise_penalty()?;
        }
        master.enclose(&self.centre, width)
    }
}

/// Duals under which every region is worth minus half the flow it cuts.
fn cut_prices<const W: usize>(core: &Core<W>) -> Duals {
    let node = (0..core.n)
        .map(|node| {
            core.own[node] + core.pair[node * core.n..(node + 1) * core.n].iter().sum::<i64>() / 2
        })
        .collect();
    Duals { node, count: 0, unit: 0 }
}

/// Whether shares of regions cover every node once, so that the box takes no part.
fn is_covered<const W: usize>(core: &Core<W>, shares: &[(AreaSet<W>, f64)]) -> bool {
    let mut covered = vec![0.0; core.n];
    for (set, share) in shares {
        for node in set.iter() {
            covered[node] += share;
        }
    }
    covered.iter().all(|sum: &f64| (sum - 1.0).abs() < COVERED)
}

/// Boxes wider than this make no sense of what they hold.
fn most_width<const W: usize>(core: &Core<W>) -> i64 {
    MOST_SUM / i64::try_from(4 * core.n * (core.k + 1)).expect("few nodes")
}
