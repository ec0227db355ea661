//! From a run to the report document.

use rayon::iter::{
    IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _,
};

use super::borders::Judged;
use super::{
    DataView, FrontView, MethodView, ObjectiveView, PlanView, PointView, QuestionView,
    ReferenceView, ReportDocument, Selection, answer, borders, divisions, prices, references,
    regions, rules, stability, tables, why,
};
use crate::documents::SourceDocument;
use crate::maps;
use crate::run::{RecordedFront, RecordedPoint, RecordedRun};
use crate::words::{Lang, Objective, web_link};
use regionfront_analysis::indicators;
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::scenario::Rules;
use regionfront_solver::front::Priced;
use regionfront_solver::job::SolutionStatus;

/// The document of a run, and the plans shown in full, in the same order as the document's.
pub(crate) fn build<'a>(
    run: &'a RecordedRun,
    selection: &Selection,
    lang: Lang,
) -> (ReportDocument, Vec<&'a Plan>) {
    let chosen = choose(run, selection);
    let plans: Vec<&Plan> = chosen.iter().map(|chosen| chosen.point.plan.plan()).collect();
    let fills = fills(run, &chosen, &plans);
    let references = references::views(run, lang);
    let shown: Vec<PlanView> = chosen
        .par_iter()
        .zip(fills)
        .map(|(chosen, fills)| plan_view(run, chosen, &fills, &references, lang))
        .collect();
    let fronts: Vec<FrontView> =
        run.fronts.iter().map(|front| front_view(run, front, &chosen, lang)).collect();
    let mut document = ReportDocument {
        schema: ReportDocument::SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        lang,
        question: question(run, lang),
        study: run.study.as_ref().map(|study| study.view(lang).clone()),
        answer: Vec::new(),
        objectives: objectives(run, lang),
        fronts,
        plans: shown,
        references,
        divisions: divisions::views(run, lang),
        comparisons: divisions::comparisons(run, lang),
        tables: tables::views(run, lang),
        stability: stability::view(run, &plans),
        method: method(run),
        data: data(run, lang),
    };
    document.answer = answer::sentences(&document);
    (document, plans)
}

fn plan_view(
    run: &RecordedRun,
    chosen: &Chosen,
    fills: &[usize],
    references: &[ReferenceView],
    lang: Lang,
) -> PlanView {
    let &Chosen { front, point, .. } = chosen;
    let (problem, plan) = (run.problem_of(front), point.plan.plan());
    let regions = regions::views(problem, plan, fills, lang);
    let names: Vec<String> = regions.iter().map(|region| region.name.clone()).collect();
    let judged = Judged { problem, set: front.set.map(|set| &*run.sets[set]), names: &names, lang };
    PlanView {
        id: point.id.clone(),
        k: front.k,
        against: keys(&run.objectives_of(front)),
        is_main: chosen.is_main,
        picked: chosen.picks.clone(),
        point: point_view(&problem.instance, point, chosen.index + 1, true),
        wall_s: point.wall_s,
        borders: borders::borders(problem, plan, &names),
        moves: borders::moves(&judged, plan, point.plan.objective()),
        likeness: references::likeness(&problem.instance, &point.plan, references),
        regions,
        prices: if chosen.is_main { prices::views(run, front, point, lang) } else { Vec::new() },
    }
}

/// The plans that stand for their fronts, with their names: those whose rules are priced.
pub(crate) fn standing<'a>(
    run: &'a RecordedRun,
    selection: &Selection,
) -> Vec<(&'a str, Priced<'a>)> {
    let main = choose(run, selection).into_iter().filter(|chosen| chosen.is_main);
    main.map(|Chosen { front, point, .. }| {
        let set = front.set.map(|set| &*run.sets[set]);
        (point.id.as_str(), Priced { problem: run.problem_of(front), set, plan: &point.plan })
    })
    .collect()
}

fn keys(objectives: &[Objective]) -> Vec<String> {
    objectives.iter().map(|objective| objective.key.clone()).collect()
}

/// The second objectives of all fronts, with the limits of the scenario that each drops.
fn objectives(run: &RecordedRun, lang: Lang) -> Vec<ObjectiveView> {
    let mut views = Vec::new();
    for set in &run.sets {
        for (at, (objective, request)) in set.objectives.iter().zip(&set.requests).enumerate() {
            let known = Objective::new(objective.kind().word());
            let named = request.reference.as_deref();
            // The limits of a set are dropped by its objectives together; the first one tells.
            let dropped =
                if at == 0 { rules::dropped(&run.problem, &set.problem, lang) } else { Vec::new() };
            views.push(ObjectiveView {
                name: match named {
                    Some(key) => {
                        let division = references::name(key, lang);
                        format!("{} ({division})", known.name(lang))
                    }
                    None => known.name(lang),
                },
                sense: known.sense(),
                reference: named.map(str::to_owned),
                dropped,
                key: known.key,
            });
        }
    }
    views
}

/// A point to be shown in full.
struct Chosen<'a> {
    front: &'a RecordedFront,
    point: &'a RecordedPoint,
    index: usize,
    picks: Vec<super::Pick>,
    is_main: bool,
}

fn choose<'a>(run: &'a RecordedRun, selection: &Selection) -> Vec<Chosen<'a>> {
    let mut all = Vec::new();
    for front in &run.fronts {
        let picked = selection.of(&front.points, run.objectives_of(front).first());
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
/// of their front.
fn fills(run: &RecordedRun, chosen: &[Chosen], plans: &[&Plan]) -> Vec<Vec<usize>> {
    let instance = &run.problem.instance;
    let (fronts, mains): (Vec<&RecordedFront>, Vec<&Plan>) = chosen
        .iter()
        .zip(plans)
        .filter(|(chosen, _)| chosen.is_main)
        .map(|(chosen, &plan)| (chosen.front, plan))
        .unzip();
    let main_fills = maps::fills(instance, &mains);
    chosen
        .iter()
        .zip(plans)
        .map(|(chosen, &plan)| {
            let main = fronts.iter().position(|&front| std::ptr::eq(front, chosen.front));
            let main = main.expect("a front that is shown has a plan that stands for it");
            if chosen.is_main {
                main_fills[main].clone()
            } else {
                maps::fills_after(instance, mains[main], &main_fills[main], plan)
            }
        })
        .collect()
}

/// What a report of many runs tells of each.
pub(crate) struct Brief {
    pub(crate) question: QuestionView,
    pub(crate) objectives: Vec<ObjectiveView>,
    pub(crate) fronts: Vec<FrontView>,
    pub(crate) data: DataView,
}

/// A run in brief: what was asked, and what stands for every k.
pub(crate) fn brief(run: &RecordedRun, lang: Lang) -> Brief {
    Brief {
        question: question(run, lang),
        objectives: objectives(run, lang),
        fronts: run.fronts.iter().map(|front| front_view(run, front, &[], lang)).collect(),
        data: data(run, lang),
    }
}

fn front_view(
    run: &RecordedRun,
    front: &RecordedFront,
    chosen: &[Chosen],
    lang: Lang,
) -> FrontView {
    let instance = &run.problem.instance;
    let points = front
        .points
        .iter()
        .zip(1..)
        .map(|(point, number)| {
            let is_shown = chosen.iter().any(|chosen| std::ptr::eq(chosen.point, point));
            point_view(instance, point, number, is_shown)
        })
        .collect();
    FrontView {
        k: front.k,
        against: keys(&run.objectives_of(front)),
        complete: front.complete,
        reason: why::reason(front, lang),
        explanation: front.explanation.as_ref().and_then(|found| why::explanation(found, lang)),
        points,
        gaps: front.gaps.clone(),
        audit: front.audit.clone(),
    }
}

fn point_view(
    instance: &Instance,
    point: &RecordedPoint,
    number: usize,
    is_shown: bool,
) -> PointView {
    let objective = point.plan.objective();
    #[expect(clippy::cast_precision_loss, reason = "shown to people; counts stay below 2^52")]
    let gap = |bound: u64| bound.saturating_sub(objective) as f64 / objective.max(1) as f64;
    PointView {
        id: point.id.clone(),
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
        is_shown,
    }
}

fn question(run: &RecordedRun, lang: Lang) -> QuestionView {
    let instance = &run.problem.instance;
    let texts = &run.problem.rules.texts;
    let (name, description) = match lang {
        Lang::En => (None, None),
        Lang::Nb => (texts.nb.name.clone(), texts.nb.description.clone()),
    };
    let rules = match run.sets.as_slice() {
        // Divisions compared are held against no rules.
        [] if run.problem.rules == Rules::default() => Vec::new(),
        // Along the one front there is, its own rules hold.
        [only] => rules::sentences(&only.problem, lang),
        _ => rules::sentences(&run.problem, lang),
    };
    let (rules, reasons) = rules.into_iter().unzip();
    QuestionView {
        title: match lang {
            Lang::Nb if !instance.nb.title.is_empty() => instance.nb.title.clone(),
            _ => instance.title.clone(),
        },
        scenario: name.unwrap_or_else(|| run.problem.scenario.clone()),
        description: description.unwrap_or_else(|| texts.description.clone()),
        ks: run.ks.clone(),
        num_areas: instance.num_areas(),
        population: instance.population(),
        commuters_between_areas: instance.flows.total_between(),
        own_area_commuters: instance.flows.total_own(),
        rules,
        reasons,
    }
}

fn method(run: &RecordedRun) -> MethodView {
    let points = || run.fronts.iter().flat_map(|front| &front.points);
    let mut engines: Vec<String> =
        points().map(|point| point.engine.clone()).filter(|engine| !engine.is_empty()).collect();
    engines.sort();
    engines.dedup();
    let mut seconds: Vec<f64> = points().filter_map(|point| point.wall_s).collect();
    if let Some(front) = &run.stamp.front {
        seconds.extend(front.runs.iter().map(|run| run.wall_s));
    }
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
        certificates: run.certificates.clone(),
        num_points: points().count(),
        num_proven: points()
            .filter(|point| point.solution == SolutionStatus::ProvenOptimal)
            .count(),
        missing_ks: run
            .ks
            .iter()
            .copied()
            .filter(|&k| {
                let stands = run.fronts.iter().filter(|front| front.k == k).count();
                stands < run.sets.len().max(1)
            })
            .collect(),
    }
}

fn data(run: &RecordedRun, lang: Lang) -> DataView {
    let instance = &run.problem.instance;
    let mut caveats = vec![lang.word("caveat_flows").to_owned()];
    if !instance.external.is_empty() {
        caveats.push(lang.word("caveat_external").to_owned());
    }
    // A neighbour that could belong, such as Oslo, is named with what leaving it out means.
    for external in &instance.external_areas {
        if let Some(place) = instance.external.iter().find(|place| place.name == external.place) {
            let count = lang.whole(place.to.iter().sum::<u64>().into());
            let name = external.area.name.clone();
            caveats.push(lang.say("caveat_place", &[("count", count), ("place", name)]));
        }
    }
    if instance.shapes.is_none() {
        caveats.push(lang.word("caveat_no_shapes").to_owned());
    }
    DataView {
        name: instance.name.clone(),
        sources: run
            .stamp
            .instance
            .sources
            .iter()
            .map(|source| linked(source, instance, lang))
            .collect(),
        licences: instance.licences.clone(),
        caveats,
    }
}

/// A source with its address where that leads to the web.
fn linked(source: &SourceDocument, instance: &Instance, lang: Lang) -> SourceDocument {
    let path = web_link(&source.path).unwrap_or_default();
    let translated = instance.nb.sources.get(&source.title).filter(|_| lang == Lang::Nb);
    SourceDocument { title: translated.unwrap_or(&source.title).clone(), path }
}
