//! Jobs: the list, their status, stop and dismissal.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer;
use super::discovery::{OGC_REL, link};
use super::paging::{Page, refused};
use super::state::Service;
use crate::problem::Problem;
use crate::question::processes::Process;
use crate::store::{Job, Status, Wanted};

/// Jobs in a list unless the client says.
const USUAL: u64 = 100;

pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let page = Page::of(&asked, USUAL)?;
    let wanted = wanted(&asked, page)?;
    let (jobs, in_all) = service.ask(move |store| store.jobs(&wanted)).await?;
    let links = page.links("/jobs", &asked, in_all);
    let jobs: Vec<Value> = jobs.iter().map(document).collect();
    Ok(answer::json(&json!({"jobs": jobs, "numberMatched": in_all, "links": links})))
}

fn wanted(asked: &BTreeMap<String, String>, page: Page) -> Result<Wanted, Problem> {
    let Page { limit, offset } = page;
    let mut wanted = Wanted { limit, offset, ..Wanted::default() };
    for (key, value) in asked {
        let words = || value.split(',').filter(|word| !word.is_empty());
        match key.as_str() {
            "limit" | "offset" => {}
            "status" => {
                let statuses =
                    words().map(|word| Status::of(word).ok_or_else(|| refused(key, word)));
                wanted.statuses = statuses.collect::<Result<_, _>>()?;
                wanted.statuses.sort_unstable();
                wanted.statuses.dedup();
            }
            "processID" => {
                let ids = words().map(|word| Process::of(word).ok_or_else(|| refused(key, word)));
                let ids: Vec<&Process> = ids.collect::<Result<_, _>>()?;
                wanted.processes = ids.iter().map(|process| process.id.to_owned()).collect();
                wanted.processes.sort_unstable();
                wanted.processes.dedup();
            }
            "type" if value == "process" => {}
            _ => return Err(refused(key, value)),
        }
    }
    Ok(wanted)
}

/// A job that there is.
pub(super) async fn find(service: &Arc<Service>, id: &str) -> Result<Job, Problem> {
    let wanted = id.to_owned();
    let job = service.ask(move |store| store.job(&wanted)).await?;
    job.ok_or_else(|| Problem::no_job(id))
}

pub(super) async fn status(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(status_of(&find(&service, &id).await?))
}

pub(super) async fn stop(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    find(&service, &id).await?;
    let wanted = id.clone();
    service.ask(move |store| store.stop(&wanted)).await?;
    service.bell.tell(&id);
    Ok(status_of(&find(&service, &id).await?))
}

pub(super) async fn dismiss(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    find(&service, &id).await?;
    let wanted = id.clone();
    service.ask(move |store| store.dismiss(&wanted)).await?;
    service.bell.tell(&id);
    Ok(status_of(&find(&service, &id).await?))
}

/// The status of a job as the standard has it, with what is ours beside.
pub(super) fn status_of(job: &Job) -> Response {
    answer::json(&document(job))
}

fn document(job: &Job) -> Value {
    let href = format!("/jobs/{}", job.id);
    let kind = "application/json";
    let mut links = vec![
        link(&href, "self", kind, "this document"),
        link(&format!("{href}/events"), "related", "text/event-stream", "what happens to it"),
    ];
    if job.status == Status::Successful {
        let results = format!("{OGC_REL}/results");
        links.push(link(&format!("{href}/results"), &results, kind, "its result"));
        links.push(link(&format!("{href}/files"), "related", kind, "its files"));
    }
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            document.insert(key.to_owned(), value);
        }
    };
    put("jobID", json!(job.id));
    put("processID", json!(job.process));
    put("type", json!("process"));
    put("status", json!(job.status));
    put("message", json!(job.message));
    put("progress", json!(job.progress));
    put("termination", json!(job.termination));
    put("solution", json!(job.solution));
    put("created", json!(job.times.created));
    put("queued", json!(job.times.queued));
    put("started", json!(job.times.started));
    put("updated", json!(job.times.updated));
    put("finished", json!(job.times.finished));
    put("position", json!(job.ahead.map(|ahead| ahead + 1)));
    put("attempts", json!(job.attempts));
    put("stopped", json!(job.is_stopped));
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    put("inputs", parsed(&job.inputs));
    put("problem", job.problem.as_deref().map_or(Value::Null, parsed));
    put("links", Value::Array(links));
    Value::Object(document)
}
