//! Divisions shown for themselves, whether they are plans, covers or leave areas out.

use super::{DivisionView, references, regions, rules};
use crate::documents::PairDocument;
use crate::maps;
use crate::run::RecordedRun;
use crate::words::Lang;
use regionfront_analysis::division::Membership;
use regionfront_analysis::division::membership::in_order;
use regionfront_analysis::indicators;
use regionfront_model::instance::{Division, Instance};
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Rules;
use regionfront_verify::{Violation, judge_division};

/// The divisions of a run in full. Regions that overlap most share their colour from one to the
/// next.
pub(super) fn views(run: &RecordedRun, lang: Lang) -> Vec<DivisionView> {
    let instance = &run.problem.instance;
    let divisions: Vec<Division> = run.divisions.iter().cloned().map(in_order).collect();
    let lists: Vec<Vec<Vec<usize>>> = divisions
        .iter()
        .map(|division| division.regions.iter().map(|region| region.areas.clone()).collect())
        .collect();
    let fills = maps::fills_of_regions(instance, &lists);
    divisions
        .iter()
        .zip(fills)
        .zip(1..)
        .map(|((division, fills), number)| {
            let figures: Vec<_> = division
                .regions
                .iter()
                .zip(1..)
                .map(|(region, id)| {
                    indicators::region(instance, id, region.name.clone(), region.areas.clone())
                })
                .collect();
            DivisionView {
                id: format!("division-{number}"),
                whole: references::view(run, division, lang),
                regions: regions::of_figures(instance, &figures, &fills, lang),
                violations: violations(run, division, lang),
            }
        })
        .collect()
}

/// Areas that stand in the same regions, as a plan of their own: what a map can colour.
pub(crate) fn classes(instance: &Instance, division: &Division) -> Plan {
    let membership = Membership::new(instance.num_areas(), division);
    let labels: Vec<&[usize]> = (0..instance.num_areas()).map(|area| membership.of(area)).collect();
    Plan::from_labels(&labels)
}

/// Comparisons, the divisions called by their names.
pub(super) fn comparisons(run: &RecordedRun, lang: Lang) -> Vec<PairDocument> {
    run.comparisons
        .iter()
        .map(|pair| PairDocument {
            first: references::name(&pair.first.name, lang),
            second: references::name(&pair.second.name, lang),
            ..PairDocument::new(&run.problem.instance, pair)
        })
        .collect()
}

fn violations(run: &RecordedRun, division: &Division, lang: Lang) -> Vec<String> {
    if run.problem.rules == Rules::default() {
        return Vec::new();
    }
    let found = judge_division(&run.problem, division, None).err().unwrap_or_default();
    // Who is left out or stands twice is told with the division's figures.
    let is_told = |violation: &&Violation| {
        !matches!(violation, Violation::LeftOut { .. } | Violation::DoubleMember { .. })
    };
    found.iter().filter(is_told).map(|violation| sentence(violation, lang)).collect()
}

/// A broken rule in the language of the report.
pub(crate) fn sentence(violation: &Violation, lang: Lang) -> String {
    let whole = |number: u128| lang.whole(i128::try_from(number).unwrap_or(i128::MAX));
    match violation {
        Violation::BelowMinimum { region, measure, value, limit } => lang.say(
            "broken_min",
            &[
                ("region", region.clone()),
                ("value", whole(*value)),
                ("limit", whole(u128::from(*limit))),
                ("unit", rules::unit(*measure, lang)),
            ],
        ),
        Violation::AboveMaximum { region, measure, value, limit } => lang.say(
            "broken_max",
            &[
                ("region", region.clone()),
                ("value", whole(*value)),
                ("limit", whole(u128::from(*limit))),
                ("unit", rules::unit(*measure, lang)),
            ],
        ),
        Violation::SplitRegion { region, parts } => {
            let parts: Vec<String> = parts.iter().map(|part| part.join(", ")).collect();
            let values = [("region", region.clone()), ("parts", parts.join(" | "))];
            lang.say("broken_contiguity", &values)
        }
        Violation::TogetherBroken { group, .. } => {
            lang.say("broken_together", &[("group", group.clone())])
        }
        Violation::ApartBroken { region, areas, .. } => {
            lang.say("broken_apart", &[("region", region.clone()), ("areas", lang.list(areas))])
        }
        Violation::ClosedBroken { group, .. } | Violation::FixedBroken { group, .. } => {
            lang.say("broken_closed", &[("group", group.clone())])
        }
        other => other.to_string(),
    }
}
