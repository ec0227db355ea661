//! A run of `front` read back: from `front.json`, or from the journal of a run that has not ended.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;

use crate::documents::{
    FrontResultDocument, PointDocument, ReplyDocument, known_replies, plan_of, scores,
};
use regionfront_model::defect::Defects;
use regionfront_model::quantity::Commuters;
use regionfront_solver::engine::{Limits, News};
use regionfront_solver::front::{
    FrontTask, FrontWatcher, ObjectiveSet, Reply, Score, Swept, Terms, sweep_all,
};

use regionfront_model::scenario::Problem;
use regionfront_verify::{Verified, verify};

use super::{Gap, RecordedFront, RecordedPoint, RecordedRun};
use super::{journalled, parse, population, read, refused};

/// The parts of `front.json` a report reads.
#[derive(Deserialize)]
struct FrontFile {
    fronts: Vec<FrontResultDocument>,
}

impl RecordedRun {
    pub(super) fn read_front(&self, folder: &Path) -> Result<Vec<RecordedFront>, Defects> {
        let path = folder.join("front.json");
        let documents = if path.exists() {
            parse::<FrontFile>(&path, &read(&path)?)?.fronts
        } else {
            self.fronts_so_far(folder)?
        };
        documents.into_iter().map(|front| self.front(&path, front)).collect()
    }

    pub(super) fn front(
        &self,
        path: &Path,
        front: FrontResultDocument,
    ) -> Result<RecordedFront, Defects> {
        let FrontResultDocument {
            k,
            against,
            complete,
            reason,
            points,
            missing,
            audit,
            explanation,
            ..
        } = front;
        let words = against.join(",");
        let set = self.sets.iter().position(|set| set.words() == words).ok_or_else(|| {
            let at = format!("{}, k = {k}", path.display());
            refused(&at, format!("the run was not asked for a front against {words}"))
        })?;
        let mut points: Vec<RecordedPoint> = points
            .into_iter()
            .map(|point| self.point(path, k, set, point))
            .collect::<Result<_, _>>()?;
        points.sort_by_key(|point| std::cmp::Reverse(point.plan.objective()));
        let gaps = missing
            .into_iter()
            .map(|missing| Gap {
                beyond: missing
                    .beyond
                    .into_iter()
                    .filter_map(|(word, value)| Some((word, value.as_f64()?)))
                    .collect(),
                bound: missing.bound,
            })
            .collect();
        Ok(RecordedFront { k, set: Some(set), complete, reason, points, gaps, audit, explanation })
    }

    /// A point, its plan verified and its scores computed again.
    fn point(
        &self,
        path: &Path,
        k: usize,
        set: usize,
        point: PointDocument,
    ) -> Result<RecordedPoint, Defects> {
        let at = format!("{}, {}", path.display(), point.id);
        let ObjectiveSet { problem, objectives, .. } = &*self.sets[set];
        let plan = judged(&at, problem, k, &point.assignment, point.objective)?;
        let counted = scores(&self.sets[set], plan.plan());
        for (objective, score) in objectives.iter().zip(&counted) {
            let word = objective.kind().word();
            let claim = point.exact.get(word).map(|claim| (claim.part, claim.whole.max(1)));
            if claim.map(|(part, whole)| Score { part, whole }) != Some(*score) {
                return Err(refused(&at, format!("the {word} is not that of the plan")).into());
            }
        }
        let words = objectives.iter().map(|objective| objective.kind().word().to_owned());
        let rounded = |score: &Score| (score.value() * 1e9).round() / 1e9;
        Ok(RecordedPoint {
            id: point.id,
            population: population(&problem.instance, plan.plan()),
            plan,
            against: words.zip(counted.iter().map(rounded)).collect(),
            termination: point.termination,
            solution: point.solution,
            bound: Some(point.bound),
            wall_s: None,
            engine: self.stamp.options.engine.clone(),
        })
    }

    /// The fronts as far as the journal knows them: its replies, and an interrupt at the first demand
    /// it does not answer, so that what is missing is told as for any stopped run.
    fn fronts_so_far(&self, folder: &Path) -> Result<Vec<FrontResultDocument>, Defects> {
        let replies: Vec<ReplyDocument> = journalled(&folder.join("journal.ndjson"))?;
        let terms = Terms {
            seed: self.stamp.options.seed.unwrap_or(0),
            alternatives: 0,
            within: None,
            most_near: 0,
            point_limit: None,
            limits: Limits::default(),
        };
        let mut tasks = Vec::new();
        for set in &self.sets {
            for &k in &self.ks {
                let known = known_replies(&replies, set, k, folder)?;
                tasks.push(FrontTask { set: Arc::clone(set), k, known, is_closed: true });
            }
        }
        let sets = self.sets.iter().flat_map(|set| std::iter::repeat_n(&**set, self.ks.len()));
        let places: Vec<(&ObjectiveSet, bool)> =
            sets.zip(&tasks).map(|(set, task)| (set, task.known.is_empty())).collect();
        let swept = sweep_all(&tasks, &terms, 1, &Nobody);
        let is_alone = self.sets.len() == 1;
        // A k nobody has begun on is not a front without points: nothing stands for it.
        Ok(places
            .into_iter()
            .zip(&swept)
            .filter(|((_, is_untouched), swept)| !is_untouched || swept.reason.is_some())
            .map(|((set, _), swept)| FrontResultDocument::new(set, swept, is_alone))
            .collect())
    }
}

/// Hears nothing.
struct Nobody;

impl FrontWatcher for Nobody {
    fn started(&self, _: usize) {}
    fn news(&self, _: usize, _: News) {}
    fn replied(&self, _: usize, _: usize, _: &Reply) {}
    fn finished(&self, _: usize, _: &Swept) {}
}

fn judged(
    at: &str,
    problem: &Problem,
    k: usize,
    assignment: &BTreeMap<String, u32>,
    claim: Commuters,
) -> Result<Verified, Defects> {
    let plan = plan_of(&problem.instance, assignment).map_err(|what| refused(at, what))?;
    verify(problem, k, plan, claim).map_err(|violations| {
        let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
        refused(at, format!("the plan does not pass the verifier: {}", found.join("; "))).into()
    })
}
