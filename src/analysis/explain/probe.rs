//! Whether some of the rules leave a plan: the oracle that explanations are made from.
//!
//! A question is answered by the first of these that can: a plan known from an earlier question,
//! an earlier proof, the arithmetic of the scenario, an engine. Leaving out rules never rules out a
//! plan, so that a plan answers for every set of rules it keeps, and a proof for every larger set.

use std::collections::BTreeSet;
use std::sync::Arc;

use regionfront_model::plan::Plan;
use regionfront_model::scenario::rule::{self, Rule, RuleSet, Side};
use regionfront_model::scenario::{Limits, Problem};
use regionfront_solver::allowance::{Allowance, Meter, Spent};
use regionfront_solver::engine::Silent;
use regionfront_solver::job::{self, Answer, Settings, SharedEngine, SharedWatcher, Termination};
use regionfront_verify::Verified;

/// More rules than these are many: to look at all of them once for each of them takes seconds.
const MANY_RULES: usize = 1_000;

/// More areas than these are many: to clone and add up an instance for each of them takes long.
const MANY_AREAS: usize = 1_000;

/// Where everything touches everything, areas by the thousand are links by the million: with more than
/// these, only arithmetic is asked.
const MOST_ALL_TOUCHING: usize = 2_500;

/// Fixed groups left out that break a limit may be kept for their exemption or not; more of them
/// than this are not tried out in every combination.
const MOST_EXEMPT: usize = 5;

/// Without a number of regions, at most what this many probes may take goes into looking for one.
const PROBES_FOR_ANY: u64 = 4;

/// What is known about a set of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A plan keeps them all.
    Feasible,
    /// Proven: no plan does.
    Infeasible,
    /// A limit struck first.
    Undecided,
}

/// What an engine was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    /// Any plan.
    Any,
    /// The best one.
    Best,
}

/// A plan, and the rules it breaks.
struct Known {
    plan: Plan,
    broken: RuleSet,
}

/// Answers questions about sets of rules, and remembers.
pub(super) struct Oracle {
    problem: Problem,
    all: RuleSet,
    engine: SharedEngine,
    watcher: SharedWatcher,
    settings: Settings,
    meter: Meter,
    /// The tick at which everything has to end.
    deadline: Option<u64>,
    /// The tick at which the present step has to end.
    step: Option<u64>,
    /// Most ticks for one probe.
    probe: Option<u64>,
    plans: Vec<Known>,
    impossible: Vec<(RuleSet, usize)>,
    given_up: BTreeSet<(RuleSet, usize)>,
    num_undecided: usize,
}

impl Oracle {
    /// An oracle over the rules of a problem.
    pub(super) fn new(problem: &Problem, engine: &SharedEngine, settings: &Settings) -> Self {
        let mut problem = problem.clone();
        // What no question needs is not carried through each of them.
        problem.instance.shapes = None;
        problem.instance.divisions.clear();
        problem.instance.external.clear();
        problem.instance.external_areas.clear();
        problem.instance.external_links.clear();
        problem.instance.oddities.clear();
        Self {
            all: Rule::all(&problem),
            problem,
            engine: Arc::clone(engine),
            watcher: Arc::new(Silent),
            settings: settings.clone(),
            meter: Meter::new(),
            deadline: None,
            step: None,
            probe: None,
            plans: Vec::new(),
            impossible: Vec::new(),
            given_up: BTreeSet::new(),
            num_undecided: 0,
        }
    }

    /// Sets how much may be spent from now on, and that one probe may take one of so many parts.
    pub(super) fn allow(&mut self, allowance: Allowance, parts: u64) {
        let ticks = self.meter.measure(allowance);
        let now = self.meter.now();
        self.deadline = ticks.map(|ticks| now.saturating_add(ticks));
        self.step = self.deadline;
        self.probe = ticks.map(|ticks| ticks / parts);
        self.given_up.clear();
    }

    /// What has been spent so far.
    pub(super) fn spent(&self) -> Spent {
        self.meter.spent()
    }

    /// Begins a step that may take one of so many equal parts of what is left.
    pub(super) fn begin_step(&mut self, parts: usize) {
        let now = self.meter.now();
        self.step = self.deadline.map(|end| now + end.saturating_sub(now) / parts.max(1) as u64);
    }

    /// Takes it for proven that all rules together leave no plan with `k` regions.
    pub(super) fn believe_impossible(&mut self, k: usize) {
        let rules = self.all.iter().copied().filter(|rule| *rule != Rule::Regions).collect();
        self.impossible.push((rules, k));
    }

    /// The problem all questions are about.
    pub(super) fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Every rule.
    pub(super) fn all(&self) -> &RuleSet {
        &self.all
    }

    /// How many probes were not decided so far.
    pub(super) fn num_undecided(&self) -> usize {
        self.num_undecided
    }

    fn num_areas(&self) -> usize {
        self.problem.instance.num_areas()
    }

    /// Counts a question that was not asked as undecided.
    pub(super) fn leave_out(&mut self) {
        self.num_undecided += 1;
    }

    /// Whether there are so many rules that their arithmetic alone takes long, and no time is left for
    /// it. Of few rules it decides what it can even when time is over: it takes none.
    pub(super) fn must_end(&self) -> bool {
        self.all.len() > MANY_RULES && self.is_over()
    }

    /// The same of many rules or areas, where the arithmetic is asked for again and again.
    pub(super) fn must_hurry(&self) -> bool {
        self.is_large() && self.is_over()
    }

    fn is_large(&self) -> bool {
        self.all.len() > MANY_RULES || self.num_areas() > MANY_AREAS
    }

    /// Whether there is no time left for the present step.
    pub(super) fn is_over(&self) -> bool {
        self.settings.interrupt.is_raised() || self.step.is_some_and(|end| self.meter.now() >= end)
    }

    /// Whether some plan keeps these rules. Without [`Rule::Regions`] among them it may have any
    /// number of regions, else `k`.
    pub(super) fn verdict(&mut self, rules: &RuleSet, k: usize) -> Verdict {
        if rules.contains(&Rule::Regions) {
            return self.verdict_for(rules, k);
        }
        if self.plans.iter().any(|known| known.broken.is_disjoint(rules)) {
            return Verdict::Feasible;
        }
        let ks = self.by_distance(k);
        let end = self.probe.map(|probe| self.meter.now() + probe.saturating_mul(PROBES_FOR_ANY));
        let mut verdict = Verdict::Infeasible;
        for k in ks {
            // Arithmetic takes its time, too, where there are thousands of numbers to try.
            let is_late = self.is_over() || end.is_some_and(|end| self.meter.now() >= end);
            let found = if is_late { Verdict::Undecided } else { self.verdict_for(rules, k) };
            match found {
                Verdict::Feasible => return Verdict::Feasible,
                Verdict::Infeasible => {}
                Verdict::Undecided => verdict = Verdict::Undecided,
            }
            if is_late {
                self.num_undecided += 1;
                break;
            }
        }
        verdict
    }

    /// As [`Oracle::verdict`], for exactly `k` regions.
    pub(super) fn verdict_for(&mut self, rules: &RuleSet, k: usize) -> Verdict {
        if self.must_end() {
            self.leave_out();
            return Verdict::Undecided;
        }
        let rules: RuleSet = rules.iter().copied().filter(|rule| *rule != Rule::Regions).collect();
        let is_known =
            |known: &Known| known.plan.num_regions() == k && known.broken.is_disjoint(&rules);
        if self.plans.iter().any(is_known) {
            return Verdict::Feasible;
        }
        if self.impossible.iter().any(|(fewer, other)| *other == k && fewer.is_subset(&rules)) {
            return Verdict::Infeasible;
        }
        if self.given_up.contains(&(rules.clone(), k)) {
            return Verdict::Undecided;
        }
        let limits = self.problem.rules.limits;
        match self.ask(&rules, &limits, k, Wanted::Any) {
            Ok(Some(_)) => Verdict::Feasible,
            Ok(None) => {
                self.impossible.push((rules, k));
                Verdict::Infeasible
            }
            Err(Stopped) => {
                self.given_up.insert((rules, k));
                Verdict::Undecided
            }
        }
    }

    /// Any plan with `k` regions under these rules with these limits; `None` when there is none.
    pub(super) fn any_plan(
        &mut self,
        rules: &RuleSet,
        limits: &Limits,
        k: usize,
    ) -> Result<Option<Verified>, Stopped> {
        self.ask(rules, limits, k, Wanted::Any).map(|answer| answer.and_then(|answer| answer.plan))
    }

    /// The best plan with `k` regions under these rules with these limits, as far as time allows.
    pub(super) fn best_plan(
        &mut self,
        rules: &RuleSet,
        limits: &Limits,
        k: usize,
    ) -> Option<Answer> {
        self.ask(rules, limits, k, Wanted::Best).ok().flatten()
    }

    /// A known plan with `k` regions that keeps these rules.
    pub(super) fn known(&self, rules: &RuleSet, k: usize) -> Option<&Plan> {
        self.plans
            .iter()
            .find(|known| known.plan.num_regions() == k && known.broken.is_disjoint(rules))
            .map(|known| &known.plan)
    }

    /// Numbers of regions, those nearest to `k` first: they are the likeliest.
    fn by_distance(&self, k: usize) -> Vec<usize> {
        let mut ks: Vec<usize> = (1..=self.problem.instance.num_areas()).collect();
        ks.sort_by_key(|&other| (other.abs_diff(k), other));
        ks
    }

    /// The number of regions nearest to `k` with which some plan keeps these rules, as far as it is
    /// decided; of two the smaller.
    pub(super) fn nearest_number(&mut self, rules: &RuleSet, k: usize) -> Option<usize> {
        for k in self.by_distance(k) {
            if self.verdict_for(rules, k) == Verdict::Feasible {
                return Some(k);
            }
            if self.is_over() {
                return None;
            }
        }
        None
    }

    fn ask(
        &mut self,
        rules: &RuleSet,
        limits: &Limits,
        k: usize,
        wanted: Wanted,
    ) -> Result<Option<Answer>, Stopped> {
        let mut best: Option<Answer> = None;
        let choices = self.exemptions(rules, limits);
        let mut stopped = choices.is_none();
        for exact in choices.unwrap_or_else(|| vec![Vec::new()]) {
            let problem = rule::under(&self.problem, rules, limits, &exact);
            match self.solve(problem, rules.contains(&Rule::Contiguity), k, wanted) {
                Ok(None) => {}
                Ok(Some(answer)) => {
                    if wanted == Wanted::Any {
                        return Ok(Some(answer));
                    }
                    if best.as_ref().is_none_or(|best| answer.objective() > best.objective()) {
                        best = Some(answer);
                    }
                }
                Err(Stopped) => stopped = true,
            }
        }
        if let Some(best) = &mut best
            && stopped
            && best.termination == Termination::Optimal
        {
            best.termination = Termination::TimeLimit;
        }
        match best {
            None if stopped => {
                self.num_undecided += 1;
                Err(Stopped)
            }
            best => Ok(best),
        }
    }

    /// The choices of fixed groups to be kept for their exemption although their rule is left out:
    /// those that break a limit by themselves, in every combination. `None` when they are too many.
    fn exemptions(&self, rules: &RuleSet, limits: &Limits) -> Option<Vec<Vec<usize>>> {
        let breaks = |at: &usize| {
            let areas = &self.problem.rules.fixed[*at].areas;
            !rules.contains(&Rule::Fixed(*at))
                && rules.iter().any(|rule| !rule.holds_for(&self.problem, limits, areas))
        };
        let exempt: Vec<usize> = (0..self.problem.rules.fixed.len()).filter(breaks).collect();
        if exempt.len() > MOST_EXEMPT {
            return None;
        }
        let choice = |mask: usize| {
            let is_chosen = |(at, _): &(usize, &usize)| mask >> at & 1 == 1;
            exempt.iter().enumerate().filter(is_chosen).map(|(_, &group)| group).collect()
        };
        Some((0..1 << exempt.len()).map(choice).collect())
    }

    fn solve(
        &mut self,
        problem: Problem,
        is_contiguous: bool,
        k: usize,
        wanted: Wanted,
    ) -> Result<Option<Answer>, Stopped> {
        if self.must_end() {
            return Err(Stopped);
        }
        if self.is_large() {
            self.meter.pay((self.all.len() + self.num_areas()) as u64);
        }
        if !problem.contradictory_rules().is_empty() || !problem.contradictions(k).is_empty() {
            return Ok(None);
        }
        if self.is_over() || (!is_contiguous && self.num_areas() > MOST_ALL_TOUCHING) {
            return Err(Stopped);
        }
        let problem = if is_contiguous { problem } else { rule::all_touching(problem) };
        let left = self.step.map(|end| end.saturating_sub(self.meter.now()));
        let ticks = [left, self.probe].into_iter().flatten().min();
        let (time_limit, work) = self.meter.limits(ticks);
        let settings = Settings {
            time_limit,
            work: work.clone(),
            total_time_limit: None,
            node_limit: None,
            gap_rel: if wanted == Wanted::Any { f64::INFINITY } else { 0.0 },
            gap_abs: 0,
            threads: 1,
            ..self.settings.clone()
        };
        let problem = Arc::new(problem);
        let answers =
            job::run(&problem, &[k], &self.engine, &settings, &[], &self.watcher, &mut |_| ());
        let answer = answers.into_iter().next().expect("one k, one answer");
        self.meter.charge(ticks, work.as_ref());
        match &answer.plan {
            Some(plan) => {
                self.learn(plan.plan());
                Ok(Some(answer))
            }
            None if answer.termination == Termination::Infeasible => Ok(None),
            None => Err(Stopped),
        }
    }

    fn learn(&mut self, plan: &Plan) {
        if self.plans.iter().all(|known| known.plan != *plan) {
            let broken = rule::broken(&self.problem, &self.all, plan);
            self.plans.push(Known { plan: plan.clone(), broken });
        }
    }

    /// The most regions any plan can have under these rules, where that can be told: no plan with
    /// more exists, even without the rules that set a maximum or keep areas apart.
    ///
    /// Without those, two regions that touch can become one, so that the numbers of regions with a
    /// plan are an interval, and bisection finds its end.
    pub(super) fn ceiling(&mut self, rules: &RuleSet) -> usize {
        let mergeable: RuleSet = rules
            .iter()
            .copied()
            .filter(|rule| !matches!(rule, Rule::Apart(_) | Rule::Limit(_, Side::Max)))
            .collect();
        let limits = self.problem.rules.limits;
        let problem = rule::under(&self.problem, &mergeable, &limits, &[]);
        let num_areas = problem.instance.num_areas();
        // A region that is exempt but not fixed may not be when it is merged.
        if (0..self.problem.rules.fixed.len()).any(|at| !rules.contains(&Rule::Fixed(at))) {
            return num_areas;
        }
        let mut lowest = problem.fewest_by_parts().max(1);
        let mut most = num_areas;
        while lowest < most {
            let middle = lowest + (most - lowest).div_ceil(2);
            let found = if self.is_over() {
                Verdict::Undecided
            } else {
                self.verdict_for(&mergeable, middle)
            };
            match found {
                Verdict::Feasible => lowest = middle,
                Verdict::Infeasible => most = middle - 1,
                Verdict::Undecided => return most,
            }
        }
        most
    }
}

/// A limit struck before an answer stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped;
