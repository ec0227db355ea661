//! The interface: OGC API – Processes over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware;
use axum::routing::{get, post};

use crate::problem::Problem;

mod access;
mod answer;
mod attended;
mod body;
mod discovery;
mod events;
mod execute;
mod files;
mod instances;
mod jobs;
mod language;
mod metrics;
mod openapi;
mod page;
mod paging;
mod shown;
mod state;
mod waiting;

pub use attended::Attended;
pub use state::{Access, Service};

/// All pages of a service.
pub fn router(service: Arc<Service>) -> Router {
    let guard = middleware::from_fn_with_state(Arc::clone(&service), access::guard);
    Router::new()
        .route("/", get(discovery::landing))
        .route("/page/{name}", get(page::file))
        .route("/conformance", get(discovery::conformance))
        .route("/api", get(openapi::api))
        .route("/processes", get(discovery::processes))
        .route("/processes/{id}", get(discovery::process))
        .route("/processes/{id}/execution", post(execute::execute))
        .route("/jobs", get(jobs::list))
        .route("/jobs/{id}", get(jobs::status).delete(jobs::dismiss))
        .route("/jobs/{id}/stop", post(jobs::stop))
        .route("/jobs/{id}/events", get(events::events))
        .route("/jobs/{id}/chart", get(shown::chart))
        .route("/jobs/{id}/results", get(files::results))
        .route("/jobs/{id}/report.html", get(files::report))
        .route("/jobs/{id}/certificate", get(files::certificate))
        .route("/jobs/{id}/files", get(files::list))
        .route("/jobs/{id}/files/{*name}", get(files::file))
        .route("/instances", get(instances::list).post(instances::add))
        .route("/instances/{id}", get(instances::one).delete(instances::delete))
        .route("/instances/{id}/atlas", get(shown::atlas))
        .route("/instances/{id}/plan", get(shown::plan))
        .route("/instances/{id}/rules", get(shown::rules))
        .route("/metrics", get(metrics::metrics))
        .route("/health/live", get(metrics::live))
        .route("/health/ready", get(metrics::ready))
        .fallback(async |request: Request| Problem::no_page(request.uri().path()))
        .method_not_allowed_fallback(async |request: Request| {
            let (method, path) = (request.method(), request.uri().path());
            let what = format!("{method} does nothing here");
            Problem::new(405, "E602", path, what, "see /api for what can be done")
        })
        .layer(guard)
        .layer(middleware::from_fn(language::said))
        .with_state(service)
}
