//! The rules of a question in plain words.

use crate::words::Lang;
use regionfront_model::instance::{Instance, LinkKind};
use regionfront_model::quantity::Share;
use regionfront_model::scenario::{Group, Measure, Problem};

/// A sentence for every rule, and why it is what it is; empty where the scenario does not say.
pub(super) fn sentences(problem: &Problem, lang: Lang) -> Vec<(String, String)> {
    let rules = &problem.rules;
    let why = |keys: &[&str]| -> String {
        let said = keys.iter().filter_map(|key| rules.texts.reason(key, lang == Lang::Nb));
        said.collect::<Vec<_>>().join(" ")
    };
    let mut found = vec![(contiguity(&rules.links, lang), why(&["links"]))];
    let kinds: [(&str, &str, &[Group]); 4] = [
        ("rule_together", "keep_together", &rules.together),
        ("rule_closed", "closed", &rules.closed),
        ("rule_fixed", "fixed", &rules.fixed),
        ("rule_apart", "keep_apart", &rules.apart),
    ];
    for (word, key, groups) in kinds {
        for (at, group) in groups.iter().enumerate() {
            // One reason for all groups of a kind is given once, after the last of them.
            let why = if at + 1 == groups.len() { why(&[key]) } else { String::new() };
            found.push((group_sentence(&problem.instance, word, group, lang), why));
        }
    }
    if !rules.exempt.is_empty() {
        let group = Group { name: String::new(), areas: rules.exempt.clone() };
        let sentence = group_sentence(&problem.instance, "rule_exempt", &group, lang);
        found.push((sentence, why(&["limits_do_not_apply_to"])));
    }
    for measure in Measure::ALL {
        let bounds = measure.bounds(&rules.limits);
        let word = measure.word();
        let keys = [format!("min_{word}"), format!("max_{word}")];
        let sentence = limit(measure, bounds.min, bounds.max, lang);
        found.extend(sentence.map(|sentence| (sentence, why(&[&keys[0], &keys[1]]))));
    }
    let share = rules.limits.min_self_containment;
    found
        .extend(share.map(|share| (self_containment(share, lang), why(&["min_self_containment"]))));
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
pub(crate) fn unit(measure: Measure, lang: Lang) -> String {
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
