//! Certificates of what was found, each checked by the independent checker.

use std::time::Duration;

use pyo3::prelude::*;
use serde::Deserialize;

use regionfront::cli::embed;
use regionfront::defect::Defects;
use regionfront::job::Answer;
use regionfront::report::{FrontDocument, RecordedRun, RunStamp, SolveDocument, StampedOptions};
use regionfront::scenario::Problem;

use crate::answer::json;
use crate::fault;
use crate::front::resolve;
use crate::instance::Instance;
use crate::question::Question;
use crate::watch::attended;

/// A document that `solve` or `front` handed out.
#[derive(Deserialize)]
#[serde(untagged)]
enum Document {
    Front(Box<FrontDocument>),
    Solve(Box<SolveDocument>),
}

/// What is listed of a certificate, as JSON, and its text where there is one.
type Listed = (String, Option<String>);

/// The certificates of one number of regions, one for each front, out of a document that `solve` or
/// `front` handed out for this question. Every plan is verified again.
#[pyfunction]
pub(crate) fn certify(
    py: Python<'_>,
    instance: &Instance,
    question: &str,
    document: &str,
    k: usize,
    time_limit_s: f64,
) -> PyResult<Vec<Listed>> {
    let asked = Question::read(py, question)?;
    let document: Document =
        serde_json::from_str(document).map_err(|error| fault::internal(py, error.to_string()))?;
    let mut run = match document {
        Document::Front(front) => {
            fronts(&asked, instance, &front).map_err(|found| fault::raised(py, &found))?
        }
        Document::Solve(solved) => {
            let problem = asked.problem(instance).map_err(|found| fault::raised(py, &found))?;
            let answers = solved.results.iter().map(|result| result.to_answer(&problem));
            let answers: Vec<Answer> =
                answers.collect::<Result<_, _>>().map_err(|what| fault::internal(py, what))?;
            RecordedRun::new(problem.clone(), stamp(&problem, &asked)).with_answers(&answers)
        }
    };
    run.fronts.retain(|front| front.k == k);
    let (folder, limit) = (instance.folder.clone(), Duration::from_secs_f64(time_limit_s));
    let made = attended(py, None, move |_, _| embed::certificates(&run, &folder, limit))?;
    match made.signal {
        Some(signal) => Err(signal),
        None => made.value.into_iter().map(|(entry, text)| Ok((json(py, &entry)?, text))).collect(),
    }
}

fn fronts(
    asked: &Question,
    instance: &Instance,
    document: &FrontDocument,
) -> Result<RecordedRun, Defects> {
    let (problem, sets) = resolve(asked, instance)?;
    let stamp = stamp(&problem, asked);
    RecordedRun::new(problem, stamp).with_fronts(&sets, &document.fronts)
}

fn stamp(problem: &Problem, asked: &Question) -> RunStamp {
    let engine = asked.engine().name().to_owned();
    RunStamp::now(problem, StampedOptions { engine, seed: Some(asked.seed()) }, Vec::new())
}
