//! Instances: the list, uploads, and taking uploads away.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::Response;
use serde_json::{Value, json};

use regionfront_model::defect::Defects;

use super::answer;
use super::body;
use super::discovery::link;
use super::paging::{Page, refused};
use super::state::Service;
use crate::instances::{About, Refused, unpack, unpack_tables, usable_name};
use crate::problem::Problem;
use crate::store::StoredInstance;

/// An upload may take so many times longer than a question.
const LONGER: u32 = 10;

/// Instances in a list unless the client says.
const USUAL: u64 = 1000;

pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Query(asked): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let page = Page::of(&asked, USUAL)?;
    if let Some((key, value)) = asked.iter().find(|(key, _)| *key != "limit" && *key != "offset") {
        return Err(refused(key, value));
    }
    let all = service.blocking(|service| Ok(service.instances.all()?)).await?;
    let in_all = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let [limit, offset] =
        [page.limit, page.offset].map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let listed: Vec<Value> = all.iter().skip(offset).take(limit).map(document).collect();
    let links = page.links("/instances", &asked, in_all);
    Ok(answer::json(&json!({"instances": listed, "numberMatched": in_all, "links": links})))
}

fn document(stored: &StoredInstance) -> Value {
    let href = format!("/instances/{}", stored.id);
    json!({
        "id": stored.id,
        "name": stored.name,
        "title": stored.title,
        "areas": stored.areas,
        "uploaded": stored.is_uploaded,
        "links": [link(&href, "self", "application/json", "its description")],
    })
}

pub(super) async fn one(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let find = move |service: &Service| {
        let at = format!("instances/{}", id.chars().take(60).collect::<String>());
        service.instances.find(&id).map_err(|refused| match refused {
            Refused::Unknown(_) => {
                Problem::new(404, "E602", at, "there is no such instance", "see /instances")
            }
            refused => refusal(refused, &at),
        })
    };
    let about = service.blocking(find).await?;
    Ok(described(&about))
}

fn described(about: &About) -> Response {
    let mut document = document(&about.stored);
    document["divisions"] = json!(about.divisions);
    document["scenarios"] = json!(about.scenarios);
    answer::json(&document)
}

/// What to say to whoever asks for an instance that cannot be had.
pub(super) fn refusal(refused: Refused, at: &str) -> Problem {
    match refused {
        Refused::Defects(defects) => Problem::of(400, &defects),
        Refused::Unknown(known) => {
            let cure = if known.is_empty() {
                "upload one to /instances".to_owned()
            } else {
                format!("there are {}", known.join(", "))
            };
            Problem::new(400, "E603", at, "there is no such instance", cure)
        }
        Refused::Store(error) => error.into(),
    }
}

pub(super) async fn add(
    State(service): State<Arc<Service>>,
    Query(asked): Query<BTreeMap<String, String>>,
    request: Request,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let kind = body::kind(&head.headers);
    let is_archive = matches!(kind.as_str(), "application/zip" | "application/x-zip-compressed");
    if !is_archive && kind != "application/json" {
        return Err(body::wrong_kind(&kind, "application/zip, or application/json with tables"));
    }
    let too_many = |_| {
        let what = "too many uploads at a time";
        Problem::new(429, "E607", "server", what, "send it again in some seconds").retry(5)
    };
    let _room = service.uploads.try_acquire().map_err(too_many)?;
    let (most, patience) = (service.limits.upload, service.limits.patience * LONGER);
    let body = body::read(&head.headers, body, most, patience).await?;
    let add = move |service: &Service| {
        let refused = |defects: Defects| Problem::of(400, &defects);
        let (folder, files) = if is_archive {
            unpack(&body, &service.limits).map_err(refused)?
        } else {
            let document: Value = serde_json::from_slice(&body).map_err(|error| {
                let what = format!("the body is not JSON: {error}");
                Problem::new(400, "E608", "body", what, "send {\"files\": {…}}")
            })?;
            let name = document.get("name").and_then(Value::as_str).map(str::to_owned);
            (name, unpack_tables(&document, &service.limits).map_err(refused)?)
        };
        let name = asked.get("name").cloned().or(folder).unwrap_or_default();
        service.instances.add(&usable_name(&name), &files).map_err(|no| refusal(no, "instance"))
    };
    let (about, is_new) = service.blocking(add).await?;
    let mut response = described(&about);
    if is_new {
        *response.status_mut() = StatusCode::CREATED;
    }
    let place = format!("/instances/{}", about.stored.id);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let shown: String = id.chars().take(60).collect();
    let was_there = service.blocking(move |service| Ok(service.instances.delete(&id)?)).await?;
    if was_there {
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        Ok(response)
    } else {
        let what = "there is no uploaded instance of that id";
        Err(Problem::new(404, "E602", format!("instances/{shown}"), what, "see /instances"))
    }
}
