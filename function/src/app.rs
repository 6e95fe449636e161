//! The core: one plain function from a request to its response.

use crate::compression;
use crate::context::Context;
use crate::docs::{self, index::index};
use crate::doors::{self, RowDoor, inference};
use crate::embedded;
use crate::endpoint::{Endpoint, RequestRecord};
use crate::environment::{NOT_UTF_8, Reader, Variables, filled};
use crate::metrics::RequestOutcome;
use crate::output;
use crate::problem::{Code, Problem};
use crate::report::Reply;
use crate::request::{Request, Response, json, response};
use crate::routes::{Door, Inference, door_of, find};
use crate::rules::Rules;
use crate::served::ServedModel;
use crate::settings::{Settings, model_source};
use crate::variants::{self, Endpoints};
use http::{HeaderValue, Method, StatusCode};
use model::OpenError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Answers requests, any number at a time; made once per process.
#[derive(Debug)]
pub struct App {
    endpoints: Endpoints,
    rules: Rules,
    /// Problem that every request gets, because a setting that protects cannot be used.
    refusal: Option<Problem>,
    is_warm: AtomicBool,
}

/// Response to a request, and its metrics.
#[derive(Debug)]
pub struct HandledRequest {
    /// The response.
    pub response: Response,
    /// EMF lines, each with its newline; empty if none is due yet.
    pub metrics: Vec<u8>,
    /// Number of rows that these lines report as not captured.
    pub dropped: u64,
}

impl HandledRequest {
    fn without_metrics(response: Response) -> HandledRequest {
        HandledRequest {
            response,
            metrics: Vec::new(),
            dropped: 0,
        }
    }
}

/// Answer of a route.
enum RouteAnswer {
    /// The answers to rows, and what is measured of them.
    Rows(Reply, RequestRecord),
    /// Anything else; it has no EMF line, because health checks come every few seconds, day and
    /// night.
    Information(Response),
}

impl RouteAnswer {
    fn json(body: Vec<u8>) -> RouteAnswer {
        RouteAnswer::Information(response(StatusCode::OK, "application/json", body))
    }

    fn text(text: &str) -> RouteAnswer {
        let body = text.as_bytes().to_vec();
        RouteAnswer::Information(response(StatusCode::OK, "text/plain; charset=utf-8", body))
    }

    fn body(&self) -> &[u8] {
        match self {
            RouteAnswer::Rows(reply, _) => &reply.body,
            RouteAnswer::Information(response) => response.body(),
        }
    }
}

impl App {
    /// An app for the model that the environment names, or for several. One that cannot be opened is
    /// no error here: the process stays up and says so, where Lambda would start it again and again.
    pub fn from_environment(get: Variables<'_>) -> App {
        let reader = Reader::new(get);
        let settings = Settings::read(&reader);
        let endpoints = match variants::named(get) {
            Some(variants) => Endpoints::several(variants, &settings, &reader),
            None => {
                if filled(get, "MODEL_PATH").is_some_and(|path| path.contains(NOT_UTF_8)) {
                    reader.refuse(Code::SettingsRefused, "MODEL_PATH is not UTF-8");
                }
                let served = ServedModel::open(&model_source(get, embedded::MODEL), None)
                    .map_err(|error| error.to_string());
                Endpoints::one(served, &settings, &reader)
            }
        };
        App::of(endpoints, settings, reader)
    }

    /// An app for a model, or for the reason why there is none.
    pub fn new(served: Result<ServedModel, OpenError>, get: Variables<'_>) -> App {
        let reader = Reader::new(get);
        let settings = Settings::read(&reader);
        let served = served.map_err(|error| error.to_string());
        let endpoints = Endpoints::one(served, &settings, &reader);
        App::of(endpoints, settings, reader)
    }

    fn of(endpoints: Endpoints, settings: Settings, reader: Reader<'_>) -> App {
        App {
            endpoints,
            rules: settings.rules,
            refusal: reader.finish(),
            is_warm: AtomicBool::new(false),
        }
    }

    /// Answers a request, after its EMF line has gone to stdout.
    pub fn handle(&self, request: &Request<'_>) -> Response {
        let HandledRequest {
            response,
            metrics,
            dropped,
        } = self.answer(request);
        // Before the response, because Lambda freezes the process after it.
        if !metrics.is_empty() && !output::STDOUT.write(&metrics) {
            // The next line must report them.
            self.endpoints.put_back_dropped(dropped);
        }
        output::tell_lost();
        response
    }

    /// As [`App::handle`], but leaves the EMF line to the caller.
    pub fn answer(&self, request: &Request<'_>) -> HandledRequest {
        let start = Instant::now();
        let is_cold = !self.is_warm.swap(true, Ordering::Relaxed);
        let origins = &self.rules.origins;
        if let Some(mut response) = origins.preflight(request) {
            origins.allow(request, &mut response);
            request.request_id.add_to(response.headers_mut());
            return HandledRequest::without_metrics(response);
        }
        let mut endpoint = None;
        let answer = self.route(request, &mut endpoint).and_then(|answer| {
            compression::check_size(answer.body(), request)?;
            Ok(answer)
        });
        let (mut response, result) = match answer {
            Ok(RouteAnswer::Rows(reply, record)) => {
                let mut response = response(StatusCode::OK, reply.media_type, reply.body);
                if let Some(warnings) = reply.warnings {
                    response.headers_mut().insert("x-hearth-warnings", warnings);
                }
                (response, Some(Ok(record)))
            }
            Ok(RouteAnswer::Information(response)) => (response, None),
            Err(problem) => {
                let problem = match self.rules.hides_schema {
                    true => problem.without_schema(),
                    false => problem,
                };
                let door = door_of(request.path);
                let response = doors::refusal(door, &problem, request.request_id);
                (response, Some(Err(problem)))
            }
        };
        if let Some(variant) = endpoint.and_then(|one| one.served().variant())
            && let Ok(variant) = HeaderValue::from_str(variant)
        {
            response.headers_mut().insert("x-hearth-variant", variant);
        }
        compression::compress(request, &mut response);
        origins.allow(request, &mut response);
        request.request_id.add_to(response.headers_mut());
        let end = Instant::now();
        if request.method == Method::HEAD {
            response.body_mut().clear();
        }
        let Some(result) = result else {
            return HandledRequest::without_metrics(response);
        };
        let result = result.map(|record| {
            if let (Some(retained), Some(endpoint)) = (record.retained, endpoint) {
                endpoint.hand_over(retained, request.request_id);
            }
            record.statistics
        });
        let open_time = || endpoint.map_or(Duration::ZERO, |one| one.served().open_time());
        let outcome = RequestOutcome {
            start,
            end,
            cold: is_cold.then(open_time),
            result: result.as_ref(),
            dropped: self.endpoints.take_dropped(),
        };
        HandledRequest {
            response,
            metrics: self.endpoints.lines(request, endpoint, &outcome),
            dropped: outcome.dropped,
        }
    }

    /// Answers a request by its route; `endpoint` is set to the one that it reaches.
    fn route<'a>(
        &'a self,
        request: &Request<'_>,
        endpoint: &mut Option<&'a Endpoint>,
    ) -> Result<RouteAnswer, Problem> {
        let rules = &self.rules;
        Ok(match self.check_head(request)? {
            Door::Index => RouteAnswer::json(index(self.served().ok(), rules)),
            Door::Health => RouteAnswer::json(json(&self.served()?.health())),
            Door::Ping => self.served().map(|_| RouteAnswer::text("\n"))?,
            Door::Version => RouteAnswer::text(env!("CARGO_PKG_VERSION")),
            Door::Docs(docs) => {
                RouteAnswer::Information(docs::answer(docs, self.served(), rules, request)?)
            }
            Door::Predict => self.predict(RowDoor::Predict, request, endpoint)?,
            Door::PredictMany => self.predict(RowDoor::PredictMany, request, endpoint)?,
            Door::Invocations => self.predict(RowDoor::Invocations, request, endpoint)?,
            Door::Inference(Inference::Infer) => self.predict(RowDoor::Infer, request, endpoint)?,
            Door::Inference(route) => {
                let named = |served: &ServedModel| inference::is_named(served, request.path);
                let chosen = self.choose(request, endpoint, &named);
                let served = chosen.map(Endpoint::served);
                RouteAnswer::json(inference::describe(route, served, rules, request.path)?)
            }
        })
    }

    /// Answers the rows of a request at a door.
    fn predict<'a>(
        &'a self,
        door: RowDoor,
        request: &Request<'_>,
        chosen: &mut Option<&'a Endpoint>,
    ) -> Result<RouteAnswer, Problem> {
        let fits = |served: &ServedModel| {
            door != RowDoor::Infer || inference::is_named(served, request.path)
        };
        let endpoint = self.choose(request, chosen, &fits)?;
        if door == RowDoor::Infer {
            inference::check_names(endpoint.served(), request.path)?;
        }
        let context = Context::new(endpoint.served(), &self.rules);
        let body = door.body(&context, request)?;
        let read = door.read(&context, request, &body)?;
        let (scored, record) = endpoint.answer(&context, &read.rows, read.options)?;
        let reply = read.form.write(&context, &scored)?;
        Ok(RouteAnswer::Rows(reply, record))
    }

    fn choose<'a>(
        &'a self,
        request: &Request<'_>,
        chosen: &mut Option<&'a Endpoint>,
        fits: &dyn Fn(&ServedModel) -> bool,
    ) -> Result<&'a Endpoint, Problem> {
        let found = self.endpoints.choose(request, &self.rules, fits);
        let found = found.map_err(|error| Problem::new(Code::ModelUnavailable, error))?;
        Ok(chosen.insert(found))
    }

    /// The door that a request asks for, judged by its head alone: before a byte of its body is read
    /// it is known whether who sends it may ask at all.
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
        let asked = door.as_ref().ok().copied();
        self.rules.check_head(request, asked)?;
        door
    }

    /// True if an answer takes no time and writes no line, as that of a health check: it may be given
    /// on the thread that everything else waits for.
    pub fn is_quick(&self, door: Door) -> bool {
        self.served().is_ok() && !door.takes_rows() && !matches!(door, Door::Docs(_))
    }

    /// Limits, keys, origins: the same for all requests.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// True if metrics or captures wait in memory, so that the process needs to know when it ends.
    pub fn collects(&self) -> bool {
        self.endpoints.collects()
    }

    /// Writes what has waited long enough; for a process to which nobody comes.
    pub fn tick(&self) {
        output::tell_lost();
        self.flush(false);
        crate::memory::give_back_noted();
    }

    /// Writes all that waits; the end of the process.
    pub fn end(&self) {
        self.endpoints.end_worker();
        self.flush(true);
    }

    fn flush(&self, ends: bool) {
        let lines = self.endpoints.waiting_lines(ends);
        if !lines.is_empty() {
            output::STDOUT.write(&lines);
        }
    }

    fn served(&self) -> Result<&ServedModel, Problem> {
        let first = self.endpoints.first();
        first.map_err(|error| Problem::new(Code::ModelUnavailable, error))
    }
}

#[cfg(test)]
mod id_tests;
#[cfg(test)]
mod tests;
