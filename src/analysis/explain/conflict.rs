//! An irreducible set of conflicting rules: together they leave no plan, without any one of them
//! there is one.
//!
//! `QuickXplain` (Junker, *Preferred explanations and relaxations for over-constrained problems*,
//! AAAI 2004) needs O(c log(n / c)) questions for a set of c out of n rules. Whatever an oracle
//! leaves undecided is taken for feasible, so that the set conflicts in any case; a deletion filter
//! (Chinneck, Dravnieks, *ORSA Journal on Computing* 1991) then makes sure that it is irreducible,
//! or says that it may not be.

use super::probe::{Oracle, Verdict};
use regionfront_model::scenario::rule::{Rule, RuleSet};

/// A set of rules that leave no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    /// The rules.
    pub(super) rules: RuleSet,
    /// Whether there is a plan without any one of them.
    pub(super) is_irreducible: bool,
}

/// A conflict among all rules for `k` regions, which are known to leave no plan. Of the conflicts
/// found by blaming from either end of the order of preference the smaller; among equals the first.
pub(super) fn find(oracle: &mut Oracle, k: usize) -> Conflict {
    let mut ordered: Vec<Rule> = oracle.all().iter().copied().collect();
    ordered.sort_by_key(|rule| rule.preference());
    let first = find_in(oracle, k, &ordered);
    if first.rules.len() < 3 || oracle.is_over() {
        return first;
    }
    ordered.reverse();
    let second = find_in(oracle, k, &ordered);
    let is_better = |conflict: &Conflict| (!conflict.is_irreducible, conflict.rules.len());
    if is_better(&second) < is_better(&first) { second } else { first }
}

fn find_in(oracle: &mut Oracle, k: usize, ordered: &[Rule]) -> Conflict {
    let mut rules = quick_explain(oracle, k, &RuleSet::new(), false, ordered);
    let mut is_irreducible = true;
    for rule in ordered.iter().rev() {
        if oracle.must_end() {
            is_irreducible = false;
            break;
        }
        let mut fewer = rules.clone();
        if !fewer.remove(rule) {
            continue;
        }
        match oracle.verdict(&fewer, k) {
            Verdict::Feasible => {}
            Verdict::Infeasible => rules = fewer,
            Verdict::Undecided => is_irreducible = false,
        }
    }
    Conflict { rules, is_irreducible }
}

/// Rules of `among` that leave no plan together with `behind`; `behind` and `among` leave none.
/// `is_new` says whether `behind` grew since it was last known to leave one.
fn quick_explain(
    oracle: &mut Oracle,
    k: usize,
    behind: &RuleSet,
    is_new: bool,
    among: &[Rule],
) -> RuleSet {
    if oracle.must_end() {
        // All of them do, whatever `behind` is.
        return among.iter().copied().collect();
    }
    if is_new && oracle.verdict(behind, k) == Verdict::Infeasible {
        return RuleSet::new();
    }
    if let [only] = among {
        return RuleSet::from([*only]);
    }
    let (preferred, others) = among.split_at(among.len() / 2);
    let with = |more: &mut dyn Iterator<Item = Rule>| -> RuleSet {
        behind.iter().copied().chain(more).collect()
    };
    let assumed = with(&mut preferred.iter().copied());
    let mut found = quick_explain(oracle, k, &assumed, !preferred.is_empty(), others);
    let assumed = with(&mut found.iter().copied());
    found.extend(quick_explain(oracle, k, &assumed, !found.is_empty(), preferred));
    found
}
