//! Numbers of rejected requests by code: in the line of a request the code is a property, which a
//! search finds but no graph shows. The column that was wrong is a property in both, since a metric by
//! column would be one for each.

use crate::figures::now;
use crate::problem::{Code, Problem};
use crate::request::Request;
use emf::{Line, Settings, metrics};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The numbers are written after this many rejected requests, or this long after the first.
const MOST: u64 = 100;
const TIME: Duration = Duration::from_secs(60);

/// Rejected requests since the last line.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<RefusalCounts>);

/// Numbers of rejected requests.
#[derive(Debug, Default)]
struct RefusalCounts {
    since: Option<Instant>,
    total: u64,
    /// Numbers by code and by the model's column that was wrong, in the order of their first occurrence.
    codes: Vec<(Code, Option<Box<str>>, u64)>,
}

impl Refusals {
    /// Counts a rejected request, and the column of the model that it is wrong in.
    pub fn count(&self, code: Code, column: Option<&str>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.since.get_or_insert_with(Instant::now);
        counts.total += 1;
        let is_same =
            |of: &&mut (Code, Option<Box<str>>, u64)| of.0 == code && of.1.as_deref() == column;
        match counts.codes.iter_mut().find(is_same) {
            Some((_, _, count)) => *count += 1,
            None => counts.codes.push((code, column.map(Box::from), 1)),
        }
    }

    /// One line per code and column, if they are due; at the end, all that remain.
    pub fn lines(&self, settings: &Settings, ends: bool) -> Vec<u8> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = counts.since.is_some_and(|since| since.elapsed() >= TIME);
        if counts.total < MOST && !is_old && !ends {
            return Vec::new();
        }
        let due = std::mem::take(&mut *counts);
        drop(counts);
        let mut lines = Vec::new();
        for (code, column, count) in &due.codes {
            let mut line = Line::new(settings, now());
            line.by("code", code.as_str());
            if let Some(column) = column {
                line.property("column", column);
            }
            line.metric(&metrics::REFUSAL_COUNT, *count as f64);
            lines.append(&mut line.finish());
        }
        lines
    }
}

/// Logs the problem of a request in one line, without what the request holds: `detail` may name fields
/// that a client chose. A problem of the client's doing has its code and its ids in the EMF line, where
/// there is one per request (`is_in_metrics`).
pub fn log(request: &Request<'_>, problem: &Problem, is_in_metrics: bool) {
    let (code, status) = (problem.code().as_str(), problem.code().status());
    let (request_id, trace_id) = (request.request_id.stated(), request.trace_id);
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
