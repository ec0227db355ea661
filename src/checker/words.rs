//! What a certificate claims, in words.

use crate::document::{Against, Claim, Limits, Rules};
use crate::instance::Instance;

/// The rules.
pub(crate) fn rules(instance: &Instance, rules: &Rules) -> String {
    let mut said = vec![format!(
        "{} areas, contiguous by {}",
        instance.codes.len(),
        rules.links.join(" and ").replace('_', " ")
    )];
    said.extend(limits(&rules.limits));
    let groups = [
        ("kept together", &rules.keep_together),
        ("no two of them together", &rules.keep_apart),
        ("exactly a region", &rules.closed),
        ("exactly a region whatever its size", &rules.fixed),
    ];
    for (word, groups) in groups {
        for group in groups {
            let names: Vec<&str> = group
                .iter()
                .map(|code| instance.area(code).map_or(code.as_str(), |at| &instance.names[at]))
                .collect();
            said.push(format!("{} {word}", names.join(", ")));
        }
    }
    for code in &rules.limits_do_not_apply_to {
        let name = instance.area(code).map_or(code.as_str(), |at| &instance.names[at]);
        said.push(format!("limits do not apply to the region of {name}"));
    }
    format!("Rules: {}.", said.join("; "))
}

fn limits(limits: &Limits) -> Vec<String> {
    let all = [
        ("at least", limits.min_population, "people"),
        ("at most", limits.max_population, "people"),
        ("at least", limits.min_areas, "areas"),
        ("at most", limits.max_areas, "areas"),
        ("at least", limits.min_jobs, "jobs"),
        ("at most", limits.max_jobs, "jobs"),
        ("at least", limits.min_employed, "employed residents"),
        ("at most", limits.max_employed, "employed residents"),
    ];
    let mut said: Vec<String> = all
        .into_iter()
        .filter_map(|(word, limit, unit)| {
            Some(format!("{word} {} {unit} in a region", grouped(limit?)))
        })
        .collect();
    if let Some((part, whole)) = limits.min_self_containment {
        said.push(format!("self-containment of at least {part}/{whole}"));
    }
    said
}

/// A claim.
pub(crate) fn claim(instance: &Instance, claim: &Claim) -> String {
    let mut beyond = limits(&claim.limits).join("; ");
    if !beyond.is_empty() {
        beyond = format!(", {beyond}");
    }
    match (&claim.plan, claim.keeps) {
        (Some(_), Some(keeps)) => {
            let all: u64 =
                instance.flows.iter().filter(|flow| flow.0 != flow.1).map(|flow| flow.2).sum();
            format!(
                "k = {}{beyond}: the plan is allowed and keeps {} of {} commuters between areas; no \
                 allowed plan keeps more.",
                claim.k,
                grouped(keeps),
                grouped(all)
            )
        }
        _ => format!("k = {}{beyond}: no plan is allowed.", claim.k),
    }
}

/// A front.
pub(crate) fn front(k: usize, against: Against, points: usize, most: Option<u64>) -> String {
    let what = match against {
        Against::MinPopulation => "smallest region's population",
        Against::MinJobs => "smallest region's jobs",
        Against::MinEmployed => "smallest region's employed residents",
        Against::MinAreas => "smallest region's number of areas",
        Against::MaxPopulation => "largest region's population",
    };
    match most {
        Some(most) => format!(
            "k = {k}: the {points} plans of the front, the first of which keeps {} commuters, are \
             allowed; for every allowed plan one of them keeps at least as many commuters and is at \
             least as good by the {what}.",
            grouped(most)
        ),
        None => format!("k = {k}: no plan is allowed."),
    }
}

/// A whole number with a comma every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
