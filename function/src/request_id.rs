//! The id of a request: the same in its response, its EMF line, its log lines and its captured rows.
//!
//! A client may choose it, in the header `x-request-id`. Otherwise it is Lambda's own id of the request,
//! or, outside Lambda, one that is drawn here. A client's id is taken if nothing that it passes through
//! can misread it: it is short, and has no blank, quote, comma or control character, which a log, a table
//! of true labels or a shell would read in its own way. An id that is not taken is no reason to refuse
//! the request: the response says which id it has.

use crate::random::{Random, drawn};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::sync::OnceLock;

/// The header of requests and responses.
pub const HEADER: &str = "x-request-id";

/// The same, parsed once: a map that is asked by a text parses it each time.
static NAME: HeaderName = HeaderName::from_static(HEADER);

/// Most characters of a client's id; it stands in a log that is paid by the byte.
const MOST: usize = 128;

/// Characters of a client's id beside letters and digits: those of UUIDs, base64, and trace ids.
const MARKS: &[u8] = b"-._~:/+=@|";

/// The id of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestId<'a> {
    stated: Option<&'a str>,
    unique: Option<&'a str>,
}

impl<'a> RequestId<'a> {
    /// The id that the client chose, else the `unique` one, which no other request has.
    pub fn new(client: Option<&'a str>, unique: Option<&'a str>) -> RequestId<'a> {
        RequestId {
            stated: client.or(unique),
            unique,
        }
    }

    /// The id in the response, the EMF line and the log; `None` only where nothing gave the request one.
    pub fn stated(self) -> Option<&'a str> {
        self.stated
    }

    /// An id that no other request has: a client may send the same one again.
    pub fn unique(self) -> Option<&'a str> {
        self.unique
    }

    /// The id that the client chose.
    pub fn of_client(self) -> Option<&'a str> {
        self.stated.filter(|id| self.unique != Some(id))
    }

    /// Writes the id into the headers of a response.
    pub fn add_to(self, headers: &mut HeaderMap) {
        if let Some(id) = self.stated
            && let Ok(id) = HeaderValue::from_str(id)
        {
            headers.insert(&NAME, id);
        }
    }
}

/// The id that a client sent, if it is one: 1 to 128 letters, digits and `-._~:/+=@|`, sent once.
pub fn of_client(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(&NAME).iter();
    let (first, second) = (values.next()?, values.next());
    let is_legal = |byte: &u8| byte.is_ascii_alphanumeric() || MARKS.contains(byte);
    let bytes = first.as_bytes();
    let is_id = second.is_none() && (1..=MOST).contains(&bytes.len()) && bytes.iter().all(is_legal);
    first.to_str().ok().filter(|_| is_id)
}

/// An id that no other request has: 32 hexadecimal digits, half of them the process's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawnId([u8; 32]);

impl DrawnId {
    /// Draws one.
    pub fn draw() -> DrawnId {
        static SOURCE: OnceLock<(u64, Random)> = OnceLock::new();
        let (process, random) = SOURCE.get_or_init(|| (drawn(), Random::new()));
        let mut digits = [0; 32];
        let number = u128::from(*process) << 64 | u128::from(random.next());
        for (place, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(number >> (124 - 4 * place)) as usize & 15];
        }
        DrawnId(digits)
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{DrawnId, HEADER, MOST, RequestId, of_client};
    use http::{HeaderMap, HeaderValue};
    use std::collections::HashSet;

    fn sent(values: &[&[u8]]) -> HeaderMap {
        let values = values.iter().map(|value| {
            let value = HeaderValue::from_bytes(value).unwrap();
            (HEADER.parse().unwrap(), value)
        });
        values.collect()
    }

    #[test]
    fn ids_that_nothing_can_misread_are_taken() {
        let longest = "x".repeat(MOST);
        for id in [
            "1",
            "order-17",
            "0e2a6f0c-6ad1-4c3a-8f0e-2a9d7d1f5b11",
            "Root=1-69577ab5-1f0a3c5e7b9d2f4a6c8e0b1d",
            "W1kqXhZ9IAMEJbA=",
            "|7f3a.b1_1.",
            "a/b:c@d~e+f",
            &longest,
        ] {
            assert_eq!(of_client(&sent(&[id.as_bytes()])), Some(id));
        }
    }

    #[test]
    fn ids_that_could_be_misread_are_not() {
        let too_long = "x".repeat(MOST + 1);
        for id in [
            "",
            "two words",
            "a,b",
            "\"quoted\"",
            "$(id)",
            "<b>",
            "a\tb",
            "ü",
            &too_long,
        ] {
            assert_eq!(of_client(&sent(&[id.as_bytes()])), None, "{id:?}");
        }
        assert_eq!(of_client(&sent(&[b"\xff"])), None);
        assert_eq!(of_client(&sent(&[b"a", b"a"])), None, "one was expected");
        assert_eq!(of_client(&HeaderMap::new()), None);
    }

    #[test]
    fn a_response_states_the_id_of_the_client_and_else_the_unique_one() {
        for (client, unique, stated) in [
            (Some("mine"), Some("u"), Some("mine")),
            (Some("mine"), None, Some("mine")),
            (None, Some("u"), Some("u")),
            (None, None, None),
        ] {
            let id = RequestId::new(client, unique);
            let mut headers = HeaderMap::new();
            id.add_to(&mut headers);
            let told = headers.get(HEADER);
            assert_eq!(told.map(|value| value.to_str().unwrap()), stated);
            assert_eq!((id.stated(), id.unique()), (stated, unique));
            assert_eq!(id.of_client(), client);
        }
        let same = RequestId::new(Some("u"), Some("u"));
        assert_eq!(same.of_client(), None);
    }

    #[test]
    fn no_id_is_drawn_twice_and_a_client_may_send_it_back() {
        let drawn: HashSet<String> = (0..10_000)
            .map(|_| DrawnId::draw().as_str().to_owned())
            .collect();
        assert_eq!(drawn.len(), 10_000);
        for id in drawn.iter().take(10) {
            assert_eq!(id.len(), 32);
            assert_eq!(of_client(&sent(&[id.as_bytes()])), Some(id.as_str()));
        }
    }
}
