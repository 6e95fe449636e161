//! End of an invocation, and the message by which the function ended it.

use std::fmt;

use serde_json::Value;

use super::MAX_RESPONSE;
use crate::message::{Headers, json};

/// End of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The function posted a response.
    Response(Report),
    /// The function posted an error for this invocation.
    Error(Report),
    /// The function posted that it can't start; every invocation gets this until one asks for an
    /// event again.
    InitError(Report),
    /// The function posted a response of this many bytes and was refused with a 413.
    TooLarge(usize),
    /// The function didn't answer in time. An answer that comes later is refused.
    TimedOut,
}

impl Outcome {
    /// The response.
    ///
    /// # Panics
    ///
    /// If it ended in another way.
    #[track_caller]
    pub fn response(self) -> Report {
        match self {
            Outcome::Response(report) => report,
            other => panic!("expected a response, but {other}"),
        }
    }

    /// The error of this invocation.
    ///
    /// # Panics
    ///
    /// If it ended in another way.
    #[track_caller]
    pub fn error(self) -> Report {
        match self {
            Outcome::Error(report) => report,
            other => panic!("expected an error, but {other}"),
        }
    }

    /// The error of the start.
    ///
    /// # Panics
    ///
    /// If it ended in another way.
    #[track_caller]
    pub fn init_error(self) -> Report {
        match self {
            Outcome::InitError(report) => report,
            other => panic!("expected an init error, but {other}"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |report: &Report| String::from_utf8_lossy(&report.body).into_owned();
        match self {
            Outcome::Response(report) => write!(to, "the function answered {}", text(report)),
            Outcome::Error(report) => write!(to, "the function failed with {}", text(report)),
            Outcome::InitError(report) => {
                write!(to, "the function could not start: {}", text(report))
            }
            Outcome::TooLarge(bytes) => write!(
                to,
                "the function answered {bytes} bytes, over {MAX_RESPONSE}"
            ),
            Outcome::TimedOut => write!(to, "the function did not answer in time"),
        }
    }
}

/// Message that the function posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The invocation it answers; none for an init error.
    pub request_id: Option<String>,
    /// The headers it was posted with, trailers of a chunked one included.
    pub headers: Headers,
    /// The message.
    pub body: Vec<u8>,
}

impl Report {
    /// The `Lambda-Runtime-Function-Error-Type` header, which an error should have.
    pub fn error_type(&self) -> Option<&str> {
        self.headers.get("lambda-runtime-function-error-type")
    }

    /// The body as JSON: an error's has `errorType` and `errorMessage`.
    ///
    /// # Panics
    ///
    /// If it is not JSON.
    pub fn json(&self) -> Value {
        json(&self.body, "what the function posted")
    }
}
