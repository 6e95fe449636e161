//! The EMF line of a request: what CloudWatch counts, and what a person can search for.
//!
//! Labels and texts are not in it: the line is read by more people than the data may be.

use crate::problem::Problem;
use crate::request::Request;
use crate::scoring::Scored;
use emf::{LambdaProperties, Line, Settings, metrics};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What is the same on every line of the process.
#[derive(Debug)]
pub struct Metrics {
    settings: Settings,
    lambda: LambdaProperties,
    model_version: Option<String>,
}

impl Metrics {
    /// Lines with these settings and properties; without a version when no model could be opened.
    pub fn new(
        settings: Settings,
        lambda: LambdaProperties,
        model_version: Option<String>,
    ) -> Metrics {
        Metrics {
            settings,
            lambda,
            model_version,
        }
    }

    /// The line of a request that was answered or refused, with its newline. `is_cold` says that
    /// it was the first one of the process, `latency` how long its answer took.
    pub fn line(
        &self,
        request: &Request<'_>,
        outcome: Result<&Scored, &Problem>,
        latency: Duration,
        is_cold: bool,
    ) -> Vec<u8> {
        // A clock before 1970 is wrong anyway; CloudWatch passes over a line that is too old.
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let mut line = Line::new(&self.settings, now.unwrap_or_default().as_millis() as u64);
        for (statistics, confidence) in outcome.iter().flat_map(|scored| &scored.sample) {
            line.metric(&metrics::INPUT_NUM_CHARS, statistics.chars as f64);
            line.metric(&metrics::INPUT_NUM_TOKENS, statistics.tokens as f64);
            line.metric(
                &metrics::INPUT_OOV_RATIO,
                six_digits(statistics.oov_ratio()),
            );
            if let Some(confidence) = confidence {
                line.metric(&metrics::PREDICTION_CONFIDENCE, six_digits(*confidence));
            }
        }
        // Whole microseconds: the digits behind them are noise.
        let milliseconds = latency.as_micros() as f64 / 1000.0;
        line.metric(&metrics::LATENCY_HANDLER, milliseconds);
        line.metric(&metrics::COLD_START, f64::from(u8::from(is_cold)));
        if let Err(problem) = outcome {
            line.metric(&metrics::ERROR, 1.0);
            let status = problem.code().status().as_u16();
            line.property_number("status", f64::from(status));
            line.property("code", problem.code().as_str());
        }
        if let Ok(scored) = outcome
            && scored.rows != 1
        {
            line.property_number("rows", scored.rows as f64);
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
}

/// A share to six digits: no graph shows more, and each byte of a log is paid for.
fn six_digits(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}
