//! Bodies of requests: of a known type, not too large, and not too slow.

use std::time::Duration;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::problem::Problem;

/// The body of a request, of so many bytes at most, within so much time. One that says to be larger
/// is refused before it is read.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    most: usize,
    patience: Duration,
) -> Result<Bytes, Problem> {
    let too_large = || {
        let what = format!("the body is larger than {most} bytes");
        Problem::new(413, "E606", "body", what, "send less")
    };
    let told = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if told.is_some_and(|told: u64| usize::try_from(told).map_or(true, |told| told > most)) {
        return Err(too_large());
    }
    match timeout(patience, Limited::new(body, most).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(error)) => {
            let what = format!("the body cannot be read: {error}");
            Err(Problem::new(400, "E606", "body", what, "send it again"))
        }
        Err(_) => {
            let what = format!("the body did not come within {} s", patience.as_secs());
            Err(Problem::new(408, "E606", "body", what, "send it faster"))
        }
    }
}

/// The type of a body, without its parameters, in small letters.
pub(super) fn kind(headers: &HeaderMap) -> String {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body of this type is refused.
pub(super) fn wrong_kind(kind: &str, wanted: &str) -> Problem {
    let shown: String = kind.chars().take(60).collect();
    let what = format!("the body is of type `{shown}`");
    Problem::new(415, "E606", "Content-Type", what, format!("send {wanted}"))
}
