//! The way in for Lambda's events: API Gateway (REST and HTTP), function URLs, load balancers, and
//! bare JSON as `aws lambda invoke` sends it.
//!
//! lambda_http knows the shapes of events and responses. A bare event goes past it, because its way
//! would sort the members of the answer by name, where probabilities fall. This uses
//! `LambdaRequest` and `Adapter` of lambda_http, which are public but undocumented: the tests here
//! fail when a new version moves them.

use crate::app::App;
use crate::environment::Variables;
use crate::extension::{Extension, register};
use crate::request::{Body, Request, content_type};
use crate::request_id::{RequestId, of_client};
use http::header::HOST;
use http::{HeaderMap, Method};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Adapter, IntoResponse, RequestExt};
use lambda_runtime::{Error, LambdaEvent, Service, service_fn};
use serde::Serialize;
use serde_json::value::RawValue;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

/// Without these variables, which Lambda always sets, the runtime would panic.
const REQUIRED: [&str; 3] = [
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
];

/// Time to answer pending requests after SIGTERM; Lambda kills after 500 ms a process that has no
/// extension beside it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>
const GRACE_MILLISECONDS: u64 = 300;

/// Response to an event.
#[derive(Serialize)]
#[serde(untagged)]
enum EventResponse<H> {
    /// In the shape of the gateway's or the balancer's protocol.
    Http(H),
    /// The answer or the problem itself.
    Bare(Box<RawValue>),
}

/// Checks that the variables are set without which the runtime would panic.
///
/// # Errors
/// When one is missing, with its name.
pub fn check(get: Variables<'_>) -> Result<(), Error> {
    match REQUIRED.into_iter().find(|name| get(name).is_none()) {
        None => Ok(()),
        Some(name) => Err(format!(
            "AWS_LAMBDA_RUNTIME_API is set, but {name} is not; Lambda sets both"
        )
        .into()),
    }
}

/// Registers the process as an extension if something may wait to be written, because only then
/// Lambda announces its end.
pub fn extension(app: &App, get: Variables<'_>) -> Option<Extension> {
    if !app.collects() {
        return None;
    }
    let registered = register(&get("AWS_LAMBDA_RUNTIME_API")?);
    if let Err(error) = &registered {
        tracing::warn!(%error, "Lambda will not tell of the end: the last window of metrics is lost");
    }
    registered.ok()
}

/// Number of concurrent events: one, unless Lambda's managed instances set another.
/// <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
pub fn concurrency(get: Variables<'_>) -> usize {
    let several = get("AWS_LAMBDA_MAX_CONCURRENCY");
    let several = several.and_then(|number| number.parse().ok());
    several.unwrap_or(1).max(1)
}

/// Answers events, `concurrency` of them at once, until Lambda ends the process.
///
/// With several in hand it ends at SIGTERM when they are answered. Where there is one at a time Lambda
/// ends the process between two events, and nothing listens, unless something waits to be written:
/// that alone would be a fifth more instructions at start.
///
/// # Errors
/// When the Runtime API cannot be asked.
pub async fn run(app: Arc<App>, concurrency: usize) -> Result<(), Error> {
    let of_http = Arc::clone(&app);
    let http = Adapter::from(service_fn(move |request: lambda_http::Request| {
        let response = Ready(answer_http(&of_http, &request));
        async move { Ok::<_, Error>(response) }
    }));
    let collects = app.collects();
    let events =
        lambda_runtime::run_concurrent(service_fn(move |event: LambdaEvent<LambdaRequest>| {
            let (app, mut http) = (Arc::clone(&app), http.clone());
            async move {
                let LambdaEvent {
                    mut payload,
                    context,
                } = event;
                if let LambdaRequest::PassThrough(row) = &payload {
                    let trace_id = context.xray_trace_id.as_deref();
                    let request_id = RequestId::new(None, Some(&context.request_id));
                    let reply = answer_bare(&app, row, request_id, trace_id);
                    return Ok::<_, Error>(EventResponse::Bare(reply?));
                }
                make_safe(&mut payload);
                let event = LambdaEvent { payload, context };
                http.call(event).await.map(EventResponse::Http)
            }
        }));
    if concurrency == 1 && !collects {
        return events.await;
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async {
        terminate.recv().await;
        if concurrency > 1 {
            sleep(Duration::from_millis(GRACE_MILLISECONDS)).await;
        }
    };
    tokio::select! {
        ended = events => ended,
        () = stop => Ok(()),
    }
}

/// A bare event is a row for the model; the reply has no status of its own.
fn answer_bare(
    app: &App,
    row: &str,
    request_id: RequestId<'_>,
    trace_id: Option<&str>,
) -> Result<Box<RawValue>, Error> {
    let response = app.handle(&Request {
        method: &Method::POST,
        path: "/predict",
        query: None,
        headers: None,
        content_type: None,
        body: Body::Whole(row.as_bytes()),
        request_id,
        trace_id,
        takes_binary: false,
    });
    let body = String::from_utf8(response.into_body())?;
    Ok(RawValue::from_string(body)?)
}

fn answer_http(app: &App, request: &lambda_http::Request) -> http::Response<lambda_http::Body> {
    let context = request.lambda_context_ref();
    let stage = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(context)) => context.stage.as_deref(),
        Some(RequestContext::ApiGatewayV2(context)) => context.stage.as_deref(),
        _ => None,
    };
    let base_path = &app.rules().base_path;
    let response = app.handle(&Request {
        method: request.method(),
        path: base_path.strip_event(without_stage(request.raw_http_path(), stage)),
        query: request.uri().query(),
        headers: Some(request.headers()),
        content_type: content_type(request.headers()),
        body: Body::Whole(request.body()),
        request_id: RequestId::new(
            of_client(request.headers()),
            context.map(|context| context.request_id.as_str()),
        ),
        trace_id: context.and_then(|context| context.xray_trace_id.as_deref()),
        // A REST API passes base64 on unchanged, unless binary media types are configured.
        takes_binary: !matches!(
            request.request_context_ref(),
            Some(RequestContext::ApiGatewayV1(_))
        ),
    });
    response.map(|body| match String::from_utf8(body) {
        Ok(text) => lambda_http::Body::Text(text),
        Err(error) => lambda_http::Body::Binary(error.into_bytes()),
    })
}

/// A response whose body is what it should be. lambda_http would find that out by the media type,
/// and copy the headers once and the body twice.
struct Ready(http::Response<lambda_http::Body>);

impl IntoResponse for Ready {
    fn into_response(
        self,
    ) -> Pin<Box<dyn Future<Output = http::Response<lambda_http::Body>> + Send>> {
        Box::pin(ready(self.0))
    }
}

/// The path behind the stage. An HTTP API puts the stage in front of the path, a REST API does not.
fn without_stage<'a>(path: &'a str, stage: Option<&str>) -> &'a str {
    let rest = stage
        .filter(|stage| *stage != "$default")
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    match rest {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

/// Takes out of an event what lambda_http would panic over when it makes a URL of it: a host that
/// is none, which a client chooses behind a load balancer and nothing here needs, and characters
/// that a URL must not hold, which an HTTP API passes on as they came.
fn make_safe(event: &mut LambdaRequest) {
    let forget_host = |headers: &mut HeaderMap| drop(headers.remove(HOST));
    match event {
        LambdaRequest::ApiGatewayV1(event) => {
            forget_host(&mut event.headers);
        }
        LambdaRequest::ApiGatewayV2(event) => {
            forget_host(&mut event.headers);
            if let Some(query) = &mut event.raw_query_string {
                query.retain(|c| c.is_ascii_graphic() && !"\"<>#".contains(c));
            }
        }
        LambdaRequest::Alb(event) => {
            forget_host(&mut event.headers);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
