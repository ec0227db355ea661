//! `front`: the Pareto front for each number of regions.

use std::sync::Arc;

use pyo3::prelude::*;

use regionfront::defect::Defects;
use regionfront::front::{FrontTask, ObjectiveSet, Swept, sweep_all};
use regionfront::report::FrontDocument;
use regionfront::scenario::Problem;

use crate::answer::json;
use crate::fault;
use crate::instance::Instance;
use crate::question::Question;
use crate::watch::{Fronts, attended};

/// The document that `regionfront front --format json --no-explain` prints.
///
/// An interrupt hands over the points there are; where there is none, it goes on as Python raised it.
#[pyfunction]
pub(crate) fn front(
    py: Python<'_>,
    instance: &Instance,
    question: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<String> {
    let asked = Question::read(py, question)?;
    let (problem, sets) = resolve(&asked, instance).map_err(|found| fault::raised(py, &found))?;
    fault::warn_of_rules(py, &instance.model, &problem.instance)?;
    let swept = attended(py, progress, move |interrupt, line| {
        let threads = asked.threads();
        let terms = asked.terms(threads, interrupt);
        let options = asked.front_options();
        let mut document = FrontDocument::new(&problem, &sets, asked.is_joint(), options, &terms);
        let tasks: Vec<FrontTask> = sets
            .iter()
            .flat_map(|set| asked.ks.iter().map(move |&k| (set, k)))
            .map(|(set, k)| FrontTask {
                set: Arc::clone(set),
                k,
                known: Vec::new(),
                is_closed: false,
            })
            .collect();
        let watcher = Fronts { ks: tasks.iter().map(|task| task.k).collect(), line };
        let swept = sweep_all(&tasks, &terms, threads, &watcher);
        for (set, fronts) in sets.iter().zip(swept.chunks(asked.ks.len().max(1))) {
            let fronts: Vec<&Swept> = fronts.iter().collect();
            document.enter(set, &fronts, sets.len() == 1);
        }
        document
    })?;
    match swept.signal {
        Some(signal) if swept.value.fronts.iter().all(|front| front.points.is_empty()) => {
            Err(signal)
        }
        _ => json(py, &swept.value),
    }
}

/// The question, and the second objectives with the rules that hold along their fronts.
pub(crate) fn resolve(
    asked: &Question,
    instance: &Instance,
) -> Result<(Problem, Vec<Arc<ObjectiveSet>>), Defects> {
    let (problem, contradictions) = asked.contradictory(instance)?;
    let sets = asked.objectives(&problem)?;
    sets.iter().try_for_each(|set| set.refuse_contradictions(&contradictions))?;
    Ok((problem, sets))
}
