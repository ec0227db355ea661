//! What there is: landing page, conformance, processes.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, VARY};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer;
use super::page;
use super::state::Service;
use crate::problem::Problem;
use crate::question::processes::{PROCESSES, Process};

/// A link of a document.
pub(super) fn link(href: &str, rel: &str, kind: &str, title: &str) -> Value {
    json!({"href": href, "rel": rel, "type": kind, "title": title})
}

const JSON: &str = "application/json";

/// Names of relations that OGC defines.
pub(super) const OGC_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0";

/// The classes that the service keeps to. `oas30` is not among them: the description is of version 3.1.
const CLASSES: [&str; 5] = ["core", "ogc-process-description", "json", "job-list", "dismiss"];

const CONFORMANCE: &str = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf";

/// What there is; for whoever came by a browser, the page.
pub(super) async fn landing(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    if page::wants_page(&headers) {
        return page::index();
    }
    let links = json!([
        link("/", "self", JSON, "this document"),
        link(
            "/api",
            "service-desc",
            "application/vnd.oai.openapi+json;version=3.1",
            "the interface"
        ),
        link("/conformance", &format!("{OGC_REL}/conformance"), JSON, "what it keeps to"),
        link("/processes", &format!("{OGC_REL}/processes"), JSON, "what can be asked"),
        link("/jobs", &format!("{OGC_REL}/job-list"), JSON, "what was asked"),
        link("/instances", "related", JSON, "what it can be asked about"),
    ]);
    let mut response = answer::json(&json!({
        "title": "regionfront",
        "description": "Proven best divisions of areas into k contiguous regions",
        "version": service.version,
        "readOnly": service.access.is_read_only,
        "links": links,
    }));
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
    response
}

pub(super) async fn conformance() -> Response {
    let classes: Vec<String> =
        CLASSES.iter().map(|class| format!("{CONFORMANCE}/{class}")).collect();
    answer::json(&json!({"conformsTo": classes}))
}

pub(super) async fn processes(State(service): State<Arc<Service>>) -> Response {
    let all: Vec<Value> = PROCESSES
        .iter()
        .map(|process| {
            let href = format!("/processes/{}", process.id);
            let links = json!([link(&href, "self", JSON, "its description")]);
            Value::Object(summary(process, service.version, links))
        })
        .collect();
    let links = json!([link("/processes", "self", JSON, "this document")]);
    answer::json(&json!({"processes": all, "links": links}))
}

pub(super) async fn process(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let process = find(&id)?;
    let href = format!("/processes/{}", process.id);
    let links = json!([
        link(&href, "self", JSON, "this document"),
        link(&format!("{href}/execution"), &format!("{OGC_REL}/execute"), JSON, "asking it"),
    ]);
    let mut document = summary(process, service.version, links);
    let inputs: Map<String, Value> = process
        .inputs()
        .map(|input| {
            let described = json!({
                "title": input.title,
                "minOccurs": u8::from(input.is_required),
                "maxOccurs": 1,
                "schema": input.kind.schema(),
            });
            (input.name.to_owned(), described)
        })
        .collect();
    document.insert("inputs".to_owned(), Value::Object(inputs));
    let schema = service.doors.schema(process.schema).unwrap_or_else(|| json!({"type": "object"}));
    let outputs = json!({"result": {"title": process.result, "schema": schema}});
    document.insert("outputs".to_owned(), outputs);
    Ok(answer::json(&Value::Object(document)))
}

/// The process of an id.
pub(super) fn find(id: &str) -> Result<&'static Process, Problem> {
    Process::of(id).ok_or_else(|| {
        let shown: String = id.chars().take(60).collect();
        let known: Vec<&str> = PROCESSES.iter().map(|process| process.id).collect();
        let cure = format!("there are {}", known.join(", "));
        Problem::new(404, "E602", format!("processes/{shown}"), "there is no such process", cure)
            .ogc("no-such-process")
    })
}

fn summary(process: &Process, version: &str, links: Value) -> Map<String, Value> {
    let mut summary = Map::new();
    let mut put = |key: &str, value: Value| summary.insert(key.to_owned(), value);
    put("id", json!(process.id));
    put("title", json!(process.title));
    put("description", json!(format!("What `regionfront {}` does.", process.id)));
    put("version", json!(version));
    put("jobControlOptions", json!(["async-execute", "dismiss"]));
    put("outputTransmission", json!(["value"]));
    put("links", links);
    summary
}
