//! The EMF line of a request: what CloudWatch counts, and what a person can search for.
//!
//! One line per request costs more than its compute, by the bytes of log. So there is a mode with
//! one line per hundred requests (`HEARTH_EMF=window`), and one without lines (`off`). No line has
//! labels or texts: more people read the log than may read the data.

use crate::environment::Reader;
use crate::figures::{milliseconds, now, rounded, significant};
use crate::monitoring::statistics::{AnswerStatistics, RequestStatistics};
use crate::problem::Problem;
use crate::request::Request;
use emf::window::Size;
use emf::{LambdaProperties, Line, Record, Settings, Window, metrics};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// When lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// One a request.
    Request,
    /// One for many.
    Window(Size),
    /// None, and none of the watch either.
    Off,
}

impl Mode {
    /// Mode of `HEARTH_EMF` and `HEARTH_EMF_WINDOW`. Wrong values are logged, and the default
    /// applies.
    pub fn read(reader: &Reader<'_>) -> Mode {
        match reader.optional("HEARTH_EMF").as_deref() {
            None | Some("request") => Mode::Request,
            Some("off") => Mode::Off,
            Some("window") => {
                let text = reader.optional("HEARTH_EMF_WINDOW");
                Mode::Window(
                    match text.map_or(Ok(Size::default()), |text| text.parse()) {
                        Ok(size) => size,
                        Err(error) => {
                            reader.warn(format!("HEARTH_EMF_WINDOW: {error}: the default is used"));
                            Size::default()
                        }
                    },
                )
            }
            Some(_) => {
                reader.warn("HEARTH_EMF is none of request, window and off: request is used");
                Mode::Request
            }
        }
    }
}

/// Parts that are the same on every line of a model.
#[derive(Debug)]
pub struct Metrics {
    settings: Settings,
    lambda: LambdaProperties,
    model_version: Option<String>,
    /// The requests that have no line yet, in the mode that has them.
    window: Option<Mutex<Window>>,
    is_off: bool,
}

/// Outcome and timing of one request, the input of its EMF line.
#[derive(Debug)]
pub struct RequestOutcome<'a> {
    /// Time at which it had been received.
    pub start: Instant,
    /// Time at which its response was ready.
    pub end: Instant,
    /// Time to open the model, for the first request of the process.
    pub cold: Option<Duration>,
    /// Statistics of its rows, or the problem that it got.
    pub result: Result<&'a RequestStatistics, &'a Problem>,
    /// Number of rows that could not be captured since the last line.
    pub dropped: u64,
}

impl Metrics {
    /// Lines with these settings and properties; without a version when no model could be opened.
    pub fn new(
        mode: Mode,
        settings: Settings,
        lambda: LambdaProperties,
        model_version: Option<String>,
    ) -> Metrics {
        Metrics {
            settings,
            lambda,
            model_version,
            window: match mode {
                Mode::Window(size) => Some(Mutex::new(Window::new(size))),
                Mode::Request | Mode::Off => None,
            },
            is_off: mode == Mode::Off,
        }
    }

    /// The settings of the lines.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// True if nothing is written.
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// True if requests wait in memory for their line.
    pub fn collects(&self) -> bool {
        self.window.is_some()
    }

    /// True if each request has a line with its id.
    pub fn names_requests(&self) -> bool {
        !self.is_off && self.window.is_none()
    }

    /// The lines that are to be written now: that of a request that was answered or refused, with
    /// its newline, or of a window that it has filled. `column` is the one that a rejected row is wrong in.
    pub fn lines(
        &self,
        request: &Request<'_>,
        outcome: &RequestOutcome<'_>,
        column: Option<&str>,
    ) -> Vec<u8> {
        if self.is_off {
            return Vec::new();
        }
        let now = now();
        if let Some(window) = &self.window {
            let mut window = lock(window);
            window.begin(now);
            record(&mut *window, outcome);
            return match window.is_due(now) {
                true => self.finish(&mut window),
                false => Vec::new(),
            };
        }
        let mut line = Line::new(&self.settings, now);
        record(&mut line, outcome);
        if let Err(problem) = outcome.result {
            let status = problem.code().status().as_u16();
            line.property_number("status", f64::from(status));
            line.property("code", problem.code().as_str());
            if let Some(column) = column {
                line.property("column", column);
            }
        }
        if let Some(version) = &self.model_version {
            line.property("modelVersion", version);
        }
        let id = request.request_id;
        if let Some(stated) = id.stated() {
            line.property("requestId", stated);
        }
        // By which Lambda's own lines know the request.
        if let (Some(unique), Some(_)) = (id.unique(), id.of_client()) {
            line.property("lambdaRequestId", unique);
        }
        if let Some(trace) = request.trace_id.and_then(emf::sampled_trace) {
            line.property("traceId", trace);
        }
        line.lambda_properties(&self.lambda);
        line.finish()
    }

    /// The line of what has none yet; `is_due` says that only an old window is to be written.
    pub fn rest(&self, is_due: bool) -> Vec<u8> {
        let Some(window) = &self.window else {
            return Vec::new();
        };
        let mut window = lock(window);
        match !is_due || window.is_due(now()) {
            true => self.finish(&mut window),
            false => Vec::new(),
        }
    }

    fn finish(&self, window: &mut Window) -> Vec<u8> {
        window.finish(&self.settings, |line| {
            if let Some(version) = &self.model_version {
                line.property("modelVersion", version);
            }
            line.lambda_properties(&self.lambda);
        })
    }
}

fn lock(window: &Mutex<Window>) -> MutexGuard<'_, Window> {
    window.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The values of a request.
fn record(to: &mut impl Record, outcome: &RequestOutcome<'_>) {
    if let Ok(statistics) = outcome.result {
        for sample in &statistics.sample {
            if let Some(text) = sample.text {
                to.metric(&metrics::INPUT_NUM_CHARS, text.chars as f64);
                to.metric(&metrics::INPUT_NUM_TOKENS, text.tokens as f64);
                to.metric(&metrics::INPUT_OOV_RATIO, rounded(text.oov_ratio(), 4));
            }
            match sample.answer {
                AnswerStatistics::Label {
                    confidence,
                    entropy,
                    margin,
                } => {
                    to.metric(&metrics::PREDICTION_CONFIDENCE, rounded(confidence, 4));
                    to.metric(&metrics::PREDICTION_ENTROPY, rounded(entropy, 4));
                    to.metric(&metrics::PREDICTION_MARGIN, rounded(margin, 4));
                }
                AnswerStatistics::Value(value) => {
                    to.metric(&metrics::PREDICTION_VALUE, significant(value, 6));
                }
            }
        }
        let mut sparse = |metric, count: u64| {
            if count > 0 {
                to.metric(metric, count as f64);
            }
        };
        let findings = &statistics.findings;
        sparse(&metrics::INPUT_MISSING_VALUES, findings.missing);
        sparse(&metrics::INPUT_OUT_OF_RANGE_VALUES, findings.out_of_range);
        sparse(&metrics::INPUT_UNKNOWN_CATEGORIES, findings.unknown);
        let near = statistics.near_threshold as u64;
        sparse(&metrics::PREDICTION_NEAR_THRESHOLD, near);
        if statistics.rows != 1 {
            to.metric(&metrics::INPUT_ROWS, statistics.rows as f64);
        }
    }
    to.metric(
        &metrics::LATENCY_HANDLER,
        milliseconds(outcome.end - outcome.start),
    );
    if let Ok(statistics) = outcome.result {
        let phases = &statistics.phases;
        for (metric, time) in [
            (&metrics::LATENCY_PARSE, phases.start - outcome.start),
            (&metrics::LATENCY_FEATURES, phases.features()),
            (&metrics::LATENCY_SCORE, phases.score()),
            (&metrics::LATENCY_WRITE, outcome.end - phases.end),
        ] {
            to.metric(metric, milliseconds(time));
        }
    }
    to.metric(
        &metrics::COLD_START,
        f64::from(u8::from(outcome.cold.is_some())),
    );
    if let Some(open) = outcome.cold
        && !open.is_zero()
    {
        to.metric(&metrics::MODEL_OPEN_TIME, milliseconds(open));
    }
    if outcome.result.is_err() {
        to.metric(&metrics::ERROR, 1.0);
    }
    if outcome.dropped > 0 {
        to.metric(&metrics::CAPTURE_DROPPED, outcome.dropped as f64);
    }
}

#[cfg(test)]
mod tests;
