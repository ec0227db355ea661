//! Why there is no plan, in the user's words, and what would help.
//!
//! An [`Explainer`] takes the rules of a question one by one — the number of regions, every group,
//! every limit, contiguity, every kind of link that does not count — and finds a set of them that
//! conflicts: no plan keeps all of it, yet without any one rule of it there is a plan. Then it looks
//! for the nearest way out of each rule alone: the largest minimum that works, the nearest number
//! of regions, a group to let go. Any engine behind [`regionfront_solver::job`] answers the questions; plans and
//! proofs are reused from one question to the next, and from one k to the next.
//!
//! A limit that strikes takes from an explanation, never from what it says: the rules conflict
//! whatever was left undecided.

mod conflict;
mod probe;
mod relax;
mod words;

use regionfront_model::scenario::Problem;
use regionfront_solver::allowance::{Allowance, Spent};
use regionfront_solver::job::{Settings, SharedEngine};

pub use probe::Verdict;
use regionfront_model::scenario::rule;
pub use regionfront_model::scenario::rule::{Rule, RuleSet, Side, without};
pub use relax::{Change, Outcome, Relaxation};
pub use words::{conflict_sentence, relaxation_sentence, rule_text};

use probe::Oracle;

/// One question of many may take one of so many parts of what there is to spend.
const PROBE_PARTS: u64 = 6;

/// Finding the conflict may take one of so many parts of it.
const CONFLICT_PARTS: usize = 2;

/// Why there is no plan with one number of regions.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Number of regions asked for.
    pub k: usize,
    /// Whether there is a plan. There is nothing to explain unless it is
    /// [`Verdict::Infeasible`].
    pub verdict: Verdict,
    /// Rules that no plan keeps together.
    pub rules: RuleSet,
    /// Whether it is proven that without any one of [`Explanation::rules`] there is a plan.
    pub is_irreducible: bool,
    /// What the arithmetic of these rules alone says.
    pub reasons: Vec<String>,
    /// Changes that leave a plan, in the order of the rules.
    pub relaxations: Vec<Relaxation>,
    /// Whether nothing was left out for want of time.
    pub is_complete: bool,
}

/// Explains one problem for one k after another.
pub struct Explainer {
    oracle: Oracle,
}

impl Explainer {
    /// An explainer that asks this engine. Of the settings only the seed, the interrupt and the
    /// grace matter.
    pub fn new(problem: &Problem, engine: &SharedEngine, settings: &Settings) -> Self {
        Self { oracle: Oracle::new(problem, engine, settings) }
    }

    /// Why there is no plan with `k` regions, within an allowance for everything.
    pub fn explain(&mut self, k: usize, allowance: impl Into<Allowance>) -> Explanation {
        self.oracle.allow(allowance.into(), PROBE_PARTS);
        let all = self.oracle.all().clone();
        match self.oracle.verdict(&all, k) {
            Verdict::Infeasible => self.explain_infeasible(k),
            verdict => Explanation {
                k,
                verdict,
                rules: RuleSet::new(),
                is_irreducible: false,
                reasons: Vec::new(),
                relaxations: Vec::new(),
                is_complete: verdict == Verdict::Feasible,
            },
        }
    }

    /// As [`Explainer::explain`], where it is proven already that there is no plan.
    pub fn explain_proven(&mut self, k: usize, allowance: impl Into<Allowance>) -> Explanation {
        self.oracle.allow(allowance.into(), PROBE_PARTS);
        self.oracle.believe_impossible(k);
        self.explain_infeasible(k)
    }

    /// What all explanations have taken so far.
    pub fn spent(&self) -> Spent {
        self.oracle.spent()
    }

    fn explain_infeasible(&mut self, k: usize) -> Explanation {
        let undecided = self.oracle.num_undecided();
        self.oracle.begin_step(CONFLICT_PARTS);
        let conflict = conflict::find(&mut self.oracle, k);
        let relaxations = relax::find(&mut self.oracle, &conflict, k);
        let problem = self.oracle.problem();
        let limits = problem.rules.limits;
        // Links that need not count for the conflict are not counted in its reasons either: they do
        // not in the question.
        let is_uncounted = |rule: &&Rule| matches!(rule, Rule::NotCounted(_));
        let uncounted = self.oracle.all().iter().filter(is_uncounted);
        let stated: RuleSet = conflict.rules.iter().chain(uncounted).copied().collect();
        let conflicting = rule::under(problem, &stated, &limits, &[]);
        let mut found = conflicting.contradictory_rules();
        if found.is_empty() && conflict.rules.contains(&Rule::Regions) {
            found = conflicting.contradictions(k);
        }
        Explanation {
            k,
            verdict: Verdict::Infeasible,
            reasons: found.into_iter().map(|found| found.what).collect(),
            rules: conflict.rules,
            is_irreducible: conflict.is_irreducible,
            relaxations,
            is_complete: self.oracle.num_undecided() == undecided && !self.oracle.is_over(),
        }
    }
}
