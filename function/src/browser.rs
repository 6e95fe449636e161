//! Web pages: which may ask from a browser, and by which names this server goes.
//!
//! A browser sends some requests of any page to any server, without asking it first: those that an
//! HTML form could send, too. So a page that somebody opens could ask a server on their own machine
//! and have its questions captured. The browser says whose page it is, in `Sec-Fetch-Site` and
//! `Origin`, which no script can change; a request of a foreign page is refused unless
//! `HEARTH_ALLOWED_ORIGINS` names the page's origin.
//!
//! A page can also have its own name resolve to 127.0.0.1 (DNS rebinding), and would then be of the
//! same origin. So a server that listens on the loopback interface answers only to names of the
//! loopback interface, and to those of `HEARTH_ALLOWED_HOSTS`.

use crate::environment::{Reader, is_lambda, is_of_loopback, listens_on_loopback};
use crate::problem::{Code, Problem};
use crate::request::{Request, Response, response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST,
    HeaderName, HeaderValue, ORIGIN, VARY,
};
use http::{Method, StatusCode};

/// Whose page a request comes from: `same-origin`, `same-site`, `cross-site` or `none`.
static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The headers of a response that a page of another origin may read, beside those that it always may.
const READABLE: &str = "retry-after, x-hearth-variant, x-hearth-warnings, x-request-id";

/// The origins whose pages may ask from a browser, <https://fetch.spec.whatwg.org/#http-cors-protocol>.
#[derive(Debug)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Those of `HEARTH_ALLOWED_ORIGINS`, separated by commas; `*` is all.
    pub fn read(reader: &Reader<'_>) -> Origins {
        const VARIABLE: &str = "HEARTH_ALLOWED_ORIGINS";
        let origins = reader.list(VARIABLE);
        let is_origin = |origin: &String| {
            let Some((scheme, host)) = origin.split_once("://") else {
                return origin == "*" || origin == "null";
            };
            !scheme.is_empty() && !host.is_empty() && !host.contains(['/', '?', '#', ' ', '@', '*'])
        };
        if !origins.iter().all(is_origin) {
            reader.refuse(
                Code::SettingsRefused,
                format!("{VARIABLE} has an item that is neither * nor an origin such as https://example.com"),
            );
        }
        Origins(origins)
    }

    fn allows(&self, origin: &[u8]) -> bool {
        let is_it = |allowed: &String| allowed == "*" || allowed.as_bytes() == origin;
        self.0.iter().any(is_it)
    }

    /// Lets in what no page sends, and pages of the same origin or of one that is allowed.
    ///
    /// # Errors
    /// When a page of another origin asks for answers.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Problem> {
        let Some(headers) = request.headers else {
            return Ok(());
        };
        if request.method != Method::POST {
            return Ok(());
        }
        let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
        let is_own = match headers.get(&SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
            Some(b"same-origin" | b"none") => true,
            Some(_) => false,
            // Browsers say it to https and to localhost only.
            None => match (origin, headers.get(HOST)) {
                (None, _) => true,
                (Some(origin), Some(host)) => is_of_host(origin, host.as_bytes()),
                (Some(_), None) => false,
            },
        };
        if is_own || origin.is_some_and(|origin| self.allows(origin)) {
            return Ok(());
        }
        let detail = "a web page of another origin may not ask here; HEARTH_ALLOWED_ORIGINS names \
                      those that may";
        Err(Problem::new(Code::ForeignOrigin, detail))
    }

    /// The answer to a browser that asks whether a page may ask; `None` for any other request.
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
                "authorization, content-encoding, content-type, x-api-key, x-request-id",
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
        let readable = HeaderValue::from_static(READABLE);
        if self.0.iter().any(|allowed| allowed == "*") {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
            return;
        }
        headers.append(VARY, HeaderValue::from_static("origin"));
        let origin = request.headers.and_then(|headers| headers.get(ORIGIN));
        if let Some(origin) = origin
            && self.allows(origin.as_bytes())
        {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
        }
    }
}

/// True if an origin is that of a server with this `Host`. The scheme is not known here: what stands
/// in front may end TLS. So the default port of either scheme may be left out.
fn is_of_host(origin: &[u8], host: &[u8]) -> bool {
    let (Ok(origin), Ok(host)) = (std::str::from_utf8(origin), std::str::from_utf8(host)) else {
        return false;
    };
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority
            .strip_suffix(port)
            .map_or(authority.clone(), String::from)
    };
    bare(authority) == bare(host)
}

/// The names by which requests may call this server.
#[derive(Debug)]
pub enum Hosts {
    /// Any.
    Any,
    /// Names and addresses of the loopback interface, and these.
    Loopback(Vec<String>),
    /// These.
    Among(Vec<String>),
}

impl Hosts {
    /// Those of `HEARTH_ALLOWED_HOSTS`, separated by commas, `*` is all; without it, those of the
    /// loopback interface where the server listens on that. In Lambda the gateway decides.
    pub fn read(reader: &Reader<'_>) -> Hosts {
        let hosts = reader.list("HEARTH_ALLOWED_HOSTS");
        let hosts: Vec<String> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        let variables = reader.variables();
        if is_lambda(variables) || hosts.iter().any(|host| host == "*") {
            return Hosts::Any;
        }
        match (listens_on_loopback(variables), hosts.is_empty()) {
            (true, _) => Hosts::Loopback(hosts),
            (false, true) => Hosts::Any,
            (false, false) => Hosts::Among(hosts),
        }
    }

    /// Lets in a request to one of these names. One without a name is let in: every browser sends one.
    ///
    /// # Errors
    /// When it names another host, or two.
    pub fn check(&self, request: &Request<'_>) -> Result<(), Problem> {
        let Some(headers) = request.headers else {
            return Ok(());
        };
        let (names, is_loopback) = match self {
            Hosts::Any => return Ok(()),
            Hosts::Loopback(names) => (names, true),
            Hosts::Among(names) => (names, false),
        };
        let is_known = |value: &HeaderValue| {
            let host = value.to_str().unwrap_or("?").to_ascii_lowercase();
            let name = without_port(&host);
            names.iter().any(|known| *known == host || known == name)
                || (is_loopback && is_of_loopback(name))
        };
        if headers.get_all(HOST).iter().all(is_known) {
            return Ok(());
        }
        let detail = "the request names a host that is not this server's; HEARTH_ALLOWED_HOSTS names \
                      more, for a proxy on the same machine";
        Err(Problem::new(Code::ForeignHost, detail))
    }
}

/// A host without the port behind it.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => {
            if port.bytes().all(|byte| byte.is_ascii_digit()) {
                name
            } else {
                host
            }
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests;
