//! Divisions of the instance beside which plans are set. They may leave areas out or hold some
//! twice; every pair of areas and every commuter is counted once.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::areas::area_view;
use super::{LikenessView, ReferenceView};
use crate::documents::ProcedureDocument;
use crate::run::RecordedRun;
use crate::words::Lang;
pub(super) use crate::words::division_name as name;
use regionfront_analysis::indicators::{Ratio, internal_share};
use regionfront_model::instance::{Division, Instance};
use regionfront_solver::front::ObjectiveSet;
use regionfront_verify::Verified;

/// The reference divisions of an instance, by name; those without regions are left out.
pub(super) fn views(run: &RecordedRun, lang: Lang) -> Vec<ReferenceView> {
    let (instance, links) = (&run.problem.instance, &run.problem.rules.links);
    let mut found = all_of(instance, &run.sets, lang);
    for reference in &mut found {
        reference.procedure =
            ProcedureDocument::all(instance, links, &instance.divisions[&reference.key]);
    }
    found
}

/// As [`views`], of an instance and second objectives.
pub(crate) fn all_of(
    instance: &Instance,
    sets: &[Arc<ObjectiveSet>],
    lang: Lang,
) -> Vec<ReferenceView> {
    let divisions = instance.divisions.values();
    divisions
        .filter(|division| division.regions.iter().any(|region| !region.areas.is_empty()))
        .map(|division| of(instance, sets, division, lang))
        .collect()
}

/// A division as a whole.
pub(super) fn view(run: &RecordedRun, division: &Division, lang: Lang) -> ReferenceView {
    let (instance, links) = (&run.problem.instance, &run.problem.rules.links);
    let procedure = ProcedureDocument::all(instance, links, division);
    ReferenceView { procedure, ..of(instance, &run.sets, division, lang) }
}

fn of(
    instance: &Instance,
    sets: &[Arc<ObjectiveSet>],
    division: &Division,
    lang: Lang,
) -> ReferenceView {
    let mut times = vec![0_usize; instance.num_areas()];
    for &area in division.regions.iter().flat_map(|region| &region.areas) {
        times[area] += 1;
    }
    let listed = |wanted: &dyn Fn(usize) -> bool| {
        instance
            .areas
            .iter()
            .zip(&times)
            .filter(|&(_, &times)| wanted(times))
            .map(|(area, _)| area_view(area))
            .collect::<Vec<_>>()
    };
    let people: Vec<(u64, &str)> = division
        .regions
        .iter()
        .filter(|region| !region.areas.is_empty())
        .map(|region| {
            let sum = region.areas.iter().map(|&area| instance.areas[area].population).sum();
            (sum, region.name.as_str())
        })
        .collect();
    let smallest = people.iter().min().copied().unwrap_or((0, ""));
    let shared = Shared::new(instance, division);
    let objective = instance
        .flows
        .triples()
        .filter(|&(from, to, _)| from != to && shared.holds(from, to))
        .map(|(_, _, commuters)| commuters)
        .sum();
    ReferenceView {
        key: division.name.clone(),
        name: name(&division.name, lang),
        num_regions: people.len(),
        num_covered: times.iter().filter(|&&times| times > 0).count(),
        population_covered: Ratio {
            part: instance
                .areas
                .iter()
                .zip(&times)
                .filter(|&(_, &times)| times > 0)
                .map(|(area, _)| area.population)
                .sum(),
            whole: instance.population(),
        }
        .value(),
        left_out: listed(&|times| times == 0),
        double_members: listed(&|times| times > 1),
        objective,
        share: internal_share(instance, objective).value(),
        min_population: smallest.0,
        smallest: smallest.1.to_owned(),
        max_population: people.iter().map(|&(sum, _)| sum).max().unwrap_or(0),
        is_partition: times.iter().all(|&times| times == 1),
        against: scores(sets, division),
        procedure: Vec::new(),
    }
}

/// The second objectives of a division, over the areas it holds.
fn scores(sets: &[Arc<ObjectiveSet>], division: &Division) -> BTreeMap<String, f64> {
    let regions: Vec<Vec<usize>> = division
        .regions
        .iter()
        .map(|region| region.areas.clone())
        .filter(|areas| !areas.is_empty())
        .collect();
    sets.iter()
        .flat_map(|set| set.objectives.iter().map(move |objective| (&set.problem, objective)))
        .map(|(problem, objective)| {
            let score = objective.score_regions(problem, &regions);
            (objective.kind().word().to_owned(), score.value())
        })
        .collect()
}

/// How a plan relates to every reference.
pub(super) fn likeness(
    instance: &Instance,
    plan: &Verified,
    references: &[ReferenceView],
) -> Vec<LikenessView> {
    references
        .iter()
        .map(|reference| {
            let division = &instance.divisions[&reference.key];
            let label = |area: &usize| plan.plan().region_of(*area);
            let regions = division.regions.iter().filter(|region| !region.areas.is_empty());
            let (whole, parted): (Vec<_>, Vec<_>) = regions.partition(|region| {
                region.areas.iter().all(|area| label(area) == label(&region.areas[0]))
            });
            let shared = Shared::new(instance, division);
            let (mut pairs, mut kept) = (0, 0);
            for a in 0..instance.num_areas() {
                for b in a + 1..instance.num_areas() {
                    if shared.holds(a, b) {
                        pairs += 1;
                        kept += u64::from(label(&a) == label(&b));
                    }
                }
            }
            LikenessView {
                reference: reference.key.clone(),
                kept_whole: whole.len(),
                parted: parted.into_iter().map(|region| region.name.clone()).collect(),
                pairs_kept: Ratio { part: kept, whole: pairs }.value(),
                commuters_gained: signed(plan.objective()) - signed(reference.objective),
            }
        })
        .collect()
}

/// Which areas share a region of a division: the regions of every area, ascending.
struct Shared(Vec<Vec<usize>>);

impl Shared {
    fn new(instance: &Instance, division: &Division) -> Self {
        let mut regions = vec![Vec::new(); instance.num_areas()];
        for (number, region) in division.regions.iter().enumerate() {
            for &area in &region.areas {
                regions[area].push(number);
            }
        }
        Self(regions)
    }

    fn holds(&self, a: usize, b: usize) -> bool {
        self.0[a].iter().any(|region| self.0[b].contains(region))
    }
}

fn signed(commuters: u64) -> i64 {
    i64::try_from(commuters).unwrap_or(i64::MAX)
}
