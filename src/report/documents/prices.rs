//! The prices of rules, as a run keeps them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_model::scenario::rule::Rule;
use regionfront_solver::front::Price;

use super::explain::key;

/// `prices.json`: what the rules cost at plans of a run, as far as a report asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PricesDocument {
    /// Which document this is: `regionfront/prices/1`.
    pub schema: String,
    /// Version of regionfront that wrote it.
    pub version: String,
    /// SHA-256 of the instance.
    pub instance_sha256: String,
    /// SHA-256 of the rules and the areas in question.
    pub scenario_sha256: String,
    /// The plans, by name.
    pub plans: Vec<PricedPlanDocument>,
}

/// What the rules cost at one plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PricedPlanDocument {
    /// Name of its point within the run.
    pub id: String,
    /// The plan: regions of the areas in the order of their codes.
    pub plan: Vec<u32>,
    /// The rules that can be given up one at a time.
    pub prices: Vec<PriceDocument>,
}

/// What one rule costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceDocument {
    /// The key of a scenario that it comes from.
    pub key: String,
    /// Which entry of the key, from 1, for lists of groups as resolved.
    pub entry: Option<String>,
    /// The most commuters known to stay inside without it, all else as good.
    pub objective: Commuters,
    /// No division without it keeps more than this; `null` where nothing is known.
    pub bound: Option<Commuters>,
}

impl PricesDocument {
    /// Name and number of this document's schema.
    pub const SCHEMA: &'static str = "regionfront/prices/1";
}

impl PricedPlanDocument {
    /// The document of prices at a plan.
    pub fn new(id: &str, plan: &Plan, prices: &[Price]) -> Self {
        let prices = prices.iter().map(|price| {
            let (key, entry) = key(price.rule);
            PriceDocument { key, entry, objective: price.objective, bound: price.bound }
        });
        Self { id: id.to_owned(), plan: plan.labels().to_vec(), prices: prices.collect() }
    }

    /// The prices this document was made from.
    ///
    /// # Errors
    /// What does not hold: a rule is not among those of the problem, or a figure cannot be, at a plan
    /// that holds so many commuters.
    pub fn to_prices(&self, problem: &Problem, objective: Commuters) -> Result<Vec<Price>, String> {
        let rules = Rule::all(problem);
        let price = |document: &PriceDocument| {
            let named = (document.key.clone(), document.entry.clone());
            let rule = rules.iter().copied().find(|&rule| key(rule) == named);
            let rule = rule.ok_or_else(|| format!("there is no rule `{}`", document.key))?;
            let is_possible = document.objective >= objective
                && document.bound.is_none_or(|bound| bound >= document.objective);
            if !is_possible {
                return Err(format!("the price of `{}` is not possible", document.key));
            }
            Ok(Price { rule, objective: document.objective, bound: document.bound })
        };
        self.prices.iter().map(price).collect()
    }
}
