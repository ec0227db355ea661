//! Divisions judged and compared, and why there is no plan.

use std::sync::Arc;

use pyo3::prelude::*;

use regionfront::cli::embed;
use regionfront::defect::Defects;
use regionfront::division::{Validity, compare as differ, evaluate as measure};
use regionfront::explain::Explainer;
use regionfront::indicators;
use regionfront::job::{self, SharedWatcher};
use regionfront::report::{
    ComparisonDocument, EvaluationDocument, ExplainDocument, ExplanationDocument, InstanceDocument,
    RegionDocument, ScenarioDocument,
};
use regionfront::scenario::Limits;
use regionfront::verify::judge_division;

use crate::answer::json;
use crate::fault;
use crate::instance::{Instance, Named, division};
use crate::question::Question;
use crate::watch::attended;

/// The document that `regionfront evaluate --format json` prints; the best plans of the numbers of
/// regions asked for stand beside the division.
#[pyfunction]
pub(crate) fn evaluate(
    py: Python<'_>,
    instance: &Instance,
    question: &str,
    named: Named,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let asked = Question::read(py, question)?;
    let raise = |found: Defects| fault::raised(py, &found);
    let problem = Arc::new(asked.problem(instance).map_err(raise)?);
    fault::warn_of_rules(py, &instance.model, &problem.instance)?;
    let division = division(&problem.instance, named).map_err(raise)?;
    let validity = Validity::default();
    let figures = measure(&problem.instance, &problem.rules.links, &validity, &division);
    let violations = judge_division(&problem, &division, None).err().unwrap_or_default();
    let judged = attended(py, progress, move |interrupt, line| {
        let watcher: SharedWatcher = Arc::new(line);
        let (engine, settings) = (asked.engine(), asked.settings(interrupt));
        let answers = if asked.ks.is_empty() {
            Vec::new()
        } else {
            job::run(&problem, &asked.ks, &engine, &settings, &[], &watcher, &mut |_| {})
        };
        EvaluationDocument::new(&problem, &division, &validity, &figures, &violations, &answers)
    })?;
    match judged.signal {
        Some(signal) => Err(signal),
        None => json(py, &judged.value),
    }
}

/// The regions of a plan as the documents of `solve` list them, verified again. Limits are not asked
/// for: along a front those on its objectives do not hold.
#[pyfunction]
pub(crate) fn regions(
    py: Python<'_>,
    instance: &Instance,
    question: &str,
    named: Named,
) -> PyResult<String> {
    let asked = Question::read(py, question)?;
    let raise = |found: Defects| fault::raised(py, &found);
    let (mut problem, _) = asked.contradictory(instance).map_err(raise)?;
    problem.rules.limits = Limits::default();
    let division = division(&problem.instance, named).map_err(raise)?;
    let plan = judge_division(&problem, &division, None).map_err(|violations| {
        let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
        fault::internal(py, found.join("; "))
    })?;
    let documents: Vec<RegionDocument> = indicators::regions(&problem, plan.plan())
        .iter()
        .map(|region| RegionDocument::new(&problem.instance, region))
        .collect();
    json(py, &documents)
}

/// The document that `regionfront compare --format json` prints for two divisions.
#[pyfunction]
pub(crate) fn compare(
    py: Python<'_>,
    instance: &Instance,
    first: Named,
    second: Named,
) -> PyResult<String> {
    let read = |named| division(&instance.model, named).map_err(|found| fault::raised(py, &found));
    let compared = differ(&instance.model, &read(first)?, &read(second)?);
    json(py, &ComparisonDocument::new(&instance.model, &[compared]))
}

/// The document that `regionfront explain --format json` prints.
#[pyfunction]
pub(crate) fn explain(
    py: Python<'_>,
    instance: &Instance,
    question: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let asked = Question::read(py, question)?;
    let resolved = asked.contradictory(instance).map_err(|found| fault::raised(py, &found))?;
    let problem = resolved.0;
    fault::warn_of_rules(py, &instance.model, &problem.instance)?;
    let explained = attended(py, progress, move |interrupt, _| {
        let (engine, settings) = (asked.engine(), asked.settings(interrupt));
        // The limit of time is one of the whole explanation, not of each question in it.
        let settings = job::Settings { time_limit: None, total_time_limit: None, ..settings };
        let mut explainer = Explainer::new(&problem, &engine, &settings);
        let explain = |&k: &usize| {
            let allowance = embed::explanation_allowance(asked.time_limit());
            ExplanationDocument::new(&problem, &explainer.explain(k, allowance))
        };
        let explanations = asked.ks.iter().map(explain).collect();
        ExplainDocument {
            schema: ExplainDocument::SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: InstanceDocument::new(&problem.instance),
            scenario: ScenarioDocument::new(&problem),
            engine: engine.name().to_owned(),
            seed: asked.seed(),
            time_limit_s: asked.time_limit().map(|limit| limit.as_secs_f64()),
            explanations,
        }
    })?;
    match explained.signal {
        Some(signal) => Err(signal),
        None => json(py, &explained.value),
    }
}
