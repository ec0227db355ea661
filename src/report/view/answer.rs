//! The answer in three sentences: what is attainable, what it costs, how sure it is.

use super::{PlanView, PointView, PriceView, ReportDocument};
use crate::words::{Lang, Objective, lower_first};
use regionfront_solver::job::SolutionStatus;

/// How many divisions, and how many comparisons, the answer tells of.
const COMPARED: usize = 3;

/// The sentences; fewer where there is less to say.
pub(super) fn sentences(document: &ReportDocument) -> Vec<String> {
    let lang = document.lang;
    // A study tells of its divisions, and of what is proven, itself.
    if let Some(study) = &document.study {
        // Where there are several scenarios, the prices are those of the first.
        let several = study.table.as_ref().filter(|table| table.rows.len() > 1);
        let first = several.and(study.maps.first());
        let dearest = dearest_rule(document).map(|sentence| match first {
            Some(map) => format!("{}: {}", map.title, lower_first(&sentence)),
            None => sentence,
        });
        return study.answer.iter().cloned().chain(dearest).collect();
    }
    // Where there are fronts of several objectives, each begins at the same point.
    let first = document.sets().first().map_or_else(Vec::new, |set| set.to_vec());
    let best: Vec<(usize, &PointView)> = document
        .fronts
        .iter()
        .filter(|front| front.against == first)
        .filter_map(|front| Some((front.k, front.points.first()?)))
        .collect();
    let best = best.as_slice();
    let mut found = divisions(document);
    match best {
        [] if found.is_empty() => found.push(lang.word("answer_none").to_owned()),
        [] => {}
        [(k, point)] => {
            found.push(lang.say(
                "answer_one",
                &[
                    ("k", k.to_string()),
                    ("commuters", lang.whole(point.objective.into())),
                    ("all", lang.whole(document.question.commuters_between_areas.into())),
                    ("share", share(lang, point)),
                ],
            ));
        }
        [first, .., last] => found.push(lang.say(
            "answer_range",
            &[
                ("share_first", share(lang, first.1)),
                ("k_first", first.0.to_string()),
                ("share_last", share(lang, last.1)),
                ("k_last", last.0.to_string()),
                ("all", lang.whole(document.question.commuters_between_areas.into())),
            ],
        )),
    }
    found.extend(price(document, best));
    found.extend(dearest_rule(document));
    found.extend(certainty(document));
    found
}

/// What the divisions shown for themselves hold, or, where they are compared, how they differ.
fn divisions(document: &ReportDocument) -> Vec<String> {
    let lang = document.lang;
    let mut found = Vec::new();
    for view in document.divisions.iter().take(COMPARED) {
        let whole = &view.whole;
        found.push(lang.say(
            "answer_division",
            &[
                ("name", whole.name.clone()),
                ("k", whole.num_regions.to_string()),
                ("commuters", lang.whole(whole.objective.into())),
                ("all", lang.whole(document.question.commuters_between_areas.into())),
                ("share", lang.percent(whole.share.unwrap_or(0.0))),
            ],
        ));
        if document.comparisons.is_empty() && !whole.is_partition {
            found.push(lang.cover(whole.left_out.len(), whole.double_members.len()));
        }
        if !view.violations.is_empty() {
            found.push(match view.violations.len() {
                1 => lang.word("answer_broken_one").to_owned(),
                count => lang.say("answer_broken", &[("count", lang.count_word(count))]),
            });
        }
    }
    for pair in document.comparisons.iter().take(COMPARED) {
        found.push(lang.say(
            "answer_pair",
            &[
                ("first", pair.first.clone()),
                ("second", pair.second.clone()),
                ("moved", pair.areas_moved.to_string()),
                ("people", lang.whole(pair.people_moved.into())),
                ("change", lang.signed(pair.difference.into())),
            ],
        ));
    }
    found
}

/// The rule that costs most at the plans that stand for their fronts, and what it costs there; `None`
/// where no rule is known to cost anything.
fn dearest_rule(document: &ReportDocument) -> Option<String> {
    let lang = document.lang;
    let plans: Vec<&PlanView> =
        document.main_plans().filter(|plan| !plan.prices.is_empty()).collect();
    let prices = plans.iter().flat_map(|plan| plan.prices.iter().map(move |price| (plan, price)));
    // The first of equals.
    let (plan, dearest) = prices
        .filter(|(_, price)| price.price > 0)
        .reduce(|best, next| if next.1.price > best.1.price { next } else { best })?;
    let same = |plan: &&PlanView| {
        let cost = |price: &&PriceView| price.rule == dearest.rule;
        plan.prices.iter().find(cost).map(|price| price.price)
    };
    let least = plans.iter().filter_map(same).min().unwrap_or(dearest.price);
    // Sentences of rules end in a full stop, which goes within a sentence.
    let rule = dearest.rule.trim_end_matches('.').to_owned();
    let whole = |commuters: u64| lang.whole(commuters.into());
    let key = match (plans.len(), dearest.is_proven) {
        (1, true) => "answer_dearest",
        (1, false) => "answer_dearest_open",
        _ => "answer_dearest_range",
    };
    let at = lang
        .say(if plan.k == 1 { "plan_name_one" } else { "plan_name" }, &[("k", plan.k.to_string())]);
    Some(lang.say(
        key,
        &[("rule", rule), ("price", whole(dearest.price)), ("least", whole(least)), ("at", at)],
    ))
}

fn share(lang: Lang, point: &PointView) -> String {
    lang.percent(point.share.unwrap_or(0.0))
}

/// What more of the second objective costs on the front of the main plans' middle k, or what
/// another region costs, or which regions are smallest and largest.
fn price(document: &ReportDocument, best: &[(usize, &PointView)]) -> Option<String> {
    let lang = document.lang;
    let longest = document.fronts.iter().max_by_key(|f| (f.points.len(), std::cmp::Reverse(f.k)));
    let objective = longest.and_then(|front| front.against.first()).map(|key| Objective::new(key));
    if let (Some(second), Some(front)) = (objective, longest)
        && let [first, .., last] = front.points.as_slice()
        && let (Some(from), Some(to)) =
            (first.against.get(&second.key), last.against.get(&second.key))
    {
        return Some(lang.say(
            "answer_front",
            &[
                ("k", front.k.to_string()),
                ("second", lower_first(&second.name(lang))),
                ("from", second.show(lang, *from)),
                ("to", second.show(lang, *to)),
                ("share_first", share(lang, first)),
                ("share_last", share(lang, last)),
                ("points", front.points.len().to_string()),
            ],
        ));
    }
    if let [_] = best {
        let plan = document.plans.first()?;
        let smallest = plan.regions.iter().min_by_key(|region| region.population)?;
        let largest = plan.regions.iter().max_by_key(|region| region.population)?;
        return Some(lang.say(
            "answer_sizes",
            &[
                ("smallest", smallest.name.clone()),
                ("least", lang.whole(smallest.population.into())),
                ("largest", largest.name.clone()),
                ("most", lang.whole(largest.population.into())),
            ],
        ));
    }
    let steps: Vec<(usize, u64)> = best
        .windows(2)
        .filter(|pair| pair[1].0 == pair[0].0 + 1)
        .map(|pair| (pair[1].0, pair[0].1.objective.saturating_sub(pair[1].1.objective)))
        .collect();
    let cheapest = steps.iter().min_by_key(|step| step.1)?;
    let dearest = steps.iter().max_by_key(|step| step.1)?;
    let step = |to: usize| vec![("from", (to - 1).to_string()), ("to", to.to_string())];
    let mut values =
        vec![("least", lang.whole(cheapest.1.into())), ("most", lang.whole(dearest.1.into()))];
    for (name, value) in step(cheapest.0) {
        values.push((if name == "from" { "cheap_from" } else { "cheap_to" }, value));
    }
    for (name, value) in step(dearest.0) {
        values.push((if name == "from" { "dear_from" } else { "dear_to" }, value));
    }
    Some(lang.say("answer_steps", &values))
}

fn certainty(document: &ReportDocument) -> Option<String> {
    let lang = document.lang;
    let points = || document.fronts.iter().flat_map(|front| &front.points);
    let open: Vec<&PointView> =
        points().filter(|p| p.solution != SolutionStatus::ProvenOptimal).collect();
    let count = points().count();
    if count == 0 {
        return None;
    }
    Some(if open.is_empty() {
        let key = if count == 1 { "answer_proven_one" } else { "answer_proven" };
        lang.say(key, &[("count", count.to_string())])
    } else {
        let gap = open.iter().filter_map(|point| point.gap_rel).fold(0.0, f64::max);
        lang.say(
            "answer_open",
            &[
                ("proven", (count - open.len()).to_string()),
                ("count", count.to_string()),
                ("gap", lang.percent(gap)),
            ],
        )
    })
}
