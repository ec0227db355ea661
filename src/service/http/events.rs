//! Events of a job, as server-sent events: numbered and kept, so that a listener who was away, or a
//! server that was, goes on where it was.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Frame;
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, timeout};

use super::answer;
use super::attended::Asker;
use super::jobs::find;
use super::state::Service;
use super::waiting::Waiting;
use crate::problem::Problem;
use crate::store::{Event, Store};

/// Events sent at a time.
const AT_A_TIME: u64 = 500;

/// How often a listener looks for what other processes do.
const LOOK: Duration = Duration::from_millis(400);

/// How long nothing is said at most, so that nobody on the way closes the connection.
const SILENCE: Duration = Duration::from_secs(15);

/// How long a listener may take to hear what was sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where to go on.
#[derive(Debug, Deserialize)]
pub(super) struct After {
    /// Number of the last event known; for those who cannot set headers.
    after: Option<u64>,
}

pub(super) async fn events(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let job = find(&service, &id).await?;
    let last = headers.get("last-event-id").and_then(|last| last.to_str().ok()?.parse().ok());
    let after = last.or(after).unwrap_or(0);
    let wanted = id.clone();
    let has_more = !service.ask(move |store| store.events(&wanted, after, 1)).await?.is_empty();
    if job.status.is_end() && !has_more && after > 0 {
        // A listener who knows everything need not come again.
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    }
    let (sender, receiver) = channel(4);
    tokio::spawn(send(service, id, after, sender));
    let mut response = answer::bytes("text/event-stream", Vec::new());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = Body::new(Pieces(receiver));
    Ok(response)
}

/// Sends events until the job has ended and all are sent, or nobody listens.
async fn send(service: Arc<Service>, id: String, mut after: u64, to: Sender<Bytes>) {
    let _waiting = Waiting::begin(&service, &id, Asker::Listens);
    let mut news = service.bell.listen(&id);
    let mut spoke = Instant::now();
    loop {
        let wanted = id.clone();
        let read = move |store: &dyn Store| {
            // In this order, so that the end of a job comes after its last event.
            let job = store.job(&wanted)?;
            let events = store.events(&wanted, after, AT_A_TIME)?;
            Ok((job.is_none_or(|job| job.status.is_end()), events))
        };
        let Ok((is_over, events)) = service.ask(read).await else { return };
        let text = match events.last() {
            Some(last) => {
                after = last.number;
                events.iter().map(told).collect()
            }
            None if is_over => return,
            None if spoke.elapsed() >= SILENCE => ":\n\n".to_owned(),
            None => String::new(),
        };
        if text.is_empty() {
            if to.is_closed() {
                return;
            }
            // Woken or not, it looks again.
            let _ = timeout(service.bell.look(LOOK), news.changed()).await;
            continue;
        }
        spoke = Instant::now();
        match timeout(PATIENCE, to.send(Bytes::from(text))).await {
            Ok(Ok(())) => {}
            _ => return,
        }
    }
}

fn told(event: &Event) -> String {
    format!("id: {}\nevent: {}\ndata: {}\n\n", event.number, event.kind, event.data)
}

/// A body that comes in pieces.
struct Pieces(Receiver<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
    }
}
