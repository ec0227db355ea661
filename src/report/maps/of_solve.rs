//! The maps that `solve` writes beside its results.

use super::colours::{FILLS, fills};
use crate::documents::{ResultDocument, SolveDocument};
use crate::words::Lang;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Problem;

use super::map::{Key, Map, Texts, ground, key_note, map_subtitle, map_title, source_line};

/// A standalone map for every plan of a solve document, by k; none where the instance has no
/// polygons.
pub(crate) fn draw_all(
    problem: &Problem,
    document: &SolveDocument,
    plans: &[(usize, &Plan)],
) -> Vec<(usize, String)> {
    if problem.instance.shapes.is_none() {
        return Vec::new();
    }
    let Some(ground) = ground(problem) else { return Vec::new() };
    let only_plans: Vec<&Plan> = plans.iter().map(|&(_, plan)| plan).collect();
    let all_fills = fills(&problem.instance, &only_plans);
    plans
        .iter()
        .zip(all_fills)
        .filter_map(|(&(k, plan), fills)| {
            let result = document.results.iter().find(|result| result.k == k)?;
            let group_fills: Vec<&str> = fills.iter().map(|&fill| FILLS[fill]).collect();
            let names: Vec<&str> =
                result.regions.iter().map(|region| region.name.as_str()).collect();
            let centres = result
                .regions
                .iter()
                .filter_map(|region| problem.instance.index_of_code(&region.centre))
                .collect();
            let map = Map::new(&ground, plan, &group_fills, &names, centres);
            Some((k, map.standalone(&texts(document, result, &group_fills))))
        })
        .collect()
}

/// The texts of a map of a solve document, in English as everything `solve` writes.
fn texts(document: &SolveDocument, result: &ResultDocument, fills: &[&str]) -> Texts {
    let lang = Lang::En;
    let standing = match result.solution {
        regionfront_solver::job::SolutionStatus::ProvenOptimal => {
            lang.word("proven_optimal").to_owned()
        }
        _ => lang.say("best_found", &[("gap", lang.percent(result.gap_rel.unwrap_or(1.0)))]),
    };
    let names = |codes: &[String]| -> String {
        let names: Vec<&str> = codes
            .iter()
            .filter_map(|code| document.instance.areas.get(code))
            .map(String::as_str)
            .collect();
        names.join(", ")
    };
    Texts {
        title: map_title(lang, &document.instance.title, result.k),
        subtitle: map_subtitle(lang, result.share, &standing, &document.scenario.name),
        description: result
            .regions
            .iter()
            .map(|region| format!("{}: {}", region.name, names(&region.areas)))
            .collect::<Vec<_>>()
            .join(". "),
        legend: result
            .regions
            .iter()
            .zip(fills)
            .map(|(region, fill)| Key {
                fill: (*fill).to_owned(),
                name: region.name.clone(),
                note: key_note(lang, region.population, region.areas.len()),
            })
            .collect(),
        sources: source_line(
            lang,
            &document.version,
            &document.instance.sources.iter().map(|s| s.title.clone()).collect::<Vec<_>>(),
            &document.instance.licences,
        ),
    }
}
