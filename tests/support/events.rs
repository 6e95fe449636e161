//! The events that bring a request into Lambda, one fixture for each way in
//! (`tests/events/*.json`), and the answers those ways expect.
//!
//! A test says what the request is; the kind of event says where that stands in the JSON.

mod shape;

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::message::{Answer, Headers, json};

/// A way into Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// API Gateway HTTP API, payload format 2.0.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
    HttpApi,
    /// API Gateway REST API with proxy integration. Its stage, `prod`, is in `requestContext.path`
    /// and not in `path`.
    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
    RestApi,
    /// Application Load Balancer.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>
    Alb,
    /// Application Load Balancer whose target group has multi-value headers on: every header and
    /// parameter is a list.
    AlbMultiValue,
    /// Function URL with IAM authorization; payload format 2.0 again.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>
    FunctionUrl,
    /// The request's JSON body alone, as `aws lambda invoke` sends it: no method, no path, no
    /// headers.
    Bare,
}

impl Kind {
    /// Every kind, for a test that holds for all.
    pub const ALL: [Kind; 6] = [
        Kind::HttpApi,
        Kind::RestApi,
        Kind::Alb,
        Kind::AlbMultiValue,
        Kind::FunctionUrl,
        Kind::Bare,
    ];

    /// Every kind that carries an HTTP request.
    pub const HTTP: [Kind; 5] = [
        Kind::HttpApi,
        Kind::RestApi,
        Kind::Alb,
        Kind::AlbMultiValue,
        Kind::FunctionUrl,
    ];

    /// The name of its fixture, without `.json`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::HttpApi => "apigw-http",
            Kind::RestApi => "apigw-rest",
            Kind::Alb => "alb",
            Kind::AlbMultiValue => "alb-multi-value",
            Kind::FunctionUrl => "function-url",
            Kind::Bare => "bare",
        }
    }
}

/// An event, at first `POST /predict` with a JSON body of one `text`.
///
/// Method, path, query and headers panic on [`Kind::Bare`], which has none of them.
#[derive(Clone, Debug)]
pub struct Event {
    kind: Kind,
    value: Value,
}

impl Event {
    /// Reads the fixture of this kind.
    ///
    /// # Panics
    ///
    /// If the file is missing or not JSON.
    pub fn load(kind: Kind) -> Event {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("events")
            .join(kind.name())
            .with_extension("json");
        let bytes = std::fs::read(&path)
            .unwrap_or_else(|error| panic!("no event in {}: {error}", path.display()));
        Event {
            kind,
            value: json(&bytes, &path.display().to_string()),
        }
    }

    /// The way in.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole event, to read.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The bytes Lambda would hand to the function.
    pub fn payload(&self) -> Vec<u8> {
        self.value.to_string().into_bytes()
    }

    /// Sets the method.
    pub fn with_method(mut self, method: &str) -> Event {
        shape::set_method(self.kind, &mut self.value, method);
        self
    }

    /// Sets the path, without the stage.
    pub fn with_path(mut self, path: &str) -> Event {
        shape::set_path(self.kind, &mut self.value, path);
        self
    }

    /// Sets the query to these names and values, neither of them encoded; a name may repeat.
    pub fn with_query(mut self, query: &[(&str, &str)]) -> Event {
        shape::set_query(self.kind, &mut self.value, query);
        self
    }

    /// Sets a header and replaces what it was.
    pub fn with_header(mut self, name: &str, value: &str) -> Event {
        shape::set_header(self.kind, &mut self.value, name, Some(value));
        self
    }

    /// Takes a header away.
    pub fn without_header(mut self, name: &str) -> Event {
        shape::set_header(self.kind, &mut self.value, name, None);
        self
    }

    /// Sets the body, and `content-length` with it. For [`Kind::Bare`] the body is the event.
    ///
    /// # Panics
    ///
    /// If the kind is [`Kind::Bare`] and the body isn't JSON: no such event reaches a function.
    pub fn with_body(mut self, body: &str) -> Event {
        if self.kind == Kind::Bare {
            self.value = json(body.as_bytes(), "the body of a bare event");
            return self;
        }
        shape::set_body(self.kind, &mut self.value, Some(body), false);
        self.with_header("content-length", &body.len().to_string())
    }

    /// Sets the body in base64, as a gateway sends what it doesn't hold for text.
    pub fn with_base64_body(mut self, body: &[u8]) -> Event {
        shape::set_body(
            self.kind,
            &mut self.value,
            Some(&STANDARD.encode(body)),
            true,
        );
        self.with_header("content-length", &body.len().to_string())
    }

    /// Takes the body away, and the headers that speak of it.
    pub fn without_body(mut self) -> Event {
        shape::set_body(self.kind, &mut self.value, None, false);
        self.without_header("content-length")
            .without_header("content-type")
    }

    /// Response that the caller gets when the function responds with `payload` to this event.
    /// Invoked with a bare event, that is the payload itself, with a 200 and no headers.
    ///
    /// # Panics
    ///
    /// If the gateway would answer with a 502: the payload isn't JSON, `statusCode` is missing, the
    /// body isn't a string or not the base64 it claims to be.
    #[track_caller]
    pub fn answer(&self, payload: &[u8]) -> Answer {
        if self.kind == Kind::Bare {
            return Answer {
                status: 200,
                headers: Headers::default(),
                body: payload.to_vec(),
            };
        }
        let response = json(payload, &format!("the response to {}", self.kind.name()));
        let status = response["statusCode"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok());
        let Some(status) = status else {
            panic!(
                "the response to {} has no statusCode: {response}",
                self.kind.name()
            );
        };
        let body = match &response["body"] {
            Value::Null => Vec::new(),
            Value::String(text) if response["isBase64Encoded"] == true => {
                STANDARD.decode(text).unwrap_or_else(|error| {
                    panic!("the body is said to be base64 and is not ({error}): {text:?}")
                })
            }
            Value::String(text) => text.clone().into_bytes(),
            other => panic!(
                "the body of the response to {} is no string: {other}",
                self.kind.name()
            ),
        };
        Answer {
            status,
            headers: shape::answer_headers(self.kind, &response),
            body,
        }
    }
}
