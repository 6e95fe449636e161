//! The way in over plain HTTP/1.1: a laptop, a container host, a health checker.
//!
//! No TLS: what stands in front of a container ends it.

mod body;
mod connections;
mod lanes;
mod listener;

use crate::access::asks_for_key;
use crate::app::App;
use crate::doors;
use crate::output::STDERR;
use crate::problem::{Code, Problem};
use crate::request::{Body, Request, content_type};
use crate::request_id::{DrawnId, RequestId, of_client};
use body::{ReadBody, ReplyBody};
use connections::{Connection, Connections, Phase};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, EXPECT};
use http::request::Parts;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use lanes::Lanes;
use listener::{most_files, prepare};
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{interval, sleep};

/// Time for a client to send its head, and to leave a connection idle: one that sends a byte a
/// minute holds no connection. Longer than the 60 seconds after which AWS's load balancers end an
/// idle one; if we did so first, a request that is on its way would be lost.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout>
const HEAD_SECONDS: u64 = 75;

/// Time for pending requests to end after SIGTERM; Docker kills after 10 seconds.
const GRACE_SECONDS: u64 = 10;

/// Time after SIGTERM for a client that is sending its request or taking its answer, and for one that
/// has not asked yet.
const SLOW_GRACE_SECONDS: u64 = 3;
const IDLE_GRACE_MILLISECONDS: u64 = 200;

/// Seconds between two looks at metrics that wait in memory, and at clients that do not take their
/// answer.
const TICK_SECONDS: u64 = 10;

/// Longest time for a client to take its answer.
const WRITE_SECONDS: u64 = 60;

/// Longest head of a request: four times what API Gateway takes.
const HEAD_BYTES: usize = 32 * 1024;

/// The answer to a connection for which there is no place.
const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\n\
    retry-after: 1\r\nconnection: close\r\ncontent-length: 148\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\
    \"detail\":\"all connections are being answered; ask again in a second\",\"code\":\"busy\"}";

/// Longest trace header that is taken from a client: it lands in a log that is paid by the byte.
const TRACE_BYTES: usize = 256;

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
    STDERR.write(format!("listening on http://{address}\n").as_bytes());
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
/// When the listener cannot be used, or there can be no threads.
pub async fn serve_until(
    app: Arc<App>,
    listener: std::net::TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    prepare(&listener)?;
    let listener = TcpListener::from_std(listener)?;
    let graceful = GracefulShutdown::new();
    let rules = app.rules();
    let most = rules.budgets.connections.min(most_files());
    let connections = Connections::new(most, rules.keys.are_asked_for());
    let lanes = Arc::new(Lanes::start()?);
    let mut stop = std::pin::pin!(stop);
    let mut ticks = interval(Duration::from_secs(TICK_SECONDS));
    loop {
        let stream = tokio::select! {
            () = &mut stop => break,
            _ = ticks.tick() => {
                let limit = Duration::from_secs(WRITE_SECONDS);
                connections.end_after(&[Phase::Writing], limit);
                app.tick();
                continue;
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, as a rule: they come back when connections end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let Some(place) = connections.open() else {
            let _ = stream.try_write(FULL.as_bytes());
            continue;
        };
        // Answers are small and sent whole: waiting for more to send only adds 40 ms.
        let _ = stream.set_nodelay(true);
        let place = Arc::new(place);
        let (app, lanes, own) = (Arc::clone(&app), Arc::clone(&lanes), Arc::clone(&place));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // A client that has sent all may say so, as `nc -N` does, and still gets its answer.
            .half_close(true)
            .max_buf_size(HEAD_BYTES)
            .header_read_timeout(Duration::from_secs(HEAD_SECONDS))
            .serve_connection(
                TokioIo::new(stream),
                service_fn(move |request| {
                    answer(
                        Arc::clone(&app),
                        Arc::clone(&lanes),
                        Arc::clone(&own),
                        request,
                    )
                }),
            );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // How a client ends its connection is its own affair.
            tokio::select! {
                _ = connection => {}
                () = place.ended() => {}
            }
        });
        // A connection that ends for this one does so before the next is let in.
        tokio::task::yield_now().await;
    }
    drop(listener);
    end(&connections, graceful).await;
    Ok(())
}

/// Waits for the answers that are under way. Who has asked nothing is not waited for, and who is
/// slow not for long.
async fn end(connections: &Connections, graceful: GracefulShutdown) {
    let hurry = async {
        sleep(Duration::from_millis(IDLE_GRACE_MILLISECONDS)).await;
        connections.end_after(&[Phase::Waiting], Duration::ZERO);
        sleep(Duration::from_secs(SLOW_GRACE_SECONDS)).await;
        let slow = [Phase::Waiting, Phase::Reading, Phase::Writing];
        connections.end_after(&slow, Duration::ZERO);
        std::future::pending().await
    };
    let grace = Duration::from_secs(GRACE_SECONDS);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = hurry => {}
        () = sleep(grace) => {
            tracing::warn!("requests were still under way after {GRACE_SECONDS} seconds");
        }
    }
}

async fn answer(
    app: Arc<App>,
    lanes: Arc<Lanes>,
    connection: Arc<Connection>,
    request: http::Request<Incoming>,
) -> Result<http::Response<Full<Bytes>>, hyper::Error> {
    connection.set(Phase::Reading);
    let (head, body) = request.into_parts();
    let expects_a_word = head.headers.contains_key(EXPECT);
    // Before a byte of the body is kept it is known who asks, and for what.
    let drawn = of_client(&head.headers).is_none().then(DrawnId::draw);
    let unread = with_body(&app, &head, &drawn, Body::Unread);
    let door = app.check_head(&unread).ok();
    if door.is_some() && app.rules().keys.are_asked_for() && asks_for_key(door, unread.path) {
        connection.has_key();
    }
    let read = match door {
        Some(door) if door.takes_rows() => {
            ReadBody::read(Arc::clone(&app), body, expects_a_word).await?
        }
        _ => ReadBody::unread(Arc::clone(&app), body, expects_a_word),
    };
    let response = if door.is_some_and(|door| app.is_quick(door)) {
        Some(app.handle(&with_body(&app, &head, &drawn, read.body())))
    } else {
        connection.set(Phase::Working);
        let is_compressed = head.headers.contains_key(CONTENT_ENCODING);
        // How much a compressed body is, and how long documentation, nobody knows yet.
        let bytes = match door {
            Some(door) if door.takes_rows() && !is_compressed => read.len(),
            Some(_) => usize::MAX,
            None => 0,
        };
        let app = Arc::clone(&app);
        lanes
            .run(bytes, move || {
                app.handle(&with_body(&app, &head, &drawn, read.body()))
            })
            .await
    };
    let Some(response) = response else {
        // Only in a program that goes on after a panic, which that of the image does not.
        let mut response = http::Response::default();
        *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(response);
    };
    let (parts, bytes) = response.into_parts();
    let app_of_reply = Arc::clone(&app);
    match ReplyBody::bytes(app_of_reply, Arc::clone(&connection), bytes) {
        Some(body) => Ok(http::Response::from_parts(parts, Full::new(body))),
        None => {
            connection.set(Phase::Writing);
            let id = RequestId::new(of_client(&parts.headers), None);
            let mut refusal = doors::refusal(door, &no_room(&app), id);
            id.add_to(refusal.headers_mut());
            Ok(refusal.map(|body| Full::new(Bytes::from(body))))
        }
    }
}

/// The refusal where responses that nobody takes have taken the memory for responses.
fn no_room(app: &App) -> Problem {
    let size = app.rules().budgets.replies.size();
    let detail = format!(
        "other responses take the {size} bytes of memory that there are for responses; ask again \
         in a second"
    );
    Problem::new(Code::Busy, detail)
}

/// A request as the app takes it; `drawn` is its id, `None` if the client sent one.
fn with_body<'a>(
    app: &App,
    head: &'a Parts,
    drawn: &'a Option<DrawnId>,
    body: Body<'a>,
) -> Request<'a> {
    Request {
        method: &head.method,
        path: app.rules().base_path.strip(head.uri.path()),
        query: head.uri.query(),
        headers: Some(&head.headers),
        content_type: content_type(&head.headers),
        body,
        request_id: match drawn {
            Some(drawn) => RequestId::new(None, Some(drawn.as_str())),
            None => RequestId::new(of_client(&head.headers), None),
        },
        trace_id: trace_id(&head.headers),
        takes_binary: true,
    }
}

/// The X-Ray trace header, unless it is too long for the log.
fn trace_id(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get("x-amzn-trace-id")?.to_str().ok()?;
    (value.len() <= TRACE_BYTES).then_some(value)
}

#[cfg(test)]
mod tests;
