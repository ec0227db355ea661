//! The rules of a question in plain words.

use crate::words::Lang;
use regionfront_model::instance::{Instance, LinkKind};
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Group, Measure, Problem};

/// A sentence for every rule.
pub(super) fn sentences(problem: &Problem, lang: Lang) -> Vec<String> {
    let rules = &problem.rules;
    let mut found = vec![contiguity(&rules.links, lang)];
    let kinds: [(&str, &[Group]); 4] = [
        ("rule_together", &rules.together),
        ("rule_closed", &rules.closed),
        ("rule_fixed", &rules.fixed),
        ("rule_apart", &rules.apart),
    ];
    for (key, groups) in kinds {
        for group in groups {
            found.push(group_sentence(&problem.instance, key, group, lang));
        }
    }
    for measure in Measure::ALL {
        let bounds = measure.bounds(&rules.limits);
        found.extend(limit(measure, bounds.min, bounds.max, lang));
    }
    found.extend(rules.limits.min_self_containment.map(|share| self_containment(share, lang)));
    found
}

/// The limits that one problem has and the other, along a front, does not: a sentence each.
pub(super) fn dropped(asked: &Problem, along: &Problem, lang: Lang) -> Vec<String> {
    let (asked, along) = (&asked.rules.limits, &along.rules.limits);
    let mut found = Vec::new();
    for measure in Measure::ALL {
        let (before, after) = (measure.bounds(asked), measure.bounds(along));
        let min = before.min.filter(|_| after.min.is_none());
        let max = before.max.filter(|_| after.max.is_none());
        found.extend(limit(measure, min, max, lang));
    }
    let share = asked.min_self_containment.filter(|_| along.min_self_containment.is_none());
    found.extend(share.map(|share| self_containment(share, lang)));
    found
}

/// The sentence of a limit on a measure; `None` where there is neither end.
pub(super) fn limit(
    measure: Measure,
    min: Option<u64>,
    max: Option<u64>,
    lang: Lang,
) -> Option<String> {
    let key = match (min, max) {
        (None, None) => return None,
        (Some(_), None) => "rule_min",
        (None, Some(_)) => "rule_max",
        (Some(_), Some(_)) => "rule_between",
    };
    let values = [
        ("min", lang.whole(min.unwrap_or(0).into())),
        ("max", lang.whole(max.unwrap_or(0).into())),
        ("unit", unit(measure, lang)),
    ];
    Some(lang.say(key, &values))
}

/// What a measure counts.
pub(super) fn unit(measure: Measure, lang: Lang) -> String {
    let key = match measure {
        Measure::Population => "unit_people",
        Measure::Areas => "unit_areas",
        Measure::Jobs => "unit_jobs",
        Measure::Employed => "unit_employed",
    };
    lang.word(key).to_owned()
}

/// The sentence of a least self-containment.
pub(super) fn self_containment(share: Share, lang: Lang) -> String {
    lang.say("rule_self_containment", &[("share", exact_percent(share, lang))])
}

/// A share in per cent with all its places, one of them at least.
fn exact_percent(share: Share, lang: Lang) -> String {
    let digits = share.to_string();
    let Some(places) = digits.strip_prefix("0.").filter(|places| places.len() > 3) else {
        return lang.percent(f64::from(share));
    };
    let (whole, rest) = places.split_at(2);
    let whole = lang.whole(whole.parse().unwrap_or(0));
    let point = match lang {
        Lang::En => '.',
        Lang::Nb => ',',
    };
    lang.percent_sign(&format!("{whole}{point}{rest}"))
}

pub(super) fn contiguity(links: &[LinkKind], lang: Lang) -> String {
    let kinds: Vec<String> = links
        .iter()
        .map(|kind| {
            lang.word(match kind {
                LinkKind::Land => "link_land",
                LinkKind::FixedLink => "link_fixed_link",
                LinkKind::Ferry => "link_ferry",
                LinkKind::SeaLink => "link_sea_link",
            })
            .to_owned()
        })
        .collect();
    lang.say("rule_contiguous", &[("links", lang.list(&kinds))])
}

pub(super) fn group_sentence(instance: &Instance, key: &str, group: &Group, lang: Lang) -> String {
    let names: Vec<String> =
        group.areas.iter().map(|&area| instance.areas[area].name.clone()).collect();
    let sentence = lang.say(key, &[("areas", lang.list(&names))]);
    if group.name.is_empty() { sentence } else { format!("{}: {sentence}", group.name) }
}
