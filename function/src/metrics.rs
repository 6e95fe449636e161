//! The EMF line of a request: what CloudWatch counts, and what a person can search for.
//!
//! One line per request costs more than its compute, by the bytes of log. So there is a mode with
//! one line per hundred requests (`HEARTH_EMF=window`), and one without lines (`off`). No line has
//! labels or texts: more people read the log than may read the data.

use crate::monitoring::scored::{Prediction, Scored};
use crate::problem::Problem;
use crate::request::Request;
use crate::settings::Reader;
use emf::window::Size;
use emf::{LambdaProperties, Line, Record, Settings, Window, metrics};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

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
pub struct Told<'a> {
    /// When it was in hand.
    pub start: Instant,
    /// When its answer was ready.
    pub end: Instant,
    /// Time to open the model, for the first request of the process.
    pub cold: Option<Duration>,
    /// Result.
    pub outcome: Result<&'a Scored, &'a Problem>,
    /// Rows that were not captured since the last line.
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
    /// its newline, or of a window that it has filled.
    pub fn lines(&self, request: &Request<'_>, told: &Told<'_>) -> Vec<u8> {
        if self.is_off {
            return Vec::new();
        }
        let now = now();
        if let Some(window) = &self.window {
            let mut window = lock(window);
            window.begin(now);
            record(&mut *window, told);
            return match window.is_due(now) {
                true => self.finish(&mut window),
                false => Vec::new(),
            };
        }
        let mut line = Line::new(&self.settings, now);
        record(&mut line, told);
        if let Err(problem) = told.outcome {
            let status = problem.code().status().as_u16();
            line.property_number("status", f64::from(status));
            line.property("code", problem.code().as_str());
        }
        if let Some(version) = &self.model_version {
            line.property("modelVersion", version);
        }
        if let Some(id) = request.request_id {
            line.property("requestId", id);
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

/// Milliseconds since 1970. A clock before that is wrong anyway; CloudWatch ignores a line that is
/// too old.
pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_millis() as u64
}

fn lock(window: &Mutex<Window>) -> MutexGuard<'_, Window> {
    window.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The values of a request.
fn record(to: &mut impl Record, told: &Told<'_>) {
    if let Ok(scored) = told.outcome {
        for sample in &scored.sample {
            if let Some(text) = sample.text {
                to.metric(&metrics::INPUT_NUM_CHARS, text.chars as f64);
                to.metric(&metrics::INPUT_NUM_TOKENS, text.tokens as f64);
                to.metric(&metrics::INPUT_OOV_RATIO, rounded(text.oov_ratio(), 4));
            }
            match sample.prediction {
                Prediction::Label {
                    confidence,
                    entropy,
                    margin,
                } => {
                    to.metric(&metrics::PREDICTION_CONFIDENCE, rounded(confidence, 4));
                    to.metric(&metrics::PREDICTION_ENTROPY, rounded(entropy, 4));
                    to.metric(&metrics::PREDICTION_MARGIN, rounded(margin, 4));
                }
                Prediction::Value(value) => {
                    to.metric(&metrics::PREDICTION_VALUE, significant(value, 6));
                }
            }
        }
        let mut sparse = |metric, count: u64| {
            if count > 0 {
                to.metric(metric, count as f64);
            }
        };
        let findings = &scored.findings;
        sparse(&metrics::INPUT_MISSING_VALUES, findings.missing);
        sparse(&metrics::INPUT_OUT_OF_RANGE_VALUES, findings.out_of_range);
        sparse(&metrics::INPUT_UNKNOWN_CATEGORIES, findings.unknown);
        let near = scored.near_threshold as u64;
        sparse(&metrics::PREDICTION_NEAR_THRESHOLD, near);
        if scored.rows != 1 {
            to.metric(&metrics::INPUT_ROWS, scored.rows as f64);
        }
    }
    to.metric(
        &metrics::LATENCY_HANDLER,
        milliseconds(told.end - told.start),
    );
    if let Ok(scored) = told.outcome {
        let phases = &scored.phases;
        for (metric, time) in [
            (&metrics::LATENCY_PARSE, phases.start - told.start),
            (&metrics::LATENCY_FEATURES, phases.features()),
            (&metrics::LATENCY_SCORE, phases.score()),
            (&metrics::LATENCY_WRITE, told.end - phases.end),
        ] {
            to.metric(metric, milliseconds(time));
        }
    }
    to.metric(
        &metrics::COLD_START,
        f64::from(u8::from(told.cold.is_some())),
    );
    if let Some(open) = told.cold
        && !open.is_zero()
    {
        to.metric(&metrics::MODEL_OPEN_TIME, milliseconds(open));
    }
    if told.outcome.is_err() {
        to.metric(&metrics::ERROR, 1.0);
    }
    if told.dropped > 0 {
        to.metric(&metrics::CAPTURE_DROPPED, told.dropped as f64);
    }
}

/// To three digits: a phase may take less than a microsecond, and more digits are noise.
fn milliseconds(time: Duration) -> f64 {
    let nanoseconds = time.as_nanos() as u64;
    let mut unit = 1;
    while nanoseconds / unit >= 1000 {
        unit *= 10;
    }
    ((nanoseconds + unit / 2) / unit * unit) as f64 / 1e6
}

/// To so many digits behind the point: no graph shows more, and each byte of a log is paid for.
pub(crate) fn rounded(value: f64, digits: i32) -> f64 {
    let tens = 10f64.powi(digits);
    (value * tens).round() / tens
}

/// To so many digits from the first that is not 0, whatever the size of the value.
pub(crate) fn significant(value: f64, digits: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = digits - 1 - value.abs().log10().floor() as i32;
    match digits {
        // Where the power would overflow, the value stays as it is.
        -300..=300 => {
            let result = rounded(value, digits);
            if result.is_finite() { result } else { value }
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{milliseconds, significant};
    use std::time::Duration;

    #[test]
    fn a_time_has_three_digits() {
        for (nanoseconds, expected) in [
            (0, 0.0),
            (7, 0.000_007),
            (999, 0.000_999),
            (1_234, 0.001_23),
            (1_235_000, 1.24),
            (99_950_000, 100.0),
            (60_000_000_000, 60_000.0),
        ] {
            assert_eq!(milliseconds(Duration::from_nanos(nanoseconds)), expected);
        }
    }

    #[test]
    fn six_digits_are_enough_of_any_value() {
        for (value, expected) in [
            (0.0, 0.0),
            (1_234_567.8, 1_234_570.0),
            (0.000_123_456_78, 0.000_123_457),
            (-3.0, -3.0),
            (99.999_999_9, 100.0),
        ] {
            assert!((significant(value, 6) - expected).abs() <= expected.abs() * 1e-12);
        }
        for value in [f64::MAX, f64::MIN_POSITIVE, -1e-308, 1e300] {
            let ratio = significant(value, 6) / value;
            assert!((ratio - 1.0).abs() < 1e-5, "{value}");
        }
    }
}
