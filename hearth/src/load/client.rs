//! An HTTP/1.1 client: one connection per open request, kept for later ones.

use super::rows::{AnswerMatch, RequestRow};
use super::signing::{Signer, sign};
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::error::Error;
use std::time::{Duration, Instant};

/// Largest response: Lambda's is 6 MiB.
const LARGEST: usize = 8 << 20;

/// Connections over TLS.
#[cfg(feature = "https")]
type Connector = hyper_rustls::HttpsConnector<HttpConnector>;

/// A client without encryption, and one over TLS.
enum Transport {
    Plain(Client<HttpConnector, Full<Bytes>>),
    #[cfg(feature = "https")]
    Tls(Client<Connector, Full<Bytes>>),
}

/// The address that is asked, and what every request has.
pub struct LoadTarget {
    /// The address of `POST /predict`.
    pub uri: Uri,
    /// Headers of each request.
    pub headers: HeaderMap,
    /// Signs each request, where it is asked for.
    pub signer: Option<Signer>,
    /// Time after which a request has failed.
    pub timeout: Duration,
}

/// Sends requests to one address.
pub struct LoadClient {
    target: LoadTarget,
    content_type: &'static str,
    transport: Transport,
}

/// Response to a request.
pub struct Exchange {
    /// When it was sent.
    pub sent: Instant,
    /// When its last byte was here.
    pub answered: Instant,
    /// The comparison of the answer with the model file's, or the reason of the failure.
    pub outcome: Result<AnswerMatch, String>,
}

impl LoadTarget {
    /// The address of the endpoint at `url`, to which `/predict` is added.
    ///
    /// # Errors
    /// When it is no http or https address.
    pub fn address(url: &str) -> Result<Uri> {
        let (path, query) = match url.split_once('?') {
            Some((path, query)) => (path, format!("?{query}")),
            None => (url, String::new()),
        };
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix("/predict").unwrap_or(path);
        let uri: Uri = format!("{path}/predict{query}")
            .parse()
            .with_context(|| format!("{url}: this is no address"))?;
        match (uri.scheme_str(), uri.host()) {
            (Some("http" | "https"), Some(_)) => Ok(uri),
            _ => bail!("{url}: an address such as https://example.com was expected"),
        }
    }
}

impl LoadClient {
    /// A client for bodies of this type.
    ///
    /// # Errors
    /// When this machine has no certificates of authorities, or this build has no TLS.
    pub fn new(target: LoadTarget, content_type: &'static str) -> Result<LoadClient> {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.set_connect_timeout(Some(target.timeout));
        let transport = match target.uri.scheme_str() {
            Some("https") => tls(http)?,
            _ => Transport::Plain(Client::builder(TokioExecutor::new()).build(http)),
        };
        Ok(LoadClient {
            target,
            content_type,
            transport,
        })
    }

    /// Sends a row and waits for the response.
    pub async fn send(&self, row: &RequestRow) -> Exchange {
        let sent = Instant::now();
        let timeout = self.target.timeout;
        let response = tokio::time::timeout(timeout, self.exchange(row)).await;
        let answered = Instant::now();
        let response = response.unwrap_or_else(|_| Err(format!("no response in {timeout:?}")));
        Exchange {
            sent,
            answered,
            outcome: response.and_then(|(status, body)| match status {
                StatusCode::OK => Ok(row.compare(&body)),
                status => Err(problem(status, &body)),
            }),
        }
    }

    /// Status and body of the response.
    async fn exchange(&self, row: &RequestRow) -> Result<(StatusCode, Bytes), String> {
        let mut request = Request::new(Full::new(row.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.uri.clone();
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        let agent = concat!("hearth/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        headers.extend(self.target.headers.clone());
        if let Some(signer) = &self.target.signer {
            let signed = sign(signer, &mut request, &row.body);
            signed.map_err(|error| format!("it cannot be signed: {error:#}"))?;
        }
        let response = match &self.transport {
            Transport::Plain(client) => client.request(request).await,
            #[cfg(feature = "https")]
            Transport::Tls(client) => client.request(request).await,
        };
        let (parts, body) = response.map_err(|error| cause(&error))?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await;
        let body = body.map_err(|error| cause(&*error))?;
        Ok((parts.status, body.to_bytes()))
    }
}

#[cfg(feature = "https")]
fn tls(mut http: HttpConnector) -> Result<Transport> {
    use hyper_rustls::HttpsConnectorBuilder;
    http.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
        .context("the certificates of this machine cannot be read")?
        .https_only()
        .enable_http1()
        .wrap_connector(http);
    Ok(Transport::Tls(
        Client::builder(TokioExecutor::new()).build(connector),
    ))
}

#[cfg(not(feature = "https"))]
fn tls(_: HttpConnector) -> Result<Transport> {
    bail!("this build of hearth has no TLS; cargo build -p hearth makes one that has")
}

/// The first cause of an error: what is around it says only that a request failed.
fn cause(error: &(dyn Error + 'static)) -> String {
    let mut first = error;
    while let Some(source) = first.source() {
        first = source;
    }
    first.to_string()
}

/// Status and code of a problem, so that all of one kind count together.
fn problem(status: StatusCode, body: &[u8]) -> String {
    let problem = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let text = ["code", "message", "Message"].iter();
    let text = text.filter_map(|name| problem.get(*name)?.as_str()).next();
    let known = status.canonical_reason();
    match text.or(known) {
        Some(text) => format!("{} {text}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LoadTarget, problem};
    use http::StatusCode;

    #[test]
    fn the_path_is_that_of_predictions() {
        for (url, expected) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/predict"),
            ("http://a/ml/", "http://a/ml/predict"),
            ("https://a/predict", "https://a/predict"),
            ("https://a/live?top=1", "https://a/live/predict?top=1"),
        ] {
            assert_eq!(LoadTarget::address(url).unwrap().to_string(), expected);
        }
        for url in ["a", "ftp://a", "http://", "127.0.0.1:8080", "http://a b"] {
            assert!(LoadTarget::address(url).is_err(), "{url}");
        }
    }

    #[test]
    fn problems_of_one_kind_are_one_reason() {
        let body = br#"{"status":422,"code":"missing_field","detail":"the field a"}"#;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        assert_eq!(problem(status, body), "422 missing_field");
        let throttled = problem(
            StatusCode::TOO_MANY_REQUESTS,
            br#"{"message":"Rate exceeded"}"#,
        );
        assert_eq!(throttled, "429 Rate exceeded");
        assert_eq!(
            problem(StatusCode::BAD_GATEWAY, b"<html>"),
            "502 Bad Gateway"
        );
    }
}
