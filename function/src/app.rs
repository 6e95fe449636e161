//! The core: one plain function from a request to its response.

use crate::compression;
use crate::docs;
use crate::doors::{self, inference, ours};
use crate::embedded;
use crate::metrics::Metrics;
use crate::problem::{Code, Problem};
use crate::report::Reply;
use crate::request::{Request, Response, json, response};
use crate::routes::{Docs, Door, Route, door_of, find, routes};
use crate::rules::Rules;
use crate::served::Served;
use crate::settings::{Variables, emf_settings, model_source};
use emf::LambdaProperties;
use http::{Method, StatusCode};
use model::OpenError;
use model::answer::Identity;
use serde::Serialize;
use serde_json::value::RawValue;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Answers requests, any number at a time; made once a process.
#[derive(Debug)]
pub struct App {
    served: Result<Served, OpenError>,
    metrics: Metrics,
    rules: Rules,
    is_warm: AtomicBool,
}

/// What a request got, and what is to be told of it.
#[derive(Debug)]
pub struct Outcome {
    /// The response.
    pub response: Response,
    /// One EMF line with its newline; empty when there is nothing to tell.
    pub metrics: Vec<u8>,
}

impl App {
    /// An app for the model that the environment names. One that cannot be opened is no error here:
    /// the process stays up and says so, where Lambda would start it again and again.
    pub fn from_environment(get: Variables<'_>) -> App {
        App::new(Served::open(&model_source(get, embedded::MODEL)), get)
    }

    /// An app for a model, or for the reason why there is none.
    pub fn new(served: Result<Served, OpenError>, get: Variables<'_>) -> App {
        let identity = served.as_ref().ok().map(|served| &served.identity);
        let metrics = Metrics::new(
            emf_settings(identity, get),
            LambdaProperties::from_env(get),
            identity.map(|identity| identity.version.clone()),
        );
        App {
            served,
            metrics,
            rules: Rules::from_environment(get),
            is_warm: AtomicBool::new(false),
        }
    }

    /// Answers a request, after its EMF line has gone to stdout.
    pub fn handle(&self, request: &Request<'_>) -> Response {
        let Outcome { response, metrics } = self.answer(request);
        if !metrics.is_empty() {
            // One write of whole lines, so that lines of several requests do not mix; and before
            // the response, because Lambda freezes the process after it. An answer is worth more
            // than its line: a closed pipe is no reason to fail.
            let _ = std::io::stdout().lock().write_all(&metrics);
        }
        response
    }

    /// As [`App::handle`], but leaves the EMF line to the caller.
    pub fn answer(&self, request: &Request<'_>) -> Outcome {
        let start = Instant::now();
        let is_cold = !self.is_warm.swap(true, Ordering::Relaxed);
        if let Some(mut response) = self.rules.origins.preflight(request) {
            self.rules.origins.allow(request, &mut response);
            return Outcome {
                response,
                metrics: Vec::new(),
            };
        }
        let answered = self
            .ask(request)
            .and_then(|answered| compression::check_size(answered, request));
        let (mut response, told) = match answered {
            Ok(Answered::Rows(Reply {
                body,
                media_type,
                scored,
            })) => (response(StatusCode::OK, media_type, body), Some(Ok(scored))),
            Ok(Answered::Information { body, media_type }) => {
                (response(StatusCode::OK, media_type, body), None)
            }
            Ok(Answered::Whole(response)) => (response, None),
            Err(problem) => {
                let problem = match self.rules.hides_schema {
                    true => problem.without_schema(),
                    false => problem,
                };
                let response = doors::refusal(door_of(request.path), &problem);
                (response, Some(Err(problem)))
            }
        };
        compression::compress(request, &mut response);
        self.rules.origins.allow(request, &mut response);
        let latency = start.elapsed();
        if let Some(Err(problem)) = &told
            && problem.code().status().is_server_error()
        {
            let (code, detail) = (problem.code().as_str(), problem.detail());
            tracing::error!(request_id = request.request_id, code, "{detail}");
        }
        if request.method == Method::HEAD {
            response.body_mut().clear();
        }
        let metrics = told.map(|told| {
            let told = told.as_ref();
            self.metrics.line(request, told, latency, is_cold)
        });
        Outcome {
            response,
            metrics: metrics.unwrap_or_default(),
        }
    }

    fn ask(&self, request: &Request<'_>) -> Result<Answered, Problem> {
        let rules = &self.rules;
        let door = find(request.method, request.path, rules.shows_docs);
        // The page holds nothing of the model, and has the field for the key.
        if !matches!(door, Ok(Door::Docs(Docs::Page))) {
            rules.keys.check(request)?;
        }
        match door? {
            Door::Index => Ok(Answered::json(json(&self.index()))),
            Door::Health => Ok(Answered::json(json(&self.served()?.health()))),
            Door::Predict => ours::answer(self.served()?, rules, request).map(Answered::Rows),
            Door::Ping => self.served().map(|_| Answered::text("\n")),
            Door::Version => Ok(Answered::text(env!("CARGO_PKG_VERSION"))),
            Door::Invocations => {
                doors::invocations(self.served()?, rules, request).map(Answered::Rows)
            }
            Door::Inference(route) => {
                let told = inference::answer(route, self.served(), rules, request)?;
                Ok(match told {
                    inference::Told::Information(body) => Answered::json(body),
                    inference::Told::Answers(reply) => Answered::Rows(reply),
                })
            }
            Door::Docs(what) => {
                docs::answer(what, self.served(), rules, request).map(Answered::Whole)
            }
        }
    }

    fn served(&self) -> Result<&Served, Problem> {
        self.served
            .as_ref()
            .map_err(|error| Problem::new(Code::ModelUnavailable, error.to_string()))
    }

    fn index(&self) -> Index<'_> {
        let served = self.served.as_ref().ok();
        Index {
            model: served.map(|served| &served.identity),
            routes: routes(self.rules.shows_docs),
            example: served
                .filter(|_| !self.rules.hides_schema)
                .and_then(|served| served.example),
        }
    }
}

/// What a request gets that is not refused.
pub(crate) enum Answered {
    /// The answers to rows.
    Rows(Reply),
    /// What is not worth an EMF line: health checks come every few seconds, day and night.
    Information {
        body: Vec<u8>,
        media_type: &'static str,
    },
    /// The same, with headers of its own.
    Whole(Response),
}

impl Answered {
    fn json(body: Vec<u8>) -> Answered {
        let media_type = "application/json";
        Answered::Information { body, media_type }
    }

    fn text(text: &str) -> Answered {
        Answered::Information {
            body: text.as_bytes().to_vec(),
            media_type: "text/plain; charset=utf-8",
        }
    }
}

/// What `/` says: an endpoint that is met without its documentation explains itself.
#[derive(Serialize)]
struct Index<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a Identity>,
    /// What there is to ask for.
    routes: &'a [Route],
    /// A body for `/predict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static RawValue>,
}

#[cfg(test)]
mod tests;
