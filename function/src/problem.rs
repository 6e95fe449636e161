//! Every refusal, in words: RFC 9457 problem details, <https://www.rfc-editor.org/rfc/rfc9457>.
//!
//! `detail` is for the person who reads it, `code` for the program: it never changes. `field`,
//! `expected` and `example` say how to ask so that this very model answers.

pub use crate::code::Code;

use crate::faults::{Fault, Faults, step};
use crate::request::{Response, json, response};
use crate::request_id::RequestId;
use http::StatusCode;
use http::header::{ACCEPT_ENCODING, ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::value::RawValue;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    field: Option<Box<str>>,
    expected: Option<&'static str>,
    example: Option<&'static RawValue>,
    allow: Option<&'static str>,
    errors: Box<[Fault]>,
    /// A small number, since a problem is the other half of most results.
    column: Option<u32>,
}

/// The body of an error response, by RFC 9457. Its members stand in the order in which a person
/// reads them.
#[derive(Serialize)]
struct ProblemBody<'a> {
    /// `about:blank`: status and code identify the error.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// The fault, in one sentence.
    detail: &'a str,
    /// Its stable name.
    code: Code,
    /// The id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
    /// The place in the body that is wrong, as a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    /// Expected value.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    /// A body that the model can answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static RawValue>,
    /// Faults of the rows, at most 20.
    #[serde(skip_serializing_if = "<[Fault]>::is_empty")]
    errors: &'a [Fault],
}

impl Problem {
    /// A problem; `detail` is one sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Problem {
        Problem {
            code,
            detail: detail.into(),
            field: None,
            expected: None,
            example: None,
            allow: None,
            errors: Box::default(),
            column: None,
        }
    }

    /// The problem that these faults are; `None` when there is none.
    pub fn of_faults(faults: &Faults) -> Option<Problem> {
        let first = faults.listed().first()?;
        let detail = match faults.total() {
            1 => first.detail.clone(),
            total => format!("{total} things are wrong; the first: {}", first.detail),
        };
        let is_whole = first.pointer.is_empty();
        Some(Problem {
            field: (!is_whole).then(|| first.pointer.as_str().into()),
            expected: Some(first.expected),
            errors: faults.listed().into(),
            column: first.column.map(|index| index as u32),
            ..Problem::new(first.code, detail)
        })
    }

    /// With the member of the body that is wrong, by its name; the answer has its JSON Pointer.
    pub fn field(self, name: &str) -> Problem {
        self.pointer(step(name))
    }

    /// With the column of the model that is wrong, by its index.
    pub fn in_column(mut self, index: usize) -> Problem {
        self.column = Some(index as u32);
        self
    }

    /// Index of the model's column that is wrong, the first where there are several.
    pub fn column(&self) -> Option<usize> {
        self.column.map(|index| index as usize)
    }

    /// With the place in the body that is wrong, as a JSON Pointer.
    pub fn pointer(mut self, pointer: String) -> Problem {
        self.field = Some(pointer.into());
        self
    }

    /// Without anything that reveals the model's fields.
    pub fn without_schema(self) -> Problem {
        match self.code.status() {
            // Faults of fields name them; the other sentences are about HTTP.
            StatusCode::UNPROCESSABLE_ENTITY => Problem::new(self.code, self.code.help()),
            _ => Problem {
                field: None,
                expected: None,
                example: None,
                errors: Box::default(),
                column: None,
                ..self
            },
        }
    }

    /// With what should have come.
    pub fn expected(mut self, expected: &'static str) -> Problem {
        self.expected = Some(expected);
        self
    }

    /// With a body that the model can answer.
    pub fn example(mut self, example: Option<&'static RawValue>) -> Problem {
        self.example = example;
        self
    }

    /// With the methods that the path answers.
    pub fn allow(mut self, methods: &'static str) -> Problem {
        self.allow = Some(methods);
        self
    }

    /// Its stable name.
    pub fn code(&self) -> Code {
        self.code
    }

    /// Its sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Faults of the rows.
    pub fn errors(&self) -> &[Fault] {
        &self.errors
    }

    /// The headers that go with it, in whatever form a door refuses.
    pub fn add_headers(&self, response: &mut Response) {
        let headers = response.headers_mut();
        if let Some(methods) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(methods));
        }
        match self.code {
            Code::KeyMissing => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Code::Busy => {
                headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            // RFC 9110, section 15.5.16.
            Code::UnsupportedEncoding => {
                headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
            }
            _ => {}
        }
    }

    /// As a response to the request of this id.
    pub fn response(&self, request_id: RequestId<'_>) -> Response {
        let status = self.code.status();
        let body = ProblemBody {
            // No page explains the codes, so the type says nothing beyond the status; then the
            // title has to be the status's own phrase (RFC 9457, section 4.2.1).
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: &self.detail,
            code: self.code,
            request_id: request_id.stated(),
            field: self.field.as_deref(),
            expected: self.expected,
            example: self.example,
            errors: &self.errors,
        };
        response(status, MEDIA_TYPE, json(&body))
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Problem, RequestId};

    fn text(problem: &Problem) -> String {
        let response = problem.response(RequestId::new(Some("r-1"), None));
        String::from_utf8(response.into_body()).unwrap()
    }

    #[test]
    fn a_person_can_read_a_problem() {
        let example = serde_json::from_str(r#"{"text": "hi"}"#).unwrap();
        let problem = Problem::new(Code::MissingField, "the field \"text\" is missing")
            .field("text")
            .expected("a string")
            .example(Some(example));
        assert_eq!(
            text(&problem),
            concat!(
                r#"{"type":"about:blank","title":"Unprocessable Entity","status":422,"#,
                r#""detail":"the field \"text\" is missing","code":"missing_field","#,
                r#""request_id":"r-1","field":"/text","expected":"a string","example":{"text": "hi"}}"#
            )
        );
        let response = problem.response(RequestId::default());
        assert_eq!(response.status(), 422);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
    }

    #[test]
    fn a_field_is_escaped_as_a_json_pointer() {
        let problem = Problem::new(Code::WrongType, "").field("a/b~1");
        assert!(text(&problem).contains(r#""field":"/a~1b~01""#));
    }

    #[test]
    fn every_code_is_an_error_in_snake_case() {
        for code in Code::ALL {
            assert!(code.status().as_u16() >= 400);
            let name = code.as_str();
            let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(name.chars().all(legal), "{name}");
            assert_eq!(serde_json::to_string(code).unwrap(), format!("{name:?}"));
            assert!(!text(&Problem::new(*code, "")).contains(r#""title":"""#));
        }
    }
}
