//! The EMF lines of a batch: one for each table, and one for each look that found no input.

use crate::manifest::Done;
use emf::{LambdaProperties, Line, Settings, metrics};
use model::answer::Identity;
use std::time::{SystemTime, UNIX_EPOCH};

/// Settings of the lines as the environment says; what CloudWatch would refuse gives way to the
/// default.
pub fn settings(identity: &Identity, get: impl Fn(&str) -> Option<String>) -> Settings {
    Settings::from_env(&identity.name, &identity.version, get)
        .or_else(|_| Settings::from_env("hearth", &identity.version, |_| None))
        .expect("the default namespace and this name are legal")
}

/// The line of a look that found no input, with its newline.
pub fn no_input(
    settings: &Settings,
    lambda: &LambdaProperties,
    identity: &Identity,
    request_id: &str,
) -> Vec<u8> {
    let mut line = Line::new(settings, now());
    line.metric(&metrics::BATCH_NO_INPUT, 1.0);
    finish(line, lambda, identity, request_id)
}

/// Milliseconds since 1970. A clock before that is wrong anyway; CloudWatch ignores a line that is
/// too old.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_millis() as u64
}

/// Adds who wrote the line.
fn finish(
    mut line: Line,
    lambda: &LambdaProperties,
    identity: &Identity,
    request_id: &str,
) -> Vec<u8> {
    line.property("modelVersion", &identity.version);
    line.property("requestId", request_id);
    line.lambda_properties(lambda);
    line.finish()
}

/// The line of a table that was answered, with its newline; one that was skipped has none.
pub fn line(
    settings: &Settings,
    lambda: &LambdaProperties,
    identity: &Identity,
    done: &Done,
    request_id: &str,
) -> Vec<u8> {
    let mut line = Line::new(settings, now());
    line.metric(&metrics::BATCH_ROWS, done.rows as f64);
    line.metric(&metrics::BATCH_BYTES, done.bytes as f64);
    // A table that took no measurable time has no rate.
    if done.seconds > 0.0 {
        let rate = done.rows as f64 / done.seconds;
        line.metric(&metrics::BATCH_ROWS_PER_SECOND, rate.round());
    }
    line.metric(&metrics::BATCH_BAD_ROWS, done.bad_rows as f64);
    line.property("input", &done.input);
    finish(line, lambda, identity, request_id)
}
