//! The compact model: the whole question as one mixed-integer program, solved by HiGHS.
//!
//! This is the textbook way: a Hess model, in which every area is assigned to the root of its
//! region, with the flow of commuters linearised per root and contiguity as a flow from the root.
//! It audits the exact engine, is the baseline of speed claims, and is at its best where floors
//! are low and ceilings absent.
//!
//! # Before the model
//!
//! Closed and fixed groups are regions already; they are taken out and `k` falls by their number.
//! Groups kept together are contracted, each connected part into one *unit*; parts of one group
//! are tied by rows. Limits are tightened by what the other regions must hold and can hold. All
//! this is in `units`, in whole numbers.
//!
//! Units are ordered by population, largest first (ties by area index), and the root of a region
//! is its first unit. So every plan has exactly one representation (*diagonal fixing*). In
//! three cells of the Viken instance the relaxation under this order was never weaker than under
//! order by degree, jobs or flow: as strong as by jobs in all three, and with a ceiling stronger
//! than by degree (115,428 against 121,338 for six regions).
//!
//! # Sets
//!
//! | symbol | meaning | field |
//! |---|---|---|
//! | `V`, `E` | units; pairs of units that touch | `Open::units`, `Open::neighbours` |
//! | `k` | regions to form | `Open::num_regions` |
//! | `R ⊆ V` | units that can be a root | one `RootSets` each |
//! | `M(r)` | units that can belong to root `r`, all from `r` on | `RootSets::members` |
//! | `P(r)` | pairs in `M(r)` without `r` that have flow and may share a region | `RootSets::pairs` |
//! | `A(r)` | directed edges inside `M(r)`, none into `r` | `Column::Flow` |
//! | `d(i,r)` | immediate dominator: the last unit all paths from `r` to `i` in `M(r)` cross | `RootSets::dominator` |
//! | `N(S)` | units of `M(r)` that touch `S` from outside | `sets::border` |
//!
//! | data | meaning | field |
//! |---|---|---|
//! | `w_ij` | commuters between `i` and `j`, both directions | `Open::flows` |
//! | `w_ii` | commuters inside unit `i`, own-area flow included | `Unit::inside` |
//! | `p_i^q` | figure `q`: population, areas, jobs, employed residents | `Unit::figures` |
//! | `L^q`, `U^q` | limits on it, tightened; none where the root is exempt | `Open::bounds` |
//! | `s` | least self-containment, a fraction; none where the root is exempt | `Open::share` |
//! | `c(r)` | most units besides `r` that fit under the limits | `RootSets::room` |
//! | `h(i,r)` | fewest steps from `r` to `i` in `M(r)` | `RootSets::depth` |
//!
//! `M(r)` is what safe fixing leaves: a unit that no path within every upper limit reaches, or
//! whose mates are out of reach, cannot belong to `r`; a unit `r`
//! whose `M(r)` misses a lower limit cannot be a root.
//!
//! # Variables
//!
//! | symbol | meaning | domain | column |
//! |---|---|---|---|
//! | `x_ir` | unit `i ∈ M(r)` belongs to root `r`; `x_rr`: `r` is a root | binary | `Column::Member` |
//! | `z_ijr` | both units of a pair in `P(r)` belong to `r` | `[0, 1]` | `Column::Pair` |
//! | `f_abr` | flow along `(a, b) ∈ A(r)` | `[0, c(r)]` | `Column::Flow` |
//!
//! A pair with the root itself needs no `z`: its product is `x_ir`. At whole `x` the largest `z` is
//! the product of the two `x`, so that neither the objective nor the row of self-containment gains
//! anything by other values.
//!
//! # Objective and rows
//!
//! Maximise Σ over `r` of (Σ `w_ri x_ir` + Σ over `P(r)` of `w_ij z_ijr`). Commuters inside units
//! and decided regions are added in whole numbers afterwards.
//!
//! | row | for | says |
//! |---|---|---|
//! | Σ over `r` of `x_ir` = 1 | `i ∈ V` | one root each |
//! | Σ over `r` of `x_rr` = `k` | | as many roots as regions |
//! | `z_ijr` ≤ `x_ir`, `z_ijr` ≤ `x_jr` | `P(r)` | pairs |
//! | `L x_rr` ≤ Σ `p_i x_ir` ≤ `U x_rr` | `r`, every figure limited | limits |
//! | Σ (`w_ii` + `w_ri`) `x_ir` + Σ `w_ij z_ijr` ≥ `s` Σ `e_i x_ir` | `r` | self-containment, `e` employed residents; multiplied out to whole coefficients |
//! | `x_ir` = `x_jr` | mates | together |
//! | `x_ir` + `x_jr` ≤ `x_rr` | kept apart | apart (with the root: not in `M(r)`) |
//! | `x_ir` ≤ `x_dr`, `d = d(i,r)` | `i ∈ M(r)` | contiguity, and no member without root |
//! | inflow − outflow of `i` = `x_ir`, or 0 where `i` touches `d(i,r)` | `i ∈ M(r) ∖ r` | contiguity |
//! | inflow of `i` ≤ (`c(r)` + 1 − `h(i,r)`) `x_ir` | `i ∈ M(r) ∖ r` | flow stays inside |
//!
//! A unit that touches its dominator is connected when the dominator is; it needs no flow of its
//! own. Where that holds for all of `M(r)`, root `r` has no flow at all.
//!
//! Two families strengthen the relaxation:
//!
//! - *Lifted ceilings*: Σ `p_j z_ijr` ≤ (`U` − `p_r` − `p_i`) `x_ir`, the upper limit multiplied
//!   by `x_ir`. They take the root gap of six regions of 20,000 to 300,000 people from 7.5 to
//!   2.1 %.
//! - *Short sets*: for a connected `S ∋ r` that misses a lower limit by `δ`, the region goes on:
//!   Σ over `N(S)` of `x_jr` ≥ `x_rr`; what lies beyond makes up the rest (knapsack cover): Σ
//!   outside `S` of min(`p_j`, `δ`) `x_jr` ≥ `δ x_rr`; and without `i ∈ N(S)`, another does: Σ
//!   over `N(S) ∖ i` of (`x_jr` − `z_ijr`) ≥ `x_rr` − `x_ir`. At most 200 sets per root and
//!   figure. They take the root gap of nine regions of at least 20,000 people from 2.4 to 0.001 %.
//!
//! Separators between root and member, one row per layer of steps, were tried and left out: for
//! thirteen regions of at least 20,000 people they moved the root bound from 107,656 to 107,516 and
//! the proof took 49 seconds instead of 26, in one run each on a busy machine.
//!
//! # Trust
//!
//! HiGHS proposes, whole numbers decide. A plan is read by rounding, rebuilt from its roots, and
//! checked against every rule with its commuters computed again; a plan that fails is a fault. A
//! bound below a known plan is a fault. "Optimal" stands only where ⌊bound + 10⁻⁶⌋ does not exceed
//! the plan's commuters. HiGHS is asked for an absolute gap of 0.9, not 0.999: the rest covers its
//! tolerances.
//!
//! # Limits, interrupts, and what is left behind
//!
//! HiGHS runs on a thread of its own, and the caller asks the limits every 20 milliseconds. HiGHS
//! keeps the deadline itself as a rule; half a second after it, or at once upon an interrupt, the
//! thread is abandoned: safe code has no way to stop it. It ends at its time limit or with the
//! process, and until then it takes up a core. The plan returned is then the best that HiGHS had
//! written to its report of improving solutions (or the warm start), the bound that of the linear
//! relaxation, which is solved first for this purpose; before that, all flow that could be inside.
//!
//! The number of nodes is reported as 0: HiGHS counts them in 64 bits, and the `highs` crate reads
//! only 32-bit figures. A node limit is obeyed all the same.
//!
//! # Sources
//!
//! - S. W. Hess, J. B. Weaver, H. J. Siegfeldt, J. N. Whelan, P. A. Zitlau, *Nonpartisan political
//!   redistricting by computer*, Operations Research 13 (1965): assignment to roots.
//! - J. C. Duque, R. L. Church, R. S. Middleton, *The p-regions problem*, Geographical Analysis 43
//!   (2011): pairs, and contiguity models compared.
//! - T. Shirabe, *A model of contiguity for spatial unit allocation*, Geographical Analysis 37
//!   (2005), and *Districting modeling with exact contiguity constraints*, Environment and
//!   Planning B 36 (2009): the flow.
//! - H. Validi, A. Buchanan, E. Lykhovyd, *Imposing contiguity constraints in political
//!   districting models*, Operations Research 70 (2022): order, fixing, the flow per root.
//! - J. Oehrlein, J.-H. Haunert, *A cutting-plane method for contiguity-constrained spatial
//!   aggregation*, Journal of Spatial Information Science 15 (2017): separators.
//! - H. Kim, Y. Chun, K. Kim, *Delimitation of functional regions using a p-regions problem
//!   approach*, International Regional Science Review (2013): the objective.

mod adapter;
mod audit;
mod model;
mod row;
mod sets;
mod solver;
mod units;

use std::sync::Arc;

use adapter::Verdict;
use solver::{Answer, End, Heard, Orders};
use units::{Open, Reduction};

use crate::engine::{
    Effort, Engine, EngineFault, Limits, News, Observer, Outcome, Solved, StopReason,
};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;

/// Units of work that a column of the model stands for, the search for it included.
const WORK_PER_COLUMN: u64 = 20;

/// The textbook mixed-integer model on HiGHS.
///
/// Begins from the warm start where there is one; it has no heuristic of its own, and HiGHS
/// may take long to find a first plan. Effort counts the columns of the model and no nodes (see the
/// [module](self)).
#[derive(Clone, Copy, Debug, Default)]
pub struct Compact;

/// Memory that a model takes for every pair of units, as a rule.
const PAIR_BYTES: u64 = 250;

impl Engine for Compact {
    fn name(&self) -> &'static str {
        "compact"
    }

    fn solve(
        &self,
        problem: &Problem,
        k: usize,
        limits: &Limits,
        seed: u64,
        warm_start: Option<&Plan>,
        observer: &dyn Observer,
    ) -> Result<Solved, EngineFault> {
        let question = Question { problem, k, limits };
        let open = match units::reduce(problem, k) {
            Reduction::Open(open) => Arc::new(*open),
            Reduction::Impossible(reason) => {
                let outcome = Outcome::Infeasible { reason: Some(reason) };
                return Ok(Solved { outcome, effort: Effort::default() });
            }
            Reduction::Decided(plan) => {
                let objective = question.audited(&plan)?;
                let outcome = Outcome::Optimal { plan, objective };
                return Ok(Solved { outcome, effort: Effort::default() });
            }
        };
        let mut best = Best::default();
        if let Some(plan) = warm_start
            && let Ok(objective) = audit::internal_commuting(problem, k, plan)
        {
            best.offer(plan.clone(), objective);
        }
        let units = open.units.len() as u64;
        let is_too_large = limits.memory.is_some_and(|most| units * units * PAIR_BYTES > most);
        let too_large = is_too_large.then_some(StopReason::MemoryLimit);
        if let Some(stopped_by) = limits.struck(0).or(too_large) {
            let outcome = question.stopped(best, open.ceiling(), stopped_by);
            return Ok(Solved { outcome, effort: Effort::default() });
        }

        let start = best.0.as_ref().map(|(plan, _)| open.roots(plan));
        let orders = Orders { limits: limits.clone(), seed, start };
        let watched = solver::watch(&open, &orders, |heard| match heard {
            Heard::Plan(roots) => {
                let plan = open.plan(roots);
                if let Some(plan) = plan
                    && let Ok(objective) = audit::internal_commuting(problem, k, &plan)
                    && best.offer(plan.clone(), objective)
                {
                    observer.found(k, &|| plan.clone(), objective);
                    observer.news(k, News::Incumbent(objective));
                }
            }
            Heard::Bound(bound) => observer.news(k, News::Bound(whole_bound(&open, bound))),
        })
        .map_err(fault)?;

        let effort = Effort { nodes: 0, columns: watched.num_columns as u64 };
        if let Some(work) = &limits.work {
            // HiGHS keeps its count of nodes to itself; a model takes some for each column.
            work.spend(WORK_PER_COLUMN * effort.columns);
        }
        let ceiling = watched.relaxation.map_or(open.ceiling(), |bound| whole_bound(&open, bound));
        let outcome = match watched.end {
            End::Abandoned(reason) => question.stopped(best, ceiling, reason),
            End::Answered(answer) => question.judge(&open, &answer, best, ceiling, observer)?,
        };
        Ok(Solved { outcome, effort })
    }
}

/// The largest whole number of commuters under a bound on the flow between units.
///
/// A millionth covers the rounding of sums, and two units where the objective counts in larger ones;
/// anything unusable counts as no bound.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be finite and not negative, and flows stay far below 2^52"
)]
fn whole_bound(open: &Open, bound: f64) -> Commuters {
    if !bound.is_finite() {
        return open.ceiling();
    }
    let size = open.flow_size();
    let rounding = if size > 1.0 { 2.0 * size } else { 1e-6 };
    let whole = (bound + rounding).floor().max(0.0) as Commuters;
    whole.saturating_add(open.constant).min(open.ceiling())
}

fn fault(what: impl Into<String>) -> EngineFault {
    EngineFault { engine: "compact", what: what.into() }
}

/// The best plan so far, with its internal commuting.
#[derive(Clone, Debug, Default)]
struct Best(Option<(Plan, Commuters)>);

impl Best {
    /// Takes a plan over when it is better; says whether it was.
    fn offer(&mut self, plan: Plan, objective: Commuters) -> bool {
        let better = self.0.as_ref().is_none_or(|&(_, best)| objective > best);
        if better {
            self.0 = Some((plan, objective));
        }
        better
    }
}

/// What was asked.
struct Question<'a> {
    problem: &'a Problem,
    k: usize,
    limits: &'a Limits,
}

impl Question<'_> {
    /// Internal commuting of a plan the engine is about to return.
    fn audited(&self, plan: &Plan) -> Result<Commuters, EngineFault> {
        audit::internal_commuting(self.problem, self.k, plan)
            .map_err(|broken| fault(format!("the solver returned a wrong plan: {broken}")))
    }

    /// The outcome when a limit struck: what is best, under what bound.
    fn stopped(&self, best: Best, bound: Commuters, stopped_by: StopReason) -> Outcome {
        match best.0 {
            Some((plan, objective)) if bound <= objective => Outcome::Optimal { plan, objective },
            Some((plan, objective)) if self.limits.accepts(objective, bound) => {
                Outcome::Feasible { plan, objective, bound, stopped_by: StopReason::GapLimit }
            }
            Some((plan, objective)) => Outcome::Feasible { plan, objective, bound, stopped_by },
            None => Outcome::Unknown { bound, stopped_by },
        }
    }

    /// Reads the solver's answer, believing neither plan nor bound.
    fn judge(
        &self,
        open: &Open,
        answer: &Answer,
        mut best: Best,
        ceiling: Commuters,
        observer: &dyn Observer,
    ) -> Result<Outcome, EngineFault> {
        let verdict = adapter::verdict(answer.status);
        if let Verdict::Fault(what) = verdict {
            return Err(fault(format!("HiGHS: {what}")));
        }
        let is_coarse = open.flow_size() > 1.0;
        if verdict == Verdict::Infeasible {
            return match best.0 {
                None => Ok(Outcome::Infeasible { reason: None }),
                Some(_) if is_coarse => Ok(self.stopped(best, ceiling, StopReason::Precision)),
                Some(_) => Err(fault("HiGHS calls infeasible what a known plan solves")),
            };
        }
        let mut bound = whole_bound(open, answer.bound).min(ceiling);
        if let Some(roots) = &answer.roots {
            // A plan that breaks a limit by less than HiGHS sees, time and again, proves nothing; any
            // other wrong plan is a fault.
            if !open.broken(roots).is_empty() {
                return Ok(self.stopped(best, bound, StopReason::Precision));
            }
            let plan = open.plan(roots).ok_or_else(|| fault("HiGHS left an area out"))?;
            let objective = self.audited(&plan)?;
            if best.offer(plan.clone(), objective) {
                observer.found(self.k, &|| plan.clone(), objective);
                observer.news(self.k, News::Incumbent(objective));
            }
        }
        if let Some((_, objective)) = best.0
            && bound < objective
        {
            if !is_coarse {
                return Err(fault(format!(
                    "HiGHS proves at most {bound} commuters, and a plan holds {objective}"
                )));
            }
            bound = ceiling;
        }
        if bound < ceiling {
            observer.news(self.k, News::Bound(bound));
        }
        let stopped_by = match verdict {
            Verdict::TimeLimit => StopReason::TimeLimit,
            Verdict::NodeLimit => StopReason::NodeLimit,
            // HiGHS calls its gap closed; where it is open in whole numbers, it cannot see that.
            Verdict::Closed | Verdict::Infeasible | Verdict::Fault(_) => StopReason::Precision,
        };
        Ok(self.stopped(best, bound, stopped_by))
    }
}
