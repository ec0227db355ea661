//! `solve`: the best plan for each number of regions.

use std::sync::Arc;

use pyo3::prelude::*;

use regionfront::defect::Defects;
use regionfront::job::{self, Known, SharedWatcher};
use regionfront::report::{ResultDocument, SolveDocument};
use regionfront::scenario::Problem;
use regionfront::verify::judge_division;

use crate::answer::json;
use crate::fault;
use crate::instance::{Instance, division};
use crate::question::Question;
use crate::watch::attended;

/// The document that `regionfront solve --format json` prints, and what is to be remarked.
///
/// An interrupt hands over the plans there are; where there is none, it goes on as Python raised it.
#[pyfunction]
pub(crate) fn solve(
    py: Python<'_>,
    instance: &Instance,
    question: &str,
    progress: Option<Py<PyAny>>,
) -> PyResult<(String, Vec<String>)> {
    let asked = Question::read(py, question)?;
    let problem = Arc::new(asked.problem(instance).map_err(|found| fault::raised(py, &found))?);
    fault::warn_of_rules(py, &instance.model, &problem.instance)?;
    let begun = known(&asked, &problem).map_err(|found| fault::raised(py, &found))?;
    let (known, remarks) = begun;
    let solved = attended(py, progress, move |interrupt, line| {
        let (engine, settings) = (asked.engine(), asked.settings(interrupt));
        let watcher: SharedWatcher = Arc::new(line);
        let answers =
            job::run(&problem, &asked.ks, &engine, &settings, &known, &watcher, &mut |_| {});
        let mut document = SolveDocument::new(&problem, engine.name(), &settings);
        document.results =
            answers.iter().map(|answer| ResultDocument::new(&problem, answer)).collect();
        document
    })?;
    match solved.signal {
        Some(signal) if solved.value.results.iter().all(|result| !result.verified) => Err(signal),
        _ => Ok((json(py, &solved.value)?, remarks)),
    }
}

/// The divisions to begin from; one that breaks a rule is named and not used.
fn known(asked: &Question, problem: &Problem) -> Result<(Vec<Known>, Vec<String>), Defects> {
    let (mut known, mut remarks) = (Vec::new(), Vec::new());
    for text in &asked.begin_from {
        let named = ("begin_from".to_owned(), Some(text.clone()));
        let division = division(&problem.instance, named)?;
        match judge_division(problem, &division, None) {
            Ok(plan) => known.push(Known { plan, is_start: true }),
            Err(violations) => {
                let found: Vec<String> = violations.iter().map(ToString::to_string).collect();
                remarks
                    .push(format!("the division to begin from is not used: {}", found.join("; ")));
            }
        }
    }
    Ok((known, remarks))
}
