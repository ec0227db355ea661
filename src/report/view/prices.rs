//! What each rule costs, at the plans that stand for their fronts.

use super::{PriceView, rules};
use crate::run::{RecordedFront, RecordedPoint, RecordedRun};
use crate::words::Lang;
use regionfront_analysis::explain::{Rule, Side};
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::front::Price;

/// The recorded prices of the rules of a plan.
pub(super) fn views(
    run: &RecordedRun,
    front: &RecordedFront,
    point: &RecordedPoint,
    lang: Lang,
) -> Vec<PriceView> {
    let prices = run.prices.get(&point.id).map_or(&[][..], Vec::as_slice);
    let view = |price: &Price| PriceView {
        rule: rule_sentence(run.problem_of(front), price.rule, lang),
        objective: price.objective,
        bound: price.bound,
        price: price.objective - point.plan.objective(),
        is_proven: price.is_proven(),
    };
    prices.iter().map(view).collect()
}

/// The rule that costs most at the best plan of one number of regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DearestRule {
    /// Number of regions.
    pub k: usize,
    /// The rule.
    pub rule: Rule,
    /// Commuters that could live and work in the same region without it alone.
    pub price: Commuters,
    /// Whether it is proven that there are no more.
    pub is_proven: bool,
}

/// What the dearest rules cost: a sentence for each of them, in the order of the numbers of regions.
pub fn dearest_rules(problem: &Problem, dearest: &[DearestRule], lang: Lang) -> Vec<String> {
    let price = |it: &DearestRule| {
        let price = lang.whole(it.price.into());
        if it.is_proven { price } else { format!("{}{price}", lang.word("dearest_least")) }
    };
    let mut rules: Vec<Rule> = Vec::new();
    for it in dearest {
        if !rules.contains(&it.rule) {
            rules.push(it.rule);
        }
    }
    let is_open = dearest.iter().any(|it| !it.is_proven);
    let why = is_open.then(|| lang.word("dearest_least_why").to_owned());
    rules
        .into_iter()
        .map(|rule| {
            let alike: Vec<&DearestRule> = dearest.iter().filter(|it| it.rule == rule).collect();
            let sentence = ("rule", rule_sentence(problem, rule, lang));
            if let ([only], true) = (alike.as_slice(), dearest.len() == 1) {
                return lang.say("dearest_one", &[sentence, ("price", price(only))]);
            }
            let ks: Vec<String> = alike.iter().map(|it| it.k.to_string()).collect();
            let prices = alike.iter().map(|it| {
                lang.say("dearest_price", &[("price", price(it)), ("k", it.k.to_string())])
            });
            let prices = ("prices", prices.collect::<Vec<_>>().join(", "));
            lang.say("dearest_several", &[sentence, ("ks", ks.join(", ")), prices])
        })
        .chain(why)
        .collect()
}

/// The rule as the question words it, a limit's other end left out.
pub fn rule_sentence(problem: &Problem, rule: Rule, lang: Lang) -> String {
    let group = |key, group| rules::group_sentence(&problem.instance, key, group, lang);
    let given = &problem.rules;
    match rule {
        Rule::Together(at) => group("rule_together", &given.together[at]),
        Rule::Closed(at) => group("rule_closed", &given.closed[at]),
        Rule::Fixed(at) => group("rule_fixed", &given.fixed[at]),
        Rule::Apart(at) => group("rule_apart", &given.apart[at]),
        Rule::Limit(measure, side) => {
            let bounds = measure.bounds(&given.limits);
            let (min, max) = match side {
                Side::Min => (bounds.min, None),
                Side::Max => (None, bounds.max),
            };
            rules::limit(measure, min, max, lang).unwrap_or_default()
        }
        Rule::SelfContainment => given
            .limits
            .min_self_containment
            .map(|share| rules::self_containment(share, lang))
            .unwrap_or_default(),
        Rule::Regions | Rule::Contiguity | Rule::NotCounted(_) => {
            rules::contiguity(&given.links, lang)
        }
    }
}
