//! Asking: a question becomes a job, and sometimes its answer at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::header::{HeaderName, HeaderValue, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout_at};

use super::access::Caller;
use super::attended::{ATTENDED, Asker};
use super::body;
use super::discovery::find;
use super::files::result_of;
use super::instances::refusal;
use super::jobs::status_of;
use super::state::Service;
use super::waiting::Waiting;
use crate::problem::Problem;
use crate::question::processes::Process;
use crate::question::{Known, RUN, Work};
use crate::store::{Job, NewJob, Room, Submitted};

/// How often a client that waits looks for what other processes do.
const LOOK: Duration = Duration::from_millis(250);

/// Longest key of idempotency.
const LONGEST_KEY: usize = 255;

pub(super) async fn execute(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Extension(Caller(owner)): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let process = find(&id)?;
    let (head, body) = request.into_parts();
    let kind = body::kind(&head.headers);
    if kind != "application/json" {
        return Err(body::wrong_kind(&kind, "application/json"));
    }
    let (most, patience) = (service.limits.question, service.limits.patience);
    let body = body::read(&head.headers, body, most, patience).await?;
    let inputs = inputs_of(&body)?;
    let key = key_of(&head.headers)?;
    let wait = wait_of(&head.headers).map(|wait| wait.min(service.limits.wait));
    let is_attended = wishes(&head.headers).any(|wish| wish == ATTENDED);
    let (job, is_new) = {
        let _room = service.checks.try_acquire().map_err(|_| {
            let what = "too many questions are being looked at";
            Problem::new(429, "E607", "server", what, "ask again in a second").retry(1)
        })?;
        let ask = move |service: &Service| submit(service, process, &inputs, owner, key.as_deref());
        service.blocking(ask).await?
    };
    // What another has queued is another's: attending changes nothing about it.
    let asker = match (is_attended, is_new) {
        (true, true) => Asker::Alone,
        (true, false) => Asker::Listens,
        (false, _) => Asker::Wants,
    };
    let _waiting = Waiting::begin(&service, &job.id, asker);
    service.bell.tell(&job.id);
    service.bell.ring();
    let deadline = wait.map(|wait| (wait, Instant::now() + wait));
    if let Some((wait, deadline)) = deadline {
        let ended = until_end(&service, &job.id, deadline).await?;
        if ended.status.is_end() {
            let mut response = result_of(&service, &ended).await?;
            let applied = format!("wait={}", wait.as_secs());
            put(&mut response, "preference-applied", &applied);
            put(&mut response, "location", &format!("/jobs/{}", ended.id));
            let of = format!("</jobs/{}>; rel=\"monitor\"", ended.id);
            put(&mut response, "link", &of);
            return Ok(response);
        }
    }
    let mut response = status_of(&job);
    *response.status_mut() = StatusCode::CREATED;
    put(&mut response, LOCATION.as_str(), &format!("/jobs/{}", job.id));
    if wait.is_none() {
        put(&mut response, "preference-applied", "respond-async");
    }
    Ok(response)
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// The inputs of an execute request.
fn inputs_of(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    let wrong = |what: String| {
        let cure = "send {\"inputs\": {\"instance\": \"viken-2020\", \"k\": 9}}";
        Problem::new(400, "E601", "body", what, cure)
    };
    let document: Value = serde_json::from_slice(body)
        .map_err(|error| wrong(format!("the body is not JSON: {error}")))?;
    match document {
        Value::Object(mut object) => match object.remove("inputs") {
            Some(Value::Object(inputs)) => Ok(inputs),
            Some(_) => Err(wrong("`inputs` is not an object".to_owned())),
            None => Err(wrong("there are no `inputs`".to_owned())),
        },
        _ => Err(wrong("the body is not an object".to_owned())),
    }
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        _ => {
            let what = format!("the key is empty, no text, or longer than {LONGEST_KEY} bytes");
            Err(Problem::new(400, "E609", "Idempotency-Key", what, "send another key"))
        }
    }
}

/// How long the client would rather wait.
fn wait_of(headers: &HeaderMap) -> Option<Duration> {
    let seconds =
        wishes(headers).find_map(|wish| wish.strip_prefix("wait=")?.trim_matches('"').parse().ok());
    seconds.map(Duration::from_secs)
}

/// What the client would rather have (RFC 7240).
fn wishes(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let wishes = headers.get_all("prefer").into_iter().filter_map(|wish| wish.to_str().ok());
    wishes.flat_map(|wish| wish.split([',', ';'])).map(str::trim)
}

/// The job that a question is, and whether it was queued for it now.
fn submit(
    service: &Service,
    process: &'static Process,
    inputs: &Map<String, Value>,
    owner: String,
    key: Option<&str>,
) -> Result<(Job, bool), Problem> {
    let work = work_of(service, process, inputs)?;
    let sorted: BTreeMap<&String, &Value> = inputs.iter().collect();
    let new = NewJob {
        id: work.id(service.version),
        process: process.id.to_owned(),
        inputs: serde_json::to_string(&sorted).unwrap_or_default(),
        work: serde_json::to_string(&work).unwrap_or_default(),
        parts: work.parts(process),
        owner,
    };
    let room = Room { queue: service.limits.queue, owner: service.limits.per_token };
    let full = |at: &str, what: String| {
        Problem::new(429, "E607", at, what, "wait until some have ended").retry(10)
    };
    match service.store.submit(&new, key, room)? {
        submitted @ (Submitted::Queued | Submitted::Known) => {
            let job = service.store.job(&new.id)?.ok_or_else(|| Problem::no_job(&new.id))?;
            Ok((job, matches!(submitted, Submitted::Queued)))
        }
        Submitted::QueueFull => Err(full("queue", format!("{} jobs have not ended", room.queue))),
        Submitted::OwnerFull => {
            Err(full("token", format!("{} jobs of this token have not ended", room.owner)))
        }
        Submitted::OtherQuestion => {
            let what = "the key was used for another question";
            Err(Problem::new(422, "E609", "Idempotency-Key", what, "use another key"))
        }
    }
}

/// The work that a question asks for, looked at against its data.
fn work_of(
    service: &Service,
    process: &'static Process,
    inputs: &Map<String, Value>,
) -> Result<Work, Problem> {
    let mut known = Known::default();
    let mut folder = None;
    if process.input("instance").is_some() {
        if let Some(Value::String(word)) = inputs.get("instance") {
            let about =
                service.instances.find(word).map_err(|no| refusal(no, "inputs.instance"))?;
            known.instance = Some(about.stored.id.clone());
            known.divisions.clone_from(&about.divisions);
            known.scenarios.clone_from(&about.scenarios);
            folder = Some(about.folder.clone());
        } else if inputs.get("instance").is_some_and(|value| !value.is_null()) {
            let what = "that is no name of an instance";
            return Err(Problem::new(400, "E603", "inputs.instance", what, "see /instances"));
        }
    }
    let refused = |defects| Problem::of(400, &defects);
    let mut work = Work::read(process, inputs, &known).map_err(refused)?;
    for needed in &work.needs {
        let job = service.store.job(needed)?.filter(Job::finished_well);
        let Some(job) = job else {
            let what = format!("{needed} is no job that has ended well");
            return Err(Problem::new(400, "E603", "inputs", what, "see /jobs"));
        };
        if process.id == "report" {
            if !matches!(job.process.as_str(), "solve" | "front") {
                let what = format!("{needed} is a job of `{}`", job.process);
                let cure = "name a job of solve or front";
                return Err(Problem::new(400, "E603", "inputs.job", what, cure));
            }
            work.instance = service.store.work(needed)?.and_then(|work| {
                serde_json::from_str(&work).ok().and_then(|work: Work| work.instance)
            });
            break;
        }
    }
    let most = service.limits.counts;
    let asked = work.counts().len();
    if asked > most {
        let what = format!("{asked} numbers of regions, and this server takes {most}");
        return Err(Problem::new(400, "E603", "inputs.k", what, "ask for them in parts"));
    }
    if let Some(folder) = folder {
        let mut arguments = work.arguments(&folder.to_string_lossy());
        if work.writes_files(process) {
            // Some options have a meaning with files only.
            arguments.push(format!("--output={RUN}"));
        }
        service.doors.check(&arguments).map_err(refused)?;
    }
    Ok(work)
}

/// The job once it has ended, or as it is when the time is up.
async fn until_end(service: &Arc<Service>, id: &str, until: Instant) -> Result<Job, Problem> {
    let mut news = service.bell.listen(id);
    loop {
        let wanted = id.to_owned();
        let job = service.ask(move |store| store.job(&wanted)).await?;
        let job = job.ok_or_else(|| Problem::no_job(id))?;
        if job.status.is_end() || Instant::now() >= until {
            return Ok(job);
        }
        // Woken or not, it looks again.
        let _ =
            timeout_at(until.min(Instant::now() + service.bell.look(LOOK)), news.changed()).await;
    }
}
