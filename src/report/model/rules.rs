//! The rules of a question in plain words.

use crate::instance::{Instance, LinkKind};
use crate::report::words::Lang;
use crate::scenario::{Group, Measure, Problem};

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
        let unit = match measure {
            Measure::Population => "unit_people",
            Measure::Areas => "unit_areas",
            Measure::Jobs => "unit_jobs",
            Measure::Employed => "unit_employed",
        };
        let values = [
            ("min", lang.whole(bounds.min.unwrap_or(0).into())),
            ("max", lang.whole(bounds.max.unwrap_or(0).into())),
            ("unit", lang.word(unit).to_owned()),
        ];
        match (bounds.min, bounds.max) {
            (None, None) => {}
            (Some(_), None) => found.push(lang.say("rule_min", &values)),
            (None, Some(_)) => found.push(lang.say("rule_max", &values)),
            (Some(_), Some(_)) => found.push(lang.say("rule_between", &values)),
        }
    }
    if let Some(share) = rules.limits.min_self_containment {
        let share = lang.percent(f64::from(share));
        found.push(lang.say("rule_self_containment", &[("share", share)]));
    }
    found
}

fn contiguity(links: &[LinkKind], lang: Lang) -> String {
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

fn group_sentence(instance: &Instance, key: &str, group: &Group, lang: Lang) -> String {
    let names: Vec<String> =
        group.areas.iter().map(|&area| instance.areas[area].name.clone()).collect();
    let sentence = lang.say(key, &[("areas", lang.list(&names))]);
    if group.name.is_empty() { sentence } else { format!("{}: {sentence}", group.name) }
}
