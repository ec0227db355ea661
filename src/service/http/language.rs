//! The language of messages: what is wrong, what helps and why there is no plan, in Norwegian for clients
//! that would rather read that.
//!
//! Messages are made in English where what they tell is known; here they are said again, on their way out.

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;

use regionfront_model::norwegian;

use super::answer::PROBLEM;

/// Longest document that is said in another language, in bytes; a longer one stays in English.
const LONGEST: usize = 64 << 20;

/// Says the sentences of an answer in the language of the client.
pub(super) async fn said(request: Request, next: Next) -> Response {
    let is_asked = prefers_norwegian(request.headers());
    let tells = tells(request.uri().path());
    let mut response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let has_sentences = match kind {
        Some(PROBLEM) => true,
        Some("application/json") => tells,
        _ => false,
    };
    if !has_sentences {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-language"));
    let length =
        response.body().size_hint().exact().and_then(|length| usize::try_from(length).ok());
    if !is_asked || length.is_none_or(|length| length > LONGEST) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let Ok(mut document) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    norwegian::document(&mut document);
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static("nb"));
    Response::from_parts(parts, Body::from(document.to_string()))
}

/// Addresses whose answers hold sentences. What is drawn is drawn in the language it is asked for in.
fn tells(path: &str) -> bool {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    matches!(
        parts.as_slice(),
        ["jobs", _]
            | ["jobs", _, "results"]
            | ["processes", _, "execution"]
            | ["instances", _, "rules" | "plan"]
    )
}

/// Whether a client reads Norwegian first.
fn prefers_norwegian(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|accepted| accepted.to_str().ok());
    let first = accepted.and_then(|accepted| accepted.split([',', ';']).next()).unwrap_or_default();
    let language = first.trim().split('-').next().unwrap_or_default();
    ["nb", "no", "nn"].iter().any(|known| language.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn norwegian_is_for_those_who_read_it_first() {
        let prefers = |accepted: &'static str| {
            prefers_norwegian(&HeaderMap::from_iter([(
                ACCEPT_LANGUAGE,
                HeaderValue::from_static(accepted),
            )]))
        };
        assert!(prefers("nb") && prefers("nb-NO,nb;q=0.9,en;q=0.8") && prefers("NO"));
        assert!(!prefers("en,nb;q=0.8") && !prefers("") && !prefers("*"));
        assert!(!prefers_norwegian(&HeaderMap::new()));
    }

    #[test]
    fn sentences_are_in_answers_about_jobs_rules_and_plans() {
        assert!(tells("/jobs/1") && tells("/jobs/1/results") && tells("/instances/a/rules"));
        assert!(!tells("/jobs") && !tells("/jobs/1/files") && !tells("/instances/a/atlas"));
    }
}
