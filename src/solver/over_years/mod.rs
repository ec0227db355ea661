//! The best plan over several years: on the sum, in the worst year, or by regret.
//!
//! Let `f_t(x)` be the commuters that plan `x` holds inside by the figures of year `t`, `T_t` all of
//! that year, and `X` the plans that keep the rules, limits in every year asked for.
//!
//! | criterion | asks for |
//! |---|---|
//! | sum | `max Σ_t f_t(x)` |
//! | worst | `max min_t f_t(x) ÷ T_t`: the largest least share |
//! | regret | `min max_t (O_t − f_t(x))`, with `O_t = max_{x ∈ X} f_t(x)`: the smallest largest distance |
//!
//! The last is the absolute regret of Kouvelis and Yu (*Robust Discrete Optimization and Its
//! Applications*, 1997). Both minimise `z(x) = max_t (a_t − f_t(x)) ÷ b_t`, with `a_t = b_t = T_t` or
//! `a_t = O_t`, `b_t = 1`. For whole weights `w ≥ 0` the exact engine finds
//! `V(w) = max_x Σ_t w_t f_t(x)`, the flows of the years added up under their weights, and
//!
//! ```text
//! z(x) ≥ (Σ_t w_t a_t − V(w)) ÷ Σ_t w_t b_t        for every x
//! ```
//!
//! Weights are drawn from the game between years and the plans known so far (a cutting plane in the
//! weights; Kelley, *Journal of the SIAM*, 1960), until plan and bound meet or no weights tell more.
//! What is left between them is listed: a plan better than the best known, `z(x) < z*`, has
//! `Σ_t w_t f_t(x) > Σ_t w_t a_t − z* Σ_t w_t b_t`, and the engine lists all plans above that. So the
//! answer is exact; all comparisons are in whole numbers. Of several best plans the first found is taken,
//! which depends on the seed and on nothing else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::engine::{Limits, News, Observer, Outcome, StopReason};
use crate::error::SolveError;
use crate::exact::{Asked, Session, Step};
use crate::job::Termination;
use regionfront_model::defect::Defect;
use regionfront_model::instance::{Area, Flows, Year};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Share};
use regionfront_model::scenario::{Limits as RegionLimits, Problem};
use regionfront_verify::verify;

mod before;
mod fraction;
mod game;

pub use before::{Before, Told, Weighed};
pub use fraction::Fraction;
use game::weights_against;

/// Most plans listed between the best one and the bound.
const MOST_LISTED: usize = 200_000;

/// Most rounds of weights.
const MOST_ROUNDS: usize = 40;

/// Weights are told apart in so many parts.
const PARTS: u64 = 1_000;

/// All commuters of all years, weighted, stay within this.
const MOST_WEIGHTED: u128 = 1 << 54;

/// What a plan over several years is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Criterion {
    /// The commuters inside of all years together; the more the better.
    Sum,
    /// The least share of commuters inside, over the years; the larger the better.
    Worst,
    /// The largest distance in commuters from the best plan of a year; the smaller the better.
    Regret,
}

/// A question about one plan for several years.
#[derive(Clone, Debug)]
pub struct YearsQuestion {
    /// One problem per year, of the same areas under the same rules; without limits where those do
    /// not hold in the year.
    problems: Vec<Problem>,
    criterion: Criterion,
    /// The areas by their figures of the years in which limits hold.
    limited: Vec<Arc<[Area]>>,
    limits: RegionLimits,
    /// Commuters between areas by year.
    totals: Vec<Commuters>,
    parts: u64,
}

/// What a plan holds in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearHeld {
    /// The year.
    pub year: Option<Year>,
    /// Commuters between different areas of one region.
    pub inside: Commuters,
    /// All commuters between areas.
    pub between: Commuters,
    /// The most that a plan under the same rules holds inside in this year, where that is proven.
    pub best: Option<Commuters>,
}

/// The answer for one number of regions.
#[derive(Clone, Debug, PartialEq)]
pub struct YearsAnswer {
    /// Number of regions.
    pub k: usize,
    /// Why solving ended.
    pub termination: Termination,
    /// The best plan found, verified by the figures of every year.
    pub plan: Option<Plan>,
    /// What it holds, year by year; empty without a plan.
    pub held: Vec<YearHeld>,
    /// What the criterion makes of the plan: commuters, or a share as part and whole.
    pub value: Option<Fraction>,
    /// No plan is better than this.
    pub bound: Option<Fraction>,
    /// Weighted questions solved.
    pub rounds: usize,
    /// Whether a clock or an interrupt may have struck while plans of equal worth were compared: asked again,
    /// another of them may be the answer.
    pub is_comparison_cut: bool,
}

fn refused(what: impl Into<String>, cure: &str) -> SolveError {
    SolveError::Objectives(Defect::new("E257", "--over-years", what, cure).into())
}

impl YearsQuestion {
    /// A question over these problems, one per year, whose limits hold in the years at the places
    /// `limited` alone.
    ///
    /// # Errors
    /// When areas or rules differ, no year is limited, there is a rule on self-containment, whose
    /// commuters change with the year, or commuters add up to more than can be weighed.
    pub fn new(
        mut problems: Vec<Problem>,
        limited: &[usize],
        criterion: Criterion,
    ) -> Result<Self, SolveError> {
        let Some(first) = problems.first() else {
            return Err(refused("there is no year", "name one year or more"));
        };
        let codes = |problem: &Problem| -> Vec<String> {
            problem.instance.areas.iter().map(|area| area.code.clone()).collect()
        };
        let are_alike = problems.iter().all(|other| {
            codes(other) == codes(first)
                && other.rules == first.rules
                && other.instance.links == first.instance.links
        });
        if !are_alike {
            return Err(refused(
                "the years have other areas or rules than each other",
                "ask about years on the same borders",
            ));
        }
        let limits = first.rules.limits;
        if limits.min_self_containment.is_some() {
            return Err(refused(
                "a least self-containment cannot be held in several years at once",
                "leave `min_self_containment` out",
            ));
        }
        if limited.is_empty() || limited.iter().any(|&at| at >= problems.len()) {
            return Err(refused(
                "limits hold in none of the years",
                "name a year of those asked about, or leave all limits out",
            ));
        }
        let limited_areas =
            limited.iter().map(|&at| problems[at].instance.areas.clone().into()).collect();
        for (at, problem) in problems.iter_mut().enumerate() {
            if !limited.contains(&at) {
                problem.rules.limits = RegionLimits::default();
            }
        }
        let totals: Vec<Commuters> =
            problems.iter().map(|problem| problem.instance.flows.total_between()).collect();
        let sum: u128 = totals.iter().map(|&total| u128::from(total)).sum();
        let largest = totals.iter().copied().max().unwrap_or(0);
        let all = sum.max(u128::from(largest) * problems.len() as u128).max(1);
        if all > MOST_WEIGHTED {
            return Err(refused(
                "commuters of all years add up to more than can be weighed",
                "ask about fewer years",
            ));
        }
        let parts = u64::try_from(MOST_WEIGHTED / all).unwrap_or(PARTS).clamp(1, PARTS);
        Ok(Self { problems, criterion, limited: limited_areas, limits, totals, parts })
    }

    /// The best plan with `k` regions, or what is known when a limit strikes; the limits are those
    /// of all weighted questions together, except for nodes, which count for each.
    ///
    /// # Errors
    /// When the engine fails, or a plan of its does not pass the verifier.
    pub fn solve(&self, k: usize, limits: &Limits, seed: u64) -> Result<YearsAnswer, SolveError> {
        self.solve_from(&Before::default(), k, limits, seed, &mut |_| ())
    }

    /// The same, from what an earlier search with the same seed found, telling what is found as soon as it
    /// is: whoever keeps it has it even if the answer never comes. Unless a limit strikes, the answer is
    /// the one that the search would have ended with undisturbed.
    ///
    /// # Errors
    /// As [`YearsQuestion::solve`].
    pub fn solve_from(
        &self,
        before: &Before,
        k: usize,
        limits: &Limits,
        seed: u64,
        tell: &mut (dyn FnMut(Told<'_>) + Send),
    ) -> Result<YearsAnswer, SolveError> {
        // What was told before need not be told again.
        let best = before.plans().map(|plan| self.yardstick(&self.held(plan))).max();
        let ear = Ear { question: self, k, heard: Mutex::new(Heard { best, plan: None, tell }) };
        let search = Search {
            question: self,
            k,
            limits,
            seed,
            before,
            rounds: 0,
            is_comparison_cut: false,
            known: Vec::new(),
            ear: &ear,
        };
        search.run()
    }

    /// How good what a plan holds is before distances from the best of every year can be told: commuters
    /// of all years for the sum, else the least share.
    fn yardstick(&self, held: &[Commuters]) -> Fraction {
        if self.criterion == Criterion::Sum {
            return Fraction::new(held.iter().map(|&inside| i128::from(inside)).sum(), 1);
        }
        let all = Terms { a: self.totals.clone(), b: self.totals.clone() };
        all.loss(held).complement()
    }

    /// Commuters inside by year.
    fn held(&self, plan: &Plan) -> Vec<Commuters> {
        let inside = |problem: &Problem| {
            let flows = problem.instance.flows.triples();
            flows
                .filter(|&(from, to, _)| from != to && plan.region_of(from) == plan.region_of(to))
                .map(|(_, _, commuters)| commuters)
                .sum()
        };
        self.problems.iter().map(inside).collect()
    }

    /// What a plan holds year by year, held against the rules of every year by the verifier; `best` is
    /// the most there is in each, as far as it is known.
    fn verified(
        &self,
        k: usize,
        plan: &Plan,
        best: &[Commuters],
    ) -> Result<Vec<YearHeld>, SolveError> {
        let mut years = Vec::new();
        let held = self.held(plan);
        for (at, problem) in self.problems.iter().enumerate() {
            let verified = verify(problem, k, plan.clone(), held[at]);
            let verified = verified.map_err(|violations| {
                let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
                let what = format!("a plan did not pass the verifier: {}", found.join("; "));
                SolveError::Failed { k, what }
            })?;
            years.push(YearHeld {
                year: problem.instance.year,
                inside: verified.objective(),
                between: self.totals[at],
                best: best.get(at).copied(),
            });
        }
        Ok(years)
    }

    /// The flows of the years added up under weights, under the limits of the first limited year.
    fn weighted(&self, weights: &[u64]) -> Problem {
        let mut problem = self.problems[0].clone();
        let instance = &mut problem.instance;
        // What the engine does not ask for need not be copied around.
        instance.shapes = None;
        instance.divisions.clear();
        instance.areas = self.limited[0].to_vec();
        let flows = self.problems.iter().zip(weights).flat_map(|(problem, &weight)| {
            let between = problem.instance.flows.triples().filter(|(from, to, _)| from != to);
            between.map(move |(from, to, commuters)| (from, to, commuters * weight))
        });
        instance.flows = Flows::from_triples(instance.areas.len(), flows);
        problem
    }

    fn step(&self) -> Step {
        Step { limits: self.limits, also: self.limited[1..].to_vec(), ..Step::default() }
    }
}

/// Hears of plans while a weighted question is solved.
struct Ear<'a> {
    question: &'a YearsQuestion,
    k: usize,
    heard: Mutex<Heard<'a>>,
}

/// The best plan told so far, by yardstick, and whom to tell.
struct Heard<'a> {
    best: Option<Fraction>,
    plan: Option<Plan>,
    tell: &'a mut (dyn FnMut(Told<'_>) + Send),
}

impl<'a> Ear<'a> {
    fn heard(&self) -> MutexGuard<'_, Heard<'a>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Ear<'_> {
    fn news(&self, _: usize, _: News) {}

    fn found(&self, _: usize, plan: &dyn Fn() -> Plan, _: Commuters) {
        let (question, plan) = (self.question, plan());
        let held = question.held(&plan);
        let worth = question.yardstick(&held);
        let mut heard = self.heard();
        if heard.best.is_some_and(|best| best >= worth) {
            return;
        }
        // A plan that breaks a rule in some year is the engine's fault, which its answer will tell.
        let Ok(held) = question.verified(self.k, &plan, &[]) else { return };
        heard.best = Some(worth);
        heard.plan = Some(plan.clone());
        let value = (question.criterion != Criterion::Regret).then_some(worth);
        (heard.tell)(Told::SoFar(&YearsAnswer {
            k: self.k,
            termination: Termination::Interrupted,
            plan: Some(plan),
            held,
            value,
            bound: None,
            rounds: 0,
            is_comparison_cut: true,
        }));
    }
}

/// A plan and what it holds.
struct Known {
    plan: Plan,
    held: Vec<Commuters>,
}

struct Search<'a, 't> {
    question: &'a YearsQuestion,
    k: usize,
    limits: &'a Limits,
    seed: u64,
    before: &'a Before,
    /// Weighted questions answered, those of the search before among them.
    rounds: usize,
    is_comparison_cut: bool,
    known: Vec<Known>,
    ear: &'a Ear<'t>,
}

/// The terms of the minimax: `z(x) = max_t (a_t − f_t(x)) ÷ b_t`, over years with `b_t > 0`.
struct Terms {
    a: Vec<Commuters>,
    b: Vec<Commuters>,
}

impl Terms {
    /// The largest loss of a plan.
    fn loss(&self, held: &[Commuters]) -> Fraction {
        let years = self.a.iter().zip(&self.b).zip(held).filter(|((_, b), _)| **b > 0);
        let losses = years.map(|((&a, &b), &inside)| {
            Fraction::new(i128::from(a) - i128::from(inside), u128::from(b))
        });
        losses.max().unwrap_or_else(|| Fraction::new(0, 1))
    }

    /// `Σ w a` and `Σ w b`.
    fn weighted(&self, weights: &[u64]) -> (i128, u128) {
        let sum = |figures: &[Commuters]| -> u128 {
            figures
                .iter()
                .zip(weights)
                .map(|(&it, &weight)| u128::from(it) * u128::from(weight))
                .sum()
        };
        (sum(&self.a).cast_signed(), sum(&self.b))
    }
}

/// One weighted question answered.
enum Weighted {
    Solved {
        bound: Commuters,
        stopped_by: Option<StopReason>,
        /// Plans within the slack, where one was asked for, and whether none is missing.
        listed: Vec<Plan>,
        is_complete: bool,
    },
    Infeasible,
}

impl Search<'_, '_> {
    fn run(mut self) -> Result<YearsAnswer, SolveError> {
        let years = self.question.problems.len();
        if self.question.criterion == Criterion::Sum {
            return self.sum();
        }
        // The best plan of every year alone: distances are measured from it, and it is a first bound.
        let mut best = Vec::new();
        for year in 0..years {
            let alone: Vec<u64> = (0..years).map(|other| u64::from(other == year)).collect();
            match self.ask(&alone, None)? {
                Weighted::Infeasible => return self.infeasible(),
                Weighted::Solved { bound, stopped_by: Some(by), .. } => {
                    // Without it no distance is known, and no share proven.
                    return self.stopped(by, &best, bound);
                }
                Weighted::Solved { bound, .. } => best.push(bound),
            }
        }
        let terms = match self.question.criterion {
            Criterion::Regret => Terms { a: best.clone(), b: vec![1; years] },
            _ => Terms { a: self.question.totals.clone(), b: self.question.totals.clone() },
        };
        self.minimax(&terms, &best)
    }

    fn sum(mut self) -> Result<YearsAnswer, SolveError> {
        let all = vec![1; self.question.problems.len()];
        match self.ask(&all, None)? {
            Weighted::Infeasible => self.infeasible(),
            Weighted::Solved { bound, stopped_by, .. } => {
                if stopped_by.is_some() {
                    self.fall_back();
                }
                let bound = Fraction::new(i128::from(bound), 1);
                let (plan, value) = self.most_by_yardstick().unzip();
                // A plan of the search before may be as good as the bound of this one.
                let is_proven = value.is_some_and(|value| value >= bound);
                let stopped = stopped_by.filter(|_| !is_proven).map(Termination::from);
                let termination = stopped.unwrap_or(Termination::Optimal);
                self.answer(termination, plan, value, Some(bound), &[])
            }
        }
    }

    fn minimax(mut self, terms: &Terms, best: &[Commuters]) -> Result<YearsAnswer, SolveError> {
        let years = best.len();
        // The best of each year bounds the loss in it.
        let mut lower = terms.loss(best);
        let mut closest: Option<(Vec<u64>, Commuters)> = None;
        let mut stopped = None;
        for _ in 0..MOST_ROUNDS {
            if self.best(terms).1 <= lower {
                break;
            }
            let losses: Vec<Vec<f64>> =
                self.known.iter().map(|known| as_floats(terms, &known.held)).collect();
            let weights = self.whole(&weights_against(&losses, years), terms);
            let before = self.known.len();
            let (bound, stopped_by) = match self.ask(&weights, None)? {
                Weighted::Infeasible => return self.infeasible(),
                Weighted::Solved { bound, stopped_by, .. } => (bound, stopped_by),
            };
            let (a, b) = terms.weighted(&weights);
            let at_least = Fraction::new(a - i128::from(bound), b);
            if closest.is_none() || at_least > lower {
                closest = Some((weights, bound));
            }
            lower = lower.max(at_least);
            stopped = stopped_by;
            if stopped.is_some() || self.known.len() == before {
                break;
            }
        }
        let (at, loss) = self.best(terms);
        if loss <= lower {
            return self.end(Termination::Optimal, at, loss, loss, best);
        }
        if let (None, Some((weights, most))) = (stopped, closest) {
            // List whatever may be better still.
            let (a, b) = terms.weighted(&weights);
            let slack = slack(most, loss.floor_of(a, b));
            match self.ask(&weights, Some(slack))? {
                Weighted::Infeasible => return self.infeasible(),
                Weighted::Solved { stopped_by, listed, is_complete, .. } => {
                    for plan in listed {
                        self.add(plan);
                    }
                    if is_complete && stopped_by.is_none() {
                        let (at, loss) = self.best(terms);
                        return self.end(Termination::Optimal, at, loss, loss, best);
                    }
                    stopped = stopped_by;
                }
            }
        }
        self.fall_back();
        let (at, loss) = self.best(terms);
        let by = if loss <= lower {
            Termination::Optimal
        } else {
            stopped.map_or(Termination::NodeLimit, Termination::from)
        };
        self.end(by, at, loss, lower, best)
    }

    /// Solves the question of a weighted year, unless the search before has; plans within a slack are
    /// listed anew.
    fn ask(&mut self, weights: &[u64], slack: Option<Share>) -> Result<Weighted, SolveError> {
        if let (Some(weighed), None) = (self.before.answer(self.rounds, weights), slack) {
            self.rounds += 1;
            let Some((plan, most)) = weighed.best.clone() else { return Ok(Weighted::Infeasible) };
            self.add(plan);
            let listed = Vec::new();
            return Ok(Weighted::Solved {
                bound: most,
                stopped_by: None,
                listed,
                is_complete: false,
            });
        }
        let failed = |what: String| SolveError::Failed { k: self.k, what };
        let problem = self.question.weighted(weights);
        let mut session =
            Session::new(&problem, self.k, self.seed).map_err(|fault| failed(fault.to_string()))?;
        if let Some(known) = self.known.last() {
            session.start_from(known.plan.clone());
        }
        let asked =
            Asked { slack: slack.unwrap_or_default(), most: MOST_LISTED, ..Asked::default() };
        let stepped = session
            .solve(&self.question.step(), &asked, self.limits, self.ear)
            .map_err(|fault| failed(fault.to_string()))?;
        self.rounds += 1;
        let (plan, bound, stopped_by) = match stepped.solved.outcome {
            Outcome::Infeasible { .. } => {
                self.tell(weights, slack, None);
                return Ok(Weighted::Infeasible);
            }
            Outcome::Optimal { plan, objective } => {
                if stepped.is_complete || self.limits.struck(0).is_none() {
                    self.tell(weights, slack, Some((&plan, objective)));
                } else {
                    self.is_comparison_cut = true;
                }
                (Some(plan), objective, None)
            }
            Outcome::Feasible { plan, bound, stopped_by, .. } => {
                (Some(plan), bound, Some(stopped_by))
            }
            Outcome::Unknown { bound, stopped_by } => (None, bound, Some(stopped_by)),
        };
        if let Some(plan) = plan {
            self.add(plan);
        }
        let listed = if slack.is_some() { stepped.listed } else { Vec::new() };
        let listed = listed.into_iter().map(|(plan, _)| plan).collect();
        Ok(Weighted::Solved { bound, stopped_by, listed, is_complete: stepped.is_complete })
    }

    /// Tells that a weighted question is answered; of one with a list, whoever hears of it has no use.
    fn tell(&self, weights: &[u64], slack: Option<Share>, best: Option<(&Plan, Commuters)>) {
        if slack.is_none() {
            let best = best.map(|(plan, most)| (plan.clone(), most));
            (self.ear.heard().tell)(Told::Weighed(&Weighed { weights: weights.to_vec(), best }));
        }
    }

    /// A limit struck: plans that were told of on the way count as well, here and in the search before.
    fn fall_back(&mut self) {
        let told = self.ear.heard().plan.clone();
        for plan in told.iter().chain(&self.before.plans) {
            self.add(plan.clone());
        }
    }

    /// The best plan known by yardstick, the first of several.
    fn most_by_yardstick(&self) -> Option<(Plan, Fraction)> {
        let worth = self.known.iter().map(|known| (known, self.question.yardstick(&known.held)));
        // Of equals the last one is taken, which is the first from behind.
        let best = worth.rev().max_by(|a, b| a.1.cmp(&b.1));
        best.map(|(known, worth)| (known.plan.clone(), worth))
    }

    fn add(&mut self, plan: Plan) {
        if self.known.iter().all(|known| known.plan != plan) {
            let held = self.question.held(&plan);
            self.known.push(Known { plan, held });
        }
    }

    /// The place of the best plan known, and its loss; the first of several.
    fn best(&self, terms: &Terms) -> (usize, Fraction) {
        let losses = self.known.iter().map(|known| terms.loss(&known.held));
        let best = losses.enumerate().min_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        best.expect("every year has a best plan")
    }

    /// Weights of years, which sum to one, as whole numbers; the largest is never lost.
    fn whole(&self, shares: &[f64], terms: &Terms) -> Vec<u64> {
        let largest = self.question.totals.iter().copied().max().unwrap_or(1).max(1);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "any weights will do"
        )]
        let whole = |(&share, &b): (&f64, &Commuters)| {
            // A year whose loss counts in shares weighs more, the fewer commuters it has.
            let per = if b > 1 { largest as f64 / b as f64 } else { 1.0 };
            if b == 0 { 0 } else { (share * per * self.question.parts as f64).round() as u64 }
        };
        let mut weights: Vec<u64> = shares.iter().zip(&terms.b).map(whole).collect();
        if weights.iter().all(|&weight| weight == 0) {
            weights.fill(1);
        }
        weights
    }

    fn infeasible(self) -> Result<YearsAnswer, SolveError> {
        self.answer(Termination::Infeasible, None, None, None, &[])
    }

    /// A limit struck before every year had its best plan.
    /// Nobody holds more than `most` in the year that was asked about.
    fn stopped(
        mut self,
        by: StopReason,
        best: &[Commuters],
        most: Commuters,
    ) -> Result<YearsAnswer, SolveError> {
        let totals = &self.question.totals;
        let terms = Terms { a: totals.clone(), b: totals.clone() };
        let is_share = self.question.criterion == Criterion::Worst;
        self.fall_back();
        let (plan, share) = self.most_by_yardstick().unzip();
        let value = share.filter(|_| is_share);
        let most: Vec<Commuters> = best.iter().copied().chain([most]).collect();
        let bound = is_share.then(|| terms.loss(&most).complement());
        self.answer(by.into(), plan, value, bound, best)
    }

    fn end(
        self,
        termination: Termination,
        at: usize,
        loss: Fraction,
        lower: Fraction,
        best: &[Commuters],
    ) -> Result<YearsAnswer, SolveError> {
        let plan = Some(self.known[at].plan.clone());
        let told = |loss: Fraction| match self.question.criterion {
            Criterion::Worst => loss.complement(),
            _ => loss,
        };
        let (value, bound) = (told(loss), told(lower));
        self.answer(termination, plan, Some(value), Some(bound), best)
    }

    /// The answer, its plan held against the rules of every year by the verifier.
    fn answer(
        self,
        termination: Termination,
        plan: Option<Plan>,
        value: Option<Fraction>,
        bound: Option<Fraction>,
        best: &[Commuters],
    ) -> Result<YearsAnswer, SolveError> {
        let held = plan.as_ref().map(|plan| self.question.verified(self.k, plan, best));
        let years = held.transpose()?.unwrap_or_default();
        let rounds = self.rounds;
        let (k, is_comparison_cut) = (self.k, self.is_comparison_cut);
        let held = years;
        Ok(YearsAnswer { k, termination, plan, held, value, bound, rounds, is_comparison_cut })
    }
}

/// `(a_t − f_t) ÷ b_t` by year, for weights.
fn as_floats(terms: &Terms, held: &[Commuters]) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "any weights will do")]
    let loss = |((&a, &b), &inside): ((&Commuters, &Commuters), &Commuters)| {
        if b == 0 { 0.0 } else { (a as f64 - inside as f64) / b as f64 }
    };
    terms.a.iter().zip(&terms.b).zip(held).map(loss).collect()
}

/// The share of `most` that lies above `least`, rounded up.
fn slack(most: Commuters, least: i128) -> Share {
    const UNITS: u128 = 1_000_000_000_000;
    let least = u128::try_from(least).unwrap_or(0).min(most.into());
    let most = u128::from(most).max(1);
    let share = ((most - least) * UNITS).div_ceil(most).min(UNITS);
    let text = if share == UNITS { "1".to_owned() } else { format!("0.{share:012}") };
    text.parse().unwrap_or_default()
}
