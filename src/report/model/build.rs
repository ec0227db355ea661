//! From a run to the report document.

use std::collections::BTreeMap;

use super::{
    DataView, FrontView, MethodView, ObjectiveView, PlanView, PointView, QuestionView,
    ReportDocument, Selection, answer, borders, references, regions, rules, stability,
};
use crate::indicators;
use crate::instance::{Area, Instance};
use crate::job::SolutionStatus;
use crate::plan::Plan;
use crate::report::colours;
use crate::report::finished::{FinishedFront, FinishedPoint, FinishedRun};
use crate::report::words::Lang;

use super::AreaView;

/// The document of a run, and the plans shown in full, in the same order as the document's.
pub(in crate::report) fn build<'a>(
    run: &'a FinishedRun,
    selection: &Selection,
    lang: Lang,
) -> (ReportDocument, Vec<&'a Plan>) {
    let instance = &run.problem.instance;
    let chosen = choose(run, selection);
    let plans: Vec<&Plan> = chosen.iter().map(|chosen| chosen.point.plan.plan()).collect();
    let fills = fills(run, &chosen, &plans);
    let references = references::views(instance, lang);
    let shown: Vec<PlanView> = chosen
        .iter()
        .zip(fills)
        .map(|(chosen, fills)| {
            let plan = chosen.point.plan.plan();
            let regions = regions::views(&run.problem, plan, &fills, lang);
            let names: Vec<String> = regions.iter().map(|region| region.name.clone()).collect();
            PlanView {
                id: chosen.id(),
                k: chosen.front.k,
                is_main: chosen.is_main,
                picked: chosen.picks.clone(),
                point: point_view(instance, chosen.point, chosen.index + 1, Some(chosen.id())),
                wall_s: chosen.point.wall_s,
                borders: borders::borders(&run.problem, plan, &names),
                moves: borders::moves(
                    &run.problem,
                    plan,
                    chosen.point.plan.objective(),
                    &names,
                    lang,
                ),
                likeness: references::likeness(instance, &chosen.point.plan, &references),
                regions,
            }
        })
        .collect();
    let fronts: Vec<FrontView> =
        run.fronts.iter().map(|front| front_view(instance, front, &chosen)).collect();
    let mut document = ReportDocument {
        schema: ReportDocument::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        lang,
        question: question(run, lang),
        answer: Vec::new(),
        objectives: run
            .objectives
            .iter()
            .map(|objective| ObjectiveView {
                key: objective.key.clone(),
                name: objective.name(lang),
                sense: objective.sense(),
            })
            .collect(),
        fronts,
        plans: shown,
        references,
        stability: stability::view(run),
        method: method(run),
        data: data(run, lang),
    };
    document.answer = answer::sentences(&document, &run.objectives);
    (document, plans)
}

/// A point to be shown in full.
struct Chosen<'a> {
    front: &'a FinishedFront,
    point: &'a FinishedPoint,
    index: usize,
    picks: Vec<super::Pick>,
    is_main: bool,
}

impl Chosen<'_> {
    fn id(&self) -> String {
        let k = self.front.k;
        if self.front.points.len() == 1 {
            format!("k{k:02}")
        } else {
            format!("k{k:02}-p{}", self.index + 1)
        }
    }
}

fn choose<'a>(run: &'a FinishedRun, selection: &Selection) -> Vec<Chosen<'a>> {
    let mut all = Vec::new();
    for front in &run.fronts {
        let picked = selection.of(&front.points, run.objectives.first());
        let main = picked.0.first().map(|&(index, _)| index);
        let mut of_front: Vec<Chosen> = picked
            .0
            .into_iter()
            .map(|(index, picks)| Chosen {
                front,
                point: &front.points[index],
                index,
                picks,
                is_main: main == Some(index),
            })
            .collect();
        of_front.sort_by_key(|chosen| chosen.index);
        all.extend(of_front);
    }
    all
}

/// Fills that are handed on from main plan to main plan; other plans take theirs from the main plan
/// of their k.
fn fills(run: &FinishedRun, chosen: &[Chosen], plans: &[&Plan]) -> Vec<Vec<usize>> {
    let instance = &run.problem.instance;
    let mains: Vec<&Plan> =
        chosen.iter().zip(plans).filter(|(c, _)| c.is_main).map(|(_, &plan)| plan).collect();
    let main_fills = colours::fills(instance, &mains);
    let by_k: BTreeMap<usize, (&Plan, &Vec<usize>)> = chosen
        .iter()
        .filter(|chosen| chosen.is_main)
        .zip(mains.iter().zip(&main_fills))
        .map(|(chosen, (plan, fills))| (chosen.front.k, (*plan, fills)))
        .collect();
    chosen
        .iter()
        .zip(plans)
        .map(|(chosen, &plan)| {
            let (main, fills) = by_k[&chosen.front.k];
            if chosen.is_main {
                fills.clone()
            } else {
                colours::fills_after(instance, main, fills, plan)
            }
        })
        .collect()
}

fn front_view(instance: &Instance, front: &FinishedFront, chosen: &[Chosen]) -> FrontView {
    let points = front
        .points
        .iter()
        .enumerate()
        .map(|(index, point)| {
            let shown = chosen.iter().find(|c| c.front.k == front.k && c.index == index);
            point_view(instance, point, index + 1, shown.map(Chosen::id))
        })
        .collect();
    FrontView { k: front.k, complete: front.complete, reason: front.reason.clone(), points }
}

fn point_view(
    instance: &Instance,
    point: &FinishedPoint,
    number: usize,
    plan: Option<String>,
) -> PointView {
    let objective = point.plan.objective();
    #[expect(clippy::cast_precision_loss, reason = "shown to people; counts stay below 2^52")]
    let gap = |bound: u64| bound.saturating_sub(objective) as f64 / objective.max(1) as f64;
    PointView {
        number,
        objective,
        share: indicators::internal_share(instance, objective).value(),
        min_population: point.population.0,
        max_population: point.population.1,
        against: point.against.clone(),
        termination: point.termination,
        solution: point.solution,
        bound: point.bound,
        gap_rel: point.bound.map(gap),
        plan,
    }
}

fn question(run: &FinishedRun, lang: Lang) -> QuestionView {
    let instance = &run.problem.instance;
    QuestionView {
        title: instance.title.clone(),
        scenario: run.problem.scenario.clone(),
        ks: run.ks.clone(),
        num_areas: instance.num_areas(),
        population: instance.population(),
        commuters_between_areas: instance.flows.total_between(),
        own_area_commuters: instance.flows.total_own(),
        rules: rules::sentences(&run.problem, lang),
    }
}

fn method(run: &FinishedRun) -> MethodView {
    let points = || run.fronts.iter().flat_map(|front| &front.points);
    let mut engines: Vec<String> =
        points().map(|point| point.engine.clone()).filter(|engine| !engine.is_empty()).collect();
    engines.sort();
    engines.dedup();
    let seconds: Vec<f64> = points().filter_map(|point| point.wall_s).collect();
    MethodView {
        version: run.stamp.version.clone(),
        engines,
        solvers: run.stamp.solvers.clone(),
        seed: run.stamp.options.seed,
        started: run.stamp.started.clone(),
        ended: run.stamp.ended.clone().unwrap_or_default(),
        wall_s: (!seconds.is_empty()).then(|| seconds.iter().sum()),
        instance_sha256: run.stamp.instance.sha256.clone(),
        scenario_sha256: run.stamp.scenario.sha256.clone(),
        command_line: run.stamp.command_line.clone(),
        num_points: points().count(),
        num_proven: points()
            .filter(|point| point.solution == SolutionStatus::ProvenOptimal)
            .count(),
        missing_ks: run
            .ks
            .iter()
            .copied()
            .filter(|&k| run.fronts.iter().all(|front| front.k != k))
            .collect(),
    }
}

fn data(run: &FinishedRun, lang: Lang) -> DataView {
    let instance = &run.problem.instance;
    let mut caveats = vec![lang.word("caveat_flows").to_owned()];
    if !instance.external.is_empty() {
        caveats.push(lang.word("caveat_external").to_owned());
    }
    if instance.shapes.is_none() {
        caveats.push(lang.word("caveat_no_shapes").to_owned());
    }
    DataView {
        name: instance.name.clone(),
        sources: run.stamp.instance.sources.clone(),
        licences: instance.licences.clone(),
        caveats,
    }
}

/// An area by code and name.
pub(super) fn area_view(area: &Area) -> AreaView {
    AreaView { code: area.code.clone(), name: area.name.clone() }
}

/// Areas by falling population, then by code.
pub(super) fn by_population(instance: &Instance, areas: &[usize]) -> Vec<AreaView> {
    let mut sorted = areas.to_vec();
    sorted.sort_by_key(|&area| (std::cmp::Reverse(instance.areas[area].population), area));
    sorted.into_iter().map(|area| area_view(&instance.areas[area])).collect()
}
