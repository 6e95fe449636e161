//! A request's body: how it is written, and its bytes, inflated.

use crate::budgets::Work;
use crate::problem::{Code, Problem};
use crate::request::{BODY_SECONDS, Body, Request};
use crate::rules::Rules;
use flate2::read::MultiGzDecoder;
use http::header::CONTENT_ENCODING;
use std::borrow::Cow;
use std::io::Read;

/// Bytes that are inflated at a time.
const CHUNK: usize = 16 * 1024;

/// Format of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// JSON.
    Json,
    /// A JSON value a line.
    JsonLines,
    /// Values separated by this byte, one row per line.
    Table(u8),
    /// Another content type, which no reader accepts.
    Unknown,
}

/// Format by content type. JSON is `application/json` or a name that ends with `+json` (RFC 6839);
/// without a content type the receiver may look at the body itself (RFC 9110, section 8.3), and
/// nearly all is JSON.
pub fn media(content_type: Option<&str>) -> Media {
    let essence = content_type.unwrap_or_default().split(';').next();
    let essence = essence.unwrap_or_default().trim();
    let is = |name: &str| essence.eq_ignore_ascii_case(name);
    let ends = |end: &str| {
        let start = essence.len().checked_sub(end.len());
        let tail = start.and_then(|start| essence.get(start..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end))
    };
    match () {
        () if essence.is_empty() || is("application/json") || ends("+json") => Media::Json,
        () if is("text/csv") || is("application/csv") => Media::Table(b','),
        () if is("text/tab-separated-values") => Media::Table(b'\t'),
        // The first two are what is said most, the third is SageMaker's.
        () if is("application/x-ndjson")
            || is("application/jsonl")
            || is("application/jsonlines")
            || is("application/x-jsonlines")
            || is("application/ndjson") =>
        {
            Media::JsonLines
        }
        () => Media::Unknown,
    }
}

/// The parameter `header` of `text/csv`, RFC 4180, section 3.
pub(crate) fn header_parameter(content_type: Option<&str>) -> Option<bool> {
    let parameters = content_type?.split(';').skip(1);
    parameters
        .map(str::trim)
        .find_map(|parameter| match parameter {
            "header=present" => Some(true),
            "header=absent" => Some(false),
            _ => None,
        })
}

/// The refusal of a request whose body nobody here reads.
pub fn unknown_media(request: &Request<'_>) -> Problem {
    let is_form = request.content_type.is_some_and(|content_type| {
        content_type
            .to_ascii_lowercase()
            .starts_with("application/x-www-form-urlencoded")
    });
    let looks_like_json = match request.body {
        Body::Whole(body) => matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')),
        _ => false,
    };
    let detail = match (is_form, looks_like_json) {
        // The default of `curl -d`.
        (true, true) => {
            "the content type is application/x-www-form-urlencoded, which is curl's default; \
             add -H 'content-type: application/json'"
        }
        (true, false) => {
            "the content type is application/x-www-form-urlencoded, which is curl's default, and \
             the body is no JSON; for a CSV file send -H 'content-type: text/csv' \
             --data-binary @rows.csv (-d removes the line ends)"
        }
        (false, _) => {
            "the content type is neither JSON, JSON Lines nor CSV; \
             send the header content-type: application/json"
        }
    };
    let expected = match is_form && !looks_like_json {
        true => "text/csv",
        false => "application/json",
    };
    Problem::new(Code::UnsupportedMediaType, detail).expected(expected)
}

/// The bytes of a body, inflated where they are gzipped.
///
/// # Errors
/// When it did not come whole, is too large, or is compressed otherwise or wrongly.
pub fn bytes<'a>(
    request: &Request<'a>,
    rules: &Rules,
    work: &Work<'_>,
) -> Result<Cow<'a, [u8]>, Problem> {
    let most = rules.body_bytes;
    let too_large = || {
        let detail = format!("the body is larger than {most} bytes, which is the limit");
        Problem::new(Code::BodyTooLarge, detail)
    };
    let bytes = match request.body {
        Body::Whole(bytes) => bytes,
        Body::TooLarge => return Err(too_large()),
        Body::TooSlow => {
            let detail = format!("the body did not come within {BODY_SECONDS} seconds");
            return Err(Problem::new(Code::BodyTooSlow, detail));
        }
        Body::NoRoom(size) => {
            let detail = format!(
                "other requests' bodies take the {size} bytes of memory that there are for bodies; \
                 ask again in a second"
            );
            return Err(Problem::new(Code::Busy, detail));
        }
        Body::Unread => &[],
    };
    if bytes.len() > most {
        return Err(too_large());
    }
    let stated = request
        .headers
        .and_then(|headers| headers.get(CONTENT_ENCODING));
    // One that is no text stays one that nobody takes: its body is not what it looks like.
    let encoding = stated.map_or("", |value| value.to_str().unwrap_or("?"));
    let encoding = encoding.trim().to_ascii_lowercase();
    match encoding.as_str() {
        "" | "identity" => Ok(Cow::Borrowed(bytes)),
        "gzip" | "x-gzip" => {
            let mut inflated = Vec::new();
            let mut decoder = MultiGzDecoder::new(bytes);
            let mut chunk = [0; CHUNK];
            loop {
                let count = match decoder.read(&mut chunk) {
                    Ok(0) => break,
                    Ok(count) => count,
                    Err(error) => {
                        let detail = format!(
                            "the content encoding is gzip, but the body is not gzipped: {error}"
                        );
                        return Err(Problem::new(Code::InvalidGzip, detail).expected("gzip"));
                    }
                };
                // However little it takes on the wire, it takes no more memory than it may.
                if inflated.len() + count > most {
                    return Err(too_large());
                }
                work.reserve(&mut inflated, count)?;
                inflated.extend_from_slice(&chunk[..count]);
            }
            Ok(Cow::Owned(inflated))
        }
        _ => {
            let detail = "the body is compressed by what is not gzip; gzip or nothing was expected";
            Err(Problem::new(Code::UnsupportedEncoding, detail).expected("gzip"))
        }
    }
}

/// Rejects an empty body and one that is not UTF-8 with a clearer error than the parser's.
///
/// # Errors
/// When there is no text.
pub fn check_text(bytes: &[u8], expected: &'static str) -> Result<(), Problem> {
    if bytes.trim_ascii().is_empty() {
        let detail = format!("the body is empty; {expected} was expected");
        return Err(Problem::new(Code::EmptyBody, detail).expected(expected));
    }
    std::str::from_utf8(bytes).map(|_| ()).map_err(|error| {
        let detail = format!(
            "the body is not UTF-8: the byte at offset {} begins no character",
            error.valid_up_to()
        );
        Problem::new(Code::InvalidUtf8, detail).expected("UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::{Media, bytes, media};
    use crate::environment::Reader;
    use crate::problem::Code;
    use crate::request::Request;
    use crate::rules::Rules;
    use crate::testing::{gzipped, headers, predict};

    #[test]
    fn json_has_many_names() {
        for name in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json;",
            "application/vnd.example+json",
            "",
            ";",
        ] {
            assert_eq!(media(Some(name)), Media::Json, "{name}");
        }
        assert_eq!(media(None), Media::Json);
        for name in ["text/plain", "json", "text/json", "é+jsön"] {
            assert_eq!(media(Some(name)), Media::Unknown, "{name}");
        }
        assert_eq!(media(Some("application/x-ndjson")), Media::JsonLines);
        assert_eq!(media(Some("text/CSV; header=present")), Media::Table(b','));
    }

    #[test]
    fn what_inflates_beyond_the_limit_is_refused_without_its_memory() {
        let rules = Rules::read(&Reader::new(&|_| None));
        let gzip = headers(&[("content-encoding", "gzip")]);
        let of = |body: &[u8]| {
            let request = Request {
                headers: Some(&gzip),
                ..predict(body)
            };
            bytes(&request, &rules, &rules.budgets.work()).map(|bytes| bytes.into_owned())
        };
        assert_eq!(of(&gzipped(b"{}")).unwrap(), b"{}");
        let two = [gzipped(b"{"), gzipped(b"}")].concat();
        assert_eq!(of(&two).unwrap(), b"{}", "members of one file");
        let bomb = gzipped(&vec![b' '; (6 << 20) + 1]);
        assert!(bomb.len() < 50_000);
        assert_eq!(of(&bomb).unwrap_err().code(), Code::BodyTooLarge);
        assert_eq!(of(b"{}").unwrap_err().code(), Code::InvalidGzip);
        let cut = gzipped(b"{\"text\": \"my parcel is late\"}");
        let cut = of(&cut[..cut.len() - 9]).unwrap_err();
        assert_eq!(cut.code(), Code::InvalidGzip);
    }

    /// Found by `make torture`: the header was ignored, and the body read unchanged.
    #[test]
    fn a_compression_that_is_no_text_is_one_that_nobody_takes() {
        let mut headers = http::HeaderMap::new();
        let value = http::HeaderValue::from_bytes(b"\xc3\xa9").unwrap();
        headers.insert("content-encoding", value);
        let request = Request {
            headers: Some(&headers),
            ..predict(b"{\"text\": \"a\"}")
        };
        let outcome = crate::testing::app().answer(&request);
        assert_eq!(outcome.response.status(), 415);
    }

    #[test]
    fn another_compression_is_told_which_one_is_taken() {
        let brotli = headers(&[("content-encoding", "br")]);
        let request = Request {
            headers: Some(&brotli),
            ..predict(b"{}")
        };
        let outcome = crate::testing::app().answer(&request);
        assert_eq!(outcome.response.status(), 415);
        assert_eq!(outcome.response.headers()["accept-encoding"], "gzip");
    }
}
