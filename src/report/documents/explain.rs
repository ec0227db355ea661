//! Explanations of impossibility in documents.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_analysis::explain::{
    Change, Explanation, Relaxation, Rule, Verdict, conflict_sentence, relaxation_sentence,
    rule_text,
};
use regionfront_model::norwegian;
use regionfront_model::quantity::{Commuters, Persons};
use regionfront_model::scenario::Problem;

use super::question::{InstanceDocument, ScenarioDocument};
use crate::words::Lang;

/// Everything one run of `explain` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainDocument {
    /// Which document this is: `regionfront/explain/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// The data.
    pub instance: InstanceDocument,
    /// The rules, as resolved against the data.
    pub scenario: ScenarioDocument,
    /// The engine asked.
    pub engine: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Longest time for one k, in seconds.
    pub time_limit_s: Option<f64>,
    /// One explanation per k, in the order asked for.
    pub explanations: Vec<ExplanationDocument>,
}

/// Whether the rules leave a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictDocument {
    /// They do: there is nothing to explain.
    Feasible,
    /// Proven: they do not.
    Infeasible,
    /// A limit struck before either was proven.
    Undecided,
}

/// Why there is no plan with one number of regions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExplanationDocument {
    /// Number of regions asked for.
    pub k: usize,
    /// Whether there is a plan.
    pub verdict: VerdictDocument,
    /// The conflict in one sentence; empty unless infeasible.
    pub summary: String,
    /// Rules that no plan keeps together; empty unless infeasible.
    pub rules: Vec<RuleDocument>,
    /// Whether it is proven that without any one of `rules` there is a plan. False only where time
    /// ran out.
    pub irreducible: bool,
    /// What the arithmetic of these rules alone says.
    pub reasons: Vec<String>,
    /// Changes that leave a plan.
    pub relaxations: Vec<RelaxationDocument>,
    /// Whether nothing was left out, or left unproven, for want of time.
    pub complete: bool,
}

/// One rule of a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleDocument {
    /// The key of a scenario that it comes from: `min_population`, `closed`, `links`, `k`;
    /// `contiguity` for the rule that needs no key.
    pub key: String,
    /// Which entry of the key, from 1, for lists of groups as resolved; the kind for `links`.
    pub entry: Option<String>,
    /// The rule in words.
    pub text: String,
}

/// One change that leaves a plan, and the best plan it leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RelaxationDocument {
    /// Keys of the scenario that change.
    pub keys: Vec<String>,
    /// The new value, where the change is a figure.
    pub value: Option<f64>,
    /// The change in words.
    pub text: String,
    /// Whether a smaller change of the same kind is proven not to do.
    pub nearest: bool,
    /// Number of regions.
    pub k: usize,
    /// Commuters inside of the best plan known.
    pub objective: Commuters,
    /// `objective` ÷ commuters between areas of the instance.
    pub share: Option<f64>,
    /// Whether no plan holds more.
    pub proven_optimal: bool,
    /// Inhabitants of its smallest region.
    pub min_population: Persons,
    /// Inhabitants of its largest region.
    pub max_population: Persons,
}

impl ExplainDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/explain/1";
}

impl ExplanationDocument {
    /// The document of an explanation.
    pub fn new(problem: &Problem, explanation: &Explanation) -> Self {
        let Explanation { k, rules, .. } = explanation;
        let is_infeasible = explanation.verdict == Verdict::Infeasible;
        Self {
            k: *k,
            verdict: match explanation.verdict {
                Verdict::Feasible => VerdictDocument::Feasible,
                Verdict::Infeasible => VerdictDocument::Infeasible,
                Verdict::Undecided => VerdictDocument::Undecided,
            },
            summary: if is_infeasible {
                conflict_sentence(problem, *k, rules)
            } else {
                String::new()
            },
            rules: rules
                .iter()
                .map(|&rule| {
                    let (key, entry) = key(rule);
                    RuleDocument { key, entry, text: rule_text(problem, *k, rule, rules) }
                })
                .collect(),
            irreducible: explanation.is_irreducible,
            reasons: explanation.reasons.clone(),
            relaxations: explanation
                .relaxations
                .iter()
                .map(|relaxation| RelaxationDocument::new(problem, relaxation))
                .collect(),
            complete: explanation.is_complete,
        }
    }

    /// The same in a language. It is made in English.
    #[must_use]
    pub fn in_lang(mut self, lang: Lang) -> Self {
        if lang == Lang::En {
            return self;
        }
        let said = |text: &mut String| {
            if let Some(norwegian) = norwegian::explained(text) {
                *text = norwegian;
            }
        };
        self.rules.iter_mut().for_each(|rule| said(&mut rule.text));
        self.relaxations.iter_mut().for_each(|relaxation| said(&mut relaxation.text));
        for reason in &mut self.reasons {
            if let Some(norwegian) = norwegian::sentence(reason) {
                *reason = norwegian;
            }
        }
        if !self.summary.is_empty() {
            let rule = |rule: &RuleDocument| (rule.key.clone(), rule.text.clone());
            self.summary = norwegian::conflict(&self.rules.iter().map(rule).collect::<Vec<_>>());
        }
        self
    }

    /// That each of its rules is needed for the conflict, or that this is not proven; `None` where there
    /// is nothing to say.
    pub(crate) fn need(&self, lang: Lang) -> Option<&'static str> {
        match (self.irreducible, self.rules.len()) {
            (true, 0 | 1) => None,
            (true, 2) => Some(lang.word("explain_either")),
            (true, _) => Some(lang.word("explain_any")),
            (false, _) => Some(lang.word("explain_perhaps")),
        }
    }
}

impl RelaxationDocument {
    fn new(problem: &Problem, relaxation: &Relaxation) -> Self {
        let outcome = &relaxation.outcome;
        let (keys, value) = match &relaxation.change {
            Change::Limit { measure, side, to } => {
                (vec![key(Rule::Limit(*measure, *side)).0], Some(as_number(*to)))
            }
            Change::SelfContainment { to } => {
                (vec![key(Rule::SelfContainment).0], Some((*to).into()))
            }
            Change::Regions { to, .. } => (
                vec![key(Rule::Regions).0],
                Some(as_number(u64::try_from(*to).unwrap_or(u64::MAX))),
            ),
            Change::Without(rules) => (rules.iter().map(|&rule| key(rule).0).collect(), None),
        };
        Self {
            keys,
            value,
            text: relaxation_sentence(problem, relaxation),
            nearest: relaxation.is_nearest,
            k: outcome.num_regions,
            objective: outcome.objective,
            share: outcome.share,
            proven_optimal: outcome.is_optimal,
            min_population: outcome.min_population,
            max_population: outcome.max_population,
        }
    }

    /// What it leads to, in words; shares are written as the caller writes them.
    pub(crate) fn outcome(&self, lang: Lang, share: &str) -> String {
        let figure = |people: Persons| lang.whole(people.into());
        let values = [
            ("k", lang.whole(self.k as i128)),
            ("least", figure(self.min_population)),
            ("most", figure(self.max_population)),
            ("commuters", figure(self.objective)),
            ("share", share.to_owned()),
        ];
        let key = if self.k == 1 { "explain_outcome_one" } else { "explain_outcome" };
        let text = lang.say(key, &values);
        let perhaps = if self.proven_optimal { "" } else { lang.word("explain_more") };
        format!("{text}{perhaps}")
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures of limits stay far below 2^52")]
fn as_number(figure: u64) -> f64 {
    figure as f64
}

/// The scenario's key of a rule, and which of its entries.
pub(super) fn key(rule: Rule) -> (String, Option<String>) {
    let numbered = |key: &str, at: usize| (key.to_owned(), Some((at + 1).to_string()));
    match rule {
        Rule::Closed(at) => numbered("closed", at),
        Rule::Fixed(at) => numbered("fixed", at),
        Rule::Together(at) => numbered("keep_together", at),
        Rule::Apart(at) => numbered("keep_apart", at),
        Rule::Regions => ("k".to_owned(), None),
        Rule::Limit(measure, side) => {
            let side = match side {
                regionfront_analysis::explain::Side::Min => "min",
                regionfront_analysis::explain::Side::Max => "max",
            };
            (format!("{side}_{}", measure.word()), None)
        }
        Rule::SelfContainment => ("min_self_containment".to_owned(), None),
        Rule::Contiguity => ("contiguity".to_owned(), None),
        Rule::NotCounted(kind) => ("links".to_owned(), Some(kind.word().to_owned())),
    }
}
