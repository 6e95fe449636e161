//! Who may ask: API keys, and the pages of other sites (CORS).

use crate::problem::{Code, Problem};
use crate::request::{Request, Response, response};
use crate::settings::{Variables, filled};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};

/// What is answered without a key: a load balancer or kubelet that asks for health has none.
const OPEN: [&str; 4] = ["/health", "/ping", "/v2/health/live", "/v2/health/ready"];

/// Whether a path is answered without a key.
pub(crate) fn is_open(path: &str) -> bool {
    OPEN.contains(&path)
}

/// The keys that open the function.
#[derive(Debug)]
pub enum Keys {
    /// None is asked for.
    Open,
    /// One of these. Of several, one can be replaced while the other still holds.
    Among(Secrets),
    /// The file of keys could not be read: nobody is let in, rather than everybody.
    Unreadable,
}

/// Keys that no `{:?}` shows.
pub struct Secrets(Vec<String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

impl Keys {
    /// Those of `HEARTH_API_KEY`, or in the file that `HEARTH_API_KEY_FILE` names; blanks and line
    /// ends are between them.
    pub fn from_environment(get: Variables<'_>) -> Keys {
        let text = match (
            filled(get, "HEARTH_API_KEY"),
            filled(get, "HEARTH_API_KEY_FILE"),
        ) {
            (None, None) => return Keys::Open,
            (Some(keys), None) => keys,
            (Some(_), Some(_)) => {
                tracing::error!(
                    "HEARTH_API_KEY and HEARTH_API_KEY_FILE are both set; one was expected"
                );
                return Keys::Unreadable;
            }
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(keys) => keys,
                Err(error) => {
                    tracing::error!(%error, "HEARTH_API_KEY_FILE cannot be read: nobody is let in");
                    return Keys::Unreadable;
                }
            },
        };
        let keys: Vec<String> = text.split_whitespace().map(String::from).collect();
        if keys.is_empty() {
            tracing::error!("there is no API key where one is named: nobody is let in");
            return Keys::Unreadable;
        }
        Keys::Among(Secrets(keys))
    }

    /// Lets a request in.
    ///
    /// # Errors
    /// When it has no key or a wrong one.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Problem> {
        let Secrets(keys) = match self {
            Keys::Open => return Ok(()),
            _ if is_open(request.path) => return Ok(()),
            // A bare event has no headers; who may invoke the function is for IAM to say.
            _ if request.headers.is_none() => return Ok(()),
            Keys::Unreadable => {
                let detail = "the function's API keys cannot be read; its log says why";
                return Err(Problem::new(Code::KeysUnavailable, detail));
            }
            Keys::Among(keys) => keys,
        };
        let given = request.header("x-api-key").or_else(|| {
            let (scheme, key) = request.header("authorization")?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
        });
        let Some(given) = given else {
            let detail =
                "the request has no API key; send it as x-api-key or as authorization: Bearer";
            return Err(Problem::new(Code::KeyMissing, detail));
        };
        // Every key is compared, so that the time does not tell which one is near.
        let is_known = keys
            .iter()
            .fold(false, |known, key| known | same(key, given));
        match is_known {
            true => Ok(()),
            false => Err(Problem::new(Code::KeyWrong, "the API key is not known")),
        }
    }
}

/// Whether two keys are the same, in a time that depends on the length of `given` alone.
fn same(key: &str, given: &str) -> bool {
    let (key, given) = (key.as_bytes(), given.as_bytes());
    let mut difference = u8::from(key.len() != given.len());
    for (index, byte) in given.iter().enumerate() {
        difference |= byte ^ key[index % key.len()];
    }
    std::hint::black_box(difference) == 0
}

/// The origins whose pages may ask from a browser, <https://fetch.spec.whatwg.org/#http-cors-protocol>.
#[derive(Debug)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Those of `HEARTH_ALLOWED_ORIGINS`, separated by commas; `*` is all.
    pub fn from_environment(get: Variables<'_>) -> Origins {
        let text = filled(get, "HEARTH_ALLOWED_ORIGINS").unwrap_or_default();
        let origins = text.split(',').map(str::trim);
        Origins(
            origins
                .filter(|origin| !origin.is_empty())
                .map(String::from)
                .collect(),
        )
    }

    /// The answer to a browser that asks whether a page may ask; `None` of any other request.
    pub fn preflight(&self, request: &Request<'_>) -> Option<Response> {
        let asks = request.method == Method::OPTIONS
            && request
                .header(ACCESS_CONTROL_REQUEST_METHOD.as_str())
                .is_some();
        if self.0.is_empty() || !asks {
            return None;
        }
        let mut response = response(StatusCode::NO_CONTENT, "text/plain", Vec::new());
        let headers = response.headers_mut();
        headers.remove(http::header::CONTENT_TYPE);
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "authorization, content-encoding, content-type, x-api-key",
            ),
            // A day; browsers keep it no longer than two hours or a day anyway.
            (ACCESS_CONTROL_MAX_AGE, "86400"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Some(response)
    }

    /// Says in the headers of a response that the page may read it.
    pub fn allow(&self, request: &Request<'_>, response: &mut Response) {
        if self.0.is_empty() {
            return;
        }
        let headers = response.headers_mut();
        if self.0.iter().any(|allowed| allowed == "*") {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            return;
        }
        headers.append(VARY, HeaderValue::from_static("origin"));
        let origin = request.headers.and_then(|headers| headers.get(ORIGIN));
        if let Some(origin) = origin
            && self.0.iter().any(|allowed| allowed.as_bytes() == origin)
        {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
    }
}

#[cfg(test)]
mod tests;
