//! Every refusal, in words: RFC 9457 problem details, <https://www.rfc-editor.org/rfc/rfc9457>.
//!
//! `detail` is for the person who reads it, `code` for the program: it never changes. `field`,
//! `expected` and `example` say how to ask so that this very model answers.

use crate::request::{Response, json, response};
use http::StatusCode;
use http::header::{ALLOW, HeaderValue};
use serde::Serialize;
use serde_json::value::RawValue;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request is refused.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    field: Option<String>,
    expected: Option<&'static str>,
    example: Option<&'static RawValue>,
    allow: Option<&'static str>,
}

/// A problem's members, in the order in which a person reads them.
#[derive(Serialize)]
struct Members<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static RawValue>,
}

/// Writes the enum, its names and its statuses from one table.
macro_rules! codes {
    ($($variant:ident $name:literal $status:ident $help:literal,)*) => {
        /// The stable names of all refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        pub enum Code {
            $(
                #[doc = $help]
                #[serde(rename = $name)]
                $variant,
            )*
        }

        impl Code {
            /// Every code once.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The name, as it stands in `code`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $name,)*
                }
            }

            /// The HTTP status that it comes with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Code::$variant => StatusCode::$status,)*
                }
            }
        }
    };
}

codes! {
    EmptyBody "empty_body" BAD_REQUEST "The request has no body.",
    InvalidUtf8 "invalid_utf8" BAD_REQUEST "The body is not UTF-8.",
    InvalidJson "invalid_json" BAD_REQUEST "The body is not JSON.",
    InvalidTop "invalid_top" BAD_REQUEST "The query parameter `top` is no number from 1 up.",
    NotFound "not_found" NOT_FOUND "Nothing is at this path.",
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "The path answers another method.",
    BodyTooSlow "body_too_slow" REQUEST_TIMEOUT "The body did not come in time.",
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is larger than Lambda takes.",
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body is said not to be JSON.",
    NotAnObject "not_an_object" UNPROCESSABLE_ENTITY "The body is JSON, but no object.",
    MissingField "missing_field" UNPROCESSABLE_ENTITY "A field of the row is missing.",
    WrongType "wrong_type" UNPROCESSABLE_ENTITY "A field of the row is of the wrong type.",
    DuplicateField "duplicate_field" UNPROCESSABLE_ENTITY "A field of the row is given twice.",
    ModelNotFinite "model_not_finite" INTERNAL_SERVER_ERROR "The model gives no finite score.",
    ModelUnavailable "model_unavailable" SERVICE_UNAVAILABLE "The model file could not be opened.",
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
        }
    }

    /// With the member of the body that is wrong, by its name; the answer has its JSON Pointer.
    pub fn field(mut self, name: &str) -> Problem {
        // RFC 6901, section 3: the tilde first, or it would escape its own escapes.
        self.field = Some(format!("/{}", name.replace('~', "~0").replace('/', "~1")));
        self
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

    /// As a response.
    pub fn response(&self) -> Response {
        let status = self.code.status();
        let members = Members {
            // No page explains the codes, so the type says nothing beyond the status; then the
            // title has to be the status's own phrase (RFC 9457, section 4.2.1).
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: &self.detail,
            code: self.code,
            field: self.field.as_deref(),
            expected: self.expected,
            example: self.example,
        };
        let mut response = response(status, MEDIA_TYPE, json(&members));
        if let Some(methods) = self.allow {
            let methods = HeaderValue::from_static(methods);
            response.headers_mut().insert(ALLOW, methods);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Problem};

    fn text(problem: &Problem) -> String {
        String::from_utf8(problem.response().into_body()).unwrap()
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
                r#""field":"/text","expected":"a string","example":{"text": "hi"}}"#
            )
        );
        let response = problem.response();
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
