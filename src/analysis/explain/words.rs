//! Explanations in sentences.

use super::relax::{Change, Relaxation};
use regionfront_model::instance::LinkKind;
use regionfront_model::quantity::grouped;
use regionfront_model::scenario::rule::{self, Rule, RuleSet, Side};
use regionfront_model::scenario::{Group, Measure, Problem, called, list};

/// A rule as part of a sentence: `Hallingdal closed (20,532 people)`, `a minimum population of
/// 25,000`. Beside a group stands what it holds of whatever the other rules limit.
pub fn rule_text(problem: &Problem, k: usize, rule: Rule, others: &RuleSet) -> String {
    let rules = &problem.rules;
    let limits = &rules.limits;
    let group = |group: &Group, word: &str| {
        format!("{} {word}{}", called(problem, group), holding(problem, group, others))
    };
    match rule {
        Rule::Closed(at) => group(&rules.closed[at], "closed"),
        Rule::Fixed(at) => group(&rules.fixed[at], "fixed"),
        Rule::Together(at) => group(&rules.together[at], "kept together"),
        Rule::Apart(at) => {
            let apart = &rules.apart[at];
            match apart.name.as_str() {
                "" => format!("{} kept apart", list(problem, &apart.areas)),
                name => format!("{name} kept apart ({})", list(problem, &apart.areas)),
            }
        }
        Rule::Regions => counted(k, "region"),
        Rule::Limit(measure, side) => {
            let (word, bounds) = (side_word(side), measure.bounds(limits));
            let figure = if side == Side::Min { bounds.min } else { bounds.max };
            let figure = figure.unwrap_or_default();
            match measure {
                Measure::Population => format!("a {word} population of {}", grouped(figure)),
                _ => format!("a {word} of {}", measure.with_unit(figure)),
            }
        }
        Rule::SelfContainment => {
            let share = limits.min_self_containment.map(|share| share.to_string());
            format!("a minimum self-containment of {}", share.unwrap_or_default())
        }
        Rule::Contiguity => "contiguity".to_owned(),
        Rule::NotCounted(kind) => format!("{} not counting as contiguous", plural(kind)),
    }
}

/// What a group holds of everything that rules limit, in brackets.
fn holding(problem: &Problem, group: &Group, rules: &RuleSet) -> String {
    let mut held: Vec<String> = Measure::ALL
        .into_iter()
        .filter(|&measure| {
            [Side::Min, Side::Max]
                .into_iter()
                .any(|side| rules.contains(&Rule::Limit(measure, side)))
        })
        .map(|measure| measure.with_unit(rule::total(problem, measure, &group.areas)))
        .collect();
    if rules.contains(&Rule::SelfContainment) {
        let (inside, employed) = rule::containment(problem, &group.areas);
        held.push(format!(
            "{} of {} employed residents work inside",
            grouped(inside),
            grouped(employed)
        ));
    }
    if held.is_empty() { String::new() } else { format!(" ({})", held.join(", ")) }
}

/// That rules conflict, as one sentence without a full stop: `Hallingdal closed (20,532 people) and
/// a minimum population of 25,000 cannot both hold`.
pub fn conflict_sentence(problem: &Problem, k: usize, rules: &RuleSet) -> String {
    let is_contiguous = rules.contains(&Rule::Contiguity);
    let mut not_counted = Vec::new();
    let mut texts = Vec::new();
    for &rule in rules {
        match rule {
            Rule::NotCounted(kind) if is_contiguous => not_counted.push(plural(kind)),
            _ => texts.push(rule_text(problem, k, rule, rules)),
        }
    }
    // Contiguity is the last of the rules but for these.
    if let Some(contiguity) = texts.last_mut().filter(|_| !not_counted.is_empty()) {
        contiguity.push_str(" without ");
        contiguity.push_str(&joined(&not_counted));
    }
    let text = match texts.as_slice() {
        [] => "no plan exists".to_owned(),
        [only] if *rules == RuleSet::from([Rule::Regions]) && k != 1 => {
            format!("{only} are impossible")
        }
        [only] => format!("{only} is impossible"),
        [_, _] => format!("{} cannot both hold", joined(&texts)),
        _ => format!("{} cannot all hold", joined(&texts)),
    };
    // Names keep their own first letter.
    let begins_with_name = matches!(
        rules.first(),
        Some(Rule::Closed(_) | Rule::Fixed(_) | Rule::Together(_) | Rule::Apart(_))
    );
    if begins_with_name { text } else { capitalised(&text) }
}

/// What to change and what it leads to: `lower the minimum population to 20,532, the largest that
/// works`.
pub fn relaxation_sentence(problem: &Problem, relaxation: &Relaxation) -> String {
    let is_nearest = relaxation.is_nearest;
    match &relaxation.change {
        Change::Limit { measure, side, to } => {
            let (verb, extreme) = ways(*side);
            let nearest =
                if is_nearest { format!("the {extreme} that works") } else { not_proven(*side) };
            let figure = match measure {
                Measure::Population => grouped(*to),
                _ => measure.with_unit(*to),
            };
            let word = side_word(*side);
            match measure {
                Measure::Population => {
                    format!("{verb} the {word} population to {figure}, {nearest}")
                }
                _ => format!("{verb} the {word} to {figure}, {nearest}"),
            }
        }
        Change::SelfContainment { to } => {
            let nearest = if is_nearest {
                "the largest that works, to the millionth".to_owned()
            } else {
                not_proven(Side::Min)
            };
            format!("lower the minimum self-containment to {to}, {nearest}")
        }
        Change::Regions { to, extreme } => {
            let regions = counted(*to, "region");
            match extreme {
                Some(Side::Max) => format!("ask for {regions}, the most the other rules allow"),
                Some(Side::Min) => format!("ask for {regions}, the fewest the other rules allow"),
                None if is_nearest => format!("ask for {regions}"),
                None => format!("ask for {regions}; nearer numbers were not decided in time"),
            }
        }
        Change::Without(rules) => {
            let mut texts: Vec<String> = rules.iter().map(|&rule| without(problem, rule)).collect();
            if *rules == [Rule::Regions] {
                texts = vec!["ask for another number of regions".to_owned()];
            }
            let several =
                if rules.len() > 1 && !is_nearest { "; fewer changes may do" } else { "" };
            format!("{}{several}", joined(&texts))
        }
    }
}

/// Leaving out a rule, as a thing to do.
fn without(problem: &Problem, rule: Rule) -> String {
    let rules = &problem.rules;
    match rule {
        Rule::Closed(at) => format!("do not close {}", called(problem, &rules.closed[at])),
        Rule::Fixed(at) => format!("do not fix {}", called(problem, &rules.fixed[at])),
        Rule::Together(at) => {
            format!("do not keep {} together", called(problem, &rules.together[at]))
        }
        Rule::Apart(at) => format!("do not keep {} apart", called(problem, &rules.apart[at])),
        Rule::Regions => "let the number of regions go".to_owned(),
        Rule::Limit(measure, side) => format!("drop the {} {measure}", side_word(side)),
        Rule::SelfContainment => "drop the minimum self-containment".to_owned(),
        Rule::Contiguity => "let regions fall into parts that do not touch".to_owned(),
        Rule::NotCounted(kind) => format!("count {} as contiguous", plural(kind)),
    }
}

/// How to give way on a side of a limit, and what the nearest figure is.
fn ways(side: Side) -> (&'static str, &'static str) {
    match side {
        Side::Min => ("lower", "largest"),
        Side::Max => ("raise", "smallest"),
    }
}

fn not_proven(side: Side) -> String {
    let nearer = if side == Side::Min { "larger" } else { "smaller" };
    format!("which works; a {nearer} one may, too: not decided in time")
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Min => "minimum",
        Side::Max => "maximum",
    }
}

fn plural(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Land => "land borders",
        LinkKind::FixedLink => "fixed links",
        LinkKind::Ferry => "ferries",
        LinkKind::SeaLink => "sea links",
    }
}

/// `A`, `A and B`, `A, B and C`.
fn joined<T: AsRef<str>>(texts: &[T]) -> String {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    match texts.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `1 region`, `7 regions`.
fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number as u128), if number == 1 { "" } else { "s" })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
