//! The core: one plain function from a request to its response.

use crate::compression;
use crate::context::Context;
use crate::docs;
use crate::doors::{self, inference, ours};
use crate::embedded;
use crate::metrics::{Told, now};
use crate::monitoring::refusals::Refusals;
use crate::monitoring::scored::Scored;
use crate::monitoring::worker::Job;
use crate::output;
use crate::problem::{Code, Problem};
use crate::report::Reply;
use crate::request::{Request, Response, json, response};
use crate::routes::{Docs, Door, Inference, Route, door_of, find, routes};
use crate::rules::Rules;
use crate::served::Served;
use crate::settings::{NOT_UTF_8, Reader, Settings, Variables, filled, is_lambda, model_source};
use crate::variants::{self, Answering, Models};
use http::{HeaderValue, Method, StatusCode};
use model::OpenError;
use model::answer::Identity;
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Answers requests, any number at a time; made once a process.
#[derive(Debug)]
pub struct App {
    models: Models,
    refusals: Refusals,
    rules: Rules,
    /// Problem that every request gets, because a setting that protects cannot be used.
    refusal: Option<Problem>,
    is_lambda: bool,
    is_warm: AtomicBool,
}

/// Response to a request, and its metrics.
#[derive(Debug)]
pub struct Outcome {
    /// The response.
    pub response: Response,
    /// EMF lines, each with its newline; empty if none is due yet.
    pub metrics: Vec<u8>,
    /// Number of rows that these lines report as not captured.
    pub dropped: u64,
}

impl App {
    /// An app for the model that the environment names, or for several. One that cannot be opened is
    /// no error here: the process stays up and says so, where Lambda would start it again and again.
    pub fn from_environment(get: Variables<'_>) -> App {
        let reader = Reader::new(get);
        let settings = Settings::read(&reader);
        let models = match variants::named(get) {
            Some(named) => Models::several(named, &settings, &reader),
            None => {
                if filled(get, "MODEL_PATH").is_some_and(|path| path.contains(NOT_UTF_8)) {
                    reader.refuse(Code::SettingsRefused, "MODEL_PATH is not UTF-8");
                }
                let served = Served::open(&model_source(get, embedded::MODEL))
                    .map_err(|error| error.to_string());
                Models::one(served, &settings, &reader)
            }
        };
        App::of(models, settings, reader)
    }

    /// An app for a model, or for the reason why there is none.
    pub fn new(served: Result<Served, OpenError>, get: Variables<'_>) -> App {
        let reader = Reader::new(get);
        let settings = Settings::read(&reader);
        let served = served.map_err(|error| error.to_string());
        App::of(Models::one(served, &settings, &reader), settings, reader)
    }

    fn of(models: Models, settings: Settings, reader: Reader<'_>) -> App {
        App {
            models,
            refusals: Refusals::default(),
            rules: settings.rules,
            is_lambda: is_lambda(reader.variables()),
            refusal: reader.finish(),
            is_warm: AtomicBool::new(false),
        }
    }

    /// Answers a request, after its EMF line has gone to stdout.
    pub fn handle(&self, request: &Request<'_>) -> Response {
        let Outcome {
            response,
            metrics,
            dropped,
        } = self.answer(request);
        // Before the response, because Lambda freezes the process after it.
        if !metrics.is_empty()
            && !output::STDOUT.write(&metrics)
            && let Some(worker) = self.models.worker()
        {
            // The next line must report them.
            worker.put_back_dropped(dropped);
        }
        output::tell_lost();
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
                dropped: 0,
            };
        }
        let mut chosen = None;
        let answered = self
            .ask(request, &mut chosen)
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
        if let Some(variant) = chosen.and_then(|one| one.served.variant.as_deref())
            && let Ok(variant) = HeaderValue::from_str(variant)
        {
            response.headers_mut().insert("x-hearth-variant", variant);
        }
        compression::compress(request, &mut response);
        self.rules.origins.allow(request, &mut response);
        let end = Instant::now();
        if request.method == Method::HEAD {
            response.body_mut().clear();
        }
        let mut dropped = 0;
        let metrics = told.map(|mut told| {
            if let (Ok(scored), Some(chosen)) = (&mut told, chosen) {
                self.hand_over(scored, &chosen.served, request);
            }
            let of = chosen.map_or(&self.models.metrics, |chosen| &chosen.metrics);
            self.log(request, told.as_ref().err(), of.names_requests());
            dropped = self.models.worker().map_or(0, |one| one.take_dropped());
            let lines = of.lines(
                request,
                &Told {
                    start,
                    end,
                    cold: is_cold
                        .then(|| chosen.map_or(Duration::ZERO, |one| one.served.open_time)),
                    outcome: told.as_ref(),
                    dropped,
                },
            );
            self.with_watch(lines, chosen, told.as_ref().err())
        });
        Outcome {
            response,
            metrics: metrics.unwrap_or_default(),
            dropped,
        }
    }

    fn ask<'a>(
        &'a self,
        request: &Request<'_>,
        chosen: &mut Option<&'a Answering>,
    ) -> Result<Answered, Problem> {
        let rules = &self.rules;
        let door = self.check_head(request)?;
        let mut choose = |fits: &dyn Fn(&Served) -> bool| {
            let found = self.models.choose(request, rules, fits);
            let found = found.map_err(|error| Problem::new(Code::ModelUnavailable, error))?;
            Ok(&*chosen.insert(found).served)
        };
        let any = |_: &Served| true;
        let context = |served| Context::new(served, rules);
        match door {
            Door::Index => Ok(Answered::json(json(&self.index()))),
            Door::Health => Ok(Answered::json(json(&self.served()?.health()))),
            Door::Predict => ours::answer(&context(choose(&any)?), request).map(Answered::Rows),
            Door::Ping => self.served().map(|_| Answered::text("\n")),
            Door::Version => Ok(Answered::text(env!("CARGO_PKG_VERSION"))),
            Door::Invocations => {
                doors::invocations(&context(choose(&any)?), request).map(Answered::Rows)
            }
            Door::Inference(route) => {
                let served = choose(&|served| inference::is_named(served, request.path));
                let told = inference::answer(route, served, rules, request)?;
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

    /// The door that a request asks for, judged by its head alone: before a byte of its body is read it is
    /// known whether who sends it may ask at all.
    ///
    /// # Errors
    /// When the function answers nobody, the request not, or there is nothing at its path.
    pub fn check_head(&self, request: &Request<'_>) -> Result<Door, Problem> {
        let door = find(request.method, request.path, self.rules.shows_docs);
        // Live is what runs, and it does; a process that is restarted has the same settings.
        if let Some(problem) = &self.refusal
            && !matches!(door, Ok(Door::Inference(Inference::Live)))
        {
            return Err(problem.clone());
        }
        // The page holds nothing of the model, and has the field for the key.
        let is_page = matches!(door, Ok(Door::Docs(Docs::Page)));
        self.rules.check_head(request, is_page)?;
        door
    }

    /// True if an answer takes no time and writes no line, as that of a health check: it may be given
    /// on the thread that everything else waits for.
    pub fn is_quick(&self, door: Door) -> bool {
        self.models.first().is_ok() && !door.takes_rows() && !matches!(door, Door::Docs(_))
    }

    /// Limits, keys, origins: the same for all requests.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Gives the worker the rows that it wants.
    fn hand_over(&self, scored: &mut Scored, served: &Arc<Served>, request: &Request<'_>) {
        if let (Some(kept), Some(worker)) = (scored.kept.take(), self.models.worker()) {
            // Lambda's ids are its own; a client's may come again.
            let (id, client_id) = match (request.request_id, self.is_lambda) {
                (Some(id), true) => (id.to_owned(), None),
                (id, _) => (worker.id(), id.map(str::to_owned)),
            };
            worker.send(Job {
                served: Arc::clone(served),
                kept,
                id,
                client_id,
                time: now() / 1000,
            });
        }
    }

    /// One line of the log for a refusal. What the request holds is not in it: `detail` may name
    /// fields that a client chose. A refusal that is the client's doing has its code and its ids in
    /// the EMF line, where there is one a request.
    fn log(&self, request: &Request<'_>, problem: Option<&Problem>, is_in_metrics: bool) {
        let Some(problem) = problem else {
            return;
        };
        let (code, status) = (problem.code().as_str(), problem.code().status());
        let (request_id, trace_id) = (request.request_id, request.trace_id);
        let (status, help) = (status.as_u16(), problem.code().help());
        match (status, is_in_metrics) {
            (500.., _) => {
                // Problems of the model and the keys, not of the request.
                let detail = problem.detail();
                tracing::error!(request_id, trace_id, code, status, "{detail}");
            }
            (_, true) => tracing::debug!(request_id, trace_id, code, status, "{help}"),
            (_, false) => tracing::info!(request_id, trace_id, code, status, "{help}"),
        }
    }

    /// Lines, and behind them those of the watch whose time has come.
    fn with_watch(
        &self,
        mut lines: Vec<u8>,
        chosen: Option<&Answering>,
        problem: Option<&Problem>,
    ) -> Vec<u8> {
        let base = &self.models.metrics;
        if !base.is_off() {
            if let Some(problem) = problem {
                self.refusals.count(problem.code());
            }
            lines.append(&mut self.refusals.lines(base.settings(), false));
        }
        if let Some(chosen) = chosen {
            lines.append(&mut chosen.watched(false));
        }
        lines
    }

    /// True if metrics or captures wait in memory, so that the process needs to know when it ends.
    pub fn collects(&self) -> bool {
        self.models.metrics.collects()
    }

    /// Writes what has waited long enough; for a process to which nobody comes.
    pub fn tick(&self) {
        output::tell_lost();
        self.flush(false);
        crate::memory::give_back_noted();
    }

    /// Writes all that waits; the end of the process.
    pub fn end(&self) {
        if let Some(worker) = self.models.worker() {
            worker.end();
        }
        self.flush(true);
    }

    fn flush(&self, ends: bool) {
        let base = &self.models.metrics;
        let mut lines = base.rest(!ends);
        for answering in self.models.all() {
            lines.append(&mut answering.metrics.rest(!ends));
            lines.append(&mut answering.watched(ends));
        }
        if !base.is_off() {
            lines.append(&mut self.refusals.lines(base.settings(), ends));
        }
        if !lines.is_empty() {
            output::STDOUT.write(&lines);
        }
    }

    fn served(&self) -> Result<&Served, Problem> {
        let first = self.models.first();
        first.map_err(|error| Problem::new(Code::ModelUnavailable, error))
    }

    fn index(&self) -> Index<'_> {
        let served = self.models.first().ok();
        Index {
            model: served.map(|served| &served.identity),
            routes: routes(self.rules.shows_docs),
            example: served
                .filter(|_| !self.rules.hides_schema)
                .and_then(|served| served.example),
        }
    }
}

/// Result of a request that is not rejected.
pub(crate) enum Answered {
    /// The answers to rows.
    Rows(Reply),
    /// Requests without an EMF line: health checks come every few seconds, day and night.
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

/// Body of `GET /`: an endpoint that somebody finds without its documentation explains itself.
#[derive(Serialize)]
struct Index<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a Identity>,
    /// The routes.
    routes: &'a [Route],
    /// A body for `/predict`.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'static RawValue>,
}

#[cfg(test)]
mod tests;
