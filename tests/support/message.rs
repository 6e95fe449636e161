//! Headers and answers, the same for every door into the service.

use serde_json::Value;

/// The headers of a message in their order; names compare without regard to case (RFC 9110, section
/// 5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// The value of the first header of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of every header of this name, in their order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Every header, name and value, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds a header and keeps those of the same name.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Adds all of `others`: how the trailers of a chunked message join its headers.
    pub(crate) fn extend(&mut self, others: Headers) {
        self.0.extend(others.0);
    }
}

/// Response that a caller of the service gets: over HTTP as it came, from Lambda as the gateway
/// would send it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status code.
    pub status: u16,
    /// The headers, `set-cookie` once for each cookie.
    pub headers: Headers,
    /// The body, out of its chunks and out of base64.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    ///
    /// # Panics
    ///
    /// If it is not UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|error| {
            panic!(
                "the body of this {} answer is not UTF-8: {error}",
                self.status
            )
        })
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// If it is not JSON; the sentence shows the body.
    pub fn json(&self) -> Value {
        json(
            &self.body,
            &format!("the body of this {} answer", self.status),
        )
    }
}

/// `bytes` as JSON; `what` names them in the panic when they are not.
pub(crate) fn json(bytes: &[u8], what: &str) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|error| {
        panic!(
            "{what} is not JSON ({error}): {:?}",
            String::from_utf8_lossy(bytes)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_names_have_no_case_and_may_repeat() {
        let mut headers = Headers::default();
        headers.add("Set-Cookie", "a=1");
        headers.add("set-cookie", "b=2");
        assert_eq!(headers.get("SET-COOKIE"), Some("a=1"));
        assert_eq!(
            headers.all("set-cookie").collect::<Vec<_>>(),
            ["a=1", "b=2"]
        );
        assert_eq!(headers.get("cookie"), None);
    }

    #[test]
    #[should_panic(expected = "the body of this 502 answer is not JSON")]
    fn a_body_that_is_not_json_is_shown() {
        let answer = Answer {
            status: 502,
            headers: Headers::default(),
            body: b"<html>".to_vec(),
        };
        answer.json();
    }
}
