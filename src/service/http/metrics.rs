//! Health, and figures for Prometheus.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::answer;
use super::state::Service;
use crate::problem::Problem;
use crate::store::Store;

/// The process is there.
pub(super) async fn live() -> Response {
    answer::json(&json!({"status": "pass"}))
}

/// The store answers.
pub(super) async fn ready(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    service.ask(Store::ping).await.map_err(|mut problem| {
        problem.status = 503;
        problem
    })?;
    Ok(answer::json(&json!({"status": "pass"})))
}

/// Figures in the text format of Prometheus.
pub(super) async fn metrics(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    let counts = service.ask(Store::counts).await?;
    let mut text = String::new();
    let mut put = |name: &str, kind: &str, help: &str, rows: &[(String, u64)]| {
        // Writing to a text does not fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in rows {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let rows: Vec<(String, u64)> = counts
        .into_iter()
        .map(|(status, count)| (format!("{{status=\"{}\"}}", status.word()), count))
        .collect();
    put("regionfront_jobs", "gauge", "Jobs in the store.", &rows);
    let load = service.ask(Store::load).await?;
    let rows = [("waiting", load.waiting), ("running", load.running)]
        .map(|(is, units)| (format!("{{is=\"{is}\"}}"), units));
    put("regionfront_units", "gauge", "Jobs and parts of jobs for workers to do.", &rows);
    let one = |value: u64| [(String::new(), value)];
    let requests = service.requests.load(Ordering::Relaxed);
    put("regionfront_requests_total", "counter", "Requests answered.", &one(requests));
    let failures = service.failures.load(Ordering::Relaxed);
    put("regionfront_failures_total", "counter", "Requests that met a failure.", &one(failures));
    let version = format!("{{version=\"{}\"}}", service.version);
    put("regionfront_build_info", "gauge", "Version of regionfront.", &[(version, 1)]);
    Ok(answer::bytes("text/plain; version=0.0.4; charset=utf-8", text.into_bytes()))
}
