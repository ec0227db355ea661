//! Steps one after another: overlaps, missing areas, singletons, split, improvement.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use regionfront_model::instance::{Division, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::{KList, Problem};
use regionfront_solver::job::{
    self, Answer, Known, Settings, SharedEngine, SharedWatcher, Termination,
};
use regionfront_verify::{Verified, judge_division};

use super::super::Membership;
use super::super::membership::{from_plan, in_order, to_plan};
use super::super::near::{Home, Near, moves_between};
use super::moving::Moving;
use super::split::SplitRefused;
use super::{AttachBy, Decision, assign_missing, attach_singletons, resolve_overlaps, split};

/// What to do with a division, in this order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Steps {
    /// A cover becomes a partition by strongest flow.
    pub resolve_overlaps: bool,
    /// Areas left out join a region.
    pub assign_missing: bool,
    /// Regions of one area join a region of several.
    pub attach_singletons: Option<AttachBy>,
    /// A region by name, and into how many parts; several numbers give several divisions.
    pub split: Option<(String, KList)>,
    /// Moves of single areas; not after a split into several numbers of parts.
    pub improve: Option<Improve>,
}

/// How far a plan may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Improve {
    /// As few areas as it takes to keep the rules, and among those moves the best.
    Nearest,
    /// The best plan within so many moved areas, for each number from the first to the last.
    Within(Moving),
}

/// How to solve what has to be solved.
#[derive(Clone)]
pub struct Solver {
    /// Answers splits, and how far improvement can go.
    pub engine: SharedEngine,
    /// Limits, seed, threads.
    pub settings: Settings,
    /// Hears of progress.
    pub watcher: SharedWatcher,
}

impl fmt::Debug for Solver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Solver").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The division after a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The step, by its option.
    pub step: &'static str,
    /// How many regions there are now.
    pub regions: usize,
    /// Internal commuting now; a pair of areas counts once.
    pub internal: Commuters,
    /// Most areas that could move, in an improvement.
    pub max_moved: Option<usize>,
}

/// Something that was solved on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Solved {
    /// The step, by its option.
    pub step: &'static str,
    /// Parts of a split, or regions of an improved plan, with the judged answer.
    pub answer: Answer,
    /// Most areas that could move, in an improvement.
    pub max_moved: Option<usize>,
    /// Areas that moved, in an improvement.
    pub moved: Option<usize>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// The division at the beginning and after every step.
    pub stages: Vec<Stage>,
    /// Every decision.
    pub log: Vec<Decision>,
    /// What was solved; its plans were judged.
    pub solved: Vec<Solved>,
    /// The divisions: one, or one for each number of parts or moves that has a plan.
    pub divisions: Vec<Division>,
}

/// Why a step cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The split cannot be made.
    #[error("--split: {0}")]
    Split(#[from] SplitRefused),
    /// Only plans can be improved.
    #[error(
        "--improve needs a plan, and the division has areas in no region or in several: \
         --assign-missing and --resolve-overlaps make it one"
    )]
    NotAPlan,
    /// There would be several divisions to improve.
    #[error("--improve follows a split into one number of parts only")]
    SeveralSplits,
}

/// Takes the steps. A step that is solved and finds no plan ends the list; its answer says why.
///
/// # Errors
/// When a step does not fit the division.
pub fn run(
    problem: &Arc<Problem>,
    division: &Division,
    steps: &Steps,
    solver: &Solver,
) -> Result<Derived, Refused> {
    let several = steps.split.as_ref().is_some_and(|(_, parts)| parts.0.len() > 1);
    if several && steps.improve.is_some() {
        return Err(Refused::SeveralSplits);
    }
    let (instance, links) = (&problem.instance, &problem.rules.links);
    let mut line = Line {
        instance,
        derived: Derived {
            stages: Vec::new(),
            log: Vec::new(),
            solved: Vec::new(),
            divisions: Vec::new(),
        },
        division: in_order(division.clone()),
    };
    line.stage("given");
    if steps.resolve_overlaps {
        let (division, log) = resolve_overlaps(instance, links, &line.division);
        line.take("resolve-overlaps", division, log);
    }
    if steps.assign_missing {
        let (division, log) = assign_missing(instance, links, &line.division);
        line.take("assign-missing", division, log);
    }
    if let Some(by) = steps.attach_singletons {
        let (division, log) = attach_singletons(instance, links, by, &line.division);
        line.take("attach-singletons", division, log);
    }
    if let Some((region, parts)) = &steps.split {
        line.split(problem, region, parts, solver)?;
        if several || line.derived.divisions.is_empty() {
            return Ok(line.derived);
        }
        line.derived.divisions.clear();
    }
    match steps.improve {
        Some(improve) => line.improve(problem, improve, solver)?,
        None => line.derived.divisions.push(line.division),
    }
    Ok(line.derived)
}

/// A division on its way.
struct Line<'a> {
    instance: &'a Instance,
    derived: Derived,
    division: Division,
}

impl Line<'_> {
    fn stage(&mut self, step: &'static str) {
        let membership = Membership::new(self.instance.num_areas(), &self.division);
        self.derived.stages.push(Stage {
            step,
            regions: self.division.regions.len(),
            internal: membership.internal_commuting(self.instance),
            max_moved: None,
        });
    }

    fn take(&mut self, step: &'static str, division: Division, log: Vec<Decision>) {
        self.division = division;
        self.derived.log.extend(log);
        self.stage(step);
    }

    fn split(
        &mut self,
        problem: &Problem,
        region: &str,
        parts: &KList,
        solver: &Solver,
    ) -> Result<(), SplitRefused> {
        let given = self.division.clone();
        let split = split(problem, &given, region)?;
        let question = Arc::new(split.problem.clone());
        let Solver { engine, settings, watcher } = solver;
        let answers = job::run(&question, &parts.0, engine, settings, &[], watcher, &mut |_| {});
        for answer in answers {
            if let Some(plan) = &answer.plan {
                let why = format!(
                    "{} into {} parts: {} commuters between areas stay inside ({})",
                    region,
                    answer.k,
                    plan.objective(),
                    answer.solution()
                );
                let (mut division, log) = split.apply(&given, plan.plan(), &why);
                if parts.0.len() > 1 {
                    division.name = format!("{}_s{:02}", given.name, answer.k);
                }
                self.take("split", division.clone(), log);
                self.derived.divisions.push(division);
            }
            self.derived.solved.push(Solved {
                step: "split",
                answer,
                max_moved: None,
                moved: None,
            });
        }
        Ok(())
    }

    fn improve(
        &mut self,
        problem: &Arc<Problem>,
        improve: Improve,
        solver: &Solver,
    ) -> Result<(), Refused> {
        let home = to_plan(self.instance.num_areas(), &self.division).ok_or(Refused::NotAPlan)?;
        let k = home.num_regions();
        let Solver { engine, settings, watcher } = solver;
        // The limits are those of the question, not of every step on the way to its answer.
        let settings = &settings.within(settings.time_limit);
        // How far improvement can go at all: from there on nothing more need be solved.
        let half = settings.within(settings.time_limit.map(|limit| limit / 2));
        let farthest = job::run(problem, &[k], engine, &half, &[], watcher, &mut |_| {}).remove(0);
        let range = match improve {
            Improve::Nearest => Moving { first: 0, last: None },
            Improve::Within(range) => range,
        };
        let most = self.instance.num_areas();
        let last = range.last.map_or(most, |last| last.min(most));
        let ceiling =
            (farthest.termination == Termination::Optimal).then(|| farthest.objective()).flatten();
        let home = Arc::new(Home::new(home));
        let mut best = judge_division(problem, &self.division, Some(k)).ok();
        for max_moved in range.first.min(last)..=last {
            let known_answer =
                self.without_solving(home.plan(), max_moved, &farthest, best.as_ref());
            let answer = known_answer.unwrap_or_else(|| {
                let near: SharedEngine =
                    Arc::new(Near { home: Arc::clone(&home), max_moved, ceiling });
                let known: Vec<Known> =
                    best.iter().map(|plan| Known { plan: plan.clone(), is_start: true }).collect();
                job::run(problem, &[k], &near, settings, &known, watcher, &mut |_| {}).remove(0)
            });
            let is_stopped = settings.is_over()
                || matches!(answer.termination, Termination::Error | Termination::Interrupted);
            let found = answer.plan.clone();
            self.record(problem, home.plan(), max_moved, answer);
            if found.is_some() {
                best = found;
            }
            let is_settled = match improve {
                Improve::Nearest => best.is_some(),
                Improve::Within(_) => {
                    let reached = best.as_ref().map(Verified::objective);
                    range.last.is_none() && reached.is_some() && reached == ceiling
                }
            };
            let is_hopeless = farthest.termination == Termination::Infeasible;
            if is_stopped || is_settled || is_hopeless {
                break;
            }
        }
        Ok(())
    }

    /// The answer where the best plan of all is near enough, or no plan is, or the best plan so
    /// far is as good as any.
    fn without_solving(
        &self,
        home: &Plan,
        max_moved: usize,
        farthest: &Answer,
        best: Option<&Verified>,
    ) -> Option<Answer> {
        if farthest.termination == Termination::Infeasible {
            return Some(farthest.clone());
        }
        if farthest.termination != Termination::Optimal {
            return None;
        }
        let optimum = farthest.plan.as_ref()?;
        if let Some(best) = best
            && best.objective() == optimum.objective()
        {
            let plan = Some(best.clone());
            return Some(Answer { plan, wall: Duration::ZERO, ..farthest.clone() });
        }
        let is_near = moves_between(self.instance, home, optimum.plan()) <= max_moved;
        is_near.then(|| farthest.clone())
    }

    fn record(&mut self, problem: &Problem, home: &Plan, max_moved: usize, answer: Answer) {
        let mut moved = None;
        if let Some(plan) = &answer.plan {
            let mut division =
                from_plan(self.instance, &problem.rules, plan.plan(), &self.division.name);
            let comparison = super::super::compare(self.instance, &self.division, &division);
            moved = Some(moves_between(self.instance, home, plan.plan()));
            // Regions keep the names they had.
            for (region, partner) in comparison.matching.partner.iter().enumerate() {
                if let Some(partner) = *partner {
                    division.regions[partner].name.clone_from(&self.division.regions[region].name);
                }
            }
            division.name = format!("{}_m{max_moved:02}", self.division.name);
            let named = |division: &Division, at: &[usize]| -> Vec<String> {
                at.iter().map(|&at| division.regions[at].name.clone()).collect()
            };
            self.derived.log.extend(comparison.moved.iter().map(|change| Decision {
                step: "improve",
                area: Some(change.area),
                from: named(&self.division, &change.from),
                to: named(&division, &change.to).pop(),
                why: format!(
                    "at most {max_moved} moved: {} commuters between areas inside ({})",
                    plan.objective(),
                    answer.solution()
                ),
            }));
            self.derived.stages.push(Stage {
                step: "improve",
                regions: division.regions.len(),
                internal: plan.objective(),
                max_moved: Some(max_moved),
            });
            self.derived.divisions.push(division);
        }
        self.derived.solved.push(Solved {
            step: "improve",
            answer,
            max_moved: Some(max_moved),
            moved,
        });
    }
}
