//! Why these borders: what each cuts, and what moving an area across it would change.

use std::collections::{BTreeMap, BTreeSet};

use super::areas::area_view;
use super::{BorderView, MoveView, TieView, rules};
use crate::maps::Flow;
use crate::words::Lang;
use regionfront_model::instance::Instance;
use regionfront_model::plan::Plan;
use regionfront_model::quantity::Commuters;
use regionfront_model::scenario::Problem;
use regionfront_solver::front::ObjectiveSet;
use regionfront_verify::{Violation, verify};

/// How many ties are named per border.
const STRONGEST: usize = 3;

/// Commuters between two different areas: `(there, back)` for the pair `a < b`.
type Ties = BTreeMap<(usize, usize), (Commuters, Commuters)>;

fn ties(problem: &Problem) -> Ties {
    let mut ties = Ties::new();
    for (from, to, commuters) in problem.instance.flows.triples() {
        let entry = ties.entry((from.min(to), from.max(to))).or_default();
        match from.cmp(&to) {
            std::cmp::Ordering::Less => entry.0 += commuters,
            std::cmp::Ordering::Greater => entry.1 += commuters,
            std::cmp::Ordering::Equal => {}
        }
    }
    ties.retain(|(a, b), _| a != b);
    ties
}

/// The flows between areas of different regions, those with most commuters in both directions together
/// first.
pub(crate) fn cut_flows(problem: &Problem, plan: &Plan) -> Vec<Flow> {
    let mut cut: Vec<Flow> = ties(problem)
        .into_iter()
        .filter(|&((a, b), _)| plan.region_of(a) != plan.region_of(b))
        .map(|((a, b), (there, back))| {
            if there >= back {
                Flow { from: a, to: b, there, back }
            } else {
                Flow { from: b, to: a, there: back, back: there }
            }
        })
        .collect();
    let pair = |flow: &Flow| (flow.from.min(flow.to), flow.from.max(flow.to));
    cut.sort_by_key(|flow| (std::cmp::Reverse(flow.commuters()), pair(flow)));
    cut
}

/// A flow with the names of its ends.
pub(crate) fn tie_view(instance: &Instance, flow: &Flow) -> TieView {
    let &Flow { from, to, there, back } = flow;
    let (from, to) = (area_view(&instance.areas[from]), area_view(&instance.areas[to]));
    TieView { from, to, there, back }
}

/// The borders of a plan, those cut most first: between regions that touch, and between regions
/// apart from each other where more people commute than across the weakest of those.
pub(crate) fn borders(problem: &Problem, plan: &Plan, names: &[String]) -> Vec<BorderView> {
    let instance = &problem.instance;
    let pair = |a: usize, b: usize| {
        let (a, b) = (plan.region_of(a), plan.region_of(b));
        (a.min(b), a.max(b))
    };
    let mut all: BTreeMap<(u32, u32), (Commuters, Vec<TieView>)> = BTreeMap::new();
    for flow in cut_flows(problem, plan) {
        let (sum, strongest) = all.entry(pair(flow.from, flow.to)).or_default();
        *sum += flow.commuters();
        if strongest.len() < STRONGEST {
            strongest.push(tie_view(instance, &flow));
        }
    }
    let touching: BTreeSet<(u32, u32)> =
        problem.adjacency().into_iter().map(|(a, b)| pair(a, b)).filter(|(a, b)| a != b).collect();
    for &pair in &touching {
        all.entry(pair).or_default();
    }
    let weakest = touching.iter().map(|pair| all[pair].0).min().unwrap_or(0);
    let name = |region: u32| names[region as usize - 1].clone();
    let mut views: Vec<BorderView> = all
        .into_iter()
        .filter(|(pair, (commuters, _))| touching.contains(pair) || *commuters > weakest)
        .map(|((a, b), (commuters, strongest))| BorderView {
            a,
            b,
            a_name: name(a),
            b_name: name(b),
            touches: touching.contains(&(a, b)),
            commuters,
            strongest,
        })
        .collect();
    views.sort_by_key(|view| (std::cmp::Reverse(view.commuters), view.a, view.b));
    views
}

/// What moves are judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged<'a> {
    /// The rules.
    pub(super) problem: &'a Problem,
    /// The second objectives.
    pub(super) set: Option<&'a ObjectiveSet>,
    /// Names of the plan's regions.
    pub(super) names: &'a [String],
    /// Language of the reasons.
    pub(super) lang: Lang,
}

/// The second objectives of a plan.
fn values(set: &ObjectiveSet, plan: &Plan) -> BTreeMap<String, f64> {
    set.objectives
        .iter()
        .map(|objective| {
            let score = objective.score(&set.problem, plan);
            (objective.kind().word().to_owned(), score.value())
        })
        .collect()
}

/// Whether a plan is worse than another on any of the second objectives.
fn is_worse(set: &ObjectiveSet, before: &Plan, after: &Plan) -> bool {
    set.objectives.iter().any(|objective| {
        let score = |plan| objective.score(&set.problem, plan);
        objective.compare(score(after), score(before)).is_gt()
    })
}

/// Every area that touches another region, moved into it: what the plan would gain, and whether it
/// may. Best first, then by area and region.
///
/// Whether it may is the verifier's word on the changed plan.
pub(super) fn moves(judged: &Judged, plan: &Plan, objective: Commuters) -> Vec<MoveView> {
    let &Judged { problem, set, names, lang } = judged;
    let mut candidates: BTreeSet<(usize, u32)> = BTreeSet::new();
    for (a, b) in problem.adjacency() {
        if plan.region_of(a) != plan.region_of(b) {
            candidates.insert((a, plan.region_of(b)));
            candidates.insert((b, plan.region_of(a)));
        }
    }
    // between[area][region - 1]: commuters between the area and the others of the region.
    let mut between = vec![vec![0; plan.num_regions()]; plan.num_areas()];
    for ((a, b), (there, back)) in ties(problem) {
        between[a][plan.region_of(b) as usize - 1] += there + back;
        between[b][plan.region_of(a) as usize - 1] += there + back;
    }
    let mut views: Vec<MoveView> = candidates
        .into_iter()
        .map(|(area, to)| {
            let from = plan.region_of(area);
            let here: Commuters = between[area][from as usize - 1];
            let there: Commuters = between[area][to as usize - 1];
            let mut labels = plan.labels().to_vec();
            labels[area] = to;
            let moved = Plan::from_labels(&labels);
            // The ties here are part of the objective.
            let against = set.map_or_else(BTreeMap::new, |set| values(set, &moved));
            let worsens = set.is_some_and(|set| is_worse(set, plan, &moved));
            let judged = verify(problem, plan.num_regions(), moved, objective - here + there);
            let because = judged.err().unwrap_or_default();
            let name = |region: u32| names[region as usize - 1].clone();
            MoveView {
                area: area_view(&problem.instance.areas[area]),
                from,
                from_name: name(from),
                to,
                to_name: name(to),
                ties_here: here,
                ties_there: there,
                change: i64::try_from(there).unwrap_or(i64::MAX)
                    - i64::try_from(here).unwrap_or(i64::MAX),
                is_allowed: because.is_empty(),
                because: because
                    .first()
                    .map(|violation| reason(violation, &name(from), &name(to), lang))
                    .unwrap_or_default(),
                against,
                worsens,
            }
        })
        .collect();
    views.sort_by_key(|view| (std::cmp::Reverse(view.change), view.area.code.clone(), view.to));
    views
}

/// The rule against a move, in few words.
fn reason(violation: &Violation, from: &str, to: &str, lang: Lang) -> String {
    let measure = |measure| rules::unit(measure, lang);
    let whole = |number: u128| lang.whole(i128::try_from(number).unwrap_or(i128::MAX));
    match violation {
        Violation::BelowMinimum { measure: counted, value, limit, .. } => lang.say(
            "move_below",
            &[
                ("region", from.to_owned()),
                ("value", whole(*value)),
                ("unit", measure(*counted)),
                ("limit", whole(u128::from(*limit))),
            ],
        ),
        Violation::AboveMaximum { measure: counted, value, limit, .. } => lang.say(
            "move_above",
            &[
                ("region", to.to_owned()),
                ("value", whole(*value)),
                ("unit", measure(*counted)),
                ("limit", whole(u128::from(*limit))),
            ],
        ),
        Violation::SelfContainment { .. } => lang.word("move_self_containment").to_owned(),
        Violation::SplitRegion { .. } => lang.say("move_splits", &[("region", from.to_owned())]),
        Violation::RegionCount { .. } | Violation::EmptyRegion { .. } => {
            lang.say("move_empties", &[("region", from.to_owned())])
        }
        Violation::TogetherBroken { group, .. } => {
            lang.say("move_together", &[("group", group.clone())])
        }
        Violation::ApartBroken { areas, .. } => {
            lang.say("move_apart", &[("areas", lang.list(areas))])
        }
        Violation::ClosedBroken { group, .. } => {
            lang.say("move_closed", &[("group", group.clone())])
        }
        Violation::FixedBroken { group, .. } => lang.say("move_fixed", &[("group", group.clone())]),
        other => other.to_string(),
    }
}
