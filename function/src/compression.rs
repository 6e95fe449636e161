//! Responses in fewer bytes, and none that Lambda would not send.

use crate::budgets::response_too_large;
use crate::problem::Problem;
use crate::request::{RESPONSE_BYTES, Request, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{CONTENT_ENCODING, HeaderValue, VARY};
use std::io::Write;

/// Shortest body that is compressed: a shorter one fits into a packet anyway.
const WORTH_BYTES: usize = 1_400;

/// Checks that Lambda would send a response with this body. The limit holds everywhere, so that a
/// request that is answered on a laptop is answered in Lambda, too.
///
/// # Errors
/// When it is too large.
pub(crate) fn check_size(body: &[u8], request: &Request<'_>) -> Result<(), Problem> {
    // Most bodies are so far from the limit that nothing has to be counted. Gzipped, answers take
    // less than half, even where they are all digits, of which base64 makes two thirds.
    let is_small = body.len() < RESPONSE_BYTES / 3;
    if is_small || (is_wanted(request) && body.len() <= RESPONSE_BYTES) {
        return Ok(());
    }
    // Lambda counts the text as it stands in the event, with its quotes escaped.
    let escaped = body
        .iter()
        .filter(|byte| matches!(byte, b'"' | b'\\' | b'\n'));
    if body.len() + escaped.count() <= RESPONSE_BYTES {
        return Ok(());
    }
    Err(response_too_large())
}

/// True if the response may be gzipped.
fn is_wanted(request: &Request<'_>) -> bool {
    if !request.takes_binary {
        return false;
    }
    let accepted = request.header("accept-encoding").unwrap_or_default();
    accepted.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let is_refused = weight.split_once('=').is_some_and(|(_, weight)| {
            weight
                .trim()
                .parse::<f32>()
                .is_ok_and(|weight| weight == 0.0)
        });
        name.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

/// Compresses a body that is worth it, where the client takes it.
pub(crate) fn compress(request: &Request<'_>, response: &mut Response) {
    let is_done = response.headers().contains_key(CONTENT_ENCODING);
    if is_done || response.body().len() < WORTH_BYTES || !is_wanted(request) {
        return;
    }
    let mut encoder = GzEncoder::new(
        Vec::with_capacity(response.body().len() / 4),
        Compression::fast(),
    );
    // Writing to memory does not fail; if it did, the body would go out as it is.
    let Ok(()) = encoder.write_all(response.body()) else {
        return;
    };
    let Ok(body) = encoder.finish() else {
        return;
    };
    *response.body_mut() = body;
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.append(VARY, HeaderValue::from_static("accept-encoding"));
}

#[cfg(test)]
mod tests {
    use crate::request::Request;
    use crate::testing::{app, gzipped, headers, predict};
    use flate2::read::GzDecoder;
    use std::io::Read;

    fn many(rows: usize) -> Vec<u8> {
        let row = r#"{"text": "my parcel is late"}"#;
        let rows = vec![row; rows].join(",");
        format!("{{\"instances\": [{rows}]}}").into_bytes()
    }

    #[test]
    fn gzip_goes_in_and_out() {
        let plain = app().answer(&predict(&many(100))).response.into_body();
        let both = headers(&[
            ("content-encoding", "gzip"),
            ("accept-encoding", "br, gzip"),
        ]);
        let body = gzipped(&many(100));
        let request = Request {
            headers: Some(&both),
            ..predict(&body)
        };
        let response = app().answer(&request).response;
        assert_eq!(response.headers()["content-encoding"], "gzip");
        let mut inflated = Vec::new();
        let mut decoder = GzDecoder::new(&response.body()[..]);
        decoder.read_to_end(&mut inflated).unwrap();
        assert_eq!(inflated, plain);
        assert!(response.body().len() < plain.len() / 10);
    }

    #[test]
    fn what_is_short_or_not_wanted_or_goes_through_a_rest_api_stays_as_it_is() {
        let accepts = headers(&[("accept-encoding", "gzip")]);
        let refuses = headers(&[("accept-encoding", "gzip;q=0")]);
        let long = many(100);
        let short = many(1);
        for (headers, body, takes_binary) in [
            (&accepts, &short, true),
            (&refuses, &long, true),
            (&accepts, &long, false),
        ] {
            let request = Request {
                headers: Some(headers),
                takes_binary,
                ..predict(body)
            };
            let response = app().answer(&request).response;
            assert!(!response.headers().contains_key("content-encoding"));
        }
    }
}
