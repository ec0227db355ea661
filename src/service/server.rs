//! Listening: connections are taken one by one, so many at a time, and none for longer than it is used.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::limits::Limits;

/// Most headers of a request.
const HEADERS: usize = 64;

/// Most bytes of the head of a request.
const HEAD: usize = 64 << 10;

/// How long open connections may take to end when the server does.
const LAST_CALL: Duration = Duration::from_secs(2);

/// How long nothing is accepted after the system refused a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// A server that listens.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    closing: watch::Sender<bool>,
}

/// Ends a server from another thread.
#[derive(Clone, Debug)]
pub struct Closer(watch::Sender<bool>);

impl Closer {
    /// Takes no more connections, and lets those there are end.
    pub fn close(&self) {
        self.0.send_replace(true);
    }
}

impl Server {
    /// Listens at an address; port 0 is any that is free.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        Ok(Self { runtime, listener, closing: watch::Sender::new(false) })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// What ends it.
    pub fn closer(&self) -> Closer {
        Closer(self.closing.clone())
    }

    /// Serves until it is closed.
    pub fn run(self, router: Router, limits: &Limits) {
        let Self { runtime, listener, closing } = self;
        runtime.block_on(accept(listener, router, *limits, closing.subscribe()));
        runtime.shutdown_timeout(LAST_CALL);
    }
}

async fn accept(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    mut closing: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(limits.connections));
    let all = u32::try_from(limits.connections).unwrap_or(u32::MAX);
    while !*closing.borrow_and_update() {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
        let stream = match next(&listener, &mut closing).await {
            None => break,
            Some(Ok(stream)) => stream,
            Some(Err(error)) => {
                // Out of files, most likely: better later than never.
                tracing::warn!(%error, "a connection is not accepted");
                sleep(PAUSE).await;
                continue;
            }
        };
        let (router, closing) = (router.clone(), closing.clone());
        tokio::spawn(async move {
            serve(stream, router, limits, closing).await;
            drop(permit);
        });
    }
    drop(listener);
    // Who takes longer is cut off.
    let _ = timeout(LAST_CALL, room.acquire_many(all)).await;
}

/// The next connection; none where the server closes first.
async fn next(
    listener: &TcpListener,
    closing: &mut watch::Receiver<bool>,
) -> Option<io::Result<TcpStream>> {
    let closed = closing.wait_for(|is_closing| *is_closing);
    let (mut accepting, mut closed) = (Box::pin(listener.accept()), Box::pin(closed));
    std::future::poll_fn(|context| {
        if closed.as_mut().poll(context).is_ready() {
            return std::task::Poll::Ready(None);
        }
        accepting.as_mut().poll(context).map(|accepted| Some(accepted.map(|(stream, _)| stream)))
    })
    .await
}

async fn serve(
    stream: TcpStream,
    router: Router,
    limits: Limits,
    mut closing: watch::Receiver<bool>,
) {
    // Small answers are not to wait for each other; where that cannot be, they do.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .max_headers(HEADERS)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = Box::pin(connection);
    let mut closed = Box::pin(closing.wait_for(|is_closing| *is_closing));
    let mut is_closing = false;
    std::future::poll_fn(|context| {
        if !is_closing && closed.as_mut().poll(context).is_ready() {
            is_closing = true;
            connection.as_mut().graceful_shutdown();
        }
        // What a client breaks off is its own affair.
        connection.as_mut().poll(context).map(|_| ())
    })
    .await;
}
