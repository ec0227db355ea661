//! The sweep over demands for one k.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::objective::{Objective, Score};
use super::point::{Front, FrontPoint, Missing};
use crate::engine::{EngineFault, Limits, News, Observer, Outcome, StopReason};
use crate::exact::{Asked, Session, Step, Stepped};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::{Commuters, Share};
use regionfront_model::scenario::Problem;
use regionfront_verify::verify;

/// Most plans compared at one point; more ties than this are cut off.
const MOST_COMPARED: usize = 10_000;

/// What to compute, and how far to go.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Seed of everything random.
    pub seed: u64,
    /// Most other plans kept per point that equal it in everything.
    pub alternatives: usize,
    /// Plans within this share of a point's internal commuting are kept with it.
    pub within: Option<Share>,
    /// At most this many of them, the best.
    pub most_near: usize,
    /// Longest time for one point.
    pub point_limit: Option<Duration>,
    /// Everything else that stops a solve; its deadline ends the whole front.
    pub limits: Limits,
}

/// One front to compute.
#[derive(Debug)]
pub struct Sweep<'a> {
    /// The problem, its own limits on the objectives [released](release).
    pub problem: &'a Problem,
    /// Number of regions.
    pub k: usize,
    /// The second objectives; at most one additive.
    pub objectives: &'a [Box<dyn Objective>],
    /// How far to go.
    pub terms: &'a Terms,
    /// Whether nothing is asked that is not known: it counts as interrupted.
    pub is_closed: bool,
}

/// What one demand was answered with. The replies of a front, in order, are all it takes to
/// continue it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A plan.
    Point(Box<FrontPoint>),
    /// Proven: no plan meets the demand.
    Nothing,
    /// A limit struck before there was a plan.
    Stopped {
        /// No plan that meets the demand holds more commuters than this.
        bound: Commuters,
        /// What struck.
        by: StopReason,
    },
}

impl Reply {
    /// Whether a limit cut it short: asked again, the demand may be answered better.
    pub fn is_cut_short(&self) -> bool {
        match self {
            Self::Point(point) => !point.is_proven() || point.is_comparison_cut,
            Self::Nothing => false,
            Self::Stopped { .. } => true,
        }
    }

    /// The scores of its plan, where it has one: what the next demand goes beyond.
    pub fn scores(&self) -> Option<&[Score]> {
        match self {
            Self::Point(point) => Some(&point.scores),
            Self::Nothing | Self::Stopped { .. } => None,
        }
    }

    /// What is known of a demand that was posed twice, where limits cut both replies short: the better
    /// plan and the lower bound.
    fn with_earlier(self, earlier: Self) -> Self {
        match (self, earlier) {
            (Self::Stopped { bound, by }, Self::Stopped { bound: other, .. }) => {
                Self::Stopped { bound: bound.min(other), by }
            }
            (Self::Stopped { bound, by }, Self::Point(point)) => {
                Self::Point(Box::new(point.within(bound, by)))
            }
            (Self::Point(point), Self::Stopped { bound, .. }) => match point.stopped_by {
                Some(by) => Self::Point(Box::new(point.within(bound, by))),
                None => Self::Point(point),
            },
            (Self::Point(point), Self::Point(other)) => match point.stopped_by {
                Some(by)
                    if other.plan.objective() > point.plan.objective() || other.is_proven() =>
                {
                    Self::Point(Box::new(other.within(point.bound, by)))
                }
                Some(by) => Self::Point(Box::new(point.within(other.bound, by))),
                None => Self::Point(point),
            },
            (reply, _) => reply,
        }
    }
}

/// Hears how a front grows.
pub trait SweepObserver: Observer {
    /// A demand of the front for `k` regions was answered, the `number`-th from 0.
    fn replied(&self, k: usize, number: usize, reply: &Reply);

    /// The next demand is posed: per second objective, the score that is to be exceeded.
    fn demanded(&self, beyond: &[Option<Score>]) {
        let _ = beyond;
    }
}

/// The problem without its own limits on the objectives, and those limits in words: along a front
/// an objective is not also limited.
pub fn release(problem: &Problem, objectives: &[Box<dyn Objective>]) -> (Problem, Vec<String>) {
    let mut step = Step { limits: problem.rules.limits, ..Step::default() };
    let dropped = objectives.iter().filter_map(|objective| objective.release(&mut step)).collect();
    let mut problem = problem.clone();
    problem.rules.limits = step.limits;
    (problem, dropped)
}

/// Computes a front. `known` are replies of an earlier run, from the first; they are not asked
/// again, but for one that a limit cut short: it stands where nothing more is asked, and where the new
/// reply is no better.
///
/// # Errors
/// [`EngineFault`] when the engine fails, or a plan of its does not pass the verifier.
pub fn sweep(
    sweep: &Sweep<'_>,
    known: Vec<Reply>,
    observer: &dyn SweepObserver,
) -> Result<Front, EngineFault> {
    let mut run = Run {
        sweep,
        session: Session::new(sweep.problem, sweep.k, sweep.terms.seed)?,
        known: known.into(),
        asked: 0,
        missing: Vec::new(),
        is_halted: false,
        ideals: vec![None; sweep.objectives.len()],
        observer,
    };
    let demand = Demand {
        step: Step { limits: sweep.problem.rules.limits, ..Step::default() },
        beyond: vec![None; sweep.objectives.len()],
        ceiling: None,
    };
    let points = run.points(&demand, sweep.objectives.len())?;
    let mut front = Front { k: sweep.k, points, missing: run.missing };
    front.keep_nondominated(sweep.objectives);
    Ok(front)
}

/// What the next plan has to meet.
#[derive(Clone, Debug)]
struct Demand {
    step: Step,
    beyond: Vec<Option<Score>>,
    ceiling: Option<Commuters>,
}

struct Run<'a> {
    sweep: &'a Sweep<'a>,
    session: Session<'a>,
    known: VecDeque<Reply>,
    asked: usize,
    missing: Vec<Missing>,
    is_halted: bool,
    /// Per objective, what no plan scores better than, where that was asked.
    ideals: Vec<Option<Score>>,
    observer: &'a dyn SweepObserver,
}

/// Hears nothing of a search whose plans are no points.
struct Unheard;

impl Observer for Unheard {
    fn news(&self, _: usize, _: News) {}
}

fn fault(what: String) -> EngineFault {
    EngineFault { engine: "exact", what }
}

impl Run<'_> {
    /// Points that cover every nondominated one under a demand, over the first `num` objectives.
    fn points(&mut self, demand: &Demand, num: usize) -> Result<Vec<FrontPoint>, EngineFault> {
        let Some(last) = num.checked_sub(1) else {
            return Ok(self.ask(demand)?.into_iter().collect());
        };
        let objective = &self.sweep.objectives[last];
        let mut demand = demand.clone();
        let mut points = Vec::new();
        loop {
            let found = self.points(&demand, last)?;
            let worst = found
                .iter()
                .map(|point| point.scores[last])
                .max_by(|a, b| objective.compare(*a, *b));
            demand.ceiling = found.iter().map(|point| point.bound).max().or(demand.ceiling);
            points.extend(found);
            let Some(worst) = worst else { return Ok(points) };
            if self.is_halted || !objective.demand_beyond(worst, &mut demand.step) {
                return Ok(points);
            }
            demand.beyond[last] = Some(worst);
        }
    }

    /// The best plan under a demand.
    fn ask(&mut self, demand: &Demand) -> Result<Option<FrontPoint>, EngineFault> {
        let mut known = self.known.pop_front();
        let is_kept = |reply: &mut Reply| self.sweep.is_closed || !reply.is_cut_short();
        let reply = if let Some(reply) = known.take_if(is_kept) {
            reply
        } else if self.sweep.is_closed {
            let all = self.sweep.problem.instance.flows.total_between();
            Reply::Stopped {
                bound: demand.ceiling.map_or(all, |ceiling| ceiling.min(all)),
                by: StopReason::Interrupted,
            }
        } else {
            self.observer.demanded(&demand.beyond);
            let mut reply = self.solve(demand)?;
            if let Some(earlier) = known {
                let scores = earlier.scores().map(<[Score]>::to_vec);
                reply = reply.with_earlier(earlier);
                // What follows was asked beyond that plan.
                if reply.scores() != scores.as_deref() {
                    self.known.clear();
                }
            }
            reply
        };
        self.observer.replied(self.sweep.k, self.asked, &reply);
        self.asked += 1;
        let mut miss = |up_to, bound, stopped_by| {
            let beyond = demand.beyond.clone();
            self.missing.push(Missing { beyond, up_to, bound, stopped_by });
        };
        match reply {
            Reply::Point(point) => {
                if let Some(by) = point.stopped_by {
                    miss(Some(point.scores.clone()), point.bound, by);
                    self.is_halted |= self.is_over(by);
                }
                Ok(Some(*point))
            }
            Reply::Nothing => Ok(None),
            Reply::Stopped { bound, by } => {
                miss(None, bound, by);
                self.is_halted |= self.is_over(by);
                Ok(None)
            }
        }
    }

    /// Whether what struck ends the front, not just the point.
    fn is_over(&self, by: StopReason) -> bool {
        by == StopReason::Interrupted
            || self.sweep.terms.limits.deadline.is_some_and(|end| Instant::now() >= end)
    }

    fn solve(&mut self, demand: &Demand) -> Result<Reply, EngineFault> {
        let Sweep { problem, k, objectives, terms, .. } = self.sweep;
        let mut limits = terms.limits.clone();
        if let Some(longest) = terms.point_limit {
            let end = Instant::now() + longest;
            limits.deadline = Some(limits.deadline.map_or(end, |all| all.min(end)));
        }
        if self.is_beyond_reach(demand, &limits)? {
            return Ok(Reply::Nothing);
        }
        let prefer = |a: &Plan, b: &Plan| {
            objectives
                .iter()
                .map(|objective| {
                    objective.compare(objective.score(problem, a), objective.score(problem, b))
                })
                .find(|order| *order != Ordering::Equal)
                .unwrap_or(Ordering::Equal)
        };
        let asked = Asked {
            slack: terms.within.unwrap_or_default(),
            most: MOST_COMPARED.max(terms.most_near).max(terms.alternatives + 1),
            continues: true,
            ceiling: demand.ceiling,
            prefer: &prefer,
        };
        let stepped = self.session.solve(&demand.step, &asked, &limits, self.observer)?;
        let has_struck = limits.struck(0).is_some();
        let (plan, objective, bound, stopped_by) = match &stepped.solved.outcome {
            Outcome::Optimal { plan, objective } => (plan, *objective, *objective, None),
            Outcome::Feasible { plan, objective, bound, stopped_by } => {
                (plan, *objective, *bound, Some(*stopped_by))
            }
            Outcome::Infeasible { .. } => return Ok(Reply::Nothing),
            Outcome::Unknown { bound, stopped_by } => {
                return Ok(Reply::Stopped { bound: *bound, by: *stopped_by });
            }
        };
        let verified = verify(problem, *k, plan.clone(), objective).map_err(|violations| {
            let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
            fault(format!("a plan did not pass the verifier: {}", found.join("; ")))
        })?;
        let scores: Vec<Score> =
            objectives.iter().map(|objective| objective.score(problem, plan)).collect();
        let is_decided = plan.regions().iter().all(|region| problem.rules.exempts(region));
        for ((objective, score), beyond) in objectives.iter().zip(&scores).zip(&demand.beyond) {
            if beyond.is_some_and(|beyond| objective.compare(*score, beyond).is_ge()) {
                // Limits do not apply to fixed regions: when all are, the one plan there is comes
                // back whatever is demanded. Where regions are exempt for an area they hold there
                // are other plans, and a question that may have no limited region is refused.
                if is_decided && problem.rules.exempt.is_empty() {
                    return Ok(Reply::Nothing);
                }
                let kind = objective.kind();
                return Err(fault(format!("a plan falls short of the demand on {kind}")));
            }
        }
        let is_comparison_cut = has_struck && !stepped.is_complete;
        let point = self.point(&stepped, verified, scores, bound, stopped_by);
        Ok(Reply::Point(Box::new(FrontPoint { is_comparison_cut, ..point })))
    }

    /// Whether a demand exceeds what any plan scores. Of an objective that is the internal commuting of
    /// flows, the best score is itself a question for the engine, and far sooner answered than that no
    /// plan reaches one more.
    fn is_beyond_reach(&mut self, demand: &Demand, limits: &Limits) -> Result<bool, EngineFault> {
        let Sweep { problem, k, objectives, terms, .. } = self.sweep;
        for (at, objective) in objectives.iter().enumerate() {
            let (Some(beyond), Some(flows)) = (demand.beyond[at], objective.flows()) else {
                continue;
            };
            // The commuters of that rule are those of the problem's own flows.
            if problem.rules.limits.min_self_containment.is_some() {
                continue;
            }
            let ideal = if let Some(known) = self.ideals[at] {
                known
            } else {
                let mut other = (*problem).clone();
                other.instance.flows = flows.clone();
                let step = Step { limits: other.rules.limits, ..Step::default() };
                let mut session = Session::new(&other, *k, terms.seed)?;
                let solved = session
                    .solve(&step, &Asked { most: 1, ..Asked::default() }, limits, &Unheard)?
                    .solved;
                let bound = match solved.outcome {
                    Outcome::Optimal { objective, .. } => objective,
                    Outcome::Feasible { bound, .. } | Outcome::Unknown { bound, .. } => bound,
                    Outcome::Infeasible { .. } => return Ok(true),
                };
                *self.ideals[at].insert(Score::whole(bound))
            };
            if objective.compare(beyond, ideal).is_le() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A point with the plans listed beside it.
    fn point(
        &self,
        stepped: &Stepped,
        plan: regionfront_verify::Verified,
        scores: Vec<Score>,
        bound: Commuters,
        stopped_by: Option<StopReason>,
    ) -> FrontPoint {
        let Sweep { problem, objectives, terms, .. } = self.sweep;
        let alternatives = stepped
            .listed
            .iter()
            .filter(|(other, value)| {
                *value == plan.objective()
                    && other != plan.plan()
                    && objectives
                        .iter()
                        .zip(&scores)
                        .all(|(objective, score)| objective.score(problem, other) == *score)
            })
            .take(terms.alternatives)
            .map(|(other, _)| other.clone())
            .collect();
        let near: Vec<(Plan, Commuters)> = match terms.within {
            Some(_) => stepped.listed.iter().take(terms.most_near).cloned().collect(),
            None => Vec::new(),
        };
        let is_near_complete = stepped.is_complete && near.len() == stepped.listed.len();
        let is_canonical = stepped.is_complete && stopped_by.is_none();
        FrontPoint {
            plan,
            scores,
            bound,
            stopped_by,
            is_canonical,
            alternatives,
            near,
            is_near_complete,
            is_comparison_cut: false,
        }
    }
}
