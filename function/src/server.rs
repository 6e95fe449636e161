//! The way in over plain HTTP/1.1: a laptop, a container host, a health checker.
//!
//! No TLS: what stands in front of a container ends it.

use crate::app::App;
use crate::request::{BODY_BYTES, BODY_SECONDS, Body, Request, content_type};
use http::HeaderMap;
use http::header::EXPECT;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{interval, sleep, timeout};

/// How long a client may take for its head, and may leave a connection idle: one that sends a byte
/// a minute holds no connection. Longer than the 60 seconds after which AWS's load balancers end an
/// idle one; if we did so first, a request that is on its way would be lost.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout>
const HEAD_SECONDS: u64 = 75;

/// How long requests under way may take to end after SIGTERM; Docker kills after 10 seconds.
const GRACE_SECONDS: u64 = 10;

/// How often metrics that wait in memory are looked at, in case nobody comes.
const TICK_SECONDS: u64 = 10;

/// How much of a body that is too large is read and dropped. A client that is still sending when
/// the connection ends gets a reset, and never sees the answer that says why.
const DRAIN_BYTES: usize = 16 * BODY_BYTES;

/// Longest id that is taken from a client: it lands in a log that is paid by the byte.
const LOGGED_BYTES: usize = 256;

/// Says on stderr where it listens, then serves until SIGTERM or SIGINT, then answers what is
/// under way.
///
/// # Errors
/// When the listener or the signals cannot be used.
pub async fn serve(app: Arc<App>, listener: std::net::TcpListener) -> io::Result<()> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    // Only now is a signal answered in an orderly way, so only now may anybody rely on it.
    let address = listener.local_addr()?;
    let _ = writeln!(io::stderr(), "listening on http://{address}");
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    serve_until(app, listener, stop).await
}

/// Serves until `stop` is ready, then answers what is under way, for 10 seconds at most.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve_until(
    app: Arc<App>,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    let mut ticks = interval(Duration::from_secs(TICK_SECONDS));
    loop {
        let stream = tokio::select! {
            () = &mut stop => break,
            _ = ticks.tick() => {
                app.tick();
                continue;
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, as a rule: they come back when connections end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        // Answers are small and sent whole: waiting for more to send only adds 40 ms.
        let _ = stream.set_nodelay(true);
        let app = Arc::clone(&app);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // A client that has sent all may say so, as `nc -N` does, and still gets its answer.
            .half_close(true)
            .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
            .serve_connection(
                TokioIo::new(stream),
                service_fn(move |request| answer(Arc::clone(&app), request)),
            );
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // How a client ends its connection is its own affair.
            let _ = connection.await;
        });
    }
    drop(listener);
    let grace = Duration::from_secs(GRACE_SECONDS);
    if timeout(grace, connections.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way after {GRACE_SECONDS} seconds");
    }
    Ok(())
}

async fn answer(
    app: Arc<App>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, hyper::Error> {
    let (head, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    let limit = Duration::from_secs(BODY_SECONDS);
    let expects_a_word = head.headers.contains_key(EXPECT);
    let read = timeout(limit, read(&mut body, &mut bytes, expects_a_word)).await;
    let is_whole = read.map_or(Ok(None), |result| result.map(Some))?;
    let response = app.handle(&Request {
        method: &head.method,
        path: head.uri.path(),
        query: head.uri.query(),
        headers: Some(&head.headers),
        content_type: content_type(&head.headers),
        body: match is_whole {
            Some(true) => Body::Whole(&bytes),
            Some(false) => Body::TooLarge,
            None => Body::TooSlow,
        },
        request_id: for_log(&head.headers, "x-request-id"),
        trace_id: for_log(&head.headers, "x-amzn-trace-id"),
        takes_binary: true,
    });
    Ok(response.map(|body| Full::from(Bytes::from(body))))
}

/// Reads a body into `bytes`; whether it is within the limit.
async fn read(
    body: &mut Incoming,
    bytes: &mut Vec<u8>,
    expects_a_word: bool,
) -> Result<bool, hyper::Error> {
    let length = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    // A client that waits for "100 Continue" has sent nothing yet, and need not.
    if length > DRAIN_BYTES || (length > BODY_BYTES && expects_a_word) {
        return Ok(false);
    }
    bytes.reserve_exact(length.min(BODY_BYTES));
    let mut total = 0usize;
    while let Some(frame) = body.frame().await {
        let frame = frame?;
        let data = frame.data_ref().map_or(&[][..], |data| data);
        total = total.saturating_add(data.len());
        if total <= BODY_BYTES {
            bytes.extend_from_slice(data);
        } else {
            *bytes = Vec::new();
        }
        if total > DRAIN_BYTES {
            break;
        }
    }
    Ok(total <= BODY_BYTES)
}

/// What a header says that is for the log, if it is worth its bytes.
fn for_log<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= LOGGED_BYTES).then_some(value)
}

#[cfg(test)]
mod tests;
