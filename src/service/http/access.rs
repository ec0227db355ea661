//! Who may do what: the guard before every page.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::answer;
use super::page;
use super::state::Service;
use crate::problem::Problem;
use crate::tokens::{self, Scope};

/// Name of the token that a request came with; empty where none is needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Caller(pub(super) String);

/// Lets a request through that may pass, and counts it.
pub(super) async fn guard(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    service.requests.fetch_add(1, Ordering::Relaxed);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = match admit(&service, &method, &path, request.headers().clone()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            as_problem(next.run(request).await, &path)
        }
        Err(problem) => problem.into_response(),
    };
    if response.status().is_server_error() {
        service.failures.fetch_add(1, Ordering::Relaxed);
    }
    response
}

/// What a page did not refuse itself, such as an address that is no text, is a problem document, too.
fn as_problem(response: Response, path: &str) -> Response {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    if !status.is_client_error() || kind.is_some_and(|kind| kind == answer::PROBLEM) {
        return response;
    }
    let what = "the address, or a parameter in it, cannot be read";
    Problem::new(status.as_u16(), "E603", path, what, "see /api").into_response()
}

async fn admit(
    service: &Arc<Service>,
    method: &Method,
    path: &str,
    headers: HeaderMap,
) -> Result<Caller, Problem> {
    if path.starts_with("/health/") {
        return Ok(Caller::default());
    }
    let is_page = page::is_of_page(path) || (path == "/" && page::wants_page(&headers));
    if is_page && *method == Method::GET && service.access.needs_token {
        return Ok(Caller::default());
    }
    let is_reading = matches!(*method, Method::GET | Method::HEAD);
    if service.access.is_read_only && !is_reading {
        let what = "this server is read only";
        return Err(Problem::new(403, "E612", path, what, "ask another server"));
    }
    let wanted = if is_reading {
        Scope::Read
    } else if path.starts_with("/instances/") {
        Scope::Admin
    } else {
        Scope::Run
    };
    let Some(token) = bearer(&headers)? else {
        if service.access.needs_token {
            let cure = "send `Authorization: Bearer TOKEN`; the server's keeper makes tokens";
            return Err(Problem::new(401, "E605", path, "a token is needed", cure));
        }
        check_host(&headers)?;
        return Ok(Caller::default());
    };
    let found = service.ask(move |store| tokens::find(store, &token)).await?;
    match found {
        None => Err(Problem::new(401, "E605", path, "the token is unknown", "ask for another one")),
        Some((name, scope)) if scope < wanted => {
            let what = format!("the token `{name}` is for `{}`", scope.word());
            let cure = format!("ask for one for `{}`", wanted.word());
            Err(Problem::new(403, "E605", path, what, cure))
        }
        Some((name, _)) => Ok(Caller(name)),
    }
}

/// The token of a request, if it has one.
fn bearer(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(Some(token.trim().to_owned()))
        }
        _ => {
            let what = "that is no bearer token";
            Err(Problem::new(401, "E605", "Authorization", what, "send `Bearer TOKEN`"))
        }
    }
}

/// Where no token is needed, a page of another site must not reach this server under a name of its
/// own.
fn check_host(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(host) = headers.get(HOST) else { return Ok(()) };
    let host = host.to_str().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    if matches!(name, "localhost" | "127.0.0.1" | "[::1]") {
        return Ok(());
    }
    let shown: String = host.chars().take(100).collect();
    let what = format!("`{shown}` is not the name of this machine for itself");
    Err(Problem::new(403, "E605", "Host", what, "use 127.0.0.1 or localhost, or a token"))
}
