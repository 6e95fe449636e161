//! A request and a response, as plain HTTP types: what both ways in have in common.

use crate::request_id::RequestId;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;

/// A request whose body has been read.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its path, without the stage of an API Gateway, e.g. `/predict`.
    pub path: &'a str,
    /// Query string, still percent-encoded.
    pub query: Option<&'a str>,
    /// Its headers; none of a bare event.
    pub headers: Option<&'a HeaderMap>,
    /// The header `content-type`.
    pub content_type: Option<&'a str>,
    /// Its body.
    pub body: Body<'a>,
    /// Its id.
    pub request_id: RequestId<'a>,
    /// The X-Ray trace header.
    pub trace_id: Option<&'a str>,
    /// True if the gateway may pass on a binary body.
    pub takes_binary: bool,
}

impl<'a> Request<'a> {
    /// The header of this name, if it is one line of text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers?.get(name)?.to_str().ok()
    }
}

/// Body of a request.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// More than [`BODY_BYTES`]; not kept.
    TooLarge,
    /// Not all of it within [`BODY_SECONDS`]; not kept.
    TooSlow,
    /// Nothing of it: other requests' bodies take this many bytes, all that there are for bodies.
    NoRoom(usize),
    /// Nothing of it: the head was reason enough to refuse.
    Unread,
}

/// Largest body: as much as Lambda takes, so that a row that is answered on a laptop is answered
/// in Lambda, too.
pub const BODY_BYTES: usize = 6 * 1024 * 1024;

/// Longest time that a body may take to come, in seconds: 6 MB from a slow mobile line.
pub const BODY_SECONDS: u64 = 60;

/// Largest response: Lambda's limit, less what the event around it takes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub const RESPONSE_BYTES: usize = 6 * 1024 * 1024 - 64 * 1024;

/// A response.
pub type Response = http::Response<Vec<u8>>;

/// The content type that a header states. One that is no text stays one, and one that nobody takes.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?;
    Some(value.to_str().unwrap_or("?"))
}

/// A response of this media type.
pub(crate) fn response(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static(media_type);
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// `value` as JSON.
pub(crate) fn json(value: &(impl Serialize + ?Sized)) -> Vec<u8> {
    // Fails only for maps whose keys are no strings, and for types that refuse; there are none.
    serde_json::to_vec(value).unwrap_or_default()
}
