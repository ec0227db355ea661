//! The description of the interface, as programs read it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::answer;
use super::paging::parameters;
use super::state::Service;
use crate::question::processes::{PROCESSES, Process};
use crate::store::Status;

pub(super) async fn api(State(service): State<Arc<Service>>) -> Response {
    let kind = "application/vnd.oai.openapi+json;version=3.1";
    answer::bytes(kind, document(&service).to_string().into_bytes())
}

fn document(service: &Service) -> Value {
    let mut paths = Map::new();
    let get = |what: &str, more: &[(&str, Value)]| json!({"get": operation(what, &[], more)});
    let json = |what: &str| ("200", answer_of(what, "application/json"));
    for (path, what) in [
        ("/", "The landing page"),
        ("/conformance", "What the service keeps to"),
        ("/processes", "All processes"),
        ("/instances", "All instances"),
        ("/health/live", "Whether the process is there"),
    ] {
        paths.insert(path.to_owned(), get(what, &[json(what)]));
    }
    let what = "This document";
    let api = answer_of(what, "application/vnd.oai.openapi+json;version=3.1");
    paths.insert("/api".to_owned(), get(what, &[("200", api)]));
    let what = "Figures for Prometheus";
    paths.insert("/metrics".to_owned(), get(what, &[("200", answer_of(what, "text/plain"))]));
    let what = "Whether the store answers";
    paths.insert("/health/ready".to_owned(), get(what, &[json(what), ("503", problem())]));
    paths.insert("/instances".to_owned(), instances());
    paths.insert("/instances/{id}".to_owned(), instance());
    let mut schemas = Map::new();
    schemas.insert("problem".to_owned(), problem_schema());
    schemas.insert("status".to_owned(), status_schema());
    let mut described = |name: &str, what: &str| {
        let kind = "application/json";
        let Some(schema) = service.doors.schema(name) else { return answer_of(what, kind) };
        enter(&mut schemas, name, schema);
        json!({"description": what, "content": {kind: {"schema": {"$ref": place(name)}}}})
    };
    for (name, what, more) in [
        ("atlas", "An instance for the page: areas, flows and its map", &[][..]),
        ("plan", "A plan drawn and described", &["labels", "before", "fills"][..]),
        ("rules", "Rules as file, as inputs and by area", &["scenario", "toml"][..]),
    ] {
        let answer = described(name, what);
        let names = [&["rules"], more].concat();
        paths.insert(format!("/instances/{{id}}/{name}"), drawn(what, &names, answer));
    }
    let what = "The chart of a run so far";
    let answer = described("chart", what);
    paths.insert("/jobs/{id}/chart".to_owned(), drawn(what, &[], answer));
    for process in PROCESSES {
        let path = format!("/processes/{}", process.id);
        paths.insert(path.clone(), get(process.title, &[json(process.title)]));
        paths.insert(format!("{path}/execution"), execution(process));
    }
    paths.insert("/jobs".to_owned(), jobs());
    add_job(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "regionfront",
            "version": service.version,
            "description": "Proven best divisions of areas into k contiguous regions: OGC API – \
                Processes, Part 1: Core, with events and \"stop\" added.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    })
}

/// An operation, with the problems that every one may meet.
fn operation(what: &str, parameters: &[Value], answers: &[(&str, Value)]) -> Value {
    let mut responses = Map::new();
    for (status, answer) in answers {
        responses.insert((*status).to_owned(), answer.clone());
    }
    for status in ["401", "403", "500"] {
        responses.insert(status.to_owned(), problem());
    }
    let parameters = parameters.to_vec();
    json!({"summary": what, "parameters": parameters, "responses": responses})
}

fn answer_of(what: &str, kind: &str) -> Value {
    json!({"description": what, "content": {kind: {}}})
}

fn problem() -> Value {
    json!({
        "description": "What is wrong",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
    })
}

fn status_answer(what: &str) -> Value {
    json!({
        "description": what,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/status"}}},
    })
}

fn parameter(name: &str, place: &str, schema: &Value) -> Value {
    json!({"name": name, "in": place, "required": place == "path", "schema": schema})
}

fn id() -> Value {
    parameter("id", "path", &json!({"type": "string"}))
}

fn execution(process: &Process) -> Value {
    let inputs: Map<String, Value> = process
        .inputs()
        .map(|input| {
            let mut schema = input.kind.schema();
            schema["description"] = json!(input.title);
            (input.name.to_owned(), schema)
        })
        .collect();
    let needed: Vec<&str> =
        process.inputs().filter(|input| input.is_required).map(|input| input.name).collect();
    let wait =
        json!({"type": "string", "examples": ["wait=5", "respond-async", "wait=5, attended"]});
    let key = json!({"type": "string", "minLength": 1, "maxLength": 255});
    let parameters =
        [parameter("Prefer", "header", &wait), parameter("Idempotency-Key", "header", &key)];
    let mut operation = operation(
        process.title,
        &parameters,
        &[
            (
                "200",
                answer_of("The result, where the client waits and it is there", "application/json"),
            ),
            ("201", status_answer("The job")),
            ("400", problem()),
            ("408", problem()),
            ("410", problem()),
            ("413", problem()),
            ("415", problem()),
            ("422", problem()),
            ("429", problem()),
        ],
    );
    operation["requestBody"] = json!({
        "required": true,
        "content": {"application/json": {"schema": {
            "type": "object",
            "required": ["inputs"],
            "properties": {"inputs": {
                "type": "object",
                "required": needed,
                "properties": inputs,
                "additionalProperties": false,
            }},
        }}},
    });
    json!({"post": operation})
}

/// The parameters of a list that comes a page at a time.
fn paging() -> [Value; 2] {
    parameters().map(|(name, schema)| parameter(name, "query", &schema))
}

fn jobs() -> Value {
    let [limit, offset] = paging();
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.word()).collect();
    let ids: Vec<&str> = PROCESSES.iter().map(|process| process.id).collect();
    let parameters = [
        limit,
        offset,
        parameter("status", "query", &json!({"type": "string", "enum": statuses})),
        parameter("processID", "query", &json!({"type": "string", "enum": ids})),
    ];
    let what = "The jobs, the latest first";
    let answers = [("200", answer_of(what, "application/json")), ("400", problem())];
    json!({"get": operation(what, &parameters, &answers)})
}

fn add_job(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, method: &str, what: &str, answers: &[(&str, Value)]| {
        let mut answers = answers.to_vec();
        answers.push(("404", problem()));
        let mut parameters = vec![id()];
        if path.ends_with("{name}") {
            parameters.push(parameter("name", "path", &json!({"type": "string"})));
        }
        let entry = paths.entry(format!("/jobs/{path}")).or_insert_with(|| json!({}));
        entry[method] = operation(what, &parameters, &answers);
    };
    let status = || status_answer("The job as it stands");
    put("{id}", "get", "How far a job has come", &[("200", status())]);
    put("{id}", "delete", "Dismiss a job", &[("200", status())]);
    put("{id}/stop", "post", "Stop a job with what it has", &[("200", status())]);
    let what = "What happens to a job, as server-sent events";
    let events = answer_of(what, "text/event-stream");
    let over = json!({"description": "There are no more events"});
    put("{id}/events", "get", what, &[("200", events), ("204", over), ("400", problem())]);
    let what = "The result of a job";
    let result = answer_of(what, "application/json");
    let more = [("200", result), ("410", problem()), ("422", problem())];
    put("{id}/results", "get", what, &more);
    let what = "The report of a job";
    put("{id}/report.html", "get", what, &[("200", answer_of(what, "text/html"))]);
    let what = "The list of the certificates of a job";
    put("{id}/certificate", "get", what, &[("200", answer_of(what, "application/json"))]);
    let what = "The files of a job";
    put("{id}/files", "get", what, &[("200", answer_of(what, "application/json"))]);
    let what = "A file of a job";
    put("{id}/files/{name}", "get", what, &[("200", answer_of(what, "*/*"))]);
}

fn instances() -> Value {
    let what = "All instances";
    let mut add = operation(
        "Upload an instance: a ZIP archive of its folder, or its tables",
        &[parameter("name", "query", &json!({"type": "string"}))],
        &[
            ("200", answer_of("It was there already", "application/json")),
            ("201", answer_of("It is kept", "application/json")),
            ("400", problem()),
            ("408", problem()),
            ("413", problem()),
            ("415", problem()),
            ("429", problem()),
        ],
    );
    add["requestBody"] = json!({
        "required": true,
        "content": {
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": {
                "type": "object",
                "required": ["files"],
                "properties": {
                    "name": {"type": "string"},
                    "files": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            }},
        },
    });
    let answers = [("200", answer_of(what, "application/json")), ("400", problem())];
    json!({"get": operation(what, &paging(), &answers), "post": add})
}

fn instance() -> Value {
    let what = "An instance: its divisions and scenarios";
    let answers =
        [("200", answer_of(what, "application/json")), ("400", problem()), ("404", problem())];
    let gone = json!({"description": "It is gone"});
    let deleted = [("204", gone), ("404", problem())];
    json!({
        "get": operation(what, &[id()], &answers),
        "delete": operation("Take an uploaded instance away", &[id()], &deleted),
    })
}

/// What the page draws, with its parameters.
fn drawn(what: &str, names: &[&str], answer: Value) -> Value {
    let text = json!({"type": "string"});
    let mut parameters = vec![id(), parameter("lang", "query", &json!({"enum": ["en", "nb"]}))];
    parameters.extend(names.iter().map(|name| parameter(name, "query", &text)));
    let answers = [("200", answer), ("400", problem()), ("404", problem()), ("429", problem())];
    json!({"get": operation(what, &parameters, &answers)})
}

/// Where a schema stands in this document.
fn place(name: &str) -> String {
    format!("#/components/schemas/{name}")
}

/// Enters a schema, and those it refers to beside it: within this document they are not its own.
fn enter(schemas: &mut Map<String, Value>, name: &str, mut schema: Value) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("$schema");
    let parts = object.remove("$defs");
    for (part, schema) in parts.as_ref().and_then(Value::as_object).into_iter().flatten() {
        schemas.entry(part).or_insert_with(|| placed(schema));
    }
    schemas.insert(name.to_owned(), placed(&schema));
}

/// A schema whose references lead to where schemas stand in this document.
fn placed(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => {
            let entry = |(key, value): (&String, &Value)| match (key.as_str(), value) {
                ("$ref", Value::String(to)) => {
                    (key.clone(), json!(place(to.trim_start_matches("#/$defs/"))))
                }
                _ => (key.clone(), placed(value)),
            };
            Value::Object(object.iter().map(entry).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(placed).collect()),
        value => value.clone(),
    }
}

fn problem_schema() -> Value {
    let text = json!({"type": "string"});
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": text, "title": text, "detail": text, "code": text,
            "status": {"type": "integer"},
            "retry_after": {"type": "integer"},
            "defects": {"type": "array", "items": {
                "type": "object",
                "required": ["code", "at", "what", "help"],
                "properties": {"code": text, "at": text, "what": text, "help": text},
            }},
        },
    })
}

fn status_schema() -> Value {
    let (text, moment) =
        (json!({"type": "string"}), json!({"type": "string", "format": "date-time"}));
    let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.word()).collect();
    json!({
        "type": "object",
        "required": ["jobID", "processID", "type", "status", "created", "queued", "updated"],
        "properties": {
            "jobID": text, "processID": text, "type": {"const": "process"},
            "status": {"type": "string", "enum": statuses},
            "message": text,
            "progress": {"type": "integer", "minimum": 0, "maximum": 100},
            "termination": text, "solution": text,
            "created": moment, "queued": moment, "started": moment, "updated": moment,
            "finished": moment,
            "position": {"type": "integer", "minimum": 1},
            "attempts": {"type": "integer"}, "stopped": {"type": "boolean"},
            "inputs": {"type": "object"},
            "problem": {"$ref": "#/components/schemas/problem"},
            "links": {"type": "array", "items": {"type": "object"}},
        },
    })
}
