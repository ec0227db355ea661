//! Results of jobs: the document, and all files.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::answer;
use super::jobs::find;
use super::state::Service;
use crate::problem::Problem;
use crate::question::processes::Process;
use crate::store::{Job, Status};

/// The folder of certificates in a run directory, and the list of them.
const CERTIFICATES: &str = "certificates/index.json";

const REPORT: &str = "report.html";

pub(super) async fn results(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let job = find(&service, &id).await?;
    result_of(&service, &job).await
}

/// The result of a job that has ended: the same bytes as the command's, or why there are none.
pub(super) async fn result_of(service: &Arc<Service>, job: &Job) -> Result<Response, Problem> {
    let at = format!("jobs/{}", job.id);
    match job.status {
        Status::Successful => {
            let name = Process::of(&job.process).map_or("", |process| process.result);
            held(service, &job.id, name, "the result is there once the job has ended well").await
        }
        Status::Accepted | Status::Running => {
            let what = format!("it is {}", job.status.word());
            let cure = "wait for its end: see /jobs/{id}/events";
            Err(Problem::new(404, "E604", at, what, cure).ogc("result-not-ready"))
        }
        Status::Failed => {
            let problem: Option<Value> =
                job.problem.as_deref().and_then(|problem| serde_json::from_str(problem).ok());
            let status = problem.as_ref().and_then(|problem| problem["status"].as_u64());
            let status =
                status.and_then(|status| StatusCode::from_u16(status.try_into().ok()?).ok());
            match (problem, status) {
                (Some(problem), Some(status)) => {
                    let bytes = problem.to_string().into_bytes();
                    let mut response = answer::bytes(answer::PROBLEM, bytes);
                    *response.status_mut() = status;
                    Ok(response)
                }
                _ => Err(Problem::new(500, "E611", at, &job.message, "ask again")),
            }
        }
        Status::Dismissed => {
            Err(Problem::new(410, "E604", at, "it was dismissed", "ask again").ogc("no-such-job"))
        }
    }
}

pub(super) async fn report(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    find(&service, &id).await?;
    let cure = "ask with \"report\": true, or ask the process `report` about the job";
    held(&service, &id, REPORT, cure).await
}

pub(super) async fn certificate(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    find(&service, &id).await?;
    held(&service, &id, CERTIFICATES, "ask with \"certificate\": true").await
}

pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    find(&service, &id).await?;
    let wanted = id.clone();
    let files = service.ask(move |store| store.files(&wanted)).await?;
    let files: Vec<Value> = files
        .into_iter()
        .map(|(name, size)| {
            let href = format!("/jobs/{id}/files/{name}");
            json!({"name": name, "size": size, "href": href, "type": answer::kind_of(&name)})
        })
        .collect();
    Ok(answer::json(&json!({"files": files})))
}

pub(super) async fn file(
    State(service): State<Arc<Service>>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    find(&service, &id).await?;
    held(&service, &id, &name, "see /jobs/{id}/files").await
}

/// A file of a job, as the store has it: no name leads to anything else.
async fn held(
    service: &Arc<Service>,
    id: &str,
    name: &str,
    cure: &str,
) -> Result<Response, Problem> {
    let (job, wanted) = (id.to_owned(), name.to_owned());
    if let Some(bytes) = service.ask(move |store| store.file(&job, &wanted)).await? {
        return Ok(answer::bytes(answer::kind_of(name), bytes).into_response());
    }
    let shown: String = name.chars().take(100).collect();
    let at = format!("jobs/{id}/files/{shown}");
    Err(Problem::new(404, "E604", at, "the job has no such file", cure))
}
